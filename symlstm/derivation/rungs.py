"""The value at a rung of a ladder: `f_1/pre-activation` is what stands in the function, `h_1/activation` is tanh(c_1).

In come a trace and a place, out goes a number as exact as the derivation has it; nothing is printed here.
"""

from __future__ import annotations

from collections.abc import Sequence

from symlstm.arithmetic.real import working_precision
from symlstm.arithmetic.value import Value
from symlstm.derivation.evaluate import component
from symlstm.derivation.program import Program, operand_value
from symlstm.derivation.trace import Trace
from symlstm.errors import NotationError
from symlstm.notation.places import Place
from symlstm.notation.tree import Name


def numbers_at(trace: Trace, name: Name, time: int) -> tuple[Sequence[Value], Sequence[int]]:
    """Every number of a derived place's ladder, hole by hole, and the holes that were saturated."""
    found = trace.computed[name][time]
    if found.way:
        return found.way, found.fired
    program = trace.programs[name]
    holes = [operand_value(trace.carried(o.name, time + o.offset), o) for o in program.operands]
    return holes, program.run(holes)


def rung_value(trace: Trace, place: Place) -> Value | None:
    """The value at a rung, or of a whole place; None where nothing was derived. `NotationError` where the rung isn't one value."""
    if not place.rung:
        return trace.displayed(place)
    assert place.time is not None
    found = trace.step(place.name, place.time)
    if found is None:
        return None
    if place.rung == "rounded":
        value = found.displayed
    elif place.rung in ("definition", "numbers"):
        value = found.unrounded
    else:
        with working_precision(trace.bits):
            value = _number(trace.programs[place.name], numbers_at(trace, place.name, place.time)[0], place)
    return value if place.entry is None else component(value, place.entry)


def _number(program: Program, holes: Sequence[Value], place: Place) -> Value:
    hole = program.hole_of(place.rung)
    if hole is not None:
        return holes[hole]
    arguments = [fill.argument for stage in program.stages for fill in stage.fills if fill.argument is not None]
    if place.rung == "pre-activation" and len(arguments) == 1:
        return arguments[0](holes)
    rungs = [rung for rung, _ in program.rungs]
    if place.rung in rungs:
        raise NotationError(f"{place} is {rungs.count(place.rung)} numbers; ask for {place.name}_{place.time}")
    known = ", ".join(dict.fromkeys(rungs)) or "numbers"
    raise NotationError(f"the ladder of {place.name}_{place.time} has no rung {place.rung}; it has {known}")
