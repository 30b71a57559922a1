"""Other rules of rounding that may explain a number: each a row, tried before a value is called wrong.

In come a run and the digits of a number; out come the rules that could have given it, each with a changed convention or numbers
rounded on the way. Whether one fits is for those who derive with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product

from symlstm.arithmetic.rounding import TIES
from symlstm.derivation.notes import Alternative, alternatives
from symlstm.derivation.program import OnTheWay
from symlstm.model.convention import Convention
from symlstm.model.problem import Run


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its id, what the work did by it in words, the convention it has, what it rounds on the way."""

    id: str
    words: str
    convention: Convention
    way: OnTheWay | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """A row: a kind of rule, and from a run and the decimals written to the rules of that kind."""

    id: str
    rules: Callable[[Run, int], Iterator[Rule]]


CUT = "digits cut off instead of rounded"


def _ties(run: Run, decimals: int) -> Iterator[Rule]:
    if run.convention.round:
        for ties, row in TIES.items():
            if ties != run.convention.ties:
                other = CUT if ties == "truncate" else row.words.replace(" goes ", " that goes ")
                yield Rule(f"ties-{ties}", other, replace(run.convention, ties=ties))


def _carry(run: Run, decimals: int) -> Iterator[Rule]:
    if run.convention.round:
        words = "unrounded values carried on" if run.convention.carry else "rounded values carried on"
        yield Rule("carry", words, replace(run.convention, carry=not run.convention.carry))


def _places(run: Run, decimals: int) -> Iterator[Rule]:
    for k, (symbol, places) in enumerate(run.convention.round):
        for other in (places + 1, places - 1, decimals):
            if other >= 0 and other != places:
                rounded = (*run.convention.round[:k], (symbol, other), *run.convention.round[k + 1 :])
                name = "every value" if symbol == "all" else symbol
                digits = "1 decimal" if other == 1 else f"{other} decimals"
                yield Rule(f"places-{symbol}-{other}", f"{name} rounded to {digits}", replace(run.convention, round=rounded))


_GROUPS = (
    ("activations", frozenset(["activation"])),
    ("pre-activations", frozenset(["pre-activation"])),
    ("products", frozenset(["products"])),
    ("all numbers", frozenset(["pre-activation", "activation", "products", "sum"])),
)
_HOW = (("even", "rounded"), ("truncate", "cut"))


def _on_the_way(run: Run, decimals: int) -> Iterator[Rule]:
    near = {decimals, decimals + 1, decimals - 1} if decimals else {1, 2, 3}
    for places in sorted(d for d in {*near, run.convention.show} if 1 <= d <= 8):
        for ties, how in _HOW:
            for group, rungs in _GROUPS:
                digits = "1 decimal" if places == 1 else f"{places} decimals"
                yield Rule(f"way-{group}-{places}-{ties}", f"{group} {how} to {digits} on the way", run.convention,
                           OnTheWay(rungs, places, ties))


def _values(run: Run, decimals: int) -> Iterator[Rule]:
    """Every value rounded as it is written down, and carried on so: how most people work by hand."""
    # Who writes a number down to so many decimals hasn't rounded it to fewer.
    near = {decimals, decimals + 1} if decimals else {2, 3}
    named = tuple(pair for pair in run.convention.round if pair[0] != "all")
    for places in sorted(d for d in {*near, run.convention.show} if max(1, decimals) <= d <= 8):
        convention = replace(run.convention, round=(*named, ("all", places)), carry=True)
        words = "every value rounded to " + ("1 decimal" if places == 1 else f"{places} decimals") + " and carried on so"
        for rungs in (frozenset[str](), frozenset(["activation"]), frozenset(["pre-activation", "activation"])):
            yield Rule(f"values-{places}-{len(rungs)}", words, convention, OnTheWay(rungs, places, "even") if rungs else None)


FAMILIES: tuple[Family, ...] = (
    Family("ties", _ties),  # -0.5 -> -1 where ties go to zero
    Family("carry", _carry),  # tanh(0.2332) where c = 0.233 is carried on
    Family("places", _places),  # 0.83 for 0.832
    Family("values", _values),  # 0.9845·(-0.5) + 0.8468·(-0.5581) for the same in full digits
    Family("way", _on_the_way),  # 0.4·0.23 for 0.4·tanh(0.232)
)


def rules(run: Run, decimals: int) -> Iterator[Rule]:
    """Every rule that could have given a number of so many decimals, the most likely first."""
    for family in FAMILIES:
        yield from family.rules(run, decimals)


def undeclared(run: Run) -> Iterator[Rule]:
    """The readings that the problem leaves open beside its own, those that differ in least first; each holds for a whole work."""
    by_key: dict[str, list[Alternative]] = {}
    for alternative in alternatives(run.convention, tied=True):
        by_key.setdefault(alternative.key, []).append(alternative)
    readings = [[one for one in choice if one is not None] for choice in product(*([None, *found] for found in by_key.values()))]
    for reading in sorted(readings, key=len):
        if not reading:
            continue
        changes = {one.key: getattr(one.change, one.key) for one in reading}
        yield Rule("undeclared-" + "-".join(f"{key}-{value}" for key, value in changes.items()),
                   " and ".join(one.other for one in reading), replace(run.convention, **changes))
