"""Printed digits against the decimal module and mpmath: 10,000 numbers, and the hard ones."""

from __future__ import annotations

import decimal
import random
import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import mpmath
import pytest
from flint import arb, fmpq, fmpz
from hypothesis import given
from hypothesis import strategies as st

from symlstm.arithmetic.decimals import decimals, exactly, significant, terminating
from symlstm.arithmetic.real import NumberError, Real, Undecided, exact, fraction, working_precision

decimal.getcontext().prec = 200


def quantized(x: Decimal, places: int) -> str:
    text = format(x.quantize(Decimal(1).scaleb(-places), rounding=decimal.ROUND_HALF_EVEN), "f")
    return text if any(digit in text for digit in "123456789") else text.lstrip("-")


def test_ten_thousand_numbers_print_as_the_decimal_module_prints_them() -> None:
    random.seed(3)
    for _ in range(10_000):
        number = Decimal(random.randrange(-(10**12), 10**12)).scaleb(-random.randrange(0, 16))
        places = random.randrange(0, 10)
        expected = quantized(number, places)
        assert decimals(exact(number), places) == expected
        shifted = number + Decimal("1e-20")  # no tie
        assert decimals(arb(exact(shifted)), places) == quantized(shifted, places)


@pytest.mark.parametrize(
    ("x", "places", "text"),
    [
        (fmpq(-3808, 10000), 4, "-0.3808"),
        (fmpq(1, 2), 3, "0.500"),
        (fmpq(1, 2), 0, "0"),
        (fmpq(3, 2), 0, "2"),
        (fmpq(-1, 2), 0, "0"),
        (fmpq(-1, 10000), 3, "0.000"),
        (fmpq(-100), 2, "-100.00"),
        (fmpq(0), 2, "0.00"),
        (arb(0), 2, "0.00"),
        (arb(0.5), 0, "0"),
        (arb(0.5), 3, "0.500"),
        (arb(-1).tanh(), 4, "-0.7616"),
        (arb(-1e-9).tanh(), 4, "0.0000"),
        (arb(0, arb(10) ** -9), 4, "0.0000"),
    ],
)
def test_decimals(x: Real, places: int, text: str) -> None:
    assert decimals(x, places) == text


def test_a_ball_that_leaves_a_digit_open_is_undecided() -> None:
    for ball in (arb(0, 1), arb(1) / 3 * 3 / 2, arb("nan"), arb(fmpq(1), fmpq(1, 2)), arb(10**5).exp()):
        with pytest.raises(Undecided):
            decimals(ball, 0)


def test_more_bits_settle_large_and_close_numbers() -> None:
    with working_precision(4000):
        assert len(decimals(arb(1000).exp(), 4)) == 435 + 5
        assert decimals((arb(1) / 3 * 3 + arb(10) ** -900) / 2, 0) == "1"


@given(st.fractions(max_denominator=10**5), st.integers(0, 6), st.integers(1, 50))
def test_a_ball_prints_as_everything_in_it_or_not_at_all(x: Fraction, places: int, bits: int) -> None:
    radius = fmpq(1, 2**bits)
    try:
        text = decimals(arb(exact(x), arb(radius)), places)
    except Undecided:
        return
    for member in (exact(x) - radius, exact(x), exact(x) + radius):
        assert decimals(member, places) == text


@pytest.mark.parametrize(
    ("q", "places"),
    [
        ("0.5", 1),
        ("-100", 0),
        ("0.0822", 4),
        ("1/3", None),
        ("1/1024", 10),
        ("7/5120", 10),
        ("3/30", 1),
        ("1/390625", 8),
        ("1/7000", None),
    ],
)
def test_terminating(q: str, places: int | None) -> None:
    assert terminating(exact(q)) == places


@pytest.mark.parametrize("text", ["0.5", "-100", "0.0822", "1/3", "-22/7", "0", "0.000001", "12345.678"])
def test_exact_texts_are_the_shortest(text: str) -> None:
    assert exactly(exact(text)) == text


@given(st.fractions())
def test_exact_texts_are_read_back(x: Fraction) -> None:
    assert exact(exactly(exact(x))) == exact(x)


