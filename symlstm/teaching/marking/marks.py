"""The marks of a class in a database, written as they come: what was judged stays judged whatever happens to the process.

In come marks in batches, each batch one transaction; out come rows by id. A row says of which work it is and what page was written for
it; marks of an earlier version of the problem are kept beside the new ones, and those of work that is no longer handed in apart. The
database knows no student's name.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from symlstm.errors import UsageError
from symlstm.teaching.marking.mark import Mark, decoded, encoded
from symlstm.teaching.marking.sql import opened, told, transaction

FORMAT = 1
_OURS = 0x53594C4D
"""What marks a database as one of marks: `SYLM`."""
_COLUMNS = "work TEXT NOT NULL, mark TEXT NOT NULL, page TEXT NOT NULL, page_digest TEXT NOT NULL"
_TABLES = (
    "CREATE TABLE head (settings TEXT NOT NULL, generation INTEGER NOT NULL)",
    f"CREATE TABLE marks (id TEXT PRIMARY KEY, {_COLUMNS}) WITHOUT ROWID",
    f"CREATE TABLE earlier (generation INTEGER, id TEXT, {_COLUMNS}, PRIMARY KEY (id, generation)) WITHOUT ROWID",
    f"CREATE TABLE withdrawn (id TEXT PRIMARY KEY, {_COLUMNS}) WITHOUT ROWID",
)


@dataclass(frozen=True, slots=True)
class Row:
    """A student's mark, of which work it is, and the page that was written."""

    id: str
    work: str
    """The digest of the work, and of the variant it was judged against."""
    mark: Mark
    page: str
    """The file's name in the folder of pages."""
    page_digest: str


class Settled(Enum):
    """What became of the marks in a database when the settings of a run were known."""

    NEW = auto()
    """There were none."""
    SAME = auto()
    """They are of these settings."""
    MOVED = auto()
    """They were of others, and are earlier ones now."""


