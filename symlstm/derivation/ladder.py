"""The ladder of a place: from its equation to its value, rung by rung, each number printed so that it follows from those above.

Numbers are certified digits of the true values. A rung's relation is honest about the printed numbers: `=` where the arithmetic of
what is printed is exact, `≈` where it is rounded, `→` where a value is carried on as another. Where computing with what is printed
would give another digit than the true value has, the numbers of the whole ladder get one digit more, those in front the most, until
each line follows from the line before. A value's own last rung keeps the digits asked for: were it printed with as many as its
readers print, those digits would ask for more in turn, and a run of six steps would end at sixteen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import msgspec
from flint import arb, fmpq

from symlstm.arithmetic import entrywise
from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.decimals import exactly, significant
from symlstm.arithmetic.real import Real, Undecided, absolute, exact, working_precision
from symlstm.arithmetic.rounding import round_to
from symlstm.arithmetic.saturation import bound_text, saturation_error
from symlstm.arithmetic.value import Value
from symlstm.derivation import printed
from symlstm.derivation.evaluate import compiled
from symlstm.derivation.numbers import Numbers, Printer
from symlstm.derivation.orientation import Worth, meetings, oriented, with_leading_zeros
from symlstm.derivation.printed import Printed
from symlstm.derivation.program import Operand, Program, Stage
from symlstm.derivation.trace import Trace
from symlstm.notation.places import Place
from symlstm.notation.tree import Chain, Digits, Expr, Held, Hole, Name, Numeral, Product, Running, Series, Shown, Symbol, rebuild
from symlstm.notation.typeset import Formula, Template

Facts: TypeAlias = tuple[tuple[str, str], ...]
"""What fills a rule's sentence, by key."""


_ROWS_AT_A_TIME = 40
"""Rows of a table that are printed within one block of working precision."""


class Rung(msgspec.Struct, frozen=True, gc=False):
    """One rung: its name, the relation to the one before, what is printed, and the rule with its facts."""

    name: str
    relation: str
    formula: Formula
    rule: str
    facts: Facts = ()


class Ladder(msgspec.Struct, frozen=True, gc=False):
    """All rungs of a place. The first holds the equation; the last is the value."""

    place: Place
    left: Formula
    rungs: tuple[Rung, ...]
    follows: bool
    """Whether every printed number follows from those printed above it."""


