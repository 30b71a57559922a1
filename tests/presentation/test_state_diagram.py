"""State diagrams: what must hold of every drawing, seen from its shapes alone; the same machine in words; Graphviz' plain output."""

from __future__ import annotations

import math
import random
import shutil
import time
from itertools import combinations, permutations

import pytest

from symlstm.document.blocks import Figure
from symlstm.document.drawing import SIZES, Circle, Curve, Drawing, Label
from symlstm.presentation import diagram_dot
from symlstm.presentation.diagram_dot import dot, read_plain
from symlstm.presentation.diagram_graph import Graph
from symlstm.presentation.diagram_order import best_order
from symlstm.presentation.state_diagram import MOST_STATES, DiagramState, state_diagram

Moves = list[tuple[int, int, str]]
READOUTS = ("", "0", "1", "−1", "round(h) = −1", "a readout that is longer than its circle may be wide and goes on and on")


def machine(states: int, letters: int, seed: int) -> tuple[list[DiagramState], Moves]:
    """A complete machine with every state's moves at random."""
    chance = random.Random(f"{states} {letters} {seed}")
    names = [DiagramState(chr(65 + k), chance.choice(READOUTS[: 2 + seed % 5])) for k in range(states)]
    written = [str(a) if seed % 3 else f"({a}, {a + 1})" for a in range(letters)]
    return names, [(s, chance.randrange(states), letter) for s in range(states) for letter in written]


def drawn(states: list[DiagramState], moves: Moves, initial: int = 0) -> Figure:
    figure = state_diagram(states, moves, initial)
    assert figure is not None
    return figure


def circles(drawing: Drawing) -> list[Circle]:
    return [shape for shape in drawing.shapes if isinstance(shape, Circle)]


