"""Whose work it is: the id of the roster that the name of a file or folder is, or that stands in it.

In come the ids and names of a class and the parts of a path, out goes an id or why there is none. Names are those that people give, and
those that learning platforms do (`platforms`), whose numbers are nobody's id; nbgrader's folders are `id/assignment/`. Where ids and
names speak for different students, it is nobody's. No file is touched here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from symlstm.teaching.csv_rows import cleaned
from symlstm.teaching.handouts.file_names import file_names
from symlstm.teaching.marking.found import shown
from symlstm.teaching.marking.platforms import HandedIn, handed_in

LONGEST = 300
"""Characters of an id."""
_MOST_TOKENS = 40
"""Words of a name that are looked at."""
_SHORT = 3
"""Digits of a number that may count something."""
_TOKEN = re.compile(r"[^\W_]+")
_COPY = re.compile(r"\s*\(\d+\)\s*$")
"""What a browser puts behind a name that is there already."""


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
        self._called: dict[str, list[str]] = {}
        """Whom a platform may mean, by `_turned` names."""
        for id, name in listed:
            if turned := _turned(name):
                self._called.setdefault(turned, []).append(id)
        self._words = {id: frozenset(tokens(name)) for id, name in listed if _counts(id)}
        """The words of a name, for ids that may as well count something else."""

    def whose(self, parts: Sequence[str], named: bool) -> str | Nobody:
        """The student whose id or full name stands in a path: as the whole name of a file or folder, or as words of it.

        `named`: the path is the id itself. What speaks for several students is nobody's.

        >>> them = Class([("s01", "Ada Lovelace"), ("s02", "Bo Diddley"), ("7", "Cy Twombly")])
        >>> them.whose(["s01"], False), them.whose(["Work of s02 (final)"], False), them.whose(["s02", "7", "work"], False)
        ('s01', 's02', 's02')
        >>> them.whose(["Ada Lovelace_7_assignsubmission_file_", "work"], False), them.whose(["lovelaceada_LATE_7_77_work"], False)
        ('s01', 's01')
        >>> them.whose(["Homework 7 - Ada Lovelace"], False).why
        "the id 7 and the name of s01 stand in its name; name the file after one student's id"
        """
        if named:
            return self._is(parts[-1]) or Nobody(f"the roster has no id {parts[-1]!r}" if parts[-1] else "the id is missing")
        if (said := handed_in(parts)) is not None:
            return self._from_platform(said)
        ids, numbers = self._ids(parts)
        names = self._named(parts)
        if not ids and names:
            ids = [id for id in numbers if id in names] or numbers
        elif not ids and numbers:
            # A part of the student's name makes it sure.
            words = {word for part in parts for word in tokens(part) if len(word) > 1}
            if len(numbers) > 1 or not words & self._words[numbers[0]] - {numbers[0]}:
                return Nobody(f"the number {numbers[0]} in its name may be an id or count something; give the file the id alone as its "
                              "name")
            ids = numbers
        return _agreed(ids, names) or Nobody("no id of the roster stands in its name; name the file after the id")

    def _from_platform(self, said: HandedIn) -> str | Nobody:
        """Whom a platform says that it was. A number in the student's own name for a file counts something; another id doesn't."""
        # Moodle writes the group in front.
        names = self._called.get(_turned(said.who)) or self._called.get(_turned(said.who.partition("-")[2]), [])
        ids = [id for id in self._ids(said.own if names else (said.who, *said.own))[0] if not _counts(id)]
        return _agreed(ids, names) or Nobody(f"nobody in the roster is called {shown(said.who[:100])!r}, as {said.platform} says; "
                                             "name the file after the id")

    def _is(self, text: str) -> str | None:
        """The student whose id a text is, or the name that a handout gave it."""
        return self._exact.get(_plain(text)) if text else None

    def _named(self, parts: Sequence[str]) -> list[str]:
        """The students whose full names stand in a path."""
        return list(dict.fromkeys(id for part in parts for id in self._by_name.within(part)))

    def _ids(self, parts: Sequence[str]) -> tuple[list[str], list[str]]:
        """The ids that stand in a path, and the numbers in longer names that may be ids or may count something."""
        plain = [_COPY.sub("", part) for part in parts]
        whole = [(k, id) for k, part in enumerate(parts) if (id := self._is(part) or self._is(plain[k]))]
        words = list(dict.fromkeys(id for part in plain for id in self._by_id.within(part)))
        surely = [id for id in words if not _counts(id)]
        if not whole:
            return surely, [] if surely else words
        if folders := [(k, id) for k, id in whole if not _counts(id)]:
            # nbgrader's folders: the student, the assignment, the files.
            top, first = folders[0]
            return [first] if len(parts) - top > 2 else list(dict.fromkeys(id for _, id in folders)), []
        return list(dict.fromkeys([*(id for _, id in whole), *surely])), []


def _counts(id: str) -> bool:
    """Whether an id is a number so short that it may count homework, groups, copies."""
    return id.isdigit() and len(id) <= _SHORT


def _agreed(ids: Sequence[str], names: Sequence[str]) -> str | Nobody | None:
    """The student that ids and names both speak for; None where there are none of either."""
    if len(ids) > 1 or (not ids and len(names) > 1):
        them = ids or names
        listed = ", ".join(them[:4]) + (", …" if len(them) > 4 else "")
        if not ids:
            return Nobody(f"it names several students ({listed}), or has a name that all of them have; name the file after one "
                          "student's id")
        return Nobody(f"the ids {listed} stand in its name; give the file the name of one student")
    if ids and names and ids[0] not in names:
        return Nobody(f"the id {ids[0]} and the name of {names[0]} stand in its name; name the file after one student's id")
    return next(iter((*ids, *names)), None)


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


def _turned(name: str) -> str:
    """A name as all spellings of platforms have it: its letters run together, turned round to the first in order of the alphabet.

    Canvas puts nothing between words, both may put the family name first, and Moodle leaves out what no file's name may have.
    """
    letters = "".join(tokens(name))[:LONGEST]
    return min((letters[k:] + letters[:k] for k in range(len(letters))), default="")


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
