"""The peers: the long run as one would write it with SymPy, and with handcalcs; LaTeX for every equation of every step."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from math import exp, tanh
from typing import Any

import sympy
from handcalcs.decorator import handcalc


def sympy_loop(weights: Mapping[str, str], inputs: Sequence[str]) -> list[str]:
    """A line an equation: the equation at its time with the weights in, and its value to four decimals.

    The weights are substituted once, before the loop; what is left to each step is `subs` for the values, `subs` for the times,
    and one `latex`.
    """
    cell = _cell(tuple(weights.items()))
    values: dict[str, Any] = {"h": sympy.Integer(0), "c": sympy.Integer(0)}
    lines = []
    for t, x in enumerate(inputs):
        before = {"h": values["h"], "c": values["c"], "x": sympy.Float(x, 17)}
        numbers = {_symbol(f"{name}_before"): before[name] for name in ("h", "c")} | {_symbol("x"): before["x"]}
        times = {_symbol(f"{name}_before"): _symbol(f"{name}_{t - 1}") for name in ("h", "c")}
        times[_symbol("x")] = _symbol(f"x_{t}")
        for name, right in cell:
            values[name] = right.subs(numbers)
            numbers[_symbol(name)] = values[name]
            shown = right.subs(times)
            times[_symbol(name)] = _symbol(f"{name}_{t}")
            lines.append(rf"{name}_{{{t}}} = {sympy.latex(shown)} \approx {values[name]:.4f}")
    return lines


@cache
def _symbol(name: str) -> Any:
    return sympy.Symbol(name)


@cache
def _cell(weights: tuple[tuple[str, str], ...]) -> tuple[tuple[str, Any], ...]:
    w = {name: sympy.Float(value, 17) for name, value in weights}
    h, c, x, f, i, o, new_c = map(_symbol, ("h_before", "c_before", "x", "f", "i", "o", "c"))

    def sum_of(gate: str) -> Any:
        return w[f"W^{{{gate},h}}"] * h + w[f"W^{{{gate},x}}"] * x + w[f"b_{gate}"]

    def sigmoid(z: Any) -> Any:
        return 1 / (1 + sympy.exp(-z))

    return (
        ("f", sigmoid(sum_of("f"))), ("i", sigmoid(sum_of("i"))), ("o", sigmoid(sum_of("o"))),
        ("c", f * c + i * sympy.tanh(sum_of("c"))), ("h", o * sympy.tanh(new_c)),
    )


def sigmoid(z: float) -> float:
    """The logistic function."""
    return 1 / (1 + exp(-z))


def handcalcs_steps(inputs: Sequence[str]) -> list[str]:
    """handcalcs' rendering of each step of the long run: symbols, numbers, value to four decimals."""
    h = c = 0.0
    out = []
    with warnings.catch_warnings():
        # pytest records every warning, which would slow the peer down.
        warnings.simplefilter("ignore")
        for x in inputs:
            latex, (h, c) = _handcalcs_step()(h, c, float(x))
            out.append(latex)
    return out


@cache
def _handcalcs_step() -> Callable[[float, float, float], tuple[str, tuple[float, float]]]:
    decorated = handcalc(precision=4)(_step)

    def step(h: float, c: float, x: float) -> tuple[str, tuple[float, float]]:
        latex, values = decorated(h, c, x)
        return latex, values

    return step


def _step(h_0: float, c_0: float, x: float) -> tuple[float, float]:
    f = sigmoid(0.4 * h_0 - 0.3 * x + 0.2)
    i = sigmoid(0.1 * h_0 + 0.7 * x - 0.1)
    o = sigmoid(-0.2 * h_0 + 0.5 * x + 0.3)
    c = f * c_0 + i * tanh(0.6 * h_0 + 0.9 * x - 0.4)
    h = o * tanh(c)
    return h, c


def math_verify_lines(lines: Sequence[str]) -> int:
    """Each line read as an answer and as what it is held against, and the two compared: how many agree."""
    from math_verify import parse, verify

    return sum(bool(verify(parse(line), parse(line))) for line in lines)
