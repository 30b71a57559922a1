"""Whether what a machine shows determines the value of a statement about the inputs, and whether a claim holds on every input.

In come a machine (finite, or one whose states are made as they are reached) and statements; out go verdicts with the shortest
inputs that show them. The walk is breadth first over pairs of a machine's state and what the statements need of the inputs, so the
first finding is the shortest, and the first in the alphabet's order among those.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

from symlstm.analysis.machines.machine import Machine
from symlstm.analysis.statements.quantities import State as Tracked
from symlstm.analysis.statements.quantities import Tracker
from symlstm.analysis.statements.tree import Statement, Term, Truth

MOST_PAIRS = 60_000
"""Pairs of a machine's state and a tracker's that one walk looks at."""

Word: TypeAlias = tuple[int, ...]
"""Letters of the alphabet by their numbers."""

S = TypeVar("S", bound=Hashable)
"""A machine's states."""


R = TypeVar("R", bound=Hashable)
"""Those of another machine."""


class Walked(Protocol[S]):
    """A machine that can be walked: states are hashable, and the same where they behave the same."""

    @property
    def letters(self) -> int:
        """How many letters there are."""
        ...

    @property
    def initial(self) -> S:
        """The state before the first input."""
        ...

    def after(self, state: S, letter: int) -> S:
        """The state that a letter leads to."""
        ...


class Numbered:
    """A finite machine as it is walked."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.letters = len(machine.moves[0])
        self.initial = machine.initial

    def after(self, state: int, letter: int) -> int:
        """The state that a letter leads to."""
        return self.machine.moves[state][letter]

    def shows(self, state: int) -> Hashable:
        """What the machine shows in a state."""
        return self.machine.shows[state]


@dataclass(frozen=True, slots=True)
class Visit(Generic[S]):
    """A pair reached for the first time, by the input that reaches it first."""

    word: Word
    state: S
    tracked: Tracked


@dataclass(frozen=True, slots=True)
class Walk:
    """How far a walk went."""

    complete: bool
    """Whether no further pair can be reached."""
    length: int
    """The length up to which every input was tried."""


def visits(machine: Walked[S], tracker: Tracker, most: int = MOST_PAIRS) -> Iterator[Visit[S] | Walk]:
    """Every pair that a non-empty input reaches, shortest inputs first, and at the end how far that went."""
    seen: set[tuple[S, Tracked]] = set()
    layer: list[tuple[Word, S, Tracked]] = [((), machine.initial, tracker.start)]
    length = 0
    while layer:
        if len(seen) > most:
            yield Walk(False, length)
            return
        onward: list[tuple[Word, S, Tracked]] = []
        for word, state, tracked in layer:
            for letter in range(machine.letters):
                pair = machine.after(state, letter), tracker.after(tracked, letter)
                if pair in seen:
                    continue
                seen.add(pair)
                longer = (*word, letter)
                yield Visit(longer, *pair)
                onward.append((longer, *pair))
        layer = onward
        length += 1
    yield Walk(True, length)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found about a statement."""

    holds: bool | None
    """None where there is neither a proof nor a refutation."""
    tried: int
    """The length up to which every input was tried; 0 where the answer holds for every length."""
    witness: tuple[Word, Word] | None = None
    """Two inputs after which the same is shown, and the statement's value differs; the one that makes it true stands first."""
    counterexample: Word | None = None
    """The shortest input on which a claim fails."""
    shortest: bool = True
    """Whether no other witness can be shorter; False where the walk ended before that was sure."""
    told: tuple[tuple[Hashable, Hashable], ...] = ()
    """Where something is carried: each thing that is shown, with the value that it stands for."""
    within: bool = False
    """Whether an open answer is proved to hold for every input of up to `tried` letters."""
    proof: str = ""
    """How it was proved, as in "in each of the 5 states that can be reached"; empty where it wasn't."""


