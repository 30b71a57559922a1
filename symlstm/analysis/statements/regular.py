"""Regular expressions over letters, by derivatives (Brzozowski 1964; Owens, Reppy, Turon 2009).

The derivative of an expression by a letter matches what may follow that letter. Derivatives are distributed over choices
(Antimirov 1996): each is a choice among at most as many parts as the expression has letters, plus one, so that only finitely many
arise. Long expressions are followed by the positions of their letters instead (Glushkov 1961), which compare no trees. In and out go
the frozen trees of `statements`; nothing is read or written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TypeAlias, assert_never

from symlstm.analysis.statements.tree import Empty, InTurn, Nothing, One, OneOf, Regex, Repeated

_ANY_INPUT = Repeated(One(None))


def nullable(regex: Regex) -> bool:
    """Whether the expression matches the input of no letters.

    >>> nullable(Repeated(One(0))), nullable(One(0))
    (True, False)
    """
    match regex:
        case Empty() | Repeated():
            return True
        case Nothing() | One():
            return False
        case InTurn():
            return nullable(regex.first) and nullable(regex.second)
        case OneOf():
            return any(map(nullable, regex.choices))
        case _:
            assert_never(regex)


def derivative(regex: Regex, letter: int) -> Regex:
    """What an input must match behind this letter, for the whole to match.

    >>> derivative(in_turn(One(0), One(1)), 0), derivative(One(0), 1)
    (One(letter=1), Nothing())
    """
    return one_of(_partial(regex, letter))


def _partial(regex: Regex, letter: int) -> set[Regex]:
    match regex:
        case Nothing() | Empty():
            return set()
        case One():
            return {Empty()} if regex.letter in (None, letter) else set()
        case InTurn():
            parts = {in_turn(part, regex.second) for part in _partial(regex.first, letter)}
            return parts | _partial(regex.second, letter) if nullable(regex.first) else parts
        case OneOf():
            return {part for choice in regex.choices for part in _partial(choice, letter)}
        case Repeated():
            return {in_turn(part, regex) for part in _partial(regex.inner, letter)}
        case _:
            assert_never(regex)


def in_turn(first: Regex, second: Regex) -> Regex:
    """One after the other, without parts that say nothing.

    >>> in_turn(Empty(), One(0)), in_turn(One(0), Nothing())
    (One(letter=0), Nothing())
    """
    if isinstance(first, Nothing) or isinstance(second, Nothing):
        return Nothing()
    if isinstance(first, Empty):
        return second
    return first if isinstance(second, Empty) else InTurn(first, second)


def all_in_turn(parts: Sequence[Regex]) -> Regex:
    """All of them in turn, as a tree that is as low as it can be: 500 letters are nine levels, not 500.

    >>> all_in_turn([One(0), One(1), One(0)]) == in_turn(One(0), in_turn(One(1), One(0)))
    True
    """
    parts = [each for part in parts for each in in_order(part)]
    return _balanced(parts)


def _balanced(parts: Sequence[Regex]) -> Regex:
    if len(parts) < 2:
        return parts[0] if parts else Empty()
    middle = len(parts) // 2
    return in_turn(_balanced(parts[:middle]), _balanced(parts[middle:]))


def in_order(regex: Regex) -> tuple[Regex, ...]:
    """What an expression says one after the other; itself where that is one thing."""
    if isinstance(regex, InTurn):
        return (*in_order(regex.first), *in_order(regex.second))
    return (regex,)


def one_of(choices: Iterable[Regex]) -> Regex:
    """Any of them; a choice among choices is one choice, and a choice that another one covers for certain is left out.

    >>> one_of([One(0), Nothing(), one_of([One(0)])])
    One(letter=0)
    """
    flat: set[Regex] = set()
    for choice in choices:
        flat |= choice.choices if isinstance(choice, OneOf) else {choice}
    flat.discard(Nothing())
    if _ANY_INPUT in flat:
        return _ANY_INPUT
    if Empty() in flat and any(nullable(choice) for choice in flat if choice != Empty()):
        flat.discard(Empty())
    if len(flat) > 1:
        return OneOf(frozenset(flat))
    return flat.pop() if flat else Nothing()


def repeated(inner: Regex) -> Regex:
    """Any number of times; what is repeated already, or may be empty, says so only once.

    >>> repeated(repeated(One(0))), repeated(one_of([Empty(), One(0)])) == repeated(One(0))
    (Repeated(inner=One(letter=0)), True)
    """
    if isinstance(inner, OneOf):
        inner = one_of(choice.inner if isinstance(choice, Repeated) else choice for choice in inner.choices - {Empty()})
    if isinstance(inner, Repeated):
        return inner
    return Empty() if isinstance(inner, Nothing | Empty) else Repeated(inner)


Waiting: TypeAlias = tuple[int, bool]
"""Where an input may go on, as a set of positions with bit k for position k, and whether it matches as it is."""


class Positions:
    """A regular expression followed letter by letter; two inputs that may go on alike, and match alike, lead to one state.

    >>> positions = Positions(in_turn(Repeated(One(0)), One(1)), 2)
    >>> positions.start, positions.after(positions.start, 0), positions.after(positions.start, 1)
    ((3, False), (3, False), (0, True))
    """

    def __init__(self, regex: Regex, letters: int) -> None:
        self._follow: list[int] = []
        self._reads = [0] * letters
        span = self._span(regex)
        self._last = span.last
        self.start: Waiting = (span.first, span.empty)
        self._moves: dict[tuple[int, int], Waiting] = {}

    def after(self, waiting: Waiting, letter: int) -> Waiting:
        """What a letter leads to."""
        key = waiting[0], letter
        found = self._moves.get(key)
        if found is None:
            here = waiting[0] & self._reads[letter]
            onward = 0
            for k in _bits(here):
                onward |= self._follow[k]
            found = self._moves[key] = (onward, bool(here & self._last))
        return found

    def _span(self, regex: Regex) -> _Span:
        match regex:
            case Nothing():
                return _Span(0, 0, False)
            case Empty():
                return _Span(0, 0, True)
            case One():
                bit = 1 << len(self._follow)
                self._follow.append(0)
                for letter in range(len(self._reads)) if regex.letter is None else (regex.letter,):
                    self._reads[letter] |= bit
                return _Span(bit, bit, False)
            case InTurn():
                first, second = self._span(regex.first), self._span(regex.second)
                self._join(first.last, second.first)
                return _Span(first.first | second.first * first.empty, second.last | first.last * second.empty,
                             first.empty and second.empty)
            case OneOf():
                spans = [self._span(choice) for choice in regex.choices]
                return _Span(reduce(or_, (s.first for s in spans)), reduce(or_, (s.last for s in spans)), any(s.empty for s in spans))
            case Repeated():
                inner = self._span(regex.inner)
                self._join(inner.last, inner.first)
                return _Span(inner.first, inner.last, True)
            case _:
                assert_never(regex)

    def _join(self, ends: int, starts: int) -> None:
        for k in _bits(ends):
            self._follow[k] |= starts


@dataclass(frozen=True, slots=True)
class _Span:
    """Positions that an expression may begin and end with, and whether it may be empty."""

    first: int
    last: int
    empty: bool


def _bits(positions: int) -> Iterator[int]:
    while positions:
        lowest = positions & -positions
        yield lowest.bit_length() - 1
        positions ^= lowest
