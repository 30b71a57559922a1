"""Horizons against the true time of failure, computed by mpmath, and derivatives against differences of what `derive` computes."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import mpmath
import pytest
from flint import arb, fmpq
from mpmath import mp, mpf
from test_enclosure import CONVENTIONS, EQUATIONS, catalogue_run, chosen, derived, number

import symlstm
from symlstm.analysis.boxes.derivatives import SLOPES, Derivatives
from symlstm.analysis.boxes.enclosure import Box, Enclosure, Read
from symlstm.analysis.boxes.interval_functions import FUNCTIONS, function
from symlstm.analysis.boxes.intervals import Interval, point
from symlstm.analysis.machines import horizon as horizons
from symlstm.analysis.machines.analyst import Analyst
from symlstm.analysis.machines.cover import close
from symlstm.analysis.machines.horizon import ENDLESS, Horizon, horizon, steps_within
from symlstm.analysis.statements.reader import read_term
from symlstm.arithmetic.real import exact
from symlstm.arithmetic.value import entries
from symlstm.derivation.programs import Programs
from symlstm.errors import UndecidedError
from symlstm.model import catalogue
from symlstm.model.problem import Run

mp.dps = 60
BITS = "alphabet: [0, 1]"
SRN = "alphabet: {s: [1, 0], r: [0, 1], n: [0, 0]}"


# -- derivatives ---------------------------------------------------------------------------------------------------------------


def wide_box(rng: random.Random, count: int, width: fmpq) -> Box:
    lows = [exact(number(rng)) for _ in range(count)]
    return tuple(Interval(low, low + width) for low in lows)


def check_differences(run: Run, m: int, rng: random.Random, width: fmpq) -> int:
    """(f(x) - f(y)) / (x_k - y_k) lies in the interval of the derivative, for x and y of a box that differ in one entry."""
    derivatives, programs = Derivatives(run), Programs()
    sizes = memory_sizes(run)
    memory = {read: wide_box(rng, sizes[read], width) for read in derivatives.reads}
    letter = tuple(point(exact(number(rng))) for _ in range(m)) if run.cell.inputs else ()
    found = derivatives.of(memory, letter)
    x = {read: [chosen(rng, a) for a in box] for read, box in memory.items()}
    inputs = [a.point for a in letter if a.point is not None]
    tried = 0
    try:
        at_x = derived(run, programs, x, inputs)
        for read, box in memory.items():
            for k, a in enumerate(box):
                y = {each: list(values) for each, values in x.items()}
                y[read][k] = chosen(rng, a)
                step = x[read][k] - y[read][k]
                if not step:
                    continue
                at_y = derived(run, programs, y, inputs)
                for name, rows in found.items():
                    pairs = zip(rows, entries(at_x[name].carried), entries(at_y[name].carried), strict=True)
                    for gradient, one, other in pairs:
                        slope = (arb(one) - arb(other)) / arb(step)
                        bound = gradient.get((read, k), point(fmpq(0)))
                        assert bound.low is None or not bool(slope < arb(bound.low)), f"{name} by {read}[{k}]: {slope} is below {bound}"
                        assert bound.high is None or not bool(slope > arb(bound.high)), f"{name} by {read}[{k}]: {slope} is above {bound}"
                        tried += 1
    except UndecidedError:
        pass
    return tried


def memory_sizes(run: Run) -> dict[Read, int]:
    enclosure = Enclosure(run)
    return {(name, lag): enclosure.size(name) for name, lag in enclosure.reads}


@pytest.mark.parametrize("convention", range(len(CONVENTIONS)))
@pytest.mark.parametrize(("n", "m"), [(1, 1), (3, 2)])
@pytest.mark.parametrize("cell", catalogue.names())
def test_derivatives_of_the_catalogue(cell: str, n: int, m: int, convention: int) -> None:
    rng = random.Random(f"{cell} {n} {convention} derivatives")
    run = catalogue_run(cell, n, m, CONVENTIONS[convention], rng)
    tried = sum(check_differences(run, m, rng, width) for width in (fmpq(1, 10**6), fmpq(1, 4), fmpq(2)))
    assert tried or convention


@pytest.mark.parametrize(("cell", "given", "initial", "inputs"), [row[1:] for row in EQUATIONS], ids=[row[0] for row in EQUATIONS])
def test_derivatives_of_equations(cell: str, given: dict[str, Any], initial: dict[str, Any], inputs: Any) -> None:
    rng = random.Random(f"{cell} derivatives")
    run = symlstm.Problem(cell=cell, given=given, initial=initial, inputs=inputs).run
    m = len(inputs[0]) if inputs and isinstance(inputs[0], list) else 1
    widths = [fmpq(1, 10**6), fmpq(1, 2), fmpq(4)] if len(str(given)) < 200 else [fmpq(1, 2)]
    assert sum(check_differences(run, m, rng, width) for width in widths)


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("cell", catalogue.names())
def test_derivatives_are_narrow_in_narrow_boxes(cell: str, n: int) -> None:
    rng = random.Random(f"{cell} {n} narrow")
    run = catalogue_run(cell, n, n, {}, rng)
    derivatives = Derivatives(run)
    sizes = memory_sizes(run)
    memory = {read: wide_box(rng, sizes[read], fmpq(1, 10**12)) for read in derivatives.reads}
    letter = tuple(point(exact(number(rng))) for _ in range(n))
    for rows in derivatives.of(memory, letter).values():
        for slope in (slope for row in rows for slope in row.values()):
            assert slope.low is not None and slope.high is not None
            assert slope.high - slope.low < fmpq(1, 10**6)


TRUE: dict[str, Callable[[mpf], mpf]] = {
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)), "tanh": mpmath.tanh, "exp": mpmath.exp, "relu": lambda z: max(z, mpf(0)),
    "hardsigmoid": lambda z: min(max(z / 6 + mpf(1) / 2, mpf(0)), mpf(1)), "identity": lambda z: z,
}


@pytest.mark.parametrize("name", sorted(TRUE))
def test_slopes(name: str) -> None:
    rng = random.Random(name)
    for _ in range(200):
        low = fmpq(rng.randrange(-500, 500), 100)
        z = Interval(low, low + fmpq(rng.randrange(1, 400), 100))
        slope = SLOPES[name](z, function(name, z))
        x, y = sorted(mpf(int(e.p)) / int(e.q) for e in (chosen(rng, z), chosen(rng, z)))
        if x == y:
            continue
        true = (TRUE[name](y) - TRUE[name](x)) / (y - x)
        assert slope.low is not None and slope.high is not None
        tiny = mpf(10) ** -50
        assert real(slope.low) - tiny <= true <= real(slope.high) + tiny
    assert set(FUNCTIONS) == set(SLOPES) | {"min", "max", "clip"}


def real(x: fmpq) -> mpf:
    return mpf(int(x.p)) / mpf(int(x.q))


def test_where_a_step_jumps_it_has_no_derivative() -> None:
    run = symlstm.Problem(cell=r"h_t = \operatorname{step}(h_{t-1}) + x_t", initial={"h": 0}, inputs=[1]).run
    derivatives = Derivatives(run)
    (read,) = derivatives.reads
    (across,) = derivatives.of({read: (Interval(fmpq(-1), fmpq(1)),)}, (point(fmpq(1)),))[read[0]]
    (above,) = derivatives.of({read: (Interval(fmpq(0), fmpq(1)),)}, (point(fmpq(1)),))[read[0]]
    assert str(across[read, 0]) == "(-∞, ∞)" and not above


# -- horizons ------------------------------------------------------------------------------------------------------------------


def sigmoid(z: mpf) -> mpf:
    return 1 / (1 + mpmath.exp(-mpf(z)))


def nearest(x: mpf) -> int:
    return int(mpmath.nint(x))


def sign(x: mpf) -> int:
    return int(x > 0) - int(x < 0)


State = tuple[mpf, ...]


@dataclass(frozen=True)
class Leaking:
    """A unit that leaks, its step by hand, and what it shows for as long as it works."""

    name: str
    head: str
    body: str
    readout: str
    start: tuple[float, ...]
    step: Callable[[State, int], State]
    """From carried numbers, in the order of the unit's slots, and a letter's number."""
    shows: Callable[[State], object]
    after: Callable[[Sequence[int]], object]
    longest: tuple[float, float]
    """Between what the horizon has to be."""


def keeping(k: int) -> Leaking:
    """A one writes 1 into the cell, which the forget gate σ(k) keeps."""
    f = [sigmoid(k), sigmoid(k - 200)]
    i = [sigmoid(-100), sigmoid(100)]

    def step(s: State, x: int) -> State:
        c = f[x] * s[0] + i[x]
        return (c,)

    body = rf"""$$\begin{{aligned}}
