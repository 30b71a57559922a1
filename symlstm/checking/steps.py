"""Whether a line of work follows from the one before, by the numbers written: a rounded number stands for all that round to it.

In come two members of a chain; out goes `holds`, `rounding`, `broken`, or none. Values that a student's symbols stand for come in by a
function; nothing is derived here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from flint import arb, fmpq

from symlstm.arithmetic import entrywise, linear, matrix_vector
from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import NumberError, Real, Undecided, working_precision
from symlstm.arithmetic.value import Value, Vector
from symlstm.checking.fitting import spelled_out
from symlstm.checking.numerals import Written, ball, cut_ball, literal, written
from symlstm.derivation.annotated import hollow
from symlstm.derivation.evaluate import compiled
from symlstm.derivation.program import saturate_value
from symlstm.errors import UndecidedError
from symlstm.notation.tree import (
    Apply,
    Expr,
    Listing,
    Matrix,
    Product,
    Symbol,
    children,
)

Step: TypeAlias = Literal["holds", "rounding", "broken", "none"]

_BITS = 128


class Unknown(Exception):
    """A symbol in a student's expression has no value here."""


class Exactness(Protocol):
    """What says whether a written number is exact: data, or a value that is known exactly."""

    def __call__(self, number: Written, /) -> bool:
        """Whether it is exact."""

    def given(self, number: Written, /) -> bool:
        """Whether it is exact as data are, or has too few digits for one that was rounded."""


class Reckoner:
    """Evaluates a student's expressions by the numbers written.

    `lookup` gives a symbol's value or None; `exactly` says whether a written number is exact (data, or a value that is known exactly);
    `threshold` is from where functions saturate, if they do.
    """

    def __init__(
        self, lookup: Callable[[Symbol], Value | None], exactly: Callable[[Written], bool], threshold: fmpq | None = None
    ) -> None:
        self.lookup = lookup
        self.exactly = exactly
        self.threshold = threshold

    def value(self, tree: Expr) -> Value:
        """What the tree comes to. Raises `Unknown`, `ShapeError`, `NumberError`."""
        tree = spelled_out(tree)
        number = written(tree)
        if number is not None and not isinstance(tree, Listing | Matrix):
            return number.value if self.exactly(number) else ball(number)
        if isinstance(tree, Symbol):
            value = self.lookup(tree)
            if value is None:
                raise Unknown(str(tree.name))
            return value
        parts = [self.value(part) for part in children(tree)]
        if isinstance(tree, Apply) and len(parts) == 1:
            if self.threshold is not None:
                return saturate_value(tree.function, parts[0], self.threshold)[0]
            return entrywise.evaluate(tree.function, parts[0])
        if isinstance(tree, Listing) and len(parts) > 1 and all(isinstance(item, Listing) for item in tree.items):
            return linear.vstack([values_of.Matrix((values_of.entries(part),)) for part in parts])
        if isinstance(tree, Product):
            return _product(tree.factors, parts)
        return compiled(hollow(tree), {}, rows=False)(parts)


def _product(factors: Sequence[Expr], values: Sequence[Value]) -> Value:
    value = values[-1]
    for tree, left in zip(reversed(factors[:-1]), reversed(values[:-1])):
        row = isinstance(tree, Listing) or (isinstance(tree, Matrix) and len(tree.rows) == 1) or isinstance(tree, Symbol)
        if row and isinstance(left, Vector) and isinstance(value, Vector) and len(left.entries) == len(value.entries):
            value = matrix_vector.dot(left.entries, value.entries)
        else:
            value = linear.product(left, value)
    return value


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a convention allows a step to do beside arithmetic."""

    threshold: fmpq | None = None
    """From where functions saturate, if they do."""
    places: int | None = None
    """Decimals that the value is rounded to, if it is."""
    cut: bool = False
    """Whether further digits are cut off instead of rounded."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A step as it was taken: whether it holds, and for numbers the first entry (from 1) that it doesn't reach."""

    step: Step
    entry: int | None = None


def taken(
    before: Expr, after: Expr, lookup: Callable[[Symbol], Value | None], exactly: Exactness, allowed: Allowed, show: int,
) -> Taken:
    """The step between two members.

    Raises `ShapeError` where shapes don't fit.
    """
    with working_precision(_BITS):
        numbers = literal(after)
        found = Taken("none")
        for threshold in dict.fromkeys([None, allowed.threshold]):
            reckoner = Reckoner(lookup, exactly, threshold)
            try:
                left = reckoner.value(before)
                if numbers is None:
                    this = Taken(_alike(left, reckoner.value(after)))
                    if this.step == "broken":
                        # A number that was worked out here may be equal to an exact value by chance.
                        this = Taken(_alike(left, Reckoner(lookup, exactly.given, threshold).value(after)))
                else:
                    this = _reaches(left, numbers, allowed, show)
            except (Unknown, NumberError, Undecided, UndecidedError):
                continue
            if this.step == "holds":
                return this
            if found.step in ("none", "broken"):
                found = this
        return found


def _alike(left: Value, right: Value) -> Step:
    ours, theirs = values_of.entries(left), values_of.entries(right)
    if len(ours) != len(theirs):
        return "broken"
    return "holds" if all(meet(a, b) for a, b in zip(ours, theirs)) else "broken"


def meet(a: Real, b: Real) -> bool:
    """Whether two values may be the same: exact ones if they are equal, others if their intervals overlap."""
    if isinstance(a, fmpq) and isinstance(b, fmpq):
        return bool(a == b)
    return bool(arb(a).overlaps(arb(b)))


def _reaches(left: Value, numbers: Sequence[Written], allowed: Allowed, show: int) -> Taken:
    entries = values_of.entries(left)
    if len(entries) == 1:
        entries *= len(numbers)
    if len(entries) != len(numbers):
        return Taken("broken")
    steps = [_reached(x, number, allowed, show) for x, number in zip(entries, numbers)]
    if "broken" in steps:
        return Taken("broken", steps.index("broken") + 1)
    return Taken("rounding" if "rounding" in steps else "holds")


def _reached(x: Real, number: Written, allowed: Allowed, show: int) -> Step:
    places = allowed.places
    if number.decimals is None or (isinstance(x, fmpq) and x == number.value):
        return "holds" if meet(x, number.value) else "broken"
    whole = number.decimals <= 0 and places != 0
    cut = allowed.cut and number.decimals == places
    stands = arb(number.value, arb(10) ** -show / 2) if whole else cut_ball(number) if cut else ball(number)
    if stands.overlaps(arb(x)):
        coarse = number.significant < 2 and number.decimals < show and number.decimals != places and not whole
        return "rounding" if coarse and not _nearly(x, number, show) else "holds"
    if whole and isinstance(x, fmpq):
        return "broken"
    if whole:
        return "rounding" if ball(number).overlaps(arb(x)) else "broken"
    return "rounding" if cut_ball(number).overlaps(arb(x)) else "broken"


def _nearly(x: Real, number: Written, show: int) -> bool:
    return bool(arb(number.value, arb(10) ** -show / 2).overlaps(arb(x)))

