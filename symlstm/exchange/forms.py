"""What the exercises of a collection have in common, for formats that hold them in one place.

In comes a collection, out goes what all of its exercises share. Nothing here knows of a format.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import assert_never

from symlstm.errors import UsageError
from symlstm.exchange.exercise import Collection, Exercise, Item, NumbersItem, OptionsItem, WordsItem

NONE_HOLDS = "None of these statements holds."
"""The option for those who find that nothing holds, where a system wants something ticked."""
_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """Text without what XML, HTML or JSON have no characters for.

    >>> printable("a\\x00b\\ud800c")
    'a b c'
    """
    return _UNPRINTABLE.sub(" ", text)


def needs_none(collection: Collection) -> frozenset[int]:
    """The questions for statements of which none holds in some exercise, or that have only one: they need `NONE_HOLDS` everywhere."""
    return frozenset(
        item.question for exercise in collection.exercises for item in exercise.items
        if isinstance(item, OptionsItem) and (len(item.options) < 2 or not any(option.holds for option in item.options)))


def check_one_form(collection: Collection) -> None:
    """Raise `UsageError` where the exercises don't ask for the same in the same order."""
    first, *others = collection.exercises
    for other in others:
        if _form(other) != _form(first):
            raise UsageError(
                f"{other.id} doesn't ask for the same as {first.id}, so one question can't hold both; vary numbers and not how many "
                "there are, or export to a format that keeps variants apart (olx, moodle)")


def _form(exercise: Exercise) -> Hashable:
    return tuple((item.question, item.points, _asked(item)) for item in exercise.items)


def _asked(item: Item) -> Hashable:
    match item:
        case NumbersItem(places=places):
            return tuple((place.shape, tuple((entry.id, entry.points) for entry in place.entries)) for place in places)
        case OptionsItem(options=options):
            return tuple(option.id for option in options)
        case WordsItem():
            return None
        case _:
            assert_never(item)
