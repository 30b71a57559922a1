"""What nobody declared speaks up: where a default convention decides an answer, the other result is derived and named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice

from flint import arb, fmpq

from symlstm.arithmetic.real import Real, exact
from symlstm.arithmetic.rounding import TIES
from symlstm.arithmetic.value import entries
from symlstm.derivation.derive import derive
from symlstm.derivation.ladder import Ladders
from symlstm.derivation.trace import Trace
from symlstm.derivation.values import Nested, value_at
from symlstm.errors import SymlstmError
from symlstm.model.convention import Convention, Saturate
from symlstm.notation.places import Place


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another reading of what the author left open."""

    key: str
    chosen: str
    other: str
    change: Convention


@dataclass(frozen=True, slots=True)
class Change:
    """A place at which another reading gives another printed value."""

    place: Place
    here: str
    there: str


@dataclass(frozen=True, slots=True)
class Split:
    """A reading that prints other values: at which of the asked places, or else at which place first."""

    alternative: Alternative
    changes: tuple[Change, ...]
    """At most `MOST_CHANGES`, in order."""
    more: int = 0
    """Further asked places that it changes."""


MOST_CHANGES = 6


def alternatives(convention: Convention, tied: bool) -> list[Alternative]:
    """The readings that an author who declared only this leaves open. `tied`: an exact tie occurs."""
    if not convention.round:
        return []
    out = []
    if "ties" not in convention.declared:
        for ties in TIES:
            if ties == convention.ties or (not tied and ties != "truncate"):
                continue
            if ties != "truncate":
                out.append(Alternative("ties", TIES[convention.ties].words, TIES[ties].words, replace(convention, ties=ties)))
    if "carry" not in convention.declared:
        out.append(Alternative("carry", "later lines use the rounded values", "later lines use the unrounded values",
                               replace(convention, carry=False)))
    if "saturate" not in convention.declared:
        out.append(Alternative("saturate", "sigmoid and tanh are evaluated", "both are saturated from |z| = 1 on",
                               replace(convention, saturate=Saturate(Fraction(1)))))
    return out


def splits(ladders: Ladders, asked: Sequence[Place]) -> list[Split]:
    """For each reading left open, the asked places (or else the first place) that it prints otherwise."""
    trace = ladders.trace
    out: list[Split] = []
    for alternative in alternatives(trace.run.convention, any_tie(trace)):
        try:
            other = Ladders(derive(replace(trace.run, convention=alternative.change)))
        except SymlstmError:
            # What nobody chose may not be computable; it is no alternative then.
            continue
        places = [place for place in asked if _differs(ladders, other, place)]
        if not places:
            places = list(islice((place for place in trace.places() if _differs(ladders, other, place)), 1))
        changes = [Change(p, str(value_at(ladders, p)), str(value_at(other, p))) for p in places[:MOST_CHANGES]]
        if changes:
            out.append(Split(alternative, tuple(changes), len(places) - len(changes)))
    return out


def _differs(ladders: Ladders, other: Ladders, place: Place) -> bool:
    """Whether a derived place is printed with another value."""
    assert place.time is not None
    found, there = (each.trace.step(place.name, place.time) for each in (ladders, other))
    if found is None or there is None:
        return False
    if not place.rung and all(map(_same, entries(found.displayed), entries(there.displayed))):
        return False
    return not _alike(value_at(ladders, place).printed, value_at(other, place).printed)


def _same(x: Real, y: Real) -> bool:
    """Whether two values are equal as far as they are known, which is to more digits than are printed."""
    return bool(x == y) if isinstance(x, fmpq) and isinstance(y, fmpq) else bool(arb(x).overlaps(arb(y)))


def _alike(here: Nested, there: Nested) -> bool:
    """Whether two printed values say the same, as far as both have digits."""
    if isinstance(here, str) and isinstance(there, str):
        a, b = exact(here), exact(there)
        fewer = min(len(here.partition(".")[2]), len(there.partition(".")[2]))
        return bool(abs(a - b) * 2 < fmpq(10) ** -fewer)
    return len(here) == len(there) and all(map(_alike, here, there))


def any_tie(trace: Trace) -> bool:
    """Whether the rounding of any place was decided by the rule for ties."""
    for place in trace.places():
        places = trace.programs[place.name].places
        if places is None:
            continue
        assert place.time is not None
        found = trace.step(place.name, place.time)
        assert found is not None
        for x in entries(found.unrounded):
            if hasattr(x, "p") and (x * 10**places * 2).q == 1 and int((x * 10**places * 2).p) % 2:
                return True
    return False
