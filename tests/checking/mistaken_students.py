"""Students who hold one misconception each, in plain Python floats; imports nothing of symlstm.

An `Exercise` is a random problem: a cell, its data in tenths, its document. A `Student` works any exercise of its cell as the misconception
has it at every step, and says what was written down: a value for each symbol and step, in order. `statement` writes that out with
four decimals.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

Vector = list[float]
Matrix = list[Vector]
Values = dict[str, Vector]
Function = Callable[[Vector], Vector]
TILDE = "h\u0303"


# -- arithmetic -------------------------------------------------------------------------------------------------------------------


def sigmoid(v: Vector) -> Vector:
    return [1 / (1 + math.exp(-z)) for z in v]


def tanh(v: Vector) -> Vector:
    return [math.tanh(z) for z in v]


def hard(v: Vector) -> Vector:
    return [min(1.0, max(0.0, z / 6 + 0.5)) for z in v]


def relu(v: Vector) -> Vector:
    return [max(0.0, z) for z in v]


def same(v: Vector) -> Vector:
    return v


def add(*vectors: Vector) -> Vector:
    return [sum(entries) for entries in zip(*vectors, strict=True)]


def times(*vectors: Vector) -> Vector:
    return [math.prod(entries) for entries in zip(*vectors, strict=True)]


def rest(v: Vector) -> Vector:
    return [1 - x for x in v]


def ones(v: Vector) -> Vector:
    return [1.0 for _ in v]


def zeros(v: Vector) -> Vector:
    return [0.0 for _ in v]


def half_up(x: float, places: int = 0) -> float:
    return float(math.floor(x * 10.0**places + 0.5) / 10.0**places)


def half_away(x: float, places: int = 0) -> float:
    return math.copysign(half_up(abs(x), places), x)


def half_even(x: float, places: int = 0) -> float:
    return float(round(x, places))


def half_to_zero(x: float, places: int = 0) -> float:
    return math.copysign(math.ceil(abs(x) * 10.0**places - 0.5) / 10.0**places, x)


def cut(x: float, places: int = 0) -> float:
    return float(math.trunc(x * 10.0**places) / 10.0**places)


# -- exercises --------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Exercise:
    """A problem's data. Every state and input is a list, every matrix a list of rows, also where there is one unit."""

    cell: str
    units: int
    matrices: dict[str, Matrix]
    vectors: dict[str, Vector]
    states: dict[str, Vector]
    inputs: list[Vector]
    convention: str = ""

    def by(self, name: str, v: Vector) -> Vector:
        assert all(len(row) == len(v) for row in self.matrices[name])
        return [sum(times(row, v)) for row in self.matrices[name]]

    def document(self) -> str:
        about = CELLS[self.cell]
        head = ["title: A random problem"]
        head += [] if about.equations else [f"cell: {self.cell}"]
        head += [f"convention: {self.convention}"] if self.convention else []
        body = [about.equations]
        body += [f"$${name} = {_matrix(matrix)}$$" for name, matrix in self.matrices.items()]
        body += [f"$${name} = {_vector(vector)}$$" for name, vector in self.vectors.items()]
        body += [f"$${name}_0 = {_vector(vector)}$$" for name, vector in self.states.items()]
        body += [f"$$x_{time} = {_vector(x)}$$" for time, x in enumerate(self.inputs, 1)]
        body += ["{convention}" if self.convention else ""]
        return "\n".join(["---", *head, "---", *filter(None, body), "", "```question", f"find: {about.asked}", "```", ""])


def _number(x: float) -> str:
    return f"{x:.6f}".rstrip("0").rstrip(".")


def _vector(v: Vector) -> str:
    return _number(v[0]) if len(v) == 1 else "[" + ", ".join(map(_number, v)) + "]"


def _matrix(m: Matrix) -> str:
    if len(m) == len(m[0]) == 1:
        return _number(m[0][0])
    return r"\begin{bmatrix} " + r" \\ ".join(" & ".join(map(_number, row)) for row in m) + r" \end{bmatrix}"


@dataclass(frozen=True)
class Cell:
    """Sizes of parameters (`n` units, `m` inputs), initial states, what the question asks, and how it is rightly worked.

    `equations` is empty for a cell of the catalogue.
    """

    matrices: Mapping[str, str]
    vectors: tuple[str, ...]
    states: str
    asked: str
    step: Callable[[Exercise, Values, Vector], Values]
    equations: str = ""


def exercise(
    cell: str, seed: int, *, units: int | None = None, size: int | None = None, steps: int | None = None, widest: float = 1.5,
    convention: str = "", start: bool = True,
) -> Exercise:
    """A random problem: one unit or two, one input or two, two steps or three; every number in tenths, none of them 0."""
    draw = random.Random(f"{cell} {seed}")
    n = units or draw.choice((1, 2))
    m = size or draw.choice((1, 2))
    counts = {"n": n, "m": m, "n+m": n + m, "4n": 4 * n}

    def tenths(count: int, widest: float) -> Vector:
        return [draw.choice((-1, 1)) * draw.randint(2, round(10 * widest)) / 10 for _ in range(count)]

    about = CELLS[cell]
    matrices = {}
    for name, size_of in about.matrices.items():
        rows, columns = (counts[part] for part in size_of.split())
        matrices[name] = [tenths(columns, widest) for _ in range(rows)]
    vectors = {name: tenths(n, widest) for name in about.vectors}
    states = {state: tenths(n, 1.5) if start else [0.0] * n for state in about.states}
    return Exercise(cell, n, matrices, vectors, states, [tenths(m, 1.5) for _ in range(steps or draw.choice((2, 3)))], convention)


# -- the cells, rightly worked ----------------------------------------------------------------------------------------------------
# The functions that a misconception would change are arguments.


