"""Files in and out: bounded reading, and writing that leaves a whole file or none."""

from __future__ import annotations

import codecs
import os
import re
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from symlstm.errors import DocumentError, Source, UsageError

_NOT_TEXT = re.compile(r"[\0\ud800-\udfff]")
LARGEST = 200_000
"""Bytes of a problem document; more is an error."""
LARGEST_WORK = 1_000_000
"""Bytes of a piece of work."""


def read_source(path: Path, *, largest: int = LARGEST, what: str = "problem document", empty: bool = False) -> Source:
    """The text of a document; `-` is standard input. UTF-8, at most `largest` bytes; `what` it is, for messages; `empty`: whether it
    may be empty."""
    name = str(path)
    if name == "-":
        data = sys.stdin.buffer.read(largest + 1)
        name = "<stdin>"
    else:
        try:
            if os.path.isdir(path):
                raise UsageError(f"{name}: a folder; name the {what} in it")
            with path.open("rb") as file:
                data = file.read(largest + 1)
        except (OSError, ValueError) as error:
            reason = "there is no such file" if isinstance(error, FileNotFoundError) else (
                error.strerror if isinstance(error, OSError) and error.strerror else str(error)).lower()
            raise UsageError(f"{name}: {reason}") from None
    if len(data) > largest:
        raise UsageError(f"{name}: larger than {largest:,} bytes, which no {what} is")
    if not data.strip() and not empty:
        raise UsageError(f"{name}: the file is empty; `symlstm new NAME` writes a document to start from")
    return decoded(name, data, largest=largest, what=what)


def decoded(name: str, data: bytes, *, largest: int = LARGEST, what: str = "problem document") -> Source:
    r"""The text of a document from its bytes, under a name: UTF-8, or UTF-16 with its byte order mark.

    >>> decoded("a.md", b"\xef\xbb\xbf---\r\n").text
    '---\n'
    >>> decoded("a.md", "h = ½".encode("utf-16")).text
    'h = ½'
    """
    if len(data) > largest:
        raise UsageError(f"{name}: larger than {largest:,} bytes, which no {what} is")
    encoding, shown = ("utf-16", "UTF-16") if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ("utf-8", "UTF-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, "replace")
        source = Source(name, before)
        raise DocumentError(
            f"byte {data[error.start]:#04x} isn't {shown}; save the file as UTF-8", source, len(before)
        ) from None
    return text_source(name, text, largest=largest, what=what)


def text_source(name: str, text: str, *, largest: int = LARGEST, what: str = "problem document") -> Source:
    r"""The text of a document under a name, without a byte order mark, its lines ended by `\n`.

    >>> text_source("a.md", "---\r\n").text
    '---\n'
    """
    if len(text) > largest:
        raise UsageError(f"{name}: larger than {largest:,} bytes, which no {what} is")
    text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").replace("\r\n", "\n").replace("\r", "\n")
    if found := _NOT_TEXT.search(text):
        code = ord(found.group())
        what = "a null character; this isn't a text file" if not code else f"a character (U+{code:04X}) that no text has; take it out"
        raise DocumentError(what, Source(name, text), found.start())
    return Source(name, text)


def write_whole(path: Path, pieces: Iterable[str | bytes]) -> None:
    """Write the pieces to a file beside the path, then put it in its place: whole or not at all."""
    if os.path.isdir(path):  # Path.is_dir raises where a name is too long.
        raise UsageError(f"{path}: a folder; name a file")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                file.write(piece.encode() if isinstance(piece, str) else piece)
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    finally:
        temporary.unlink(missing_ok=True)
