"""Who is in the class and what they handed in, gathered on scratch paper: a database that lasts as long as a run.

In come students and what was found; out come pieces of work in order, each with the student's own variant and the name of their page. A
class of a hundred thousand is never held in memory. Nothing is judged here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from symlstm.teaching.handouts.file_names import file_names
from symlstm.teaching.handouts.record import Answered
from symlstm.teaching.handouts.roster import Student
from symlstm.teaching.held_folder import digest
from symlstm.teaching.marking.anonymous import name_keys
from symlstm.teaching.marking.found import Found
from symlstm.teaching.marking.judge import Own, Piece
from symlstm.teaching.marking.sql import transaction
from symlstm.teaching.marking.whose import Nobody

_TABLES = """
CREATE TABLE students (position INTEGER PRIMARY KEY, id TEXT UNIQUE, name TEXT, more BLOB, draw INTEGER, answers BLOB);
CREATE TABLE found (id TEXT, place TEXT, digest TEXT, fault TEXT, text TEXT);
CREATE TABLE stray (place TEXT, why TEXT);
CREATE TABLE names (id TEXT PRIMARY KEY, name TEXT, folded TEXT) WITHOUT ROWID;
CREATE TABLE called (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE lost (id TEXT PRIMARY KEY, why TEXT) WITHOUT ROWID;
"""
_PLACES_SHOWN = 4
_AT_ONCE = 500
_NO_DRAW = "the index of the handout has no numbers for this student"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A student of the class, with the variant they were handed where there is one."""

    student: Student
    own: Own | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """What there is of a student: their row, whether anything was handed in, and why that can't be judged."""

    student: Student
    handed_in: bool
    fault: str = ""


class Collected:
    """The class and its work."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._db.executescript(_TABLES)
        self.own_numbers = False
        """Whether everybody was handed a variant of their own."""

    def enrol(self, class_: Iterable[Enrolled]) -> None:
        """Write down who is in the class, in this order."""
        with transaction(self._db):
            for e in class_:
                self._db.execute("INSERT INTO students (id, name, more, draw, answers) VALUES (?, ?, ?, ?, ?)", (
                    e.student.id, e.student.name, msgspec.json.encode(e.student.more), None if e.own is None else e.own.draw,
                    None if e.own is None else msgspec.json.encode(e.own.answers)))
                self._db.executemany("INSERT OR IGNORE INTO called VALUES (?)", ((key,) for key in name_keys(e.student.name)))

    def gather(self, found: Iterable[Found], whose: Callable[[Sequence[str], bool], str | Nobody]) -> None:
        """Write down what was handed in, and whose it is; then give everybody's page its name."""
        with transaction(self._db):
            for one in found:
                student = whose(one.parts, one.named)
                if isinstance(student, Nobody):
                    self._db.execute("INSERT INTO stray VALUES (?, ?)", (one.place, one.fault or student.why))
                else:
                    self._db.execute("INSERT INTO found VALUES (?, ?, ?, ?, ?)",
                                     (student, one.place, digest(one.text.encode()), one.fault, one.text))
            self._db.execute("CREATE INDEX by_id ON found (id)")
            self._db.execute("CREATE INDEX by_any_case ON names (id COLLATE NOCASE)")
            self._name_pages()

    def _name_pages(self) -> None:
        """The names that `file_names` gives all ids, without holding all of them: only ids that look alike are looked at together."""
        ids = self._db.execute("SELECT id FROM students UNION SELECT id FROM found")
        self._db.executemany("INSERT INTO names VALUES (?, ?, ?)", ((id, name, name.casefold()) for id, name in _each_named(ids)))
        self._db.execute("CREATE INDEX by_name ON names (folded)")
        alike = "SELECT folded FROM names GROUP BY folded HAVING count(*) > 1 ORDER BY folded"
        for (folded,) in self._db.execute(alike).fetchall():
            group = [id for (id,) in self._db.execute("SELECT id FROM names WHERE folded = ? ORDER BY id", (folded,))]
            for id, name in file_names(group).items():
                self._db.execute("UPDATE names SET name = ?, folded = ? WHERE id = ?", (name, name.casefold(), id))
        for (folded,) in self._db.execute(alike).fetchall():
            # An id may look like another one's name with its digits; the whole digest is nobody else's.
            for (id,) in self._db.execute("SELECT id FROM names WHERE folded = ? ORDER BY id", (folded,)).fetchall():
                self._db.execute("UPDATE names SET name = ?, folded = ? WHERE id = ?", (digest(id.encode()), digest(id.encode()), id))

    def lose(self, id: str, why: str) -> None:
        """Write down why a piece of work couldn't be judged in this run."""
        self._db.execute("INSERT OR REPLACE INTO lost VALUES (?, ?)", (id, why))

    # -- what there is to do ---

    def handed(self, texts: bool = True) -> Iterator[Piece]:
        """The pieces that can be judged, by their students' ids; with their `texts`, or for their digests only."""
        after = ""
        while True:
            # A few at a time, so that the table can be written to between; what may be large comes piece by piece.
            rows = self._db.execute(
                "SELECT f.id, max(f.digest), n.name, s.draw FROM found f "
                "JOIN names n ON n.id = f.id LEFT JOIN students s ON s.id = f.id WHERE f.id > ? GROUP BY f.id "
                "HAVING count(*) = 1 AND max(f.fault) = '' ORDER BY f.id LIMIT ?", (after, _AT_ONCE)).fetchall()
            for id, of_text, name, draw in rows:
                if draw is None and self.own_numbers:
                    continue
                text = self._one("SELECT text FROM found WHERE id = ?", id) if texts else ""
                own = None if draw is None else Own(draw, msgspec.json.decode(
                    self._one("SELECT answers FROM students WHERE id = ?", id), type=tuple[Answered, ...]))
                yield Piece(id, text, own, _told_apart(of_text, draw), name)
            if not rows:
                return
            after = rows[-1][0]

    def _one(self, query: str, id: str) -> Any:
        (value,) = self._db.execute(query, (id,)).fetchone()
        return value

    def digest_of(self, id: str) -> str:
        """The digest of the one piece of work that a student has handed in; empty where there is none that can be judged."""
        count, of_text, fault, draw, lost = self._db.execute(
            "SELECT count(*), max(digest), max(fault), (SELECT draw FROM students WHERE id = ?1), "
            "(SELECT why FROM lost WHERE id = ?1) FROM found WHERE id = ?1", (id,)).fetchone()
        if count != 1 or fault or lost is not None or (draw is None and self.own_numbers):
            return ""
        return _told_apart(of_text, draw)

    # -- what there was ---

    def statuses(self) -> Iterator[Status]:
        """Every student: those of the class in its order, then the others by their ids."""
        for id, name, more, draw, count, place, fault, lost in self._db.execute(
            "SELECT n.id, s.name, s.more, s.draw, count(f.id), max(f.place), max(f.fault), l.why FROM names n "
            "LEFT JOIN students s ON s.id = n.id LEFT JOIN found f ON f.id = n.id LEFT JOIN lost l ON l.id = n.id "
            "GROUP BY n.id ORDER BY s.position IS NULL, s.position, n.id"
        ):
            student = Student(id, "") if more is None else Student(id, name, msgspec.json.decode(more, type=tuple[str, ...]))
            if count > 1:
                yield Status(student, True, f"several pieces of work, of which one is wanted: {self._places(id)}")
                continue
            why = fault or lost or (_NO_DRAW if count and draw is None and self.own_numbers else "")
            yield Status(student, bool(count), f"{place}: {why}" if why else "")

    def _places(self, id: str) -> str:
        rows = self._db.execute("SELECT place FROM found WHERE id = ? ORDER BY place LIMIT ?", (id, _PLACES_SHOWN + 1)).fetchall()
        return ", ".join(place for (place,) in rows[:_PLACES_SHOWN]) + (", …" if len(rows) > _PLACES_SHOWN else "")

    def strays(self) -> Iterator[tuple[str, str]]:
        """What was handed in and is no student's: where it stands, and why."""
        yield from self._db.execute("SELECT place, why FROM stray ORDER BY place, why")

    def roster(self) -> Iterator[tuple[str, str]]:
        """The id and the name of everybody who is known to be in the class."""
        yield from self._db.execute("SELECT id, name FROM students ORDER BY position")

    @property
    def empty(self) -> bool:
        """Whether there is nobody, and nothing that was handed in."""
        return not any(self._db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in ("students", "found", "stray"))

    def is_id(self, text: str) -> bool:
        """Whether a text is somebody's id, in small or capital letters."""
        return self._db.execute("SELECT 1 FROM names WHERE id = ? COLLATE NOCASE", (text,)).fetchone() is not None

    def is_name(self, key: str) -> bool:
        """Whether a text is the name of somebody in the class or a word of it, as `name_keys` gives them."""
        return self._db.execute("SELECT 1 FROM called WHERE key = ?", (key,)).fetchone() is not None


def _each_named(ids: Iterable[tuple[str]]) -> Iterator[tuple[str, str]]:
    for (id,) in ids:
        yield from file_names([id]).items()


def _told_apart(of_text: str, draw: int | None) -> str:
    """The digest of a piece of work together with which variant it is judged against."""
    return of_text if draw is None else digest(f"{of_text} {draw}".encode())


__all__ = ["Collected", "Enrolled", "Status"]
