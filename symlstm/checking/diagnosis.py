"""Which misconceptions explain the slips of a piece of work: those under which the derivation gives the student's numbers.

In come a run, the judgements, and what the judge derived; out go diagnoses, the best first, those that can't be told apart tied.
A misconception held throughout must give every number stated; one of a single line must give that line. No diagnosis is better than
a wrong one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.decimals import decimals
from symlstm.arithmetic.real import NumberError, Real, Undecided, working_precision
from symlstm.arithmetic.value import Value
from symlstm.checking.fitting import fit
from symlstm.checking.judgement import Judgement
from symlstm.checking.judging import Judge
from symlstm.checking.misconceptions import MISCONCEPTIONS
from symlstm.checking.mutations import Mutation
from symlstm.checking.numerals import Written, agreement, agreements, literal
from symlstm.checking.scenario import Mutant, Scenario
from symlstm.derivation.derive import step_otherwise
from symlstm.derivation.evaluate import entries_at
from symlstm.derivation.program import Program
from symlstm.errors import SymlstmError
from symlstm.notation.places import Place
from symlstm.notation.symbols import symbols_in

MOST_NAMED = 4
"""Diagnoses that are named; where more fit equally well, the work tells too little to name one."""
_TELLING = 4
"""Significant digits of the wrong numbers of a line from which on one line is enough: about two hundred changes are tried."""
_LONG = 50
"""Steps beyond which a misconception is first derived up to the slip only."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A misconception that explains places of the work."""

    code: str
    words: str
    hint: str
    explains: tuple[Place, ...]
    tied_with: tuple[str, ...] = ()
    tells: str = ""
    """Which place would tell it from those it is tied with; empty where none is known."""


@dataclass(frozen=True, slots=True)
class _Stated:
    """A number stated for a place."""

    place: Place
    numbers: tuple[Written, ...]
    right: bool
    follows: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    code: str
    words: str
    hint: str
    throughout: bool
    explains: frozenset[Place]
    rank: int
    strength: int = 1
    """Lines that aren't right and that it gives, less the right ones that it doesn't."""
    scenario: Scenario | None = None
    exact: int = 0
    """Numbers that it gives, and not only something that rounds to so few digits."""


def diagnose(judge: Judge, judgements: Sequence[Judgement]) -> tuple[Diagnosis, ...]:
    """The misconceptions that explain what isn't right in the work, the best first; none where none fits."""
    first = _first(judgements)
    if first is None:
        return ()
    stated = list(_stated(judgements))
    with working_precision(max(128, judge.base.trace.bits)):
        found = list(_candidates(judge, judgements, first, stated))
        best = _best(found)
        return _tied(best, judge, first)


def _first(judgements: Sequence[Judgement]) -> Judgement | None:
    """The slip to explain: the first that changes a value, or the first number that isn't the convention's."""
    slips = [j for j in judgements if j.verdict == "slip" and j.value == "wrong" and j.member.kind == "member" and _timed(j)]
    for j in slips:
        if j.changes:
            return j
    if slips:
        return slips[0]
    last = {j.member.place: j for j in judgements if _timed(j) and j.value is not None}
    return next((j for j in last.values() if j.value == "rounding" and j.rule_id.partition("-")[0] not in _HARMLESS), None)


_HARMLESS = ("way", "values", "cut")
"""Families of rules that are no misconception: numbers rounded on the way."""


def _timed(judgement: Judgement) -> bool:
    return judgement.member.place is not None and judgement.member.place.time is not None


def _stated(judgements: Iterable[Judgement]) -> Iterator[_Stated]:
    last: dict[Place, _Stated] = {}
    for j in judgements:
        place, numbers = j.member.place, j.member.numbers
        if place is not None and place.time is not None and numbers is not None and j.value is not None:
            last[place] = _Stated(place, numbers, j.value == "right", j.verdict == "follows")
    yield from last.values()


# -- candidates ---


@dataclass(frozen=True, slots=True)
class _Case:
    """What is to be explained, and what misconceptions are held against."""

    judge: Judge
    first: Judgement
    lines: Sequence[Judgement]
    """All that say something of a place at a step."""
    stated: Sequence[_Stated]
    wrong: Sequence[_Stated]
    follow: Scenario
    """The derivation with the student's own values before the first slip."""

    @property
    def place(self) -> Place:
        """The place of the first slip."""
        place = self.first.member.place
        assert place is not None
        return place

    @property
    def following(self) -> frozenset[Place]:
        """The place of the first slip and those that follow from it."""
        return frozenset([self.place, *(s.place for s in self.wrong if s.follows)])


