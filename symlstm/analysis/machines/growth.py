"""States that grow without bound: what each input adds to them, and what they count.

In comes a unit whose states don't close, out go its counters: entries of the state with c_t = α c_{t-1} + β exactly, for each box of
the rest of the state and each letter, whatever c is. That is proved from the equation: the entry stands in one term alone, beside
factors that are numbers there, and all else in it is a number. What such an entry counts follows by induction on one step: nothing is
guessed from a few runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from flint import fmpq

from symlstm.analysis.boxes.enclosure import Box
from symlstm.analysis.boxes.intervals import EVERYTHING, Interval, contains, hull, point
from symlstm.analysis.machines.cover import Cover, close
from symlstm.analysis.machines.unit import After, Memory, Slot, Unit
from symlstm.analysis.statements.counting import term_of
from symlstm.analysis.statements.tree import Count, CurrentRun, Quantity, Term
from symlstm.arithmetic.real import ONE, ZERO
from symlstm.derivation.program import without_zeros
from symlstm.model.values import is_constant
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import Expr, Hadamard, Name, Negative, Numeral, Product, Running, Sum, Symbol, rebuild

MOST_HULLS = 40
"""Rounds in which the hull of all states is grown before what still grows is taken to be unbounded."""

DEEPEST = 50
"""Symbols of one step that are gone through, each read by the one before."""

At = tuple[int, int]
"""An entry of the state: the slot's number, and the entry from 0."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a letter makes of a counter: factor · c + change."""

    factor: fmpq
    change: fmpq


@dataclass(frozen=True)
class Counter:
    """An entry of the state that grows, with what each letter makes of it in each box of the rest of the state."""

    slot: Slot
    entry: int | None
    """From 1; None where the symbol is a number."""
    at: At
    start: fmpq
    changes: tuple[tuple[Change, ...], ...]
    """By the control's node and the letter."""

    def of_letter(self, letter: int) -> tuple[Change, ...]:
        """The different things that a letter does to it."""
        return tuple(dict.fromkeys(row[letter] for row in self.changes))

    @cached_property
    def counts(self) -> Mapping[Quantity | None, fmpq] | None:
        """What it is as a sum of quantities with their factors (None: the constant); None where it is no such sum.

        By induction: at the start all quantities are 0, and with every letter both sides change alike.
        """
        letters = range(len(self.changes[0]))
        each = [self.of_letter(letter) for letter in letters]
        if any(len(changes) != 1 for changes in each):
            return None
        changes = [found[0] for found in each]
        out: dict[Quantity | None, fmpq] = {None: self.start}
        if all(change.factor == ONE for change in changes):
            out.update({Count(a): change.change for a, change in enumerate(changes) if change.change})
            return out
        adding = [a for a, change in enumerate(changes) if change.factor == ONE]
        others = [change for change in changes if change.factor != ONE]
        if len(adding) == 1 and all(change == Change(ZERO, self.start) for change in others):
            (letter,) = adding
            out[CurrentRun(letter)] = changes[letter].change
            return out
        return None

    @property
    def endless(self) -> bool:
        """Whether some letter, given again and again, takes it beyond every bound."""
        each = map(self.of_letter, range(len(self.changes[0])))
        adding = ([change.change for change in found] for found in each if all(change.factor == ONE for change in found))
        return any(min(added) > ZERO or max(added) < ZERO for added in adding)

    @property
    def term(self) -> Term | None:
        """`counts` as a term of the language of statements."""
        return None if self.counts is None else term_of(self.counts)


@dataclass(frozen=True)
class Growth:
    """The entries of a state that may grow without bound, and boxes of the rest that hold whatever those are."""

    unit: Unit
    open: tuple[At, ...]
    control: Cover
    """Boxes of the state in which the entries that grow may be anything; its readout shows nothing."""
    counters: tuple[Counter, ...]
    """Those of the growing entries whose growth is known exactly."""

    @property
    def exact(self) -> bool:
        """Whether the growth of every entry is known."""
        return len(self.counters) == len(self.open)

    @property
    def endless(self) -> bool:
        """Whether some entry surely goes beyond every bound."""
        return any(counter.endless for counter in self.counters)


class _Opened(Unit):
    """A unit in which some entries of the state may be anything."""

    def __init__(self, unit: Unit, entries: Sequence[At]) -> None:
        vars(self).update(vars(unit))
        self.entries = frozenset(entries)
        self.start = self.with_all(unit.start, EVERYTHING)

    def with_all(self, memory: Memory, interval: Interval) -> Memory:
        """The memory with this interval for every growing entry."""
        return tuple(
            tuple(interval if (k, j) in self.entries else x for j, x in enumerate(box)) for k, box in enumerate(memory)
        )

    def is_state(self, memory: Memory) -> bool:
        """Whether all that doesn't grow is a number."""
        return super().is_state(self.with_all(memory, point(ZERO)))

    def step(self, memory: Memory, letter: int) -> After:
        """What holds after a letter, whatever the growing entries were, with those forgotten again."""
        after = super().step(memory, letter)
        return After(self.with_all(after.memory, EVERYTHING), after.values, after.computed)


def growth(unit: Unit) -> Growth | None:
    """What grows in a unit, and how; None where nothing does, or the rest of the state doesn't close."""
    entries = tuple(_unbounded(unit))
    if not entries:
        return None
    opened = _Opened(unit, entries)
    control = close(opened, lambda values: ())
    if control is None:
        return None
    found = (_counter(unit, opened, control, at) for at in entries)
    return Growth(unit, entries, control, tuple(counter for counter in found if counter is not None))


