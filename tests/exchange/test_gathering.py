"""What exporters are given: right values, tolerances, wrong values with who gives them, hints that tell nothing that is asked."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

import symlstm
from symlstm.document.blocks import Display
from symlstm.exchange.entries import MOST_WRONG
from symlstm.exchange.exercise import Collection, Entry, NumbersItem, OptionsItem, WordsItem
from symlstm.exchange.gathering import gathered
from symlstm.exchange.markup import html, inline, plain
from symlstm.model.problem import Problem

ROOT = Path(__file__).parents[2]
PUBLISHED = sorted(ROOT.glob("tests/problems/*.md"))
PROBLEMS = [*sorted(ROOT.glob("reports/*/problem.md")), *PUBLISHED[::3],
            *(pytest.param(path, marks=pytest.mark.slow) for path in PUBLISHED if path not in PUBLISHED[::3])]


def problem(text: str, front: str = "", questions: str = "find: h") -> Problem:
    blocks = "".join(f"\n```question\n{question}\n```\n" for question in questions.split("\n---\n"))
    return symlstm.read(f"---\ntitle: A unit\n{front}\n---\n{text}\n{blocks}")


UNIT = r"A unit with $w = 0.5$, $u = 2$ and $b = 1$ computes $h_t = \tanh(w h_{t-1} - u x_t + b)$ from $h_0 = 0.5$; $x = [1, 0.25]$."


def entries(collection: Collection) -> list[Entry]:
    return [entry for item in collection.exercises[0].items if isinstance(item, NumbersItem) for entry in item.entries]


def unit(bias: float = 1.0, sign: float = -1.0, function=math.tanh, start: float = 0.5) -> list[float]:  # type: ignore[no-untyped-def]
    """The unit above, worked without anything of ours."""
    h, out = start, []
    for x in (1.0, 0.25):
        h = function(0.5 * h + sign * 2 * x + bias)
        out.append(h)
    return out


@pytest.mark.parametrize(("convention", "places", "met"), [("{show: 4}", 4, False), ("{show: 6}", 6, False), ("{round: {h: 2}, carry: false, ties: away, saturate: off}", 2, True)])
def test_right_values_and_how_far_an_entry_may_be_off(convention: str, places: int, met: bool) -> None:
    found = entries(gathered(problem(UNIT, f"convention: {convention}")))
    for entry, expected in zip(found, unit(), strict=True):
        assert entry.right.text == f"{expected:.{places}f}"
        # What must be met may be off by rounding errors alone; the rest by what cutting gives.
        assert entry.right.tolerance == Fraction(1, 10**places) * (Fraction(1, 10**6) if met else 1)
        cut = Fraction(math.trunc(expected * 10**places), 10**places)
        assert (entry.right.low <= cut <= entry.right.high) or met


def test_exact_values_have_to_be_met() -> None:
    found = entries(gathered(problem("$h_t = h_{t-1}/3 + x_t$ from $h_0 = 0$, $x = [0.5, 1/3]$.")))
    assert [entry.right.text for entry in found] == ["0.5", "0.5"]
    assert all(entry.right.tolerance < Fraction(1, 10**9) for entry in found)


def test_wrong_values_are_those_of_the_misconceptions() -> None:
    found = entries(gathered(problem(UNIT)))
    sigmoid = [1 / (1 + math.exp(-z)) for z in (0.25 - 2 + 1,)]
    expected = {"bias-dropped": unit(bias=0.0), "sign-lost": unit(sign=1.0), "sigmoid-for-tanh": sigmoid, "initial-state-wrong": unit(start=0.0)}
    for code, values in expected.items():
        for entry, value in zip(found, values, strict=False):
            wrong = [wrong for wrong in entry.wrong if wrong.value.low <= value <= wrong.value.high]
            assert len(wrong) == 1, (code, entry.name)
            assert code in wrong[0].codes or code + "s" in wrong[0].codes


def test_the_author_s_misconceptions_come_first() -> None:
    listed = entries(gathered(problem(UNIT, "misconceptions: [initial-state-wrong]")))[0]
    assert listed.wrong[0].codes[0] == "initial-state-wrong"


def test_what_is_left_open_is_right_both_ways() -> None:
    text = r"A unit computes $h_t = 0.5 h_{t-1} + x_t$ from $h_0 = 0$; $x = [0.25, 1]$."
    open_, told = (entries(gathered(problem(text, f"convention: {{round: {{h: 1}}{more}}}"))) for more in ("", ", ties: even, carry: true"))
    # 0.25 is a tie: 0.2 to even, 0.3 away; carried on unrounded, 1.125 is 1.1 either way.
    assert [[also.value.text for also in entry.also] for entry in told] == [[], []]
    assert "0.3" in [also.value.text for also in open_[0].also]
    assert [entry.right.text for entry in open_] == ["0.2", "1.1"]


@pytest.mark.parametrize("path", PROBLEMS, ids=lambda path: str(path.relative_to(ROOT)))
def test_any_problem(path: Path) -> None:
    read = symlstm.read(path)
    try:
        solution = symlstm.solve(read)
    except symlstm.SymlstmError:
        pytest.skip("can't be solved")
    exercise = gathered(read).exercises[0]
    assert [item.question for item in exercise.items] == [posed.question.number for posed in read.questions]
    ids = [entry.id for item in exercise.items if isinstance(item, NumbersItem) for entry in item.entries]
    assert len(set(ids)) == len(ids)
    for item in exercise.items:
        if isinstance(item, NumbersItem):
            assert sum(entry.points for entry in item.entries) == item.points
            for entry in item.entries:
                known = [entry.right, *(also.value for also in entry.also), *(wrong.value for wrong in entry.wrong)]
                assert not any(a.takes(b) for a, b in combinations(known, 2))
                assert len(entry.wrong) <= MOST_WRONG
                assert all(plain(wrong.words) and plain(wrong.hint) and "{" not in plain(wrong.words + wrong.hint).replace("^{", "").replace("_{", "") for wrong in entry.wrong)
            assert [place.name for place in item.places] == [str(place) for place in values_of(solution, item.question)]
        elif isinstance(item, WordsItem):
            assert html(item.answer, lambda text: None)
        else:
            assert isinstance(item, OptionsItem)
            assert all(inline(option.text, lambda text: None) for option in item.options)
    ElementTree.fromstring(f"<div>{html(exercise.solution, lambda text: None)}</div>")
    statement = [piece for piece in exercise.pieces if not isinstance(piece, NumbersItem | OptionsItem | WordsItem)]
    ElementTree.fromstring(f"<div>{html(statement, lambda text: None)}</div>")


def values_of(solution: symlstm.Solution, number: int) -> list[object]:
    answer = next(answer for answer in solution.answers if answer.posed.question.number == number)
    return list(answer.values)  # type: ignore[union-attr]


def test_hints_tell_no_value_that_is_asked() -> None:
    text = "$$f_t = \\tanh(x_t) \\\\ h_t = f_t + h_{t-1}$$ from $h_0 = 0.125$; $x = [0.0625, 3]$."
    for asked, told in (("find: [f, h]", "f"), ("find: h", "fh")):
        item = gathered(problem(text, questions=asked)).exercises[0].items[0]
        assert isinstance(item, NumbersItem)
        lines = [block for hint in item.hints for block in hint if isinstance(block, Display)]
        numbers = lines[1].lines
        assert len(numbers) == len(told)
        shown = html([block for hint in item.hints for block in hint])
        assert "0.0625" in shown
        assert any(entry.right.text in shown for entry in item.entries) is False


def test_a_hint_tells_no_rung_that_is_asked() -> None:
    told = gathered(problem(UNIT, questions="find: h_1/pre-activation")).exercises[0].items[0]
    assert isinstance(told, NumbersItem)
    assert [entry.right.text for entry in told.entries] == ["-0.75"]
    assert "0.75" not in html([block for hint in told.hints for block in hint])


@pytest.mark.parametrize(("text", "front", "wanted"), [
    (UNIT, "", "Give at least 4 decimals."), (UNIT, "convention: {show: 6}", "Give at least 6 decimals."),
    (UNIT, "convention: {round: {h: 2}}", ""), ("$h_t = 0.5 x_t$, $x = [1, 3]$.", "", ""),
])
def test_how_many_decimals_are_wanted_is_told(text: str, front: str, wanted: str) -> None:
    collection = gathered(problem(text, front))
    told = plain(collection.exercises[0].items[0].asked)
    assert told.endswith(wanted) if wanted else "decimals" not in told
    assert any("decimals" in warning for warning in collection.warnings) is bool(wanted)


def test_variants_differ_and_are_the_same_again() -> None:
    varying = problem(UNIT, "vary: {x: {of: [-2, -1, 1, 0.25], length: 2}}\nconvention: {round: {h: 2}, ties: away, saturate: off, carry: true}")
    three, two = gathered(varying, 3, "s"), gathered(varying, 2, "s")
    assert [exercise.id for exercise in three.exercises] == ["a-unit-01", "a-unit-02", "a-unit-03"]
    assert len({tuple(entry.right.text for item in exercise.items for entry in item.entries) for exercise in three.exercises}) == 3  # type: ignore[union-attr]
    rights = [[entry.right for item in exercise.items for entry in item.entries] for collection in (two, three) for exercise in collection.exercises]  # type: ignore[union-attr]
    assert rights[:2] == rights[2:4]
    assert html(two.exercises[1].solution) == html(three.exercises[1].solution)
    assert {entry.id for exercise in three.exercises for item in exercise.items for entry in item.entries} == {"q1_h_1", "q1_h_2"}  # type: ignore[union-attr]
    with pytest.raises(symlstm.UsageError, match="from 1 to"):
        gathered(varying, 0)


def test_pictures_that_stay_behind_are_told() -> None:
    text = f"{UNIT}\n\n- ![a](cell.png)\n- ![b](https://example.org/b.png)\n\n> **![c](sub/c.svg)**\n"
    told = [warning for warning in gathered(problem(text)).warnings if "picture" in warning]
    assert [warning.split()[2] for warning in told] == ["cell.png", "sub/c.svg"]


def test_maths_that_cannot_be_shown_is_told_once() -> None:
    read = problem(UNIT + r" Mind $\weird{x}$.")
    assert sum(r"\weird" in warning for warning in gathered(read).warnings) == 1
