"""What functions, saturation and rounding make of an interval. All of them but softmax never fall when an argument grows.

What comes in: intervals. What goes out: the interval of what can come out, within the function's range, whose limits are out of
reach. Balls give the ends of σ, tanh and exp, rounded outward; no float takes part.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import TypeAlias

from flint import arb, ctx, fmpq, fmpz

from symlstm.analysis.boxes.intervals import (
    NOTHING_BUT_ONE,
    NOTHING_BUT_ZERO,
    Interval,
    add,
    made,
    negate,
    point,
    quotient,
    scaled,
    subtract,
)
from symlstm.arithmetic.real import ONE, ZERO, working_precision
from symlstm.arithmetic.rounding import TIES
from symlstm.arithmetic.saturation import LIMITS, Limits
from symlstm.arithmetic.saturation import saturated as limit_at
from symlstm.errors import SymlstmError

BITS = 96
"""Working precision of a function's end; a caller that sets it once saves a function the time to do so."""

_HALF = fmpq(1, 2)
_SIXTH = fmpq(1, 6)
_MINUS_ONE = fmpq(-1)
_ARB_ONE = arb(1)
_FAR = fmpq(200)
"""From this |z| on σ and tanh are enclosed without being computed: exp(-200) < 2^-256."""
_TINY = fmpq(fmpz(1), fmpz(2) ** 256)
_EXP_FAR = fmpq(10_000)
"""Above this exp(z) is only known to be at least exp of this."""

_Ends: TypeAlias = "tuple[fmpq, fmpq | None]"


@dataclass(frozen=True, slots=True)
class Smooth:
    """One row: a strictly increasing function, and limits that it never reaches."""

    exact_at: fmpq
    exact: fmpq
    """The only rational where its value is one, and that value."""
    low: fmpq
    high: fmpq | None
    ball: Callable[[arb], arb]
    far: fmpq
    """From this |z| on `beyond` says what is known of f(z)."""
    beyond: Callable[[bool], _Ends]


def _near_limits(low: fmpq, high: fmpq) -> Callable[[bool], _Ends]:
    above, below = (high - _TINY, high), (low, low + _TINY)
    return lambda positive: above if positive else below


def _exp_far(positive: bool) -> _Ends:
    return (_EXP_LOWEST, None) if positive else (ZERO, _TINY)


_EXP_LOWEST = fmpq(2) ** 14_000  # e^10000 > 2^14426

SMOOTH: dict[str, Smooth] = {
    "sigmoid": Smooth(ZERO, _HALF, ZERO, ONE, lambda z: _ARB_ONE / ((-z).exp() + _ARB_ONE), _FAR, _near_limits(ZERO, ONE)),
    "tanh": Smooth(ZERO, ZERO, _MINUS_ONE, ONE, lambda z: z.tanh(), _FAR, _near_limits(_MINUS_ONE, ONE)),
    "exp": Smooth(ZERO, ONE, ZERO, None, lambda z: z.exp(), _EXP_FAR, _exp_far),
}


def _at(row: Smooth, z: fmpq) -> Interval:
    """What is known of the function at one number: a point where its value is rational, otherwise ends it lies strictly between."""
    if z == row.exact_at:
        return point(row.exact)
    if not -row.far < z < row.far:
        low, high = row.beyond(z.p > 0)
        return Interval(low, high, True, high is not None)
    ball = row.ball(arb(z))
    low, up = ball.lower().fmpq(), ball.upper().fmpq()
    if low < row.low:
        low = row.low
    if row.high is not None and up > row.high:
        up = row.high
    return made(low, up, True, True)


def _smooth(row: Smooth) -> Callable[[Interval], Interval]:
    def function(z: Interval) -> Interval:
        if ctx.prec != BITS:
            with working_precision(BITS):
                return function(z)
        start, end = z.low, z.high
        if start is end:
            return Interval(row.low, row.high, True, row.high is not None) if start is None else _at(row, start)
        # What is rational is reached where the end is; what isn't lies strictly inside the end that was rounded outward.
        low = Interval(row.low, None, True) if start is None else _at(row, start)
        high = Interval(None, row.high, False, row.high is not None) if end is None else _at(row, end)
        return Interval(low.low, high.high, low.low_open or z.low_open, high.high_open or (z.high_open and high.high is not None))

    return function


