"""Functions against mpmath at many digits, and the values that must stay exact."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from fractions import Fraction

import mpmath
import pytest
from flint import arb, fmpq, fmpz

from symlstm.arithmetic.functions import EVALUATE, EVALUATE_WHOLE
from symlstm.arithmetic.real import NumberError, Real, Undecided, exact, working_precision
from symlstm.notation.functions import FUNCTIONS

WIDE = arb(0, 1)  # [-1, 1]
HUGE = fmpq(fmpz(10) ** 999_999)

random.seed(1)
ARGUMENTS = ["-100", "-1", "1", "50", "100", "-0.5", "0.0001", "-1e-30", "745", "-12345.678", "1/3"] + [
    f"{random.uniform(-30, 30):.9f}" for _ in range(200)
]

ORACLES: dict[str, Callable[[mpmath.mpf], mpmath.mpf]] = {
    "sigmoid": lambda z: mpmath.exp(z) / (1 + mpmath.exp(z)) if z < 0 else 1 / (1 + mpmath.exp(-z)),
    "tanh": mpmath.tanh,
    "exp": mpmath.exp,
}


def as_mpf(x: Fraction) -> mpmath.mpf:
    return mpmath.mpf(x.numerator) / x.denominator


def holds(x: Real, value: mpmath.mpf, relative_bits: int) -> bool:
    """Whether the ball holds the value (known to 10,000 bits' worth less a few) and is that narrow in relative terms."""
    ball = arb(x)
    mantissa, exponent = (value.man, value.exp) if value >= 0 else (-value.man, value.exp)
    centre = arb(fmpz(int(mantissa))) * arb(2) ** int(exponent)
    around = arb(centre.mid(), abs(centre).mid() * arb(2) ** -300)
    return bool(ball.overlaps(around)) and int(ball.rel_accuracy_bits()) >= relative_bits


@pytest.mark.parametrize("function", ORACLES)
@pytest.mark.parametrize("argument", ARGUMENTS)
def test_values_are_mpmaths_in_relative_terms(function: str, argument: str) -> None:
    with working_precision(400), mpmath.workprec(2000):
        # z itself is rounded to 400 bits, which costs its own size in bits
        assert holds(EVALUATE[function](exact(argument)), ORACLES[function](as_mpf(Fraction(argument))), 380)


def test_every_function_that_can_be_written_has_a_value() -> None:
    assert set(FUNCTIONS) == set(EVALUATE) | set(EVALUATE_WHOLE)


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        ("sigmoid", ["0"], "1/2"),
        ("tanh", ["0"], "0"),
        ("exp", ["0"], "1"),
        ("relu", ["-3"], "0"),
        ("relu", ["1/3"], "1/3"),
        ("hardsigmoid", ["0"], "1/2"),
        ("hardsigmoid", ["1"], "2/3"),
        ("hardsigmoid", ["-3"], "0"),
        ("hardsigmoid", ["3.5"], "1"),
        ("step", ["0"], "1"),
        ("step", ["-0.001"], "0"),
        ("sign", ["0"], "0"),
        ("sign", ["-7"], "-1"),
        ("sign", ["1/7"], "1"),
        ("min", ["2", "-1", "5"], "-1"),
        ("max", ["2"], "2"),
        ("max", ["2", "-1", "5"], "5"),
        ("clip", ["7", "0", "1"], "1"),
        ("clip", ["-7", "0", "1"], "0"),
        ("clip", ["0.3", "0", "1"], "0.3"),
    ],
)
def test_rationals_stay_exact(function: str, arguments: list[str], expected: str) -> None:
    found = EVALUATE[function](*map(exact, arguments))
    assert isinstance(found, fmpq)
    assert found == exact(expected)


@pytest.mark.parametrize("function", ["step", "sign"])
def test_a_jump_within_a_ball_is_undecided(function: str) -> None:
    with pytest.raises(Undecided):
        EVALUATE[function](WIDE)


