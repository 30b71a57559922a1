"""What a set of statements needs to know of the inputs, followed letter by letter.

In come statements and terms without values of a cell; out come states, each a tuple with one entry per quantity. Two inputs lead to
one state only if every statement has the same value after both, and after both with whatever follows. Counting quantities are kept
as exactly as the statements need: `count(1) is odd` keeps a remainder, `run(1) >= 3` counts up to 3, `count(1) = count(0)` counts on.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import lcm
from typing import Any, TypeAlias, cast

from symlstm.analysis.statements.quantity_bounds import (
    EXACT_FUNCTIONS,
    Part,
    Polynomial,
    TooLarge,
    assignments,
    eventually,
    least_cap,
    open_parts,
    polynomial,
    settles,
    value_of,
)
from symlstm.analysis.statements.regular import Positions
from symlstm.analysis.statements.tree import (
    RELATIONS,
    Both,
    Call,
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
    Seen,
    Statement,
    Term,
    Times,
    Total,
    Truth,
)

State: TypeAlias = tuple[Hashable, ...]
Step: TypeAlias = Callable[[Any, int], Any]
Found: TypeAlias = bool | Fraction | int | None
Reading: TypeAlias = Callable[[State], Found]

_MOST_ASSIGNMENTS = 1_000


@dataclass(slots=True)
class Need:
    """How exactly a counting quantity n must be known: as it is, or n below `cap` and the remainder of n - cap by `modulus` above."""

    exact: bool = False
    cap: int = 0
    modulus: int = 1

    @property
    def nothing(self) -> bool:
        """Whether the quantity doesn't matter."""
        return not self.exact and self.cap == 0 and self.modulus == 1

    def kept(self, n: int) -> int:
        """What is kept of a number.

        >>> [Need(cap=3, modulus=2).kept(n) for n in range(8)]
        [0, 1, 2, 3, 4, 3, 4, 3]
        """
        return n if self.exact or n < self.cap else self.cap + (n - self.cap) % self.modulus


# -- quantities: what is kept of each, where it starts, what a letter makes of it -------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """One quantity: what is kept before any input, what a letter makes of it, and the number or letter that it says."""

    id: str
    start: Hashable
    step: Callable[[Any, Need, Any, int], Any]
    """From the quantity, how exactly it is needed, what is kept and a letter."""
    says: Callable[[Any], Any]


def _counted(quantity: Count, need: Need, n: int, letter: int) -> int:
    return need.kept(n + 1) if quantity.letter in (None, letter) else n


def _run(quantity: CurrentRun, need: Need, n: int, letter: int) -> int:
    return need.kept(n + 1) if letter == quantity.letter else 0


def _any_run(_: CurrentRun, need: Need, kept: tuple[int, int], letter: int) -> tuple[int, int]:
    last, n = kept
    return letter, need.kept(n + 1 if letter == last else 1)


def _longest(quantity: LongestRun, need: Need, kept: tuple[int, int, int], letter: int) -> tuple[int, int, int]:
    last, run, longest = kept
    if not need.exact and longest == need.cap:
        return kept
    counts = quantity.letter in (None, letter)
    run = need.kept(run + 1 if letter == last else 1) if counts else 0
    longest = max(longest, run)
    # Nothing beyond the cap is told apart, so the run that got there is forgotten.
    return (-1, 0, longest) if not need.exact and longest == need.cap else (letter if counts else -1, run, longest)


ROWS: dict[tuple[type, bool], Row] = {
    (Count, False): Row("count", 0, _counted, lambda n: n),
    (Count, True): Row("count of all", 0, _counted, lambda n: n),
    (CurrentRun, False): Row("run", 0, _run, lambda n: n),
    (CurrentRun, True): Row("run of any letter", (-1, 0), _any_run, lambda kept: kept[1]),
    (LongestRun, False): Row("longest", (-1, 0, 0), _longest, lambda kept: kept[2]),
    (LongestRun, True): Row("longest of any letter", (-1, 0, 0), _longest, lambda kept: kept[2]),
}
"""Counting quantities, by type and whether they are about any letter."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One entry of a state: where it starts, and what a letter makes of it."""

    start: Hashable
    step: Step


