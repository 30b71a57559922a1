"""Values given after a question: which start is in force, worked out by hand on h_t = h_{t-1} + x_t, a sum that starts at h."""

from __future__ import annotations

import pytest

import symlstm

HEAD = "---\ntitle: T\n{front}---\n$$h_t = h_{{t-1}} + x_t$$\n\nLet $h_{{-1}} = 0$ and $x = [1, 2]$.\n\n"
FIND = "```question\nfind: h\n```\n\n"


def values(later: str, front: str = "", question: str = FIND) -> dict[str, str]:
    """What the second question is answered."""
    solution = symlstm.solve(symlstm.read(HEAD.format(front=front) + FIND + later + "\n\n" + question))
    answer = solution.answers[1]
    return {str(place): str(value) for place, value in answer.values.items()}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        # another value of the same start
        ("Now $h_{-1} = 10$.", {"h_0": "11", "h_1": "13"}),
        # a run of its own: h_0 starts it, its list begins at step 1
        ("Now $h_0 = 10$ and $x = [3, 4]$.", {"h_1": "13", "h_2": "17"}),
        ("Now $h_0 = 10$ and $x_1 = 3$.", {"h_1": "13"}),
        ("Now $h_{-5} = 10$ and $x = [3, 4]$.", {"h_-4": "13", "h_-3": "17"}),
        # an earlier start alone takes the list with it
        ("Now $h_{-5} = 10$.", {"h_-4": "11", "h_-3": "13"}),
        # a step of the run in force: given, not computed
        ("Now $h_0 = 10$.", {"h_0": "10", "h_1": "12"}),
        ("Now $h_0 = 10$ and $x_0 = 5$.", {"h_0": "10", "h_1": "12"}),
        # new inputs alone keep the start
        ("Now $x = [3, 4, 5]$.", {"h_0": "3", "h_1": "7", "h_2": "12"}),
    ],
)
def test_start_in_force(later: str, expected: dict[str, str]) -> None:
    assert values(later) == expected


def test_first_keeps_the_start() -> None:
    assert values("Now $h_0 = 10$ and $x = [3, 4]$.", front="first: 0\n") == {"h_0": "10", "h_1": "14"}


def test_a_question_s_own_values_follow_the_same_rule() -> None:
    question = "```question\nfind: h\ngiven: {h_0: 10}\ninputs: [3, 4]\n```\n"
    assert values("", question=question) == {"h_1": "13", "h_2": "17"}


def test_the_new_start_holds_for_what_follows() -> None:
    assert values("Now $h_0 = 10$ and $x = [3, 4]$.\n\n" + "```question\nfind: h_2\n```\n\nNow $h_0 = 20$.") == {"h_2": "17"}
    text = HEAD.format(front="") + FIND + "Now $h_0 = 10$ and $x = [3, 4]$.\n\n" + FIND + "Now $h_0 = 20$.\n\n" + FIND
    third = symlstm.solve(symlstm.read(text)).answers[2]
    assert {str(place): str(value) for place, value in third.values.items()} == {"h_1": "23", "h_2": "27"}  # type: ignore[union-attr]
