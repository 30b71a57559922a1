"""About how wide maths is, in ems, before Typst sets it: rather more than less.

In: nodes. Out: widths of the whole and of its widest part that no line can end in.
"""

from __future__ import annotations

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

SLOT = 0.52
"""The width of a digit."""
_SCRIPT = 0.72
_SIGN = 0.6
_NARROW = frozenset("()[]{}|,.;:!'′ijlftI")
_DOTS = frozenset("·∘∗•")
_SPACED = frozenset("+−=×÷±∓⊙≈→←<>≤≥≠≡⇒⇔⟹⟺⟶⟵∈∼")


def width(nodes: Nodes) -> float:
    r"""The width of nodes in a row.

    >>> from symlstm.document.writers.typst_reader import nodes
    >>> width(nodes("h_t")) < width(nodes("-100 h_{t-1}")) < width(nodes(r"\tanh(-100 h_{t-1})"))
    True
    """
    # A sign in front stands close.
    signed = bool(nodes) and nodes[0] == Glyph("−")
    return sum(map(_one, nodes)) - (_SIGN if signed else 0.0)


def _one(node: Node) -> float:
    match node:
        case Glyph(character=character):
            return 1.4 if character in _SPACED else 0.85 if character in _DOTS else 0.38 if character in _NARROW else 0.72
        case Number(text=text):
            return SLOT * len(text)
        case Words(text=text):
            return 0.55 * len(text)
        case Function(name=name):
            return 0.53 * len(name) + 0.2
        case Slot():
            # What is printed there has a width of its own.
            return 0.0
        case Space(width=wide):
            return float(wide.removesuffix("em"))
        case Fraction(above=above, below=below):
            return max(width(above), width(below)) + 0.3
        case Root(radicand=radicand, degree=degree):
            return width(radicand) + _SCRIPT * width(degree) + 0.8
        case Scripts(base=base, sup=sup, sub=sub):
            return width(base) + _SCRIPT * max(width(sup), width(sub)) + 0.1
        case Faced(content=content) | Group(content=content):
            return width(content)
        case Fenced(content=content):
            # Brackets around what is tall grow, and so does their width.
            high = any(isinstance(inner, Fraction | Rows | Scripts | Slot) for inner in content)
            return width(content) + (1.5 if high else 0.9)
        case Rows(rows=rows):
            columns = max(map(len, rows))
            cells = (max((width(row[c]) for row in rows if c < len(row)), default=0.0) for c in range(columns))
            return sum(cells) + 0.7 * columns + 0.5
        case _:
            assert_never(node)


def widest(nodes: Nodes, loose: int) -> float:
    r"""The widest part between places where a line may end, with brackets broken open `loose` deep.

    >>> from symlstm.document.writers.typst_reader import nodes
    >>> read = nodes(r"\tanh(a + b + c)")
    >>> widest(read, 0) > widest(read, 1)
    True
    """
    most = run = 0.0
    for node in nodes:
        inner = node.content if isinstance(node, Fenced) and loose and not node.grows else None
        if inner is None:
            run += _one(node)
        else:
            most, run = max(most, run + widest(inner, loose - 1)), 0.5
        if isinstance(node, Glyph) and node.character in _SPACED | _DOTS:
            most, run = max(most, run), 0.0
    return max(most, run)
