"""The ladder of a place: from its equation to its value, rung by rung, each number printed so that it follows from those above.

Numbers are certified digits of the true values. A rung's relation is honest about the printed numbers: `=` where the arithmetic of
what is printed is exact, `≈` where it is rounded, `→` where a value is carried on as another. Where rounding what is printed
would give another digit than the true value has, the numbers before it get more digits: on the way first, then the operands, at their
own lines too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from flint import arb, fmpq

from symlstm.arithmetic import entrywise
from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.decimals import decimals, significant
from symlstm.arithmetic.real import Real, Undecided, exact, working_precision
from symlstm.arithmetic.rounding import round_to
from symlstm.arithmetic.saturation import bound_text, saturation_error
from symlstm.arithmetic.value import Value
from symlstm.derivation import printed
from symlstm.derivation.printed import Printed
from symlstm.derivation.program import Program, Stage, operand_value, saturate_value
from symlstm.derivation.trace import Trace
from symlstm.notation.places import Place
from symlstm.notation.tree import Digits, Expr, Fixed, Hole, Name, Running, Shown, Symbol, rebuild
from symlstm.notation.typeset import Formula, Template

MOST_MORE_DIGITS = 12
"""Digits beyond `show` that a value gets at most so that later lines follow from it."""
_MOST_ON_THE_WAY = 6


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: its name, the relation to the one before, what is printed, and the rule with its facts."""

    name: str
    relation: str
    formula: Formula
    rule: str
    facts: tuple[tuple[str, str], ...] = ()
    """What fills the rule's sentence, by key."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """All rungs of a place. The first holds the equation; the last is the value."""

    place: Place
    left: Formula
    rungs: tuple[Rung, ...]
    follows: bool
    """Whether every printed number follows from those printed above it."""


@dataclass(frozen=True, slots=True)
class _Chain:
    """The numbers of a ladder: every hole as printed, and each stage's relation."""

    numbers: tuple[Shown, ...]
    operands_exact: bool
    relations: tuple[str, ...]
    last: Printed
    final: Value
    arguments: tuple[tuple[Value, ...], ...]
    """For each stage, the true arguments of its functions."""


