"""A step on boxes against `derive` on numbers drawn from them, for the cells of the catalogue and for what their equations lack."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from flint import arb, fmpq

import symlstm
from symlstm.analysis.boxes.enclosure import Box, Enclosed, Enclosure
from symlstm.analysis.boxes.intervals import EVERYTHING, Interval, point
from symlstm.arithmetic.real import Real, exact
from symlstm.arithmetic.value import entries, vector
from symlstm.derivation.derive import derive
from symlstm.derivation.programs import Programs
from symlstm.derivation.trace import Computed
from symlstm.errors import Source, SymlstmError, UndecidedError
from symlstm.model import catalogue
from symlstm.model.problem import Run
from symlstm.model.reader import read
from symlstm.model.values import Given, written
from symlstm.notation.tree import Name

PROBLEM = Path(__file__).parents[2] / "reports" / "lstm-states" / "problem.md"

CONVENTIONS: list[dict[str, Any]] = [
    {},
    {"saturate": 1, "round": {"all": 2}, "ties": "away"},
    {"saturate": "1/2", "round": {"all": 1, "h": 0, "s": 0}, "ties": "zero", "carry": "false"},
    {"round": {"all": 1}, "ties": "truncate"},
]


def number(rng: random.Random) -> str:
    return str(Fraction(rng.randrange(-30, 31), rng.choice([1, 4, 10])))


def array(rng: random.Random, rows: int, columns: int = 0) -> Any:
    if not columns:
        return [number(rng) for _ in range(rows)] if rows > 1 else number(rng)
    return [[number(rng) for _ in range(columns)] for _ in range(rows)]


def shape(cell: str, name: str, n: int, m: int) -> tuple[int, int]:
    """Rows and columns of a catalogue cell's parameter; no columns for a vector."""
    if cell == "mgu" and name[0] == "W":
        return n, n + m
    if name[0] in "bw":
        return n, 0
    if name[0] == "U" or re.search(r"[\^_]\{(.,[hs]|h.)\}", name):
        return n, n
    return n, m


def catalogue_run(cell: str, n: int, m: int, convention: Mapping[str, Any], rng: random.Random) -> Run:
    bare = symlstm.Problem(cell=cell).run
    sized = {str(name): shape(cell, str(name), n, m) for name in bare.cell.parameters}
    if cell == "lstm-stacked":
        sized = {"W": (4 * n, n + m)}  # of which W_i, W_f, W_o and W_g are blocks
    given = {name: array(rng, rows, columns) if n > 1 else number(rng) for name, (rows, columns) in sized.items()}
    if n == 1 and cell in ("lstm-stacked", "mgu"):
        given |= {name: array(rng, *sized[name]) for name in sized if name[0] == "W"}
    states = {name for name in bare.cell.lags if name in bare.cell.by_name}
    known = {key: value for key, value in convention.items() if key != "round"}
    round_ = {key: value for key, value in convention.get("round", {}).items() if key == "all" or Name(key) in bare.cell.by_name}
    return symlstm.Problem(
        cell=cell, given=given, initial={str(name): array(rng, n) for name in states}, inputs=[array(rng, m)],
        convention=known | ({"round": round_} if round_ else {}),
    ).run


def box(rng: random.Random, count: int) -> Box:
    found = []
    for _ in range(count):
        ends = sorted(exact(number(rng)) for _ in range(2))
        kind = rng.randrange(4)
        if kind == 0 or ends[0] == ends[1]:
            found.append(point(ends[0]))
        elif kind == 1:
            found.append(Interval(ends[0], ends[0] + fmpq(1, 1000)))
        else:
            found.append(Interval(ends[0], ends[1]))
    return tuple(found)


def chosen(rng: random.Random, a: Interval) -> fmpq:
    assert a.low is not None and a.high is not None
    return a.low + (a.high - a.low) * rng.choice([fmpq(0), fmpq(1), fmpq(rng.randrange(1001), 1000)])


def derived(run: Run, programs: Programs, memory: Mapping[tuple[Name, int], Sequence[fmpq]], letter: Sequence[fmpq]) -> Mapping[Name, Computed]:
    """What `derive` computes at the first step from these numbers."""
    timed = {(name, run.first - lag): vector(list(xs)) for (name, lag), xs in memory.items()}
    timed |= {(name, run.first): vector(list(letter)) for name in run.cell.inputs}
    values = {place: Given(value, written(value)) for place, value in timed.items()}
    trace = derive(replace(run, timed=values, last=run.first), programs=programs)
    return {name: steps[run.first] for name, steps in trace.computed.items()}


