"""The readings of the first document, and of random units, against a plain LSTM in decimals that imports nothing of symlstm."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from itertools import product
from pathlib import Path

import pytest

from symlstm.model.files import read_source, text_source
from symlstm.model.reader import read
from symlstm.teaching.asked import Desk
from symlstm.teaching.lint.case import Case
from symlstm.teaching.lint.partings import Parting, partings
from symlstm.teaching.lint.report import lint_source

HERE = Path(__file__).parent
ONE, ZERO = Decimal(1), Decimal(0)
MODES = {"even": ROUND_HALF_EVEN, "away": ROUND_HALF_UP, "zero": ROUND_HALF_DOWN, "truncate": ROUND_DOWN}


@dataclass(frozen=True)
class Oracle:
    """How one student computes: `saturate` where functions are taken at their limits, `on` which of gates, candidate, output."""

    ties: str = "even"
    carry: bool = True
    gates: bool = False
    saturate: int | None = None
    on: tuple[str, ...] = ("gates", "candidate", "output")

    def rounded(self, x: Decimal) -> Decimal:
        if self.ties == "up":
            return (x + Decimal("0.5")).quantize(ONE, ROUND_FLOOR) + ZERO
        return x.quantize(ONE, MODES[self.ties]) + ZERO

    def function(self, kind: str, sigmoid: bool, z: Decimal) -> Decimal:
        if self.saturate is not None and kind in self.on and abs(z) >= self.saturate:
            return ONE if z > 0 else ZERO if sigmoid else -ONE
        small = (-abs(z) * (1 if sigmoid else 2)).exp()
        if sigmoid:
            return (ONE if z >= 0 else small) / (1 + small)
        return (1 - small) / (1 + small) * (1 if z >= 0 else -1)

    def states(self, k: dict[str, Decimal], inputs: list[int]) -> list[int]:
        """h at every step, from h = c = 0."""
        h = c = ZERO
        out = []
        with localcontext(prec=60):
            for x in inputs:
                f, i, o = (self.gate(k[f"{n}h"] * h + k[f"{n}x"] * x + k[f"b{n}"]) for n in "fio")
                c = f * c + i * self.function("candidate", False, k["ch"] * h + k["cx"] * x + k["bc"])
                value = o * self.function("output", False, c)
                shown = self.rounded(value)
                out.append(int(shown))
                h = shown if self.carry else value
        return out

    def gate(self, z: Decimal) -> Decimal:
        value = self.function("gates", True, z)
        # What is rounded for display only isn't used.
        return self.rounded(value) if self.gates and self.carry else value


POSED = {"fh": 0, "fx": 0, "bf": -100, "ih": 0, "ix": 100, "bi": 100, "oh": 0, "ox": 100, "bo": 0, "ch": -100, "cx": 50, "bc": 0}
INPUTS = ([0, 0, 1, 1, 1, 0], [1, 1, 0, 1, 1])


def weights(numbers: dict[str, int]) -> dict[str, Decimal]:
    return {name: Decimal(value) for name, value in numbers.items()}


def as_oracle(parting: Parting) -> Oracle:
    """The student who reads the problem so, from the words of the readings."""
    said = {reading.dimension: reading.words for reading in parting.readings}
    options: dict[str, object] = {"gates": "gates" in said, "carry": "carry" not in said}
    if "ties" in said:
        ids = {"even digit": "even", "goes up": "up", "away": "away", "towards zero": "zero", "cut off": "truncate"}
        options["ties"] = next(key for words, key in ids.items() if words in said["ties"])
    if found := re.fullmatch(r"(.*) (?:is|are) saturated from \|z\| = (\d+) on", said.get("saturation", "")):
        options["saturate"] = int(found[2])
        options["on"] = ("gates", "candidate", "output") if found[1] == "sigmoid and tanh" else (found[1].removeprefix("the "),)
    return Oracle(**options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def posed() -> Case:
    problem = read(read_source(HERE / "problems/lint-as-first-posed.md"))
    return Case(problem, Desk(problem))


def test_every_value_of_the_first_document_is_the_oracles(posed: Case) -> None:
    found = [(sheet, parting) for sheet in posed.sheets for parting in partings(posed, sheet)]
    assert len(found) >= 6
    for sheet, parting in found:
        inputs = INPUTS[sheet.finds[0].question.number - 1]
        here, there = Oracle().states(weights(POSED), inputs), as_oracle(parting).states(weights(POSED), inputs)
        for change in parting.changes:
            assert change.place.time is not None
            assert change.here == (str(here[change.place.time]),)
            assert change.there == (str(there[change.place.time]),), parting.words


def everyone() -> Iterator[Oracle]:
    """Everybody whom the first document's text leaves free."""
    kinds = [("gates", "candidate", "output"), ("gates",), ("candidate",), ("output",)]
    saturations = [(None, kinds[0]), *product((1, 50), kinds)]
    for ties, carry, gates, (size, on) in product(("even", "up", "away", "zero"), (True, False), (False, True), saturations):
        yield Oracle(ties, carry, gates, size, on)


