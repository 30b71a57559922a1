"""Remarks: what a text says of known numbers beyond what each of them is, such as `w > 0`, `x_1 < x_2` or `w h_0 = 0.25`.

In come chains of a document with a run; out go whether they are true of it, and the numbers that equations come to with other
values. Everything is evaluated exactly, or by balls where a function makes it inexact. Nothing here knows what varies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from flint import fmpq

from symlstm.arithmetic.decimals import decimals
from symlstm.arithmetic.real import Real, Undecided, absolute, fraction, is_exact, less, rational, working_precision
from symlstm.arithmetic.value import Value, entries
from symlstm.checking.steps import Reckoner, Unknown
from symlstm.derivation.evaluate import component
from symlstm.errors import SymlstmError
from symlstm.model.problem import Run
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import Chain, Fixed, Numeral, Symbol
from symlstm.teaching.variants.constants import Constant, Span
from symlstm.teaching.variants.domains import numeral

EQUALS = ("=", ":=", "≡")
_BITS = 192
_NEAR = fmpq(1, 20)
"""How near an inexact value must come to a whole number for the two to be called equal: σ(3) = 1 is true, σ(1) = 1 isn't."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A chain of symbols and numbers joined by relations."""

    chain: Chain
    numbers: tuple[Constant | None, ...]
    """For each member the constant that it is, where its text can be written anew."""
    span: Span
    scope: int
    """How many questions stand above it."""

    @property
    def symbols(self) -> Iterator[Symbol]:
        """Every symbol in it."""
        return (symbol for member in self.chain.members for symbol in symbols_in(member))


@dataclass(frozen=True, slots=True)
class Claim:
    """A remark that is true of a run in which what it is about varies."""

    remark: Remark
    run: int
    """0 is the document's, k the kth question's."""
    anew: frozenset[Span]
    """Spans of its numbers that are written anew."""


Numbers: TypeAlias = tuple[Real, ...]
_COMPARED: Mapping[str, Callable[[Real, Real], bool]] = {
    "<": less,
    ">": lambda a, b: less(b, a),
    "≤": lambda a, b: _equal(a, b) or less(a, b),
    "≥": lambda a, b: _equal(a, b) or less(b, a),
}


def holds(remark: Remark, run: Run, *, anew: frozenset[Span] = frozenset()) -> bool:
    """Whether a remark is true of a run, all of it; False where the run doesn't know a symbol. Numbers at the spans `anew` are as
    they will be written.

    >>> import symlstm
    >>> from symlstm.notation.parser import chain
    >>> run = symlstm.read("---\\ntitle: a\\n---\\n$h_t = w h_{t-1}$, $w = 2$, $h_0 = 1$.\\n\\n").run
    >>> [holds(Remark(chain(text), (None,) * 9, (0, 0), 0), run) for text in ("0 < w = 2", "w < 1", "3 w = 6", "w = v")]
    [True, False, True, False]
    """
    try:
        with working_precision(_BITS):
            return _Judged(remark, run, anew).true
    except (Unknown, Undecided, SymlstmError):
        return False


def numbers_anew(remark: Remark, run: Run, anew: frozenset[Span]) -> Iterator[tuple[Constant, tuple[Numeral, ...]]]:
    """The constants at the spans `anew` with the numbers that a true remark has there."""
    with working_precision(_BITS):
        judged = _Judged(remark, run, frozenset(writable(remark)))
        for k, constant in enumerate(remark.numbers):
            if constant is not None and constant.span in anew:
                worth = judged.worth[k]
                yield constant, tuple(_written(x, places) for x, places in zip(worth, _places(judged, k), strict=True))


def _places(judged: _Judged, k: int) -> list[int | None]:
    """To how many decimals each number of a member is rounded; None where it is said exactly."""
    member = judged.remark.chain.members[k]
    count = len(judged.worth[k])
    rounded = k in judged.rounded
    return [_decimals_of(member) if rounded or not is_exact(x) else None for x in judged.worth[k]] if count else []


def _written(x: Real, places: int | None) -> Numeral:
    if places is None:
        return numeral(fraction(rational(x)))
    text = decimals(x, places)
    return Numeral(text, Fraction(text))


def _decimals_of(member: object) -> int:
    text = member.text if isinstance(member, Numeral) else ""
    return len(text.partition(".")[2]) if "/" not in text and "e" not in text.lower() else 0


