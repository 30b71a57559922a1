"""Whether two formulas are equal for all values of their symbols, by SymPy.

In come two written trees at one step and the shapes of their symbols; out goes yes or no. A difference is first sought at random
points, to forty digits: formulas of these functions that agree at three of them agree everywhere but by a conspiracy (Schwartz 1980).
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from flint import arb, fmpq

from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import Undecided, working_precision
from symlstm.derivation.evaluate import compiled
from symlstm.errors import SymlstmError
from symlstm.model.problem import Run
from symlstm.model.sizes import sizes
from symlstm.notation.meaning import Meaning, meaning
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import Expr, Fixed, Hole, Name, Running, Symbol, rebuild

if TYPE_CHECKING:
    import sympy

_POINTS = 3
_BITS = 200
_TINY = 1e-25
_LARGEST = 24
"""Entries of a vector or matrix whose formula is compared entry by entry."""


def at_running_time(tree: Expr, time: int, timed: frozenset[Name]) -> Expr:
    """The tree with every time counted from the step: at t = 3, `h_2` is `h_{t-1}`; a symbol of the cell without a time means t."""
    if isinstance(tree, Symbol):
        if isinstance(tree.at, Fixed):
            return replace(tree, at=Running(tree.at.time - time))
        return replace(tree, at=Running(0)) if tree.at is None and tree.name in timed else tree
    return rebuild(tree, lambda part: at_running_time(part, time, timed))


def equal(one: Expr, other: Expr, run: Run) -> bool:
    """Whether two formulas in running time are equal for all values of their symbols."""
    known = sizes(run.cell, run.parameters, run.timed)
    if _shapeless(run) and _differ(one, other, known):
        return False
    made: dict[Symbol, Meaning] = {}

    def symbol(s: Symbol) -> Meaning:
        bare = replace(s, entry=None)
        if bare not in made:
            made[bare] = _unknown(bare, run, known)
        return made[bare]

    try:
        a, b = meaning(one, symbol), meaning(other, symbol)
    except (SymlstmError, KeyError, IndexError, TypeError, ValueError):
        return False
    ours, theirs = _entries(a), _entries(b)
    return len(ours) == len(theirs) <= _LARGEST and all(_zero(x - y) for x, y in zip(ours, theirs))


def _shapeless(run: Run) -> bool:
    return not any(isinstance(given.value, values_of.Vector | values_of.Matrix) for given in run.parameters.values())


def _unknown(symbol: Symbol, run: Run, known: Mapping[Name, int]) -> Meaning:
    import sympy

    label = str(symbol.name) + (f"@{symbol.at.offset}" if isinstance(symbol.at, Running) else "")
    given = run.parameters.get(symbol.name) if symbol.at is None else None
    if given is not None and isinstance(given.value, values_of.Matrix):
        rows, columns = given.value.size
        return sympy.ImmutableDenseMatrix(rows, columns, [sympy.Symbol(f"{label}#{i},{j}", real=True)
                                                           for i in range(rows) for j in range(columns)])
    count = len(values_of.entries(given.value)) if given is not None else known.get(symbol.name, 1) if symbol.at is not None else 1
    if count == 1:
        return sympy.Symbol(label, real=True)
    return sympy.ImmutableDenseMatrix(count, 1, [sympy.Symbol(f"{label}#{i}", real=True) for i in range(count)])


def _entries(value: Meaning) -> list[sympy.Expr]:
    from sympy import MatrixBase

    return list(value.flat()) if isinstance(value, MatrixBase) else [value]


def _zero(difference: sympy.Expr) -> bool:
    import sympy

    if difference == 0:
        return True
    chance = random.Random(1)
    symbols = sorted(difference.free_symbols, key=str)
    for _ in range(_POINTS):
        point = {s: sympy.Rational(chance.randint(-2000, 2000), 1009) for s in symbols}
        value = difference.subs(point).evalf(40, maxn=60)
        if not value.is_finite or abs(value) > _TINY:
            return False
    return True


def _differ(one: Expr, other: Expr, known: Mapping[Name, int]) -> bool:
    """Whether two formulas of numbers differ for certain at a random point, by balls; a value too large to be known says nothing."""
    symbols = list(dict.fromkeys(replace(s, entry=None) for tree in (one, other) for s in symbols_in(tree)))
    if any(known.get(s.name, 1) > 1 for s in symbols):
        return False
    chance = random.Random(2)
    values: list[values_of.Value] = [fmpq(chance.randint(-2000, 2000), 1009) for _ in symbols]

    def filled(tree: Expr) -> Expr:
        if isinstance(tree, Symbol):
            return Hole(symbols.index(replace(tree, entry=None)))
        return rebuild(tree, filled)

    try:
        with working_precision(_BITS):
            a, b = (compiled(filled(tree), {})(values) for tree in (one, other))
            if isinstance(a, values_of.Vector | values_of.Matrix) or isinstance(b, values_of.Vector | values_of.Matrix):
                return False
            return not arb(a).overlaps(arb(b))
    except (SymlstmError, Undecided):
        # Too large to be computed: no formula that anybody writes down for a cell.
        return True
