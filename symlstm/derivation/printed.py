"""How a value is printed: its digits as text, and what those digits are worth.

Rounding for the page happens here and nowhere later. What is exact and short is printed whole; the rest to a number of decimals.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from flint import arb, fmpq

from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.decimals import decimals, exactly, nearest_decimal, terminating
from symlstm.arithmetic.real import Real, Undecided, rational
from symlstm.arithmetic.value import Value
from symlstm.model.values import Given
from symlstm.notation.tree import Column, Digits, Grid, Listing, Matrix, Numeral, Shown

EXACT_BEYOND_SHOW = 2
"""An exact decimal is printed whole where it has at most this many digits more than are shown."""


class Printed(msgspec.Struct, frozen=True):
    """A printed value: the digits, what they are worth, and whether that is the value itself."""

    shown: Shown
    worth: Value
    exact: bool


def real(x: Real, digits: int, show: int) -> tuple[str, fmpq, bool]:
    """The text of a number, its worth, and whether it is exact.

    >>> real(fmpq(1, 2), 4, 4), real(fmpq(1, 3), 4, 4)
    (('0.5', 1/2, True), ('0.3333', 3333/10000, False))
    """
    if type(x) is fmpq:
        count = terminating(x)
        if count is not None and count <= max(digits, show + EXACT_BEYOND_SHOW):
            return exactly(x), x, True
        return *nearest_decimal(x, digits), False
    for more in range(digits, digits + 40):
        try:
            text, worth = nearest_decimal(x, more)
        except Undecided:
            # A ball on a tie at this digit (a difference that cancels, say) is settled one digit on.
            continue
        return text, worth, False
    raise Undecided


def value(v: Value, digits: int, show: int) -> Printed:
    """A value printed to that many decimals at least."""
    if type(v) is arb:
        try:
            text, worth = nearest_decimal(v, digits)
        except Undecided:
            text, worth, _ = real(v, digits, show)
        return Printed(Digits(text), worth, False)
    if not isinstance(v, values_of.Vector | values_of.Matrix):
        text, worth, exact = real(v, digits, show)
        return Printed(Digits(text), worth, exact)
    rows = [[real(x, digits, show) for x in row] for row in (v.rows if isinstance(v, values_of.Matrix) else [v.entries])]
    return _whole(v, [[item[0] for item in row] for row in rows], [[item[1] for item in row] for row in rows],
                  all(item[2] for row in rows for item in row))


def entry(number: Printed, k: int) -> Printed:
    """Entry k of a printed vector, from 1."""
    if not isinstance(number.shown, Column):
        return number
    return Printed(number.shown.entries[k - 1], values_of.entries(number.worth)[k - 1], number.exact)


def stacked(parts: Sequence[Printed]) -> Printed:
    """Numbers and vectors printed as one column."""
    digits: list[Digits] = []
    worths: list[Real] = []
    for part in parts:
        digits += part.shown.entries if isinstance(part.shown, Column) else [part.shown] if isinstance(part.shown, Digits) else []
        worths += values_of.entries(part.worth)
    return Printed(Column(tuple(digits)), values_of.Vector(tuple(worths)), all(part.exact for part in parts))


def rounded(v: Value, places: int) -> Printed:
    """A value that the convention has rounded, with all its decimal places.

    >>> rounded(fmpq(9, 10), 3).shown
    Digits(text='0.900')
    """
    if not isinstance(v, values_of.Vector | values_of.Matrix):
        return Printed(Digits(decimals(v, places)), v, True)
    rows = v.rows if isinstance(v, values_of.Matrix) else (v.entries,)
    return _whole(v, [[decimals(x, places) for x in row] for row in rows], [list(row) for row in rows], True)


def given(g: Given) -> Printed:
    """A given value with the digits it was written with."""
    v = g.value
    if not isinstance(v, values_of.Vector | values_of.Matrix):
        text = g.tree.text if isinstance(g.tree, Numeral) else exactly(rational(v))
        return Printed(Digits("0" if v == 0 else text), v, True)
    if isinstance(v, values_of.Vector):
        items = g.tree.items if isinstance(g.tree, Listing) else [row[0] for row in g.tree.rows] if isinstance(g.tree, Matrix) else ()
        if len(items) == len(v.entries) and all(isinstance(item, Numeral) for item in items):
            texts = [item.text for item in items if isinstance(item, Numeral)]
            return _whole(v, [texts], [list(v.entries)], True)
        return _whole(v, [[exactly(rational(x)) for x in v.entries]], [list(v.entries)], True)
    return _whole(v, [[exactly(rational(x)) for x in row] for row in v.rows], [list(row) for row in v.rows], True)


def _whole(v: Value, texts: list[list[str]], worths: list[list[Real]], exact: bool) -> Printed:
    if isinstance(v, values_of.Vector):
        return Printed(Column(tuple(map(Digits, texts[0]))), values_of.Vector(tuple(worths[0])), exact)
    grid = Grid(tuple(tuple(map(Digits, row)) for row in texts))
    return Printed(grid, values_of.Matrix(tuple(map(tuple, worths))), exact)
