"""Claims about a gate: what is proved holds for random numbers, what is refuted fails at its counterexample, both by numpy alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy_cells import CELLS, Put, Step, shapes

import symlstm
from symlstm.analysis.answers import ClaimsAnswer
from symlstm.analysis.gates.claims import gate_claim
from symlstm.analysis.gates.reading import is_about_inputs
from symlstm.analysis.options import Option
from symlstm.errors import Source, SymlstmError
from symlstm.model.convention import Convention
from symlstm.model.problem import Run
from symlstm.model.reader import cell_named
from symlstm.model.yaml_text import Scalar
from symlstm.notation.tree import Running

NO_FORGET = r"""---
title: No forget gate
---
$$\begin{aligned}
i_t &= \sigma(W^{i,h} h_{t-1} + W^{i,x} x_t + b_i) \\
o_t &= \sigma(W^{o,h} h_{t-1} + W^{o,x} x_t + b_o) \\
c_t &= c_{t-1} + i_t \odot \tanh(W^{c,h} h_{t-1} + W^{c,x} x_t + b_c) \\
h_t &= o_t \odot \tanh(c_t)
\end{aligned}$$
"""

CAND = r"\tanh(W^{c,h} h_{t-1} + W^{c,x} x_t + b_c)"
PCAND = r"\tanh(W_{xc} x_t + W_{hc} h_{t-1} + b_c)"
SCAND = r"\tanh(W^{s,s} s_{t-1} + W^{s,x} x_t)"
G = "np.tanh(affine(s, 'c'))"

# The claim, whether it holds, what its premises put in place (entry from 0 or None), and the conclusion as Python, true where it holds.
CLAIMS: list[tuple[str, str, bool | None, dict[str, tuple[int | None, Any]], str]] = [
    ("gated-rnn", r"$g_t^i = 1 \Rightarrow s_t^i = s_{t-1}^i$", False, {"g": (0, 1)}, "eq(s['s'][0], s['s_'][0])"),
    ("gated-rnn", r"$g_t^i = 0 \Rightarrow s_t^i = s_{t-1}^i$", True, {"g": (0, 0)}, "eq(s['s'][0], s['s_'][0])"),
    ("gated-rnn", r"$g_t = 1 \Rightarrow s_t = s_{t-1}$", False, {"g": (None, 1)}, "eq(s['s'], s['s_'])"),
    ("gated-rnn", r"$g_t = 0 \Rightarrow s_t = s_{t-1}$", True, {"g": (None, 0)}, "eq(s['s'], s['s_'])"),
    ("gated-rnn", r"$g_t^i = 0 \Rightarrow s_t = s_{t-1}$", False, {"g": (0, 0)}, "eq(s['s'], s['s_'])"),
    ("gated-rnn", r"$g_t = 0 \Rightarrow s_t^i = s_{t-1}^i$", True, {"g": (None, 0)}, "eq(s['s'], s['s_'])"),
    ("gated-rnn", r"$g_t^i = 0 \Rightarrow s_t^j = s_{t-1}^j$", False, {"g": (0, 0)}, "eq(s['s'][1], s['s_'][1])"),
    ("gated-rnn", rf"$g_t = 1 \Rightarrow s_t = {SCAND}$", True, {"g": (None, 1)},
     "eq(s['s'], np.tanh(p['W^{s,s}'] @ s['s_'] + p['W^{s,x}'] @ s['x']))"),
    ("gated-rnn", "if g_t = 0 then s_t = s_{t-1}", True, {"g": (None, 0)}, "eq(s['s'], s['s_'])"),
    ("gated-rnn", r"$0 < g_t < 1$", True, {}, "np.all((s['g'] > 0) & (s['g'] < 1))"),
    ("gated-rnn", r"$0 < g_t < 1/2$", False, {}, "np.all((s['g'] > 0) & (s['g'] < .5))"),
    ("gated-rnn", r"$s_{t-1} = 0, x_t = 0 \Rightarrow s_t = 0$", True, {"s_": (None, 0), "x": (None, 0)}, "eq(s['s'], 0)"),
    ("gated-rnn", r"$s_{t-1} = 0 \Rightarrow s_t = 0$", False, {"s_": (None, 0)}, "eq(s['s'], 0)"),
    ("gated-rnn", r"$s_{t-1} = 0, x_t = 0 \Rightarrow g_t = 1/2$", True, {"s_": (None, 0), "x": (None, 0)}, "eq(s['g'], .5)"),
    ("gated-rnn", r"$g_t = 1/2 \Rightarrow s_t = s_{t-1}$", False, {"g": (None, .5)}, "eq(s['s'], s['s_'])"),
    ("gated-rnn", r"$x_t = 0 \Rightarrow s_t = s_{t-1}$", False, {"x": (None, 0)}, "eq(s['s'], s['s_'])"),
    ("gated-rnn", r"$s_t - s_{t-1} = g_t \odot (" + SCAND + r" - s_{t-1})$", True, {},
     "eq(s['s'] - s['s_'], s['g'] * (np.tanh(p['W^{s,s}'] @ s['s_'] + p['W^{s,x}'] @ s['x']) - s['s_']))"),
    ("lstm", r"$f_t = 1, i_t = 0 \Rightarrow c_t = c_{t-1}$", True, {"f": (None, 1), "i": (None, 0)}, "eq(s['c'], s['c_'])"),
    ("lstm", r"$f_t = 1 \land i_t = 0 \Rightarrow c_t = c_{t-1}$", True, {"f": (None, 1), "i": (None, 0)}, "eq(s['c'], s['c_'])"),
    ("lstm", r"$f_t = 1$ and $i_t = 0$ implies $c_t = c_{t-1}$", True, {"f": (None, 1), "i": (None, 0)}, "eq(s['c'], s['c_'])"),
    ("lstm", r"$f_t^i = 1, i_t^i = 0 \implies c_t^i = c_{t-1}^i$", True, {"f": (0, 1), "i": (0, 0)}, "eq(s['c'][0], s['c_'][0])"),
    ("lstm", r"$f_t^i = 1, i_t = 0 \Rightarrow c_t = c_{t-1}$", False, {"f": (0, 1), "i": (None, 0)}, "eq(s['c'], s['c_'])"),
    ("lstm", r"$f_t = 1 \Rightarrow c_t = c_{t-1}$", False, {"f": (None, 1)}, "eq(s['c'], s['c_'])"),
    ("lstm", r"$i_t = 0 \Rightarrow c_t = c_{t-1}$", False, {"i": (None, 0)}, "eq(s['c'], s['c_'])"),
    ("lstm", rf"$f_t = 0 \Rightarrow c_t = i_t \odot {CAND}$", True, {"f": (None, 0)}, f"eq(s['c'], s['i'] * {G})"),
    ("lstm", rf"$f_t = 0 \Rightarrow c_t = {CAND}$", False, {"f": (None, 0)}, f"eq(s['c'], {G})"),
    ("lstm", rf"$f_t = 0, i_t = 1 \Rightarrow c_t = {CAND}$", True, {"f": (None, 0), "i": (None, 1)}, f"eq(s['c'], {G})"),
    ("lstm", r"$i_t = 0 \Rightarrow c_t = f_t \odot c_{t-1}$", True, {"i": (None, 0)}, "eq(s['c'], s['f'] * s['c_'])"),
    ("lstm", r"$f_t = i_t = 0 \Rightarrow c_t = 0$", True, {"f": (None, 0), "i": (None, 0)}, "eq(s['c'], 0)"),
    ("lstm", r"$f_t = i_t = 0 \Rightarrow h_t = 0$", True, {"f": (None, 0), "i": (None, 0)}, "eq(s['h'], 0)"),
    ("lstm", r"$o_t = 0 \Rightarrow h_t = 0$", True, {"o": (None, 0)}, "eq(s['h'], 0)"),
    ("lstm", r"$o_t = 0 \Rightarrow c_t = 0$", False, {"o": (None, 0)}, "eq(s['c'], 0)"),
    ("lstm", r"$o_t = 0 \Rightarrow h_t = h_{t-1}$", False, {"o": (None, 0)}, "eq(s['h'], s['h_'])"),
    ("lstm", r"$o_t = 1 \Rightarrow h_t = c_t$", False, {"o": (None, 1)}, "eq(s['h'], s['c'])"),
    ("lstm", r"$o_t = 1 \Rightarrow h_t = \tanh(c_t)$", True, {"o": (None, 1)}, "eq(s['h'], np.tanh(s['c']))"),
    ("lstm", r"$h_t = o_t \odot \tanh(c_t)$", True, {}, "eq(s['h'], s['o'] * np.tanh(s['c']))"),
    ("lstm", r"$h_t = \tanh(c_t)$", False, {}, "eq(s['h'], np.tanh(s['c']))"),
    ("lstm", r"$-1 < h_t < 1$", True, {}, "np.all(abs(s['h']) < 1)"),
    ("lstm", r"$h_t \in [-1, 1]$", True, {}, "np.all(abs(s['h']) <= 1)"),
    ("lstm", r"$-1 < c_t < 1$", False, {}, "np.all(abs(s['c']) < 1)"),
    ("lstm", r"$h_t > 0$", False, {}, "np.all(s['h'] > 0)"),
    ("lstm", r"$0 < f_t < 1$", True, {}, "np.all((s['f'] > 0) & (s['f'] < 1))"),
    ("lstm", r"$c_t = 0 \Rightarrow h_t = 0$", True, {"c": (None, 0)}, "eq(s['h'], 0)"),
    ("lstm", r"$c_t = 0 \Rightarrow h_t = 1$", False, {"c": (None, 0)}, "eq(s['h'], 1)"),
    ("lstm", r"$h_t = 0 \Rightarrow c_t = 0$", None, {}, ""),
    ("lstm", r"$f_t = i_t \Rightarrow c_t = f_t \odot (c_{t-1} + " + CAND + ")$", True, {}, ""),
    ("lstm", r"$-1 < c_{t-1} < 1 \Rightarrow -2 < c_t < 2$", True, {"c_": (None, .99)}, "np.all(abs(s['c']) < 2)"),
    ("lstm", r"$c_t > 0 \Rightarrow h_t > 0$", True, {"c": (None, .5)}, "np.all(s['h'] > 0)"),
    ("lstm", r"$c_t > 0 \Rightarrow h_t > 1/2$", False, {}, ""),
    ("lstm-coupled", r"$f_t = 1 \Rightarrow c_t = c_{t-1}$", True, {"f": (None, 1)}, "eq(s['c'], s['c_'])"),
    ("lstm-coupled", rf"$f_t = 0 \Rightarrow c_t = {CAND}$", True, {"f": (None, 0)}, f"eq(s['c'], {G})"),
    ("lstm-coupled", r"$f_t = 0 \Rightarrow c_t = c_{t-1}$", False, {"f": (None, 0)}, "eq(s['c'], s['c_'])"),
    ("lstm-coupled", r"$f_t + i_t = 1$", True, {}, "eq(s['f'] + s['i'], 1)"),
    ("lstm-coupled", r"$-1 < c_{t-1} < 1 \Rightarrow -1 < c_t < 1$", True, {"c_": (None, .999)}, "np.all(abs(s['c']) < 1)"),
    ("no-forget", r"$i_t = 0 \Rightarrow c_t = c_{t-1}$", True, {"i": (None, 0)}, "eq(s['c'], s['c_'])"),
    ("no-forget", r"$i_t = 1 \Rightarrow c_t = c_{t-1}$", False, {"i": (None, 1)}, "eq(s['c'], s['c_'])"),
    ("no-forget", rf"$i_t = 1 \Rightarrow c_t = c_{{t-1}} + {CAND}$", True, {"i": (None, 1)}, f"eq(s['c'], s['c_'] + {G})"),
    ("no-forget", r"$c_t^i = 0, i_t = 0 \Rightarrow c_t = c_{t-1}$", None, {}, ""),
    ("gated-rnn", r"$g_t = 1, x_t = 1 \Rightarrow s_t = 0$", False, {"g": (None, 1), "x": (None, 1)}, "eq(s['s'], 0)"),
    ("gated-rnn", r"$g_t^i = 2 \Rightarrow g_t < 1$", None, {}, ""),
    ("lstm-peephole", r"$f_t = 1, i_t = 0 \Rightarrow c_t = c_{t-1}$", True, {"f": (None, 1), "i": (None, 0)}, "eq(s['c'], s['c_'])"),
    ("lstm-peephole", rf"$f_t = 0, i_t = 1 \Rightarrow c_t = {PCAND}$", True, {"f": (None, 0), "i": (None, 1)},
     "eq(s['c'], np.tanh(p['W_{xc}'] @ s['x'] + p['W_{hc}'] @ s['h_'] + p['b_c']))"),
    ("lstm-peephole", r"$c_{t-1} = 0 \Rightarrow c_t = 0$", False, {"c_": (None, 0)}, "eq(s['c'], 0)"),
    ("lstm-peephole", r"$c_{t-1} = 0 \Rightarrow f_t = \sigma(W_{xf} x_t + W_{hf} h_{t-1} + b_f)$", True, {"c_": (None, 0)},
     "eq(s['f'], sigmoid(p['W_{xf}'] @ s['x'] + p['W_{hf}'] @ s['h_'] + p['b_f']))"),
    ("gru", r"$z_t = 1 \Rightarrow h_t = h_{t-1}$", True, {"z": (None, 1)}, "eq(s['h'], s['h_'])"),
    ("gru", r"$z_t = 0 \Rightarrow h_t = h_{t-1}$", False, {"z": (None, 0)}, "eq(s['h'], s['h_'])"),
    ("gru", r"$z_t = 0 \Rightarrow h_t = \tilde{h}_t$", True, {"z": (None, 0)}, "eq(s['h'], s['n'])"),
    ("gru", r"$z_t = 0, r_t = 0 \Rightarrow h_t = \tanh(W x_t + b)$", True, {"z": (None, 0), "r": (None, 0)},
     "eq(s['h'], np.tanh(p['W'] @ s['x'] + p['b']))"),
    ("gru", r"$r_t = 0 \Rightarrow h_t = \tanh(W x_t + b)$", False, {"r": (None, 0)}, "eq(s['h'], np.tanh(p['W'] @ s['x'] + p['b']))"),
    ("gru", r"$r_t^i = 0 \Rightarrow \tilde{h}_t^i = \tanh(W x_t + b)$", False, {"r": (0, 0)}, "eq(s['n'], np.tanh(p['W'] @ s['x'] + p['b']))"),
    ("gru", r"$-1 < h_{t-1} < 1 \Rightarrow -1 < h_t < 1$", True, {"h_": (None, -.999)}, "np.all(abs(s['h']) < 1)"),
    ("gru", r"$-1 \le h_{t-1} \le 1 \Rightarrow -1 < h_t < 1$", True, {"h_": (None, 1)}, "np.all(abs(s['h']) < 1)"),
    ("gru", r"$-1 < h_t < 1$", None, {}, ""),
    ("gru-reset-after", r"$z_t = 1 \Rightarrow h_t = h_{t-1}$", True, {"z": (None, 1)}, "eq(s['h'], s['h_'])"),
    ("gru-reset-after", r"$z_t = 1 \Rightarrow h_t = n_t$", False, {"z": (None, 1)}, "eq(s['h'], s['n'])"),
    ("gru-reset-after", r"$r_t^i = 0, z_t^i = 0 \Rightarrow h_t^i = n_t^i$", True, {"r": (0, 0), "z": (0, 0)}, "eq(s['h'][0], s['n'][0])"),
    ("gru-reset-after", r"$h_{t-1} = 0, b_{hn} = 0 \Rightarrow n_t = \tanh(W_{in} x_t + b_{in})$", True,
     {"h_": (None, 0), "b_{hn}": (None, 0)}, "eq(s['n'], np.tanh(p['W_{in}'] @ s['x'] + p['b_{in}']))"),
    ("gru-reset-after", r"$h_{t-1} = 0 \Rightarrow n_t = \tanh(W_{in} x_t + b_{in})$", False, {"h_": (None, 0)},
     "eq(s['n'], np.tanh(p['W_{in}'] @ s['x'] + p['b_{in}']))"),
    ("mgu", r"$f_t = 0 \Rightarrow h_t = h_{t-1}$", True, {"f": (None, 0)}, "eq(s['h'], s['h_'])"),
    ("mgu", r"$f_t = 1 \Rightarrow h_t = h_{t-1}$", False, {"f": (None, 1)}, "eq(s['h'], s['h_'])"),
    ("mgu", r"$f_t = 1 \Rightarrow h_t = \tanh(W_h [h_{t-1}, x_t] + b_h)$", True, {"f": (None, 1)},
     "eq(s['h'], np.tanh(p['W_h'] @ np.concatenate([s['h_'], s['x']]) + p['b_h']))"),
    ("mgu", r"$f_t^i = 1 \Rightarrow h_t = \tilde{h}_t$", False, {"f": (0, 1)}, "eq(s['h'], s['n'])"),
    ("rnn", r"$-1 < h_t < 1$", True, {}, "np.all(abs(s['h']) < 1)"),
    ("rnn", r"$h_t = h_{t-1}$", False, {}, "eq(s['h'], s['h_'])"),
    ("rnn", r"$h_{t-1} = 0, x_t = 0, b_h = 0 \Rightarrow h_t = 0$", True, {"h_": (None, 0), "x": (None, 0), "b_h": (None, 0)}, "eq(s['h'], 0)"),
    ("rnn", r"$h_{t-1} = 0, x_t = 0 \Rightarrow h_t = 0$", False, {"h_": (None, 0), "x": (None, 0)}, "eq(s['h'], 0)"),
]


def eq(a: Any, b: Any) -> bool:
    return bool(np.allclose(a, b, rtol=0, atol=1e-9))


def test_there_are_enough_of_them() -> None:
    assert len(CLAIMS) >= 60


def decided(cell: str, text: str) -> Option:
    if cell == "no-forget":
        problem = symlstm.read(NO_FORGET)
        return gate_claim(Scalar(text), problem.run, problem.vocabulary)
    found, vocabulary = cell_named(cell)
    return gate_claim(Scalar(text), Run(found, {}, {}, 0, -1, Convention(), (), Source("claim", text)), vocabulary)


def names_of(cell: str) -> list[str]:
    found = symlstm.read(NO_FORGET).cell if cell == "no-forget" else cell_named(cell)[0]
    return [str(name) for name in found.parameters]


def holds(cell: str, parameters: dict[str, Any], earlier: dict[str, Any], put: Put, conclusion: str) -> bool:
    parameters = {name: np.broadcast_to(put[name][1], np.shape(v)) if name in put else v for name, v in parameters.items()}
    step = Step(parameters, put, **earlier)
    CELLS[cell][0](step)
    import numpy_cells

    return bool(eval(conclusion, {**vars(numpy_cells), "eq": eq, "s": step, "p": parameters}))  # noqa: S307 the table's own text


@pytest.mark.parametrize(("cell", "text", "expected", "put", "conclusion"), CLAIMS, ids=[f"{row[0]} {row[1]}" for row in CLAIMS])
def test_claims(cell: str, text: str, expected: bool | None, put: dict[str, tuple[int | None, Any]], conclusion: str) -> None:
    option = decided(cell, text)
    assert option.holds is expected, option.reason
    assert option.reason
    assert (option.counterexample is not None) == (expected is False)
    assert bool(option.proof) == (expected is True)
    if not conclusion:
        return
    if expected:
        chance = np.random.default_rng(1)
        for _ in range(40):
            parameters = {name: chance.normal(0, 1, shapes(cell, name, 3)) for name in names_of(cell)}
            earlier = {name + "_": chance.normal(0, 1, 3) for name in CELLS[cell][1]} | {"x": chance.normal(0, 1, 3)}
            assert holds(cell, parameters, earlier, put, conclusion)
        return
    assert not holds_at_counterexample(option, cell, put, conclusion)


def holds_at_counterexample(option: Option, cell: str, put: Put, conclusion: str) -> bool:
    """The conclusion at the numbers of the counterexample; what it doesn't name plays no part and is drawn by lot."""
    found = option.counterexample
    assert found is not None

    def array(value: Any) -> Any:
        rows = getattr(value, "rows", None)
        if rows is not None:
            return np.array([[float(x) if not hasattr(x, "p") else int(x.p) / int(x.q) for x in row] for row in rows])
        every = getattr(value, "entries", (value,))
        return np.array([int(x.p) / int(x.q) for x in every])

    size = max(len(array(v)) for v in (*found.chosen.values(), *found.forced.values()))
    chance = np.random.default_rng(2)
    parameters = {name: chance.normal(0, 1, shapes(cell, name, size)) for name in names_of(cell)}
    earlier = {name + "_": chance.normal(0, 1, size) for name in CELLS[cell][1]} | {"x": chance.normal(0, 1, size)}
    for symbol, value in found.chosen.items():
        if symbol.at is None:
            shape = shapes(cell, str(symbol.name), size)
            parameters[str(symbol.name)] = array(value).reshape(shape)
        else:
            assert isinstance(symbol.at, Running)
            earlier[str(symbol.name) + ("_" if symbol.at.offset else "")] = array(value)
    return holds(cell, parameters, earlier, put, conclusion)


