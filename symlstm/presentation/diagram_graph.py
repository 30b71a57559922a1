"""What is laid out in a state diagram, and where it came to lie.

Data only: circles of one size, arrows with the lines of their labels. Who lays out (`diagram_ring`, `diagram_dot`) knows no words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from symlstm.document.drawing import LINE, SIZES, Box, Point, text_width

Arrow: TypeAlias = tuple[int, int]
"""From a state to a state, by their numbers."""


@dataclass(frozen=True, slots=True)
class Graph:
    """States 0, 1, ... as circles of one radius; for each arrow the lines of its label."""

    count: int
    initial: int
    radius: float
    labels: Mapping[Arrow, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Layout:
    """The centre of each state; the Bézier points of each arrow and the middle of its label; the arrow from nowhere."""

    centres: tuple[Point, ...]
    curves: Mapping[Arrow, tuple[Point, ...]]
    labels: Mapping[Arrow, Point]
    start: tuple[Point, ...]


def label_size(lines: tuple[str, ...]) -> tuple[float, float]:
    """Width and height that the lines of a label take.

    >>> label_size(("0",))
    (9.216, 17.28)
    """
    size = SIZES["label"]
    return max(text_width(line, size) for line in lines), LINE * size * len(lines)


def label_at(centre: Point, lines: tuple[str, ...]) -> Box:
    """The box of a label whose middle is there."""
    width, height = label_size(lines)
    return Box(centre, width / 2, height / 2)
