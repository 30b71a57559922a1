"""A value as a user of the Python face meets it: printed, as a float, as nested lists, with its error."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from flint import arb

from symlstm.arithmetic.decimals import exactly, significant, terminating
from symlstm.arithmetic.real import Real, Undecided, working_precision
from symlstm.arithmetic.saturation import bound_text
from symlstm.arithmetic.value import Matrix, Vector, entries
from symlstm.arithmetic.value import Value as Number
from symlstm.derivation import printed
from symlstm.derivation.ladder import Ladders
from symlstm.derivation.rungs import rung_value
from symlstm.notation.places import Place
from symlstm.notation.tree import Column, Digits, Grid, Hole, Shown
from symlstm.notation.typeset import Formula, Template, plain

Nested: TypeAlias = "str | list[Nested]"


@dataclass(frozen=True)
class Value:
    """The value of a place. `str()` is what a solution prints; `float()` and `tolist()` are the value carried on."""

    place: str
    printed: Nested
    carried: Number
    shown: Shown
    _before: Number
    """Before its own rounding and saturation."""
    _bits: int

    @cached_property
    def exact(self) -> Nested:
        """The value before its own rounding and saturation, to 20 significant digits, as text (nested lists of it for a vector or
        matrix)."""
        with working_precision(self._bits):
            return exact_texts(self._before)

    @cached_property
    def error(self) -> str:
        """A bound of |carried on − exact|, entry by entry the worst."""
        with working_precision(self._bits):
            return max_error(self.carried, self._before)

    def __str__(self) -> str:
        return plain(Formula(Template(Hole(0)), (self.shown,))).replace("−", "-")

    def __float__(self) -> float:
        if isinstance(self.carried, Vector | Matrix):
            raise TypeError(f"{self.place} is a vector or matrix; use tolist()")
        return as_float(self.carried)

    def tolist(self) -> object:
        """The value carried on as a float, a list of floats, or a list of rows."""
        return _mapped(self.carried)


def as_float(x: Real) -> float:
    """The double nearest to a real (to within one unit in its last place)."""
    return float(x) if isinstance(x, arb) else int(x.p) / int(x.q)


def _mapped(value: Number) -> object:
    if isinstance(value, Matrix):
        return [[as_float(x) for x in row] for row in value.rows]
    if isinstance(value, Vector):
        return [as_float(x) for x in value.entries]
    return as_float(value)


def texts(shown: Shown) -> Nested:
    """The digits of a printed value: text, a list, or a list of rows."""
    match shown:
        case Digits(text=text):
            return text
        case Column(entries=column):
            return [entry.text for entry in column]
        case Grid(rows=rows):
            return [[entry.text for entry in row] for row in rows]


def exact_texts(value: Number) -> Nested:
    """A value to 20 significant digits, certified; an exact decimal of at most so many digits whole."""
    if isinstance(value, Matrix):
        return [[_digits(x) for x in row] for row in value.rows]
    if isinstance(value, Vector):
        return [_digits(x) for x in value.entries]
    return _digits(value)


def _digits(x: Real) -> str:
    if not isinstance(x, arb):
        count = terminating(x)
        if count is not None and count <= 20 and abs(x) < 10**15:
            return exactly(x)
    try:
        return significant(x, 20)
    except Undecided:
        # A ball around zero: all that is known is its bound, which is far below any digit printed.
        if isinstance(x, arb) and x.contains(0) and bool(x.abs_upper() < arb(10) ** -60):
            return "0"
        raise


def value_at(ladders: Ladders, place: Place) -> Value:
    """The value of a place that was derived or given."""
    trace = ladders.trace
    assert place.time is not None
    if place.rung:
        value = rung_value(trace, place)
        assert value is not None
        show = trace.run.convention.show
        with working_precision(trace.bits):
            shown = printed.value(value, show, show).shown
        return Value(str(place), texts(shown), value, shown, value, trace.bits)
    whole = Place(place.name, place.time)
    found = trace.step(place.name, place.time)
    shown = ladders.displayed(place.name, place.time).shown
    carried = found.carried if found else trace.carried(place.name, place.time)
    exact = found.exact if found else carried
    if place.entry is not None:
        carried, exact = entries(carried)[place.entry - 1], entries(exact)[place.entry - 1]
        shown = shown.entries[place.entry - 1] if isinstance(shown, Column) else shown
    return Value(str(place if place.entry else whole), texts(shown), carried, shown, exact, trace.bits)


def max_error(carried: Number, exact: Number) -> str:
    """An upper bound of |carried − exact|, in one or two digits."""
    worst = arb(0)
    for a, b in zip(entries(carried), entries(exact), strict=True):
        if a is b:
            difference = arb(0) if not isinstance(a, arb) else arb(a.rad())
        else:
            difference = abs(arb(a) - arb(b))
        bound = difference.abs_upper()
        if bool(bound > worst):
            worst = bound
    return bound_text(worst)


__all__ = ["Value", "as_float", "exact_texts", "texts", "value_at"]
