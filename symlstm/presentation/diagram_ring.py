"""States on a circle, the initial one at its left: arrows that bend apart, loops that point outwards, labels clear of the rest.

In: a graph. Out: its layout. Angles go clockwise, since y points downwards; 0 is to the right.
"""

from __future__ import annotations

from cmath import phase, rect
from collections.abc import Iterator
from math import asin, atan2, cos, degrees, pi, radians, sin

from symlstm.document.drawing import Box, Point, cubic, samples
from symlstm.presentation.diagram_graph import Arrow, Graph, Layout, label_at, label_size
from symlstm.presentation.diagram_labels import placed
from symlstm.presentation.diagram_order import best_order

_BEND = radians(17)
_GAP, _AROUND_LABEL, _BEHIND_CHORD = 84.0, 36.0, 18.0
_START = 34.0
_LOOP_HALF, _LOOP_HEIGHT, _LOOP_BULGE = 10.0, 46.0, 26.0
_LOOP_TURNS = (0, 20, -20, 40, -40, 60, -60, 80, -80, 100, -100)
_CLEAR_OF_LOOP = 48.0
_TRIES, _GROWTH, _ROOM_COSTS = 6, 1.12, 10.0
_PIECES = 48


def ring(graph: Graph) -> Layout:
    """The graph on the circle, of a few, whose labels touch least; the smaller the better."""
    order = best_order(graph.count, graph.initial, graph.labels)
    best: Layout | None = None
    least = float("inf")
    for k in range(_TRIES):
        layout, cost = _laid_out(graph, order, _GROWTH**k)
        if cost + k * _ROOM_COSTS < least:
            best, least = layout, cost + k * _ROOM_COSTS
    assert best is not None
    return best


def _laid_out(graph: Graph, order: list[int], scale: float) -> tuple[Layout, float]:
    """The layout on a circle of that many times the least size, and what its labels touch."""
    size = scale * _ring_radius(graph)
    centres = dict.fromkeys(order, 0j)
    for k, state in enumerate(order):
        centres[state] = rect(size, pi + 2 * pi * k / graph.count) if graph.count > 1 else 0j
    at = tuple(centres[state] for state in range(graph.count))
    curves = {(a, b): _arc(at[a], at[b], graph.radius, (b, a) in graph.labels) for a, b in graph.labels if a != b}
    tip = at[graph.initial] - graph.radius
    start = tuple(tip - _START * (1 - k / 3) for k in range(4))
    for state in range(graph.count):
        if (state, state) in graph.labels:
            outward = phase(at[state]) if graph.count > 2 else -pi / 2
            ends = [phase(z - at[state]) for arrow, points in curves.items() for z in _ends_at(state, arrow, points)]
            ends += [pi] if state == graph.initial else []
            curves[state, state] = _loop(at[state], graph.radius, _loop_direction(outward, ends))
    lines = [samples(points, _PIECES) for points in (*curves.values(), start)]
    arrows = list(graph.labels)
    choices = [list(_places(curves[arrow], graph.labels[arrow], arrow[0] == arrow[1])) for arrow in arrows]
    boxes, cost = placed(choices, [(centre, graph.radius) for centre in at], lines)
    return Layout(at, curves, {arrow: box.centre for arrow, box in zip(arrows, boxes, strict=True)}, start), cost


def _ring_radius(graph: Graph) -> float:
    """So large that a label fits between neighbours, and that the chord past a state leaves it alone."""
    if graph.count < 2:
        return 0.0
    widest = max((label_size(lines)[0] for (a, b), lines in graph.labels.items() if a != b), default=0.0)
    chord = 2 * graph.radius + max(_GAP, widest + _AROUND_LABEL)
    past = (graph.radius + _BEHIND_CHORD) / (1 - cos(2 * pi / graph.count)) if graph.count > 3 else 0.0
    return max(chord / (2 * sin(pi / graph.count)), past)


def _arc(start: Point, end: Point, radius: float, bent: bool) -> tuple[Point, ...]:
    """From circle to circle, at right angles to both; bent to the left of its way where another comes back."""
    way = end - start
    turn = rect(1, -_BEND if bent else 0)
    out, back = way / abs(way) * turn, -way / abs(way) / turn
    reach = radius + 0.36 * (abs(way) - 2 * radius)
    return start + radius * out, start + reach * out, end + reach * back, end + radius * back


def _loop(centre: Point, radius: float, direction: float) -> tuple[Point, ...]:
    out = rect(1, direction)
    half = asin(min(0.9, _LOOP_HALF / radius))
    bulge = complex(radius + _LOOP_HEIGHT, _LOOP_BULGE)
    return tuple(centre + out * z for z in (rect(radius, -half), bulge.conjugate(), bulge, rect(radius, half)))


def _ends_at(state: int, arrow: Arrow, points: tuple[Point, ...]) -> Iterator[Point]:
    if arrow[0] == state:
        yield points[0]
    if arrow[1] == state:
        yield points[-1]


def _loop_direction(outward: float, taken: list[float]) -> float:
    """Near to outwards, and away from where other arrows touch the circle."""

    def cost(turn: int) -> float:
        clear = min((abs(degrees(phase(rect(1, outward + radians(turn) - other)))) for other in taken), default=180.0)
        return abs(turn) + 10 * max(0.0, _CLEAR_OF_LOOP - clear)

    return outward + radians(min(_LOOP_TURNS, key=cost))


def _places(points: tuple[Point, ...], lines: tuple[str, ...], loop: bool) -> Iterator[Box]:
    """Boxes beside the curve, the best first: at its middle on the outside of its bend, then further along and across."""
    a, b, c, d = points
    # A straight arrow has its label above it, or to its right; a bent one outside.
    for t in (0.5,) if loop else (0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74):
        middle = cubic(a, b, c, d, t)
        along = (d - a) / abs(d - a)
        bulge = ((cubic(a, b, c, d, 0.5) - a) / along).imag
        side = -1j * along if bulge < -1 else 1j * along if bulge > 1 else _upwards(-1j * along)
        yield _beside(middle, side, lines, 6)
        if not loop:
            yield _beside(middle, -side, lines, 6)
            yield _beside(middle, side, lines, 12)
    if loop:
        top = cubic(a, b, c, d, 0.5)
        out = (top - (a + d) / 2) / abs(top - (a + d) / 2)
        for turn in (0, 30, -30, 60, -60, 90, -90):
            yield _beside(cubic(a, b, c, d, 0.5 + turn / 300), out * rect(1, radians(turn)), lines, 6)


def _upwards(side: Point) -> Point:
    if abs(side.imag) > 0.2:
        return side if side.imag < 0 else -side
    return side if side.real > 0 else -side


def _beside(point: Point, side: Point, lines: tuple[str, ...], gap: float) -> Box:
    """The label's box so far to that side that its nearest corner or edge is the gap away."""
    box = label_at(point, lines)
    angle = atan2(side.imag, side.real)
    reach = abs(cos(angle)) * box.half_width + abs(sin(angle)) * (box.half_height - 2)
    return Box(point + side * (reach + gap), box.half_width, box.half_height)
