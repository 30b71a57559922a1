"""Saturated values, and the certainty of their error bounds."""

from __future__ import annotations

import time
from fractions import Fraction

import mpmath
import pytest
from flint import arb, fmpq, fmpz

from symlstm.arithmetic.real import Undecided, exact
from symlstm.arithmetic.saturation import LIMITS, bound_text, saturated, saturation_error
from symlstm.errors import UndecidedError

WIDE = arb(50, 1)  # [49, 51]


@pytest.mark.parametrize(
    ("function", "z", "threshold", "expected"),
    [
        ("sigmoid", "50", "50", 1),
        ("sigmoid", "-50", "50", 0),
        ("sigmoid", "49.9", "50", None),
        ("tanh", "-100", "50", -1),
        ("tanh", "100", "50", 1),
        ("tanh", "0", "50", None),
        ("sigmoid", "1", "0", 1),
        ("tanh", "-0.001", "0", -1),
        ("relu", "100", "50", None),
        ("hardsigmoid", "100", "50", None),
    ],
)
def test_saturation(function: str, z: str, threshold: str, expected: int | None) -> None:
    found = saturated(function, exact(z), exact(threshold))
    assert found == expected
    assert found is None or isinstance(found, fmpq)


@pytest.mark.parametrize("function", LIMITS)
@pytest.mark.parametrize("zero", [fmpq(0), arb(0)])
def test_zero_has_no_side(function: str, zero: fmpq | arb) -> None:
    with pytest.raises(UndecidedError, match=rf"{function}\(0\) can't be rounded outward"):
        saturated(function, zero, fmpq(0))


@pytest.mark.parametrize(("z", "threshold"), [(WIDE, 50), (-WIDE, 50), (arb(0, 1), 0)])
def test_a_straddling_ball_is_undecided(z: arb, threshold: int) -> None:
    with pytest.raises(Undecided):
        saturated("sigmoid", z, fmpq(threshold))


ARGUMENTS = ["0", "0.001", "0.5", "1", "-1", "2", "3.3", "-4.6", "5", "9", "10", "-23", "50", "100", "-700", "12345", "-200000"]


@pytest.mark.parametrize("function", LIMITS)
@pytest.mark.parametrize("z", ARGUMENTS)
def test_the_bound_is_never_too_small_and_hardly_too_large(function: str, z: str) -> None:
    text = bound_text(saturation_error(function, exact(z)))
    with mpmath.workdps(60):
        x = abs(mpmath.mpf(z))
        rate = 1 if function == "sigmoid" else 2
        error = rate * mpmath.exp(-rate * x) / (1 + mpmath.exp(-rate * x))
        bound = mpmath.mpf(text)
        assert error <= bound
        assert bound < error * (2.0001 if error < mpmath.mpf("1e-4") else 1.1)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ("0.2689", "0.27"),
        ("0.27", "0.28"),  # a ball around 0.27 may be above it
        ("0.5", "0.5"),
        ("0.995", "1"),
        ("0.00012345", "0.00013"),
        ("0.0000999", "1e-4"),
        ("0.00001", "2e-5"),
        ("3.1e-87", "4e-87"),
        ("9.5e-87", "1e-86"),
        ("1234.5", "1300"),
    ],
)
def test_bounds_are_written_with_few_digits(error: str, text: str) -> None:
    assert bound_text(arb(exact(error))) == text
    assert Fraction(text) >= Fraction(error)


@pytest.mark.parametrize("function", LIMITS)
def test_huge_arguments_have_a_bound_at_once(function: str) -> None:
    begin = time.process_time()
    text = bound_text(saturation_error(function, fmpq(fmpz(10) ** 999_999)))
    assert text.startswith(("1e-", "2e-", "3e-", "4e-", "5e-", "6e-", "7e-", "8e-", "9e-"))
    assert int(text[2:]) < -(10**8)
    assert time.process_time() - begin < 0.5
