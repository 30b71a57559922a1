"""What a step computes, number by number: a graph of scalars that `derivation.evaluate` makes of an equation by itself.

What comes in: `fmpq` constants and entries of boxes, on which evaluate's own operators work: shapes, products, stacks and powers
mean here what they mean there. What goes out: operations on intervals, one a scalar, each computed once a step. Equal scalars are
one object, so x - x is 0, x·x a square, and (1 - z)·a + z·b a mixture with one share.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from flint import fmpq

from symlstm.analysis.boxes import interval_functions, intervals
from symlstm.analysis.boxes.intervals import Interval, made, point
from symlstm.arithmetic.real import ONE, ZERO, bounded
from symlstm.arithmetic.saturation import LIMITS

Registers: TypeAlias = "list[Interval]"
Compute: TypeAlias = Callable[[Registers], Interval]
Operand: TypeAlias = "Scalar | fmpq"
Terms: TypeAlias = "dict[Scalar, fmpq]"


class Scalar:
    """One number of the step that isn't known beforehand. It takes a ball's place in `derivation.evaluate`."""

    __slots__ = ("data", "graph", "kind")

    def __init__(self, graph: Graph, kind: str, data: tuple[object, ...]) -> None:
        self.graph, self.kind, self.data = graph, kind, data

    def __add__(self, other: Operand) -> Operand:
        return self.graph.sum(self, other)

    def __radd__(self, other: fmpq) -> Operand:
        return self.graph.sum(self, other)

    def __neg__(self) -> Operand:
        return self.graph.scaled(self, -ONE)

    def __mul__(self, other: Operand) -> Operand:
        return self.graph.product(self, other)

    def __rmul__(self, other: fmpq) -> Operand:
        return self.graph.product(self, other)

    def __truediv__(self, other: Operand) -> Operand:
        return self.graph.quotient(self, other)

    def __rtruediv__(self, other: fmpq) -> Operand:
        return self.graph.quotient(other, self)

    def contains(self, number: int) -> bool:
        """What `arithmetic.real.divided` asks of a divisor; whether it may be 0 is seen at every step."""
        return False

    def is_finite(self) -> bool:
        """As `contains`."""
        return True


class Graph:
    """All scalars of a step, each once."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, tuple[object, ...]], Scalar] = {}

    def _scalar(self, kind: str, *data: object) -> Scalar:
        return self._made.setdefault((kind, data), Scalar(self, kind, data))

    def entry(self, register: int) -> Scalar:
        """An entry of a box that the step is given."""
        return self._scalar("entry", register)

    def fixed(self, value: Interval) -> Operand:
        """A number that is the same at every step, but not known exactly; the rational itself where it is."""
        return self._scalar("fixed", value) if value.point is None else value.point

    def linear(self, constant: fmpq, terms: Terms) -> Operand:
        """A constant and weighted scalars."""
        terms = {scalar: weight for scalar, weight in terms.items() if weight}
        if not terms:
            return constant
        if not constant and len(terms) == 1 and ONE in terms.values():
            return next(iter(terms))
        return self._scalar("linear", constant, tuple(terms.items()))

    def sum(self, *parts: Operand) -> Operand:
        """The sum of the parts."""
        total, terms = ZERO, dict[Scalar, fmpq]()
        for part in parts:
            constant, others = parts_of(part)
            total = total + constant
            for scalar, weight in others.items():
                terms[scalar] = terms.get(scalar, ZERO) + weight
        return self.linear(total, terms)

    def scaled(self, a: Operand, by: fmpq) -> Operand:
        """A number times a."""
        constant, terms = parts_of(a)
        return self.linear(constant * by, {scalar: weight * by for scalar, weight in terms.items()})

    def product(self, a: Operand, b: Operand) -> Operand:
        """a · b, with the weights of single terms in front."""
        weight_a, a = _weighed(a)
        weight_b, b = _weighed(b)
        weight = weight_a * weight_b
        if not isinstance(a, Scalar):
            return self.scaled(b, weight * a)
        if not isinstance(b, Scalar):
            return self.scaled(a, weight * b)
        (base_a, power_a), (base_b, power_b) = _power(a), _power(b)
        if base_a is base_b:
            return self.scaled(self._scalar("power", base_a, power_a + power_b), weight)
        known = self._made.get(("product", (b, a)))
        return self.scaled(known or self._scalar("product", a, b), weight)

    def quotient(self, a: Operand, b: Operand) -> Operand:
        """a / b."""
        return self.scaled(a, ONE / b) if isinstance(b, fmpq) else self._scalar("quotient", a, b)

    def function(self, name: str, threshold: fmpq | None, *arguments: Operand) -> Operand:
        """A function of numbers; with a threshold it saturates, where it is one that does."""
        limit = threshold if name in LIMITS else None
        if all(isinstance(argument, fmpq) for argument in arguments):
            known = [point(argument) for argument in arguments if isinstance(argument, fmpq)]
            return self.fixed(_applied(name, limit, *known))
        if name not in interval_functions.FUNCTIONS:
            interval_functions.function(name)  # raises the error that says so
        return self._scalar("function", name, limit, *arguments)

    def softmax(self, entries: tuple[Operand, ...]) -> tuple[Operand, ...]:
        """The entries of a softmax, of differences in which what is common to two entries cancels."""
        found = []
        for k, own in enumerate(entries):
            others = [self.function("exp", None, self.sum(other, self.scaled(own, -ONE)))
                      for j, other in enumerate(entries) if j != k]
            found.append(self.quotient(ONE, self.sum(ONE, *others)))
        return tuple(found)

    def rounded(self, a: Operand, places: int, ties: str) -> Operand:
        """A value under its convention."""
        if isinstance(a, fmpq):
            return interval_functions.rounded(point(a), places, ties).low or ZERO
        return self._scalar("rounded", a, places, ties)

    def mixture(self, share: Scalar, a: Operand, b: Operand) -> Scalar:
        """(1 - share)·a + share·b."""
        return self._scalar("mixture", share, a, b)


