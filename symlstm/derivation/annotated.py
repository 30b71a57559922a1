"""What every part of an equation is worth at a place: the numbers that a derivation on paper may write for it.

In come a trace and a place, out goes the value of any part of the equation's right side, with saturation and rounding on the way as
the trace has them. Parts are told apart by identity, so that the same symbol in two terms is two parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import NumberError, Undecided, exact
from symlstm.arithmetic.value import Value
from symlstm.derivation.evaluate import Evaluate, compiled, component
from symlstm.derivation.program import OnTheWay, numeral, saturate_value
from symlstm.derivation.trace import Trace
from symlstm.notation.places import Place
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
    Power,
    Product,
    Running,
    Sum,
    Symbol,
    children,
    rebuild,
)

LARGEST_EXPANDED = 64
"""Columns of a matrix that is written out, entry by entry."""


class Skeleton:
    """How the parts of one equation are computed from their own parts: compiled once for all times and rules."""

    def __init__(self, tree: Expr, rows: bool) -> None:
        self.tree = tree
        self.rows = rows
        """Whether a list of weights in front of a vector is a row."""
        self._compiled: dict[int, tuple[Expr, Evaluate]] = {}
        self._expanded: dict[tuple[int, int], tuple[Expr, Expr]] = {}

    def compute(self, tree: Expr, parameters: Mapping[Name, Value]) -> Evaluate:
        """The function from the values of a part's own parts to its value."""
        known = self._compiled.get(id(tree))
        if known is None:
            known = self._compiled[id(tree)] = tree, compiled(hollow(tree, _named), parameters, rows=self.rows)
        return known[1]

    def expanded(self, tree: Expr, entry: int, annotated: Annotated) -> Expr:
        """Entry k (from 1) of a part, with matrix products written out as sums."""
        key = id(tree), entry
        known = self._expanded.get(key)
        if known is None:
            known = self._expanded[key] = tree, _entry(tree, entry, annotated)
        return known[1]


def hollow(tree: Expr, kept: Callable[[Expr], bool] = lambda part: False) -> Expr:
    """The tree with a hole for each direct part, in order, but for those that are kept.

    >>> from symlstm.notation.parser import expression
    >>> hollow(expression(r"a + b")).terms
    ((1, Hole(index=0, tall=False)), (1, Hole(index=1, tall=False)))
    """
    index = -1

    def hole(part: Expr) -> Expr:
        nonlocal index
        index += 1
        return part if kept(part) else Hole(index)

    if isinstance(tree, Power):
        return replace(tree, base=hole(tree.base))
    if isinstance(tree, Listing) and len(tree.items) > 1 and all(isinstance(item, Listing) for item in tree.items):
        return tree  # rows of numbers
    return rebuild(tree, hole)


def _named(part: Expr) -> bool:
    """Whether a part is a parameter, which says by its name that it is weights."""
    return isinstance(part, Symbol) and part.at is None


class Annotated:
    """The values of the parts of one derived place's equation."""

    def __init__(self, skeleton: Skeleton, trace: Trace, place: Place, way: OnTheWay | None = None) -> None:
        assert place.time is not None
        self.skeleton = skeleton
        self.trace = trace
        self.name, self.time = place.name, place.time
        self.way = way
        program = trace.programs[place.name]
        self.threshold = program.threshold
        self.parameters = {name: given.value for name, given in trace.run.parameters.items()}
        self._worth: dict[int, tuple[Expr, Value]] = {}
        self._unsaturated: dict[int, Value] = {}

    @property
    def tree(self) -> Expr:
        """The equation's right side."""
        return self.skeleton.tree

    def worth(self, tree: Expr) -> Value:
        """The value of a part. Raises `ShapeError`, `NumberError` where it has none, `KeyError` where an operand has none."""
        known = self._worth.get(id(tree))
        if known is None:
            try:
                known = self._worth[id(tree)] = tree, self._computed(tree)
            except Undecided:
                # Only a rule that rounds on the way comes so near a tie: the derivation itself is settled to more digits.
                raise NumberError("a number here is too near a tie to be told from it") from None
        return known[1]

    def unsaturated(self, tree: Expr) -> Value:
        """The value of a part before its own saturation."""
        value = self.worth(tree)
        return self._unsaturated.get(id(tree), value)

    def operand(self, symbol: Symbol) -> Place | None:
        """The place that a symbol of the equation reads; None for a parameter."""
        if not isinstance(symbol.at, Running):
            return None
        entry = symbol.entry if isinstance(symbol.entry, int) else None
        return Place(symbol.name, self.time + symbol.at.offset, entry)

    def part(self, entry: int | None) -> Expr:
        """The equation's right side, or that of one of its entries."""
        return self.tree if entry is None else self.entry(self.tree, entry)

    def entry(self, tree: Expr, k: int) -> Expr:
        """Entry k (from 1) of a part, as a tree of its own whose parts have values too."""
        return self.skeleton.expanded(tree, k, self)

    def _computed(self, tree: Expr) -> Value:
        match tree:
            case Numeral(value=number):
                return exact(number)
            case Symbol(at=Running(offset=offset), name=name, entry=entry):
                value = self.trace.carried(name, self.time + offset)
                return component(value, entry) if isinstance(entry, int) else value
            case Symbol(name=name, entry=entry):
                value = self.parameters[name]
                return component(value, entry) if isinstance(entry, int) else value
        parts = [self.worth(part) for part in children(tree)]
        if isinstance(tree, Apply) and len(parts) == 1 and self.threshold is not None:
            value, fired = saturate_value(tree.function, parts[0], self.threshold)
            if fired:
                self._unsaturated[id(tree)] = self.skeleton.compute(tree, self.parameters)(parts)
        else:
            value = self.skeleton.compute(tree, self.parameters)(parts)
        return value if self.way is None else self.way.rounded(self._rung(tree), value)

    def _rung(self, tree: Expr) -> str:
        """The rung at which a part's number appears, for rules that round on the way."""
        if isinstance(tree, Apply):
            return "activation"
        if any(tree is argument for function in _functions(self.tree) for argument in function.arguments):
            return "pre-activation"
        if isinstance(self.tree, Sum) and any(tree is term for _, term in self.tree.terms):
            return "products"
        if tree is self.tree:
            return "sum" if isinstance(tree, Sum) else "products"
        return ""


