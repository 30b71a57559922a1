"""The arithmetic of written trees once more, in fractions and mpmath at 60 digits; of symlstm it knows the tree alone.

A number is a Fraction, a vector a tuple of them, a matrix a tuple of rows. Functions are computed to at least 60 digits and are
deterministic, so two expressions that say the same have equal values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from math import floor
from typing import TypeAlias

import mpmath

from symlstm.notation.tree import (
    Apply,
    Expr,
    Hadamard,
    Listing,
    Matrix,
    Negative,
    Numeral,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    children,
)

Rows: TypeAlias = tuple[tuple[Fraction, ...], ...]
Entries: TypeAlias = tuple[Fraction, ...]
Value: TypeAlias = "Fraction | Entries | Rows"
Environment: TypeAlias = Callable[[Symbol], Value]
DIGITS = 60


def entries(value: Value) -> Entries:
    """All numbers of a value, row by row."""
    if isinstance(value, Fraction):
        return (value,)
    return tuple(x for item in value for x in (item if isinstance(item, tuple) else (item,)))


def is_matrix(value: Value) -> bool:
    return isinstance(value, tuple) and isinstance(value[0], tuple)


def entrywise(f: Callable[..., Fraction], *values: Value) -> Value:
    """f entry by entry; a single number goes with every entry."""
    widest = max(values, key=lambda v: len(entries(v)))
    length = len(entries(widest))
    columns = [entries(v) * (length if len(entries(v)) == 1 else 1) for v in values]
    out = tuple(f(*row) for row in zip(*columns, strict=True))
    if isinstance(widest, Fraction):
        return out[0]
    if is_matrix(widest):
        width = len(widest[0])  # type: ignore[arg-type]
        return tuple(out[k : k + width] for k in range(0, length, width))
    return out


def product(a: Value, b: Value) -> Value:
    if len(entries(a)) == 1 or len(entries(b)) == 1:
        return entrywise(lambda x, y: x * y, a, b)
    assert is_matrix(a)
    assert not is_matrix(b)
    made = tuple(sum((x * y for x, y in zip(row, entries(b), strict=True)), Fraction(0)) for row in a)  # type: ignore[arg-type,union-attr]
    return made if len(made) > 1 else made[0]


def limit(function: str, z: Fraction) -> Fraction:
    assert z
    return Fraction(1) if z > 0 else Fraction(0 if function == "sigmoid" else -1)


@lru_cache(maxsize=100_000)
def activation(function: str, z: Fraction) -> Fraction:
    if z == 0:
        return Fraction(1, 2) if function == "sigmoid" else Fraction(0)
    # 1 - tanh(z) is about exp(-2z): enough digits that it isn't rounded to nothing.
    with mpmath.workdps(DIGITS + int(abs(z))):
        x = mpmath.mpf(z.numerator) / z.denominator
        made = mpmath.tanh(x) if function == "tanh" else 1 / (1 + mpmath.exp(-x))
        sign, mantissa, exponent, _ = made._mpf_
    return Fraction((-1) ** int(sign) * int(mantissa)) * Fraction(2) ** int(exponent)


def _unknown(symbol: Symbol) -> Value:
    raise AssertionError(f"{symbol.name} stands where a number should")


def evaluated(tree: Expr, symbols: Environment = _unknown, threshold: Fraction | None = None) -> Value:
    """The value of a tree; where |z| reaches the threshold, sigmoid and tanh have their limits."""

    def of(part: Expr) -> Value:
        return evaluated(part, symbols, threshold)

    match tree:
        case Numeral(value=number):
            return number
        case Symbol():
            return symbols(tree)
        case Negative(operand=part):
            return entrywise(lambda x: -x, of(part))
        case Sum(terms=terms):
            signs = [sign for sign, _ in terms]
            return entrywise(lambda *xs: sum(s * x for s, x in zip(signs, xs)) + Fraction(0), *(of(term) for _, term in terms))
        case Product(factors=factors):
            value = of(factors[-1])
            for factor in reversed(factors[:-1]):
                value = product(of(factor), value)
            return value
        case Hadamard(factors=factors):
            value = of(factors[0])
            for factor in factors[1:]:
                value = entrywise(lambda x, y: x * y, value, of(factor))
            return value
        case Quotient(numerator=above, denominator=below):
            return entrywise(lambda x, y: x / y, of(above), of(below))
        case Power(base=base, exponent=Numeral(value=n)):
            return entrywise(lambda x: x**n.numerator, of(base))
        case Apply(function=("sigmoid" | "tanh") as function, arguments=(argument,)):
            return entrywise(
                lambda z: limit(function, z) if threshold is not None and abs(z) >= threshold else activation(function, z),
                of(argument),
            )
        case Listing(items=items):
            return tuple(x for item in items for x in entries(of(item)))
        case Matrix(rows=rows) if all(len(row) == 1 for row in rows):
            return tuple(x for row in rows for x in entries(of(row[0])))
        case Matrix(rows=rows):
            return tuple(tuple(x for entry in row for x in entries(of(entry))) for row in rows)
        case _:
            raise AssertionError(f"no arithmetic for {tree}")


def rounded(x: Fraction, places: int, ties: str) -> Fraction:
    """x to that many decimals by the rule."""
    scaled = x * 10**places
    below = floor(scaled)
    if ties == "truncate":
        return Fraction(below if x >= 0 or below == scaled else below + 1, 10**places)
    half = scaled - below - Fraction(1, 2)
    up = half > 0 or (half == 0 and {"even": below % 2 == 1, "up": True, "away": x > 0, "zero": x < 0}[ties])
    return Fraction(below + up, 10**places)


# -- two rungs of a ladder, number by number --------------------------------------------------------------------------------------


class MisalignedError(Exception):
    """Two rungs whose numbers can't be paired."""