# -- in a document -------------------------------------------------------------------------------------------------------------------

UNIT = (Path(__file__).parents[2] / "reports" / "gating-unit" / "problem.md").read_text(encoding="utf-8")


def answer(claims: list[str], extra: str = "", key: str = "") -> ClaimsAnswer:
    text = UNIT[: UNIT.index("```question")] + extra + "\n\n```question\nclaims:\n" + "".join(f"  - '{c}'\n" for c in claims) + key + "```\n"
    (found,) = symlstm.solve(symlstm.read(text)).answers
    assert isinstance(found, ClaimsAnswer)
    return found


GIVEN = r"Here $W^{g,s} = 0$, $W^{g,x} = 0$, $W^{s,s} = 0$, $W^{s,x} = 1$ and $s_0 = 0$."


@pytest.mark.parametrize(("claim", "extra", "expected", "words"), [
    (r"$g_t = 1/2$", GIVEN, True, "given parameters"),
    (r"$s_t = s_{t-1}/2 + \tanh(x_t)/2$", GIVEN, True, "given parameters"),
    (r"$s_t = s_{t-1}$", GIVEN, False, "0.3808"),
    (r"$-1 < s_t < 1$", GIVEN, True, "step by step"),
    (r"$-1 < s_t < 1$", "", None, "before the first"),
    (r"$-1 < s_t < 1$", GIVEN.replace("s_0 = 0", "s_0 = 3"), False, "3"),
    (r"$s_{t-1} > 100 \Rightarrow s_t > 100$", "", False, ""),
    (r"$g_3 = 1$", "", None, "one step"),
    (r"$g_t = g_t^i \Rightarrow s_t = 0$", "", None, ""),
    (r"$g_t = 0, g_{t-1} = 0 \Rightarrow s_t = s_{t-2}$", "", True, ""),
    (r"$g_{t+1} = 0 \Rightarrow s_{t+1} = s_t$", "", True, ""),
    (r"$g_t = 0 \iff s_t = s_{t-1}$", "", False, ""),
    (r"$g_t^1 = 0 \Rightarrow s_t^1 = s_{t-1}^1$", "", True, ""),
    (r"$g_t[2] = 0 \Rightarrow s_t[1] = s_{t-1}[1]$", "", False, ""),
])
def test_claims_in_a_document(claim: str, extra: str, expected: bool | None, words: str) -> None:
    (option,) = answer([claim], extra).options
    assert option.holds is expected, option.reason
    assert words in option.reason


