"""The folder of a handout: files that are whole or not there, and a journal by which an interrupted run goes on.

In come finished files and records, out goes a folder. While a run lasts, the folder has another one inside, `.symlstm`, with the
journal and what is half written; at the end that is gone, and the index says the same. Nothing outside the folder is written.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from symlstm.errors import UsageError
from symlstm.teaching.handouts.record import Opening, Record
from symlstm.teaching.held_folder import HeldFolder, cant, digest, file_digest

INDEX = "index.json"
_OURS = ("sheets", "keys", "problems", INDEX, "index.csv")
"""What a handout writes: none of it may stand in a folder that holds no handout."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that a handout is written to, with what it is made from."""

    path: Path
    opening: Opening

    @property
    def _held(self) -> HeldFolder:
        return HeldFolder(self.path, _OURS)

    @property
    def _journal(self) -> Path:
        return self._held.working / "journal"

    @property
    def _part(self) -> Path:
        return self._held.working / "part"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder, so that no second run writes to it.

        Raises `UsageError` where another run holds it, where it holds something else, or can't be written.
        """
        with self._held.held():
            try:
                self.check()
            except UsageError:
                if not self._journal.exists():
                    self.close()
                raise
            yield

    def check(self) -> None:
        """Raise `UsageError` where the folder holds something else."""
        try:
            before = self._before
            if before.exists():
                self._same_inputs(before)
            elif found := next((name for name in _OURS if (self.path / name).exists()), ""):
                raise UsageError(f"{self.path / found}: stands there already and is of no handout; name another folder")
        except OSError as error:
            raise cant(self.path, error) from None

    @property
    def _before(self) -> Path:
        """What an earlier run has left: its journal, or the index where it came to its end."""
        return self._journal if self._journal.exists() else self.path / INDEX

    def open(self) -> None:
        """Make the folder ready; the journal keeps the records, in their order, whose files are all there and whole."""
        try:
            before = self._before
            with self._part.open("wb") as part:
                part.write(msgspec.json.encode(self.opening) + b"\n")
                part.writelines(_line(record) for record in self._whole(before))
            os.replace(self._part, self._journal)
        except OSError as error:
            raise cant(self.path, error) from None

    def _same_inputs(self, before: Path) -> None:
        with before.open("rb") as file:
            first = file.readline().rstrip(b",\n") + (b"}" if before.name == INDEX else b"")
        try:
            same = msgspec.json.decode(first, type=Opening) == self.opening
        except msgspec.DecodeError:
            same = False
        if not same:
            raise UsageError(
                f"{self.path}: holds a handout of other problems, roster, seed or options; name another folder, or delete this one"
            )

    def _whole(self, before: Path) -> Iterator[Record]:
        """The records of an earlier run up to the first that was torn, or of which a file is missing or another."""
        for record in _records(before):
            if any(file_digest(self.path / name) != digest for name, digest in record.files.items()):
                return
            yield record

    def records(self) -> Iterator[Record]:
        """The records of the journal, one by one."""
        return _records(self._journal)

    def keep(self, record: Record, files: Mapping[str, bytes]) -> None:
        """Write a student's files, then say in the journal that they are there."""
        for name, data in files.items():
            self.write(name, (data,))
        try:
            with self._journal.open("ab") as journal:
                journal.write(_line(record))
        except OSError as error:
            raise cant(self._journal, error) from None

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write one file, whole or not at all."""
        self._held.write(name, pieces)

    def close(self) -> None:
        """Take the journal away: the handout is finished."""
        self._held.close()


def _records(path: Path) -> Iterator[Record]:
    """The records in a journal or an index, one a line; those behind a torn line don't count."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        next(file, None)
        for line in file:
            if not line.startswith(b'{"id"'):
                continue
            try:
                yield msgspec.json.decode(line.rstrip(b",\n"), type=Record)
            except msgspec.DecodeError:
                return


def _line(record: Record) -> bytes:
    return msgspec.json.encode(record) + b"\n"


__all__ = ["INDEX", "Folder", "digest"]
