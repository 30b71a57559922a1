"""What nobody declared speaks up: where a default convention decides an answer, the other result is derived and named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from flint import fmpq

from symlstm.arithmetic.real import exact
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
class Split:
    """A place at which another reading gives another printed value."""

    alternative: Alternative
    place: Place
    here: str
    there: str


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
                out.append(Alternative("ties", _TIES[convention.ties], _TIES[ties], replace(convention, ties=ties)))
    if "carry" not in convention.declared:
        out.append(Alternative("carry", "later lines use the rounded values", "later lines use the unrounded values",
                               replace(convention, carry=False)))
    if "saturate" not in convention.declared:
        out.append(Alternative("saturate", "sigmoid and tanh are evaluated", "both are saturated from |z| = 1 on",
                               replace(convention, saturate=Saturate(Fraction(1)))))
    return out


_TIES = {
    "even": "a tie goes to the even digit", "up": "a tie goes up", "away": "a tie goes away from zero",
    "zero": "a tie goes towards zero", "truncate": "further digits are cut off",
}


def splits(ladders: Ladders, asked: Sequence[Place]) -> list[Split]:
    """For each reading left open, the first asked place (or else the first place) that it prints otherwise."""
    trace = ladders.trace
    out: list[Split] = []
    for alternative in alternatives(trace.run.convention, any_tie(trace)):
        try:
            other = Ladders(derive(replace(trace.run, convention=alternative.change)))
        except SymlstmError:
            # What nobody chose may not be computable; it is no alternative then.
            continue
        for place in [*asked, *trace.places()]:
            if place.time is None or trace.step(place.name, place.time) is None:
                continue
            here, there = value_at(ladders, place), value_at(other, place)
            if not _alike(here.printed, there.printed):
                out.append(Split(alternative, place, str(here), str(there)))
                break
    return out


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


def words(split: Split) -> str:
    """The note as a sentence or two."""
    alternative = split.alternative
    opening = {
        "ties": "The problem doesn't say what happens to ties",
        "carry": "The problem doesn't say whether rounded values are carried on",
        "saturate": "The problem doesn't say whether large arguments saturate",
    }[alternative.key]
    return (
        f"{opening}. Here {alternative.chosen}, and {split.place} = {split.here}; where {alternative.other}, "
        f"{split.place} = {split.there}."
    ).replace("-", "−").replace("_−", "_-")
