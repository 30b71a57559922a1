"""Moodle XML: read back by a reader of Moodle's grammar, and marked as Moodle marks."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from fractions import Fraction
from pathlib import Path

import cloze_reader
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_by_hand import ACTING, alone, entry, made, nasty, numbers, options, para, said, value, variants, words

import symlstm
from symlstm.document.blocks import Text
from symlstm.exchange.amounts import decimal, whole_weights
from symlstm.exchange.exercise import NEAR, Collection, Entry, Exercise, NumbersItem, OptionsItem, WordsItem
from symlstm.exchange.forms import NONE_HOLDS
from symlstm.exchange.gathering import gathered
from symlstm.exchange.markup import plain
from symlstm.exchange.moodle.cloze import feedback, neutral
from symlstm.exchange.moodle.export import export
from symlstm.exchange.moodle.fractions import MOST_RIGHT, fractions

ROOT = Path(__file__).parents[2]
VARIED = """---
title: Two steps/of a small unit
convention: {round: {h: 2}, ties: away, saturate: off, carry: true}
vary:
  w: {from: -1.5, to: 1.5, step: 0.25}
  x: {of: [-2, -1, 1, 2], length: 3}
---
A unit with $w = 0.5$ and $u = 1$ computes $h_t = \\tanh(w h_{t-1} + u x_t)$ from $h_0 = 0.5$. Its inputs are $x = [1, -1, 2]$.

```question
find: h
points: 2
```

