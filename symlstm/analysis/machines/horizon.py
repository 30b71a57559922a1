"""How long a machine surely holds for a unit that leaks: boxes that almost close, and a bound on how fast states can leave them.

In come a unit and what is to be seen of it, out goes a `Horizon`: a cover whose moves and readouts are right for every input of up to
so many letters, often more than anybody could read. A forget gate of σ(100) = 1 - 3.7e-44 loses a hair of its cell at every step: no
box ever maps into itself, and yet the unit remembers.

Around core boxes C stand outer ones, C ± R·v with a shape v for each. On those the readout and the move are the same throughout; the
image of C sticks out of the next C by at most δ·v; and by their derivatives |f(x) - f(y)| ≤ L·ρ·v wherever |x - y| ≤ ρ·v. So what is
within ρ·v of the core is within (δ + L·ρ)·v of it a step later, and after n steps within δ·(1 + L + ... + L^(n-1))·v, the discrete
inequality of Grönwall. How core and shape were found plays no part in the proof: `_Search._core` and `_Bounds` look at
all of it again.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from flint import arb, fmpq

from symlstm.analysis.boxes.derivatives import Derivatives, Entry
from symlstm.analysis.boxes.enclosure import Box
from symlstm.analysis.boxes.intervals import Interval, absolute, contains, hull, inflated
from symlstm.analysis.machines.cover import SCALES, Cover, Node, Show, _Growing
from symlstm.analysis.machines.unit import After, Memory, Slot, Unit
from symlstm.arithmetic.real import ONE, ZERO, working_precision

ENDLESS = 10**1000
"""A length that stands for every length."""
SHORTEST = 20
"""Horizons below this aren't worth a word."""
MOST_STEPS = 800
"""Steps that are taken in all, with or without derivatives."""
MOST_IMAGES = 150
"""Steps that are taken to find one core."""
MOST_CORE = 40
"""Boxes of a core that is looked at."""
SLACKS = (fmpq(1, 25), *(fmpq(1, 10**k) for k in (2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 28, 31)))
"""How far an image may stick out of a box, for its size, and still count as held."""
REACHES = tuple(fmpq(2) ** k for k in (12, 8, 5, 3, *range(2, -8, -1), *range(-8, -48, -3)))
"""R, from large to small."""
HALVINGS = 3
"""How often a larger R is tried below one that was too large."""
ROUNDS = 24
"""How often a shape is carried on by the derivatives."""

_BITS = 256
_KEPT_BITS = 128
_ALIKE = 10**20
_STEEPEST = 2**60
"""A derivative from here on leads nowhere."""
_LEAST = fmpq(1, 10**12)
"""Smallest part of a shape that isn't 0: where derivatives are next to nothing, it needn't be smaller."""

Shape: TypeAlias = "tuple[tuple[fmpq, ...], ...]"
"""For each box how far its entries may deviate, for each R."""
Gains: TypeAlias = "list[list[dict[int, fmpq]]]"
"""For each box and letter, a box's letters one after the other: for each entry of the next memory bounds on the absolute values of its
derivatives, by number of the entry that changes; 0 where none is named."""


@dataclass(frozen=True)
class Horizon:
    """A machine that is right for every input of up to `length` letters."""

    cover: Cover
    """Boxes that hold every state that so many letters lead to, and where each letter leads from there. They needn't close."""
    length: int
    """So many letters at least; `ENDLESS` where any number will do."""

    @property
    def endless(self) -> bool:
        """Whether the machine is right for inputs of every length."""
        return self.length >= ENDLESS


def horizon(unit: Unit, show: Show, watched: Sequence[Slot] = ()) -> Horizon | None:
    """The longest horizon that was found; None where there is none of `SHORTEST` letters.

    >>> from symlstm.model.python_problem import Problem
    >>> run = Problem(cell=r"h_t = 0.999 (1 - x_t) h_{t-1} + x_t", initial={"h": 0}, alphabet=[0, 1]).run
    >>> unit = Unit(run)
    >>> def above_half(values):
    ...     (h,) = values[unit.slots[0][0], 0]
    ...     return True if h.low > fmpq(1, 2) else False if h.high <= fmpq(1, 2) else None
    >>> found = horizon(unit, above_half)
    >>> len(found.cover.nodes), 500 < found.length < 694  # 0.999^693 < 1/2, one step after the last one
    (2, True)
    """
    search = _Search(unit, show, tuple(watched))
    found = search.best()
    return found if found is not None and found.length >= SHORTEST else None


