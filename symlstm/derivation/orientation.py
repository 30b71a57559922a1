"""Which vectors of an equation are printed as rows: those that stand left of a matrix, as in h_t = tanh(x_t W + h_{t-1} U + b).

What comes in: a tree with holes, and what each of its parts is worth, from which shapes are seen. A vector as a value has no
direction; what is printed has one, since a column in front of a matrix would be a product that doesn't fit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.value import Value, Vector, is_single
from symlstm.derivation.evaluate import is_weights
from symlstm.notation.tree import Expr, Hole, Matrix, Numeral, Product, Transpose, children, rebuild

Worth: TypeAlias = Callable[[Expr], Value]
"""From a part of a tree to its value."""

Meeting: TypeAlias = Literal["row", "column", "dot", ""]
"""How a factor meets what stands right of it: as a row a matrix, as a matrix a column, as a row a column, otherwise."""


def meetings(tree: Expr, worth: Worth) -> set[Meeting]:
    """How the factors of all products of a tree meet."""
    found = {meeting for child in children(tree) for meeting in meetings(child, worth)}
    if isinstance(tree, Product):
        for meeting, left, right in zip(_meetings(tree, worth), tree.factors, tree.factors[1:]):
            # Behind a state, a list of weights is a matrix of one column, and the state a row.
            found.add("row" if meeting == "dot" and is_weights(right) and not is_weights(left) else meeting)
    return found


def _meetings(product: Product, worth: Worth) -> Sequence[Meeting]:
    factors, marks = product.factors, product.marks
    out: list[Meeting] = []
    for k in range(len(factors) - 1):
        rest = factors[k + 1] if k + 2 == len(factors) else Product(factors[k + 1 :], marks[k + 1 :])
        out.append(_meeting(worth(factors[k]), worth(rest)))
    return out


def _meeting(left: Value, right: Value) -> Meeting:
    if isinstance(left, Vector) and isinstance(right, Vector):
        return "dot"
    if isinstance(left, Vector) and isinstance(right, values_of.Matrix) and len(left.entries) == len(right.rows):
        return "row"
    if isinstance(left, values_of.Matrix) and not is_single(left) and isinstance(right, Vector):
        return "column"
    if is_single(left) and isinstance(right, values_of.Matrix) and len(right.rows) == 1 < len(right.rows[0]):
        return "row"  # an input of one entry
    return ""


def oriented(tree: Expr, worth: Worth, row: bool) -> tuple[Expr, frozenset[int]]:
    """The tree with the vectors that it spells out as rows where they stand so, and the holes whose vectors do. `row` says how a
    vector stands where nothing beside it decides."""
    rows: set[int] = set()
    columns: set[int] = set()

    def walk(part: Expr, stands: bool) -> Expr:
        match part:
            case Hole(index=index):
                (rows if stands else columns).add(index)
                return part
            case Matrix(rows=lines) if stands and len(lines) > 1 and all(len(line) == 1 for line in lines):
                return replace(part, rows=(tuple(walk(line[0], True) for line in lines),))
            case Product(factors=factors):
                flags = [stands] * len(factors)
                for k, meeting in enumerate(_meetings(part, worth)):
                    flags[k] = flags[k] or meeting in ("row", "dot")
                    flags[k + 1] = flags[k + 1] and meeting not in ("column", "dot")
                return replace(part, factors=tuple(map(walk, factors, flags)))
            case Transpose(operand=operand):
                return replace(part, operand=walk(operand, row))
            case _:
                return rebuild(part, lambda child: walk(child, stands))

    return walk(tree, row), frozenset(rows - columns)


def with_leading_zeros(tree: Expr) -> Expr:
    """The tree with a digit in front of every decimal point.

    >>> from fractions import Fraction
    >>> with_leading_zeros(Numeral("-.5", Fraction(-1, 2))).text
    '-0.5'
    """
    if isinstance(tree, Numeral):
        return replace(tree, text=leading_zero(tree.text))
    return rebuild(tree, with_leading_zeros)


def leading_zero(text: str) -> str:
    """The digits of a number with one in front of the decimal point.

    >>> leading_zero(".5"), leading_zero("-.5"), leading_zero("1.5")
    ('0.5', '-0.5', '1.5')
    """
    return text.replace(".", "0.", 1) if text.startswith((".", "-.")) else text
