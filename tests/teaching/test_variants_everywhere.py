"""Every document of the tests and reports with every one of its values varied: what is drawn is what the new document says."""

from __future__ import annotations

from pathlib import Path

import pytest

import symlstm
from symlstm.model.problem import Problem
from symlstm.notation.places import Place
from symlstm.teaching.variants.cells import runs_of
from symlstm.teaching.variants.draws import Stream
from symlstm.teaching.variants.edits import applied, changes_of
from symlstm.teaching.variants.filling import filled
from symlstm.teaching.variants.for_students import students_document
from symlstm.teaching.variants.hearing import front_of
from symlstm.teaching.variants.rewriting import rewriting_of
from symlstm.teaching.variants.units import units_of

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*(ROOT / "tests/problems").glob("*.md"), *(ROOT / "reports").glob("*/problem.md")])


def keys(problem: Problem) -> list[str]:
    """All that the document gives, as `vary` names it; of a stack and its blocks the stack."""
    out = []
    for run in runs_of(problem):
        blocks = {name for block in run.cell.blocks if block.whole in run.parameters for name in block.rows}
        out += [str(name) for name in run.parameters if name not in blocks]
        out += [str(Place(name, time)) for name, time in run.timed if name not in run.cell.inputs or time < run.first]
        out += [str(name) for name in run.cell.inputs if any(name == other and time >= run.first for other, time in run.timed)]
    return list(dict.fromkeys(out))


def with_everything_varied(text: str) -> str:
    problem = symlstm.read(text)
    declared = "\nalphabet:" in text
    inputs = {str(name) for name in problem.cell.inputs}
    rows = []
    for key in keys(problem):
        if declared and key in inputs:
            lengths = {len([t for name, t in run.timed if str(name) == key and t >= run.first]) for run in runs_of(problem)}
            if lengths - {0, 1}:
                rows.append(f"  '{key}': permutation\n")
        else:
            rows.append(f"  '{key}': {{from: -1.5, to: 1.5, step: 0.25}}\n")
    return text.replace("---\n", "---\nvary:\n" + "".join(rows), 1)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem if path.stem != "problem" else path.parent.name)
def test_everything_can_be_varied_at_once(path: Path) -> None:
    original = path.read_text("utf-8")
    text = with_everything_varied(original)
    if text.startswith("---\nvary:\n---") or "vary:\n  " not in text:
        return
    problem = symlstm.read(text)
    units = units_of(problem, front_of(problem)[0])
    rewriting = rewriting_of(problem, units)
    for draw in range(3):
        stream = Stream((path.stem, str(draw)))
        drawn = [unit.domain.at(stream.below(unit.domain.count)) for unit in units.units]
        runs = [filled(run, units.fills[k], drawn, units.units) for k, run in enumerate(runs_of(problem))]
        made = rewriting.text(drawn, [], [])
        assert runs_of(rewriting.read(made, runs))[0].parameters.keys() == runs[0].parameters.keys()  # and it says what was drawn
    unchanged = applied(text, changes_of(rewriting.edits, units.units, [unit.original for unit in units.units], problem.source))
    assert unchanged == text or rewriting.edits.insertions


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem if path.stem != "problem" else path.parent.name)
def test_students_get_the_same_questions_without_answers(path: Path) -> None:
    problem = symlstm.read(path)
    text = students_document(problem)
    again = symlstm.read(text)
    assert all(posed.question.answer is None for posed in again.questions)
    assert [posed.question.kind for posed in again.questions] == [posed.question.kind for posed in problem.questions]
    left = [line for line in path.read_text("utf-8").splitlines() if line not in text.splitlines()]
    assert all(line.lstrip(" >").startswith(("answer", "-", "vary", "misconceptions")) for line in left), left
