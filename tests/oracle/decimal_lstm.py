"""A scalar LSTM under a convention, by the decimal module at 60 digits; imports nothing of symlstm.

Rounding, saturation and what is carried on follow section 3 of the design, written again from its words.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, localcontext

SYMBOLS = "fioch"
TIES = ("even", "up", "away", "zero", "truncate")
PRECISION = Context(prec=60)
ONE = Decimal(1)


def rounded(x: Decimal, places: int, ties: str) -> Decimal:
    unit = ONE.scaleb(-places)
    if ties == "up":
        return (x + unit / 2).quantize(unit, ROUND_FLOOR)
    mode = {"even": ROUND_HALF_EVEN, "away": ROUND_HALF_UP, "zero": ROUND_HALF_DOWN, "truncate": ROUND_DOWN}[ties]
    return x.quantize(unit, mode)


def sigmoid(z: Decimal) -> Decimal:
    small = (-abs(z)).exp()
    return (ONE if z >= 0 else small) / (1 + small)


def tanh(z: Decimal) -> Decimal:
    small = (-2 * abs(z)).exp()
    size = (1 - small) / (1 + small)
    return size if z >= 0 else -size


@dataclass(frozen=True)
class Convention:
    """`round` holds places by symbol, `saturate` the bound or None, `on` the symbols it holds for (all if none)."""

    round: dict[str, int]
    ties: str
    carry: bool
    saturate: Decimal | None = None
    on: str = ""

    def function(self, symbol: str, sigmoidal: bool, z: Decimal) -> Decimal:
        if self.saturate is not None and (not self.on or symbol in self.on) and abs(z) >= self.saturate:
            return ONE if z > 0 else ONE - 1 if sigmoidal else -ONE
        return sigmoid(z) if sigmoidal else tanh(z)

    def keys(self) -> dict[str, object]:
        """The convention as symlstm's Python face takes it."""
        out: dict[str, object] = {"ties": self.ties, "carry": self.carry}
        if self.round:
            out["round"] = dict(self.round)
        if self.saturate is not None:
            out["saturate"] = {"at": str(self.saturate), "on": list(self.on)} if self.on else str(self.saturate)
        return out


@dataclass(frozen=True)
class Case:
    """The data of a run, all decimals of few digits."""

    given: dict[str, Decimal]
    h: Decimal
    c: Decimal
    inputs: list[Decimal]
    convention: Convention


@dataclass(frozen=True)
class Made:
    """One symbol's value: `unsaturated` before its own saturation and rounding, `value` before its rounding, as `displayed`."""

    unsaturated: Decimal
    value: Decimal
    displayed: Decimal


def run(case: Case) -> list[dict[str, Made]]:
    """Every symbol at every step."""
    k, rule = case.given, case.convention
    out = []
    with localcontext(PRECISION):
        carried = {"h": case.h, "c": case.c}
        for x in case.inputs:
            step: dict[str, Made] = {}

            def keep(symbol: str, unsaturated: Decimal, value: Decimal, step: dict[str, Made] = step) -> Decimal:
                places = rule.round.get(symbol, rule.round.get("all"))
                shown = value if places is None else rounded(value, places, rule.ties)
                step[symbol] = Made(unsaturated, value, shown)
                return shown if rule.carry else value

            before = carried

            def sums(letter: str, x: Decimal = x, before: dict[str, Decimal] = before) -> Decimal:
                return k[f"W^{{{letter},h}}"] * before["h"] + k[f"W^{{{letter},x}}"] * x + k[f"b_{letter}"]

            f, i, o = (keep(gate, sigmoid(sums(gate)), rule.function(gate, True, sums(gate))) for gate in "fio")
            kept = f * before["c"]
            c = keep("c", kept + i * tanh(sums("c")), kept + i * rule.function("c", False, sums("c")))
            h = keep("h", o * tanh(c), o * rule.function("h", False, c))
            carried = {"h": h, "c": c}
            out.append(step)
    return out


def random_case(seed: int) -> Case:
    """Weights of at most two decimals, many of them zero or whole, so that ties, thresholds and zeros are met."""
    draw = random.Random(f"decimal lstm {seed}")

    def number(span: int) -> Decimal:
        kind = draw.random()
        if kind < 0.2:
            return Decimal(0)
        if kind < 0.5:
            return Decimal(draw.randint(-span, span))
        if kind < 0.75:
            return Decimal(draw.randint(-2 * span, 2 * span)) / 2
        return Decimal(draw.randint(-100 * span, 100 * span)) / 100

    given = {f"W^{{{gate},{by}}}": number(2) for gate in "fioc" for by in "hx"} | {f"b_{gate}": number(2) for gate in "fioc"}
    saturate = draw.choice([None, Decimal("0.5"), ONE, Decimal(50)])
    symbols = draw.sample(SYMBOLS, draw.randint(0, 5))
    places = {symbol: draw.randint(0, 4) for symbol in symbols}
    if draw.random() < 0.2:
        places["all"] = draw.randint(0, 5)
    convention = Convention(
        places, TIES[seed % 5], seed // 5 % 2 == 0, saturate,
        "".join(draw.sample(SYMBOLS, draw.randint(1, 4))) if saturate is not None and draw.random() < 0.4 else "",
    )  # fmt: skip
    return Case(given, number(1), number(1), [number(2) for _ in range(draw.randint(1, 10))], convention)
