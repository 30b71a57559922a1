"""What a lecturer has to be told before believing a figure: what wasn't marked, wasn't recognised, wasn't known; and of whom a figure is."""

from __future__ import annotations

import re
import statistics
from fractions import Fraction
from pathlib import Path

import pytest
from graded_classes import ONE_ONLY, RIGHT, SLIP, UNIT, UNREAD, book, marked, problem, write

import symlstm
from symlstm.teaching.handouts.roster import Roster, Student
from symlstm.teaching.marking.collected import Status
from symlstm.teaching.marking.counts import cohort_of
from symlstm.teaching.marking.found import found
from symlstm.teaching.marking.grade import grade
from symlstm.teaching.marking.grade_book import Entry
from symlstm.teaching.marking.mark import Mark, Points, Unread
from symlstm.teaching.marking.whose import Class, Nobody

VALUES = """---
title: Mixed
convention: {round: {h: 3}, saturate: off, ties: even, carry: true}
---
The unit $h_t = \\tanh(w h_{t-1} + x_t)$ has $w = 0.5$, starts from $h_0 = 0$ and reads $x = [1, 0, -1]$. {convention}

```question
find: h
points: 5
```
"""
RIGHT_VALUES = "h = [0.762, 0.364, -0.674]\n"
"""tanh(1) = 0.76159, tanh(0.381) = 0.36358, tanh(-0.818) = -0.67407."""
CUT = "h_1 = 0.76\nh_2 = 0.36\nh_3 = -0.67\n"


def report(folder: Path) -> str:
    return (folder / "out" / "report.md").read_text(encoding="utf-8").replace("\\", "")


# -- questions that no mark has ---

OTHERS = [
    ("claims:\n  - $h_t = 0$\npoints: 3", "question 2 (claims) isn't marked here (3 of 8 points)"),
    ("state: [h_t, x_t]\npoints: 1", "question 2 (state) isn't marked here (1 of 6 points)"),
    ("simplify: all\npoints: 2.5", "question 2 (simplify) isn't marked here (2.5 of 7.5 points)"),
    ("comment: h_1\npoints: 2", "question 2 (comment) isn't marked here (2 of 7 points)"),
    ("carried:\n  - last is 1\nreadout: round(h)\npoints: 2", "question 2 (carried) isn't marked here (2 of 7 points)"),
    ("comment: h_1", "question 2 (comment) isn't marked here: only values are"),
    ("comment: h_1\npoints: 1\n```\n\n```question\ncomment: h_2\npoints: 2", "questions 2 (comment) and 3 (comment) aren't marked here (3 of 8"),
    ("find: h_2\npoints: 2", ""),
]


@pytest.mark.parametrize(("block", "said"), OTHERS, ids=[row[0].split(":")[0] + str(k) for k, row in enumerate(OTHERS)])
def test_questions_that_ask_for_no_values_are_named(tmp_path: Path, block: str, said: str) -> None:
    posed = symlstm.read(VALUES + f"\n```question\n{block}\n```\n")
    done, _ = marked(tmp_path, {"s1.md": RIGHT_VALUES}, problem=posed)
    assert [warning[: len(said)] for warning in done.warnings] == [said] * bool(said)
    assert (said[:1].upper() + said[1:] in report(tmp_path)) == ("not marked here" in report(tmp_path)) or not said
    if said:
        assert re.search(r"\| 2: \w+ \| [\d.–]+ \| not marked here \|", report(tmp_path))
    # Who names one question marks that alone.
    done, _ = marked(tmp_path / "one", {"s1.md": RIGHT_VALUES}, problem=posed, question=1)
    assert done.warnings == ()


# -- work in which nothing was recognised ---

UNRECOGNISED = "nothing in it was recognised as an answer"
WORK = [
    (RIGHT, ""),
    ("U_1 = 0.76\nU_2 = 0.36\n", UNRECOGNISED),
    ("Dear lecturer,\nmy work is in the other file.\n", UNRECOGNISED),
    ("h_1 = (0.76\n", f"{UNRECOGNISED}, 1 line couldn't be read"),
    ("", "nothing in it is about what is asked"),
    (ONE_ONLY, "nothing on question 2"),
    (UNREAD, "1 line couldn't be read"),
]


def test_work_in_which_nothing_was_recognised_is_named(tmp_path: Path) -> None:
    _, rows = marked(tmp_path, {f"s{k}.md": work for k, (work, _) in enumerate(WORK)})
    assert [rows[f"s{k}"]["note"] for k in range(len(WORK))] == [note for _, note in WORK]
    assert "in the work of 4 of these nothing was recognised as an answer" in report(tmp_path)
    section = report(tmp_path).partition("Nothing recognised")[2]
    assert re.findall(r"\| (s\d) \|", section) == ["s1", "s2", "s3", "s4"]


