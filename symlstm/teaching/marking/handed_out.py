"""The index of a handout, read back: who was handed which numbers, and the answers that belong to them.

In come the file `index.json` and a problem, out come the students with their draws, one by one. Nothing is drawn here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from symlstm.errors import DocumentError, Source, UsageError
from symlstm.model.problem import Problem
from symlstm.teaching.asked import answers_of
from symlstm.teaching.handouts.record import FORMAT, Handed, Opening, Record
from symlstm.teaching.handouts.roster import Student
from symlstm.teaching.handouts.sheets import answered
from symlstm.teaching.held_folder import cant
from symlstm.teaching.marking.collected import Enrolled
from symlstm.teaching.marking.judge import Own

_LONGEST_LINE = 20_000_000
_AN_INDEX = "name the file index.json that `symlstm handout` has written"


@dataclass(frozen=True, slots=True)
class Index:
    """An index that was opened: where it is, and how it begins."""

    path: Path
    opening: Opening

    def problem_name(self, problem: Problem) -> str:
        """The name under which a problem was handed out; `UsageError` where it wasn't."""
        name = Path(problem.source.name).name
        name = name if name.endswith(".md") else f"{name}.md"
        if name not in self.opening.problems:
            others = ", ".join(self.opening.problems)
            raise UsageError(f"{self.path}: {name} is none of the problems that were handed out ({others}); name one of these, or "
                             "leave out --index")
        return name

    def handed(self, name: str) -> Iterator[tuple[Student, Handed]]:
        """Every student, with what they got of a problem.

        Raises `DocumentError` at a line that is torn.
        """
        for number, line in _lines(self.path):
            if not line.startswith(b'{"id"'):
                continue
            try:
                record = msgspec.json.decode(line.rstrip(b",\r\n"), type=Record)
            except msgspec.DecodeError as error:
                raise DocumentError(f"this line of the index can't be read ({error}); {_AN_INDEX}", _source(self.path, number, line),
                                    number - 1) from None
            handed = next((handed for handed in record.variants if handed.problem == name), None)
            if handed is None:
                raise DocumentError(f"{record.id!r} has nothing for {name} in the index; {_AN_INDEX}", _source(self.path, number, line),
                                    number - 1)
            yield Student(record.id, record.name, record.more), handed

    def enrolled(self, problem: Problem, mended: bool = False) -> Iterator[Enrolled]:
        """The students with their draws of a problem, which may have been `mended` since.

        Raises `UsageError` where the problem doesn't vary and its answers aren't those in the index.
        """
        own = None
        for student, handed in self.handed(self.problem_name(problem)):
            if handed.seed:
                yield Enrolled(student, Own(handed.draw, handed.answers))
                continue
            own = answered(answers_of(problem)) if own is None else own
            if own != handed.answers and not mended:
                raise not_handed_out(self.path, problem, student.id)
            yield Enrolled(student)

    def seed(self, problem: Problem) -> str:
        """What the variants were drawn from; empty where the problem was handed out as it stands."""
        first = next(self.handed(self.problem_name(problem)), None)
        return "" if first is None else first[1].seed


def read_index(path: Path) -> Index:
    """The index in a file; only its beginning is read here.

    Raises `UsageError` where the file is none.
    """
    first = next((line for _, line in _lines(path)), b"")
    try:
        opening = msgspec.json.decode(first.rstrip(b",\r\n") + b"}", type=Opening)
    except msgspec.DecodeError:
        raise UsageError(f"{path}: no index of a handout; {_AN_INDEX}") from None
    if opening.format != FORMAT:
        raise UsageError(f"{path}: an index of the format {opening.format[:60]!r}; this version reads {FORMAT!r}")
    return Index(path, opening)


class NotHandedOutError(UsageError):
    """The problem isn't the one that was handed out."""


def not_handed_out(path: Path, problem: Problem, id: str) -> NotHandedOutError:
    """What to say where a student's answers in the index aren't those of the problem."""
    return NotHandedOutError(f"{path}: {problem.source.name} isn't the problem that was handed out: it gives {id!r} other answers than "
                      "the index has; name the document as it was, or say --mended where it was mended since, with `vary` as it was")


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(_LONGEST_LINE):
                number += 1
                yield number, line
    except (OSError, ValueError) as error:
        raise (cant(path, error) if isinstance(error, OSError) else UsageError(f"{path}: {error}")) from None


def _source(path: Path, number: int, line: bytes) -> Source:
    return Source(str(path), "\n" * (number - 1) + line[:200].decode(errors="replace"))
