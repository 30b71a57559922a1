"""`analyse` as its users meet it: on the command line, from Python, as JSON, and where something is wrong."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import symlstm
from symlstm.cli import main
from symlstm.errors import SymlstmError, UsageError

ROOT = Path(__file__).parents[2]
STATES = ROOT / "reports" / "lstm-states" / "problem.md"
COUNTER = ROOT / "reports" / "counter" / "problem.md"
CELL = "$$h_t = \\operatorname{step}(h_{t-1} + w x_t - 0.5)$$\n"
DATA = "Let $w = 1$ and $h_0 = 0$.\n"
BITS = "alphabet: [0, 1]\n"


def document(front: str = BITS, cell: str = CELL, data: str = DATA, question: str = "carried: [last = 1]\n") -> str:
    """A latch: its title in line 2, `front` from line 3, then the cell, an empty line, the data, and a question."""
    asked = f"\n```question\n{question}```\n" if question else ""
    return f"---\ntitle: A latch\n{front}---\n{cell}\n{data}{asked}"


def analysed(text: str, **options: str) -> Any:
    return json.loads(symlstm.analyse(symlstm.read(text), **options).to("json"))


class Done(NamedTuple):
    """What a command has said, and how it ended."""

    returncode: int
    stdout: str
    stderr: str


class Command:
    """`symlstm analyse` in this process, with a document for its standard input."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.capfd = monkeypatch, capfd

    def __call__(self, *arguments: str, stdin: str = "") -> Done:
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        try:
            code = main(["analyse", *arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        return Done(code, *self.capfd.readouterr())


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capfd)


def process(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "symlstm", "analyse", *arguments], input=stdin, capture_output=True, text=True,
                          check=False, encoding="utf-8", cwd=ROOT, timeout=60)


# -- the command line ----------------------------------------------------------------------------------------------------------


def test_the_command_writes_every_format(command: Command, tmp_path: Path) -> None:
    first = {"text": "LSTM states\n", "md": "# LSTM states\n", "html": "<!DOCTYPE html>", "tex": "\\documentclass", "json": "{", "svg": "<?xml"}
    for name, start in first.items():
        out = tmp_path / f"analysis.{name}"
        assert command(str(STATES), "-o", str(out)).returncode == 0
        assert out.read_text(encoding="utf-8").lower().startswith(start.lower()), name
    done = command(str(STATES), "--to", "json")
    assert done.stdout == (tmp_path / "analysis.json").read_text(encoding="utf-8")


def test_the_command_reads_standard_input() -> None:
    done = process("-", "--to", "json", stdin=document())
    assert done.returncode == 0 and json.loads(done.stdout)["initial"] == "A"


# (arguments, exit code, a part of what is said on standard error)
EXPECTED = [
    (("--expect", "h_t = 1 iff count(1) > 0"), 0, ""),
    (("--expect", "count(1) > 0"), 0, ""),
    (("--expect", "h_t = 1 iff last = 1"), 1, "what is expected isn't fulfilled: fails after 1 0"),
    (("--expect", "last = 1"), 1, "what is expected isn't fulfilled: after 1, and after 1 0"),
    (("--readout", "1 - h", "--expect", "count(1) = 0"), 0, ""),
    (("--readout", "h > 0", "--expect", "matches 0*"), 0, ""),
    (("--expect", "count(1)"), 1, "what is expected isn't fulfilled"),
    (("--expect", "count(2) > 0"), 2, "<expect>:1:7: 2 isn't a letter of the alphabet (0, 1)\n  count(2) > 0\n        ^"),
    (("--expect", "$h_t = 1$ iff cuont(1) > 0"), 2, "<expect>:1:15: "),
    (("--readout", "round(q)"), 2, "<readout>:1:7: q "),
    (("--readout", "count(1)"), 2, "<readout>:1:1: a readout is read off the cell"),
    (("--readout", "h[2]"), 2, "<readout>:1:1: h has no entry 2; it has 1"),
    (("--readout", "h_{t-2}"), 2, "<readout>:1:1: h_{t-2} isn't there any more"),
    (("--to", "pdf"), 2, "invalid choice: 'pdf'"),
]


