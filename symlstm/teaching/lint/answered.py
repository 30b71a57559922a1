"""Rules about what is asked and answered: keys that are wrong, values that nobody gives, questions that ask twice or ask for data.

In comes a case; out come findings. Which answer is right is what the derivation says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from symlstm.analysis.answers import CarriedAnswer, ClaimsAnswer, FindAnswer, StateAnswer, answer, asked_places
from symlstm.errors import SymlstmError
from symlstm.model.problem import Posed
from symlstm.model.question import CarriedQuestion, ClaimsQuestion, FindQuestion, StateQuestion
from symlstm.teaching.asked import Said, digits
from symlstm.teaching.lint.case import Case, number, pos_of, same, shown
from symlstm.teaching.lint.finding import Finding, sentences

_MOST_SHOWN = 4
"""Places that a finding names."""
_MANY = 3
"""From so many steps on one value at all of them is worth a word."""


def of_error(error: SymlstmError, code: str = "error", question: int | None = None) -> Finding:
    """An error of the document as a finding."""
    what, mend = sentences(error)
    return Finding(code, error.offset, question, "", what, "Nothing that depends on it can be worked.", mend)


def unstated(case: Case) -> Iterator[Finding]:
    """A question needs a value that nobody gives, or can't be worked for another reason; a lack that several share is told once."""
    told = set()
    for question, found in sorted(case.found.items()):
        if isinstance(found, SymlstmError):
            lack = found.message.partition("; ")[2] or found.message
            if lack not in told:
                told.add(lack)
                yield _lack(found, lack, question)
    for sheet in case.sheets:
        # What isn't asked for but can't be computed stops the solution too.
        for error in list(case.desk.trace(sheet).stopped.values())[:1]:
            if error.message not in told:
                told.add(error.message)
                yield of_error(error, "error", sheet.finds[0].question.number)


_NO_STEP = re.compile(r"no step can be taken: (?P<name>[^;]+?) ha(?:s|ve) no values(?:; (?P<hint>.*))?", re.DOTALL)
_NO_VALUE = re.compile(r"(?P<name>[^ ;]+) has no value(?:, but (?P<hint>.*))?", re.DOTALL)


def _lack(error: SymlstmError, lack: str, question: int) -> Finding:
    if steps := _NO_STEP.fullmatch(error.message):
        name, what = steps["name"], f"No step can be taken: nobody gives the inputs {steps['name']}."
        mend = steps["hint"] or f"Write in the text ${name} = [...]$, or `inputs:` in the question."
    elif value := _NO_VALUE.fullmatch(lack):
        name, hint = value["name"], f" ({value['hint']})" if value["hint"] else ""
        what = f"{error.message.partition(';')[0]}: nobody says what {name} is{hint}."
        mend = f"Write in the text ${in_latex(name)} = ...$, with its value."
    else:
        return of_error(error, "error", question)
    return Finding("unstated", error.offset, question, name, what.replace("_-", "_−"),
                   "Students guess it, most often as 0, and some ask.", mend[:1].upper() + mend[1:])


def in_latex(place: str) -> str:
    """A place as LaTeX has it, with braces around a time of several characters.

    >>> in_latex("h_-1"), in_latex("h_0")
    ('h_{-1}', 'h_0')
    """
    return re.sub(r"_(-?\d\d+|-\d)$", r"_{\1}", place)


def wrong_values(case: Case) -> Iterator[Finding]:
    """The author's answer isn't what the derivation gives."""
    for posed, found in case.keyed():
        if not found.disagreements:
            continue
        wrong = [f"{shown(place)} is {number(_printed(found, place))}, not {said.replace('-', '−')}"
                 for place, said in found.disagreements]
        more = f", and {len(wrong) - _MOST_SHOWN} more differ" if len(wrong) > _MOST_SHOWN else ""
        assert posed.question.answer is not None
        yield Finding(
            "wrong-answer", posed.question.answer.pos, posed.question.number, str(found.disagreements[0][0]),
            f"The answer given isn't what the derivation has: {', '.join(wrong[:_MOST_SHOWN])}{more}.",
            "Right work would be marked wrong.", f"Write `answer: {_key(found)}`, or mend the numbers or the convention.",
        )


def _printed(found: FindAnswer, place: object) -> Said:
    return _flat(next(value.printed for at, value in found.values.items() if at == place))


def _flat(nested: object) -> Said:
    return (nested,) if isinstance(nested, str) else tuple(text for item in nested for text in _flat(item))  # type: ignore[attr-defined]


def _key(found: FindAnswer) -> str:
    texts = [_listed(_flat(value.printed)) for value in found.values.values()]
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


def _listed(said: Said) -> str:
    return said[0] if len(said) == 1 else f"[{', '.join(said)}]"


