"""A problem made ready for other systems: its statement, questions, right and wrong values, hints and worked solution, once for all
formats.

In comes a problem, out goes a `Collection`: the problem as it stands, or variants of it. Nothing here knows of a format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import assert_never

import msgspec

from symlstm.analysis.answers import Answer, CarriedAnswer, ClaimsAnswer, CommentAnswer, FindAnswer, SimplifyAnswer, StateAnswer
from symlstm.document.blocks import (
    Aside,
    Block,
    Display,
    Emphasis,
    Fold,
    Heading,
    Image,
    Items,
    Line,
    Link,
    Maths,
    Paragraph,
    Quote,
    Table,
)
from symlstm.errors import Source, UsageError
from symlstm.exchange.entries import MOST_WRONG, Numbers, precision
from symlstm.exchange.exercise import Collection, Exercise, Item, NumbersItem, Option, OptionsItem, WordsItem
from symlstm.exchange.hints import hints
from symlstm.exchange.markup import html
from symlstm.model.problem import Problem
from symlstm.model.question import CarriedQuestion, ClaimsQuestion, FindQuestion
from symlstm.model.reader import read
from symlstm.notation.tree import Running, Symbol
from symlstm.notation.typeset import formula
from symlstm.pipelines import Part, Solution, solve
from symlstm.presentation.answers import claim_blocks, option_inlines, state_block
from symlstm.presentation.solution import document, title_of
from symlstm.presentation.words import asked, with_symbols
from symlstm.presentation.worksheet import ANSWERS, statement, worth
from symlstm.teaching.asked import Desk
from symlstm.teaching.progress import Progress, unseen
from symlstm.teaching.variants.hearing import front_of
from symlstm.teaching.variants.variants import vary

MOST_EXERCISES = 1_000
_SAYS_NOTHING = ("", "problem", "question", "exercise", "index", "readme")
_ABROAD = re.compile(r"(?i)https?://|data:")

def gathered(
    problem: Problem, n: int | None = None, seed: str | None = None, *, progress: Progress = unseen
) -> Collection:
    """The problem as it stands, or `n` variants of it, drawn from `seed`.

    Raises `SymlstmError` where it can't be solved, or there are no such variants.

    >>> import symlstm
    >>> text = "---\\ntitle: A unit\\n---\\n$h_t = 2 h_{t-1}$ with $h_0 = 1$.\\n\\n```question\\nfind: h_1\\n```\\n"
    >>> [entry.right.text for item in gathered(symlstm.read(text)).exercises[0].items for entry in item.entries]
    ['2']
    """
    name = Path(problem.source.name).name
    stem = "" if name.startswith("<") else _slug(name.removesuffix(".md"))
    # Several problems may be exported to one course: their names tell them apart, or else their titles.
    stem = stem if stem not in _SAYS_NOTHING else _slug(problem.title) or "problem"
    if n is None and seed is None:
        progress(1, 1)
        exercises = [_exercise(problem, stem)]
    else:
        count = 1 if n is None else n
        if not 1 <= count <= MOST_EXERCISES:
            raise UsageError(f"-n {count:,}: from 1 to {MOST_EXERCISES:,} variants can be exported")
        width = max(2, len(str(count)))
        exercises = []
        for k, variant in enumerate(vary(problem, count, "1" if seed is None else seed), 1):
            own = read(Source(problem.source.name, variant.text))
            exercises.append(_exercise(own, f"{stem}-{k:0{width}}"))
            progress(k, count)
    return Collection(stem, problem.title, tuple(exercises), tuple(dict.fromkeys(_lost(problem, exercises))))


def _slug(text: str) -> str:
    """Small letters, digits and `-`.

    >>> _slug("LSTM states (2)")
    'lstm-states-2'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.casefold().encode("ascii", "ignore").decode()).strip("-")[:60].strip("-")


def _exercise(problem: Problem, id: str) -> Exercise:
    solution = solve(problem)
    desk = Desk(problem)
    front, _ = front_of(problem)
    numbers = Numbers(desk, problem.vocabulary, tuple(scalar.text for scalar in front.misconceptions))
    pieces = tuple(_item(piece, solution, numbers) if isinstance(piece, ANSWERS) else piece for piece in statement(solution))
    return Exercise(id, problem.title, pieces, tuple(_worked(solution)), tuple(_worked(_of_values(solution))))


def _of_values(solution: Solution) -> Solution:
    """The solution as if nothing but values were asked for."""
    asked = ([posed for posed in part.posed if isinstance(posed.question, FindQuestion)] for part in solution.parts)
    parts = tuple(Part(tuple(posed), part.work) for posed, part in zip(asked, solution.parts) if posed)
    return Solution(replace(solution.problem, body=()), parts)


