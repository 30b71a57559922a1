r"""Displayed maths in LaTeX: rows of `align*` that break at relations and stay within the margins.

In: a display and the room it has. Out: LaTeX source. Widths are estimated from the source, in ems, and meant to err upwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symlstm.document.blocks import Display, Inlines, Line
from symlstm.document.writers.latex_text import Words, inlines, own_maths
from symlstm.document.writers.layout import Warn, runs
from symlstm.notation.typeset import RELATIONS

_LINES_IN_A_DISPLAY = 60
_GAP = 2.0
_ENVIRONMENT = re.compile(r"\\begin\{(\w+)\}((?:(?!\\begin|\\end).)*)\\end\{\1\}", re.S)
_FRACTION = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
_TOKEN = re.compile(
    r"\x00([\d.]+)\x00|\\(?:text|operatorname|mathrm)\{([^{}]*)\}|\\([A-Za-z]+)\s?|[_^]\{([^{}]*)\}|[_^](.)|(\S)"
)
_BINARY = frozenset(
    ("cdot", "times", "odot", "circ", "approx", "to", "le", "ge", "neq", "equiv", "in", "Rightarrow", "leftarrow", "iff")
)
_NOTHING = frozenset(("left", "right", "mathbf", "boldsymbol", "mathcal", "tilde", "hat", "bar", "vec", "dot", "begin", "end"))


def width(latex: str) -> float:
    r"""About how wide maths is, in ems.

    >>> width("h_t") < width("-100 h_{t-1}") < width(r"\tanh(-100 h_{t-1})")
    True
    """
    while True:
        wider = _FRACTION.sub(lambda f: f"\x00{max(width(f[1]), width(f[2])):.2f}\x00", latex)
        wider = _ENVIRONMENT.sub(lambda e: f"\x00{_grid_width(e[2]):.2f}\x00", wider)
        if wider == latex:
            break
        latex = wider
    total = 0.0
    for known, word, command, script, one, character in _TOKEN.findall(latex):
        if known:
            total += float(known)
        elif word:
            total += 0.5 * len(word)
        elif command:
            total += 0.0 if command in _NOTHING else 1.5 if command in _BINARY else 0.55 * min(len(command), 4) + 0.1
        elif script or one:
            total += 0.75 * width(script or one)
        elif character in "=<>":
            total += 1.35
        elif character in "+-*":
            total += 1.25
        elif character not in "{}":
            total += 0.4 if character in "()[],.;:" else 0.52 if character.isdigit() else 0.6
    return total


def _grid_width(body: str) -> float:
    rows = [[width(cell) for cell in row.split("&")] for row in re.split(r"\\\\", body)]
    columns = max(map(len, rows))
    return sum(max((row[c] for row in rows if c < len(row)), default=0.0) for c in range(columns)) + 0.9 * columns + 0.5


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of an alignment: what stands left of the first relation, what right of it, the line's name and remark."""

    left: str
    right: str
    wide_left: float
    wide_right: float
    name: Inlines = ()
    note: Inlines = ()


def display(block: Display, room: float, words: Words, warn: Warn) -> Iterator[str]:
    """The display in pieces; each is an `align*` of so many lines that TeX keeps up."""
    named = any(line.name for line in block.lines)
    for run in runs(block.lines, _LINES_IN_A_DISPLAY):
        yield _aligned(run, named, room, words, warn)


def _aligned(run: Sequence[Line], named: bool, room: float, words: Words, warn: Warn) -> str:
    names = max((0.5 * _length(line.name) for line in run), default=0.0)
    names = names + _GAP if names else 0.0
    remarks = max((0.5 * _length(line.note) for line in run), default=0.0)
    # Where there are remarks, lines leave some room beside them.
    rows = [row for line in run for row in _rows(line, room - names - (min(remarks, 12.0) + _GAP if remarks else 0.0))]
    left = max(row.wide_left for row in rows)
    main = names + left + max(row.wide_right for row in rows)
    note = max((0.5 * _length(row.note) for row in rows), default=0.0)
    beside = room - main - _GAP
    out: list[str] = []
    for row in rows:
        start = _start(row, named, words, warn)
        if not row.note:
            out.append(start)
        elif note <= beside:
            out.append(rf"{start} && \text{{{inlines(row.note, words, warn, 'maths')}}}")
        elif beside >= 10:
            box = rf"\parbox[t]{{{beside:.1f}em}}{{\raggedright\small {inlines(row.note, words, warn, 'maths')}}}"
            out.append(f"{start} && {box}")
        else:
            wide = max(8.0, room - names - left - _GAP)
            one_line = 0.45 * _length(row.note) <= wide
            text = inlines(row.note, words, warn, "maths")
            box = rf"\text{{\small {text}}}" if one_line else rf"\parbox[t]{{{wide:.1f}em}}{{\raggedright\small {text}}}"
            out += [start, f"{'&& & ' if named else '& '}{box}"]
    return "\\begin{align*}\n" + " \\\\\n".join(out) + "\n\\end{align*}\n"


