"""The solution as JSON (section 7 of the design): the result object encoded, numbers as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, assert_never

import msgspec

from symlstm.analysis.answers import Answer, CarriedAnswer, ClaimsAnswer, CommentAnswer, FindAnswer, SimplifyAnswer, StateAnswer
from symlstm.derivation.values import value_at
from symlstm.derivation.work import Work, same_data
from symlstm.model.convention import Convention
from symlstm.notation.tree import Running, Symbol
from symlstm.notation.typeset import formula, latex
from symlstm.presentation.words import as_text, notes, simplify_reason

if TYPE_CHECKING:
    from symlstm.pipelines import Solution

FORMAT = "symlstm/solution-1"


def encoded(solution: Solution) -> str:
    """The JSON text of a solution, indented, with a newline at its end."""
    first = solution.main
    out = {
        "format": FORMAT,
        "title": solution.problem.title,
        "convention": _convention(first.work.run.convention),
        "notes": [as_text(note) for note in notes((part.posed, part.work.run, part.splits) for part in solution.parts)],
        "trace": list(_trace(first.work)),
        "answers": [_answer(answer, solution) for answer in solution.answers],
    }
    return msgspec.json.format(msgspec.json.encode(out), indent=2).decode() + "\n"


def _convention(convention: Convention) -> dict[str, Any]:
    saturate = convention.saturate
    return {
        "saturate": None if saturate is None else {"at": str(saturate.at), "on": list(saturate.on)},
        "round": {symbol: str(places) for symbol, places in convention.round},
        "ties": convention.ties,
        "carry": convention.carry,
        "show": str(convention.show),
        "declared": sorted(convention.declared),
    }


def _trace(work: Work) -> Iterator[dict[str, Any]]:
    for place in work.trace.places():
        value = value_at(work.ladders, place)
        yield {"place": value.place, "value": value.printed, "exact": value.exact}


def _answer(answer: Answer, solution: Solution) -> dict[str, Any]:
    question = answer.posed.question
    head: dict[str, Any] = {"question": question.number, "kind": question.kind, "label": question.label}
    match answer:
        case FindAnswer(values=values, agrees=agrees):
            head["values"] = {str(place): value.printed for place, value in values.items()}
            part = solution.questions[question.number - 1]
            if not same_data(part.work.run, solution.main.work.run):
                head["trace"] = list(_trace(part.work))
            head["agrees"] = agrees
        case SimplifyAnswer(system=system):
            head["equations"] = [
                {
                    "symbol": str(equation.name),
                    "latex": latex(formula(Symbol(equation.name, Running(0)))) + f" {_RELATION[equation.relation]} "
                    + latex(formula(equation.tree)),
                    "reason": simplify_reason(equation),
                }
                for equation in system.equations
            ]
        case StateAnswer(options=options):
            from symlstm.analysis.gates.words import symbol_text

            head["options"] = [
                {"symbol": symbol_text(option.symbol), "holds": option.holds, "reason": option.reason} for option in options
            ]
        case ClaimsAnswer(options=claims) | CarriedAnswer(options=claims):
            from symlstm.presentation.claims_json import claim_object

            head["options"] = [claim_object(option) for option in claims]
        case CommentAnswer(comments=comments):
            head["words"] = " ".join(comment.words for comment in comments)
        case _:
            assert_never(answer)
    return head


_RELATION = {"=": "=", "→": r"\to"}
