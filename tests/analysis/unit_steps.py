"""One step of each unit by hand, on Python's integers and fractions, and on mpmath's numbers of 50 digits where a function makes them.

In come the values before and the input, out go those after; nothing of symlstm is used. Saturation and rounding are written out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import mpmath

Values = Mapping[str, Any]
"""The value of each symbol at a step: a number, or a tuple of them."""
Step = Callable[[Values, Any], Values]

_context = mpmath.MPContext()
_context.dps = 50


def number(x: Any) -> Any:
    """A number of 50 digits."""
    return _context.mpf(x.numerator) / x.denominator if isinstance(x, Fraction) else _context.mpf(x)


def sigmoid(z: Any, at: int | None = None) -> Any:
    """The logistic function; 0 or 1 where |z| is at least `at`."""
    if at is not None and abs(z) >= at:
        return int(z > 0)
    return Fraction(1, 2) if z == 0 else 1 / (1 + _context.exp(-number(z)))


def tanh(z: Any, at: int | None = None) -> Any:
    """The hyperbolic tangent; -1 or 1 where |z| is at least `at`."""
    if at is not None and abs(z) >= at:
        return sign(z)
    return 0 if z == 0 else _context.tanh(number(z))


def times(x: Any, y: Any) -> Any:
    """A product; exact where both are."""
    return x * y if isinstance(x, int | Fraction) and isinstance(y, int | Fraction) else number(x) * number(y)


def plus(*terms: Any) -> Any:
    """A sum; exact where all terms are."""
    exact = all(isinstance(term, int | Fraction) for term in terms)
    found: Any = 0
    for term in terms:
        found = found + (term if exact else number(term))
    return found


def step(z: Any) -> int:
    """1 from 0 on, otherwise 0."""
    return 1 if z >= 0 else 0


def sign(z: Any) -> int:
    """-1, 0 or 1."""
    return 1 if z > 0 else -1 if z < 0 else 0


def rounded(x: Any) -> int:
    """The nearest whole number; of two, the even one."""
    return round(x) if isinstance(x, int | Fraction) else int(_context.nint(x))


def rounded_away(x: Any) -> int:
    """The nearest whole number; of two, the one farther from 0."""
    if isinstance(x, int | Fraction):
        return sign(x) * int((abs(Fraction(x)) + Fraction(1, 2)) // 1)
    return sign(x) * int(_context.floor(abs(x) + number(Fraction(1, 2))))


def largest(entries: Any) -> int:
    """The place of the first of the largest entries, from 1."""
    return list(entries).index(max(entries)) + 1


# -- the units -----------------------------------------------------------------------------------------------------------------


def run_parity(at: int | None) -> Step:
    def after(v: Values, x: int) -> Values:
        f, i, o = sigmoid(-100, at), sigmoid(100 * x + 100, at), sigmoid(100 * x, at)
        c = plus(times(f, v["c"]), times(i, tanh(plus(times(-100, v["h"]), 50 * x), at)))
        h = times(o, tanh(c, at))
        return {"c": c, "h": h if at is None else rounded(h)}

    return after


def toggle(v: Values, x: int) -> Values:
    a, b = step(v["h"] + x - Fraction(1, 2)), step(v["h"] + x - Fraction(3, 2))
    return {"a": a, "b": b, "h": a - b}


def shifted(v: Values, x: int) -> Values:
    return {"u": x, "v": v["u"], "w": v["v"]}


def turned(v: Values, x: int) -> Values:
    one, two, three = v["h"]
    return {"h": (three, one, two) if x else (one, two, three)}


def set_and_reset(v: Values, x: tuple[int, int]) -> Values:
    return {"h": tanh(plus(30 * x[0] - 30 * x[1], times(10, v["h"])))}


def first_symbol(v: Values, x: int) -> Values:
    return {"s": step(v["s"] + Fraction(1, 2)), "p": v["p"] + (1 - v["s"]) * x}


def as_many(v: Values, x: tuple[int, int]) -> Values:
    c = v["c"] + (1 if x[0] else -1)
    return {"c": c, "h": tanh(c, 20)}


def run_length(v: Values, x: int) -> Values:
    # f = σ(100 x − 50), i = σ(100), g = tanh(50 x), o = σ(100): all saturated at 20, and c from 20 on.
    c = (v["c"] if x else 0) + x
    return {"c": c, "h": tanh(c, 20)}


def gru_latch(v: Values, x: int) -> Values:
    z, r = sigmoid(20 * x - 10), sigmoid(20)
    n = tanh(plus(times(times(10, r), v["h"]), 20 * x))
    return {"n": n, "h": plus(times(plus(1, -z), v["h"]), times(z, n))}


def mgu_latch(v: Values, x: int) -> Values:
    f = sigmoid(20 * x - 10)
    n = tanh(plus(times(times(10, f), v["h"]), times(12, v["h"]), 30 * x))
    return {"n": n, "h": plus(times(plus(1, -f), v["h"]), times(f, n))}


def half_open(at: int | None) -> Step:
    def after(v: Values, x: int) -> Values:
        c = v["c"] + x
        return {"c": c, "h": times(Fraction(1, 2), tanh(c, at))}

    return after


def greatest(v: Values, x: tuple[int, int, int]) -> Values:
    return {"m": tuple(map(max, v["m"], x))}


def leaking(factor: Fraction, places: bool = False) -> Step:
    """A share of what was there, and the input; with what is displayed where that is rounded."""

    def after(v: Values, x: int) -> Values:
        h = factor * v["carried"] + x
        return {"carried": h, "h": rounded(h) if places else h}

    return after


def side_by_side(v: Values, x: int) -> Values:
    return {"u": x, "s": max(v["s"], min(v["u"], x))}


def two_unit_parity(v: Values, x: int) -> Values:
    # The input gates are σ(100), the forget gates σ(−100), the output gates σ(100): not exactly 1 and 0, as nothing saturates here.
    one, zero = sigmoid(100), sigmoid(-100)
    odd = plus(v["h"][0], -v["h"][1])
    g = tuple(tanh(plus(times(66, odd), 100 * x, bias)) for bias in (-50, -150))
    c = tuple(plus(times(zero, old), times(one, new)) for old, new in zip(v["c"], g))
    return {"c": c, "h": tuple(times(one, tanh(entry)) for entry in c)}


def identity_latch(v: Values, x: tuple[int, int]) -> Values:
    return {"h": tuple(max(0, old + new) for old, new in zip(v["h"], x))}


def ends_in_a_b(v: Values, x: tuple[int, int]) -> Values:
    return {"u": x, "s": step(v["u"][0] + x[1] - Fraction(3, 2))}


def changed(v: Values, x: int) -> Values:
    return {"x": x, "h": x - v["x"]}


def two_latches(v: Values, x: tuple[int, int]) -> Values:
    return {"h": tuple(rounded(tanh(plus(times(20, old), 30 * new, -5))) for old, new in zip(v["h"], x))}


def peephole(v: Values, x: int) -> Values:
    i, f = sigmoid(100 * x - 200 * v["c"] - 50, 20), sigmoid(100, 20)
    c = f * v["c"] + i * tanh(50 * x, 20)
    return {"c": c, "h": times(sigmoid(100 * c - 50, 20), tanh(c, 20))}


def coupled(by_state: int, by_input: int) -> Step:
    def after(v: Values, x: int) -> Values:
        f, o = sigmoid(50 - 100 * x), sigmoid(100)
        c = plus(times(f, v["c"]), times(plus(1, -f), tanh(plus(times(by_state, v["h"]), by_input * x))))
        return {"c": c, "h": times(o, tanh(c))}

    return after


def reset_after(v: Values, x: int) -> Values:
    r, z = sigmoid(20), sigmoid(10 - 20 * x)
    n = tanh(plus(30 * x, times(r, plus(times(20, v["h"]), Fraction(1, 2)))))
    return {"n": n, "h": plus(times(plus(1, -z), n), times(z, v["h"]))}


def leaking_latch(v: Values, x: int) -> Values:
    z = sigmoid(4 * x - 2)
    n = tanh(plus(times(Fraction(1, 2), v["h"]), 2 * x))
    return {"h": plus(times(plus(1, -z), v["h"]), times(z, n))}


def chaotic(v: Values, x: int) -> Values:
    h = number(v["h"])
    return {"h": number(Fraction(39, 10)) * h * (1 - h) + number(Fraction(x, 1000))}
