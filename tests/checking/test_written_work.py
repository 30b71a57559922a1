"""No false reject and no false accept: made-up work, right and with one mistake; and the known traps of answer checkers, row by row."""

from __future__ import annotations

import sys
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest
from written_work import EQUATIONS, Piece, right_work, run, too_short, wrong_work
from written_work import exercise as random_exercise

import symlstm
from symlstm.checking.checking import Checked, check_work
from symlstm.errors import Source
from symlstm.model.problem import Problem

ORDINARY, SLOW, BATCH = 200, 10_000, 50


def checked(piece: Piece) -> Checked:
    return check_work(symlstm.read(piece.problem.document()), Source("work.md", piece.text), diagnosing=False)


def findings(piece: Piece) -> str:
    """What is wrong with what the judge says of a piece of work; empty where nothing is."""
    found = checked(piece)
    source = Source("work.md", piece.text)
    judgements = [j for j in found.judgements if j.verdict != "other"]
    if piece.length:
        alone = len(judgements) == 1 and judgements[0].verdict == "slip" and judgements[0].member.kind == "length"
        return "" if alone and found.first_slip is judgements[0] else f"length: {[(j.verdict, j.member.kind) for j in judgements]}"
    read = [(source.line_and_column(j.member.offset)[0], str(j.member.place)) for j in judgements]
    said = [(s.line, s.place) for s in piece.said]
    if read != said:
        at = next((k for k, (a, b) in enumerate(zip(read, said)) if a != b), min(len(read), len(said)))
        return f"reading: {said[at : at + 1]} read as {read[at : at + 1]}, {[j.member.message for j in judgements[at : at + 1]]}"
    slip = next((k for k, s in enumerate(piece.said) if s.wrong), len(piece.said))
    for k, (s, j) in enumerate(zip(piece.said, judgements)):
        allowed = {"right"} if k < slip else {"slip"} if k == slip else {"right", "follows"}
        if k == slip and j.verdict == "rounding" and not j.rule and too_short(piece):
            return EXCUSED
        if j.verdict not in allowed and not s.free:
            where = "before" if k < slip else "the mistake" if k == slip else "after"
            return f"{where}: {s.place} `{s.text}` {j.verdict} {j.value} {j.step} {j.rule or j.shapes}"
    if slip < len(judgements) and found.first_slip is not judgements[slip]:
        return f"first slip: {found.first_slip and found.first_slip.member.text}"
    return "" if slip < len(judgements) or found.clean else "not clean"


EXCUSED = "excused"
MOST_EXCUSED = 2
"""Mistakes of one test that may pass for numbers with too few digits: about one of 10,000 does."""


def failures(pieces: list[tuple[int, Piece]]) -> list[str]:
    found = [(seed, piece, findings(piece)) for seed, piece in pieces]
    excuses = sum(said == EXCUSED for _, _, said in found)
    assert excuses <= MOST_EXCUSED, f"{excuses} mistakes passed as numbers with too few digits"
    return [f"{seed} ({piece.style.layout}) {said}" for seed, piece, said in found if said and said != EXCUSED]


def tell(kind: str, pieces: list[tuple[int, Piece]], found: list[str]) -> None:
    mistakes = Counter(p.slip.kind for _, p in pieces if p.slip)
    print(f"{kind}: {len(pieces) - len(found)} of {len(pieces)} as they should be", dict(Counter(p.style.layout for _, p in pieces)), dict(mistakes))


@pytest.mark.parametrize("start", range(0, ORDINARY, BATCH))
def test_right_work_is_right(start: int) -> None:
    pieces = [(seed, right_work(seed)) for seed in range(start, start + BATCH)]
    found = failures(pieces)
    tell("right", pieces, found)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("start", range(0, ORDINARY, BATCH))
def test_one_mistake_is_the_first_slip(start: int) -> None:
    pieces = [(seed, wrong_work(seed)) for seed in range(start, start + BATCH)]
    found = failures(pieces)
    tell("wrong", pieces, found)
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(ORDINARY, ORDINARY + SLOW, 500))
def test_more_right_work_is_right(start: int) -> None:
    pieces = [(seed, right_work(seed)) for seed in range(start, start + 500)]
    found = failures(pieces)
    tell("right", pieces, found)
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(ORDINARY, ORDINARY + SLOW, 500))
def test_more_mistakes_are_the_first_slip(start: int) -> None:
    pieces = [(seed, wrong_work(seed)) for seed in range(start, start + 500)]
    found = failures(pieces)
    tell("wrong", pieces, found)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("cell", EQUATIONS)