# -- cores ---------------------------------------------------------------------------------------------------------------------


class _Spent(Exception):
    """The budget is used up. Never leaves this module."""


@dataclass(frozen=True, slots=True)
class _Core:
    """Boxes that almost close."""

    boxes: tuple[Memory, ...]
    shows: tuple[Hashable, ...]
    moves: tuple[tuple[int, ...], ...]
    excess: tuple[tuple[fmpq, ...], ...]
    """For each box how far images stick out of it, entry by entry."""

    @property
    def most(self) -> fmpq:
        """How far an image sticks out at most."""
        return max(x for row in self.excess for x in row)


class _Nearly(_Growing):
    """Boxes that grow into a core: an image that sticks out by less than some slack counts as held."""

    def __init__(self, unit: Unit, show: Show, scale: fmpq, slack: fmpq) -> None:
        super().__init__(unit, show, (), scale)
        self.slack = slack

    def _take_in(self, target: int, after: After) -> bool:
        held = tuple(
            tuple(a if contains(inflated(a, self.slack * _size(a)), b) else b for a, b in zip(mine, theirs))
            for mine, theirs in zip(self.memory[target], after.memory)
        )
        return super()._take_in(target, replace(after, memory=held))


def _size(a: Interval) -> fmpq:
    return max(ONE, *(abs(end) for end in (a.low, a.high) if end is not None)) if a.low is not None or a.high is not None else ONE


class _Search:
    """The search for cores, and for the R and shape that go farthest with one."""

    def __init__(self, unit: Unit, show: Show, watched: tuple[Slot, ...]) -> None:
        self.unit = unit
        self.show = show
        self.watched = watched
        self.letters = range(len(unit.letters))
        self.steps = 0
        self.found: Horizon | None = None

    def best(self) -> Horizon | None:
        """The longest horizon within the budget."""
        cores: dict[tuple[Memory, ...], _Core] = {}
        try:
            for scale in SCALES[:5]:
                known = len(cores)
                self._cores(scale, cores)
                if known and len(cores) == known:
                    break
        except _Spent:
            pass
        self.steps = 0
        bounds = _Bounds(self) if cores else None
        for core in sorted(cores.values(), key=lambda core: core.most):
            if self.found is not None and (self.found.endless or self.found.length * core.most > 4):
                # What sticks out further doesn't get as far.
                break
            try:
                assert bounds is not None
                self._farthest(bounds, core)
            except _Spent:
                break
        return self.found

    def _cores(self, scale: fmpq, cores: dict[tuple[Memory, ...], _Core]) -> None:
        """The cores of one scale, with less and less slack as long as boxes close."""
        most = ONE
        for slack in SLACKS:
            if slack >= most:
                # With so much slack the same boxes would come out.
                continue
            left = MOST_IMAGES

            def show(values: Mapping[Slot, Box]) -> Hashable:
                nonlocal left
                left -= 1
                self.count(1)
                return self.show(values) if left >= 0 else None

            cover = _Nearly(self.unit, show, scale, slack).closed()
            if cover is None or len(cover.nodes) > MOST_CORE:
                return
            core = self._core(cover)
            if core is None:
                return
            cores.setdefault(core.boxes, core)
            most = core.most

    def count(self, steps: int) -> None:
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise _Spent

    def _core(self, cover: Cover) -> _Core | None:
        """How far images stick out of a cover's boxes; None where something else is amiss."""
        boxes = tuple(tuple(tuple(map(_closed, box)) for box in node.memory) for node in cover.nodes)
        if not all(map(contains, _flat(boxes[0]), _flat(self.unit.start))):
            return None
        shows = tuple(node.shows for node in cover.nodes)
        excess = [[ZERO] * sum(map(len, memory)) for memory in boxes]
        for number, row in enumerate(cover.moves):
            for letter, target in enumerate(row):
                self.count(1)
                after = self.unit.step(boxes[number], letter)
                if self.show(after.values) != shows[target]:
                    return None
                for k, (a, b) in enumerate(zip(_flat(boxes[target]), _flat(after.memory))):
                    out = _sticking_out(a, b)
                    if out is None:
                        return None
                    excess[target][k] = max(excess[target][k], out)
        return _Core(boxes, shows, cover.moves, tuple(map(tuple, excess)))

    def _farthest(self, bounds: _Bounds, core: _Core) -> None:
        """Keep the longest horizon around a core, where it is longer than what was found."""
        if not core.most:
            still: Shape = tuple((ZERO,) * len(row) for row in core.excess)
            bounds.tried(core, ZERO, still)
            return
        gains = bounds.gains(core, core.boxes)
        if gains is None:
            return
        shape = _shape(core, gains)
        too_large, longest, worse = None, 0, 0
        largest = None
        for reach in REACHES:
            length, shape = self._settled(bounds, core, reach, shape)
            if length is None:
                too_large = reach
                continue
            if length > longest:
                longest, largest, worse = length, reach, 0
            else:
                worse += 1
            if worse >= 2 or length >= ENDLESS:
                break
        if largest is None or too_large is None or too_large > 8 * largest:
            return
        for _ in range(HALVINGS):
            reach = (largest + too_large) / 2
            length, shape = self._settled(bounds, core, reach, shape)
            if length is None or length < longest:
                too_large = reach
            else:
                largest, longest = reach, length

    def _settled(self, bounds: _Bounds, core: _Core, reach: fmpq, shape: Shape) -> tuple[int | None, Shape]:
        """How far one R goes, with shapes that suit its derivatives better and better; the last of them."""
        longest: int | None = None
        for _ in range(2):
            length, gains = bounds.tried(core, reach, shape)
            if length is None or gains is None:
                return longest, shape
            better = _shape(core, gains)
            if longest is not None and length <= longest:
                return longest, shape
            longest = length
            if _alike(shape, better):
                break
            shape = better
        return longest, shape


