"""Workers: the same results in the same order whoever does the work, and pieces that hang, kill or break cost only themselves."""

from __future__ import annotations

import os
import pickle
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worker_jobs import Piece, act, add_square, children, process, slow_first, slow_square

import symlstm
from symlstm.errors import DocumentError, SymlstmError, UsageError
from symlstm.teaching.progress import Bar
from symlstm.teaching.workers.crew import Crew, crew
from symlstm.teaching.workers.limits import MOST_MEGABYTES, MOST_SECONDS, Limits, Lost

LINUX = sys.platform == "linux"


def spawned() -> ProcessPoolExecutor:
    from multiprocessing import get_context

    return ProcessPoolExecutor(2, get_context("spawn"))


# who does the work: the executor, the number of workers, whether it is done in this process
WHO: list[tuple[Callable[[], Executor] | None, int | None, bool]] = [
    (None, 1, False), (None, 2, False), (None, 3, False), (None, None, True),
    (lambda: ThreadPoolExecutor(2), None, False), (lambda: ThreadPoolExecutor(1), 5, False), (spawned, None, False),
]


@pytest.mark.parametrize("who", range(len(WHO)))
def test_whoever_works_the_results_are_the_same(who: int) -> None:
    make, workers, here = WHO[who]
    wanted = [(k, 7 + k * k) for k in range(300)]
    with ExitStack() as stack:
        executor = stack.enter_context(make()) if make is not None else None
        hands: Crew[int, int] = stack.enter_context(crew(add_square, 7, executor=executor, workers=workers, here=here))
        assert list(hands.each(range(300))) == wanted
        batches = list(hands.batches(iter(range(300)), 70))
        assert [len(batch) for batch in batches] == [70, 70, 70, 70, 20]
        assert [done for batch in batches for done in batch] == wanted
        assert hands.one(5) == 32
        assert list(hands.each([])) == []


@pytest.fixture(scope="module")
def two() -> Iterator[Crew[int, int]]:
    with crew(add_square, 1, workers=2) as hands:
        yield hands


@settings(deadline=None, max_examples=40)
@given(pieces=st.lists(st.integers(-9, 9), max_size=60), size=st.none() | st.integers(1, 20))
def test_batches_hold_all_pieces_in_order(two: Crew[int, int], pieces: list[int], size: int | None) -> None:
    batches = list(two.batches(pieces, size))
    assert [done for batch in batches for done in batch] == [(k, 1 + k * k) for k in pieces]
    assert all(batches)
    if size is not None:
        assert all(len(batch) == size for batch in batches[:-1])


