"""Values given after a question, over those in force before it (section 2.1 of the design: data reads downward).

A later value replaces the earlier one of its symbol and time. Initial values at another time than the start in force say one of
two things, and the rule that tells them apart is:

- Where they and the inputs given with them make a run of their own (every state's start, every input, and no input before the
  first step that follows), they are read as at the top of a document: the earlier start and its inputs are retired.
- Where all of them lie before the start in force, that start is retired too; inputs given as a list move along with it.
- A state's value at a step of the run in force, given without new inputs, is a given value: it isn't derived.
- Given with a new list of inputs, it may be either, which is an error that says how to write each.

With `first:` in the front matter the start stays where that says, and every later value at a step is a given value.
"""

from __future__ import annotations

from dataclasses import replace

from symlstm.errors import DocumentError, Source
from symlstm.model.cell import Cell
from symlstm.model.problem import first_step
from symlstm.model.values import Values
from symlstm.notation.tree import Name


def succeeded(later: Values, earlier: Values, cell: Cell, first: int | None, source: Source) -> Values:
    """The values in force once `later` are given after a question; `first` is the front matter's."""
    states = {name: reach for name, reach in cell.lags.items() if name in cell.by_name}
    start, initial = first_step(cell, earlier, source, None, 0)
    given = [place for place in later.timed if place[0] in states]
    fresh = [place for place in given if place not in initial]
    if first is not None or not initial or not fresh:
        return later.over(earlier)
    if _own_run(later, cell, states, source):
        return later.over(_without_states(_without_inputs(earlier, cell), states))
    if all(time < start for _, time in given):
        return later.over(_without_states(earlier, {name: states[name] for name, _ in fresh}))
    name, time = next(place for place in fresh if place[1] >= start)
    if later.sequences:
        # The name of a state may have labels below: its place is written as everywhere outside LaTeX.
        starts = ", ".join(f"{state}_{start - 1}" for state in states)
        raise DocumentError(
            f"{name}_{time} is given with new inputs where the run starts from {starts}: to start anew, give {starts}; if "
            f"{name}_{time} is known and not to be computed, say `first: {start}` in the front matter", source,
            later.timed[name, time].pos,
        )
    return later.over(earlier)


def _own_run(later: Values, cell: Cell, states: dict[Name, int], source: Source) -> bool:
    """Whether values make a run by themselves: each state's start, each input, and no input that no step reads."""
    start, initial = first_step(cell, later, source, None, 0)
    complete = all(sum(name == state for name, _ in initial) == reach for state, reach in states.items())
    inputs = [(name, time) for name, time in later.timed if name in cell.inputs]
    every = all(name in later.sequences or any(name == other for other, _ in inputs) for name in cell.inputs)
    return complete and every and bool(cell.inputs) and all(time >= start - cell.lags.get(name, 0) for name, time in inputs)


def _without_states(values: Values, states: dict[Name, int]) -> Values:
    return replace(values, timed={place: given for place, given in values.timed.items() if place[0] not in states})


def _without_inputs(values: Values, cell: Cell) -> Values:
    kept = {place: given for place, given in values.timed.items() if place[0] not in cell.inputs}
    return replace(values, timed=kept, sequences={}, changed=frozenset())
