"""A finding: what is ambiguous or fragile about a problem, where, why it matters, and what to write to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Subject: TypeAlias = tuple[str, int | None, str]
"""What a finding is about, whatever the numbers are: its rule, the question (from 1), the place or symbol."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. Its sentences are plain text with Unicode maths, each complete in itself."""

    code: str
    """The id of its row in the table of rules."""
    pos: int
    """Offset in the document's text: what to look at."""
    question: int | None
    """The number of the question that it is about; None for the document."""
    place: str
    """The place or symbol, as in `h_5` or `b_f`; empty where there is none."""
    what: str
    """What is so, with the values."""
    why: str
    """Why it matters."""
    mend: str
    """What to write in the document."""

    @property
    def subject(self) -> Subject:
        """What it is about, by which the findings of two variants are compared."""
        return self.code, self.question, self.place
