"""Between which numbers a function's value lies: its ends are those of its arguments, rounded outward to rationals.

What comes in: a function's id, the bounds of its arguments, and where it saturates. What goes out: bounds within the function's
range.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq

from symlstm.analysis.simplify.bounds import Bounds, made
from symlstm.arithmetic import entrywise
from symlstm.arithmetic.real import ZERO, NumberError, Real, Undecided, exact, settled
from symlstm.arithmetic.saturation import LIMITS
from symlstm.arithmetic.value import Value, entries, is_single
from symlstm.errors import UndecidedError
from symlstm.notation.functions import FUNCTIONS

INCREASING = frozenset(("sigmoid", "tanh", "exp", "relu", "hardsigmoid", "step", "sign", "identity", "min", "max", "clip"))
"""Functions that never fall when one of their arguments grows."""


def function(name: str, arguments: Sequence[Bounds], threshold: fmpq | None = None) -> Bounds:
    """The bounds of a function of `notation.functions.FUNCTIONS`; with a threshold a sigmoid or tanh saturates there.

    >>> function("sigmoid", [Bounds(fmpq(100), fmpq(200))], fmpq(50))
    Bounds(low=1, high=1, shaped=True)
    """
    row = FUNCTIONS[name]
    if name in ("min", "max") and len(arguments) == 1:
        # The least of a vector's entries: one number, whatever their number.
        low, high = (None if end is None else entrywise.evaluate(name, end) for end in (arguments[0].low, arguments[0].high))
        return Bounds(low, high)
    low = _end(name, [argument.low for argument in arguments], threshold, down=True)
    high = _end(name, [argument.high for argument in arguments], threshold, down=False)
    if low is None and row.low is not None:
        low = _in_shape(exact(row.low), arguments)
    if high is None and row.high is not None:
        high = _in_shape(exact(row.high), arguments)
    return made(low, high, *arguments)


def _in_shape(bound: fmpq, arguments: Sequence[Bounds]) -> Value:
    """A function's own bound, in the shape of its argument."""
    ends = (end for argument in arguments for end in (argument.low, argument.high) if argument.shaped and end is not None)
    widest = max(ends, key=lambda end: len(entries(end)), default=None)
    return bound if widest is None or is_single(widest) else entrywise.apply(lambda x: bound, widest)


def _end(name: str, ends: Sequence[Value | None], threshold: fmpq | None, *, down: bool) -> Value | None:
    known = [end for end in ends if end is not None]
    # One argument's bound from below bounds their maximum from below.
    enough = 1 if name in ("max", "min") and (name == "max") == down else len(ends)
    if name not in INCREASING or len(known) < enough:
        return None
    try:
        if threshold is not None and name in LIMITS:
            return entrywise.apply(lambda z: _rational(_saturating(name, z, threshold), down), known[0])
        # A lone vector among the arguments of max isn't their maximum but one of several.
        value = known[0] if name in ("min", "max") and len(known) == 1 else entrywise.evaluate(name, *known)
        return entrywise.apply(lambda x: _rational(x, down), value)
    except (NumberError, Undecided, UndecidedError):
        return None


def _saturating(name: str, z: Real, threshold: fmpq) -> Real:
    row = LIMITS[name]
    if z >= threshold and z > ZERO:
        return row.high
    if z <= -threshold and z < ZERO:
        return row.low
    value = entrywise.evaluate(name, z)
    (only,) = entries(value)
    return only


def _rational(x: Real, down: bool) -> fmpq:
    """A rational that is certainly not above (`down`) or below x."""
    if isinstance(x, fmpq):
        return x
    end = settled(x.lower() if down else x.upper())
    if isinstance(end, fmpq):
        return end
    whole = (end.floor() if down else end.ceil()).unique_fmpz()
    if whole is None:
        raise Undecided
    return fmpq(whole)
