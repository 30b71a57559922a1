"""What a class did, counted: scores, where first slips fall, what lies behind them, what couldn't be read, question by question.

In come the entries of the grade book one by one, out goes a frozen `Cohort`; memory doesn't grow with the class. It depends on the
marks and on nothing else. No words are made here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from symlstm.teaching.marking.anonymous import anonymous
from symlstm.teaching.marking.grade_book import Entry
from symlstm.teaching.marking.mark import Explained, Mark, Slip
from symlstm.teaching.marking.moments import Moments, Pairs, quantile

EXAMPLES = 2
"""Lines of students that are shown of one misconception."""
MOST_TEXTS = 20_000
"""Different texts that are counted apart."""
FEWEST_FOR_DISCRIMINATION = 10
FEWEST_ALIKE = 2
FEWEST_WITH_VALUE = 5
"""Students with and without a value from which on the two are compared."""
_HARDER_SHARE = Fraction(1, 10)
_HARDER_ERRORS = 2.6
"""A value turned out harder where its mean is lower by a tenth of the points and by so many standard errors, rarely by chance."""
_MOST_CHANGES = 50


@dataclass(frozen=True, slots=True)
class Misconceived:
    """A misconception that explains first slips."""

    code: str
    words: str
    hint: str
    students: int
    alone: int
    """Of how many it is the only explanation."""
    examples: tuple[str, ...]
    """Lines of first slips, of different students where there are several."""


@dataclass(frozen=True, slots=True)
class UnreadLines:
    """Lines with the same text that couldn't be read."""

    text: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Item:
    """How a question went."""

    question: int
    possible: Fraction
    worked: int
    """Students whose work says anything about it."""
    mean: Fraction
    """Of the points, over all that were marked."""
    full: int
    alike: Fraction | None
    """The points of everybody, where all have the same and there are several."""
    discrimination: float | None
    """The correlation with the points of the other questions; None for too few students, or where it isn't defined."""


@dataclass(frozen=True, slots=True)
class Harder:
    """A drawn value with which students fared worse than with others."""

    symbol: str
    value: str
    students: int
    mean: Fraction
    others: Fraction


@dataclass(frozen=True, slots=True)
class Change:
    """A student whose points changed when everything was judged again."""

    id: str
    before: Fraction
    after: Fraction


@dataclass(frozen=True)
class Cohort:
    """A class, counted."""

    students: int
    """In the class, and those that handed in beside."""
    handed_in: int
    marked: int
    scored: int
    """Marks with points to earn."""
    shares: tuple[tuple[Fraction, int], ...]
    """How many students have which part of the points, from the lowest."""
    slips: tuple[tuple[str, int | None, int], ...]
    """Symbol, time, and how many first slips are there; the vectors' entries together. An empty symbol: at no place."""
    slipped: int
    misconceptions: tuple[Misconceived, ...]
    """The commonest first."""
    unexplained: int
    unexplained_examples: tuple[str, ...]
    unread: tuple[UnreadLines, ...]
    unread_lines: int
    unread_students: int
    items: tuple[Item, ...]
    harder: tuple[Harder, ...]
    compared: bool
    """Whether there were drawn values to compare."""
    regraded: int
    """Students with a mark before and now."""
    changes: tuple[Change, ...]
    """The first of them."""
    up: int
    down: int

    @property
    def full(self) -> int:
        """Students with all points."""
        return sum(count for share, count in self.shares if share == 1)

    def quantile(self, part: Fraction) -> Fraction | None:
        """The share below which that part of the class is; None where nobody has any."""
        return quantile(self.shares, part)


def cohort_of(entries: Iterable[Entry], is_id: Callable[[str], bool] = lambda text: False) -> Cohort:
    """The class of a grade book, counted; no id is shown in an example, nor the name of whose it is."""
    counts = Counts(is_id)
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
    """One question, as it is counted."""

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

    is_id: Callable[[str], bool] = lambda text: False
    """Whether a text is somebody's id: none is shown in an example."""
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
    regraded: int = 0
    changes: list[Change] = field(default_factory=list)
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
            self.slips[mark.slip.symbol, mark.slip.time] += 1
            self._behind(mark.slip, mark.explained, entry)
        self.unread_students += bool(mark.unread)
        self.unread_lines += len(mark.unread)
        for line in mark.unread:
            key = self._anonymous(line.text, entry), line.reason
            if key in self.unread or len(self.unread) < MOST_TEXTS:
                self.unread[key] += 1
        if entry.before is not None:
            self._compare(entry, entry.before, mark)

    def _anonymous(self, text: str, entry: Entry) -> str:
        return anonymous(text, entry.status.student, self.is_id)

    def _score(self, mark: Mark) -> None:
        earned, share = mark.earned, mark.share
        for points in mark.points:
            question = self.questions.setdefault(points.question, _Question())
            own = Fraction(points.earned)
            question.possible = max(question.possible, Fraction(points.possible))
            question.worked += points.worked
            question.full += own == Fraction(points.possible)
            question.points.add(own)
            question.least = own if question.least is None else min(question.least, own)
            question.most = own if question.most is None else max(question.most, own)
            question.rest.add(own, earned - own)
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

    def _compare(self, entry: Entry, before: Mark, mark: Mark) -> None:
        self.regraded += 1
        self.up += mark.earned > before.earned
        self.down += mark.earned < before.earned
        if mark.earned != before.earned and len(self.changes) < _MOST_CHANGES:
            self.changes.append(Change(entry.status.student.id, before.earned, mark.earned))

    def cohort(self) -> Cohort:
        """The class, counted to the end."""
        codes = sorted(self.codes.items(), key=lambda pair: (-pair[1].students, -pair[1].alone, pair[0]))
        found = tuple(Misconceived(code, c.words, c.hint, c.students, c.alone, tuple(c.examples)) for code, c in codes)
        unread = sorted(self.unread.items(), key=lambda pair: (-pair[1], pair[0]))
        slips = sorted(((symbol, time, count) for (symbol, time), count in self.slips.items()),
                       key=lambda slip: (-slip[2], slip[1] is None, slip[1] or 0, slip[0]))
        return Cohort(
            self.students, self.handed_in, self.marked, self.shares.total(), tuple(sorted(self.shares.items())), tuple(slips),
            self.slips.total(), found, self.unexplained,
            tuple(self.unexplained_examples), tuple(UnreadLines(*key, count) for key, count in unread), self.unread_lines,
            self.unread_students, tuple(self._items()), tuple(self._harder()), bool(self.drawn), self.regraded, tuple(self.changes),
            self.up, self.down,
        )

    def _items(self) -> Iterator[Item]:
        for number, question in sorted(self.questions.items()):
            alike = question.most if question.least == question.most and self.marked >= FEWEST_ALIKE else None
            told = self.marked >= FEWEST_FOR_DISCRIMINATION and len(self.questions) > 1
            yield Item(number, question.possible, question.worked, question.points.mean, question.full, alike,
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
