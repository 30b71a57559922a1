"""What one piece of work may take, and what is said of a piece that took more or couldn't be finished."""

from __future__ import annotations

import math
from dataclasses import dataclass

from symlstm.errors import UsageError


@dataclass(frozen=True, slots=True)
class Limits:
    """What one piece may take; `UsageError` for limits that aren't positive.

    >>> Limits(seconds=5).megabytes
    4096
    """

    seconds: float = 60.0
    """For one piece."""
    megabytes: int = 4096
    """Of memory (2**20 bytes), for the process that works on it; only where the system can bound that (Linux)."""

    def __post_init__(self) -> None:
        if not (self.seconds > 0 and math.isfinite(self.seconds)):
            raise UsageError(f"{self.seconds:g} seconds for a piece of work; it takes a positive number")
        if self.megabytes < 1:
            raise UsageError(f"{self.megabytes:,} MB of memory for a piece of work; it takes a positive number")


USUAL = Limits()
"""What a piece may take unless somebody says otherwise."""
PATIENT = Limits(seconds=3600.0, megabytes=16_384)
"""For what a teacher asks for, who may have a large problem or a narrow choice of numbers."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A piece whose work couldn't be finished: named, and holding up nobody."""

    why: str
    """To be read after the name of the piece: "took more than 60 seconds"."""
