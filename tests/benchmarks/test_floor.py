"""The floor prints what symlstm prints; otherwise the ratio to it would mean nothing."""

from __future__ import annotations

import floor
import long_run

import symlstm

STEPS = 600
"""More than the 400 steps up to which a run is shown on simplified equations."""


def test_the_floor_prints_the_same_document() -> None:
    ours = symlstm.solve(long_run.problem(STEPS)).to("md")
    theirs = "".join(floor.solution(long_run.inputs(STEPS)))
    # Step 0 starts from zeros that are exact; the floor prints them as any other number.
    assert _but_step_0(ours) == _but_step_0(theirs)


def _but_step_0(document: str) -> list[str]:
    before, rest = document.split("**t = 0**", 1)
    return [*before.splitlines(), *rest.split("**t = 1**", 1)[1].splitlines()]
