"""A variant's document: the original's text with what was drawn, read again and held against what was to be written.

In come a problem with all that varies in it, and outcomes; out go the new text with its problem, and warnings about numbers in the
prose that nobody could place. That the new document says exactly what was drawn, and otherwise what the original says, is always
checked. The document for students, with nothing to give away, is written here too.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Ordered
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from symlstm.arithmetic.decimals import terminating
from symlstm.arithmetic.real import exact, fraction
from symlstm.errors import DocumentError, Source, SymlstmError
from symlstm.model.problem import Posed, Problem, Run
from symlstm.model.reader import read
from symlstm.notation.places import Place
from symlstm.notation.tree import Name
from symlstm.teaching.asked import Desk, QuestionAnswer, digits
from symlstm.teaching.variants.attribution import edits_of
from symlstm.teaching.variants.blocks import without
from symlstm.teaching.variants.cells import runs_of
from symlstm.teaching.variants.domains import Outcome
from symlstm.teaching.variants.edits import Change, Doubt, Edits, Suspect, applied, changes_of, claimed
from symlstm.teaching.variants.filling import filled
from symlstm.teaching.variants.hearing import Document, heard
from symlstm.teaching.variants.keys import Found, Side, entries_of, key_changes
from symlstm.teaching.variants.sayings import Saying
from symlstm.teaching.variants.units import Slot, Units
from symlstm.teaching.variants.words import Word


@dataclass(frozen=True)
class Rewriting:
    """How a document is written anew."""

    problem: Problem
    document: Document
    units: Units
    edits: Edits

    def text(self, drawn: Ordered[Outcome], before: Ordered[Side], after: Ordered[Side]) -> str:
        """The document with what was drawn and the answers that follow; sides are those of the questions in order."""
        source = self.problem.source
        changes = list(changes_of(self.edits, self.units.units, drawn, source))
        runs = [filled(run, fills, drawn, self.units.units) for run, fills in zip(runs_of(self.problem), self.units.fills)]
        changes += claimed(self.edits, runs, source)
        for block, old, new in zip(self.document.questions, before, after):
            changes += key_changes(block, source.text, old, new)
        changes.append(Change(without(source.text, self.document.front, "vary"), ""))
        return applied(source.text, _merged(changes, source))

    def read(self, text: str, runs: Ordered[Run]) -> Problem:
        """The written document, read again.

        Raises `DocumentError` at the value that it doesn't say as it was drawn: `runs` are those that it should have.
        """
        try:
            again = read(Source(self.problem.source.name, text))
        except SymlstmError as error:
            raise DocumentError(
                f"this document can't be written with other numbers: a variant of it reads “{error.message}” in line {error.line}; "
                "state each value that varies on its own, as in $b = 1$", self.problem.source, self.units.units[0].pos,
            ) from None
        if _asked(again) != _asked(self.problem) or again.convention != self.problem.convention:
            raise self._unwritten("its questions or its convention")
        for wanted, found in zip(runs, runs_of(again), strict=True):
            if (found.first, found.last) != (wanted.first, wanted.last) or _equations(found) != _equations(wanted):
                raise self._unwritten("its steps or its equations")
            for key, value in _values(wanted):
                if dict(_values(found)).get(key) != value:
                    raise self._unwritten(str(Place(*key)), key)
            if len(list(_values(wanted))) != len(list(_values(found))):
                raise self._unwritten("its values")
        return again

    def _unwritten(self, what: str, key: tuple[Name, int | None] | None = None) -> DocumentError:
        """The error for a document in which a value isn't stated so that it could be exchanged."""
        pos = next((edit.saying.pos for edit in self.edits.edits
                    if any(key == (target.name, target.time) for target in edit.saying.targets)), self.units.units[0].pos)
        return DocumentError(
            f"this document can't be written with other numbers: {what} would come out wrong; state each value that varies on its "
            "own, as in $b = 1$", self.problem.source, pos,
        )

    def warnings(self, drawn: Ordered[Outcome], desk: Desk) -> tuple[str, ...]:
        """What the prose may say wrongly now: numbers that may speak of a value which is another, remarks on values that follow."""
        doubts = (self._warning(doubt, suspect) for doubt in self.edits.doubts
                  if (suspect := self._suspected(doubt, drawn)) is not None)
        spelled = (self._misspelled(word, drawn) for word in self.edits.words if not word.sure
                   and word.written(drawn) != self.problem.source.text[slice(*word.span)])
        return (*doubts, *spelled, *(self._untrue(remark) for remark in self.edits.remarks if not _still_so(remark, desk)))

    def _untrue(self, remark: Saying) -> str:
        line, column = self.problem.source.line_and_column(remark.pos)
        said = self.problem.source.text[remark.pos : remark.constants[-1].span[1]]
        return f"line {line}, column {column}: {said} isn't so with the numbers of this variant; leave it out where numbers vary"

    def _misspelled(self, word: Word, drawn: Ordered[Outcome]) -> str:
        line, column = self.problem.source.line_and_column(word.span[0])
        was = self.problem.source.text[slice(*word.span)]
        return (f"line {line}, column {column}: {was} stands in the prose, and the input is now {word.written(drawn)}; if this speaks "
                f'of it, write "{was}" in quotes')

    def _suspected(self, doubt: Doubt, drawn: Ordered[Outcome]) -> Suspect | None:
        """The first value that the number may speak of and that is now another."""
        return next((suspect for suspect in doubt.suspects if self._stale(doubt, suspect.slot, drawn)), None)

    def _stale(self, doubt: Doubt, slot: Slot, drawn: Ordered[Outcome]) -> bool:
        outcome = drawn[slot.unit]
        if self.units.units[slot.unit].sequence:
            # Of inputs, that one of them is 0 or 1 mostly stays true.
            return all(e.value != doubt.loose.value for each in outcome for e in each.entries)
        return outcome[slot.item].entries[slot.entry].value != doubt.loose.value

    def _warning(self, doubt: Doubt, suspect: Suspect) -> str:
        line, column = self.problem.source.line_and_column(doubt.loose.span[0])
        shown = self.problem.source.text[slice(*doubt.loose.span)]
        mend = f"write {suspect.place} = {suspect.old}" if suspect.sayable else "leave it out where numbers vary"
        return (f"line {line}, column {column}: {shown} stands in the prose, and {suspect.place} was {suspect.old} before it was "
                f"varied; if this speaks of it, {mend}")


