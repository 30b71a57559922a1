"""A problem as lint looks at it: what is worked on it, its front matter, and what its text tells students of rounding.

In comes a problem; out go derivations under other readings, and what the text tells, as a whole or just above a question. What words
mean is decided in `told`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from flint import arb, fmpq

from symlstm.analysis.answers import Answer, FindAnswer, answer
from symlstm.arithmetic.value import Value, entries
from symlstm.checking.scenario import Scenario
from symlstm.derivation.program import OnTheWay
from symlstm.derivation.trace import Trace
from symlstm.derivation.work import Work
from symlstm.errors import Source, SymlstmError
from symlstm.model import frontmatter
from symlstm.model.convention import Convention
from symlstm.model.frontmatter import FrontMatter
from symlstm.model.problem import Posed, Problem, Run
from symlstm.model.question import FindQuestion
from symlstm.model.yaml_text import Scalar
from symlstm.notation.places import Place
from symlstm.teaching.asked import Desk, Said, Sheet, digits
from symlstm.teaching.lint.told import Told

if TYPE_CHECKING:
    from symlstm.teaching.lint.idle import Idle
    from symlstm.teaching.lint.partings import Parting

_FENCE = re.compile(r"^(?P<ticks>```+|~~~+)[ \t]*question\b.*?^(?P=ticks)[ \t]*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class _Work(Work):
    """A run worked through with what the workshop has."""

    scenario: Scenario = field(compare=False, kw_only=True)

    @cached_property
    def trace(self) -> Trace:
        """All values that can be had."""
        return self.scenario.trace


@dataclass
class Case:
    """A problem with what is worked on it."""

    problem: Problem
    desk: Desk
    kept: dict[int, tuple[Parting, ...]] = field(default_factory=dict, compare=False)
    """The readings under which a sheet's answers part, by the sheet's id, once they have been worked out."""
    answers: dict[int, Mapping[Place, Said]] = field(default_factory=dict, compare=False)
    """The right answers of a sheet, by its id, once they have been asked for."""
    idle: Mapping[str, Idle] | None = field(default=None, compare=False)
    """The gates and parameters that never matter, once they have been worked out."""

    @property
    def source(self) -> Source:
        """Its text."""
        return self.problem.source

    @cached_property
    def _split(self) -> tuple[int, str, int]:
        """Offset of the front matter's text, that text, and the offset of the body; a problem built in Python has neither."""
        return frontmatter.split(self.source) if self.source.text else (0, "", 0)

    @property
    def body(self) -> int:
        """Where the text behind the front matter starts."""
        return self._split[2]

    @cached_property
    def front(self) -> FrontMatter:
        """What the author says outside the prose."""
        offset, text, _ = self._split
        return frontmatter.read(text, self.source, offset) if self.source.text else FrontMatter(Scalar(self.problem.title))

    @cached_property
    def told(self) -> Told:
        """What the prose and the author's own wording of questions tell."""
        asks = (posed.question.ask for posed in self.problem.questions)
        return Told(" ".join([_FENCE.sub("", self.source.text[self.body :]), *asks]))

    def told_for(self, posed: Posed) -> Told:
        """What is told of one question alone: in the text between the question before it and its block, and in its own wording."""
        text, at, start = self.source.text, posed.question.pos, self.body
        for fence in _FENCE.finditer(text, start):
            if fence.end() >= at:
                return Told(f"{text[start : fence.start()]} {posed.question.ask}")
            start = fence.end()
        return Told(posed.question.ask)

    def states(self, run: Run, key: str) -> bool:
        """Whether the text states what a run's convention has under a key, by the sentence of the document's convention."""
        own = getattr(run.convention, key)
        return self.told.convention and bool(own == getattr(self.problem.convention, key))

    def key_pos(self, key: str) -> int:
        """Where a key of the front matter stands; where it doesn't, the first key."""
        offset, text, _ = self._split
        found = re.search(rf"^{key}[ \t]*:", text, re.MULTILINE)
        return offset + found.start() if found else self.front.title.pos

    def convention_pos(self, key: str) -> int:
        """Where a convention that says nothing of a key is stated: at what it rounds, or else at its own key."""
        named = [scalar.pos for at, scalar in self.problem.convention.named if at == key]
        others = [scalar.pos for _, scalar in self.problem.convention.named]
        return next(iter([*named, *others]), self.key_pos("convention"))

    def right(self, sheet: Sheet) -> Mapping[Place, Said]:
        """The answers of a sheet by its own derivation, made once."""
        if id(sheet) not in self.answers:
            trace = self.desk.trace(sheet)
            self.answers[id(sheet)] = {place: digits(trace, place) for place in sheet.places}
        return self.answers[id(sheet)]

    def shows(self, sheet: Sheet, other: Scenario, until: int) -> bool:
        """Whether a derivation gives another answer, or none, at one of the asked places up to a step."""
        try:
            trace = other.trace
        except SymlstmError:
            return True
        return any(not same(said, digits(trace, place)) for place, said in self.right(sheet).items()
                   if place.time is not None and place.time <= until)

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets of which every place that is asked for has a value."""
        return tuple(sheet for sheet in self.desk.asking if all(self.right(sheet).values()))

    def scenario(self, sheet: Sheet, convention: Convention, way: OnTheWay | None = None) -> Scenario:
        """A sheet under another convention, perhaps with numbers rounded on the way."""
        return Scenario(self.desk.workshop, replace(sheet.run, convention=convention), way)

    @cached_property
    def found(self) -> dict[int, Answer | SymlstmError]:
        """The answer to each question that asks for values, by its number, or why there is none."""
        out: dict[int, Answer | SymlstmError] = {}
        for sheet in self.desk.sheets:
            if not sheet.finds:
                continue
            base = self.desk.workshop.base(sheet.run)
            for posed in sheet.finds:
                out[posed.question.number] = _attempt(lambda posed=posed, sheet=sheet, base=base: _answer(posed, sheet, base))  # type: ignore[misc]
        return out

    def keyed(self) -> Iterator[tuple[Posed, FindAnswer]]:
        """The questions that ask for values and have them."""
        for posed in self.problem.questions:
            found = self.found.get(posed.question.number)
            if isinstance(found, FindAnswer):
                yield posed, found


def _attempt(work: Callable[[], Answer]) -> Answer | SymlstmError:
    try:
        return work()
    except SymlstmError as error:
        return error


def _answer(posed: Posed, sheet: Sheet, base: Scenario) -> Answer:
    stopped = base.trace.stopped
    for place in sheet.places:
        if place.time is not None and (place.name, place.time) in stopped:
            raise stopped[place.name, place.time]
    return answer(posed, _Work(sheet.run, scenario=base), sheet)


@dataclass(frozen=True, slots=True)
class Changed:
    """An asked place at which something else gives another answer."""

    posed: Posed
    place: Place
    here: Said
    there: Said

    def __str__(self) -> str:
        return f"{shown(self.place)} = {number(self.there)} instead of {number(self.here)}"


def changed(sheet: Sheet, base: Trace, other: Trace) -> tuple[Changed, ...]:
    """The asked places of a sheet at which another derivation has another answer, or none."""
    out = []
    for place in sheet.places:
        if place.time is not None and place.time not in other.run.steps:
            continue
        here, there = digits(base, place), digits(other, place)
        if there and not same(here, there):
            out.append(Changed(asker(sheet, place), place, here, there))
    return tuple(out)


def same(here: Said, there: Said) -> bool:
    """Whether two answers are the same numbers, with however many zeros at the end.

    >>> same(("1",), ("1.000",)), same(("0.5", "1"), ("0.5", "2"))
    (True, False)
    """
    return here == there or (len(here) == len(there) and all(Fraction(a) == Fraction(b) for a, b in zip(here, there)))


def apart(a: Value, b: Value, places: int) -> bool:
    """Whether two values differ by more than half a unit of that decimal place, so that whoever writes them down sees it.

    >>> apart(fmpq(1, 2), fmpq(1), 4), apart(fmpq(1), fmpq(99999, 100000), 4)
    (True, False)
    """
    if a is b:
        return False
    ours, theirs = entries(a), entries(b)
    half = fmpq(1, 2) / fmpq(10) ** places
    return len(ours) != len(theirs) or any(bool(arb(x) - arb(y) > half) or bool(arb(y) - arb(x) > half) for x, y in zip(ours, theirs))


def asker(sheet: Sheet, place: Place) -> Posed:
    """The first question of a sheet that asks for a place."""
    return next(posed for posed in sheet.finds if any(
        asked.name == place.name and asked.time in (None, place.time) and asked.rung == place.rung for asked in posed.places))


def pos_of(posed: Posed, place: Place | None = None) -> int:
    """Where a question names a place."""
    question = posed.question
    if not isinstance(question, FindQuestion):
        return question.pos
    named = zip(posed.places, question.places)
    return next((scalar.pos for asked, scalar in named if place is not None and asked.name == place.name
                 and asked.time in (None, place.time)), question.places[0].pos)


def number(said: Said) -> str:
    """The digits of an answer as they are read, with the minus sign of mathematics.

    >>> number(("-0.5",)), number(("1", "-2"))
    ('−0.5', '[1, −2]')
    """
    text = ", ".join(said).replace("-", "−")
    return text if len(said) == 1 else f"[{text}]"


def shown(place: Place) -> str:
    """A place in a sentence, with the minus sign of mathematics in front of a time before zero."""
    return str(place).replace("_-", "_−")