def _start(row: _Row, named: bool, words: Words, warn: Warn) -> str:
    left = "{}" + row.left if row.left[:1] in ("[", "*") else row.left
    if not named:
        return f"{left} &{row.right}"
    name = rf"\text{{{inlines(row.name, words, warn, 'maths')}}} " if row.name else ""
    return f"& {name}& {left} &{row.right}"


def _length(content: Inlines) -> int:
    """About how many characters a remark is long."""
    total = 0
    for inline in content:
        text = getattr(inline, "text", "")
        inner = getattr(inline, "content", ())
        formula = getattr(inline, "formula", None)
        total += len(text) + _length(inner) + (round(2 * width(own_maths(formula))) if formula else 0)
    return total


def _rows(line: Line, room: float) -> list[_Row]:
    """A line in as many rows as fit the room; a row starts with a relation."""
    left = own_maths(line.left) if line.left is not None else ""
    if not line.links:
        # Without a relation to be aligned at, the line stands where relations do.
        return [_Row("", " " + left, 0.0, width(left), line.name, line.note)]
    rows: list[_Row] = []
    wide_left = width(left)
    # A left side that takes more than half the room stands in a row of its own.
    if wide_left > room / 2:
        rows.append(_Row("", rf"{{{left}}}", 0.0, wide_left, line.name))
        left, wide_left = "", 0.0
    right, wide = "", 0.0
    most = room - wide_left
    name = () if rows else line.name
    for relation, formula in line.links:
        piece = f"{RELATIONS[relation]} {own_maths(formula)}"
        more = width(piece)
        if right and wide + more > most:
            rows.append(_Row(left, right, wide_left, wide, name))
            left, wide_left, right, wide, name = "", 0.0, "", 0.0, ()
        pieces = _broken(piece, more, most)
        for part in pieces[:-1]:
            rows.append(_Row(left, part, wide_left, width(part), name))
            left, wide_left, right, wide, name = "", 0.0, "", 0.0, ()
        right += (" " if right else "") + pieces[-1]
        wide += more if len(pieces) == 1 else width(pieces[-1])
    rows.append(_Row(left, right, wide_left, wide, name, line.note))
    return rows


def _broken(piece: str, wide: float, most: float) -> list[str]:
    r"""A link too wide for a row, broken before a sum's signs outside all brackets, or inside plain ones if it must be."""
    if wide <= most:
        return [piece]
    for deepest in (0, 1, 2):
        parts = _split(piece, deepest)
        if len(parts) > 1:
            out, total = [parts[0]], width(parts[0])
            for part in parts[1:]:
                if total + width(part) + 2 > most:
                    out.append(r"\quad {}" + part)
                    total = 1.0 + width(part)
                else:
                    out[-1] += part
                    total += width(part)
            if max(map(width, out)) <= most or deepest == 2:
                return out
    return [piece]


def _split(piece: str, deepest: int) -> list[str]:
    """The piece cut before ` + `, ` - ` and products' signs, where only so many round brackets are open."""
    parts, start, braces, brackets = [], 0, 0, 0
    for found in re.finditer(r"\\(?:left|begin)\b|\\(?:right|end)\b|[{}()]| [+-] | \\(?:odot|cdot|times|circ) |, ", piece):
        what = found[0]
        braces += (what in ("{", r"\left", r"\begin")) - (what in ("}", r"\right", r"\end"))
        brackets += (what == "(") - (what == ")")
        if what[0] in " ," and braces == 0 and brackets <= deepest and found.start() > 2:
            cut = found.end() if what == ", " else found.start()
            parts.append(piece[start:cut])
            start = cut
    parts.append(piece[start:])
    return [part for part in parts if part.strip()]
