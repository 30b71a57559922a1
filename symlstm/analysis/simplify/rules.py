"""The rules that simplify a cell's equations: a table of ids, the sentences that explain them, and what they do.

A rule takes an equation's right side and what is known, and gives the right side after it with the words for its sentence, or
None where it doesn't apply. The order of the table is the order in which they are tried.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from symlstm.analysis.simplify import limits, substitution
from symlstm.analysis.simplify.numerals import every_entry
from symlstm.analysis.simplify.rewriting import as_products, folded, without_ones, without_zeros
from symlstm.analysis.simplify.substitution import Known, Rewrite
from symlstm.arithmetic.value import entries
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import Expr, Listing, Matrix, Symbol, children


@dataclass(frozen=True, slots=True)
class SimplifyRule:
    """One row: an id, the sentence that explains it, what it does, and whether it is arithmetic that SymPy confirms."""

    id: str
    sentence: str
    apply: Callable[[Expr, Known], Rewrite | None]
    identity: bool = True


def _rewritten(change: Callable[[Expr, Known], Expr]) -> Callable[[Expr, Known], Rewrite | None]:
    def apply(tree: Expr, known: Known) -> Rewrite | None:
        changed = change(tree, known)
        return (changed, {}) if changed != tree else None

    return apply


def _products(tree: Expr, known: Known) -> Expr:
    wide = any(isinstance(part, Listing | Matrix) for part in _every_part(tree)) or any(
        s.at is None and s.name in known.possible.run.parameters for s in symbols_in(tree)
    )
    return as_products(tree) if known.possible.scalar and not wide else tree


def _every_part(tree: Expr) -> list[Expr]:
    return [tree, *(part for child in children(tree) for part in _every_part(child))]


def _zeros(tree: Expr, known: Known) -> Expr:
    parameters = known.possible.run.parameters

    def is_zero(part: Expr) -> bool:
        if isinstance(part, Symbol) and part.at is None and part.entry is None and part.name in parameters:
            return not any(entries(parameters[part.name].value))
        return every_entry(part, 0)

    return without_zeros(tree, is_zero, known.possible.fit)


RULES: dict[str, SimplifyRule] = {
    row.id: row
    for row in (
        SimplifyRule("numbers", "numbers for the parameters", substitution.numbers),  # W h + b -> 2 h - 1
        SimplifyRule("constants", "{equalities}", substitution.constants),  # f_t c_{t-1}, f_t = 0 -> 0 c_{t-1}
        SimplifyRule("products", "⊙ between numbers is their product", _rewritten(_products)),  # f ⊙ c -> f c
        SimplifyRule("zeros", "terms that are zero drop out", _rewritten(_zeros)),  # 0 h + 2 x -> 2 x
        SimplifyRule(
            "ones", "factors of one drop out", _rewritten(lambda tree, known: without_ones(tree, known.possible.fit))
        ),  # 1 h -> h
        SimplifyRule(
            "folded", "numbers put together", _rewritten(lambda tree, known: folded(tree, known.threshold))
        ),  # x + 1 + 2 -> x + 3, σ(0) -> 0.5
        SimplifyRule("bounded", "{application} is {piece}{when}", limits.bounded, identity=False),  # relu(x + 1) -> x + 1
        SimplifyRule("saturated", "{head}{kind}, {error}", limits.saturated, identity=False),  # σ(100 x + 100) -> 1
        SimplifyRule("rounded", "{tree} rounds to {value} at every step", limits.rounded, identity=False),  # 0.1 tanh(c) -> 0
    )
}


def reason(rule: SimplifyRule, words: Mapping[str, str]) -> str:
    """A rule's sentence with its words.

    >>> reason(RULES["constants"], {"equalities": "f_t = 0"})
    'f_t = 0'
    """
    return rule.sentence.format(**words)
