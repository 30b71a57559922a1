"""Doubts: numbers in the prose that equal what a value was, and of which nobody can say whether they speak of it.

In come loose numbers of a document and its units, out go doubts, each with the values that may be meant and what to write instead.
Which doubts are worth a warning depends on what is drawn, and is decided by `rewriting`.
"""

from __future__ import annotations

import re
from fractions import Fraction

from symlstm.arithmetic.value import Matrix
from symlstm.model.given import GROUPS
from symlstm.notation.places import Place
from symlstm.teaching.variants.cells import Reading
from symlstm.teaching.variants.edits import Doubt, Suspect
from symlstm.teaching.variants.hearing import Document
from symlstm.teaching.variants.loose import Loose
from symlstm.teaching.variants.units import Slot, Unit, Units

_OF_ANOTHER = re.compile(r"[^\W\d][\w^{}\[\],']*\s*(?:[=≈≤≥<>∈]|\\(?:in|leq?|geq?|lt|gt|approx))\s*$")
"""What stands before a number that is said of another symbol."""
_UNDER_A_HEAD = re.compile(r"[\s>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)*$")


class Doubting:
    """What may be meant by a number."""

    def __init__(self, reading: Reading, units: Units, document: Document) -> None:
        self.reading, self.units, self.document = reading, units, document
        self._times = {slot: atom[2] for (atom, _), slot in units.slots.items()}
        self._old: dict[Fraction, list[Slot]] = {}
        for number, unit in enumerate(units.units):
            for k, item in enumerate(unit.original):
                for j, entry in enumerate(item.entries):
                    self._old.setdefault(entry.value, []).append(Slot(number, k, j))

    def doubt(self, loose: Loose) -> Doubt | None:
        """A number that equals an old value; of 0, 1 and 2 only where the symbol is named in the same sentence."""
        found = self._old.get(loose.value, [])
        if not found or self._counts(loose):
            return None
        if abs(loose.value) <= 2 and loose.value.denominator == 1:
            start = loose.span[0]
            if _OF_ANOTHER.search(self.document.text, max(0, start - 60), start):
                return None
            sentence = self.document.sentence(start)
            found = [slot for slot in found if _named(self.units.units[slot.unit], sentence)]
        return Doubt(loose, tuple(map(self._suspect, found))) if found else None

    def _counts(self, loose: Loose) -> bool:
        """Whether a whole number stands in the head of a table, or numbers a list."""
        text, (start, end) = self.document.text, loose.span
        if loose.value.denominator != 1:
            return False
        line = text.rfind("\n", 0, start) + 1
        stop = text.find("\n", end)
        if not text[line:start].strip(" >\t") and re.match(r"[.)][ \t]", text[end : end + 2]):
            return True
        below = text[stop + 1 :].partition("\n")[0] if stop >= 0 else ""
        return "|" in text[line:start] and "-" in below and _UNDER_A_HEAD.match(below) is not None

    def _suspect(self, slot: Slot) -> Suspect:
        unit = self.units.units[slot.unit]
        old = unit.original[slot.item].entries[slot.entry].text
        time = self._times.get(slot, unit.time)
        place = unit.key if unit.key in GROUPS else str(Place(unit.name, time))
        if len(unit.original[slot.item].entries) == 1:
            return Suspect(slot, place, old, unit.key not in GROUPS)
        columns = self._columns(unit)
        entry = f"{slot.entry // columns + 1},{slot.entry % columns + 1}" if columns else str(slot.entry + 1)
        return Suspect(slot, f"{place}[{entry}]", old, False)

    def _columns(self, unit: Unit) -> int:
        """Columns of a matrix; 0 of a vector."""
        for number in unit.runs:
            run = self.reading.runs[number]
            given = run.parameters.get(unit.name) if unit.time is None else run.timed.get((unit.name, unit.time))
            if given is not None and isinstance(given.value, Matrix):
                return given.value.size[1]
        return 0


def _named(unit: Unit, sentence: str) -> bool:
    # As a mention of its own, with a time or label or without: `x_2`, `$x$`, but not the x of `max`.
    return re.search(rf"(?<![A-Za-z]){re.escape(unit.name.base)}(?![A-Za-z])", sentence) is not None
