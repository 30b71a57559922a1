"""Gates and states over time as a figure: a strip of shaded numbers, and below it lines.

In: a run worked through. Out: a figure, or None where there is nothing to compare or too much to be seen. Numbers are those that the
derivation prints; the shade and the lines follow the printed digits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from symlstm.derivation.work import Work
from symlstm.document.blocks import Figure, Text
from symlstm.document.drawing import Label, Rectangle, Shape, fitted, label_width, text_width
from symlstm.notation.tree import Name
from symlstm.presentation.figures.rows import Row, Shown, rows_of
from symlstm.presentation.figures.set_text import runs, symbol_label
from symlstm.presentation.figures.step_lines import panels

FEWEST_STEPS, MOST_STEPS, MOST_ROWS = 2, 40, 24
"""A run with fewer steps says nothing over time; one with more is for the table."""
_FEWEST_IN_LINES = 3
_WIDTH = 470.0
"""How wide the strip may be before it goes on below."""
_HIGH, _BETWEEN = 22.0, 14.0
_DARKEST = 0.4
"""The most ink of a shade, on which black numbers are still read easily."""


def trace_figure(work: Work, letter: str = "t") -> Figure | None:
    """The values of all steps; None for fewer than two steps, more than `MOST_STEPS`, or symbols with too many entries.

    >>> import symlstm
    >>> problem = symlstm.Problem(cell="rnn", given={"weights": 1, "biases": 0}, initial={"h": 0}, inputs=[1, 0], questions=["h"])
    >>> figure = trace_figure(symlstm.solve(problem).main.work)
    >>> print("\\n".join(figure.description))
    The steps are t = 0 to 1.
    x: 1, 0.
    h: 0.7616, 0.6420.
    """
    times = work.run.steps
    if not FEWEST_STEPS <= len(times) <= MOST_STEPS:
        return None
    shown = rows_of(work, list(times), MOST_ROWS)
    if not any(row.part != "input" for row in shown.rows):
        return None
    strip = list(_strip(shown, letter))
    bottom = fitted(strip).height
    lines = list(panels(shown, letter, bottom)) if len(times) >= _FEWEST_IN_LINES else []
    caption = "Every value over time: the darker, the farther from 0"
    if any((worth or 0) < 0 for row in shown.rows for worth in row.worth):
        caption += "; a bar below a number marks a negative one"
    return Figure(fitted([*strip, *lines]), (Text(caption),), tuple(_described(shown, letter)), "trace")


def _strip(shown: Shown, letter: str) -> Iterator[Shape]:
    """The strip in bands that are one below another, each with its times on top."""
    names = max(label_width("tag", row.label, runs(row.label)) for row in shown.rows) + 8
    numbers = [text for row in shown.rows for text in row.texts if text is not None]
    wide = max(26.0, max((text_width(text, 12.8) for text in numbers), default=0.0) + 9)
    fits = max(1, int((_WIDTH - names) / wide))
    bands = -(-len(shown.times) // fits)
    # Bands of about the same length.
    each = -(-len(shown.times) // bands)
    scales = _scales(shown.rows)
    top = 0.0
    for start in range(0, len(shown.times), each):
        steps = range(start, min(start + each, len(shown.times)))
        yield symbol_label("tag", complex(names - 8 - label_width("tag", letter) / 2, top), letter)
        for k, step in enumerate(steps):
            yield Label("tick", complex(names + (k + 0.5) * wide, top), str(shown.times[step]).replace("-", "−"))
        for r, row in enumerate(shown.rows):
            y = top + 9 + (r + 0.5) * _HIGH
            half = label_width("tag", row.label, runs(row.label)) / 2
            yield symbol_label("tag", complex(names - 8 - half, y), row.label)
            for k, step in enumerate(steps):
                yield from _cell(row, step, complex(names + (k + 0.5) * wide, y), wide / 2, scales[row.name])
        top += 9 + len(shown.rows) * _HIGH + _BETWEEN + 4


def _cell(row: Row, step: int, centre: complex, half: float, scale: Fraction) -> Iterator[Shape]:
    text, worth = row.texts[step], row.worth[step]
    if text is None or worth is None:
        return
    yield Rectangle("heat", centre, half, _HIGH / 2, 0.0, round(_DARKEST * float(abs(worth) / scale), 3))
    if worth < 0:
        yield Rectangle("below", centre + 1j * (_HIGH / 2 - 2.2), half - 3, 1.1)
    yield Label("number", centre - 1j, text)


def _scales(rows: Sequence[Row]) -> dict[Name, Fraction]:
    """What is darkest, symbol by symbol: 1, or the largest of its numbers where that is more."""
    out: dict[Name, Fraction] = {}
    for row in rows:
        largest = max((abs(worth) for worth in row.worth if worth is not None), default=Fraction(0))
        out[row.name] = max(out.get(row.name, Fraction(1)), largest)
    return out


def _described(shown: Shown, letter: str) -> Iterator[str]:
    first, last = (str(shown.times[k]).replace("-", "−") for k in (0, -1))
    yield f"The steps are {letter} = {first} to {last}."
    for row in shown.rows:
        yield f"{row.label}: {', '.join(text or 'no value' for text in row.texts)}."
    if shown.left_out:
        yield f"Left out, for want of room: {', '.join(map(str, shown.left_out))}."
