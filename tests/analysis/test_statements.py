"""The language of statements: what is read, in which grouping, what is refused and where, and what is said back."""

from __future__ import annotations

import random

import pytest
from flint import fmpq

from symlstm.analysis.statements.reader import read_statement, read_term
from symlstm.analysis.statements.tree import CellValue, Comparison, Count, LastInput, Letter, Matches, Statement, Term
from symlstm.analysis.statements.words import words, words_of_term, written
from symlstm.arithmetic.value import Value, Vector
from symlstm.errors import NotationError
from symlstm.notation.symbols import Vocabulary
from symlstm.notation.tree import Name


def vocabulary(*more: Name, running: str = "t") -> Vocabulary:
    names = [*map(Name, "hcxiof"), *more]
    parameters = [Name("W", sup="f,h"), Name("b", sub="f")]
    return Vocabulary(running, {n: n for n in names}, {n: n for n in parameters}, {}, True)


V = vocabulary()
BITS = ["0", "1"]
BIT_VALUES: list[Value] = [fmpq(0), fmpq(1)]


def read(text: str) -> Statement | Term:
    return read_term(text, V, BITS, BIT_VALUES)


# (what is written, the same in the canonical form, which says how it was grouped)
READ = [
    ("count(1) is odd", "count(1) is odd"), ("$h_t = 1 \\iff$ run(1) is odd", "h_t = 1 iff run(1) is odd"),
    ("h_t = 1 iff run(1) is odd", "h_t = 1 iff run(1) is odd"), (r"\(h_t = 1\) ⇔ run(1) is odd", "h_t = 1 iff run(1) is odd"),
    ("$c_t$ = count(1) - count(0)", "c_t = count(1) - count(0)"), ("$c_t = count(1) - \\text{count}(0)$", "c_t = count(1) - count(0)"),
    (r"$h_t = 1 \iff run(1) \text{ is odd}$", "h_t = 1 iff run(1) is odd"), (r"$h = 1 \land c = 0 \lor \neg x = 1$", "h_t = 1 and c_t = 0 or not x_t = 1"),
    ("h = 1 ∧ c = 0 ∨ ¬ x = 1", "h_t = 1 and c_t = 0 or not x_t = 1"), ("h = 1 <=> c = 0", "h_t = 1 iff c_t = 0"),
    (r"$h = 1 \Longrightarrow c = 0$", "h_t = 1 implies c_t = 0"), ("h = 1 => c = 0", "h_t = 1 implies c_t = 0"),
    (r"$x_t = 1 \Rightarrow c_t = c_{t-1} + 1$", "x_t = 1 implies c_t = c_{t-1} + 1"), ("h[1] = h_t[2]", "h_t[1] = h_t[2]"),
    ("$h_t^1 = h_{t,2}$", "h_t[1] = h_t[2]"), ("$\\mathbf{h}_{t-2} \\ne 1$", "h_{t-2} ≠ 1"), ("h(t-1) = hₜ", "h_{t-1} = h_t"),
    ("round(h[1] - h[2])", "round(h_t[1] - h_t[2])"), ("argmax(h)", "argmax(h_t)"), ("h > 0", "h_t > 0"), ("$\\tanh(c) \\geq .5$", "tanh(c_t) ≥ 1/2"),
    ("run(1)", "run(1)"), ("last", "last"), ("last(1)", "last"), ("run( any )", "run(any)"),
    ("1 = last", "1 = last"), ("last = 1.0", "last = 1"), ("first != last(2)", "first ≠ last(2)"), ("count(1.0) = 1", "count(1) = 1"),
    ("count(1) + 2 * run(0) mod 3 = 4", "count(1) + 2 * run(0) mod 3 = 4"), ("(count(1) + 2) * 2 mod 3 = 1", "(count(1) + 2) * 2 mod 3 = 1"),
    ("count(1) - -2 > 0", "count(1) - (-2) > 0"), ("- count(1) = --1", "-count(1) = 1"), ("count(1) is not odd", "not count(1) is odd"),
    ("not h = 1 and c = 1 or x = 1 iff f = 1", "not h_t = 1 and c_t = 1 or x_t = 1 iff f_t = 1"),
    ("not (h = 1 and (c = 1 or x = 1))", "not (h_t = 1 and (c_t = 1 or x_t = 1))"), ("h = 1 implies c = 1 iff x = 1", "h_t = 1 implies c_t = 1 iff x_t = 1"),
    ("matches (0|1)* 1", "matches (0 | 1)* 1"), ("(matches $(0 1)^*$) iff h = 1", "matches (0 1)* iff h_t = 1"),
    (r"$h = 1 \iff matches (0 \mid 1)^{*} 1$ and x = 1", "h_t = 1 iff matches (0 | 1)* 1 and x_t = 1"), ("matches 0+ any? 1", "matches 0 0* any? 1"),
    ("seen(1 1 0) and matches 1 or last = 1", "seen(1 1 0) and matches 1 or last = 1"), (r"$\frac{1}{2} < h_t$", "1/2 < h_t"),
]


