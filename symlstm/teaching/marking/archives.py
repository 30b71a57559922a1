"""Work in an archive: zip, or tar with or without gzip, bzip2 or xz, read in memory entry by entry and never unpacked to a disk.

In comes a path, out goes a stream of `Found`. Names that lead out of the archive, links and devices are refused and named. How much is
unpacked is bounded: of an entry, in all, in number, and against the size of the archive.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from symlstm.errors import UsageError
from symlstm.model.files import LARGEST_WORK
from symlstm.teaching.csv_rows import cleaned
from symlstm.teaching.held_folder import cant
from symlstm.teaching.marking.found import Found, of_bytes, skipped, stem

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

MOST_ENTRIES = 500_000
MOST_BYTES = 4_000_000_000
"""Bytes that are unpacked of one archive."""
MOST_TIMES = 200
"""How many times its own size an archive may unpack to, once that is more than `SUSPECT` bytes."""
SUSPECT = 200_000_000
_LONGEST_NAME = 4_000


def archived(path: Path) -> Iterator[Found]:
    """The pieces of work in an archive.

    Raises `UsageError` where it can't be read, or is more than any class hands in.
    """
    reading = _zipped if path.name.casefold().endswith(".zip") else _tarred
    try:
        yield from reading(path, _Tally(path, path.stat().st_size))
    except OSError as error:
        # What unpacks says only in words what is wrong.
        raise (cant(path, error) if error.strerror else _damaged(path)) from None


@dataclass
class _Tally:
    """How much was unpacked of an archive so far."""

    path: Path
    size: int
    unpacked: int = 0
    entries: int = field(default=0)

    def unpack(self, count: int) -> None:
        """Count bytes that were unpacked."""
        self.unpacked += count
        bound = min(MOST_BYTES, max(SUSPECT, MOST_TIMES * self.size))
        if self.unpacked > bound:
            raise UsageError(f"{self.path}: unpacks to more than {bound // 1_000_000:,} million bytes, which no work of a "
                             "class does; it may be a bomb. Take it apart, and name the folders")

    def enter(self) -> None:
        """Count an entry."""
        self.entries += 1
        if self.entries > MOST_ENTRIES:
            raise UsageError(f"{self.path}: more than {MOST_ENTRIES:,} entries; split the archive")


def _refusal(name: str) -> str:
    """Why a name isn't followed; empty where it is."""
    parts = name.replace("\\", "/").split("/")
    if len(name) > _LONGEST_NAME:
        return "a name of more than 4,000 characters"
    if name.startswith(("/", "\\")) or (parts[0].endswith(":") and len(parts[0]) == 2):
        return "its name leads out of the archive (it begins at the root)"
    return "its name leads out of the archive (it has .. in it)" if ".." in parts else ""


def _found(path: Path, name: str, data: bytes | None, fault: str) -> Found | None:
    """An entry as a piece of work; None for what is nobody's."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    if not parts or any(skipped(part) for part in parts if part != ".."):
        return None
    place = f"{path.name}/{name.lstrip('/')}"
    whose = (*parts[:-1], stem(parts[-1]))
    if fault := fault or _refusal(name):
        return Found(cleaned(place[:_LONGEST_NAME].encode(errors="replace").decode()), whose, fault=fault)
    assert data is not None
    return of_bytes(data, place, whose)


# -- zip ---


def _zipped(path: Path, tally: _Tally) -> Iterator[Found]:
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                tally.enter()
                if entry.is_dir():
                    continue
                kind = stat.S_IFMT(entry.external_attr >> 16)
                fault = _KINDS.get(kind, "" if kind in (0, stat.S_IFREG) else _OTHER)
                data = b""
                if not fault and not _refusal(entry.filename):
                    data, fault = _unzipped(archive, entry)
                    tally.unpack(len(data))
                if (one := _found(path, entry.filename, data, fault)) is not None:
                    yield one
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, NotImplementedError):
        raise _damaged(path) from None


def _unzipped(archive: ZipFile, entry: ZipInfo) -> tuple[bytes, str]:
    """The bytes of an entry, at most one more than work may have, or why there are none."""
    import lzma
    import zipfile
    import zlib

    if entry.flag_bits & 1:
        return b"", "it is encrypted; unpack it first"
    try:
        with archive.open(entry) as file:
            return file.read(LARGEST_WORK + 1), ""
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError):
        return b"", "it is damaged"
    except (NotImplementedError, RuntimeError):
        return b"", "it is packed in a way that isn't known here; pack it anew as a plain zip"


_LINK = "a link, which isn't followed; put the file itself there"
_OTHER = "a device or pipe and no file"
_KINDS = {stat.S_IFLNK: _LINK}


# -- tar ---


class _Counted:
    """What unpacks, with every byte of it counted."""

    def __init__(self, file: IO[bytes], tally: _Tally) -> None:
        self._file, self._tally = file, tally

    def read(self, size: int) -> bytes:
        """The next bytes."""
        data = self._file.read(size)
        self._tally.unpack(len(data))
        return data


def _tarred(path: Path, tally: _Tally) -> Iterator[Found]:
    import lzma
    import tarfile
    import zlib

    try:
        with _opened(path) as file, tarfile.open(fileobj=cast("IO[bytes]", _Counted(file, tally)), mode="r|") as archive:
            for entry in archive:
                # Otherwise all that was read is kept.
                archive.members = []  # type: ignore[attr-defined]
                tally.enter()
                if entry.isdir():
                    continue
                fault = "" if entry.isreg() else _LINK if entry.issym() or entry.islnk() else _OTHER
                unpacked = archive.extractfile(entry) if not fault and not _refusal(entry.name) else None
                data = unpacked.read(LARGEST_WORK + 1) if unpacked is not None else b""
                if (one := _found(path, entry.name, data, fault)) is not None:
                    yield one
    except (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, ValueError):
        raise _damaged(path) from None


def _opened(path: Path) -> IO[bytes]:
    """An archive unpacked, by how it begins."""
    with path.open("rb") as file:
        start = file.read(6)
    if start.startswith(b"\x1f\x8b"):
        import gzip

        return cast("IO[bytes]", gzip.open(path, "rb"))
    if start.startswith(b"BZh"):
        import bz2

        return cast("IO[bytes]", bz2.open(path, "rb"))
    if start.startswith(b"\xfd7zXZ"):
        import lzma

        return cast("IO[bytes]", lzma.open(path, "rb"))
    return path.open("rb")


def _damaged(path: Path) -> UsageError:
    return UsageError(f"{path}: can't be unpacked; it is damaged, or no archive of this kind")
