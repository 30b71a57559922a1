"""A collection as one file of Moodle XML.

In comes a collection, out goes a package. An exercise by itself is one category. Variants stand in a category for each of their
questions, so that a quiz can draw one at random from it.
"""

from __future__ import annotations

from collections.abc import Iterator

from symlstm.exchange.exercise import Collection
from symlstm.exchange.forms import needs_none
from symlstm.exchange.moodle.questions import Posed, category, posed
from symlstm.exchange.package import Package

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n'


def export(collection: Collection) -> Package:
    """The package of a collection: `ID.xml`.

    >>> from symlstm.exchange.exercise import Exercise
    >>> list(export(Collection("a", "A unit", (Exercise("a", "A unit", (), ()),))).files)
    ['a.xml']
    """
    needing = needs_none(collection)
    questions = [question for exercise in collection.exercises for question in posed(exercise, collection.id, needing)]
    warnings = dict.fromkeys(warning for question in questions for warning in question.warnings)
    parts = tuple(dict.fromkeys(question.part for question in questions))
    if len(collection.exercises) > 1 and len(parts) > 1:
        warnings["the questions of one problem stand in categories of their own: a quiz that draws one from each may draw them from "
                 "different variants, so each shows its own numbers"] = None
    text = _HEAD + "".join(_arranged(collection, questions, parts)) + "</quiz>\n"
    return Package({f"{collection.id}.xml": text.encode()}, tuple(warnings))


def _arranged(collection: Collection, questions: list[Posed], parts: tuple[str, ...]) -> Iterator[str]:
    several = len(collection.exercises) > 1
    yield category((collection.title,), collection.id, "")
    if not several or len(parts) < 2:
        yield from (question.xml for question in questions)
        return
    for k, part in enumerate(parts, 1):
        yield category((collection.title, part), f"{collection.id}-{k}", "")
        yield from (question.xml for question in questions if question.part == part)
