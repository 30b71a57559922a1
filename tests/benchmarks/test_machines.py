"""How fast machines are proved: against AALpy's L*, which proves nothing, and by the number of states and letters.

`pytest tests/benchmarks/test_machines.py --benchmark-only`. Processor time, the least of several runs, both in one run.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from math import exp, tanh
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import symlstm
from symlstm.analysis.machines.analyst import Analyst
from symlstm.analysis.statements.reader import read_term
from symlstm.model.problem import Problem

sys.path.insert(0, str(Path(__file__).parents[1] / "analysis"))

from units import UNITS

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

pytestmark = pytest.mark.benchmark(timer=time.process_time)
SIZES = (10, 30, 100, 300, 1_000)


@pytest.fixture(scope="module")
def rows(pytestconfig: pytest.Config) -> Iterator[list[str]]:
    """Lines that are printed at the end."""
    found: list[str] = []
    yield found
    capture = pytestconfig.pluginmanager.get_plugin("capturemanager")
    assert capture is not None
    with capture.global_and_fixture_disabled():
        print("\n\n" + "\n".join(found))


def seconds(job: Callable[[], object], rounds: int) -> float:
    """Processor time of a job, the least of so many runs."""
    least = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        job()
        least = min(least, time.process_time() - start)
    return least


def proof(problem: Problem, readout: str) -> Callable[[], int]:
    """The smallest machine of a unit, proved anew with each call; it says how many states that has."""
    run = problem.run
    item = read_term(readout, problem.vocabulary, run.letter_names, [letter.value for letter in run.alphabet])

    def job() -> int:
        merged = Analyst(run, item).merged
        assert merged is not None
        return len(merged.machine.moves)

    return job


# -- against learning ----------------------------------------------------------------------------------------------------------


def sigmoid(z: float) -> float:
    """The logistic function."""
    return 1 / (1 + exp(-z)) if z > -700 else 0.0


def learnt(seed: int) -> int:
    """States of the machine that L* makes of the first document's unit, with AALpy's random walk of 5,000 steps as its oracle."""
    from aalpy.base import SUL
    from aalpy.learning_algs import run_Lstar
    from aalpy.oracles import RandomWalkEqOracle

    class Unit(SUL):  # type: ignore[misc]
        def pre(self) -> None:
            self.h = self.c = 0.0

        def post(self) -> None:
            pass

        def step(self, letter: int | None) -> int | None:
            if letter is None:
                return None
            f, i, o = sigmoid(-100), sigmoid(100 * letter + 100), sigmoid(100 * letter)
            self.c = f * self.c + i * tanh(-100 * self.h + 50 * letter)
            self.h = o * tanh(self.c)
            return round(self.h)

    random.seed(seed)
    unit = Unit()
    machine = run_Lstar([0, 1], unit, RandomWalkEqOracle([0, 1], unit, num_steps=5_000), automaton_type="mealy", print_level=0)
    return int(machine.size)


@pytest.mark.parametrize("name", ["run parity, as it is", "run parity, rounded"])
def test_proof_against_learning(benchmark: BenchmarkFixture, rows: list[str], name: str) -> None:
    """The machine of the first document with its proof, at least twice as fast as learning it without one."""
    pytest.importorskip("aalpy")
    unit = next(unit for unit in UNITS if unit.name == name)
    job = proof(symlstm.read(unit.document), unit.readout or "h")
    seeds = iter(range(1_000))
    before = seconds(lambda: learnt(next(seeds)), 5)
    states = benchmark.pedantic(job, rounds=20, warmup_rounds=1)  # type: ignore[no-untyped-call]
    assert states == 3 and learnt(0) == 2
    assert benchmark.stats is not None
    ours, peer = float(benchmark.stats.stats.min), min(before, seconds(lambda: learnt(next(seeds)), 5))
    rows.append(f"{name}: {ours * 1e3:.2f} ms with its proof, L* {peer * 1e3:.2f} ms without: {peer / ours:.1f} times as fast (asked: 2)")
    assert peer / ours >= 2


# -- by states and letters -----------------------------------------------------------------------------------------------------


def counter(states: int, letters: int) -> Problem:
    """The sum of all inputs, modulo the number of states."""
    return symlstm.read(f"""---
title: A counter
alphabet: [{', '.join(map(str, range(1, letters + 1)))}]
---
$$\\begin{{aligned}}
a_t &= h_{{t-1}} + x_t \\\\
h_t &= a_t - {states} \\operatorname{{step}}(a_t - {states})
\\end{{aligned}}$$
with $h_0 = 0$.
""")


def register(length: int, letters: int) -> Problem:
    """A shift register: its last letters, one in each symbol."""
    names = "pqrsuvwyz"[:length]
    lines = " \\\\\n".join(f"{name}_t &= {'x_t' if k == 0 else names[k - 1] + '_{t-1}'}" for k, name in enumerate(names))
    start = ", ".join(f"${name}_0 = 0$" for name in names)
    return symlstm.read(f"""---
title: A shift register
alphabet: [{', '.join(map(str, range(letters)))}]
---
$$\\begin{{aligned}}
{lines}
\\end{{aligned}}$$
with {start}.
""")


def level(rows: list[str], what: str, letters: int, jobs: dict[int, Callable[[], int]], at_most: float) -> None:
    costs = {}
    for states, job in jobs.items():
        assert job() == states
        costs[states] = seconds(job, 5 if states < 500 else 3) / states / letters * 1e6
    shown = ", ".join(f"{states:,}: {cost:.0f}" for states, cost in costs.items())
    larger = [cost for states, cost in costs.items() if states >= 30]
    rows.append(f"{what}, {letters} letters: µs for each state and letter: {shown}; from 30 on {max(larger) / min(larger):.2f} times (asked: level)")
    assert max(larger) / min(larger) <= at_most


@pytest.mark.parametrize("letters", [1, 2, 4])
@pytest.mark.parametrize("readout", ["h", "h = 0"])
def test_counters_cost_the_same_for_each_state(benchmark: BenchmarkFixture, rows: list[str], letters: int, readout: str) -> None:
    jobs = {states: proof(counter(states, letters), readout) for states in SIZES}
    benchmark.pedantic(jobs[SIZES[-1]], rounds=1)  # type: ignore[no-untyped-call]
    level(rows, f"counters read off as {readout}", letters, jobs, 2)


@pytest.mark.parametrize(("letters", "lengths"), [(2, (5, 7, 9)), (3, (3, 4, 5, 6)), (4, (3, 4, 5))])
def test_registers_cost_the_same_for_each_state(benchmark: BenchmarkFixture, rows: list[str], letters: int, lengths: tuple[int, ...]) -> None:
    """A step of a longer register is more work, so this is held less tightly."""
    jobs = {letters**length: proof(register(length, letters), "pqrsuvwyz"[length - 1]) for length in lengths}
    benchmark.pedantic(jobs[letters ** lengths[-1]], rounds=1)  # type: ignore[no-untyped-call]
    level(rows, "shift registers", letters, jobs, 3)
