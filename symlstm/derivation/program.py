"""An equation, compiled once: the stages of its evaluation, each with the tree that is printed and the numbers it needs.

Stages go from the innermost brackets outwards: arguments of functions (pre-activation), functions (activation), products, sum.
A number that a stage computes goes into a new hole of the next stage's tree, so the trace of a step is a list of numbers, and
nothing symbolic runs per step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial

from flint import fmpq

from symlstm.arithmetic import entrywise, linear
from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.decimals import exactly
from symlstm.arithmetic.real import Real, exact, fraction, rational
from symlstm.arithmetic.rounding import round_to
from symlstm.arithmetic.saturation import saturated
from symlstm.arithmetic.value import Value
from symlstm.derivation.evaluate import Evaluate, compiled, component
from symlstm.derivation.scalar import compiled_numbers
from symlstm.model.cell import Equation
from symlstm.model.convention import Convention
from symlstm.model.values import Given
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import (
    Apply,
    Expr,
    Hadamard,
    Hole,
    Listing,
    Matrix,
    Name,
    Negative,
    Numeral,
    Product,
    Running,
    Sum,
    Symbol,
    children,
    rebuild,
)
from symlstm.notation.typeset import Template

LARGEST_PRINTED = 8
"""Rows and columns of a matrix that is printed in numbers; a larger one keeps its symbol."""


@dataclass(frozen=True, slots=True)
class Operand:
    """A symbol that an equation reads: its name, how many steps back, and the entry where only one is meant."""

    name: Name
    offset: int
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Fill:
    """One number that a stage computes: its hole, from the numbers so far; for an activation the function and its argument."""

    hole: int
    compute: Evaluate
    function: str = ""
    argument: Evaluate | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One rung: which, the numbers it computes, and the tree that is printed with them."""

    rung: str
    fills: tuple[Fill, ...]
    template: Template
    functions: tuple[str, ...] = ()
    """The functions that are evaluated here, each once."""


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """A rule that rounds numbers on the way to a value: at which rungs, to how many decimals, by which row of `rounding.TIES`."""

    rungs: frozenset[str]
    places: int
    ties: str

    def rounded(self, rung: str, value: Value) -> Value:
        """A number of that rung under the rule."""
        return entrywise.apply(lambda x: round_to(x, self.places, self.ties).value, value) if rung in self.rungs else value


