"""The Open edX export: its structure, and the whole of it through Open edX's own capa, which shows and marks every problem."""

from __future__ import annotations

import io
import itertools
import json
import re
import tarfile
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from consumers import consumer, run
from hypothesis import given, settings
from made_by_hand import alone, entry, made, nasty, numbers, options, said, value, words

from symlstm.document.blocks import (
    Aside,
    Blank,
    Block,
    Break,
    Code,
    CodeBlock,
    Emphasis,
    Fold,
    Heading,
    Image,
    Inlines,
    Items,
    Link,
    Paragraph,
    Quote,
    Rule,
    SourceDisplay,
    SourceMaths,
    Table,
    Text,
)
from symlstm.exchange.exercise import Collection, Entry, Exercise, NumbersItem, Option, OptionsItem, WordsItem
from symlstm.exchange.gathering import gathered
from symlstm.exchange.olx.export import export
from symlstm.exchange.olx.markup import html
from symlstm.exchange.package import Package
from symlstm.pipelines import read

ROOT = Path(__file__).parents[2]
PROBLEMS = (
    "reports/counter/problem.md", "reports/gating/problem.md", "reports/lstm-block/problem.md", "reports/lstm-states/problem.md",
    "reports/parity-unit/problem.md", "tests/problems/cho-gru.md", "tests/problems/d2l-lstm.md", "tests/problems/fractions.md",
    "tests/problems/rounded-on-the-way.md", "tests/problems/unicode.md",
)
"""Vectors, a GRU, claims, what is carried, state symbols, simplified equations, comments, conventions left open."""
VARIED = """---
title: "Two steps, w < 1"
convention: {round: {h: 2}, ties: away, saturate: off, carry: true}
vary:
  w: [0.25, 0.5, 0.75]
  u: [1, 1.5, 2]
---
A unit computes $h_t = \\tanh(w h_{t-1} + u x_t)$ with $w = 0.5$, $u = 1$, $h_0 = 0.5$ and $x = [1, -1]$. {convention}

```question
find: h
```
"""


def unit(
    name: str = "h_1", right: str = "0.38", also: Iterable[str] = (), wrong: Iterable[str] = (), tolerance: str | Fraction = "0.005",
    points: Fraction = Fraction(1),
) -> Entry:
    return entry(f"q1_{name}", value(right, tolerance), tuple((value(text, tolerance), f"as well: {text}") for text in also),
                 tuple((value(text, tolerance), f"slip to {text}", f"look at {text}") for text in wrong), points, name)


def worked(*solution: Block) -> Collection:
    """A collection of one exercise that is all solution."""
    return Collection("a", "A unit", (Exercise("a", "A unit", (), solution),))


@cache
def problem_of(name: str) -> tuple[Collection, Package]:
    made = gathered(read(ROOT / name))
    return made, export(made)


def trees(package: Package) -> Iterator[ET.Element]:
    return (ET.fromstring(data) for name, data in package.files.items() if name.startswith("library/problem/"))


def only(package: Package) -> ET.Element:
    (tree,) = trees(package)
    return tree


# Structure

RESPONSES = ("numericalresponse", "formularesponse", "choiceresponse")


