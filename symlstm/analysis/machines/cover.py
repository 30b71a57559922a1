"""Finitely many boxes that hold every state a unit can reach: one point each where all states are rational, otherwise grown until
each box, with each letter, maps into one of them. Then what the boxes show holds for every input of every length.

In come a unit and what is to be seen of it, out goes a `Cover`, or None within the budget. Nothing is decided by sampling: a cover
is complete or it isn't one. The boxes are grown as Rump (2010, section 10.5) grows an enclosure: a little further than the image, so
that the growth comes to an end.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeAlias

from flint import fmpq

from symlstm.analysis.boxes.enclosure import Box
from symlstm.analysis.boxes.intervals import Interval, contains, hull
from symlstm.analysis.machines.machine import Machine
from symlstm.analysis.machines.unit import After, Memory, Slot, Unit

Show: TypeAlias = Callable[[Mapping[Slot, Box]], Hashable]
"""What a readout shows of a step's values; None where the boxes don't tell."""

MOST_STATES = 3_000
"""States that are told apart one by one."""
FEW = 400
"""States from which on it is asked whether there may be a last one."""
MOST_APART = 1_100
"""States that are told apart while no input has come back to one: there will hardly be a last one."""
MOST_BOXES = 200
MOST_IMAGES = 2_500
"""Steps that are taken to close the boxes at one scale."""
SCALES = tuple(fmpq(1, 2**k) for k in (2, 4, 6, 9, 13, 18, 24))
"""How far apart, for their size, states may be that share a box: coarse first, since fewer boxes close sooner."""
DIGITS = 6
"""Digits that the ends of boxes have, about."""
MOST_GROWTHS = 9
"""Times that an end of a box is moved before it is taken to infinity."""

_ONE = fmpq(1)
_TINY = fmpq(1, 2**40)


class Following(Protocol):
    """What is followed of the inputs beside the unit, so that boxes after different inputs are told apart."""

    @property
    def start(self) -> Hashable:
        """What is followed before the first input."""
        ...

    def after(self, state: Any, letter: int) -> Hashable:
        """What a letter makes of it."""
        ...


class _Forgotten:
    """Nothing is followed."""

    start: Hashable = ()

    def after(self, state: Any, letter: int) -> Hashable:
        return ()


FORGOTTEN = _Forgotten()


@dataclass(frozen=True, slots=True)
class Node:
    """A box of states."""

    memory: Memory
    shows: Hashable
    """What the readout shows in them; None for a start that no input leads back to."""
    values: tuple[Box, ...]
    """What is watched, in the cover's order; empty for such a start."""
    history: Hashable = ()
    """What was followed of the inputs that lead here."""


@dataclass(frozen=True)
class Cover:
    """Boxes that hold every state that can be reached, and where each letter leads. The first is the start."""

    unit: Unit
    watched: tuple[Slot, ...]
    nodes: tuple[Node, ...]
    moves: tuple[tuple[int, ...], ...]
    rounds: int
    """How often boxes had to be grown until each mapped into one of them; 0 where each is one state."""

    @cached_property
    def exact(self) -> bool:
        """Whether every box is one state."""
        return all(end.point is not None for node in self.nodes for box in node.memory for end in box)

    @cached_property
    def bounded(self) -> bool:
        """Whether no box is open to a side."""
        return all(end.low is not None and end.high is not None for node in self.nodes for box in node.memory for end in box)

    @cached_property
    def machine(self) -> Machine:
        """The machine of the boxes."""
        return Machine(0, tuple(node.shows for node in self.nodes), self.moves)

    def values(self, node: int) -> dict[Slot, Box]:
        """What is watched of a node's states."""
        return dict(zip(self.watched, self.nodes[node].values))


def close(
    unit: Unit, show: Show, watched: Sequence[Slot] = (), ends: Callable[[], bool] = lambda: False, history: Following = FORGOTTEN,
) -> Cover | None:
    """A cover of all states that the unit reaches in which the readout is the same throughout each box; None where none is found.

    `ends` is asked where there are more than a few states, each of them exact: whether there may be a last one. With a `history` a box
    holds states after inputs of which that says the same.
    """
    few = one_by_one(unit, show, watched, ends, history)
    if few is not None:
        return few
    for scale in SCALES:
        growing = _Growing(unit, show, watched, scale, history)
        found = growing.closed()
        if found is not None or len(growing.memory) >= MOST_BOXES:
            # Where there are too many boxes at one scale, there are more at the next.
            return found
    return None


