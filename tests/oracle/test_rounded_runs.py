"""Runs under conventions (rounding, ties, carrying, saturation) against the decimal module: every printed digit."""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

import pytest
from decimal_lstm import PRECISION, SYMBOLS, TIES, Case, Convention, random_case, rounded, run

import symlstm

ORDINARY, SLOW = 200, 4000
SHOWN = 4


def solved(case: Case) -> symlstm.Solution:
    return symlstm.solve(symlstm.Problem(
        cell="lstm", given=case.given, initial={"h": case.h, "c": case.c}, inputs=case.inputs, convention=case.convention.keys(),
    ))  # fmt: skip


def decimals(text: str) -> int:
    return len(text.partition(".")[2])


def agrees(seed: int) -> Counter[str]:
    """What was met: rounded and unrounded values, exact ties, saturated functions."""
    case = random_case(seed)
    met: Counter[str] = Counter()
    solution = solved(case)
    with localcontext(PRECISION):
        for time, step in enumerate(run(case)):
            for symbol in SYMBOLS:
                value, shown = step[symbol].value, step[symbol].displayed
                found = solution[f"{symbol}_{time}"]
                printed = str(found)
                places = case.convention.round.get(symbol, case.convention.round.get("all"))
                where = (seed, symbol, time, printed, str(shown)[:30])
                assert not printed.startswith("-0") or Decimal(printed) != 0, where
                assert isinstance(found.exact, str)
                unsaturated = step[symbol].unsaturated
                assert abs(Decimal(found.exact) - unsaturated) <= abs(unsaturated) * Decimal("5.01e-20"), (*where, found.exact)
                if places is not None:
                    assert decimals(printed) == places, where
                    assert Decimal(printed) == shown, where
                    met["rounded"] += 1
                    met["ties"] += (value * 10**places * 2) % 2 in (1, -1)
                elif Decimal(printed) == value:
                    met["exact"] += 1
                else:
                    assert decimals(printed) >= SHOWN, where
                    unit = Decimal(1).scaleb(-decimals(printed))
                    assert Decimal(printed) == value.quantize(unit, ROUND_HALF_EVEN), where
                    met["unrounded"] += 1
    return met


def test_random_conventions() -> None:
    met = Counter[str]()
    for seed in range(ORDINARY):
        met += agrees(seed)
    # The cases are worth something only where each kind of value, ties included, is met often.
    assert min(met["rounded"], met["unrounded"], met["exact"], met["ties"]) > 30, met


@pytest.mark.slow
def test_more_random_conventions() -> None:
    for seed in range(ORDINARY, SLOW):
        agrees(seed)


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("carry", [True, False])
@pytest.mark.parametrize("saturate", [None, "0.5", "1", "50"])
def test_each_convention_on_one_run(ties: str, carry: bool, saturate: str | None) -> None:
    """The same data under every combination of rule, carrying and bound."""
    base = random_case(11)
    bound = None if saturate is None else Decimal(saturate)
    case = Case(base.given, base.h, base.c, base.inputs, Convention({"h": 1, "c": 2}, ties, carry, bound))
    solution = solved(case)
    for time, step in enumerate(run(case)):
        for symbol in "ch":
            assert Decimal(str(solution[f"{symbol}_{time}"])) == step[symbol].displayed


@pytest.mark.parametrize(
    ("ties", "expected"),
    [  # 2.5, -2.5, 1.5, -0.5, 0.4, -1.9
        ("even", ["2", "-2", "2", "0", "0", "-2"]), ("up", ["3", "-2", "2", "0", "0", "-2"]),
        ("away", ["3", "-3", "2", "-1", "0", "-2"]), ("zero", ["2", "-2", "1", "0", "0", "-2"]),
        ("truncate", ["2", "-2", "1", "0", "0", "-1"]),
    ],
)  # fmt: skip
def test_ties_by_hand(ties: str, expected: list[str]) -> None:
    inputs = ["2.5", "-2.5", "1.5", "-0.5", "0.4", "-1.9"]
    solution = symlstm.solve(symlstm.Problem(cell="y_t = x_t", inputs=inputs, convention={"round": {"y": 0}, "ties": ties}))
    assert [str(solution[f"y_{t}"]) for t in range(6)] == expected
    assert [str(rounded(Decimal(x), 0, ties) + 0) for x in inputs] == expected
