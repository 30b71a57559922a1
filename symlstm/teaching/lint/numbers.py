"""Rules about numbers that are fragile: margins too small for a pocket calculator, a saturation that is no approximation.

In comes a case; out come findings. What somebody with few digits would hand in is derived again with those digits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from flint import arb, fmpq

from symlstm.arithmetic import entrywise
from symlstm.arithmetic.decimals import decimals, exactly, significant, terminating
from symlstm.arithmetic.real import Real, Undecided, absolute, working_precision
from symlstm.arithmetic.rounding import round_to
from symlstm.arithmetic.saturation import bound_text, saturation_error
from symlstm.arithmetic.value import Value, entries
from symlstm.derivation.program import Fill, OnTheWay
from symlstm.derivation.rungs import numbers_at
from symlstm.derivation.trace import Computed, Trace
from symlstm.errors import SymlstmError
from symlstm.notation.places import Place
from symlstm.teaching.asked import Sheet
from symlstm.teaching.lint.case import Case, Changed, asker, changed, number, pos_of, shown
from symlstm.teaching.lint.finding import Finding

CARRIED = 4
"""Significant digits that somebody with a pocket calculator carries at least."""
_GUARD = 1
"""Digits beyond those of the answer that anybody carries."""
_EXACT = 18
"""Digits from which the first one of a number is taken, so that 0.9975 isn't 1."""
_NEARNESS = 10
"""A margin counts as too small below this part of what the last digit carried can be wrong by."""


@dataclass(frozen=True, slots=True)
class Significant(OnTheWay):
    """A rule that keeps `places` significant digits of every number on the way."""

    def rounded(self, rung: str, value: Value) -> Value:
        """A number with so many significant digits."""
        return entrywise.apply(self._short, value)

    def _short(self, x: Real) -> Real:
        if not x:
            return x
        first = _exponent(x)
        places = self.places - 1 - first
        if places >= 0:
            return round_to(x, places, self.ties).value
        unit = fmpq(10) ** -places
        return round_to(x / unit, 0, self.ties).value * unit


def _exponent(x: Real) -> int:
    """The decimal exponent of the first digit of a number that isn't zero.

    >>> _exponent(fmpq(9975, 10000)), _exponent(fmpq(12)), _exponent(fmpq(-1, 3000))
    (-1, 1, -4)
    """
    text, _, exponent = significant(absolute(x), _EXACT).partition("e")
    if exponent:
        return int(exponent)
    whole, _, rest = text.partition(".")
    return len(whole) - 1 if whole != "0" else -1 - (len(rest) - len(rest.lstrip("0")))


_HOW = (("even", "rounds"), ("truncate", "cuts"))


def thin_margins(case: Case) -> Iterator[Finding]:
    """A rounded answer comes out otherwise with the digits of a pocket calculator, or is as good as on a tie."""
    for sheet in case.sheets:
        trace = case.desk.trace(sheet)
        convention = sheet.run.convention
        rounded = [place for place in sheet.places if convention.places(str(place.name)) is not None and place.rung in ("", "rounded")
                   and place.entry is None and place.time is not None and trace.step(place.name, place.time) is not None]
        if not rounded:
            continue
        yield from _thin(case, sheet, trace, rounded)


def _thin(case: Case, sheet: Sheet, trace: Trace, rounded: list[Place]) -> Iterator[Finding]:
    told: set[Place] = set()
    needed = {place: _digits_needed(trace, place) for place in rounded}
    for digits in sorted({count for counts in needed.values() for count in counts}):
        for ties, how in _HOW:
            try:
                other = case.scenario(sheet, sheet.run.convention, Significant(frozenset(), digits, ties)).trace
            except (SymlstmError, Undecided):
                continue
            for change in changed(sheet, trace, other):
                if change.place not in needed or told or not _fewer(change, needed[change.place], digits):
                    continue
                # What follows from one slip is no news.
                told.add(change.place)
                yield _finding(sheet, trace, change.place,
                               f"whoever {how} every number to {digits} significant digits on the way gets {number(change.there)} "
                               f"instead of {number(change.here)}")
    for place in rounded:
        if not told and (digits := _too_near(trace, place, needed[place])):
            told.add(place)
            yield _finding(sheet, trace, place, f"an error in digit {digits} on the way can change the answer")


def _fewer(change: Changed, needed: Sequence[int], digits: int) -> bool:
    """Whether an entry changes for which so many digits ought to do."""
    return any(Fraction(a) != Fraction(b) and count <= digits for a, b, count in zip(change.here, change.there, needed))


def _finding(sheet: Sheet, trace: Trace, place: Place, so: str) -> Finding:
    found = _computed(trace, place)
    places = trace.run.convention.places(str(place.name))
    assert places is not None
    x, margin, nearest = _nearest(trace, found, places)
    near = f"is {_near(x, nearest, trace)}, only {bound_text(arb(margin))} from {_text(nearest)}" if margin else f"is {_text(nearest)}"
    posed = asker(sheet, place)
    return Finding(
        "thin-margin", pos_of(posed, place), posed.question.number, str(place),
        f"Before its rounding {shown(place)} {near}, where the last digit changes; {so}.",
        "Students with a pocket calculator, or who write down fewer digits, are marked wrong without a slip.",
        f"Change a number a little, or give the answer fewer digits (`round: {{{place.name}: {max(0, places - 1)}}}`).",
    )


def _near(x: Real, nearest: fmpq, trace: Trace) -> str:
    """The number to as many digits as show on which side it is."""
    with working_precision(trace.bits):
        for digits in range(4, 24):
            text = significant(x, digits)
            if fmpq(*Fraction(text).as_integer_ratio()) != nearest:
                return text.replace("-", "−")
    return text.replace("-", "−")


