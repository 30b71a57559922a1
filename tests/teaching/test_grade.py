"""Marking a class: scores are those of `check`, everybody has their row and page, and the same command goes on where it was."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from graded_classes import FIXED, ONE_ONLY, RIGHT, SLIP, UNIT, UNREAD, book, marked, problem, tables, tree, write

import symlstm
from symlstm.errors import UsageError
from symlstm.teaching.handouts.handout import handout
from symlstm.teaching.handouts.roster import Roster, Student
from symlstm.teaching.marking.grade import grade
from symlstm.teaching.variants.variants import variant_from, varied

CLASS = {"s1.md": RIGHT, "s2.txt": SLIP, "s3.tex": UNREAD, "s4.md": ONE_ONLY, "s5.md": ""}


def test_scores_are_those_of_check(tmp_path: Path) -> None:
    done, rows = marked(tmp_path, CLASS)
    assert (done.marked, done.judged, done.unmarked_count) == (5, 5, 0)
    for name, text in CLASS.items():
        row, found = rows[name.split(".")[0]], symlstm.check(problem(), text + "\n").checked
        assert Fraction(row["score"]) == found.score.earned
        # What nothing was handed in for counts as well: 3 points and 4.
        assert row["of"] == "7"
        assert row["diagnosis"].split("; ") == ([diagnosis.code for diagnosis in found.diagnoses] or [""])
    assert [rows[f"s{k}"]["score"] for k in range(1, 6)] == ["7", "6", "6", "3", "0"]
    assert [rows[f"s{k}"]["percent"] for k in range(1, 6)] == ["100", "85.7", "85.7", "42.9", "0"]
    assert [rows[f"s{k}"]["first slip"] for k in range(1, 6)] == ["", "h_1 (line 2)", "", "", ""]
    assert [rows[f"s{k}"]["note"] for k in range(1, 6)] == [
        "", "", "1 line couldn't be read", "nothing on question 2", "nothing in it is about what is asked"]


@pytest.mark.parametrize(("to", "ending"), [("html", "html"), ("md", "md"), ("text", "txt")])
def test_pages_are_the_feedback_of_check(tmp_path: Path, to: str, ending: str) -> None:
    marked(tmp_path, {"s2.txt": SLIP}, to=to, reveal=True)
    page = (tmp_path / "out" / "feedback" / f"s2.{ending}").read_text(encoding="utf-8")
    assert page == symlstm.check(problem(), SLIP).to(to, reveal=True)


def test_comma_and_question_are_those_of_check(tmp_path: Path) -> None:
    _, rows = marked(tmp_path, {"s1.md": "h = [0,96; 0,99]\n"}, question=2, comma=True)
    assert (rows["s1"]["score"], rows["s1"]["of"]) == ("4", "4")


def test_everybody_in_the_roster_has_a_row(tmp_path: Path) -> None:
    them = Roster((Student("s9", "=cmd|' /C calc'!A0", ("a",)), Student("s1", "Zoë", ("b",))), ("group",))
    done, rows = marked(tmp_path, {"s1.md": RIGHT, "stray.md": RIGHT}, roster=them, problem=symlstm.read(UNIT))
    assert list(rows) == ["s9", "s1"]
    assert (rows["s9"]["note"], rows["s9"]["score"], rows["s9"]["name"][0]) == ("nothing handed in", "", "'")
    assert (rows["s1"]["name"], rows["s1"]["group"], rows["s1"]["score"]) == ("Zoë", "b", "7")
    assert done.unmarked == ("work/stray.md: no id of the roster stands in its name; name the file after the id",)
    # Without the mark a spreadsheet would take the bytes for another encoding.
    assert (tmp_path / "out" / "grades.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert any("`vary`" in warning for warning in done.warnings)


def test_a_grade_book_of_plain_characters_needs_no_mark(tmp_path: Path) -> None:
    marked(tmp_path, {"s1.md": RIGHT})
    assert (tmp_path / "out" / "grades.csv").read_bytes().startswith(b"id,score,")


def handed(tmp_path: Path, count: int) -> tuple[Any, Path, dict[str, str]]:
    """A problem that was handed out to so many students, the index of that, and everybody's own right answers."""
    (tmp_path / "unit.md").write_text(UNIT, encoding="utf-8")
    posed = symlstm.read(tmp_path / "unit.md")
    them = Roster(tuple(Student(f"s{k}", f"Name {k}") for k in range(count)))
    handout([posed], tmp_path / "printed", roster=them, seed="5", to="md", executor=ThreadPoolExecutor(1))
    index = tmp_path / "printed" / "index.json"
    files = {}
    for student in json.loads(index.read_text(encoding="utf-8"))["students"]:
        first, second = (list(answer["values"].values()) for answer in student["variants"][0]["answers"])
        files[f"{student['id']}.md"] = f"Question 1\nh = [{', '.join(first)}]\nQuestion 2\nh = [{', '.join(second)}]\n"
    return posed, index, files


