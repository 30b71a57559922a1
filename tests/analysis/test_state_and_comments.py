"""Which symbols make up the state, and what a value means in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import symlstm
from symlstm.analysis.answers import CommentAnswer, StateAnswer
from symlstm.errors import SymlstmError
from symlstm.model.catalogue import names

REPORTS = Path(__file__).parents[2] / "reports"


def solved(cell: str, question: str, data: str = "") -> Any:
    text = f"---\ntitle: A\ncell: {cell}\n---\n{data}\n\n```question\n{question}\n```\n"
    return symlstm.solve(symlstm.read(text)).answers[0]


STATES = {
    "gated-rnn": "s", "gru": "h", "gru-reset-after": "h", "lstm": "ch", "lstm-coupled": "ch", "lstm-peephole": "ch", "lstm-stacked": "ch",
    "mgu": "h", "rnn": "h",
}


@pytest.mark.parametrize("cell", names())
def test_the_state_of_every_cell(cell: str) -> None:
    found = symlstm.read(f"---\ntitle: A\ncell: {cell}\n---\n").cell
    symbols = [f"${name.latex or name}_t$" if not name.sub else f"${name}$" for name in (*found.by_name, *found.inputs)]
    options = solved(cell, "state: [" + ", ".join(f"'{s}'" for s in symbols) + "]").options
    held = {str(option.symbol.name) for option in options if option.holds}
    assert held == set(STATES[cell])


REASONS = [
    ("c_t", True, "c_{t−1} is read by the equation of c_t"),
    ("$c_t$", True, "c_{t−1} is read by the equation of c_t"),
    ("c", True, "c_{t−1} is read by the equation of c_t"),
    ("$h_t$", True, "h_{t−1} is read by the equations of f_t, i_t, o_t and c_t"),
    ("o_t", False, "o_t is read only at its own step, by h_t: nothing carries it on"),
    ("x_t", False, "x_t is an input: it comes from outside at every step"),
    ("$W^{f,h}$", False, "W^{f,h} is a parameter, the same at every step"),
]


@pytest.mark.parametrize(("written", "holds", "reason"), REASONS)
def test_the_reason_for_a_symbol(written: str, holds: bool, reason: str) -> None:
    (option,) = solved("lstm", f"state: ['{written}']").options
    assert (option.holds, option.reason) == (holds, reason)


def test_what_nothing_reads_isn_t_carried_on() -> None:
    text = "---\ntitle: A\n---\n$$h_t = \\tanh(h_{t-1} + x_t)$$ $$y_t = 2 h_t$$\n\n```question\nstate: [y_t]\n```\n"
    answer = symlstm.solve(symlstm.read(text)).answers[0]
    assert isinstance(answer, StateAnswer)
    assert answer.options[0].reason == "y_t is read by no equation: nothing carries it on"


@pytest.mark.parametrize(("written", "message"), [
    ("q_t", "q isn't a symbol of this problem"), ("c_3", "isn't a symbol at time t"), ("c_t + h_t", "isn't a symbol at time t"),
])
def test_an_option_that_is_no_symbol_is_an_error_at_its_place(written: str, message: str) -> None:
    with pytest.raises(SymlstmError) as caught:
        solved("lstm", f"state: [h_t, {written}]")
    assert message in caught.value.message
    assert (caught.value.line, caught.value.column) == (8, 14)


@pytest.mark.parametrize(("key", "agrees"), [
    ("[c_t, h_t]", True), ("[1, 2]", True), ("[h, c_t]", False), ("[c_t]", False), ("[c_t, h_t, o_t]", False),
    ("[true, true, false, false]", True), ("{c_t: true, h_t: true}", True), ("{c_t: true, h_t: false}", False),
])
def test_the_author_s_key(key: str, agrees: bool) -> None:
    if key == "[h, c_t]":
        with pytest.raises(SymlstmError, match="none of the options"):
            solved("lstm", f"state: [c_t, h_t, o_t, i_t]\nanswer: {key}")
        return
    assert solved("lstm", f"state: [c_t, h_t, o_t, i_t]\nanswer: {key}").agrees is agrees


def test_the_second_question_of_the_course() -> None:
    solution = symlstm.solve(symlstm.read(REPORTS / "gating" / "problem.md"))
    out = json.loads(solution.to("json"))["answers"][-1]
    assert [option["symbol"] for option in out["options"] if option["holds"]] == ["c_t", "h_t"]
    assert list(out["options"][0]) == ["symbol", "holds", "reason"]
    assert isinstance(solution.answers[-1], StateAnswer)
    assert solution.answers[-1].agrees is True


# -- comments ------------------------------------------------------------------------------------------------------------------------

SCALAR = (
    "Here $W^{f,h} = W^{f,x} = W^{i,h} = W^{i,x} = W^{o,h} = W^{o,x} = W^{c,h} = W^{c,x} = 0$, $b_f = BF$, $b_i = 0$, $b_o = -1$, "
    "$b_c = 1$, $h_0 = 0$, $c_0 = 1$ and $x_1 = 1$."
)


@pytest.mark.parametrize(("place", "bias", "words"), [
    # σ(1) = 0.7311, σ(0) = 1/2, σ(−1) = 0.2689, σ(10) = 0.99995, c_1 = 0.73106 + 0.5·tanh(1) = 0.73106 + 0.38080
    ("f_1", "1", "The forget gate f_1: about 73 % of the memory cell c_0 is kept, so most of it is."),
    ("f_1", "-1", "The forget gate f_1: about 27 % of the memory cell c_0 is kept, so less than half of it is."),
    ("f_1", "10", "The forget gate f_1: almost all of the memory cell c_0 is kept."),
    ("f_1", "-10", "The forget gate f_1: almost nothing of the memory cell c_0 is kept."),
    ("i_1", "1", "The input gate i_1: about 50 % of the candidate is written into the memory cell c_1."),
    ("o_1", "1", "The output gate o_1: about 27 % of the memory cell c_1 is shown, so less than half of it is."),
    ("c_1", "1", "The memory cell c_1: rises from 1 to 1.1119."),
    ("f_1/pre-activation", "1", "The pre-activation of the forget gate f_1: it is 1, above 0, so the gate is more open than shut."),
    ("f", "1", "The forget gate f_1: about 73 % of the memory cell c_0 is kept, so most of it is."),
])
def test_what_a_gate_means(place: str, bias: str, words: str) -> None:
    answer = solved("lstm", f"comment: {place}", SCALAR.replace("BF", bias))
    assert isinstance(answer, CommentAnswer)
    assert " ".join(comment.words for comment in answer.comments) == words


def test_a_saturated_gate_says_so() -> None:
    data = SCALAR.replace("BF", "-100")
    text = f"---\ntitle: A\ncell: lstm\nconvention: {{saturate: 50}}\n---\n{data}\n\n```question\ncomment: f_1\n```\n"
    (comment,) = symlstm.solve(symlstm.read(text)).answers[0].comments  # type: ignore[union-attr]
    assert comment.words == (
        "The forget gate f_1: nothing of the memory cell c_0 is kept (the gate is saturated: its exact value is less than 0.000001)."
    )


def test_two_entries_are_told_one_by_one() -> None:
    text = (REPORTS / "lstm-block" / "problem.md").read_text(encoding="utf-8") + "\n```question\ncomment: f_1\n```\n"
    answer = symlstm.solve(symlstm.read(text)).answers[-1]
    assert isinstance(answer, CommentAnswer)
    # f_1 = (0.832, 0.900)
    assert "about 83 % of entry 1 and about 90 % of entry 2" in answer.comments[0].words


ROLES = [
    ("lstm", "f", ("kept", "c", -1)), ("lstm", "i", ("written", "c", 0)), ("lstm", "o", ("shown", "c", 0)), ("lstm", "c", None),
    ("lstm-coupled", "f", ("kept", "c", -1)), ("lstm-coupled", "i", ("written", "c", 0)), ("lstm-peephole", "o", ("shown", "c", 0)),
    ("gated-rnn", "g", ("replaced", "s", -1)), ("gru", "z", ("kept", "h", -1)), ("gru", "r", ("seen", "h", -1)),
    ("gru-reset-after", "r", ("seen", "h", -1)), ("gru-reset-after", "z", ("kept", "h", -1)), ("mgu", "f", ("replaced", "h", -1)),
    ("lstm-stacked", "f", ("kept", "c", -1)), ("lstm-stacked", "o", ("shown", "c", 0)), ("rnn", "h", None),
]


@pytest.mark.parametrize(("cell", "symbol", "duty"), ROLES)
def test_what_a_gate_does_follows_from_the_equations(cell: str, symbol: str, duty: tuple[str, str, int] | None) -> None:
    from symlstm.analysis.comments import duty_of
    from symlstm.model.reader import cell_named

    found = cell_named(cell)[0]
    name = next(name for name in found.by_name if str(name) == symbol)
    told = duty_of(name, found)
    assert (None if told is None else (told.role, str(told.target), told.offset)) == duty


@pytest.mark.parametrize("format", ["md", "tex", "html", "json"])
def test_every_writer_prints_the_answers(format: str) -> None:
    text = (REPORTS / "gating" / "problem.md").read_text(encoding="utf-8")
    text += "\n```question\nclaims: ['$o_t = 0 \\Rightarrow h_t = 0$', '$h_t = c_t$']\nanswer: 1\n```\n\n```question\ncomment: f_1\n```\n"
    out = symlstm.solve(symlstm.read(text)).to(format)
    for words in ("the output gate" if format == "json" else "holds", "forget gate", "nothing carries it on"):
        assert words in out or format == "json"


def test_a_wrong_key_is_said_at_the_top() -> None:
    text = (REPORTS / "gating" / "problem.md").read_text(encoding="utf-8").replace("answer: [c_t, h_t]", "answer: [c_t]")
    out = symlstm.solve(symlstm.read(text)).to("md")
    assert "The answer given for question 2 is wrong at $h_t$, which belongs to the state." in out.replace("\n> ", " ")
