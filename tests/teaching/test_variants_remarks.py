"""What a text says of varied numbers in passing: it changes with them, holds in every variant, or is warned of."""

from __future__ import annotations

import itertools
import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symlstm
from symlstm.errors import DocumentError
from symlstm.notation.parser import chain
from symlstm.teaching.variants.remarks import Remark, holds
from symlstm.teaching.variants.variants import Variant, variant_from, varied, vary

CELL = "$h_t = w h_{t-1} + u x_t + b$"
DATA = "$w = 0.5$, $u = 3$, $b = 1$, $h_0 = 0.5$ and $x = [1, 2]$"


def document(domains: str, said: str, question: str = "find: h", front: str = "") -> str:
    return f"---\ntitle: A unit\n{front}vary: {{{domains}}}\n---\n{CELL}\n\n{DATA}.\n\n{said}\n\n```question\n{question}\n```\n"


def only(text: str) -> Variant:
    """The variant of the one combination that there is."""
    (variant,) = vary(symlstm.read(text), 1, "s")
    return variant


# what varies, what is said before and after, worked out by hand
KEPT = [
    ("a chain with another relation", "x: [[2, 5]]", "> $x_1 = 1 < x_2 = 2$", "> $x_1 = 2 < x_2 = 5$"),
    ("bounds around a value", "x: [[2, 5]]", "> $0 < x_1 = 1 \\le 6$", "> $0 < x_1 = 2 \\le 6$"),
    ("a product", "w: [0.25]", "Then $w h_0 = 0.25$.", "Then $w h_0 = 0.125$."),
    ("a difference", "x: [[2, 5]]", "Then $x_2 - x_1 = 1$.", "Then $x_2 - x_1 = 3$."),
    ("a number first", "x: [[2, 5]]", "> $3 = x_1 + x_2$", "> $7 = x_1 + x_2$"),
    ("a fraction", "w: [3/8]", "> $w h_0 = \\frac{1}{4}$", "> $w h_0 = \\frac{3}{16}$"),
    ("a short fraction", "w: [3/8]", "> $w h_0 = \\frac14$", "> $w h_0 = \\frac{3}{16}$"),
    ("rounded", "w: [0.25]", "> $\\frac{w}{3} \\approx 0.167$", "> $\\frac{w}{3} \\approx 0.083$"),
    ("rounded and compared", "w: [0.25]", "> $\\frac{w}{3} \\approx 0.17 < 1$", "> $\\frac{w}{3} \\approx 0.08 < 1$"),
    ("a function", "w: [0.25]", "> $\\tanh(w) \\approx 0.46$", "> $\\tanh(w) \\approx 0.24$"),
    ("code", "w: [0.25]", "In code: `w*h_0 = 0.25`, `w = 0.5`.", "In code: `w*h_0 = 0.125`, `w = 0.25`."),
    ("an absolute value", "w: [-0.5]", "Here $|w| < 1$.", "Here $|w| < 1$."),
    ("what was never so", "w: [2]", "> Elsewhere $w > 1$ or $w h_0 = 7$.", "> Elsewhere $w > 1$ or $w h_0 = 7$."),
]


@pytest.mark.parametrize(("domains", "before", "after"), [row[1:] for row in KEPT], ids=[row[0] for row in KEPT])
def test_numbers_that_follow_change_with_what_varies(domains: str, before: str, after: str) -> None:
    variant = only(document(domains, before, "find: h_1"))
    assert variant.text.split("\n\n")[2] == after
    assert not variant.warnings


# what varies to something of which the sentence isn't true, and the sentence
FALSE = [
    ("w: [2]", "$w < 1$"), ("w: [-1]", "$w > 0$"), ("w: [2]", "`w <= 1`"), ("w: [2]", "w < 1"), ("w: [2]", "$|w| < 1$"),
    ("w: [-2]", "$\\lvert w\\rvert \\leq 0.5$"), ("x: [[2, 1]]", "$x_1 < x_2$"), ("x: [[3, 3]]", "$x_1 \\neq x_2$"), ("w: [2]", "$1 > w$"),
    ("w: [2]", "$w, h_0 < 1$"), ("w: [2]", "$w u < 2$"), ("x: [[4, 1]]", "$0 < x_1 = 1 < x_2 = 2$"), ("h_0: [3]", "$h_0 \\ge 0.5 \\ge w h_0$"),
    ("w: [2]", "$w < h_0 + 0.1$"), ("w: [5]", "$\\sigma(w) < 0.7$"), ("w: [2]", "$0 < w \\leqslant 1$"), ("w: [2]", "$w \\ll 2$"),
]


