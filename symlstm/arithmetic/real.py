"""Real numbers: exact rationals (`fmpq`) until a transcendental function makes them balls (`arb`), which hold the true value.

What comes in: numbers as written and operands. What goes out: a value as exact as its operands allow, or `Undecided` where
the working precision can't tell. This module knows nothing of functions, decimals, vectors or places.
"""

from __future__ import annotations

import copyreg
import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from threading import RLock
from typing import TypeAlias

from flint import arb, ctx, fmpq, fmpz

from symlstm.errors import SymlstmError

Real: TypeAlias = fmpq | arb

START_BITS = 128
"""Working precision with which a derivation starts."""
EXTRA_BITS = 4096
"""A rounding that can't be told from a tie within this many further bits is an `UndecidedError`."""
MOST_DIGITS = 1_000_000
"""Largest decimal exponent of a number that is read, computed exactly or printed."""
MOST_BITS = 4_000_000
"""Largest size of an exact number's numerator or denominator; 10^MOST_DIGITS has 3.3 million bits."""

BALL_LIMIT = arb(10) ** MOST_DIGITS

ZERO = fmpq(0)
ONE = fmpq(1)

_NUMBER = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?(?:/(\d+))?", re.ASCII)


class Undecided(Exception):
    """The working precision can't decide; the derivation doubles it and runs again. Never reaches a user."""


class NumberError(SymlstmError):
    """A number that doesn't exist (a division by zero) or is too large to be computed or printed."""


_PRECISION = RLock()


@contextmanager
def working_precision(bits: int) -> Iterator[None]:
    """Within this block balls are computed with `bits` bits. The precision is the process's, so other threads wait meanwhile.

    >>> with working_precision(200):
    ...     arb(2).sqrt().rad() < arb(2) ** -195
    True
    """
    with _PRECISION, ctx.workprec(bits):
        yield


def _ball(middle: tuple[int, int], radius: tuple[int, int]) -> arb:
    return arb(arb(middle), arb(radius))


def _reduced(x: arb) -> tuple[object, ...]:
    """A ball for `pickle`, by its exact middle and radius; flint makes the radius wider by a hair when it is read back."""
    if not x.is_finite():
        return arb, (str(x.mid()),)
    middle, radius = x.mid().man_exp(), x.rad().man_exp()
    return _ball, ((int(middle[0]), int(middle[1])), (int(radius[0]), int(radius[1])))


# Results travel between processes, and flint's balls have no pickling of their own.
copyreg.pickle(arb, _reduced)  # type: ignore[arg-type]  # it has no place for the types of the arguments


def exact(x: int | str | Fraction | Decimal | fmpq) -> fmpq:
    """The rational that a number as written stands for; raises `NumberError` where it isn't one or is too large.

    >>> exact("0.10"), exact("-1/3"), exact(Decimal("1e-3")), exact(".76")
    (1/10, -1/3, 1/1000, 19/25)
    """
    if isinstance(x, fmpq):
        return x
    if isinstance(x, int | Fraction):
        value = fmpq(x.numerator, x.denominator)
        if value.height_bits() > MOST_BITS:
            raise too_large()
        return value
    return _read(str(x))


def _read(text: str) -> fmpq:
    match = _NUMBER.fullmatch(text.strip())
    if match is None or not (match[2] or match[3]):
        raise NumberError(f"{text[:40]!r} is not a number: write digits, such as 0.25, -3, 1e-3 or 1/3")
    sign, whole, decimals, exponent, denominator = match.groups()
    decimals = decimals or ""
    shift = int(exponent or 0) - len(decimals)
    if abs(int(exponent or 0)) > MOST_DIGITS or len(text) > MOST_DIGITS:
        raise too_large()
    below = fmpz(denominator or 1)
    if not below:
        raise division_by_zero()
    value = fmpq(fmpz(sign.replace("+", "") + whole + decimals), below)
    power = fmpz(10) ** abs(shift)
    return value * power if shift >= 0 else value / power


def too_large() -> NumberError:
    """The error for a number of more digits than are computed or printed."""
    return NumberError(f"a number here is too large or too small: its size goes beyond 10 to the power {MOST_DIGITS:,}")


def division_by_zero() -> NumberError:
    """The error for a quotient that doesn't exist."""
    return NumberError("division by zero: a denominator is 0 here")


def fraction(q: fmpq) -> Fraction:
    """The same rational as Python's own type.

    >>> fraction(exact("0.5"))
    Fraction(1, 2)
    """
    return Fraction(int(q.p), int(q.q))