Pre = Callable[[Exercise, str, Vector, Vector], Vector]


def lstm_pre(k: Exercise, letter: str, h: Vector, x: Vector) -> Vector:
    return add(k.by(f"W^{{{letter},h}}", h), k.by(f"W^{{{letter},x}}", x), k.vectors[f"b_{letter}"])


def keep_and_write(f: Vector, c: Vector, i: Vector, g: Vector) -> Vector:
    return add(times(f, c), times(i, g))


def show(o: Vector, c: Vector, old: Vector) -> Vector:
    return times(o, tanh(c))


Mix = Callable[[Vector, Vector, Vector, Vector], Vector]
Show = Callable[[Vector, Vector, Vector], Vector]


def lstm(
    k: Exercise, s: Values, x: Vector, *, pre: Pre = lstm_pre, act: Mapping[str, Function] | None = None,
    mix: Mix = keep_and_write, out: Show = show,
) -> Values:
    use = {"f": sigmoid, "i": sigmoid, "o": sigmoid, "c": tanh} | dict(act or {})
    f, i, o, g = (use[letter](pre(k, letter, s["h"], x)) for letter in "fioc")
    c = mix(f, s["c"], i, g)
    return {"f": f, "i": i, "o": o, "c": c, "h": out(o, c, s["c"])}


def coupled(k: Exercise, s: Values, x: Vector, *, mix: Mix = keep_and_write, out: Show = show) -> Values:
    f, o, g = sigmoid(lstm_pre(k, "f", s["h"], x)), sigmoid(lstm_pre(k, "o", s["h"], x)), tanh(lstm_pre(k, "c", s["h"], x))
    c = mix(f, s["c"], rest(f), g)
    return {"f": f, "i": rest(f), "o": o, "c": c, "h": out(o, c, s["c"])}


def stacked(
    k: Exercise, s: Values, x: Vector, *, order: str = "ifog", turned: bool = False, act: Mapping[str, Function] | None = None,
) -> Values:
    rows, n = k.by("W", x + s["h"] if turned else s["h"] + x), k.units
    use = {"i": sigmoid, "f": sigmoid, "o": sigmoid, "g": tanh} | dict(act or {})
    i, f, o, g = (use[letter](rows[order.index(letter) * n : (order.index(letter) + 1) * n]) for letter in "ifog")
    c = add(times(f, s["c"]), times(i, g))
    return {"i": i, "f": f, "o": o, "g": g, "c": c, "h": times(o, tanh(c))}


def peephole(k: Exercise, s: Values, x: Vector, *, late: bool = False, biased: bool = True) -> Values:
    def sums(letter: str) -> Vector:
        parts = [k.by(f"W_{{x{letter}}}", x), k.by(f"W_{{h{letter}}}", s["h"])]
        return add(*parts, k.vectors[f"b_{letter}"]) if biased else add(*parts)

    i = sigmoid(add(sums("i"), times(k.vectors["w_{ci}"], s["c"])))
    f = sigmoid(add(sums("f"), times(k.vectors["w_{cf}"], s["c"])))
    c = add(times(f, s["c"]), times(i, tanh(sums("c"))))
    o = sigmoid(add(sums("o"), times(k.vectors["w_{co}"], s["c"] if late else c)))
    return {"i": i, "f": f, "c": c, "o": o, "h": times(o, tanh(c))}


def old_peephole(k: Exercise, s: Values, x: Vector) -> Values:
    return peephole(k, s, x, late=True)


def gru_mix(z: Vector, h: Vector, candidate: Vector) -> Vector:
    return add(times(z, h), times(rest(z), candidate))


def gru_of_state(k: Exercise, r: Vector, h: Vector) -> Vector:
    return k.by("U", times(r, h))


def gru(
    k: Exercise, s: Values, x: Vector, *, mix: Callable[[Vector, Vector, Vector], Vector] = gru_mix,
    of_state: Callable[[Exercise, Vector, Vector], Vector] = gru_of_state, act: Mapping[str, Function] | None = None,
    on_everything: bool = False, swapped: bool = False,
) -> Values:
    use = {"r": sigmoid, "z": sigmoid, "h": tanh} | dict(act or {})
    h = s["h"]
    r = use["r"](add(k.by("W_r", x), k.by("U_r", h), k.vectors["b_r"]))
    z = use["z"](add(k.by("W_z", x), k.by("U_z", h), k.vectors["b_z"]))
    reset, update = (z, r) if swapped else (r, z)
    if on_everything:
        inner = times(reset, add(k.by("W", x), k.by("U", h), k.vectors["b"]))
    else:
        inner = add(k.by("W", x), of_state(k, reset, h), k.vectors["b"])
    candidate = use["h"](inner)
    return {"r": r, "z": z, TILDE: candidate, "h": mix(update, h, candidate)}


def reset_after(k: Exercise, s: Values, x: Vector, *, way: str = "", dropped: str = "") -> Values:
    def bias(name: str) -> Vector:
        return zeros(s["h"]) if name == dropped else k.vectors[f"b_{{{name}}}"]

    h = s["h"]
    r = sigmoid(add(k.by("W_{ir}", x), bias("ir"), k.by("W_{hr}", h), bias("hr")))
    z = sigmoid(add(k.by("W_{iz}", x), bias("iz"), k.by("W_{hz}", h), bias("hz")))
    of_input, state = add(k.by("W_{in}", x), bias("in")), k.by("W_{hn}", h)
    if way == "before":
        inner = add(of_input, k.by("W_{hn}", times(r, h)), bias("hn"))
    elif way == "everything":
        inner = times(r, add(of_input, state, bias("hn")))
    elif way == "left out":
        inner = add(of_input, state, bias("hn"))
    else:
        inner = add(of_input, times(r, add(state, bias("hn"))))
    n = tanh(inner)
    return {"r": r, "z": z, "n": n, "h": add(times(rest(z), n), times(z, h))}


