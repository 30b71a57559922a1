"""The cells of a question: what is asked with its hints, where students write, and the tests that mark it.

In come a question and the variables of its places, out go cells. A test cell holds the checks as text, what is right and what
misconceptions give as numbers, and nothing else; its hidden part is what students don't get.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import assert_never

from symlstm.arithmetic.decimals import exactly
from symlstm.arithmetic.real import exact
from symlstm.document.blocks import Block, Document, Fold, Heading, Items, Paragraph, Text
from symlstm.document.writers import text
from symlstm.document.writers.layout import Warn
from symlstm.exchange.exercise import NEAR, AskedPlace, Entry, Item, NumbersItem, OptionsItem, Value, WordsItem
from symlstm.exchange.markup import plain
from symlstm.exchange.notebook import checks
from symlstm.exchange.notebook.cells import Cell, Role, harmless
from symlstm.exchange.notebook.markdown import markdown
from symlstm.presentation.worksheet import counted_points

_FORM = "# Looks at the form of {name}. Whether it is right is seen when your work is marked."
_STATEMENTS = "# The numbers of the statements that hold, as a list such as [1]; [] where none does."

_SHARES = Paragraph((Text("A statement that you decide rightly earns a share of the points, one that you don't takes a share away."),))


def cells(item: Item, variables: Mapping[int, tuple[str, ...]], warn: Warn) -> Iterator[Cell]:
    """The cells of a question, in order."""
    key = f"q{item.question}"
    worth = f" ({counted_points(item.points)})" if item.points else ""
    asked: list[Block] = [Heading(2, (Text(item.title + worth),)), Paragraph(item.asked)]
    match item:
        case NumbersItem():
            yield Cell(key, Role.GIVEN, markdown(asked, warn))
            if item.hints:
                folds = [Fold((Text(f"Hint {k}"),), hint) for k, hint in enumerate(item.hints, 1)]
                yield Cell(f"{key}-hints", Role.GIVEN, markdown(folds, warn))
            named = tuple(zip(item.places, variables[item.question], strict=True))
            yield _answer(key, ((name, _literal(place), f"  # {_form(place.shape)}") for place, name in named))
            yield from (_numbers_test(name, place) for place, name in named)
        case OptionsItem(options=options):
            statements = Items(tuple((Paragraph(option.text),) for option in options), 1)
            yield Cell(key, Role.GIVEN, markdown([*asked, statements, *([_SHARES] if item.points else [])], warn))
            if options:
                holding = [k for k, option in enumerate(options, 1) if option.holds]
                yield _answer(key, [(f"{key}_holding", repr(holding), "")], _STATEMENTS)
                yield _options_test(f"{key}-test", f"{key}_holding", item)
        case WordsItem(answer=answer):
            yield Cell(key, Role.GIVEN, markdown(asked, warn))
            yield Cell(f"{key}-answer", Role.ESSAY, markdown(answer, warn), item.points)
            warn(f"{item.title}: its answer in words or formulas is marked by hand")
        case _:
            assert_never(item)


def _answer(key: str, rows: Iterable[tuple[str, str, str]], remark: str = "# Write your answer in the place of each None.") -> Cell:
    """Where students write: variables, their right values, and what kind of value each is. nbgrader puts a stub of its own in the place
    of the solution, so that the variables stand before it too."""
    rows = tuple(rows)
    unset = [f"{name} = None{kind}" for name, _, kind in rows]
    right = [f"{name} = {value}" for name, value, _ in rows]
    source = [remark, *unset, "### BEGIN SOLUTION", *right, "### END SOLUTION"]
    return Cell(f"{key}-answer", Role.ANSWER, "\n".join(source))


def _form(shape: tuple[int, ...]) -> str:
    match shape:
        case ():
            return "a number"
        case (n,):
            return f"a list of {n} number{'s' * (n != 1)}"
        case _:
            return f"a list of {shape[0]} rows, each a list of {shape[1]} number{'s' * (shape[1] != 1)}"


def _literal(place: AskedPlace) -> str:
    """The right values as Python."""
    numbers = [entry.right.text for entry in place.entries]
    if not place.shape:
        return numbers[0]
    width = place.shape[-1]
    rows = [f"[{', '.join(numbers[start : start + width])}]" for start in range(0, len(numbers), width)]
    return rows[0] if len(place.shape) == 1 else f"[{', '.join(rows)}]"


def _numbers_test(name: str, place: AskedPlace) -> Cell:
    wheres = [""] if not place.shape else [f"entry {k} of " for k in range(1, len(place.entries) + 1)]
    if len(place.shape) == 2:
        wheres = [f"row {row}, column {column} of " for row in range(1, place.shape[0] + 1) for column in range(1, place.shape[1] + 1)]
    key = [line for where, entry in zip(wheres, place.entries, strict=True) for line in _key(where + name, entry)]
    visible = [_source(checks._numbers), "", f'_found = _numbers("{name}", globals().get("{name}"), {place.shape!r})']
    hidden = [_source(checks._mark), "", "_mark(_found, [", *key, "])"]
    return _test(f"{place.entries[0].id}-test", name, visible, hidden, sum((entry.points for entry in place.entries), Fraction(0)))


def _key(name: str, entry: Entry) -> Iterator[str]:
    yield f"    ({name!r}, {str(entry.points)!r}, ["
    yield _range(entry.right, True, "")
    for other in entry.also:
        yield _range(other.value, True, plain(other.note))
    for wrong in entry.wrong:
        yield _range(wrong.value, False, " ".join(filter(None, (plain(wrong.words), plain(wrong.hint)))))
    if entry.near is not None:
        yield _range(entry.near, False, plain(NEAR))
    yield "    ]),"


def _range(value: Value, earns: bool, words: str) -> str:
    nearest = _as_float(value.number)
    low, high = (exactly(exact(bound)) for bound in (min(value.low, nearest), max(value.high, nearest)))
    return f"        ({low!r}, {high!r}, {earns}, {harmless(words)!r}),"


def _as_float(number: Fraction) -> Fraction:
    """What Python makes of a number, which may be fewer digits than its text has."""
    try:
        return Fraction(str(float(number)))
    except OverflowError:
        return number


def _options_test(id: str, name: str, item: OptionsItem) -> Cell:
    said = ((option.holds, ("holds. " if option.holds else "doesn't hold. ") + _words(option.why)) for option in item.options)
    key = [f"    ({holds}, {harmless(words.rstrip())!r})," for holds, words in said]
    visible = [_source(checks._choice), "", f'_found = _choice("{name}", globals().get("{name}"), {len(item.options)})']
    hidden = [_source(checks._decide), "", f'_decide(_found, "{item.points}", [', *key, "])"]
    return _test(id, name, visible, hidden, item.points)


def _words(blocks: Iterable[Block]) -> str:
    return " ".join("".join(text.write(Document("", tuple(blocks)), fragment=True, warn=lambda message: None)).split())


def _test(id: str, name: str, visible: list[str], hidden: list[str], points: Fraction) -> Cell:
    lines = [harmless(_FORM.format(name=name)), *visible, "### BEGIN HIDDEN TESTS", *hidden, "### END HIDDEN TESTS"]
    return Cell(id, Role.TEST, "\n".join(lines), points)


def _source(function: Callable[..., object]) -> str:
    return inspect.getsource(function).rstrip("\n")