@pytest.mark.parametrize(("text", "canonical"), READ)
def test_read(text: str, canonical: str) -> None:
    statement = read(text)
    assert written(statement, BITS) == canonical
    assert read(canonical) == statement


# (text, the offset of the caret, a part of the message)
WRONG = [
    ("", 0, "an empty statement"), ("  ", 0, "an empty statement"), ("count(2) = 1", 6, "2 isn't a letter of the alphabet (0, 1)"),
    ("h = 1 and count(7) = 1", 16, "7 isn't a letter"), ("last = 7", 7, "7 isn't a letter"), ("seen(1 2)", 7, "2 isn't a letter"),
    ("matches 0 2*", 10, "2 isn't a letter"), ("matches 01", 8, "write 0 1"), ("seen(11)", 5, "write 1 1"), ("count(01) = 1", 6, "01 isn't a letter"),
    ("last > 0", 5, "letters are compared by = and ≠ only"), ("last + 1 = 2", 0, "last is a letter"), ("last is 1", 5, "`last = 1`"),
    ("count(1) = last", 11, "last is a letter"), ("x_t = last", 6, "last is a letter"), ("last(0) = 1", 5, "there is no last(0)"),
    ("last(65) = 1", 5, "from 1 to 64"), ("count(1) mod 1001 = 0", 13, "from 1 to 1,000"), ("count(1) mod 0 = 0", 13, "from 1 to 1,000"),
    ("count(1) > 1000001", 11, "up to 1,000,000"), ("seen(" + "1 " * 17 + ")", 4, "up to 16 letters"), ("seen(1, 1)", 6, "write spaces"),
    ("count(1) is odd is even", 16, "join two comparisons by and"), ("1 = 2 = 3", 6, "join two comparisons by and"), ("h = 1 iff c = 1 iff x = 1", 16, "brackets"),
    ("h[0] = 1", 1, "components count from 1"), ("$h_t^0 = 1$", 1, "components count from 1"), ("h_{t,0} = 1", 0, "components count from 1"),
    ("h_3 = 1", 0, "write h_t"), ("$c_{-1} = 1$", 1, "write c_t"), ("$h_{t+1} = 1$", 1, "can't look ahead"), ("h_t-1 = 1", 2, "two ways"), ("h_t^i = 1", 0, "by its number"),
    ("W^{f,h} = 1", 0, "W^{f,h} is a parameter"), ("h = 1 and b_f = 0", 10, "only states, gates and inputs"), ("q = 1", 0, "its symbols are"),
    ("cuont(1) is odd", 0, "did you mean count?"), ("lognest(1) > 2", 0, "did you mean longest?"), ("ones is odd", 0, "count(1)"), ("consecutive 1", 0, "run(1)"),
    ("number of 1 is odd", 0, "count(1)"), ("length is odd", 0, "count(any)"), ("odd(count(1))", 0, "count(1) is odd"), ("count(1) % 2 = 1", 9, "mod 2"),
    ("$count(1) \\% 2 = 1$", 10, "mod 2"), ("h = 1 && c = 1", 6, "write and"), ("h = 1 || c = 1", 6, "write or"), ("!h", 0, "write not"), ("~(h = 1)", 0, "write not"),
    ("count(1)", 0, "is a number"), ("last", 0, "is a letter"), ("count(1) and h = 1", 0, "is a number"), ("not count(1)", 4, "is a number"),
    ("(h = 1) = 1", 8, "write iff"), ("(h = 1) + 1 = 1", 0, "a number belongs here"), ("h mod 2 = 1", 0, "round(...)"), ("count(1) + 1/2 is odd", 0, "whole"),
    ("2 count(1) = 1", 2, "write *"), ("count(1) / 2 = 1", 9, "no division"), ("count(1)^2 = 1", 8, "no powers"), ("1/0 = count(1)", 2, "division by zero"),
    ("(h = 1", 0, "isn't closed"), ("h = 1)", 5, "closes nothing"), ("$h = 1", 0, "`$` is missing"), ("h = 1 or", 8, "missing at the end"), ("h \\ne 1", 2, "between two `$`"),
    ("count 1 is odd", 0, "round brackets"), ("count(1 0) = 1", 8, "one letter"), ("first(1) = 1", 5, "nothing in brackets"), ("round(count(1)) = 1", 0, "values of the cell"),
    ("if h = 1 then c = 1", 0, "implies"), ("h = 1, c = 1", 5, "can't stand here"), ("h ≈ 1", 2, "round"), ("matches", 7, "missing behind matches"),
    ("matches (0|)", 11, "may be absent"), ("matches * 0", 8, "before '*'"), ("matches (0", 8, "isn't closed"), ("matches 0 # 1", 10, "# isn't a letter"),
    ("matches 0) 1", 9, "closes nothing"), ("matches " + "0 " * 501, 7, "at most 500"), ("(" * 41 + "h = 1", 40, "40 levels"),
    ("not " * 41 + "h = 1", 160, "40 levels"), ("h = 1 " * 400, 0, "at most 2,000"), ("tanh(h, c) = 1", 0, "1 argument"), ("sign = 1", 0, "brackets"),
]


