"""A cell's step on boxes: what every value can be, when all that is remembered and the letter lie in given boxes.

What comes in: a run, whose equations, parameters and convention count, and its alphabet for the shape of the input; then boxes.
What goes out: boxes that surely hold what `derive` computes from any numbers inside, and are its rationals where all are points.
Values given at fixed times, other than initial ones, play no part: a step is the same at every time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias, cast

import msgspec
from flint import fmpq

from symlstm.analysis.boxes.interval_functions import BITS
from symlstm.analysis.boxes.intervals import Interval, coarser
from symlstm.analysis.boxes.scalars import Code, Graph, Operand
from symlstm.arithmetic import entrywise, linear
from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import working_precision
from symlstm.arithmetic.value import Value
from symlstm.derivation.evaluate import compiled, component
from symlstm.derivation.program import Program
from symlstm.derivation.programs import Programs
from symlstm.errors import ShapeError, SymlstmError
from symlstm.model.problem import Run
from symlstm.model.sizes import sizes
from symlstm.notation.tree import Apply, Expr, Hole, Name, Product, rebuild

Box: TypeAlias = "tuple[Interval, ...]"
"""A vector's entries in order; a number is a tuple of one."""
Read: TypeAlias = "tuple[Name, int]"
"""A symbol, and how many steps before: 0 for the letter."""

_WIDE = 12
"""From so many columns on `matrix_vector` needs numbers; the product is taken apart here."""


class Enclosed(msgspec.Struct, frozen=True, gc=False):
    """The boxes of one value, as `derivation.trace.Computed` has its numbers."""

    carried: Box
    """What later lines use."""
    unrounded: Box
    """Before its own rounding, after its own saturation."""
    displayed: Box
    """What is printed and what readouts see: rounded wherever the convention rounds."""


class Enclosure:
    """A cell's step, compiled once.

    >>> from symlstm.analysis.boxes.intervals import point
    >>> from symlstm.model.python_problem import Problem
    >>> run = Problem(cell=r"h_t = h_{t-1}/2 + x_t", initial={"h": 0}, inputs=[1, 0]).run
    >>> enclosure = Enclosure(run)
    >>> (h, lag), = enclosure.reads
    >>> str(enclosure.step({(h, lag): (Interval(fmpq(0), fmpq(2)),)}, (point(fmpq(1)),))[h].carried[0])
    '[1, 2]'
    """

    def __init__(self, run: Run) -> None:
        """`SymlstmError` where a parameter is missing, where shapes don't fit or a value is a matrix, and for a function of which
        nothing is known on intervals."""
        self._layout = _Layout(run)
        self.reads: tuple[Read, ...] = tuple(read for read in self._layout.places if read[1])
        """What `step` has to be given as memory: each symbol with its lag."""
        self._code, self._outputs = self._layout.compiled()

    def size(self, name: Name) -> int:
        """How many entries a symbol has.

        >>> from symlstm.model.python_problem import Problem
        >>> run = Problem(cell="rnn", given={"W^{h,h}": [[0, 1], [1, 0]], "W^{h,x}": [1, 2], "b_h": 0}, inputs=[1]).run
        >>> Enclosure(run).size(run.cell.equations[0].left)
        2
        """
        return self._layout.entries.get(name, 1)

    def step(self, memory: Mapping[Read, Box], letter: Box) -> dict[Name, Enclosed]:
        """What each equation's value can be, in dependency order. `memory` has a box for each of `reads`; `letter` is the input's
        (empty where the cell has none)."""
        registers = self._code.start.copy()
        for read, (first, count) in self._layout.places.items():
            box = memory.get(read) if read[1] else letter
            if box is None or len(box) != count:
                raise self._unfit(read, count, box)
            registers[first : first + count] = box
        with working_precision(BITS):
            for place, compute in self._code.instructions:
                registers[place] = compute(registers)
        return {name: _enclosed(registers, value, rounded, carry) for name, value, rounded, carry in self._outputs}

    @staticmethod
    def _unfit(read: Read, count: int, box: Box | None) -> ShapeError:
        name, lag = read
        what = f"{name}, {lag} steps before" if lag else str(name)
        found = "no box" if box is None else f"a box of {len(box)}"
        return ShapeError(f"{what}, has {count} entries here, and {found} is given; give one interval for each entry")


