"""Students' work, made up: random problems on every cell of the catalogue, and derivations of them written in many styles.

A plain writer that imports nothing of symlstm. It computes by the decimal module at 60 digits from the cells' equations as they are
written here once more, keeps the conventions of section 3 of the design, and writes down what a careful student would: every number
correctly rounded. A derivation may carry one mistake; what comes after it is then worked out from the wrong number.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, localcontext
from typing import NamedTuple, TypeAlias

PRECISION = Context(prec=60)
ONE, ZERO = Decimal(1), Decimal(0)
SHOWN = 4
"""Decimals of a value that is no terminating decimal, where a problem says nothing of them."""


# -- numbers ----------------------------------------------------------------------------------------------------------------------


class N(NamedTuple):
    """A number, and whether it is exact (a terminating decimal) or comes from a transcendental function."""

    d: Decimal
    exact: bool = True


Vector: TypeAlias = tuple[N, ...]
Matrix: TypeAlias = tuple[Vector, ...]


def plus(a: N, b: N) -> N:
    return N(a.d + b.d, a.exact and b.exact)


def times(a: N, b: N) -> N:
    zero = (a.exact and a.d == 0) or (b.exact and b.d == 0)
    return N(ZERO) if zero else N(a.d * b.d, a.exact and b.exact)


def negative(a: N) -> N:
    return N(-a.d, a.exact)


def activated(function: str, z: N, bound: Decimal | None) -> N:
    if bound is not None and abs(z.d) >= bound:
        return N(ONE if z.d > 0 else ZERO if function == "sigmoid" else -ONE)
    if z.exact and z.d == 0:
        return N(Decimal("0.5") if function == "sigmoid" else ZERO)
    small = (-abs(z.d) * (1 if function == "sigmoid" else 2)).exp()
    below = PRECISION.next_minus(ONE)  # however large z is, the limit isn't reached: what is added to it is no tie
    if function == "sigmoid":
        return N(min(below, ONE / (1 + small)) if z.d >= 0 else small / (1 + small), False)
    return N(min(below, (1 - small) / (1 + small)) * (1 if z.d >= 0 else -1), False)


def rounded(x: Decimal, places: int, ties: str) -> Decimal:
    unit = ONE.scaleb(-places)
    if ties == "up":
        return (x + unit / 2).quantize(unit, ROUND_FLOOR)
    mode = {"even": ROUND_HALF_EVEN, "away": ROUND_HALF_UP, "zero": ROUND_HALF_DOWN, "truncate": ROUND_DOWN}[ties]
    return x.quantize(unit, mode)


# -- expressions ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Node:
    """A part of an expression. `kind`: `ref` (a name, its lag for what has a time), `num` (numbers that were worked out), `one`, `add`
    (with `signs`), `mul` (matrix product), `had` (elementwise), `act` (a function), `cat` (one vector on top of another)."""

    kind: str
    parts: tuple[Node, ...] = ()
    name: str = ""
    lag: int | None = None
    signs: tuple[int, ...] = ()
    vector: Vector = ()
    matrix: Matrix | None = None
    entry: int | None = None
    written: tuple[str, ...] | None = None
    """For a number in which a digit was changed: as it is written."""


def ref(name: str, lag: int | None = None) -> Node:
    return Node("ref", name=name, lag=lag)


def add(*parts: Node) -> Node:
    return Node("add", parts, signs=(1,) * len(parts))


def mul(name: str, b: Node) -> Node:
    return Node("mul", (ref(name), b))


def had(*parts: Node) -> Node:
    return Node("had", parts)


def rest(part: Node) -> Node:
    return Node("add", (Node("one"), part), signs=(1, -1))


def act(function: str, part: Node) -> Node:
    return Node("act", (part,), name=function)


def cat(a: Node, b: Node) -> Node:
    return Node("cat", (a, b))


def gate(function: str, letter: str, *more: Node) -> Node:
    return act(function, add(mul(f"W^{{{letter},h}}", H), mul(f"W^{{{letter},x}}", X), *more, ref(f"b_{letter}")))


H, C, S, X = ref("h", 1), ref("c", 1), ref("s", 1), ref("x", 0)
TILDE = "h\u0303"


def now(name: str) -> Node:
    return ref(name, 0)


def _peephole(letter: str, function: str, cell: Node | None) -> Node:
    looks = (had(ref(f"w_{{c{letter}}}"), cell),) if cell is not None else ()
    return act(function, add(mul(f"W_{{x{letter}}}", X), mul(f"W_{{h{letter}}}", H), *looks, ref(f"b_{letter}")))


def _gru(letter: str) -> Node:
    return act("sigmoid", add(mul(f"W_{letter}", X), mul(f"U_{letter}", H), ref(f"b_{letter}")))


def _after(letter: str) -> Node:
    return act("sigmoid", add(mul(f"W_{{i{letter}}}", X), ref(f"b_{{i{letter}}}"), mul(f"W_{{h{letter}}}", H), ref(f"b_{{h{letter}}}")))


def _stacked(letter: str, function: str) -> Node:
    return act(function, mul(f"W_{letter}", cat(H, X)))


EQUATIONS: dict[str, dict[str, Node]] = {
    "rnn": {"h": act("tanh", add(mul("W^{h,h}", H), mul("W^{h,x}", X), ref("b_h")))},
    "gated-rnn": {
        "g": act("sigmoid", add(mul("W^{g,s}", S), mul("W^{g,x}", X))),
        "s": add(had(rest(now("g")), S), had(now("g"), act("tanh", add(mul("W^{s,s}", S), mul("W^{s,x}", X))))),
    },
    "lstm": {
        "f": gate("sigmoid", "f"), "i": gate("sigmoid", "i"), "o": gate("sigmoid", "o"),
        "c": add(had(now("f"), C), had(now("i"), gate("tanh", "c"))), "h": had(now("o"), act("tanh", now("c"))),
    },
    "lstm-coupled": {
        "f": gate("sigmoid", "f"), "i": rest(now("f")), "o": gate("sigmoid", "o"),
        "c": add(had(now("f"), C), had(now("i"), gate("tanh", "c"))), "h": had(now("o"), act("tanh", now("c"))),
    },
    "lstm-stacked": {
        "i": _stacked("i", "sigmoid"), "f": _stacked("f", "sigmoid"), "o": _stacked("o", "sigmoid"), "g": _stacked("g", "tanh"),
        "c": add(had(now("f"), C), had(now("i"), now("g"))), "h": had(now("o"), act("tanh", now("c"))),
    },
    "lstm-peephole": {
        "i": _peephole("i", "sigmoid", C), "f": _peephole("f", "sigmoid", C),
        "c": add(had(now("f"), C), had(now("i"), _peephole("c", "tanh", None))),
        "o": _peephole("o", "sigmoid", now("c")), "h": had(now("o"), act("tanh", now("c"))),
    },
    "gru": {
        "r": _gru("r"), "z": _gru("z"), TILDE: act("tanh", add(mul("W", X), mul("U", had(now("r"), H)), ref("b"))),
        "h": add(had(now("z"), H), had(rest(now("z")), now(TILDE))),
    },
    "gru-reset-after": {
        "r": _after("r"), "z": _after("z"),
        "n": act("tanh", add(mul("W_{in}", X), ref("b_{in}"), had(now("r"), add(mul("W_{hn}", H), ref("b_{hn}"))))),
        "h": add(had(rest(now("z")), now("n")), had(now("z"), H)),
    },
    "mgu": {
        "f": act("sigmoid", add(mul("W_f", cat(H, X)), ref("b_f"))),
        TILDE: act("tanh", add(mul("W_h", cat(had(now("f"), H), X)), ref("b_h"))),
        "h": add(had(rest(now("f")), H), had(now("f"), now(TILDE))),
    },
}  # fmt: skip

STATES = {name: "hc" if name.startswith("lstm") else "s" if name == "gated-rnn" else "h" for name in EQUATIONS}


def nodes(tree: Node, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Node]]:
    yield path, tree
    for k, part in enumerate(tree.parts):
        yield from nodes(part, (*path, k))


def replaced(tree: Node, path: Sequence[int], new: Node) -> Node:
    if not path:
        return new
    parts = list(tree.parts)
    parts[path[0]] = replaced(parts[path[0]], path[1:], new)
    return replace(tree, parts=tuple(parts))


# -- problems ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Convention:
    """`round` holds places by symbol or for `all`; `saturate` the bound or None, `on` the symbols it is for (all if none)."""

    round: dict[str, int] = field(default_factory=dict)
    ties: str = "even"
    carry: bool = True
    saturate: Decimal | None = None
    on: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    """What the problem says outright, of `ties` and `carry`."""

    def places(self, symbol: str) -> int | None:
        return self.round.get(symbol, self.round.get("all"))

    def bound(self, symbol: str) -> Decimal | None:
        return self.saturate if not self.on or symbol in self.on else None


@dataclass(frozen=True)
class Exercise:
    """A problem: its cell, data and convention, and what it asks."""

    cell: str
    hidden: int
    size: int
    parameters: dict[str, Matrix]
    """A vector is a matrix of one column."""
    vectors: frozenset[str]
    states: dict[str, Vector]
    inputs: tuple[Vector, ...]
    first: int
    convention: Convention
    asked: tuple[str, ...]

    @property
    def equations(self) -> dict[str, Node]:
        return EQUATIONS[self.cell]

    @property
    def times(self) -> range:
        return range(self.first, self.first + len(self.inputs))

    def given(self) -> dict[str, Matrix]:
        """Parameters as the problem gives them: the stacked cell has one matrix of them all."""
        if self.cell != "lstm-stacked":
            return self.parameters
        return {"W": tuple(row for letter in "ifog" for row in self.parameters[f"W_{letter}"])}

    def document(self) -> str:
        out = ["---", "title: An exercise", f"cell: {self.cell}", "given:"]
        for name, matrix in self.given().items():
            rows = [", ".join(plain(x.d) for x in row) for row in matrix]
            if len(matrix) == 1 and len(matrix[0]) == 1:
                out.append(f"  {name}: {rows[0]}")
            elif name in self.vectors:
                out.append(f"  {name}: [{', '.join(rows)}]")
            else:
                out.append(f"  {name}: [{', '.join(f'[{row}]' for row in rows)}]")
        for name, state in self.states.items():
            out.append(f"  {name}_{{{self.first - 1}}}: {listed(state)}")
        out.append(f"inputs: [{', '.join(listed(x) for x in self.inputs)}]")
        rule = self.convention
        said = []
        if rule.saturate is not None:
            said.append(f"  saturate: {{at: {rule.saturate}, on: [{', '.join(rule.on)}]}}" if rule.on else f"  saturate: {rule.saturate}")
        if rule.round:
            said.append(f"  round: {{{', '.join(f'{s}: {p}' for s, p in rule.round.items())}}}")
        said += [f"  {key}: {str(getattr(rule, key)).lower()}" for key in rule.said]
        if said:
            out += ["convention:", *said]
        asks = self.asked[0] if len(self.asked) == 1 else f"[{', '.join(self.asked)}]"
        return "\n".join([*out, "---", "Work it out by hand.", "", "```question", f"find: {asks}", "```", ""])


def plain(x: Decimal) -> str:
    return f"{x.normalize():f}" if x else "0"


def listed(v: Vector) -> str:
    return plain(v[0].d) if len(v) == 1 else f"[{', '.join(plain(x.d) for x in v)}]"


def _sizes(cell: str) -> dict[str, str]:
    """Shapes of the parameters, from the equations: rows and columns in `n` and `m`; `1` column is a vector."""
    out: dict[str, str] = {}
    for tree in EQUATIONS[cell].values():
        for _, node in nodes(tree):
            if node.kind == "mul":
                by = node.parts[1]
                out[node.parts[0].name] = "n+m" if by.kind == "cat" else "m" if by.name == "x" else "n"
        for _, node in nodes(tree):
            if node.kind == "ref" and node.lag is None:
                out.setdefault(node.name, "1")
    return out


def exercise(seed: int) -> Exercise:
    """A random problem; the cells take turns."""
    draw = random.Random(f"exercise {seed}")
    cell = tuple(EQUATIONS)[seed % len(EQUATIONS)]
    hidden = draw.choice([1, 1, 1, 2, 2, 3])
    size = draw.choice([1, 1, 1, 2]) if hidden == 1 else draw.choice([1, 2])
    convention = _convention(draw, cell)
    large = convention.saturate is not None and convention.saturate > 10 and convention.ties != "truncate"
    span = draw.choice([2, 100]) if large else draw.choice([1, 2, 6])

    def number(span: int) -> N:
        kind = draw.random()
        if kind < 0.12:
            return N(ZERO)
        if kind < 0.35:
            return N(Decimal(draw.randint(-span, span)))
        if kind < 0.7:
            return N(Decimal(draw.randint(-10 * span, 10 * span)) / 10)
        return N(Decimal(draw.randint(-100 * span, 100 * span)) / 100)

    counts = {"n": hidden, "m": size, "n+m": hidden + size, "1": 1}
    sizes = _sizes(cell)
    parameters = {
        name: tuple(tuple(number(span) for _ in range(counts[columns])) for _ in range(hidden)) for name, columns in sizes.items()
    }
    states = {state: tuple(number(1) for _ in range(hidden)) for state in STATES[cell]}
    inputs = tuple(tuple(number(2) for _ in range(size)) for _ in range(draw.randint(1, 4)))
    state = STATES[cell][0]
    asked = draw.choice([(state,), (state,), tuple(STATES[cell])])
    vectors = frozenset(name for name, columns in sizes.items() if columns == "1")
    return Exercise(cell, hidden, size, parameters, vectors, states, inputs, draw.choice([0, 1, 1]), convention, asked)


def _convention(draw: random.Random, cell: str) -> Convention:
    symbols = tuple(EQUATIONS[cell])
    state = STATES[cell][0]
    round_ = draw.choice([{}, {}, {}, {state: 0}, {state: 0}, {symbols[0]: 3}, {"all": 4}, {state: 2, "all": 4}, {state: 1}])
    ties = draw.choice(["even", "even", "zero", "away", "up", "truncate"])
    carry = draw.random() < 0.7
    said = tuple(key for key, is_default in (("ties", ties == "even"), ("carry", carry)) if not is_default or draw.random() < 0.5)
    saturate = draw.choice([None, None, None, ONE, Decimal(5), Decimal(50)])
    on = tuple(draw.sample(symbols, draw.randint(1, len(symbols)))) if saturate is not None and draw.random() < 0.3 else ()
    return Convention(round_, ties, carry, saturate, tuple(s for s in on if TILDE not in s), said)


# -- the plain arithmetic ---------------------------------------------------------------------------------------------------------


def value(tree: Node, bound: Decimal | None) -> Vector:
    """What an expression comes to; matrices stand only on the left of products."""
    match tree.kind:
        case "ref" | "num":
            return tree.vector
        case "one":
            return (N(ONE),)
        case "cat":
            return value(tree.parts[0], bound) + value(tree.parts[1], bound)
        case "act":
            return tuple(activated(tree.name, z, bound) for z in value(tree.parts[0], bound))
        case "mul":
            left, right = tree.parts
            v = value(right, bound)
            assert left.matrix is not None
            return tuple(_dot(row, v) for row in left.matrix)
        case "had" | "add":
            parts = [value(part, bound) for part in tree.parts]
            size = max(map(len, parts))
            parts = [p * size if len(p) == 1 else p for p in parts]
            out = []
            for entries in zip(*parts, strict=True):
                signed = [x if sign > 0 else negative(x) for x, sign in zip(entries, tree.signs)] if tree.kind == "add" else list(entries)
                total = signed[0]
                for x in signed[1:]:
                    total = plus(total, x) if tree.kind == "add" else times(total, x)
                out.append(total)
            return tuple(out)
    raise AssertionError(tree.kind)


def _dot(row: Vector, v: Vector) -> N:
    assert len(row) == len(v)
    total = N(ZERO)
    for a, b in zip(row, v):
        total = plus(total, times(a, b))
    return total


@dataclass(frozen=True)
class Made:
    """A symbol's value at a step: before rounding, as displayed, as carried on."""

    raw: Vector
    displayed: Vector
    carried: Vector


