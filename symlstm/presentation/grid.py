"""The grid of a by-hand sheet: [W | b] beside [h; x; 1], one column a step, with the cells blank, half filled or full.

In comes a run worked through, out go tables. A row stands for a number of the ladder: a source, a weighted sum, what a function makes
of it, a symbol. Numbers are those that the derivation prints; none is rounded here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.decimals import exactly
from symlstm.arithmetic.real import NumberError, Real, rational, working_precision
from symlstm.arithmetic.value import Value
from symlstm.checking.mutations import gates
from symlstm.derivation import printed
from symlstm.derivation.affine import Affine, affine_parts, timed
from symlstm.derivation.evaluate import compiled, component
from symlstm.derivation.values import value_at
from symlstm.derivation.work import Work
from symlstm.document.blocks import Blank, Block, Inlines, Maths, Paragraph, Table, Text
from symlstm.errors import SymlstmError
from symlstm.model.cell import Equation
from symlstm.notation.places import Place
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import Apply, Column, Digits, Expr, Fixed, Hole, Name, Running, Shown, Symbol, children, rebuild
from symlstm.notation.typeset import Formula, Template, formula, plain

Form: TypeAlias = Literal["blank", "half", "full"]
"""What of a grid is filled: the data alone; the gates too, which leaves the sums and the states; everything."""
FORMS: tuple[Form, ...] = ("blank", "half", "full")

_MOST_COLUMNS = 13
"""Columns of numbers that a page has room for: those of the weights and those of the steps."""
_MOST_WEIGHTS = 10
"""Columns of weights that are shown; a wider matrix stands in the statement alone."""
_CELL = 2.6
"""Width of a blank cell, in ems."""
_NUMBER = Template(Hole(0, True))


@dataclass(frozen=True, slots=True)
class _Row:
    """One number at every step."""

    label: Inlines
    spoken: str
    weights: tuple[Real | None, ...]
    """What stands under the sources' entries and the bias, None under what it doesn't read; empty where it is no weighted sum."""
    cells: tuple[Shown | None, ...]
    """The number at each step; None where there is none."""
    filled: tuple[bool, ...]
    """Whether the sheet shows it, step by step."""


def grid_blocks(work: Work, form: Form, asked: Collection[Name] = ()) -> Iterator[Block]:
    """The tables of a run, as many as its steps need; nothing where it has no steps. What is `asked` for stays blank where only the
    gates are filled.

    >>> import symlstm
    >>> text = "---\\ntitle: A unit\\n---\\n$h_t = \\\\tanh(2 h_{t-1} - x_t)$ with $h_0 = 0$, $x = [1, 3]$.\\n"
    >>> table = next(iter(grid_blocks(symlstm.solve(symlstm.read(text)).parts[0].work, "full")))
    >>> [len(row) for row in table.rows]
    [5, 5, 5, 5]
    """
    steps = [time for time in work.run.steps if any(time in values for values in work.trace.computed.values())]
    if not steps:
        return
    sheet = _Sheet(work, form, asked)
    width = len(sheet.columns) + sheet.biased
    shown = 0 < width <= _MOST_WEIGHTS
    most = max(3, _MOST_COLUMNS - (width if shown else 0))
    for start in range(0, len(steps), most):
        yield sheet.table(steps[start : start + most], shown)
    if not shown and width:
        yield Paragraph((Text("The matrix of the weights is too wide for this sheet; take its numbers from the statement."),))


class _Sheet:
    """The rows of a run, and the columns of its weights."""

    def __init__(self, work: Work, form: Form, asked: Collection[Name]) -> None:
        self.work, self.form = work, form
        self.run, self.trace = work.run, work.trace
        read = (symbol.at for equation in self.run.cell.equations for symbol in symbols_in(equation.right))
        self.letter = next((at.letter for at in read if isinstance(at, Running)), "t")
        self.parameters = {name: given.value for name, given in self.run.parameters.items()}
        self.shown_gates = frozenset(gates(self.run)) - frozenset(asked)
        self.parts: dict[Name, tuple[Affine, ...]] = {
            equation.left: tuple(affine_parts(equation.right, self.parameters, self._entries))
            for equation in self.run.cell.equations if equation.left in self.trace.programs
        }
        sources = dict.fromkeys(source for parts in self.parts.values() for part in parts for source in part.sources)
        self.sources = tuple(sources)
        self.columns = tuple((source, k) for source in self.sources for k in range(self._entries(source)))
        wide = [column for column in self.columns if any(s.at is None for s in symbols_in(column[0]))]
        self.marks = dict(zip(wide, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        """For sources that are sums themselves, as r ⊙ (W h + b), what their column and their row are called."""
        self.biased = any(x != 0 for parts in self.parts.values() for part in parts for x in part.bias)

    def table(self, steps: Sequence[int], shown: bool) -> Table:
        """The table of some steps; `shown`: with the weights in front."""
        rows = list(self._rows(steps))
        weights = [self._head(source, k) for source, k in self.columns] if shown else []
        bias: list[Inlines] = [(Text("1"),)] if shown and self.biased else []
        head = [*weights, *bias, (), *((Text(f"{self.letter} = {time}".replace("-", "−")),) for time in steps)]
        empty: list[Inlines] = [()] * len([*weights, *bias])
        body = [(*([() if x is None else (Text(_digits(x)),) for x in row.weights] if row.weights and shown else empty), row.label,
                 *(self._cell(row, k, time) for k, time in enumerate(steps))) for row in rows]
        align = "r" * len(empty) + "r" + "c" * len(steps)
        return Table(tuple(head), body, align, "Weights and bias beside the sources, one column a step")

    def _cell(self, row: _Row, k: int, time: int) -> Inlines:
        shown = row.cells[k]
        if shown is not None and row.filled[k]:
            return (Maths(Formula(_NUMBER, (shown,))),)
        return () if shown is None else (Blank(_CELL, f"{row.spoken}, {self.letter} = {time}"),)

    # -- rows ---

    def _rows(self, steps: Sequence[int]) -> Iterator[_Row]:
        for source in self.sources:
            # What the same step computes has a row of its own below.
            if not (isinstance(source, Symbol) and source.name in self.parts and source.at == Running(0)):
                yield from self._source_rows(source, steps)
        if self.biased:
            one = Digits("1")
            yield _Row((Text("1"),), "1", (), (one,) * len(steps), (True,) * len(steps))
        for state in self._other_states():
            yield from self._source_rows(state, steps)
        for equation in self.run.cell.equations:
            if equation.left in self.parts:
                yield from self._equation_rows(equation, steps)
            elif any((equation.left, time) in self.run.timed for time in steps):
                yield from self._symbol_rows(equation, steps)

    def _other_states(self) -> Iterator[Symbol]:
        """What is read of earlier steps without weights in front, as the old memory."""
        read = (s for e in self.run.cell.equations for s in symbols_in(e.right))
        for symbol in dict.fromkeys(replace(s, entry=None) for s in read if isinstance(s.at, Running) and s.at.offset < 0):
            if symbol not in self.sources:
                yield symbol

    def _source_rows(self, source: Expr, steps: Sequence[int]) -> Iterator[_Row]:
        values = [self._worth(source, time) for time in steps]
        data = [self.form == "full" or self._is_data(source, time) for time in steps]
        for k in range(self._entries(source)):
            cells = tuple(self._shown(source, value, time, k) for value, time in zip(values, steps, strict=True))
            mark = self.marks.get((source, k), "")
            label = (Text(f"{mark}: "), *self._label(source, k)) if mark else self._label(source, k)
            yield _Row(label, self._spoken(source, k), (), cells, tuple(data))

    def _equation_rows(self, equation: Equation, steps: Sequence[int]) -> Iterator[_Row]:
        name, functions = equation.left, list(_functions(equation.right))
        symbol = Symbol(name, Running(0, self.letter))
        only = functions[0] if len(functions) == 1 else None
        for part in self.parts[name]:
            summed = only is not None and only.arguments == (part.tree,)
            if part.tree == equation.right:
                continue  # its row is the symbol's own, below
            lead: Inlines = (Text("sum in "), *_maths(symbol)) if summed else _maths(part.tree)
            values = [self._rung(name, time, "pre-activation") if summed else self._worth(part.tree, time)
                      for time in steps]
            for k, weights in enumerate(self._weights(part)):
                cells = tuple(None if value is None else self._printed(value, k) for value in values)
                several = len(part.weights) > 1
                label = (*lead, Text(f", entry {k + 1}")) if several else lead
                spoken = f"sum in {name}" + (f", entry {k + 1}" if several else "")
                yield _Row(label, spoken, weights, cells, (self.form == "full",) * len(steps))
        if only is not None and only is not equation.right:
            yield from self._function_rows(name, only, steps)
        yield from self._symbol_rows(equation, steps)

    def _function_rows(self, name: Name, function: Apply, steps: Sequence[int]) -> Iterator[_Row]:
        """What the one function inside a symbol's equation gives, as tanh(c) in h."""
        values = [self._rung(name, time, "activation") for time in steps]
        short = isinstance(function.arguments[0], Symbol)
        lead: Inlines = _maths(function) if short else (Text(f"{function.function} of it"),)
        for k in range(max((len(values_of.entries(value)) for value in values if value is not None), default=0)):
            several = any(value is not None and len(values_of.entries(value)) > 1 for value in values)
            cells = tuple(None if value is None else self._printed(value, k) for value in values)
            label = (*lead, Text(f", entry {k + 1}")) if several else lead
            yield _Row(label, f"{function.function} in {name}", (), cells, (self.form == "full",) * len(steps))

    def _symbol_rows(self, equation: Equation, steps: Sequence[int]) -> Iterator[_Row]:
        name = equation.left
        symbol = Symbol(name, Running(0, self.letter))
        whole = next((part for part in self.parts.get(name, ()) if part.tree == equation.right), None)
        weights = list(self._weights(whole)) if whole is not None else []
        filled = self.form == "full" or (self.form == "half" and name in self.shown_gates)
        for k in range(self._entries(symbol)):
            cells = tuple(self._entry_shown(name, time, k) for time in steps)
            given = tuple(filled or (name, time) in self.run.timed for time in steps)
            yield _Row(self._label(symbol, k), self._spoken(symbol, k), weights[k] if weights else (), cells, given)

    def _weights(self, part: Affine) -> Iterator[tuple[Real | None, ...]]:
        """The numbers of each row of a part, under all sources' entries and the bias."""
        for row, bias in zip(part.weights, part.bias, strict=True):
            own = dict(zip(part.sources, row, strict=True))
            under = [own[source][k] if source in own else None for source, k in self.columns]
            yield (*under, *((bias,) if self.biased else ()))

    # -- numbers ---

    def _worth(self, tree: Expr, time: int) -> Value | None:
        """The value of a source or sum at a step; None where something that it reads has none."""
        if any(isinstance(part, Apply) for part in _nodes(tree)):
            return None
        symbols = [s for s in symbols_in(tree) if isinstance(s.at, Running)]
        holes: dict[Symbol, int] = {symbol: k for k, symbol in enumerate(dict.fromkeys(symbols))}
        try:
            with working_precision(self.trace.bits):
                numbers = [self._carried(symbol, time) for symbol in holes]
                return compiled(_in_holes(tree, holes), self.parameters)(numbers)
        except (KeyError, SymlstmError, NumberError):
            return None  # no such value: the cell stays empty

    def _carried(self, symbol: Symbol, time: int) -> Value:
        assert isinstance(symbol.at, Running)
        value = self.trace.carried(symbol.name, time + symbol.at.offset)
        return component(value, symbol.entry) if isinstance(symbol.entry, int) else value

    def _entries(self, source: Expr) -> int:
        for time in self.run.steps:
            value = self._worth(source, time)
            if value is not None:
                return len(values_of.entries(value))
        return 1

    def _is_data(self, source: Expr, time: int) -> bool:
        """Whether a source is a number that the problem gives at this step."""
        if not timed(source):
            return True
        if not (isinstance(source, Symbol) and isinstance(source.at, Running)):
            return False
        return (source.name, time + source.at.offset) in self.run.timed

    def _shown(self, source: Expr, value: Value | None, time: int, k: int) -> Shown | None:
        if value is None:
            return None
        if isinstance(source, Symbol) and isinstance(source.at, Running) and source.entry is None:
            shown = self.work.ladders.carried_shown([(source.name, time + source.at.offset)])[0]
            return shown.entries[k] if isinstance(shown, Column) else shown
        return self._printed(value, k)

    def _printed(self, value: Value, k: int) -> Shown:
        show = self.run.convention.show
        with working_precision(self.trace.bits):
            return printed.value(values_of.entries(value)[k], show, show).shown

    def _rung(self, name: Name, time: int, rung: str) -> Value | None:
        if self.trace.step(name, time) is None:
            return None
        return value_at(self.work.ladders, Place(name, time, rung=rung)).carried

    def _entry_shown(self, name: Name, time: int, k: int) -> Shown | None:
        if self.trace.step(name, time) is None and (name, time) not in self.run.timed:
            return None
        shown = self.work.ladders.displayed(name, time).shown
        return shown.entries[k] if isinstance(shown, Column) else shown

    # -- labels ---

    def _head(self, source: Expr, k: int) -> Inlines:
        """What stands above a column of weights; a mark for what is too wide for one."""
        mark = self.marks.get((source, k), "")
        return (Text(mark),) if mark else self._label(source, k)

    def _label(self, source: Expr, k: int) -> Inlines:
        if self._entries(source) == 1:
            return _maths(source)
        if isinstance(source, Symbol):
            return _maths(Symbol(source.name, source.at, k + 1))
        return (*_maths(source), Text(f", entry {k + 1}"))

    def _spoken(self, source: Expr, k: int) -> str:
        text = plain(formula(source))
        return text if self._entries(source) == 1 else f"{text}, entry {k + 1}"


def _digits(x: Real) -> str:
    return exactly(rational(x)).replace("-", "−")


def _maths(tree: Expr) -> Inlines:
    return (Maths(formula(tree)),)


def _functions(tree: Expr) -> Iterator[Apply]:
    for part in children(tree):
        yield from _functions(part)
    if isinstance(tree, Apply):
        yield tree


def _nodes(tree: Expr) -> Iterator[Expr]:
    yield tree
    for part in children(tree):
        yield from _nodes(part)


def _in_holes(tree: Expr, holes: dict[Symbol, int]) -> Expr:
    if isinstance(tree, Symbol) and isinstance(tree.at, Running | Fixed):
        return Hole(holes[tree])
    return rebuild(tree, lambda child: _in_holes(child, holes))