def test_each_is_judged_against_their_own_variant(tmp_path: Path) -> None:
    posed, index, files = handed(tmp_path, 4)
    files["s3.md"] = files["s0.md"]  # copied from somebody with other numbers
    done, rows = marked(tmp_path, files, problem=posed, index=index)
    assert [rows[f"s{k}"]["score"] for k in range(3)] == ["7", "7", "7"]
    variant = variant_from(varied(posed), "5", "s3", json.loads(index.read_text(encoding="utf-8"))["students"][3]["variants"][0]["draw"])
    assert Fraction(rows["s3"]["score"]) == symlstm.check(symlstm.read(variant.text), files["s3.md"]).checked.score.earned < 7
    assert rows["s0"]["name"] == "Name 0"
    assert done.warnings == ()
    # Other weights give some students other answers, another length gives everybody others.
    for other in (UNIT.replace("length: 3", "length: 4"), UNIT.replace("[0.5, 1, ", "[0.25, 1, ")):
        write(tmp_path / "other", {"unit.md": other})
        with pytest.raises(UsageError, match=r"isn't the problem that was handed out.*'s\d' other answers"):
            grade(symlstm.read(tmp_path / "other" / "unit.md"), [tmp_path / "work"], tmp_path / "other-out", index=index)
        assert not (tmp_path / "other-out").exists()
    (tmp_path / "another.md").write_text(UNIT, encoding="utf-8")
    with pytest.raises(UsageError, match=r"another\.md is none of the problems that were handed out \(unit\.md\)"):
        grade(symlstm.read(tmp_path / "another.md"), [tmp_path / "work"], tmp_path / "other-out", index=index)


def test_workers_and_the_order_of_files_change_no_byte(tmp_path: Path) -> None:
    write(tmp_path / "a", CLASS)
    for name in reversed(CLASS):
        write(tmp_path / "b", {name: CLASS[name]})
    grade(problem(), [tmp_path / "a"], tmp_path / "one", workers=1)
    grade(problem(), sorted((tmp_path / "b").iterdir(), reverse=True), tmp_path / "two", workers=3)
    assert tree(tmp_path / "one") == tree(tmp_path / "two")
    assert tables(tmp_path / "one") == tables(tmp_path / "two")
    assert not any(str(tmp_path).encode() in path.read_bytes() for path in (tmp_path / "one").rglob("*") if path.is_file())


def test_only_what_is_new_or_changed_is_judged_again(tmp_path: Path) -> None:
    done, _ = marked(tmp_path, CLASS)
    done, _ = marked(tmp_path, {})
    assert (done.judged, done.marked) == (0, 5)
    done, rows = marked(tmp_path, {"s2.txt": RIGHT, "s6.md": SLIP})
    assert (done.judged, done.marked, rows["s2"]["score"], rows["s6"]["score"]) == (2, 6, "7", "6")
    (tmp_path / "out" / "feedback" / "s1.html").write_bytes(b"")
    (tmp_path / "out" / "feedback" / "s3.html").unlink()
    done, _ = marked(tmp_path, {})
    assert done.judged == 2
    fresh = grade(problem(), [tmp_path / "work"], tmp_path / "fresh")
    assert fresh.judged == 6
    assert tree(tmp_path / "out") == tree(tmp_path / "fresh")