def one_by_one(
    unit: Unit, show: Show, watched: Sequence[Slot], ends: Callable[[], bool], history: Following = FORGOTTEN
) -> Cover | None:
    """A cover of single states; None where they aren't all rational, or too many."""
    nodes = [Node(unit.start, None, (), history.start)]
    numbers: dict[tuple[object, ...], int] = {}
    moves: list[tuple[int, ...]] = []
    start = unit.start, history.start
    met = False
    for node in nodes:
        row = []
        for letter in range(len(unit.letters)):
            after = unit.step(node.memory, letter)
            shows = show(after.values)
            if shows is None or not unit.is_state(after.memory):
                return None
            values = tuple(after.values[slot] for slot in watched)
            followed = history.after(node.history, letter)
            key = (after.memory, shows, values, followed)
            number = numbers.get(key)
            met = met or number is not None
            if number is None:
                if nodes[0].shows is None and start == (after.memory, followed):
                    number, met = 0, True
                    nodes[0] = Node(unit.start, shows, values, followed)
                else:
                    number = len(nodes)
                    nodes.append(Node(after.memory, shows, values, followed))
                    if number >= MOST_STATES or (number == FEW and not ends()) or (number == MOST_APART and not met):
                        return None
                numbers[key] = number
            row.append(number)
        moves.append(tuple(row))
    return Cover(unit, tuple(watched), tuple(nodes), tuple(moves), 0)


