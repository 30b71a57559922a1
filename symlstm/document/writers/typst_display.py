r"""Displayed maths in Typst: rows of one block equation that break at relations and stay within the margins.

In: a display, or the author's rows, and the room they have in ems. Out: Typst markup. Widths are estimated, upwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from symlstm.document.blocks import Display, Inlines, Line
from symlstm.document.writers.layout import Warn, runs
from symlstm.document.writers.typst_formula import source_nodes, written
from symlstm.document.writers.typst_maths import quoted, typst_maths
from symlstm.document.writers.typst_nodes import Fenced, Glyph, Node, Nodes
from symlstm.document.writers.typst_reader import nodes
from symlstm.document.writers.typst_speech import speech
from symlstm.document.writers.typst_text import LOOSE, inlines, said, wide
from symlstm.document.writers.typst_width import widest, width
from symlstm.notation.typeset import Formula

_INDENT = 1.4
_GAP = 2.0
_RELATION = 1.4
_CONTINUED = 2.0
"""How far a row that goes on with a formula stands in from its relation."""
_LINES_IN_A_DISPLAY = 40
_SHRUNK = "#text(size: "
_GOES_ON = f"#h({_CONTINUED:g}em)"
_HIGHEST_TOGETHER = 6.0
"""As many rows as a page's end never parts; those with a matrix count for more."""
_SMALLEST = 0.3
_NARROWEST = 10.0
"""Less than this is no room for a remark."""
_TALL = ("mat(", "frac(")
_CUTS = frozenset("+−=·×⊙∘∗≈→<>≤≥≠±,")
_OPENING = frozenset("([{")


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: what stands left of the first relation, what right of it, the line's name and remark."""

    left: str
    right: str
    wide_left: float
    wide_right: float
    name: Inlines = ()
    note: Inlines = ()


def display(block: Display, room: float, warn: Warn) -> Iterator[str]:
    """The display in pieces, each a block equation of so many lines."""
    for run in runs(block.lines, _LINES_IN_A_DISPLAY):
        yield _aligned(run, room - _INDENT, warn)


def authors_display(rows: Sequence[Sequence[Nodes]], room: float) -> str:
    r"""The author's rows as a block equation, cut or smaller where they are wider than the room.

    >>> from symlstm.document.writers.typst_reader import nodes
    >>> print(authors_display([[nodes("a"), nodes("= b")]], 40.0), end="")
    #formulas("a equals b", $ a & = b $, breakable: false)
    """
    columns = max(map(len, rows))
    wide_columns = [max((width(row[c]) for row in rows if c < len(row)), default=0.0) for c in range(columns)]
    total, beside = sum(wide_columns) + _INDENT, sum(wide_columns[:-1]) + _INDENT
    size = ""
    lines = [" & ".join(typst_maths(cell) for cell in row) for row in rows]
    if total > room and beside < room / 2:
        lines = [line for row in rows for line in _cut(row, columns, room - beside)]
    elif total > room:
        size = f", size: {max(_SMALLEST, room / total):.2f}em"
    words = "; ".join(speech(tuple(node for cell in row for node in cell)) for row in rows)
    return _equation(words, lines, size)


def _cut(row: Sequence[Nodes], columns: int, most: float) -> Iterator[str]:
    """A row of the author's in several, where its last column is too wide."""
    cells = [typst_maths(cell) for cell in row]
    if len(row) < columns or width(row[-1]) <= most:
        yield " & ".join(cells)
        return
    (first, _), *others = _parts(row[-1], most)
    yield " & ".join([*cells[:-1], first])
    for part, _ in others:
        yield "& " * (columns - 1) + f"{_GOES_ON} {part}"


def _equation(words: str, lines: Sequence[str], size: str = "") -> str:
    high = sum(2.5 if "mat(" in line else 1.0 for line in lines)
    together = ", breakable: false" if high <= _HIGHEST_TOGETHER else ""
    maths = " \\\n".join(lines)
    return f"#formulas({quoted(words or 'formula')}, $ {maths} ${size}{together})\n"


