"""Every cell of the catalogue in plain Python floats, written from its equations; imports nothing of symlstm.

A case is made from a seed: parameters by the names that the catalogue gives them, initial states, inputs; `run` returns the value
of every symbol at every step. All states are lists, also where there is one unit.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

Vector = list[float]
Matrix = list[Vector]
Parameters = dict[str, Matrix | Vector]
Step = Callable[["Case", dict[str, Vector], Vector], dict[str, Vector]]


def sigmoid(v: Vector) -> Vector:
    return [1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z)) for z in v]


def tanh(v: Vector) -> Vector:
    return [math.tanh(z) for z in v]


def add(*vectors: Vector) -> Vector:
    return [math.fsum(entries) for entries in zip(*vectors, strict=True)]


def times(a: Vector, b: Vector) -> Vector:
    return [x * y for x, y in zip(a, b, strict=True)]


def rest(v: Vector) -> Vector:
    return [1 - x for x in v]


@dataclass(frozen=True)
class Case:
    """One run's data. `hidden` and `size` are the numbers of units and of inputs, `states` the initial values."""

    hidden: int
    size: int
    parameters: Parameters
    states: dict[str, Vector]
    inputs: list[Vector]

    def by(self, name: str, v: Vector) -> Vector:
        """Matrix `name` times v."""
        matrix = self.parameters[name]
        out = []
        for row in matrix:
            assert isinstance(row, list)
            assert len(row) == len(v)
            out.append(math.fsum(times(row, v)))
        return out

    def vector(self, name: str) -> Vector:
        found = self.parameters[name]
        out = []
        for entry in found:
            assert not isinstance(entry, list)
            out.append(entry)
        return out


def rnn(k: Case, s: dict[str, Vector], x: Vector) -> dict[str, Vector]:
    return {"h": tanh(add(k.by("W^{h,h}", s["h"]), k.by("W^{h,x}", x), k.vector("b_h")))}


def gated_rnn(k: Case, s: dict[str, Vector], x: Vector) -> dict[str, Vector]:
    g = sigmoid(add(k.by("W^{g,s}", s["s"]), k.by("W^{g,x}", x)))
    candidate = tanh(add(k.by("W^{s,s}", s["s"]), k.by("W^{s,x}", x)))
    return {"g": g, "s": add(times(rest(g), s["s"]), times(g, candidate))}


def _gate(k: Case, letter: str, h: Vector, x: Vector) -> Vector:
    return add(k.by(f"W^{{{letter},h}}", h), k.by(f"W^{{{letter},x}}", x), k.vector(f"b_{letter}"))


def lstm(k: Case, s: dict[str, Vector], x: Vector) -> dict[str, Vector]:
    f, i, o = (sigmoid(_gate(k, letter, s["h"], x)) for letter in "fio")
    c = add(times(f, s["c"]), times(i, tanh(_gate(k, "c", s["h"], x))))
    return {"f": f, "i": i, "o": o, "c": c, "h": times(o, tanh(c))}


def lstm_coupled(k: Case, s: dict[str, Vector], x: Vector) -> dict[str, Vector]:
    f, o = sigmoid(_gate(k, "f", s["h"], x)), sigmoid(_gate(k, "o", s["h"], x))
    c = add(times(f, s["c"]), times(rest(f), tanh(_gate(k, "c", s["h"], x))))
    return {"f": f, "i": rest(f), "o": o, "c": c, "h": times(o, tanh(c))}


def lstm_stacked(k: Case, s: dict[str, Vector], x: Vector) -> dict[str, Vector]:
    rows, n = k.by("W", s["h"] + x), k.hidden
    i, f, o, g = sigmoid(rows[:n]), sigmoid(rows[n : 2 * n]), sigmoid(rows[2 * n : 3 * n]), tanh(rows[3 * n :])
    c = add(times(f, s["c"]), times(i, g))
    return {"i": i, "f": f, "o": o, "g": g, "c": c, "h": times(o, tanh(c))}


def lstm_peephole(k: Case, s: dict[str, Vector], x: Vector) -> dict[str, Vector]:
    def sums(letter: str) -> Vector:
        return add(k.by(f"W_{{x{letter}}}", x), k.by(f"W_{{h{letter}}}", s["h"]), k.vector(f"b_{letter}"))

    i = sigmoid(add(sums("i"), times(k.vector("w_{ci}"), s["c"])))
    f = sigmoid(add(sums("f"), times(k.vector("w_{cf}"), s["c"])))
    c = add(times(f, s["c"]), times(i, tanh(sums("c"))))
    o = sigmoid(add(sums("o"), times(k.vector("w_{co}"), c)))
    return {"i": i, "f": f, "c": c, "o": o, "h": times(o, tanh(c))}


def gru(k: Case, s: dict[str, Vector], x: Vector) -> dict[str, Vector]:
    h = s["h"]
    r = sigmoid(add(k.by("W_r", x), k.by("U_r", h), k.vector("b_r")))
    z = sigmoid(add(k.by("W_z", x), k.by("U_z", h), k.vector("b_z")))
    candidate = tanh(add(k.by("W", x), k.by("U", times(r, h)), k.vector("b")))
    return {"r": r, "z": z, "h\u0303": candidate, "h": add(times(z, h), times(rest(z), candidate))}


