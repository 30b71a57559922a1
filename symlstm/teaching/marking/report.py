"""The report on a class as a document: first what a lecturer has to know, then what it rests on.

In comes a class, counted, with what wasn't marked; out go blocks for the writers. Nothing is counted here, and no student is named but
where something has to be done about their work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from symlstm.document.blocks import Block, Code, Document, Emphasis, Heading, Inline, Inlines, Items, Paragraph, Table, Text
from symlstm.model.problem import Posed, Problem
from symlstm.presentation.feedback_words import counted, points
from symlstm.presentation.words import listed
from symlstm.teaching.marking.cohort import FEWEST_FOR_DISCRIMINATION, FEWEST_WITH_VALUE, Cohort, Item, Misconceived
from symlstm.teaching.marking.figures import Grid, bands, grid_of, scores_figure, slips_figure
from symlstm.teaching.marking.grade_book import percent

MOST_MISCONCEPTIONS = 8
MOST_UNREAD = 15
MOST_UNMARKED = 40
MOST_CHANGES = 20
_POOR = 0.2
"""A correlation with the other questions below which a question is looked at."""


@dataclass
class Unmarked:
    """What wasn't marked and why: the first of it, and how much there is."""

    named: list[tuple[str, str]] = field(default_factory=list)
    count: int = 0

    def add(self, who: str, why: str) -> None:
        """One more."""
        self.count += 1
        if len(self.named) < MOST_UNMARKED:
            self.named.append((who, why))


@dataclass(frozen=True)
class ClassReport:
    """What the report is about."""

    problem: Problem
    cohort: Cohort
    unmarked: Unmarked = field(default_factory=Unmarked)


def document(report: ClassReport) -> Document:
    """The report as a document."""
    return Document(f"Class report: {report.problem.title}", tuple(_blocks(report)))


def _blocks(report: ClassReport) -> Iterator[Block]:
    cohort = report.cohort
    steps = sorted({step for posed in report.problem.questions for step in posed.run.steps})
    grid = grid_of(cohort, list(map(str, report.problem.cell.by_name)), steps)
    yield Items(tuple((Paragraph(said),) for said in _conclusions(report, grid)))
    if cohort.scored:
        yield from _scores(cohort)
    if cohort.slipped:
        yield from _slips(cohort, grid)
        yield from _behind(cohort)
    if cohort.unread:
        yield from _unread(cohort)
    if cohort.items and cohort.marked:
        yield from _items(report)
    if cohort.compared:
        yield from _harder(cohort)
    if cohort.regraded:
        yield from _changes(cohort)
    if report.unmarked.count:
        yield from _unmarked(report)


def _text(text: str) -> Inlines:
    return (Text(text),)


def _strong(text: str) -> Inline:
    return Emphasis(_text(text), True)


def _students(count: int) -> str:
    return counted(count, "student")


# -- the first screen ---


def _conclusions(report: ClassReport, grid: Grid) -> Iterator[Inlines]:
    cohort = report.cohort
    yield _who(report)
    if cohort.scored:
        median, low, high = (percent(cohort.quantile(Fraction(k, 4)), 0) for k in (2, 1, 3))
        full = f"{cohort.full} of {cohort.scored} have full marks" if cohort.full else "nobody has full marks"
        spread = f"half of the class is between {low} % and {high} %" if low != high else f"half of the class or more has {low} %"
        yield (_strong("Scores:"), Text(f" the median is {median} %, {spread}; {full}."))
    if cohort.slipped:
        yield (_strong("First slips:"), Text(" " + _where(cohort, grid)))
    if cohort.misconceptions:
        first = cohort.misconceptions[0]
        yield (_strong("Behind them:"), Text(f" most often “{_sentence(first)}” ({_students(first.students)}).{_second(cohort)}"))
    for item in cohort.items:
        if item.alike is not None and len(cohort.items) > 1:
            yield (_strong(f"Question {item.question} told nothing apart:"), Text(f" everybody has {points(item.alike)} of "
                                                                                  f"{points(item.possible)}."))
    if cohort.unread_lines:
        yield (_strong("Not read:"), Text(f" {counted(cohort.unread_lines, 'line')} of {_students(cohort.unread_students)}."))
    if cohort.harder:
        worst = cohort.harder[0]
        yield (_strong("Harder numbers:"), Text(f" students who were handed {worst.symbol} = {worst.value} have "
                                                 f"{percent(worst.mean, 0)} % on average, the others {percent(worst.others, 0)} %."))
    if cohort.regraded:
        changed = cohort.up + cohort.down
        said = f"{_students(changed)} changed: {cohort.up} up, {cohort.down} down" if changed else "nobody's points changed"
        yield (_strong("Marked again:"), Text(f" {said}, of {cohort.regraded} that were marked before."))