@pytest.mark.parametrize(("text", "offset", "message"), WRONG)
def test_wrong(text: str, offset: int, message: str) -> None:
    with pytest.raises(NotationError) as caught:
        read_statement(text, V, BITS, BIT_VALUES)
    assert message in caught.value.message
    assert caught.value.offset == offset


def test_plus_written_out_too_often() -> None:
    text = "0"
    for _ in range(12):
        text = f"({text} 1)+"
    with pytest.raises(NotationError, match="with each \\+ written out"):
        read("matches " + text)


# (letters, values, text, canonical): whatever letters are called, a letter stands where a letter belongs
ALPHABETS: list[tuple[list[str], list[Value], str, str]] = [
    (["-1", "1", "0.5"], [fmpq(-1), fmpq(1), fmpq(1, 2)], "count(-1) = -1 and last = -1.0 and count(.5) = 0.5", "count(-1) = -1 and last = -1 and count(0.5) = 1/2"),
    (["-1", "1", "0.5"], [], "seen(1 -1 1/2) and matches (-1 | 0.5)* 1", "seen(1 -1 0.5) and matches (-1 | 0.5)* 1"),
    (["[1, 0]", "[0, 1]"], [Vector((fmpq(1), fmpq(0))), Vector((fmpq(0), fmpq(1)))], "count([1,0]) = 1 and last = (0, 1.0) and matches [0, 1] [1,0]*",
     "count([1, 0]) = 1 and last = [0, 1] and matches [0, 1] [1, 0]*"),
    (["h", "last", "count"], [fmpq(0), fmpq(1), fmpq(2)], "count(h) = h and last = h and count(count) is odd and seen(last h)",
     "count(h) = h_t and last = h and count(count) is odd and seen(last h)"),
    (["up", "down"], [fmpq(1), fmpq(2)], "$\\text{count}(up)$ = 1 and last = 2 and matches up (down)*", "count(up) = 1 and last = down and matches up down*"),
    (["0", "1"], [fmpq(1), fmpq(0)], "count(1.0) is odd and count(0) is odd", "count(1) is odd and count(0) is odd"),
    (["#", "a b"], [fmpq(1), fmpq(0)], "count(#) is odd and last = #", "count(#) is odd and last = #"),
]


