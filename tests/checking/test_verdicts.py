"""The verdict on a line from its value and its step; the score; and the guard against rewards for easier values: row by row."""

from __future__ import annotations

import threading
from fractions import Fraction

import pytest

import symlstm
from symlstm.checking.checking import Checked, check_work
from symlstm.checking.judgement import VERDICTS
from symlstm.errors import Source

# Section 5 of the design: step broken -> slip. Else value right, rounding, follows -> the same; wrong -> follows where the step holds, slip
# otherwise.
TABLE = """
          none      holds     rounding  broken
right     right     right     right     slip
rounding  rounding  rounding  rounding  slip
follows   follows   follows   follows   slip
wrong     slip      follows   slip      slip
"""


def test_the_table_of_verdicts() -> None:
    head, *rows = [line.split() for line in TABLE.strip().splitlines()]
    expected = {(row[0], step): verdict for row in rows for step, verdict in zip(head, row[1:], strict=True)}
    assert expected == dict(VERDICTS)


# z = 0.5·h + 2·x - 0.5. h_1: z = 0.6, tanh 0.6 = 0.53705; h_2: z = 0.5·0.53705 - 0.5 - 0.5 = -0.73148, tanh = -0.62396
PLAIN = """---
title: A simple network
cell: rnn
given: {"W^{h,h}": 0.5, "W^{h,x}": 2, b_h: -0.5, h_0: 0.2}
inputs: [0.5, -0.25]
---
Work it out.

```question
find: h
```
"""
# h_1 = tanh([0.4, -0.2, 0.1]) = [0.37995, -0.19738, 0.09967]
THREE = """---
title: Three units
---
$$h_t = \\tanh(U x_t)$$

$U = [0.4, -0.2, 0.1]$, $x_1 = 1$

```question
find: h_1
points: 3
```
"""
# f_1 = σ(2) = 0.8808, c_1 = 0.8808·0.5 + 1·0.25 = 0.6904
GATED = """---
title: A gate
convention: {saturate: 3}
---
$$f_t = \\sigma(w x_t)$$
$$c_t = f_t c_{t-1} + 0.25 x_t$$

$w = 2$, $c_0 = 0.5$, $x_1 = 1$

```question
find: [f_1, c_1]
```
"""


def checked(problem: str, work: str) -> Checked:
    return check_work(symlstm.read(problem), Source("work.md", work))


SCORES = [
    (PLAIN, "h_1 = 0.5370\nh_2 = -0.6240", 2),
    (PLAIN, "h_1 = 0.5370", 1),
    (PLAIN, "h_1 = 0.5470\nh_2 = tanh(0.5·0.5470 + 2·(-0.25) - 0.5) = tanh(-0.7265) = -0.6209", 1),  # follows from the first
    # a wrong value earns nothing, however it is written
    (PLAIN, "h_1 = 7 = 7", 0),
    (PLAIN, "h_1 = 3 + 4 = 7", 0),
    (PLAIN, "h_1 = tanh(7) = 1.0000", 0),
    # the last value stated for a place counts
    (PLAIN, "h_1 = 0.9\nh_1 = 0.5370", 1),
    (PLAIN, "h_1 = 0.5370\nh_1 = 0.9", 0),
    # all entries of a vector, or nothing
    (THREE, "h_1 = [0.3799, -0.1974, 0.0997]", 3),
    (THREE, "h_1[1] = 0.3799\nh_1[2] = -0.1974\nh_1[3] = 0.0997", 3),
    (THREE, "h_1[1] = 0.3799\nh_1[2] = -0.1974", 0),
    (THREE, "h_1 = [0.3799, -0.1974, 0.0997]\nh_1[2] = 0.5", 0),
    (THREE, "h_1 = [0.3799, 0.5, 0.0997]\nh_1[2] = -0.1974", 3),
]


@pytest.mark.parametrize(("problem", "work", "earned"), SCORES)
def test_the_score(problem: str, work: str, earned: int) -> None:
    assert checked(problem, work).score.earned == Fraction(earned)


def test_an_easier_value_earns_nothing() -> None:
    """f_1 = 0 makes a product zero that isn't so in the derivation: what follows from it was no work."""
    score = checked(GATED, "f_1 = 0\nc_1 = 0.25").score
    assert score.earned == 0
    assert any("product zero" in place.reason for place in score.places)


def test_a_value_as_hard_earns_what_follows() -> None:
    """0.6·0.5 + 0.25 = 0.55."""
    assert checked(GATED, "f_1 = 0.6\nc_1 = 0.55").score.earned == 1


def test_the_order_of_students_changes_nothing() -> None:
    """A row of numbers that changes with time, written out: what one step has is never kept for another."""
    document = PLAIN.replace("cell: rnn\n", "").replace(
        'given: {"W^{h,h}": 0.5, "W^{h,x}": 2, b_h: -0.5, h_0: 0.2}\ninputs: [0.5, -0.25]\n', "inputs: [[1, 2], [3, -1]]\nfirst: 0\n"
    ).replace("Work it out.", "$$h_t = \\tanh(x_t^\\top u)$$\n\n$u = [0.1, 0.2]$")
    problem = symlstm.read(document)
    # 1·0.1 + 2·0.2 = 0.5; 3·0.1 - 1·0.2 = 0.1
    right = ["h_0 = tanh(1·0.1 + 2·0.2) = 0.4621", "h_1 = tanh(3·0.1 - 1·0.2) = 0.0997"]
    wrong = "h_0 = tanh(3·0.1 - 1·0.2) = 0.0997"
    for lines in (right, right[::-1]):
        assert check_work(problem, Source("work.md", "\n".join(lines))).clean
        assert check_work(problem, Source("work.md", wrong)).first_slip is not None


@pytest.mark.parametrize("work", [
    "h_1 = e^{e^{e^{e^{e^{e^{h_0}}}}}}", "[1.5/2, 1]", "[1/00, 1]", "[٣, ٤]", "h_1[7] = tanh(0.5 h_0) + 0.1", "h_1 = 1/0", "h_1 = 2^4000^4000",
    "$$\\begin{aligned} h_0 &= \\sigm \\approx 1 \\\\",
])
def test_a_line_never_stops_the_rest(work: str) -> None:
    feedback = symlstm.check(symlstm.read(PLAIN), work + "\n\nh_1 = 0.5370\n")
    assert "h_1" in feedback.to("text")
    for format in ("json", "html", "md"):
        assert feedback.to(format)
    assert any(j.verdict == "right" for j in feedback.checked.judgements)


def test_threads_get_the_same() -> None:
    problem = symlstm.read(PLAIN)
    work = "h_1 = tanh(0.5·0.2 + 2·0.5 - 0.5) = tanh(0.7) = 0.6044\nh_2 = 0.3\n"
    expected = symlstm.check(problem, work).to("json")
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(symlstm.check(symlstm.read(PLAIN), work).to("json")), daemon=True) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == [expected] * 6


@pytest.mark.parametrize("work", ["\\[" * 200_000, "$" * 400_000, "[0," * 100_000, "<s>" * 200_000, "h = " * 100_000, "[[1, 2],\n" * 40_000])
def test_work_of_one_sign_is_read_in_time_that_grows_with_it(work: str) -> None:
    """Were one of the patterns to look on from every opening, this would take hours."""
    found = checked(PLAIN, work + "\n\nh_1 = 0.5370\n")
    assert found.work.members
