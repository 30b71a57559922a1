"""What sentences tell of rounding, row by row as a reader understands them, and what is found where they tell otherwise than the convention."""

from __future__ import annotations

import math
import random
import time
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from test_lint_rules import document, found

from symlstm.teaching.lint.told import Told

ROUND = "Round h to the nearest integer. "

# the sentence, and which rules for ties a reader takes from it.
TIES = [
    (ROUND, ""),
    ("Round h to the nearest integer (to even).", "even"),
    ("Use banker's rounding to two decimals.", "even"),
    ("Round half to even.", "even"),
    ("Ties go to the even digit.", "even"),
    ("Round h to the nearest integer, and a half always up.", "up"),
    (ROUND + "A half always goes up.", "up"),
    (ROUND + "So 0.5 is rounded up to 1.", "up"),
    ("We round half up.", "up"),
    (ROUND + "Ties are rounded away from zero.", "away"),
    ("Round half away from zero, to one decimal.", "away"),
    ("Round half towards zero.", "zero"),
    (ROUND + "Ties go toward 0.", "zero"),
    ("Truncate h after two decimals.", "truncate"),
    ("Cut everything off after the second digit.", "truncate"),
    ("Round h to an integer, with ties to even, not away from zero.", "even"),
    # What only looks like it.
    ("The inputs are integers; one digit enters per round.", ""),
    ("Half of the inputs go up.", ""),
    ("The unit counts from an even number up to a half.", ""),
    ("It runs away from zero.", ""),
    ("Round h up to two decimals.", ""),
    ("Give h to up to 0.5 of accuracy.", ""),
    (r"Round $h_t$ to 1 decimal. The cell is even. The input $x_1$ goes down.", ""),
]


@pytest.mark.parametrize(("text", "rules"), TIES)
def test_ties(text: str, rules: str) -> None:
    assert Told(text).ties == frozenset(rules.split())


CARRY = [
    (ROUND, ()),
    ("Round h to one decimal, and use the rounded value in the next step.", (True,)),
    ("Later lines use the rounded values.", (True,)),
    ("Carry the rounded h on to the next step.", (True,)),
    ("Round h before you go on.", (True,)),
    ("The rounded state enters the next step.", (True,)),
    ("Round all intermediate results to three decimals.", (True,)),
    ("Use the unrounded value in the next step.", (False,)),
    ("Don't use the rounded value in the next step.", (False,)),
    ("Keep full precision on the way, and round only at the end.", (False,)),
    ("Keep all digits in between.", (False,)),
    ("Round only the final answer.", (False,)),
    ("Rounding is for display only.", (False,)),
    ("Carry on.", ()),
    ("The carry bit enters the next step.", ()),
    ("Use the value in the next step.", ()),
]


@pytest.mark.parametrize(("text", "carried"), CARRY)
def test_carry(text: str, carried: tuple[bool, ...]) -> None:
    assert Told(text).carry == frozenset(carried)


GATES = [
    (ROUND, ()),
    ("The gates are not rounded.", (False,)),
    ("Don't round the gates.", (False,)),
    ("Only h is rounded.", (False,)),
    ("Here $\\sigma(0) = 0.5$.", (False,)),
    ("Round h and the gates to one decimal.", (True,)),
    ("Every value is rounded to two decimals.", (True,)),
    ("The gates open and close.", ()),
]


@pytest.mark.parametrize(("text", "rounded"), GATES)
def test_gates(text: str, rounded: tuple[bool, ...]) -> None:
    assert Told(text).gates == frozenset(rounded)


SPEAKS = [
    ("Round h to a whole number.", True), ("Give three decimals.", True), ("Answer with 4 significant digits.", True),
    ("Write h as an integer.", True), ("to the closest integer", True), ("Truncate.", True), ("Give four digits.", True),
    ("The values are rounded.", True), ("Round $h_t$ at every step.", True), ("Two decimal places, please.", True),
    ("Give h to 3 places.", True), ("It is named in three places.", False), ("The input is a decimal.", False),
    ("The inputs are integers.", False), ("One digit enters per round.", False), ("In every round it takes one step.", False),
    ("A round trip.", False), ("The nearest neighbour is 2.", False), ("Cut the rope.", False), ("It reads whole numbers.", False),
    ("The cells stand round the table.", False), ("<!-- round h to two decimals -->", False),
]


