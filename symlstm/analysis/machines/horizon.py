"""How long a machine surely holds for a unit that leaks: boxes that almost close, and a bound on how fast states can leave them.

In come a unit and what is to be seen of it, out goes a `Horizon`: a cover whose moves and readouts are right for every input of up to
so many letters, often more than anybody could read. A forget gate of σ(100) = 1 - 3.7e-44 loses a hair of its cell at every step: no
box ever maps into itself, and yet the unit remembers.

Around boxes C of the core stand outer ones, C ± R·v with a shape v for each box. In those the readout and the move are one; the image
of C sticks out of the next C by at most δ·v, and the derivatives on the outer boxes say that |f(x) - f(y)| ≤ L·ρ·v where
|x - y| ≤ ρ·v. So what is within ρ·v of the core is within (δ + L·ρ)·v a step later, and after n steps no further from it than
δ·(1 + L + ... + L^(n-1)): a finite-time bound as in Lohner (1992), with the same constants at every step.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

from flint import arb, fmpq

from symlstm.analysis.boxes.derivatives import Derivatives, Entry
from symlstm.analysis.boxes.enclosure import Box
from symlstm.analysis.boxes.intervals import Interval, absolute, contains, hull, inflated
from symlstm.analysis.machines.cover import SCALES, Cover, Node, Show, _Growing
from symlstm.analysis.machines.unit import After, Memory, Slot, Unit
from symlstm.arithmetic.real import working_precision
from symlstm.errors import SymlstmError

ENDLESS = 10**1000
"""A length that stands for every length from there on."""
SHORTEST = 20
"""Horizons below this aren't worth a word."""
MOST_STEPS = 4_000
"""Steps that are taken in all."""
MOST_IMAGES = 400
"""Steps that are taken for one core."""
MOST_CORE = 48
"""Boxes of a core whose derivatives are looked at."""
SLACKS = tuple(fmpq(1, 10**k) for k in (2, 3, 4, 6, 8, 12, 16, 20, 25, 30))
"""How far an image may stick out of a box, for its size, and still count as held."""
REACHES = tuple(fmpq(1, 4**k) for k in range(15, 0, -1))
"""R, from small to large."""
HALVINGS = 3
"""How often the largest R is looked for between one that will do and one that won't."""

_ZERO = fmpq(0)
_ONE = fmpq(1)
_BITS = 256


@dataclass(frozen=True)
class Horizon:
    """A machine that is right for every input of up to `length` letters."""

    cover: Cover
    """Boxes that hold every state that so many letters lead to, and where each letter leads from there. They needn't close."""
    length: int
    """Letters, at least; `ENDLESS` where that is so for any number of them."""

    @property
    def endless(self) -> bool:
        """Whether the machine is right for inputs of every length."""
        return self.length >= ENDLESS


def horizon(unit: Unit, show: Show, watched: Sequence[Slot] = ()) -> Horizon | None:
    """The longest horizon that was found; None where there is none of `SHORTEST` letters."""
    try:
        search = _Search(unit, show, tuple(watched))
    except SymlstmError:
        # What can't be differentiated has no horizon; what is wrong with the unit itself was said when it was made.
        return None
    found = search.best()
    return found if found is not None and found.length >= SHORTEST else None
