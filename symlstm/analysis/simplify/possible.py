"""What each symbol of a run may be at any step: the inputs' alphabet, the states' bounds, a few cases or one interval.

In comes a run; what is learnt about its equations is put in as the simplification goes on. Everything said here holds for the
values that are carried on, at every step of every sequence of inputs from the alphabet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import product as assignments
from math import prod
from typing import TypeAlias

from flint import fmpq

from symlstm.analysis.simplify import bounds
from symlstm.analysis.simplify.bounds import UNKNOWN, Bounds
from symlstm.analysis.simplify.function_bounds import function
from symlstm.analysis.simplify.numerals import worth, written
from symlstm.arithmetic import entrywise
from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.linear import transpose
from symlstm.arithmetic.real import ONE, exact
from symlstm.arithmetic.value import Value
from symlstm.derivation.evaluate import component
from symlstm.derivation.program import LARGEST_PRINTED
from symlstm.errors import SymlstmError
from symlstm.model.problem import Run
from symlstm.model.sizes import sizes
from symlstm.model.values import constant, is_constant
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import (
    Apply,
    Expr,
    Hadamard,
    Listing,
    Matrix,
    Name,
    Negative,
    Numeral,
    Power,
    Product,
    Quotient,
    Running,
    Sum,
    Symbol,
    Transpose,
)

MOST_PARTS = 16
"""Cases that are told apart for one symbol; beyond that it is one interval."""
MOST_CASES = 64
"""Cases that are told apart for one expression."""

Case: TypeAlias = Mapping[Symbol, Bounds]
"""What each symbol of an expression is in one case; symbols without their entry."""


class Possible:
    """The possible values of a run's symbols, as far as they are known."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.sizes = sizes(run.cell, run.parameters, run.timed)
        if len(run.cell.inputs) == 1 and run.alphabet:
            entries = max(len(values_of.entries(letter.value)) for letter in run.alphabet)
            self.sizes[run.cell.inputs[0]] = max(entries, self.sizes.get(run.cell.inputs[0], 1))
        self.unknown = UNKNOWN
        self.timed: dict[Name, dict[int, Value]] = {}
        """Values given at fixed times, by name and time."""
        for (name, time), item in run.timed.items():
            self.timed.setdefault(name, {})[time] = item.value
        self._computed: dict[Name, tuple[Bounds, ...]] = {}
        self._parts: dict[Symbol, tuple[Bounds, ...]] = {}
        self._samples: dict[Name, Value] = {}
        for equation in run.cell.equations:
            if (sample := self.sample(equation.right)) is not None:
                self._samples[equation.left] = sample
        counts = [*self.sizes.values(), *(len(values_of.entries(sample)) for sample in self._samples.values())]
        given = bool(run.parameters or run.timed or run.alphabet)
        self.scalar = given and all(count == 1 for count in counts)
        """Whether every state and input is a number."""
        self.small = max(counts, default=1) <= LARGEST_PRINTED
        """Whether a state that never changes could be printed; bounds of larger ones aren't worth their time."""
        if self.scalar:
            self.unknown = Bounds(None, None)
        self._parts.clear()

    def learn(self, name: Name, parts: Sequence[Bounds]) -> bool:
        """Keep what the equation of a symbol makes it; whether that is news."""
        sized = tuple(dict.fromkeys(bounds.coarser(self._sized(name, part)) for part in parts))
        if self._computed.get(name) == sized:
            return False
        self._computed[name] = sized
        self._parts = {symbol: parts for symbol, parts in self._parts.items() if symbol.name != name}
        return True

    def _sized(self, name: Name, part: Bounds) -> Bounds:
        count = self.sizes.get(name, 1)
        if part.shaped or count == 1 or part.low is None or part.high is None:
            return part
        low, high = (values_of.Vector(values_of.entries(end)[:1] * count) for end in (part.low, part.high))
        return Bounds(low, high)

    def parts(self, symbol: Symbol) -> tuple[Bounds, ...]:
        """What a symbol may be, in cases of which one holds."""
        found = self._parts.get(symbol)
        if found is None:
            found = self._parts[symbol] = self._parts_of(symbol)
        return found

    def _parts_of(self, symbol: Symbol) -> tuple[Bounds, ...]:
        run, name = self.run, symbol.name
        if symbol.at is None:
            given = run.parameters.get(name)
            return (self.unknown,) if given is None else (bounds.point(given.value),)
        if not isinstance(symbol.at, Running):
            return (self.unknown,)
        lag = -symbol.at.offset
        times = self.timed.get(name, {})
        if name not in run.cell.by_name:
            letters = [letter.value for letter in run.alphabet] if run.cell.inputs == (name,) else []
            found = [bounds.point(value) for value in dict.fromkeys((*letters, *times.values()))]
        elif any(time not in times for time in range(run.first - lag, run.first)):
            return (self.unknown,)
        else:
            given_values = [value for time, value in times.items() if time >= run.first - lag]
            found = [*self._computed.get(name, (self.unknown,)), *map(bounds.point, given_values)]
        return _few(found) if found else (self.unknown,)

    def cases(self, tree: Expr) -> list[Case]:
        """All cases of the symbols of a tree; fewer and wider ones where they would be too many."""
        keys = list(dict.fromkeys(replace(symbol, entry=None) for symbol in symbols_in(tree)))
        parts = [self.parts(key) for key in keys]
        while prod(map(len, parts)) > MOST_CASES:
            widest = max(range(len(parts)), key=lambda k: len(parts[k]))
            parts[widest] = (bounds.hull(parts[widest]),)
        return [dict(zip(keys, case)) for case in assignments(*parts)]

    def bounds(self, tree: Expr, case: Case, threshold: fmpq | None) -> Bounds:
        """The bounds of a tree in one case; nothing is known where its shapes don't fit."""
        try:
            return _bounds(tree, lambda symbol: _entry(symbol, case[replace(symbol, entry=None)]), threshold)
        except SymlstmError:
            return self.unknown

    def sample(self, tree: Expr) -> Value | None:
        """A value of the shape that the tree's value has, by the sizes of its symbols; None where that isn't known."""
        found = self.bounds(tree, {replace(symbol, entry=None): self._sample(symbol) for symbol in symbols_in(tree)}, None)
        end = found.low if found.low is not None else found.high
        return entrywise.apply(lambda x: ONE, end) if found.shaped and end is not None else None

    def fit(self, before: Expr, after: Expr) -> Expr:
        """What may replace a part without changing a shape: `after`, a column of it where it is a number, or else `before`."""
        if self.scalar:
            return after
        sample, other = self.sample(before), self.sample(after)
        if sample is None or other is None:
            return before
        if values_of.shape(sample) == values_of.shape(other) or (values_of.is_single(sample) and values_of.is_single(other)):
            return after
        number = worth(after)
        if number is None or not isinstance(sample, values_of.Vector) or not self.small:
            return before
        return written(entrywise.apply(lambda x: exact(number), sample))

    def _sample(self, symbol: Symbol) -> Bounds:
        if symbol.at is None:
            return self.parts(symbol)[0]
        if (count := self.sizes.get(symbol.name)) is not None:
            given = self.timed.get(symbol.name, {}).values()
            if any(len(values_of.entries(value)) != count for value in given):
                return self.unknown
            return bounds.point(values_of.vector([ONE] * count))
        known = self._samples.get(symbol.name)
        return self.unknown if known is None else bounds.point(known)