def gated(k: Exercise, s: Values, x: Vector, *, complement: bool = False, act: Function = tanh, sign: int = -1) -> Values:
    g = sigmoid(add(k.by("W^{g,s}", s["s"]), k.by("W^{g,x}", x)))
    candidate = act(add(k.by("W^{s,s}", s["s"]), k.by("W^{s,x}", x)))
    kept, written = [1 + sign * y for y in g], g
    if complement:
        kept, written = written, kept
    return {"g": g, "s": add(times(kept, s["s"]), times(written, candidate))}


def mgu(k: Exercise, s: Values, x: Vector, *, turned: bool = False, reset: bool = True) -> Values:
    def stack(h: Vector) -> Vector:
        return x + h if turned else h + x

    h = s["h"]
    f = sigmoid(add(k.by("W_f", stack(h)), k.vectors["b_f"]))
    candidate = tanh(add(k.by("W_h", stack(times(f, h) if reset else h)), k.vectors["b_h"]))
    return {"f": f, TILDE: candidate, "h": add(times(rest(f), h), times(f, candidate))}


def two_biases(k: Exercise, s: Values, x: Vector, *, dropped: str = "", recurrent: bool = True, act: Function = tanh) -> Values:
    parts = [k.by("W_{ih}", x)] + ([k.by("W_{hh}", s["h"])] if recurrent else [])
    parts += [k.vectors[name] for name in ("b_{ih}", "b_{hh}") if name not in dropped.split()]
    return {"h": act(add(*parts))}


def two_layers(k: Exercise, s: Values, x: Vector, *, early: bool = False) -> Values:
    h = tanh(add(k.by("W", s["h"]), k.by("U", x)))
    return {"h": h, "q": tanh(add(k.by("A", s["q"]), k.by("B", h if early else s["h"])))}


def hard_lstm(k: Exercise, s: Values, x: Vector, *, soft: str = "") -> Values:
    def gate(letter: str) -> Vector:
        z = add(k.by(f"W_{letter}", x), k.by(f"U_{letter}", s["h"]), k.vectors[f"b_{letter}"])
        return tanh(z) if letter == "c" else (sigmoid if letter in soft else hard)(z)

    i, f, g, o = (gate(letter) for letter in "ifco")
    c = add(times(f, s["c"]), times(i, g))
    return {"i": i, "f": f, "c": c, "o": o, "h": times(o, tanh(c))}


def leaky(k: Exercise, s: Values, x: Vector) -> Values:
    """With numbers that terminate, so that ties come about."""
    return {"h": relu(add(k.by("a", s["h"]), x))}


def _lstm_sizes(letters: str) -> tuple[dict[str, str], tuple[str, ...]]:
    matrices = {f"W^{{{g},h}}": "n n" for g in letters} | {f"W^{{{g},x}}": "n m" for g in letters}
    return matrices, tuple(f"b_{g}" for g in letters)


_PEEPHOLE = (
    {f"W_{{x{g}}}": "n m" for g in "ifco"} | {f"W_{{h{g}}}": "n n" for g in "ifco"},
    (*(f"b_{g}" for g in "ifco"), *(f"w_{{c{g}}}" for g in "ifo")),
)

CELLS: dict[str, Cell] = {
    "lstm": Cell(*_lstm_sizes("fioc"), "hc", "h", lstm),
    "lstm-coupled": Cell(*_lstm_sizes("foc"), "hc", "h", coupled),
    "lstm-stacked": Cell({"W": "4n n+m"}, (), "hc", "h", stacked),
    "lstm-peephole": Cell(*_PEEPHOLE, "hc", "h", peephole),
    "gru": Cell(
        {"W_r": "n m", "W_z": "n m", "W": "n m", "U_r": "n n", "U_z": "n n", "U": "n n"}, ("b_r", "b_z", "b"), "h", "h", gru,
    ),
    "gru-reset-after": Cell(
        {f"W_{{i{g}}}": "n m" for g in "rzn"} | {f"W_{{h{g}}}": "n n" for g in "rzn"},
        tuple(f"b_{{{part}{g}}}" for g in "rzn" for part in "ih"), "h", "h", reset_after,
    ),
    "gated-rnn": Cell({"W^{g,s}": "n n", "W^{g,x}": "n m", "W^{s,s}": "n n", "W^{s,x}": "n m"}, (), "s", "s", gated),
    "mgu": Cell({"W_f": "n n+m", "W_h": "n n+m"}, ("b_f", "b_h"), "h", "h", mgu),
    "two biases": Cell(
        {"W_{ih}": "n m", "W_{hh}": "n n"}, ("b_{ih}", "b_{hh}"), "h", "h", two_biases,
        r"$$h_t = \tanh(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh})$$",
    ),
    "two layers": Cell(
        {"W": "n n", "U": "n m", "A": "n n", "B": "n n"}, (), "hq", "q", two_layers,
        r"$$\begin{aligned} h_t &= \tanh(W h_{t-1} + U x_t) \\ q_t &= \tanh(A q_{t-1} + B h_{t-1}) \end{aligned}$$",
    ),
    "peephole at the old cell": Cell(
        *_PEEPHOLE, "hc", "h", old_peephole,
        r"""$$\begin{aligned}
i_t &= \sigma(W_{xi} x_t + W_{hi} h_{t-1} + w_{ci} \odot c_{t-1} + b_i) \\
f_t &= \sigma(W_{xf} x_t + W_{hf} h_{t-1} + w_{cf} \odot c_{t-1} + b_f) \\
c_t &= f_t \odot c_{t-1} + i_t \odot \tanh(W_{xc} x_t + W_{hc} h_{t-1} + b_c) \\
o_t &= \sigma(W_{xo} x_t + W_{ho} h_{t-1} + w_{co} \odot c_{t-1} + b_o) \\
h_t &= o_t \odot \tanh(c_t)
\end{aligned}$$""",
    ),
    "hard gates": Cell(
        {f"W_{g}": "n m" for g in "ifco"} | {f"U_{g}": "n n" for g in "ifco"}, tuple(f"b_{g}" for g in "ifco"), "hc", "h", hard_lstm,
        r"""$$\begin{aligned}
i_t &= \operatorname{hardsigmoid}(W_i x_t + U_i h_{t-1} + b_i) \\
f_t &= \operatorname{hardsigmoid}(W_f x_t + U_f h_{t-1} + b_f) \\
c_t &= f_t \odot c_{t-1} + i_t \odot \tanh(W_c x_t + U_c h_{t-1} + b_c) \\
o_t &= \operatorname{hardsigmoid}(W_o x_t + U_o h_{t-1} + b_o) \\
h_t &= o_t \odot \tanh(c_t)
\end{aligned}$$""",
    ),
    "leaky": Cell({"a": "n n"}, (), "h", "h", leaky, r"$$h_t = \operatorname{relu}(a h_{t-1} + x_t)$$"),
}


