"""Units whose meaning is known: each a problem document, with what it shows after an input written out by hand.

`after` is plain Python on the letters' names and knows nothing of cells: it says what the unit was built to remember. `claims` are
statements that must hold or fail, `carried` ones that the readout determines or doesn't; their truth was worked out from `after`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

Word = Sequence[str]


@dataclass(frozen=True)
class Built:
    """One unit. `states`: how many the smallest machine has, None where no finite one does."""

    name: str
    document: str
    readout: str
    letters: tuple[str, ...]
    after: Callable[[Word], object]
    states: int | None
    carried: tuple[tuple[str, bool], ...] = ()
    claims: tuple[tuple[str, bool], ...] = ()
    bounded: bool = True
    """Whether the unit's own state stays within bounds."""


def last_run(word: Word, letter: str) -> int:
    """Length of the run of a letter that ends with the last input."""
    count = 0
    for each in reversed(word):
        if each != letter:
            break
        count += 1
    return count


def longest_run(word: Word, letter: str) -> int:
    """Length of the longest run of a letter."""
    return max((len(list(run)) for each, run in groupby(word) if each == letter), default=0)


def sign(number: int) -> int:
    """-1, 0 or 1."""
    return (number > 0) - (number < 0)


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


BITS = "alphabet: [0, 1]\n"
DOCUMENT_1 = {"bf": -100, "Wix": 100, "bi": 100, "Wox": 100, "Wgh": -100, "Wgx": 50}
RUN_CLAIMS = (
    ("h_t = 1 iff run(1) is odd", True),
    ("h_t = 0 iff last = 0", True),
    ("h_t = -1 iff (last = 1 and run(1) is even)", True),
    ("h_t = 1 iff count(1) is odd", False),
    ("h_t >= 0 or run(1) is even", True),
    ("h_t = 1 iff last = 1", False),
    ("h_t = -1 iff run(1) >= 2", False),
    ("run(1) >= 4 or h_t = 1 or run(1) mod 2 = 0", True),
)
RUN_ROUNDED = tuple((claim.replace("h_t", "round(h_t)"), holds) for claim, holds in RUN_CLAIMS)
RUN_CARRIED = (
    ("count(0) is odd", False), ("run(0) is odd", False), ("count(1) is odd", False), ("run(1) is odd", True), ("last = 1", True),
    ("run(1) is even", True), ("seen(1 1)", False), ("first = 1", False), ("last(2) = 1", False), ("longest(1) >= 2", False),
    ("count(any) is even", False), ("matches (0 | 1)* 1", True), ("run(1) mod 4 = 1", False),
)

