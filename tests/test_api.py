"""The Python face: reading, building, solving, values, formats, errors (section 7 of the design)."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import symlstm

STATES = Path(__file__).parents[1] / "reports" / "lstm-states" / "problem.md"
TEXT = r"""---
title: Half
convention:
  round: {h: 1}
---
$h_t = 0.5 h_{t-1} + x_t$ with $h_0 = 0$ and $x = [1, 2, 0.3]$.

```question
find: h
```

```question
find: h_2
inputs: [0, 4]
```
"""


def unit(**changes: Any) -> symlstm.Problem:
    options: dict[str, Any] = {"cell": r"h_t = \tanh(w h_{t-1} + u x_t)", "given": {"w": 0, "u": "0.5"}, "initial": {"h": 0},
                               "inputs": [1, 2]} | changes  # fmt: skip
    return symlstm.Problem(**options)


# -- reading ----------------------------------------------------------------------------------------------------------------------


def test_a_path_and_its_text_are_one_problem() -> None:
    text = STATES.read_text(encoding="utf-8")
    read = [symlstm.read(STATES), symlstm.read(str(STATES)), symlstm.read(text)]
    assert len({symlstm.solve(problem).to("json") for problem in read}) == 1
    assert read[0].title == "LSTM states"


def test_a_missing_file_is_our_error() -> None:
    with pytest.raises(symlstm.UsageError, match=r"no-such-file\.md: there is no such file"):
        symlstm.read("no-such-file.md")


def test_errors_have_a_place() -> None:
    with pytest.raises(symlstm.SymlstmError) as caught:
        symlstm.read("---\ntitle: A\ntitel: B\n---\n")
    assert (caught.value.line, caught.value.column) == (3, 1)
    assert str(caught.value).splitlines()[1:] == ["  titel: B", "  ^"]
    assert "title" in caught.value.message


# -- values -----------------------------------------------------------------------------------------------------------------------


def test_a_value_is_text_number_and_bounds() -> None:
    solution = symlstm.solve(symlstm.read(TEXT))
    # 1; 0.5 + 2 = 2.5; 1.25 + 0.3 = 1.55, a tie that goes to the even digit
    assert [str(solution[f"h_{t}"]) for t in (1, 2, 3)] == ["1.0", "2.5", "1.6"]
    last = solution["h_3"]
    assert isinstance(last, symlstm.Value)
    assert float(last) == 1.6
    assert last.tolist() == 1.6
    assert last.exact == "1.55"
    assert Decimal("0.05") <= Decimal(last.error) <= Decimal("0.06")


def test_carried_on_is_what_tolist_gives() -> None:
    solution = symlstm.solve(symlstm.read(TEXT.replace("round: {h: 1}", "round: {h: 1}\n  carry: false")))
    assert (str(solution["h_3"]), solution["h_3"].tolist()) == ("1.6", 1.55)


def test_a_question_s_own_data() -> None:
    solution = symlstm.solve(symlstm.read(TEXT))
    assert str(solution.questions[1]["h_2"]) == "4.0"
    assert str(solution.questions[0]["h_2"]) == "2.5"
    assert str(solution["x_2"]) == "2"


def test_vectors() -> None:
    problem = symlstm.Problem(
        cell=r"h_t = W x_t", given={"W": [[1, 2], [3, 4], ["1/2", "-0.25"]]}, inputs=[[1, -1]], questions=["h_0", "h_0[2]"]
    )
    solution = symlstm.solve(problem)
    assert solution["h_0"].tolist() == [-1.0, -1.0, 0.75]
    assert (solution["h_0"].printed, str(solution["h_0"])) == (["-1", "-1", "0.75"], "[-1, -1, 0.75]")
    assert str(solution["h_0[3]"]) == "0.75"
    with pytest.raises(TypeError, match="vector"):
        float(solution["h_0"])


def test_inexact_values_are_certified() -> None:
    value = symlstm.solve(unit())["h_0"]
    assert str(value) == "0.4621"
    assert float(value) == pytest.approx(math.tanh(0.5), rel=1e-15)
    assert value.exact == "0.46211715726000975850"
    assert Decimal(value.error) < Decimal("1e-20")


def test_the_error_of_a_saturated_value() -> None:
    value = symlstm.solve(unit(convention={"saturate": "0.5"}))["h_0"]
    assert (str(value), value.exact) == ("1", "0.46211715726000975850")
    assert Decimal("0.5378828") < Decimal(value.error) < Decimal("0.55")


RUNGS = r"""---
title: Rungs
---
$f_t = \sigma(W x_t + b)$ and $h_t = f_t \odot \tanh(x_t) + \tanh(b)$ with $W = [1, 2]$, $b = -0.5$ and $x = [2, 0]$.