Values: TypeAlias = dict[tuple[str, int], Made]


def filled(tree: Node, problem: Exercise, time: int, values: Values) -> Node:
    """An equation with the values of its names at a step."""
    if tree.kind != "ref":
        return replace(tree, parts=tuple(filled(part, problem, time, values) for part in tree.parts))
    if tree.lag is None:
        matrix = problem.parameters[tree.name]
        return replace(tree, matrix=matrix, vector=tuple(row[0] for row in matrix) if len(matrix[0]) == 1 else ())
    at = time - tree.lag
    if tree.name == "x":
        return replace(tree, vector=problem.inputs[at - problem.first])
    if at < problem.first:
        return replace(tree, vector=problem.states[tree.name])
    return replace(tree, vector=values[tree.name, at].carried)


def made(raw: Vector, symbol: str, rule: Convention) -> Made:
    places = rule.places(symbol)
    if places is None:
        return Made(raw, raw, raw)
    shown = tuple(N(rounded(x.d, places, rule.ties)) for x in raw)
    return Made(raw, shown, shown if rule.carry else raw)


def run(problem: Exercise, own: dict[tuple[str, int], Vector] | None = None) -> Values:
    """Every symbol at every step; `own` holds a student's own numbers, which are carried on in the place of the right ones."""
    with localcontext(PRECISION):
        values: Values = {}
        for time in problem.times:
            for symbol, tree in problem.equations.items():
                if own and (symbol, time) in own:
                    values[symbol, time] = Made(*[own[symbol, time]] * 3)
                    continue
                raw = value(filled(tree, problem, time, values), problem.convention.bound(symbol))
                values[symbol, time] = made(raw, symbol, problem.convention)
        return values


