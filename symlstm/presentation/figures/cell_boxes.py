"""The boxes of a cell's diagram: layers, operations entry by entry, the names of what comes in and goes out.

In: a node and its seat. Out: a box with its size and its words, and its shapes once it has a place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symlstm.document.drawing import Circle, Label, Point, Rectangle, Role, Shape, label_width
from symlstm.presentation.figures.dataflow import Node
from symlstm.presentation.figures.placement import Seat
from symlstm.presentation.figures.set_text import runs, symbol_label, timed

_RADIUS = 12.0
_SHORTER = {"1 − ·": "1−"}
"""Labels that are usually drawn shorter than they are written."""


@dataclass(frozen=True, slots=True)
class Box:
    """What stands at a seat, with half its sides; `words` are the lines in it. `doors` are columns of the grid that lead into it."""

    seat: Seat
    role: Role
    half_width: float
    half_height: float
    words: tuple[tuple[Role, str], ...] = ()
    doors: tuple[int, ...] = (1,)


def box_of(node: Node, seat: Seat, leaves: bool, letter: str) -> Box:
    """The box of a node; `leaves` where its value goes out of the cell, and has its name there."""
    if node.source is not None:
        return terminal(seat, node.label)
    words: list[tuple[Role, str]] = [("operator", _SHORTER.get(node.label, node.label))]
    if node.defines is not None and not leaves:
        words.append(("tag", timed(node.defines, 0, letter)))
    if node.kind in ("product", "sum") and len(words) == 1 and len(node.label) == 1 and len(node.reads) < 4:
        return Box(seat, "operation", _RADIUS, _RADIUS, tuple(words))
    wide = max(label_width(role, text, runs(text) if role == "tag" else ()) for role, text in words)
    high = 15.0 if len(words) == 1 else 21.0
    if node.kind == "layer":
        return Box(seat, "layer", max(23.0, wide / 2 + 7), max(high, 18.0), tuple(words), (0, 1, 2))
    return Box(seat, "operation", max(high, wide / 2 + 9), high - 2, tuple(words), (0, 1, 2))


def terminal(seat: Seat, text: str) -> Box:
    """The name of what comes in or goes out."""
    return Box(seat, "symbol", label_width("symbol", text, runs(text)) / 2 + 3, 10.0, (("symbol", text),))


def drawn(box: Box, centre: Point) -> Iterator[Shape]:
    """The shapes of a box, its words last."""
    match box.role:
        case "symbol":
            pass
        case "operation" if box.half_width == box.half_height == _RADIUS:
            yield Circle("operation", centre, _RADIUS)
        case "operation":
            yield Rectangle("operation", centre, box.half_width, box.half_height, min(box.half_height, 13.0))
        case "layer":
            yield Rectangle("layer", centre, box.half_width, box.half_height, 4.0)
        case _:
            yield Rectangle(box.role, centre, box.half_width, box.half_height)
    rows = (0.0,) if len(box.words) == 1 else (-9.0, 9.0)
    for y, (role, text) in zip(rows, box.words):
        at = centre + 1j * y
        yield Label(role, at, text) if role == "operator" else symbol_label(role, at, text)
