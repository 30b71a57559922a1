"""Values that a document gives: constants as written and what they are worth, and where each was given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from symlstm.arithmetic import entrywise, linear
from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.decimals import exactly
from symlstm.arithmetic.real import Real, exact, fraction, rational
from symlstm.arithmetic.value import Value
from symlstm.errors import DocumentError, NotationError, Source, SymlstmError
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
from symlstm.notation.typeset import formula, plain


@dataclass(frozen=True, slots=True)
class Given:
    """A value with the way it is written and the offset at which it was given."""

    value: Value
    tree: Expr
    pos: int = 0


@dataclass(frozen=True, slots=True)
class Timeless:
    """A number that an input was said to be at the running time, as in `x_t = 1`, which is a value at no time."""

    statement: str
    number: str
    pos: int


@dataclass(frozen=True)
class Values:
    """All that a document gives up to some point. Later values replace earlier ones by `over`."""

    parameters: Mapping[Name, Given] = field(default_factory=dict)
    timed: Mapping[tuple[Name, int], Given] = field(default_factory=dict)
    """Values at fixed times: initial values, inputs, values that aren't derived."""
    sequences: Mapping[Name, tuple[Given, ...]] = field(default_factory=dict)
    """Inputs given as a list from the first step on."""
    groups: Mapping[str, Given] = field(default_factory=dict)
    """`weights`, `biases`, `parameters`: a value for every entry not otherwise given."""
    strangers: Mapping[Name, Given] = field(default_factory=dict)
    """Values given to names that the cell doesn't have: perhaps a name misspelled."""
    timeless: Mapping[Name, Timeless] = field(default_factory=dict)
    """What was said of inputs at the running time alone."""
    changed: frozenset[tuple[Name, int]] = frozenset()
    """Single inputs that were given after the list they belong to, and replace its entry."""

    def over(self, earlier: Values) -> Values:
        """These values, and of the earlier ones what they don't replace."""
        timed = {place: given for place, given in earlier.timed.items() if place[0] not in self.sequences}
        kept = earlier.changed | {place for place in self.timed if place[0] in earlier.sequences}
        return Values(
            {**earlier.parameters, **self.parameters}, {**timed, **self.timed}, {**earlier.sequences, **self.sequences},
            {**earlier.groups, **self.groups}, {**earlier.strangers, **self.strangers}, {**earlier.timeless, **self.timeless},
            frozenset(place for place in kept if place[0] not in self.sequences),
        )


def written(value: Value) -> Expr:
    """A tree that says an exact value, where nobody wrote one."""
    def numeral(x: Real) -> Expr:
        return Numeral(exactly(rational(x)), fraction(rational(x)))

    if isinstance(value, values_of.Matrix):
        return Matrix(tuple(tuple(map(numeral, row)) for row in value.rows))
    if isinstance(value, values_of.Vector):
        return Listing(tuple(map(numeral, value.entries)))
    return numeral(value)


def is_constant(tree: Expr) -> bool:
    """Whether a tree has no symbols and no bare function names."""
    return not isinstance(tree, Symbol | FunctionName | Hole) and all(map(is_constant, children(tree)))


