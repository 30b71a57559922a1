"""A claim about the cell refuted: numbers for which the premises hold and the conclusion doesn't.

In comes a `Supposed` claim with a run, out goes a `Counterexample` or None. Numbers are tried in a fixed order, small ones first;
both sides are computed by `derive`, with the premises' values in the place of what the equations give, and compared by balls.
A premise that the equation itself could meet must be met by it, or be within its reach: otherwise nothing is refuted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, TypeAlias

from flint import arb, fmpq

from symlstm.analysis.gates.entry_meaning import Entrywise, NoMeaningError, Spot, later
from symlstm.analysis.gates.premises import Supposed
from symlstm.analysis.gates.ranges import ALL, Range, both, range_of
from symlstm.analysis.gates.reach import inside, is_empty, reachable, within
from symlstm.analysis.gates.reading import Relation
from symlstm.analysis.gates.shapes import shape_of
from symlstm.analysis.gates.tried import Numbers, choices
from symlstm.analysis.statements.tree import RELATIONS
from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import Real, Undecided, rational, working_precision
from symlstm.arithmetic.value import Value, entries
from symlstm.derivation.derive import derive
from symlstm.derivation.evaluate import compiled
from symlstm.derivation.programs import Programs
from symlstm.derivation.trace import Trace
from symlstm.errors import ShapeError, SymlstmError
from symlstm.model.convention import Convention
from symlstm.model.problem import Run
from symlstm.model.sizes import sizes
from symlstm.model.values import Given, written
from symlstm.notation.places import Place
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import (
    Apply,
    Expr,
    Hole,
    Name,
    Numeral,
    Running,
    Sum,
    Symbol,
    rebuild,
)

_INCREASING = ("sigmoid", "tanh", "hardsigmoid")
_MOST_STEPS = 4

States: TypeAlias = 'Literal["given", "within", "any"]'
"""Which earlier states are tried: those that the document's own start leads to, those that their equations could give, or any."""


@dataclass(frozen=True)
class Counterexample:
    """Values by symbol: those chosen, those that premises set, and those computed; and the two sides that part company."""

    chosen: Mapping[Symbol, Value]
    forced: Mapping[Symbol, Value]
    computed: Mapping[Symbol, Value]
    relation: Relation
    left: Value
    right: Value
    entry: int | None
    """The first entry at which the conclusion fails; None for numbers."""
    bits: int