@pytest.mark.parametrize(("arguments", "code", "said"), EXPECTED, ids=[" ".join(row[0]) for row in EXPECTED])
def test_what_is_expected_and_exit_codes(command: Command, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = command("-", *arguments, stdin=document())
    assert done.returncode == code, done.stderr
    assert said in done.stderr if said else not done.stderr
    assert bool(done.stdout) == (code < 2)


def test_what_stays_open_fails_what_is_expected(command: Command) -> None:
    text = document(cell="$$h_t = 0.999 h_{t-1} + x_t$$\n", data="Let $h_0 = 0$.\n", question="")
    done = command("-", "--expect", "h_t <= 500", stdin=text)
    assert done.returncode == 1
    assert re.search(r"what is expected was neither proved nor refuted: .*every input of up to \d+ letters", done.stderr)


def test_a_wrong_key_is_exit_code_1(command: Command) -> None:
    right = document(question="carried: [last = 1, count(1) > 0]\nanswer: [2]\n")
    assert command("-", stdin=right).returncode == 0
    done = command("-", stdin=right.replace("answer: [2]", "answer: [1]"))
    assert done.returncode == 1 and "an answer in the document is wrong" in done.stderr and done.stdout


def test_errors_of_the_document_keep_their_place_where_the_readout_comes_from_outside(command: Command) -> None:
    done = command("-", "--readout", "h", "--expect", "last = 1", stdin=document(data="Let $w = 1$.\n", question=""))
    assert done.returncode == 2 and done.stderr.startswith("<stdin>:") and "h_-1 has no value" in done.stderr


def test_no_state_diagram_of_a_unit_without_a_machine(command: Command) -> None:
    done = command(str(COUNTER), "--to", "svg", "--readout", "sign(c)")
    assert done.returncode == 2 and "there is no state diagram of this unit" in done.stderr and not done.stdout


# -- JSON ----------------------------------------------------------------------------------------------------------------------


def test_json_has_the_keys_of_the_design() -> None:
    out = analysed(STATES.read_text(encoding="utf-8"))
    assert [key for key in out if key != "title"] == [
        "format", "finite", "proved", "initial", "states", "moves", "growth", "claims",
    ]
    assert out["format"] == "symlstm/analysis-1" and out["finite"] is True and out["proved"] is True
    assert [list(state) for state in out["states"]] == [["name", "readout", "box", "remembers"]] * 3
    assert {state["readout"] for state in out["states"]} == {"0", "1", "-1"}
    assert [list(move) for move in out["moves"]] == [["from", "input", "to"]] * 6
    names = {state["name"] for state in out["states"]}
    assert {move["from"] for move in out["moves"]} == names and {move["to"] for move in out["moves"]} <= names
    assert out["initial"] in names and out["growth"] == []
    carried = [claim for claim in out["claims"] if "witness" in claim]
    assert carried and all(list(claim) == ["claim", "holds", "reason", "witness"] for claim in carried)
    assert all((claim["witness"] is None) == (claim["holds"] is not False) for claim in carried)


def test_json_of_claims_and_of_what_grows() -> None:
    out = analysed(COUNTER.read_text(encoding="utf-8"))
    assert out["finite"] is False
    assert [(row["symbol"], row["input"], row["change"]) for row in out["growth"]] == [("c_t", "a", "1"), ("c_t", "b", "-1")]
    claims = {claim["claim"]: claim for claim in out["claims"] if "counterexample" in claim}
    assert claims["$c_t$ = count(a) - count(b)"]["holds"] is True
    assert claims["c_t <= 3"]["counterexample"] == ["a"] * 4
    assert all(list(claim) == ["claim", "holds", "reason", "counterexample"] for claim in claims.values())


def test_a_gate_claim_has_an_object_for_its_counterexample() -> None:
    out = analysed((ROOT / "reports" / "gating-unit" / "problem.md").read_text(encoding="utf-8"))
    refuted = [claim for claim in out["claims"] if claim["holds"] is False]
    assert refuted and all(isinstance(claim["counterexample"], dict) for claim in refuted)
    assert out["initial"] is None and out["states"] == [] and out["proved"] is False


# -- Python --------------------------------------------------------------------------------------------------------------------


def test_a_problem_built_in_python() -> None:
    problem = symlstm.Problem(
        cell=r"c_t = c_{t-1} + V x_t", given={"V": [1, -1]}, initial={"c": 0}, alphabet={"a": [1, 0], "b": [0, 1]},
        questions=[{"claims": ["c_t = count(a) - count(b)", "c_t >= 0"]}],
    )
    analysis = symlstm.analyse(problem, readout="sign(c)", expect="count(a) > count(b)")
    assert analysis.expected is not None and analysis.expected.holds is True and analysis.agrees
    assert [option.holds for option in analysis.options] == [True, True, False]
    assert "c_t" in analysis.to("md") and analysis._repr_html_()
    with pytest.raises(UsageError, match="there is no format 'pdf' for an analysis"):
        analysis.to("pdf")


def test_expectations_in_python() -> None:
    problem = symlstm.read(document())
    analysis = symlstm.analyse(problem, expect="h_t = 1 iff last = 1")
    assert analysis.expected is not None and analysis.expected.counterexample == ("1", "0") and not analysis.agrees
    analysis = symlstm.analyse(problem, expect="first = 1")
    assert analysis.expected is not None and analysis.expected.witness == (("1",), ("0", "1"))


def test_letters_with_names_stand_everywhere() -> None:
    text = document(front="alphabet: {up: 1, down: 0}\n", question="claims: ['h_t = 1 iff count(up) > 0', 'last = down']\n")
    analysis = symlstm.analyse(symlstm.read(text))
    assert [option.holds for option in analysis.options] == [True, False]
    assert "fails after up" in analysis.to("text")
    assert {move["input"] for move in json.loads(analysis.to("json"))["moves"]} == {"up", "down"}


def test_the_inputs_of_a_document_are_its_alphabet_where_it_names_none() -> None:
    out = analysed(document(front="", data=DATA + "The inputs are $x = [1, 0, 1]$.\n"))
    assert {move["input"] for move in out["moves"]} == {"0", "1"}


# -- what is wrong -------------------------------------------------------------------------------------------------------------


class Bad(NamedTuple):
    """A document that can't be analysed, and the beginning of what is said of it, with line and column."""

    name: str
    text: str
    said: str


BAD = (
    Bad("plain statement", document(question="carried:\n  - count(2) is odd\n"), "11:11: 2 isn't a letter of the alphabet (0, 1)"),
    Bad("statement in quotes", document(question='carried:\n  - "count(1) is odf"\n'), "11:18: odd, even, not odd or not even stands"),
    Bad("statement in single quotes", document(question="carried:\n  - 'cuont(1) is odd'\n"), "11:6: cuont is neither"),
    Bad("statement in a list", document(question="carried: [count(1) is odd, count(7) = 1]\n"), "10:34: 7 isn't a letter"),
    Bad("statement in maths", document(question="claims:\n  - $h_t = 1 \\iff q_t = 1$\n"), "11:19: q isn't a symbol of this problem"),
    Bad("statement in maths, in quotes", document(question="claims:\n  - '$h_t$ = count(5)'\n"), "11:20: 5 isn't a letter"),
    Bad("statement of two lines", document(question="claims:\n  - >-\n    h_t = 1 iff\n    cuont(1) is odd\n"), "11:5: cuont is neither"),
    Bad("letter outside", document(question="carried: [last = 5]\n"), "10:18: 5 isn't a letter of the alphabet (0, 1)"),
    Bad("readout", document(question="readout: round(g)\ncarried: [last = 1]\n"), "10:16: g is neither a symbol"),
    Bad("readout of the inputs", document(question="readout: count(1)\ncarried: [last = 1]\n"), "10:10: a readout is read off the cell"),
    Bad("readout of nothing", document(question="readout: 1 = 1\ncarried: [last = 1]\n"), "10:10: a readout names a symbol"),
    Bad("entry of a number", document(question="readout: h[2]\ncarried: [last = 1]\n"), "10:10: h has no entry 2; it has 1"),
    Bad("entry of a number in a claim", document(question="claims: ['h[2] = 1']\n"), "10:10: h has no entry 2; it has 1"),
    Bad("looks too far back", document(question="claims: ['h_{t-2} = 0']\n"), "10:10: h_{t-2} isn't there any more at step t"),
    Bad("real readout", document(cell="$$h_t = \\tanh(h_{t-1} + w x_t)$$\n"), "10:1: h_t is a real number"),
    Bad("no alphabet", document(front=""), "9:1: nothing says which inputs x_t may occur; write `alphabet: [0, 1]`"),
    Bad("several inputs", document(cell="$$h_t = \\operatorname{step}(h_{t-1} + w x_t + y_t - 0.5)$$\n"), "10:1: this cell reads several inputs (x, y)"),
    Bad("no input", document(cell="$$h_t = h_{t-1} + w$$\n"), "10:1: this cell reads no input"),
    Bad("no start", document(data="Let $w = 1$.\n"), "10:1: h_-1 has no value, so there is no state to start from"),
    Bad("no parameter", document(data="Let $h_0 = 0$.\n"), "10:1: w has no value"),
    Bad("a value given", document(data=DATA + "Let $h_2 = 1$.\n"), "8:12: h_2 is given, so this step isn't like the others"),
    Bad("a letter twice", document(front="alphabet: [0, 1, 0.0]\n"), "3:18: 0.0 stands in the alphabet twice"),
    Bad("a number for a claim", document(question="claims: [count(1)]\n"), "10:10: count(1) says nothing that is true or false"),
    Bad("a claim for what is carried", document(question="carried: [h = 1]\n"), "10:11: h is a symbol of the cell; what is carried"),
    Bad("long", document(question="carried:\n  - " + " or ".join(["last = 1"] * 400) + "\n"), "11:5: a statement of 4,796 characters"),
    Bad("deep", document(question="carried:\n  - " + "not " * 100 + "last = 1\n"), "11:165: nested deeper than 40 levels"),
    Bad("no side to round to", document(front=BITS + "convention: {saturate: 0}\n", cell="$$h_t = \\sigma(h_{t-1} - w x_t)$$\n"),
        "11:1: sigmoid(0) can't be rounded outward"),
)


@pytest.mark.parametrize("row", BAD, ids=[row.name for row in BAD])
def test_message_and_place(row: Bad) -> None:
    with pytest.raises(SymlstmError) as caught:
        symlstm.analyse(symlstm.read(row.text)).to("text")
    head, source, caret = str(caught.value).split("\n")
    assert head.startswith(f"<text>:{row.said}")
    line, column = map(int, row.said.split(":")[:2])
    assert row.text.split("\n")[line - 1].startswith(source.strip()[:20]) or source.strip()[:20] in row.text.split("\n")[line - 1]
    if len(row.text.split("\n")[line - 1]) < 100:
        assert caret.index("^") == column + 1


# -- honest nulls --------------------------------------------------------------------------------------------------------------

# (cell, data, front matter, readout, a claim that can be neither proved nor refuted)
OPEN = [
    ("$$h_t = 0.999 h_{t-1} + x_t$$\n", "Let $h_0 = 0$.\n", BITS, "h > 500", "h_t <= 500"),
    ("$$h_t = 3.9 h_{t-1} (1 - h_{t-1}) + 0 x_t$$\n", "Let $h_0 = 0.3$.\n", "alphabet: [1]\n", "h > 0.5", "h_t < 2"),
    ("$$h_t = h_{t-1} h_{t-1} + x_t$$\n", "Let $h_0 = 2$.\n", "alphabet: [1]\n", "h > 3", "h_t > count(1)"),
    ("$$h_t = \\exp(h_{t-1} + x_t)$$\n", "Let $h_0 = 0$.\n", BITS, "h > 1000", "h_t != 7"),
    ("$$h_t = \\frac{1}{h_{t-1} - 0.5 + x_t}$$\n", "Let $h_0 = 1$.\n", BITS, "h > 1", "h_t != 1000"),
]


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=row[0].strip("$\n"), marks=[] if k in (1, 2) else [pytest.mark.slow]) for k, row in enumerate(OPEN)],
)
def test_what_nobody_can_say_is_said_so(row: tuple[str, str, str, str, str]) -> None:
    cell, data, front, readout, claim = row
    start = time.process_time()
    out = analysed(document(front=front, cell=cell, data=data, question=""), readout=readout, expect=claim)
    # States there are only where it is said up to which length they hold.
    assert out["proved"] is False and bool(out["states"]) == bool(out["moves"]) == (out.get("length") is not None)
    (found,) = out["claims"]
    assert found["holds"] is None and found["counterexample"] is None
    assert re.search(r"every input of up to \d+ letters", found["reason"])
    assert time.process_time() - start < 20


