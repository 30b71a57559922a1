"""The page of a PrairieLearn question: panels with the statement, elements for numbers and statements, the worked solution.

In come the exercises of a collection and the weights of what they ask, out go `question.html` and the texts in which the variants
differ. Elements and their attributes as PrairieLearn's documentation has them. What is HTML stands in an element that MathJax leaves
alone, so that a `$` of the author's stays one; formulas are MathML already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import assert_never

from symlstm.document.blocks import Block
from symlstm.document.writers.html_text import escaped
from symlstm.exchange.exercise import AskedPlace, Collection, Exercise, Item, NumbersItem, OptionsItem, WordsItem
from symlstm.exchange.forms import NONE_HOLDS, needs_none
from symlstm.exchange.markup import html, inline
from symlstm.exchange.prairielearn.slots import Slots

_LEFT = "mathjax_ignore tex2jax_ignore"
_LOOK = f"symlstm {_LEFT}"
_SAID = """<pl-submission-panel>
{{#feedback.entries}}
<p class="LOOK">{{{label}}}: {{{html}}}</p>
{{/feedback.entries}}
</pl-submission-panel>
""".replace("LOOK", _LOOK)


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and for each variant the texts that are its own."""

    html: str
    texts: tuple[dict[str, str], ...]


def page(collection: Collection, weights: dict[str, int]) -> Page:
    """The page of a collection whose exercises have one form; `weights` by the names of inputs."""
    slots = Slots(len(collection.exercises))
    needing = needs_none(collection)
    out = []
    runs = list(zip(*(_runs(exercise) for exercise in collection.exercises), strict=True))
    items = zip(*(exercise.items for exercise in collection.exercises), strict=True)
    for run, each in zip_longest(runs, items):
        out.append(_panel("question", slots.html([html(blocks) for blocks in run])))
        if each is not None:
            out += _item(each, slots, weights, each[0].question in needing)
    out.append(_SAID)
    out.append(_panel("answer", slots.html([html(exercise.solution) for exercise in collection.exercises])))
    return Page("".join(out), slots.texts)


def _runs(exercise: Exercise) -> list[list[Block]]:
    """The blocks before, between and after the items."""
    runs: list[list[Block]] = [[]]
    for piece in exercise.pieces:
        if isinstance(piece, NumbersItem | OptionsItem | WordsItem):
            runs.append([])
        else:
            runs[-1].append(piece)
    return runs


def _panel(kind: str, content: str) -> str:
    if not content.strip():
        return ""
    return f'<pl-{kind}-panel>\n<div class="{_LOOK}">\n{content}</div>\n</pl-{kind}-panel>\n'


def _item(each: Sequence[Item], slots: Slots, weights: dict[str, int], with_none: bool) -> Iterator[str]:
    """What one question asks; `each` are its items in the variants."""
    first = each[0]
    asked = slots.html([f"<p>{inline(item.asked)}</p>\n" for item in each])
    yield _panel("question", f"<h3>{slots.html([escaped(item.title) for item in each])}</h3>\n{asked}")
    match first:
        case NumbersItem():
            alike = [item for item in each if isinstance(item, NumbersItem)]
            for places in zip(*(item.places for item in alike), strict=True):
                yield _input(places, slots, weights)
            yield _hints(alike, slots)
        case OptionsItem():
            yield _checkboxes([item for item in each if isinstance(item, OptionsItem)], slots, weights, with_none)
        case WordsItem():
            yield f'<pl-rich-text-editor file-name="q{first.question}.html" allow-blank="true"></pl-rich-text-editor>\n'
            answers = [html(item.answer) for item in each if isinstance(item, WordsItem)]
            yield _panel("answer", slots.html(answers))
        case _:
            assert_never(first)


def input_name(place: AskedPlace) -> str:
    """The name of a place's input. The element for matrices numbers its entries from there on: no entry's id has two `_` in a row."""
    first = place.entries[0].id
    return first if len(place.entries) == 1 else first.rsplit("_", len(place.shape))[0] + "__"


def rows_of(place: AskedPlace) -> int:
    """The rows of a place's input; 0 for a single number."""
    return place.shape[0] if len(place.entries) > 1 else 0


def _input(each: Sequence[AskedPlace], slots: Slots, weights: dict[str, int]) -> str:
    name = input_name(each[0])
    label = slots.attribute([f'<span class="{_LEFT}">{inline(place.label)} =</span>' for place in each])
    # Only shown: how many decimals are asked for. Marking is server.py's.
    digits = slots.attribute([str(max(len(entry.right.text.partition(".")[2]) for entry in place.entries)) for place in each])
    own = f'answers-name="{name}" label="{label}" weight="{weights[name]}" comparison="decdig" digits="{digits}"'
    if rows_of(each[0]):
        return f'<div><pl-matrix-component-input {own} allow-partial-credit="true"></pl-matrix-component-input></div>\n'
    return f'<div><pl-number-input {own} show-help-text="false"></pl-number-input></div>\n'


def _hints(each: Sequence[NumbersItem], slots: Slots) -> str:
    """Hints in folds: every version of PrairieLearn shows them."""
    levels = zip_longest(*(item.hints for item in each), fillvalue=())
    folds = [
        f"<details>\n<summary>Hint {k}</summary>\n{slots.html([html(told) for told in level])}</details>\n"
        for k, level in enumerate(levels, 1)
    ]
    return _panel("question", "".join(folds))


def _checkboxes(each: Sequence[OptionsItem], slots: Slots, weights: dict[str, int], with_none: bool) -> str:
    name = f"q{each[0].question}"
    if not each[0].options:
        return ""
    answers = []
    for options in zip(*(item.options for item in each), strict=True):
        holds = slots.attribute([str(option.holds).lower() for option in options])
        why = slots.attribute([f'<div class="{_LOOK}">{html(option.why)}</div>' for option in options])
        words = slots.html([f'<span class="{_LEFT}">{inline(option.text)}</span>' for option in options])
        answers.append(f'<pl-answer correct="{holds}" feedback="{why}">{words}</pl-answer>\n')
    if with_none:
        none = slots.attribute([str(not any(option.holds for option in item.options)).lower() for item in each])
        answers.append(f'<pl-answer correct="{none}">{NONE_HOLDS}</pl-answer>\n')
    # These names of the attributes are taken by old and new versions alike.
    return (f'<pl-checkbox answers-name="{name}" weight="{weights[name]}" partial-credit="true" partial-credit-method="EDC" '
            f'fixed-order="true">\n{"".join(answers)}</pl-checkbox>\n')
