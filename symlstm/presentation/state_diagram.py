"""A finite machine as a figure: its state diagram, and the same in words.

In: the states with what they show, and the moves. Out: a figure, or None where a table is easier to read. Up to eight states stand
on a circle; more are laid out by Graphviz where it is installed, and on a circle otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot
from textwrap import wrap

from symlstm.document.blocks import Figure, Text
from symlstm.document.drawing import LINE, SIZES, Circle, Curve, Label, Point, Role, Shape, fitted, text_width
from symlstm.presentation.diagram_dot import dot
from symlstm.presentation.diagram_graph import Arrow, Graph, Layout
from symlstm.presentation.diagram_order import MOST_EXACT
from symlstm.presentation.diagram_ring import ring

MOST_STATES, MOST_ARROWS = 24, 60
"""Beyond either, a table of the moves is easier to read than any diagram."""
_LEAST_RADIUS, _PADDING = 25.0, 4.0
_NAME_WIDTH, _LABEL_WIDTH = 16, 24
"""Characters in a line of a state and of a label."""
_NAME_LINES, _LABEL_LINES = 3, 4


@dataclass(frozen=True, slots=True)
class DiagramState:
    """A state by its name, and what it shows; `readout` may be empty."""

    name: str
    readout: str = ""


def state_diagram(states: Sequence[DiagramState], moves: Sequence[tuple[int, int, str]], initial: int) -> Figure | None:
    """The machine's diagram; `moves` are (from, to, letter), states by their place in `states`.

    None where there is no state, or more than `MOST_STATES`, or more than `MOST_ARROWS` arrows.

    >>> parity = [DiagramState("A", "0"), DiagramState("B", "1")]
    >>> figure = state_diagram(parity, [(0, 0, "0"), (0, 1, "1"), (1, 1, "0"), (1, 0, "1")], 0)
    >>> print("\\n".join(figure.description))
    Start at A.
    A (shows 0): on 0 stays in A, on 1 goes to B.
    B (shows 1): on 0 stays in B, on 1 goes to A.
    """
    letters = _letters(moves)
    if not states or len(states) > MOST_STATES or len(letters) > MOST_ARROWS:
        return None
    texts = [list(_state_lines(state)) for state in states]
    graph = Graph(len(states), initial, max(map(_radius, texts)), {arrow: _label_lines(on) for arrow, on in letters.items()})
    layout = (dot(graph) if len(states) > MOST_EXACT else None) or ring(graph)
    count = "1 state" if len(states) == 1 else f"{len(states)} states"
    caption = (Text(f"State diagram with {count}"),)
    return Figure(fitted(_shapes(graph, layout, texts)), caption, description(states, moves, initial), "states")


def description(states: Sequence[DiagramState], moves: Sequence[tuple[int, int, str]], initial: int) -> tuple[str, ...]:
    """The machine in sentences: where it starts, then each state with its moves."""
    letters = _letters(moves)
    sentences = [f"Start at {states[initial].name}."]
    for number, state in enumerate(states):
        shown = f"{state.name} (shows {state.readout})" if state.readout else state.name
        told = ", ".join(
            f"on {' or '.join(on)} {'stays in' if b == number else 'goes to'} {states[b].name}"
            for (a, b), on in letters.items() if a == number
        )
        sentences.append(f"{shown}: {told or 'no moves'}.")
    return tuple(sentences)


def _letters(moves: Sequence[tuple[int, int, str]]) -> dict[Arrow, list[str]]:
    """The letters of each arrow, in the order given."""
    letters: dict[Arrow, list[str]] = {}
    for a, b, letter in moves:
        on = letters.setdefault((a, b), [])
        if letter not in on:
            on.append(letter)
    return letters


def _state_lines(state: DiagramState) -> Iterator[tuple[Role, str]]:
    """What stands in a circle, line by line; what is longer than its lines ends in an ellipsis, and is said in the description."""
    rows: tuple[tuple[Role, str], ...] = (("name", state.name), ("readout", state.readout))
    for role, text in rows:
        for line in wrap(text, _NAME_WIDTH, max_lines=_NAME_LINES, placeholder="…"):
            yield role, line


def _label_lines(letters: Sequence[str]) -> tuple[str, ...]:
    """Letters joined by commas, in lines; no letter is cut in two unless it is longer than a line."""
    lines: list[str] = []
    for k, letter in enumerate(letters):
        shown = letter if len(letter) <= _LABEL_WIDTH else letter[: _LABEL_WIDTH - 1] + "…"
        shown += "," if k + 1 < len(letters) else ""
        if lines and len(lines[-1]) + 1 + len(shown) <= _LABEL_WIDTH:
            lines[-1] += f" {shown}"
        else:
            lines.append(shown)
    return tuple(lines) if len(lines) <= _LABEL_LINES else (*lines[: _LABEL_LINES - 1], "…")


def _heights(lines: Sequence[tuple[Role, str]]) -> Iterator[float]:
    """The middle of each line above (negative) or below that of all."""
    top = -sum(LINE * SIZES[role] for role, _ in lines) / 2
    for role, _ in lines:
        yield top + LINE * SIZES[role] / 2
        top += LINE * SIZES[role]


def _radius(lines: Sequence[tuple[Role, str]]) -> float:
    """Of the smallest circle around the lines; letters fill the middle 0.75 of a line's height."""
    corners = (
        hypot(text_width(text, SIZES[role]) / 2, abs(y) + 0.375 * SIZES[role])
        for y, (role, text) in zip(_heights(lines), lines, strict=True)
    )
    return max(_LEAST_RADIUS, max(corners, default=0.0) + _PADDING)


def _shapes(graph: Graph, layout: Layout, texts: Sequence[Sequence[tuple[Role, str]]]) -> Iterator[Shape]:
    """Lines at the back, then circles, then all words."""
    yield Curve("start", layout.start)
    for points in layout.curves.values():
        yield Curve("move", points)
    for state, centre in enumerate(layout.centres):
        yield Circle("initial" if state == graph.initial else "state", centre, graph.radius)
    for centre, lines in zip(layout.centres, texts, strict=True):
        for y, (role, text) in zip(_heights(lines), lines, strict=True):
            yield Label(role, centre + 1j * y, text)
    for arrow, centre in layout.labels.items():
        yield from _stacked(centre, graph.labels[arrow])


def _stacked(centre: Point, lines: Sequence[str]) -> Iterator[Label]:
    for y, text in zip(_heights([("label", line) for line in lines]), lines, strict=True):
        yield Label("label", centre + 1j * y, text)
