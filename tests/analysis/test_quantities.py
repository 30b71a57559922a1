"""What statements need of the inputs, against plain recomputation from each word."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from itertools import product

import pytest

from symlstm.analysis.statements.quantities import State, Tracker
from symlstm.analysis.statements.reader import read_statement, read_term
from symlstm.analysis.statements.tree import Call, CellValue, Comparison, Count, Modulo, Number, Parity, Statement, Term
from symlstm.notation.symbols import Vocabulary
from symlstm.notation.tree import Name

Word = tuple[str, ...]


def read(text: str, letters: Sequence[str]) -> Statement:
    return read_statement(text, Vocabulary(), letters, [])


# -- the oracle: Python's own reading of a word; it knows nothing of trees and states ------------------------------------------


def runs(word: Word) -> list[tuple[str, int]]:
    return [(m.group()[0], len(m.group())) for m in re.finditer(r"(.)\1*", "".join(word))]


def count(word: Word, letter: str) -> int:
    return len(word) if letter == "any" else "".join(word).count(letter)


def run(word: Word, letter: str) -> int:
    last = runs(word)[-1:]
    return last[0][1] if last and letter in ("any", last[0][0]) else 0


def longest(word: Word, letter: str) -> int:
    return max((n for name, n in runs(word) if letter in ("any", name)), default=0)


class Nowhere:
    """An input that there isn't: equal to nothing."""

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


def last(word: Word, back: int) -> object:
    return word[-back] if len(word) >= back else Nowhere()


def oracle(text: str, letters: Sequence[str]) -> Callable[[Word], bool]:
    """The statement as a Python expression, by rewriting its text."""
    spelled = re.sub(r"\b(count|run|longest)\((\w+)\)", r"\1(w, '\2')", text)
    spelled = re.sub(r"seen\(([^)]*)\)", lambda m: f"('{m[1].replace(' ', '')}' in ''.join(w))", spelled)
    spelled = re.sub(r"matches (.*)$", lambda m: f"bool(re.fullmatch({m[1].replace(' ', '').replace('any', '.')!r}, ''.join(w)))", spelled)
    spelled = re.sub(r"\blast\((\d+)\) (=|≠) (\w+)", r"last(w, \1) \2 '\3'", spelled)
    spelled = re.sub(r"\blast (=|≠) (\w+)", r"last(w, 1) \1 '\2'", spelled)
    spelled = re.sub(r"\bfirst (=|≠) (\w+)", r"w[0] \1 '\2'", spelled)
    spelled = spelled.replace("≠", "!=").replace("≤", "<=").replace("≥", ">=")
    spelled = re.sub(r"(?<![<>!=])=(?!=)", "==", spelled)
    spelled = re.sub(r"\bmod\b", "%", spelled).replace(" is odd", " % 2 == 1").replace(" is even", " % 2 == 0")
    if " iff " in spelled:
        left, right = spelled.split(" iff ")
        spelled = f"bool({left}) == bool({right})"
    code = compile(spelled, text, "eval")
    names = {"count": count, "run": run, "longest": longest, "last": last, "re": re}
    return lambda word: bool(eval(code, {**names, "w": word}))  # noqa: S307


