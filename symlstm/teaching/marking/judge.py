"""Judging one piece of work, wherever that is done: the mark on it and its page of feedback.

In come what is the same for the whole class and one piece, out goes what was made of it. It depends on these two and on nothing
else: no clock, no path, nobody else's work. Nothing is written here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from symlstm.checking.checking import check_work
from symlstm.errors import Source, SymlstmError
from symlstm.model.problem import Problem
from symlstm.model.reader import read as read_document
from symlstm.pipelines import Feedback
from symlstm.teaching.handouts.record import Answered
from symlstm.teaching.handouts.sheets import answered
from symlstm.teaching.marking.mark import Drawn, Mark, mark_of
from symlstm.teaching.variants.variants import Varied, variant_from

PageFormat: TypeAlias = Literal["html", "md", "text"]
_LONGEST_VALUE = 60
"""Characters of a drawn value that are kept."""


@dataclass(frozen=True)
class Bench:
    """What is the same for the whole class."""

    problem: Problem
    question: int | None = None
    comma: bool = False
    reveal: bool = False
    to: PageFormat = "html"
    varied: Varied | None = None
    """How the problem varies, where each student was handed a variant of their own."""
    seed: str = ""
    mended: bool = False
    """Whether the problem was mended since it was handed out: the draws of the index are worked anew, whatever answers it has."""


@dataclass(frozen=True, slots=True)
class Own:
    """The variant that a student was handed."""

    draw: int
    answers: tuple[Answered, ...]
    """Those that the index of the handout has for it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One student's work."""

    id: str
    text: str
    own: Own | None = None
    digest: str = ""
    """Of the work, and of which variant it is judged against."""
    name: str = ""
    """What the student's page is called, without its ending."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The mark on a piece of work, and its page."""

    mark: Mark
    page: str


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a piece of work couldn't be judged."""

    why: str


@dataclass(frozen=True, slots=True)
class NotHandedOut:
    """The problem gives other answers than the index has for this student's variant."""


Outcome: TypeAlias = Judged | Unfit | NotHandedOut


def judge(bench: Bench, piece: Piece) -> Outcome:
    """Judge one piece of work against its student's own numbers.

    >>> import symlstm
    >>> text = "---\\ntitle: a\\n---\\n$h_t = 2 h_{t-1}$ with $h_0 = 1$.\\n\\n```question\\nfind: h_1\\n```\\n"
    >>> judge(Bench(symlstm.read(text), to="text"), Piece("s1", "h_1 = 2\\n")).mark.earned
    Fraction(1, 1)
    """
    problem = bench.problem
    drawn: tuple[Drawn, ...] = ()
    try:
        if piece.own is not None:
            text = _variant(bench, piece.id, piece.own)
            if text is None:
                return NotHandedOut()
            problem, drawn = read_document(Source(bench.problem.source.name, text)), _drawn(bench, piece.id, piece.own.draw)
        checked = check_work(problem, Source("work", piece.text), question=bench.question, comma=bench.comma)
        return Judged(mark_of(checked, bench.question, drawn), Feedback(checked).to(bench.to, reveal=bench.reveal, options=False))
    except SymlstmError as error:
        return Unfit(error.message)
    except RecursionError:
        return Unfit("nested too deeply to be read; it can be written with fewer levels")


def _variant(bench: Bench, key: str, own: Own) -> str | None:
    """The document of a student's variant; None where its answers aren't those that were handed out."""
    assert bench.varied is not None
    try:
        variant = variant_from(bench.varied, bench.seed, key, own.draw)
    except (SymlstmError, ValueError):
        # A draw that this problem doesn't have, or that can't be worked here.
        return None
    return variant.text if bench.mended or answered(variant.answers) == own.answers else None


def _drawn(bench: Bench, key: str, draw: int) -> tuple[Drawn, ...]:
    """The values that a variant was drawn with."""
    assert bench.varied is not None
    outcomes = bench.varied.drawn(bench.seed, key, draw)
    said = [", ".join(item.letter or " ".join(entry.text for entry in item.entries) for item in outcome) for outcome in outcomes]
    return tuple(Drawn(unit.key, text[:_LONGEST_VALUE]) for unit, text in zip(bench.varied.units, said, strict=True))
