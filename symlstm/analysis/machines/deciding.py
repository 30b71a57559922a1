"""The value of terms and statements where the cell's values lie in boxes: certain, or None.

In come statements, boxes by symbol and age, and for what is said of the inputs the interval that a quantity lies in, where that is
known. What goes out holds for every value in the boxes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import assert_never

from flint import fmpq

from symlstm.analysis.boxes.enclosure import Box
from symlstm.analysis.boxes.interval_functions import FUNCTIONS, function, rounded, softmax
from symlstm.analysis.boxes.intervals import Interval, absolute, add, certainly, negate, point, times
from symlstm.analysis.machines.unit import Slot
from symlstm.analysis.statements.tree import (
    Both,
    Call,
    CellValue,
    Comparison,
    Count,
    CurrentRun,
    Either,
    FirstInput,
    Iff,
    Implies,
    LastInput,
    Letter,
    LongestRun,
    Matches,
    Modulo,
    Not,
    Number,
    Parity,
    Quantity,
    Seen,
    Statement,
    Term,
    Times,
    Total,
    Truth,
)
from symlstm.arithmetic.real import exact, fraction
from symlstm.errors import ShapeError

Values = Mapping[Slot, Box]
"""The box of each symbol's value, by name and age."""


@dataclass(frozen=True, slots=True)
class View:
    """What is known at a step: the cell's values, and quantities of the inputs where they are asked for."""

    values: Values
    ties: str
    """How `round` decides a tie: a key of `arithmetic.rounding.TIES`."""
    quantity: Callable[[Quantity], Interval] | None = None


# -- what a statement speaks of ------------------------------------------------------------------------------------------------


def parts(item: Statement | Term) -> Iterator[Statement | Term]:
    """A statement or term and everything in it."""
    yield item
    for part in inside(item):
        yield from parts(part)


def inside(item: Statement | Term) -> tuple[Statement | Term, ...]:
    """The direct parts of a statement or term."""
    match item:
        case Comparison(left=left, right=right) | Times(left=left, right=right):
            return left, right
        case Iff(left=one, right=other) | Implies(left=one, right=other):
            return one, other
        case Parity(term=term) | Modulo(term=term):
            return (term,)
        case Not(operand=operand):
            return (operand,)
        case Both(parts=several) | Either(parts=several):
            return several
        case Call(arguments=arguments):
            return arguments
        case Total(terms=terms):
            return tuple(term for _, term in terms)
        case (Truth() | Seen() | Matches() | Number() | Letter() | Count() | CurrentRun() | LongestRun() | LastInput() | FirstInput()
              | CellValue()):
            return ()
        case _:
            assert_never(item)


def cell_values(item: Statement | Term) -> tuple[CellValue, ...]:
    """The cell's values that are spoken of, each once."""
    return tuple(dict.fromkeys(part for part in parts(item) if isinstance(part, CellValue)))


def watched(*items: Statement | Term) -> tuple[Slot, ...]:
    """The symbols and ages that have to be looked at for these."""
    return tuple(dict.fromkeys((value.name, value.lag) for item in items for value in cell_values(item)))


def speaks_of_inputs(item: Statement | Term) -> bool:
    """Whether anything is said of the inputs."""
    said = (Count, CurrentRun, LongestRun, LastInput, FirstInput, Seen, Matches, Letter)
    return any(isinstance(part, said) for part in parts(item))


# -- the value of a term -------------------------------------------------------------------------------------------------------


def box(term: Term, view: View) -> Box | None:
    """The box of a term's value, entry by entry; None where it can't be told (a letter, a quantity that nothing is known of)."""
    match term:
        case Number(value=number):
            return (point(exact(number)),)
        case CellValue(name=name, lag=lag, entry=entry):
            whole = view.values.get((name, lag))
            if whole is None or entry is None:
                return whole
            if entry > len(whole):
                raise ShapeError(f"{name} has no entry {entry}; it has {len(whole)}")
            return (whole[entry - 1],)
        case Count() | CurrentRun() | LongestRun():
            return None if view.quantity is None else (view.quantity(term),)
        case LastInput() | FirstInput() | Letter():
            return None
        case Total(terms=terms):
            found = [(sign, box(part, view)) for sign, part in terms]
            signed = [None if of is None else of if sign > 0 else tuple(map(negate, of)) for sign, of in found]
            return reduce(lambda a, b: _entrywise(add, a, b), signed)
        case Times(left=left, right=right):
            return _entrywise(times, box(left, view), box(right, view))
        case Modulo(term=inner, by=by):
            known = box(inner, view)
            remainder = None if known is None else _whole(known)
            return None if remainder is None else (point(fmpq(remainder % by)),)
        case Call(function=name, arguments=arguments):
            return _called(name, [box(argument, view) for argument in arguments], view.ties)
        case _:
            assert_never(term)