def test_a_page_that_somebody_has_changed_is_kept(tmp_path: Path) -> None:
    posed = symlstm.read(FIXED)
    marked(tmp_path, {"s1.md": SLIP, "s2.md": SLIP}, problem=posed)
    pages = tmp_path / "out" / "feedback"
    written, edited = (pages / "s2.html").read_bytes(), (pages / "s1.html").read_bytes() + b"<p>well done, see me"
    (pages / "s1.html").write_bytes(edited)
    for _ in range(2):
        done, _ = marked(tmp_path, {}, problem=posed)
        assert (done.judged, done.warnings) == (0, ("changed by hand since it was written, and kept as it is: feedback/s1.html",))
        assert (pages / "s1.html").read_bytes() == edited
    # There is something new to say: both stay, whatever it is that is new.
    for number, (name, work) in enumerate((("s1.html.edited", RIGHT), ("s1.html.edited-2", UNREAD)), 1):
        done, _ = marked(tmp_path, {"s1.md": work}, problem=posed)
        assert done.judged == 1
        assert done.warnings == (f"changed by hand, and a new page has taken its place; it stands beside that now: feedback/{name}",)
        assert (pages / name).read_bytes() == edited
        assert (pages / "s1.html").read_text(encoding="utf-8") == symlstm.check(posed, work).to("html")
        assert len(list(pages.iterdir())) == 2 + number
        (pages / "s1.html").write_bytes(edited)
    marked(tmp_path, {}, problem=symlstm.read(FIXED.replace("points: 4", "points: 2")), regrade=True)
    assert (pages / "s1.html.edited-3").read_bytes() == edited
    # What wasn't touched is ours to replace and to take away.
    assert (pages / "s2.html").read_bytes() != written
    assert not list(pages.glob("s2.html?*"))


# what is handed in under the names of two students whose pages can have the same name, time after time: `a/b` alone has that of the other
PLAIN, SLASHED = "a-b-c14cddc0.md", "a/b.md"
TAKEN_OVER = [
    [{PLAIN: RIGHT}, {SLASHED: RIGHT}],
    [{SLASHED: RIGHT}, {PLAIN: RIGHT}],
    [{SLASHED: RIGHT}, {SLASHED: RIGHT, PLAIN: RIGHT}, {SLASHED: RIGHT}],
    [{PLAIN: SLIP}, {PLAIN: SLIP, SLASHED: RIGHT}, {SLASHED: SLIP}, {PLAIN: RIGHT}],
    [{PLAIN: SLIP}, {PLAIN: b"\x89PNG", SLASHED: SLIP}, {SLASHED: SLIP}],
]


@pytest.mark.parametrize("times", [*TAKEN_OVER[:2], *(pytest.param(times, marks=pytest.mark.slow) for times in TAKEN_OVER[2:])])
def test_everybody_who_is_marked_has_a_page_whoever_had_its_name(tmp_path: Path, times: list[dict[str, str]]) -> None:
    for number, files in enumerate(times):
        work = write(tmp_path / f"work{number}" / "work", files)
        grade(problem(), work, tmp_path / "out", workers=1)
        grade(problem(), work, tmp_path / f"fresh{number}", workers=1)
        assert tree(tmp_path / "out" / "feedback") == tree(tmp_path / f"fresh{number}" / "feedback") != {}
        assert tables(tmp_path / "out")["marks"] == tables(tmp_path / f"fresh{number}")["marks"]


def test_what_is_no_longer_handed_in_leaves_the_grades(tmp_path: Path) -> None:
    marked(tmp_path, CLASS)
    (tmp_path / "work" / "s2.txt").unlink()
    (tmp_path / "work" / "s3.tex").write_bytes(b"\x89PNG")
    (tmp_path / "out" / "feedback" / "s3.html").write_text("a remark by hand", encoding="utf-8")
    done, rows = marked(tmp_path, {})
    assert "s2" not in rows
    assert (rows["s3"]["score"], rows["s3"]["note"]) == ("", "not marked: work/s3.tex: a picture; work is text: Markdown, LaTeX or plain text")
    assert not (tmp_path / "out" / "feedback" / "s2.html").exists()
    assert (tmp_path / "out" / "feedback" / "s3.html").read_text(encoding="utf-8") == "a remark by hand"
    assert [row[0] for row in tables(tmp_path / "out")["withdrawn"]] == ["s2", "s3"]
    assert done.warnings[0].startswith("2 marks on work that is no longer handed in")
    done, rows = marked(tmp_path, {"s2.txt": SLIP})
    assert (rows["s2"]["score"], done.judged, done.warnings) == ("6", 1, ())
    assert [row[0] for row in tables(tmp_path / "out")["withdrawn"]] == ["s3"]


