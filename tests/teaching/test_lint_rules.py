"""Rows: a document in which a rule fires, with the place, and one in which it doesn't. What a finding says of numbers is in another test."""

from __future__ import annotations

from pathlib import Path

import pytest

from symlstm.model.files import read_source, text_source
from symlstm.teaching.lint.report import Report, lint_source
from symlstm.teaching.lint.rules import RULES

HERE = Path(__file__).parent

CLOSED = "round: {h: 2}, ties: away, carry: true, saturate: off"


def document(
    body: str = "$h_t = \\tanh(w h_{t-1} + u x_t)$ with $w = 0.5$, $u = 2$ and $h_0 = 0.3$", *, convention: str = CLOSED, front: str = "",
    x: str = " and $x = [0.4, -0.3]$", text: str = "{convention}", questions: tuple[str, ...] = ("find: h",),
) -> str:
    blocks = "".join(f"\n```question\n{question}\n```\n" for question in questions)
    return f"---\ntitle: A unit\nconvention: {{{convention}}}\n{front}---\n{body}{x}. {text}\n{blocks}"


LSTM = r"""$$\begin{aligned}
f_t &= \sigma(b_f) \\ i_t &= \sigma(b_i + w x_t) \\ c_t &= f_t c_{t-1} + i_t \tanh(u x_t) \\ o_t &= \sigma(w x_t) \\ h_t &= o_t \tanh(c_t)
\end{aligned}$$ with $b_f = 1$, $b_i = 0.5$, $w = 0.7$, $u = 0.8$"""

# code, the place, the document in which it fires, the one in which it doesn't.
ROWS: list[tuple[str, str, str, str]] = [
    ("unknown-misconception", "sing-lost", document(front="misconceptions: [sing-lost]\n"), document(front="misconceptions: [sign-lost]\n")),
    ("vary", "", document(front="vary: {w_q: [1, 2]}\n"), document(front="vary: {u: [1, 2]}\n")),
    ("unused-name", "w_u", document(x=" and $x = [0.4, -0.3]$ and $w_u = 3$"), document(x=" and $x = [0.4, -0.3]$\n\n> $w_u = 3$")),
    ("points", "", document(questions=("find: h_1\npoints: 2", "find: h_2")), document(questions=("find: h_1", "find: h_2"))),
    ("convention-untold", "", document(text=""), document(text="Write every value with two decimals.")),
    ("unstated", "h_-1", document("$h_t = \\tanh(w h_{t-1} + u x_t)$ with $w = 0.5$, $u = 2$"), document()),
    ("unstated", "u", document("$h_t = \\tanh(w h_{t-1} + u x_t)$ with $w = 0.5$ and $h_0 = 0.3$"), document()),
    ("unstated", "x", document(x=""), document()),
    ("wrong-answer", "h_2", document(questions=("find: h\nanswer: [0.74, 0.33]",)), document(questions=("find: h\nanswer: [0.74, -0.23]",))),
    ("asks-given", "h_2", document(x=", $h_2 = 0.5$ and $x = [0.4, -0.3, 0.1]$"), document(x=", $h_2 = 0.5$ and $x = [0.4, -0.3, 0.1]$", questions=("find: [h_1, h_3]",))),
    ("same-answer", "h", document(questions=("find: h", "find: h\ninputs: [0.401, -0.3]")), document(questions=("find: h", "find: h\ninputs: [0.5, -0.3]"))),
    ("always-equal", "h", document(x=" and $x = [40, 30, 20]$"), document(x=" and $x = [0.4, -0.3, 0.2]$")),
    ("always-equal", "h", document(x=" and $x = [40, 30, 20]$"), document(x=" and $x = [40, 40, 40]$")),
    ("digits-open", "h", document(convention="saturate: off", text=""), document(convention="saturate: off", text="Give three decimals.")),
    ("digits-open", "h", document(convention="saturate: off", text=""), document("$h_t = w h_{t-1} + u x_t$ with $w = 0.5$, $u = 2$ and $h_0 = 0.3$", convention="saturate: off", text="")),
    ("no-approximation", "h_1", document(convention="round: {h: 2}, ties: away, carry: true, saturate: 0.9"), document(convention="round: {h: 2}, ties: away, carry: true, saturate: 0.9", text="{convention} This is a convention, not an approximation.")),
    ("no-approximation", "h_1", document(convention="round: {h: 2}, ties: away, carry: true, saturate: 0.9"), document(convention="round: {h: 2}, ties: away, carry: true, saturate: 20", x=" and $x = [40, -0.3]$")),
    ("thin-margin", "h_1", document(x=" and $x = [0.317, -0.3]$"), document()),
    ("gates-open", "h_1", document("$g_t = \\sigma(x_t)$ and $h_t = g_t h_{t-1}$ with $h_0 = 2.4$", x=" and $x_1 = -1$", convention="round: {h: 0}, ties: away, carry: true, saturate: off"),
     document("$g_t = \\sigma(x_t)$ and $h_t = g_t h_{t-1}$ with $h_0 = 2.4$", x=" and $x_1 = -1$", convention="round: {h: 0, g: 2}, ties: away, carry: true, saturate: off")),
    ("saturation-open", "h_1", document(convention="round: {h: 2}, ties: away, carry: true", x=" and $x = [1.1, -0.3]$"), document(convention="round: {h: 2}, ties: away, carry: true", x=" and $x = [0.2, -0.1]$")),
    ("carry-open", "h_2", document("$h_t = 0.5 h_{t-1} + x_t$ with $h_0 = 0$", convention="round: {h: 0}, ties: zero, saturate: off", x=" and $x = [0.4, 0.4, 0.4]$"),
     document("$h_t = 0.5 h_{t-1} + x_t$ with $h_0 = 0$", convention="round: {h: 0}, ties: zero, saturate: off", x=" and $x = [0.4, 0.1, 0.1]$")),
    ("ties-open", "h_0", document("$h_t = x_t / 2$", convention="round: {h: 0}, carry: true, saturate: off", x=" with $x = [1, 2]$"),
     document("$h_t = x_t / 2$", convention="round: {h: 0}, carry: true, saturate: off", x=" with $x = [4, 2]$")),
    ("told-otherwise", "h_0", document("$h_t = x_t / 2$", convention="round: {h: 0}, ties: even, carry: true, saturate: off", x=" with $x = [1, 2]$", text="Round h to an integer, a half always up."),
     document("$h_t = x_t / 2$", convention="round: {h: 0}, ties: up, carry: true, saturate: off", x=" with $x = [1, 2]$", text="Round h to an integer, a half always up.")),
    ("unread-input", "x_3", document(text="{convention} A third input, $x_3$, is 2."), document(text="{convention} The second input, $x_2$, is negative.")),
    ("prose-number", "u", document("$h_t = \\tanh(w h_{t-1} + u x_t)$ with $w = 0.5$, $u = 2.5$ and $h_0 = 0.3$", front="vary: {u: [2.5, 2]}\n", text="{convention} It multiplies by 2.5."),
     document("$h_t = \\tanh(w h_{t-1} + u x_t)$ with $w = 0.5$, $u = 2.5$ and $h_0 = 0.3$", front="vary: {w: [0.5, 2]}\n", text="{convention} It multiplies by 2.5.")),
    ("variants-open", "ties", document("$h_t = x_t / 2$", convention="round: {h: 0}, carry: true, saturate: off", x=" with $x = [4, 2]$", front="alphabet: [1, 2, 4]\nvary: {x: {of: [1, 2, 4], length: 2}}\n"),
     document("$h_t = x_t / 2$", convention="round: {h: 0}, carry: true, saturate: off", x=" with $x = [4, 2]$", front="alphabet: [2, 4]\nvary: {x: {of: [2, 4], length: 2}}\n")),
    ("never-matters", "f", document(LSTM, x=", $c_0 = 0$ and $x_1 = 1$", questions=("find: h_1",)), document(LSTM, x=", $c_0 = 0.5$ and $x_1 = 1$", questions=("find: h_1",))),
    ("never-matters", "w", document("$h_t = \\tanh(w h_{t-1} + u x_t)$ with $w = 0.5$, $u = 2$ and $h_0 = 0$", x=" and $x_1 = 0.3$"), document(x=" and $x_1 = 0.3$")),
    ("full-marks", "tanh-left-off", document(LSTM, x=", $c_0 = 0.1$ and $x_1 = 1$", convention="round: {h: 0}, ties: away, carry: true, saturate: off", text="{convention} The gates are not rounded.", front="misconceptions: [tanh-left-off]\n"),
     document(LSTM, x=", $c_0 = 0.5$ and $x_1 = 1$", front="misconceptions: [tanh-left-off]\n")),
    ("full-marks", "reset-left-out", document(front="misconceptions: [reset-left-out]\n"), document(front="misconceptions: [recurrent-dropped]\n")),
    ("wrong-option", "h_t", document(questions=("state: [h_t]\nanswer: none",)), document(questions=("state: [h_t]\nanswer: [h_t]",))),
    ("error", "", document(convention="tise: up"), document()),
    ("error", "", document(questions=("fnd: h",)), document()),
    ("error", "", document(questions=("claims:\n  - h_t = = 2",)), document()),
]


