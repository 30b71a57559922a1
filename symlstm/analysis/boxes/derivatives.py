"""How fast a step changes with what is remembered: for every carried number its partial derivatives, as intervals that hold them all.

What comes in: a run, then boxes, as for `enclosure.Enclosure`. What goes out: for each entry that an equation carries on, an interval
for each entry of the memory, such that f(x) - f(y) is one of the row's matrices times x - y for all x and y in the boxes: derivatives
where the step is smooth, slopes of pieces where it has corners (Clarke 1983, proposition 2.6.5), 0 where it stands still throughout
the box, and everything where it jumps there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from flint import fmpq

from symlstm.analysis.boxes.enclosure import Box, Read, _Layout, _scalar
from symlstm.analysis.boxes.interval_functions import BITS
from symlstm.analysis.boxes.intervals import (
    EVERYTHING,
    NOTHING_BUT_ONE,
    NOTHING_BUT_ZERO,
    Interval,
    add,
    hull,
    mixture,
    negate,
    point,
    power,
    quotient,
    scaled,
    subtract,
    times,
)
from symlstm.analysis.boxes.scalars import Code, Operand, Registers, Scalar, parts_of, with_mixtures
from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import ONE, ZERO, working_precision
from symlstm.errors import ShapeError
from symlstm.model.problem import Run
from symlstm.notation.tree import Name

Entry: TypeAlias = "tuple[Read, int]"
"""An entry of what is remembered: symbol and lag, and which of its entries, from 0."""
Gradient: TypeAlias = "dict[Entry, Interval]"
"""The partial derivatives of one number; 0 where none is named."""

_Row: TypeAlias = "dict[int, Interval]"
"""A gradient by register."""
_Differentiate: TypeAlias = "Callable[[Registers, list[_Row]], _Row]"

_HALF = fmpq(1, 2)
_QUARTER = fmpq(1, 4)
_SIXTH = fmpq(1, 6)
_THREE = fmpq(3)


class Derivatives:
    """The derivatives of a cell's step, compiled once.

    >>> from symlstm.model.python_problem import Problem
    >>> run = Problem(cell=r"h_t = h_{t-1}^2/2 + x_t", initial={"h": 0}, inputs=[1, 0]).run
    >>> derivatives = Derivatives(run)
    >>> (h,) = derivatives.reads
    >>> found = derivatives.of({h: (Interval(fmpq(0), fmpq(2)),)}, (point(fmpq(1)),))
    >>> str(found[h[0]][0][h, 0])
    '[0, 2]'
    """

    def __init__(self, run: Run) -> None:
        """The errors of `Enclosure`."""
        layout = _Layout(run)
        self._places = layout.places
        self.reads: tuple[Read, ...] = tuple(read for read in layout.places if read[1])
        """What `of` has to be given as memory."""
        self._entries: dict[int, Entry] = {
            first + k: (read, k) for read, (first, count) in layout.places.items() if read[1] for k in range(count)
        }
        self._graph = layout.graph
        self._code = Code(layout.graph, sum(count for _, count in layout.places.values()))
        self._rows: dict[Scalar, int] = {}
        self._steps: list[tuple[int, int, _Differentiate]] = []
        """Which row is computed, the register of its value, and how; in order. Row 0 is that of a constant."""
        carry = run.convention.carry
        self._outputs = {
            name: [self._row(_scalar(x)) for x in values_of.entries(shown if carry else value)]
            for name, (value, shown) in layout.values.items()
        }

    def of(self, memory: Mapping[Read, Box], letter: Box) -> dict[Name, tuple[Gradient, ...]]:
        """The derivatives of what each equation carries on, entry by entry, wherever in its boxes the memory and the letter are."""
        registers = self._code.start.copy()
        for read, (first, count) in self._places.items():
            box = memory.get(read) if read[1] else letter
            if box is None or len(box) != count:
                raise ShapeError(f"{read[0]}, {read[1]} steps before, has {count} entries here; give one interval for each")
            registers[first : first + count] = box
        rows: list[_Row] = [{} for _ in range(len(self._rows) + 1)]
        with working_precision(BITS):
            for place, compute in self._code.instructions:
                registers[place] = compute(registers)
            for row, place, differentiate in self._steps:
                # What is one number all over the box stands still in it, whatever its parts do.
                if registers[place].point is None or place in self._entries:
                    rows[row] = differentiate(registers, rows)
        return {name: tuple(self._named(rows[row]) for row in found) for name, found in self._outputs.items()}

    def _named(self, row: _Row) -> Gradient:
        return {self._entries[k]: slope for k, slope in row.items()}

    def _row(self, a: Operand) -> int:
        """Which row will hold the derivatives of a number."""
        if not isinstance(a, Scalar):
            return 0
        row = self._rows.get(a)
        if row is None:
            place = self._code.register(a)
            differentiate = self._differentiate(a)
            row = self._rows[a] = len(self._rows) + 1
            self._steps.append((row, place, differentiate))
        return row

    def _both(self, a: Operand) -> tuple[int, int]:
        """Register and row of an operand."""
        return self._code.register(a), self._row(a)

    def _differentiate(self, a: Scalar) -> _Differentiate:
        kind, data = a.kind, a.data
        match kind, data:
            case "linear", _:
                _, terms = with_mixtures(self._graph, *parts_of(a))
                weighted = [(weight, self._row(scalar)) for scalar, weight in terms.items()]
                return lambda _, rows: _sum([_scaled(rows[row], weight) for weight, row in weighted])
            case "product", (left, right):
                (u, du), (v, dv) = self._both(left), self._both(right)  # type: ignore[arg-type]
                return lambda registers, rows: _sum([_times(rows[du], registers[v]), _times(rows[dv], registers[u])])
            case "quotient", (above, below):
                own = self._code.register(a)
                (_, du), (v, dv) = self._both(above), self._both(below)  # type: ignore[arg-type]

                def divided(registers: Registers, rows: list[_Row]) -> _Row:
                    # (u/v)' = (u' - (u/v) v') / v
                    reciprocal = quotient(NOTHING_BUT_ONE, registers[v])
                    return _times(_sum([rows[du], _times(rows[dv], negate(registers[own]))]), reciprocal)

                return divided
            case "power", (base, int(exponent)):
                u, du = self._both(base)  # type: ignore[arg-type]
                return lambda registers, rows: _times(rows[du], scaled(power(registers[u], exponent - 1), fmpq(exponent)))
            case "mixture", (share, one, other):
                (s, ds), (u, du), (v, dv) = (self._both(part) for part in (share, one, other))  # type: ignore[arg-type]

                def mixed(registers: Registers, rows: list[_Row]) -> _Row:
                    inner = {
                        k: mixture(registers[s], rows[du].get(k, NOTHING_BUT_ZERO), rows[dv].get(k, NOTHING_BUT_ZERO))
                        for k in {**rows[du], **rows[dv]}
                    }
                    return _sum([inner, _times(rows[ds], subtract(registers[v], registers[u]))])

                return mixed
            case "rounded", (inner, int(), str()):
                du = self._row(inner)  # type: ignore[arg-type]
                # Only asked where it isn't one number all over the box: then it jumps.
                return lambda _, rows: _times(rows[du], EVERYTHING)
            case "function", (str(name), threshold, *arguments):
                return self._function(a, name, threshold, arguments)  # type: ignore[arg-type]
            case "entry", (int(register),):
                return lambda _, __: {register: NOTHING_BUT_ONE}
        return lambda _, __: {}

    def _function(self, a: Scalar, name: str, threshold: fmpq | None, arguments: list[Operand]) -> _Differentiate:
        own = self._code.register(a)
        both = [self._both(argument) for argument in arguments]
        if name in _CHOICES:
            choose = _CHOICES[name]
            return lambda registers, rows: choose([(registers[u], rows[du]) for u, du in both])[1]
        slope = SLOPES[name]
        ((z, dz),) = both
        if threshold is None:
            return lambda registers, rows: _times(rows[dz], slope(registers[z], registers[own]))
        limit: fmpq = threshold

        def unsaturated(registers: Registers, rows: list[_Row]) -> _Row:
            inside = _within(registers[z], limit)
            return _times(rows[dz], slope(registers[z], registers[own]) if inside else EVERYTHING)

        return unsaturated


# -- rows ----------------------------------------------------------------------------------------------------------------------


def _scaled(row: _Row, by: fmpq) -> _Row:
    return row if by == ONE else {k: scaled(slope, by) for k, slope in row.items()}


def _times(row: _Row, by: Interval) -> _Row:
    if not row or by.point == ZERO:
        return {}
    return {k: times(slope, by) for k, slope in row.items()}


def _sum(rows: list[_Row]) -> _Row:
    rows = [row for row in rows if row]
    if len(rows) < 2:
        return rows[0] if rows else {}
    total = dict(rows[0])
    for row in rows[1:]:
        for k, slope in row.items():
            known = total.get(k)
            total[k] = slope if known is None else add(known, slope)
    return total


# -- functions -----------------------------------------------------------------------------------------------------------------


def _sigmoid(z: Interval, value: Interval) -> Interval:
    """σ' = σ(1 - σ), which rises up to σ = 1/2 and falls from there."""
    low, high = value.low, value.high
    if low is None or high is None:
        return Interval(ZERO, _QUARTER)
    ends = low * (ONE - low), high * (ONE - high)
    return Interval(min(ends), _QUARTER if low < _HALF < high else max(ends))