@dataclass(frozen=True)
class Search:
    """The search for one claim in one run. `given`: parameters that the document gives are kept."""

    supposed: Supposed
    run: Run
    states: States = "within"

    @cached_property
    def _programs(self) -> Programs:
        return Programs()

    @cached_property
    def _sized(self) -> bool:
        """Whether the document says how many entries there are."""
        return bool(self.run.parameters or self.run.timed)

    @cached_property
    def _known(self) -> Mapping[Name, int]:
        return sizes(self.run.cell, self.run.parameters, self.run.timed)

    @cached_property
    def _bounds(self) -> Mapping[Spot, Range]:
        return self.supposed.bounds()

    @cached_property
    def reach(self) -> Mapping[Name, Range]:
        """Between which numbers earlier states are to lie."""
        return reachable(self.run) if self.states == "within" else {}

    def counterexample(self) -> Counterexample | None:
        """The first counterexample that is found."""
        for count in self._counts():
            for letters in self._letters(count):
                for numbers in choices(count):
                    for steps in range(1, _MOST_STEPS + 1) if self.states == "given" else (self.supposed.steps,):
                        found = self._tried(numbers, count, letters, steps)
                        if found is not None:
                            return found
        return None

    def _counts(self) -> Sequence[int]:
        """How many entries each vector gets: as many as the document's have, otherwise one and two."""
        least = max((e for e in self.supposed.claim.entries if isinstance(e, int)), default=1)
        if self._sized:
            return [1]
        return [max(1, least), max(2, least)] if least < 2 else [least]

    def _letters(self, count: int) -> Iterator[Mapping[str, int]]:
        """What the letters for entries stand for."""
        letters = [e for e in self.supposed.claim.entries if isinstance(e, str)]
        most = max([count, *self._known.values()]) if self._sized else count
        yield {letter: min(k, most) for k, letter in enumerate(letters, 1)}
        if len(letters) > 1 and most > 1:
            yield dict.fromkeys(letters, 1)

    # -- one try ---

    def _tried(self, numbers: Numbers, count: int, letters: Mapping[str, int], steps: int) -> Counterexample | None:
        try:
            run = self._filled(numbers, count, steps)
            if run is None:
                return None
            found = _Try(self, run, letters).result()
            rule = self.run.convention
            if found is not None and (rule.saturate is not None or rule.round):
                # What the document's convention makes equal isn't refuted by what it leaves out.
                confirmed = _Try(self, replace(run, convention=rule), letters).result()
                found = found if confirmed is not None else None
        except (SymlstmError, Undecided, KeyError, IndexError, ValueError):
            return None  # these numbers don't fit together; others may
        else:
            return found

    def size(self, name: Name, count: int) -> int:
        """Entries of a symbol with a time."""
        return self._known.get(name, 1) if self._sized else count

    def _fitting(self, numbers: Numbers, name: Name, offset: int) -> Numbers:
        """The numbers for a symbol, moved to where the conditions on it hold."""
        said = [bound for (n, at, _), bound in self._bounds.items() if (n, at) == (name, offset)]
        own = self.reach.get(name, ALL)
        # What a premise says of a state counts also where its equation never gives that.
        bounds = [both(bound, own) if not is_empty(both(bound, own)) else bound for bound in said] or [own]

        def number(kind: str, k: int) -> Real:
            x = rational(numbers(kind, k))
            return next((within(x, bound) for bound in bounds if not inside(x, bound)), x)

        return number if bounds != [ALL] else numbers

    def _filled(self, numbers: Numbers, count: int, steps: int) -> Run | None:
        """The run with a number for everything that is free."""
        cell = self.run.cell
        parameters = dict(self.run.parameters)
        for name in cell.parameters:
            if name not in parameters:
                kind = "bias" if name in cell.biases else "weight"
                shape = shape_of(cell.equations, name, lambda n: self.size(n, count))
                if shape is None:
                    return None
                parameters[name] = _given(kind, shape, numbers)
        timed: dict[tuple[Name, int], Given] = {}
        for name, lag in cell.lags.items():
            for back in range(1, lag + 1):
                start = self.run.timed.get((name, self.run.first - back))
                if self.states == "given" and start is None and name in cell.by_name:
                    return None
                if self.states == "given" and start is not None:
                    timed[name, -back] = start
                else:
                    fitting = self._fitting(_at(numbers, back), name, 1 - steps - back)
                    timed[name, -back] = _given("state", (self.size(name, count), 0), fitting)
        letters = self.run.alphabet if self.run.letters else ()
        for name in cell.inputs:
            for time in range(steps):
                if letters and len(cell.inputs) == 1:
                    k = int(rational(numbers("input", time + 1)) * 2) % len(letters)
                    timed[name, time] = letters[k]
                else:
                    fitting = self._fitting(_at(numbers, time), name, time - steps + 1)
                    timed[name, time] = _given("input", (self.size(name, count), 0), fitting)
        return replace(self.run, parameters=parameters, timed=timed, first=0, last=steps - 1, convention=Convention(), alphabet=(),
                       letters=())


def _at(numbers: Numbers, shift: int) -> Numbers:
    return lambda kind, k: numbers(kind, k + shift)


def _given(kind: str, shape: tuple[int, int], numbers: Numbers) -> Given:
    rows, columns = shape
    value: Value
    if columns and (rows, columns) != (1, 1):
        value = values_of.Matrix(tuple(tuple(numbers(kind, r * columns + c) for c in range(columns)) for r in range(rows)))
    else:
        value = values_of.vector([numbers(kind, r) for r in range(rows)])
    return Given(value, written(value))


# -- numbers put in -------------------------------------------------------------------------------------------------------------


