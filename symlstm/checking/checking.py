"""Checking a piece of work: judgements in order, the first slip, what follows from it, the score, the diagnoses.

In come a problem and a student's work, out goes `Checked`, data only. One short function does it: read, judge, diagnose, score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from symlstm.arithmetic.real import Undecided
from symlstm.checking.diagnosis import Diagnosis, diagnose
from symlstm.checking.judgement import Judgement
from symlstm.checking.judging import Judge
from symlstm.checking.numerals import Written
from symlstm.checking.reading import own_run, read_work, vocabularies_of
from symlstm.checking.scenario import Workshop
from symlstm.checking.score import Score, score_of
from symlstm.checking.work import Member, Work
from symlstm.derivation.work import same_data
from symlstm.errors import Source, SymlstmError
from symlstm.model.problem import Posed, Problem, Run
from symlstm.notation.places import Place


@dataclass(frozen=True)
class Marked:
    """The work on one run of data: the questions that share it, its judge, its judgements in the order of the work."""

    run: Run
    posed: tuple[Posed, ...]
    judge: Judge
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True)
class Checked:
    """A piece of work, judged."""

    problem: Problem
    work: Work
    marked: tuple[Marked, ...]
    judgements: tuple[Judgement, ...]
    """All judgements in the order of the work."""
    score: Score
    diagnoses: tuple[Diagnosis, ...] = ()
    """The misconceptions that explain the first slip, the best first."""

    @property
    def first_slip(self) -> Judgement | None:
        """The first slip that changes a value; where there is none, the first."""
        slips = [j for j in self.judgements if j.verdict == "slip"]
        return next((j for j in slips if j.changes), slips[0] if slips else None)

    @property
    def clean(self) -> bool:
        """Whether something was said, and every line that says something is right."""
        said = [j for j in self.judgements if j.verdict != "other"]
        return bool(said) and all(j.verdict == "right" for j in said)


def check_work(
    problem: Problem, source: Source, *, question: int | None = None, comma: bool = False, diagnosing: bool = True
) -> Checked:
    """Judge a piece of work; `diagnosing` says whether misconceptions are sought too."""
    workshop = _workshop(problem)
    work = read_work(source, problem, question=question, comma=comma, vocabularies=workshop.vocabularies)
    runs: list[tuple[Run, list[Posed], list[int]]] = []
    of_question: dict[int | None, Run] = {}
    for number, member in enumerate(work.members):
        if member.question not in of_question:
            of_question[member.question] = _run_of(problem, member)
        run = of_question[member.question]
        group = next((g for g in runs if g[0] is run), None)
        if group is None:
            group = (run, [p for p in problem.questions if same_data(p.run, run)], [])
            runs.append(group)
        group[2].append(number)
    marked: list[Marked] = []
    by_number: dict[int, Judgement] = {}
    for run, posed, numbers in runs:
        judge = Judge(run, workshop, _claims(work.members, numbers))
        later = _restated(work.members, numbers)
        for number in numbers:
            judge.ledger.aliases |= {name: tree for at, name, tree in work.aliases if at <= number}
            by_number[number] = _judged(judge, work.members[number], by_number, number in later)
        _settle_changes(numbers, by_number)
        marked.append(Marked(run, tuple(posed), judge, tuple(by_number[n] for n in numbers)))
    judgements = tuple(by_number[n] for n in sorted(by_number))
    diagnoses = _diagnoses(marked) if diagnosing else ()
    return Checked(problem, work, tuple(marked), judgements, score_of(problem, marked, question), diagnoses)


_KEPT = 4
_workshops: list[tuple[Problem, Workshop]] = []


def _workshop(problem: Problem) -> Workshop:
    """What is shared by all work on a problem; kept for the last few problems, since a class hands in one after the other."""
    for known, workshop in _workshops:
        if known is problem:
            return workshop
    del _workshops[: max(0, len(_workshops) - _KEPT + 1)]
    _workshops.append((problem, Workshop(vocabularies_of(problem))))
    return _workshops[-1][1]


def _diagnoses(marked: Sequence[Marked]) -> tuple[Diagnosis, ...]:
    """What explains the work on the first data in which something is to be explained."""
    return next((found for m in marked if (found := diagnose(m.judge, m.judgements))), ())


def _judged(judge: Judge, member: Member, before: dict[int, Judgement], restated: bool) -> Judgement:
    """The judgement on a member; one that can't be computed (a number too large, a division by zero) is unreadable."""
    try:
        return judge.judge(member, before, restated)
    except SymlstmError as error:
        return Judgement(replace(member, message=error.message), "unreadable")
    except Undecided:
        return Judgement(replace(member, message="a number here is too near a tie to be told from it"), "unreadable")


def _run_of(problem: Problem, member: Member) -> Run:
    posed = next((p for p in problem.questions if p.question.number == member.question), None)
    run = posed.run if posed is not None else own_run(problem)
    return next((p.run for p in problem.questions if same_data(p.run, run)), run)


def _claims(members: Sequence[Member], numbers: Sequence[int]) -> dict[Place, tuple[Written, ...]]:
    """The last numbers stated for each place."""
    out: dict[Place, tuple[Written, ...]] = {}
    for number in numbers:
        place = members[number].place
        found = members[number].numbers if members[number].kind == "member" else None
        if place is not None and place.time is not None and found is not None:
            out[place] = found
    return out


def _restated(members: Sequence[Member], numbers: Sequence[int]) -> set[int]:
    """The members whose place is stated again later."""
    seen: set[Place] = set()
    out: set[int] = set()
    for number in reversed(numbers):
        place = members[number].place
        if place is None:
            continue
        if place in seen:
            out.add(number)
        if members[number].numbers is not None:
            seen.add(place)
    return out


def _settle_changes(numbers: Sequence[int], found: dict[int, Judgement]) -> None:
    """Say of each slip whether it changes a value: not where the next member of its chain, or else the last value stated for its
    place, is as good as right."""
    last: dict[Place, Judgement] = {}
    following: dict[int, Judgement] = {}
    for number in numbers:
        judgement = found[number]
        if judgement.member.before is not None:
            following[judgement.member.before] = judgement
        place = judgement.member.place
        if place is not None and judgement.member.numbers is not None:
            last[place] = judgement
    for number in numbers:
        judgement = found[number]
        if judgement.verdict != "slip" or judgement.changes is not None:
            continue
        place = judgement.member.place
        final = last.get(place) if place is not None else None
        after = following.get(number)
        if after is not None and after.value in ("right", "rounding") and after.verdict != "unreadable":
            changes = False
        elif final is judgement:
            changes = judgement.value == "wrong"
        elif final is not None:
            changes = final.value == "wrong" and judgement.value in ("wrong", None)
        else:
            changes = judgement.value == "wrong" and not judgement.shapes
        found[number] = replace(judgement, changes=changes)
