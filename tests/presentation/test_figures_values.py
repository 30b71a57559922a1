"""Figures of values: every number stands where it belongs and is the derivation's, nothing covers anything, long runs are honest."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest

import symlstm
from symlstm.document.blocks import Figure
from symlstm.document.drawing import Circle, Drawing, Label, Line, Polygon, Rectangle, label_box
from symlstm.model.problem import Problem
from symlstm.presentation.figures.trace import MOST_STEPS, trace_figure
from symlstm.presentation.figures.unrolled import FIRST, LAST, unrolled_figure

ROOT = Path(__file__).parents[2]
PROBLEMS = [*sorted((ROOT / "tests" / "problems").glob("*.md")), *sorted((ROOT / "reports").glob("*/problem.md"))]
WIDEST = 560.0
"""So wide that at 360 points letters are still three quarters of their size, or nearly so."""


def run(inputs: list[object], **convention: object) -> symlstm.Problem:
    """An LSTM with all weights 1."""
    return symlstm.Problem(
        cell="lstm", given={"weights": 1, "biases": 0}, initial={"h": 0, "c": 0}, inputs=inputs, convention=convention, questions=["h"])


def traced(problem: Problem) -> Figure | None:
    return trace_figure(symlstm.solve(problem).main.work)


def labels(drawing: Drawing, role: str) -> list[Label]:
    return [shape for shape in drawing.shapes if isinstance(shape, Label) and shape.role == role]


def strip(drawing: Drawing) -> dict[tuple[str, str], str]:
    """The strip read back by where things stand: (row, time) to number."""
    out: dict[tuple[str, str], str] = {}
    rows = labels(drawing, "tag")
    for number in labels(drawing, "number"):
        time = max((tick for tick in labels(drawing, "tick") if abs(tick.at.real - number.at.real) < 1 and tick.at.imag < number.at.imag),
                   key=lambda tick: tick.at.imag)
        [row] = [tag for tag in rows if abs(tag.at.imag - number.at.imag) < 3 and tag.at.real < number.at.real]
        assert (row.text, time.text) not in out
        out[row.text, time.text] = number.text
    return out


def carried_in_json(solution: symlstm.Solution) -> dict[tuple[str, str], str]:
    """Every derived value of a one-part solution, entry by entry, from its JSON."""
    out: dict[tuple[str, str], str] = {}
    for item in json.loads(solution.to("json"))["trace"]:
        name, _, time = re.sub(r"_\{(\w+),(-?\d+)\}$", r"_\1_\2", item["place"]).rpartition("_")
        values = item["value"] if isinstance(item["value"], list) else [item["value"]]
        for k, value in enumerate(values, 1):
            assert isinstance(value, str)
            out[f"{name}[{k}]" if len(values) > 1 else name, time.strip("{}").replace("-", "−")] = value.replace("-", "−")
    return out


@pytest.mark.parametrize("path", PROBLEMS, ids=lambda path: path.stem if path.stem != "problem" else path.parent.name)
def test_the_strip_says_what_the_derivation_says(path: Path) -> None:
    solution = symlstm.solve(symlstm.read(path))
    figure = trace_figure(solution.main.work)
    if figure is None:
        assert len(solution.main.work.run.steps) < 2
        return
    shown = strip(figure.drawing)
    derived = {key: value for key, value in shown.items() if key[0].partition("[")[0] not in map(str, solution.main.work.run.cell.inputs)}
    if len(solution.parts) == 1:
        wanted = carried_in_json(solution)
        assert {key: Fraction(text.replace("−", "-")) for key, text in derived.items()} == {
            key: Fraction(text.replace("−", "-")) for key, text in wanted.items()}
    table = solution.to("md").replace("-", "−")
    assert all(text in table for text in shown.values() if re.fullmatch(r"−?[\d.]+", text))
    assert_apart(figure.drawing)
    assert_words_say_it(figure, shown)


def assert_apart(drawing: Drawing) -> None:
    """No text covers another, all stand on the sheet, and the sheet is no wider than it may be."""
    boxes = [label_box(shape) for shape in drawing.shapes if isinstance(shape, Label)]
    for one, other in combinations(boxes, 2):
        assert not (abs((one.centre - other.centre).real) < one.half_width + other.half_width - 0.1
                    and abs((one.centre - other.centre).imag) < 0.8 * (one.half_height + other.half_height))
    for box in boxes:
        assert 0 <= box.centre.real - box.half_width <= box.centre.real + box.half_width <= drawing.width
        assert 0 <= box.centre.imag - box.half_height <= box.centre.imag + box.half_height <= drawing.height
    assert drawing.width <= WIDEST


def assert_words_say_it(figure: Figure, shown: dict[tuple[str, str], str]) -> None:
    """The sentences hold the same numbers, row by row."""
    rows: dict[str, list[str]] = {}
    for (row, _), text in shown.items():
        rows.setdefault(row, []).append(text)
    said = {sentence.partition(": ")[0]: sentence.partition(": ")[2][:-1].split(", ") for sentence in figure.description[1:]}
    assert {row: sorted(texts) for row, texts in rows.items()} == {
        row: sorted(text for text in texts if text != "no value") for row, texts in said.items()}


def test_shades_grow_with_the_number_and_bars_mark_negative_ones() -> None:
    figure = traced(run([1, -2, 0, 3]))
    assert figure is not None
    numbers = [shape for shape in figure.drawing.shapes if isinstance(shape, Rectangle | Label) and shape.role in ("heat", "below", "number")]
    found: dict[str, list[tuple[Fraction, float]]] = {}
    where = {(round(tag.at.imag), tag.text) for tag in labels(figure.drawing, "tag")}
    for k, shape in enumerate(numbers):
        if isinstance(shape, Label):
            bar, heat = (numbers[k - 1], numbers[k - 2]) if numbers[k - 1].role == "below" else (None, numbers[k - 1])
            assert isinstance(heat, Rectangle)
            worth = Fraction(shape.text.replace("−", "-"))
            assert (bar is not None) == (worth < 0)
            [row] = [text for y, text in where if abs(y - heat.centre.imag) < 2]
            found.setdefault(row, []).append((abs(worth), heat.shade))
    assert set(found) == set("xfioch")
    for pairs in found.values():
        assert [shade for _, shade in sorted(pairs)] == sorted(shade for _, shade in pairs)
        assert all(0 <= shade <= 0.45 for _, shade in pairs)


def test_a_line_is_the_higher_the_larger_its_number() -> None:
    figure = traced(symlstm.Problem(cell="rnn", given={"weights": 1, "biases": 0}, initial={"h": 0}, inputs=[1, -2, 0, 3, 1], questions=["h"]))
    assert figure is not None
    shown = strip(figure.drawing)
    marks = [shape.centre for shape in figure.drawing.shapes if isinstance(shape, Circle)]
    values = [Fraction(shown["h", str(time)].replace("−", "-")) for time in range(5)]
    heights = [at.imag for at in sorted(marks, key=lambda at: at.real)]
    assert sorted(range(5), key=lambda k: values[k]) == sorted(range(5), key=lambda k: -heights[k])
    axis = {label.text: label.at.imag for label in labels(figure.drawing, "tick") if label.anchor == "end"}
    for value, height in zip(values, heights):
        assert (height - axis["0"]) / (axis["1"] - axis["0"]) == pytest.approx(float(value), abs=1e-6)


def test_lines_are_told_apart_without_colours() -> None:
    figure = traced(run([1, -2, 0, 3]))
    assert figure is not None
    curves = [shape for shape in figure.drawing.shapes if isinstance(shape, Line) and shape.role == "curve"]
    tops = sorted({round(min(p.imag for p in curve.points)) for curve in curves})
    assert len(curves) == 5
    assert len({(curve.dash, curve.points) for curve in curves}) == 5
    assert {curve.dash for curve in curves} == {"solid", "dashed", "dotted"}
    assert tops
    assert any(isinstance(shape, Polygon) for shape in figure.drawing.shapes)


@pytest.mark.parametrize(("steps", "drawn"), [(1, False), (2, True), (MOST_STEPS, True), (MOST_STEPS + 1, False)])
def test_a_trace_is_drawn_where_it_can_be_read(steps: int, drawn: bool) -> None:
    figure = traced(run([k % 3 for k in range(steps)]))
    assert (figure is not None) == drawn
    if figure is not None:
        assert_apart(figure.drawing)
        assert len({time for _, time in strip(figure.drawing)}) == steps


def test_what_has_too_many_entries_is_left_out_and_named() -> None:
    wide = symlstm.read(
        "---\ntitle: x\ngiven: {parameters: 0.1}\n---\n$$c_t = W x_t, \\quad h_t = \\tanh(c_t + h_{t-1})$$ with $h_{-1} = ("
        + ", ".join("0" * 10) + ")$, $W = [" + ", ".join("[1]" for _ in range(10)) + "]$ and $x = [1, 2, 3]$.\n\n```question\nfind: h\n```\n")
    figure = traced(wide)
    assert figure is not None
    assert {row for row, _ in strip(figure.drawing)} == {f"h[{k}]" for k in range(1, 11)} | {f"c[{k}]" for k in range(1, 11)} | {"x"}
    assert_apart(figure.drawing)


def told(drawing: Drawing) -> set[str]:
    """All equations in the drawing."""
    return {label.text for label in labels(drawing, "tag") if " = " in label.text}


@pytest.mark.parametrize("path", PROBLEMS, ids=lambda path: path.stem if path.stem != "problem" else path.parent.name)
def test_the_unrolled_network_is_legible_and_said_in_words(path: Path) -> None:
    work = symlstm.solve(symlstm.read(path)).main.work
    figure = unrolled_figure(work)
    if figure is None:
        assert not work.run.cell.lags or not work.run.steps
        return
    assert_apart(figure.drawing)
    said = " ".join(figure.description)
    for text in told(figure.drawing):
        for part in re.split(r", (?=\w+_)", text):
            assert part.partition(", …")[0] in said or part.startswith("t = ")
    # What is carried into a cell is what was carried out of the one before, so every value between two cells stands there once or twice.
    arrows = [shape for shape in figure.drawing.shapes if isinstance(shape, Line)]
    assert all(arrow.arrow for arrow in arrows)


def test_the_unrolled_network_has_the_published_states() -> None:
    work = symlstm.solve(symlstm.read(ROOT / "reports" / "lstm-states" / "problem.md")).main.work
    figure = unrolled_figure(work)
    assert figure is not None
    # The answer of the course: [0, 0, 1, -1, 1, 0].
    assert {f"h_{t} = {h}" for t, h in enumerate(["0", "0", "1", "−1", "1", "0"])} <= told(figure.drawing)
    assert {f"x_{t} = {x}" for t, x in enumerate("001110")} <= told(figure.drawing)


def test_a_long_run_is_shortened_and_says_so() -> None:
    work = symlstm.solve(run([k % 2 for k in range(2000)], round={"h": 0})).main.work
    figure = unrolled_figure(work)
    assert figure is not None
    times = [int(label.text.removeprefix("t = ")) for label in labels(figure.drawing, "tag") if label.text.startswith("t = ")]
    assert times == [*range(FIRST), *range(2000 - LAST, 2000)]
    assert f"… {2000 - FIRST - LAST} left out …" in {label.text for label in labels(figure.drawing, "tag")}
    assert f"Then {2000 - FIRST - LAST} steps are left out." in figure.description
    assert_apart(figure.drawing)