def entry_of(tree: Node, k: int) -> Node:
    """One entry of an expression, products with matrices spelled out."""
    match tree.kind:
        case "ref" | "num":
            if len(tree.vector) < 2:
                return tree
            written = None if tree.written is None else (tree.written[k],)
            return replace(tree, vector=(tree.vector[k],), entry=k + 1, matrix=None, written=written)
        case "mul":
            left, right = tree.parts
            assert left.matrix is not None
            terms = []
            for j, weight in enumerate(left.matrix[k]):
                terms.append(Node("had", (Node("num", vector=(weight,)), _stack_entry(right, j))))
            return terms[0] if len(terms) == 1 else add(*terms)
        case "cat":
            return _stack_entry(tree, k)
        case _:
            return replace(tree, parts=tuple(entry_of(part, k) for part in tree.parts))


def _length(tree: Node) -> int:
    return len(value(tree, None))


def _stack_entry(tree: Node, k: int) -> Node:
    if tree.kind != "cat":
        return entry_of(tree, k)
    size = _length(tree.parts[0])
    return entry_of(tree.parts[0], k) if k < size else entry_of(tree.parts[1], k - size)


# -- rungs: an expression worked out piece by piece -------------------------------------------------------------------------------


def number(tree: Node, bound: Decimal | None) -> Node:
    return Node("num", vector=value(tree, bound))


def is_leaf(tree: Node) -> bool:
    return tree.kind in ("ref", "num", "one")


def height(tree: Node) -> int:
    if is_leaf(tree):
        return 0
    return 1 + max(map(height, tree.parts))


def flat(tree: Node) -> Node:
    """Sums in sums opened up."""
    tree = replace(tree, parts=tuple(map(flat, tree.parts)))
    if tree.kind == "add":
        parts: list[Node] = []
        signs: list[int] = []
        for part, sign in zip(tree.parts, tree.signs):
            if part.kind == "add":
                parts += part.parts
                signs += [sign * s for s in part.signs]
            else:
                parts.append(part)
                signs.append(sign)
        tree = replace(tree, parts=tuple(parts), signs=tuple(signs))
    return tree


def inner(tree: Node, bound: Decimal | None, high: int, inside: bool = False) -> Node:
    """Inside functions, all parts up to a height worked out."""
    if inside and not is_leaf(tree) and height(tree) <= high:
        return number(tree, bound)
    within = inside or tree.kind == "act"
    return replace(tree, parts=tuple(inner(part, bound, high, within) for part in tree.parts))


def activations(tree: Node, bound: Decimal | None) -> Node:
    if tree.kind == "act":
        return number(tree, bound)
    return replace(tree, parts=tuple(activations(part, bound) for part in tree.parts))


def products(tree: Node, bound: Decimal | None) -> Node:
    if tree.kind in ("had", "mul"):
        return number(tree, bound)
    return replace(tree, parts=tuple(products(part, bound) for part in tree.parts))


def differences(tree: Node, bound: Decimal | None) -> Node:
    """Every 1 - z worked out."""
    if tree.kind == "add" and tree.parts[0].kind == "one":
        return number(tree, bound)
    return replace(tree, parts=tuple(differences(part, bound) for part in tree.parts))


