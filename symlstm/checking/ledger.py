"""What a piece of work has stated so far: the numbers that later lines are judged by.

In come judgements, one after the other; out go the student's own values as a derivation may take them up. Nothing is derived or
judged here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.value import Value
from symlstm.checking.judgement import Judgement
from symlstm.checking.numerals import Written, literal
from symlstm.checking.work import Member
from symlstm.model.convention import Convention
from symlstm.model.values import Given
from symlstm.notation.places import Place
from symlstm.notation.tree import Expr, Name


@dataclass
class Ledger:
    """The student's own numbers, by place, as the work is read."""

    convention: Convention
    aliases: dict[Name, Expr] = field(default_factory=dict)
    """Names that the student has given to numbers of their own, as far as the work has been read."""
    own: dict[Place, Value] = field(default_factory=dict)
    """The student's own values that aren't the derivation's, by place: what follows is derived from them."""
    rounded: set[Place] = field(default_factory=set)
    """Those of them that differ by another rule of rounding only."""
    following: set[Place] = field(default_factory=set)
    """Places whose last number follows from a slip."""
    own_data: dict[Name, Given] = field(default_factory=dict)
    """Parameters that the student has written down otherwise than the problem gives them."""
    stated: dict[Place, Sequence[Written]] = field(default_factory=dict)
    """The last numbers stated for each place, before their rounding where that is for display only."""

    def others(self, place: Place) -> dict[Place, Value]:
        """The student's own values of all places but this."""
        return {p: v for p, v in self.own.items() if p != place and p.whole != place}

    def only_rounded(self, own: Mapping[Place, Value]) -> bool:
        """Whether these values are wrong by their rounding only, and so no slip."""
        return own.keys() <= self.rounded and not self.own_data

    def worse(self, place: Place | None) -> bool:
        """Whether the student's own number for a place isn't as good as right."""
        wrong = (self.own.keys() - self.rounded) | self.following
        return place is not None and (place in wrong or place.whole in wrong)

    def alias_values(self) -> Mapping[Name, Value]:
        """The numbers that the student's own names stand for."""
        found = {name: literal(tree) for name, tree in self.aliases.items()}
        return {name: numbers_as_value(numbers) for name, numbers in found.items() if numbers is not None}

    def carried(self, own: Mapping[Place, Value]) -> list[Mapping[Place, Value]]:
        """The student's own values as later lines may use them: where rounding is for display only, first the numbers before it."""
        if not own and not self.own_data:
            return []
        if self.convention.carry:
            return [own]
        before = {place: numbers_as_value(self.stated[place])
                  for place in own if place in self.stated and self.convention.places(str(place.name)) is not None}
        changed = any(identity(value) != identity(own[place]) for place, value in before.items())
        return [{**own, **before}, own] if changed else [own]

    def note(self, member: Member, place: Place, judgement: Judgement) -> None:
        """Remember what the student has stated."""
        assert member.tree is not None
        expected = judgement.expected
        if member.numbers is None or expected is None:
            return
        numbers = broadcast(member.numbers, len(values_of.entries(expected)))
        if len(numbers) != len(values_of.entries(expected)):
            return
        value = numbers_as_value(numbers)
        if not self.convention.carry and self._displays(place, numbers, member):
            return  # rounding is for display only: what was stated before it is carried on
        places = self.convention.places(str(place.name))
        if self.convention.carry or places is None or any((n.decimals or 0) > places for n in numbers):
            self.stated[place] = numbers
        own = (judgement.verdict == "slip" and judgement.value != "right") or judgement.value == "wrong" or (
            judgement.value == "rounding" and judgement.rule_id != ""
        )
        self.following.discard(place)
        if judgement.value == "follows":
            self.following.add(place)
        if judgement.value == "right" or (judgement.value == "follows" and judgement.verdict != "slip"):
            self.own.pop(place, None)
        elif own:
            self.own[place] = value
            self.rounded.discard(place)
            if judgement.value == "rounding" and judgement.verdict != "slip":
                self.rounded.add(place)

    def _displays(self, place: Place, numbers: Sequence[Written], member: Member) -> bool:
        """Whether numbers are those stated before in the same chain, rounded."""
        before = self.stated.get(place)
        return before is not None and member.before is not None and len(before) == len(numbers) and all(
            a.value == b.value or ((a.decimals or 0) >= (b.decimals or 0) and abs(a.value - b.value) <= 2 * b.half_unit)
            for a, b in zip(before, numbers))


def numbers_as_value(numbers: Sequence[Written]) -> Value:
    """Numbers as the value of a place, each taken for exactly what is written."""
    return values_of.vector([n.value for n in numbers])


def broadcast(numbers: Sequence[Written], width: int) -> Sequence[Written]:
    """One number for a vector stands for each of its entries."""
    return tuple(numbers) * width if len(numbers) == 1 else numbers


def identity(value: Value) -> tuple[str, ...]:
    """What tells a value from others, as text."""
    return tuple(map(str, values_of.entries(value)))