def _flat(memory: Memory) -> list[Interval]:
    return [entry for box in memory for entry in box]


def _closed(a: Interval) -> Interval:
    return Interval(a.low, a.high) if a.low_open or a.high_open else a


def _sticking_out(a: Interval, b: Interval) -> fmpq | None:
    """How far the second interval sticks out of the first, a closed one; None where that is endless."""
    out = ZERO
    if a.low is not None:
        if b.low is None:
            return None
        out = max(out, a.low - b.low)
    if a.high is not None:
        if b.high is None:
            return None
        out = max(out, b.high - a.high)
    return out


# -- shapes --------------------------------------------------------------------------------------------------------------------


def _shape(core: _Core, gains: Gains) -> Shape:
    """How far each entry deviates after some steps, for the one that deviates farthest. Any shape is sound, but where one entry is
    copied to another the two have to agree to many digits: each of them is lost as often as there are letters."""
    letters = len(core.moves[0])
    shape = [[_short(x / core.most) for x in row] for row in core.excess]
    for _ in range(ROUNDS):
        changed = False
        for number, targets in enumerate(core.moves):
            source = shape[number]
            for letter, target in enumerate(targets):
                reached = shape[target]
                for k, row in enumerate(gains[number * letters + letter]):
                    total = sum((gain * source[j] for j, gain in row.items()), ZERO)
                    if total > reached[k]:
                        reached[k] = _short(total)
                        changed = True
        if not changed:
            break
    most = max(x for row in shape for x in row)
    return tuple(tuple(_short(x / most) for x in row) for row in shape)


def _short(x: fmpq) -> fmpq:
    """A number of few bits that isn't below x; 0 for 0 alone."""
    if not x:
        return ZERO
    if x < _LEAST:
        return _LEAST
    unit = fmpq(2) ** (_KEPT_BITS - int(x.p.bit_length()) + int(x.q.bit_length()))
    return fmpq((x * unit).ceil()) / unit


def _alike(one: Shape, other: Shape) -> bool:
    return all(abs(a - b) * _ALIKE <= a for mine, theirs in zip(one, other) for a, b in zip(mine, theirs))


# -- bounds --------------------------------------------------------------------------------------------------------------------