def is_number(tree: Expr) -> bool:
    """A number, or a column or matrix of numbers."""
    return isinstance(tree, Numeral) or (
        isinstance(tree, Matrix | Listing) and all(isinstance(part, Numeral) for part in children(tree))
    )


def digits_of(tree: Expr) -> list[int]:
    """Decimals of each number of a printed value."""
    numerals = [tree] if isinstance(tree, Numeral) else list(children(tree))
    return [len(n.text.partition(".")[2]) for n in numerals if isinstance(n, Numeral)]


def negated(tree: Expr) -> Expr:
    match tree:
        case Numeral(text=text, value=value):
            return Numeral(text.removeprefix("-") if text.startswith("-") else "-" + text, -value)
        case Negative(operand=part):
            return part
        case Product(factors=factors) | Hadamard(factors=factors):
            return replace(tree, factors=(negated(factors[0]), *factors[1:]))
        case _:
            return Negative(tree)


def _factors(tree: Expr) -> tuple[Expr, ...] | None:
    if not isinstance(tree, Product | Hadamard):
        return None
    return tuple(part for factor in tree.factors for part in (_factors(factor) or (factor,)))


def pairs(before: Expr, after: Expr) -> Iterator[tuple[Expr, Expr]]:
    """What stood before in the place of each number printed after."""
    if before == after:
        return
    if is_number(after):
        yield before, after
        return
    if isinstance(before, Negative) and not isinstance(after, Negative):
        yield from pairs(before.operand, negated(after))
        return
    if isinstance(before, Sum) and isinstance(after, Sum) and len(before.terms) == len(after.terms):
        for (sign, one), (other, two) in zip(before.terms, after.terms):
            yield from pairs(one, two if sign == other else negated(two))
        return
    one_s, two_s = _factors(before), _factors(after)
    if one_s is None or two_s is None:
        if type(before) is not type(after):
            raise MisalignedError(f"{before}\n{after}")
        if isinstance(before, Apply) and isinstance(after, Apply) and before.function != after.function:
            raise MisalignedError(f"{before}\n{after}")
        one_s, two_s = children(before), children(after)
    if len(one_s) != len(two_s):
        raise MisalignedError(f"{before}\n{after}")
    for one, two in zip(one_s, two_s):
        yield from pairs(one, two)


def without_zero_terms(tree: Expr, zero: Callable[[Expr], bool]) -> Expr:
    """A tree without the products that have a zero factor, and without zero terms."""

    def change(part: Expr) -> Expr:
        return without_zero_terms(part, zero)

    if zero(tree):
        return Numeral("0", Fraction(0))
    match tree:
        case Sum(terms=terms):
            kept = [(sign, new) for sign, term in terms if not _is_zero(new := change(term))]
            if not kept:
                return Numeral("0", Fraction(0))
            if kept[0][0] < 0:
                kept[0] = (1, negated(kept[0][1]))
            return kept[0][1] if len(kept) == 1 else Sum(tuple(kept))
        case Product(factors=factors) | Hadamard(factors=factors):
            new_factors = tuple(map(change, factors))
            return Numeral("0", Fraction(0)) if any(map(_is_zero, new_factors)) else replace(tree, factors=new_factors)
        case Apply(arguments=arguments):
            return replace(tree, arguments=tuple(map(change, arguments)))
        case Negative(operand=part):
            return Negative(change(part))
        case _:
            return tree


def _is_zero(tree: Expr) -> bool:
    return isinstance(tree, Numeral) and tree.value == 0