class _Try:
    """A run in which every number is set, and the claim in it."""

    def __init__(self, search: Search, run: Run, letters: Mapping[str, int]) -> None:
        self.search = search
        self.supposed = search.supposed
        self.letters = letters
        self.run = run
        self.forced: dict[Symbol, Value] = {}

    def result(self) -> Counterexample | None:
        """The counterexample, where these numbers make one."""
        trace = self._derived()
        if trace is None:
            return None
        with working_precision(trace.bits):
            if not all(self._compare(r, trace)[0] is True for r in self.supposed.conditions):
                return None
            for relation in self.supposed.claim.conclusions:
                holds, entry, left, right = self._compare(relation, trace)
                if holds is False:
                    return self._found(relation, entry, left, right, trace)
        return None

    def _time(self, symbol: Symbol) -> int:
        assert isinstance(symbol.at, Running)
        return self.run.last + symbol.at.offset

    def _value(self, tree: Expr, trace: Trace) -> Value:
        """What a tree of the claim is worth in the derivation."""
        holes: list[Value] = []

        def filled(part: Expr) -> Expr:
            if not isinstance(part, Symbol):
                return rebuild(part, filled)
            holes.append(self._symbol(part, trace))
            return Hole(len(holes) - 1)

        parameters = {name: given.value for name, given in self.run.parameters.items()}
        return compiled(_keeping_parameters(tree, filled), parameters)(holes)

    def _symbol(self, symbol: Symbol, trace: Trace) -> Value:
        if symbol.at is None:
            value: Value = self.run.parameters[symbol.name].value
        else:
            value = trace.carried(symbol.name, self._time(symbol))
        if symbol.entry is None:
            return value
        entry = self.letters[symbol.entry] if isinstance(symbol.entry, str) else symbol.entry
        every = entries(value)
        if entry > len(every):
            raise ShapeError("no such entry")
        return every[entry - 1]

    def _derived(self) -> Trace | None:
        """The derivation with the premises' values in place; None where they can't be put there."""
        free = [(key, tree) for key, tree in self.supposed.forced.items() if not self.supposed.is_derived(key[0], key[1])]
        derived = [(key, tree) for key, tree in self.supposed.forced.items() if self.supposed.is_derived(key[0], key[1])]
        trace = derive(self.run, programs=self.search._programs)
        for (name, offset, entry), tree in free:
            trace = self._free(name, offset, entry, tree, trace)
        order = {where: k for k, where in enumerate(reversed(self.supposed.derived))}
        overrides: dict[Place, Value] = {}
        for (name, offset, entry), tree in sorted(derived, key=lambda item: order[item[0][0], item[0][1] or 0]):
            assert offset is not None
            time = self.run.last + offset
            own = trace.carried(name, time)
            at = self.letters.get(entry) if isinstance(entry, str) else entry
            value = _spread(self._value(tree, trace), own if at is None else None)
            if not self._within_reach(name, offset, own if at is None else entries(own)[at - 1], value):
                return None
            overrides[Place(name, time, at)] = value
            self.forced[Symbol(name, Running(offset), at if len(entries(own)) > 1 else None)] = value
            trace = derive(self.run, overrides, programs=self.search._programs)
        return trace

    def _free(self, name: Name, offset: int | None, entry: int | str | None, tree: Expr, trace: Trace) -> Trace:
        """The derivation with a state, an input or a parameter set by a premise."""
        place = (name, self.run.last + offset) if offset is not None else None
        before = self.run.timed[place].value if place is not None else self.run.parameters[name].value
        at = self.letters.get(entry) if isinstance(entry, str) else entry
        value = _spread(self._value(tree, trace), before)
        if place is not None and name in self.run.cell.by_name and self.search.states == "given" and value != before:
            raise ShapeError("the given start isn't what the premise says")
        own = self.search.reach.get(name, ALL) if place is not None and not isinstance(tree, Numeral) else ALL
        if not all(inside(rational(x), own) for x in entries(value)):
            raise ShapeError("the state's own equation never gives this")
        if at is not None:
            every = list(entries(before))
            every[at - 1] = entries(value)[0]
            value = values_of.vector(every)
        given = Given(value, written(value))
        if place is not None:
            self.run = replace(self.run, timed={**self.run.timed, place: given})
            self.forced[Symbol(name, Running(offset or 0))] = value
        else:
            if name in self.search.run.parameters and self.search.run.parameters[name].value != value:
                raise ShapeError("the document gives this parameter another value")
            self.run = replace(self.run, parameters={**self.run.parameters, name: given})
            self.forced[Symbol(name)] = value
        return derive(self.run, programs=self.search._programs)

    def _within_reach(self, name: Name, offset: int, own: Value, value: Value) -> bool:
        """Whether a premise's value is what the equation gives, what it could give by a parameter of its own, or a limit that it
        never reaches (a gate of exactly 0 or 1), of which the claim supposes that it did."""
        ours, theirs = entries(own), entries(value)
        if all(isinstance(a, fmpq) and isinstance(b, fmpq) and a == b for a, b in zip(ours, theirs)):
            return True
        right = self.run.cell.by_name[name].right
        meant = Entrywise(self.run.cell, {})
        try:
            reached = range_of(meant.of(right), {})
        except NoMeaningError:
            return False
        others = {key[:2] for key in self.supposed.forced if self.supposed.is_derived(key[0], key[1])}
        if any(s.at == Running(0) and (s.name, offset) in others for s in symbols_in(right)):
            return False
        numbers = [x for x in theirs if isinstance(x, fmpq)]
        if len(numbers) < len(theirs):
            return False
        ends = [(reached.low, reached.reaches_low), (reached.high, reached.reaches_high)]
        limits = {fmpq(end.numerator, end.denominator) for end, reaches in ends if end is not None and not reaches}
        if all(x in limits for x in numbers):
            return True
        return all(inside(x, reached) for x in numbers) and self._has_own_bias(right)

    def _has_own_bias(self, right: Expr) -> bool:
        """Whether an increasing function of a sum has a bias that nobody gives and nothing else reads."""
        if not (isinstance(right, Apply) and right.function in _INCREASING and isinstance(right.arguments[0], Sum)):
            return False
        used = [s.name for e in self.run.cell.equations for s in symbols_in(e.right) if s.at is None]
        used += [s.name for s in self.supposed.claim.symbols if s.at is None]
        terms = [term.name for _, term in right.arguments[0].terms if isinstance(term, Symbol) and term.at is None]
        return any(used.count(term) == 1 and term not in self.search.run.parameters for term in terms)

    # -- the two sides ---

    def _compare(self, relation: Relation, trace: Trace) -> tuple[bool | None, int | None, Value, Value]:
        """Whether a relation holds for certain, and the first entry at which it fails."""
        left, right = self._value(relation.left, trace), self._value(relation.right, trace)
        ours, theirs = entries(left), entries(right)
        count = max(len(ours), len(theirs))
        if {len(ours), len(theirs)} - {1, count}:
            raise ShapeError("the sides have different shapes")
        found = [_holds(ours[k % len(ours)], theirs[k % len(theirs)], relation.sign) for k in range(count)]
        if False in found:
            return False, found.index(False) + 1 if count > 1 else None, left, right
        return (True if all(found) else None), None, left, right

    def _found(self, relation: Relation, entry: int | None, left: Value, right: Value, trace: Trace) -> Counterexample:
        chosen: dict[Symbol, Value] = {}
        needed = self._needed(relation)
        forced = {(s.name, s.at.offset if isinstance(s.at, Running) else None) for s in self.forced if s.entry is None}
        for name in self.run.cell.parameters:
            if (name, None) in needed - forced and name not in self.search.run.parameters:
                chosen[Symbol(name)] = self.run.parameters[name].value
        for (name, time), given in self.run.timed.items():
            offset = time - self.run.last
            if (name, offset) in needed - forced:
                chosen[Symbol(name, Running(offset))] = given.value
        computed = {
            Symbol(s.name, s.at): trace.carried(s.name, self._time(s))
            for side in (relation.left, relation.right) for s in symbols_in(side)
            if isinstance(s.at, Running) and self.supposed.is_derived(s.name, s.at.offset)
            and (s.name, s.at.offset) not in forced
        }
        return Counterexample(chosen, self.forced, computed, relation, left, right, entry, trace.bits)

    def _needed(self, relation: Relation) -> set[tuple[Name, int | None]]:
        """Every symbol on which the two sides depend."""
        trees = [relation.left, relation.right, *(side for c in self.supposed.conditions for side in (c.left, c.right))]
        trees += self.supposed.forced.values()
        waiting = [s for tree in trees for s in symbols_in(tree)]
        needed: set[tuple[Name, int | None]] = set()
        while waiting:
            symbol = waiting.pop()
            where = symbol.name, symbol.at.offset if isinstance(symbol.at, Running) else None
            if where in needed:
                continue
            needed.add(where)
            computed = where[0] in self.run.cell.by_name and where[1] is not None and self.run.last + where[1] >= 0
            if computed and (*where, None) not in self.supposed.forced:
                assert where[1] is not None
                waiting += symbols_in(later(self.run.cell.by_name[where[0]].right, where[1]))
        return needed


def _keeping_parameters(tree: Expr, filled: Callable[[Expr], Expr]) -> Expr:
    """The tree with holes for all but whole parameters, which act as weights only where they stand as such."""
    if isinstance(tree, Symbol) and tree.at is None and tree.entry is None:
        return tree
    return filled(tree) if isinstance(tree, Symbol) else rebuild(tree, lambda part: _keeping_parameters(part, filled))


def _spread(value: Value, like: Value | None) -> Value:
    """One number for every entry of a vector."""
    if like is None or len(entries(value)) > 1 or isinstance(like, values_of.Matrix):
        return value
    return values_of.vector(list(entries(value)) * len(entries(like)))


def _holds(a: Real, b: Real, sign: str) -> bool | None:
    """Whether a relation of two numbers holds; None where balls don't tell."""
    if isinstance(a, fmpq) and isinstance(b, fmpq):
        return bool(RELATIONS[sign](a, b))
    x, y = arb(a), arb(b)
    below, above = bool(x < y), bool(x > y)
    match sign:
        case "=":
            return False if below or above else None
        case "≠":
            return True if below or above else None
        case "<" | "≤":
            return True if below else False if above else None
        case _:
            return True if above else False if below else None