class _Bounds:
    """What is proved: how many letters can't lead out of boxes around a core."""

    def __init__(self, search: _Search) -> None:
        self.search = search
        self.unit = search.unit
        self.derivatives = Derivatives(search.unit.run)
        self.entries: tuple[Entry, ...] = tuple(
            (slot, k) for slot, box in zip(self.unit.slots, self.unit.start) for k in range(len(box))
        )
        self.numbers = {entry: k for k, entry in enumerate(self.entries)}
        self.inputs = [self.unit.step(self.unit.start, letter).values[self.unit.input, 0] for letter in search.letters]

    def tried(self, core: _Core, reach: fmpq, shape: Shape) -> tuple[int | None, Gains | None]:
        """How many letters surely don't lead out of the outer boxes, and bounds on their derivatives; None where the readout isn't
        the same throughout a box, or where a step jumps there. The longest horizon is kept."""
        outer = tuple(_widened(memory, reach, row) for memory, row in zip(core.boxes, shape))
        seen = self._seen(core, outer)
        if seen is None:
            return None, None
        gains: Gains = []
        if reach:
            found = self.gains(core, outer)
            if found is None:
                return None, None
            gains = found
        length = self._length(core, reach, shape, gains)
        search = self.search
        if length is not None and (search.found is None or length > search.found.length):
            nodes = tuple(map(Node, outer, core.shows, seen))
            search.found = Horizon(Cover(self.unit, search.watched, nodes, core.moves, 0), length)
        return length, gains

    def _seen(self, core: _Core, outer: tuple[Memory, ...]) -> list[tuple[Box, ...]] | None:
        """What is watched in each box; None where a readout isn't that of the core."""
        seen: list[tuple[Box, ...]] = [()] * len(outer)
        for number, targets in enumerate(core.moves):
            for letter, target in enumerate(targets):
                self.search.count(1)
                values = self.unit.step(outer[number], letter).values
                if self.search.show(values) != core.shows[target]:
                    return None
                image = tuple(values[slot] for slot in self.search.watched)
                known = seen[target]
                seen[target] = image if not known else tuple(tuple(map(hull, *boxes)) for boxes in zip(known, image))
        return seen

    def gains(self, core: _Core, boxes: tuple[Memory, ...]) -> Gains | None:
        """Bounds on the derivatives in the boxes; None where a step jumps in one."""
        out: Gains = []
        for memory in boxes:
            before = dict(zip(self.unit.slots, memory))
            for letter in self.inputs:
                self.search.count(2)
                found = self.derivatives.of(before, letter)
                rows = []
                for (name, lag), entry in self.entries:
                    if lag > 1:
                        rows.append({self.numbers[(name, lag - 1), entry]: ONE})
                        continue
                    row = {}
                    gradient = found[name][entry] if name in found else {}
                    for source, slope in gradient.items():
                        high = absolute(slope).high
                        if high is None or high > _STEEPEST:
                            return None
                        if high:
                            row[self.numbers[source]] = high
                    rows.append(row)
                out.append(rows)
        return out

    def _length(self, core: _Core, reach: fmpq, shape: Shape, gains: Gains) -> int | None:
        """Letters after which nothing is further than `reach` times the shape from the core; None where the shape won't do at all."""
        if not core.most:
            return ENDLESS
        delta = factor = ZERO
        letters = len(self.search.letters)
        for sides, row in zip(shape, core.excess):
            for side, out in zip(sides, row):
                if out:
                    if not side:
                        return None
                    delta = max(delta, out / side)
        for number, targets in enumerate(core.moves):
            source = shape[number]
            for letter, target in enumerate(targets):
                for side, gain in zip(shape[target], gains[number * letters + letter]):
                    total = sum((high * source[k] for k, high in gain.items()), ZERO)
                    if total:
                        if not side:
                            return None
                        factor = max(factor, total / side)
        return steps_within(reach, delta, factor)


def _widened(memory: Memory, reach: fmpq, shape: Sequence[fmpq]) -> Memory:
    sides = iter(shape)
    return tuple(tuple(inflated(entry, reach * next(sides)) for entry in box) for box in memory)


def steps_within(reach: fmpq, delta: fmpq, factor: fmpq) -> int:
    """The n up to which δ·(1 + L + ... + L^(n-1)) ≤ R surely, for δ > 0; `ENDLESS` at most.

    >>> steps_within(fmpq(1), fmpq(1, 1000), ONE), steps_within(fmpq(1), fmpq(1, 1000), fmpq(2)), steps_within(fmpq(9), ONE, fmpq(3))
    (1000, 9, 2)
    >>> steps_within(fmpq(1), fmpq(1, 2), fmpq(1, 2)) == ENDLESS
    True
    """
    grows = max(factor, fmpq(1, 2)) - ONE
    if not grows:
        return min(ENDLESS, int((reach / delta).floor()))
    # δ·(L^n - 1)/(L - 1) ≤ R: n·log L against log(1 + R·(L - 1)/δ).
    most = reach * grows / delta
    if most <= -ONE:
        return ENDLESS
    with working_precision(_BITS):
        count = arb(most).log1p() / arb(grows).log1p()
        if not count.is_finite():
            return 0
        return max(0, min(ENDLESS, int(count.lower().fmpq().floor())))


__all__ = ["ENDLESS", "Horizon", "horizon"]
