"""How exactly a counting quantity must be known for a comparison: up to which number its value matters.

A term is a polynomial in *parts*: quantities, remainders, and functions that aren't polynomials (`abs`, `min`, `max`, `sign`, ...).
Of one quantity n such a term is, from some number on, a polynomial in n alone, so that a comparison with 0 settles; the number is
computed, not guessed: beyond B the leading term outweighs all others where |a_d| B^d > |a_0| + ... + |a_{d-1}| B^{d-1}.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from symlstm.analysis.statements.tree import (
    Call,
    Count,
    CurrentRun,
    LongestRun,
    Modulo,
    Number,
    Term,
    Times,
    Total,
)

Part: TypeAlias = Count | CurrentRun | LongestRun | Modulo | Call
Polynomial: TypeAlias = Mapping[tuple[Part, ...], Fraction]
"""Coefficients by monomial; a monomial is the sorted tuple of its parts."""
Coefficients: TypeAlias = tuple[Fraction, ...]
"""Of one variable, from the constant up; no zero at the end."""
Values: TypeAlias = Mapping[Part, Fraction | int]

_MOST_MONOMIALS = 500
_MOST_TRIED = 4_096

EXACT_FUNCTIONS: dict[str, Callable[..., Fraction]] = {
    "abs": lambda z: abs(z), "min": lambda *z: min(z), "max": lambda *z: max(z), "identity": lambda z: z,
    "sign": lambda z: Fraction((z > 0) - (z < 0)), "step": lambda z: Fraction(int(z >= 0)), "relu": lambda z: max(z, Fraction(0)),
    "clip": lambda z, low, high: min(max(z, low), high),
}
"""Functions whose values are rational wherever their arguments are."""


class TooLarge(Exception):
    """A polynomial of too many terms."""


def polynomial(term: Term) -> Polynomial:
    """A number's polynomial in its parts; `ValueError` where one isn't followed, `TooLarge` where there are too many terms.

    >>> n = Count(1)
    >>> polynomial(Total(((1, Times(n, n)), (-1, n), (1, n)))) == {(n, n): 1}
    True
    """
    match term:
        case Number():
            return {(): Fraction(term.value)} if term.value else {}
        case Total():
            out: dict[tuple[Part, ...], Fraction] = {}
            for sign, part in term.terms:
                for monomial, factor in polynomial(part).items():
                    out[monomial] = out.get(monomial, Fraction(0)) + sign * factor
            return {monomial: factor for monomial, factor in out.items() if factor}
        case Times():
            left, right = polynomial(term.left), polynomial(term.right)
            if len(left) * len(right) > _MOST_MONOMIALS:
                raise TooLarge
            product: dict[tuple[Part, ...], Fraction] = {}
            for a, p in left.items():
                for b, q in right.items():
                    monomial = tuple(sorted((*a, *b), key=repr))
                    product[monomial] = product.get(monomial, Fraction(0)) + p * q
            return {monomial: factor for monomial, factor in product.items() if factor}
        case Count() | CurrentRun() | LongestRun() | Modulo():
            return {(term,): Fraction(1)}
        case Call():
            if term.function not in EXACT_FUNCTIONS:
                raise ValueError(f"{term.function} of quantities isn't followed")
            return {(term,): Fraction(1)}
        case _:
            raise ValueError(f"{term} isn't a number that is followed")


def parts_of(poly: Polynomial) -> set[Part]:
    """The parts that a polynomial holds."""
    return {part for monomial in poly for part in monomial}


def open_parts(poly: Polynomial) -> tuple[set[Part], set[Modulo]]:
    """The counting quantities that a polynomial depends on outside remainders, also inside functions; and its remainders."""
    quantities: set[Part] = set()
    remainders: set[Modulo] = set()
    for part in parts_of(poly):
        if isinstance(part, Modulo):
            remainders.add(part)
        elif isinstance(part, Call):
            for argument in part.arguments:
                inner, modulos = open_parts(polynomial(argument))
                quantities |= inner
                remainders |= modulos
        else:
            quantities.add(part)
    return quantities, remainders


def value_of(poly: Polynomial, values: Values) -> Fraction:
    """The value of a polynomial, from those of its quantities and remainders."""
    total = Fraction(0)
    for monomial, factor in poly.items():
        for part in monomial:
            factor *= _called(part, values) if isinstance(part, Call) else values[part]
        total += factor
    return total


def _called(call: Call, values: Values) -> Fraction:
    return EXACT_FUNCTIONS[call.function](*(value_of(polynomial(argument), values) for argument in call.arguments))


# -- what holds from some number on ----------------------------------------------------------------------------------------------


def eventually(poly: Polynomial, quantity: Part, values: Mapping[Part, int]) -> tuple[int, Coefficients]:
    """A number from which on the polynomial is one in this quantity alone, and that; all else has the values given.

    >>> n = Count(1)
    >>> eventually(polynomial(Call("abs", (Total(((1, n), (-1, Number(Fraction(3))))),))), n, {})
    (4, (Fraction(-3, 1), Fraction(1, 1)))
    """
    start, total = 0, Coefficients(())
    for monomial, factor in poly.items():
        product: Coefficients = (factor,)
        least, each = 0, Coefficients(())
        for part in monomial:
            if part == quantity:
                least, each = 0, (Fraction(0), Fraction(1))
            elif isinstance(part, Call):
                least, each = _called_eventually(part, quantity, values)
            else:
                least, each = 0, _trimmed((Fraction(values[part]),))
            start = max(start, least)
            product = _times(product, each)
        total = _plus(total, product)
    return start, total


def _called_eventually(call: Call, quantity: Part, values: Mapping[Part, int]) -> tuple[int, Coefficients]:
    read = [eventually(polynomial(argument), quantity, values) for argument in call.arguments]
    start = max(least for least, _ in read)
    arguments = [each for _, each in read]
    # Which of the arguments, and of 0, is larger is settled from here on, and so is what the function picks.
    known = [Coefficients(()), *arguments]
    for k, one in enumerate(known):
        for other in known[:k]:
            start = max(start, settles(_plus(one, _negative(other))))
    far = [_at(each, start) for each in arguments]
    match call.function:
        case "sign" | "step":
            return start, _trimmed((EXACT_FUNCTIONS[call.function](far[0]),))
        case "abs":
            return start, arguments[0] if far[0] >= 0 else _negative(arguments[0])
        case _:
            # These pick one of their arguments, or 0.
            picked = EXACT_FUNCTIONS[call.function](*far)
            return start, next(each for each in (*arguments, Coefficients(())) if _at(each, start) == picked)


def settles(coefficients: Coefficients) -> int:
    """A number from which on a polynomial keeps its sign; for a straight line the least.

    >>> settles((Fraction(-5), Fraction(2))), settles((Fraction(-9), Fraction(0), Fraction(1))) >= 4
    (3, True)
    """
    if len(coefficients) < 2:
        return 0
    if len(coefficients) == 2:
        root = -coefficients[0] / coefficients[1]
        return max(0, root.numerator // root.denominator + 1)
    *others, leading = (abs(c) for c in coefficients)
    bound = 1
    while leading * bound ** len(others) <= sum(c * bound**k for k, c in enumerate(others)):
        bound *= 2
    return bound


def least_cap(start: int, holds: Callable[[int], object]) -> int:
    """The least number, as far as a few thousand tries tell, from which on `holds` says what it says from `start` on."""
    final = holds(start)
    for _ in range(_MOST_TRIED):
        if start == 0 or holds(start - 1) != final:
            return start
        start -= 1
    return start


def _at(coefficients: Coefficients, n: int) -> Fraction:
    total = Fraction(0)
    for factor in reversed(coefficients):
        total = total * n + factor
    return total


def _trimmed(coefficients: Sequence[Fraction]) -> Coefficients:
    out = list(coefficients)
    while out and not out[-1]:
        out.pop()
    return tuple(out)


def _plus(one: Coefficients, other: Coefficients) -> Coefficients:
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    return _trimmed([a + (shorter[k] if k < len(shorter) else 0) for k, a in enumerate(longer)])


def _negative(coefficients: Coefficients) -> Coefficients:
    return tuple(-c for c in coefficients)


def _times(one: Coefficients, other: Coefficients) -> Coefficients:
    out = [Fraction(0)] * (len(one) + len(other))
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            out[i + j] += a * b
    return _trimmed(out)


def assignments(remainders: Iterable[Modulo], most: int) -> list[dict[Part, int]] | None:
    """All values that these remainders may take together; None where they are more than `most`."""
    out: list[dict[Part, int]] = [{}]
    for part in remainders:
        if len(out) * part.by > most:
            return None
        out = [{**each, part: value} for each in out for value in range(part.by)]
    return out
