"""What a solution prints of vectors: as rows where they stand left of a matrix, and the sums inside matrix products."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

import symlstm
from symlstm.pipelines import Detail

W = r"\begin{bmatrix} 0.1 & 0.2 \\ 0.5 & -0.6 \\ 0.3 & 0.4 \end{bmatrix}"
U = r"\begin{bmatrix} 0.1 & 0.2 \\ .5 & 0.6 \end{bmatrix}"
V = r"\begin{bmatrix} 0.1 & 0.2 & 0.5 \\ -0.6 & 0.3 & 0.4 \end{bmatrix}"
STACKED = r"\begin{bmatrix} 0.1 & 0.2 \\ 0.5 & -0.6 \\ 0.3 & 0.4 \\ 1 & 2 \\ 3 & 4 \end{bmatrix}"

CELLS = {
    "rows": (r"$h_t = \tanh(x_t W + h_{t-1} U + b)$", f"$W = {W}$, $U = {U}$, $b = [.1, 0]$", "h_0 = [0, 0]"),
    "columns": (r"$h_t = \tanh(W x_t + U h_{t-1} + b)$", f"$W = {V}$, $U = {U}$, $b = [.1, 0]$", "h_0 = [0, 0]"),
    "rows of a stack": (r"$h_t = \tanh([x_t, h_{t-1}] W + b)$", f"$W = {STACKED}$, $b = [.1, 0]$", "h_0 = [0, 0]"),
    "row of weights": (r"$h_t = \tanh(w x_t + .5 h_{t-1} + b)$", "$w = [.1, 0.2, 0.5]$, $b = .5$", "h_0 = .25"),
    "transposed": (r"$h_t = \tanh(x_t V^\top + h_{t-1} U^\top)$", f"$V = {V}$, $U = {U}$", "h_0 = [0, 0]"),
}

MATRIX = re.compile(r"\\begin\{bmatrix\}(.*?)\\end\{bmatrix\}")
BESIDE = re.compile(r"(\\begin\{bmatrix\}(?:(?!\\begin).)*?\\end\{bmatrix\}(?:\^\{\\top\})?)\s*(?=\\begin\{bmatrix\})")


def problem(cell: str, rest: str = "", question: str = "find: h") -> str:
    equation, weights, start = CELLS[cell]
    return (
        f"---\ntitle: a\n{rest}---\n{equation} with {weights}, ${start}$, $x_1 = [1, 2, 0]$, $x_2 = [0, 1, 1]$.\n\n"
        f"```question\n{question}\n```\n"
    )


def size(matrix: str) -> tuple[int, int]:
    """Rows and columns of a printed matrix."""
    found = MATRIX.match(matrix)
    assert found is not None
    rows = [row.count("&") + 1 for row in found[1].split(r"\\")]
    assert len(set(rows)) == 1
    return (rows[0], len(rows)) if matrix.endswith(r"^{\top}") else (len(rows), rows[0])


@pytest.mark.parametrize("detail", ["standard", "full"])
@pytest.mark.parametrize("cell", CELLS)
def test_printed_products_fit(cell: str, detail: Detail) -> None:
    text = symlstm.solve(symlstm.read(problem(cell))).to("md", detail=detail).partition("Step by step")[2]
    fitting = 0
    for found in BESIDE.finditer(text):
        right = text[found.end() :]
        whole = MATRIX.match(right)
        assert whole is not None
        tail = r"^{\top}" if right[whole.end() :].startswith(r"^{\top}") else ""
        assert size(found[1])[1] == size(whole[0] + tail)[0], found[1] + right[: whole.end()]
        fitting += 1
    assert fitting >= 2


def test_rows_everywhere_in_a_row_cell() -> None:
    for question in ("find: h", "simplify: all\n```\n\n```question\nfind: h"):
        text = symlstm.solve(symlstm.read(problem("rows", question=question))).to("md").partition('id="solution"')[2]
        assert r"x_1 = \begin{bmatrix} 1 & 2 & 0 \end{bmatrix}" in text
        assert r"h_0 = \begin{bmatrix} 0 & 0 \end{bmatrix}" in text
        assert r"| 2 | $\begin{bmatrix} 0 & 1 & 1 \end{bmatrix}$ | $\begin{bmatrix} " in text
        assert r"\begin{bmatrix} 0.1 & 0 \end{bmatrix}" in text
        assert r"\begin{bmatrix} 0.1 \\ 0 \end{bmatrix}" not in text
        assert not re.search(r"[ {]\.5", text)


def test_elementwise_lines_of_a_row_cell_are_rows() -> None:
    text = symlstm.solve(symlstm.read(
        "---\ntitle: a\n---\n$c_t = x_t U + c_{t-1}$ and $h_t = c_t \\odot c_t$ with "
        f"$U = {U}$, $c_0 = [0, 0]$ and $x_1 = [1, 0]$.\n\n```question\nfind: h_1\n```\n"
    )).to("md")
    assert r"h_1 &= \begin{bmatrix} 0.1 & 0.2 \end{bmatrix} \odot \begin{bmatrix} 0.1 & 0.2 \end{bmatrix}" in text
    assert r"= \begin{bmatrix} 0.01 & 0.04 \end{bmatrix}" in text


def test_full_detail_adds_up_each_entry() -> None:
    text = symlstm.solve(symlstm.read(problem("columns"))).to("md", detail="full")
    line = next(line for line in text.splitlines() if "sum written out" in line)
    found = MATRIX.search(line)
    assert found is not None
    sums = [row.strip() for row in found[1].split(r"\\")]
    assert sums == [r"0.1 \cdot 1 + 0.2 \cdot 2 + 0.5 \cdot 0", r"-0.6 \cdot 1 + 0.3 \cdot 2 + 0.4 \cdot 0"]
    for row, total in zip(sums, (Fraction(1, 2), Fraction(0))):
        terms = [term.split(r"\cdot") for term in row.split(" + ")]
        assert sum(Fraction(a.strip()) * Fraction(b.strip()) for a, b in terms) == total


def test_products_with_what_was_computed_have_a_dot() -> None:
    text = symlstm.solve(symlstm.read(
        "---\ntitle: a\n---\n$h_t = 2 \\tanh(x_t) + 3 h_{t-1}$ with $h_0 = 0$, $x_1 = -1$.\n\n```question\nfind: h\n```\n"
    )).to("md")
    assert r"2 \cdot (-0.76" in text
    assert "3(0)" in text
