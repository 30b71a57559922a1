"""What statements about an input say, by hand: plain Python on letters, which knows nothing of the language of statements."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, product

Word = Sequence[str]
Says = Callable[[Word], object]


def words(letters: Sequence[str], longest: int) -> Iterator[tuple[str, ...]]:
    """Every non-empty word up to a length, shortest first and then in the alphabet's order."""
    for length in range(1, longest + 1):
        yield from product(letters, repeat=length)


def count(word: Word, letter: str) -> int:
    """How often a letter stands in a word."""
    return list(word).count(letter)


def last_run(word: Word, letter: str) -> int:
    """Length of the run of a letter that ends with the last input."""
    found = 0
    for each in reversed(word):
        if each != letter:
            break
        found += 1
    return found


def longest_run(word: Word, letter: str) -> int:
    """Length of the longest run of a letter."""
    return max((len(list(run)) for each, run in groupby(word) if each == letter), default=0)


def from_the_end(word: Word, back: int) -> str | None:
    """The letter that stands so many places from the end."""
    return word[-back] if len(word) >= back else None


def matched(pattern: str) -> Says:
    """Whether the whole word matches one of Python's patterns; letters are single characters."""
    return lambda word: re.fullmatch(pattern, "".join(word)) is not None


def beside(pair: str) -> Says:
    """Whether letters stand side by side."""
    return lambda word: pair in "".join(word)


SAYS: dict[str, Says] = {
    "count(0) is odd": lambda w: count(w, "0") % 2 == 1,
    "count(1) is odd": lambda w: count(w, "1") % 2 == 1,
    "count(a) is odd": lambda w: count(w, "a") % 2 == 1,
    "count(any) is even": lambda w: len(w) % 2 == 0,
    "(count(1) + 2 * count(0)) is odd": lambda w: (count(w, "1") + 2 * count(w, "0")) % 2 == 1,
    "count(1) mod 4 < 2": lambda w: count(w, "1") % 4 < 2,
    "count(1) mod 3 = 0": lambda w: count(w, "1") % 3 == 0,
    "count(1) mod 6 = 3": lambda w: count(w, "1") % 6 == 3,
    "count(1) mod 3": lambda w: count(w, "1") % 3,
    "count(1)": lambda w: count(w, "1"),
    "count(1) >= 1": lambda w: count(w, "1") >= 1,
    "count(1) >= 2": lambda w: count(w, "1") >= 2,
    "count(1) >= 3": lambda w: count(w, "1") >= 3,
    "count(1) >= 25": lambda w: count(w, "1") >= 25,
    "count(1) >= 50": lambda w: count(w, "1") >= 50,
    "count(1) >= 500": lambda w: count(w, "1") >= 500,
    "count(s) > 0": lambda w: "s" in w,
    "count(a) > 0": lambda w: "a" in w,
    "count(a) > 1": lambda w: count(w, "a") > 1,
    "count(a) > 0 and count(b) > 0": lambda w: "a" in w and "b" in w,
    "count(a) > count(b)": lambda w: count(w, "a") > count(w, "b"),
    "count(a) = count(b)": lambda w: count(w, "a") == count(w, "b"),
    "2 * count(a) >= 2 * count(b)": lambda w: count(w, "a") >= count(w, "b"),
    "count(any) >= 3 and last(3) = 1": lambda w: len(w) >= 3 and w[-3] == "1",
    "run(0) is odd": lambda w: last_run(w, "0") % 2 == 1,
    "run(1) is odd": lambda w: last_run(w, "1") % 2 == 1,
    "run(1) is even": lambda w: last_run(w, "1") % 2 == 0,
    "run(1) mod 4 = 1": lambda w: last_run(w, "1") % 4 == 1,
    "run(1) >= 2": lambda w: last_run(w, "1") >= 2,
    "run(1) >= 3": lambda w: last_run(w, "1") >= 3,
    "run(1)": lambda w: last_run(w, "1"),
    "longest(1) > 0": lambda w: longest_run(w, "1") > 0,
    "longest(1) >= 2": lambda w: longest_run(w, "1") >= 2,
    "longest(1) >= 3": lambda w: longest_run(w, "1") >= 3,
    "last": lambda w: w[-1],
    "last = 1": lambda w: w[-1] == "1",
    "last = a": lambda w: w[-1] == "a",
    "last = b": lambda w: w[-1] == "b",
    "last = n": lambda w: w[-1] == "n",
    "last = s": lambda w: w[-1] == "s",
    "last(2) = 1": lambda w: from_the_end(w, 2) == "1",
    "last(3) = 1": lambda w: from_the_end(w, 3) == "1",
    "last(2) = a and last = b": lambda w: from_the_end(w, 2) == "a" and w[-1] == "b",
    "first = 1": lambda w: w[0] == "1",
    "first = last": lambda w: w[0] == w[-1],
    "last = last(2)": lambda w: from_the_end(w, 2) == w[-1],
    "seen(1 0)": beside("10"),
    "seen(1 1)": beside("11"),
    "seen(a b)": beside("ab"),
    "matches 0*": matched("0*"),
    "matches (0 | 1)* 1": matched("[01]*1"),
    "matches 1 (0 | 1)*": matched("1[01]*"),
    "matches 0* 1 0* 1 (0 | 1)*": matched("0*10*1[01]*"),
    "matches (s | r | n)* s n*": matched("[srn]*sn*"),
    "matches any* a b": matched("[ab]*ab"),
    "matches (a | b)* a+ b": matched("[ab]*a+b"),
    "matches a* b*": matched("a*b*"),
}
"""What the statements about inputs say after a word."""
