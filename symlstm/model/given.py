"""Values of the front matter and of question blocks: YAML text read as mathematics, with the document's vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as Letters
from dataclasses import replace

from symlstm.arithmetic.value import Matrix as MatrixValue
from symlstm.errors import DocumentError, NotationError, Source
from symlstm.model.cell import Cell
from symlstm.model.values import Given, Values, as_vector, given
from symlstm.model.yaml_text import Mapping, Node, Scalar, Sequence
from symlstm.notation.parser import expression
from symlstm.notation.places import place
from symlstm.notation.symbols import Vocabulary, closest
from symlstm.notation.tree import Expr, Listing, Name, Symbol

_DECIMAL_COMMA = re.compile(r"[-−+]?[0-9]+,[0-9]+")
GROUPS = ("weights", "biases", "parameters")


def alphabet_of(node: Node | None, source: Source) -> tuple[tuple[str, Given], ...]:
    """The inputs that may occur: each letter's name with its value; a list names its entries by what they are."""
    match node:
        case None:
            return ()
        case Mapping(entries=entries):
            return tuple((key.text, value_of(item, {}, source)) for key, item in entries)
        case Sequence(items=items):
            return tuple((_name_of(item), value_of(item, {}, source)) for item in items)
        case Scalar(pos=pos):
            raise DocumentError("the alphabet is a list of inputs, as in [0, 1], or letters with their vectors", source, pos)


def _name_of(node: Node) -> str:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return "[" + ", ".join(map(_name_of, node.items)) + "]"
    return "?"


def read_entries(entries: tuple[tuple[Scalar, Node], ...], inputs: Node | None, cell: Cell, vocabulary: Vocabulary,
                 letters: Letters[str, Given], source: Source) -> Values:
    """The values of `given` and `inputs`."""
    complete = replace(vocabulary, complete=True)
    parameters: dict[Name, Given] = {}
    timed: dict[tuple[Name, int], Given] = {}
    sequences: dict[Name, tuple[Given, ...]] = {}
    groups: dict[str, Given] = {}
    for key, node in entries:
        if key.text in GROUPS:
            groups[key.text] = value_of(node, letters, source)
            continue
        try:
            where = place(key.text, complete)
        except NotationError as error:
            if group := closest(key.text, GROUPS, 0.7):
                error.message = f"{key.text} isn't a symbol of this problem, nor a group; did you mean {group}?"
            raise error.within(source, key.pos) from None
        if where.entry is not None or where.rung:
            raise DocumentError("give the whole value of a symbol, not one entry of it", source, key.pos)
        if where.time is not None:
            timed[where.name, where.time] = as_vector(value_of(node, letters, source))
        elif where.name in cell.inputs:
            sequences[where.name] = tuple(_steps(node, letters, source))
        elif where.name in cell.by_name:
            raise DocumentError(f"{where.name} is computed by the cell; give it a time, as in {where.name}_0", source, key.pos)
        else:
            parameters[where.name] = value_of(node, letters, source)
    listed = dict(sequences)
    if inputs is not None:
        if isinstance(inputs, Mapping):
            for key, node in inputs.entries:
                try:
                    named = place(key.text, complete).name
                except NotationError as error:
                    raise error.within(source, key.pos) from None
                if named not in cell.inputs:
                    known = ", ".join(map(str, cell.inputs)) or "none"
                    raise DocumentError(f"{named} isn't an input of the cell; its inputs: {known}", source, key.pos)
                sequences[named] = tuple(_steps(node, letters, source))
        elif len(cell.inputs) == 1:
            sequences[cell.inputs[0]] = tuple(_steps(inputs, letters, source))
        else:
            known = ", ".join(map(str, cell.inputs)) or "none"
            raise DocumentError(f"`inputs` fits a cell with one input; this one reads {known}: give each its list", source, inputs.pos)
    for name, before in listed.items():
        if [item.value for item in before] != [item.value for item in sequences[name]]:
            line = source.line_and_column(before[0].pos)[0]
            raise DocumentError(
                f"{name} is given a second time with other values; the first stand in line {line}", source, sequences[name][0].pos
            )
    return Values(parameters, timed, sequences, groups)


def _steps(node: Node, letters: Letters[str, Given], source: Source) -> Iterator[Given]:
    if isinstance(node, Sequence):
        for item in node.items:
            yield as_vector(value_of(item, letters, source))
        return
    value = value_of(node, letters, source)
    if isinstance(value.tree, Listing):
        for tree in value.tree.items:
            yield as_vector(given(tree, source, node.pos))
    else:
        yield value


def value_of(node: Node, letters: Letters[str, Given], source: Source) -> Given:
    """A YAML node as a value: a number, a fraction, a list, a nested list, or a letter of the alphabet."""
    match node:
        case Scalar(text=text, pos=pos):
            if text in letters:
                return replace(letters[text], pos=pos)
            if not text.strip():
                raise DocumentError("a value is missing here", source, pos)
            inner = node.at(len(text) - len(text.lstrip("$ ")))
            if _DECIMAL_COMMA.fullmatch(text.strip()):
                one, several = text.strip().replace(",", "."), text.strip().replace(",", ", ")
                raise DocumentError(
                    f"{text.strip()} can be read in two ways; write {one} for one number or [{several}] for a list", source, inner
                )
            try:
                tree = expression(text.strip("$ "), latex="\\" in text)
            except NotationError as error:
                raise error.within(source, inner) from None
            if isinstance(tree, Symbol) and letters:
                raise DocumentError(f"{text} is no letter of the alphabet ({', '.join(letters)})", source, pos)
            return replace(given(tree, source, inner), pos=pos)
        case Sequence():
            tree = _tree(node, letters, source)
            value = given(tree, source, 0)
            if isinstance(value.value, MatrixValue) and 1 in value.value.size and not any(
                isinstance(item, Sequence) for item in node.items
            ):
                value = as_vector(value)
            return replace(value, pos=node.pos)
        case Mapping(pos=pos):
            raise DocumentError("a number, a list or a nested list is expected here", source, pos)


def _tree(node: Node, letters: Letters[str, Given], source: Source) -> Expr:
    if isinstance(node, Sequence):
        if not node.items:
            raise DocumentError("an empty list", source, node.pos)
        items = tuple(_tree(item, letters, source) for item in node.items)
        widths = {len(item.items) for item in items if isinstance(item, Listing)}
        if len(widths) > 1 or (widths and not all(isinstance(item, Listing) for item in items)):
            raise DocumentError("the rows of this matrix have different lengths", source, node.pos)
        return Listing(items, "[", node.pos)
    return value_of(node, letters, source).tree
