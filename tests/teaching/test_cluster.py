"""A Dask cluster does the work as this machine does it: a real one, of processes on this machine, some of which are killed."""

from __future__ import annotations

import hashlib
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from worker_jobs import Piece, act, add_square, slow_square

import symlstm
from symlstm.cli import main
from symlstm.errors import UsageError
from symlstm.teaching.workers import cluster
from symlstm.teaching.workers.cluster import executor_of
from symlstm.teaching.workers.crew import crew
from symlstm.teaching.workers.limits import Limits, Lost

pytest.importorskip("distributed")

if TYPE_CHECKING:
    from distributed import Client, LocalCluster

CLASS = Path(__file__).parents[2] / "reports" / "class"
UNIT = """---
title: A small unit
convention: {round: {h: 1}, ties: away, saturate: off, carry: true}
vary:
  w: [0.5, 1, 1.5, 2, -1]
  x: {of: [-1, 0, 1, 2], length: 4}
---
The unit $h_t = \\tanh(w h_{t-1} + x_t)$ has $w = 0.5$, starts from $h_0 = 0$ and reads $x = [1, 0, -1, 2]$. {convention}

```question
find: h
```
"""


def started(workers: int) -> LocalCluster:
    from distributed import LocalCluster as Local

    return Local(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50)  # type: ignore[no-untyped-call]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with started(2) as local:
        yield local.scheduler_address


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    from distributed import Client as Connected

    with Connected(address, set_as_default=False) as connected:  # type: ignore[no-untyped-call]
        yield connected


def test_a_cluster_gives_what_this_machine_gives(address: str) -> None:
    pieces = [Piece("fine", k) for k in range(40)] + [Piece("hang in C"), Piece("leave"), Piece("KeyError"), Piece("fine", 41)]
    limits = Limits(seconds=0.6)
    with executor_of(address) as executor:
        assert getattr(executor, "width") == 2  # noqa: B009 - it is an executor with more than others have
        with crew(act, "did", executor=executor, limits=limits) as far:
            found = list(far.each(pieces))
        with crew(add_square, 7, executor=executor) as squares:
            assert [done for _, done in squares.each(range(300))] == [7 + k * k for k in range(300)]
    with crew(act, "did", limits=limits) as near:
        assert found == list(near.each(pieces))
    assert sum(isinstance(done, Lost) for _, done in found) == 3


def test_an_error_of_the_input_travels(address: str) -> None:
    with executor_of(address) as executor, crew(act, "did", executor=executor) as hands:
        with pytest.raises(symlstm.DocumentError, match=r"work\.md:2:2: this is wrong"):
            list(hands.each([Piece("fine"), Piece("wrong")]))


@pytest.mark.slow
def test_the_work_of_a_killed_worker_is_done_elsewhere(address: str, client: Client) -> None:
    with executor_of(address) as executor, crew(slow_square, 0.02, executor=executor) as hands:
        found = []
        for k, batch in enumerate(hands.batches(range(400), 5)):
            found += batch
            if k in (10, 30, 50):
                victims = client.run(os.getpid)
                os.kill(sorted(victims.items())[0][1], signal.SIGKILL)
    assert found == [(k, k * k) for k in range(400)]


