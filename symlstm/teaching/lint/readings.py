"""What the text leaves open about the arithmetic: every reading of it, worked through, and the answers in which readings part.

In comes a case; out come, for each thing left open, the readings that give another answer than the document's own. A combination of
readings counts only where none of its members alone changes a place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, product
from typing import TypeAlias

from flint import arb, fmpq

from symlstm.arithmetic.rounding import TIES
from symlstm.arithmetic.value import Value, entries
from symlstm.checking.mutations import gates
from symlstm.derivation.notes import any_tie
from symlstm.derivation.trace import Trace
from symlstm.errors import SymlstmError
from symlstm.model.convention import Convention, Saturate
from symlstm.model.problem import Run
from symlstm.notation.tree import Apply, Expr, Name, Running, Symbol, children
from symlstm.teaching.asked import Sheet
from symlstm.teaching.lint.case import Case, Changed, changed

TOOLS: Mapping[str, str] = {
    "even": "Python, NumPy, R",  # round(0.5), numpy.round, IEEE 754 roundToIntegralTiesToEven
    "up": "JavaScript's Math.round",
    "away": "Excel, LibreOffice, Google Sheets, C's round, many calculators",
    "zero": "HALF_DOWN in Java",
    "truncate": "int() in Python and C",
}
"""The tools that round by each rule."""
assert TOOLS.keys() == TIES.keys()


@dataclass(frozen=True, slots=True)
class Reading:
    """One way of reading what is left open: of which dimension, in words, and the convention that it makes of the author's."""

    dimension: str
    words: str
    change: Callable[[Convention], Convention]


@dataclass(frozen=True, slots=True)
class Dimension:
    """A row: something that a text may leave open, what is done here in words, and the other readings of it."""

    id: str
    is_open: Callable[[Case, Run], bool]
    chosen: Callable[[Run], str]
    others: Callable[[Case, Run], Iterator[Reading]]


@dataclass(frozen=True, slots=True)
class Parting:
    """Readings that together change answers: the first is of the dimension that is to be settled."""

    readings: tuple[Reading, ...]
    changes: tuple[Changed, ...]

    @property
    def words(self) -> str:
        """What somebody does who reads it so."""
        return " and ".join(reading.words for reading in self.readings)


# -- ties ---


def _ties_open(case: Case, run: Run) -> bool:
    return bool(run.convention.round) and "ties" not in run.convention.declared


def _ties(case: Case, run: Run) -> Iterator[Reading]:
    for ties in TIES:
        # Who is told to round doesn't cut; where nobody is told anything, some do.
        cuts = ties == "truncate" and (case.told.convention or case.told.rounding)
        if ties != run.convention.ties and not cuts:
            yield Reading("ties", f"{TIES[ties].words} ({TOOLS[ties]})", lambda convention, ties=ties: replace(convention, ties=ties))  # type: ignore[misc]


# -- carrying on ---


def _carry_open(case: Case, run: Run) -> bool:
    return bool(run.convention.round) and "carry" not in run.convention.declared


def _carry(case: Case, run: Run) -> Iterator[Reading]:
    carry = not run.convention.carry
    yield Reading("carry", _CARRY[carry], lambda convention: replace(convention, carry=carry))


_CARRY = {True: "later lines use the rounded values", False: "later lines use the unrounded values"}


# -- saturation ---


def _saturation_open(case: Case, run: Run) -> bool:
    return "saturate" not in run.convention.declared and bool(run.convention.round or case.told.limits)


def _saturation(case: Case, run: Run) -> Iterator[Reading]:
    """In every equation, or in those of one kind: gates, what makes the candidate, what makes the output."""
    kinds = _kinds(run)
    for size in dict.fromkeys((*case.told.limits, Fraction(1))):
        for what, names in (("sigmoid and tanh", ()), *(kinds if len(kinds) > 1 else ())):
            words = f"{what} {'are' if what.endswith(('s', 'tanh')) else 'is'} saturated from |z| = {size} on"
            saturate = Saturate(size, tuple(map(str, names)))
            yield Reading("saturation", words, lambda convention, saturate=saturate: replace(convention, saturate=saturate))  # type: ignore[misc]


def _kinds(run: Run) -> tuple[tuple[str, tuple[Name, ...]], ...]:
    """The equations that have a function which saturates: gates, those with the tanh of a state of the same step, and the rest."""
    known = gates(run)
    saturating = [e for e in run.cell.equations if any(part.function in ("sigmoid", "tanh") for part in _applications(e.right))]
    output = [e.left for e in saturating if e.left not in known and any(_of_state(part, run) for part in _applications(e.right))]
    candidate = [e.left for e in saturating if e.left not in known and e.left not in output]
    rows = (("the gates", known), ("the candidate", candidate), ("the output", output))
    return tuple((what, tuple(names)) for what, names in rows if names)


def _applications(tree: Expr) -> Iterator[Apply]:
    if isinstance(tree, Apply):
        yield tree
    for part in children(tree):
        yield from _applications(part)


