"""The ladder of a place: from its equation to its value, rung by rung, each number printed so that it follows from those above.

Numbers are certified digits of the true values. A rung's relation is honest about the printed numbers: `=` where the arithmetic of
what is printed is exact, `≈` where it is rounded, `→` where a value is carried on as another. Where computing with what is printed
would give another digit than the true value has, the numbers of the whole ladder get one digit more, those in front the most, until
each line follows from the line before. A value's own last rung keeps the digits asked for: were it printed with as many as its
readers print, those digits would ask for more in turn, and a run of six steps would end at sixteen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import msgspec
from flint import arb, fmpq

from symlstm.arithmetic import entrywise, linear
from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.decimals import exactly, significant
from symlstm.arithmetic.real import Real, Undecided, absolute, working_precision
from symlstm.arithmetic.rounding import round_to
from symlstm.arithmetic.saturation import bound_text, saturation_error
from symlstm.arithmetic.value import Value
from symlstm.derivation import printed
from symlstm.derivation.printed import Printed
from symlstm.derivation.program import Operand, Program, Stage, operand_value, saturate_value
from symlstm.derivation.trace import Computed, Trace
from symlstm.notation.places import Place
from symlstm.notation.tree import Digits, Expr, Held, Hole, Name, Running, Shown, Symbol, rebuild
from symlstm.notation.typeset import Formula, Template

MOST_MORE_DIGITS = 12
"""Digits beyond `show` that the numbers of a line get at most so that the next line follows from them."""

_ATTEMPTS = tuple((more, taper) for more in range(MOST_MORE_DIGITS + 1) for taper in (0, 1, 2) if taper <= more)
"""How many digits more a line's numbers get, and how many fewer from stage to stage, in the order in which they are tried. A sum of
products may magnify what its operands lack, so that with as many digits on each side it would follow by chance only."""

_MOST_KEPT = 500
"""Printed operands that are kept at a time, so that memory stays flat."""


class Rung(msgspec.Struct, frozen=True):
    """One rung: its name, the relation to the one before, what is printed, and the rule with its facts."""

    name: str
    relation: str
    formula: Formula
    rule: str
    facts: tuple[tuple[str, str], ...] = ()
    """What fills the rule's sentence, by key."""


class Ladder(msgspec.Struct, frozen=True):
    """All rungs of a place. The first holds the equation; the last is the value."""

    place: Place
    left: Formula
    rungs: tuple[Rung, ...]
    follows: bool
    """Whether every printed number follows from those printed above it."""


@dataclass(slots=True)
class _Numbers:
    """The numbers of a ladder, hole by hole as they are made: true, and as printed."""

    true: list[Value]
    worth: list[Value]
    shown: list[Shown]
    exact: list[bool]
    relations: list[str]
    """The relation in front of the numbers, then of each stage."""
    follows: bool = True


