"""MathML: what typeset makes always renders, and what comes out has the children that MathML asks for."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from fractions import Fraction

import pytest

from symlstm.document.writers.html_maths import mathml, numbered
from symlstm.document.writers.mathml_mending import UnshownMathsError
from symlstm.notation.functions import FUNCTIONS
from symlstm.notation.tree import (
    Apply,
    Chain,
    Column,
    Digits,
    Expr,
    Fixed,
    FunctionName,
    Grid,
    Hadamard,
    Hole,
    Listing,
    Matrix,
    Name,
    Negative,
    Numeral,
    Power,
    Product,
    Quotient,
    Running,
    Shown,
    Sum,
    Symbol,
    Transpose,
)
from symlstm.notation.typeset import ACCENTS, GREEK, RELATIONS, formula, latex

CHILDREN = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3}


def n(text: str) -> Numeral:
    return Numeral(text, Fraction(text))


def s(base: str, **more: str) -> Symbol:
    return Symbol(Name(base, **more), Running(-1))  # type: ignore[arg-type]


X, TALL, TALLER = s("x"), Hole(0, True), Hole(1, True)
COLUMN, GRID = Column((Digits("1"), Digits("…"), Digits("-1/3"))), Grid(((Digits("1"), Digits("-2e-7")), (Digits("0.5"),
    Digits("4"))))

FORMULAS: dict[str, tuple[Expr | Chain, tuple[Shown, ...]]] = {
    "sum": (Sum(((1, Product((n("-100"), Hole(0)), ("",))), (1, Hole(1)), (-1, X))), (Digits("-1"), Digits("-0.5"))),
    "fraction": (Quotient(n("1"), Sum(((1, n("1")), (1, Apply("exp", (Negative(X),)))))), ()),
    "slash": (Quotient(n("1"), X, False), ()),
    "hadamard": (Hadamard((X, X, X, X), ("⊙", "∘", "*")), ()),
    "marks": (Product((n("2"), X, n("-3")), ("·", "×")), ()),
    "power": (Power(Sum(((1, X), (1, n("1")))), n("2")), ()),
    "power of a fraction": (Power(Quotient(n("1"), n("2")), n("3")), ()),
    "matrix": (Product((Matrix(((n("1"), n("-2")), (n(".5"), X))), TALL), ("",)), (COLUMN,)),
    "transposes": (Product((Transpose(TALL), TALLER, Transpose(Matrix(((n("1"),),), "("))), ("·", "")), (COLUMN, GRID)),
    "transposed fence": (Transpose(Sum(((1, TALL), (1, X)))), (COLUMN,)),
    "tall call": (Apply("tanh", (Sum(((1, TALL), (1, TALLER))),)), (COLUMN, COLUMN)),
    "blocks": (Matrix(((Matrix(((n("1"),),)), X), (X, TALL))), (GRID,)),
    "list": (Listing((n("0"), n("-1"), n(".76"), X)), ()),
    "stack": (Matrix(((FunctionName("sigmoid"),), (FunctionName("tanh"),), (FunctionName("relu",
    r"\operatorname{ReLU}"),)), inline=True), ()),
    "numbers": (Sum(tuple((1, Hole(k)) for k in range(4))), (Digits("-1/3"), Digits("1.5e-7"), Digits("…"), Digits("-2"))),
    "times": (Symbol(Name("h", index="sup"), Fixed(-1)), ()),
    "labels": (Symbol(Name("W", sup="f,h", sub="i"), Running(1), 2), ()),
    "entry": (Symbol(Name("s"), Running(), "i"), ()),
    "relations": (Chain((X,) * (len(RELATIONS) + 1), tuple(RELATIONS)), ()),
    **{f"function {f}": (Apply(f, (X, n("-1"))), ()) for f in FUNCTIONS},
    **{f"alone {f}": (FunctionName(f), ()) for f in FUNCTIONS},
    **{f"index {i}": (s("h", index=i), ()) for i in ("sub", "sup", "round", "angle", "call", "square")},
    **{f"greek {g}": (s(g), ()) for g in GREEK},
    **{f"accent {k}": (s("c" + a), ()) for k, a in enumerate(ACCENTS)},
    **{
        f"spelled {k}": (s("h", latex=written), ())
        for k, written in enumerate((
            r"\mathbf{h}", r"\boldsymbol{h}", r"\boldsymbol{\sigma}", r"\bm{h}", r"\mathrm{h}", r"\mathrm{in}",
            r"\text{input}",
            r"\operatorname{in}", r"\vec{h}", r"\hat{h}", r"\tilde{\mathbf{c}}", r"\mathcal{F}", r"\mathbb{R}",
            r"\mathit{net}", r"\bar{h}",
            r"\widetilde{C}", r"\overline{h}", r"\underline{h}", r"\dot{h}", r"\mathsf{h}", r"\mathtt{h}",
        ))
    },
}


@pytest.mark.parametrize("name", FORMULAS)
def test_what_we_typeset_renders(name: str) -> None:
    tree, numbers = FORMULAS[name]
    source = latex(formula(tree, *numbers))
    assert numbered(source, "=") == mathml(source, "=")
    for text in (mathml(source), mathml(source, "→", True)):
        for element in ET.fromstring(text).iter():
            assert len(element) == CHILDREN.get(element.tag, len(element))
            assert "\\" not in (element.text or "")
            assert not (element.tail or "").strip()


def test_signs_and_functions_are_spaced_as_in_print() -> None:
    assert '<mo form="prefix">−</mo><mn>1</mn>' in mathml("50(-1)")
    assert '<mo form="prefix">−</mo>' in mathml("-0.38", "≈")
    assert '<mo>−</mo>' in mathml("a - 1")
    assert '<mspace width="0.167em" /><mi>tanh</mi>' in mathml(r"2 \tanh(x)")
    assert "<mn>.76</mn>" in mathml(".76")
    assert '<mi mathvariant="normal">d</mi>' in mathml(r"\mathrm{d}")
    assert "𝐖𝐱" in mathml(r"\mathbf{Wx}").replace("</mi><mi>", "")


@pytest.mark.parametrize(
    "source", [r"\not=", r"a &= b", r"\boxed{x}", r"\cancel{x}", r"\foo", "", r"\begin{aligned} a &= b \end{aligned}",
        "x^", "3 in"]
)
def test_what_would_go_wrong_is_said(source: str) -> None:
    with pytest.raises(UnshownMathsError):
        mathml(source)
