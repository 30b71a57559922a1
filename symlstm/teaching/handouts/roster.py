"""A roster: who is to get a sheet, read from CSV with the columns `id` and `name` and any more.

In comes a file, out goes a frozen `Roster`; errors name the line. Ids are whatever the course uses; what file they get is decided in
`file_names`.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from symlstm.errors import DocumentError, Source, UsageError
from symlstm.model.files import read_source

LARGEST = 50_000_000
"""Bytes of a roster; more is an error."""
MOST_STUDENTS = 200_000
_LONGEST = 300
"""Characters of an id or name."""
_SHOWN = 8
"""Lines that an error names before it says how many more there are."""
_DELIMITERS = ",;\t"
_SEPARATOR = re.compile(r"sep=([,;\t|])\n", re.IGNORECASE)
# What would act on a page or terminal: controls, and marks that turn the direction of what follows.
_ACTING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff]+")


@dataclass(frozen=True, slots=True)
class Student:
    """One row: the id, the name, and the cells of the further columns."""

    id: str
    name: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Roster:
    """The students in the order of the file, and the names of the further columns."""

    students: tuple[Student, ...]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells of a line that isn't empty."""

    cells: list[str]
    line: int


def read_roster(path: Path) -> Roster:
    """The roster in a file; `-` is standard input."""
    return roster(read_source(path, largest=LARGEST, what="roster", empty=True))


def roster(source: Source) -> Roster:
    r"""The roster that a text of CSV is; commas, semicolons or tabs stand between its columns.

    >>> roster(Source("r.csv", "Name;ID;group\nAda;7;b\n"))
    Roster(students=(Student(id='7', name='Ada', more=('b',)),), columns=('group',))
    """
    rows = _rows(source)
    head = next(rows, None)
    if head is None:
        raise DocumentError("the roster is empty; its first line names the columns, as in `id,name`", source, 0)
    known = [cell.strip().casefold() for cell in head.cells]
    for wanted in ("id", "name"):
        if known.count(wanted) != 1:
            how = "no column" if wanted not in known else "several columns"
            raise DocumentError(
                f"{how} `{wanted}`; the first line of a roster names its columns, as in `id,name` or `id,name,group`", source,
                _start(source, head.line),
            )
    at, named = known.index("id"), known.index("name")
    others = [k for k in range(len(known)) if k not in (at, named)]
    students: list[Student] = []
    lines: dict[str, int] = {}
    faults: dict[str, list[int]] = {}
    for row in rows:
        cells = row.cells + [""] * (len(known) - len(row.cells))
        student = Student(_clean(cells[at]), _clean(cells[named]), tuple(_clean(cells[k]) for k in others))
        fault = _fault(student, row, len(known), lines)
        if fault:
            faults.setdefault(fault, []).append(row.line)
            continue
        lines[student.id] = row.line
        students.append(student)
        if len(students) > MOST_STUDENTS:
            raise UsageError(f"{source.name}: more than {MOST_STUDENTS:,} students; split the roster")
    if faults:
        _complain(faults, source)
    if not students:
        raise DocumentError("the roster names nobody; below its first line stands one line a student", source, 0)
    return Roster(tuple(students), tuple(_clean(head.cells[k]) for k in others))


def _fault(student: Student, row: _Row, columns: int, lines: dict[str, int]) -> str:
    """What is wrong with a row; empty where nothing is."""
    if len(row.cells) > columns and any(cell.strip() for cell in row.cells[columns:]):
        return "more cells than the first line has columns; put a cell with a comma in it in double quotes"
    if not student.id:
        return "the id is missing; every student needs one of their own"
    if max(len(student.id), len(student.name)) > _LONGEST:
        return f"an id or name of more than {_LONGEST} characters; is a quotation mark missing?"
    if student.id in lines:
        return f"the id {student.id!r} stands in line {lines[student.id]} already; every student needs one of their own"
    return ""


def _complain(faults: dict[str, list[int]], source: Source) -> None:
    (first, lines), *others = faults.items()
    more = sorted(line for _, rest in others for line in rest)
    again = f"; the same in {_listed(lines[1:])}" if len(lines) > 1 else ""
    elsewhere = f"; other faults in {_listed(more)}" if more else ""
    raise DocumentError(first + again + elsewhere, source, _start(source, lines[0]))


def _listed(lines: Sequence[int]) -> str:
    shown = ", ".join(map(str, lines[:_SHOWN]))
    more = f" and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    return f"line{'s' if len(lines) > 1 else ''} {shown}{more}"


def _rows(source: Source) -> Iterator[_Row]:
    """The lines that aren't empty, each with its number."""
    # Excel may write in a line of its own what stands between cells.
    said = _SEPARATOR.match(source.text)
    text = source.text[said.end() :] if said else source.text
    first = next((line for line in text.split("\n") if line.strip()), "")
    delimiter = said[1] if said else max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 1 if said else 0
    line = before + 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise DocumentError(
                "this line isn't CSV: a quotation mark is never closed, or stands inside a cell without being doubled", source,
                _start(source, line)) from None
        if any(cell.strip() for cell in cells):
            yield _Row(cells, line)
        line = before + reader.line_num + 1


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", _ACTING.sub(" ", text)).strip()


def _start(source: Source, line: int) -> int:
    """The offset at which a line starts."""
    offset = 0
    for _ in range(line - 1):
        offset = source.text.find("\n", offset) + 1
    return offset
