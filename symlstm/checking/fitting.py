"""Whether an expression on paper has the shape of a cell's equation, and which of its operands are wrong: operand by operand.

In come a student's tree and an equation with the value of each part (`Annotated`); out go the differences, or None where the shapes
can't be brought together. A number may stand for any part; terms that are zero and factors that are one may be left out; the order
of terms and of scalar factors doesn't matter. Nothing is derived or rounded here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from flint import arb, fmpq

from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import NumberError, Real
from symlstm.arithmetic.value import Value
from symlstm.checking.numerals import Written, agreement, literal
from symlstm.derivation.annotated import Annotated
from symlstm.errors import ShapeError
from symlstm.notation.places import Place
from symlstm.notation.tree import (
    Apply,
    Expr,
    Fixed,
    Hadamard,
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
)

Kind: TypeAlias = Literal[
    "operand", "own", "result", "rounding", "symbol", "function", "sign", "missing", "extra", "order", "elementwise"
]


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between a student's expression and the equation.

    `operand`: a number where a place's or parameter's value belongs; `own`: the student's own number for that place; `result`: a number
    where a sub-result belongs; `rounding`: the right number with too few digits; `symbol`, `function`, `sign`: another one than the
    equation has; `missing`, `extra`: a term or factor; `order`: of a stack; `elementwise`: a matrix product taken entry by entry.
    """

    kind: Kind
    found: Expr | None
    part: Expr | None
    """The part of the equation that this is about."""
    place: Place | None = None
    """The place whose value belongs there, if it is one's."""
    entry: int | None = None


_COST = {"own": 0, "rounding": 1, "operand": 4, "result": 5, "symbol": 4, "sign": 4, "function": 6, "order": 6, "elementwise": 6,
         "missing": 8, "extra": 8}
OF_OPERANDS = frozenset(["operand", "own", "rounding", "symbol"])
"""Differences that are wrong whatever the whole comes to; all others may only be another way of writing it."""

_MOST_TERMS = 8
_DEEPEST = 40

Fit: TypeAlias = tuple[Difference, ...] | None
_NOTHING: Mapping[Place, Sequence[Written]] = {}


def fit(
    tree: Expr, equation: Annotated, part: Expr, show: int, aliases: Mapping[Name, Value],
    stated: Mapping[Place, Sequence[Written]] = _NOTHING,
) -> Fit:
    """The differences between a student's tree and a part of an equation; None where their shapes can't be brought together. `stated`:
    the numbers that the student has written for places before."""
    return _Fitting(equation, show, aliases, stated).fit(tree, part, 0)


def cost(found: Fit) -> int:
    """How far from the equation an expression is: what its differences weigh."""
    if not found:
        return 1000 if found is None else 0
    return sum([_COST[d.kind] for d in found])


