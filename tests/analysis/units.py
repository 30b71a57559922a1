"""Units whose meaning is known: each a problem document, with what it shows after an input written out by hand.

`after` is plain Python on the letters' names and knows nothing of cells: it says what the unit was built to remember. `step` is one
step of the cell by hand (`unit_steps`). Each claim comes with what it says, in Python, of an input and of the cell's values after it;
what the statements of `carried` say stands in `unit_words`. Whether they hold was worked out from those, and is tried by brute force.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import unit_steps as steps
from unit_steps import Step, Values, largest, rounded, rounded_away, sign
from unit_words import Word, count, from_the_end, last_run, longest_run

Holds = Callable[[Word, Values], object]
Claim = tuple[str, "bool | None", Holds]


@dataclass(frozen=True)
class Built:
    """One unit. `states`: how many the smallest machine has, None where none is to be found."""

    name: str
    document: str
    readout: str
    letters: Mapping[str, Any]
    """Each letter's value."""
    start: Values
    step: Step
    reads: Callable[[Values], object]
    """The readout, from the values after a step."""
    after: Callable[[Word], object] | None
    """The readout, from the input; None where only the cell itself says it."""
    states: int | None
    carried: tuple[tuple[str, bool | None], ...] = ()
    claims: tuple[Claim, ...] = ()
    bounded: bool | None = True
    """Whether the unit's own state stays within bounds; None where that isn't found out."""
    longest: int = 9
    """Length up to which every input is tried."""


def run_parity(word: Word) -> int:
    """The first document's unit: 0 after a 0, otherwise 1 or -1 for an odd or even run of ones."""
    return 0 if word[-1] == "0" else 1 if last_run(word, "1") % 2 else -1


LSTM = r"""
$$\begin{aligned}
f_t &= \sigma(W_{fh} h_{t-1} + W_{fx} x_t + b_f) \\
i_t &= \sigma(W_{ih} h_{t-1} + W_{ix} x_t + b_i) \\
o_t &= \sigma(W_{oh} h_{t-1} + W_{ox} x_t + b_o) \\
g_t &= \tanh(W_{gh} h_{t-1} + W_{gx} x_t + b_g) \\
c_t &= f_t \odot c_{t-1} + i_t \odot g_t \\
h_t &= o_t \odot \tanh(c_t)
\end{aligned}$$
"""
GATES = "fiog"


def lstm(head: str, **given: int) -> str:
    """An LSTM of one unit; weights that aren't named are 0. `Wfx=-100` is W_{fx}, `bf` the bias."""
    values = {f"W_{{{gate}{of}}}": given.pop(f"W{gate}{of}", 0) for gate in GATES for of in "hx"}
    values |= {f"b_{gate}": given.pop(f"b{gate}", 0) for gate in GATES}
    assert not given
    lines = "\n".join(f'  "{symbol}": {value}' for symbol, value in values.items())
    return f"---\ntitle: A unit\n{head}given:\n{lines}\n---\n{LSTM}\nIt starts from $h_0 = 0$, $c_0 = 0$.\n"


def plain(head: str, body: str) -> str:
    """A document of equations and data."""
    return f"---\ntitle: A unit\n{head}---\n{body}\n"


def named(cell: str, head: str, start: str, **given: object) -> str:
    """A cell of the catalogue; parameters that aren't named are 0. `W_xi=5` is W_{xi}, `W__fx=5` is W^{f,x}."""
    lines = "".join(f'  "{_symbol(name)}": {value}\n' for name, value in given.items())
    return f"---\ntitle: A unit\ncell: {cell}\n{head}given:\n  parameters: 0\n{lines}---\nIt starts from {start}.\n"


def _symbol(name: str) -> str:
    base, _, labels = name.partition("__")
    if labels:
        return f"{base}^{{{','.join(labels)}}}"
    base, _, label = name.partition("_")
    return f"{base}_{{{label}}}" if label else base


BITS = "alphabet: [0, 1]\n"
AB = "alphabet: {a: [1, 0], b: [0, 1]}\n"
BIT = {"0": 0, "1": 1}
A_B = {"a": (1, 0), "b": (0, 1)}
DOCUMENT_1 = {"bf": -100, "Wix": 100, "bi": 100, "Wox": 100, "Wgh": -100, "Wgx": 50}