f_t &= \sigma({k} - 200 x_t) \\
i_t &= \sigma(200 x_t - 100) \\
c_t &= f_t c_{{t-1}} + i_t \\
h_t &= \tanh(c_t)
\end{{aligned}}$$
with $c_0 = 0$."""
    true = mpmath.log(mpmath.atanh(mpf(1) / 2)) / mpmath.log(f[0])
    least = true * mpf("0.7") if k < 60 else mpf(10) ** 27
    return Leaking(f"keep {k}", BITS, body, "round(h)", (0,), step, lambda s: nearest(mpmath.tanh(s[0])), lambda w: int(1 in w),
                   (float(least), float(true) + 1))


def parity(s: State, x: int) -> State:
    h, c = s
    c = sigmoid(100 - 200 * x) * c + sigmoid(200 * x - 100) * mpmath.tanh(-100 * h)
    return mpmath.tanh(c), c


def gru(s: State, x: int) -> State:
    z, n = sigmoid(40 * x - 30), mpmath.tanh(3 * s[0] + 10 * x - 5)
    return ((1 - z) * s[0] + z * n,)


def gru_set_and_reset(s: State, x: int) -> State:
    z, n = sigmoid((60, 60, 0)[x] - 30), mpmath.tanh((10, -10, 0)[x])
    return ((1 - z) * s[0] + z * n,)


def lstm_set_and_reset(s: State, x: int) -> State:
    v = (-40, -40, 0)[x]
    return (sigmoid(v + 20) * s[0] + sigmoid(-v - 20) * mpmath.tanh((20, -20, 0)[x] + 5),)


def last_of(w: Sequence[int]) -> int:
    return next((1 if x == 0 else -1 for x in reversed(w) if x != 2), -1)


PARITY = Path(__file__).parents[2] / "reports" / "parity-unit" / "problem.md"

LEAKING = [
    *[keeping(k) for k in (4, 5, 7, 10, 20, 50, 100)],
    Leaking("parity", BITS, r"""$$\begin{aligned}
