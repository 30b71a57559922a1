"""PrairieLearn questions: server.py in a Python with nothing of ours, the page through the libraries that PrairieLearn renders with."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import uuid
import xml.etree.ElementTree as ET
from fractions import Fraction
from pathlib import Path
from typing import Any

import cloze_reader
import pytest
from consumers import consumer, run
from hypothesis import given, settings
from made_by_hand import ACTING, alone, entry, made, numbers, options, para, value, variants, words
from prairielearn_plain import call
from prairielearn_schema import INFO

import symlstm
from symlstm.exchange.exercise import AskedPlace, Collection, Entry, NumbersItem, OptionsItem
from symlstm.exchange.gathering import gathered
from symlstm.exchange.markup import plain
from symlstm.exchange.package import written
from symlstm.exchange.prairielearn import server
from symlstm.exchange.prairielearn.export import export

ROOT = Path(__file__).parents[2]
VARIED = """---
title: Two vectors
convention: {round: {h: 2}, ties: away, saturate: off, carry: true}
vary:
  W:
  - [[0.5, 1], [-1, 0.25]]
  - [[1.5, 1], [-1, 0.75]]
  - [[0.5, -1], [1, 0.25]]
  - [[0.75, 1], [0.5, 0.25]]
  - [[-0.5, 0.75], [1.25, 1]]
---
$h_t = \\tanh(W h_{t-1} + x_t)$ with $W = \\begin{bmatrix} 0.5 & 1 \\\\ -1 & 0.25 \\end{bmatrix}$ and $h_0 = (0.5, 0.25)$.
Its input is $x_1 = (0.5, -0.5)$.

