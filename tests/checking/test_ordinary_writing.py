"""Work as people type it: Markdown and HTML around a line, capital letters, decimal commas, vectors without brackets, symbols that look
like labels. The values are the oracle's, computed here by plain `math`."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import symlstm
from symlstm.checking.characters import normalised
from symlstm.checking.checking import check_work
from symlstm.checking.commas import QUESTIONED
from symlstm.checking.markup import unmarked
from symlstm.errors import DocumentError, Source
from symlstm.model.files import read_source
from symlstm.model.problem import Problem

DOCUMENT = r"""---
title: A unit
first: 1
---
$$u_t = \tanh(w x_t)$$
$$q_t = \sigma(u_t)$$
$$c_t = \tanh(V x_t)$$

$w = 0.5$, $V = [0.4, -0.2]$, $x = [1, 2]$

```question
find: u
```

```question
find: [q_1, c_1]
```
"""
PROBLEM = symlstm.read(DOCUMENT)
U, U2 = (f"{math.tanh(z):.4f}" for z in (0.5, 1.0))
Q, Q2 = (f"{1 / (1 + math.exp(-math.tanh(z))):.4f}" for z in (0.5, 1.0))
C = [f"{math.tanh(z):.4f}" for z in (0.4, -0.2)]
C2 = [f"{math.tanh(z):.4f}" for z in (0.8, -0.4)]


def said(work: str, problem: Problem = PROBLEM) -> list[tuple[str, str]]:
    """Of each line that says something, the place and the verdict."""
    found = check_work(problem, Source("work.md", work), diagnosing=False)
    return [(str(j.member.place or ""), j.verdict) for j in found.judgements if j.verdict != "other"]


MARKED = [
    "`u_1 = {}`", "``u_1 = {}``", "```u_1 = {}```", "u_1 = `{}`", "`u_1` = `{}`",
    "**u_1** = {}", "**u_1 = {}**", "**u_1 =** {}", "u_1 = **{}**", "*u_1* = {}", "u_1 = *{}*", "***u_1 = {}***", "**_u_1_** = {}",
    "__u_1__ = {}", "_u_1_ = {}", "_u_1 = {}_", "**u_1: {}**", "Hence **u_1 = {}**.", "*Answer*: `u_1 = {}`", "**Result:** u_1 = {}",
    "# u_1 = {}", "## u_1 = {}", "### u_1 = {} ###", "## **u_1** = {}",
    "- u_1 = {}", "* u_1 = {}", "1. u_1 = {}", "1) u_1 = {}", "- [x] u_1 = {}", "> u_1 = {}", "> - u_1 = {}", "> ## `u_1 = {}`",
    "- **u_1** = ${}$", "> - $u_1$ = ${}$", "**$u_1 = {}$**", "$`u_1 = {}`$",
    "u<sub>1</sub> = {}", "u<SUB>1</SUB> = <b>{}</b>", "<strong>u<sub>1</sub></strong> = <code>{}</code>", "*u*<sub>1</sub> = {}",
    "U_1 = {}", "U_{{1}} = {}", "U₁ = {}", "U1 = {}", "$U_1 = {}$", "**U<sub>1</sub>** = {}", "t = 1\nU_t = {}",
    "t = 1\nu_t = {}", "u_{{t=1}} = {}", "u_t=1 = {}",
]


@pytest.mark.parametrize("line", MARKED)
def test_a_line_is_read_through_what_stands_around_it(line: str) -> None:
    assert said(line.format(U)) == [("u_1", "right")]
    assert said(line.format("0.7000")) == [("u_1", "slip")]


READ = [
    # what must not be taken off, or not for a symbol
    (f"u_1 = tanh(0.5 *1* 1) = {U}", [("u_1", "right")] * 2),
    (f"u_1 = tanh(0.5 * 1) = {U}", [("u_1", "right")] * 2),
    ("u_1 = 2 *0.25* 0.9242", [("u_1", "right")]),
    ("u_1 = 2*0.25*0.9242", [("u_1", "right")]),
    ("V_1 = 0.3", []),  # the problem has a V of its own
    ("Y_1 = 0.3", []),
    # symbols that look like the label of a question
    (f"q1 = {Q}", [("q_1", "right")]),
    ("q1 = 0.7", [("q_1", "slip")]),
    (f"**q1** = {Q}\nq2 ≈ {Q2}", [("q_1", "right"), ("q_2", "right")]),
    (f"q1\nu_1 = {U}", [("u_1", "right")]),
    (f"q1: u_1 = {U}", [("u_1", "right")]),
    (f"q2:\nq_1 = {Q}", [("q_1", "right")]),
    # vectors without brackets
    (f"c1 = {C[0]}, {C[1]}", [("c_1", "right")]),
    (f"c_1: {C[0]}, {C[1]}", [("c_1", "right")]),
    (f"c1: {C[0]}, {C[1]}\nc2: {C2[0]}, {C2[1]}", [("c_1", "right"), ("c_2", "right")]),
    (f"c_1 = {C[0]}; {C[1]}", [("c_1", "right")]),
    (f"c1 = {C[0]}; {C[1]}", [("c_1", "right")]),
    (f"$c_1 = {C[0]}, {C[1]}$", [("c_1", "right")]),
    (f"so c_1 = {C[0]}, {C[1]}", [("c_1", "right")]),
    (f"c_1 = tanh([0.4, -0.2]) = {C[0]}, {C[1]}", [("c_1", "right")] * 2),
    (f"c_1 = {C[0]}, {C[1]}, u_1 = {U}", [("c_1", "right"), ("u_1", "right")]),
    (f"t = 1\n$c_t = {C[0]}, {C[1]}$", [("c_1", "right")]),
    (f"c1 = {C[1]}, {C[0]}", [("c_1", "slip")]),
    (f"$c_1 = {C[0]}, 0.1, {C[1]}$", [("c_1", "slip")]),
    # rows that each name a place
    (f"u_1;{U}\nu_2;{U2}", [("u_1", "right"), ("u_2", "right")]),
    (f"| u_1 | {U} |\n|---|---|\n| u_2 | 0.1 |", [("u_1", "right"), ("u_2", "slip")]),
]


@pytest.mark.parametrize(("work", "expected"), READ)
def test_what_is_read(work: str, expected: list[tuple[str, str]]) -> None:
    assert said(work) == expected


COMMAS = [
    # work with decimal commas, and how many lines can't be read for it
    ("u_1 = 0,4621", 1), ("u_1: 0,4621", 1), ("$u_1 = 0,4621$", 1), (r"$u_1 \approx 0,4621$", 1), ("u_1 = 0{,}4621", 1),
    ("u_1 = tanh(0,5) = 0,4621", 1), ("u_1 = tanh(0,5·1)", 1), ("u_1 = 0,5·1,0 = 0,4621", 1), ("u_1 = 0,4621 and u_2 = 0,7616", 2),
    ("u_1 = 0,4621, u_2 = 0,7616", 1), ("u = 0,4621; 0,7616", 1), ("u = [0,4621, 0,7616]", 1), ("u: 0,4621 0,7616", 1),
    ("0,4621 0,7616", 1), ("c_1 = [0,3799; -0,1974]", 1), ("c_1 = (0,3799, -0,1974)", 1), ("c_1 = 0,3799; -0,1974", 1),
    (r"$c_1 = \begin{bmatrix} 0,3799 \\ -0,1974 \end{bmatrix}$", 1), ("c_1[1] = 0,3799", 1), ("u_1;0,4621\nu_2;0,7616", 2),
    ("| t | u |\n|---|---|\n| 1 | 0,4621 |", 1), ("t;u\n1;0,4621\n2;0,7616", 2),
]


@pytest.mark.parametrize(("work", "count"), COMMAS)
def test_decimal_commas_are_asked_about_and_never_wrong(work: str, count: int) -> None:
    found = check_work(PROBLEM, Source("work.md", work))
    assert [(j.verdict, j.member.message) for j in found.judgements] == [("unreadable", QUESTIONED)] * count
    right = check_work(PROBLEM, Source("work.md", work), comma=True)
    assert {j.verdict for j in right.judgements} <= {"right", "rounding", "slip"}  # 0,5·1,0 isn't tanh 0,5
    assert right.judgements


@pytest.mark.parametrize("work", ["c_1 = [0,1]", "c_1 = (0,1)", "c_1 = 0,1", "$c_1 = [0,1]$", "u = 0,1", "u = [0,1]"])
def test_a_vector_of_whole_numbers_stays_one(work: str) -> None:
    assert "unreadable" not in {verdict for _, verdict in said(work)}
    assert said(work)


def test_a_capital_letter_is_told() -> None:
    line = json.loads(symlstm.check(PROBLEM, f"U_1 = tanh(0.5) = {U}\n").to("json"))["lines"]
    assert [each["reason"] for each in line] == ["U is read as u, since the problem has no U", ""]
    assert "U_1 = tanh(0.5)" in symlstm.check(PROBLEM, f"U_1 = tanh(0.5) = {U}\n").to("text")


MARKS = [("**", "**"), ("*", "*"), ("__", "__"), ("_", "_"), ("`", "`"), ("***", "***"), ("<b>", "</b>"), ("<em>", "</em>")]


@given(st.sampled_from(MARKS), st.decimals(-9, 9, places=4), st.sampled_from(["{0}u_1 = {2}{1}", "{0}u_1{1} = {2}", "u_1 = {0}{2}{1}"]))
def test_marks_change_nothing(mark: tuple[str, str], number: object, line: str) -> None:
    assert unmarked(normalised(line.format(*mark, number))).text == line.format("", "", number)


_OPERANDS = st.sampled_from(["2", "0.5", "x_1", "h_{t-1}", "b_xi", "alpha", "(1 + 2)", "c_1[2]"])


@given(st.lists(_OPERANDS, min_size=2, max_size=6), st.lists(st.sampled_from([" * ", "*", " *", "* ", "**", "·"]), min_size=5, max_size=5))
def test_no_times_sign_is_taken_for_emphasis(operands: list[str], signs: list[str]) -> None:
    text = "u_1 = " + operands[0] + "".join(sign + operand for sign, operand in zip(signs, operands[1:]))
    assert unmarked(normalised(text)).text == text


@given(st.text(alphabet="ab1_ *`<>/subp$\\\n[]=", max_size=80))
def test_what_is_left_knows_where_it_stood(text: str) -> None:
    out = unmarked(normalised(text))
    assert len(out.offsets) == len(out.text) + 1
    assert list(out.offsets) == sorted(out.offsets)
    kept = [k for k, letter in enumerate(out.text) if letter not in "_^{}"]
    assert all(text[out.offsets[k]] == out.text[k] for k in kept)


UTF_16 = [("utf-16", True), ("utf-8-sig", True), ("utf-8", True), ("utf-16-le", False), ("cp1252", False)]


@pytest.mark.parametrize(("encoding", "readable"), UTF_16)
def test_a_byte_order_mark_says_how_the_bytes_are_read(tmp_path: Path, encoding: str, readable: bool) -> None:
    path = tmp_path / "work.txt"
    text = f"für u_1 = {U}\r\n"
    path.write_bytes(text.encode(encoding))
    if readable:
        assert said(read_source(path).text) == [("u_1", "right")]
        path.write_bytes(b"\xfe\xff" + text.encode("utf-16-be"))
        assert read_source(path).text == text.replace("\r\n", "\n")
    else:
        with pytest.raises(DocumentError, match=r"isn't UTF-8|a null character"):
            read_source(path)


def test_a_capital_beside_its_small_letter_is_the_student_s_own() -> None:
    """What goes into a function is often written as a capital: it mustn't take the place of the answer."""
    text = "---\ntitle: A gate\n---\n$z_t = \\sigma(2 x_t)$ with $x_1 = -0.2$.\n\n```question\nfind: z_1\n```\n"
    gate = 1 / (1 + math.exp(0.4))
    checked = symlstm.check(symlstm.read(text), f"z_1 = {gate:.4f}\nZ_1 = -0.4\n").checked
    assert checked.score.earned == 1
    assert all(judgement.verdict != "slip" for judgement in checked.judgements)