def _item(answer: Answer, solution: Solution, numbers: Numbers) -> Item:
    posed, vocabulary = answer.posed, solution.problem.vocabulary
    number, title, words = posed.question.number, title_of(posed), asked(posed, vocabulary)
    earned = worth(answer)
    match answer:
        case FindAnswer():
            sheet = next(sheet for sheet in numbers.desk.sheets if any(posed is own for own in sheet.posed))
            places = numbers.asked(answer, sheet)
            work = solution.questions[number - 1].work
            # What any question on these data asks for is told by no hint to another.
            return NumbersItem(number, title, (*words, *precision(places)), places, hints(work, sheet.places), earned or Fraction(0))
        case StateAnswer(options=states):
            options = [Option(f"q{number}_{k}", (Maths(formula(option.symbol)),), option.holds, (state_block(option, vocabulary),))
                       for k, option in enumerate(states, 1)]
            return OptionsItem(number, title, words, tuple(options), Fraction(1) if earned is None else earned)
        case ClaimsAnswer() | CarriedAnswer():
            assert isinstance(posed.question, ClaimsQuestion | CarriedQuestion)
            options = [
                Option(f"q{number}_{k}", option_inlines(claim.text, posed.run, vocabulary), option.holds,
                       tuple(claim_blocks(option, vocabulary)))
                for k, (claim, option) in enumerate(zip(posed.question.claims, answer.options, strict=True), 1)
                if option.holds is not None
            ]
            return OptionsItem(number, title, words, tuple(options), Fraction(1) if earned is None else earned)
        case SimplifyAnswer(system=system):
            lefts = (formula(Symbol(equation.name, Running(0, vocabulary.running))) for equation in system.equations)
            lines = [Line(left, ((equation.relation, formula(equation.tree)),)) for left, equation in zip(lefts, system.equations)]
            return WordsItem(number, title, words, (Display(tuple(lines), "the simplified equations"),), earned or Fraction(0))
        case CommentAnswer(comments=comments):
            said = with_symbols(" ".join(comment.words for comment in comments), vocabulary)
            return WordsItem(number, title, words, (Paragraph(said),), earned or Fraction(0))
        case _:
            assert_never(answer)


def _worked(solution: Solution) -> Iterator[Block]:
    """The worked solution without the statement, which stands above it already."""
    blocks = iter(document(solution, "standard", None).blocks)
    for block in blocks:
        if isinstance(block, Aside):
            yield _unanchored(block)
        if isinstance(block, Heading) and block.anchor == "solution":
            break
    yield from map(_unanchored, blocks)


def _unanchored(block: Block) -> Block:
    """The block without ids, which others on the same page may have too."""
    match block:
        case Heading():
            return replace(block, anchor="")
        case Display(lines=lines):
            return msgspec.structs.replace(block, lines=tuple(msgspec.structs.replace(line, anchor="") for line in lines))
        case Table():
            return replace(block, rows=tuple(block.rows), anchors=())
        case _:
            return block


def _lost(problem: Problem, exercises: Sequence[Exercise]) -> Iterator[str]:
    """What no format can carry."""
    unshown: list[str] = []
    html((block for block in problem.body if not isinstance(block, int)), unshown.append)
    yield from unshown
    items = [item for exercise in exercises for item in exercise.items if isinstance(item, NumbersItem)]
    if any(precision(item.places) for item in items):
        yield "numbers with fewer decimals than are asked for earn nothing there, though symlstm takes two significant digits"
    untold = {entry.name: entry.untold for item in items for entry in item.entries if entry.untold}
    if untold:
        name, count = max(untold.items(), key=lambda one: one[1])
        yield (f"something is said to {MOST_WRONG} wrong values of each number, one of each misconception first; {len(untold)} "
               f"numbers have more, {name} {count}; `misconceptions:` in the front matter puts those that it names first")
    if any(not item.points for item in items):
        yield "a question that is worth 0 points may count like any other there"
    if len(items) > len(exercises) or any(len(item.entries) > 1 for item in items):
        yield ("what follows from an earlier slip earns nothing there: only symlstm knows a value that is right with a student's own "
               "earlier numbers")
    for image in _images(tuple(block for block in problem.body if not isinstance(block, int))):
        if not _ABROAD.match(image.url):
            yield f"the picture {image.url} stays beside the document: no export takes it along; give its address on the web"
    for posed in problem.questions:
        if not isinstance(posed.question, ClaimsQuestion | CarriedQuestion):
            continue
        told = (item for exercise in exercises for item in exercise.items if item.question == posed.question.number)
        least = min(len(item.options) for item in told if isinstance(item, OptionsItem))
        if least < len(posed.question.claims):
            yield f"{title_of(posed)}: statements that are neither proved nor refuted are left out"


def _images(part: object) -> Iterator[Image]:
    """The author's pictures in blocks and inlines."""
    match part:
        case Image():
            yield part
        case tuple():
            for inner in part:
                yield from _images(inner)
        case Paragraph(content=content) | Heading(content=content) | Emphasis(content=content) | Link(content=content):
            yield from _images(content)
        case Quote(blocks=blocks) | Aside(blocks=blocks) | Fold(blocks=blocks) | Items(items=blocks):
            yield from _images(blocks)
        case Table(head=head, rows=rows):
            yield from _images((head, *rows))
