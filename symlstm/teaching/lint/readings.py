"""What a text may leave open about the arithmetic: a table of dimensions, each with its readings and how it stands with a document.

In come a case and a run; out go the readings that are open, each with the convention that it makes. Nothing is worked here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction
from typing import TypeAlias

from symlstm.arithmetic.rounding import TIES
from symlstm.checking.mutations import gates
from symlstm.model.convention import Convention, Saturate
from symlstm.model.problem import Run
from symlstm.notation.tree import Apply, Expr, Name, Running, Symbol, children
from symlstm.teaching.lint.case import Case
from symlstm.teaching.lint.told import Told

TOOLS: Mapping[str, str] = {
    "even": "Python, NumPy, R",  # round(0.5), numpy.round, IEEE 754 roundToIntegralTiesToEven
    "up": "JavaScript's Math.round",
    "away": "Excel, LibreOffice, Google Sheets, C's round, many calculators",
    "zero": "HALF_DOWN in Java",
    "truncate": "int() in Python and C",
}
"""The tools that round by each rule."""
assert TOOLS.keys() == TIES.keys()
CUT = "truncate"
"""The rule that needs no tie to decide something."""
assert CUT in TIES


@dataclass(frozen=True, slots=True)
class Reading:
    """One way of reading what is left open: of which dimension, in words, and the convention that it makes of the author's."""

    dimension: str
    words: str
    change: Callable[[Convention], Convention]
    key: Hashable = None
    """What a text tells that is to be read so, as `Dimension.told` has it."""


class Standing(Enum):
    """How a dimension stands between the text and the convention."""

    SETTLED = "both say the same, or there is nothing to say"
    OPEN = "neither says anything"
    UNTOLD = "the convention says it, and the text doesn't"
    AGAINST = "the text says something else"


@dataclass(frozen=True, slots=True)
class Dimension:
    """A row: something that a text may leave open, what is done here in words, and the other readings of it."""

    id: str
    applies: Callable[[Case, Run], bool]
    """Whether there is anything to be read in several ways."""
    declared: str
    """The key of the convention that says it; empty where none does."""
    told: Callable[[Told], frozenset[Hashable]]
    here: Callable[[Run], Hashable]
    """What is done here, as `told` has it."""
    chosen: Callable[[Run], str]
    others: Callable[[Case, Run], Iterator[Reading]]

    def standing(self, case: Case, run: Run) -> Standing:
        """Whether the text and the convention say it, and the same."""
        if not self.applies(case, run):
            return Standing.SETTLED
        if told := self.told(case.told):
            return Standing.SETTLED if self.here(run) in told else Standing.AGAINST
        if self.declared not in run.convention.declared:
            return Standing.OPEN
        return Standing.SETTLED if case.states(run, self.declared) or not case.source.text else Standing.UNTOLD

    def is_open(self, case: Case, run: Run) -> bool:
        """Whether nobody says how it is to be read."""
        return self.standing(case, run) is Standing.OPEN


# -- ties ---


def _rounds(case: Case, run: Run) -> bool:
    return bool(run.convention.round)


def _ties(case: Case, run: Run) -> Iterator[Reading]:
    for ties in TIES:
        # Who is told to round doesn't cut, unless told to cut; where nobody is told to round, some do.
        cuts = ties == CUT and case.told.rounds and CUT not in case.told.ties
        if ties != run.convention.ties and not cuts:
            yield Reading("ties", f"{TIES[ties].words} ({TOOLS[ties]})",
                          lambda convention, ties=ties: replace(convention, ties=ties), ties)  # type: ignore[misc]


# -- carrying on ---


def _carry(case: Case, run: Run) -> Iterator[Reading]:
    carry = not run.convention.carry
    yield Reading("carry", _CARRY[carry], lambda convention: replace(convention, carry=carry), carry)


_CARRY = {True: "later lines use the rounded values", False: "later lines use the unrounded values"}


# -- saturation ---


def _may_saturate(case: Case, run: Run) -> bool:
    # Where the convention says it, whether the text does is asked of it as a whole, whatever it changes.
    return "saturate" not in run.convention.declared and bool(run.convention.round or case.told.limits)


