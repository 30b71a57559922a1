"""Marking a class against calling `check` in a loop, two workers against one, and memory over a large class.

`PIECES=600 pytest -n 0 tests/benchmarks/test_grading.py --benchmark-only -s` takes a larger class. The overhead is told in the time that
processors work, which other programs on the machine change little; what two workers gain is told by the clock.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

sys.path.insert(0, str(Path(__file__).parents[1] / "checking"))

from mistaken_students import STUDENTS, exercise, rightly, statement

import symlstm
from symlstm.checking.checking import check_work
from symlstm.errors import Source
from symlstm.model.problem import Problem
from symlstm.pipelines import Feedback
from symlstm.teaching.marking.grade import grade

PIECES = int(os.environ.get("PIECES", "120"))
MOST_OVERHEAD = 0.2
LEAST_GAIN = 1.7
MOST_GROWTH = 1.3
CONVENTION = "{round: {all: 4}, ties: away, carry: false, saturate: off}"
UNIT = """---
title: Two steps
convention: {round: {h: 2}, ties: away, saturate: off}
---
$h_t = \\tanh(0.5 h_{t-1} + 2 x_t)$ starts from $h_0 = 0$ and reads $x = [1, -1]$.

```question
find: h
```
"""


@pytest.fixture(scope="module")
def class_of() -> tuple[Problem, list[str]]:
    """A problem, and pieces of 30 lines on it: two in three are right."""
    k = exercise("lstm", 3, units=2, size=1, steps=6, convention=CONVENTION)
    held = [student for student in STUDENTS if student.cell == "lstm" and not student.options and not student.change]
    works = [statement(rightly(k) if n % 3 else held[n // 3 % len(held)].work(k)) for n in range(PIECES)]
    assert {len(work.splitlines()) for work in works} <= {24, 30}
    return symlstm.read(k.document()), works


def handed_in(folder: Path, works: list[str]) -> Path:
    folder.mkdir()
    for n, work in enumerate(works):
        (folder / f"s{n:06}.txt").write_text(work, encoding="utf-8")
    return folder


def worked(job: Callable[[], object]) -> tuple[float, float]:
    """Seconds that processors work on a job, children included, and seconds by the clock."""
    def used() -> float:
        return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))

    before, clock = used(), time.perf_counter()
    job()
    return used() - before, time.perf_counter() - clock


def test_overhead_over_check(benchmark: BenchmarkFixture, tmp_path: Path, class_of: tuple[Problem, list[str]]) -> None:
    problem, works = class_of
    work = handed_in(tmp_path / "work", works)
    check_work(problem, Source("work", works[0]))
    alone, _ = worked(lambda: [check_work(problem, Source("work", text)) for text in works])
    paged, _ = worked(lambda: [Feedback(check_work(problem, Source("work", text))).to("html") for text in works])
    (whole, _) = benchmark.pedantic(lambda: worked(lambda: grade(problem, work, tmp_path / "out", workers=1)), rounds=1)  # type: ignore[no-untyped-call]
    print(f"\n{PIECES} pieces of 30 lines: check {1e3 * alone / PIECES:.1f} ms, with a page {1e3 * paged / PIECES:.1f} ms, grade "
          f"{1e3 * whole / PIECES:.1f} ms: {whole / alone - 1:.0%} over check, {whole / paged - 1:.0%} over check and page "
          f"(asked {MOST_OVERHEAD:.0%})")
    assert whole < (1 + MOST_OVERHEAD) * alone


def test_two_workers_against_one(benchmark: BenchmarkFixture, tmp_path: Path, class_of: tuple[Problem, list[str]]) -> None:
    problem, works = class_of
    work = handed_in(tmp_path / "work", works)
    _, one = worked(lambda: grade(problem, work, tmp_path / "one", workers=1))
    (_, two) = benchmark.pedantic(lambda: worked(lambda: grade(problem, work, tmp_path / "two", workers=2)), rounds=1)  # type: ignore[no-untyped-call]
    print(f"\n{PIECES} pieces of 30 lines: {PIECES / one:.1f} a second with one worker, {PIECES / two:.1f} with two: {one / two:.2f} times "
          f"(asked {LEAST_GAIN})")
    assert one / two > LEAST_GAIN


def resident() -> float:
    """MB that this process has in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_memory_is_flat_over_a_hundred_thousand_pieces(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    count = int(os.environ.get("MANY", "100000"))
    answers = tmp_path / "answers.jsonl"
    with answers.open("w", encoding="utf-8") as file:
        file.writelines(f'{{"id": "s{n:06}", "answers": {{"h": [{("0.96", "0.69", "0.95")[n % 3]}, -0.91]}}}}\n' for n in range(count))
    seen: list[float] = []

    def progress(done: int, of: int) -> None:
        if done >= count / 10 and not seen:
            seen.append(resident())

    done = benchmark.pedantic(lambda: grade(symlstm.read(UNIT), answers, tmp_path / "out", progress=progress), rounds=1)  # type: ignore[no-untyped-call]
    last, peak = resident(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n{done.marked:,} pieces: {seen[0]:.0f} MB at a tenth of them, {last:.0f} MB at the end, {peak:.0f} MB at most")
    assert done.marked == count
    assert peak < MOST_GROWTH * seen[0]
