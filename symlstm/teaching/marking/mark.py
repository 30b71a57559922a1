"""The mark on one piece of work: what the grade book and the report on the class need of a check, and nothing of who handed it in.

In comes a check, out goes a frozen record that is kept as JSON. It is the same whoever marks, wherever and whenever.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

import msgspec

from symlstm.analysis.answers import asked_places
from symlstm.checking.score import points_each
from symlstm.model.question import FindQuestion

if TYPE_CHECKING:
    from symlstm.checking.checking import Checked
    from symlstm.checking.judgement import Judgement
    from symlstm.model.problem import Problem
    from symlstm.presentation.feedback_words import Reasons


class Points(msgspec.Struct, frozen=True):
    """What one question earned."""

    question: int
    earned: str
    """A fraction, such as `5/3`."""
    possible: str
    worked: bool
    """Whether the work says anything about the question's data."""


class Slip(msgspec.Struct, frozen=True):
    """Where the first slip is."""

    line: int
    place: str
    """Empty where the line speaks of no place."""
    symbol: str
    time: int | None
    text: str
    """The student's own line, or what was read of it where it is TeX or says more than this."""
    changes: bool
    """Whether it changes an answer."""


class Explained(msgspec.Struct, frozen=True):
    """A misconception that explains the first slip."""

    code: str
    words: str
    hint: str
    tied: bool
    """Whether another one explains it as well."""


class Unread(msgspec.Struct, frozen=True):
    """A line that couldn't be read."""

    line: int
    text: str
    reason: str


class Drawn(msgspec.Struct, frozen=True):
    """A value that the student's variant was drawn with."""

    symbol: str
    value: str


class Mark(msgspec.Struct, frozen=True):
    """The mark on one piece of work."""

    points: tuple[Points, ...]
    """Question by question, for those that ask for values."""
    slip: Slip | None = None
    explained: tuple[Explained, ...] = ()
    """The best first."""
    unread: tuple[Unread, ...] = ()
    drawn: tuple[Drawn, ...] = ()

    @property
    def earned(self) -> Fraction:
        """All points earned."""
        return sum((Fraction(each.earned) for each in self.points), Fraction(0))

    @property
    def possible(self) -> Fraction:
        """All points that the problem has to give, those of questions that nothing was handed in for included."""
        return sum((Fraction(each.possible) for each in self.points), Fraction(0))

    @property
    def share(self) -> Fraction | None:
        """Which part of the points was earned; None where there is nothing to earn."""
        return self.earned / self.possible if self.possible else None


def encoded(mark: Mark) -> bytes:
    """A mark as it is kept."""
    return msgspec.json.encode(mark)


def decoded(data: bytes) -> Mark:
    """A mark that was kept.

    >>> decoded(encoded(Mark((Points(1, "5/3", "2", True),)))).share
    Fraction(5, 6)
    """
    return msgspec.json.decode(data, type=Mark)


def mark_of(checked: Checked, question: int | None = None, drawn: tuple[Drawn, ...] = ()) -> Mark:
    """The mark that a check comes to.

    >>> import symlstm
    >>> text = "---\\ntitle: a\\n---\\n$h_t = 2 h_{t-1}$ with $h_0 = 1$.\\n\\n```question\\nfind: h_1\\n```\\n"
    >>> mark = mark_of(symlstm.check(symlstm.read(text), "h_1 = 3\\n").checked)
    >>> str(mark.earned), mark.slip.place, mark.slip.line
    ('0', 'h_1', 1)
    """
    from symlstm.presentation.feedback_words import LONGEST, Reasons, quoted

    points = tuple(_points(checked, question))
    explained = tuple(Explained(d.code, d.words, d.hint, bool(d.tied_with)) for d in checked.diagnoses)
    first, unreadable = checked.first_slip, [judgement for judgement in checked.judgements if judgement.verdict == "unreadable"]
    if first is None and not unreadable:
        return Mark(points, None, explained, (), drawn)
    reasons = Reasons(checked)
    lines = ((reasons.line(judgement), reasons.reason(judgement)) for judgement in unreadable)
    unread = tuple(Unread(line, quoted(reasons.lines.texts[line - 1].strip()), why[:LONGEST]) for line, why in lines)
    return Mark(points, None if first is None else _slip(first, reasons), explained, unread, drawn)


def _slip(first: Judgement, reasons: Reasons) -> Slip:
    from symlstm.presentation.feedback import own_line

    line, place = reasons.line(first), first.member.place
    text = own_line(first, reasons)
    if place is None:
        return Slip(line, "", "", None, text, first.changes is not False)
    return Slip(line, str(place), str(place.name), place.time, text, first.changes is not False)


def _points(checked: Checked, asked: int | None) -> Iterator[Points]:
    """The points of every question that asks for values, also of those that nothing was handed in for."""
    for number, possible in possible_points(checked.problem, asked):
        places = [place for place in checked.score.places if place.question == number]
        yield Points(number, str(sum((place.points for place in places), Fraction(0))), str(possible), bool(places))


def possible_points(problem: Problem, asked: int | None = None) -> Iterator[tuple[int, Fraction]]:
    """For each question that asks for values, or the one that is named, its points."""
    for posed in problem.questions:
        if isinstance(posed.question, FindQuestion) and asked in (None, posed.question.number):
            count = len(asked_places(posed))
            yield posed.question.number, points_each(posed, count) * count