class Ladders:
    """The ladders of a trace. Each is built when it is asked for, from the values of the trace; nothing is kept."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.show = trace.run.convention.show
        self._printer = Printer(trace)
        self._outlines: dict[Name, _Outline] = {}
        self._standing: dict[Name, bool | None] | None = None
        """For each derived symbol whether its equation makes it a row or a column; None where it leaves that open."""

    # -- rows and columns ---

    def stands_as_row(self, name: Name) -> bool:
        """Whether the vectors of a symbol are printed as rows. A symbol whose equation says nothing goes with the cell."""
        if self._standing is None:
            with working_precision(self.trace.bits):
                self._standing = {name: self._stands(program) for name, program in self.trace.programs.items()}
        own = self._standing.get(name)
        said = [row for row in self._standing.values() if row is not None]
        return own if own is not None else bool(said) and all(said)

    def _stands(self, program: Program) -> bool | None:
        worth = self._worth(program)
        found = meetings(program.numbers, worth) if worth is not None else set()
        return None if ("row" in found) == ("column" in found) else "row" in found

    def _worth(self, program: Program) -> Worth | None:
        """What the parts of an equation's trees are worth at some step, for their shapes; None where all are numbers."""
        time = next(iter(self.trace.computed[program.name]), None)
        if program.scalar or time is None:
            return None
        parameters = {name: given.value for name, given in self.trace.run.parameters.items()}
        holes = self._printer.numbers(program, time).true
        return lambda part: compiled(part, parameters)(holes)

    def right_side(self, name: Name) -> Expr:
        """The right side of a symbol's equation, the vectors that it spells out standing as its ladders print them."""
        program = self.trace.programs[name]
        tree = with_leading_zeros(program.equation.right)
        with working_precision(self.trace.bits):
            worth = self._worth(program)
            if worth is None:
                return tree
            return oriented(tree, lambda part: worth(_in_holes(part, program.operands)), self.stands_as_row(name))[0]

    # -- numbers as printed ---

    def carried_shown(self, reads: Iterable[tuple[Name, int]]) -> list[Shown]:
        """The digits of values that later lines use, each by its name and time."""
        symbols = self._printer.symbols
        with working_precision(self.trace.bits):
            return [symbols[name].carried(time).shown for name, time in reads]

    def displayed_rows(self, names: Iterable[Name], times: Sequence[int]) -> Iterator[list[Shown | None]]:
        """For each time the digits that a table prints for each of the names; None where there is no value."""
        symbols = [self._printer.symbols[name] for name in names]
        for k in range(0, len(times), _ROWS_AT_A_TIME):
            with working_precision(self.trace.bits):
                rows = [[symbol.displayed(time).shown if symbol.has(time) else None for symbol in symbols]
                        for time in times[k : k + _ROWS_AT_A_TIME]]
            yield from rows

    def displayed(self, name: Name, time: int) -> Printed:
        """The value of a place as answers and tables print it."""
        with working_precision(self.trace.bits):
            return self._printer.symbols[name].displayed(time)

    # -- the ladder ---

    def ladder(self, place: Place) -> Ladder:
        """The ladder of a derived place."""
        assert place.time is not None
        with working_precision(self.trace.bits):
            return self._ladder(place.name, place.time)

    def step(self, names: Iterable[Name], time: int) -> list[Ladder]:
        """The ladders of several symbols that were derived at a time."""
        with working_precision(self.trace.bits):
            return [self._ladder(name, time) for name in names]

    def _ladder(self, name: Name, time: int) -> Ladder:
        outline = self._outline(name)
        program = outline.program
        numbers = self._printer.numbers(program, time)
        shown = [number.shown for number in numbers.printed]
        first, *relations = numbers.relations
        times = [Digits(str(time + offset)) for offset in outline.offsets]
        rungs = [Rung("definition", "=", Formula(outline.definition, times), "definition")]
        if outline.numbers is not None:
            rungs.append(Rung("numbers", first, Formula(outline.numbers, shown), "numbers"))
        if outline.zeros is not None:
            rungs.append(Rung("numbers", "=", Formula(outline.zeros, shown), "zeros"))
        for (stage, template, rule, facts), relation in zip(outline.stages, relations):
            if rule == "evaluated" and relation != "≈":
                rule, facts = self._rule(stage, relation, numbers.true, program)
            rungs.append(Rung(stage.rung, relation, Formula(template, shown), rule, facts))
        if program.places is not None:
            rungs.append(self._rounded(outline, time, numbers))
        left = Formula(outline.left, (Digits(str(time)),))
        return Ladder(Place(name, time), left, tuple(rungs), numbers.follows)

    def _outline(self, name: Name) -> _Outline:
        known = self._outlines.get(name)
        if known is None:
            program = self.trace.programs[name]
            known = self._outlines[name] = _outline(program, self._worth(program), self.stands_as_row(name))
        return known

    def _rule(self, stage: Stage, relation: str, true: Sequence[Value], program: Program) -> tuple[str, Facts]:
        """The rule that leads to an activation, with its facts."""
        if relation == "→" and program.threshold is not None:
            functions = [fill.function for fill in stage.fills if fill.function]
            arguments = [fill.argument(true) for fill in stage.fills if fill.argument is not None]
            return _saturation(functions, arguments, program.threshold, self.show)
        return _evaluation(stage, relation == "=")

    def _rounded(self, outline: _Outline, time: int, numbers: Numbers) -> Rung:
        program = outline.program
        assert program.places is not None
        found = self.trace.step(program.name, time)
        assert found is not None
        number = printed.rounded(found.displayed, program.places)
        formula = Formula(outline.whole, (number.shown,))
        ties = self.trace.run.convention.ties
        closest: tuple[Real, fmpq] | None = None
        for x in values_of.entries(found.unrounded):
            result = round_to(x, program.places, ties)
            if result.tie:
                return Rung("rounded", "→", formula, "tie", (("ties", ties),))
            if closest is None or bool(result.margin < closest[0]):
                closest = (result.margin, result.nearest)
        assert closest is not None
        if numbers.printed and numbers.printed[-1].exact and numbers.printed[-1].worth == number.worth:
            return Rung("rounded", "=", formula, "integral")
        margin, nearest = closest
        facts = (("margin", short(margin)), ("nearest", exactly(nearest)), ("kind", "cut" if ties == "truncate" else "tie"))
        return Rung("rounded", "→", formula, "rounded", facts)


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