def found(text: str) -> Report:
    return lint_source(text_source("unit.md", text))


@pytest.mark.parametrize(("code", "place", "fires", "quiet"), ROWS, ids=[f"{row[0]}-{k}" for k, row in enumerate(ROWS)])
def test_rows(code: str, place: str, fires: str, quiet: str) -> None:
    report = found(fires)
    assert (code, place) in [(finding.code, finding.place) for finding in report.findings], report.to("text")
    assert code not in [finding.code for finding in found(quiet).findings], found(quiet).to("text")


def test_every_rule_has_a_row() -> None:
    assert {rule.code for rule in RULES} <= {row[0] for row in ROWS}


@pytest.mark.parametrize("text", [document(), read_source(HERE / "problems/lint-clean.md").text], ids=["small", "gate"])
def test_nothing_is_found_in_a_clean_document(text: str) -> None:
    assert found(text).clean, found(text).to("text")


def test_each_finding_has_a_place_and_sentences() -> None:
    for _, _, fires, _ in ROWS:
        report = found(fires)
        for finding in report.findings:
            assert 0 <= finding.pos <= len(report.source.text)
            for sentence in (finding.what, finding.why, finding.mend):
                assert sentence[0].isupper() or sentence[0] in "`_" or sentence.split()[0].strip("_/0123456789,:(") in fires, sentence
                assert sentence.endswith((".", "?")), sentence
                assert ".." not in sentence.replace("...", ""), sentence


def test_a_question_that_lacks_a_value_leaves_the_others_alone() -> None:
    report = found(document(questions=("find: h", "find: h_7", "find: h")))
    assert [(finding.code, finding.question) for finding in report.findings] == [("unstated", 2), ("same-answer", 3)], report.to("text")


def test_several_errors_are_told_at_once() -> None:
    text = document(convention="tise: up", questions=("fnd: h", "find: h", "find: q"))
    report = found(text)
    assert [report.source.line_and_column(finding.pos)[0] for finding in report.findings] == [3, 8, 16]
    assert report.source.text == text