def _steps(at: Callable[[fmpq], fmpq], after: Callable[[fmpq], fmpq], before: Callable[[fmpq], fmpq], low: fmpq,
           high: fmpq) -> Callable[[Interval], Interval]:
    """A function made of steps: its value at a number, just above it and just below it, and its least and greatest."""
    def function(z: Interval) -> Interval:
        first = low if z.low is None else after(z.low) if z.low_open else at(z.low)
        last = high if z.high is None else before(z.high) if z.high_open else at(z.high)
        return Interval(first, last) if first != last else point(first)

    return function


def greatest(*values: Interval) -> Interval:
    """The greatest of numbers that have nothing to do with one another.

    >>> print(greatest(point(ZERO), Interval(fmpq(-1), fmpq(2), high_open=True)))
    [0, 2)
    """
    return reduce(_greater, values)


def _greater(a: Interval, b: Interval) -> Interval:
    low, low_open = a.low, a.low_open
    if low is None or (b.low is not None and b.low > low):
        low, low_open = b.low, b.low_open
    elif b.low is not None and b.low == low:
        # The greatest is that low only where both are.
        low_open = low_open or b.low_open
    high, high_open = a.high, a.high_open
    if high is not None and (b.high is None or b.high > high):
        high, high_open = b.high, b.high_open
    elif high is not None and b.high == high:
        high_open = high_open and b.high_open
    return point(low) if low is not None and low == high else Interval(low, high, low_open, high_open)


def least(*values: Interval) -> Interval:
    """The least of numbers that have nothing to do with one another.

    >>> print(least(point(ZERO), Interval(fmpq(-1), fmpq(2), low_open=True)))
    (-1, 0]
    """
    return negate(greatest(*map(negate, values)))


def _relu(z: Interval) -> Interval:
    return _greater(NOTHING_BUT_ZERO, z)


def _clip(z: Interval, low: Interval, high: Interval) -> Interval:
    return least(high, greatest(low, z))


def _hardsigmoid(z: Interval) -> Interval:
    return _clip(add(scaled(z, _SIXTH), point(_HALF)), NOTHING_BUT_ZERO, NOTHING_BUT_ONE)


def _sign_of(z: fmpq) -> fmpq:
    return ONE if z.p > 0 else _MINUS_ONE if z.p < 0 else ZERO


def _step_at(z: fmpq) -> fmpq:
    return ONE if z.p >= 0 else ZERO


sign = _steps(_sign_of, lambda z: ONE if z.p >= 0 else _MINUS_ONE, lambda z: ONE if z.p > 0 else _MINUS_ONE, _MINUS_ONE, ONE)
"""-1, 0 or 1."""

FUNCTIONS: dict[str, Callable[..., Interval]] = {
    **{name: _smooth(row) for name, row in SMOOTH.items()},
    "relu": _relu,
    "hardsigmoid": _hardsigmoid,
    "step": _steps(_step_at, _step_at, lambda z: ONE if z.p > 0 else ZERO, ZERO, ONE),
    "sign": sign,
    "min": least,
    "max": greatest,
    "clip": _clip,
    "identity": lambda z: z,
}
"""From a function's id to what it makes of its arguments' intervals, for each function that is applied entry by entry."""


def function(name: str, *arguments: Interval) -> Interval:
    """A function of `notation.functions.FUNCTIONS` that is applied entry by entry.

    >>> print(function("tanh", Interval(ZERO, None)), function("sigmoid", point(ZERO)))
    [0, 1) 1/2
    """
    row = FUNCTIONS.get(name)
    if row is None:
        raise SymlstmError(f"{name} can't be enclosed: nothing is known of its values on an interval")
    return row(*arguments)


