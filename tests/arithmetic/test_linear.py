"""Vectors and matrices against numpy, shapes that don't fit, and the exactness of what meets only zeros."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import pytest
from flint import arb, fmpq

from symlstm.arithmetic import linear
from symlstm.arithmetic.functions import EVALUATE
from symlstm.arithmetic.linear import Matrix, Real, Value, Vector
from symlstm.arithmetic.real import NumberError, exact, working_precision
from symlstm.errors import ShapeError

Array: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"

ROOT2 = arb(2).sqrt()


def vector(*entries: int | str) -> Vector:
    return Vector(tuple(map(exact, entries)))


def matrix(*rows: list[int] | list[str]) -> Matrix:
    return Matrix(tuple(tuple(map(exact, row)) for row in rows))


def as_array(value: Value) -> Array:
    if isinstance(value, Vector):
        return np.array([float(arb(x)) for x in value.entries])
    if isinstance(value, Matrix):
        return np.array([[float(arb(x)) for x in row] for row in value.rows])
    return np.array(float(arb(value)))


A = matrix([1, 2, 3], [4, 5, 6])
B = matrix([1, -1], [0, 2], [3, 5])
U, V, W = vector(1, 2, 3), vector("0.5", -1, "1/3"), vector(7, -2)
ROW, COLUMN = matrix([1, 2, 3]), matrix([1], [2], [3])


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (linear.product(A, U), as_array(A) @ as_array(U)),
        (linear.product(W, A), as_array(W) @ as_array(A)),
        (linear.product(A, B), as_array(A) @ as_array(B)),
        (linear.product(exact(3), A), 3 * as_array(A)),
        (linear.product(U, exact(3)), 3 * as_array(U)),
        (linear.product(vector(3), U), 3 * as_array(U)),
        (linear.product(ROW, U), np.array(14.0)),
        (linear.product(ROW, COLUMN), np.array(14.0)),
        (linear.product(COLUMN, exact(2)), np.array([2.0, 4.0, 6.0])),
        (linear.product(COLUMN, vector(2)), np.array([2.0, 4.0, 6.0])),
        (linear.product(vector(2), ROW), np.array([2.0, 4.0, 6.0])),
        (linear.product(exact(2), ROW), np.array([[2.0, 4.0, 6.0]])),
        (linear.product(W, ROW), np.outer(as_array(W), as_array(U))),
        (linear.product(matrix([2]), U), 2 * as_array(U)),
        (linear.product(U, matrix([2])), 2 * as_array(U)),
        (linear.add(U, V), as_array(U) + as_array(V)),
        (linear.add(U, ROW), 2 * as_array(U)),
        (linear.add(COLUMN, U), 2 * as_array(U)),
        (linear.add(A, A), 2 * as_array(A)),
        (linear.subtract(exact(1), U), 1 - as_array(U)),
        (linear.subtract(U, V), as_array(U) - as_array(V)),
        (linear.elementwise(U, V), as_array(U) * as_array(V)),
        (linear.elementwise(A, A), as_array(A) * as_array(A)),
        (linear.negate(A), -as_array(A)),
        (linear.quotient(U, V), as_array(U) / as_array(V)),
        (linear.quotient(U, exact(2)), as_array(U) / 2),
        (linear.power(matrix([1, 1], [1, 0]), 10), np.array([[89.0, 55.0], [55.0, 34.0]])),
        (linear.power(matrix([1, 1], [1, 0]), 0), np.eye(2)),
        (linear.power(exact("0.5"), 2), np.array(0.25)),
        (linear.transpose(A), as_array(A).T),
        (linear.transpose(U), as_array(ROW)),
        (linear.product(linear.transpose(U), U), np.array(14.0)),
        (linear.product(U, linear.transpose(W)), np.outer(as_array(U), as_array(W))),
        (linear.concatenate([U, exact(4), W, ROW]), np.array([1.0, 2, 3, 4, 7, -2, 1, 2, 3])),
        (linear.hstack([A, W]), np.column_stack([as_array(A), as_array(W)])),
        (linear.vstack([A, ROW]), np.vstack([as_array(A), as_array(ROW)])),
        (linear.vstack([U, W]), np.array([1.0, 2, 3, 7, -2])),
        (linear.evaluate("tanh", A), np.tanh(as_array(A))),
        (linear.evaluate("max", U, V), np.maximum(as_array(U), as_array(V))),
        (linear.evaluate("max", U), np.array(3.0)),
        (linear.evaluate("clip", V, exact(0), exact("0.4")), np.clip(as_array(V), 0, 0.4)),
        (linear.evaluate("softmax", U), np.exp(as_array(U)) / np.exp(as_array(U)).sum()),
        (linear.evaluate("softmax", ROW), (np.exp(as_array(U)) / np.exp(as_array(U)).sum()).reshape(1, 3)),
    ],
)
def test_results_are_numpys(found: Value, expected: Array) -> None:
    assert as_array(found).shape == expected.shape
    np.testing.assert_allclose(as_array(found), expected, rtol=1e-14)


@pytest.mark.parametrize(
    ("operation", "a", "b", "words"),
    [
        (linear.product, matrix([1, 2, 3, 4], [5, 6, 7, 8]), U, "a 2×4 matrix can't multiply a vector of 3 entries"),
        (linear.product, U, A, "a vector of 3 entries can't multiply a 2×3 matrix from the left"),
        (linear.product, A, A, "a 2×3 matrix can't multiply a 2×3 matrix"),
        (linear.product, U, V, "a vector of 3 entries can't multiply a vector of 3 entries: write a ⊙ b"),
        (linear.add, U, W, "a vector of 3 entries and a vector of 2 entries don't fit"),
        (linear.add, A, U, "a 2×3 matrix and a vector of 3 entries don't fit"),
        (linear.elementwise, A, B, "a 2×3 matrix and a 3×2 matrix don't fit"),
        (linear.elementwise, ROW, COLUMN, "a 1×3 matrix and a 3×1 matrix don't fit"),
        (linear.power, A, 2, "a 2×3 matrix has no power 2"),
        (linear.power, U, 2, "a vector of 3 entries has no power"),
    ],
)
def test_shapes_that_do_not_fit_are_named(operation: Callable[[Any, Any], Value], a: Value, b: Value, words: str) -> None:
    with pytest.raises(ShapeError, match=words):
        operation(a, b)


@pytest.mark.parametrize("values", [[A, U], [ROW, matrix([1, 2])], [exact(1), U]])
def test_blocks_that_do_not_fit(values: list[Value]) -> None:
    with pytest.raises(ShapeError):
        linear.vstack(values) if values[0] is ROW else linear.hstack(values)


def test_division_by_zero_is_no_python_error() -> None:
    with pytest.raises(NumberError, match="division by zero"):
        linear.quotient(U, vector(1, 0, 1))


@pytest.mark.parametrize("columns", [3, 12, 20])
def test_rows_that_meet_balls_only_with_zeros_stay_exact(columns: int) -> None:
    entries: list[Real] = [exact(k) for k in range(1, columns + 1)]
    entries[1] = ROOT2
    grid = matrix([1, 0] + [1] * (columns - 2), [1] * columns, [0] * columns)
    found = linear.entries(linear.product(grid, Vector(tuple(entries))))
    assert [type(x) for x in found] == [fmpq, arb, fmpq]
    assert found[0] == sum(range(1, columns + 1)) - 2
    assert arb(found[1]).overlaps(found[0] + ROOT2)
    assert found[2] == 0


@pytest.mark.parametrize("columns", [11, 12, 40])
def test_long_products_are_those_of_fractions(columns: int) -> None:
    random.seed(5)
    numbers = [[f"{random.randrange(-999, 1000)}/1000" for _ in range(columns)] for _ in range(7)]
    grid, column = matrix(*numbers), vector(*numbers[0])
    exactly = linear.entries(linear.product(grid, column))
    assert exactly == tuple(sum((x * y for x, y in zip(row, column.entries)), fmpq(0)) for row in grid.rows)
    for bits in (64, 128, 1000, 64):
        with working_precision(bits):
            third = arb(1) / 3
            balls = linear.product(grid, Vector(tuple(x * third for x in column.entries)))
            for x, y in zip(linear.entries(balls), exactly):
                assert arb(x).contains(y / 3)
                assert arb(x).rad() < arb(2) ** -(bits - 10)


def test_a_ball_in_the_matrix_makes_its_row_a_ball_where_it_meets_no_zero() -> None:
    rows: list[list[Real]] = [[exact(1)] * 12, [exact(1)] * 12]
    rows[0][3] = ROOT2
    grid = Matrix(tuple(map(tuple, rows)))
    ones, gap = [exact(1)] * 12, [exact(1)] * 12
    gap[3] = exact(0)
    assert [type(x) for x in linear.entries(linear.product(grid, Vector(tuple(ones))))] == [arb, fmpq]
    assert linear.entries(linear.product(grid, Vector(tuple(gap)))) == (fmpq(11), fmpq(11))


def test_a_hundred_steps_of_sixty_four_units_take_seconds() -> None:
    random.seed(6)
    size = 64
    gates = [matrix(*[[f"{random.randrange(-99, 100)}/100" for _ in range(size + 1)] for _ in range(size)]) for _ in range(4)]
    h: Value = Vector((fmpq(0),) * size)
    c: Value = h
    begin = time.process_time()
    with working_precision(1024):
        for step in range(100):
            stacked = linear.concatenate([h, exact(step % 2)])
            f, i, o, g = (
                linear.apply(EVALUATE[name], linear.product(gate, stacked))
                for name, gate in zip(("sigmoid", "sigmoid", "sigmoid", "tanh"), gates)
            )
            c = linear.add(linear.elementwise(f, c), linear.elementwise(i, g))
            h = linear.elementwise(o, linear.apply(EVALUATE["tanh"], c))
    assert time.process_time() - begin < 5
    assert all(arb(entry).rel_accuracy_bits() > 100 for entry in linear.entries(h))
