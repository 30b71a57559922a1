"""What one piece of work may take, and what is said of a piece that took more or couldn't be finished."""

from __future__ import annotations

from dataclasses import dataclass

from symlstm.errors import UsageError

MOST_SECONDS = 604_800
"""A week: systems refuse to wait for centuries."""
MOST_MEGABYTES = 1 << 30
"""2**50 bytes, more than any machine has: systems refuse what 64 bits don't hold."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one piece may take; `UsageError` for limits that aren't positive, or larger than a system takes.

    >>> Limits(seconds=5).megabytes
    4096
    """

    seconds: float = 60.0
    """For one piece."""
    megabytes: int = 4096
    """Of memory (2**20 bytes), for the process that works on it; only where the system can bound that (Linux)."""

    def __post_init__(self) -> None:
        if not 0 < self.seconds <= MOST_SECONDS:
            raise UsageError(f"the limit of a piece of work takes a positive number of seconds, at most {MOST_SECONDS:,} (a week)")
        if not 1 <= self.megabytes <= MOST_MEGABYTES:
            raise UsageError(f"the limit of a piece of work takes a positive number of MB of memory, at most {MOST_MEGABYTES:,}")


USUAL = Limits()
"""What a piece may take unless somebody says otherwise."""
PATIENT = Limits(seconds=3600.0, megabytes=16_384)
"""For what a teacher asks for, who may have a large problem or a narrow choice of numbers."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A piece whose work couldn't be finished: named, and holding up nobody."""

    why: str
    """To be read after the name of the piece: "took more than 60 seconds"."""
