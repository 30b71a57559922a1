"""Rules about what the prose names: an input beyond the last that is read, a number that stays where the numbers vary.

In comes a case; out come findings. Nothing is derived here, and nothing depends on which numbers are drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from symlstm.errors import SymlstmError
from symlstm.model.markdown import Body, Piece
from symlstm.model.statement_values import Read, read_piece
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import Fixed, Name
from symlstm.teaching.lint.answered import in_latex, of_error
from symlstm.teaching.lint.case import Case
from symlstm.teaching.lint.finding import Finding, Subject

_DOLLARS = re.compile(r"\$([^$\n]+)\$")


def unread_inputs(case: Case) -> Iterator[Finding]:
    """An input is named at a step beyond the last that has a value, as in `the second, $x_1$, is $-1$`; each is told once."""
    runs = [case.problem.run, *(posed.run for posed in case.problem.questions)]
    last: dict[Name, int] = {}
    for run in runs:
        for name, time in run.timed:
            if name in run.cell.inputs and time >= run.first:
                last[name] = max(time, last.get(name, time))
    told: set[tuple[Name, int]] = set()
    for name, time, pos in _named(case):
        if name in last and time > last[name] and (name, time) not in told:
            told.add((name, time))
            yield Finding(
                "unread-input", pos, None, f"{name}_{time}", f"{name}_{time} is named, but has no value: the inputs end with "
                f"{name}_{last[name]}.", "No step is taken with it; students who take one have an answer more than the solution.",
                f"Write ${in_latex(f'{name}_{time}')} = ...$ with its value, in one formula, or leave {name}_{time} out.",
            )


def _named(case: Case) -> Iterator[tuple[Name, int, int]]:
    """The symbols that are named at a fixed time in the maths of the prose, with where; what is only recalled doesn't count."""
    for read in _statements(case):
        chain = read.statement.chain
        for member in () if chain is None else chain.members:
            for symbol in symbols_in(member):
                if isinstance(symbol.at, Fixed):
                    yield case.problem.vocabulary.name(symbol.name) or symbol.name, symbol.at.time, read.pos


def _statements(case: Case) -> Iterator[Read]:
    vocabulary = case.problem.vocabulary
    if not case.source.text.strip():
        return
    for part in Body(case.source, case.body).parts():
        if isinstance(part, Piece) and not part.recalled:
            yield from read_piece(part.latex, part.offset, part.display, vocabulary)
    for posed in case.problem.questions:
        for found in _DOLLARS.finditer(posed.question.ask):
            # What a question's wording says is pointed at by the question.
            yield from read_piece(found[1], posed.question.pos - found.start(1), False, vocabulary)


def prose_numbers(case: Case) -> Iterator[Finding]:
    """A number in the prose is the value of something that varies, and isn't said of it: variants can't know whether it changes too."""
    if case.front.vary is None:
        return
    from symlstm.teaching.variants.domains import Permutation
    from symlstm.teaching.variants.rewriting import rewriting_of
    from symlstm.teaching.variants.units import units_of

    try:
        units = units_of(case.problem, case.front)
    except SymlstmError:
        # The rule for domains tells it.
        return
    try:
        doubts = rewriting_of(case.problem, units).edits.doubts
    except SymlstmError as error:
        yield of_error(error, "vary")
        return
    for doubt in doubts:
        start, end = doubt.loose.span
        # That an input is 0 or 1 mostly stays true, and what is only put in another order stays.
        small = doubt.loose.value in (0, 1)
        suspect = next((one for one in doubt.suspects if not (
            isinstance((unit := units.units[one.slot.unit]).domain, Permutation) or (unit.sequence and small))), None)
        if suspect is not None:
            shown, place = case.source.text[start:end], suspect.place
            so = f"Write ${in_latex(place)} = {suspect.old}$ if it speaks of {place}, so that it changes too" if suspect.sayable else (
                "Leave it out if it speaks of that")
            yield Finding(
                "prose-number", start, None, place, f"{shown} stands in the prose, and {place} is {suspect.old} before it is varied.",
                "If the sentence speaks of it, every variant says something wrong there.",
                f"{so}; otherwise write the number in words.",
            )


def nothing_new(case: Case) -> Iterator[Subject]:
    """What these rules find about a variant: nothing that its original doesn't have, whose prose it shares."""
    return iter(())
