"""Words of an input: letters that are written together, as in `"hel"` or "the word aba", where the document names its letters.

In come the text, its stretches of prose and the units; out go words, each with the slots of its letters. Between quotes, in code or
behind a noun that says what it is a word is the input and changes with it; elsewhere it may be a word like any other, and is warned of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symlstm.teaching.variants.constants import Span
from symlstm.teaching.variants.domains import Item, Outcome
from symlstm.teaching.variants.units import Unit

_QUOTES = ("\"'`*“‘„«‚»", "\"'`*”’“»‘«")
_NOUN = re.compile(r"(?:word|inputs?|string|sequence|text|reads?|feed|fed)(?: is| are| the letters)?:?\s+$", re.IGNORECASE)
_ALPHABET = re.compile(r"\{\s*$|alphabet(?: is| are| of|:| =)?\s*[\[(]?\s*$", re.IGNORECASE)
"""Behind which letters in a row are those that there are."""
_JOINTS = ("", " ", ", ", ",", "-")
_LEAST = 2
"""Letters from which on a word is looked for."""


@dataclass(frozen=True, slots=True)
class Word:
    """An input that is written as a word."""

    span: Span
    unit: int
    joint: str
    """What stands between its letters."""
    sure: bool
    """Whether it is the input beyond doubt."""

    def written(self, drawn: Sequence[Outcome]) -> str:
        """The word for what was drawn."""
        return self.joint.join(map(_letter, drawn[self.unit]))


def _letter(item: Item) -> str:
    return item.letter or item.entries[0].text


def spelled(text: str, stretches: Sequence[tuple[Span, int]], units: Sequence[Unit]) -> Iterator[Word]:
    """The words in stretches of prose that are an input of theirs; each stretch comes with how many questions stand above it.

    Where several inputs have the same letters, a word is that of the question below it, else of one above.
    """
    found: dict[Span, Word] = {}
    for span, scope in stretches:
        order = sorted(range(len(units)), key=lambda k: (scope + 1 not in units[k].runs, min(units[k].runs, default=0) > scope))
        for number in order:
            for word in _of_unit(text, span, number, units[number]):
                found.setdefault(word.span, word)
    yield from found.values()


def _of_unit(text: str, span: Span, number: int, unit: Unit) -> Iterator[Word]:
    names = [_name(item) for item in unit.original]
    if not unit.sequence or len(names) < _LEAST or not all(names):
        return
    digits = all(name.isdecimal() for name in names)
    for joint in _JOINTS:
        if digits and (joint or len(names) <= _LEAST):
            # Numbers in a row are found where they are numbers.
            continue
        pattern = re.escape(joint.join(names))
        for found in re.finditer(rf"(?<![\w.,^_-]){pattern}(?![\w^_-])(?!\.\d)", text[span[0] : span[1]]):
            start, end = span[0] + found.start(), span[0] + found.end()
            if not _ALPHABET.search(text, max(0, start - 40), start):
                yield Word((start, end), number, joint, _is_marked(text, start, end))


def _name(item: Item) -> str:
    """The letter of an item; a digit where it is a number of one digit."""
    text = item.entries[0].text if len(item.entries) == 1 else ""
    return item.letter or (text if text.isdecimal() and len(text) == 1 else "")


def _is_marked(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    quoted = any(before == a and after == b for a, b in zip(*_QUOTES))
    return quoted or _NOUN.search(text, max(0, start - 40), start) is not None