class Ladders:
    """The ladders of a trace. Each is built when it is asked for, from the values of the trace; nothing is kept."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.show = trace.run.convention.show
        self.carry = trace.run.convention.carry
        self._given: dict[tuple[Name, int], Printed] = {}
        self._lefts: dict[Name, Template] = {}
        readers: dict[Operand, _Reader] = {}
        self._readers = {name: _readers(program, trace, readers) for name, program in trace.programs.items()}
        self._recent: dict[tuple[int, int, int], Printed] = {}
        self._definitions: dict[Name, tuple[Template, tuple[int, ...]]] = {}
        self._cell_templates: dict[Name, tuple[Template | None, Template]] = {}

    # -- numbers as printed ---

    def carried(self, name: Name, time: int, more: int = 0) -> Printed:
        """The value that later lines use, as they print it, with `more` digits than are shown."""
        found = self.trace.step(name, time)
        if found is None:
            known = self._given.get((name, time))
            if known is None:
                known = self._given[name, time] = printed.given(self.trace.run.timed[name, time])
            return known
        places = self.trace.programs[name].places
        if places is not None and self.carry:
            return printed.rounded(found.carried, places)
        return printed.value(found.carried, self.show + more, self.show)

    def carried_shown(self, name: Name, time: int) -> Shown:
        """The digits of the value that later lines use."""
        with working_precision(self.trace.bits):
            return self.carried(name, time).shown

    def displayed(self, name: Name, time: int) -> Printed:
        """The value of a place as answers and tables print it."""
        with working_precision(self.trace.bits):
            found = self.trace.step(name, time)
            places = self.trace.programs[name].places if found else None
            if found is not None and places is not None:
                return printed.rounded(found.displayed, places)
            return self.carried(name, time)

    def _numbers(self, program: Program, time: int) -> _Numbers:
        """The numbers of a ladder with as few digits as let each line follow from the one before."""
        true, fired = self._true(program, time)
        for more, taper in _ATTEMPTS:
            numbers = self._printed(program, time, true, fired, more, taper, strict=True)
            if numbers is not None:
                return numbers
        numbers = self._printed(program, time, true, fired, 0, 0, strict=False)
        assert numbers is not None
        numbers.follows = False
        return numbers

    def _true(self, program: Program, time: int) -> tuple[list[Value], list[bool]]:
        """The true value of every hole, and which of them were saturated."""
        true = [reader.value(time) for reader in self._readers[program.name]]
        true += [linear.concatenate([true[k] for k in stack]) for stack in program.stacks]
        fired = [False] * len(true)
        threshold = program.threshold
        for stage in program.stages:
            for fill in stage.fills:
                if threshold is not None and fill.argument is not None:
                    value, some = saturate_value(fill.function, fill.argument(true), threshold)
                else:
                    value, some = fill.compute(true), False
                true.append(value)
                fired.append(some)
        return true, fired

    def _printed(
        self, program: Program, time: int, true: list[Value], fired: list[bool], more: int, taper: int, strict: bool
    ) -> _Numbers | None:
        """The numbers with `more` digits, `taper` fewer at each stage; None where one doesn't follow from those printed before it."""
        show = self.show
        worth: list[Value] = []
        shown: list[Shown] = []
        exact: list[bool] = []
        for reader, value in zip(self._readers[program.name], true):
            at = time + reader.operand.offset
            if at not in reader.computed:
                number = self.carried(reader.operand.name, at)
                if reader.operand.entry is not None:
                    number = printed.entry(number, reader.operand.entry)
            else:
                number = self._read(reader, at, value, more)
            worth.append(number.worth)
            shown.append(number.shown)
            exact.append(number.exact)
        for stack in program.stacks:
            column = printed.stacked([Printed(shown[k], worth[k], exact[k]) for k in stack])
            worth.append(column.worth)
            shown.append(column.shown)
            exact.append(column.exact)
        all_exact = all(exact)
        relations = ["=" if all_exact else "≈"]
        rounds = program.places is not None
        threshold = program.threshold
        last = len(program.stages) - 1
        for k, stage in enumerate(program.stages):
            digits = show if k == last and not rounds else show + max(0, more - taper * (k + 1))
            relation = "="
            still_exact = all_exact
            for fill in stage.fills:
                value = true[fill.hole]
                number = printed.value(value, digits, show)
                if fired[fill.hole]:
                    relation = "→"
                    if not all_exact and strict:
                        assert threshold is not None and fill.argument is not None
                        again, _ = saturate_value(fill.function, fill.argument(worth), threshold)
                        if not _same(again, number, digits):
                            return None
                elif all_exact:
                    if not number.exact and relation == "=":
                        relation = "≈"
                else:
                    again = fill.compute(worth)
                    if not _equal(again, number.worth):
                        if strict and not _same(again, number, digits):
                            return None
                        if relation == "=":
                            relation = "≈"
                worth.append(number.worth)
                shown.append(number.shown)
                exact.append(number.exact)
                still_exact = still_exact and number.exact
            all_exact = still_exact
            relations.append(relation)
        if rounds and strict and exact and not exact[-1] and not self._rounds_alike(program, worth[-1], true[-1]):
            return None
        return _Numbers(true, worth, shown, exact, relations)

    def _read(self, reader: _Reader, at: int, value: Value, more: int) -> Printed:
        """A derived operand as it is printed; the latest ones are kept, since several lines read each."""
        key = (id(reader), at, more)
        known = self._recent.get(key)
        if known is None:
            if reader.places is not None and self.carry:
                known = printed.rounded(value, reader.places)
            else:
                known = printed.value(value, self.show + more, self.show)
            if len(self._recent) > _MOST_KEPT:
                self._recent.clear()
            self._recent[key] = known
        return known

    def _rounds_alike(self, program: Program, worth: Value, value: Value) -> bool:
        places, ties = program.places, self.trace.run.convention.ties
        assert places is not None
        for x, y in zip(values_of.entries(worth), values_of.entries(value)):
            if type(x) is fmpq and type(y) is fmpq and x == y:
                continue
            one, two = round_to(x, places, ties), round_to(y, places, ties)
            if one.value != two.value or one.tie:
                return False
        return True

    # -- the ladder ---

    def ladder(self, place: Place) -> Ladder:
        """The ladder of a derived place."""
        assert place.time is not None
        with working_precision(self.trace.bits):
            return self._ladder(place.name, place.time)

    def _ladder(self, name: Name, time: int) -> Ladder:
        program = self.trace.programs[name]
        numbers = self._numbers(program, time)
        zeros, template = self._templates(program)
        rungs = [Rung("definition", "=", self._definition(program, time), "definition")]
        relations = iter(numbers.relations)
        first = next(relations)
        if program.operands or zeros is not None:
            rungs.append(Rung("numbers", first, Formula(template, numbers.shown), "numbers"))
        if zeros is not None:
            rungs.append(Rung("numbers", "=", Formula(zeros, numbers.shown), "zeros"))
        for stage, relation in zip(program.stages, relations):
            rule, facts = _rule_of(stage, relation, numbers.true, program, self.show)
            rungs.append(Rung(stage.rung, relation, Formula(stage.template, numbers.shown), rule, facts))
        if program.places is not None:
            rungs.append(self._rounded(program, time, numbers))
        return Ladder(Place(name, time), self.left(name, time), tuple(rungs), numbers.follows)

    def _templates(self, program: Program) -> tuple[Template | None, Template]:
        known = self._cell_templates.get(program.name)
        if known is None:
            zeros = Template(program.zeros) if program.zeros is not None else None
            known = (zeros, Template(program.numbers))
            self._cell_templates[program.name] = known
        return known

    def _definition(self, program: Program, time: int) -> Formula:
        """The right side of the equation at a time."""
        known = self._definitions.get(program.name)
        if known is None:
            offsets = tuple(sorted({o.offset for o in program.operands}))
            known = self._definitions[program.name] = (Template(_held(program.equation.right, offsets)), offsets)
        template, offsets = known
        return Formula(template, tuple(Digits(str(time + offset)) for offset in offsets))

    def left(self, name: Name, time: int) -> Formula:
        """The place itself, as the left side of its ladder."""
        template = self._lefts.get(name)
        if template is None:
            template = self._lefts[name] = Template(Symbol(name, Held(0)))
        return Formula(template, (Digits(str(time)),))

    def _rounded(self, program: Program, time: int, numbers: _Numbers) -> Rung:
        assert program.places is not None
        found = self.trace.step(program.name, time)
        assert found is not None
        number = printed.rounded(found.displayed, program.places)
        formula = Formula(_WHOLE, (number.shown,))
        ties = self.trace.run.convention.ties
        closest: tuple[Real, fmpq] | None = None
        for x in values_of.entries(found.unrounded):
            result = round_to(x, program.places, ties)
            if result.tie:
                return Rung("rounded", "→", formula, "tie", (("ties", ties),))
            if closest is None or bool(result.margin < closest[0]):
                closest = (result.margin, result.nearest)
        assert closest is not None
        if numbers.exact and numbers.exact[-1] and _equal(numbers.worth[-1], number.worth):
            return Rung("rounded", "=", formula, "integral")
        margin, nearest = closest
        facts = (("margin", short(margin)), ("nearest", exactly(nearest)), ("kind", "cut" if ties == "truncate" else "tie"))
        return Rung("rounded", "→", formula, "rounded", facts)