@pytest.mark.parametrize(("domains", "sentence"), FALSE)
def test_a_candidate_of_which_a_remark_is_false_is_rejected(domains: str, sentence: str) -> None:
    with pytest.raises(DocumentError) as caught:
        only(document(domains, f"> Mind that {sentence} here."))
    assert caught.value.line == 3
    assert "1 as `remarks` (what the text says of the numbers still holds: line 9 `" in caught.value.message


def test_an_equation_between_symbols_holds() -> None:
    with pytest.raises(DocumentError, match="line 9 `w = h_0` 1"):
        only(document("w: [2]", "> Mind that $w = h_0$."))
    assert "$w = h_0$" in only(document("w: [2], h_0: [2]", "> Mind that $w = h_0$.")).text


def test_only_those_are_accepted_of_which_the_remarks_are_true() -> None:
    text = document("x: permutation", "> So $x_1 < x_3$ and $x_2 - x_1 = 1$.").replace("[1, 2]", "[1, 2, 3]")
    orders = {tuple(map(int, re.findall(r"x = \[(\d), (\d), (\d)\]", variant.text)[0])) for variant in vary(symlstm.read(text), 3, "s")}
    assert orders == {order for order in itertools.permutations((1, 2, 3)) if order[0] < order[2]}
    with pytest.raises(DocumentError, match=r"there are only 3 variants with different answers among the 6 combinations\. Rejected: 3 as `remarks`"):
        list(vary(symlstm.read(text), 4, "s"))


def test_a_remark_is_of_the_run_above_which_it_stands() -> None:
    text = document("w: [0.25]", "> Here $w < 1$.") + "\nNow let $w = 2$.\n\n> Then $w h_0 = 1$.\n\n```question\nfind: h_1\n```\n"
    (variant,) = vary(symlstm.read(text.replace("[0.25]", "[0.25, 0.75]")), 1, "s")
    second = re.findall(r"let \$w = ([\d.]+)\$.\n\n> Then \$w h_0 = ([\d.]+)\$", variant.text)
    assert [(float(w), float(product)) for w, product in second] in ([(0.25, 0.125)], [(0.75, 0.375)])


@given(st.fractions(-4, 4, max_denominator=20), st.fractions(-4, 4, max_denominator=20))
@settings(max_examples=80, deadline=None)
def test_remarks_are_judged_as_fractions_are(w: Fraction, h: Fraction) -> None:
    problem = symlstm.Problem(cell="h_t = w h_{t-1}", given={"w": w}, initial={"h": h})
    ((_, time),) = problem.run.timed
    for sign, wanted in (("<", w < h), (">", w > h), ("\\le", w <= h), ("\\ge", w >= h), ("=", w == h), ("\\ne", w != h)):
        said = chain(f"w {sign} h_{{{time}}}", problem.vocabulary)
        assert holds(Remark(said, (None, None), (0, 0), 0), problem.run) is wanted


# -- questions with other data ---


def test_questions_that_change_a_value_change_it_in_every_variant() -> None:
    text = document("x: {of: [0, 1, 2], length: 2}", "") + "\nNow the second is two, $x_2 = 5$.\n\n```question\nfind: h\n```\n"
    compiled = varied(symlstm.read(text))
    for variant in vary(compiled.problem, 10, "s"):
        ((_, before),), (after,) = re.findall(r"x = \[(\d), (\d)\]", variant.text), re.findall(r"x_2 = (\d)", variant.text)
        assert before != after
    with pytest.raises(DocumentError, match="as `changed`"):
        only(text.replace("[0, 1, 2]", "[2]"))


# -- doubts ---

