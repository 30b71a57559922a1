"""Machines, statements and claims against brute force on units whose meaning is known.

The oracles are `unit_words` (what statements say of an input), `unit_steps` (each cell by hand) and `units` (what each unit was built
to show); every shortest counterexample and pair of witnesses is looked for among all inputs up to a length.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

import pytest
from flint import fmpq
from unit_steps import Values
from unit_words import SAYS, Word, words
from units import UNITS, Built, Claim

import symlstm
from symlstm.analysis.machines.analyst import Analyst
from symlstm.analysis.machines.carried import Verdict
from symlstm.analysis.machines.findings import Findings
from symlstm.analysis.machines.readout import Readout
from symlstm.analysis.statements.reader import read_term
from symlstm.analysis.statements.tree import Statement, Term

BY_NAME = {unit.name: unit for unit in UNITS}
CARRIED = [(unit.name, *row) for unit in UNITS for row in unit.carried]
CLAIMS = [(unit.name, row) for unit in UNITS for row in unit.claims]
LONG = ("coupled gates, leak", "slow leak", "chaos")
"""Units of which an open question takes seconds, since much is tried."""
FINITE = [unit for unit in UNITS if unit.states is not None]


@dataclass(frozen=True)
class Tried:
    """One input, with the cell's values after it and what the readout shows, all by hand."""

    word: tuple[str, ...]
    values: Values
    shows: object


@cache
def tried(name: str) -> tuple[Tried, ...]:
    """Every input of a unit up to its length, shortest first and then in the alphabet's order."""
    unit = BY_NAME[name]
    reached: dict[tuple[str, ...], Values] = {(): unit.start}
    out = []
    for word in words(tuple(unit.letters), unit.longest):
        reached[word] = values = unit.step(reached[word[:-1]], unit.letters[word[-1]])
        out.append(Tried(word, values, unit.reads(values)))
    return tuple(out)


@cache
def analyst(name: str) -> Analyst:
    """What symlstm finds out about a unit."""
    unit = BY_NAME[name]
    problem = symlstm.read(unit.document)
    return Analyst(problem.run, item(name, unit.readout or "h"))


def item(name: str, text: str) -> Statement | Term:
    """A statement or term, read with the unit's symbols and letters."""
    problem = symlstm.read(BY_NAME[name].document)
    run = problem.run
    assert list(run.letter_names) == list(BY_NAME[name].letters)
    return read_term(text, problem.vocabulary, run.letter_names, [letter.value for letter in run.alphabet])


def spelt(unit: Built, word: tuple[int, ...]) -> tuple[str, ...]:
    """An input in its letters' names."""
    names = tuple(unit.letters)
    return tuple(names[letter] for letter in word)


def plain(shown: object) -> object:
    """What a machine shows, in Python's numbers."""
    if isinstance(shown, tuple):
        return tuple(map(plain, shown))
    return int(shown) if isinstance(shown, fmpq) else shown


# -- machines ------------------------------------------------------------------------------------------------------------------


def agrees(unit: Built, longest: int) -> None:
    merged = analyst(unit.name).merged
    assert merged is not None
    machine = merged.machine
    numbers = {name: k for k, name in enumerate(unit.letters)}
    after: dict[tuple[str, ...], int] = {(): machine.initial}
    for word in words(tuple(unit.letters), longest):
        after[word] = state = machine.moves[after[word[:-1]]][numbers[word[-1]]]
        if unit.after is not None:
            assert plain(machine.shows[state]) == unit.after(word), word
    for each in tried(unit.name):
        if len(each.word) <= longest:
            assert plain(machine.shows[after[each.word]]) == each.shows, each.word


@pytest.mark.parametrize("unit", FINITE, ids=lambda unit: unit.name)
def test_machine_agrees_with_brute_force_on_every_input(unit: Built) -> None:
    merged = analyst(unit.name).merged
    assert merged is not None and len(merged.machine.moves) == unit.states
    agrees(unit, {1: 120, 2: 12}.get(len(unit.letters), 9))


@pytest.mark.slow
@pytest.mark.parametrize("unit", [unit for unit in FINITE if len(unit.letters) > 2], ids=lambda unit: unit.name)
def test_machine_of_three_letters_agrees_up_to_length_12(unit: Built) -> None:
    agrees(unit, 12)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_whether_a_machine_is_proved_and_the_state_stays_bounded(unit: Built) -> None:
    found = analyst(unit.name)
    assert found.readout is not None
    findings = Findings(found, Readout(found.readout, unit.readout))
    assert findings.proved == (unit.states is not None)
    assert findings.finite is unit.bounded


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_steps_by_hand_agree_with_derive(unit: Built) -> None:
    """The oracle's cell is the one that the document gives: the same values, and the readout that the unit was built for."""
    chance = random.Random(unit.name)
    inputs = [tuple(chance.choices(tuple(unit.letters), k=chance.randint(1, 12))) for _ in range(24)]
    # A question's inputs take the place of the document's, of those before the first step too.
    before = "given: {x_0: 0}\n" if "x" in unit.start else ""
    questions = "".join(f"\n```question\nfind: {_shown(unit)}\n{before}inputs: [{', '.join(word)}]\n```\n" for word in inputs)
    solution = symlstm.solve(symlstm.read(unit.document + questions))
    for word, part in zip(inputs, solution.questions, strict=True):
        values = unit.start
        for t, letter in enumerate(word, 1):
            values = unit.step(values, unit.letters[letter])
            for symbol, value in values.items():
                if symbol not in ("carried", "x"):
                    value = values.get("carried", value)
                    assert _flat(part[f"{symbol}_{t}"]) == pytest.approx(_floats(value), rel=1e-12, abs=1e-12), (word, t, symbol)
        if unit.after is not None:
            assert unit.reads(values) == unit.after(word)


