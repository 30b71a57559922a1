"""Cells computed by numpy alone, to hold against what is said of claims. Imports nothing of ours.

Each function takes parameters by name, earlier states, inputs, and `put`: what a premise puts in a symbol's place, as
`name -> (entry from 0 or None, value)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Put = Mapping[str, tuple[int | None, Any]]


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


class Step:
    """One step's values by name; a value that a premise sets is set as soon as it is computed."""

    def __init__(self, parameters: Mapping[str, Any], put: Put, **earlier: Any) -> None:
        self.p = parameters
        self.put = put
        self.values: dict[str, Any] = dict(earlier)
        for name in put:
            if name in self.values:
                self[name] = self.values[name]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def __setitem__(self, name: str, value: Any) -> None:
        if name in self.put:
            entry, new = self.put[name]
            value = np.array(value, dtype=float)
            if entry is None:
                value = np.broadcast_to(np.asarray(new, dtype=float), value.shape).copy()
            else:
                value[entry] = new
        self.values[name] = value


def affine(s: Step, gate: str, h: str = "h_") -> Any:
    return s.p[f"W^{{{gate},h}}"] @ s[h] + s.p[f"W^{{{gate},x}}"] @ s["x"] + s.p[f"b_{gate}"]


def lstm(s: Step) -> None:
    s["f"], s["i"], s["o"] = (sigmoid(affine(s, g)) for g in "fio")
    s["c"] = s["f"] * s["c_"] + s["i"] * np.tanh(affine(s, "c"))
    s["h"] = s["o"] * np.tanh(s["c"])


def coupled(s: Step) -> None:
    s["f"] = sigmoid(affine(s, "f"))
    s["i"] = 1 - s["f"]
    s["o"] = sigmoid(affine(s, "o"))
    s["c"] = s["f"] * s["c_"] + s["i"] * np.tanh(affine(s, "c"))
    s["h"] = s["o"] * np.tanh(s["c"])


def no_forget(s: Step) -> None:
    s["i"], s["o"] = (sigmoid(affine(s, g)) for g in "io")
    s["c"] = s["c_"] + s["i"] * np.tanh(affine(s, "c"))
    s["h"] = s["o"] * np.tanh(s["c"])


def peephole(s: Step) -> None:
    p = s.p
    s["i"] = sigmoid(p["W_{xi}"] @ s["x"] + p["W_{hi}"] @ s["h_"] + p["w_{ci}"] * s["c_"] + p["b_i"])
    s["f"] = sigmoid(p["W_{xf}"] @ s["x"] + p["W_{hf}"] @ s["h_"] + p["w_{cf}"] * s["c_"] + p["b_f"])
    s["c"] = s["f"] * s["c_"] + s["i"] * np.tanh(p["W_{xc}"] @ s["x"] + p["W_{hc}"] @ s["h_"] + p["b_c"])
    s["o"] = sigmoid(p["W_{xo}"] @ s["x"] + p["W_{ho}"] @ s["h_"] + p["w_{co}"] * s["c"] + p["b_o"])
    s["h"] = s["o"] * np.tanh(s["c"])


def gated(s: Step) -> None:
    p = s.p
    s["g"] = sigmoid(p["W^{g,s}"] @ s["s_"] + p["W^{g,x}"] @ s["x"])
    s["s"] = (1 - s["g"]) * s["s_"] + s["g"] * np.tanh(p["W^{s,s}"] @ s["s_"] + p["W^{s,x}"] @ s["x"])


def gru(s: Step) -> None:
    p = s.p
    s["r"] = sigmoid(p["W_r"] @ s["x"] + p["U_r"] @ s["h_"] + p["b_r"])
    s["z"] = sigmoid(p["W_z"] @ s["x"] + p["U_z"] @ s["h_"] + p["b_z"])
    s["n"] = np.tanh(p["W"] @ s["x"] + p["U"] @ (s["r"] * s["h_"]) + p["b"])
    s["h"] = s["z"] * s["h_"] + (1 - s["z"]) * s["n"]


def reset_after(s: Step) -> None:
    p = s.p
    s["r"] = sigmoid(p["W_{ir}"] @ s["x"] + p["b_{ir}"] + p["W_{hr}"] @ s["h_"] + p["b_{hr}"])
    s["z"] = sigmoid(p["W_{iz}"] @ s["x"] + p["b_{iz}"] + p["W_{hz}"] @ s["h_"] + p["b_{hz}"])
    s["n"] = np.tanh(p["W_{in}"] @ s["x"] + p["b_{in}"] + s["r"] * (p["W_{hn}"] @ s["h_"] + p["b_{hn}"]))
    s["h"] = (1 - s["z"]) * s["n"] + s["z"] * s["h_"]


def mgu(s: Step) -> None:
    p = s.p
    s["f"] = sigmoid(p["W_f"] @ np.concatenate([s["h_"], s["x"]]) + p["b_f"])
    s["n"] = np.tanh(p["W_h"] @ np.concatenate([s["f"] * s["h_"], s["x"]]) + p["b_h"])
    s["h"] = (1 - s["f"]) * s["h_"] + s["f"] * s["n"]


def rnn(s: Step) -> None:
    s["h"] = np.tanh(affine(s, "h"))


CELLS: dict[str, tuple[Callable[[Step], None], tuple[str, ...]]] = {
    "lstm": (lstm, ("h", "c")), "lstm-coupled": (coupled, ("h", "c")), "no-forget": (no_forget, ("h", "c")),
    "lstm-peephole": (peephole, ("h", "c")), "gated-rnn": (gated, ("s",)), "gru": (gru, ("h",)),
    "gru-reset-after": (reset_after, ("h",)), "mgu": (mgu, ("h",)), "rnn": (rnn, ("h",)),
}
"""From a cell's name to what computes a step, and its states; the name of a state with `_` behind it is that of the step before."""


def shapes(cell: str, parameter: str, n: int) -> tuple[int, ...]:
    """A parameter's shape where states and inputs have n entries."""
    if cell == "mgu" and parameter.startswith("W"):
        return n, 2 * n
    return (n, n) if parameter[0] in "WU" else (n,)
