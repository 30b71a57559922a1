"""Domains: what they hold, and every way in which one can be wrong, with its place."""

from __future__ import annotations

import hashlib
import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symlstm
from symlstm.errors import DocumentError
from symlstm.notation.tree import Numeral
from symlstm.teaching.variants.domains import Entries, Item, Permutation, Spelled
from symlstm.teaching.variants.draws import Stream, in_drawn_order
from symlstm.teaching.variants.variants import varied

BODY = (
    "$h_t = \\tanh(W h_{t-1} + U x_t + b)$, $y_t = v h_t$\n\n$W = \\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}$, $U = (1, 0)$, $b = (0, 1)$, "
    "$v = 2$, $h_0 = (0, 1)$, $x = [1, 0, 1]$\n\n```question\nfind: h\n```\n"
)


def document(vary: str, more: str = "") -> str:
    return f"---\ntitle: A unit\n{more}vary:\n  {vary}\n---\n{BODY}"


# the line under `vary`, what its error says, the column it points at
WRONG = [
    ("v: {from: 1, to: 2, step: 0}", "`step` must be more than 0", 29),
    ("v: {from: 1, to: 2, step: -1}", "`step` must be more than 0", 29),
    ("v: {from: 3, to: 2, step: 1}", "is empty: `from` is 3 and `to` is 2", 6),
    ("v: {from: 0, to: 1.2, step: 0.5}", "come to 1 and 3/2", 20),
    ("v: {from: 0, to: 1}", "lacks `step`", 6),
    ("v: {from: a, to: 1, step: 1}", "`from` must be a number, not `a`", 13),
    ("v: {from: 0, to: 1000000, step: 0.01}", "more than 10,000 values", 6),
    ("v: {form: 0, to: 1, step: 1}", "did you mean `from`?", 7),
    ("v: []", "is empty", 6),
    ("v: 3", "can't be `3`; write a list", 6),
    ("v: permutation", "one number, which has no order", 6),
    ("v: [1, two]", "two isn't a plain number", 10),
    ("v: [[1, 2]]", "v is a number in the document", 7),
    ("v: {of: [0, 1], length: 3}", "`of` and `length` are for inputs", 6),
    ("b: [[1, 2, 3]]", "b is a vector of 2 entries in the document, and this has 3 numbers", 7),
    ("b: [1, [1, 2]]", "this has 1 number", 7),
    ("W: [[[1, 2, 3, 4]]]", "this is", 7),
    ("W: [{a: 1}]", "not keys with values", 7),
    ("x: {of: [], length: 2}", "`of` takes a list", 11),
    ("x: {length: 2}", "`of` is missing", 6),
    ("x: {of: [0, 1], length: 0}", "from 1 to 1,000", 27),
    ("x: {of: [0, 1], length: 5000}", "from 1 to 1,000", 27),
    ("x: {of: [[1, 2]], length: 3}", "an input of x is a number", 12),
    ("w: [1]", "w isn't a symbol of this problem", 3),
    ("z: [1]", "z isn't a symbol of this problem", 3),
    ("h: [1]", "h is computed by the cell", 3),
    ("h_3: [[1, 2]]", "the document gives no value to h_3", 3),
    ("x_7: [1]", "the document gives no value to x_7", 3),
    ("b[1]: [1]", "`vary` takes whole values; write b", 3),
    ("weights: [1]", "the document fills nothing from `weights`", 3),
    ("x: permutation\n  x_1: [0]", "x_1 is varied twice", 3),
]


@pytest.mark.parametrize(("vary", "message", "column"), WRONG, ids=[row[0] for row in WRONG])
def test_what_is_wrong_with_a_domain_is_said_at_its_place(vary: str, message: str, column: int) -> None:
    problem = symlstm.read(document(vary))
    with pytest.raises(symlstm.SymlstmError) as caught:
        varied(problem)
    assert message in str(caught.value)
    assert (caught.value.line, caught.value.column) == (4 + vary.count("\n"), column)


def test_nothing_to_vary_is_an_error() -> None:
    with pytest.raises(DocumentError, match="nothing varies"):
        varied(symlstm.read(document("").replace("vary:\n  \n", "")))
    with pytest.raises(DocumentError, match="`vary` is empty"):
        varied(symlstm.read(document("").replace("vary:\n  \n", "vary: {}\n")))


def test_inputs_outside_the_alphabet_are_an_error() -> None:
    with pytest.raises(DocumentError, match="2 isn't in the alphabet"):
        varied(symlstm.read(document("x: {of: [0, 2], length: 3}", "alphabet: [0, 1]\n")))