# what is said of w, which was 0.5, and the number that a warning names; none where it is clear
DOUBTS = [
    ("Half of it, $\\frac12$, stays.", "\\frac12"), ("So $-\\tfrac{1}{2}$ of it.", "-\\tfrac{1}{2}"), ("So 1/2 stays.", "1/2"),
    ("So 50 % stays.", "50 %"), ("So $50\\%$ stays.", "50\\%"), ("| w | $\\frac{1}{2}$ |\n|---|---|\n| u | 3 |", "\\frac{1}{2}"),
    ("So 0.5 stays.", "0.5"), ("So 1/3 and 30 % and $\\frac13$.", None), ("In $h_{2}$ and $a^{1/3}$.", None),
]


@pytest.mark.parametrize(("said", "named"), DOUBTS)
def test_fractions_and_percentages_are_doubted_as_decimals_are(said: str, named: str | None) -> None:
    text = document("w: [0.25]", said)
    if named and named.startswith("-"):
        text = text.replace("w = 0.5", "w = -0.5")
    warnings = variant_from(varied(symlstm.read(text)), "s", "1", 0).warnings
    assert [warning.partition(": ")[2].partition(" stands")[0] for warning in warnings] == ([named] if named else [])


# words in which a small number isn't said of b, which was 1
CLEAR = [
    "Think of b and w' = 1.", "Take $n = 1$ and b.", "| t | 1 | 2 |\n|---|:--:|---|\n| b | 7 | 8 |", "1. First b.\n2. Then w.",
    "A paragraph of its own: 1. And b.",
]


@pytest.mark.parametrize("said", CLEAR)
def test_small_numbers_said_of_something_else_are_no_doubt(said: str) -> None:
    assert not variant_from(varied(symlstm.read(document("b: [7]", said))), "s", "1", 0).warnings


def test_warnings_name_entries_and_steps_and_advise_what_can_be_written() -> None:
    text = (
        "---\ntitle: A\nvary: {W: [[[5, 6], [7, 8]]], x: [[4, 6]]}\n---\n$h_t = W h_{t-1} + x_t v$, $v = (1, 1)$, $h_0 = 0$, $x = [12, 13]$ and\n"
        "$$W = \\begin{bmatrix} 21 & 22 \\\\ 23 & 24 \\end{bmatrix}$$\n\nMind the 23, and the 13.\n\n```question\nfind: h\n```\n"
    )
    first, second = variant_from(varied(symlstm.read(text)), "s", "1", 0).warnings
    assert first.endswith("23 stands in the prose, and W[2,1] was 23 before it was varied; if this speaks of it, leave it out where "
                          "numbers vary")
    assert second.endswith("x_2 was 13 before it was varied; if this speaks of it, write x_2 = 13")


# -- words ---

LETTERS = "alphabet: {a: [1, 0], b: [0, 1]}\ninputs: [a, b, a]\n"
ONE_HOT = r"$h_t = h_{t-1} + w x_t$ where $w = \begin{bmatrix} 1 & 2 \end{bmatrix}$ and $h_0 = 0$"
# what is said of the input a b a, and what of b b a; None where a warning is due instead
WORDS = [
    ('The word "aba" comes.', 'The word "bba" comes.'), ("Feed `aba` and `a b a`.", "Feed `bba` and `b b a`."), ("The word aba.", "The word bba."),
    ("The inputs a, b, a.", "The inputs b, b, a."), ("So *aba* comes.", "So *bba* comes."), ("So aba comes.", None),
    ('The alphabet {a, b} has the word "aba".', 'The alphabet {a, b} has the word "bba".'),
    ("Over the alphabet a, b, a.", "Over the alphabet a, b, a."), ("Not abab, nor caba.", "Not abab, nor caba."),
]


@pytest.mark.parametrize(("before", "after"), WORDS)
def test_an_input_that_is_written_as_a_word(before: str, after: str | None) -> None:
    text = f"---\ntitle: A\n{LETTERS}vary: {{x: {{of: [b, a]}}}}\n---\n{ONE_HOT}\n\n{before}\n\n```question\nfind: h\n```\n"
    compiled = varied(symlstm.read(text))
    made = (variant_from(compiled, "s", "1", k) for k in range(compiled.combinations))
    variant = next(variant for variant in made if "inputs: [b, b, a]" in variant.text)
    assert variant.text.split("\n\n")[1] == (before if after is None else after)
    assert [warning.partition(": ")[2] for warning in variant.warnings] == (
        ['aba stands in the prose, and the input is now bba; if this speaks of it, write "aba" in quotes'] if after is None else [])
