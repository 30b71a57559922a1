"""The sentences of a solution: what is asked, why a rung follows, what a convention means. Words only, no numbers are made here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias, assert_never

from symlstm.analysis.simplify.system import SimplifiedEquation
from symlstm.arithmetic.rounding import TIES
from symlstm.derivation.ladder import Rung
from symlstm.derivation.notes import MOST_CHANGES, Alternative, Change, Split
from symlstm.derivation.rules import RULES
from symlstm.document.blocks import Code, Inline, Inlines, Maths, SourceMaths, Text
from symlstm.errors import NotationError
from symlstm.model.convention_words import sentence
from symlstm.model.problem import Posed, Run, symbol
from symlstm.model.question import (
    CarriedQuestion,
    ClaimsQuestion,
    CommentQuestion,
    FindQuestion,
    SimplifyQuestion,
    StateQuestion,
)
from symlstm.model.yaml_text import Mapping as Entries
from symlstm.model.yaml_text import written_text
from symlstm.notation.parser import chain, expression
from symlstm.notation.places import RUNGS, Place
from symlstm.notation.places import place as place_of
from symlstm.notation.symbols import Vocabulary
from symlstm.notation.tree import Chain, Name, Running, Symbol
from symlstm.notation.typeset import formula, plain


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
        facts["rule"] = TIES[facts["ties"]].words
    return RULES[rung.rule].reason.format(**facts)


def simplify_reason(equation: SimplifiedEquation, *, telling: bool = False) -> str:
    """Why an equation of the simplified system holds, in one line; `telling` leaves out what anybody sees."""
    steps = [step for step in equation.steps if not telling or step.rule not in ("numbers", "products")]
    return "; ".join(dict.fromkeys(step.reason for step in steps if step.reason))


def notes(parts: Iterable[tuple[Sequence[Posed], Run, Sequence[Split]]]) -> list[Inlines]:
    """What decides something and nobody declared, or may have escaped the author: a sentence each. In come the questions that share
    data, with these data and with where another reading of a convention gives another value; where there are several such groups, a
    note names its questions."""
    groups = list(parts)
    several = len(groups) > 1
    found: dict[str, dict[Alternative, list[_Concerned]]] = {}
    out: list[Inlines] = []
    misspelled: dict[Name, Name] = {}
    for posed, run, splits in groups:
        for split in splits:
            found.setdefault(split.alternative.key, {}).setdefault(split.alternative, []).append((posed if several else (), split))
        if given := _given(posed, run):
            be = "is" if len(given) == 1 else "are"
            out.append((*_counted(given), Text(f" {be} given, not computed{_where(posed if several else ())}.")))
        misspelled |= run.misspelled
    for name, meant in misspelled.items():
        out.append((_symbol(name), Text(" is given, but no equation uses it; did you mean "), _symbol(meant), Text("?")))
    return [*(_note(key, readings) for key, readings in found.items()), *out]


def as_text(inlines: Inlines) -> str:
    """A note as plain text.

    >>> as_text((Text("Here "), _symbol(Name("W", sub="xf")), Text(" is 2.")))
    'Here W_{xf} is 2.'
    """
    return "".join(plain(inline.formula) if isinstance(inline, Maths) else inline.text for inline in inlines
                   if isinstance(inline, Text | Code | Maths))


def _symbol(name: Name) -> Maths:
    return Maths(formula(Symbol(name)))


def _given(posed: Sequence[Posed], run: Run) -> list[Place]:
    """The places that are asked for and that the data give, in order of time."""
    asked = {(place.name, place.time) for one in posed for place in one.places}
    given = [(name, time) for name, time in run.timed if name in run.cell.by_name and time >= run.first]
    return [Place(name, time) for name, time in sorted(given, key=lambda place: place[1]) if {(name, time), (name, None)} & asked]


def _counted(places: Sequence[Place]) -> Inlines:
    """The places by name; of many the first and how many more there are."""
    return _joined([name_of(place) for place in places[:MOST_CHANGES]], len(places) - MOST_CHANGES)


def _joined(items: Sequence[Inlines], more: int = 0) -> Inlines:
    rest: list[Inlines] = [(Text(f"{more} more"),)] if more > 0 else []
    every = [*items, *rest]
    out: list[Inline] = []
    for k, item in enumerate(every):
        out += (Text(" and " if k == len(every) - 1 else ", "),) if k else ()
        out += item
    return tuple(out)


_Concerned: TypeAlias = tuple[Sequence[Posed], Split]
"""What a reading changes, and the questions to be named with it."""


def _note(key: str, readings: Mapping[Alternative, Sequence[_Concerned]]) -> Inlines:
    # Readings that come to the same are said together.
    alike: dict[str, tuple[Inlines, list[str]]] = {}
    for alternative, splits in readings.items():
        changed = _changes(splits)
        alike.setdefault(as_text(changed), (changed, []))[1].append(alternative.other)
    first = next(iter(readings))
    out: list[Inline] = []
    if key == "saturate":
        saturate = first.change.saturate
        assert saturate is not None
        out += [Text("Saturation isn't mentioned, so sigmoid and tanh are evaluated")]
        openings = [f"; saturated from |z| = {saturate.at} on, "] * len(alike)
    else:
        out += [Text(f"The problem doesn't say {_OPEN[key]}. Here {first.chosen}")]
        openings = [f"; where {_either(others)}, " for _, others in alike.values()]
    for start, (changed, _) in zip(openings, alike.values()):
        out += [Text(start), *changed]
    return (*out, Text("."))


def _changes(splits: Sequence[_Concerned]) -> Inlines:
    """What one reading changes; the questions that share a change are named once."""
    concerned: dict[Change, list[Posed]] = {}
    for posed, split in splits:
        for change in split.changes:
            concerned.setdefault(change, []).extend(posed)
    more = max(0, len(concerned) - MOST_CHANGES) + sum(split.more for _, split in splits)
    by_questions: dict[str, list[Inlines]] = {}
    for change, posed in list(concerned.items())[:MOST_CHANGES]:
        equation = (*_equation(change.place, change.there), Text(" instead of "), *_value(change.here))
        by_questions.setdefault(_where(posed), []).append(equation)
    if len(by_questions) == 1:
        ((where, equations),) = by_questions.items()
        return (*_joined(equations, more), Text(where))
    return _joined([(*_joined(equations), Text(where)) for where, equations in by_questions.items()], more)


def _where(posed: Sequence[Posed]) -> str:
    return f" in {_numbers_of(posed)}" if posed else ""


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


def _equation(place: Place, value: str) -> Inlines:
    if place.rung:
        return (*name_of(place), Text(" is "), *_value(value))
    try:
        return (Maths(formula(Chain((symbol(place), expression(value)), ("=",)))),)
    except NotationError:
        return (Text(f"{place} = {value}".replace("-", "−").replace("_−", "_-")),)


def _value(value: str) -> Inlines:
    try:
        return (Maths(formula(expression(value))),)
    except NotationError:
        return (Text(value.replace("-", "−")),)


def name_of(place: Place) -> Inlines:
    """A place as maths, with the words for its rung in front."""
    return (*rung_words(place), Maths(formula(symbol(place))))


def rung_words(place: Place) -> Inlines:
    """What the place's rung is called, as in "the pre-activation of"; nothing where a whole place is meant.

    >>> rung_words(Place(Name("f"), 1, rung="pre-activation"))
    (Text(text='the pre-activation of '),)
    """
    return (Text(f"{_RUNGS[place.rung]} "),) if place.rung else ()


_RUNGS = {
    "definition": "the unrounded value of", "numbers": "the unrounded value of", "pre-activation": "the pre-activation of",
    "activation": "the activation in", "products": "the product in", "sum": "the sum in", "rounded": "the rounded value of",
}
assert _RUNGS.keys() == set(RUNGS)


def asked(posed: Posed, vocabulary: Vocabulary) -> Inlines:
    """The question as a sentence: the author's own wording, or a generated one."""
    question = posed.question
    if question.ask:
        return claim_inlines(question.ask, vocabulary) if question.ask.count("$") % 2 == 0 else (Text(question.ask),)
    match question:
        case FindQuestion():
            return (Text("Compute "), *_places(posed, vocabulary.running), Text("."), *_own_data(posed, vocabulary))
        case SimplifyQuestion(symbols=()):
            return (Text("Put the parameters into the equations and simplify them as far as possible."),)
        case SimplifyQuestion(symbols=symbols):
            return (Text(f"Simplify the equations of {', '.join(s.text for s in symbols)} once the parameters are in."),)
        case StateQuestion(symbols=symbols):
            formulas = (claim_inlines(f"${symbol.text.strip('$ ')}$", vocabulary) for symbol in symbols)
            shown = [inline for formula in formulas for inline in (Text(", "), *formula)]
            return (Text("Which of these make up the state: "), *shown[1:], Text("?"))
        case ClaimsQuestion():
            return (Text("Which of these statements hold?"),)
        case CarriedQuestion(readout=readout):
            from symlstm.analysis.machines.readout import shown_states

            names = shown_states(posed.run)
            default = str(names[0]) if len(names) == 1 else ""
            spelled = _written(default if readout is None else readout.text, vocabulary)
            which = (Text("Which properties of the inputs so far does "), *spelled, Text(" determine?"))
            return which if readout is not None or default else (Text("Which properties of the inputs so far are carried?"),)
        case CommentQuestion(place=place):
            return (Text("Say in words what the value of "), *_written(place.text, vocabulary), Text(" means."))
        case _:
            assert_never(question)