def rewriting_of(problem: Problem, units: Units) -> Rewriting:
    """How a problem's document is written with other values."""
    document = heard(problem)
    assert len(document.questions) == len(problem.questions)
    return Rewriting(problem, document, units, edits_of(problem, document, units))


def _merged(changes: list[Change], source: Source) -> list[Change]:
    """The changes, each once. Two that would write different things in one place are an error there."""
    unique = sorted(dict.fromkeys(changes), key=lambda change: change.span)
    for before, after in pairwise(unique):
        if after.span[0] < before.span[1] or before.span == after.span != (after.span[0],) * 2:
            raise DocumentError("this number belongs to two values, and they now differ; state each of them on its own", source,
                                after.span[0])
    return unique


def _equations(run: Run) -> list[tuple[object, object]]:
    return [(equation.left, equation.right) for equation in run.cell.equations]


def _still_so(remark: Saying, desk: Desk) -> bool:
    """Whether some run has the value that a remark says, to the digits that it says."""
    for sheet in desk.sheets:
        for target in remark.targets:
            for constant in remark.constants:
                said = digits(desk.trace(sheet), Place(target.name, target.time))
                if len(said) == len(constant.value) and all(_near(text, x) for text, x in zip(said, constant.value)):
                    return True
    return False


def _near(text: str, value: Fraction) -> bool:
    """Whether a value has a number's digits, as far as it has any."""
    places = terminating(exact(value)) or 0
    return abs(fraction(exact(text)) - value) * 2 <= (Fraction(1, 10**places) if places else 0)


def _asked(problem: Problem) -> list[tuple[object, ...]]:
    return [_question(posed) for posed in problem.questions]


def _question(posed: Posed) -> tuple[object, ...]:
    question = posed.question
    return question.kind, question.number, question.label, question.points, posed.places, posed.run.convention


def _values(run: Run) -> Iterator[tuple[tuple[Name, int | None], object]]:
    yield from (((name, None), given.value) for name, given in run.parameters.items())
    yield from ((key, given.value) for key, given in run.timed.items())


def sides_of(desk: Desk, answers: Ordered[QuestionAnswer]) -> tuple[Side, ...]:
    """The answers of a problem with the entries of those that are values, for writing keys."""
    entries: dict[int, tuple[Found, ...]] = {}
    by_number = {answer.question: answer for answer in answers}
    for sheet in desk.asking:
        places = {str(place): place for place in sheet.places}
        for posed in sheet.finds:
            number = posed.question.number
            entries[number] = entries_of(by_number[number], places, desk.trace(sheet))
    return tuple((entries.get(answer.question, ()), answer) for answer in answers)
