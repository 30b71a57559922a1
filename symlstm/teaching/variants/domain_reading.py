"""Reading `vary:`: from the node under a key to the domain that it writes.

In comes a node with what the document gives where the domain is to apply, out goes a frozen domain; what is empty, doesn't fit or
isn't a number is a `DocumentError` at its place. Nothing is drawn here.
"""

from __future__ import annotations

from collections.abc import Mapping as Letters
from dataclasses import dataclass
from fractions import Fraction

from symlstm.arithmetic.real import Real, fraction, rational
from symlstm.arithmetic.value import Vector, entries, shape
from symlstm.errors import DocumentError, Source
from symlstm.model.fields import fields, integer, nearest_or_all, number
from symlstm.model.given import value_of
from symlstm.model.values import Given, as_vector
from symlstm.model.yaml_text import Mapping, Node, Scalar, Sequence, shown
from symlstm.notation.tree import Numeral
from symlstm.teaching.variants.domains import Domain, Entries, Item, Outcome, Permutation, Spelled, Wholes, numeral, worth_of

MOST_VALUES = 10_000
"""Values of one domain."""
LONGEST_INPUT = 1_000
"""Steps of an input that is drawn."""
_WAYS = "write a list such as [1, 2, 4], {from: -3, to: 3, step: 0.5}, permutation, or {of: [0, 1], length: 6}"


@dataclass(frozen=True, slots=True)
class Stated:
    """What the document gives where a domain is to apply."""

    name: str
    """As it is written under `vary`."""
    original: Outcome
    shape: str
    """In words; of an input, that of one item."""
    sequence: bool
    """Whether it is an input, from the first step on."""
    letters: Letters[str, Given]
    alphabet: tuple[Given, ...]
    """The inputs that may occur, where this is an input and the document declares them."""
    steps: int = 1
    """Of an input, how many steps it has where the original is part of it: single inputs that are given again."""

    @property
    def each(self) -> int:
        """Entries of an item."""
        return len(self.original[0].entries)

    @property
    def one_line(self) -> bool:
        """Whether it is a matrix of one row or column, which a list may give."""
        return self.shape.startswith("a 1×") or self.shape.endswith("×1 matrix")


def read_domain(node: Node, stated: Stated, source: Source) -> Domain:
    """The domain that a node of `vary:` writes for a value.

    >>> from symlstm.model.yaml_text import compose
    >>> text = "b: {from: 0, to: 1, step: 0.25}"
    >>> (key, node), source = compose(text, Source("a.md", text), 0).entries[0], Source("a.md", text)
    >>> stated = Stated("b", (Item((Numeral("0.5", Fraction(1, 2)),)),), "a number", False, {}, ())
    >>> [read_domain(node, stated, source).at(k)[0].entries[0].text for k in range(5)]
    ['0', '0.25', '0.5', '0.75', '1']
    """
    match node:
        case Scalar(text="permutation"):
            return _permutation(node, stated, source)
        case Scalar():
            raise DocumentError(f"the domain of {stated.name} can't be {shown(node)}; {_WAYS}", source, node.pos)
        case Sequence():
            return _listed(node, stated, source)
        case Mapping():
            if any(key.text in ("of", "length") for key, _ in node.entries):
                return _of(node, stated, source)
            numbers = _range(node, stated, source)
            return _checked(Entries(numbers, len(stated.original), stated.each), stated, node, source)


def _permutation(node: Scalar, stated: Stated, source: Source) -> Permutation:
    domain = Permutation(stated.original)
    if len(stated.original) == 1 and stated.each == 1:
        what = "an input of one step" if stated.sequence else "one number"
        raise DocumentError(f"{stated.name} is {what}, which has no order to permute; {_WAYS}", source, node.pos)
    if domain.count == 1:
        raise DocumentError(f"all entries of {stated.name} are equal, so no permutation changes it; {_WAYS}", source, node.pos)
    return domain


