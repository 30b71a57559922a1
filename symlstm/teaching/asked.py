"""What a problem asks, answered and in short: all answers as one tuple to compare, and those that a misconception would give.

In comes a problem; out go numbers as text and options with whether they hold: hashable, comparable, nothing to print. A value that the
convention rounds has its decimals, any other at most those that are shown. Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias, assert_never

from symlstm.analysis.answers import (
    CarriedAnswer,
    ClaimsAnswer,
    CommentAnswer,
    FindAnswer,
    SimplifyAnswer,
    StateAnswer,
    answer,
    asked_places,
)
from symlstm.arithmetic.real import NumberError, Undecided, working_precision
from symlstm.checking.misconceptions import MISCONCEPTIONS, Misconception
from symlstm.checking.mutations import Mutation
from symlstm.checking.scenario import MOST_MUTATIONS, Mutant, Scenario, Workshop
from symlstm.derivation import printed
from symlstm.derivation.rungs import rung_value
from symlstm.derivation.trace import Trace
from symlstm.derivation.values import Nested, texts
from symlstm.derivation.work import Work, same_data
from symlstm.errors import NotationError
from symlstm.model.problem import Posed, Problem, Run
from symlstm.model.question import FindQuestion
from symlstm.notation.places import Place
from symlstm.notation.tree import Running, Symbol
from symlstm.notation.typeset import formula, plain

if TYPE_CHECKING:
    from symlstm.analysis.simplify.system import System

Said: TypeAlias = tuple[str, ...]
"""One thing answered: the digits of a value entry by entry, or the verdict on an option. Empty where there is none."""

HOLDS: dict[bool | None, str] = {True: "holds", False: "doesn't hold", None: "open"}


@dataclass(frozen=True, slots=True)
class QuestionAnswer:
    """The answer to one question: what was asked, each with what was found."""

    question: int
    kind: str
    items: tuple[tuple[str, Said], ...]
    """A place with its digits, an option with whether it holds, a symbol with its simplified equation, a comment."""


Answers: TypeAlias = tuple[QuestionAnswer, ...]
"""The answers to questions of a document, in its order. Two variants are different where these are."""


@dataclass(frozen=True)
class Sheet:
    """The questions of a problem that share their data, with the one run that holds for them."""

    posed: tuple[Posed, ...]
    run: Run

    @property
    def finds(self) -> tuple[Posed, ...]:
        """Those that ask for values."""
        return tuple(posed for posed in self.posed if isinstance(posed.question, FindQuestion))

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every place that is asked for, each once."""
        return tuple(dict.fromkeys(place for posed in self.finds for place in asked_places(posed)))

    @cached_property
    def work(self) -> Work:
        """The run worked through, for the questions that aren't about values."""
        return Work(self.run)

    @property
    def system(self) -> System:
        """The simplified equations."""
        from symlstm.analysis.simplify.system import simplify

        return simplify(self.run)


@dataclass(frozen=True)
class Desk:
    """A problem with all that is worked on it: its sheets, and one workshop, so that nothing is derived twice."""

    problem: Problem
    workshop: Workshop = field(default_factory=Workshop)

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """The questions, grouped by the data that hold for them."""
        groups: list[list[Posed]] = []
        for posed in self.problem.questions:
            group = next((g for g in groups if same_data(g[0].run, posed.run)), None)
            if group is None:
                groups.append([posed])
            else:
                group.append(posed)
        return tuple(Sheet(tuple(group), group[0].run) for group in groups)

    @property
    def asking(self) -> tuple[Sheet, ...]:
        """The sheets with places that are asked for."""
        return tuple(sheet for sheet in self.sheets if sheet.places)

    def trace(self, sheet: Sheet) -> Trace:
        """A sheet's own derivation."""
        return self.workshop.base(sheet.run).trace

    @cached_property
    def found(self) -> Answers:
        """The answers to the questions that ask for values."""
        return self.finds({id(sheet): self.workshop.base(sheet.run) for sheet in self.asking})

    def finds(self, scenarios: dict[int, Scenario]) -> Answers:
        """The answers to the questions that ask for values, from a derivation for each sheet, by the sheet's id."""
        out = [
            QuestionAnswer(posed.question.number, posed.question.kind,
                           tuple((str(place), digits(scenarios[id(sheet)].trace, place)) for place in asked_places(posed)))
            for sheet in self.asking for posed in sheet.finds
        ]
        return tuple(sorted(out, key=lambda found: found.question))


