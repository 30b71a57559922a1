"""Between which numbers the values of a SymPy expression lie, with ends that are reached or not: sigmoid never reaches 0 or 1.

In come an expression and what is known of its symbols; out goes an interval with rational or infinite ends that holds every value.
A weighted mean is seen as one: where the expression is linear in a bounded quantity, its ends are enough.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from symlstm.notation.functions import FUNCTIONS

if TYPE_CHECKING:
    import sympy

End: TypeAlias = "Fraction | None"
"""A finite end, or None for infinity on that side."""
_MOST_LINEAR = 4
"""How many bounded quantities are taken at their ends, one inside the other."""


@dataclass(frozen=True, slots=True)
class Range:
    """Every value is at least `low` (above it unless `reaches_low`) and at most `high`."""

    low: End = None
    high: End = None
    reaches_low: bool = False
    reaches_high: bool = False

    @property
    def point(self) -> Fraction | None:
        """The only value, where there is one."""
        return self.low if self.low is not None and self.low == self.high else None


ALL = Range()
Known: TypeAlias = "Mapping[sympy.Symbol, Range]"


def exactly(value: Fraction) -> Range:
    """The range of a number."""
    return Range(value, value, True, True)


def both(a: Range, b: Range) -> Range:
    """What lies in both ranges."""
    low, reaches_low = _tighter((a.low, a.reaches_low), (b.low, b.reaches_low), lambda x, y: x > y)
    high, reaches_high = _tighter((a.high, a.reaches_high), (b.high, b.reaches_high), lambda x, y: x < y)
    return Range(low, high, reaches_low, reaches_high)


def _tighter(a: tuple[End, bool], b: tuple[End, bool], better: Callable[[Fraction, Fraction], bool]) -> tuple[End, bool]:
    if a[0] is None or b[0] is None:
        return b if a[0] is None else a
    if a[0] == b[0]:
        return a[0], a[1] and b[1]
    return a if better(a[0], b[0]) else b


def holds_zero(a: Range) -> bool:
    """Whether 0 is one of the values."""
    below = a.low is None or a.low < 0 or (a.low == 0 and a.reaches_low)
    above = a.high is None or a.high > 0 or (a.high == 0 and a.reaches_high)
    return below and above


def _plus(a: Range, b: Range) -> Range:
    low = None if a.low is None or b.low is None else a.low + b.low
    high = None if a.high is None or b.high is None else a.high + b.high
    return Range(low, high, a.reaches_low and b.reaches_low, a.reaches_high and b.reaches_high)


def _times(a: Range, b: Range) -> Range:
    for one, other in ((a, b), (b, a)):
        if one.point is not None:
            return _scaled(other, one.point)
    if None in (a.low, a.high, b.low, b.high):
        return _signed(a, b)
    ends = [
        (x * y, (xr and yr) or (x == 0 and xr) or (y == 0 and yr))
        for x, xr in ((a.low, a.reaches_low), (a.high, a.reaches_high))
        for y, yr in ((b.low, b.reaches_low), (b.high, b.reaches_high)) if x is not None and y is not None
    ]
    low, high = min(value for value, _ in ends), max(value for value, _ in ends)
    zero = holds_zero(a) or holds_zero(b)
    return Range(low, high, any(r for v, r in ends if v == low) or (low == 0 and zero),
                 any(r for v, r in ends if v == high) or (high == 0 and zero))


def _signed(a: Range, b: Range) -> Range:
    """A product with an end at infinity: only its sign is followed."""
    one, other = _sign(a), _sign(b)
    if one is None or other is None:
        return ALL
    reaches = holds_zero(a) or holds_zero(b)
    return Range(Fraction(0), None, reaches, False) if one == other else Range(None, Fraction(0), False, reaches)


def _sign(a: Range) -> int | None:
    if a.low is not None and a.low >= 0:
        return 1
    return -1 if a.high is not None and a.high <= 0 else None


def _scaled(a: Range, by: Fraction) -> Range:
    if by == 0:
        return exactly(Fraction(0))
    low, high = (None if end is None else end * by for end in (a.low, a.high))
    return Range(low, high, a.reaches_low, a.reaches_high) if by > 0 else Range(high, low, a.reaches_high, a.reaches_low)


def _either(a: Range, b: Range, between: bool) -> Range:
    """The values from one range to the other; `between`: neither end of the way is reached."""
    def end(x: tuple[End, bool], y: tuple[End, bool], further: Callable[[Fraction, Fraction], bool]) -> tuple[End, bool]:
        if x[0] is None or y[0] is None:
            return None, False
        if x[0] == y[0]:
            return x[0], (x[1] and y[1]) if between else (x[1] or y[1])
        out = x if further(x[0], y[0]) else y
        return out[0], out[1] and not between

    low = end((a.low, a.reaches_low), (b.low, b.reaches_low), lambda x, y: x < y)
    high = end((a.high, a.reaches_high), (b.high, b.reaches_high), lambda x, y: x > y)
    return Range(low[0], high[0], low[1], high[1])


def range_of(expression: sympy.Expr, known: Known) -> Range:
    """Between which numbers an expression lies.

    >>> from sympy import Function, Symbol, tanh
    >>> z = Symbol("z", real=True)
    >>> range_of(Function("sigmoid", real=True)(z) * tanh(z), {}).low, range_of(z**2, {}).low
    (Fraction(-1, 1), Fraction(0, 1))
    """
    import sympy

    atoms: dict[sympy.Symbol, Range] = dict(known)
    names: dict[sympy.Expr, sympy.Symbol] = {}

    def named(part: sympy.Expr) -> sympy.Expr:
        """The expression with each function's value as a symbol of its own."""
        if isinstance(part, sympy.Function | sympy.Max | sympy.Min):
            if part not in names:
                names[part] = sympy.Dummy(real=True)
                atoms[names[part]] = _applied(part, known)
            return names[part]
        return part.func(*map(named, part.args)) if part.args else part

    return _linear(sympy.expand(named(expression)), atoms, _MOST_LINEAR)


