"""Rules about what the text leaves open: readings that give other answers, a convention that the text never tells, digits to give.

In comes a case; out come findings with both values, and with the tools that give each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flint import fmpq

from symlstm.arithmetic.decimals import terminating
from symlstm.arithmetic.real import Real
from symlstm.arithmetic.value import entries
from symlstm.derivation.printed import EXACT_BEYOND_SHOW
from symlstm.teaching.asked import Sheet, digits
from symlstm.teaching.lint.case import Case, Changed, asker, number, pos_of, shown
from symlstm.teaching.lint.finding import Finding
from symlstm.teaching.lint.readings import DIMENSIONS, Parting, partings, unrounded_gates

_MOST_SHOWN = 3
"""Places, and readings, that a finding names; of more it says how many."""


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said of a dimension that is left open."""

    what: str
    """What the text doesn't say."""
    key: str
    """The key of the convention at which to point."""


_WORDS = {
    "ties": _Words("what happens to a tie", "round"),
    "carry": _Words("whether later lines use the rounded values", "round"),
    "saturation": _Words("where sigmoid and tanh are taken at their limits", "saturate"),
    "gates": _Words("whether the gates are rounded, so whether σ(0) stays 0.5", "round"),
}
assert _WORDS.keys() == {row.id for row in DIMENSIONS}


def left_open(case: Case, dimension: str) -> Iterator[Finding]:
    """A reading of this dimension that the text allows gives other answers; told once for all questions."""
    found = [(sheet, parting) for sheet in case.sheets for parting in case_partings(case, sheet)
             if parting.readings[0].dimension == dimension]
    if not found:
        return
    words, (sheet, _) = _WORDS[dimension], found[0]
    row = next(row for row in DIMENSIONS if row.id == dimension)
    first = found[0][1].changes[0]
    several = len(case.problem.questions) > 1
    # Readings that come to the same are said together.
    by_words: dict[tuple[str, ...], list[Changed]] = {}
    for _, parting in found:
        key = tuple(reading.words for reading in parting.readings)
        by_words.setdefault(key, []).extend(parting.changes)
    alike: dict[str, list[tuple[str, ...]]] = {}
    for said, changes in by_words.items():
        alike.setdefault(_listed(changes, several), []).append(said)
    told = [f"if {_either(said[:_MOST_SHOWN])}, {changes}" for changes, said in alike.items()]
    more = f"; {len(told) - _MOST_SHOWN} more readings give other answers still" if len(told) > _MOST_SHOWN else ""
    yield Finding(
        f"{dimension}-open", case.convention_pos(words.key), first.posed.question.number, str(first.place),
        f"The text doesn't say {words.what}. Here {row.chosen(sheet.run)}; {'; '.join(told[:_MOST_SHOWN])}{more}.",
        "Two students who both compute without a slip hand in different answers.", mend_of(case, dimension, sheet),
    )


def _either(readings: Sequence[tuple[str, ...]]) -> str:
    """Readings with `or` between them. What all have in common is said once, in front.

    >>> _either([("gates are rounded", "a tie goes up"), ("gates are rounded", "a tie goes away from zero")])
    'gates are rounded and a tie goes up or away from zero'
    """
    first, *others = readings
    ties = {(reading[:-1], reading[-1][:11]) for reading in readings}
    if len(ties) > 1 or not first[-1].startswith("a tie goes ") or not others:
        return " or if ".join(" and ".join(reading) for reading in readings)
    return " and ".join([*first[:-1], " or ".join([first[-1], *(reading[-1].removeprefix("a tie goes ") for reading in others)])])


def not_said(dimension: str) -> str:
    """What the text doesn't say where a dimension is left open."""
    return _WORDS[dimension].what


def mend_of(case: Case, dimension: str, sheet: Sheet) -> str:
    """What to write so that a dimension isn't left open."""
    run = sheet.run
    match dimension:
        case "ties":
            return f"Under `convention:` write `ties: {run.convention.ties}`, or the rule that you mean: even, up, away or zero."
        case "carry":
            return f"Under `convention:` write `carry: {'true' if run.convention.carry else 'false'}`, or the other if you mean that."
        case "saturation":
            sizes = case.told.limits
            meant = f"`saturate: {min(sizes)}`" if sizes else "the size from which they are, such as `saturate: 50`"
            return f"Under `convention:` write `saturate: off`, or {meant}."
        case _:
            names = ", ".join(f"{gate}: 0" for gate in unrounded_gates(run))
            return f"Write in the text “The gates are not rounded”, or under `convention:` `round:` add `{names}`."


def _listed(changes: Sequence[Changed], several: bool) -> str:
    """The first changes, those of a question together with its number."""
    by_question: dict[int, list[str]] = {}
    for change in changes[:_MOST_SHOWN]:
        by_question.setdefault(change.posed.question.number, []).append(str(change))
    parts = [" and ".join(items) + (f" in question {number}" if several else "") for number, items in by_question.items()]
    more = f" and {len(changes) - _MOST_SHOWN} more" if len(changes) > _MOST_SHOWN else ""
    return ", ".join(parts) + more


def case_partings(case: Case, sheet: Sheet) -> tuple[Parting, ...]:
    """The partings of a sheet, worked out once for all dimensions."""
    if id(sheet) not in case.kept:
        case.kept[id(sheet)] = partings(case, sheet)
    return case.kept[id(sheet)]


def untold(case: Case) -> Iterator[Finding]:
    """The convention rounds or saturates, and the text says nothing of it."""
    told, convention = case.told, case.problem.convention
    if told.convention or not case.source.text:
        return
    rounds = bool(convention.round) and not told.rounding
    saturates = convention.saturate is not None and not told.saturation
    if rounds or saturates:
        which = " and ".join([*(["rounds"] if rounds else []), *(["saturates functions"] if saturates else [])])
        yield Finding(
            "convention-untold", case.convention_pos("round" if rounds else "saturate"), None, "",
            f"The convention {which}, but the text never says so.",
            "Students see the text and not the front matter: they can't know what is expected.",
            "Write {convention} where the text is to state it.",
        )


def digits_open(case: Case) -> Iterator[Finding]:
    """An asked value that isn't a short decimal is left unrounded, and nobody says how many digits to give."""
    for sheet in case.sheets:
        convention, trace = sheet.run.convention, case.desk.trace(sheet)
        if case.told.rounding or "show" in convention.declared:
            continue
        long = [
            place for place in sheet.places if place.rung in ("", "definition") and place.time is not None
            and convention.places(str(place.name)) is None and (found := trace.step(place.name, place.time)) is not None
            and any(_goes_on(x, convention.show) for x in entries(found.displayed))
        ]
        if long:
            place = long[0]
            posed = asker(sheet, place)
            yield Finding(
                "digits-open", pos_of(posed, place), posed.question.number, str(place.name),
                f"{shown(place)} ≈ {number(digits(trace, place))} doesn't end, and nothing says how many digits to give.",
                "Students ask, or give two digits where you expect four.",
                f"Under `convention:` write `round: {{{place.name}: {convention.show}}}`, or say in the text how many decimals "
                "you expect.",
            )
            return


def _goes_on(x: Real, show: int) -> bool:
    """Whether a number has more decimals than are written down."""
    if not isinstance(x, fmpq):
        return True
    places = terminating(x)
    return places is None or places > show + EXACT_BEYOND_SHOW
