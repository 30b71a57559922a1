"""What a state of a machine remembers, in words."""

from __future__ import annotations

from collections.abc import Sequence

from symlstm.analysis.machines.remembering import Remembered
from symlstm.analysis.statements.tree import Both
from symlstm.analysis.statements.words import words


def remembered_words(remembered: Remembered, letters: Sequence[str]) -> str:
    """What is sure when a state is reached; empty where the catalogue of statements says nothing of it.

    >>> remembered_words(Remembered(None, True, False), ["0", "1"])
    'nothing has been read yet'
    """
    if not remembered.reached:
        return "nothing has been read yet"
    statement = remembered.statement
    if statement is None:
        return ""
    parts = statement.parts if isinstance(statement, Both) else (statement,)
    said = ", and ".join(words(part, letters) for part in parts)
    return said if remembered.only else f"{said} (and more)"
