"""A drawing as data: circles, boxes, lines and curves with arrow heads and short texts, each with a role, in a plane of its own.

In: shapes anywhere in the plane. Out: a drawing whose corner is 0. Knows no colour and no format: a writer decides how a role
looks. A point is a complex number, x to the right and y downwards; 16 units are the height of a state's name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, assert_never

Point: TypeAlias = complex
Role: TypeAlias = Literal[
    "state", "initial", "move", "start", "name", "readout", "label",
    "frame", "layer", "operation", "bar", "wire", "memory", "junction", "symbol", "operator", "tag",
    "heat", "below", "rule", "curve", "guide", "mark", "hollow", "number", "tick",
]
"""What a shape is. Of a state diagram: the first line. Of a cell: the second, where `memory` is the wire that the cell's memory
runs through. Of values over time: the third; `below` marks a number below 0, `rule` is an axis, `guide` leads to a name."""
Dash: TypeAlias = Literal["solid", "dashed", "dotted", "dash-dotted", "long", "short"]

SIZES: dict[Role, float] = {
    "name": 16.0, "readout": 12.8, "label": 14.4, "symbol": 14.4, "operator": 16.0, "tag": 12.8, "number": 12.8, "tick": 11.2,
}
"""The font size of each role that is text, in units; a line is 1.2 times as high."""
SCRIPT = 0.75
"""How large an index is beside what it belongs to."""
SHIFT = {"line": 0.0, "sub": 0.22, "sup": -0.38}
"""How far below the line (above where negative) each level of a text stands, as a part of its size."""
DASHES: dict[Dash, tuple[float, ...]] = {
    "solid": (), "dashed": (6.0, 3.5), "dotted": (1.6, 2.8), "dash-dotted": (7.0, 2.6, 1.6, 2.6), "long": (11.0, 4.0),
    "short": (3.2, 2.4),
}
"""Lengths drawn and left out, in turns."""
LINE = 1.2
_HEAD_LENGTH, _HEAD_HALF = 10.0, 4.0
_LINE_HEAD_LENGTH, _LINE_HEAD_HALF = 7.0, 3.2
_MARGIN = 6.0
# Letters of a wide sans-serif font: a text that turns out narrower does no harm.
_WIDTHS = {
    **dict.fromkeys("ijlI.,:;'|! ", 0.34), **dict.fromkeys("frt()[]{}-/\\\"", 0.42),
    **dict.fromkeys("+=<>~#−±×÷≈≤≥≠→←⇒∞", 0.84), **dict.fromkeys("mwMW@%…", 1.0),
}


@dataclass(frozen=True, slots=True)
class Circle:
    """A filled circle with an edge; `double` for one more edge inside."""

    role: Role
    centre: Point
    radius: float
    double: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """Cubic Bézier pieces, each starting where the one before ends: 1 + 3n points. `arrow` for a head whose tip is the last."""

    role: Role
    points: tuple[Point, ...]
    arrow: bool = True


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a text on the line, or as an index below or above it."""

    text: str
    level: Literal["line", "sub", "sup"] = "line"
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text; `at` is the middle of its height, and of its width, or its left or right end. `runs`: how the text is set
    where it has indices; empty for plain words."""

    role: Role
    at: Point
    text: str
    anchor: Literal["middle", "start", "end"] = "middle"
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A filled box with an edge and round corners. `shade` is how much ink its fill has, from 0 to 1."""

    role: Role
    centre: Point
    half_width: float
    half_height: float
    radius: float = 0.0
    shade: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """Straight pieces from point to point, their corners rounded. `arrow` for a head whose tip is the last point."""

    role: Role
    points: tuple[Point, ...]
    arrow: bool = False
    dash: Dash = "solid"
    rounding: float = 0.0


@dataclass(frozen=True, slots=True)
class Polygon:
    """A closed area with straight edges."""

    role: Role
    points: tuple[Point, ...]


Shape: TypeAlias = Circle | Curve | Label | Rectangle | Line | Polygon


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes from back to front, all between 0 and `width` and `height`."""

    width: float
    height: float
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its middle and half its sides."""

    centre: Point
    half_width: float
    half_height: float

    def overlaps(self, other: Box) -> bool:
        """Whether two boxes share more than an edge.

        >>> Box(0j, 2, 1).overlaps(Box(3 + 0j, 2, 1)), Box(0j, 2, 1).overlaps(Box(4 + 0j, 2, 1))
        (True, False)
        """
        apart = self.centre - other.centre
        return abs(apart.real) < self.half_width + other.half_width and abs(apart.imag) < self.half_height + other.half_height

    def distance(self, point: Point) -> float:
        """From a point to the box; 0 inside.

        >>> Box(0j, 2, 1).distance(5 + 5j)
        5.0
        """
        away = point - self.centre
        return abs(complex(max(0.0, abs(away.real) - self.half_width), max(0.0, abs(away.imag) - self.half_height)))


def text_width(text: str, size: float) -> float:
    """About how wide a text is in a proportional font; rather more than less.

    >>> text_width("A", 10.0), text_width("値", 10.0), text_width("h̃", 10.0)
    (7.2, 10.0, 6.4)
    """
    return round(sum(map(_width, text)) * size, 6)