def _shown(unit: Built) -> str:
    values = unit.step(unit.start, next(iter(unit.letters.values())))
    return [symbol for symbol in values if symbol not in ("carried", "x")][-1]


def _flat(value: symlstm.Value) -> list[float]:
    found: Any = value.tolist()
    return found if isinstance(found, list) else [found]


def _floats(value: Any) -> list[float]:
    return [float(entry) for entry in value] if isinstance(value, tuple) else [float(value)]


# -- what is carried -----------------------------------------------------------------------------------------------------------


def witness(name: str, says: Callable[[Word], object], longest: int) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The two inputs with one readout and two values: shortest in total, then first in the alphabet's order."""
    unit = BY_NAME[name]
    order = {letter: k for k, letter in enumerate(unit.letters)}
    firsts: dict[object, dict[object, tuple[str, ...]]] = {}
    for each in tried(name):
        if len(each.word) <= longest:
            firsts.setdefault(each.shows, {}).setdefault(says(each.word), each.word)

    def key(word: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(order[letter] for letter in word)

    def pairs() -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
        for values in firsts.values():
            for (one, first), (other, second) in product(values.items(), repeat=2):
                if one != other and (one is True or (not isinstance(one, bool) and (len(first), key(first)) < (len(second), key(second)))):
                    yield first, second

    return min(pairs(), key=lambda pair: (len(pair[0]) + len(pair[1]), key(pair[0]), key(pair[1])), default=None)


def rows(all_rows: list[tuple[Any, ...]], names: list[str], holds: list[bool | None]) -> list[Any]:
    """The rows as they are run: those that take long with `-m slow` only."""
    return [
        pytest.param(*row, id=name, marks=[pytest.mark.slow] if row[0] in LONG and found is None else [])
        for row, name, found in zip(all_rows, names, holds, strict=True)
    ]


@pytest.mark.parametrize(
    ("name", "text", "holds"), rows([*CARRIED], [f"{row[0]}: {row[1]}" for row in CARRIED], [row[2] for row in CARRIED]),
)
def test_carried(name: str, text: str, holds: bool | None) -> None:
    unit, says = BY_NAME[name], SAYS[text]
    found = analyst(name).carried(item(name, text))
    assert found.holds is holds
    expected = witness(name, says, unit.longest if found.holds is not None else min(found.tried, unit.longest))
    if not holds:
        _open_or_refuted(unit, found)
    if holds is not False:
        assert expected is None and found.witness is None
        return
    assert found.witness is not None and expected is not None
    assert (spelt(unit, found.witness[0]), spelt(unit, found.witness[1])) == expected
    # Nothing longer could be shorter in total.
    assert len(expected[0]) + len(expected[1]) <= unit.longest + 1


def _open_or_refuted(unit: Built, found: Verdict) -> None:
    assert (found.tried > 0) == (found.holds is None)


# -- claims --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "claim"), rows([*CLAIMS], [f"{name}: {claim[0]}" for name, claim in CLAIMS], [claim[1] for _, claim in CLAIMS]),
)
def test_claim(name: str, claim: Claim) -> None:
    unit, (text, holds, says) = BY_NAME[name], claim
    statement = item(name, text)
    assert isinstance(statement, Statement)
    found = Analyst(analyst(name).run, None).claim(statement)
    assert found.holds is holds
    upto = unit.longest if found.holds is not None else min(found.tried, unit.longest)
    expected = next((each.word for each in tried(name) if len(each.word) <= upto and not says(each.word, each.values)), None)
    if not holds:
        _open_or_refuted(unit, found)
    assert (None if found.counterexample is None else spelt(unit, found.counterexample)) == expected
    assert (expected is None) == (holds is not False)


def test_there_are_enough_of_them() -> None:
    verdicts = [row[2] for row in CARRIED] + [row[1] for _, row in CLAIMS]
    assert len(UNITS) >= 12 and len(verdicts) >= 60
    assert verdicts.count(False) * 2 >= len(verdicts) - 25 and verdicts.count(True) >= 30
    assert len(set(BY_NAME)) == len(UNITS)


# -- the first document's unit -------------------------------------------------------------------------------------------------


def test_the_first_documents_unit_is_the_same_rounded_and_as_it_is() -> None:
    rounded, free = (analyst(name).merged for name in ("run parity, rounded", "run parity, as it is"))
    assert rounded is not None and free is not None
    assert rounded.machine == free.machine
    found = analyst("run parity, rounded")
    assert found.readout is not None
    unrounded = Findings(found, Readout(found.readout, "h")).unrounded
    assert unrounded is not None and unrounded.same is True
    problem = symlstm.read(BY_NAME["run parity, rounded"].document)
    said = " ".join(symlstm.analyse(problem).to("text").split())
    assert "Computed exactly and read off as round(h_t), the unit is the same machine. That is proved" in said
