"""What `analyse` finds out about a unit beside the claims: notes about ties, growth, the unit without rounding, what states remember."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from test_quantities import oracle
from test_units import BY_NAME, plain, tried
from unit_words import words

import symlstm
from symlstm.analysis.machines.findings import Findings
from symlstm.analysis.statements.words import written

PARITY = Path(__file__).parents[2] / "reports" / "parity-unit" / "problem.md"
ROUNDED = "convention: {round: {c: 0}}\n"
DECLARED = "convention: {round: {c: 0}, ties: even}\n"


def document(equations: str, start: str = "c_0 = 0", front: str = "", alphabet: str = "[0, 1]") -> str:
    """A document of equations; the start and parameters are named with commas."""
    named = ", ".join(f"${each}$" for each in start.split("; "))
    return f"---\ntitle: A unit\nalphabet: {alphabet}\n{front}---\n$$\\begin{{aligned}}\n{equations}\n\\end{{aligned}}$$\n\nIt starts from {named}.\n"


def analysed(text: str, readout: str | None = None, expect: str | None = None) -> symlstm.Analysis:
    return symlstm.analyse(symlstm.read(text), readout=readout, expect=expect)


def findings(text: str, readout: str | None = None) -> Findings:
    found = analysed(text, readout).findings
    assert isinstance(found, Findings)
    return found


# -- ties ----------------------------------------------------------------------------------------------------------------------


class Tie(NamedTuple):
    """A unit, what is read off, and whether another rule for ties changes what it shows."""

    name: str
    text: str
    readout: str
    noted: bool


TIES = (
    Tie("another machine", document("c_t &= 0.5 c_{t-1} + x_t", front=ROUNDED), "c", True),
    Tie("the same, declared", document("c_t &= 0.5 c_{t-1} + x_t", front=DECLARED), "c", False),
    Tie("0.5 is another number", document("c_t &= 0 c_{t-1} + 0.5 x_t", front=ROUNDED), "c", True),
    Tie("0.5 is another number that isn't shown", document("c_t &= 0 c_{t-1} + 0.5 x_t", front=ROUNDED), "c >= 0", False),
    Tie("other states, one machine", document("c_t &= 0 c_{t-1} + 0.5 + 2 x_t", "c_0 = 2", ROUNDED), "c > 1.5", False),
    Tie("a start like another state", document("c_t &= 0 c_{t-1} + 0.5 + 2 x_t", "c_0 = 1", ROUNDED), "c > 1.5", False),
    Tie("a readout that rounds", document("c_t &= 0 c_{t-1} + 0.5 x_t"), "round(c)", True),
    Tie("a readout that meets no tie", document("c_t &= 0 c_{t-1} + 0.75 x_t"), "round(c)", False),
    Tie("nothing is rounded", document("c_t &= 0 c_{t-1} + 0.5 x_t"), "c", False),
)


@pytest.mark.parametrize("row", TIES, ids=[row.name for row in TIES])
def test_ties_that_nobody_declared(row: Tie) -> None:
    analysis = analysed(row.text, row.readout)
    assert isinstance(analysis.findings, Findings) and bool(analysis.findings.tied) is row.noted
    assert ("Nobody declared how ties are rounded" in " ".join(analysis.to("text").split())) is row.noted


# (front matter, claim, whether another rule changes its verdict)
VERDICTS = [
    (ROUNDED, "c_t = 0", True), (ROUNDED, "c_t <= 1", False), (DECLARED, "c_t = 0", False), (ROUNDED, "c_t = 1 iff last = 1", True),
    ("", "round(c_t) = 0", True), ("", "c_t = 0", False),
]


@pytest.mark.parametrize(("front", "claim", "noted"), VERDICTS)
def test_ties_that_change_a_verdict(front: str, claim: str, noted: bool) -> None:
    text = document("c_t &= 0 c_{t-1} + 0.5 x_t", front=front) + f"\n```question\nclaims: ['{claim}']\n```\n"
    (answer,) = analysed(text, "c").answers
    assert bool(answer.tied) is noted


# -- bounds and growth ---------------------------------------------------------------------------------------------------------


class Grows(NamedTuple):
    """A unit, what is read off, whether its states are finitely many, and what each letter does to what grows."""

    name: str
    text: str
    readout: str
    finite: bool | None
    changes: tuple[tuple[str, str, str], ...] = ()


THREE = "{a: [1, 0, 0], b: [0, 1, 0], d: [0, 0, 1]}"
GROWS = (
    Grows("counter", document("c_t &= c_{t-1} + x_t"), "c >= 2", False, (("c_t", "0", "0"), ("c_t", "1", "1"))),
    Grows("three letters", document("c_t &= c_{t-1} + V x_t", "c_0 = 0; V = [1, -2, 0.5]", alphabet=THREE), "sign(c)", False,
          (("c_t", "a", "1"), ("c_t", "b", "-2"), ("c_t", "d", "0.5"))),
    Grows("run length", document("f_t &= \\operatorname{step}(x_t - 0.5) \\\\\nc_t &= f_t c_{t-1} + f_t"), "c > 2", False,
          (("c_t", "0", "reset to 0"), ("c_t", "1", "1"))),
    Grows("reset to another number", document("f_t &= \\operatorname{step}(x_t - 0.5) \\\\\nc_t &= f_t c_{t-1} + 3", "c_0 = 3"), "c > 7", False,
          (("c_t", "0", "reset to 3"), ("c_t", "1", "3"))),
    Grows("latch", document("c_t &= \\operatorname{step}(c_{t-1} + x_t - 0.5)"), "c", True),
    Grows("last input", document("c_t &= 0 c_{t-1} + x_t"), "c", True),
    Grows("leak", document("c_t &= 0.999 c_{t-1} + x_t"), "c > 500", None),
)


@pytest.mark.parametrize("row", GROWS, ids=[row.name for row in GROWS])
def test_what_grows(row: Grows) -> None:
    analysis = analysed(row.text, row.readout)
    out: Any = json.loads(analysis.to("json"))
    assert out["finite"] is row.finite
    assert tuple((each["symbol"], each["input"], each["change"]) for each in out["growth"]) == row.changes
    assert ("What grows" in analysis.to("text")) is bool(row.changes)


def test_a_box_with_an_end_at_infinity() -> None:
    found = findings(document("c_t &= c_{t-1} + x_t"), "c >= 2")
    assert found.proved and found.machine is not None and len(found.machine.moves) == 3
    shown = next(state for state in found.states if state.shows is True)
    assert any(box[0].low is not None and box[0].high is None for memory in shown.boxes for box in memory)
    assert "open to a side" in " ".join(analysed(document("c_t &= c_{t-1} + x_t"), "c >= 2").to("text").split())


def test_a_machine_of_one_state() -> None:
    text = document("h_t &= 0 x_t + 0 h_{t-1}", "h_0 = 0")
    found = findings(text, "h")
    assert found.machine is not None and found.machine.moves == ((0, 0),) and not found.offers
    assert "nothing: every input leads back to it" in " ".join(analysed(text, "h").to("text").split())


def test_a_start_that_no_input_leads_back_to() -> None:
    unit = BY_NAME["first symbol"]
    found = findings(unit.document, unit.readout)
    first = found.states[0]
    assert first.first and first.shows is None and not first.remembered.reached and first.remembered.statement is None
    assert [state.remembered.reached for state in found.states[1:]] == [True, True]
    assert "nothing has been read yet" in " ".join(analysed(unit.document, unit.readout).to("text").split())


# -- without rounding ----------------------------------------------------------------------------------------------------------

SAME = document("c_t &= \\operatorname{step}(c_{t-1} + x_t - 0.5)", front="convention: {round: {c: 0}, saturate: 50, ties: even}\n")
# (text, whether it shows the same without rounding, after which input it doesn't)
UNROUNDED = [
    (SAME, True, None), (document("c_t &= 0.5 c_{t-1} + x_t", front=DECLARED), False, (1, 0, 1, 0)),
    (document("c_t &= 0.6 c_{t-1} + x_t", front=DECLARED), False, (1, 0, 0)),
]


@pytest.mark.parametrize(("text", "same", "after"), UNROUNDED)
def test_the_unit_without_rounding(text: str, same: bool, after: tuple[int, ...] | None) -> None:
    found = findings(text, "c").unrounded
    assert found is not None and (found.same, found.differs_after) == (same, after)


def test_there_is_nothing_to_compare_where_nothing_is_rounded() -> None:
    assert findings(document("c_t &= \\operatorname{step}(c_{t-1} + x_t - 0.5)"), "c").unrounded is None


def test_the_unrounded_parity_unit_is_the_same_for_a_very_long_time() -> None:
    text = PARITY.read_text(encoding="utf-8")
    found = findings(text).unrounded
    assert found is not None and found.same is None and found.differs_after is None
    assert 10**27 < found.tried < 10**30
    assert "is the same machine for every input of up to 10^28 letters" in " ".join(analysed(text).to("text").split())


def test_a_verdict_up_to_a_length() -> None:
    text = PARITY.read_text(encoding="utf-8").replace("  saturate: 50\n  round: {h: 0}\n", "  saturate: off\n").replace("carried:", "readout: sign(h)\ncarried:")
    expected = analysed(text, expect="h_t > 0 iff count(1) is odd").expected
    assert expected is not None and expected.holds is None and expected.verdict.within
    assert expected.reason.startswith("proved for every input of up to 10^") and expected.verdict.tried > 10**20
    refuted = analysed(text, expect="h_t > 0 iff last = 1").expected
    assert refuted is not None and refuted.holds is False and refuted.counterexample == ("1", "0")


# -- what is remembered, and what the readout tells ----------------------------------------------------------------------------

NAMES = ("run parity, rounded", "latch, steps", "toggle", "shift register", "mod 3", "first symbol", "at least two", "run length", "GRU latch")


@cache
def of_unit(name: str) -> Findings:
    unit = BY_NAME[name]
    return findings(unit.document, unit.readout or None)


def says(text: str, word: tuple[str, ...]) -> bool:
    """What the text of a statement about one input says, by `test_quantities`' plain Python."""
    return oracle(text.replace("!=", "≠").replace("<=", "≤").replace(">=", "≥"), sorted(set(word)))(word)