def test_every_split_of_the_first_document_is_told(posed: Case) -> None:
    for sheet, inputs in zip(posed.sheets, INPUTS, strict=True):
        base = Oracle().states(weights(POSED), inputs)
        runs = [oracle.states(weights(POSED), inputs) for oracle in everyone()]
        split = {time for time in range(len(inputs)) if any(run[time] != base[time] for run in runs)}
        assert split == {change.place.time for parting in partings(posed, sheet) for change in parting.changes}


def test_what_the_discussion_asked_is_found(posed: Case) -> None:
    report = lint_source(posed.source)
    by_code = {finding.code: finding for finding in report.findings}
    assert {"gates-open", "saturation-open"} <= by_code.keys()
    # Excel's ROUND takes o_5 = 0.5 to 1, so h_5 = tanh(-1) is -1; numpy.round takes it to 0.
    assert Oracle("away", gates=True).states(weights(POSED), INPUTS[0])[5] == -1
    assert Oracle("even", gates=True).states(weights(POSED), INPUTS[0])[5] == 0 == round(0.5)
    for words in ("σ(0) stays 0.5", "Excel", "h_5 = −1 instead of 0"):
        assert words in by_code["gates-open"].what
    assert by_code["gates-open"].question == 1


DOCUMENT = """---
title: A unit
convention: {{round: {{h: 0}}}}
---
$$\\begin{{aligned}}
f_t &= \\sigma({fh} h_{{t-1}} + {fx} x_t + {bf}) \\\\ i_t &= \\sigma({ih} h_{{t-1}} + {ix} x_t + {bi}) \\\\
o_t &= \\sigma({oh} h_{{t-1}} + {ox} x_t + {bo}) \\\\
c_t &= f_t c_{{t-1}} + i_t \\tanh({ch} h_{{t-1}} + {cx} x_t + {bc}) \\\\ h_t &= o_t \\tanh(c_t)
\\end{{aligned}}$$
with $h_0 = c_0 = 0$. {{convention}}

```question
find: h
inputs: {inputs}
```
"""


@pytest.mark.parametrize("seed", range(60))
def test_random_units(seed: int) -> None:
    draw = random.Random(f"lint {seed}")
    numbers = {name: draw.choice([0, 0, 1, 2, 5, -1, -3, 60, -60]) for name in POSED}
    inputs = [draw.choice([0, 1, -1]) for _ in range(5)]
    text = DOCUMENT.format(inputs=inputs, **{name: f"({value})" for name, value in numbers.items()})
    problem = read(text_source("unit.md", text))
    case = Case(problem, Desk(problem))
    (sheet,) = case.sheets
    base = Oracle().states(weights(numbers), inputs)
    found = partings(case, sheet)
    for parting in found:
        there = as_oracle(parting).states(weights(numbers), inputs)
        for change in parting.changes:
            assert change.place.time is not None
            assert (change.here, change.there) == ((str(base[change.place.time - 1]),), (str(there[change.place.time - 1]),))
    runs = [oracle.states(weights(numbers), inputs) for oracle in everyone() if oracle.saturate != 50]
    split = {time + 1 for time in range(len(inputs)) if any(run[time] != base[time] for run in runs)}
    assert {change.place.time for parting in found for change in parting.changes} == split