def _tanh(z: Interval, value: Interval) -> Interval:
    return subtract(NOTHING_BUT_ONE, power(value, 2))


def _relu(z: Interval, value: Interval) -> Interval:
    return _pieces(z, ZERO, None, ONE)


def _hardsigmoid(z: Interval, value: Interval) -> Interval:
    return _pieces(z, -_THREE, _THREE, _SIXTH)


def _pieces(z: Interval, start: fmpq, end: fmpq | None, slope: fmpq) -> Interval:
    """The slope of a function that rises between two corners only."""
    if (z.high is not None and z.high <= start) or (end is not None and z.low is not None and z.low >= end):
        return NOTHING_BUT_ZERO
    if z.low is not None and z.low >= start and (end is None or (z.high is not None and z.high <= end)):
        return point(slope)
    return Interval(ZERO, slope)


def _jump(z: Interval, value: Interval) -> Interval:
    return NOTHING_BUT_ZERO if value.point is not None else EVERYTHING


SLOPES: dict[str, Callable[[Interval, Interval], Interval]] = {
    "sigmoid": _sigmoid,
    "tanh": _tanh,
    "exp": lambda z, value: value,
    "relu": _relu,
    "hardsigmoid": _hardsigmoid,
    "step": _jump,
    "sign": _jump,
    "identity": lambda z, value: NOTHING_BUT_ONE,
}
"""The slopes of a function of one number, from the intervals of the number and of the function there."""

