"""What can be said of one run and one readout: its machine, what grows, what is carried, which claims hold.

The parts are worked out as they are asked for and kept. A question is answered by the first way that decides it: a walk through a
machine of boxes, which covers inputs of every length; short inputs one by one, which refute; induction over a counter. Where none
does, the answer is open, with the length up to which every input was tried.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import cast

from symlstm.analysis.boxes.enclosure import Box
from symlstm.analysis.machines.carried import MOST_PAIRS, Numbered, Verdict, Word, carried, claimed
from symlstm.analysis.machines.cover import Cover, Show, close
from symlstm.analysis.machines.deciding import Values, View, inside, parts, settled, shown, speaks_of_inputs, truth, watched
from symlstm.analysis.machines.growth import Growth, growth
from symlstm.analysis.machines.horizon import horizon
from symlstm.analysis.machines.induction import determined, proved
from symlstm.analysis.machines.machine import Merged, smallest
from symlstm.analysis.machines.remembering import Memories, memories
from symlstm.analysis.machines.unit import Memory, Slot, Unit
from symlstm.analysis.statements.counting import expanded, simplified
from symlstm.analysis.statements.quantities import State as Tracked
from symlstm.analysis.statements.quantities import Tracker
from symlstm.analysis.statements.tree import (
    Comparison,
    Count,
    CurrentRun,
    LastInput,
    Letter,
    LongestRun,
    Matches,
    Number,
    Parity,
    Seen,
    Statement,
    Term,
    Truth,
)
from symlstm.model.problem import Run

FIRST_TRIAL = 400
"""Steps that are taken to refute a claim by short inputs before anything is proved."""
LONG_TRIAL = 3_000
"""Steps that are taken where nothing could be proved."""
MOST_LETTERS = 4
"""Letters up to which boxes are told apart by what has been read."""
BY_INDUCTION = "by induction on one step"


@dataclass(frozen=True, slots=True)
class State:
    """A state that an input reaches, with what is to be seen of it."""

    memory: Memory
    seen: tuple[Box, ...]
    shows: Hashable


@dataclass(frozen=True, slots=True)
class Held:
    """Boxes that hold every state that inputs of up to a length lead to."""

    cover: Cover
    length: int | None
    """None for inputs of every length."""


class States:
    """The states of a unit, made as they are reached."""

    def __init__(self, analyst: Analyst, slots: tuple[Slot, ...] = ()) -> None:
        self.analyst = analyst
        self.slots = slots
        self.letters = len(analyst.unit.letters)
        self.initial = State(analyst.unit.start, (), None)
        self.reached: set[Memory] = set()

    def after(self, state: State, letter: int) -> State:
        """The state that a letter leads to."""
        after = self.analyst.unit.step(state.memory, letter)
        self.reached.add(after.memory)
        return State(after.memory, tuple(after.values[slot] for slot in self.slots), self.analyst.shows(after.values))

    @property
    def proof(self) -> str:
        """How all states were covered, once they are."""
        return _by(len(self.reached), all(map(self.analyst.unit.is_state, self.reached)))

    def view(self, state: State) -> View:
        """What is known in a state."""
        return self.analyst.view(dict(zip(self.slots, state.seen)))


class Analyst:
    """A run with a readout (None: nothing is read off), and what was found about them so far."""

    def __init__(self, run: Run, readout: Statement | Term | None) -> None:
        """`DocumentError` where the run doesn't say all that its steps need."""
        self.run = run
        self.readout = readout
        self.unit = Unit(run)

    def view(self, values: Values) -> View:
        """Values of the cell as statements see them."""
        return View(values, self.run.convention.ties)

    def shows(self, values: Values) -> Hashable:
        """What the readout shows; () where there is none."""
        if self.readout is None:
            return ()
        return shown(self.readout, self.view(values))

    @cached_property
    def held(self) -> Held | None:
        """Boxes that hold the states, in each of which the readout shows one thing."""
        for items in ((), *_histories(len(self.unit.letters))):
            if items and not self._may_end():
                return None
            history = Tracker(items, len(self.unit.letters))
            cover = close(self.unit, self.shows, (), self._may_end if not items else lambda: False, history)
            if cover is not None:
                return Held(cover, None)
        return self._leaking(self.shows, ())

    @property
    def cover(self) -> Cover | None:
        """The boxes of `held`, whether for inputs of every length or not."""
        return None if self.held is None else self.held.cover

    @property
    def length(self) -> int | None:
        """The length of the inputs for which the boxes hold; None where they do for every length, or there are none."""
        return None if self.held is None else self.held.length

    @cached_property
    def merged(self) -> Merged | None:
        """The smallest machine that shows what the unit shows."""
        return None if self.cover is None else smallest(self.cover.machine)

    @cached_property
    def growth(self) -> Growth | None:
        """What grows in the state."""
        return None if self.cover is not None and self.cover.bounded else self._growing

    def _held(self, show: Show, slots: tuple[Slot, ...]) -> Held | None:
        cover = close(self.unit, show, slots, self._may_end)
        return Held(cover, None) if cover is not None else self._leaking(show, slots)

    def _leaking(self, show: Show, slots: tuple[Slot, ...]) -> Held | None:
        found = horizon(self.unit, show, slots) if self._may_end() else None
        if found is None:
            return None
        return Held(found.cover, None if found.endless else found.length)

    @cached_property
    def _growing(self) -> Growth | None:
        return growth(self.unit)

    def _may_end(self) -> bool:
        """Whether the states may be finitely many: what surely grows has no last one."""
        return self._growing is None or not self._growing.endless

    @cached_property
    def memories(self) -> Memories | None:
        """What the states of the smallest machine remember."""
        return None if self.merged is None else memories(self.merged.machine)

    def values_after(self, word: Word) -> Values:
        """The cell's values after a non-empty input, step by step."""
        memory = self.unit.start
        values: Values = {}
        for letter in word:
            after = self.unit.step(memory, letter)
            memory, values = after.memory, after.values
        return values

    # -- questions ---

    def carried(self, item: Statement | Term) -> Verdict:
        """Whether what the readout shows determines the item's value on every input."""
        if isinstance(item, Statement):
            item = simplified(item, len(self.unit.letters))
        if self.merged is not None:
            machine = Numbered(self.merged.machine)
            return _within(carried(machine, machine.shows, item), self.length)
        states = States(self)
        found = carried(states, lambda state: state.shows, item, FIRST_TRIAL)
        if found.holds is None and (tracker := Tracker([item], len(self.unit.letters))).finite:
            cover = close(self.unit, self.shows, (), self._may_end, tracker)
            if cover is not None:
                machine = Numbered(cover.machine)
                return carried(machine, machine.shows, item)
        counted = expanded(item, len(self.unit.letters)) if isinstance(item, Statement) else item
        if found.holds is None and self.readout is not None and self.growth is not None and determined(
            self.growth, self.readout, counted
        ):
            return Verdict(True, 0, proof=BY_INDUCTION)
        for most in (LONG_TRIAL, MOST_PAIRS):
            if found.holds is None or not found.shortest:
                found = carried(states, lambda state: state.shows, item, most)
            if found.holds is None:
                break
        return found

    def claim(self, statement: Statement) -> Verdict:
        """Whether a claim holds after every non-empty input."""
        statement = simplified(statement, len(self.unit.letters))
        found = self._tried(statement, FIRST_TRIAL)
        if found.holds is not None:
            return found
        covered = self._covered(statement)
        if covered is not None:
            return covered
        if self.growth is not None and proved(self.growth, expanded(statement, len(self.unit.letters))):
            return Verdict(True, 0, proof=BY_INDUCTION)
        return self._tried(statement, LONG_TRIAL)

    def _tried(self, statement: Statement, most: int) -> Verdict:
        """What the inputs show, one by one."""
        states = States(self, watched(statement))
        tracker = Tracker(followed(statement), states.letters)
        found = claimed(states, lambda state: settled(statement, states.view(state)), tracker, most)
        return replace(found, proof=states.proof) if found.holds else found

    def _covered(self, statement: Statement) -> Verdict | None:
        """What a machine of boxes shows in which all that the claim says of the cell is certain; None where there is none."""
        slots = watched(statement)
        said = _said(statement)

        def show(values: Values) -> Hashable:
            view = self.view(values)
            found = tuple(truth(item, view) if isinstance(item, Statement) else shown(item, view) for item in said)
            return None if None in found else found

        tracker = Tracker(followed(statement), len(self.unit.letters))
        if tracker.finite and (found := self._told_apart(statement, show, slots, tracker)) is not None:
            return found
        held = self._held(show, slots)
        if held is None:
            return None
        cover = held.cover
        settled_in = [
            settled(statement, self.view(cover.values(number))) if node.shows is not None else None
            for number, node in enumerate(cover.nodes)
        ]
        tracker = Tracker([found for found in settled_in if found is not None], len(self.unit.letters))
        found = claimed(Numbered(cover.machine), lambda state: settled_in[state], tracker)
        return _within(replace(found, proof=_by(len(cover.nodes), cover.exact)) if found.holds else found, held.length)

    def _told_apart(self, statement: Statement, show: Show, slots: tuple[Slot, ...], tracker: Tracker) -> Verdict | None:
        """What boxes show that are told apart by what the claim says of the inputs; None where they don't close, or don't tell."""
        cover = close(self.unit, show, slots, self._may_end, tracker)
        if cover is None:
            return None
        true: list[bool] = []
        for number, node in enumerate(cover.nodes):
            known = None if node.shows is None else settled(statement, self.view(cover.values(number)))
            if known is None and node.shows is not None:
                return None
            true.append(known is None or bool(tracker.value(known, cast("Tracked", node.history))))
        found = claimed(Numbered(cover.machine), lambda state: Truth(true[state]), Tracker([], tracker.letters))
        return replace(found, proof=_by(len(cover.nodes), cover.exact)) if found.holds else found