def _unbounded(unit: Unit) -> Iterator[At]:
    """The entries for which no bound is found by growing the hull of all states."""
    memory = unit.start
    for count in range(MOST_HULLS):
        images = [unit.step(memory, letter).memory for letter in range(len(unit.letters))]
        reached = tuple(tuple(map(hull, *boxes)) for boxes in zip(memory, *images))
        if reached == memory:
            break
        # What grows in the last rounds is let go at once, so that what follows from that shows in the others.
        memory = reached if count < MOST_HULLS // 2 else tuple(
            tuple(a if contains(a, b) else EVERYTHING for a, b in zip(mine, theirs)) for mine, theirs in zip(memory, reached)
        )
    for _ in range(len(unit.slots)):
        # What was let go with the others and is bounded whatever they are has bounds again.
        images = [unit.step(memory, letter).memory for letter in range(len(unit.letters))]
        memory = tuple(tuple(map(hull, *boxes)) for boxes in zip(unit.start, *images))
    for k, box in enumerate(memory):
        for j, interval in enumerate(box):
            if interval.low is None or interval.high is None:
                yield k, j


# -- one counter ---------------------------------------------------------------------------------------------------------------


def _counter(unit: Unit, opened: _Opened, control: Cover, at: At) -> Counter | None:
    slot = unit.slots[at[0]]
    start = unit.start[at[0]][at[1]].point
    name, lag = slot
    if lag != 1 or start is None or name not in unit.run.cell.by_name:
        return None
    convention = unit.run.convention
    places = convention.places(str(name)) if convention.carry else None
    if places is not None and (start * fmpq(10) ** places).q != 1:
        # The start isn't rounded, so the first step would do more than add.
        return None
    changes = []
    for node in control.nodes:
        row = [_change(unit, opened, node.memory, letter, at) for letter in range(len(unit.letters))]
        known = tuple(change for change in row if change is not None)
        if len(known) < len(row):
            return None
        changes.append(known)
    entry = at[1] + 1 if len(unit.start[at[0]]) > 1 else None
    return Counter(slot, entry, at, start, tuple(changes))


def _change(unit: Unit, opened: _Opened, memory: Memory, letter: int, at: At) -> Change | None:
    """What a letter makes of a growing entry; None where that isn't factor · c + change with two exact numbers."""
    name = unit.slots[at[0]][0]
    after = unit.step(opened.with_all(memory, EVERYTHING), letter)
    # What later lines use, which isn't what is displayed where a convention rounds for display alone.
    carried = {**after.values, **{(other, 0): computed.carried for other, computed in after.computed.items()}}
    if not _affine(unit, name, at, opened.entries, carried):
        return None
    at_zero = _exactly(unit, opened, memory, letter, at, ZERO)
    at_one = _exactly(unit, opened, memory, letter, at, ONE)
    if at_zero is None or at_one is None:
        return None
    places = unit.run.convention.places(str(name))
    if places is not None and unit.run.convention.carry:
        # Rounding leaves alone what has no more decimals than it keeps.
        plain = [_exactly(unit, opened, memory, letter, at, number, rounded=False) for number in (ZERO, ONE)]
        if plain != [at_zero, at_one] or at_one - at_zero not in (ZERO, ONE):
            return None
    return Change(at_one - at_zero, at_zero)


def _exactly(unit: Unit, opened: _Opened, memory: Memory, letter: int, at: At, number: fmpq, rounded: bool = True) -> fmpq | None:
    """The entry after a letter where it was this number and the other growing entries 0."""
    before = opened.with_all(memory, point(ZERO))
    box = tuple(point(number) if j == at[1] else x for j, x in enumerate(before[at[0]]))
    after = unit.step((*before[: at[0]], box, *before[at[0] + 1 :]), letter)
    computed = after.computed[unit.slots[at[0]][0]]
    return (computed.carried if rounded else computed.unrounded)[at[1]].point


def _affine(unit: Unit, name: Name, at: At, growing: frozenset[At], values: Mapping[Slot, Box]) -> bool:
    """Whether the equation of a symbol is a sum in which the growing entry stands in terms of its own, beside numbers."""
    run = unit.run
    growing_names = {unit.slots[k] for k, _ in growing}
    single = len(unit.start[at[0]]) == 1

    def written(tree: Expr) -> Expr:
        if isinstance(tree, Symbol) and tree.at is None and tree.entry is None:
            given = run.parameters[tree.name]
            if is_constant(given.tree) and isinstance(given.tree, Numeral):
                return given.tree
        return rebuild(tree, written)

    def number(tree: Expr, depth: int = 0) -> bool:
        """Whether a part is the same number whatever the growing entries are."""
        for symbol in symbols_in(tree):
            if symbol.at is None:
                continue
            assert isinstance(symbol.at, Running)
            slot = symbol.name, -symbol.at.offset
            if slot in growing_names:
                return False
            box = values.get(slot)
            if box is not None and all(entry.point is not None for entry in box):
                continue
            equation = run.cell.by_name.get(symbol.name) if symbol.at.offset == 0 and depth < DEEPEST else None
            if equation is not None and number(without_zeros(written(equation.right)), depth + 1):
                continue
            if symbol.at.offset < 0 and slot not in growing_names:
                continue
            return False
        return True

    def term(tree: Expr) -> bool:
        if number(tree):
            return True
        match tree:
            case Symbol(name=other, at=Running(offset=-1), entry=None):
                return other == name
            case Negative(operand=operand):
                return term(operand)
            case Sum(terms=terms):
                return all(term(part) for _, part in terms)
            case Hadamard(factors=factors):
                return sum(not number(factor) for factor in factors) == 1 and all(map(term, factors))
            case Product(factors=factors) if single:
                return sum(not number(factor) for factor in factors) == 1 and all(map(term, factors))
            case _:
                return False

    return term(without_zeros(written(run.cell.by_name[name].right)))
