"""Equations of numbers alone are computed as those of vectors are; what printed numbers can't give doesn't follow from them."""

from __future__ import annotations

import pytest
from flint import arb, fmpq

import symlstm
from symlstm.arithmetic.real import Real
from symlstm.derivation.evaluate import compiled
from symlstm.derivation.scalar import compiled_numbers
from symlstm.notation.parser import expression
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import Expr, Hole, Symbol, rebuild

WRITTEN = [
    "2 a + 3 b - 1", "a - b", "-a + 0 b", "0 a + 1 b", "0.5 a b", "-(a + b)", "a / (b + 2)", "a^2 - b^3", r"\sigma(2 a - b)",
    r"\tanh(a) \odot b", r"1 - a \odot b", r"\max(a, b)", r"\text{relu}(a - 2 b) + 0 a",
]
NUMBERS: list[tuple[Real, Real]] = [
    (fmpq(0), fmpq(1, 3)), (fmpq(1), fmpq(-5, 2)), (arb(2).sqrt(), fmpq(0)), (arb(2).sqrt(), -arb(3).sqrt()), (fmpq(0), arb(3).sqrt()),
]


@pytest.mark.parametrize("written", WRITTEN)
def test_numbers_are_computed_as_vectors_are(written: str) -> None:
    tree = expression(written, latex=True)
    order = list(dict.fromkeys(symbol.name for symbol in symbols_in(tree)))

    def holes(part: Expr) -> Expr:
        return Hole(order.index(part.name)) if isinstance(part, Symbol) else rebuild(part, holes)

    tree = holes(tree)
    for numbers in NUMBERS:
        one, two = compiled_numbers(tree, {})(numbers), compiled(tree, {})(numbers)
        assert type(one) is type(two)
        if isinstance(one, arb) and isinstance(two, arb):
            assert one.overlaps(two)
            assert one.rad() < arb(2) ** -40
        else:
            assert one == two


@pytest.mark.parametrize(("cell", "convention"), [
    (r"d_t = \sigma(a x_t) - 0.5 \\ h_t = \tanh(\frac{x_t}{d_t})", {}),
    (r"d_t = \sigma(a x_t) - 0.5 \\ h_t = \tanh(d_t)", {"saturate": {"at": "0", "on": ["h"]}}),
])
def test_what_is_printed_as_zero_is_not_divided_by(cell: str, convention: dict[str, object]) -> None:
    problem = symlstm.Problem(cell=cell, given={"a": "0.0000001234567"}, inputs=[1, 2], convention=convention)
    assert "h_1" in symlstm.solve(problem).to("md", detail="full")
