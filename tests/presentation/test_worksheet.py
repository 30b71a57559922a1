"""Worksheets and keys: a blank for each value asked and none of the answers, points that add up, the same questions on both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

import symlstm
from symlstm.analysis.answers import FindAnswer
from symlstm.document.blocks import Aside, Blank, Block, Display, Fold, Inlines, Items, Paragraph, Quote, Table
from symlstm.document.writers import WRITERS
from symlstm.document.writers import text as plain
from symlstm.document.writers.text import words
from symlstm.model.problem import symbol
from symlstm.notation.places import Place
from symlstm.notation.typeset import formula
from symlstm.notation.typeset import plain as unicode
from symlstm.presentation.grid import Form
from symlstm.presentation.key import key
from symlstm.presentation.worksheet import BOX, Sheet, possible, worksheet

REPORTS = Path(__file__).parents[2] / "reports"
PROBLEMS = ("lstm-states", "lstm-block", "gating", "gating-unit", "parity-unit", "counter")
BLANKS = {"lstm-states": 5 + 6 + 5, "lstm-block": 2 + 2 + 2 + 2, "gating": 1, "gating-unit": 0}
"""Blanks for answers: equations to simplify, values entry by entry, two lines for a comment."""
BOXES = {"lstm-states": 4, "lstm-block": 0, "gating": 4, "gating-unit": 4}


def solved(name: str) -> symlstm.Solution:
    return symlstm.solve(symlstm.read(REPORTS / name / "problem.md"))


def inlines(blocks: Iterator[Block]) -> Iterator[Inlines]:
    for block in blocks:
        match block:
            case Paragraph(content=content):
                yield content
            case Items(items=items):
                yield from (found for item in items for found in inlines(iter(item)))
            case Table(rows=rows):
                yield from (cell for row in rows for cell in row)
            case Aside(blocks=inner) | Fold(blocks=inner) | Quote(blocks=inner):
                yield from inlines(iter(inner))
            case _:
                pass


@pytest.mark.parametrize("name", BLANKS)
def test_a_blank_for_each_answer(name: str) -> None:
    found = list(inlines(iter(worksheet([solved(name)], Sheet((("Name", "Ada"),))).blocks)))
    names = [inline.name for content in found for inline in content if isinstance(inline, Blank) and inline.name != "points"]
    assert len(names) == BLANKS[name]
    assert len(set(names)) == len(names)
    assert sum(words(content).count(BOX) for content in found) == BOXES[name]


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize("to", ["html", "md", "tex", "text"])
def test_every_writer_writes_both(name: str, to: str) -> None:
    solution = solved(name)
    sheet = "".join(WRITERS[to].write(worksheet([solution], Sheet(grid="blank")), warn=lambda message: None))
    answers = "".join(WRITERS[to].write(key([solution], grid=True), warn=lambda message: None))
    assert solution.problem.title.split()[0] in sheet
    assert len(answers) > len(sheet) / 2


@pytest.mark.parametrize("name", BLANKS)
@pytest.mark.parametrize("grid", [None, "blank", "half"])
def test_nothing_of_the_answers_stands_on_a_worksheet(name: str, grid: Form | None) -> None:
    solution = solved(name)
    text = "".join(plain.write(worksheet([solution], Sheet(grid=grid)), width=200)).replace("\N{NO-BREAK SPACE}", " ")
    assert "answer" not in text
    for answer in solution.answers:
        for place in answer.values if isinstance(answer, FindAnswer) else ():
            assert re.search(rf"{re.escape(plain_symbol(place))} = [(_]", text), place
            assert not re.search(rf"{re.escape(plain_symbol(place))} = [-−0-9]", text), place
    asked = {str(place.name) for answer in solution.answers if isinstance(answer, FindAnswer) for place in answer.values}
    for line in text.splitlines():
        row = re.fullmatch(r"\s*([a-z])_t(?:\[\d\])?((?:\s+\S+)+)\s*", line)
        if row and row[1] in asked and "=" not in line:
            assert set(row[2]) <= {"_", " "}, line


def plain_symbol(place: Place) -> str:
    return unicode(formula(symbol(place)))


def test_points_add_up() -> None:
    text = "---\ntitle: Points\n---\n$h_t = 2 h_{t-1}$, $h_0 = 1$.\n" + "".join(
        f"\n```question\n{asked}\n```\n" for asked in ("find: h_1", "find: [h_1, h_1/definition]\npoints: 3", "state: [h_t]\npoints: 1.5", "state: [h_t]"))
    solution = symlstm.solve(symlstm.read(text))
    assert possible(solution) == Fraction(11, 2)
    sheet = "".join(plain.write(worksheet([solution], Sheet()), width=200))
    assert "of 5.5" in sheet
    assert "(3 points)" in sheet and "(1 point)" in sheet and "(1.5 points)" in sheet
    marks = next(block for block in key([solution]).blocks if isinstance(block, Table))
    assert [[words(cell) for cell in row][:2] for row in marks.rows] == [
        ["Question 1", "1"], ["Question 2", "3"], ["Question 3", "1.5"], ["All", "5.5"]]


def test_a_key_marks_the_lines_that_earn() -> None:
    notes = [words(line.note) for block in key([solved("lstm-states")]).blocks if isinstance(block, Display) for line in block.lines]
    assert sum(note.endswith("1 point") for note in notes) == 11


def test_a_convention_that_the_text_leaves_out_is_stated() -> None:
    text = "---\ntitle: Said\nconvention: {round: {h: 1}}\n---\n$h_t = 2 h_{t-1}$, $h_0 = 1$.\n\n```question\nfind: h_1\n```\n"
    for document, count in ((text, 1), (text.replace("$.\n", "$. {convention}\n"), 1), (text.replace("convention: {round: {h: 1}}\n", ""), 0)):
        sheet = "".join(plain.write(worksheet([symlstm.solve(symlstm.read(document))], Sheet()), width=200))
        assert sheet.count("Round h") == count


def test_several_problems_on_one_sheet() -> None:
    solutions = [solved("lstm-block"), solved("gating")]
    text = "".join(plain.write(worksheet(solutions, Sheet()), width=100))
    assert text.index("Problem 1: One step of an LSTM in matrix form") < text.index("Problem 2: One step of an LSTM")
    assert text.startswith("2 problems")


def sheet_of(text: str) -> str:
    return "".join(plain.write(worksheet([symlstm.solve(symlstm.read(text))], Sheet()), width=300))


ASKED = "\n```question\nfind: h\n```\n"


@pytest.mark.parametrize(("text", "said", "unsaid"), [
    ("---\ntitle: a\ngiven: {w: 0.5, h_0: 0.25}\ninputs: {x: [1, -0.25]}\n---\n$h_t = w h_{t-1} + x_t$.\n",
     ["w = 0.5", "h_0 = 0.25", "x = [1, −0.25]"], []),
    ("---\ntitle: a\ncell: rnn\ngiven: {weights: 2, biases: 0, h_0: 1}\ninputs: {x: [1]}\n---\nGo.\n",
     ["h_t = tanh(", "W^{h,h} = 2", "b_h = 0", "x = [1]"], []),
    ("---\ntitle: a\ncell: rnn\ngiven: {weights: 2, biases: 0, h_0: 1}\ninputs: {x: [1]}\n---\nEvery weight is 2, every bias is 0.\n",
     ["h_0 = 1"], ["W^{h,h} = 2", "b_h = 0"]),
    ("---\ntitle: a\n---\n$h_t = w h_{t-1} + x_t$, $w = 0.5$, $h_0 = 1$, $x = [1]$.\n", ["w = 0.5"], ["Given:"]),
    ("---\ntitle: a\ngiven: {W: [[1, 2], [3, 4]], h_0: [0, 1]}\ninputs: {x: [[1, 0]]}\n---\n$h_t = W h_{t-1} + x_t$.\n",
     ["W = [1, 2; 3, 4]", "h_0 = [0, 1]"], []),
])
def test_what_only_the_front_matter_says_is_on_the_sheet(text: str, said: list[str], unsaid: list[str]) -> None:
    sheet = sheet_of(text + ASKED)
    assert all(words in sheet for words in said), sheet
    assert not any(words in sheet for words in unsaid), sheet


def test_a_problem_made_in_python_has_a_sheet() -> None:
    problem = symlstm.Problem(cell="lstm", given={"weights": 1, "biases": 0}, initial={"h": 1, "c": 1}, inputs=[5], questions=["h"])
    text = "".join(plain.write(worksheet([symlstm.solve(problem)], Sheet()), width=300))
    assert "h_t = o_t" in text and "W^{f,h} = 1" in text and "h_0 =" in text.replace("\N{NO-BREAK SPACE}", " ")


def test_the_wording_of_an_author_may_have_maths_in_it() -> None:
    text = "---\ntitle: a\n---\n$h_t = 2 h_{t-1}$, $h_0 = 1$.\n\n```question\nfind: h_1\nask: 'What is $h_1$, if $h_0 = 1$?'\n```\n"
    assert "$" not in sheet_of(text)