def run_claims(h: str) -> tuple[Claim, ...]:
    """Claims about the first document's unit, for its state as it is rounded."""
    return (
        (f"{h} = 1 iff run(1) is odd", True, lambda w, v: (rounded(v["h"]) == 1) == (last_run(w, "1") % 2 == 1)),
        (f"{h} = 0 iff last = 0", True, lambda w, v: (rounded(v["h"]) == 0) == (w[-1] == "0")),
        (f"{h} = -1 iff (last = 1 and run(1) is even)", True, lambda w, v: (rounded(v["h"]) == -1) == (w[-1] == "1" and last_run(w, "1") % 2 == 0)),
        (f"{h} = 1 iff count(1) is odd", False, lambda w, v: (rounded(v["h"]) == 1) == (count(w, "1") % 2 == 1)),
        (f"{h} >= 0 or run(1) is even", True, lambda w, v: rounded(v["h"]) >= 0 or last_run(w, "1") % 2 == 0),
        (f"{h} = 1 iff last = 1", False, lambda w, v: (rounded(v["h"]) == 1) == (w[-1] == "1")),
        (f"{h} = -1 iff run(1) >= 2", False, lambda w, v: (rounded(v["h"]) == -1) == (last_run(w, "1") >= 2)),
        (f"run(1) >= 4 or {h} = 1 or run(1) mod 2 = 0", True,
         lambda w, v: last_run(w, "1") >= 4 or rounded(v["h"]) == 1 or last_run(w, "1") % 2 == 0),
    )


RUN_CARRIED = (
    ("count(0) is odd", False), ("run(0) is odd", False), ("count(1) is odd", False), ("run(1) is odd", True), ("last = 1", True),
    ("run(1) is even", True), ("seen(1 1)", False), ("first = 1", False), ("last(2) = 1", False), ("longest(1) >= 2", False),
    ("count(any) is even", False), ("matches (0 | 1)* 1", True), ("run(1) mod 4 = 1", False), ("last", True), ("run(1)", False),
)
GROWING = r"""
$$\begin{aligned}
c_t &= c_{t-1} + x_t \\
o_t &= \sigma(0 x_t) \\
h_t &= o_t \tanh(c_t)
\end{aligned}$$
with $c_0 = 0$."""


def ones(word: Word) -> int:
    """How many ones there are."""
    return count(word, "1")


def sign_of_h(values: Values) -> object:
    """The sign of h."""
    return sign(values["h"])


def latched(word: Word) -> int:
    """1 once there was a one, before that -1."""
    return 1 if "1" in word else -1


