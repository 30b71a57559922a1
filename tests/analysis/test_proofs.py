"""Every proof checked again, by a routine that takes only the boxes of the report and the cell.

From the JSON come the states with their boxes, as text, and the moves. Each cell stands below once more, as a function of intervals
that was written by hand: sums and products are exact on fractions, exponential functions come from mpmath with 150 digits and
are moved outward in the 140th. If each box, with each letter, goes into a box of the state that the move names, and shows there what that state shows, then by
induction the machine shows what the unit shows after every input.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import mpmath
import pytest
from units import UNITS, Built

import symlstm

End: TypeAlias = "Fraction | float"
"""An end of an interval: a fraction, or one of the two infinities."""
DIGITS = mpmath.MPContext()
DIGITS.dps = 150
OUTWARD = Fraction(1, 10**140)
"""How far, for its size, a number of 150 digits is moved outward."""


@dataclass(frozen=True)
class Between:
    """The numbers from `low` to `high`; an end that isn't reached is open."""

    low: End
    high: End
    low_open: bool = False
    high_open: bool = False

    def __add__(self, other: Between | Fraction | int) -> Between:
        o = interval(other)
        return Between(self.low + o.low, self.high + o.high, self.low_open or o.low_open, self.high_open or o.high_open)

    def __neg__(self) -> Between:
        return Between(-self.high, -self.low, self.high_open, self.low_open)

    def __sub__(self, other: Between | Fraction | int) -> Between:
        return self + -interval(other)

    def __mul__(self, other: Between | Fraction | int) -> Between:
        o = interval(other)
        ends = [_product(a, b) for a in (self.low, self.high) for b in (o.low, o.high)]
        return Between(min(ends), max(ends))

    def within(self, other: Between) -> bool:
        """Whether all of it lies in another."""
        low = self.low > other.low or (self.low == other.low and (self.low_open or not other.low_open or math.isinf(self.low)))
        high = self.high < other.high or (self.high == other.high and (self.high_open or not other.high_open or math.isinf(self.high)))
        return low and high


Vector: TypeAlias = "tuple[Between, ...]"
State: TypeAlias = "dict[str, Vector]"
Cell = Callable[[State, Any], "tuple[State, object]"]
"""From the boxes before and an input to the boxes after, and what the readout shows there."""


def _product(a: End, b: End) -> End:
    return Fraction(0) if a == 0 or b == 0 else a * b


def interval(x: Between | Fraction | int) -> Between:
    """A number as an interval."""
    return x if isinstance(x, Between) else Between(Fraction(x), Fraction(x))


def _outward(x: Any, up: bool) -> Fraction:
    sign, mantissa, exponent, _ = x._mpf_
    found = Fraction(-int(mantissa) if sign else int(mantissa)) * Fraction(2) ** int(exponent)
    return found + OUTWARD * abs(found) * (1 if up else -1)


def _long(x: End) -> Any:
    x = Fraction(max(-1000, min(1000, x)))
    return DIGITS.mpf(x.numerator) / x.denominator


def rising(function: Callable[[Any], Any], least: Fraction, most: Fraction, exactly: Mapping[int, Fraction]) -> Callable[..., Between]:
    """A function that rises, between two bounds that it doesn't reach, on intervals; saturated where a threshold says so."""

    def one(x: End, up: bool, at: int | None) -> Fraction:
        if at is not None and max(x, -x) >= at:
            return most if x > 0 else least
        if x in exactly:
            return exactly[int(x)]
        return max(least, min(most, _outward(function(_long(x)), up)))

    def on(of: Between, at: int | None = None) -> Between:
        low, high = one(of.low, False, at), one(of.high, True, at)
        return Between(low, high, low == least and (at is None or of.low > -at), high == most and (at is None or of.high < at))

    return on


sigmoid = rising(lambda z: 1 / (1 + DIGITS.exp(-z)), Fraction(0), Fraction(1), {0: Fraction(1, 2)})
tanh = rising(DIGITS.tanh, Fraction(-1), Fraction(1), {0: Fraction(0)})


