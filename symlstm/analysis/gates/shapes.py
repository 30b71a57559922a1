"""How many rows and columns a parameter has, by its place in the equations.

In come the equations and the number of entries of every symbol with a time, out goes a shape, or None where its place doesn't tell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symlstm.model.cell import Equation
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import Expr, Listing, Matrix, Name, Numeral, Product, Running, Symbol, Transpose, children


def shape_of(equations: Sequence[Equation], name: Name, size: Callable[[Name], int]) -> tuple[int, int] | None:
    """Rows and columns of a parameter (0 columns for a vector), None where its place doesn't tell."""
    found: set[tuple[int, int] | None] = set()
    for equation in equations:
        rows = size(equation.left)
        _shapes(equation.right, name, rows, size, found)
    return found.pop() if len(found) == 1 else None


def _shapes(tree: Expr, name: Name, rows: int, size: Callable[[Name], int], found: set[tuple[int, int] | None]) -> None:
    match tree:
        case Symbol(at=None) if tree.name == name:
            found.add((rows, 0))
        case Product(factors=factors) if any(isinstance(f, Symbol) and f.at is None and f.name == name for f in factors):
            others = [f for f in factors if not (isinstance(f, Symbol) and f.name == name) and not isinstance(f, Numeral)]
            columns = _length(others[0], size) if len(others) == 1 else None
            if columns is None:
                found.add(None)
                return
            behind = isinstance(factors[-1], Symbol) and factors[-1].name == name
            found.add((columns, rows) if behind else (rows, columns))
            _shapes(others[0], name, columns, size, found)
        case Transpose() if any(s.name == name for s in symbols_in(tree)):
            found.add(None)
        case _:
            for part in children(tree):
                _shapes(part, name, rows, size, found)


def _length(tree: Expr, size: Callable[[Name], int]) -> int | None:
    """Entries of a vector that a matrix multiplies."""
    match tree:
        case Symbol(name=name, at=Running(), entry=None):
            return size(name)
        case Listing(items=items):
            lengths = [_length(item, size) for item in items]
            return None if None in lengths else sum(n for n in lengths if n is not None)
        case Matrix(rows=lines) if all(len(line) == 1 for line in lines):
            lengths = [_length(line[0], size) for line in lines]
            return None if None in lengths else sum(n for n in lengths if n is not None)
        case Numeral():
            return 1
        case _:
            found = {_length(part, size) for part in children(tree)} - {1}
            return found.pop() if len(found) == 1 else 1 if not found else None