# bytes of each result, and how many pieces may at most be taken while the first is being worked on
HELD = [(100, 1_000_000 // 1_100), (100_000, 10)]


@pytest.mark.parametrize(("each", "most"), HELD)
def test_pieces_are_taken_as_they_are_needed(each: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symlstm.teaching.workers.ahead._MOST_BYTES", 1_000_000)
    taken = 0

    def endless() -> Iterator[int]:
        nonlocal taken
        while True:
            yield taken
            taken += 1

    with crew(slow_first, bytes(each), workers=2) as hands:
        batches = hands.batches(endless(), 1)
        assert taken == 0
        next(batches)
        assert 5 < taken <= most + 2 * 2 + 1
        before = taken
        time.sleep(0.1)
        assert taken == before
        for number in range(1, 50):
            assert next(batches) == [(number, bytes(each))]


BOUNDS = Limits(seconds=0.7, megabytes=700)
# what a piece does, and what is said of it
LOST = [
    ("hang", "took more than 0.7 seconds"),
    ("hang in C", "took more than 0.7 seconds"),
    ("sleep", "took more than 0.7 seconds"),
    ("segfault", "ended the process that worked on it (signal 11), three times"),
    ("leave", "ended the process that worked on it (exit code 3), three times"),
    ("exit", "ended the process that worked on it (exit code 4), three times"),
    ("KeyError", "an error of symlstm's own: KeyError: 'x'; please report it"),
    ("address", "an error of symlstm's own: KeyError: <object object>; please report it"),
    ("deep", "is nested too deeply to be worked"),
]
if LINUX:
    LOST += [("stop", "took more than 0.7 seconds"), ("hoard", "needed more than 700 MB of memory")]


def test_a_piece_that_cannot_be_finished_is_named_and_holds_up_nobody() -> None:
    pieces = [Piece(each, k) for k, what in enumerate(LOST) for each in ("fine", what[0])] + [Piece("noise", 99)]
    with crew(act, "did", workers=2, limits=BOUNDS) as hands:
        found = dict(hands.each(pieces))
        assert found == {
            **{Piece("fine", k): f"did {k}" for k in range(len(LOST))}, Piece("noise", 99): "did 99",
            **{Piece(what, k): Lost(why) for k, (what, why) in enumerate(LOST)},
        }
        assert hands.one(Piece("leave")) == Lost(LOST[4][1])
        assert hands.one(Piece("fine", 1)) == "did 1"


def test_a_result_that_cannot_travel_is_lost() -> None:
    with crew(act, "did", workers=1) as hands:
        (_, first), (_, second) = hands.each([Piece("unpicklable"), Piece("fine")])
    assert isinstance(first, Lost)
    assert "an error of symlstm's own" in first.why
    assert second == "did 0"


@pytest.mark.skipif(not LINUX, reason="memory is bounded on Linux")
def test_memory_that_earlier_pieces_kept_costs_nobody_their_result() -> None:
    with crew(act, "did", workers=1, limits=BOUNDS) as hands:
        assert [done for _, done in hands.each(Piece("keep", k) for k in range(8))] == [f"did {k}" for k in range(8)]


@pytest.mark.parametrize("here", [True, False])
def test_an_error_of_the_input_is_raised_when_its_turn_comes(here: bool) -> None:
    with crew(act, "did", workers=2, here=here) as hands:
        done = hands.batches([Piece("fine", 0), Piece("fine", 1), Piece("wrong"), Piece("fine", 3)], 4)
        assert [result for _, result in next(done)] == ["did 0", "did 1"]
        with pytest.raises(DocumentError, match="this is wrong") as caught:
            next(done)
        assert (caught.value.line, caught.value.column) == (2, 2)
        with pytest.raises(DocumentError):
            hands.one(Piece("wrong"))
        assert isinstance(hands.one(Piece("KeyError")), Lost)


def subclasses(of: type[SymlstmError]) -> Iterator[type[SymlstmError]]:
    yield of
    for each in of.__subclasses__():
        yield from subclasses(each)


@pytest.mark.parametrize("here", [True, False])
def test_what_the_source_of_the_pieces_raises_comes_after_them(here: bool) -> None:
    def pieces() -> Iterator[Piece]:
        yield from (Piece("fine", k) for k in range(7))
        raise UsageError("s08.md: can't be read")

    with crew(act, "did", workers=2, here=here) as hands:
        found = hands.each(pieces())
        assert [next(found)[1] for _ in range(7)] == [f"did {k}" for k in range(7)]
        with pytest.raises(UsageError, match="s08"):
            next(found)


def test_every_error_travels() -> None:
    for kind in subclasses(SymlstmError):
        error = kind("wrong", symlstm.errors.Source("a.md", "one\ntwo"), 4)
        assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_limits_and_workers_that_make_no_sense() -> None:
    inf = float("inf")
    for seconds, megabytes in ((0.0, 1), (float("nan"), 1), (1.0, 0), (inf, 1), (1e12, 1), (10**400, 1), (1.0, 10**20), (1.0, 2**43)):
        with pytest.raises(UsageError, match=r"takes a positive number of .* at most"):
            Limits(seconds, megabytes)
    with pytest.raises(UsageError, match="at least one"), crew(add_square, 1, workers=0):
        pass


def test_the_largest_limits_are_ones_that_the_system_takes() -> None:
    with crew(add_square, 7, workers=1, limits=Limits(MOST_SECONDS, MOST_MEGABYTES)) as hands:
        assert list(hands.each(range(6))) == [(k, 7 + k * k) for k in range(6)]
        assert hands.one(5) == 32


def test_a_job_that_nobody_can_start_is_an_error() -> None:
    with crew(getattr, Unloadable(), workers=1) as hands:
        with pytest.raises(UsageError, match="no process can be started for the work: ValueError: not here"):
            list(hands.each(["x"]))
        with pytest.raises(UsageError, match="no process can be started"):
            hands.one("x")


class Unloadable:
    """Can be packed but not unpacked."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, ...]]:
        return unload, ("not here",)


def unload(message: str) -> object:
    raise ValueError(message)


# -- executors that lose work ---


class Recording(Executor):
    """Says what is sent through another executor, and fails as often as it is told."""

    def __init__(self, inner: Executor, failures: int = 0) -> None:
        self.inner, self.failures, self.width = inner, failures, 2
        self.sent: list[object] = []

    def submit(self, fn: Callable[..., object], /, *args: object, **kwargs: object) -> Future[object]:  # type: ignore[override]
        self.sent.append(args[2])
        if self.failures:
            self.failures -= 1
            lost: Future[object] = Future()
            lost.set_exception(OSError("the worker is gone"))
            return lost
        return self.inner.submit(fn, *args, **kwargs)


def test_the_problem_travels_about_once_a_process() -> None:
    with spawned() as pool:
        executor = Recording(pool)
        with crew(add_square, 7, executor=executor) as hands:
            assert [done for _, batch in enumerate(hands.batches(range(60), 1)) for _, done in batch] == [7 + k * k for k in range(60)]
    assert len(executor.sent) >= 60
    assert 1 <= sum(task is not None for task in executor.sent) <= 4


def test_lost_batches_are_sent_again_but_not_for_ever() -> None:
    with ThreadPoolExecutor(1) as pool:
        with crew(add_square, 7, executor=Recording(pool, 4)) as hands:
            assert [done for _, done in hands.each(range(9))] == [7 + k * k for k in range(9)]
        with crew(add_square, 7, executor=Recording(pool, 1000)) as hands:
            with pytest.raises(UsageError, match=r"OSError: the worker is gone\); the same command goes on from there"):
                list(hands.each(range(9)))


def test_a_broken_pool_is_an_error_that_says_what_to_do() -> None:
    with spawned() as pool, crew(slow_square, 0.02, executor=pool) as hands:
        done = hands.batches(range(200), 1)
        next(done)
        for pid in list(pool._processes):
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(UsageError, match="has died, perhaps for lack of memory; the same command goes on from there"):
            list(done)


# -- processes that come to an end ---


@pytest.mark.skipif(not LINUX, reason="finds processes in /proc")
def test_workers_killed_at_random_moments_change_nothing() -> None:
    chance, over, kills = random.Random(6), threading.Event(), 0

    def kill_now_and_then() -> None:
        nonlocal kills
        while not over.wait(chance.uniform(0.05, 0.25)):
            for pid in chance.sample(found := children(os.getpid()), min(1, len(found))):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    kills += 1

    with crew(slow_square, 0.01, workers=2) as hands:
        killer = threading.Thread(target=kill_now_and_then)
        killer.start()
        try:
            assert [done for _, done in hands.each(range(300))] == [k * k for k in range(300)]
        finally:
            over.set()
            killer.join()
    assert kills >= 5


@pytest.mark.skipif(not LINUX, reason="finds processes in /proc")
def test_no_process_is_left_when_the_work_is_over_or_given_up() -> None:
    before = set(children(os.getpid()))
    with crew(process, None, workers=2) as hands:
        assert {pid for _, pid in hands.each(range(20))} <= set(children(os.getpid())) - before
        hands.one(1)
    assert set(children(os.getpid())) == before
    with suppress(KeyboardInterrupt), crew(act, "did", workers=2) as stuck:
        next(stuck.batches([Piece("fine"), Piece("hang"), Piece("hang")], 1))
        start = time.monotonic()
        raise KeyboardInterrupt
    assert time.monotonic() - start < 2
    assert set(children(os.getpid())) == before


PARENT = """
import sys
from worker_jobs import Piece, act
from symlstm.teaching.workers.crew import crew
from symlstm.teaching.workers.limits import Limits
with crew(act, "did", workers=2, limits=Limits(seconds=float(sys.argv[1]))) as hands:
    for _ in hands.batches([Piece("fine"), *(Piece(what) for what in sys.argv[2:])], 1):
        print("one is done", flush=True)
"""


@pytest.mark.skipif(not LINUX, reason="finds processes in /proc")
@pytest.mark.parametrize(("bound", "acts", "seconds"), [
    (60, ["sleep", "sleep"], 3),
    pytest.param(1.5, ["hang", "hang in C"], 9, marks=pytest.mark.slow),
])
def test_no_process_outlives_a_killed_parent_for_long(bound: float, acts: list[str], seconds: float) -> None:
    path = os.pathsep.join(sys.path)
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(bound), *acts], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path})
    assert parent.stdout is not None
    with parent.stdout:
        assert parent.stdout.readline() == b"one is done\n"
    time.sleep(0.4)
    orphans = children(parent.pid)
    assert len(orphans) == 2
    parent.kill()
    parent.wait()
    end = time.monotonic() + seconds
    while time.monotonic() < end and any(Path(f"/proc/{pid}").exists() for pid in orphans):
        time.sleep(0.05)
    assert not any(Path(f"/proc/{pid}").exists() for pid in orphans)


def test_nothing_is_imported_from_the_folder_of_the_work(tmp_path: Path) -> None:
    for name in ("random", "secrets", "typing", "symlstm"):
        (tmp_path / f"{name}.py").write_text("import os\nopen('touched', 'w').close()\n", "utf-8")
    code = "from worker_jobs import add_square\nfrom symlstm.teaching.workers.crew import crew\nwith crew(add_square, 1) as hands: print(list(hands.each([2])))"
    path = os.pathsep.join(entry for entry in sys.path if entry)
    done = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[(2, 5)]\n", "")
    assert not (tmp_path / "touched").exists()


# -- progress ---


class Terminal:
    """Standard error that says it is a terminal."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return True


def test_progress_says_the_pace_and_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with Bar("students") as progress:
        progress(500, 1000)  # an earlier run made these
        for done in range(501, 506):
            time.sleep(0.11)
            progress(done, 1000)
    shown = terminal.text.split("\r")[-3]
    pace = float(shown.split("students, ")[1].split("/s")[0])
    assert 5 < pace < 10
    minutes, seconds = shown.split("/s, ")[1].split(" left")[0].split(":")
    assert 495 / 10 < int(minutes) * 60 + int(seconds) < 495 / 5
