"""Reading numbers, and sums, products, quotients, powers and comparisons of rationals and balls."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from flint import arb, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st

from symlstm.arithmetic import real
from symlstm.arithmetic.real import NumberError, Real, Undecided, exact

ROOT2 = arb(2).sqrt()
WIDE = arb(0, 1)  # [-1, 1]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0.1", Fraction(1, 10)),
        ("0.900", Fraction(9, 10)),
        ("-0", Fraction(0)),
        (".76", Fraction(76, 100)),
        ("-.5", Fraction(-1, 2)),
        ("5.", Fraction(5)),
        ("+3", Fraction(3)),
        ("1e-3", Fraction(1, 1000)),
        ("1.5E+2", Fraction(150)),
        ("-22/7", Fraction(-22, 7)),
        (" 007 ", Fraction(7)),
        (Decimal("1e-3"), Fraction(1, 1000)),
        (Fraction(2, 6), Fraction(1, 3)),
        (-12, Fraction(-12)),
        (fmpq(1, 3), Fraction(1, 3)),
    ],
)
def test_numbers_are_read_exactly(written: int | str | Fraction | Decimal | fmpq, value: Fraction) -> None:
    assert real.fraction(exact(written)) == value


@pytest.mark.parametrize(
    "written",
    ["", ".", "-", "1,000", "0x1", "1e", "nan", "1/0", "1/", "١", "1_0", "1 2", "1e2000000", "1e999999999999"],
)
def test_what_is_no_number_is_an_error(written: str) -> None:
    with pytest.raises(NumberError):
        exact(written)


def test_an_int_that_is_too_large_is_an_error() -> None:
    with pytest.raises(NumberError):
        exact(10**2_000_000)


@pytest.mark.parametrize("written", [Decimal("NaN"), Decimal("Infinity"), Decimal("1E+999999999")])
def test_what_is_too_large_is_an_error(written: Decimal) -> None:
    with pytest.raises(NumberError):
        exact(written)


@given(st.fractions())
def test_fractions_survive(value: Fraction) -> None:
    assert real.fraction(exact(value)) == value
    assert real.fraction(exact(str(value))) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_decimals_survive(value: Decimal) -> None:
    assert real.fraction(exact(value)) == Fraction(value)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (real.times(fmpq(0), ROOT2), fmpq(0)),
        (real.times(ROOT2, fmpq(0)), fmpq(0)),
        (real.times(fmpq(1), ROOT2), ROOT2),
        (real.times(ROOT2, fmpq(1)), ROOT2),
        (real.plus(fmpq(0), ROOT2), ROOT2),
        (real.plus(ROOT2, fmpq(0)), ROOT2),
        (real.divided(ROOT2, fmpq(1)), ROOT2),
        (real.divided(fmpq(0), ROOT2), fmpq(0)),
        (real.raised(ROOT2, 1), ROOT2),
        (real.raised(ROOT2, 0), fmpq(1)),
    ],
)
def test_zero_and_one_leave_things_as_they_are(found: Real, expected: Real) -> None:
    assert type(found) is type(expected)
    if isinstance(expected, fmpq):
        assert found == expected
    else:
        assert found is expected


@pytest.mark.parametrize(
    ("base", "exponent"), [(Fraction(-2, 3), 5), (Fraction(3), -2), (Fraction(0), 0), (Fraction(-1), 10**9 + 1)]
)
def test_powers_are_those_of_fractions(base: Fraction, exponent: int) -> None:
    expected = base**exponent if abs(base) != 1 else Fraction(-1)
    assert real.raised(exact(base), exponent) == exact(expected)


def test_an_even_power_of_a_ball_around_zero_is_finite() -> None:
    assert arb(real.raised(WIDE, 2)).contains(1)
    assert arb(real.raised(ROOT2, 4)).contains(4)
    assert arb(real.raised(ROOT2, -2)).contains(fmpq(1, 2))


@pytest.mark.parametrize(
    "wrong", [lambda: real.divided(fmpq(1), fmpq(0)), lambda: real.divided(ROOT2, fmpq(0)), lambda: real.raised(fmpq(0), -1)]
)
def test_division_by_zero_is_said(wrong: Callable[[], object]) -> None:
    with pytest.raises(NumberError, match="division by zero"):
        wrong()


@pytest.mark.parametrize(
    "undecided",
    [
        lambda: real.less(WIDE, fmpq(1, 2)),
        lambda: real.less(ROOT2, ROOT2 + arb(0, 1)),
        lambda: real.less(arb("nan"), fmpq(0)),
        lambda: real.at_least_abs(WIDE, fmpq(1, 2)),
        lambda: real.at_least_abs(WIDE, fmpq(0)),
        lambda: real.at_least_abs(ROOT2 * ROOT2, fmpq(2)),
        lambda: real.divided(fmpq(1), WIDE),
        lambda: real.divided(fmpq(0), WIDE),
    ],
)
def test_overlap_is_undecided(undecided: Callable[[], object]) -> None:
    with pytest.raises(Undecided):
        undecided()


@pytest.mark.parametrize(
    ("x", "threshold", "expected"),
    [
        ("50", "50", True),
        ("-50", "50", True),
        ("49.999", "50", False),
        ("-49.999", "50", False),
        ("0", "0", True),
        ("-0.1", "0", True),
    ],
)
def test_thresholds_include_their_bounds(x: str, threshold: str, expected: bool) -> None:
    assert real.at_least_abs(exact(x), exact(threshold)) is expected


def test_the_precision_holds_within_its_block_only() -> None:
    before = ctx.prec
    with real.working_precision(500):
        assert ctx.prec == 500
    assert ctx.prec == before


def test_numbers_that_grow_without_bound_are_stopped() -> None:
    begin = time.process_time()
    x: Real = exact("1.1")
    for _ in range(20):
        x = real.times(x, x)
    with pytest.raises(NumberError, match="too large"):
        real.times(x, x * x)
    with pytest.raises(NumberError, match="too large"):
        real.raised(exact("1.1"), 10**12)
    with pytest.raises(NumberError, match="too large"):
        real.bounded(fmpq(7) ** 2_000_000)
    assert time.process_time() - begin < 2
