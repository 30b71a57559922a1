"""The meaning of trees: SymPy's own evaluation agrees with the derivation to 30 digits, on problems and on random cells."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import sympy
from flint import fmpq

from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import Real
from symlstm.arithmetic.value import Value
from symlstm.derivation.derive import derive
from symlstm.derivation.trace import Trace
from symlstm.errors import ShapeError, Source
from symlstm.model.problem import Run
from symlstm.model.reader import read
from symlstm.notation.meaning import Meaning, meaning
from symlstm.notation.parser import expression
from symlstm.notation.tree import Fixed, Hole, Running, Symbol

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted((ROOT / "tests" / "problems").glob("*.md")) + sorted((ROOT / "reports").glob("*/problem.md"))
CLOSE = sympy.Rational(1, 10**30)


def rational(x: Real) -> Meaning:
    if isinstance(x, fmpq):
        return sympy.Rational(int(x.p), int(x.q))
    middle = x.mid().fmpq()
    return sympy.Rational(int(middle.p), int(middle.q))


def in_sympy(value: Value) -> Meaning:
    if isinstance(value, values_of.Matrix):
        return sympy.ImmutableDenseMatrix([[rational(x) for x in row] for row in value.rows])
    if isinstance(value, values_of.Vector) and len(value.entries) > 1:
        return sympy.ImmutableDenseMatrix([rational(x) for x in value.entries])
    return rational(values_of.entries(value)[0])


def disagreements(run: Run, trace: Trace) -> Iterator[str]:
    parameters = {name: in_sympy(given.value) for name, given in run.parameters.items()}
    for place in trace.places():
        assert place.time is not None
        time = place.time

        def stands_for(symbol: Symbol, time: int = time) -> Meaning:
            if symbol.at is None:
                return parameters[symbol.name]
            assert isinstance(symbol.at, Running)
            return in_sympy(trace.carried(symbol.name, time + symbol.at.offset))

        found = meaning(run.cell.by_name[place.name].right, stands_for)
        entries = list(found.flat()) if isinstance(found, sympy.MatrixBase) else [found]
        step = trace.step(place.name, time)
        assert step is not None
        expected = values_of.entries(step.exact)
        assert len(entries) == len(expected), str(place)
        for entry, x in zip(entries, expected):
            if abs(sympy.sympify(entry).evalf(45) - rational(x).evalf(45)) > CLOSE * max(1, abs(rational(x))):
                yield f"{place}: {entry} and {x}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_problems_agree_to_thirty_digits(path: Path) -> None:
    problem = read(Source(path.name, path.read_text(encoding="utf-8")))
    for run in [problem.run, *(posed.run for posed in problem.questions)]:
        assert not list(disagreements(run, derive(run)))


def decimal(r: random.Random) -> str:
    return f"{r.randrange(-300, 300) / 100}"


def listed(r: random.Random, *size: int) -> str:
    if not size:
        return decimal(r)
    return "[" + ", ".join(listed(r, *size[1:]) for _ in range(size[0])) + "]"


def random_document(seed: int) -> str:
    """A gated cell of hidden size 1 to 4 with all kinds of functions and products, with random numbers."""
    r = random.Random(seed)
    n, m = r.choice([(1, 1), (2, 1), (3, 2), (4, 3)])
    wide = n > 1
    f, g = r.sample(["sigma", "tanh", "relu", "hardsigmoid", "softmax"], 2)
    functions = {name: "\\" + name if name in ("sigma", "tanh") else rf"\operatorname{{{name}}}" for name in (f, g)}
    square, across, flat = ((n, n), (n, m), (n,)) if wide else ((), (), ())
    return f"""---
title: random
given:
  W: {listed(r, *square)}
  U: {listed(r, *across)}
  b: {listed(r, *flat)}
  V: {listed(r, n, n + m)}
  p: {listed(r, *flat)}
  a: {decimal(r)}
  s_0: {listed(r, *flat)}
