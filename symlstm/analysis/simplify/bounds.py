"""Between which numbers a value lies: interval arithmetic with rational ends.

What comes in: bounds of operands. What goes out: bounds that surely hold, entry by entry for a vector; no bound where none is
known. This module knows nothing of trees, cells or conventions, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flint import fmpq, fmpz

from symlstm.arithmetic import entrywise, linear
from symlstm.arithmetic.functions import greatest, least
from symlstm.arithmetic.real import ONE, ZERO, Real
from symlstm.arithmetic.value import Matrix, Value, entries, is_single, vector

_MOST_BITS = 128
_UNIT = fmpz(2) ** 64
"""Ends of more than _MOST_BITS bits are rounded outward to multiples of 1/_UNIT."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Every entry lies between `low` and `high`; None where nothing bounds it on that side."""

    low: Value | None
    """Rationals, in the value's shape."""
    high: Value | None
    shaped: bool = True
    """False where the shape isn't known: then the ends are numbers that bound every entry."""

    @property
    def point(self) -> Value | None:
        """The only value possible, where there is one."""
        return self.low if self.shaped and self.low is not None and self.low == self.high else None


UNKNOWN = Bounds(None, None, False)
"""A value of which nothing is known."""


def point(value: Value) -> Bounds:
    """The bounds of a value that is known exactly.

    >>> point(fmpq(2)).point
    2
    """
    return Bounds(value, value)


def hull(parts: Sequence[Bounds]) -> Bounds:
    """Bounds that hold for each of the parts.

    >>> hull([point(fmpq(-1)), point(fmpq(2))])
    Bounds(low=-1, high=2, shaped=True)
    """
    shapes = {_shape(part) for part in parts}
    if len(shapes) > 1 or not all(part.shaped for part in parts):
        lows = [None if part.low is None else least(*entries(part.low)) for part in parts]
        highs = [None if part.high is None else greatest(*entries(part.high)) for part in parts]
        return _hull(lows, highs, False)
    return _hull([part.low for part in parts], [part.high for part in parts], True)


def coarser(part: Bounds) -> Bounds:
    """Bounds of which the ends have few digits, slightly wider where they had many; a point stays one.

    >>> coarser(point(fmpq(1, 3))) == point(fmpq(1, 3))
    True
    """
    if part.low == part.high:
        return part
    low = None if part.low is None else entrywise.apply(lambda x: _coarser(x, down=True), part.low)
    high = None if part.high is None else entrywise.apply(lambda x: _coarser(x, down=False), part.high)
    return Bounds(low, high, part.shaped)


def _coarser(x: Real, *, down: bool) -> Real:
    if not isinstance(x, fmpq) or x.height_bits() <= _MOST_BITS:
        return x
    scaled = x * _UNIT
    return fmpq(fmpz(scaled.floor() if down else scaled.ceil()), _UNIT)


def _hull(lows: Sequence[Value | None], highs: Sequence[Value | None], shaped: bool) -> Bounds:
    return Bounds(_all(least, lows), _all(greatest, highs), shaped)


def _all(choose: Callable[..., Real], values: Sequence[Value | None]) -> Value | None:
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    return known[0] if len(known) == 1 else entrywise.apply(choose, *known)


def _shape(part: Bounds) -> object:
    end = part.low if part.low is not None else part.high
    return getattr(end, "size", None) or (1 if end is None else len(entries(end)))


def made(low: Value | None, high: Value | None, *of: Bounds) -> Bounds:
    """The bounds of what operands make entry by entry. A number has a shape without its ends, a vector only with them."""
    scalar = all(part.shaped and _shape(part) == 1 for part in of)
    known = all(part.shaped for part in of) or any(part.shaped and _shape(part) != 1 for part in of)
    return Bounds(_as(low, high), _as(high, low), scalar or (known and (low is not None or high is not None)))


def _as(end: Value | None, other: Value | None) -> Value | None:
    """An end in the other's shape, where that is a vector and this a number."""
    if end is None or other is None or not is_single(end) or is_single(other):
        return end
    (only,) = entries(end)
    return entrywise.apply(lambda x: only, other)


# -- arithmetic ----------------------------------------------------------------------------------------------------------------


def add(a: Bounds, b: Bounds) -> Bounds:
    """a + b.

    >>> add(point(fmpq(1)), Bounds(fmpq(0), None))
    Bounds(low=1, high=None, shaped=True)
    """
    low = None if a.low is None or b.low is None else entrywise.add(a.low, b.low)
    high = None if a.high is None or b.high is None else entrywise.add(a.high, b.high)
    return made(low, high, a, b)


def negate(a: Bounds) -> Bounds:
    """-a.

    >>> negate(Bounds(fmpq(0), None))
    Bounds(low=None, high=0, shaped=True)
    """
    return Bounds(
        None if a.high is None else entrywise.negate(a.high), None if a.low is None else entrywise.negate(a.low), a.shaped
    )


