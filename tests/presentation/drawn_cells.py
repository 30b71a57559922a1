"""Reading a cell back from its diagram: boxes, lines and words as a reader of the picture sees them, and nothing of how it was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from symlstm.document.drawing import Circle, Drawing, Label, Line, Point, Rectangle, label_box

NEAR = 0.6
"""How far from an edge a line may end and still be seen to end there."""


@dataclass(frozen=True)
class Seen:
    """A box of the picture, a round one by the square around it; `words` are what stands in it."""

    left: float
    top: float
    right: float
    bottom: float
    words: tuple[str, ...]
    terminal: bool = False

    def touches(self, point: Point) -> bool:
        """Whether a point lies on the edge."""
        slack = 6.0 if self.terminal else NEAR
        inside = self.left - slack <= point.real <= self.right + slack and self.top - slack <= point.imag <= self.bottom + slack
        return inside and not self.holds(point)

    def holds(self, point: Point, by: float = NEAR) -> bool:
        """Whether a point lies well inside."""
        return self.left + by < point.real < self.right - by and self.top + by < point.imag < self.bottom - by

    def overlaps(self, other: Seen) -> bool:
        """Whether two boxes share more than an edge."""
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom


def around(label: Label) -> Seen:
    """The box of a text."""
    box = label_box(label)
    return Seen(box.centre.real - box.half_width, box.centre.imag - 0.4 * 14, box.centre.real + box.half_width,
                box.centre.imag + 0.4 * 14, (label.text,), True)


class Picture:
    """The picture of a cell."""

    def __init__(self, drawing: Drawing) -> None:
        labels = [shape for shape in drawing.shapes if isinstance(shape, Label)]
        self.lines = [shape for shape in drawing.shapes if isinstance(shape, Line)]
        self.dots = [shape.centre for shape in drawing.shapes if isinstance(shape, Circle) and shape.role == "junction"]
        self.boxes: list[Seen] = []
        for shape in drawing.shapes:
            if isinstance(shape, Rectangle) and shape.role != "frame":
                self.boxes.append(self._box(shape.centre, shape.half_width, shape.half_height, labels))
            elif isinstance(shape, Circle) and shape.role == "operation":
                self.boxes.append(self._box(shape.centre, shape.radius, shape.radius, labels))
        self.words = labels
        self.terminals = [around(label) for label in labels if label.role == "symbol"]
        self.everything = [*self.boxes, *self.terminals]

    @staticmethod
    def _box(centre: Point, across: float, down: float, labels: list[Label]) -> Seen:
        empty = Seen(centre.real - across, centre.imag - down, centre.real + across, centre.imag + down, ())
        return Seen(empty.left, empty.top, empty.right, empty.bottom, tuple(label.text for label in labels if empty.holds(label.at)))

    def end_at(self, point: Point) -> int:
        """The box on whose edge a point lies."""
        [found] = [k for k, box in enumerate(self.everything) if box.touches(point)]
        return found

    def source(self, number: int, seen: tuple[int, ...] = ()) -> int:
        """The box that a line comes from, followed back over the dots where it branches off another."""
        assert number not in seen, "lines branch off one another in a circle"
        start = self.lines[number].points[0]
        if not any(abs(dot - start) < NEAR for dot in self.dots):
            return self.end_at(start)
        others = {
            self.source(other, (*seen, number)) for other, line in enumerate(self.lines)
            if other != number and other not in seen and any(on(start, a, b) for a, b in pairwise(line.points))
            and abs(line.points[0] - start) >= NEAR
        }
        [found] = others
        return found

    def edges(self) -> set[tuple[int, int]]:
        """Every line as a pair of boxes."""
        return {(self.source(k), self.end_at(line.points[-1])) for k, line in enumerate(self.lines)}

    def reads(self) -> dict[str, set[str]]:
        """For each symbol that the picture names: the symbols that its value is made from, each at its time."""
        edges = self.edges()
        into: dict[int, set[int]] = {}
        for start, end in edges:
            into.setdefault(end, set()).add(start)
        first = len(self.boxes)
        names = {k: box.words[1] for k, box in enumerate(self.boxes) if len(box.words) > 1}
        for k, terminal in enumerate(self.terminals, first):
            for source in into.get(k, ()):
                names[source] = terminal.words[0]

        def behind(box: int) -> Iterator[str]:
            for other in into.get(box, ()):
                if other >= first:
                    yield self.everything[other].words[0]
                elif other in names:
                    yield names[other]
                else:
                    yield from behind(other)

        return {name: set(behind(box)) for box, name in names.items()}


def on(point: Point, a: Point, b: Point) -> bool:
    """Whether a point lies on an upright or level piece."""
    low, high = min(a.real, b.real), max(a.real, b.real)
    top, bottom = min(a.imag, b.imag), max(a.imag, b.imag)
    return low - NEAR < point.real < high + NEAR and top - NEAR < point.imag < bottom + NEAR


def assert_legible(picture: Picture) -> None:
    """Nothing covers anything; lines keep off boxes and words; two values' lines meet only where one crosses the other at a right angle."""
    for k, box in enumerate(picture.everything):
        for other in picture.everything[k + 1 :]:
            assert not box.overlaps(other), (box, other)
    for label in picture.words:
        text = around(label)
        homes = [box for box in picture.boxes if box.overlaps(text)]
        assert len(homes) <= 1
        assert all(box.left <= text.left and text.right <= box.right and box.top <= text.top and text.bottom <= box.bottom for box in homes)
    for line in picture.lines:
        for a, b in pairwise(line.points):
            assert abs(a.real - b.real) < 1e-6 or abs(a.imag - b.imag) < 1e-6, "a slanted line"
            for box in picture.everything:
                steps = max(2, int(abs(b - a) / 2))
                assert not any(box.holds(a + (b - a) * step / steps, 1.0) for step in range(steps + 1)), (line, box)
    sources = [picture.source(k) for k in range(len(picture.lines))]
    for k, line in enumerate(picture.lines):
        for before, second in enumerate(picture.lines[:k]):
            if sources[k] != sources[before]:
                for a, b in pairwise(line.points):
                    for c, d in pairwise(second.points):
                        assert not meet(a, b, c, d), (line, second)


def meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two pieces touch otherwise than by crossing well inside both."""
    level, other_level = abs(a.imag - b.imag) < 1e-6, abs(c.imag - d.imag) < 1e-6
    apart_x = max(min(a.real, b.real), min(c.real, d.real)) - min(max(a.real, b.real), max(c.real, d.real))
    apart_y = max(min(a.imag, b.imag), min(c.imag, d.imag)) - min(max(a.imag, b.imag), max(c.imag, d.imag))
    if apart_x > 2 or apart_y > 2:
        return False
    if level == other_level:
        return True
    (a, b), (c, d) = ((a, b), (c, d)) if level else ((c, d), (a, b))
    crossing = complex(c.real, a.imag)
    return min(abs(crossing - end) for end in (a, b, c, d)) < 3