@pytest.mark.parametrize(
    ("x", "digits", "text"),
    [
        (fmpq(1, 2), 20, "0.5"),
        (fmpq(1), 20, "1"),
        (fmpq(0), 20, "0"),
        (arb(0), 20, "0"),
        (fmpq(-100), 20, "-100"),
        (fmpq(1, 3), 20, "0.33333333333333333333"),
        (fmpq(2, 3), 4, "0.6667"),
        (fmpq(99999, 100), 4, "1000"),
        (fmpq(99999, 10**9), 4, "0.0001000"),
        (fmpq(1, 10**7), 20, "0.0000001"),
        (fmpq(1, 10**8), 20, "1e-8"),
        (fmpq(-123, 10**10), 20, "-1.23e-8"),
        (fmpq(10**20), 20, "100000000000000000000"),
        (fmpq(10**21), 20, "1e21"),
        (fmpq(10**20 + 1), 20, "100000000000000000000"),
        (fmpq(125, 100), 2, "1.2"),
        (arb(1) / 3 * 3, 5, "1.0000"),
        (arb(-100).exp() / (1 + arb(-100).exp()), 10, "3.720075976e-44"),
        (arb(0, arb(10) ** -1_500_000), 20, "0e-1000000"),
        (fmpq(1, fmpz(10) ** 1_000_001), 20, "0e-1000000"),
    ],
)
def test_significant(x: Real, digits: int, text: str) -> None:
    assert significant(x, digits) == text


def test_significant_digits_are_mpmaths() -> None:
    random.seed(4)
    with working_precision(256), mpmath.workdps(80):
        for _ in range(1000):
            z = random.randrange(-(10**6), 10**6)
            found = significant(arb(fmpq(z, 5000)).exp())
            expected = mpmath.nstr(mpmath.exp(mpmath.mpf(z) / 5000), 20, strip_zeros=False, min_fixed=-9, max_fixed=22)
            assert Decimal(found) == Decimal(expected)


@given(st.fractions().filter(bool), st.integers(1, 30))
def test_significant_is_correctly_rounded(x: Fraction, digits: int) -> None:
    context = decimal.Context(prec=digits, rounding=decimal.ROUND_HALF_EVEN)
    expected = context.divide(Decimal(x.numerator), Decimal(x.denominator))
    assert Decimal(significant(exact(x), digits)) == expected


def test_significant_of_a_ball_with_zero_in_it_is_undecided() -> None:
    with pytest.raises(Undecided):
        significant(arb(1) / 3 - arb(1) / 3)


@pytest.mark.parametrize("text", ["", "x", "1/0", "1e3000000"])
def test_values_that_cannot_be_read(text: str) -> None:
    with pytest.raises(NumberError):
        exact(text)


def test_printed_texts_are_read_back_to_within_half_a_unit() -> None:
    assert exact("0e-1000000") == 0
    assert fraction(exact("-0.3808")) == Fraction(-3808, 10000)


def test_huge_numbers_are_bounded_in_time_and_size() -> None:
    begin = time.process_time()
    huge = fmpq(fmpz(10) ** 999_999)
    assert len(decimals(huge, 0)) == 1_000_000
    assert exactly(1 / huge)[-1] == "1"
    assert terminating(fmpq(1, fmpz(5) ** 400_000)) == 400_000
    assert significant(huge) == "1e999999"
    assert time.process_time() - begin < 5


HUGE = fmpq(fmpz(10) ** 999_999)


@pytest.mark.parametrize(
    "too_large",
    [
        lambda: decimals(HUGE * HUGE, 0),
        lambda: significant(HUGE * HUGE),
        lambda: exactly(1 / (HUGE * HUGE)),
        lambda: decimals(arb(2) ** (10**12), 4),
        lambda: significant(arb(2) ** (10**12)),
        lambda: decimals(arb(10**9).exp(), 2),
    ],
)
def test_what_would_be_too_long_is_an_error(too_large: Callable[[], str]) -> None:
    with pytest.raises(NumberError, match="too large"):
        too_large()