def times(a: Bounds, b: Bounds) -> Bounds:
    """a · b, entry by entry.

    >>> times(Bounds(fmpq(-1), fmpq(2)), Bounds(fmpq(-3), fmpq(1)))
    Bounds(low=-6, high=3, shaped=True)
    """
    for one, other in ((a, b), (b, a)):
        if isinstance(one.low, fmpq) and one.low == one.high:
            return made(*_scaled(other, one.low), a, b)
    if a.low is not None and a.high is not None and b.low is not None and b.high is not None:
        corners = [entrywise.elementwise(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
        return made(entrywise.apply(least, *corners), entrywise.apply(greatest, *corners), a, b)
    if a.low is not None and b.low is not None and _everywhere(a.low, _natural) and _everywhere(b.low, _natural):
        return made(entrywise.elementwise(a.low, b.low), None, a, b)
    return made(None, None, a, b)


def _scaled(a: Bounds, by: fmpq) -> tuple[Value | None, Value | None]:
    if not by and a.shaped and (end := a.low if a.low is not None else a.high) is not None:
        zero = entrywise.apply(lambda x: ZERO, end)
        return zero, zero
    if not by:
        return ZERO, ZERO
    low, high = (None if end is None else entrywise.elementwise(by, end) for end in (a.low, a.high))
    return (low, high) if by > 0 else (high, low)


def _natural(x: Real) -> bool:
    return bool(x >= ZERO)


def _everywhere(value: Value, holds: Callable[[Real], bool]) -> bool:
    return all(map(holds, entries(value)))


def quotient(a: Bounds, b: Bounds) -> Bounds:
    """a / b, entry by entry; no bounds where b may be zero.

    >>> quotient(point(fmpq(1)), Bounds(fmpq(2), None))
    Bounds(low=0, high=1/2, shaped=True)
    """
    if b.high is not None and _everywhere(b.high, lambda x: bool(x < ZERO)):
        return quotient(negate(a), negate(b))
    if b.low is None or not _everywhere(b.low, lambda x: bool(x > ZERO)):
        return made(None, None, a, b)
    above = entrywise.quotient(ONE, b.low)
    below = entrywise.apply(lambda x: ZERO, b.low) if b.high is None else entrywise.quotient(ONE, b.high)
    return times(a, Bounds(below, above, b.shaped))


def power(a: Bounds, exponent: int) -> Bounds:
    """A number to an integer power.

    >>> power(Bounds(fmpq(-3), fmpq(2)), 2)
    Bounds(low=0, high=9, shaped=True)
    """
    if exponent < 0:
        return quotient(point(ONE), power(a, -exponent))
    if not a.shaped or _shape(a) != 1:
        return UNKNOWN
    low, high = (None if end is None else linear.power(end, exponent) for end in (a.low, a.high))
    if exponent % 2:
        return Bounds(low, high)
    if a.low is not None and _everywhere(a.low, _natural):
        return Bounds(low, high)
    if a.high is not None and not _everywhere(a.high, _natural):
        return Bounds(high, low)
    return Bounds(ZERO if exponent else ONE, None if low is None or high is None else entrywise.apply(greatest, low, high))


def product(a: Bounds, b: Bounds) -> Bounds:
    """The product of a number, vector or matrix with another; bounds where one of the two is known exactly.

    >>> from symlstm.arithmetic.value import Matrix, Vector
    >>> row = Matrix(((fmpq(1), fmpq(-2)),))
    >>> product(point(row), Bounds(Vector((fmpq(0), fmpq(0))), Vector((fmpq(1), fmpq(1)))))
    Bounds(low=-2, high=1, shaped=True)
    """
    if a.point is not None and b.point is not None:
        return point(linear.product(a.point, b.point))
    if any(part.shaped and _shape(part) in (1, (1, 1)) for part in (a, b)):
        return times(_column(a), b)
    if not a.shaped or not b.shaped or a.low is None or a.high is None or b.low is None or b.high is None:
        return UNKNOWN
    if a.point is not None:
        up, down = entrywise.apply(lambda x: greatest(x, ZERO), a.low), entrywise.apply(lambda x: least(x, ZERO), a.low)
        return Bounds(
            entrywise.add(linear.product(up, b.low), linear.product(down, b.high)),
            entrywise.add(linear.product(up, b.high), linear.product(down, b.low)),
        )
    if b.point is not None:
        up, down = entrywise.apply(lambda x: greatest(x, ZERO), b.low), entrywise.apply(lambda x: least(x, ZERO), b.low)
        return Bounds(
            entrywise.add(linear.product(a.low, up), linear.product(a.high, down)),
            entrywise.add(linear.product(a.high, up), linear.product(a.low, down)),
        )
    return UNKNOWN


def _column(a: Bounds) -> Bounds:
    """A matrix of one column as the vector that it makes of a number."""
    low, high = (vector(entries(end)) if isinstance(end, Matrix) and end.size[1] == 1 else end for end in (a.low, a.high))
    return Bounds(low, high, a.shaped)


def concatenated(parts: Sequence[Bounds]) -> Bounds:
    """The bounds of a vector made of these parts.

    >>> concatenated([point(fmpq(1)), point(fmpq(2))]).point
    Vector(entries=(1, 2))
    """
    lows = [part.low for part in parts if part.low is not None]
    highs = [part.high for part in parts if part.high is not None]
    if not all(part.shaped for part in parts) or min(len(lows), len(highs)) < len(parts):
        return UNKNOWN
    return Bounds(linear.concatenate(lows), linear.concatenate(highs))
