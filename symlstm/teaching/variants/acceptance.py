"""When a candidate is accepted: a table of conditions, cheap ones first, and what the original problem measures up to.

In comes a candidate, a problem with other values in its runs and nothing written yet; out comes the condition that it fails with
the units on which that depends, so that only those are drawn again. Nothing is drawn here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TypeAlias

from flint import fmpq

from symlstm.arithmetic.real import is_exact, working_precision
from symlstm.arithmetic.rounding import round_to
from symlstm.arithmetic.value import entries
from symlstm.checking.misconceptions import MISCONCEPTIONS
from symlstm.checking.scenario import Workshop
from symlstm.derivation.trace import Computed, Trace
from symlstm.errors import DocumentError, Source
from symlstm.model.fields import nearest_or_all
from symlstm.model.problem import Problem
from symlstm.model.yaml_text import Scalar
from symlstm.notation.tree import Name
from symlstm.teaching.asked import Answers, Desk, Sheet, under_misconceptions
from symlstm.teaching.variants.domains import Outcome
from symlstm.teaching.variants.units import Unit

NEAREST = fmpq(1, 20)
"""Of a unit in the last place: how near a rounded line may come to a tie, unless the original comes nearer."""
TOLERANCE = 0.2
"""By how much the share of the lines that are saturated, rounded or neither may differ from the original's: of five, one line."""
KINDS = ("saturated", "rounded", "plain")


@dataclass(frozen=True)
class Candidate:
    """A problem with drawn values in its runs."""

    problem: Problem
    units: tuple[Unit, ...]
    drawn: tuple[Outcome, ...]
    workshop: Workshop

    @cached_property
    def desk(self) -> Desk:
        """The candidate worked through."""
        return Desk(self.problem, self.workshop)

    @cached_property
    def found(self) -> Answers:
        """The answers to the questions that ask for values."""
        return self.desk.found

    def behind(self, sheet: Sheet | None = None) -> frozenset[int]:
        """The units on which a sheet depends; all of them where none is named."""
        numbers = {posed.question.number for posed in sheet.posed} if sheet is not None else None
        return frozenset(k for k, unit in enumerate(self.units) if numbers is None or unit.runs & numbers)


@dataclass(frozen=True)
class Measure:
    """What the original problem is like, for its variants to be like it."""

    margins: Mapping[Name, fmpq]
    """For each symbol that is rounded, how near one of its lines may come to a tie, in units of its last place."""
    ties: frozenset[Name]
    """Symbols of which a line is exactly a tie."""
    shares: tuple[tuple[float, ...], ...]
    """For each sheet, of the kinds the share of its lines."""
    various: frozenset[int]
    """Questions that ask for several values, which aren't all equal."""
    told_apart: Mapping[str, frozenset[Way]]
    """For each misconception that variants must tell apart, the ways of it that the original tells apart."""


Way: TypeAlias = tuple[str, int]
"""A way in which a misconception is at work: its words, and which it is of those with the same words."""
Test: TypeAlias = Callable[[Candidate, Measure], "frozenset[int] | None"]


@dataclass(frozen=True, slots=True)
class Condition:
    """A row: an id, what is so with an accepted candidate, what may help where none is, and the test.

    The test gives the units to draw again, or None where the candidate passes.
    """

    id: str
    sentence: str
    help: str
    test: Test


# -- tests ---


def _apart(candidate: Candidate, measure: Measure) -> frozenset[int] | None:
    for (j, one), (k, other) in combinations(enumerate(candidate.units), 2):
        same = (one.name, one.time, one.sequence) == (other.name, other.time, other.sequence)
        if same and _worth(one.original) != _worth(other.original) and _worth(candidate.drawn[j]) == _worth(candidate.drawn[k]):
            return frozenset((k,))
    return None


def _worth(outcome: Outcome) -> tuple[object, ...]:
    return tuple(entry.value for item in outcome for entry in item.entries)


def _answered(candidate: Candidate, measure: Measure) -> frozenset[int] | None:
    for sheet in candidate.desk.asking:
        if candidate.desk.trace(sheet).stopped:
            return candidate.behind(sheet)
    if all(said for answer in candidate.found for _, said in answer.items):
        return None
    return candidate.behind()


def _various(candidate: Candidate, measure: Measure) -> frozenset[int] | None:
    for sheet in candidate.desk.asking:
        numbers = {posed.question.number for posed in sheet.finds} & measure.various
        if any(answer.question in numbers and len({said for _, said in answer.items}) == 1 for answer in candidate.found):
            return candidate.behind(sheet)
    return None


def _margins(candidate: Candidate, measure: Measure) -> frozenset[int] | None:
    for sheet in candidate.desk.asking:
        for name, margin, tie in margins_of(candidate.desk.trace(sheet)):
            if (tie and name not in measure.ties) or (not tie and margin < measure.margins.get(name, NEAREST)):
                return candidate.behind(sheet)
    return None


def _difficulty(candidate: Candidate, measure: Measure) -> frozenset[int] | None:
    for sheet, wanted in zip(candidate.desk.asking, measure.shares):
        shares = shares_of(candidate.desk.trace(sheet))
        if any(abs(a - b) > TOLERANCE + 1e-9 for a, b in zip(shares, wanted, strict=True)):
            return candidate.behind(sheet)
    return None


def _told_apart(candidate: Candidate, measure: Measure) -> frozenset[int] | None:
    if not measure.told_apart:
        return None
    told: dict[str, set[Way]] = {code: set() for code in measure.told_apart}
    for code, way, shown in _ways(candidate.desk, tuple(told)):
        if shown:
            told[code].add(way)
        elif way in measure.told_apart[code]:
            return candidate.behind()
    return None if all(told.values()) else candidate.behind()