def writable(remark: Remark) -> Iterator[Span]:
    """The spans of constants that follow from a member with symbols which they are said to equal."""
    chain = remark.chain
    for first, last in _segments(chain):
        if any(_symbolic(chain, k) for k in range(first, last)):
            yield from (found.span for k in range(first, last) if (found := remark.numbers[k]) is not None and found.entries)
        elif last - first == 1 and (found := remark.numbers[first]) is not None and len(found.value) == 1:
            neighbours = [k for k, side in ((first - 1, first - 1), (first + 1, first)) if 0 <= side < len(chain.relations)
                          and chain.relations[side] == "≈" and _symbolic(chain, k)]
            if neighbours:
                yield found.span


def _segments(chain: Chain) -> Iterator[tuple[int, int]]:
    """The stretches of members joined by equality."""
    first = 0
    for k, relation in enumerate(chain.relations, 1):
        if relation not in EQUALS:
            yield first, k
            first = k
    yield first, len(chain.members)


def _symbolic(chain: Chain, k: int) -> bool:
    return next(iter(symbols_in(chain.members[k])), None) is not None


class _Judged:
    """A remark with what each member comes to in a run, numbers that are written anew included."""

    def __init__(self, remark: Remark, run: Run, anew: frozenset[Span]) -> None:
        self.remark, self.run, self.anew = remark, run, anew
        self.rounded: set[int] = set()
        """Members that say another one rounded."""
        chain = remark.chain
        reckoner = Reckoner(self._known, lambda number: True)
        self.worth: list[Numbers] = [entries(reckoner.value(member)) for member in chain.members]
        self.true = True
        segments = list(_segments(chain))
        for first, last in segments:
            self._equal(first, last)
        for first, _ in segments[1:]:
            self._related(first - 1, chain.relations[first - 1], first)
        # What stands beyond a number written anew is compared once that is known.
        for first, _ in segments[1:]:
            relation = chain.relations[first - 1]
            if relation in _COMPARED:
                self.true &= all(_COMPARED[relation](a, b) for a, b in _pairs(self.worth[first - 1], self.worth[first]))

    def _known(self, symbol: Symbol) -> Value | None:
        match symbol.at:
            case None:
                given = self.run.parameters.get(symbol.name)
            case Fixed(time=time):
                given = self.run.timed.get((symbol.name, time))
            case _:
                return None
        if given is None or isinstance(symbol.entry, str):
            return None
        return given.value if symbol.entry is None else component(given.value, symbol.entry)

    def _anew(self, k: int) -> bool:
        constant = self.remark.numbers[k]
        return constant is not None and constant.span in self.anew

    def _equal(self, first: int, last: int) -> None:
        members = range(first, last)
        base = next((k for k in members if _symbolic(self.remark.chain, k)), first)
        for k in members:
            if k == base:
                continue
            if self._anew(k) and base != k and len(self.worth[k]) == len(self.worth[base]):
                if _decimals_of(self.remark.chain.members[k]) or all(map(is_exact, self.worth[base])):
                    self.worth[k] = self.worth[base]
                    continue
            places = _decimals_of(self.remark.chain.members[k])
            self.true &= all(_said(a, b, places) for a, b in _pairs(self.worth[base], self.worth[k]))

    def _related(self, j: int, relation: str, k: int) -> None:
        a, b = self.worth[j], self.worth[k]
        if relation == "≈":
            number, other = (k, j) if isinstance(self.remark.chain.members[k], Numeral) else (j, k)
            places = _decimals_of(self.remark.chain.members[number])
            self.rounded.add(number)
            if self._anew(number) and places:
                self.worth[number] = self.worth[other]
                return
            unit = fmpq(1, 10**places) / 2 if places else _NEAR
            self.true &= all(not less(unit, absolute(x - y)) for x, y in _pairs(a, b))
        elif relation == "≠":
            self.true &= len(a) != len(b) or any(not _equal(x, y) for x, y in zip(a, b))
        elif relation not in _COMPARED:
            raise Undecided


def _pairs(a: Numbers, b: Numbers) -> list[tuple[Real, Real]]:
    """The entries of two values side by side; one number stands beside each entry of a vector."""
    if len(a) == 1:
        a = a * len(b)
    if len(b) == 1:
        b = b * len(a)
    if len(a) != len(b):
        raise Undecided
    return list(zip(a, b))


def _equal(a: Real, b: Real) -> bool:
    if is_exact(a) and is_exact(b):
        return rational(a) == rational(b)
    if a < b or a > b:
        return False
    raise Undecided


def _said(a: Real, b: Real, places: int) -> bool:
    """Whether two values are equal; of an inexact one, to the digits that are written."""
    if is_exact(a) and is_exact(b):
        return rational(a) == rational(b)
    return not less(fmpq(1, 10**places) / 2 if places else _NEAR, absolute(a - b))
