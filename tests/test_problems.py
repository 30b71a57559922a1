"""Problem documents as people write them: their values against `problems/expected.py`, every writer, and published figures."""

from __future__ import annotations

import importlib.util
import json
import warnings
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

import symlstm
from symlstm.analysis.answers import FindAnswer
from symlstm.derivation.ladder import Rung
from symlstm.notation.places import place
from symlstm.notation.typeset import plain
from symlstm.pipelines import Detail

HERE = Path(__file__).parent
PROBLEMS = sorted((HERE / "problems").glob("*.md"))
REPORTS = sorted((HERE.parent / "reports").glob("*/problem.md"))
DETAILS: tuple[Detail, ...] = get_args(Detail)


def _expected() -> dict[str, dict[int, dict[str, float | str]]]:
    spec = importlib.util.spec_from_file_location("expected", HERE / "problems" / "expected.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dict[str, dict[int, dict[str, float | str]]] = module.EXPECTED
    return found


EXPECTED = _expected()


@cache
def solved(path: Path) -> symlstm.Solution:
    return symlstm.solve(symlstm.read(path))


def name(path: Path) -> str:
    return path.parent.name if path.name == "problem.md" else path.name


def test_every_document_has_its_values_worked_out() -> None:
    assert {path.name for path in PROBLEMS} == set(EXPECTED)
    assert len(PROBLEMS) >= 40


@pytest.mark.parametrize("document", EXPECTED)
def test_values_worked_out_in_plain_python(document: str) -> None:
    solution = solved(HERE / "problems" / document)
    for number, values in EXPECTED[document].items():
        part = solution.questions[number - 1]
        for where, expected in values.items():
            found = part[where]
            if isinstance(expected, str):
                assert str(found) == expected, where
            else:
                value = found.tolist()
                assert value == pytest.approx(expected, rel=0, abs=1e-12), where


@pytest.mark.parametrize("path", PROBLEMS + REPORTS, ids=name)
def test_the_author_s_answers_agree(path: Path) -> None:
    solution = solved(path)
    assert [answer.disagreements for answer in solution.answers if isinstance(answer, FindAnswer)] == [
        () for answer in solution.answers if isinstance(answer, FindAnswer)
    ]
    assert solution.agrees is True


def test_a_wrong_answer_is_noticed() -> None:
    text = (HERE.parent / "reports" / "lstm-states" / "problem.md").read_text("utf-8")
    solution = symlstm.solve(symlstm.read(text.replace("answer: [0, 0, 1, -1, 1, 0]", "answer: [0, 0, 1, -1, 1, 1]")))
    assert solution.agrees is False
    (wrong,) = [a for a in solution.answers if isinstance(a, FindAnswer) and a.agrees is False]
    assert [(str(where), said) for where, said in wrong.disagreements] == [("h_5", "1")]
    assert "it says 1, the derivation gives 0" in solution.to("md")


@pytest.mark.parametrize("path", PROBLEMS + REPORTS, ids=name)
def test_every_writer_and_detail(path: Path) -> None:
    solution = solved(path)
    said: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for format in ("md", "tex", "html"):
            for detail in DETAILS:
                for fragment in (False, True):
                    text = "".join(solution.pieces(format, detail=detail, fragment=fragment, warn=said.append))
                    # A fragment has no title; whatever the detail, the answers are there.
                    assert fragment or solution.problem.title.split()[0] in text
                    assert "Answer to question" in text
        read = json.loads(solution.to("json"))
    assert said == []
    assert [answer["question"] for answer in read["answers"]] == list(range(1, len(solution.answers) + 1))


@pytest.mark.parametrize("path", PROBLEMS + REPORTS, ids=name)
def test_details_grow(path: Path) -> None:
    solution = solved(path)
    brief, standard, full = (len(solution.to("md", detail=detail)) for detail in DETAILS)
    assert brief <= standard <= full


# -- the four documents that the project starts from: figures as published, written down by hand ----------------------------------


def report(folder: str) -> symlstm.Solution:
    return solved(HERE.parent / "reports" / folder / "problem.md")


def rungs(solution: symlstm.Solution, question: int, where: str) -> dict[str, Rung]:
    """The rungs of a place by name; where two share one, the later."""
    part = solution.questions[question - 1]
    ladder = part.work.ladders.ladder(place(where, solution.problem.vocabulary))
    return {rung.name: rung for rung in ladder.rungs}


def text(rung: Rung) -> str:
    return plain(rung.formula).replace("−", "-")


def values(solution: symlstm.Solution, question: int, symbol: str) -> list[str]:
    part = solution.questions[question - 1]
    return [str(part[f"{symbol}_{t}"]) for t in part.work.run.steps]


@pytest.mark.parametrize("folder", ["lstm-states", "lstm-states-saturated"])
def test_states_of_the_first_and_third_document(folder: str) -> None:
    solution = report(folder)
    assert values(solution, 2, "h") == ["0", "0", "1", "-1", "1", "0"]
    assert values(solution, 3, "h") == ["1", "-1", "0", "1", "-1"]
    # "f_t = 0, i_t = 1, o_t = sigmoid(100 x_t)"; f_0 = 0, i_0 = 1, o_0 = 0.5, c_0 = 0 and o_2 = 1, c_2 = 1 as published
    assert values(solution, 2, "f") == ["0"] * 6
    assert values(solution, 2, "i") == ["1"] * 6
    assert values(solution, 2, "o") == ["0.5", "0.5", "1", "1", "1", "0.5"]
    assert values(solution, 2, "c") == ["0", "0", "1", "-1", "1", "-1"]


def test_the_first_document_rounds_where_the_third_saturates() -> None:
    first, third = report("lstm-states"), report("lstm-states-saturated")
    # "1 tanh(1) = .76 rounded to 1"
    assert text(rungs(first, 2, "h_2")["products"]) == "0.7616"
    assert rungs(first, 2, "h_2")["rounded"].relation == "→"
    assert text(rungs(third, 2, "h_2")["activation"]) == "1·1"
    # h_5: -0.38 is rounded, -0.5 is a tie; both become 0
    assert text(rungs(first, 2, "h_5")["products"]) == "-0.3808"
    assert text(rungs(third, 2, "h_5")["products"]) == "-0.5"
    assert (rungs(first, 2, "h_5")["rounded"].rule, rungs(third, 2, "h_5")["rounded"].rule) == ("rounded", "tie")
    assert str(third.questions[1]["h_5"]) == str(first.questions[1]["h_5"]) == "0"


def test_the_simplified_system_of_the_first_document() -> None:
    (simplified, *_) = json.loads(report("lstm-states").to("json"))["answers"]
    said = {equation["symbol"]: equation["latex"] for equation in simplified["equations"]}
    assert said["f"] == r"f_t \to 0"
    assert said["i"] == r"i_t \to 1"
    assert said["o"] == r"o_t = \text{sigmoid}(100 x_t)"
    assert said["c"] == r"c_t = \tanh(-100 h_{t-1} + 50 x_t)"


def test_one_step_of_the_second_document() -> None:
    solution = report("gating")
    # "The forget gate is equal to sigmoid(6), or 1 ... The memory cell is equal to 1 + tanh(1+5), which is 2 ... tanh(2), or 1"
    assert text(rungs(solution, 1, "f_1")["pre-activation"]) == "σ(6)"
    assert [str(solution[f"{symbol}_1"]) for symbol in "fioch"] == ["1", "1", "1", "2", "1"]


def test_the_block_of_the_fourth_document() -> None:
    solution = report("lstm-block")
    assert text(rungs(solution, 1, "f_1")["pre-activation"]) == "σ([1.6, 2.2])"
    assert text(rungs(solution, 1, "f_1")["activation"]) == "[0.8320, 0.9002]"
    assert solution["f_1"].printed == ["0.832", "0.900"]
    # 0.832·0.1 + 0.3·0.5 = 0.0832 + 0.15, 0.9·0.2 + 0.4·0.6 = 0.18 + 0.24
    assert text(rungs(solution, 3, "c_1")["products"]) == "[0.0832, 0.18] + [0.15, 0.24]"
    assert text(rungs(solution, 3, "c_1")["sum"]) == "[0.2332, 0.42]"
    assert solution["c_1"].printed == ["0.233", "0.420"]
    # 0.4·tanh(0.233) = 0.09155-, 0.6·tanh(0.420) = 0.6·0.3969
    assert solution["h_1"].printed == ["0.0915", "0.2382"]


def test_the_gate_of_the_second_document_asks_what_can_be_said_about_it() -> None:
    answers: list[dict[str, Any]] = json.loads(report("gating-unit").to("json"))["answers"]
    assert [answer["kind"] for answer in answers] == ["claims"]