def constant(tree: Expr) -> Value:
    """What a tree without symbols is worth, exactly.

    >>> from symlstm.notation.parser import expression
    >>> constant(expression(r"[0.1, -1/2]")).entries
    (1/10, -1/2)
    """
    match tree:
        case Numeral(value=value):
            return exact(value)
        case Negative(operand=operand):
            return entrywise.negate(constant(operand))
        case Sum(terms=terms):
            total = constant(terms[0][1])
            for sign, term in terms[1:]:
                total = (entrywise.add if sign > 0 else entrywise.subtract)(total, constant(term))
            return total
        case Product(factors=factors):
            return _folded(_times, factors)
        case Hadamard(factors=factors):
            return _folded(entrywise.elementwise, factors)
        case Quotient(numerator=above, denominator=below):
            return entrywise.quotient(constant(above), constant(below))
        case Power(base=base, exponent=Numeral(value=power)) if power.denominator == 1:
            if abs(power) > 4000:
                raise NotationError("an exponent beyond ±4,000", offset=max(0, _pos(tree.exponent)))
            return linear.power(constant(base), int(power))
        case Transpose(operand=operand):
            # A list has no direction, so that [1, 0]ᵀ says no more than [1, 0].
            return constant(operand) if _is_flat(operand) else linear.transpose(constant(operand))
        case Listing(items=items):
            if len(items) == 1:
                # [[1, 2]] is a matrix of one row.
                return _row(constant(items[0])) if isinstance(items[0], Listing) and len(items[0].items) > 1 else constant(items[0])
            if all(isinstance(item, Listing) for item in items):
                widths = [len(item.items) for item in items if isinstance(item, Listing)]
                if len(set(widths)) > 1:
                    shown = ", ".join(map(str, widths[:12]))
                    raise NotationError(f"rows of different lengths: {shown}", offset=max(0, _pos(tree)))
                return linear.vstack([_row(constant(item)) for item in items])
            return linear.concatenate([constant(item) for item in items])
        case Matrix(rows=rows):
            values = [[constant(entry) for entry in row] for row in rows]
            if all(len(row) == 1 for row in values):
                return linear.concatenate([row[0] for row in values])
            return linear.vstack([linear.hstack([_row(entry) for entry in row]) for row in values])
        case Apply() | Symbol() | FunctionName() | Hole() | Power():
            raise NotationError(f"{plain(formula(tree))} isn't a plain number, list or matrix", offset=max(0, _pos(tree)))
        case _:
            assert_never(tree)


def _is_flat(tree: Expr) -> bool:
    return isinstance(tree, Listing) and not any(isinstance(item, Listing | Matrix) for item in tree.items)


def _pos(tree: Expr) -> int:
    return -1 if isinstance(tree, Hole) else tree.pos


def _folded(combine: object, factors: tuple[Expr, ...]) -> Value:
    assert callable(combine)
    total = constant(factors[0])
    for factor in factors[1:]:
        total = combine(total, constant(factor))
    return total


def _times(a: Value, b: Value) -> Value:
    """The product of two constants; a number behind a matrix is a factor of it, as there is no input that it could be."""
    return linear.product(b, a) if values_of.is_single(b) else linear.product(a, b)


def _row(value: Value) -> Value:
    """A vector as a matrix of one row."""
    if isinstance(value, values_of.Vector):
        return values_of.Matrix((value.entries,))
    return value if isinstance(value, values_of.Matrix) else values_of.Matrix(((value,),))


def given(tree: Expr, source: Source, offset: int) -> Given:
    """A constant as a given value; errors are placed in the source."""
    try:
        return Given(constant(tree), tree, offset + max(0, _pos(tree)))
    except SymlstmError as error:
        if not isinstance(error, NotationError):
            error.offset = max(0, _pos(tree))
        raise error.within(source, offset) from None


def as_vector(value: Given) -> Given:
    """A matrix of one row or column as the vector that it is, for states and inputs."""
    if isinstance(value.value, values_of.Matrix) and 1 in value.value.size:
        return replace(value, value=values_of.Vector(values_of.entries(value.value)))
    return value


def steps(value: Given, source: Source) -> tuple[Given, ...]:
    """An input sequence as one value a step: the items of a list, themselves numbers or vectors."""
    tree = value.tree
    if isinstance(tree, Listing):
        piece = value.pos - max(0, tree.pos)
        return tuple(as_vector(given(item, source, piece)) for item in tree.items)
    if isinstance(value.value, values_of.Matrix) and 1 not in value.value.size:
        raise DocumentError(
            "a matrix doesn't say which way the steps run; write the inputs as a list with one entry a step, "
            "as in x = [[1, 0], [0, 1]]", source, value.pos,
        )
    if isinstance(tree, Matrix):
        raise DocumentError(
            "is this the input of one step or of several? Write x_1 = ... for one step, or a list with one entry a step, "
            "as in x = [[1, 0]]", source, value.pos,
        )
    return (value,)
