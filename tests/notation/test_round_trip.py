"""Reading what was typeset gives the tree back; and no text at all makes the reader raise anything but its own error."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symlstm.errors import NotationError
from symlstm.notation.parser import chain, expression
from symlstm.notation.statements import statements
from symlstm.notation.symbols import Vocabulary
from symlstm.notation.tree import (
    Apply,
    Chain,
    Expr,
    Fixed,
    FunctionName,
    Hadamard,
    Listing,
    Matrix,
    Name,
    Negative,
    Numeral,
    Power,
    Product,
    Quotient,
    Running,
    Sum,
    Symbol,
    Time,
    Transpose,
    children,
)
from symlstm.notation.typeset import RELATIONS, formula, latex, plain

TIMED = [Name("h"), Name("c"), Name("x"), Name("f"), Name("α"), Name("h", sub="e"), Name("h\u0303"), Name("net"), Name("g", sup="l")]
PLAIN = [Name("W"), Name("b"), Name("W", sup="f,h"), Name("W", sup="fh"), Name("W", sub="fh"), Name("b", sub="f"), Name("θ"),
         Name("W", sub="1"), Name("bias"), Name("U", sup="o", sub="x")]  # fmt: skip
KNOWN = Vocabulary(timed={name: name for name in TIMED}, plain={name: name for name in PLAIN}, complete=True)

ONE_ARGUMENT = ["sigmoid", "tanh", "exp", "relu", "softmax", "hardsigmoid", "step", "sign", "identity"]


def number(text: str) -> Numeral:
    return Numeral(text, Fraction(text))


NUMERALS = st.one_of(
    st.sampled_from(["0", "1", "2", "10", "0.5", ".76", "0.900", "100", "3.14159", "007"]),
    st.decimals(0, 1000, places=3, allow_nan=False, allow_infinity=False).map(str),
).map(number)
TIMES: st.SearchStrategy[Time] = st.one_of(
    st.integers(-12, 3).map(Running), st.integers(-12, 120).map(Fixed),
)  # fmt: skip
SYMBOLS = st.one_of(
    st.sampled_from(PLAIN).map(Symbol),
    st.builds(Symbol, st.sampled_from(TIMED), TIMES, st.sampled_from([None, None, None, 1, 3, 12])),
    st.builds(Symbol, st.sampled_from(TIMED[:5]), st.integers(-2, 2).map(Running), st.sampled_from("ijk")),
)


def leads_with_numeral(tree: Expr) -> bool:
    match tree:
        case Numeral():
            return True
        case Product(factors=(first, *_)) | Quotient(numerator=first, bar=False):
            return leads_with_numeral(first)
        case _:
            return False


def leads_with_minus(tree: Expr) -> bool:
    match tree:
        case Numeral(text=text):
            return text.startswith("-")
        case Product(factors=(first, *_)) | Quotient(numerator=first, bar=False):
            return leads_with_minus(first)
        case _:
            return False


def whole(tree: Expr) -> bool:
    return isinstance(tree, Numeral) and tree.text.removeprefix("-").isdigit()


def normal(tree: Expr) -> bool:
    """Whether the reader itself can make this tree: one reading for each way of writing."""
    match tree:
        case Negative(operand=operand):
            # -2 x begins with the number -2, and - 2 is a number.
            return not leads_with_numeral(operand) or leads_with_minus(operand)
        case Sum(terms=terms):
            # a + (-2) is written a - 2.
            return all(not leads_with_minus(term) or sign < 0 for sign, term in terms[1:])
        case Quotient(numerator=above, denominator=below, bar=False):
            return not (whole(above) and whole(below))
        case Power(base=Symbol() as base, exponent=exponent):
            # On a symbol other superscripts are labels, entries or times.
            return whole(exponent) and base.entry is None
        case Listing(items=(Matrix(inline=False),)):
            return False  # Brackets around an array are the array's own.
        case Transpose(operand=Symbol(entry=entry)):
            return entry is None
        case _:
            return True


def in_normal_form(tree: Expr) -> bool:
    return normal(tree) and all(map(in_normal_form, children(tree)))


def signed(trees: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    def sum_of(first: Expr, rest: list[tuple[int, Expr]]) -> Expr:
        return Sum(((1, first), *rest))

    return st.builds(sum_of, trees, st.lists(st.tuples(st.sampled_from([1, -1]), trees), min_size=1, max_size=3))


def folded(kind: type[Product] | type[Hadamard], trees: st.SearchStrategy[Expr], marks: list[str]) -> st.SearchStrategy[Expr]:
    def make(factors: list[Expr], choices: list[str]) -> Expr:
        return kind(tuple(factors), tuple(choices[: len(factors) - 1]))

    return st.builds(make, st.lists(trees, min_size=2, max_size=4), st.lists(st.sampled_from(marks), min_size=3, max_size=3))


def applied(trees: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    one = st.builds(lambda f, z: Apply(f, (z,)), st.sampled_from(ONE_ARGUMENT), trees)
    several = st.builds(lambda f, z: Apply(f, tuple(z)), st.sampled_from(["min", "max"]), st.lists(trees, min_size=1, max_size=3))
    three = st.builds(lambda a, b, c: Apply("clip", (a, b, c)), trees, trees, trees)
    return st.one_of(one, several, three)


def listed(trees: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    return st.one_of(
        st.lists(trees, min_size=1, max_size=3).map(lambda items: Listing(tuple(items), "[")),
        st.lists(trees, min_size=2, max_size=3).map(lambda items: Listing(tuple(items), "(")),
    )


def matrices(trees: st.SearchStrategy[Expr], inline: bool) -> st.SearchStrategy[Expr]:
    def rows(size: tuple[int, int]) -> st.SearchStrategy[Expr]:
        row = st.lists(trees, min_size=size[1], max_size=size[1]).map(tuple)
        return st.builds(lambda made, bracket: Matrix(tuple(made), bracket, inline),
                         st.lists(row, min_size=size[0], max_size=size[0]), st.sampled_from("[("))  # fmt: skip

    return st.tuples(st.integers(2 if inline else 1, 3), st.integers(1, 2)).flatmap(rows)


def negated(tree: Expr) -> Expr:
    return number("-" + tree.text) if isinstance(tree, Numeral) and not tree.text.startswith("-") else Negative(tree)


def latex_trees(trees: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    return st.one_of(
        signed(trees), folded(Product, trees, ["", "", "·", "×"]), folded(Hadamard, trees, ["⊙", "∘", "*"]), trees.map(negated),
        applied(trees), listed(trees), matrices(trees, False), matrices(trees, True), st.builds(Quotient, trees, trees, st.booleans()),
        st.builds(Power, trees, st.sampled_from(["0", "2", "3", "-1"]).map(number)), trees.map(Transpose),
    )  # fmt: skip


def plain_trees(trees: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    """What one line of Unicode says in one way only: every product has its sign, every matrix stands in one line."""
    return st.one_of(
        signed(trees), folded(Product, trees, ["·", "×"]), folded(Hadamard, trees, ["⊙", "∘", "*"]), trees.map(negated),
        applied(trees), listed(trees), matrices(trees, True), st.builds(Quotient, trees, trees, st.just(False)),
        st.builds(Power, trees, st.sampled_from(["0", "2", "3"]).map(number)), trees.map(Transpose),
        st.builds(lambda w, h: Product((w, h), ("",)), st.sampled_from(PLAIN).map(Symbol), SYMBOLS),
    )  # fmt: skip


LEAVES: st.SearchStrategy[Expr] = st.one_of(NUMERALS, SYMBOLS)
LATEX_TREES = st.recursive(LEAVES, latex_trees, max_leaves=10).filter(in_normal_form)
PLAIN_TREES = st.recursive(LEAVES, plain_trees, max_leaves=8).filter(in_normal_form)
SLOW_START = [HealthCheck.too_slow, HealthCheck.filter_too_much]


@settings(derandomize=True, max_examples=400, deadline=None, suppress_health_check=SLOW_START)
@given(LATEX_TREES)
def test_latex_is_read_back(tree: Expr) -> None:
    assert expression(latex(formula(tree)), KNOWN) == tree


@settings(derandomize=True, max_examples=400, deadline=None, suppress_health_check=SLOW_START)
@given(PLAIN_TREES)
def test_plain_text_is_read_back(tree: Expr) -> None:
    assert expression(plain(formula(tree)), KNOWN, latex=False) == tree


@settings(derandomize=True, max_examples=200, deadline=None, suppress_health_check=SLOW_START)
@given(st.lists(LATEX_TREES, min_size=2, max_size=4), st.lists(st.sampled_from(sorted(RELATIONS)), min_size=3, max_size=3))
def test_chains_are_read_back(members: list[Expr], relations: list[str]) -> None:
    tree = Chain(tuple(members), tuple(relations[: len(members) - 1]))
    assert chain(latex(formula(tree)), KNOWN) == tree


def test_a_stack_of_functions_is_read_back() -> None:
    stack = Matrix(tuple((FunctionName(f),) for f in ("sigmoid", "sigmoid", "tanh")), "[", False)
    tree = Product((stack, Symbol(Name("W")), Symbol(Name("h"), Running(-1))), ("", ""))
    assert expression(latex(formula(tree)), KNOWN) == tree


# -- any text ---------------------------------------------------------------------------------------------------------------------

PIECES = [
    *"hcxWbfgteTσασ", *"0123456789.,;:?!'", *"+-−*/=<>&_^{}()[]|~%$#@\"`", " ", "\n", "\t", "\\", "\\\\", "\\left", "\\right",
    "\\frac", "\\text{", "\\mathbf{", "\\tilde", "\\begin{bmatrix}", "\\end{bmatrix}", "\\begin{aligned}", "\\end{aligned}",
    "\\begin{array}{cc}", "\\end{array}", "\\sigma", "\\tanh", "\\odot", "\\cdot", "\\approx", "\\to", "\\quad", "\\top", "\\hat{",
    "\\operatorname{", "\\hspace{1em}", "\\label{", "\\unknown", "h_{t-1}", "W^{f,h}", "_{", "^{", "}{", "→", "≈", "⊙", "∘", "₁",
    "ᵗ", "⟨", "⟩", "\u0303", "𝑐", "ﬁ", "½", "\u200b", "\x00", "１", "٣", "1e5", "1e99999", ".5", "1,000", "...", ":=", "\\,", "\\{",
]  # fmt: skip
SHAPED = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
ANYTHING = st.one_of(SHAPED, st.text(max_size=40))
VOCABULARIES = [Vocabulary(), KNOWN, Vocabulary(running="n"), Vocabulary(timed={Name("h"): Name("h", index="angle")})]


@settings(derandomize=True, max_examples=1000, deadline=2000, suppress_health_check=SLOW_START)
@given(ANYTHING, st.booleans(), st.sampled_from(VOCABULARIES))
def test_any_text_is_read_or_refused(text: str, as_latex: bool, vocabulary: Vocabulary) -> None:
    statements(text, vocabulary, latex=as_latex)  # Keeps its errors beside what it read.
    for read in (expression, chain):
        try:
            tree = read(text, vocabulary, latex=as_latex)
        except NotationError as error:
            assert error.message
            assert 0 <= error.offset <= len(text)
        else:
            # What was read can be typeset.
            assert isinstance(latex(formula(tree)), str)
            assert isinstance(plain(formula(tree)), str)


@settings(derandomize=True, max_examples=300, deadline=2000, suppress_health_check=SLOW_START)
@given(ANYTHING, st.booleans())
def test_the_errors_of_statements_are_in_their_text(text: str, as_latex: bool) -> None:
    for statement in statements(text, KNOWN, latex=as_latex):
        assert (statement.chain is None) == (statement.error is not None)
        if statement.error is not None:
            assert 0 <= statement.error.offset <= len(text)


@pytest.mark.parametrize("piece", ["(", "[", "{", "-", "h_{", r"\frac{", r"\tanh(", r"\begin{bmatrix}", r"\mathbf{", "^{", "x^", "1+", "'",
                                   r"\left(", "1 ", "h ", "((1", "&", r"\\", ",", "=", r"\text{a}", "₁", r"\hat"])  # fmt: skip
@pytest.mark.parametrize("as_latex", [True, False])
def test_the_same_piece_over_and_over(piece: str, as_latex: bool) -> None:
    for count in (50, 100_000 // len(piece)):
        statements(piece * count, KNOWN, latex=as_latex)
        try:
            expression(piece * count, KNOWN, latex=as_latex)
        except NotationError as error:
            assert error.message
