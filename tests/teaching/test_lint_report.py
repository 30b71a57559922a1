"""The report: as text with place, source line and caret, as JSON; errors of documents; a problem built in Python."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_lint_rules import ROWS, document, found

import symlstm
from symlstm.errors import Source, UsageError
from symlstm.teaching.lint.report import lint, lint_source

HERE = Path(__file__).parent
REPORTS = Path(__file__).parents[2] / "reports"

UNIT = """---
title: Halves
convention: {round: {h: 0}, carry: true, saturate: off}
---
$h_t = x_t / 2$ with $x = [1, 2]$. Round h to a whole number.

```question
find: h
answer: [0, 2]
```
"""

TEXT = """\
unit.md:9:9: The answer given isn't what the derivation has: h_1 is 1, not 2.
  answer: [0, 2]
          ^
  Why: right work would be marked wrong.
  To mend it: write `answer: [0, 1]`, or mend the numbers or the convention.

unit.md:3:22: The text doesn't say what happens to a tie. Here a tie goes to the
  even digit (Python, NumPy, R); if a tie goes up (JavaScript's Math.round) or
  away from zero (Excel, LibreOffice, Google Sheets, C's round, many
  calculators), h_0 = 1 instead of 0.
  convention: {round: {h: 0}, carry: true, saturate: off}
                       ^
  Why: two students who both compute without a slip hand in different answers.
  To mend it: under `convention:` write `ties: even`, or the rule that you mean:
  even, up, away or zero.

2 findings.
"""


def test_text() -> None:
    assert lint_source(Source("unit.md", UNIT)).to("text") == TEXT


def test_json() -> None:
    said = json.loads(lint_source(Source("unit.md", UNIT)).to("json"))
    assert (said["format"], said["title"], said["proved"]) == ("symlstm/lint-1", "Halves", [])
    assert [(each["code"], each["line"], each["column"], each["question"], each["place"]) for each in said["findings"]] == [
        ("wrong-answer", 9, 9, 1, "h_1"), ("ties-open", 3, 22, 1, "h_0")]
    assert all(each.keys() == {"code", "line", "column", "question", "place", "what", "why", "mend"} for each in said["findings"])


def test_another_format_is_an_error() -> None:
    with pytest.raises(UsageError, match="text, json"):
        lint_source(Source("unit.md", UNIT)).to("html")


@pytest.mark.parametrize("text", [row[2] for row in ROWS], ids=[f"{row[0]}-{k}" for k, row in enumerate(ROWS)])
def test_lines_are_wrapped(text: str) -> None:
    for line in found(text).to("text", width=72).splitlines():
        # Source lines are shown as they are.
        assert len(line) <= 72 or line.strip() in text or max(map(len, line.split())) > 60


# Text, and the lines of its errors.
BROKEN = [
    ("no front matter", "$h_t = x_t$\n", [1]),
    ("two slips", document(convention="tise: up", questions=("fnd: h",)), [3, 8]),
    ("misspelled key and unknown place", document(front="sauce: a book\n", questions=("find: h", "find: q_1")), [4, 13]),
    ("maths that never ends", document(text="And $h_t = (x_t$."), [5]),
    ("no equations", "---\ntitle: a\n---\nNothing.\n", [2]),
    ("given twice", document(text="$w = 3$"), [5]),
    ("shapes", document("$h_t = W x_t + h_{t-1}$ with $W = \\begin{bmatrix} 1 & 2 \\end{bmatrix}$ and $h_0 = (1, 2)$", x=" and $x_1 = (1, 2, 3)$"), [5]),
]


@pytest.mark.parametrize(("text", "lines"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_errors_are_findings(text: str, lines: list[int]) -> None:
    report = found(text)
    assert [report.source.line_and_column(finding.pos)[0] for finding in report.findings if finding.code == "error"] == lines, report.to("text")


def test_a_control_character_doesnt_reach_the_terminal() -> None:
    report = found(document(front="misconceptions: ['a\\u001b[31mred']\n".replace("\\u001b", "\x1b")))
    assert report.findings
    assert "\x1b" not in report.to("text")


def test_every_document_gets_a_report() -> None:
    for path in sorted((HERE.parent / "problems").glob("*.md"))[::4]:
        report = lint_source(Source(path.name, path.read_text(encoding="utf-8")))
        assert not [finding for finding in report.findings if finding.code == "error"], report.to("text")


def test_a_problem_built_in_python() -> None:
    problem = symlstm.Problem(cell="lstm", given={"weights": 1, "biases": 0}, initial={"h": 1, "c": 1}, inputs=[5],
                              convention={"round": {"h": 3}}, questions=["h"])
    report = lint(problem)
    assert "saturation-open" in {finding.code for finding in report.findings}
    assert report.to("text").startswith("The text")


def test_order_and_determinism() -> None:
    text = (REPORTS / "lstm-block/problem.md").read_text(encoding="utf-8")
    assert lint_source(Source("a.md", text)).findings == lint_source(Source("a.md", text)).findings


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from(("", "$", "}", "_", "h_t", "0", "```", "find: h\n", "round: {all: 1}", "−"))),
                min_size=1, max_size=3))
def test_damaged_documents_get_a_report(cuts: list[tuple[float, int, str]]) -> None:
    text = (REPORTS / "lstm-block/problem.md").read_text(encoding="utf-8")
    for where, length, piece in cuts:
        at = int(where * len(text))
        text = text[:at] + piece + text[at + length :]
    report = lint_source(Source("damaged.md", text))
    assert json.loads(report.to("json"))["format"] == "symlstm/lint-1"
    assert report.to("text").endswith(".\n")
