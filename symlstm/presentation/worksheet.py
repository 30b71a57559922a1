"""A worksheet: the statement of a problem with a blank for each answer, room to work, and a grid for the ladder where one is asked for.

In comes a solved problem, of which only the shapes of the answers are used (unless the grid is to be filled); out go blocks. Whoever
works on it stands at its top. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from symlstm.analysis.answers import Answer, CarriedAnswer, ClaimsAnswer, CommentAnswer, FindAnswer, SimplifyAnswer, StateAnswer
from symlstm.arithmetic import value as values_of
from symlstm.checking.score import points_each
from symlstm.document.blocks import (
    Blank,
    Block,
    Document,
    Emphasis,
    Heading,
    Inline,
    Inlines,
    Items,
    Maths,
    Paragraph,
    Room,
    Rule,
    Text,
)
from symlstm.model.convention_words import sentence
from symlstm.model.problem import Posed, symbol
from symlstm.model.question import CarriedQuestion, ClaimsQuestion
from symlstm.model.yaml_text import Scalar
from symlstm.notation.tree import Name, Running, Symbol
from symlstm.notation.typeset import formula
from symlstm.presentation.answers import option_inlines
from symlstm.presentation.feedback_words import points
from symlstm.presentation.figures.cell import cell_figure
from symlstm.presentation.grid import Form, grid_blocks
from symlstm.presentation.solution import title_of
from symlstm.presentation.untold import untold
from symlstm.presentation.words import asked, name_of, number_of

if TYPE_CHECKING:
    from symlstm.pipelines import Part, Solution

ANSWERS = (FindAnswer, SimplifyAnswer, StateAnswer, ClaimsAnswer, CarriedAnswer, CommentAnswer)
"""The members of `Answer`, to tell them from blocks."""
BOX = "☐"
GAP = "\u00a0\u00a0\u00a0 "
"""Between things that stand beside one another; a line may end there."""
_EQUALS = "\u00a0=\u00a0"
"""Keeps a symbol and its blank on one line."""
_NUMBER, _FORMULA, _LINE = 3.5, 16.0, 30.0
"""Widths of the blanks for a number, for a formula, and for words, in ems."""
_MOST_ROOM = 14
"""Lines of room to work that a question gets at most."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a worksheet shows beside the problems."""

    who: tuple[tuple[str, str], ...] = (("Name", ""), ("Date", ""))
    """What stands at the top: a word and what goes with it; a blank where that is empty."""
    grid: Form | None = None
    """Whether the ladder has a grid, and what of it is filled."""


def worksheet(solutions: Sequence[Solution], sheet: Sheet) -> Document:
    """The worksheet of one or several problems.

    >>> import symlstm
    >>> text = "---\\ntitle: A unit\\n---\\n$h_t = 2 h_{t-1}$ with $h_0 = 1$.\\n\\n```question\\nfind: h_1\\n```\\n"
    >>> document = worksheet([symlstm.solve(symlstm.read(text))], Sheet())
    >>> document.title, len(list(document.blocks))
    ('A unit', 6)
    """
    # The figures are made on the way, so that TikZ is asked for beforehand.
    return Document(joint_title(solutions), _blocks(solutions, sheet), figures=True)


def joint_title(solutions: Sequence[Solution]) -> str:
    """The title of a document about these problems."""
    titles = [solution.problem.title for solution in solutions]
    return titles[0] if len(titles) == 1 else f"{len(titles)} problems"


def _blocks(solutions: Sequence[Solution], sheet: Sheet) -> Iterator[Block]:
    yield Paragraph(tuple(_who(sheet.who, sum((possible(solution) for solution in solutions), Fraction(0)))))
    for k, solution in enumerate(solutions, 1):
        if len(solutions) > 1:
            if k > 1:
                yield Rule()
            yield Heading(2, (Text(f"Problem {k}: {solution.problem.title}"),))
        yield from _problem(solution, sheet.grid)


def _who(who: Sequence[tuple[str, str]], total: Fraction) -> Iterator[Inline]:
    for word, what in who:
        yield Emphasis((Text(f"{word}:"),), True)
        yield Text(f" {what}") if what else Text(" ")
        if not what:
            yield Blank(9.0, word.lower())
        yield Text(GAP)
    if total:
        yield Emphasis((Text("Points:"),), True)
        yield Text(" ")
        yield Blank(2.0, "points")
        yield Text(f" of {points(total)}")


def possible(solution: Solution) -> Fraction:
    """The points that can be earned where a question says or implies how many."""
    return sum((worth(answer) or Fraction(0) for answer in solution.answers), Fraction(0))


def worth(answer: Answer) -> Fraction | None:
    """The points of a question; None where it has none: the places of `find` are worth 1 each, other kinds what their author says."""
    question = answer.posed.question
    if isinstance(answer, FindAnswer):
        return points_each(answer.posed, len(answer.values)) * max(1, len(answer.values))
    return None if question.points is None else Fraction(question.points)


