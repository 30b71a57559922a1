"""Which shapes of weights fit: rows, columns, lists without a direction, hidden states of one entry. Expected values by hand."""

from __future__ import annotations

import pytest

import symlstm

ROW, COLUMN = r"\begin{bmatrix} 1 & 2 \end{bmatrix}", r"\begin{bmatrix} 1 \\ 2 \end{bmatrix}"
EYE = "[[1, 0], [0, 1]]"
D2L = "$h_t = x_t W + h_{t-1} U + b$"


def solved(cell: str, data: str) -> symlstm.Solution:
    return symlstm.solve(symlstm.read(f"---\ntitle: a\n---\n{cell}\n\nLet {data}.\n\n```question\nfind: h_1\n```\n"))


FITS = {
    # a column or a list times a number: (1, 2)·3
    "column times a number": ("$h_t = W x_t$", f"$W = {COLUMN}$, $x_1 = 3$", [3, 6]),
    "list times a number": ("$h_t = W x_t$", "$W = [1, 2]$, $x_1 = 3$", [3, 6]),
    "transposed list times a number": ("$h_t = W x_t$", r"$W = [1, 2]^\top$, $x_1 = 3$", [3, 6]),
    # a row or a list times a vector: 1·3 + 2·4
    "row times a vector": ("$h_t = W x_t$", f"$W = {ROW}$, $x_1 = [3, 4]$", 11),
    "nested list times a vector": ("$h_t = W x_t$", "$W = [[1, 2]]$, $x_1 = [3, 4]$", 11),
    "list times a vector": ("$h_t = W x_t$", "$W = [1, 2]$, $x_1 = [3, 4]$", 11),
    "row written in the equation": (f"$h_t = {ROW} x_t$", "$x_1 = [3, 4]$", 11),
    "column written in the equation": (f"$h_t = x_t {COLUMN}$", "$x_1 = [3, 4]$", 11),
    # row vectors: 3·1 + 4·2, with 0.5·2 from the state and 0.25
    "one unit": (D2L, f"$W = {COLUMN}$, $U = 0.5$, $b = 0.25$, $h_0 = 2$, $x_1 = [3, 4]$", 12.25),
    "one unit, 1×1 matrix": (D2L, f"$W = {COLUMN}$, $U = [[0.5]]$, $b = [0.25]$, $h_0 = 2$, $x_1 = [3, 4]$", 12.25),
    "one unit, nested lists": (D2L, f"$W = [[1], [2]]$, $U = [[0.5]]$, $b = 0.25$, $h_0 = 2$, $x_1 = {ROW.replace('1 & 2', '3 & 4')}$", 12.25),
    "one unit, list": (D2L, "$W = [1, 2]$, $U = 0.5$, $b = 0.25$, $h_0 = 2$, $x_1 = [3, 4]$", 12.25),
    "one unit on a stack": ("$h_t = [x_t, h_{t-1}] W$", r"$W = \begin{bmatrix} 1 \\ 2 \\ 5 \end{bmatrix}$, $h_0 = 2$, $x_1 = [3, 4]$", 21),
    # one input: 3·(1, 2) + (5, 7) + (0.5, 0)
    "one input": (D2L, f"$W = {ROW}$, $U = {EYE}$, $b = [0.5, 0]$, $h_0 = [5, 7]$, $x_1 = 3$", [8.5, 13]),
    "one input, rows only": (D2L, f"$W = {ROW}$, $U = 0$, $b = {ROW}$, $h_0 = [5, 7]$, $x_1 = 3$", [4, 8]),
    "one input and one unit": (D2L, "$W = [[2]]$, $U = [[3]]$, $b = 0$, $h_0 = 5$, $x_1 = 7$", 29),
}  # fmt: skip


@pytest.mark.parametrize("name", FITS)
def test_fits(name: str) -> None:
    cell, data, expected = FITS[name]
    assert solved(cell, data)["h_1"].tolist() == expected


MISFITS = {
    "row times a number": ("$h_t = W x_t$", f"$W = {ROW}$, $x_1 = 3$", "a 1×2 matrix can't multiply a number"),
    "nested list times a number": ("$h_t = W x_t$", "$W = [[1, 2]]$, $x_1 = 3$", "a 1×2 matrix can't multiply a number"),
    "row times a number beside a vector": (
        "$h_t = W x_t + U h_{t-1}$", f"$W = [[1, 2]]$, $U = {EYE}$, $h_0 = [1, 1]$, $x_1 = 3$", "a 1×2 matrix can't multiply a number",
    ),
    "row times a vector beside a vector": (
        "$h_t = W x_t + U h_{t-1}$", f"$W = [[1, 2]]$, $U = {EYE}$, $h_0 = [1, 1]$, $x_1 = [3, 4]$",
        "a 1×2 matrix times a vector of 2 entries is one number",
    ),
    "vector before a row": ("$h_t = x_t W$", f"$W = {ROW}$, $x_1 = [3, 4]$", "can't multiply a 1×2 matrix: as a row it needs one entry"),
    "vector before a column, two units": (
        D2L, f"$W = {COLUMN}$, $U = {EYE}$, $b = 0$, $h_0 = [1, 1]$, $x_1 = [3, 4]$", "can't multiply a vector of 2 entries",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISFITS)
def test_does_not_fit(name: str) -> None:
    cell, data, said = MISFITS[name]
    with pytest.raises(symlstm.SymlstmError) as caught:
        solved(cell, data)
    assert said in str(caught.value)
    assert str(caught.value).startswith("<text>:4:")


def test_a_single_unit_of_a_row_cell_is_printed_so_that_products_fit() -> None:
    text = solved(D2L, f"$W = {COLUMN}$, $U = 0.5$, $b = 0.25$, $h_0 = 2$, $x_1 = [3, 4]$").to("md").partition("Step by step")[2]
    assert r"\begin{bmatrix} 3 & 4 \end{bmatrix} \begin{bmatrix} 1 \\ 2 \end{bmatrix} + 2(0.5) + 0.25" in text
    assert r"x_1 = \begin{bmatrix} 3 & 4 \end{bmatrix}" in text
    assert r"\begin{bmatrix} 3 \\ 4 \end{bmatrix}" not in text
