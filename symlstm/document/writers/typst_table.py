"""Tables in Typst: a head that repeats on every page, columns that fit the page.

In: a table and the room it has in ems. Out: Typst markup in pieces. Widths are those of the first rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice

from symlstm.document.blocks import Inlines, Table
from symlstm.document.writers.layout import Warn
from symlstm.document.writers.typst_text import inlines, shown, wide

_MEASURED = 100
_INSET = 0.9
_TALL = ("mat(", "frac(", "#blank(")
_SMALLEST = 0.35
_SIDES = {"l": "left", "c": "center", "r": "right"}


def table(block: Table, room: float, warn: Warn) -> Iterator[str]:
    """The table in pieces.

    >>> from symlstm.document.blocks import Text
    >>> print("".join(table(Table(((Text("t"),),), [((Text("0"),),)], "r"), 40.0, print)), end="")
    #lined(columns: 1, align: (right + horizon,),
    table.hline(stroke: 0.9pt), table.header([#"t"]), table.hline(stroke: 0.5pt),
    [#"0"],
    table.hline(stroke: 0.9pt))
    """
    if not block.head:
        return
    count = len(block.head)
    rows = iter(block.rows)
    first = list(islice(rows, _MEASURED))
    columns, size = _columns([block.head, *first], count, room)
    if block.caption:
        yield f"#caption[{shown(block.caption)}]\n"
    sides = "".join(f"{_SIDES.get(letter, 'left')} + horizon," for letter in block.align.ljust(count, "l")[:count])
    yield f"#lined(columns: {columns}, align: ({sides.rstrip(',').replace(',', ', ')}{',' if count == 1 else ''}){size},\n"
    head = ", ".join(_cell(inlines(cell, room, warn)) for cell in block.head)
    yield f"table.hline(stroke: 0.9pt), table.header({head}), table.hline(stroke: 0.5pt),\n"
    for row in chain(first, rows):
        cells = [_cell(inlines(cell, room, warn)) for cell in row[:count]]
        yield ", ".join(cells + ["[]"] * (count - len(cells))) + ",\n"
    yield "table.hline(stroke: 0.9pt))\n"


def _cell(written: str) -> str:
    """A cell; what is tall keeps clear of the rows above and below, and a gap has room to write in."""
    return f"tall[{written}]" if any(mark in written for mark in _TALL) else f"[{written}]"


def _columns(rows: Sequence[Sequence[Inlines]], count: int, room: float) -> tuple[str, str]:
    """The columns' widths and, where even the narrowest are too wide together, the size of the letters."""
    sizes = [[wide(row[c]) for row in rows if c < len(row)] for c in range(count)]
    natural = [max(total for total, _ in column) + _INSET for column in sizes]
    least = [max(part for _, part in column) + _INSET for column in sizes]
    spare, needed = room - sum(least), sum(natural) - sum(least)
    if sum(natural) <= room:
        return str(count), ""
    if spare >= 0:
        widths = [low + (full - low) * spare / needed for low, full in zip(least, natural)]
        return f"({', '.join(f'{width:.2f}em' for width in widths)},)", ""
    scale = max(_SMALLEST, room / sum(least))
    return f"({', '.join(f'{low:.2f}em' for low in least)},)", f", size: {scale:.3f}em"
