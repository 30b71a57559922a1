"""Lines from box to box along the lines of a grid, with few corners and crossings; no line touches a box or another line's corner.

In: boxes on a grid, each with the lines that may enter it, and what is to be joined. Out: a way for each connection. A connection
that starts where others start branches off them. Cheapest ways by Dijkstra's algorithm, where a corner and a crossing
cost as much as a detour. Knows no units: a grid point is (x, y) as two whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import pairwise
from typing import TypeAlias

Grid: TypeAlias = tuple[int, int]
Way: TypeAlias = tuple[Grid, ...]
_Stand: TypeAlias = tuple[Grid, Grid]

_STEPS: tuple[Grid, ...] = ((1, 0), (0, -1), (0, 1), (-1, 0))
_CORNER, _CROSSING, _BRANCH = 14.0, 26.0, 4.0


@dataclass(frozen=True, slots=True)
class Door:
    """Where a line may enter or leave a box: the grid point just outside, the one inside, and what that costs."""

    outside: Grid
    inside: Grid
    cost: float


@dataclass(frozen=True, slots=True)
class Connection:
    """A line that is wanted, from one of the doors of its net's start to one of its own end's."""

    net: int
    start: tuple[Door, ...]
    end: tuple[Door, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The grid: how far apart its lines are, and which points no line may touch."""

    x_gaps: Sequence[float]
    y_gaps: Sequence[float]
    blocked: frozenset[Grid]
    kept: Mapping[Grid, tuple[int, Grid]] = field(default_factory=dict)
    """Points in front of a box's only door, with the net that goes through it and the way out: others may only cross there."""


class _Search:
    """Ways from one start, the cheapest to each point and direction. A stand is a point and the step that led there."""

    def __init__(self) -> None:
        self.queue: list[tuple[float, int, _Stand]] = []
        self.cost: dict[_Stand, float] = {}
        self.before: dict[_Stand, _Stand | None] = {}
        self.first: dict[_Stand, Grid | None] = {}

    def offer(self, stand: _Stand, price: float, before: _Stand | None, first: Grid | None) -> None:
        """A way to a stand; `first` is the point inside the box where the way starts."""
        if price < self.cost.get(stand, float("inf")):
            self.cost[stand], self.before[stand], self.first[stand] = price, before, first
            # Counted, so that equal prices are taken in the order offered.
            heappush(self.queue, (price, len(self.cost), stand))

    def cheapest(self) -> tuple[float, _Stand] | None:
        """The cheapest way that wasn't taken yet."""
        while self.queue:
            price, _, stand = heappop(self.queue)
            if price <= self.cost[stand]:
                return price, stand
        return None

    def way(self, stand: _Stand) -> Way:
        """The points that lead to a stand."""
        points: list[Grid] = []
        here: _Stand | None = stand
        while here is not None:
            points.append(here[0])
            first, here = self.first[here], self.before[here]
            if first is not None:
                points.append(first)
        return tuple(reversed(points))


