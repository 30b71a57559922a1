"""The reports: current byte for byte, and with the answers that the problems are known to have."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

import symlstm
from symlstm.errors import Source
from symlstm.teaching.lint.report import lint_source

REPORTS = Path(__file__).parents[1] / "reports"
NAMES = sorted(path.parent.name for path in REPORTS.glob("*/problem.md"))

ANSWERS: dict[str, list[dict[str, Any]]] = {
    "lstm-states": [
        {"h_0": "0", "h_1": "0", "h_2": "1", "h_3": "-1", "h_4": "1", "h_5": "0"},
        {"h_0": "1", "h_1": "-1", "h_2": "0", "h_3": "1", "h_4": "-1"},
    ],
    "lstm-states-saturated": [
        {"h_0": "0", "h_1": "0", "h_2": "1", "h_3": "-1", "h_4": "1", "h_5": "0"},
        {"h_0": "1", "h_1": "-1", "h_2": "0", "h_3": "1", "h_4": "-1"},
    ],
    "gating": [{"h_1": "1"}],
    "gating-unit": [],
    "parity-unit": [{"h_1": "1", "h_2": "1", "h_3": "1", "h_4": "-1", "h_5": "1", "h_6": "1"}],
    "counter": [{"c_1": "1", "c_2": "2", "c_3": "1", "c_4": "2", "c_5": "1", "c_6": "0", "c_7": "-1"}],
    "lstm-block": [{"f_1": ["0.832", "0.900"]}, {"c_1": ["0.233", "0.420"]}, {"h_1": ["0.0915", "0.2382"]}],
}
"""The values that the questions ask for, worked by hand from the documents that the problems come from."""

SAID: dict[str, list[str]] = {
    "parity-unit": ["Statements 1 and 2 hold", "carries 1.", "belongs to the state"],
    "counter": ["Statements 1, 2 and 3 hold", "carries 1 and 2.", "by induction on one step"],
    "lstm-states": ["carries 4.", "after 1 0, and after 0,", r"f_t &\to 0", r"i_t &\to 1", r"\text{sigmoid}(100 x_t)", r"\tanh(-100 h_{t-1} + 50 x_t)", r"-0.3808 \to 0",
                    "0.119 from the tie"],
    "lstm-states-saturated": [r"\tanh(-1) \to", r"-0.5 \to 0", "a tie goes towards zero"],
    "gating": [r"\tanh(2) \to 1", "sigmoid(6) ≈ 0.998"],
    "gating-unit": ["Statements 2 and 4 hold.", "= 0.9051 but"],
    "lstm-block": ["1.6", "2.2", "0.832", "0.900"],
}
"""Lines of the Markdown that carry the point of a problem."""


def test_every_problem_has_its_answers_here() -> None:
    assert sorted(ANSWERS) == NAMES == sorted(SAID)


@pytest.mark.parametrize("format", ["md", "tex", "html"])
@pytest.mark.parametrize("name", NAMES)
def test_a_report_is_current(name: str, format: str) -> None:
    solution = symlstm.solve(symlstm.read(REPORTS / name / "problem.md"))
    written = (REPORTS / name / f"solution.{format}").read_bytes().decode("utf-8")
    assert solution.to(format) == written, "not current: python reports/regenerate.py"  # type: ignore[arg-type,unused-ignore]


ANALYSED = sorted(path.parent.name for path in REPORTS.glob("*/analysis.md"))


@pytest.mark.parametrize("format", ["md", "tex", "html", "svg"])
@pytest.mark.parametrize("name", ANALYSED)
def test_an_analysis_is_current(name: str, format: str) -> None:
    path = REPORTS / name / ("diagram.svg" if format == "svg" else f"analysis.{format}")
    analysis = symlstm.analyse(symlstm.read(path.with_name("problem.md")))
    assert path.exists() == (format != "svg" or getattr(analysis.findings, "machine", None) is not None)
    if path.exists():
        assert analysis.to(format) == path.read_bytes().decode("utf-8"), "not current: python reports/regenerate.py"


def test_the_first_unit_is_one_machine_rounded_and_not() -> None:
    assert {"lstm-states", "parity-unit", "counter"} <= set(ANALYSED)
    text = (REPORTS / "lstm-states" / "analysis.md").read_text(encoding="utf-8")
    assert "the unit is the same machine. That is proved: 5 boxes hold every state that it can reach, and each of the 10 moves" in text


WORKS = sorted(path.relative_to(REPORTS).as_posix() for path in REPORTS.glob("*/work*.md"))


@pytest.mark.parametrize("extension", [".md", ".html", ".txt"])
@pytest.mark.parametrize("work", WORKS)
def test_feedback_is_current(work: str, extension: str) -> None:
    path = REPORTS / work
    found = symlstm.check(symlstm.read(path.with_name("problem.md")), path)
    written = path.with_name(path.stem.replace("work", "feedback", 1) + extension).read_bytes().decode("utf-8")
    assert found.to({".txt": "text"}.get(extension, extension[1:])) == written, "not current: python reports/regenerate.py"


@pytest.mark.parametrize("name", NAMES)
def test_the_answers_are_those_worked_by_hand(name: str) -> None:
    solution = symlstm.solve(symlstm.read(REPORTS / name / "problem.md"))
    found = json.loads(solution.to("json"))["answers"]
    assert [answer["values"] for answer in found if answer["kind"] == "find"] == ANSWERS[name]
    assert all(answer["agrees"] for answer in found if answer["kind"] == "find")


@pytest.mark.parametrize("name", NAMES)
def test_a_reader_finds_answers_and_reasons(name: str) -> None:
    text = (REPORTS / name / "solution.md").read_text(encoding="utf-8")
    for answer in ANSWERS[name]:
        for place, value in answer.items():
            shown = value if isinstance(value, str) else r"\begin{bmatrix} " + r" \\ ".join(value) + r" \end{bmatrix}"
            assert f"${place} = {shown}$" in text
    for line in SAID[name]:
        assert line in text
    assert "isn't the author's answer" not in text


@pytest.mark.parametrize("name", NAMES)
def test_the_page_needs_nothing_but_itself(name: str) -> None:
    page = (REPORTS / name / "solution.html").read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|href)=["']?(?!#|data:)[^"'\s>]|@import|url\((?!["']?data:)""", page)


