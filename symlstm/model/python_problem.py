"""A problem built in Python, without a document: the same cell, data and questions as a document would give."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from symlstm.errors import DocumentError, NotationError, Source, SymlstmError, UsageError
from symlstm.model import catalogue
from symlstm.model.cell import Cell
from symlstm.model.convention import Convention, read_convention
from symlstm.model.fields import nearest
from symlstm.model.frontmatter import LARGEST_STEP
from symlstm.model.given import GROUPS
from symlstm.model.markdown import Piece
from symlstm.model.problem import Posed, resolve
from symlstm.model.problem import Problem as ReadProblem
from symlstm.model.question import FindQuestion, read_question
from symlstm.model.reader import cell_named, cell_of_pieces, check_symbols, places_of
from symlstm.model.values import Given, Values, as_vector, constant
from symlstm.model.yaml_text import Mapping as MappingNode
from symlstm.model.yaml_text import Node, Scalar
from symlstm.model.yaml_text import Sequence as SequenceNode
from symlstm.notation.lexer import LARGEST_EXPONENT, MOST_DIGITS
from symlstm.notation.parser import expression
from symlstm.notation.places import Place, place
from symlstm.notation.symbols import Vocabulary
from symlstm.notation.tree import Expr, Listing, Name, Numeral
from symlstm.notation.typeset import formula, plain

_SOURCE = Source("<python>", "")
_DEEPEST = 20
_LARGEST_BITS = int(MOST_DIGITS * 3.3219)
"""Bits of the largest whole number: as many as `MOST_DIGITS` digits have."""


class Problem(ReadProblem):
    """A problem without a document.

    `cell` is a name of the catalogue, or equations in LaTeX. `given` maps symbols (and the groups `weights`, `biases`,
    `parameters`) to numbers; `initial` maps states to their values before the first step (`h`, or `h_{-2}` for one further
    back); `inputs` is one entry a step, or a mapping from input symbols to such lists. Numbers are int, Fraction, Decimal, str or
    float (its shortest decimal); nested lists, or whatever has `tolist()`, are vectors and matrices by rows. `questions` are
    places (`"h"`, `"c_2"`, lists of them) or mappings as in a question block; without any, every symbol is asked for. What comes
    out is what `read` gives for a document.

    Raises `SymlstmError` for whatever can't be a problem.

    >>> Problem(cell=r"h_t = \\tanh(w h_{t-1} + u x_t)", given={"w": 0, "u": "0.5"}, initial={"h": 0}, inputs=[1, 2]).run.steps
    range(0, 2)
    """

    def __new__(
        cls, *, cell: str, given: Mapping[str, Any] | None = None, initial: Mapping[str, Any] | None = None,
        inputs: Any = None, convention: Mapping[str, Any] | None = None, questions: Sequence[Any] = (),
        first: int | None = None, alphabet: Any = None, title: str = "Problem",
    ) -> Problem:
        """The problem of these parts; of the class that `read` gives, so that both kinds can be changed and compared alike."""
        _checked(given, initial, convention, first, title)
        found, vocabulary = _cell(cell)
        complete = Vocabulary(vocabulary.running, vocabulary.timed, vocabulary.plain, vocabulary.functions, True)
        parameters: dict[Name, Given] = {}
        timed: dict[tuple[Name, int], Given] = {}
        groups: dict[str, Given] = {}
        start = 0 if first is None else first
        for key, value in (given or {}).items():
            if key in GROUPS:
                groups[key] = _given(value, key)
                continue
            where = _place(key, complete)
            if where.time is not None:
                timed[where.name, where.time] = as_vector(_given(value, key))
            elif where.name in found.by_name or where.name in found.inputs:
                raise UsageError(f"given: {key} has a time; write {key}_{start} or use `initial` or `inputs`")
            else:
                parameters[where.name] = _given(value, key)
        for key, value in (initial or {}).items():
            where = _place(key, complete)
            timed[where.name, start - 1 if where.time is None else where.time] = as_vector(_given(value, key))
        sequences = _sequences(inputs, found, complete)
        values = Values(parameters, timed, sequences, groups)
        rule = read_convention(_node(convention), _SOURCE) if convention else Convention()
        check_symbols(rule, found, _SOURCE)
        letters = _letters(alphabet)
        run = resolve(found, values, rule, _SOURCE, first=first, alphabet=letters)
        posed = []
        for number, question in enumerate(_asked(questions) or [[str(e.left) for e in found.equations]], 1):
            posed.append(_posed(question, number, found, values, rule, vocabulary, first, letters))
        built = ReadProblem(title, _SOURCE, found, run, tuple(posed), (), vocabulary, rule)
        return cast("Problem", built)


def _checked(given: object, initial: object, convention: object, first: object, title: object) -> None:
    """An error for an argument of another kind than it should be."""
    mappings = {"given": (given, '{"W": 0.5}'), "initial": (initial, '{"h": 0}'), "convention": (convention, '{"round": {"h": 2}}')}
    for key, (value, example) in mappings.items():
        if value is None:
            continue
        if not isinstance(value, Mapping):
            raise UsageError(f"{key}: a mapping such as {example} is expected, not {_kind(value)}")
        strange = next((name for name in value if not isinstance(name, str)), None)
        if strange is not None:
            raise UsageError(f"{key}: {_kind(strange)} isn't the name of a symbol; write a text, as in {example}")
    if first is not None and (isinstance(first, bool) or not isinstance(first, int)):
        raise UsageError(f"first: a whole number is expected, not {_kind(first)}")
    if first is not None and abs(first) > LARGEST_STEP:
        raise UsageError(f"first: a whole number from {-LARGEST_STEP:,} to {LARGEST_STEP:,} is expected")
    if not isinstance(title, str):
        raise UsageError(f"title: a text is expected, not {_kind(title)}")


def _kind(value: object) -> str:
    """A value as a message names it: what it is where it is short, otherwise its type."""
    shown = repr(value) if isinstance(value, bool | int | float | str | None) and not _long(value) else ""
    return shown if shown and len(shown) <= 40 else type(value).__name__


def _long(value: object) -> bool:
    return isinstance(value, int) and value.bit_length() > _LARGEST_BITS


def _asked(questions: Any) -> list[Any]:
    """The questions as a list; a text or a mapping alone is one question."""
    if isinstance(questions, str | Mapping):
        return [questions]
    if questions is None:
        return []
    if not isinstance(questions, Iterable):
        raise UsageError(f"questions: a list of places or mappings is expected, not {_kind(questions)}")
    return list(questions)


def _posed(question: Any, number: int, cell: Cell, values: Values, rule: Convention, vocabulary: Vocabulary,
           first: int | None, letters: tuple[tuple[str, Given], ...]) -> Posed:
    places = list(question) if isinstance(question, tuple) else question
    if not isinstance(places, str | list | Mapping):
        raise UsageError(f"question {number}: a place, a list of places or a mapping is expected, not {_kind(question)}")
    block = dict(places) if isinstance(places, Mapping) else {"find": places}
    try:
        text = json.dumps(block, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        raise UsageError(f"question {number}: this can't be written as a question block; use texts, numbers and lists") from None
    source = Source(f"<question {number}>", text)
    read = read_question(text, source, 0, number)
    if read.given or read.inputs is not None:
        raise UsageError(f"question {number}: give data of its own to another Problem")
    merged = rule.merged(read.convention)
    run = resolve(cell, values, merged, source, first=first, alphabet=letters)
    found = places_of(read.places, vocabulary, source) if isinstance(read, FindQuestion) else ()
    return Posed(read, run, found)


def _cell(text: str) -> tuple[Cell, Vocabulary]:
    if not isinstance(text, str):
        raise UsageError(f"cell: a name of the catalogue or equations in LaTeX are expected, not {_kind(text)}")
    if text in catalogue.names():
        return cell_named(text)
    if "=" not in text:
        raise UsageError(f"no cell is called {text}{nearest(text, catalogue.names())}; or write its equations")
    source = Source("<cell>", text)
    cell, vocabulary = cell_of_pieces([Piece(text.replace("\n", "\\\\"), 0, True, False)], source, "", "")
    if not cell.equations:
        raise DocumentError("no update equations, such as h_t = \\tanh(W h_{t-1} + U x_t)", source)
    return cell, vocabulary


def _place(key: str, vocabulary: Vocabulary) -> Place:
    try:
        return place(key, vocabulary)
    except NotationError as error:
        raise error.within(Source("<key>", key)) from None


def _sequences(inputs: Any, cell: Cell, vocabulary: Vocabulary) -> dict[Name, tuple[Given, ...]]:
    if inputs is None:
        return {}
    if isinstance(inputs, Mapping):
        strange = next((key for key in inputs if not isinstance(key, str)), None)
        if strange is not None:
            raise UsageError(f"inputs: {_kind(strange)} isn't the name of an input; write a text, as in {{\"x\": [1, 0]}}")
        named = {_place(key, vocabulary).name: value for key, value in inputs.items()}
        for name in named:
            if name not in cell.inputs:
                raise UsageError(f"inputs: {name} isn't an input of this cell; its inputs: {_inputs_of(cell)}")
        return {name: _steps(value, "inputs") for name, value in named.items()}
    if len(cell.inputs) != 1:
        raise UsageError(f"inputs: this cell reads {_inputs_of(cell)}; give a mapping from each to its list")
    return {cell.inputs[0]: _steps(inputs, "inputs")}


def _inputs_of(cell: Cell) -> str:
    return ", ".join(map(str, cell.inputs)) or "none"


def _steps(values: Any, key: str) -> tuple[Given, ...]:
    listed = values.tolist() if hasattr(values, "tolist") else values
    if isinstance(listed, str | bytes | Mapping) or not isinstance(listed, Iterable):
        raise UsageError(f"{key}: a list with an entry for each is expected, as in [1, 0], not {_kind(values)}")
    return tuple(as_vector(_given(value, key)) for value in listed)


def _letters(alphabet: Any) -> tuple[tuple[str, Given], ...]:
    """The inputs that may occur with their names: a list names each by what it is."""
    if alphabet is None:
        return ()
    if isinstance(alphabet, Mapping):
        names = [str(name) for name in alphabet]
        return tuple(zip(names, _steps(list(alphabet.values()), "alphabet"), strict=True))
    return tuple((plain(formula(letter.tree)).replace("−", "-"), letter) for letter in _steps(alphabet, "alphabet"))


def _given(value: Any, key: str) -> Given:
    try:
        tree = _tree(value, key)
        return Given(constant(tree), tree)
    except UsageError:
        raise
    except SymlstmError as error:
        raise UsageError(f"{key}: {error.message}") from None


def _tree(value: Any, key: str, depth: int = 0) -> Expr:
    if depth > _DEEPEST:
        raise UsageError(f"{key}: lists nested deeper than {_DEEPEST} levels")
    if hasattr(value, "tolist") and not isinstance(value, Fraction | Decimal):
        value = value.tolist()
    if isinstance(value, str):
        return expression(value, latex="\\" in value)
    if isinstance(value, bool) or value is None:
        raise UsageError(f"{key}: {value!r} isn't a number")
    if (isinstance(value, float) and not (value - value == 0)) or (isinstance(value, Decimal) and not value.is_finite()):
        raise UsageError(f"{key}: {value!r} isn't a finite number")
    if _too_long(value):
        raise UsageError(f"{key}: a number of more than {MOST_DIGITS} digits")
    if isinstance(value, int | Fraction | Decimal | float):
        text = repr(value) if isinstance(value, float) else str(value)
        return Numeral(text.removesuffix(".0") if isinstance(value, float) else text, Fraction(text))
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        if not value:
            raise UsageError(f"{key}: an empty list")
        return Listing(tuple(_tree(item, key, depth + 1) for item in value))
    raise UsageError(f"{key}: {type(value).__name__} isn't a number, a fraction, a text or a list of them")


def _too_long(value: Any) -> bool:
    """Whether a number has more digits than the same number in a document may have."""
    match value:
        case Fraction(numerator=above, denominator=below):
            return _long(above) or _long(below)
        case Decimal():
            exponent = value.as_tuple().exponent
            return len(value.as_tuple().digits) > MOST_DIGITS or not isinstance(exponent, int) or abs(exponent) > LARGEST_EXPONENT
        case _:
            return _long(value)


def _node(value: Any) -> Node:
    if isinstance(value, Mapping):
        return MappingNode(tuple((Scalar(str(key)), _node(item)) for key, item in value.items()))
    if isinstance(value, list | tuple):
        return SequenceNode(tuple(map(_node, value)))
    if isinstance(value, bool) or value is None:
        return Scalar({True: "true", False: "false", None: "off"}[value])
    return Scalar(str(value))
