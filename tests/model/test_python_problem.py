"""`symlstm.Problem`: what it gives is what a document gives, and odd arguments are answered in words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

import symlstm

CELL = r"h_t = w h_{t-1} + x_t"


def built(**changes: Any) -> symlstm.Problem:
    arguments: dict[str, Any] = {"cell": CELL, "given": {"w": 2}, "initial": {"h": 0}, "inputs": [1, 2]}
    return symlstm.Problem(**(arguments | changes))


def test_it_can_be_changed_like_one_that_was_read() -> None:
    problem = built()
    assert replace(problem, title="Another").title == "Another"
    assert type(problem) is type(symlstm.read("---\ntitle: T\n---\n$$h_t = x_t$$\n"))
    assert str(symlstm.solve(replace(problem, title="Another"))["h_1"]) == "4"


def test_a_text_alone_is_one_question() -> None:
    assert [str(place) for place in built(questions="h_1").questions[0].places] == ["h_1"]
    assert [str(place) for place in built(questions={"find": "h_1"}).questions[0].places] == ["h_1"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cell": None}, "cell: a name of the catalogue or equations in LaTeX are expected, not None"),
        ({"cell": 3}, "cell: a name of the catalogue or equations in LaTeX are expected, not 3"),
        ({"given": [1]}, 'given: a mapping such as {"W": 0.5} is expected, not list'),
        ({"given": {1: 2}}, 'given: 1 isn\'t the name of a symbol; write a text, as in {"W": 0.5}'),
        ({"given": {"w": None}}, "w: None isn't a number"),
        ({"given": {"w": 1j}}, "w: complex isn't a number, a fraction, a text or a list of them"),
        ({"given": {"w": b"1"}}, "w: bytes isn't a number, a fraction, a text or a list of them"),
        ({"given": {"w": float("nan")}}, "w: nan isn't a finite number"),
        ({"given": {"w": Decimal("Infinity")}}, "w: Decimal('Infinity') isn't a finite number"),
        ({"given": {"w": 10**5000}}, "w: a number of more than 400 digits"),
        ({"given": {"w": Fraction(1, 10**5000)}}, "w: a number of more than 400 digits"),
        ({"given": {"w": Decimal("1e999999")}}, "w: a number of more than 400 digits"),
        ({"given": {"w": "1/0"}}, "w: division by zero: a denominator is 0 here"),
        ({"given": {"w": [[1, 2], [3]]}}, "w: rows of different lengths: 2, 1"),
        ({"given": {"w": []}}, "w: an empty list"),
        ({"initial": 0}, 'initial: a mapping such as {"h": 0} is expected, not 0'),
        ({"inputs": 5}, "inputs: a list with an entry for each is expected, as in [1, 0], not 5"),
        ({"inputs": "12"}, "inputs: a list with an entry for each is expected, as in [1, 0], not '12'"),
        ({"inputs": {1: [1]}}, 'inputs: 1 isn\'t the name of an input; write a text, as in {"x": [1, 0]}'),
        ({"inputs": {"h": [1]}}, "inputs: h isn't an input of this cell; its inputs: x"),
        ({"inputs": [None]}, "inputs: None isn't a number"),
        ({"alphabet": 2}, "alphabet: a list with an entry for each is expected, as in [1, 0], not 2"),
        ({"convention": "round"}, 'convention: a mapping such as {"round": {"h": 2}} is expected, not \'round\''),
        ({"first": "0"}, "first: a whole number is expected, not '0'"),
        ({"first": 10**9}, "first: a whole number from -1,000,000 to 1,000,000 is expected"),
        ({"title": None}, "title: a text is expected, not None"),
        ({"questions": 3}, "questions: a list of places or mappings is expected, not 3"),
        ({"questions": [3]}, "question 1: a place, a list of places or a mapping is expected, not 3"),
        ({"questions": [{("a",): 1}]}, "question 1: this can't be written as a question block; use texts, numbers and lists"),
    ],
)
def test_odd_arguments(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(symlstm.SymlstmError) as caught:
        built(**changes)
    assert caught.value.message == said


def test_lists_nested_without_end() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(symlstm.SymlstmError, match="nested deeper than 20 levels"):
        built(given={"w": endless})