def point(curve: Curve, piece: int, t: float) -> complex:
    a, b, c, d = curve.points[3 * piece : 3 * piece + 4]
    return complex((1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d)


def rectangle(label: Label) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a label of letters and digits, 0.6 of their size wide, as high as capitals."""
    assert label.anchor == "middle"
    half = 0.3 * SIZES[label.role] * sum(0.5 if c in "(), " else 1.0 for c in label.text)
    up = 0.4 * SIZES[label.role]
    return label.at.real - half, label.at.imag - up, label.at.real + half, label.at.imag + up


def assert_sound(drawing: Drawing, moves: Moves) -> None:
    """Circles apart, arrows from edge to edge, words inside their circle or outside all, everything on the sheet."""
    at = circles(drawing)
    for one, other in combinations(at, 2):
        assert abs(one.centre - other.centre) > one.radius + other.radius + 10
    curves = [shape for shape in drawing.shapes if isinstance(shape, Curve) and shape.role == "move"]
    ends = []
    for curve in curves:
        tail = [k for k, c in enumerate(at) if abs(abs(curve.points[0] - c.centre) - c.radius) < 1e-6]
        top = [k for k, c in enumerate(at) if abs(abs(curve.points[-1] - c.centre) - c.radius) < 1e-6]
        assert len(tail) == len(top) == 1
        ends.append((tail[0], top[0]))
    assert sorted(ends) == sorted({(a, b) for a, b, _ in moves})
    for shape in drawing.shapes:
        if isinstance(shape, Label) and shape.role == "label":
            left, upper, right, lower = rectangle(shape)
            for c in at:
                away = complex(max(left - c.centre.real, 0, c.centre.real - right), max(upper - c.centre.imag, 0, c.centre.imag - lower))
                assert abs(away) > c.radius
            assert 0 <= left < right <= drawing.width
            assert 0 <= upper < lower <= drawing.height
    for c in at:
        assert c.radius < c.centre.real < drawing.width - c.radius
        assert c.radius < c.centre.imag < drawing.height - c.radius
    for curve in (shape for shape in drawing.shapes if isinstance(shape, Curve)):
        for z in (point(curve, piece, t / 20) for piece in range(len(curve.points) // 3) for t in range(21)):
            assert 0 <= z.real <= drawing.width
            assert 0 <= z.imag <= drawing.height


@pytest.mark.parametrize("states", range(1, 9))
@pytest.mark.parametrize("letters", range(1, 5))
def test_a_machine_of_up_to_eight_states_is_drawn_soundly(states: int, letters: int) -> None:
    for seed in range(6):
        names, moves = machine(states, letters, seed)
        assert_sound(drawn(names, moves, seed % states).drawing, moves)


@pytest.mark.parametrize("states", range(1, 9))
def test_labels_of_simple_machines_touch_neither_each_other_nor_a_state(states: int) -> None:
    for seed in (1, 2, 4):
        names, moves = machine(states, 2, seed)
        shapes = drawn(names, moves).drawing.shapes
        boxes = [rectangle(shape) for shape in shapes if isinstance(shape, Label) and shape.role == "label"]
        for one, other in combinations(boxes, 2):
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@pytest.mark.parametrize("states", range(1, 9))
def test_words_stay_in_their_circle(states: int) -> None:
    for seed in range(5):
        drawing = drawn(*machine(states, 2, seed)).drawing
        for label in drawing.shapes:
            if isinstance(label, Label) and label.role != "label":
                half = 0.25 * SIZES[label.role] * len(label.text)
                corners = [label.at + complex(x * half, y * 0.35 * SIZES[label.role]) for x in (-1, 1) for y in (-1, 1)]
                assert any(all(abs(z - c.centre) < c.radius for z in corners) for c in circles(drawing))


def test_the_initial_state_is_at_the_left_and_entered_from_nowhere() -> None:
    names, moves = machine(6, 2, 1)
    drawing = drawn(names, moves, 3).drawing
    initial, = (c for c in circles(drawing) if c.role == "initial")
    assert initial.centre.real == min(c.centre.real for c in circles(drawing))
    start, = (shape for shape in drawing.shapes if isinstance(shape, Curve) and shape.role == "start")
    assert abs(start.points[-1] - initial.centre) == pytest.approx(initial.radius)


def test_letters_between_the_same_states_share_an_arrow() -> None:
    drawing = drawn([DiagramState("A"), DiagramState("B")], [(0, 1, "0"), (0, 1, "1"), (0, 1, "1"), (1, 0, "0")]).drawing
    assert [shape.text for shape in drawing.shapes if isinstance(shape, Label) and shape.role == "label"] == ["0, 1", "0"]
    there, back = (shape for shape in drawing.shapes if isinstance(shape, Curve) and shape.role == "move")
    assert abs(point(there, 0, 0.5) - point(back, 0, 0.5)) > 10


def test_loops_point_away_from_the_middle() -> None:
    names = [DiagramState(name) for name in "ABCDE"]
    drawing = drawn(names, [(s, s, "0") for s in range(5)] + [(s, (s + 1) % 5, "1") for s in range(5)]).drawing
    middle = sum(c.centre for c in circles(drawing)) / 5
    for curve in (shape for shape in drawing.shapes if isinstance(shape, Curve) and shape.role == "move"):
        for c in circles(drawing):
            if all(abs(abs(z - c.centre) - c.radius) < 1e-6 for z in (curve.points[0], curve.points[-1])):
                assert abs(point(curve, 0, 0.5) - middle) > abs(c.centre - middle)


@pytest.mark.parametrize("seed", range(20))
def test_the_order_has_the_fewest_crossings(seed: int) -> None:
    chance = random.Random(seed)
    joined = [(chance.randrange(6), chance.randrange(6)) for _ in range(9)]

    def crossings(order: tuple[int, ...]) -> int:
        angle = {state: 2 * math.pi * k / 6 for k, state in enumerate(order)}
        chords = {tuple(sorted((angle[a], angle[b]))) for a, b in joined if a != b}
        return sum(a < c < b < d or c < a < d < b for (a, b), (c, d) in combinations(chords, 2))

    best = best_order(6, 2, joined)
    assert best[0] == 2
    assert crossings(tuple(best)) == min(map(crossings, permutations(range(6))))


@pytest.mark.parametrize(("states", "letters"), [(1, 3), (2, 2), (3, 2), (8, 4), (12, 2), (20, 2)])
def test_the_description_says_every_move_once(states: int, letters: int) -> None:
    names, moves = machine(states, letters, 1)
    start, *rest = drawn(names, moves).description
    assert start == "Start at A."
    read = []
    for sentence in rest:
        subject, _, told = sentence.removesuffix(".").rpartition(": ")
        state = subject.partition(" (shows ")[0]
        for part in told.split(", "):
            on, _, target = part.removeprefix("on ").replace("stays in", "goes to").partition(" goes to ")
            read += [(ord(state) - 65, ord(target) - 65, letter) for letter in on.split(" or ")]
    assert sorted(read) == sorted(moves)


def test_a_long_readout_is_whole_in_the_description() -> None:
    assert READOUTS[-1] in drawn([DiagramState("A", READOUTS[-1])], [(0, 0, "0")]).description[1]


def test_a_state_without_moves_says_so() -> None:
    assert drawn([DiagramState("A")], []).description == ("Start at A.", "A: no moves.")


def test_beyond_its_limit_there_is_no_figure() -> None:
    names = [DiagramState(f"S{k}") for k in range(64)]
    ring = [(k, (k + 1) % 64, "0") for k in range(64)]
    assert state_diagram(names, ring, 0) is None
    assert state_diagram([], [], 0) is None
    full = [(a, b, "0") for a in range(8) for b in range(8)]
    assert state_diagram(names[:8], full, 0) is None
    assert state_diagram(names[:MOST_STATES], [m for m in ring if m[1] and m[1] < MOST_STATES and m[0] < MOST_STATES], 0) is not None


@pytest.mark.parametrize("states", [9, 14, 20])
@pytest.mark.parametrize("installed", [True, False])
def test_more_states_with_and_without_graphviz(states: int, installed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if installed and shutil.which("dot") is None:
        pytest.skip("Graphviz is not installed")
    if not installed:
        monkeypatch.setattr(shutil, "which", lambda name: None)
    for seed in (1, 2):
        names, moves = machine(states, 2, seed)
        began = time.monotonic()
        drawing = drawn(names, moves).drawing
        assert time.monotonic() - began < 20
        if installed:
            at = circles(drawing)
            assert all(abs(a.centre - b.centre) > a.radius + b.radius for a, b in combinations(at, 2))
        else:
            assert_sound(drawing, moves)


GRAPH = Graph(2, 0, 24.0, {(0, 1): ("0", "1"), (1, 1): ("1",)})
PLAIN = """graph 1 3 2
node start 0.1 1 0.02 0.02 "" solid point black lightgrey
node s0 1 1 0.5 0.5 "" solid circle black lightgrey
node s1 2.5 1 0.5 0.5 "" solid circle black lightgrey
edge start s0 4 0.1 1 0.3 1 0.5 1 0.75 1 solid black
edge s0 s1 4 1.25 1 1.5 1 2 1 2.24 1 "000\\n000" 1.75 1.2 solid black
edge s1 s1 7 2.6 1.23 2.6 1.5 2.5 1.6 2.5 1.6 2.4 1.6 2.4 1.4 2.4 1.23 "00" 2.5 1.75 solid black
stop
"""


def test_what_graphviz_writes_is_read() -> None:
    layout = read_plain(GRAPH, PLAIN)
    assert layout.centres == (96 - 96j, 240 - 96j)
    assert layout.curves[0, 1][0] == 120 - 96j
    assert layout.curves[0, 1][-1] == pytest.approx(216 - 96j)
    assert len(layout.curves[1, 1]) == 7
    assert abs(layout.curves[1, 1][-1] - layout.centres[1]) == pytest.approx(24)
    assert layout.labels == {(0, 1): pytest.approx(168 - 115.2j), (1, 1): pytest.approx(240 - 168j)}
    assert layout.start[-1] == 72 - 96j


@pytest.mark.parametrize("text", ["", "Error: no such thing", PLAIN.replace("edge s0 s1 4", "edge s0 s1 3"), PLAIN.replace("2.24 1", "x y")])
def test_what_graphviz_does_not_write_is_no_layout(text: str) -> None:
    with pytest.raises((ValueError, IndexError, KeyError)):
        read_plain(GRAPH, text)


def test_graphviz_is_told_no_word_of_the_machine() -> None:
    hostile = '"]; x [label="<script>'
    names, moves = [DiagramState(hostile, hostile)] * 9, [(k, (k + 1) % 9, hostile) for k in range(9)]
    assert state_diagram(names, moves, 0) is not None
    source = "\n".join(diagram_dot._source(Graph(9, 0, 30.0, {(a, b): (letter,) for a, b, letter in moves}), "LR"))
    assert "script" not in source


def test_a_graphviz_that_fails_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/false")
    assert dot(GRAPH) is None
