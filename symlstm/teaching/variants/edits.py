"""The text of a variant: the numbers that a document states exchanged in place, everything else kept letter by letter.

In come the sayings of a document that are about what varies, and outcomes; out go changes of its text. This module writes a value
where it is said, in the form that it had; which value a saying is about is decided by `attribution`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Ordered
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from symlstm.arithmetic.decimals import exactly, terminating
from symlstm.arithmetic.real import exact
from symlstm.errors import DocumentError, Source
from symlstm.model.problem import Run
from symlstm.notation.tree import Numeral
from symlstm.teaching.variants.constants import Constant, Span, separator
from symlstm.teaching.variants.domains import Item, Outcome
from symlstm.teaching.variants.loose import Loose
from symlstm.teaching.variants.remarks import Claim, holds, numbers_anew
from symlstm.teaching.variants.sayings import Saying
from symlstm.teaching.variants.units import Slot, Unit
from symlstm.teaching.variants.words import Word

_FRACTION = re.compile(r"\s*[-−]?\s*\\([dt]?frac)(?![A-Za-z])")


@dataclass(frozen=True, slots=True)
class Change:
    """Text to put in the place of a span."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A saying with where the entries of each of its targets are filled from."""

    saying: Saying
    slots: tuple[tuple[Slot | None, ...], ...]
    """For each target, entry by entry; None for an entry that stays."""


@dataclass(frozen=True, slots=True)
class Insertion:
    """A key to be written in front of a group, for a value that only the group gave."""

    unit: int
    at: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Suspect:
    """A value that a number in the prose may speak of."""

    slot: Slot
    place: str
    """Its name, with its entry where it is one of several: `W_f[1,2]`."""
    old: str
    """Its digits before it was varied."""
    sayable: bool
    """Whether `place = old` can be written in the text, so that it changes with the value."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A number in the prose that may speak of a value which varies."""

    loose: Loose
    suspects: tuple[Suspect, ...]


@dataclass(frozen=True)
class Edits:
    """All that changes in the text of a document with its values, answers aside."""

    edits: tuple[Edit, ...]
    insertions: tuple[Insertion, ...]
    doubts: tuple[Doubt, ...]
    remarks: tuple[Saying, ...]
    """What is said of values that are derived, and may no longer be so."""
    claims: tuple[Claim, ...]
    """Remarks on values that vary, which must stay true."""
    words: tuple[Word, ...]
    """Inputs that are written as words."""


def changes_of(edits: Edits, units: Ordered[Unit], drawn: Ordered[Outcome], source: Source) -> Iterator[Change]:
    """The changes of the text for what was drawn."""
    for edit in edits.edits:
        yield from _changes(edit, units, drawn, source)
    for word in edits.words:
        if word.sure and drawn[word.unit] != units[word.unit].original:
            yield Change(word.span, word.written(drawn))
    for insertion in edits.insertions:
        entries = drawn[insertion.unit][0].entries
        columns = len(entries) if len(entries) > 1 else 0
        value = _whole(entries, columns, False, "")
        yield Change((insertion.at, insertion.at), insertion.before + value + insertion.after)


def claimed(edits: Edits, runs: Ordered[Run], source: Source) -> Iterator[Change]:
    """The changes of numbers that follow from what varies, as that of `w h_0 = 0.25`; `runs` are those of the variant."""
    said = {constant.span for edit in edits.edits for constant in edit.saying.constants}
    for claim in edits.claims:
        if not claim.anew <= said and holds(claim.remark, runs[claim.run], anew=claim.anew):
            for constant, new in numbers_anew(claim.remark, runs[claim.run], claim.anew - said):
                for span, number, old in zip(constant.entries, new, constant.value):
                    if number.value != old:
                        before = source.text[span[0] : span[1]]
                        fraction = "/" in before or _FRACTION.match(before) is not None
                        yield Change(span, digits(Numeral(str(number.value), number.value) if fraction else number, before))


def _changes(edit: Edit, units: Ordered[Unit], drawn: Ordered[Outcome], source: Source) -> Iterator[Change]:
    saying, text = edit.saying, source.text
    firsts = [next((s for s in slots if s is not None), None) for slots in edit.slots]
    resized = [first for first in firsts if first is not None and units[first.unit].resized]
    if resized:
        whole = len(saying.targets) == 1 and saying.targets[0].time is None and len(saying.constants) == 1
        if not whole or not saying.constants[0].items:
            raise DocumentError(
                f"the input {units[resized[0].unit].key} gets another length, and this says something of its old one; leave it out, "
                "or take `length` out", source, saying.pos,
            )
        yield from _resized(saying.constants[0], drawn[resized[0].unit], text)
        return
    if saying.paired:
        for constant, slots in zip(saying.constants, edit.slots):
            yield from _exchanged(constant, slots, drawn, text)
        return
    old = saying.constants[0].value
    if len({tuple(_number(slot, drawn, x) for slot, x in zip(slots, old)) for slots in edit.slots}) == 1:
        for constant in saying.constants:
            yield from _exchanged(constant, max(edit.slots, key=lambda s: sum(x is not None for x in s)), drawn, text,
                                  several=len(saying.constants) > 1)
        return
    yield from _split(edit, drawn, source)


def _number(slot: Slot | None, drawn: Ordered[Outcome], old: Fraction) -> Fraction:
    return old if slot is None else drawn[slot.unit][slot.item].entries[slot.entry].value