@pytest.mark.parametrize("name", NAMES)
def test_what_the_readout_tells_is_so_after_every_short_input(name: str) -> None:
    found = of_unit(name)
    letters = found.analyst.unit.letters
    assert found.offers
    for offer in found.offers:
        text, true_for = written(offer.statement, letters), set(map(plain, offer.true_for))
        for each in tried(name):
            if len(each.word) <= 8:
                assert says(text, each.word) is (each.shows in true_for), (text, each.word)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_state_remembers_is_so_after_every_short_input(name: str) -> None:
    found = of_unit(name)
    machine, letters = found.machine, found.analyst.unit.letters
    assert machine is not None and any(state.remembered.statement is not None for state in found.states)
    reached: dict[tuple[str, ...], int] = {(): machine.initial}
    for word in words(letters, 8):
        reached[word] = machine.moves[reached[word[:-1]]][letters.index(word[-1])]
    for number, state in enumerate(found.states):
        statement = state.remembered.statement
        assert state.remembered.reached is any(to == number for word, to in reached.items() if word)
        if statement is None:
            continue
        text = written(statement, letters)
        for word, to in reached.items():
            if word and to == number:
                assert says(text, word), (state.name, text, word)
            elif word and state.remembered.only:
                assert not says(text, word), (state.name, text, word)
