"""Counting a class: the entries of its grade book one by one in, a frozen `Cohort` out.

Memory doesn't grow with the class. What comes out depends on the marks and on nothing else. No words are made here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from symlstm.teaching.marking.anonymous import anonymous, nobody
from symlstm.teaching.marking.cohort import (
    FEWEST_ALIKE,
    FEWEST_FOR_DISCRIMINATION,
    FEWEST_WITH_VALUE,
    Change,
    Cohort,
    Harder,
    Item,
    Misconceived,
    UnreadLines,
)
from symlstm.teaching.marking.grade_book import Entry
from symlstm.teaching.marking.mark import Explained, Mark, Slip
from symlstm.teaching.marking.moments import Moments, Pairs

EXAMPLES = 2
"""Lines of students that are shown of one misconception."""
MOST_TEXTS = 20_000
"""Different texts that are counted apart."""
MOST_CHANGES = 1_000
"""Different changes of points that are counted apart."""
_HARDER_SHARE = Fraction(1, 10)
_HARDER_ERRORS = 2.6
"""A value turned out harder where its mean is lower by a tenth of the points and by so many standard errors, rarely by chance."""


def cohort_of(entries: Iterable[Entry], is_id: Callable[[str], bool] = nobody, is_name: Callable[[str], bool] = nobody) -> Cohort:
    """The class of a grade book, counted; no id or name is shown in an example."""
    counts = Counts(is_id, is_name)
    for entry in entries:
        counts.add(entry)
    return counts.cohort()


@dataclass
class _Code:
    """One misconception, as it is counted."""

    words: str
    hint: str
    students: int = 0
    alone: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass
class _Question:
    """One question, as it is counted over those who worked on it."""

    possible: Fraction = Fraction(0)
    worked: int = 0
    full: int = 0
    points: Moments = field(default_factory=Moments)
    least: Fraction | None = None
    most: Fraction | None = None
    rest: Pairs = field(default_factory=Pairs)


@dataclass
class Counts:
    """A class while it is counted."""

    is_id: Callable[[str], bool] = nobody
    """Whether a text is somebody's id: none is shown in an example."""
    is_name: Callable[[str], bool] = nobody
    """Whether words are somebody's name, or one of its words."""
    students: int = 0
    handed_in: int = 0
    marked: int = 0
    shares: Counter[Fraction] = field(default_factory=Counter)
    slips: Counter[tuple[str, int | None]] = field(default_factory=Counter)
    codes: dict[str, _Code] = field(default_factory=dict)
    unexplained: int = 0
    unexplained_examples: list[str] = field(default_factory=list)
    unread: Counter[tuple[str, str]] = field(default_factory=Counter)
    unread_lines: int = 0
    unread_students: int = 0
    questions: dict[int, _Question] = field(default_factory=dict)
    drawn: dict[tuple[str, str], Moments] = field(default_factory=dict)
    all_drawn: Moments = field(default_factory=Moments)
    harmless: int = 0
    rounded: Moments = field(default_factory=Moments)
    rounded_rules: Counter[str] = field(default_factory=Counter)
    nothing: int = 0
    regraded: int = 0
    changes: Counter[tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]] = field(default_factory=Counter)
    up: int = 0
    down: int = 0

    def add(self, entry: Entry) -> None:
        """Count a student."""
        self.students += 1
        self.handed_in += entry.status.handed_in
        mark = entry.mark
        if mark is None:
            return
        self.marked += 1
        self._score(mark)
        if mark.slip is not None:
            if mark.slip.changes and mark.share != 1:
                self.slips[mark.slip.symbol, mark.slip.time] += 1
                self._behind(mark.slip, mark.explained, entry)
            else:
                self.harmless += 1
        self.nothing += bool(mark.nothing)
        if mark.rounded is not None:
            self.rounded.add(Fraction(mark.rounded.points))
            self.rounded_rules.update(mark.rounded.rules)
        self.unread_students += bool(mark.unread)
        self.unread_lines += len(mark.unread)
        for line in mark.unread:
            key = self._anonymous(line.text, entry), self._anonymous(line.reason, entry)
            if key in self.unread or len(self.unread) < MOST_TEXTS:
                self.unread[key] += 1
        if entry.before is not None:
            self._compare(entry.before, mark)

    def _anonymous(self, text: str, entry: Entry) -> str:
        return anonymous(text, entry.status.student, self.is_id, self.is_name)

    def _score(self, mark: Mark) -> None:
        share = mark.share
        worked = [points for points in mark.points if points.worked]
        earned = sum((Fraction(points.earned) for points in worked), Fraction(0))
        possible = sum((Fraction(points.possible) for points in worked), Fraction(0))
        for points in mark.points:
            question = self.questions.setdefault(points.question, _Question())
            own, of = Fraction(points.earned), Fraction(points.possible)
            question.possible = max(question.possible, of)
            if not points.worked:
                continue
            question.worked += 1
            question.full += own == of
            question.points.add(own)
            question.least = own if question.least is None else min(question.least, own)
            question.most = own if question.most is None else max(question.most, own)
            if of and possible > of:
                question.rest.add(own / of, (earned - own) / (possible - of))
        if share is None:
            return
        self.shares[share] += 1
        if mark.drawn:
            self.all_drawn.add(share)
        for drawn in mark.drawn:
            key = drawn.symbol, drawn.value
            if key in self.drawn or len(self.drawn) < MOST_TEXTS:
                self.drawn.setdefault(key, Moments()).add(share)

    def _behind(self, slip: Slip, explained: Iterable[Explained], entry: Entry) -> None:
        """Count what lies behind a first slip: the best explanation, with those that can't be told from it."""
        best: list[Explained] = []
        for each in explained:
            if best and not (best[0].tied and each.tied):
                break
            best.append(each)
        if not best:
            self.unexplained += 1
        for each in best:
            code = self.codes.setdefault(each.code, _Code(each.words, each.hint))
            code.students += 1
            code.alone += len(best) == 1
        for examples in [self.codes[each.code].examples for each in best] or [self.unexplained_examples]:
            line = self._anonymous(slip.text, entry)
            if len(examples) < EXAMPLES and line not in examples and line.strip(" …"):
                examples.append(line)

    def _compare(self, before: Mark, mark: Mark) -> None:
        self.regraded += 1
        old, new = before.share or Fraction(0), mark.share or Fraction(0)
        self.up += new > old
        self.down += new < old
        change = (before.earned, before.possible), (mark.earned, mark.possible)
        if new != old and (change in self.changes or len(self.changes) < MOST_CHANGES):
            self.changes[change] += 1

    def cohort(self) -> Cohort:
        """The class, counted to the end."""
        codes = sorted(self.codes.items(), key=lambda pair: (-pair[1].students, -pair[1].alone, pair[0]))
        found = tuple(Misconceived(code, c.words, c.hint, c.students, c.alone, tuple(c.examples)) for code, c in codes)
        changes = sorted(self.changes.items(), key=lambda pair: (-pair[1], pair[0]))
        rules = sorted(self.rounded_rules.items(), key=lambda pair: (-pair[1], pair[0]))
        slips = sorted(((symbol, time, count) for (symbol, time), count in self.slips.items()),
                       key=lambda slip: (-slip[2], slip[1] is None, slip[1] or 0, slip[0]))
        return Cohort(
            self.students, self.handed_in, self.marked, self.shares.total(), tuple(sorted(self.shares.items())), tuple(slips),
            self.slips.total(), self.harmless, self.rounded.count, self.rounded.mean, tuple(rules), self.nothing, found,
            self.unexplained, tuple(self.unexplained_examples), tuple(self._unread()), self.unread_lines, self.unread_students,
            tuple(self._items()), tuple(self._harder()), bool(self.drawn), self.regraded,
            tuple(Change(*change, students) for change, students in changes), self.up, self.down,
        )

    def _unread(self) -> Iterator[UnreadLines]:
        """The lines that couldn't be read, by the reason; the commonest first."""
        by_reason: dict[str, list[tuple[str, int]]] = {}
        for (text, reason), count in self.unread.items():
            by_reason.setdefault(reason, []).append((text, count))
        for reason, texts in sorted(by_reason.items(), key=lambda pair: (-sum(count for _, count in pair[1]), pair[0])):
            shown = sorted(texts, key=lambda pair: (-pair[1], pair[0]))[:EXAMPLES]
            yield UnreadLines(reason, sum(count for _, count in texts), tuple(text for text, _ in shown), len(texts))

    def _items(self) -> Iterator[Item]:
        for number, question in sorted(self.questions.items()):
            alike = question.most if question.least == question.most and question.worked >= FEWEST_ALIKE else None
            told = question.rest.count >= FEWEST_FOR_DISCRIMINATION
            yield Item(number, question.possible, question.worked, question.points.mean, question.full, alike, question.rest.count,
                       question.rest.correlation if told else None)

    def _harder(self) -> Iterator[Harder]:
        """The drawn values with which students fared worse, the worst first."""
        found = []
        for (symbol, value), own in self.drawn.items():
            others = self.all_drawn.without(own)
            if min(own.count, others.count) < FEWEST_WITH_VALUE or others.mean - own.mean < _HARDER_SHARE:
                continue
            if float(others.mean - own.mean) >= _HARDER_ERRORS * (own.error**2 + others.error**2) ** 0.5:
                found.append(Harder(symbol, value, own.count, own.mean, others.mean))
        yield from sorted(found, key=lambda each: (each.mean - each.others, each.symbol, each.value))