def _saturation(case: Case, run: Run) -> Iterator[Reading]:
    """In every equation, or in those of one kind: gates, what makes the candidate, what makes the output."""
    kinds = _kinds(run)
    for size in dict.fromkeys((*case.told.limits, Fraction(1))):
        for what, names in (("sigmoid and tanh", ()), *(kinds if len(kinds) > 1 else ())):
            words = f"{what} {'are' if what.endswith(('s', 'tanh')) else 'is'} saturated from |z| = {size} on"
            saturate = Saturate(size, tuple(map(str, names)))
            yield Reading("saturation", words, lambda convention, saturate=saturate: replace(convention, saturate=saturate))  # type: ignore[misc]


def _kinds(run: Run) -> tuple[tuple[str, tuple[Name, ...]], ...]:
    """The equations that have a function which saturates: gates, those with the tanh of a state of the same step, and the rest."""
    known = gates(run)
    saturating = [e for e in run.cell.equations if any(part.function in ("sigmoid", "tanh") for part in _applications(e.right))]
    output = [e.left for e in saturating if e.left not in known and any(_of_state(part, run) for part in _applications(e.right))]
    candidate = [e.left for e in saturating if e.left not in known and e.left not in output]
    rows = (("the gates", known), ("the candidate", candidate), ("the output", output))
    return tuple((what, tuple(names)) for what, names in rows if names)


def _applications(tree: Expr) -> Iterator[Apply]:
    if isinstance(tree, Apply):
        yield tree
    for part in children(tree):
        yield from _applications(part)


def _of_state(tree: Apply, run: Run) -> bool:
    (argument, *_) = tree.arguments
    return (tree.function == "tanh" and isinstance(argument, Symbol) and argument.at == Running(0)
            and argument.name in run.cell.by_name)


# -- rounded gates ---


def unrounded_gates(run: Run) -> tuple[Name, ...]:
    """The gates that the convention doesn't round though it rounds something."""
    convention = run.convention
    return tuple(gate for gate in gates(run) if convention.places(str(gate)) is None) if convention.round else ()


def _places(run: Run) -> tuple[int, ...]:
    """To how many decimals something is rounded, the fewest first: so the gates may be taken to be."""
    return tuple(sorted({places for _, places in run.convention.round}))


def _gates_unrounded(case: Case, run: Run) -> bool:
    return bool(unrounded_gates(run))


def _gates(case: Case, run: Run) -> Iterator[Reading]:
    for places in _places(run):
        rounded = tuple((str(gate), places) for gate in unrounded_gates(run))
        to = "whole numbers" if not places else "1 decimal" if places == 1 else f"{places} decimals"
        yield Reading("gates", f"the gates are rounded to {to} too",
                      lambda convention, rounded=rounded: replace(convention, round=(*convention.round, *rounded)), True)  # type: ignore[misc]


DIMENSIONS: tuple[Dimension, ...] = (
    # σ(0) = 0.5 -> 0 or 1
    Dimension("gates", _gates_unrounded, "", lambda told: told.gates, lambda run: False,
              lambda run: "the gates aren't rounded", _gates),
    # tanh(1) -> 1
    Dimension("saturation", _may_saturate, "saturate", lambda told: frozenset(), lambda run: None,
              lambda run: "sigmoid and tanh are evaluated", _saturation),
    # 0.2332 where 0.233 was written
    Dimension("carry", _rounds, "carry", lambda told: told.carry, lambda run: run.convention.carry,
              lambda run: _CARRY[run.convention.carry], _carry),
    # 0.5 -> 0 or 1
    Dimension("ties", _rounds, "ties", lambda told: told.ties, lambda run: run.convention.ties,
              lambda run: f"{TIES[run.convention.ties].words} ({TOOLS[run.convention.ties]})", _ties),
)

Readings: TypeAlias = tuple[Reading, ...]


def open_readings(case: Case, run: Run, row: Dimension) -> tuple[Reading, ...]:
    """The other readings of a dimension; none where it isn't open."""
    return tuple(row.others(case, run)) if row.is_open(case, run) else ()
