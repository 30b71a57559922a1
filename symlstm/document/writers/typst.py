r"""Documents as Typst source, for `pdf`, without packages or files.

In: a document. Out: Typst in pieces. All that a document says stands in string literals, so that nothing of it acts. What is
common to all documents stands in `style.typ` and `page.typ` beside this module.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import assert_never

from symlstm.document.blocks import (
    Aside,
    Block,
    CodeBlock,
    Display,
    Document,
    Figure,
    Fold,
    Heading,
    Inlines,
    Items,
    Paragraph,
    Quote,
    Room,
    Rule,
    SourceDisplay,
    Table,
)
from symlstm.document.writers import author_maths
from symlstm.document.writers.layout import Warn, titled
from symlstm.document.writers.typst_display import authors_display, display
from symlstm.document.writers.typst_drawing import picture
from symlstm.document.writers.typst_maths import quoted
from symlstm.document.writers.typst_table import table
from symlstm.document.writers.typst_text import authors_nodes, cleaned, inlines, said, shown

_ROOM = 42.0
"""How many ems a line of text is long."""
_EM = 11.0
_HIGHEST = 48.0
"""How many ems a figure may be high, so that it fits a page with its caption."""
_LINES_ON_A_PAGE = 42
_NARROWEST = 12.0
_CHARACTERS_IN_CODE = 66
_DEEPEST_HEADING = 6
_DEEPEST = 10
"""How many lists, quotes, asides and folds stand in one another."""


@dataclass(slots=True)
class _Outline:
    """How deep the last heading was: no level may be left out below it."""

    last: int = 0

    def level(self, wanted: int) -> int:
        """The level that a heading gets; the document's second is the first below the title."""
        self.last = max(1, min(wanted - 1, self.last + 1, _DEEPEST_HEADING))
        return self.last


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a block stands: the room it has in ems, who is warned, the headings above it, and what is around it."""

    room: float
    warn: Warn
    outline: _Outline = field(default_factory=_Outline)
    depth: int = 0

    def inside(self, less: float) -> _Place:
        """The place inside something that takes so much of the room."""
        return replace(self, room=max(_NARROWEST, self.room - less), depth=self.depth + 1)


def write(document: Document, *, fragment: bool = False, warn: Warn = warnings.warn) -> Iterator[str]:
    """The document as pieces of Typst; a fragment is without its page and its title.

    >>> from symlstm.document.blocks import Text
    >>> "".join(write(Document("", [Paragraph((Text("#1 of [2]"),))]), fragment=True)).splitlines()[-1]
    '#"#1 of [2]"'
    """
    place = _Place(_ROOM, warn)
    title, blocks = titled(document)
    yield _part("style.typ")
    if not fragment:
        words = document.title or said(title) or "Untitled"
        yield f"#set document(title: {quoted(cleaned(words))}, date: none)\n"
        yield f"#let footing = [{shown(words)}]\n{_part('page.typ')}"
        yield f"#title[{inlines(title, place.room, warn)}]\n" if title else ""
    yield "\n"
    yield from _blocks(blocks, place)


@cache
def _part(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _blocks(blocks: Iterable[Block], place: _Place) -> Iterator[str]:
    before: Block | None = None
    for block in blocks:
        if before is not None:
            yield from _block(before, place, isinstance(block, Display | SourceDisplay | Table | Items))
            yield "\n"
        before = block
    if before is not None:
        yield from _block(before, place, False)


def _block(block: Block, place: _Place, leads: bool) -> Iterator[str]:
    """One block; `leads` where the next belongs to it and is to stand on the same page."""
    if place.depth >= _DEEPEST and isinstance(block, Quote | Aside | Fold | Items):
        # Typst nests only so deep; what is deeper goes on without its frame.
        for inner in block.items if isinstance(block, Items) else [block.blocks]:
            yield from _blocks(inner, place)
            yield "\n"
        return
    match block:
        case Display():
            yield from display(block, place.room, place.warn) if block.lines else ()
        case Paragraph(content=content):
            words = _inlines(content, place)
            yield f"#stuck[{words}]\n" if leads and words else words + "\n"
        case Heading(level=level, content=content):
            yield f"#heading(level: {place.outline.level(level)})[{_inlines(content, place)}]\n"
        case Table():
            yield from table(block, place.room, place.warn)
        case Items():
            yield from _items(block, place.inside(2.0))
        case Quote(blocks=blocks):
            yield "#quote(block: true)[\n"
            yield from _blocks(blocks, place.inside(2.5))
            yield "]\n"
        case Aside(kind=kind, blocks=blocks):
            yield f"#{'warning' if kind == 'warning' else 'remark'}[\n"
            yield from _blocks(blocks, place.inside(1.7))
            yield "]\n"
        case Fold(summary=summary, blocks=blocks):
            yield f"#fold([{_inlines(summary, place)}])[\n"
            yield from _blocks(blocks, place.inside(0.0))
            yield "]\n"
        case CodeBlock(text=text):
            yield _code(text, place)
        case Rule():
            yield "#line(length: 100%, stroke: 0.5pt)\n"
        case SourceDisplay():
            yield _source_display(block, place)
        case Figure():
            yield from _figure(block, place)
        case Room(lines=lines):
            yield f"#room({max(1, min(lines, _LINES_ON_A_PAGE))})\n"
        case _:
            assert_never(block)


def _inlines(content: Inlines, place: _Place) -> str:
    return inlines(content, place.room, place.warn)


def _items(block: Items, place: _Place) -> Iterator[str]:
    if not block.items:
        return
    yield "#list(" if block.start is None else f"#enum(start: {max(0, block.start)}, "
    yield f"tight: {'true' if block.tight else 'false'}, spacing: {'0.62em' if block.tight else '1em'}"
    for item in block.items:
        yield ", [\n"
        yield from _blocks(item, place)
        yield "]"
    yield ")\n"


def _code(text: str, place: _Place) -> str:
    most = max(10, int(_CHARACTERS_IN_CODE * place.room / _ROOM))
    lines = []
    for line in text.rstrip("\n").expandtabs(4).split("\n"):
        # Spaces count in code; what can't be shown doesn't.
        spaces = len(line) - len(line.lstrip(" "))
        kept = " " * spaces + line[spaces:]
        lines += [kept[start : start + most] for start in range(0, max(1, len(kept)), most)]
    shown_lines = "\\n".join(quoted(_spaced(line))[1:-1] for line in lines)
    return f'#raw(block: true, "{shown_lines}")\n' if any(map(str.strip, lines)) else ""


def _spaced(line: str) -> str:
    """A line of code as it is shown, its spaces kept."""
    return " ".join(cleaned(part) if part else "" for part in line.split(" "))


def _source_display(block: SourceDisplay, place: _Place) -> str:
    if not author_maths.cleaned(block.latex):
        return ""
    rows = authors_nodes(block.latex, block.place, place.warn, display=True)
    return authors_display(rows, place.room) if rows else _code(author_maths.cleaned(block.latex), place)


def _figure(block: Figure, place: _Place) -> Iterator[str]:
    """The drawing and its caption on one page; what it says is its alternative."""
    words = " ".join([said(block.caption), *block.description]).strip() or "Figure"
    caption = f"[{_inlines(block.caption, place)}]" if block.caption else "none"
    yield f"#drawn({quoted(cleaned(words))}, {caption}, "
    yield from picture(block.drawing, shown, place.room * _EM, _HIGHEST * _EM)
    yield ")\n"