def _candidates(
    judge: Judge, judgements: Sequence[Judgement], first: Judgement, stated: Sequence[_Stated]
) -> Iterator[_Candidate]:
    place = first.member.place
    assert place is not None and place.time is not None
    own = {p: v for p, v in judge.ledger.own.items() if p.whole != place.whole and _before(p, place, judge)}
    lines = [j for j in judgements if j.value is not None and _timed(j) and j.member.tree is not None and j.member.kind == "member"]
    case = _Case(judge, first, lines, stated, [s for s in stated if not s.right], judge.scenario_with(own))
    for mutant in judge.workshop.mutants(judge.run):
        try:
            found = _candidate(mutant, case)
        except (SymlstmError, Undecided):
            continue  # a change under which these numbers can't be computed explains none of them
        if found is not None:
            yield found
    yield from _copied(case)
    yield from _shifted(case)


def _candidate(mutant: Mutant, case: _Case) -> _Candidate | None:
    """A misconception, if it gives the first slip: throughout where it gives all that is stated, once where it gives this line."""
    row, rank, mutation, place, judge = mutant.row, mutant.rank, mutant.mutation, case.place, case.judge
    facts = dict(mutation.facts)
    code = ":".join([row.code, *(facts[key] for key in sorted(facts))])
    words, hint = row.words.format(**facts), row.hint.format(**facts)
    names = {str(s.place.name) for s in case.stated}
    if row.seen and facts.get("a") not in names and len(names) < 2:
        return None
    whole = mutant.scenario
    early = Scenario(judge.workshop, mutation.run, until=place.time) if len(judge.run.steps) > _LONG else whole
    gives = _gives(early, case.first, judge.show, row.unrounded)
    if not gives and not (_informative(case.first) and _once(mutation, case, case.first)):
        return None
    if gives:
        agree = [whole.states(s.place, s.numbers, row.unrounded or (s.right and _rounds(judge, s.place))) for s in case.stated]
        if all(agree):
            explains = frozenset(s.place for s in case.wrong) or frozenset([place])
            return _Candidate(code, words, hint, True, explains, rank, len(case.lines), whole, agree.count("right"))
    if not _informative(case.first):
        return None
    strength = sum(_weight(line, mutant, case) for line in case.lines)
    if strength <= 0:
        return None
    return _Candidate(code, words, hint, False, case.following, rank, strength)


def _weight(line: Judgement, mutant: Mutant, case: _Case) -> int:
    """What a line says for a misconception of one line: another slip that it gives too speaks for it, one that it doesn't give against
    it, and so does a right line of the same step that it would have made wrong."""
    if line is case.first:
        return 1
    unrounded = mutant.row.unrounded or (line.value == "right" and _rounds(case.judge, line.member.place))
    given = _gives(mutant.scenario, line, case.judge.show, unrounded)
    if line.verdict == "slip" and line.value == "wrong":
        return 1 if given or _once(mutant.mutation, case, line) is True else -1
    if line.value == "right" and line.member.place is not None and line.member.place.time == case.place.time and not given:
        return -1 if _once(mutant.mutation, case, line) is False else 0
    return 1 if given and line.value != "right" else 0


def _rounds(judge: Judge, place: Place | None) -> bool:
    """Whether the problem itself rounds a place, so that its value may be stated unrounded on the way."""
    program = judge.base.trace.programs.get(place.name) if place is not None else None
    return program is not None and program.places is not None


def _before(place: Place, other: Place, judge: Judge) -> bool:
    """Whether a place comes before another in the derivation."""
    assert place.time is not None and other.time is not None
    order = list(judge.base.trace.programs)
    if place.time != other.time or place.name not in order or other.name not in order:
        return place.time <= other.time
    return order.index(place.name) < order.index(other.name)


def _informative(first: Judgement) -> bool:
    """Whether a line says enough to explain it by itself: an expression, or more wrong digits than changes give by chance."""
    numbers = first.member.numbers
    if numbers is None:
        return True
    wrong = [n for n, entry in zip(numbers, first.entries) if entry == "wrong"] if len(numbers) == len(first.entries) else numbers
    return sum(n.significant for n in wrong) >= _TELLING


def _gives(scenario: Scenario, judgement: Judgement, show: int, unrounded: bool) -> bool:
    """Whether a derivation gives a line: its number, before its rounding too if `unrounded`, or all operands of its expression."""
    place, tree = judgement.member.place, judgement.member.tree
    assert place is not None and tree is not None
    numbers = literal(tree)
    if numbers is not None:
        return bool(scenario.states(place, numbers, unrounded or judgement.member.working))
    annotated = scenario.annotated(place.whole)
    return annotated is not None and fit(tree, annotated, annotated.part(place.entry), show, {}) == ()


