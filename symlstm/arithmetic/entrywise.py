"""What is done to values entry by entry: functions, sums, differences, ⊙ and quotients.

What comes in: values. What goes out: a value, as exact as its operands allow. Shapes that don't fit are a `ShapeError` that
names both. This module knows nothing of matrix products.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flint import arb, fmpq

from symlstm.arithmetic.functions import EVALUATE, EVALUATE_WHOLE
from symlstm.arithmetic.real import Real, divided, plus, times
from symlstm.arithmetic.value import Matrix, Value, Vector, entries, is_single, matrix, shape, vector
from symlstm.errors import ShapeError


def apply(function: Callable[..., Real], *values: Value) -> Value:
    """The function of entries that stand at the same place; a single entry goes with every entry of the others.

    A 1×n or n×1 matrix next to an n-vector acts as that vector.

    >>> apply(times, fmpq(2), Vector((fmpq(1), fmpq(3))))
    Vector(entries=(2, 6))
    """
    if len(values) == 1:
        (value,) = values
        if isinstance(value, Vector):
            return vector([function(x) for x in value.entries])
        if isinstance(value, Matrix):
            return matrix([[function(x) for x in row] for row in value.rows])
        return function(value)
    wide = [value for value in values if not is_single(value)]
    if not wide:
        return function(*(entries(value)[0] for value in values))
    flat = [entries(value) for value in values]
    count = len(entries(wide[0]))
    columns = zip(*(column * count if len(column) == 1 else column for column in flat))
    sizes = {value.size for value in wide if isinstance(value, Matrix)}
    if all(isinstance(value, Matrix) for value in wide):
        if len(sizes) > 1:
            raise _unlike(wide)
        results = [function(*column) for column in columns]
        width = sizes.pop()[1]
        return matrix([results[k : k + width] for k in range(0, count, width)])
    if any(1 not in size for size in sizes) or any(len(entries(value)) != count for value in wide):
        raise _unlike(wide)
    return vector([function(*column) for column in columns])


def _unlike(values: Sequence[Value]) -> ShapeError:
    first = shape(values[0])
    other = next((shape(value) for value in values[1:] if shape(value) != first), first)
    return ShapeError(f"{first} and {other} don't fit together entry by entry: both need the same shape")


def add(a: Value, b: Value) -> Value:
    """a + b, entry by entry; a number is added to every entry.

    >>> add(Vector((fmpq(1), fmpq(2))), Vector((fmpq(3), fmpq(4))))
    Vector(entries=(4, 6))
    """
    if isinstance(a, (fmpq, arb)) and isinstance(b, (fmpq, arb)):
        return plus(a, b)
    if isinstance(a, Vector) and isinstance(b, Vector) and len(a.entries) == len(b.entries):
        return Vector(tuple(map(plus, a.entries, b.entries)))
    return apply(plus, a, b)


def negate(a: Value) -> Value:
    """-a.

    >>> negate(Vector((fmpq(1), fmpq(-2))))
    Vector(entries=(-1, 2))
    """
    return apply(lambda x: -x, a)


def subtract(a: Value, b: Value) -> Value:
    """a - b, entry by entry.

    >>> subtract(fmpq(1), Vector((fmpq(1), fmpq(-2))))
    Vector(entries=(0, 3))
    """
    return add(a, negate(b))


def elementwise(a: Value, b: Value) -> Value:
    """a ⊙ b.

    >>> elementwise(Vector((fmpq(1), fmpq(2))), Vector((fmpq(3), fmpq(4))))
    Vector(entries=(3, 8))
    """
    if isinstance(a, (fmpq, arb)) and isinstance(b, (fmpq, arb)):
        return times(a, b)
    return apply(times, a, b)


def quotient(a: Value, b: Value) -> Value:
    """a / b, entry by entry; `NumberError` for a division by zero.

    >>> quotient(Vector((fmpq(1), fmpq(2))), fmpq(3))
    Vector(entries=(1/3, 2/3))
    """
    return apply(divided, a, b)


def evaluate(function_id: str, *values: Value) -> Value:
    """A function of the table of functions: entry by entry, softmax of a whole vector, min and max of one vector's entries.

    >>> evaluate("relu", Vector((fmpq(-1), fmpq(2)))), evaluate("max", Vector((fmpq(-1), fmpq(2))))
    (Vector(entries=(0, 2)), 2)
    """
    if function_id in EVALUATE_WHOLE:
        (value,) = values
        if isinstance(value, Matrix) and 1 not in value.size:
            raise ShapeError(f"{function_id} is of a vector, not of {shape(value)}")
        results = EVALUATE_WHOLE[function_id](entries(value))
        return matrix([results]) if isinstance(value, Matrix) and len(value.rows) == 1 else vector(results)
    if function_id in ("min", "max") and len(values) == 1:
        return EVALUATE[function_id](*entries(values[0]))
    return apply(EVALUATE[function_id], *values)