def counted_points(number: Fraction) -> str:
    """So many points in words.

    >>> counted_points(Fraction(1)), counted_points(Fraction(3, 2))
    ('1 point', '1.5 points')
    """
    return f"{points(number)} {'point' if number == 1 else 'points'}"


def statement(solution: Solution) -> Iterator[Block | Answer]:
    """What is given to whoever works on a problem, in order: the text with what it leaves untold, the cell, the convention, and in the
    places of the questions their answers, for what each is asked like."""
    problem = solution.problem
    answers = {answer.posed.question.number: answer for answer in solution.answers}
    first = next((k for k, block in enumerate(problem.body) if isinstance(block, int)), len(problem.body))
    yield from (block for block in problem.body[:first] if not isinstance(block, int))
    yield from untold(problem)
    if any(isinstance(answer, FindAnswer) for answer in solution.answers):
        cell = cell_figure(problem.cell, problem.vocabulary.running)
        yield from () if cell is None else (cell,)
    if problem.convention.declared and "{convention}" not in problem.source.text:
        yield Paragraph((Emphasis((Text("Convention."),), True), Text(" " + sentence(problem.convention))))
    # A problem made in Python has questions and no text.
    for block in problem.body[first:] or answers:
        yield answers[block] if isinstance(block, int) else block


def _problem(solution: Solution, grid: Form | None) -> Iterator[Block]:
    shown: list[Part] = []
    for piece in statement(solution):
        if not isinstance(piece, ANSWERS):
            yield piece
            continue
        yield from _question(piece, solution)
        if not isinstance(piece, FindAnswer):
            continue
        part = solution.questions[piece.posed.question.number - 1]
        if grid is None:
            yield Room(min(_MOST_ROOM, 2 * max(1, len(piece.values))))
        elif not any(part is other for other in shown):
            shown.append(part)
            yield from grid_blocks(part.work, grid, asked_in(part))


def asked_in(part: Part) -> frozenset[Name]:
    """The symbols that the questions of a part ask for."""
    return frozenset(place.name for posed in part.posed for place in posed.places)


def _question(answer: Answer, solution: Solution) -> Iterator[Block]:
    """The question as it is asked, and where its answer goes."""
    posed, vocabulary = answer.posed, solution.problem.vocabulary
    where = number_of(posed)
    earned = worth(answer)
    marks: Inlines = () if not earned else (Text(f" ({counted_points(earned)})"),)
    yield Paragraph((Emphasis((Text(title_of(posed) + "."),), True), Text(" "), *asked(posed, vocabulary), *marks))
    match answer:
        case FindAnswer():
            yield Paragraph(tuple(_places(answer)))
        case SimplifyAnswer(system=system):
            for equation in system.equations:
                left = Maths(formula(Symbol(equation.name, Running(0, vocabulary.running))))
                yield Paragraph((left, Text(_EQUALS), Blank(_FORMULA, f"{equation.name} in {where}")))
        case StateAnswer(options=options):
            boxed = [inline for option in options for inline in (Text(f"{BOX} "), Maths(formula(option.symbol)), Text(GAP))]
            yield Paragraph(tuple(boxed[:-1]))
        case ClaimsAnswer() | CarriedAnswer():
            yield Items(tuple((Paragraph(_option(claim.text, posed, solution)),) for claim in _claims(answer)), start=1)
        case CommentAnswer():
            yield Paragraph((Blank(_LINE, f"your comment in {where}"),))
            yield Paragraph((Blank(_LINE, f"your comment in {where}, second line"),))
        case _:
            assert_never(answer)


def _claims(answer: ClaimsAnswer | CarriedAnswer) -> Sequence[Scalar]:
    question = answer.posed.question
    assert isinstance(question, ClaimsQuestion | CarriedQuestion)
    return question.claims


def _option(text: str, posed: Posed, solution: Solution) -> Inlines:
    return (Text(f"{BOX} "), *option_inlines(text, posed.run, solution.problem.vocabulary))


def _places(answer: FindAnswer) -> Iterator[Inline]:
    """`h_0 = ___`, one for each place; as many blanks in brackets as a vector has entries."""
    where = number_of(answer.posed)
    for k, (place, value) in enumerate(answer.values.items()):
        if k:
            yield Text(GAP)
        if place.rung:
            yield from name_of(place)
        else:
            yield Maths(formula(symbol(place)))
        yield Text(_EQUALS)
        count = len(values_of.entries(value.carried))
        if count == 1:
            yield Blank(_NUMBER, f"{place} in {where}")
            continue
        yield Text("(")
        for entry in range(1, count + 1):
            if entry > 1:
                yield Text(", ")
            yield Blank(_NUMBER, f"{place}, entry {entry}, in {where}")
        yield Text(")")