_WHOLE = Template(Hole(0, True))


def short(x: Real) -> str:
    """Three significant digits, for remarks."""
    try:
        text = significant(x, 3)
    except Undecided:
        return "0"
    return text


def _held(tree: Expr, offsets: tuple[int, ...]) -> Expr:
    """The tree with every running time as a hole, by its offset."""
    if isinstance(tree, Symbol):
        return Symbol(tree.name, Held(offsets.index(tree.at.offset)), tree.entry) if isinstance(tree.at, Running) else tree
    return rebuild(tree, lambda child: _held(child, offsets))


def _equal(a: Value, b: Value) -> bool:
    if type(a) is fmpq or type(a) is arb:
        return type(a) is fmpq and a == b
    return all(type(x) is fmpq and type(y) is fmpq and x == y for x, y in zip(values_of.entries(a), values_of.entries(b), strict=True))


def _same(again: Value, number: Printed, digits: int) -> bool:
    """Whether the value computed from printed numbers is printed with the same digits, and not on a tie between two of them."""
    half = _half_unit(digits)
    # A ball that holds a tie compares as neither inside nor outside: it doesn't follow.
    return all(
        bool(absolute(x - worth) < half)
        for x, worth in zip(values_of.entries(again), values_of.entries(number.worth), strict=True)
    )