def _who(report: ClassReport) -> Inlines:
    cohort = report.cohort
    missing = cohort.students - cohort.handed_in
    if not cohort.handed_in:
        return (_strong(f"{_students(cohort.students)}:"), Text(" nobody handed in anything."))
    said = f"{cohort.handed_in} handed in, {'all' if cohort.marked == cohort.handed_in else cohort.marked} of them are marked"
    if missing:
        said += f"; {missing} handed in nothing"
    if report.unmarked.count:
        said += f"; {counted(report.unmarked.count, 'piece')} of work couldn't be marked (named at the end)"
    return (_strong(f"{_students(cohort.students)}:"), Text(f" {said}."))


def _where(cohort: Cohort, grid: Grid) -> str:
    """Where first slips are most often."""
    placed = [(count, symbol, time) for symbol, time, count in cohort.slips if symbol and time is not None]
    said = f"{_students(cohort.slipped)} {'has' if cohort.slipped == 1 else 'have'} one"
    if not placed:
        return f"{said}."
    most = placed[0][0]
    at = [f"{symbol}_{time}" if time >= 0 else f"{symbol}_{{{time}}}" for count, symbol, time in placed if count == most][:3]
    if most == 1 and len(placed) > 3:
        return f"{said}, no two at the same place."
    return f"{said}, most often at {listed(at)} ({most}{' each' if len(at) > 1 else ''})."


def _second(cohort: Cohort) -> str:
    others = [f"“{_sentence(each)}” ({each.students})" for each in cohort.misconceptions[1:3] if each.students > 1]
    return f" Then {listed(others)}." if others else ""


def _sentence(found: Misconceived) -> str:
    return found.words.rstrip(".")


# -- what it rests on ---


def _scores(cohort: Cohort) -> Iterator[Block]:
    yield Heading(2, _text("Scores"), "scores")
    yield scores_figure(cohort)
    rows = [(_text(f"{band.name} %"), _text(str(band.students)), _text(f"{percent(Fraction(band.students, cohort.scored), 0)} %"))
            for band in bands(cohort.shares) if band.students]
    yield Table((_text("Of the points"), _text("Students"), _text("Of the class")), tuple(rows), "lrr")
    quartiles = [f"{percent(cohort.quantile(Fraction(k, 4)))} %" for k in range(5)]
    yield Paragraph(_text(f"Lowest {quartiles[0]}, lower quartile {quartiles[1]}, median {quartiles[2]}, upper quartile "
                          f"{quartiles[3]}, highest {quartiles[4]}."))


def _slips(cohort: Cohort, grid: Grid) -> Iterator[Block]:
    yield Heading(2, _text("Where first slips fall"), "slips")
    yield Paragraph(_text("Each student counts once, at the first slip that changes an answer. What is wrong after it often only "
                          "follows from it, and isn't counted. All entries of a vector count together."))
    figure = slips_figure(grid)
    if figure is not None:
        yield figure
    elsewhere = [f"{symbol or 'no place'}{'' if time is None else f'_{time}'} ({count})" for symbol, time, count in cohort.slips
                 if not symbol or time is None or (symbol, time) not in grid.counts]
    if elsewhere:
        more = f" and {len(elsewhere) - 12} more" if len(elsewhere) > 12 else ""
        yield Paragraph(_text(f"{'Besides' if figure is not None else 'They are'}: {', '.join(elsewhere[:12])}{more}."))


