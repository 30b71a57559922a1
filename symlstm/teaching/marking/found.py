"""What was handed in, as it is found: files in folders and archives, one by one, each with where it stands and its text or its fault.

In come the paths on the command line, out goes a stream of `Found`; nothing is written, no archive is ever unpacked to a disk, and
no link is followed. Whose work it is is decided in `whose`.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from symlstm.errors import DocumentError, SymlstmError, UsageError
from symlstm.model.files import LARGEST_WORK, decoded
from symlstm.teaching.csv_rows import cleaned
from symlstm.teaching.held_folder import cant

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz")
SKIPPED = frozenset(["__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", "timestamp.txt", ".ipynb_checkpoints", ".git"])
"""What systems and programs leave beside a student's file; `timestamp.txt` is nbgrader's."""
_DEEPEST = 20
"""Folders in one another that are looked into."""


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of work, or something in its place."""

    place: str
    """Where it stands, from the name on the command line on."""
    parts: tuple[str, ...]
    """Its path in the folder or archive, the name without its ending last; for a row of answers the id alone."""
    text: str = ""
    fault: str = ""
    """Why it can't be judged; empty where it can."""
    named: bool = False
    """Whether `parts` is the id itself, and not a name that an id may stand in."""


def _nothing(folder: Path, shown: str) -> frozenset[str]:
    return frozenset()


def found(
    paths: Sequence[Path], passed_over: Collection[Path] = (), written: Callable[[Path, str], Collection[str]] = _nothing,
) -> Iterator[Found]:
    """What the folders, archives and files hold, without `passed_over`: what else the command line names; and without what is `written`
    in a folder by us: the names, from the folder and what it is called.

    Raises `UsageError` where a path isn't there, and for an archive that can't be read or is a bomb.
    """
    known = {key for path in passed_over if (key := _key(path))}
    for path in paths:
        name = path.name or path.resolve().name
        try:
            is_folder = path.is_dir()
            if not is_folder and not path.exists():
                raise UsageError(f"{path}: there is no such file or folder")
        except (OSError, ValueError) as error:
            raise UsageError(f"{path}: {error}") from None
        if is_folder:
            yield from _folder(path, name, known, written)
        elif name.casefold().endswith(ARCHIVES):
            from symlstm.teaching.marking.archives import archived

            yield from archived(path)
        else:
            yield read_file(path, name, (stem(name),))


def stem(name: str) -> str:
    """A file's name without its ending.

    >>> stem("s01.md"), stem("a.b"), stem(".md"), stem("v1.2 final")
    ('s01', 'a', '.md', 'v1.2 final')
    """
    front, dot, ending = name.rpartition(".")
    return front if front and dot and ending.isalnum() and len(ending) <= 8 else name


def skipped(name: str) -> bool:
    """Whether a name is nobody's work: what systems leave behind, hidden files, and the locks of office programs.

    >>> skipped("~$s01.docx"), skipped(".~lock.s01.odt#"), skipped("s01.docx")
    (True, True, False)
    """
    return name in SKIPPED or name.startswith((".", "~$"))


def _folder(
    path: Path, where: str, known: Collection[tuple[int, int]], written: Callable[[Path, str], Collection[str]],
    above: tuple[str, ...] = (),
) -> Iterator[Found]:
    try:
        entries = os.scandir(path)
    except OSError as error:
        yield Found(shown(where), above or (where,), fault=_reason(error))
        return
    ours = written(path, shown(where))
    with entries:
        for entry in entries:
            if skipped(entry.name) or entry.name in ours:
                continue
            place, parts = f"{where}/{entry.name}", (*above, stem(entry.name))
            try:
                mode = entry.stat(follow_symlinks=False)
            except OSError as error:
                yield Found(shown(place), parts, fault=_reason(error))
                continue
            if (mode.st_dev, mode.st_ino) in known:
                continue
            if stat.S_ISLNK(mode.st_mode):
                yield Found(shown(place), parts, fault="a link, which isn't followed; put the file itself there")
            elif stat.S_ISDIR(mode.st_mode):
                if len(above) < _DEEPEST:
                    yield from _folder(Path(entry.path), place, known, written, (*above, entry.name))
                else:
                    yield Found(shown(place), parts, fault=f"more than {_DEEPEST} folders in one another")
            elif not stat.S_ISREG(mode.st_mode):
                yield Found(shown(place), parts, fault="a device or pipe and no file")
            else:
                yield read_file(Path(entry.path), place, parts)


