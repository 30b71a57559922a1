"""How a value is printed: its digits as text, and what those digits are worth.

Rounding for the page happens here and nowhere later. What is exact and short is printed whole; the rest to a number of decimals.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import msgspec
from flint import arb, fmpq, fmpz

from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.decimals import decimals, exactly, nearest_decimal, terminating, units, with_point
from symlstm.arithmetic.real import Real, Undecided, rational
from symlstm.arithmetic.value import Value, Vector
from symlstm.derivation.orientation import leading_zero
from symlstm.model.values import Given
from symlstm.notation.tree import Column, Digits, Grid, Listing, Matrix, Numeral, Shown

EXACT_BEYOND_SHOW = 2
"""An exact decimal is printed whole where it has at most this many digits more than are shown."""


class Printed(msgspec.Struct, gc=False):
    """A printed value: what its digits are worth, whether that is the value itself, and the digits.

    The digits of balls are made when they are first asked for, since most numbers are only tried.
    """

    worth: Value
    exact: bool
    _shown: Shown | None
    _units: fmpz | list[fmpz] | None = None
    """The value, or each entry, in units of the last place, until it is text."""
    _digits: int = 0

    @property
    def shown(self) -> Shown:
        """The digits."""
        return self._shown or self._told()

    def _told(self) -> Shown:
        counted, digits = self._units, self._digits
        shown: Shown
        if isinstance(counted, list):
            shown = Column(tuple([Digits(with_point(count, digits)) for count in counted]))
        else:
            assert counted is not None
            shown = Digits(with_point(counted, digits))
        self._shown = shown
        return shown


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
    """A value printed to that many decimals at least.

    >>> value(arb(2).sqrt(), 4, 4).shown
    Digits(text='1.4142')
    """
    ten, tenth = _unit(digits)
    if type(v) is arb:
        count = units(v, ten)
        if count is not None:
            return Printed(count * tenth, False, None, count, digits)
    elif isinstance(v, Vector):
        found = [units(x, ten) if isinstance(x, arb) else None for x in v.entries]
        counts = [count for count in found if count is not None]
        if len(counts) == len(found):
            return Printed(Vector(tuple([count * tenth for count in counts])), False, None, counts, digits)
    if not isinstance(v, Vector | values_of.Matrix):
        text, worth, exact = real(v, digits, show)
        return Printed(worth, exact, Digits(text))
    rows = [[real(x, digits, show) for x in row] for row in (v.rows if isinstance(v, values_of.Matrix) else [v.entries])]
    return _whole(v, [[item[0] for item in row] for row in rows], [[item[1] for item in row] for row in rows],
                  all(item[2] for row in rows for item in row))


@lru_cache(maxsize=256)
def _unit(digits: int) -> tuple[fmpz, fmpq]:
    """How many units of the last place there are in one, and what one of them is."""
    ten = fmpz(10) ** digits
    return ten, fmpq(1, ten)


def entry(number: Printed, k: int) -> Printed:
    """Entry k of a printed vector, from 1."""
    if not isinstance(number.shown, Column):
        return number
    return Printed(values_of.entries(number.worth)[k - 1], number.exact, number.shown.entries[k - 1])


def stacked(parts: Sequence[Printed]) -> Printed:
    """Numbers and vectors printed as one column."""
    digits: list[Digits] = []
    worths: list[Real] = []
    for part in parts:
        digits += part.shown.entries if isinstance(part.shown, Column) else [part.shown] if isinstance(part.shown, Digits) else []
        worths += values_of.entries(part.worth)
    return Printed(Vector(tuple(worths)), all(part.exact for part in parts), Column(tuple(digits)))


def rounded(v: Value, places: int) -> Printed:
    """A value that the convention has rounded, with all its decimal places.

    >>> rounded(fmpq(9, 10), 3).shown
    Digits(text='0.900')
    """
    if not isinstance(v, Vector | values_of.Matrix):
        return Printed(v, True, Digits(decimals(v, places)))
    rows = v.rows if isinstance(v, values_of.Matrix) else (v.entries,)
    return _whole(v, [[decimals(x, places) for x in row] for row in rows], [list(row) for row in rows], True)


def given(g: Given) -> Printed:
    """A given value with the digits it was written with, a zero in front of a bare point."""
    v = g.value
    if not isinstance(v, Vector | values_of.Matrix):
        text = leading_zero(g.tree.text) if isinstance(g.tree, Numeral) else exactly(rational(v))
        return Printed(v, True, Digits("0" if v == 0 else text))
    if isinstance(v, Vector):
        items = g.tree.items if isinstance(g.tree, Listing) else [row[0] for row in g.tree.rows] if isinstance(g.tree, Matrix) else ()
        if len(items) == len(v.entries) and all(isinstance(item, Numeral) for item in items):
            texts = [leading_zero(item.text) for item in items if isinstance(item, Numeral)]
            return _whole(v, [texts], [list(v.entries)], True)
        return _whole(v, [[exactly(rational(x)) for x in v.entries]], [list(v.entries)], True)
    return _whole(v, [[exactly(rational(x)) for x in row] for row in v.rows], [list(row) for row in v.rows], True)


def _whole(v: Value, texts: list[list[str]], worths: list[list[Real]], exact: bool) -> Printed:
    if isinstance(v, Vector):
        return Printed(Vector(tuple(worths[0])), exact, Column(tuple(map(Digits, texts[0]))))
    grid = Grid(tuple(tuple(map(Digits, row)) for row in texts))
    return Printed(values_of.Matrix(tuple(map(tuple, worths))), exact, grid)