f_t &= \sigma(100 - 200 x_t) \\
i_t &= \sigma(200 x_t - 100) \\
g_t &= \tanh(-100 h_{t-1}) \\
c_t &= f_t \odot c_{t-1} + i_t \odot g_t \\
h_t &= \tanh(c_t)
\end{aligned}$$
with $h_0 = -1$ and $c_0 = -1$.""", "round(h)", (-1, -1), parity, lambda s: nearest(s[0]), lambda w: 1 if list(w).count(1) % 2 else -1,
            (1e27, 3e43)),
    Leaking("GRU latch", BITS, r"""$$\begin{aligned}
z_t &= \sigma(40 x_t - 30) \\
n_t &= \tanh(3 h_{t-1} + 10 x_t - 5) \\
h_t &= (1 - z_t) h_{t-1} + z_t n_t
\end{aligned}$$
with $h_0 = -1$.""", "sign(h)", (-1,), gru, lambda s: sign(s[0]), lambda w: 1 if 1 in w else -1, (1e12, 1e14)),
    Leaking("GRU, set and reset", SRN, r"""$$\begin{aligned}
z_t &= \sigma(W x_t - 30) \\
n_t &= \tanh(V x_t) \\
h_t &= (1 - z_t) h_{t-1} + z_t n_t
\end{aligned}$$
with $h_0 = -1$, $W = [60, 60]$, $V = [10, -10]$.""", "round(h)", (-1,), gru_set_and_reset, lambda s: nearest(s[0]), last_of, (1e12, 1e13)),
    Leaking("LSTM, set and reset", SRN, r"""$$\begin{aligned}