def read_file(path: Path, place: str, parts: tuple[str, ...]) -> Found:
    """A file as a piece of work."""
    try:
        with path.open("rb") as file:
            return of_bytes(file.read(LARGEST_WORK + 1), place, parts)
    except OSError as error:
        return Found(shown(place), parts, fault=_reason(error))


def of_bytes(data: bytes, place: str, parts: tuple[str, ...]) -> Found:
    """A piece of work from its bytes.

    >>> of_bytes(b"h_1 = 2", "w/s1.md", ("s1",)).text, of_bytes(b"%PDF-1.7", "w/s1.pdf", ("s1",)).fault
    ('h_1 = 2', 'a PDF; work is text: Markdown, LaTeX or plain text')
    """
    if kind := next((kind for start, kind in _KINDS if data.startswith(start)), ""):
        return Found(shown(place), parts, fault=f"{kind}; work is text: Markdown, LaTeX or plain text")
    if kind := _markup(data, place):
        return Found(shown(place), parts, fault=f"{kind}; save it as text: Markdown, LaTeX or plain text")
    if len(data) > LARGEST_WORK:
        return Found(shown(place), parts, fault=f"larger than {LARGEST_WORK:,} bytes, which no piece of work is")
    try:
        return Found(shown(place), parts, decoded("work", data, largest=LARGEST_WORK, what="piece of work").text)
    except DocumentError as error:
        return Found(shown(place), parts, fault=f"line {error.line}: {error.message}")
    except SymlstmError as error:
        return Found(shown(place), parts, fault=error.message)


_KINDS = (
    (b"%PDF-", "a PDF"), (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"),
    (b"PK\x03\x04", "an archive or office document"), (b"\x1f\x8b", "an archive"), (b"7z\xbc\xaf", "an archive"),
    (b"Rar!", "an archive"), (b"\xfd7zXZ", "an archive"), (b"BZh", "an archive"), (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"{\\rtf", "an office document"), (b"\x7fELF", "a program"), (b"MZ\x90", "a program"),
)
"""How files begin that aren't text, and what they are."""


_NAMED = {".html": "a web page", ".htm": "a web page", ".xhtml": "a web page", ".mhtml": "a web page", ".ipynb": "a notebook",
          ".xml": "XML", ".svg": "a picture", ".fodt": "an office document"}
"""What a file is by the ending of its name, where that is text which a program reads and no person."""
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_NOTEBOOK = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"(?:cells|metadata|nbformat(?:_minor)?)"\s*:')


def _markup(data: bytes, place: str) -> str:
    """What a text is that a program reads, whatever it is called; empty for one that a person reads."""
    if _PAGE.match(data, 0, _LOOKED_AT):
        return "a web page"
    if _NOTEBOOK.match(data, 0, _LOOKED_AT):
        return "a notebook"
    return next((kind for ending, kind in _NAMED.items() if place.casefold().endswith(ending)), "")


_LOOKED_AT = 4_000


def shown(place: str) -> str:
    """A place or id as it may stand on a page or terminal, and in a database.

    >>> shown("r\\udce9p.csv")
    'r?p.csv'
    """
    return cleaned(place.encode(errors="replace").decode())


def _key(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def _reason(error: OSError) -> str:
    return cant(Path(), error).message.partition(": ")[2]