def digits(trace: Trace, place: Place) -> Said:
    """The digits of a place, entry by entry: by the convention where it rounds, otherwise those shown, without zeros at the end (what
    is exactly 1 and what is 1 to four decimals are the same answer). Empty where it has no value."""
    try:
        value = rung_value(trace, place)
    except (NotationError, KeyError):
        return ()
    if value is None:
        return ()
    convention = trace.run.convention
    places = convention.places(str(place.name)) if place.rung in ("", "rounded") else None
    derived = place.time is not None and trace.step(place.name, place.time) is not None
    with working_precision(trace.bits):
        try:
            shown = (printed.rounded(value, places) if places is not None and derived
                     else printed.value(value, convention.show, convention.show)).shown
        except (Undecided, NumberError):
            return ()
    found = _flat(texts(shown))
    return found if places is not None else tuple(map(_shortest, found))


def _shortest(text: str) -> str:
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if short == "-0" else short


def _flat(nested: Nested) -> Said:
    return (nested,) if isinstance(nested, str) else tuple(text for item in nested for text in _flat(item))


def answers_of(problem: Problem) -> Answers:
    """All answers of a document: hashable, comparable, and small enough to travel between processes.

    Raises `SymlstmError` where a question can't be answered.

    >>> import symlstm
    >>> text = "---\\ntitle: a\\n---\\n$h_t = 2 h_{t-1} + x_t$ with $h_0 = 1/3$ and $x = [1, 2]$.\\n"
    >>> answers_of(symlstm.read(text + "\\n```question\\nfind: h\\n```\\n"))
    (QuestionAnswer(question=1, kind='find', items=(('h_1', ('1.6667',)), ('h_2', ('5.3333',)))),)
    """
    desk = Desk(problem)
    found = {answer.question: answer for answer in desk.found}
    whole = {number: answer for number, answer in found.items() if all(said for _, said in answer.items)}
    # Where a value is missing, answering says why.
    out = [whole.get(posed.question.number) or _answered(posed, sheet) for sheet in desk.sheets for posed in sheet.posed]
    return tuple(sorted(out, key=lambda answer: answer.question))


def _answered(posed: Posed, sheet: Sheet) -> QuestionAnswer:
    """The answer to a question that doesn't ask for values, or for none that there are."""
    found = answer(posed, sheet.work, sheet)
    items: tuple[tuple[str, Said], ...]
    match found:
        case FindAnswer():
            items = tuple((str(place), digits(sheet.work.trace, place)) for place in found.values)
        case SimplifyAnswer(system=system):
            items = tuple((plain(formula(Symbol(equation.name, Running(0)))), (f"{equation.relation} {plain(formula(equation.tree))}",))
                          for equation in system.equations)
        case StateAnswer(options=options):
            items = tuple((option.text, (HOLDS[option.holds],)) for option in options)
        case ClaimsAnswer(options=claims) | CarriedAnswer(options=claims):
            items = tuple((option.text, (HOLDS[option.holds],)) for option in claims)
        case CommentAnswer(comments=comments):
            items = (("", tuple(comment.words for comment in comments)),)
        case _:
            assert_never(found)
    return QuestionAnswer(posed.question.number, posed.question.kind, items)


@dataclass(frozen=True, slots=True)
class Mistaken:
    """What a student with a misconception would hand in: the code, what goes wrong in words, the answers to the `find` questions."""

    code: str
    words: str
    answers: Answers