f_t &= \sigma(V x_t + 20) \\
i_t &= \sigma(-V x_t - 20) \\
g_t &= \tanh(W x_t + 5) \\
c_t &= f_t c_{t-1} + i_t g_t \\
h_t &= \tanh(c_t)
\end{aligned}$$
with $c_0 = -1$, $V = [-40, -40]$, $W = [20, -20]$.""", "round(h)", (-1,), lstm_set_and_reset, lambda s: nearest(mpmath.tanh(s[0])), last_of,
            (5e7, 2e9)),
    # What deviates grows by a hundredth at every step: 1e-9 · (1.01^n - 1) / 0.01 passes 1/2 at n = 1551.
    Leaking("drifting apart", BITS, r"$$c_t = 1.01 c_{t-1} + 0.000000001 x_t$$ with $c_0 = 0$.", "c > 0.5", (0,),
            lambda s, x: (mpf("1.01") * s[0] + x * mpf(10) ** -9,), lambda s: s[0] > 0.5, lambda w: False, (1200, 1551)),
    # The derivative at the core is 1; away from it the states run off after about π / (2 · sqrt(10^-5)) steps.
    Leaking("running off", BITS, r"$$c_t = c_{t-1} + 10 c_{t-1}^2 + 0.000001 x_t$$ with $c_0 = 0$.", "c > 0.5", (0,),
            lambda s, x: (s[0] + 10 * s[0] ** 2 + x * mpf(10) ** -6,), lambda s: s[0] > 0.5, lambda w: False, (100, 510)),
    # Rises by a thousandth with every one.
    Leaking("slow counter", BITS, r"$$c_t = c_{t-1} + 0.001 x_t$$ with $c_0 = 0$.", "round(c)", (0,),
            lambda s, x: (s[0] + x * mpf("0.001"),), lambda s: nearest(s[0]), lambda w: 0, (400, 500)),
    # A later entry amplifies what an earlier one deviates by: without a shape its derivative would count at every step.
    Leaking("amplified", BITS, r"""$$\begin{aligned}
