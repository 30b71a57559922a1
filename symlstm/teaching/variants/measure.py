"""What the original problem is like, for its variants to be like it: margins, kinds of lines, what its questions change.

In comes a problem with the misconceptions that its variants must tell apart, out goes a `Measure`. What a candidate must fulfil is
decided by `acceptance`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from flint import fmpq

from symlstm.arithmetic.real import is_exact, working_precision
from symlstm.arithmetic.rounding import round_to
from symlstm.arithmetic.value import Value, entries
from symlstm.checking.misconceptions import MISCONCEPTIONS
from symlstm.checking.scenario import Workshop
from symlstm.derivation.trace import Computed, Trace
from symlstm.errors import DocumentError, Source
from symlstm.model.fields import nearest_or_all
from symlstm.model.problem import Problem, Run
from symlstm.model.yaml_text import Scalar
from symlstm.notation.tree import Name
from symlstm.teaching.asked import Desk, under_misconceptions
from symlstm.teaching.variants.cells import Key, runs_of
from symlstm.teaching.variants.remarks import Claim

NEAREST = fmpq(1, 20)
"""Of a unit in the last place: how near a rounded line may come to a tie, unless the original comes nearer."""
KINDS = ("saturated", "rounded", "plain")


@dataclass(frozen=True)
class Measure:
    """What the original problem is like, for its variants to be like it."""

    margins: Mapping[Name, fmpq]
    """For each symbol that is rounded, how near one of its lines may come to a tie, in units of its last place."""
    ties: frozenset[Name]
    """Symbols of which a line is exactly a tie."""
    shares: tuple[tuple[float, ...], ...]
    """For each sheet, of the kinds the share of its lines."""
    various: frozenset[int]
    """Questions that ask for several values, which aren't all equal."""
    told_apart: Mapping[str, frozenset[Way]]
    """For each misconception that variants must tell apart, the ways of it that the original tells apart."""
    claims: tuple[Claim, ...]
    """What the text says of the numbers."""
    changed: tuple[frozenset[Key], ...]
    """For each two runs one after the other, the values that differ."""


Way: TypeAlias = tuple[str, int]
"""A way in which a misconception is at work: its words, and which it is of those with the same words."""


def _lines(trace: Trace) -> Iterator[tuple[Name, Computed]]:
    for name, computed in trace.computed.items():
        yield from ((name, found) for found in computed.values())


def margins_of(trace: Trace) -> Iterator[tuple[Name, fmpq, bool]]:
    """For each rounded number that loses digits: its symbol, a lower bound of its distance to the nearest tie in units of its
    last place, and whether it is exactly a tie."""
    ties = trace.run.convention.ties
    with working_precision(trace.bits):
        for name, found in _lines(trace):
            places = trace.programs[name].places
            if places is None:
                continue
            for x in entries(found.unrounded):
                result = round_to(x, places, ties)
                if is_exact(x) and x == result.value:
                    continue
                margin = result.margin if isinstance(result.margin, fmpq) else result.margin.abs_lower().mid().fmpq()
                yield name, margin * 10**places, result.tie


def shares_of(trace: Trace) -> tuple[float, ...]:
    """The shares of the lines that are saturated, that lose digits by rounding, and that do neither."""
    counts = dict.fromkeys(KINDS, 0)
    lines = 0
    for name, found in _lines(trace):
        lines += 1
        rounded = trace.programs[name].places is not None and not _kept(found)
        counts["saturated"] += bool(found.fired)
        counts["rounded"] += rounded
        counts["plain"] += not rounded and not found.fired
    return tuple(counts[kind] / max(lines, 1) for kind in KINDS)


def _kept(found: Computed) -> bool:
    """Whether rounding loses no digit."""
    return all(is_exact(x) and x == y for x, y in zip(entries(found.unrounded), entries(found.displayed)))


def measured(problem: Problem, codes: tuple[Scalar, ...], workshop: Workshop, claims: tuple[Claim, ...] = ()) -> Measure:
    """What the original problem is like.

    Raises `DocumentError` for a misconception that isn't known, or that nothing could tell apart.
    """
    desk = Desk(problem, workshop)
    margins: dict[Name, fmpq] = {}
    ties = set()
    shares = []
    for sheet in desk.asking:
        trace = desk.trace(sheet)
        shares.append(shares_of(trace))
        for name, margin, tie in margins_of(trace):
            if tie:
                ties.add(name)
            else:
                margins[name] = min(margin, margins.get(name, NEAREST))
    various = frozenset(answer.question for answer in desk.found if len({said for _, said in answer.items}) > 1)
    return Measure(margins, frozenset(ties), tuple(shares), various, _told_apart_by(problem, codes, desk),
                   claims, _changes_of(problem))


def _changes_of(problem: Problem) -> tuple[frozenset[Key], ...]:
    """For each two runs one after the other, the values that differ."""
    return tuple(
        frozenset(key for run in pair for key in (*((name, None) for name in run.parameters), *run.timed)
                  if given_in(pair[0], key) != given_in(pair[1], key))
        for pair in pairwise(runs_of(problem))
    )


def _told_apart_by(problem: Problem, codes: tuple[Scalar, ...], desk: Desk) -> dict[str, frozenset[Way]]:
    source: Source = problem.source
    known = [row.code for row in MISCONCEPTIONS]
    for code in codes:
        if code.text not in known:
            near = nearest_or_all(code.text, known)[:300]
            raise DocumentError(f"no misconception is called {code.text}{near}", source, code.pos)
    if codes and not desk.asking:
        raise DocumentError(
            "no question asks for values, so that variants can't tell misconceptions apart; leave `misconceptions` out", source,
            codes[0].pos,
        )
    told: dict[str, set[Way]] = {code.text: set() for code in codes}
    at_work = set()
    for name, way, shown in ways_of(desk, tuple(told)):
        at_work.add(name)
        if shown:
            told[name].add(way)
    for code in codes:
        if code.text not in at_work:
            raise DocumentError(
                f"the misconception {code.text} changes nothing in this problem, whatever its numbers are; take it off the list",
                source, code.pos,
            )
    return {name: frozenset(ways) for name, ways in told.items()}


def given_in(run: Run, key: Key) -> Value | None:
    """What a run gives for a parameter or a symbol at a time, if it does."""
    name, time = key
    given = run.parameters.get(name) if time is None else run.timed.get((name, time))
    return None if given is None else given.value


def ways_of(desk: Desk, codes: tuple[str, ...]) -> Iterator[tuple[str, Way, bool]]:
    """Every way in which misconceptions are at work, and whether some answer shows it."""
    counts: Counter[tuple[str, str]] = Counter()
    for mistaken in under_misconceptions(desk.problem, codes, desk=desk):
        counts[mistaken.code, mistaken.words] += 1
        yield mistaken.code, (mistaken.words, counts[mistaken.code, mistaken.words]), mistaken.answers != desk.found