def _few(parts: Sequence[Bounds]) -> tuple[Bounds, ...]:
    distinct = tuple(dict.fromkeys(parts))
    return distinct if len(distinct) <= MOST_PARTS else (bounds.hull(distinct),)


def _entry(symbol: Symbol, whole: Bounds) -> Bounds:
    if symbol.entry is None:
        return whole
    ends = [whole.low, whole.high]
    if isinstance(symbol.entry, int) and whole.shaped:
        low, high = (None if end is None else component(end, symbol.entry) for end in ends)
        return Bounds(low, high)
    return UNKNOWN


def _bounds(tree: Expr, lookup: Callable[[Symbol], Bounds], threshold: fmpq | None) -> Bounds:
    def of(part: Expr) -> Bounds:
        return _bounds(part, lookup, threshold)

    match tree:
        case Numeral() | Listing() | Matrix() if is_constant(tree):
            return bounds.point(constant(tree))
        case Symbol():
            return lookup(tree)
        case Negative(operand=operand):
            return bounds.negate(of(operand))
        case Sum(terms=terms):
            total = of(terms[0][1])
            for sign, term in terms[1:]:
                total = bounds.add(total, of(term) if sign > 0 else bounds.negate(of(term)))
            return total
        case Product(factors=factors):
            return _product([of(factor) for factor in factors], [_weights(factor) for factor in factors])
        case Hadamard(factors=factors):
            total = of(factors[0])
            for factor in factors[1:]:
                total = bounds.times(total, of(factor))
            return total
        case Quotient(numerator=above, denominator=below):
            return bounds.quotient(of(above), of(below))
        case Power(base=base, exponent=Numeral(value=exponent)) if exponent.denominator == 1 and abs(exponent) <= 64:
            return bounds.power(of(base), int(exponent))
        case Transpose(operand=operand):
            return _ends(transpose, of(operand))
        case Apply(function=name, arguments=arguments):
            return function(name, [of(argument) for argument in arguments], threshold if len(arguments) == 1 else None)
        case Listing(items=items) if not all(isinstance(item, Listing) for item in items):
            return bounds.concatenated([of(item) for item in items])
        case Matrix(rows=rows) if len(rows) == 1 or all(len(row) == 1 for row in rows):
            return bounds.concatenated([of(entry) for row in rows for entry in row])
        case _:
            return UNKNOWN


def _ends(change: Callable[[Value], Value], of: Bounds) -> Bounds:
    low, high = (None if end is None else change(end) for end in (of.low, of.high))
    return Bounds(low, high, of.shaped)


def _weights(tree: Expr) -> bool:
    return isinstance(tree, Listing | Matrix) or (isinstance(tree, Symbol) and tree.at is None)


def _product(parts: Sequence[Bounds], weights: Sequence[bool]) -> Bounds:
    """From the right; a list of weights in front of a vector is a row, as in `derivation.evaluate`."""
    total = parts[-1]
    for part, row in zip(reversed(parts[:-1]), reversed(weights[:-1])):
        vectors = all(isinstance(one.low, values_of.Vector) for one in (part, total))
        total = bounds.product(_ends(transpose, part) if row and vectors else part, total)
    return total
