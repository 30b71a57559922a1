"""The written form of mathematics: what stands on the page, in its order, with its digits.

A frozen tree and nothing else: no reading, no printing, no arithmetic. Two trees are equal when they say the same thing on
the page; `pos` (offset in the text that was read) and `latex` (how a name was typeset) take no part in that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal, TypeAlias, assert_never

import msgspec

IndexStyle: TypeAlias = Literal["sub", "sup", "round", "angle", "call", "square"]


@dataclass(frozen=True, slots=True)
class Name:
    """A symbol's name: base letter or word, superscript and subscript label. `W^{f,h}`, `W^{fh}`, `W_{fh}` are three names.

    >>> str(Name("W", sup="f,h")), str(Name("b", sub="f"))
    ('W^{f,h}', 'b_f')
    """

    base: str
    sup: str = ""
    sub: str = ""
    latex: str = field(default="", compare=False)
    """LaTeX of the base as it was written (`\\mathbf{h}`); empty where the base itself will do."""
    sup_latex: str = field(default="", compare=False)
    sub_latex: str = field(default="", compare=False)
    index: IndexStyle = field(default="sub", compare=False)
    """Where the cell writes this name's time: `h_t`, `h^t`, `h^{(t)}`, `h^{\\langle t \\rangle}`, `h(t)`, `h[t]`."""
    hashed: int = field(init=False, compare=False, repr=False)
    """The hash, made once: names are keys of every table of a derivation."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "hashed", hash((self.base, self.sup, self.sub)))

    def __eq__(self, other: object) -> bool:
        # Spelled out, since names are compared at every look into a table and are mostly the same object.
        if self is other:
            return True
        return isinstance(other, Name) and self.base == other.base and self.sup == other.sup and self.sub == other.sub

    def __hash__(self) -> int:
        return self.hashed

    def __reduce__(self) -> tuple[type[Name], tuple[str, ...]]:
        # Another process hashes text otherwise: the hash is made anew there.
        return Name, (self.base, self.sup, self.sub, self.latex, self.sup_latex, self.sub_latex, self.index)

    def __str__(self) -> str:
        return self.base + _script("^", self.sup) + _script("_", self.sub)


def _script(mark: str, text: str) -> str:
    if not text:
        return ""
    return mark + (text if len(text) == 1 or text.isdecimal() else "{" + text + "}")


@dataclass(frozen=True, slots=True)
class Running:
    """The running time plus an offset: `t` is 0, `t-1` is -1. `letter` is how the page writes it."""

    offset: int = 0
    letter: str = field(default="t", compare=False)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A time that is a number: `h_3`, `c_{-1}`."""

    time: int


@dataclass(frozen=True, slots=True)
class Held:
    """A time that is filled in like a number: a hole's index."""

    index: int


Time: TypeAlias = Running | Fixed | Held


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number with the digits it was written with: `.76`, `-0`, `0.900`."""

    text: str
    value: Fraction
    pos: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name, at a time where it has one, and one entry of it where one is named (a number from 1, or an index letter)."""

    name: Name
    at: Time | None = None
    entry: int | str | None = None
    pos: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class FunctionName:
    """A function that stands alone, as in the stack [σ; σ; σ; tanh]."""

    function: str
    spelled: str = field(default="", compare=False)
    pos: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Apply:
    """A function of its arguments; `function` is an id of `functions.FUNCTIONS`."""

    function: str
    arguments: tuple[Expr, ...]
    spelled: str = field(default="", compare=False)
    """LaTeX of the function's name as it was written (`\\sigma`, `\\text{sigmoid}`); empty for the usual one."""
    pos: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus an operand that is not a bare numeral."""

    operand: Expr
    pos: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms with their signs, each +1 or -1, in the order written; the first sign is always +1."""

    terms: tuple[tuple[int, Expr], ...]
    pos: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Product:
    """Scalar or matrix product. `marks[k]` stands between factor k and k+1: `""` (juxtaposed), `·` or `×`."""

    factors: tuple[Expr, ...]
    marks: tuple[str, ...]
    pos: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Hadamard:
    """Elementwise product. `marks[k]` is `⊙`, `∘` or `*`. Binds looser than `Product`."""

    factors: tuple[Expr, ...]
    marks: tuple[str, ...]
    pos: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Quotient:
    """A fraction; `bar` is true for one with a bar, false for one with a slash."""

    numerator: Expr
    denominator: Expr
    bar: bool = True
    pos: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Power:
    """A power; on a vector symbol a numeral exponent names a component."""

    base: Expr
    exponent: Expr
    pos: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Transpose:
    """A transposed vector or matrix."""

    operand: Expr
    pos: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list in one line: `[0, 0, 1]`, `(0.3, 0.4)`; of vectors it is their concatenation. `bracket` is `[` or `(`."""

    items: tuple[Expr, ...]
    bracket: str = "["
    pos: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of entries, themselves scalars, vectors or blocks. `inline` is true for `[h; x]`, false for an array."""

    rows: tuple[tuple[Expr, ...], ...]
    bracket: str = "["
    inline: bool = False
    pos: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Hole:
    """A place in the tree where a number is printed, by its index among the numbers given to the typesetter; `tall` where
    that may be a vector or matrix."""

    index: int
    tall: bool = False


