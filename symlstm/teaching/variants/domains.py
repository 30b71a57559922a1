"""Domains: the values from which a variant draws, each a numbered finite set.

A domain knows how many outcomes it has and what each of them is. Numbers are exact and keep the digits they are written with.
Nothing is read or drawn here.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from symlstm.arithmetic.decimals import exactly, terminating
from symlstm.arithmetic.real import exact
from symlstm.notation.tree import Numeral

_DIGITS = 40


@dataclass(frozen=True, slots=True)
class Item:
    """One value: its entries, row by row, as they are written, and the name of the letter that it is, where it has one."""

    entries: tuple[Numeral, ...]
    letter: str = ""


Outcome: TypeAlias = tuple[Item, ...]
"""What is drawn at once: one value, or an input with an item a step."""


@dataclass(frozen=True, slots=True)
class Entries:
    """Each entry of a value, or of every item of an input, drawn from the same numbers."""

    values: tuple[Numeral, ...]
    items: int
    each: int
    """Entries of an item."""

    @property
    def count(self) -> int:
        """How many outcomes there are."""
        return int(len(self.values) ** (self.items * self.each))

    def at(self, index: int) -> Outcome:
        """An outcome by its number."""
        numbers = _digits_of(index, len(self.values), self.items * self.each)
        drawn = [self.values[k] for k in numbers]
        return tuple(Item(tuple(drawn[k * self.each : (k + 1) * self.each])) for k in range(self.items))


@dataclass(frozen=True, slots=True)
class Spelled:
    """An input of so many items, each drawn from the same ones."""

    letters: tuple[Item, ...]
    length: int

    @property
    def count(self) -> int:
        """How many outcomes there are."""
        return int(len(self.letters) ** self.length)

    def at(self, index: int) -> Outcome:
        """An outcome by its number."""
        return tuple(self.letters[k] for k in _digits_of(index, len(self.letters), self.length))


@dataclass(frozen=True, slots=True)
class Wholes:
    """One of these outcomes, as a whole."""

    outcomes: tuple[Outcome, ...]

    @property
    def count(self) -> int:
        """How many outcomes there are."""
        return len(self.outcomes)

    def at(self, index: int) -> Outcome:
        """An outcome by its number."""
        return self.outcomes[index]


@dataclass(frozen=True, slots=True)
class Permutation:
    """The items of an input, or the entries of a value, in another order. Orders that look the same count as one."""

    original: Outcome

    @property
    def _parts(self) -> tuple[Item, ...]:
        return self.original if len(self.original) > 1 else tuple(Item((entry,)) for entry in self.original[0].entries)

    @property
    def count(self) -> int:
        """How many outcomes there are."""
        return _orders(Counter(map(worth_of, self._parts)))

    def at(self, index: int) -> Outcome:
        """An outcome by its number."""
        left: dict[tuple[Fraction, ...], list[Item]] = {}
        for part in self._parts:
            left.setdefault(worth_of(part), []).append(part)
        counts = Counter({worth: len(parts) for worth, parts in left.items()})
        chosen: list[Item] = []
        while len(chosen) < len(self._parts):
            for worth in left:
                if not counts[worth]:
                    continue
                counts[worth] -= 1
                orders = _orders(counts)
                if index < orders:
                    chosen.append(left[worth].pop(0))
                    break
                index -= orders
                counts[worth] += 1
        if len(self.original) > 1:
            return tuple(chosen)
        return (Item(tuple(part.entries[0] for part in chosen)),)


Domain: TypeAlias = Entries | Spelled | Wholes | Permutation


def _digits_of(index: int, base: int, count: int) -> list[int]:
    out = []
    for _ in range(count):
        index, digit = divmod(index, base)
        out.append(digit)
    return out


def worth_of(item: Item) -> tuple[Fraction, ...]:
    """The entries of an item as numbers."""
    return tuple(entry.value for entry in item.entries)


def _orders(counts: Counter[tuple[Fraction, ...]]) -> int:
    return math.factorial(counts.total()) // math.prod(math.factorial(count) for count in counts.values())


def numeral(value: Fraction, places: int = 0) -> Numeral:
    """A number as it is written: a whole one without decimals, any other with at least so many; a fraction where those don't end.

    >>> [numeral(Fraction(n, 4), 2).text for n in (1, 2, 4)], numeral(Fraction(1, 3)).text
    (['0.25', '0.50', '1'], '1/3')
    """
    if value.denominator == 1:
        return Numeral(str(value.numerator), value)
    needed = terminating(exact(value))
    if needed is None or needed > _DIGITS:
        return Numeral(f"{value.numerator}/{value.denominator}", value)
    text = exactly(exact(value))
    return Numeral(text + "0" * max(0, places - needed), value)