# -- working an exercise ----------------------------------------------------------------------------------------------------------


Stated = list[tuple[str, int, Vector]]
Step = Callable[..., Values]
Work = Callable[[Exercise], Stated]


def walk(k: Exercise, step: Step, **how: object) -> Stated:
    """What is stated where every step is worked alike."""
    states, out = dict(k.states), []
    for time, x in enumerate(k.inputs, 1):
        made = step(k, states, x, **how)
        states = {name: made[name] for name in states}
        out += [(name, time, value) for name, value in made.items()]
    return out


def rightly(k: Exercise) -> Stated:
    return walk(k, CELLS[k.cell].step)


def by(step: Step, **how: object) -> Work:
    return lambda k: walk(k, step, **how)


def with_data(change: Callable[[Exercise], Exercise]) -> Work:
    """Other data, rightly worked."""
    return lambda k: rightly(change(k))


def without(work: Work, *names: str) -> Work:
    """Some symbols are never written down."""
    return lambda k: [s for s in work(k) if s[0] not in names]


def written_as(work: Work, name: str, number: float) -> Work:
    return lambda k: [(n, t, [number] * len(v) if n == name else v) for n, t, v in work(k)]


def text(v: Vector) -> str:
    """Four decimals, whole numbers as such."""
    shown = [str(int(x)) if x == int(x) else f"{x:.4f}" for x in v]
    return shown[0] if len(shown) == 1 else "(" + ", ".join(shown) + ")"


def differs(stated: Stated, right: Stated) -> bool:
    """Whether some number is another, by more than the last of three decimals."""
    known = {(name, time): v for name, time, v in right}
    return any(abs(a - b) > 2e-3 for name, time, v in stated for a, b in zip(v, known[name, time], strict=True))


def statement(stated: Stated) -> str:
    """A line for each value."""
    return "".join(f"{name}_{time} = {text(v)}\n" for name, time, v in stated)


def only(stated: Stated, name: str) -> str:
    """The list of one symbol's values."""
    found = [[f"{x:.4f}" for x in v] for n, _, v in stated if n == name]
    entries = [v[0] if len(v) == 1 else "[" + ", ".join(v) + "]" for v in found]
    return f"{name} = [{', '.join(entries)}]\n"


# -- what the students do -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Student:
    """A misconception's code, how it shows, names that the diagnosis is to have (or any), what a problem is made of, how it is worked."""

    code: str
    about: str
    cell: str
    work: Work
    names: str = ""
    options: Mapping[str, object] = field(default_factory=dict)
    change: Callable[[Exercise], Exercise] | None = None
    """What makes the random problem one on which the misconception shows."""
    right: Work = rightly
    """The same without the misconception."""

    def exercise(self, seed: int) -> Exercise:
        made = exercise(self.cell, seed, **self.options)  # type: ignore[arg-type]
        return self.change(made) if self.change else made

    def __str__(self) -> str:
        return f"{self.code} ({self.about})"


def students() -> Iterator[Student]:
    yield from _functions()
    yield from _gates()
    yield from _terms()
    yield from _states()
    yield from _operators()
    yield from _conventions()
    yield from _pens()


# -- functions


