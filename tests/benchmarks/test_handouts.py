"""Handouts against Typst: all that makes variants with worksheets and keys as PDF, and the compiling of the same pages alone.

Both on two processes, one after the other in one run. `STUDENTS=1000 pytest -n 0 tests/benchmarks/test_handouts.py --benchmark-only -s`
is the size that the project promises for; the default is smaller, and pays the start of its processes from fewer students.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import symlstm
from symlstm.document.writers import typst
from symlstm.document.writers.pdf import printed
from symlstm.presentation.key import key
from symlstm.presentation.worksheet import Sheet, worksheet
from symlstm.teaching.handouts.handout import handout
from symlstm.teaching.handouts.roster import Roster, Student
from symlstm.teaching.variants.variants import variant_from, varied

PROBLEM = Path(__file__).parents[2] / "reports" / "handout" / "lstm-states-varied.md"
COUNT = int(os.environ.get("STUDENTS", "60"))
MOST = 4.0


def students(count: int) -> Roster:
    return Roster(tuple(Student(f"s{k:05}", f"Student {k}") for k in range(count)))


@contextmanager
def two() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        yield pool


def compiled(sources: list[str]) -> float:
    """Seconds that Typst takes for these sources on two processes."""
    start = time.perf_counter()
    with two() as pool:
        assert all(data.startswith(b"%PDF") for data in pool.map(printed, sources, chunksize=8))
    return time.perf_counter() - start


def sources_of(folder: Path) -> list[str]:
    """The Typst sources of every sheet and key in a folder, made again."""
    import json

    compiled_problem = varied(symlstm.read(PROBLEM))
    out = []
    for student in json.loads((folder / "index.json").read_text(encoding="utf-8"))["students"]:
        variant = variant_from(compiled_problem, "1", student["id"], student["variants"][0]["draw"])
        solution = symlstm.solve(symlstm.read(variant.text))
        who = (("Name", student["name"]), ("Id", student["id"]))
        out += ["".join(typst.write(worksheet([solution], Sheet(who)))), "".join(typst.write(key([solution], who)))]
    return out


def test_variants_with_sheets_and_keys(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    start = time.perf_counter()
    benchmark.pedantic(lambda: handout([symlstm.read(PROBLEM)], tmp_path, roster=students(COUNT), seed="1", to="pdf"), rounds=1)  # type: ignore[no-untyped-call]
    whole = time.perf_counter() - start
    alone = compiled(sources_of(tmp_path))
    print(f"\n{COUNT} students: {whole:.1f} s, Typst alone {alone:.1f} s: {whole / alone:.2f} times (asked {MOST})")
    assert whole < MOST * alone


@pytest.mark.parametrize("most", [1.3])
def test_memory_is_flat_over_students(benchmark: BenchmarkFixture, tmp_path: Path, most: float) -> None:
    """The main process and its workers with ten times the students, held against the first."""
    def peak(count: int, name: str) -> int:
        handout([symlstm.read(PROBLEM)], tmp_path / name, roster=students(count), seed="1", to="md")
        return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))

    few = peak(30, "few")
    many = benchmark.pedantic(lambda: peak(300, "many"), rounds=1)  # type: ignore[no-untyped-call]
    print(f"\nmemory: {few / 1024:.0f} MB with 30 students, {many / 1024:.0f} MB with 300")
    assert many < most * few