def without_zeros(tree: Node, bound: Decimal | None) -> Node:
    """Terms that are zero left out, where others stay."""
    tree = replace(tree, parts=tuple(without_zeros(part, bound) for part in tree.parts))
    if tree.kind == "add":
        kept = [k for k, part in enumerate(tree.parts) if any(x.d != 0 or not x.exact for x in value(part, bound))]
        if kept and len(kept) < len(tree.parts):
            if len(kept) == 1 and tree.signs[kept[0]] > 0:
                return tree.parts[kept[0]]
            return replace(tree, parts=tuple(tree.parts[k] for k in kept), signs=tuple(tree.signs[k] for k in kept))
    return tree


Stage: TypeAlias = Callable[[Node, "Decimal | None"], Node]

STAGES: tuple[tuple[str, Stage], ...] = (
    ("definition", lambda tree, bound: tree),
    ("numbers", lambda tree, bound: tree),
    ("one-minus", differences),
    ("pre-products", lambda tree, bound: inner(tree, bound, 1)),
    ("pre-sums", lambda tree, bound: inner(tree, bound, 2)),
    ("pre-more", lambda tree, bound: inner(tree, bound, 3)),
    ("pre-activation", lambda tree, bound: inner(tree, bound, 99)),
    ("activation", activations),
    ("products", products),
    ("sum", lambda tree, bound: tree if tree.kind == "num" else number(tree, bound)),
)


# -- how it is written ------------------------------------------------------------------------------------------------------------

LAYOUTS = ("plain", "plain", "inline", "display", "align", "answers", "markdown", "turned", "commas", "tabs", "list")
TABLES = ("markdown", "turned", "commas", "tabs")
WORKED = ("plain", "inline", "display", "align")


@dataclass(frozen=True)
class Style:
    """How one student writes."""

    layout: str
    digits: int
    latex: bool
    components: bool
    """Vectors entry by entry, a line each."""
    broken: bool
    """One rung a line."""
    shown: float
    """How likely a rung is to be written."""
    dot: str
    elementwise: str
    sigmoid: str
    spelled: bool
    """1/(1+e^{-z}) for σ(z)."""
    minus: str
    pointed: bool
    """.76 for 0.76."""
    merged: bool
    """a - 0.2 for a + (-0.2)."""
    brackets: str
    rows: bool
    """A row of weights times a column rather than its products spelled out, for a single unit."""
    index: str
    header: str
    unindexed: bool
    shuffled: bool
    no_zeros: bool
    arrows: bool
    """≈ and → where numbers are rounded, rather than = everywhere."""
    words: bool
    list: str
    raised: bool
    """An entry as a superscript rather than in brackets."""


def style(draw: random.Random, problem: Exercise, layout: str | None = None) -> Style:
    layout = layout or draw.choice(LAYOUTS)
    latex = layout in ("inline", "display", "align")
    header = draw.choice(["", "", "t = {}", "Step {}", "**t = {}**", "## Time {}"]) if layout in WORKED else ""
    bullets = {"plain": ["[]", "[]", "()", ";"], "latex": ["bmatrix", "pmatrix"]}
    return Style(
        layout, draw.choice([4, 4, 4, 5, 6]), latex, problem.hidden > 1 and draw.random() < 0.4, draw.random() < 0.4, draw.choice([0, 0.3, 0.6, 1]),
        draw.choice([r" \cdot ", r"\cdot ", r" \times "]) if latex else draw.choice(["·", " · ", "*", " * ", " × ", "⋅"]),
        r" \odot " if latex else draw.choice([" ⊙ ", " ∘ ", "⊙", " * "]),
        draw.choice([r"\sigma", r"\text{sigmoid}", r"\operatorname{sigmoid}", r"\mathrm{sigmoid}"]) if latex else draw.choice(["σ", "σ", "sigmoid"]),
        draw.random() < 0.15, "-" if latex else draw.choice(["-", "-", "−"]), draw.random() < 0.15, draw.random() < 0.5,
        draw.choice(bullets["latex" if latex else "plain"]), draw.random() < 0.3, draw.choice(["_{}", "_{{{}}}"] if latex else ["_{}", "_{}", "_{{{}}}", "₀"]),
        header, bool(header) and layout == "plain" and draw.random() < 0.3, draw.random() < 0.25, draw.random() < 0.25, draw.random() < 0.7,
        draw.random() < 0.3, draw.choice(["[]", "named", "commas", "numpy", "array", "R", "c", "spaces"]),
        draw.random() < 0.5,
    )  # fmt: skip


_BELOW = str.maketrans("-0123456789", "₋₀₁₂₃₄₅₆₇₈₉")