def _window(length: int) -> Slot:
    return Slot((), lambda kept, letter: (*kept, letter)[-length:])


def _first() -> Slot:
    return Slot(None, lambda kept, letter: letter if kept is None else kept)


def _seen(letters: tuple[int, ...], alphabet: int) -> Slot:
    """How much of the letters ends the input so far, by Knuth, Morris and Pratt; once seen, all of it."""
    whole = len(letters)
    table = []
    for length in range(whole):
        row = []
        for letter in range(alphabet):
            text = (*letters[:length], letter)
            row.append(next(k for k in range(min(len(text), whole), -1, -1) if text[len(text) - k :] == letters[:k]))
        table.append(row)
    return Slot(0, lambda kept, letter: kept if kept == whole else table[kept][letter])


# -- the tracker ------------------------------------------------------------------------------------------------------------------


class Tracker:
    """Follows what statements and terms say of the inputs.

    >>> odd = Parity(Count(1), True)
    >>> tracker = Tracker([odd], 2)
    >>> state = tracker.after(tracker.start, 1)
    >>> tracker.finite, tracker.value(odd, tracker.start), tracker.value(odd, state), tracker.after(state, 1) == tracker.start
    (True, False, True, True)
    """

    def __init__(self, items: Sequence[Statement | Term], letters: int) -> None:
        """`ValueError` where an item holds a value of a cell, or a function that has no exact values."""
        self.letters = letters
        needs, sought, matched, back, first = _needs(items)
        self._places: dict[Hashable, int] = {}
        slots: list[Slot] = []

        def add(key: Hashable, slot: Slot) -> None:
            self._places[key] = len(slots)
            slots.append(slot)

        for quantity, need in needs.items():
            if not need.nothing:
                row = ROWS[type(quantity), quantity.letter is None]
                add(quantity, Slot(row.start, partial(row.step, quantity, need)))
        if back:
            add(LastInput, _window(back))
        if first:
            add(FirstInput, _first())
        for seen in sought:
            add(seen, _seen(seen.letters, letters))
        for each in matched:
            positions = Positions(each.regex, letters)
            add(each, Slot(positions.start, positions.after))
        self._steps = tuple(slot.step for slot in slots)
        self.start: State = tuple(slot.start for slot in slots)
        self.finite = not any(need.exact for need in needs.values())
        self._readings: dict[Statement | Term, Reading] = {item: self._reading(item) for item in items}

    def after(self, state: State, letter: int) -> State:
        """The state that a letter leads to."""
        return tuple([step(kept, letter) for step, kept in zip(self._steps, state)])

    def value(self, item: Statement | Term, state: State) -> Found:
        """The value of one of the items: true or false, a number, or a letter's index (None where there is no such input).

        It may also be made of the items' parts with numbers, where those are followed exactly. A number that matters only in part
        (`min(count(1), 2)`) may come from any input that leads to this state.
        """
        reading = self._readings.get(item) or self._reading(item)
        return reading(state)

    # -- values ---

    def _reading(self, item: Statement | Term) -> Reading:
        match item:
            case Truth() | Number():
                return _always(item.value)
            case Letter():
                return _always(item.index)
            case Not():
                inner = self._reading(item.operand)
                return lambda state: not inner(state)
            case Both():
                parts = [self._reading(part) for part in item.parts]
                return lambda state: all(part(state) for part in parts)
            case Either():
                parts = [self._reading(part) for part in item.parts]
                return lambda state: any(part(state) for part in parts)
            case Iff():
                left, right = self._reading(item.left), self._reading(item.right)
                return lambda state: bool(left(state)) == bool(right(state))
            case Implies():
                left, right = self._reading(item.left), self._reading(item.right)
                return lambda state: bool(right(state)) if left(state) else True
            case Seen():
                place, whole = self._places[item], len(item.letters)
                return lambda state: state[place] == whole
            case Matches():
                place = self._places[item]
                return lambda state: cast("tuple[int, bool]", state[place])[1]
            case Comparison():
                return self._compared(item)
            case Parity():
                term, odd = self._number(item.term), int(item.odd)
                return lambda state: term(state) % 2 == odd
            case LastInput() | FirstInput():
                return self._input(item)
            case _:
                return self._number(item)

    def _compared(self, item: Comparison) -> Reading:
        holds = RELATIONS[item.relation]
        if _about_letters(item):
            one, other = self._reading(item.left), self._reading(item.right)
            equal = item.relation == "="

            def compared(state: State) -> bool:
                letter = one(state)
                return (letter is not None and letter == other(state)) == equal

            return compared
        left, right = self._number(item.left), self._number(item.right)
        return lambda state: holds(left(state), right(state))

    def _input(self, item: LastInput | FirstInput) -> Reading:
        if isinstance(item, FirstInput):
            place = self._places[FirstInput]
            return lambda state: cast("int | None", state[place])
        place, back = self._places[LastInput], item.back

        def reading(state: State) -> int | None:
            window = cast("tuple[int, ...]", state[place])
            return window[-back] if len(window) >= back else None

        return reading

    def _number(self, term: Term) -> Callable[[State], Any]:
        match term:
            case Number():
                return cast("Callable[[State], Any]", _always(term.value))
            case Count() | CurrentRun() | LongestRun():
                if term not in self._places:
                    return lambda state: 0
                place, says = self._places[term], ROWS[type(term), term.letter is None].says
                return lambda state: says(state[place])
            case Total():
                terms = [(sign, self._number(part)) for sign, part in term.terms]
                return lambda state: sum(sign * part(state) for sign, part in terms)
            case Times():
                left, right = self._number(term.left), self._number(term.right)
                return lambda state: left(state) * right(state)
            case Modulo():
                inner, by = self._number(term.term), term.by
                return lambda state: inner(state) % by
            case Call():
                function, arguments = EXACT_FUNCTIONS[term.function], [self._number(part) for part in term.arguments]
                return lambda state: function(*(Fraction(part(state)) for part in arguments))
            case _:
                raise ValueError(f"{term} isn't a number that is followed")


