"""Affine parts: for numbers drawn at random, weights times sources plus bias is what the equation's own evaluation gives."""

from __future__ import annotations

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from symlstm.arithmetic.value import Matrix as Grid
from symlstm.arithmetic.value import Value, Vector, entries
from symlstm.derivation.affine import Affine, affine_parts
from symlstm.derivation.evaluate import compiled
from symlstm.model.catalogue import names
from symlstm.model.reader import cell_named
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import Expr, Hole, Name, Running, Symbol, rebuild
from symlstm.notation.typeset import formula, plain

SIZE = 2
WANTED = {
    "lstm": ["W^{f,h} h_{t−1} + W^{f,x} x_t + b_f"], "gru": ["W x_t + U (r_t ⊙ h_{t−1}) + b"],
    "gru-reset-after": ["W_{hn} h_{t−1} + b_{hn}"], "lstm-peephole": ["W_{xf} x_t + W_{hf} h_{t−1} + w_{cf} ⊙ c_{t−1} + b_f"],
    "mgu": ["W_h [f_t ⊙ h_{t−1}, x_t] + b_h"], "lstm-stacked": ["W_f [h_{t−1}; x_t]"],
}


def worth(tree: Expr, values: dict[Name, Value], parameters: dict[Name, Value]) -> Value:
    """The value of a tree by the derivation's own evaluation."""
    symbols = list(dict.fromkeys(s for s in symbols_in(tree) if isinstance(s.at, Running)))

    def holed(part: Expr) -> Expr:
        return Hole(symbols.index(part)) if isinstance(part, Symbol) and part in symbols else rebuild(part, holed)

    return compiled(holed(tree), parameters)([values[s.name] for s in symbols])


def parts(cell: str, numbers: st.DataObject) -> tuple[list[Affine], dict[Name, Value], dict[Name, Value]]:
    """The affine parts of a cell's equations with numbers drawn for everything."""
    draw = numbers.draw
    number = st.fractions(-4, 4, max_denominator=8).map(lambda q: fmpq(q.numerator, q.denominator))
    found, _ = cell_named(cell)
    stacked = {s.name for e in found.equations for s in symbols_in(e.right) if s.at is None} if cell in ("lstm-stacked", "mgu") else set()
    parameters: dict[Name, Value] = {}
    for name in found.parameters:
        wide = 2 * SIZE if name in stacked else SIZE
        is_vector = name in found.biases or name.base == "w"
        parameters[name] = (Vector(tuple(draw(number) for _ in range(SIZE))) if is_vector
                            else Grid(tuple(tuple(draw(number) for _ in range(wide)) for _ in range(SIZE))))
    values: dict[Name, Value] = {
        name: Vector(tuple(draw(number) for _ in range(SIZE))) for name in (*found.by_name, *found.inputs)}
    out = [part for e in found.equations for part in affine_parts(e.right, parameters, lambda source: SIZE)]
    return out, values, parameters


@pytest.mark.parametrize("cell", names())
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_weights_times_sources_plus_bias(cell: str, data: st.DataObject) -> None:
    found, values, parameters = parts(cell, data)
    assert found
    for part in found:
        sources = [x for source in part.sources for x in entries(worth(source, values, parameters))]
        for k, row in enumerate(part.weights):
            flat = [w for weights in row for w in weights]
            assert sum((w * x for w, x in zip(flat, sources, strict=True)), part.bias[k]) == entries(worth(part.tree, values, parameters))[k]


@pytest.mark.parametrize(("cell", "said"), [(cell, text) for cell, texts in WANTED.items() for text in texts])
@settings(max_examples=1, deadline=None)
@given(data=st.data())
def test_parts_are_what_gates_are_taken_of(cell: str, said: str, data: st.DataObject) -> None:
    assert said in [plain(formula(part.tree)) for part in parts(cell, data)[0]]
