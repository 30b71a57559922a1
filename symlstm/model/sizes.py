"""How many entries each symbol of a cell has, from the shapes of the parameters: so that `h_0 = 0` can mean a zero vector."""

from __future__ import annotations

from collections.abc import Mapping

from symlstm.arithmetic import value as values_of
from symlstm.errors import SymlstmError
from symlstm.model.cell import Cell
from symlstm.model.values import Given, constant, is_constant
from symlstm.notation.tree import (
    Apply,
    Expr,
    Hadamard,
    Listing,
    Matrix,
    Name,
    Negative,
    Numeral,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
)


def sizes(cell: Cell, parameters: Mapping[Name, Given], timed: Mapping[tuple[Name, int], Given]) -> dict[Name, int]:
    """Entries of each symbol with a time, where that follows; a scalar counts 1, an unknown symbol is absent.

    What follows: from given vectors, from the rows of a matrix in front (the columns of one behind), and from the symbols that
    stand beside it in a sum or an elementwise product.
    """
    found: dict[Name, int] = {}
    for (name, _), given in timed.items():
        found[name] = max(found.get(name, 1), len(values_of.entries(given.value)))
    shapes = {name: _shape(given.value) for name, given in parameters.items()}
    for _ in range(len(cell.equations) + 1):
        before = dict(found)
        for equation in cell.equations:
            entries = _size(equation.right, shapes, found)
            if entries > 1:
                found[equation.left] = max(found.get(equation.left, 1), entries)
            _spread(equation.right, found.get(equation.left, 1), shapes, found)
        if found == before:
            break
    return found


def _shape(value: values_of.Value) -> tuple[int, int]:
    if isinstance(value, values_of.Matrix):
        return value.size
    return len(values_of.entries(value)), 1


def _weights(tree: Expr, shapes: Mapping[Name, tuple[int, int]]) -> tuple[int, int]:
    """The shape of a factor that is a parameter or spelled out in numbers; that of a number where it is anything else."""
    match tree:
        case Symbol(name=name, at=None, entry=None):
            return shapes.get(name, (1, 1))
        case Listing() | Matrix() if is_constant(tree):
            try:
                return _shape(constant(tree))
            except SymlstmError:
                return 1, 1
        case _:
            return 1, 1


def _size(tree: Expr, shapes: Mapping[Name, tuple[int, int]], found: Mapping[Name, int]) -> int:
    match tree:
        case Symbol(entry=entry) if entry is not None:
            return 1
        case Power(base=Symbol(), exponent=Numeral()):
            return 1  # of a number a power, of a vector an entry
        case Symbol(name=name, at=None):
            return shapes.get(name, (1, 1))[0]
        case Symbol(name=name):
            return found.get(name, 1)
        case Apply(arguments=parts) | Hadamard(factors=parts):
            return max(_size(part, shapes, found) for part in parts)
        case Sum(terms=terms):
            return max(_size(term, shapes, found) for _, term in terms)
        case Negative(operand=part) | Quotient(numerator=part) | Power(base=part):
            return _size(part, shapes, found)
        case Product(factors=factors):
            matrices = [(f, size) for f in factors if (size := _weights(f, shapes)) != (1, 1)]
            if any(isinstance(f, Symbol) and f.at is None and f.name not in shapes for f in factors):
                return 1  # a parameter that nobody gives says nothing
            if not matrices:
                return max(_size(factor, shapes, found) for factor in factors)
            first, (rows, columns) = matrices[0]
            if columns == 1 and factors[0] is first and (
                isinstance(factors[1], Listing | Matrix) or (len(factors) == 2 and _size(factors[1], shapes, found) == rows)
            ):
                return 1  # a flat list of weights in front of a stack, or of a vector of as many entries, is a row
            return rows if factors[0] is first else matrices[-1][1][1]
        case Listing(items=items):
            return sum(_size(item, shapes, found) for item in items)
        case Matrix(rows=lines):
            return sum(_size(line[0], shapes, found) for line in lines)
        case _:
            return 1


def _spread(tree: Expr, entries: int, shapes: Mapping[Name, tuple[int, int]], found: dict[Name, int]) -> None:
    """From a symbol's size to those of the states beside it: elementwise operands share it."""
    match tree:
        case Symbol(name=name, at=at, entry=None) if at is not None and entries > 1:
            found[name] = max(found.get(name, 1), entries)
        case Apply(arguments=parts) | Hadamard(factors=parts):
            for part in parts:
                _spread(part, entries, shapes, found)
        case Sum(terms=terms):
            for _, term in terms:
                _spread(term, entries, shapes, found)
        case Product(factors=(Symbol(name=name, at=None, entry=None), Symbol(name=state, at=at, entry=None))) if at is not None:
            columns = shapes.get(name, (1, 1))[1]
            if columns > 1:
                found[state] = max(found.get(state, 1), columns)
        case _:
            return