```question
find: h
```
"""


def placed(collection: Collection) -> list[tuple[str, Entry]]:
    """Each entry of the first exercise with the field that it is typed into: a matrix counts its fields."""
    out = []
    for item in collection.exercises[0].items:
        for place in item.places if isinstance(item, NumbersItem) else ():
            out += fields(place)
    return out


def fields(place: AskedPlace) -> list[tuple[str, Entry]]:
    if len(place.entries) == 1:
        return [(place.entries[0].id, place.entries[0])]
    stem = "_".join(place.entries[0].id.split("_")[: -len(place.shape)])
    return [(f"{stem}__{k}", each) for k, each in enumerate(place.entries, 1)]


def entries_of(collection: Collection, variant: int) -> list[Entry]:
    return [each for item in collection.exercises[variant].items if isinstance(item, NumbersItem) for each in item.entries]


def folder_of(collection: Collection, tmp_path: Path) -> Path:
    written(export(collection), tmp_path, "prairielearn")
    return tmp_path / collection.id


def plainly(folder: Path, jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What server.py comes to in a Python without any packages."""
    listed = folder.parent / "jobs.json"
    listed.write_text(json.dumps(jobs), encoding="utf-8")
    command = [sys.executable, "-I", "-S", str(Path(__file__).with_name("prairielearn_plain.py")), str(folder), str(listed)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def page_of(collection: Collection) -> str:
    return export(collection).files[f"{collection.id}/question.html"].decode()


def filled(page: str, texts: dict[str, str]) -> str:
    """The page with a variant's texts, as Mustache puts them in; nothing else of Mustache's stands in it."""
    page = re.sub(r"\{\{#feedback\.entries\}\}.*\{\{/feedback\.entries\}\}", "", page, flags=re.DOTALL)
    page = re.sub(r"\{\{\{params\.(\w+)\}\}\}", lambda found: texts[found[1]], page)
    page = re.sub(r"\{\{params\.(\w+)\}\}", lambda found: texts[found[1]].replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;"), page)
    assert not re.search(r"[{}]", page)
    return page


def variants_of(collection: Collection) -> list[dict[str, Any]]:
    return json.loads(export(collection).files[f"{collection.id}/variants.json"])["variants"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", ["lstm-states", "lstm-block", "gating"])
def test_each_value_earns_what_it_is(name: str, tmp_path: Path) -> None:
    collection = gathered(symlstm.read(ROOT / "reports" / name / "problem.md"))
    marks_as_said(collection, folder_of(collection, tmp_path))


def test_variants_are_drawn_by_the_seed(tmp_path: Path) -> None:
    collection = gathered(symlstm.read(VARIED), 3, "7")
    folder = folder_of(collection, tmp_path)
    marks_as_said(collection, folder)
    seeds: list[int | str] = [0, 1, 2, 3, 4_294_967_295, "z", "10"]
    found = [result["made"]["correct_answers"] for result in plainly(folder, [{"seed": seed, "submitted": {}} for seed in seeds])]
    drawn = [0, 1, 2, 0, 4_294_967_295 % 3, 35 % 3, 36 % 3]
    for right, variant in zip(found, drawn, strict=True):
        (matrix,) = right.values()
        assert [Fraction(repr(x)) for row in matrix["_value"] for x in row] == [each.right.number for each in entries_of(collection, variant)]
    assert len({json.dumps(right) for right in found}) == 3


def marks_as_said(collection: Collection, folder: Path) -> None:
    """That in every variant right, also right, wrong and other numbers earn and are told what the collection says."""
    at = placed(collection)
    jobs, expected = [], []
    for variant in range(len(collection.exercises)):
        own = entries_of(collection, variant)
        rights = {field: float(each.right.number) for (field, _), each in zip(at, own, strict=True)}
        jobs.append({"seed": variant, "submitted": rights})
        expected.append((Fraction(1), ""))
        total = sum(each.points for each in own)
        for (field, _), each in zip(at, own, strict=True):
            rows = [(also.value, True, plain(also.note)) for also in each.also]
            rows += [(wrong.value, False, f"{plain(wrong.words)} {plain(wrong.hint)}") for wrong in each.wrong]
            known = [each.right, *(row[0] for row in rows)]
            far = max(one.high for one in known) + 1
            for x, earns, told in [*((row[0].number, *row[1:]) for row in rows), *((row[0].low, *row[1:]) for row in rows), (each.right.high, True, ""), (far, False, "")]:
                jobs.append({"seed": variant, "submitted": {**rights, field: float(x)}})
                expected.append((Fraction(1) if earns else 1 - each.points / total, told))
    for result, (score, told) in zip(plainly(folder, jobs), expected, strict=True):
        graded = result["graded"]
        assert graded["score"] == pytest.approx(float(score))
        said = [part["feedback"] for part in graded["partial_scores"].values() if isinstance(part.get("feedback"), str)]
        said += [row["words"] for row in graded["feedback"]["entries"]]
        assert said == ([told] if told else [])


def test_bounds_are_met_to_the_last_decimal(tmp_path: Path) -> None:
    # In floats 0.755 is farther from 0.76 than 0.005.
    assert abs(0.755 - 0.76) > 0.005
    folder = folder_of(alone(numbers(1, entry("q1_h_1", value("0.76", "0.005")))), tmp_path)
    typed = [0.755, 0.765, 0.7549999, 0.7650001, 0.76, "0.755", 1e-320, -0.76, None, "abc", "nan", "inf", {"_type": "complex"}]
    found = [result["graded"]["score"] for result in plainly(folder, [{"seed": 1, "submitted": {"q1_h_1": x}} for x in typed])]
    assert found == [1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0]


def test_nothing_entered_earns_nothing(tmp_path: Path) -> None:
    folder = folder_of(alone(numbers(1, *(entry(f"q1_c_2_{k}", value("1")) for k in (1, 2)), shape=(2,))), tmp_path)
    (result,) = plainly(folder, [{"seed": 1, "submitted": {}}])
    assert result["graded"]["score"] == 0 and result["graded"]["partial_scores"] == {"q1_c_2__": {
        "score": 0, "weight": 2, "feedback": {"q1_c_2__1": "incorrect", "q1_c_2__2": "incorrect"}}}


def test_weights_and_parts(tmp_path: Path) -> None:
    first, second = entry("q1_h_1", value("1"), points=Fraction(1, 2)), entry("q1_h_2", value("2"), points=Fraction(3, 2))
    vector = [entry(f"q2_c_2_{k}", value(str(k)), points=Fraction(k, 2)) for k in (1, 2)]
    collection = alone(numbers(1, first, second), numbers(2, *vector, shape=(2,)), options(3, True, False, points=Fraction(2)))
    submitted = {"q1_h_1": 1.0, "q1_h_2": 7.0, "q2_c_2__1": 1.0, "q2_c_2__2": 7.0}
    ticked = {"q3": {"score": 0.5, "weight": 4, "feedback": {}}}
    (result,) = plainly(folder_of(collection, tmp_path), [{"seed": 1, "submitted": submitted, "partial_scores": ticked}])
    parts = result["graded"]["partial_scores"]
    assert {name: part["weight"] for name, part in parts.items()} == {"q1_h_1": 1, "q1_h_2": 3, "q2_c_2__": 3, "q3": 4}
    assert parts["q2_c_2__"]["score"] == pytest.approx(1 / 3)
    assert parts["q2_c_2__"]["feedback"] == {"q2_c_2__1": "correct", "q2_c_2__2": "incorrect"}
    assert result["graded"]["score"] == pytest.approx((1 + 1 + 2) / 11)


def test_fields_of_a_matrix_are_nobody_else_s() -> None:
    vector = [entry(f"q1_c_2_{k}", value(str(k))) for k in (1, 2)]
    # A scalar at step 21 stands beside the vector at step 2, whose entries PrairieLearn numbers.
    collection = alone(numbers(1, *vector, shape=(2,)), numbers(2, entry("q1_c_21", value("1"))), numbers(3, entry("q1_c_2_1_1", value("1"))))
    names = re.findall(r'answers-name="([^"]*)"', page_of(collection))
    every = [f"{name}{k}" for name in names if name.endswith("__") for k in range(1, 10)] + names
    assert len(set(every)) == len(every) == 12


@settings(max_examples=60, deadline=None)
@given(made())
def test_whatever_is_said_is_only_said(collection: Collection) -> None:
    (own,) = variants_of(collection)
    root = ET.fromstring(f"<page>{filled(page_of(collection), own['texts'])}</page>")
    wanted = {"pl-number-input": len(entries_of(collection, 0)), "pl-checkbox": 1, "pl-rich-text-editor": 1, "pl-answer-panel": 2, "script": 0}
    assert {tag: len(list(root.iter(tag))) for tag in wanted} == wanted
    json.loads(export(collection).files["a-unit/info.json"])
    for given_input in own["inputs"]:
        for each in given_input["entries"]:
            for html in (each["label"], *(answer["html"] for answer in each["answers"])):
                assert not re.search(r"[{}]", html) and len(ET.fromstring(f"<p>{html}</p>")) == 0


@pytest.mark.parametrize("text", ACTING)
def test_prose_is_shown_and_left_alone(text: str) -> None:
    collection = alone(*para(f"Say {text} twice: {text}."), numbers(1, entry("q1_h_1", value("0.5"))))
    page = filled(page_of(collection), {})
    clean = re.sub(r"\s+", " ", re.sub(r"[\x00-\x1f\ud800-\udfff]", " ", f"Say {text} twice: {text}."))
    assert clean in cloze_reader.visible(page)
    assert_ignored(ET.fromstring(f"<page>{page}</page>"))


def assert_ignored(node: ET.Element, ignored: bool = False) -> None:
    """That MathJax looks at no text with a dollar or a backslash."""
    ignored = ignored or "mathjax_ignore" in node.get("class", "")
    for inner, text in ((ignored, node.text), *((ignored, child.tail) for child in node)):
        assert inner or not re.search(r"[$\\]", text or ""), text
    for child in node:
        assert_ignored(child, ignored)


def test_what_variants_share_stands_in_the_page() -> None:
    collection = variants(*((*para("The same."), *para(f"Number {k}."), numbers(1, entry("q1_h_1", value(f"0.{k}")))) for k in (1, 2)))
    page = page_of(collection)
    own = [each["texts"] for each in variants_of(collection)]
    assert [len(texts) for texts in own] == [1, 1]
    for k, texts in enumerate(own, 1):
        assert f"Number {k}." in cloze_reader.visible(filled(page, texts))
    assert "Compute." in page and "Number" not in page


@pytest.mark.parametrize("text", ACTING)
def test_what_variants_have_of_their_own_is_only_said(text: str) -> None:
    collection = variants(*((*para(f"{k}: {text}"), numbers(1, entry("q1_h_1", value("1"), name=f"{text}{k}"))) for k in (1, 2)))
    for texts in (each["texts"] for each in variants_of(collection)):
        assert_ignored(ET.fromstring(f"<page>{filled(page_of(collection), texts)}</page>"))
        assert not re.search(r"[{}]", "".join(texts.values()))


def test_variants_that_differ_in_form_are_told_apart() -> None:
    two = variants((numbers(1, entry("q1_h_1", value("1"))),), (numbers(1, entry("q1_h_1", value("1")), entry("q1_h_2", value("1"))),))
    with pytest.raises(symlstm.UsageError, match=r"a-unit-02 doesn't ask for the same as a-unit-01"):
        export(two)


def test_lists_have_something_to_tick() -> None:
    none = variants((options(1, True, False),), (options(1, False, False),))
    page, texts = page_of(none), [each["texts"] for each in variants_of(none)]
    held = [[node.get("correct") for node in ET.fromstring(f"<p>{filled(page, own)}</p>").iter("pl-answer")] for own in texts]
    assert held == [["true", "false", "false"], ["false", "false", "true"]]
    assert page_of(alone(options(1, True, False))).count("<pl-answer ") == 2


def test_info_is_stable_and_says_what_there_is() -> None:
    collection = alone(numbers(1, entry("q1_h_1", value("1"))), words(2))
    info = json.loads(export(collection).files["a-unit/info.json"])
    again = json.loads(export(alone(numbers(1, entry("q1_h_1", value("2"))))).files["a-unit/info.json"])
    other = json.loads(export(Collection("b-unit", "B", collection.exercises)).files["b-unit/info.json"])
    assert info["uuid"] == again["uuid"] != other["uuid"] and uuid.UUID(info["uuid"]).version == 5
    assert info.keys() <= INFO["properties"].keys() and set(INFO["required"]) <= info.keys()
    assert info["tags"] == ["numeric", "essay"] and info["singleVariant"] and info["type"] == "v3"
    assert json.loads(export(alone(words(1))).files["a-unit/info.json"])["gradingMethod"] == "Manual"
    assert json.loads(export(variants((words(1),), (words(1),))).files["a-unit/info.json"])["singleVariant"] is False
    assert [warning[:20] for warning in export(collection).warnings] == ["Question 2 is answer"]
    assert any("every number" in warning for warning in export(alone(numbers(1, *(entry(f"q1_h_{k}", value("1")) for k in (1, 2))))).warnings)


def test_server_in_process_marks_alike(tmp_path: Path) -> None:
    """The functions as they are imported, so that type checkers and linters see what the folder holds."""
    folder = folder_of(alone(numbers(1, entry("q1_h_1", value("1")))), tmp_path)
    space = {"generate": server.generate, "grade": server.grade}
    graded = call(space, "grade", variant_seed=5, options={"question_path": str(folder)}, submitted_answers={"q1_h_1": 1.0})
    assert graded["score"] == 1 and (folder / "server.py").read_bytes() == Path(server.__file__).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["lstm-states", "lstm-block", "parity-unit", "varied", "nasty"])
def test_a_student_s_way_through(name: str, tmp_path: Path) -> None:
    python = consumer("prairielearn", "chevron==0.14.0", "lxml>=5", "jsonschema>=4")
    if name == "varied":
        collection = gathered(symlstm.read(VARIED), 3, "7")
    elif name == "nasty":
        first = entry("q1_h_1", value("0.5"), wrong=((value("0.7"), "".join(ACTING), "hint"),), name="".join(ACTING))
        collection = alone(*para("".join(ACTING)), numbers(1, first, asked="".join(ACTING)), options(2, True, False, words="".join(ACTING)))
    else:
        collection = gathered(symlstm.read(ROOT / "reports" / name / "problem.md"))
    folder = folder_of(collection, tmp_path)
    jobs, expected = [], []
    for variant, exercise in enumerate(collection.exercises):
        right = {field: each.right.text for (field, _), each in zip(placed(collection), entries_of(collection, variant), strict=True)}
        lists = {f"q{item.question}": item for item in exercise.items if isinstance(item, OptionsItem)}
        held = {at: [k for k, option in enumerate(item.options) if option.holds] or [len(item.options)] for at, item in lists.items()}
        wrong = {at: [k for k, option in enumerate(item.options) if not option.holds] or [0] for at, item in lists.items()}
        jobs += [{"seed": variant, "typed": right, "ticked": held}, {"seed": variant, "typed": dict.fromkeys(right, "12345"), "ticked": wrong},
                 {"seed": variant, "typed": dict.fromkeys(right, "a third"), "ticked": held}]
        expected += [1, 0, None if right else 1]
    listed = tmp_path / "jobs.json"
    listed.write_text(json.dumps(jobs))
    found = json.loads(run(python, "prairielearn_elements.py", str(folder), str(listed), folder=folder))
    for result, score in zip(found, expected, strict=True):
        assert ("errors" in result) == (score is None)
        if score is None:
            continue
        assert result["score"] == pytest.approx(score)
        assert all("mathjax_ignore" in words for words in (*result["labels"], *filter(None, result["why"])))
        if name == "nasty":
            clean = re.sub(r"\s+", " ", re.sub(r"[\x00-\x1f\ud800-\udfff]", " ", "".join(ACTING))).strip()
            assert clean in re.sub(r"\s+", " ", result["panels"]["question"])
