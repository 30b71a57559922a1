"""A run worked through: its trace and its ladders, made once for all questions that share the data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from symlstm.derivation.derive import derive
from symlstm.derivation.ladder import Ladders
from symlstm.derivation.trace import Trace
from symlstm.model.problem import Run


@dataclass(frozen=True)
class Work:
    """A run with what was derived from it."""

    run: Run

    def __getstate__(self) -> dict[str, object]:
        """All but the ladders, which are built as they are asked for."""
        return {key: value for key, value in vars(self).items() if key != "ladders"}

    @cached_property
    def trace(self) -> Trace:
        """All values."""
        return derive(self.run)

    @cached_property
    def ladders(self) -> Ladders:
        """How each value is reached, and how each is printed."""
        return Ladders(self.trace)


def same_data(a: Run, b: Run) -> bool:
    """Whether two runs derive the same."""
    return a is b or (
        a.cell is b.cell and (a.first, a.last) == (b.first, b.last) and a.convention == b.convention
        and a.timed == b.timed and a.parameters == b.parameters
    )