def _histories(letters: int) -> Iterator[list[Statement | Term]]:
    """What boxes may be told apart by where they don't close by themselves: the last input and the letters that have occurred, then
    the last two and which letters have occurred twice."""
    if letters > MOST_LETTERS:
        return
    for count in (1, 2):
        occurred = (Comparison("≥", Count(letter), Number(Fraction(count))) for letter in range(letters))
        last = (Comparison("=", LastInput(count), Letter(letter)) for letter in range(letters))
        yield [*last, *occurred]


def _within(verdict: Verdict, length: int | None) -> Verdict:
    """A verdict of a machine that is right for inputs of up to a length (None: of every length)."""
    if length is None or verdict.holds is None:
        return verdict
    words = (verdict.counterexample or (), *(verdict.witness or ()))
    if verdict.holds or max(map(len, words)) > length:
        return replace(verdict, holds=None, tried=length, within=True, witness=None, counterexample=None)
    return verdict


def _by(count: int, exact: bool) -> str:
    if exact:
        return "in the one state that can be reached" if count == 1 else f"in each of the {count} states that can be reached"
    return "in the one box that holds every state" if count == 1 else f"in each of {count} boxes that hold every state"


def _said(statement: Statement) -> tuple[Statement | Term, ...]:
    """What a claim says of the cell: its comparisons of the cell's values, and where those are compared with the inputs the values."""
    out: dict[Statement | Term, None] = {}
    for part in parts(statement):
        if isinstance(part, Comparison | Parity) and watched(part):
            if not speaks_of_inputs(part):
                out[part] = None
                continue
            terms = (part.left, part.right) if isinstance(part, Comparison) else (part.term,)
            out.update(dict.fromkeys(value for term in terms for value in _largest(term)))
    return tuple(out)


def followed(statement: Statement) -> list[Statement | Term]:
    """What has to be followed of the inputs: statements about them alone, and quantities that the cell's values are compared with."""
    out: list[Statement | Term] = []
    for part in parts(statement):
        if isinstance(part, Seen | Matches):
            out.append(part)
        elif isinstance(part, Comparison | Parity) and speaks_of_inputs(part):
            mixed = bool(watched(part))
            out += [each for each in parts(part) if isinstance(each, Count | CurrentRun | LongestRun)] if mixed else [part]
    return out


def _largest(term: Term) -> tuple[Term, ...]:
    """The largest parts of a term that speak of the cell alone."""
    if not watched(term):
        return ()
    if not speaks_of_inputs(term):
        return (term,)
    return tuple(found for part in inside(term) if not isinstance(part, Statement) for found in _largest(part))
