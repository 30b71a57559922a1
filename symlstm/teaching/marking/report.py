"""The report on a class as a document: first what a lecturer has to know, then what it rests on.

In comes a class, counted, with what wasn't marked; out go blocks for the writers. Nothing is counted here, and no student is named but
where something has to be done about their work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from symlstm.document.blocks import Block, Code, Document, Heading, Inline, Inlines, Items, Paragraph, Table, Text
from symlstm.model.problem import Problem
from symlstm.presentation.feedback_words import counted, points
from symlstm.presentation.words import listed
from symlstm.teaching.marking.cohort import FEWEST_WITH_VALUE, Cohort, Misconceived
from symlstm.teaching.marking.figures import Grid, bands, grid_of, scores_figure, slips_figure
from symlstm.teaching.marking.grade_book import number, percent
from symlstm.teaching.marking.report_questions import everybody, question_table, unmarked_questions
from symlstm.teaching.marking.report_words import full_sentence, plain, prose, strong, students

MOST_MISCONCEPTIONS = 8
MOST_UNREAD = 15
MOST_UNMARKED = 40
MOST_CHANGES = 20
MOST_RULES = 8


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
    blank: Unmarked = field(default_factory=Unmarked)
    """Whose work was marked though nothing was recognised in it, and what is said of it."""
    question: int | None = None
    """The only question that was marked."""
    cautions: tuple[str, ...] = ()
    """What a lecturer has to know before believing any figure, in sentences."""


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
    if cohort.rounded:
        yield from _rounding(cohort)
    if cohort.items and cohort.marked:
        yield from question_table(report.problem, cohort, report.question)
    if cohort.compared:
        yield from _harder(cohort)
    if cohort.regraded:
        yield from _changes(cohort)
    if report.blank.count:
        yield from _named(report.blank, "Nothing recognised", "blank", "Marked with no points, since nothing in these pieces of work "
                          "was recognised as a statement about the problem's values. Have a look at them before the points go out.")
    if report.unmarked.count:
        yield from _named(report.unmarked, "Not marked", "unmarked")


# -- the first screen ---


def _conclusions(report: ClassReport, grid: Grid) -> Iterator[Inlines]:
    cohort = report.cohort
    yield _who(report)
    for caution in report.cautions:
        yield (strong("Mind:"), Text(" "), *prose(full_sentence(caution)))
    if said := unmarked_questions(report.problem, report.question):
        yield (strong("Mind:"), Text(f" {full_sentence(said)}"))
    if cohort.scored:
        median, low, high = (percent(cohort.quantile(Fraction(k, 4)), 0) for k in (2, 1, 3))
        full = f"{cohort.full} of {cohort.scored} have full marks" if cohort.full else "nobody has full marks"
        base = _base(cohort)
        spread = f"half of {base} is between {low} % and {high} %" if low != high else f"half of {base} or more has {low} %"
        yield (strong("Scores:"), Text(f" the median is {median} %, {spread}; {full}."))
    if cohort.slipped:
        yield (strong("First slips:"), Text(" " + _where(cohort, grid)))
    if cohort.misconceptions:
        first = cohort.misconceptions[0]
        yield (strong("Behind them:"), Text(f" most often “{_sentence(first)}” ({students(first.students)}).{_second(cohort)}"))
    if cohort.rounded:
        yield (strong("Rounding:"), Text(f" {students(cohort.rounded)} lost points by rounding otherwise than asked, "
                                          f"{number(cohort.rounded_mean, 1)} on average."))
    for item in cohort.items:
        if item.alike is not None and len(cohort.items) > 1:
            yield (strong(f"Question {item.question} told nothing apart:"),
                   Text(f" {everybody(item, cohort)} {points(item.alike)} of {points(item.possible)}."))
    if cohort.unread_lines:
        yield (strong("Not read:"), Text(f" {counted(cohort.unread_lines, 'line')} of {students(cohort.unread_students)}."))
    if cohort.harder:
        worst = cohort.harder[0]
        yield (strong("Harder numbers:"), Text(f" students who were handed {worst.symbol} = {worst.value} have "
                                                 f"{percent(worst.mean, 0)} % on average, the others {percent(worst.others, 0)} %."))
    if cohort.regraded:
        changed = cohort.up + cohort.down
        said = f"{students(changed)} changed: {cohort.up} up, {cohort.down} down" if changed else "nobody's share changed"
        yield (strong("Marked again:"), Text(f" {said}, of {cohort.regraded} that were marked before."))


def _who(report: ClassReport) -> Inlines:
    cohort = report.cohort
    missing = cohort.students - cohort.handed_in
    if not cohort.handed_in:
        return (strong(f"{students(cohort.students)}:"), Text(" nobody handed in anything."))
    said = f"{cohort.handed_in} handed in, {'all' if cohort.marked == cohort.handed_in else cohort.marked} of them are marked"
    if cohort.nothing:
        said += f"; in the work of {cohort.nothing} of these nothing was recognised as an answer (named at the end)"
    if missing:
        said += f"; {missing} handed in nothing"
    if report.unmarked.count:
        said += f"; {counted(report.unmarked.count, 'piece')} of work couldn't be marked (named at the end)"
    return (strong(f"{students(cohort.students)}:"), Text(f" {said}."))


def _base(cohort: Cohort) -> str:
    """Of whom the scores are."""
    return "the class" if cohort.scored == cohort.students else "those marked"


def _where(cohort: Cohort, grid: Grid) -> str:
    """Where first slips are most often."""
    placed = [(count, symbol, time) for symbol, time, count in cohort.slips if symbol and time is not None]
    said = f"{students(cohort.slipped)} {'has' if cohort.slipped == 1 else 'have'} one"
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
    yield Heading(2, plain("Scores"), "scores")
    yield scores_figure(cohort)
    rows = [(plain(f"{band.name} %"), plain(str(band.students)), plain(f"{percent(Fraction(band.students, cohort.scored), 0)} %"))
            for band in bands(cohort.shares) if band.students]
    yield Table((plain("Of the points"), plain("Students"), plain(f"Of {_base(cohort)}")), tuple(rows), "lrr")
    quartiles = [f"{percent(cohort.quantile(Fraction(k, 4)))} %" for k in range(5)]
    yield Paragraph(plain(f"Lowest {quartiles[0]}, lower quartile {quartiles[1]}, median {quartiles[2]}, upper quartile "
                          f"{quartiles[3]}, highest {quartiles[4]}."))


def _slips(cohort: Cohort, grid: Grid) -> Iterator[Block]:
    yield Heading(2, plain("Where first slips fall"), "slips")
    beside = f" {students(cohort.harmless)} with a slip that cost nothing {'is' if cohort.harmless == 1 else 'are'} left out."
    yield Paragraph(plain("Each student counts once, at the first slip that changes an answer. What is wrong after it often only "
                          "follows from it, and isn't counted. All entries of a vector count together."
                          + (beside if cohort.harmless else "")))
    figure = slips_figure(grid)
    if figure is not None:
        yield figure
    elsewhere = [f"{symbol or 'no place'}{'' if time is None else f'_{time}'} ({count})" for symbol, time, count in cohort.slips
                 if not symbol or time is None or (symbol, time) not in grid.counts]
    if elsewhere:
        more = f" and {len(elsewhere) - 12} more" if len(elsewhere) > 12 else ""
        yield Paragraph(plain(f"{'Besides' if figure is not None else 'They are'}: {', '.join(elsewhere[:12])}{more}."))


def _behind(cohort: Cohort) -> Iterator[Block]:
    yield Heading(2, plain("What lies behind them"), "behind")
    found = cohort.misconceptions
    if found:
        yield Paragraph(plain("Each misconception gives the numbers that these students wrote. Where several give the same, the "
                              "student counts under each of them."))
        tied = any(each.alone < each.students for each in found)
        rows = [(plain(f"{_sentence(each)}."), (Code(each.code.partition(":")[0]),), plain(str(each.students)),
                 *((plain(str(each.alone)),) if tied else ())) for each in found]
        head = ("What went wrong", "Code", "Students", *(("This alone fits",) if tied else ()))
        yield Table(tuple(map(plain, head)), tuple(rows), "llrr"[: len(head)])
    for each in found[:MOST_MISCONCEPTIONS]:
        yield Heading(3, plain(f"{_sentence(each)}: {students(each.students)}"))
        yield Paragraph((strong("To ask in class:"), Text(" " + each.hint)))
        yield from _examples(each.examples)
    if cohort.unexplained:
        yield Heading(3, plain(f"No misconception that is known: {students(cohort.unexplained)}"))
        yield Paragraph(plain("These slips fit none of the table: digits miscopied, a slip of the calculator, several things at "
                              "once, or something new that is worth a look."))
        yield from _examples(cohort.unexplained_examples)


def _examples(lines: Sequence[str]) -> Iterator[Block]:
    if lines:
        yield Paragraph(plain("Written by students:" if len(lines) > 1 else "Written by a student:"))
        yield Items(tuple((Paragraph((Code(line),)),) for line in lines))


def _unread(cohort: Cohort) -> Iterator[Block]:
    yield Heading(2, plain("Lines that couldn't be read"), "unread")
    yield Paragraph(plain("They count neither as right nor as wrong. Where many students write the same, it is worth a word in "
                          "class on how to write it down."))
    shown = cohort.unread[:MOST_UNREAD]
    rows = []
    for each in shown:
        lines: list[Inline] = []
        for text in each.examples:
            lines += [*([Text(", ")] if lines else []), Code(text or " ")]
        more = each.texts - len(each.examples)
        rows.append((plain(each.reason), (*lines, *plain(f" and {more:,} more" if more else "")), plain(str(each.count))))
    yield Table((plain("Why"), plain("Line"), plain("Times")), tuple(rows), "llr")
    if len(cohort.unread) > len(shown):
        yield Paragraph(plain(f"And for {len(cohort.unread) - len(shown):,} other reasons, each at most {shown[-1].count} times."))


def _rounding(cohort: Cohort) -> Iterator[Block]:
    yield Heading(2, plain("Rounded otherwise"), "rounding")
    mean = number(cohort.rounded_mean, 1)
    yield Paragraph(plain(f"{students(cohort.rounded)} lost {mean} points on average though the values are right but for the "
                          "rounding; the notes of the grade book name them. Where many did, say once more how to round, or allow for "
                          "it in the marks."))
    if shown := cohort.rounded_rules[:MOST_RULES]:
        rows = tuple((plain(rule), plain(str(count))) for rule, count in shown)
        yield Table((plain("How they rounded"), plain("Students")), rows, "lr")


def _harder(cohort: Cohort) -> Iterator[Block]:
    yield Heading(2, plain("Numbers that turned out harder"), "harder")
    if not cohort.harder:
        yield Paragraph(plain(f"None, as far as this class tells: of all values that {FEWEST_WITH_VALUE} students or more were "
                              "handed, none goes with clearly lower scores."))
        return
    rows = [(plain(f"{each.symbol} = {each.value}"), plain(str(each.students)), plain(f"{percent(each.mean, 0)} %"),
             plain(f"{percent(each.others, 0)} %")) for each in cohort.harder[:MOST_CHANGES]]
    yield Table((plain("Handed out"), plain("Students"), plain("Mean"), plain("Mean of the others")), tuple(rows), "lrrr")
    yield Paragraph(prose("Such a difference comes about by chance once in a hundred times for each value compared. Take the value "
                           "out of the domain under `vary`, or allow for it in the marks."))


def _changes(cohort: Cohort) -> Iterator[Block]:
    yield Heading(2, plain("Marked again"), "again")
    changed = cohort.up + cohort.down
    if not changed:
        yield Paragraph(plain("Nobody's share of the points changed."))
        return
    shown = cohort.changes[:MOST_CHANGES]
    rows = [(plain(_share(each.before)), plain(_share(each.after)), plain(str(each.students))) for each in shown]
    yield Table((plain("Before"), plain("Now"), plain("Students")), tuple(rows), "rrr")
    more = changed - sum(each.students for each in shown)
    others = f" Besides, {students(more)} in other ways." if more else ""
    yield Paragraph(plain(f"Up and down are the share of the points.{others} The grade book has everybody's earlier score."))


def _share(score: tuple[Fraction, Fraction]) -> str:
    """Points earned of points there were.

    >>> _share((Fraction(4), Fraction(8)))
    '4 of 8 (50 %)'
    """
    earned, possible = score
    return f"{points(earned)} of {points(possible)}" + (f" ({percent(earned / possible, 0)} %)" if possible else "")


def _named(pieces: Unmarked, title: str, anchor: str, said: str = "") -> Iterator[Block]:
    yield Heading(2, plain(title), anchor)
    if said:
        yield Paragraph(plain(said))
    yield Table((plain("Whose, or where"), plain("Why")), tuple((plain(who), plain(why)) for who, why in pieces.named), "ll")
    if pieces.count > len(pieces.named):
        yield Paragraph(plain(f"And {pieces.count - len(pieces.named):,} more; the notes of the grade book name those of students."))
