"""What an exporter is given: a problem with all that can be marked about it, ready to be written in another system's format.

Frozen data only. What is said in words and maths is blocks and inlines, for the writers; numbers are decimal texts with the exact
bounds between which an entry is taken for them. Nothing here knows of a format, and no format derives anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from symlstm.document.blocks import Block, Inlines, Text


@dataclass(frozen=True, slots=True)
class Value:
    """A number as it is written, and how far from it an entry may be and still be taken for it."""

    text: str
    """Its digits: an optional `-`, digits, and decimals where it has some."""
    tolerance: Fraction
    """At most so far away, itself included; more than 0."""

    @property
    def number(self) -> Fraction:
        """The number that its digits are."""
        return Fraction(self.text)

    @property
    def low(self) -> Fraction:
        """The smallest number taken for it."""
        return self.number - self.tolerance

    @property
    def high(self) -> Fraction:
        """The largest number taken for it."""
        return self.number + self.tolerance

    def takes(self, other: Value) -> bool:
        """Whether an entry could be taken for both."""
        return self.low <= other.high and other.low <= self.high


@dataclass(frozen=True, slots=True)
class AlsoRight:
    """A value that earns everything too, because the problem leaves a convention open."""

    value: Value
    note: Inlines
    """Which reading gives it."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A value that a misconception gives."""

    value: Value
    codes: tuple[str, ...]
    """The misconceptions that give it, the likeliest first."""
    words: Inlines
    """What went wrong, in a sentence; where several misconceptions give this value, what may have gone wrong."""
    hint: Inlines
    """What to look at; gives no value away."""


NEAR: Inlines = (
    Text("Close, but not the number that is asked for; look at how many decimals it has and how the last one is rounded."),)
"""What is said to a number that is near the right one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One number to be typed in. It may be right, also right, or one wrong value, which don't overlap; or else near, or nothing."""

    id: str
    """`q1_h_3`, `q1_h_m1_2`: letters, digits and `_`, begins with a letter, no other's in its exercise, the same in every variant."""
    name: str
    """`h_3`, `h_-1[2]`: its place in plain text, for labels that can't hold maths."""
    label: Inlines
    right: Value
    also: tuple[AlsoRight, ...]
    wrong: tuple[Wrong, ...]
    """The likeliest first; at most `entries.MOST_WRONG`."""
    points: Fraction
    decimals: int | None = None
    """How many decimals it takes, at least, where it is neither exact nor rounded; None where its digits have to be met."""
    near: Value | None = None
    """What is near the right number and none of the others: too few decimals, or too many where they are to be rounded."""
    untold: int = 0
    """How many further values misconceptions give."""


@dataclass(frozen=True, slots=True)
class AskedPlace:
    """A place that is asked for, with an entry for each of its numbers, row by row."""

    name: str
    label: Inlines
    shape: tuple[int, ...]
    """`()` a number, `(n,)` a vector, `(n, m)` a matrix of n rows."""
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """A statement to be ticked or left."""

    id: str
    text: Inlines
    holds: bool
    why: tuple[Block, ...]
    """The reason, with its proof or witness."""


@dataclass(frozen=True, slots=True)
class NumbersItem:
    """A question for values."""

    question: int
    title: str
    """`Question 2`, or its label."""
    asked: Inlines
    places: tuple[AskedPlace, ...]
    hints: tuple[tuple[Block, ...], ...]
    """One after the other, each tells a little more of the way; none tells a value that is asked for."""
    points: Fraction

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All its entries in order."""
        return tuple(entry for place in self.places for entry in place.entries)


@dataclass(frozen=True, slots=True)
class OptionsItem:
    """A question which of several statements hold; any number of them may."""

    question: int
    title: str
    asked: Inlines
    options: tuple[Option, ...]
    points: Fraction


@dataclass(frozen=True, slots=True)
class WordsItem:
    """A question that is answered in words or formulas, which none of the formats marks by itself."""

    question: int
    title: str
    asked: Inlines
    answer: tuple[Block, ...]
    points: Fraction


Item: TypeAlias = NumbersItem | OptionsItem | WordsItem


@dataclass(frozen=True, slots=True)
class Exercise:
    """One problem, or one variant of it."""

    id: str
    """`lstm-states` or `lstm-states-03`: small letters, digits and `-`; the same whenever the same is exported."""
    title: str
    pieces: tuple[Block | Item, ...]
    """The statement with its questions where they stand."""
    solution: tuple[Block, ...]
    solution_of_values: tuple[Block, ...] = ()
    """The solution without the answers to questions that don't ask for values, for where those are asked by themselves."""

    @property
    def items(self) -> tuple[Item, ...]:
        """Its questions in order."""
        return tuple(piece for piece in self.pieces if isinstance(piece, NumbersItem | OptionsItem | WordsItem))


@dataclass(frozen=True, slots=True)
class Collection:
    """What is exported: one exercise, or the variants of a problem, which differ in their numbers alone."""

    id: str
    title: str
    exercises: tuple[Exercise, ...]
    warnings: tuple[str, ...] = ()
    """What no format can carry."""
