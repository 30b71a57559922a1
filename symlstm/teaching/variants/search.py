"""The search for a variant: draws by number, each held against the conditions, the first accepted one written.

In come a seed, a key (a student, a number) and the draw after which to look; out goes a variant, a pure function of these. Where
the combinations are few, each is looked at once, in a drawn order. Where they are many, a draw is a start with a path: all is drawn,
then again what made a condition fail, and nothing else. The draw's number says both, so that it can be made again without any
condition.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator
from collections.abc import Sequence as Ordered
from dataclasses import dataclass, replace
from functools import cached_property

from symlstm.checking.scenario import Workshop
from symlstm.derivation.programs import Programs
from symlstm.errors import DocumentError, SymlstmError
from symlstm.model.problem import Problem, Run
from symlstm.teaching.asked import Answers, Desk, QuestionAnswer, answers_of
from symlstm.teaching.lint.case import Case
from symlstm.teaching.lint.finding import Subject
from symlstm.teaching.lint.rules import RULES
from symlstm.teaching.variants.acceptance import ANSWERED, CONDITIONS, DIFFERENT, LINT, Candidate, Condition, Fault
from symlstm.teaching.variants.domains import Outcome
from symlstm.teaching.variants.draws import Stream, in_drawn_order
from symlstm.teaching.variants.filling import filled
from symlstm.teaching.variants.keys import Side
from symlstm.teaching.variants.measure import Measure
from symlstm.teaching.variants.rewriting import Rewriting, sides_of
from symlstm.teaching.variants.tally import MOST_CANDIDATES, MOST_LINTED, Tally
from symlstm.teaching.variants.units import Unit

FEW = 2_000
"""Up to so many combinations are gone through one by one, in a drawn order, so that it is known when there are no more."""
_LARGEST_PATH = 10**9
_DEEPEST = 12
_TIME = re.compile(r"_(?:-?\d+|\{(?:([^{}]*),)?-?\d+\})(?=$|[/\[])")
_OF_THE_TEXT = ("unknown-misconception", "vary", "unused-name", "points", "convention-untold", "asks-given", "wrong-answer",
                "wrong-option", "variants-open")
"""Rules of lint that look at the text, which a variant shares, at the author's keys, which are written for it, or at what varies."""


@dataclass(frozen=True)
class Variant:
    """A problem document with other numbers."""

    seed: str
    key: str
    draw: int
    """With seed and key it says which variant this is."""
    text: str
    answers: Answers
    warnings: tuple[str, ...] = ()
    """Numbers in the prose that may speak of a value which is now another."""


@dataclass(frozen=True)
class Rejected:
    """Why a candidate isn't accepted, and on which units that depends."""

    condition: Condition
    fault: Fault


