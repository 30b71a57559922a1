"""Products, powers, transposes and stacks of vectors and matrices; the entrywise operations are passed on from `entrywise`.

What comes in: values, each a real, a vector or a matrix. What goes out: a value, as exact as its operands allow; one of a
single entry is a real, since the two stand for one another. Shapes that don't fit are a `ShapeError` that names both.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from flint import arb, fmpq

from symlstm.arithmetic.entrywise import add, apply, elementwise, evaluate, negate, quotient, subtract
from symlstm.arithmetic.matrix_vector import dot, matrix_vector
from symlstm.arithmetic.real import ONE, ZERO, Real, raised, times
from symlstm.arithmetic.value import Matrix, Value, Vector, entries, is_single, matrix, shape, vector
from symlstm.errors import ShapeError

__all__ = [
    "Matrix", "Real", "Value", "Vector", "add", "apply", "concatenate", "dot", "elementwise", "entries", "evaluate", "hstack",
    "is_single", "negate", "power", "product", "quotient", "shape", "subtract", "transpose", "vstack",
]


def product(a: Value, b: Value) -> Value:
    """The product: number times anything, M·v, v·M with v as a row (as a column where M has one row), M·M.

    A number behind a matrix is a vector of one entry: it fits a matrix of one column. `ShapeError` for shapes that don't fit,
    and for two vectors of several entries.

    >>> product(Matrix(((fmpq(1), fmpq(2)), (fmpq(3), fmpq(4)))), Vector((fmpq(1), fmpq(1))))
    Vector(entries=(3, 7))
    """
    if isinstance(a, (fmpq, arb)) and isinstance(b, (fmpq, arb)):
        return times(a, b)
    if isinstance(a, Matrix) and not isinstance(b, Matrix) and not is_single(a):
        return _matrix_times(a, b)
    if isinstance(b, Matrix) and isinstance(a, Vector) and not is_single(b):
        return _times_matrix(a, b)
    if is_single(a) or is_single(b):
        return apply(times, a, b)
    if not isinstance(a, Matrix) or not isinstance(b, Matrix):
        raise ShapeError(
            f"{shape(a)} can't multiply {shape(b)}: write a ⊙ b for the product entry by entry, "
            "or aᵀ b with a transpose for the sum of those products"
        )
    if len(a.rows[0]) != len(b.rows):
        raise ShapeError(f"{shape(a)} can't multiply {shape(b)}: the first needs as many columns as the second has rows")
    columns = tuple(zip(*b.rows))
    return matrix([[dot(row, column) for column in columns] for row in a.rows])


def _matrix_times(left: Matrix, right: Value) -> Value:
    column = entries(right)
    if len(column) == left.size[1]:
        return vector(matrix_vector(left, column))
    turned = ", or the number in front of it as a factor" if len(column) == 1 else ""
    raise ShapeError(f"{shape(left)} can't multiply {shape(right)}: it needs a vector of {left.size[1]} entries{turned}")


def _times_matrix(left: Vector, right: Matrix) -> Value:
    row = left.entries
    if len(row) == len(right.rows):
        return vector([dot(row, column) for column in zip(*right.rows)])
    if len(right.rows) == 1:
        return matrix([[times(x, y) for y in right.rows[0]] for x in row])
    if len(row) == 1:
        return apply(times, row[0], right)
    raise ShapeError(
        f"{shape(left)} can't multiply {shape(right)} from the left: as a row it needs {len(right.rows)} entries"
    )


def power(base: Value, exponent: int) -> Value:
    """A number to an integer power, or a square matrix to one that isn't negative.

    >>> power(fmpq(1, 2), 2), power(Matrix(((fmpq(1), fmpq(1)), (fmpq(0), fmpq(1)))), 3).rows
    (1/4, ((1, 3), (0, 1)))
    """
    if is_single(base):
        return raised(entries(base)[0], exponent)
    if not isinstance(base, Matrix):
        raise ShapeError(f"{shape(base)} has no power: write a ⊙ a for the powers of its entries")
    rows, columns = base.size
    if rows != columns or exponent < 0:
        raise ShapeError(f"{shape(base)} has no power {exponent}: only a square matrix has powers, from 0 on")
    result: Value = Matrix(tuple(tuple(ONE if i == j else ZERO for j in range(rows)) for i in range(rows)))
    for bit in bin(exponent)[2:]:
        result = product(result, result)
        if bit == "1":
            result = product(result, base)
    return result


def transpose(value: Value) -> Value:
    """A vector as a matrix of one row, a matrix with rows and columns exchanged, a number unchanged.

    >>> transpose(Vector((fmpq(1), fmpq(2)))), transpose(Matrix(((fmpq(1),), (fmpq(2),)))).rows
    (Matrix(rows=((1, 2),)), ((1, 2),))
    """
    if isinstance(value, Vector):
        return matrix([value.entries])
    if isinstance(value, Matrix):
        return matrix(tuple(zip(*value.rows)))
    return value


def concatenate(values: Sequence[Value]) -> Vector:
    """The vector of all entries: [h; x].

    >>> concatenate([fmpq(1), Vector((fmpq(2), fmpq(3)))])
    Vector(entries=(1, 2, 3))
    """
    for value in values:
        if isinstance(value, Matrix) and 1 not in value.size:
            raise ShapeError(f"{shape(value)} can't be part of a vector: it needs one row or one column")
    return Vector(tuple(chain.from_iterable(entries(value) for value in values)))


def _rows(value: Value) -> tuple[tuple[Real, ...], ...]:
    """A value as rows of a matrix; a vector is a column."""
    return value.rows if isinstance(value, Matrix) else tuple((entry,) for entry in entries(value))


def hstack(values: Sequence[Value]) -> Value:
    """Blocks side by side, vectors as columns.

    >>> hstack([fmpq(1), fmpq(2)]), hstack([Vector((fmpq(1), fmpq(2))), Vector((fmpq(3), fmpq(4)))]).rows
    (Matrix(rows=((1, 2),)), ((1, 3), (2, 4)))
    """
    blocks = [_rows(value) for value in values]
    for value, block in zip(values, blocks):
        if len(block) != len(blocks[0]):
            raise ShapeError(f"{shape(values[0])} and {shape(value)} can't stand side by side: both need as many rows")
    return matrix([tuple(chain.from_iterable(rows)) for rows in zip(*blocks)])


def vstack(values: Sequence[Value]) -> Value:
    """Blocks one below the other; of numbers and vectors alone it is their concatenation.

    >>> vstack([hstack([fmpq(1), fmpq(2)]), hstack([fmpq(3), fmpq(4)])]).rows, vstack([fmpq(1), fmpq(2)])
    (((1, 2), (3, 4)), Vector(entries=(1, 2)))
    """
    if all(not isinstance(value, Matrix) for value in values):
        return vector(entries(concatenate(values)))
    blocks = [_rows(value) for value in values]
    for value, block in zip(values, blocks):
        if len(block[0]) != len(blocks[0][0]):
            raise ShapeError(f"{shape(values[0])} and {shape(value)} can't be stacked: both need as many columns")
    return matrix(tuple(chain.from_iterable(blocks)))