def holds(a: Interval, x: Real) -> bool:
    """Whether a number is in the interval; a ball that touches it, which is all that its precision says."""
    if isinstance(x, arb):
        return not (a.low is not None and bool(x < a.low)) and not (a.high is not None and bool(x > a.high))
    if a.low is not None and (x < a.low or (a.low_open and x == a.low)):
        return False
    return a.high is None or bool(x < a.high) or (not a.high_open and bool(x == a.high))


def assert_encloses(found: Mapping[Name, Enclosed], made: Mapping[Name, Computed]) -> None:
    assert list(found) == list(made)
    for name, enclosed in found.items():
        for part in ("carried", "unrounded", "displayed"):
            boxes, values = getattr(enclosed, part), entries(getattr(made[name], part))
            assert len(boxes) == len(values)
            for a, x in zip(boxes, values, strict=True):
                assert holds(a, x), f"{name} ({part}): {x} isn't in {a}"


def assert_same(found: Mapping[Name, Enclosed], made: Mapping[Name, Computed]) -> None:
    """A point for a rational, and 25 digits of what isn't one."""
    for name, enclosed in found.items():
        for a, x in zip((*enclosed.carried, *enclosed.displayed), (*entries(made[name].carried), *entries(made[name].displayed)), strict=True):
            assert a.low is not None and a.high is not None
            if not isinstance(x, arb):
                assert a.point == x, f"{name}: {a} isn't {x}"
            width = a.high - a.low
            assert width <= max(fmpq(1), abs(a.low)) / fmpq(10) ** 25, f"{name}: {a} is wide"


CASES = [(cell, n, m, k) for cell in catalogue.names() for n, m in ((1, 1), (3, 2)) for k in range(len(CONVENTIONS))]


@pytest.mark.parametrize(("cell", "n", "m", "convention"), CASES)
def test_catalogue(cell: str, n: int, m: int, convention: int) -> None:
    rng = random.Random(f"{cell} {n} {convention}")
    run = catalogue_run(cell, n, m, CONVENTIONS[convention], rng)
    check(run, dict.fromkeys(run.cell.by_name, n), m, rng)


def check(run: Run, sizes: Mapping[Name, int], m: int, rng: random.Random, rounds: int = 3) -> None:
    enclosure, programs = Enclosure(run), Programs()
    assert all(enclosure.size(name) == count for name, count in sizes.items())
    for _ in range(rounds):
        memory = {(name, lag): box(rng, enclosure.size(name)) for name, lag in enclosure.reads}
        letter = box(rng, m) if run.cell.inputs else ()
        found = enclosure.step(memory, letter)
        for _ in range(4):
            xs = {read: [chosen(rng, a) for a in entries_] for read, entries_ in memory.items()}
            x = [chosen(rng, a) for a in letter]
            try:
                made = derived(run, programs, xs, x)
            except UndecidedError:
                continue
            assert_encloses(found, made)
            exactly = enclosure.step({read: tuple(map(point, values)) for read, values in xs.items()}, tuple(map(point, x)))
            assert_encloses(exactly, made)
            assert_same(exactly, made)