def _aligned(run: Sequence[Line], room: float, warn: Warn) -> str:
    names = max((wide(line.name)[0] for line in run), default=0.0)
    names = names + _GAP if names else 0.0
    remarks = max((0.9 * wide(line.note)[0] for line in run), default=0.0)
    # Where there are remarks, lines leave some room beside them.
    kept = min(remarks, 12.0) + _GAP if remarks else 0.0
    rows = [row for line in run for row in _rows(line, room - names - kept)]
    if kept and any(_SHRUNK in row.right for row in rows):
        # Rather a remark below than smaller letters.
        rows = [row for line in run for row in _rows(line, room - names)]
    left = max(row.wide_left for row in rows)
    main = room - names - left
    beside = main - max(row.wide_right for row in rows) - _GAP
    most = main - _GAP - remarks
    few = beside < min(remarks, _NARROWEST) and _few_are_wider(rows, most)
    out: list[str] = []
    for row in rows:
        if few and row.wide_right <= most:
            out += _written(row, bool(names), main, remarks, remarks, warn)
        else:
            out += _written(_reaching(row) if few else row, bool(names), main, remarks, 0.0 if few else beside, warn)
    return _equation("; ".join(map(_said, run)), out)


def _few_are_wider(rows: Sequence[_Row], most: float) -> bool:
    """Whether most remarks have room beside their rows, so that the few rows that are wider may reach below them."""
    noted = [row for row in rows if row.note]
    wider = [row for row in rows if row.wide_right > most]
    low = not any(mark in row.right for row in wider for mark in _TALL)
    return low and 2 * sum(row.wide_right <= most for row in noted) > len(noted)


def _reaching(row: _Row) -> _Row:
    """The row with its right side as if it had no width, so that the remarks of others may stand above it."""
    return replace(row, right=f"#over({1.3 * row.wide_right + 2:.1f}em, $display({row.right})$)")


def _written(row: _Row, named: bool, main: float, remarks: float, beside: float, warn: Warn) -> list[str]:
    """The row, and one more for its remark where there is no room beside."""
    name = f"& #[{inlines(row.name, main, warn)}] #h({_GAP:g}em) & " if named and row.name else "& & " if named else ""
    start = f"{name}{row.left} & {row.right}"
    if not row.note:
        return [start]
    if remarks <= beside:
        return [f"{start} & #h({_GAP:g}em) & #note[{inlines(row.note, beside, warn)}]"]
    if beside >= _NARROWEST:
        return [f"{start} & #h({_GAP:g}em) & #wrapped({beside:.1f}em)[{inlines(row.note, beside, warn)}]"]
    under = max(8.0, main - 1)
    remark = f"#over({under:.1f}em, note[{inlines(row.note, under, warn)}])"
    return [start, f"{'& & ' if named else ''}& #h(0.6em) {remark}"]


def _said(line: Line) -> str:
    parts = [said(line.name) + ":"] if line.name else []
    parts += [written(line.left).said] if line.left is not None else []
    for relation, formula in line.links:
        parts += [speech(nodes(relation)), written(formula).said]
    return " ".join(filter(None, parts)) + (f" ({said(line.note)})" if line.note else "")