# a domain, and the digits of all it holds, written by hand
DIGITS = [
    ("v: {from: -1, to: 1, step: 0.5}", ["-1", "-0.5", "0", "0.5", "1"]),
    ("v: {from: 0, to: 0.5, step: 0.25}", ["0", "0.25", "0.5"]),
    ("v: {from: -1.5, to: 1.5, step: 0.75}", ["-1.5", "-0.75", "0", "0.75", "1.5"]),
    ("v: {from: 0.50, to: 0.75, step: 0.05}", ["0.50", "0.55", "0.60", "0.65", "0.70", "0.75"]),
    ("v: {from: 1e-1, to: 0.3, step: 1e-1}", ["0.1", "0.2", "0.3"]),
    ("v: [0.50, 0.75, 1e-1, +2, 3e1, −4]", ["0.50", "0.75", "0.1", "2", "30", "-4"]),
    ("v: {from: 1/3, to: 1, step: 1/3}", ["1/3", "2/3", "1"]),
    ("v: [1.50, -0.2, 3]", ["1.50", "-0.2", "3"]),
    ("v: [2, 2.0, 1]", ["2", "1"]),
]


@pytest.mark.parametrize(("vary", "digits"), DIGITS)
def test_numbers_are_written_as_their_domain_is(vary: str, digits: list[str]) -> None:
    (unit,) = varied(symlstm.read(document(vary))).units
    assert [unit.domain.at(k)[0].entries[0].text for k in range(unit.domain.count)] == digits


def test_the_length_of_the_document_is_never_another_one() -> None:
    text = document("x: {of: [0, 1], length: 3}") + "\nNow $x_2 = 1$, then.\n\n```question\nfind: h_2\n```\n"
    whole, single = varied(symlstm.read(text)).units
    assert [len(unit.domain.at(0)) for unit in (whole, single)] == [3, 1]
    with pytest.raises(DocumentError, match="x can't get another length"):
        varied(symlstm.read(text.replace("length: 3", "length: 4")))


def numerals(values: list[int]) -> tuple[Numeral, ...]:
    return tuple(Numeral(str(value), Fraction(value)) for value in values)


def said(outcome: tuple[Item, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(entry.text for entry in item.entries) for item in outcome)


@given(st.lists(st.integers(0, 3), min_size=2, max_size=6))
@settings(max_examples=60, deadline=None)
def test_a_permutation_numbers_every_order_once(values: list[int]) -> None:
    domain = Permutation(tuple(Item((entry,)) for entry in numerals(values)))
    found = [tuple(int(entry) for (entry,) in said(domain.at(k))) for k in range(domain.count)]
    assert sorted(found) == sorted(set(itertools.permutations(values)))


def test_the_other_domains_number_everything_once() -> None:
    entries = Entries(numerals([1, 2, 3]), 2, 2)
    spelled = Spelled(tuple(Item((entry,)) for entry in numerals([0, 1])), 4)
    assert sorted({said(entries.at(k)) for k in range(entries.count)}) == sorted(
        ((a, b), (c, d)) for a, b, c, d in itertools.product("123", repeat=4))
    assert {said(spelled.at(k)) for k in range(spelled.count)} == {tuple((a,) for a in word) for word in itertools.product("01", repeat=4)}


def bits(parts: tuple[str, ...]) -> str:
    """The stream once more, from its description."""
    prefix = b"".join(len(part.encode()).to_bytes(8, "big") + part.encode() for part in ("symlstm variant 1", *parts))
    blocks = [hashlib.sha256(prefix + k.to_bytes(8, "big")).digest() for k in range(4)]
    return "".join(f"{byte:08b}" for block in blocks for byte in block)


@given(st.lists(st.text(max_size=5).filter(lambda t: t.isascii()), max_size=3).map(tuple), st.integers(1, 1000))
@settings(max_examples=40, deadline=None)
def test_the_stream_is_what_it_is_said_to_be(parts: tuple[str, ...], count: int) -> None:
    stream, text = Stream(parts), bits(parts)
    size = (count - 1).bit_length()
    wanted: list[int] = []
    while len(wanted) < 10:
        number, text = int(text[:size] or "0", 2), text[size:]
        if number < count:
            wanted.append(number)
    assert [stream.below(count) for _ in range(10)] == wanted


def test_all_values_are_about_equally_likely() -> None:
    stream = Stream(("fair",))
    counts = [0] * 6
    for _ in range(6000):
        counts[stream.below(6)] += 1
    assert all(850 < count < 1150 for count in counts)  # five standard deviations are 144


@given(st.integers(1, 500), st.text(max_size=3))
@settings(max_examples=60, deadline=None)
def test_a_drawn_order_holds_everything_once(count: int, key: str) -> None:
    assert sorted(in_drawn_order(("s", key), count, k) for k in range(count)) == list(range(count))
