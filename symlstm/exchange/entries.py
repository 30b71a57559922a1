"""The numbers that a question asks for: what is right, what is right too where a convention is left open, what misconceptions give.

In come a desk with a problem on it and the answer to a question, out go entries. A number that the convention rounds, or that is exact,
has to be met; one that is only shown rounded may be off by one in its last decimal, which is what cutting instead of rounding does.
Expected and wrong values alike are derived; nothing is worked out here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from symlstm.analysis.answers import FindAnswer
from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import working_precision
from symlstm.arithmetic.value import Matrix, Vector
from symlstm.checking.scenario import Scenario
from symlstm.checking.score import points_each
from symlstm.derivation import printed
from symlstm.derivation.notes import Alternative, alternatives, any_tie
from symlstm.derivation.rungs import rung_value
from symlstm.derivation.trace import Trace
from symlstm.document.blocks import Inlines, Maths, Text
from symlstm.errors import SymlstmError
from symlstm.exchange.exercise import AlsoRight, AskedPlace, Entry, Value, Wrong
from symlstm.model.problem import symbol
from symlstm.notation.places import Place
from symlstm.notation.symbols import Vocabulary
from symlstm.notation.typeset import formula
from symlstm.presentation.words import rung_words, with_symbols
from symlstm.teaching.asked import Desk, Mistake, Said, Sheet, digits, mistakes

MOST_WRONG = 36
"""Wrong values that an entry has at most."""
_SEVERAL = "Several slips lead to this number:"
_TOLD = 2
"""Slips that are told where several lead to the same number."""
_MET = 6
"""Decimals further than its last: so near a number has to be that must be met, so that 24/25 is taken for 0.96 whatever computes it."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """To how many decimals a number is wanted, and whether it has to be met or may be off by one in the last of them."""

    decimals: int
    met: bool


@dataclass(frozen=True)
class Numbers:
    """The desk of a problem, with every other way to its numbers."""

    desk: Desk
    vocabulary: Vocabulary
    first_codes: Sequence[str] = ()
    """The misconceptions that the author names, which come before the others."""

    @cached_property
    def _mistakes(self) -> tuple[Mistake, ...]:
        """The author's first. A misconception that can be at work in many ways doesn't crowd out the others: first one way of each."""
        rank = {code: k for k, code in enumerate(self.first_codes)}
        ways: Counter[str] = Counter()
        ranked: list[tuple[int, int, Mistake]] = []
        for mistake in mistakes(self.desk):
            code = mistake.row.code
            ranked.append((rank.get(code, len(rank)), 0 if code in rank else ways[code], mistake))
            ways[code] += 1
        return tuple(mistake for _, _, mistake in sorted(ranked, key=lambda row: row[:2]))

    def _readings(self, sheet: Sheet) -> Iterator[tuple[Alternative, Trace]]:
        """What is derived under each reading that the problem leaves open."""
        for alternative in alternatives(sheet.run.convention, any_tie(self.desk.trace(sheet))):
            try:
                yield alternative, Scenario(self.desk.workshop, replace(sheet.run, convention=alternative.change)).trace
            except SymlstmError:
                continue  # what nobody chose may not be computable; it is no alternative then

    def asked(self, found: FindAnswer, sheet: Sheet) -> tuple[AskedPlace, ...]:
        """The places that a question asks for."""
        worth = points_each(found.posed, len(found.values))
        readings = tuple(self._readings(sheet))
        ways = tuple((mistake, mistake.scenario(self.desk, sheet).trace) for mistake in self._mistakes if id(sheet) in mistake.mutants)
        return tuple(self._place(place, found, worth, readings, ways, self.desk.trace(sheet)) for place in found.values)

    def _place(
        self, place: Place, found: FindAnswer, worth: Fraction, readings: Sequence[tuple[Alternative, Trace]],
        ways: Sequence[tuple[Mistake, Trace]], own: Trace,
    ) -> AskedPlace:
        carried = found.values[place].carried
        right = digits(own, place)
        others = [(alternative, digits(trace, place)) for alternative, trace in readings]
        mistaken = [(mistake, digits(trace, place)) for mistake, trace in ways]
        number, label = found.posed.question.number, (*rung_words(place), Maths(formula(symbol(place))))
        shape = ((len(carried.rows), len(carried.rows[0])) if isinstance(carried, Matrix)
                 else (len(carried.entries),) if isinstance(carried, Vector) else ())
        wanted = self._decimals(own, place, right)
        entries = []
        for k, (text, name) in enumerate(zip(right, _names(place, shape, len(right)), strict=True)):
            value = Value(text, Fraction(1, 10 ** (wanted[k].decimals + _MET * wanted[k].met)))
            also = self._also(value, [(alternative, said[k]) for alternative, said in others if len(said) == len(right)])
            wrong, untold = self._wrong(value, also, [(mistake, said[k]) for mistake, said in mistaken if len(said) == len(right)])
            whole: Inlines = label if len(right) == 1 else (*label, Text(f", entry {name[len(str(place)) + 1 : -1]}"))
            entries.append(Entry(f"q{number}_{identifier(name)}", name, whole, value, also, wrong, worth / len(right),
                                 None if wanted[k].met else wanted[k].decimals, _near(value, wanted[k]), untold))
        return AskedPlace(str(place), label, shape, tuple(entries))

    def _decimals(self, trace: Trace, place: Place, right: Said) -> list[_Wanted]:
        """What is wanted of each number of a place."""
        convention = trace.run.convention
        derived = place.time is not None and trace.step(place.name, place.time) is not None
        rounded = derived and place.rung in ("", "rounded") and convention.places(str(place.name)) is not None
        exact = [True] * len(right) if rounded else _exact(trace, place)
        least = 0 if rounded else convention.show
        return [_Wanted(max(least, len(text.partition(".")[2])), met) for text, met in zip(right, exact, strict=True)]

    def _also(self, right: Value, others: Sequence[tuple[Alternative, str]]) -> tuple[AlsoRight, ...]:
        out: list[AlsoRight] = []
        for alternative, text in others:
            value = Value(text, right.tolerance)
            if not any(known.takes(value) for known in (right, *(known.value for known in out))):
                out.append(AlsoRight(value, (Text(f"Right where {alternative.other}, which the problem leaves open."),)))
        return tuple(out)

    def _wrong(self, right: Value, also: Sequence[AlsoRight], mistaken: Sequence[tuple[Mistake, str]]) -> tuple[tuple[Wrong, ...], int]:
        good = (right, *(known.value for known in also))
        ways: dict[str, list[Mistake]] = {}
        for mistake, text in mistaken:
            if text in ways:
                ways[text].append(mistake)
                continue
            value = Value(text, right.tolerance)
            taken = (*good, *(Value(known, right.tolerance) for known in ways))
            if not any(known.takes(value) for known in taken):
                ways[text] = [mistake]
        told = tuple(ways.items())[:MOST_WRONG]
        return tuple(self._explained(Value(text, right.tolerance), found) for text, found in told), len(ways) - len(told)

    def _explained(self, value: Value, ways: Sequence[Mistake]) -> Wrong:
        first = ways[0]
        slips = list(dict.fromkeys(way.words for way in ways))
        told = [f"({k}) {words}" for k, words in enumerate(slips[:_TOLD], 1)]
        words = first.words if len(slips) == 1 else " ".join((_SEVERAL, *told))
        rest = len(slips) - _TOLD
        more = f" There are {rest} more." if rest > 1 else " There is one more." if rest == 1 else ""
        return Wrong(value, tuple(dict.fromkeys(way.row.code for way in ways)), with_symbols(words + more, self.vocabulary),
                     with_symbols(first.hint, self.vocabulary))


def _near(right: Value, wanted: _Wanted) -> Value | None:
    """What is within half a unit of the last decimal, where that has to be met; else of the second significant digit, as far as `check`
    takes a number for right. None for 0, which has no such digit.

    >>> _near(Value("0.76", Fraction(1, 10**8)), _Wanted(2, True)).tolerance
    Fraction(1, 200)
    >>> _near(Value("0.7616", Fraction(1, 10**4)), _Wanted(4, False)).tolerance
    Fraction(1, 200)
    """
    if wanted.met:
        return Value(right.text, Fraction(1, 2 * 10**wanted.decimals))
    figures = abs(right.number)
    if not figures:
        return None
    digits = 1
    while figures * 10**digits < 10:
        digits += 1
    tolerance = Fraction(1, 2 * 10**digits)
    return Value(right.text, tolerance) if tolerance > right.tolerance else None


def precision(places: Sequence[AskedPlace]) -> Inlines:
    """What whoever answers has to know of decimals: how many are wanted; nothing where every number has to be met.

    >>> entry = Entry("h", "h", (), Value("0.7616", Fraction(1, 10**4)), (), (), Fraction(1), 4)
    >>> precision([AskedPlace("h", (), (), (entry,))])
    (Text(text=' Give at least 4 decimals.'),)
    """
    wanted = [entry.decimals for place in places for entry in place.entries if entry.decimals is not None]
    return (Text(f" Give at least {max(wanted)} decimals."),) if any(wanted) else ()


def _names(place: Place, shape: tuple[int, ...], count: int) -> list[str]:
    """What the numbers of a place are called."""
    if count == 1:
        return [str(place)]
    columns = shape[1] if len(shape) == 2 else 0
    return [f"{place}[{k // columns + 1},{k % columns + 1}]" if columns else f"{place}[{k + 1}]" for k in range(count)]


def _exact(trace: Trace, place: Place) -> list[bool]:
    """For each number of a place whether its digits are all of it."""
    value, show = rung_value(trace, place), trace.run.convention.show
    assert value is not None
    with working_precision(trace.bits):
        return [printed.real(x, show, show)[2] for x in values_of.entries(value)]


def identifier(name: str) -> str:
    """A place as letters, digits and `_`.

    >>> identifier("h_-1[2]"), identifier("W^{f,h}"), identifier("σ_3"), identifier("f_1/pre-activation")
    ('h_m1_2', 'W_f_h', 'u3c3_3', 'f_1_pre_activation')
    """
    spelled = "".join(f"u{ord(c):x}" if not c.isascii() else c for c in re.sub(r"-(?=\d)", "m", name))
    return re.sub(r"[^A-Za-z0-9]+", "_", spelled).strip("_")