def _split(edit: Edit, drawn: Ordered[Outcome], source: Source) -> Iterator[Change]:
    """`a = b = 0` where a and b are no longer equal: `a = 1, b = 0`; `a, b = 0`: `a, b = 1, 0`."""
    saying, text = edit.saying, source.text
    constant = saying.constants[0]
    written = [_written(constant, slots, drawn, text) for slots in edit.slots]
    ends = [target.span[1] for target in saying.targets]
    if saying.chained and max(ends) < constant.span[0]:
        groups = [list(group) for _, group in groupby(range(len(written)), key=lambda k: written[k])]
        for group in groups[:-1]:
            last = group[-1]
            following = saying.targets[last + 1].span[0]
            relation = text[ends[last] : following]
            yield Change((ends[last], following), f"{relation}{written[last]}, ")
        for own in saying.constants:
            yield from _exchanged(own, edit.slots[groups[-1][0]], drawn, text, several=len(saying.constants) > 1)
        return
    if not saying.chained and len(constant.value) == 1 and len(saying.constants) == 1:
        yield Change(constant.span, ", ".join(written))
        return
    raise DocumentError(
        "these symbols are given one value together, and only some of them vary; give each its value in a statement of its own",
        source, saying.pos,
    )


def _written(constant: Constant, slots: tuple[Slot | None, ...], drawn: Ordered[Outcome], text: str) -> str:
    """The constant as it is written with other entries."""
    start, end = constant.span
    return applied(text[start:end], [Change((c.span[0] - start, c.span[1] - start), c.text)
                                     for c in _exchanged(constant, slots, drawn, text)])


def _exchanged(
    constant: Constant, slots: Ordered[Slot | None], drawn: Ordered[Outcome], text: str, *, several: bool = False
) -> Iterator[Change]:
    """The changes that give a constant its drawn entries; an entry that stays the same keeps its digits."""
    slots = slots if len(slots) == len(constant.value) else tuple(slots[:1]) * len(constant.value)
    new = [None if slot is None else drawn[slot.unit][slot.item].entries[slot.entry] for slot in slots]
    if all(number is None or number.value == old for number, old in zip(new, constant.value)):
        return
    if constant.letter:
        yield from _lettered(constant, slots, drawn)
        return
    if constant.entries:
        for span, number, old in zip(constant.entries, new, constant.value):
            if number is not None and number.value != old:
                yield Change(span, digits(number, text[span[0] : span[1]], several=several))
        return
    every = tuple(Numeral(exactly(exact(old)), old) if number is None else number for number, old in zip(new, constant.value))
    whole = text[constant.span[0] : constant.span[1]]
    yield Change(constant.span, _whole(every, constant.columns, constant.latex, whole))


def _lettered(constant: Constant, slots: Ordered[Slot | None], drawn: Ordered[Outcome]) -> Iterator[Change]:
    each = len(constant.value) // len(constant.items)
    for k, span in enumerate(constant.items):
        slot = slots[k * each]
        if slot is not None:
            yield Change(span, _item_text(drawn[slot.unit][slot.item]))


def _item_text(item: Item) -> str:
    if item.letter:
        return item.letter
    return item.entries[0].text if len(item.entries) == 1 else "[" + ", ".join(entry.text for entry in item.entries) + "]"


def _resized(constant: Constant, outcome: Outcome, text: str) -> Iterator[Change]:
    """The whole list anew, its items written and separated as they were."""
    between = separator(constant, text)
    first = constant.items[0]
    model = text[first[0] : first[1]]
    each = len(constant.value) // len(constant.items)
    inner = [(a - first[0], b - first[0]) for a, b in constant.entries[:each]]

    def shown(item: Item) -> str:
        if constant.letter or len(inner) != len(item.entries):
            return _item_text(item)
        return applied(model, [Change(span, digits(entry, model[span[0] : span[1]])) for span, entry in zip(inner, item.entries)])

    yield Change((first[0], constant.items[-1][1]), between.join(map(shown, outcome)))


def digits(number: Numeral, old: str, *, several: bool = False) -> str:
    r"""A number in the form of the one that it replaces: a fraction with a bar where that had one, the same sign for minus.

    >>> digits(Numeral("-0.5", Fraction(-1, 2)), "3"), digits(Numeral("-1/3", Fraction(-1, 3)), r"\tfrac{1}{2}")
    ('-0.5', '-\\tfrac{1}{3}')
    """
    text = number.text
    value = number.value
    if several and "." in old and "/" in text and terminating(exact(value)) is not None:
        text = exactly(exact(value))
    bar = _FRACTION.match(old)
    if value.denominator != 1 and (bar or (several and "/" in old)) and ("/" in text or several):
        minus = "-" if value < 0 else ""
        above, below = abs(value.numerator), value.denominator
        text = f"{minus}\\{bar[1]}{{{above}}}{{{below}}}" if bar else f"{minus}{above}/{below}"
    return text.replace("-", "−") if "−" in old else text


def _whole(entries: Ordered[Numeral], columns: int, latex: bool, old: str) -> str:
    """A value written out where its entries can't be exchanged one by one."""
    texts = [entry.text for entry in entries]
    if len(texts) == 1:
        return digits(entries[0], old)
    rows = [texts[k : k + columns] for k in range(0, len(texts), columns)] if columns else [texts]
    if latex and columns:
        return r"\begin{bmatrix} " + r" \\ ".join(" & ".join(row) for row in rows) + r" \end{bmatrix}"
    lists = ["[" + ", ".join(row) + "]" for row in rows]
    return "[" + ", ".join(lists) + "]" if len(rows) > 1 else lists[0]


def applied(text: str, changes: Iterable[Change]) -> str:
    """The text with changes that don't overlap.

    >>> applied("a = 1, b = 2", [Change((11, 12), "40"), Change((4, 5), "3")])
    'a = 3, b = 40'
    """
    out, at = [], 0
    for change in sorted(dict.fromkeys(changes), key=lambda change: change.span):
        assert change.span[0] >= at, change
        out += [text[at : change.span[0]], change.text]
        at = change.span[1]
    return "".join([*out, text[at:]])