def test_a_readout_that_rounds_on_a_tie() -> None:
    """0.5 is displayed as 0 by rounding to even and as 1 by rounding up: exactly reachable, so no box around it closes."""
    cell, data = "$$h_t = 0.5 h_{t-1} + x_t$$\n", "Let $h_0 = 0$.\n"
    even = analysed(document(front=BITS + "convention: {round: {h: 0}, carry: false}\n", cell=cell, data=data, question=""))
    assert even["proved"] is False and bool(even["states"]) == (even.get("length") is not None)
    claim = {"expect": "h_t = 0 or last = 1"}
    text = document(front=BITS + "convention: {{round: {{h: 0}}, carry: false, ties: {ties}}}\n", cell=cell, data=data, question="")
    found = [analysed(text.replace("{{", "{").replace("}}", "}").replace("{ties}", ties), **claim)["claims"][0] for ties in ("even", "up")]
    # 1 0 gives exactly 0.5, and 1 1 0 gives 0.75.
    assert [each["counterexample"] for each in found] == [["1", "1", "0"], ["1", "0"]]


def test_sixty_four_letters() -> None:
    letters = ", ".join(map(str, range(64)))
    out = analysed(document(front=f"alphabet: [{letters}]\n", question="carried: [matches 0*, count(63) > 0]\n"))
    assert [claim["holds"] for claim in out["claims"]] == [True, False]
    assert len(out["moves"]) == 128