c_t &= 0.999999 (1 - x_t) c_{t-1} + x_t \\
u_t &= 40 c_{t-1} - 20 \\
h_t &= u_{t-1} + 0 x_t
\end{aligned}$$
with $c_0 = 0$, $u_0 = -20$.""", "sign(h)", (0, -20, -20),
            lambda s, x: (mpf("0.999999") * (1 - x) * s[0] + x, 40 * s[0] - 20, s[1]), lambda s: sign(s[2]),
            lambda w: 1 if 1 in w[:-2] else -1, (4e5, 6.94e5)),
    Leaking("really closes", BITS, r"$$h_t = \tanh(10 h_{t-1} + 20 x_t - 5)$$ with $h_0 = -1$.", "sign(h)", (-1,),
            lambda s, x: (mpmath.tanh(10 * s[0] + 20 * x - 5),), lambda s: sign(s[0]), lambda w: 1 if 1 in w else -1, (float("inf"), float("inf"))),
]
BY_NAME = {unit.name: unit for unit in LEAKING}
NAMES = sorted(BY_NAME)


@cache
def analyst(name: str) -> Analyst:
    unit = BY_NAME[name]
    return made(unit.head, unit.body, unit.readout)


def made(head: str, body: str, readout: str) -> Analyst:
    problem = symlstm.read(f"---\ntitle: A unit\n{head}\n---\n{body}\n")
    run = problem.run
    return Analyst(run, read_term(readout, problem.vocabulary, run.letter_names, [letter.value for letter in run.alphabet]))


@cache
def found(name: str) -> Horizon:
    known = analyst(name)
    result = horizon(known.unit, known.shows, ())
    assert result is not None
    return result


def words_of(name: str, longest: int, rng: random.Random) -> list[list[int]]:
    """Random inputs, some of long runs, and those in which nothing is ever refreshed."""
    letters = range(len(analyst(name).unit.letters))
    out = [[letter] + [other] * (longest - 1) for letter in letters for other in letters]
    for _ in range(12):
        word: list[int] = []
        while len(word) < longest:
            word += [rng.choice(letters)] * rng.choice([1, 1, 2, rng.randrange(1, 15)])
        out.append(word[:longest])
    return out


def shown(value: object) -> object:
    """What a readout shows, as a number or truth value."""
    if isinstance(value, tuple) and len(value) == 1:
        return shown(value[0])
    return value if isinstance(value, bool) else int(str(value))


@pytest.mark.parametrize("name", NAMES)
def test_the_horizon_is_below_the_true_time_of_failure_and_close_to_it(name: str) -> None:
    low, high = BY_NAME[name].longest
    if low > 1e300:
        assert found(name).endless
    else:
        assert low <= found(name).length < high


@pytest.mark.parametrize("name", NAMES)
def test_the_machine_shows_what_the_unit_shows(name: str) -> None:
    """Against `Unit.step` for up to 40 letters."""
    known, machine = analyst(name), found(name).cover.machine
    for word in words_of(name, min(40, found(name).length), random.Random(name)):
        memory, state = known.unit.start, 0
        for letter in word:
            after = known.unit.step(memory, letter)
            memory, state = after.memory, machine.moves[state][letter]
            assert machine.shows[state] == known.shows(after.values)


@pytest.mark.parametrize("name", NAMES)
def test_the_machine_shows_what_was_meant_and_its_boxes_hold_the_states(name: str) -> None:
    """Against the step by hand, for inputs as long as the horizon where it isn't too long."""
    unit, known = BY_NAME[name], found(name).cover
    for word in words_of(name, min(600, found(name).length), random.Random(f"{name} by hand")):
        state: State = tuple(map(mpf, unit.start))
        number_ = 0
        for k, letter in enumerate(word):
            state = unit.step(state, letter)
            number_ = known.moves[number_][letter]
            node = known.nodes[number_]
            shows = unit.shows(state)
            assert shown(node.shows) == shows
            if k < 60:
                assert shows == unit.after(word[: k + 1])
            flat = [entry for box in node.memory for entry in box]
            if len(flat) == len(state):
                for a, x in zip(flat, state, strict=True):
                    assert (a.low is None or real(a.low) <= x + mpf(10) ** -50) and (a.high is None or x <= real(a.high) + mpf(10) ** -50)


@pytest.mark.parametrize("k", [4, 5, 7, 10])
def test_the_true_time_of_failure_step_by_step(k: int) -> None:
    unit, length = BY_NAME[f"keep {k}"], found(f"keep {k}").length
    state = unit.step((mpf(0),), 1)
    letters = 1
    while nearest(mpmath.tanh(state[0])) == 1:
        state = unit.step(state, 0)
        letters += 1
    assert length < letters <= 1.5 * length


def test_the_unit_of_the_reports_without_its_convention() -> None:
    text = PARITY.read_text(encoding="utf-8")
    head, rest = text.split("convention:\n", 1)
    bare = head + rest[rest.index("alphabet:") :].replace(" {convention}", "").split("```question", 1)[0]
    problem = symlstm.read(bare)
    run = problem.run
    item = read_term("round(h)", problem.vocabulary, run.letter_names, [letter.value for letter in run.alphabet])
    known = Analyst(run, item)
    assert close(known.unit, known.shows) is None
    result = horizon(known.unit, known.shows, tuple(known.unit.slots))
    assert result is not None and 10**27 < result.length < 3 * 10**43
    rng = random.Random(5)
    word = [rng.randrange(2) for _ in range(200)]
    assert [shown(result.cover.machine.shows[result.cover.machine.after(word[:n])]) for n in range(1, 201)] == [
        1 if sum(word[:n]) % 2 else -1 for n in range(1, 201)
    ]
    assert all(len(node.values) == 2 for node in result.cover.nodes if node.shows is not None)


