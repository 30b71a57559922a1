"""SQLite opened so that what goes wrong is told to a lecturer: a database that is locked, damaged or something else, a disk that is
full.

In comes a path, out goes a connection, or `UsageError`. What stands in the tables is the caller's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from symlstm.errors import UsageError

WAIT_SECONDS = 2.0
"""How long is waited for another program that holds the database."""
_REASONS = (
    ("locked", "another program holds the database; close it, and run the same command again"),
    ("full", "no space left on the disk; make room, and the same command goes on from here"),
    ("disk i/o error", "the disk can't be read or written; make room on it or mend it, and the same command goes on from here"),
    ("readonly", "the database can't be written; make it and its folder writable"),
    ("unable to open", "the database can't be opened; is the folder writable?"),
    ("not a database", "no database; it isn't from this command, or is damaged: name another folder, or move the file away"),
    ("malformed", "the database is damaged; move it away, and the same command judges everything again"),
)
"""Words in what SQLite says, and what they mean."""


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Say what SQLite can't do as `UsageError`."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        said = str(error)
        raise UsageError(f"{path}: {next((words for part, words in _REASONS if part in said.casefold()), said)}") from None


@contextmanager
def opened(path: Path, *, kept: bool) -> Iterator[sqlite3.Connection]:
    """A database, made where there is none. `kept`: it is to survive whatever happens to this process; otherwise it is scratch."""
    with told(path), closing(sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)) as connection:
        if not kept:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
        yield connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        # After some faults SQLite has taken it back already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