def test_the_writers_arithmetic(cell: str) -> None:
    """The made-up work computes what the oracle in floats does: the same cells, written twice."""
    sys.path.append(str(Path(__file__).parent.parent / "oracle"))
    from plain_cells import CELLS, Case
    from plain_cells import run as plain_run

    for seed in range(list(EQUATIONS).index(cell), 300, len(EQUATIONS)):
        problem = random_exercise(seed)
        if problem.convention.round or problem.convention.saturate is not None:
            continue
        given = {}
        for name, matrix in problem.given().items():
            rows = [[float(x.d) for x in row] for row in matrix]
            given[name] = [row[0] for row in rows] if name in problem.vectors else rows
        assert set(given) == set(CELLS[cell].sizes)
        states = {s: [float(x.d) for x in v] for s, v in problem.states.items()}
        case = Case(problem.hidden, problem.size, given, states, [[float(x.d) for x in v] for v in problem.inputs])
        values = run(problem)
        for time, step in zip(problem.times, plain_run(cell, case), strict=True):
            for symbol, expected in step.items():
                assert [float(x.d) for x in values[symbol, time].raw] == pytest.approx(expected, rel=1e-12, abs=1e-12)


# -- traps ------------------------------------------------------------------------------------------------------------------------

_STATES = """---
title: LSTM states
cell: lstm
given:
  W^{f,h}: 0
  W^{f,x}: 0
  b_f: -100
  W^{i,h}: 0
  W^{i,x}: 100
  b_i: 100
  W^{o,h}: 0
  W^{o,x}: 100
  b_o: 0
  W^{c,h}: -100
  W^{c,x}: 50
  b_c: 0
  h_{-1}: 0
  c_{-1}: 0
inputs: [0, 0, 1, 1, 1, 0]
convention:
  saturate: 50
  round: {h: 0}
  ties: zero
---
Work it out.

```question
find: h
```
"""

# z = 0.5·0.2 + 2·0.5 - 0.5 = 0.6, tanh 0.6 = 0.53705; then z = 0.5·0.53705 - 2·0.25 - 0.5 = -0.73148, tanh = -0.62396
_PLAIN = """---
title: A simple network
cell: rnn
given:
  W^{h,h}: 0.5
  W^{h,x}: 2
  b_h: -0.5
  h_0: 0.2
inputs: [0.5, -0.25]
---
Work it out.

```question
find: h
```
"""

# W (capital) is the candidate's, U_r and W_r the reset gate's; z: σ(0.3) = 0.57444
_RESET = """---
title: A gated unit
cell: gru
given:
  W_r: 0
  U_r: 0
  b_r: 0
  W_z: 1/2
  U_z: 0
  b_z: -0.2
  W: 1
  U: 0.5
  b: 0
  h_0: 0.4
inputs: [1]
---
Work it out.

```question
find: h
```
"""


@lru_cache
def problem_of(text: str) -> Problem:
    return symlstm.read(text)


def verdicts(problem: str, work: str) -> list[str]:
    found = check_work(problem_of(problem), Source("work.md", work))
    return [j.verdict for j in found.judgements if j.verdict != "other"]


