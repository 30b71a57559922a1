"""From a written tree to a function of numbers: compiled once, run at every step.

What comes in: a tree with holes (places for numbers) and the parameters' values. What goes out: a function from the list of the
holes' numbers to a value. It knows neither rounding nor saturation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias, assert_never

from symlstm.arithmetic import entrywise, linear, matrix_vector
from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import Real, exact
from symlstm.arithmetic.value import Value, Vector
from symlstm.errors import ShapeError
from symlstm.model.values import constant
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
    Sum,
    Symbol,
    Transpose,
    children,
)

Evaluate: TypeAlias = Callable[[Sequence[Value]], Value]


def compiled(tree: Expr, parameters: Mapping[Name, Value], *, rows: bool = True) -> Evaluate:
    """The function that a tree computes from the numbers in its holes. `rows`: a list of weights beside a vector is the row in front
    of it, or the column behind it, that makes their product a number.

    >>> from flint import fmpq
    >>> from symlstm.notation.tree import Hole, Sum
    >>> compiled(Sum(((1, Hole(0)), (-1, Hole(1)))), {})([fmpq(1), fmpq(1, 4)])
    3/4
    """
    def of(part: Expr) -> Evaluate:
        return compiled(part, parameters, rows=rows)

    match tree:
        case Hole(index=index):
            return lambda holes: holes[index]
        case Numeral(value=number):
            fixed: Value = exact(number)
            return lambda holes: fixed
        case Symbol(name=name, entry=entry):
            fixed = parameters[name]
            if isinstance(entry, int):
                fixed = component(fixed, entry)
            return lambda holes: fixed
        case Listing() | Matrix() if _of_numerals(tree):
            # One row of numbers stays a matrix, which a number behind it doesn't fit.
            fixed = constant(tree)
            return lambda holes: fixed
        case Negative(operand=operand):
            inner = of(operand)
            return lambda holes: entrywise.negate(inner(holes))
        case Sum(terms=terms):
            return _sum([(sign, of(term)) for sign, term in terms])
        case Product(factors=factors):
            return _product([of(factor) for factor in factors], list(map(_is_parameter, factors)), is_weights(factors[-1]), rows)
        case Hadamard(factors=factors):
            return _folded(entrywise.elementwise, [of(factor) for factor in factors])
        case Quotient(numerator=above, denominator=below):
            return _folded(entrywise.quotient, [of(above), of(below)])
        case Power(base=base, exponent=Numeral(value=power)) if power.denominator == 1 and abs(power) <= 4000:
            root, n = of(base), int(power)
            if isinstance(base, Symbol | Hole):
                return lambda holes: _raised_or_entry(root(holes), n)
            return lambda holes: linear.power(root(holes), n)
        case Power():
            raise ShapeError("only whole numbers are read as exponents")
        case Transpose(operand=operand):
            inner = of(operand)
            return lambda holes: linear.transpose(inner(holes))
        case Apply(function=function, arguments=arguments):
            values = [of(argument) for argument in arguments]
            if len(values) == 1:
                (only,) = values
                return lambda holes: entrywise.evaluate(function, only(holes))
            return lambda holes: entrywise.evaluate(function, *(value(holes) for value in values))
        case Listing(items=items):
            if len(items) > 1 and all(isinstance(item, Listing) for item in items):
                nested = [of(item) for item in items]
                return lambda holes: linear.vstack([_as_row(value(holes)) for value in nested])
            parts = [of(item) for item in items]
            return lambda holes: linear.concatenate([value(holes) for value in parts])
        case Matrix(rows=lines):
            return _matrix([[of(entry) for entry in line] for line in lines])
        case FunctionName(function=function):
            raise ShapeError(f"{function} needs an argument in brackets")
        case _:
            assert_never(tree)


def component(value: Value, entry: int) -> Value:
    """Entry k of a vector, from 1; a scalar is its own first entry."""
    every = values_of.entries(value)
    if not 1 <= entry <= len(every):
        raise ShapeError(f"{values_of.shape(value)} has no entry {entry}")
    return every[entry - 1]


def entries_at(value: Value, entry: int | None) -> tuple[Real, ...]:
    """The entries of a value, or only the one that is meant, from 1.

    >>> from flint import fmpq
    >>> column = Vector((fmpq(1, 2), fmpq(2)))
    >>> entries_at(column, None), entries_at(column, 2)
    ((1/2, 2), (2,))
    """
    return values_of.entries(value if entry is None else component(value, entry))


def _raised_or_entry(value: Value, n: int) -> Value:
    return component(value, n) if isinstance(value, Vector) else linear.power(value, n)


def _is_parameter(tree: Expr) -> bool:
    return isinstance(tree, Symbol) or (isinstance(tree, Listing | Matrix))


def is_weights(tree: Expr) -> bool:
    """Whether a factor is a parameter, or one spelled out in numbers."""
    return (isinstance(tree, Symbol) and tree.at is None) or (isinstance(tree, Listing | Matrix) and _of_numerals(tree))


def _of_numerals(tree: Expr) -> bool:
    """Whether a list or matrix is made of numbers alone."""
    match tree:
        case Listing() | Matrix() | Negative() | Quotient():
            return all(map(_of_numerals, children(tree)))
        case _:
            return isinstance(tree, Numeral)


def _sum(terms: list[tuple[int, Evaluate]]) -> Evaluate:
    (_, first), *others = terms
    if len(others) == 1 and others[0][0] > 0:
        second = others[0][1]
        return lambda holes: entrywise.add(first(holes), second(holes))

    def total(holes: Sequence[Value]) -> Value:
        value = first(holes)
        for sign, term in others:
            value = entrywise.add(value, term(holes)) if sign > 0 else entrywise.subtract(value, term(holes))
        return value

    return total


def _folded(combine: Callable[[Value, Value], Value], parts: list[Evaluate]) -> Evaluate:
    first, second, *others = parts
    if not others:
        return lambda holes: combine(first(holes), second(holes))

    def folded(holes: Sequence[Value]) -> Value:
        value = combine(first(holes), second(holes))
        for part in others:
            value = combine(value, part(holes))
        return value

    return folded


def _product(parts: list[Evaluate], parameters: list[bool], weights_last: bool, rows: bool) -> Evaluate:
    """From the right, so that W U h is two products with a vector. With `rows`, a parameter in front of a vector acts as a row of
    weights, and one behind it as a column of them."""
    if len(parts) == 2 and not parameters[0] and not weights_last:
        return _folded(linear.product, parts)

    def product(holes: Sequence[Value]) -> Value:
        value, weights = parts[-1](holes), weights_last
        for part, parameter in zip(reversed(parts[:-1]), reversed(parameters[:-1])):
            value = _beside(part(holes), value, parameter, weights, rows)
            weights = False
        return value

    return product


def _beside(left: Value, right: Value, parameter: bool, weights: bool, rows: bool) -> Value:
    """The product of two factors, of which the left one may be a `parameter` and the right one `weights`."""
    if isinstance(left, Vector):
        if rows and (parameter or weights) and isinstance(right, Vector) and len(left.entries) == len(right.entries):
            return matrix_vector.dot(left.entries, right.entries)
        if weights and isinstance(right, values_of.Matrix) and len(right.rows) == 1 < len(left.entries):
            raise ShapeError(f"{values_of.shape(left)} can't multiply {values_of.shape(right)}: as a row it needs one entry")
    product = linear.product(left, right)
    if not rows and parameter and isinstance(left, values_of.Matrix) and isinstance(right, Vector) and values_of.is_single(product):
        # A number beside a vector is added to every entry, which nobody means by a matrix of one row.
        raise ShapeError(
            f"{values_of.shape(left)} times {values_of.shape(right)} is one number, but the left side of this equation is a vector; "
            "give the number an equation of its own, or the matrix more rows"
        )
    return product


def _as_row(value: Value) -> Value:
    return values_of.Matrix((values_of.entries(value),))


def _matrix(rows: list[list[Evaluate]]) -> Evaluate:
    if all(len(row) == 1 for row in rows):
        column = [row[0] for row in rows]
        return lambda holes: linear.concatenate([entry(holes) for entry in column])
    if len(rows) == 1:
        return lambda holes: _line([entry(holes) for entry in rows[0]])
    return lambda holes: linear.vstack([linear.hstack([_block(entry(holes)) for entry in row]) for row in rows])


def _line(values: list[Value]) -> Value:
    if any(isinstance(value, values_of.Matrix) for value in values):
        return linear.hstack(values)
    return linear.concatenate(values)


def _block(value: Value) -> Value:
    return value if isinstance(value, values_of.Matrix) else values_of.Matrix(tuple((x,) for x in values_of.entries(value)))