Expr: TypeAlias = (
    Numeral | Symbol | FunctionName | Apply | Negative | Sum | Product | Hadamard | Quotient | Power | Transpose
    | Listing | Matrix | Hole
)


@dataclass(frozen=True, slots=True)
class Chain:
    """`a = b ≈ c`: members and the relations between them, one fewer."""

    members: tuple[Expr, ...]
    relations: tuple[str, ...]
    pos: int = field(default=-1, compare=False)
    spans: tuple[tuple[int, int], ...] = field(default=(), compare=False)
    """Where each member starts and ends in the text that was read."""


@dataclass(frozen=True, slots=True)
class Series:
    """Several statements side by side in one line. `marks[k]` stands after item k: `,` or `""` (a gap)."""

    items: tuple[Expr | Chain, ...]
    marks: tuple[str, ...]


class Digits(msgspec.Struct, frozen=True, gc=False):
    """A number as it is printed: decimal digits with `-` in front where negative, or a fraction `1/3`.

    A struct and not a dataclass, since a long run makes fifty of them a step and these are made five times as fast.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """A vector as it is printed."""

    entries: tuple[Digits, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A matrix as it is printed."""

    rows: tuple[tuple[Digits, ...], ...]


Shown: TypeAlias = Digits | Column | Grid


def children(tree: Expr) -> tuple[Expr, ...]:
    """The direct parts of a tree, in reading order."""
    match tree:
        case Numeral() | Symbol() | FunctionName() | Hole():
            return ()
        case Apply(arguments=parts) | Product(factors=parts) | Hadamard(factors=parts) | Listing(items=parts):
            return parts
        case Negative(operand=part) | Transpose(operand=part):
            return (part,)
        case Sum(terms=terms):
            return tuple(term for _, term in terms)
        case Quotient(numerator=above, denominator=below):
            return (above, below)
        case Power(base=base, exponent=exponent):
            return (base, exponent)
        case Matrix(rows=rows):
            return tuple(entry for row in rows for entry in row)
        case _:
            assert_never(tree)


def rebuild(tree: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The tree with every direct part changed; itself where it has none."""
    match tree:
        case Numeral() | Symbol() | FunctionName() | Hole():
            return tree
        case Apply():
            return replace(tree, arguments=tuple(map(change, tree.arguments)))
        case Product() | Hadamard():
            return replace(tree, factors=tuple(map(change, tree.factors)))
        case Listing():
            return replace(tree, items=tuple(map(change, tree.items)))
        case Negative() | Transpose():
            return replace(tree, operand=change(tree.operand))
        case Sum():
            return replace(tree, terms=tuple((sign, change(term)) for sign, term in tree.terms))
        case Quotient():
            return replace(tree, numerator=change(tree.numerator), denominator=change(tree.denominator))
        case Power():
            return replace(tree, base=change(tree.base), exponent=change(tree.exponent))
        case Matrix():
            return replace(tree, rows=tuple(tuple(map(change, row)) for row in tree.rows))
        case _:
            assert_never(tree)
