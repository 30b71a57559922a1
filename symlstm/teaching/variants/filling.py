"""Runs with other values: what was drawn put in the place of what varies.

In come a run, where its entries are filled from, and outcomes; out goes a run that derives like any other. Nothing is written or
read.
"""

from __future__ import annotations

from collections.abc import Mapping as Table
from collections.abc import Sequence as Ordered
from dataclasses import replace
from fractions import Fraction

from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import exact
from symlstm.arithmetic.value import Value, entries
from symlstm.model.problem import Run
from symlstm.model.values import Given, written
from symlstm.notation.tree import Name
from symlstm.teaching.variants.cells import steps_of
from symlstm.teaching.variants.domains import Outcome
from symlstm.teaching.variants.units import Fill, Unit


def filled(run: Run, fills: Ordered[Fill], drawn: Ordered[Outcome], units: Ordered[Unit]) -> Run:
    """The run with what was drawn in the place of what varies."""
    if not fills:
        return run
    parameters, timed = dict(run.parameters), dict(run.timed)
    resized: dict[Name, tuple[Outcome, Given]] = {}
    for fill in fills:
        name, time = fill.key
        before = parameters[name] if time is None else timed[name, time]
        first = next(source for source in fill.sources if source is not None)
        if units[first.unit].resized:
            resized.setdefault(name, (drawn[first.unit], before))
            continue
        after = _with_entries(before, [None if s is None else drawn[s.unit][s.item].entries[s.entry].value for s in fill.sources])
        if time is None:
            parameters[name] = after
        else:
            timed[name, time] = after
    last = run.last
    for name, (outcome, before) in resized.items():
        for time in steps_of(run, name):
            del timed[name, time]
        for k, item in enumerate(outcome):
            timed[name, run.first + k] = _with_entries(before, [entry.value for entry in item.entries])
    if resized:
        last = _last(run, timed)
    return replace(run, parameters=parameters, timed=timed, last=last)


def _last(run: Run, timed: Table[tuple[Name, int], Given]) -> int:
    last = run.first - 1
    while all((name, last + 1) in timed for name in run.cell.inputs):
        last += 1
    return last


def _with_entries(given: Given, changed: Ordered[Fraction | None]) -> Given:
    """A given value with other entries, where they aren't None."""
    before = entries(given.value)
    numbers = tuple(x if new is None else exact(new) for x, new in zip(before, changed, strict=True))
    value: Value
    if isinstance(given.value, values_of.Matrix):
        width = given.value.size[1]
        value = values_of.Matrix(tuple(numbers[k : k + width] for k in range(0, len(numbers), width)))
    elif isinstance(given.value, values_of.Vector):
        value = values_of.Vector(numbers)
    else:
        value = numbers[0]
    return Given(value, written(value), given.pos)