@dataclass
class Pen:
    """Writes expressions in one style."""

    style: Style
    problem: Exercise

    def number(self, x: N, digits: int | None = None) -> str:
        digits = self.style.digits if digits is None else digits
        d = x.d
        exact = d.normalize() if d else ZERO
        own = max(0, -int(exact.as_tuple().exponent))
        if x.exact and own <= digits:
            text = plain(d)
        else:
            text = f"{d.quantize(ONE.scaleb(-digits), ROUND_HALF_EVEN):f}"
        return self.typed(text)

    def typed(self, text: str) -> str:
        if text.startswith("-") and not text.strip("-0."):
            text = text[1:]
        if self.style.pointed and text.lstrip("-").startswith("0."):
            text = text.replace("0.", ".", 1)
        return text.replace("-", self.style.minus)

    def name(self, name: str, time: int | None, entry: int | None = None) -> str:
        latex = self.style.latex
        if time is None:
            base = name
            if entry is not None:
                base = f"({name})_{entry}"
            return base
        letter = r"\tilde{h}" if latex and name == TILDE else name
        text = str(time)
        if self.style.index == "₀":
            out = letter + text.translate(_BELOW)
        elif len(text) > 1 and latex:
            out = f"{letter}_{{{text}}}"
        else:
            out = letter + self.style.index.format(text)
        if entry is not None:
            out += f"^{{{entry}}}" if latex and self.style.raised else f"[{entry}]"
        return out

    # -- numbers, columns, matrices ---

    def numbers(self, texts: Sequence[str]) -> str:
        if len(texts) == 1:
            return texts[0]
        match self.style.brackets:
            case "bmatrix" | "pmatrix" as environment:
                return rf"\begin{{{environment}}} " + r" \\ ".join(texts) + rf" \end{{{environment}}}"
            case ";":
                return f"[{'; '.join(texts)}]"
            case both:
                return both[0] + ", ".join(texts) + both[1]

    def matrix(self, rows: Sequence[Sequence[str]]) -> str:
        if len(rows) == 1 and len(rows[0]) == 1:
            return rows[0][0]
        if self.style.latex:
            return rf"\begin{{{self.style.brackets}}} " + r" \\ ".join(" & ".join(row) for row in rows) + rf" \end{{{self.style.brackets}}}"
        if self.style.brackets == ";" or len(rows) == 1:
            return "[" + "; ".join(", ".join(row) for row in rows) + "]"
        return "[" + ", ".join(f"[{', '.join(row)}]" for row in rows) + "]"

    # -- expressions ---

    def expression(self, tree: Node, time: int, symbolic: bool, high: int = 0) -> str:
        """`high` is how tightly what stands around it binds: 1 sums, 2 products, 3 behind a product's first factor."""
        st = self.style
        match tree.kind:
            case "ref" if symbolic:
                return self.name(tree.name, None if tree.lag is None else time - tree.lag)
            case "one":
                return "1"
            case "ref" | "num":
                if tree.matrix is not None and not tree.vector:
                    return self.matrix([[self.number(x) for x in row] for row in tree.matrix])
                texts = list(tree.written) if tree.written is not None else [self.number(x) for x in tree.vector]
                out = self.numbers(texts)
                return f"({out})" if high >= 3 and out.startswith(("-", "−")) else out
            case "act":
                argument = tree.parts[0]
                if st.spelled and tree.name == "sigmoid" and argument.kind == "num" and len(argument.vector) == 1 and not symbolic:
                    z = self.expression(argument, time, symbolic)
                    power = z[1:] if z.startswith(("-", "−")) else st.minus + z
                    out = rf"\frac{{1}}{{1 + e^{{{power}}}}}" if st.latex else f"1/(1 + e^({power}))"
                    return f"({out})" if high >= 2 and not st.latex else out
                inside = self.expression(argument, time, symbolic)
                function = st.sigmoid if tree.name == "sigmoid" else (r"\tanh" if st.latex else "tanh")
                return rf"{function}\left({inside}\right)" if st.latex and st.merged else f"{function}({inside})"
            case "cat":
                a, b = (self.expression(part, time, symbolic) for part in tree.parts)
                if not symbolic:
                    entries = [self.expression(entry_of(part, k), time, False) for part in tree.parts for k in range(_length(part))]
                    return self.numbers(entries)
                if st.latex:
                    return rf"\begin{{bmatrix}} {a} \\ {b} \end{{bmatrix}}"
                return f"[{a}; {b}]"
            case "mul":
                left, right = tree.parts
                a = self.expression(left, time, symbolic, 2)
                b = self.expression(right, time, symbolic, 3)
                scalar = len(right.vector) == 1 if right.kind != "cat" else False
                mark = " " if symbolic or (not scalar and st.latex) else st.dot if scalar or "*" not in st.dot else "·"
                return self._around(a + mark + b, high, 2)
            case "had":
                wide = symbolic and self.problem.hidden > 1
                vector = max(len(value(part, None)) for part in tree.parts) > 1
                mark = st.elementwise if wide or vector or symbolic else st.dot
                parts = [self.expression(part, time, symbolic, 2 if k == 0 else 3) for k, part in enumerate(tree.parts)]
                return self._around(mark.join(parts), high, 2)
            case "add":
                out = ""
                for part, sign in zip(tree.parts, tree.signs):
                    text = self.expression(part, time, symbolic, 1 if sign > 0 else 2)
                    if not out:
                        out = text if sign > 0 else st.minus + (f"({text})" if text.startswith(("-", "−")) else text)
                        continue
                    if text.startswith(("-", "−")) and (st.merged and not symbolic):
                        out += (" - " if sign > 0 else " + ").replace("-", st.minus) + text[1:]
                    elif text.startswith(("-", "−")):
                        out += (" + " if sign > 0 else " - ").replace("-", st.minus) + f"({text})"
                    else:
                        out += (" + " if sign > 0 else " - ").replace("-", st.minus) + text
                return self._around(out, high, 1)
        raise AssertionError(tree.kind)

    @staticmethod
    def _around(text: str, high: int, own: int) -> str:
        return f"({text})" if high > own else text


def shuffled(tree: Node, draw: random.Random) -> Node:
    """Terms and factors of numbers in another order."""
    parts = tuple(shuffled(part, draw) for part in tree.parts)
    if tree.kind in ("had", "add") and not any(part.kind == "one" for part in parts):
        order = draw.sample(range(len(parts)), len(parts))
        signs = tuple(tree.signs[k] for k in order) if tree.signs else ()
        return replace(tree, parts=tuple(parts[k] for k in order), signs=signs)
    return replace(tree, parts=parts)


# -- chains -----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rung:
    """One member of a chain: its text, the relation in front of it, whether the mistake is here, the numbers where it is only these."""

    stage: str
    text: str
    relation: str
    wrong: bool = False
    numbers: Vector = ()


@dataclass(frozen=True)
class Slip:
    """A mistake to be made: what kind, where, and in which of the rungs that are shown (counted by stage name)."""

    kind: str
    symbol: str
    time: int
    entry: int | None
    stage: str
    seed: int


class Unfit(Exception):
    """A mistake that can't be made here, or makes no difference."""


def chain(
    problem: Exercise, pen: Pen, symbol: str, time: int, entry: int | None, values: Values, draw: random.Random, slip: Slip | None,
) -> tuple[list[Rung], Vector]:
    """A chain for a place and the numbers with which the student goes on. Raises `Unfit`."""
    st = pen.style
    rule = problem.convention
    bound = rule.bound(symbol)
    tree = filled(problem.equations[symbol], problem, time, values)
    place = rule.places(symbol)
    right = value(tree, bound)
    definition = tree
    if entry is not None:
        tree = entry_of(tree, entry - 1)
        right = (right[entry - 1],)
    elif problem.hidden == 1 and not (st.rows and problem.cell != "mgu"):
        tree = entry_of(tree, 0)
    tree = flat(tree) if tree is not definition else tree
    stages = [s for s in STAGES if draw.random() < st.shown and s[0] != "sum"]
    if entry is not None:
        stages = [s for s in stages if s[0] != "definition"]
    if st.layout not in WORKED:
        stages = []
    if entry is not None and slip is not None and slip.stage == "definition":
        raise Unfit  # a formula of whole vectors isn't what stands behind one entry
    if slip is not None and slip.stage not in ("sum", "displayed") and slip.stage not in [s[0] for s in stages]:
        stages = [s for s in STAGES if s in stages or s[0] == slip.stage]
    digits = st.digits if place is None else max(st.digits, place + 1)
    wants_sum = draw.random() < 0.6
    rungs: list[Rung] = []
    wrong: Node | None = None
    ordered = st.shuffled
    for name, stage in stages:
        symbolic = name == "definition"
        if symbolic:
            now_ = definition
        else:
            if ordered and entry_shape(tree) and wrong is None:
                tree, ordered = shuffled(tree, draw), False
            now_ = stage(tree, bound)
            if st.no_zeros:
                now_ = without_zeros(now_, bound)
            tree = now_
        if now_.kind == "num":
            continue  # that is the sum
        here = slip is not None and slip.stage == name
        if here:
            assert slip is not None
            now_ = mutated(now_, slip, problem, pen, time, values)
            tree = wrong = now_
            if symbolic and problem.hidden == 1:
                tree = wrong = flat(entry_of(now_, 0)) if not st.rows else now_
        text = pen.expression(now_, time, symbolic)
        if rungs and rungs[-1].text == text:
            if here:
                raise Unfit
            continue
        approximate = st.arrows and not symbolic and any(node.kind == "num" and not all(x.exact for x in node.vector) for _, node in nodes(now_))
        rungs.append(Rung(name, text, "≈" if approximate else "=", here))
    if slip is not None and wrong is None and slip.stage not in ("sum", "displayed"):
        raise Unfit
    raw = value(tree, bound) if wrong is not None else right
    carried: Vector = ()
    # A number without working must be the one that the convention asks for.
    if place is None or (rungs and wants_sum) or (slip is not None and slip.stage == "sum"):
        texts = [pen.number(x, digits) for x in raw]
        here = slip is not None and slip.stage == "sum"
        if here:
            assert slip is not None
            texts = changed(texts, slip, raw)
        text = pen.numbers(texts)
        if slip is not None:
            raw = tuple(as_number(t) for t in texts)
            carried = raw
        if not rungs or rungs[-1].text != text:
            rungs.append(Rung("sum", text, "≈" if st.arrows and any(not x.exact for x in raw) else "=", here, raw))
        elif here:
            raise Unfit
    if place is not None:
        shown = tuple(N(rounded(x.d, place, rule.ties)) for x in raw)
        texts = [pen.typed(f"{x.d:f}") for x in shown]
        here = slip is not None and slip.stage == "displayed"
        if here:
            assert slip is not None
            texts = changed(texts, slip, raw)
            shown = tuple(as_number(t) for t in texts)
        text = pen.numbers(texts)
        if not rungs or rungs[-1].text != text:
            rungs.append(Rung("displayed", text, "→" if st.arrows else "=", here, shown))
        elif here:
            raise Unfit
        if rule.carry or not carried:
            carried = shown
    if slip is not None:
        final = carried if place is None else shown
        _must_differ(problem, slip, final, right, raw, pen)
    return rungs, carried


