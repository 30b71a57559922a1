"""A folder that one run at a time writes to: held by a lock, its files whole or not there.

In come names and bytes, out go files. While a run lasts, the folder has another one inside, `.symlstm`, with the lock and what is half
written. Nothing outside the folder is written; what the files say is the caller's.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from symlstm.errors import UsageError

WORKING = ".symlstm"
_LOCK = "lock"
_TRIES = 100
"""To take the lock while another run that is at its end takes the folder of the lock away."""


@dataclass(frozen=True, slots=True)
class HeldFolder:
    """A folder, and the names in it that a run writes to: none of them may be a link, which could lead out of it."""

    path: Path
    names: tuple[str, ...]

    @property
    def working(self) -> Path:
        """Where what is half written stands; gone when the run is at its end."""
        return self.path / WORKING

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder, so that no second run writes to it; where the system has no locks, nothing keeps it away.

        Raises `UsageError` where another run holds it, where one of the names is a link, or it can't be written.
        """
        try:
            if link := next((name for name in (WORKING, *self.names) if (self.path / name).is_symlink()), ""):
                raise UsageError(f"{self.path / link}: a link, which may lead out of the folder; name another folder")
            file = self._opened()
        except OSError as error:
            raise cant(self.path, error) from None
        with file:
            if not _locked(file, self.working / _LOCK):
                raise UsageError(f"{self.path}: another run is writing to this folder; wait for it, or name another folder")
            yield

    def _opened(self) -> IO[bytes]:
        """The file of the lock, which may go between any two steps."""
        for left in reversed(range(_TRIES)):
            try:
                self.working.mkdir(parents=True, exist_ok=True)
                return (self.working / _LOCK).open("wb")
            except (FileNotFoundError, FileExistsError):
                if not left:
                    raise
        raise AssertionError("there is a last try")

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write one file, whole or not at all."""
        path, part = self.path / name, self.working / "part"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                file.writelines(pieces)
            os.replace(part, path)
        except OSError as error:
            raise cant(path, error) from None

    def close(self) -> None:
        """Take away what a run needs while it lasts."""
        lock = self.working / _LOCK
        try:
            for path in self.working.iterdir():
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                elif path != lock:
                    path.unlink()
            # From here on another run may hold the folder: what stands in it now is that one's.
            lock.unlink(missing_ok=True)
        except OSError as error:
            raise cant(self.path, error) from None
        remove_empty(self.working)


def digest(data: bytes) -> str:
    """The digest by which a file is known to be whole."""
    return hashlib.sha256(data).hexdigest()


def file_digest(path: Path) -> str:
    """The digest of what stands in a file; empty where it isn't there, or something else is in its place."""
    try:
        return digest(path.read_bytes())
    except OSError:
        return ""


def remove_empty(path: Path) -> None:
    """Take away a folder, unless it is gone already or somebody has put something into it."""
    try:
        path.rmdir()
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENOTEMPTY, errno.EEXIST):
            raise cant(path, error) from None


def cant(path: Path, error: OSError) -> UsageError:
    """What to say where the system refuses something about a path."""
    return UsageError(f"{path}: {(error.strerror or str(error)).lower()}")


def _locked(file: IO[bytes], path: Path) -> bool:
    """Whether a file is locked for this process now, and still the one at that path; true too where the system has no locks."""
    try:
        import fcntl
    except ImportError:
        file.close()
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EAGAIN, errno.EACCES)
    try:
        # The run before may have finished, and taken its lock away, since the file was opened.
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
