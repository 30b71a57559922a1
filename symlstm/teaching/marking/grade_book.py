"""The grade book: one row a student, as CSV that a spreadsheet opens.

In come the class and its marks, out go lines of CSV one by one. A column is a row of the table `COLUMNS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from symlstm.presentation.feedback_words import counted
from symlstm.presentation.words import listed
from symlstm.teaching.csv_cells import csv_line
from symlstm.teaching.marking.collected import Collected, Status
from symlstm.teaching.marking.mark import Mark, Rounded
from symlstm.teaching.marking.marks import Marks

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}".encode()
"""A spreadsheet takes the bytes for UTF-8 where they begin with this. Where all are ASCII nothing needs it, and
programs that don't know it read the name of the first column."""
_PLACES = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """What the grade book says of one student."""

    status: Status
    mark: Mark | None
    before: Mark | None
    """The mark before everything was judged again."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is called, and what stands in it."""

    name: str
    cell: Callable[[Entry], str]


def number(value: Fraction, places: int = _PLACES) -> str:
    """A number as a spreadsheet reads it.

    >>> number(Fraction(5)), number(Fraction(5, 2)), number(Fraction(2, 3)), number(Fraction(1250, 1))
    ('5', '2.5', '0.6667', '1250')
    """
    text = f"{round(value * 10**places)}".rjust(places + 1, "0")
    return f"{text[:-places]}.{text[-places:]}".rstrip("0").rstrip(".") if places else text


def percent(share: Fraction | None, places: int = 1) -> str:
    """A share in percent, without its sign; empty where there is none.

    >>> percent(Fraction(2, 3)), percent(Fraction(1)), percent(None)
    ('66.7', '100', '')
    """
    return "" if share is None else number(share * 100, places)


def slip_of(mark: Mark) -> str:
    """Where the first slip is.

    >>> from symlstm.teaching.marking.mark import Slip
    >>> slip_of(Mark((), Slip(4, "h_3", "h", 3, "h_3 = 1", True)))
    'h_3 (line 4)'
    """
    slip = mark.slip
    return "" if slip is None else f"{slip.place} (line {slip.line})" if slip.place else f"line {slip.line}"


def note(entry: Entry) -> str:
    """What else must be known of a student's grade: why there is none, what wasn't there, what couldn't be read."""
    if not entry.status.handed_in:
        return "nothing handed in"
    if entry.mark is None:
        return f"not marked: {entry.status.fault or 'it was not judged'}"
    mark, said = entry.mark, []
    missing = [str(points.question) for points in mark.points if not points.worked]
    if mark.nothing:
        said.append(NOTHING[mark.nothing])
    elif missing:
        which = f"question{'s' if len(missing) > 1 else ''} {listed(missing)}"
        said.append("no answer to what is asked" if len(missing) == len(mark.points) else f"nothing on {which}")
    if mark.unread:
        said.append(f"{counted(len(mark.unread), 'line')} couldn't be read")
    if mark.rounded is not None:
        said.append(rounded_otherwise(mark.rounded))
    return ", ".join(said)


NOTHING = {"empty": "nothing in it is about what is asked", "unrecognised": "nothing in it was recognised as an answer"}
"""What to say of work in which there is nothing to mark."""
_MOST_RULES = 2


def rounded_otherwise(rounded: Rounded) -> str:
    """What was lost by rounding alone, and by which rules the work rounds.

    >>> from symlstm.teaching.marking.mark import Rounded
    >>> rounded_otherwise(Rounded(3, "5/2", ("h rounded to 2 decimals",)))
    'rounded otherwise: 2.5 points lost at 3 places (h rounded to 2 decimals)'
    """
    rules = f" ({'; '.join(rounded.rules[:_MOST_RULES])}{'; …' if len(rounded.rules) > _MOST_RULES else ''})" if rounded.rules else ""
    lost = Fraction(rounded.points)
    worth = f"{number(lost, 2)} {'point' if lost == 1 else 'points'}"
    return f"rounded otherwise: {worth} lost at {counted(rounded.places, 'place')}{rules}"


COLUMNS = (
    Column("score", lambda entry: number(entry.mark.earned) if entry.mark else ""),
    Column("of", lambda entry: number(entry.mark.possible) if entry.mark else ""),
    Column("percent", lambda entry: percent(entry.mark.share) if entry.mark else ""),
    Column("first slip", lambda entry: slip_of(entry.mark) if entry.mark else ""),
    Column("diagnosis", lambda entry: "; ".join(each.code for each in entry.mark.explained) if entry.mark else ""),
)
BEFORE = (
    Column("earlier score", lambda entry: number(entry.before.earned) if entry.before else ""),
    Column("earlier of", lambda entry: number(entry.before.possible) if entry.before else ""),
)
NOTE = Column("note", note)


def is_grade_book(line: bytes) -> bool:
    """Whether a file whose first line this is was written as a grade book.

    >>> is_grade_book(next(GradeBook(("group",)).lines([]))), is_grade_book(b"id,score,of")
    (True, False)
    """
    names = ",".join(column.name for column in COLUMNS).encode()
    return line.removeprefix(BYTE_ORDER_MARK).startswith(b"id,") and b"," + names + b"," in line


def entries(collected: Collected, marks: Marks) -> Iterator[Entry]:
    """What there is to say of every student, in the order of the grade book."""
    regraded = marks.regraded
    for status in collected.statuses():
        row = marks.get(status.student.id)
        before = marks.before(status.student.id) if regraded else None
        yield Entry(status, None if row is None else row.mark, None if before is None else before.mark)


@dataclass
class GradeBook:
    """The grade book while it is written."""

    columns: tuple[str, ...] | None
    """The roster's further columns; None where it isn't known who is in the class, and so nobody's name."""
    regraded: bool = False
    plain: bool = True
    """Whether all that was written is ASCII; otherwise the file has to begin with `BYTE_ORDER_MARK`."""

    def lines(self, entries: Iterable[Entry]) -> Iterator[bytes]:
        """The lines of the grade book, its head first."""
        named = self.columns is not None
        told = [*COLUMNS, *(BEFORE if self.regraded else ()), NOTE]
        yield self._line(["id", *(["name", *(self.columns or ())] if named else []), *(column.name for column in told)])
        for entry in entries:
            student = entry.status.student
            who = [student.name, *student.more] if named else []
            yield self._line([student.id, *who, *(column.cell(entry) for column in told)])

    def _line(self, cells: list[str]) -> bytes:
        line = csv_line(cells)
        self.plain = self.plain and line.isascii()
        return line.encode()
