"""A derivation under one rule, with a student's own numbers in the place of derived ones: what work is held against.

In come a run, a rule and overrides; out come the values of places and of the parts of their equations. `derive` is the only one that
computes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from symlstm.arithmetic.value import Value
from symlstm.derivation.annotated import Annotated, Skeleton
from symlstm.derivation.derive import derive
from symlstm.derivation.program import OnTheWay
from symlstm.derivation.programs import Programs
from symlstm.derivation.trace import Computed, Trace
from symlstm.model.problem import Run
from symlstm.notation.places import Place
from symlstm.notation.tree import Expr, Name


@dataclass
class Workshop:
    """What scenarios of one problem share: compiled equations."""

    programs: Programs = field(default_factory=Programs)
    _skeletons: dict[tuple[int, int, bool], tuple[object, Skeleton]] = field(default_factory=dict)

    def skeleton(self, tree: Expr, run: Run, rows: bool) -> Skeleton:
        """The compiled parts of an equation's right side under these parameters."""
        key = id(tree), id(run.parameters), rows
        known = self._skeletons.get(key)
        if known is None:
            known = self._skeletons[key] = (run.parameters, Skeleton(tree, rows))
        return known[1]


@dataclass
class Scenario:
    """One derivation: a run, perhaps with numbers rounded on the way, perhaps with some values overridden."""

    workshop: Workshop
    run: Run
    way: OnTheWay | None = None
    overrides: Mapping[Place, Value] = field(default_factory=dict)
    until: int | None = None
    _annotated: dict[tuple[Name, int], Annotated | None] = field(default_factory=dict)

    @cached_property
    def trace(self) -> Trace:
        """All values that can be derived; a place that can't be has none."""
        return derive(self.run, self.overrides, programs=self.workshop.programs, way=self.way, until=self.until, keep_going=True)

    def found(self, place: Place) -> Computed | None:
        """What was derived at a place."""
        assert place.time is not None
        return self.trace.step(place.name, place.time)

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
