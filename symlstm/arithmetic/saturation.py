"""Saturation: where |z| is at least a threshold, sigmoid becomes 0 or 1 and tanh -1 or 1; and by how much that is wrong.

What comes in: a function's id, its argument and the threshold. What goes out: the limit or None, and the error as a ball
computed without cancellation. This module knows nothing of conventions, places or sentences.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, fmpq

from symlstm.arithmetic.decimals import exactly
from symlstm.arithmetic.functions import exp
from symlstm.arithmetic.real import ZERO, Real, Undecided, absolute, at_least_abs
from symlstm.errors import UndecidedError


@dataclass(frozen=True, slots=True)
class Limits:
    """One row: a function that saturates, and |f(z) - limit| = slope·q/(1 + q) with q = exp(-rate·|z|)."""

    function: str
    low: fmpq
    """Limit as z falls without bound."""
    high: fmpq
    rate: int
    scale: int


LIMITS: dict[str, Limits] = {
    row.function: row
    for row in (
        # 1 - σ(z) = σ(-z) = exp(-z) / (1 + exp(-z))
        Limits("sigmoid", fmpq(0), fmpq(1), rate=1, scale=1),
        # tanh(z) = 2σ(2z) - 1, so 1 - tanh(z) = 2 exp(-2z) / (1 + exp(-2z))
        Limits("tanh", fmpq(-1), fmpq(1), rate=2, scale=2),
    )
}


def saturated(function_id: str, z: Real, threshold: fmpq) -> fmpq | None:
    """The limit that f(z) becomes where |z| ≥ threshold, otherwise None; None too for a function that doesn't saturate.

    Threshold 0 rounds every one outward. `UndecidedError` where z is then exactly 0, `Undecided` where a ball straddles.

    >>> saturated("sigmoid", fmpq(-50), fmpq(50)), saturated("tanh", fmpq(1), fmpq(0)), saturated("tanh", fmpq(1), fmpq(50))
    (0, 1, None)
    """
    row = LIMITS.get(function_id)
    if row is None:
        return None
    if not at_least_abs(z, threshold):
        return None
    if z > ZERO:
        return row.high
    if z < ZERO:
        return row.low
    if isinstance(z, fmpq) or z.is_zero():
        raise UndecidedError(
            f"{function_id}(0) can't be rounded outward: with saturate 0 an argument of exactly 0 has no side "
            f"nearer to {row.high} or {row.low}; give a threshold above 0, or change a parameter so that the argument isn't 0"
        )
    raise Undecided


def saturation_error(function_id: str, z: Real) -> arb:
    """|f(z) - limit| as a ball, without cancellation; for |z| beyond 10^9 an enclosure of it.

    >>> bound_text(saturation_error("sigmoid", fmpq(50))), bound_text(saturation_error("sigmoid", fmpq(1)))
    ('2e-22', '0.27')
    """
    row = LIMITS[function_id]
    q = arb(exp(-absolute(z) * row.rate))
    return row.scale * q / (1 + q)


_PLAIN_FROM = arb(fmpq(1, 10000))
"""From here bounds are written as plain decimals."""

_SMALLEST_BITS = -10_000_000_000
"""Bounds below two to this power are all given as 1e-3000000000, which is above them."""


def bound_text(error: arb) -> str:
    """A bound that the error is certainly not above: two digits from 1e-4 on ("0.27"), otherwise one ("4e-87"), rounded up.

    >>> bound_text(arb(fmpq(2689, 10000))), bound_text(arb(10) ** -30 * fmpq(31, 10)), bound_text(arb(fmpq(1, 2)))
    ('0.27', '4e-30', '0.5')
    """
    bound = error.abs_upper()
    if bound.is_zero():
        return "0"
    plain = bound >= _PLAIN_FROM
    digits = 2 if plain else 1
    mantissa, exponent = bound.man_exp()
    bits = int(exponent) + int(mantissa.bit_length())
    if bits < _SMALLEST_BITS:
        return "1e-3000000000"
    # 2^(bits-1) ≤ bound < 2^bits: this exponent is too small by little, and the loop corrects it.
    power = (bits - 1) * 30102999566398119521 // 10**20 - 2
    while (count := _whole_above(bound, digits - 1 - power)) > 10**digits:
        power += 1
    if count == 10**digits:
        count, power = count // 10, power + 1
    return exactly(fmpq(count) * fmpq(10) ** (power - digits + 1)) if plain else f"{count}e{power}"


def _whole_above(bound: arb, places: int) -> int:
    """The least integer that is certainly not below bound·10^places."""
    # Powers of ten are exact where they are integers of few digits, so that 0.5 stays 0.5.
    scaled = bound * arb(10) ** places if places >= 0 else bound / arb(10) ** -places
    count = scaled.abs_upper().ceil().unique_fmpz()
    if count is None:
        raise Undecided
    return int(count)
