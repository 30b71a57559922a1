"""The simplified system: a cell's equations once the parameters are in, step by step, each with its reason.

In comes a run, out go equations that carry exactly the same values at every step of every sequence of inputs from the alphabet.
What isn't certain isn't simplified. Nothing is computed here for a particular step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from symlstm.analysis.simplify.bounds import Bounds, point
from symlstm.analysis.simplify.confirmation import confirm
from symlstm.analysis.simplify.limits import PIECEWISE
from symlstm.analysis.simplify.numerals import written
from symlstm.analysis.simplify.possible import MOST_PARTS, Possible
from symlstm.analysis.simplify.rewriting import applications
from symlstm.analysis.simplify.rules import RULES, SimplifyRule, reason
from symlstm.analysis.simplify.substitution import Known
from symlstm.arithmetic import entrywise
from symlstm.arithmetic.real import START_BITS, Real, Undecided, exact, working_precision
from symlstm.arithmetic.rounding import round_to
from symlstm.arithmetic.value import Value, entries, is_single
from symlstm.derivation.evaluate import component
from symlstm.derivation.program import without_zeros
from symlstm.errors import SymlstmError
from symlstm.model.cell import Cell, Equation
from symlstm.model.problem import Run
from symlstm.model.values import constant, is_constant
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import Expr, Name, Running, Symbol

MOST_ROUNDS = 6
ROUNDS_ALIKE = 2
"""Times that the equations are gone through with what the time before has shown, and how often without a change; bounds may
narrow for ever, and any time is as right as the next."""
MOST_STEPS = 60
"""Steps for an equation, and steps of a system that SymPy confirms."""


@dataclass(frozen=True, slots=True)
class SimplifyStep:
    """One step: the rule's id (a key of `rules.RULES`), the right side after it, and the reason in words."""

    rule: str
    tree: Expr
    reason: str


@dataclass(frozen=True, slots=True)
class SimplifiedEquation:
    """One equation: `name` at time t, the relation, and what it simplifies to."""

    name: Name
    tree: Expr
    relation: str
    """`=`, or `→` where saturation or rounding puts another value in the place of the true one."""
    steps: tuple[SimplifyStep, ...]


@dataclass(frozen=True, slots=True)
class System:
    """The simplified equations, in dependency order, and the cell that they make."""

    equations: tuple[SimplifiedEquation, ...]
    cell: Cell

    @property
    def changed(self) -> bool:
        """Whether more was done than to put in numbers."""
        return any(step.rule not in ("numbers", "products") for equation in self.equations for step in equation.steps)


def simplify(run: Run) -> System:
    """The simplified system of a run; `derive` carries the same values with its cell.

    >>> from symlstm.errors import Source
    >>> from symlstm.model.reader import read
    >>> from symlstm.notation.typeset import formula, plain
    >>> text = "---\\ntitle: a\\n---\\n$h_t = a h_{t-1} + b x_t + c$ with $a = 0$, $b = -2$, $c = 1$, $h_0 = 0$ and $x_1 = 1$."
    >>> (equation,) = simplify(read(Source("a.md", text)).run).equations
    >>> plain(formula(equation.tree)), [step.rule for step in equation.steps]
    ('−2·x_t + 1', ['numbers', 'zeros'])
    """
    with working_precision(START_BITS):
        simplification = _Simplification(run)
        equations = simplification.equations()
        simplification.confirm(equations)
    cell = replace(
        run.cell, equations=tuple(replace(old, right=new.tree) for old, new in zip(run.cell.equations, equations, strict=True))
    )
    return System(equations, cell)