```question
claims:
  - $h_t$ < 2
  - $h_t$ > 5
```
"""

# The list of Moodle's `question_bank`, as percentages of the positive ones.
FRACTIONS = (100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20, 16.66667, 14.28571, 12.5, 11.11111, 10, 5, 0)


def questions(collection: Collection) -> list[cloze_reader.Question]:
    (data,) = export(collection).files.values()
    return cloze_reader.imported(data)[1]


def shown(text: str) -> str:
    """Words as a browser shows them: white space made one, what no text may hold a space."""
    return re.sub(r"\s+", " ", re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", " ", text)).strip()


def check_gap(gap: cloze_reader.Gap, asked: Entry) -> None:
    """That a gap marks as its entry says."""
    assert gap.kind == "NUMERICAL"
    rows = [(asked.right, 1.0, ""), *((also.value, 1.0, plain(also.note)) for also in asked.also),
            *((wrong.value, 0.0, f"{plain(wrong.words)} {plain(wrong.hint)}") for wrong in asked.wrong)]
    if asked.near is not None:
        for x in (asked.near.low, asked.near.high):
            if not any(row[0].low <= x <= row[0].high for row in rows):
                assert gap.marked(float(x))[0] == 0.0 and "Close" in gap.marked(float(x))[1]
        rows.append((asked.near, 0.0, plain(NEAR)))
    assert [Fraction(answer.number[0]) for answer in gap.answers] == [row[0].number for row in rows]
    for answer, (known, fraction, _) in zip(gap.answers, rows, strict=True):
        # Cut after thirty decimals where it doesn't end.
        assert answer.fraction == fraction and 0 <= known.tolerance - Fraction(answer.number[1]) < Fraction(1, 10**30)
    for known, fraction, told in rows[: len(rows) - (asked.near is not None)]:
        for x in (known.number, known.low, known.high):
            earned, html = gap.marked(float(x))
            assert (earned, shown(cloze_reader.visible(html))) == (fraction, shown(told))
            assert not cloze_reader.tags(html)
        # Moodle widens every interval by what its floats can't tell apart.
        beyond = max(known.tolerance, abs(known.number) / 10**13, Fraction(1, 10**13))
        for x in (known.low - beyond, known.high + beyond):
            if not any(row[0].low <= x <= row[0].high for row in rows):
                assert gap.marked(float(x)) == (0.0, "")


def check(collection: Collection) -> None:
    """That a whole file says what its collection does."""
    (data,) = export(collection).files.values()
    categories, found = cloze_reader.imported(data)
    assert len(set(categories.values())) == len(categories) and all(path.startswith("$course$/top/") for path in categories)
    assert len({question.idnumber for question in found}) == len(found)
    by_id = {question.idnumber: question for question in found}
    for own in collection.exercises:
        asked = [each for item in own.items if isinstance(item, NumbersItem) for each in item.entries]
        if asked:
            question = by_id[f"{own.id}-values"]
            cloze = cloze_reader.read(question.fields["questiontext"])
            for gap, each in zip(cloze.gaps, asked, strict=True):
                check_gap(gap, each)
            total = sum(each.points for each in asked)
            if total:
                assert [Fraction(gap.weight, sum(gap.weight for gap in cloze.gaps)) for gap in cloze.gaps] == [each.points / total for each in asked]
            assert cloze.mark([float(each.right.number) for each in asked]) == 1
            assert question.grade == str(sum(gap.weight for gap in cloze.gaps))
        for item in own.items:
            if isinstance(item, OptionsItem):
                check_choices(by_id[f"{own.id}-q{item.question}"], item)
            elif isinstance(item, WordsItem):
                essay = by_id[f"{own.id}-q{item.question}"]
                assert essay.kind == "essay" and essay.fields["graderinfo"]
    for question in found:
        check_neutral(question)
        assert question.tags == (collection.id,)


def check_choices(question: cloze_reader.Question, item: OptionsItem) -> None:
    assert question.kind == "multichoice" and not question.single and Fraction(question.grade) == item.points
    told = question.choices[: len(item.options)]
    assert [choice.fraction > 0 for choice in told] == [option.holds for option in item.options]
    for choice, option in zip(told, item.options, strict=True):
        words = "".join(each.text for each in option.text if isinstance(each, Text))
        assert set(shown(words).split()) <= set(cloze_reader.visible(choice.text).split())
    assert sum(max(choice.fraction, 0) for choice in question.choices) == pytest.approx(1, abs=1e-6)
    for choice in question.choices:
        assert any(abs(abs(choice.fraction) - known / 100) < 0.00001 for known in FRACTIONS)
    assert len(question.choices) >= 2 and any(choice.fraction > 0 for choice in question.choices)


def check_neutral(question: cloze_reader.Question) -> None:
    """That nothing in a text is for a filter or an expression, and that it is well-formed."""
    fields = [html for name, html in question.fields.items() if name != "name"]
    for html in (*fields, *question.hints, *(part for choice in question.choices for part in (choice.text, choice.feedback))):
        cloze = cloze_reader.read(html)
        # Filters that look for words leave what is of this class alone.
        assert not html or re.match(r'(?s)(<style>.*?</style>\n)?<(div|span) class="(symlstm )?nolink">', html) or html == NONE_HOLDS
        assert question.kind == "cloze" or not cloze.gaps
        for fragment in cloze.fragments:
            bare = re.sub(r"<style>.*?</style>", "", fragment, flags=re.DOTALL)
            assert not re.search(r"[{}$\\\[\]@]", bare), bare
        # Entities as XML has them; the gaps stand where text may stand.
        whole = "0".join(cloze.fragments)
        ET.fromstring(f"<body>{whole}</body>")


@pytest.mark.parametrize("name", ["lstm-states", "lstm-block", "gating", "parity-unit", "counter"])
def test_reports_read_back(name: str) -> None:
    check(gathered(symlstm.read(ROOT / "reports" / name / "problem.md")))


def test_variants_read_back() -> None:
    collection = gathered(symlstm.read(VARIED), 3, "7")
    check(collection)
    (data,) = export(collection).files.values()
    categories, found = cloze_reader.imported(data)
    top = "$course$/top/Two steps//of a small unit"
    assert list(categories) == [top, f"{top}/Values", f"{top}/Question 2"]
    assert [question.category for question in found] == [f"{top}/Values"] * 3 + [f"{top}/Question 2"] * 3
    assert len({question.fields["questiontext"] for question in found}) == 6
    assert any("categories of their own" in warning for warning in export(collection).warnings)
    assert export(collection).files == export(gathered(symlstm.read(VARIED), 3, "7")).files


@settings(max_examples=60, deadline=None)
@given(made())
def test_whatever_is_said_reads_back(collection: Collection) -> None:
    check(collection)


@given(nasty, nasty)
def test_feedback_is_shown_character_by_character(first: str, second: str) -> None:
    text = f"{{1:NUMERICAL:=0:1~%0%5:1#{feedback(said('a' + first), said(second))}}}"
    (gap,) = cloze_reader.read(text).gaps
    told = gap.marked(5.0)[1]
    assert shown(cloze_reader.visible(told)) == shown(f"a{first} {second}")
    assert not cloze_reader.tags(told)


@pytest.mark.parametrize("text", ACTING)
def test_prose_stays_prose(text: str) -> None:
    (question,) = questions(alone(*para(f"Say {text} twice: {text}."), numbers(1, entry("q1_h_1", value("0.5")))))
    cloze = cloze_reader.read(question.fields["questiontext"])
    assert len(cloze.gaps) == 1
    assert shown(f"Say {text} twice: {text}.") in cloze_reader.visible(cloze.fragments[0])


@pytest.mark.parametrize("right", range(MOST_RIGHT + 5))
def test_fractions_are_of_the_list_and_add_up(right: int) -> None:
    for wrong in range(MOST_RIGHT + 5):
        found = [float(each) for each in fractions([True] * right + [False] * wrong)]
        assert all(any(abs(abs(each) - known) < 0.001 for known in FRACTIONS) for each in found)
        if right:
            assert sum(found[:right]) == pytest.approx(100, abs=1e-4)
        if wrong:
            # Ticking everything earns nothing.
            assert sum(found[right:]) <= -100 + 1e-4 and max(found[right:]) < 0


@pytest.mark.parametrize(
    ("holds", "expected"),
    [
        ((True, False), [1, -1]),
        ((False, False), [-0.5, -0.5, 1]),
        ((True,), [1, -1]),
        ((False,), [-1, 1]),
        ((True, True), [0.5, 0.5]),
    ],
)
def test_a_list_in_which_nothing_holds_has_an_option_that_says_so(holds: tuple[bool, ...], expected: list[float]) -> None:
    (question,) = questions(alone(options(1, *holds)))
    assert [choice.fraction for choice in question.choices] == expected


def test_what_some_variant_needs_all_have() -> None:
    found = questions(variants((options(1, True, False),), (options(1, False, False),)))
    assert [[choice.fraction for choice in question.choices] for question in found] == [[1, -0.5, -0.5], [-0.5, -0.5, 1]]


@pytest.mark.parametrize(
    ("points", "weights", "warned"),
    [
        (("1", "1"), (1, 1), False), (("2", "4"), (2, 4), False), (("1/2", "1/2"), (1, 1), True), (("1/2", "1/3"), (3, 2), True),
        (("0", "2"), (0, 2), False), (("0", "0"), (1, 1), True), (("3/2", "3/2", "1"), (3, 3, 2), True),
    ],
)
def test_weights_are_whole_and_in_proportion(points: tuple[str, ...], weights: tuple[int, ...], warned: bool) -> None:
    collection = alone(numbers(1, *(entry(f"q1_h_{k}", value("0.5"), points=Fraction(each)) for k, each in enumerate(points))))
    (question,) = questions(collection)
    assert tuple(gap.weight for gap in cloze_reader.read(question.fields["questiontext"]).gaps) == weights
    assert any("whole marks" in warning for warning in export(collection).warnings) == warned


@given(st.lists(st.fractions(min_value=0, max_value=50, max_denominator=12), min_size=1, max_size=6))
def test_proportions_are_exact(points: list[Fraction]) -> None:
    weights = whole_weights(points)
    assert all(weights[0] * b == weights[k] * points[0] for k, b in enumerate(points))


@given(st.fractions(max_denominator=10**6))
def test_decimals_are_exact_or_cut(number: Fraction) -> None:
    text = decimal(number)
    assert re.fullmatch(r"-?\d+(\.\d*[1-9])?", text) or len(text.partition(".")[2]) == 30
    assert 0 <= abs(number) - abs(Fraction(text)) < Fraction(1, 10**30)


def test_partial_marks_also_right_and_the_first_that_takes_it() -> None:
    first = entry("q1_h_1", value("0.50"), also=((value("0.51"), "By the other tie."),), wrong=((value("0.60"), "Sign lost.", "Look at it."),))
    (question,) = questions(alone(numbers(1, first, entry("q1_h_2", value("2"), points=Fraction(3)))))
    cloze = cloze_reader.read(question.fields["questiontext"])
    for responses, mark in (((0.5, 2), 1), ((0.51, 2), 1), ((0.6, 2), 0.75), ((0.5, 7), 0.25), ((0.6, 7), 0)):
        assert cloze.mark(responses) == mark
    assert cloze.gaps[0].marked(0.51) == (1.0, "By the other tie.")
    assert cloze.gaps[0].marked(0.6) == (0.0, "Sign lost. Look at it.")
    assert cloze.gaps[0].marked(0.5006)[1].startswith("Close, but not")
    assert cloze.gaps[0].marked(0.5051) == (0.0, "")


def test_vectors_and_matrices_have_a_gap_an_entry_in_rows() -> None:
    each = [entry(f"q1_c_2_{k}", value(str(k))) for k in range(6)]
    (question,) = questions(alone(numbers(1, *each, shape=(2, 3))))
    cloze = cloze_reader.read(question.fields["questiontext"])
    assert [gap.answers[0].text for gap in cloze.gaps] == [f"{k}:0.0005" for k in range(6)]
    assert ["</tr>" in fragment for fragment in cloze.fragments[1:-1]] == [False, False, True, False, False]


def test_hints_come_level_by_level() -> None:
    (question,) = questions(alone(numbers(1, entry("q1_h_1", value("1"))), numbers(2, entry("q2_h_1", value("2")))))
    assert len(question.hints) == 2
    assert "Begin with 1." in cloze_reader.visible(question.hints[0]) and "Begin with 2." in cloze_reader.visible(question.hints[0])


def test_each_question_stands_by_itself() -> None:
    collection = alone(*para("The data."), options(1, True, False), *para("More data."), words(2), numbers(3, entry("q3_h", value("1"))))
    cloze, choices, essay = questions(collection)
    assert [each.kind for each in (cloze, choices, essay)] == ["cloze", "multichoice", "essay"]
    for question, has_more in ((cloze, True), (choices, False), (essay, True)):
        told = cloze_reader.visible(question.fields["questiontext"])
        assert "The data." in told and ("More data." in told) == has_more
    assert "Worked." in cloze.fields["generalfeedback"] and "Because of 2." in choices.fields["generalfeedback"]
    assert [choice.feedback for choice in choices.choices] and "Because of 1." in choices.choices[0].feedback
    assert "The memory is kept." in essay.fields["graderinfo"]
    assert any("Question 2 is answered in words" in warning for warning in export(collection).warnings)


def test_an_exercise_that_asks_nothing_is_a_description() -> None:
    (question,) = questions(alone(*para("Read this.")))
    assert question.kind == "description"


@pytest.mark.parametrize("title", [*ACTING, "a/b", "x" * 300])
def test_names_and_categories(title: str) -> None:
    own = Exercise("a", title, (options(1, True, False),), ())
    (data,) = export(Collection("a", title, (own,))).files.values()
    categories, (question,) = cloze_reader.imported(data)
    (path,) = categories
    # The path's own separators are single; whatever else stands is one name.
    assert len(re.split(r"(?<!/)/(?!/)", path.replace("//", ""))) == 3
    assert len(question.fields["name"]) <= 255 and "Question 1" in question.fields["name"]


@pytest.mark.parametrize("html", ["<p>a</p>", "<style>.a{b:c}</style><p>{</p>"])
def test_neutral_html_keeps_its_elements(html: str) -> None:
    assert re.findall(r"<[^>]*>", neutral(html)) == re.findall(r"<[^>]*>", html)

