"""A key: the worked solution of each problem, with the points that a line earns at its end, and the grid filled where one is wanted.

In come solved problems, out goes a document. Steps are made as they are read; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import msgspec

from symlstm.analysis.answers import FindAnswer
from symlstm.checking.score import points_each
from symlstm.document.blocks import Block, Display, Document, Emphasis, Heading, Inlines, Line, Paragraph, Rule, Table, Text
from symlstm.presentation.feedback_words import points
from symlstm.presentation.grid import grid_blocks
from symlstm.presentation.solution import anchor_prefix, document, title_of
from symlstm.presentation.worksheet import GAP, counted_points, joint_title, worth

if TYPE_CHECKING:
    from symlstm.pipelines import Detail, Part, Solution


def key(
    solutions: Sequence[Solution], who: Sequence[tuple[str, str]] = (), *, grid: bool = False, detail: Detail = "standard"
) -> Document:
    """The key of one or several problems; `who` stands at its top, a word and what goes with it.

    >>> import symlstm
    >>> text = "---\\ntitle: A unit\\n---\\n$h_t = 2 h_{t-1}$ with $h_0 = 1$.\\n\\n```question\\nfind: h_1\\npoints: 3\\n```\\n"
    >>> blocks = key([symlstm.solve(symlstm.read(text))]).blocks
    >>> [line.note[0].text for block in blocks if isinstance(block, Display) for line in block.lines if line.note]
    ['3 points']
    """
    # The figures of a solution are made on the way, so that TikZ is asked for beforehand.
    return Document(f"Key: {joint_title(solutions)}", _blocks(solutions, who, grid, detail), figures=True)


def _blocks(solutions: Sequence[Solution], who: Sequence[tuple[str, str]], grid: bool, detail: Detail) -> Iterator[Block]:
    if who:
        yield Paragraph(tuple(
            inline for word, what in who for inline in (Emphasis((Text(f"{word}:"),), True), Text(f" {what}{GAP}"))))
    yield from _totals(solutions)
    for k, solution in enumerate(solutions, 1):
        if len(solutions) > 1:
            if k > 1:
                yield Rule()
            yield Heading(2, (Text(f"Problem {k}: {solution.problem.title}"),))
        marks = _marks(solution)
        front = f"p{k}-" if len(solutions) > 1 else ""
        for block in document(solution, detail, None).blocks:
            yield _anchored(_marked(block, marks), front)
        if grid:
            yield from _grids(solution)


def _totals(solutions: Sequence[Solution]) -> Iterator[Block]:
    """The points of each question, where any has some."""
    rows: list[tuple[Inlines, ...]] = []
    total = Fraction(0)
    for k, solution in enumerate(solutions, 1):
        front = f"Problem {k}, q" if len(solutions) > 1 else "Q"
        for answer in solution.answers:
            earned = worth(answer)
            if earned:
                total += earned
                each = ""
                if isinstance(answer, FindAnswer) and len(answer.values) > 1:
                    each = f"{points(points_each(answer.posed, len(answer.values)))} a value"
                rows.append(((Text(front + title_of(answer.posed)[1:]),), (Text(points(earned)),), (Text(each),)))
    if rows:
        rows.append(((Emphasis((Text("All"),), True),), (Emphasis((Text(points(total)),), True),), ()))
        yield Table(((Text("Marks"),), (Text("points"),), ()), tuple(rows), "lrl")


def _marks(solution: Solution) -> dict[str, Fraction]:
    """From a line's anchor to what its value earns."""
    out: dict[str, Fraction] = {}
    for part in solution.parts:
        front = anchor_prefix(solution, part)
        for answer in solution.answers:
            if isinstance(answer, FindAnswer) and any(answer.posed is posed for posed in part.posed):
                each = points_each(answer.posed, len(answer.values))
                for place in answer.values:
                    anchor = f"{front}{place.whole}"
                    out[anchor] = out.get(anchor, Fraction(0)) + each
    return out


def _marked(block: Block, marks: Mapping[str, Fraction]) -> Block:
    if not isinstance(block, Display) or not any(line.anchor in marks for line in block.lines):
        return block
    return msgspec.structs.replace(block, lines=tuple(_line(line, marks) for line in block.lines))


def _anchored(block: Block, front: str) -> Block:
    """The block with its anchors told apart from those of other problems."""
    match block:
        case Heading(anchor=anchor) if front and anchor:
            return replace(block, anchor=front + anchor)
        case Display(lines=lines) if front:
            named = (msgspec.structs.replace(line, anchor=front + line.anchor) if line.anchor else line for line in lines)
            return msgspec.structs.replace(block, lines=tuple(named))
        case Table(anchors=anchors) if front and anchors:
            return replace(block, anchors=[front + anchor for anchor in anchors])
        case _:
            return block


def _line(line: Line, marks: Mapping[str, Fraction]) -> Line:
    earned = marks.get(line.anchor)
    if not earned:
        return line
    said = Text(counted_points(earned))
    note: Inlines = (*line.note, Text("; "), said) if line.note else (said,)
    return msgspec.structs.replace(line, note=note)


def _grids(solution: Solution) -> Iterator[Block]:
    shown: list[Part] = []
    for answer in solution.answers:
        part = solution.questions[answer.posed.question.number - 1]
        if isinstance(answer, FindAnswer) and not any(part is other for other in shown):
            shown.append(part)
            yield Heading(3, (Text(f"Grid for {title_of(answer.posed)}".replace("Q", "q", 1)),))
            yield from grid_blocks(part.work, "full")