def _rows(line: Line, room: float) -> list[_Row]:
    """A line in as many rows as fit the room; a row starts with a relation."""
    left, _, wide_left = written(line.left) if line.left is not None else ("", "", 0.0)
    if not line.links:
        if wide_left > room and line.left is not None:
            # Without a relation to be aligned at, the line stands where relations do.
            return _finished([_Row("", part, 0.0, size, ()) for part, size in _broken(line.left, room)], line)
        return [_Row("", left, 0.0, wide_left, line.name, line.note)]
    rows: list[_Row] = []
    # A left side that takes more than half the room stands in rows of its own.
    if wide_left > room / 2 and line.left is not None:
        rows += [_Row("", part, 0.0, size) for part, size in _broken(line.left, room)]
        left, wide_left = "", 0.0
    most = room - wide_left
    right, total = "", 0.0
    for relation, formula in line.links:
        maths, _, size = written(formula)
        if right and total + _RELATION + size > most:
            rows.append(_Row(left, right, wide_left, total))
            left, right, total, wide_left = "", "", 0.0, 0.0
        mark = typst_maths(nodes(relation))
        if _RELATION + size <= most:
            right, total = f"{right} {mark} {maths}".strip(), total + _RELATION + size
            continue
        *before, (last, size) = _broken(formula, most - _RELATION)
        for part, wide_part in before:
            rows.append(_Row(left, f"{mark} {part}".strip(), wide_left, _RELATION + wide_part))
            left, wide_left, mark = "", 0.0, _GOES_ON
        right, total = f"{mark} {last}".strip(), _RELATION + size
    rows.append(_Row(left, right, wide_left, total))
    return _finished(rows, line)


def _finished(rows: list[_Row], line: Line) -> list[_Row]:
    """The rows of a line, its name at the first and its remark at the last."""
    first, last = rows[0], rows[-1]
    rows[0] = _Row(first.left, first.right, first.wide_left, first.wide_right, line.name)
    rows[-1] = _Row(last.left, last.right, last.wide_left, last.wide_right, line.name if len(rows) == 1 else (), line.note)
    return rows


def _broken(formula: Formula, most: float) -> list[tuple[str, float]]:
    """A formula in parts that fit, as maths with their widths."""
    whole = written(formula)
    read = source_nodes(formula)
    return _parts(read, most) if read and whole.wide > most else [(whole.maths, whole.wide)]


def _parts(read: Nodes, most: float) -> list[tuple[str, float]]:
    """Maths cut at its signs, and inside its brackets if it must be; smaller where even a part is too wide."""
    flat = read
    for loose in range(LOOSE + 1):
        flat = tuple(_opened(read, loose))
        if widest(flat, 0) <= most - _CONTINUED:
            break
    parts: list[list[Node]] = [[]]
    total = 0.0
    for piece in _pieces(flat):
        size = width(piece)
        if parts[-1] and total + size > most - _CONTINUED:
            parts.append([])
            total = 0.0
        parts[-1] += piece
        total += size
    first, *others = [_shrunk(tuple(part), most - _CONTINUED) for part in parts]
    # Nothing in front of a sign makes it one between two terms.
    return [first, *((f'class("normal", "") {maths}', size) for maths, size in others)]


def _shrunk(part: Nodes, most: float) -> tuple[str, float]:
    size = width(part)
    maths = typst_maths(part)
    return (maths, size) if size <= most else (f"{_SHRUNK}{max(_SMALLEST, most / size):.2f}em, ${maths}$)", most)


def _opened(read: Nodes, loose: int) -> Iterator[Node]:
    """The nodes with plain brackets, so many deep, as characters by themselves."""
    for node in read:
        if loose and isinstance(node, Fenced) and not node.grows and node.open in _OPENING and node.close:
            yield Glyph(node.open)
            yield from _opened(node.content, loose - 1)
            yield Glyph(node.close)
        else:
            yield node


def _pieces(flat: Nodes) -> Iterator[Nodes]:
    """The nodes cut before signs, and behind commas."""
    piece: list[Node] = []
    for node in flat:
        character = node.character if isinstance(node, Glyph) else ""
        comma = character == ","
        before = piece[-1] if piece else None
        # A sign that opens a bracket is no place to end a line.
        leads = before is None or (isinstance(before, Glyph) and before.character in _OPENING | _CUTS)
        if character in _CUTS and not comma and not leads:
            yield tuple(piece)
            piece = []
        piece.append(node)
        if comma:
            yield tuple(piece)
            piece = []
    if piece:
        yield tuple(piece)
