"""CSV that a spreadsheet opens as what it says: quoted where needed, and no cell that would run as a formula.

In come texts, out goes a line of CSV (RFC 4180). This module knows nothing of what a cell means.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

_STARTS_A_FORMULA = tuple("=+-@＝＋－＠\t\r\n")
_NUMBERS = re.compile(r"(?:[-+−]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?:, |$))+")


def neutral(text: str) -> str:
    """A text that a spreadsheet shows and doesn't run: what would start a formula gets an apostrophe in front, unless it is a number,
    or several with commas between them.

    >>> neutral("=1+1"), neutral("-0.5"), neutral("Ada")
    ("'=1+1", '-0.5', 'Ada')
    """
    return "'" + text if text.lstrip(" ").startswith(_STARTS_A_FORMULA) and not _NUMBERS.fullmatch(text) else text


def csv_line(cells: Iterable[str]) -> str:
    r"""The cells as a line of CSV with its end.

    >>> csv_line(["1", "Lovelace, Ada", "@SUM(A1)"])
    '1,"Lovelace, Ada",\'@SUM(A1)\r\n'
    """
    row = [neutral(cell) for cell in cells]
    # What separates cells elsewhere may not begin a cell, and so a formula, in the middle of one.
    separated = any(mark in cell for cell in row for mark in ";\t|")
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL if separated else csv.QUOTE_MINIMAL).writerow(row)
    return out.getvalue()
