"""Constants in a text: what a number, list or matrix is worth, and where each of its entries stands.

In comes a stretch of a document's text that writes one constant, out goes a `Constant` with the span of each entry, so that one
number can be exchanged and everything around it kept. This module knows no symbols.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from symlstm.arithmetic.real import fraction, rational
from symlstm.arithmetic.value import Matrix, Value, entries
from symlstm.errors import SymlstmError
from symlstm.model.values import constant, is_constant
from symlstm.notation.lexer import Token, lex
from symlstm.notation.parser import expression
from symlstm.notation.tree import Expr, Listing, Transpose
from symlstm.notation.tree import Matrix as MatrixTree

Span = tuple[int, int]
"""Where something starts and ends in the document."""

_BRACKETS = ("open", "close", "begin", "end")
_SEPARATING = ("comma", "semicolon", "amp", "row", "gap")


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant as a document writes it."""

    span: Span
    value: tuple[Fraction, ...]
    """Its entries, row by row."""
    entries: tuple[Span, ...] = ()
    """Where each entry stands; empty where they don't stand one by one."""
    items: tuple[Span, ...] = ()
    """Where each item of a list stands, its brackets included."""
    latex: bool = False
    letter: bool = False
    """Whether it is the name of a letter of the alphabet."""
    columns: int = 0
    """Columns of a matrix; 0 of a number or vector."""


def read_constant(text: str, start: int, *, latex: bool) -> Constant | None:
    r"""The constant that a text writes, which starts at `start` of the document; None where it writes none.

    >>> read_constant(r"\begin{bmatrix} 1 & 0.5 \end{bmatrix}", 10, latex=True).entries
    ((26, 27), (30, 33))
    """
    try:
        tree = expression(text, latex=latex)
        if not is_constant(tree):
            return None
        value = constant(tree)
        tokens = list(lex(text, latex=latex))
    except SymlstmError:
        return None
    return _spanned(tree, value, tokens, text, start, latex)


def _spanned(tree: Expr, value: Value, tokens: list[Token], text: str, start: int, latex: bool) -> Constant:
    flat = tuple(fraction(rational(x)) for x in entries(value))
    columns = value.size[1] if isinstance(value, Matrix) else 0
    whole = (start, start + len(text))
    if len(flat) == 1 and not isinstance(tree, Listing | MatrixTree | Transpose):
        return Constant(whole, flat, (whole,), (whole,), latex)
    turned = isinstance(tree, Transpose)
    if turned:
        tokens = _without_transpose(tokens)
    runs = _runs(tokens)
    if turned and columns and len(runs) == len(flat):
        # Written column by column.
        rows = len(flat) // columns
        runs = [runs[k * rows + j] for j in range(rows) for k in range(columns)]
    if [_number(text[a:b], latex) for a, b in runs] != list(flat):
        return Constant(whole, flat, (), (), latex, False, columns)
    spans = tuple((start + a, start + b) for a, b in runs)
    return Constant(whole, flat, spans, _items(tokens, start) if isinstance(tree, Listing) else (), latex, False, columns)


def _without_transpose(tokens: list[Token]) -> list[Token]:
    """The tokens in front of the sign for a transpose, which stands last."""
    if tokens[-1].kind == "transpose" and (len(tokens) < 2 or tokens[-2].kind not in ("sup", "group")):
        return tokens[:-1]
    last = max((k for k, token in enumerate(tokens) if token.kind == "sup"), default=len(tokens))
    return tokens[:last]


def _runs(tokens: Sequence[Token]) -> list[Span]:
    """Runs of tokens between brackets and separators: the entries, where all is a list or array."""
    runs: list[list[Token]] = [[]]
    depth = 0
    for before, token in zip((None, *tokens), tokens):
        depth += (token.kind == "group") - (token.kind == "ungroup")
        if not depth and token.kind in _BRACKETS + _SEPARATING:
            runs.append([])
            continue
        if before is not None and runs[-1] and not depth and _spaced(before, token):
            runs.append([])
        runs[-1].append(token)
    return [(run[0].pos, run[-1].end) for run in runs if run]


def _spaced(before: Token, token: Token) -> bool:
    """Whether a space alone separates two numbers, as in `[0. 1. -1.]`."""
    starts = token.kind == "number" or (token.kind == "op" and token.text in "+-")
    return before.kind == "number" and starts and before.end < token.pos


def _items(tokens: Sequence[Token], start: int) -> tuple[Span, ...]:
    """The items of the outermost brackets."""
    items: list[list[Token]] = [[]]
    depth = 0
    for token in tokens[1:-1]:
        depth += (token.kind in ("open", "group", "begin")) - (token.kind in ("close", "ungroup", "end"))
        if not depth and token.kind in ("comma", "semicolon"):
            items.append([])
        else:
            items[-1].append(token)
    return tuple((start + item[0].pos, start + item[-1].end) for item in items if item)


def _number(text: str, latex: bool) -> Fraction | None:
    try:
        found = entries(constant(expression(text, latex=latex)))
    except SymlstmError:
        return None
    return fraction(rational(found[0])) if len(found) == 1 else None


def separator(constant: Constant, text: str) -> str:
    """What stands between the items of a list; a comma where it has one item.

    >>> separator(Constant((0, 6), (Fraction(0), Fraction(1)), (), ((1, 2), (4, 5))), "[0 ; 1]")
    ' ;'
    """
    between = next((text[a[1] : b[0]] for a, b in pairwise(constant.items)), ", ")
    return between or ", "
