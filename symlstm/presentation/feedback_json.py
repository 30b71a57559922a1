"""Feedback as JSON (section 7 of the design): the result object encoded, numbers as text."""

from __future__ import annotations

from typing import Any

import msgspec

from symlstm.checking.checking import Checked
from symlstm.checking.judgement import Judgement
from symlstm.checking.numerals import literal
from symlstm.derivation.values import Nested
from symlstm.notation.tree import Expr, Listing, Matrix
from symlstm.presentation.feedback_words import Expected, Reasons, summary, written

FORMAT = "symlstm/feedback-1"

_ENTRIES = {"wrong": "slip"}


def encoded(checked: Checked, reveal: bool) -> str:
    """The JSON text of feedback, indented, with a newline at its end."""
    reasons = Reasons(checked)
    expected = Expected(checked) if reveal else None
    first = checked.first_slip
    out = {
        "format": FORMAT,
        "summary": summary(checked),
        "lines": [_line(judgement, reasons, expected) for judgement in checked.judgements],
        "first_slip": None if first is None else {"line": reasons.line(first), "place": _place(first)},
        "score": {"earned": str(checked.score.earned), "possible": str(checked.score.possible)},
        "diagnoses": [
            {"code": d.code, "words": d.words, "hint": d.hint, "explains": [str(place) for place in d.explains],
             "tied_with": list(d.tied_with)}
            for d in checked.diagnoses
        ],
    }
    return msgspec.json.format(msgspec.json.encode(out), indent=2).decode() + "\n"


def _place(judgement: Judgement) -> str | None:
    return None if judgement.member.place is None else str(judgement.member.place)


def _line(judgement: Judgement, reasons: Reasons, expected: Expected | None) -> dict[str, Any]:
    member = judgement.member
    line, column = reasons.lines.place(member.offset)
    return {
        "line": line,
        "column": column,
        "text": member.text,
        "question": reasons.question(judgement),
        "place": _place(judgement),
        "found": None if member.tree is None else found(member.tree),
        "expected": None if expected is None else expected.texts(judgement, reasons.marked(judgement)),
        "value": judgement.value,
        "step": None if judgement.step == "none" else judgement.step,
        "verdict": judgement.verdict,
        "changes": judgement.changes,
        "entries": [
            judgement.verdict if entry == "wrong" and judgement.verdict == "follows" else _ENTRIES.get(entry, entry)
            for entry in judgement.entries
        ],
        "reason": reasons.reason(judgement),
    }


def found(tree: Expr) -> Nested:
    """What a line says: the digits of a number as written, a list of them, a list of rows; an expression as text."""
    match tree:
        case Listing(items=items) if literal(tree) is not None and len(items) > 1:
            return [found(item) for item in items]
        case Matrix(rows=rows) if literal(tree) is not None and len(rows) > 1 and len(rows[0]) == 1:
            return [found(row[0]) for row in rows]
        case Matrix(rows=rows) if literal(tree) is not None and len(rows) > 1:
            return [[found(entry) for entry in row] for row in rows]
        case _:
            numbers = literal(tree)
            return numbers[0].text if numbers is not None and len(numbers) == 1 else written(tree).replace("−", "-")
