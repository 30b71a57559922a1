"""A cell as a machine's step: what it carries from one input to the next, where it starts, and what each letter makes of it.

In comes a run; out go boxes, of one point each wherever the values are rational. Whether what is reached is finite, and what it
says, is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from flint import fmpq, fmpz

from symlstm.analysis.boxes.enclosure import Box, Enclosed, Enclosure
from symlstm.analysis.boxes.intervals import Interval, point
from symlstm.arithmetic.real import rational
from symlstm.arithmetic.value import Value, entries
from symlstm.errors import DocumentError
from symlstm.model.cell import Cell
from symlstm.model.problem import Run
from symlstm.notation.tree import Name

Slot: TypeAlias = tuple[Name, int]
"""A symbol, and how many steps ago its value was computed: 0 is this step."""

Memory: TypeAlias = tuple[Box, ...]
"""What is carried on, slot by slot."""

MOST_BITS = 4_000
"""Bits of a number that is carried on exactly."""


def slots(cell: Cell) -> tuple[Slot, ...]:
    """What a cell carries from step to step: each symbol that is read later, once for every step that it is kept.

    >>> from symlstm.model.reader import cell_named
    >>> [(str(name), lag) for name, lag in slots(cell_named("lstm")[0])]
    [('h', 1), ('c', 1)]
    """
    return tuple((name, lag) for name, most in cell.lags.items() for lag in range(1, most + 1))


@dataclass(frozen=True, slots=True)
class After:
    """What holds after a step: what is carried on, and the values that the step shows, by symbol and age."""

    memory: Memory
    values: Mapping[Slot, Box]
    computed: Mapping[Name, Enclosed]
    """The same before rounding too, for each equation."""


def _box(value: Value) -> Box:
    """The box of a value that is known exactly."""
    return tuple(point(rational(entry)) for entry in entries(value))


class Unit:
    """A run's cell, stepped by letters 0, 1, ... of its alphabet."""

    def __init__(self, run: Run) -> None:
        """`DocumentError` where the run doesn't say all that its steps need."""
        self.run = run
        self.letters = run.letter_names
        self.slots = slots(run.cell)
        self.input = _input(run)
        _alike(run)
        self._letters = [_box(letter.value) for letter in run.alphabet]
        self.start: Memory = tuple(_initial(run, slot) for slot in self.slots)
        self._enclosure = Enclosure(run)
        # A number goes with every entry of a vector.
        size = self._enclosure.size(self.input)
        self._letters = [box * size if len(box) == 1 else box for box in self._letters]

    def __getstate__(self) -> dict[str, object]:
        """All but what is compiled, which can't travel to another process and is made again there."""
        return {key: value for key, value in vars(self).items() if key != "_enclosure"}

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        self._enclosure = Enclosure(self.run)

    def is_state(self, memory: Memory) -> bool:
        """Whether a memory is one state: a number in every entry."""
        return all(entry.point is not None for box in memory for entry in box)

    def step(self, memory: Memory, letter: int) -> After:
        """What holds after this letter, wherever in its boxes the memory was."""
        before = dict(zip(self.slots, memory))
        box = self._letters[letter]
        computed = self._enclosure.step(before, box)
        carried: dict[Slot, Box] = {(name, 0): found.carried for name, found in computed.items()}
        carried[self.input, 0] = box
        after = tuple(tuple(map(_kept, carried[name, 0])) if lag == 1 else before[name, lag - 1] for name, lag in self.slots)
        shown: dict[Slot, Box] = {(name, 0): found.displayed for name, found in computed.items()}
        shown[self.input, 0] = box
        return After(after, before | shown, computed)


def _kept(interval: Interval) -> Interval:
    """The interval with ends of bounded length, moved outward; one too large for that is taken to infinity. Numbers that get twice as
    long with each step would otherwise be all that a step works on."""
    if all(end is None or _bits(end) <= MOST_BITS for end in (interval.low, interval.high)):
        return interval
    low, high = _shorter(interval.low, False), _shorter(interval.high, True)
    return Interval(low, high, low is not None and interval.low_open, high is not None and interval.high_open)


def _bits(x: fmpq) -> int:
    return int(x.p.bit_length()) + int(x.q.bit_length())


def _shorter(x: fmpq | None, up: bool) -> fmpq | None:
    """A number of fewer bits that isn't below (`up`) or above x; None where x is too large."""
    if x is None or _bits(x) <= MOST_BITS:
        return x
    size = int(x.p.bit_length()) - int(x.q.bit_length())
    if abs(size) > MOST_BITS:
        return fmpq(0) if size < 0 and up == (x < 0) else None if size > 0 else fmpq(1 if up else -1, fmpz(2) ** (MOST_BITS // 2))
    unit = fmpq(2) ** (MOST_BITS // 2 - size)
    scaled = x * unit
    return fmpq(scaled.ceil() if up else scaled.floor()) / unit


def _input(run: Run) -> Name:
    if len(run.cell.inputs) != 1 or not run.alphabet:
        raise without_alphabet(run)
    bare: list[Value] = []
    for name, letter in zip(run.letter_names, run.alphabet):
        if not name[0].isalpha():
            if letter.value in bare:
                raise DocumentError(f"{name} stands in the alphabet twice, and nothing tells the two apart; "
                                    "keep one, or give them names, as in {a: 0, b: 0}", run.source, letter.pos)
            bare.append(letter.value)
    return run.cell.inputs[0]


def without_alphabet(run: Run) -> DocumentError:
    """The error for a run of which nobody can say which inputs there are."""
    inputs = run.cell.inputs
    if not inputs:
        return DocumentError("this cell reads no input, so there is none that its state could remember", run.source, run.missing_pos)
    if len(inputs) > 1:
        names = ", ".join(map(str, inputs))
        return DocumentError(f"this cell reads several inputs ({names}); what a state remembers is worked out for one, which may be "
                             "a vector: write [x; y] for two that come together", run.source, run.missing_pos)
    return DocumentError(
        f"nothing says which inputs {inputs[0]}_t may occur; write `alphabet: [0, 1]`, or `alphabet: {{a: [1, 0], b: [0, 1]}}` for "
        "vectors", run.source, run.missing_pos,
    )


def _initial(run: Run, slot: Slot) -> Box:
    name, lag = slot
    given = run.timed.get((name, run.first - lag))
    if given is None:
        raise DocumentError(
            f"{name}_{run.first - lag} has no value, so there is no state to start from; give it, as in {name}_{run.first - lag} = 0",
            run.source, run.missing_pos,
        )
    return _box(given.value)


def _alike(run: Run) -> None:
    """An error where a step isn't like the others, or can't be computed."""
    for name in run.cell.parameters:
        if name not in run.parameters:
            raise DocumentError(f"{name} has no value, so what the state remembers can't be worked out", run.source, run.missing_pos)
    fixed = next((place for place in run.timed if place[0] in run.cell.by_name and place[1] >= run.first), None)
    if fixed is not None:
        raise DocumentError(
            f"{fixed[0]}_{fixed[1]} is given, so this step isn't like the others; what a state remembers needs steps that are alike",
            run.source, run.timed[fixed].pos,
        )
