"""The answer to each question, as data: a closed union with a case for each kind of question."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias, assert_never

from symlstm.analysis.options import Key, Option, verified
from symlstm.analysis.simplify.system import System
from symlstm.arithmetic.decimals import decimals
from symlstm.arithmetic.real import Undecided, exact, working_precision
from symlstm.arithmetic.value import Value as Number
from symlstm.arithmetic.value import entries
from symlstm.derivation.derive import require
from symlstm.derivation.rungs import rung_value
from symlstm.derivation.values import Nested, Value, value_at
from symlstm.derivation.work import Work
from symlstm.errors import DocumentError, NotationError, ShapeError
from symlstm.model.convention import bare
from symlstm.model.given import value_of
from symlstm.model.problem import Posed, Run
from symlstm.model.question import CarriedQuestion, ClaimsQuestion, CommentQuestion, FindQuestion, SimplifyQuestion, StateQuestion
from symlstm.model.reader import vocabulary_of
from symlstm.model.yaml_text import Mapping as NodeMapping
from symlstm.model.yaml_text import Node, Scalar, Sequence
from symlstm.notation.places import Place
from symlstm.notation.symbols import Vocabulary, symbols_in
from symlstm.notation.tree import Running

# What a kind of question needs is imported when it is asked, so that values alone are there at once.
if TYPE_CHECKING:
    from symlstm.analysis.comments import Comment
    from symlstm.analysis.machines.case_table import CaseTable
    from symlstm.analysis.machines.input_claims import InputOption, Inquiry
    from symlstm.analysis.machines.readout import Readout
    from symlstm.analysis.state_symbols import StateOption


@dataclass(frozen=True, slots=True)
class FindAnswer:
    """The values asked for, by place; `agrees` says whether the author's key is right, None where there is none."""

    posed: Posed
    values: Mapping[Place, Value]
    agrees: bool | None
    disagreements: tuple[tuple[Place, str], ...] = ()
    """Places at which the author's key differs, with what it says there."""


@dataclass(frozen=True, slots=True)
class SimplifyAnswer:
    """The equations once the parameters are in; and every case, where the states that can be reached are few."""

    posed: Posed
    system: System
    cases: CaseTable | None = None


@dataclass(frozen=True, slots=True)
class StateAnswer:
    """Which of the symbols belong to the state; `key` says whether the author's answer is right."""

    posed: Posed
    options: tuple[StateOption, ...]
    key: Key

    @property
    def agrees(self) -> bool | None:
        """Whether the author's key is right; None where there is none."""
        return self.key.agrees


@dataclass(frozen=True, slots=True)
class ClaimsAnswer:
    """Which of the statements hold; `key` says whether the author's answer is right."""

    posed: Posed
    options: tuple[Option | InputOption, ...]
    key: Key
    tied: str = ""
    """A rule for ties with which an option would be another, where nobody declared one."""

    @property
    def agrees(self) -> bool | None:
        """Whether the author's key is right; None where there is none, or an option that it names is open."""
        return self.key.agrees


@dataclass(frozen=True, slots=True)
class CarriedAnswer:
    """Which properties of the inputs the readout determines; `key` says whether the author's answer is right."""

    posed: Posed
    readout: Readout
    options: tuple[InputOption, ...]
    key: Key
    tied: str = ""
    """A rule for ties with which an option would be another, where nobody declared one."""

    @property
    def agrees(self) -> bool | None:
        """Whether the author's key is right; None where there is none, or an option that it names is open."""
        return self.key.agrees


@dataclass(frozen=True, slots=True)
class CommentAnswer:
    """What a value means in words."""

    posed: Posed
    comments: tuple[Comment, ...]


Answer: TypeAlias = FindAnswer | SimplifyAnswer | StateAnswer | ClaimsAnswer | CarriedAnswer | CommentAnswer


class HasSystem(Protocol):
    """Whatever can simplify its run's equations when asked."""

    @property
    def system(self) -> System:
        """The simplified system."""
        ...


