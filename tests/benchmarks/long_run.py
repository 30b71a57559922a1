"""The run that the benchmarks share: a scalar LSTM, weights and inputs of one decimal, nothing rounded."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import symlstm

WEIGHTS: Mapping[str, str] = {
    "W^{f,h}": "0.4", "W^{f,x}": "-0.3", "b_f": "0.2", "W^{i,h}": "0.1", "W^{i,x}": "0.7", "b_i": "-0.1",
    "W^{o,h}": "-0.2", "W^{o,x}": "0.5", "b_o": "0.3", "W^{c,h}": "0.6", "W^{c,x}": "0.9", "b_c": "-0.4",
}
EQUATIONS = 5
"""Equations that each step has."""


def inputs(steps: int) -> list[str]:
    """One decimal from -0.9 to 0.9, as text, so that the digits are those written.

    >>> inputs(3)
    ['-0.9', '-0.2', '0.5']
    """
    return [str((7 * k % 19 - 9) / 10).removesuffix(".0") for k in range(steps)]


def problem(steps: int) -> symlstm.Problem:
    """The run as a problem: compute h at every step."""
    return symlstm.Problem(cell="lstm", given=WEIGHTS, initial={"h": 0, "c": 0}, inputs=inputs(steps), questions=["h"])


def document(steps: int) -> str:
    r"""The same run as a problem document, which asks for the simplified equations too."""
    values = ", ".join(f"${name} = {value}$" for name, value in WEIGHTS.items())
    return DOCUMENT.replace("VALUES", values).replace("INPUTS", ", ".join(inputs(steps)))


DOCUMENT = r"""---
title: Six steps
---
$$\begin{aligned}
f_t &= \sigma(W^{f,h} h_{t-1} + W^{f,x} x_t + b_f) \\
i_t &= \sigma(W^{i,h} h_{t-1} + W^{i,x} x_t + b_i) \\
o_t &= \sigma(W^{o,h} h_{t-1} + W^{o,x} x_t + b_o) \\
c_t &= f_t \odot c_{t-1} + i_t \odot \tanh(W^{c,h} h_{t-1} + W^{c,x} x_t + b_c) \\
h_t &= o_t \odot \tanh(c_t)
\end{aligned}$$

The parameters are VALUES. The unit starts with $h_{-1} = c_{-1} = 0$ and reads $x = [INPUTS]$.

```question
simplify: all
```

```question
find: h
```
"""


def write(problem: symlstm.Problem, path: Path) -> None:
    """Derive the run and write the standard solution, piece by piece."""
    with path.open("w", encoding="utf-8") as file:
        for piece in symlstm.solve(problem).pieces("md"):
            file.write(piece)


def gates_document() -> str:
    """Six steps of an LSTM whose gates saturate, h rounded to integers."""
    given = {"W^{f,h}": 0, "W^{f,x}": 0, "b_f": -100, "W^{i,h}": 0, "W^{i,x}": 100, "b_i": 100, "W^{o,h}": 0, "W^{o,x}": 100, "b_o": 0,
             "W^{c,h}": -100, "W^{c,x}": 50, "b_c": 0, "h_{-1}": 0, "c_{-1}": 0}
    lines = "\n".join(f'  "{name}": {value}' for name, value in given.items())
    return (
        f"---\ntitle: Six steps\ncell: lstm\ngiven:\n{lines}\ninputs: [0, 0, 1, 1, 1, 0]\n"
        "convention: {saturate: 50, round: {h: 0}, ties: zero}\n---\nWork it out.\n\n```question\nfind: h\n```\n"
    )


def hand_work(slip: bool = False) -> list[str]:
    """Thirty lines of work on it, five a step; with a slip in a gate and one in a memory cell, and what follows left as it was."""
    lines, h = [], 0
    for t, x in enumerate([0, 0, 1, 1, 1, 0]):
        gate = 0.5 if x == 0 else 1
        before = f"({h})" if h < 0 else str(h)
        z = -100 * h + 50 * x
        c = (z > 0) - (z < 0)
        value = gate * math.tanh(c)
        lines += [
            f"$f_{t} = \\sigma(-100) = 0$",
            f"$i_{t} = \\sigma(100 \\cdot {x} + 100) = \\sigma({100 * x + 100}) = 1$",
            f"$o_{t} = \\sigma(100 \\cdot {x}) = {1 if slip and t == 0 else gate}$",
            f"$c_{t} = \\tanh(-100 \\cdot {before} + 50 \\cdot {x}) = \\tanh({z}) = {-1 if slip and t == 2 else c}$",
            f"$h_{t} = {gate} \\tanh({c}) = {value:.4f} \\to {round(value)}$",
        ]
        h = round(value)
    return lines