@pytest.mark.parametrize("name", PROBLEMS)
def test_structure(name: str) -> None:
    made, package = problem_of(name)
    (exercise,) = made.exercises
    tree = only(package)
    assert tree.tag == "problem" and tree.get("display_name") == exercise.title
    items = exercise.items
    entries = [one for item in items if isinstance(item, NumbersItem) for one in item.entries]
    fields = [element for element in tree.iter() if element.tag in RESPONSES[:2]]
    assert [field.get("answer") for field in fields] == [one.right.text for one in entries]
    assert [Fraction(field.find("responseparam").get("default")) for field in fields] == [one.right.tolerance for one in entries]  # type: ignore[union-attr, arg-type]
    for field, one in zip(fields, entries, strict=True):
        values = [condition.get("answer") for condition in field.iter("formulahint")]
        assert values == ([] if one.also else [wrong.value.text for wrong in one.wrong])
        assert [more.get("answer") for more in field.iter("additional_answer")] == [also.value.text for also in one.also]
        assert field.find("label") is not None and field.find("textline") is not None
        assert [condition.get("name") for condition in field.iter("formulahint")] == [part.get("on") for part in field.iter("hintpart")]
    lists = [item for item in items if isinstance(item, OptionsItem)]
    for response, item in zip(tree.iter("choiceresponse"), lists, strict=True):
        choices = list(response.iter("choice"))
        assert response.get("partial_credit") == "EDC" and response.find("label") is not None
        assert [choice.get("correct") == "true" for choice in choices][: len(item.options)] == [option.holds for option in item.options]
        assert len(choices) - len(item.options) == (not any(option.holds for option in item.options))
        assert all([hint.get("selected") for hint in choice.iter("choicehint")] == ["true"] for choice in choices)
    assert len(list(tree.iter("hint"))) <= sum(len(item.hints) for item in items if isinstance(item, NumbersItem))
    assert len(list(tree.iter("solution"))) == 1
    worth = sum((item.points for item in items if not isinstance(item, WordsItem)), Fraction(0))
    assert Fraction(tree.get("weight", "0")) == worth


VOID = {"br", "hr", "img", "textline", "responseparam", "formulahint"}


@pytest.mark.parametrize("name", PROBLEMS)
def test_nothing_in_it_that_capa_or_a_browser_takes_for_something_else(name: str) -> None:
    harmless(only(problem_of(name)[1]))


def harmless(tree: ET.Element) -> None:
    for element in tree.iter():
        assert "{" not in element.tag, "capa gives elements with a namespace a prefix, which browsers don't know"
        assert element.tag not in ("script", "math", "svg", "text") or (element.tag == "text" and not element.attrib)
        assert element.tag in VOID or len(element) or element.text, f"capa writes {element.tag} as an empty element, which stays open"


def test_library_and_course_hold_the_same_problems() -> None:
    made = gathered(read(VARIED), 3, "1")
    package = export(made)
    ids = [exercise.id for exercise in made.exercises]
    library = ET.fromstring(package.files["library/library.xml"])
    assert library.tag == "library" and [child.get("url_name") for child in library] == ids and library.get("org") and library.get("library")
    assert [tree.get("display_name") for tree in trees(package)] == [f"Two steps, w < 1, variant {k}" for k in (1, 2, 3)]
    kept = {name: data for name, data in package.files.items() if name.startswith("library/")}
    assert unpacked(package.files["library.tar.gz"]) == kept
    course = unpacked(package.files["course.tar.gz"])
    assert {name.removeprefix("course/problem/"): data for name, data in course.items() if "/problem/" in name} == {
        name.removeprefix("library/problem/"): data for name, data in kept.items() if "/problem/" in name}
    below = {"course": "chapter", "chapter": "sequential", "sequential": "vertical", "vertical": "problem"}
    names = [ET.fromstring(course["course/course.xml"]).get("url_name")]
    for tag, inner in below.items():
        names = [child.get("url_name") for name in names for child in ET.fromstring(course[f"course/{tag}/{name}.xml"]).iter(inner)]
    assert names == ids
    stems = [Path(name).stem for name in course if name != "course/course.xml"]
    assert len(set(stems)) == len(stems)