def test_marks_of_a_mended_problem_stand_beside_the_old_ones(tmp_path: Path) -> None:
    marked(tmp_path, {"s1.md": RIGHT, "s2.txt": SLIP})
    mended = symlstm.read(UNIT.replace("points: 4", "points: 2"))
    before = tables(tmp_path / "out")
    with pytest.raises(UsageError, match="--regrade judges everything again"):
        marked(tmp_path, {}, problem=mended)
    assert tables(tmp_path / "out") == before
    done, rows = marked(tmp_path, {"s3.md": RIGHT}, problem=mended, regrade=True)
    assert done.judged == 3
    assert [(rows[id]["score"], rows[id]["of"], rows[id]["earlier score"]) for id in ("s1", "s2", "s3")] == [
        ("5", "5", "7"), ("4", "5", "6"), ("5", "5", "")]
    report = (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    # All of the points are all of the points, however many there are.
    assert "1 student changed: 0 up, 1 down, of 2 that were marked before" in report
    assert "| 6 of 7 (86 %) | 4 of 5 (80 %) | 1 |" in report
    assert [rows[id]["earlier of"] for id in ("s1", "s2", "s3")] == ["7", "7", ""]
    assert not re.search(r"\bs[123]\b", report)
    assert len(tables(tmp_path / "out")["earlier"]) == 2
    # The same command again does nothing more.
    kept = tree(tmp_path / "out"), tables(tmp_path / "out")
    done, _ = marked(tmp_path, {}, problem=mended, regrade=True)
    assert done.judged == 0
    assert (tree(tmp_path / "out"), tables(tmp_path / "out")) == kept
    # Pages in another format take the place of the old ones.
    marked(tmp_path, {}, problem=mended, regrade=True, to="text")
    assert sorted(path.name for path in (tmp_path / "out" / "feedback").iterdir()) == ["s1.txt", "s2.txt", "s3.txt"]


def test_a_mended_problem_keeps_everybody_s_numbers(tmp_path: Path) -> None:
    """More decimals than were asked for: other answers than the index has, from the same numbers."""
    posed, index, files = handed(tmp_path, 3)
    marked(tmp_path, files, problem=posed, index=index)
    text = posed.source.text
    assert "round: {h: 2}" in text
    mended = symlstm.read(text.replace("round: {h: 2}", "round: {h: 3}").replace("title: ", "title: Mended ", 1))
    mended = replace(mended, source=replace(mended.source, name=posed.source.name))
    with pytest.raises(UsageError, match="say --mended"):
        marked(tmp_path, {}, problem=mended, index=index, regrade=True)
    draws = [student["variants"][0]["draw"] for student in json.loads(index.read_text(encoding="utf-8"))["students"]]
    compiled = varied(mended)
    for k, draw in enumerate(draws):
        answers = variant_from(compiled, "5", f"s{k}", draw).answers
        said = [", ".join(digits[0] for _, digits in answer.items) for answer in answers]
        (tmp_path / "work" / f"s{k}.md").write_text(f"Question 1\nh = [{said[0]}]\nQuestion 2\nh = [{said[1]}]\n", encoding="utf-8")
    done, rows = marked(tmp_path, {}, problem=mended, index=index, regrade=True, mended=True)
    assert [(rows[f"s{k}"]["score"], rows[f"s{k}"]["earlier score"]) for k in range(3)] == [("7", "7")] * 3
    assert "drawn anew" in done.warnings[0]


def test_judging_again_by_another_index_leaves_the_marks_as_they_were(tmp_path: Path) -> None:
    posed, index, files = handed(tmp_path, 3)
    marked(tmp_path, files, problem=posed, index=index)
    edited = tmp_path / "out" / "feedback" / "s0.html"
    kept = tree(tmp_path / "out"), tables(tmp_path / "out")
    edited.write_bytes(page := edited.read_bytes() + b"<p>well done, see me")
    # The last student's answers are others; those before are judged by then, one piece after the other.
    told = json.loads(index.read_text(encoding="utf-8"))["students"][-1]["variants"][0]["answers"][0]["values"]
    lines = index.read_text(encoding="utf-8").splitlines(keepends=True)
    last = max(k for k, line in enumerate(lines) if line.startswith('{"id"'))
    old = json.dumps(told, separators=(",", ":"))
    assert old in lines[last]
    lines[last] = lines[last].replace(old, json.dumps(dict.fromkeys(told, "0.5"), separators=(",", ":")))
    (tmp_path / "bad.json").write_text("".join(lines), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(UsageError, match="'s2' other answers than"):
            marked(tmp_path, {}, problem=posed, index=tmp_path / "bad.json", regrade=True, reveal=True)
        assert tables(tmp_path / "out") == kept[1]
    # The command by which they were marked goes on with them.
    done, _ = marked(tmp_path, {}, problem=posed, index=index)
    assert done.marked == 3
    assert (tmp_path / "out" / "feedback" / "s0.html.edited").read_bytes() == page
    (tmp_path / "out" / "feedback" / "s0.html.edited").unlink()
    assert (tree(tmp_path / "out"), tables(tmp_path / "out")) == kept
    _, rows = marked(tmp_path, {}, problem=posed, index=index, regrade=True, reveal=True)
    assert [rows[f"s{k}"]["earlier score"] for k in range(3)] == ["7", "7", "7"]


def test_earlier_scores_outlast_a_regrade_that_was_interrupted(tmp_path: Path) -> None:
    files = {"s1.md": RIGHT, "s2.md": SLIP, "s3.md": ONE_ONLY}
    marked(tmp_path, files)

    def stopped(done: int, of: int) -> None:
        if done:
            raise KeyboardInterrupt

    for points in (1, 2):
        with pytest.raises(KeyboardInterrupt):
            marked(tmp_path, {}, problem=symlstm.read(UNIT.replace("points: 4", f"points: {points}")), regrade=True, progress=stopped)
    _, rows = marked(tmp_path, {}, problem=symlstm.read(UNIT.replace("points: 4", "points: 8")), regrade=True)
    # The first batch is one piece, which got a mark each time: its newest is that of two points.
    assert [(rows[f"s{k}"]["score"], rows[f"s{k}"]["earlier score"]) for k in (1, 2, 3)] == [("11", "5"), ("10", "6"), ("3", "3")]
    assert len(tables(tmp_path / "out")["earlier"]) == 5


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "symlstm", "grade", *map(str, arguments)], capture_output=True, text=True, check=False)