def _of_state(tree: Apply, run: Run) -> bool:
    (argument, *_) = tree.arguments
    return (tree.function == "tanh" and isinstance(argument, Symbol) and argument.at == Running(0)
            and argument.name in run.cell.by_name)


# -- rounded gates ---


def unrounded_gates(run: Run) -> tuple[Name, ...]:
    """The gates that the convention doesn't round though it rounds something to whole numbers."""
    convention = run.convention
    if all(places for _, places in convention.round):
        return ()
    return tuple(gate for gate in gates(run) if convention.places(str(gate)) is None)


def _gates_open(case: Case, run: Run) -> bool:
    return bool(unrounded_gates(run)) and not case.told.gates


def _gates(case: Case, run: Run) -> Iterator[Reading]:
    rounded = tuple((str(gate), 0) for gate in unrounded_gates(run))
    yield Reading("gates", "the gates are rounded to whole numbers too",
                  lambda convention: replace(convention, round=(*convention.round, *rounded)))


DIMENSIONS: tuple[Dimension, ...] = (
    # σ(0) = 0.5 -> 0 or 1
    Dimension("gates", _gates_open, lambda run: "the gates aren't rounded", _gates),
    # tanh(1) -> 1
    Dimension("saturation", _saturation_open, lambda run: "sigmoid and tanh are evaluated", _saturation),
    # 0.2332 where 0.233 was written
    Dimension("carry", _carry_open, lambda run: _CARRY[run.convention.carry], _carry),
    # 0.5 -> 0 or 1
    Dimension("ties", _ties_open, lambda run: f"{TIES[run.convention.ties].words} ({TOOLS[run.convention.ties]})", _ties),
)

Readings: TypeAlias = tuple[Reading, ...]


def open_readings(case: Case, run: Run, row: Dimension) -> tuple[Reading, ...]:
    """The other readings of a dimension; none where it isn't open."""
    return tuple(row.others(case, run)) if row.is_open(case, run) else ()


def partings(case: Case, sheet: Sheet) -> tuple[Parting, ...]:
    """The readings of a sheet that change its answers, those that differ in least first.

    A rule for ties is tried only where a tie occurs, and combinations only of readings that change some number.
    """
    run = sheet.run
    base = case.desk.trace(sheet)
    others = {row.id: found for row in DIMENSIONS if (found := open_readings(case, run, row))}
    ties = others.pop("ties", ())
    out: list[Parting] = []
    live: list[Reading] = []
    _keep(out, sheet, base, (), base, ties, case)
    for reading in (one for found in others.values() for one in found):
        trace = _worked(case, sheet, (reading,))
        if trace is not None and _differs(base, trace):
            live.append(reading)
            _keep(out, sheet, base, (reading,), trace, ties, case)
    by_dimension = [[one for one in live if one.dimension == key] for key in others]
    for size in range(2, len(by_dimension) + 1):
        for chosen in combinations(by_dimension, size):
            for readings in product(*chosen):
                trace = _worked(case, sheet, readings)
                if trace is not None:
                    _keep(out, sheet, base, readings, trace, ties, case)
    return tuple(out)


def _keep(out: list[Parting], sheet: Sheet, base: Trace, readings: Readings, trace: Trace, ties: Readings, case: Case) -> None:
    """Add the partings of these readings, by themselves and with each other rule for ties where that decides something."""
    _add(out, readings, changed(sheet, base, trace) if readings else ())
    for rule in ties if ties and any_tie(trace) else ():
        other = _worked(case, sheet, (*readings, rule))
        if other is not None:
            _add(out, (*readings, rule), changed(sheet, base, other))


def _add(out: list[Parting], readings: Readings, changes: tuple[Changed, ...]) -> None:
    """Keep the changes that no smaller choice of dimensions makes."""
    dimensions = {reading.dimension for reading in readings}
    known = {change.place for parting in out if {one.dimension for one in parting.readings} < dimensions for change in parting.changes}
    new = tuple(change for change in changes if change.place not in known)
    if new:
        out.append(Parting(readings, new))


def _worked(case: Case, sheet: Sheet, readings: Readings) -> Trace | None:
    """The sheet under readings; None where what nobody chose can't be computed and so is no reading."""
    convention = sheet.run.convention
    for reading in readings:
        convention = reading.change(convention)
    try:
        trace = case.scenario(sheet, convention).trace
    except SymlstmError:
        return None
    return None if trace.stopped else trace


def _differs(base: Trace, other: Trace) -> bool:
    """Whether two derivations have other numbers anywhere, by however little: one hair makes a tie, or unmakes it."""
    return any(
        _distinct(found.unrounded, there.unrounded) or _distinct(found.carried, there.carried)
        for name, column in base.computed.items() for time, found in column.items() if (there := other.step(name, time)) is not None
    )


def _distinct(a: Value, b: Value) -> bool:
    return a is not b and not all(
        x == y if isinstance(x, fmpq) and isinstance(y, fmpq) else arb(x).overlaps(arb(y)) for x, y in zip(entries(a), entries(b)))


__all__ = ["DIMENSIONS", "TOOLS", "Dimension", "Parting", "Reading", "open_readings", "partings", "unrounded_gates"]
