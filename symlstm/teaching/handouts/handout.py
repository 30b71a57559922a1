"""A handout: the problems and the roster in, a folder of worksheets, keys and an index out.

Students are made in the order of the roster, several at a time; what a student gets depends on the problems, the seed, the id and those
before in the roster, and on nothing else: not on how many processes work, nor on where a run was interrupted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from symlstm import __version__
from symlstm.errors import DocumentError, Source, UsageError
from symlstm.model.problem import Problem
from symlstm.pipelines import Detail, solve
from symlstm.presentation.grid import Form
from symlstm.teaching.handouts.file_names import file_names
from symlstm.teaching.handouts.folder import INDEX, Folder
from symlstm.teaching.handouts.index import csv_index, json_index
from symlstm.teaching.handouts.record import FORMAT, Answered, Handed, Opening, Record
from symlstm.teaching.handouts.roster import Roster, Student
from symlstm.teaching.handouts.sheets import ALONE, Format, Made, Order, Ordered, Wanted, answered, key_of, make, shared_key
from symlstm.teaching.progress import Progress, unseen
from symlstm.teaching.variants.variants import varied
from symlstm.teaching.workers.crew import FEW, Crew, crew, processors
from symlstm.teaching.workers.limits import PATIENT, Lost

MOST_ALIKE = 200
"""Variants in a row that may have answers of an earlier student before that is an error."""


@dataclass(frozen=True)
class Handout:
    """What was handed out."""

    folder: Path
    students: int
    made: int
    """How many were made in this run; the others were there already."""
    warnings: tuple[str, ...] = ()
    agrees: bool = True
    """Whether every key that the authors gave is right."""


def handout(
    problems: Sequence[Problem], folder: Path, *, roster: Roster | None = None, seed: str | None = None, to: Format = "pdf",
    grid: Form | None = None, detail: Detail = "standard", documents: bool = False, executor: Executor | None = None,
    workers: int | None = None, progress: Progress = unseen,
) -> Handout:
    """Write worksheets, keys and an index to a folder; an interrupted run goes on where it was.

    Without a roster there is one sheet, of the problems as they stand, or drawn from `seed` where one is given. `grid` adds a grid for
    the ladder, `detail` says how much of the way a key shows, `documents` adds the problem documents without answers. `executor` runs
    the work (default: this machine), on `workers` students at a time (default: as many as there are processors).
    Raises `SymlstmError` for problems that can't be solved or varied, and where the folder can't be written.
    """
    order = _order(problems, seed, roster is not None, to, grid, detail, documents)
    students = roster.students if roster is not None else (ALONE,)
    opening = Opening(FORMAT, _inputs(order, students), order.seed, tuple(o.name for o in order.problems),
                      roster.columns if roster is not None else ())
    run = _Run(order, students, Folder(Path(folder), opening))
    run.folder.check()
    # The first student is made here, so that what is wrong with a problem shows at once and nothing is written.
    run.rehearse()
    with run.folder.held():
        run.folder.open()
        made = run.go(executor, workers, progress)
        run.finish()
        run.folder.close()
    wrong = [f"{problem.source.name}: an answer in the document is wrong; `symlstm solve` names it" for problem in problems
             if not solve(problem).agrees]
    return Handout(Path(folder), len(students), made, (*wrong, *dict.fromkeys(run.warnings)), not wrong)


def _order(
    problems: Sequence[Problem], seed: str | None, own: bool, to: Format, grid: Form | None, detail: Detail, documents: bool
) -> Order:
    names = _names([Path(problem.source.name).name for problem in problems])
    draws = own or seed is not None
    return Order(
        tuple(Ordered(name, problem.source.name, problem.source.text, varied(problem) if draws and varies(problem) else None)
              for name, problem in zip(names, problems, strict=True)),
        seed or "1", to, grid, detail, documents,
    )


def varies(problem: Problem) -> bool:
    """Whether a problem says how it varies."""
    from symlstm.model.frontmatter import read, split

    offset, text, _ = split(problem.source)
    return read(text, problem.source, offset).vary is not None


def _names(names: Sequence[str]) -> list[str]:
    """File names, told apart by a number where two are the same."""
    out: list[str] = []
    for name in names:
        stem = name.removesuffix(".md").strip("<>") or "problem"
        number, found = 1, stem
        while f"{found}.md".casefold() in map(str.casefold, out):
            number += 1
            found = f"{stem}-{number}"
        out.append(f"{found}.md")
    return out


def _inputs(order: Order, students: Sequence[Student]) -> str:
    """The digest of all that decides what is handed out."""
    told = hashlib.sha256()
    documents = [f"{ordered.name}\0{ordered.text}" for ordered in order.problems]
    for part in (__version__, order.seed, order.to, order.grid or "", order.detail, str(order.documents), *documents):
        told.update(part.encode() + b"\0\0")
    for student in students:
        told.update(msgspec.json.encode([student.id, student.name, student.more]))
    return told.hexdigest()


@dataclass
class _Run:
    """One run: what is handed out, to whom, where, and which answers are taken."""

    order: Order
    students: Sequence[Student]
    folder: Folder
    taken: set[bytes] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.names = file_names(student.id for student in self.students)
        self.first: tuple[int | None, ...] = (None,) * len(self.order.problems)

    def rehearse(self) -> None:
        """Make the first student's files, and put them away."""
        student = self.students[0]
        make(self.order, self._wanted(student, self.first))

    def go(self, executor: Executor | None, workers: int | None, progress: Progress) -> int:
        """Make what isn't there; the number of students made."""
        there = 0
        for record, student in zip(self.folder.records(), self.students):
            if record.id != student.id:
                break
            self.taken.update(self._marks(record))
            there += 1
        rest = self.students[there:]
        progress(there, len(self.students))
        if not rest:
            return 0
        most = workers or (max(1, min(processors(), len(rest) // 2)) if executor is None else None)
        with crew(make, self.order, executor=executor, workers=most, limits=PATIENT, here=len(rest) < FEW) as hands:
            for k, (wanted, made) in enumerate(hands.each(self._wanted(student, self.first) for student in rest), 1):
                self._keep(wanted, made, hands)
                progress(there + k, len(self.students))
        return len(rest)

    def _wanted(self, student: Student, draws: Sequence[int | None]) -> Wanted:
        return Wanted(student, self.names[student.id], tuple(draws))

    def _keep(self, wanted: Wanted, first: Made | Lost, hands: Crew[Wanted, Made]) -> None:
        """Write what was made, with another variant where somebody before has the same answers."""
        made = _whole(wanted, first)
        draws = [self._apart(wanted.student, k, handed) for k, handed in enumerate(made.record.variants)]
        if any(draw != handed.draw for draw, handed in zip(draws, made.record.variants, strict=True)):
            made = _whole(wanted, hands.one(self._wanted(wanted.student, draws)))
        self.taken.update(self._marks(made.record))
        self.folder.keep(made.record, made.files)
        self.warnings += made.warnings

    def _apart(self, student: Student, k: int, handed: Handed) -> int:
        """The first draw, from that of a variant on, with answers that nobody before has."""
        ordered, draw, mark = self.order.problems[k], handed.draw, _mark(k, handed.answers)
        for _ in range(MOST_ALIKE):
            if ordered.varied is None or mark not in self.taken:
                return draw
            try:
                variant = ordered.varied.variant(self.order.seed, key_of(student), draw)
            except DocumentError as error:
                raise self._crowded(student, ordered, f"; {error.message}") from None
            draw, mark = variant.draw, _mark(k, answered(variant.answers))
        raise self._crowded(student, ordered, "")

    def _crowded(self, student: Student, ordered: Ordered, why: str) -> DocumentError:
        before = len(self.taken) // max(1, sum(each.varied is not None for each in self.order.problems))
        assert ordered.varied is not None
        return DocumentError(
            f"no variant for {student.id!r} has answers that none of the {before:,} students before has; widen the domains under "
            f"`vary`, or split the roster{why}", Source(ordered.path, ordered.text), ordered.varied.pos)

    def _marks(self, record: Record) -> list[bytes]:
        """For each problem that varies a mark of its answers."""
        return [_mark(k, handed.answers) for k, handed in enumerate(record.variants) if handed.seed]

    def finish(self) -> None:
        """Write the key that all share, and the index; take the journal away."""
        if self.students != (ALONE,) and not self.order.varies:
            for path, data in shared_key(self.order).items():
                self.folder.write(path, (data,))
        opening = self.folder.opening
        first = next(self.folder.records())
        questions = [len(handed.answers) for handed in first.variants]
        self.folder.write("index.csv", csv_index(opening, questions, self.folder.records()))
        self.folder.write(INDEX, json_index(opening, self.folder.records()))


def _whole(wanted: Wanted, made: Made | Lost) -> Made:
    if isinstance(made, Lost):
        raise UsageError(f"the sheets for {wanted.student.id!r} can't be made: {made.why}; the same command goes on from there")
    return made


def _mark(k: int, answers: tuple[Answered, ...]) -> bytes:
    """A mark of the answers to the k-th problem; many of them take little room."""
    return hashlib.sha256(str(k).encode() + msgspec.json.encode(answers)).digest()[:10]