inputs: [{', '.join(listed(r, m) if wide else decimal(r) for _ in range(3))}]
---
$$\\begin{{aligned}}
z_t &= {functions[f]}(W s_{{t-1}} + U x_t + b) \\\\
q_t &= {functions[g]}(V [s_{{t-1}}; x_t]) - a p \\odot s_{{t-1}} \\\\
s_t &= (1 - z_t) \\odot s_{{t-1}} + z_t \\odot \\tanh(q_t) / 2 - \\max(a, 0) \\min(q_t, s_{{t-1}}, 1) \\\\
y_t &= \\operatorname{{clip}}(s_t, -1/2, \\frac{{1}}{{3}}) + \\exp(-a) \\cdot \\text{{step}}(s_t) + \\text{{sign}}(U x_t) s_t^1
\\end{{aligned}}$$
"""


@pytest.mark.parametrize("seed", range(24))
def test_random_cells_agree_to_thirty_digits(seed: int) -> None:
    run = read(Source("random.md", random_document(seed))).run
    trace = derive(run)
    assert len(list(trace.places())) == 12
    assert not list(disagreements(run, trace))


def columns(symbol: Symbol) -> Meaning:
    """Lower-case letters are vectors of two, upper-case ones 2×2 matrices, Greek ones numbers."""
    name = symbol.name.base
    if not name.isascii():
        return sympy.Symbol(name)
    if name.isupper():
        return sympy.ImmutableDenseMatrix(2, 2, lambda i, j: sympy.Symbol(f"{name}{i + 1}{j + 1}"))
    return sympy.ImmutableDenseMatrix(2, 1, lambda i, j: sympy.Symbol(f"{name}{i + 1}"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"M x_t", ["M11*x1 + M12*x2", "M21*x1 + M22*x2"]),
        (r"x_t M", ["M11*x1 + M21*x2", "M12*x1 + M22*x2"]),
        (r"w x_t", ["w1*x1 + w2*x2"]),  # a list of weights in front of a vector is a row
        (r"w \odot x_t", ["w1*x1", "w2*x2"]),
        (r"w^\top x_t", ["w1*x1 + w2*x2"]),
        (r"x_t x_t^\top", ["x1**2", "x1*x2", "x1*x2", "x2**2"]),
        (r"\alpha x_t + 1", ["α*x1 + 1", "α*x2 + 1"]),
        (r"w^2", ["w2"]),
        (r"\alpha^2", ["α**2"]),
        (r"w / 2 - x_t", ["w1/2 - x1", "w2/2 - x2"]),
        (r"[w; x_t]", ["w1", "w2", "x1", "x2"]),
        (r"[w, \alpha]", ["w1", "w2", "α"]),
        (r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} x_t", ["x1 + 2*x2", "3*x1 + 4*x2"]),
        (r"[[1, 2], [3, 4]] x_t", ["x1 + 2*x2", "3*x1 + 4*x2"]),
        (r"\max(x_t)", ["Max(x1, x2)"]),
        (r"\max(x_t, 0)", ["Max(0, x1)", "Max(0, x2)"]),
        (r"\text{softmax}([0, 0])", ["1/2", "1/2"]),
        (r"\sigma(\alpha)", ["1/(1 + exp(-α))"]),
        (r"\text{step}(0)", ["1"]),
        (r"0.1 \alpha + \tanh(0)", ["α/10"]),
    ],
)
def test_shapes_and_functions(text: str, expected: list[str]) -> None:
    found = meaning(expression(text), columns)
    entries = list(found.flat()) if isinstance(found, sympy.MatrixBase) else [found]
    for entry, other in zip(entries, expected, strict=True):
        assert sympy.simplify(entry - sympy.sympify(other)) == 0


@pytest.mark.parametrize(
    "text",
    [r"x_t x_t", r"x_t (M x_t)", r"[M; w]", r"[1, 2] + [1, 2, 3]", r"\text{softmax}(M)", r"w^3", r"(\alpha)^{1/2}", r"M^{-1}"],
)
def test_shapes_that_do_not_fit(text: str) -> None:
    with pytest.raises(ShapeError):
        meaning(expression(text), columns)


def test_a_hole_and_a_missing_symbol() -> None:
    with pytest.raises(ShapeError, match="before the number is there"):
        meaning(Hole(0), {})
    with pytest.raises(KeyError):
        meaning(expression("x"), {})


def test_a_mapping_may_hold_an_entry_or_the_whole() -> None:
    tree = expression("h_{1}[2]", latex=True)
    assert isinstance(tree, Symbol)
    whole = Symbol(tree.name, tree.at)
    entry = Symbol(tree.name, tree.at, 2)
    vector = sympy.ImmutableDenseMatrix([5, 7])
    assert meaning(entry, {whole: vector}) == 7
    assert meaning(entry, {entry: sympy.Integer(9), whole: vector}) == 9
    assert meaning(Symbol(tree.name, Fixed(1), 1), lambda symbol: vector) == 5
    with pytest.raises(ShapeError, match="has no entry 3"):
        meaning(Symbol(tree.name, Fixed(1), 3), lambda symbol: vector)


def test_it_can_be_differentiated() -> None:
    x = sympy.Symbol("x", real=True)
    gate = meaning(expression(r"\sigma(x)"), lambda symbol: x)
    assert sympy.simplify(sympy.diff(gate, x) - gate * (1 - gate)) == 0