def _behind(cohort: Cohort) -> Iterator[Block]:
    yield Heading(2, _text("What lies behind them"), "behind")
    found = cohort.misconceptions
    if found:
        yield Paragraph(_text("Each misconception gives the numbers that these students wrote. Where several give the same, the "
                              "student counts under each of them."))
        tied = any(each.alone < each.students for each in found)
        rows = [(_text(f"{_sentence(each)}."), (Code(each.code.partition(":")[0]),), _text(str(each.students)),
                 *((_text(str(each.alone)),) if tied else ())) for each in found]
        head = ("What went wrong", "Code", "Students", *(("This alone fits",) if tied else ()))
        yield Table(tuple(map(_text, head)), tuple(rows), "llrr"[: len(head)])
    for each in found[:MOST_MISCONCEPTIONS]:
        yield Heading(3, _text(f"{_sentence(each)}: {_students(each.students)}"))
        yield Paragraph((_strong("To ask in class:"), Text(" " + each.hint)))
        yield from _examples(each.examples)
    if cohort.unexplained:
        yield Heading(3, _text(f"No misconception that is known: {_students(cohort.unexplained)}"))
        yield Paragraph(_text("These slips fit none of the table: digits miscopied, a slip of the calculator, several things at "
                              "once, or something new that is worth a look."))
        yield from _examples(cohort.unexplained_examples)


def _examples(lines: Sequence[str]) -> Iterator[Block]:
    if lines:
        yield Paragraph(_text("Written by students:" if len(lines) > 1 else "Written by a student:"))
        yield Items(tuple((Paragraph((Code(line),)),) for line in lines))


def _unread(cohort: Cohort) -> Iterator[Block]:
    yield Heading(2, _text("Lines that couldn't be read"), "unread")
    yield Paragraph(_text("They count neither as right nor as wrong. Where many students write the same, it is worth a word in "
                          "class on how to write it down."))
    shown = cohort.unread[:MOST_UNREAD]
    yield Table((_text("Line"), _text("Why"), _text("Times")),
                tuple(((Code(line.text or " "),), _text(line.reason), _text(str(line.count))) for line in shown), "llr")
    if len(cohort.unread) > len(shown):
        yield Paragraph(_text(f"And {len(cohort.unread) - len(shown):,} other texts, each at most {shown[-1].count} times."))


def _items(report: ClassReport) -> Iterator[Block]:
    cohort = report.cohort
    yield Heading(2, _text("Question by question"), "questions")
    posed = {each.question.number: each for each in report.problem.questions}
    told = any(item.discrimination is not None for item in cohort.items)
    head = ["Question", "Points", "Students who worked on it", "Mean", "Full marks", *(["Tells apart"] if told else [])]
    rows = []
    for item in cohort.items:
        cells = [_title(posed.get(item.question), item.question), points(item.possible), str(item.worked),
                 f"{percent(item.mean / item.possible, 0)} %" if item.possible else "–",
                 f"{percent(Fraction(item.full, cohort.marked), 0)} %"]
        cells += [("–" if item.discrimination is None else _decimals(item.discrimination))] if told else []
        rows.append(tuple(map(_text, cells)))
    yield Table(tuple(map(_text, head)), tuple(rows), "l" + "r" * (len(head) - 1))
    if told:
        yield Paragraph(_text("“Tells apart” is the correlation of a question's points with those of all others: near 1, who does "
                              f"well here does well elsewhere; below {_POOR}, look at the question again."))
    elif len(cohort.items) > 1 and cohort.marked < FEWEST_FOR_DISCRIMINATION:
        yield Paragraph(_text(f"How well a question tells students apart is said from {FEWEST_FOR_DISCRIMINATION} students on."))
    for item in cohort.items:
        if said := _advice(item, len(cohort.items)):
            yield Paragraph((_strong(f"Question {item.question}:"), Text(" " + said)))