FINITE = [
    "count(a) is odd", "count(b) is even", "count(any) is odd", "run(a) is odd", "run(b) is even", "run(any) is odd", "run(any) ≥ 3",
    "longest(a) ≥ 3", "longest(any) ≥ 4", "longest(b) = 2", "longest(any) ≠ 2", "last = a", "last ≠ b", "last(2) = a", "last(3) ≠ a",
    "first = a", "first ≠ b", "seen(a b)", "seen(a a b a)", "seen(a b a b a)", "seen(a)", "count(a) mod 3 = 1", "count(a) = 2",
    "count(a) ≠ 0", "count(a) < 3", "count(a) ≤ 2", "count(a) > 2", "2 * count(a) - 3 > 1", "count(a) * count(a) = 4",
    "count(a) * count(a) - 5 * count(a) + 6 = 0", "count(a) * count(a) * count(a) - 4 * count(a) * count(a) < 2 * count(a) - 5",
    "(count(a) + count(b)) mod 3 = 2", "count(a) mod 2 = count(b) mod 2", "count(a) + count(a) mod 3 = 4", "count(a) * count(b) is odd",
    "(count(a) * run(b) + 1) mod 4 = 3", "count(a) - count(a) = 0", "count(a) + run(a) - run(a) > 2", "count(a) mod 2 * count(a) > 4",
    "run(a) + count(b) mod 2 = 3", "run(a) mod 2 = count(a) mod 2", "abs(count(a) - 3) ≤ 1", "min(count(a), 3) = 3", "max(run(a), 2) = 2",
    "1/2 < count(a)", "count(a) = 0.5", "-count(a) = -2", "count(a) mod 3 mod 2 = 1", "(count(a) mod 3 + count(b)) is even",
    "2 * run(a) is even", "count(a) is odd and run(b) ≥ 2", "count(a) is odd or last = b", "not (count(a) is odd) and last = a",
    "seen(a b) iff count(b) ≥ 1", "count(a) is odd iff last(2) = b", "matches (a | b)* a", "matches (a b)+", "matches a* b* a*",
    "matches any* a a any*", "longest(a) ≥ 2 and run(b) is odd", "count(any) = 4", "longest(any) < 2", "run(any) = 2", "run(any) mod 3 = 0",
]
INFINITE = [
    "count(a) = count(b)", "count(a) > count(b)", "count(a) - count(b) ≤ 1", "longest(a) is odd", "longest(any) mod 3 = 1",
    "longest(a) = run(a)", "longest(b) is even and longest(b) > 2", "abs(count(a) - count(b)) = 2", "count(a) * count(b) = 4",
    "run(a) = count(b)", "longest(a) > longest(b)", "min(count(a), count(b)) = 2", "abs(count(a) - 2) is odd",
]


def random_statement(rng: random.Random) -> str:
    def quantity() -> str:
        return f"{rng.choice(['count', 'run', 'longest'])}({rng.choice(['a', 'b', 'any'])})"

    def atom() -> str:
        n, k = rng.randint(0, 5), rng.randint(2, 4)
        return rng.choice([
            f"{quantity()} {rng.choice('=≠<≤>≥')} {n}", f"{quantity()} mod {k} = {n % k}", f"{quantity()} is odd",
            f"{rng.randint(1, 3)} * {quantity()} - {n} {rng.choice('=<>')} {quantity()} mod {k}", f"last({k}) = {rng.choice('ab')}",
            f"({quantity()} + {quantity()}) mod {k} = 1", f"{quantity()} {rng.choice('=<≥')} {quantity()}", "seen(a b b)",
            f"(max({quantity()}, {n}) - abs({n} - {quantity()})) = {k}",
        ])

    return rng.choice([atom(), f"{atom()} and {atom()}", f"{atom()} or not ({atom()})", f"({atom()}) iff ({atom()})"])


RNG = random.Random(11)
RANDOM = [random_statement(RNG) for _ in range(80)]


@pytest.mark.parametrize(("letters", "longest_word"), [("ab", 8), ("abc", 5), pytest.param("abc", 8, marks=pytest.mark.slow)])
@pytest.mark.parametrize("text", [*FINITE, *INFINITE, *RANDOM])
def test_like_plain_python(text: str, letters: str, longest_word: int) -> None:
    statement, holds = read(text, list(letters)), oracle(text, letters)
    tracker = Tracker([statement], len(letters))
    level: dict[tuple[int, ...], State] = {(): tracker.start}
    for _ in range(longest_word):
        level = {(*word, k): tracker.after(state, k) for word, state in level.items() for k in range(len(letters))}
        for word, state in level.items():
            assert tracker.value(statement, state) == holds(tuple(letters[k] for k in word)), word


@pytest.mark.parametrize("text", [*FINITE, *INFINITE])
def test_finite_where_it_can_be(text: str) -> None:
    tracker = Tracker([read(text, ["a", "b"])], 2)
    assert tracker.finite == (text in FINITE)
    if tracker.finite:
        assert len(reached(tracker, 2, 2_000)) < 2_000


def reached(tracker: Tracker, letters: int, most: int) -> list[object]:
    found = dict.fromkeys([tracker.start])
    queue = [tracker.start]
    while queue and len(found) < most:
        state = queue.pop()
        for letter in range(letters):
            after = tracker.after(state, letter)
            if after not in found:
                found[after] = None
                queue.append(after)
    return list(found)


