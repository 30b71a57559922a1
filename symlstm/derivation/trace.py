"""The trace of a derivation: data only. Every value by place, as carried on, as shown, and as it was before its own rounding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from symlstm.arithmetic.value import Value
from symlstm.derivation.evaluate import component
from symlstm.derivation.program import Program
from symlstm.errors import SymlstmError
from symlstm.model.problem import Run
from symlstm.notation.places import Place
from symlstm.notation.tree import Name


class Computed(msgspec.Struct, frozen=True, gc=False):
    """One derived value."""

    carried: Value
    """What later lines use."""
    unrounded: Value
    """Before its own rounding, after its own saturation."""
    exact: Value
    """Before its own rounding and saturation, from the values carried on."""
    displayed: Value
    """What is printed and what readouts see: rounded wherever the convention rounds."""
    way: tuple[Value, ...] = ()
    """All numbers on the way, hole by hole, where every one is a number; vectors would take too much room and are computed again."""
    fired: Sequence[int] = ()
    """The holes that were saturated on that way."""


@dataclass(frozen=True)
class Trace:
    """All values of a run. `given` holds initial values, inputs and given values; `computed` what was derived."""

    run: Run
    programs: Mapping[Name, Program]
    given: Mapping[Name, Mapping[int, Value]]
    computed: Mapping[Name, Mapping[int, Computed]]
    bits: int
    """The working precision at which every digit of the run is settled."""
    stopped: Mapping[tuple[Name, int], SymlstmError] = field(default_factory=dict)
    """Places that couldn't be computed, where the derivation was to go on without them."""

    def places(self) -> Iterator[Place]:
        """The places that were derived, in the order of the derivation."""
        for time in self.run.steps:
            for name in self.programs:
                if time in self.computed[name]:
                    yield Place(name, time)

    def step(self, name: Name, time: int) -> Computed | None:
        """What was derived at a place, or None."""
        return self.computed.get(name, {}).get(time)

    def displayed(self, place: Place) -> Value | None:
        """The value that is printed for a place, derived or given; None where there is none."""
        assert place.time is not None
        found = self.step(place.name, place.time)
        value = found.displayed if found else self.given.get(place.name, {}).get(place.time)
        if value is None or place.entry is None:
            return value
        return component(value, place.entry)

    def carried(self, name: Name, time: int) -> Value:
        """The value that later lines use."""
        found = self.step(name, time)
        return found.carried if found else self.given[name][time]
