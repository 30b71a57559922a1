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
from symlstm.teaching.held_folder import HeldFolder, cant, digest, file_digest
from symlstm.teaching.marking.class_list import ClassList, class_list
from symlstm.teaching.marking.cohort import Counts
from symlstm.teaching.marking.collected import Collected
from symlstm.teaching.marking.found import Found, found
from symlstm.teaching.marking.grade_book import BYTE_ORDER_MARK, Entry, GradeBook, entries
from symlstm.teaching.marking.handed_out import NotHandedOutError, not_handed_out
from symlstm.teaching.marking.judge import Bench, Judged, NotHandedOut, Outcome, PageFormat, Piece, Unfit, judge
from symlstm.teaching.marking.marks import Marks, Row, marks_in
from symlstm.teaching.marking.report import ClassReport, Unmarked, document
from symlstm.teaching.marking.sql import opened
from symlstm.teaching.marking.whose import Class, own_name
from symlstm.teaching.progress import Progress, unseen
from symlstm.teaching.variants.variants import varied
from symlstm.teaching.workers.crew import crew
from symlstm.teaching.workers.limits import USUAL, Limits, Lost

DATABASE = "marks.sqlite"
PAGES = "feedback"
GRADES = "grades.csv"
REPORTS = ("report.html", "report.md")
FIGURES = ("report-scores.svg", "report-slips.svg")
"""Beside the report in Markdown."""
_OURS = (PAGES, DATABASE, GRADES, *REPORTS, *FIGURES)
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
    regrade: bool = False, workers: int | None = None, limits: Limits = USUAL, executor: Executor | None = None,
    apart: Sequence[Path] = (), progress: Progress = unseen,
) -> Graded:
    """Mark a class: `work` are folders, archives, files, or tables of answers (CSV, JSON Lines); an interrupted run goes on where
    it was.

    With `roster` everybody in it has a row; with the `index` of a handout each is judged against their own variant. `question`, `comma`
    and `reveal` are those of `check`; `to` is the format of the pages. `regrade` judges a class again whose folder holds marks on
    another version of the problem, and keeps those beside the new ones. `executor` does the work (default: `workers` processes on
    this machine), each piece within `limits`. `apart`: files among the work that aren't any.
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
    bench = Bench(problem, question, comma, reveal, to, varied(problem) if class_.seed else None, class_.seed)
    class_.rehearse(bench)
    run = _Run(bench, class_, HeldFolder(folder, _OURS), regrade, warnings)
    with run.open(tuple(map(Path, work)), tuple(apart)):
        judged = run.judge(executor, workers, limits, progress)
        run.withdraw()
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

    @contextmanager
    def open(self, work: Sequence[Path], apart: Sequence[Path]) -> Iterator[None]:
        """Hold the folder, gather the work, open the marks; afterwards what a run needs while it lasts is taken away."""
        path, fresh, new = self.folder.path, not self.folder.path.exists(), False
        if not fresh and not path.is_dir():
            raise UsageError(f"{path}: a file; name a folder")
        with self.folder.held():
            try:
                self._check()
                with opened(self._scratch, kept=False) as scratch:
                    self.collected = Collected(scratch)
                    self.collected.own_numbers = bool(self.class_.seed)
                    self.collected.enrol(self.class_.enrolled())
                    whose = Class(self.collected.roster()).whose if self.class_.known else own_name
                    self.collected.gather(self._found(work, (*apart, path)), whose)
                    if self.collected.empty:
                        where = ", ".join(map(str, work)) or "no work"
                        raise UsageError(f"{where}: nothing was handed in there, and no roster says who is in the class")
                    with marks_in(path / DATABASE) as self.marks:
                        new = self.marks.settle(self._settings(), self.regrade)
                        yield
            except NotHandedOutError:
                # What was judged against another problem is nobody's mark.
                if new:
                    self._clear()
                raise
            finally:
                self.folder.close()
                if fresh and not any(path.iterdir()):
                    path.rmdir()

    def _clear(self) -> None:
        """Take away the database and the pages that this run has begun."""
        import shutil

        (self.folder.path / DATABASE).unlink(missing_ok=True)
        shutil.rmtree(self.folder.path / PAGES, ignore_errors=True)

    @property
    def _scratch(self) -> Path:
        path = self.folder.working / "collected.sqlite"
        path.unlink(missing_ok=True)
        return path

    def _check(self) -> None:
        """Raise `UsageError` where the folder holds something else."""
        if not (self.folder.path / DATABASE).exists():
            if found := next((name for name in _OURS if (self.folder.path / name).exists()), ""):
                raise UsageError(f"{self.folder.path / found}: stands there already and is of no marking; name another folder")

    def _found(self, work: Sequence[Path], apart: Sequence[Path]) -> Iterator[Found]:
        """What was handed in; tables of answers by the endings of their names."""
        from symlstm.teaching.marking.answers import csv_answers, json_answers

        for path in work:
            ending = path.suffix.casefold()
            if ending == ".csv" and not path.is_dir():
                yield from csv_answers(path, self.bench.problem, self.bench.comma, self.warnings.append)
            elif ending in (".jsonl", ".ndjson", ".json") and not path.is_dir():
                yield from json_answers(path, self.bench.problem, self.bench.comma, self.warnings.append)
            else:
                yield from found((path,), apart)

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
        """The pieces without a mark, or whose page isn't whole."""
        for piece in self.collected.handed(texts):
            row = self.marks.work(piece.id)
            if row is None:
                yield piece
                continue
            work, page, of_page = row
            if page != self._page(piece):
                self._remove(page, of_page)
                yield piece
            elif work != piece.digest or file_digest(self.folder.path / PAGES / page) != of_page:
                yield piece

    def _page(self, piece: Piece) -> str:
        return piece.name + WRITERS[self.bench.to].extension

    def _keep(self, batch: Sequence[tuple[Piece, Outcome | Lost]]) -> None:
        """Write the pages of a batch, then its rows."""
        rows: list[Row] = []
        for piece, outcome in batch:
            match outcome:
                case Judged(mark=mark, page=text):
                    name, data = self._page(piece), text.encode(errors="replace")
                    self.folder.write(f"{PAGES}/{name}", (data,))
                    rows.append(Row(piece.id, piece.digest, mark, name, digest(data)))
                case Unfit(why=why) | Lost(why=why):
                    self.collected.lose(piece.id, why)
                case NotHandedOut():
                    assert self.class_.index is not None
                    raise not_handed_out(self.class_.index.path, self.bench.problem, piece.id)
                case _:
                    assert_never(outcome)
        self.marks.keep(rows)

    def withdraw(self) -> None:
        """Take marks out whose work is no longer handed in, or has become something that can't be judged; and their pages."""
        gone = [(id, page, of) for id, work, page, of in self.marks.works() if self.collected.digest_of(id) != work]
        for _, page, of in gone:
            self._remove(page, of)
        self.marks.withdraw(id for id, _, _ in gone)
        for page, of in self.marks.pages_before():
            self._remove(page, of)
        if gone:
            count = f"{len(gone):,} mark{'s' if len(gone) > 1 else ''}"
            self.warnings.append(f"{count} on work that is no longer handed in, or can't be judged any more: taken out of the "
                                 f"grades, with their pages; {DATABASE} keeps them in the table `withdrawn`")

    def _remove(self, page: str, of: str) -> None:
        """Take away a page that was written here, unless somebody has changed it since."""
        path = self.folder.path / PAGES / page
        try:
            if file_digest(path) == of:
                path.unlink()
        except OSError as error:
            raise cant(path, error) from None

    def finish(self, judged: int) -> Graded:
        """Write the grade book and the report."""
        counts, unmarked = Counts(self.collected.is_id), Unmarked()
        for stray in self.collected.strays():
            unmarked.add(*stray)

        def counted() -> Iterator[Entry]:
            for entry in entries(self.collected, self.marks):
                counts.add(entry)
                if entry.status.fault:
                    unmarked.add(entry.status.student.id, entry.status.fault)
                yield entry

        book = GradeBook(self.class_.columns if self.class_.known else None, self.marks.regraded)
        self.folder.write(GRADES, book.lines(counted()))
        if not book.plain:
            self.folder.write(GRADES, chain([BYTE_ORDER_MARK], (self.folder.path / GRADES).open("rb")))
        self._report(document(ClassReport(self.bench.problem, counts.cohort(), unmarked)))
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
