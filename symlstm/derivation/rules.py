"""The rungs of a ladder and the rules that lead from one to the next: a table of ids and the sentences that explain them.

A sentence's `{...}` are filled by the presentation; which rule fired at a rung is data of the trace.
"""

from __future__ import annotations

from dataclasses import dataclass

from symlstm.notation.places import RUNGS


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: an id, the rung that it makes, and the reason in words."""

    id: str
    rung: str
    reason: str


RULES: dict[str, Rule] = {
    row.id: row
    for row in (
        Rule("definition", "definition", "the equation of the cell"),  # f_t = σ(W h_{t-1} + b)
        Rule("numbers", "numbers", "numbers for the symbols"),  # σ(2·0.5 + 1)
        Rule("zeros", "numbers", "what is multiplied by zero drops out"),  # 0·0.5 + 1 -> 1
        Rule("pre-activation", "pre-activation", "the pre-activation"),  # σ(2·0.5 + 1) -> σ(2)
        Rule("evaluated", "activation", "{function} evaluated"),  # σ(2) ≈ 0.8808
        Rule("exact-value", "activation", "exact: {function}(0) = {value}"),  # σ(0) = 0.5
        Rule("approximated", "activation", "saturated, error < {error}"),  # σ(50) -> 1
        Rule("agreed", "activation", "saturated by convention ({exact})"),  # σ(1) -> 1
        Rule("products", "products", "the products"),  # 0.5·0.2 + 0.1·1 -> 0.1 + 0.1
        Rule("sum", "sum", "the sum"),  # 0.1 + 0.1 -> 0.2
        Rule("rounded", "rounded", "{margin} from the {kind} at {nearest}"),  # -0.3808 -> 0
        Rule("tie", "rounded", "exactly a tie: {rule}"),  # -0.5 -> 0
        Rule("integral", "rounded", "no digit is lost"),  # 1 -> 1
    )
}

assert {row.rung for row in RULES.values()} == set(RUNGS)
