"""A finding: what is ambiguous or fragile about a problem, where, why it matters, and what to write to mend it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from symlstm.errors import SymlstmError

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


def sentences(error: SymlstmError) -> tuple[str, str]:
    """What an error says is wrong, and what to do, which stands behind a semicolon.

    >>> sentences(SymlstmError("unknown key `tise`; did you mean `ties`?"))
    ('Unknown key `tise`.', 'Did you mean `ties`?')
    """
    what, _, mend = error.message.partition("; ")
    return _sentence(what), _sentence(mend or "mend this place")


def _sentence(text: str) -> str:
    # A symbol at its start keeps its small letter.
    start = text[:1].upper() if re.match(r"a\b|[a-z]{2,}\b(?![_^])", text) else text[:1]
    return start + text[1:] + ("" if text.endswith(("?", ".")) else ".")


MOST_NAMED = 6
"""Names that a sentence lists; of more it says how many."""


def named(names: Sequence[str]) -> str:
    """Names in a sentence.

    >>> named(["f", "i", "o"]), named(list("abcdefgh"))
    ('f, i and o', 'a, b, c, d, e, f and 2 more')
    """
    shown = [*names[:MOST_NAMED], *([f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else [])]
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]
