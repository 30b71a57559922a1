"""The simplified system: as a lecturer writes it, and always with the values of the cell it came from."""

from __future__ import annotations

from pathlib import Path

import pytest
from carried_values import differences, lines, system_of

from symlstm.analysis.simplify.confirmation import ConfirmationError, confirm
from symlstm.analysis.simplify.rules import RULES
from symlstm.analysis.simplify.system import simplify
from symlstm.errors import Source
from symlstm.model.problem import Problem
from symlstm.model.reader import read
from symlstm.notation.parser import expression
from symlstm.notation.typeset import formula, latex

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    *sorted((ROOT / "tests" / "problems").glob("*.md")), *sorted((ROOT / "reports").glob("*/problem.md")),
    *sorted((ROOT / "symlstm" / "cells").glob("*.md")),
]  # fmt: skip
OPENING = "---\ntitle: a\nconvention: {saturate: 50}\nalphabet: [0, 1]\n---\n"


def document(path: Path) -> Problem:
    return read(Source(path.name, path.read_text(encoding="utf-8")))


# -- documents ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["lstm-states", "lstm-states-saturated"])
def test_the_published_system(name: str) -> None:
    system = simplify(document(ROOT / "reports" / name / "problem.md").run)
    assert system.changed
    assert [(str(e.name), e.relation, latex(formula(e.tree))) for e in system.equations] == [
        ("f", "→", "0"),
        ("i", "→", "1"),
        ("o", "=", r"\text{sigmoid}(100 x_t)"),
        ("c", "=", r"\tanh(-100 h_{t-1} + 50 x_t)"),
        ("h", "=", r"o_t \tanh(c_t)"),
    ]
    reasons = [{step.rule: step.reason for step in e.steps} for e in system.equations]
    assert reasons[0]["saturated"] == "σ(−100) → 0, error < 4e−44"
    assert reasons[1]["saturated"] == "100·x_t + 100 is at least 100 for every input, so σ → 1, error < 4e−44"
    assert reasons[3]["constants"] == "f_t = 0 and i_t = 1"


def test_one_step_with_everything_saturated() -> None:
    system = simplify(document(ROOT / "reports" / "gating" / "problem.md").run)
    assert lines(system) == ["f_t → 1", "i_t → 1", "o_t → 1", "c_t → c_{t−1} + 1", "h_t = tanh(c_t)"]
    reason = "h_{t−1} + x_t is at least 4 at every step, so σ → 1 by convention, error up to 0.018"
    assert system.equations[0].steps[-1].reason == reason


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_simplified_cell_carries_the_same_values(path: Path) -> None:
    problem = document(path)
    for run in [problem.run, *(posed.run for posed in problem.questions)]:
        assert not differences(run)
        assert [e.name for e in simplify(run).equations] == [e.left for e in run.cell.equations]


def test_a_catalogue_cell_stays_as_it_is() -> None:
    run = document(ROOT / "symlstm" / "cells" / "lstm.md").run
    assert simplify(run).cell == run.cell
    assert not simplify(run).changed


