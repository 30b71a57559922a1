"""Rules about what the text leaves open, or tells otherwise than the convention: readings that give other answers, digits to give.

In comes a case; out come findings with both values, and with the tools that give each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flint import fmpq

from symlstm.arithmetic.decimals import terminating
from symlstm.arithmetic.real import Real
from symlstm.arithmetic.value import entries
from symlstm.derivation.printed import EXACT_BEYOND_SHOW
from symlstm.model.convention import Convention
from symlstm.model.problem import Run
from symlstm.teaching.asked import Sheet, digits
from symlstm.teaching.lint.case import Case, Changed, asker, number, pos_of, shown
from symlstm.teaching.lint.finding import Finding
from symlstm.teaching.lint.partings import Parting, asides, partings
from symlstm.teaching.lint.readings import CUT, DIMENSIONS, Dimension, Reading, Standing, unrounded_gates
from symlstm.teaching.lint.told import Told

_MOST_SHOWN = 3
"""Places, and readings, that a finding names; of more it says how many."""


_ROUNDED = "round"
_KEYS = {"ties": _ROUNDED, "carry": _ROUNDED, "saturation": "saturate", "gates": _ROUNDED}
"""The key of the convention at which to point for each dimension."""
assert _KEYS.keys() == {row.id for row in DIMENSIONS}
_BY_ID = {row.id: row for row in DIMENSIONS}


def not_said(dimension: str, run: Run, readings: Iterable[Reading] = ()) -> str:
    """What the text doesn't say where a dimension is left open, to the readings that count."""
    match dimension:
        case "ties" if run.convention.ties == CUT:
            return "that digits are cut off, and not rounded"
        case "ties" if any(reading.key == CUT for reading in readings):
            return "how to round: what happens to a tie, and whether the further digits are just cut off"
        case "ties":
            return "what happens to a tie"
        case "carry":
            return "whether later lines use the rounded values"
        case "saturation":
            return "where sigmoid and tanh are taken at their limits"
        case _:
            whole = any(places == 0 for _, places in run.convention.round)
            return "whether the gates are rounded" + (", so whether σ(0) stays 0.5" if whole else " too")


def left_open(case: Case, dimension: str) -> Iterator[Finding]:
    """A reading of this dimension that the text allows gives other answers; told once for all questions."""
    found = [(sheet, parting) for sheet in case.sheets for parting in case_partings(case, sheet)
             if parting.readings[0].dimension == dimension]
    if not found:
        return
    sheet, parting = found[0]
    first = parting.changes[0]
    what = not_said(dimension, sheet.run, (reading for _, each in found for reading in each.readings))
    yield Finding(
        f"{dimension}-open", case.convention_pos(_KEYS[dimension]), first.posed.question.number, str(first.place),
        f"The text doesn't say {what}. Here {_BY_ID[dimension].chosen(sheet.run)}; {_told(case, [each for _, each in found])}.",
        "Two students who both compute without a slip hand in different answers.", mend_of(case, dimension, sheet),
    )


def _told(case: Case, found: Sequence[Parting]) -> str:
    """What becomes of the answers under readings; those that come to the same are said together."""
    by_words: dict[tuple[str, ...], list[Changed]] = {}
    for parting in found:
        by_words.setdefault(tuple(reading.words for reading in parting.readings), []).extend(parting.changes)
    alike: dict[str, list[tuple[str, ...]]] = {}
    for said, changes in by_words.items():
        alike.setdefault(_listed(changes, len(case.problem.questions) > 1), []).append(said)
    told = [f"if {_either(said[:_MOST_SHOWN])}, {changes}" for changes, said in alike.items()]
    more = f"; {len(told) - _MOST_SHOWN} more readings give other answers still" if len(told) > _MOST_SHOWN else ""
    return "; ".join(told[:_MOST_SHOWN]) + more


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


def mend_of(case: Case, dimension: str, sheet: Sheet) -> str:
    """What to write so that a dimension isn't left open."""
    run = sheet.run
    match dimension:
        case "ties":
            rules = "even, up, away or zero" if case.told.rounds else "even, up, away, zero or truncate"
            return f"Under `convention:` write `ties: {run.convention.ties}`, or the rule that you mean: {rules}."
        case "carry":
            return f"Under `convention:` write `carry: {'true' if run.convention.carry else 'false'}`, or the other if you mean that."
        case "saturation":
            sizes = case.told.limits
            meant = f"`saturate: {min(sizes)}`" if sizes else "the size from which they are, such as `saturate: 50`"
            return f"Under `convention:` write `saturate: off`, or {meant}."
        case _:
            places = min(places for _, places in run.convention.round)
            names = ", ".join(f"{gate}: {places}" for gate in unrounded_gates(run))
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


