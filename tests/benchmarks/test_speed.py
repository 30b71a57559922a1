"""How fast, as ratios against peers measured in the same run: `pytest tests/benchmarks --benchmark-only`.

In-process times are processor time, the least of several runs; start-up times are medians of whole processes, taken in turns.
Every figure is printed at the end, with what is asked of it.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import floor
import long_run
import peers
import pytest

import symlstm
from symlstm.checking.checking import check_work
from symlstm.errors import Source

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

Result = TypeVar("Result")
LONG, LESS = 10_000, 1_000
pytestmark = pytest.mark.benchmark(timer=time.process_time)


class Figures:
    """The figures of this run, in the order in which they were measured."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str, str, str]] = []

    def ratio(self, what: str, ours: str, peer: str, ratio: float, *, at_least: float = 0.0, at_most: float = 0.0) -> None:
        """Note a ratio, and hold it to what is asked."""
        asked = f"at least {at_least:g}" if at_least else f"at most {at_most:g}"
        self.rows.append((what, ours, peer, f"{ratio:.2f}", asked))
        assert ratio >= at_least
        assert not at_most or ratio <= at_most

    def note(self, what: str, ours: str, peer: str = "") -> None:
        """Note a figure of which nothing is asked."""
        self.rows.append((what, ours, peer, "", ""))

    def table(self) -> Iterator[str]:
        """The figures as lines of text."""
        rows = [("", "symlstm", "peer", "ratio", "asked"), *self.rows]
        widths = [max(len(row[k]) for row in rows) for k in range(5)]
        for row in rows:
            cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
            yield "  ".join([row[0].ljust(widths[0]), *cells]).rstrip()


@pytest.fixture(scope="module")
def figures(pytestconfig: pytest.Config) -> Iterator[Figures]:
    found = Figures()
    yield found
    capture = pytestconfig.pluginmanager.get_plugin("capturemanager")
    assert capture is not None
    with capture.global_and_fixture_disabled():
        print("\n\n" + "\n".join(found.table()))


def seconds(job: Callable[[], object], rounds: int) -> float:
    """Processor time of a job, the least of so many runs."""
    least = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        job()
        least = min(least, time.process_time() - start)
    return least


def timed(benchmark: BenchmarkFixture, job: Callable[[], Result], rounds: int = 1, warmup: int = 0) -> tuple[float, Result]:
    """The least time of a job under pytest-benchmark, and its result."""
    result: Result = benchmark.pedantic(job, rounds=rounds, warmup_rounds=warmup)  # type: ignore[no-untyped-call]
    assert benchmark.stats is not None
    return float(benchmark.stats.stats.min), result


def against(
    benchmark: BenchmarkFixture, ours: Callable[[], object], peer: Callable[[], object], rounds: int
) -> tuple[float, float]:
    """Least times of ours and of the peer, which is measured before and after so that a change of the machine's load shows."""
    before = seconds(peer, rounds)
    least, _ = timed(benchmark, ours, rounds, warmup=1)
    return least, min(before, seconds(peer, rounds))


def each(total: float, steps: int) -> str:
    """Microseconds an equation."""
    return f"{total / steps / long_run.EQUATIONS * 1e6:.1f} µs/equation"


# -- the long run --------------------------------------------------------------------------------------------------------------


def test_long_run_against_a_sympy_loop(benchmark: BenchmarkFixture, figures: Figures, tmp_path: Path) -> None:
    steps = 100
    problem = long_run.problem(LONG)
    ours, peer = against(
        benchmark, lambda: long_run.write(problem, tmp_path / "long.md"),
        lambda: peers.sympy_loop(long_run.WEIGHTS, long_run.inputs(steps)), 3,
    )
    figures.ratio("10,000 steps: times as fast as a SymPy loop", each(ours, LONG), each(peer, steps),
                  (peer / steps) / (ours / LONG), at_least=60)


