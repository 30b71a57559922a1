"""Gates and parameters that never matter: they could be anything without a change in any answer.

In comes a case; out come findings. Other values are tried; that they change nothing for inputs of any length is said where it is
proved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from flint import fmpq

from symlstm.arithmetic import entrywise
from symlstm.arithmetic.decimals import exactly
from symlstm.arithmetic.real import fraction
from symlstm.arithmetic.value import entries
from symlstm.checking.mutations import edited, gates
from symlstm.checking.scenario import Scenario
from symlstm.model.problem import Run
from symlstm.model.sizes import sizes
from symlstm.model.values import Given, written
from symlstm.notation.places import Place
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import Listing, Name, Numeral
from symlstm.teaching.asked import digits
from symlstm.teaching.lint.case import Case, changed, same
from symlstm.teaching.lint.finding import Finding, Subject, named
from symlstm.teaching.lint.proofs import Never, side_by_side

_SIZES = fmpq(0), fmpq(1), fmpq(1, 2)
"""What is tried for a gate."""
_FACTORS = fmpq(-1), fmpq(0), fmpq(2)
"""By what a parameter is multiplied."""


def never_matters(case: Case) -> Iterator[Finding]:
    """Gates and parameters that could be anything without a change in any answer."""
    found = _looked_at(case)
    if not found:
        return
    idle_gates = [name for name, one in found.items() if one.gate]
    parameters = [name for name, one in found.items() if not one.gate]
    said = []
    if idle_gates:
        said.append(f"{named(idle_gates)} could be 0, 0.5 or 1 at every step")
    if parameters:
        said.append(f"{named(parameters)} could have the other sign, be 0 or twice as large")
    if len(found) > 1:
        said[-1] += " (one at a time)"
    names = [*idle_gates, *parameters]
    asking = dict.fromkeys(place for one in found.values() for place in _asking(case, one))
    yield Finding(
        "never-matters", found[_first(found)].pos, None, _first(found),
        f"{named(names)} never {'matters' if len(names) == 1 else 'matter'}: {', and '.join(said)}, and every answer stays the "
        f"same{_proved(case, found)}.",
        "Work on what never matters is for nothing, and a slip in it goes unseen.",
        (f"Ask for {named(list(asking))} too, or change" if asking else "Leave it out, or change")
        + " the initial values, inputs or parameters so that it counts.",
    )


def subjects(case: Case) -> Iterator[Subject]:
    """What `never_matters` finds, without the words, whose proof is the dearest part of it."""
    found = _looked_at(case)
    if found:
        yield "never-matters", None, _first(found)


def _looked_at(case: Case) -> Mapping[str, Idle]:
    return never_matter(case) if case.sheets and len(case.sheets) == len(case.desk.asking) else {}


def _first(found: Mapping[str, Idle]) -> str:
    """The name that a finding is filed under: gates come first."""
    return next((name for name, one in found.items() if one.gate), next(iter(found)))


@dataclass(frozen=True, slots=True)
class Idle:
    """A gate or parameter without effect, where it stands, and the symbols that it would count in."""

    name: Name
    gate: bool
    pos: int
    into: tuple[Name, ...]


def never_matter(case: Case) -> Mapping[str, Idle]:
    """By name; what goes only into an idle gate isn't named again."""
    if case.idle is None:
        case.idle = dict(_idle(case))
    return case.idle


def _idle(case: Case) -> Iterator[tuple[str, Idle]]:
    run = case.sheets[0].run
    asked = {place.name for sheet in case.sheets for place in sheet.places}
    idle: set[Name] = set()
    for gate in gates(run):
        given = all((gate, time) in sheet.run.timed for sheet in case.sheets for time in sheet.run.steps)
        if gate not in asked and not given and _gate_is_idle(case, gate):
            idle.add(gate)
            yield str(gate), Idle(gate, True, run.cell.by_name[gate].pos, (gate,))
    for name in run.cell.parameters:
        into = [e.left for e in run.cell.equations if any(s.name == name and s.at is None for s in symbols_in(e.right))]
        if not set(into) <= idle and name in run.parameters and _derived(case, into) and _parameter_is_idle(case, name):
            yield str(name), Idle(name, False, run.parameters[name].pos, tuple(e for e in into if e not in idle))


def _pre_activation(case: Case, name: Name) -> Place:
    """The pre-activation of a symbol, which saturation and rounding leave alone; the symbol itself where it has none."""
    program = case.desk.trace(case.sheets[0]).programs.get(name)
    return Place(name, rung="pre-activation" if program is not None and program.hole_of("pre-activation") is not None else "")


