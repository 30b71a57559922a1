r"""Figures as TikZ pictures for pdflatex, with tikz alone.

In: a drawing, and how words are made. Out: a `tikzpicture`, shrunk where it is wider or higher than it may be. No word of a drawing
becomes a command.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from symlstm.document.drawing import (
    DASHES,
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
from symlstm.document.writers.latex_text import Words

_UNIT = 0.625
"""Points a unit, so that names are set in 10 points, labels in 9 and readouts in 8: sizes that every font has."""
_FONTS: dict[Role, str] = {
    "name": r"\fontsize{10}{12}", "label": r"\fontsize{9}{11}", "readout": r"\fontsize{8}{10}", "symbol": r"\fontsize{9}{11}",
    "operator": r"\fontsize{10}{12}", "tag": r"\fontsize{8}{10}", "number": r"\fontsize{8}{10}", "tick": r"\fontsize{7}{9}",
}
_THIN, _LINE, _EDGE = "line width=0.4pt", "line width=0.7pt", "line width=0.8pt"
_LOOKS: dict[Role, str] = {
    "state": f"{_EDGE},fill=black!4", "initial": "line width=1.2pt,fill=black!4",
    "frame": f"{_THIN},draw=black!30,fill=black!4", "layer": f"{_EDGE},fill=white", "operation": f"{_LINE},fill=white",
    "bar": "fill=black", "wire": _LINE, "memory": "line width=1.5pt", "junction": "fill=black",
    "heat": f"{_THIN},draw=black!60", "below": "draw=none,fill=black", "rule": f"{_THIN},draw=black!60",
    "guide": f"{_THIN},draw=black!60", "curve": "line width=1pt", "mark": "draw=none,fill=black", "hollow": f"{_LINE},fill=white",
}
"""How a shape of each role is drawn; what has no row is a plain line."""
_ANCHORS = {"middle": "base", "start": "base west", "end": "base east"}
_BASELINE: dict[Role, float] = {
    "name": 5.4, "label": 4.8, "readout": 4.3, "symbol": 4.8, "operator": 5.4, "tag": 4.3, "number": 4.3, "tick": 3.8,
}
"""How far below the middle of a line its letters stand, in units."""


def picture(drawing: Drawing, words: Words, width: float, height: float) -> Iterator[str]:
    r"""The picture in pieces; `width` and `height` are the most it may have, in points.

    >>> from symlstm.document.drawing import fitted
    >>> print("".join(picture(fitted([Circle("state", 0j, 20.0)]), lambda text: text, 400, 600)), end="")
    \begin{tikzpicture}[x=0.625pt,y=-0.625pt]
    \draw[line width=0.8pt,fill=black!4] (27,27) circle[radius=12.5pt];
    \end{tikzpicture}%
    """
    scale = min(1.0, width / (_UNIT * drawing.width), height / (_UNIT * drawing.height))
    yield f"\\scalebox{{{scale:.3f}}}{{%\n" if scale < 1 else ""
    yield f"\\begin{{tikzpicture}}[x={_UNIT}pt,y=-{_UNIT}pt]\n"
    for shape in drawing.shapes:
        yield from _commands(shape, words)
    yield "\\end{tikzpicture}%\n" + ("}%\n" if scale < 1 else "")


def _commands(shape: Shape, words: Words) -> Iterator[str]:
    match shape:
        case Circle(role=role, centre=centre, radius=radius, double=double):
            for r in (radius, radius - 4) if double else (radius,):
                yield f"\\draw[{_LOOKS[role]}] {_point(centre)} circle[radius={_UNIT * r:g}pt];\n"
        case Rectangle(role=role, centre=centre, half_width=half_width, half_height=half_height, radius=radius, shade=shade):
            reach = complex(half_width, half_height)
            looks = _LOOKS[role] + (f",fill=black!{100 * shade:.0f}" if role == "heat" else "")
            looks += f",rounded corners={_UNIT * radius:g}pt" if radius else ""
            yield f"\\draw[{looks}] {_point(centre - reach)} rectangle {_point(centre + reach)};\n"
        case Curve(arrow=arrow):
            start, *rest = map(_point, shaft(shape))
            pieces = [f" .. controls {a} and {b} .. {c}" for a, b, c in zip(rest[::3], rest[1::3], rest[2::3], strict=True)]
            yield f"\\draw[{_LINE}] {start}{''.join(pieces)};\n"
            yield _head(shape) if arrow else ""
        case Line(role=role, arrow=arrow, dash=dash):
            start, *_, end = map(_point, shaft(shape))
            turns = [
                f" -- {_point(into)} .. controls {_point(corner)} .. {_point(onward)}" if into != onward else f" -- {_point(corner)}"
                for into, corner, onward in corners(shape)
            ]
            lengths = [f"{on} {_UNIT * length:.1f}pt" for on, length in zip(("on", "off") * 2, DASHES[dash])]
            looks = _LOOKS.get(role, _LINE) + (f",dash pattern={' '.join(lengths)}" if lengths else "")
            yield f"\\draw[{looks}] {start}{''.join(turns)} -- {end};\n"
            yield _head(shape) if arrow else ""
        case Polygon(role=role, points=points):
            yield f"\\draw[{_LOOKS.get(role, _LINE)}] {' -- '.join(map(_point, points))} -- cycle;\n"
        case Label(role=role, at=at, text=text, anchor=anchor, runs=runs):
            place = _point(at + 1j * _BASELINE[role])
            said = "".join(_run(run, words) for run in runs) if runs else words(text)
            yield f"\\node[anchor={_ANCHORS[anchor]},inner sep=0pt] at {place} {{{_FONTS[role]}\\selectfont {said}}};\n"
        case _:
            assert_never(shape)


def _head(shape: Curve | Line) -> str:
    return f"\\fill {' -- '.join(map(_point, head(shape)))} -- cycle;\n"


def _run(run: Run, words: Words) -> str:
    said = f"\\textit{{{words(run.text)}}}" if run.italic else words(run.text)
    return {"line": said, "sub": f"\\textsubscript{{{said}}}", "sup": f"\\textsuperscript{{{said}}}"}[run.level]


def _point(point: Point) -> str:
    return f"({round(point.real, 1) + 0.0:g},{round(point.imag, 1) + 0.0:g})"
