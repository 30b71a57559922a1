"""Handouts: what is in the folder, the same bytes however a run went, and no harm from any roster or folder."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import symlstm
from symlstm.errors import DocumentError, Source, SymlstmError, UsageError
from symlstm.model.problem import Problem
from symlstm.presentation.grid import FORMS
from symlstm.teaching import commands
from symlstm.teaching.asked import answers_of
from symlstm.teaching.commands import SHEET_FORMATS
from symlstm.teaching.handouts.handout import Handout, _Run, handout
from symlstm.teaching.handouts.roster import Roster, Student, roster
from symlstm.teaching.handouts.sheets import FORMATS
from symlstm.teaching.variants.variants import variant_from, varied

UNIT = """---
title: A small unit
convention: {round: {h: 1}, ties: away, saturate: off}
vary:
  w: [0.5, 1, 1.5, 2, -1]
  x: {of: [-1, 0, 1, 2], length: 4}
---
The unit $h_t = \\tanh(w h_{t-1} + x_t)$ has $w = 0.5$, starts from $h_0 = 0$ and reads $x = [1, 0, -1, 2]$. {convention}

```question
find: h
answer: [0.8, 0.4, -0.7, 0.9]
```
"""
FIXED = UNIT.replace("vary:\n  w: [0.5, 1, 1.5, 2, -1]\n  x: {of: [-1, 0, 1, 2], length: 4}\n", "")


def students(count: int) -> Roster:
    return Roster(tuple(Student(f"s{k}", f"Name {k}", (f"g{k % 3}",)) for k in range(count)), ("group",))


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder with the digest of its bytes."""
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file()}


def hand(problems: list[Problem], folder: Path, **options: object) -> Handout:
    """A handout made in this process."""
    return handout(problems, folder, executor=ThreadPoolExecutor(1), **options)  # type: ignore[arg-type]


