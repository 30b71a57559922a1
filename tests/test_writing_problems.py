"""The page on writing problems: its documents work, its keys are right, and what lint is said to find it finds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import symlstm
from symlstm.model.question import KINDS
from symlstm.teaching.lint.rules import findings
from symlstm.teaching.variants.variants import vary

PAGE = (Path(__file__).parents[1] / "reports" / "writing-problems.md").read_text(encoding="utf-8")
DOCUMENTS = {re.search(r"title: (.*)", text)[1]: text for text in re.findall(r"````markdown\n(.*?)````", PAGE, re.S)}  # type: ignore[index]


@pytest.mark.parametrize("title", DOCUMENTS)
def test_a_document_solves_and_its_key_is_right(title: str) -> None:
    solution = symlstm.solve(symlstm.read(DOCUMENTS[title]))
    assert solution.agrees
    assert solution.to("md")


def test_lint_finds_what_the_page_says() -> None:
    said = re.search(r"<!-- lint -->\n```text\n(.*?)\n```", PAGE, re.S)
    assert said is not None
    found = list(findings(symlstm.read(DOCUMENTS["Half way"])))
    assert any(said[1] in finding.code for finding in found)
    mended = DOCUMENTS["Half way"].replace("{h: 0}}", "{h: 0}, ties: away}")
    assert not any(said[1] in finding.code for finding in findings(symlstm.read(mended)))


def test_the_varied_document_varies() -> None:
    variants = list(vary(symlstm.read(DOCUMENTS["One unit, drawn"]), 3, "2026"))
    assert len({variant.answers for variant in variants}) == 3
    for variant in variants:
        assert symlstm.solve(symlstm.read(variant.text)).agrees
        assert "for example, $x_1 = " in variant.text


def test_every_kind_of_question_is_named() -> None:
    table = PAGE.split("| key | asks for |")[1].split("\n\n")[0]
    assert all(f"`{kind}" in table for kind in KINDS)