def carried(
    machine: Walked[S], shows: Callable[[S], Hashable], item: Statement | Term, most: int = MOST_PAIRS
) -> Verdict:
    """Whether what is shown determines the item's value on every input. Where `shows` is None, what is shown isn't known."""
    tracker = Tracker([item], machine.letters)
    found: dict[Hashable, dict[Hashable, Word]] = {}
    best: tuple[int, tuple[Word, Word]] | None = None
    least = 1
    unclear = 0
    for visit in visits(machine, tracker, most):
        if isinstance(visit, Walk):
            if best is not None:
                sure = (visit.complete or best[0] <= visit.length + least) and (not unclear or best[0] <= unclear + least)
                return Verdict(False, 0, best[1], shortest=sure)
            if unclear or not visit.complete:
                return Verdict(None, unclear - 1 if unclear else visit.length)
            return Verdict(True, 0, told=tuple((show, next(iter(values))) for show, values in found.items()))
        if best is not None and len(visit.word) + least > best[0]:
            return Verdict(False, 0, best[1], shortest=not unclear or best[0] <= unclear + least)
        show = shows(visit.state)
        if show is None:
            unclear = unclear or len(visit.word)
            continue
        value = tracker.value(item, visit.tracked)
        values = found.setdefault(show, {})
        if value in values:
            continue
        values[value] = visit.word
        for other, word in values.items():
            if other == value:
                continue
            pair = (visit.word, word) if _first(value, other, visit.word, word) else (word, visit.word)
            key = len(pair[0]) + len(pair[1]), pair
            if best is None or key < best:
                best = key
    raise AssertionError("a walk ends with its length")


def _first(value: object, other: object, word: Word, earlier: Word) -> bool:
    """Whether the witness with this value stands before the other: the true one, otherwise the shorter and earlier one."""
    if isinstance(value, bool) and isinstance(other, bool):
        return value
    return (len(word), word) < (len(earlier), earlier)


def claimed(
    machine: Walked[S], settled: Callable[[S], Statement | None], tracker: Tracker, most: int = MOST_PAIRS
) -> Verdict:
    """Whether a claim holds after every non-empty input.

    `settled` is the claim in a state, with the cell's values put in; None where the state doesn't tell. The tracker follows what each
    of these says of the inputs.
    """
    unclear = 0
    for visit in visits(machine, tracker, most):
        if isinstance(visit, Walk):
            if visit.complete and not unclear:
                return Verdict(True, 0)
            return Verdict(None, visit.length if not unclear else unclear - 1)
        statement = settled(visit.state)
        if statement is None:
            unclear = unclear or len(visit.word)
        elif not tracker.value(statement, visit.tracked):
            if unclear and unclear < len(visit.word):
                return Verdict(None, unclear - 1)
            return Verdict(False, 0, counterexample=visit.word)
    raise AssertionError("a walk ends with its length")


@dataclass(frozen=True)
class _Beside(Generic[S, R]):
    """Two machines that read the same input."""

    one: Walked[S]
    other: Walked[R]

    @property
    def letters(self) -> int:
        return self.one.letters

    @property
    def initial(self) -> tuple[S, R]:
        return self.one.initial, self.other.initial

    def after(self, state: tuple[S, R], letter: int) -> tuple[S, R]:
        return self.one.after(state[0], letter), self.other.after(state[1], letter)


def alike(
    one: Walked[S], shows: Callable[[S], Hashable], other: Walked[R], other_shows: Callable[[R], Hashable], most: int = MOST_PAIRS
) -> Verdict:
    """Whether two machines show the same after every non-empty input; the counterexample is the shortest after which they don't.

    >>> even, last = Machine(0, (0, 1), ((0, 1), (1, 0))), Machine(0, (0, 1), ((0, 1), (0, 1)))
    >>> walked = [Numbered(machine) for machine in (even, last)]
    >>> alike(walked[0], walked[0].shows, walked[1], walked[1].shows).counterexample
    (1, 0)
    """
    def same(pair: tuple[S, R]) -> Statement | None:
        shown = shows(pair[0]), other_shows(pair[1])
        return None if None in shown else Truth(shown[0] == shown[1])

    return claimed(_Beside(one, other), same, Tracker([], one.letters), most)