def entry_shape(tree: Node) -> bool:
    """Whether an expression has no matrix in it, so that factors may change places."""
    return all(node.kind not in ("mul", "cat") for _, node in nodes(tree)) and len(value(tree, None)) == 1


def as_number(text: str) -> N:
    return N(Decimal(text.replace("−", "-")))


# -- mistakes ---------------------------------------------------------------------------------------------------------------------

MISTAKES = ("digit", "sign", "operator", "symbol", "dropped", "function", "copied", "result")


def _far(places: int) -> Decimal:
    """How far a number with so many decimals must be off for no rule of rounding to explain it."""
    return {0: Decimal("1.3"), 1: Decimal("0.6"), 2: Decimal("0.2")}.get(places, 21 * ONE.scaleb(-places))


def _must_differ(problem: Exercise, slip: Slip, final: Vector, right: Vector, raw: Vector, pen: Pen) -> None:
    place = problem.convention.places(slip.symbol)
    far = _far(pen.style.digits if place is None else place)
    if not any(abs(a.d - b.d) > far for a, b in zip(final, right, strict=True)):
        raise Unfit
    if slip.stage not in ("displayed",) and not any(abs(a.d - b.d) > _far(pen.style.digits) for a, b in zip(raw, right)):
        raise Unfit
    for other in alternatives(problem):
        values = run(other)
        carried = values[slip.symbol, slip.time].displayed
        if slip.entry is not None:
            carried = (carried[slip.entry - 1],)
        near = min(far / 4, Decimal("0.3"))
        if all(abs(a.d - b.d) <= near for a, b in zip(final, carried, strict=True)):
            raise Unfit


def alternatives(problem: Exercise) -> Iterator[Exercise]:
    """The same problem under other rules of rounding."""
    rule = problem.convention
    if rule.round:
        for ties in ("even", "up", "away", "zero", "truncate"):
            for carry in (True, False):
                yield replace(problem, convention=replace(rule, ties=ties, carry=carry))
        for change in (-1, 1):
            moved = {s: max(0, p + change) for s, p in rule.round.items()}
            yield replace(problem, convention=replace(rule, round=moved))


def changed(texts: Sequence[str], slip: Slip, true: Vector) -> list[str]:
    """One digit or sign of one number changed."""
    draw = random.Random(slip.seed)
    out = list(texts)
    k = draw.randrange(len(out))
    text = out[k]
    exact = true[k].exact
    decimals = len(text.partition(".")[2])
    for _ in range(20):
        if draw.random() < 0.25 and text.strip("-−.0"):
            new = text[1:] if text[0] in "-−" else "-" + text
        else:
            places = [j for j, c in enumerate(text) if c.isdigit()]
            j = draw.choice(places)
            new = text[:j] + draw.choice([c for c in "0123456789" if c != text[j]]) + text[j + 1 :]
        if len(new.lstrip("-−")) > 1 and new.lstrip("-−")[0] == "0" and new.lstrip("-−")[1].isdigit():
            continue
        off = abs(as_number(new).d - true[k].d)
        if off > (0 if exact else 21 * ONE.scaleb(-decimals)):
            out[k] = new
            return out
    raise Unfit


def mutated(tree: Node, slip: Slip, problem: Exercise, pen: Pen, time: int, values: Values) -> Node:
    """The expression with one mistake. Raises `Unfit`."""
    draw = random.Random(slip.seed)
    all_nodes = list(nodes(tree))
    symbolic = slip.stage == "definition"
    match slip.kind:
        case "digit" if not symbolic:
            path, leaf = _choice(draw, [(p, n) for p, n in all_nodes if n.kind in ("num", "ref")])
            if leaf.matrix is None:
                texts = changed([pen.number(x) for x in leaf.vector], slip, leaf.vector)
                return replaced(tree, path, Node("num", vector=tuple(map(as_number, texts)), written=tuple(texts)))
            row = draw.randrange(len(leaf.matrix))
            texts = changed([pen.number(x) for x in leaf.matrix[row]], slip, leaf.matrix[row])
            rows = list(leaf.matrix)
            rows[row] = tuple(map(as_number, texts))
            return replaced(tree, path, replace(leaf, matrix=tuple(rows), vector=tuple(r[0] for r in rows) if leaf.vector else ()))
        case "sign":
            path, node = _choice(draw, [(p, n) for p, n in all_nodes if n.kind == "add" and len(n.parts) > 1])
            k = draw.randrange(1, len(node.parts))
            signs = tuple(-s if j == k else s for j, s in enumerate(node.signs))
            return replaced(tree, path, replace(node, signs=signs))
        case "operator":
            path, node = _choice(draw, [(p, n) for p, n in all_nodes if n.kind == "had" or (n.kind == "add" and set(n.signs) == {1})])
            if node.kind == "had":
                return replaced(tree, path, add(*node.parts))
            return replaced(tree, path, had(*node.parts))
        case "symbol" if symbolic:
            path, node = _choice(draw, [(p, n) for p, n in all_nodes if n.kind == "ref" and n.name != "x"])
            other = _other(draw, node, slip.symbol, problem, time)
            return replaced(tree, path, filled(other, problem, time, values))
        case "symbol":
            # The number of another place where this one's belongs.
            path, node = _choice(draw, [(p, n) for p, n in all_nodes if n.kind == "ref" and n.name != "x" and n.vector and n.entry is None])
            other = filled(_other(draw, node, slip.symbol, problem, time), problem, time, values)
            if len(other.vector) != len(node.vector):
                raise Unfit
            return replaced(tree, path, other)
        case "dropped":
            path, node = _choice(draw, [(p, n) for p, n in all_nodes if n.kind == "add" and len(n.parts) > 1])
            k = draw.randrange(len(node.parts))
            parts = node.parts[:k] + node.parts[k + 1 :]
            signs = node.signs[:k] + node.signs[k + 1 :]
            if signs[0] < 0:
                raise Unfit
            return replaced(tree, path, parts[0] if len(parts) == 1 else replace(node, parts=parts, signs=signs))
        case "function":
            path, node = _choice(draw, [(p, n) for p, n in all_nodes if n.kind == "act"])
            return replaced(tree, path, replace(node, name="tanh" if node.name == "sigmoid" else "sigmoid"))
        case "copied":
            others = [s for s, e in problem.equations.items() if s != slip.symbol and e.kind == "act" and problem.equations[slip.symbol].kind == "act"]
            earlier = list(problem.equations).index(slip.symbol)
            others = [s for s in others if list(problem.equations).index(s) < earlier]
            if not others or symbolic:
                raise Unfit
            other = filled(problem.equations[draw.choice(others)], problem, time, values)
            if slip.entry is not None:
                other = entry_of(other, slip.entry - 1)
            elif problem.hidden == 1:
                other = entry_of(other, 0)
            return dict(STAGES)[slip.stage](flat(other), problem.convention.bound(slip.symbol))
    raise Unfit


