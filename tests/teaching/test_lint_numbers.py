"""What findings say of numbers, against plain computing: margins, digits, saturations, gates that never matter, students' answers."""

from __future__ import annotations

import math
import random
import re
from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal
from itertools import product
from pathlib import Path

import pytest
from test_lint_readings import POSED, Oracle, weights
from test_lint_rules import document, found

from symlstm.arithmetic.real import exact
from symlstm.model.files import read_source
from symlstm.model.reader import read
from symlstm.teaching.asked import Desk
from symlstm.teaching.lint.case import Case
from symlstm.teaching.lint.finding import Finding
from symlstm.teaching.lint.numbers import Significant
from symlstm.teaching.lint.proofs import Never, Parts, side_by_side
from symlstm.teaching.lint.readings import DIMENSIONS, open_readings
from symlstm.teaching.lint.report import lint_source

REPORTS = Path(__file__).parents[2] / "reports"


def report(name: str) -> dict[str, Finding]:
    return {finding.code: finding for finding in lint_source(read_source(REPORTS / name / "problem.md")).findings}


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


# -- margins ---


def test_the_thin_margin_of_the_fourth_document() -> None:
    said = report("lstm-block")["thin-margin"]
    exact = 0.4 * math.tanh(0.233)  # i = 0.3, g = 0.5, f = 0.832, c_0 = 0.1: c_1 = 0.2332, rounded to 0.233
    assert round(0.832 * 0.1 + 0.3 * 0.5, 3) == 0.233
    assert round(exact, 4) == 0.0915
    assert f"only {math.ceil((0.09155 - exact) * 1e7)}e-7 from 0.09155" in said.what
    by_hand = 0.4 * float(f"{math.tanh(0.233):.4g}")
    assert round(by_hand, 4) == 0.0916
    assert "0.0916" in said.what
    assert (said.question, said.place) == (4, "h_1")


def by_hand(x: list[float], digits: int, mode: str) -> list[str]:
    """h = tanh(0.5 h + 2 x) from 0.3, every number with so many significant digits, h rounded to two decimals."""
    short = Context(prec=digits, rounding=mode)
    h = Decimal("0.3")
    out = []
    for each in x:
        z = short.plus(Decimal("0.5") * h + 2 * Decimal(str(each)))
        value = short.plus(Decimal(repr(math.tanh(float(z)))))
        h = value.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
        out.append(str(h))
    return out


@pytest.mark.parametrize("seed", range(40))
def test_margins_of_random_inputs(seed: int) -> None:
    draw = random.Random(f"margin {seed}")
    x = [draw.randint(-400, 400) / 1000 for _ in range(4)]
    text = document(x=f" and $x = {x}$", convention="round: {h: 2}, ties: even, carry: true, saturate: off")
    findings = {finding.code for finding in found(text).findings}
    right = by_hand(x, 25, ROUND_HALF_EVEN)
    splits = any(by_hand(x, 4, mode) != right for mode in (ROUND_HALF_EVEN, ROUND_DOWN))
    near = any(abs(abs(math.tanh(0.5 * float(h) + 2 * each)) * 100 % 1 - 0.5) < 0.0006 for h, each in zip(["0.3", *right], x))
    assert ("thin-margin" in findings) == splits or (near and "thin-margin" in findings), (x, right)


@pytest.mark.parametrize("text", ["0.9975", "-0.99996", "123456", "-0.000123456", "9.9995", "0.5", "0", "1e-9", "-99995"])
@pytest.mark.parametrize("ties", ["even", "truncate"])
def test_significant_digits(text: str, ties: str) -> None:
    short = Context(prec=4, rounding={"even": ROUND_HALF_EVEN, "truncate": ROUND_DOWN}[ties])
    kept = Significant(frozenset(), 4, ties).rounded("sum", exact(Decimal(text)))
    assert kept == exact(short.create_decimal(text))


# -- saturation ---


def test_a_saturation_that_is_no_approximation() -> None:
    text = document(convention="round: {h: 2}, ties: away, carry: true, saturate: 0.9")
    said = next(finding for finding in found(text).findings if finding.code == "no-approximation")
    z = 0.5 * 0.3 + 2 * 0.4
    assert z == pytest.approx(0.95)
    assert f"tanh(0.95) = {math.tanh(z):.4g} is taken as 1" in said.what
    assert f"off by {math.ceil((1 - math.tanh(z)) * 100) / 100:.2f}" in said.what
    assert f"h_1 = {math.tanh(z):.2f} instead of 1.00" in said.what


def test_a_saturation_that_is_one_is_not_told() -> None:
    assert 1 - sigmoid(50) < 1e-20
    assert "no-approximation" not in report("lstm-states")


# -- what never matters, and what students with a misconception hand in ---


