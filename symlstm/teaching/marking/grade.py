"""Marking a class: the problem, the work and a folder in; marks, pages, a grade book and a report in that folder out.

What a piece of work gets depends on the problem, the options and the work, and on nothing else: not on how many processes mark, on the
order of the files, or on where a run was interrupted. The same command goes on from there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import assert_never

from symlstm import __version__
from symlstm.document.blocks import Document
from symlstm.document.writers import WRITERS
from symlstm.errors import UsageError
from symlstm.model.problem import Problem
from symlstm.pipelines import check
from symlstm.presentation.figures.beside import Pictures
from symlstm.teaching.handouts.roster import Roster
from symlstm.teaching.held_folder import HeldFolder, cant, digest, remove_empty
from symlstm.teaching.marking.class_list import UNTOLD, ClassList, class_list
from symlstm.teaching.marking.collected import Collected
from symlstm.teaching.marking.counts import Counts
from symlstm.teaching.marking.earlier import Earlier
from symlstm.teaching.marking.found import Found, found
from symlstm.teaching.marking.grade_book import BYTE_ORDER_MARK, Entry, GradeBook, entries, is_grade_book, note
from symlstm.teaching.marking.handed_out import NotHandedOutError, not_handed_out
from symlstm.teaching.marking.judge import Bench, Judged, NotHandedOut, Outcome, PageFormat, Piece, Unfit, judge
from symlstm.teaching.marking.marks import Marks, Row, Settled, marks_in
from symlstm.teaching.marking.pages import PAGES, Pages
from symlstm.teaching.marking.report import ClassReport, Unmarked, document
from symlstm.teaching.marking.report_questions import unmarked_questions
from symlstm.teaching.marking.sql import opened
from symlstm.teaching.marking.whose import Class, own_name
from symlstm.teaching.progress import Progress, unseen
from symlstm.teaching.variants.variants import varied
from symlstm.teaching.workers.crew import crew
from symlstm.teaching.workers.limits import USUAL, Limits, Lost

DATABASE = "marks.sqlite"
GRADES = "grades.csv"
REPORTS = ("report.html", "report.md")
FIGURES = ("report-scores.svg", "report-slips.svg")
"""Beside the report in Markdown."""
_OURS = (PAGES, DATABASE, GRADES, *REPORTS, *FIGURES)
_LONGEST_HEAD = 100_000
_NAMED = 10
"""Pieces that weren't marked that are named before it is said how many more there are."""


@dataclass(frozen=True)
class Graded:
    """What came of marking a class."""

    folder: Path
    marked: int
    """Pieces of work with a mark."""
    judged: int
    """How many of them were judged in this run; the others were there already."""
    unmarked: tuple[str, ...] = ()
    """What wasn't marked and why, the first few."""
    unmarked_count: int = 0
    warnings: tuple[str, ...] = ()


def grade(
    problem: Problem, work: str | Path | Sequence[str | Path], folder: str | Path, *, roster: Roster | None = None,
    index: str | Path | None = None, question: int | None = None, comma: bool = False, reveal: bool = False, to: PageFormat = "html",
    mended: bool = False, regrade: bool = False, workers: int | None = None, limits: Limits = USUAL, executor: Executor | None = None,
    apart: Sequence[Path] = (), progress: Progress = unseen,
) -> Graded:
    """Mark a class: `work` are folders, archives, files, or tables of answers (CSV, JSON Lines); an interrupted run goes on where
    it was.

    With `roster` everybody in it has a row; with the `index` of a handout each is judged against their own variant. `question`, `comma`
    and `reveal` are those of `check`; `to` is the format of the pages. `mended`: the problem was mended since it was handed out, and
    everybody's numbers are drawn anew. `regrade` judges a class again whose folder holds marks on another version of the problem, and
    keeps those beside the new ones. `executor` does the work (default: `workers` processes on this machine), each piece within
    `limits`. `apart`: files among the work that aren't any.
    Raises `SymlstmError` for input that can't be used, and where the folder can't be written.

    >>> import symlstm, tempfile
    >>> text = "---\\ntitle: a\\n---\\n$h_t = 2 h_{t-1}$ with $h_0 = 1$.\\n\\n```question\\nfind: h_1\\n```\\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "s1.md").write_text("h_1 = 2")
    ...     symlstm.grade(symlstm.read(text), folder, Path(folder, "marked")).marked
    1
    """
    if isinstance(work, str | Path):
        work = (work,)
    folder = Path(folder)
    if to not in ("html", "md", "text"):
        raise UsageError(f"there is no format {to!r} for pages of feedback; there are html, md, text")
    check(problem, "\n", question=question)  # raises where there is no such question
    warnings: list[str] = []
    class_ = class_list(problem, roster, None if index is None else Path(index), warnings.append)
    if said := unmarked_questions(problem, question):
        warnings.append(said)
    bench = Bench(problem, question, comma, reveal, to, varied(problem) if class_.seed else None, class_.seed, mended)
    class_.rehearse(bench)
    if mended and class_.seed:
        warnings.append("everybody's numbers are drawn anew from the mended problem: they are those handed out only if `vary` and what "
                        "it varies are as they were")
    run = _Run(bench, class_, HeldFolder(folder, _OURS), regrade, warnings)
    with run.open(tuple(map(Path, work)), tuple(apart)):
        run.withdraw()
        judged = run.judge(executor, workers, limits, progress)
        run.tidy()
        return run.finish(judged)


