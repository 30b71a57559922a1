"""The numbers of a ladder as they are printed: as few digits as let each line follow from the one before.

What comes in: a trace, a program and a time. What goes out: the number of every hole, true and as printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from flint import arb, fmpq

from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.rounding import round_to
from symlstm.arithmetic.value import Matrix, Value, Vector
from symlstm.derivation import printed
from symlstm.derivation.evaluate import component
from symlstm.derivation.printed import Printed
from symlstm.derivation.program import Program, Stage, saturate_value
from symlstm.derivation.trace import Computed, Trace
from symlstm.model.values import Given
from symlstm.notation.tree import Name

MOST_MORE_DIGITS = 12
"""Digits beyond `show` that the numbers of a line get at most so that the next line follows from them."""

_ATTEMPTS = tuple((more, taper) for more in range(MOST_MORE_DIGITS + 1) for taper in (0, 1, 2) if taper <= more)
"""How many digits more a line's numbers get, and how many fewer from stage to stage, in the order in which they are tried. A sum of
products may magnify what its operands lack, so that with as many digits on each side it would follow by chance only."""

_MOST_KEPT = 64
"""Printed values of a symbol that are kept at a time, so that memory stays flat."""


@dataclass(slots=True)
class Numbers:
    """The numbers of a ladder, hole by hole as they are made: true, and as printed."""

    true: list[Value]
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
        return _Plan(operands, tuple((stage, k == last and program.places is None) for k, stage in enumerate(program.stages)))

    def numbers(self, program: Program, time: int) -> Numbers:
        """The numbers of a ladder with as few digits as let each line follow from the one before."""
        plan = self._plan(program)
        true: list[Value] = []
        for symbol, offset, entry in plan.operands:
            value = symbol.value(time + offset)
            true.append(value if entry is None else component(value, entry))
        fired = program.run(true)
        for more, taper in _ATTEMPTS:
            numbers = self._printed(program, plan, time, true, fired, more, taper, strict=True)
            if numbers is not None:
                return numbers
        numbers = self._printed(program, plan, time, true, fired, 0, 0, strict=False)
        assert numbers is not None
        numbers.follows = False
        return numbers

    def _printed(
        self, program: Program, plan: _Plan, time: int, true: list[Value], fired: Sequence[int], more: int, taper: int, strict: bool
    ) -> Numbers | None:
        """The numbers with `more` digits, `taper` fewer at each stage; None where one doesn't follow from those printed before it."""
        numbers: list[Printed] = []
        for symbol, offset, entry in plan.operands:
            number = symbol.carried(time + offset, more)
            numbers.append(number if entry is None else printed.entry(number, entry))
        for stack in program.stacks:
            numbers.append(printed.stacked([numbers[k] for k in stack]))
        worth = [number.worth for number in numbers]
        show = self.show
        all_exact = all(number.exact for number in numbers)
        relations = ["=" if all_exact else "≈"]
        more_here = more
        for stage, keeps in plan.stages:
            more_here = max(0, more_here - taper)
            digits = show if keeps else show + more_here
            half = _half_unit(digits)
            relation = "="
            still_exact = all_exact
            for fill in stage.fills:
                number = printed.value(true[fill.hole], digits, show)
                if fired and fill.hole in fired:
                    relation = "→"
                    if not all_exact and strict:
                        assert program.threshold is not None and fill.argument is not None
                        again, _ = saturate_value(fill.function, fill.argument(worth), program.threshold)
                        if not _following(again, number.worth, half):
                            return None
                elif all_exact:
                    if not number.exact and relation == "=":
                        relation = "≈"
                else:
                    following = _following(fill.compute(worth), number.worth, half)
                    if following != "=":
                        if strict and not following:
                            return None
                        if relation == "=":
                            relation = "≈"
                numbers.append(number)
                worth.append(number.worth)
                still_exact = still_exact and number.exact
            all_exact = still_exact
            relations.append(relation)
        if program.places is not None and strict and numbers and not numbers[-1].exact and not self._rounds_alike(
            program, worth[-1], true[-1]
        ):
            return None
        return Numbers(true, numbers, relations)

    def _rounds_alike(self, program: Program, worth: Value, value: Value) -> bool:
        assert program.places is not None
        for x, y in zip(values_of.entries(worth), values_of.entries(value)):
            if type(x) is fmpq and type(y) is fmpq and x == y:
                continue
            one, two = round_to(x, program.places, self.ties), round_to(y, program.places, self.ties)
            if one.value != two.value or one.tie:
                return False
        return True


def _following(again: Value, worth: Value, half: arb) -> str:
    """The relation to a printed number of what the numbers before it give: `=`, or `≈` where it is printed with the same digits and
    isn't on a tie between two of them; empty where it would be printed otherwise."""
    if isinstance(again, Vector | Matrix) or isinstance(worth, Vector | Matrix):
        relation = "="
        for x, y in zip(values_of.entries(again), values_of.entries(worth), strict=True):
            this = _following(x, y, half)
            if this != "=":
                relation = this
                if not this:
                    break
        return relation
    difference = again - worth
    if isinstance(difference, fmpq):
        if not difference:
            return "="
        difference = arb(difference)
    # A ball that holds a tie compares as neither inside nor outside: it doesn't follow.
    return "≈" if abs(difference) < half else ""


@lru_cache(maxsize=256)
def _half_unit(digits: int) -> arb:
    return arb(fmpq(1, 2 * 10**digits))
