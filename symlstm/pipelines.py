"""The pipelines: one short function each, with its result object."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from symlstm.analysis.answers import (
    Answer,
    CarriedAnswer,
    ClaimsAnswer,
    FindAnswer,
    StateAnswer,
    answer,
    asked_places,
    claims_answer,
    inquiry_of,
)
from symlstm.analysis.simplify.system import System, simplify
from symlstm.checking.checking import Checked, check_work
from symlstm.derivation.notes import Split, splits
from symlstm.derivation.rungs import rung_value
from symlstm.derivation.values import Value, value_at
from symlstm.derivation.work import Work, same_data
from symlstm.errors import UsageError
from symlstm.model.files import LARGEST_WORK, read_source, text_source
from symlstm.model.problem import Posed, Problem
from symlstm.model.question import CarriedQuestion, ClaimsQuestion
from symlstm.model.reader import read as read_problem
from symlstm.notation.places import Place, place
from symlstm.notation.symbols import Vocabulary

if TYPE_CHECKING:
    from symlstm.analysis.machines.findings import Findings, Unread
    from symlstm.analysis.machines.input_claims import InputOption
    from symlstm.analysis.options import Option
    from symlstm.presentation.figures.beside import Pictures

Detail: TypeAlias = Literal["brief", "standard", "full"]

KEYED = (FindAnswer, StateAnswer, ClaimsAnswer, CarriedAnswer)
"""Answers to which an author may give a key."""


def read(problem: str | Path) -> Problem:
    """Read a problem: a text with a newline is the document itself, anything else the path of one.

    Raises `SymlstmError` with file, line, column and what to do.
    """
    if isinstance(problem, str) and "\n" in problem:
        return read_problem(text_source("<text>", problem))
    return read_problem(read_source(Path(problem)))


@dataclass(frozen=True)
class Part:
    """Questions that share their data, with that data worked through."""

    posed: tuple[Posed, ...]
    work: Work

    @cached_property
    def system(self) -> System:
        """The equations once the parameters are in."""
        return simplify(self.work.run)

    @cached_property
    def splits(self) -> Sequence[Split]:
        """Where a convention that nobody declared decides something that is asked."""
        return splits(self.work.ladders, [place for posed in self.posed for place in asked_places(posed)])

    def __getitem__(self, name: str) -> Value:
        """The value of a place, as in `part["h_3"]`."""
        return value_at(self.work.ladders, _known(name, self.work))


def _known(name: str, work: Work) -> Place:
    cell = work.run.cell
    names = {n: n for n in (*cell.by_name, *cell.inputs)}
    found = place(name, Vocabulary(timed=names, plain={n: n for n in cell.parameters}, complete=True))
    if found.time is None or rung_value(work.trace, found) is None:
        raise KeyError(f"{name} has no value in this run; its steps are {work.run.first} to {work.run.last}")
    return found


@dataclass(frozen=True)
class Solution:
    """A solved problem. `solution["h_3"]` is a value, `solution.questions[0]` a question's own data."""

    problem: Problem
    parts: tuple[Part, ...]

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        """The answer to each question, in the document's order."""
        out = [answer(posed, part.work, part) for part in self.parts for posed in part.posed]
        return tuple(sorted(out, key=lambda a: a.posed.question.number))

    @property
    def questions(self) -> tuple[Part, ...]:
        """For each question, the data that hold for it."""
        return tuple(part for part, _ in sorted(
            ((part, posed.question.number) for part in self.parts for posed in part.posed), key=lambda pair: pair[1]))

    @property
    def agrees(self) -> bool:
        """Whether every key that the author gave is right."""
        return all(a.agrees is not False for a in self.answers if isinstance(a, KEYED))

    @cached_property
    def main(self) -> Part:
        """The first data that steps can be taken with."""
        return next((part for part in self.parts if any(True for _ in part.work.trace.places())), self.parts[0])

    def __getitem__(self, name: str) -> Value:
        return self.main[name]

    def to(self, format: str = "md", *, detail: Detail = "standard", steps: range | None = None, fragment: bool = False) -> str:
        """The worked solution as `md`, `tex`, `html` or `json`."""
        return "".join(self.pieces(format, detail=detail, steps=steps, fragment=fragment))

    def pieces(
        self, format: str = "md", *, detail: Detail = "standard", steps: range | None = None, fragment: bool = False,
        warn: Callable[[str], None] = lambda message: None, pictures: Pictures | None = None,
    ) -> Iterator[str]:
        """The worked solution in pieces of text, made as they are read; `pictures` takes the figures of Markdown, which are left out
        otherwise."""
        from symlstm.document.writers import WRITERS
        from symlstm.presentation.solution import document
        from symlstm.presentation.solution_json import encoded

        if format == "json":
            yield encoded(self)
            return
        if format not in ("md", "tex", "html"):
            raise UsageError(f"there is no format {format!r}; there are md, tex, html, json")
        drawn = format != "md" or (pictures is not None and not fragment)
        made = document(self, detail, steps, figures=drawn)
        linked = made if pictures is None or format != "md" else pictures.linked(made)
        yield from WRITERS[format].write(linked, fragment=fragment, warn=warn)

    def _repr_markdown_(self) -> str:
        return self.to("md", fragment=True)

    def _repr_html_(self) -> str:
        return self.to("html", fragment=True)