NO_TEXT = [
    ("s.html", b"h_1 = 0.76", "a web page"),
    ("s.HTM", b"h_1 = 0.76", "a web page"),
    ("s.md", b"\xef\xbb\xbf\n<!DOCTYPE html><p>h_1 = 0.76</p>", "a web page"),
    ("s.txt", b"<?xml version='1.0'?><!-- saved --><html><p>h</p></html>", "a web page"),
    ("s.ipynb", b"{}", "a notebook"),
    ("s.md", b'{\n "cells": [],\n "nbformat": 4}', "a notebook"),
    ("s.md", b"<b>h_1</b> = 0.76", ""),
    ("s.md", b"We work in <html>: h_1 = 0.76", ""),
    ("s.md", b"{h_1} = 0.76", ""),
]


@pytest.mark.parametrize(("name", "data", "kind"), NO_TEXT)
def test_what_programs_read_is_refused(tmp_path: Path, name: str, data: bytes, kind: str) -> None:
    (tmp_path / name).write_bytes(data)
    (one,) = found([tmp_path / name])
    assert one.fault == (f"{kind}; save it as text: Markdown, LaTeX or plain text" if kind else "")


# -- numbers that nobody knows of ---


@pytest.mark.parametrize("roster", [None, Roster((Student("s1", "Ada"),))], ids=["no roster", "a roster"])
def test_base_numbers_are_said_to_be_used(tmp_path: Path, roster: Roster | None) -> None:
    done, _ = marked(tmp_path, {"s1.md": RIGHT}, problem=symlstm.read(UNIT), roster=roster)
    assert [warning.partition(":")[0] for warning in done.warnings] == [
        "the problem has `vary`, and no --index says who got which numbers"]
    head = report(tmp_path).partition("## ")[0]
    assert "**Mind:** The problem has `vary`, and no --index says who got which numbers" in head
    done, _ = marked(tmp_path / "same", {"s1.md": RIGHT}, roster=roster)
    assert done.warnings == ()
    assert "**Mind:**" not in report(tmp_path / "same")


# -- rounding ---


def test_points_lost_by_rounding_alone_are_said(tmp_path: Path) -> None:
    files = {"s1.md": RIGHT_VALUES, "s2.md": CUT, "s3.md": CUT, "s4.md": CUT.replace("0.76\n", "0.9\n"), "s5.md": "h_1 = 0.762\n" + CUT[11:],
             "s6.md": "h_1 = 0.5\n"}
    _, rows = marked(tmp_path, files, problem=symlstm.read(VALUES))
    lost = [re.match(r"rounded otherwise: ([\d.]+) points? lost at (\d) place", rows[id]["note"]) for id in rows]
    # 5 points for 3 places; what is wrong isn't lost by rounding.
    assert [None if found is None else (found[1], found[2]) for found in lost][:3] == [None, ("5", "3"), ("5", "3")]
    assert lost[4] is not None
    assert lost[4][2] == "2"
    assert rows["s5"]["score"] == "1.6667"
    assert lost[5] is None
    rounded = sum(found is not None for found in lost)
    assert f"**Rounding:** {rounded} students lost points by rounding otherwise than asked" in report(tmp_path)
    assert "## " in report(tmp_path).partition("Rounded otherwise")[2]
    # Where rounding costs nothing there is nothing to say.
    _, rows = marked(tmp_path / "free", {"s2.md": CUT}, problem=symlstm.read(VALUES.replace("round: {h: 3}, ", "")))
    assert (rows["s2"]["score"], rows["s2"]["note"]) == ("5", "")


# -- of whom a figure is ---


def entry(id: str, *scores: int | None) -> Entry:
    """A student's points of 4 at each question; None where nothing was said of it."""
    points = tuple(Points(k, str(score or 0), "4", score is not None) for k, score in enumerate(scores, 1))
    return Entry(Status(Student(id, ""), True), Mark(points), None)


def test_a_question_is_about_those_who_answered_it() -> None:
    only_first = [entry(f"a{k}", k % 5, None) for k in range(20)]
    both = [entry(f"b{k}", k % 5, min(4, k % 5 + k % 2)) for k in range(12)]
    first, second = cohort_of([*only_first, *both, entry("c", None, None)]).items
    assert (first.worked, second.worked, first.compared, second.compared) == (32, 12, 12, 12)
    assert second.mean == Fraction(sum(min(4, k % 5 + k % 2) for k in range(12)), 12)
    assert second.full == sum(min(4, k % 5 + k % 2) == 4 for k in range(12))
    wanted = statistics.correlation([k % 5 for k in range(12)], [min(4, k % 5 + k % 2) for k in range(12)])
    assert first.discrimination == pytest.approx(wanted)
    assert second.discrimination == pytest.approx(wanted)
    # Half of a class on each question: nothing tells how they go together.
    halves = [entry(f"a{k}", k % 5, None) for k in range(12)] + [entry(f"b{k}", None, k % 5) for k in range(12)]
    assert [item.discrimination for item in cohort_of(halves).items] == [None, None]
    alike = [entry(f"a{k}", 4, None) for k in range(3)] + [entry("b", 0, 3)]
    assert [item.alike for item in cohort_of(alike).items] == [None, None]
    assert [item.alike for item in cohort_of(alike[:3]).items] == [4, None]


