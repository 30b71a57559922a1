"""One tree of errors; each knows where in which text it happened and says what to do.

What comes in: a message, and where known the source text with an offset. What goes out: `str(error)` is
`file:line:column: message`, the source line and a caret. This module knows nothing of mathematics or documents.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import final

_LONGEST_LINE_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Source:
    """A text with the name under which its errors are reported."""

    name: str
    text: str

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1.

        >>> Source("a.md", "one\\ntwo").line_and_column(5)
        (2, 2)
        """
        offset = max(0, min(offset, len(self.text)))
        line = self.text.count("\n", 0, offset) + 1
        return line, offset - (self.text.rfind("\n", 0, offset) + 1) + 1

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its end."""
        lines = self.text.split("\n", number)
        return lines[number - 1].rstrip("\r") if number <= len(lines) else ""


class SymlstmError(Exception):
    """What was wrong with the input, where, and what to do about it."""

    def __init__(self, message: str, source: Source | None = None, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.source = source
        self.offset = offset

    def within(self, source: Source, offset: int = 0) -> SymlstmError:
        """This error with its source filled in, `offset` added to its own; unchanged where it has one already."""
        if self.source is None:
            self.source = source
            self.offset += offset
        return self

    @property
    def line(self) -> int:
        """Line of the error in its source, from 1; 0 where it has no source."""
        return self.source.line_and_column(self.offset)[0] if self.source else 0

    @property
    def column(self) -> int:
        """Column of the error in its source, from 1; 0 where it has no source."""
        return self.source.line_and_column(self.offset)[1] if self.source else 0

    @final
    def __str__(self) -> str:
        if self.source is None:
            return self.message
        line, column = self.source.line_and_column(self.offset)
        head = f"{self.source.name}:{line}:{column}: {self.message}"
        text = self.source.line(line)
        start = max(0, column - 1 - _LONGEST_LINE_SHOWN // 2)
        shown = text[start : start + _LONGEST_LINE_SHOWN].replace("\t", " ")
        printable = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in shown)
        if not printable.strip():
            return head
        return f"{head}\n  {printable}\n  {' ' * _width(printable[: column - 1 - start])}^"


def _width(text: str) -> int:
    """Columns of a terminal that a text takes: wide characters two, combining ones none."""
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


class NotationError(SymlstmError):
    """Mathematics that can't be read."""


class MistakeError(NotationError):
    """Mathematics that is a slip of the pen whatever it was meant to say, and never prose: a brace that isn't closed, `h_10`."""


class DocumentError(SymlstmError):
    """A problem document whose parts don't fit: front matter, question blocks, values, equations."""


class ShapeError(SymlstmError):
    """Vectors and matrices whose shapes don't fit."""


class UndecidedError(SymlstmError):
    """A rounding or saturation that can't be told from its tie, however many bits are spent."""


class UsageError(SymlstmError):
    """A command line, file or Python call that can't be served."""
