"""The score of a piece of work: the points of the places that are asked, by the value of the last number stated for each.

A place earns for `right` and `follows` in full, for `rounding` where the convention doesn't round it. What follows earns nothing
where the student's own value makes a product zero or saturates a function that isn't so in the derivation: that would reward a slip
for making the rest easy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from flint import fmpq

from symlstm.analysis.answers import asked_places
from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import NumberError
from symlstm.checking.judging import Judgement
from symlstm.checking.numerals import literal
from symlstm.derivation.annotated import Annotated
from symlstm.errors import ShapeError
from symlstm.model.problem import Posed, Problem
from symlstm.model.question import FindQuestion
from symlstm.notation.places import Place
from symlstm.notation.tree import Apply, Expr, Hadamard, Product, children

if TYPE_CHECKING:
    from symlstm.checking.checking import Marked


@dataclass(frozen=True, slots=True)
class Earned:
    """What one place earned, and why it earned nothing where that needs saying."""

    place: Place
    question: int
    points: Fraction
    possible: Fraction
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """Points by place."""

    places: tuple[Earned, ...]

    @property
    def earned(self) -> Fraction:
        """All points earned."""
        return sum((place.points for place in self.places), Fraction(0))

    @property
    def possible(self) -> Fraction:
        """All points that can be earned."""
        return sum((place.possible for place in self.places), Fraction(0))


def score_of(problem: Problem, marked: Sequence[Marked], question: int | None) -> Score:
    """The score over the questions that the work is about: those whose data it works with."""
    out: list[Earned] = []
    for posed in problem.questions:
        if not isinstance(posed.question, FindQuestion):
            continue
        group = next((m for m in marked if posed in m.posed), None)
        if group is None or (question is not None and posed.question.number != question):
            continue
        places = asked_places(posed)
        worth = _points(posed, len(places))
        last = _last(group.judgements)
        for place in places:
            points, reason = _earned(place, last)
            out.append(Earned(place, posed.question.number, worth * points, worth, reason))
    return Score(tuple(out))


def _points(posed: Posed, places: int) -> Fraction:
    return Fraction(posed.question.points) / max(1, places) if posed.question.points is not None else Fraction(1)


def _last(judgements: Sequence[Judgement]) -> Mapping[Place, Judgement]:
    out: dict[Place, Judgement] = {}
    for judgement in judgements:
        member = judgement.member
        if member.place is not None and member.tree is not None and literal(member.tree) is not None and judgement.value is not None:
            out[member.place] = judgement
    return out


def _earned(place: Place, last: Mapping[Place, Judgement]) -> tuple[Fraction, str]:
    judgement = last.get(place.whole) or last.get(place)
    if judgement is None and place.entry is None:
        entries = sorted((p for p in last if p.name == place.name and p.time == place.time and p.entry), key=lambda p: p.entry or 0)
        found = [_earned(p, last) for p in entries]
        whole = len(found) > 1 and all(points == 1 for points, _ in found)
        return (Fraction(1), "") if whole else (Fraction(0), next((reason for _, reason in found if reason), ""))
    if judgement is None:
        return Fraction(0), ""
    value = judgement.value
    if place.entry is not None and len(judgement.entries) >= place.entry:
        value = judgement.entries[place.entry - 1]
    rounds = judgement.scenario is not None and judgement.scenario.trace.programs.get(place.name) is not None and (
        judgement.scenario.trace.programs[place.name].places is not None
    )
    if value == "right":
        return Fraction(1), ""
    if value == "rounding":
        return (Fraction(0), f"{place} is to be rounded as the problem says") if rounds else (Fraction(1), "")
    if value == "follows" or judgement.verdict == "follows":
        if easier := _trivial(judgement, place):
            return Fraction(0), easier
        return Fraction(1), ""
    return Fraction(0), ""


def _trivial(judgement: Judgement, place: Place) -> str:
    """Why a value that follows earns nothing: the student's own numbers make a product zero or saturate a function."""
    scenario = judgement.scenario
    if scenario is None or judgement.base is None:
        return ""
    whole = place.whole
    ours, theirs = scenario.annotated(whole), judgement.base.annotated(whole)
    if ours is None or theirs is None:
        return ""
    return _easier(ours.tree, ours, theirs)


def _easier(tree: Expr, own: Annotated, base: Annotated) -> str:
    try:
        if isinstance(tree, Product | Hadamard):
            zero = [x == 0 for x in values_of.entries(own.worth(tree))]
            before = [isinstance(x, fmpq) and x == 0 for x in values_of.entries(base.worth(tree))]
            if any(a and not b for a, b in zip(zero, before)):
                return "your own value makes a product zero here, so nothing was left to work out"
        if isinstance(tree, Apply) and (own.unsaturated(tree) is not own.worth(tree)) and (
            base.unsaturated(tree) is base.worth(tree)
        ):
            return "your own value saturates a function here, so nothing was left to work out"
    except (KeyError, ShapeError, NumberError):
        return ""
    return next((found for part in children(tree) if (found := _easier(part, own, base))), "")