def _width(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    return _WIDTHS.get(character, 0.72 if character.isupper() else 0.64)


def label_width(role: Role, text: str, runs: tuple[Run, ...] = ()) -> float:
    """About how wide a label is, its indices included.

    >>> label_width("tag", "A"), label_width("tag", "A_A", (Run("A"), Run("A", "sub")))
    (9.216, 16.128)
    """
    if not runs:
        return text_width(text, SIZES[role])
    return sum(text_width(run.text, SIZES[role] * (1.0 if run.level == "line" else SCRIPT)) for run in runs)


def label_box(label: Label) -> Box:
    """The box that a label's text takes, about."""
    size = SIZES[label.role]
    half = label_width(label.role, label.text, label.runs) / 2
    shift = {"middle": 0.0, "start": half, "end": -half}[label.anchor]
    return Box(label.at + shift, half, size * LINE / 2)


def head(curve: Curve | Line) -> tuple[Point, Point, Point]:
    """The corners of the arrow head of a curve or line, its tip first.

    >>> head(Curve("move", (0j, 10 + 0j, 20 + 0j, 30 + 0j)))
    ((30+0j), (20+4j), (20-4j))
    """
    tip = curve.points[-1]
    small = isinstance(curve, Line)
    back = tip - (curve.points[-2] if isinstance(curve, Line) else _cut(curve)[-1])
    along = back / abs(back) if abs(back) > 1e-9 else 1 + 0j
    base = tip - along * (_LINE_HEAD_LENGTH if small else _HEAD_LENGTH)
    half = along * 1j * (_LINE_HEAD_HALF if small else _HEAD_HALF)
    return tip, base + half, base - half


def shaft(curve: Curve | Line) -> tuple[Point, ...]:
    """The points of a curve or line as it is drawn, which ends inside the arrow head.

    >>> [round(point.real) for point in shaft(Curve("move", (0j, 10 + 0j, 20 + 0j, 30 + 0j)))]
    [0, 7, 14, 21]
    """
    if not curve.arrow:
        return curve.points
    if isinstance(curve, Line):
        *before, last, tip = curve.points
        away = tip - last
        return (*before, last, tip - away / abs(away) * 0.9 * _LINE_HEAD_LENGTH) if abs(away) > 1e-9 else curve.points
    return _cut(curve)


def corners(line: Line) -> tuple[tuple[Point, Point, Point], ...]:
    """The inner points of a line as it is drawn: where each corner's rounding starts, the corner, where the rounding ends.

    >>> corners(Line("wire", (0j, 10 + 0j, 10 + 4j), rounding=3.0))
    (((8+0j), (10+0j), (10+2j)),)
    """
    out = []
    drawn = shaft(line)
    for before, corner, after in zip(drawn, drawn[1:], drawn[2:]):
        # Two corners share the piece between them.
        reach = min(line.rounding, abs(corner - before) / 2, abs(after - corner) / 2)
        into, onward = corner - before, after - corner
        out.append((
            corner - into / abs(into) * reach if into else corner, corner, corner + onward / abs(onward) * reach if onward else corner,
        ))
    return tuple(out)


def _cut(curve: Curve) -> tuple[Point, ...]:
    """The curve without its last stretch, a little shorter than the arrow head (de Casteljau, by bisection)."""
    a, b, c, d = curve.points[-4:]
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if abs(cubic(a, b, c, d, middle) - d) > 0.9 * _HEAD_LENGTH else (low, middle)
    ab, bc, cd = a + (b - a) * low, b + (c - b) * low, c + (d - c) * low
    abc, bcd = ab + (bc - ab) * low, bc + (cd - bc) * low
    return (*curve.points[:-4], a, ab, abc, abc + (bcd - abc) * low)


def cubic(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    """The point of a cubic Bézier curve at t from 0 to 1."""
    s = 1 - t
    return s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d


def samples(points: tuple[Point, ...], pieces: int = 12) -> list[Point]:
    """Points along Bézier pieces, their ends included."""
    starts = range(0, len(points) - 1, 3)
    return [points[0], *(_at(points, k, part / pieces) for k in starts for part in range(1, pieces + 1))]


def _at(points: tuple[Point, ...], k: int, t: float) -> Point:
    return cubic(points[k], points[k + 1], points[k + 2], points[k + 3], t)


def fitted(shapes: Iterable[Shape]) -> Drawing:
    """The shapes moved to where the drawing starts at 0, with a margin.

    >>> drawing = fitted([Circle("state", 5 + 5j, 10.0)])
    >>> drawing.width, drawing.height, drawing.shapes[0].centre
    (34.0, 34.0, (17+17j))
    """
    shapes = tuple(shapes)
    corners = [corner for shape in shapes for corner in _corners(shape)] or [0j]
    left, right = min(z.real for z in corners) - _MARGIN, max(z.real for z in corners) + _MARGIN
    top, bottom = min(z.imag for z in corners) - _MARGIN, max(z.imag for z in corners) + _MARGIN
    return Drawing(right - left, bottom - top, tuple(_moved(shape, -complex(left, top)) for shape in shapes))


def _corners(shape: Shape) -> Iterable[Point]:
    match shape:
        case Circle(centre=centre, radius=radius):
            # An edge has a width.
            return centre - (radius + 1) * (1 + 1j), centre + (radius + 1) * (1 + 1j)
        case Curve(points=points, arrow=arrow):
            return [*samples(points), *(head(shape) if arrow else ())]
        case Line(points=points, arrow=arrow):
            return [*points, *(head(shape) if arrow else ())]
        case Polygon(points=points):
            return points
        case Rectangle(centre=centre, half_width=half_width, half_height=half_height):
            reach = complex(half_width + 1, half_height + 1)
            return centre - reach, centre + reach
        case Label():
            box = label_box(shape)
            reach = complex(box.half_width, box.half_height)
            return box.centre - reach, box.centre + reach
        case _:
            assert_never(shape)


def _moved(shape: Shape, by: Point) -> Shape:
    match shape:
        case Circle(centre=centre) | Rectangle(centre=centre):
            return replace(shape, centre=centre + by)
        case Curve(points=points) | Line(points=points) | Polygon(points=points):
            return replace(shape, points=tuple(point + by for point in points))
        case Label(at=at):
            return replace(shape, at=at + by)
        case _:
            assert_never(shape)
