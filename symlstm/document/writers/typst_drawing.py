r"""Figures drawn in Typst itself.

In: a drawing and the most it may measure. Out: arguments of `drawn`, one a shape. No word of a drawing acts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import assert_never

from symlstm.document.drawing import (
    DASHES,
    SCRIPT,
    SHIFT,
    SIZES,
    Circle,
    Curve,
    Drawing,
    Label,
    Line,
    Point,
    Polygon,
    Rectangle,
    Role,
    Run,
    Shape,
    corners,
    head,
    shaft,
)

_UNIT = 0.625
"""Points a unit, so that a state's name is set in 10 points."""
_BASELINE = 0.34
"""How far below the middle of a line its letters stand, as a part of their size."""
_BOX = 400
"""The width of the box that a label is aligned in, in points: more than any label's."""
_TINT, _PALE = "luma(96%)", "luma(70%)"
_PLAIN = (0.7, "black", "none")
_LOOKS: dict[Role, tuple[float, str, str]] = {
    "state": (0.8, "black", _TINT), "initial": (1.2, "black", _TINT), "frame": (0.4, _PALE, _TINT),
    "layer": (0.8, "black", "white"), "operation": (0.7, "black", "white"), "bar": (0.0, "none", "black"),
    "memory": (1.5, "black", "none"),
    "junction": (0.0, "none", "black"), "heat": (0.4, "luma(40%)", "white"), "below": (0.0, "none", "black"),
    "rule": (0.4, "luma(40%)", "none"), "guide": (0.4, "luma(40%)", "none"), "curve": (1.0, "black", "none"),
    "mark": (0.0, "none", "black"), "hollow": (0.7, "black", "white"),
}
"""Of each role the line's width in points, its colour, and the fill; what has no row is a plain line."""
Words = Callable[[str], str]
"""Plain characters to Typst markup."""


def picture(drawing: Drawing, words: Words, width: float, height: float) -> Iterator[str]:
    """The arguments of `drawn` after its words: the size, then the shapes; `width` and `height` are the most, in points.

    >>> from symlstm.document.drawing import fitted
    >>> print("".join(picture(fitted([Circle("state", 0j, 20.0)]), repr, 400, 600)), end="")
    33.75pt, 33.75pt,
    move(dx: 4.38pt, dy: 4.38pt, circle(radius: 12.5pt, stroke: 0.8pt + black, fill: luma(96%))),
    """
    most = min(width / drawing.width if drawing.width else _UNIT, height / drawing.height if drawing.height else _UNIT)
    unit = min(_UNIT, most)
    yield f"{_pt(drawing.width, unit)}, {_pt(drawing.height, unit)},\n"
    for shape in drawing.shapes:
        yield from _drawn(shape, words, unit)


def _drawn(shape: Shape, words: Words, unit: float) -> Iterator[str]:
    match shape:
        case Circle():
            yield from _circle(shape, unit)
        case Rectangle():
            yield _rectangle(shape, unit)
        case Curve(role=role, arrow=arrow):
            points = shaft(shape)
            pieces = [_cubic(a, b, c, unit) for a, b, c in zip(points[1::3], points[2::3], points[3::3], strict=True)]
            yield _path(role, points[0], pieces, unit)
            yield _head(shape, unit) if arrow else ""
        case Line():
            yield from _line(shape, unit)
        case Polygon(role=role, points=points):
            yield _polygon(points, *_LOOKS.get(role, _PLAIN), unit)
        case Label():
            yield _label(shape, words, unit)
        case _:
            assert_never(shape)


def _circle(shape: Circle, unit: float) -> Iterator[str]:
    look = _look(*_LOOKS.get(shape.role, _PLAIN))
    for radius in (shape.radius, shape.radius - 4) if shape.double else (shape.radius,):
        yield _moved(shape.centre - radius * (1 + 1j), f"circle(radius: {_pt(radius, unit)}, {look})", unit)