def test_the_command_says_what_was_not_marked(tmp_path: Path) -> None:
    (tmp_path / "unit.md").write_text(UNIT, encoding="utf-8")
    work = write(tmp_path / "work", {"s1.md": RIGHT})
    done = command(tmp_path / "unit.md", work, "-o", tmp_path / "out", "--workers", 1)
    untold = ("warning: the problem has `vary`, and no --index says who got which numbers: everybody is judged on the document as it "
              "stands\n")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", untold)
    write(work, {"s2.md": b"\x89PNG"})
    done = command(tmp_path / "unit.md", work, "-o", tmp_path / "out", "--workers", 1)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == untold + "not marked: s2: work/s2.md: a picture; work is text: Markdown, LaTeX or plain text\n"
    done = command(tmp_path / "unit.md", tmp_path / "nowhere", "-o", tmp_path / "out")
    assert (done.returncode, done.stderr) == (2, f"{tmp_path / 'nowhere'}: there is no such file or folder\n")
    done = command(tmp_path / "unit.md", work, "-o", tmp_path / "out", "--question", 7)
    assert (done.returncode, done.stderr) == (2, "there is no question 7; the questions are numbered 1 to 2\n")
    # The problem, the roster and the folder itself may stand among the work.
    (tmp_path / "roster.csv").write_text("id,name\ns1,Ada\ns2,Bo\n", encoding="utf-8")
    (work / "s2.md").unlink()
    done = command(tmp_path / "unit.md", tmp_path, "-o", tmp_path / "out", "--roster", tmp_path / "roster.csv", "--workers", 1)
    assert (done.returncode, done.stderr) == (0, untold)
    assert list(book(tmp_path / "out")) == ["s1", "s2"]