def wrong_options(case: Case) -> Iterator[Finding]:
    """The author's answer to a question about claims, what is carried or the state is wrong, or such a question can't be read."""
    for sheet in case.desk.sheets:
        for posed in sheet.posed:
            if not isinstance(posed.question, ClaimsQuestion | CarriedQuestion | StateQuestion):
                continue
            try:
                found = answer(posed, sheet.work, sheet)
            except SymlstmError as error:
                yield of_error(error, "error", posed.question.number)
                continue
            assert isinstance(found, ClaimsAnswer | CarriedAnswer | StateAnswer)
            node = posed.question.answer
            if node is None or not found.key.disagreements:
                continue
            text, _ = found.key.disagreements[0]
            wrong = ", ".join(f"“{text}” {'holds' if holds else 'doesn’t hold'}"
                              for text, holds in found.key.disagreements[:_MOST_SHOWN])
            right = ", ".join(str(k) for k, option in enumerate(found.options, 1) if option.holds)
            yield Finding(
                "wrong-option", node.pos, posed.question.number, text, f"The answer given isn't what was found: {wrong}.",
                "Right work would be marked wrong.", f"Write `answer: [{right}]`, the numbers of those that hold.",
            )


def given_anyway(case: Case) -> Iterator[Finding]:
    """A question asks for a value that the data give."""
    for sheet in case.sheets:
        run = sheet.run
        for posed in sheet.finds:
            given = [place for place in asked_places(posed) if place.time is not None and not place.rung
                     and (place.name, place.time) in run.timed and place.time >= run.first]
            if given:
                more = f" and {len(given) - _MOST_SHOWN} more" if len(given) > _MOST_SHOWN else ""
                names = ", ".join(map(shown, given[:_MOST_SHOWN])) + more
                yield Finding(
                    "asks-given", pos_of(posed, given[0]), posed.question.number, str(given[0]),
                    f"{names} {'is' if len(given) == 1 else 'are'} asked for, but the data give {'it' if len(given) == 1 else 'them'}.",
                    "Copying is no exercise; and what is given isn't derived, so a slip in it shows nowhere.",
                    f"Leave {names} out of `find`, or out of the data.",
                )


def asked_twice(case: Case) -> Iterator[Finding]:
    """Two questions ask for values of the same symbols and have the same answers."""
    seen: list[tuple[Posed, tuple[str, ...], tuple[Said, ...]]] = []
    for posed, found in case.keyed():
        places = tuple(found.values)
        symbols = tuple(f"{place.name}[{place.entry}]/{place.rung}" for place in places)
        trace = next(case.desk.trace(sheet) for sheet in case.desk.asking if posed in sheet.finds)
        values = tuple(digits(trace, place) for place in places)
        twin = next((other for other, names, said in seen if names == symbols and all(map(same, said, values))), None)
        seen.append((posed, symbols, values))
        if twin is not None:
            what = ", ".join(dict.fromkeys(str(place.name) for place in places))
            yield Finding(
                "same-answer", posed.question.pos, posed.question.number, what,
                f"Questions {twin.question.number} and {posed.question.number} have the same answer: {', '.join(map(number, values))}.",
                "Whoever copies the first has the second for nothing.",
                f"Change an input or an initial value of question {posed.question.number}, or leave it out.",
            )


def always_equal(case: Case) -> Iterator[Finding]:
    """A symbol that is asked for at several steps has one value at all of them though the inputs differ."""
    for sheet in case.sheets:
        run, trace = sheet.run, case.desk.trace(sheet)
        inputs = {name: {str(given.value) for (n, time), given in run.timed.items() if n == name and time >= run.first}
                  for name in run.cell.inputs}
        if not any(len(values) > 1 for values in inputs.values()):
            continue
        for posed in sheet.finds:
            for asked in (place for place in posed.places if place.time is None):
                values = [digits(trace, place) for place in asked_places(posed)
                          if (place.name, place.entry, place.rung) == (asked.name, asked.entry, asked.rung)]
                if len(values) >= _MANY and len(set(values)) == 1:
                    yield Finding(
                        "always-equal", pos_of(posed, asked), posed.question.number, str(asked),
                        f"{asked} is {number(values[0])} at all {len(values)} steps, though the inputs differ.",
                        "Whoever gets one step right has them all; nothing is learned from the others.",
                        "Change the parameters so that the inputs show, or ask for one step only.",
                    )


def uneven_points(case: Case) -> Iterator[Finding]:
    """Some questions say what they are worth, and others don't."""
    without = [posed for posed in case.problem.questions if posed.question.points is None]
    if not without or len(without) == len(case.problem.questions):
        return
    posed = without[0]
    places = len(asked_places(posed)) if isinstance(posed.question, FindQuestion) else 1
    yield Finding(
        "points", posed.question.pos, posed.question.number, "",
        f"Question {posed.question.number} has no points, others have; it counts {places}, one for each thing asked.",
        "The total may not be what you mean.", f"Write `points: {places}` there, or the points that you mean.",
    )