@dataclass
class _Run:
    """One run: the class, what it handed in, its marks, and the folder."""

    bench: Bench
    class_: ClassList
    folder: HeldFolder
    regrade: bool
    warnings: list[str]
    collected: Collected = field(init=False)
    marks: Marks = field(init=False)
    pages: Pages = field(init=False)
    withdrawn: int = 0
    """Marks taken out because there is no work any more that can be judged."""

    @contextmanager
    def open(self, work: Sequence[Path], apart: Sequence[Path]) -> Iterator[None]:
        """Hold the folder, gather the work, open the marks; afterwards what a run needs while it lasts is taken away."""
        path, fresh, settled = self.folder.path, not self.folder.path.exists(), Settled.SAME
        if not fresh and not path.is_dir():
            raise UsageError(f"{path}: a file; name a folder")
        with self.folder.held():
            try:
                self._check()
                with opened(self._scratch, kept=False) as scratch:
                    self.collected = Collected(scratch)
                    self.collected.own_numbers = bool(self.class_.seed)
                    self.collected.enrol(self.class_.enrolled(self.bench.mended))
                    whose = Class(self.collected.roster()).whose if self.class_.known else own_name
                    self.collected.gather(self._found(work, (*apart, path)), whose)
                    if self.collected.empty:
                        where = ", ".join(map(str, work)) or "no work"
                        raise UsageError(f"{where}: nothing was handed in there, and no roster says who is in the class")
                    with marks_in(path / DATABASE) as self.marks:
                        self.pages = Pages(self.folder, self.marks)
                        settled = self.marks.settle(self._settings(), self.regrade)
                        with self._taken_back(settled):
                            yield
            except NotHandedOutError:
                if settled is Settled.NEW:
                    (path / DATABASE).unlink(missing_ok=True)
                raise
            finally:
                self.folder.close()
                if fresh:
                    remove_empty(path)

    @contextmanager
    def _taken_back(self, settled: Settled) -> Iterator[None]:
        """What was judged against another problem than was handed out is nobody's mark: those before are in force again. Their pages
        that are missing now are written by the run that goes on with them."""
        try:
            yield
        except NotHandedOutError:
            if settled is not Settled.SAME:
                self.pages.remove_all()
            if settled is Settled.MOVED:
                self.marks.move_back()
            raise

    @property
    def _scratch(self) -> Path:
        path = self.folder.working / "collected.sqlite"
        path.unlink(missing_ok=True)
        return path

    def _check(self) -> None:
        """Raise `UsageError` where the folder holds something else."""
        path = self.folder.path
        if (path / DATABASE).exists() or _holds_grade_book(path):
            return
        if found := next((name for name in _OURS if (path / name).exists()), ""):
            raise UsageError(f"{path / found}: stands there already and is of no marking; name another folder, or move it away")

    def _found(self, work: Sequence[Path], apart: Sequence[Path]) -> Iterator[Found]:
        """What was handed in; tables of answers by the endings of their names."""
        from symlstm.teaching.marking.answers import csv_answers, json_answers

        earlier = Earlier(self.folder.path, DATABASE, frozenset(_OURS), _holds_grade_book)
        for path in work:
            ending = path.suffix.casefold()
            if ending == ".csv" and not path.is_dir():
                yield from csv_answers(path, self.bench.problem, self.bench.comma, self.warnings.append)
            elif ending in (".jsonl", ".ndjson", ".json") and not path.is_dir():
                yield from json_answers(path, self.bench.problem, self.bench.comma, self.warnings.append)
            else:
                yield from found((path,), apart, earlier.written)
        self.warnings += earlier.warnings()

    def _settings(self) -> str:
        """The digest of all that a mark depends on but the work."""
        bench = self.bench
        told = hashlib.sha256()
        text = bench.problem.source.text or repr(bench.problem)
        for part in (__version__, text, str(bench.question), str(bench.comma), str(bench.reveal), bench.to, bench.seed):
            told.update(part.encode(errors="replace") + b"\0\0")
        return told.hexdigest()

    def judge(self, executor: Executor | None, workers: int | None, limits: Limits, progress: Progress) -> int:
        """Judge what has no mark yet; the number of pieces judged."""
        of = sum(1 for _ in self._waiting(texts=False))
        progress(0, of)
        if not of:
            return 0
        done = 0
        with crew(judge, self.bench, executor=executor, workers=workers, limits=limits) as them:
            for batch in them.batches(self._waiting()):
                self._keep(batch)
                done += len(batch)
                progress(done, of)
        return done

    def _waiting(self, texts: bool = True) -> Iterator[Piece]:
        """The pieces without a mark, or whose page isn't there."""
        for piece in self.collected.handed(texts):
            row = self.marks.work(piece.id)
            if row is None:
                yield piece
                continue
            work, page, of_page = row
            if (work, page) != (piece.digest, self._page(piece)) or not self.pages.stands(piece.id, page, of_page):
                yield piece

    def _page(self, piece: Piece) -> str:
        return piece.name + WRITERS[self.bench.to].extension

    def _keep(self, batch: Sequence[tuple[Piece, Outcome | Lost]]) -> None:
        """Write down what came of a batch."""
        judged: list[tuple[Row, bytes]] = []
        lost: list[str] = []
        for piece, outcome in batch:
            match outcome:
                case Judged(mark=mark, page=text):
                    data = text.encode(errors="replace")
                    judged.append((Row(piece.id, piece.digest, mark, self._page(piece), digest(data)), data))
                case Unfit(why=why) | Lost(why=why):
                    self.collected.lose(piece.id, why)
                    lost.append(piece.id)
                case NotHandedOut():
                    assert self.class_.index is not None
                    raise not_handed_out(self.class_.index.path, self.bench.problem, piece.id)
                case _:
                    assert_never(outcome)
        self.pages.keep(judged)
        self._withdraw(lost)

    def withdraw(self) -> None:
        """Take marks out whose work is no longer handed in, or has become something that can't be judged. Before anything is judged, as
        the names of their pages may be others' by now."""
        self._withdraw([id for id, *_ in self.marks.works() if not self.collected.digest_of(id)])

    def _withdraw(self, ids: Sequence[str]) -> None:
        if ids:
            self.withdrawn += self.marks.withdraw(ids)

    def tidy(self) -> None:
        """Take away the pages that are no mark's any more, and say what became of marks and pages."""
        self.pages.remove_those_before()
        if self.withdrawn:
            count = f"{self.withdrawn:,} mark{'s' if self.withdrawn > 1 else ''}"
            self.warnings.append(f"{count} on work that is no longer handed in, or can't be judged any more: taken out of the "
                                 f"grades, with their pages; {DATABASE} keeps them in the table `withdrawn`")
        self.warnings.extend(self.pages.warnings())

    def finish(self, judged: int) -> Graded:
        """Write the grade book and the report."""
        counts, unmarked, blank = Counts(self.collected.is_id, self.collected.is_name), Unmarked(), Unmarked()
        for stray in self.collected.strays():
            unmarked.add(*stray)

        def counted() -> Iterator[Entry]:
            for entry in entries(self.collected, self.marks):
                counts.add(entry)
                if entry.status.fault:
                    unmarked.add(entry.status.student.id, entry.status.fault)
                elif entry.mark is not None and entry.mark.nothing:
                    blank.add(entry.status.student.id, note(entry))
                yield entry

        book = GradeBook(self.class_.columns if self.class_.known else None, self.marks.regraded)
        self.folder.write(GRADES, book.lines(counted()))
        if not book.plain:
            self.folder.write(GRADES, chain([BYTE_ORDER_MARK], (self.folder.path / GRADES).open("rb")))
        cautions = (UNTOLD,) if self.class_.untold else ()
        self._report(document(ClassReport(self.bench.problem, counts.cohort(), unmarked, blank, self.bench.question, cautions)))
        named = tuple(f"{who}: {why}" for who, why in unmarked.named[:_NAMED])
        return Graded(self.folder.path, counts.marked, judged, named, unmarked.count, tuple(dict.fromkeys(self.warnings)))

    def _report(self, report: Document) -> None:
        """Write the report as a page, and as Markdown with its pictures beside it."""
        page, text = REPORTS
        pictures = Pictures(Path(text))
        self.folder.write(page, (piece.encode() for piece in WRITERS["html"].write(report, warn=self.warnings.append)))
        self.folder.write(text, (piece.encode() for piece in WRITERS["md"].write(pictures.linked(report), warn=self.warnings.append)))
        drawn = dict(pictures.files())
        for name in FIGURES:
            if name in drawn:
                self.folder.write(name, (drawn[name].encode(),))
            else:
                try:
                    (self.folder.path / name).unlink(missing_ok=True)
                except OSError as error:
                    raise cant(self.folder.path / name, error) from None


def _holds_grade_book(folder: Path) -> bool:
    """Whether the grade book in a folder is one of ours: then all is, though the database was moved away because it was damaged."""
    try:
        with (folder / GRADES).open("rb") as file:
            return is_grade_book(file.readline(_LONGEST_HEAD))
    except OSError:
        return False
