"""Certified printing: decimal text of which every digit is right, and the value that such a text stands for.

What comes in: a value and how many digits. What goes out: text with a point and, where negative, a hyphen; or `Undecided`.
This module knows nothing of LaTeX, minus signs or how many digits a line needs.
"""

from __future__ import annotations

from functools import lru_cache

from flint import arb, fmpq, fmpz

from symlstm.arithmetic.real import BALL_LIMIT, MOST_DIGITS, Real, Undecided, settled, too_large
from symlstm.arithmetic.rounding import WIDE_HALF

_LEAST = arb(10) ** -MOST_DIGITS
_PLAIN_EXPONENTS = range(-7, 21)
"""Exponents of numbers that `significant` writes without one."""


@lru_cache(maxsize=4096)
def _ten(places: int) -> fmpz:
    return fmpz(10) ** places


def decimals(x: Real, places: int) -> str:
    """x to exactly `places` decimals, the nearest (exact ties to even); `Undecided` where the ball doesn't settle the digits.

    >>> decimals(fmpq(-3808, 10000), 4), decimals(fmpq(1, 2), 3), decimals(fmpq(-1, 10**6), 3)
    ('-0.3808', '0.500', '0.000')
    """
    return with_point(_nearest(x, places), places)


def nearest_decimal(x: Real, places: int) -> tuple[str, fmpq]:
    """What `decimals` prints, and what that text is worth.

    >>> nearest_decimal(fmpq(1, 3), 2)
    ('0.33', 33/100)
    """
    count = _nearest(x, places)
    return with_point(count, places), fmpq(count, _ten(places))


def units(x: arb, ten: fmpz) -> fmpz | None:
    """The integer nearest to x·ten, where the ball settles it.

    >>> units(arb(2).sqrt(), fmpz(100)), units(arb(1) / 8, fmpz(100))
    (141, None)
    """
    count: fmpz | None = (x * ten + WIDE_HALF).floor().unique_fmpz()
    return count


def _nearest(x: Real, places: int) -> fmpz:
    """The integer nearest to x·10^places."""
    if isinstance(x, arb):
        count = units(x, _ten(places))
        return _undecided_count(x, places) if count is None else count
    return _nearest_count(x, places)


def _undecided_count(x: arb, places: int) -> fmpz:
    """The count of units for a ball that the short way didn't settle: it is exact, too large, or undecided."""
    if x > BALL_LIMIT or x < -BALL_LIMIT:
        raise too_large()
    value = settled(x)
    if isinstance(value, arb):
        raise Undecided
    return _nearest_count(value, places)


def _nearest_count(q: fmpq, places: int) -> fmpz:
    """The integer nearest to q·10^places, ties to even."""
    denominator = q.q
    doubled = denominator + denominator
    scaled = q.p * _ten(places) if places >= 0 else q.p
    if places < 0:
        doubled *= _ten(-places)
        denominator = doubled // 2
    count, rest = divmod(scaled + scaled + denominator, doubled)
    return count - 1 if not rest and count % 2 else count


def with_point(count: fmpz, places: int) -> str:
    """The text of a number that is `count` units of its last place.

    >>> with_point(fmpz(-5), 3)
    '-0.005'
    """
    try:
        text = str(int(count))  # about three times as fast as str(count), but limited to 4,300 digits
    except ValueError:
        text = str(count)
    if len(text) > MOST_DIGITS + places + 2:
        raise too_large()
    if not places:
        return text
    text = text.zfill(places + 2 if text[0] == "-" else places + 1)
    return f"{text[:-places]}.{text[-places:]}"


@lru_cache(maxsize=32)
def _five(doublings: int) -> fmpz:
    return fmpz(5) ** (1 << doublings)


