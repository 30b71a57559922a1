"""The readings of what a text leaves open, worked through, and the answers in which they part from the document's own.

In come a case, a sheet and the rows of readings; out go those readings that give another answer. A combination of readings counts only
where none of its members alone changes a place.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product

from flint import arb, fmpq

from symlstm.arithmetic.value import Value, entries
from symlstm.derivation.notes import any_tie
from symlstm.derivation.trace import Trace
from symlstm.errors import SymlstmError
from symlstm.teaching.asked import Sheet
from symlstm.teaching.lint.case import Case, Changed, changed
from symlstm.teaching.lint.readings import CUT, DIMENSIONS, Dimension, Reading, Readings, Standing, open_readings


@dataclass(frozen=True, slots=True)
class Parting:
    """Readings that together change answers: the first is of the dimension that is to be settled."""

    readings: tuple[Reading, ...]
    changes: tuple[Changed, ...]

    @property
    def words(self) -> str:
        """What somebody does who reads it so."""
        return " and ".join(reading.words for reading in self.readings)


def partings(case: Case, sheet: Sheet) -> tuple[Parting, ...]:
    """The readings of a sheet that change its answers, those that differ in least first.

    A rule for ties is tried only where a tie occurs, or where it cuts, and combinations only of readings that change some number.
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


def asides(case: Case, sheet: Sheet, row: Dimension) -> tuple[Parting, ...]:
    """The readings of whoever has the text alone that change answers, where a dimension stands in the convention and not in the text,
    or otherwise there."""
    run = sheet.run
    standing = row.standing(case, run)
    if standing is Standing.UNTOLD:
        readings = [one for one in row.others(case, run) if one.key != CUT]
    elif standing is Standing.AGAINST:
        readings = [one for one in row.others(case, run) if one.key in row.told(case.told)]
    else:
        return ()
    base, out = case.desk.trace(sheet), []
    tie = row.id != "ties" or run.convention.ties == CUT or any_tie(base)
    for reading in readings:
        trace = _worked(case, sheet, (reading,)) if tie or reading.key == CUT else None
        if trace is not None and (changes := changed(sheet, base, trace)):
            out.append(Parting((reading,), changes))
    return tuple(out)


def _keep(out: list[Parting], sheet: Sheet, base: Trace, readings: Readings, trace: Trace, ties: Readings, case: Case) -> None:
    """Add the partings of these readings, by themselves and with each other rule for ties where that decides something."""
    _add(out, readings, changed(sheet, base, trace) if readings else ())
    tie = bool(ties) and any_tie(trace)
    for rule in ties:
        if not tie and rule.key != CUT:
            continue
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
