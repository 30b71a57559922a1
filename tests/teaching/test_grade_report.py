"""The report on a class: its figures counted anew from the grade book and from `check`, its words, and nobody's name in an example."""

from __future__ import annotations

import csv
import math
import re
import sqlite3
import statistics
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import pytest
from graded_classes import ONE_ONLY, RIGHT, SLIP, UNREAD, book, marked, problem
from hypothesis import given, settings
from hypothesis import strategies as st

import symlstm
from symlstm.document.blocks import Figure
from symlstm.document.drawing import Label
from symlstm.document.writers import WRITERS
from symlstm.teaching.handouts.roster import Roster, Student
from symlstm.teaching.marking.anonymous import anonymous
from symlstm.teaching.marking.cohort import Cohort
from symlstm.teaching.marking.collected import Collected, Enrolled, Status
from symlstm.teaching.marking.counts import cohort_of
from symlstm.teaching.marking.figures import bands, grid_of, scores_figure, slips_figure
from symlstm.teaching.marking.grade_book import Entry
from symlstm.teaching.marking.mark import Drawn, Explained, Mark, Points, Slip, Unread
from symlstm.teaching.marking.moments import Moments, Pairs, quantile
from symlstm.teaching.marking.report import ClassReport, Unmarked, document
from symlstm.teaching.marking.whose import own_name

REPORTS = Path(__file__).parents[2] / "reports"


# -- counted anew ---


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_report_on_the_class_of_sixty_counted_anew() -> None:
    rows = rows_of(REPORTS / "class" / "grades.csv")
    text = (REPORTS / "class" / "report.md").read_text(encoding="utf-8")
    shares = [float(row["score"]) / float(row["of"]) for row in rows]
    low, median, high = statistics.quantiles(shares, n=4, method="inclusive")
    assert f"the median is {100 * median:.0f} %, half of the class is between {100 * low:.0f} % and {100 * high:.0f} %" in text
    assert f"{sum(share == 1 for share in shares)} of {len(rows)} have full marks" in text
    slips = Counter(row["first slip"].split(" (")[0].split("[")[0] for row in rows if row["first slip"])
    (place, most), *_ = slips.most_common()
    assert f"{slips.total()} students have one, most often at {place} ({most})." in text
    said = re.search(r"the more students\. (.*)\]\(report-slips", text)
    assert said is not None
    counts = {f"{symbol}_{time}": int(count) for symbol, rest in re.findall(r"(\w+): ([^.]*)\.", said[1])
              for count, time in re.findall(r"(\d+) at t = (\d+)", rest)}
    assert counts == slips
    found = Counter(row["diagnosis"].split("; ")[0].split(":")[0] for row in rows if row["diagnosis"] and row["first slip"])
    table: Counter[str] = Counter()
    for code, count in re.findall(r"\| `([a-z-]+)` \| (\d+) \|", text):
        table[code] += int(count)
    assert table == found
    unexplained = sum(1 for row in rows if row["first slip"] and not row["diagnosis"])
    assert f"No misconception that is known: {unexplained} students" in text
    unread = sum(int(re.findall(r"(\d+) line", row["note"])[0]) for row in rows if "couldn't be read" in row["note"])
    assert f"{unread} lines of {sum('read' in row['note'] for row in rows)} students." in text
    assert "**Question 4 told nothing apart:** everybody has 1 of 1." in text
    assert sum(share == 1 for share in shares) in range(20, 31)


@pytest.mark.slow
def test_the_report_question_by_question_counted_anew() -> None:
    posed = symlstm.read(REPORTS / "class" / "two-units.md")
    points: list[list[Fraction]] = []
    for path in sorted((REPORTS / "class" / "work").iterdir()):
        places = symlstm.check(posed, path).checked.score.places
        points.append([sum((each.points for each in places if each.question == number), Fraction(0)) for number in (1, 2, 3, 4)])
    text = (REPORTS / "class" / "report.md").read_text(encoding="utf-8")
    for k, possible in enumerate((3, 3, 3, 1)):
        own = [float(row[k]) for row in points]
        rest = [float(sum(row) - row[k]) for row in points]
        apart = "–" if len(set(own)) == 1 else f"{statistics.correlation(own, rest):.2f}"
        mean, full = 100 * statistics.mean(own) / possible, 100 * sum(x == possible for x in own) / len(own)
        assert re.search(rf"\| {k + 1} .*\| {possible} \| 60 \| {mean:.0f} % \| {full:.0f} % \| {apart} \|", text)