def _applied(name: str, threshold: fmpq | None, *arguments: Interval) -> Interval:
    if threshold is None:
        return interval_functions.function(name, *arguments)
    return interval_functions.saturated(name, arguments[0], threshold)


def parts_of(a: Operand) -> tuple[fmpq, Terms]:
    """A scalar as a constant and weighted scalars."""
    if not isinstance(a, Scalar):
        return a, {}
    if a.kind == "linear":
        constant, terms = a.data
        return constant, dict(terms)  # type: ignore[return-value, call-overload]
    return ZERO, {a: ONE}


def _weighed(a: Operand) -> tuple[fmpq, Operand]:
    constant, terms = parts_of(a)
    if constant or len(terms) != 1:
        return ONE, a
    ((scalar, weight),) = terms.items()
    return weight, scalar


def _power(a: Scalar) -> tuple[Scalar, int]:
    if a.kind == "power":
        base, exponent = a.data
        return base, exponent  # type: ignore[return-value]
    return a, 1


# -- mixtures ------------------------------------------------------------------------------------------------------------------


def with_mixtures(graph: Graph, constant: fmpq, terms: Terms) -> tuple[fmpq, Terms]:
    """The same sum with (1 - z)·a + z·b, and a + z·(b - a), as a mixture with one share."""
    for scalar, weight in list(terms.items()):
        for one, other in _factors(scalar):
            others = {s: w for s, w in terms.items() if s is not scalar}
            found = _complement(graph, others, one, other, weight) or _difference(graph, others, one, other, weight)
            if found is None:
                continue
            used, mixed = found
            # One term fewer each time, so this ends.
            left = {s: w for s, w in others.items() if s is not used}
            return with_mixtures(graph, constant, {**left, mixed: left.get(mixed, ZERO) + weight})
    return constant, terms


def _factors(scalar: Scalar) -> tuple[tuple[Scalar, Scalar], ...]:
    if scalar.kind != "product":
        return ()
    a, b = scalar.data
    return (a, b), (b, a)  # type: ignore[return-value]


def _complement(graph: Graph, terms: Terms, share: Scalar, b: Scalar, weight: fmpq) -> tuple[Scalar, Scalar] | None:
    """weight·share·b, with the term weight·(1 - share)·a beside it: that term, and the mixture of which both are weight times."""
    if share.kind == "linear":
        return None
    for scalar, other in terms.items():
        for left, a in _factors(scalar):
            if other == weight and parts_of(left) == (ONE, {share: -ONE}):
                return scalar, graph.mixture(share, a, b)
    return None


