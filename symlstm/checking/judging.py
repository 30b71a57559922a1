"""Judging work: each member's value against the derivation, its step from the member before, and the verdict that follows.

In come the members of a student's work and the run they belong to; out go judgements. Every expected value comes from a `Scenario`,
which is `derive` under a rule and with the student's own values.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, TypeAlias

from flint import arb, fmpq

from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import NumberError, Real, Undecided, exact, working_precision
from symlstm.arithmetic.value import Value
from symlstm.checking.fitting import OF_OPERANDS, Difference, cost, fit
from symlstm.checking.numerals import Written, agreement, ball, literal
from symlstm.checking.rules import Rule, rules, undeclared
from symlstm.checking.scenario import Scenario, Workshop
from symlstm.checking.steps import Allowed, Reckoner, Step, Taken, Unknown, meet, taken
from symlstm.checking.work import Member
from symlstm.derivation.evaluate import component, entries_at
from symlstm.errors import ShapeError, SymlstmError, UndecidedError
from symlstm.model.convention import Convention
from symlstm.model.problem import Run
from symlstm.model.values import Given
from symlstm.notation.places import Place
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import Apply, Expr, Fixed, Listing, Matrix, Name, Numeral, Running, Symbol, children

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

_WORST = ("right", "follows", "rounding", "wrong")
_NOTHING: frozenset[fmpq] = frozenset()
_MOST_SCENARIOS = 3_000
_TELLING = 2
"""Digits that tell something of a number, from which on a rule that gives it needs no other witness."""
_NEAR = 60
"""Half units of the last digit within which rounding on the way is taken to explain a number."""


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


@dataclass(frozen=True, slots=True)
class _Found:
    """How a member agrees with one scenario, entry by entry."""

    entries: tuple[Worth, ...]
    differences: tuple[Difference, ...] = ()

    @property
    def worst(self) -> Worth:
        return max(self.entries, key=_WORST.index)


@dataclass
class Judge:
    """Judges members in order; keeps what the student has stated so far."""

    run: Run
    workshop: Workshop = field(default_factory=Workshop)
    aliases: dict[Name, Expr] = field(default_factory=dict)
    """Names that the student has given to numbers of their own, as far as the work has been read."""
    claims: Mapping[Place, Sequence[Written]] = field(default_factory=dict)
    """The last numbers that the whole work states, by place."""
    own: dict[Place, Value] = field(default_factory=dict)
    """The student's own values that aren't the derivation's, by place: what follows is derived from them."""
    rounded: set[Place] = field(default_factory=set)
    """Those of them that differ by another rule of rounding only."""
    following: set[Place] = field(default_factory=set)
    """Places whose last number follows from a slip."""
    own_data: dict[Name, Given] = field(default_factory=dict)
    """Parameters that the student has written down otherwise than the problem gives them."""
    stated: dict[Place, Sequence[Written]] = field(default_factory=dict)
    """The last numbers stated for each place."""
    _scenarios: dict[object, Scenario] = field(default_factory=dict)
    _fitting: list[Rule] = field(default_factory=list)
    """Rules that have explained a number of this work."""
    _allowances: dict[Name | None, Allowed] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.own_base = self.base = self.workshop.base(self.run)
        """The problem's own derivation; `base` is that under the reading that the work uses of what the problem leaves open."""
        self.show = self.run.convention.show
        with working_precision(max(128, self.base.trace.bits)):
            self.reading = self._reading_used()
        if self.reading is not None:
            self.base = self.workshop.ruled(self.run, self.reading)
            self.run = self.base.run
        self._scalar = all(program.scalar for program in self.base.trace.programs.values())
        self._data = {x for given in (*self.run.parameters.values(), *self.run.timed.values()) for x in values_of.entries(given.value)}
        self._known: set[fmpq] | None = None

    def _scenario(self, rule: Rule | None, own: Mapping[Place, Value]) -> Scenario:
        if rule is None and not own and not self.own_data:
            return self.base
        if rule is not None and not own and not self.own_data:
            return self.workshop.ruled(self.run, rule)
        data = tuple((name, _key(given.value)) for name, given in self.own_data.items())
        key = (rule.id if rule else "", data, tuple((place, _key(value)) for place, value in own.items()))
        known = self._scenarios.get(key)
        if known is None:
            run = self.run if rule is None else replace(self.run, convention=rule.convention)
            if self.own_data:
                run = replace(run, parameters=dict(run.parameters) | self.own_data)
            known = self._scenarios[key] = Scenario(self.workshop, run, None if rule is None else rule.way, own)
        return known

    def scenario_with(self, own: Mapping[Place, Value]) -> Scenario:
        """The problem's derivation with these values in the place of its own."""
        return self._scenario(None, own)

    # -- one member ---

    def judge(self, member: Member, index: Mapping[int, Judgement], restated: bool) -> Judgement:
        """The judgement on a member; `index` has those before it, by their place in the work. `restated`: its place comes again."""
        if member.kind in ("other", "unreadable"):
            return Judgement(member, "unreadable" if member.kind == "unreadable" else "other")
        if member.kind == "length":
            return Judgement(member, "slip", "wrong", changes=True)
        with working_precision(max(128, self.base.trace.bits)):
            return self._judged(member, index, restated)

    def _judged(self, member: Member, index: Mapping[int, Judgement], restated: bool) -> Judgement:
        before = index.get(member.before) if member.before is not None else None
        place = member.place
        tree = member.tree
        assert tree is not None
        if place is None or place.time is None or not self._has(place):
            return self._placeless(member, before)
        if self.base.found(place.whole) is None and member.numbers is None:
            # The problem gives this value: only its equation can be compared.
            return Judgement(member, "right", "right") if same_formula(tree, place, self.run) else Judgement(member, "other")
        shapes, width = self._shape(tree, place) if member.numbers is None else ("", len(member.numbers))
        if place.entry is not None and width is not None and width > 1:
            place = place.whole  # a whole vector behind one of its entries speaks of all of them
        found, scenario, rule = self._valued(member, place, restated)
        made = Taken("broken") if shapes else self._made(member, before, place, found.worst, scenario)
        if _near_by_chance(found, made, before):
            found = _wrong(found)
        value = found.worst
        if value == "wrong" and made.step == "holds" and (before is None or before.value is None):
            made = Taken("none")  # from nothing that was judged, nothing follows
        if rule is not None and rule.id == "cut" and made.step == "holds":
            rule = replace(rule, words="numbers rounded on the way")
        judgement = Judgement(
            member, VERDICTS[value, made.step], value, made.step, found.entries, rule.words if rule else "", rule.id if rule else "",
            self._open_rule(member, place, value, restated),
            found.differences, shapes, None, self._expected(place), scenario, self.base, made.entry,
        )
        self._note(member, place, judgement)
        return judgement

    def _open_rule(self, member: Member, place: Place, value: Worth, restated: bool) -> str:
        """In words, the reading that makes this right where the problem's own doesn't."""
        if self.reading is None or value != "right" or self._compare(member, place, self.own_base, restated).worst == "right":
            return ""
        return self.reading.words

    def _has(self, place: Place) -> bool:
        assert place.time is not None
        return self.base.found(place) is not None or (place.name, place.time) in self.run.timed

    def _expected(self, place: Place) -> Value | None:
        value = self.base.trace.displayed(place.whole)
        return value if value is None or place.entry is None else component(value, place.entry)

    def _note(self, member: Member, place: Place, judgement: Judgement) -> None:
        """Remember what the student has stated."""
        assert member.tree is not None
        expected = judgement.expected
        if member.numbers is None or expected is None:
            return
        numbers = _broadcast(member.numbers, len(values_of.entries(expected)))
        if len(numbers) != len(values_of.entries(expected)):
            return
        value = values_of.vector([n.value for n in numbers])
        if not self.run.convention.carry and self._displays(place, numbers, member):
            return  # rounding is for display only: what was stated before it is carried on
        places = self.run.convention.places(str(place.name))
        if self.run.convention.carry or places is None or any((n.decimals or 0) > places for n in numbers):
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

    # -- values ---

    def _valued(self, member: Member, place: Place, restated: bool) -> tuple[_Found, Scenario, Rule | None]:
        base = self._compare(member, place, self.base, restated)
        if base.worst == "right":
            return base, self.base, None
        own = {p: v for p, v in self.own.items() if p != place and p.whole != place}
        if base.worst == "follows":
            return base, self.base, None
        # After a slip what follows comes first; before one, the rule that the work has been using.
        for rule in self._fitting if own.keys() <= self.rounded else ():
            scenario = self._scenario(rule, {})
            found = self._compare(member, place, scenario, restated)
            if found.worst == "right":
                return replace(found, entries=_as("rounding", found, base)), scenario, rule
        follow = None
        for carried in self._carried(own):
            follow = self._scenario(None, carried)
            found = self._compare(member, place, follow, restated)
            if found.worst == "right" and own.keys() <= self.rounded and not self.own_data:
                rounded = Rule("values-own", "your rounded numbers carried on", self.run.convention)
                return replace(found, entries=_as("rounding", found, base)), follow, rounded
            if found.worst == "right":
                return replace(found, entries=_as("follows", found, base)), follow, None
        if base.worst == "rounding":
            meant = member.numbers is not None and self._meant(member.numbers, place, own)
            return (_wrong(base) if meant else base), self.base, None
        if follow is not None and found.worst == "rounding":
            return replace(found, entries=_as("rounding", found, base)), follow, None
        explained = self._by_rule(member, place, own, restated, base)
        if explained is not None:
            return explained
        return base, follow or self.base, None

    def _meant(self, numbers: Sequence[Written], place: Place, own: Mapping[Place, Value]) -> bool:
        """Whether an integer that a value rounds to is meant as it stands: what the work computes from it follows from it, and isn't
        what follows from the value."""
        if any(n.decimals for n in numbers) or self.run.convention.places(str(place.name)) is not None:
            return False
        reading = [(p, stated) for p, stated in self.claims.items() if place.whole in self._read(p) and not self.base.states(p, stated)]
        if not reading:
            return False
        meant = self._scenario(None, {**own, place: values_of.vector([n.value for n in numbers])})
        return any(meant.states(p, stated) == "right" for p, stated in reading)

    def _read(self, place: Place) -> set[Place]:
        """The places that a place's equation reads."""
        annotated = self.base.annotated(place.whole)
        return set() if annotated is None else {p.whole for s in symbols_in(annotated.tree) if (p := annotated.operand(s))}

    def _carried(self, own: Mapping[Place, Value]) -> list[Mapping[Place, Value]]:
        """The student's own values as later lines may use them: where rounding is for display only, first the numbers before it."""
        if not own and not self.own_data:
            return []
        if self.run.convention.carry:
            return [own]
        before = {place: values_of.vector([n.value for n in self.stated[place]])
                  for place in own if place in self.stated and self.run.convention.places(str(place.name)) is not None}
        changed = any(_key(value) != _key(own[place]) for place, value in before.items())
        return [{**own, **before}, own] if changed else [own]

    def _by_rule(
        self, member: Member, place: Place, own: Mapping[Place, Value], restated: bool, base: _Found
    ) -> tuple[_Found, Scenario, Rule | None] | None:
        assert member.tree is not None
        numbers = member.numbers
        if numbers is None and not any(d.kind in ("operand", "result") for d in base.differences):
            return None
        cut = self._cut(numbers, place) if numbers is not None else None
        if cut is not None:
            return cut, self.base, Rule("cut", "digits cut off instead of rounded", self.run.convention)
        decimals = max((n.decimals or 0 for n in numbers), default=0) if numbers else self.show
        near = bool(own) and numbers is not None and self._near(numbers, place, own)
        far = numbers is None and any(self._far(d, place) for d in base.differences)
        for rule in self._rules(decimals):
            if far and rule not in self._fitting and (rule.way is not None or rule.id.startswith("values")):
                continue
            # Rules that round on the way change a value by little: what is far from what follows isn't one of them.
            also = own and (near or rule in self._fitting or rule.way is None)
            for overrides in ({}, own) if also else ({},):
                if len(self._scenarios) > _MOST_SCENARIOS:
                    return None
                scenario = self._scenario(rule, overrides)
                try:
                    found = self._compare(member, place, scenario, restated)
                except (SymlstmError, Undecided):
                    continue
                if found.worst == "right" and (numbers is None or self._consistent(numbers, place, scenario)):
                    if rule not in self._fitting:
                        self._fitting.insert(0, rule)
                    return replace(found, entries=_as("rounding", found, base)), scenario, rule
        return None

    def _reading_used(self) -> Rule | None:
        """The reading of what the problem leaves open that the work uses, where it isn't the problem's own: the one that gives its
        numbers furthest in the order of the derivation. What stands behind a number that no reading gives comes of a slip and tells
        nothing."""
        order = {name: k for k, name in enumerate(self.base.trace.programs)}
        claims = sorted(((p, numbers) for p, numbers in self.claims.items() if p.name in order),
                        key=lambda claim: (claim[0].time or 0, order[claim[0].name], claim[0].entry or 0))

        def reach(scenario: Scenario) -> tuple[int, int]:
            """How many claims a reading gives before the first that it doesn't, and how many of them to enough digits."""
            given, enough = 0, 0
            for place, numbers in claims:
                agrees = scenario.states(place, numbers)
                if not agrees or (agrees == "rounding" and not all(n.decimals for n in numbers)):
                    break  # an integer agrees with too much
                given, enough = given + 1, enough + (agrees == "right")
            return given, enough

        if not self.run.convention.round or not claims:
            return None
        best, furthest = None, reach(self.base)
        if furthest == (len(claims), len(claims)):
            return None
        for rule in undeclared(self.run):
            reached = reach(self.workshop.ruled(self.run, rule))
            if reached > furthest:
                best, furthest = rule, reached
        return best

    def _consistent(self, numbers: Sequence[Written], place: Place, scenario: Scenario) -> bool:
        """Whether a rule gives what is right of the numbers that this place is computed from; for a number so short that many rules
        give it, all that the work says of its symbol."""
        short = all(n.telling < _TELLING for n in numbers)
        read = self._read(place)
        for other, stated in self.claims.items():
            alike = short and other.name == place.name and other != place and other.entry is None
            right = other.whole in read and self.base.states(other, stated)
            if (alike or right) and not scenario.states(other, stated):
                return False
        return True

    def _rules(self, decimals: int) -> Iterator[Rule]:
        yield from self._fitting
        known = {rule.id for rule in self._fitting}
        yield from (rule for rule in rules(self.run, max(0, decimals)) if rule.id not in known)

    def _far(self, difference: Difference, place: Place) -> bool:
        """Whether a wrong operand is further from the right one than rounding on the way explains."""
        annotated = self.base.annotated(place.whole)
        numbers = literal(difference.found) if difference.found is not None else None
        if annotated is None or numbers is None or difference.part is None:
            return difference.kind not in ("own", "rounding")
        try:
            values = values_of.entries(annotated.worth(difference.part))
        except (KeyError, ShapeError, NumberError):
            return True
        return len(values) != len(numbers) or any(
            bool(abs(arb(x) - n.value) > arb(n.half_unit) * _NEAR) for n, x in zip(numbers, values))

    def _near(self, numbers: Sequence[Written], place: Place, own: Mapping[Place, Value]) -> bool:
        """Whether numbers are within a few units of their last digits of what follows from the student's own values."""
        found = self._scenario(None, own).found(place.whole)
        if found is None:
            return False
        values = entries_at(found.displayed, place.entry)
        return len(values) == len(numbers) and all(
            (n.decimals or 0) >= 2 and bool(abs(arb(x) - n.value) <= arb(n.half_unit) * _NEAR) for n, x in zip(numbers, values))

    def _cut(self, numbers: Sequence[Written], place: Place) -> _Found | None:
        """Whether the digits written are the value's own, cut off."""
        computed = self.base.found(place.whole)
        if computed is None:
            return None
        values = entries_at(computed.unrounded, place.entry)
        if len(values) != len(numbers):
            return None
        entries: list[Worth] = []
        for number, x in zip(numbers, values):
            if agrees := agreement(number, x, self.show):
                entries.append(agrees)
                continue
            unit = 2 * number.half_unit
            short = number.significant < 2 and (number.decimals or 0) < self.show
            size = arb(x)
            inside = bool(abs(size) >= abs(number.value)) and bool(abs(size) < abs(number.value) + unit)
            if not unit or short or not inside or bool(x * number.value < 0):
                return None
            entries.append("rounding")
        return _Found(tuple(entries))

    def _compare(self, member: Member, place: Place, scenario: Scenario, restated: bool) -> _Found:
        assert member.tree is not None
        whole = place.whole
        numbers = member.numbers
        if scenario.found(whole) is None:
            given = scenario.trace.given.get(place.name, {}).get(place.time or 0)
            if given is None or numbers is None:
                return _Found(("wrong",))
            return self._numbers_against(numbers, entries_at(given, place.entry), ())
        if numbers is not None:
            return self._number(member, numbers, place, scenario, restated)
        return self._expression(member.tree, place, scenario, restated)

    def _number(
        self, member: Member, numbers: Sequence[Written], place: Place, scenario: Scenario, restated: bool
    ) -> _Found:
        computed = scenario.found(place.whole)
        assert computed is not None
        places = scenario.trace.programs[place.name].places

        def of(value: Value) -> tuple[Real, ...]:
            return entries_at(value, place.entry)

        displayed = of(computed.displayed)
        if places is None or place in scenario.overrides:
            found = self._numbers_against(numbers, displayed, of(computed.exact) if member.working and restated else ())
        else:
            found = self._rounded(numbers, displayed, of(computed.unrounded), member.working or restated)
        if found.worst == "wrong" and restated and member.working:
            for value in (computed.exact, *self._pre_activations(place, scenario)):
                other = self._numbers_against(numbers, of(value), ())
                if other.worst == "right":
                    return other
        return found

    def _pre_activations(self, place: Place, scenario: Scenario) -> Iterator[Value]:
        annotated = scenario.annotated(place.whole)
        if annotated is not None and isinstance(annotated.tree, Apply):
            for argument in annotated.tree.arguments:
                yield annotated.worth(argument)

    def _numbers_against(self, numbers: Sequence[Written], values: Sequence[Real], also: Sequence[Real]) -> _Found:
        numbers = _broadcast(numbers, len(values))
        if len(numbers) != len(values):
            return _Found(("wrong",))
        entries: list[Worth] = []
        for k, (number, x) in enumerate(zip(numbers, values)):
            found = agreement(number, x, self.show)
            if not found and also and agreement(number, also[k], self.show) == "right":
                found = "right"
            entries.append(found or "wrong")
        return _Found(tuple(entries))

    def _rounded(self, numbers: Sequence[Written], rounded: Sequence[Real], unrounded: Sequence[Real], working: bool) -> _Found:
        """Numbers of a place that the convention rounds."""
        numbers = _broadcast(numbers, len(rounded))
        if len(numbers) != len(rounded):
            return _Found(("wrong",))
        entries: list[Worth] = []
        for number, x, raw in zip(numbers, rounded, unrounded):
            if number.value == x:
                entries.append("right")
                continue
            close = agreement(number, raw, self.show)
            entries.append("wrong" if not close else close if working else "rounding")
        return _Found(tuple(entries))

    def _expression(self, tree: Expr, place: Place, scenario: Scenario, restated: bool) -> _Found:
        annotated = scenario.annotated(place.whole)
        if annotated is None:
            return _Found(("wrong",))
        part = annotated.part(place.entry)
        formula = any(True for _ in symbols_in(tree))
        found = fit(tree, annotated, part, self.show, self._alias_values(), self.stated)
        if found and all(d.kind == "own" for d in found):
            # The student's own numbers, rounded as they are written; where one isn't as good as right, the line follows from it.
            wrong = (self.own.keys() - self.rounded) | self.following
            worse = any(d.place is not None and (d.place in wrong or d.place.whole in wrong) for d in found)
            return _Found(("follows" if worse else "right",), ())
        if found != () and not self._scalar and len(values_of.entries(annotated.worth(part))) == 1:
            spelled = annotated.entry(part, 1)
            other = fit(tree, annotated, spelled, self.show, self._alias_values(), self.stated) if spelled is not part else None
            if other is not None and (found is None or cost(other) < cost(found)):
                found = other
        if found == ():
            return _Found(("right",), ())
        if found is not None and all(d.kind in OF_OPERANDS for d in found):
            worst: Worth = "rounding" if all(d.kind in ("rounding", "own") for d in found) else "wrong"
            return _Found((worst,), found)
        if self._same_value(tree, place, scenario, annotated.worth(part), formula):
            return _Found(("right",), ())
        if restated and isinstance(part, Apply) and len(part.arguments) == 1:
            inside = fit(tree, annotated, part.arguments[0], self.show, self._alias_values())
            if inside == ():
                return _Found(("right",), ())
        return _Found(("wrong",), found or ())

    def _same_value(self, tree: Expr, place: Place, scenario: Scenario, value: Value, formula: bool) -> bool:
        """Whether an expression of another shape comes to the same, neither saturated nor rounded."""
        if formula and self._symbolic(tree, place):
            return same_formula(tree, place, self.run)
        try:
            lookup = self._lookup(place, scenario, own=False)
            found = Reckoner(lookup, self._exactly(place)).value(tree)
        except (Unknown, ShapeError, NumberError, Undecided, UndecidedError):
            return False
        computed = scenario.found(place.whole)
        assert computed is not None
        ours = values_of.entries(found)
        return any(
            len(ours) == len(theirs) and all(meet(a, b) for a, b in zip(ours, theirs))
            for theirs in (entries_at(computed.exact, place.entry), values_of.entries(value))
        )

    def _symbolic(self, tree: Expr, place: Place) -> bool:
        """Whether a tree is a formula, in which no number stands but those of the equation itself."""
        equation = self.run.cell.by_name.get(place.name)
        own = set(_numbers_of(equation.right)) if equation is not None else set()
        return all(number in own for number in _numbers_of(tree))

    def _alias_values(self) -> Mapping[Name, Value]:
        if not self.aliases:
            return {}
        out: dict[Name, Value] = {}
        for name, tree in self.aliases.items():
            numbers = literal(tree)
            if numbers is not None:
                out[name] = values_of.vector([n.value for n in numbers])
        return out

    # -- steps ---

    def _placeless(self, member: Member, before: Judgement | None) -> Judgement:
        """A chain that is about no place: its arithmetic can be judged, its value can't."""
        assert member.tree is not None
        if member.place is not None and member.place.name in self.run.parameters:
            return self._restated_data(member, member.place)
        if member.place is not None and member.place.time is None:
            return self._timeless(member)
        head = before.member.tree if before is not None else member.head
        if head is None or any(True for _ in symbols_in(member.tree)) or any(True for _ in symbols_in(head)):
            return Judgement(member, "other")
        try:
            made = taken(head, member.tree, lambda symbol: None, self._exactly(None), self._allowed(None), self.show)
        except ShapeError as error:
            return Judgement(member, "slip", None, "broken", shapes=error.message, changes=False)
        broken = made.step == "broken"
        return Judgement(member, "slip" if broken else "other", None, made.step, changes=False if broken else None, broken=made.entry)

    def _restated_data(self, member: Member, place: Place) -> Judgement:
        """A parameter written down again."""
        numbers = member.numbers
        given = self.run.parameters[place.name].value
        entries = entries_at(given, place.entry)
        if numbers is None or len(numbers) != len(entries):
            return Judgement(member, "other")
        found: list[Worth] = ["right" if n.value == x else "wrong" for n, x in zip(numbers, entries)]
        wrong = "wrong" in found
        if not wrong and place.entry is None:
            self.own_data.pop(place.name, None)
        if wrong and place.entry is None and member.tree is not None and not isinstance(given, values_of.Matrix):
            value = values_of.vector([n.value for n in numbers])
            self.own_data[place.name] = Given(value, member.tree)
        return Judgement(member, "slip" if wrong else "right", "wrong" if wrong else "right", "none", tuple(found),
                         expected=given)

    def _timeless(self, member: Member) -> Judgement:
        """A line about f_t without a time: a formula is compared with the cell; a number must be the value at every step."""
        assert member.tree is not None and member.place is not None
        found: list[Worth] = []
        for time in self.run.steps:
            place = Place(member.place.name, time, member.place.entry)
            if self.base.found(place) is None:
                continue
            found.append(self._compare(member, place, self.base, False).worst)
            if len(found) > 50 or found[-1] == "wrong":
                break
        if not found:
            return Judgement(member, "other")
        if all(worst == "right" for worst in found):
            return Judgement(member, "right", "right", "none", ("right",))
        formula = any(True for _ in symbols_in(member.tree))
        if formula:
            compared = self._compare(member, Place(member.place.name, self.run.first, member.place.entry), self.base, False)
            return Judgement(member, "slip", "wrong", "none", ("wrong",), differences=compared.differences, changes=False)
        return Judgement(replace(member, message=(
            f"which step is this? Write {member.place.name}_{self.run.first}, or head the lines by t = {self.run.first}"
        )), "unreadable")

    def _allowed(self, place: Place | None) -> Allowed:
        """What the convention allows a step about this place to do."""
        key = None if place is None else place.name
        if key not in self._allowances:
            self._allowances[key] = self._allowed_of(place)
        return self._allowances[key]

    def _allowed_of(self, place: Place | None) -> Allowed:
        def threshold(convention: Convention) -> fmpq | None:
            if place is not None:
                at = convention.saturates(str(place.name))
            else:
                at = convention.saturate.at if convention.saturate is not None else None
            return None if at is None else exact(at)

        own = self.run.convention
        return Allowed(threshold(own), own.places(str(place.name)) if place is not None else None, own.ties == "truncate")

    def _exactly(self, place: Place | None) -> _Exact:
        known = self._exact_values if place is None else _NOTHING
        return _Exact(self._data, known, lambda: self._parts(place, self.base), self.show)

    @cached_property
    def _exact_values(self) -> frozenset[fmpq]:
        """Every value that the derivation knows exactly."""
        columns = self.base.trace.computed.values()
        return frozenset(x for column in columns for found in column.values()
                         for x in values_of.entries(found.carried) if isinstance(x, fmpq))

    def _parts(self, place: Place | None, scenario: Scenario) -> list[Real]:
        """All values in a place's equation, and in that of each of its entries, where the products of a matrix stand one by one."""
        annotated = scenario.annotated(place.whole) if place is not None else None
        if annotated is None:
            return []
        width = 0 if self._scalar else len(values_of.entries(annotated.worth(annotated.tree)))
        spelled = [annotated.entry(annotated.tree, k) for k in range(1, width + 1)]
        out: list[Real] = []

        def walk(tree: Expr) -> None:
            try:
                out.extend(values_of.entries(annotated.worth(tree)))
            except (KeyError, ShapeError, NumberError):
                return
            for part in children(tree):
                walk(part)

        for tree in (annotated.tree, *spelled):
            walk(tree)
        return out

    def _lookup(self, place: Place, scenario: Scenario, *, own: bool = True) -> Callable[[Symbol], Value | None]:
        """What a symbol stands for in a line about a place: the student's own value, if `own`, else the derivation's."""
        time = place.time
        assert time is not None

        def value(symbol: Symbol) -> Value | None:
            if symbol.name in self.run.parameters and symbol.at is None:
                data = self.own_data if own and symbol.name in self.own_data else self.run.parameters
                found: Value | None = data[symbol.name].value
            else:
                match symbol.at:
                    case Fixed(time=at):
                        when = at
                    case Running(offset=offset):
                        when = time + offset
                    case _:
                        alias = self._alias_values().get(symbol.name)
                        if alias is not None:
                            return alias
                        when = time
                there = Place(symbol.name, when)
                stated = self.stated.get(there) if own else None
                found = values_of.vector([self._stands_for(n) for n in stated]) if stated else None
                if found is None:
                    try:
                        found = scenario.trace.carried(symbol.name, when)
                    except KeyError:
                        return None
            assert found is not None
            return component(found, symbol.entry) if isinstance(symbol.entry, int) else found

        return value

    def _stands_for(self, number: Written) -> Real:
        """What a number stated before stands for: itself where it is data or known exactly, otherwise all that round to it."""
        return number.value if number.value in self._data or number.value in self._exact_values else ball(number)

    def _made(self, member: Member, before: Judgement | None, place: Place, value: Worth, scenario: Scenario) -> Taken:
        """The step from the member before: by the numbers written, or because one derivation gives both members."""
        good = before is not None and not before.shapes and value in ("right", "follows") and before.value in ("right", "follows")
        if before is not None and good and before.value == value and before.scenario is scenario:
            return Taken("holds")  # its values round to both: they are some for which the step holds
        made = self._taken(member, before, place)
        if before is not None and good and made.step == "broken" and before.member.numbers is not None and member.numbers is not None:
            return Taken("holds")  # two numbers for a place, each of them good, are no arithmetic
        return made

    def _taken(self, member: Member, before: Judgement | None, place: Place) -> Taken:
        """The step from the member before by the numbers written."""
        tree = before.member.tree if before is not None else member.head
        if tree is None or member.tree is None or (before is not None and before.shapes):
            return Taken("none")
        own = {p: v for p, v in self.own.items() if p != place}
        made = Taken("none")
        for carried in self._carried(own) or [own]:
            lookup = self._lookup(place, self._scenario(None, carried))
            try:
                made = taken(tree, member.tree, lookup, self._exactly(place), self._allowed(place), self.show)
            except ShapeError:
                return Taken("none")
            if made.step != "broken":
                break
        return made

    def _shape(self, tree: Expr, place: Place) -> tuple[str, int | None]:
        """What is wrong with an expression's shapes (empty where they fit), and how many entries it has, where that is known."""
        if self._scalar and not _stacks(tree):
            return "", 1
        try:
            value = Reckoner(self._lookup(place, self.base), lambda number: True).value(tree)
        except ShapeError as error:
            return error.message, None
        except (Unknown, NumberError, Undecided, UndecidedError):
            return "", None
        return "", len(values_of.entries(value))


