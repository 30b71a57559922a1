"""Maths in Typst and in words: brackets as in LaTeX, every command the author may use, widths held against Typst's own."""

from __future__ import annotations

import json
import re
from fractions import Fraction

import pytest
import typst as engine
from hypothesis import given, settings
from hypothesis import strategies as st

from symlstm.document.blocks import Document, Maths, Paragraph, SourceMaths
from symlstm.document.writers import author_maths
from symlstm.document.writers.pdf import pdf
from symlstm.document.writers.typst_formula import written
from symlstm.document.writers.typst_maths import typst_maths
from symlstm.document.writers.typst_reader import UnsetMathsError, nodes
from symlstm.document.writers.typst_speech import speech
from symlstm.document.writers.typst_width import width
from symlstm.notation.functions import FUNCTIONS
from symlstm.notation.parser import expression
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
    Held,
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
    Series,
    Sum,
    Symbol,
    Transpose,
)
from symlstm.notation.typeset import RELATIONS, Formula, Template, formula, latex


@pytest.mark.parametrize(
    ("source", "maths"),
    [
        ("h_{t-1}", "h_(t − 1)"),
        ("W^{f,h}", r"W^(f \, h)"),
        (r"\frac{1}{2}", "frac(1, 2)"),
        (r"\frac12", "frac(1, 2)"),
        (r"x^10", "x^(1) 0"),
        (r"a \odot b", "a ⊙ b"),
        (r"\text{ if }x", '" if "x'),
        (r"\operatorname{relu}(x)", 'op("relu") (x)'),
        (r"[0, 1)", r"[0 \, 1)"),
        (r"a)", r"a \)"),
        (r"\left. x \right|_0", r"lr(x \|)_(0)"),
        (r"\epsilon \varepsilon \phi \varphi", "ϵ ε ϕ φ"),
        (r"\mathbf{h}'", "bold(upright(h))^(′)"),
        (r"\tilde{h}_t^2", "accent(h, tilde)_(t)^(2)"),
        (r"{ab}^2", "attach(a b, t: 2)"),
        (r"\not= x", "≠ x"),
        ("#", r"\#"), ('"', r'\"'), ("//", r"\/ \/"), ("@a", r"\@ a"), ("<b>", r"\< b \>"), ("中", '"中"'),
    ],
)
def test_typst_of_latex(source: str, maths: str) -> None:
    assert typst_maths(nodes(source)) == maths


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("f_1 = \\sigma(-100)", "f sub 1 equals sigma of minus 100"),
        ("h_{t-1}", "h sub t minus 1"),
        ("h_{t-1} + b", "h sub t minus 1, plus b"),
        ("c_t^2", "c sub t squared"),
        ("10^{-5}", "10 to the power minus 5"),
        ("W^{f,h} x_t", "W super f, h, x sub t"),
        ("-100(1)", "minus 100 times 1"),
        (r"\tanh(50) \approx 1", "tanh of 50 is approximately 1"),
        (r"\tanh(-1) \to 0", "tanh of minus 1 goes to 0"),
        (r"o_t \odot \tanh(c_t)", "o sub t element-wise times tanh of c sub t"),
        (r"\frac{1}{3}", "1 over 3"),
        (r"\frac{a+b}{2}", "the fraction a plus b over 2 end fraction"),
        (r"\begin{bmatrix} 1 \\ 0 \end{bmatrix}", "the column 1, 0"),
        (r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", "the 2 by 2 matrix 1, 2; 3, 4 end matrix"),
        (r"\begin{bmatrix} 1 \\ 0 \end{bmatrix}^{\top}", "the column 1, 0, transposed"),
        (r"h^{(t)}", "h super t"),
        (r"\tilde{h}_t", "h tilde sub t"),
        (r"(1 - z_t) h", "open bracket 1 minus z sub t close bracket h"),
        (r"\sum_{k=1}^n x_k", "the sum from k equals 1 to n of x sub k"),
        (r"b = 0 \quad c = 1", "b equals 0, c equals 1"),
        (r"\sqrt{x}", "the square root of x"),
        (r"x' \in \mathbb{R}", "x prime in R"),
        (r"\begin{cases} a & b > 0 \\ c & \text{else} \end{cases}", "cases: a, b is greater than 0; c, else end cases"),
    ],
)
def test_words_of_latex(source: str, said: str) -> None:
    assert speech(nodes(source)) == said


@pytest.mark.parametrize("relation", sorted(RELATIONS))
def test_every_relation_is_said(relation: str) -> None:
    assert speech(nodes(relation)).replace(" ", "").isalpha()


def test_every_command_of_the_authors_list_is_set() -> None:
    left_out = {"hline", "left", "right", "not", "limits"}
    sources = [f"a \\{name}{'(' if 'big' in name.lower() and 'g' in name[2:4] else ' b'}" for name in author_maths.SYMBOLS - left_out]
    sources += [f"\\{name}" + "{a}" * count for name, count in author_maths.ARGUMENTS.items()]
    sources += [rf"\left{name} x \right{name}" for name in (r"\langle", r"\lfloor", r"\|", ".", "|", "]", "(", r"\{")]
    sources += [
        rf"\begin{{{name}}}{'{lr}' if name == 'array' else ''} a & b \\ c & d \end{{{name}}}" for name in author_maths.ENVIRONMENTS
    ]
    assert not [source for source in sources if author_maths.fault(source)]
    warned: list[str] = []
    made = pdf(Document("Commands", [Paragraph((SourceMaths(source),)) for source in sources]), warn=warned.append)
    assert made.startswith(b"%PDF")
    assert not warned