def test_the_class_of_sixty_is_current() -> None:
    sys.path.insert(0, str(REPORTS))
    try:
        from regenerate import marked_class  # type: ignore[import-not-found,unused-ignore]

        made = dict(marked_class())
    finally:
        sys.path.remove(str(REPORTS))
    assert {path for path in (REPORTS / "class").rglob("*") if path.is_file() and path.suffix != ".png"} == set(made)
    for path, data in made.items():
        assert path.read_bytes() == data, f"{path.name} isn't current: python reports/regenerate.py"


# -- by hand ---


def entry(id: str, score: int, *, of: int = 4, slip: Slip | None = None, codes: tuple[str, ...] = (), rest: int = 0,
          drawn: tuple[Drawn, ...] = (), unread: tuple[Unread, ...] = (), before: int | None = None) -> Entry:
    points = (Points(1, str(score), str(of), True), Points(2, str(rest), "2", True))
    explained = tuple(Explained(code, f"Words of {code}.", f"Hint of {code}?", len(codes) > 1) for code in codes)
    mark = Mark(points, slip, explained, unread, drawn)
    old = None if before is None else Mark((Points(1, str(before), str(of), True), Points(2, str(rest), "2", True)))
    return Entry(Status(Student(id, f"Name of {id}"), True), mark, old)


def slip(symbol: str = "h", time: int | None = 1, text: str = "h_1 = 0.5") -> Slip:
    return Slip(1, f"{symbol}_{time}" if symbol else "", symbol, time, text, True)


NOBODY = Entry(Status(Student("s0", ""), False), None, None)
UNMARKED = Entry(Status(Student("s99", ""), True, "work/s99.md: a picture"), None, None)


def report(cohort: Cohort, unmarked: tuple[tuple[str, str], ...] = ()) -> str:
    made = document(ClassReport(problem(), cohort, Unmarked(list(unmarked), len(unmarked))))
    return "".join(WRITERS["text"].write(made, warn=lambda message: None))


def test_who_is_counted() -> None:
    cohort = cohort_of([NOBODY, UNMARKED, entry("s1", 4, rest=2), entry("s2", 2)])
    assert (cohort.students, cohort.handed_in, cohort.marked, cohort.full) == (4, 3, 2, 1)
    assert cohort.shares == ((Fraction(1, 3), 1), (Fraction(1), 1))
    text = " ".join(report(cohort, (("s99", "a picture"),)).split())
    assert "4 students: 3 handed in, 2 of them are marked; 1 handed in nothing; 1 piece of work couldn't be marked" in text


def test_explanations_that_tie_count_for_each() -> None:
    cohort = cohort_of([entry("a", 1, slip=slip(), codes=("x", "y")), entry("b", 1, slip=slip(text="h_1 = 7"), codes=("x",)),
                        entry("c", 1, slip=slip("", None)), entry("d", 4, codes=("z",))])
    assert [(each.code, each.students, each.alone, each.examples) for each in cohort.misconceptions] == [
        ("x", 2, 1, ("h_1 = 0.5", "h_1 = 7")), ("y", 1, 0, ("h_1 = 0.5",))]
    assert (cohort.unexplained, cohort.slipped) == (1, 3)
    assert cohort.slips == (("h", 1, 2), ("", None, 1))
    assert "This alone fits" in report(cohort)


@pytest.mark.parametrize(("scores", "said"), [
    ((4, 4, 4), "everybody has full marks, so it told nothing apart"),
    ((0, 0, 0), "nobody has a point, so it told nothing apart"),
    ((1, 1, 1), "everybody has 1 of 4, so it told nothing apart"),
    ((1, 2, 1), ""),
    ((4,), ""),
])
def test_a_question_that_told_nothing_apart(scores: tuple[int, ...], said: str) -> None:
    text = " ".join(report(cohort_of([entry(f"s{k}", score, rest=k % 2) for k, score in enumerate(scores)])).split())
    assert ("told nothing apart" in text) == bool(said)
    assert said in text


def test_discrimination_needs_ten_students() -> None:
    def of(count: int) -> list[float | None]:
        return [item.discrimination for item in cohort_of([entry(f"s{k}", k % 5, rest=k % 2) for k in range(count)]).items]

    assert of(9) == [None, None]
    first, second = of(20)
    wanted = statistics.correlation([k % 5 for k in range(20)], [k % 2 for k in range(20)])
    assert first == pytest.approx(wanted)
    assert second == pytest.approx(wanted)
    assert [item.discrimination for item in cohort_of([entry(f"s{k}", k % 5) for k in range(20)]).items] == [None, None]