def test_long_run_against_handcalcs(benchmark: BenchmarkFixture, figures: Figures, tmp_path: Path) -> None:
    steps = 30
    problem = long_run.problem(LONG)
    ours, peer = against(
        benchmark, lambda: long_run.write(problem, tmp_path / "long.md"),
        lambda: peers.handcalcs_steps(long_run.inputs(steps)), 3,
    )
    figures.ratio("10,000 steps: times as fast as handcalcs", each(ours, LONG), each(peer, steps),
                  (peer / steps) / (ours / LONG), at_least=100)


def test_long_run_against_the_floor(benchmark: BenchmarkFixture, figures: Figures, tmp_path: Path) -> None:
    problem = long_run.problem(LONG)

    def by_hand() -> None:
        with (tmp_path / "floor.md").open("w", encoding="utf-8") as file:
            for piece in floor.solution(long_run.inputs(LONG)):
                file.write(piece)

    ours, peer = against(benchmark, lambda: long_run.write(problem, tmp_path / "long.md"), by_hand, 3)
    figures.ratio("10,000 steps: times the f-string loop's time", each(ours, LONG), each(peer, LONG), ours / peer, at_most=15)


def test_time_is_linear(benchmark: BenchmarkFixture, figures: Figures, tmp_path: Path) -> None:
    short, long = long_run.problem(LESS), long_run.problem(LONG)
    more, less = against(
        benchmark, lambda: long_run.write(long, tmp_path / "long.md"), lambda: long_run.write(short, tmp_path / "short.md"), 3,
    )
    figures.ratio("time a step, 10,000 steps to 1,000", each(more, LONG), each(less, LESS), (more / LONG) / (less / LESS),
                  at_most=1.3)


def test_memory_is_flat(benchmark: BenchmarkFixture, figures: Figures, tmp_path: Path) -> None:
    problems = {steps: long_run.problem(steps) for steps in (LESS, LONG)}
    _, found = timed(benchmark, lambda: {steps: _memory(problem, tmp_path / "run.md") for steps, problem in problems.items()})
    (less, less_kept), (more, more_kept) = found[LESS], found[LONG]
    figures.ratio("peak memory a step, 10,000 steps to 1,000", f"{more / LONG:,.0f} B", f"{less / LESS:,.0f} B",
                  (more / LONG) / (less / LESS), at_most=1.2)
    figures.note("  of that kept by the values of the run", f"{more_kept / LONG:,.0f} B", f"{less_kept / LESS:,.0f} B")


def _memory(problem: symlstm.Problem, path: Path) -> tuple[int, int]:
    """Bytes at the peak of deriving and writing a run, and those that the derived run keeps."""
    tracemalloc.start()
    solution = symlstm.solve(problem)
    kept, _ = tracemalloc.get_traced_memory()
    with path.open("w", encoding="utf-8") as file:
        for piece in solution.pieces("md"):
            file.write(piece)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak, kept


# -- the short run -------------------------------------------------------------------------------------------------------------


def test_short_run_against_handcalcs(benchmark: BenchmarkFixture, figures: Figures) -> None:
    steps = 6
    text = long_run.document(steps)
    assert "h_5 " in symlstm.solve(symlstm.read(text)).to("md")
    peers.handcalcs_steps(long_run.inputs(steps))
    ours, peer = against(
        benchmark, lambda: symlstm.solve(symlstm.read(text)).to("md"),
        lambda: peers.handcalcs_steps(long_run.inputs(steps)), 10,
    )
    figures.ratio("6 steps, read to Markdown: times as fast as handcalcs", f"{ours * 1e3:.1f} ms", f"{peer * 1e3:.1f} ms",
                  peer / ours, at_least=5)


# -- wide ----------------------------------------------------------------------------------------------------------------------


