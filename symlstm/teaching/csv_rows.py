"""The lines of a CSV file as people and spreadsheets save it: commas, semicolons or tabs, quoted cells, `sep=;` in front.

In comes a text, out come its rows with their line numbers; a line that isn't CSV is an error that names it. What a cell means is
decided elsewhere.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symlstm.errors import DocumentError, Source

_SHOWN = 8
"""Lines that an error names before it says how many more there are."""
_DELIMITERS = ",;\t"
_SEPARATOR = re.compile(r"sep=([,;\t|])\n", re.IGNORECASE)
# What would act on a page or terminal: controls, and marks that turn the direction of what follows.
_ACTING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff]+")


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a line that isn't empty."""

    cells: list[str]
    line: int


def rows(source: Source) -> Iterator[Row]:
    r"""The lines that aren't empty, each with its number.

    >>> [row.cells for row in rows(Source("a.csv", "id;name\n\n7;Ada\n"))]
    [['id', 'name'], ['7', 'Ada']]
    """
    # Excel may write in a line of its own what stands between cells.
    said = _SEPARATOR.match(source.text)
    text = source.text[said.end() :] if said else source.text
    first = next((line for line in text.split("\n") if line.strip()), "")
    delimiter = said[1] if said else max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 1 if said else 0
    line = before + 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise DocumentError(
                "this line isn't CSV: a quotation mark is never closed, or stands inside a cell without being doubled", source,
                line_start(source, line)) from None
        if any(cell.strip() for cell in cells):
            yield Row(cells, line)
        line = before + reader.line_num + 1


def cleaned(text: str) -> str:
    """A cell without what would act on a page or terminal.

    >>> cleaned(" a\\u202eb ")
    'a b'
    """
    return unicodedata.normalize("NFC", _ACTING.sub(" ", text)).strip()


def listed_lines(lines: Sequence[int]) -> str:
    """Line numbers in words, the first few of them.

    >>> listed_lines([3]), listed_lines(range(1, 11))
    ('line 3', 'lines 1, 2, 3, 4, 5, 6, 7, 8 and 2 more')
    """
    shown = ", ".join(map(str, lines[:_SHOWN]))
    more = f" and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    return f"line{'s' if len(lines) > 1 else ''} {shown}{more}"


def line_start(source: Source, line: int) -> int:
    """The offset at which a line starts."""
    offset = 0
    for _ in range(line - 1):
        offset = source.text.find("\n", offset) + 1
    return offset
