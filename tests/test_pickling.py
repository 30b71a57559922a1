"""Problems, runs, traces and solutions travel between processes."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from flint import arb, fmpq

import symlstm
from symlstm.arithmetic.real import working_precision
from symlstm.arithmetic.value import entries
from symlstm.derivation.derive import derive
from symlstm.derivation.ladder import Ladders
from symlstm.notation.typeset import latex

ROOT = Path(__file__).parents[1]
DOCUMENTS = [*sorted(ROOT.glob("reports/*/problem.md")), ROOT / "tests" / "problems" / "pytorch-lstm.md"]


@pytest.mark.parametrize("bits", [53, 300, 4000])
def test_balls_keep_their_middle_and_hold_the_same(bits: int) -> None:
    with working_precision(bits):
        numbers = [arb(2).sqrt(), -arb(1) / 3, arb(0), arb(5), arb(0, 1), arb(10) ** -500, arb(2).exp().exp().exp()]
    for x in numbers:
        y = pickle.loads(pickle.dumps(x))
        assert y.mid().man_exp() == x.mid().man_exp()
        assert y.rad() >= x.rad()
        assert y.rad() <= x.rad() * fmpq(2**20 + 1, 2**20)
    assert not pickle.loads(pickle.dumps(arb("inf"))).is_finite()
    assert pickle.loads(pickle.dumps(arb("nan"))).is_nan()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.parent.name + "/" + path.name)
def test_problems_and_solutions(path: Path) -> None:
    problem = symlstm.read(path)
    solution = symlstm.solve(problem)
    expected = {format: solution.to(format) for format in ("json", "md")}
    assert {f: symlstm.solve(pickle.loads(pickle.dumps(problem))).to(f) for f in expected} == expected
    # after everything was made once, compiled equations and templates included
    again = pickle.loads(pickle.dumps(solution))
    assert {f: again.to(f) for f in expected} == expected


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.parent.name + "/" + path.name)
def test_runs_and_traces(path: Path) -> None:
    run = symlstm.read(path).run
    trace = derive(run)
    copies = pickle.loads(pickle.dumps(trace)), derive(pickle.loads(pickle.dumps(run)))
    for copied in copies:
        assert copied.run == run
        assert (copied.bits, list(copied.places())) == (trace.bits, list(trace.places()))
        for place in trace.places():
            one, two = trace.displayed(place), copied.displayed(place)
            assert one is not None and two is not None
            assert all(arb(x).overlaps(arb(y)) for x, y in zip(entries(one), entries(two), strict=True))
            shown = [[latex(rung.formula) for rung in Ladders(each).ladder(place).rungs] for each in (trace, copied)]
            assert shown[0] == shown[1]


def test_another_process_reads_them(tmp_path: Path) -> None:
    # Texts hash otherwise there, and what names a value must be found all the same.
    solution = symlstm.solve(symlstm.read(DOCUMENTS[0]))
    file = tmp_path / "solution.pickle"
    file.write_bytes(pickle.dumps(solution))
    code = "import pickle, sys; print(pickle.load(open(sys.argv[1], 'rb')).to('json'), end='')"
    done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True, check=True, cwd=ROOT,
                          env={"PYTHONHASHSEED": "1", "PYTHONIOENCODING": "utf-8"}, encoding="utf-8")  # fmt: skip
    assert done.stdout == solution.to("json")


@pytest.mark.parametrize("name", ["lstm-states", "parity-unit", "counter"])
def test_analyses(name: str) -> None:
    analysis = symlstm.analyse(symlstm.read(ROOT / "reports" / name / "problem.md"))
    before = pickle.loads(pickle.dumps(analysis)).to("json")
    assert before == analysis.to("json")
    assert pickle.loads(pickle.dumps(analysis)).to("md") == analysis.to("md")