def _written(text: str, vocabulary: Vocabulary) -> Inlines:
    try:
        return name_of(place_of(text, vocabulary))
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
        out += [Text(", " if out else " Here "), *_own_inputs(posed)]
    if out:
        out.append(Text("."))
    if question.convention.declared:
        out.append(Text(" " + sentence(posed.run.convention)))
    return tuple(out)


def _own_inputs(posed: Posed) -> Inlines:
    inputs = posed.question.inputs
    if isinstance(inputs, Entries):
        named = [Text(f"{', ' if k else ''}{name.text} = {written_text(node)}") for k, (name, node) in enumerate(inputs.entries)]
        return tuple(named)
    assert inputs is not None
    return (Text(f"{', '.join(map(str, posed.run.cell.inputs))} = {written_text(inputs)}"),)


def _places(posed: Posed, letter: str) -> list[Inline]:
    out: list[Inline] = []
    for k, place in enumerate(posed.places):
        if k:
            out.append(Text(" and " if k == len(posed.places) - 1 else ", "))
        if place.time is not None:
            out += name_of(place)
            continue
        out += rung_words(place)
        out.append(Maths(formula(Symbol(place.name, Running(0, letter), place.entry))))
        run = posed.run
        if run.last > run.first:
            out.append(Text(f" for {letter} = {run.first}, …, {run.last}".replace("-", "−")))
        elif run.last == run.first:
            out.append(Text(f" for {letter} = {run.first}".replace("-", "−")))
    return out


# A symbol in a reason: a letter with scripts, and an entry in square brackets.
SYMBOL = re.compile(r"(?<!\w)[^\W\d_]+\u0303?(?:[_^](?:\{[^{}]*\}|−?\w+))+(?:\[\w+\])?")


def with_symbols(text: str, vocabulary: Vocabulary) -> Inlines:
    """A reason with its symbols as maths."""
    out: list[Inline] = []
    at = 0
    for found in SYMBOL.finditer(text):
        try:
            tree = expression(found.group().replace("−", "-"), replace(vocabulary, complete=True), latex=False)
        except NotationError:
            continue
        out += [Text(text[at : found.start()]), Maths(formula(tree))]
        at = found.end()
    return (*out, Text(text[at:]))
