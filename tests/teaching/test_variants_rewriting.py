"""Documents written with other values: for each way of stating a value, what must stand there afterwards, written by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import symlstm
from symlstm.errors import SymlstmError
from symlstm.teaching.variants.for_students import students_document
from symlstm.teaching.variants.variants import variant_from, varied

SCALAR = r"$h_t = w h_{t-1} + u x_t + b$"
STACKED = (
    r"$$\begin{bmatrix} f \\ g \end{bmatrix} = \begin{bmatrix} \sigma \\ \tanh \end{bmatrix} W \begin{bmatrix} h_{t-1} \\ x_t \end{bmatrix}$$"
    "\n\n$$h_t = f \\odot h_{t-1} + g$$"
)
VECTOR = r"$h_t = \tanh(W h_{t-1} + U x_t + b)$"
TWO = r"$c_t = f_t c_{t-1} + x_t$, $f_t = \sigma(v x_t)$ and $h_t = h_{t-1} + c_t$"
DATA = "$w = 2$, $u = 3$, $b = 1$, $h_{-1} = 0$ and $x = [1, 2]$"


def document(cell: str, vary: str, body: str, front: str = "", question: str = "find: h") -> str:
    return f"---\ntitle: A unit\n{front}vary:\n  {vary}\n---\n{cell}\n\n{body}\n\n```question\n{question}\n```\n"


# cell, what varies (to one value each, so that nothing is left to chance), what stands there before and after
ROWS = [
    ("inline", SCALAR, "b: [7]", DATA, "$w = 2$, $u = 3$, $b = 7$, $h_{-1} = 0$ and $x = [1, 2]$"),
    ("negative", SCALAR, "b: [-0.5]", DATA, "$w = 2$, $u = 3$, $b = -0.5$, $h_{-1} = 0$ and $x = [1, 2]$"),
    ("decimals as written", SCALAR, "b: [2.50]", DATA, "$w = 2$, $u = 3$, $b = 2.50$, $h_{-1} = 0$ and $x = [1, 2]$"),
    ("aligned", SCALAR, "{w: [5], x: [[4, 6]]}",
     "$$\\begin{aligned} w &= 2 & u &= 3, \\\\ b &= 1 & h_{-1} &= 0 & x &= [1, 2] \\end{aligned}$$",
     "$$\\begin{aligned} w &= 5 & u &= 3, \\\\ b &= 1 & h_{-1} &= 0 & x &= [4, 6] \\end{aligned}$$"),
    ("chain, all", TWO, "{h_{-1}: [2], c_{-1}: [2]}", "$h_{-1} = c_{-1} = 0$, $v = 1$, $x = [1]$", "$h_{-1} = c_{-1} = 2$, $v = 1$, $x = [1]$"),
    ("chain, first", TWO, "h_{-1}: [2]", "$h_{-1} = c_{-1} = 0$, $v = 1$, $x = [1]$", "$h_{-1} = 2, c_{-1} = 0$, $v = 1$, $x = [1]$"),
    ("chain, last", TWO, "c_{-1}: [2]", "$h_{-1} = c_{-1} = 0$, $v = 1$, $x = [1]$", "$h_{-1} = 0, c_{-1} = 2$, $v = 1$, $x = [1]$"),
    ("chain in columns", TWO, "c_{-1}: [2]", "$$\\begin{aligned} h_{-1} &= c_{-1} = 0 \\\\ v &= 1 \\end{aligned}$$ and $x = [1]$",
     "$$\\begin{aligned} h_{-1} &= 0, c_{-1} = 2 \\\\ v &= 1 \\end{aligned}$$ and $x = [1]$"),
    ("symbols in a row", TWO, "h_{-1}: [2]", "$h_{-1}, c_{-1} = 0$, $v = 1$, $x = [1]$", "$h_{-1}, c_{-1} = 2, 0$, $v = 1$, $x = [1]$"),
    ("symbols and numbers in a row", TWO, "c_{-1}: [2]", "$h_{-1}, c_{-1} = 0, 1$, $v = 1$, $x = [1]$",
     "$h_{-1}, c_{-1} = 0, 2$, $v = 1$, $x = [1]$"),
    ("said twice", SCALAR, "b: [7]", DATA + ". Mind that $b = 1$.", DATA.replace("b = 1", "b = 7") + ". Mind that $b = 7$."),
    ("two forms", SCALAR, "b: [3/4]", "$w = 2$, $u = 3$, $b = \\tfrac{1}{2} = 0.5$, $h_{-1} = 0$, $x = [1]$",
     "$w = 2$, $u = 3$, $b = \\tfrac{3}{4} = 0.75$, $h_{-1} = 0$, $x = [1]$"),
    ("fraction", SCALAR, "b: [-1/3]", "$w = 2$, $u = 3$, $b = \\frac{1}{2}$, $h_{-1} = 0$, $x = [1]$",
     "$w = 2$, $u = 3$, $b = -\\frac{1}{3}$, $h_{-1} = 0$, $x = [1]$"),
    ("one input in maths and prose", SCALAR, "x: [[5, 6]]",
     DATA + ", so x_1 = 2 and $x_0 = 1$.\n\n> Here $x_1 = 2$ comes last: x = [1, 2].",
     DATA.replace("[1, 2]", "[5, 6]") + ", so x_1 = 6 and $x_0 = 5$.\n\n> Here $x_1 = 6$ comes last: x = [5, 6]."),
    ("one input of a list", SCALAR, "x_1: [9]", DATA + " ($x_1 = 2$ is large)",
     DATA.replace("[1, 2]", "[1, 9]") + " ($x_1 = 9$ is large)"),
    ("inputs one by one", SCALAR, "x: [[5, 6]]", "$w = 2$, $u = 3$, $b = 1$, $h_{-1} = 0$, $x_0 = 1$ and $x_1 = 2$",
     "$w = 2$, $u = 3$, $b = 1$, $h_{-1} = 0$, $x_0 = 5$ and $x_1 = 6$"),
    ("unlike a recalled value", SCALAR, "h_{-1}: [4]", DATA + ".\n\n> Elsewhere $h_{-1} = 7$, and $b = 1$.",
     DATA.replace("h_{-1} = 0", "h_{-1} = 4") + ".\n\n> Elsewhere $h_{-1} = 7$, and $b = 1$."),
    ("a list gets longer", SCALAR, "x: {of: [4], length: 3}", DATA, DATA.replace("[1, 2]", "[4, 4, 4]")),
    ("spacing of a list", SCALAR, "x: {of: [4], length: 3}", DATA.replace("[1, 2]", "( 1 ,2 )"), DATA.replace("[1, 2]", "( 4 ,4 ,4 )")),
    ("matrix", VECTOR, "W: [[[5, 6], [7, 8]]]",
     "$W = \\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}$, $U = b = h_{-1} = (1, 0)$, $x = [1]$",
     "$W = \\begin{bmatrix} 5 & 6 \\\\ 7 & 8 \\end{bmatrix}$, $U = b = h_{-1} = (1, 0)$, $x = [1]$"),
    ("transposed", VECTOR, "W: [[[5, 6], [7, 8]]]",
     "$W = \\begin{pmatrix} 1 & 3 \\\\ 2 & 4 \\end{pmatrix}^\\top$, $U = b = h_{-1} = (1, 0)$, $x = [1]$",
     "$W = \\begin{pmatrix} 5 & 7 \\\\ 6 & 8 \\end{pmatrix}^\\top$, $U = b = h_{-1} = (1, 0)$, $x = [1]$"),
    ("a factor before a matrix", VECTOR, "W: [[[5, 6], [7, 8]]]",
     "$W = \\frac{1}{2} \\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}$, $U = b = h_{-1} = (1, 0)$, $x = [1]$",
     "$W = \\begin{bmatrix} 5 & 6 \\\\ 7 & 8 \\end{bmatrix}$, $U = b = h_{-1} = (1, 0)$, $x = [1]$"),
    ("column", VECTOR, "b: [[8, 9]]",
     "$W = \\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}$, $U = (1, 0)$, $b = \\begin{bmatrix} 1 \\\\ 0 \\end{bmatrix}$, $h_{-1} = 0$, $x = [1]$",
     "$W = \\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}$, $U = (1, 0)$, $b = \\begin{bmatrix} 8 \\\\ 9 \\end{bmatrix}$, $h_{-1} = 0$, $x = [1]$"),
    ("one number for a vector", VECTOR, "h_{-1}: [3]",
     "$W = \\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}$, $U = b = (1, 0)$, $h_{-1} = 0$, $x = [1]$",
     "$W = \\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}$, $U = b = (1, 0)$, $h_{-1} = 3$, $x = [1]$"),
    ("stack and its block", STACKED, "W: [[[5, 6], [7, 8]]]",
     "$W = \\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}$, that is $W_f = [[1, 2]]$. $h_{-1} = 0$, $x = [1]$",
     "$W = \\begin{bmatrix} 5 & 6 \\\\ 7 & 8 \\end{bmatrix}$, that is $W_f = [[5, 6]]$. $h_{-1} = 0$, $x = [1]$"),
    ("block of a stack", STACKED, "W_g: [[7, 8]]",
     "$W = \\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}$, $h_{-1} = 0$, $x = [1]$",
     "$W = \\begin{bmatrix} 1 & 2 \\\\ 7 & 8 \\end{bmatrix}$, $h_{-1} = 0$, $x = [1]$"),
    ("stack of symbols", TWO, "c_{-1}: [2]", "$[h_{-1}; c_{-1}] = [0; 1]$, $v = 1$, $x = [1]$", "$[h_{-1}; c_{-1}] = [0; 2]$, $v = 1$, $x = [1]$"),
    ("minus sign of its own", SCALAR, "b: [-3]", DATA.replace("b = 1", "b = −1"), DATA.replace("b = 1", "b = −3")),
    ("in a list", SCALAR, "b: [7]", "- the bias $b = 1$\n- $w = 2$, $u = 3$\n\n  $$h_{-1} = 0,\\quad x = [1, 2]$$",
     "- the bias $b = 7$\n- $w = 2$, $u = 3$\n\n  $$h_{-1} = 0,\\quad x = [1, 2]$$"),
]


@pytest.mark.parametrize(("cell", "vary", "before", "after"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_each_way_of_stating_a_value(cell: str, vary: str, before: str, after: str) -> None:
    text = document(cell, vary, before)
    if vary.startswith("{"):
        text = text.replace(f"vary:\n  {vary}", f"vary: {vary.replace('h_{-1}', repr('h_{-1}')).replace('c_{-1}', repr('c_{-1}'))}")
    variant = variant_from(varied(symlstm.read(text)), "seed", "1", 0)
    assert variant.text == f"---\ntitle: A unit\n---\n{cell}\n\n{after}\n\n```question\nfind: h\n```\n"


# front matter before and after; the body gives what isn't there
FRONT = [
    ("given", "b: [7]", "given: {w: 2, u: 3, b: 1, h_-1: 0}\ninputs: [1, 2]\n", "given: {w: 2, u: 3, b: 7, h_-1: 0}\ninputs: [1, 2]\n"),
    ("block of lines", "x: [[5, 6]]", "given:\n  w: 2\n  u: 3\n  b: 1\n  h_-1: 0\ninputs:\n  - 1\n  - 2\n",
     "given:\n  w: 2\n  u: 3\n  b: 1\n  h_-1: 0\ninputs:\n  - 5\n  - 6\n"),
    ("a longer block", "x: {of: [8], length: 3}", "given: {w: 2, u: 3, b: 1, h_-1: 0}\ninputs:\n  - 1\n  - 2\n",
     "given: {w: 2, u: 3, b: 1, h_-1: 0}\ninputs:\n  - 8\n  - 8\n  - 8\n"),
    ("quoted", "x: [[5, 6]]", "given: {w: '2', u: 3, b: 1, h_-1: 0}\ninputs: {x: '[1, 2]'}\n", None),
    ("group", "weights: [4]", "given: {weights: 2, biases: 1, h_-1: 0}\ninputs: [1]\n", "given: {weights: 4, biases: 1, h_-1: 0}\ninputs: [1]\n"),
    ("out of a group", "u: [4]", "given: {weights: 2, biases: 1, h_-1: 0}\ninputs: [1]\n",
     "given: {'u': 4, weights: 2, biases: 1, h_-1: 0}\ninputs: [1]\n"),
    ("out of a group on lines", "u: [4]", "given:\n  h_-1: 0\n  parameters: 2\ninputs: [1]\n",
     "given:\n  h_-1: 0\n  'u': 4\n  parameters: 2\ninputs: [1]\n"),
    ("title", "b: [7]", "given: {w: 2, u: 3, b: 1, h_-1: 0}\ninputs: [1]\nsource: exercise 1, b = 1\n",
     "given: {w: 2, u: 3, b: 7, h_-1: 0}\ninputs: [1]\nsource: exercise 1, b = 1\n"),
]


@pytest.mark.parametrize(("vary", "before", "after"), [row[1:] for row in FRONT], ids=[row[0] for row in FRONT])
def test_values_in_the_front_matter(vary: str, before: str, after: str | None) -> None:
    text = document(SCALAR, vary, "Here.", before)
    variant = variant_from(varied(symlstm.read(text)), "seed", "1", 0)
    wanted = after if after is not None else before.replace("[1, 2]", "[5, 6]")
    assert variant.text == f"---\ntitle: A unit\n{wanted}---\n{SCALAR}\n\nHere.\n\n```question\nfind: h\n```\n"


LETTERS = "alphabet:\n  a: [1, 0]\n  b: [0, 1]\ninputs: [a, b, b]\ngiven:\n  h_-1: 0\n"
ONE_HOT = r"$h_t = h_{t-1} + w x_t$ where $w = \begin{bmatrix} 1 & 0 \end{bmatrix}$"


def test_letters_keep_their_names() -> None:
    text = document(ONE_HOT, "x: {of: [a], length: 2}", "Here $x_0 = [1, 0]$.", LETTERS).replace("Here $x_0 = [1, 0]$.", "Here.")
    assert "inputs: [a, a]\n" in variant_from(varied(symlstm.read(text)), "s", "1", 0).text
    text = document(ONE_HOT, "x: permutation", "Here.", LETTERS)
    compiled = varied(symlstm.read(text))
    found = {re.findall(r"inputs: (.*)", variant_from(compiled, "s", "1", k).text)[0] for k in range(compiled.combinations)}
    assert found == {"[a, b, b]", "[b, a, b]", "[b, b, a]"}


def test_questions_have_their_own_data() -> None:
    question = "given: {b: 5}\ninputs: [3]\nfind: h_0\nanswer: {h_0: 14}\nask: With $b = 5$, x = [3], what is $h_0$?"
    text = document(SCALAR, "b: [7]", DATA, question=question) + "\n```question\nfind: h_0\nanswer: 4\n```\n"
    made = variant_from(varied(symlstm.read(text)), "s", "1", 0).text
    assert "given: {b: 7}\ninputs: [3]\nfind: h_0\nanswer: {h_0: 16}\nask: With $b = 7$, x = [3], what is $h_0$?" in made
    assert "$b = 7$, $h_{-1} = 0$" in made
    assert "find: h_0\nanswer: 10\n" in made


def test_each_input_is_drawn_for_itself_and_one_said_again_is_one() -> None:
    text = document(SCALAR, "x: permutation", DATA.replace("[1, 2]", "[1, 2, 3]"))
    text += "\nNow $x = [4, 5, 6]$.\n\n```question\nfind: h\n```\n\nAgain $x = [1, 2, 3]$.\n\n```question\nfind: h_1\n```\n"
    compiled = varied(symlstm.read(text))
    assert [unit.domain.count for unit in compiled.units] == [6, 6]
    for k in range(36):
        said = re.findall(r"x = \[(.*?)\]", variant_from(compiled, "s", "1", k).text)
        assert [sorted(numbers) for numbers in said] == [sorted("1, 2, 3"), sorted("4, 5, 6"), sorted("1, 2, 3")]
        assert said[0] == said[2]


# the form of an author's key before, and after b goes from 1 to 7 (h_0 = 0*2 + 1*3 + b, h_1 = 2 h_0 + 6 + b)
KEYS = [
    ("find: h\nanswer: [4, 15]", "find: h\nanswer: [10, 33]"),
    ("find: h\nanswer:\n  - 4\n  - 15", "find: h\nanswer:\n  - 10\n  - 33"),
    ("find: h\nanswer: '[4, 15]'", "find: h\nanswer: '[10, 33]'"),
    ("find: h\nanswer: {h_1: 15, h_0: 4}", "find: h\nanswer: {h_1: 33, h_0: 10}"),
    ("find: [h_1, h_0]\nanswer: [15.0, 8/2]", "find: [h_1, h_0]\nanswer: [33.0, 10]"),
    ("points: 2\nanswer: 4\nfind: h_0", "points: 2\nanswer: 10\nfind: h_0"),
    ("{find: h_0, answer: 4}", "{find: h_0, answer: 10}"),
]


@pytest.mark.parametrize(("before", "after"), KEYS)
def test_keys_are_written_in_the_form_they_had(before: str, after: str) -> None:
    text = document(SCALAR, "b: [7]", DATA, question=before)
    variant = variant_from(varied(symlstm.read(text)), "s", "1", 0)
    assert after in variant.text
    assert symlstm.solve(symlstm.read(variant.text)).agrees


# the author's key about what is carried, before and after W^{c,h} goes from -100 to 0, so that h is 1 after each 1
OPTIONS = [
    ("[run(1) is odd]", "['last = 1']"),
    ("[2]", "[3]"),
    ("[false, true, false]", "[false, false, true]"),
]


@pytest.mark.parametrize(("before", "after"), OPTIONS)
def test_keys_about_options(before: str, after: str) -> None:
    text = Path("reports/lstm-states/problem.md").read_text("utf-8").split("Before you put in")[0]
    text = text.replace("alphabet: [0, 1]\n", "alphabet: [0, 1]\nvary: {'W^{c,h}': [0]}\n")
    text += f"```question\ncarried:\n  - count(1) is odd\n  - run(1) is odd\n  - last = 1\nanswer: {before}\n```\n"
    made = variant_from(varied(symlstm.read(text)), "s", "1", 0).text
    assert f"answer: {after}\n" in made
    assert symlstm.solve(symlstm.read(made)).agrees


def test_a_key_of_another_length() -> None:
    text = document(SCALAR, "x: {of: [1], length: 3}", DATA, question="find: h\nanswer: [4, 15]")
    assert "answer: [4, 12, 28]" in variant_from(varied(symlstm.read(text)), "s", "1", 0).text


def test_indented_questions() -> None:
    text = document(SCALAR, "b: [7]", DATA).split("```question")[0]
    text += "1. First\n\n   ```question\n   find: h_0\n   given: {b: 1}\n   answer: 4\n   ```\n\n> ```question\n> find: h_1\n> answer: 15\n> ```\n"
    made = variant_from(varied(symlstm.read(text)), "s", "1", 0).text
    assert "   find: h_0\n   given: {b: 7}\n   answer: 10\n   ```" in made
    assert "> find: h_1\n> answer: 33\n" in made
    assert "answer" not in students_document(symlstm.read(made))


def test_warnings_name_numbers_that_nobody_could_place() -> None:
    text = document(SCALAR, "{b: [7], w: [3.5]}", DATA.replace("w = 2", "w = -20") + ". A weight of -20 is large. The bias b is 1.")
    text = text.replace("vary:\n  {b: [7], w: [3.5]}", "vary: {b: [7], w: [3.5]}")
    warnings = variant_from(varied(symlstm.read(text)), "s", "1", 0).warnings
    assert [re.findall(r"and (\w) was (-?\d+)", warning)[0] for warning in warnings] == [("w", "-20"), ("b", "1")]


def test_what_is_said_of_a_step_that_is_gone_is_an_error() -> None:
    text = document(SCALAR, "x: {of: [1], length: 1}", DATA + " and so $x_1 = 2$")
    with pytest.raises(SymlstmError, match="gets another length"):
        variant_from(varied(symlstm.read(text)), "s", "1", 0)


def test_vectors_given_together_of_which_one_varies_are_an_error() -> None:
    body = "$W = \\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}$, $U, b = (1, 0)$, $h_{-1} = 0$, $x = [1]$"
    with pytest.raises(SymlstmError, match="given one value together") as caught:
        variant_from(varied(symlstm.read(document(VECTOR, "b: [[8, 9]]", body))), "s", "1", 0)
    assert caught.value.line == 8


def test_a_row_of_numbers_that_is_the_input_changes_with_it() -> None:
    body = DATA.replace("[1, 2]", "[1, 2, 3]") + ". Feed 1, 2 and 3.\n\n| t | 0 | 1 | 2 |\n|---|---|---|---|\n| x | 1 | 2 | 3 |"
    made = variant_from(varied(symlstm.read(document(SCALAR, "x: [[7, 8, 9]]", body))), "s", "1", 0).text
    assert "Feed 7, 8 and 9.\n\n| t | 0 | 1 | 2 |\n|---|---|---|---|\n| x | 7 | 8 | 9 |" in made


def test_remarks_on_values_that_follow_are_warned_of_where_they_are_wrong() -> None:
    text = document(SCALAR, "b: [7]", DATA + "\n\n> So $h_0 = 4$, and 3 = 3.")
    (warning,) = variant_from(varied(symlstm.read(text)), "s", "1", 0).warnings
    assert warning.startswith("line 10, column 7: h_0 = 4 isn't so")
    assert not variant_from(varied(symlstm.read(text.replace("b: [7]", "b: [1]"))), "s", "1", 0).warnings


STUDENTS = [
    ("lines", "---\ntitle: A\nvary:\n  b: [1, 2]\nmisconceptions:\n  - sign-lost\nfirst: 0\n---\n", "---\ntitle: A\nfirst: 0\n---\n"),
    ("in one line", "---\ntitle: A\nvary: {b: [1, 2]}\nmisconceptions: [sign-lost]\n---\n", "---\ntitle: A\n---\n"),
    ("in braces", "---\n{title: A, vary: {b: [1, 2]}, first: 0}\n---\n", "---\n{title: A, first: 0}\n---\n"),
    ("last in braces", "---\n{title: A, vary: {b: [1, 2]}}\n---\n", "---\n{title: A}\n---\n"),
]


@pytest.mark.parametrize(("before", "after"), [row[1:] for row in STUDENTS], ids=[row[0] for row in STUDENTS])
def test_documents_for_students(before: str, after: str) -> None:
    body = f"{SCALAR}\n\n{DATA}, said in *words*.\n\n```question\nfind: h\n%s```\n"
    text = before + body % "answer:\n  - 4\n  - 15\n"
    assert students_document(symlstm.read(text)) == after + body % ""


def test_nothing_but_numbers_changes_in_a_long_document() -> None:
    text = Path("reports/lstm-states/problem.md").read_text("utf-8")
    text = text.replace("alphabet: [0, 1]\n", "alphabet: [0, 1]\nvary:\n  x: permutation\n  W^{c,x}: [40, 60]\n  b_i: [80, 90]\n")
    blank = re.compile(r"-?\d+(?:\.\d+)?")
    original = blank.sub("#", re.sub(r"vary:\n(?:  .*\n)+", "", text))
    original = original[: original.index("Think of inputs")]
    text = text[: text.index("Think of inputs")]
    compiled = varied(symlstm.read(text))
    for draw in range(6):
        assert blank.sub("#", variant_from(compiled, "s", "1", draw).text) == original


@pytest.mark.parametrize(("written", "kept"), [
    ("<!-- the answer is 42 -->\nLet", "Let"), ("Let <!-- a\nb -->us", "Let us"), ("`<!-- shown -->`", "`<!-- shown -->`"),
])
def test_students_get_no_comments_of_html(written: str, kept: str) -> None:
    text = f"---\ntitle: a\n---\n{written} $h_t = 2 h_{{t-1}}$, $h_0 = 1$.\n\n```question\nfind: h_1\n```\n"
    assert students_document(symlstm.read(text)) == text.replace(written, kept)


def test_students_get_no_comments_of_yaml() -> None:
    text = ("---\n# the key is 2\ntitle: 'a # b'  # shown\nsource: C# 7\n---\n$h_t = 2 h_{t-1}$, $h_0 = 1$.\n\n"
            "```question\nfind: h_1  # 2\n# of course\nask: What is it?\n```\n")
    assert students_document(symlstm.read(text)) == (
        "---\ntitle: 'a # b'\nsource: C# 7\n---\n$h_t = 2 h_{t-1}$, $h_0 = 1$.\n\n```question\nfind: h_1\nask: What is it?\n```\n")