class _Fitting:
    def __init__(
        self, equation: Annotated, show: int, aliases: Mapping[Name, Value], stated: Mapping[Place, Sequence[Written]]
    ) -> None:
        self.equation = equation
        self.stated = stated
        self.show = show
        self.aliases = aliases
        self._kept: list[Expr] = []
        self._numbers: dict[int, tuple[Written, ...] | None] = {}

    def _literal(self, tree: Expr) -> tuple[Written, ...] | None:
        key = id(tree)
        if key not in self._numbers:
            self._kept.append(tree)
            self._numbers[key] = literal(tree)
        return self._numbers[key]

    def fit(self, tree: Expr, part: Expr, depth: int) -> Fit:
        if depth > _DEEPEST:
            return None
        numbers = self._literal(tree)
        if numbers is not None:
            return self._number(tree, numbers, part)
        if isinstance(tree, Symbol):
            return self._symbol(tree, part)
        if isinstance(tree, Transpose):
            tree = tree.operand
        if isinstance(part, Transpose):
            part = part.operand
        tree = spelled_out(tree)
        best: Fit = None
        for attempt in (self._same_shape, self._without_ones):
            found = attempt(tree, part, depth)
            if found is not None and (best is None or cost(found) < cost(best)):
                best = found
            if best == ():
                break
        return best

    # -- leaves ---

    def _number(self, tree: Expr, numbers: Sequence[Written], part: Expr) -> Fit:
        try:
            value = self.equation.worth(part)
        except (ShapeError, NumberError, KeyError):
            return None
        if len(numbers) == 1 and type(value) is fmpq and value == numbers[0].value:
            return ()
        entries = values_of.entries(value)
        place = self.equation.operand(part) if isinstance(part, Symbol) else None
        leaf = isinstance(part, Symbol | Numeral)
        if len(numbers) != len(entries):
            if len(numbers) == 1 and leaf and all(agreement(numbers[0], x, self.show) == "right" for x in entries):
                return ()
            return (Difference("operand" if leaf else "result", tree, part, place),) if len(numbers) > 1 or leaf else None
        unsaturated = values_of.entries(self.equation.unsaturated(part))
        out: list[Difference] = []
        for k, (number, x, raw) in enumerate(zip(numbers, entries, unsaturated), 1):
            found = agreement(number, x, self.show)
            if not found and raw is not x and agreement(number, raw, self.show) == "right":
                continue
            if found == "right":
                continue
            entry = k if len(entries) > 1 else None
            if place is not None and self._own(number, place, k):
                out.append(Difference("own", tree, part, place, entry))
                continue
            # With no digit behind the point it is another number (1 for 1 - f), though the value may round to it.
            short = bool(found) and (number.decimals or 0) > 0
            kind: Kind = "rounding" if short else "operand" if leaf else "result"
            out.append(Difference(kind, tree, part, place, entry))
        return tuple(out)

    def _own(self, number: Written, place: Place, k: int) -> bool:
        """Whether a number is the one that the student stated for this place, or its entry k, before."""
        for at, entry in ((place, k), (place.whole, place.entry or k), (Place(place.name, place.time, place.entry or k), 1)):
            numbers = self.stated.get(at)
            if numbers is not None and len(numbers) >= entry and numbers[entry - 1].value == number.value:
                return True
        return False

    def _symbol(self, tree: Symbol, part: Expr) -> Fit:
        alias = self.aliases.get(tree.name) if tree.at is None else None
        if alias is not None:
            return self._alias(tree, alias, part)
        if not isinstance(part, Symbol):
            return None
        if tree.name == part.name and self._same_time(tree, part) and tree.entry in (part.entry, None):
            return ()
        return (Difference("symbol", tree, part, self.equation.operand(part)),)

    def _same_time(self, tree: Symbol, part: Symbol) -> bool:
        match tree.at, part.at:
            case Running(offset=a), Running(offset=b):
                return a == b
            case Fixed(time=time), Running(offset=offset):
                return time == self.equation.time + offset
            case None, Running(offset=offset):
                return offset == 0
            case None, None:
                return True
            case _:
                return False

    def _alias(self, tree: Symbol, value: Value, part: Expr) -> Fit:
        try:
            worth = self.equation.worth(part)
        except (ShapeError, NumberError, KeyError):
            return None
        ours, theirs = values_of.entries(worth), values_of.entries(value)
        if len(ours) == len(theirs) and all(_near(a, b, self.show) for a, b in zip(ours, theirs)):
            return ()
        return (Difference("result", tree, part),)

    # -- shapes ---

    def _same_shape(self, tree: Expr, part: Expr, depth: int) -> Fit:
        match tree, part:
            case Apply(function=function, arguments=arguments), Apply(function=other, arguments=parts):
                if len(arguments) != len(parts):
                    return None
                inner = self._pairs(arguments, parts, depth)
                if function != other and inner is not None:
                    return (Difference("function", tree, part), *inner)
                return inner
            case Quotient(), Quotient():
                return self._pairs((tree.numerator, tree.denominator), (part.numerator, part.denominator), depth)
            case Power(), Power():
                return self._pairs((tree.base, tree.exponent), (part.base, part.exponent), depth)
            case (Listing() | Matrix()), (Listing() | Matrix()):
                return self._stack(tree, part, depth)
            case (Listing() | Matrix()), _:
                return self._column(tree, part, depth)
            case (Product() | Hadamard()), (Product() | Hadamard()):
                return self._factors(tree, part, depth)
            case (Sum() | Negative()), (Sum() | Negative()):
                return self._terms(tree, part, depth)
            case _, (Sum() | Negative()):
                return self._terms(tree, part, depth)
            case (Sum() | Negative()), (Product() | Symbol()):
                return self._terms(tree, part, depth) if isinstance(tree, Negative) else None
            case _:
                return None

    def _pairs(self, trees: Sequence[Expr], parts: Sequence[Expr], depth: int) -> Fit:
        out: list[Difference] = []
        for tree, part in zip(trees, parts, strict=True):
            found = self.fit(tree, part, depth + 1)
            if found is None:
                return None
            out += found
        return tuple(out)

    def _stack(self, tree: Listing | Matrix, part: Listing | Matrix, depth: int) -> Fit:
        ours, theirs = _flat(tree), _flat(part)
        if len(ours) == len(theirs):
            found = self._pairs(ours, theirs, depth)
            if found == () or len(ours) < 2:
                return found
            turned = self._pairs([*ours[1:], ours[0]], theirs, depth)
            if turned == ():
                return (Difference("order", tree, part),)
            return found
        return self._column(tree, part, depth)

    def _column(self, tree: Listing | Matrix, part: Expr, depth: int) -> Fit:
        """A column of expressions against a vector, entry by entry."""
        rows = _flat(tree)
        try:
            size = len(values_of.entries(self.equation.worth(part)))
        except (ShapeError, NumberError, KeyError):
            return None
        if len(rows) != size or size < 2:
            return None
        out: list[Difference] = []
        for k, row in enumerate(rows, 1):
            found = self.fit(row, self.equation.entry(part, k), depth + 1)
            if found is None:
                return None
            out += [replace(d, entry=k) for d in found]
        return tuple(out)

    def _factors(self, tree: Expr, part: Expr, depth: int) -> Fit:
        """Factors against factors, first as they are grouped, then all on one level."""
        ours, theirs = children(tree), children(part)
        best = self._products(tree, part, list(ours), list(theirs), depth)
        if best == ():
            return best
        flat, all_parts = _factors(tree), _factors(part)
        if len(flat) == len(ours) and len(all_parts) == len(theirs):
            return best
        found = self._products(tree, part, flat, all_parts, depth)
        return found if best is None or (found is not None and cost(found) < cost(best)) else best

    def _products(self, tree: Expr, part: Expr, ours: list[Expr], theirs: list[Expr], depth: int) -> Fit:
        if self._ordered(theirs):
            if len(ours) != len(theirs):
                return None
            found = self._pairs(ours, theirs, depth)
            if found is not None and isinstance(tree, Hadamard) and isinstance(part, Product) and self._adds_up(theirs):
                return (Difference("elementwise", tree, part), *found)
            return found
        return self._assigned(
            [(1, x) for x in ours], [(1, x) for x in theirs], lambda _, x, __, p: self.fit(x, p, depth + 1),
            lambda p: self._is(p, 1), lambda x: _only(x, 1),
        )

    def _ordered(self, parts: Sequence[Expr]) -> bool:
        """Whether the order of these factors matters: one of them is a matrix or a row of weights."""
        for part in parts:
            try:
                value = self.equation.worth(part)
            except (ShapeError, NumberError, KeyError):
                return True
            if isinstance(value, values_of.Matrix):
                return True
        return False

    def _adds_up(self, parts: Sequence[Expr]) -> bool:
        """Whether a product adds up along the rows of a matrix, so that it isn't one entry by entry."""
        values = [self.equation.worth(part) for part in parts]
        return any(isinstance(value, values_of.Matrix) and min(value.size) > 1 for value in values)

    def _terms(self, tree: Expr, part: Expr, depth: int) -> Fit:
        ours, theirs = _terms(tree), _terms(part)

        def term(sign: int, x: Expr, other: int, p: Expr) -> Fit:
            if sign != other:
                numbers = literal(x)
                if numbers is not None and len(numbers) == 1:
                    return self.fit(_negated(x), p, depth + 1)
                flipped = _flipped(x)
                found = self.fit(flipped, p, depth + 1) if flipped is not None else None
                if found is not None and not found:
                    return found
                found = self.fit(x, p, depth + 1)
                return None if found is None else (Difference("sign", x, p), *found)
            return self.fit(x, p, depth + 1)

        return self._assigned(ours, theirs, term, lambda p: self._is(p, 0), lambda x: _only(x, 0))

    def _without_ones(self, tree: Expr, part: Expr, depth: int) -> Fit:
        """A part whose other factors are one, or whose other terms are zero, may be written alone."""
        if isinstance(part, Product | Hadamard) and not isinstance(tree, Product | Hadamard):
            left = [p for p in _factors(part) if not self._is(p, 1)]
        elif isinstance(part, Sum) and not isinstance(tree, Sum):
            left = [p for sign, p in _terms(part) if not self._is(p, 0) and sign > 0]
            if len([p for sign, p in _terms(part) if not self._is(p, 0)]) != len(left):
                return None
        else:
            return None
        return self.fit(tree, left[0], depth + 1) if len(left) == 1 else None

    def _is(self, part: Expr, number: int) -> bool:
        try:
            value = self.equation.worth(part)
        except (ShapeError, NumberError, KeyError):
            return False
        return all(x == number if isinstance(x, fmpq) else _near(x, fmpq(number), self.show) for x in values_of.entries(value))

    def _assigned(
        self, ours: Sequence[tuple[int, Expr]], theirs: Sequence[tuple[int, Expr]],
        one: Callable[[int, Expr, int, Expr], Fit], droppable: Callable[[Expr], bool], idle: Callable[[Expr], bool],
    ) -> Fit:
        """The cheapest way to give each of a student's terms a term of the equation."""
        in_order: list[Fit] = []
        if len(ours) == len(theirs):
            for x, p in zip(ours, theirs):
                in_order.append(one(*x, *p))
                if in_order[-1] != () and len(ours) <= _MOST_TERMS:
                    break
            else:
                return None if any(f is None for f in in_order) else tuple(d for f in in_order if f is not None for d in f)
        elif len(ours) > _MOST_TERMS or len(theirs) > _MOST_TERMS:
            return None
        dropped, idling = [droppable(p) for _, p in theirs], [idle(x) for _, x in ours]
        kept_ours = [x for x, gone in zip(ours, idling) if not gone]
        kept_theirs = [p for p, gone in zip(theirs, dropped) if not gone]
        if len(kept_ours) == len(kept_theirs) and all(one(*x, *p) == () for x, p in zip(kept_ours, kept_theirs)):
            return ()  # most work leaves out what is zero and keeps the order
        fits = [[one(*x, *p) for p in theirs] for x in ours]
        missing: list[Fit] = [() if gone else (Difference("missing", None, p),) for (_, p), gone in zip(theirs, dropped)]
        extra: list[Fit] = [() if gone else (Difference("extra", x, None),) for (_, x), gone in zip(ours, idling)]
        best = _cheapest(fits, missing, extra)
        if best is None or (best and not any(f is not None for row in fits for f in row)):
            return None
        return best