@pytest.mark.parametrize(("text", "speaks"), SPEAKS)
def test_speaks_of_rounding(text: str, speaks: bool) -> None:
    assert Told(text).rounding == speaks


SATURATES = [
    ("Where |z| > 50, the functions are saturated.", True), ("Every sigmoid is taken as 0 or 1 from 10 on.", True),
    ("The update rule is $f_t = \\sigma(w x_t)$.", False), ("One input enters per round.", False), ("The sum rule.", False),
]


@pytest.mark.parametrize(("text", "speaks"), SATURATES)
def test_speaks_of_saturation(text: str, speaks: bool) -> None:
    assert Told(text).saturation == speaks


# -- in a document ---

HALVES = "$h_t = 0.5 h_{t-1} + x_t$ with $h_0 = 1$"


def halves(convention: str, text: str, x: str = "[0, 2, 1]") -> set[tuple[str, str]]:
    document_ = document(HALVES, convention=f"round: {{h: 0}}, saturate: off, {convention}", x=f" and $x = {x}$", text=text)
    return {(finding.code, finding.place) for finding in found(document_).findings} - {("full-marks", "input-of-wrong-step")}


def states(mode: str, carry: bool = True) -> list[int]:
    h, out = Decimal(1), []
    for x in (0, 2, 1):
        z = h / 2 + x
        shown = z.quantize(Decimal(1), mode)
        out.append(int(shown))
        h = shown if carry else z
    return out


def test_the_units_arithmetic_parts() -> None:
    """What the rows below build on: h_1 is a tie, and what is carried counts where the tie goes up."""
    assert states(ROUND_HALF_EVEN)[0] != states(ROUND_HALF_UP)[0]
    assert states(ROUND_HALF_UP) != states(ROUND_HALF_UP, carry=False)
    assert states(ROUND_HALF_EVEN) == states(ROUND_DOWN)


# convention, text, and what is found of ties and of what is carried.
STANDINGS = [
    ("ties: away, carry: true", "{convention}", set()),
    ("ties: away, carry: true", ROUND + "A tie goes away from zero. Use the rounded value in the next step.", set()),
    ("ties: away, carry: true", ROUND + "Use the rounded value in the next step.", {("convention-untold", "h_1")}),
    ("ties: away, carry: true", ROUND + "A tie goes away from zero.", {("convention-untold", "h_2")}),
    ("ties: away, carry: true", "Round h to the nearest integer (to even). {convention}", {("told-otherwise", "h_1")}),
    ("carry: true", ROUND + "A half always goes up. Use the rounded value in the next step.", {("told-otherwise", "h_1")}),
    ("ties: up", ROUND + "A half always goes up. Use the rounded value in the next step.", set()),
    ("ties: up", ROUND + "A half always goes up.", {("carry-open", "h_2")}),
    ("ties: up", ROUND + "A half always goes up. Keep full precision on the way.", {("told-otherwise", "h_2")}),
    ("carry: true", "{convention}", {("ties-open", "h_1")}),
    ("ties: truncate, carry: true", ROUND + "Use the rounded value in the next step.", {("convention-untold", "h_1")}),
    ("ties: away, carry: true", "The inputs are integers.", {("convention-untold", "")}),
]


@pytest.mark.parametrize(("convention", "text", "wanted"), STANDINGS)
def test_text_and_convention(convention: str, text: str, wanted: set[tuple[str, str]]) -> None:
    codes = {"convention-untold", "told-otherwise", "ties-open", "carry-open"}
    assert {pair for pair in halves(convention, text) if pair[0] in codes} == wanted


def test_without_a_tie_nobody_asks() -> None:
    told = ROUND + "Use the rounded value in the next step."
    assert not halves("ties: away, carry: true", told, "[1.7, 2.3, 1.9]") & {("convention-untold", "h_1"), ("convention-untold", "h_2")}


SIGMOID = "$f_t = \\sigma(x_t)$, $h_t = f_t h_{t-1} + x_t$ with $h_0 = 1$"


@pytest.mark.parametrize(("text", "open_"), [("Round to one decimal.", True), ("Round h to one decimal; the gates are not rounded.", False)])
def test_gates_rounded_to_as_many_places(text: str, open_: bool) -> None:
    said = found(document(SIGMOID, convention="round: {h: 1}, ties: even, carry: true, saturate: off", x=" and $x = [0.3, 0.2]$", text=text))
    # σ(0.3) = 0.574, σ(0.2) = 0.550: h is 0.874 and 0.695, with rounded gates 0.9 and 0.5 or 0.6 times 0.9 and 0.2.
    assert [finding.place for finding in said.findings if finding.code == "gates-open"] == (["h_2"] if open_ else [])


