"""Workers: two against one, a Dask cluster on this machine against its own processes, and what each piece costs on the way.

Ratios of runs one after the other, the best of several, as others may use the machine too. The work is a check of a student's work.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from pytest_benchmark.fixture import BenchmarkFixture

import symlstm
from symlstm.model.problem import Problem
from symlstm.teaching.workers.cluster import executor_of
from symlstm.teaching.workers.crew import Crew, crew

PROBLEM = Path(__file__).parents[2] / "reports" / "lstm-states" / "problem.md"
ROUNDS = 3
P = TypeVar("P")
R = TypeVar("R")
S = TypeVar("S")


def checked(problem: Problem, text: str) -> str:
    """The feedback on a piece of work, as JSON."""
    return symlstm.check(problem, text).to("json")


def rest(shared: float, number: int) -> int:
    """Takes time, and no processor."""
    time.sleep(shared)
    return number


def nothing(shared: None, number: int) -> int:
    return number


def seconds(hands: Sequence[Crew[P, R]], pieces: Sequence[P]) -> list[float]:
    """The time of each crew for all pieces, without the start of its processes: the best of several rounds, taken in turns."""
    for each in hands:
        list(each.batches(pieces[:8], 1))  # every process has begun, and has imported what it needs
    taken: list[list[float]] = [[] for _ in hands]
    for _ in range(ROUNDS):
        for k, each in enumerate(hands):
            start = time.perf_counter()
            assert sum(1 for _ in each.each(pieces)) == len(pieces)
            taken[k].append(time.perf_counter() - start)
    return [min(times) for times in taken]


@contextmanager
def dask() -> Iterator[Executor | None]:
    """A cluster of two workers on this machine."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as local:  # type: ignore[no-untyped-call]
        with executor_of(local.scheduler_address) as executor:
            yield executor


def works(count: int) -> list[str]:
    """So many pieces of about 30 lines, no two alike."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(PROBLEM.parent.glob("work-*.md"))]
    return [f"{texts[k % len(texts)]}\n\nThis is number {k}.\n" for k in range(count)]


def ratios(job: Callable[[S, P], R], shared: S, pieces: Sequence[P], benchmark: BenchmarkFixture) -> tuple[float, float]:
    """How much two workers do against one, and Dask with two against these two."""
    def measured() -> list[float]:
        with dask() as executor, crew(job, shared, workers=1) as one, crew(job, shared, workers=2) as two, \
                crew(job, shared, executor=executor) as far:
            return seconds([one, two, far], pieces)

    one, two, far = benchmark.pedantic(measured, rounds=1)  # type: ignore[no-untyped-call]
    count = len(pieces)
    print(f"\n{job.__name__}, pieces a second: {count / one:.0f} by one worker, {count / two:.0f} by two, {count / far:.0f} by Dask with "
          f"two; two are {one / two:.2f} times one (asked 1.7), Dask {two / far:.2f} times two (asked 0.7)")
    return one / two, two / far


def test_throughput(benchmark: BenchmarkFixture) -> None:
    """Of work for the processor; it takes two processors that nobody else uses."""
    two, far = ratios(checked, symlstm.read(PROBLEM), works(100), benchmark)
    assert two >= 1.7
    assert far >= 0.7


def test_throughput_without_work(benchmark: BenchmarkFixture) -> None:
    """Of pieces that only take time: what is lost on the way, whoever else uses the processors."""
    two, far = ratios(rest, 0.01, range(400), benchmark)
    assert two >= 1.7
    assert far >= 0.7


def test_cost_of_a_piece(benchmark: BenchmarkFixture) -> None:
    """What it costs to send a piece and its result: well under a millisecond, and in this process still less."""
    count = 20_000

    def measured() -> tuple[float, float]:
        with crew(nothing, None, workers=1) as hands:
            start = time.process_time()
            (whole,) = seconds([hands], range(count))
            return whole / count, (time.process_time() - start) / count / ROUNDS

    whole, here = benchmark.pedantic(measured, rounds=1)  # type: ignore[no-untyped-call]
    print(f"\n{whole * 1e6:.0f} microseconds a piece, {here * 1e6:.0f} of processor time in this process (asked 500)")
    assert max(whole, here) < 500e-6


def test_memory_does_not_grow_with_the_pieces(benchmark: BenchmarkFixture) -> None:
    """The most that this process holds for 200,000 pieces, against 20,000."""
    import tracemalloc

    def held(count: int) -> int:
        tracemalloc.start()
        with crew(nothing, None, workers=2) as hands:
            assert sum(1 for _ in hands.each(iter(range(count)))) == count
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    few = held(20_000)
    many = benchmark.pedantic(lambda: held(200_000), rounds=1)  # type: ignore[no-untyped-call]
    print(f"\nheld: {few / 1e6:.1f} MB for 20,000 pieces, {many / 1e6:.1f} MB for 200,000")
    assert many < 1.5 * few + 1_000_000