def _ways(desk: Desk, codes: tuple[str, ...]) -> Iterator[tuple[str, Way, bool]]:
    """Every way in which misconceptions are at work, and whether some answer shows it."""
    counts: Counter[tuple[str, str]] = Counter()
    for mistaken in under_misconceptions(desk.problem, codes, desk=desk):
        counts[mistaken.code, mistaken.words] += 1
        yield mistaken.code, (mistaken.words, counts[mistaken.code, mistaken.words]), mistaken.answers != desk.found


ANSWERED = Condition("answered", "every value that is asked for can be worked out", "leave out the values with which it can't",
                     _answered)
CONDITIONS: tuple[Condition, ...] = (
    Condition("apart", "values of one symbol that differ in the problem differ",
              "give the symbol more values", _apart),
    ANSWERED,
    Condition("various", "answers that aren't all equal in the problem aren't here either",
              "give more symbols domains, or wider ones", _various),
    Condition("margins", "no rounded line is nearer to a tie than 5 % of a unit in its last place, or than the problem's nearest",
              "choose other values, or round to other decimals", _margins),
    Condition("difficulty", "the shares of saturated, rounded and plain lines are those of the problem to within a fifth",
              "keep the values nearer to the problem's own", _difficulty),
    Condition("misconceptions", "each misconception listed gives another answer",
              "give the symbols that it is about more values, or take it off the list", _told_apart),
)
"""Conditions of a candidate's numbers, cheap ones first."""

LINT = Condition("lint", "lint finds nothing that it doesn't find in the problem", "see `symlstm lint` for what it finds",
                 lambda candidate, measure: None)
DIFFERENT = Condition("different", "the answers differ from every other variant's", "give more symbols domains, or wider ones",
                      lambda candidate, measure: None)
"""Looked at where the document is written, and where all variants are known; here for their sentences."""


# -- what is measured ---


def _lines(trace: Trace) -> Iterator[tuple[Name, Computed]]:
    for name, computed in trace.computed.items():
        yield from ((name, found) for found in computed.values())


def margins_of(trace: Trace) -> Iterator[tuple[Name, fmpq, bool]]:
    """For each rounded number that loses digits: its symbol, a lower bound of its distance to the nearest tie in units of its
    last place, and whether it is exactly a tie."""
    ties = trace.run.convention.ties
    with working_precision(trace.bits):
        for name, found in _lines(trace):
            places = trace.programs[name].places
            if places is None:
                continue
            for x in entries(found.unrounded):
                result = round_to(x, places, ties)
                if is_exact(x) and x == result.value:
                    continue
                margin = result.margin if isinstance(result.margin, fmpq) else result.margin.abs_lower().mid().fmpq()
                yield name, margin * 10**places, result.tie


def shares_of(trace: Trace) -> tuple[float, ...]:
    """The shares of the lines that are saturated, that lose digits by rounding, and that do neither."""
    counts = dict.fromkeys(KINDS, 0)
    lines = 0
    for name, found in _lines(trace):
        lines += 1
        rounded = trace.programs[name].places is not None and not _kept(found)
        counts["saturated"] += bool(found.fired)
        counts["rounded"] += rounded
        counts["plain"] += not rounded and not found.fired
    return tuple(counts[kind] / max(lines, 1) for kind in KINDS)


def _kept(found: Computed) -> bool:
    """Whether rounding loses no digit."""
    return all(is_exact(x) and x == y for x, y in zip(entries(found.unrounded), entries(found.displayed)))


def measured(problem: Problem, codes: tuple[Scalar, ...], workshop: Workshop) -> Measure:
    """What the original problem is like.

    Raises `DocumentError` for a misconception that isn't known, or that nothing could tell apart.
    """
    desk = Desk(problem, workshop)
    margins: dict[Name, fmpq] = {}
    ties = set()
    shares = []
    for sheet in desk.asking:
        trace = desk.trace(sheet)
        shares.append(shares_of(trace))
        for name, margin, tie in margins_of(trace):
            if tie:
                ties.add(name)
            else:
                margins[name] = min(margin, margins.get(name, NEAREST))
    various = frozenset(answer.question for answer in desk.found if len({said for _, said in answer.items}) > 1)
    return Measure(margins, frozenset(ties), tuple(shares), various, _told_apart_by(problem, codes, desk))


def _told_apart_by(problem: Problem, codes: tuple[Scalar, ...], desk: Desk) -> dict[str, frozenset[Way]]:
    source: Source = problem.source
    known = [row.code for row in MISCONCEPTIONS]
    for code in codes:
        if code.text not in known:
            near = nearest_or_all(code.text, known)[:300]
            raise DocumentError(f"no misconception is called {code.text}{near}", source, code.pos)
    if codes and not desk.asking:
        raise DocumentError(
            "no question asks for values, so that variants can't tell misconceptions apart; leave `misconceptions` out", source,
            codes[0].pos,
        )
    told: dict[str, set[Way]] = {code.text: set() for code in codes}
    at_work = set()
    for name, way, shown in _ways(desk, tuple(told)):
        at_work.add(name)
        if shown:
            told[name].add(way)
    for code in codes:
        if code.text not in at_work:
            raise DocumentError(
                f"the misconception {code.text} changes nothing in this problem, whatever its numbers are; take it off the list",
                source, code.pos,
            )
    return {name: frozenset(ways) for name, ways in told.items()}
