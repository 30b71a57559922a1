"""One entry of a formula of the cell as a SymPy expression, for vectors of any length.

In come a cell, what the premises put in the place of which symbols, and a written tree; out goes the expression of one entry.
Elementwise operations go entry by entry; a matrix times a vector is a quantity of which nothing is known but that it is the same for
the same vector, and linear. What is equal here is equal for all values and all shapes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from symlstm.model.cell import Cell
from symlstm.notation.meaning import meaning
from symlstm.notation.tree import (
    Apply,
    Expr,
    FunctionName,
    Hadamard,
    Hole,
    Listing,
    Matrix,
    Name,
    Negative,
    Numeral,
    Power,
    Product,
    Quotient,
    Running,
    Sum,
    Symbol,
    Transpose,
    children,
    rebuild,
)

if TYPE_CHECKING:
    import sympy

Entry: TypeAlias = "int | str"
EVERY = "*"
"""The entry that stands for every one of them."""
Spot: TypeAlias = "tuple[Name, int | None, Entry | None]"
"""A symbol: its name, its offset (None for a parameter), and the entry, None for the whole."""


class NoMeaningError(Exception):
    """A formula that has no entries of its own here. Never reaches a user: nothing is proved with it."""


def spot(symbol: Symbol) -> Spot:
    """The symbol without what doesn't tell it apart.

    >>> spot(Symbol(Name("s"), Running(-1), "i"))[1:]
    (-1, 'i')
    """
    return symbol.name, symbol.at.offset if isinstance(symbol.at, Running) else None, symbol.entry


def later(tree: Expr, by: int) -> Expr:
    """The tree with every running time moved."""
    if isinstance(tree, Symbol) and isinstance(tree.at, Running):
        return replace(tree, at=replace(tree.at, offset=tree.at.offset + by))
    return rebuild(tree, lambda part: later(part, by)) if by else tree


@dataclass(frozen=True)
class Entrywise:
    """What a symbol's entry stands for: what a premise says, its equation where it is `unfolded`, or an unknown."""

    cell: Cell
    forced: Mapping[Spot, Expr]
    unfolded: frozenset[tuple[Name, int]] = frozenset()
    numbers: Mapping[Name, Expr] | None = None
    """Parameters that are one number, to be put in; None: none are."""

    def of(self, tree: Expr, entry: Entry = EVERY) -> sympy.Expr:
        """The expression of one entry of the tree. Raises `NoMeaningError` where that can't be said for all shapes."""
        import sympy

        match tree:
            case Numeral(value=value):
                return sympy.Rational(value.numerator, value.denominator)
            case Symbol():
                return self._symbol(tree, entry)
            case Negative(operand=operand):
                return -self.of(operand, entry)
            case Sum(terms=terms):
                return sympy.Add(*(sign * self.of(term, entry) for sign, term in terms))
            case Hadamard(factors=factors):
                return sympy.Mul(*(self.of(factor, entry) for factor in factors))
            case Product():
                return self._product(tree, entry)
            case Quotient(numerator=above, denominator=below):
                bottom = self.of(below, entry)
                if bottom == 0:
                    raise NoMeaningError
                return self.of(above, entry) / bottom
            case Power(base=base, exponent=Symbol(name=letter, at=None)):
                return self.of(base, int(str(letter)) if str(letter).isdecimal() else str(letter))
            case Apply(function=function, arguments=arguments):
                return self._applied(function, arguments, entry)
            case Power() | Transpose() | Listing() | Matrix():
                return self._unknown("whole", (tree,), entry)
            case FunctionName() | Hole():
                raise NoMeaningError

    def _symbol(self, symbol: Symbol, entry: Entry) -> sympy.Expr:
        name, offset, own = spot(symbol)
        at = entry if own is None else own
        value = self.forced.get((name, offset, at)) if at != EVERY else None
        if value is None:
            value = self.forced.get((name, offset, None))
        if value is not None:
            return self.of(value, at)
        if offset is None and self.numbers is not None and name in self.numbers:
            return self.of(self.numbers[name], at)
        if offset is not None and (name, offset) in self.unfolded and not self.perhaps_forced(name, offset, at):
            return self.of(later(self.cell.by_name[name].right, offset), at)
        return self.unknown(name, offset, at)

    def perhaps_forced(self, name: Name, offset: int | None, entry: Entry) -> bool:
        """Whether this entry may be one that a premise sets: a letter may stand for any entry, two numbers are two entries."""
        others = [e for n, o, e in self.forced if (n, o) == (name, offset) and e is not None and e != entry]
        return any(not (isinstance(e, int) and isinstance(entry, int)) for e in others)

    def unknown(self, name: Name, offset: int | None, entry: Entry) -> sympy.Symbol:
        """The SymPy symbol for an entry that nothing is said of."""
        import sympy

        return sympy.Symbol(f"{name}@{'' if offset is None else offset}[{entry}]", real=True)

    def _product(self, tree: Product, entry: Entry) -> sympy.Expr:
        """Numbers and quantities with a time multiply entry by entry, which is all that shapes allow; a parameter acts on what is
        behind it (or in front of it, in `x W`)."""
        import sympy

        numbers = [factor for factor in tree.factors if self._is_number(factor)]
        others = [factor for factor in tree.factors if not self._is_number(factor)]
        scale = sympy.Mul(*(self.of(factor, entry) for factor in numbers))
        if not any(map(self._acts, others)):
            return scale * sympy.Mul(*(self.of(factor, entry) for factor in others))
        if scale == 0:
            return sympy.Integer(0)
        return scale * self._linear(tuple(others), entry)

    def _is_number(self, tree: Expr) -> bool:
        if isinstance(tree, Symbol) and tree.at is None:
            value = (self.numbers or {}).get(tree.name, self.forced.get((tree.name, None, None)))
            return value is not None and self._is_number(value)
        return isinstance(tree, Numeral) or (isinstance(tree, Negative) and self._is_number(tree.operand))

    def _acts(self, tree: Expr) -> bool:
        return isinstance(tree, Transpose | Listing | Matrix) or (isinstance(tree, Symbol) and tree.at is None)

    def _linear(self, factors: tuple[Expr, ...], entry: Entry) -> sympy.Expr:
        """A chain of parameters with one vector at its end (or start): linear in it, part by part where it is a stack."""
        import sympy

        front, last = factors[:-1], factors[-1]
        if all(map(self._acts, front)) and not (self._acts(last) and not isinstance(last, Listing | Matrix)):
            operator, vector = self._named("acts", front), last
        elif all(map(self._acts, factors[1:])) and not self._acts(factors[0]):
            operator, vector = self._named("behind", factors[1:]), factors[0]
        else:
            return self._unknown("product", factors, entry)
        parts = _stacked(vector)
        if len(parts) > 1 and any(isinstance(part, Numeral) for part in parts):
            return self._unknown("product", factors, entry)
        values = [sympy.expand(self.of(part, EVERY)) for part in parts]
        # Which columns a part meets depends on the sizes of the others: known by the symbols that they are made of.
        shape = "" if len(parts) == 1 else "|".join(",".join(sorted(map(str, value.free_symbols))) for value in values)
        total = sympy.Integer(0)
        for k, value in enumerate(values):
            for term in sympy.Add.make_args(value):
                coefficient, rest = term.as_coeff_Mul()
                if coefficient:
                    total += coefficient * sympy.Symbol(f"{operator}#{k}#{shape}({rest})[{entry}]", real=True)
        return total

    def _named(self, kind: str, factors: Sequence[Expr]) -> str:
        return kind + ":" + ";".join(self._key(factor) for factor in factors)

    def _key(self, tree: Expr) -> str:
        """A text that is the same for parts that mean the same, by their writing and what their symbols stand for."""
        if isinstance(tree, Symbol):
            if tree.at is not None:
                return f"<{self._symbol(tree, EVERY)}>"
            alias = self.forced.get((tree.name, None, None))
            return self._key(alias) if alias is not None else str((str(tree.name), tree.entry))
        inner = ",".join(self._key(part) for part in children(tree))
        return f"{_head(tree)}({inner})"

    def _unknown(self, kind: str, trees: Sequence[Expr], entry: Entry) -> sympy.Symbol:
        import sympy

        return sympy.Symbol(f"{self._named(kind, trees)}[{entry}]", real=True)

    def _applied(self, function: str, arguments: tuple[Expr, ...], entry: Entry) -> sympy.Expr:
        import sympy

        if function == "softmax" or (function in ("min", "max") and len(arguments) == 1):
            return self._unknown(function, arguments, entry)
        values = [self.of(argument, entry) for argument in arguments]
        if function == "sigmoid":
            (z,) = values
            return sympy.Rational(1, 2) if z == 0 else sympy.Function("sigmoid", real=True)(z)
        names = [Symbol(Name(f"a{k}")) for k in range(len(values))]
        return meaning(Apply(function, tuple(names)), dict(zip(names, values)))


def _stacked(tree: Expr) -> tuple[Expr, ...]:
    """The parts of a stack [h; x], or the vector alone."""
    match tree:
        case Listing(items=items):
            return items
        case Matrix(rows=rows) if all(len(row) == 1 for row in rows):
            return tuple(row[0] for row in rows)
        case Matrix(rows=(row,)):
            return row
        case _:
            return (tree,)


def _head(tree: Expr) -> str:
    match tree:
        case Numeral(value=value):
            return str(value)
        case Apply(function=function):
            return function
        case Sum(terms=terms):
            return "sum" + "".join("+" if sign > 0 else "-" for sign, _ in terms)
        case Matrix(rows=rows):
            return f"matrix{len(rows)}"
        case _:
            return type(tree).__name__
