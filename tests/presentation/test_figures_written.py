"""Where figures show: beside a Markdown file, inside a page, as TikZ; nowhere else, and never half."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import unquote

import pytest

import symlstm
from symlstm.cli import main
from symlstm.document.blocks import Document, Figure
from symlstm.presentation.solution import document

PROBLEM = """---
title: Two steps
convention:
  round: {h: 2}
---
$$h_t = \\tanh(w h_{t-1} + u x_t)$$ with $w = 0.5$, $u = 2$, $h_0 = 0$ and $x = [1, -1]$.

```question
find: h
```
"""


@pytest.fixture
def problem(tmp_path: Path) -> Path:
    path = tmp_path / "problem.md"
    path.write_text(PROBLEM, encoding="utf-8")
    return path


@pytest.mark.parametrize(("detail", "drawn"), [("brief", []), ("standard", ["cell", "trace"]), ("full", ["cell", "trace", "unrolled"])])
def test_markdown_in_a_file_has_its_pictures_beside_it(problem: Path, detail: str, drawn: list[str]) -> None:
    target = problem.with_name("my solution (1).md")
    assert main(["solve", str(problem), "--detail", detail, "-o", str(target)]) == 0
    text = target.read_text(encoding="utf-8")
    links = re.findall(r"^!\[(.*)\]\((.*)\)$", text, re.MULTILINE)
    assert [unquote(url) for _, url in links] == [f"my solution (1)-{name}.svg" for name in drawn]
    assert sorted(path.name for path in problem.parent.iterdir()) == sorted(
        ["problem.md", target.name, *(f"my solution (1)-{name}.svg" for name in drawn)])
    for alternative, url in links:
        root = ET.fromstring((problem.parent / unquote(url)).read_bytes())
        described = root.findtext("{http://www.w3.org/2000/svg}desc")
        assert described
        assert described in alternative.replace("\\", "")


def test_markdown_without_a_file_has_no_pictures_and_loses_nothing(problem: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["solve", str(problem)]) == 0
    printed = capsys.readouterr().out
    assert "![" not in printed
    assert printed == symlstm.solve(symlstm.read(problem)).to("md")
    target = problem.with_name("part.md")
    assert main(["solve", str(problem), "--fragment", "-o", str(target)]) == 0
    assert [path.name for path in problem.parent.iterdir() if path.suffix == ".svg"] == []
    assert main(["solve", str(problem), "-o", str(target)]) == 0
    without = re.sub(r"^!\[.*\n\n\*.*\*\n\n", "", target.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert without == printed


@pytest.mark.parametrize(("detail", "count"), [("brief", 0), ("standard", 2), ("full", 3)])
def test_a_page_and_a_paper_hold_them(problem: Path, detail: str, count: int) -> None:
    solution = symlstm.solve(symlstm.read(problem))
    assert solution.to("html", detail=detail).count("<svg ") == count  # type: ignore[arg-type]
    paper = solution.to("tex", detail=detail)  # type: ignore[arg-type]
    assert paper.count(r"\begin{tikzpicture}") == count
    assert (r"\usepackage{tikz}" in paper) == (count > 0)


def test_the_cell_stands_before_the_solution_and_the_values_after_their_table(problem: Path) -> None:
    page = symlstm.solve(symlstm.read(problem)).to("html")
    places = [page.index(mark) for mark in ('id="problem"', "drawn from its equations", 'id="solution"', "Every value, as printed", "Every value over time", "Answer to")]
    assert places == sorted(places)


def test_a_picture_that_cannot_be_written_leaves_nothing(problem: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (problem.parent / "out-trace.svg").mkdir()
    assert main(["solve", str(problem), "-o", str(problem.with_name("out.md"))]) == 2
    assert "out-trace.svg: a folder" in capsys.readouterr().err
    assert sorted(path.name for path in problem.parent.iterdir()) == ["out-trace.svg", "problem.md"]


def test_the_diagram_of_an_analysis_goes_beside_it_too(tmp_path: Path) -> None:
    report = Path(__file__).parents[2] / "reports" / "parity-unit" / "problem.md"
    assert main(["analyse", str(report), "-o", str(tmp_path / "unit.md")]) == 0
    text = (tmp_path / "unit.md").read_text(encoding="utf-8")
    assert "](unit-states.svg)" in text
    assert (tmp_path / "unit-states.svg").read_text(encoding="utf-8").startswith("<?xml")
    assert "](" not in symlstm.analyse(symlstm.read(report)).to("md").partition("\n## ")[0]


def test_a_solution_is_still_made_as_it_is_read() -> None:
    long = symlstm.Problem(
        cell="rnn", given={"weights": 1, "biases": 0}, initial={"h": 0}, inputs=[k % 2 for k in range(3000)], convention={"round": {"h": 0}},
        questions=["h_2999"])
    made: Document = document(symlstm.solve(long), "standard", None)
    assert iter(made.blocks) is made.blocks
    assert [block.name for block in made.blocks if isinstance(block, Figure)] == ["cell"]


def test_parts_of_a_problem_have_pictures_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "problem.md"
    path.write_text(PROBLEM + "\nNow $x = [1, 1, 1]$.\n\n```question\nfind: h\n```\n", encoding="utf-8")
    assert main(["solve", str(path), "-o", str(tmp_path / "s.md")]) == 0
    assert sorted(p.name for p in tmp_path.glob("*.svg")) == ["s-cell.svg", "s-q1-trace.svg", "s-q2-trace.svg"]
