"""The product of a matrix and a vector, fast for the sizes that real layers have (64 units and more).

What comes in: a matrix and the entries of a column. What goes out: the entries of their product; a row that meets
balls only with exact zeros stays exact. The matrix is converted once for each working precision.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flint import arb_mat, ctx, fmpq, fmpq_mat

from symlstm.arithmetic.real import ZERO, Real, plus, times
from symlstm.arithmetic.value import Matrix, RowMask

_FROM_COLUMNS = 12
"""From so many columns on the product is flint's."""
_PRECISIONS_KEPT = 4


def dot(a: Sequence[Real], b: Sequence[Real]) -> Real:
    """Σ a_k b_k of two sequences of one length; products with exact zeros drop out.

    >>> dot((fmpq(1), fmpq(2)), (fmpq(3), fmpq(4)))
    11
    """
    total: Real = ZERO
    for x, y in zip(a, b, strict=True):
        total = plus(total, times(x, y))
    return total


def matrix_vector(matrix: Matrix, column: Sequence[Real]) -> list[Real]:
    """The entries of M·v.

    >>> matrix_vector(Matrix(((fmpq(1), fmpq(2)), (fmpq(0), fmpq(1)))), (fmpq(3), fmpq(4)))
    [11, 4]
    """
    if len(column) < _FROM_COLUMNS:
        return [dot(row, column) for row in matrix.rows]
    masks = _masks(matrix)
    balls = _mask(column, _is_ball)
    nonzero = balls | _mask(column, bool)
    inexact = [bool(mask.nonzero & balls or mask.balls & nonzero) for mask in masks]
    if not any(inexact):
        if any(mask.balls for mask in masks):
            return [dot(row, column) for row in matrix.rows]
        exact_column = [x for x in column if isinstance(x, fmpq)]
        return list((_rational(matrix) * fmpq_mat(len(column), 1, exact_column)).entries())
    product = (_balls(matrix) * arb_mat(len(column), 1, column)).entries()
    return [
        entry if of_ball else dot(row, column) for entry, of_ball, row in zip(product, inexact, matrix.rows)
    ]


def _is_ball(x: Real) -> bool:
    return not isinstance(x, fmpq)


def _mask(xs: Sequence[Real], holds: Callable[[Real], bool]) -> int:
    """The entries for which something holds, as the bits of an integer."""
    return sum(1 << k for k, x in enumerate(xs) if holds(x))


def _masks(matrix: Matrix) -> tuple[RowMask, ...]:
    prepared = matrix.prepared
    if not prepared.masks:
        prepared.masks = tuple(
            RowMask(balls=_mask(row, _is_ball), nonzero=_mask(row, lambda x: _is_ball(x) or bool(x))) for row in matrix.rows
        )
    return prepared.masks


def _rational(matrix: Matrix) -> fmpq_mat:
    prepared = matrix.prepared
    if prepared.rational is None:
        prepared.rational = fmpq_mat([[x for x in row if isinstance(x, fmpq)] for row in matrix.rows])
    return prepared.rational


def _balls(matrix: Matrix) -> arb_mat:
    kept = matrix.prepared.balls
    if ctx.prec not in kept:
        if len(kept) >= _PRECISIONS_KEPT:
            kept.clear()
        kept[ctx.prec] = arb_mat([list(row) for row in matrix.rows])
    return kept[ctx.prec]