def _cheapest(fits: Sequence[Sequence[Fit]], missing: Sequence[Fit], extra: Sequence[Fit]) -> Fit:
    count = len(missing)
    best: tuple[int, tuple[Difference, ...]] | None = None
    tried = 0

    def go(k: int, used: int, so_much: int, so_far: tuple[Difference, ...]) -> None:
        nonlocal best, tried
        tried += 1
        if (best is not None and so_much >= best[0]) or tried > 20_000:
            return
        if k == len(fits):
            rest = tuple(d for j in range(count) if not used >> j & 1 for d in missing[j] or ())
            total = so_much + sum(_COST[d.kind] for d in rest)
            if best is None or total < best[0]:
                best = total, so_far + rest
            return
        order = sorted((j for j in range(count) if not used >> j & 1 and fits[k][j] is not None), key=lambda j: cost(fits[k][j]))
        for j in order:
            go(k + 1, used | 1 << j, so_much + cost(fits[k][j]), so_far + (fits[k][j] or ()))
        go(k + 1, used, so_much + cost(extra[k]), so_far + (extra[k] or ()))

    go(0, 0, 0, ())
    return None if best is None else best[1]


def _flat(tree: Listing | Matrix) -> list[Expr]:
    out: list[Expr] = []
    for item in children(tree):
        out += _flat(item) if isinstance(item, Listing | Matrix) else [item]
    return out


