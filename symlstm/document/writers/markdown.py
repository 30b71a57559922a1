"""Documents as GitHub-flavoured Markdown with `$...$` and `$$` maths.

In: a document. Out: text in pieces, each of whole lines, so that a long run is never held whole. No number is changed here.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat
from typing import assert_never

from symlstm.document.blocks import (
    Aside,
    Block,
    CodeBlock,
    Display,
    Document,
    Emphasis,
    Figure,
    Fold,
    Heading,
    Inlines,
    Items,
    Line,
    Paragraph,
    Quote,
    Room,
    Rule,
    SourceDisplay,
    Table,
    Text,
)
from symlstm.document.writers import author_maths
from symlstm.document.writers.layout import Warn, in_words, runs, titled
from symlstm.document.writers.markdown_text import as_html, ends_itself, inlines, remark
from symlstm.notation.typeset import RELATIONS, latex

_LINES_IN_A_DISPLAY = 40
_LONGEST_ROW = 90

# What would start a list, heading, quote, table or fence in a line of its own, or an argument of the row's end above it.
_STARTERS = frozenset("+-=#>*<[~|:`")
_STARTS = re.compile(r"\s*(?:[+\-=#>*<~|:`]|\d+[.)])")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def write(document: Document, *, fragment: bool = False, warn: Warn = warnings.warn) -> Iterator[str]:
    r"""The document as pieces of Markdown; a fragment has no heading at its top.

    >>> from symlstm.document.blocks import Text
    >>> "".join(write(Document("LSTM", [Paragraph((Text("The state is [0, 1]."),))])))
    '# LSTM\n\nThe state is [0, 1].\n'
    """
    title, blocks = titled(document)
    pieces = _blocks(blocks, warn)
    if title and not fragment:
        yield f"# {_heading(title, warn)}\n"
        for k, piece in enumerate(pieces):
            yield piece if k else "\n" + piece
    else:
        yield from pieces


def _blocks(blocks: Iterable[Block], warn: Warn, tight: bool = False) -> Iterator[str]:
    before: Block | None = None
    for block in blocks:
        if before is not None and not (tight and isinstance(block, Items)):
            # Two lists would become one.
            yield "\n<!-- -->\n\n" if isinstance(block, Items) and isinstance(before, Items) else "\n"
        yield from _block(block, warn)
        before = block


def _block(block: Block, warn: Warn) -> Iterator[str]:
    match block:
        case Display():
            yield from _display(block)
        case Paragraph(content=content):
            yield inlines(content, warn) + "\n"
        case Heading(level=level, content=content, anchor=anchor):
            mark = f'<a id="{_id(anchor)}"></a>' if anchor else ""
            yield f"{'#' * max(1, min(level, 6))} {mark}{_heading(content, warn)}\n"
        case Table():
            yield from _table(block, warn)
        case Items():
            yield from _items(block, warn)
        case Quote(blocks=blocks):
            yield from _prefixed(_blocks(blocks, warn), "> ", "> ")
        case Aside(kind=kind, blocks=blocks):
            yield f"> [!{kind.upper()}]\n"
            yield from _prefixed(_blocks(blocks, warn), "> ", "> ")
        case Fold(summary=summary, blocks=blocks, open=is_open):
            yield f"<details{' open' if is_open else ''}>\n<summary>{as_html(summary)}</summary>\n\n"
            yield from _blocks(blocks, warn)
            yield "\n</details>\n"
        case CodeBlock(text=text, language=language):
            fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
            yield f"{fence}{re.sub(r'[^A-Za-z0-9_+#.-]', '', language)}\n{text.rstrip(chr(10))}\n{fence}\n"
        case Rule():
            yield "***\n"
        case SourceDisplay():
            yield _source_display(block, warn)
        case Figure():
            yield from _blocks(in_words(block), warn)
        case Room(lines=lines):
            yield "<br>\n" * max(1, lines)
        case _:
            assert_never(block)


def _heading(content: Inlines, warn: Warn) -> str:
    return re.sub(r"(#+)\s*$", r"\\\1", inlines(content, warn, False, "heading"))


def _id(anchor: str) -> str:
    if anchor.isidentifier():
        return anchor
    return re.sub(r"\s+", "-", anchor).replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def _prefixed(pieces: Iterable[str], first: str, rest: str) -> Iterator[str]:
    """Lines of nested blocks behind the mark of what holds them; blank ones without spaces at their end."""
    mark = first
    for piece in pieces:
        lines = []
        for line in piece[:-1].split("\n"):
            lines.append((mark + line).rstrip() if not line else mark + line)
            mark = rest
        yield "\n".join(lines) + "\n"


def _items(block: Items, warn: Warn) -> Iterator[str]:
    for k, item in enumerate(block.items):
        if k and not block.tight:
            yield "\n"
        mark = "- " if block.start is None else f"{block.start + k}. "
        if item:
            yield from _prefixed(_blocks(item, warn, block.tight), mark, " " * len(mark))
        else:
            yield mark.rstrip() + "\n"


def _table(block: Table, warn: Warn) -> Iterator[str]:
    if block.caption:
        yield inlines((Emphasis((Text(block.caption),)),), warn) + "\n\n"
    yield _row([inlines(cell, warn, False, "cell") for cell in block.head])
    rules = {"l": ":---", "c": ":---:", "r": "---:"}
    yield _row([rules[a] for a in block.align.ljust(len(block.head), "l")[: len(block.head)]])
    for row, anchor in zip(block.rows, chain(block.anchors, repeat(""))):
        cells = [inlines(cell, warn, False, "cell") for cell in row]
        if anchor and cells:
            cells[0] = f'<a id="{_id(anchor)}"></a>{cells[0]}'
        yield _row(cells)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _display(block: Display) -> Iterator[str]:
    lines = block.lines
    named = any(line.name for line in lines)
    for k, run in enumerate(runs(lines, _LINES_IN_A_DISPLAY)):
        anchors = "".join([f'<a id="{_id(line.anchor)}"></a>' for line in run if line.anchor])
        before = ("\n" if k else "") + (f"{anchors}\n\n" if anchors else "")
        yield f"{before}$$\n{aligned(run, named)}\n$$\n"


def aligned(lines: Iterable[Line], named: bool) -> str:
    r"""Lines of displayed maths as LaTeX without delimiters; `named` where names stand before them.

    >>> from symlstm.notation.tree import Numeral
    >>> from symlstm.notation.typeset import formula
    >>> aligned([Line(None, (("=", formula(Numeral("1", 1))),))], False)
    '\\begin{aligned}\n&= 1\n\\end{aligned}'
    """
    rows = " \\\\\n".join([_line(line, named) for line in lines])
    return f"\\begin{{aligned}}\n{rows}\n\\end{{aligned}}"


def _line(line: Line, named: bool) -> str:
    """One line, in as many aligned rows as its length asks for."""
    row = latex(line.left) if line.left is not None else ""
    if named:
        row = f"& {remark(line.name)} & {row}"
    elif row and (row[0] in _STARTERS or row[0].isdigit()):
        row = _guarded(row)
    if not line.links:
        # Without a relation to be aligned at, the line stands where relations do.
        start, _, rest = row.rpartition(" & ") if named else ("", "", row)
        row = f"{start} & & {rest}" if named else f"& {rest}"
        return f"{row} && {remark(line.note)}" if line.note else row
    mark = " &" if row else "&"
    following = " \\\\\n& & &" if named else " \\\\\n&"
    width = 0
    for relation, formula in line.links:
        piece = f"{RELATIONS[relation]} {latex(formula)}"
        if width and width + len(piece) > _LONGEST_ROW:
            mark, width = following, 0
        row += mark + piece
        width += len(piece)
        mark = " "
    return f"{row} && {remark(line.note)}" if line.note else row


def _guarded(row: str) -> str:
    """A row whose first character acts on nothing: `{-}100` is spaced as `-100` is."""
    if row[0] in "+-=#>*<":
        return f"{{{row[0]}}}{row[1:]}"
    return "{}" + row if row[0] in _STARTERS or _STARTS.match(row) else row


def _source_display(block: SourceDisplay, warn: Warn) -> str:
    text = _TAG.sub("< ", author_maths.cleaned(block.latex))
    if ends_itself(text):
        said = author_maths.one_line(text)
        warn(f"{block.place or 'maths'}: Markdown can't show this formula, so its source stands there: {said}")
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
        return f"{fence}latex\n{text}\n{fence}\n"
    if not author_maths.fault(text, display=True) and author_maths.fault(text):
        text = f"\\begin{{aligned}}\n{text}\n\\end{{aligned}}"
    lines: list[str] = []
    for line in text.split("\n"):
        if lines and _STARTS.match(line):
            lines[-1] += " " + line.lstrip()
        else:
            lines.append(line if lines or not _STARTS.match(line) else _guarded(line.lstrip()))
    return "$$\n" + "\n".join(lines) + "\n$$\n"
