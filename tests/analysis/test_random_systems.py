"""The simplified system of random cells: against the cell itself, plain floats, and SymPy."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest
import sympy
from carried_values import differences
from flint import arb

from symlstm.analysis.simplify.system import simplify
from symlstm.arithmetic.value import entries
from symlstm.derivation.derive import derive
from symlstm.errors import Source, UndecidedError
from symlstm.model.reader import read
from symlstm.notation.meaning import Meaning, meaning
from symlstm.notation.tree import Name, Symbol
from symlstm.notation.typeset import formula, plain

WEIGHTS = ["0", "0", "1", "-1", "2", "0.5", "-0.25", "1/3", "7", "-60", "100", "-100"]
NAMES = ("f", "i", "o", "c")


def random_lstm(seed: int) -> tuple[str, dict[str, float], list[int], str | None, int | None]:
    r = random.Random(seed)
    given = {f"{kind}_{name}": r.choice(WEIGHTS) for name in NAMES for kind in "WUb"}
    xs = [r.choice([0, 1]) for _ in range(6)]
    at = r.choice([None, "50", "50", "7", "1"])
    places = r.choice([None, 0, 0, 2])
    convention = f"  saturate: {at or 'off'}\n" + (f"  round: {{h: {places}}}\n" if places is not None else "")
    text = f"""---
title: random
convention:
{convention}alphabet: [0, 1]
given: {{{', '.join(f'{name}: {value}' for name, value in given.items())}, h_0: 0, c_0: 0}}
inputs: {xs}
---
$$\\begin{{aligned}}
f_t &= \\sigma(W_f h_{{t-1}} + U_f x_t + b_f) \\\\
i_t &= \\sigma(W_i h_{{t-1}} + U_i x_t + b_i) \\\\
o_t &= \\sigma(W_o h_{{t-1}} + U_o x_t + b_o) \\\\
c_t &= f_t \\odot c_{{t-1}} + i_t \\odot \\tanh(W_c h_{{t-1}} + U_c x_t + b_c) \\\\
h_t &= o_t \\odot \\tanh(c_t)
\\end{{aligned}}$$
"""
    return text, {name: float(sympy.Rational(value)) for name, value in given.items()}, xs, at, places


def by_hand(given: dict[str, float], xs: list[int], at: str | None, places: int | None) -> list[tuple[float, float]]:
    """c and h at every step in plain floats; independent of all of symlstm."""

    def squashed(z: float, low: float, function: float) -> float:
        return function if at is None or abs(z) < float(at) else (1.0 if z > 0 else low)

    def z(name: str, h: float, x: int) -> float:
        return given[f"W_{name}"] * h + given[f"U_{name}"] * x + given[f"b_{name}"]

    def sigma(v: float) -> float:
        return squashed(v, 0.0, 1 / (1 + math.exp(-v)))

    h = c = 0.0
    out = []
    for x in xs:
        f, i, o = (sigma(z(name, h, x)) for name in "fio")
        v = z("c", h, x)
        c = f * c + i * squashed(v, -1.0, math.tanh(v))
        h = o * squashed(c, -1.0, math.tanh(c))
        h = h if places is None else round(h, places)
        out.append((c, h))
    return out


@pytest.mark.parametrize("seed", range(80))
def test_random_lstms(seed: int) -> None:
    text, given, xs, at, places = random_lstm(seed)
    run = read(Source("random.md", text)).run
    try:
        assert not differences(run)
    except UndecidedError:
        pytest.skip("the cell itself can't be decided")
    trace = derive(replace(run, cell=simplify(run).cell))
    for time, (c, h) in enumerate(by_hand(given, xs, at, places), 1):
        for name, expected in (("c", c), ("h", h)):
            (found,) = entries(trace.carried(Name(name), time))
            assert float(arb(found).mid()) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("seed", range(80, 110))
def test_random_lstms_mean_the_same_to_sympy(seed: int) -> None:
    """Without a convention nothing but arithmetic is done: SymPy finds no difference, whatever states and inputs are."""
    text = random_lstm(seed)[0]
    problem = read(Source("random.md", text))
    run = replace(problem.run, convention=replace(problem.convention, saturate=None, round=()))

    def stands_for(symbol: Symbol) -> Meaning:
        given = run.parameters.get(symbol.name)
        if given is None or symbol.at is not None:
            return sympy.Symbol(plain(formula(symbol)))
        (number,) = entries(given.value)
        return sympy.Rational(str(number))

    defined = {str(e.name): meaning(e.tree, stands_for) for e in simplify(run).equations}
    known = {sympy.Symbol(f"{name}_t"): value for name, value in defined.items() if value.is_Rational}
    for equation in run.cell.equations:
        original = meaning(equation.right, stands_for).xreplace(known)
        assert sympy.simplify(original - defined[str(equation.left)].xreplace(known)) == 0


# -- random cells of vectors --------------------------------------------------------------------------------------------------

ENTRIES = ["0", "0", "0", "1", "-1", "2", "0.5", "-60", "100", "1/3"]
FUNCTIONS = [r"\sigma", r"\tanh", r"\text{relu}", r"\text{hardsigmoid}", r"\text{step}", r"\text{softmax}"]


def listed(r: random.Random, *size: int, same: str = "") -> str:
    """A nested list of random entries; now and then all of it is one number."""
    if not size:
        return same or r.choice(ENTRIES)
    same = same or (r.choice(["0", "0", "1", "-100"]) if r.random() < 0.35 else "")
    return "[" + ", ".join(listed(r, *size[1:], same=same) for _ in range(size[0])) + "]"


def random_vectors(seed: int) -> str:
    r = random.Random(seed)
    n, m = r.choice([(2, 1), (2, 2), (3, 2)])
    one, two, three = (r.choice(FUNCTIONS) for _ in range(3))
    shapes = {"W": (n, n), "U": (n, m), "b": (n,), "V": (n, n + m), "p": (n,), "A": (n, n), "B": (n, m), "d": (n,), "s_0": (n,)}
    given = "\n".join(f"  {name}: {listed(r, *size)}" for name, size in shapes.items())
    return f"""---
title: random
convention:
  saturate: {r.choice(['off', '50', '1'])}
  round: {r.choice(['off', '{s: 0}', '{all: 2}'])}
  carry: {r.choice(['true', 'false'])}
  ties: zero
given:
{given}
inputs: [{', '.join(listed(r, m) for _ in range(4))}]
---
$$\\begin{{aligned}}
z_t &= {one}(W s_{{t-1}} + U x_t + b) \\\\
q_t &= {two}(V [s_{{t-1}}; x_t] - d) \\\\
v_t &= (1 - q_t) \\odot p \\odot {three}(A (q_t \\odot s_{{t-1}}) + B x_t) \\\\
s_t &= (1 - z_t) \\odot s_{{t-1}} + z_t \\odot \\tanh(v_t - q_t) \\\\
y_t &= \\max(s_t, 0) - \\frac{{s_{{t-1}}}}{{2}} \\odot \\min(v_t, 1) + z_t \\odot q_t
\\end{{aligned}}$$
"""


@pytest.mark.parametrize("seed", range(40))
def test_random_vectors(seed: int) -> None:
    run = read(Source("random.md", random_vectors(seed))).run
    simplify(run)
    try:
        derive(run)
    except UndecidedError:
        pytest.skip("the cell itself can't be decided")
    assert not differences(run)
