"""The numbers of a ladder as they are printed: as few digits as let each line follow from the one before.

What comes in: a trace, a program and a time. What goes out: the number of every hole, true and as printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec
from flint import arb, fmpq

from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import NumberError, Undecided
from symlstm.arithmetic.rounding import round_to
from symlstm.arithmetic.value import Value
from symlstm.derivation import printed
from symlstm.derivation.evaluate import component
from symlstm.derivation.printed import Printed
from symlstm.derivation.program import Program, Stage, saturate_value
from symlstm.derivation.trace import Computed, Trace
from symlstm.errors import UndecidedError
from symlstm.model.values import Given
from symlstm.notation.tree import Name

MOST_MORE_DIGITS = 12
"""Digits beyond `show` that the numbers of a line get at most so that the next line follows from them."""

_STEEPEST = 2
"""Digits fewer from stage to stage that are tried at most. A sum of products may magnify what its operands lack, so that with as many
digits on each side it would follow by chance only."""

_MOST_KEPT = 64
"""Printed values of a symbol that are kept at a time, so that memory stays flat."""


class Numbers(msgspec.Struct, gc=False):
    """The numbers of a ladder, hole by hole as they are made: true, and as printed."""

    true: Sequence[Value]
    printed: list[Printed]
    relations: list[str]
    """The relation in front of the numbers, then of each stage."""
    follows: bool = True


@dataclass(slots=True)
class SymbolNumbers:
    """A symbol's values over time, and the latest that were printed: several lines read each."""

    show: int
    carry: bool
    given: Mapping[int, Given]
    computed: Mapping[int, Computed]
    places: int | None
    """Decimals that it is rounded to, if it is."""
    _kept: dict[int, Printed] = field(default_factory=dict)

    def has(self, time: int) -> bool:
        """Whether it has a value then."""
        return time in self.computed or time in self.given

    def value(self, time: int) -> Value:
        """The value that later lines use."""
        found = self.computed.get(time)
        return found.carried if found is not None else self.given[time].value

    def carried(self, time: int, more: int = 0) -> Printed:
        """That value as later lines print it, with `more` digits than are shown."""
        key = time * (MOST_MORE_DIGITS + 1) + more
        known = self._kept.get(key)
        if known is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            known = self._kept[key] = self._printed(time, more)
        return known

    def _printed(self, time: int, more: int) -> Printed:
        found = self.computed.get(time)
        if found is None:
            return self.carried(time) if more else printed.given(self.given[time])
        if self.places is not None and self.carry:
            return self.carried(time) if more else printed.rounded(found.carried, self.places)
        return printed.value(found.carried, self.show + more, self.show)

    def displayed(self, time: int) -> Printed:
        """The value as answers and tables print it."""
        if self.places is not None and not self.carry:
            found = self.computed.get(time)
            if found is not None:
                return printed.rounded(found.displayed, self.places)
        return self.carried(time)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the tries of a program walk through: its operands' numbers, and its stages with whether each keeps the digits shown."""

    computed: Mapping[int, Computed]
    operands: tuple[tuple[SymbolNumbers, int, int | None], ...]
    """Where the numbers are, how many steps back, and the entry where only one is meant."""
    stages: tuple[tuple[Stage, bool], ...]


class Printer:
    """Prints the numbers of a trace's ladders."""

    def __init__(self, trace: Trace) -> None:
        self.show = trace.run.convention.show
        self.ties = trace.run.convention.ties
        given: dict[Name, dict[int, Given]] = {}
        for (name, time), value in trace.run.timed.items():
            given.setdefault(name, {})[time] = value
        self.symbols: dict[Name, SymbolNumbers] = {
            name: SymbolNumbers(
                self.show, trace.run.convention.carry, given.get(name, {}), trace.computed.get(name, {}),
                trace.programs[name].places if name in trace.programs else None,
            )
            for name in {*given, *trace.programs, *(o.name for program in trace.programs.values() for o in program.operands)}
        }
        self._plans: dict[Name, _Plan] = {}

    def _plan(self, program: Program) -> _Plan:
        known = self._plans.get(program.name)
        if known is None:
            known = self._plans[program.name] = self._planned(program)
        return known

    def _planned(self, program: Program) -> _Plan:
        operands = tuple((self.symbols[o.name], o.offset, o.entry) for o in program.operands)
        last = len(program.stages) - 1
        stages = tuple((stage, k == last and program.places is None) for k, stage in enumerate(program.stages))
        return _Plan(self.symbols[program.name].computed, operands, stages)

    def numbers(self, program: Program, time: int) -> Numbers:
        """The numbers of a ladder with as few digits as let each line follow from the one before."""
        plan = self._plan(program)
        true, fired = self._true(program, plan, time)
        line = _Line(program, plan, self.show, self.ties, true, fired, {})
        for more in range(MOST_MORE_DIGITS + 1):
            operands = self._operands(program, plan, time, more)
            for taper in range(min(more, _STEEPEST) + 1):
                numbers = line.tried(operands, more, taper, strict=True)
                if numbers is not None:
                    return numbers
        numbers = line.tried(self._operands(program, plan, time, 0), 0, 0, strict=False)
        assert numbers is not None
        numbers.follows = False
        return numbers

    def _true(self, program: Program, plan: _Plan, time: int) -> tuple[Sequence[Value], Sequence[int]]:
        """The true value of every hole, and the holes that were saturated."""
        found = plan.computed[time]
        if found.way:
            return found.way, found.fired
        true: list[Value] = []
        for symbol, offset, entry in plan.operands:
            value = symbol.value(time + offset)
            true.append(value if entry is None else component(value, entry))
        fired = program.run(true)
        # What the derivation knows better than these numbers: a value in which all that is inexact cancels.
        true[-1] = found.unrounded
        return true, fired

    def _operands(self, program: Program, plan: _Plan, time: int, more: int) -> list[Printed]:
        numbers: list[Printed] = []
        for symbol, offset, entry in plan.operands:
            number = symbol.carried(time + offset, more)
            numbers.append(number if entry is None else printed.entry(number, entry))
        for stack in program.stacks:
            numbers.append(printed.stacked([numbers[k] for k in stack]))
        return numbers


