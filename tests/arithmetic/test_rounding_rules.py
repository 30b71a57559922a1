"""The five rules against the decimal module, their margins, and that no ball is ever rounded wrongly."""

from __future__ import annotations

import decimal
import random
from decimal import Decimal
from fractions import Fraction

import pytest
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st

from symlstm.arithmetic.real import NumberError, Undecided, exact, fraction, working_precision
from symlstm.arithmetic.rounding import TIES, round_to

decimal.getcontext().prec = 200


def by_decimal(x: Decimal, places: int, ties: str) -> Decimal:
    mode = {
        "even": decimal.ROUND_HALF_EVEN,
        "away": decimal.ROUND_HALF_UP,
        "zero": decimal.ROUND_HALF_DOWN,
        "truncate": decimal.ROUND_DOWN,
        # the decimal module has no half-toward-plus-infinity: it is half-away above zero and half-toward-zero below
        "up": decimal.ROUND_HALF_UP if x >= 0 else decimal.ROUND_HALF_DOWN,
    }[ties]
    return x.quantize(Decimal(1).scaleb(-places), rounding=mode)


random.seed(2)
NEAR_TIES = [
    Decimal(k) / 2 + offset
    for k in range(-9, 10)
    for offset in (Decimal(0), Decimal("1e-40"), Decimal("-1e-40"), Decimal("0.25"), Decimal("-0.1"))
]
NUMBERS = NEAR_TIES + [Decimal(random.randrange(-(10**9), 10**9)).scaleb(-random.randrange(0, 9)) for _ in range(500)]


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("places", [0, 1, 3, 12])
def test_rounding_is_the_decimal_modules(ties: str, places: int) -> None:
    for number in NUMBERS:
        for x in (number, number.scaleb(-places)):
            assert fraction(round_to(exact(x), places, ties).value) == Fraction(by_decimal(x, places, ties)), (x, places, ties)


@pytest.mark.parametrize("ties", TIES)
def test_the_result_changes_at_the_nearest_point_and_no_earlier(ties: str) -> None:
    hair = fmpq(1, 10**60)
    for number in NUMBERS:
        for places in (0, 2):
            x = exact(number)
            found = round_to(x, places, ties)
            assert found.margin == abs(x - found.nearest)
            side = hair if found.nearest >= x else -hair
            beyond, before = round_to(found.nearest + side, places, ties), round_to(found.nearest - side, places, ties)
            assert beyond.value != before.value
            assert found.value in (beyond.value, before.value)
            if found.margin > 2 * hair:
                assert round_to(x + found.margin - hair, places, ties).value in (found.value, beyond.value, before.value)
                for inside in (x + found.margin - hair, x - found.margin + hair):
                    assert round_to(inside, places, ties).value == found.value


@pytest.mark.parametrize(
    ("x", "places", "ties", "value", "margin", "tie", "nearest"),
    [
        ("0.5", 0, "even", "0", "0", True, "0.5"),
        ("1.5", 0, "even", "2", "0", True, "1.5"),
        ("-0.5", 0, "up", "0", "0", True, "-0.5"),
        ("-0.5", 0, "away", "-1", "0", True, "-0.5"),
        ("0.5", 0, "zero", "0", "0", True, "0.5"),
        ("-0.3808", 0, "zero", "0", "0.1192", False, "-0.5"),
        ("0.0125", 3, "even", "0.012", "0", True, "0.0125"),
        ("0.9", 0, "truncate", "0", "0.1", False, "1"),
        ("-0.9", 0, "truncate", "0", "0.1", False, "-1"),
        ("0.1", 0, "truncate", "0", "0.9", False, "1"),
        ("0", 0, "truncate", "0", "1", False, "1"),
        ("3", 0, "truncate", "3", "0", False, "3"),
        ("3.2", 0, "truncate", "3", "0.2", False, "3"),
        ("-3.8", 0, "truncate", "-3", "0.2", False, "-4"),
    ],
)
def test_margins(x: str, places: int, ties: str, value: str, margin: str, tie: bool, nearest: str) -> None:
    found = round_to(exact(x), places, ties)
    assert (found.value, found.margin, found.tie, found.nearest) == (exact(value), exact(margin), tie, exact(nearest))


@given(st.fractions(max_denominator=10**6), st.integers(0, 8), st.sampled_from(list(TIES)))
def test_rounding_is_idempotent_and_close(x: Fraction, places: int, ties: str) -> None:
    once = round_to(exact(x), places, ties).value
    assert round_to(once, places, ties).value == once
    assert abs(fraction(once) - x) <= (Fraction(1) if ties == "truncate" else Fraction(1, 2)) / 10**places


@given(st.fractions(max_denominator=10**4), st.integers(0, 6), st.sampled_from(list(TIES)), st.integers(1, 60))
def test_a_ball_is_rounded_as_everything_in_it_or_not_at_all(x: Fraction, places: int, ties: str, bits: int) -> None:
    radius = fmpq(1, 2**bits)
    ball = arb(exact(x), arb(radius))
    try:
        found = round_to(ball, places, ties)
    except Undecided:
        return
    for member in (exact(x) - radius, exact(x), exact(x) + radius):
        assert round_to(member, places, ties).value == found.value
    assert arb(found.margin).contains(abs(exact(x) - found.nearest))


@pytest.mark.parametrize("ties", TIES)
def test_a_ball_around_a_tie_or_cut_is_undecided(ties: str) -> None:
    point = fmpq(3) if ties == "truncate" else fmpq(7, 2)
    for bits in (53, 128, 1000):
        with working_precision(bits):
            third = arb(1) / 3
            with pytest.raises(Undecided):
                round_to(third * 3 * point, 0, ties)
            # [3, 3 + ...] and [... , 3]: touching is enough
            with pytest.raises(Undecided):
                round_to(arb(point + fmpq(1, 4), fmpq(1, 4)), 0, ties)


@pytest.mark.parametrize("ties", TIES)
def test_a_ball_of_no_width_is_the_number_it_is(ties: str) -> None:
    assert round_to(arb(2.5), 0, ties) == round_to(fmpq(5, 2), 0, ties)
    assert round_to(arb(-3), 0, ties) == round_to(fmpq(-3), 0, ties)


def test_a_ball_around_an_integer_is_that_integer() -> None:
    found = round_to(arb(1) / 3 * 3, 0, "even")
    assert found.value == 1
    assert arb(found.margin).contains(fmpq(1, 2))
    assert round_to(arb(0, arb(10) ** -20), 2, "truncate").value == 0


@pytest.mark.parametrize("places", [-1, 1001])
def test_places_are_bounded(places: int) -> None:
    with pytest.raises(NumberError, match="decimal places"):
        round_to(fmpq(1), places, "even")


def test_a_ball_beyond_all_bounds_is_an_error() -> None:
    with pytest.raises(NumberError, match="too large"):
        round_to(arb(10**8).exp(), 0, "even")