def softmax(entries: Sequence[Interval]) -> tuple[Interval, ...]:
    """exp(z_k) / Σ exp(z_j), entry by entry: 1 / (1 + Σ exp(z_j - z_k)) over the others.

    >>> softmax([point(fmpq(7))] * 2)[0].point, str(softmax([Interval(None, None), point(ZERO)])[0])
    (1/2, '(0, 1)')
    """
    exp = FUNCTIONS["exp"]
    found = []
    for k, own in enumerate(entries):
        others = (exp(subtract(other, own)) for j, other in enumerate(entries) if j != k)
        found.append(quotient(NOTHING_BUT_ONE, reduce(add, others, NOTHING_BUT_ONE)))
    return tuple(found)


def saturated(name: str, z: Interval, threshold: fmpq) -> Interval:
    """σ or tanh that takes its limit where |z| ≥ threshold; where z may lie on both sides, the hull of what comes out.

    >>> print(saturated("sigmoid", Interval(fmpq(50), None), fmpq(50)), saturated("tanh", Interval(ZERO, None), fmpq(50)))
    1 [0, 1]
    """
    row = LIMITS[name]
    if not threshold and z.point is not None and not z.point:
        limit_at(name, ZERO, threshold)  # raises the error that says why 0 has no side
    at_low = row.low if z.low is None else _limit(row, z.low, threshold, z.low_open, up=True)
    at_high = row.high if z.high is None else _limit(row, z.high, threshold, z.high_open, up=False)
    if at_low is not None and at_high is not None:
        return point(at_low) if at_low == at_high else Interval(at_low, at_high)
    inner = FUNCTIONS[name](z)
    low, low_open = (inner.low, inner.low_open) if at_low is None else (at_low, False)
    high, high_open = (inner.high, inner.high_open) if at_high is None else (at_high, False)
    return Interval(low, high, low_open, high_open)


def _limit(row: Limits, z: fmpq, threshold: fmpq, is_open: bool, *, up: bool) -> fmpq | None:
    """The limit taken at an end, or just inside an open one (`up`: above it); None where the function itself counts."""
    reaches_high = z >= threshold and (up or not is_open or z != threshold)
    reaches_low = z <= -threshold and (not up or not is_open or z != -threshold)
    if reaches_high and reaches_low:
        # Threshold 0 and an end at 0, which has no side: either may come out.
        return row.low if up else row.high
    return row.high if reaches_high else row.low if reaches_low else None


# -- rounding ------------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=128)
def _ten(places: int) -> fmpz:
    return fmpz(10) ** places


def rounded(a: Interval, places: int, ties: str) -> Interval:
    """a to decimal places by a row of `arithmetic.rounding.TIES`; an open end at a tie is rounded as what lies just inside.

    >>> print(rounded(Interval(fmpq(-1, 4), fmpq(1, 2), high_open=True), 0, "away"), rounded(point(fmpq(1, 2)), 0, "away"))
    0 1
    """
    unit = _ten(places)
    low = None if a.low is None else _whole(a.low * unit, a.low_open, ties, up=True)
    if low is not None and a.low is a.high:
        return point(fmpq(low, unit))
    high = None if a.high is None else _whole(a.high * unit, a.high_open, ties, up=False)
    if low is not None and low == high:
        return point(fmpq(low, unit))
    return Interval(None if low is None else fmpq(low, unit), None if high is None else fmpq(high, unit))


def _whole(x: fmpq, is_open: bool, ties: str, *, up: bool) -> fmpz:
    """The integer that x becomes; for an open end, what the numbers just above it (`up`) or just below it become."""
    goes_up = TIES[ties].goes_up
    floor = fmpz(x.floor())
    if goes_up is None:
        return _cut(x, floor, is_open, up)
    tie = floor + _HALF
    if x == tie:
        return floor + 1 if (up if is_open else goes_up(floor)) else floor
    return floor + 1 if x > tie else floor


def _cut(x: fmpq, floor: fmpz, is_open: bool, up: bool) -> fmpz:
    if x != floor:
        return floor if x.p > 0 else floor + 1
    if not is_open or not x:
        return floor
    # Just inside an open end at an integer: only toward zero is another integer.
    return floor - 1 if floor > 0 and not up else floor + 1 if floor < 0 and up else floor


__all__ = ["BITS", "FUNCTIONS", "function", "greatest", "least", "rounded", "saturated", "sign", "softmax"]
