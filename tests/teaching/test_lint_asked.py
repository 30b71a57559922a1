"""Answers in short, against what a solution prints; and the answers of students with a misconception, against plain computing."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from test_lint_rules import document

import symlstm
from symlstm.analysis.answers import FindAnswer
from symlstm.checking.misconceptions import MISCONCEPTIONS
from symlstm.errors import DocumentError
from symlstm.teaching.asked import Desk, answers_of, mistakes, under_misconceptions

ROOT = Path(__file__).parents[2]
PROBLEMS = [*sorted((ROOT / "tests/problems").glob("*.md"))[::5], ROOT / "reports/lstm-states-saturated/problem.md"]


@pytest.mark.parametrize("path", PROBLEMS, ids=lambda path: path.stem)
def test_answers_are_those_of_the_solution(path: Path) -> None:
    problem = symlstm.read(path)
    short, long = answers_of(problem), symlstm.solve(problem).answers
    assert [answer.question for answer in short] == [answer.posed.question.number for answer in long]
    assert [answer.kind for answer in short] == [answer.posed.question.kind for answer in long]
    for ours, theirs in zip(short, long, strict=True):
        if isinstance(theirs, FindAnswer):
            assert [place for place, _ in ours.items] == [str(place) for place in theirs.values]
            for (_, digits), value in zip(ours.items, theirs.values.values(), strict=True):
                for mine, printed in zip(digits, flat(value.printed), strict=True):
                    # A solution may print more digits, so that the next line follows.
                    places = len(mine.partition(".")[2])
                    assert abs(float(mine) - float(printed)) <= 0.5000001 * 10.0**-max(places, 4)


def flat(nested: object) -> list[str]:
    return [nested] if isinstance(nested, str) else [text for item in nested for text in flat(item)]  # type: ignore[attr-defined]


def test_options_are_answers_too() -> None:
    kinds = {answer.kind: answer.items for answer in answers_of(symlstm.read(ROOT / "reports/gating/problem.md"))}
    assert kinds["state"] == (("c_t", ("holds",)), ("h_t", ("holds",)), ("o_t", ("doesn't hold",)), ("i_t", ("doesn't hold",)))


def test_answers_are_compared_hashed_and_sent() -> None:
    a, b = answers_of(symlstm.read(document())), answers_of(symlstm.read(document()))
    other = answers_of(symlstm.read(document(x=" and $x = [0.5, -0.3]$")))
    assert a == b
    assert len({a, b, other}) == 2
    assert pickle.loads(pickle.dumps(a)) == a


def test_what_cant_be_answered_is_an_error() -> None:
    with pytest.raises(DocumentError, match="u has no value"):
        answers_of(symlstm.read(document("$h_t = \\tanh(w h_{t-1} + u x_t)$ with $w = 0.5$ and $h_0 = 0.3$")))


def step(h: float, x: float, f: Callable[[Decimal], float] = math.tanh) -> float:
    """One step in decimals, so that ties are ties, which go away from zero."""
    z = Decimal("0.5") * Decimal(str(h)) + 2 * Decimal(str(x))
    return float(Decimal(str(f(z))).quantize(Decimal("0.01"), ROUND_HALF_UP))


def sigmoid(z: Decimal) -> float:
    return 1 / (1 + math.exp(-z))


def itself(z: Decimal) -> float:
    return float(z)


# code, and h_1, h_2 of tanh(0.5 h + 2 x) from 0.3 with x = 0.4, -0.3, as one who has it computes them.
STUDENTS = [
    ("recurrent-dropped", (step(0, 0.4), step(0, -0.3))),
    ("activation-left-off", (step(0.3, 0.4, itself), step(step(0.3, 0.4, itself), -0.3, itself))),
    ("state-not-updated", (step(0.3, 0.4), step(0.3, -0.3))),
    ("sign-lost", (step(0.3, 0.4), step(step(0.3, 0.4), 0.3))),
    ("sigmoid-for-tanh", (step(0.3, 0.4, sigmoid), step(step(0.3, 0.4, sigmoid), -0.3, sigmoid))),
]


@pytest.mark.parametrize(("code", "values"), STUDENTS, ids=[row[0] for row in STUDENTS])
def test_students_with_a_misconception(code: str, values: tuple[float, float]) -> None:
    problem = symlstm.read(document())
    given = [tuple(float(digits[0]) for _, digits in mistaken.answers[0].items) for mistaken in under_misconceptions(problem, [code])]
    assert values in given


def test_codes_choose_rows() -> None:
    problem = symlstm.read(document())
    every = {mistaken.code for mistaken in under_misconceptions(problem)}
    assert every <= {row.code for row in MISCONCEPTIONS}
    assert {mistaken.code for mistaken in under_misconceptions(problem, ["sign-lost", "other-ties"])} == {"sign-lost", "other-ties"} & every


def test_two_questions_are_one_students() -> None:
    """A change that both questions know is made in both; one of a value that one question has is made there only."""
    problem = symlstm.read(document(questions=("find: h", "find: h\ninputs: [0.1, 0.2]")))
    desk = Desk(problem)
    first, second = (id(sheet) for sheet in desk.sheets)
    for mistake in mistakes(desk, ["recurrent-dropped", "sigmoid-for-tanh"]):
        assert mistake.mutants.keys() == {first, second}
        ours, theirs = (mistake.mutants[key].mutation.run for key in (first, second))
        assert ours.cell is theirs.cell
        assert {at: given.value for at, given in theirs.timed.items()} == {at: given.value for at, given in desk.sheets[1].run.timed.items()}
    assert any(mistake.mutants.keys() == {first} for mistake in mistakes(desk, ["sign-lost"]))