class _Exact:
    """Whether a written number is exact: data, or a value that the derivation knows exactly; others stand for an interval."""

    def __init__(self, data: Container[Real], exact: Container[fmpq], parts: Callable[[], Sequence[Real]], show: int) -> None:
        self.show = show
        self.data = data
        self.exact = exact
        self.parts = parts
        self._values: Sequence[Real] | None = None

    def given(self, number: Written) -> bool:
        """Whether a number is exact as data are, or has too few digits for one that was rounded."""
        return number.decimals is None or number.value in self.data or (number.decimals < self.show and self(number))

    def __call__(self, number: Written) -> bool:
        if number.decimals is None:
            return True
        if number.decimals >= self.show and (number.value * 10 ** (number.decimals - 1)).q == 1:
            return False  # a zero at the end of so many digits is one that was rounded: 1.0000
        if number.value in self.data or number.value in self.exact:
            return True
        if self._values is None:
            self._values = self.parts()
        if any(isinstance(x, fmpq) and x == number.value for x in self._values):
            return True
        if number.decimals >= 2:
            return False
        return not any(agreement(number, x, 99) == "right" for x in self._values if not isinstance(x, fmpq))


def _broadcast(numbers: Sequence[Written], width: int) -> Sequence[Written]:
    """One number for a vector stands for each of its entries."""
    return tuple(numbers) * width if len(numbers) == 1 else numbers