def test_the_list_of_reports_links_to_each() -> None:
    listed = (REPORTS / "README.md").read_text(encoding="utf-8")
    links = set(re.findall(r"\]\(([^)]+)\)", listed))
    files = ("problem.md", "solution.md", "solution.tex", "solution.html")
    solutions = {f"{name}/{file}" for name in NAMES for file in files}
    feedback = {work.replace("/work", "/feedback").removesuffix(".md") + end for work in WORKS for end in (".md", ".html", ".txt")}
    patterns = ("*/analysis.*", "*/diagram.svg", "*/lint.txt", "handout/*", "class/*", "exports/*", "*.md")
    others = {path.relative_to(REPORTS).as_posix() for pattern in patterns for path in REPORTS.glob(pattern) if path.suffix != ".png"}
    assert links == solutions | feedback | others - {"README.md"} | set(WORKS)


def test_the_picture_is_one_and_small() -> None:
    picture = (REPORTS / "lstm-states" / "solution.png").read_bytes()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(picture) < 200_000


LINTED = sorted(path.parent.name for path in REPORTS.glob("*/lint.txt"))
CODES = {
    "lstm-states": ["gates", "full marks"], "lstm-states-saturated": ["later lines", "full marks"], "gating": ["never matter"],
    "gating-unit": ["nothing found"], "lstm-block": ["0.0916", "sigmoid and tanh are taken at their limits"],
}
"""What is found, in words that must stand there."""


@pytest.mark.parametrize("name", LINTED)
def test_what_lint_finds_is_current(name: str) -> None:
    text = (REPORTS / name / "problem.md").read_text(encoding="utf-8")
    said = (REPORTS / name / "lint.txt").read_text(encoding="utf-8")
    assert lint_source(Source("problem.md", text)).to("text") == said, "not current: python reports/regenerate.py"
    assert all(words in " ".join(said.split()) for words in CODES[name])


def test_the_problems_of_the_four_documents_are_linted() -> None:
    assert sorted(CODES) == LINTED


HANDOUT = REPORTS / "handout"


def test_the_sheets_are_current(tmp_path: Path) -> None:
    problem = symlstm.read(HANDOUT / "lstm-states-varied.md")
    for form in ("blank", "half"):
        symlstm.handout([problem], tmp_path / form, to="html", grid=form)
        assert (tmp_path / form / "sheets" / "worksheet.html").read_bytes() == (HANDOUT / f"{form}.html").read_bytes()
    assert (tmp_path / "half" / "keys" / "key.html").read_bytes() == (HANDOUT / "key.html").read_bytes()


@pytest.mark.parametrize("to", ["olx", "moodle", "notebook", "prairielearn"])
def test_an_export_is_current(to: str, tmp_path: Path) -> None:
    done = symlstm.export(symlstm.read(REPORTS / "lstm-states" / "problem.md"), to, tmp_path)
    folder = REPORTS / "exports" / to
    assert sorted(done.files) == sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    for name in done.files:
        found, current = (tmp_path / name).read_bytes(), (folder / name).read_bytes()
        # How well a stream is compressed is its library's affair.
        assert found == current if not name.endswith(".gz") else gzip.decompress(found) == gzip.decompress(current), name


@pytest.mark.parametrize("form", ["blank", "half", "key"])
def test_the_sheets_are_pdfs_for_everybody(form: str) -> None:
    data = (HANDOUT / f"{form}.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in data


def test_the_variants_are_current_and_their_keys_right() -> None:
    variants = list(symlstm.vary(symlstm.read(HANDOUT / "lstm-states-varied.md"), 3, "2026"))
    for variant in variants:
        assert (HANDOUT / f"variant-{variant.key}.md").read_text(encoding="utf-8") == variant.text
        assert symlstm.solve(symlstm.read(variant.text)).agrees
    assert len({variant.answers for variant in variants}) == 3
