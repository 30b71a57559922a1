"""The sentences that state a convention; `{convention}` in a document's prose becomes them."""

from __future__ import annotations

from symlstm.arithmetic.rounding import TIES
from symlstm.model.convention import Convention
from symlstm.notation.tree import Numeral
from symlstm.notation.typeset import formula, plain


def _count(places: int) -> str:
    return "the nearest integer" if places == 0 else "1 decimal place" if places == 1 else f"{places} decimal places"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def sentence(convention: Convention) -> str:
    """What is rounded, how, and what is saturated, in words.

    >>> from fractions import Fraction
    >>> from symlstm.model.convention import Saturate
    >>> sentence(Convention(Saturate(Fraction(50)), (("h", 0),), declared=frozenset(["round", "saturate"])))
    'Where |z| ≥ 50, sigmoid(z) is taken as 0 or 1 and tanh(z) as −1 or 1. Round h to the nearest integer at every step.'
    """
    parts = []
    if convention.saturate is not None:
        at = convention.saturate.at
        scope = f", in the equations of {_listed(list(convention.saturate.on))}," if convention.saturate.on else ""
        if at == 0:
            parts.append(f"Every sigmoid{scope} is rounded to 0 or 1, every tanh to −1 or 1.")
        else:
            threshold = plain(formula(Numeral(str(at), at))) if at.denominator != 1 else str(at)
            parts.append(f"Where |z| ≥ {threshold}, sigmoid(z) is taken as 0 or 1 and tanh(z) as −1 or 1{scope.rstrip(',')}.")
    if convention.round:
        groups: dict[int, list[str]] = {}
        for symbol, places in convention.round:
            groups.setdefault(places, []).append("every other value" if symbol == "all" and len(convention.round) > 1 else
                                                "every value" if symbol == "all" else symbol)
        verb = "Cut" if convention.ties == "truncate" else "Round"
        rounded = _listed([f"{_listed(names)} to {_integer(places, verb)}" for places, names in groups.items()])
        when = " at every step" if convention.carry else ""
        tie = f"; {TIES[convention.ties].words}" if "ties" in convention.declared and convention.ties != "truncate" else ""
        parts.append(f"{verb} {rounded}{when}{tie}.")
        if "carry" in convention.declared:
            parts.append("Later lines use the rounded values." if convention.carry else
                         "Rounding is for display only: later lines use the unrounded values.")
    if not parts:
        parts.append("Nothing is rounded or saturated on the way.")
    return " ".join(parts)


def _integer(places: int, verb: str) -> str:
    return "an integer" if places == 0 and verb == "Cut" else _count(places)