UNITS: tuple[Built, ...] = (
    Built("run parity, rounded", lstm(f"{BITS}convention: {{saturate: 50, round: {{h: 0}}}}\n", **DOCUMENT_1), "", BIT, {"h": 0, "c": 0},
          steps.run_parity(50), lambda v: rounded(v["h"]), run_parity, 3, RUN_CARRIED, run_claims("h_t")),
    Built("run parity, as it is", lstm(BITS, **DOCUMENT_1), "round(h)", BIT, {"h": 0, "c": 0},
          steps.run_parity(None), lambda v: rounded(v["h"]), run_parity, 3, RUN_CARRIED, run_claims("round(h_t)")),
    Built("latch, steps", plain(BITS, r"$$h_t = \operatorname{step}(h_{t-1} + x_t - 0.5)$$ with $h_0 = 0$."), "h", BIT, {"h": 0},
          lambda v, x: {"h": steps.step(v["h"] + x - Fraction(1, 2))}, lambda v: v["h"], lambda w: int("1" in w), 2,
          (("count(1) >= 1", True), ("first = 1", False), ("seen(1 0)", False), ("longest(1) > 0", True), ("matches 0*", True)),
          (("h_t = 1 iff count(1) >= 1", True, lambda w, v: (v["h"] == 1) == (ones(w) >= 1)),
           ("h_t = 1 iff last = 1", False, lambda w, v: (v["h"] == 1) == (w[-1] == "1")),
           ("h_t = 0 iff matches 0+", True, lambda w, v: (v["h"] == 0) == ("1" not in w)),
           ("h_t = 1 iff count(1) = 1", False, lambda w, v: (v["h"] == 1) == (ones(w) == 1)))),
    Built("latch, tanh", plain(BITS, r"$$h_t = \tanh(10 h_{t-1} + 20 x_t - 5)$$ with $h_0 = -1$."), "sign(h)", BIT, {"h": -1},
          lambda v, x: {"h": steps.tanh(steps.plus(10 * v["h"], 20 * x - 5))}, sign_of_h, latched, 2,
          (("count(1) >= 1", True), ("count(1) >= 2", False), ("last = 1", False)),
          (("h_t > 0 iff count(1) > 0", True, lambda w, v: (v["h"] > 0) == ("1" in w)),
           ("h_t > 0.5 iff count(1) > 0", True, lambda w, v: (v["h"] > 0.5) == ("1" in w)),
           ("h_t > -1", True, lambda w, v: v["h"] > -1), ("h_t < 0.99999", False, lambda w, v: v["h"] < 0.99999),
           ("sign(h_t) = -1 iff count(any) = count(0)", True, lambda w, v: (v["h"] < 0) == (len(w) == count(w, "0"))))),
    Built("toggle", plain(BITS, r"""
$$\begin{aligned}
a_t &= \operatorname{step}(h_{t-1} + x_t - 0.5) \\
b_t &= \operatorname{step}(h_{t-1} + x_t - 1.5) \\
h_t &= a_t - b_t
\end{aligned}$$
with $h_0 = 0$."""), "h", BIT, {"h": 0}, steps.toggle, lambda v: v["h"], lambda w: ones(w) % 2, 2,
          (("count(1) is odd", True), ("run(1) is odd", False), ("count(1) mod 4 < 2", False), ("count(0) is odd", False),
           ("(count(1) + 2 * count(0)) is odd", True)),
          (("h_t = 1 iff count(1) is odd", True, lambda w, v: (v["h"] == 1) == (ones(w) % 2 == 1)),
           ("h_t = count(1) mod 2", True, lambda w, v: v["h"] == ones(w) % 2),
           ("h_t = count(0) mod 2", False, lambda w, v: v["h"] == count(w, "0") % 2),
           ("a_t = 1 iff (last = 1 or h_t = 1)", True, lambda w, v: (v["a"] == 1) == (w[-1] == "1" or v["h"] == 1)),
           ("b_t = 1 iff last = 1", False, lambda w, v: (v["b"] == 1) == (w[-1] == "1")))),
    Built("shift register", plain(BITS, r"""
$$\begin{aligned}
u_t &= x_t \\
v_t &= u_{t-1} \\
w_t &= v_{t-1}
\end{aligned}$$
with $u_0 = 0$, $v_0 = 0$, $w_0 = 0$."""), "w", BIT, {"u": 0, "v": 0, "w": 0}, steps.shifted, lambda v: v["w"],
          lambda w: int(from_the_end(w, 3) == "1"), 8,
          (("last(3) = 1", True), ("last(2) = 1", False), ("last = 1", False), ("count(any) >= 3 and last(3) = 1", True),
           ("last = last(2)", False)),
          (("w_t = 1 iff last(3) = 1", True, lambda w, v: (v["w"] == 1) == (from_the_end(w, 3) == "1")),
           ("w_t = 0 iff last(3) = 0", False, lambda w, v: (v["w"] == 0) == (from_the_end(w, 3) == "0")),
           ("v_t = 1 iff last(2) = 1", True, lambda w, v: (v["v"] == 1) == (from_the_end(w, 2) == "1")),
           ("w_t = v_t", False, lambda w, v: v["w"] == v["v"]))),
    Built("mod 3", plain(BITS, r"""
$$h_t = (1 - x_t) h_{t-1} + x_t P h_{t-1}$$
with $P = [[0, 0, 1], [1, 0, 0], [0, 1, 0]]$ and $h_0 = (1, 0, 0)$."""), "argmax(h)", BIT, {"h": (1, 0, 0)}, steps.turned,
          lambda v: largest(v["h"]), lambda w: ones(w) % 3 + 1, 3,
          (("count(1) mod 3 = 0", True), ("count(1) is odd", False), ("count(1) mod 6 = 3", False), ("count(1) mod 3", True),
           ("count(1)", False)),
          (("argmax(h_t) = count(1) mod 3 + 1", True, lambda w, v: largest(v["h"]) == ones(w) % 3 + 1),
           ("h_t[1] = 1 iff count(1) mod 3 = 0", True, lambda w, v: (v["h"][0] == 1) == (ones(w) % 3 == 0)),
           ("h[2] = 1 iff last = 1", False, lambda w, v: (v["h"][1] == 1) == (w[-1] == "1")))),
    Built("set and reset", plain("alphabet: {s: [1, 0], r: [0, 1], n: [0, 0]}\n", r"""
$$h_t = \tanh(W x_t + U h_{t-1})$$
with $W = [30, -30]$, $U = 10$ and $h_0 = -1$."""), "sign(h)", {"s": (1, 0), "r": (0, 1), "n": (0, 0)}, {"h": -1},
          steps.set_and_reset, sign_of_h, lambda w: next((1 if each == "s" else -1 for each in reversed(w) if each != "n"), -1), 2,
          (("matches (s | r | n)* s n*", True), ("last = s", False), ("count(s) > 0", False), ("last = n", False)),
          (("h_t > 0 iff matches (s | r | n)* s n*", True,
            lambda w, v: (v["h"] > 0) == (next((each for each in reversed(w) if each != "n"), "r") == "s")),
           ("h_t > 0 iff count(s) > count(r)", False, lambda w, v: (v["h"] > 0) == (count(w, "s") > count(w, "r"))),
           ("not (last = r and h_t > 0)", True, lambda w, v: not (w[-1] == "r" and v["h"] > 0))), longest=6),
    Built("first symbol", plain(BITS, r"""
$$\begin{aligned}
s_t &= \operatorname{step}(s_{t-1} + 1 - 0.5) \\
p_t &= p_{t-1} + (1 - s_{t-1}) x_t
\end{aligned}$$
with $s_0 = 0$ and $p_0 = 0$."""), "p", BIT, {"s": 0, "p": 0}, steps.first_symbol, lambda v: v["p"], lambda w: int(w[0]), 3,
          (("first = 1", True), ("last = 1", False), ("first = last", False), ("matches 1 (0 | 1)*", True)),
          (("p_t = 1 iff first = 1", True, lambda w, v: (v["p"] == 1) == (w[0] == "1")),
           ("p_t = 1 iff count(1) >= 1", False, lambda w, v: (v["p"] == 1) == ("1" in w)), ("s_t = 1", True, lambda w, v: v["s"] == 1))),
    Built("at least two", plain(BITS, r"$$c_t = c_{t-1} + x_t$$ with $c_0 = 0$."), "c >= 2", BIT, {"c": 0},
          lambda v, x: {"c": v["c"] + x}, lambda v: v["c"] >= 2, lambda w: ones(w) >= 2, 3,
          (("count(1) >= 2", True), ("count(1) >= 3", False), ("seen(1 1)", False), ("matches 0* 1 0* 1 (0 | 1)*", True)),
          (("c_t = count(1)", True, lambda w, v: v["c"] == ones(w)),
           ("c_t >= 2 iff count(1) >= 2", True, lambda w, v: (v["c"] >= 2) == (ones(w) >= 2)),
           ("c_t = count(0)", False, lambda w, v: v["c"] == count(w, "0")), ("c_t >= 0", True, lambda w, v: v["c"] >= 0),
           ("c_t <= 6", False, lambda w, v: v["c"] <= 6)), bounded=False),
    Built("as many", plain(f"{AB}convention: {{saturate: 20}}\n", r"""
$$\begin{aligned}
i_t &= \sigma(100 + W x_t) \\
g_t &= \tanh(V x_t) \\
c_t &= c_{t-1} + i_t g_t \\
h_t &= \tanh(c_t)
\end{aligned}$$
with $W = [0, 0]$, $V = [50, -50]$, $c_0 = 0$."""), "sign(c)", A_B, {"c": 0}, steps.as_many, lambda v: sign(v["c"]),
          lambda w: sign(count(w, "a") - count(w, "b")), None,
          (("count(a) > count(b)", True), ("count(a) = count(b)", True), ("count(a) is odd", False), ("last = a", False),
           ("2 * count(a) >= 2 * count(b)", True), ("matches a* b*", False)),
          (("$c_t$ = count(a) - count(b)", True, lambda w, v: v["c"] == count(w, "a") - count(w, "b")),
           ("$c_t$ = count(b) - count(a)", False, lambda w, v: v["c"] == count(w, "b") - count(w, "a")),
           ("c_t = 0 iff count(a) = count(b)", True, lambda w, v: (v["c"] == 0) == (count(w, "a") == count(w, "b"))),
           ("h_t > 0 iff count(a) > count(b)", True, lambda w, v: (v["h"] > 0) == (count(w, "a") > count(w, "b"))),
           ("sign(h_t) = 1 iff count(a) >= count(b)", False, lambda w, v: (v["h"] > 0) == (count(w, "a") >= count(w, "b"))),
           ("c_t <= 5", False, lambda w, v: v["c"] <= 5)), bounded=False),
    Built("run length", lstm(f"{BITS}convention: {{saturate: 20}}\n", Wfx=100, bf=-50, bi=100, Wix=0, Wgx=50, bo=100), "c >= 3",
          BIT, {"c": 0, "h": 0}, steps.run_length, lambda v: v["c"] >= 3, lambda w: last_run(w, "1") >= 3, 4,
          (("run(1) >= 3", True), ("run(1) >= 2", False), ("longest(1) >= 3", False), ("last = 1", False)),
          (("c_t = run(1)", True, lambda w, v: v["c"] == last_run(w, "1")), ("c_t = count(1)", False, lambda w, v: v["c"] == ones(w)),
           ("c_t = 0 iff last = 0", True, lambda w, v: (v["c"] == 0) == (w[-1] == "0")),
           ("c_t >= 3 iff run(1) >= 3", True, lambda w, v: (v["c"] >= 3) == (last_run(w, "1") >= 3)),
           ("c_t = longest(1)", False, lambda w, v: v["c"] == longest_run(w, "1"))), bounded=False),
    Built("GRU latch", plain(BITS, r"""
$$\begin{aligned}
z_t &= \sigma(20 x_t - 10) \\
r_t &= \sigma(0 x_t + 20) \\
n_t &= \tanh(10 r_t h_{t-1} + 20 x_t) \\
h_t &= (1 - z_t) h_{t-1} + z_t n_t
\end{aligned}$$
with $h_0 = -1$."""), "sign(h)", BIT, {"h": -1}, steps.gru_latch, sign_of_h, latched, 2,
          (("count(1) >= 1", True), ("last = 1", False), ("count(1) is odd", False)),
          (("h_t > 0 iff count(1) >= 1", True, lambda w, v: (v["h"] > 0) == ("1" in w)),
           ("h_t > 0.9 iff count(1) >= 1", True, lambda w, v: (v["h"] > 0.9) == ("1" in w)),
           ("h_t > 0 iff last = 1", False, lambda w, v: (v["h"] > 0) == (w[-1] == "1")))),
    Built("MGU latch", plain(BITS, r"""
$$\begin{aligned}
f_t &= \sigma(20 x_t - 10) \\
n_t &= \tanh(10 f_t h_{t-1} + 12 h_{t-1} + 30 x_t) \\
h_t &= (1 - f_t) h_{t-1} + f_t n_t
\end{aligned}$$
with $h_0 = -1$."""), "round(h)", BIT, {"h": -1}, steps.mgu_latch, lambda v: rounded(v["h"]), latched, 2,
          (("count(1) >= 1", True), ("first = 1", False)),
          (("round(h_t) = 1 iff count(1) >= 1", True, lambda w, v: (rounded(v["h"]) == 1) == ("1" in w)),
           ("round(h_t) = 1 iff last = 1", False, lambda w, v: (rounded(v["h"]) == 1) == (w[-1] == "1")))),
    Built("half open gate", plain("alphabet: [1]\nconvention: {ties: away, saturate: 50}\n", GROWING), "round(h)", {"1": 1}, {"c": 0},
          steps.half_open(50), lambda v: rounded_away(v["h"]), lambda w: 0 if len(w) < 50 else 1, 51,
          (("count(1) >= 50", True), ("count(1) >= 25", False)),
          (("h_t < 0.5", False, lambda w, v: v["h"] < 0.5), ("h_t <= 0.5", True, lambda w, v: v["h"] <= 0.5)),
          bounded=False, longest=70),
    Built("half open gate, never shut", plain("alphabet: [1]\nconvention: {ties: away}\n", GROWING), "round(h)", {"1": 1}, {"c": 0},
          steps.half_open(None), lambda v: rounded_away(v["h"]), lambda w: 0, 1, (("count(1) >= 25", False), ("count(1) >= 1", True)),
          (("round(h_t) = 0", True, lambda w, v: rounded_away(v["h"]) == 0), ("h_t < 0.5", True, lambda w, v: v["h"] < 0.5)),
          bounded=False, longest=40),
    Built("two of three", plain("alphabet: {a: [1, 0, 0], b: [0, 1, 0], c: [0, 0, 1]}\n", r"""
$$m_t = \max(m_{t-1}, x_t)$$
with $m_0 = (0, 0, 0)$."""), "m[1] + m[2] + m[3] >= 2", {"a": (1, 0, 0), "b": (0, 1, 0), "c": (0, 0, 1)}, {"m": (0, 0, 0)},
          steps.greatest, lambda v: sum(v["m"]) >= 2, lambda w: len(set(w)) >= 2, 5,
          (("count(a) > 0 and count(b) > 0", False), ("first = last", False)),
          (("m[1] = 1 iff count(a) > 0", True, lambda w, v: (v["m"][0] == 1) == ("a" in w)),
           ("m[1] + m[2] = 2 iff (count(a) >= 1 and count(b) >= 1)", True, lambda w, v: (v["m"][0] + v["m"][1] == 2) == ({"a", "b"} <= set(w))),
           ("m[3] = 0 or last = c", False, lambda w, v: v["m"][2] == 0 or w[-1] == "c")), longest=6),
    Built("leaky, last input", plain(BITS, r"$$h_t = 0.1 h_{t-1} + x_t$$ with $h_0 = 0$."), "h > 0.5", BIT, {"h": 0, "carried": 0},
          steps.leaking(Fraction(1, 10)), lambda v: v["h"] > 0.5, lambda w: w[-1] == "1", 2,
          (("last = 1", True), ("count(1) >= 1", False), ("last(2) = 1", False)),
          (("h_t > 0.5 iff last = 1", True, lambda w, v: (v["h"] > 0.5) == (w[-1] == "1")),
           ("h_t < 1.2", True, lambda w, v: v["h"] < 1.2), ("h_t > 1", False, lambda w, v: v["h"] > 1))),
    Built("ones side by side", plain(BITS, r"""
$$\begin{aligned}
u_t &= x_t \\
s_t &= \max(s_{t-1}, \min(u_{t-1}, x_t))
\end{aligned}$$
with $u_0 = 0$, $s_0 = 0$."""), "s", BIT, {"u": 0, "s": 0}, steps.side_by_side, lambda v: v["s"], lambda w: int("11" in "".join(w)), 3,
          (("seen(1 1)", True), ("longest(1) >= 2", True), ("count(1) >= 2", False), ("run(1) >= 2", False)),
          (("s_t = 1 iff seen(1 1)", True, lambda w, v: (v["s"] == 1) == ("11" in "".join(w))),
           ("s_t = 1 iff longest(1) >= 2", True, lambda w, v: (v["s"] == 1) == (longest_run(w, "1") >= 2)),
           ("s_t = 1 iff count(1) >= 2", False, lambda w, v: (v["s"] == 1) == (ones(w) >= 2)))),
    Built("parity, two units", plain(BITS, LSTM + r"""
with $W_{fh} = [[0, 0], [0, 0]]$, $W_{fx} = [0, 0]$, $b_f = -100$, $W_{ih} = [[0, 0], [0, 0]]$, $W_{ix} = [0, 0]$, $b_i = 100$,
$W_{oh} = [[0, 0], [0, 0]]$, $W_{ox} = [0, 0]$, $b_o = 100$, $W_{gh} = [[66, -66], [66, -66]]$, $W_{gx} = [100, 100]$,
$b_g = [-50, -150]$, $h_0 = (0, 0)$ and $c_0 = (0, 0)$."""), "h[1] - h[2] > 1", BIT, {"h": (0, 0), "c": (0, 0)},
          steps.two_unit_parity, lambda v: v["h"][0] - v["h"][1] > 1, lambda w: ones(w) % 2 == 1, 2,
          (("count(1) is odd", True), ("last = 1", False), ("run(1) is odd", False)),
          (("round(h[1] - h[2]) = 2 iff count(1) is odd", True, lambda w, v: (rounded(v["h"][0] - v["h"][1]) == 2) == (ones(w) % 2 == 1)),
           ("h[1] > 0 iff count(1) is odd", False, lambda w, v: (v["h"][0] > 0) == (ones(w) % 2 == 1)),
           ("h[2] < 0", False, lambda w, v: v["h"][1] < 0), ("h[1] < 0 or last = 1", False, lambda w, v: v["h"][0] < 0 or w[-1] == "1"))),
    Built("identity latch", plain(AB, r"""
$$h_t = \operatorname{relu}(U h_{t-1} + W x_t)$$
with $U = [[1, 0], [0, 1]]$, $W = [[1, 0], [0, 1]]$ and $h_0 = (0, 0)$."""), "h[1] > 0", A_B, {"h": (0, 0)}, steps.identity_latch,
          lambda v: v["h"][0] > 0, lambda w: "a" in w, 2, (("count(a) > 0", True), ("count(a) > 1", False), ("last = a", False)),
          (("h[1] > 0 iff count(a) > 0", True, lambda w, v: (v["h"][0] > 0) == ("a" in w)),
           ("h[1] > 0 iff count(b) > 0", False, lambda w, v: (v["h"][0] > 0) == ("b" in w)),
           ("h[1] < 5", False, lambda w, v: v["h"][0] < 5)), bounded=None),
    Built("ends in a b", plain(AB, r"""
$$\begin{aligned}
u_t &= x_t \\
s_t &= \operatorname{step}(A u_{t-1} + B x_t - 1.5)
\end{aligned}$$
with $A = [1, 0]$, $B = [0, 1]$ and $u_0 = (0, 0)$."""), "s", A_B, {"u": (0, 0)}, steps.ends_in_a_b, lambda v: v["s"],
          lambda w: int("".join(w).endswith("ab")), 3,
          (("matches any* a b", True), ("last(2) = a and last = b", True), ("last = b", False), ("seen(a b)", False),
           ("matches (a | b)* a+ b", True)),
          (("s_t = 1 iff matches any* a b", True, lambda w, v: (v["s"] == 1) == "".join(w).endswith("ab")),
           ("s_t = 1 iff seen(a b)", False, lambda w, v: (v["s"] == 1) == ("ab" in "".join(w))),
           ("u[1] = 1 iff last = a", True, lambda w, v: (v["u"][0] == 1) == (w[-1] == "a")))),
    Built("changed", plain(f"{BITS}first: 1\n", r"$$h_t = x_t - x_{t-1}$$ with $x_0 = 0$."), "h", BIT, {"x": 0}, steps.changed, lambda v: v["h"],
          lambda w: int(w[-1]) - int(from_the_end(w, 2) or "0"), 4, (("last = 1", False), ("last = last(2)", False)),
          (("h_t = 0 iff last = last(2)", False, lambda w, v: (v["h"] == 0) == (from_the_end(w, 2) == w[-1])),
           ("x_t = 1 iff last = 1", True, lambda w, v: (v["x"] == 1) == (w[-1] == "1")),
           ("h_t >= 0 or last = 0", True, lambda w, v: v["h"] >= 0 or w[-1] == "0"))),
    Built("two latches", plain("alphabet: {a: [1, 0], b: [0, 1], n: [0, 0]}\nconvention: {round: {h: 0}}\n", r"""
$$h_t = \tanh(U h_{t-1} + W x_t + b)$$
with $U = [[20, 0], [0, 20]]$, $W = [[30, 0], [0, 30]]$, $b = [-5, -5]$ and $h_0 = (0, 0)$."""), "h",
          {"a": (1, 0), "b": (0, 1), "n": (0, 0)}, {"h": (0, 0)}, steps.two_latches, lambda v: v["h"],
          lambda w: (1 if "a" in w else -1, 1 if "b" in w else -1), 4,
          (("count(a) > 0", True), ("count(a) > 0 and count(b) > 0", True), ("last = n", False), ("count(a) > 1", False)),
          (("h[1] = 1 iff count(a) > 0", True, lambda w, v: (v["h"][0] == 1) == ("a" in w)),
           ("h[1] = h[2]", False, lambda w, v: v["h"][0] == v["h"][1])), longest=6),
    Built("displayed only", plain(f"{BITS}convention: {{round: {{h: 0}}, carry: false}}\n", r"$$h_t = 0.1 h_{t-1} + x_t$$ with $h_0 = 0$."),
          "h", BIT, {"h": 0, "carried": 0}, steps.leaking(Fraction(1, 10), True), lambda v: v["h"], lambda w: int(w[-1]), 2,
          (("last = 1", True), ("last(2) = 1", False)),
          (("h_t = 1 iff last = 1", True, lambda w, v: (v["h"] == 1) == (w[-1] == "1")),
           ("h_t = 1 iff count(1) > 0", False, lambda w, v: (v["h"] == 1) == ("1" in w)),
           ("h_t = 0 or h_t = 1", True, lambda w, v: v["h"] in (0, 1)))),
    Built("peephole, first one", named("lstm-peephole", f"{BITS}convention: {{saturate: 20}}\n", "$h_0 = 0$ and $c_0 = 0$",
                                       W_xi=100, w_ci=-200, b_i=-50, b_f=100, W_xc=50, w_co=100, b_o=-50),
          "round(h)", BIT, {"h": 0, "c": 0}, steps.peephole, lambda v: rounded(v["h"]), lambda w: int("1" in w), 2,
          (("count(1) >= 1", True), ("count(1) >= 2", False), ("last = 1", False)),
          (("c_t = 1 iff count(1) >= 1", True, lambda w, v: (v["c"] == 1) == ("1" in w)), ("c_t <= 1", True, lambda w, v: v["c"] <= 1),
           ("c_t = 1 iff first = 1", False, lambda w, v: (v["c"] == 1) == (w[0] == "1")))),
    Built("coupled gates, latch", named("lstm-coupled", BITS, "$h_0 = -0.7$ and $c_0 = -1$", W__fx=-100, b_f=50, b_o=100, W__ch=100, W__cx=200),
          "sign(h)", BIT, {"h": Fraction(-7, 10), "c": -1}, steps.coupled(100, 200), sign_of_h, latched, 2,
          (("count(1) >= 1", True), ("first = 1", False)),
          (("h_t > 0 iff count(1) > 0", True, lambda w, v: (v["h"] > 0) == ("1" in w)),
           ("h_t > -0.7", False, lambda w, v: v["h"] > -0.7))),
    Built("GRU, reset after", named("gru-reset-after", BITS, "$h_0 = -1$", b_ir=20, W_iz=-20, b_iz=10, W_in=30, W_hn=20, b_hn="0.5"),
          "sign(h)", BIT, {"h": -1}, steps.reset_after, sign_of_h, latched, 2, (("count(1) >= 1", True), ("run(1) is odd", False)),
          (("h_t > 0 iff count(1) > 0", True, lambda w, v: (v["h"] > 0) == ("1" in w)),
           ("n_t > 0 iff count(1) > 0", True, lambda w, v: (v["n"] > 0) == ("1" in w)),
           ("n_t > 0 iff last = 1", False, lambda w, v: (v["n"] > 0) == (w[-1] == "1")))),
    # -- units of which nobody can say all ---
    Built("slow leak", plain(BITS, r"$$h_t = 0.999 h_{t-1} + x_t$$ with $h_0 = 0$."), "h > 500", BIT, {"h": 0, "carried": 0},
          steps.leaking(Fraction(999, 1000)), lambda v: v["h"] > 500, None, None, (("last = 1", False), ("count(1) >= 500", None)),
          (("h_t <= 500", None, lambda w, v: v["h"] <= 500), ("h_t <= 5", False, lambda w, v: v["h"] <= 5),
           ("h_t >= 0", True, lambda w, v: v["h"] >= 0)), bounded=None),
    Built("faster leak", plain(BITS, r"$$h_t = 0.9 h_{t-1} + x_t$$ with $h_0 = 0$."), "h > 0.5", BIT, {"h": 0, "carried": 0},
          steps.leaking(Fraction(9, 10)), lambda v: v["h"] > 0.5, None, None, (("count(1) >= 1", False), ("last = 1", False)),
          (("h_t > 0.5 iff count(1) >= 1", False, lambda w, v: (v["h"] > 0.5) == ("1" in w)),
           ("h_t < 11", None, lambda w, v: v["h"] < 11)), bounded=None),
    Built("tanh latch that leaks", plain(BITS, r"""
$$\begin{aligned}
z_t &= \sigma(4 x_t - 2) \\
n_t &= \tanh(0.5 h_{t-1} + 2 x_t) \\
h_t &= (1 - z_t) h_{t-1} + z_t n_t
\end{aligned}$$
with $h_0 = 0$."""), "h > 0.5", BIT, {"h": 0}, steps.leaking_latch, lambda v: v["h"] > 0.5, None, None,
          (("count(1) >= 1", False), ("last = 1", False)),
          (("h_t > 0.5 iff count(1) >= 1", False, lambda w, v: (v["h"] > 0.5) == ("1" in w)), ("h_t < 1.01", True, lambda w, v: v["h"] < 1.01)), bounded=None, longest=10),
    Built("coupled gates, leak", named("lstm-coupled", BITS, "$h_0 = -0.7$ and $c_0 = -1$", W__fx=-100, b_f=50, b_o=100, W__ch=-100),
          "sign(h)", BIT, {"h": Fraction(-7, 10), "c": -1}, steps.coupled(-100, 0), sign_of_h, None, None,
          (("count(1) is odd", None), ("last = 1", False)),
          (("h_t > 0 iff count(1) is odd", None, lambda w, v: (v["h"] > 0) == (ones(w) % 2 == 1)),
           ("h_t < 1.5", True, lambda w, v: v["h"] < 1.5)), bounded=None),
    Built("chaos", plain(BITS, r"$$h_t = 3.9 h_{t-1} (1 - h_{t-1}) + 0.001 x_t$$ with $h_0 = 0.3$."), "h > 0.5", BIT,
          {"h": Fraction(3, 10)}, steps.chaotic, lambda v: v["h"] > 0.5, None, None, (("last = 1", False), ("count(any) is even", False)),
          (("h_t < 2", None, lambda w, v: v["h"] < 2), ("h_t < 0.9", False, lambda w, v: v["h"] < 0.9)), bounded=None),
)