```question
find: [f_0/pre-activation, "f_1[2]/pre-activation", f_1/activation]
answer: [[1.5, 3.5], -0.5, [0.3775, 0.3775]]
```

```question
find: f/pre-activation
```
"""


def test_rungs_are_values() -> None:
    solution = symlstm.solve(symlstm.read(RUNGS))
    assert solution["f_0/pre-activation"].tolist() == [1.5, 3.5]  # 1·2 - 0.5 and 2·2 - 0.5
    assert str(solution["f_1[2]/pre-activation"]) == "-0.5"
    assert solution["f_1/activation"].tolist() == pytest.approx([1 / (1 + math.exp(0.5))] * 2, rel=1e-15)
    assert str(solution["f_0/definition"]) == str(solution["f_0"])


def test_rungs_in_questions_and_answers() -> None:
    solution = symlstm.solve(symlstm.read(RUNGS))
    text = solution.to("md")
    assert "Compute the pre-activation of $f_0$, the pre-activation of $f_1[2]$ and the activation in $f_1$." in text
    assert r"The pre-activation of $f_0$ is $\begin{bmatrix} 1.5 \\ 3.5 \end{bmatrix}$, the pre-activation of $f_1[2]$ is $-0.5$" in text
    assert "Compute the pre-activation of $f_t$ for t = 0, …, 1." in text
    assert "This is the author's answer." in text
    for format in ("tex", "html"):
        assert solution.to(format).count("he pre-activation of") == 7
    assert json.loads(solution.to("json"))["answers"][0] == {
        "question": 1, "kind": "find", "label": "", "agrees": True,
        "values": {"f_0/pre-activation": ["1.5", "3.5"], "f_1[2]/pre-activation": "-0.5", "f_1/activation": ["0.3775", "0.3775"]},
    }


def test_a_wrong_answer_for_a_rung_is_named() -> None:
    text = symlstm.solve(symlstm.read(RUNGS.replace("[1.5, 3.5]", "[1.5, 3.6]"))).to("md")
    assert "wrong at the pre-activation of $f_0$: it says 1.5, 3.6, the derivation gives [1.5, 3.5]" in text


@pytest.mark.parametrize(("rung", "said"), [
    ("h_0/activation", "h_0/activation is 2 numbers; ask for h_0"),
    ("f_0/products", "the ladder of f_0 has no rung products; it has pre-activation, activation"),
])
def test_a_rung_that_is_not_one_number(rung: str, said: str) -> None:
    with pytest.raises(symlstm.SymlstmError) as caught:
        symlstm.solve(symlstm.read(RUNGS.replace("find: f/pre-activation", f"find: {rung}")))
    assert said in str(caught.value)
    assert caught.value.line == 12


@pytest.mark.parametrize("name", ["h_9", "y_1", "h", "h_0[2]", "h_0/nonsense", "", "1"])
def test_places_without_a_value(name: str) -> None:
    with pytest.raises((KeyError, symlstm.SymlstmError)) as caught:
        symlstm.solve(unit())[name]
    assert str(caught.value).strip("'\" ")


# -- building ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0.1, "0.1", Fraction(1, 10), Decimal("0.1"), "1/10", "1e-1", r"\frac{1}{10}"])
def test_numbers_are_their_shortest_decimals(number: Any) -> None:
    solution = symlstm.solve(symlstm.Problem(cell="y_t = 3 w x_t", given={"w": number}, inputs=[1]))
    assert solution["y_0"].exact == "0.3"


def test_a_document_and_python_say_the_same() -> None:
    text = r"""---
