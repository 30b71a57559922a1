"""The score of a piece of work: the points of the places that are asked, by the value of the last number stated for each.

A place earns for `right` and `follows` in full, for `rounding` where the convention doesn't round it. What follows earns nothing
where the student's own value makes a product zero or saturates a function that isn't so in the derivation: that would reward a slip
for making the rest easy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from flint import fmpq

from symlstm.analysis.answers import asked_places
from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import NumberError
from symlstm.checking.judgement import Judgement
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
        worth = points_each(posed, len(places))
        stated = _stated(group)
        for place in places:
            points, reason = _earned(place, group, stated.get(place.whole, ()))
            out.append(Earned(place, posed.question.number, worth * points, worth, reason))
    return Score(tuple(out))


def points_each(posed: Posed, places: int) -> Fraction:
    """What each of the places that a question asks for is worth: 1, unless the question says how many points there are in all."""
    return Fraction(posed.question.points) / max(1, places) if posed.question.points is not None else Fraction(1)


def _stated(group: Marked) -> dict[Place, list[Judgement]]:
    """The judgements on numbers, by the whole place that they speak of, in the order of the work."""
    out: dict[Place, list[Judgement]] = {}
    for judgement in group.judgements:
        member = judgement.member
        if member.place is not None and member.numbers is not None and judgement.value is not None:
            out.setdefault(member.place.whole, []).append(judgement)
    return out


def _earned(place: Place, group: Marked, judgements: Sequence[Judgement]) -> tuple[Fraction, str]:
    """What a place earns: all of its entries, each by the last number stated for it, have to be good."""
    width = _width(place, group)
    found: dict[int, tuple[bool, str]] = {}
    for judgement in judgements:
        member = judgement.member
        assert member.place is not None
        if member.place.entry is not None and len(judgement.entries) == 1:
            found[member.place.entry] = _good(judgement, judgement.entries[0])
        else:
            for k in range(width):
                entry = judgement.entries[k] if len(judgement.entries) == width else judgement.value or "wrong"
                found[k + 1] = _good(judgement, entry)
    asked = [place.entry] if place.entry is not None else list(range(1, width + 1))
    results = [found.get(k, (False, "")) for k in asked]
    good = bool(results) and all(fine for fine, _ in results)
    return Fraction(good), next((reason for _, reason in results if reason), "")


def _width(place: Place, group: Marked) -> int:
    value = group.judge.base.trace.displayed(place.whole)
    return 1 if value is None else len(values_of.entries(value))


def _good(judgement: Judgement, value: str) -> tuple[bool, str]:
    """Whether a number earns its point, and why not where that needs saying."""
    place = judgement.member.place
    assert place is not None
    program = judgement.scenario.trace.programs.get(place.name) if judgement.scenario is not None else None
    if value == "right":
        return True, ""
    if value == "rounding":
        rounds = program is not None and program.places is not None
        return not rounds, f"{place} is to be rounded as the problem says" if rounds else ""
    if value == "follows":
        easier = _trivial(judgement, place)
        return not easier, easier
    return False, ""


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
