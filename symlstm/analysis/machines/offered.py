"""The catalogue of statements that may be what a unit remembers: rows from the simplest to the rarest, for a given alphabet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from symlstm.analysis.statements.tree import (
    Comparison,
    Count,
    CurrentRun,
    FirstInput,
    LastInput,
    Letter,
    LongestRun,
    Modulo,
    Number,
    Parity,
    Quantity,
    Relation,
    Seen,
    Statement,
)

LARGEST_ALPHABET = 6
"""Letters for which the rows about pairs of letters are offered."""


@dataclass(frozen=True, slots=True)
class Family:
    """One row: statements of one form, for an alphabet of so many letters."""

    id: str
    statements: Callable[[int], Iterator[Statement]]


def _compared(quantity: Quantity, relation: Relation, number: int) -> Statement:
    return Comparison(relation, quantity, Number(Fraction(number)))


def _letters(count: int) -> range:
    return range(count)


def _some(count: int) -> range:
    return range(count if count <= LARGEST_ALPHABET else 0)


FAMILIES: tuple[Family, ...] = (
    Family("last", lambda n: (Comparison("=", LastInput(1), Letter(a)) for a in _letters(n))),
    Family("first", lambda n: (Comparison("=", FirstInput(), Letter(a)) for a in _letters(n))),
    Family("last but one", lambda n: (Comparison("=", LastInput(2), Letter(a)) for a in _letters(n))),
    Family("third last", lambda n: (Comparison("=", LastInput(3), Letter(a)) for a in _letters(n))),
    Family("seen", lambda n: (_compared(Count(a), "≥", 1) for a in _letters(n))),
    Family("count odd", lambda n: (Parity(Count(a), True) for a in _letters(n))),
    Family("run odd", lambda n: (Parity(CurrentRun(a), True) for a in _letters(n))),
    Family("length odd", lambda n: iter([Parity(Count(None), True)])),
    Family("run even", lambda n: (Parity(CurrentRun(a), False) for a in _letters(n))),
    Family("at least", lambda n: (_compared(Count(a), "≥", k) for k in (2, 3) for a in _letters(n))),
    Family("run at least", lambda n: (_compared(CurrentRun(a), "≥", k) for k in (2, 3) for a in _letters(n))),
    Family("longest at least", lambda n: (_compared(LongestRun(a), "≥", k) for k in (2, 3) for a in _letters(n))),
    Family("side by side", lambda n: (Seen((a, b)) for a, b in product(_some(n), repeat=2))),
    Family("same as first", lambda n: iter([Comparison("=", LastInput(1), FirstInput())])),
    Family("same as before", lambda n: iter([Comparison("=", LastInput(1), LastInput(2))])),
    Family("count mod", lambda n: (
        Comparison("=", Modulo(Count(a), m), Number(Fraction(k))) for m in (3, 4) for a in _letters(n) for k in range(m))),
    Family("run mod", lambda n: (
        Comparison("=", Modulo(CurrentRun(a), 3), Number(Fraction(k))) for a in _letters(n) for k in range(3))),
    Family("length mod", lambda n: (
        Comparison("=", Modulo(Count(None), m), Number(Fraction(k))) for m in (3, 4) for k in range(m))),
    Family("none left over", lambda n: (_compared(CurrentRun(None), "≥", k) for k in (2, 3))),
    Family("as many", lambda n: (Comparison("=", Count(a), Count(b)) for a in _some(n) for b in _some(n) if a < b)),
    Family("more", lambda n: (Comparison(">", Count(a), Count(b)) for a in _some(n) for b in _some(n) if a != b)),
)
"""In the order in which they are preferred where two say the same."""


def statements(letters: int) -> tuple[Statement, ...]:
    """The catalogue for an alphabet of so many letters.

    >>> len(statements(1)) < len(statements(2))
    True
    """
    return tuple(statement for family in FAMILIES for statement in family.statements(letters))