class Marks:
    """The marks in a database that is open."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db, self.path = connection, path
        self._settings_before = ""
        self._some_withdrawn = connection.execute("SELECT 1 FROM withdrawn LIMIT 1").fetchone() is not None

    # -- of what ---

    def settle(self, settings: str, regrade: bool) -> Settled:
        """Make sure that the marks are of these settings: the digest of the problem and of all options that a mark depends on.

        Where they are of others, `regrade` moves them to the earlier ones. Raises `UsageError` where it isn't said.
        """
        row = self._db.execute("SELECT settings, generation FROM head").fetchone()
        if row is None:
            with transaction(self._db):
                self._db.execute("INSERT INTO head VALUES (?, 0)", (settings,))
            return Settled.NEW
        if row[0] == settings:
            return Settled.SAME
        if not regrade:
            raise UsageError(f"{self.path.parent}: holds marks on another problem, or by other options or another version of "
                             "symlstm; --regrade judges everything again and keeps those marks beside the new ones")
        self._settings_before = row[0]
        with transaction(self._db):
            self._db.execute("INSERT INTO earlier SELECT ?, * FROM marks", (row[1],))
            self._db.execute("DELETE FROM marks")
            self._db.execute("UPDATE head SET settings = ?, generation = generation + 1", (settings,))
        return Settled.MOVED

    def move_back(self) -> None:
        """Undo what `settle` has moved in this run: the earlier marks are those of the class again, what was judged since is gone."""
        with told(self.path), transaction(self._db):
            self._db.execute("DELETE FROM marks")
            self._db.execute("UPDATE head SET settings = ?, generation = generation - 1", (self._settings_before,))
            last = "generation = (SELECT generation FROM head)"
            self._db.execute(f"INSERT INTO marks SELECT id, work, mark, page, page_digest FROM earlier WHERE {last}")
            self._db.execute(f"DELETE FROM earlier WHERE {last}")

    # -- rows ---

    def keep(self, rows: Iterable[Row]) -> None:
        """Write a batch: all of its rows or none."""
        with told(self.path), transaction(self._db):
            for row in rows:
                self._db.execute("INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?, ?)",
                                 (row.id, row.work, encoded(row.mark).decode(), row.page, row.page_digest))
                if self._some_withdrawn:
                    self._db.execute("DELETE FROM withdrawn WHERE id = ?", (row.id,))

    def withdraw(self, ids: Iterable[str]) -> int:
        """Take marks out whose work is no longer handed in, or can't be judged; they are kept apart. The number of marks."""
        count = 0
        with told(self.path), transaction(self._db):
            for id in ids:
                self._db.execute("INSERT OR REPLACE INTO withdrawn SELECT * FROM marks WHERE id = ?", (id,))
                count += self._db.execute("DELETE FROM marks WHERE id = ?", (id,)).rowcount
        return count

    def get(self, id: str) -> Row | None:
        """A student's row."""
        return self._one("SELECT * FROM marks WHERE id = ?", (id,))

    def before(self, id: str) -> Row | None:
        """The newest of a student's earlier rows, whichever problem it is of: the last time may have been interrupted before it came to
        them. None where there is none."""
        return self._one("SELECT id, work, mark, page, page_digest FROM earlier WHERE id = ? ORDER BY generation DESC LIMIT 1", (id,))

    def work(self, id: str) -> tuple[str, str, str] | None:
        """Of a student's mark the digest of its work, its page and the digest of that."""
        row: tuple[str, str, str] | None = self._db.execute(
            "SELECT work, page, page_digest FROM marks WHERE id = ?", (id,)).fetchone()
        return row

    @property
    def regraded(self) -> bool:
        """Whether there are earlier marks."""
        return self._db.execute("SELECT 1 FROM head WHERE generation > 0").fetchone() is not None

    def works(self) -> Iterator[tuple[str, str, str, str]]:
        """Of every mark the id, the digest of its work, its page and the digest of that."""
        yield from self._db.execute("SELECT id, work, page, page_digest FROM marks ORDER BY id")

    def pages_before(self) -> Iterator[tuple[str, str]]:
        """The pages of earlier marks, and of those taken out, that no mark has now, with their digests."""
        for table in ("earlier", "withdrawn"):
            yield from self._db.execute(f"SELECT DISTINCT page, page_digest FROM {table} WHERE page NOT IN (SELECT page FROM marks)")

    def is_of_another(self, page: str, id: str) -> bool:
        """Whether a page belongs to another student's mark."""
        return self._db.execute("SELECT 1 FROM marks WHERE page = ? AND id != ? LIMIT 1", (page, id)).fetchone() is not None

    def wrote(self, id: str, page: str, of: str) -> bool:
        """Whether a page with this digest was ever written under this name, for a student or for another who had the name before."""
        # Nearly always it is the student's own, which is found at once.
        return any(
            self._db.execute(f"SELECT 1 FROM {table} WHERE {who} page = ?2 AND page_digest = ?3 LIMIT 1", (id, page, of)).fetchone()
            for who in ("id = ?1 AND", "") for table in ("marks", "earlier", "withdrawn")
        )

    def _one(self, query: str, of: tuple[str, ...]) -> Row | None:
        row = self._db.execute(query, of).fetchone()
        return None if row is None else Row(row[0], row[1], decoded(row[2].encode()), row[3], row[4])


@contextmanager
def marks_in(path: Path) -> Iterator[Marks]:
    """The marks in a database, made where there is none.

    Raises `UsageError` where the file is something else, damaged, or held by another program.
    """
    with opened(path, kept=True) as connection:
        (ours,), (version,) = (connection.execute(f"PRAGMA {what}").fetchone() for what in ("application_id", "user_version"))
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if not ours and not tables:
            with transaction(connection):
                for table in _TABLES:
                    connection.execute(table)
                connection.execute(f"PRAGMA application_id = {_OURS}")
                connection.execute(f"PRAGMA user_version = {FORMAT}")
        elif ours != _OURS or version != FORMAT:
            what = "another version of symlstm wrote it" if ours == _OURS else "a database of something else"
            raise UsageError(f"{path}: {what}; name another folder, or move the file away")
        elif (found := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(f"malformed: {found}")
        # Held from here on by nobody but this run, which is told now and not in the middle.
        with transaction(connection):
            pass
        yield Marks(connection, path)