def rational(x: Real) -> fmpq:
    """A value known to be exact, such as a given one, as the rational that it is.

    >>> rational(fmpq(1, 2))
    1/2
    """
    assert not isinstance(x, arb)
    return x


def is_exact(x: Real) -> bool:
    """Whether the value is a rational that is known exactly.

    >>> is_exact(exact("1/3")), is_exact(arb(2).sqrt())
    (True, False)
    """
    return isinstance(x, fmpq)


def settled(x: Real) -> Real:
    """A ball of radius zero as the rational it is (where that isn't enormous); everything else unchanged.

    >>> settled(arb(0.5)), is_exact(settled(arb(2).sqrt()))
    (1/2, False)
    """
    if isinstance(x, arb) and x.is_finite() and x.is_exact():
        mantissa, exponent = x.man_exp()
        if abs(exponent) <= MOST_BITS and mantissa.bit_length() <= MOST_BITS:
            return x.fmpq()
    return x


def bounded(x: Real) -> Real:
    """The value itself; `NumberError` where it is exact and has grown beyond MOST_BITS.

    >>> bounded(exact("1/3"))
    1/3
    """
    if isinstance(x, fmpq) and x.height_bits() > MOST_BITS:
        raise too_large()
    return x


def plus(a: Real, b: Real) -> Real:
    """a + b; exact zero leaves the other unchanged.

    >>> plus(exact("1/2"), exact("1/3"))
    5/6
    """
    if isinstance(a, fmpq):
        if not isinstance(b, fmpq) and not a:
            return b
    elif isinstance(b, fmpq) and not b:
        return a
    return a + b


def times(a: Real, b: Real) -> Real:
    """a · b; exact zero times anything is exact zero, exact one leaves the other unchanged.

    >>> times(exact(0), arb(2).sqrt()), times(exact("1/2"), exact("1/3"))
    (0, 1/6)
    """
    if isinstance(a, fmpq):
        if isinstance(b, fmpq):
            product = a * b
            # Squaring a state again and again doubles its digits at every step.
            if product.height_bits() > MOST_BITS:
                raise too_large()
            return product
        a, b = b, a
    elif not isinstance(b, fmpq):
        return a * b
    # a is the ball, b the rational
    if not b:
        return ZERO
    return a if b == ONE else a * b


def divided(a: Real, b: Real) -> Real:
    """a / b; exact zero divided by anything is exact zero. `NumberError` where b is zero, `Undecided` where it may be.

    >>> divided(exact(1), exact(3))
    1/3
    """
    if isinstance(b, fmpq):
        if not b:
            raise division_by_zero()
        return bounded(a / b) if b != ONE else a
    if isinstance(a, fmpq) and not a and not b.contains(0):
        return ZERO
    if b.contains(0) or not b.is_finite():
        raise Undecided
    return a / b


def raised(x: Real, exponent: int) -> Real:
    """x to an integer power; x^0 = 1 as in every sum of powers, 0 to a negative power is a division by zero.

    >>> raised(exact("1/2"), 3), raised(exact(2), -2), raised(exact(0), 0)
    (1/8, 1/4, 1)
    """
    if exponent < 0:
        return divided(ONE, raised(x, -exponent))
    if isinstance(x, fmpq):
        if abs(x.p) <= 1 and x.q == 1:
            return x ** (2 - exponent % 2 if exponent else 0)
        if x.height_bits() * exponent > 2 * MOST_BITS:
            raise too_large()
        return x**exponent
    # arb's own power goes by way of the logarithm where the ball contains zero
    result: Real = ONE
    while exponent:
        if exponent & 1:
            result = times(result, x)
        exponent >>= 1
        if exponent:
            x = x * x
    return result


def absolute(x: Real) -> Real:
    """|x|.

    >>> absolute(exact("-1/3"))
    1/3
    """
    if isinstance(x, fmpq):  # the type checker alone needs the two apart
        return abs(x)
    return abs(x)


def less(a: Real, b: Real) -> bool:
    """Whether a < b; `Undecided` where the balls overlap.

    >>> less(exact("1/3"), exact("1/2")), less(arb(2).sqrt(), exact("1.41"))
    (True, False)
    """
    if a < b:
        return True
    if a >= b:
        return False
    raise Undecided


def at_least_abs(x: Real, threshold: fmpq) -> bool:
    """Whether |x| ≥ T; `Undecided` where the ball straddles T or -T.

    >>> at_least_abs(exact(-50), exact(50)), at_least_abs(exact("49.9"), exact(50))
    (True, False)
    """
    if x >= threshold or x <= -threshold:
        return True
    if x < threshold and x > -threshold:
        return False
    raise Undecided