def _difference(graph: Graph, terms: Terms, share: Scalar, difference: Scalar, weight: fmpq) -> tuple[Scalar, Scalar] | None:
    """weight·share·(b - a), with the term weight·a beside it, likewise."""
    _, inner = parts_of(difference)
    for scalar, taken in inner.items():
        if difference.kind == "linear" and terms.get(scalar) == -weight * taken:
            a = graph.scaled(scalar, -taken)
            return scalar, graph.mixture(share, a, graph.sum(difference, a))
    return None


# -- code ----------------------------------------------------------------------------------------------------------------------


class Code:
    """What computes chosen scalars of a graph from the registers that a step is given, which come first."""

    def __init__(self, graph: Graph, given: int) -> None:
        self._graph = graph
        self._places: dict[Operand, int] = {}
        self.start: Registers = [intervals.EVERYTHING] * given
        """The registers before a step: constants where they are known."""
        self.instructions: list[tuple[int, Compute]] = []
        """Which register is computed, and how; in order."""

    def register(self, a: Operand) -> int:
        """The register in which a scalar will stand."""
        if isinstance(a, Scalar) and a.kind == "entry":
            (register,) = a.data
            return register  # type: ignore[return-value]
        place = self._places.get(a)
        if place is None:
            compute = self._compute(a) if isinstance(a, Scalar) else None
            place = self._places[a] = len(self.start)
            self.start.append(intervals.EVERYTHING if isinstance(a, Scalar) else point(a))
            if isinstance(a, Scalar) and a.kind == "fixed":
                self.start[place] = a.data[0]  # type: ignore[call-overload]
            elif compute is not None:
                self.instructions.append((place, compute))
        return place

    def _compute(self, a: Scalar) -> Compute | None:
        kind, data = a.kind, a.data
        match kind, data:
            case "linear", _:
                constant, terms = with_mixtures(self._graph, *parts_of(a))
                return _linear(constant, [(weight, self.register(scalar)) for scalar, weight in terms.items()])
            case ("product" | "quotient"), (one, other):
                combine = intervals.times if kind == "product" else intervals.quotient
                left, right = self.register(one), self.register(other)  # type: ignore[arg-type]
                return lambda registers: combine(registers[left], registers[right])
            case "power", (base, int(exponent)):
                root = self.register(base)  # type: ignore[arg-type]
                return lambda registers: intervals.power(registers[root], exponent)
            case "mixture", (share, one, other):
                s, p, q = (self.register(part) for part in (share, one, other))  # type: ignore[arg-type]
                return lambda registers: intervals.mixture(registers[s], registers[p], registers[q])
            case "rounded", (inner, int(places), str(ties)):
                of = self.register(inner)  # type: ignore[arg-type]
                return lambda registers: interval_functions.rounded(registers[of], places, ties)
            case "function", (str(name), threshold, *arguments):
                return _function(name, threshold, [self.register(argument) for argument in arguments])  # type: ignore[arg-type]
        return None


def _function(name: str, threshold: fmpq | None, arguments: list[int]) -> Compute:
    row = interval_functions.FUNCTIONS[name]
    if threshold is not None:
        (only,) = arguments
        limit: fmpq = threshold
        return lambda registers: interval_functions.saturated(name, registers[only], limit)
    if len(arguments) == 1:
        (only,) = arguments
        return lambda registers: row(registers[only])
    return lambda registers: row(*(registers[argument] for argument in arguments))


def _linear(constant: fmpq, terms: list[tuple[fmpq, int]]) -> Compute:
    signed = [(weight, weight == ONE, weight.p > 0, register) for weight, register in terms]

    def total(registers: Registers) -> Interval:
        exact = constant
        for weight, _, _, register in signed:
            x = registers[register]
            if x.low is not x.high or x.low is None:
                return wide(registers)
            exact = exact + weight * x.low
        return point(bounded(exact))  # type: ignore[arg-type]  # a rational stays one

    def wide(registers: Registers) -> Interval:
        low: fmpq | None = constant
        high: fmpq | None = constant
        low_open = high_open = False
        for weight, once, rising, register in signed:
            x = registers[register]
            if rising:
                below, above, below_open, above_open = x.low, x.high, x.low_open, x.high_open
            else:
                below, above, below_open, above_open = x.high, x.low, x.high_open, x.low_open
            low = None if low is None or below is None else low + below if once else low + weight * below
            high = None if high is None or above is None else high + above if once else high + weight * above
            low_open, high_open = low_open or below_open, high_open or above_open
        return made(low, high, low_open and low is not None, high_open and high is not None)

    return total
