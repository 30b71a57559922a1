"""The lines of a large text file one after the other, so that memory doesn't grow with the file.

In comes a path, out come lines of text (UTF-8, or UTF-16 with its byte order mark) that end in `\\n`. What they say is decided
elsewhere.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from symlstm.errors import DocumentError, Source, UsageError
from symlstm.teaching.held_folder import cant

LONGEST = 2_000_000
"""Characters of a line."""
_NOT_TEXT = re.compile("[\0\ud800-\udfff]")


def text_lines(path: Path, *, largest: int, what: str) -> Iterator[str]:
    r"""The lines of a file of at most `largest` bytes; `what` it is, for messages.

    Raises `UsageError` where it can't be read, and `DocumentError` at what isn't text.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.csv")
    ...     _ = path.write_bytes(b"\xef\xbb\xbfid;h\r\n1;2")
    ...     list(text_lines(path, largest=100, what="file of answers"))
    ['id;h\n', '1;2']
    """
    number = size = 0
    try:
        with path.open("rb") as opening:
            wide = opening.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
        # A byte that isn't UTF-8 comes in as a lone surrogate, and is told at its line.
        with path.open(encoding="utf-16" if wide else "utf-8-sig", errors="strict" if wide else "surrogateescape") as file:
            while line := file.readline(LONGEST):
                number, size = number + 1, size + len(line)
                if size > largest or (number == 1 and path.stat().st_size > largest):
                    raise UsageError(f"{path}: larger than {largest:,} bytes, which no {what} is")
                if found := _NOT_TEXT.search(line):
                    code = ord(found[0])
                    raise wrong_line(path, f"byte {code - 0xDC00:#04x} isn't UTF-8; save the file as UTF-8" if code else
                                     "a null character; this isn't a text file", number, line, found.start())
                if len(line) == LONGEST and not line.endswith("\n"):
                    raise wrong_line(path, f"a line of more than {LONGEST:,} characters, which no {what} has", number, "")
                yield line
    except UnicodeDecodeError:
        raise wrong_line(path, "this isn't UTF-16, as the beginning of the file says; save it as UTF-8", number + 1, "") from None
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such file") from None
    except OSError as error:
        raise cant(path, error) from None
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from None


def wrong_line(path: Path, what: str, number: int, line: str, at: int = 0) -> DocumentError:
    r"""The error of a line, by its number from 1, and the character in it.

    >>> str(wrong_line(Path("a.csv"), "no number", 3, "1,b\n", 2)).partition("\n")[0]
    'a.csv:3:3: no number'
    """
    return DocumentError(what, Source(str(path), "\n" * (number - 1) + line.rstrip("\n")), number - 1 + at)