@pytest.mark.parametrize(("letters", "values", "text", "canonical"), ALPHABETS)
def test_letters(letters: list[str], values: list[Value], text: str, canonical: str) -> None:
    statement = read_statement(text, V, letters, values)
    assert written(statement, letters) == canonical
    assert read_statement(canonical, V, letters, values) == statement


def test_a_letter_called_any_is_refused_where_any_stands() -> None:
    for text in ("count(any) = 1", "matches any"):
        with pytest.raises(NotationError, match="rename that letter"):
            read_statement(text, V, ["any", "b"], [])


def test_letters_and_numbers_are_told_apart() -> None:
    assert read("last = 1") == Comparison("=", LastInput(), Letter(1))
    statement = read("count(1) = 1")
    assert isinstance(statement, Comparison)
    assert statement.left == Count(1)
    assert statement.right != Letter(1)


# names of other cells: labels, Greek, words, times above
NAMES = [
    (Name("h", sub="a"), "h_{a,t} = 1", CellValue(Name("h", sub="a"))), (Name("s", sup="(1)"), "$s^{(1)}_{t-1} = 1$", CellValue(Name("s", sup="(1)"), 1)),
    (Name("σ"), "σ_t = 1", CellValue(Name("σ"))), (Name("hid"), "hid_t = 1", CellValue(Name("hid"))), (Name("h̃"), r"$\tilde h_t = 1$", CellValue(Name("h̃"))),
    (Name("y", index="round"), "$y^{(t-1)} = 1$", CellValue(Name("y"), 1)), (Name("y", index="angle"), r"$y^{\langle t \rangle} = 1$", CellValue(Name("y"))),
    (Name("run"), "run_t = run(1)", CellValue(Name("run"))),
]


@pytest.mark.parametrize(("name", "text", "value"), NAMES)
def test_names(name: Name, text: str, value: CellValue) -> None:
    statement = read_statement(text, vocabulary(name), BITS, [])
    assert isinstance(statement, Comparison)
    assert statement.left == value
    assert read_statement(written(statement, BITS), vocabulary(name), BITS, []) == statement


def test_another_running_letter() -> None:
    statement = read_statement("$h_{n-1} = 1$", vocabulary(running="n"), BITS, [])
    assert written(statement, BITS, "n") == "h_{n-1} = 1"
    assert words(statement, BITS, "n") == "h_{n−1} is 1"


WORDS = [
    ("count(1) is odd", "the number of 1s is odd"), ("run(1) is odd", "the current run of 1s has odd length"), ("run(any) is even", "the current run has even length"),
    ("longest(1) >= 3", "the longest run of 1s so far has length at least 3"), ("last = 1", "the last input is 1"), ("1 = last", "the last input is 1"),
    ("last(2) = 0", "the input before the last is 0"), ("last(3) != 0", "the third input from the end isn't 0"), ("last(22) = 0", "the 22nd input from the end is 0"),
    ("first = 0", "the first input is 0"), ("seen(1 0)", "1 followed at once by 0 has been seen"), ("count(any) is even", "the number of inputs is even"),
    ("count(1) > count(0)", "there are more 1s than 0s"), ("count(1) = count(0)", "there are as many 1s as 0s"), ("count(1) = 2", "the number of 1s is 2"), ("3 > run(1)", "the current run of 1s has length less than 3"),
    ("h_t = 1 iff run(1) is odd", "h_t is 1 exactly when the current run of 1s has odd length"), ("not last = 1", "it is not the case that the last input is 1"),
    ("h = 1 and (c = 1 or x = 1)", "h_t is 1 and (c_t is 1 or x_t is 1)"), ("x = 1 implies c = c_{t-1} + 1", "whenever x_t is 1, c_t is c_{t−1} + 1"),
    ("count(1) mod 3 = 1", "the number of 1s is 1 more than a multiple of 3"), ("c_t = count(1) - count(0)", "c_t is (the number of 1s) − (the number of 0s)"),
    ("round(h[1]) = 1", "round(h_t[1]) is 1"), ("matches (0|1)* 1", "the whole input matches (0 | 1)* 1"), ("h = -1", "h_t is −1"),
]