@pytest.mark.parametrize(("claim", "column", "message"), [
    (r"$q_t = 0 \Rightarrow s_t = 0$", 7, "q isn't a symbol"),
    (r"$g_t = 0 \Rightarrow$", 26, "missing"),
    (r"$g_t$", 7, "an equation or inequality is missing"),
    (r"the gate is open", 6, "no equation or inequality"),
    (r"$g_t \to 0$", 10, "→ isn't read in a claim"),
    (r"$g_t = 0 \Rightarrow s_t = 0 \Rightarrow s_t = 1$", 35, "more than one"),
    (r"$g_t^2 = 0 \Rightarrow s_t = 0$", 7, "is a power of a number or an entry"),
])
def test_what_cannot_be_read_is_an_error_at_its_place(claim: str, column: int, message: str) -> None:
    with pytest.raises(SymlstmError) as caught:
        answer([claim])
    assert message in caught.value.message
    assert caught.value.column == column, str(caught.value)
    assert caught.value.source is not None
    assert claim in caught.value.source.line(caught.value.line)


CLAIM_TEXTS = [r"$g_t = 1 \Rightarrow s_t = s_{t-1}$", r"$g_t = 0 \Rightarrow s_t = s_{t-1}$"]


@pytest.mark.parametrize(("key", "agrees"), [
    ("answer: [2]\n", True), ("answer: 2\n", True), ("answer: [1]\n", False), ("answer: [1, 2]\n", False), ("answer: none\n", False),
    ("answer: [false, true]\n", True), ("answer: [true, true]\n", False), ("", None),
    ("answer: ['$g_t = 0 \\Rightarrow s_{t} = s_{t-1}$']\n", True),
])
def test_the_author_s_key(key: str, agrees: bool | None) -> None:
    assert answer(CLAIM_TEXTS, key=key).agrees is agrees


