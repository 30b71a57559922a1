"""A problem built in Python, without a document: the same cell, data and questions as a document would give."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from symlstm.errors import DocumentError, NotationError, Source, UsageError
from symlstm.model import catalogue
from symlstm.model.cell import Cell
from symlstm.model.convention import Convention, read_convention
from symlstm.model.fields import nearest
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
from symlstm.notation.parser import expression
from symlstm.notation.places import Place, place
from symlstm.notation.symbols import Vocabulary
from symlstm.notation.tree import Expr, Listing, Name, Numeral

_SOURCE = Source("<python>", "")


class Problem(ReadProblem):
    """A problem without a document.

    `cell` is a name of the catalogue, or equations in LaTeX. `given` maps symbols (and the groups `weights`, `biases`,
    `parameters`) to numbers; `initial` maps states to their values before the first step (`h`, or `h_{-2}` for one further
    back); `inputs` is one entry a step, or a mapping from input symbols to such lists. Numbers are int, Fraction, Decimal, str or
    float (its shortest decimal); nested lists, or whatever has `tolist()`, are vectors and matrices by rows. `questions` are
    places (`"h"`, `"c_2"`, lists of them) or mappings as in a question block; without any, every symbol is asked for.

    >>> Problem(cell=r"h_t = \\tanh(w h_{t-1} + u x_t)", given={"w": 0, "u": "0.5"}, initial={"h": 0}, inputs=[1, 2]).run.steps
    range(0, 2)
    """

    def __init__(
        self, *, cell: str, given: Mapping[str, Any] | None = None, initial: Mapping[str, Any] | None = None,
        inputs: Any = None, convention: Mapping[str, Any] | None = None, questions: Sequence[Any] = (),
        first: int | None = None, alphabet: Any = None, title: str = "Problem",
    ) -> None:
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
        letters = tuple(as_vector(_given(letter, "alphabet")) for letter in alphabet or ())
        run = resolve(found, values, rule, _SOURCE, first=first, alphabet=letters)
        posed = []
        for number, question in enumerate(questions or [[str(e.left) for e in found.equations]], 1):
            posed.append(_posed(question, number, found, values, rule, vocabulary, first, letters))
        super().__init__(title, _SOURCE, found, run, tuple(posed), (), vocabulary, rule)


def _posed(question: Any, number: int, cell: Cell, values: Values, rule: Convention, vocabulary: Vocabulary,
           first: int | None, letters: tuple[Given, ...]) -> Posed:
    block = dict(question) if isinstance(question, Mapping) else {"find": question}
    text = json.dumps(block, ensure_ascii=False, default=str)
    source = Source(f"<question {number}>", text)
    read = read_question(text, source, 0, number)
    if read.given or read.inputs is not None:
        raise UsageError(f"question {number}: give data of its own to another Problem")
    merged = rule.merged(read.convention)
    run = resolve(cell, values, merged, source, first=first, alphabet=letters)
    places = places_of(read.places, vocabulary, source) if isinstance(read, FindQuestion) else ()
    return Posed(read, run, bool(read.convention.declared), places)


def _cell(text: str) -> tuple[Cell, Vocabulary]:
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
        return {_place(key, vocabulary).name: _steps(value) for key, value in inputs.items()}
    if len(cell.inputs) != 1:
        named = ", ".join(map(str, cell.inputs)) or "none"
        raise UsageError(f"inputs: this cell reads {named}; give a mapping from each to its list")
    return {cell.inputs[0]: _steps(inputs)}


def _steps(values: Any) -> tuple[Given, ...]:
    listed = values.tolist() if hasattr(values, "tolist") else values
    return tuple(as_vector(_given(value, "inputs")) for value in listed)


def _given(value: Any, key: str) -> Given:
    tree = _tree(value, key)
    return Given(constant(tree), tree)


def _tree(value: Any, key: str) -> Expr:
    if hasattr(value, "tolist") and not isinstance(value, Fraction | Decimal):
        value = value.tolist()
    if isinstance(value, str):
        return expression(value, latex="\\" in value)
    if isinstance(value, bool) or value is None:
        raise UsageError(f"{key}: {value!r} isn't a number")
    if isinstance(value, float) and not (value - value == 0):
        raise UsageError(f"{key}: {value!r} isn't a finite number")
    if isinstance(value, int | Fraction | Decimal | float):
        text = repr(value) if isinstance(value, float) else str(value)
        return Numeral(text.removesuffix(".0") if isinstance(value, float) else text, Fraction(text))
    if isinstance(value, Sequence):
        if not value:
            raise UsageError(f"{key}: an empty list")
        return Listing(tuple(_tree(item, key) for item in value))
    raise UsageError(f"{key}: {type(value).__name__} isn't a number, a fraction, a text or a list of them")


def _node(value: Any) -> Node:
    if isinstance(value, Mapping):
        return MappingNode(tuple((Scalar(str(key)), _node(item)) for key, item in value.items()))
    if isinstance(value, list | tuple):
        return SequenceNode(tuple(map(_node, value)))
    if isinstance(value, bool) or value is None:
        return Scalar({True: "true", False: "false", None: "off"}[value])
    return Scalar(str(value))
