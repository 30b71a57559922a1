"""The sentences of a solution: what is asked, why a rung follows, what a convention means. Words only, no numbers are made here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import assert_never

from symlstm.analysis.system import SimplifiedEquation
from symlstm.derivation.ladder import Rung
from symlstm.derivation.notes import Split
from symlstm.derivation.rules import RULES
from symlstm.document.blocks import Inline, Inlines, Maths, SourceMaths, Text
from symlstm.errors import NotationError
from symlstm.model.convention_words import TIES_IN_WORDS, sentence
from symlstm.model.problem import Posed, symbol
from symlstm.model.question import (
    CarriedQuestion,
    ClaimsQuestion,
    CommentQuestion,
    FindQuestion,
    SimplifyQuestion,
    StateQuestion,
)
from symlstm.model.yaml_text import written_text
from symlstm.notation.parser import chain, expression
from symlstm.notation.places import Place
from symlstm.notation.places import place as place_of
from symlstm.notation.symbols import Vocabulary
from symlstm.notation.tree import Chain, Running, Symbol
from symlstm.notation.typeset import formula


def reason(rung: Rung) -> str:
    """Why a rung follows from the one before, in words.

    >>> from symlstm.notation.tree import Numeral
    >>> step = Rung("rounded", "→", formula(Numeral("0", 0)), "rounded",
    ...             (("margin", "0.119"), ("nearest", "-0.5"), ("kind", "tie")))
    >>> reason(step)
    '0.119 from the tie at −0.5'
    """
    facts = {key: value.replace("-", "−") if key != "ties" else value for key, value in rung.facts}
    for key in ("error", "exact"):
        if key in facts:
            facts[key] = facts[key].replace("e−", "e-").replace("e-", "e−")
    if rung.rule == "tie":
        facts["rule"] = TIES_IN_WORDS[facts["ties"]]
    return RULES[rung.rule].reason.format(**facts)


def simplify_reason(equation: SimplifiedEquation, *, telling: bool = False) -> str:
    """Why an equation of the simplified system holds, in one line; `telling` leaves out what anybody sees."""
    steps = [step for step in equation.steps if not telling or step.rule not in ("numbers", "products")]
    return "; ".join(dict.fromkeys(step.reason for step in steps if step.reason))


def notes(parts: Iterable[tuple[Sequence[Posed], Sequence[Split]]]) -> list[Inlines]:
    """What nobody declared and decides something, a sentence for each convention. In come the questions that share data, with
    where another reading of a convention gives another value; where there are several such groups, a note names its questions."""
    groups = list(parts)
    found: dict[str, dict[Split, list[Posed]]] = {}
    for posed, splits in groups:
        for split in splits:
            found.setdefault(split.alternative.key, {}).setdefault(split, []).extend(posed)
    return [_note(key, splits, len(groups) > 1) for key, splits in found.items()]


def _note(key: str, splits: Mapping[Split, Sequence[Posed]], several: bool) -> Inlines:
    # Readings that come to the same are said together, and so is what one reading changes.
    readings: dict[tuple[Place, str, str, str], list[str]] = {}
    for split, posed in splits.items():
        where = f" in {_numbers_of(posed)}" if several and posed else ""
        readings.setdefault((split.place, split.here, split.there, where), []).append(split.alternative.other)
    changes: dict[tuple[str, ...], list[Inlines]] = {}
    for (place, here, there, where), others in readings.items():
        change = (_equation(place, there), Text(" instead of "), *_value(here), Text(where))
        changes.setdefault(tuple(dict.fromkeys(others)), []).append(change)
    alternative = next(iter(splits)).alternative
    out: list[Inline] = []
    if key == "saturate":
        saturate = alternative.change.saturate
        assert saturate is not None
        out += [Text("Saturation isn't mentioned, so sigmoid and tanh are evaluated")]
        openings = [f"; saturated from |z| = {saturate.at} on, "] * len(changes)
    else:
        out += [Text(f"The problem doesn't say {_OPEN[key]}. Here {alternative.chosen}")]
        openings = [f"; where {_either(others)}, " for others in changes]
    for start, changed in zip(openings, changes.values()):
        out.append(Text(start))
        for k, change in enumerate(changed):
            out += (Text(" and " if k == len(changed) - 1 else ", "),) if k else ()
            out += change
    return (*out, Text("."))


_OPEN = {"ties": "what happens to ties", "carry": "whether rounded values are carried on"}


def _either(readings: Sequence[str]) -> str:
    """`a tie goes up or away from zero`: the words that all begin with stand once."""
    first, *others = readings
    return " or ".join([first, *(other.removeprefix("a tie goes ") for other in others)])


def _numbers_of(posed: Sequence[Posed]) -> str:
    numbers = [number_of(one).removeprefix("question ") for one in posed]
    return f"question{'s' if len(numbers) > 1 else ''} {listed(numbers)}"


def number_of(posed: Posed) -> str:
    """`question 2`, with its label where it has one."""
    question = posed.question
    return f"question {question.number}" + (f" ({question.label.strip('()')})" if question.label else "")


def listed(items: Sequence[str]) -> str:
    """The items as words.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def _equation(place: Place, value: str) -> Inline:
    try:
        return Maths(formula(Chain((symbol(place), expression(value)), ("=",))))
    except NotationError:
        return Text(f"{place} = {value}".replace("-", "−").replace("_−", "_-"))


