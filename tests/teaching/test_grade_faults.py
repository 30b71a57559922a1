"""Marking that is interrupted, and folders and databases that fail: nothing is lost, and nothing outside the folder is touched."""

from __future__ import annotations

import os
import random
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from graded_classes import FIXED, RIGHT, SLIP, UNIT, UNREAD, book, marked, problem, tables, tree, write
from worker_jobs import children

import symlstm
from symlstm.errors import UsageError
from symlstm.teaching.marking.grade import grade
from symlstm.teaching.workers.limits import Limits

PIECES = 60
"""Of the class that is interrupted."""
LINES = "".join(f"h_1 = tanh(0.5 · 0 + 1) = tanh({k} - {k - 1}) = 0.76\n" for k in range(1, 16))
"""So that a piece takes a moment, and there are many batches."""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A problem, a class's work, and what marking it without any disturbance gives."""
    folder = tmp_path_factory.mktemp("class")
    (folder / "unit.md").write_text(FIXED, encoding="utf-8")
    write(folder / "work", {f"s{k:03}.md": LINES + (RIGHT, SLIP, UNREAD)[k % 3] + f"h_3 = 0.{k:03}\n" * (k % 4 == 0) for k in range(PIECES)})
    grade(symlstm.read(FIXED), [folder / "work"], folder / "out")
    return folder


def started(folder: Path, out: Path) -> subprocess.Popen[bytes]:
    """The command, begun on the class."""
    return subprocess.Popen([sys.executable, "-m", "symlstm", "grade", str(folder / "unit.md"), str(folder / "work"), "-o", str(out)],
                            stderr=subprocess.PIPE)


def finished(folder: Path, out: Path) -> None:
    """The same command again, to its end: all is as if nothing had happened."""
    process = started(folder, out)
    _, said = process.communicate(timeout=120)
    assert (process.returncode, said) == (0, b"")
    assert tree(out) == tree(folder / "out")
    assert tables(out) == tables(folder / "out")


def rows_in(out: Path) -> int:
    """The marks that are there by now."""
    if not (out / "marks.sqlite").exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{out}/marks.sqlite?mode=ro", uri=True, timeout=1)) as connection:
            count: int = connection.execute("SELECT count(*) FROM marks").fetchone()[0]
            return count
    except sqlite3.OperationalError:  # it is being made, or its last writer was killed
        return 0


def under_way(folder: Path, out: Path, wanted: int, draw: random.Random) -> subprocess.Popen[bytes]:
    """The command, when so many marks are there, and a moment later; it may have come to its end by itself."""
    process = started(folder, out)
    while rows_in(out) < wanted and process.poll() is None:
        time.sleep(0.002)
    time.sleep(draw.uniform(0, 0.05))
    return process


TRIES = 3
"""To hit a process before it comes to its end by itself."""


def interrupted(folder: Path, out: Path, draw: random.Random) -> None:
    """The command is killed when some marks are there, and a moment later."""
    wanted = draw.randint(1, PIECES)
    for number in range(TRIES):
        path = out / str(number)
        process = under_way(folder, path, wanted, draw)
        process.kill()
        process.communicate()
        if process.returncode == -signal.SIGKILL:
            break
    assert process.returncode == -signal.SIGKILL
    assert len(tables(path)["marks"]) >= wanted
    finished(folder, path)


