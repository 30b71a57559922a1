"""Equations in which every value is a number: the same functions as in `evaluate`, without a look at shapes.

What comes in: a tree with holes, and the parameters' values, all of them numbers. What goes out: a function from the holes' numbers
to a number. What it doesn't know better than `evaluate`, it leaves to `evaluate`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import TypeAlias

from flint import arb, fmpq

from symlstm.arithmetic.functions import EVALUATE, EVALUATE_WHOLE
from symlstm.arithmetic.real import ONE, ZERO, Real, bounded, exact, plus, times
from symlstm.arithmetic.value import Value
from symlstm.derivation.evaluate import Evaluate, compiled
from symlstm.notation.tree import Apply, Expr, Hadamard, Hole, Name, Negative, Numeral, Product, Sum

_Number: TypeAlias = Callable[[Sequence[Real]], Real]


def compiled_numbers(tree: Expr, parameters: Mapping[Name, Value]) -> Evaluate:
    """The function that a tree computes from the numbers in its holes.

    >>> tree = Sum(((1, Product((Numeral("2", 2), Hole(0)), ("",))), (-1, Hole(1))))
    >>> compiled_numbers(tree, {})([fmpq(1), fmpq(1, 4)])
    7/4
    """
    number: Evaluate = _compiled(tree, parameters)  # type: ignore[assignment]  # its holes are numbers
    return number


def _compiled(tree: Expr, parameters: Mapping[Name, Value]) -> _Number:
    def of(part: Expr) -> _Number:
        return _compiled(part, parameters)

    match tree:
        case Hole(index=index):
            return itemgetter(index)
        case Numeral(value=value):
            constant = exact(value)
            return lambda holes: constant
        case Negative(operand=operand):
            inner = of(operand)
            return lambda holes: -inner(holes)
        case Sum(terms=terms):
            weighted = [_weighted(sign, term) for sign, term in terms]
            known = [pair for pair in weighted if pair is not None]
            if len(known) == len(terms) and any(weight != ONE for weight, _ in known):
                return _combination(known)
            first, *others = [of(term) if sign > 0 else of(Negative(term)) for sign, term in terms]
            return _folded(plus, first, others)
        case Product(factors=factors) | Hadamard(factors=factors):
            first, *others = map(of, factors)
            return _folded(times, first, others)
        case Apply(function=function, arguments=(argument,)) if function not in (*EVALUATE_WHOLE, "min", "max"):
            inner, evaluate = of(argument), EVALUATE[function]
            return lambda holes: evaluate(inner(holes))
        case _:
            other: _Number = compiled(tree, parameters)  # type: ignore[assignment]
            return other


def _folded(combine: Callable[[Real, Real], Real], first: _Number, others: list[_Number]) -> _Number:
    if len(others) == 1:
        (second,) = others
        return lambda holes: combine(first(holes), second(holes))

    def folded(holes: Sequence[Real]) -> Real:
        value = first(holes)
        for other in others:
            value = combine(value, other(holes))
        return value

    return folded


def _weighted(sign: int, term: Expr) -> tuple[fmpq, int | None] | None:
    """A term as a weight and the hole that it weighs, or None for a constant; None for any other term."""
    match term:
        case Hole(index=index):
            return sign * ONE, index
        case Numeral(value=value):
            return sign * exact(value), None
        case Product(factors=(Numeral(value=value), Hole(index=index))):
            return sign * exact(value), index
        case _:
            return None


def _combination(terms: list[tuple[fmpq, int | None]]) -> _Number:
    """w·h + u·x + b, the sum that every gate begins with."""
    constant = sum((weight for weight, hole in terms if hole is None), ZERO)
    # No weight here is zero, so a ball is never multiplied by an exact zero, which would have to stay exact.
    weights = [(weight, hole) for weight, hole in terms if hole is not None and weight]

    def combination(holes: Sequence[Real]) -> Real:
        total: Real = constant
        for weight, hole in weights:
            total = total + weight * holes[hole]
        return total if type(total) is arb else bounded(total)

    return combination