def _enclosed(registers: list[Interval], value: Sequence[int], rounded: Sequence[int], carry: bool) -> Enclosed:
    unrounded = tuple([coarser(registers[k]) for k in value])
    if rounded is value:
        return Enclosed(unrounded, unrounded, unrounded)
    displayed = tuple([registers[k] for k in rounded])
    return Enclosed(displayed if carry else unrounded, unrounded, displayed)


_Output: TypeAlias = "tuple[Name, tuple[int, ...], tuple[int, ...], bool]"


class _Layout:
    """Where boxes stand among the registers, and the equations compiled on them."""

    def __init__(self, run: Run) -> None:
        cell = run.cell
        if len(cell.inputs) > 1:
            names = ", ".join(map(str, cell.inputs))
            raise SymlstmError(f"only the step of a cell with one input can be enclosed; this one reads {names}", run.source)
        # The letters say how many entries an input has where no input is given.
        timed = dict(run.timed)
        for name in cell.inputs:
            if run.alphabet:
                timed.setdefault((name, run.first), run.alphabet[0])
        self.run = replace(run, timed=timed)
        self.programs = Programs().of(self.run)
        for equation in cell.equations:
            if equation.left not in self.programs:
                raise SymlstmError(f"a parameter of the equation for {equation.left} has no value", run.source, equation.pos)
        self.entries = sizes(cell, run.parameters, timed)
        self.graph = Graph()
        self.values: dict[Name, tuple[Value, Value]] = {}
        for _ in range(len(cell.equations) + 1):
            before = dict(self.entries)
            self.places = self._places()
            self._evaluate()
            if self.entries == before:
                return
        raise ShapeError("how many entries each symbol has doesn't follow from the parameters", run.source, run.missing_pos)

    def _places(self) -> dict[Read, tuple[int, int]]:
        """The first register of each symbol that a step is given, and how many it takes."""
        inputs = self.run.cell.inputs
        operands = (operand for program in self.programs.values() for operand in program.operands)
        reads = dict.fromkeys((o.name, -o.offset) for o in operands if o.offset or o.name in inputs)
        places, first = dict[Read, tuple[int, int]](), 0
        for name, lag in reads:
            count = self.entries.get(name, 1)
            places[name, lag] = first, count
            first += count
        return places

    def _evaluate(self) -> None:
        """The graph of every equation's value, and how many entries it has."""
        self.graph = Graph()
        for name, program in self.programs.items():
            try:
                value = _Evaluation(self, program).value()
                entries = values_of.entries(value)
                if isinstance(value, values_of.Matrix):
                    raise ShapeError(f"{values_of.shape(value)} isn't a state or gate that a box can hold")
            except SymlstmError as error:
                error.message = f"{name}_t: {error.message}"
                raise error.within(self.run.source, program.equation.pos) from None
            self.values[name] = value, self._shown(program, value)
            if len(entries) > 1 or name in self.entries:
                self.entries[name] = len(entries)

    def _shown(self, program: Program, value: Value) -> Value:
        places, ties = program.places, self.run.convention.ties
        return value if places is None else _map(lambda x: self.graph.rounded(x, places, ties), value)

    def read(self, name: Name, offset: int) -> Value:
        """What an equation reads: a value of the same step as it is carried on, or entries of a box."""
        if not offset and name in self.values:
            unrounded, shown = self.values[name]
            return shown if self.run.convention.carry else unrounded
        first, count = self.places[name, -offset]
        return values_of.vector([cast("fmpq", self.graph.entry(first + k)) for k in range(count)])

    def compiled(self) -> tuple[Code, list[_Output]]:
        """The code of a step, and where its results stand."""
        code = Code(self.graph, sum(count for _, count in self.places.values()))
        outputs = []
        for name, (value, shown) in self.values.items():
            registers = tuple(code.register(_scalar(x)) for x in values_of.entries(value))
            rounded = registers if shown is value else tuple(code.register(_scalar(x)) for x in values_of.entries(shown))
            outputs.append((name, registers, rounded, self.run.convention.carry))
        return code, outputs


