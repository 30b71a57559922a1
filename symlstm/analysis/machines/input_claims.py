"""Questions about the inputs so far: which properties a readout carries, which claims hold on every input.

In come a question's run and the texts of its options, out go options with verdict, reason and the inputs that show it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from symlstm.analysis.machines.analyst import Analyst
from symlstm.analysis.machines.carried import Verdict
from symlstm.analysis.machines.deciding import cell_values, speaks_of_inputs, watched
from symlstm.analysis.machines.readout import Readout, discrete, read_item, readout_of, real_error, rounds
from symlstm.analysis.machines.ties import felt
from symlstm.analysis.machines.unit import Unit
from symlstm.analysis.machines.verdict_words import carried_words, claim_words
from symlstm.analysis.statements.tree import CellValue, Implies, Not, Statement, Term
from symlstm.arithmetic.rounding import TIES
from symlstm.errors import DocumentError, Source, SymlstmError
from symlstm.model.problem import Run
from symlstm.model.yaml_text import Scalar
from symlstm.notation.symbols import Vocabulary


@dataclass(frozen=True, slots=True)
class InputOption:
    """One statement about the inputs: as written, whether it holds (None: open), the reason in words, and what shows it."""

    claim: str
    holds: bool | None
    reason: str
    item: Statement | Term
    verdict: Verdict
    letters: tuple[str, ...]
    """The names of the letters in the verdict's inputs."""
    asked: Literal["claim", "carried"]
    """Whether it is to hold after every input, or to be told by the readout."""

    @property
    def text(self) -> str:
        """The option as the author wrote it."""
        return self.claim

    @property
    def witness(self) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """Two inputs after which the same is shown, and the statement's value differs."""
        pair = self.verdict.witness
        return None if pair is None else (self._named(pair[0]), self._named(pair[1]))

    @property
    def counterexample(self) -> tuple[str, ...] | None:
        """The shortest input on which a claim fails."""
        return None if self.verdict.counterexample is None else self._named(self.verdict.counterexample)

    def _named(self, word: tuple[int, ...]) -> tuple[str, ...]:
        return tuple(self.letters[letter] for letter in word)