def test_numbers_that_turned_out_harder() -> None:
    entries = [entry(f"a{k}", 1 + k % 2, rest=1, drawn=(Drawn("w", "3"), Drawn("u", str(k % 2)))) for k in range(8)]
    entries += [entry(f"b{k}", 3 + k % 2, rest=1, drawn=(Drawn("w", "1"), Drawn("u", str(k % 2)))) for k in range(8)]
    (harder,) = cohort_of(entries).harder
    low, high = [(2 + k % 2) / 6 for k in range(8)], [(4 + k % 2) / 6 for k in range(8)]
    assert (harder.symbol, harder.value, harder.students) == ("w", "3", 8)
    assert float(harder.mean) == pytest.approx(statistics.mean(low))
    assert float(harder.others) == pytest.approx(statistics.mean(high))
    assert "w = 3" in report(cohort_of(entries))
    assert cohort_of(entries[:4] + entries[8:]).harder == ()  # too few
    assert "None, as far as this class tells" in report(cohort_of(entries[:4]))


def test_examples_name_nobody() -> None:
    them = [entry("s07", 1, slip=slip(text="s07, Name: h_1 = 0.5 as S08 said"), codes=("x",), unread=(Unread(1, "Name of s07?", "why"),))]
    cohort = cohort_of(them, {"s07", "S08"}.__contains__)
    assert cohort.misconceptions[0].examples == ("…, …: h_1 = 0.5 as … said",)
    assert cohort.unread[0].examples == ("…?",)


LINES = [
    # a line of s1's, Ada Lovelace -> what is left of it in a class with Bo Diddley (4712345), Max Tan (12) and Zoë O'Brien-Lee (ab-77)
    ("h_1 = 3 + ) as Bo Diddley 4712345 says", "h_1 = 3 + ) as … … says"),
    ("Diddley, Bo: h_1 = 3", "…: h_1 = 3"),
    ("bo  diddley and Bo K. Diddley", "… and …"),
    ("with Diddley and Zoë", "with … and …"),
    ("zoë o'brien-lee", "…"),
    ("(4712345), ID:4712345, 4712345.", "(…), ID:…, …."),
    ("AB-77 and ab-77 and S1", "… and … and …"),
    ("h_1 = max(0, tan(12)) = 0.4712345", "h_1 = max(0, tan(12)) = 0.4712345"),
    ("h_1 = 47123456 + 4712345.5 - 12", "h_1 = 47123456 + 4712345.5 - 12"),
    ("h_1 = tanh(1) = 0.7616", "h_1 = tanh(1) = 0.7616"),
]


@pytest.mark.parametrize(("line", "left"), LINES, ids=[row[0] for row in LINES])
def test_a_line_names_nobody_of_the_class(line: str, left: str) -> None:
    them = [("s1", "Ada Lovelace"), ("4712345", "Bo Diddley"), ("12", "Max Tan"), ("ab-77", "Zoë O'Brien-Lee")]
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        class_ = Collected(database)
        class_.enrol(Enrolled(Student(id, name)) for id, name in them)
        class_.gather((), own_name)
        assert anonymous(line, Student(*them[0]), class_.is_id, class_.is_name) == left


def test_the_report_on_a_class_shows_nobody(tmp_path: Path) -> None:
    them = Roster((Student("s1", "Ada Lovelace"), Student("4712345", "Bo Diddley")))
    files: dict[str, str | bytes] = {"s1.md": "h_1 = 3 + ) as Bo Diddley 4712345 says\nh_2 = 3 like diddley, bo\n",
                                     "4712345.md": "Lovelace: h_1 = 5\nh_2 = ( Ada S1\n"}
    marked(tmp_path, files, roster=them)
    for page in ("report.md", "report.html"):
        text = (tmp_path / "out" / page).read_text(encoding="utf-8").casefold()
        assert not [word for word in ("lovelace", "diddley", "4712345", "s1", "ada ") if word in text]


@given(st.text(max_size=30), st.text(max_size=30), st.text(min_size=2, max_size=8), st.text(max_size=12))
def test_no_id_is_left_in_a_line(before: str, after: str, id: str, name: str) -> None:
    kept = anonymous(f"{before} {id} {after}", Student(id, name))
    assert id.isdigit() or f" {id.casefold()} " not in f" {kept.casefold()} ".replace("…", "") or not id.strip() or id in "….. "


# -- laws ---

marks = st.builds(
    entry, st.text("abcdef", min_size=1, max_size=3), st.integers(0, 4), rest=st.integers(0, 2),
    slip=st.none() | st.builds(slip, st.sampled_from("fch"), st.integers(-1, 3)), codes=st.lists(st.sampled_from("xyz"), max_size=2).map(tuple),
)