RELU = r"$$f_t = \mathrm{relu}(x_t + h_{t-1}) \qquad g_t = \sigma(x_t) \qquad h_t = \tanh(f_t)$$"
GATED_OUTPUT = r"$$f_t = \sigma(U h_{t-1} + W x_t + b) \qquad h_t = f_t \odot \tanh(V x_t)$$"
SUM = r"$$c_t = c_{t-1} + \tanh(x_t)$$"
MEAN = r"$$g_t = \sigma(W x_t) \qquad s_t = g_t \odot \tanh(V x_t) + (1 - g_t) \odot s_{t-1}$$"
ZERO = "may be 0"
BEYOND = "it fails for some state"


@pytest.mark.parametrize(("equations", "claim", "expected", "words"), [
    # What may be divided by 0 isn't proved; values at which both sides are defined may still refute it.
    (RELU, r"$x_t / x_t = 1$", None, "a denominator, x_t, " + ZERO),
    (RELU, r"$x_t \cdot (1 / x_t) = 1$", None, ZERO),
    (RELU, r"$x_t^{-1} - x_t^{-1} = 0$", None, ZERO),
    (RELU, r"$x_t / x_t > 0$", None, ZERO),
    (RELU, r"$g_t \odot f_t / f_t = g_t$", None, "a denominator, f_t, " + ZERO),
    (RELU, r"$f_t \odot g_t / g_t = f_t$", True, ""),
    (RELU, r"$f_t / (1 + f_t) \ge 0 \cdot f_t / (2 + h_t)$", None, ""),
    (RELU, r"$h_t / (1 + f_t) = h_t \odot (1 / (1 + f_t))$", True, ""),
    (RELU, r"$x_t \ne 0 \Rightarrow x_t / x_t = 1$", True, ""),
    (RELU, r"$x_t > 0 \Rightarrow x_t / x_t = 1$", True, ""),
    (RELU, r"$x_t = 2 \Rightarrow x_t / x_t = 1$", True, ""),
    (RELU, r"$x_t / x_t = 2$", False, "x_t = 1"),
    (r"$$h_t = x_t / x_t + 0 \cdot h_{t-1}$$", "$h_t = 1$", None, ZERO),
    # No state is tried that no equation gives.
    (GATED_OUTPUT, r"$x_t = 0 \Rightarrow h_{t-1} < 1$", None, BEYOND),
    (GATED_OUTPUT, r"$x_t = 0 \Rightarrow h_t > h_{t-1} - 2$", None, BEYOND),
    (GATED_OUTPUT, r"$x_t = 0 \Rightarrow h_t = h_{t-1}$", False, "h_{t−1} = 0.5"),
    (GATED_OUTPUT + "\n\n$h_0 = 0$", r"$x_t = 0 \Rightarrow h_{t-1} < 1$", None, "reached from the given start"),
    (GATED_OUTPUT + "\n\n$h_0 = 0$", r"$h_{t-1} < 1$", None, "reached from the given start"),
    (GATED_OUTPUT + "\n\n$h_0 = 3$", r"$x_t = 0 \Rightarrow h_{t-1} < 1$", False, "h_{t−1} = 3"),
    (GATED_OUTPUT, r"$h_{t-1} > 5 \Rightarrow h_t > 5$", False, "h_{t−1} = 6"),
    (MEAN, r"$g_t = 1 \Rightarrow s_t = s_{t-1}$", False, "s_{t−1} = 0.5"),
    (MEAN, r"$x_t = 1 \Rightarrow s_{t-1} < 1$", None, BEYOND),
    (MEAN + "\n\n$s_0 = 2$", r"$x_t = 1 \Rightarrow s_{t-1} < 1$", False, ""),
    (SUM, r"$x_t = 0 \Rightarrow c_{t-1} < 1$", False, "c_{t−1} = 1"),
])
def test_denominators_and_states(equations: str, claim: str, expected: bool | None, words: str) -> None:
    (found,) = symlstm.solve(symlstm.read(f"---\ntitle: A unit\n---\n{equations}\n\n```question\nclaims:\n  - '{claim}'\n```\n")).answers
    assert isinstance(found, ClaimsAnswer)
    (option,) = found.options
    assert option.holds is expected, option.reason
    assert words in option.reason
    assert not option.reason.startswith("open")