def test_who_answered_a_question_says_something_of_what_it_asks(tmp_path: Path) -> None:
    files = {"s1.md": RIGHT, "s2.md": ONE_ONLY, "s3.md": "Question 2\nh_2 = 0.99\n", "s4.md": "h_3 = 0.1\n", "s5.md": "h_0 = 0\n", "s6.md": "",
             "s7.md": "Nothing.", "s8.md": "Question 2\nx_1 = 2\n"}
    marked(tmp_path, files)
    table = report(tmp_path).partition("Question by question")[2]
    assert [re.search(rf"\| {k}[ (:].*?\| \d \| (\d+) \| (\d+) %", table).groups() for k in (1, 2)] == [  # type: ignore[union-attr]
        ("3", "67"), ("2", "75")]
    assert "of the 8 that are marked" in table


def test_lines_are_gathered_by_what_is_wrong_with_them() -> None:
    marks = [Mark((), unread=(Unread(1, f"h_{k % 7} = (", "something is missing"),)) for k in range(12)]
    marks += [Mark((), unread=(Unread(1, "h_1 = 1,000.5", "a comma between digits"),))]
    unread = cohort_of([Entry(Status(Student(f"a{k}", ""), True), mark, None) for k, mark in enumerate(marks)]).unread
    assert [(each.reason, each.count, each.texts, len(each.examples)) for each in unread] == [
        ("something is missing", 12, 7, 2), ("a comma between digits", 1, 1, 1)]


# -- what isn't handed in ---


def test_an_earlier_marking_among_the_work_is_passed_over(tmp_path: Path) -> None:
    work = write(tmp_path / "work", {"s1.md": RIGHT, "s2.md": SLIP, "~$s2.docx": b"\0\1", "week 2/s3.md": SLIP})
    grade(problem(), work, work / "marked", workers=1)
    done = grade(problem(), work, tmp_path / "out", workers=1)
    assert list(book(tmp_path / "out")) == ["s1", "s2", "week 2/s3"]
    assert done.warnings == ("work/marked: holds an earlier marking, whose files are no work and are passed over",)
    # The database may have been taken away.
    (work / "marked" / "marks.sqlite").unlink()
    assert len(list(found([work], written=lambda folder, shown: frozenset()))) > 3
    assert list(book(grade(problem(), work, tmp_path / "other", workers=1).folder)) == ["s1", "s2", "week 2/s3"]
    # The work's own folder may be the one that is written to.
    (tmp_path / "both").mkdir()
    both = write(tmp_path / "both", {"s1.md": RIGHT})
    for folder in (both, both, tmp_path / "again"):
        assert list(book(grade(problem(), both, folder, workers=1).folder)) == ["s1"]
    # Folders of students with such names are no marking.
    odd = write(tmp_path / "odd", {"feedback/s1.md": RIGHT, "marks.sqlite": b"SQLite format 3\0" + bytes(84), "grades.csv": b"id,h\n"})
    assert sorted(one.place for one in found([odd])) == ["odd/feedback/s1.md", "odd/grades.csv", "odd/marks.sqlite"]
    assert "feedback/s1" in book(grade(problem(), odd, tmp_path / "of odd", workers=1).folder)


def test_two_students_of_one_name_are_not_said_to_be_ids_in_it() -> None:
    them = Class([("00123", "Ada Lovelace"), ("s10", "Ada Lovelace")])
    said = them.whose(["Ada Lovelace", "work"], False)
    assert isinstance(said, Nobody)
    assert "several students (00123, s10)" in said.why
    assert "after one student's id" in said.why


@pytest.mark.parametrize("to", ["html", "md", "text"])
def test_no_options_of_a_command_stand_on_a_students_page(tmp_path: Path, to: str) -> None:
    marked(tmp_path, {"s1.md": SLIP}, to=to)
    (page,) = (tmp_path / "out" / "feedback").iterdir()
    assert "--" not in re.sub(r"(?s)<style>.*?</style>|:?-{3,}:?|<!--|-->|var\(--[^)]*\)|--[\w-]+:", "", page.read_text(encoding="utf-8"))
    feedback = symlstm.check(problem(), SLIP)
    assert ("--reveal" in feedback.to(to)) == (to == "text")
