"""Rows of numbers as lines over time: a panel for the states, one for the gates; each line held over its step.

In: rows of numbers. Out: shapes, below what is drawn already. A line is told from the others by its dashes, its marks and the name at
its end; lines that would cover one another are drawn side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from symlstm.document.drawing import Circle, Dash, Label, Line, Point, Polygon, Role, Shape, label_width
from symlstm.presentation.figures.rows import Row, Shown
from symlstm.presentation.figures.set_text import runs, symbol_label

MOST_LINES = 6
"""Lines of a panel; more can't be told apart without colours."""
_DASHES: tuple[Dash, ...] = ("solid", "dashed", "dotted", "dash-dotted", "long", "short")
_WIDE, _HIGH = 400.0, 84.0
_WIDEST_STEP = 52.0
_LEFT, _APART = 34.0, 2.4
_NAME = 15.0
"""How far apart names stand at the ends of lines."""


@dataclass(frozen=True, slots=True)
class _Scale:
    """From numbers to heights: `low` and `high` are the ends of the axis."""

    low: int
    high: int
    top: float

    def y(self, number: Fraction) -> float:
        """The height of a number."""
        return self.top + _HIGH * float((self.high - number) / (self.high - self.low))


def panels(shown: Shown, letter: str, top: float) -> Iterator[Shape]:
    """The panels one below another, from `top` on."""
    for rows in _groups(shown):
        top += 26.0
        yield from _panel(rows, shown.times, letter, top)
        top += _HIGH + 24.0


def _groups(shown: Shown) -> Iterator[tuple[Row, ...]]:
    """What goes into one panel: all states, all gates; where that is too much, each state by itself."""
    states = tuple(row for row in shown.rows if row.part == "state")
    gates = tuple(row for row in shown.rows if row.part == "gate")
    if len(states) <= MOST_LINES:
        yield from filter(None, (states, gates if len(gates) <= MOST_LINES else ()))
        return
    for name in dict.fromkeys(row.name for row in states):
        own = tuple(row for row in states if row.name == name)
        if len(own) <= MOST_LINES:
            yield own


def _panel(rows: Sequence[Row], times: Sequence[int], letter: str, top: float) -> Iterator[Shape]:
    numbers = [worth for row in rows for worth in row.worth if worth is not None]
    low, high = min(0, floor(min(numbers, default=0))), max(1, ceil(max(numbers, default=1)))
    scale = _Scale(low, high, top)
    step = min(_WIDEST_STEP, _WIDE / len(times))
    right = _LEFT + step * len(times)
    for tick in sorted({low, 0, high}):
        yield Line("rule", (complex(_LEFT, scale.y(Fraction(tick))), complex(right, scale.y(Fraction(tick)))))
        yield Label("tick", complex(_LEFT - 5, scale.y(Fraction(tick))), str(tick).replace("-", "−"), "end")
    every = -(-len(times) // 16)
    for k in range(0, len(times), every):
        yield Label("tick", complex(_LEFT + (k + 0.5) * step, top + _HIGH + 12), str(times[k]).replace("-", "−"))
    yield symbol_label("tag", complex(right + 10, top + _HIGH + 12), letter)
    ends = []
    for number, row in enumerate(rows):
        aside = (number - (len(rows) - 1) / 2) * _APART
        points = [None if worth is None else complex(_LEFT + (k + 0.5) * step, scale.y(worth) + aside)
                  for k, worth in enumerate(row.worth)]
        yield from _line(points, step, number)
        if (last := next((point for point in reversed(points) if point is not None), None)) is not None:
            ends.append((last.imag, last + step / 2, row.label))
    yield from _names(sorted(ends, key=lambda end: (end[0], end[2])), right + 22)


def _line(points: Sequence[Point | None], step: float, number: int) -> Iterator[Shape]:
    """Held over each step, upright between steps; it breaks where there is no value."""
    stretch: list[Point] = []
    for point in (*points, None):
        if point is not None:
            stretch += [point - step / 2, point + step / 2]
        elif stretch:
            kept = [stretch[0], *(b for a, b in pairwise(stretch) if abs(a - b) > 1e-9)]
            yield Line("curve", tuple(kept), dash=_DASHES[number])
            stretch = []
    for point in points:
        if point is not None:
            yield mark(number, point)


def mark(number: int, at: Point) -> Shape:
    """The mark of a line, by its number."""
    role: Role = "hollow" if number % 2 else "mark"
    if number < 2:
        return Circle(role, at, 3.0)
    corners = ((-2.8 - 2.8j, 2.8 - 2.8j, 2.8 + 2.8j, -2.8 + 2.8j), (-3.6j, 3.4 + 2.6j, -3.4 + 2.6j))[number // 2 - 1]
    return Polygon(role, tuple(at + corner for corner in corners))


def _names(ends: Sequence[tuple[float, Point, str]], left: float) -> Iterator[Shape]:
    """The names at the ends of lines, moved apart where they would touch, each with a thin line to its own."""
    heights: list[float] = []
    for y, _, _ in ends:
        heights.append(max(y, heights[-1] + _NAME) if heights else y)
    # Back up by half of what the last was moved.
    moved = (heights[-1] - ends[-1][0]) / 2 if ends else 0.0
    for height, (_, end, label) in zip(heights, ends):
        at = complex(left, height - moved)
        yield Line("guide", (end, at - 3))
        yield symbol_label("tag", at + label_width("tag", label, runs(label)) / 2, label)