def _range(node: Mapping, stated: Stated, source: Source) -> tuple[Numeral, ...]:
    given = fields(node, ("from", "to", "step"), source)
    for key in ("from", "to", "step"):
        if key not in given:
            raise DocumentError(
                f"the domain of {stated.name} lacks `{key}`; write {{from: -3, to: 3, step: 0.5}}", source, node.pos
            )
    low, high, step = (number(given[key], f"`{key}`", source) for key in ("from", "to", "step"))
    if step <= 0:
        raise DocumentError(f"`step` must be more than 0, not {shown(given['step'])}", source, given["step"].pos)
    if low > high:
        raise DocumentError(
            f"the domain of {stated.name} is empty: `from` is {shown(given['from'])[1:-1]} and `to` is "
            f"{shown(given['to'])[1:-1]}; exchange them", source, node.pos,
        )
    steps = (high - low) / step
    if steps >= MOST_VALUES:
        raise DocumentError(f"more than {MOST_VALUES:,} values between `from` and `to`; write a larger `step`", source, node.pos)
    if steps.denominator != 1:
        below = low + int(steps) * step
        raise DocumentError(
            f"steps of {step} from {low} don't reach {high}: they come to {below} and {below + step}; change `to` or `step`",
            source, given["to"].pos,
        )
    places = _padded([node.text for node in given.values() if isinstance(node, Scalar)])
    return tuple(numeral(low + k * step, places) for k in range(int(steps) + 1))


def _padded(texts: list[str]) -> int:
    """To how many decimals numbers are written out: to those of the author's, where one of these ends in a zero (`0.50`).

    >>> _padded(["0.50", "0.75"]), _padded(["-1.5", "0.25"])
    (2, 0)
    """
    behind = [text.strip().partition(".")[2] for text in texts if "e" not in text.lower()]
    return max(map(len, behind)) if any(digits.endswith("0") for digits in behind) else 0


def item_of(given: Given) -> Item:
    """A given value as an item; its digits as they would be written."""
    return Item(tuple(numeral(_fraction(x)) for x in entries(given.value)))


def _fraction(x: Real) -> Fraction:
    return fraction(rational(x))


def _listed(node: Sequence, stated: Stated, source: Source) -> Domain:
    if not node.items:
        raise DocumentError(f"the domain of {stated.name} is empty; {_WAYS}", source, node.pos)
    if len(node.items) > MOST_VALUES:
        raise DocumentError(f"the domain of {stated.name} has more than {MOST_VALUES:,} values", source, node.pos)
    items = [_item(item, stated, source) for item in node.items]
    if all(len(item.entries) == 1 and not item.letter for item in items) and (stated.each > 1 or not stated.sequence):
        numbers = _distinct([item.entries[0] for item in items])
        return _checked(Entries(numbers, len(stated.original), stated.each), stated, node, source)
    return _of_items(items, node, stated, len(stated.original), source)


def _of(node: Mapping, stated: Stated, source: Source) -> Domain:
    given = fields(node, ("of", "length"), source)
    length = len(stated.original)
    if not stated.sequence:
        raise DocumentError(
            f"`of` and `length` are for inputs, and {stated.name} is none; write a list such as [1, 2, 4]", source, node.pos
        )
    if "length" in given:
        length = integer(given["length"], "`length`", 1, LONGEST_INPUT, source)
        if length == stated.steps:
            length = len(stated.original)
    letters = given.get("of")
    if letters is None:
        raise DocumentError("`of` is missing: the inputs to draw from; write {of: [0, 1], length: 6}", source, node.pos)
    if not isinstance(letters, Sequence) or not letters.items:
        raise DocumentError("`of` takes a list of the inputs to draw from, as in {of: [0, 1], length: 6}", source, letters.pos)
    return _of_items([_item(item, stated, source) for item in letters.items], letters, stated, length, source)


def _of_items(items: list[Item], node: Sequence, stated: Stated, length: int, source: Source) -> Domain:
    """A domain of whole values: a value, an item of an input, or a whole input of numbers."""
    if not stated.sequence:
        for item, part in zip(items, node.items):
            if len(item.entries) != stated.each:
                raise DocumentError(_unfit(stated, item), source, part.pos)
        unique = {worth_of(item): (item,) for item in items}
        return Wholes(tuple(unique.values()))
    wide = [len(item.entries) for item in items]
    if stated.each == 1 and length == len(stated.original) > 1 and set(wide) == {length}:
        whole = tuple(tuple(Item((entry,)) for entry in item.entries) for item in items)
        distinct = {tuple(map(worth_of, outcome)): outcome for outcome in whole}
        return _checked(Wholes(tuple(distinct.values())), stated, node, source)
    for item, part in zip(items, node.items):
        if len(item.entries) != stated.each:
            raise DocumentError(_unfit(stated, item), source, part.pos)
    letters = tuple({worth_of(item): item for item in items}.values())
    return _checked(Spelled(letters, length), stated, node, source)


