"""What nobody declared, as a solution says it at its top."""

from __future__ import annotations

import symlstm

TIES = """---
title: a
convention:
  round: {h: 0}
---
$h_t = 0.5 x_t - 0.5 h_{t-1}$ with $h_0 = 0$ and $x = [1, 1, 2, 1]$.

```question
find: h
```

Now the inputs are $x = [1, 3]$.

```question
find: h
label: (b)
```
"""


def top(text: str) -> str:
    """What stands before the problem."""
    return symlstm.solve(symlstm.read(text)).to("md").partition('<a id="problem">')[0]


def test_readings_of_ties_are_one_sentence_that_names_questions() -> None:
    # h_1 = 0.5 is a tie in both; h_2 = (3 - h_1)/2 is 1.5 where h_1 is 0, and 1 where it is 1; unrounded it is 1.25.
    said = top(TIES)
    assert said.count("what happens to ties") == 1
    assert "where a tie goes up or away from zero, $h_1 = 1$ instead of $0$ in questions 1 and 2 (b); " in said
    assert "where a tie goes towards zero, $h_2 = 1$ instead of $2$ in question 2 (b)." in said
    assert "where later lines use the unrounded values, $h_2 = 1$ instead of $2$ in question 2 (b)." in said


def test_one_question_is_not_named() -> None:
    said = top(TIES.partition("\nNow")[0] + "\n")
    assert "$h_1 = 1$ instead of $0$" in said
    assert "question" not in said


def test_saturation_is_one_short_sentence_with_maths() -> None:
    said = top("---\ntitle: a\nconvention: {round: {h: 2}}\n---\n$h_t = \\tanh(x_t)$ with $x_1 = 2$.\n\n```question\nfind: h\n```\n")
    assert "Saturation isn't mentioned, so sigmoid and tanh are evaluated; saturated from " in said
    assert "$h_1 = 1.00$ instead of $0.96$." in said  # tanh 2 = 0.9640
