"""What a class did, as it was counted: scores, where first slips fall, what lies behind them, what couldn't be read, question by
question.

Data only: `counts` counts it from the entries of the grade book, and a report puts it into words.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from symlstm.teaching.marking.moments import quantile

FEWEST_FOR_DISCRIMINATION = 10
FEWEST_ALIKE = 2
FEWEST_WITH_VALUE = 5
"""Students with and without a value from which on the two are compared."""


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
    """Lines that couldn't be read for the same reason."""

    reason: str
    count: int
    examples: tuple[str, ...]
    """The commonest of their texts."""
    texts: int
    """How many different ones there are."""


@dataclass(frozen=True, slots=True)
class Item:
    """How a question went."""

    question: int
    possible: Fraction
    worked: int
    """Students whose work says anything of what it asks: those that all else here is about."""
    mean: Fraction
    """Of their points."""
    full: int
    alike: Fraction | None
    """The points of all of them, where they have the same and are several."""
    compared: int
    """How many of them worked on another question too."""
    discrimination: float | None
    """Of these, the correlation of the share of the points here with that of the other questions they worked on; None for too
    few students, or where it isn't defined."""


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
    """How points changed when everything was judged again: those earned and those there were, before and after."""

    before: tuple[Fraction, Fraction]
    after: tuple[Fraction, Fraction]
    students: int


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
    harmless: int
    """Students with a slip that cost them nothing."""
    rounded: int
    """Students who lost points by rounding alone."""
    rounded_mean: Fraction
    """How many of the points, on average."""
    rounded_rules: tuple[tuple[str, int], ...]
    """The rules that they rounded by, the commonest first, each with its students."""
    nothing: int
    """Students in whose work nothing was recognised."""
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
    """The commonest first."""
    up: int
    """Students with a larger share of the points."""
    down: int

    @property
    def full(self) -> int:
        """Students with all points."""
        return sum(count for share, count in self.shares if share == 1)

    def quantile(self, part: Fraction) -> Fraction | None:
        """The share below which that part of the class is; None where nobody has any."""
        return quantile(self.shares, part)