def under_misconceptions(
    problem: Problem, codes: Collection[str] | None = None, *, desk: Desk | None = None
) -> Iterator[Mistaken]:
    """The answers to the `find` questions that a student with each misconception would give; a row of the table may be at work in
    several ways, each of which is one. `codes` are those wanted (default: all). To be held against `Desk.found`.

    >>> import symlstm
    >>> text = "---\\ntitle: a\\nconvention: {round: {h: 1}}\\n---\\n$h_t = \\\\tanh(h_{t-1} + x_t)$ with $h_0 = 0$ and $x_1 = -2$.\\n"
    >>> problem = symlstm.read(text + "\\n```question\\nfind: h\\n```\\n")
    >>> *_, mistaken = under_misconceptions(problem, ["decimals-given"])
    >>> mistaken.words, mistaken.answers[0].items
    ('Values are left unrounded that the problem rounds.', (('h_1', ('-0.964',)),))
    """
    desk = desk or Desk(problem)
    for mistake in mistakes(desk, codes):
        scenarios = {id(sheet): mistake.scenario(desk, sheet) for sheet in desk.asking}
        yield Mistaken(mistake.row.code, mistake.words, desk.finds(scenarios))


@dataclass(frozen=True)
class Mistake:
    """One way in which a misconception is at work in a document: what is derived by it on each sheet where it changes something."""

    row: Misconception
    words: str
    hint: str
    """What to look at; gives no value away."""
    mutants: dict[int, Mutant]
    """By the sheet's id."""

    def scenario(self, desk: Desk, sheet: Sheet) -> Scenario:
        """What the student derives on a sheet; where the misconception changes nothing, what is right."""
        mutant = self.mutants.get(id(sheet))
        return desk.workshop.base(sheet.run) if mutant is None else mutant.scenario


def mistakes(desk: Desk, codes: Collection[str] | None = None) -> Iterator[Mistake]:
    """Every way in which a misconception can be at work in a document. The same change of two sheets is one student's."""
    for rank, row in enumerate(MISCONCEPTIONS):
        if codes is not None and row.code not in codes:
            continue
        found: dict[tuple[str, int], dict[int, Mutant]] = {}
        hints: dict[str, str] = {}
        made: list[tuple[Run, tuple[Mutation, ...]]] = []
        for sheet in desk.asking:
            mutations = _mutations(row, sheet.run, made)
            made.append((sheet.run, mutations))
            count: dict[str, int] = {}
            for mutation in mutations:
                words = row.words.format(**mutation.facts)
                count[words] = count.get(words, 0) + 1
                hints.setdefault(words, row.hint.format(**mutation.facts))
                mutant = Mutant(row, rank, mutation, Scenario(desk.workshop, mutation.run))
                found.setdefault((words, count[words]), {})[id(sheet)] = mutant
        for (words, _), mutants in found.items():
            yield Mistake(row, words, hints[words], mutants)


def _mutations(row: Misconception, run: Run, made: Sequence[tuple[Run, tuple[Mutation, ...]]]) -> tuple[Mutation, ...]:
    """The changes that a misconception makes of a run. Those of another run that differs in its inputs alone are taken over, so that
    a changed equation is compiled once; unless they change values at a time."""
    for other, mutations in made:
        if _differs_in_inputs(run, other) and mutations and all(mutation.run.timed is other.timed for mutation in mutations):
            return tuple(replace(mutation, run=replace(mutation.run, timed=run.timed, last=run.last)) for mutation in mutations)
    return tuple(islice(row.mutations(run), MOST_MUTATIONS))


def _differs_in_inputs(a: Run, b: Run) -> bool:
    if a.cell is not b.cell or a.first != b.first or a.convention != b.convention or a.parameters != b.parameters:
        return False
    given = [{at: value.value for at, value in run.timed.items() if at[0] not in run.cell.inputs} for run in (a, b)]
    return given[0] == given[1]
