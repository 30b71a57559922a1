"""The closed set of blocks and inlines between those who have something to say and the writers.

Frozen data only. Mathematics is a `Formula` (a written tree with the numbers printed in it) or, where the reader didn't
understand an author's maths, its source. A writer handles every member of `Inline` and `Block` and ends in `assert_never`. What a
long run makes many of is a struct and not a dataclass, since those are made five times as fast.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import msgspec

from symlstm.document.drawing import Drawing
from symlstm.notation.typeset import Formula


class Text(msgspec.Struct, frozen=True, gc=False):
    """Plain characters; a writer escapes them."""

    text: str


class Emphasis(msgspec.Struct, frozen=True, gc=False):
    """Stressed words; `strong` for bold."""

    content: Inlines
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """Characters shown as typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link; `url` is http, https, mailto, relative, or `#anchor`: anything else is shown as text."""

    url: str
    content: Inlines


@dataclass(frozen=True, slots=True)
class Image:
    """A picture by its address, with its text alternative."""

    url: str
    alternative: str


@dataclass(frozen=True, slots=True)
class Break:
    """The end of a line inside a paragraph; `hard` where it must show."""

    hard: bool = False


class Maths(msgspec.Struct, frozen=True, gc=False):
    """A formula in the running text."""

    formula: Formula


@dataclass(frozen=True, slots=True)
class SourceMaths:
    """Maths that the reader did not understand: LaTeX as the author wrote it, without its delimiters. `place` is where it
    stands (`problem.md:3:7`), for a warning."""

    latex: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Blank:
    """A gap to write in, `width` ems wide; `name` says to a screen reader what belongs there."""

    width: float
    name: str


Inline: TypeAlias = Text | Emphasis | Code | Link | Image | Break | Maths | SourceMaths | Blank
Inlines: TypeAlias = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the document's title. `anchor` is an id without `#`, or empty."""

    level: int
    content: Inlines
    anchor: str = ""


class Paragraph(msgspec.Struct, frozen=True, gc=False):
    """Running text."""

    content: Inlines


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `start` is its first number where it is ordered."""

    items: tuple[tuple[Block, ...], ...]
    start: int | None = None
    tight: bool = True


@dataclass(frozen=True, slots=True)
class Quote:
    """Quoted blocks."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Lines shown as typed; `language` may be empty."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A thematic break."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """One line of displayed maths: `left relation right relation right ...`, and a remark in words at its end.

    `left` is None where the line continues the one above. Relations are `=`, `≈`, `→`, ... as in `typeset.RELATIONS`.
    """

    left: Formula | None
    links: tuple[tuple[str, Formula], ...] = ()
    note: Inlines = ()
    anchor: str = ""
    name: Inlines = ()
    """What stands before the line, such as a rung's name; empty in most."""


class Display(msgspec.Struct, frozen=True, gc=False):
    """Displayed maths: lines aligned at their first relation. `caption` is read by screen readers, and may be empty."""

    lines: tuple[Line, ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class SourceDisplay:
    """Displayed maths that the reader did not understand, as LaTeX source without `$$`; see `SourceMaths`."""

    latex: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has as many cells as `head`. `align` is one of `lcr` a column."""

    head: tuple[Inlines, ...]
    rows: Iterable[tuple[Inlines, ...]]
    align: str
    caption: str = ""
    anchors: Sequence[str] = ()
    """An id for each row, where rows are to be linked to."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A remark set apart: what the reader must not miss (`warning`) or may want to know (`note`)."""

    kind: Literal["note", "warning"]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Fold:
    """Blocks behind a summary line; open or closed at first. Paper shows them always."""

    summary: Inlines
    blocks: tuple[Block, ...]
    open: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its caption. `description` are sentences that say all that the drawing says, for formats that can't draw
    and for readers who can't see."""

    drawing: Drawing
    caption: Inlines
    description: tuple[str, ...]
    name: str = ""
    """What its file is called after, such as `cell`; empty where nobody gave it one."""


@dataclass(frozen=True, slots=True)
class Room:
    """Empty paper to work on, as high as so many lines of text."""

    lines: int


Block: TypeAlias = (
    Heading | Paragraph | Items | Quote | CodeBlock | Rule | Display | SourceDisplay | Table | Aside | Fold | Figure | Room
)


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. `blocks` may be made as they are read, once, so that a long run is never held whole."""

    title: str
    blocks: Iterable[Block]
    figures: bool = False
    """Whether a figure may stand among blocks that are made as they are read: LaTeX must know before the first."""
