"""Claims about a state that grows, proved for inputs of every length: the counter is put in as what it counts, and the claim is looked
at for every value of that, one by one where it is small and as a ray to infinity beyond.

In come a growth and a statement; out goes True, or None where that is no proof. What the counter counts was proved by induction on one
step (`growth`); here the last step is taken once more, from every box of the rest of the state and every value of the counter.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from math import gcd

from flint import fmpq

from symlstm.analysis.boxes.intervals import EVERYTHING, Interval, add, contains, negate, point, scaled
from symlstm.analysis.machines.deciding import Values, View, cell_values, shown, speaks_of_inputs, truth
from symlstm.analysis.machines.growth import Counter, Growth
from symlstm.analysis.statements.tree import (
    Both,
    CellValue,
    Comparison,
    Count,
    CurrentRun,
    Either,
    Iff,
    Implies,
    Not,
    Number,
    Quantity,
    Statement,
    Term,
    Times,
    Total,
)
from symlstm.arithmetic.real import ONE, ZERO, exact, fraction
from symlstm.notation.tree import Name

WINDOWS = (4, 16, 64)
"""How far the values of a counter are looked at one by one."""

Counts = Mapping[Quantity | None, fmpq]
"""A sum of quantities with their factors; None for the constant."""

_D = CellValue(Name("d"))
"""What a counter counts, as a number that statements can speak of."""


def proved(growth: Growth, statement: Statement) -> bool:
    """Whether the statement is proved to hold after every input."""
    return any(_for_all(growth, counter, statement) for counter in displayed(growth))


def determined(growth: Growth, readout: Statement | Term, item: Statement | Term) -> bool:
    """Whether what the readout shows is proved to determine the item's value."""
    return any(_determines(growth, counter, readout, item) for counter in displayed(growth))


def displayed(growth: Growth) -> Iterator[Counter]:
    """The counters of which statements see what is carried on: not those that are rounded for display alone."""
    convention = growth.unit.run.convention
    for counter in growth.counters:
        if convention.carry or convention.places(str(counter.slot[0])) is None:
            yield counter


def _for_all(growth: Growth, counter: Counter, statement: Statement) -> bool:
    counts = _primitive(counter)
    rewritten = None if counts is None else _in_terms_of(statement, counter, counts)
    if rewritten is None or counts is None:
        return False
    return any(
        all(truth(rewritten, view) for region in _regions(counts, window) for view in _views(growth, counter, counts, region))
        for window in WINDOWS
    )


def _determines(growth: Growth, counter: Counter, readout: Statement | Term, item: Statement | Term) -> bool:
    counts = _primitive(counter)
    if counts is None or not isinstance(item, Statement) or cell_values(item):
        return False
    rewritten = _in_terms_of(item, counter, counts)
    if rewritten is None:
        return False
    for window in WINDOWS:
        found: dict[Hashable, set[bool | None]] = {}
        for region in _regions(counts, window):
            for view in _views(growth, counter, counts, region):
                found.setdefault(shown(readout, view), set()).add(truth(rewritten, view))
        if None not in found and all(len(values) == 1 and None not in values for values in found.values()):
            return True
    return False


# -- the values of a counter ---------------------------------------------------------------------------------------------------


def _primitive(counter: Counter) -> Counts | None:
    """What a counter counts, without its constant, in whole numbers without a common divisor."""
    if counter.counts is None:
        return None
    factors = {quantity: factor for quantity, factor in counter.counts.items() if quantity is not None and factor}
    if not factors:
        return None
    below = 1
    for factor in factors.values():
        below = below * int(factor.q) // gcd(below, int(factor.q))
    common = gcd(*(int((factor * below).p) for factor in factors.values()))
    return {quantity: factor * below / common for quantity, factor in factors.items()}


def _regions(counts: Counts, window: int) -> Iterator[Interval]:
    """Every value that the counted number may have: one by one up to the window, then rays."""
    down = any(factor < 0 for factor in counts.values())
    up = any(factor > 0 for factor in counts.values())
    for k in range(-window if down else 0, (window if up else 0) + 1):
        yield point(fmpq(k))
    if up:
        yield Interval(fmpq(window + 1), None)
    if down:
        yield Interval(None, fmpq(-window - 1))