class Router:
    """Lines laid so far."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.width, self.height = len(plan.x_gaps) + 1, len(plan.y_gaps) + 1
        self.passed: dict[Grid, dict[int, str]] = {}
        """At each point the nets that pass it, and how: `h`, `v`, or `x` for a corner, branch or end."""
        self.points: dict[int, dict[Grid, None]] = {}
        """The points of each net from which it may branch."""
        self.doors: dict[Grid, tuple[int, bool]] = {}
        """Doors in use, by the pair of their points: which net, and whether lines come in there."""

    def lay(self, connection: Connection) -> Way | None:
        """The cheapest way for a connection, which is then laid; None where there is none."""
        way = self._search(connection)
        if way is not None:
            self._take(connection.net, way)
        return way

    def _search(self, connection: Connection) -> Way | None:
        """Dijkstra: the ways so far, cheapest first, until none of them can be cheaper than the best that has arrived."""
        net = connection.net
        search = _Search()
        goals: dict[Grid, list[Door]] = {}
        for door in connection.end:
            if self._door_free(door, net, True):
                goals.setdefault(door.outside, []).append(door)
        for door in connection.start:
            if self._door_free(door, net, False):
                step = _step(door.inside, door.outside)
                held = self._entering(door.outside, step, net)
                if held is not None:
                    search.offer((door.outside, step), door.cost + held, None, door.inside)
        for point in self.points.get(net, ()):
            if len(self.passed[point]) == 1:
                for step in _STEPS:
                    search.offer((point, step), _BRANCH, None, None)
        best: tuple[float, _Stand, Door] | None = None
        while (found := search.cheapest()) is not None:
            price, (point, step) = found
            if best is not None and price >= best[0]:
                break
            for door in goals.get(point, ()):
                turned = self._turned(point, step, _step(door.outside, door.inside), net)
                if turned is not None and (best is None or price + door.cost + turned < best[0]):
                    best = price + door.cost + turned, (point, step), door
            for turn in _STEPS:
                there = point[0] + turn[0], point[1] + turn[1]
                turned = self._turned(point, step, turn, net)
                held = self._entering(there, turn, net)
                if turned is not None and held is not None:
                    search.offer((there, turn), price + turned + held + self._length(point, there), (point, step), None)
        return None if best is None else (*search.way(best[1]), best[2].inside)

    def _turned(self, point: Grid, step: Grid, turn: Grid, net: int) -> float | None:
        """What it costs to go on from a point in another direction, or None where that can't be: back, or where others pass."""
        if turn == step:
            return 0.0
        back = turn == (-step[0], -step[1])
        kept = self.plan.kept.get(point, (net, step))[0] != net
        return None if back or kept or any(other != net for other in self.passed.get(point, {})) else _CORNER

    def _length(self, one: Grid, other: Grid) -> float:
        if one[1] == other[1]:
            return self.plan.x_gaps[min(one[0], other[0])]
        return self.plan.y_gaps[min(one[1], other[1])]

    def _door_free(self, door: Door, net: int, inward: bool) -> bool:
        middle = door.outside[0] + door.inside[0], door.outside[1] + door.inside[1]
        found = self.doors.get(middle)
        return found is None or (found == (net, False) and not inward)

    def _entering(self, point: Grid, step: Grid, net: int) -> float | None:
        """What it costs to come to a point, or None where a net may not."""
        x, y = point
        if not (0 <= x < self.width and 0 <= y < self.height) or point in self.plan.blocked:
            return None
        way = "h" if step[0] else "v"
        keeper, out = self.plan.kept.get(point, (net, step))
        if keeper != net and (way == "h") == (out[0] != 0):
            return None
        price = 0.0
        for other, how in self.passed.get(point, {}).items():
            if other == net:
                # A net meets itself only where it branches.
                return None
            if how == "x" or how == way:
                return None
            price += _CROSSING
        return price

    def _take(self, net: int, way: Way) -> None:
        points = self.points.setdefault(net, {})
        for k, (a, b) in enumerate(pairwise(way)):
            if k == len(way) - 2:
                self.doors[a[0] + b[0], a[1] + b[1]] = net, True
            elif k == 0 and a in self.plan.blocked:
                self.doors[a[0] + b[0], a[1] + b[1]] = net, False
        for k, point in enumerate(way):
            if point in self.plan.blocked:
                continue
            here = self.passed.setdefault(point, {})
            ways = {"h" if a[1] == b[1] else "v" for a, b in zip(way[max(0, k - 1) : k + 1], way[k : k + 2])}
            here[net] = "x" if net in here or len(ways) > 1 or k in (0, len(way) - 1) else ways.pop()
            points[point] = None


def _step(one: Grid, other: Grid) -> Grid:
    return other[0] - one[0], other[1] - one[1]


def turning_points(way: Way) -> Iterator[Grid]:
    """The ends and corners of a way.

    >>> list(turning_points(((0, 0), (1, 0), (2, 0), (2, 1))))
    [(0, 0), (2, 0), (2, 1)]
    """
    yield way[0]
    for before, point, after in zip(way, way[1:], way[2:]):
        if _step(before, point) != _step(point, after):
            yield point
    yield way[-1]