@pytest.mark.parametrize(
    "source", [r"\foo", r"\begin{tikzcd} a \end{tikzcd}", r"\frac{a}", "a & b", "}", "{", r"\left( a", r"\not x", "^",
               r"\begin{array}{c|c} a & b \end{array}", r"\begin{array}{cc} \hline a \end{array}", "{" * 60 + "}" * 60]
)
def test_what_typst_has_nothing_for_is_said(source: str) -> None:
    with pytest.raises(UnsetMathsError):
        nodes(source)


NUMBERS = st.integers(-999, 999).map(lambda n: Digits(f"{n / 10 ** (n % 3):g}")) | st.sampled_from(
    [Digits("-1/3"), Digits("0.900")]
)
SHOWN = NUMBERS | st.lists(NUMBERS, min_size=1, max_size=10).map(lambda some: Column(tuple(some))) | st.lists(
    st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=3
).map(lambda rows: Grid(tuple(rows)))
LEAVES: st.SearchStrategy[Expr] = st.one_of(
    st.sampled_from([Symbol(Name("h"), Running(-1)), Symbol(Name("W", sup="f,h")), Symbol(Name("α"), Fixed(-1)), FunctionName("tanh"),
                     Symbol(Name("net"), Held(0)), Symbol(Name("h\u0303"), Running()), Symbol(Name("x"), Fixed(3), 2)]),
    st.sampled_from(["1", "-0.5", ".76", "1/3"]).map(lambda text: Numeral(text, Fraction(text))),
    st.sampled_from([Hole(0), Hole(1), Hole(2, True)]),
)


def _larger(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        st.builds(lambda f, x: Apply(f, (x,) * FUNCTIONS[f].arity[0]), st.sampled_from(sorted(FUNCTIONS)), inner),
        pairs.map(lambda two: Sum(((1, two[0]), (1, two[1])))), pairs.map(lambda two: Sum(((1, two[0]), (-1, two[1])))),
        pairs.flatmap(lambda two: st.sampled_from(["", "·", "×"]).map(lambda mark: Product(two, (mark,)))),
        pairs.flatmap(lambda two: st.sampled_from(["⊙", "∘", "*"]).map(lambda mark: Hadamard(two, (mark,)))),
        pairs.flatmap(lambda two: st.booleans().map(lambda bar: Quotient(*two, bar))), pairs.map(lambda two: Power(*two)),
        pairs.map(lambda two: Listing(two)), pairs.map(lambda two: Matrix(((two[0],), (two[1],)))),
        pairs.map(lambda two: Matrix((two,), "(", True)), inner.map(Negative), inner.map(Transpose),
    )


TREES = st.recursive(LEAVES, _larger, max_leaves=8)
WHOLE: st.SearchStrategy[Expr | Chain | Series] = TREES | st.builds(
    lambda a, b, relation: Chain((a, b), (relation,)), TREES, TREES, st.sampled_from(sorted(RELATIONS))
) | st.builds(lambda a, b: Series((a, b), (",",)), TREES, TREES)
FORMULAS = st.builds(
    lambda tree, time, one, two, rows: Formula(Template(tree, rows), (time, one, two)),
    WHOLE, st.integers(-3, 12).map(lambda n: Digits(str(n))), SHOWN, SHOWN, st.sampled_from([(), (1,), (1, 2)]),
)


@settings(max_examples=300, deadline=None)
@given(FORMULAS)
def test_a_filled_pattern_is_the_printed_latex(what: Formula) -> None:
    """Filling the holes afterwards gives what reading the filled LaTeX gives: brackets and signs stand alike."""
    def bare(text: str) -> str:
        return re.sub(r"\s|\"\"", "", text.replace("  ", " "))

    read = nodes(latex(what))
    assert bare(written(what).maths) == bare(typst_maths(read))


@settings(max_examples=15, deadline=None)
@given(st.lists(FORMULAS, min_size=20, max_size=20))
def test_formulas_compile_and_are_no_wider_than_estimated(some: list[Formula]) -> None:
    lines = [written(one) for one in some]
    source = "".join(f"#context [#metadata(measure($display({line.maths})$).width.pt()) <w>]\n" for line in lines)
    compiler = engine.Compiler(('#set text(font: "New Computer Modern", size: 10pt)\n' + source).encode())
    found = json.loads(compiler.query("<w>", field="value"))
    for line, real in zip(lines, found, strict=True):
        assert real <= 10 * line.wide * 1.12 + 8, line.maths
    pdf(Document("Formulas", [Paragraph((Maths(one),)) for one in some]))


@pytest.mark.parametrize("text", [r"W^{f,h} h_{t-1} + W^{f,x} x_t + b_f", r"\tanh(-100 h_{t-1} + 50 x_t)", r"-0.5 \cdot (0.25 - 1)"])
def test_typed_formulas_are_no_wider_than_estimated(text: str) -> None:
    read = nodes(latex(formula(expression(text))))
    source = f'#set text(size: 10pt)\n#context [#metadata(measure(${typst_maths(read)}$).width.pt()) <w>]'
    real = json.loads(engine.Compiler(source.encode()).query("<w>", field="value", one=True))
    assert real <= 10 * width(read) <= 1.6 * real
