"""Students' work, made up: random problems on every cell of the catalogue, and derivations of them written in many styles.

A plain writer that imports nothing of symlstm. It computes by the decimal module at 60 digits from the cells' equations as they are
written here once more, keeps the conventions of section 3 of the design, and writes down what a careful student would: every number
correctly rounded. A derivation may carry one mistake; what comes after it is then worked out from the wrong number.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, localcontext
from typing import NamedTuple, TypeAlias

PRECISION = Context(prec=60)
ONE, ZERO = Decimal(1), Decimal(0)


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
    if function == "sigmoid":
        return N((ONE if z.d >= 0 else small) / (1 + small), False)
    return N((1 - small) / (1 + small) * (1 if z.d >= 0 else -1), False)


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
    text = f"{x.normalize():f}" if x else "0"
    return text


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
    span = draw.choice([1, 2, 6]) if convention.saturate is None or convention.saturate < 10 else draw.choice([2, 100])

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
