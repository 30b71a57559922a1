"""All that `analyse` finds out about a unit: its machine, what that remembers, what grows, and whether rounding matters.

In come a run and a readout, out go findings. What is asked in a document is answered in `answers`; here is what holds anyway.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from symlstm.analysis.machines.analyst import Analyst, States
from symlstm.analysis.machines.carried import Numbered, Word, alike
from symlstm.analysis.machines.cover import tidy
from symlstm.analysis.machines.growth import Change
from symlstm.analysis.machines.input_claims import Inquiry
from symlstm.analysis.machines.machine import Machine
from symlstm.analysis.machines.readout import Readout, discrete, rounds
from symlstm.analysis.machines.remembering import Offer, Remembered
from symlstm.analysis.machines.ties import felt
from symlstm.analysis.machines.unit import Memory
from symlstm.analysis.statements.tree import Call, CellValue, Number, Statement, Term
from symlstm.arithmetic.rounding import TIES
from symlstm.errors import DocumentError
from symlstm.model.convention import Convention
from symlstm.notation.tree import Name

MOST_STEPS = 5_000
"""Steps that are taken to see whether a unit without a machine differs from the rounded one."""
NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class State:
    """A state of the smallest machine."""

    name: str
    shows: Hashable
    """What the readout shows in it; None for a start that no input leads back to."""
    boxes: tuple[Memory, ...]
    """Where the unit's own state lies when it is reached, box by box."""
    remembered: Remembered
    first: bool = False
    """Whether the machine starts in it."""


@dataclass(frozen=True, slots=True)
class Grown:
    """What a letter adds to a symbol of the state that grows."""

    symbol: Name
    entry: int | None
    letter: int
    changes: tuple[Change, ...]
    """The different things that the letter does, by the rest of the state."""


@dataclass(frozen=True, slots=True)
class Unrounded:
    """The same unit without rounding and saturation."""

    analyst: Analyst
    readout: Readout
    same: bool | None
    """Whether it shows the same after every input; None where that is open."""
    differs_after: Word | None
    """The shortest input after which it shows something else."""
    tried: int = 0
    """Where no machine was found: the length up to which every input was tried, and shows the same."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A unit that nothing can be found out about as a machine: its run lacks something that a step needs."""

    why: str


