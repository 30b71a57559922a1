"""A cell as a figure, drawn from its equations: gates, products, sums, the memory line; states from the left, inputs from below.

In: a cell. Out: a figure, or None where it has too many parts to be drawn legibly. What stands where is `placement`'s, the ways of
the lines are `routing`'s; here they get units.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from symlstm.document.blocks import Figure, Text
from symlstm.document.drawing import Circle, Line, Point, Rectangle, Role, Shape, fitted
from symlstm.model.cell import Cell
from symlstm.notation.typeset import formula, plain
from symlstm.presentation.figures.cell_boxes import Box, box_of, drawn, terminal
from symlstm.presentation.figures.cell_words import described
from symlstm.presentation.figures.dataflow import Dataflow, dataflow
from symlstm.presentation.figures.placement import BELOW, Placement, Seat, placement
from symlstm.presentation.figures.routing import Connection, Door, Plan, Router, Way, turning_points
from symlstm.presentation.figures.set_text import timed

MOST_NODES = 48
"""Beyond, the equations are easier to read than any diagram."""
_TRACKS = (3, 6)
"""Lines of the grid between two columns and between two lanes; more where fewer don't do."""
_ATTEMPTS = 8
"""How often all lines are laid anew, the one that found no way before the others."""
_ROUNDING, _DOT = 5.0, 2.8
_TRACK, _CLEAR, _FREE = 10.0, 14.0, 20.0
"""Between two lines, between a line and a box, between two boxes."""
_EDGE = 12.0
"""Between the frame and what is in it."""
_UNLIKELY = 60.0
_SECOND = 18.0
"""What one more way out of a box costs, where a line could branch."""


def cell_figure(cell: Cell, letter: str = "t") -> Figure | None:
    """The diagram of a cell; None where it has more than `MOST_NODES` parts.

    >>> from symlstm.model.reader import cell_named
    >>> figure = cell_figure(cell_named("rnn")[0])
    >>> print("\\n".join(figure.description))
    Square brackets stand for a weighted sum of what they hold.
    h_t (hidden state) = tanh[h_{t−1}, x_t].
    From the left comes h_{t−1}, from below x_t; h_t goes on to the right.
    """
    # Variants of a problem have one cell at many places; how a symbol's time is written takes no part in a name's equality.
    told = tuple(timed(equation.left, 0, letter) + plain(formula(equation.right)) for equation in cell.equations)
    return _figure(replace(cell, equations=tuple(replace(equation, pos=0) for equation in cell.equations)), letter, told)


@lru_cache(maxsize=64)
def _figure(cell: Cell, letter: str, _told: tuple[str, ...]) -> Figure | None:
    flow = dataflow(cell)
    if len(flow.nodes) > MOST_NODES:
        return None
    seats = placement(flow)
    for tracks in _TRACKS:
        diagram = _Drawn(flow, seats, tracks, letter)
        if diagram.routed():
            caption = "The cell, drawn from its equations"
            return Figure(fitted(diagram.shapes()), (Text(caption),), described(cell, flow, seats, letter), "cell")
    return None


