"""Small documents, what stands in them, and what a writer makes of them."""

from __future__ import annotations

from fractions import Fraction

from symlstm.document.blocks import (
    Block,
    Document,
    Inlines,
    Paragraph,
    Text,
)
from symlstm.document.writers import WRITERS
from symlstm.notation.tree import Apply, Digits, Fixed, Hadamard, Hole, Name, Numeral, Product, Running, Sum, Symbol
from symlstm.notation.typeset import Formula, formula


def number(text: str) -> Formula:
    return formula(Numeral(text, Fraction(text)))


def at(name: str, time: int | None = None) -> Formula:
    return formula(Symbol(Name(name), Running() if time is None else Fixed(time)))


def words(text: str) -> Inlines:
    return (Text(text),)


def said(text: str) -> Block:
    return Paragraph(words(text))


def written(to: str, *blocks: Block, title: str = "", fragment: bool = True) -> str:
    warnings: list[str] = []
    out = "".join(WRITERS[to].write(Document(title, iter(blocks)), fragment=fragment, warn=warnings.append))
    assert not warnings, warnings
    return out


def warned(to: str, *blocks: Block) -> tuple[str, list[str]]:
    warnings: list[str] = []
    return "".join(WRITERS[to].write(Document("", iter(blocks)), fragment=True, warn=warnings.append)), warnings


STATE = formula(Hadamard((Symbol(Name("o"), Running()), Apply("tanh", (Symbol(Name("c"), Running()),))), ("⊙",)))
FILLED = formula(
    Apply("tanh", (Sum(((1, Product((Numeral("-100", Fraction(-100)), Hole(0)), ("",))), (1, Hole(1)))),)), Digits("1"),
        Digits("50")
)

NASTY = [
    "<script>alert(1)</script>", "</title><img src=x onerror=alert(1)>", "\" onmouseover=\"alert(1)", "a | b || c",
    "$x$ and $$y$$",
    "*a* _b_ **c**", "[x](javascript:alert(1))", "# a", "1) b", "```", "\\input{/etc/passwd} \\write18{ls} % & # ^ _ ~ { }",
    "&lt;b&gt; &#60;", "a\nb\n\n# c", "![x](y)", "<!-- x -->", "+ a", "=====", ":::", "[^1]: x", "\\", "a\\", "--", "!",
    "\x00\x07",
    "Σ σ − ≈ ≤ · → … “q” ‘r’ é ǖ ł ß ½ ² ₃ ✓ ¿ c\u0303", "{}", "||", "``", "[ ] x", "it's <<x>> ,, -- '' ``",
]