def _once(mutation: Mutation, case: _Case, line: Judgement) -> bool | None:
    """Whether the changed equation gives this line from the values that went before it; None where nothing is changed for it."""
    judge = case.judge
    place, tree = line.member.place, line.member.tree
    assert place is not None and place.time is not None and tree is not None
    numbers = literal(tree)
    program = judge.workshop.programs.of(mutation.run).get(place.name)
    base = judge.base.trace.programs.get(place.name)
    if program is None or base is None or not _touched(mutation, judge, program, base, place):
        return None
    if numbers is None:
        annotated = case.follow.otherwise(mutation.run, program, place)
        return annotated is not None and fit(tree, annotated, annotated.part(place.entry), judge.show, {}) == ()
    made = step_otherwise(case.follow.trace, mutation.run, program, place.time)
    if made is None:
        return False
    values = [made.displayed]
    if program.places is not None and base.places is not None:
        values.append(made.unrounded)
    return any(agreements(numbers, entries_at(value, place.entry), judge.show) for value in values)


def _touched(mutation: Mutation, judge: Judge, program: Program, base: Program, place: Place) -> bool:
    """Whether a mutation changes the equation of a place, its convention, or a datum that it reads."""
    assert place.time is not None
    if program.equation is not base.equation or program.threshold != base.threshold or program.places != base.places:
        return True
    if mutation.run.convention.ties != judge.run.convention.ties and program.places is not None:
        return True
    read = {s.name for s in symbols_in(program.equation.right) if s.at is None}
    ours, theirs = judge.run, mutation.run
    if any(theirs.parameters.get(name) is not ours.parameters.get(name) for name in read):
        return True
    ats = [(o.name, place.time + o.offset) for o in program.operands]
    return theirs.timed is not ours.timed and any(theirs.timed.get(at) is not ours.timed.get(at) for at in ats)


# -- digits ---


_DIGIT_WORDS = {
    "digits-transposed": ("Two neighbouring digits are exchanged.", "Compare the digits with the line before, one by one."),
    "digit-miscopied": ("One digit is miscopied.", "Compare the digits with the line before, one by one."),
    "sign-lost": ("The sign is the other one: a minus sign is lost, or one too many.", "Compare the signs with the line before."),
}


def _copied(case: _Case) -> Iterator[_Candidate]:
    """A slip of the pen: the number that follows here, with a digit or sign that isn't its own."""
    for number, x in _pairs(case):
        kind = slip_of_the_pen(number, x)
        if kind:
            words, hint = _DIGIT_WORDS[kind]
            yield _Candidate(kind, words, hint, False, case.following, len(MISCONCEPTIONS))
            return


def _shifted(case: _Case) -> Iterator[_Candidate]:
    """Right values at the step before or after their own: a list that begins with the initial state, or one short at its front."""
    place, judge = case.place, case.judge
    own = [s for s in case.stated if s.place.name == place.name and s.place.time is not None]
    for shift, words in ((-1, "one step late: each is that of the step before"), (1, "one step early: each is that of the next step")):
        moved = [(s, judge.base.trace.displayed(Place(s.place.name, (s.place.time or 0) + shift))) for s in own]
        known = [(s, value) for s, value in moved if value is not None]
        agree = [agreements(s.numbers, entries_at(value, s.place.entry), judge.show) for s, value in known]
        if len(known) >= max(2, len(own) - 1) and any(s.place == place for s, _ in known) and all(agree) and (
            all(s.place.name == place.name for s in case.wrong)
        ):
            yield _Candidate(
                "answers-shifted", f"The values of {place.name} are {words}.",
                f"Which step does the first value of {place.name} belong to?", True, frozenset(s.place for s in case.wrong),
                len(MISCONCEPTIONS), len(own), None, len(own) - agree.count("rounding"),
            )


