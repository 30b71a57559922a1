"""Means, spreads and correlations of numbers that come one by one; exact, so that their order changes nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(slots=True)
class Moments:
    """Numbers, as far as their mean and spread need them."""

    count: int = 0
    total: Fraction = Fraction(0)
    squares: Fraction = Fraction(0)

    def add(self, value: Fraction) -> None:
        """One more number."""
        self.count += 1
        self.total += value
        self.squares += value * value

    def without(self, other: Moments) -> Moments:
        """The same without numbers that are among them."""
        return Moments(self.count - other.count, self.total - other.total, self.squares - other.squares)

    @property
    def mean(self) -> Fraction:
        """Their mean; 0 for none."""
        return self.total / self.count if self.count else Fraction(0)

    @property
    def error(self) -> float:
        """The standard error of the mean; infinite for fewer than two numbers.

        >>> four = Moments(); [four.add(Fraction(n)) for n in (1, 2, 3, 4)]
        [None, None, None, None]
        >>> round(four.error, 4)
        0.6455
        """
        if self.count < 2:
            return math.inf
        return math.sqrt((self.squares - self.count * self.mean**2) / (self.count - 1) / self.count)


@dataclass(slots=True)
class Pairs:
    """Pairs of numbers, as far as their correlation needs them."""

    count: int = 0
    x: Fraction = Fraction(0)
    y: Fraction = Fraction(0)
    xx: Fraction = Fraction(0)
    xy: Fraction = Fraction(0)
    yy: Fraction = Fraction(0)

    def add(self, x: Fraction, y: Fraction) -> None:
        """One more pair."""
        self.count += 1
        self.x, self.y = self.x + x, self.y + y
        self.xx, self.xy, self.yy = self.xx + x * x, self.xy + x * y, self.yy + y * y

    @property
    def correlation(self) -> float | None:
        """Pearson's correlation; None where one of the two doesn't vary.

        >>> pairs = Pairs()
        >>> [pairs.add(Fraction(x), Fraction(y)) for x, y in ((1, 2), (2, 4), (3, 7))]
        [None, None, None]
        >>> round(pairs.correlation, 4)
        0.9934
        """
        spread = (self.count * self.xx - self.x**2) * (self.count * self.yy - self.y**2)
        return float(self.count * self.xy - self.x * self.y) / math.sqrt(spread) if spread else None


def quantile(counts: Sequence[tuple[Fraction, int]], part: Fraction) -> Fraction | None:
    """The value below which that part of the numbers is, in a straight line between two of them; None where there are none.

    `counts`: each value with how often it stands there, from the lowest (Hyndman and Fan, 1996, definition 7).

    >>> [str(quantile([(Fraction(1), 2), (Fraction(3), 1), (Fraction(4), 1)], Fraction(k, 4))) for k in range(5)]
    ['1', '1', '2', '13/4', '4']
    """
    total = sum(count for _, count in counts)
    if not total:
        return None
    at = part * (total - 1)
    low, high = _at(counts, int(at)), _at(counts, min(total - 1, int(at) + 1))
    return low + (high - low) * (at - int(at))


def _at(counts: Sequence[tuple[Fraction, int]], index: int) -> Fraction:
    for value, count in counts:
        if index < count:
            return value
        index -= count
    raise IndexError(index)
