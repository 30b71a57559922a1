"""The meaning of a written tree: the SymPy expression that it stands for, for substitution, simplification, proof, derivatives.

In comes a tree and what its symbols stand for; out goes an expression, or an `ImmutableDenseMatrix` where the tree is a vector
(a column) or a matrix. Numbers are exact rationals. Products, stacks and lists of weights mean what they mean to
`derivation.evaluate`. SymPy is imported at the first use, and no text ever reaches it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias, assert_never

from symlstm.errors import ShapeError
from symlstm.notation.tree import (
    Apply,
    Expr,
    FunctionName,
    Hadamard,
    Hole,
    Listing,
    Matrix,
    Negative,
    Numeral,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    Transpose,
)

if TYPE_CHECKING:
    import sympy

Meaning: TypeAlias = "sympy.Expr | sympy.ImmutableDenseMatrix"
Symbols: TypeAlias = Callable[[Symbol], Meaning] | Mapping[Symbol, Meaning]
"""What a symbol stands for. For an entry (`f_1[2]`) either the entry or the whole vector."""
_Lookup: TypeAlias = Callable[[Symbol], Meaning]


def meaning(tree: Expr, symbols: Symbols) -> Meaning:
    r"""The SymPy expression of a tree; a column for a vector, a plain expression for a vector or matrix of one entry.

    Raises `ShapeError` where shapes don't fit, `KeyError` for a symbol that a mapping lacks.

    >>> from sympy import Symbol as Unknown
    >>> from symlstm.notation.parser import expression
    >>> meaning(expression(r"0.1 x + \tanh(0) y"), lambda symbol: Unknown(str(symbol.name)))
    x/10
    """
    return _of(tree, symbols if callable(symbols) else partial(_looked_up, symbols))


def _looked_up(symbols: Mapping[Symbol, Meaning], symbol: Symbol) -> Meaning:
    if isinstance(symbol.entry, int) and symbol not in symbols:
        return symbols[replace(symbol, entry=None)]
    return symbols[symbol]


def _of(tree: Expr, lookup: _Lookup) -> Meaning:
    match tree:
        case Numeral(value=value):
            import sympy

            return sympy.Rational(value.numerator, value.denominator)
        case Symbol(entry=entry):
            found = lookup(tree)
            return _entry(found, entry) if isinstance(entry, int) and _wide(found) else found
        case Negative(operand=operand):
            return -_of(operand, lookup)
        case Sum(terms=terms):
            return _sum([_of(term, lookup) if sign > 0 else -_of(term, lookup) for sign, term in terms])
        case Product(factors=factors):
            return _product([_of(factor, lookup) for factor in factors], list(map(_is_parameter, factors)))
        case Hadamard(factors=factors):
            return _folded(_times, [_of(factor, lookup) for factor in factors])
        case Quotient(numerator=above, denominator=below):
            return _entrywise(lambda a, b: a / b, _of(above, lookup), _of(below, lookup))
        case Power(base=base, exponent=Numeral(value=power)) if power.denominator == 1 and abs(power) <= 4000:
            root = _of(base, lookup)
            return _raised(root, int(power), isinstance(base, Symbol))
        case Power():
            raise ShapeError("only whole numbers are read as exponents")
        case Transpose(operand=operand):
            inner = _of(operand, lookup)
            return inner.T if _wide(inner) else inner
        case Apply(function=function, arguments=arguments):
            return _applied(function, [_of(argument, lookup) for argument in arguments])
        case Listing(items=items):
            values = [_of(item, lookup) for item in items]
            if len(items) > 1 and all(isinstance(item, Listing) for item in items):
                return _packed([_flat(value) for value in values])
            return _stack(values)
        case Matrix(rows=rows):
            return _matrix([[_of(entry, lookup) for entry in row] for row in rows])
        case FunctionName(function=function):
            raise ShapeError(f"{function} needs an argument in brackets")
        case Hole():
            raise ShapeError("a place for a number has no meaning before the number is there")
        case _:
            assert_never(tree)


# -- shapes ---------------------------------------------------------------------------------------------


def _wide(value: Meaning) -> bool:
    """Whether a value has more than one entry."""
    from sympy import MatrixBase

    return isinstance(value, MatrixBase)


def _flat(value: Meaning) -> list[Meaning]:
    return list(value.flat()) if _wide(value) else [value]


def _packed(rows: Sequence[Sequence[Meaning]]) -> Meaning:
    """Rows as a matrix, or as the expression that it is where it has a single entry."""
    from sympy import ImmutableDenseMatrix

    if len({len(row) for row in rows}) > 1:
        raise ShapeError("the rows of this matrix have different lengths")
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0]
    return ImmutableDenseMatrix(len(rows), len(rows[0]), list(chain.from_iterable(rows)))


def _column(entries: Sequence[Meaning]) -> Meaning:
    return _packed([[entry] for entry in entries])


def _named(value: Meaning) -> str:
    return f"a {value.rows}×{value.cols} matrix" if _wide(value) else "a number"


def _entry(value: Meaning, entry: int) -> Meaning:
    every = _flat(value)
    if not 1 <= entry <= len(every):
        raise ShapeError(f"{_named(value)} has no entry {entry}")
    return every[entry - 1]


def _entrywise(function: Callable[..., Meaning], *values: Meaning) -> Meaning:
    """Entries at the same place together; a single one with all; a row beside a column acts as a column."""
    wide = [value for value in values if _wide(value)]
    if not wide:
        return function(*values)
    shapes = {value.shape for value in wide}
    rows, columns = shape = max(shapes)
    if shapes - {shape, (columns, rows) if columns == 1 else shape}:
        raise ShapeError(f"{_named(wide[0])} and {_named(wide[-1])} don't fit together entry by entry: they need one shape")
    count = rows * columns
    entries = [function(*at) for at in zip(*(_flat(value) if _wide(value) else [value] * count for value in values))]
    return _packed([entries[k : k + columns] for k in range(0, count, columns)])


# -- sums, products, powers ---------------------------------------------------------------------------------------------


def _folded(combine: Callable[[Meaning, Meaning], Meaning], values: Sequence[Meaning]) -> Meaning:
    total = values[0]
    for value in values[1:]:
        total = combine(total, value)
    return total


def _sum(values: Sequence[Meaning]) -> Meaning:
    if any(map(_wide, values)):
        return _folded(lambda a, b: _entrywise(lambda x, y: x + y, a, b), values)
    from sympy import Add

    return Add(*values)


def _times(a: Meaning, b: Meaning) -> Meaning:
    return _entrywise(lambda x, y: x * y, a, b)


def _is_parameter(tree: Expr) -> bool:
    return isinstance(tree, Listing | Matrix) or (isinstance(tree, Symbol) and tree.at is None)


def _product(values: Sequence[Meaning], parameters: Sequence[bool]) -> Meaning:
    """From the right; a list of weights acts as a row before a vector and as a column behind one."""
    if not any(map(_wide, values)):
        from sympy import Mul

        return Mul(*values)
    total, weights = values[-1], parameters[-1]
    for value, parameter in zip(reversed(values[:-1]), reversed(parameters[:-1])):
        total, weights = _pair(value, total, parameter or weights), False
    return total


def _pair(a: Meaning, b: Meaning, weights: bool) -> Meaning:
    if not (_wide(a) and _wide(b)):
        return _times(a, b)
    if a.cols == b.rows:
        return _packed((a * b).tolist())
    if a.cols == 1 and a.rows == b.rows and (b.cols > 1 or weights):
        return _column(_flat(a.T * b))  # a vector before a matrix is a row, and the result a vector again
    raise ShapeError(f"{_named(a)} can't multiply {_named(b)}: the first needs as many columns as the second has rows")


def _raised(base: Meaning, power: int, symbol: bool) -> Meaning:
    if not _wide(base):
        return base**power
    if symbol and 1 in base.shape:
        return _entry(base, power)
    if base.rows != base.cols or power < 0:
        raise ShapeError(f"{_named(base)} has no power {power}: only a square matrix has powers, from 0 on")
    return base**power


# -- stacks ---------------------------------------------------------------------------------------------


def _stack(values: Sequence[Meaning]) -> Meaning:
    """All entries in one column: [h; x]."""
    for value in values:
        if _wide(value) and 1 not in value.shape:
            raise ShapeError(f"{_named(value)} can't be part of a vector: it needs one row or one column")
    return _column([entry for value in values for entry in _flat(value)])


def _matrix(rows: Sequence[Sequence[Meaning]]) -> Meaning:
    if all(len(row) == 1 for row in rows):
        return _stack([row[0] for row in rows])
    if len(rows) == 1 and not any(_wide(value) and value.cols > 1 for value in rows[0]):
        return _stack(rows[0])
    return _packed([line for row in rows for line in _side_by_side(row)])


def _side_by_side(values: Sequence[Meaning]) -> list[list[Meaning]]:
    blocks = [value.tolist() if _wide(value) else [[value]] for value in values]
    if len({len(block) for block in blocks}) > 1:
        raise ShapeError("blocks with different numbers of rows can't stand side by side")
    return [list(chain.from_iterable(parts)) for parts in zip(*blocks)]


# -- functions ---------------------------------------------------------------------------------------------


def _applied(function: str, values: Sequence[Meaning]) -> Meaning:
    if function == "softmax":
        (value,) = values
        if _wide(value) and 1 not in value.shape:
            raise ShapeError(f"softmax is of a vector, not of {_named(value)}")
        weights = [_FUNCTIONS["exp"](z) for z in _flat(value)]
        shares = [weight / _sum(weights) for weight in weights]
        return _packed([shares]) if _wide(value) and value.rows == 1 else _column(shares)
    if function in ("min", "max") and len(values) == 1:
        return _FUNCTIONS[function](*_flat(values[0]))
    return _entrywise(_FUNCTIONS[function], *values)


def _of_sympy(name: str) -> Callable[..., Meaning]:
    def called(*values: Meaning) -> Meaning:
        import sympy

        return getattr(sympy, name)(*values)

    return called


_exp, _max, _min = _of_sympy("exp"), _of_sympy("Max"), _of_sympy("Min")


def _clip(z: Meaning, low: Meaning, high: Meaning) -> Meaning:
    return _min(high, _max(low, z))


_FUNCTIONS: dict[str, Callable[..., Meaning]] = {
    "sigmoid": lambda z: 1 / (1 + _exp(-z)),
    "tanh": _of_sympy("tanh"),
    "exp": _exp,
    "relu": lambda z: _max(0, z),
    "hardsigmoid": lambda z: _clip(z / 6 + _of_sympy("Rational")(1, 2), 0, 1),
    "step": lambda z: _of_sympy("Heaviside")(z, 1),
    "sign": _of_sympy("sign"),
    "min": _min,
    "max": _max,
    "clip": _clip,
    "identity": lambda z: z,
}
"""From a function's id to what it makes of numbers; softmax is of whole vectors."""
