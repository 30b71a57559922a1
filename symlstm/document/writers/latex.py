r"""Documents as LaTeX for pdflatex, with amsmath, amssymb, geometry, graphicx and xcolor alone; and tikz for a figure.

In: a document. Out: text in pieces, so that a long run is never held whole. Nothing a document says becomes a TeX command:
text is escaped, the author's maths is checked against a list. No number is changed here.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
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
from symlstm.document.writers.latex_display import display, width
from symlstm.document.writers.latex_text import Words, authors_maths, inlines, words_saying_what_is_missing
from symlstm.document.writers.layout import Warn, in_words, titled
from symlstm.document.writers.tikz import picture

_PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\usepackage{amsmath,amssymb,graphicx,xcolor}
\usepackage[margin=24mm]{geometry}
\allowdisplaybreaks
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.6em plus 0.2em}
\setlength{\emergencystretch}{3em}
\raggedbottom
"""
_FIGURES = "\\usepackage{tikz}\n"
_FRAGMENT = "% To be included with \\input; needs amsmath, amssymb, graphicx, xcolor, T1 fonts and \\allowdisplaybreaks.\n"
_ROOM = 41.0
_HIGHEST = 50.0
"""How many ems a figure may be high, so that it fits a page with its caption."""
_EM = 10.95
_ROWS_IN_A_TABLE = 40
_CHARACTERS_IN_CODE = 84
_TALL = re.compile(r"\\begin\{\w*matrix\}|\\[dt]?frac")
_SECTIONS = {2: "section", 3: "subsection", 4: "subsubsection"}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a block stands: the room it has in ems, how many lists are around it, whether TikZ is there, and how words
    and warnings are made."""

    room: float
    depth: int
    draws: bool
    words: Words
    warn: Warn


def write(document: Document, *, fragment: bool = False, warn: Warn = warnings.warn) -> Iterator[str]:
    r"""The document as pieces of LaTeX; a fragment is for `\input`, without a preamble and without its title.

    >>> from symlstm.document.blocks import Paragraph, Text
    >>> "".join(write(Document("", [Paragraph((Text("50% of it"),))]), fragment=True)).splitlines()[1]
    '50\\% of it'
    """
    place = _Place(_ROOM, 0, fragment or _draws(document), words_saying_what_is_missing(warn), warn)
    title, blocks = titled(document)
    if fragment:
        yield _FRAGMENT
        yield from _blocks(blocks, place)
        return
    yield _PREAMBLE
    yield _FIGURES if place.draws else ""
    yield "\\begin{document}\n"
    if title:
        yield f"{{\\LARGE\\bfseries {_inlines(title, place, 'cell')}\\par}}\\bigskip\n\n"
    empty = True
    for piece in _blocks(blocks, place):
        yield piece
        empty = False
    yield ("\\mbox{}\n" if empty and not title else "") + "\n\\end{document}\n"


def _blocks(blocks: Iterable[Block], place: _Place) -> Iterator[str]:
    for k, block in enumerate(blocks):
        # A display belongs to the paragraph above it; everything else starts its own.
        if k and not isinstance(block, Display | SourceDisplay):
            yield "\n"
        yield from _block(block, place)


def _draws(document: Document) -> bool:
    """Whether TikZ is to be loaded: where a figure stands, as far as that is known before the blocks are made."""
    return document.figures or (isinstance(document.blocks, Sequence) and any(map(_has_figure, document.blocks)))


def _has_figure(block: Block) -> bool:
    match block:
        case Quote(blocks=blocks) | Aside(blocks=blocks) | Fold(blocks=blocks):
            return any(map(_has_figure, blocks))
        case Items(items=items):
            return any(_has_figure(inner) for item in items for inner in item)
        case _:
            return isinstance(block, Figure)


def _inlines(content: Inlines, place: _Place, within: str = "") -> str:
    return inlines(content, place.words, place.warn, within)


def _block(block: Block, place: _Place) -> Iterator[str]:
    match block:
        case Display():
            yield from display(block, place.room, place.words, place.warn) if block.lines else ()
        case Paragraph(content=content):
            yield _inlines(content, place) + "\n"
        case Heading(level=level, content=content):
            command = _SECTIONS.get(max(level, 2), "paragraph")
            yield f"\\{command}*{{{_inlines(content, place, 'cell')}}}\n"
        case Table():
            yield from _table(block, place)
        case Items():
            yield from _items(block, place)
        case Quote(blocks=blocks):
            if place.depth > 3:
                yield from _blocks(blocks, place)
            else:
                yield "\\begin{quote}\n"
                yield from _blocks(blocks, replace(place, room=place.room - 5, depth=place.depth + 1))
                yield "\\end{quote}\n"
        case Aside(kind=kind, blocks=blocks):
            label = "Warning" if kind == "warning" else "Note"
            colour = "red!60!black" if kind == "warning" else "blue!50!black"
            rule = f"{{\\color{{{colour}}}\\hrule height 0.8pt}}"
            yield f"\\par\\medskip{rule}\\nobreak\\smallskip\n\\textbf{{\\color{{{colour}}}{label}.}}\\quad\n"
            yield from _blocks(blocks, place)
            yield f"\\par\\nobreak\\smallskip{rule}\\medskip\n"
        case Fold(summary=summary, blocks=blocks):
            yield f"\\par\\medskip\\textbf{{{_inlines(summary, place)}}}\\par\\nobreak\n"
            yield from _blocks(blocks, place)
        case CodeBlock(text=text):
            yield _code(text, place)
        case Rule():
            yield "\\par\\medskip\\hrule\\medskip\n"
        case SourceDisplay(latex=source, place=where):
            yield _source_display(source, where, place)
        case Figure():
            yield from _figure(block, place)
        case Room(lines=lines):
            yield f"\\par\\vspace*{{{max(1, lines)}\\baselineskip}}\n"
        case _:
            assert_never(block)


def _items(block: Items, place: _Place) -> Iterator[str]:
    if not block.items:
        return
    # TeX nests only so many lists; deeper ones go on without indentation.
    nested = place.depth <= 3
    inside = replace(place, room=place.room - 2.5, depth=place.depth + 1)
    yield "\\begin{itemize}\n" if nested else ""
    if nested and block.tight:
        yield "\\setlength{\\itemsep}{0pt}\\setlength{\\parskip}{0pt}\n"
    for k, item in enumerate(block.items):
        label = "" if block.start is None else f"{block.start + k}."
        if nested:
            yield f"\\item[{label}] " if label else "\\item{} "
        else:
            yield f"\\par {label or '--'} "
        yield from _blocks(item, inside)
    yield "\\end{itemize}\n" if nested else ""


def _code(text: str, place: _Place) -> str:
    most = int(_CHARACTERS_IN_CODE * place.room / _ROOM)
    lines = []
    for line in text.rstrip("\n").expandtabs(4).split("\n"):
        for start in range(0, max(1, len(line)), most):
            parts = _spaced(line[start : start + most])
            lines.append("".join([place.words(part) if part.strip() else "~" * len(part) for part in parts]) or "~")
    return "\\begin{flushleft}\\ttfamily\\small\n" + "\\\\\n{}".join(lines) + "\n\\end{flushleft}\n"


def _spaced(line: str) -> list[str]:
    """A line cut between its words and its spaces."""
    parts: list[str] = []
    for character in line:
        if parts and (parts[-1][-1] == " ") == (character == " "):
            parts[-1] += character
        else:
            parts.append(character)
    return parts


def _source_display(source: str, where: str, place: _Place) -> str:
    text = authors_maths(source, where, place.warn, display=True)
    if not text:
        return _code(author_maths.cleaned(source), place) if source.strip() else ""
    if author_maths.fault(text):
        text = f"\\begin{{aligned}}\n{text}\n\\end{{aligned}}"
    wide = max((sum(map(width, row)) for row in author_maths.grid(text)), default=0.0)
    if wide > 1.15 * place.room:
        text = f"\\resizebox{{\\linewidth}}{{!}}{{$\\displaystyle {text}$}}"
    return f"\\[\n{text}\n\\]\n"


def _figure(block: Figure, place: _Place) -> Iterator[str]:
    """The figure and its caption on one page; in words where nobody said that TikZ would be needed."""
    if not place.draws:
        place.warn("a figure that the document didn't announce, so it stands there in words")
        yield from _blocks(in_words(block), place)
        return
    yield "% Needs \\usepackage{tikz}.\n\\begin{center}\n"
    yield from picture(block.drawing, place.words, place.room * _EM, _HIGHEST * _EM)
    yield f"\\par\\nobreak\\smallskip\n{_inlines(block.caption, place, 'cell')}\n" if block.caption else ""
    yield "\\end{center}\n"


def _table(block: Table, place: _Place) -> Iterator[str]:
    """The table in stretches that fit a page, each under the head again."""
    if not block.head:
        return
    head = [_inlines(cell, place, "cell") for cell in block.head]
    align = block.align.ljust(len(head), "l")[: len(head)]
    rows = iter(block.rows)
    caption = f"\\textbf{{{place.words(block.caption)}}}\\\\*[0.4em]\n" if block.caption else ""
    first = True
    while True:
        some = [[_inlines(cell, place, "cell") for cell in row] for row in islice(rows, _ROWS_IN_A_TABLE)]
        if not some and not first:
            return
        yield f"\\begin{{center}}\n{caption if first else ''}{_tabular(head, some, align, place.room)}\\end{{center}}\n"
        first = False


def _tabular(head: list[str], rows: list[list[str]], align: str, room: float) -> str:
    wide = [max(_cell_width(row[c]) for row in [head, *rows] if c < len(row)) + 1.1 for c in range(len(head))]
    boxes: dict[int, float] = {}
    if sum(wide) > room:
        fair = room / len(head)
        narrow = sum(w for w in wide if w <= fair)
        broad = [c for c, w in enumerate(wide) if w > fair]
        share = (room - narrow) / len(broad)
        if share >= 6:
            boxes = dict.fromkeys(broad, share - 1.1)
    lines = [" & ".join(_cell(cell, boxes.get(c), align[c]) for c, cell in enumerate(row)) for row in [head, *rows]]
    # Vectors and matrices are taller than a row's strut, so that those of neighbouring rows would touch.
    gaps = ["\\noalign{\\smallskip}\n" if _TALL.search(line) else "" for line in lines]
    out = [f"{before}{line} \\\\\n{before}" for before, line in zip(gaps, lines, strict=True)]
    table = f"\\begin{{tabular}}{{{align}}}\n\\hline\n{out[0]}\\hline\n{''.join(out[1:])}\\hline\n\\end{{tabular}}\n"
    return f"\\resizebox{{\\linewidth}}{{!}}{{%\n{table}}}\n" if sum(wide) > room and not boxes else table


def _cell(text: str, box: float | None, align: str) -> str:
    if box is not None:
        side = {"r": "raggedleft", "c": "centering"}.get(align, "raggedright")
        return f"\\parbox[t]{{{box:.1f}em}}{{\\{side}\\strut {text}\\strut}}"
    return "{}" + text if text[:1] in ("[", "*") else text


def _cell_width(text: str) -> float:
    """About how wide a cell is: its maths as maths, its words by their letters."""
    parts = text.split("$")
    return sum(width(part) if k % 2 else 0.48 * len(part) for k, part in enumerate(parts))