@dataclass(frozen=True)
class Findings:
    """What was found out about a run with a readout."""

    analyst: Analyst
    readout: Readout | None

    @cached_property
    def tied(self) -> str:
        """A rule for ties with which the unit would show something else, where nobody declared one; empty where there is none."""
        run = self.analyst.run
        if self.readout is None or self.machine is None or "ties" in run.convention.declared or not rounds(self.readout.item, run):
            return ""
        for ties in TIES:
            if ties not in (run.convention.ties, "truncate"):
                other = Analyst(replace(run, convention=replace(run.convention, ties=ties)), self.readout.item)
                if not felt(self.analyst.unit, other.unit, [self.readout.item]):
                    continue
                if other.merged is not None and _difference(self.machine, other.merged.machine) is not None:
                    return ties
        return ""

    @cached_property
    def finite(self) -> bool | None:
        """Whether the unit's own states are finitely many, or lie in finitely many bounded boxes; None where that isn't known."""
        cover = self.analyst.cover
        if cover is not None and cover.bounded and self.analyst.length is None:
            return True
        growth = self.analyst.growth
        if growth is None:
            return None
        return False if growth.endless else None

    @property
    def proved(self) -> bool:
        """Whether a machine was found that shows the same as the unit after every input of every length."""
        return self.readout is not None and self.analyst.cover is not None and self.analyst.length is None

    @cached_property
    def machine(self) -> Machine | None:
        """The smallest machine."""
        merged = self.analyst.merged if self.readout is not None else None
        return None if merged is None else merged.machine

    @cached_property
    def states(self) -> tuple[State, ...]:
        """Its states, in the order in which inputs reach them."""
        merged, cover = self.analyst.merged, self.analyst.cover
        if self.machine is None or merged is None or cover is None:
            return ()
        memories = self.analyst.memories
        # Boxes that needn't close may as well be shown with ends of few digits.
        rough = self.analyst.length is not None
        unknown = Remembered(None, False, True)
        reached = [_outline(node.memory) if rough else node.memory for node in cover.nodes]
        return tuple(
            State(
                state_name(number), self.machine.shows[number],
                tuple(dict.fromkeys(memory for memory, of in zip(reached, merged.classes) if of == number)),
                unknown if memories is None else memories.remembered(number), number == self.machine.initial,
            )
            for number in range(len(self.machine.moves))
        )

    @cached_property
    def offers(self) -> tuple[Offer, ...]:
        """Statements that the readout carries, the most telling first."""
        memories = self.analyst.memories if self.machine is not None else None
        return () if memories is None else memories.offers()

    @cached_property
    def grown(self) -> tuple[Grown, ...]:
        """What each letter adds to what grows."""
        return tuple(self._grown())

    def _grown(self) -> Iterator[Grown]:
        growth = self.analyst.growth
        if growth is None:
            return
        known = {counter.at: counter for counter in growth.counters if counter.endless}
        for at in known:
            name = self.analyst.unit.slots[at[0]][0]
            entry = at[1] + 1 if len(self.analyst.unit.start[at[0]]) > 1 else None
            for letter in range(len(self.analyst.unit.letters)):
                yield Grown(name, entry, letter, known[at].of_letter(letter))

    @cached_property
    def unrounded(self) -> Unrounded | None:
        """The unit without rounding and saturation, where the convention has some."""
        run, readout = self.analyst.run, self.readout
        convention = run.convention
        if self.machine is None or readout is None or (convention.saturate is None and not convention.round):
            return None
        plain = Convention(ties=convention.ties, show=convention.show, declared=convention.declared & {"ties", "show"})
        free = replace(run, convention=plain)
        item = _rounding(readout.item, convention)
        if not discrete(item, free):
            return None
        other = Analyst(free, item)
        if other.merged is None:
            machine = Numbered(self.machine)
            seen = alike(machine, machine.shows, States(other), lambda state: state.shows, MOST_STEPS)
            return Unrounded(other, Readout(item, readout.text), seen.holds, seen.counterexample, seen.tried)
        word = _difference(self.machine, other.merged.machine)
        if other.length is not None and (word is None or len(word) > other.length):
            return Unrounded(other, Readout(item, readout.text), None, None, other.length)
        return Unrounded(other, Readout(item, readout.text), word is None, word)


def findings_of(inquiry: Inquiry, needed: bool) -> Findings | Unread:
    """What is found out about an inquiry's run. Where no readout is `needed`, one that there isn't is no error."""
    try:
        return Findings(inquiry.analyst, inquiry.shown)
    except DocumentError as error:
        if needed:
            raise
        return Findings(inquiry.without_readout, None) if inquiry.complete else Unread(error.message)


def state_name(number: int) -> str:
    """The name of a state by its number: A to Z, then S27, S28, ...

    >>> state_name(0), state_name(26)
    ('A', 'S27')
    """
    return NAMES[number] if number < len(NAMES) else f"S{number + 1}"


def _rounding(item: Statement | Term, convention: Convention) -> Statement | Term:
    """A readout that rounds by itself what the convention rounds."""
    if isinstance(item, CellValue):
        places = convention.places(str(item.name))
        if places is None:
            return item
        return Call("round", (item, Number(Fraction(places)))) if places else Call("round", (item,))
    return item


def _outline(memory: Memory) -> Memory:
    return tuple(tuple(map(tidy, box)) for box in memory)


def _difference(one: Machine, other: Machine) -> Word | None:
    """The shortest input after which two machines show something else; None where there is none."""
    first, second = Numbered(one), Numbered(other)
    return alike(first, first.shows, second, second.shows).counterexample
