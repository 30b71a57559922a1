"""From nodes to what a key takes: a text, texts, a number; what doesn't fit is an error at its place that says what to write.

In come the nodes of `yaml_text`, out go scalars and exact numbers. This module knows no key by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

from symlstm.errors import DocumentError, Source
from symlstm.model.yaml_text import Mapping, Node, Scalar, Sequence, shown
from symlstm.notation.lexer import LARGEST_EXPONENT, MOST_DIGITS
from symlstm.notation.symbols import closest

_NUMBER = re.compile(r"([+-]?)([0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE]([+-]?[0-9]+))?")
_RATIO = re.compile(r"([+-]?[0-9]+)\s*/\s*([0-9]+)")
_UNDERSCORED = re.compile(r"[0-9]+(?:_[0-9]+)+")


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean ...?` for the nearest known word, or nothing.

    >>> nearest("tilte", ["title", "cell"]), nearest("x", ["title", "cell"])
    ('; did you mean `title`?', '')
    """
    close = closest(word, known, 0.6)
    return f"; did you mean `{close}`?" if close else ""


def nearest_or_all(word: str, known: Iterable[str]) -> str:
    """The nearest known word as `nearest` words it; all of them where none is near.

    >>> nearest_or_all("x", ["title", "cell"])
    '; known are title, cell'
    """
    words = list(known)
    return nearest(word, words) or f"; known are {', '.join(words)}"


def fields(mapping: Mapping, known: Iterable[str], source: Source) -> dict[str, Node]:
    """The values by key; a key that isn't known, or has no value, is an error at its place."""
    names = tuple(known)
    for key, value in mapping.entries:
        if key.text not in names:
            raise DocumentError(f"unknown key {shown(key)}{nearest_or_all(key.text, names)}", source, key.pos)
        if isinstance(value, Scalar) and not value.text.strip():
            raise DocumentError(f"`{key.text}` has no value; write `{key.text}: ...` or leave the key out", source, key.pos)
    return {key.text: value for key, value in mapping.entries}


def text_of(node: Node, what: str, source: Source) -> Scalar:
    """The node where it is a text; an error that says what was expected otherwise."""
    if not isinstance(node, Scalar):
        message = f"{what} is one text, not {shown(node)}; if it is meant as text, put it in single quotes"
        raise DocumentError(message, source, node.pos)
    if not node.text.strip():
        raise DocumentError(f"{what} is empty; write a text", source, node.pos)
    return node


def texts_of(node: Node, what: str, source: Source) -> tuple[Scalar, ...]:
    """A list of texts; one text alone is a list of one, an empty list is an error."""
    if not isinstance(node, Sequence):
        return (text_of(node, what, source),)
    if not node.items:
        raise DocumentError(f"{what} is an empty list; name at least one", source, node.pos)
    return tuple(text_of(item, f"item {number} of {what}", source) for number, item in enumerate(node.items, 1))


def number(node: Node, what: str, source: Source) -> Fraction:
    """The exact number that a scalar writes: `50`, `0.10`, `.5`, `1e-3` or `1/3`.

    >>> number(Scalar("0.10"), "`at`", Source("a.md", ""))
    Fraction(1, 10)
    """
    text = _digits(node)
    if len(text) > MOST_DIGITS:
        raise DocumentError(f"{what} has more than {MOST_DIGITS} digits", source, node.pos)
    if found := _RATIO.fullmatch(text):
        if int(found[2]) == 0:
            raise DocumentError(f"{what} divides by zero", source, node.pos)
        return Fraction(int(found[1]), int(found[2]))
    if found := _NUMBER.fullmatch(text):
        if found[3] and (len(found[3]) > 6 or abs(int(found[3])) > LARGEST_EXPONENT):
            raise DocumentError(f"{what} has an exponent beyond {LARGEST_EXPONENT:,}", source, node.pos)
        return Fraction(text)
    hint = f"write {text.replace('_', '')}" if _UNDERSCORED.fullmatch(text) else "write one like 50, 0.5 or 1/2"
    raise DocumentError(f"{what} must be a number, not {shown(node)}; {hint}", source, node.pos)


def integer(node: Node, what: str, least: int, most: int, source: Source) -> int:
    """The whole number that a scalar writes, between two bounds.

    >>> integer(Scalar("012"), "`first`", -5, 50, Source("a.md", ""))
    12
    """
    text = _digits(node)
    if not re.fullmatch("[+-]?[0-9]{1,12}", text) or not least <= int(text) <= most:
        hint = f"; write {text.replace('_', '')}" if _UNDERSCORED.fullmatch(text) else ""
        message = f"{what} must be a whole number from {least:,} to {most:,}, not {shown(node)}{hint}"
        raise DocumentError(message, source, node.pos)
    return int(text)


def _digits(node: Node) -> str:
    return node.text.strip().replace("−", "-") if isinstance(node, Scalar) else ""
