"""All that `analyse` finds out about a unit: its machine, what that remembers, what grows, and whether rounding matters.

In come a run and a readout, out go findings. What is asked in a document is answered in `answers`; here is what holds anyway.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from symlstm.analysis.machines.analyst import Analyst
from symlstm.analysis.machines.carried import Word
from symlstm.analysis.machines.growth import Change, Counter
from symlstm.analysis.machines.machine import Machine
from symlstm.analysis.machines.readout import Readout, discrete
from symlstm.analysis.machines.remembering import Offer, Remembered
from symlstm.analysis.machines.unit import Memory
from symlstm.analysis.statements.tree import Call, CellValue, Number, Statement, Term
from symlstm.arithmetic.real import ONE, ZERO
from symlstm.model.convention import Convention
from symlstm.notation.tree import Name

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
    """The different things that the letter does, by the rest of the state; empty where that isn't known exactly."""


@dataclass(frozen=True, slots=True)
class Unrounded:
    """The same unit without rounding and saturation."""

    analyst: Analyst
    readout: Readout
    same: bool | None
    """Whether it shows the same after every input; None where no machine was found for it."""
    differs_after: Word | None
    """The shortest input after which it shows something else."""


@dataclass(frozen=True)
class Findings:
    """What was found out about a run with a readout."""

    analyst: Analyst
    readout: Readout | None

    @cached_property
    def finite(self) -> bool | None:
        """Whether the unit's own states are finitely many, or lie in finitely many bounded boxes; None where that isn't known."""
        cover = self.analyst.cover
        if cover is not None and cover.bounded:
            return True
        growth = self.analyst.growth
        if growth is None:
            return None
        return False if any(_surely_grows(counter) for counter in growth.counters) else None

    @property
    def proved(self) -> bool:
        """Whether a machine was found that shows the same as the unit after every input of every length."""
        return self.readout is not None and self.analyst.cover is not None

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
        unknown = Remembered(None, False, True)
        return tuple(
            State(
                state_name(number), self.machine.shows[number],
                tuple(dict.fromkeys(node.memory for node, of in zip(cover.nodes, merged.classes) if of == number)),
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
        known = {counter.at: counter for counter in growth.counters}
        for at in growth.open:
            name = self.analyst.unit.slots[at[0]][0]
            entry = at[1] + 1 if len(self.analyst.unit.start[at[0]]) > 1 else None
            for letter in range(len(self.analyst.unit.letters)):
                yield Grown(name, entry, letter, known[at].of_letter(letter) if at in known else ())

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
            return Unrounded(other, Readout(item, readout.text), None, None)
        word = _difference(self.machine, other.merged.machine)
        return Unrounded(other, Readout(item, readout.text), word is None, word)


def state_name(number: int) -> str:
    """The name of a state by its number: A to Z, then S27, S28, ...

    >>> state_name(0), state_name(26)
    ('A', 'S27')
    """
    return NAMES[number] if number < len(NAMES) else f"S{number + 1}"


def _surely_grows(counter: Counter) -> bool:
    """Whether some letter, given again and again, takes a counter beyond every bound."""
    letters = range(len(counter.changes[0]))
    return any(
        all(change.factor == ONE for change in found) and (all(c.change > ZERO for c in found) or all(c.change < ZERO for c in found))
        for found in map(counter.of_letter, letters)
    )


def _rounding(item: Statement | Term, convention: Convention) -> Statement | Term:
    """A readout that rounds by itself what the convention rounds."""
    if isinstance(item, CellValue):
        places = convention.places(str(item.name))
        if places is None:
            return item
        return Call("round", (item, Number(Fraction(places)))) if places else Call("round", (item,))
    return item


def _difference(one: Machine, other: Machine) -> Word | None:
    """The shortest input after which two machines show something else, first in the alphabet's order; None where there is none."""
    seen = {(one.initial, other.initial)}
    layer: list[tuple[Word, int, int]] = [((), one.initial, other.initial)]
    while layer:
        onward: list[tuple[Word, int, int]] = []
        for word, a, b in layer:
            for letter, (c, d) in enumerate(zip(one.moves[a], other.moves[b])):
                if one.shows[c] != other.shows[d]:
                    return (*word, letter)
                if (c, d) not in seen:
                    seen.add((c, d))
                    onward.append(((*word, letter), c, d))
        layer = onward
    return None
