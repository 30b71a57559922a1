"""A derivation under one rule, with a student's own numbers in the place of derived ones: what work is held against.

In come a run, a rule and overrides; out come the values of places and of the parts of their equations. `derive` is the only one that
computes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from symlstm.arithmetic.value import Value
from symlstm.checking.misconceptions import MISCONCEPTIONS, Misconception
from symlstm.checking.mutations import Mutation
from symlstm.checking.numerals import Agreement, Written, agreements
from symlstm.checking.rules import Rule
from symlstm.derivation.annotated import Annotated, Skeleton
from symlstm.derivation.derive import derive
from symlstm.derivation.evaluate import entries_at
from symlstm.derivation.program import OnTheWay, Program
from symlstm.derivation.programs import Programs
from symlstm.derivation.trace import Computed, Trace
from symlstm.model.problem import Run
from symlstm.notation.places import Place
from symlstm.notation.symbols import Vocabulary
from symlstm.notation.tree import Expr, Name

MOST_MUTATIONS = 200
"""Changes that one misconception makes of a run at most."""
MOST_SKELETONS = 5_000
"""Equations whose parts are kept compiled."""
MOST_RULED = 1_000
"""Derivations under other rules that are kept."""


@dataclass
class Workshop:
    """What all pieces of work on one problem share: compiled equations, its own derivation, those under each misconception."""

    vocabularies: tuple[Vocabulary, Vocabulary] | None = None
    """What the reader of work knows of letters, in LaTeX and in plain text."""
    programs: Programs = field(default_factory=Programs)
    _skeletons: dict[tuple[int, int, bool], tuple[object, object, Skeleton]] = field(default_factory=dict)
    _bases: dict[int, Scenario] = field(default_factory=dict)
    _ruled: dict[tuple[int, str], tuple[Run, Scenario]] = field(default_factory=dict)
    _mutants: dict[int, tuple[Run, tuple[Mutant, ...]]] = field(default_factory=dict)

    def skeleton(self, tree: Expr, run: Run, rows: bool) -> Skeleton:
        """The compiled parts of an equation's right side under these parameters."""
        key = id(tree), id(run.parameters), rows
        known = self._skeletons.get(key)
        if known is None:
            if len(self._skeletons) >= MOST_SKELETONS:
                self._skeletons.clear()
            known = self._skeletons[key] = (tree, run.parameters, Skeleton(tree, rows))
        return known[2]

    def base(self, run: Run) -> Scenario:
        """The problem's own derivation of a run, made once for all pieces of work."""
        known = self._bases.get(id(run))
        if known is None:
            known = self._bases[id(run)] = Scenario(self, run)
        return known

    def ruled(self, run: Run, rule: Rule) -> Scenario:
        """The derivation of a run under another rule of rounding, made once for all pieces of work."""
        key = id(run), rule.id
        known = self._ruled.get(key)
        if known is None:
            if len(self._ruled) >= MOST_RULED:
                self._ruled.clear()
            # The run is kept, so that its id isn't used again.
            known = self._ruled[key] = run, Scenario(self, replace(run, convention=rule.convention), rule.way)
        return known[1]

    def mutants(self, run: Run) -> tuple[Mutant, ...]:
        """The derivations of a run under each misconception, made once for all pieces of work."""
        known = self._mutants.get(id(run))
        if known is None:
            found = tuple(
                Mutant(row, rank, mutation, Scenario(self, mutation.run))
                for rank, row in enumerate(MISCONCEPTIONS) for mutation in islice(row.mutations(run), MOST_MUTATIONS)
            )
            known = self._mutants[id(run)] = run, found
        return known[1]


@dataclass(frozen=True)
class Mutant:
    """A misconception at work: its row and rank in the table, what it changes, and the derivation that follows."""

    row: Misconception
    rank: int
    mutation: Mutation
    scenario: Scenario


@dataclass
class Scenario:
    """One derivation: a run, perhaps with numbers rounded on the way, perhaps with some values overridden."""

    workshop: Workshop
    run: Run
    way: OnTheWay | None = None
    overrides: Mapping[Place, Value] = field(default_factory=dict)
    until: int | None = None
    _trace: Trace | None = None
    _annotated: dict[tuple[Name, int], Annotated | None] = field(default_factory=dict)

    @property
    def trace(self) -> Trace:
        """All values that can be derived; a place that can't be has none."""
        # No cached_property: in Python 3.11 it holds a lock of its own while `derive` waits for that of the working precision.
        if self._trace is None:
            self._trace = derive(self.run, self.overrides, programs=self.workshop.programs, way=self.way, until=self.until,
                                 keep_going=True)
        return self._trace

    def found(self, place: Place) -> Computed | None:
        """What was derived at a place."""
        assert place.time is not None
        return self.trace.step(place.name, place.time)

    def states(self, place: Place, numbers: Sequence[Written], unrounded: bool = False) -> Agreement:
        """How well the value of a place, derived or given, agrees with these numbers; with `unrounded`, perhaps as it was before the
        convention rounded it, if they have more digits than that leaves."""
        value = self.trace.displayed(place.whole)
        if value is None:
            return ""
        show = self.run.convention.show
        agrees = agreements(numbers, entries_at(value, place.entry), show)
        found, places = self.found(place.whole), self.run.convention.places(str(place.name))
        if agrees or found is None or not unrounded or places is None or not any((n.decimals or 0) > places for n in numbers):
            return agrees
        return agreements(numbers, entries_at(found.unrounded, place.entry), show)

    def otherwise(self, run: Run, program: Program, place: Place) -> Annotated | None:
        """The place's equation as another run has it, with the values of its parts by this derivation; None where it reads what this
        hasn't derived."""
        assert place.time is not None
        if any(self.trace.displayed(Place(o.name, place.time + o.offset)) is None for o in program.operands):
            return None
        trace = replace(self.trace, run=run, programs=dict(self.trace.programs) | {place.name: program})
        return Annotated(self.workshop.skeleton(program.equation.right, run, program.entries == 1), trace, place.whole)

    def annotated(self, place: Place) -> Annotated | None:
        """The place's equation with the values of its parts; None where it wasn't derived."""
        assert place.time is not None
        key = place.name, place.time
        if key not in self._annotated:
            self._annotated[key] = self._annotate(place) if self.found(place) is not None else None
        return self._annotated[key]

    def _annotate(self, place: Place) -> Annotated:
        program = self.trace.programs[place.name]
        skeleton = self.workshop.skeleton(program.equation.right, self.run, program.entries == 1)
        return Annotated(skeleton, self.trace, place, self.way)