def _functions() -> Iterator[Student]:
    yield Student("tanh-left-off", "h = o c", "lstm", by(lstm, out=lambda o, c, old: times(o, c)), "h")
    yield Student("tanh-left-off", "coupled", "lstm-coupled", by(coupled, out=lambda o, c, old: times(o, c)), "h")

    def stored(f: Vector, c: Vector, i: Vector, g: Vector) -> Vector:
        return tanh(keep_and_write(f, c, i, g))

    yield Student("tanh-stored", "h = o c", "lstm", by(lstm, mix=stored, out=lambda o, c, old: times(o, c)), "c:h")
    yield Student("tanh-stored", "and a second tanh", "lstm", by(lstm, mix=stored), "c:h")
    for letter in "fio":
        yield Student("tanh-for-sigmoid", letter, "lstm", by(lstm, act={letter: tanh}), letter)
    yield Student("tanh-for-sigmoid", "all gates", "lstm", by(lstm, act=dict.fromkeys("fio", tanh)), "every equation")
    yield Student("tanh-for-sigmoid", "update gate", "gru", by(gru, act={"z": tanh}), "z")
    yield Student("sigmoid-for-tanh", "candidate", "lstm", by(lstm, act={"c": sigmoid}), "c")
    yield Student("sigmoid-for-tanh", "output", "lstm", by(lstm, out=lambda o, c, old: times(o, sigmoid(c))), "h")
    yield Student(
        "sigmoid-for-tanh", "both", "lstm", by(lstm, act={"c": sigmoid}, out=lambda o, c, old: times(o, sigmoid(c))), "every equation",
    )
    yield Student("sigmoid-for-tanh", "candidate of the GRU", "gru", by(gru, act={"h": sigmoid}))
    yield Student("sigmoid-for-tanh", "RNN", "two biases", by(two_biases, act=sigmoid), "h")
    yield Student("hard-for-soft", "f", "lstm", by(lstm, act={"f": hard}), "f")
    yield Student("hard-for-soft", "all gates", "lstm", by(lstm, act=dict.fromkeys("fio", hard)), "every equation")
    yield Student("soft-for-hard", "o", "hard gates", by(hard_lstm, soft="o"), "o")
    yield Student("soft-for-hard", "all gates", "hard gates", by(hard_lstm, soft="ifo"), "every equation")
    for letter in "fo":
        yield Student("activation-left-off", letter, "lstm", by(lstm, act={letter: same}), letter)
    yield Student("activation-left-off", "g", "lstm-stacked", by(stacked, act={"g": same}), "g")
    yield Student("activation-left-off", "candidate of the GRU", "gru", by(gru, act={"h": same}))
    yield Student("activation-left-off", "RNN", "two biases", by(two_biases, act=same), "h")
    yield Student("activation-left-off", "all gates", "lstm", by(lstm, act=dict.fromkeys("fio", same)))


# -- gates


def _gates() -> Iterator[Student]:
    pairs = (("f", "i"), ("f", "o"), ("i", "o"))
    for a, b in pairs:
        def pre(k: Exercise, letter: str, h: Vector, x: Vector, a: str = a, b: str = b) -> Vector:
            return lstm_pre(k, {a: b, b: a}.get(letter, letter), h, x)

        yield Student("gates-swapped", f"weights of {a} and {b}", "lstm", by(lstm, pre=pre), f"{a}:{b}")

    def used(k: Exercise, s: Values, x: Vector, pair: str) -> Values:
        a, b = pair[0], pair[1]
        right = lstm(k, s, x)
        use = {g: right[{a: b, b: a}.get(g, g)] for g in "fio"}
        c = add(times(use["f"], s["c"]), times(use["i"], tanh(lstm_pre(k, "c", s["h"], x))))
        return {**{g: right[g] for g in "fio"}, "c": c, "h": times(use["o"], tanh(c))}

    for a, b in pairs:
        yield Student("gates-swapped", f"{a} and {b} where they are used", "lstm", by(used, pair=a + b), f"{a}:{b}")
    yield Student("gates-swapped", "r and z", "gru", by(gru, swapped=True), "r:z")

    # A gate taken as 1 or 0 may be written so, not be written at all, or be worked out and not used.
    def fixed(which: str, number: float) -> Work:
        def mix(f: Vector, c: Vector, i: Vector, g: Vector) -> Vector:
            value = [number] * len(c)
            return keep_and_write(value if which == "f" else f, c, value if which == "i" else i, g)

        def out(o: Vector, c: Vector, old: Vector) -> Vector:
            return times([number] * len(c) if which == "o" else o, tanh(c))

        return by(lstm, mix=mix, out=out)

    for code, which, number in (
        ("gate-ignored", "o", 1.0), ("gate-ignored", "i", 1.0), ("gate-shut", "o", 0.0), ("gate-shut", "i", 0.0),
        ("forget-gate-left-out", "f", 1.0), ("memory-left-out", "f", 0.0),
    ):  # fmt: skip
        work = fixed(which, number)
        yield Student(code, f"{which}, not written", "lstm", without(work, which), which)
        yield Student(code, f"{which}, written and not used", "lstm", work, which)
        yield Student(code, f"{which}, written as {number:.0f}", "lstm", written_as(work, which, number), which)
    yield Student("memory-left-out", "GRU", "gru", by(gru, mix=lambda z, h, candidate: times(rest(z), candidate)))
    yield Student("forget-gate-left-out", "GRU", "gru", by(gru, mix=lambda z, h, candidate: add(h, times(rest(z), candidate))))
    yield Student(
        "gates-rounded", "to integers", "lstm",
        by(lstm, act=dict.fromkeys("fio", lambda v: [half_up(y) for y in sigmoid(v)])),
    )
    yield Student(
        "gates-rounded", "0.5 is 1", "lstm", by(lstm, act=dict.fromkeys("fio", lambda v: [half_up(y) for y in sigmoid(v)])),
        change=lambda k: replace(
            k, vectors={name: zeros(v) if name != "b_c" else v for name, v in k.vectors.items()}, states=k.states | {"h": zeros(k.states["h"])},
            inputs=[zeros(k.inputs[0]), *k.inputs[1:]],
        ),
    )
    yield Student("gate-complemented", "z", "gru", by(gru, mix=lambda z, h, candidate: gru_mix(rest(z), h, candidate)), "z")
    yield Student("gate-complemented", "g", "gated-rnn", by(gated, complement=True), "g")
    yield Student(
        "gate-complemented", "coupled gates", "lstm-coupled", by(coupled, mix=lambda f, c, i, g: keep_and_write(i, c, f, g)), "f",
    )
    yield Student("reset-left-out", "GRU", "gru", by(gru, of_state=lambda k, r, h: k.by("U", h)), "r")
    yield Student("reset-left-out", "reset after", "gru-reset-after", by(reset_after, way="left out"), "r")
    yield Student("reset-misplaced", "behind the product", "gru", by(gru, of_state=lambda k, r, h: times(r, k.by("U", h))), options={"units": 2})
    yield Student("reset-misplaced", "on everything", "gru", by(gru, on_everything=True))
    yield Student("reset-misplaced", "before the product", "gru-reset-after", by(reset_after, way="before"), options={"units": 2})
    yield Student("reset-misplaced", "on everything, reset after", "gru-reset-after", by(reset_after, way="everything"))