def _applied(part: sympy.Expr, known: Known) -> Range:
    name = str(part.func)
    inner = [range_of(argument, known) for argument in part.args]
    if name == "sigmoid":
        (z,) = inner
        low = Fraction(1, 2) if z.low is not None and z.low >= 0 else Fraction(0)
        high = Fraction(1, 2) if z.high is not None and z.high <= 0 else Fraction(1)
        return Range(low, high, z.low == 0 and z.reaches_low, z.high == 0 and z.reaches_high)
    if name == "tanh":
        (z,) = inner
        low = Fraction(0) if z.low is not None and z.low >= 0 else Fraction(-1)
        high = Fraction(0) if z.high is not None and z.high <= 0 else Fraction(1)
        return Range(low, high, z.low == 0 and z.reaches_low, z.high == 0 and z.reaches_high)
    if name == "exp":
        return Range(Fraction(0), None)
    if name in ("sign", "Heaviside"):
        return Range(Fraction(FUNCTIONS["sign" if name == "sign" else "step"].low or 0), Fraction(1), True, True)
    if name in ("Max", "Min"):
        least = _extreme(inner, "low", max if name == "Max" else min, name == "Max")
        most = _extreme(inner, "high", max if name == "Max" else min, name == "Min")
        return Range(least, most, least is not None, most is not None)
    return ALL


def _extreme(ranges: list[Range], side: str, choose: Callable[[list[Fraction]], Fraction], enough: bool) -> End:
    ends: list[End] = [getattr(each, side) for each in ranges]
    finite = [end for end in ends if end is not None]
    return choose(finite) if finite and (enough or len(finite) == len(ends)) else None


def _linear(expression: sympy.Expr, known: Known, deeper: int) -> Range:
    """The range by parts, and by the ends of each bounded quantity in which the expression is linear; what lies in all."""
    import sympy

    found = _by_parts(expression, known)
    if deeper == 0 or not isinstance(expression, sympy.Add):
        return found
    for symbol in sorted(expression.free_symbols, key=str):
        of = known.get(symbol, ALL)
        if of.low is None or of.high is None or of.low == of.high:
            continue
        if sum(term.has(symbol) for term in expression.args) < 2 or sympy.degree(expression, symbol) != 1:
            continue
        ends = [
            _linear(sympy.expand(expression.subs(symbol, sympy.Rational(end.numerator, end.denominator))), known, deeper - 1)
            for end in (of.low, of.high)
        ]
        found = both(found, _either(ends[0], ends[1], not of.reaches_low and not of.reaches_high))
    return found


def _by_parts(expression: sympy.Expr, known: Known) -> Range:
    import sympy

    if isinstance(expression, sympy.Rational):
        return exactly(Fraction(int(expression.p), int(expression.q)))
    if isinstance(expression, sympy.Symbol):
        return known.get(expression, ALL)
    if isinstance(expression, sympy.Add | sympy.Mul):
        combine = _plus if isinstance(expression, sympy.Add) else _times
        first, *others = (_by_parts(part, known) for part in expression.args)
        for other in others:
            first = combine(first, other)
        return first
    if isinstance(expression, sympy.Pow) and expression.exp.is_Integer and expression.exp > 0:
        base = _by_parts(expression.base, known)
        if int(expression.exp) % 2 == 0 and _sign(base) is None:
            widest = max(abs(base.low), abs(base.high)) if base.low is not None and base.high is not None else None
            power = None if widest is None else widest ** int(expression.exp)
            return Range(Fraction(0), power, True, power is not None)
        out = base
        for _ in range(int(expression.exp) - 1):
            out = _times(out, base)
        return out
    return ALL
