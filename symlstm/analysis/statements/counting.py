"""Sums of counted quantities: what cancels in a comparison, and the number of all inputs as the sum of what each letter counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flint import fmpq

from symlstm.analysis.statements.tree import (
    RELATIONS,
    Both,
    Comparison,
    Count,
    CurrentRun,
    Either,
    Iff,
    Implies,
    LongestRun,
    Not,
    Number,
    Quantity,
    Statement,
    Term,
    Times,
    Total,
    Truth,
)
from symlstm.arithmetic.real import ONE, ZERO, exact, fraction

Sum = dict[Quantity | None, fmpq]
"""Quantities with their factors; None for the constant."""


def sum_of(term: Term) -> Sum | None:
    """A term as a sum of quantities; None where it is none.

    >>> sum_of(Total(((1, Count(0)), (-1, Number(fraction(ONE))))))
    {Count(letter=0): 1, None: -1}
    """
    match term:
        case Number(value=number):
            return {None: exact(number)}
        case Count() | CurrentRun() | LongestRun():
            return {term: ONE}
        case Total(terms=terms):
            out: Sum = {}
            for sign, part in terms:
                found = sum_of(part)
                if found is None:
                    return None
                for quantity, factor in found.items():
                    out[quantity] = out.get(quantity, ZERO) + sign * factor
            return out
        case Times(left=Number(value=number), right=of) | Times(left=of, right=Number(value=number)):
            inner = sum_of(of)
            return None if inner is None else {quantity: factor * exact(number) for quantity, factor in inner.items()}
        case _:
            return None


def term_of(counts: Mapping[Quantity | None, fmpq]) -> Term:
    """A sum of quantities as a term: what is added first, and the constant last.

    >>> term_of({None: fmpq(1), Count(1): fmpq(-2), Count(0): ONE}).terms[0]
    (1, Count(letter=0))
    """
    terms: list[tuple[int, Term]] = []
    for quantity, factor in counts.items():
        if factor:
            number = Number(fraction(abs(factor)))
            of: Term = number if quantity is None else quantity if abs(factor) == ONE else Times(number, quantity)
            terms.append((1 if factor > 0 else -1, of))
    terms.sort(key=lambda pair: (isinstance(pair[1], Number), pair[0] < 0))
    if len(terms) == 1 and terms[0][0] > 0:
        return terms[0][1]
    return Total(tuple(terms)) if terms else Number(fraction(ZERO))


def simplified(statement: Statement, letters: int) -> Statement:
    """The statement with what cancels taken out of its comparisons, so that fewer quantities have to be followed.

    >>> simplified(Comparison("=", Count(None), Count(0)), 2)
    Comparison(relation='=', left=Count(letter=1), right=Number(value=Fraction(0, 1)))
    """
    match statement:
        case Comparison(left=left, right=right):
            return _compared(statement, sum_of(left), sum_of(right), letters)
        case Not(operand=operand):
            return Not(simplified(operand, letters))
        case Both(parts=parts) | Either(parts=parts):
            return replace(statement, parts=tuple(simplified(part, letters) for part in parts))
        case Iff(left=one, right=other) | Implies(left=one, right=other):
            return replace(statement, left=simplified(one, letters), right=simplified(other, letters))
        case _:
            return statement


def expanded(statement: Statement, letters: int) -> Statement:
    """The statement with the sum of what each letter counts for the number of all inputs, in sums that are compared.

    >>> expanded(Comparison("=", Count(None), Count(0)), 1).left
    Count(letter=0)
    """
    match statement:
        case Comparison(relation=relation, left=left, right=right):
            return Comparison(relation, _every(left, letters), _every(right, letters))
        case Not(operand=operand):
            return Not(expanded(operand, letters))
        case Both(parts=parts) | Either(parts=parts):
            return replace(statement, parts=tuple(expanded(part, letters) for part in parts))
        case Iff(left=one, right=other) | Implies(left=one, right=other):
            return replace(statement, left=expanded(one, letters), right=expanded(other, letters))
        case _:
            return statement


def _every(term: Term, letters: int) -> Term:
    match term:
        case Count(letter=None):
            return term_of({Count(letter): ONE for letter in range(letters)})
        case Total(terms=terms):
            return Total(tuple((sign, _every(part, letters)) for sign, part in terms))
        case Times(left=Number(value=number), right=right):
            counts = sum_of(_every(right, letters))
            return term if counts is None else term_of({quantity: factor * exact(number) for quantity, factor in counts.items()})
        case _:
            return term


def _compared(statement: Comparison, left: Sum | None, right: Sum | None, letters: int) -> Statement:
    if left is None or right is None:
        return statement
    difference = dict(left)
    for quantity, factor in right.items():
        difference[quantity] = difference.get(quantity, ZERO) - factor
    constant = difference.pop(None, ZERO)
    kept = min(_without_zeros(difference), _without_zeros(_spelled_out(difference, letters)), key=len)
    if not kept:
        return Truth(bool(RELATIONS[statement.relation](constant, ZERO)))
    if all(factor > 0 for factor in kept.values()):
        return Comparison(statement.relation, term_of(kept), Number(fraction(-constant)))
    return statement


def _without_zeros(counts: Sum) -> Sum:
    return {quantity: factor for quantity, factor in counts.items() if factor}


def _spelled_out(counts: Sum, letters: int) -> Sum:
    """The sum with what each letter counts in the place of the number of all inputs."""
    every = counts.get(Count(None), ZERO)
    out = {quantity: factor for quantity, factor in counts.items() if quantity != Count(None)}
    for letter in range(letters):
        out[Count(letter)] = out.get(Count(letter), ZERO) + every
    return out