@pytest.mark.parametrize(("text", "said"), WORDS)
def test_words(text: str, said: str) -> None:
    assert words(read_statement(text, V, BITS, BIT_VALUES), BITS) == said


def test_words_of_letters_that_arent_numbers() -> None:
    letters = ["a", "up", "[1, 0]"]
    assert words(read_statement("count(a) > count(up)", V, letters, []), letters) == "there are more a's than inputs up"
    term = read_term("run([1, 0])", V, letters, [])
    assert words_of_term(term, letters) == "the length of the current run of inputs [1, 0]"  # type: ignore[arg-type]


# -- what is written is read back ------------------------------------------------------------------------------------------------


def random_term(rng: random.Random, depth: int) -> str:
    if depth == 0:
        return rng.choice(["count(1)", "run(any)", "longest(0)", "2", "-1", "1/3", "h_{t-1}", "c[2]", "round(h)"])
    one, other = random_term(rng, depth - 1), random_term(rng, depth - 1)
    return rng.choice([f"{one} + {other}", f"{one} - ({other})", f"({one}) * ({other})", f"-({one})", f"-{one} * {other}", f"{one} * -{other}", f"max({one}, {other})",
                       "((run(1) * 2 + count(0)) mod 3)", "(2 * (count(1) mod 4) mod 3)"])


def random_statement(rng: random.Random, depth: int) -> str:
    if depth == 0:
        return rng.choice([
            f"{random_term(rng, 2)} {rng.choice('=≠<≤>≥')} {random_term(rng, 2)}", "count(1) * 3 is odd", "last(3) = 1", "first ≠ last", "seen(1 0 1)",
            "(matches (0 (1 | any 0)+)? 1)", "(matches (0|1 1)? (0? 1)*)", "count(any) is not even",
        ])
    one, other = random_statement(rng, depth - 1), random_statement(rng, depth - 1)
    return rng.choice([f"({one}) and ({other})", f"({one}) or ({other}) or {random_statement(rng, 0)}", f"not ({one})", f"({one}) iff ({other})", f"({one}) implies ({other})"])


@pytest.mark.parametrize("seed", range(200))
def test_what_is_written_is_read_back(seed: int) -> None:
    rng = random.Random(seed)
    statement = read_statement(random_statement(rng, rng.randint(0, 3)), V, BITS, BIT_VALUES)
    assert read_statement(written(statement, BITS), V, BITS, BIT_VALUES) == statement
    assert words(statement, BITS)


def test_a_regular_expression_keeps_its_text() -> None:
    statement = read("matches (0|1)*  1")
    assert isinstance(statement, Matches)
    assert statement.text == "(0|1)* 1"


@pytest.mark.parametrize("seed", range(300))
def test_no_text_ends_in_a_traceback(seed: int) -> None:
    rng = random.Random(seed)
    parts = [*"()[]{}_^$%&|*+?=<>.,;'#~\\0123 ", "count", "run(1)", "last", "is", "odd", "matches", " and ", "iff", "h_t", r"\text{", r"\frac", "mod", "h_", "not "]
    text = "".join(rng.choices(parts, k=rng.randint(1, 25)))
    try:
        statement = read(text)
    except NotationError as error:
        assert 0 <= error.offset <= len(text)
    else:
        assert read(written(statement, BITS)) == statement
