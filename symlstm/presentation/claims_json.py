"""The options of claims and of what is carried, as JSON objects."""

from __future__ import annotations

from typing import Any

from symlstm.analysis.gates.words import values_by_symbol
from symlstm.analysis.machines.input_claims import InputOption
from symlstm.analysis.options import Option


def claim_object(option: Option | InputOption) -> dict[str, Any]:
    """One option: a counterexample is an object from symbol to value for a gate, the list of letters for an input."""
    out: dict[str, Any] = {"claim": option.claim, "holds": option.holds, "reason": option.reason}
    if isinstance(option, Option):
        return out | {"counterexample": None if option.counterexample is None else values_by_symbol(option.counterexample)}
    if option.asked == "claim":
        return out | {"counterexample": None if option.counterexample is None else list(option.counterexample)}
    return out | {"witness": None if option.witness is None else [list(word) for word in option.witness]}
