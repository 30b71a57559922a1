"""What a value is: a real, a vector or a matrix, and how its shape is called.

What comes in and goes out is data. A value of a single entry and a real stand for one another; `vector` and `matrix` make
reals of them. This module computes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeAlias

from flint import arb_mat, fmpq_mat

from symlstm.arithmetic.real import Real


@dataclass(frozen=True, slots=True)
class Vector:
    """A vector; a column unless it is multiplied by a matrix from the right."""

    entries: tuple[Real, ...]


@dataclass(frozen=True, slots=True)
class RowMask:
    """Which entries of a row are balls, and which are balls or not zero: bit k for column k."""

    balls: int
    nonzero: int


@dataclass(slots=True)
class Prepared:
    """What `matrix_vector` has made of a matrix so far."""

    masks: tuple[RowMask, ...] = ()
    rational: fmpq_mat | None = None
    balls: dict[int, arb_mat] = field(default_factory=dict)
    """The matrix as balls, by working precision."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """A matrix by its rows, all of one length."""

    rows: tuple[tuple[Real, ...], ...]
    prepared: Prepared = field(default_factory=Prepared, init=False, repr=False, compare=False)

    def __reduce__(self) -> tuple[type[Matrix], tuple[tuple[tuple[Real, ...], ...]]]:
        # What is prepared is made again where it is needed.
        return Matrix, (self.rows,)

    @property
    def size(self) -> tuple[int, int]:
        """Number of rows and of columns."""
        return len(self.rows), len(self.rows[0])


Value: TypeAlias = Real | Vector | Matrix


def shape(value: Value) -> str:
    """The shape of a value in words.

    >>> from flint import fmpq
    >>> shape(fmpq(1)), shape(Vector((fmpq(1),) * 3)), shape(Matrix(((fmpq(1),) * 4,) * 2))
    ('a number', 'a vector of 3 entries', 'a 2×4 matrix')
    """
    if isinstance(value, Vector):
        count = len(value.entries)
        return f"a vector of {count} {'entry' if count == 1 else 'entries'}"
    if isinstance(value, Matrix):
        rows, columns = value.size
        article = "an" if rows in (8, 11, 18) or 80 <= rows < 90 else "a"
        return f"{article} {rows}×{columns} matrix"
    return "a number"


def entries(value: Value) -> tuple[Real, ...]:
    """All entries in order, row by row.

    >>> from flint import fmpq
    >>> entries(Matrix(((fmpq(1), fmpq(2)), (fmpq(3), fmpq(4)))))
    (1, 2, 3, 4)
    """
    if isinstance(value, Vector):
        return value.entries
    if isinstance(value, Matrix):
        return tuple(chain.from_iterable(value.rows))
    return (value,)


def vector(values: Sequence[Real]) -> Value:
    """A vector of the values; a real where there is one.

    >>> from flint import fmpq
    >>> vector([fmpq(1)]), vector([fmpq(1), fmpq(2)])
    (1, Vector(entries=(1, 2)))
    """
    return values[0] if len(values) == 1 else Vector(tuple(values))


def matrix(rows: Sequence[Sequence[Real]]) -> Value:
    """A matrix of the rows; a real where it has a single entry.

    >>> from flint import fmpq
    >>> matrix([[fmpq(1)]]), matrix([[fmpq(1), fmpq(2)]])
    (1, Matrix(rows=((1, 2),)))
    """
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0]
    return Matrix(tuple(tuple(row) for row in rows))


def is_single(value: Value) -> bool:
    """Whether a value has one entry.

    >>> from flint import fmpq
    >>> is_single(fmpq(1)), is_single(Vector((fmpq(1), fmpq(2))))
    (True, False)
    """
    if isinstance(value, Vector):
        return len(value.entries) == 1
    return not isinstance(value, Matrix) or value.size == (1, 1)