@pytest.mark.parametrize("function", ["relu", "hardsigmoid", "sigmoid", "tanh", "exp"])
def test_a_ball_becomes_a_hull(function: str) -> None:
    hull = arb(EVALUATE[function](WIDE))
    for end in (fmpq(-1), fmpq(0), fmpq(1, 3), fmpq(1)):
        value = EVALUATE[function](end)
        assert hull.overlaps(arb(value))


def test_a_certain_choice_is_passed_on_unchanged() -> None:
    root = arb(2).sqrt()
    assert EVALUATE["relu"](root) is root
    assert EVALUATE["min"](root, fmpq(5)) is root
    assert EVALUATE["max"](root, fmpq(5)) == 5
    assert EVALUATE["clip"](root, fmpq(0), fmpq(1)) == 1


def test_clip_with_its_bounds_the_wrong_way_round_is_an_error() -> None:
    with pytest.raises(NumberError, match="wrong way round"):
        EVALUATE["clip"](fmpq(0), fmpq(1), fmpq(0))


@pytest.mark.parametrize("z", [HUGE, -HUGE, fmpq(10**10), fmpq(-(10**10)), fmpq(10**9), fmpq(-(10**9)), fmpq(1, 10**300_000)])
@pytest.mark.parametrize(("function", "low", "high"), [("sigmoid", 0, 1), ("tanh", -1, 1)])
def test_huge_arguments_are_enclosed_at_once(function: str, z: fmpq, low: int, high: int) -> None:
    begin = time.process_time()
    value = EVALUATE[function](z)
    limit = high if z > 1 else low if z < -1 else (fmpq(1, 2) if function == "sigmoid" else fmpq(0))
    assert abs(arb(value) - limit) < arb(10) ** -30
    assert time.process_time() - begin < 0.5


def test_wide_balls_over_huge_arguments_are_enclosed() -> None:
    value = arb(EVALUATE["sigmoid"](arb(0, arb(10) ** 20)))
    assert value.contains(fmpq(1, 1000))
    assert value.contains(fmpq(999, 1000))
    assert value <= 2
    half = arb(EVALUATE["tanh"](arb(arb(10) ** 12, arb(10) ** 12)))
    assert half.contains(fmpq(1, 2))


@pytest.mark.parametrize("function", ["sigmoid", "tanh"])
@pytest.mark.parametrize(("middle", "radius"), [(0, 1), (-50, 60), (3, 10**6), (-3 * 10**6, 10**6)])
def test_a_wide_ball_becomes_no_wider_than_its_ends(function: str, middle: int, radius: int) -> None:
    value = arb(EVALUATE[function](arb(middle, radius)))
    low, high = (arb(EVALUATE[function](fmpq(end))) for end in (middle - radius, middle + radius))
    assert value.contains(low.mid())
    assert value.contains(high.mid())
    assert abs(value.rad() * 2 - (high - low)) < arb(10) ** -6


def test_exp_of_huge_arguments() -> None:
    assert 0 <= arb(EVALUATE["exp"](-HUGE)).upper() < arb(10) ** -1000
    with pytest.raises(NumberError, match="too large"):
        EVALUATE["exp"](HUGE)


@pytest.mark.parametrize(
    "entries", [["1", "2", "3"], ["-1000", "0", "1000"], ["0.1"], ["5", "5", "5", "5"], ["1e20", "-1e20", "0"]]
)
def test_softmax_is_mpmaths_and_sums_to_one(entries: list[str]) -> None:
    values = EVALUATE_WHOLE["softmax"](tuple(map(exact, entries)))
    assert arb(sum(values, fmpq(0))).contains(1)
    if len(set(entries)) == 1:
        assert values == (fmpq(1, len(entries)),) * len(entries)
    with mpmath.workprec(4000):
        numbers = [mpmath.mpf(entry) for entry in entries]
        if max(map(abs, numbers)) < 10**4:
            weights = [mpmath.exp(number) for number in numbers]
            for value, weight in zip(values, weights):
                assert holds(arb(value), weight / sum(weights), 35)