def unpacked(data: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        members = archive.getmembers()
        assert all(one.isfile() and (one.mtime, one.uid, one.gid) == (0, 0, 0) for one in members)
        return {one.name: archive.extractfile(one).read() for one in members}  # type: ignore[union-attr]


def test_same_bytes_again() -> None:
    made = gathered(read(VARIED), 2, "1")
    assert export(made) == export(gathered(read(VARIED), 2, "1"))


HALF = Fraction(1, 2)
LOST: tuple[tuple[str, Collection, Collection], ...] = (
    ("h_1: nothing is said about the values", alone(numbers(1, unit(also=["0.5"], wrong=["0.7"]))), alone(numbers(1, unit(wrong=["0.7"])))),
    ("h_1 and h_2: something is said about the values of the likeliest", alone(numbers(1, *(unit(f"h_{k}", wrong=map(str, range(1, 152))) for k in (1, 2)))),
     alone(numbers(1, unit("h_1", wrong=map(str, range(1, 51))), unit("h_2", wrong=map(str, range(1, 251)))))),
    ("h_1: nothing is said about some", alone(numbers(1, replace(unit(wrong=["0.7"]), wrong=unit(wrong=["0.7"], tolerance=Fraction(1, 9)).wrong))),
     alone(numbers(1, unit(wrong=["0.7"])))),
    ("h_1: a value that is right as well", alone(numbers(1, unit(also=["0.5"]))),
     alone(numbers(1, unit(also=["0.5"], tolerance=Fraction(1, 10**6))))),
    ("h_1: Open edX computes with about 16", alone(numbers(1, unit(right="0.123456789012345678", tolerance=Fraction(1, 10**18)))),
     alone(numbers(1, unit(right="0.1234567890", tolerance=Fraction(1, 10**10))))),
    ("Question 3: Open edX marks no answer in words", alone(words(3)), alone(numbers(1, unit()))),
    ("Question 1 and Question 2: in Open edX each number counts", alone(numbers(1, unit(points=HALF)), options(2, True)),
     alone(numbers(1, unit(points=HALF)), options(2, True, points=HALF))),
    ("Question 2: Open edX takes no answer in which nothing is ticked", alone(options(2, False, False)), alone(options(2, False, True))),
    ("A unit: the worked solution is left out", worked(CodeBlock("x" * 2_000_001)), worked(CodeBlock("x"))),
    ("the picture cell.png is no part", alone(Paragraph((Image("cell.png", "a cell"),))),
     alone(Paragraph((Image("https://example.org/cell.png", "a cell"),)))),
)
"""How a warning begins, where it stands, where not."""


@pytest.mark.parametrize(("start", "lost", "kept"), LOST, ids=[row[0] for row in LOST])
def test_what_is_lost_is_told(start: str, lost: Collection, kept: Collection) -> None:
    assert [warning for warning in export(lost).warnings if warning.startswith(start)]
    assert not [warning for warning in export(kept).warnings if warning.startswith(start)]


@given(nasty)
@settings(max_examples=60, deadline=None)
def test_words_stay_words(acting: str) -> None:
    text = f"so {acting}"
    content = (Text(text),)
    item = replace(numbers(1, replace(unit(), label=content)), asked=content, title=text)
    tree = only(export(alone(Paragraph(content), item, replace(options(2, True), asked=content), title=text)))
    shown = spaced("".join(c if c.isprintable() else " " for c in text.replace("\u2060", "")))
    told = (tree.find("p"), tree.find("h4"), *tree.findall("p")[1:2], *tree.findall("*/label"))
    assert len(told) == 5
    for element in told:
        assert element is not None and shown in spaced("".join(element.itertext())).replace("\u2060", "")
        assert {child.tag for child in element.iter()} <= {"p", "h4", "label", "span"}
    assert spaced(tree.get("display_name", "")).replace("\u2060", "") == shown


@given(made())
@settings(max_examples=40, deadline=None)
def test_whatever_it_says_it_is_well_formed_and_without_empty_elements(collection: Collection) -> None:
    tree = only(export(collection))
    harmless(tree)
    (exercise,) = collection.exercises
    assert len([element for element in tree.iter() if element.tag in RESPONSES]) == 1 + sum(
        len(item.entries) for item in exercise.items if isinstance(item, NumbersItem))


SHOWN: tuple[tuple[Block, str], ...] = (
    (Heading(2, said("a")), "<h4>a</h4>"),
    (Heading(5, said("a")), "<h6>a</h6>"),
    (Paragraph((Emphasis(said("a"), strong=True), Break(True), Blank(2, "h"))), '<p><strong>a</strong><br/><span role="img" aria-label="blank for h">____</span></p>'),
    (Paragraph((Link("https://a.b/?c&d", said("e")),)), '<p><a href="https://a.b/?c&amp;d" target="_blank" rel="noopener">e</a></p>'),
    (Paragraph((Link("javascript:a", said("e")), Link("#there", said("f")))), "<p>ef</p>"),
    (Paragraph((SourceMaths("a < b"),)), r"<p>\(a &lt; b\)</p>"),
    (Paragraph(()), ""),
    (Items(((Paragraph(said("a")),), ()), start=3), '<ol start="3"><li><p>a</p></li><li>___</li></ol>'),
    (Quote((Rule(),)), "<blockquote><hr/></blockquote>"),
    (Fold(said("a"), (Paragraph(said("b")),), open=True), '<details open="open"><summary>a</summary><p>b</p></details>'),
    (Aside("note", (Paragraph(said("a")),)), '<div role="note" aria-label="Note"><p><strong>Note</strong></p><p>a</p></div>'),
    (SourceDisplay(r"a &= b \\ &= c"), r'<div style="overflow-x:auto">\[\begin{aligned}a &amp;= b \\ &amp;= c\end{aligned}\]</div>'),
    (Table((said("a"), said("b")), ((said("1"), ()),), "lr", "c"),
     '<div style="overflow-x:auto"><table><caption>c</caption><thead><tr><th scope="col">a</th><th scope="col" style="text-align:right">b</th></tr></thead>'
     '<tbody><tr><td>1</td><td style="text-align:right">\xa0</td></tr></tbody></table></div>'),
)


@pytest.mark.parametrize(("block", "expected"), SHOWN, ids=[type(block).__name__ + str(k) for k, (block, _) in enumerate(SHOWN)])
def test_blocks_as_html(block: Block, expected: str) -> None:
    assert html((block,), pytest.fail).replace("\n", "") == expected


def test_a_formula_that_cant_be_shown_stands_as_its_source_with_a_warning() -> None:
    told: list[str] = []
    assert html((Paragraph((SourceMaths(r"\foo{$seed}", "a.md:3:4"),)),), told.append) == '<p><code class="source">\\foo{$\u2060seed}</code></p>\n'
    assert len(told) == 1 and told[0].startswith("a.md:3:4: ")


# capa

Answer: TypeAlias = str | list[int]
Found: TypeAlias = dict[str, Any]


@dataclass
class Job:
    xml: str
    typed: list[list[str]]
    submissions: list[list[Answer]]


def capa(jobs: Sequence[Job], folder: Path) -> list[Found]:
    """What Open edX makes of problems."""
    (folder / "jobs.json").write_text(json.dumps([vars(job) for job in jobs]))
    python = consumer("capa", "xblocks-contrib==0.13.1")
    found: list[Found] = json.loads(run(python, "capa_grades.py", "jobs.json", folder=folder))
    return found


def xml_of(package: Package) -> str:
    (text,) = (data.decode() for name, data in package.files.items() if name.startswith("library/problem/"))
    return text


@dataclass
class Probe:
    """Something typed into a field: what it is worth, and words that must be said to it."""

    typed: str
    right: bool
    told: tuple[str, ...] = ()


def probes(one: Entry) -> Iterator[Probe]:
    """What is typed into an entry, with its mark by exact arithmetic; what is right comes first."""
    good, number = one.right, one.right.number
    ways = (good.text, f" {good.text} ", f"+{good.text}" if number >= 0 else good.text, f"{number.numerator}/{number.denominator}",
            f"{good.text}0" if "." in good.text else f"{good.text}.0", f"{good.text}e0", re.sub(r"^(-?)0\.", r"\1.", good.text))
    yield from (Probe(way, True) for way in ways)
    for edge, sign in ((good.low, -1), (good.high, 1)):
        yield Probe(digits(edge), True)
        yield Probe(digits(edge + sign * good.tolerance / 100), False)
    yield Probe("", False)
    yield from (Probe(also.value.text, True, texts(also.note)) for also in one.also)
    for k, wrong in enumerate(one.wrong):
        hint = () if one.also else (*texts(wrong.words), *texts(wrong.hint))
        yield Probe(wrong.value.text, False, hint)
        if not k:
            yield Probe(digits(wrong.value.high), False, hint)
            yield Probe(digits(wrong.value.high + good.tolerance / 100), False)


def digits(number: Fraction) -> str:
    """A number as a decimal; every one that is typed here ends."""
    places = next(k for k in range(60) if (number * 10**k).denominator == 1)
    whole, part = divmod(abs(int(number * 10**places)), 10**places)
    return f"{'-' if number < 0 else ''}{whole}" + (f".{part:0{places}}" if places else "")


def texts(content: Inlines) -> tuple[str, ...]:
    """The words of running text between its formulas."""
    return tuple(one.text.strip() for one in content if isinstance(one, Text) and one.text.strip())


def spaced(text: str) -> str:
    return " ".join(text.split())


@dataclass
class Marked:
    """A problem with what was typed into each of its fields, and what capa made of it."""

    exercise: Exercise
    fields: list[list[Probe]]
    """The first entry of a question gets everything, since capa takes long to read a number; the others what is right."""
    found: Found


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Marked]:
    jobs, fields = [], []
    for name in PROBLEMS:
        made, package = problem_of(name)
        (exercise,) = made.exercises
        probed: list[list[Probe]] = []
        for item in exercise.items:
            if isinstance(item, NumbersItem):
                probed += [list(probes(one))[: 1 if k else None] for k, one in enumerate(item.entries)]
            elif isinstance(item, OptionsItem):
                probed.append([])
        right: list[Answer] = [row[0].typed if row else [] for row in probed]
        fields.append(probed)
        jobs.append(Job(xml_of(package), [[probe.typed for probe in row] for row in probed], [right] if any(right) else []))
    found = capa(jobs, tmp_path_factory.mktemp("capa"))
    return {name: Marked(problem_of(name)[0].exercises[0], own, one) for name, own, one in zip(PROBLEMS, fields, found, strict=True)}