def test_two_letters_of_one_value_are_alike_under_their_names() -> None:
    out = analysed(document(front="alphabet: {a: 1, b: 1}\n", question="carried: [last = a, count(any) > 0]\n"))
    assert [(claim["holds"], claim["witness"]) for claim in out["claims"]] == [(False, [["a"], ["b"]]), (True, None)]


DISPLAYED = BITS + "convention: {round: {h: 0}, carry: false}\n"


@pytest.mark.parametrize("claim", ["h_{t-1} = 0 iff last = 0", "h_t = h_{t-1} or last = 1"])
def test_an_earlier_value_that_was_only_displayed_rounded_is_an_error(claim: str) -> None:
    text = document(front=DISPLAYED, question=f"claims: ['{claim}']\n")
    with pytest.raises(SymlstmError, match="h is rounded for display only") as caught:
        symlstm.analyse(symlstm.read(text))
    assert caught.value.line == text[: text.index("claims: [")].count("\n") + 1
    with pytest.raises(SymlstmError, match="<expect>:1:1: h is rounded for display only"):
        symlstm.analyse(symlstm.read(document(front=DISPLAYED, question="")), expect=claim)


def test_a_claim_about_the_equations_may_look_back_at_what_was_displayed() -> None:
    (claim,) = analysed(document(front=DISPLAYED, question="claims: ['h_{t-1} = h_{t-1}']\n"))["claims"]
    assert claim["holds"] is True
