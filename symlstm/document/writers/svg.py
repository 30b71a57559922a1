"""Figures as SVG: a file of its own, or part of an HTML page.

In: a figure. Out: well-formed XML without ids, links or scripts; words are escaped. Inside a page the colours are the page's
(`style.css`), in a file its own; both follow the reader's light or dark scheme.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import assert_never

from symlstm.document.blocks import Figure
from symlstm.document.drawing import SIZES, Circle, Curve, Drawing, Label, Point, Shape, head, shaft
from symlstm.document.writers.text import words

_LEAST_SCALE = 0.75
"""A page shrinks a drawing to this and no further, so that its letters stay readable; then it scrolls."""
_BASELINE = 0.35
"""How far below the middle of a line its letters stand, as a part of their size."""
_FONT = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif'
_COLOURS = (("ink", "#1b1d22", "#e4e6ea"), ("faint", "#5a606b", "#a3a9b4"), ("tint", "#f4f5f7", "#20242b"), ("page", "#fff", "#16181d"))
"""Name as in `style.css`, light, dark."""
_LOOKS = (
    (".drawn-page", "fill", "page"),
    ("circle", "fill", "tint"), ("circle", "stroke", "ink"), ("text", "fill", "ink"), (".drawn-readout", "fill", "faint"),
    ("path", "stroke", "ink"), (".drawn-head", "fill", "ink"),
)
"""Which part has which colour."""
_SHAPES = (
    "{0} circle{{stroke-width:1.5}}{0} .drawn-initial{{stroke-width:2.25}}"
    "{0} path{{fill:none;stroke-width:1.4}}{0} .drawn-head{{stroke:none}}"
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
    light, dark = ("".join(f"{part}{{{what}:{dict_of[name]}}}" for part, what, name in _LOOKS) for dict_of in _schemes())
    style = f"text{{font-family:{_FONT}}}{light}{_SHAPES.format('svg')}@media screen and (prefers-color-scheme:dark){{{dark}}}"
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
    colours = "".join(f".drawing {part}{{{what}:var(--{name})}}" for part, what, name in _LOOKS if name != "page")
    widths = f"width:100%;max-width:{drawing.width:.0f}px;min-width:{_LEAST_SCALE * drawing.width:.0f}px;height:auto"
    return _svg(figure, f'class="drawing" style="{widths}"', colours + _SHAPES.format(".drawing"), "")


def _schemes() -> Iterator[dict[str, str]]:
    """The colours by their names, light and dark."""
    yield {name: light for name, light, _ in _COLOURS}
    yield {name: dark for name, _, dark in _COLOURS}


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
        case Curve(role=role, arrow=arrow):
            start, *rest = map(_point, shaft(shape))
            yield f'<path class="drawn-{role}" d="M{start}C{" ".join(rest)}"/>\n'
            if arrow:
                yield f'<path class="drawn-head" d="M{"L".join(map(_point, head(shape)))}Z"/>\n'
        case Label(role=role, at=at, text=text, anchor=anchor):
            size = SIZES[role]
            place = f'x="{_number(at.real)}" y="{_number(at.imag + _BASELINE * size)}" text-anchor="{anchor}"'
            yield f'<text class="drawn-{role}" {place} font-size="{size:g}">{_escaped(text)}</text>\n'
        case _:
            assert_never(shape)


def _point(point: Point) -> str:
    return f"{_number(point.real)},{_number(point.imag)}"


def _number(value: float) -> str:
    return f"{round(value, 1) + 0.0:g}"


def _escaped(text: str) -> str:
    return escape(_NO_XML.sub(" ", text))
