"""What the states of a machine remember of the inputs: which statements of the catalogue its readout carries, and which say when a
state is reached.

In comes a finite machine, out go statements; each was followed through every pair of a state and what the statement needs of the
inputs, so it holds for inputs of every length.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from symlstm.analysis.machines.carried import Numbered, Visit, Walk, visits
from symlstm.analysis.machines.machine import Machine
from symlstm.analysis.machines.offered import statements
from symlstm.analysis.statements.quantities import Tracker
from symlstm.analysis.statements.tree import Both, Comparison, Not, Parity, Relation, Statement

MOST_STATES = 64
"""States of a machine that is searched for what it remembers."""
MOST_PAIRS = 2_000
"""Pairs of a state and a statement's own state that are looked at for one statement."""

Values = tuple[frozenset[bool], ...]
"""For each state the values that a statement has when it is reached."""

_ALWAYS, _NEVER = frozenset([True]), frozenset([False])


@dataclass(frozen=True, slots=True)
class Offer:
    """A statement that the readout carries."""

    statement: Statement
    true_for: frozenset[Hashable]
    """What the readout shows where it is true."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What holds whenever a state is reached by a non-empty input."""

    statement: Statement | None
    """None where no input leads there, or the catalogue says nothing of it."""
    only: bool
    """Whether the state is reached exactly then."""
    reached: bool
    """Whether any non-empty input leads there."""


@dataclass(frozen=True)
class Memories:
    """A machine with the values that each statement of the catalogue has in its states."""

    machine: Machine
    known: tuple[tuple[Statement, Values], ...]

    def offers(self) -> tuple[Offer, ...]:
        """The statements that the readout carries, those that tell most of what it shows first; one for each division of that."""
        shown = list(dict.fromkeys(self.machine.shows[s] for s in self._reached()))
        found: dict[frozenset[Hashable], Offer] = {}
        for statement, values in self.known:
            sets = {show: frozenset().union(*(values[s] for s in self._reached() if self.machine.shows[s] == show)) for show in shown}
            if any(len(of) != 1 for of in sets.values()):
                continue
            true_for = frozenset(show for show, of in sets.items() if True in of)
            if not true_for or len(true_for) == len(shown) or true_for in found or frozenset(shown) - true_for in found:
                continue
            found[true_for] = Offer(statement, true_for)
        # The nearer to one half a statement divides what is shown, the more it tells.
        order = sorted(found.values(), key=lambda offer: abs(2 * len(offer.true_for) - len(shown)))
        return tuple(order)

    def remembered(self, state: int) -> Remembered:
        """What a state remembers, in as few words as the catalogue has."""
        if state not in self._reached():
            return Remembered(None, True, False)
        others = [s for s in self._reached() if s != state]
        certain = list(self._certain(state))
        for statement, values in certain:
            if all(values[s] == _NEVER for s in others):
                return Remembered(statement, True, True)
        for (one, first), (other, second) in combinations(certain[:40], 2):
            if all(first[s] == _NEVER or second[s] == _NEVER for s in others):
                return Remembered(Both((one, other)), True, True)
        telling = max(certain, key=lambda pair: sum(pair[1][s] == _NEVER for s in others), default=None)
        if telling is None or not any(telling[1][s] == _NEVER for s in others):
            return Remembered(None, False, True)
        return Remembered(telling[0], False, True)

    def _certain(self, state: int) -> Iterator[tuple[Statement, Values]]:
        """What is always true in a state and isn't everywhere, each statement before its negation."""
        flipped = []
        for statement, values in self.known:
            if values[state] == _ALWAYS:
                yield statement, values
            elif values[state] == _NEVER:
                flipped.append((statement, values))
        for statement, values in flipped:
            yield negation(statement), tuple(frozenset(not value for value in of) for of in values)

    def _reached(self) -> Sequence[int]:
        reached = {s for row in self.machine.moves for s in row}
        return sorted(reached)


_OPPOSITE: dict[Relation, Relation] = {"=": "≠", "≠": "=", "<": "≥", "≥": "<", ">": "≤", "≤": ">"}


def negation(statement: Statement) -> Statement:
    """The statement that is true where this one isn't, in as few words.

    >>> from symlstm.analysis.statements.tree import Count
    >>> negation(Parity(Count(1), True))
    Parity(term=Count(letter=1), odd=False)
    """
    match statement:
        case Parity(term=term, odd=odd):
            return Parity(term, not odd)
        case Comparison(relation=relation, left=left, right=right):
            return Comparison(_OPPOSITE[relation], left, right)
        case _:
            return Not(statement)


def memories(machine: Machine) -> Memories | None:
    """What the states of a machine remember, where it is small enough to be asked."""
    if len(machine.moves) > MOST_STATES:
        return None
    known = []
    for statement in statements(len(machine.moves[0])):
        values = _values(machine, statement)
        if values is not None:
            known.append((statement, values))
    return Memories(machine, tuple(known))


def _values(machine: Machine, statement: Statement) -> Values | None:
    """The values that a statement has in each state, over all inputs that lead there; None where that is too much to follow."""
    walked = Numbered(machine)
    tracker = Tracker([statement], walked.letters)
    if not tracker.finite:
        return None
    found: list[set[bool]] = [set() for _ in machine.moves]
    for visit in visits(walked, tracker, MOST_PAIRS):
        if isinstance(visit, Visit):
            found[visit.state].add(bool(tracker.value(statement, visit.tracked)))
        elif isinstance(visit, Walk) and not visit.complete:
            return None
    return tuple(map(frozenset, found))
