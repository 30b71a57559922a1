"""Confirms by SymPy that a rewriting step changes the form of an equation and not its meaning."""

from __future__ import annotations

from collections.abc import Mapping

from symlstm.notation.meaning import Meaning, meaning
from symlstm.notation.tree import Expr, Symbol, children
from symlstm.notation.typeset import formula, plain


class ConfirmationError(AssertionError):
    """A simplification that SymPy refutes: an error of ours, never of the input."""


_DEEPEST = 12
"""Levels of brackets up to which a step is confirmed: expanding costs twice as much with each."""


def _depth(tree: Expr) -> int:
    return 1 + max(map(_depth, children(tree)), default=0)


def confirm(before: Expr, after: Expr, values: Mapping[Symbol, Expr], rule: str) -> None:
    """Raise `ConfirmationError` unless both trees mean the same; `values` are the numbers that symbols stand for.
    Trees of more than `_DEEPEST` levels are left unconfirmed.

    >>> from symlstm.notation.parser import expression
    >>> confirm(expression("0 x + 1 y"), expression("y"), {}, "zeros")
    """
    if max(_depth(before), _depth(after)) > _DEEPEST:
        return
    import sympy

    def stands_for(symbol: Symbol) -> Meaning:
        value = values.get(symbol)
        return sympy.Symbol(plain(formula(symbol))) if value is None else meaning(value, {})

    one, other = meaning(before, stands_for), meaning(after, stands_for)
    if one == other or sympy.expand(one - other) == 0 or sympy.simplify(one - other) == 0:
        return
    raise ConfirmationError(f"rule {rule} made {plain(formula(after))} of {plain(formula(before))}, which means something else")