@lru_cache(maxsize=256)
def _half_unit(digits: int) -> fmpq:
    return fmpq(1, 2 * 10**digits)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Where an operand's values are, fetched once so that no name is looked up per step."""

    operand: Operand
    computed: Mapping[int, Computed]
    given: Mapping[int, Value]
    places: int | None

    def value(self, time: int) -> Value:
        """The value that is carried on to a step."""
        at = time + self.operand.offset
        found = self.computed.get(at)
        value = found.carried if found is not None else self.given[at]
        return value if self.operand.entry is None else operand_value(value, self.operand)


def _readers(program: Program, trace: Trace, known: dict[Operand, _Reader]) -> tuple[_Reader, ...]:
    return tuple(
        known.setdefault(o, _Reader(o, trace.computed.get(o.name, {}), trace.given.get(o.name, {}),
                trace.programs[o.name].places if o.name in trace.programs else None))
        for o in program.operands
    )


def _rule_of(
    stage: Stage, relation: str, true: list[Value], program: Program, show: int
) -> tuple[str, tuple[tuple[str, str], ...]]:
    if stage.rung != "activation":
        return stage.rung, ()
    functions = [fill.function for fill in stage.fills if fill.function]
    named = tuple(dict.fromkeys(functions))
    if relation == "→" and program.threshold is not None:
        arguments = [fill.argument(true) for fill in stage.fills if fill.argument is not None]
        return _saturation(functions, arguments, program.threshold, show)
    if relation == "=" and len(named) == 1 and named[0] in ("sigmoid", "tanh", "exp"):
        return "exact-value", (("function", named[0]), ("value", {"sigmoid": "1/2", "tanh": "0", "exp": "1"}[named[0]]))
    return "evaluated", (("function", " and ".join(named) or "the function"),)


def _saturation(
    functions: Iterable[str], arguments: Sequence[Value], threshold: fmpq, show: int
) -> tuple[str, tuple[tuple[str, str], ...]]:
    worst: arb | None = None
    example = ""
    for function, argument in zip(functions, arguments):
        for z in values_of.entries(argument):
            if function not in ("sigmoid", "tanh") or not bool(absolute(z) >= threshold):
                continue
            error = saturation_error(function, z)
            if worst is None or bool(error > worst):
                worst = error
                value = entrywise.evaluate(function, z)
                assert not isinstance(value, values_of.Vector | values_of.Matrix)
                at = printed.real(z, show, show)[0].replace("-", "−")
                example = f"{function}({at}) = {short(value)}" if bool(error > arb(10) ** -6) else ""
    assert worst is not None
    rule = "approximated" if bool(worst < arb(10) ** -show / 2) else "agreed"
    return rule, (("error", bound_text(worst)), ("exact", example or f"error {bound_text(worst)}"))
