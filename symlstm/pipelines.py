"""The pipelines: one short function each, with its result object."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias

from symlstm.analysis.answers import Answer, FindAnswer, answer, asked_places
from symlstm.analysis.system import System, simplify
from symlstm.derivation.notes import Split, splits
from symlstm.derivation.rungs import rung_value
from symlstm.derivation.values import Value, value_at
from symlstm.derivation.work import Work, same_data
from symlstm.errors import UsageError
from symlstm.model.files import read_source, text_source
from symlstm.model.problem import Posed, Problem
from symlstm.model.reader import read as read_problem
from symlstm.notation.places import Place, place
from symlstm.notation.symbols import Vocabulary

Detail: TypeAlias = Literal["brief", "standard", "full"]


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
        return all(a.agrees is not False for a in self.answers if isinstance(a, FindAnswer))

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
        warn: Callable[[str], None] = lambda message: None,
    ) -> Iterator[str]:
        """The worked solution in pieces of text, made as they are read."""
        from symlstm.document.writers import WRITERS
        from symlstm.presentation.solution import document
        from symlstm.presentation.solution_json import encoded

        if format == "json":
            yield encoded(self)
            return
        if format not in WRITERS:
            raise UsageError(f"there is no format {format!r}; there are {', '.join((*WRITERS, 'json'))}")
        yield from WRITERS[format].write(document(self, detail, steps), fragment=fragment, warn=warn)

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