# -- rules --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("equation", "data", "expected"),
    [
        ("W h_{t-1} + U x_t + b", "$W = 0$, $U = 2$, $b = 0$, $h_0 = 0$", "h_t = 2·x_t"),
        ("W h_{t-1} + U x_t + b", "$W = 1$, $U = -1$, $b = 3$, $h_0 = 0$", "h_t = h_{t−1} − x_t + 3"),
        ("x_t W + h_{t-1} U", "$W = 3$, $U = 1/2$, $h_0 = 0$", "h_t = 3·x_t + (1/2)·h_{t−1}"),
        ("W h_{t-1} - U x_t", "$W = 0$, $U = -2$, $h_0 = 0$", "h_t = 2·x_t"),
        (r"\sigma(W h_{t-1} + b) x_t", "$W = 0$, $b = 0$, $h_0 = 0$", "h_t = 0.5·x_t"),
        (r"x_t + a + h_{t-1} + b", "$a = 1$, $b = 2$, $h_0 = 0$", "h_t = x_t + h_{t−1} + 3"),
        (r"W \cdot [h_{t-1}, x_t] + b", "$W = [2, 0]$, $b = -1$, $h_0 = 0$", "h_t = 2·h_{t−1} − 1"),
        (r"(1 - z) \odot h_{t-1} + z \odot x_t", "$z = 1$, $h_0 = 0$", "h_t = x_t"),
        (r"W h_{t-1} + U x_t + b", "$W = 2$, $U = 0$, $h_0 = 0$", "h_t = 2·h_{t−1} + b"),  # b isn't given
        (r"\sigma(100 x_t + 49) h_{t-1}", "$h_0 = 1$", "h_t = σ(100·x_t + 49)·h_{t−1}"),  # 49 isn't enough
        (r"\sigma(100 x_t + 50) h_{t-1}", "$h_0 = 1$", "h_t → h_{t−1}"),
        (r"\sigma(100 x_t - 50) h_{t-1}", "$h_0 = 1$", "h_t = σ(100·x_t − 50)·h_{t−1}"),  # either side
        (r"\tanh(-60 - x_t) h_{t-1}", "$h_0 = 1$", "h_t → −h_{t−1}"),
        (r"\text{relu}(x_t + 1) + h_{t-1}", "$h_0 = 1$", "h_t = x_t + 1 + h_{t−1}"),
        (r"\text{relu}(-x_t) + h_{t-1}", "$h_0 = 1$", "h_t = h_{t−1}"),
        (r"\text{hardsigmoid}(x_t + 3) h_{t-1}", "$h_0 = 1$", "h_t = h_{t−1}"),
        (r"\text{step}(x_t) h_{t-1}", "$h_0 = 1$", "h_t = h_{t−1}"),
        (r"\text{sign}(x_t) h_{t-1}", "$h_0 = 1$", "h_t = sign(x_t)·h_{t−1}"),
        (r"\text{clip}(x_t, 0, 1) + h_{t-1}", "$h_0 = 1$", "h_t = x_t + h_{t−1}"),
        (r"\max(0, \min(1, 5 x_t + 1)) h_{t-1}", "$h_0 = 1$", "h_t = h_{t−1}"),
        (r"\tanh(h_{t-1}) + \sigma(60 + 10 \tanh(h_{t-1})) x_t", "$h_0 = 1$", "h_t → tanh(h_{t−1}) + x_t"),
        (r"\sigma(60 + h_{t-1}) x_t", "$h_0 = 1$", "h_t → x_t"),  # σ(..) x lies between 0 and 1
        (r"\sigma(60 + h_{t-1}) + h_{t-1}", "$h_0 = 1$", "h_t = σ(60 + h_{t−1}) + h_{t−1}"),  # h may be anything
    ],
)
def test_one_equation(equation: str, data: str, expected: str) -> None:
    text = OPENING + f"$h_t = {equation}$ with {data} and $x = [0, 1, 1]$."
    assert lines(system_of(text)) == [expected]
    assert not differences(read(Source("a.md", text)).run)


GATED = OPENING.replace("{saturate: 50}", "{convention}") + (
    r"$$\begin{{aligned}} f_t &= \sigma(b) \\ h_t &= f_t h_{{t-1}} + x_t \end{{aligned}}$$ with $b = {b}$, $h_0 = 1${more} "
    "and $x = [0, 1, 1]$.\n"
)


@pytest.mark.parametrize(
    ("convention", "b", "more", "expected"),
    [
        ("{saturate: 50}", "-60", "", ["f_t → 0", "h_t = x_t"]),
        ("{saturate: 70}", "-60", "", ["f_t = σ(−60)", "h_t = f_t h_{t−1} + x_t"]),
        ("{saturate: {at: 50, on: [h]}}", "-60", "", ["f_t = σ(−60)", "h_t = f_t h_{t−1} + x_t"]),
        ("{saturate: 50}", "-60", ", $f_2 = 0.5$", ["f_t → 0", "h_t = f_t h_{t−1} + x_t"]),  # a value of its own
        ("{saturate: 50}", "-60", ", $f_2 = 0$", ["f_t → 0", "h_t = x_t"]),
        ("{round: {f: 2}}", "5", "", ["f_t → 0.99", "h_t = 0.99·h_{t−1} + x_t"]),
        ("{round: {f: 2}, ties: truncate}", "10", "", ["f_t → 0.99", "h_t = 0.99·h_{t−1} + x_t"]),
        ("{round: {f: 2}, carry: false}", "5", "", ["f_t = σ(5)", "h_t = f_t h_{t−1} + x_t"]),
        ("{round: {f: 0}}", "0", "", ["f_t → 0", "h_t = x_t"]),  # σ(0) = 1/2 is a tie
        ("{round: {f: 0}, ties: up}", "0", "", ["f_t → 1", "h_t = h_{t−1} + x_t"]),
    ],
)
def test_constants_and_conventions(convention: str, b: str, more: str, expected: list[str]) -> None:
    text = GATED.format(convention=convention, b=b, more=more)
    assert lines(system_of(text)) == expected
    assert not differences(read(Source("a.md", text)).run)