def _asking(case: Case, one: Idle) -> tuple[str, ...]:
    """What to ask for so that it counts: a gate, or what a parameter goes into, by its pre-activation only where the symbol itself
    would be the same number with the other sign. Nothing where that wouldn't help."""
    if one.gate:
        itself = Place(one.name)
        parameters = {s.name for s in symbols_in(case.sheets[0].run.cell.by_name[one.name].right) if s.at is None}
        shows = all(_moved(case, name, (itself,)) for name in parameters if _given_and_not_zero(case, name))
        return (str(itself if shows else _pre_activation(case, one.name)),)
    pairs = [(Place(name), _pre_activation(case, name)) for name in one.into]
    moved = _moved(case, one.name, [place for pair in pairs for place in pair])
    return tuple(str(next(place for place in pair if place in moved)) for pair in pairs if moved.intersection(pair))


def _moved(case: Case, name: Name, places: Iterable[Place]) -> set[Place]:
    """Of these places, those that are another number at some step if a parameter has the other sign."""
    moved: set[Place] = set()
    for sheet in case.sheets:
        if name in sheet.run.parameters:
            base = case.desk.trace(sheet)
            other = Scenario(case.desk.workshop, _scaled(sheet.run, name, fmpq(-1))).trace
            moved |= {place for place in places for time in sheet.run.steps
                      if not same(*(digits(trace, Place(place.name, time, rung=place.rung)) for trace in (base, other)))}
    return moved


def _given_and_not_zero(case: Case, name: Name) -> bool:
    return any(bool(x != 0) for sheet in case.sheets if name in sheet.run.parameters for x in entries(sheet.run.parameters[name].value))


def _derived(case: Case, names: Iterable[Name]) -> bool:
    """Whether any of these symbols is computed, and not given, at some step."""
    return any(case.desk.trace(sheet).computed.get(name) for sheet in case.sheets for name in names)


def _gate_is_idle(case: Case, gate: Name) -> bool:
    for size in _SIZES:
        for sheet in case.sheets:
            trace = case.desk.trace(sheet)
            constant = {Place(gate, time): entrywise.apply(lambda x, size=size: size, found.carried)
                        for time, found in trace.computed.get(gate, {}).items()}
            if changed(sheet, trace, Scenario(case.desk.workshop, sheet.run, overrides=constant).trace):
                return False
    return True


def _parameter_is_idle(case: Case, name: Name) -> bool:
    """Whether other values of a parameter change no answer. A zero is how an author leaves a term out, and no finding."""
    having = [sheet for sheet in case.sheets if name in sheet.run.parameters]
    if not _given_and_not_zero(case, name):
        return False
    return not any(case.shows(sheet, Scenario(case.desk.workshop, _scaled(sheet.run, name, factor)), sheet.run.last)
                   for factor in _FACTORS for sheet in having)


def _scaled(run: Run, name: Name, factor: fmpq) -> Run:
    """The run with a parameter so many times as large."""
    given = run.parameters[name]
    value = entrywise.apply(lambda x: x * factor, given.value)
    return replace(run, parameters=dict(run.parameters) | {name: Given(value, written(value), given.pos)})


def _proved(case: Case, found: Mapping[str, Idle]) -> str:
    """For which inputs none of these matters, where that is proved; nothing where it isn't."""
    for sheet in case.sheets:
        run = sheet.run
        names = tuple(dict.fromkeys(place.name for place in sheet.places))
        if not run.alphabet or len(run.cell.inputs) != 1 or any(run.convention.places(str(name)) is None for name in names):
            return ""
        for idle in found.values():
            others = _constant(run, idle.name) if idle.gate else [_scaled(run, idle.name, factor) for factor in _FACTORS]
            if not all(isinstance(side_by_side(run, other, names), Never) for other in others):
                return ""
    letters = ", ".join(case.sheets[0].run.letter_names)
    return f", for inputs of every length over {letters} (proved)"


def _constant(run: Run, gate: Name) -> Iterator[Run]:
    """The runs in which a gate is a number at every step."""
    for size in _SIZES:
        numeral = Numeral(exactly(size), fraction(size))
        width = sizes(run.cell, run.parameters, run.timed).get(gate, 1)
        yield from (mutation.run for mutation in edited(run, {gate: numeral if width == 1 else Listing((numeral,) * width)}, {}))