def _factors(tree: Expr) -> list[Expr]:
    if isinstance(tree, Product | Hadamard):
        return [factor for part in tree.factors for factor in _factors(part)]
    return [tree]


def _terms(tree: Expr, sign: int = 1) -> list[tuple[int, Expr]]:
    match tree:
        case Sum(terms=terms):
            return [item for own, term in terms for item in _terms(term, sign * own)]
        case Negative(operand=operand) if literal(tree) is None:
            return _terms(operand, -sign)
        case _:
            return [(sign, tree)]


def _negated(tree: Expr) -> Expr:
    match tree:
        case Numeral(text=text, value=value):
            return replace(tree, text=text[1:] if text.startswith("-") else "-" + text, value=-value)
        case Negative(operand=operand):
            return operand
        case _:
            return Negative(tree)


def _flipped(tree: Expr) -> Expr | None:
    """The product with the sign of its first number turned; None where it has none."""
    if isinstance(tree, Product | Hadamard):
        for k, factor in enumerate(tree.factors):
            if literal(factor) is not None:
                return replace(tree, factors=(*tree.factors[:k], _negated(factor), *tree.factors[k + 1 :]))
    return None


def _only(tree: Expr, number: int) -> bool:
    numbers = literal(tree)
    if numbers is None:
        return number == 0 and isinstance(tree, Product | Hadamard) and any(_only(f, 0) for f in tree.factors)
    return all(n.value == number for n in numbers)


def spelled_out(tree: Expr) -> Expr:
    """1/(1+e^{-z}) as the sigmoid that it is; any other tree unchanged."""
    match tree:
        case Quotient(numerator=Numeral(value=one), denominator=Sum(terms=((1, a), (1, b)))) if one == 1:
            for constant, power in ((a, b), (b, a)):
                if isinstance(constant, Numeral) and constant.value == 1 and isinstance(power, Apply) and power.function == "exp":
                    return Apply("sigmoid", (_negated(power.arguments[0]),), "", tree.pos)
    return tree


def _near(a: Real, b: Real, show: int) -> bool:
    return bool(abs(arb(a) - b) <= arb(10) ** -show / 2)
