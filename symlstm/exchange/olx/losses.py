"""What Open edX can't carry, gathered over all exercises of a collection: one warning for each reason, which names where.

In come reasons with names, out go sentences. Nothing here knows how a problem is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from symlstm.presentation.words import listed

Reason: TypeAlias = Literal["hints", "many", "reach", "also", "digits", "words", "weights", "none", "solution"]

_SENTENCES: dict[Reason, str] = {
    "hints": "nothing is said about the values that misconceptions give, because Open edX can't do that where more than one value is "
             "right; declare the convention that is left open, and it can",
    "many": "something is said about the values of the likeliest misconceptions only, because Open edX takes long over many numbers",
    "reach": "nothing is said about some of the values that misconceptions give, because Open edX has one tolerance for a whole field",
    "also": "a value that is right as well has to be met to its last digit, because Open edX has a tolerance for one value only",
    "digits": "Open edX computes with about 16 digits, fewer than are asked for",
    "words": "Open edX marks no answer in words or formulas: it has no field, and its answer stands in the solution",
    "weights": "in Open edX each number counts as much as each list of statements, so points that differ are made equal",
    "none": "Open edX takes no answer in which nothing is ticked, so the list ends with \"None of these\"",
    "solution": "the worked solution is left out, because it is longer than a problem of Open edX can be",
}
"""From a reason to what is said of the names it is given for."""
_MOST_NAMES = 6


@dataclass
class Losses:
    """Collects; the same reason for the same name counts once."""

    names: dict[Reason, dict[str, None]] = field(default_factory=dict)
    others: dict[str, None] = field(default_factory=dict)

    def add(self, reason: Reason, name: str) -> None:
        """Something of this name is lost."""
        self.names.setdefault(reason, {})[name] = None

    def warn(self, message: str) -> None:
        """Something is shown otherwise; the message says it all."""
        self.others[message] = None

    def warnings(self) -> tuple[str, ...]:
        """A sentence for each reason, in the order of the table.

        >>> losses = Losses()
        >>> losses.add("digits", "h_1")
        >>> losses.warnings()
        ('h_1: Open edX computes with about 16 digits, fewer than are asked for',)
        """
        said = (f"{_named(tuple(self.names[reason]))}: {words}" for reason, words in _SENTENCES.items() if reason in self.names)
        return (*said, *self.others)


def _named(names: tuple[str, ...]) -> str:
    """The names, or the first of them and how many more.

    >>> _named(tuple("abcdefgh"))
    'a, b, c, d, e, f and 2 more'
    """
    more = len(names) - _MOST_NAMES
    return listed((*names[:_MOST_NAMES], f"{more} more") if more > 1 else names)