class _Growing:
    """Boxes on their way to a cover."""

    def __init__(self, unit: Unit, show: Show, watched: Sequence[Slot], scale: fmpq, history: Following = FORGOTTEN) -> None:
        self.unit = unit
        self.show = show
        self.watched = tuple(watched)
        self.scale = scale
        convention = unit.run.convention
        self.fixed = [
            convention.carry and name in unit.run.cell.by_name and convention.places(str(name)) is not None for name, _ in unit.slots
        ]
        """For each slot whether its values are rounded, so that there are few of them: those aren't put together."""
        self.history = history
        self.followed: list[Hashable] = [history.start]
        self.memory: list[Memory] = [unit.start]
        self.shows: list[Hashable] = [None]
        self.values: list[tuple[Box, ...]] = [()]
        self.moves: list[list[int]] = [[-1] * len(unit.letters)]
        self.ends: list[dict[tuple[int, int, bool], list[fmpq]]] = [{}]
        """For each box the ends that were moved, each with where it was."""

    def closed(self) -> Cover | None:
        """The cover that the boxes grow into; None where they don't within the budget, or what they show isn't clear."""
        queue, waiting = deque([0]), {0}
        images = rounds = 0
        last_of_round = 0
        while queue:
            number = queue.popleft()
            waiting.discard(number)
            for letter in range(len(self.unit.letters)):
                images += 1
                after = self.unit.step(self.memory[number], letter)
                shows = self.show(after.values)
                if shows is None or images > MOST_IMAGES:
                    return None
                target = self._target(number, letter, after, shows)
                if target is None:
                    return None
                if self._take_in(target, after) and target not in waiting:
                    queue.append(target)
                    waiting.add(target)
            if number == last_of_round:
                rounds += 1
                last_of_round = queue[-1] if queue else -1
        nodes = tuple(map(Node, self.memory, self.shows, self.values, self.followed))
        return Cover(self.unit, self.watched, nodes, tuple(map(tuple, self.moves)), rounds)

    def _target(self, number: int, letter: int, after: After, shows: Hashable) -> int | None:
        """The box that is to hold an image: the one that holds it already, the nearest, or a new one."""
        if any(fixed and any(end.point is None for end in box) for fixed, box in zip(self.fixed, after.memory)):
            return None
        followed = self.history.after(self.followed[number], letter)
        before = self.moves[number][letter]
        if before >= 0 and self.shows[before] == shows and self._gap(self.memory[before], after.memory) is not None:
            return before
        near = [
            (gap, k) for k, memory in enumerate(self.memory)
            if self.shows[k] in (shows, None) and self.followed[k] == followed and (gap := self._gap(memory, after.memory)) is not None
        ]
        if near:
            target = min(near)[1]
        else:
            target = len(self.memory)
            if target >= MOST_BOXES:
                return None
            self.memory.append(tuple(tuple(map(tidy, box)) for box in after.memory))
            self.shows.append(shows)
            self.values.append(())
            self.moves.append([-1] * len(self.unit.letters))
            self.ends.append({})
            self.followed.append(followed)
        self.shows[target] = shows
        self.moves[number][letter] = target
        return target

    def _gap(self, one: Memory, other: Memory) -> fmpq | None:
        """How far apart two boxes are for their size; None where that is too far."""
        widest = fmpq(0)
        for fixed, mine, theirs in zip(self.fixed, one, other):
            if fixed:
                if mine != theirs:
                    return None
                continue
            for a, b in zip(mine, theirs):
                gap = _apart(a, b)
                if gap > self.scale:
                    return None
                widest = max(widest, gap)
        return widest

    def _take_in(self, target: int, after: After) -> bool:
        """Let a box hold an image; whether its states have to be looked at again."""
        image = tuple(after.values[slot] for slot in self.watched)
        known = self.values[target]
        self.values[target] = image if not known else tuple(tuple(map(hull, *boxes)) for boxes in zip(known, image))
        memory = self.memory[target]
        fresh = -1 in self.moves[target]
        if all(contains(a, b) for mine, theirs in zip(memory, after.memory) for a, b in zip(mine, theirs)):
            return fresh
        self.memory[target] = tuple(
            tuple(self._wider(target, k, entry, a, b) for entry, (a, b) in enumerate(zip(mine, theirs)))
            for k, (mine, theirs) in enumerate(zip(memory, after.memory))
        )
        return True

    def _wider(self, target: int, slot: int, entry: int, a: Interval, b: Interval) -> Interval:
        """The hull of a box's interval and an image's, a little wider where it had to grow."""
        if contains(a, b):
            return a
        both = hull(a, b)
        low, low_open, high, high_open = both.low, both.low_open, both.high, both.high_open
        width = high - low if low is not None and high is not None else _ONE
        if low is not None and (low, low_open) != (a.low, a.low_open):
            low, low_open = self._further(target, (slot, entry, False), a.low, low, low_open, -width)
        if high is not None and (high, high_open) != (a.high, a.high_open):
            high, high_open = self._further(target, (slot, entry, True), a.high, high, high_open, width)
        return tidy(Interval(low, high, low_open and low is not None, high_open and high is not None))

    def _further(
        self, target: int, end: tuple[int, int, bool], before: fmpq | None, to: fmpq, is_open: bool, width: fmpq
    ) -> tuple[fmpq | None, bool]:
        """Where an end is moved that has to go as far as `to`, and whether it is out of reach there."""
        moved = self.ends[target].setdefault(end, [] if before is None else [before])
        moved.append(to)
        count = len(moved) - 3
        if count < 0:
            return to, is_open
        if count == 0:
            # Steps that shrink alike add up to a limit that is never reached (Aitken 1926).
            first, second = moved[1] - moved[0], moved[2] - moved[1]
            if first and fmpq(0) < second / first < _ONE:
                return to + second * second / (first - second), True
        if count >= MOST_GROWTHS:
            return None, False
        margin = _TINY * max(_ONE, abs(to))
        return to + width * fmpq(4 ** (count + 1), 64) + (margin if width > 0 else -margin), False


def tidy(a: Interval) -> Interval:
    """The interval with ends of few digits, moved outward; a number stays as it is.

    >>> print(tidy(Interval(fmpq(4, 3), fmpq(5, 3))))
    [1333333/1000000, 1666667/1000000]
    """
    if a.point is not None:
        return a
    low, high = (None if end is None else _few_digits(end, up) for end, up in ((a.low, False), (a.high, True)))
    return Interval(low, high, a.low_open and low == a.low, a.high_open and high == a.high)


def _few_digits(x: fmpq, up: bool) -> fmpq:
    """The nearest number of few digits that isn't below (`up`) or above x."""
    if not x:
        return x
    # 2^b is about |x|: its decimal exponent is right to one place, which is all that few digits need.
    bits = int(abs(x.p).bit_length()) - int(x.q.bit_length())
    places = DIGITS - bits * 30103 // 100000
    unit = fmpq(10) ** places
    scaled = x * unit
    return fmpq(scaled.ceil() if up else scaled.floor()) / unit


def _apart(a: Interval, b: Interval) -> fmpq:
    """The gap between two intervals, for their size."""
    for below, above in ((a, b), (b, a)):
        if below.high is not None and above.low is not None and below.high < above.low:
            size = max(_ONE, abs(below.high), abs(above.low))
            return (above.low - below.high) / size
    return fmpq(0)