def test_hidden_size_64(benchmark: BenchmarkFixture, figures: Figures) -> None:
    chance = random.Random(64)

    def matrix(rows: int, columns: int) -> list[list[float]]:
        return [[round(chance.uniform(-0.3, 0.3), 2) for _ in range(columns)] for _ in range(rows)]

    given = {f"W^{{{gate},h}}": matrix(64, 64) for gate in "fioc"} | {f"W^{{{gate},x}}": matrix(64, 8) for gate in "fioc"}
    problem = symlstm.Problem(
        cell="lstm", given=given | {"biases": 0}, initial={"h": [0] * 64, "c": [0] * 64}, inputs=matrix(100, 8),
        questions=["h"],
    )
    took, _ = timed(benchmark, lambda: sum(map(len, symlstm.solve(problem).pieces("md"))))
    figures.note("hidden size 64, 8 inputs, 100 steps, derive + Markdown", f"{took:.1f} s")


# -- checking ------------------------------------------------------------------------------------------------------------------


def test_checking_against_math_verify(benchmark: BenchmarkFixture, figures: Figures) -> None:
    """30 lines on six steps, of chains such as a student writes. Asked is 50 and, with every misconception tried, 10; what is held
    is what was reached, less a margin for a busy machine."""
    pytest.importorskip("math_verify")
    problem = symlstm.read(long_run.gates_document())
    right, wrong = long_run.hand_work(), long_run.hand_work(slip=True)
    assert symlstm.check(problem, "\n".join(right)).clean
    ours, peer = against(
        benchmark, lambda: check_work(problem, Source("work.md", "\n".join(right)), diagnosing=False),
        lambda: peers.math_verify_lines(right), 10,
    )
    figures.ratio("30 lines of work, read and judged: times as fast as Math-Verify", f"{ours * 1e3:.1f} ms", f"{peer * 1e3:.0f} ms",
                  peer / ours, at_least=25)
    fresh = min(_processor_time(lambda: check_work(symlstm.read(long_run.gates_document()), Source("work.md", "\n".join(wrong))))
                for _ in range(5))
    figures.ratio("... with two slips, every misconception, and the problem read anew", f"{fresh * 1e3:.0f} ms", f"{peer * 1e3:.0f} ms",
                  peer / fresh, at_least=2)
    known = min(_processor_time(lambda: check_work(problem, Source("work.md", "\n".join(wrong)))) for _ in range(5))
    figures.ratio("... with two slips and every misconception, one of a class", f"{known * 1e3:.1f} ms", f"{peer * 1e3:.0f} ms",
                  peer / known, at_least=10)


def _processor_time(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


# -- start-up ------------------------------------------------------------------------------------------------------------------


def medians(rounds: int, *commands: list[str]) -> list[float]:
    """Median wall time of each command, taken in turns."""
    times: list[list[float]] = [[] for _ in commands]
    for _ in range(rounds):
        for command, found in zip(commands, times):
            start = time.perf_counter()
            subprocess.run([sys.executable, *command], check=True, capture_output=True, stdin=subprocess.DEVNULL)
            found.append(time.perf_counter() - start)
    return list(map(statistics.median, times))


def test_help_starts_quickly(benchmark: BenchmarkFixture, figures: Figures) -> None:
    _, (ours, bare) = timed(benchmark, lambda: medians(21, ["-m", "symlstm", "--help"], ["-c", "pass"]))
    figures.ratio("symlstm --help, times bare Python's start", f"{ours * 1e3:.0f} ms", f"{bare * 1e3:.0f} ms", ours / bare,
                  at_most=3)


def test_solving_starts_quickly(benchmark: BenchmarkFixture, figures: Figures, tmp_path: Path) -> None:
    problem = tmp_path / "small.md"
    problem.write_text(long_run.document(3), encoding="utf-8")
    _, (ours, sympy) = timed(benchmark, lambda: medians(11, ["-m", "symlstm", "solve", str(problem)], ["-c", "import sympy"]))
    figures.ratio("symlstm solve, times import sympy", f"{ours * 1e3:.0f} ms", f"{sympy * 1e3:.0f} ms", ours / sympy, at_most=2)