EQUATIONS: list[tuple[str, str, dict[str, Any], dict[str, Any], Any]] = [
    ("component", r"h_t = [\tanh(h_{t-1}[2]); h_{t-1}[1] x_t]", {}, {"h": ["1", "2"]}, [1]),
    ("lags", r"h_t = h_{t-1} h_{t-3} - x_{t-1}", {}, {"h": 1, "h_{-2}": 2, "h_{-3}": 1, "x_{-1}": 1}, [1]),
    ("softmax", r"a_t = \operatorname{softmax}(V h_{t-1}) \\ h_t = a_t \odot x_t", {"V": [[1, 2], [0, "-1/2"]]}, {"h": [1, 0]}, [[1, 2]]),
    ("row of weights", r"h_t = \tanh(W h_{t-1} + x_t) \\ y_t = v h_t + b", {"W": [[1, 2], [0, 1]], "v": [1, -1], "b": 2}, {"h": [1, 0]}, [[1, 2]]),
    ("stack", r"h_t = \tanh(W [h_{t-1}; x_t])", {"W": [[1, 2, 1], [0, 1, "-1/2"]]}, {"h": [1, 0]}, [1]),
    ("transpose", r"h_t = (h_{t-1}^\top u) x_t + h_{t-1}", {"u": [1, 2]}, {"h": [1, 0]}, [1]),
    ("powers", r"h_t = h_{t-1}^3 - x_t^2 + (1 + x_t^2)^{-1}", {}, {"h": 1}, [1]),
    ("quotient", r"h_t = \frac{h_{t-1} + x_t}{1 + \exp(x_t)} / 3", {}, {"h": 1}, [1]),
    ("several arguments", r"h_t = \max(h_{t-1}, x_t, 0) - \min(h_{t-1}, 1) + \operatorname{clip}(x_t, -1, 1)", {}, {"h": 1}, [1]),
    ("least entry", r"m_t = \max(h_{t-1}) \\ h_t = h_{t-1} - m_t x_t", {}, {"h": [1, 2]}, [1]),
    ("steps", r"h_t = \operatorname{step}(h_{t-1} - x_t) + \operatorname{sign}(x_t) + \operatorname{hardsigmoid}(h_{t-1})", {}, {"h": 1}, [1]),
    ("differences", r"h_t = h_{t-1} + z_t \odot (\operatorname{relu}(x_t) - h_{t-1}) \\ z_t = \sigma(x_t)", {}, {"h": 1}, [1]),
    ("a share of itself", r"z_t = \sigma(x_t) \\ h_t = (1 - z_t) \odot z_t + 2 z_t \odot h_{t-1} + 2(1 - z_t) \odot (h_{t-1} - x_t)", {}, {"h": 1}, [1]),
    ("no share", r"h_t = (1 - x_t) \odot h_{t-1} + x_t \odot \tanh(x_t)", {}, {"h": 1}, [1]),
    ("no input", r"h_t = 1 - h_{t-1}/2", {}, {"h": 1}, None),
    ("wide", r"h_t = \tanh(W h_{t-1} + u x_t)", {"W": [[(i * j) % 5 - 2 for j in range(14)] for i in range(14)], "u": [1] * 14}, {"h": [1] * 14}, [1]),
    ("wide, twice", r"h_t = \tanh(V W h_{t-1})", {"W": [[(i * j) % 5 - 2 for j in range(14)] for i in range(13)], "V": [[1] * 13] * 14}, {"h": [1] * 14}, None),
]


@pytest.mark.parametrize(("cell", "given", "initial", "inputs"), [row[1:] for row in EQUATIONS], ids=[row[0] for row in EQUATIONS])
def test_equations(cell: str, given: dict[str, Any], initial: dict[str, Any], inputs: Any) -> None:
    rng = random.Random(cell)
    run = symlstm.Problem(cell=cell, given=given, initial=initial, inputs=inputs).run
    letter = len(inputs[0]) if inputs and isinstance(inputs[0], list) else 1
    check(run, {}, letter, rng, rounds=6 if len(str(given)) < 200 else 1)


def made_of(cell: str, **parts: Any) -> tuple[Enclosure, dict[str, Name]]:
    enclosure = Enclosure(symlstm.Problem(cell=cell, **parts).run)
    return enclosure, {str(name): name for name, _ in enclosure.reads}


def test_nothing_but_what_two_boxes_hold_comes_out_of_their_mixture() -> None:
    """A gate between 0 and 1 never leaves the hull of old state and candidate, however the equation is written."""
    forms = {
        r"(1 - z_t) \odot h_{t-1} + z_t \odot g_t", r"z_t \odot g_t + (1 - z_t) \odot h_{t-1}", r"h_{t-1} + z_t \odot (g_t - h_{t-1})",
        r"h_{t-1} - z_t \odot (h_{t-1} - g_t)", r"i_t \odot h_{t-1} + z_t \odot g_t",
    }
    for form in forms:
        cell = rf"z_t = \sigma(u x_t) \\ i_t = 1 - z_t \\ g_t = \tanh(v x_t) \\ h_t = {form}"
        enclosure, names = made_of(cell, given={"u": 1, "v": 1}, initial={"h": 0}, inputs=[1])
        found = enclosure.step({(names["h"], 1): (Interval(fmpq(-1), fmpq(1)),)}, (Interval(None, None),))
        assert str(found[names["h"]].carried[0]) == "[-1, 1]", form


def test_what_cancels_is_zero_and_constants_are_known_beforehand() -> None:
    enclosure, names = made_of(r"h_t = h_{t-1} - h_{t-1} + 0 x_t + \sigma(0)", initial={"h": 0}, inputs=[1])
    assert enclosure.step({(names["h"], 1): (EVERYTHING,)}, (EVERYTHING,))[names["h"]].carried[0].point == fmpq(1, 2)
    enclosure, names = made_of("lstm", given={"weights": 0, "biases": 0}, initial={"h": 0, "c": 0}, inputs=[1])
    found = enclosure.step({(names["h"], 1): (EVERYTHING,), (names["c"], 1): (Interval(None, fmpq(2)),)}, (EVERYTHING,))
    assert str(found[names["c"]].carried[0]) == "(-∞, 1]"