def _pairs(case: _Case) -> Iterator[tuple[Written, Real]]:
    """The wrong numbers of a line, each with the value that belongs there."""
    first, place, show = case.first, case.place, case.judge.show
    assert first.member.tree is not None
    numbers = literal(first.member.tree)
    scenario = first.scenario or case.judge.base
    if numbers is not None:
        found = scenario.found(place.whole)
        if found is None:
            return
        for value in (found.displayed, found.unrounded):
            yield from _only_wrong(numbers, entries_at(value, place.entry), show)
        return
    annotated = scenario.annotated(place.whole)
    wrong = [d for d in first.differences if d.kind in ("operand", "result")]
    if annotated is None or len(wrong) != 1 or wrong[0].found is None or wrong[0].part is None:
        return
    written_numbers = literal(wrong[0].found)
    if written_numbers is None:
        return
    try:
        entries = values_of.entries(annotated.worth(wrong[0].part))
    except (KeyError, NumberError, SymlstmError):
        return  # it has no value that a number could have been copied from
    yield from _only_wrong(written_numbers, entries, show)


def _only_wrong(numbers: Sequence[Written], entries: Sequence[Real], show: int) -> Iterator[tuple[Written, Real]]:
    """The number that doesn't agree with its value, where it is the only one."""
    if len(entries) == len(numbers):
        pairs = [(n, x) for n, x in zip(numbers, entries) if not agreement(n, x, show)]
        if len(pairs) == 1:
            yield pairs[0]


def slip_of_the_pen(number: Written, x: Real) -> str:
    """Which slip of the pen makes a number of a value: its code, or nothing.

    >>> from fractions import Fraction
    >>> from flint import fmpq
    >>> from symlstm.checking.numerals import written
    >>> from symlstm.notation.tree import Numeral
    >>> [slip_of_the_pen(written(Numeral(text, Fraction(text))), fmpq(832, 1000)) for text in ("0.822", "0.382", "-0.832", "0.9")]
    ['digit-miscopied', 'digits-transposed', 'sign-lost', '']
    """
    if number.decimals is None or number.decimals < 0:
        return ""
    try:
        true = decimals(x, number.decimals)
    except (Undecided, NumberError):
        return ""
    mine = decimals(number.value, number.decimals)
    if mine.lstrip("-") == true.lstrip("-"):
        return "sign-lost" if mine != true else ""
    if len(mine) != len(true) or mine.startswith("-") != true.startswith("-"):
        return ""
    differing = [k for k, (a, b) in enumerate(zip(mine, true)) if a != b]
    digits = len(true.strip("-").replace(".", "").lstrip("0"))
    if len(differing) == 1 and digits >= 3:
        return "digit-miscopied"
    if len(differing) == 2 and differing[1] - differing[0] == 1 and digits >= 2:
        a, b = differing
        if mine[a] == true[b] and mine[b] == true[a]:
            return "digits-transposed"
    return ""


# -- the best ---


def _best(found: Sequence[_Candidate]) -> list[_Candidate]:
    """The candidates that explain the most; among equals those that hold throughout, each code once."""
    if not found:
        return []
    throughout = [c for c in found if c.throughout]
    pool = throughout or list(found)
    most = max((c.strength, len(c.explains), c.exact) for c in pool)
    chosen: dict[str, _Candidate] = {}
    for candidate in sorted((c for c in pool if (c.strength, len(c.explains), c.exact) == most), key=lambda c: c.rank):
        chosen.setdefault(candidate.code, candidate)
    return list(chosen.values())


def _tied(best: list[_Candidate], judge: Judge, first: Judgement) -> tuple[Diagnosis, ...]:
    if len(best) > MOST_NAMED:
        return ()
    tells = _telling(best, first, judge.show) if len(best) > 1 else ""
    order = {name: k for k, name in enumerate(judge.base.trace.programs)}
    return tuple(
        Diagnosis(
            c.code, c.words, c.hint, tuple(sorted(c.explains, key=lambda p: (p.time or 0, order.get(p.name, 0), p.entry or 0))),
            tuple(other.code for other in best if other is not c), tells,
        )
        for c in best
    )


def _shown(value: Value | None, show: int) -> str:
    return "" if value is None else ", ".join(decimals(x, show) for x in values_of.entries(value))


def _telling(best: Sequence[_Candidate], first: Judgement, show: int) -> str:
    """A place, near the slip, whose value is another under each of the tied misconceptions."""
    scenarios = [c.scenario for c in best]
    if any(s is None for s in scenarios):
        return ""
    slip = first.member.place
    assert slip is not None and slip.time is not None
    traces = [s.trace for s in scenarios if s is not None]
    places = sorted(traces[0].places(), key=lambda p: abs((p.time or 0) - (slip.time or 0)))
    for place in places:
        values = [_shown(trace.displayed(place), show) for trace in traces]
        if len(set(values)) > 1 and (len(set(values)) == len(values) or len(values) > 2):
            return str(place)
    return ""
