"""What a finding says to write, written: then it is gone. The mends are read as an author reads them and carried out on the text."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from test_lint_rules import ROWS, found

from symlstm.teaching.lint.finding import Finding

REPORTS = Path(__file__).parents[2] / "reports"
HERE = Path(__file__).parent


def mended(text: str, finding: Finding) -> str | None:
    """The document as the author would mend it; None where the mend asks for other numbers, which is the author's choice."""
    mend = finding.mend
    if convention := re.match(r"Under `convention:` write `(?P<key>\w+): (?P<value>[^`]*)`", mend):
        return declared(text, convention["key"], convention["value"])
    if said := re.match(r"Write in the text “(.*?)”", mend):
        return spoken(text, said[1] + ".")
    if said := re.match(r"Write in the text \$(\S+) = \.\.\.\$", mend):
        return spoken(text, f"${said[1]} = 0.3$.")
    if said := re.match(r"Write in the text (\$\S+ = )\[\.\.\.\]\$", mend):
        return spoken(text, said[1] + "[0.4, -0.3]$.")
    if mend.startswith("Write {convention}"):
        return spoken(text, "{convention}")
    if mend.startswith("Say in the text that this is a rule"):
        return spoken(text, "This is a rule of the problem, not an approximation.")
    if answer := re.match(r"Write `answer: ([^`]*)`", mend):
        return re.sub(r"answer: .*", lambda found: f"answer: {answer[1]}", text)
    if points := re.match(r"Write `(points: \S+)` there", mend):
        return text[: finding.pos] + points[1] + "\n" + text[finding.pos :]
    if asked := re.match(r"Ask for (.*) too, or change", mend):
        return asking(text, re.split(r", | and ", asked[1]), 1)
    if asked := re.match(r"Add (.*?)[.;]", mend):
        for part in asked[1].split(" and "):
            found = re.fullmatch(r"(.*) to the `find` of question (\d+)", part)
            assert found is not None
            text = asking(text, found[1].split(", "), int(found[2]))
        return text
    if left := re.match(r"Leave (.*?) out of the list", mend):
        return re.sub(rf"^misconceptions: \[{left[1]}\]\n", "", text, flags=re.MULTILINE)
    if other := re.match(r"Did you mean `?(\w+)`?\?", mend):
        return text[: finding.pos] + re.sub(r"\w+", other[1], text[finding.pos :], count=1)
    if other := re.match(r"Write `([\w-]+)`\.", mend):
        return text[: finding.pos] + re.sub(r"[\w-]+", other[1], text[finding.pos :], count=1)
    return None


def declared(text: str, key: str, value: str) -> str:
    """The document with a key of its convention."""
    if "convention: {" in text:
        return text.replace("convention: {", f"convention: {{{key}: {value}, ", 1)
    return text.replace("convention:\n", f"convention:\n  {key}: {value}\n", 1)


def spoken(text: str, sentence: str) -> str:
    """The document with a sentence more, in front of its first question."""
    at = text.index("\n```question")
    return f"{text[:at]}\n{sentence}\n{text[at:]}"


def asking(text: str, places: list[str], number: int) -> str:
    """The document with more places asked for in a question, whose author's answer no longer fits."""
    blocks = re.split(r"(?<=```question\n)(.*?)(?=\n```)", text, flags=re.DOTALL)
    block = blocks[2 * number - 1]
    block = re.sub(r"find: \[?([^\]\n]*)\]?", lambda found: f"find: [{found[1]}, {', '.join(places)}]", block)
    blocks[2 * number - 1] = re.sub(r"\nanswer: .*", "", block)
    return "".join(blocks)


def subjects(text: str) -> set[tuple[str, str]]:
    return {(finding.code, finding.place) for finding in found(text).findings}


@pytest.mark.parametrize(("code", "place", "fires"), [row[:3] for row in ROWS], ids=[f"{row[0]}-{k}" for k, row in enumerate(ROWS)])
def test_mending_removes_the_finding(code: str, place: str, fires: str) -> None:
    finding = next(finding for finding in found(fires).findings if (finding.code, finding.place) == (code, place))
    text = mended(fires, finding)
    if text is None:
        assert re.search(r"\b(change|other|leave|give|mend|one of|write)\b", finding.mend, re.IGNORECASE), finding.mend
        return
    assert text != fires
    assert finding.code not in {code for code, _ in subjects(text)}, text


@pytest.mark.parametrize("path", [REPORTS / "lstm-block/problem.md", REPORTS / "lstm-states-saturated/problem.md", REPORTS / "gating/problem.md",
                                  HERE / "problems/lint-as-first-posed.md"], ids=lambda path: path.parent.name)
def test_one_mend_after_the_other_leaves_nothing_but_numbers_to_choose(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for _ in range(10):
        mends = [(finding, mended(text, finding)) for finding in found(text).findings]
        best = next(((finding, new) for finding, new in mends if new is not None), None)
        if best is None:
            break
        finding, new = best
        assert new is not None
        text = new
        assert finding.subject not in {other.subject for other in found(text).findings}, text
    assert all(finding.code == "thin-margin" for finding in found(text).findings), found(text).to("text")


UNIT = """---
title: A unit
convention: {{round: {{{places}}}}}
---
$$\\begin{{aligned}}
f_t &= \\sigma(u h_{{t-1}} + {b}) \\\\ i_t &= \\sigma(v x_t) \\\\ c_t &= f_t c_{{t-1}} + i_t \\tanh(w x_t) \\\\ h_t &= i_t \\tanh(c_t)
\\end{{aligned}}$$
with $u = {u}$, $v = {v}$, $w = {w}$, $c_0 = {c}$ and $h_0 = 0.5$.

```question
find: h
inputs: {inputs}
```
"""


@pytest.mark.parametrize("seed", range(12))
def test_mends_of_random_units(seed: int) -> None:
    draw = random.Random(f"mend {seed}")
    values = {name: draw.choice([0.5, -1, 2, 1.25, -0.75, 40]) for name in "bcuvw"}
    text = UNIT.format(places=draw.choice(["h: 0", "h: 1", "all: 2"]), inputs=[draw.choice([0, 1, -1, 2]) for _ in range(3)], **values)
    for finding in found(text).findings:
        new = mended(text, finding)
        if new is not None:
            assert finding.subject not in {other.subject for other in found(new).findings}, f"{finding}\n{new}"
