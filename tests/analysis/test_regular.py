"""Regular expressions by derivatives, against Python's `re` on all short words."""

from __future__ import annotations

import random
import re
from itertools import product

import pytest

from symlstm.analysis.statements.letters import Alphabet, read_regex
from symlstm.analysis.statements.regular import Positions, derivative, nullable
from symlstm.analysis.statements.tree import Regex

LETTERS = ["a", "b", "c"]


def read(text: str) -> Regex:
    return read_regex(text, Alphabet(LETTERS, []), 0)


def matched(regex: Regex, word: tuple[int, ...]) -> bool:
    for letter in word:
        regex = derivative(regex, letter)
    return nullable(regex)


def followed(regex: Regex, word: tuple[int, ...]) -> bool:
    positions = Positions(regex, 3)
    state = positions.start
    for letter in word:
        state = positions.after(state, letter)
    return state[1]


def pythons(text: str) -> re.Pattern[str]:
    return re.compile(text.replace("any", ".").replace(" ", ""))


def random_regex(rng: random.Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.2:
        return rng.choice([*LETTERS[:2], "any"])
    inner = [random_regex(rng, depth - 1) for _ in range(2)]
    return rng.choice([f"{inner[0]} {inner[1]}", f"({inner[0]} | {inner[1]})", f"({inner[0]})*", f"({inner[0]})+", f"({inner[0]})?"])


ROWS = ["a", "a b", "a | b", "(a | b)*", "(a|b)* a", "a+ b? c*", "(a b)* (b a)*", "any* a any", "(a*)*", "(a?)+ b", "((a|b)+ c?)*", "a | b c | any any any"]
RNG = random.Random(7)
RANDOM = [random_regex(RNG, 4) for _ in range(60)]


@pytest.mark.parametrize("text", [*ROWS, *RANDOM])
def test_like_python(text: str) -> None:
    regex, pattern = read(text), pythons(text)
    for length in range(9 if text in ROWS[:6] else 6):
        for word in product(range(3 if length < 6 else 2), repeat=length):
            assert matched(regex, word) == followed(regex, word) == bool(pattern.fullmatch("".join(LETTERS[k] for k in word))), word


@pytest.mark.parametrize("text", [*ROWS, *RANDOM])
def test_finitely_many_derivatives(text: str) -> None:
    found = {read(text)}
    queue = list(found)
    while queue:
        regex = queue.pop()
        for letter in range(3):
            after = derivative(regex, letter)
            if after not in found:
                found.add(after)
                queue.append(after)
        assert len(found) <= 2_000


def test_long_expressions_stay_low() -> None:
    regex = read("a? " * 240)
    assert followed(regex, (0,) * 240)
    assert not followed(regex, (0,) * 241)
    assert followed(read("a " * 500), (0,) * 500)
    assert matched(read("a " * 500), (0,) * 20) is False
