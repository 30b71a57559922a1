"""The Python face (section 7 of the design)."""

from __future__ import annotations

import math
import pickle
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import symlstm

ROOT = Path(__file__).parents[1]
TEXT = """---
title: A small unit
---
$h_t = \\tanh(0.5 h_{t-1} + x_t)$ with $h_0 = 0$ and $x = [1, 2]$.

```question
find: h
```

Now $x = [0, 0]$.

```question
find: h_2
```
"""


def test_a_text_with_a_newline_is_the_document() -> None:
    solution = symlstm.solve(symlstm.read(TEXT))
    assert str(solution["h_1"]) == f"{math.tanh(1):.4f}"
    assert float(solution["h_2"]) == pytest.approx(math.tanh(0.5 * math.tanh(1) + 2), abs=1e-15)
    assert str(solution.questions[1]["h_2"]) == "0"


def test_anything_else_is_a_path() -> None:
    problem = symlstm.read(str(ROOT / "reports" / "gating" / "problem.md"))
    assert str(symlstm.solve(problem)["h_1"]) == "1"


def test_a_value_knows_its_digits_and_its_error() -> None:
    problem = symlstm.Problem(cell=r"h_t = \sigma(x_t)", inputs=[1], convention={"saturate": 1})
    value = symlstm.solve(problem)["h_0"]
    assert (str(value), float(value)) == ("1", 1.0)
    assert value.exact == "0.73105857863000487925"
    assert float(value.error) >= 1 - 0.7310585786300049


@pytest.mark.parametrize("half", [0.5, "0.5", "1/2", Decimal("0.5"), Fraction(1, 2)])
def test_numbers_of_every_kind(half: object) -> None:
    problem = symlstm.Problem(cell=r"h_t = w h_{t-1} + x_t", given={"w": half}, initial={"h": 1}, inputs=[0, 0])
    assert [symlstm.solve(problem)[f"h_{t}"].tolist() for t in (0, 1)] == [0.5, 0.25]


def test_floats_are_their_shortest_decimal() -> None:
    problem = symlstm.Problem(cell=r"h_t = w x_t", given={"w": 0.1}, inputs=[3])
    assert symlstm.solve(problem)["h_0"].exact == "0.3"


def test_vectors_and_matrices() -> None:
    problem = symlstm.Problem(cell=r"h_t = W h_{t-1} + U x_t", given={"W": [[1, 2], [3, 4]], "U": [[1, 0], [0, 1]]},
                              initial={"h": [1, 1]}, inputs=[[0, 1]])
    value = symlstm.solve(problem)["h_0"]
    assert value.tolist() == [3.0, 8.0]
    assert symlstm.solve(problem)["h_0[2]"].tolist() == 8.0


def test_renders_itself_in_a_notebook() -> None:
    solution = symlstm.solve(symlstm.read(TEXT))
    assert "<math" in solution._repr_html_()
    assert "$" in solution._repr_markdown_()
    assert solution.to("json").startswith("{")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"cell": "lstn"}, "did you mean `lstm`"),
        ({"cell": "lstm", "given": {"W": 1}}, "isn't a symbol"),
        ({"cell": "lstm", "inputs": [True]}, "isn't a number"),
        ({"cell": "lstm", "inputs": [float("nan")]}, "isn't a finite number"),
        ({"cell": "lstm", "given": {"b_f": []}}, "an empty list"),
        ({"cell": "lstm", "convention": {"ties": "evn"}}, "even"),
    ],
)
def test_what_cannot_be_used_is_an_error_with_a_reason(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(symlstm.SymlstmError, match="(?s).*" + words):
        symlstm.Problem(**arguments)  # type: ignore[arg-type]


def test_a_place_without_a_value_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="h_9"):
        symlstm.solve(symlstm.read(TEXT))["h_9"]


def test_a_problem_survives_pickling() -> None:
    problem = symlstm.read(TEXT)
    assert symlstm.solve(pickle.loads(pickle.dumps(problem))).to("md") == symlstm.solve(problem).to("md")