def _scalar(x: object) -> Operand:
    """An entry of a value, in which a scalar of the graph stands for a ball."""
    return cast("Operand", x)


def _map(change: object, *values: Value) -> Value:
    return entrywise.apply(change, *values)  # type: ignore[arg-type]  # scalars stand for balls


class _Evaluation:
    """One equation's value: `derivation.evaluate` on scalars, with functions put in as numbers, as the rungs of a derivation are."""

    def __init__(self, layout: _Layout, program: Program) -> None:
        self._graph = layout.graph
        self._program = program
        self._rows = program.entries == 1
        self._parameters = {name: given.value for name, given in layout.run.parameters.items()}
        self._holes: list[Value] = []
        for operand in program.operands:
            value = layout.read(operand.name, operand.offset)
            self._holes.append(value if operand.entry is None else component(value, operand.entry))
        for stack in program.stacks:
            self._holes.append(linear.concatenate([self._holes[k] for k in stack]))

    def value(self) -> Value:
        """What the symbol is worth: a vector also where its equation makes a matrix of one row or column."""
        value = self._of(self._program.zeros or self._program.numbers)
        if isinstance(value, values_of.Matrix) and 1 in value.size:
            return values_of.vector(values_of.entries(value))
        return value

    def _of(self, tree: Expr) -> Value:
        return compiled(self._filled(tree), self._parameters, rows=self._rows)(self._holes)

    def _hole(self, value: Value) -> Hole:
        self._holes.append(value)
        return Hole(len(self._holes) - 1, True)

    def _filled(self, tree: Expr) -> Expr:
        """The tree with holes for its functions, and for products with matrices of many columns."""
        match tree:
            case Apply(function=name, arguments=arguments):
                return self._hole(self._function(name, [self._of(argument) for argument in arguments]))
            case Product():
                return self._product(rebuild(tree, self._filled))
            case _:
                return rebuild(tree, self._filled)

    def _product(self, tree: Expr) -> Expr:
        while isinstance(tree, Product) and isinstance(matrix := self._of(tree.factors[-2]), values_of.Matrix):
            column = self._of(tree.factors[-1])
            entries = values_of.entries(column)
            if isinstance(column, values_of.Matrix) or not _WIDE <= matrix.size[1] == len(entries):
                break
            rows = [self._graph.sum(*(self._graph.product(_scalar(x), _scalar(y)) for x, y in zip(row, entries)))
                    for row in matrix.rows]
            last = self._hole(values_of.vector(cast("list[fmpq]", rows)))
            tree = Product((*tree.factors[:-2], last), tree.marks[:-1]) if len(tree.factors) > 2 else last
        return tree

    def _function(self, name: str, values: list[Value]) -> Value:
        threshold = self._program.threshold if len(values) == 1 else None
        if name == "softmax":
            (value,) = values
            if isinstance(value, values_of.Matrix) and 1 not in value.size:
                raise ShapeError(f"{name} is of a vector, not of {values_of.shape(value)}")
            shares = cast("list[fmpq]", self._graph.softmax(tuple(map(_scalar, values_of.entries(value)))))
            is_row = isinstance(value, values_of.Matrix) and len(value.rows) == 1
            return values_of.matrix([shares]) if is_row else values_of.vector(shares)
        if name in ("min", "max") and len(values) == 1:
            values = list(values_of.entries(values[0]))
        return _map(lambda *xs: self._graph.function(name, threshold, *xs), *values)


__all__ = ["Box", "Enclosed", "Enclosure"]