def solve(problem: Problem) -> Solution:
    """Work a problem: derive every value, answer every question.

    Raises `SymlstmError` where a value that is asked for can't be had.
    """
    groups: list[list[Posed]] = []
    for posed in problem.questions:
        group = next((g for g in groups if same_data(g[0].run, posed.run)), None)
        if group is None:
            groups.append([posed])
        else:
            group.append(posed)
    parts = tuple(Part(tuple(group), Work(group[0].run)) for group in groups) or (Part((), Work(problem.run)),)
    solution = Solution(problem, parts)
    assert len(solution.answers) == len(problem.questions)
    return solution


@dataclass(frozen=True)
class Feedback:
    """What there is to say about a piece of work."""

    checked: Checked

    @property
    def clean(self) -> bool:
        """Whether something was said, and every line that says something is right."""
        return self.checked.clean

    @cached_property
    def summary(self) -> str:
        """One line: how many lines have which mark, and the points."""
        from symlstm.presentation.feedback_words import summary

        return summary(self.checked)

    def to(
        self, format: str = "text", *, reveal: bool = False, echo: bool = False, fragment: bool = False, options: bool = True,
    ) -> str:
        """The feedback as `text`, `md`, `html` or `json`. `reveal` says what each line should be, `echo` how each was read; plain
        text ends by naming the command's `options` that say more."""
        return "".join(self.pieces(format, reveal=reveal, echo=echo, fragment=fragment, options=options))

    def pieces(
        self, format: str = "text", *, reveal: bool = False, echo: bool = False, fragment: bool = False, options: bool = True,
        width: int = 80, warn: Callable[[str], None] = lambda message: None,
    ) -> Iterator[str]:
        """The feedback in pieces of text; `width` is that of plain text."""
        from symlstm.document.writers import WRITERS, text
        from symlstm.presentation.feedback import document
        from symlstm.presentation.feedback_json import encoded

        if format == "json":
            yield encoded(self.checked, reveal)
        elif format == "text":
            yield from text.write(document(self.checked, reveal, echo, options), fragment=fragment, warn=warn, width=width)
        elif format in ("md", "html"):
            yield from WRITERS[format].write(document(self.checked, reveal, echo), fragment=fragment, warn=warn)
        else:
            raise UsageError(f"there is no format {format!r} for feedback; there are text, md, html, json")

    def _repr_markdown_(self) -> str:
        return self.to("md", fragment=True)

    def _repr_html_(self) -> str:
        return self.to("html", fragment=True)


def check(problem: Problem, work: str | Path, *, question: int | None = None, comma: bool = False) -> Feedback:
    """Check a student's work: a text with a newline is the work itself, anything else the path of a file.

    `question` is the number of the question that the work belongs to, unless it says so itself; `comma`: its decimals stand behind
    a comma. Raises `SymlstmError` where there is no such file or question.
    """
    numbers = [posed.question.number for posed in problem.questions]
    if question is not None and question not in numbers:
        raise UsageError(f"there is no question {question}; the questions are numbered {min(numbers, default=0)} to {len(numbers)}"
                         if numbers else f"there is no question {question}: the problem asks nothing")
    if isinstance(work, str) and "\n" in work:
        source = text_source("<work>", work, largest=LARGEST_WORK, what="piece of work")
    else:
        source = read_source(Path(work), largest=LARGEST_WORK, what="piece of work", empty=True)
    return Feedback(check_work(problem, source, question=question, comma=comma))