@pytest.mark.slow
@pytest.mark.parametrize("name", PROBLEMS)
def test_capa_marks_every_entry_and_says_what_is_to_be_said(name: str, marked: dict[str, Marked]) -> None:
    problem = marked[name]
    for probed, told in zip(problem.fields, problem.found["marked"], strict=True):
        for probe, found in zip(probed, told, strict=True):
            assert (found["correct"] == ["correct"], found["score"]) == (probe.right, probe.right), probe
            shown = spaced(found["said"][0])
            assert all(spaced(part) in shown for part in probe.told), (probe, shown)
            assert probe.told or not shown, (probe, shown)
    for whole in problem.found["submitted"]:
        assert whole["score"] == sum(map(bool, problem.fields))


@pytest.mark.slow
@pytest.mark.parametrize("name", PROBLEMS)
def test_capa_shows_statement_labels_hints_and_solution(name: str, marked: dict[str, Marked]) -> None:
    exercise, found = marked[name].exercise, marked[name].found
    page = spaced("".join(ET.fromstring(found["html"]).itertext()))
    for piece in exercise.pieces:
        asked = piece.content if isinstance(piece, Paragraph) else () if not hasattr(piece, "asked") else piece.asked
        assert all(spaced(part) in page for part in texts(asked))
    assert found["most"] == len(found["labels"]) and all(found["labels"])
    assert found["questions"] == [re.sub("<[^>]*>", "", label) for label in found["labels"]]
    hints = spaced("".join(ET.fromstring(found["hints"] or "<p/>").itertext()))
    for item in exercise.items:
        for hint in item.hints if isinstance(item, NumbersItem) else ():
            assert isinstance(hint[0], Paragraph) and all(spaced(part) in hints for part in texts(hint[0].content))
    solution = next(text for key, text in found["answers"].items() if "solution" in key)
    shown = spaced("".join(ET.fromstring(solution).itertext()))
    answers = [block for item in exercise.items if isinstance(item, WordsItem) for block in item.answer]
    for block in (*exercise.solution, *answers):
        assert not isinstance(block, Paragraph) or all(spaced(part) in shown for part in texts(block.content))