def test_everybody_gets_their_own(tmp_path: Path) -> None:
    done = hand([symlstm.read(UNIT)], tmp_path / "out", roster=students(9), seed="7", to="md", documents=True)
    assert (done.students, done.made) == (9, 9)
    index = json.loads((tmp_path / "out" / "index.json").read_text(encoding="utf-8"))
    assert [student["id"] for student in index["students"]] == [f"s{k}" for k in range(9)]
    answers = []
    for student in index["students"]:
        variant = variant_from(varied(symlstm.read(UNIT)), "7", student["id"], student["variants"][0]["draw"])
        (answer,) = symlstm.solve(symlstm.read(variant.text)).answers
        values = {str(place): str(value) for place, value in answer.values.items()}  # type: ignore[union-attr]
        assert values == student["variants"][0]["answers"][0]["values"]
        answers.append(tuple(values.values()))
        document = symlstm.read(tmp_path / "out" / "problems" / f"{student['id']}.md")
        assert answers_of(document) == variant.answers
        assert "answer:" not in document.source.text
        assert student["name"] in (tmp_path / "out" / "sheets" / f"{student['id']}.md").read_text(encoding="utf-8")
        for name, digest in student["files"].items():
            assert hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest() == digest
    assert len(set(answers)) == 9
    with (tmp_path / "out" / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["id", "name", "group", "seed", "draw", "question 1", "files"]
    assert [row[5] for row in rows[1:]] == [", ".join(answer) for answer in answers]


def test_a_sheet_without_its_answers(tmp_path: Path) -> None:
    handout([symlstm.read(UNIT)], tmp_path, roster=students(3), to="md")
    for path in (tmp_path / "sheets").glob("*.md"):
        assert "0.8" not in path.read_text(encoding="utf-8")
    assert sorted(path.name for path in (tmp_path / "keys").glob("*.md")) == ["s0.md", "s1.md", "s2.md"]
    linked = [url for path in (tmp_path / "keys").glob("*.md") for url in re.findall(r"\]\(([^)]+\.svg)\)", path.read_text(encoding="utf-8"))]
    assert sorted(linked) == sorted(path.name for path in (tmp_path / "keys").glob("*.svg")) != []


def test_a_problem_that_does_not_vary_has_one_key(tmp_path: Path) -> None:
    hand([symlstm.read(FIXED)], tmp_path, roster=students(3), to="md")
    assert sorted(tree(tmp_path)) == ["index.csv", "index.json", "keys/key-cell.svg", "keys/key-trace.svg", "keys/key.md"] + [
        f"sheets/s{k}{end}" for k in range(3) for end in ("-cell.svg", ".md")]


def test_without_a_roster_the_problem_stands_as_it_is(tmp_path: Path) -> None:
    hand([symlstm.read(UNIT)], tmp_path / "plain", to="md")
    assert sorted(tree(tmp_path / "plain")) == ["index.csv", "index.json", "keys/key-cell.svg", "keys/key-trace.svg", "keys/key.md",
                                               "sheets/worksheet-cell.svg", "sheets/worksheet.md"]
    assert "[1, 0, -1, 2]" in (tmp_path / "plain" / "sheets" / "worksheet.md").read_text(encoding="utf-8")
    hand([symlstm.read(UNIT)], tmp_path / "drawn", to="md", seed="3")
    assert "[1, 0, -1, 2]" not in (tmp_path / "drawn" / "sheets" / "worksheet.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("to", ["md", "html", "tex", "pdf"])
def test_every_format_is_made_alike_by_any_workers(tmp_path: Path, to: str) -> None:
    problems = [symlstm.read(UNIT), symlstm.read(FIXED)]
    handout(problems, tmp_path / "one", roster=students(4), to=to, grid="half", executor=ThreadPoolExecutor(1))  # type: ignore[arg-type]
    handout(problems, tmp_path / "two", roster=students(4), to=to, grid="half")  # type: ignore[arg-type]
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_who_comes_later_changes_nobody_before(tmp_path: Path) -> None:
    hand([symlstm.read(UNIT)], tmp_path / "few", roster=students(4), to="md")
    hand([symlstm.read(UNIT)], tmp_path / "more", roster=students(7), to="md")
    few, more = tree(tmp_path / "few"), tree(tmp_path / "more")
    assert {name: digest for name, digest in few.items() if "/" in name}.items() <= more.items()


def test_the_same_command_again_makes_only_what_is_missing(tmp_path: Path) -> None:
    problem = symlstm.read(UNIT)
    hand([problem], tmp_path, roster=students(6), to="md")
    before = tree(tmp_path)
    assert hand([problem], tmp_path, roster=students(6), to="md").made == 0
    assert tree(tmp_path) == before
    (tmp_path / "keys" / "s3.md").unlink()
    (tmp_path / "sheets" / "s4.md").write_text("spoilt", encoding="utf-8")
    assert hand([problem], tmp_path, roster=students(6), to="md").made == 3
    assert tree(tmp_path) == before


COMMAND = "import sys; from symlstm.cli import main; sys.exit(main(sys.argv[1:]))"


def run_until(arguments: list[str], seconds: float) -> int | None:
    """Run the command line, and kill it outright after so long; its exit code where it came to an end before."""
    process = subprocess.Popen([sys.executable, "-c", COMMAND, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return None


def killed_and_resumed(tmp_path: Path, count: int, kills: int, to: str) -> None:
    """A run killed at random moments and begun again leaves what an undisturbed one does."""
    (tmp_path / "unit.md").write_text(UNIT, encoding="utf-8")
    (tmp_path / "roster.csv").write_text("id,name\n" + "".join(f"s{k},Name {k}\n" for k in range(count)), encoding="utf-8")
    common = ["handout", str(tmp_path / "unit.md"), "--roster", str(tmp_path / "roster.csv"), "--seed", "5", "--to", to, "-o"]
    start = time.monotonic()
    assert run_until([*common, str(tmp_path / "calm")], 1800) == 0
    whole = time.monotonic() - start
    chance = random.Random(4)
    done = 0
    round = 0
    while done < kills:
        folder = tmp_path / f"killed-{round}"
        for _ in range(6):
            if done == kills or run_until([*common, str(folder)], chance.uniform(0.02, 0.5) * whole) is not None:
                break
            done += 1
        assert run_until([*common, str(folder)], 1800) == 0
        assert tree(folder) == tree(tmp_path / "calm")
        round += 1


def test_killed_and_begun_again(tmp_path: Path) -> None:
    killed_and_resumed(tmp_path, 12, 3, "md")


@pytest.mark.slow
@pytest.mark.parametrize(("kills", "to"), [(50, "md"), (6, "pdf")])
def test_killed_fifty_times(tmp_path: Path, kills: int, to: str) -> None:
    killed_and_resumed(tmp_path, 200, kills, to)


HOSTILE = 'id,name\n../../up,"../x"\na/b,a\\b\n.,dot\n"quo""te","=1+1"\n-x,@SUM(A1)\nשלום,\u202eevil\ncon,<script>alert(1)</script>\n王,#let x = $y$ \\input{x} *b* `c`\n'


@pytest.mark.parametrize("to", ["md", "html", "tex", "pdf"])
def test_no_name_gets_out_of_the_folder_or_acts(tmp_path: Path, to: str) -> None:
    folder = tmp_path / "deep" / "out"
    hand([symlstm.read(FIXED)], folder, roster=roster(Source("r.csv", HOSTILE)), to=to, documents=True)
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]
    assert len(list((folder / "sheets").glob(f"*.{to}"))) == 8
    text = (folder / "index.csv").read_text(encoding="utf-8-sig")
    assert "'=1+1" in text
    assert ",=1+1" not in text and ",@SUM" not in text
    if to == "html":
        assert all("<script" not in path.read_text(encoding="utf-8") for path in (folder / "sheets").iterdir())


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "house").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="stands there already"):
        hand([symlstm.read(FIXED)], tmp_path, to="md")
    assert sorted(tree(tmp_path)) == ["keys/house"]


def test_another_handout_is_not_mixed_in(tmp_path: Path) -> None:
    hand([symlstm.read(UNIT)], tmp_path, roster=students(3), seed="1", to="md")
    before = tree(tmp_path)
    with pytest.raises(UsageError, match="holds a handout of other"):
        hand([symlstm.read(UNIT)], tmp_path, roster=students(3), seed="2", to="md")
    assert tree(tmp_path) == before


def at_the_door(folder: Path, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> None:
    """Let something happen between the first look at a folder and its lock."""
    rehearse = _Run.rehearse

    def slow(run: _Run) -> None:
        monkeypatch.setattr(_Run, "rehearse", rehearse)
        rehearse(run)
        meanwhile()

    monkeypatch.setattr(_Run, "rehearse", slow)


def test_two_runs_at_once_are_not_mixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = [symlstm.read(FIXED.replace("title: A small unit", "title: Another"))]
    at_the_door(tmp_path, monkeypatch, lambda: hand(other, tmp_path, roster=students(2), to="md"))
    with pytest.raises(UsageError, match="holds a handout of other"):
        hand([symlstm.read(FIXED)], tmp_path, roster=students(2), to="md")
    assert all("Another" in path.read_text(encoding="utf-8") for path in tmp_path.glob("*/*.md"))
    assert not (tmp_path / ".symlstm").exists()


def test_the_same_run_twice_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = [symlstm.read(UNIT)]
    at_the_door(tmp_path, monkeypatch, lambda: hand(problem, tmp_path, roster=students(3), to="md"))
    assert hand(problem, tmp_path, roster=students(3), to="md").made == 0
    assert not (tmp_path / ".symlstm").exists()


@pytest.mark.skipif(os.name != "posix", reason="the lock is one of POSIX")
def test_a_folder_that_another_run_holds(tmp_path: Path) -> None:
    import fcntl

    (tmp_path / ".symlstm").mkdir()
    with (tmp_path / ".symlstm" / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(UsageError, match="another run"):
            hand([symlstm.read(FIXED)], tmp_path, to="md")
    assert hand([symlstm.read(FIXED)], tmp_path, to="md").made == 1
    assert not (tmp_path / ".symlstm").exists()


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
@pytest.mark.parametrize("name", [".symlstm", "sheets", "keys"])
def test_a_link_is_not_followed_out_of_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError):
        hand([symlstm.read(FIXED)], tmp_path / "out", to="md")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_documents_of_several_problems_never_share_a_name(tmp_path: Path) -> None:
    for name in ("x-p.md", "p.md"):
        (tmp_path / name).write_text(UNIT, encoding="utf-8")
    class_ = Roster((Student("s1", "A"), Student("s1-x", "B"), Student("p.md", "C")))
    problems = [symlstm.read(tmp_path / name) for name in ("x-p.md", "p.md")]
    hand(problems, tmp_path / "out", roster=class_, to="md", documents=True)
    assert len([path for path in (tmp_path / "out" / "problems").rglob("*.md") if path.is_file()]) == 6
    assert hand(problems, tmp_path / "out", roster=class_, to="md", documents=True).made == 0


def test_three_files_of_nearly_one_name(tmp_path: Path) -> None:
    for folder, name in (("a", "p.md"), ("b", "p.md"), ("c", "p-2.md")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(FIXED.replace("A small unit", f"Unit {folder}"), encoding="utf-8")
    problems = [symlstm.read(tmp_path / f) for f in ("a/p.md", "b/p.md", "c/p-2.md")]
    hand(problems, tmp_path / "out", to="md", documents=True)
    assert len(list((tmp_path / "out" / "problems").iterdir())) == 3


def test_a_wrong_key_of_the_author_is_told(tmp_path: Path) -> None:
    done = hand([symlstm.read(FIXED.replace("[0.8,", "[0.7,"))], tmp_path, to="md")
    assert not done.agrees
    assert any("is wrong" in warning for warning in done.warnings)


def test_errors_name_the_file(tmp_path: Path) -> None:
    (tmp_path / "unit.md").write_text(FIXED.replace("starts from $h_0 = 0$ and ", ""), encoding="utf-8")
    with pytest.raises(SymlstmError) as caught:
        hand([symlstm.read(tmp_path / "unit.md")], tmp_path / "out", to="md")
    assert "unit.md:" in str(caught.value)


def test_ids_of_a_page_are_its_own(tmp_path: Path) -> None:
    hand([symlstm.read(FIXED), symlstm.read(FIXED)], tmp_path, to="html")
    ids = re.findall(r' id="([^"]+)"', (tmp_path / "keys" / "key.html").read_text(encoding="utf-8"))
    assert len(ids) == len(set(ids)) > 4


@pytest.mark.parametrize("where", ["a file", "under a file", "unwritable"])
def test_a_folder_that_cannot_be_written(tmp_path: Path, where: str) -> None:
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    if where == "unwritable" and os.access(locked, os.W_OK):
        pytest.skip("this user may write anywhere")
    folder = {"a file": file, "under a file": file / "out", "unwritable": locked / "out"}[where]
    with pytest.raises(UsageError, match=str(tmp_path)):
        hand([symlstm.read(FIXED)], folder, to="md")
    assert file.read_text(encoding="utf-8") == "x"


def test_nothing_is_written_where_a_problem_cannot_be_worked(tmp_path: Path) -> None:
    with pytest.raises(SymlstmError):
        hand([symlstm.read(FIXED.replace("starts from $h_0 = 0$ and ", ""))], tmp_path / "out", to="md")
    assert not (tmp_path / "out").exists()


def test_more_students_than_answers(tmp_path: Path) -> None:
    text = UNIT.replace("x: {of: [-1, 0, 1, 2], length: 4}", "x: permutation").replace("  w: [0.5, 1, 1.5, 2, -1]\n", "")
    with pytest.raises(DocumentError, match="vary"):
        hand([symlstm.read(text)], tmp_path / "out", roster=students(40), to="md")


def test_two_problems_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "unit.md").write_text(FIXED, encoding="utf-8")
    hand([symlstm.read(tmp_path / folder / "unit.md") for folder in ("a", "b")], tmp_path / "out", to="md", documents=True)
    assert sorted(path.name for path in (tmp_path / "out" / "problems").iterdir()) == ["unit-2.md", "unit.md"]


def test_the_command_line_offers_what_there_is() -> None:
    assert (SHEET_FORMATS, commands.FORMS) == (FORMATS, FORMS)