class Ladders:
    """The ladders of a trace. Each is built when it is asked for, from the values of the trace; nothing is kept."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.show = trace.run.convention.show
        self.carry = trace.run.convention.carry
        self._more: dict[tuple[Name, int], int] = {}
        self._inner: dict[tuple[Name, int], int] = {}
        self._given: dict[tuple[Name, int], Printed] = {}
        self._left: dict[tuple[Name, int], Template] = {}
        self._cell_templates: dict[Name, tuple[Template | None, Template]] = {}
        with working_precision(trace.bits):
            self._settle()

    # -- numbers as printed -------------------------------------------------------------------------------------------------------

    def carried(self, name: Name, time: int) -> Printed:
        """The value that later lines use, as they print it."""
        found = self.trace.step(name, time)
        if found is None:
            known = self._given.get((name, time))
            if known is None:
                known = self._given[name, time] = printed.given(self.trace.run.timed[name, time])
            return known
        places = self.trace.programs[name].places
        if places is not None and self.carry:
            return printed.rounded(found.carried, places)
        return printed.value(found.carried, self.show + self._more.get((name, time), 0), self.show)

    def displayed(self, name: Name, time: int) -> Printed:
        """The value of a place as answers and tables print it."""
        with working_precision(self.trace.bits):
            found = self.trace.step(name, time)
            places = self.trace.programs[name].places if found else None
            if found is not None and places is not None:
                return printed.rounded(found.displayed, places)
            return self.carried(name, time)

    # -- digits -------------------------------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Give the operands more digits wherever a line would not follow from them."""
        run = self.trace.run
        readers: dict[Name, list[tuple[Name, int]]] = {}
        for program in self.trace.programs.values():
            for operand in program.operands:
                readers.setdefault(operand.name, []).append((program.name, -operand.offset))
        if all(program.places is not None for program in self.trace.programs.values()) and self.carry:
            return
        waiting = deque((place.name, place.time) for place in self.trace.places() if place.time is not None)
        queued = set(waiting)
        while waiting:
            key = waiting.popleft()
            queued.discard(key)
            name, time = key
            program = self.trace.programs[name]
            if self._fits(program, time):
                continue
            raised = False
            for operand in program.operands:
                at = (operand.name, time + operand.offset)
                more = self._more.get(at, 0)
                if self.trace.step(*at) is None or self.carried(*at).exact or more >= MOST_MORE_DIGITS:
                    continue
                self._more[at] = more + 1
                raised = True
                again = [at, *((reader, at[1] + lag) for reader, lag in readers.get(operand.name, ()))]
                for other in again:
                    if other not in queued and self.trace.step(*other) is not None and other[1] <= run.last:
                        queued.add(other)
                        waiting.append(other)
            if not raised:
                self._inner[key] = -1

    def _fits(self, program: Program, time: int) -> bool:
        for inner in range(_MOST_ON_THE_WAY + 1):
            if self._chain(program, time, inner) is not None:
                if inner:
                    self._inner[program.name, time] = inner
                else:
                    self._inner.pop((program.name, time), None)
                return True
        return False

    def _chain(self, program: Program, time: int, inner: int, strict: bool = True) -> _Chain | None:
        """The numbers of the ladder with `inner` more digits on the way; None where one doesn't follow from those before."""
        trace, show = self.trace, self.show
        true: list[Value] = []
        worth: list[Value] = []
        shown: list[Shown] = []
        exact_so_far = True
        for operand in program.operands:
            at = time + operand.offset
            number = self.carried(operand.name, at)
            true.append(operand_value(trace.carried(operand.name, at), operand))
            worth.append(operand_value(number.worth, operand))
            shown.append(number.shown if operand.entry is None or not hasattr(number.shown, "entries")
                         else number.shown.entries[operand.entry - 1])
            exact_so_far = exact_so_far and number.exact
        operands_exact = exact_so_far
        relations: list[str] = []
        arguments: list[tuple[Value, ...]] = []
        rounds = program.places is not None
        threshold = program.threshold
        stages = program.stages
        number = Printed(Digits("0"), exact(0), True)
        if not stages:
            number = Printed(shown[-1], worth[-1], exact_so_far) if shown else number
        for k, stage in enumerate(stages):
            final = k == len(stages) - 1
            digits = show + self._more.get((program.name, time), 0) + (0 if final and not rounds else inner)
            relation = "="
            used: list[Value] = []
            before = exact_so_far
            for fill in stage.fills:
                fired = False
                if threshold is not None and fill.argument is not None:
                    used.append(fill.argument(true))
                    value, fired = saturate_value(fill.function, used[-1], threshold)
                else:
                    if fill.argument is not None:
                        used.append(fill.argument(true))
                    value = fill.compute(true)
                number = printed.value(value, digits, show)
                if fired:
                    relation = "→"
                    if not before:
                        assert threshold is not None and fill.argument is not None
                        again, _ = saturate_value(fill.function, fill.argument(worth), threshold)
                        if strict and not _same(again, number, digits):
                            return None
                elif before:
                    if not number.exact and relation == "=":
                        relation = "≈"
                else:
                    again = fill.compute(worth)
                    if not _equal(again, number.worth):
                        if strict and not _same(again, number, digits):
                            return None
                        if relation == "=":
                            relation = "≈"
                true.append(value)
                worth.append(number.worth)
                shown.append(number.shown)
                exact_so_far = exact_so_far and number.exact
            relations.append(relation)
            arguments.append(tuple(used))
        final_value = true[-1] if true else exact(0)
        if rounds and strict and not number.exact and not self._rounds_alike(program, number, final_value):
            return None
        return _Chain(tuple(shown), operands_exact, tuple(relations), number, final_value, tuple(arguments))

    def _rounds_alike(self, program: Program, number: Printed, value: Value) -> bool:
        places, ties = program.places, self.trace.run.convention.ties
        assert places is not None
        for x, y in zip(values_of.entries(number.worth), values_of.entries(value)):
            one, two = round_to(x, places, ties), round_to(y, places, ties)
            if one.value != two.value or one.tie:
                return False
        return True

    # -- the ladder ---------------------------------------------------------------------------------------------------------------

    def ladder(self, place: Place) -> Ladder:
        """The ladder of a derived place."""
        assert place.time is not None
        with working_precision(self.trace.bits):
            return self._ladder(place.name, place.time)

    def _ladder(self, name: Name, time: int) -> Ladder:
        program = self.trace.programs[name]
        inner = self._inner.get((name, time), 0)
        chain = self._chain(program, time, max(inner, 0), strict=False)
        assert chain is not None
        zeros, numbers = self._templates(program)
        first = "=" if chain.operands_exact else "≈"
        rungs = [Rung("definition", "=", Formula(self._definition(program, time)), "definition")]
        if program.operands or zeros is not None:
            rungs.append(Rung("numbers", first, Formula(numbers, chain.numbers), "numbers"))
        if zeros is not None:
            rungs.append(Rung("numbers", "=", Formula(zeros, chain.numbers), "zeros"))
        for stage, relation, arguments in zip(program.stages, chain.relations, chain.arguments):
            rule, facts = _rule_of(stage, relation, arguments, program, self.show)
            rungs.append(Rung(stage.rung, relation, Formula(stage.template, chain.numbers), rule, facts))
        if program.places is not None:
            rungs.append(self._rounded(program, time, chain))
        return Ladder(Place(name, time), Formula(self._left_side(name, time)), tuple(rungs), inner >= 0)

    def _templates(self, program: Program) -> tuple[Template | None, Template]:
        known = self._cell_templates.get(program.name)
        if known is None:
            zeros = Template(program.zeros) if program.zeros is not None else None
            known = (zeros, Template(program.numbers))
            self._cell_templates[program.name] = known
        return known

    def _definition(self, program: Program, time: int) -> Template:
        return Template(at_time(program.equation.right, time))

    def _left_side(self, name: Name, time: int) -> Template:
        return Template(Symbol(name, Fixed(time)))

    def _rounded(self, program: Program, time: int, chain: _Chain) -> Rung:
        assert program.places is not None
        found = self.trace.step(program.name, time)
        assert found is not None
        number = printed.rounded(found.displayed, program.places)
        formula = Formula(_WHOLE, (number.shown,))
        ties = self.trace.run.convention.ties
        closest: tuple[Real, fmpq] | None = None
        for x in values_of.entries(chain.final):
            result = round_to(x, program.places, ties)
            if result.tie:
                return Rung("rounded", "→", formula, "tie", (("ties", ties),))
            if closest is None or bool(result.margin < closest[0]):
                closest = (result.margin, result.nearest)
        assert closest is not None
        if chain.last.exact and _equal(chain.last.worth, number.worth):
            return Rung("rounded", "=", formula, "integral")
        margin, nearest = closest
        facts = (("margin", short(margin)), ("nearest", short(nearest)), ("kind", "cut" if ties == "truncate" else "tie"))
        return Rung("rounded", "→", formula, "rounded", facts)

    @cached_property
    def follow(self) -> bool:
        """Whether every printed number of every ladder follows from those above it."""
        return not any(inner < 0 for inner in self._inner.values())


