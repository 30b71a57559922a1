"""The figures of a class report: how the scores are spread, and where first slips fall.

In comes a class, counted; out go figures whose numbers stand in them, so that they are read in grey and without seeing them. Nothing is
counted here but what falls between two tens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symlstm.document.blocks import Figure, Text
from symlstm.document.drawing import Label, Line, Rectangle, Shape, fitted, label_width
from symlstm.presentation.figures.set_text import runs, symbol_label
from symlstm.presentation.words import listed
from symlstm.teaching.marking.cohort import Cohort

_WIDE, _HIGH, _BAR = 31.0, 120.0, 0.8
_CELL, _ROW = 34.0, 24.0
_DARKEST = 0.45
"""The most ink of a shade, on which black numbers are still read easily."""
_FILL = 0.3
MOST_SYMBOLS, MOST_STEPS, MOST_CELLS_WIDE = 24, 36, 12
"""Rows and columns of the grid, and how many columns stand side by side before it goes on below."""


# -- scores ---


@dataclass(frozen=True, slots=True)
class Band:
    """Scores from one ten of percents to the next, and how many students have one; full marks by themselves."""

    name: str
    students: int


def bands(shares: Sequence[tuple[Fraction, int]]) -> tuple[Band, ...]:
    """How many students are in each ten of percents.

    >>> [band.students for band in bands([(Fraction(0), 1), (Fraction(99, 100), 2), (Fraction(1), 3)])]
    [1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3]
    """
    counts = [0] * 11
    for share, students in shares:
        counts[min(10, int(share * 10))] += students
    names = [*(f"{10 * k}–{10 * k + 9}" for k in range(10)), "100"]
    return tuple(Band(name, count) for name, count in zip(names, counts, strict=True))


def scores_figure(cohort: Cohort) -> Figure:
    """The spread of the scores as bars."""
    found = bands(cohort.shares)
    most = max(band.students for band in found)
    shapes: list[Shape] = []
    for k, band in enumerate(found):
        middle, high = (k + 0.5) * _WIDE, _HIGH * band.students / most
        if band.students:
            shapes.append(Rectangle("heat", complex(middle, -high / 2), _WIDE * _BAR / 2, high / 2, 0.0, _FILL))
            shapes.append(Label("number", complex(middle, -high - 10), str(band.students)))
        shapes.append(Label("number", complex(middle, 12), str(10 * k)))
    shapes.append(Line("rule", (0j, complex(len(found) * _WIDE, 0))))
    shapes.append(Label("tick", complex(len(found) * _WIDE / 2, 31), "percent of the points, from there up to the next ten"))
    said = "; ".join(f"{band.name} %: {band.students}" for band in found if band.students)
    caption = "How many students have how much of the points"
    return Figure(fitted(shapes), (Text(caption),), (f"Students by percent of the points: {said}.",), "scores")


# -- slips ---


@dataclass(frozen=True, slots=True)
class Grid:
    """First slips by symbol and step."""

    symbols: tuple[str, ...]
    times: tuple[int, ...]
    counts: dict[tuple[str, int], int]
    left_out: int
    """Slips that are in none of these, at no step, or at no place."""


def grid_of(cohort: Cohort, order: Sequence[str], steps: Sequence[int]) -> Grid:
    """The first slips as a grid; `order` is that of the symbols, `steps` are those of the problem. Where there are too many, the
    commonest stand in it.

    >>> from types import SimpleNamespace
    >>> grid = grid_of(SimpleNamespace(slips=(("h", 1, 3), ("c", 1, 1), ("W", None, 2))), ("c", "h"), (1, 2))
    >>> grid.symbols, grid.times, grid.left_out
    (('c', 'h'), (1, 2), 2)
    """
    placed = [(symbol, time, count) for symbol, time, count in cohort.slips if symbol and time is not None]
    names = list(dict.fromkeys(symbol for symbol, _, _ in placed))[:MOST_SYMBOLS]
    known = {symbol: k for k, symbol in enumerate(order)}
    symbols = tuple(sorted(names, key=lambda symbol: (known.get(symbol, len(known)), symbol)))
    slipped = list(dict.fromkeys(time for _, time, _ in placed))
    times = tuple(sorted({*slipped, *steps} if len({*slipped, *steps}) <= MOST_STEPS else slipped[:MOST_STEPS]))
    counts = {(symbol, time): count for symbol, time, count in placed if symbol in symbols and time in times}
    return Grid(symbols, times, counts, sum(count for _, _, count in cohort.slips) - sum(counts.values()))


def slips_figure(grid: Grid, letter: str = "t") -> Figure | None:
    """The grid of first slips; None where none is at a step."""
    if not grid.counts:
        return None
    names = max(label_width("tag", symbol, runs(symbol)) for symbol in (*grid.symbols, letter)) + 10
    bands_ = -(-len(grid.times) // MOST_CELLS_WIDE)
    each = -(-len(grid.times) // bands_)
    most, top = max(grid.counts.values()), 0.0
    shapes: list[Shape] = []
    for start in range(0, len(grid.times), each):
        times = grid.times[start : start + each]
        shapes.append(symbol_label("tag", complex(names - 10 - label_width("tag", letter) / 2, top), letter))
        shapes += [Label("tick", complex(names + (k + 0.5) * _CELL, top), str(time).replace("-", "−")) for k, time in enumerate(times)]
        for r, symbol in enumerate(grid.symbols):
            y = top + 10 + (r + 0.5) * _ROW
            shapes.append(symbol_label("tag", complex(names - 10 - label_width("tag", symbol, runs(symbol)) / 2, y), symbol))
            shapes += _cells(grid, symbol, times, complex(names, y), most)
        top += 10 + len(grid.symbols) * _ROW + 20
    caption = "First slips by symbol and step: the darker, the more students"
    return Figure(fitted(shapes), (Text(caption),), tuple(_said(grid, letter)), "slips")


def _cells(grid: Grid, symbol: str, times: Sequence[int], corner: complex, most: int) -> Iterator[Shape]:
    for k, time in enumerate(times):
        count = grid.counts.get((symbol, time), 0)
        centre = corner + (k + 0.5) * _CELL
        yield Rectangle("heat", centre, _CELL / 2, _ROW / 2, 0.0, round(_DARKEST * count / most, 3))
        if count:
            yield Label("number", centre, str(count))


def _said(grid: Grid, letter: str) -> Iterator[str]:
    for symbol in grid.symbols:
        found = [f"{grid.counts[symbol, time]} at {letter} = {time}" for time in grid.times if (symbol, time) in grid.counts]
        if found:
            yield f"{symbol}: {listed(found)}."