def test_a_constant_state_is_put_in_only_where_its_start_agrees() -> None:
    equations = r"$$\begin{aligned} h_t &= \sigma(b) \\ y_t &= h_{t-1} + x_t \end{aligned}$$"
    text = OPENING + equations + " with $b = -60$, $h_0 = START$ and $x = [1]$."
    assert lines(system_of(text.replace("START", "0"))) == ["h_t → 0", "y_t = x_t"]
    assert lines(system_of(text.replace("START", "1"))) == ["h_t → 0", "y_t = h_{t−1} + x_t"]
    assert lines(system_of(text.replace(", $h_0 = START$", ""))) == ["h_t → 0", "y_t = h_{t−1} + x_t"]


VECTORS = OPENING + r"""$$\begin{aligned}
f_t &= \sigma(W_f h_{t-1} + U_f x_t + b_f) \\
c_t &= f_t \odot c_{t-1} + (1 - f_t) \odot \tanh(W h_{t-1} + U x_t + b) \\
h_t &= \tanh(c_t)
\end{aligned}$$
with $W_f = [[0, 0], [0, 0]]$, $U_f = [[UF], [0]]$, $b_f = [-100, -60]$, $W = [[1, 2], [3, 4]]$, $U = [[0], [0]]$, $b = 0$,
$h_0 = c_0 = [1, 2]$ and $x = [0, 1, 1]$.
"""


def test_vectors_keep_their_symbols_and_their_shape() -> None:
    text = VECTORS.replace("UF", "0")
    assert lines(system_of(text)) == ["f_t → [0; 0]", "c_t = tanh(W h_{t−1})", "h_t = tanh(c_t)"]
    assert not differences(read(Source("a.md", text)).run)
    text = VECTORS.replace("UF", "100")
    assert lines(system_of(text)) == [
        "f_t = σ(U_f x_t + b_f)", "c_t = f_t ⊙ c_{t−1} + (1 − f_t) ⊙ tanh(W h_{t−1})", "h_t = tanh(c_t)",
    ]
    assert not differences(read(Source("a.md", text)).run)


def test_every_rule_fires_somewhere() -> None:
    fired = {step.rule for path in DOCUMENTS for e in simplify(document(path).run).equations for step in e.steps}
    for text in (
        GATED.format(convention="{round: {f: 2}}", b="5", more=""),
        OPENING + r"$h_t = \text{relu}(x_t) + h_{t-1}$ with $h_0 = 0$ and $x = [1]$.",
    ):
        fired |= {step.rule for e in system_of(text).equations for step in e.steps}
    assert fired == set(RULES)


def test_a_wrong_step_is_an_internal_error() -> None:
    with pytest.raises(ConfirmationError, match="rule zeros made 2·y of x \\+ 2·y"):
        confirm(expression("x + 2 y"), expression("2 y"), {}, "zeros")


def test_a_vector_of_zeros_stays_one_where_its_length_counts() -> None:
    text = OPENING + (
        r"$h_t = \text{softmax}(W h_{t-1} + U x_t)$ with $W = [[0, 0], [0, 0]]$, $U = [[0], [0]]$, $h_0 = [1, 0]$ and $x = [0, 1]$."
    )
    assert lines(system_of(text)) == ["h_t = softmax([0; 0])"]
    assert not differences(read(Source("a.md", text)).run)
