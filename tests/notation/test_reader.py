"""The reader, row by row: notations as they are published, and what can't be read with its message and place."""

from __future__ import annotations

import pytest

from symlstm.errors import NotationError
from symlstm.notation.parser import chain, expression
from symlstm.notation.places import place
from symlstm.notation.statements import statements
from symlstm.notation.symbols import Vocabulary
from symlstm.notation.tree import Fixed, IndexStyle, Name, Numeral, Running, Symbol
from symlstm.notation.typeset import formula, plain


def known(*timed: Name, parameters: tuple[Name, ...] = (), running: str = "t", complete: bool = False) -> Vocabulary:
    return Vocabulary(running, {n: n for n in timed}, {n: n for n in parameters}, {}, complete)


H, C, X, F, S = Name("h"), Name("c"), Name("x"), Name("f"), Name("s")
W, B = Name("W", sup="f,h"), Name("b", sub="f")
LSTM = known(H, C, X, F, parameters=(W, B, Name("W")), complete=True)


def indexed(style: IndexStyle) -> Vocabulary:
    return known(Name("h", index=style), Name("x", index=style), Name("a", index=style))


PUBLISHED = [
    # MITx 6.86x
    (r"f_t = \text{sigmoid}(W^{f,h}h_{t-1} + W^{f,x}x_t + b_f)", "f_t = σ(W^{f,h} h_{t−1} + W^{f,x} x_t + b_f)"),
    (r"c_t = f_t \odot c_{t-1} + i_t \odot \tanh(W^{c,h}h_{t-1})", "c_t = f_t ⊙ c_{t−1} + i_t ⊙ tanh(W^{c,h} h_{t−1})"),
    (r"s_t = (1 - g_t) \odot s_{t-1} + g_t \odot \tanh(W^{s,s}s_{t-1})", "s_t = (1 − g_t) ⊙ s_{t−1} + g_t ⊙ tanh(W^{s,s} s_{t−1})"),
    # the matrix form
    (r"\begin{bmatrix} i \\ f \end{bmatrix} = \begin{bmatrix} \sigma \\ \tanh \end{bmatrix} W \begin{bmatrix} h_{t-1} \\ x_t \end{bmatrix}",
     "[i; f] = [σ; tanh]·W [h_{t−1}; x_t]"),
    (r"[i; f] = [\sigma; \tanh] W [h_{t-1}; x_t]", "[i; f] = [σ; tanh]·W [h_{t−1}; x_t]"),
    # Olah
    (r"f_t = \sigma\left(W_f\cdot[h_{t-1}, x_t] + b_f\right)", "f_t = σ(W_f·[h_{t−1}, x_t] + b_f)"),
    (r"\tilde{C}_t = \tanh(W_C \cdot [h_{t-1}, x_t] + b_C)", "C\u0303_t = tanh(W_C·[h_{t−1}, x_t] + b_C)"),
    (r"C_t = f_t * C_{t-1} + i_t * \tilde{C}_t", "C_t = f_t * C_{t−1} + i_t * C\u0303_t"),
    # Cho et al., Chung et al.
    (r"h_t = z_t \circ h_{t-1} + (1 - z_t) \circ \tilde{h}_t", "h_t = z_t ∘ h_{t−1} + (1 − z_t) ∘ h\u0303_t"),
    (r"\mathbf{h}_t = \mathbf{z}_t \odot \mathbf{h}_{t-1}", "h_t = z_t ⊙ h_{t−1}"),
    (r"r_j = \sigma([\mathbf{W}_r \mathbf{x}]_j)", None),
    # Goodfellow et al.
    (r"h^{(t)} = \tanh(b + W h^{(t-1)} + U x^{(t)})", "h^{(t)} = tanh(b + W h^{(t−1)} + U x^{(t)})"),
    # Ng
    (r"a^{\langle t \rangle} = \tanh(W_{aa} a^{\langle t-1 \rangle} + b_a)", "a^{<t>} = tanh(W_{aa} a^{<t−1>} + b_a)"),
    # PyTorch
    (r"i_t = \sigma(W_{ii} x_t + b_{ii} + W_{hi} h_{(t-1)} + b_{hi})", "i_t = σ(W_{ii} x_t + b_{ii} + W_{hi} h_{t−1} + b_{hi})"),
    # Karpathy, and others who write calls
    (r"h(t) = \tanh(W h(t-1))", "h(t) = tanh(W h(t−1))"),
    (r"h[t] = \tanh(W h[t-1])", "h[t] = tanh(W h[t−1])"),
    # Greff et al.
    (r"\mathbf{z}^t = \tanh(\mathbf{\bar z}^t)", "z^t = tanh(z\u0304^t)"),
    (r"c_{t+1} = \operatorname{ReLU}(W_{hh} c_t)", "c_{t+1} = relu(W_{hh} c_t)"),
    (r"\hat{y}_t = \mathrm{softmax}(V h_t + c)", "y\u0302_t = softmax(V h_t + c)"),
    (r"y = w^\top h_t", "y = wᵀ·h_t"),
    (r"y_t = h_t^2 + \frac{1}{2} h_{t-1}", "y_t = h_t^2 + 1/2·h_{t−1}"),
    (r"z = \frac{1}{1 + e^{-x}}", "z = 1/(1 + exp(−x))"),
    (r"c_{-1} = C_{-1} = 0", "c_{−1} = C_{−1} = 0"),
    (r"x = [0, 0, 1, 1, 1, 0]", "x = [0, 0, 1, 1, 1, 0]"),
    (r"\sigma(50) \approx 1 \to 1", "σ(50) ≈ 1 → 1"),
    (r"h_1 = .76", "h_1 = .76"),
    (r"c = 0.900 - -0.5", "c = 0.900 − (−0.5)"),
    (r"W = \left[\begin{array}{cc} 1 & 2 \\ 3 & 4 \end{array}\right]", "W = [1, 2; 3, 4]"),
    (r"W = \begin{pmatrix} 0.1 & -0.2 \end{pmatrix}", "W = (0.1, −0.2)"),
    (r"f = \min(\max(0.2 z + 0.5, 0), 1)", "f = min(max(0.2 z + 0.5, 0), 1)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PUBLISHED)
def test_published_notations(text: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(NotationError):
            chain(text)
    else:
        assert plain(formula(chain(text, known(C, Name("C"))))).replace("·z", " z") == expected


SPELLINGS = [
    # The same thing in LaTeX, Unicode and plain text.
    ([r"\sigma(W^{f,h} h_{t-1} + b_f)"], ["σ(W^{f,h} h_{t-1} + b_f)", "sigmoid(W^{f,h} h_{t−1}+b_f)", "σ(W^{f, h} hₜ₋₁ + b_f)"]),
    ([r"f_t \odot c_{t-1}", r"f_{t} \odot c_{t - 1}", r"f_t\odot c_{t-1}"], ["f_t ⊙ c_{t-1}", "fₜ ⊙ cₜ₋₁"]),
    ([r"\tanh(-100 h_{t-1})", r"\tanh\left(-100\,h_{t-1}\right)", r"\operatorname{tanh}(-100 h_{t-1})"],
     ["tanh(-100 h_{t-1})", "tanh(−100 h_{t−1})"]),
    ([r"W x_t", r"Wx_t", r"W\,x_{t}"], ["W x_t"]),
]  # fmt: skip


@pytest.mark.parametrize(("in_latex", "in_text"), SPELLINGS)
def test_spellings_of_one_thing(in_latex: list[str], in_text: list[str]) -> None:
    trees = [expression(text, LSTM) for text in in_latex] + [expression(text, LSTM, latex=False) for text in in_text]
    assert [tree for tree in trees if tree != trees[0]] == []


NAMES = [
    ("W^{f,h}", Name("W", sup="f,h")), ("W^{fh}", Name("W", sup="fh")), ("W_{fh}", Name("W", sub="fh")),
    ("W^{f, h}", Name("W", sup="f,h")), ("W^{{f},h}", Name("W", sup="f,h")), (r"W_{\text{in}}", Name("W", sub="in")),
    (r"\tilde{h}", Name("h\u0303")), (r"\text{net}", Name("net")), (r"\mathbf{b}_f", Name("b", sub="f")), ("W_1", Name("W", sub="1")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_names(text: str, name: Name) -> None:
    assert expression(text) == Symbol(name)


def test_labels_are_three_names() -> None:
    assert len({expression(text) for text in ("W^{f,h}", "W^{fh}", "W_{fh}")}) == 3


SYMBOLS = [
    # A number below is a time where the name has one, otherwise a label.
    ("h_3", LSTM, Symbol(H, Fixed(3))), ("h_{10}", LSTM, Symbol(H, Fixed(10))), ("h_{-1}", LSTM, Symbol(H, Fixed(-1))),
    ("h_3", known(), Symbol(Name("h", sub="3"))), ("h_{t-1}", known(), Symbol(H, Running(-1))),
    ("h_t", known(running="n"), Symbol(Name("h", sub="t"))), ("h_{n+1}", known(running="n"), Symbol(H, Running(1))),
    ("s_t^i", known(S), Symbol(S, Running(), "i")), ("s_{t,i}", known(S), Symbol(S, Running(), "i")),
    ("f_1[2]", LSTM, Symbol(F, Fixed(1), 2)), ("h^{(3)}", indexed("round"), Symbol(H, Fixed(3))),
    (r"h^{\langle 3 \rangle}", indexed("angle"), Symbol(H, Fixed(3))), ("h(3)", indexed("call"), Symbol(H, Fixed(3))),
    ("h[3]", indexed("square"), Symbol(H, Fixed(3))), ("x^t", known(), Symbol(X, Running())),
]  # fmt: skip


@pytest.mark.parametrize(("text", "vocabulary", "expected"), SYMBOLS)
def test_symbols(text: str, vocabulary: Vocabulary, expected: Symbol) -> None:
    assert expression(text, vocabulary) == expected


def test_h_10_in_plain_text_is_a_place() -> None:
    assert expression("h_10", LSTM, latex=False) == Symbol(H, Fixed(10))
    assert str(place("h_10", LSTM)) == "h_10"
    assert str(place("h_-1", LSTM)) == "h_-1"
    assert str(place("f_1[2]", LSTM)) == "f_1[2]"
    assert str(place("f_1/pre-activation", LSTM)) == "f_1/pre-activation"
    assert str(place("W^{f,h}", LSTM)) == "W^{f,h}"


@pytest.mark.parametrize(("text", "numerator", "denominator"), [
    ("0.1", 1, 10), (".76", 76, 100), ("0.900", 9, 10), ("-0", 0, 1), ("1e-3", 1, 1000), ("1E3", 1000, 1), ("007", 7, 1), ("2.", 2, 1),
])  # fmt: skip
@pytest.mark.parametrize("latex", [True, False])
def test_numbers_are_exact(text: str, numerator: int, denominator: int, latex: bool) -> None:
    tree = expression(text, latex=latex)
    assert isinstance(tree, Numeral)
    assert tree.value * denominator == numerator


def test_numbers_keep_their_digits() -> None:
    assert [plain(formula(expression(text))) for text in (".76", "0.900", "1.0")] == [".76", "0.900", "1.0"]


ERRORS = [
    # text, read as LaTeX, message, offset
    ("h_10", True, "in LaTeX only the first digit of _10 is a script; write _{10}", 2),
    ("1,000.5", True, "1,000.5 can be read in two ways; write 1000.5 for one number or 1, 000.5 for several", 0),
    ("1,000.5", False, "1,000.5 can be read in two ways; write 1000.5 for one number or 1, 000.5 for several", 0),
    ("2 + (3", True, "'(' isn't closed", 4),
    ("2 + 3)", True, "')' closes nothing", 5),
    ("[1, 2)", True, "')' where ']' is expected", 5),
    (r"\frac{1}{2", True, "'{' isn't closed", 8),
    ("h_{t-1", True, "this brace isn't closed", 2),
    ("2 3", True, "two numbers side by side; a sign or comma is missing between them", 2),
    ("h_t 3", True, "a sign is missing before 3", 4),
    ("", True, "something is missing at the end", 0),
    ("1 +", True, "something is missing at the end", 3),
    ("+ * 2", True, "nothing stands before '*' that it could join", 2),
    ("* 2", True, "nothing stands before '*' that it could join", 0),
    ("_3", True, "'_' has nothing before it to belong to", 0),
    ("tahn(1)", False, "tahn isn't a function that is known; did you mean tanh?", 0),
    ("2 + hh", False, "hh isn't a symbol of this problem; did you mean h?", 4),
    ("W^{f,g} h_t", True, "W^{f,g} isn't a symbol of this problem; did you mean W^{f,h}?", 0),
    (r"\tahn(1)", True, r"\tahn isn't a command that is read here", 0),
    (r"\tanh -1", True, "write brackets around the argument of tanh", 6),
    (r"\tanh x_t h_t", True, "where does the argument of tanh end? Write brackets around it", 0),
    (r"\tanh^2(h_t)", True, r"a script on the function \tanh isn't read", 5),
    ("clip(1, 2)", False, "clip takes 3 arguments, not 2", 0),
    (r"\begin{bmatrix} 1 & 2 \\ 3 \end{bmatrix}", True, "rows of different lengths: 2, 1", 0),
    (r"\begin{bmatrix} 1 & 2", True, r"\begin{bmatrix} isn't closed", 0),
    (r"\begin{bmatrix}\end{bmatrix}", True, "an empty matrix", 0),
    ("[]", True, "an empty list", 1),
    ("1, 2, \\dots", True, "',' can't stand here", 1),
    ("[1, 2, \\dots]", True, "dots aren't read; write the values out", 7),
    ("h_t_1", True, "a second subscript on one symbol", 3),
    ("2_3", True, "a number has no subscript", 1),
    ("h_t-1", False, "_t-1 can be read in two ways; write _{t-1}, or spaces around the sign", 2),
    ("1 € 2", True, "'€' (euro sign) has no meaning here", 2),
    ("1e99999", True, "the exponent of 1e99999 is beyond ±4,000", 0),
    ("1" * 401, True, "a number of 401 digits; at most 400 are read", 0),
    ("{" * 100 + "1" + "}" * 100, True, "nested deeper than 40 levels", 41),
    ("\\", True, "a lone backslash at the end", 0),
    (r"\text{forget gate} + 1", True, "words ('forget gate') where a value is expected", 0),
    ("'", True, "a prime without a letter before it", 0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "latex", "message", "offset"), ERRORS)
def test_errors_say_what_and_where(text: str, latex: bool, message: str, offset: int) -> None:
    with pytest.raises(NotationError) as caught:
        expression(text, LSTM, latex=latex)
    assert (caught.value.message, caught.value.offset) == (message, offset)


def test_a_long_piece_is_refused() -> None:
    with pytest.raises(NotationError, match="20,001 characters of mathematics in one piece; at most 20,000 are read"):
        expression("1" * 20_001)


STATEMENTS = [
    (r"h_{-1} = 0, \quad c_{-1} = 0", ["h_{−1} = 0", "c_{−1} = 0"]),
    (r"W &= 0 & b &= 1, & c_{-1} &= 0 \\ V &= 2", ["W = 0", "b = 1", "c_{−1} = 0", "V = 2"]),
    (r"\begin{aligned} h_t &= a \\ &+ b \end{aligned}", ["h_t = a + b"]),
    (r"\begin{aligned} h_t &= 1 \\ &= 2 \end{aligned}", ["h_t = 1 = 2"]),
    ("W = [[1, 2], [3, 4]]", ["W = [[1, 2], [3, 4]]"]),
    ("x = [0. 1. -1.]", ["x = [0, 1, −1]"]),
    (r"a = 1 \\ b = 2 \\", ["a = 1", "b = 2"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), STATEMENTS)
def test_statements(text: str, expected: list[str]) -> None:
    found = [statement.chain for statement in statements(text, known(H, C))]
    assert [plain(formula(one)) for one in found if one is not None] == expected
    assert None not in found


def test_roles() -> None:
    text = r"\begin{aligned} f_t &= 1 && \text{forget gate} \\ c_t &= 2 && \text{(memory cell)} \end{aligned}"
    assert [statement.role for statement in statements(text)] == ["forget gate", "memory cell"]


def test_a_question_mark_asks() -> None:
    (statement,) = statements("h_3 = ?")
    assert statement.asks


def test_one_bad_statement_leaves_the_others() -> None:
    first, second, third = statements(r"a = 1 \\ b = 2 3 \\ c = 4")
    assert first.chain is not None
    assert third.chain is not None
    assert second.error is not None
    assert second.left == Symbol(Name("b"))
    assert second.error.offset == len(r"a = 1 \\ b = 2 ")