def test_what_is_watched_holds_the_values_of_the_steps() -> None:
    known = analyst("GRU latch")
    slots = tuple((name, 0) for name in known.run.cell.by_name)
    result = horizon(known.unit, known.shows, slots)
    assert result is not None
    number_ = 0
    h = mpf(-1)
    for letter in [0, 0, 1, 0, 0, 1, 1, 0] * 4:
        z, n = sigmoid(40 * letter - 30), mpmath.tanh(3 * h + 10 * letter - 5)
        h = (1 - z) * h + z * n
        number_ = result.cover.moves[number_][letter]
        true = {"z": z, "n": n, "h": h}
        for (name, _), (a,) in result.cover.values(number_).items():
            assert a.low is not None and a.high is not None
            assert real(a.low) - mpf(10) ** -50 <= true[str(name)] <= real(a.high) + mpf(10) ** -50


@pytest.mark.parametrize(("body", "readout"), [
    (r"$$h_t = 1.5 h_{t-1} + x_t - 0.5$$ with $h_0 = 0$.", "sign(h)"),
    (r"$$c_t = c_{t-1} + x_t$$ with $c_0 = 0$.", "round(c) mod 3"),
    (r"$$c_t = c_{t-1} + 2 x_t - 1$$ with $c_0 = 0$.", "sign(c)"),
    (r"$$h_t = 3.9 h_{t-1} (1 - h_{t-1}) + 0.001 x_t$$ with $h_0 = 0.3$.", "round(h)"),
    (r"$$h_t = 0.98 h_{t-1} + \operatorname{step}(x_t - h_{t-1}) + 0.01$$ with $h_0 = 0$.", "h > 1.2"),
], ids=["diverging", "counter", "up and down", "chaotic", "jumping"])
def test_none(body: str, readout: str) -> None:
    known = made(BITS, body, readout)
    assert horizon(known.unit, known.shows) is None


def test_a_rounded_state_takes_no_part_in_the_bound() -> None:
    """h is carried rounded, and jumps only where the boxes don't go; the cell beside it leaks."""
    known = made(f"{BITS}\nconvention: {{round: {{h: 0}}}}", r"""$$\begin{aligned}
c_t &= 0.9999 c_{t-1} + x_t (1 - h_{t-1}) (1 - c_{t-1}) \\
h_t &= \tanh(2 c_t)
\end{aligned}$$
with $c_0 = 0$ and $h_0 = 0$.""", "h")
    result = horizon(known.unit, known.shows)
    assert result is not None
    # tanh(2c) is rounded down below c = atanh(1/2) / 2 = 0.2747: 0.9999^12922.
    assert 1000 < result.length < 12_923
    assert all(entry.point is not None for node in result.cover.nodes for (name, _), box in zip(known.unit.slots, node.memory)
               for entry in box if str(name) == "h")


# -- the sum -------------------------------------------------------------------------------------------------------------------


def test_steps_within_is_sound_and_exact_to_a_step() -> None:
    rng = random.Random(1)
    for _ in range(300):
        reach, delta = fmpq(rng.randrange(1, 200), 10), fmpq(rng.randrange(1, 50), 100)
        factor = fmpq(rng.randrange(0, 300), 200)
        n = steps_within(reach, delta, factor)
        total, power = fmpq(0), fmpq(1)
        for _ in range(min(n, 400)):
            total, power = total + delta * power, power * factor
        assert total <= reach
        if n < 400 and factor >= fmpq(1, 2):
            assert total + delta * power + delta * power * factor > reach


@pytest.mark.parametrize("leak", [fmpq(1, 10**40), fmpq(1, 10**3), fmpq(0), fmpq(-1, 10**40)])
def test_steps_within_of_what_hardly_grows(leak: fmpq) -> None:
    delta = fmpq(1, 10**30)
    n = steps_within(fmpq(1, 10), delta, 1 + leak)
    if leak == fmpq(1, 10**3):
        with mp.workdps(100):
            assert mpf(10) ** -30 * (mpf("1.001") ** n - 1) * 1000 <= mpf("0.1") < mpf(10) ** -30 * (mpf("1.001") ** (n + 2) - 1) * 1000
    else:
        assert abs(n - 10**29) <= 10**19 and (leak or n == 10**29)
    assert n < ENDLESS


def test_the_budget_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(horizons, "MOST_STEPS", 5)
    known = analyst("parity")
    assert horizon(known.unit, known.shows) is None
