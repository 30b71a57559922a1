"""A collection as the folder of one PrairieLearn question, of which every exercise is a variant.

In comes a collection, out goes a package. `server.py` beside this module is copied as it stands; what it needs to know of the variants
is data, in `variants.json`.
"""

from __future__ import annotations

import json
import uuid
from fractions import Fraction
from importlib.resources import files

import msgspec

from symlstm.exchange.amounts import decimal, whole_weights
from symlstm.exchange.exercise import NEAR, Collection, Entry, Exercise, NumbersItem, OptionsItem, Value, WordsItem
from symlstm.exchange.forms import check_one_form, printable
from symlstm.exchange.markup import inline, plain, style
from symlstm.exchange.package import Package
from symlstm.exchange.prairielearn.page import input_name, page, rows_of
from symlstm.exchange.prairielearn.slots import braceless

_NAMES = uuid.UUID("6f1d9a4e-5c1b-5d0e-9c53-5f1f6c2f2f11")
"""Where the ids of questions come from: the same collection has the same id whenever it is exported."""
_STYLE = "symlstm.css"


class _Answer(msgspec.Struct, frozen=True):
    value: str
    tolerance: str
    earns: bool
    words: str = ""
    html: str = ""


class _Entry(msgspec.Struct, frozen=True):
    name: str
    label: str
    weight: int
    answers: tuple[_Answer, ...]


class _Input(msgspec.Struct, frozen=True):
    name: str
    rows: int
    entries: tuple[_Entry, ...]


class _Variant(msgspec.Struct, frozen=True):
    texts: dict[str, str]
    inputs: tuple[_Input, ...]


class _Variants(msgspec.Struct, frozen=True):
    format: str
    variants: tuple[_Variant, ...]


def export(collection: Collection) -> Package:
    """The package of a collection: a folder with info.json, question.html, server.py, its data and its look.

    Raises `UsageError` where the variants don't ask for the same.

    >>> from symlstm.exchange.exercise import Exercise
    >>> sorted(export(Collection("a", "A unit", (Exercise("a", "A unit", (), ()),))).files)[1:3]
    ['a/info.json', 'a/question.html']
    """
    check_one_form(collection)
    first = collection.exercises[0]
    weights = _weights(first)
    by_input = {input_name(place): sum(weights[entry.id] for entry in place.entries)
                for item in first.items if isinstance(item, NumbersItem) for place in item.places}
    drawn = page(collection, {**weights, **by_input})
    variants = tuple(_Variant(texts, _inputs(own, weights)) for own, texts in zip(collection.exercises, drawn.texts, strict=True))
    data = msgspec.json.encode(_Variants("symlstm/prairielearn-1", variants))
    contents = {
        "info.json": _info(collection),
        "question.html": drawn.html.encode(),
        "server.py": files(__package__).joinpath("server.py").read_bytes(),
        "variants.json": msgspec.json.format(data, indent=1) + b"\n",
        f"clientFilesQuestion/{_STYLE}": style().encode(),
    }
    return Package({f"{collection.id}/{name}": content for name, content in sorted(contents.items())}, _lost(first))


def _weights(exercise: Exercise) -> dict[str, int]:
    """Whole weights for entries and lists, in the proportion of their points."""
    points: dict[str, Fraction] = {}
    for item in exercise.items:
        if isinstance(item, NumbersItem):
            points |= {entry.id: entry.points for entry in item.entries}
        elif isinstance(item, OptionsItem) and item.options:
            points[f"q{item.question}"] = item.points
    each = whole_weights(tuple(points.values())) if any(points.values()) else (1,) * len(points)
    return dict(zip(points, each, strict=True))


def _inputs(exercise: Exercise, weights: dict[str, int]) -> tuple[_Input, ...]:
    return tuple(
        _Input(input_name(place), rows_of(place), tuple(_entry(entry, weights[entry.id]) for entry in place.entries))
        for item in exercise.items if isinstance(item, NumbersItem) for place in item.places
    )


def _entry(entry: Entry, weight: int) -> _Entry:
    answers = [_answer(entry.right, True)]
    answers += [_answer(also.value, True, plain(also.note), inline(also.note)) for also in entry.also]
    answers += [
        _answer(wrong.value, False, f"{plain(wrong.words)} {plain(wrong.hint)}", f"{inline(wrong.words)} {inline(wrong.hint)}")
        for wrong in entry.wrong
    ]
    # The first that fits counts, so what is near comes last.
    answers += [_answer(entry.near, False, plain(NEAR), inline(NEAR))] if entry.near is not None else []
    return _Entry(printable(entry.name), braceless(inline(entry.label)), weight, tuple(answers))


def _answer(value: Value, earns: bool, words: str = "", html: str = "") -> _Answer:
    return _Answer(value.text, decimal(value.tolerance), earns, printable(words).strip(), braceless(html).strip())


def _info(collection: Collection) -> bytes:
    """What PrairieLearn wants to know of a question."""
    items = [item for exercise in collection.exercises for item in exercise.items]
    marked = any(isinstance(item, NumbersItem | OptionsItem) for item in items)
    info = {
        "uuid": str(uuid.uuid5(_NAMES, collection.id)),
        "type": "v3",
        "title": printable(collection.title),
        "topic": "Recurrent neural networks",
        "tags": [tag for tag, kind in (("numeric", NumbersItem), ("checkbox", OptionsItem), ("essay", WordsItem))
                 if any(isinstance(item, kind) for item in items)],
        **({} if marked else {"gradingMethod": "Manual"}),
        "partialCredit": True,
        "singleVariant": len(collection.exercises) == 1,
        "dependencies": {"clientFilesQuestionStyles": [_STYLE]},
    }
    return json.dumps(info, indent=2, ensure_ascii=False).encode() + b"\n"


def _lost(exercise: Exercise) -> tuple[str, ...]:
    """What PrairieLearn can't do."""
    entries = sum(len(item.entries) for item in exercise.items if isinstance(item, NumbersItem))
    blank = ("PrairieLearn marks a question only once every number is entered: a gap left empty makes the submission invalid",)
    words = (
        f"{item.title} is answered in words, which PrairieLearn doesn't mark: give it manual points in the assessment"
        for item in exercise.items if isinstance(item, WordsItem)
    )
    return (*(blank if entries > 1 else ()), *words)
