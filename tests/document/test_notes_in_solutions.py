"""What nobody declared, as a solution says it at its top."""

from __future__ import annotations

import json

import pytest

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
    # h_1 = 0.5 is a tie in both; h_2 = (3 - h_1)/2 is 1.5 where h_1 is 0, and 1 where it is 1; unrounded it is 1.25. In question 1,
    # h_2 = (1 - h_1)/2 is 0.5 -> 0 where h_1 is 0, and 0 where it is 1.
    said = top(TIES)
    assert said.count("what happens to ties") == 1
    assert "where a tie goes up or away from zero, $h_1 = 1$ instead of $0$ in questions 1 and 2 (b) and $h_2 = 1$ instead of $2$ in question 2 (b); " in said
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


def asked(find: str, data: str, convention: str = "") -> symlstm.Solution:
    return symlstm.solve(symlstm.read(
        f"---\ntitle: a\n{convention}---\n$h_t = 0.5 x_t$ with {data}.\n\n```question\nfind: {find}\n```\n"
    ))


@pytest.mark.parametrize(("count", "said"), [
    (1, "$h_1 = 1$ instead of $0$."),
    (2, "$h_1 = 1$ instead of $0$ and $h_2 = 1$ instead of $0$."),
    (9, "$h_5 = 1$ instead of $0$, $h_6 = 1$ instead of $0$ and 3 more."),
])
def test_every_asked_place_that_a_reading_changes(count: int, said: str) -> None:
    # 0.5 is a tie: 0 to the even digit and towards zero, 1 up and away from zero.
    text = asked("h", ", ".join(f"$x_{{{t}}} = 1$" for t in range(1, count + 1)), "convention: {round: {h: 0}}\n").to("md")
    assert "where a tie goes up or away from zero, $h_1 = 1$" in text
    assert said in text


def test_a_reading_that_changes_nothing_asked_names_the_first_place() -> None:
    text = asked("h_3", "$x_1 = 1$, $x_2 = 1$, $x_3 = 2$", "convention: {round: {h: 0}}\n").to("md")
    assert "where a tie goes up or away from zero, $h_1 = 1$ instead of $0$." in text


@pytest.mark.parametrize(("find", "said"), [
    ("h", "$h_2$ and $h_3$ are given, not computed."), ("[h_1, h_2]", "$h_2$ is given, not computed."), ("h_1", ""), ("h_4", ""),
])
def test_what_is_asked_for_and_given(find: str, said: str) -> None:
    text = asked(find, "$x_1 = 1$, $x_2 = 2$, $x_3 = 3$, $x_4 = 4$, $h_2 = 7$ and $h_3 = 7$").to("md")
    assert ("given, not computed" in text) == bool(said)
    assert said in text


def test_initial_values_are_no_given_answers() -> None:
    text = symlstm.solve(symlstm.read(
        "---\ntitle: a\n---\n$h_t = 0.5 h_{t-1}$ with $h_0 = 4$, $h_2 = 1$.\n\n```question\nfind: h\n```\n"
    )).to("md")
    assert "$h_2$ is given, not computed." in text
    assert "$h_0$ is given" not in text


def test_a_value_that_no_equation_uses() -> None:
    text = top(
        "---\ntitle: a\ngiven: {weights: 2}\n---\n$h_t = W_{xf} x_t$ with $W_{xg} = 3$, $x_1 = 1$.\n\n```question\nfind: h\n```\n"
    )
    assert "$W_{xg}$ is given, but no equation uses it; did you mean $W_{xf}$?" in text


def test_json_says_the_same() -> None:
    solution = symlstm.solve(symlstm.read(TIES))
    shown = [line.removeprefix("> ").replace("$", "") for line in solution.to("md").splitlines() if line.startswith("> The ")]
    assert json.loads(solution.to("json"))["notes"] == shown
    assert len(shown) == 2