def _always(value: Found) -> Reading:
    return lambda state: value


def _about_letters(item: Comparison) -> bool:
    return any(isinstance(side, Letter | LastInput | FirstInput) for side in (item.left, item.right))


# -- what the items need ----------------------------------------------------------------------------------------------------------


def _needs(items: Sequence[Statement | Term]) -> tuple[dict[Any, Need], list[Seen], list[Matches], int, bool]:
    """How exactly each counting quantity is needed; what is to be seen and matched; how far back inputs are named; and the first."""
    needs: dict[Any, Need] = {}
    seen: dict[Seen, None] = {}
    matched: dict[Matches, None] = {}
    back, first = 0, False
    for item in items:
        for atom in _atoms(item):
            match atom:
                case Seen():
                    seen[atom] = None
                case Matches():
                    matched[atom] = None
                case Comparison() if _about_letters(atom):
                    sides = (atom.left, atom.right)
                    back = max([back, *(side.back for side in sides if isinstance(side, LastInput))])
                    first |= any(isinstance(side, FirstInput) for side in sides)
                    if not all(isinstance(side, Letter | LastInput | FirstInput) for side in sides):
                        raise ValueError(f"{atom} compares a letter with a number")
                case Comparison():
                    zero = RELATIONS[atom.relation]
                    _compare(Total(((1, atom.left), (-1, atom.right))), lambda value, zero=zero: zero(value, 0), needs)  # type: ignore[misc]
                case Parity():
                    _remain(atom.term, 2, needs)
                case LastInput():
                    back = max(back, atom.back)
                case FirstInput():
                    first = True
                case Truth() | Letter():
                    pass
                case _:
                    _compare(cast(Term, atom), None, needs)
    for quantity, need in needs.items():
        # The longest run has no remainder of its own to go by: whether it grows depends on how far the current one is behind.
        if isinstance(quantity, LongestRun) and need.modulus > 1:
            need.exact = True
    return needs, list(seen), list(matched), back, first


