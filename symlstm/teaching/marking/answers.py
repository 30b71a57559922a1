"""Answers in a table, CSV or JSON Lines, as the text of work that a student would have written.

In come a file and the problem that it answers, out goes a stream of `Found`, one for each row as it is read. A column or key is an id,
a whole text of work, a place (`h_1`, `h_1[2]`), or a question by number or label. Nothing is judged here: what a cell says is read by
the ordinary check.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from symlstm.analysis.answers import asked_places
from symlstm.checking.lists import bare_list
from symlstm.errors import DocumentError, NotationError
from symlstm.model.files import LARGEST_WORK
from symlstm.model.problem import Posed, Problem
from symlstm.notation.places import place
from symlstm.notation.symbols import Vocabulary
from symlstm.notation.tree import Expr, Listing, Numeral
from symlstm.teaching.csv_rows import streamed_rows
from symlstm.teaching.held_folder import cant
from symlstm.teaching.marking.found import Found, shown
from symlstm.teaching.marking.text_lines import text_lines, wrong_line

Warn: TypeAlias = Callable[[str], None]
LARGEST = 400_000_000
"""Bytes of a CSV file of answers."""
_DEEPEST = 4
_MOST_ANSWERS = 5_000
"""Answers of one student."""
_BLANK = "?"
"""How an entry of a list is written that was left blank: what a bracket holds is no value then."""
_QUESTION = re.compile(r"(?i)(?:question|q)[\s_.#-]*(\d{1,3})(?:[\s:/.,-]+(\S.*))?")
_NUMBERED = re.compile(r"([^\W\d_])(\d{1,3})")
_COMMA = re.compile(r"(?<=\d),(?=\d)")


@dataclass(frozen=True, slots=True)
class Target:
    """What a column or key is about. `place` is as it was written there."""

    kind: Literal["id", "work", "place", "question"]
    question: int | None = None
    place: str = ""


class Headings:
    """Which column or key is about what, for one problem."""

    def __init__(self, problem: Problem) -> None:
        cell = problem.cell
        timed = {name: name for name in (*cell.by_name, *cell.inputs)}
        self._vocabulary = Vocabulary(timed=timed, plain={name: name for name in cell.parameters}, complete=True)
        self._posed = {posed.question.number: posed for posed in problem.questions}
        self._asked = {str(asked.whole) for posed in problem.questions if posed.places for asked in asked_places(posed)}
        self._labels = {posed.question.label.strip().strip("()").casefold(): posed.question.number for posed in problem.questions
                        if posed.question.label}

    def target(self, heading: str) -> Target | None:
        """What a heading names; None where nothing is known by it."""
        text = heading.strip()
        if text.casefold() in ("id", "work"):
            return Target("id" if text.casefold() == "id" else "work")
        if text.strip("()").casefold() in self._labels:
            return Target("question", self._labels[text.strip("()").casefold()])
        if self._is_place(text):
            return Target("place", None, text)
        numbered = _NUMBERED.fullmatch(text)
        if numbered is not None and (asked := f"{numbered[1]}_{numbered[2]}") in self._asked:
            return Target("place", None, asked)  # q1 is q_1 where that is asked for, otherwise question 1
        match = _QUESTION.fullmatch(text)
        if match is None or int(match[1]) not in self._posed:
            return None
        if match[2] is None:
            return Target("question", int(match[1]))
        return Target("place", int(match[1]), match[2]) if self._is_place(match[2]) else None

    def _is_place(self, text: str) -> bool:
        if not text or len(text) > 100:
            return False
        try:
            return not place(text, self._vocabulary).rung
        except NotationError:
            return False

    def work(self, answers: Iterable[tuple[Target, str]], comma: bool) -> str:
        """The answers as a student would write them, each under the heading of its question."""
        places: dict[int, list[str]] = {}
        texts: dict[int, list[str]] = {}
        for target, said in answers:
            if not said.strip():
                continue
            number = target.question or 0
            if target.kind == "place":
                places.setdefault(number, []).append(f"{target.place} = {' '.join(said.split())}")
            else:
                texts.setdefault(number, []).append(said if not number else _answer(self._posed[number], said, comma))
        lines: list[str] = []
        for number in sorted({*places, *texts}):
            heading = [f"Question {number}:"] if number else []
            # A text may have headings in it, under which a place behind it would stand.
            for said_there in (places.get(number, []), texts.get(number, [])):
                lines += [*heading, *said_there] if said_there else []
        return "".join(f"{line}\n" for line in lines)


def _answer(posed: Posed, said: str, comma: bool) -> str:
    """The answer to a whole question. A bare list is written out, since none is read where several symbols are asked for."""
    asked = asked_places(posed) if posed.places else ()
    if not asked or re.search(r"[=:≈→]|[^\W\d_]{2}", said):
        return said.strip()
    line = " ".join(said.split())
    if len(asked) == 1:
        return f"{asked[0]} = {line}"
    found = bare_list(_COMMA.sub(".", line) if comma else line)
    if len({place.name for place in asked}) == 1 or found is None:
        return f"{asked[0].name} = {line}" if found is None or line.startswith("[") else f"{asked[0].name} = {_text(found, comma)}"
    if len(found.items) != len(asked):
        return line
    return "\n".join(f"{place} = {_text(item, comma)}" for place, item in zip(asked, found.items, strict=True))


def _text(item: Expr, comma: bool) -> str:
    if isinstance(item, Listing):
        return f"[{('; ' if comma else ', ').join(_text(each, comma) for each in item.items)}]"
    assert isinstance(item, Numeral)
    return item.text.replace(".", ",") if comma else item.text


# -- CSV ---


def csv_answers(path: Path, problem: Problem, comma: bool, warn: Warn) -> Iterator[Found]:
    """The rows of a CSV file of answers; its first line names the columns.

    Raises `DocumentError` where it has no column `id`, or none that is about the problem.
    """
    lines = streamed_rows(text_lines(path, largest=LARGEST, what="file of answers"),
                          lambda what, number, line: wrong_line(path, what, number, line))
    head = next(lines, None)
    if head is None:
        raise wrong_line(path, "there are no answers; the first line names the columns, as in `id,work` or `id,h_1,h_2`", 1, "")
    headings = Headings(problem)
    targets = [headings.target(cell) for cell in head.cells]
    ids = [k for k, target in enumerate(targets) if target is not None and target.kind == "id"]
    if len(ids) != 1:
        raise wrong_line(path, f"{'several columns' if ids else 'no column'} `id`; the first line of a file of answers names its "
                         "columns, as in `id,work` or `id,h_1,h_2`", head.line, ",".join(head.cells))
    kept = [(k, target) for k, target in enumerate(targets) if target is not None and target.kind != "id"]
    if not kept:
        raise wrong_line(path, "no column is about the problem; name a column `work`, or after a place (`h_1`) or a question "
                         "(`question 1`)", head.line, ",".join(head.cells))
    known = ("name", "")
    ignored = [cell.strip() for cell, target in zip(head.cells, targets) if target is None and cell.strip().casefold() not in known]
    if ignored:
        which = "this column is" if len(ignored) == 1 else "these columns are"
        warn(f"{shown(path.name)}: nothing is known by {_named(ignored)}, so {which} passed over")
    for row in lines:
        cells = row.cells + [""] * (len(targets) - len(row.cells))
        fault = ""
        if any(cell.strip() for cell in cells[len(targets) :]):
            fault = "more cells than the first line has columns; put a cell with a comma in it in double quotes"
        text = headings.work(((target, cells[k]) for k, target in kept), comma)
        yield _row(path, row.line, cells[ids[0]], text, fault)


def _row(path: Path, line: int, id: str, text: str, fault: str) -> Found:
    if not fault and len(text) > LARGEST_WORK:
        fault = f"larger than {LARGEST_WORK:,} bytes, which no piece of work is"
    if not fault and "\0" in text:
        fault = "a null character; this isn't text"
    return Found(shown(f"{path.name} line {line}"), (shown(id),), text if not fault else "", fault, named=True)


def _named(columns: Sequence[str]) -> str:
    said = ", ".join(f"`{shown(column[:40])}`" for column in columns[:6])
    return said + (f" and {len(columns) - 6} more" if len(columns) > 6 else "")


# -- JSON Lines ---


def json_answers(path: Path, problem: Problem, comma: bool, warn: Warn) -> Iterator[Found]:
    """The lines of a JSON Lines file of answers, each `{"id": ..., "work": ...}` or `{"id": ..., "answers": {...}}`.

    Raises `DocumentError` at the line that is none of these; an odd answer is the fault of its line.
    """
    headings = Headings(problem)
    ignored: dict[str, None] = {}
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(2 * LARGEST_WORK):
                number += 1
                if line.strip(b"\xef\xbb\xbf \t\r\n"):
                    yield _entry(path, number, line, headings, comma, ignored)
    except OSError as error:
        raise cant(path, error) from None
    if ignored:
        warn(f"{shown(path.name)}: nothing is known by {_named(list(ignored))}, so it is passed over")


def _entry(path: Path, number: int, line: bytes, headings: Headings, comma: bool, ignored: dict[str, None]) -> Found:
    def wrong(what: str) -> DocumentError:
        return wrong_line(path, f"{what}; a line is {{\"id\": ..., \"work\": ...}} or {{\"id\": ..., \"answers\": {{...}}}}",
                          number, line[:200].decode(errors="replace"))

    try:
        entry: object = json.loads(line.removeprefix(b"\xef\xbb\xbf"), parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise wrong(f"line {number} isn't JSON") from None
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        raise wrong(f"line {number} has no id")
    if "work" not in entry and "answers" not in entry:
        raise wrong(f"line {number} has neither a text of work nor answers")
    text, fault = _said(entry, headings, comma, ignored)
    return _row(path, number, entry["id"], text.encode(errors="replace").decode(), fault)


def _said(entry: Mapping[str, object], headings: Headings, comma: bool, ignored: dict[str, None]) -> tuple[str, str]:
    """What a line says as text of work, or why that is none. What is null is blank."""
    work, answers = entry.get("work"), entry.get("answers")
    if work is not None and not isinstance(work, str):
        return "", "the `work` is no text"
    if answers is None:
        return work or "", ""
    if not isinstance(answers, Mapping):
        return "", "the `answers` are no places or questions with what was answered, as in {\"h_1\": 0.5}"
    said = [(Target("work"), work)] if work is not None else []
    for key, value in list(answers.items())[:_MOST_ANSWERS]:
        target = headings.target(key)
        if target is None or target.kind == "id":
            ignored[key] = None
            continue
        text = "" if value is None else _value(value, comma, _DEEPEST)
        if text is None:
            return "", f"the answer {key[:40]!r} is neither text, a number nor a list of these"
        said.append((target, text))
    return headings.work(said, comma), ""


def _value(value: object, comma: bool, deepest: int) -> str | None:
    """An answer as text; None for what is none. An entry that was left blank can't be read, and is said to be so."""
    if value is None:
        return _BLANK
    if isinstance(value, str):
        return value
    if not isinstance(value, list) or not deepest:
        return None
    parts = [_value(each, comma, deepest - 1) for each in value]
    return None if None in parts else f"[{('; ' if comma else ', ').join(part for part in parts if part is not None)}]"
