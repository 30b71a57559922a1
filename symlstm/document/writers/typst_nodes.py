"""Maths as nodes between LaTeX, which is read, and what is written from it: Typst, and words to be heard.

Frozen data only, a closed set. A `Slot` is a place where a number is printed later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character and how it is said; empty where it is said as it stands."""

    character: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """Digits as they were written, without a sign."""

    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """Words among maths."""

    text: str


@dataclass(frozen=True, slots=True)
class Function:
    """A function's name; its limits stand `below` it in a display."""

    name: str
    said: str
    below: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a number is printed later, counted from 0 in reading order."""

    index: int


@dataclass(frozen=True, slots=True)
class Space:
    """A space of a width such as `1em`."""

    width: str


@dataclass(frozen=True, slots=True)
class Fraction:
    """A fraction, or with `bar` false a binomial."""

    above: Nodes
    below: Nodes
    bar: bool = True


@dataclass(frozen=True, slots=True)
class Root:
    """A root; a square root where `degree` is empty."""

    radicand: Nodes
    degree: Nodes = ()


@dataclass(frozen=True, slots=True)
class Scripts:
    """What stands above and below at the right of a base; `limits` where straight above and below it."""

    base: Nodes
    sup: Nodes = ()
    sub: Nodes = ()
    limits: bool = False


@dataclass(frozen=True, slots=True)
class Faced:
    """An accent or a face on what it holds: a command of `typst_symbols.ACCENTS` or `FACES`."""

    command: str
    content: Nodes


@dataclass(frozen=True, slots=True)
class Fenced:
    """Brackets around something; either may be empty. `grows` where the author said so, with `\\left`."""

    open: str
    close: str
    content: Nodes
    grows: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """A matrix, cases or aligned lines, by the environment's name; `columns` are an array's `lcr`."""

    environment: str
    rows: tuple[tuple[Nodes, ...], ...]
    columns: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What stood in braces: one thing to its neighbours."""

    content: Nodes


Node: TypeAlias = (
    Glyph | Number | Words | Function | Slot | Space | Fraction | Root | Scripts | Faced | Fenced | Rows | Group
)
Nodes: TypeAlias = tuple[Node, ...]
