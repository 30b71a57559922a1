r"""Nodes of maths as words that read well aloud.

In: nodes. Out: one line of words, for a formula's text alternative. A slot is its index between NULs.
"""

from __future__ import annotations

import re
from typing import assert_never

from symlstm.document.writers.typst_nodes import (
    Faced,
    Fenced,
    Fraction,
    Function,
    Glyph,
    Group,
    Node,
    Nodes,
    Number,
    Root,
    Rows,
    Scripts,
    Slot,
    Space,
    Words,
)
from symlstm.document.writers.typst_symbols import ACCENTS, SAID

_POWERS = {"2": "squared", "3": "cubed"}
_JOINING = frozenset("+−=·×⊙∘∗≈→<>≤≥,;/⟶⇒")
_BRACKETS = {
    "(": "open bracket", ")": "close bracket", "[": "open square bracket", "]": "close square bracket", "{": "open brace",
    "}": "close brace", "": "", "|": "bar",
}
_PAUSES = re.compile(r"\s*([,;:]?)[\s,]+")


def speech(nodes: Nodes) -> str:
    r"""The nodes in words.

    >>> from symlstm.document.writers.typst_reader import nodes
    >>> speech(nodes(r"f_1 = \sigma(-100)"))
    'f sub 1 equals sigma of minus 100'
    >>> speech(nodes(r"h_t = o_t \odot \tanh(W^{f,h} h_{t-1} + b)"))
    'h sub t equals o sub t element-wise times tanh of open bracket W super f, h, h sub t minus 1, plus b close bracket'
    """
    out: list[str] = []
    before: Node | None = None
    for node in nodes:
        if isinstance(node, Fenced) and _applied(before, node):
            out.append("of")
        elif isinstance(node, Fenced) and isinstance(before, Number | Slot | Fenced | Scripts):
            out.append("times" if _plain(node.content) else "")
        out.append(_said(node))
        before = None if isinstance(node, Space) else node
    # One pause where several come together, and none at the end.
    return _PAUSES.sub(lambda found: found[1] + " ", " ".join(filter(None, out))).rstrip(", ").lstrip()


def _applied(before: Node | None, node: Fenced) -> bool:
    """Whether brackets hold a function's argument."""
    if isinstance(before, Scripts) and len(before.base) == 1 and not before.sub:
        before = before.base[0]
    if not isinstance(before, Glyph) or node.open != "(":
        return isinstance(before, Function | Words)
    # A letter before one letter or number in brackets: h(t).
    return before.character == "σ" or (before.character.isalpha() and _plain(node.content))


def _plain(nodes: Nodes) -> bool:
    """Whether nothing in it needs brackets to be heard as one."""
    inner = nodes[1:] if nodes[:1] == (Glyph("−"),) else nodes
    return len(inner) <= 2 and not any(
        isinstance(node, Fraction) or (isinstance(node, Glyph) and node.character in _JOINING) for node in inner
    )


def _said(node: Node) -> str:
    match node:
        case Glyph(character=character, said=said):
            return said or (character if character in ",;" else SAID.get(character, character))
        case Number(text=text):
            return "0" + text if text.startswith(".") else text
        case Words(text=text):
            return text.strip()
        case Function(said=said):
            return said
        case Slot(index=index):
            return f"\0{index}\0"
        case Space(width=width):
            # A wide gap stands between two statements.
            return "," if width in ("1em", "2em") else ""
        case Fraction(above=above, below=below, bar=bar):
            middle = "over" if bar else "choose"
            if _plain(above) and _plain(below):
                return f"{speech(above)} {middle} {speech(below)}"
            return f"the fraction {speech(above)} {middle} {speech(below)} end fraction,"
        case Root(radicand=radicand, degree=degree):
            which = f"root of degree {speech(degree)}" if degree else "square root"
            return f"the {which} of {speech(radicand)}" + ("" if _plain(radicand) else " end root,")
        case Scripts():
            return _scripts(node)
        case Faced(command=command, content=content):
            if command not in ACCENTS:
                return speech(content)
            mark = ACCENTS[command][1]
            return f"{mark} {speech(content)}" if mark == "vector" else f"{speech(content)} {mark}"
        case Fenced(open=opening, close=closing, content=content):
            if _plain(content) and opening == "(" and closing == ")":
                return speech(content)
            return f"{_BRACKETS.get(opening) or SAID[opening]} {speech(content)} {_BRACKETS.get(closing) or SAID[closing]}" \
                if opening and closing else speech(content)
        case Rows():
            return _rows(node)
        case Group(content=content):
            return speech(content)
        case _:
            assert_never(node)


def _scripts(node: Scripts) -> str:
    base = speech(node.base)
    if node.limits or (len(node.base) == 1 and isinstance(node.base[0], Function)):
        start = f" from {speech(node.sub)}" if node.sub and node.sup else f" over {speech(node.sub)}" if node.sub else ""
        joined = " to " if node.sub else " with " if node.limits else " to the power "
        return base + start + (f"{joined}{speech(node.sup)}" if node.sup else "") + (" of" if node.sub else "")
    out = base + ("," if node.base and isinstance(node.base[-1], Rows) else "")
    if node.sub:
        out += f" sub {speech(node.sub)}" + ("" if _plain(node.sub) else ",")
    return out + (_superscript(node) if node.sup else "")


def _superscript(node: Scripts) -> str:
    sup = node.sup
    primes = 0
    while primes < len(sup) and sup[primes] == Glyph("′"):
        primes += 1
    said = " prime" * primes
    rest = sup[primes:]
    if not rest:
        return said
    words = speech(rest)
    if words in ("transposed", "factorial"):
        return f"{said} {words}"
    if words in _POWERS:
        return f"{said} {_POWERS[words]}"
    number = len(node.base) == 1 and isinstance(node.base[0], Number | Fenced | Rows | Group)
    power = number or isinstance(rest[-1], Number)
    return f"{said} {'to the power' if power else 'super'} {words}" + ("" if _plain(rest) else ",")


def _rows(node: Rows) -> str:
    rows = [", ".join(map(speech, row)) for row in node.rows]
    if node.environment == "cases":
        return f"cases: {'; '.join(rows)} end cases,"
    if node.environment in ("aligned", "split", "gathered"):
        return "; ".join(" ".join(map(speech, row)) for row in node.rows)
    wide = max(map(len, node.rows))
    if wide == 1:
        return f"the column {', '.join(rows)},"
    if len(rows) == 1:
        return f"the row {rows[0]},"
    return f"the {len(rows)} by {wide} matrix {'; '.join(rows)} end matrix,"