UNITS: tuple[Built, ...] = (
    Built("run parity, rounded", lstm(f"{BITS}convention: {{saturate: 50, round: {{h: 0}}}}\n", **DOCUMENT_1), "", ("0", "1"),
          run_parity, 3, RUN_CARRIED, RUN_CLAIMS),
    Built("run parity, as it is", lstm(BITS, **DOCUMENT_1), "round(h)", ("0", "1"), run_parity, 3, RUN_CARRIED, RUN_ROUNDED),
    Built("latch, steps", plain(BITS, r"$$h_t = \operatorname{step}(h_{t-1} + x_t - 0.5)$$ with $h_0 = 0$."), "h", ("0", "1"),
          lambda w: int("1" in w), 2,
          (("count(1) >= 1", True), ("first = 1", False), ("seen(1 0)", False), ("longest(1) > 0", True), ("matches 0*", True)),
          (("h_t = 1 iff count(1) >= 1", True), ("h_t = 1 iff last = 1", False), ("h_t = 0 iff matches 0+", True),
           ("h_t = 1 iff count(1) = 1", False))),
    Built("latch, tanh", plain(BITS, r"$$h_t = \tanh(10 h_{t-1} + 20 x_t - 5)$$ with $h_0 = -1$."), "sign(h)", ("0", "1"),
          lambda w: 1 if "1" in w else -1, 2, (("count(1) >= 1", True), ("count(1) >= 2", False), ("last = 1", False)),
          (("h_t > 0 iff count(1) > 0", True), ("h_t > 0.5 iff count(1) > 0", True), ("h_t > -1", True), ("h_t < 0.99999", False),
           ("sign(h_t) = -1 iff count(any) = count(0)", True))),
    Built("toggle", plain(BITS, r"""
$$\begin{aligned}
a_t &= \operatorname{step}(h_{t-1} + x_t - 0.5) \\
b_t &= \operatorname{step}(h_{t-1} + x_t - 1.5) \\
h_t &= a_t - b_t
\end{aligned}$$
with $h_0 = 0$."""), "h", ("0", "1"), lambda w: list(w).count("1") % 2, 2,
          (("count(1) is odd", True), ("run(1) is odd", False), ("count(1) mod 4 < 2", False), ("count(0) is odd", False),
           ("(count(1) + 2 * count(0)) is odd", True)),
          (("h_t = 1 iff count(1) is odd", True), ("h_t = count(1) mod 2", True), ("h_t = count(0) mod 2", False),
           ("a_t = 1 iff (last = 1 or h_t = 1)", True), ("b_t = 1 iff last = 1", False))),
    Built("shift register", plain(BITS, r"""
$$\begin{aligned}
u_t &= x_t \\
v_t &= u_{t-1} \\
w_t &= v_{t-1}
\end{aligned}$$
with $u_0 = 0$, $v_0 = 0$, $w_0 = 0$."""), "w", ("0", "1"), lambda w: int(len(w) > 2 and w[-3] == "1"), 8,
          (("last(3) = 1", True), ("last(2) = 1", False), ("last = 1", False), ("count(any) >= 3 and last(3) = 1", True)),
          (("w_t = 1 iff last(3) = 1", True), ("w_t = 0 iff last(3) = 0", False), ("v_t = 1 iff last(2) = 1", True),
           ("w_t = v_t", False))),
    Built("mod 3", plain(BITS, r"""
$$h_t = (1 - x_t) h_{t-1} + x_t P h_{t-1}$$
with $P = [[0, 0, 1], [1, 0, 0], [0, 1, 0]]$ and $h_0 = (1, 0, 0)$."""), "argmax(h)", ("0", "1"),
          lambda w: list(w).count("1") % 3 + 1, 3,
          (("count(1) mod 3 = 0", True), ("count(1) is odd", False), ("count(1) mod 6 = 3", False), ("count(1) mod 3", True),
           ("count(1)", False)),
          (("argmax(h_t) = count(1) mod 3 + 1", True), ("h_t[1] = 1 iff count(1) mod 3 = 0", True), ("h[2] = 1 iff last = 1", False))),
    Built("set and reset", plain("alphabet: {s: [1, 0], r: [0, 1], n: [0, 0]}\n", r"""
$$h_t = \tanh(W x_t + U h_{t-1})$$
with $W = [30, -30]$, $U = 10$ and $h_0 = -1$."""), "sign(h)", ("s", "r", "n"),
          lambda w: next((1 if each == "s" else -1 for each in reversed(w) if each != "n"), -1), 2,
          (("matches (s | r | n)* s n*", True), ("last = s", False), ("count(s) > 0", False), ("last = n", False)),
          (("h_t > 0 iff matches (s | r | n)* s n*", True), ("h_t > 0 iff count(s) > count(r)", False),
           ("not (last = r and h_t > 0)", True))),
    Built("first symbol", plain(BITS, r"""
$$\begin{aligned}
s_t &= \operatorname{step}(s_{t-1} + 1 - 0.5) \\
p_t &= p_{t-1} + (1 - s_{t-1}) x_t
\end{aligned}$$
with $s_0 = 0$ and $p_0 = 0$."""), "p", ("0", "1"), lambda w: int(w[0]), 3,
          (("first = 1", True), ("last = 1", False), ("first = last", False), ("matches 1 (0 | 1)*", True)),
          (("p_t = 1 iff first = 1", True), ("p_t = 1 iff count(1) >= 1", False), ("s_t = 1", True))),
    Built("at least two", plain(BITS, r"$$c_t = c_{t-1} + x_t$$ with $c_0 = 0$."), "c >= 2", ("0", "1"),
          lambda w: list(w).count("1") >= 2, 3,
          (("count(1) >= 2", True), ("count(1) >= 3", False), ("seen(1 1)", False), ("matches 0* 1 0* 1 (0 | 1)*", True)),
          (("c_t = count(1)", True), ("c_t >= 2 iff count(1) >= 2", True), ("c_t = count(0)", False), ("c_t >= 0", True)), bounded=False),
    Built("as many", plain("alphabet: {a: [1, 0], b: [0, 1]}\nconvention: {saturate: 20}\n", r"""
$$\begin{aligned}
i_t &= \sigma(100 + W x_t) \\
g_t &= \tanh(V x_t) \\
c_t &= c_{t-1} + i_t g_t \\
h_t &= \tanh(c_t)
\end{aligned}$$
with $W = [0, 0]$, $V = [50, -50]$, $c_0 = 0$."""), "sign(c)", ("a", "b"), lambda w: sign(list(w).count("a") - list(w).count("b")), None,
          (("count(a) > count(b)", True), ("count(a) = count(b)", True), ("count(a) is odd", False), ("last = a", False),
           ("2 * count(a) >= 2 * count(b)", True)),
          (("$c_t$ = count(a) - count(b)", True), ("$c_t$ = count(b) - count(a)", False), ("c_t = 0 iff count(a) = count(b)", True),
           ("h_t > 0 iff count(a) > count(b)", True), ("sign(h_t) = 1 iff count(a) >= count(b)", False),
           ("c_t <= 5", False)), bounded=False),
    Built("run length", lstm(f"{BITS}convention: {{saturate: 20}}\n", Wfx=100, bf=-50, bi=100, Wix=0, Wgx=50, bo=100), "c >= 3",
          ("0", "1"), lambda w: last_run(w, "1") >= 3, 4,
          (("run(1) >= 3", True), ("run(1) >= 2", False), ("longest(1) >= 3", False), ("last = 1", False)),
          (("c_t = run(1)", True), ("c_t = count(1)", False), ("c_t = 0 iff last = 0", True), ("c_t >= 3 iff run(1) >= 3", True)),
          bounded=False),
    Built("GRU latch", plain(BITS, r"""
$$\begin{aligned}
z_t &= \sigma(20 x_t - 10) \\
r_t &= \sigma(0 x_t + 20) \\
n_t &= \tanh(10 r_t h_{t-1} + 20 x_t) \\
h_t &= (1 - z_t) h_{t-1} + z_t n_t
\end{aligned}$$
with $h_0 = -1$."""), "sign(h)", ("0", "1"), lambda w: 1 if "1" in w else -1, 2,
          (("count(1) >= 1", True), ("last = 1", False), ("count(1) is odd", False)),
          (("h_t > 0 iff count(1) >= 1", True), ("h_t > 0.9 iff count(1) >= 1", True), ("h_t > 0 iff last = 1", False))),
    Built("MGU latch", plain(BITS, r"""
$$\begin{aligned}
f_t &= \sigma(20 x_t - 10) \\
n_t &= \tanh(10 f_t h_{t-1} + 12 h_{t-1} + 30 x_t) \\
h_t &= (1 - f_t) h_{t-1} + f_t n_t
\end{aligned}$$
with $h_0 = -1$."""), "round(h)", ("0", "1"), lambda w: 1 if "1" in w else -1, 2, (("count(1) >= 1", True), ("first = 1", False)),
          (("round(h_t) = 1 iff count(1) >= 1", True), ("round(h_t) = 1 iff last = 1", False))),
    Built("half open gate", plain("alphabet: [1]\nconvention: {ties: away, saturate: 50}\n", r"""
$$\begin{aligned}
c_t &= c_{t-1} + x_t \\
o_t &= \sigma(0 x_t) \\
h_t &= o_t \tanh(c_t)
\end{aligned}$$
with $c_0 = 0$."""), "round(h)", ("1",), lambda w: 0 if len(w) < 50 else 1, 51, (("count(1) >= 50", True), ("count(1) >= 25", False)), (), bounded=False),
    Built("half open gate, never shut", plain("alphabet: [1]\nconvention: {ties: away}\n", r"""
$$\begin{aligned}
c_t &= c_{t-1} + x_t \\
o_t &= \sigma(0 x_t) \\
h_t &= o_t \tanh(c_t)
\end{aligned}$$
with $c_0 = 0$."""), "round(h)", ("1",), lambda w: 0, 1, (("count(1) >= 25", False), ("count(1) >= 1", True)), (("round(h_t) = 0", True), ("h_t < 0.5", True)),
          bounded=False),
    Built("two of three", plain("alphabet: {a: [1, 0, 0], b: [0, 1, 0], c: [0, 0, 1]}\n", r"""
$$m_t = \max(m_{t-1}, x_t)$$
with $m_0 = (0, 0, 0)$."""), "m[1] + m[2] + m[3] >= 2", ("a", "b", "c"), lambda w: len(set(w)) >= 2, 5,
          (("count(a) > 0 and count(b) > 0", False), ("first = last", False)),
          (("m[1] = 1 iff count(a) > 0", True), ("m[1] + m[2] = 2 iff (count(a) >= 1 and count(b) >= 1)", True))),
    Built("leaky, last input", plain(BITS, r"$$h_t = 0.1 h_{t-1} + x_t$$ with $h_0 = 0$."), "h > 0.5", ("0", "1"),
          lambda w: w[-1] == "1", 2, (("last = 1", True), ("count(1) >= 1", False), ("last(2) = 1", False)),
          (("h_t > 0.5 iff last = 1", True), ("h_t < 1.2", True), ("h_t > 1", False))),
    Built("ones side by side", plain(BITS, r"""
$$\begin{aligned}
u_t &= x_t \\
s_t &= \max(s_{t-1}, \min(u_{t-1}, x_t))
\end{aligned}$$
with $u_0 = 0$, $s_0 = 0$."""), "s", ("0", "1"), lambda w: int("11" in "".join(w)), 3,
          (("seen(1 1)", True), ("longest(1) >= 2", True), ("count(1) >= 2", False), ("run(1) >= 2", False)),
          (("s_t = 1 iff seen(1 1)", True), ("s_t = 1 iff longest(1) >= 2", True), ("s_t = 1 iff count(1) >= 2", False))),
)
