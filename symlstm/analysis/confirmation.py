"""Confirms by SymPy that a rewriting step changes the form of an equation and not its meaning."""

from __future__ import annotations

from collections.abc import Mapping

from symlstm.notation.meaning import Meaning, meaning
from symlstm.notation.tree import Expr, Symbol
from symlstm.notation.typeset import formula, plain


class ConfirmationError(AssertionError):
    """A simplification that SymPy refutes: an error of ours, never of the input."""


def confirm(before: Expr, after: Expr, values: Mapping[Symbol, Expr], rule: str) -> None:
    """Raise `ConfirmationError` unless both trees mean the same; `values` are the numbers that symbols stand for.

    >>> from symlstm.notation.parser import expression
    >>> confirm(expression("0 x + 1 y"), expression("y"), {}, "zeros")
    """
    import sympy

    def stands_for(symbol: Symbol) -> Meaning:
        value = values.get(symbol)
        return sympy.Symbol(plain(formula(symbol))) if value is None else meaning(value, {})

    one, other = meaning(before, stands_for), meaning(after, stands_for)
    if one == other or sympy.expand(one - other) == 0 or sympy.simplify(one - other) == 0:
        return
    raise ConfirmationError(f"rule {rule} made {plain(formula(after))} of {plain(formula(before))}, which means something else")
