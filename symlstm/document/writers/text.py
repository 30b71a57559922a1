"""Documents as plain text for a terminal: wrapped lines, aligned tables, formulas in Unicode.

In: a document. Out: text in pieces. No character that would act on a terminal gets through, and no number is changed here.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import assert_never

from symlstm.document.blocks import (
    Aside,
    Blank,
    Block,
    Break,
    Code,
    CodeBlock,
    Display,
    Document,
    Emphasis,
    Figure,
    Fold,
    Heading,
    Image,
    Inlines,
    Items,
    Line,
    Link,
    Maths,
    Paragraph,
    Quote,
    Room,
    Rule,
    SourceDisplay,
    SourceMaths,
    Table,
    Text,
)
from symlstm.document.writers.layout import Warn, gap, in_words, titled
from symlstm.notation.tree import Chain, Expr, Listing, Matrix, Series, rebuild
from symlstm.notation.typeset import Formula, Template, plain

WIDTH = 80
_NARROWEST = 20
_MOST_INDENT = 40
_ROWS_ALIGNED = 100
"""Rows of a table whose widths are known before the first is written."""
_ACTING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]")


def write(document: Document, *, fragment: bool = False, warn: Warn = warnings.warn, width: int = WIDTH) -> Iterator[str]:
    """The document as pieces of text; a fragment has no title.

    >>> from symlstm.document.blocks import Text
    >>> "".join(write(Document("LSTM", [Paragraph((Text("The state is [0, 1]."),))])))
    'LSTM\\n====\\n\\nThe state is [0, 1].\\n'
    """
    title, blocks = titled(document)
    pieces = _blocks(blocks, max(_NARROWEST, width))
    if title and not fragment:
        yield _underlined(title, "=", width)
        for k, piece in enumerate(pieces):
            yield piece if k else "\n" + piece
    else:
        yield from pieces


def columns(text: str) -> int:
    """Columns of a terminal that a text takes: wide characters two, combining ones none.

    >>> columns("h̃ = 1"), columns("値")
    (5, 2)
    """
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def _blocks(blocks: Iterable[Block], width: int, tight: bool = False) -> Iterator[str]:
    first = True
    before: Block | None = None
    for block in blocks:
        # A list belongs to the words that end in a colon above it.
        joined = isinstance(block, Items) and isinstance(before, Paragraph) and words(before.content).endswith(":")
        if not first and not tight and not joined:
            yield "\n"
        yield from _block(block, width)
        first, before = False, block


def _block(block: Block, width: int) -> Iterator[str]:
    match block:
        case Paragraph(content=content):
            yield "\n".join(_wrapped(words(content), width)) + "\n"
        case Heading(level=level, content=content):
            yield _underlined(content, "=" if level <= 1 else "-", width)
        case Items(items=items, start=start, tight=tight):
            for k, item in enumerate(items):
                mark = "- " if start is None else f"{start + k}. "
                if k and not tight:
                    yield "\n"
                yield from _indented(_blocks(item, _inner(width, len(mark)), tight), mark)
        case Quote(blocks=blocks):
            yield from _indented(_blocks(blocks, _inner(width, 2)), "> ", "> ")
        case Aside(kind=kind, blocks=blocks):
            yield f"{kind.capitalize()}:\n"
            yield from _indented(_blocks(blocks, _inner(width, 2)), "  ")
        case Fold(summary=summary, blocks=blocks):
            yield "\n".join(_wrapped(words(summary), width)) + "\n"
            yield from _indented(_blocks(blocks, _inner(width, 2)), "  ")
        case CodeBlock(text=text):
            yield "".join(f"    {_clean(line)}\n" for line in text.rstrip("\n").split("\n"))
        case Rule():
            yield "-" * width + "\n"
        case Display():
            yield _display(block, width)
        case SourceDisplay(latex=latex):
            yield "".join(f"    {_clean(line)}\n" for line in latex.strip("\n").split("\n"))
        case Table():
            yield from _table(block, width)
        case Figure():
            yield from _blocks(in_words(block), width)
        case Room(lines=lines):
            yield "\n" * max(1, lines)
        case _:
            assert_never(block)


def words(content: Inlines) -> str:
    r"""Running text, its hard breaks as line ends.

    >>> words((Text("a"), Break(True), Emphasis((Text("b c"),)), Code("d")))
    'a\nb cd'
    """
    out: list[str] = []
    for inline in content:
        match inline:
            case Text(text=text) | Code(text=text):
                out.append(_clean(text))
            case Emphasis(content=inner):
                out.append(words(inner))
            case Link(url=url, content=inner):
                shown = words(inner)
                out.append(shown if url.startswith("#") or url == shown else f"{shown} ({_clean(url)})")
            case Image(url=url, alternative=text):
                out.append(f"{_clean(text)} ({_clean(url)})")
            case Break(hard=hard):
                out.append("\n" if hard else " ")
            case Blank(width=width):
                out.append(gap(width))
            case Maths(formula=formula):
                out.append(_clean(_maths(formula)))
            case SourceMaths(latex=latex):
                out.append(_clean(" ".join(latex.split())))
            case _:
                assert_never(inline)
    return "".join(out)


def _maths(formula: Formula) -> str:
    """A formula in one line, its columns written as lists."""
    tree = formula.template.tree
    match tree:
        case Chain(members=members):
            flat: Expr | Chain | Series = replace(tree, members=tuple(map(_flat, members)))
        case Series():
            flat = tree
        case _:
            flat = _flat(tree)
    return plain(formula if flat == tree else Formula(Template(flat, formula.template.rows), formula.numbers))


def _flat(tree: Expr) -> Expr:
    tree = rebuild(tree, _flat)
    if isinstance(tree, Matrix) and tree.rows and all(len(row) == 1 for row in tree.rows):
        return Listing(tuple(row[0] for row in tree.rows))
    return tree


def _clean(text: str) -> str:
    return _ACTING.sub(" ", text.replace("\n", " "))


def _inner(width: int, indent: int) -> int:
    return max(_NARROWEST, width - indent)


def _wrapped(text: str, width: int, hanging: int = 0) -> list[str]:
    """The lines of a text, each of its own lines wrapped for itself; those that are continued are indented."""
    out: list[str] = []
    for k, line in enumerate(text.split("\n")):
        # A wide character takes two columns, which `textwrap` doesn't know.
        fits = width if columns(line) == len(line) else max(_NARROWEST // 2, width * len(line) // max(1, columns(line)))
        out += textwrap.wrap(line, fits, subsequent_indent=" " * hanging, break_on_hyphens=False) or ([""] if k == 0 else [])
    return out


def _underlined(content: Inlines, mark: str, width: int) -> str:
    lines = _wrapped(words(content).replace("\n", " "), width)
    return "\n".join(lines) + f"\n{mark * min(width, max(map(columns, lines), default=1))}\n"


def _indented(pieces: Iterable[str], first: str, rest: str = "") -> Iterator[str]:
    mark = first
    rest = rest or " " * len(first)
    for piece in pieces:
        lines: list[str] = []
        for line in piece[:-1].split("\n"):
            lines.append((mark + line).rstrip())
            mark = rest
        yield "\n".join(lines) + "\n"


def _display(block: Display, width: int) -> str:
    lefts = [_maths(line.left) if line.left is not None else "" for line in block.lines]
    names = [words(line.name) for line in block.lines]
    wide = min(_MOST_INDENT, max(map(columns, lefts), default=0))
    named = min(_MOST_INDENT, max(map(columns, names), default=0))
    out = [_line(line, name, left, named, wide, width) for line, name, left in zip(block.lines, names, lefts, strict=True)]
    return "".join(out)


def _line(line: Line, name: str, left: str, named: int, wide: int, width: int) -> str:
    head = "  " + (_padded(name, named) + "  " if named else "") + _padded(left, wide, "r" if line.links else "l")
    text = " ".join(f"{relation} {_maths(formula)}" for relation, formula in line.links)
    note = words(line.note)
    rows = _wrapped(text, max(_NARROWEST, width - columns(head) - 1), 2) if text else [""]
    out = [f"{head} {rows[0]}".rstrip()]
    indent = " " * (columns(head) + 1)
    out += [indent + row for row in rows[1:]]
    if note and columns(out[-1]) + 3 + columns(note) <= width:
        out[-1] += "   " + note
    elif note:
        out += [indent + "  " + row for row in _wrapped(note, max(_NARROWEST, width - columns(indent) - 2))]
    return "\n".join(map(_clean, out)) + "\n"


def _padded(text: str, width: int, side: str = "l") -> str:
    gap = max(0, width - columns(text))
    return " " * gap + text if side == "r" else " " * (gap // 2) + text + " " * (gap - gap // 2) if side == "c" else text + " " * gap


def _table(block: Table, width: int) -> Iterator[str]:
    """The table in aligned columns; the widest of them is wrapped where a row has no room."""
    if block.caption:
        yield f"{_clean(block.caption)}\n"
    count = len(block.head)
    head = [words(cell) for cell in block.head]
    rows = iter([words(cell) for cell in row] for row in block.rows)
    known = [row for row, _ in zip(rows, range(_ROWS_ALIGNED), strict=False)]
    widths = [max(1, *(columns(line) for row in [head, *known] for line in row[c].split("\n"))) for c in range(count)]
    room = max(_NARROWEST, width - 2 * (count - 1))
    while sum(widths) > room and max(widths) > _NARROWEST // 2:
        most = widths.index(max(widths))
        others = sum(widths) - widths[most]
        second = max((w for c, w in enumerate(widths) if c != most), default=0)
        widths[most] = max(_NARROWEST // 2, room - others, min(second, widths[most] - 1))
    align = block.align.ljust(count, "l")
    yield _cells(head, widths, align)
    yield "  ".join("-" * w for w in widths) + "\n"
    for row in known:
        yield _cells(row, widths, align)
    for row in rows:
        yield _cells(row, widths, align)


def _cells(row: Sequence[str], widths: Sequence[int], align: str) -> str:
    wrapped = [_wrapped(cell, width, 2) for cell, width in zip(row, widths, strict=False)]
    height = max(map(len, wrapped), default=1)
    lines = []
    for k in range(max(1, height)):
        lines.append("  ".join(
            _padded(cell[k] if k < len(cell) else "", width, side) for cell, width, side in zip(wrapped, widths, align, strict=False)
        ).rstrip())
    return "\n".join(lines) + "\n"
