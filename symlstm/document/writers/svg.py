"""Figures as SVG: a file of its own, or part of an HTML page.

In: a figure. Out: well-formed XML without ids, links or scripts; words are escaped. Inside a page the colours are the page's
(`style.css`), in a file its own; both follow the reader's light or dark scheme.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import assert_never

from symlstm.document.blocks import Figure
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
    Run,
    Shape,
    corners,
    head,
    shaft,
)
from symlstm.document.writers.text import words

_LEAST_SCALE = 0.68
"""A page shrinks a drawing to this and no further, so that its letters stay readable; then it scrolls."""
_BASELINE = 0.35
"""How far below the middle of a line its letters stand, as a part of their size."""
_FONT = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif'
_SERIF = '"STIX Two Text","Latin Modern Roman",Cambria,"Liberation Serif",serif'
_COLOURS = (
    ("ink", "#1b1d22", "#e4e6ea"), ("faint", "#5a606b", "#a3a9b4"), ("rule", "#d5d8de", "#3a3f49"), ("tint", "#f4f5f7", "#20242b"),
    ("page", "#fff", "#16181d"),
)
"""Name as in `style.css`, light, dark."""
_LOOKS = (
    ("drawn-page", "fill", "page"),
    ("circle", "fill", "tint"), ("circle", "stroke", "ink"), ("text", "fill", "ink"), ("drawn-readout", "fill", "faint"),
    ("path", "stroke", "ink"), ("drawn-head", "fill", "ink"),
    ("drawn-frame", "fill", "tint"), ("drawn-frame", "stroke", "rule"), ("drawn-layer", "fill", "page"),
    ("drawn-layer", "stroke", "ink"), ("drawn-operation", "fill", "page"), ("drawn-operation", "stroke", "ink"),
    ("drawn-heat", "fill", "ink"), ("drawn-heat", "stroke", "faint"), ("drawn-rule", "stroke", "faint"),
    ("drawn-guide", "stroke", "faint"), ("drawn-tick", "fill", "faint"), ("drawn-hollow", "fill", "page"),
    ("drawn-bar", "fill", "ink"), ("drawn-junction", "fill", "ink"),
    ("drawn-below", "fill", "ink"), ("drawn-mark", "fill", "ink"),
)
"""Which part has which colour: an element by its name, or all of one role. A role stands after its element."""
_STROKES = (
    ("circle", "stroke-width:1.5"), ("drawn-initial", "stroke-width:2.25"), ("path", "fill:none;stroke-width:1.4"),
    ("drawn-head", "stroke:none"), ("drawn-frame", "stroke-width:1"), ("drawn-layer", "stroke-width:1.5"),
    ("drawn-operation", "stroke-width:1.3"), ("drawn-memory", "stroke-width:2.8"), ("drawn-heat", "stroke-width:.8"),
    ("drawn-rule", "stroke-width:.8"), ("drawn-guide", "stroke-width:.8"), ("drawn-curve", "stroke-width:1.8"),
    ("drawn-hollow", "stroke-width:1.3"), ("drawn-symbol", f"font-family:{_SERIF}"), ("drawn-tag", f"font-family:{_SERIF}"),
    *((f"drawn-{role}", "stroke:none") for role in ("bar", "junction", "below", "mark")),
)
# XML has no place for these, not even escaped.
_NO_XML = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def write_svg(figure: Figure) -> str:
    """The figure as a file of its own.

    >>> from symlstm.document.blocks import Text
    >>> from symlstm.document.drawing import fitted
    >>> write_svg(Figure(fitted([Label("name", 0j, "a < b")]), (Text("One"),), ())).splitlines()[0]
    '<?xml version="1.0" encoding="UTF-8"?>'
    """
    drawing = figure.drawing
    parts = _parts(drawing) | {"drawn-page"}
    light, dark = (_style("", parts, {row[0]: row[scheme] for row in _COLOURS}) for scheme in (1, 2))
    style = f"text{{font-family:{_FONT}}}{light}{_strokes('', parts)}@media screen and (prefers-color-scheme:dark){{{dark}}}"
    size = f'xmlns="http://www.w3.org/2000/svg" width="{_number(drawing.width)}" height="{_number(drawing.height)}"'
    page = '<rect class="drawn-page" width="100%" height="100%"/>\n'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_svg(figure, size, style, page)}'


def inline_svg(figure: Figure) -> str:
    """The figure as an element of an HTML page: as wide as the page at most, unless its words would get too small.

    >>> from symlstm.document.drawing import fitted
    >>> inline_svg(Figure(fitted([Label("name", 0j, "x")]), (), ())).startswith('<svg class="drawing" style="width:100%;')
    True
    """
    drawing = figure.drawing
    parts = _parts(drawing)
    style = _style(".drawing ", parts, {name: f"var(--{name})" for name, _, _ in _COLOURS}) + _strokes(".drawing ", parts)
    widths = f"width:100%;max-width:{drawing.width:.0f}px;min-width:{_LEAST_SCALE * drawing.width:.0f}px;height:auto"
    return _svg(figure, f'class="drawing" style="{widths}"', style, "")


def _parts(drawing: Drawing) -> frozenset[str]:
    """The elements and classes that a drawing has."""
    kinds = {Circle: "circle", Label: "text", Rectangle: "rect", Curve: "path", Line: "path", Polygon: "path"}
    roles = {f"drawn-{shape.role}" for shape in drawing.shapes}
    return frozenset({*roles, *(kinds[type(shape)] for shape in drawing.shapes), "drawn-head"})


def _style(within: str, parts: frozenset[str], colours: Mapping[str, str]) -> str:
    return "".join(f"{_selector(within, part)}{{{what}:{colours[name]}}}" for part, what, name in _LOOKS if part in parts)


def _strokes(within: str, parts: frozenset[str]) -> str:
    return "".join(f"{_selector(within, part)}{{{look}}}" for part, look in _STROKES if part in parts)


def _selector(within: str, part: str) -> str:
    return f"{within}{'.' if part.startswith('drawn-') else ''}{part}"


def _svg(figure: Figure, attributes: str, style: str, behind: str) -> str:
    drawing = figure.drawing
    title = _escaped(words(figure.caption)) or "Figure"
    return (
        f'<svg {attributes} viewBox="0 0 {_number(drawing.width)} {_number(drawing.height)}" role="img" aria-label="{title}">\n'
        f"<title>{title}</title>\n<desc>{_escaped(' '.join(figure.description))}</desc>\n<style>{style}</style>\n"
        f"{behind}{''.join(_elements(drawing))}</svg>\n"
    )


def _elements(drawing: Drawing) -> Iterator[str]:
    for shape in drawing.shapes:
        yield from _element(shape)


def _element(shape: Shape) -> Iterator[str]:
    match shape:
        case Circle(role=role, centre=centre, radius=radius, double=double):
            for r in (radius, radius - 4) if double else (radius,):
                yield f'<circle class="drawn-{role}" cx="{_number(centre.real)}" cy="{_number(centre.imag)}" r="{_number(r)}"/>\n'
        case Rectangle(role=role, centre=centre, half_width=half_width, half_height=half_height, radius=radius, shade=shade):
            corner = centre - complex(half_width, half_height)
            place = f'x="{_number(corner.real)}" y="{_number(corner.imag)}" width="{_number(2 * half_width)}"'
            rounded = f' rx="{_number(radius)}"' if radius else ""
            filled = f' fill-opacity="{shade:.2f}"' if role == "heat" else ""
            yield f'<rect class="drawn-{role}" {place} height="{_number(2 * half_height)}"{rounded}{filled}/>\n'
        case Curve(role=role, arrow=arrow):
            start, *rest = map(_point, shaft(shape))
            yield f'<path class="drawn-{role}" d="M{start}C{" ".join(rest)}"/>\n'
            yield _head(shape) if arrow else ""
        case Line(role=role, arrow=arrow, dash=dash):
            start, *_, end = map(_point, shaft(shape))
            turns = [f"L{_point(into)}Q{_point(corner)} {_point(onward)}" if into != onward else f"L{_point(corner)}"
                     for into, corner, onward in corners(shape)]
            pattern = f' stroke-dasharray="{" ".join(map(_number, DASHES[dash]))}"' if DASHES[dash] else ""
            yield f'<path class="drawn-{role}" d="M{start}{"".join(turns)}L{end}"{pattern}/>\n'
            yield _head(shape) if arrow else ""
        case Polygon(role=role, points=points):
            yield f'<path class="drawn-{role}" d="M{"L".join(map(_point, points))}Z"/>\n'
        case Label(role=role, at=at, text=text, anchor=anchor, runs=runs):
            size = SIZES[role]
            place = f'x="{_number(at.real)}" y="{_number(at.imag + _BASELINE * size)}" text-anchor="{anchor}"'
            inner = "".join(_runs(runs, size)) if runs else _escaped(text)
            yield f'<text class="drawn-{role}" {place} font-size="{size:g}">{inner}</text>\n'
        case _:
            assert_never(shape)


def _head(shape: Curve | Line) -> str:
    return f'<path class="drawn-head" d="M{"L".join(map(_point, head(shape)))}Z"/>\n'


def _runs(runs: tuple[Run, ...], size: float) -> Iterator[str]:
    """Stretches of a text, each moved from where the one before stands."""
    stands = 0.0
    for run in runs:
        here = SHIFT[run.level] * size
        moved = f' dy="{_number(here - stands)}"' if here != stands else ""
        small = f' font-size="{SCRIPT * size:.3g}"' if run.level != "line" else ""
        slanted = ' font-style="italic"' if run.italic else ""
        yield f"<tspan{moved}{small}{slanted}>{_escaped(run.text)}</tspan>"
        stands = here


def _point(point: Point) -> str:
    return f"{_number(point.real)},{_number(point.imag)}"


def _number(value: float) -> str:
    return f"{round(value, 1) + 0.0:g}"


def _escaped(text: str) -> str:
    return escape(_NO_XML.sub(" ", text))
