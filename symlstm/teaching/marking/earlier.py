"""Folders of earlier markings that stand among the work: what was written there is nobody's work.

In comes a folder, out go the names in it that a marking has written. Files are opened, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

_SQLITE, _OURS, _AT = b"SQLite format 3\0", b"SYLM", 68
"""How a database begins, and what its header has where it is one of marks: the application id."""


def is_of_marks(path: Path) -> bool:
    """Whether a file is a database of marks, by its header."""
    try:
        with path.open("rb") as file:
            head = file.read(_AT + len(_OURS))
    except OSError:
        return False
    return head.startswith(_SQLITE) and head[_AT:] == _OURS


@dataclass
class Earlier:
    """The earlier markings that are met on the way through the work."""

    output: Path
    """The folder of this marking, of which nothing needs saying."""
    database: str
    names: frozenset[str]
    """All names that a marking writes in its folder."""
    is_ours: Callable[[Path], bool]
    """Whether the grade book of a folder is one of ours, where its database is gone."""
    met: list[str] = field(default_factory=list)

    def written(self, folder: Path, shown: str) -> frozenset[str]:
        """The names in a folder that a marking has written; `shown` is how the folder is called."""
        if not is_of_marks(folder / self.database) and not self.is_ours(folder):
            return frozenset()
        if not (self.output.exists() and folder.samefile(self.output)):
            self.met.append(shown)
        return self.names

    def warnings(self) -> list[str]:
        """What to say of them."""
        return [f"{shown}: holds an earlier marking, whose files are no work and are passed over" for shown in self.met]
