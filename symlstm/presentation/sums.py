"""The sums inside matrix products: W h with numbers, as the column of what each of its entries adds up.

In comes a formula with numbers in its holes, out goes the formula in which each small product of a matrix and a vector is the
matrix of its entries' sums. What is written out is decided once for each template and its vectors' sizes; no number is made here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from symlstm.notation.tree import Chain, Column, Expr, Hole, Matrix, Numeral, Product, Series, Shown, Sum, rebuild
from symlstm.notation.typeset import Formula, Template

MOST_ROWS = 4
MOST_CHARACTERS = 56
"""How wide the sums of a line may be together, so that they fit a page's width."""

_AROUND = 5
"""Characters around the factors of a term: its dot, and the sign in front of it."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """The template with sums, the vectors whose entries fill it (behind the other numbers), and what its width is made of."""

    template: Template
    holes: tuple[int, ...]
    repeated: tuple[int, ...]
    """How often each vector stands in one row."""
    fixed: int
    """Characters of a row beside the vectors' entries."""


@dataclass(slots=True)
class Sums:
    """Writes out the sums in formulas of a run."""

    _plans: dict[tuple[int, tuple[int, ...]], _Plan | None] = field(default_factory=dict)

    def written_out(self, formula: Formula) -> Formula | None:
        """The formula with the sums of its matrix products; None where it has none that are small."""
        numbers = formula.numbers
        key = id(formula.template), tuple([len(number.entries) if isinstance(number, Column) else 0 for number in numbers])
        if key not in self._plans:
            self._plans[key] = _plan(formula.template, numbers)
        plan = self._plans[key]
        if plan is None:
            return None
        wide, entries = plan.fixed, list[Shown](numbers)
        for hole, times in zip(plan.holes, plan.repeated):
            column = numbers[hole]
            assert isinstance(column, Column)
            entries += column.entries
            wide += times * sum(len(entry.text) for entry in column.entries)
        return Formula(plan.template, entries) if wide <= MOST_CHARACTERS else None


def _plan(template: Template, numbers: Sequence[Shown]) -> _Plan | None:
    if isinstance(template.tree, Chain | Series):
        return None
    holes: list[int] = []
    repeated: list[int] = []
    fixed = 0
    free = len(numbers)

    def grid(factor: Expr) -> list[list[Expr]] | None:
        """The entries of a factor; those of a vector go into new holes."""
        nonlocal free
        if isinstance(factor, Matrix):
            return [list(row) for row in factor.rows] if all(isinstance(x, Numeral) for row in factor.rows for x in row) else None
        if not isinstance(factor, Hole) or not isinstance(column := numbers[factor.index], Column):
            return None
        entries: list[Expr] = [Hole(free + k) for k in range(len(column.entries))]
        free += len(entries)
        holes.append(factor.index)
        return [entries] if factor.index in template.rows else [[entry] for entry in entries]

    def write(tree: Expr) -> Expr:
        nonlocal fixed, free
        if not isinstance(tree, Product) or len(tree.factors) != 2:
            return rebuild(tree, write)
        before = len(holes), free
        left, right = map(grid, tree.factors)
        new = len(holes) - before[0]
        if left is None or right is None or not new or len(left[0]) != len(right) or len(right) < 2 or len(left) > MOST_ROWS:
            del holes[before[0] :]
            free = before[1]
            return rebuild(tree, write)
        rows = tuple(
            tuple(Sum(tuple((1, Product((a, column[k]), ("·",))) for k, a in enumerate(row))) for column in zip(*right))
            for row in left
        )
        # A row of the result holds each column's sum: the left factor's entries once a column.
        for factor, times in zip(tree.factors, (len(right[0]), 1)):
            if isinstance(factor, Hole):
                repeated.append(times)
        fixed += len(right) * len(right[0]) * _AROUND
        fixed += max(sum(map(_length, row)) for row in left) * len(right[0]) + sum(_length(x) for row in right for x in row)
        return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else Matrix(rows)

    tree = write(template.tree)
    if not holes:
        return None
    return _Plan(Template(tree, template.rows), tuple(holes), tuple(repeated), fixed)


def _length(tree: Expr) -> int:
    return len(tree.text) if isinstance(tree, Numeral) else 0