RIGHT = [
    # h = 0, 0, 1, -1, 1, 0: o = 0.5 where x = 0, tanh(c) = 0, 0.76, ..
    (_STATES, "[0, 0, 1, -1, 1, 0]", 6),
    (_STATES, "[0, 0, 1, -1, 1, -0]", 6),
    (_STATES, "[0. 0. 1. -1. 1. -0.]", 6),
    (_STATES, "array([ 0.,  0.,  1., -1.,  1.,  0.])", 6),
    (_STATES, "np.array([0, 0, 1, -1, 1, 0])", 6),
    (_STATES, "[1] 0 0 1 -1 1 0", 6),
    (_STATES, "c(0, 0, 1, -1, 1, 0)", 6),
    (_STATES, "h = 0, 0, 1, −1, 1, 0", 6),
    (_STATES, "h_0 = 0\nh_1 = 0\nh_2 = 1\nh_3 = -1\nh_4 = 1\nh_5 = -0", 6),
    (_STATES, "c_2 = tanh(0 + 50) = 1\nh_2 = 1·tanh(1) = .76 → 1\nf_2 = sigmoid(-100) ≈ 0", 7),
    (_PLAIN, "h_1 = tanh(0.6) ≈ .53705", 2),
    (_PLAIN, "h_1 = tanh(6e-1) ≈ 5.3705e-1", 2),
    (_PLAIN, "h_1 = tanh(3/5) ≈ 0.5370", 2),  # 0.537049..
    (_PLAIN, "h_1 = tanh(1/2·1/5 + 2·1/2 - 1/2) = 0.5370", 2),
    (_PLAIN, r"$h_1 = \tanh(\frac{1}{2}\cdot\frac{1}{5} + 2\cdot\frac12 - \frac12) = \tanh(\frac35) = 0.5370$", 3),
    (_PLAIN, "h_1 = tanh(0.2·0.5 + 0.5·2 - 0.5) = 0.5370", 2),  # factors changed places
    (_PLAIN, "h_1 = tanh(-0.5 + 2·0.5 + 0.5·0.2) = 0.5370", 2),  # terms in another order
    (_PLAIN, "h_1 = tanh(W^{h,x} x_1 + b_h + W^{h,h} h_0) = 0.5370", 2),
    (_RESET, "r_1 = σ(0) = 1/2", 2),
    (_RESET, "r_1 = σ(0·1 + 0·0.4 + 0) = 0.5", 2),
    (_RESET, "z_1 = σ(0.5·1 - 0.2) = σ(0.3) = 0.5744", 3),  # a zero term dropped
    (_RESET, "z_1 = 1/(1+e^{-0.3}) = 0.5744", 2),
    (_RESET, "z_1 = 1/(1 + exp(-0.3)) = 0.5744", 2),
    (_RESET, r"$z_1 = \frac{1}{1+e^{-0.3}} \approx 0.5744$", 2),
    # W x + U (r ⊙ h) + b = 1 + 0.5·0.5·0.4 = 1.1, tanh 1.1 = 0.80050; h = 0.57444·0.4 + 0.42556·0.80050 = 0.57044
    (_RESET, "h̃_1 = tanh(1·1 + 0.5·(0.5·0.4) + 0) = tanh(1.1) = 0.8005\nh_1 = 0.5744·0.4 + 0.4256·0.8005 = 0.5704", 5),
]


@pytest.mark.parametrize(("problem", "work", "count"), RIGHT)
def test_right_in_another_spelling(problem: str, work: str, count: int) -> None:
    assert verdicts(problem, work) == ["right"] * count


WRONG = [
    # a list too short whose entries all occur in the right one
    (_STATES, "0, 1, -1", ["slip"]),
    (_STATES, "h = [0, 1, -1]", ["slip"]),
    (_STATES, "[0, 0, 1, -1, 1, 0, 0]", ["slip"]),
    # the right last number behind a wrong middle
    (_PLAIN, "h_1 = tanh(0.9) = 0.5370", ["slip", "slip"]),
    (_PLAIN, "h_1 = tanh(0.5·0.2 + 2·0.5 - 0.5) = tanh(0.7) = 0.5370", ["right", "slip", "slip"]),
    # another parameter of nearly the same name: W is the candidate's matrix, W_z the gate's
    (_RESET, "z_1 = σ(W x_1 + U_z h_0 + b_z)", ["slip"]),
    (_RESET, "h̃_1 = tanh(W_r x_1 + U (r_1 ⊙ h_0) + b)", ["slip"]),
    # numbers that are right at another step
    (_PLAIN, "h_2 = tanh(0.6) = 0.5370", ["slip", "follows"]),
    (_PLAIN, "h_1 = -0.6240\nh_2 = 0.5370", ["slip", "slip"]),
    # a sign lost: tanh 1.6
    (_PLAIN, "h_1 = tanh(0.5·0.2 + 2·0.5 + 0.5) = 0.9217", ["slip", "follows"]),
    (_RESET, "r_1 = 1/3", ["slip"]),
]


@pytest.mark.parametrize(("problem", "work", "expected"), WRONG)
def test_traps(problem: str, work: str, expected: list[str]) -> None:
    assert verdicts(problem, work) == expected


def test_a_last_member_right_by_luck() -> None:
    """c_1 is 0 at t = 1 of the states: with o_1 taken for 1, or another c, h_1 is 0 all the same; the slip is where it stands."""
    found = check_work(problem_of(_STATES), Source("work.md", "o_1 = σ(100·0) = 0\nh_1 = 0·tanh(0) = 0\n"))
    assert [j.verdict for j in found.judgements] == ["right", "slip", "follows", "right"]
    assert found.first_slip is found.judgements[1]


def test_a_lowercase_w_is_no_parameter() -> None:
    """`w_z` for `W_z`: not read as the matrix in silence."""
    assert "right" not in verdicts(_RESET, "z_1 = σ(w_z x_1 + U_z h_0 + b_z)")


@pytest.mark.parametrize("work", ["h_1 = 0.9\nh_1 = 0.5370", "h_1 = 0.5370\nh_1 = 0.9"])
def test_the_last_value_counts(work: str) -> None:
    """A place stated twice is judged twice."""
    assert sorted(verdicts(_PLAIN, work)) == ["right", "slip"]
