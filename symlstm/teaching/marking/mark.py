"""The mark on one piece of work: what the grade book and the report on the class need of a check, and nothing of who handed it in.

In comes a check, out goes a frozen record that is kept as JSON. It is the same whoever marks, wherever and whenever.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import msgspec

from symlstm.analysis.answers import asked_places
from symlstm.checking.score import points_each
from symlstm.model.question import FindQuestion, Question

if TYPE_CHECKING:
    from symlstm.checking.checking import Checked
    from symlstm.checking.judgement import Judgement
    from symlstm.model.problem import Problem
    from symlstm.notation.places import Place
    from symlstm.presentation.feedback_words import Reasons


class Points(msgspec.Struct, frozen=True):
    """What one question earned."""

    question: int
    earned: str
    """A fraction, such as `5/3`."""
    possible: str
    worked: bool
    """Whether the work says anything that is read of a place that the question asks."""


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


class Rounded(msgspec.Struct, frozen=True):
    """What was lost by rounding alone: the values are right but for that."""

    places: int
    points: str
    """A fraction."""
    rules: tuple[str, ...]
    """In words, how the student rounded."""


class Mark(msgspec.Struct, frozen=True):
    """The mark on one piece of work."""

    points: tuple[Points, ...]
    """Question by question, for those that ask for values."""
    slip: Slip | None = None
    explained: tuple[Explained, ...] = ()
    """The best first."""
    unread: tuple[Unread, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    rounded: Rounded | None = None
    nothing: Literal["", "empty", "unrecognised"] = ""
    """Whether nothing stands in it, or nothing that was recognised as a statement about the problem's values."""

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

    points, rounded, nothing = tuple(_points(checked, question)), _rounded(checked), _nothing(checked)
    explained = tuple(Explained(d.code, d.words, d.hint, bool(d.tied_with)) for d in checked.diagnoses)
    first, unreadable = checked.first_slip, [judgement for judgement in checked.judgements if judgement.verdict == "unreadable"]
    if first is None and not unreadable:
        return Mark(points, None, explained, (), drawn, rounded, nothing)
    reasons = Reasons(checked)
    lines = ((reasons.line(judgement), reasons.reason(judgement)) for judgement in unreadable)
    unread = tuple(Unread(line, quoted(reasons.lines.texts[line - 1].strip()), why[:LONGEST]) for line, why in lines)
    return Mark(points, None if first is None else _slip(first, reasons), explained, unread, drawn, rounded, nothing)


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
        said = _said(checked, number)
        worked = any(entry in (None, each.place.entry) or each.place.entry is None for each in places
                     for entry in said.get(each.place.whole, ()))
        yield Points(number, str(sum((place.points for place in places), Fraction(0))), str(possible), worked)


def _said(checked: Checked, question: int) -> dict[Place, set[int | None]]:
    """The whole places that the work says something of in a question's data, each with the entries that it names; None: all."""
    said: dict[Place, set[int | None]] = {}
    for judgement in _on(checked, question):
        place = judgement.member.place
        if place is not None and judgement.verdict != "other":
            said.setdefault(place.whole, set()).add(place.entry)
    return said


def _on(checked: Checked, question: int) -> tuple[Judgement, ...]:
    """The judgements on what the work says with a question's data."""
    group = next((m for m in checked.marked if any(posed.question.number == question for posed in m.posed)), None)
    return () if group is None else group.judgements


def _rounded(checked: Checked) -> Rounded | None:
    """The places that are asked and earned nothing, though their values are right but for the rounding. After a slip some rule of
    rounding may give a value by chance; that isn't said."""
    places, points, rules = 0, Fraction(0), dict[str, None]()
    for earned in checked.score.places:
        last: dict[int | None, str] = {}
        slipped = False
        for judgement in _on(checked, earned.question):
            slipped = slipped or (judgement.verdict == "slip" and judgement.changes is not False)
            place = judgement.member.place
            if place is not None and place.whole == earned.place.whole and judgement.member.numbers is not None and judgement.value:
                last[place.entry] = _how_rounded(judgement, slipped)
        if not earned.points and any(last.values()) and _OTHER not in last.values():
            places, points = places + 1, points + earned.possible
            rules |= dict.fromkeys(filter(None, last.values()))
    return Rounded(places, str(points), tuple(rules)) if places else None


_OTHER = "other"
_DECIMALS = "more or fewer decimals than asked"


def _how_rounded(judgement: Judgement, slipped: bool) -> str:
    """How a number is rounded, in words; empty where as asked, `_OTHER` where that isn't all that is wrong."""
    if judgement.value == "rounding":
        return _OTHER if slipped and judgement.rule else judgement.rule or _DECIMALS
    return _OTHER if judgement.value == "wrong" else ""


def _nothing(checked: Checked) -> Literal["", "empty", "unrecognised"]:
    if any(judgement.verdict not in ("other", "unreadable") for judgement in checked.judgements):
        return ""
    return "unrecognised" if checked.work.source.text.strip() else "empty"


def possible_points(problem: Problem, asked: int | None = None) -> Iterator[tuple[int, Fraction]]:
    """For each question that asks for values, or the one that is named, its points."""
    for posed in problem.questions:
        if isinstance(posed.question, FindQuestion) and asked in (None, posed.question.number):
            count = len(asked_places(posed))
            yield posed.question.number, points_each(posed, count) * count


def not_marked(problem: Problem, asked: int | None = None) -> Iterator[tuple[Question, Fraction]]:
    """The questions that are no matter of values, so that no mark has them, with the points that their author gave them.

    >>> import symlstm
    >>> text = "---\\ntitle: a\\ncell: lstm\\n---\\n```question\\nstate: [c_t, h_t]\\npoints: 3\\n```\\n"
    >>> [(question.kind, int(points)) for question, points in not_marked(symlstm.read(text))]
    [('state', 3)]
    """
    for posed in problem.questions:
        if not isinstance(posed.question, FindQuestion) and asked in (None, posed.question.number):
            yield posed.question, Fraction(posed.question.points or 0)
