"""Words between the statements of one display, definitions of functions on an equation's line, and constant equations."""

from __future__ import annotations

import pytest

import symlstm

EQUATION = r"h_t = \tanh(w h_{t-1} + u x_t)"
DATA = "$w = 1$, $u = 2$, $h_{-1} = 0$, $x = [1, 0]$"


def answered(cell: str, data: str = DATA) -> dict[str, str]:
    text = f"---\ntitle: T\n---\n{cell}\n\n{data}\n\n```question\nfind: h\n```\n"
    (answer,) = symlstm.solve(symlstm.read(text)).answers
    return {str(place): str(value) for place, value in answer.values.items()}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "cell",
    [
        rf"$${EQUATION} \quad \forall t$$",
        rf"$${EQUATION}, \; \forall t \ge 0$$",
        rf"$$\forall t: {EQUATION}$$",
        rf"$${EQUATION}, \quad \forall t \in \{{0, \dots, T\}}$$",
        rf"$${EQUATION} \text{{ where }} w = 1$$",
        r"$$h_t = \tanh(z_t) \quad\text{where } z_t = w h_{t-1} + u x_t$$",
        r"$$h_t = \tanh(z_t),\ \text{where now}\ z_t = w h_{t-1} + u x_t$$",
        r"$$h_t = \tanh(z_t) \text{ and } z_t = w h_{t-1} + u x_t$$",
        r"$$h_t = \phi(w h_{t-1} + u x_t), \quad \phi(z) = \tanh(z)$$",
        r"$$\phi(z) = \tanh(z), h_t = \phi(w h_{t-1} + u x_t)$$",
    ],
)
def test_read_as_the_equation_alone(cell: str) -> None:
    assert answered(cell) == answered(f"$${EQUATION}$$")


def test_words_stay_in_the_prose() -> None:
    text = f"---\ntitle: T\n---\n$$h_t = \\tanh(z_t) \\text{{ where }} z_t = u x_t + w h_{{t-1}}$$\n\n{DATA}\n\n```question\nfind: h\n```\n"
    assert "where" in symlstm.solve(symlstm.read(text)).to("md")


def test_a_definition_with_a_comma_in_brackets() -> None:
    # relu: 2, then 1·2 + 0
    assert answered(r"$h_t = \phi(w h_{t-1} + u x_t)$ where $\phi(z) = \max(0, z)$") == {"h_0": "2", "h_1": "2"}


def test_a_constant_equation() -> None:
    # f = 1/2 exactly, so h is 1, then 1/2
    cell = r"$$f_t = \sigma(0)$$ $$h_t = f_t h_{t-1} + w x_t$$"
    assert answered(cell, "$w = 1$, $h_{-1} = 0$, $x = [1, 0]$") == {"h_0": "1", "h_1": "0.5"}


def test_entries_of_a_vector_of_parameters() -> None:
    # p = (1, 2): 2·1, then 1·2 + 2·0
    assert answered("$$h_t = p[1] h_{t-1} + p[2] x_t$$", "$p = (1, 2)$, $h_{-1} = 0$, $x = [1, 0]$") == {"h_0": "2", "h_1": "2"}


def test_forty_brackets_are_read() -> None:
    assert answered(f"$$h_t = {'(' * 40}x_t{')' * 40}$$", "$x = [3]$") == {"h_0": "3"}
    with pytest.raises(symlstm.NotationError, match="nested deeper than 40 levels"):
        answered(f"$$h_t = {'(' * 41}x_t{')' * 41}$$", "$x = [3]$")


def test_a_scaled_row_of_numbers() -> None:
    data = r"$W = \begin{bmatrix} 1 & 2 \end{bmatrix} \cdot 3$, $x = [2]$"
    assert answered("$$h_t = x_t W$$", data) in ({"h_0": "[6, 12]"}, {"h_0": "(6, 12)"})


def test_values_of_names_that_may_be_misspelled() -> None:
    text = (
        "---\ntitle: T\n---\n$$h_t = \\tanh(W_{hh} h_{t-1} + u x_t)$$\n\n"
        "$W_{hh} = 1$, $u = 2$, $h_{-1} = 0$, $x = [1]$ and $W_{h} = 3$, $N = 5$, $\\eta = 0.1$\n"
    )
    assert {str(name): str(meant) for name, meant in symlstm.read(text).run.misspelled.items()} == {"W_h": "W_{hh}"}