def _choice(draw: random.Random, found: list[tuple[tuple[int, ...], Node]]) -> tuple[tuple[int, ...], Node]:
    if not found:
        raise Unfit
    return draw.choice(found)


def _other(draw: random.Random, node: Node, symbol: str, problem: Exercise, time: int) -> Node:
    """Another name of the same shape, known at this point."""
    if node.lag is None:
        here = problem.parameters[node.name]
        same = [n for n, m in problem.parameters.items() if n != node.name and (len(m), len(m[0])) == (len(here), len(here[0]))]
        same = [n for n in same if (n in problem.vectors) == (node.name in problem.vectors)]
        return ref(draw.choice(same)) if same else _unfit()
    names = list(problem.equations)
    before = names[: names.index(symbol)]
    found = [ref(n, 0) for n in before] + [ref(n, 1) for n in problem.states]
    found = [r for r in found if (r.name, r.lag) != (node.name, node.lag)]
    return draw.choice(found) if found else _unfit()


def _unfit() -> Node:
    raise Unfit


# -- whole pieces of work ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """A member as it was written: its line from 1, the place it is about, its text, and whether it is the mistake. `free`: nothing is
    asked of its verdict (the other one of two entries that changed places)."""

    line: int
    place: str
    text: str
    wrong: bool = False
    free: bool = False


@dataclass
class Sheet:
    """A text as it grows."""

    text: str = ""
    said: list[Said] = field(default_factory=list)

    def write(self, text: str) -> None:
        self.text += text

    def member(self, place: str, text: str, wrong: bool = False, free: bool = False) -> None:
        self.said.append(Said(self.text.count("\n") + 1, place, text, wrong, free))
        self.text += text


@dataclass(frozen=True)
class Piece:
    """A problem's document, a piece of work on it, and what was said in it."""

    problem: Exercise
    style: Style
    text: str
    said: tuple[Said, ...]
    slip: Slip | None = None
    length: bool = False
    """Whether the mistake is the length of a list."""


def too_short(piece: Piece) -> bool:
    """Whether the mistake is a number that the right value rounds to all the same, to fewer digits than anyone asks for: 0 for -0.4378.

    By the design that is a rounding, however far it is off, and where nothing is worked out from it nothing tells it from one.
    """
    assert piece.slip is not None
    (text,) = (s.text.replace("−", "-") for s in piece.said if s.wrong)
    if not re.fullmatch(r"-?[0-9.]+", text):
        return False
    whole, _, behind = text.lstrip("-").partition(".")
    with localcontext(PRECISION):
        values = run(piece.problem)[piece.slip.symbol, piece.slip.time].raw
        right = values[(piece.slip.entry or 1) - 1]
        near = abs(Decimal(text) - right.d) <= ONE.scaleb(-len(behind)) / 2
    return near and not right.exact and len(behind) < SHOWN and len((whole + behind).lstrip("0")) < 2


def place_name(symbol: str, time: int, entry: int | None = None) -> str:
    return f"{symbol}_{time}" + (f"[{entry}]" if entry is not None else "")


_RELATIONS = {"=": "=", "≈": r"\approx", "→": r"\to"}
_WORDS = ("First the gates.", "Now the rest of this step:", "I work with the rounded numbers that are shown.", "so we get", "Here everything goes on.")


def right_work(seed: int) -> Piece:
    """A right derivation of a random problem."""
    draw = random.Random(f"right {seed}")
    problem = exercise(seed)
    with localcontext(PRECISION):
        return written(problem, style(draw, problem), draw, None)


def wrong_work(seed: int) -> Piece:
    """A derivation with exactly one mistake."""
    for attempt in range(2_000):
        draw = random.Random(f"wrong {seed} {attempt}")
        problem = exercise(draw.randrange(10**9) * len(EQUATIONS) + seed % len(EQUATIONS))
        st = style(draw, problem)
        if st.layout == "list" and draw.random() < 0.4:
            try:
                with localcontext(PRECISION):
                    return wrong_list(problem, st, draw)
            except Unfit:
                continue
        time = draw.choice(problem.times)
        symbols = list(problem.equations)
        if st.layout == "turned":
            time = problem.times[-1]
        if st.layout == "list":
            symbols = [problem.asked[0]]
        symbol = draw.choice(symbols)
        entry = draw.randint(1, problem.hidden) if st.components and st.layout in WORKED else None
        kind = draw.choice(MISTAKES)
        stage = draw.choice([s for s, _ in STAGES[:-1]])
        if kind == "result" or st.layout not in WORKED:
            kind, stage = "result", draw.choice(["sum", "displayed"]) if st.layout in WORKED else "displayed"
            if problem.convention.places(symbol) is None:
                stage = "sum"
        slip = Slip(kind, symbol, time, entry, stage, draw.randrange(10**6))
        try:
            with localcontext(PRECISION):
                return written(problem, st, draw, slip)
        except Unfit:
            continue
    raise AssertionError(f"no mistake fits seed {seed}")


def written(problem: Exercise, st: Style, draw: random.Random, slip: Slip | None) -> Piece:
    """A derivation in a style, with a mistake or without."""
    pen = Pen(st, problem)
    own: dict[tuple[str, int], Vector] = {}
    values = run(problem)
    sheet = Sheet()
    if st.layout in WORKED or st.layout == "answers":
        for time in problem.times:
            _step(problem, pen, sheet, time, values, own, draw, slip)
    else:
        cells: dict[tuple[str, int], Rung] = {}
        stated = [problem.asked[0]] if st.layout == "list" else list(problem.equations)
        for time in problem.times:
            for symbol in stated:
                here = slip if slip is not None and (slip.symbol, slip.time) == (symbol, time) else None
                rungs, carried = chain(problem, pen, symbol, time, None, values, draw, here)
                cells[symbol, time] = rungs[-1]
                if here is not None:
                    own[symbol, time] = carried
                    values.update(_after_slip(problem, own))
        if st.layout == "list":
            _list(problem, pen, sheet, [cells[stated[0], time] for time in problem.times])
        else:
            _table(problem, pen, sheet, cells)
    if slip is not None and not any(s.wrong for s in sheet.said):
        raise Unfit
    return Piece(problem, st, sheet.text, tuple(sheet.said), slip)


