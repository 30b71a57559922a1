"""The pages of feedback in their folder: what stands there is as it was written, is missing, or is somebody's own by now.

In come names and what to write, out go files. A page is written after its row, to a place that is empty by then: wherever a run is
interrupted, what was written here is known from the rows, and what isn't was changed by hand. That is kept: as it is while its mark
stands, beside the new page otherwise. What a page says is the caller's.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from symlstm.teaching.held_folder import HeldFolder, cant, digest, file_digest, remove_empty
from symlstm.teaching.marking.marks import Marks, Row

PAGES = "feedback"
ASIDE = ".edited"
"""Behind the name of a page that somebody changed, where a new one takes its place: no page's name ends like that."""
_NAMED = 5
"""Pages that a warning names."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of the marks in a database."""

    folder: HeldFolder
    marks: Marks
    kept: dict[str, None] = field(default_factory=dict)
    """Those that somebody has changed, and that stand as they are."""
    aside: list[str] = field(default_factory=list)
    """The new names of those that had to make room."""

    def stands(self, id: str, page: str, of: str) -> bool:
        """Whether a mark's page is there: the one with the digest `of`, or what somebody has made of it."""
        found = self._found(page)
        if found == of:
            return True
        if not found or self.marks.wrote(id, page, found):
            return False
        self.kept[page] = None
        return True

    def keep(self, judged: Sequence[tuple[Row, bytes]]) -> None:
        """Write rows, all of them or none, then the page of each."""
        for row, _ in judged:
            _, page, of = self.marks.work(row.id) or ("", row.page, "")
            if page != row.page and not self.marks.is_of_another(page, row.id):
                self._remove(page, of)
            self._make_room(row)
        self.marks.keep(row for row, _ in judged)
        for row, data in judged:
            self.folder.write(f"{PAGES}/{row.page}", (data,))

    def remove_those_before(self) -> None:
        """Take away the pages of earlier marks that no mark has now."""
        for page, of in self.marks.pages_before():
            self._remove(page, of)

    def remove_all(self) -> None:
        """Take away the pages of all marks."""
        for _, _, page, of in self.marks.works():
            self._remove(page, of)
        remove_empty(self.folder.path / PAGES)

    def warnings(self) -> tuple[str, ...]:
        """What to say of pages that somebody has changed."""
        said = []
        if self.kept:
            said.append(f"changed by hand since it was written, and kept as it is: {_named(list(self.kept))}")
        if self.aside:
            said.append(f"changed by hand, and a new page has taken its place; it stands beside that now: {_named(self.aside)}")
        return tuple(said)

    def _make_room(self, row: Row) -> None:
        """Empty the place of a page that is to be written."""
        found, path = self._found(row.page), self._path(row.page)
        if found in ("", row.page_digest):
            return
        try:
            if self.marks.wrote(row.id, row.page, found):
                path.unlink()
                return
            names = (f"{row.page}{ASIDE}{'' if number == 1 else f'-{number}'}" for number in count(1))
            beside = next(name for name in names if not os.path.lexists(self._path(name)))
            os.replace(path, self._path(beside))
        except OSError as error:
            raise cant(path, error) from None
        self.aside.append(beside)

    def _remove(self, page: str, of: str) -> None:
        """Take away a page that was written here, unless somebody has changed it since."""
        path = self._path(page)
        try:
            if file_digest(path) == of:
                path.unlink()
        except OSError as error:
            raise cant(path, error) from None

    def _path(self, page: str) -> Path:
        return self.folder.path / PAGES / page

    def _found(self, page: str) -> str:
        """The digest of what stands in a page's place; empty for nothing, for a link, and for a file that is empty, as a page that the
        system hadn't written yet when the power went."""
        path = self._path(page)
        found = "" if path.is_symlink() else file_digest(path)
        return "" if found == _NOTHING else found


_NOTHING = digest(b"")


def _named(pages: list[str]) -> str:
    more = f", and {len(pages) - _NAMED:,} more" if len(pages) > _NAMED else ""
    return ", ".join(f"{PAGES}/{page}" for page in pages[:_NAMED]) + more