def step(x: Between) -> Between:
    """1 from 0 on, otherwise 0."""
    return Between(Fraction(x.low >= 0), Fraction(x.high > 0 or (x.high == 0 and not x.high_open)))


def least(x: Between, y: Between) -> Between:
    return Between(min(x.low, y.low), min(x.high, y.high))


def greatest(x: Between, y: Between) -> Between:
    return Between(max(x.low, y.low), max(x.high, y.high))


def blend(share: Between, x: Between, y: Between) -> Between:
    """A share of x and the rest of y: whatever the share is, nothing beyond the two."""
    assert share.within(Between(Fraction(0), Fraction(1)))
    mixed = share * x + (interval(1) - share) * y
    return Between(max(mixed.low, min(x.low, y.low)), min(mixed.high, max(x.high, y.high)))


def only(value: Callable[[End], object], of: Between) -> object:
    """What a function that only rises gives at both ends, and so between them."""
    low, high = value(of.low), value(of.high)
    assert low == high
    return low


def rounded(x: Between, places: Callable[[End], int] = round) -> Between:
    """The nearest whole number, the same throughout."""
    found = only(places, x)
    assert isinstance(found, int)
    return interval(found)


def sign(x: End) -> int:
    """-1, 0 or 1."""
    return (x > 0) - (x < 0)


def above(bound: Fraction | int) -> Callable[[Between], bool]:
    """Whether all of an interval is more than a bound; an error where only some of it is."""

    def holds(x: Between) -> bool:
        if x.low > bound or (x.low == bound and x.low_open):
            return True
        assert x.high <= bound
        return False

    return holds


# -- the cells -----------------------------------------------------------------------------------------------------------------

HALF = Fraction(1, 2)


def run_parity(at: int | None) -> Cell:
    def after(s: State, x: int) -> tuple[State, object]:
        (h,), (c,) = s["h_t"], s["c_t"]
        f, i, o = (sigmoid(interval(z), at) for z in (-100, 100 * x + 100, 100 * x))
        c = f * c + i * tanh(h * -100 + 50 * x, at)
        h = o * tanh(c, at)
        shows = only(round, h)
        return {"h_t": (h if at is None else rounded(h),), "c_t": (c,)}, shows

    return after


def counter(reads: Callable[[Between], object]) -> Cell:
    return lambda s, x: ({"c_t": (s["c_t"][0] + x,)}, reads(s["c_t"][0] + x))


def half_open(at: int | None) -> Cell:
    return counter(lambda c: _one_half_of(tanh(c, at)))


def _one_half_of(open_to: Between) -> int:
    """One half of a number between 0 and 1, rounded away from 0: 1 only where that number is 1."""
    if open_to.low == 1:
        return 1
    assert open_to.low >= 0 and (open_to.high < 1 or open_to.high_open)
    return 0


def latch(s: State, x: int) -> tuple[State, object]:
    h = tanh(s["h_t"][0] * 10 + 20 * x - 5)
    return {"h_t": (h,)}, only(sign, h)


def toggle(s: State, x: int) -> tuple[State, object]:
    before = s["h_t"][0] + x
    h = step(before - HALF) - step(before - 3 * HALF)
    return {"h_t": (h,)}, only(int, h)


def shift(s: State, x: int) -> tuple[State, object]:
    return {"u_t": (interval(x),), "v_t": s["u_t"]}, only(int, s["v_t"][0])


def mod_3(s: State, x: int) -> tuple[State, object]:
    one, two, three = s["h_t"]
    h = (three, one, two) if x else (one, two, three)
    return {"h_t": h}, next(k for k, each in enumerate(h, 1) if all(each.low > other.high for other in h if other is not each))


def set_reset(s: State, x: tuple[int, int]) -> tuple[State, object]:
    h = tanh(s["h_t"][0] * 10 + (30 * x[0] - 30 * x[1]))
    return {"h_t": (h,)}, only(sign, h)


def run_length(s: State, x: int) -> tuple[State, object]:
    f, i, g = sigmoid(interval(100 * x - 50), 20), sigmoid(interval(100), 20), tanh(interval(50 * x), 20)
    c = f * s["c_t"][0] + i * g
    return {"h_t": (sigmoid(interval(100), 20) * tanh(c, 20),), "c_t": (c,)}, only(lambda e: e >= 3, c)