def _rectangle(shape: Rectangle, unit: float) -> str:
    wide, edge, fill = _LOOKS.get(shape.role, _PLAIN)
    fill = f"luma({100 - 100 * shape.shade:.0f}%)" if shape.role == "heat" else fill
    size = f"width: {_pt(2 * shape.half_width, unit)}, height: {_pt(2 * shape.half_height, unit)}"
    rounded = f", radius: {_pt(shape.radius, unit)}" if shape.radius else ""
    corner = shape.centre - complex(shape.half_width, shape.half_height)
    return _moved(corner, f"rect({size}{rounded}, {_look(wide, edge, fill)})", unit)


def _line(shape: Line, unit: float) -> Iterator[str]:
    start, *_, end = shaft(shape)
    pieces: list[str] = []
    for into, corner, onward in corners(shape):
        pieces.append(f"curve.line({_at(into, unit)})")
        if into != onward:
            pieces.append(f"curve.quad({_at(corner, unit)}, {_at(onward, unit)})")
    pieces.append(f"curve.line({_at(end, unit)})")
    yield _path(shape.role, start, pieces, unit, [_pt(length, unit) for length in DASHES[shape.dash]])
    yield _head(shape, unit) if shape.arrow else ""


def _label(shape: Label, words: Words, unit: float) -> str:
    size = SIZES[shape.role] * unit
    said = "".join(_run(run, words, size) for run in shape.runs) if shape.runs else words(shape.text)
    side, shift = {"middle": ("center", _BOX / 2), "start": ("left", 0.0), "end": ("right", float(_BOX))}[shape.anchor]
    ink = ", fill: luma(35%)" if shape.role in ("readout", "tick") else ""
    text = f'text(size: {size:.2f}pt{ink}, top-edge: "baseline", bottom-edge: "baseline", [{said}])'
    left, line = shape.at.real * unit - shift, shape.at.imag * unit + _BASELINE * size
    return f"move(dx: {left:.2f}pt, dy: {line:.2f}pt, box(width: {_BOX}pt, align({side}, {text}))),\n"


def _run(run: Run, words: Words, size: float) -> str:
    said = f"#emph[{words(run.text)}]" if run.italic else words(run.text)
    if run.level == "line":
        return said
    return f"#text(size: {SCRIPT * size:.2f}pt, baseline: {SHIFT[run.level] * size:.2f}pt)[{said}]"


def _path(role: Role, start: Point, pieces: Sequence[str], unit: float, dash: Sequence[str] = ()) -> str:
    wide, ink, fill = _LOOKS.get(role, _PLAIN)
    pattern = f', dash: ({", ".join(dash)})' if dash else ""
    stroke = f"stroke: (paint: {ink}, thickness: {wide:g}pt{pattern})"
    return f"curve({stroke}, fill: {fill}, curve.move({_at(start, unit)}), {', '.join(pieces)}),\n"


def _head(shape: Curve | Line, unit: float) -> str:
    return _polygon(head(shape), 0.0, "none", "black", unit)


def _polygon(points: Sequence[Point], wide: float, edge: str, fill: str, unit: float) -> str:
    return f"polygon({_look(wide, edge, fill)}, {', '.join(_at(point, unit) for point in points)}),\n"


def _look(wide: float, edge: str, fill: str) -> str:
    return f"stroke: {f'{wide:g}pt + {edge}' if wide else 'none'}, fill: {fill}"


def _moved(corner: Point, what: str, unit: float) -> str:
    return f"move(dx: {_pt(corner.real, unit)}, dy: {_pt(corner.imag, unit)}, {what}),\n"


def _cubic(a: Point, b: Point, c: Point, unit: float) -> str:
    return f"curve.cubic({_at(a, unit)}, {_at(b, unit)}, {_at(c, unit)})"


def _at(point: Point, unit: float) -> str:
    return f"({_pt(point.real, unit)}, {_pt(point.imag, unit)})"


def _pt(length: float, unit: float) -> str:
    return f"{round(length * unit, 2) + 0.0:g}pt"
