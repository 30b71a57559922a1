"""Rounding to decimal places by one of five rules, with the distance to the nearest point where the result would change.

What comes in: a value, places and a rule's id. What goes out: the exact rounded value with its margin, or `Undecided` where
a ball holds a tie. This module knows nothing of conventions or of how numbers are printed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from flint import arb, fmpq, fmpz

from symlstm.arithmetic.real import BALL_LIMIT, ONE, ZERO, NumberError, Real, Undecided, absolute, settled, too_large

MOST_PLACES = 1000
_HALF = fmpq(1, 2)

# A half (or nothing) that is unsure by a hair: a ball that so much as touches a tie then has no unique floor.
_HAIR = arb(2) ** -1_000_000
WIDE_HALF = arb(fmpq(1, 2), _HAIR)
_WIDE_ZERO = arb(0, _HAIR)


@dataclass(frozen=True, slots=True)
class Ties:
    """One row: a rule for rounding to the nearest, or one that cuts."""

    id: str
    words: str
    goes_up: Callable[[fmpz], bool] | None
    """Whether the tie n + 1/2 becomes n + 1; None for a rule that cuts toward zero."""


def _odd(n: fmpz) -> bool:
    return bool(n % 2 == 1)


TIES: dict[str, Ties] = {
    row.id: row
    for row in (
        Ties("even", "a tie goes to the even digit", _odd),  # 0.5 -> 0, 1.5 -> 2, -0.5 -> 0
        Ties("up", "a tie goes up", lambda n: True),  # 0.5 -> 1, -0.5 -> 0
        Ties("away", "a tie goes away from zero", lambda n: bool(n >= 0)),  # 0.5 -> 1, -0.5 -> -1
        Ties("zero", "a tie goes towards zero", lambda n: bool(n < 0)),  # 0.5 -> 0, -0.5 -> 0
        Ties("truncate", "the further digits are cut off", None),  # 0.9 -> 0, -0.9 -> 0
    )
}


@dataclass(frozen=True, slots=True)
class Rounded:
    """A rounded value, and how close it was."""

    value: fmpq
    margin: Real
    """Distance from the unrounded value to `nearest`."""
    tie: bool
    """Whether the unrounded value is exactly a tie, so that the rule decided. A cut decides no tie."""
    nearest: fmpq
    """The nearest tie (for a rule that cuts: the nearest cut) at which the result would change."""


@lru_cache(maxsize=64)
def _ten(places: int) -> fmpz:
    if not 0 <= places <= MOST_PLACES:
        raise NumberError(f"numbers are rounded to 0 to {MOST_PLACES} decimal places, not {places}")
    return fmpz(10) ** places


def round_to(x: Real, places: int, ties: str) -> Rounded:
    """x to that many decimal places by the rule; `Undecided` where a ball holds a tie (or cut).

    >>> round_to(fmpq(-3808, 10000), 0, "zero")
    Rounded(value=0, margin=149/1250, tie=False, nearest=-1/2)
    >>> round_to(fmpq(1, 2), 0, "away")
    Rounded(value=1, margin=0, tie=True, nearest=1/2)
    >>> round_to(fmpq(-19, 10), 0, "truncate")
    Rounded(value=-1, margin=1/10, tie=False, nearest=-2)
    """
    x = settled(x)
    unit = _ten(places)
    goes_up = TIES[ties].goes_up
    tie = False
    if goes_up is None:
        value, nearest = _cut(x * unit)
    elif isinstance(x, fmpq):
        value, nearest, tie = _to_nearest(x * unit, goes_up)
    else:
        value, nearest = _to_nearest_of_ball(x * unit)
    nearest = nearest / unit
    return Rounded(fmpq(value, unit), absolute(x - nearest), tie, nearest)


def _to_nearest(scaled: fmpq, goes_up: Callable[[fmpz], bool]) -> tuple[fmpz, fmpq, bool]:
    """The nearest integer, the tie in whose unit interval this is (the others are further), and whether it is that tie."""
    below = fmpz(scaled.floor())
    nearest = below + _HALF
    tie = scaled == nearest
    up = goes_up(below) if tie else scaled > nearest
    return below + 1 if up else below, nearest, tie


def _to_nearest_of_ball(scaled: arb) -> tuple[fmpz, fmpq]:
    value = (scaled + WIDE_HALF).floor().unique_fmpz()
    if value is None:
        raise _undecided(scaled)
    # Where the ball holds the integer itself both ties are equally near, to the working precision.
    return value, (value - _HALF if scaled < value else value + _HALF)


def _undecided(scaled: Real) -> Undecided | NumberError:
    return too_large() if scaled > BALL_LIMIT or scaled < -BALL_LIMIT else Undecided()


def _cut(scaled: Real) -> tuple[fmpz, fmpq]:
    """The integer toward zero, and the nearest one at which it would change; that isn't 0, both its sides become 0."""
    if scaled < ONE and scaled > -ONE:
        return fmpz(0), -ONE if scaled < ZERO else ONE
    size = absolute(scaled)
    whole = fmpz(size.floor()) if isinstance(size, fmpq) else (size + _WIDE_ZERO).floor().unique_fmpz()
    if whole is None:
        raise _undecided(scaled)
    nearest = fmpq(whole + 1) if size > whole + _HALF else fmpq(whole)
    return (-whole, -nearest) if scaled < ZERO else (whole, nearest)
