"""Which value each saying of a document is about, and so what changes in its text with what varies.

In come the sayings of a document and its units; out go edits, each a saying with the slots from which its entries are filled. A
saying is about a value if it stands in its scope and agrees with it. How the text is changed is decided by `edits`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from symlstm.model.problem import Problem, Run
from symlstm.teaching.variants.cells import Key, Reading, fractions_of
from symlstm.teaching.variants.constants import Constant
from symlstm.teaching.variants.edits import Doubt, Edit, Edits, Insertion
from symlstm.teaching.variants.hearing import Document
from symlstm.teaching.variants.sayings import Loose, Saying, Target
from symlstm.teaching.variants.units import Slot, Unit, Units

_ROW = 3
"""Numbers in a row, not all equal, from which on they are taken to be the input that they agree with."""
_BETWEEN = re.compile(r"\s*(?:[,;|&→]|\\to)?\s*(?:and|then)?\s*")


def edits_of(problem: Problem, document: Document, units: Units) -> Edits:
    """Where a document says something of what varies."""
    attribution = _Attribution(problem, units)
    edits = [edit for saying in document.sayings if (edit := attribution.edit(saying)) is not None]
    insertions = [_insertion(units.units[k], k, pos, document) for k, pos in units.grouped.items()]
    listed = list(attribution.listed(document))
    taken = {span for edit in listed for span in edit.saying.constants[0].entries}
    loose = [number for number in document.loose if number.span not in taken]
    doubts = [doubt for number in loose if (doubt := attribution.doubt(number, document)) is not None]
    remarks = [saying for saying in document.sayings if attribution.derived(saying)]
    return Edits(tuple(edits + listed), tuple(insertions), tuple(doubts), tuple(remarks))


class _Attribution:
    """Which value a saying is about: that of the run in whose scope it stands, if it agrees with what is said."""

    def __init__(self, problem: Problem, units: Units) -> None:
        self.units = units
        self.source = problem.source
        self.reading = Reading(problem)
        self._old: dict[Fraction, list[Slot]] = {}
        for number, unit in enumerate(units.units):
            for k, item in enumerate(unit.original):
                for j, entry in enumerate(item.entries):
                    self._old.setdefault(entry.value, []).append(Slot(number, k, j))

    def edit(self, saying: Saying) -> Edit | None:
        slots = []
        for number, target in enumerate(saying.targets):
            constant = saying.constants[number if saying.paired else 0]
            slots.append(self._slots(saying, target, constant))
        if not any(slot is not None for found in slots for slot in found):
            return None
        return Edit(saying, tuple(slots))

    def _slots(self, saying: Saying, target: Target, constant: Constant) -> tuple[Slot | None, ...]:
        stays: tuple[Slot | None, ...] = (None,) * len(constant.value)
        if target.group:
            found = [k for (name, _), k in self.units.groups.items() if name == target.group]
            agreeing = [k for k in found if tuple(e.value for e in self.units.units[k].original[0].entries) == constant.value]
            if not agreeing:
                return stays
            return tuple(Slot(agreeing[0], 0, k) for k in range(len(constant.value)))
        for run in self._in_scope(saying):
            known = self._known(run, (target.name, target.time))
            if known is None:
                continue
            values, slots = known
            if values == constant.value:
                return slots
            if len(constant.value) == 1 and len(set(slots)) == 1 and set(values) == set(constant.value):
                return slots[:1]
        return stays

    def _known(self, run: Run, key: Key) -> tuple[tuple[Fraction, ...], tuple[Slot | None, ...]] | None:
        name, time = key
        if time is None and name in run.cell.inputs:
            cells = [cell for item in self.reading.sequence(run, name) for cell in item]
            times = sorted(t for other, t in run.timed if other == name and t >= run.first)
            values = tuple(x for t in times for x in fractions_of(run.timed[name, t].value))
        else:
            found = self.reading.cells(run, key)
            if found is None:
                return None
            cells = list(found)
            values = fractions_of((run.parameters[name] if time is None else run.timed[name, time]).value)
        return values, tuple(self.units.slots.get(cell) for cell in cells)

    def _in_scope(self, saying: Saying) -> Iterator[Run]:
        """The runs that a saying may be about: that of the question below it, of those above, then any."""
        runs = self.reading.runs
        if saying.own:
            yield runs[saying.scope + 1]
            return
        order = [saying.scope + 1, *range(saying.scope, -1, -1), *range(saying.scope + 2, len(runs))]
        yield from (runs[k] for k in ([0, *order] if saying.front else order) if k < len(runs))

    def derived(self, saying: Saying) -> bool:
        """Whether it is about values that the runs derive, one number each."""
        keys = [(target.name, target.time) for target in saying.targets]
        computed = all(time is not None and name in run.cell.by_name for name, time in keys for run in self.reading.runs)
        return computed and not saying.paired and not any(key in run.timed for key in keys for run in self.reading.runs)

    def listed(self, document: Document) -> Iterator[Edit]:
        """Numbers in a row that are an input without saying its name: `the inputs 0, 0, 1 and 1`, a row of a table."""
        for number, unit in enumerate(self.units.units):
            old = [item.entries[0].value for item in unit.original]
            if not unit.sequence or unit.resized or len(old) < _ROW or len(unit.original[0].entries) > 1 or len(set(old)) == 1:
                continue
            for k in range(len(document.loose) - len(old) + 1):
                row = document.loose[k : k + len(old)]
                joined = all(_BETWEEN.fullmatch(document.text[a.span[1] : b.span[0]]) for a, b in pairwise(row))
                if joined and [loose.value for loose in row] == old:
                    spans = tuple(loose.span for loose in row)
                    constant = Constant((spans[0][0], spans[-1][1]), tuple(old), spans)
                    saying = Saying((Target(unit.name, None, constant.span),), (constant,), row[0].scope)
                    yield Edit(saying, (tuple(Slot(number, j, 0) for j in range(len(old))),))

    def doubt(self, loose: Loose, document: Document) -> Doubt | None:
        """A number that equals an old value; of 0, 1 and 2 only where the symbol is named in the same sentence."""
        found = self._old.get(loose.value, ())
        if abs(loose.value) <= 2 and loose.value.denominator == 1:
            sentence = document.sentence(loose.span[0])
            found = [slot for slot in found if _named(self.units.units[slot.unit], sentence)]
        return Doubt(loose, tuple(found)) if found else None


def _named(unit: Unit, sentence: str) -> bool:
    # As a mention of its own, with a time or label or without: `x_2`, `$x$`, but not the x of `max`.
    return re.search(rf"(?<![A-Za-z]){re.escape(unit.name.base)}(?![A-Za-z])", sentence) is not None


def _insertion(unit: Unit, number: int, pos: int, document: Document) -> Insertion:
    """Where a value of its own is written in front of its group."""
    at = document.key_of(pos)
    line = document.text[document.text.rfind("\n", 0, at) + 1 : at]
    block = not line.strip(" >")
    return Insertion(number, at, f"'{unit.key}': ", "\n" + line if block else ", ")