@pytest.mark.parametrize("seed", range(30))
def test_rounded_gates_of_random_units(seed: int) -> None:
    """Whether an answer changes if the gate has as few decimals as the state, by plain computing."""
    draw = random.Random(f"gates {seed}")
    places, x = draw.choice([1, 2, 3]), [draw.randint(-300, 300) / 100 for _ in range(3)]
    said = found(document(SIGMOID, convention=f"round: {{h: {places}}}, ties: even, carry: true, saturate: off", x=f" and $x = {x}$"))
    rows = []
    for gate_places in (15, places):
        h, out = Decimal(1), []
        for each in x:
            gate = round(Decimal(1 / (1 + math.exp(-each))), gate_places)
            h = round(gate * h + Decimal(str(each)), places)
            out.append(h)
        rows.append(out)
    first = next((f"h_{k}" for k, (a, b) in enumerate(zip(*rows, strict=True), 1) if a != b), None)
    assert [finding.place for finding in said.findings if finding.code == "gates-open"] == ([first] if first else [])


def test_what_a_question_changes_isnt_stated_by_the_documents_sentence() -> None:
    closed = "round: {h: 0}, ties: even, carry: true, saturate: off"
    said = found(document(HALVES, convention=closed, x=" and $x = [0, 2, 1]$",
                          questions=("find: h", "find: h\nconvention: {ties: away}", "find: h\nconvention: {ties: truncate}")))
    untold = [finding for finding in said.findings if finding.code == "convention-untold"]
    assert [(finding.question, finding.place) for finding in untold] == [(2, "h_1")]
    # 0.5 goes away from zero to 1 there, and to the even 0 by the sentence.
    assert "h_1 = 0 instead of 1" in untold[0].what


@pytest.mark.parametrize("text", ["round half " * 20_000, "$" * 30_000, "$a_t" * 10_000, "tie " * 40_000, "use rounded " * 10_000, "0.5" * 30_000])
def test_long_texts_are_looked_through_quickly(text: str) -> None:
    start = time.process_time()
    told = Told(text)
    assert told.ties is not None and told.carry is not None and told.gates is not None
    assert told.rounding in (True, False) and told.saturation in (True, False)
    assert time.process_time() - start < 10


@pytest.mark.parametrize(("text", "cuts"), [("", True), ("Give one decimal.", True), ("Round h to one decimal.", False), ("{convention}", False)])
def test_cutting_needs_no_tie(text: str, cuts: bool) -> None:
    said = found(document(SIGMOID, convention="round: {h: 1, f: 4}, carry: true, saturate: off", x=" and $x = [0.3, 0.2]$", text=text))
    open_ = [finding.what for finding in said.findings if finding.code == "ties-open"]
    assert bool(open_) == cuts
    assert all("cut off" in what and "h_1 = 0.8 instead of 0.9" in what for what in open_)


# document's convention, question's, its wording, and the question that is told to be silent.
OWN = [
    ("ties: even, carry: true, saturate: off", "round: {h: 2}", "Find h", 1),
    ("ties: even, carry: true, saturate: off", "round: {h: 2}", "Find h, rounded to 2 decimals", None),
    ("round: {h: 1}, ties: even, carry: true, saturate: off", "round: {h: 2}", "Find h", 1),
    ("round: {h: 1}, ties: even, carry: true, saturate: off", "round: {h: 1}", "Find h", None),
    ("round: {h: 1}, ties: even, carry: true, saturate: off", "saturate: 3", "Find h", 1),
    ("round: {h: 1}, ties: even, carry: true, saturate: off", "saturate: 3", "Find h, with sigmoid and tanh saturated from 3 on", None),
]


@pytest.mark.parametrize(("convention", "own", "ask", "question"), OWN)
def test_a_questions_own_convention(convention: str, own: str, ask: str, question: int | None) -> None:
    said = found(document(convention=convention, questions=(f"find: h\nask: {ask}\nconvention: {{{own}}}",)))
    silent = [finding.question for finding in said.findings if finding.code == "convention-untold"]
    assert silent == ([question] if question else []), said.to("text")
