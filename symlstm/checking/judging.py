"""Judging work: each member's value against the derivation, its step from the member before, and the verdict that follows.

In come the members of a student's work and the run they belong to; out go judgements. Every expected value comes from a `Scenario`,
which is `derive` under a rule and with the student's own values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flint import arb

from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import NumberError, Undecided, working_precision
from symlstm.arithmetic.value import Value
from symlstm.checking.comparing import Comparison, Found, same_formula
from symlstm.checking.fitting import Difference
from symlstm.checking.judgement import VERDICTS, Judgement, Worth
from symlstm.checking.ledger import Ledger, identity, numbers_as_value
from symlstm.checking.numerals import Written, agreement, literal
from symlstm.checking.rules import CUT, Rule, rules, undeclared
from symlstm.checking.scenario import Scenario, Workshop
from symlstm.checking.standing import Standing
from symlstm.checking.steps import Taken, taken
from symlstm.checking.work import Member
from symlstm.derivation.evaluate import component, entries_at
from symlstm.errors import ShapeError, SymlstmError
from symlstm.model.problem import Run
from symlstm.model.values import Given
from symlstm.notation.places import Place
from symlstm.notation.symbols import symbols_in

_MOST_SCENARIOS = 3_000
_TELLING = 2
"""Digits that tell something of a number, from which on a rule that gives it needs no other witness."""
_NEAR = 60
"""Half units of the last digit within which rounding on the way is taken to explain a number."""


@dataclass
class Judge:
    """Judges the members of a piece of work on one run of data, in order."""

    run: Run
    workshop: Workshop = field(default_factory=Workshop)
    claims: Mapping[Place, Sequence[Written]] = field(default_factory=dict)
    """The last numbers that the whole work states, by place."""
    _scenarios: dict[object, Scenario] = field(default_factory=dict)
    _fitting: list[Rule] = field(default_factory=list)
    """Rules that have explained a number of this work."""

    def __post_init__(self) -> None:
        self.own_base = self.base = self.workshop.base(self.run)
        """The problem's own derivation; `base` is that under the reading that the work uses of what the problem leaves open."""
        self.show = self.run.convention.show
        with working_precision(max(128, self.base.trace.bits)):
            self.reading = self._reading_used()
        if self.reading is not None:
            self.base = self.workshop.ruled(self.run, self.reading)
            self.run = self.base.run
        self.ledger = Ledger(self.run.convention)
        self.standing = Standing(self.base, self.ledger)
        self.comparison = Comparison(self.run, self.ledger, self.standing)

    def _scenario(self, rule: Rule | None, own: Mapping[Place, Value]) -> Scenario:
        if rule is None and not own and not self.ledger.own_data:
            return self.base
        if rule is not None and not own and not self.ledger.own_data:
            return self.workshop.ruled(self.run, rule)
        data = tuple((name, identity(given.value)) for name, given in self.ledger.own_data.items())
        key = (rule.id if rule else "", data, tuple((place, identity(value)) for place, value in own.items()))
        known = self._scenarios.get(key)
        if known is None:
            run = self.run if rule is None else replace(self.run, convention=rule.convention)
            if self.ledger.own_data:
                run = replace(run, parameters=dict(run.parameters) | self.ledger.own_data)
            known = self._scenarios[key] = Scenario(self.workshop, run, None if rule is None else rule.way, own)
        return known

    def scenario_with(self, own: Mapping[Place, Value]) -> Scenario:
        """The problem's derivation with these values in the place of its own."""
        return self._scenario(None, own)

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
        shapes, width = self.standing.shape(tree, place) if member.numbers is None else ("", len(member.numbers))
        if place.entry is not None and width is not None and width > 1:
            place = place.whole  # a whole vector behind one of its entries speaks of all of them
        found, scenario, rule = self._valued(member, place, restated)
        made = Taken("broken") if shapes else self._made(member, before, place, found.worst, scenario)
        if _near_by_chance(found, made, before):
            found = found.instead("rounding", "wrong")
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
        self.ledger.note(member, place, judgement)
        return judgement

    def _open_rule(self, member: Member, place: Place, value: Worth, restated: bool) -> str:
        """In words, the reading that makes this right where the problem's own doesn't."""
        if self.reading is None or value != "right" or self.comparison.compare(member, place, self.own_base, restated).worst == "right":
            return ""
        return self.reading.words

    def _has(self, place: Place) -> bool:
        assert place.time is not None
        return self.base.found(place) is not None or (place.name, place.time) in self.run.timed

    def _expected(self, place: Place) -> Value | None:
        value = self.base.trace.displayed(place.whole)
        return value if value is None or place.entry is None else component(value, place.entry)

    # -- values ---

    def _valued(self, member: Member, place: Place, restated: bool) -> tuple[Found, Scenario, Rule | None]:
        base = self.comparison.compare(member, place, self.base, restated)
        if base.worst == "right":
            return base, self.base, None
        own = self.ledger.others(place)
        if base.worst == "follows":
            return base, self.base, None
        # After a slip what follows comes first; before one, the rule that the work has been using.
        for rule in self._fitting if self.ledger.only_rounded(own) else ():
            scenario = self._scenario(rule, {})
            found = self.comparison.compare(member, place, scenario, restated)
            if found.worst == "right":
                return found.where_wrong("rounding", base), scenario, rule
        follow = None
        for carried in self.ledger.carried(own):
            follow = self._scenario(None, carried)
            found = self.comparison.compare(member, place, follow, restated)
            if found.worst == "right" and self.ledger.only_rounded(own):
                rounded = Rule("values-own", "your rounded numbers carried on", self.run.convention)
                return found.where_wrong("rounding", base), follow, rounded
            if found.worst == "right":
                return found.where_wrong("follows", base), follow, None
        if base.worst == "rounding":
            meant = member.numbers is not None and self._meant(member.numbers, place, own)
            return (base.instead("rounding", "wrong") if meant else base), self.base, None
        if follow is not None and found.worst == "rounding":
            return found.where_wrong("rounding", base), follow, None
        explained = self._by_rule(member, place, own, restated, base)
        if explained is not None:
            return explained
        return base, follow or self.base, None

    def _meant(self, numbers: Sequence[Written], place: Place, own: dict[Place, Value]) -> bool:
        """Whether an integer that a value rounds to is meant as it stands: what the work computes from its numbers follows with it, and
        not with the value in its place."""
        if any(n.decimals for n in numbers) or self.run.convention.places(str(place.name)) is not None:
            return False
        for other, stated in self.claims.items():
            read = self._read(other)
            if place.whole not in read:
                continue
            beside = {p: numbers_as_value(n) for p, n in self.claims.items() if p.whole in read and p != place}
            for rest in (own, own | beside):
                meant = self._scenario(None, rest | {place: numbers_as_value(numbers)})
                if meant.states(other, stated) == "right" and self._scenario(None, rest).states(other, stated) != "right":
                    return True
        return False

    def _read(self, place: Place) -> set[Place]:
        """The places that a place's equation reads."""
        program = self.base.trace.programs.get(place.name)
        assert place.time is not None
        return set() if program is None else {Place(o.name, place.time + o.offset) for o in program.operands}

    def _by_rule(
        self, member: Member, place: Place, own: Mapping[Place, Value], restated: bool, base: Found
    ) -> tuple[Found, Scenario, Rule | None] | None:
        assert member.tree is not None
        numbers = member.numbers
        if numbers is None and not any(d.kind in ("operand", "result") for d in base.differences):
            return None
        cut = self._cut(numbers, place) if numbers is not None else None
        if cut is not None and self.run.convention.places(str(place.name)) is None:
            return cut, self.base, Rule("cut", CUT, self.run.convention)
        decimals = max((n.decimals or 0 for n in numbers), default=0) if numbers else self.show
        near = bool(own) and numbers is not None and self._near(numbers, place, own)
        far = numbers is None and any(self._far(d, place) for d in base.differences)
        for rule in self._rules(decimals):
            if cut is not None and not rule.id.startswith("ties"):
                continue  # only another rule than the convention's for what it rounds says more than that digits are cut off
            if far and rule not in self._fitting and (rule.way is not None or rule.id.startswith("values")):
                continue
            # Rules that round on the way change a value by little: what is far from what follows isn't one of them.
            also = own and (near or rule in self._fitting or rule.way is None)
            for overrides in ({}, own) if also else ({},):
                if len(self._scenarios) > _MOST_SCENARIOS:
                    return None
                scenario = self._scenario(rule, overrides)
                try:
                    found = self.comparison.compare(member, place, scenario, restated)
                except (SymlstmError, Undecided):
                    continue
                if found.worst == "right" and (numbers is None or self._consistent(numbers, place, scenario)):
                    if rule not in self._fitting:
                        self._fitting.insert(0, rule)
                    return found.where_wrong("rounding", base), scenario, rule
        return None if cut is None else (cut, self.base, Rule("cut", CUT, self.run.convention))

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

    def _cut(self, numbers: Sequence[Written], place: Place) -> Found | None:
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
        return Found(tuple(entries))

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
            made = taken(head, member.tree, lambda symbol: None, self.standing.exactly(None), self.standing.allowed(None), self.show)
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
            self.ledger.own_data.pop(place.name, None)
        if wrong and place.entry is None and member.tree is not None and not isinstance(given, values_of.Matrix):
            value = numbers_as_value(numbers)
            self.ledger.own_data[place.name] = Given(value, member.tree)
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
            found.append(self.comparison.compare(member, place, self.base, False).worst)
            if len(found) > 50 or found[-1] == "wrong":
                break
        if not found:
            return Judgement(member, "other")
        if all(worst == "right" for worst in found):
            return Judgement(member, "right", "right", "none", ("right",))
        formula = any(True for _ in symbols_in(member.tree))
        if formula:
            compared = self.comparison.compare(member, Place(member.place.name, self.run.first, member.place.entry), self.base, False)
            return Judgement(member, "slip", "wrong", "none", ("wrong",), differences=compared.differences, changes=False)
        return Judgement(replace(member, message=(
            f"which step is this? Write {member.place.name}_{self.run.first}, or head the lines by t = {self.run.first}"
        )), "unreadable")

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
        own = self.ledger.others(place)
        made = Taken("none")
        for carried in self.ledger.carried(own) or [own]:
            lookup = self.standing.lookup(place, self._scenario(None, carried))
            try:
                made = taken(tree, member.tree, lookup, self.standing.exactly(place), self.standing.allowed(place), self.show)
            except ShapeError:
                return Taken("none")
            if made.step != "broken":
                break
        return made


def _near_by_chance(found: Found, made: Taken, before: Judgement | None) -> bool:
    """Whether a number follows from a wrong line, and so comes near the right value by chance only."""
    return found.worst == "rounding" and made.step == "holds" and before is not None and before.value == "wrong"


__all__ = ["Judge"]