def answer(posed: Posed, work: Work, simplified: HasSystem) -> Answer:
    """The answer to one question."""
    match posed.question:
        case FindQuestion():
            return _find(posed, work)
        case SimplifyQuestion(symbols=symbols):
            return _simplify(posed, symbols, simplified.system)
        case StateQuestion(symbols=symbols):
            from symlstm.analysis.state_symbols import state_option

            states = tuple(state_option(s, posed.run.cell, _vocabulary(posed.run), posed.run.source) for s in symbols)
            return StateAnswer(posed, states, verified(posed.question.answer, states, posed.run.source))
        case ClaimsQuestion() | CarriedQuestion():
            return claims_answer(posed)
        case CommentQuestion(place=place):
            from symlstm.analysis.comments import comments

            return CommentAnswer(posed, comments(place, work, _vocabulary(posed.run)))
        case _:
            assert_never(posed.question)


def _simplify(posed: Posed, symbols: tuple[Scalar, ...], system: System) -> SimplifyAnswer:
    from symlstm.analysis.machines.case_table import case_table
    from symlstm.analysis.state_symbols import state_option

    run = posed.run
    vocabulary = _vocabulary(run)
    names = [state_option(symbol, run.cell, vocabulary, run.source).symbol.name for symbol in symbols]
    return SimplifyAnswer(posed, system, case_table(run, system.cell, names, vocabulary.running))


def claims_answer(posed: Posed) -> ClaimsAnswer | CarriedAnswer:
    """The answer to a question about claims, or about what is carried."""
    question, inquiry = posed.question, inquiry_of(posed)
    from symlstm.analysis.machines.input_claims import InputOption

    assert isinstance(question, CarriedQuestion | ClaimsQuestion)
    if isinstance(question, CarriedQuestion):
        carried = tuple(map(inquiry.carried, question.claims))
        tied = inquiry.other_ties(tuple(zip(question.claims, carried)))
        return CarriedAnswer(posed, inquiry.shown, carried, verified(question.answer, carried, posed.run.source), tied)
    options = tuple(_claim(claim, inquiry) for claim in question.claims)
    about = tuple((claim, option) for claim, option in zip(question.claims, options) if isinstance(option, InputOption))
    return ClaimsAnswer(posed, options, verified(question.answer, options, posed.run.source), inquiry.other_ties(about))


def inquiry_of(posed: Posed) -> Inquiry:
    """The run of a question, ready for statements about its inputs."""
    from symlstm.analysis.machines.input_claims import Inquiry

    readout = posed.question.readout if isinstance(posed.question, CarriedQuestion) else None
    return Inquiry(posed.run, _vocabulary(posed.run), readout, posed.question.pos)


_DANGLING = re.compile(r"^\s*(?:and|or)\b|\b(?:and|or|not)\s*\Z")
"""A word of the language of statements with nothing on one side: its reader says what is missing."""


def _claim(claim: Scalar, inquiry: Inquiry) -> Option | InputOption:
    """Whether a claim holds: after every input where it speaks of the inputs or the run is complete, otherwise for all values."""
    from symlstm.analysis.gates.claims import gate_claim
    from symlstm.analysis.gates.reading import is_about_inputs

    if is_about_inputs(claim.text) or _DANGLING.search(claim.text):
        return inquiry.claim(claim)
    about_run = inquiry.claim_of_run(claim)
    return about_run if about_run is not None else gate_claim(claim, inquiry.run, inquiry.vocabulary)


def _vocabulary(run: Run) -> Vocabulary:
    """The names of the run's cell, and the letter of its time."""
    letters = (s.at.letter for e in run.cell.equations for s in symbols_in(e.right) if isinstance(s.at, Running))
    return vocabulary_of(run.cell, next(letters, "t"), {})


def asked_places(posed: Posed) -> tuple[Place, ...]:
    """The places that a `find` question asks for; a symbol without a time means all steps."""
    out: list[Place] = []
    for place in posed.places:
        if place.time is not None:
            out.append(place)
        else:
            out += [Place(place.name, time, place.entry, place.rung) for time in posed.run.steps]
    return tuple(out)


