"""What is said of one member of a student's work: data only, and the table of verdicts (section 5 of the design)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from symlstm.arithmetic.value import Value
from symlstm.checking.fitting import Difference
from symlstm.checking.scenario import Scenario
from symlstm.checking.steps import Step
from symlstm.checking.work import Member

Worth: TypeAlias = Literal["right", "rounding", "follows", "wrong"]
Verdict: TypeAlias = Literal["right", "rounding", "follows", "slip", "unreadable", "other"]

VERDICTS: Mapping[tuple[Worth, Step], Verdict] = {
    ("right", "none"): "right", ("right", "holds"): "right", ("right", "rounding"): "right", ("right", "broken"): "slip",
    ("rounding", "none"): "rounding", ("rounding", "holds"): "rounding", ("rounding", "rounding"): "rounding",
    ("rounding", "broken"): "slip",
    ("follows", "none"): "follows", ("follows", "holds"): "follows", ("follows", "rounding"): "follows", ("follows", "broken"): "slip",
    ("wrong", "none"): "slip", ("wrong", "holds"): "follows", ("wrong", "rounding"): "slip", ("wrong", "broken"): "slip",
}
"""The verdict on a member from its value and its step (section 5 of the design). A wrong value that holds from a member judged
before follows from it."""

WORST: tuple[Worth, ...] = ("right", "follows", "rounding", "wrong")
"""Worths from the best to the one that a whole vector takes."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said of one member."""

    member: Member
    verdict: Verdict
    value: Worth | None = None
    step: Step = "none"
    entries: tuple[Worth, ...] = ()
    """Entry by entry, for a vector."""
    rule: str = ""
    """In words, the rule that gives the value, where it is another than the convention's."""
    rule_id: str = ""
    open_rule: str = ""
    """In words, the reading of what the problem leaves open, where the work used another than the solution does."""
    differences: tuple[Difference, ...] = ()
    shapes: str = ""
    """What doesn't fit, where shapes don't."""
    changes: bool | None = None
    """For a slip, whether it changes a value."""
    expected: Value | None = None
    """What the place has in the derivation."""
    scenario: Scenario | None = None
    """The derivation that gives the value: with the student's own numbers where it follows."""
    base: Scenario | None = None
    """The problem's own derivation."""
    broken: int | None = None
    """For a broken step to numbers, the first entry (from 1) that it doesn't reach."""