def _atoms(item: Statement | Term) -> Iterator[Statement | Term]:
    """The parts of a statement that aren't made of statements; a term itself."""
    match item:
        case Not():
            yield from _atoms(item.operand)
        case Both() | Either():
            for part in item.parts:
                yield from _atoms(part)
        case Iff() | Implies():
            yield from _atoms(item.left)
            yield from _atoms(item.right)
        case _:
            yield item


def _polynomial(term: Term, needs: dict[Any, Need]) -> Polynomial | None:
    """The term's polynomial, with its quantities known to `needs`; None where it is too large, and then all are needed exactly."""
    for quantity in quantities_in(term):
        needs.setdefault(quantity, Need())
    try:
        return polynomial(term)
    except TooLarge:
        for quantity in quantities_in(term):
            needs[quantity].exact = True
        return None


def quantities_in(term: Term) -> Iterator[Count | CurrentRun | LongestRun]:
    """The counting quantities of a term, in reading order."""
    match term:
        case Count() | CurrentRun() | LongestRun():
            yield term
        case Total():
            for _, part in term.terms:
                yield from quantities_in(part)
        case Times():
            yield from quantities_in(term.left)
            yield from quantities_in(term.right)
        case Modulo():
            yield from quantities_in(term.term)
        case Call():
            for part in term.arguments:
                yield from quantities_in(part)
        case _:
            pass


def _compare(term: Term, holds: Callable[[Fraction], bool] | None, needs: dict[Any, Need]) -> None:
    """Needs of a term of which a comparison with 0 matters, or, without one, the value."""
    poly = _polynomial(term, needs)
    if poly is None:
        return
    quantities, remainders = open_parts(poly)
    for part in remainders:
        _remain(part.term, part.by, needs)
    values = assignments(sorted(remainders, key=repr), _MOST_ASSIGNMENTS)
    caps: list[int | None] = [None]
    if len(quantities) == 1 and values is not None:
        (quantity,) = quantities
        caps = [_cap(poly, quantity, given, holds) for given in values]
    for quantity in quantities:
        known = [cap for cap in caps if cap is not None]
        if len(known) < len(caps):
            needs[quantity].exact = True
        else:
            needs[quantity].cap = max([needs[quantity].cap, *known])


def _cap(poly: Polynomial, quantity: Part, given: dict[Part, int], holds: Callable[[Fraction], bool] | None) -> int | None:
    """From which number on what matters stays the same, where all remainders have the values given; None where it doesn't."""
    start, far = eventually(poly, quantity, given)
    if holds is None:
        return least_cap(start, lambda n: value_of(poly, {**given, quantity: n})) if len(far) < 2 else None
    return least_cap(max(start, settles(far)), lambda n: holds(value_of(poly, {**given, quantity: n})))


def _remain(term: Term, by: int, needs: dict[Any, Need]) -> None:
    """Needs of a term of which only the remainder matters."""
    poly = _polynomial(term, needs)
    if poly is None:
        return
    if any(factor.denominator != 1 for factor in poly.values()):
        raise ValueError(f"{term} needn't be whole")
    # What is multiplied by the modulus leaves no remainder.
    poly = {monomial: factor for monomial, factor in poly.items() if factor % by}
    for part in {part for monomial in poly for part in monomial}:
        if isinstance(part, Modulo):
            _remain(part.term, part.by, needs)
        elif isinstance(part, Call):
            exactly, remainders = open_parts({(part,): Fraction(1)})
            for quantity in exactly:
                needs[quantity].exact = True
            for remainder in remainders:
                _remain(remainder.term, remainder.by, needs)
        else:
            needs[part].modulus = lcm(needs[part].modulus, by)