def bereft(folder: Path, out: Path, draw: random.Random) -> None:
    """A worker is killed while work is left to do: its piece is judged by another, and nobody notices."""
    wanted = draw.randint(1, PIECES * 2 // 3)
    for number in range(TRIES):
        path = out / str(number)
        process = under_way(folder, path, wanted, draw)
        killed = draw.choice(children(process.pid) or [0])
        if hit := bool(killed) and rows_in(path) < PIECES:
            try:
                os.kill(killed, signal.SIGKILL)
            except ProcessLookupError:
                hit = False
        _, said = process.communicate(timeout=120)
        assert (process.returncode, said) == (0, b"")
        assert tree(path) == tree(folder / "out")
        assert tables(path) == tables(folder / "out")
        if hit:
            break
    assert hit


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")


@pytest.mark.parametrize("seed", range(2))
def test_the_same_command_goes_on_after_a_kill(undisturbed: Path, tmp_path: Path, seed: int) -> None:
    interrupted(undisturbed, tmp_path / "out", random.Random(seed))


@needs_proc
@pytest.mark.parametrize("seed", range(1))
def test_a_worker_that_is_killed_changes_nothing(undisturbed: Path, tmp_path: Path, seed: int) -> None:
    bereft(undisturbed, tmp_path / "out", random.Random(seed))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 130))
def test_any_kill_is_gone_on_from(undisturbed: Path, tmp_path: Path, seed: int) -> None:
    interrupted(undisturbed, tmp_path / "out", random.Random(seed))


@pytest.mark.slow
@needs_proc
@pytest.mark.parametrize("seed", range(200, 230))
def test_any_killed_worker_is_made_up_for(undisturbed: Path, tmp_path: Path, seed: int) -> None:
    bereft(undisturbed, tmp_path / "out", random.Random(seed))


