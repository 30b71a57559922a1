"""The values of a document, entry by entry: what it states more than once unchanged is one value.

In come the runs of a problem, out go for each value of each run its cells, by which entries of different runs are known to be the
same. Nothing here knows what varies.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TypeAlias

from symlstm.arithmetic.real import fraction, rational
from symlstm.arithmetic.value import Value, entries
from symlstm.model.problem import Problem, Run
from symlstm.model.values import Given
from symlstm.notation.tree import Expr, Listing, Name, Numeral, children
from symlstm.teaching.variants.domains import Item, numeral

Key: TypeAlias = tuple[Name, int | None]
"""A value of a run: a parameter, or a symbol at a time."""
Atom: TypeAlias = tuple[str, Name, int | None, object]
"""A value of the document, however often it states it."""
Cell: TypeAlias = tuple[Atom, int]
"""One entry of such a value."""


def runs_of(problem: Problem) -> tuple[Run, ...]:
    """The document's run, then each question's."""
    return (problem.run, *(posed.run for posed in problem.questions))


def fractions_of(value: Value) -> tuple[Fraction, ...]:
    """The entries of an exact value, row by row."""
    return tuple(fraction(rational(x)) for x in entries(value))


class Reading:
    """The cells of the values of every run: what is one value is one atom."""

    def __init__(self, problem: Problem) -> None:
        self.runs = runs_of(problem)
        self._inputs: dict[tuple[Name, int, int], Atom] = {}
        self._sequences: dict[tuple[Name, tuple[object, ...]], tuple[Atom, ...]] = {}
        for run in self.runs:
            for name in run.cell.inputs:
                self._gather(run, name)

    def _gather(self, run: Run, name: Name) -> None:
        times = steps_of(run, name)
        items = [run.timed[name, time] for time in times]
        worth = tuple(fractions_of(item.value) for item in items)
        known = self._sequences.get((name, (times[:1], worth)))
        own: list[Atom] = []
        for k, (time, item) in enumerate(zip(times, items)):
            place = (name, time, item.pos)
            if place not in self._inputs:
                self._inputs[place] = known[k] if known is not None else ("input", name, time, item.pos)
            own.append(self._inputs[place])
        self._sequences.setdefault((name, (times[:1], worth)), tuple(own))

    def cells(self, run: Run, key: Key) -> tuple[Cell, ...] | None:
        """The cells of a value of a run, entry by entry; None where the run doesn't have it."""
        name, time = key
        if time is not None:
            given = run.timed.get((name, time))
            if given is None:
                return None
            values = fractions_of(given.value)
            if name in run.cell.inputs and time >= run.first:
                return tuple((self._inputs[name, time, given.pos], k) for k in range(len(values)))
            if _repeated(given.tree):
                return ((("timed", name, time, values[:1]), 0),) * len(values)
            return tuple((("timed", name, time, values), k) for k in range(len(values)))
        given = run.parameters.get(name)
        if given is None:
            return None
        values = fractions_of(given.value)
        for block in run.cell.blocks:
            if name in block.rows and block.whole in run.parameters:
                whole = self.cells(run, (block.whole, None))
                assert whole is not None
                if len(whole) == 1:
                    return whole * len(values)
                start = block.rows.index(name) * len(values)
                return whole[start : start + len(values)]
        return tuple((("parameter", name, None, values), k) for k in range(len(values)))

    def sequence(self, run: Run, name: Name) -> list[tuple[Cell, ...]]:
        """The cells of an input, item by item."""
        found = (self.cells(run, (name, time)) for time in steps_of(run, name))
        return [cells for cells in found if cells is not None]


def steps_of(run: Run, name: Name) -> tuple[int, ...]:
    """The times from the first step on at which a run has a value of an input."""
    return tuple(sorted(time for other, time in run.timed if other == name and time >= run.first))


def _repeated(tree: Expr) -> bool:
    """Whether one number was written for all entries of an initial value."""
    return isinstance(tree, Listing) and len(tree.items) > 1 and all(item is tree.items[0] for item in tree.items)


def as_written(given: Given) -> Item:
    """A value with the digits that its document has, where all of it is plain numbers."""
    leaves = tuple(_leaves(given.tree))
    values = fractions_of(given.value)
    if tuple(leaf.value for leaf in leaves if isinstance(leaf, Numeral)) == values and len(leaves) == len(values):
        return Item(tuple(leaf for leaf in leaves if isinstance(leaf, Numeral)))
    return Item(tuple(map(numeral, values)))


def _leaves(tree: Expr) -> Iterator[Expr]:
    inner = children(tree)
    if not inner:
        yield tree
    for child in inner:
        yield from _leaves(child)
