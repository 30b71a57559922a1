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
from symlstm.notation.tree import Fixed, Symbol
from symlstm.teaching.variants.cells import Key, Reading, fractions_of
from symlstm.teaching.variants.constants import Constant
from symlstm.teaching.variants.doubts import Doubting
from symlstm.teaching.variants.edits import Edit, Edits, Insertion
from symlstm.teaching.variants.hearing import Document
from symlstm.teaching.variants.remarks import Claim, holds, writable
from symlstm.teaching.variants.sayings import Saying, Target
from symlstm.teaching.variants.units import Slot, Unit, Units
from symlstm.teaching.variants.words import spelled

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
    claims = list(attribution.claims(document))
    taken |= {found.span for claim in claims for found in claim.remark.numbers if found is not None}
    words = tuple(spelled(document.text, document.prose, units.units))
    loose = [number for number in document.loose if number.span not in taken and number.span not in {word.span for word in words}]
    doubting = Doubting(attribution.reading, units, document)
    doubts = [doubt for number in loose if (doubt := doubting.doubt(number)) is not None]
    remarks = [saying for saying in document.sayings if attribution.derived(saying)]
    return Edits(tuple(edits + listed), tuple(insertions), tuple(doubts), tuple(remarks), tuple(claims), words)


class _Attribution:
    """Which value a saying is about: that of the run in whose scope it stands, if it agrees with what is said."""

    def __init__(self, problem: Problem, units: Units) -> None:
        self.units = units
        self.source = problem.source
        self.reading = Reading(problem)

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
        order = self._order(saying.scope)
        yield from (runs[k] for k in ([0, *order] if saying.front else order))

    def _order(self, scope: int) -> list[int]:
        count = len(self.reading.runs)
        return [k for k in (scope + 1, *range(scope, -1, -1), *range(scope + 2, count)) if k < count]

    def claims(self, document: Document) -> Iterator[Claim]:
        """The remarks that are true of what varies, each with the first run in its scope of which it is true."""
        for remark in document.remarks:
            true = next((k for k in self._order(remark.scope) if holds(remark, self.reading.runs[k])), None)
            if true is not None and any(self._varies(symbol, self.reading.runs[true]) for symbol in remark.symbols):
                yield Claim(remark, true, frozenset(writable(remark)))

    def _varies(self, symbol: Symbol, run: Run) -> bool:
        time = symbol.at.time if isinstance(symbol.at, Fixed) else None
        return any(cell in self.units.slots for cell in self.reading.cells(run, (symbol.name, time)) or ())

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


def _insertion(unit: Unit, number: int, pos: int, document: Document) -> Insertion:
    """Where a value of its own is written in front of its group."""
    at = document.key_of(pos)
    line = document.text[document.text.rfind("\n", 0, at) + 1 : at]
    block = not line.strip(" >")
    return Insertion(number, at, f"'{unit.key}': ", "\n" + line if block else ", ")
