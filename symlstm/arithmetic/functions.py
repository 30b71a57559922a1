"""What each function of `notation.functions` does to a value.

What comes in: rationals and balls. What goes out: a rational wherever the result is one (σ(0) = 1/2, tanh(0) = 0, exp(0) = 1
and all piecewise functions of rationals), otherwise a ball that holds it. This module knows nothing of saturation or rounding.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb, fmpq

from symlstm.arithmetic.real import ONE, ZERO, NumberError, Real, Undecided, divided, less, plus, times

_HALF = fmpq(1, 2)
_SIXTH = fmpq(1, 6)
_MINUS_ONE = fmpq(-1)
_ARB_ONE = arb(1)

_FAR = 10**9
"""Beyond this |z| nothing is computed: exp(-|z|) is enclosed by [0, 2^-_FAR] instead (e > 2)."""
_FAR_BALL = arb(_FAR)
_FAR_NEGATIVE = arb(-_FAR)
"""The same as balls, with which a ball is compared twice as fast."""
_TINY = arb(2) ** -_FAR
_FAR_BELOW = arb(0).union(_TINY)
_FAR_ABOVE = arb(1, _TINY)  # not 1 - _TINY, which would be rounded to the precision at import
_NARROW_BITS = 40
"""A ball of fewer correct bits than this is evaluated at its ends, since exp(-z) would make it far wider than it is."""


def sigmoid(z: Real) -> Real:
    """σ(z) = 1/(1 + exp(-z)), with full relative accuracy on both sides (exp(-z) and the sum lose nothing).

    >>> sigmoid(fmpq(0)), sigmoid(fmpq(-100)).str(15, radius=False)
    (1/2, '3.72007597602084e-44')
    """
    if isinstance(z, fmpq):
        if not z:
            return _HALF
        z = arb(z)
    if z < _FAR_BALL and z > _FAR_NEGATIVE and z.rel_one_accuracy_bits() > _NARROW_BITS:
        return _ARB_ONE / ((-z).exp() + _ARB_ONE)
    return _at_ends(sigmoid, z, _FAR_BELOW, _FAR_ABOVE)


def tanh(z: Real) -> Real:
    """tanh(z), with full relative accuracy near 0.

    >>> tanh(fmpq(0)), tanh(fmpq(1)).str(10, radius=False)
    (0, '0.7615941560')
    """
    if isinstance(z, fmpq):
        if not z:
            return ZERO
        z = arb(z)
    if z < _FAR_BALL and z > _FAR_NEGATIVE and z.rel_one_accuracy_bits() > _NARROW_BITS:
        return z.tanh()
    return _at_ends(tanh, z, -_FAR_ABOVE, _FAR_ABOVE)


def _at_ends(function: Callable[[Real], Real], z: arb, far_below: arb, far_above: arb) -> arb:
    """An increasing function on a wide ball, or on one that isn't all within ±_FAR: the hull of its values at the ends."""
    if z >= _FAR:
        return far_above
    if z <= -_FAR:
        return far_below
    if not z.is_finite():
        raise Undecided
    low, high = z.lower(), z.upper()
    below = far_below if low <= -_FAR else arb(function(low))
    above = far_above if high >= _FAR else arb(function(high))
    return below.union(above)


def exp(z: Real) -> Real:
    """exp(z); `NumberError` where it is beyond exp(10^9).

    >>> exp(fmpq(0)), exp(fmpq(1)).str(10, radius=False)
    (1, '2.718281828')
    """
    if isinstance(z, fmpq):
        if not z:
            return ONE
        z = arb(z)
    if z < _FAR:
        if z > -_FAR:
            return z.exp()
        if z <= -_FAR:
            return _FAR_BELOW
        if z.is_finite():
            return _FAR_BELOW.union(z.upper().exp())
    elif z >= _FAR:
        raise NumberError(f"exp of a number above {_FAR:,} is too large to compute")
    raise Undecided


def greatest(*values: Real) -> Real:
    """The greatest of the values, unchanged where it is certain which one that is, otherwise the hull of those it may be.

    >>> greatest(fmpq(1), fmpq(3), fmpq(2))
    3
    """
    found = values[0]
    for value in values[1:]:
        if value > found:
            found = value
        elif not value <= found:
            found = arb(found).max(arb(value))
    return found


def least(*values: Real) -> Real:
    """The least of the values, unchanged where it is certain which one that is, otherwise the hull of those it may be.

    >>> least(fmpq(1), fmpq(3), fmpq(2))
    1
    """
    found = values[0]
    for value in values[1:]:
        if value < found:
            found = value
        elif not value >= found:
            found = arb(found).min(arb(value))
    return found


def clip(z: Real, low: Real, high: Real) -> Real:
    """z kept within [low, high].

    >>> clip(fmpq(5), fmpq(0), fmpq(1)), clip(fmpq(1, 3), fmpq(0), fmpq(1))
    (1, 1/3)
    """
    if less(high, low):
        raise NumberError("clip(z, low, high) needs low ≤ high: its bounds are the wrong way round here")
    return least(high, greatest(low, z))


def relu(z: Real) -> Real:
    """max(0, z).

    >>> relu(fmpq(-3)), relu(fmpq(1, 3))
    (0, 1/3)
    """
    return greatest(ZERO, z)


def hardsigmoid(z: Real) -> Real:
    """clip(z/6 + 1/2, 0, 1), as in PyTorch and Keras 3.

    >>> hardsigmoid(fmpq(1)), hardsigmoid(fmpq(-4))
    (2/3, 0)
    """
    return least(ONE, greatest(ZERO, plus(times(_SIXTH, z), _HALF)))


def step(z: Real) -> Real:
    """1 where z ≥ 0, else 0; `Undecided` where the ball touches 0 from below.

    >>> step(fmpq(0)), step(fmpq(-1))
    (1, 0)
    """
    return ZERO if less(z, ZERO) else ONE


def sign(z: Real) -> Real:
    """-1, 0 or 1; `Undecided` where the ball contains 0.

    >>> sign(fmpq(-3)), sign(fmpq(0)), sign(fmpq(2))
    (-1, 0, 1)
    """
    if z > ZERO:
        return ONE
    if z < ZERO:
        return _MINUS_ONE
    if isinstance(z, fmpq) or z.is_zero():
        return ZERO
    raise Undecided


def softmax(entries: tuple[Real, ...]) -> tuple[Real, ...]:
    """exp(z_k) / Σ exp(z_j), each relative to the greatest entry; exact where all entries are the same rational.

    >>> softmax((fmpq(7), fmpq(7)))
    (1/2, 1/2)
    """
    # Any entry near the greatest will do as the origin: it shifts all alike.
    origin = max(entries, key=lambda z: arb(z).mid())
    weights = [ONE if z is origin else exp(plus(z, -origin)) for z in entries]
    total = weights[0]
    for weight in weights[1:]:
        total = plus(total, weight)
    return tuple(divided(weight, total) for weight in weights)


EVALUATE: dict[str, Callable[..., Real]] = {
    "sigmoid": sigmoid,
    "tanh": tanh,
    "exp": exp,
    "relu": relu,
    "hardsigmoid": hardsigmoid,
    "step": step,
    "sign": sign,
    "min": least,
    "max": greatest,
    "clip": clip,
    "identity": lambda z: z,
}
"""From a function's id to what it does to each entry."""

EVALUATE_WHOLE: dict[str, Callable[[tuple[Real, ...]], tuple[Real, ...]]] = {"softmax": softmax}
"""From a function's id to what it does to a whole vector."""