@pytest.mark.parametrize("text", [*FINITE, *INFINITE, *RANDOM])
def test_merged_words_stay_alike(text: str) -> None:
    """Two words with one state have one value, also after each continuation: by the oracle, not by the state."""
    statement, holds = read(text, ["a", "b"]), cache(oracle(text, "ab"))
    tracker = Tracker([statement], 2)
    words: dict[object, Word] = {}
    tails = [tail for n in range(6) for tail in product("ab", repeat=n)]
    for n in range(1, 7):
        for word in product("ab", repeat=n):
            state = tracker.start
            for letter in word:
                state = tracker.after(state, "ab".index(letter))
            twin = words.setdefault(state, word)
            if twin != word:
                assert [holds((*word, *t)) for t in tails] == [holds((*twin, *t)) for t in tails], (twin, word)


# (items, number of states that two letters reach)
SIZES = [
    (["count(a) is odd"], 2), (["count(a) ≥ 3"], 4), (["last = a"], 3), (["seen(a b)"], 3), (["count(a) is odd", "count(a) mod 3 = 1"], 6),
    (["run(a) ≥ 2"], 3), (["longest(a) ≥ 2"], 4), (["count(a) ≥ 0"], 1), (["first = a"], 3), (["count(a) > 5/2"], 4), (["count(a) = 1/2"], 1),
    (["count(a) * count(a) = 49"], 9), (["matches (a b)*"], 3), (["2 * count(a) is odd"], 1),
]


@pytest.mark.parametrize(("texts", "states"), SIZES)
def test_no_more_states_than_needed(texts: list[str], states: int) -> None:
    assert len(reached(Tracker([read(text, ["a", "b"]) for text in texts], 2), 2, 100)) == states


# (term, word, value)
TERMS: list[tuple[str, str, object]] = [
    ("run(a)", "baa", 2), ("last", "ab", 1), ("last(3)", "ab", None), ("first", "ba", 1), ("count(any)", "abab", 4), ("count(a) mod 2", "aaa", 1),
    ("count(a) - 2 * count(b)", "abb", -3), ("longest(a)", "aabaaab", 3), ("min(count(a), 2)", "aaaa", 2), ("1/2 * count(a)", "a", Fraction(1, 2)),
]


@pytest.mark.parametrize(("text", "word", "value"), TERMS)
def test_terms(text: str, word: str, value: object) -> None:
    term = read_term(text, Vocabulary(), ["a", "b"], [])
    tracker = Tracker([term], 2)
    state = tracker.start
    for letter in word:
        state = tracker.after(state, "ab".index(letter))
    assert tracker.value(term, state) == value
    assert tracker.finite == (text in ("last", "last(3)", "first", "count(a) mod 2", "min(count(a), 2)"))


def test_an_input_that_isnt_there_equals_nothing() -> None:
    same, other = read("last(3) = last(3)", ["a", "b"]), read("last(3) ≠ last(3)", ["a", "b"])
    tracker = Tracker([same, other], 2)
    state = tracker.after(tracker.start, 0)
    assert (tracker.value(same, state), tracker.value(other, state)) == (False, True)


H = CellValue(Name("h"))
REFUSED: list[Statement | Term] = [
    H, Comparison("=", H, Number(Fraction(1))), Comparison("=", Call("tanh", (Count(0),)), Number(Fraction(0))),
    Parity(Number(Fraction(1, 2)), True), Modulo(H, 2),
]


@pytest.mark.parametrize("item", REFUSED)
def test_what_isnt_followed_is_refused(item: Statement | Term) -> None:
    with pytest.raises(ValueError, match=r"isn't a number|isn't followed|needn't be whole"):
        Tracker([item], 2)


def test_large_numbers_take_no_time() -> None:
    tracker = Tracker([read("count(a) * count(a) = 1000000 * 1000000", ["a", "b"]), read("count(a) * 999999 > 1000000 * 999999", ["a", "b"])], 2)
    assert tracker.finite
    product_of_sums = " * ".join(["(count(a) + count(b) + run(a) + run(b))"] * 12)
    assert not Tracker([read(f"{product_of_sums} = 1", ["a", "b"])], 2).finite