def lstm(f: float | None, i: float | None) -> int:
    """h_1 of the second document, every function rounded outward, with the two gates as given."""
    def outward(z: float, low: int) -> int:
        return 1 if z > 0 else low

    f = outward(6, 0) if f is None else f
    i = outward(6, 0) if i is None else i
    c = f * 1 + i * outward(6, -1)
    return outward(6, 0) * outward(c, -1)


def test_the_gates_of_the_second_document_never_matter() -> None:
    said = report("gating")["never-matters"]
    assert {lstm(f, None) for f in (0, 0.5, 1)} == {lstm(None, i) for i in (0, 0.5, 1)} == {1}
    assert said.what.startswith("f, i, W^{o,h} and W^{c,h} never matter")


def test_rounded_gates_and_a_missing_tanh_get_full_marks_in_the_first_document() -> None:
    said = report("lstm-states")["full-marks"]
    for inputs in ([0, 0, 1, 1, 1, 0], [1, 1, 0, 1, 1]):
        right = Oracle().states(weights(POSED), inputs)
        assert Oracle(gates=True).states(weights(POSED), inputs) == right
        assert [round(value) for value in without_tanh(inputs)] == right
    for code in ("tanh-left-off", "gates-rounded", "gates-swapped"):
        assert f"({code})" in said.what
    assert "h_5/definition" in said.mend
    # The unrounded h_5 tells them apart: 0.5·tanh(-1), 0.5·(-1), 0·tanh(-1).
    assert len({0.5 * math.tanh(-1), 0.5 * -1, 0 * math.tanh(-1)}) == 3


def without_tanh(inputs: list[int]) -> list[float]:
    h, out = 0.0, []
    for x in inputs:
        o, c = sigmoid(100 * x), math.tanh(-100 * h + 50 * x)
        # Python rounds to even, as the problem's default does.
        h = round(o * c)
        out.append(o * c)
    return out


# -- proofs ---


@pytest.mark.parametrize("name", ["lstm-states", "lstm-states-saturated"])
def test_proofs_against_every_short_input(name: str) -> None:
    problem = read(read_source(REPORTS / name / "problem.md"))
    case = Case(problem, Desk(problem))
    sheet = case.sheets[0]
    own = problem.convention
    base = Oracle(own.ties, saturate=None if own.saturate is None else int(own.saturate.at))
    (h,) = {place.name for place in sheet.places}
    for row in DIMENSIONS:
        for reading in open_readings(case, sheet.run, row):
            convention = reading.change(own)
            other = Oracle(convention.ties, convention.carry, any(symbol == "o" for symbol, _ in convention.round), base.saturate)
            outcome = side_by_side(sheet.run, replace(sheet.run, convention=convention), [h])
            shortest = next((word for length in range(1, 8) for word in product((0, 1), repeat=length)
                             if base.states(weights(POSED), list(word)) != other.states(weights(POSED), list(word))), None)
            if shortest is None:
                assert isinstance(outcome, Never), reading
            else:
                assert isinstance(outcome, Parts), reading
                assert outcome.letters == shortest


def test_the_report_says_what_is_proved() -> None:
    proved = lint_source(read_source(REPORTS / "lstm-states" / "problem.md")).proved
    assert len(proved) == 1
    assert re.search("later lines.*by itself that never changes h, for inputs of every length over 0, 1", proved[0])


def test_a_variant_that_would_part() -> None:
    text = document("$h_t = x_t / 2$", convention="round: {h: 0}, carry: true, saturate: off", x=" with $x = [4, 2]$",
                    front="alphabet: [2, 4, 5]\nvary: {x: {of: [2, 4, 5], length: 2}}\n")
    said = next(finding for finding in found(text).findings if finding.code == "variants-open")
    assert "with the inputs 5 it would: h_0 = 3 instead of 2" in said.what
    assert (round(2.5), int(Decimal("2.5").quantize(Decimal(1), "ROUND_HALF_UP"))) == (2, 3)



FORGETFUL = """---
title: A unit
alphabet: [0, 1]
convention: {round: {h: 0}, ties: away, carry: true, saturate: 20}
misconceptions: [biases-dropped]
---
$$f_t = \\sigma(b - 100) \\qquad h_t = f_t h_{t-1} + \\tanh(u x_t + f_t)$$
Let $b = 3$, $u = 50$ and $h_0 = 1$. {convention} The gates are not rounded.

```question
find: h
inputs: [1, 0, 1]
```
"""


def test_what_never_matters_for_any_input_is_proved() -> None:
    """b is 3, -3, 0 or 6, and f is 0 all the same."""
    said = next(finding for finding in found(FORGETFUL).findings if finding.code == "never-matters")
    assert said.place == "b"
    assert said.what.endswith("every answer stays the same, for inputs of every length over 0, 1 (proved).")
    assert all(sigmoid(b - 100) < 1e-40 for b in (3, -3, 0, 6))
