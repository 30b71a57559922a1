"""A file name for each student: their id, as far as it can be one.

In come ids, out go names that differ in every file system, can't leave a folder and mean nothing to a shell. No file is touched here.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

_LONGEST = 60
"""Bytes of a name, before the digits that may stand behind it."""
_ENDING = re.compile(r"(?i)\.(?:md|pdf|html|tex|svg)")
_RESERVED = re.compile(r"(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])")


def file_names(ids: Iterable[str]) -> dict[str, str]:
    """From each id to its name, without an extension. An id that isn't one as it stands gets eight digits of its own behind it.

    >>> file_names(["s1", "S1", "../x", "王"])
    {'s1': 's1-e8bc163c', 'S1': 'S1-3696ad59', '../x': 'x-d6b96a97', '王': '王'}
    """
    names = {id: _name(id) for id in ids}
    spelled: dict[str, int] = {}
    for name in names.values():
        spelled[name.casefold()] = spelled.get(name.casefold(), 0) + 1
    plain = {id for id, name in names.items() if name == id and spelled[name.casefold()] == 1}
    for count in (8, 64):
        found = {id: name if id in plain else f"{name}-{_digits(id)[:count]}" for id, name in names.items()}
        # An id may look like another one's name.
        if len({name.casefold() for name in found.values()}) == len(found):
            break
    return found


def _name(id: str) -> str:
    kept = "".join(c if c.isalnum() or c in "-_." or unicodedata.combining(c) else "-" for c in id)
    # A name that ends like a file could be taken for one.
    whole = re.sub("-{2,}", "-", _ENDING.sub("-", kept)).strip("-._ ")
    name = whole.encode()[:_LONGEST].decode(errors="ignore").rstrip("-._ ")
    return f"id-{name}" if not name or _RESERVED.fullmatch(name.split(".")[0]) else name


def _digits(id: str) -> str:
    return hashlib.sha256(id.encode()).hexdigest()