def tree(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize("command", [["vary", "-n", "25", "--seed", "3"], ["handout", "--roster", "r.csv", "--to", "md"]], ids=lambda row: row[0])
def test_commands_write_the_same_bytes(command: list[str], address: str, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("unit.md").write_text(UNIT, encoding="utf-8")
    Path("r.csv").write_text("id,name\n" + "".join(f"s{k},N {k}\n" for k in range(25)), encoding="utf-8")
    run = [command[0], "unit.md", *command[1:], "-o"]
    assert main([*run, "far", "--scheduler", address]) == 0
    assert main([*run, "near", "--workers", "2"]) == 0
    assert main([*run, "alone", "--workers", "1"]) == 0
    assert tree(Path("far")) == tree(Path("near")) == tree(Path("alone")) != {}


@pytest.mark.slow
def test_a_class_is_marked_alike_though_a_worker_is_killed_in_the_middle(address: str, client: Client, tmp_path: Path) -> None:
    """Files byte for byte, and rows of the database one by one."""
    problem, work = symlstm.read(CLASS / "two-units.md"), CLASS / "work"
    killed: list[int] = []

    def progress(done: int, of: int) -> None:
        if 10 < done < of and not killed:
            killed.append(sorted(client.run(os.getpid).items())[0][1])
            os.kill(killed[0], signal.SIGKILL)

    with executor_of(address) as executor:
        symlstm.grade(problem, work, tmp_path / "far", executor=executor, progress=progress)
    symlstm.grade(problem, work, tmp_path / "near", workers=1)
    assert killed
    both = [tree(tmp_path / name) for name in ("far", "near")]
    rows = [list(sqlite3.connect(tmp_path / name / "marks.sqlite").iterdump()) for name in ("far", "near")]
    for found in both:
        del found["marks.sqlite"]
    assert both[0] == both[1]
    assert rows[0] == rows[1]


def test_variants_are_those_of_the_sequential_search(tmp_path: Path) -> None:
    """25 of 25 possible: the last ones are only found by looking again."""
    text = ("---\ntitle: A\nvary: {w: {from: 1, to: 5, step: 1}, u: {from: 1, to: 5, step: 1}}\n---\n"
            "$h_t = w h_{t-1} + 10 u$, $w = 1$, $u = 1$, $h_0 = 1$.\n\n```question\nfind: h_1\n```\n")
    problem = symlstm.read(text)
    from symlstm.teaching.asked import Answers
    from symlstm.teaching.variants.variants import varied, vary

    compiled = varied(problem)
    wanted, taken = [], set[Answers]()
    for key in range(1, 26):
        wanted.append(compiled.different("s", str(key), -1, taken))
        taken.add(wanted[-1].answers)
    assert list(vary(problem, 25, "s", workers=2)) == wanted
    with pytest.raises(symlstm.DocumentError) as alone:
        compiled.different("s", "26", -1, taken)
    with pytest.raises(symlstm.DocumentError) as together:
        list(vary(problem, 26, "s", workers=2))
    assert str(together.value) == str(alone.value)


# -- what is wrong with a cluster ---


def test_dask_is_not_installed(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "unit.md").write_text(UNIT, encoding="utf-8")
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["vary", str(tmp_path / "unit.md"), "-n", "3", "--seed", "1", "-o", str(tmp_path / "out"), "--scheduler", "tcp://x:1"]) == 2
    assert capsys.readouterr().err == "--scheduler needs Dask, which isn't installed: pip install 'symlstm[dask]'\n"
    assert not (tmp_path / "out").exists()


# an address, and what is said of it
ADDRESSES = [
    ("nonsense", "'nonsense' is no address of a scheduler"),
    ("http://127.0.0.1:80", "is no address of a scheduler"),
    ("", "is no address of a scheduler"),
    ("tcp://127.0.0.1:1", "no Dask scheduler answers at tcp://127.0.0.1:1; start one"),
]


@pytest.mark.parametrize(("where", "said"), ADDRESSES)
def test_nobody_is_there(where: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    with pytest.raises(UsageError, match=said), executor_of(where):
        pass


@pytest.mark.slow
def test_a_cluster_without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1.0)
    with started(0) as local:
        with pytest.raises(UsageError, match="has no workers; start some"), executor_of(local.scheduler_address):
            pass


@pytest.mark.slow
def test_a_cluster_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ALONE_SECONDS", 3.0)
    local = started(1)
    with executor_of(local.scheduler_address) as executor, crew(slow_square, 0.05, executor=executor) as hands:
        batches = hands.batches(range(1000), 4)
        next(batches)
        local.close()
        start = time.monotonic()
        with pytest.raises(UsageError, match="the same command goes on from there"):
            list(batches)
        assert time.monotonic() - start < 30


def test_a_worker_with_another_version(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "__version__", "9.9")
    with pytest.raises(UsageError, match=r"the worker at tcp://[\d.:]+ has symlstm [\d.]+; install symlstm 9\.9 on each worker"), executor_of(address):
        pass


def test_a_worker_of_another_version_that_comes_later(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symlstm.teaching.workers.ahead.__version__", "9.9")
    with executor_of(address) as executor, crew(add_square, 1, executor=executor) as hands:
        with pytest.raises(UsageError, match=r"a worker can't do the work: it has symlstm [\d.]+, and 9\.9 is needed"):
            list(hands.each([1]))


@pytest.mark.slow
def test_a_worker_without_symlstm() -> None:
    from distributed import Client as Connected

    def lose() -> None:
        import sys

        sys.modules["symlstm"] = None  # type: ignore[assignment]

    with started(1) as local, Connected(local.scheduler_address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        client.run(lose)
        with pytest.raises(UsageError, match="hasn't got symlstm; install symlstm"), executor_of(local.scheduler_address):
            pass


def test_one_of_two_ways(capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in (["--workers", "2", "--scheduler", "tcp://x:1"], ["--workers", "0"], ["--workers", "two"]):
        with pytest.raises(SystemExit, match="2"):
            main(["vary", "a.md", "-n", "3", "--seed", "1", "-o", "out", *wrong])
        assert "--workers" in capsys.readouterr().err