_WHOLE = Template(Hole(0, True))


def short(x: Real) -> str:
    """Three significant digits, for remarks."""
    try:
        text = significant(x, 3)
    except Undecided:
        return "0"
    return text


def at_time(tree: Expr, time: int) -> Expr:
    """The tree with every running time fixed."""
    if isinstance(tree, Symbol):
        return Symbol(tree.name, Fixed(time + tree.at.offset), tree.entry) if isinstance(tree.at, Running) else tree
    return rebuild(tree, lambda child: at_time(child, time))


def _equal(a: Value, b: Value) -> bool:
    return all(type(x) is fmpq and type(y) is fmpq and x == y for x, y in zip(values_of.entries(a), values_of.entries(b), strict=True))


def _same(again: Value, number: Printed, digits: int) -> bool:
    """Whether the value computed from printed numbers is printed with the same digits, and not on a tie between two of them."""
    for x, worth in zip(values_of.entries(again), values_of.entries(number.worth), strict=True):
        if type(x) is fmpq and x == worth:
            continue
        try:
            text = decimals(x, digits)
        except Undecided:
            return False
        if exact(text) != worth:
            return False
        if type(x) is fmpq and abs(x - worth) * 2 * fmpq(10) ** digits == 1:
            return False
    return True


def _rule_of(
    stage: Stage, relation: str, arguments: Sequence[Value], program: Program, show: int
) -> tuple[str, tuple[tuple[str, str], ...]]:
    if stage.rung != "activation":
        return stage.rung, ()
    functions = [fill.function for fill in stage.fills if fill.function]
    named = tuple(dict.fromkeys(functions))
    if relation == "→" and program.threshold is not None:
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
            if function not in ("sigmoid", "tanh") or not (abs(z) >= threshold):
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
