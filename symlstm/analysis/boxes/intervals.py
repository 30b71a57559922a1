"""Interval arithmetic with open, closed and infinite ends, for proofs: every result holds all values that can occur.

What comes in: intervals of rationals. What goes out: the interval of what an operation can make of them, as narrow as two ends and
their flags can say; slightly wider where an end would have too many digits. No float takes part.

`bounds` has ends too, but holds vectors of unknown shape and speaks in sentences; here an end may be out of reach (tanh never is
1, which decides ties), and an operation takes a microsecond. Functions, saturation and rounding are in `interval_functions`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import msgspec
from flint import fmpq, fmpz

from symlstm.arithmetic.real import MOST_BITS, ONE, ZERO, bounded, raised, too_large

KEPT_BITS = 112
"""An end that has too many digits keeps this many: a coarser grid than 2^-112 only where the end is above 1."""
LONGEST = 256
"""Ends of more bits than this are coarsened by every operation."""


class Interval(msgspec.Struct, frozen=True, gc=False):
    """The numbers between two ends. A struct and not a dataclass, since these are made ten times as fast.

    >>> print(Interval(fmpq(0), fmpq(1, 2), high_open=True), Interval(None, fmpq(3)), point(fmpq(2)))
    [0, 1/2) (-∞, 3] 2
    """

    low: fmpq | None
    """None: nothing bounds it from below."""
    high: fmpq | None
    low_open: bool = False
    """Whether the end itself is out of reach; False where there is none."""
    high_open: bool = False

    @property
    def point(self) -> fmpq | None:
        """The only number in it, where there is one."""
        return self.low if self.low is not None and (self.low is self.high or self.low == self.high) else None

    def __str__(self) -> str:
        if self.point is not None:
            return str(self.low)
        left = "(-∞" if self.low is None else f"{'(' if self.low_open else '['}{self.low}"
        return f"{left}, " + ("∞)" if self.high is None else f"{self.high}{')' if self.high_open else ']'}")


EVERYTHING = Interval(None, None)


def point(x: fmpq) -> Interval:
    """The interval of one number.

    >>> point(fmpq(1, 10)).point
    1/10
    """
    return Interval(x, x)


NOTHING_BUT_ZERO = point(ZERO)
NOTHING_BUT_ONE = point(ONE)


# -- ends ----------------------------------------------------------------------------------------------------------------------


def coarser(a: Interval, longest: int = KEPT_BITS + 16) -> Interval:
    """The interval with ends of more than `longest` bits moved outward to shorter ones, which are then out of reach; a point stays.

    >>> third = fmpq(1, 3)
    >>> coarser(point(third)) == point(third), coarser(Interval(third**200, fmpq(1))).low
    (True, 0)
    """
    low, high = a.low, a.high
    long_low = low is not None and low.height_bits() > longest
    long_high = high is not None and high.height_bits() > longest
    if not (long_low or long_high):
        return a
    if a.point is not None:
        return point(bounded(a.point))  # type: ignore[arg-type]  # a rational stays one
    low_open, high_open = a.low_open, a.high_open
    if long_low and low is not None:
        moved = _floor(low)
        low, low_open = moved, low_open or moved != low
    if long_high and high is not None:
        moved = -_floor(-high)
        high, high_open = moved, high_open or moved != high
    return Interval(low, high, low_open, high_open)


def _floor(x: fmpq) -> fmpq:
    """The greatest number of few bits that isn't above x."""
    above, below = x.p, x.q
    places = KEPT_BITS - max(0, int(above.bit_length()) - int(below.bit_length()))
    if places >= 0:
        return fmpq((above << places) // below, fmpz(1) << places)
    return fmpq((above // (below << -places)) << -places)


def made(low: fmpq | None, high: fmpq | None, low_open: bool, high_open: bool) -> Interval:
    """The interval of these ends, coarsened where they have grown too long."""
    found = Interval(low, high, low_open, high_open)
    if (low is not None and low.height_bits() > LONGEST) or (high is not None and high.height_bits() > LONGEST):
        return coarser(found)
    return found


def holds_zero(a: Interval) -> bool:
    """Whether 0 is in the interval.

    >>> holds_zero(Interval(fmpq(0), fmpq(1))), holds_zero(Interval(fmpq(0), fmpq(1), low_open=True))
    (True, False)
    """
    low, high = a.low, a.high
    below = low is None or low.p < 0 or (not low and not a.low_open)
    return below and (high is None or high.p > 0 or (not high and not a.high_open))


def width(a: Interval) -> fmpq | None:
    """How far the ends are apart; None where one is missing.

    >>> width(Interval(fmpq(1, 2), fmpq(2)))
    3/2
    """
    return None if a.low is None or a.high is None else a.high - a.low


# -- sets ----------------------------------------------------------------------------------------------------------------------


def _lower_start(a: Interval, b: Interval) -> bool:
    """Whether a reaches at least as far down as b."""
    if a.low is None or b.low is None:
        return a.low is None
    return bool(a.low < b.low) or (a.low == b.low and (b.low_open or not a.low_open))


def contains(outer: Interval, inner: Interval) -> bool:
    """Whether every number of the second is in the first.

    >>> open_end = Interval(fmpq(0), fmpq(1), high_open=True)
    >>> contains(Interval(fmpq(0), fmpq(1)), open_end), contains(open_end, point(fmpq(1)))
    (True, False)
    """
    return _lower_start(outer, inner) and _lower_start(negate(outer), negate(inner))


def hull(first: Interval, *others: Interval) -> Interval:
    """The smallest interval that holds all of them.

    >>> print(hull(point(fmpq(0)), Interval(fmpq(1), fmpq(2), high_open=True)))
    [0, 2)
    """
    return reduce(_hull, others, first)


def _hull(a: Interval, b: Interval) -> Interval:
    start = a if _lower_start(a, b) else b
    end = a if _lower_start(negate(a), negate(b)) else b
    return Interval(start.low, end.high, start.low_open, end.high_open)


def intersection(a: Interval, b: Interval) -> Interval | None:
    """The numbers that are in both; None where there are none.

    >>> print(intersection(Interval(fmpq(0), fmpq(2)), Interval(fmpq(1), None, low_open=True)))
    (1, 2]
    >>> intersection(Interval(fmpq(0), fmpq(1), high_open=True), point(fmpq(1))) is None
    True
    """
    start = b if _lower_start(a, b) else a
    end = b if _lower_start(negate(a), negate(b)) else a
    if start.low is not None and end.high is not None:
        if start.low > end.high or (start.low == end.high and (start.low_open or end.high_open)):
            return None
    return Interval(start.low, end.high, start.low_open, end.high_open)


def inflated(a: Interval, by: fmpq) -> Interval:
    """The interval with both ends moved outward by the same amount.

    >>> print(inflated(Interval(fmpq(0), None), fmpq(1, 2)))
    [-1/2, ∞)
    """
    return add(a, Interval(-by, by)) if by else a


def certainly(relation: str, a: Interval, b: Interval) -> bool | None:
    """Whether `=`, `≠`, `<`, `≤`, `>` or `≥` holds between any number of a and any of b; None where that depends on which.

    >>> half = Interval(fmpq(0), fmpq(1, 2), high_open=True)
    >>> certainly("<", half, point(fmpq(1, 2))), certainly("<", half, point(ZERO)), certainly("=", half, point(ZERO))
    (True, False, None)
    """
    return _RELATIONS[relation](a, b)


def _below(a: Interval, b: Interval) -> bool | None:
    if a.high is not None and b.low is not None:
        if a.high < b.low or (a.high == b.low and (a.high_open or b.low_open)):
            return True
    if a.low is not None and b.high is not None and a.low >= b.high:
        return False
    return None


def _equal(a: Interval, b: Interval) -> bool | None:
    if a.point is not None and b.point is not None:
        return bool(a.point == b.point)
    return False if _below(a, b) or _below(b, a) else None


def _opposite(found: bool | None) -> bool | None:
    return None if found is None else not found


_RELATIONS: dict[str, Callable[[Interval, Interval], bool | None]] = {
    "=": _equal,
    "≠": lambda a, b: _opposite(_equal(a, b)),
    "<": _below,
    "≤": lambda a, b: _opposite(_below(b, a)),
    ">": lambda a, b: _below(b, a),
    "≥": lambda a, b: _opposite(_below(a, b)),
}


# -- arithmetic ----------------------------------------------------------------------------------------------------------------


def add(a: Interval, b: Interval) -> Interval:
    """a + b.

    >>> print(add(point(fmpq(1)), Interval(fmpq(0), None)))
    [1, ∞)
    """
    low = None if a.low is None or b.low is None else a.low + b.low
    if low is not None and a.low is a.high and b.low is b.high:
        return point(low)
    high = None if a.high is None or b.high is None else a.high + b.high
    return made(low, high, low is not None and (a.low_open or b.low_open), high is not None and (a.high_open or b.high_open))


def negate(a: Interval) -> Interval:
    """-a.

    >>> print(negate(Interval(fmpq(0), None, low_open=True)))
    (-∞, 0)
    """
    low, high = a.low, a.high
    return Interval(None if high is None else -high, None if low is None else -low, a.high_open, a.low_open)


def subtract(a: Interval, b: Interval) -> Interval:
    """a - b, of two numbers that have nothing to do with one another.

    >>> print(subtract(point(fmpq(1)), Interval(fmpq(0), fmpq(1), low_open=True)))
    [0, 1)
    """
    return add(a, negate(b))


def scaled(a: Interval, by: fmpq) -> Interval:
    """A number times a; zero times anything is zero.

    >>> print(scaled(Interval(fmpq(0), None), fmpq(-2)), scaled(EVERYTHING, ZERO))
    (-∞, 0] 0
    """
    if not by:
        return NOTHING_BUT_ZERO
    low, high = a.low, a.high
    if low is high and low is not None:
        return point(bounded(low * by))  # type: ignore[arg-type]  # a rational stays one
    if by.p > 0:
        return made(None if low is None else low * by, None if high is None else high * by, a.low_open, a.high_open)
    return made(None if high is None else high * by, None if low is None else low * by, a.high_open, a.low_open)


def _side(a: Interval) -> int:
    """1 where nothing in it is negative, -1 where nothing is positive, 0 where both occur."""
    if a.low is not None and a.low.p >= 0:
        return 1
    return -1 if a.high is not None and a.high.p <= 0 else 0


def times(a: Interval, b: Interval) -> Interval:
    """a · b, of two numbers that have nothing to do with one another.

    >>> print(times(Interval(fmpq(0), fmpq(1), high_open=True), Interval(fmpq(2), fmpq(3), high_open=True)))
    [0, 3)
    """
    if a.low is a.high and a.low is not None:
        return scaled(b, a.low)
    if b.low is b.high and b.low is not None:
        return scaled(a, b.low)
    side, other = _side(a), _side(b)
    if side < 0 or (not side and other > 0):
        return times(b, a) if side >= 0 else negate(times(negate(a), b))
    if other < 0:
        return negate(times(a, negate(b)))
    if side and not a.high and a.high is not None:
        return NOTHING_BUT_ZERO
    high, high_open = _corner(a.high, a.high_open, b.high, b.high_open)
    if side and other:
        # Here alone an end of the product can be 0, which one factor reaches without the other.
        if (b.high is not None and not b.high) or a.low is None or b.low is None:
            return NOTHING_BUT_ZERO
        low: fmpq | None = a.low * b.low
        low_open = a.low_open or b.low_open if low else not (holds_zero(a) or holds_zero(b))
        return made(low, high, low_open, high_open)
    low, low_open = _corner(a.high, a.high_open, b.low, b.low_open)
    if not side:
        low, low_open = _further((low, low_open), _corner(a.low, a.low_open, b.high, b.high_open), down=True)
        high, high_open = _further((high, high_open), _corner(a.low, a.low_open, b.low, b.low_open), down=False)
    return made(low, high, low_open, high_open)


def _corner(x: fmpq | None, x_open: bool, y: fmpq | None, y_open: bool) -> tuple[fmpq | None, bool]:
    """The product of two ends, neither of them zero."""
    return (None, False) if x is None or y is None else (x * y, x_open or y_open)


def _further(one: tuple[fmpq | None, bool], other: tuple[fmpq | None, bool], *, down: bool) -> tuple[fmpq | None, bool]:
    """The end that is further out; of two equal ones it is in reach where either is."""
    (x, x_open), (y, y_open) = one, other
    if x is None or y is None:
        return None, False
    if x == y:
        return x, x_open and y_open
    return one if (x < y) == down else other


def quotient(a: Interval, b: Interval) -> Interval:
    """a / b; everything where b may be 0.

    >>> print(quotient(point(fmpq(1)), Interval(fmpq(2), None)), quotient(point(fmpq(1)), Interval(fmpq(0), fmpq(2), low_open=True)))
    (0, 1/2] [1/2, ∞)
    """
    side = _side(b)
    if not side or holds_zero(b):
        return EVERYTHING
    if side < 0:
        return quotient(negate(a), negate(b))
    low, low_open = (ZERO, True) if b.high is None else (ONE / b.high, b.high_open)
    high, high_open = (ONE / b.low, b.low_open) if b.low else (None, False)
    if b.point is not None:
        return scaled(a, low)
    return times(a, made(low, high, low_open, high_open))


def power(a: Interval, exponent: int) -> Interval:
    """a to an integer power, each factor the same number; x^0 is 1.

    >>> print(power(Interval(fmpq(-3), fmpq(2), low_open=True), 2), power(Interval(None, fmpq(2)), 3))
    [0, 9) (-∞, 8]
    """
    if exponent < 0:
        return quotient(NOTHING_BUT_ONE, power(a, -exponent))
    if exponent == 0:
        return NOTHING_BUT_ONE
    if a.point is not None:
        return point(_raised(a.point, exponent))
    low, high = (None if end is None else _raised(end, exponent) for end in (a.low, a.high))
    side = _side(a)
    if exponent % 2 or side > 0:
        return made(low, high, a.low_open, a.high_open)
    if side < 0:
        return made(high, low, a.high_open, a.low_open)
    top, top_open = _further((low, a.low_open), (high, a.high_open), down=False)
    return made(ZERO, top, False, top_open)


def _raised(x: fmpq, exponent: int) -> fmpq:
    if x.height_bits() * exponent > 2 * MOST_BITS:
        raise too_large()
    return raised(x, exponent)  # type: ignore[return-value]  # a rational stays one


def absolute(a: Interval) -> Interval:
    """|a|.

    >>> print(absolute(Interval(fmpq(-2), fmpq(1), low_open=True)))
    [0, 2)
    """
    side = _side(a)
    if side:
        return a if side > 0 else negate(a)
    top, top_open = _further((None if a.low is None else -a.low, a.low_open), (a.high, a.high_open), down=False)
    return Interval(ZERO, top, False, top_open)


def mixture(share: Interval, a: Interval, b: Interval) -> Interval:
    """(1 - share)·a + share·b with one share between 0 and 1: never beyond a and b, which the three operations don't know.

    >>> print(mixture(Interval(fmpq(0), fmpq(1)), Interval(fmpq(-1), fmpq(1)), Interval(fmpq(-1), fmpq(1), high_open=True)))
    [-1, 1]
    """
    s, t = share.low, share.high
    if s is None or t is None or s is t or s.p < 0 or t > ONE:
        # a + share·(b - a) reads a twice where this reads the share twice: both hold.
        plain = add(times(subtract(NOTHING_BUT_ONE, share), a), times(share, b))
        return intersection(plain, add(a, times(share, subtract(b, a)))) or plain
    low, low_open = _mixed_end(share, (a.low, a.low_open), (b.low, b.low_open), down=True)
    high, high_open = _mixed_end(share, (a.high, a.high_open), (b.high, b.high_open), down=False)
    return made(low, high, low_open, high_open)


def _mixed_end(
    share: Interval, one: tuple[fmpq | None, bool], other: tuple[fmpq | None, bool], *, down: bool
) -> tuple[fmpq | None, bool]:
    """One end of a mixture. For given ends it is linear in the share, so one of the share's own ends decides."""
    (a, a_open), (b, b_open) = one, other
    if a is None or b is None or a == b:
        return (None, False) if a is None or b is None else (a, a_open and b_open)
    s, s_open = (share.low, share.low_open) if (a < b) == down else (share.high, share.high_open)
    assert s is not None
    return a + s * (b - a), s_open or (a_open and s != ONE) or (b_open and bool(s))
