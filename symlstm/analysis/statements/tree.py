"""Statements about the inputs so far and about the cell's values: a closed tree, data only.

`reader` reads them, `quantities` follows what they say of the inputs letter by letter, `machines.deciding` works out their value.
Letters of the alphabet are numbered from 0 in its order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Literal, TypeAlias

from symlstm.notation.tree import Name

Relation: TypeAlias = Literal["=", "≠", "<", "≤", ">", "≥"]

RELATIONS: Mapping[str, Callable[[Any, Any], bool]] = {"=": eq, "≠": ne, "<": lt, "≤": le, ">": gt, "≥": ge}
"""What each relation of two exact numbers means."""


# -- terms: a number or a letter -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number:
    """A number, exact."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of the alphabet; None is that of an input that there isn't, which equals no letter, not even itself."""

    index: int | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many inputs so far are this letter; None counts all."""

    letter: int | None


@dataclass(frozen=True, slots=True)
class CurrentRun:
    """Length of the run of this letter that ends with the last input, 0 where that is another; None: of any one letter."""

    letter: int | None


@dataclass(frozen=True, slots=True)
class LongestRun:
    """Length of the longest run of this letter so far; None: of any one letter."""

    letter: int | None


@dataclass(frozen=True, slots=True)
class LastInput:
    """The input `back` steps from the end: 1 is the last one."""

    back: int = 1


@dataclass(frozen=True, slots=True)
class FirstInput:
    """The first input."""


Quantity: TypeAlias = Count | CurrentRun | LongestRun | LastInput | FirstInput


@dataclass(frozen=True, slots=True)
class CellValue:
    """A symbol of the cell at time t, or `lag` steps before; one entry (from 1) where one is named."""

    name: Name
    lag: int = 0
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A function of `notation.functions.FUNCTIONS`, or `round`, `argmax`, `abs`, of terms."""

    function: str
    arguments: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of terms, each with its sign +1 or -1."""

    terms: tuple[tuple[int, Term], ...]


@dataclass(frozen=True, slots=True)
class Times:
    """A product of two terms."""

    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Modulo:
    """The remainder of a whole number by a positive one, from 0 up."""

    term: Term
    by: int


Term: TypeAlias = Number | Letter | Quantity | CellValue | Call | Total | Times | Modulo


# -- statements: true or false -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Truth:
    """A statement that is settled."""

    value: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two terms compared; letters only by = and ≠."""

    relation: Relation
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Parity:
    """A whole number is odd, or even."""

    term: Term
    odd: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """These letters have stood side by side, in this order, somewhere in the inputs."""

    letters: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """The whole input matches a regular expression."""

    regex: Regex
    text: str = field(compare=False)
    """As it was written."""


@dataclass(frozen=True, slots=True)
class Not:
    """The negation."""

    operand: Statement


@dataclass(frozen=True, slots=True)
class Both:
    """Each of the parts."""

    parts: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of the parts."""

    parts: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Iff:
    """Both or neither."""

    left: Statement
    right: Statement


@dataclass(frozen=True, slots=True)
class Implies:
    """The second wherever the first."""

    left: Statement
    right: Statement


Statement: TypeAlias = Truth | Comparison | Parity | Seen | Matches | Not | Both | Either | Iff | Implies


# -- regular expressions over letters ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Nothing:
    """Matches no input at all."""


@dataclass(frozen=True, slots=True)
class Empty:
    """Matches the input of no letters."""


@dataclass(frozen=True, slots=True)
class One:
    """Matches one letter; None is any letter."""

    letter: int | None


@dataclass(frozen=True, slots=True)
class InTurn:
    """One expression after the other."""

    first: Regex
    second: Regex


@dataclass(frozen=True, slots=True)
class OneOf:
    """Any of the expressions."""

    choices: frozenset[Regex]


@dataclass(frozen=True, slots=True)
class Repeated:
    """The expression any number of times, also none."""

    inner: Regex


Regex: TypeAlias = Nothing | Empty | One | InTurn | OneOf | Repeated