class Program:
    """The stages of one equation under given parameters and convention."""

    def __init__(
        self, equation: Equation, parameters: Mapping[Name, Given], convention: Convention, scalar: bool = False,
        unstacked: bool = False, entries: int = 1,
    ) -> None:
        """`scalar` says that every value that is given is a number: then ⊙ is printed as a plain product. `unstacked` says that no
        equation of the cell makes a vector of numbers: then it is computed as numbers are. `entries` is how many entries the left
        side has: only where it has one can a list of weights in front of a vector be a row."""
        self.equation = equation
        self.scalar = scalar
        self.entries = entries
        self.plain = scalar and unstacked
        """Whether all that is computed are numbers."""
        self._compiled = compiled_numbers if self.plain else partial(compiled, rows=entries == 1)
        self.name = equation.left
        self.threshold: fmpq | None
        self.places: int | None
        self._follow(convention)
        used = list(symbols_in(equation.right))
        keys = (Operand(s.name, s.at.offset, s.entry if isinstance(s.entry, int) else None)
                for s in used if isinstance(s.at, Running))
        self.operands: tuple[Operand, ...] = tuple(dict.fromkeys(keys))
        self.missing: tuple[Name, ...] = tuple(dict.fromkeys(s.name for s in used if s.at is None and s.name not in parameters))
        self._given = parameters
        self._values: Mapping[Name, Value] = {name: given.value for name, given in parameters.items()}

    def __getstate__(self) -> dict[str, object]:
        """All but what is compiled, which can't travel to another process and is made again there."""
        made = {key for key, value in vars(Program).items() if isinstance(value, cached_property)}
        return {key: value for key, value in vars(self).items() if key not in made}

    def _follow(self, convention: Convention) -> None:
        text = str(self.name)
        threshold = convention.saturates(text)
        self.threshold = None if threshold is None else exact(threshold)
        self.places = convention.places(text)

    def under(self, convention: Convention) -> Program:
        """The same equation under another convention; what is compiled is shared."""
        _ = self.stages, self._computes
        other = object.__new__(Program)
        vars(other).update(vars(self))
        other._follow(convention)
        return other

    @cached_property
    def numbers(self) -> Expr:
        """The right side with holes for the symbols that have a time and the parameters as they were written."""
        return self._stacked(self._numbers(self.equation.right))

    @cached_property
    def stacks(self) -> tuple[tuple[int, ...], ...]:
        """The stacks such as [h; x] that are printed as one column: the operands of each, whose holes come after the operands'."""
        found: list[tuple[int, ...]] = []
        _collect_stacks(self._numbers(self.equation.right), found)
        return tuple(dict.fromkeys(found))

    def _stacked(self, tree: Expr) -> Expr:
        holes = _stack_of(tree)
        if holes in self.stacks:
            return Hole(len(self.operands) + self.stacks.index(holes), True)
        return rebuild(tree, self._stacked)

    def _numbers(self, tree: Expr) -> Expr:
        if isinstance(tree, Symbol):
            if isinstance(tree.at, Running):
                entry = tree.entry if isinstance(tree.entry, int) else None
                return Hole(self.operands.index(Operand(tree.name, tree.at.offset, entry)), not self.scalar)
            return self._written(tree)
        numbers = rebuild(tree, self._numbers)
        if self.scalar and isinstance(numbers, Hadamard):
            return Product(numbers.factors, ("·",) * len(numbers.marks), numbers.pos)
        return numbers

    def _written(self, symbol: Symbol) -> Expr:
        given = self._given[symbol.name]
        value = given.value
        if symbol.entry is not None:
            return symbol
        if isinstance(value, values_of.Matrix):
            if max(value.size) > LARGEST_PRINTED:
                return symbol
            if isinstance(given.tree, Matrix) and len(given.tree.rows) == len(value.rows):
                return given.tree
            if isinstance(given.tree, Listing) and len(given.tree.items) == len(value.rows) and all(
                isinstance(item, Listing) for item in given.tree.items
            ):
                return Matrix(tuple(item.items for item in given.tree.items if isinstance(item, Listing)))
            return Matrix(tuple(tuple(map(numeral, row)) for row in value.rows))
        if isinstance(value, values_of.Vector):
            if len(value.entries) > LARGEST_PRINTED:
                return symbol
            if isinstance(given.tree, Listing) and len(given.tree.items) == len(value.entries):
                return Matrix(tuple((item,) for item in given.tree.items))
            return Matrix(tuple((numeral(entry),) for entry in value.entries))
        return _single(given.tree)

    @cached_property
    def zeros(self) -> Expr | None:
        """The numbers' tree without the terms that a zero parameter removes; None where there are none."""
        less = without_zeros(self.numbers) if self.scalar else without_zero_terms(self.numbers)
        return less if less != self.numbers else None

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """All stages after the numbers."""
        return tuple(self._stages())

    def _stages(self) -> Sequence[Stage]:
        tree = self.zeros or self.numbers
        holes = len(self.operands) + len(self.stacks)
        out: list[Stage] = []

        def stage(rung: str, wanted: list[Expr], current: Expr) -> Expr:
            nonlocal holes
            filled: dict[Expr, Hole] = {}
            fills = []
            for part in wanted:
                if part in filled:
                    continue
                filled[part] = Hole(holes, not self.scalar)
                function, argument = ("", None)
                if isinstance(part, Apply) and rung == "activation" and len(part.arguments) == 1:
                    function, argument = part.function, self._compiled(part.arguments[0], self._values)
                fills.append(Fill(holes, self._compiled(part, self._values), function, argument))
                holes += 1

            def fill(child: Expr) -> Expr:
                return filled[child] if child in filled else rebuild(child, fill)

            current = fill(current)
            functions = dict.fromkeys(fill.function for fill in fills if fill.function)
            out.append(Stage(rung, tuple(fills), Template(current), tuple(functions)))
            return current

        while ready := [part for part in _applications(tree) if not any(_has_application(a) for a in part.arguments)]:
            arguments = [a for part in ready for a in part.arguments if not _atomic(a)]
            if arguments:
                tree = stage("pre-activation", arguments, tree)
                continue
            tree = stage("activation", list(ready), tree)
        if isinstance(tree, Sum):
            products = [term for _, term in tree.terms if not _atomic(term)]
            if products:
                tree = stage("products", products, tree)
            stage("sum", [tree], tree)
        elif isinstance(tree, Hole):
            if tree.index != holes - 1:
                # Where zeros leave one operand of several, it has to become the last number, which is the value.
                stage("sum", [tree], tree)
        elif not _atomic(tree):
            stage("products", [tree], tree)
        else:
            stage("sum", [tree], tree)
        return out

    @cached_property
    def _fills(self) -> tuple[Fill, ...]:
        return tuple(fill for stage in self.stages for fill in stage.fills)

    @cached_property
    def _computes(self) -> tuple[Evaluate, ...]:
        return tuple(fill.compute for fill in self._fills)

    @cached_property
    def rungs(self) -> tuple[tuple[str, int], ...]:
        """The rung of each number that is computed, with its hole."""
        return tuple((stage.rung, fill.hole) for stage in self.stages for fill in stage.fills)

    def hole_of(self, rung: str) -> int | None:
        """The hole of a rung's number; None where the rung has none, or several."""
        holes = [hole for name, hole in self.rungs if name == rung]
        return holes[0] if len(holes) == 1 else None

    def run_otherwise(self, holes: list[Value], way: OnTheWay | None, forced: Mapping[int, Value]) -> Sequence[int]:
        """As `run`, but with numbers rounded on the way, and with those of some holes put in place of the computed ones."""
        for stack in self.stacks:
            holes.append(linear.concatenate([holes[k] for k in stack]))
        fired = []
        for fill, (rung, hole) in zip(self._fills, self.rungs, strict=True):
            if hole in forced:
                holes.append(forced[hole])
                continue
            if fill.argument is None or self.threshold is None:
                value = fill.compute(holes)
            else:
                value, some = saturate_value(fill.function, fill.argument(holes), self.threshold)
                if some:
                    fired.append(hole)
            holes.append(value if way is None else way.rounded(rung, value))
        self._flatten(holes)
        return fired

    def run(self, holes: list[Value], *, saturate: bool = True) -> Sequence[int]:
        """Fill all holes behind the operands'; those whose function was saturated. `saturate=False` leaves that out."""
        for stack in self.stacks:
            holes.append(linear.concatenate([holes[k] for k in stack]))
        threshold = self.threshold
        if threshold is None or not saturate:
            for compute in self._computes:
                holes.append(compute(holes))
            self._flatten(holes)
            return ()
        fired = []
        for fill in self._fills:
            if fill.argument is None:
                holes.append(fill.compute(holes))
                continue
            value, some = saturate_value(fill.function, fill.argument(holes), threshold)
            holes.append(value)
            if some:
                fired.append(fill.hole)
        self._flatten(holes)
        return fired

    def _flatten(self, holes: list[Value]) -> None:
        """What a symbol is worth is a vector, also where its equation makes a matrix of one row or column."""
        value = holes[-1]
        if isinstance(value, values_of.Matrix) and 1 in value.size:
            holes[-1] = values_of.Vector(values_of.entries(value))