def _item(node: Node, stated: Stated, source: Source) -> Item:
    """One value of a list; its digits as written."""
    if isinstance(node, Mapping):
        raise DocumentError(f"a value of {stated.name} is a number or a list, not keys with values; {_WAYS}", source, node.pos)
    letter = node.text if isinstance(node, Scalar) and node.text in stated.letters else ""
    numbers = _leaves(node) if not letter else None
    if numbers is not None:
        what = f"a value of {stated.name}"
        item = Item(tuple(_as_written(leaf.text, number(leaf, what, source)) for leaf in numbers))
        found = value_of(node, {}, source)
    else:
        found = value_of(node, stated.letters, source)
        item = Item(item_of(found).entries, letter)
    if stated.sequence:
        found = as_vector(found)
    if len(item.entries) not in (1, stated.each) and not stated.sequence:
        raise DocumentError(_unfit(stated, item), source, node.pos)
    flat = stated.one_line and isinstance(found.value, Vector)
    if len(item.entries) > 1 and not stated.sequence and not flat and shape(found.value) != stated.shape:
        raise DocumentError(
            f"{stated.name} is {stated.shape} in the document, and this is {shape(found.value)}", source, node.pos
        )
    return item


def _as_written(text: str, value: Fraction) -> Numeral:
    """A number with its author's digits; one with an exponent as a decimal."""
    bare = text.strip().replace("−", "-").removeprefix("+")
    return numeral(value) if "e" in bare.lower() else Numeral(bare, value)


def _unfit(stated: Stated, item: Item) -> str:
    what = f"an input of {stated.name}" if stated.sequence else stated.name
    count = len(item.entries)
    has = "1 number" if count == 1 else f"{count} numbers"
    return f"{what} is {stated.shape} in the document, and this has {has}"


def _leaves(node: Node) -> list[Scalar] | None:
    """The plain numbers of nested lists; None where something else stands there."""
    match node:
        case Sequence(items=items):
            parts = [_leaves(item) for item in items]
            return None if any(part is None for part in parts) else [leaf for part in parts if part for leaf in part]
        case Scalar(text=text):
            return [node] if not set(text.strip()) - set("0123456789.+-−/eE ") and text.strip() else None
        case Mapping():
            return None


def _distinct(values: list[Numeral]) -> tuple[Numeral, ...]:
    """Each number once, as it is written first."""
    return tuple({value.value: value for value in reversed(values)}.values())[::-1]


def _checked(domain: Entries | Spelled | Wholes, stated: Stated, node: Node, source: Source) -> Domain:
    """The domain; an error where it holds an input that the alphabet doesn't."""
    if not stated.alphabet:
        return domain
    known = {worth_of(item_of(letter)) for letter in stated.alphabet}
    match domain:
        case Entries(values=values) if stated.each == 1:
            drawn = [Item((value,)) for value in values]
        case Spelled(letters=letters):
            drawn = list(letters)
        case Wholes(outcomes=outcomes):
            drawn = [item for outcome in outcomes for item in outcome]
        case _:
            raise DocumentError(
                f"entries of {stated.name} drawn one by one give inputs that aren't in the alphabet; write {{of: [...]}} with "
                "its letters", source, node.pos,
            )
    strange = next((item for item in drawn if worth_of(item) not in known), None)
    if strange is not None:
        text = ", ".join(entry.text for entry in strange.entries)
        names = [item_of(letter).entries[0].text for letter in stated.alphabet if stated.each == 1]
        raise DocumentError(
            f"{text} isn't in the alphabet of the document{nearest_or_all(text, names) if names else ''}", source, node.pos
        )
    return domain
