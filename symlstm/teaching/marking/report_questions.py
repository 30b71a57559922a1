"""How each question went, for the report on a class: a table, what to do about one that told nothing apart, and those that no mark has.

In come the problem and the class, counted, out go blocks. Nothing is counted here.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symlstm.document.blocks import Block, Heading, Paragraph, Table
from symlstm.model.problem import Posed, Problem
from symlstm.presentation.feedback_words import points
from symlstm.presentation.words import listed
from symlstm.teaching.marking.cohort import FEWEST_FOR_DISCRIMINATION, Cohort, Item
from symlstm.teaching.marking.grade_book import percent
from symlstm.teaching.marking.mark import not_marked, possible_points
from symlstm.teaching.marking.report_words import decimals, plain, prose, strong

_POOR = 0.2
"""A correlation with the other questions below which a question is looked at."""


def question_table(problem: Problem, cohort: Cohort, question: int | None) -> Iterator[Block]:
    """The questions one by one; `question`: the only one that was marked."""
    yield Heading(2, plain("Question by question"), "questions")
    posed = {each.question.number: each for each in problem.questions}
    told = any(item.discrimination is not None for item in cohort.items)
    head = ["Question", "Points", "Answered by", "Mean", "Full marks", *(["Tells apart"] if told else [])]
    rows: dict[int, tuple[str, ...]] = {}
    for item in cohort.items:
        cells = [_title(posed.get(item.question), item.question), points(item.possible), str(item.worked),
                 f"{percent(item.mean / item.possible, 0)} %" if item.possible and item.worked else "–",
                 f"{percent(Fraction(item.full, item.worked), 0)} %" if item.worked else "–"]
        rows[item.question] = (*cells, *([("–" if item.discrimination is None else decimals(item.discrimination))] if told else []))
    for other, worth in not_marked(problem, question):
        cells = [f"{other.number}: {other.kind}", points(worth) if worth else "–", "not marked here"]
        rows[other.number] = (*cells, *["–"] * (len(head) - 3))
    table = tuple(tuple(map(plain, row)) for _, row in sorted(rows.items()))
    yield Table(tuple(map(plain, head)), table, "l" + "r" * (len(head) - 1))
    yield Paragraph(plain(f"Each row is about those who answered the question, of the {cohort.marked:,} that are marked: who says "
                          "anything of what it asks. Who doesn't has no points for it, and isn't in its mean."))
    if told:
        yield Paragraph(plain("“Tells apart” is the correlation of the share of the points here with that of the other questions, over "
                              "those who answered this and another: near 1, who does well here does well elsewhere; "
                              f"below {_POOR}, look at the question again."))
    elif len(cohort.items) > 1 and all(item.compared < FEWEST_FOR_DISCRIMINATION for item in cohort.items):
        yield Paragraph(plain(f"How well a question tells students apart is said from {FEWEST_FOR_DISCRIMINATION} students on who "
                              "answered it and another."))
    for item in cohort.items:
        if said := _advice(item, cohort):
            yield Paragraph((strong(f"Question {item.question}:"), *prose(" " + said)))


def _title(posed: Posed | None, number: int) -> str:
    if posed is None:
        return str(number)
    label = f" ({posed.question.label.strip().strip('()')})" if posed.question.label else ""
    asked = listed(list(map(str, posed.places[:4]))) if posed.places else ""
    return f"{number}{label}" + (f": {asked}{', …' if len(posed.places) > 4 else ''}" if asked else "")


def _advice(item: Item, cohort: Cohort) -> str:
    """What to do about a question that nobody answered, or that told nothing apart."""
    if not item.worked:
        return "nobody answered it. Is it asked as it was meant, and do students see that it is to be answered?"
    if item.alike is not None:
        all_have = everybody(item, cohort)
        if item.alike == item.possible:
            return (f"{all_have} full marks, so it told nothing apart. Keep it to warm up, or choose numbers with which the "
                    "misconceptions give other answers; `symlstm lint` names those that don't.")
        if not item.alike:
            return ("nobody has a point, so it told nothing apart. See where the first slips fall and what couldn't be read: is it "
                    "asked as it was meant, and has it been taught?")
        return f"{all_have} {points(item.alike)} of {points(item.possible)}, so it told nothing apart; see what all have wrong."
    if item.discrimination is not None and item.discrimination < _POOR:
        return ("who does well on the others doesn't do better here. It may be guessed, or ambiguous: `symlstm lint` shows other "
                "readings, and the first slips what students made of it.")
    return ""


def everybody(item: Item, cohort: Cohort) -> str:
    """All of whom a question's row is, with their verb."""
    return "everybody has" if item.worked == cohort.marked else f"all {item.worked} who answered it have"


def unmarked_questions(problem: Problem, asked: int | None = None) -> str:
    """Which questions no mark has, with the points that they have on the sheet; empty where there is none.

    >>> import symlstm
    >>> text = "---\\ntitle: a\\ncell: lstm\\n---\\n```question\\nstate: [c_t, h_t]\\npoints: 3\\n```\\n"
    >>> unmarked_questions(symlstm.read(text))
    "question 1 (state) isn't marked here (3 of 3 points): its points have to be added by hand"
    """
    left = list(not_marked(problem, asked))
    if not left:
        return ""
    names = listed([f"{question.number} ({question.kind})" for question, _ in left])
    several = len(left) > 1
    lost = sum((worth for _, worth in left), Fraction(0))
    total = lost + sum((worth for _, worth in possible_points(problem, asked)), Fraction(0))
    said = f"question{'s' if several else ''} {names} {'are' if several else 'is'}n't marked here"
    whose = "their" if several else "its"
    return (f"{said} ({points(lost)} of {points(total)} points): {whose} points have to be added by hand" if lost
            else f"{said}: only values are")