@pytest.mark.parametrize("key", ["answer: [3]\n", "answer: [true]\n", "answer: ['$s_t = 0$']\n", "answer: {1: maybe}\n"])
def test_a_key_that_names_no_option_is_an_error(key: str) -> None:
    with pytest.raises(SymlstmError) as caught:
        answer(CLAIM_TEXTS, key=key)
    assert caught.value.line


def test_a_convention_leaves_a_claim_open_that_only_digits_refute() -> None:
    far = GIVEN.replace("W^{g,x} = 0", "W^{g,x} = 60").replace("s_0 = 0", "s_0 = 0$ and $x_1 = 1")
    text = UNIT.replace("source: ", "convention: {saturate: 50}\nalphabet: [1]\nsource: ")
    problem = symlstm.read(text[: text.index("```question")] + far)
    assert gate_claim(Scalar("$g_t = 1$"), problem.run, problem.vocabulary).holds is None
    exact = replace(problem.run, convention=Convention())
    assert gate_claim(Scalar("$g_t = 1$"), exact, problem.vocabulary).holds is False


def test_claims_about_the_inputs_are_handed_on() -> None:
    for text in ("$c_t$ = count(a) - count(b)", "h_t = 1 iff run(1) is odd", "count(1) is even"):
        assert is_about_inputs(text)


def test_a_verdict_is_the_same_whatever_the_letters() -> None:
    first = decided("lstm", r"$f_t^i = 1, i_t^i = 0 \Rightarrow c_t^i = c_{t-1}^i$")
    second = decided("lstm", r"$f_t^k = 1, i_t^k = 0 \Rightarrow c_t^k = c_{t-1}^k$")
    assert replace(first, claim="", proof=()) == replace(second, claim="", proof=())