# -- terms


def _terms() -> Iterator[Student]:
    def plain(k: Exercise, letter: str, h: Vector, x: Vector, *, biased: str = "fioc", recurrent: str = "fioc") -> Vector:
        parts = [k.by(f"W^{{{letter},x}}", x)]
        parts += [k.by(f"W^{{{letter},h}}", h)] if letter in recurrent else []
        parts += [k.vectors[f"b_{letter}"]] if letter in biased else []
        return add(*parts)

    for letter in "foc":
        others = "fioc".replace(letter, "")
        yield Student("bias-dropped", letter, "lstm", by(lstm, pre=lambda *a, o=others: plain(*a, biased=o)), f"b_{letter}:{letter}")
        yield Student("recurrent-dropped", letter, "lstm", by(lstm, pre=lambda *a, o=others: plain(*a, recurrent=o)), letter)
    yield Student("biases-dropped", "LSTM", "lstm", by(lstm, pre=lambda *a: plain(*a, biased="")))
    yield Student("biases-dropped", "peepholes", "lstm-peephole", by(peephole, biased=False))
    yield Student("biases-dropped", "both of one equation", "two biases", by(two_biases, dropped="b_{ih} b_{hh}"))
    yield Student("recurrent-dropped", "all", "lstm", by(lstm, pre=lambda *a: plain(*a, recurrent="")), "every equation")
    yield Student("recurrent-dropped", "RNN", "two biases", by(two_biases, recurrent=False), "h")
    for name in ("ih", "hh"):
        yield Student("bias-dropped", f"b_{name} of two", "two biases", by(two_biases, dropped=f"b_{{{name}}}"), f"b_{{{name}}}:h")
    yield Student("bias-dropped", "inside the reset", "gru-reset-after", by(reset_after, dropped="hn"), "b_{hn}:n")

    def positive(v: Vector) -> Vector:
        return [abs(x) for x in v]

    def negative(v: Vector) -> Vector:
        return [-abs(x) for x in v]

    yield Student(
        "sign-lost", "of a bias", "lstm", with_data(lambda k: replace(k, vectors=k.vectors | {"b_i": positive(k.vectors["b_i"])})), "b_i",
        change=lambda k: replace(k, vectors=k.vectors | {"b_i": negative(k.vectors["b_i"])}),
    )
    name = "W^{c,x}"
    yield Student(
        "sign-lost", "of a weight", "lstm", with_data(lambda k: replace(k, matrices=k.matrices | {name: [[abs(x) for x in row] for row in k.matrices[name]]})),
        name, change=lambda k: replace(k, matrices=k.matrices | {name: [negative(row) for row in k.matrices[name]]}),
    )
    yield Student(
        "sign-lost", "of one entry", "lstm",
        with_data(lambda k: replace(k, matrices=k.matrices | {name: [[abs(k.matrices[name][0][0]), *k.matrices[name][0][1:]], *k.matrices[name][1:]]})),
        name, {"units": 2}, change=lambda k: replace(k, matrices=k.matrices | {name: [negative(row) for row in k.matrices[name]]}),
    )
    yield Student(
        "sign-lost", "of an initial value", "gru", with_data(lambda k: replace(k, states={"h": positive(k.states["h"])})), "h_0",
        change=lambda k: replace(k, states={"h": negative(k.states["h"])}),
    )
    yield Student(
        "sign-lost", "of an input", "lstm", with_data(lambda k: replace(k, inputs=[k.inputs[0], positive(k.inputs[1]), *k.inputs[2:]])), "x_2",
        change=lambda k: replace(k, inputs=[k.inputs[0], negative(k.inputs[1]), *k.inputs[2:]]),
    )
    yield Student(
        "sign-lost", "of all inputs", "lstm", with_data(lambda k: replace(k, inputs=[positive(x) for x in k.inputs])),
        change=lambda k: replace(k, inputs=[negative(x) for x in k.inputs]),
    )
    yield Student("sign-lost", "1 + g for 1 - g", "gated-rnn", by(gated, sign=1), "the equation of s")

    def matrices(change: Callable[[Matrix], Matrix], *names: str) -> Work:
        def changed(k: Exercise) -> Exercise:
            return replace(k, matrices={n: change(m) if (n in names if names else len(m) == len(m[0])) else m for n, m in k.matrices.items()})

        return with_data(changed)

    def transposed(m: Matrix) -> Matrix:
        return [list(column) for column in zip(*m)]

    def diagonal(m: Matrix) -> Matrix:
        return [[x if a == b else 0.0 for b, x in enumerate(row)] for a, row in enumerate(m)]

    for code, change in (("matrix-transposed", transposed), ("matrix-elementwise", diagonal)):
        yield Student(code, "W^{f,h}", "lstm", matrices(change, "W^{f,h}"), "W^{f,h}", {"units": 2})
        yield Student(code, "U", "gru", matrices(change, "U"), "U", {"units": 2})
        yield Student(code, "all", "lstm", matrices(change), "every square matrix", {"units": 2, "size": 1})
        yield Student(code, "all, also on the input", "lstm", matrices(change), "every square matrix", {"units": 2, "size": 2})
        yield Student(code, "those on the state", "lstm", matrices(change, *(f"W^{{{g},h}}" for g in "fioc")), options={"units": 2, "size": 2})
        yield Student(code, "RNN", "two biases", matrices(change), options={"units": 2, "size": 1})
    yield Student("stack-turned", "LSTM", "lstm-stacked", by(stacked, turned=True))
    yield Student("stack-turned", "MGU", "mgu", by(mgu, turned=True))
    for order in ("ifgo", "fiog", "gifo"):
        words = f"{', '.join(order)}:i, f, o, g"
        yield Student("rows-reordered", order, "lstm-stacked", by(stacked, order=order), words)


