"""Values in which what isn't known exactly cancels: z·(−1) + (1 − z)·(−1) is −1 for every z, though no ball shows it.

In comes a place's equation with the values of its parts; out goes the exact value where the equation, as a polynomial in its inexact
parts, is a constant. Used only where no precision tells a value from a tie or threshold.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from flint import fmpq

from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import ONE, exact
from symlstm.arithmetic.value import Value
from symlstm.derivation.annotated import Annotated, Skeleton
from symlstm.derivation.trace import Trace
from symlstm.notation.places import Place
from symlstm.notation.tree import Apply, Expr, Hadamard, Name, Negative, Numeral, Product, Sum, Symbol

_Polynomial: TypeAlias = Mapping[tuple[Expr, ...], fmpq]
"""From the inexact parts that are multiplied to their coefficient."""

_MOST_TERMS = 500


def cancelled(trace: Trace, name: Name, time: int) -> tuple[fmpq | None, ...]:
    """For each entry of a place, derived or about to be, its exact value where all that is inexact in it cancels, otherwise None."""
    annotated = _annotated(trace, name, time)
    entries = values_of.entries(annotated.worth(annotated.tree))
    out: list[fmpq | None] = []
    for k, value in enumerate(entries, 1):
        tree = annotated.tree if len(entries) == 1 else annotated.entry(annotated.tree, k)
        found = None if isinstance(value, fmpq) else _polynomial(tree, annotated)
        constant = found is not None and not any(parts and weight for parts, weight in found.items())
        out.append(found.get((), fmpq(0)) if found is not None and constant else None)
    return tuple(out)


def with_exact(value: Value, known: tuple[fmpq | None, ...]) -> Value:
    """A value with the entries that are known exactly in the place of their balls."""
    return values_of.vector([x if exactly is None else exactly for x, exactly in zip(values_of.entries(value), known, strict=True)])


def _annotated(trace: Trace, name: Name, time: int) -> Annotated:
    program = trace.programs[name]
    return Annotated(Skeleton(program.equation.right, program.entries == 1), trace, Place(name, time))


def _polynomial(tree: Expr, annotated: Annotated) -> _Polynomial | None:
    if isinstance(tree, Numeral):
        return {(): exact(tree.value)}
    value = annotated.worth(tree)
    if isinstance(value, fmpq):
        return {(): value}
    match tree:
        case Negative(operand=operand):
            return _scaled(_polynomial(operand, annotated), -ONE)
        case Sum(terms=terms):
            total: _Polynomial | None = {}
            for sign, term in terms:
                total = _sum(total, _scaled(_polynomial(term, annotated), fmpq(sign)))
            return total
        case Product(factors=factors) | Hadamard(factors=factors):
            product: _Polynomial | None = {(): ONE}
            for factor in factors:
                product = _times(product, _polynomial(factor, annotated))
            return product
        case Symbol():
            return _of_symbol(tree, annotated)
        case _:
            return None if isinstance(value, values_of.Vector | values_of.Matrix) else {(tree,): ONE}


def _of_symbol(symbol: Symbol, annotated: Annotated) -> _Polynomial | None:
    """A symbol of the same step by its own equation, such as i_t = 1 − f_t; any other as an unknown."""
    place = annotated.operand(symbol)
    trace = annotated.trace
    unknown: _Polynomial = {(symbol,): ONE}
    if place is None or place.time != annotated.time or place.name not in trace.programs:
        return unknown
    program = trace.programs[place.name]
    carried = program.places is not None and trace.run.convention.carry
    if carried or isinstance(program.equation.right, Apply):
        return unknown
    if isinstance(annotated.worth(symbol), values_of.Vector | values_of.Matrix):
        return None
    other = _annotated(trace, place.name, annotated.time)
    tree = other.tree if place.entry is None else other.entry(other.tree, place.entry)
    return _polynomial(tree, other)


def _scaled(a: _Polynomial | None, by: fmpq) -> _Polynomial | None:
    return None if a is None else {parts: by * weight for parts, weight in a.items()}


def _sum(a: _Polynomial | None, b: _Polynomial | None) -> _Polynomial | None:
    if a is None or b is None or len(a) + len(b) > _MOST_TERMS:
        return None
    return {parts: a.get(parts, fmpq(0)) + b.get(parts, fmpq(0)) for parts in {**a, **b}}


def _times(a: _Polynomial | None, b: _Polynomial | None) -> _Polynomial | None:
    if a is None or b is None or len(a) * len(b) > _MOST_TERMS:
        return None
    out: dict[tuple[Expr, ...], fmpq] = {}
    for left, x in a.items():
        for right, y in b.items():
            parts = tuple(sorted((*left, *right), key=repr))
            out[parts] = out.get(parts, fmpq(0)) + x * y
    return out
