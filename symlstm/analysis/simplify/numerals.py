"""Numbers in written trees: which part is one, what it is worth, and how a number or a sum with signs is written."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq

from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.decimals import exactly
from symlstm.arithmetic.real import fraction
from symlstm.arithmetic.value import Value
from symlstm.notation.tree import Expr, Matrix, Negative, Numeral, Product, Quotient, Sum

ZERO = Numeral("0", Fraction(0))


def number(value: fmpq) -> Numeral:
    """A rational as the shortest numeral that is exactly it.

    >>> number(fmpq(-1, 4)).text
    '-0.25'
    """
    return Numeral(exactly(value), fraction(value))


def written(value: Value) -> Expr:
    """A rational value as a tree: a numeral, a column, a matrix."""
    def entry(x: object) -> Numeral:
        assert isinstance(x, fmpq)
        return number(x)

    if isinstance(value, values_of.Vector):
        return Matrix(tuple((entry(x),) for x in value.entries))
    if isinstance(value, values_of.Matrix):
        return Matrix(tuple(tuple(map(entry, row)) for row in value.rows))
    return entry(value)


def worth(tree: Expr) -> Fraction | None:
    """What a plain number is worth, a fraction or a negative one included; None for everything else."""
    match tree:
        case Numeral(value=value):
            return value
        case Negative(operand=operand) if (inner := worth(operand)) is not None:
            return -inner
        case Quotient(numerator=Numeral(value=above), denominator=Numeral(value=below)) if below:
            return above / below
        case _:
            return None


def every_entry(tree: Expr, of: int) -> bool:
    """Whether a tree is this number, or a column or matrix of it alone."""
    if isinstance(tree, Matrix):
        return all(every_entry(entry, of) for row in tree.rows for entry in row)
    return worth(tree) == of


def negated(tree: Expr) -> Expr:
    """Minus a tree, with the sign where it is written: at its number.

    >>> negated(Product((number(fmpq(-2)), number(fmpq(3))), ("·",))).factors[0].text
    '2'
    """
    match tree:
        case Numeral(value=value):
            return ZERO if not value else Numeral(tree.text[1:] if tree.text.startswith("-") else "-" + tree.text, -value)
        case Negative(operand=operand):
            return operand
        case Product(factors=(Numeral() as front, *others), marks=marks):
            return Product((negated(front), *others), marks)
        case _:
            return Negative(tree)


def joined(terms: Sequence[tuple[int, Expr]]) -> Expr:
    """A sum of these terms; minus signs of the terms themselves become the sum's."""
    if not terms:
        return ZERO
    out: list[tuple[int, Expr]] = []
    for sign, term in terms:
        if not out:
            out.append((1, term if sign > 0 else negated(term)))
        elif isinstance(term, Negative) or (sign < 0 and _led_by_minus(term)):
            out.append((-sign, negated(term)))
        else:
            out.append((sign, term))
    return out[0][1] if len(out) == 1 else Sum(tuple(out))


def _led_by_minus(tree: Expr) -> bool:
    front = tree.factors[0] if isinstance(tree, Product) else tree
    return isinstance(front, Numeral) and front.value < 0
