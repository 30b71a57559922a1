"""The characters of a student's work, normalised, each with its place in the original.

Unicode's compatibility forms (NFKC), decimal commas where the student writes them, and signs that stand for relations. Lengths
change, so every character keeps the offset it came from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symlstm.notation.lexer import SUBSCRIPTS, SUPERSCRIPTS

_KEPT = frozenset({*SUBSCRIPTS, *SUPERSCRIPTS, "ᵀ", "…", "⊤"})
_MATHEMATICAL = re.compile("[\U0001d400-\U0001d7ff\u210e]")


@dataclass(frozen=True, slots=True)
class Characters:
    """A text and, for each of its characters and its end, the offset in the original."""

    text: str
    offsets: tuple[int, ...]

    def original(self, at: int) -> int:
        """The offset in the original of a character, or of the end."""
        return self.offsets[max(0, min(at, len(self.text)))]

    def behind(self, at: int) -> int:
        """The offset in the original behind the character before this place: marks that were taken off there don't belong to it."""
        return self.offsets[at - 1] + 1 if 0 < at <= len(self.text) else self.original(at)

    def part(self, start: int, end: int) -> Characters:
        """The characters from one place to another."""
        return Characters(self.text[start:end], self.offsets[start : end + 1])

    def without(self, spans: Sequence[tuple[int, int]]) -> Characters:
        """The text without these spans, which stand in order."""
        out: list[str] = []
        offsets: list[int] = []
        at = 0
        for start, end in (*spans, (len(self.text), len(self.text))):
            out.append(self.text[at:start])
            offsets += self.offsets[at:start]
            at = end
        return Characters("".join(out), (*offsets, self.offsets[-1]))

    def sub(self, pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str]) -> Characters:
        """The text with every match replaced; what replaces it stands where the match began."""
        out: list[str] = []
        offsets: list[int] = []
        at = 0
        for match in pattern.finditer(self.text):
            out.append(self.text[at : match.start()])
            offsets += self.offsets[at : match.start()]
            new = replacement(match)
            out.append(new)
            offsets += [self.offsets[min(match.start() + k, match.end() - 1)] for k in range(len(new))]
            at = match.end()
        if not at:
            return self
        out.append(self.text[at:])
        offsets += self.offsets[at:]
        return Characters("".join(out), tuple(offsets))


def normalised(text: str) -> Characters:
    """A text without compatibility forms: full-width digits, mathematical letters, ligatures; scripts stay.

    >>> normalised("𝑓＝１").text, normalised("h₂").text
    ('f=1', 'h₂')
    """
    if text.isascii():
        return Characters(text, tuple(range(len(text) + 1)))
    out: list[str] = []
    offsets: list[int] = []
    for at, character in enumerate(text):
        new = character if character.isascii() or character in _KEPT else unicodedata.normalize("NFKC", character)
        if new.startswith(" ") and len(new) > 1:
            new = character  # a spacing accent; leave it to the reader of mathematics
        out.append(new)
        offsets += [at] * len(new)
    offsets.append(len(text))
    return Characters("".join(out), tuple(offsets))


def copied(text: str) -> bool:
    """Whether a text looks copied from a rendered page, where sub- and superscripts are lost."""
    return _MATHEMATICAL.search(text) is not None


_COMMA = re.compile(r"(?<=\d)(?:\{,\}|,)(?=\d)|(?<![\d\w}\])]),(?=\d)")


def with_points(characters: Characters) -> Characters:
    """Decimal commas as points; a comma with a space behind it still separates.

    >>> with_points(normalised("[0,5; 0{,}25]")).text
    '[0.5; 0.25]'
    """
    return characters.sub(_COMMA, lambda match: ".")