def _entrywise(operation: Callable[[Interval, Interval], Interval], a: Box | None, b: Box | None) -> Box | None:
    if a is None or b is None:
        return None
    count = max(len(a), len(b))
    if len(a) != len(b) and 1 not in (len(a), len(b)):
        raise ShapeError(f"vectors of {len(a)} and {len(b)} entries don't fit together")
    return tuple(operation(x, y) for x, y in zip(a * (count // len(a)), b * (count // len(b))))


def _called(name: str, known: list[Box | None], ties: str) -> Box | None:
    arguments = [argument for argument in known if argument is not None]
    if len(arguments) < len(known):
        return None
    first = arguments[0]
    match name:
        case "round":
            places = _whole(arguments[1]) if len(arguments) > 1 else 0
            return None if places is None else tuple(rounded(x, places, ties) for x in first)
        case "argmax":
            greatest = _greatest(first)
            return None if greatest is None else (point(fmpq(greatest)),)
        case "abs":
            return tuple(map(absolute, first))
        case "softmax":
            return softmax(first)
        case "min" | "max" if len(arguments) == 1:
            return (FUNCTIONS[name](*first),)
        case _:
            return reduce_entries(name, arguments)


def reduce_entries(name: str, arguments: list[Box]) -> Box:
    """A function of several boxes, entry by entry; a number goes with every entry."""
    count = max(map(len, arguments))
    if any(len(argument) not in (1, count) for argument in arguments):
        raise ShapeError(f"the arguments of {name} don't fit together entry by entry")
    return tuple(function(name, *column) for column in zip(*(argument * (count // len(argument)) for argument in arguments)))


def _greatest(entries: Box) -> int | None:
    """The first of the greatest entries, from 1; None where the boxes don't tell."""
    for k, entry in enumerate(entries):
        before = [certainly(">", entry, other) for other in entries[:k]]
        behind = [certainly("≥", entry, other) for other in entries[k + 1 :]]
        if all(before) and all(behind):
            return k + 1
    return None


def _whole(of: Box) -> int | None:
    """The whole number that a box is; None where it isn't one, or isn't known."""
    number = of[0].point if len(of) == 1 else None
    return int(number.p) if number is not None and number.q == 1 else None


# -- the value of a statement --------------------------------------------------------------------------------------------------


def truth(statement: Statement, view: View) -> bool | None:
    """Whether a statement holds for everything in the boxes (True), for nothing in them (False), or neither is certain (None)."""
    match statement:
        case Truth(value=value):
            return value
        case Comparison(relation=relation, left=left, right=right):
            a, b = box(left, view), box(right, view)
            return _compared(relation, a, b)
        case Parity(term=term, odd=odd):
            of = box(term, view)
            whole = None if of is None else _whole(of)
            return None if whole is None else (whole % 2 == 1) == odd
        case Seen() | Matches():
            return None
        case Not(operand=operand):
            found = truth(operand, view)
            return None if found is None else not found
        case Both(parts=several):
            return _all([truth(part, view) for part in several])
        case Either(parts=several):
            found = _all([_negated(truth(part, view)) for part in several])
            return _negated(found)
        case Iff(left=one, right=other):
            a_holds, b_holds = truth(one, view), truth(other, view)
            return None if a_holds is None or b_holds is None else a_holds == b_holds
        case Implies(left=one, right=other):
            return _negated(_all([truth(one, view), _negated(truth(other, view))]))
        case _:
            assert_never(statement)


def _negated(found: bool | None) -> bool | None:
    return None if found is None else not found


def _all(found: list[bool | None]) -> bool | None:
    if False in found:
        return False
    return None if None in found else True


def _compared(relation: str, a: Box | None, b: Box | None) -> bool | None:
    """A relation of vectors holds where it holds for every entry; ≠ where one entry differs."""
    if a is None or b is None:
        return None
    if relation == "≠":
        return _negated(_compared("=", a, b))
    if len(a) != len(b) and 1 not in (len(a), len(b)):
        raise ShapeError(f"vectors of {len(a)} and {len(b)} entries can't be compared")
    count = max(len(a), len(b))
    return _all([certainly(relation, x, y) for x, y in zip(a * (count // len(a)), b * (count // len(b)))])


def shown(item: Statement | Term, view: View) -> Hashable:
    """What a readout shows: a truth value, or the number (the numbers of a vector); None where the boxes don't tell."""
    if isinstance(item, Statement):
        return truth(item, view)
    of = box(item, view)
    if of is None:
        return None
    numbers = tuple(entry.point for entry in of)
    if None in numbers:
        return None
    return numbers[0] if len(numbers) == 1 else numbers


# -- a statement with the cell's values put in ---------------------------------------------------------------------------------


def settled(statement: Statement, view: View) -> Statement | None:
    """The statement with the cell's values put in, so that only the inputs are left to speak of; None where that isn't possible."""
    known = truth(statement, view)
    if known is not None:
        return Truth(known)
    match statement:
        case Comparison(relation=relation, left=left, right=right):
            a, b = _numbers(left, view), _numbers(right, view)
            return None if a is None or b is None else Comparison(relation, a, b)
        case Parity(term=term, odd=odd):
            of = _numbers(term, view)
            return None if of is None else Parity(of, odd)
        case Seen() | Matches():
            return statement
        case Not(operand=operand):
            inner = settled(operand, view)
            return None if inner is None else Not(inner)
        case Both(parts=several) | Either(parts=several):
            found = [settled(part, view) for part in several]
            kept = tuple(part for part in found if part is not None)
            return None if len(kept) < len(found) else replace(statement, parts=kept)
        case Iff(left=one, right=other) | Implies(left=one, right=other):
            first, second = settled(one, view), settled(other, view)
            return None if first is None or second is None else replace(statement, left=first, right=second)
        case Truth():
            return statement
        case _:
            assert_never(statement)


def _numbers(term: Term, view: View) -> Term | None:
    """The term with numbers for the cell's values; None where one isn't a single number."""
    if not cell_values(term):
        return term
    if not speaks_of_inputs(term):
        of = box(term, view)
        if of is None or len(of) != 1 or (number := of[0].point) is None:
            return None
        return Number(fraction(number))
    match term:
        case Total(terms=terms):
            found = [(sign, _numbers(part, view)) for sign, part in terms]
            kept = tuple((sign, part) for sign, part in found if part is not None)
            return None if len(kept) < len(found) else Total(kept)
        case Times(left=left, right=right):
            a, b = _numbers(left, view), _numbers(right, view)
            return None if a is None or b is None else Times(a, b)
        case Modulo(term=inner, by=by):
            of_inner = _numbers(inner, view)
            return None if of_inner is None else Modulo(of_inner, by)
        case _:
            return None