# -- states, inputs


def _states() -> Iterator[Student]:
    def other_state(k: Exercise, s: Values, x: Vector, letters: str) -> Values:
        def pre(k: Exercise, letter: str, h: Vector, x: Vector) -> Vector:
            return lstm_pre(k, letter, s["c"] if letter in letters else h, x)

        return lstm(k, s, x, pre=pre)

    def swapped_memory(k: Exercise, s: Values, x: Vector) -> Values:
        return lstm(k, s, x, mix=lambda f, c, i, g: keep_and_write(f, s["h"], i, g))

    yield Student("states-swapped", "c for h everywhere", "lstm", by(other_state, letters="fioc"), "h:c")
    yield Student("states-swapped", "c for h in f", "lstm", by(other_state, letters="f"), "h:c")
    yield Student("states-swapped", "c for h in the gates", "lstm", by(other_state, letters="fio"), "h:c")
    yield Student("states-swapped", "h for c", "lstm", by(swapped_memory), "c:h")

    def stuck(names: str) -> Work:
        def work(k: Exercise) -> Stated:
            states, out = dict(k.states), []
            for time, x in enumerate(k.inputs, 1):
                made = CELLS[k.cell].step(k, states, x)
                states = {name: k.states[name] if name in names else made[name] for name in states}
                out += [(name, time, value) for name, value in made.items()]
            return out

        return work

    yield Student("state-not-updated", "h", "lstm", stuck("h"), "h")
    yield Student("state-not-updated", "c", "lstm", stuck("c"), "c")
    yield Student("state-not-updated", "h and c", "lstm", stuck("hc"))
    yield Student("state-not-updated", "GRU", "gru", stuck("h"), "h")
    yield Student("state-not-updated", "from 0", "two biases", stuck("h"), "h", {"start": False})
    yield Student("state-too-early", "second layer", "two layers", by(two_layers, early=True), "h:q")
    yield Student("state-too-early", "peephole", "peephole at the old cell", by(peephole), "c:o")
    yield Student("state-too-late", "peephole", "lstm-peephole", by(old_peephole), "c:o")
    yield Student("state-too-late", "output", "lstm", by(lstm, out=lambda o, c, old: times(o, tanh(old))), "c:h")

    def next_inputs(k: Exercise) -> Stated:
        return rightly(replace(k, inputs=k.inputs[1:]))

    def earlier_inputs(k: Exercise) -> Stated:
        return rightly(replace(k, inputs=[zeros(k.inputs[0]), *k.inputs[:-1]]))

    def first_twice(k: Exercise) -> Stated:
        return rightly(replace(k, inputs=[k.inputs[0], *k.inputs[:-1]]))

    def last_twice(k: Exercise) -> Stated:
        return rightly(replace(k, inputs=[*k.inputs[1:], k.inputs[-1]]))

    for about, work in (("next", next_inputs), ("next, the last twice", last_twice)):
        yield Student("input-of-wrong-step", about, "lstm", work, "the next step", {"steps": 3})
    for about, work in (("before, 0 at first", earlier_inputs), ("before, the first twice", first_twice)):
        yield Student("input-of-wrong-step", about, "lstm", work, "the step before", {"steps": 3})
    yield Student("input-of-wrong-step", "next, GRU", "gru", next_inputs, "the next step", {"steps": 3})

    def begun(**states: Callable[[Exercise], Vector]) -> Work:
        return with_data(lambda k: replace(k, states=k.states | {name: make(k) for name, make in states.items()}))

    yield Student("initial-state-wrong", "h is 0", "lstm", begun(h=lambda k: zeros(k.states["h"])), "h_0:0")
    yield Student("initial-state-wrong", "c is 0", "lstm", begun(c=lambda k: zeros(k.states["c"])), "c_0:0")
    yield Student("initial-state-wrong", "both are 0", "lstm", begun(c=lambda k: zeros(k.states["c"]), h=lambda k: zeros(k.states["c"])))
    yield Student("initial-state-wrong", "exchanged", "lstm", begun(h=lambda k: k.states["c"], c=lambda k: k.states["h"]))
    yield Student("initial-state-wrong", "1 for 0", "gru", begun(h=lambda k: ones(k.states["h"])), "h_0:1", {"start": False})


# -- operators


def _operators() -> Iterator[Student]:
    yield Student("sum-for-product", "f + c", "lstm", by(lstm, mix=lambda f, c, i, g: add(f, c, times(i, g))), "c")
    yield Student("sum-for-product", "i + g", "lstm", by(lstm, mix=lambda f, c, i, g: add(times(f, c), i, g)), "c")
    yield Student("sum-for-product", "both in c", "lstm", by(lstm, mix=lambda f, c, i, g: add(f, c, i, g)), "c")
    yield Student("sum-for-product", "o + tanh(c)", "lstm", by(lstm, out=lambda o, c, old: add(o, tanh(c))), "h")
    yield Student("sum-for-product", "z + h", "gru", by(gru, mix=lambda z, h, candidate: add(z, h, times(rest(z), candidate))), "h")
    yield Student("product-for-sum", "c", "lstm", by(lstm, mix=lambda f, c, i, g: times(f, c, i, g)), "c")
    yield Student("product-for-sum", "h", "gru", by(gru, mix=lambda z, h, candidate: times(z, h, rest(z), candidate)), "h")


# -- conventions


