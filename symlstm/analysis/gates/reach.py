"""Between which numbers the earlier states of a cell lie, by their own equations: o ⊙ tanh(c) never is 1, a sum may be anything.

In come a run's cell and starts, out goes a range for each state that has one. The range of an equation holds at every step but the
first start, which may be anything; a weighted mean of values between −1 and 1 stays there, where its start doesn't lie elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from flint import fmpq

from symlstm.analysis.gates.entry_meaning import EVERY, Entrywise, NoMeaningError
from symlstm.analysis.gates.ranges import ALL, Range, both, range_of
from symlstm.arithmetic.real import rational
from symlstm.arithmetic.value import entries
from symlstm.model.cell import Cell
from symlstm.model.problem import Run
from symlstm.notation.tree import Name

_UNIT = Range(Fraction(-1), Fraction(1))


def reachable(run: Run) -> Mapping[Name, Range]:
    """The range of every earlier state that its equation bounds."""
    states = [name for name in run.cell.lags if name in run.cell.by_name]
    by_equation = _ranges(run.cell, {})
    out = {name: by_equation[name] for name in states if by_equation[name] != ALL}
    kept = {name: _UNIT for name in states if name not in out and _starts_within(run, name)}
    while kept:
        found = _ranges(run.cell, {**out, **kept})
        staying = {name: bound for name, bound in kept.items() if both(found[name], bound) == found[name]}
        if len(staying) == len(kept):
            break
        kept = staying
    return {**out, **kept}


def _starts_within(run: Run, name: Name) -> bool:
    starts = [run.timed[name, run.first - back] for back in range(1, run.cell.lags[name] + 1) if (name, run.first - back) in run.timed]
    return all(inside(rational(x), _UNIT) for start in starts for x in entries(start.value))


def _ranges(cell: Cell, earlier: Mapping[Name, Range]) -> Mapping[Name, Range]:
    """The range of every equation, where the earlier states lie in theirs: with the symbols of the same step as they are, and with
    their equations in their place."""
    alone = Entrywise(cell, {})
    whole = Entrywise(cell, {}, frozenset((name, 0) for name in cell.by_name))
    known = {alone.unknown(name, -back, EVERY): bound for name, bound in earlier.items() for back in range(1, cell.lags[name] + 1)}
    out: dict[Name, Range] = {}
    for equation in cell.equations:
        out[equation.left] = ALL
        for meant in (alone, whole):
            try:
                out[equation.left] = both(out[equation.left], range_of(meant.of(equation.right), known))
            except NoMeaningError:
                continue
        known[alone.unknown(equation.left, 0, EVERY)] = out[equation.left]
    return out


def inside(x: fmpq, reached: Range) -> bool:
    """Whether a number is one of the values of a range."""
    number = Fraction(int(x.p), int(x.q))
    above = reached.low is None or number > reached.low or (reached.reaches_low and number == reached.low)
    return above and (reached.high is None or number < reached.high or (reached.reaches_high and number == reached.high))


def within(x: fmpq, bound: Range) -> fmpq:
    """The number, or where it isn't inside a range one that is, on the same side of the middle and further out for a larger one.

    >>> [str(within(fmpq(n), _UNIT)) for n in (0, 1, -1, -10)]
    ['0', '1/2', '-1/2', '-9/10']
    """
    if inside(x, bound):
        return x
    low, high = (None if end is None else fmpq(end.numerator, end.denominator) for end in (bound.low, bound.high))
    if low is None or high is None:
        return low + 1 if low is not None else high - 1 if high is not None else x
    middle, share = (low + high) / 2, fmpq(1, 2) if abs(x) <= 1 else fmpq(9, 10)
    return middle + (share if x > middle else -share) * (high - low) / 2


def is_empty(a: Range) -> bool:
    """Whether no number lies in a range."""
    if a.low is None or a.high is None or a.low < a.high:
        return False
    return a.low > a.high or not (a.reaches_low and a.reaches_high)