def saturate_value(function: str, z: Value, threshold: fmpq) -> tuple[Value, bool]:
    """The function of z, with its limit wherever |z| reaches the threshold; whether that was so anywhere."""
    fired = False

    def one(x: Real) -> Real:
        nonlocal fired
        limit = saturated(function, x, threshold)
        if limit is None:
            value = entrywise.evaluate(function, x)
            assert not isinstance(value, values_of.Vector | values_of.Matrix)
            return value
        fired = True
        return limit

    if function in ("softmax", "min", "max"):
        return entrywise.evaluate(function, z), False
    return entrywise.apply(one, z), fired


def operand_value(value: Value, operand: Operand) -> Value:
    """What an operand takes of a symbol's value."""
    return value if operand.entry is None else component(value, operand.entry)


def makes_vectors(tree: Expr) -> bool:
    """Whether a tree may make a vector of numbers."""
    return isinstance(tree, Listing | Matrix) or any(map(makes_vectors, children(tree)))


def _stack_of(tree: Expr) -> tuple[int, ...]:
    """The operands that a column of operands stacks; empty where the tree isn't one."""
    match tree:
        case Matrix(rows=rows) if all(len(row) == 1 for row in rows):
            parts: tuple[Expr, ...] = tuple(row[0] for row in rows)
        case Listing(items=parts) if len(parts) > 1:
            pass
        case _:
            return ()
    holes = tuple(part.index for part in parts if isinstance(part, Hole))
    return holes if len(holes) == len(parts) else ()