def _after_slip(problem: Exercise, own: dict[tuple[str, int], Vector]) -> Values:
    return run(problem, own)


def _step(
    problem: Exercise, pen: Pen, sheet: Sheet, time: int, values: Values, own: dict[tuple[str, int], Vector], draw: random.Random,
    slip: Slip | None,
) -> None:
    st = pen.style
    if st.header:
        sheet.write(st.header.format(time) + ("\n\n" if draw.random() < 0.5 else "\n"))
    if st.words:
        sheet.write(draw.choice(_WORDS) + "\n")
    lines: list[tuple[str, list[Rung], str]] = []
    for symbol in problem.equations:
        entries = range(1, problem.hidden + 1) if st.components and st.layout in WORKED else [None]
        whole: list[N] = []
        for entry in entries:
            here = slip if slip is not None and (slip.symbol, slip.time, slip.entry) == (symbol, time, entry) else None
            rungs, carried = chain(problem, pen, symbol, time, entry, values, draw, here)
            if here is not None:
                if entry is None:
                    own[symbol, time] = carried
                else:
                    vector = list(values[symbol, time].carried)
                    vector[entry - 1] = carried[0]
                    own[symbol, time] = tuple(vector)
            head = symbol if st.unindexed and entry is None else pen.name(symbol, time, entry)
            lines.append((head, rungs, place_name(symbol, time, entry)))
            whole.append(N(ZERO))
        if (symbol, time) in own:
            values.update(_after_slip(problem, own))
    _lines(pen, sheet, lines, draw)


def _lines(pen: Pen, sheet: Sheet, lines: list[tuple[str, list[Rung], str]], draw: random.Random) -> None:
    st = pen.style
    opening, closing, between, end = {
        "plain": ("", "", "\n    ", "\n"), "answers": ("", "", "\n    ", "\n"), "inline": ("$", "$", " ", "\n"),
        "display": draw.choice([("$$", "$$", "\n", "\n"), ("\\[\n", "\n\\]", "\n", "\n"), ("\\begin{equation*}\n", "\n\\end{equation*}", "\n ", "\n")]),
        "align": ("", "", " \\\\\n", " \\\\\n"),
    }[st.layout]  # fmt: skip
    align = st.layout == "align"
    if align:
        sheet.write("\\begin{align*}\n")
    bullet = draw.choice(["", "", "- "]) if st.layout in ("plain", "inline") else ""
    for number, (head, rungs, place) in enumerate(lines):
        sheet.write(bullet + opening + head)
        for k, rung in enumerate(rungs):
            relation = _RELATIONS[rung.relation] if st.latex else rung.relation
            if align:
                sheet.write((between if k and st.broken else " ") + ("&" if not k or st.broken else "") + relation + " ")
            else:
                sheet.write((between if k and st.broken else " ") + relation + " ")
            sheet.member(place, rung.text, rung.wrong)
        if not align or number < len(lines) - 1:
            sheet.write(closing + end)
    if align:
        sheet.write("\n\\end{align*}\n")
    if draw.random() < 0.5:
        sheet.write("\n")


def _table(problem: Exercise, pen: Pen, sheet: Sheet, cells: dict[tuple[str, int], Rung]) -> None:
    layout = pen.style.layout
    symbols, times = list(problem.equations), list(problem.times)
    if layout == "turned":
        grid: list[list[tuple[str, str, bool]]] = [[("t", "", False)] + [(str(t), "", False) for t in times]]
        for s in symbols:
            grid.append([(s, "", False)] + [(cells[s, t].text, place_name(s, t), cells[s, t].wrong) for t in times])
    else:
        grid = [[("t", "", False)] + [(s, "", False) for s in symbols]]
        for t in times:
            grid.append([(str(t), "", False)] + [(cells[s, t].text, place_name(s, t), cells[s, t].wrong) for s in symbols])
    start, mark, end = {"commas": ("", ",", ""), "tabs": ("", "\t", "")}.get(layout, ("| ", " | ", " |"))
    for k, row in enumerate(grid):
        sheet.write(start)
        for j, (text, place, wrong) in enumerate(row):
            if j:
                sheet.write(mark)
            quoted = '"' if layout == "commas" and "," in text else ""
            sheet.write(quoted)
            if place:
                sheet.member(place, text, wrong)
            else:
                sheet.write(text)
            sheet.write(quoted)
        sheet.write(end + "\n")
        if k == 0 and start:
            sheet.write("|" + "---|" * len(row) + "\n")


def _list(problem: Exercise, pen: Pen, sheet: Sheet, rungs: Sequence[Rung], free: frozenset[int] = frozenset()) -> None:
    symbol = problem.asked[0]
    kind = pen.style.list
    if kind in ("[]", "numpy", "array", "R", "c", "spaces") and (len(problem.asked) > 1 or problem.hidden > 1 or len(rungs) == 1):
        kind = "named"
    if kind == "commas" and (problem.hidden > 1 or len(rungs) == 1):
        kind = "named"
    opening, mark, closing = {
        "[]": ("[", ", ", "]"), "named": (f"{symbol} = [", ", ", "]"), "commas": (f"{symbol} = ", ", ", ""), "numpy": ("[", " ", "]"),
        "array": ("array([", ", ", "])"), "R": ("[1] ", " ", ""), "c": ("c(", ", ", ")"), "spaces": ("", " ", ""),
    }[kind]  # fmt: skip
    sheet.write(opening)
    for k, (time, rung) in enumerate(zip(list(problem.times) + [problem.times[-1]] * 3, rungs)):
        sheet.write(mark if k else "")
        sheet.member(place_name(symbol, time), rung.text, rung.wrong, k in free)
    sheet.write(closing + "\n")


def wrong_list(problem: Exercise, st: Style, draw: random.Random) -> Piece:
    """A list of answers in another order, or one too long or too short."""
    pen = Pen(st, problem)
    values = run(problem)
    symbol = problem.asked[0]
    rungs = [chain(problem, pen, symbol, time, None, values, draw, None)[0][-1] for time in problem.times]
    sheet = Sheet()
    if len(rungs) < 2:
        raise Unfit
    if draw.random() < 0.5:
        k = draw.randrange(len(rungs))
        rungs = rungs[:k] + rungs[k + 1 :] if draw.random() < 0.5 else [*rungs[:k], rungs[k], *rungs[k:]]
        if len(rungs) == problem.hidden or len(rungs) < 2:
            raise Unfit
        _list(problem, pen, sheet, rungs)
        return Piece(problem, st, sheet.text, (Said(1, place_name(symbol, problem.first), "", True),), None, True)
    a, b = sorted(draw.sample(range(len(rungs)), 2))
    for k, other in ((a, b), (b, a)):
        slip = Slip("order", symbol, problem.times[k], None, "displayed", 0)
        right = values[symbol, problem.times[k]].raw
        wrong = values[symbol, problem.times[other]].displayed
        _must_differ(problem, slip, wrong, right, wrong, pen)
    rungs[a], rungs[b] = replace(rungs[b], wrong=True), rungs[a]
    _list(problem, pen, sheet, rungs, frozenset([b]))
    return Piece(problem, st, sheet.text, tuple(sheet.said), Slip("order", symbol, problem.times[a], None, "displayed", 0))