def _in_holes(tree: Expr, operands: Sequence[Operand]) -> Expr:
    """The tree with a hole for every symbol at a running time, as the program numbers them."""
    if isinstance(tree, Symbol) and isinstance(tree.at, Running):
        entry = tree.entry if isinstance(tree.entry, int) else None
        return Hole(operands.index(Operand(tree.name, tree.at.offset, entry)))
    return rebuild(tree, lambda child: _in_holes(child, operands))


def _dotted(tree: Expr, computed: int) -> Expr:
    """The tree with a dot where a number that was computed (its hole is `computed` or later) is a factor: 1·0.76, not 1(0.76)."""
    tree = rebuild(tree, lambda child: _dotted(child, computed))
    if not isinstance(tree, Product):
        return tree
    marks = list(tree.marks)
    for k, pair in enumerate(zip(tree.factors, tree.factors[1:])):
        made = any(isinstance(factor, Hole) and factor.index >= computed for factor in pair)
        if not marks[k] and made and all(isinstance(factor, Hole | Numeral) for factor in pair):
            marks[k] = "·"
    return replace(tree, marks=tuple(marks))


@dataclass(frozen=True, slots=True)
class _Outline:
    """What is the same in all ladders of an equation."""

    program: Program
    left: Template
    definition: Template
    offsets: tuple[int, ...]
    """The times in the definition, as steps from the ladder's own."""
    numbers: Template | None
    zeros: Template | None
    stages: tuple[tuple[Stage, Template, str, Facts], ...]
    """Each stage with what is printed and the rule that leads to it, as long as nothing there is exact or saturated."""
    whole: Template
    """The value alone."""


def _outline(program: Program, worth: Worth | None, row: bool) -> _Outline:
    offsets = tuple(sorted({o.offset for o in program.operands}))

    def printed_as(tree: Expr) -> Template:
        tree = with_leading_zeros(tree)
        return Template(tree) if worth is None else Template(*oriented(tree, worth, row))

    zeros = printed_as(program.zeros) if program.zeros is not None else None
    computed = len(program.operands) + len(program.stacks)
    stages = []
    for stage in program.stages:
        rule = _evaluation(stage, False) if stage.rung == "activation" else (stage.rung, ())
        tree = stage.template.tree
        assert not isinstance(tree, Chain | Series)
        stages.append((stage, printed_as(_dotted(tree, computed) if program.scalar else tree), *rule))
    return _Outline(
        program, Template(Symbol(program.name, Held(0))), Template(_held(program.equation.right, offsets)), offsets,
        printed_as(program.numbers) if program.operands or zeros is not None else None, zeros, tuple(stages),
        Template(Hole(0, True), {0} if row else ()),
    )


def _evaluation(stage: Stage, exact: bool) -> tuple[str, Facts]:
    functions = stage.functions
    if exact and len(functions) == 1 and functions[0] in _AT_ZERO:
        return "exact-value", (("function", functions[0]), ("value", _AT_ZERO[functions[0]]))
    return "evaluated", (("function", " and ".join(functions) or "the function"),)


_AT_ZERO = {"sigmoid": "1/2", "tanh": "0", "exp": "1"}


def _distinct(value: Real) -> str:
    """Three significant digits, or as many as tell the value from its limit."""
    for digits in range(3, 12):
        text = significant(value, digits)
        if exact(text) not in (0, 1, -1):
            return text
    return text


def _saturation(
    functions: Iterable[str], arguments: Sequence[Value], threshold: fmpq, show: int
) -> tuple[str, Facts]:
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
                example = f"{function}({at}) ≈ {_distinct(value)}" if bool(error > arb(10) ** -6) else ""
    assert worst is not None
    rule = "approximated" if bool(worst < arb(10) ** -show / 2) else "agreed"
    return rule, (("error", bound_text(worst)), ("exact", example or f"error {bound_text(worst)}"))
