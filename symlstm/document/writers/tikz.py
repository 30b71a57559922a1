r"""Figures as TikZ pictures for pdflatex, with tikz alone.

In: a drawing, and how words are made. Out: a `tikzpicture`, shrunk where it is wider or higher than it may be. No word of a drawing
becomes a command.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from symlstm.document.drawing import Circle, Curve, Drawing, Label, Point, Role, Shape, head, shaft
from symlstm.document.writers.latex_text import Words

_UNIT = 0.625
"""Points a unit, so that names are set in 10 points, labels in 9 and readouts in 8: sizes that every font has."""
_FONTS: dict[Role, str] = {"name": r"\fontsize{10}{12}", "label": r"\fontsize{9}{11}", "readout": r"\fontsize{8}{10}"}
_LOOKS: dict[Role, str] = {"state": "line width=0.8pt,fill=black!4", "initial": "line width=1.2pt,fill=black!4"}
_ANCHORS = {"middle": "base", "start": "base west", "end": "base east"}
_BASELINE = {"name": 5.4, "label": 4.8, "readout": 4.3}
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
        case Curve(arrow=arrow):
            start, *rest = map(_point, shaft(shape))
            pieces = [f" .. controls {a} and {b} .. {c}" for a, b, c in zip(rest[::3], rest[1::3], rest[2::3], strict=True)]
            yield f"\\draw[line width=0.7pt] {start}{''.join(pieces)};\n"
            if arrow:
                yield f"\\fill {' -- '.join(map(_point, head(shape)))} -- cycle;\n"
        case Label(role=role, at=at, text=text, anchor=anchor):
            place = _point(at + 1j * _BASELINE[role])
            yield f"\\node[anchor={_ANCHORS[anchor]},inner sep=0pt] at {place} {{{_FONTS[role]}\\selectfont {words(text)}}};\n"
        case _:
            assert_never(shape)


def _point(point: Point) -> str:
    return f"({round(point.real, 1) + 0.0:g},{round(point.imag, 1) + 0.0:g})"