def test_factors_that_are_the_same_number() -> None:
    for form, expected in (("h_{t-1} h_{t-1}", "[0, 4)"), ("h_{t-1} h_{t-1} h_{t-1}", "[-1, 8)"), ("2 h_{t-1} \\cdot h_{t-1}", "[0, 8)")):
        enclosure, names = made_of(rf"h_t = {form} + 0 x_t", initial={"h": 0}, inputs=[1])
        found = enclosure.step({(names["h"], 1): (Interval(fmpq(-1), fmpq(2), high_open=True),)}, (EVERYTHING,))
        assert str(found[names["h"]].carried[0]) == expected, form


def test_half_a_gate_of_a_full_memory_cell_rounds_to_zero() -> None:
    cell = r"c_t = c_{t-1} + x_t \\ h_t = \tanh(c_t) / 2"
    enclosure, names = made_of(cell, initial={"c": 0}, inputs=[1], convention={"round": {"h": 0}, "ties": "away", "carry": "false"})
    found = {str(n): e for n, e in enclosure.step({(names["c"], 1): (Interval(fmpq(20), None),)}, (point(fmpq(1)),)).items()}
    assert str(found["c"].carried[0]) == "[21, ∞)"
    assert found["h"].displayed[0].point == 0
    (carried,) = found["h"].carried
    assert carried.high == fmpq(1, 2) and carried.high_open and carried == found["h"].unrounded[0]


def test_an_alphabet_says_how_many_entries_a_letter_has() -> None:
    run = symlstm.Problem(cell="h_t = h_{t-1} + x_t[1] - x_t[2]", initial={"h": 0}, alphabet=[[1, 0], [0, 1]]).run
    (h,) = run.cell.by_name
    found = Enclosure(run).step({(h, 1): (Interval(fmpq(1), None),)}, (point(fmpq(1)), Interval(fmpq(0), fmpq(1))))
    assert [str(x) for x in found[h].carried] == ["[1, ∞)"]


def test_the_problem_of_the_reports_step_by_step() -> None:
    """Boxes carried on from step to step, not drawn anew, give what the lecturer's key says."""
    problem = read(Source(str(PROBLEM), PROBLEM.read_text(encoding="utf-8")))
    for inputs, answer in (([0, 0, 1, 1, 1, 0], [0, 0, 1, -1, 1, 0]), ([1, 1, 0, 1, 1], [1, -1, 0, 1, -1])):
        enclosure = Enclosure(problem.run)
        memory: dict[tuple[Name, int], Box] = {read: (point(fmpq(0)),) for read in enclosure.reads}
        for x, h in zip(inputs, answer, strict=True):
            found = enclosure.step(memory, (point(fmpq(x)),))
            assert found[Name("h")].displayed[0].point == h
            memory = {read: found[read[0]].carried for read in enclosure.reads}


ERRORS = [
    (r"h_t = w h_{t-1} + x_t", {"initial": {"h": 0}, "inputs": [1]}, "parameter"),
    (r"h_t = h_{t-1} + x_t + y_t", {"initial": {"h": 0}, "inputs": {"x": [1], "y": [1]}}, "one input"),
    (r"h_t = W x_t + h_{t-1}", {"given": {"W": [[1, 2], [3, 4]]}, "initial": {"h": [0, 0]}, "inputs": [[1, 2, 3]]}, "2×2"),
]


@pytest.mark.parametrize(("cell", "parts", "said"), ERRORS, ids=[row[2] for row in ERRORS])
def test_errors(cell: str, parts: dict[str, Any], said: str) -> None:
    with pytest.raises(SymlstmError, match=said):
        Enclosure(symlstm.Problem(cell=cell, **parts).run)


def test_boxes_that_do_not_fit() -> None:
    enclosure, names = made_of(r"h_t = h_{t-1} + x_t", initial={"h": 0}, inputs=[1])
    with pytest.raises(SymlstmError, match="a box of 2"):
        enclosure.step({(names["h"], 1): (EVERYTHING, EVERYTHING)}, (EVERYTHING,))
    with pytest.raises(SymlstmError, match="no box"):
        enclosure.step({}, (EVERYTHING,))