title: Problem
cell: lstm
given: {weights: 0.5, biases: 0.1, "h_{-1}": 0, "c_{-1}": 0}
inputs: [1, 2]
convention: {round: {h: 3}, ties: away}
---
```question
find: [h, c_1]
```
"""
    built = symlstm.Problem(
        cell="lstm", given={"weights": 0.5, "biases": 0.1}, initial={"h": 0, "c": 0}, inputs=[1, 2],
        convention={"round": {"h": 3}, "ties": "away"}, questions=[["h", "c_1"]],
    )  # fmt: skip
    assert symlstm.solve(built).to("json") == symlstm.solve(symlstm.read(text)).to("json")


def test_numpy_arrays_are_read() -> None:
    numpy = pytest.importorskip("numpy")
    problem = symlstm.Problem(cell=r"h_t = W h_{t-1} + x_t", given={"W": numpy.eye(2) * 0.5}, initial={"h": numpy.array([1.0, 2.0])},
                              inputs=numpy.array([[0.25, 0.5], [1.0, 1.0]]))  # fmt: skip
    assert symlstm.solve(problem)["h_1"].tolist() == [1.375, 1.75]


def test_several_inputs_and_a_first_step() -> None:
    problem = symlstm.Problem(cell="h_t = x_t - u_t", inputs={"x": [3, 4], "u": [1, 1]}, first=1)
    assert [str(symlstm.solve(problem)[f"h_{t}"]) for t in (1, 2)] == ["2", "3"]


def test_questions_may_be_mappings() -> None:
    problem = unit(questions=["h_1", {"find": "h_0", "label": "b", "answer": "0.46"}])
    answers = json.loads(symlstm.solve(problem).to("json"))["answers"]
    assert [(answer["label"], answer["agrees"]) for answer in answers] == [("", None), ("b", True)]


BAD: list[tuple[dict[str, Any], str]] = [
    ({"cell": "lsmt"}, "no cell is called lsmt"),
    ({"cell": "h_t = "}, "missing"),
    ({"given": {"w": 0, "v": 1}}, "v isn't a symbol of this problem"),
    ({"given": {"w": None, "u": 1}}, "w: None isn't a number"),
    ({"given": {"w": True, "u": 1}}, "w: True isn't a number"),
    ({"given": {"w": float("nan"), "u": 1}}, "w: nan isn't a finite number"),
    ({"given": {"w": math.inf, "u": 1}}, "w: inf isn't a finite number"),
    ({"given": {"w": [], "u": 1}}, "w: an empty list"),
    ({"given": {"w": object(), "u": 1}}, "w: object isn't a number"),
    ({"given": {"w": "twelve", "u": 1}}, "twelve"),
    ({"given": {"h": 1, "w": 0, "u": 0}}, "h has a time"),
    ({"inputs": {"y": [1]}}, "y isn't a symbol"),
    ({"convention": {"round": {"h": -1}}}, "0"),
    ({"convention": {"ties": "evne"}}, "even"),
    ({"convention": {"rounds": {"h": 1}}}, "round"),
    ({"given": {"u": 1}}, "w has no value"),
    ({"questions": ["y"]}, "y isn't a symbol"),
    ({"given": {"w": [[1, 2], [3, 4]], "u": 1}, "initial": {"h": [1, 2, 3]}}, "2"),
    ({"convention": {"saturate": 0}}, "0"),
]


@pytest.mark.parametrize(("changes", "said"), BAD, ids=[said for _, said in BAD])
def test_bad_problems_are_our_errors(changes: dict[str, Any], said: str) -> None:
    if changes.get("convention") == {"saturate": 0}:
        changes = changes | {"inputs": [0]}
    with pytest.raises(symlstm.SymlstmError) as caught:
        symlstm.solve(unit(**changes)).to("md")
    assert said in str(caught.value)


# -- formats ----------------------------------------------------------------------------------------------------------------------


def test_formats() -> None:
    solution = symlstm.solve(symlstm.read(TEXT))
    assert solution.to() == solution.to("md")
    assert solution.to("md").startswith("# Half\n")
    assert "\\documentclass" in solution.to("tex")
    assert solution.to("html").lstrip().lower().startswith("<!doctype html>")
    assert json.loads(solution.to("json"))["format"] == "symlstm/solution-1"
    with pytest.raises(symlstm.UsageError, match="there is no format 'docx'; there are md, tex, html, json"):
        solution.to("docx")


def test_fragments_have_no_head_of_their_own() -> None:
    solution = symlstm.solve(symlstm.read(TEXT))
    assert "\\documentclass" not in solution.to("tex", fragment=True)
    assert "<html" not in solution.to("html", fragment=True)
    assert not solution.to("md", fragment=True).startswith("# ")


def test_notebooks_are_given_html() -> None:
    solution = symlstm.solve(symlstm.read(TEXT))
    page = solution._repr_html_()
    assert page == solution.to("html", fragment=True)
    assert "<math" in page
    assert "h" in solution._repr_markdown_()


def test_steps_and_details() -> None:
    solution = symlstm.solve(symlstm.read(TEXT))
    first = solution.to("md", steps=range(2, 3)).split("Answer to question 1")[0]
    assert "**t = 2**" in first
    assert "**t = 3**" not in first
    assert "**t = 2**" not in solution.to("md", detail="brief")


# -- the package ------------------------------------------------------------------------------------------------------------------


def test_what_the_package_offers() -> None:
    for name in symlstm.__all__:
        assert getattr(symlstm, name) is not None
    assert {"read", "solve", "Problem", "Value", "SymlstmError"} <= set(dir(symlstm))
    with pytest.raises(AttributeError, match="nonsense"):
        symlstm.nonsense  # noqa: B018


def test_plain_numbers_start_without_sympy() -> None:
    code = (
        "import sys, symlstm\n"
        "p = symlstm.Problem(cell='rnn', given={'weights': 1, 'biases': 0}, initial={'h': 0}, inputs=[1])\n"
        "print(symlstm.solve(p)['h_0'], 'sympy' in sys.modules, 'latex2mathml' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0.7616", "False", "False"]
