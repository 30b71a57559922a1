"""Where the nodes of a cell stand: columns from left to right, rows (lanes) from the memory line at the top to the inputs below.

In: the graph of a cell. Out: a column and a lane for each node, for each joint of lines that always go together, and for what comes
in and goes out. The order in a column follows Kahn's: nothing stands to the left of what it reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from symlstm.notation.tree import Name
from symlstm.presentation.figures.dataflow import Dataflow

MEMORY, MIDDLE, LAYERS, BUS, BELOW = range(5)
"""The lanes: the memory line, operations entry by entry, layers, what comes in from the left, inputs."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A column and a lane, both counted from 0."""

    column: int
    lane: int


@dataclass(frozen=True, slots=True)
class Joint:
    """Sources whose lines are joined to one, for the layers that read them all."""

    sources: tuple[int, ...]
    layers: tuple[int, ...]
    seat: Seat


@dataclass(frozen=True, slots=True)
class Exit:
    """Where a value leaves the cell."""

    name: Name
    node: int
    seat: Seat


@dataclass(frozen=True, slots=True)
class Placement:
    """All seats. `spine` are the nodes on the memory line, from the old state to the new one; empty where there is none."""

    seats: tuple[Seat, ...]
    joints: tuple[Joint, ...]
    exits: tuple[Exit, ...]
    spine: tuple[int, ...]
    columns: int


def placement(flow: Dataflow) -> Placement:
    """The seats of a graph.

    >>> from symlstm.model.reader import cell_named
    >>> from symlstm.presentation.figures.dataflow import dataflow
    >>> found = placement(dataflow(cell_named("lstm")[0]))
    >>> len(found.spine), found.columns
    (3, 8)
    """
    return _Placing(flow).placed()


def memory_line(flow: Dataflow) -> tuple[int, ...]:
    """The longest way from an earlier state to the new one that no layer interrupts, the earlier state first."""
    best: tuple[int, ...] = ()
    for name in flow.states:
        ways: dict[int, tuple[int, ...]] = {}
        for k, node in enumerate(flow.nodes):
            if node.source is not None and node.source.name == name and node.source.offset == -1:
                ways[k] = (k,)
            elif node.kind != "layer":
                known = [ways[other] for other in node.reads if other in ways]
                if known:
                    ways[k] = (*max(known, key=len), k)
        found = ways.get(flow.at[name], ())
        if len(found) > len(best):
            best = found
    return best


def joined_sources(flow: Dataflow) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Sources that several layers read together, with those layers: the sets that spare most lines first."""
    open_layers = {
        k: frozenset(other for other in node.reads if flow.nodes[other].kind == "source")
        for k, node in enumerate(flow.nodes) if node.kind == "layer"
    }
    while True:
        shared = Counter[frozenset[int]]()
        for one, other in combinations(open_layers.values(), 2):
            if len(one & other) > 1:
                shared[one & other] = 0
        for sources in shared:
            shared[sources] = (len(sources) - 1) * (sum(sources <= reads for reads in open_layers.values()) - 1)
        if not shared:
            return
        best = max(shared, key=lambda sources: (shared[sources], -min(sources)))
        layers = tuple(k for k, reads in open_layers.items() if best <= reads)
        yield tuple(sorted(best)), layers
        for layer in layers:
            del open_layers[layer]


class _Placing:
    """Seats given so far."""

    def __init__(self, flow: Dataflow) -> None:
        self.flow = flow
        self.line = memory_line(flow)
        self.spine = self.line[1:]
        self.joining = list(joined_sources(flow))
        self.seats: dict[int, Seat] = {}
        self.taken: set[Seat] = set()
        self.next = 1 + len(self.joining)

    def placed(self) -> Placement:
        """Operations first, as the memory line needs them; then what comes in, what is joined, what goes out."""
        for node in self.spine:
            self._place(node)
        for name in (*self.flow.states, *self.flow.outputs):
            self._place(self.flow.at[name])
        for node in range(len(self.flow.nodes)):
            self._place(node)
        joints = tuple(self._joints())
        # The memory line starts straight, whoever else is read there.
        for node in sorted(self._sources(), key=lambda node: node not in self.line[:1]):
            self._enter(node, joints)
        exits = tuple(self._exits())
        seats = tuple(self.seats[k] for k in range(len(self.flow.nodes)))
        return Placement(seats, joints, exits, self.line, self.next + 1)

    def _sources(self) -> Iterator[int]:
        return (k for k, node in enumerate(self.flow.nodes) if node.source is not None)

    def _seat(self, node: int, seat: Seat) -> None:
        self.seats[node] = seat
        self.taken.add(seat)
        self.next = max(self.next, seat.column + 1)

    def _place(self, node: int) -> None:
        """A node after all that it reads; above the last of those, where that was placed for it and the seat is free."""
        flow = self.flow
        if node in self.seats or flow.nodes[node].kind == "source":
            return
        # Layers last, so that the node can stand above one.
        fresh = [k for k in dict.fromkeys(flow.nodes[node].reads) if k not in self.seats and flow.nodes[k].kind != "source"]
        for other in sorted(fresh, key=lambda k: flow.nodes[k].kind == "layer"):
            self._place(other)
        lane = LAYERS if flow.nodes[node].kind == "layer" else MEMORY if node in self.spine else MIDDLE
        column = self.next
        below = self.seats[fresh[-1]] if fresh else None
        if fresh:
            below = max((self.seats[k] for k in fresh), key=lambda seat: (seat.column, -seat.lane))
        if below is not None and below.lane > lane and below.column == self.next - 1:
            between = {Seat(below.column, other) for other in range(lane, below.lane)}
            if not between & self.taken:
                column = below.column
        self._seat(node, Seat(column, lane))

    def _joints(self) -> Iterator[Joint]:
        for k, (sources, layers) in enumerate(self.joining):
            seat = Seat(1 + k, BUS)
            self.taken.add(seat)
            yield Joint(sources, layers, seat)

    def _enter(self, node: int, joints: Iterable[Joint]) -> None:
        """An input stands below what reads it first, an earlier value on the left, in the lane where it is read."""
        source = self.flow.nodes[node].source
        assert source is not None
        reading = [joint.seat for joint in joints if node in joint.sources]
        reading += [self.seats[k] for k in self.flow.readers[node]]
        if source.offset < 0:
            if self.line[:1] == (node,):
                wanted = MEMORY
            else:
                wanted = reading[0].lane if len(reading) == 1 or reading[0].lane == BUS else BUS
            self._seat(node, self._free(0, wanted))
            return
        column = min((seat.column for seat in reading), default=1)
        while Seat(column, BELOW) in self.taken:
            column += 1
        self._seat(node, Seat(column, BELOW))

    def _free(self, column: int, lane: int) -> Seat:
        """The nearest free seat of a column; a lane above the memory line has a number below 0."""
        nearest = sorted(range(-12, BELOW), key=lambda other: (abs(other - lane), -other))
        return next(seat for other in nearest if (seat := Seat(column, other)) not in self.taken)

    def _exits(self) -> Iterator[Exit]:
        names = (*self.flow.states, *self.flow.outputs)
        column = self.next
        # The memory line goes straight on.
        for name in sorted(names, key=lambda name: (self.seats[self.flow.at[name]].lane, self.flow.at[name] not in self.line[-1:])):
            node = self.flow.at[name]
            seat = self._free(column, self.seats[node].lane)
            self.taken.add(seat)
            yield Exit(name, node, seat)