class _Line(msgspec.Struct, gc=False):
    """One line for which digits are sought."""

    program: Program
    plan: _Plan
    show: int
    ties: str
    true: Sequence[Value]
    fired: Sequence[int]
    """The holes that were saturated."""
    made: dict[tuple[int, int], Printed]
    """What earlier tries printed, by hole and digits."""

    def tried(self, operands: list[Printed], more: int, taper: int, strict: bool) -> Numbers | None:
        """The numbers with `more` digits, `taper` fewer at each stage; None where one doesn't follow from those printed before it."""
        show, true, made = self.show, self.true, self.made
        numbers = operands.copy()
        worth = [number.worth for number in numbers]
        all_exact = False not in [number.exact for number in numbers]
        relations = ["=" if all_exact else "≈"]
        before: list[tuple[Stage, bool, arb]] = []
        for stage, keeps in self.plan.stages:
            more = max(0, more - taper)
            digits = show if keeps else show + more
            before.append((stage, all_exact, _half_unit(digits)))
            for fill in stage.fills:
                hole = fill.hole
                number = made.get((hole, digits))
                if number is None:
                    number = made[hole, digits] = printed.value(true[hole], digits, show)
                numbers.append(number)
                worth.append(number.worth)
                all_exact = all_exact and number.exact
        # The last stages are those that fail most often, and they take the least time.
        for stage, all_exact, half in reversed(before):
            try:
                relation = self._relation(stage, numbers, worth, all_exact, half, strict)
            except (NumberError, Undecided, UndecidedError):
                # A denominator that is printed as 0, say, isn't 0: what it divides doesn't follow from what is printed.
                relation = "" if strict else "≈"
            if not relation:
                return None
            relations.insert(1, relation)
        if self.program.places is not None and strict and numbers and not numbers[-1].exact and not self._rounds_alike(worth[-1]):
            return None
        return Numbers(true, numbers, relations)

    def _relation(
        self, stage: Stage, numbers: list[Printed], worth: list[Value], all_exact: bool, half: arb, strict: bool
    ) -> str:
        """The relation in front of a stage, whose numbers come after ones that are `all_exact`; empty where one doesn't follow, which
        is to be known only if `strict`."""
        relation = "="
        for fill in stage.fills:
            if self.fired and fill.hole in self.fired:
                relation = "→"
                if all_exact or not strict:
                    continue
                assert self.program.threshold is not None and fill.argument is not None
                again, _ = saturate_value(fill.function, fill.argument(worth), self.program.threshold)
                if not _following(again, worth[fill.hole], half):
                    return ""
                continue
            if all_exact:
                following = "=" if numbers[fill.hole].exact else "≈"
            else:
                following = _following(fill.compute(worth), worth[fill.hole], half)
            if following != "=":
                if strict and not following:
                    return ""
                if relation == "=":
                    relation = "≈"
        return relation

    def _rounds_alike(self, worth: Value) -> bool:
        """Whether the value that is printed is rounded to what the true one is."""
        places = self.program.places
        assert places is not None
        for x, y in zip(values_of.entries(worth), values_of.entries(self.true[-1])):
            if type(x) is fmpq and type(y) is fmpq and x == y:
                continue
            one, two = round_to(x, places, self.ties), round_to(y, places, self.ties)
            if one.value != two.value or one.tie:
                return False
        return True


def _following(again: Value, worth: Value, half: arb) -> str:
    """The relation to a printed number of what the numbers before it give: `=`, or `≈` where it is printed with the same digits and
    isn't on a tie between two of them; empty where it would be printed otherwise."""
    if isinstance(again, (fmpq, arb)) and isinstance(worth, (fmpq, arb)):
        difference = again - worth
        if isinstance(difference, fmpq):
            if not difference:
                return "="
            difference = arb(difference)
        # A ball that holds a tie compares as neither inside nor outside: it doesn't follow.
        return "≈" if abs(difference) < half else ""
    relation = "="
    for x, y in zip(values_of.entries(again), values_of.entries(worth), strict=True):
        this = _following(x, y, half)
        if this != "=":
            relation = this
            if not this:
                break
    return relation


@lru_cache(maxsize=256)
def _half_unit(digits: int) -> arb:
    return arb(fmpq(1, 2 * 10**digits))
