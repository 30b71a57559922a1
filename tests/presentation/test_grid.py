"""The grid of a by-hand sheet: what it says, read back by an oracle that computes with floats, and what each form leaves blank."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

import symlstm
from symlstm.document.blocks import Blank, Inlines, Table
from symlstm.document.writers.text import words
from symlstm.presentation.grid import FORMS, Form, grid_blocks

HEAD = "---\ntitle: A unit\n{front}---\n"
ASKED = "\n```question\nfind: h\n```\n"
STATES = (Path(__file__).parents[2] / "reports" / "lstm-states" / "problem.md").read_text(encoding="utf-8")
GRU = "---\ntitle: GRU\ncell: gru\ngiven: {weights: 0.5, biases: 0.25, h_0: [0.5, -1]}\ninputs: {x: [[1, 2], [0, 1]]}\n---\nGo." + ASKED
GIVEN = (Path(__file__).parents[2] / "reports" / "lstm-block" / "problem.md").read_text(encoding="utf-8")
CELLS = {"states": STATES, "gru": GRU, "part given": GIVEN, "reset after": GRU.replace("cell: gru", "cell: gru-reset-after"),
         "leaky": HEAD.format(front="") + "$c_t = 0.5 c_{t-1} + 0.5 \\tanh(0.3 x_t + 0.2 h_{t-1})$, $h_t = 2\\sigma(3 c_t) - 1$ with $h_0 = 0.25$, $c_0 = 0.5$, "
                  "$x = [1, -0.5]$." + ASKED,
         "a one in the stack": HEAD.format(front="") + "$h_t = \\sigma([0.5, 2, 0.1] [h_{t-1}; x_t; 1])$ with $h_0 = 0.25$, $x = [1, -0.5]$." + ASKED,
         "peephole": GRU.replace("cell: gru", "cell: lstm-peephole").replace("h_0:", "c_0: [0, 1], h_0:")}


def tables(text: str, form: Form) -> list[Table]:
    """The tables of the first questions' run."""
    solution = symlstm.solve(symlstm.read(text + "\n"))
    part = next(part for part in solution.parts if any(p.question.kind == "find" for p in part.posed))
    return [block for block in grid_blocks(part.work, form) if isinstance(block, Table)]


def said(cell: Inlines) -> str:
    return words(cell).replace("−", "-")


def rows(table: Table) -> Iterator[list[str]]:
    for row in table.rows:
        yield [said(cell) for cell in row]


def columns(table: Table) -> int:
    """How many columns of weights there are."""
    return next(k for k, cell in enumerate(table.head) if not cell)


@pytest.mark.parametrize("name", CELLS)
def test_weights_times_sources_are_the_sums_printed(name: str) -> None:
    checked = 0
    for table in tables(CELLS[name], "full"):
        wide = columns(table)
        lines = list(rows(table))
        sources = {line[wide].split(": ")[0]: line[wide + 1 :] for line in lines if not any(line[:wide])}
        heads = [said(cell) for cell in table.head[:wide]]
        for line in lines:
            if not any(line[:wide]):
                continue
            for step, value in enumerate(line[wide + 1 :]):
                if not value:
                    continue
                total = sum(float(weight) * (1.0 if head == "1" else float(sources[head][step])) for weight, head in zip(line, heads) if weight)
                assert math.isclose(total, float(value), abs_tol=6e-4)
                checked += 1
    assert checked >= 2


def test_a_known_grid() -> None:
    (table,) = tables(STATES, "full")
    by_label = {line[3]: line for line in rows(table)}
    assert by_label["sum in c_t"] == ["-100", "50", "0", "sum in c_t", "0", "0", "50", "-50", "150", "-100"]
    assert by_label["h_t"][4:] == ["0", "0", "1", "-1", "1", "0"]
    assert by_label["h_{t-1}"][4:] == ["0", "0", "0", "1", "-1", "1"]
    assert by_label["x_t"][4:] == ["0", "0", "1", "1", "1", "0"]


@pytest.mark.parametrize("name", CELLS)
def test_forms_fill_more_and_more(name: str) -> None:
    grids = {form: [[list(row) for row in table.rows] for table in tables(CELLS[name], form)] for form in FORMS}

    def blanks(form: Form) -> list[bool]:
        return [any(isinstance(inline, Blank) for inline in cell) for table in grids[form] for row in table for cell in row]

    empty, half, full = blanks("blank"), blanks("half"), blanks("full")
    assert not any(full)
    assert all(cell for table in tables(CELLS[name], "full") for row in table.rows for cell in row[columns(table):])
    assert all(b or not h for b, h in zip(empty, half, strict=True))
    gated = name not in ("leaky", "a one in the stack")
    assert 0 < sum(half) <= sum(empty) - gated


def test_what_is_asked_stays_blank_where_gates_are_filled() -> None:
    solution = symlstm.solve(symlstm.read(STATES.replace("find: h\nanswer: [0, 0", "find: [h, o]\nlabel: both\n#answer: [0, 0")))
    part = solution.questions[1]
    (table,) = (block for block in grid_blocks(part.work, "half", [place.name for place in part.posed[0].places]) if isinstance(block, Table))
    by_label = {line[3]: line[4:] for line in rows(table)}
    assert all(set(cell) == {"_"} for cell in by_label["o_t"])
    assert by_label["i_t"] == ["1"] * 6


def test_data_are_never_blank() -> None:
    (table,) = tables(GIVEN, "blank")
    shown = {line[columns(table)]: line[-1] for line in rows(table)}
    assert [shown[f"i_t[{k}]"] for k in (1, 2)] == ["0.3", "0.4"]
    assert [shown[f"c_(t-1)[{k}]"] if f"c_(t-1)[{k}]" in shown else shown[f"c_{{t-1}}[{k}]"] for k in (1, 2)] == ["0.1", "0.2"]
    assert set(shown["f_t[1]"]) == {"_"}


def test_a_blank_is_told_to_who_cannot_see_it() -> None:
    (table,) = tables(STATES, "blank")
    names = [inline.name for row in table.rows for cell in row for inline in cell if isinstance(inline, Blank)]
    assert "h_t, t = 3" in names
    assert len(set(names)) == len(names)


def test_long_runs_take_several_tables() -> None:
    text = HEAD.format(front="") + f"$h_t = \\tanh(2 h_{{t-1}} + x_t)$ with $h_0 = 0$, $x = [{', '.join(['1'] * 40)}]$.\n" + ASKED
    found = tables(text, "full")
    assert len(found) > 2
    assert sum(len(table.head) - columns(table) - 1 for table in found) == 40


def test_a_wide_matrix_is_left_to_the_statement() -> None:
    text = HEAD.format(front="cell: rnn\ngiven: {weights: 1, biases: 0, h_0: [0, 0, 0, 0, 0, 0]}\ninputs: {x: [[1, 1, 1, 1, 1, 1]]}\n") + "Go." + ASKED
    (table,) = tables(text, "full")
    assert columns(table) == 0
    assert next(line for line in rows(table) if line[0].startswith("sum in h_t, entry 1"))[1] == "1"