class _Simplification:
    """The equations of a run, gone through until nothing more is learnt."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.possible = Possible(run)
        self.constants: dict[Name, Value] = {}
        convention = run.convention
        functions = {part.function for equation in run.cell.equations for part in applications(equation.right)}
        conventions = convention.saturate is not None or bool(convention.round)
        self.matters = self.possible.small and (conventions or bool(functions & PIECEWISE))
        """Whether anything could follow from the bounds of a symbol."""

    def equations(self) -> tuple[SimplifiedEquation, ...]:
        equations: tuple[SimplifiedEquation, ...] = ()
        alike = 0
        for _ in range(MOST_ROUNDS):
            news = False
            found = []
            for equation in self.run.cell.equations:
                known = self._known(equation)
                simplified = self._simplified(equation, known)
                found.append(simplified)
                news |= self._learn(simplified, known)
            alike = alike + 1 if tuple(found) == equations else 0
            equations = tuple(found)
            if not news or alike == ROUNDS_ALIKE:
                break
        return equations

    def _learn(self, equation: SimplifiedEquation, known: Known) -> bool:
        """Keep what an equation shows about its symbol; whether that is news."""
        constants = len(self.constants)
        self._keep_constant(equation, known)
        bounds_matter = self.matters and self.possible.learn(equation.name, self._parts(equation.tree, known))
        return bounds_matter or len(self.constants) > constants

    def _known(self, equation: Equation) -> Known:
        convention, text = self.run.convention, str(equation.left)
        threshold = convention.saturates(text)
        places = convention.places(text) if convention.carry else None
        return Known(equation.left, self.possible, self._constant, None if threshold is None else exact(threshold), places)

    # -- one equation ---

    def _simplified(self, equation: Equation, known: Known) -> SimplifiedEquation:
        tree = equation.right
        steps: list[SimplifyStep] = []
        while len(steps) < MOST_STEPS and (step := self._step(tree, known)) is not None:
            steps.append(step)
            tree = step.tree
        convention = any(step.rule in ("saturated", "rounded") for step in steps)
        return SimplifiedEquation(equation.left, tree, "→" if convention else "=", tuple(steps))

    def _step(self, tree: Expr, known: Known) -> SimplifyStep | None:
        for rule in RULES.values():
            try:
                rewrite = rule.apply(tree, known)
            except SymlstmError:
                continue  # a number beyond what is printed, or shapes that don't fit: derive says so where it matters
            if rewrite is not None and self._keeps_shape(rule, tree, rewrite[0]):
                return SimplifyStep(rule.id, rewrite[0], reason(rule, rewrite[1]))
        return None

    def _keeps_shape(self, rule: SimplifyRule, before: Expr, after: Expr) -> bool:
        """Whether the value keeps its shape: a number in the place of a vector is another value."""
        if self.possible.scalar:
            return True
        # The derivation drops zeros of its own, so that what is left without them counts.
        bare = without_zeros(after)
        if self.possible.sample(before) is None:
            return bare == after and rule.id in ("numbers", "ones", "folded")
        return self.possible.fit(before, after) == after and self.possible.fit(before, bare) == bare

    # -- what an equation shows about its symbol ---

    def _parts(self, tree: Expr, known: Known) -> list[Bounds]:
        parts = [self.possible.bounds(tree, case, known.threshold) for case in self.possible.cases(tree)]
        places = known.places
        return parts if places is None else [part for whole in dict.fromkeys(parts) for part in self._rounded(whole, places)]

    def _rounded(self, part: Bounds, places: int) -> list[Bounds]:
        ties = self.run.convention.ties

        def to_places(x: Real) -> Real:
            return round_to(x, places, ties).value

        try:
            low, high = (None if end is None else entrywise.apply(to_places, end) for end in (part.low, part.high))
        except (Undecided, SymlstmError):
            return [self.possible.unknown]
        if part.shaped and low is not None and high is not None and is_single(low):
            (least,), (most,) = entries(low), entries(high)
            unit = exact(10) ** -places
            if most - least < MOST_PARTS * unit:
                found = [least]
                while found[-1] < most:
                    found.append(found[-1] + unit)
                return [point(x) for x in found]
        return [Bounds(low, high, part.shaped)]

    def _keep_constant(self, equation: SimplifiedEquation, known: Known) -> None:
        tree, places = equation.tree, known.places
        if not is_constant(tree) or any(True for _ in applications(tree)):
            return
        try:
            value = constant(tree)
            if places is not None:
                value = entrywise.apply(lambda x: round_to(x, places, self.run.convention.ties).value, value)
        except SymlstmError:
            return
        self.constants[equation.name] = value

    def _constant(self, symbol: Symbol) -> Value | None:
        """The value that a symbol has at every step; given values and initial ones have a say."""
        value = self.constants.get(symbol.name)
        if value is None or not isinstance(symbol.at, Running) or isinstance(symbol.entry, str):
            return None
        earliest = self.run.first + symbol.at.offset
        given = self.possible.timed.get(symbol.name, {})
        if any(time not in given for time in range(earliest, self.run.first)):
            return None
        if any(time >= earliest and entries(other) != entries(value) for time, other in given.items()):
            return None
        try:
            return value if symbol.entry is None else component(value, symbol.entry)
        except SymlstmError:
            return None

    # -- confirmation ---

    def confirm(self, equations: tuple[SimplifiedEquation, ...]) -> None:
        """Have SymPy confirm the steps that are arithmetic, where all is numbers and the system is small.

        SymPy takes its time over minima and maxima, so steps with piecewise functions are left to the tests.
        """
        if not self.possible.scalar or sum(len(equation.steps) for equation in equations) > MOST_STEPS:
            return
        for old, new in zip(self.run.cell.equations, equations, strict=True):
            before = old.right
            for step in new.steps:
                if RULES[step.rule].identity and not any(part.function in PIECEWISE for part in applications(before)):
                    confirm(before, step.tree, self._values(before, step.rule), step.rule)
                before = step.tree

    def _values(self, tree: Expr, rule: str) -> Mapping[Symbol, Expr]:
        found: dict[Symbol, Expr] = {}
        for symbol in symbols_in(tree):
            if symbol.at is None and symbol.name in self.run.parameters:
                found[replace(symbol, entry=None)] = written(self.run.parameters[symbol.name].value)
            elif rule == "constants" and (value := self._constant(symbol)) is not None:
                found[symbol] = written(value)
        return found