@dataclass(frozen=True)
class Varied:
    """A problem with all that its variants share; it can be sent to other processes. Made by `varied`."""

    rewriting: Rewriting
    measure: Measure
    subjects: frozenset[Subject]
    """What lint finds in the problem itself."""
    answers: Answers
    sides: tuple[Side, ...]
    pos: int
    """Where `vary` stands."""

    def __getstate__(self) -> dict[str, object]:
        """All but what is kept for speed."""
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}

    @property
    def problem(self) -> Problem:
        """The problem itself."""
        return self.rewriting.problem

    @property
    def units(self) -> tuple[Unit, ...]:
        """What is drawn."""
        return self.rewriting.units.units

    @cached_property
    def combinations(self) -> int:
        """How many combinations of outcomes there are."""
        return math.prod(unit.domain.count for unit in self.units)

    # -- the draws, each by its number ---

    @cached_property
    def _depth(self) -> int:
        depth = int(math.log(_LARGEST_PATH) / math.log(len(self.units) + 1))
        return max(1, min(_DEEPEST, depth))

    def drawn(self, seed: str, key: str, draw: int) -> tuple[Outcome, ...]:
        """What the draw with this number gives, whether or not it is accepted."""
        if self.combinations <= FEW:
            return self._combination(self._index(seed, key, draw))
        start, path = self._path(draw)
        return self._walked(seed, key, start, path)

    def _index(self, seed: str, key: str, draw: int) -> int:
        return in_drawn_order((seed, key), self.combinations, draw)

    def _combination(self, index: int) -> tuple[Outcome, ...]:
        out = []
        for unit in self.units:
            index, k = divmod(index, unit.domain.count)
            out.append(unit.domain.at(k))
        return tuple(out)

    def _walked(self, seed: str, key: str, start: int, path: Ordered[int]) -> tuple[Outcome, ...]:
        """All units drawn for a start, then those on the path drawn again one by one."""
        stream = Stream((seed, key, str(start)))
        out = [unit.domain.at(stream.below(unit.domain.count)) for unit in self.units]
        for step in range(1, len(path) + 1):
            unit = self.units[path[step - 1]]
            out[path[step - 1]] = unit.domain.at(Stream((seed, key, str(start), *map(str, path[:step]))).below(unit.domain.count))
        return tuple(out)

    def _number(self, start: int, path: Ordered[int]) -> int:
        """A start with its path as one number, larger for a later start."""
        base, code = len(self.units) + 1, 0
        for unit in path:
            code = code * base + unit + 1
        return int(start * base**self._depth + code)

    def _path(self, draw: int) -> tuple[int, list[int]]:
        base = len(self.units) + 1
        start, code = divmod(draw, base**self._depth)
        path: list[int] = []
        while code:
            code, digit = divmod(code, base)
            if not digit:
                raise ValueError(f"{draw} is the number of no draw")
            path.insert(0, digit - 1)
        return start, path

    # -- candidates ---

    @cached_property
    def _programs(self) -> Programs:
        return Programs()

    @cached_property
    def _verdicts(self) -> dict[int, Rejected | Answers]:
        """What came out for combinations gone through, where they are few."""
        return {}

    def candidate(self, drawn: tuple[Outcome, ...]) -> Candidate:
        """The problem with drawn values in its runs; nothing is written yet."""
        problem = self.problem
        fills = self.rewriting.units.fills
        made: dict[int, Run] = {}

        def run_of(number: int, run: Run) -> Run:
            if id(run) not in made:
                made[id(run)] = filled(run, fills[number], drawn, self.units)
            return made[id(run)]

        questions = tuple(replace(posed, run=run_of(k, posed.run), question=replace(posed.question, answer=None))
                          for k, posed in enumerate(problem.questions, 1))
        changed = replace(problem, run=run_of(0, problem.run), questions=questions)
        return Candidate(changed, self.units, drawn, Workshop(programs=self._programs))

    def _judged(self, candidate: Candidate) -> Rejected | Answers:
        """The answers of a candidate where it is accepted."""
        everything = candidate.behind()
        try:
            for condition in CONDITIONS:
                if (fault := condition.test(candidate, self.measure)) is not None:
                    return Rejected(condition, fault)
        except SymlstmError:
            return Rejected(ANSWERED, Fault(everything))
        new = self._new_finding(candidate)
        if new is not None:
            code, _, place = new
            return Rejected(LINT, Fault(self._behind(new) or everything, f"{code} {place}".strip()))
        try:
            return self.answered(candidate)
        except SymlstmError:
            return Rejected(ANSWERED, Fault(everything))

    def _behind(self, subject: Subject) -> frozenset[int]:
        """The units that a finding is about: the symbol's own where it is one that varies, or else those of its question."""
        _, question, place = subject
        named = frozenset(k for k, unit in enumerate(self.units) if str(unit.name) == place)
        return named or frozenset(k for k, unit in enumerate(self.units) if question in unit.runs)

    def _new_finding(self, candidate: Candidate) -> Subject | None:
        try:
            found = subjects_of(candidate.problem, candidate.desk, self._settled)
            return next((subject for subject in found if subject not in self.subjects), None)
        except SymlstmError:
            return "error", None, ""

    @cached_property
    def _settled(self) -> frozenset[str]:
        """Rules that say nothing new of a candidate: a condition has asked it of the misconceptions that are listed, or the finding is
        one of the whole document and the problem itself has it."""
        has = any(code == "full-marks" for code, _, _ in self.subjects)
        return frozenset({"full-marks"}) if has or self.measure.told_apart else frozenset()

    def answered(self, candidate: Candidate) -> Answers:
        """All answers of a candidate; those that can't have changed are the problem's own."""
        found = {answer.question: answer for answer in candidate.found}
        rest = [posed.question.number for posed in candidate.problem.questions if posed.question.number not in found]
        if all(self._unchanged(number) for number in rest):
            known: dict[int, QuestionAnswer] = {answer.question: answer for answer in self.answers} | found
            return tuple(known[number] for number in sorted(known))
        return answers_of(candidate.problem)

    def _unchanged(self, number: int) -> bool:
        """Whether a question that asks for no values has its answer from what doesn't vary: most don't look at the inputs."""
        kind = self.problem.questions[number - 1].question.kind
        units = [unit for unit in self.units if number in unit.runs]
        if kind == "state" or not units:
            return True
        inputs = all(unit.name in self.problem.cell.inputs for unit in units)
        return kind in ("simplify", "carried") and inputs and bool(self.rewriting.units.letters)

    # -- variants ---

    def variant(self, seed: str, key: str, after: int = -1) -> Variant:
        """The first acceptable variant of this key whose draw comes after `after`.

        Raises `DocumentError` at `vary` where there is none: which condition rejected how many candidates, and what may help.
        """
        return self.different(seed, key, after, ())

    def different(self, seed: str, key: str, after: int, taken: Collection[Answers]) -> Variant:
        """The same, with answers that aren't among those that are taken."""
        tally = Tally()
        for draw, verdict in self._search(seed, key, after):
            if isinstance(verdict, Rejected):
                tally.reject(verdict.condition, verdict.fault.about)
            elif verdict not in taken:
                return self.written(seed, key, draw, verdict)
            elif verdict in tally.met:
                tally.reject(DIFFERENT)
            else:
                # It is the variant that has these answers, or stands for it.
                tally.met.add(verdict)
        raise DocumentError(tally.message(self.combinations if self.combinations <= FEW else None, len(taken), after >= 0,
                                          self.measure), self.problem.source, self.pos)

    def _search(self, seed: str, key: str, after: int) -> Iterator[tuple[int, Rejected | Answers]]:
        """Draws with what came out, in order."""
        if self.combinations <= FEW:
            for draw in range(after + 1, self.combinations):
                index = self._index(seed, key, draw)
                if index not in self._verdicts:
                    self._verdicts[index] = self._judged(self.candidate(self._combination(index)))
                yield draw, self._verdicts[index]
            return
        looked, linted = 0, 0
        start = after // (len(self.units) + 1) ** self._depth + 1 if after >= 0 else 0
        while looked < MOST_CANDIDATES and linted < MOST_LINTED:
            path: list[int] = []
            while True:
                verdict = self._judged(self.candidate(self._walked(seed, key, start, path)))
                looked += 1
                yield self._number(start, path), verdict
                if not isinstance(verdict, Rejected):
                    break
                linted += verdict.condition is LINT
                if len(path) == self._depth or not verdict.fault.units or looked >= MOST_CANDIDATES:
                    break
                choices = sorted(verdict.fault.units)
                path.append(choices[Stream((seed, key, str(start), "again", *map(str, path))).below(len(choices))])
            start += 1

    def written(self, seed: str, key: str, draw: int, answers: Answers | None = None) -> Variant:
        """The variant of a draw, written and read again, whether or not it is accepted."""
        drawn = self.drawn(seed, key, draw)
        candidate = self.candidate(drawn)
        answers = self.answered(candidate) if answers is None else answers
        text = self.rewriting.text(drawn, self.sides, sides_of(candidate.desk, answers))
        runs = (candidate.problem.run, *(posed.run for posed in candidate.problem.questions))
        self.rewriting.read(text, runs)
        return Variant(seed, key, draw, text, answers, self.rewriting.warnings(drawn, candidate.desk))


def subjects_of(problem: Problem, desk: Desk, without: Collection[str] = ()) -> Iterator[Subject]:
    """What lint finds about the numbers of a problem, at whatever step, but for these rules."""
    case = Case(problem, desk)
    for rule in RULES:
        if rule.code not in _OF_THE_TEXT and rule.code not in without:
            yield from map(timeless, rule.about(case))


def timeless(subject: Subject) -> Subject:
    """What a finding is about, at whatever step: with other inputs it comes at another.

    >>> timeless(("ties-open", 2, "h_5")), timeless(("never-matters", None, "b_f"))
    (('ties-open', 2, 'h'), ('never-matters', None, 'b_f'))
    """
    code, question, place = subject
    return code, question, _TIME.sub(lambda found: f"_{found[1]}" if found[1] else "", place)