def _functions(tree: Expr) -> list[Apply]:
    found = [tree] if isinstance(tree, Apply) else []
    for part in children(tree):
        found += _functions(part)
    return found


def _wide(value: Value) -> bool:
    return isinstance(value, values_of.Vector) and len(value.entries) > 1


def _spelled_out(tree: Expr, annotated: Annotated) -> Expr:
    """A number's tree with every row of weights times a vector written out as a sum of products."""
    if not any(map(_wide_within, map(annotated.worth, _all_parts(tree)))):
        return tree
    if isinstance(tree, Product) and any(_wide_within(annotated.worth(factor)) for factor in tree.factors):
        return _entry_of_product(tree, 1, annotated)
    return rebuild(tree, lambda part: _spelled_out(part, annotated))


def _all_parts(tree: Expr) -> Iterator[Expr]:
    for part in children(tree):
        yield part
        yield from _all_parts(part)


def _wide_within(value: Value) -> bool:
    return _wide(value) or isinstance(value, values_of.Matrix)


def _entry(tree: Expr, k: int, annotated: Annotated) -> Expr:
    value = annotated.worth(tree)
    if not _wide(value):
        return tree if isinstance(value, values_of.Matrix) else _spelled_out(tree, annotated)
    match tree:
        case Symbol():
            return replace(tree, entry=k)
        case Matrix() | Listing():
            return _entry_of_stack(tree, k, annotated)
        case Product(factors=factors) if len(factors) >= 2:
            return _entry_of_product(tree, k, annotated)
        case Hadamard() | Sum() | Negative() | Apply():
            return rebuild(tree, lambda part: _entry(part, k, annotated))
        case _:
            return tree


def _entry_of_stack(tree: Matrix | Listing, k: int, annotated: Annotated) -> Expr:
    for part in children(tree):
        size = len(values_of.entries(annotated.worth(part)))
        if k <= size:
            return _entry(part, k, annotated)
        k -= size
    return tree


def _entry_of_product(tree: Product, k: int, annotated: Annotated) -> Expr:
    first, *rest = tree.factors
    right: Expr = rest[0] if len(rest) == 1 else Product(tuple(rest), tree.marks[1:])
    left, behind = annotated.worth(first), annotated.worth(right)
    rows: Sequence[tuple[Expr, Expr]]
    ours, theirs = values_of.entries(left), values_of.entries(behind)
    if isinstance(left, values_of.Matrix) and _is_parameter(first) and len(left.rows[0]) == len(theirs):
        rows = [(numeral(weight), _entry(right, j, annotated)) for j, weight in enumerate(left.rows[k - 1][:LARGEST_EXPANDED], 1)]
        count = len(theirs)
    elif isinstance(behind, values_of.Matrix) and _is_parameter(right) and len(behind.rows) == len(ours):
        rows = [(_entry(first, j, annotated), numeral(row[k - 1])) for j, row in enumerate(behind.rows[:LARGEST_EXPANDED], 1)]
        count = len(ours)
    elif _wide(left) and _wide(behind) and not _wide(annotated.worth(tree)) and len(ours) == len(theirs):
        count = len(ours)
        rows = [(_weight(first, j, annotated), _weight(right, j, annotated)) for j in range(1, min(count, LARGEST_EXPANDED) + 1)]
    else:
        return rebuild(tree, lambda part: _entry(part, k, annotated))
    if count > LARGEST_EXPANDED:
        return tree
    terms = tuple((1, Product(row, ("·",))) for row in rows)
    return Sum(terms) if len(terms) > 1 else terms[0][1]


def _is_parameter(tree: Expr) -> bool:
    """Whether a tree's numbers are the same at every step: what is written out is kept for all of them."""
    return not any(s.at is not None for s in symbols_in(tree))


def _weight(tree: Expr, k: int, annotated: Annotated) -> Expr:
    """Entry k of a factor: the number itself where it is a parameter's."""
    if _is_parameter(tree):
        return numeral(values_of.entries(annotated.worth(tree))[k - 1])
    return _entry(tree, k, annotated)