def _text(x: fmpq) -> str:
    return exactly(x).replace("-", "−")


def _computed(trace: Trace, place: Place) -> Computed:
    assert place.time is not None
    found = trace.step(place.name, place.time)
    assert found is not None
    return found


def _nearest(trace: Trace, found: Computed, places: int) -> tuple[Real, Real, fmpq]:
    """The entry of a value that is nearest to a tie, how near that is, and the tie."""
    best: tuple[Real, Real, fmpq] | None = None
    with working_precision(trace.bits):
        for x in entries(found.unrounded):
            rounded = round_to(x, places, trace.run.convention.ties)
            if best is None or bool(arb(rounded.margin) < arb(best[1])):
                best = x, rounded.margin, rounded.nearest
    assert best is not None
    return best


def _too_near(trace: Trace, place: Place, needed: Sequence[int]) -> int:
    """The digit far beyond those carried in which an error could take a value to the other side; 0 where none could. What is an exact
    decimal has no error."""
    places = trace.run.convention.places(str(place.name))
    found = _computed(trace, place)
    assert places is not None
    with working_precision(trace.bits):
        for x, digits in zip(entries(found.unrounded), needed):
            if (isinstance(x, fmpq) and terminating(x) is not None) or not x:
                continue
            margin = round_to(x, places, trace.run.convention.ties).margin
            unit = arb(10) ** (_exponent(x) - digits + 1)
            if bool(arb(margin) * 2 * _NEARNESS < unit):
                return digits + 2
    return 0


def _digits_needed(trace: Trace, place: Place) -> tuple[int, ...]:
    """How many significant digits are enough on the way to each entry of a rounded answer: one more than it has, and not below four."""
    places = trace.run.convention.places(str(place.name))
    assert places is not None
    texts = (decimals(x, places) for x in entries(_computed(trace, place).displayed))
    return tuple(max(CARRIED, len(text.replace("-", "").replace(".", "").lstrip("0")) + _GUARD) for text in texts)


# -- saturation ---


@dataclass(frozen=True, slots=True)
class _Taken:
    """A function that was taken at its limit: where, of what, by how much that is wrong."""

    place: Place
    function: str
    z: Real
    limit: Real
    error: arb


def no_approximations(case: Case) -> Iterator[Finding]:
    """A function is taken at its limit where its value isn't the limit to the digits shown, and the text doesn't call that a rule,
    or an answer comes of it that evaluating doesn't give."""
    worst: tuple[Sheet, _Taken] | None = None
    for sheet in case.sheets:
        for taken in _taken(case.desk.trace(sheet)):
            if worst is None or bool(taken.error > worst[1].error):
                worst = sheet, taken
    if worst is None or case.told.agreed:
        return
    sheet, taken = worst
    show = sheet.run.convention.show
    if not bool(taken.error > arb(10) ** -show / 2):
        return
    told = case.told.convention or case.told.saturation
    changes = [change for one in case.sheets for change in changed(
        one, case.desk.trace(one), case.scenario(one, replace(one.run.convention, saturate=None)).trace)]
    # "Every sigmoid is rounded to 0 or 1" is no approximation in anybody's eyes.
    rounds = case.told.convention and _threshold(sheet) == 0
    if told and (rounds or not changes) and not case.told.limits:
        return
    z, limit = _text_of(taken.z), _text_of(taken.limit)
    with working_precision(case.desk.trace(sheet).bits):
        value = significant(limit_less(taken), 4).replace("-", "−")
    so = f"; evaluated, {changes[0]}" if changes else ""
    first = changes[0] if changes else None
    yield Finding(
        "no-approximation", case.convention_pos("saturate"), first.posed.question.number if first else None,
        str(first.place if first else taken.place),
        f"At {shown(taken.place)}, {taken.function}({z}) = {value} is taken as {limit}, which is off by {bound_text(taken.error)} "
        f"and so no approximation{so}.",
        "Whoever uses a calculator gets another number, and can't see why it is wrong.",
        "Say in the text that this is a rule of the problem, not an approximation; or raise `saturate`.",
    )


def _threshold(sheet: Sheet) -> Fraction | None:
    saturate = sheet.run.convention.saturate
    return None if saturate is None else saturate.at


def limit_less(taken: _Taken) -> Real:
    """What the function is worth where it was taken at its limit."""
    value = entrywise.evaluate(taken.function, taken.z)
    assert isinstance(value, fmpq | arb)
    return value


def _text_of(x: Real) -> str:
    try:
        return significant(x, 4).replace("-", "−")
    except Undecided:
        return "0"


def _taken(trace: Trace) -> Iterator[_Taken]:
    """Every function of a derivation that was taken at its limit."""
    with working_precision(trace.bits):
        for place in trace.places():
            assert place.time is not None
            found = trace.step(place.name, place.time)
            program = trace.programs[place.name]
            if found is None or program.threshold is None:
                continue
            holes, fired = numbers_at(trace, place.name, place.time)
            fills = {fill.hole: fill for stage in program.stages for fill in stage.fills}
            for hole in fired:
                yield from _entries_taken(place, fills[hole], holes, program.threshold)


def _entries_taken(place: Place, fill: Fill, holes: object, threshold: fmpq) -> Iterator[_Taken]:
    assert fill.argument is not None
    for z in entries(fill.argument(holes)):  # type: ignore[arg-type]
        if bool(absolute(z) >= threshold):
            limit = fmpq(1) if bool(z > 0) else fmpq(0 if fill.function == "sigmoid" else -1)
            yield _Taken(place, fill.function, z, limit, saturation_error(fill.function, z))
