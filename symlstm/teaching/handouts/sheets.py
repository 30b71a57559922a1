"""What one student gets: their variant of each problem, the worksheet, the key, and what the index says of them.

In come an order (the same for all students) and one student, out go the bytes of files; nothing is written here, and the same comes out
whichever process does it and whenever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal, TypeAlias

from symlstm.document.blocks import Document
from symlstm.errors import Source, UsageError
from symlstm.model.problem import Problem
from symlstm.model.reader import read as read_document
from symlstm.pipelines import Detail, Solution, solve
from symlstm.presentation.figures.beside import Pictures
from symlstm.presentation.grid import Form
from symlstm.presentation.key import key
from symlstm.presentation.worksheet import Sheet, worksheet
from symlstm.teaching.asked import Answers, answers_of
from symlstm.teaching.handouts.folder import digest
from symlstm.teaching.handouts.record import Answered, Handed, Record
from symlstm.teaching.handouts.roster import Student
from symlstm.teaching.variants.for_students import students_document
from symlstm.teaching.variants.variants import Varied, variant_from

Format: TypeAlias = Literal["pdf", "html", "tex", "md"]
FORMATS: tuple[Format, ...] = ("pdf", "html", "tex", "md")
ALONE = Student("", "")
"""Stands for everybody, where there is no roster."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """One of the problems: its document, and how it varies, where it does."""

    name: str
    """Its file name, no other's in this handout."""
    path: str
    """Where it was read, for messages."""
    text: str
    varied: Varied | None


@dataclass(frozen=True, slots=True)
class Order:
    """What is handed out, the same for all students."""

    problems: tuple[Ordered, ...]
    seed: str
    to: Format
    grid: Form | None = None
    detail: Detail = "standard"
    """How much of the way a key shows."""
    documents: bool = False
    """Whether the students get the problem documents, without answers."""

    @property
    def varies(self) -> bool:
        """Whether students get sheets of their own."""
        return any(ordered.varied is not None for ordered in self.problems)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be made for a student."""

    student: Student
    name: str
    """Under which the files stand."""
    draws: tuple[int | None, ...]
    """For each problem which variant, None for the first that can be had."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was made for a student."""

    record: Record
    files: Mapping[str, bytes]
    warnings: tuple[str, ...] = ()


def make(order: Order, wanted: Wanted) -> Made:
    """A student's files.

    Raises `SymlstmError` where a problem can't be solved, or no variant can be had.
    """
    student = wanted.student
    problems: list[Problem] = []
    handed: list[Handed] = []
    warnings: list[str] = []
    for ordered, draw in zip(order.problems, wanted.draws, strict=True):
        if ordered.varied is None:
            problem = read_document(Source(ordered.path, ordered.text))
            handed.append(Handed(ordered.name, "", 0, answered(answers_of(problem))))
        else:
            key = key_of(student)
            variant = (ordered.varied.variant(order.seed, key) if draw is None
                       else variant_from(ordered.varied, order.seed, key, draw))
            problem = read_document(Source(ordered.path, variant.text))
            handed.append(Handed(ordered.name, order.seed, variant.draw, answered(variant.answers)))
            warnings += [f"{ordered.path}: {warning}" for warning in variant.warnings]
        problems.append(problem)
    files = _files(order, student, wanted.name, problems, warnings)
    record = Record(student.id, student.name, student.more, tuple(handed), {path: digest(data) for path, data in files.items()})
    return Made(record, files, tuple(dict.fromkeys(warnings)))


def key_of(student: Student) -> str:
    """What a student's variants are drawn for."""
    return student.id or "everybody"


def answered(answers: Answers) -> tuple[Answered, ...]:
    """The answers of a document as the index says them."""
    return tuple(
        Answered(answer.question, answer.kind, {item: said[0] if len(said) == 1 else list(said) for item, said in answer.items})
        for answer in answers
    )


def _files(order: Order, student: Student, name: str, problems: Sequence[Problem], warnings: list[str]) -> dict[str, bytes]:
    """From a path in the folder to what stands there."""
    alone = student == ALONE
    solutions = [solve(problem) for problem in problems]
    who = () if alone else (("Name", student.name), ("Id", student.id))
    sheet = worksheet(solutions, Sheet(who or Sheet().who, order.grid))
    files = written(f"sheets/{'worksheet' if alone else name}", sheet, order.to, warnings)
    if alone or order.varies:
        files |= written(f"keys/{'key' if alone else name}", _key(solutions, who, order), order.to, warnings)
    if order.documents:
        several = len(problems) > 1
        for ordered, problem in zip(order.problems, problems, strict=True):
            own = ordered.name if alone or ordered.varied is None else f"{name}/{ordered.name}" if several else f"{name}.md"
            files[f"problems/{own}"] = students_document(problem).encode()
    return files


def shared_key(order: Order) -> dict[str, bytes]:
    """The one key of a class whose sheets are all alike."""
    solutions = [solve(read_document(Source(ordered.path, ordered.text))) for ordered in order.problems]
    return written("keys/key", _key(solutions, (), order), order.to, [])


def _key(solutions: Sequence[Solution], who: Sequence[tuple[str, str]], order: Order) -> Document:
    return key(solutions, who, grid=order.grid is not None, detail=order.detail)


def written(path: str, document: Document, to: Format, warnings: list[str]) -> dict[str, bytes]:
    """A document as files: its own, at `path` with the format's ending, and for Markdown its pictures beside it."""
    name = f"{path}.{to}"
    if to == "pdf":
        from symlstm.document.writers.pdf import pdf

        return {name: pdf(document, warn=warnings.append)}
    from symlstm.document.writers import WRITERS

    if to not in FORMATS:
        raise UsageError(f"there is no format {to!r} for handouts; there are {', '.join(FORMATS)}")
    pictures = Pictures(Path(name))
    shown = pictures.linked(document) if to == "md" else document
    files = {name: "".join(WRITERS[to].write(shown, warn=warnings.append)).encode()}
    return files | {str(PurePosixPath(name).with_name(picture)): text.encode() for picture, text in pictures.files()}