def _wrong(found: _Found) -> _Found:
    """A comparison in which what would be another rounding is wrong."""
    return replace(found, entries=tuple("wrong" if entry == "rounding" else entry for entry in found.entries))


def _near_by_chance(found: _Found, made: Taken, before: Judgement | None) -> bool:
    """Whether a number follows from a wrong line, and so comes near the right value by chance only."""
    return found.worst == "rounding" and made.step == "holds" and before is not None and before.value == "wrong"


def _as(kind: Worth, found: _Found, base: _Found) -> tuple[Worth, ...]:
    """The entries of a comparison that fits, with `kind` where the derivation itself doesn't give them."""
    if len(base.entries) != len(found.entries):
        return tuple(kind for _ in found.entries)
    return tuple("right" if b == "right" else kind for b in base.entries)


def _key(value: Value) -> tuple[str, ...]:
    return tuple(map(str, values_of.entries(value)))


def same_formula(tree: Expr, place: Place, run: Run) -> bool:
    """Whether a formula is equal to the cell's equation, whatever the values."""
    from symlstm.analysis.equality import at_running_time, equal

    equation = run.cell.by_name.get(place.name)
    if equation is None or place.time is None or place.entry is not None:
        return False
    timed = frozenset((*run.cell.by_name, *run.cell.inputs))
    running = at_running_time(tree, place.time, timed)
    return running == equation.right or equal(running, equation.right, run)


def _stacks(tree: Expr) -> bool:
    """Whether a vector or matrix stands in a tree."""
    return isinstance(tree, Listing | Matrix) or any(map(_stacks, children(tree)))


def _numbers_of(tree: Expr) -> Iterator[fmpq]:
    """The numbers that stand in a tree."""
    if isinstance(tree, Numeral):
        yield exact(tree.value)
    for part in children(tree):
        yield from _numbers_of(part)


__all__ = ["VERDICTS", "Judge", "Judgement", "Verdict", "Worth"]