def gru(s: State, x: int) -> tuple[State, object]:
    h, z, r = s["h_t"][0], sigmoid(interval(20 * x - 10)), sigmoid(interval(20))
    n = tanh(r * h * 10 + 20 * x)
    h = (interval(1) - z) * h + z * n
    return {"h_t": (h,)}, only(sign, h)


def mgu(s: State, x: int) -> tuple[State, object]:
    h, f = s["h_t"][0], sigmoid(interval(20 * x - 10))
    n = tanh(f * h * 10 + h * 12 + 30 * x)
    h = (interval(1) - f) * h + f * n
    return {"h_t": (h,)}, only(round, h)


def three_seen(s: State, x: tuple[int, ...]) -> tuple[State, object]:
    m = tuple(greatest(old, interval(new)) for old, new in zip(s["m_t"], x))
    return {"m_t": m}, only(lambda e: e >= 2, m[0] + m[1] + m[2])


def leaky(s: State, x: int) -> tuple[State, object]:
    h = s["h_t"][0] * Fraction(1, 10) + x
    return {"h_t": (h,)}, above(HALF)(h)


def displayed(s: State, x: int) -> tuple[State, object]:
    h = s["h_t"][0] * Fraction(1, 10) + x
    return {"h_t": (h,)}, only(round, h)


def beside(s: State, x: int) -> tuple[State, object]:
    found = greatest(s["s_t"][0], least(s["u_t"][0], interval(x)))
    return {"s_t": (found,), "u_t": (interval(x),)}, only(int, found)


def two_unit_parity(s: State, x: int) -> tuple[State, object]:
    one, zero, odd = sigmoid(interval(100)), sigmoid(interval(-100)), s["h_t"][0] - s["h_t"][1]
    c = tuple(zero * old + one * tanh(odd * 66 + 100 * x + bias) for old, bias in zip(s["c_t"], (-50, -150)))
    h = tuple(one * tanh(entry) for entry in c)
    return {"h_t": h, "c_t": c}, above(1)(h[0] - h[1])


def identity(s: State, x: tuple[int, int]) -> tuple[State, object]:
    h = tuple(greatest(old + new, interval(0)) for old, new in zip(s["h_t"], x))
    return {"h_t": h}, above(0)(h[0])


def two_latches(s: State, x: tuple[int, int]) -> tuple[State, object]:
    h = tuple(rounded(tanh(old * 20 + 30 * new - 5)) for old, new in zip(s["h_t"], x))
    return {"h_t": h}, f"({h[0].low}, {h[1].low})"


def peephole(s: State, x: int) -> tuple[State, object]:
    c = s["c_t"][0]
    i, f = sigmoid(c * -200 + 100 * x - 50, 20), sigmoid(interval(100), 20)
    c = f * c + i * tanh(interval(50 * x), 20)
    h = sigmoid(c * 100 - 50, 20) * tanh(c, 20)
    return {"h_t": (h,), "c_t": (c,)}, only(round, h)


def coupled(s: State, x: int) -> tuple[State, object]:
    (h,), (c,) = s["h_t"], s["c_t"]
    f, o = sigmoid(interval(50 - 100 * x)), sigmoid(interval(100))
    c = blend(f, c, tanh(h * 100 + 200 * x))
    h = o * tanh(c)
    return {"h_t": (h,), "c_t": (c,)}, only(sign, h)


def reset_after(s: State, x: int) -> tuple[State, object]:
    h, r, z = s["h_t"][0], sigmoid(interval(20)), sigmoid(interval(10 - 20 * x))
    n = tanh(r * (h * 20 + HALF) + 30 * x)
    h = (interval(1) - z) * n + z * h
    return {"h_t": (h,)}, only(sign, h)


