"""The cases of a unit: every row against plain Python, the terms that outweigh others, and units that have no table."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path

import pytest

from symlstm.analysis.answers import SimplifyAnswer
from symlstm.analysis.machines.case_table import CaseTable
from symlstm.derivation.values import texts
from symlstm.document.blocks import Document
from symlstm.document.writers import text
from symlstm.errors import SymlstmError
from symlstm.notation.typeset import formula, plain
from symlstm.pipelines import read, solve
from symlstm.presentation.case_table import case_blocks

LSTM_STATES = (Path(__file__).parents[2] / "reports" / "lstm-states" / "problem.md").read_text(encoding="utf-8")


def unit(head: str, body: str, asked: str = "all") -> str:
    """A problem that asks for the simplified equations."""
    return f"---\ntitle: A unit\n{head}\n---\n{body}\n\n```question\nsimplify: {asked}\n```\n"


def table(document: str) -> CaseTable | None:
    """The table in the answer to the first question."""
    answer = solve(read(document)).answers[0]
    assert isinstance(answer, SimplifyAnswer)
    return answer.cases


def heads(found: CaseTable) -> list[str]:
    return [plain(formula(head)) for head in (*found.given, *found.made)]


def sentences(found: CaseTable) -> list[str]:
    """What is said below the table, as plain text."""
    written = "".join(text.write(Document("Cases", list(case_blocks(found))), fragment=True, warn=print, width=500))
    return [line.removeprefix("- ") for line in written.splitlines() if line.removeprefix("- ").startswith("In ")]


# -- the rows, against plain Python ---

Row = tuple[object, ...]


def sigmoid(z: float) -> float:
    return float(z > 0) if abs(z) >= 50 else 1 / (1 + math.exp(-z))


def tanh(z: float) -> float:
    return math.copysign(1, z) if abs(z) >= 50 else math.tanh(z)


def first_document(h: float, x: float) -> Row:
    """o, the sum in c, c and h; f is 0 and i is 1."""
    inner = -100 * h + 50 * x
    c = sigmoid(-100) * 123 + sigmoid(100 * x + 100) * tanh(inner)
    o = sigmoid(100 * x)
    return o, inner, c, round(o * tanh(c))


def latch(h: float, x: float) -> Row:
    return h + x - 0.5, int(h + x - 0.5 >= 0)


def turning(h: tuple[float, ...], x: float) -> Row:
    return (((h[2], h[0], h[1]) if x else h),)


def gru(h: float, x: float) -> Row:
    """Saturated at 5: the gate is open on 1 and shut on 0."""
    z = float(20 * x - 10 > 0)
    inner = -10 * h + 20 * x
    n = math.copysign(1, inner)
    return z, inner, n, (1 - z) * h + z * n


def reached(start: object, letters: Sequence[float], after: Callable[..., Row]) -> set[object]:
    """The states that some input leads to; the state is the step's last value."""
    found = {start}
    while more := {after(h, x)[-1] for h, x in product(found, letters)} - found:
        found |= more
    return found


LATCH = unit("alphabet: [0, 1]", r"$$h_t = \operatorname{step}(h_{t-1} + x_t - 0.5)$$ with $h_0 = 0$.")
TURNING = unit("alphabet: [0, 1]", r"""
$$h_t = (1 - x_t) h_{t-1} + x_t P h_{t-1}$$
with $P = [[0, 0, 1], [1, 0, 0], [0, 1, 0]]$ and $h_0 = (1, 0, 0)$.""")
GRU = unit("alphabet: [0, 1]\nconvention: {saturate: 5}", r"""
$$\begin{aligned}
z_t &= \sigma(20 x_t - 10) \\
n_t &= \tanh(-10 h_{t-1} + 20 x_t) \\
h_t &= (1 - z_t) h_{t-1} + z_t n_t
\end{aligned}$$
with $h_0 = -1$.""")


@pytest.mark.parametrize(("document", "start", "after", "columns"), [
    (LSTM_STATES, 0, first_document, ["h_{t−1}", "x_t", "o_t", "−100·h_{t−1} + 50·x_t", "c_t", "h_t"]),
    (LATCH, 0, latch, ["h_{t−1}", "x_t", "h_{t−1} + x_t − 0.5", "h_t"]),
    (TURNING, (1, 0, 0), turning, ["h_{t−1}", "x_t", "h_t"]),
    (GRU, -1, gru, ["h_{t−1}", "x_t", "z_t", "−10·h_{t−1} + 20·x_t", "n_t", "h_t"]),
], ids=["first document", "latch", "vector", "gru"])
def test_rows(document: str, start: object, after: Callable[..., Row], columns: list[str]) -> None:
    found = table(document)
    assert found is not None
    assert heads(found) == columns
    states = sorted(reached(start, (0, 1), after))  # type: ignore[type-var]  # numbers, or tuples of them
    expected = [(h, x, *after(h, x)) for h in states for x in (0, 1)]
    assert [tuple(map(number, map(texts, row))) for row in found.rows] == expected


def number(shown: object) -> object:
    """A printed value as a number, or a tuple of them."""
    return tuple(map(number, shown)) if isinstance(shown, list) else float(str(shown))


# -- which term outweighs which ---

SET_RESET = unit("alphabet: {s: [1, 0], r: [0, 1], n: [0, 0]}\nconvention: {saturate: 5}", r"""
$$h_t = \tanh(W x_t + U h_{t-1})$$
with $W = [30, -30]$, $U = 10$ and $h_0 = -1$.""")