def gru_reset_after(k: Case, s: dict[str, Vector], x: Vector) -> dict[str, Vector]:
    def halves(letter: str) -> tuple[Vector, Vector]:
        return (add(k.by(f"W_{{i{letter}}}", x), k.vector(f"b_{{i{letter}}}")),
                add(k.by(f"W_{{h{letter}}}", s["h"]), k.vector(f"b_{{h{letter}}}")))  # fmt: skip

    r, z = sigmoid(add(*halves("r"))), sigmoid(add(*halves("z")))
    of_input, of_state = halves("n")
    n = tanh(add(of_input, times(r, of_state)))
    return {"r": r, "z": z, "n": n, "h": add(times(rest(z), n), times(z, s["h"]))}


def mgu(k: Case, s: dict[str, Vector], x: Vector) -> dict[str, Vector]:
    h = s["h"]
    f = sigmoid(add(k.by("W_f", h + x), k.vector("b_f")))
    candidate = tanh(add(k.by("W_h", times(f, h) + x), k.vector("b_h")))
    return {"f": f, "h\u0303": candidate, "h": add(times(rest(f), h), times(f, candidate))}


@dataclass(frozen=True)
class Cell:
    """A catalogue cell: its states, the sizes of its parameters (`n` units, `m` inputs, `n+m` both, `4n`), its step.

    A single size is a vector's.
    """

    states: str
    sizes: dict[str, str]
    step: Step


def _lstm_sizes(letters: str) -> dict[str, str]:
    return {
        name: size
        for letter in letters
        for name, size in ((f"W^{{{letter},h}}", "n n"), (f"W^{{{letter},x}}", "n m"), (f"b_{letter}", "n"))
    }


CELLS: dict[str, Cell] = {
    "rnn": Cell("h", {"W^{h,h}": "n n", "W^{h,x}": "n m", "b_h": "n"}, rnn),
    "gated-rnn": Cell("s", {"W^{g,s}": "n n", "W^{g,x}": "n m", "W^{s,s}": "n n", "W^{s,x}": "n m"}, gated_rnn),
    "lstm": Cell("hc", _lstm_sizes("fioc"), lstm),
    "lstm-coupled": Cell("hc", _lstm_sizes("foc"), lstm_coupled),
    "lstm-stacked": Cell("hc", {"W": "4n n+m"}, lstm_stacked),
    "lstm-peephole": Cell(
        "hc",
        {f"W_{{x{g}}}": "n m" for g in "ifco"} | {f"W_{{h{g}}}": "n n" for g in "ifco"} | {f"b_{g}": "n" for g in "ifco"}
        | {f"w_{{c{g}}}": "n" for g in "ifo"},
        lstm_peephole,
    ),  # fmt: skip
    "gru": Cell(
        "h",
        {"W_r": "n m", "W_z": "n m", "W": "n m", "U_r": "n n", "U_z": "n n", "U": "n n", "b_r": "n", "b_z": "n", "b": "n"}, gru,
    ),
    "gru-reset-after": Cell(
        "h",
        {f"W_{{i{g}}}": "n m" for g in "rzn"} | {f"W_{{h{g}}}": "n n" for g in "rzn"}
        | {f"b_{{{part}{g}}}": "n" for g in "rzn" for part in "ih"},
        gru_reset_after,
    ),  # fmt: skip
    "mgu": Cell("h", {"W_f": "n n+m", "W_h": "n n+m", "b_f": "n", "b_h": "n"}, mgu),
}


def random_case(name: str, seed: int) -> Case:
    """A case with 1 to 8 units, 1 to 4 inputs and 1 to 20 steps; every third seed has one unit and one input."""
    draw = random.Random(f"{name} {seed}")
    n, m = (1, 1) if seed % 3 == 0 else (draw.randint(1, 8), draw.randint(1, 4))
    width = draw.choice([0.5, 1, 2]) / math.sqrt(n)
    counts = {"n": n, "m": m, "n+m": n + m, "4n": 4 * n}

    def numbers(count: int, span: float) -> Vector:
        return [draw.uniform(-span, span) for _ in range(count)]

    parameters: Parameters = {}
    for parameter, size in CELLS[name].sizes.items():
        rows, *columns = (counts[part] for part in size.split())
        parameters[parameter] = [numbers(columns[0], width) for _ in range(rows)] if columns else numbers(rows, 1)
    states = {state: numbers(n, 1) for state in CELLS[name].states}
    return Case(n, m, parameters, states, [numbers(m, 2) for _ in range(draw.randint(1, 20))])


def run(name: str, case: Case) -> list[dict[str, Vector]]:
    """Every symbol at every step."""
    states, out = case.states, []
    for x in case.inputs:
        made = CELLS[name].step(case, states, x)
        states = {state: made[state] for state in states}
        out.append(made)
    return out
