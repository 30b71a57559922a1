"""How a member of a student's work agrees with one derivation: its number with the rungs of its place, its expression by operands.

In come members and scenarios, out goes what each entry is worth. Which scenarios to try, and what comes of it, is for the judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flint import fmpq

from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import NumberError, Real, Undecided, exact
from symlstm.arithmetic.value import Value
from symlstm.checking.fitting import OF_OPERANDS, Difference, Fit, cost, fit
from symlstm.checking.judgement import WORST, Worth
from symlstm.checking.ledger import Ledger, broadcast
from symlstm.checking.numerals import Written, agreement
from symlstm.checking.scenario import Scenario
from symlstm.checking.standing import Standing
from symlstm.checking.steps import Reckoner, Unknown, meet
from symlstm.checking.work import Member
from symlstm.derivation.annotated import Annotated
from symlstm.derivation.evaluate import entries_at
from symlstm.errors import ShapeError, UndecidedError
from symlstm.model.problem import Run
from symlstm.notation.places import Place
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import Apply, Expr, Numeral, children


@dataclass(frozen=True, slots=True)
class Found:
    """How a member agrees with one scenario, entry by entry."""

    entries: tuple[Worth, ...]
    differences: tuple[Difference, ...] = ()

    @property
    def worst(self) -> Worth:
        """What the whole is worth: as its worst entry."""
        return max(self.entries, key=WORST.index)

    def instead(self, old: Worth, new: Worth) -> Found:
        """The same with another worth wherever it has this one."""
        return replace(self, entries=tuple(new if entry == old else entry for entry in self.entries))

    def where_wrong(self, kind: Worth, base: Found) -> Found:
        """A comparison that fits, with `kind` for the entries that the derivation itself doesn't give."""
        if len(base.entries) != len(self.entries):
            return replace(self, entries=tuple(kind for _ in self.entries))
        return replace(self, entries=tuple("right" if b == "right" else kind for b in base.entries))


class Comparison:
    """Compares the members of one piece of work."""

    def __init__(self, run: Run, ledger: Ledger, standing: Standing) -> None:
        self.run = run
        self.ledger = ledger
        self.standing = standing
        self.show = run.convention.show

    def compare(self, member: Member, place: Place, scenario: Scenario, restated: bool) -> Found:
        """How a member agrees with what a scenario has at a place; `restated`: the place's number comes again."""
        assert member.tree is not None
        whole = place.whole
        numbers = member.numbers
        if scenario.found(whole) is None:
            given = scenario.trace.given.get(place.name, {}).get(place.time or 0)
            if given is None or numbers is None:
                return Found(("wrong",))
            return self._numbers_against(numbers, entries_at(given, place.entry), ())
        if numbers is not None:
            return self._number(member, numbers, place, scenario, restated)
        return self._expression(member.tree, place, scenario, restated)

    def _number(
        self, member: Member, numbers: Sequence[Written], place: Place, scenario: Scenario, restated: bool
    ) -> Found:
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

    def _numbers_against(self, numbers: Sequence[Written], values: Sequence[Real], also: Sequence[Real]) -> Found:
        numbers = broadcast(numbers, len(values))
        if len(numbers) != len(values):
            return Found(("wrong",))
        entries: list[Worth] = []
        for k, (number, x) in enumerate(zip(numbers, values)):
            found = agreement(number, x, self.show)
            if not found and also and agreement(number, also[k], self.show) == "right":
                found = "right"
            entries.append(found or "wrong")
        return Found(tuple(entries))

    def _rounded(self, numbers: Sequence[Written], rounded: Sequence[Real], unrounded: Sequence[Real], working: bool) -> Found:
        """Numbers of a place that the convention rounds."""
        numbers = broadcast(numbers, len(rounded))
        if len(numbers) != len(rounded):
            return Found(("wrong",))
        entries: list[Worth] = []
        for number, x, raw in zip(numbers, rounded, unrounded):
            if number.value == x:
                entries.append("right")
                continue
            close = agreement(number, raw, self.show)
            entries.append("wrong" if not close else close if working else "rounding")
        return Found(tuple(entries))

    def _expression(self, tree: Expr, place: Place, scenario: Scenario, restated: bool) -> Found:
        annotated = scenario.annotated(place.whole)
        if annotated is None:
            return Found(("wrong",))
        part = annotated.part(place.entry)
        found = self._fitted(tree, annotated, part)
        if found and all(d.kind == "own" for d in found):
            # The student's own numbers, rounded as they are written; where one isn't as good as right, the line follows from it.
            return Found(("follows" if any(self.ledger.worse(d.place) for d in found) else "right",))
        if found != () and not self.standing.scalar and len(values_of.entries(annotated.worth(part))) == 1:
            spelled = annotated.entry(part, 1)
            other = self._fitted(tree, annotated, spelled) if spelled is not part else None
            if other is not None and (found is None or cost(other) < cost(found)):
                found = other
        if found == ():
            return Found(("right",), ())
        if found is not None and all(d.kind in OF_OPERANDS for d in found):
            worst: Worth = "rounding" if all(d.kind in ("rounding", "own") for d in found) else "wrong"
            return Found((worst,), found)
        if self._same_value(tree, place, scenario, annotated.worth(part)):
            return Found(("right",), ())
        if restated and isinstance(part, Apply) and len(part.arguments) == 1:
            inside = fit(tree, annotated, part.arguments[0], self.show, self.ledger.alias_values())
            if inside == ():
                return Found(("right",), ())
        return Found(("wrong",), found or ())

    def _fitted(self, tree: Expr, annotated: Annotated, part: Expr) -> Fit:
        return fit(tree, annotated, part, self.show, self.ledger.alias_values(), self.ledger.stated)

    def _same_value(self, tree: Expr, place: Place, scenario: Scenario, value: Value) -> bool:
        """Whether an expression of another shape comes to the same, neither saturated nor rounded."""
        if any(True for _ in symbols_in(tree)) and self._symbolic(tree, place):
            return same_formula(tree, place, self.run)
        try:
            lookup = self.standing.lookup(place, scenario, own=False)
            found = Reckoner(lookup, self.standing.exactly(place)).value(tree)
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


def same_formula(tree: Expr, place: Place, run: Run) -> bool:
    """Whether a formula is equal to the cell's equation, whatever the values."""
    from symlstm.analysis.equality import at_running_time, equal

    equation = run.cell.by_name.get(place.name)
    if equation is None or place.time is None or place.entry is not None:
        return False
    timed = frozenset((*run.cell.by_name, *run.cell.inputs))
    running = at_running_time(tree, place.time, timed)
    return running == equation.right or equal(running, equation.right, run)


def _numbers_of(tree: Expr) -> Iterator[fmpq]:
    """The numbers that stand in a tree."""
    if isinstance(tree, Numeral):
        yield exact(tree.value)
    for part in children(tree):
        yield from _numbers_of(part)