def test_a_kill_at_every_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in the folder after each file that was put in its place is gone on from."""
    work = write(tmp_path / "work", {"s1.md": RIGHT, "s2.md": SLIP, "s3.md": UNREAD})
    grade(problem(), work, tmp_path / "whole")
    replace = os.replace
    for last in (1, 3, 4, 6, 7, 20):
        out, count = tmp_path / f"out{last}", 0

        def torn(source: str, target: str, last: int = last) -> None:
            nonlocal count
            count += 1
            if count > last:
                raise KeyboardInterrupt
            replace(source, target)

        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", torn)
            try:
                grade(problem(), work, out)
            except KeyboardInterrupt:
                pass
            else:
                assert last > 6
                break
        grade(problem(), work, out)
        assert tree(out) == tree(tmp_path / "whole")
        assert tables(out) == tables(tmp_path / "whole")


@pytest.mark.parametrize("pages", [0, 1, 2])
def test_a_kill_between_rows_and_pages_is_no_change_by_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pages: int) -> None:
    """Work is handed in anew, the run on it is killed among its pages, and what was handed in first is handed in again."""
    files = {f"s{k}.md": SLIP for k in range(4)}
    marked(tmp_path, files)
    whole = tree(tmp_path / "out"), tables(tmp_path / "out")
    replace = os.replace
    put: list[str] = []

    def torn(source: str, target: str) -> None:
        if len(put) == pages:
            raise KeyboardInterrupt
        put.append(target)
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", torn)
        with pytest.raises(KeyboardInterrupt):
            marked(tmp_path, dict.fromkeys(files, RIGHT))
    done, _ = marked(tmp_path, files)
    assert done.warnings == ()
    assert (tree(tmp_path / "out"), tables(tmp_path / "out")) == whole


def test_a_piece_that_takes_too_long_is_named_and_holds_up_nobody(tmp_path: Path) -> None:
    slow = "".join(f"h_{k % 3 + 1} = tanh(0.5 · 0.{k:05} + {k} - 1) = 0.{k:05}\n" for k in range(15_000))
    done, rows = marked(tmp_path, {"s1.md": RIGHT, "s2.md": slow}, limits=Limits(seconds=1.5))
    assert rows["s1"]["score"] == "7"
    assert rows["s2"]["note"] == "not marked: work/s2.md: took more than 1.5 seconds"
    assert done.unmarked == ("s2: work/s2.md: took more than 1.5 seconds",)


# what is asked for, and what is said of it
TOO_MUCH = [
    ("--seconds", "1e12", "a positive number of seconds, at most 604,800 (a week)"),
    ("--memory", "99999999999999999999", "a positive number of MB of memory, at most 1,073,741,824"),
]


@pytest.mark.parametrize(("option", "value", "said"), TOO_MUCH)
def test_a_limit_that_no_system_takes_is_told_and_blames_nobody(tmp_path: Path, option: str, value: str, said: str) -> None:
    (tmp_path / "unit.md").write_text(UNIT, encoding="utf-8")
    work = write(tmp_path / "work", {"s1.md": RIGHT})
    done = subprocess.run([sys.executable, "-m", "symlstm", "grade", str(tmp_path / "unit.md"), str(work), "-o", str(tmp_path / "out"),
                           option, value], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, f"the limit of a piece of work takes {said}\n")
    assert not (tmp_path / "out").exists()


# -- folders ---


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="out: a file; name a folder"):
        marked(tmp_path, {"s1.md": RIGHT})
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["grades.csv", "report.html", "feedback/s1.html", "report-slips.svg"])
def test_a_folder_with_something_else_in_it(tmp_path: Path, name: str) -> None:
    write(tmp_path / "out", {name: "mine"})
    with pytest.raises(UsageError, match="stands there already and is of no marking"):
        marked(tmp_path, {"s1.md": RIGHT})
    assert tree(tmp_path / "out") == tree(write(tmp_path / "as-before", {name: "mine"}))


@pytest.mark.parametrize("head", ["id,score,of", "name,score,of,percent,first slip,diagnosis,note", ""])
def test_another_grade_book_is_no_marking(tmp_path: Path, head: str) -> None:
    before = tree(write(tmp_path / "out", {"grades.csv": head + "\n", "feedback/s1.html": "mine"}))
    with pytest.raises(UsageError, match=r"feedback: stands there already .*; name another folder, or move it away"):
        marked(tmp_path, {"s1.md": RIGHT})
    assert tree(tmp_path / "out") == before


@pytest.mark.parametrize("name", ["marks.sqlite", "feedback", "grades.csv", "report.md", ".symlstm"])
def test_links_in_the_folder_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match=f"{re.escape(name)}: a link, which may lead out of the folder"):
        marked(tmp_path, {"s1.md": RIGHT})
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_page_that_is_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    marked(tmp_path, {"s1.md": RIGHT})
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    page = tmp_path / "out" / "feedback" / "s1.html"
    page.unlink()
    page.symlink_to(tmp_path / "mine")
    marked(tmp_path, {})
    assert (tmp_path / "mine").read_text(encoding="utf-8") == "mine"
    assert not page.is_symlink()


def test_nothing_outside_the_folder_is_touched(tmp_path: Path) -> None:
    lines = "id,work\n../../../up,h = 1\n/etc/x,h = 1\nCON,h = 1\n" + "a" * 200 + ",h = 1\n..,h = 1\n"
    (tmp_path / "a.csv").write_text(lines, encoding="utf-8")
    before = tree(tmp_path)
    grade(problem(), tmp_path / "a.csv", tmp_path / "deep" / "out")
    after = tree(tmp_path)
    assert {name: digest for name, digest in after.items() if not name.startswith("deep/out/")} == before
    assert len(list((tmp_path / "deep" / "out" / "feedback").iterdir())) == 5


def test_a_second_run_waits_for_nobody(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    marked(tmp_path, {"s1.md": RIGHT})
    (tmp_path / "out" / ".symlstm").mkdir()
    with (tmp_path / "out" / ".symlstm" / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(UsageError, match="another run is writing to this folder"):
            marked(tmp_path, {})


@contextmanager
def mounted(path: Path, options: str) -> Iterator[None]:
    """A small file system in memory; skips where it can't be had."""
    path.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(path)], capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="needs tmpfs")
def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    files = {f"s{k}.md": (RIGHT, SLIP)[k % 2] for k in range(12)}
    marked(tmp_path, files)
    whole = tree(tmp_path / "out"), tables(tmp_path / "out")
    out = tmp_path / "disk"
    with mounted(out, "size=128k"):
        with pytest.raises(UsageError, match="no space left on"):
            grade(problem(), tmp_path / "work", out, workers=1)
        subprocess.run(["mount", "-o", "remount,size=8m", str(out)], check=True)
        done = grade(problem(), tmp_path / "work", out, workers=1)
        assert (tree(out), tables(out)) == whole
        assert done.marked == 12