@dataclass(frozen=True)
class Inquiry:
    """A run that statements about its inputs are put to."""

    run: Run
    vocabulary: Vocabulary
    readout: Scalar | None
    """The readout as it is written; None for the default."""
    pos: int
    """Where to point when there is no readout."""
    readout_source: Source | None = None
    """Where the readout is written; None for the document."""
    statement_source: Source | None = None
    """Where the statements are written; None for the document."""

    @cached_property
    def shown(self) -> Readout:
        """What is read off; `DocumentError` where that isn't discrete."""
        source = self.readout_source or self.run.source
        found = readout_of(self.readout, self.run, self.vocabulary, source, self.pos)
        pos = self.pos if self.readout is None else self.readout.pos
        if speaks_of_inputs(found.item):
            raise DocumentError("a readout is read off the cell, not off the inputs; write a symbol of the cell, such as round(h)",
                                source, pos)
        _displayed_now(found.item, self.run, source, pos)
        if not cell_values(found.item):
            raise DocumentError("a readout names a symbol of the cell, such as round(h)", source, pos)
        analyst = Analyst(self.run, found.item)
        _kept(found.item, analyst, source, pos)
        try:
            analyst.shows(analyst.values_after((0,)))
        except SymlstmError as error:
            raise error.within(source, pos) from None
        if not discrete(found.item, self.run) and (analyst.cover is None or not analyst.cover.exact):
            raise real_error(found, source, pos)
        return found

    @cached_property
    def analyst(self) -> Analyst:
        """What was found out about the run with its readout."""
        return Analyst(self.run, self.shown.item)

    @cached_property
    def without_readout(self) -> Analyst:
        """What was found out about the run where nothing is read off."""
        return Analyst(self.run, None)

    @cached_property
    def complete(self) -> bool:
        """Whether the run says all that its steps need."""
        try:
            return self.without_readout.unit is not None
        except SymlstmError:
            return False

    def with_readout(self, text: str) -> Inquiry:
        """The same with another readout, given outside the document."""
        return replace(self, readout=Scalar(text, inner=0), readout_source=Source("<readout>", text))

    def expecting(self, text: str) -> InputOption:
        """Whether a statement from outside the document is fulfilled: as a claim, or where it speaks of the inputs alone as carried."""
        return replace(self, statement_source=Source("<expect>", text)).expected(Scalar(text, inner=0))

    def other_ties(self, decided: Sequence[tuple[Scalar, InputOption]]) -> str:
        """A rule for ties with which one of these would be decided otherwise, where nobody declared one; empty where there is none."""
        convention = self.run.convention
        items = [option.item for _, option in decided]
        if decided and decided[0][1].asked == "carried":
            items.append(self.shown.item)
        if "ties" in convention.declared or not any(rounds(item, self.run) for item in items):
            return ""
        for ties in TIES:
            if ties in (convention.ties, "truncate"):
                continue
            other = replace(self, run=replace(self.run, convention=replace(convention, ties=ties)))
            if not felt(Unit(self.run), Unit(other.run), items):
                continue
            for scalar, option in decided:
                again = other.carried(scalar) if option.asked == "carried" else other.claim(scalar)
                if None not in (again.holds, option.holds) and again.holds is not option.holds:
                    return ties
        return ""

    @property
    def _source(self) -> Source:
        return self.statement_source or self.run.source

    def _read(self, scalar: Scalar) -> Statement | Term:
        return read_item(scalar, self.run, self.vocabulary, self._source)

    def carried(self, scalar: Scalar) -> InputOption:
        """Whether the readout determines a statement's value on every input."""
        item = self._read(scalar)
        if values := cell_values(item):
            raise DocumentError(
                f"{values[0].name} is a symbol of the cell; what is carried is a property of the inputs, such as count(1) is odd. "
                "A statement about both belongs to `claims`", self._source, scalar.pos,
            )
        verdict = _located(lambda: self.analyst.carried(item), self._source, scalar)
        reason = carried_words(self.analyst, self.shown, item, verdict)
        return InputOption(scalar.text, verdict.holds, reason, item, verdict, self.analyst.unit.letters, "carried")

    def claim(self, scalar: Scalar) -> InputOption:
        """Whether a claim holds after every input."""
        item = self._read(scalar)
        if not isinstance(item, Statement):
            raise DocumentError(f"{scalar.text} says nothing that is true or false; compare it, as in {scalar.text} = 1",
                                self._source, scalar.pos)
        _kept(item, self.without_readout, self._source, scalar.pos)
        _displayed_now(item, self.run, self._source, scalar.pos)
        verdict = _located(lambda: self.without_readout.claim(item), self._source, scalar)
        reason = claim_words(self.without_readout, item, verdict)
        if isinstance(item, Implies) and verdict.holds and self.without_readout.claim(Not(item.left)).holds:
            reason += "; its premise never occurs"
        convention = self.run.convention
        if not speaks_of_inputs(item) and (convention.saturate is not None or convention.round):
            reason += "; this is about the unit from its start, with what the convention rounds and saturates"
        return InputOption(scalar.text, verdict.holds, reason, item, verdict, self.without_readout.unit.letters, "claim")

    def claim_of_run(self, scalar: Scalar) -> InputOption | None:
        """The same for a claim about the cell alone; None where the run isn't complete, or it isn't such a claim, or stays open."""
        try:
            item = self._read(scalar)
        except SymlstmError:
            return None  # a claim about a gate has a reader of its own, which says what is wrong
        if not isinstance(item, Statement) or (isinstance(item, Implies) and not self._about_input(item.left)):
            return None
        if _forgotten(item, self.run) is not None or not self.complete:
            return None
        found = self.claim(scalar)
        return found if found.holds is not None else None

    def _about_input(self, premise: Statement) -> bool:
        """Whether a premise speaks of the input of the same step alone: what a step makes of an input is seen after every input."""
        inputs = self.run.cell.inputs
        return all(value.name in inputs and not value.lag for value in cell_values(premise))

    def expected(self, scalar: Scalar) -> InputOption:
        """Whether a statement holds as a claim, or where it speaks of the inputs alone is carried."""
        item = self._read(scalar)
        return self.claim(scalar) if cell_values(item) else self.carried(scalar)


def _kept(item: Statement | Term, analyst: Analyst, source: Source, pos: int) -> None:
    """An error where a statement looks farther back than the cell does."""
    for name, lag in watched(item):
        if lag and (name, lag) not in analyst.unit.slots:
            most = analyst.run.cell.lags.get(name, 0)
            back = f"the cell keeps it for {most} step{'s' if most > 1 else ''}" if most else "the cell doesn't keep it"
            raise DocumentError(f"{name}_{{t-{lag}}} isn't there any more at step t: {back}; an equation such as "
                                f"p_t = {name}_{{t-1}} would keep it", source, pos)


def _forgotten(item: Statement | Term, run: Run) -> CellValue | None:
    """An earlier value of a symbol that is rounded for display alone: only what is carried on of it is known later."""
    convention = run.convention
    rounded = (value for value in cell_values(item) if value.lag and convention.places(str(value.name)) is not None)
    return None if convention.carry else next(rounded, None)


def _displayed_now(item: Statement | Term, run: Run, source: Source, pos: int) -> None:
    """An error where a statement looks back at what was only displayed."""
    if (value := _forgotten(item, run)) is not None:
        raise DocumentError(f"{value.name} is rounded for display only, so what was displayed of it a step earlier isn't kept; "
                            f"speak of {value.name}_t", source, pos)


def _located(decide: Callable[[], Verdict], source: Source, scalar: Scalar) -> Verdict:
    """The verdict; what goes wrong on the way is an error at the statement."""
    try:
        return decide()
    except SymlstmError as error:
        raise error.within(source, scalar.pos) from None