def _value(value: str) -> Inlines:
    try:
        return (Maths(formula(expression(value))),)
    except NotationError:
        return (Text(value.replace("-", "−")),)


def name_of(place: Place) -> Maths:
    """A place as maths."""
    return Maths(formula(symbol(place)))


def asked(posed: Posed, vocabulary: Vocabulary) -> Inlines:
    """The question as a sentence: the author's own wording, or a generated one."""
    question = posed.question
    if question.ask:
        return (Text(question.ask),)
    match question:
        case FindQuestion():
            return (Text("Compute "), *_places(posed, vocabulary.running), Text("."), *_own_data(posed, vocabulary))
        case SimplifyQuestion(symbols=()):
            return (Text("Put the parameters into the equations and simplify them as far as possible."),)
        case SimplifyQuestion(symbols=symbols):
            return (Text(f"Simplify the equations of {', '.join(s.text for s in symbols)} once the parameters are in."),)
        case StateQuestion(symbols=symbols):
            return (Text(f"Which of these make up the state: {', '.join(s.text for s in symbols)}?"),)
        case ClaimsQuestion():
            return (Text("Which of these statements hold?"),)
        case CarriedQuestion():
            return (Text("Which properties of the inputs so far does the state determine?"),)
        case CommentQuestion(place=place):
            return (Text("Say in words what the value of "), *_written(place.text, vocabulary), Text(" means."))
        case _:
            assert_never(question)


def _written(text: str, vocabulary: Vocabulary) -> Inlines:
    try:
        return (name_of(place_of(text, vocabulary)),)
    except NotationError:
        return (Text(text),)


def claim_inlines(text: str, vocabulary: Vocabulary) -> Inlines:
    """A statement with its `$...$` as maths, typeset again where it is read."""
    out: list[Inline] = []
    for k, part in enumerate(text.split("$")):
        if not part:
            continue
        if k % 2 == 0:
            out.append(Text(part))
            continue
        try:
            out.append(Maths(formula(chain(part, vocabulary))))
        except NotationError:
            out.append(SourceMaths(part))
    return tuple(out)


def _own_data(posed: Posed, vocabulary: Vocabulary) -> Inlines:
    """The data and the convention that hold for this question alone."""
    question = posed.question
    out: list[Inline] = []
    for key, node in question.given:
        out += [Text(", " if out else " Here "), *_written(key.text, vocabulary), Text(f" = {written_text(node)}")]
    if question.inputs is not None:
        inputs = ", ".join(str(name) for name in posed.run.cell.inputs)
        out += [Text(", " if out else " Here "), Text(f"{inputs} = {written_text(question.inputs)}")]
    if out:
        out.append(Text("."))
    if question.convention.declared:
        out.append(Text(" " + sentence(posed.run.convention)))
    return tuple(out)


def _places(posed: Posed, letter: str) -> list[Inline]:
    out: list[Inline] = []
    for k, place in enumerate(posed.places):
        if k:
            out.append(Text(" and " if k == len(posed.places) - 1 else ", "))
        if place.time is not None:
            out.append(name_of(place))
            continue
        out.append(Maths(formula(Symbol(place.name, Running(0, letter), place.entry))))
        run = posed.run
        if run.last > run.first:
            out.append(Text(f" for {letter} = {run.first}, …, {run.last}".replace("-", "−")))
        elif run.last == run.first:
            out.append(Text(f" for {letter} = {run.first}".replace("-", "−")))
    return out
