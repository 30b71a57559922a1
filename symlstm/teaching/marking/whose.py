"""Whose work it is: the id of the roster that the name of a file or folder is, or that stands in it.

In come the ids and names of a class and the parts of a path, out goes an id or why there is none. Names are those that people give, and
those that learning platforms do: Moodle's `Name_123_assignsubmission_file_`, Canvas's `lastfirst_123_456_name.md`, nbgrader's folders
`id/assignment/`. No file is touched here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from symlstm.teaching.csv_rows import cleaned
from symlstm.teaching.handouts.file_names import file_names

LONGEST = 300
"""Characters of an id."""
_MOST_TOKENS = 40
"""Words of a name that are looked at."""
_TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Nobody:
    """Why a name is no student's."""

    why: str


class Class:
    """The students of a class, to be known by the names of their files."""

    def __init__(self, students: Iterable[tuple[str, str]]) -> None:
        """`students`: the id and the name of each."""
        listed = list(students)
        self._exact: dict[str, str] = {_plain(id): id for id, _ in listed}
        for id, name in file_names(id for id, _ in listed).items():
            self._exact.setdefault(_plain(name), id)
        self._by_id = _Spans((id, id) for id, _ in listed)
        self._by_name = _Spans((name, id) for id, name in listed if len(tokens(name)) > 1)

    def whose(self, parts: Sequence[str], named: bool) -> str | Nobody:
        """The student whose id a path is or has in it: the whole name of the file, then that of a folder, then a word in them.

        `named`: the path is the id itself.

        >>> them = Class([("s01", "Ada Lovelace"), ("s02", "Bo Diddley")])
        >>> them.whose(["s01"], False), them.whose(["lovelaceada_LATE_s02_77_work"], False), them.whose(["s02", "hw1", "work"], False)
        ('s01', 's02', 's02')
        >>> them.whose(["Ada Lovelace_4711_assignsubmission_file", "work"], False), them.whose(["s01 and s02"], False)
        ('s01', Nobody(why='the ids s01, s02 stand in its name; give the file the name of one student'))
        """
        if named:
            found = self._exact.get(_plain(parts[-1])) if parts[-1] else None
            return found or Nobody(f"the roster has no id {parts[-1]!r}" if parts[-1] else "the id is missing")
        for ids in self._readings(parts):
            if len(ids) == 1:
                return ids[0]
            if ids:
                listed = ", ".join(ids[:4]) + (", …" if len(ids) > 4 else "")
                return Nobody(f"the ids {listed} stand in its name; give the file the name of one student")
        return Nobody("no id of the roster stands in its name; name the file after the id")

    def _readings(self, parts: Sequence[str]) -> Iterator[list[str]]:
        """The ids that a path may mean, the surest reading first."""
        for part in reversed(parts):
            yield [self._exact[_plain(part)]] if _plain(part) in self._exact else []
        for spans in (self._by_id, self._by_name):
            yield list(dict.fromkeys(id for part in parts for id in spans.within(part)))


class _Spans:
    """Texts as their words, to be found in a longer text."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        self._known: dict[str, list[str]] = {}
        self._longest = 0
        for text, id in texts:
            words = tokens(text)
            self._longest = max(self._longest, len(words))
            if words:
                self._known.setdefault(" ".join(words), []).append(id)

    def within(self, text: str) -> Iterator[str]:
        """The ids whose texts stand in this one as words, except where one stands inside another."""
        words = tokens(text)[:_MOST_TOKENS]
        done = 0
        for start in range(len(words)):
            for end in range(min(len(words), start + self._longest), max(start, done), -1):
                if ids := self._known.get(" ".join(words[start:end])):
                    yield from ids
                    done = end
                    break


def tokens(text: str) -> list[str]:
    """The words of a text as they are compared.

    >>> tokens("Lovelace_S01-final (2)")
    ['lovelace', 's01', 'final', '2']
    """
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())


def own_name(parts: Sequence[str], named: bool) -> str | Nobody:
    """The id where there is no roster: the file's name without its ending, its folders in front.

    >>> own_name(["s01"], False), own_name(["group a", "s01"], False)
    ('s01', 'group a/s01')
    """
    id = unicodedata.normalize("NFC", cleaned("/".join(parts).encode(errors="replace").decode()))
    if not id:
        return Nobody("the id is missing")
    return id if len(id) <= LONGEST else Nobody(f"a name of more than {LONGEST} characters")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text)
