"""States laid out by Graphviz, where it is installed: layers from the initial state on.

In: a graph. Out: its layout, or None where `dot` isn't there, fails or takes too long. `dot` is told sizes and numbers only: a label
is as many zeros as it is wide. See https://graphviz.org/docs/outputs/plain/.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from math import ceil

from symlstm.document.drawing import Point, samples
from symlstm.presentation.diagram_graph import Graph, Layout, label_at, label_size
from symlstm.presentation.diagram_labels import placed

_INCH = 96.0
"""Units an inch, so that Graphviz' 12 points are our 16 units."""
_SECONDS = 10.0
_PIECES = 24
_ASIDE = tuple(r * d for r in (0, 3, 6, 9, 12) for d in ((-1j, 1, 1j, -1, 1 - 1j, -1 + 1j) if r else (1,)))
_WIDEST = 1150.0
_FONT = 'fontname="Helvetica",fontsize=11'
_ZERO = 11 * 0.556 * _INCH / 72
"""How wide a zero is in that font, in units."""


def dot(graph: Graph) -> Layout | None:
    """The graph from left to right; from top to bottom where that would be too wide."""
    across = _laid_out(graph, "LR")
    if across is None or max(z.real for z in across.centres) <= _WIDEST:
        return across
    down = _laid_out(graph, "TB")
    return down if down is not None and _width(down) < _width(across) else across


def _width(layout: Layout) -> float:
    return max(z.real for z in layout.centres) - min(z.real for z in layout.centres)


def _laid_out(graph: Graph, direction: str) -> Layout | None:
    program = shutil.which("dot")
    if program is None:
        return None
    source = "\n".join(_source(graph, direction))
    try:
        done = subprocess.run([program, "-Tplain"], input=source, capture_output=True, text=True, timeout=_SECONDS, check=True)
        return _with_labels_clear(graph, read_plain(graph, done.stdout))
    except (subprocess.SubprocessError, OSError, ValueError, IndexError, KeyError):
        return None


def _source(graph: Graph, direction: str) -> Iterator[str]:
    """The graph in Graphviz' language. Lines have no heads, so that they reach the circles."""
    size = 2 * graph.radius / _INCH
    yield f"digraph {{ rankdir={direction}; nodesep=0.3; ranksep=0.3; edge [dir=none,{_FONT}];"
    yield f'node [shape=circle,fixedsize=true,width={size:.3f},label=""];'
    yield "start [shape=point,width=0.02];"
    yield f"start -> s{graph.initial} [weight=9];"
    yield from (f"s{state};" for state in range(graph.count))
    for (a, b), lines in graph.labels.items():
        width, _ = label_size(lines)
        zeros = "\\n".join(["0" * (ceil(width / _ZERO) + 1)] * len(lines))
        yield f's{a} -> s{b} [label="{zeros}"];'
    yield "}"


def read_plain(graph: Graph, text: str) -> Layout:
    """What `dot -Tplain` wrote, in units and with y downwards. ValueError, IndexError or KeyError where it is something else."""
    centres: dict[str, Point] = {}
    curves: dict[str, dict[str, tuple[Point, ...]]] = {}
    labels: dict[tuple[str, str], Point] = {}
    for line in text.splitlines():
        kind, *words = line.split(" ")
        if kind == "node":
            centres[words[0]] = _point(words[1], words[2])
        elif kind == "edge":
            tail, top, count = words[0], words[1], int(words[2])
            numbers = words[3 : 3 + 2 * count]
            points = tuple(_point(x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=True))
            if count % 3 != 1:
                raise ValueError(f"{count} points are no Bézier pieces")
            curves.setdefault(tail, {})[top] = points
            if tail != "start":
                labels[tail, top] = _point(words[-4], words[-3])
    at = tuple(centres[f"s{state}"] for state in range(graph.count))
    arrows = {(a, b): _on_edges(curves[f"s{a}"][f"s{b}"], at[a], at[b], graph.radius) for a, b in graph.labels}
    onto = curves["start"][f"s{graph.initial}"]
    return Layout(
        at, arrows, {(a, b): labels[f"s{a}", f"s{b}"] for a, b in graph.labels},
        (*onto[:-1], _on_edge(onto[-1], at[graph.initial], graph.radius)),
    )


def _with_labels_clear(graph: Graph, layout: Layout) -> Layout:
    """The labels a little aside where Graphviz put them on a line, which it takes for thinner letters."""
    arrows = list(graph.labels)
    lines = [samples(points, _PIECES) for points in layout.curves.values()]
    choices = [[label_at(layout.labels[arrow] + aside, graph.labels[arrow]) for aside in _ASIDE] for arrow in arrows]
    boxes, _ = placed(choices, [(centre, graph.radius) for centre in layout.centres], lines)
    return replace(layout, labels={arrow: box.centre for arrow, box in zip(arrows, boxes, strict=True)})


def _point(x: str, y: str) -> Point:
    return complex(float(x), -float(y)) * _INCH


def _on_edges(points: tuple[Point, ...], tail: Point, top: Point, radius: float) -> tuple[Point, ...]:
    return (_on_edge(points[0], tail, radius), *points[1:-1], _on_edge(points[-1], top, radius))


def _on_edge(point: Point, centre: Point, radius: float) -> Point:
    """The nearest point of the circle: Graphviz stops within a hair of it."""
    return centre + (point - centre) / abs(point - centre) * radius