_ALONE = ("Worksheets and solutions made here print the convention's sentence where {convention} is missing; whoever has the text "
          "alone can't know what is expected.")
_OWN = "{convention} states the document's convention, and not the question's own: students can't know what is expected."
_STATE = "Write {convention} where the text is to state it."


def untold(case: Case) -> Iterator[Finding]:
    """The convention rounds or saturates, and the text says nothing of it; or it settles what changes answers (a tie that occurs, what
    is carried on), which the text leaves open. Likewise of a question's own convention, which its wording or the text above it has to
    tell."""
    if not case.source.text:
        return
    told, convention = case.told, case.problem.convention
    which = [] if told.convention else _silent(told, convention, Convention())
    whole = bool(which)
    if whole:
        yield Finding(
            "convention-untold", case.convention_pos(_key_of(which)), None, "",
            f"The convention {_and(which)}, but the text never says so.", _ALONE, _STATE)
    for posed in case.problem.questions:
        own = posed.run.convention
        if own == convention:
            continue
        # What the document doesn't round may be told of in any sentence of it.
        silent = [say for say in _silent(case.told_for(posed), own, convention)
                  if getattr(convention, _key_of([say])) or _silent(told, own, convention)]
        if silent and not whole:
            yield Finding(
                "convention-untold", posed.question.pos, posed.question.number, "",
                f"The convention of question {posed.question.number} {_and(silent)} in its own way, but the text never says so.", _OWN,
                f"Say so in the text above question {posed.question.number}, or in its `ask`.")
            which = silent
    if not which:
        yield from _settled_apart(case)


def _silent(told: Told, convention: Convention, stated: Convention) -> list[str]:
    """What a convention does otherwise than the one that is stated, where the text says nothing of the kind."""
    rounds = bool(convention.round) and convention.round != stated.round and not told.rounding
    saturates = convention.saturate is not None and convention.saturate != stated.saturate and not told.saturation
    return [*(["rounds"] if rounds else []), *(["saturates functions"] if saturates else [])]


def _and(which: Sequence[str]) -> str:
    return " and ".join(which)


def _key_of(which: Sequence[str]) -> str:
    return "round" if "rounds" in which else "saturate"


def _settled_apart(case: Case) -> Iterator[Finding]:
    """What the convention settles, the text doesn't tell, and answers hang on; of each thing the first."""
    for row in DIMENSIONS:
        sheet, found = _first_aside(case, row, Standing.UNTOLD)
        if sheet is not None and found:
            first = found[0].changes[0]
            own = getattr(sheet.run.convention, row.declared) != getattr(case.problem.convention, row.declared)
            yield Finding(
                "convention-untold", first.posed.question.pos if own else case.convention_pos(_KEYS[row.id]),
                first.posed.question.number, str(first.place),
                f"The convention says {not_said(row.id, sheet.run)}, but the text never does. Here {row.chosen(sheet.run)}; "
                f"{_told(case, found)}.", _OWN if own else _ALONE,
                f"Say so in the `ask` of question {first.posed.question.number}." if own else _STATE,
            )


def told_otherwise(case: Case) -> Iterator[Finding]:
    """The text says something else than the convention does, and answers hang on it; of each thing the first."""
    for row in DIMENSIONS:
        sheet, found = _first_aside(case, row, Standing.AGAINST)
        if sheet is not None and found:
            first = found[0].changes[0]
            here, said = (words.partition(" (")[0] for words in (row.chosen(sheet.run), found[0].readings[0].words))
            yield Finding(
                "told-otherwise", case.convention_pos(_KEYS[row.id]), first.posed.question.number, str(first.place),
                f"The text says that {said}, but here {here}. Read as it says, "
                f"{_listed(found[0].changes, len(case.problem.questions) > 1)}.",
                "Right work would be marked wrong.", _mended(row.id, found[0].readings[0], sheet),
            )


def _mended(dimension: str, reading: Reading, sheet: Sheet) -> str:
    run = sheet.run
    convention = reading.change(run.convention)
    match dimension:
        case "ties":
            written = f"`ties: {convention.ties}`"
        case "carry":
            written = f"`carry: {'true' if convention.carry else 'false'}`"
        case _:
            written = f"`round: {{{', '.join(f'{name}: {places}' for name, places in convention.round)}}}`"
    return f"Under `convention:` write {written}, or mend the text."


def _first_aside(case: Case, row: Dimension, standing: Standing) -> tuple[Sheet | None, tuple[Parting, ...]]:
    """The first sheet of which this is so and answers part, with the readings under which they do."""
    for sheet in case.sheets:
        if row.standing(case, sheet.run) is standing and (found := asides(case, sheet, row)):
            return sheet, found
    return None, ()


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