def _decimals(value: float) -> str:
    return f"{value:.2f}".replace("-", "−").replace("−0.00", "0.00")


def _title(posed: Posed | None, number: int) -> str:
    if posed is None:
        return str(number)
    label = f" ({posed.question.label.strip().strip('()')})" if posed.question.label else ""
    asked = listed(list(map(str, posed.places[:4]))) if posed.places else ""
    return f"{number}{label}" + (f": {asked}{', …' if len(posed.places) > 4 else ''}" if asked else "")


def _advice(item: Item, items: int) -> str:
    """What to do about a question that told nothing apart."""
    if item.alike is not None:
        if item.alike == item.possible:
            return ("everybody has full marks, so it told nothing apart. Keep it to warm up, or choose numbers with which the "
                    "misconceptions give other answers; `symlstm lint` names those that don't.")
        if not item.alike:
            return ("nobody has a point, so it told nothing apart. See where the first slips fall and what couldn't be read: is it "
                    "asked as it was meant, and has it been taught?")
        return f"everybody has {points(item.alike)} of {points(item.possible)}, so it told nothing apart; see what all have wrong."
    if items > 1 and item.discrimination is not None and item.discrimination < _POOR:
        return ("who does well on the others doesn't do better here. It may be guessed, or ambiguous: `symlstm lint` shows other "
                "readings, and the first slips what students made of it.")
    return ""


def _harder(cohort: Cohort) -> Iterator[Block]:
    yield Heading(2, _text("Numbers that turned out harder"), "harder")
    if not cohort.harder:
        yield Paragraph(_text(f"None, as far as this class tells: of all values that {FEWEST_WITH_VALUE} students or more were "
                              "handed, none goes with clearly lower scores."))
        return
    rows = [(_text(f"{each.symbol} = {each.value}"), _text(str(each.students)), _text(f"{percent(each.mean, 0)} %"),
             _text(f"{percent(each.others, 0)} %")) for each in cohort.harder[:MOST_CHANGES]]
    yield Table((_text("Handed out"), _text("Students"), _text("Mean"), _text("Mean of the others")), tuple(rows), "lrrr")
    yield Paragraph(_text("Such a difference comes about by chance once in a hundred times for each value compared. Take the value "
                          "out of the domain under `vary`, or allow for it in the marks."))


def _changes(cohort: Cohort) -> Iterator[Block]:
    yield Heading(2, _text("Marked again"), "again")
    changed = cohort.up + cohort.down
    if not changed:
        yield Paragraph(_text("Nobody's points changed."))
        return
    shown = cohort.changes[:MOST_CHANGES]
    rows = [(_text(each.id), _text(points(each.before)), _text(points(each.after)), _text(_signed(each.after - each.before)))
            for each in shown]
    yield Table((_text("Student"), _text("Before"), _text("Now"), _text("Change")), tuple(rows), "lrrr")
    if changed > len(shown):
        yield Paragraph(_text(f"And {changed - len(shown):,} more; the grade book has all earlier scores."))


def _signed(value: Fraction) -> str:
    return f"+{points(value)}" if value > 0 else f"−{points(-value)}"


def _unmarked(report: ClassReport) -> Iterator[Block]:
    yield Heading(2, _text("Not marked"), "unmarked")
    shown = report.unmarked.named
    yield Table((_text("Whose, or where"), _text("Why")), tuple((_text(who), _text(why)) for who, why in shown), "ll")
    if report.unmarked.count > len(shown):
        yield Paragraph(_text(f"And {report.unmarked.count - len(shown):,} more; the notes of the grade book name those of students."))
