"""When a candidate is accepted: a table of conditions, cheap ones first.

In comes a candidate, a problem with other values in its runs and nothing written yet; out comes the condition that it fails with
the units on which that depends, so that only those are drawn again. Nothing is drawn here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from typing import TypeAlias

from symlstm.checking.scenario import Workshop
from symlstm.errors import Source
from symlstm.model.problem import Problem
from symlstm.teaching.asked import Answers, Desk, Sheet
from symlstm.teaching.variants.cells import runs_of
from symlstm.teaching.variants.domains import Outcome
from symlstm.teaching.variants.measure import NEAREST, Measure, Way, given_in, margins_of, shares_of, ways_of
from symlstm.teaching.variants.remarks import Remark, holds
from symlstm.teaching.variants.units import Unit

TOLERANCE = 0.2
"""By how much the share of the lines that are saturated, rounded or neither may differ from the original's: of five, one line."""


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


Test: TypeAlias = Callable[[Candidate, Measure], "Fault | None"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a candidate fails."""

    units: frozenset[int]
    """The units to draw again."""
    about: str = ""
    """What exactly fails, where a condition has parts: a remark, a finding of lint."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A row: an id, what is so with an accepted candidate, what may help where none is, and the test.

    The test gives the fault of a candidate, or None where it passes.
    """

    id: str
    sentence: str
    help: str
    test: Test


# -- tests ---


def _apart(candidate: Candidate, measure: Measure) -> Fault | None:
    for (j, one), (k, other) in combinations(enumerate(candidate.units), 2):
        same = (one.name, one.time, one.sequence) == (other.name, other.time, other.sequence)
        if same and _worth(one.original) != _worth(other.original) and _worth(candidate.drawn[j]) == _worth(candidate.drawn[k]):
            return Fault(frozenset((k,)))
    return None


def _worth(outcome: Outcome) -> tuple[object, ...]:
    return tuple(entry.value for item in outcome for entry in item.entries)


def _changed(candidate: Candidate, measure: Measure) -> Fault | None:
    for k, ((before, after), keys) in enumerate(zip(pairwise(runs_of(candidate.problem)), measure.changed)):
        if keys and all(given_in(before, key) == given_in(after, key) for key in keys):
            return Fault(frozenset(n for n, unit in enumerate(candidate.units) if unit.runs & {k, k + 1}
                                   and any(unit.name == name for name, _ in keys)) or candidate.behind())
    return None


def _remarks(candidate: Candidate, measure: Measure) -> Fault | None:
    runs = runs_of(candidate.problem)
    for claim in measure.claims:
        if not holds(claim.remark, runs[claim.run], anew=claim.anew):
            names = {symbol.name for symbol in claim.remark.symbols}
            units = frozenset(k for k, unit in enumerate(candidate.units) if unit.name in names and claim.run in unit.runs)
            return Fault(units or candidate.behind(), said_at(claim.remark, candidate.problem.source))
    return None


def said_at(remark: Remark, source: Source) -> str:
    """A remark with its line."""
    text = " ".join(source.text[slice(*remark.span)].split())
    return f"line {source.line_and_column(remark.span[0])[0]} `{text}`"


def _answered(candidate: Candidate, measure: Measure) -> Fault | None:
    for sheet in candidate.desk.asking:
        if candidate.desk.trace(sheet).stopped:
            return Fault(candidate.behind(sheet))
    if all(said for answer in candidate.found for _, said in answer.items):
        return None
    return Fault(candidate.behind())


def _various(candidate: Candidate, measure: Measure) -> Fault | None:
    for sheet in candidate.desk.asking:
        numbers = {posed.question.number for posed in sheet.finds} & measure.various
        if any(answer.question in numbers and len({said for _, said in answer.items}) == 1 for answer in candidate.found):
            return Fault(candidate.behind(sheet))
    return None


def _margins(candidate: Candidate, measure: Measure) -> Fault | None:
    for sheet in candidate.desk.asking:
        for name, margin, tie in margins_of(candidate.desk.trace(sheet)):
            if (tie and name not in measure.ties) or (not tie and margin < measure.margins.get(name, NEAREST)):
                return Fault(candidate.behind(sheet))
    return None


def _difficulty(candidate: Candidate, measure: Measure) -> Fault | None:
    for sheet, wanted in zip(candidate.desk.asking, measure.shares):
        shares = shares_of(candidate.desk.trace(sheet))
        if any(abs(a - b) > TOLERANCE + 1e-9 for a, b in zip(shares, wanted, strict=True)):
            return Fault(candidate.behind(sheet))
    return None


def _told_apart(candidate: Candidate, measure: Measure) -> Fault | None:
    if not measure.told_apart:
        return None
    told: dict[str, set[Way]] = {code: set() for code in measure.told_apart}
    for code, way, shown in ways_of(candidate.desk, tuple(told)):
        if shown:
            told[code].add(way)
        elif way in measure.told_apart[code]:
            return Fault(candidate.behind())
    return None if all(told.values()) else Fault(candidate.behind())


ANSWERED = Condition("answered", "every value that is asked for can be worked out", "leave out the values with which it can't",
                     _answered)
CONDITIONS: tuple[Condition, ...] = (
    Condition("apart", "values of one symbol that differ in the problem differ",
              "give the symbol more values", _apart),
    Condition("changed", "a question that has other data than the one before has them here too",
              "give the symbol that it changes more values", _changed),
    Condition("remarks", "what the text says of the numbers still holds",
              "leave out the values with which it doesn't, or say it where numbers don't vary", _remarks),
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
