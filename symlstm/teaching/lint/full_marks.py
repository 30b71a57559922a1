"""Misconceptions with full marks: what changes what a student writes down, and no answer.

In comes a case; out come findings. What somebody with a misconception hands in is derived, step by step until it differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from symlstm.arithmetic.real import Undecided, working_precision
from symlstm.checking.scenario import Scenario
from symlstm.derivation.derive import step_otherwise
from symlstm.derivation.trace import Computed, Trace
from symlstm.errors import SymlstmError
from symlstm.model.problem import Run
from symlstm.notation.places import Place
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import Name
from symlstm.teaching.asked import Mistake, Sheet, mistakes
from symlstm.teaching.lint.case import Case, apart
from symlstm.teaching.lint.finding import Finding, named
from symlstm.teaching.lint.idle import never_matter
from symlstm.teaching.lint.naming import CODES

CONCEPTS = (
    "tanh-left-off", "gates-rounded", "gates-swapped", "forget-gate-left-out", "memory-left-out", "gate-ignored", "gate-complemented",
    "reset-left-out", "reset-misplaced", "state-too-early", "state-too-late", "input-of-wrong-step", "biases-dropped", "sign-lost",
    "tanh-for-sigmoid", "sigmoid-for-tanh", "matrix-transposed", "matrix-elementwise", "stack-turned", "rows-reordered",
)
"""The misconceptions that any problem should tell apart where its author names none, the most important first: those about the whole
cell, not about how numbers are rounded, nor about a single term, which may be of no account by design."""
assert set(CONCEPTS) <= set(CODES)

_MOST_SHOWN = 3
_BEYOND_SHOW = 8
"""Decimals beyond those shown to which numbers are compared that go on into later steps."""
_FEW = 2
"""Steps after which most misconceptions show."""

_Probe: TypeAlias = tuple[Sheet, int]
"""A sheet, and the last step to look at."""


@dataclass(frozen=True, slots=True)
class _Hidden:
    """A misconception at work that no answer shows, and the places (or unrounded values) at which it would be seen."""

    mistake: Mistake
    seen: tuple[tuple[int, Place], ...]
    """Sheets, by index, and places; empty where nothing in the whole derivation shows it."""


def full_marks(case: Case) -> Iterator[Finding]:
    """Misconceptions that change what a student writes down and no answer: those that the author lists, or else the important ones."""
    if not case.sheets or len(case.sheets) < len(case.desk.asking):
        return
    listed = tuple(dict.fromkeys(scalar.text for scalar in case.front.misconceptions if scalar.text in CODES))
    codes = listed or CONCEPTS
    ways: dict[str, list[_Hidden | None]] = {code: [] for code in codes}
    probes = _probes(case)
    never = set() if listed else set(never_matter(case))
    for mistake in mistakes(case.desk, codes):
        if never & {str(fact) for mutant in mistake.mutants.values() for fact in mutant.mutation.facts.values()}:
            continue
        ways[mistake.row.code].append(_hidden(case, mistake, probes))
    visible = {code: [way for way in found if way is None or way.seen] for code, found in ways.items()}
    hidden = [way for code in codes for way in visible[code] if way is not None]
    absent = [code for code in listed if not visible[code]]
    if hidden:
        yield _hidden_finding(case, hidden, bool(listed))
    if absent:
        yield _absent_finding(case, absent)


def _hidden(case: Case, mistake: Mistake, probes: list[_Probe]) -> _Hidden | None:
    """None where some answer shows the misconception; otherwise where it would be seen. The probe that showed the last one is tried
    first: most misconceptions show at the same few steps."""
    changing = [sheet for sheet in case.sheets if id(sheet) in mistake.mutants]
    if all(_changes_nothing(case, sheet, mistake.mutants[id(sheet)].scenario.run) for sheet in changing):
        return _Hidden(mistake, ())
    short = next((probe for probe in probes if probe[1] < probe[0].run.last and id(probe[0]) in mistake.mutants), None)
    whole = [probe for probe in probes if probe[1] == probe[0].run.last and id(probe[0]) in mistake.mutants]
    for probe in whole if short is None else [short, *whole]:
        sheet, until = probe
        scenario = mistake.mutants[id(sheet)].scenario
        if probe is short:
            scenario = Scenario(case.desk.workshop, scenario.run, until=until)
        if case.shows(sheet, scenario, until):
            probes.remove(probe)
            # A sheet that showed something is the better one, short or whole.
            probes.sort(key=lambda other: other[0] is not sheet)
            probes.insert(0, probe)
            return None
    seen: list[tuple[int, Place]] = []
    for k, sheet in enumerate(case.sheets):
        if sheet in changing:
            concerned = _concerned(sheet)
            places = _seen(case.desk.trace(sheet), mistake.mutants[id(sheet)].scenario.trace)
            seen += [(k, place) for place in places if place.name in concerned]
    return _Hidden(mistake, tuple(seen))


def _changes_nothing(case: Case, sheet: Sheet, run: Run) -> bool:
    """Whether each equation that a misconception changes gives at every step what the right one gives, such as without a term that is
    zero: then so does the whole derivation, and it needn't be made."""
    if run.timed is not sheet.run.timed or run.convention is not sheet.run.convention:
        return False
    base = case.desk.trace(sheet)
    own = sheet.run.cell.by_name
    same_data = run.parameters is sheet.run.parameters
    programs = case.desk.workshop.programs.of(run)
    places = run.convention.show + _BEYOND_SHOW
    with working_precision(base.bits):
        for name, program in programs.items():
            if program.equation is own[name] and same_data:
                continue
            for time, found in base.computed.get(name, {}).items():
                try:
                    other = step_otherwise(base, run, program, time)
                except (SymlstmError, Undecided):
                    return False
                if other is None or apart(found.unrounded, other.unrounded, places) or apart(found.carried, other.carried, places):
                    return False
    return programs.keys() == base.programs.keys()