def _views(growth: Growth, counter: Counter, counts: Counts, region: Interval) -> Iterator[View]:
    """What may hold after a step that leaves the counted number in a region: from every box of the rest, with every letter."""
    unit = growth.unit
    assert counter.counts is not None
    some = next(iter(counts))
    size = counter.counts[some] / counts[some]
    value = add(scaled(region, size), point(counter.counts.get(None, ZERO)))
    slot, entry = counter.at
    for node, row in zip(growth.control.nodes, counter.changes):
        for letter, change in enumerate(row):
            if change.factor == ONE:
                before = add(value, negate(point(change.change)))
            elif change.factor == ZERO:
                if not contains(value, point(change.change)):
                    continue
                before = EVERYTHING
            else:
                before = EVERYTHING
            box = tuple(before if j == entry else x for j, x in enumerate(node.memory[slot]))
            after = unit.step((*node.memory[:slot], box, *node.memory[slot + 1 :]), letter)
            values: Values = {**after.values, (_D.name, 0): (region,)}
            yield View(values, unit.run.convention.ties)


# -- a statement in terms of the counted number --------------------------------------------------------------------------------


def _in_terms_of(statement: Statement, counter: Counter, counts: Counts) -> Statement | None:
    """The statement with the counted number for every sum of quantities that is a multiple of it; None where another one stands."""
    if not speaks_of_inputs(statement):
        return statement
    match statement:
        case Comparison(relation=relation, left=left, right=right):
            one, other = _linear(left, counter), _linear(right, counter)
            if one is None or other is None:
                return None
            (quantities, rest), (others, other_rest) = one, other
            for quantity, factor in others.items():
                quantities[quantity] = quantities.get(quantity, ZERO) - factor
            times = _multiple(quantities, counts)
            if times is None:
                return None
            flipped = tuple((-sign, term) for sign, term in other_rest)
            number: Term = Times(Number(fraction(times)), _D)
            return Comparison(relation, Total(((1, number), *rest, *flipped)), Number(fraction(ZERO)))
        case Not(operand=operand):
            inner = _in_terms_of(operand, counter, counts)
            return None if inner is None else Not(inner)
        case Both(parts=parts) | Either(parts=parts):
            found = [_in_terms_of(part, counter, counts) for part in parts]
            kept = tuple(part for part in found if part is not None)
            return replace(statement, parts=kept) if len(kept) == len(found) else None
        case Iff(left=before, right=after) | Implies(left=before, right=after):
            first, second = _in_terms_of(before, counter, counts), _in_terms_of(after, counter, counts)
            return None if first is None or second is None else replace(statement, left=first, right=second)
        case _:
            return None


def _multiple(quantities: Mapping[Quantity, fmpq], counts: Counts) -> fmpq | None:
    """By what the counted number has to be multiplied to give this sum of quantities; None where it isn't a multiple."""
    some = next(quantity for quantity in counts if quantity is not None)
    times = quantities.get(some, ZERO) / counts[some]
    names = {*quantities, *(quantity for quantity in counts if quantity is not None)}
    alike = all(quantities.get(quantity, ZERO) == times * counts.get(quantity, ZERO) for quantity in names)
    return times if alike else None


Linear = tuple[dict[Quantity, fmpq], tuple[tuple[int, Term], ...]]
"""Quantities with their factors, and the other terms of a sum with their signs."""


def _linear(term: Term, counter: Counter) -> Linear | None:
    """A term taken apart into quantities and the rest; None where a quantity stands in anything but a sum. The counter itself is what
    it counts."""
    if not speaks_of_inputs(term) and not isinstance(term, CellValue | Total | Times):
        return {}, ((1, term),)
    match term:
        case CellValue(name=name, lag=0, entry=entry) if name == counter.slot[0] and entry in (counter.entry, counter.entry or 1):
            assert counter.counts is not None
            own = {quantity: factor for quantity, factor in counter.counts.items() if quantity is not None}
            return own, ((1, Number(fraction(counter.counts.get(None, ZERO)))),)
        case Count() | CurrentRun():
            return {term: ONE}, ()
        case Total(terms=terms):
            quantities: dict[Quantity, fmpq] = {}
            rest: list[tuple[int, Term]] = []
            for sign, part in terms:
                found = _linear(part, counter)
                if found is None:
                    return None
                for quantity, factor in found[0].items():
                    quantities[quantity] = quantities.get(quantity, ZERO) + sign * factor
                rest += [(sign * other, each) for other, each in found[1]]
            return quantities, tuple(rest)
        case Times(left=Number(value=number), right=of) | Times(left=of, right=Number(value=number)):
            found = _linear(of, counter)
            if found is None:
                return None
            factors = {quantity: factor * exact(number) for quantity, factor in found[0].items()}
            return factors, tuple((sign, Times(Number(number), part)) for sign, part in found[1])
        case _:
            return None if speaks_of_inputs(term) else ({}, ((1, term),))
