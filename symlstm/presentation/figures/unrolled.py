"""The unrolled network with its values as a figure: the cell once a step, what it reads and what it carries on.

In: a run worked through. Out: a figure. Values are those that the derivation prints; a long run is shortened to its first and its
last steps, and says how many it leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from symlstm.derivation.work import Work
from symlstm.document.blocks import Figure, Text
from symlstm.document.drawing import Label, Line, Point, Rectangle, Shape, fitted, label_width
from symlstm.notation.tree import Fixed, Name, Symbol
from symlstm.notation.typeset import formula, plain
from symlstm.presentation.figures.rows import part_of
from symlstm.presentation.figures.set_text import entries, in_line, runs, symbol_label

FIRST, LAST = 7, 4
"""Steps at the start and at the end that are shown of a longer run."""
MOST_GATES = 6
_MOST_ENTRIES = 4
_WIDTH = 482.0
_NARROWEST, _WIDEST = 52.0, 110.0
"""How wide a cell is at least, and how wide gates may be that stand in it."""
_ROW, _LINE = 26.0, 17.0


@dataclass(frozen=True, slots=True)
class _Value:
    """A value at a time: `label` is `h_1`, `text` the number as printed, `short` as much of it as there is room for."""

    label: str
    text: str
    short: str

    @property
    def told(self) -> str:
        """The equation that says it."""
        return f"{self.label} = {self.text}"

    @property
    def drawn(self) -> str:
        """The equation as it stands in the figure."""
        return f"{self.label} = {self.short}"


@dataclass(frozen=True, slots=True)
class _Step:
    """One cell: what comes in from below, what it computes on the way, what it shows, what it carries on."""

    time: int
    inputs: tuple[_Value, ...]
    gates: tuple[_Value, ...]
    outputs: tuple[_Value, ...]
    carried: tuple[_Value, ...]


def unrolled_figure(work: Work, letter: str = "t") -> Figure | None:
    """The network unrolled over its steps; None where nothing is carried from step to step.

    >>> import symlstm
    >>> problem = symlstm.Problem(cell="rnn", given={"weights": 1, "biases": 0}, initial={"h": 0}, inputs=[1, 0], questions=["h"])
    >>> figure = unrolled_figure(symlstm.solve(problem).main.work)
    >>> print("\\n".join(figure.description))
    At the start h_{−1} = 0.
    t = 0: from x_0 = 1 and what came before, h_0 = 0.7616 is carried on.
    t = 1: from x_1 = 0 and what came before, h_1 = 0.6420 is carried on.
    """
    return _Unrolled(work, letter).figure()


class _Unrolled:
    """The values of a run as they are drawn."""

    def __init__(self, work: Work, letter: str) -> None:
        self.work, self.letter = work, letter
        cell = work.run.cell
        self.states = [name for name in work.trace.programs if name in cell.lags]
        parts = {name: part_of(name, work) for name in work.trace.programs}
        self.outputs = [name for name in work.trace.programs if parts[name] == "state" and name not in cell.lags]
        gates = [name for name in work.trace.programs if parts[name] == "gate"]
        self.gates = gates if len(gates) <= MOST_GATES else []

    def figure(self) -> Figure | None:
        """The figure, or None."""
        steps = list(self.work.run.steps)
        if not self.states or not steps:
            return None
        short = len(steps) > FIRST + LAST + 1
        kept = [*steps[:FIRST], *steps[-LAST:]] if short else steps
        cells = [self._step(time) for time in kept]
        start = tuple(value for name in self.states for value in self._initial(name))
        gap = len(steps) - len(kept)
        words = "1 step" if len(steps) == 1 else f"{len(steps)} steps"
        caption = f"The network unrolled over {words}" + (f", {gap} of them left out" if gap else "")
        shapes = fitted(_shapes(cells, self._newest(start), gap, self.letter))
        return Figure(shapes, (Text(caption),), tuple(self._described(cells, start, gap)), "unrolled")

    def _value(self, name: Name, time: int, carried: bool = False) -> tuple[_Value, ...]:
        trace, ladders = self.work.trace, self.work.ladders
        if trace.step(name, time) is None and time not in trace.given.get(name, {}):
            return ()
        shown = ladders.carried_shown([(name, time)])[0] if carried else ladders.displayed(name, time).shown
        numbers = entries(shown)
        text = in_line(shown)
        short = text if len(numbers) <= _MOST_ENTRIES else f"({', '.join(numbers[:_MOST_ENTRIES - 1])}, …)"
        return (_Value(plain(formula(Symbol(name, Fixed(time)))), text, short),)

    def _step(self, time: int) -> _Step:
        def values(names: Sequence[Name], carried: bool = False) -> tuple[_Value, ...]:
            return tuple(value for name in names for value in self._value(name, time, carried))

        return _Step(time, values(self.work.run.cell.inputs), values(self.gates), values(self.outputs), values(self.states, True))

    def _initial(self, name: Name) -> Iterator[_Value]:
        for back in range(self.work.run.cell.lags[name], 0, -1):
            yield from self._value(name, self.work.run.first - back, True)

    def _newest(self, start: Sequence[_Value]) -> tuple[_Value, ...]:
        """One value a state to come in from the left: where a cell reaches back further, its earlier values stand before it."""
        out = []
        for name in self.states:
            own = list(self._initial(name))
            if own:
                drawn = ", ".join([value.drawn for value in own[:-1]] + [own[-1].label])
                out.append(_Value(drawn, own[-1].text, own[-1].short))
        return tuple(out)

    def _described(self, cells: Sequence[_Step], start: Sequence[_Value], gap: int) -> Iterator[str]:
        if start:
            yield f"At the start {_told(start)}."
        for k, cell in enumerate(cells):
            if gap and k == FIRST:
                yield f"Then {gap} steps are left out."
            read = f"from {_told(cell.inputs)} and what came before, " if cell.inputs else ""
            on_the_way = f"{_told(cell.gates)}; " if cell.gates else ""
            carried = f"{_told(cell.carried)} {'are' if len(cell.carried) > 1 else 'is'} carried on" if cell.carried else ""
            shown = f"{_told(cell.outputs)} {'are' if len(cell.outputs) > 1 else 'is'} shown" if cell.outputs else ""
            time = str(cell.time).replace("-", "−")
            yield f"{self.letter} = {time}: {read}{on_the_way}{'; '.join(filter(None, (carried, shown)))}."


def _told(values: Sequence[_Value]) -> str:
    told = [value.told for value in values]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"


def _width(text: str) -> float:
    return label_width("tag", text, runs(text))


def _shapes(cells: Sequence[_Step], start: Sequence[_Value], gap: int, letter: str) -> Iterator[Shape]:
    """The cells in rows; each row starts with the values that come in."""
    cells = _with_room(cells)
    box = max([_NARROWEST, *(_width(value.drawn) + 12 for cell in cells for value in cell.gates)])
    said = [value.drawn for cell in cells for value in cell.carried] + [value.drawn for value in start]
    beside = [value.drawn for cell in cells for value in (*cell.inputs, *cell.outputs)]
    between = max([40.0, *(_width(text) + 12 for text in said), *(_width(text) + 8 - box for text in beside)])
    per_row = max(1, int((_WIDTH - between) / (box + between)))
    lines = max(len(cell.gates) for cell in cells) + 1
    states = max(len(cell.carried) for cell in cells)
    high = max(lines * _LINE + 12, states * _ROW + 10)
    outputs, inputs = (max(len(values) for values in kind) for kind in zip(*((c.outputs, c.inputs) for c in cells)))
    above = outputs * _LINE + 16 if outputs else 0.0
    below = inputs * _LINE + 22 if inputs else 0.0
    top = 0.0
    incoming = tuple(start)
    for first in range(0, len(cells), per_row):
        row = cells[first : first + per_row]
        centre = top + above + high / 2
        left = 0.0
        yield from _carried(incoming, left, left + between, centre)
        for k, cell in enumerate(row, first):
            left += between
            if gap and k == FIRST:
                yield Label("tag", complex(left - between / 2, centre - high / 2 - 2), f"… {gap} left out …")
            yield from _cell(cell, complex(left + box / 2, centre), box / 2, high / 2, letter)
            left += box
            yield from _carried(cell.carried, left, left + between, centre)
            incoming = cell.carried
        top += above + high + below + 18


def _with_room(cells: Sequence[_Step]) -> Sequence[_Step]:
    """The cells without their gates, where those would make them too wide."""
    wide = max((_width(value.drawn) for cell in cells for value in cell.gates), default=0.0)
    return cells if wide <= _WIDEST else [replace(cell, gates=()) for cell in cells]


def _carried(values: Sequence[_Value], left: float, right: float, centre: float) -> Iterator[Shape]:
    """An arrow a state, with its value above it."""
    for k, value in enumerate(values):
        y = centre + (k - (len(values) - 1) / 2) * _ROW + 6
        yield Line("wire", (complex(left, y), complex(right, y)), True)
        yield symbol_label("tag", complex((left + right) / 2 - 3, y - 9), value.drawn)


def _cell(cell: _Step, centre: Point, half: float, high: float, letter: str) -> Iterator[Shape]:
    yield Rectangle("layer", centre, half, high, 6.0)
    words = [f"{letter} = {cell.time}".replace("-", "−"), *(value.drawn for value in cell.gates)]
    for k, text in enumerate(words):
        yield symbol_label("tag", centre + 1j * ((k - (len(words) - 1) / 2) * _LINE), text)
    if cell.inputs:
        yield Line("wire", (centre + 1j * (high + 18), centre + 1j * high), True)
        for k, value in enumerate(cell.inputs):
            yield symbol_label("tag", centre + 1j * (high + 26 + k * _LINE), value.drawn)
    if cell.outputs:
        yield Line("wire", (centre - 1j * high, centre - 1j * (high + 15)), True)
        for k, value in enumerate(reversed(cell.outputs)):
            yield symbol_label("tag", centre - 1j * (high + 23 + k * _LINE), value.drawn)
