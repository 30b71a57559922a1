"""The diagram of a cell, read back from its picture alone and from its words alone: it says what the equations say, and is legible."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from drawn_cells import Picture, assert_legible
from hypothesis import given, settings
from hypothesis import strategies as st

import symlstm
from symlstm.document.blocks import Figure
from symlstm.document.drawing import Line
from symlstm.model.catalogue import names
from symlstm.model.cell import Cell
from symlstm.model.reader import cell_named
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import Running, Symbol
from symlstm.notation.typeset import formula, plain
from symlstm.presentation.figures.cell import cell_figure

PROBLEMS = sorted((Path(__file__).parents[1] / "problems").glob("*.md"))
ODD = {
    "output through the cell alone": r"c_t = \sigma(W x_t) \odot c_{t-1} + x_t, \quad h_t = \sigma(U h_{t-1}) \odot c_t",
    "every function": r"a_t = \max(x_t, h_{t-1}), \quad b_t = \operatorname{relu}(a_t), \quad h_t = \operatorname{softmax}(V b_t) + \min(a_t, 1)",
    "two inputs": r"h_t = \tanh(W x_t + V u_t + U h_{t-1}), \quad y_t = h_t - u_t",
    "two lags": r"h_t = \tanh(a h_{t-1} + b h_{t-2} + c x_{t-1})",
    "three lags side by side": r"h_t = x_t + h_{t-1} \odot h_{t-2} \odot h_{t-3}",
    "two memories": r"c_t = \sigma(a h_{t-1}) c_{t-1} + x_t, \quad d_t = \sigma(b h_{t-1}) d_{t-1} - x_t, \quad h_t = c_t d_t",
    "nothing read": r"f_t = \sigma(b), \quad h_t = f_t h_{t-1} + x_t",
    "a constant": r"f_t = 0.5, \quad h_t = f_t h_{t-1} + x_t",
    "a name for a name": r"h_t = \tanh(x_t + h_{t-1}), \quad y_t = h_t, \quad z_t = y_t",
    "both peepholes and coupling": (
        r"f_t = \sigma(a h_{t-1} + p \odot c_{t-1} + b x_t), \quad c_t = f_t \odot c_{t-1} + (1 - f_t) \odot \tanh(g h_{t-1} + k x_t), "
        r"\quad o_t = \sigma(m h_{t-1} + q \odot c_t + n x_t), \quad h_t = o_t \odot \tanh(c_t)"),
    "quotients and powers": r"s_t = s_{t-1} / (1 + x_t^2), \quad h_t = s_t / h_{t-1}",
    "a sum of five": r"h_t = x_t + u_t + v_t + w_t + h_{t-1}",
    "highway": r"h_t = (1 - \sigma(a x_t)) h_{t-1} + \sigma(b x_t) x_t + 2 x_t",
}


def cell_of(latex: str) -> Cell:
    return symlstm.read(f"---\ntitle: x\n---\n$${latex}$$\n").cell


def told(symbol: Symbol) -> str:
    return plain(formula(Symbol(symbol.name, symbol.at)))


def needed(cell: Cell) -> dict[str, set[str]]:
    """What each equation reads, from its tree."""
    return {
        told(Symbol(e.left, Running(0))): {told(s) for s in symbols_in(e.right) if isinstance(s.at, Running)} for e in cell.equations
    }


def assert_right(cell: Cell) -> None:
    figure = cell_figure(cell)
    assert figure is not None
    picture = Picture(figure.drawing)
    assert picture.reads() == needed(cell)
    assert_legible(picture)
    assert_words_say_it(figure, cell)
    heights = {point.imag for shape in figure.drawing.shapes if isinstance(shape, Line) and shape.role == "memory" for point in shape.points}
    assert len(heights) <= 1, "the memory line bends"


def assert_words_say_it(figure: Figure, cell: Cell) -> None:
    """Each equation's sentence names what the equation reads, and nothing else."""
    wanted = needed(cell)
    known = sorted({*wanted, *(name for reads in wanted.values() for name in reads)}, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, known)))
    for equation in cell.equations:
        name = told(Symbol(equation.left, Running(0)))
        [sentence] = [s for s in figure.description if re.match(re.escape(name) + r"( \(.*?\))? = ", s)]
        assert set(pattern.findall(sentence.partition(" = ")[2])) == wanted[name]


@pytest.mark.parametrize("name", names())
def test_every_cell_of_the_catalogue(name: str) -> None:
    assert_right(cell_named(name)[0])


@pytest.mark.parametrize("path", PROBLEMS, ids=lambda path: str(path.stem))
def test_cells_as_people_write_them(path: Path) -> None:
    assert_right(symlstm.read(path).cell)


@pytest.mark.parametrize("latex", ODD.values(), ids=ODD.keys())
def test_cells_that_nobody_has_drawn_yet(latex: str) -> None:
    assert_right(cell_of(latex))


def expressions(earlier: tuple[str, ...]) -> st.SearchStrategy[str]:
    values = st.sampled_from(["x_t", "u_t", "h_{t-1}", "c_{t-1}", "c_{t-2}", *earlier])
    layers = st.builds(
        lambda f, parts: rf"\{f}({' + '.join(f'W_{k} {part}' for k, part in enumerate(parts))})",
        st.sampled_from(["sigma", "tanh"]), st.lists(values, min_size=1, max_size=3, unique=True),
    )
    return st.recursive(values | layers, lambda inner: st.one_of(
        st.builds(lambda a, b: rf"({a}) \odot ({b})", inner, inner), st.builds(lambda a, b: f"{a} + {b}", inner, inner),
        st.builds(lambda a: f"(1 - {a})", inner), st.builds(lambda a: rf"\tanh({a})", inner),
    ), max_leaves=4)


@st.composite
def cells(draw: st.DrawFn) -> str:
    earlier: tuple[str, ...] = ()
    equations = []
    for name in draw(st.permutations(["c", "f", "g", "h"])):
        equations.append(f"{name}_t = {draw(expressions(earlier))}")
        earlier = (*earlier, f"{name}_t")
    return r", \quad ".join(equations)


@settings(max_examples=25, deadline=None)
@given(cells())
def test_any_cell_is_drawn_right_or_not_at_all(latex: str) -> None:
    cell = cell_of(latex)
    if cell_figure(cell) is not None:
        assert_right(cell)


def test_a_cell_too_large_to_be_read_is_not_drawn() -> None:
    terms = [rf"\sigma(a x_t) \odot \tanh(w h_{{t-{k}}})" for k in range(1, 20)]
    assert cell_figure(cell_of(f"h_t = {' + '.join(terms[:3])}")) is not None
    assert cell_figure(cell_of(f"h_t = {' + '.join(terms)}")) is None


def test_the_same_cell_gives_the_same_drawing() -> None:
    one, other = (cell_figure(symlstm.read(f"---\ntitle: {title}\ncell: gru\n---\n").cell) for title in "ab")
    assert one == other


def test_how_a_time_is_written_is_how_it_is_drawn() -> None:
    sub, sup = (cell_figure(cell_of(rf"h{a} = \tanh(w h{b} + x{a})")) for a, b in (("_t", "_{t-1}"), ("^{(t)}", "^{(t-1)}")))
    assert sub is not None
    assert sup is not None
    assert sub.description[-1] == "From the left comes h_{t−1}, from below x_t; h_t goes on to the right."
    assert sup.description[-1] == "From the left comes h^{(t−1)}, from below x^{(t)}; h^{(t)} goes on to the right."
