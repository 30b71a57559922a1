r"""Nodes of maths as Typst maths, without its `$`.

In: nodes. Out: Typst source in which every character is a glyph, a number or a quoted word, so that none acts. A slot is its
index between NULs. `loose` writes plain brackets, so many deep, as characters between which Typst may break a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
from symlstm.document.writers.typst_symbols import ACCENTS, FACES, SYMBOLS

_KNOWN = frozenset(character for character, _ in SYMBOLS.values() if not character.isascii()) | frozenset("−∗′≔⟶⟵")
_NAMED = frozenset(
    "arccos arcsin arctan arg cos cot coth csc deg det dim exp gcd inf ker lg lim ln log max min sec sin sinh sup tan tanh"
    .split()
)
_DELIMITERS = {"pmatrix": '"("', "bmatrix": '"["', "Bmatrix": '"{"', "vmatrix": '"|"', "Vmatrix": '"‖"'}
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_LINES = frozenset(("aligned", "split", "gathered"))
_BRACKETS = frozenset("⟨⟩⌊⌋⌈⌉")
_BARS = frozenset("|‖")
_BRACES = frozenset(("underbrace", "overbrace"))


def quoted(text: str) -> str:
    r"""Text as a Typst string.

    >>> print(quoted('a "b" \\'))
    "a \"b\" \\"
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def typst_maths(nodes: Nodes, loose: int = 0) -> str:
    r"""The nodes as Typst maths.

    >>> from symlstm.document.writers.typst_reader import nodes
    >>> print(typst_maths(nodes(r"h_{t-1} \odot \tanh(\frac{1}{2}, x^2)")))
    h_(t − 1) ⊙ tanh (frac(1, 2) \, x^(2))
    """
    return _joined(_node(node, loose) for node in nodes)


def _joined(parts: Iterable[str]) -> str:
    """The parts with a space between, but for words: a space beside those would show."""
    out = ""
    for part in parts:
        quotes = out.endswith('"') or part.startswith('"')
        out += part if not out or not part or quotes else " " + part
    return out


def _node(node: Node, loose: int) -> str:
    match node:
        case Glyph(character=character):
            return _glyph(character)
        case Number(text=text):
            return text
        case Words(text=text):
            return quoted(text)
        case Function(name=name, below=below):
            if not name.isascii() or name in _NAMED:
                return name
            return f"op({quoted(name)}, limits: #true)" if below else f"op({quoted(name)})"
        case Slot(index=index):
            return f"\0{index}\0"
        case Space(width=width):
            return f"#h({width})"
        case Fraction(above=above, below=below, bar=bar):
            return f"{'frac' if bar else 'binom'}({_argument(above)}, {_argument(below)})"
        case Root(radicand=radicand, degree=degree):
            return f"root({_argument(degree)}, {_argument(radicand)})" if degree else f"sqrt({_argument(radicand)})"
        case Scripts():
            return _scripts(node, loose)
        case Faced(command=command, content=content):
            if command in ACCENTS:
                return f"accent({_argument(content)}, {ACCENTS[command][0]})"
            return FACES[command].replace("%s", _argument(content))
        case Fenced():
            return _fenced(node, loose)
        case Rows():
            return _rows(node)
        case Group(content=content):
            return typst_maths(content, loose)
        case _:
            assert_never(node)


def _glyph(character: str) -> str:
    if character in _BARS:
        return f'class("normal", \\{character})'
    if character.isascii():
        return character if character.isalpha() or character in "+=" else "\\" + character
    # A bare bracket would look for its other half.
    return f"\\{character}" if character in _BRACKETS else character if character in _KNOWN else quoted(character)


def _argument(content: Nodes) -> str:
    return typst_maths(content) or '""'


def _fenced(node: Fenced, loose: int) -> str:
    inner = typst_maths(node.content, loose - 1 if loose else 0)
    if node.open in _OPEN and node.close in _CLOSE:
        if loose and not node.grows and not tall(node.content):
            return f"\\{node.open} {inner} \\{node.close}"
        return f"{node.open}{inner}{node.close}"
    opened, closed = (f"\\{fence}" if fence else "" for fence in (node.open, node.close))
    return f"lr({_joined(part for part in (opened, inner, closed) if part)})"


def _scripts(node: Scripts, loose: int) -> str:
    base = node.base
    if len(base) == 1 and isinstance(base[0], Faced) and base[0].command in _BRACES and (node.sub or node.sup):
        return f"{base[0].command}({_argument(base[0].content)}, {_argument(node.sub or node.sup)})"
    written = typst_maths(base, loose)
    scripts = f"_({_argument(node.sub)})" * bool(node.sub) + f"^({_argument(node.sup)})" * bool(node.sup)
    if node.limits and len(base) == 1 and isinstance(base[0], Glyph) and base[0].character in "⟶⟵":
        return f"stretch({written}, size: #(100% + 1em)){scripts}"
    if node.limits:
        return f"limits({written or _argument(())}){scripts}"
    if len(base) == 1 and isinstance(base[0], Glyph | Number | Words | Fenced | Slot | Function | Rows | Fraction | Faced | Root):
        return (written or '""') + scripts
    parts = "".join(f", {mark}: {_argument(content)}" for mark, content in (("b", node.sub), ("t", node.sup)) if content)
    return f"attach({written or _argument(())}{parts})"


def _rows(node: Rows) -> str:
    """A grid in display style: in a line of text, Typst would write its cells small."""
    kind = node.environment
    if kind == "cases":
        return f"display(cases({', '.join(' & #h(1em) '.join(map(_argument, row)) for row in node.rows)}))"
    if kind in _LINES:
        lines = [" & ".join(f"display({_argument(cell)})" for cell in row) for row in node.rows]
        return f"display(mat(delim: #none, row-gap: #0.5em, {'; '.join(lines)}))"
    cells = "; ".join(", ".join(_cell(cell, node.columns[c : c + 1]) for c, cell in enumerate(row)) for row in node.rows)
    grid = f"mat(delim: {_DELIMITERS.get(kind, '#none')}, {cells})"
    return grid if kind == "smallmatrix" else f"display({grid})"


def _cell(cell: Nodes, column: str) -> str:
    written = _argument(cell)
    return f"& {written}" if column == "l" else f"{written} &" if column == "r" else written


def tall(nodes: Sequence[Node]) -> bool:
    """Whether something stands higher than a line, so that brackets around it grow."""
    return any(isinstance(node, Fraction | Rows | Slot) or tall(_inside(node)) for node in nodes)


def _inside(node: Node) -> Nodes:
    match node:
        case Fenced(content=content) | Faced(content=content) | Group(content=content) | Root(radicand=content):
            return content
        case Scripts(base=base):
            return base
        case _:
            return ()
