"""A roster: who is to get a sheet, read from CSV with the columns `id` and `name` and any more.

In comes a file, out goes a frozen `Roster`; errors name the line. Ids are whatever the course uses; what file they get is decided in
`file_names`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from symlstm.errors import DocumentError, Source, UsageError
from symlstm.model.files import read_source
from symlstm.teaching.csv_rows import Row, cleaned, line_start, listed_lines, rows

LARGEST = 50_000_000
"""Bytes of a roster; more is an error."""
MOST_STUDENTS = 200_000
_LONGEST = 300
"""Characters of an id or name."""


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


def read_roster(path: Path) -> Roster:
    """The roster in a file; `-` is standard input."""
    return roster(read_source(path, largest=LARGEST, what="roster", empty=True))


def roster(source: Source) -> Roster:
    r"""The roster that a text of CSV is; commas, semicolons or tabs stand between its columns.

    >>> roster(Source("r.csv", "Name;ID;group\nAda;7;b\n"))
    Roster(students=(Student(id='7', name='Ada', more=('b',)),), columns=('group',))
    """
    lines_of = rows(source)
    head = next(lines_of, None)
    if head is None:
        raise DocumentError("the roster is empty; its first line names the columns, as in `id,name`", source, 0)
    known = [cell.strip().casefold() for cell in head.cells]
    for wanted in ("id", "name"):
        if known.count(wanted) != 1:
            how = "no column" if wanted not in known else "several columns"
            raise DocumentError(
                f"{how} `{wanted}`; the first line of a roster names its columns, as in `id,name` or `id,name,group`", source,
                line_start(source, head.line),
            )
    at, named = known.index("id"), known.index("name")
    others = [k for k in range(len(known)) if k not in (at, named)]
    students: list[Student] = []
    lines: dict[str, int] = {}
    faults: dict[str, list[int]] = {}
    for row in lines_of:
        cells = row.cells + [""] * (len(known) - len(row.cells))
        student = Student(cleaned(cells[at]), cleaned(cells[named]), tuple(cleaned(cells[k]) for k in others))
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
    return Roster(tuple(students), tuple(cleaned(head.cells[k]) for k in others))


def _fault(student: Student, row: Row, columns: int, lines: dict[str, int]) -> str:
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
    again = f"; the same in {listed_lines(lines[1:])}" if len(lines) > 1 else ""
    elsewhere = f"; other faults in {listed_lines(more)}" if more else ""
    raise DocumentError(first + again + elsewhere, source, line_start(source, lines[0]))