def _probes(case: Case) -> list[_Probe]:
    """The sheets up to a few steps, and whole."""
    short = [(sheet, sheet.run.first + _FEW - 1) for sheet in case.sheets if len(sheet.run.steps) > _FEW]
    return [*short, *((sheet, sheet.run.last) for sheet in case.sheets)]


def _concerned(sheet: Sheet) -> set[Name]:
    """The symbols that are asked for and all that they are made of."""
    names = {place.name for place in sheet.places}
    left = list(names)
    while left:
        equation = sheet.run.cell.by_name.get(left.pop())
        read = {s.name for s in symbols_in(equation.right) if s.at is not None} - names if equation else set()
        names |= read
        left += read
    return names


def _seen(base: Trace, other: Trace) -> Iterator[Place]:
    """Where two derivations are seen to differ: places by what is displayed, or else by the value before its rounding."""
    for place in base.places():
        here, there = _computed(base, place), _computed(other, place)
        if here is None or there is None:
            continue
        show = base.run.convention.show
        if apart(here.displayed, there.displayed, show):
            yield place
        elif apart(here.unrounded, there.unrounded, show):
            yield Place(place.name, place.time, rung="definition")


def _computed(trace: Trace, place: Place) -> Computed | None:
    assert place.time is not None
    return trace.step(place.name, place.time)


def _hidden_finding(case: Case, hidden: list[_Hidden], listed: bool) -> Finding:
    said = list(dict.fromkeys(f"{way.mistake.words.rstrip('.')} ({way.mistake.row.code})" for way in hidden))
    codes = list(dict.fromkeys(way.mistake.row.code for way in hidden))
    more = f"; and {len(said) - _MOST_SHOWN} more" if len(said) > _MOST_SHOWN else ""
    (index, place), *others = _cover([way.seen for way in hidden])
    asked: dict[int, list[str]] = {}
    for k, at in ((index, place), *others):
        asked.setdefault(case.sheets[k].finds[-1].question.number, []).append(str(at))
    adding = " and ".join(f"{', '.join(places)} to the `find` of question {number}" for number, places in asked.items())
    unlisted = "" if listed else "; or list under `misconceptions:` those that matter to you, and no others are looked at"
    return Finding(
        "full-marks", case.key_pos("misconceptions"), None, codes[0],
        f"Students with {'this misconception get' if len(said) == 1 else 'these misconceptions get'} full marks: "
        f"{'; '.join(said[:_MOST_SHOWN])}{more}.",
        "The questions don't test what they should: a wrong idea is confirmed.", f"Add {adding}{unlisted}.",
    )


def _cover(wanted: Iterable[tuple[tuple[int, Place], ...]]) -> list[tuple[int, Place]]:
    """Few places such that at least one of each group is among them: always the one that is in most of those left over. Values before
    their rounding are chosen only where something shows in no other."""
    left = [set(group) for group in wanted]
    if all(any(not place.rung for _, place in group) for group in left):
        left = [{at for at in group if not at[1].rung} for group in left]
    order = list(dict.fromkeys(at for group in left for at in sorted(group, key=_preferred)))
    out = []
    while left:
        best = max(order, key=lambda at: (sum(at in group for group in left), not at[1].rung))
        out.append(best)
        left = [group for group in left if best not in group]
    return out


def _preferred(at: tuple[int, Place]) -> tuple[bool, int, int, str]:
    index, place = at
    return bool(place.rung), index, place.time or 0, str(place.name)


def _absent_finding(case: Case, absent: list[str]) -> Finding:
    be = "is" if len(absent) == 1 else "are"
    changes = "changes" if len(absent) == 1 else "change"
    return Finding(
        "full-marks", next(scalar.pos for scalar in case.front.misconceptions if scalar.text == absent[0]), None, absent[0],
        f"{named(absent)} {be} listed under `misconceptions:`, but {changes} nothing in this problem.",
        "The questions don't test what they should.",
        f"Leave {named(absent)} out of the list, or choose numbers by which {'it shows' if be == 'is' else 'they show'}.",
    )