def test_a_bound_on_the_size_of_files_is_told(tmp_path: Path) -> None:
    write(tmp_path / "work", {f"s{k}.md": SLIP for k in range(3)})
    (tmp_path / "unit.md").write_text(UNIT, encoding="utf-8")

    def bound() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (6_000, resource.RLIM_INFINITY))

    arguments = [sys.executable, "-m", "symlstm", "grade", str(tmp_path / "unit.md"), str(tmp_path / "work"), "-o", str(tmp_path / "out")]
    done = subprocess.run(arguments, preexec_fn=bound, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert str(tmp_path / "out") in done.stderr
    assert subprocess.run(arguments, check=False).returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="needs tmpfs")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    out = tmp_path / "disk"
    with mounted(out, "size=1m"):
        marked(tmp_path, {"s1.md": RIGHT})
        subprocess.run(["mount", "-o", "remount,ro", str(out)], check=True)
        with pytest.raises(UsageError, match="read-only file system"):
            grade(problem(), tmp_path / "work", out)


# -- databases ---


def test_a_locked_database_is_told(tmp_path: Path) -> None:
    marked(tmp_path, {"s1.md": RIGHT})
    kept = tree(tmp_path / "out")
    connection = sqlite3.connect(tmp_path / "out" / "marks.sqlite", isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(UsageError, match=r"marks\.sqlite: another program holds the database; close it"):
            marked(tmp_path, {"s2.md": RIGHT})
    finally:
        connection.close()
    assert tree(tmp_path / "out") == kept
    assert marked(tmp_path, {})[0].judged == 1


def overwritten(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[5_000:9_000] = os.urandom(4_000)
    path.write_bytes(data)


def foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


BROKEN: list[tuple[str, Callable[[Path], object], str]] = [
    ("text", lambda path: path.write_text("not a database at all " * 50, encoding="utf-8"), "no database"),
    ("cut", lambda path: path.write_bytes(path.read_bytes()[:-4096]), "the database is damaged; move it away"),
    ("overwritten", overwritten, "the database is damaged; move it away"),
    ("foreign", foreign, "a database of something else"),
    ("a folder", a_folder, "the database can't be opened"),
]


@pytest.mark.parametrize(("about", "broken", "said"), BROKEN, ids=[row[0] for row in BROKEN])
def test_a_database_that_is_damaged_or_another_is_told(tmp_path: Path, about: str, broken: Callable[[Path], object], said: str) -> None:
    marked(tmp_path, {f"s{k}.md": SLIP for k in range(4)})
    path = tmp_path / "out" / "marks.sqlite"
    broken(path)
    kept = tree(tmp_path / "out"), path.read_bytes() if path.is_file() else b""
    with pytest.raises(UsageError) as caught:
        marked(tmp_path, {})
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)
    assert (tree(tmp_path / "out"), path.read_bytes() if path.is_file() else b"") == kept
    # It was told to move it away; the same command judges everything again, and a page with a word by hand is still there.
    path.rename(tmp_path / "away")
    page = tmp_path / "out" / "feedback" / "s1.html"
    page.write_bytes(edited := page.read_bytes() + b"<p>well done")
    done, _ = marked(tmp_path, {})
    assert done.judged == 4
    assert any("changed by hand" in warning for warning in done.warnings)
    (page.parent / "s1.html.edited").rename(tmp_path / "edited")
    assert (tmp_path / "edited").read_bytes() == edited
    assert tree(tmp_path / "out") == kept[0]


def test_an_empty_database_is_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "marks.sqlite").touch()
    assert marked(tmp_path, {"s1.md": RIGHT})[0].marked == 1
    assert book(tmp_path / "out")["s1"]["score"] == "7"
