"""The lines of a CSV file as people and spreadsheets save it: commas, semicolons or tabs, quoted cells, `sep=;` in front.

In comes a text or a stream of its lines, out come its rows with their line numbers; a line that isn't CSV is an error that names it.
What a cell means is decided elsewhere.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from symlstm.errors import DocumentError, Source

LONGEST_CELL = 2_000_000
"""Characters of a cell; twice what a piece of work may have."""
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
    def wrong(what: str, line: int, _: str) -> DocumentError:
        return DocumentError(what, source, line_start(source, line))

    return streamed_rows(io.StringIO(source.text, newline=""), wrong)


def streamed_rows(lines: Iterable[str], wrong: Callable[[str, int, str], DocumentError]) -> Iterator[Row]:
    r"""The same from lines with their ends, one after the other; `wrong` makes an error of what it is, the line's number and its text.

    >>> list(streamed_rows(["sep=|\n", "id|name\n"], lambda what, line, text: DocumentError(what)))
    [Row(cells=['id', 'name'], line=2)]
    """
    fed = iter(lines)
    first, before = next(fed, ""), 0
    # Excel may write in a line of its own what stands between cells.
    if said := _SEPARATOR.match(first):
        first, before = next(fed, ""), 1
    while first and not first.strip():
        first, before = next(fed, ""), before + 1
    delimiter = said[1] if said else max(_DELIMITERS, key=first.count)
    taken = _Taken(chain((first,), fed) if first else ())
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))
    reader = csv.reader(taken, delimiter=delimiter, strict=True)
    while True:
        line, taken.opening = before + reader.line_num + 1, ""
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            what = (f"a cell of more than {LONGEST_CELL:,} characters; is a quotation mark never closed?" if "limit" in str(error) else
                    "this line isn't CSV: a quotation mark is never closed, or stands inside a cell without being doubled")
            raise wrong(what, line, taken.opening) from None
        if any(cell.strip() for cell in cells):
            yield Row(cells, line)


class _Taken:
    """Lines as they are taken; holds on to the first one of a row."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.opening = ""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.opening = self.opening or line
        return line


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