def signs(equations: str, alphabet: str, start: str = "h_0 = 1") -> str:
    return unit(f"alphabet: {alphabet}", f"$$\\begin{{aligned}} {equations} \\end{{aligned}}$$ with ${start}$.")


@pytest.mark.parametrize(("document", "said"), [
    (LSTM_STATES, ["In c_t, −100·h_{t−1} outweighs 50·x_t whenever h_{t−1} isn't 0; where it is 0, x_t decides."]),
    (LATCH, ["In h_t, h_{t−1} outweighs x_t − 0.5 whenever h_{t−1} isn't 0; where it is 0, x_t − 0.5 decides."]),
    (GRU, ["In n_t, 20·x_t outweighs −10·h_{t−1} whenever x_t isn't 0; where it is 0, h_{t−1} decides."]),
    # A row of weights times a vector is 0 elsewhere than where the vector is.
    (SET_RESET, ["In h_t, W x_t outweighs 10·h_{t−1} whenever W x_t isn't 0; where it is 0, h_{t−1} decides."]),
    (signs(r"h_n &= \text{sign}(2 h_{n-1} - x_n - 0.5)", "[-1, 1]"), ["In h_n, 2·h_{n−1} outweighs −x_n − 0.5 at every step."]),
    # Beside x = 3 the term of h is the smaller, but there the two pull together.
    (signs(r"h_t &= \text{sign}(2 h_{t-1} + x_t)", "[-1, 3]"), ["In h_t, 2·h_{t−1} outweighs x_t wherever their signs differ."]),
    # One sum in two equations is a sentence about both.
    (signs(r"h_t &= \text{sign}(2 h_{t-1} - x_t) \\ g_t &= \text{relu}(2 h_{t-1} - x_t)", "[-1, 1]"),
     ["In h_t and g_t, 2·h_{t−1} outweighs −x_t at every step."]),
    # Neither is larger throughout, they are as large, or nothing has to be outweighed.
    (signs(r"h_t &= \text{sign}(2 h_{t-1} - x_t)", "[1, 3]"), []),
    (signs(r"h_t &= \text{sign}(h_{t-1} - x_t)", "[-1, 1]"), []),
    (signs(r"h_t &= \text{sign}(h_{t-1} + x_t)", "[0, 1]", "h_0 = 0"), []),
    # A product of two symbols isn't one that anybody sees the size of.
    (signs(r"h_t &= \text{sign}(5 h_{t-1} x_t - x_t)", "[1]"), []),
])
def test_sentences(document: str, said: list[str]) -> None:
    found = table(document)
    assert found is not None
    assert sentences(found) == said


# -- what is left out ---


@pytest.mark.parametrize("document", [
    unit("alphabet: [0, 1]", r"$$c_t = c_{t-1} + x_t$$ with $c_0 = 0$."),
    unit("alphabet: [0, 1]", r"$$h_t = 0.1 h_{t-1} + x_t$$ with $h_0 = 0$."),
    unit("alphabet: [0, 1]", r"$$h_t = \tanh(10 h_{t-1} + 20 x_t - 5)$$ with $h_0 = -1$."),
    signs(r"u_t &= x_t \\ v_t &= u_{t-1}", "[0, 1, 2, 3, 4]", "u_0 = 0"),
    LATCH.replace("with $h_0 = 0$", ""),
    LATCH.replace("alphabet: [0, 1]", "source: none"),
    LATCH.replace("0.5", "b"),
    LATCH.replace("+ x_t", "+ x_t + y_t").replace("alphabet: [0, 1]", "source: none"),
    LATCH.replace("h_0 = 0", "h_0 = 0, h_1 = 1"),
    unit("alphabet: [0, 1]", r"$$h_t = h_{t-1} + x_t h_{t-1} - x_t h_{t-1}$$ with $h_0 = (0, 0, 0, 0, 1)$."),
], ids=["counter", "leaky", "tanh", "many states", "no start", "no letters", "no parameter", "two inputs", "given step", "long vector"])
def test_no_table(document: str) -> None:
    assert table(document) is None
    assert "Every state that can be reached" not in solve(read(document)).to("md")


def test_many_columns_leave_out_the_sums() -> None:
    names = "abcdefg"
    equations = r" \\ ".join([*(f"{name}_t &= \\text{{step}}(h_{{t-1}} + x_t - 0.{k + 1})" for k, name in enumerate(names)), "h_t &= a_t"])
    found = table(signs(equations, "[0, 1]", "h_0 = 0"))
    assert found is not None
    assert heads(found) == ["h_{t−1}", "x_t", *(f"{name}_t" for name in names), "h_t"]
    assert len(sentences(found)) == len(names)


def test_some_symbols() -> None:
    found = table(LSTM_STATES.replace("simplify: all", "simplify: [o, h_t]"))
    assert found is not None
    assert heads(found) == ["h_{t−1}", "x_t", "o_t", "h_t"]
    assert found.outweighing == ()
    with pytest.raises(SymlstmError, match="q isn't a symbol"):
        table(LSTM_STATES.replace("simplify: all", "simplify: [q]"))


def test_the_table_in_every_format() -> None:
    solution = solve(read(LSTM_STATES))
    assert "| $-1$ | $1$ | $1$ | $150$ | $1$ | $1$ |" in solution.to("md")
    assert "$-100 h_{t-1}$ outweighs $50 x_t$" in solution.to("tex")
    assert "<caption>Every state that can be reached, with every input</caption>" in solution.to("html")
    assert list(json.loads(solution.to("json"))["answers"][0]) == ["question", "kind", "label", "equations"]