def _limited(function: Function, at: float, low: float) -> Function:
    # What is just the threshold in decimals may be a hair less in floats.
    return lambda v: [(1.0 if z > 0 else low) if abs(z) > at - 1e-9 else y for z, y in zip(v, function(v), strict=True)]


def _saturating(at: float) -> Work:
    gate, bent = _limited(sigmoid, at, 0.0), _limited(tanh, at, -1.0)
    return by(lstm, act={"f": gate, "i": gate, "o": gate, "c": bent}, out=lambda o, c, old: times(o, bent(c)))


Rule = Callable[[float, int], float]


def rounding(rule: Rule, **places: int) -> Work:
    """c and h rounded by a rule, and carried on so."""

    def work(k: Exercise) -> Stated:
        states, out = dict(k.states), []
        for time, x in enumerate(k.inputs, 1):
            made = CELLS[k.cell].step(k, states, x)
            if "c" in places:
                made["c"] = [rule(y, places["c"]) for y in made["c"]]
                made["h"] = times(made["o"], tanh(made["c"]))
            if "h" in places:
                made["h"] = [rule(y, places["h"]) for y in made["h"]]
            states = {name: made[name] for name in states}
            out += [(name, time, value) for name, value in made.items()]
        return out

    return work


def _conventions() -> Iterator[Student]:
    for at in (1, 2, 3):
        yield Student("saturation-not-allowed", f"from {at}", "lstm", _saturating(at), options={"widest": 3.0})
    yield Student("saturation-not-allowed", "from 2 for 20", "lstm", _saturating(2), options={"widest": 3.0, "convention": "{saturate: 20}"})
    yield Student("saturation-left-out", "2", "lstm", rightly, "", {"widest": 3.0, "convention": "{saturate: 2}"}, right=_saturating(2))
    yield Student("saturation-left-out", "1", "lstm", rightly, "", {"convention": "{saturate: 1}"}, right=_saturating(1))
    yield Student(
        "decimals-given", "h", "lstm", rightly, "", {"convention": "{round: {h: 0}, ties: even, carry: true}"}, right=rounding(half_even, h=0),
    )
    yield Student(
        "decimals-given", "c and h", "lstm", rightly, "", {"convention": "{round: {c: 1, h: 1}, ties: even, carry: true}"},
        right=rounding(half_even, c=1, h=1),
    )
    yield Student(
        "other-ties", "cut for even", "lstm", rounding(cut, c=2, h=2), "the further digits are cut off",
        {"convention": "{round: {c: 2, h: 2}, ties: even, carry: true}"}, right=rounding(half_even, c=2, h=2),
    )
    halves: tuple[tuple[str, str, Rule, Rule, str], ...] = (
        ("half up for half even", "even", half_even, half_up, "a tie goes up"),
        ("half even for half up", "up", half_up, half_even, "a tie goes to the even digit"),
        ("half up for toward zero", "zero", half_to_zero, half_up, "a tie goes up"),
        ("cut for half away", "away", half_away, cut, "the further digits are cut off"),
    )
    for about, ties, right, rule, words in halves:
        yield Student(
            "other-ties", about, "leaky", rounding(rule, h=0), words,
            {"units": 1, "size": 1, "steps": 3, "convention": f"{{round: {{h: 0}}, ties: {ties}, carry: true}}"},
            lambda k: replace(k, matrices={"a": [[0.5]]}, states={"h": [1.0]}, inputs=[[math.floor(abs(10 * x[0])) / 2] for x in k.inputs]),
            rounding(right, h=0),
        )


# -- slips of the pen


def _pens() -> Iterator[Student]:
    def slipping(kind: str) -> Callable[[str], str]:
        def slip(number: str) -> str:
            if kind == "sign-lost":
                return number.removeprefix("-")
            head, digits = number.split(".")
            for k in range(3):
                if digits[k] != digits[k + 1] and kind == "digits-transposed":
                    return f"{head}.{digits[:k]}{digits[k + 1]}{digits[k]}{digits[k + 2 :]}"
            if kind == "digit-miscopied":
                return f"{head}.{digits[0]}{(int(digits[1]) + 3) % 10}{digits[2:]}"
            return number

        return slip

    def copying(kind: str, at: tuple[str, int], carried: bool) -> Work:
        slip = slipping(kind)

        def work(k: Exercise) -> Stated:
            states, out = dict(k.states), []
            for time, x in enumerate(k.inputs, 1):
                made = CELLS[k.cell].step(k, states, x)
                name = at[0]
                if time == at[1]:
                    wrong = [float(slip(f"{made[name][0]:.4f}")), *made[name][1:]]
                    if carried and name == "c":
                        made["h"] = times(made["o"], tanh(wrong))
                    right, made[name] = made[name], wrong
                out += [(n, time, value) for n, value in made.items()]
                if time == at[1] and not carried:
                    made[name] = right
                states = {n: made[n] for n in states}
            return out

        return work

    for kind in ("digits-transposed", "digit-miscopied", "sign-lost"):
        for name, carried in (("c", True), ("h", True), ("c", False)):
            yield Student(kind, f"{name}_1, {'carried on' if carried else 'once'}", "lstm", copying(kind, (name, 1), carried))
        if kind != "sign-lost":
            yield Student(kind, "f_1, once", "lstm", copying(kind, ("f", 1), False))
        yield Student(kind, "h_2 of the GRU", "gru", copying(kind, ("h", 2), True))

    def late(k: Exercise) -> Stated:
        """Only h, and in the place of each the one before it."""
        found = [v for name, _, v in rightly(k) if name == "h"]
        return [("h", time, v) for time, v in enumerate([k.states["h"], *found[:-1]], 1)]

    for cell in ("lstm", "gru"):
        yield Student("answers-shifted", f"one step late, {cell}", cell, late, options={"steps": 3})


STUDENTS = tuple(students())