def _find(posed: Posed, work: Work) -> FindAnswer:
    question = posed.question
    assert isinstance(question, FindQuestion)
    places = asked_places(posed)
    run = posed.run
    if not places:
        have_some = {name for name, _ in run.timed}
        without = [name for name in run.cell.inputs if name not in have_some] or run.cell.inputs
        lacking = ", ".join(map(str, without)) or "the initial values"
        have = "have" if len(without) > 1 else "has"
        hint = next(filter(None, map(run.no_time, without)), "")
        raise DocumentError(f"no step can be taken: {lacking} {have} no values{hint}", run.source, question.places[0].pos)
    values: dict[Place, Value] = {}
    trace = work.trace
    for place in places:
        pos = _pos_of(place, posed, question)
        try:
            require(trace, place, pos)
        except (NotationError, ShapeError) as error:
            error.offset = 0
            raise error.within(run.source, pos) from None
        values[place] = value_at(work.ladders, place)
    if question.answer is None:
        return FindAnswer(posed, values, None)
    wrong = tuple(_compare(question.answer, posed, values, work))
    return FindAnswer(posed, values, not wrong, wrong)


def _pos_of(place: Place, posed: Posed, question: FindQuestion) -> int:
    """Where the question names a place."""
    named = zip(posed.places, question.places)
    return next((scalar.pos for asked, scalar in named if asked.name == place.name and asked.time in (None, place.time)),
                question.places[0].pos)


def _compare(node: Node, posed: Posed, values: Mapping[Place, Value], work: Work) -> list[tuple[Place, str]]:
    """Where the author's key differs. Its nesting follows `find`; a list of numbers may also run through all entries."""
    source = posed.run.source
    written = _numbers(_in_order(node, values))
    printed = {place: _flat(value.printed) for place, value in values.items()}
    if len(written) != sum(map(len, printed.values())):
        raise DocumentError(
            f"the answer has {_counted(len(written))}; asked for are {sum(map(len, printed.values()))}: "
            f"{', '.join(map(str, values))[:200]}", source, node.pos,
        )
    wrong: list[tuple[Place, str]] = []
    queue = deque(written)
    with working_precision(work.trace.bits):
        for place in values:
            own = [queue.popleft() for _ in printed[place]]
            displayed = rung_value(work.trace, place)
            assert displayed is not None
            if not all(_agrees(scalar, digits, displayed, k, posed) for k, (scalar, digits) in enumerate(zip(own, printed[place]))):
                wrong.append((place, ", ".join(scalar.text for scalar in own)))
    return wrong


def _in_order(node: Node, values: Mapping[Place, Value]) -> Node:
    """A key that names its places (`answer: {h_1: 0.5}`), in the order in which they are asked."""
    if not isinstance(node, NodeMapping):
        return node
    by_name = {bare(key.text): item for key, item in node.entries}
    asked = [bare(str(place)) for place in values]
    return Sequence(tuple(by_name[name] for name in asked), node.pos) if set(by_name) == set(asked) else node


def _counted(count: int) -> str:
    return f"{count} numbers" if count != 1 else "one number"


def _agrees(scalar: Scalar, printed: str, displayed: Number, k: int, posed: Posed) -> bool:
    try:
        given = value_of(scalar, {}, posed.run.source).value
    except NotationError:
        return False
    (number,) = entries(given)
    if number == exact(printed):
        return True
    x = entries(displayed)[k]
    if number == x:
        return True
    mantissa, _, exponent = scalar.text.lower().partition("e")
    digits = len(mantissa.partition(".")[2]) - int(exponent or 0) if "." in mantissa else 0
    if digits <= 0 or "/" in scalar.text:
        return False
    try:
        return bool(exact(decimals(x, digits)) == number)
    except Undecided:
        return False


def _numbers(node: Node) -> list[Scalar]:
    match node:
        case Scalar():
            text = node.text.strip()
            if text.startswith(("[", "(")) and text.endswith(("]", ")")):
                return [Scalar(part.strip(), node.pos) for part in text.strip("[]() ").split(",")]
            return [node]
        case Sequence(items=items):
            return [scalar for item in items for scalar in _numbers(item)]
        case _:
            return [scalar for _, item in node.entries for scalar in _numbers(item)]


def _flat(nested: Nested) -> list[str]:
    return [nested] if isinstance(nested, str) else [text for item in nested for text in _flat(item)]