@dataclass(frozen=True)
class Analysis:
    """What is known of the unit of a problem: its machine, what it remembers, and which claims hold."""

    problem: Problem
    findings: Findings | Unread
    answers: tuple[ClaimsAnswer | CarriedAnswer, ...]
    """The answers to the document's questions about claims and what is carried."""
    expected: InputOption | None = None
    """The statement that the unit is to fulfil, where one was put to it."""

    @property
    def options(self) -> tuple[Option | InputOption, ...]:
        """Every claim that was decided, the expected one first."""
        asked = tuple(option for answer in self.answers for option in answer.options)
        return asked if self.expected is None else (self.expected, *asked)

    @property
    def notes(self) -> tuple[str, ...]:
        """What must not be missed: a rule that nobody declared, a name that may be misspelled."""
        from symlstm.presentation.analysis_notes import analysis_notes
        from symlstm.presentation.words import as_text

        return tuple(map(as_text, analysis_notes(self)))

    @property
    def agrees(self) -> bool:
        """Whether every key that the author gave is right, and what was expected holds."""
        keys = all(answer.agrees is not False for answer in self.answers)
        return keys and (self.expected is None or self.expected.holds is True)

    def to(self, format: str = "text", *, fragment: bool = False) -> str:
        """The analysis as `text`, `md`, `html` or `json`, its state diagram as `svg`."""
        return "".join(self.pieces(format, fragment=fragment))

    def pieces(
        self, format: str = "text", *, fragment: bool = False, width: int = 80, warn: Callable[[str], None] = lambda message: None,
        pictures: Pictures | None = None,
    ) -> Iterator[str]:
        """The analysis in pieces of text; `width` is that of plain text. `pictures` takes the diagram of Markdown, which stands in
        words otherwise."""
        from symlstm.analysis.machines.findings import Findings
        from symlstm.document.writers import WRITERS, svg, text
        from symlstm.presentation.analysis import diagram, document
        from symlstm.presentation.analysis_json import encoded

        if format == "json":
            yield encoded(self)
        elif format == "svg":
            figure = diagram(self.findings) if isinstance(self.findings, Findings) else None
            if figure is None:
                raise UsageError("there is no state diagram of this unit: it has no finite machine, or one too large to be drawn; "
                                 "the formats text and json say what is known")
            yield svg.write_svg(figure)
        elif format == "text":
            yield from text.write(document(self), fragment=fragment, warn=warn, width=width)
        elif format in ("md", "html", "tex"):
            made = document(self)
            linked = made if pictures is None or format != "md" or fragment else pictures.linked(made)
            yield from WRITERS[format].write(linked, fragment=fragment, warn=warn)
        else:
            raise UsageError(f"there is no format {format!r} for an analysis; there are text, md, html, tex, json, svg")

    def _repr_markdown_(self) -> str:
        return self.to("md", fragment=True)

    def _repr_html_(self) -> str:
        return self.to("html", fragment=True)


def analyse(problem: Problem, *, readout: str | None = None, expect: str | None = None) -> Analysis:
    """Work out what the state of a problem's unit carries, for inputs of every length.

    `readout` is what is read off, in the language of statements (default: the first `carried` question's, otherwise the state that no
    equation of the same step reads); `expect` a statement that is to hold after every input or, where it speaks of the inputs alone,
    to be told by the readout. Raises `SymlstmError` where the unit can't be stepped, or nothing is discrete enough to be read off.
    """
    from symlstm.analysis.machines.findings import findings_of
    from symlstm.analysis.machines.input_claims import Inquiry

    asked = [posed for posed in problem.questions if isinstance(posed.question, ClaimsQuestion | CarriedQuestion)]
    answers = tuple(claims_answer(posed) for posed in asked)
    carried = next((posed for posed in asked if isinstance(posed.question, CarriedQuestion)), None)
    posed = carried or next(iter(asked), None)
    inquiry = Inquiry(problem.run, problem.vocabulary, None, problem.run.missing_pos) if posed is None else inquiry_of(posed)
    if readout is not None:
        inquiry = inquiry.with_readout(readout)
    # Claims can be decided where nothing is read off, and claims about gates where the unit can't even be stepped.
    needed = readout is not None or carried is not None or (not answers and expect is None)
    found = findings_of(inquiry, needed)
    expected = None if expect is None else inquiry.expecting(expect)
    return Analysis(problem, found, answers, expected)
