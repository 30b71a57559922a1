"""How fast PDFs are written, against Typst's own compile time of the same source, measured in the same run."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import symlstm
from symlstm.document.blocks import Document
from symlstm.document.writers import typst
from symlstm.document.writers.pdf import printed
from symlstm.presentation import solution

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

PROBLEM = Path(__file__).parents[2] / "reports" / "lstm-states" / "problem.md"
ROUNDS = 7
pytestmark = pytest.mark.benchmark(timer=time.process_time)


def seconds(job: Callable[[int], object]) -> float:
    """The least processor time of several runs, each of which gets its number."""
    times = []
    for k in range(ROUNDS):
        start = time.process_time()
        job(k)
        times.append(time.process_time() - start)
    return min(times)


def variant(k: int) -> Document:
    """The solution for other weights, held ready to be written. Typst keeps what it has set before, so no two are alike."""
    text = PROBLEM.read_text(encoding="utf-8").replace("100", f"{100 + k}.{k}").replace("50", f"{50 + k}.{k}")
    made = solution.document(symlstm.solve(symlstm.read(text)), "standard", None)
    return Document(f"{made.title} {k}", list(made.blocks))


def test_writing_costs_far_less_than_compiling(benchmark: BenchmarkFixture, capsys: pytest.CaptureFixture[str]) -> None:
    documents = [variant(k) for k in range(1, ROUNDS + 2)]
    sources = ["".join(typst.write(document)) for document in documents]
    document = documents[-1]
    pages = int(re.findall(rb"/Count (\d+)", printed(sources[-1]))[0])
    compiling = seconds(lambda k: printed(sources[k]))
    benchmark.pedantic(  # type: ignore[no-untyped-call]
        lambda: "".join(typst.write(document)), rounds=ROUNDS, warmup_rounds=1
    )
    assert benchmark.stats is not None
    writing = float(benchmark.stats.stats.min)
    with capsys.disabled():
        print(f"\n{pages} pages: writing {1e3 * writing / pages:.1f} ms/page, compiling {1e3 * compiling / pages:.1f} ms/page")
    assert writing < compiling / 5
