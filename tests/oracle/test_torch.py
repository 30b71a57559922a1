"""Values against torch.nn.LSTM, GRU and RNN in double precision, weights taken from the torch module, to 1e-12."""

from __future__ import annotations

import random
from typing import Any

import pytest

import symlstm

torch = pytest.importorskip("torch")

TOLERANCE = 1e-12
SHAPES = [(1, 1, 6), (1, 3, 12), (2, 1, 20), (3, 2, 10), (5, 4, 15), (8, 3, 20)]

LSTM = r"""
i_t = \sigma(W_{ii} x_t + b_{ii} + W_{hi} h_{t-1} + b_{hi})
f_t = \sigma(W_{if} x_t + b_{if} + W_{hf} h_{t-1} + b_{hf})
g_t = \tanh(W_{ig} x_t + b_{ig} + W_{hg} h_{t-1} + b_{hg})
o_t = \sigma(W_{io} x_t + b_{io} + W_{ho} h_{t-1} + b_{ho})
c_t = f_t \odot c_{t-1} + i_t \odot g_t
h_t = o_t \odot \tanh(c_t)"""
RNN = r"h_t = {} (W_{{ih}} x_t + b_{{ih}} + W_{{hh}} h_{{t-1}} + b_{{hh}})"


def module(kind: str, n: int, m: int, **options: Any) -> Any:
    torch.manual_seed(1000 * n + m)
    made = getattr(torch.nn, kind)(m, n, dtype=torch.float64, **options)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.uniform_(-1.2, 1.2)
    return made


def blocks(made: Any, letters: str) -> dict[str, Any]:
    """The torch module's parameters cut into its gates' blocks, by the names of the equations."""
    out: dict[str, Any] = {}
    for side, suffix in (("i", "ih_l0"), ("h", "hh_l0")):
        for kind in ("weight", "bias"):
            whole = getattr(made, f"{kind}_{suffix}").detach()
            base = "W" if kind == "weight" else "b"
            for letter, block in zip(letters, whole.chunk(len(letters)), strict=True):
                out[f"{base}_{{{side}{letter}}}"] = block.tolist()
    return out


def data(n: int, m: int, steps: int) -> tuple[list[list[float]], list[float], list[float]]:
    draw = random.Random(f"{n} {m} {steps}")
    inputs = [[draw.uniform(-2, 2) for _ in range(m)] for _ in range(steps)]
    return inputs, [draw.uniform(-1, 1) for _ in range(n)], [draw.uniform(-1, 1) for _ in range(n)]


def hidden_states(solution: symlstm.Solution, steps: int, symbol: str = "h") -> list[Any]:
    return [found if isinstance(found := solution[f"{symbol}_{t}"].tolist(), list) else [found] for t in range(steps)]


def close(found: list[Any], expected: Any) -> None:
    assert found == [pytest.approx(row, rel=0, abs=TOLERANCE) for row in expected.tolist()]


@pytest.mark.parametrize(("n", "m", "steps"), SHAPES)
def test_lstm(n: int, m: int, steps: int) -> None:
    made = module("LSTM", n, m)
    inputs, h, c = data(n, m, steps)
    expected, (_, last_c) = made(torch.tensor(inputs, dtype=torch.float64), tuple(
        torch.tensor([state], dtype=torch.float64) for state in (h, c)
    ))
    solution = symlstm.solve(symlstm.Problem(cell=LSTM, given=blocks(made, "ifgo"), initial={"h": h, "c": c}, inputs=inputs))
    close(hidden_states(solution, steps), expected.detach())
    close([hidden_states(solution, steps, "c")[-1]], last_c.detach())


@pytest.mark.parametrize(("n", "m", "steps"), SHAPES)
def test_gru(n: int, m: int, steps: int) -> None:
    made = module("GRU", n, m)
    inputs, h, _ = data(n, m, steps)
    expected, _ = made(torch.tensor(inputs, dtype=torch.float64), torch.tensor([h], dtype=torch.float64))
    solution = symlstm.solve(symlstm.Problem(
        cell="gru-reset-after", given=blocks(made, "rzn"), initial={"h": h}, inputs=inputs))
    close(hidden_states(solution, steps), expected.detach())


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize(("n", "m", "steps"), SHAPES)
def test_rnn(activation: str, n: int, m: int, steps: int) -> None:
    made = module("RNN", n, m, nonlinearity=activation)
    if activation == "relu":
        # Nothing holds a relu network back: large weights would make it grow until 1e-12 is below a double's last digit.
        with torch.no_grad():
            for parameter in made.parameters():
                parameter.mul_(0.5 / n)
    inputs, h, _ = data(n, m, steps)
    expected, _ = made(torch.tensor(inputs, dtype=torch.float64), torch.tensor([h], dtype=torch.float64))
    given = {f"{base}_{{{side}h}}": getattr(made, f"{kind}_{side}h_l0").detach().tolist()
             for base, kind in (("W", "weight"), ("b", "bias")) for side in "ih"}  # fmt: skip
    cell = RNN.format({"tanh": r"\tanh", "relu": r"\operatorname{relu}"}[activation])
    solution = symlstm.solve(symlstm.Problem(cell=cell, given=given, initial={"h": h}, inputs=inputs))
    close(hidden_states(solution, steps), expected.detach())