CELLS: dict[str, Cell] = {
    "run parity, rounded": run_parity(50), "run parity, as it is": run_parity(None), "latch, tanh": latch, "toggle": toggle,
    "shift register": shift, "mod 3": mod_3, "set and reset": set_reset, "at least two": counter(lambda c: only(lambda e: e >= 2, c)),
    "run length": run_length, "GRU latch": gru, "MGU latch": mgu, "half open gate": half_open(50),
    "half open gate, never shut": half_open(None), "two of three": three_seen, "leaky, last input": leaky, "displayed only": displayed,
    "ones side by side": beside, "parity, two units": two_unit_parity, "identity latch": identity, "two latches": two_latches,
    "peephole, first one": peephole, "coupled gates, latch": coupled, "GRU, reset after": reset_after,
}
PROVED = [unit for unit in UNITS if unit.name in CELLS]


# -- the report ----------------------------------------------------------------------------------------------------------------


def read(text: str) -> Between:
    """An interval as the report writes it: a number, or two ends in brackets that say whether they are reached."""
    if text[0] not in "([":
        return interval(Fraction(text))
    low, high = text[1:-1].split(", ")
    return Between(_end(low), _end(high), text[0] == "(", text[-1] == ")")


def _end(text: str) -> End:
    return float(text) if "inf" in text else Fraction(text)


def read_boxes(state: Mapping[str, Any]) -> list[State]:
    """The boxes of a state."""
    return [
        {symbol: tuple(map(read, [box] if isinstance(box, str) else box)) for symbol, box in boxes.items()} for boxes in state["box"]
    ]


def inside(one: State, other: State) -> bool:
    """Whether a box lies in another."""
    return one.keys() == other.keys() and all(a.within(b) for symbol in one for a, b in zip(one[symbol], other[symbol], strict=True))


def shown(value: object) -> str:
    """A readout as the report writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def check(report: Mapping[str, Any], unit: Built, cell: Cell) -> int:
    """Check that the report's boxes prove its machine; how many images were looked at."""
    states = {state["name"]: (state["readout"], read_boxes(state)) for state in report["states"]}
    to = {(move["from"], move["input"]): move["to"] for move in report["moves"]}
    assert to.keys() == {(name, letter) for name in states for letter in unit.letters}
    boxes = [(name, box) for name, (_, found) in states.items() for box in found]
    start = {
        f"{symbol}_t": tuple(map(interval, value if isinstance(value, tuple) else (value,)))
        for symbol, value in unit.start.items() if f"{symbol}_t" in boxes[0][1]
    }
    assert start.keys() == boxes[0][1].keys()
    assert any(inside(start, box) for box in states[report["initial"]][1])
    for name, box in boxes:
        for letter, value in unit.letters.items():
            image, shows = cell(box, value)
            readout, there = states[to[name, letter]]
            assert any(inside(image, other) for other in there), (name, letter)
            assert shown(shows) == readout, (name, letter)
    return len(boxes) * len(unit.letters)


def report_of(unit: Built) -> dict[str, Any]:
    """The report of a unit, as anybody gets it."""
    found: dict[str, Any] = json.loads(symlstm.analyse(symlstm.read(unit.document), readout=unit.readout or None).to("json"))
    return found


@pytest.mark.parametrize("unit", PROVED, ids=lambda unit: unit.name)
def test_boxes_prove_the_machine(unit: Built) -> None:
    report = report_of(unit)
    assert report["proved"] is True
    assert check(report, unit, CELLS[unit.name]) >= len(report["moves"])


@pytest.mark.parametrize("name", ["run parity, as it is", "GRU latch", "run length", "leaky, last input"])
def test_the_check_would_notice_a_wrong_proof(name: str) -> None:
    unit = next(unit for unit in UNITS if unit.name == name)
    report = report_of(unit)
    wrong = json.loads(json.dumps(report))
    first, second, *_ = wrong["moves"]
    first["to"], second["to"] = second["to"], first["to"]
    with pytest.raises(AssertionError):
        check(wrong, unit, CELLS[name])
    for k, state in enumerate(report["states"]):
        if len(state["box"]) == 1:
            smaller = json.loads(json.dumps(report))
            smaller["states"][k]["box"] = [dict.fromkeys(state["box"][0], "7")]
            with pytest.raises(AssertionError):
                check(smaller, unit, CELLS[name])