def _collect_stacks(tree: Expr, found: list[tuple[int, ...]]) -> None:
    if holes := _stack_of(tree):
        found.append(holes)
    for child in children(tree):
        _collect_stacks(child, found)


def _single(tree: Expr) -> Expr:
    """The number in brackets that stands for a list or matrix of one entry."""
    match tree:
        case Listing(items=(one,)) | Matrix(rows=((one,),)):
            return _single(one)
        case _:
            return tree


def numeral(x: Real) -> Numeral:
    """An exact number as it is written in the shortest way."""
    return Numeral(exactly(rational(x)), fraction(rational(x)))


def _applications(tree: Expr) -> list[Apply]:
    found = [tree] if isinstance(tree, Apply) else []
    for child in children(tree):
        found += _applications(child)
    return found


def _has_application(tree: Expr) -> bool:
    return bool(_applications(tree))


def _atomic(tree: Expr) -> bool:
    """Whether a tree is a value as it is printed: a number, or a column or matrix of numbers."""
    match tree:
        case Hole() | Numeral():
            return True
        case Symbol(at=None):
            return True
        case Matrix(rows=rows):
            return all(isinstance(entry, Numeral) for row in rows for entry in row)
        case Listing(items=(Hole() | Numeral(),)):
            return True
        case _:
            return False


def without_zeros(tree: Expr) -> Expr:
    """The tree without products that have a factor written as zero, and without zero terms.

    >>> from symlstm.notation.parser import expression
    >>> from symlstm.notation.typeset import formula, plain
    >>> plain(formula(without_zeros(expression(r"0 h + 2 x + 0"))))
    '2·x'
    """
    if isinstance(tree, Sum):
        kept = [(sign, without_zeros(term)) for sign, term in tree.terms]
        kept = [(sign, term) for sign, term in kept if not _is_zero(term)]
        if len(kept) == len(tree.terms):
            return Sum(tuple(kept), tree.pos)
        if not kept:
            return Numeral("0", Fraction(0))
        if kept[0][0] < 0:
            first = kept[0][1]
            kept[0] = (1, Numeral("-" + first.text, -first.value) if isinstance(first, Numeral) and first.value > 0
                       else Negative(first))
        return kept[0][1] if len(kept) == 1 else Sum(tuple(kept), tree.pos)
    less = rebuild(tree, without_zeros)
    if isinstance(less, Product | Hadamard) and any(map(_is_zero, less.factors)):
        return Numeral("0", Fraction(0))
    return less


def without_zero_terms(tree: Expr) -> Expr:
    """The tree without terms that are a bare zero. A product with zero stays: it may be what gives a sum its size.

    >>> from symlstm.notation.parser import expression
    >>> from symlstm.notation.typeset import formula, plain
    >>> plain(formula(without_zero_terms(expression(r"0 h + 2 x + 0"))))
    '0·h + 2·x'
    """
    tree = rebuild(tree, without_zero_terms)
    if not isinstance(tree, Sum):
        return tree
    (_, first), *others = tree.terms
    kept = [(sign, term) for sign, term in others if not _is_zero(term)]
    return Sum(((1, first), *kept), tree.pos) if kept else first


def _is_zero(tree: Expr) -> bool:
    return isinstance(tree, Numeral) and tree.value == 0