@pytest.mark.slow
@pytest.mark.parametrize("holds", [(True, False, True), (False, True), (True, True), (False, False, False)])
def test_capa_counts_every_decision_and_says_why(holds: tuple[bool, ...], tmp_path: Path) -> None:
    posed = alone(options(2, *holds))
    ticks_of = (*holds, *([] if any(holds) else [True]))
    every = [list(ticks) for size in range(len(ticks_of) + 1) for ticks in itertools.combinations(range(len(ticks_of)), size)]
    (found,) = capa([Job(xml_of(export(posed)), [], [[ticks] for ticks in every])], tmp_path)
    for ticks, submission in zip(every, found["submitted"], strict=True):
        decided = sum((k in ticks) == right for k, right in enumerate(ticks_of))
        assert submission["score"] == pytest.approx(decided / len(ticks_of) if ticks else 0, abs=0.00501)
        shown = spaced(submission["said"][0])
        # Only of what is ticked: nothing ticked would tell all the answers otherwise.
        assert [f"Because of {k}." in shown for k in range(1, len(holds) + 1)] == [k in ticks for k in range(len(holds))]
        assert ("None of these holds." in shown) == (not any(holds) and len(holds) in ticks)


@pytest.mark.slow
def test_capa_gives_each_entry_its_part(tmp_path: Path) -> None:
    posed = alone(*(numbers(k, unit(f"h_{k}", f"0.{k}", wrong=["9"], points=HALF)) for k in range(1, 5)), options(5, True, False, points=HALF))
    right: list[Answer] = ["0.1", "0.2", "0.3", "0.4", [0]]
    every = [[answer if keep else "9" if isinstance(answer, str) else [0, 1] for answer, keep in zip(right, kept, strict=True)]
             for kept in itertools.product((True, False), repeat=5)]
    (found,) = capa([Job(xml_of(export(posed)), [], every)], tmp_path)
    for answers, submission in zip(every, found["submitted"], strict=True):
        assert submission["score"] == sum(1 if got == wanted else 0 if got == "9" else 0.5 for got, wanted in zip(answers, right, strict=True))
    assert found["most"] == 5 and only(export(posed)).get("weight") == "2.5"


