"""Points and bounds as formats want them: decimals without rounding, whole weights in the same proportion.

In come fractions, out go texts and whole numbers. Nothing here knows of a format.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

_MOST_DECIMALS = 30


def decimal(number: Fraction) -> str:
    """A number in decimals: all of them where they end, and otherwise the first thirty, cut towards zero.

    >>> decimal(Fraction(1, 2000)), decimal(Fraction(-3)), decimal(Fraction(5, 4)), decimal(Fraction(1, 3))[:8]
    ('0.0005', '-3', '1.25', '0.333333')
    """
    digits = next((k for k in range(_MOST_DECIMALS) if (number * 10**k).denominator == 1), _MOST_DECIMALS)
    scaled = int(abs(number) * 10**digits)
    whole, part = divmod(scaled, 10**digits)
    sign = "-" if number < 0 and scaled else ""
    return f"{sign}{whole}" + (f".{part:0{digits}}" if digits else "")


def whole_weights(points: Sequence[Fraction]) -> tuple[int, ...]:
    """Whole numbers in the proportion of some points: the points themselves where they are whole, else the smallest such numbers.

    >>> whole_weights([Fraction(2), Fraction(4)]), whole_weights([Fraction(1, 2), Fraction(1, 3)]), whole_weights([Fraction(1, 2)] * 2)
    ((2, 4), (3, 2), (1, 1))
    """
    scale = lcm(*(each.denominator for each in points))
    whole = [int(each * scale) for each in points]
    common = 1 if scale == 1 else gcd(*whole)
    return tuple(each // common for each in whole)
