"""What a handout says of itself and of each student: from what it was made, who got which variant, its answers, the files."""

from __future__ import annotations

import msgspec

FORMAT = "symlstm/handout-1"


class Opening(msgspec.Struct, frozen=True):
    """The head of an index or journal."""

    format: str
    inputs: str
    """The digest of all that decides what is handed out."""
    seed: str
    problems: tuple[str, ...]
    """The file names of the problem documents."""
    columns: tuple[str, ...]
    """The names of the roster's further columns."""


class Answered(msgspec.Struct, frozen=True):
    """The answer to one question."""

    question: int
    kind: str
    values: dict[str, str | list[str]]
    """From a place to its digits (a list for a vector), from an option to whether it holds."""


class Handed(msgspec.Struct, frozen=True):
    """One problem as a student got it."""

    problem: str
    """The problem document's file name."""
    seed: str
    """What the variant was drawn from; empty where the problem has no `vary`."""
    draw: int
    """Which draw it is; 0 where the problem has no `vary`."""
    answers: tuple[Answered, ...]


class Record(msgspec.Struct, frozen=True):
    """One student with what they got."""

    id: str
    name: str
    more: tuple[str, ...]
    """The cells of the roster's further columns."""
    variants: tuple[Handed, ...]
    files: dict[str, str]
    """From each file, by its path in the folder, to its SHA-256 digest."""