@settings(deadline=None)
@given(st.lists(marks, min_size=1, max_size=12), st.randoms())
def test_the_order_of_students_changes_no_figure(entries: list[Entry], draw: object) -> None:
    def figures(them: list[Entry]) -> tuple[object, ...]:
        cohort = cohort_of(them)
        return (cohort.shares, cohort.slips, cohort.items, cohort.unexplained,
                [(each.code, each.students, each.alone) for each in cohort.misconceptions])

    other = list(entries)
    draw.shuffle(other)  # type: ignore[attr-defined]
    assert figures(entries) == figures(other)
    cohort = cohort_of(entries)
    assert sum(count for _, count in cohort.shares) == len(entries) == sum(band.students for band in bands(cohort.shares))
    grid = grid_of(cohort, ("f", "c", "h"), (1, 2))
    assert sum(grid.counts.values()) + grid.left_out == cohort.slipped
    # Who lost nothing has no slip that changes an answer.
    assert cohort.slipped + cohort.harmless == sum(each.mark is not None and each.mark.slip is not None for each in entries)
    assert cohort.slipped <= len(entries) - cohort.full
    assert report(cohort)


@given(st.lists(st.fractions(0, 1, max_denominator=12), min_size=2, max_size=30))
def test_quartiles_and_errors_are_those_of_the_standard_library(values: list[Fraction]) -> None:
    counts = sorted(Counter(values).items())
    wanted = [min(values), *statistics.quantiles(values, n=4, method="inclusive"), max(values)]
    assert [quantile(counts, Fraction(k, 4)) for k in range(5)] == wanted
    moments = Moments()
    for value in values:
        moments.add(value)
    assert moments.mean == statistics.mean(values)
    assert moments.error == pytest.approx(statistics.stdev(map(float, values)) / math.sqrt(len(values)), abs=1e-9)


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=2, max_size=20))
def test_a_correlation_is_that_of_the_standard_library(values: list[tuple[int, int]]) -> None:
    pairs = Pairs()
    for x, y in values:
        pairs.add(Fraction(x), Fraction(y))
    xs, ys = zip(*values, strict=True)
    if len(set(xs)) == 1 or len(set(ys)) == 1:
        assert pairs.correlation is None
    else:
        assert pairs.correlation == pytest.approx(statistics.correlation(xs, ys), abs=1e-12)


# -- figures ---


def numbers(figure: Figure) -> list[str]:
    return [shape.text for shape in figure.drawing.shapes if isinstance(shape, Label) and shape.role == "number"]


def test_figures_say_their_numbers_and_fit_a_narrow_page() -> None:
    cohort = cohort_of([entry(f"s{k}", k % 5, rest=k % 2, slip=slip("h" if k % 2 else "c", k % 30)) for k in range(90)])
    grid = grid_of(cohort, ("c", "h"), range(1, 4))
    slips = slips_figure(grid)
    assert slips is not None
    for figure in (scores_figure(cohort), slips):
        assert figure.drawing.width <= 360 / 0.68
        assert len(numbers(figure)) > 5
    assert sum(map(int, numbers(slips))) == 90
    assert sum(map(int, re.findall(r"(\d+) at t", " ".join(slips.description)))) == 90
    assert sum(map(int, re.findall(r"%: (\d+)", scores_figure(cohort).description[0]))) == 90


def test_the_report_of_a_real_class_is_whole(tmp_path: Path) -> None:
    them = Roster(tuple(Student(f"s{k:02}", f"Person{k}") for k in range(14)))
    files = {f"s{k:02}.md": (RIGHT, SLIP, UNREAD, ONE_ONLY)[k % 4].replace("h_1 = tanh(1)", f"Person{k} h_1 = tanh(1)", k == 1) for k in range(13)}
    marked(tmp_path, files, roster=them)
    out = tmp_path / "out"
    page, text = (out / "report.html").read_text(encoding="utf-8"), (out / "report.md").read_text(encoding="utf-8")
    assert "Person" not in page + text
    assert len(book(out)) == 14
    assert page.count("<svg") == 2
    for name in ("report-scores.svg", "report-slips.svg"):
        assert f"]({name})" in text
        ET.parse(out / name)
    assert "14 students:</strong> 13 handed in, all of them are marked; 1 handed in nothing." in page
    # Without any slip the figure of slips is gone again.
    for path in (tmp_path / "work").iterdir():
        path.write_text(RIGHT, encoding="utf-8")
    marked(tmp_path, {}, roster=them)
    assert not (out / "report-slips.svg").exists()