_Known: TypeAlias = "tuple[Interval, _Row]"


def _greatest(parts: list[_Known]) -> _Known:
    first, *others = parts
    for other in others:
        first = _greater(first, other)
    return first


def _greater(one: _Known, other: _Known) -> _Known:
    (a, da), (b, db) = one, other
    if b.low is not None and a.high is not None and a.high <= b.low:
        return other
    if a.low is not None and b.high is not None and b.high <= a.low:
        return one
    low = a.low if b.low is None or (a.low is not None and a.low > b.low) else b.low
    high = None if a.high is None or b.high is None else max(a.high, b.high)
    # Along any way through the box it is now the one, now the other.
    return Interval(low, high), {k: hull(da.get(k, NOTHING_BUT_ZERO), db.get(k, NOTHING_BUT_ZERO)) for k in {**da, **db}}


def _least(parts: list[_Known]) -> _Known:
    value, row = _greatest([(negate(a), _scaled(da, -ONE)) for a, da in parts])
    return negate(value), _scaled(row, -ONE)


def _clip(parts: list[_Known]) -> _Known:
    z, low, high = parts
    return _least([high, _greatest([low, z])])


_CHOICES: dict[str, Callable[[list[_Known]], _Known]] = {"max": _greatest, "min": _least, "clip": _clip}
"""Functions that are one of their arguments: value and derivatives, from those of the arguments."""


def _within(z: Interval, limit: fmpq) -> bool:
    """Whether |z| < limit all over."""
    if z.low is None or z.high is None:
        return False
    return (z.low > -limit or (z.low == -limit and z.low_open)) and (z.high < limit or (z.high == limit and z.high_open))


__all__ = ["Derivatives", "Entry", "Gradient"]