def terminating(q: fmpq) -> int | None:
    """How many decimals an exact decimal has; None where it never ends.

    >>> terminating(fmpq(822, 10000)), terminating(fmpq(-100)), terminating(fmpq(1, 3))
    (4, 0, None)
    """
    rest = q.q
    if rest == 1:
        return 0
    twos = (int(rest) & -int(rest)).bit_length() - 1
    rest >>= twos
    fives = 0
    for doublings in range(int(rest.bit_length()).bit_length() - 1, -1, -1):
        if not rest % _five(doublings):
            rest //= _five(doublings)
            fives += 1 << doublings
    return max(twos, fives) if rest == 1 else None


def exactly(q: fmpq) -> str:
    """The shortest text that is exactly q: a decimal where it ends, otherwise a fraction.

    >>> exactly(fmpq(1, 2)), exactly(fmpq(-100)), exactly(fmpq(822, 10000)), exactly(fmpq(-1, 3))
    ('0.5', '-100', '0.0822', '-1/3')
    """
    places = terminating(q)
    if places is None:
        return str(q)
    if places > MOST_DIGITS:
        raise too_large()
    return decimals(q, places)


def significant(x: Real, digits: int = 20) -> str:
    """x to that many significant digits, correctly rounded (exact ties to even); `Undecided` where a ball doesn't settle it.

    Plain notation for 1e-7 ≤ |x| < 1e21, otherwise with an exponent. An exact value that ends earlier is written as far as it
    goes. A ball certainly within ±10^-MOST_DIGITS is written `0e-1000000`: zero to that many decimals.

    >>> significant(fmpq(1, 2)), significant(fmpq(1, 3), 5), significant((arb(-100)).exp() / (1 + arb(-100).exp()), 6)
    ('0.5', '0.33333', '3.72008e-44')
    """
    x = settled(x)
    if x == 0:
        return "0"
    if x > BALL_LIMIT or x < -BALL_LIMIT:
        raise too_large()
    if x < _LEAST and x > -_LEAST:
        return f"0e-{MOST_DIGITS}"
    exponent = _exponent_at_most(x)
    while True:
        count = _count(x, digits - 1 - exponent)
        if abs(count) < _ten(digits):
            break
        exponent += 1
    text = str(abs(count))
    ends = isinstance(x, fmpq) and fmpq(count) * _ten(max(exponent - digits + 1, 0)) == x * _ten(max(digits - 1 - exponent, 0))
    return ("-" if count < 0 else "") + _scientific_or_plain(text.rstrip("0") if ends else text, exponent)


def _exponent_at_most(x: Real) -> int:
    """The decimal exponent of x, or the one below where x may lie on either side of a power of ten."""
    smallest = arb(x).abs_lower()
    if smallest.is_zero() or not smallest.is_finite():
        raise Undecided
    mantissa, exponent = smallest.man_exp()
    bits = int(exponent) + int(mantissa.bit_length())
    # 2^(bits-1) ≤ |x|, and 30103/100000 is log10(2) nearly enough up to 10^MOST_DIGITS
    decimal = (bits - 1) * 30103 // 100000 - 1
    while smallest >= _power_of_ten(decimal + 1):
        decimal += 1
    return decimal


@lru_cache(maxsize=4096)
def _power_of_ten(exponent: int) -> arb:
    return arb(10) ** exponent


def _count(x: Real, places: int) -> fmpz:
    """The integer nearest to x·10^places, where places may be negative."""
    if isinstance(x, fmpq):
        return _nearest_count(x, places)
    scaled = x * _ten(places) if places >= 0 else x / _ten(-places)
    count = (scaled + WIDE_HALF).floor().unique_fmpz()
    if count is None:
        raise Undecided
    return count


def _scientific_or_plain(digits: str, exponent: int) -> str:
    if exponent not in _PLAIN_EXPONENTS:
        point = "." if len(digits) > 1 else ""
        return f"{digits[0]}{point}{digits[1:]}e{exponent}"
    if exponent < 0:
        return "0." + "0" * (-exponent - 1) + digits
    whole = exponent + 1
    if len(digits) <= whole:
        return digits.ljust(whole, "0")
    return f"{digits[:whole]}.{digits[whole:]}"
