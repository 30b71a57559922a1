"""Exported notebooks through nbgrader itself: what students get, what their work earns, and what they are told."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from consumers import consumer, run
from exported_documents import UNIT
from test_notebook import graded, source

import symlstm
from symlstm.checking.misconceptions import MISCONCEPTIONS
from symlstm.exchange.export import packed
from symlstm.exchange.gathering import gathered

PAIR = """\
---
title: A layer of two
convention: {round: {h: 2}, ties: away, saturate: off, carry: true}
given:
  W: [[0.5, 0], [0, -0.5]]
  u: [1, 0.5]
  h_0: [0.5, -0.5]
inputs: [1, 2]
---
A layer computes

$$h_t = \\tanh(W h_{t-1} + u x_t)$$

```question
find: h
```

```question
state: [h_t, x_t]
points: 1
```

```question
comment: h_1
answer: It remembers a little.
points: 2
```
"""

BY_HAND = """\
from math import tanh
h_1 = [round(tanh(0.5 * 0.5 + 1), 2), round(tanh(0.25 + 0.5), 2)]
h_2 = [round(tanh(0.5 * h_1[0] + 2), 2), round(tanh(-0.5 * h_1[1] + 1), 2)]
"""
BY_NUMPY = """\
import numpy as np
W, u = np.array([[0.5, 0], [0, -0.5]]), np.array([1, 0.5])
h_1 = np.round(np.tanh(W @ np.array([0.5, -0.5]) + u * 1), 2)
h_2 = np.round(np.tanh(W @ h_1 + u * 2), 2)
"""
LEFT_OFF = "h_1 = [0.85, 0.75]\nh_2 = '0.98'"
"""The tanh of one entry is left off; the other value is of the wrong form."""


@pytest.mark.slow
def test_a_course_through_nbgrader(tmp_path: Path) -> None:
    hint = next(row.hint for row in MISCONCEPTIONS if row.code == "activation-left-off")
    varying = gathered(symlstm.read(UNIT), 2, "7")
    for package in (packed(gathered(symlstm.read(PAIR)), "notebook"), packed(varying, "notebook")):
        for name, data in package.files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    pair, (one, two) = "a-layer-of-two", (exercise.id for exercise in varying.exercises)
    first, second = (source(graded(packed(varying, "notebook"), name)["q1-answer"]) for name in (one, two))
    chosen, essay = {"q2-answer": "q2_holding = [1]"}, {"q3-answer": "It keeps half."}
    (tmp_path / "work.json").write_text(json.dumps({
        pair: {
            "right": {"q1-answer": BY_HAND, **chosen, **essay},
            "array": {"q1-answer": BY_NUMPY, "q2-answer": "q2_holding = {1}", **essay},
            "wrong": {"q1-answer": LEFT_OFF, "q2-answer": "q2_holding = [1, 2]"},
            "untouched": {},
        },
        one: {"own": {"q1-answer": first}},
        two: {"own": {"q1-answer": second}, "swapped": {"q1-answer": first}},
    }))
    python = consumer("nbgrader", "nbgrader==0.9.6", "ipykernel", "numpy")
    told = json.loads(run(python, "nbgrader_course.py", "work.json", folder=tmp_path))

    released = told[pair]["released"]
    assert not re.search(r"0\.85|0\.64|HIDDEN|SOLUTION|remembers a little", released)
    assert hint not in released
    assert "h_1 = None" in released
    assert told[pair]["files"] == [f"{pair}-cell.svg", f"{pair}.ipynb"]

    def earned(assignment: str, student: str) -> list[float | None]:
        return [score for score, _, _ in told[assignment]["students"][student]["earned"].values()]

    marks = {student: told[pair]["students"][student]["earned"] for student in ("right", "array", "wrong", "untouched")}
    for student in ("right", "array"):
        assert marks[student] == {"q1_h_1_1-test": [1, 1, False], "q1_h_2_1-test": [1, 1, False], "q2-test": [1, 1, False],
                                  "q3-answer": [None, 2, True]}
    assert earned(pair, "wrong") == [0.5, 0, 0, 0]
    assert earned(pair, "untouched") == [0, 0, 0, 0]
    wrong = told[pair]["students"]["wrong"]
    assert hint in wrong["outputs"]["q1_h_1_1-test"]
    assert hint in html.unescape(wrong["feedback"])
    assert "of the type str" in wrong["outputs"]["q1_h_2_1-test"]
    assert earned(one, "own") == earned(two, "own") == [1, 1, 0]
    assert earned(two, "swapped") != [1, 1, 0]
