"""Marking a class: scores are those of `check`, everybody has their row and page, and the same command goes on where it was."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import pytest
from graded_classes import ONE_ONLY, RIGHT, SLIP, UNIT, UNREAD, book, marked, problem, tables, tree, write

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
    done, rows = marked(tmp_path, {"s1.md": RIGHT, "stray.md": RIGHT}, roster=them)
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


def test_each_is_judged_against_their_own_variant(tmp_path: Path) -> None:
    them = Roster(tuple(Student(f"s{k}", f"Name {k}") for k in range(4)))
    (tmp_path / "unit.md").write_text(UNIT, encoding="utf-8")
    posed = symlstm.read(tmp_path / "unit.md")
    handout([posed], tmp_path / "printed", roster=them, seed="5", to="md", executor=ThreadPoolExecutor(1))
    index = tmp_path / "printed" / "index.json"
    files = {}
    for student in json.loads(index.read_text(encoding="utf-8"))["students"]:
        first, second = (list(answer["values"].values()) for answer in student["variants"][0]["answers"])
        files[f"{student['id']}.md"] = f"Question 1\nh = [{', '.join(first)}]\nQuestion 2\nh = [{', '.join(second)}]\n"
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
    (tmp_path / "out" / "feedback" / "s1.html").write_text("torn", encoding="utf-8")
    (tmp_path / "out" / "feedback" / "s3.html").unlink()
    done, _ = marked(tmp_path, {})
    assert done.judged == 2
    fresh = grade(problem(), [tmp_path / "work"], tmp_path / "fresh")
    assert fresh.judged == 6
    assert tree(tmp_path / "out") == tree(tmp_path / "fresh")


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
    assert "2 students changed: 0 up, 2 down, of 2 that were marked before" in report
    assert "| s1 | 7 | 5 | −2 |" in report
    assert len(tables(tmp_path / "out")["earlier"]) == 2
    # The same command again does nothing more.
    kept = tree(tmp_path / "out"), tables(tmp_path / "out")
    done, _ = marked(tmp_path, {}, problem=mended, regrade=True)
    assert done.judged == 0
    assert (tree(tmp_path / "out"), tables(tmp_path / "out")) == kept
    # Pages in another format take the place of the old ones.
    marked(tmp_path, {}, problem=mended, regrade=True, to="text")
    assert sorted(path.name for path in (tmp_path / "out" / "feedback").iterdir()) == ["s1.txt", "s2.txt", "s3.txt"]


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "symlstm", "grade", *map(str, arguments)], capture_output=True, text=True, check=False)


def test_the_command_says_what_was_not_marked(tmp_path: Path) -> None:
    (tmp_path / "unit.md").write_text(UNIT, encoding="utf-8")
    work = write(tmp_path / "work", {"s1.md": RIGHT})
    done = command(tmp_path / "unit.md", work, "-o", tmp_path / "out", "--workers", 1)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    write(work, {"s2.md": b"\x89PNG"})
    done = command(tmp_path / "unit.md", work, "-o", tmp_path / "out", "--workers", 1)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "not marked: s2: work/s2.md: a picture; work is text: Markdown, LaTeX or plain text\n"
    done = command(tmp_path / "unit.md", tmp_path / "nowhere", "-o", tmp_path / "out")
    assert (done.returncode, done.stderr) == (2, f"{tmp_path / 'nowhere'}: there is no such file or folder\n")
    done = command(tmp_path / "unit.md", work, "-o", tmp_path / "out", "--question", 7)
    assert (done.returncode, done.stderr) == (2, "there is no question 7; the questions are numbered 1 to 2\n")
    # The problem, the roster and the folder itself may stand among the work.
    (tmp_path / "roster.csv").write_text("id,name\ns1,Ada\ns2,Bo\n", encoding="utf-8")
    (work / "s2.md").unlink()
    done = command(tmp_path / "unit.md", tmp_path, "-o", tmp_path / "out", "--roster", tmp_path / "roster.csv", "--workers", 1)
    assert (done.returncode, done.stderr.splitlines()) == (0, [
        "warning: the problem has `vary`, and no --index says who got which numbers: everybody is judged on the document as it stands"])
    assert list(book(tmp_path / "out")) == ["s1", "s2"]