class _Drawn:
    """A placed graph on a grid with so many tracks."""

    def __init__(self, flow: Dataflow, seats: Placement, tracks: int, letter: str) -> None:
        self.flow, self.seats, self.tracks, self.letter = flow, seats, tracks, letter
        nodes = len(flow.nodes)
        exits = {exit.node for exit in seats.exits}
        self.boxes: dict[int, Box] = {k: box_of(node, seats.seats[k], k in exits, letter) for k, node in enumerate(flow.nodes)}
        self.boxes |= {nodes + k: Box(joint.seat, "bar", 2.5, 13.0) for k, joint in enumerate(seats.joints)}
        first_exit = nodes + len(seats.joints)
        self.boxes |= {first_exit + k: terminal(exit.seat, timed(exit.name, 0, letter)) for k, exit in enumerate(seats.exits)}
        self.first_joint, self.first_exit = nodes, first_exit
        self.memory = set(pairwise(seats.spine))
        self.memory |= {(exit.node, first_exit + k) for k, exit in enumerate(seats.exits) if seats.spine[-1:] == (exit.node,)}
        self.top = min(box.seat.lane for box in self.boxes.values())
        self.ways: list[tuple[int, int, Way]] = []
        """Lines as laid: from box, to box, points of the grid."""

    # -- the grid ---

    def _x(self, seat: Seat, door: int = 1) -> int:
        return seat.column * (self.tracks + 3) + self.tracks + door

    def _y(self, seat: Seat) -> int:
        return (seat.lane - self.top) * (self.tracks + 1) + self.tracks

    def _plan(self) -> Plan:
        columns, lanes = self.seats.columns, BELOW + 1 - self.top
        across = [8.0] * self.tracks + [12.0] * 3
        down = [*[8.0] * self.tracks, 20.0]
        blocked = frozenset((self._x(box.seat, door), self._y(box.seat)) for box in self.boxes.values() for door in range(3))
        kept = {}
        for key, box in self.boxes.items():
            if box.role == "symbol":
                leaves = key >= self.first_exit
                net = self.seats.exits[key - self.first_exit].node if leaves else key
                [door] = self._doors(key, self._ways_in(key) if leaves else self._ways_out(key))
                kept[door.outside] = net, (door.outside[0] - door.inside[0], door.outside[1] - door.inside[1])
        return Plan((across * columns)[:-1], (down * lanes)[:-1], blocked, kept)

    def _doors(self, key: int, prices: Mapping[str, float]) -> tuple[Door, ...]:
        """The doors of a box; `prices` has one for each side that may be used."""
        box = self.boxes[key]
        y = self._y(box.seat)
        out = []
        for side, price in prices.items():
            if side in ("left", "right"):
                x = self._x(box.seat, 0 if side == "left" else 2)
                out.append(Door((x - 1 if side == "left" else x + 1, y), (x, y), price))
                continue
            for door in box.doors:
                x = self._x(box.seat, door)
                out.append(Door((x, y - 1 if side == "above" else y + 1), (x, y), price + (0.0 if door == 1 else 1.5)))
        return tuple(out)

    def _ways_in(self, key: int) -> Mapping[str, float]:
        match self.boxes[key].role:
            case "layer":
                return {"below": 0.0, "left": 12.0, "right": 34.0, "above": 30.0}
            case "bar":
                return {"left": 0.0, "below": 2.0, "above": 4.0}
            case "symbol":
                return {"left": 0.0}
            case _:
                return {"left": 2.0, "below": 2.0, "above": 8.0, "right": 22.0}

    def _ways_out(self, key: int) -> Mapping[str, float]:
        box = self.boxes[key]
        match box.role:
            case "symbol":
                return {"above": 0.0} if box.seat.lane == BELOW else {"right": 0.0}
            case "bar":
                return {"right": 0.0}
            case "layer":
                return {"above": 0.0, "right": 8.0, "below": _UNLIKELY, "left": _UNLIKELY}
            case _:
                return {"right": 0.0, "above": 4.0, "below": 12.0, "left": _UNLIKELY}

    # -- lines ---

    def _wanted(self) -> Iterator[tuple[int, int]]:
        """What is to be joined by a line: pairs of boxes."""
        joined: dict[int, int] = {}
        for k, joint in enumerate(self.seats.joints):
            for source in joint.sources:
                yield source, self.first_joint + k
            for layer in joint.layers:
                joined[layer] = k
                yield self.first_joint + k, layer
        for key, node in enumerate(self.flow.nodes):
            within = self.seats.joints[joined[key]].sources if key in joined else ()
            for other in node.reads:
                if other not in within:
                    yield other, key
        for k, exit in enumerate(self.seats.exits):
            yield exit.node, self.first_exit + k

    def _rank(self, pair: tuple[int, int]) -> tuple[bool, bool, bool, int, int]:
        """The memory line first, then lines that go straight up, then short ones before long ones."""
        one, other = (self.boxes[key].seat for key in pair)
        joint = self.boxes[pair[0]].role == "bar"
        away = abs(one.column - other.column) + 2 * abs(one.lane - other.lane)
        return pair not in self.memory, one.column != other.column, joint, away, other.column

    def routed(self) -> bool:
        """Whether every line found a way, in some order of laying them."""
        plan = self._plan()
        wanted = sorted(self._wanted(), key=self._rank)
        for _ in range(_ATTEMPTS):
            stuck = self._lay(Router(plan), wanted)
            if stuck is None:
                return True
            wanted.remove(stuck)
            wanted.insert(0 if stuck in self.memory else sum(pair in self.memory for pair in wanted), stuck)
        return False

    def _lay(self, router: Router, wanted: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
        """Lay all lines, in this order; the first that finds no way, or None."""
        self.ways = []
        started: set[int] = set()
        for start, end in wanted:
            more = _SECOND if start in started else 0.0
            doors = tuple(Door(d.outside, d.inside, d.cost + more) for d in self._doors(start, self._ways_out(start)))
            way = router.lay(Connection(start, doors, self._doors(end, self._ways_in(end))))
            if way is None:
                return start, end
            started.add(start)
            self.ways.append((start, end, way))
        return None

    # -- units ---

    def shapes(self) -> Iterator[Shape]:
        """The frame at the back, then lines, then boxes and words."""
        xs, frame_x = self._columns()
        ys, frame_y = self._lanes()
        corner, reach = complex(frame_x[0], frame_y[0]), complex(frame_x[1], frame_y[1])
        size = (reach - corner) / 2
        yield Rectangle("frame", (corner + reach) / 2, size.real, size.imag, 12.0)
        dots = []
        inside = {(self._x(box.seat, door), self._y(box.seat)) for box in self.boxes.values() for door in range(3)}
        on_line = set(self.memory)
        for start, end, way in self.ways:
            at = [complex(xs[x], ys[y]) for x, y in turning_points(way)]
            if way[0] in inside:
                at[0] = self._edge(start, at[0], at[1], xs, ys)
            else:
                dots.append(at[0])
            at[-1] = self._edge(end, at[-1], at[-2], xs, ys)
            role: Role = "memory" if (start, end) in on_line else "wire"
            # A value that is read twice has one line that is the memory's.
            on_line.discard((start, end))
            yield Line(role, tuple(at), self.boxes[end].role != "bar", rounding=_ROUNDING)
        for dot in dict.fromkeys(dots):
            yield Circle("junction", dot, _DOT)
        for box in self.boxes.values():
            yield from drawn(box, complex(xs[self._x(box.seat)], ys[self._y(box.seat)]))

    def _edge(self, key: int, inside: Point, outside: Point, xs: Mapping[int, float], ys: Mapping[int, float]) -> Point:
        """Where a line that comes from outside meets the edge of a box."""
        box = self.boxes[key]
        centre = complex(xs[self._x(box.seat)], ys[self._y(box.seat)])
        if abs(inside.imag - outside.imag) < 1e-9:
            return complex(centre.real + (box.half_width if outside.real > centre.real else -box.half_width), inside.imag)
        return complex(inside.real, centre.imag + (box.half_height if outside.imag > centre.imag else -box.half_height))

    def _columns(self) -> tuple[dict[int, float], tuple[float, float]]:
        """Where each line of the grid that runs down stands, and the sides of the frame."""
        used = {a[0] for _, _, way in self.ways for a, b in pairwise(way) if a[0] == b[0]}
        at: dict[int, float] = {}
        edges = []
        right = 0.0
        last = self.seats.columns - 1
        for column in range(self.seats.columns):
            boxes = [box for box in self.boxes.values() if box.seat.column == column]
            # An input's name may reach below its neighbours.
            wide = [box for box in boxes if box.seat.lane != BELOW] or boxes
            half = max((box.half_width for box in wide), default=0.0)
            first = self._x(Seat(column, 0), 0)
            if column in (1, last):
                edges.append(right + (6.0 if column == 1 else 0.0))
            lines = [x for x in range(first - self.tracks, first) if x in used]
            right = _spread(lines, right + (_EDGE - 2 if column == 1 else 0.0), at) if column else 0.0
            if column == last:
                edges[-1] = right
                right += _FREE
            step = min((box.half_width for box in boxes if len(box.doors) > 1), default=2 * _TRACK) / 2
            if used & {first, first + 2}:
                # Lines may run beside what has a single door.
                half = max(half, step)
            at |= {first: right + half - step, first + 1: right + half, first + 2: right + half + step}
            right += 2 * half
        return at, (edges[0], edges[-1])

    def _lanes(self) -> tuple[dict[int, float], tuple[float, float]]:
        """Where each line of the grid that runs across stands, and the top and bottom of the frame."""
        used = {a[1] for _, _, way in self.ways for a, b in pairwise(way) if a[1] == b[1]}
        at: dict[int, float] = {}
        bottom = edge = 0.0
        for lane in range(self.top, BELOW + 1):
            half = max((box.half_height for box in self.boxes.values() if box.seat.lane == lane), default=0.0)
            y = self._y(Seat(0, lane))
            lines = [line for line in range(y - self.tracks, y) if line in used]
            if lines or half or y in used:
                bottom = _spread(lines, bottom, at)
            if lane == BELOW:
                edge = bottom
                bottom += _EDGE if half else 0.0
            at[y] = bottom + half
            bottom += 2 * half
        return at, (0.0, edge)


def _spread(lines: Sequence[int], start: float, at: dict[int, float]) -> float:
    """Give each line its place after a box that ends at `start`; the place where the next box may begin."""
    if not lines:
        return start + _FREE
    for k, line in enumerate(lines):
        at[line] = start + _CLEAR + k * _TRACK
    return start + 2 * _CLEAR + (len(lines) - 1) * _TRACK