HOSTILE = "\"'><script>alert(1)</script> & $seed \\(x\\) \\[y\\] `z` [mathjax]w[/mathjax] startouttext/ endouttext / \x00\x0b ]]> {% now %} "


@pytest.mark.slow
def test_capa_shows_what_would_be_markup_as_it_is(tmp_path: Path) -> None:
    content = said(HOSTILE)
    inlines: Inlines = (*content, Emphasis(content), Code(HOSTILE), Image("x.png", HOSTILE), SourceMaths(r"a < b \text{$seed}"))
    blocks: tuple[Block, ...] = (Paragraph(inlines), CodeBlock(HOSTILE), Table((content,), ((content,), ((),)), "r", HOSTILE))
    one = unit(wrong=["0.7"])
    one = replace(one, label=content, wrong=(replace(one.wrong[0], words=content, hint=content),))
    item = replace(numbers(1, one), title=HOSTILE, asked=inlines, hints=(blocks,))
    listed = replace(options(2, True), asked=content, options=(Option("q2_1", inlines, True, blocks),))
    made = Collection("a", HOSTILE, (Exercise("a", HOSTILE, (*blocks, item, listed, words(3)), blocks),))
    (found,) = capa([Job(xml_of(export(made)), [], [["0.7", [0]]])], tmp_path)
    shown = spaced(re.sub("[\x00\x0b]", " ", HOSTILE))
    whole = {"page": found["html"], "hints": found["hints"], "solution": next(text for key, text in found["answers"].items() if "solution" in key)}
    for name, page in whole.items():
        tree = ET.fromstring(page)
        assert not list(tree.iter("script")), name
        assert shown in spaced("".join(tree.itertext())).replace("\u2060", ""), name
        for element in tree.iter():
            # Outside of what MathJax passes over, nothing may begin a formula.
            if element.get("class", "").startswith("tex2jax_ignore") or element.tag in ("code", "pre"):
                continue
            for own in (element.text or "", *(child.tail or "" for child in element)):
                assert not re.search(r"\\\[|`|\[mathjax", own), (name, own)
    for part in found["submitted"][0]["said"]:
        assert shown in spaced(part).replace("\u2060", "")
    for label in found["labels"]:
        assert shown in spaced("".join(ET.fromstring(f"<p>{label}</p>").itertext())).replace("\u2060", "")
