"""What the author declares about the arithmetic: saturation, rounding, ties, carrying on, digits shown.

In comes the `convention` of a front matter or question block, out goes a frozen `Convention`. This module rounds nothing; it
only says what is to be done with which symbol.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from symlstm.arithmetic.rounding import TIES
from symlstm.errors import DocumentError, Source
from symlstm.model.fields import fields, integer, nearest_or_all, number, text_of, texts_of
from symlstm.model.yaml_text import Mapping, Node, Scalar, shown

KEYS = ("saturate", "round", "ties", "carry", "show")
MOST_PLACES = 100

_MEANS = dict.fromkeys(("true", "yes", "on", "y", "1"), "true") | dict.fromkeys(("false", "no", "off", "n", "0"), "false")
_MEANS_OFF = ("no", "none", "false", "null", "~", "never")


@dataclass(frozen=True, slots=True)
class Saturate:
    """From which size of z a sigmoid or tanh takes its limit, and in the equations of which symbols (empty: all)."""

    at: Fraction
    on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Convention:
    """How numbers are treated; what the author didn't write has the default of section 3 of the design.

    >>> rule = Convention(round=(("h", 0), ("all", 4)))
    >>> rule.places("h"), rule.places("c"), rule.ties
    (0, 4, 'even')
    """

    saturate: Saturate | None = None
    round: tuple[tuple[str, int], ...] = ()
    """Symbols as written with their decimal places, 0 to 100; `all` stands for every symbol with an equation."""
    ties: str = "even"
    """A key of `arithmetic.rounding.TIES`."""
    carry: bool = True
    show: int = 4
    declared: frozenset[str] = frozenset()
    """The keys that the author wrote."""
    named: tuple[tuple[str, Scalar], ...] = field(default=(), compare=False, repr=False)
    """Symbols named under `round` and `saturate`, each with its key: where to point if the cell has no such symbol."""

    def places(self, symbol: str) -> int | None:
        """Decimal places of a symbol's value; None where it isn't rounded. Spacing and braces don't matter.

        >>> Convention(round=(("W_{fh}", 2),)).places("W_fh")
        2
        """
        places = {bare(name): count for name, count in self.round}
        return places.get(bare(symbol), places.get("all"))

    def saturates(self, symbol: str) -> Fraction | None:
        """The size from which functions in this symbol's equation saturate; None where they don't.

        >>> Convention(Saturate(Fraction(6), ("f", "i"))).saturates("c") is None
        True
        """
        if self.saturate is None or (self.saturate.on and bare(symbol) not in map(bare, self.saturate.on)):
            return None
        return self.saturate.at

    def merged(self, over: Convention) -> Convention:
        """This convention with what another one declares in its place, key by key; `round` as a whole.

        >>> Convention(ties="zero", show=6).merged(Convention(show=2, declared=frozenset({"show"})))
        Convention(saturate=None, round=(), ties='zero', carry=True, show=2, declared=frozenset({'show'}))
        """
        changes: dict[str, Any] = {key: getattr(over, key) for key in over.declared}
        kept = tuple(pair for pair in self.named if pair[0] not in over.declared)
        return replace(self, **changes, declared=self.declared | over.declared, named=kept + over.named)


def read_convention(node: Node, source: Source) -> Convention:
    """The convention that a `convention:` node declares.

    >>> from symlstm.model.yaml_text import compose
    >>> text = "saturate: {at: 1/2, on: [f, i]}"
    >>> read_convention(compose(text, Source("a.md", text), 0), Source("a.md", text)).saturate
    Saturate(at=Fraction(1, 2), on=('f', 'i'))
    """
    if not isinstance(node, Mapping):
        message = f"`convention` takes keys, not {shown(node)}; write {{saturate: 50, round: {{h: 0}}}}"
        raise DocumentError(message, source, node.pos)
    given = fields(node, KEYS, source)
    found: dict[str, Any] = {}
    named: list[tuple[str, Scalar]] = []
    for key, value in given.items():
        match key:
            case "saturate":
                found[key], symbols = _saturate(value, source)
                named += [(key, symbol) for symbol in symbols]
            case "round":
                pairs = _round(value, source)
                found[key] = tuple((symbol.text, places) for symbol, places in pairs)
                named += [(key, symbol) for symbol, _ in pairs if symbol.text != "all"]
            case "ties":
                found[key] = _ties(value, source)
            case "carry":
                found[key] = _carry(value, source)
            case _:
                found[key] = integer(value, f"`{key}`", 0, MOST_PLACES, source)
    return Convention(**found, declared=frozenset(given), named=tuple(named))


def _off(node: Node, key: str, source: Source) -> bool:
    if not isinstance(node, Scalar):
        return False
    if node.text.lower() in _MEANS_OFF or node.text in ("Off", "OFF"):
        raise DocumentError(f"`{key}: {node.text}` isn't read; write `{key}: off`", source, node.pos)
    return node.text == "off"


def _saturate(node: Node, source: Source) -> tuple[Saturate | None, tuple[Scalar, ...]]:
    if _off(node, "saturate", source):
        return None, ()
    on: tuple[Scalar, ...] = ()
    bound: Node | None = node
    if isinstance(node, Mapping):
        parts = fields(node, ("at", "on"), source)
        bound = parts.get("at")
        if bound is None:
            raise DocumentError("`saturate` lacks the bound; write {at: 50, on: [...]}", source, node.pos)
        if "on" in parts:
            on = texts_of(parts["on"], "`on`", source)
            _distinct(on, "on", source)
            if every := [symbol for symbol in on if symbol.text == "all"]:
                raise DocumentError("`on` takes symbols; leave it out to saturate in every equation", source, every[0].pos)
    if not isinstance(bound, Scalar):
        raise DocumentError("`saturate` takes a number, {at: 50, on: [f, i]} or off", source, node.pos)
    at = number(bound, "`saturate`", source)
    if at < 0:
        raise DocumentError(f"`saturate` takes a bound from 0 up, not {shown(bound)}", source, bound.pos)
    return Saturate(at, tuple(symbol.text for symbol in on)), on


def _round(node: Node, source: Source) -> tuple[tuple[Scalar, int], ...]:
    if _off(node, "round", source):
        return ()
    if isinstance(node, Scalar) and re.fullmatch("[0-9]{1,3}", node.text):
        raise DocumentError(f"`round` takes symbols with their places; write {{all: {node.text}}}", source, node.pos)
    if not isinstance(node, Mapping) or not node.entries:
        raise DocumentError("`round` takes symbols with their places; write {h: 0, all: 4} or off", source, node.pos)
    _distinct(tuple(symbol for symbol, _ in node.entries), "round", source)
    return tuple(
        (symbol, integer(places, f"the places of {shown(symbol)}", 0, MOST_PLACES, source)) for symbol, places in node.entries
    )


def _distinct(symbols: tuple[Scalar, ...], key: str, source: Source) -> None:
    seen: set[str] = set()
    for symbol in symbols:
        if bare(symbol.text) in seen:
            raise DocumentError(f"`{key}` names {shown(symbol)} twice; keep one", source, symbol.pos)
        seen.add(bare(symbol.text))


def _ties(node: Node, source: Source) -> str:
    word = text_of(node, "`ties`", source)
    if word.text not in TIES:
        raise DocumentError(f"`ties` can't be {shown(word)}{nearest_or_all(word.text, TIES)}", source, word.pos)
    return word.text


def _carry(node: Node, source: Source) -> bool:
    word = text_of(node, "`carry`", source)
    if word.text in ("true", "false"):
        return word.text == "true"
    meant = _MEANS.get(word.text.lower(), "true or false")
    raise DocumentError(f"`carry` can't be {shown(word)}; write {meant}", source, word.pos)


def bare(symbol: str) -> str:
    """A symbol as written, without spacing and braces: how two spellings of one are compared."""
    return "".join(symbol.replace("{", "").replace("}", "").split())
