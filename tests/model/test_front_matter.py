"""Front matter and question blocks: what they read, and the exact words and place of what they refuse."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symlstm.errors import DocumentError, Source
from symlstm.model import frontmatter
from symlstm.model.convention import Convention, Saturate, read_convention
from symlstm.model.frontmatter import FrontMatter
from symlstm.model.question import (
    CarriedQuestion,
    ClaimsQuestion,
    CommentQuestion,
    FindQuestion,
    Question,
    SimplifyQuestion,
    StateQuestion,
    read_question,
)
from symlstm.model.yaml_text import Mapping, Node, Scalar, Sequence, compose

ROOT = Path(__file__).parents[2]
T = "title: A\n"
TEXT = "if it is meant as text, put it in single quotes"
BRACKETS = "inside [ ] and { }, put text with brackets or braces in single quotes, or give each entry a line of its own"
ANCHOR = "anchors and aliases (`&` and `*`) aren't read; write the value out, or put it in single quotes if it is text"
TAG = "tags (`!`) aren't read; leave it out, or put the value in single quotes if it is text"
VALUE = "put the value in single quotes"
LEFT_OVER = f"text is left over after a closing quotation mark or bracket; {VALUE}"
MISSING = f"a value is missing in front of this sign, or the sign belongs to a text: {VALUE}"
ESCAPE = "in double quotes a backslash starts an escape; put the value in single quotes"
STEP = "`first` must be a whole number from -1,000,000 to 1,000,000, not "
KNOWN = "known are title, cell, given, inputs, first, alphabet, convention, vary, misconceptions, source"
KINDS = "find, simplify, state, claims, carried and comment"
NUMBER = "write one like 50, 0.5 or 1/2"


def front(text: str) -> FrontMatter:
    return frontmatter.read(text, Source("p.md", text), 0)


def question(text: str, number: int = 1) -> Question:
    return read_question(text, Source("p.md", text), 0, number)


def convention(text: str) -> Convention:
    source = Source("p.md", text)
    return read_convention(compose(text, source, 0), source)


def plain(node: Node) -> object:
    """A node as lists, pairs and texts."""
    match node:
        case Scalar(text=text):
            return text
        case Sequence(items=items):
            return [plain(item) for item in items]
        case Mapping(entries=entries):
            return {key.text: plain(value) for key, value in entries}


def said(error: DocumentError) -> str:
    return f"{error.line}:{error.column}: {error.message}"


BAD_FRONT = [
    # keys
    ("", "1:1: the title is missing; add a line `title: ...`"),
    ("cell: gru\n", "1:1: the title is missing; add a line `title: ...`"),
    ("title:\n", "1:1: the title is empty; write `title: ...`"),
    ("title: ''\n", "1:1: the title is empty; write `title: ...`"),
    ("title: [a]\n", f"1:8: `title` is one text, not a list; {TEXT}"),
    ("tilte: A\n", "1:1: unknown key `tilte`; did you mean `title`?"),
    (T + "digits: 3\n", f"2:1: unknown key `digits`; {KNOWN}"),
    (T + "title: B\n", "2:1: `title` is written twice, first in line 1; keep one"),
    (T + "given:\n  b: 1\n  b: 1\n", "4:3: `b` is written twice, first in line 3; keep one"),
    (T + "<<: {a: b}\n", f"2:1: unknown key `<<`; {KNOWN}"),
    (T + "? [a]\n: b\n", f"2:3: a key must be text; {BRACKETS}"),
    (T + ": b\n", "2:1: a key is missing in front of this colon"),
    (T + "first:\n", "2:1: `first` has no value; write `first: ...` or leave the key out"),
    ("- a\n", "1:1: expected lines of the form `key: value`"),
    ("abc\n", "1:1: expected lines of the form `key: value`"),
    # values that YAML reads differently from people
    ("title: A: b\n", f"1:9: a colon inside a value; {VALUE}"),
    ("title: 'It's'\n", f"1:12: {LEFT_OVER}"),
    ("title: 'It\n", "1:8: a quotation mark that is never closed"),
    ('title: "\\sigma"\n', f"1:9: {ESCAPE}"),
    ('title: "\\tanh"\n', f"1:9: {ESCAPE}"),
    ('title: "a \\UFFFFFFFF"\n', f"1:11: {ESCAPE}"),
    ("title:\tA\n", "1:7: a tab; write spaces instead"),
    (T + "given:\n\tb: 1\n", "3:1: a tab; write spaces instead"),
    (T + "cell: `x`\n", f"2:7: a value can't start with this sign; {VALUE}"),
    (T + "cell: |x\n", f"2:7: a value can't start with `|` or `>`; {VALUE}"),
    (T + "cell: ? x\n", f"2:7: a value can't start with `?`; {VALUE}"),
    (T + "cell: ]\n", f"2:7: {MISSING}"),
    (T + "cell: \x07\n", "2:7: a control character that can't be read; take it out"),
    # mathematics in lists
    (T + "alphabet: [${x}, 1]\n", f"2:13: a comma or closing bracket is missing here; {BRACKETS}"),
    (T + "given: {W^{f,h}: 0}\n", f"2:11: a comma or closing bracket is missing here; {BRACKETS}"),
    (T + "inputs: [$a, b$]\n", "2:10: this formula is cut off after `$a`; put it in single quotes or a block list"),
    (T + "inputs: [1, 2\nfirst: 0\n", f"2:9: a `[` that is never closed; {BRACKETS}"),
    (T + "inputs: [1, 2]]\n", f"2:15: {LEFT_OVER}"),
    # lines and columns
    (T + "first 0\n", "2:1: this line isn't `key: value`; a colon and a space are missing"),
    ("title A\nfirst: 0\n", "2:6: this line is read as part of the line above; that one lacks a colon and a space"),
    (T + " first: 0\n", "2:7: this line is read as part of the line above; start every key in the same column"),
    ("  title: A\nfirst: 0\n", "2:1: this line doesn't start in the column of the keys above it; line them up"),
    (T + "inputs: - 1\n", "2:9: a list starts below its key; put `- ...` on a line of its own"),
    (T + "inputs:\n  - 1\n  first: 0\n", "4:3: a key where a list item `- ...` is expected; line it up with the keys above"),
    (T + "- a\n", "2:1: a list item where a key is expected; put the list below its key"),
    # what isn't data
    ("title: !!python/object/apply:os.system [ls]\n", f"1:8: {TAG}"),
    ("title: !x A\n", f"1:8: {TAG}"),
    ("title: !a!b A\n", f"1:8: {TAG}"),
    ("title: &a A\n", f"1:8: {ANCHOR}"),
    (T + "cell: *a\n", f"2:7: {ANCHOR}"),
    (T + "given:\n  a: &a [x, x]\n  b: &b [*a, *a]\n  c: [*b, *b]\n", f"3:6: {ANCHOR}"),
    (T + "--- \nfirst: 0\n", "2:1: `---` or `...` starts a second document here; keep everything in one"),
    (T + "...\nfirst: 0\n", "3:1: `---` or `...` starts a second document here; keep everything in one"),
    ("%YAML 1.1\n---\n" + T, "1:1: a line can't start with `%` here; take it out"),
    (T + "given: " + "[" * 3000, "2:28: lists nested deeper than 20 levels"),
    (T + "inputs: [" + "1," * 20_000 + "]\n", "2:40000: more than 20,000 values; at most so many are read"),
    # types
    (T + "first: 1_000\n", f"2:8: {STEP}`1_000`; write 1000"),
    (T + "first: 0o7\n", f"2:8: {STEP}`0o7`"),
    (T + "first: 0x10\n", f"2:8: {STEP}`0x10`"),
    (T + "first: 1:30\n", f"2:8: {STEP}`1:30`"),
    (T + "first: ~\n", f"2:8: {STEP}`~`"),
    (T + "first: null\n", f"2:8: {STEP}`null`"),
    (T + "first: yes\n", f"2:8: {STEP}`yes`"),
    (T + "first: 1.0\n", f"2:8: {STEP}`1.0`"),
    (T + "first: 2001-01-01\n", f"2:8: {STEP}`2001-01-01`"),
    (T + "first: [0]\n", f"2:8: {STEP}a list"),
    (T + "first: ٣\n", f"2:8: {STEP}`٣`"),
    (T + "inputs: 5\n", "2:9: `inputs` takes a list, not `5`; write one like [0, 1]"),
    (T + "inputs: []\n", "2:9: `inputs` is empty; write at least one input, or leave the key out"),
    (T + "alphabet: 0\n", "2:11: `alphabet` takes the inputs that may occur; write [0, 1] or {a: [1, 0], b: [0, 1]}"),
    (T + "alphabet: []\n", "2:11: `alphabet` takes the inputs that may occur; write [0, 1] or {a: [1, 0], b: [0, 1]}"),
    (T + "given: [a]\n", "2:8: `given` takes symbols with their values, not a list; write {b_f: 0}"),
    (T + "given:\n  b:\n", "3:3: `b` has no value; write a number or a list"),
    (T + "vary: x\n", "2:7: `vary` takes symbols with their values, not `x`; write {b_f: [1, 2, 4]}"),
    (T + "misconceptions: []\n", "2:17: `misconceptions` is an empty list; name at least one"),
    (T + "misconceptions: [a, [b]]\n", f"2:21: item 2 of `misconceptions` is one text, not a list; {TEXT}"),
    (T + "source: {a: b}\n", f"2:9: `source` is one text, not keys with values; {TEXT}"),
]

BAD_CONVENTION = [
    ("shw: 4", "1:1: unknown key `shw`; did you mean `show`?"),
    ("digits: 4", "1:1: unknown key `digits`; known are saturate, round, ties, carry, show"),
    ("on: 50", "1:1: unknown key `on`; known are saturate, round, ties, carry, show"),
    ("saturate: -1", "1:11: `saturate` takes a bound from 0 up, not `-1`"),
    ("saturate: −0.5", "1:11: `saturate` takes a bound from 0 up, not `−0.5`"),
    ("saturate: on", f"1:11: `saturate` must be a number, not `on`; {NUMBER}"),
    ("saturate: no", "1:11: `saturate: no` isn't read; write `saturate: off`"),
    ("saturate: 1_000", "1:11: `saturate` must be a number, not `1_000`; write 1000"),
    ("saturate: 1:30", f"1:11: `saturate` must be a number, not `1:30`; {NUMBER}"),
    ("saturate: .inf", f"1:11: `saturate` must be a number, not `.inf`; {NUMBER}"),
    ("saturate: 1,5", f"1:11: `saturate` must be a number, not `1,5`; {NUMBER}"),
    ("saturate: 1/0", "1:11: `saturate` divides by zero"),
    ("saturate: 1e9999", "1:11: `saturate` has an exponent beyond 4,000"),
    ("saturate: 1e" + "9" * 300, "1:11: `saturate` has an exponent beyond 4,000"),
    ("saturate: " + "9" * 5000, "1:11: `saturate` has more than 400 digits"),
    ("saturate: {on: [f]}", "1:11: `saturate` lacks the bound; write {at: 50, on: [...]}"),
    ("saturate: {at: 1, om: [f]}", "1:19: unknown key `om`; known are at, on"),
    ("saturate: {at: 1, on: []}", "1:23: `on` is an empty list; name at least one"),
    ("saturate: {at: 1, on: all}", "1:23: `on` takes symbols; leave it out to saturate in every equation"),
    ("saturate: {at: 1, on: [f, f]}", "1:27: `on` names `f` twice; keep one"),
    ("saturate: [1, 2]", "1:11: `saturate` takes a number, {at: 50, on: [f, i]} or off"),
    ("round: 3", "1:8: `round` takes symbols with their places; write {all: 3}"),
    ("round: {}", "1:8: `round` takes symbols with their places; write {h: 0, all: 4} or off"),
    ("round: {h}", "1:10: the places of `h` must be a whole number from 0 to 100, not an empty text"),
    ("round: {h: -1}", "1:12: the places of `h` must be a whole number from 0 to 100, not `-1`"),
    ("round: {h: 101}", "1:12: the places of `h` must be a whole number from 0 to 100, not `101`"),
    ("round: {h: 2.5}", "1:12: the places of `h` must be a whole number from 0 to 100, not `2.5`"),
    ("round: {h: 1, h: 2}", "1:15: `h` is written twice, first in line 1; keep one"),
    ("round: {'h_{a}': 1, h_a: 2}", "1:21: `round` names `h_a` twice; keep one"),
    ("round: {h_{a}: 1}", f"1:11: a comma or closing bracket is missing here; {BRACKETS}"),
    ("ties: evn", "1:7: `ties` can't be `evn`; did you mean `even`?"),
    ("ties: Even", "1:7: `ties` can't be `Even`; did you mean `even`?"),
    ("ties: banker", "1:7: `ties` can't be `banker`; known are even, up, away, zero, truncate"),
    ("carry: yes", "1:8: `carry` can't be `yes`; write true"),
    ("carry: on", "1:8: `carry` can't be `on`; write true"),
    ("carry: True", "1:8: `carry` can't be `True`; write true"),
    ("carry: no", "1:8: `carry` can't be `no`; write false"),
    ("carry: ~", "1:8: `carry` can't be `~`; write true or false"),
    ("show: -1", "1:7: `show` must be a whole number from 0 to 100, not `-1`"),
    ("show: 101", "1:7: `show` must be a whole number from 0 to 100, not `101`"),
    ("show: four", "1:7: `show` must be a whole number from 0 to 100, not `four`"),
]

BAD_QUESTION = [
    ("", f"1:1: this block asks nothing; write one of {KINDS}"),
    ("ask: Why?\n", f"1:1: this block asks nothing; write one of {KINDS}"),
    ("fnd: h\n", "1:1: unknown key `fnd`; did you mean `find`?"),
    ("find: h\nanswr: 1\n", "2:1: unknown key `answr`; did you mean `answer`?"),
    ("find: h\nclaims: a\n", f"2:1: `find` and `claims` in one block; make two blocks, each with one of {KINDS}"),
    ("find: h\nfind: c\n", "2:1: `find` is written twice, first in line 1; keep one"),
    ("find: h\nreadout: h\n", "2:1: `readout` belongs to `carried`; leave it out here"),
    ("find:\n", "1:1: `find` has no value; write `find: ...` or leave the key out"),
    ("find: []\n", "1:7: `find` is an empty list; name at least one"),
    ("find: [h, [c]]\n", f"1:11: item 2 of `find` is one text, not a list; {TEXT}"),
    ("find: [h, '']\n", "1:11: item 2 of `find` is empty; write a text"),
    ("find: {h}\n", f"1:7: `find` is one text, not keys with values; {TEXT}"),
    ("find: [f_1[2], h]\n", f"1:11: a comma or closing bracket is missing here; {BRACKETS}"),
    ("find: [$x$, $y_{z}$]\n", "1:13: this formula is cut off after `$y_`; put it in single quotes or a block list"),
    ("simplify: h\n", "1:11: `simplify` takes all or a list of symbols; write [h]"),
    ("simplify: []\n", "1:11: `simplify` is an empty list; name at least one"),
    ("claims: []\n", "1:9: `claims` is an empty list; name at least one"),
    ("claims:\n  - $a$: b\n", f"2:5: item 1 of `claims` is one text, not keys with values; {TEXT}"),
    ("claims:\n  - |z| = 1\n", f"2:5: a value can't start with `|` or `>`; {VALUE}"),
    ("claims:\n  - *x*\n", f"2:5: {ANCHOR}"),
    ("claims:\n  - [h; x] = 1\n", f"2:12: {LEFT_OVER}"),
    ("claims:\n  - $a = 1 # b$\n", f"2:5: this formula is cut off after `$a = 1`; {VALUE}"),
    ('claims:\n  - "$\\tanh(h) = 1$"\n', f"2:7: {ESCAPE}"),
    ("carried: a\nreadout: [h]\n", f"2:10: `readout` is one text, not a list; {TEXT}"),
    ("comment: [f_1]\n", f"1:10: `comment` is one text, not a list; {TEXT}"),
    ("find: h\npoints: -1\n", "2:9: `points` must be from 0 to 1,000,000"),
    ("find: h\npoints: many\n", f"2:9: `points` must be a number, not `many`; {NUMBER}"),
    ("find: h\nconvention: {ties: evn}\n", "2:20: `ties` can't be `evn`; did you mean `even`?"),
    ("find: h\nconvention: 3\n", "2:13: `convention` takes keys, not `3`; write {saturate: 50, round: {h: 0}}"),
    ("find: h\ninputs: []\n", "2:9: `inputs` is empty; write at least one input, or leave the key out"),
]


@pytest.mark.parametrize(("text", "message"), BAD_FRONT)
def test_front_matter_refused(text: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        front(text)
    assert said(caught.value) == message


@pytest.mark.parametrize(("text", "message"), BAD_CONVENTION)
def test_convention_refused(text: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        convention(text)
    assert said(caught.value) == message


@pytest.mark.parametrize(("text", "message"), BAD_QUESTION)
def test_question_refused(text: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        question(text)
    assert said(caught.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1:1: the front matter is missing; start with a line `---`, a line `title: ...` and a line `---`"),
        ("# A\n\n---\n", "1:1: the front matter is missing; start with a line `---`, a line `title: ...` and a line `---`"),
        ("\n---\ntitle: A\n---\n", "1:1: the front matter must start in the first line; move its `---` there"),
        ("---\ntitle: A\n\nText.\n", "1:1: the front matter that starts here never ends; add a line `---` below its last key"),
    ],
)
def test_split_refused(text: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        frontmatter.split(Source("p.md", text))
    assert said(caught.value) == message


@pytest.mark.parametrize(
    ("text", "head", "body"),
    [
        ("---\ntitle: A\n---\nText\n", "title: A\n", "Text\n"),
        ("\ufeff---\r\ntitle: A\r\n---\r\nText\r\n", "title: A\r\n", "Text\r\n"),
        ("--- \n---", "", ""),
        ("---\nsource: |\n  a\n  ---\n---  \n---\n", "source: |\n  a\n  ---\n", "---\n"),
    ],
)
def test_split(text: str, head: str, body: str) -> None:
    offset, found, start = frontmatter.split(Source("p.md", text))
    assert (found, text[start:]) == (head, body)
    assert text[offset : offset + len(head)] == head


@pytest.mark.parametrize(
    "text",
    ["on", "yes", "no", "0.10", "1_000", "0o7", "012", "1:30", "~", "null", "2001-01-01", "1e3", ".5", "=", "<<", "-0", "$x$"],
)
def test_scalars_stay_text(text: str) -> None:
    written = f"a: {text}\n{text}: [{text}]\n"
    assert plain(compose(written, Source("p.md", written), 0)) == {"a": text, text: [text]}


def test_positions_are_those_of_the_whole_source() -> None:
    source = Source("p.md", "---\r\ntitle: 'Wörter'\r\ngiven: {b: [1, x y]}\r\n---\r\n")
    offset, text, _ = frontmatter.split(source)
    found = frontmatter.read(text, source, offset)
    assert source.text[found.title.pos] == "'"
    assert source.text[found.title.at(1) :].startswith("örter")
    ((symbol, value),) = found.given
    assert isinstance(value, Sequence)
    assert [source.text[node.pos] for node in (symbol, value, *value.items)] == ["b", "[", "1", "x"]


def test_position_of_text_with_a_doubled_quote_is_its_start() -> None:
    text = "title: 'It''s'\n"
    title = front(text).title
    assert (title.text, title.at(3), title.quoted) == ("It's", title.pos, True)


def test_a_whole_front_matter() -> None:
    found = front(
        "title: A unit\ncell: gru\ngiven:\n  W^{f,h}: 1/3\n  \"h_{-1}\": [0, 0.900]\ninputs: [1, -0]\nfirst: −1\n"
        "alphabet: {a: [1, 0]}\nconvention: {show: 6}\nvary: {x: permutation}\n"
        "misconceptions: swap\nsource: >-\n  Book,\n  page 3\n"
    )
    assert found.title.text == "A unit"
    assert found.cell is not None
    assert found.cell.text == "gru"
    assert [(key.text, plain(value)) for key, value in found.given] == [("W^{f,h}", "1/3"), ("h_{-1}", ["0", "0.900"])]
    assert found.inputs is not None
    assert plain(found.inputs) == ["1", "-0"]
    assert found.first == -1
    assert isinstance(found.alphabet, Mapping)
    assert found.convention.show == 6
    assert found.vary is not None
    assert [code.text for code in found.misconceptions] == ["swap"]
    assert found.source == "Book, page 3"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Convention()),
        ("saturate: 50", Convention(Saturate(Fraction(50)), declared=frozenset({"saturate"}))),
        ("saturate: 0", Convention(Saturate(Fraction(0)), declared=frozenset({"saturate"}))),
        ("saturate: 1e2", Convention(Saturate(Fraction(100)), declared=frozenset({"saturate"}))),
        ("saturate: {at: .1, on: [f, i]}", Convention(Saturate(Fraction(1, 10), ("f", "i")), declared=frozenset({"saturate"}))),
        ("saturate: {at: 1/2, on: f}", Convention(Saturate(Fraction(1, 2), ("f",)), declared=frozenset({"saturate"}))),
        ("saturate: off", Convention(declared=frozenset({"saturate"}))),
        ("round: off", Convention(declared=frozenset({"round"}))),
        ("round: {h: 0, all: 4}", Convention(round=(("h", 0), ("all", 4)), declared=frozenset({"round"}))),
        ("ties: truncate\ncarry: false", Convention(ties="truncate", carry=False, declared=frozenset({"ties", "carry"}))),
        ("show: 012", Convention(show=12, declared=frozenset({"show"}))),
    ],
)
def test_convention(text: str, expected: Convention) -> None:
    assert convention(text) == expected


def test_places_and_saturation_by_symbol() -> None:
    rule = convention("round: {all: 4, 'W_{f h}': 2, c: 0}\nsaturate: {at: 6, on: [f]}")
    assert [rule.places(symbol) for symbol in ("W_{fh}", "c", "h")] == [2, 0, 4]
    assert [rule.saturates(symbol) for symbol in ("f", "c")] == [6, None]
    assert convention("round: {h: 1}").places("c") is None
    assert convention("saturate: 6").saturates("c") == 6


def test_merged_key_by_key() -> None:
    document = convention("saturate: 50\nround: {h: 0, c: 2}\nties: zero")
    own = convention("saturate: off\nround: {f: 3}")
    both = document.merged(own)
    assert (both.saturate, both.round, both.ties, both.carry) == (None, (("f", 3),), "zero", True)
    assert both.declared == {"saturate", "round", "ties"}
    assert [(key, symbol.text) for key, symbol in both.named] == [("round", "f")]
    assert document.merged(Convention()) == document


def test_every_kind_of_question() -> None:
    find = question("find: h_5\npoints: 3/2\nanswer: [0, [1]]\nlabel: (i)\nask: How?\n", 7)
    assert isinstance(find, FindQuestion)
    assert [place.text for place in find.places] == ["h_5"]
    assert (find.number, find.points, find.label, find.ask, find.kind) == (7, Fraction(3, 2), "(i)", "How?", "find")
    assert find.answer is not None
    assert plain(find.answer) == ["0", ["1"]]
    every, some = question("simplify: all"), question("simplify: [f, h]\npoints: 2")
    assert isinstance(every, SimplifyQuestion)
    assert isinstance(some, SimplifyQuestion)
    assert (every.symbols, [symbol.text for symbol in some.symbols], some.points) == ((), ["f", "h"], 2)
    state = question("state: [c_t, h_t]")
    assert isinstance(state, StateQuestion)
    assert [symbol.text for symbol in state.symbols] == ["c_t", "h_t"]
    claims = question("claims: count(1) is odd")
    assert isinstance(claims, ClaimsQuestion)
    assert [claim.text for claim in claims.claims] == ["count(1) is odd"]
    carried = question("carried:\n  - count(1) is odd\n  - last = 1\nreadout: round(h)")
    assert isinstance(carried, CarriedQuestion)
    assert len(carried.claims) == 2
    assert carried.readout is not None
    assert carried.readout.text == "round(h)"
    comment = question("comment: f_1\ngiven: {b: 0.25}\ninputs: [3]\nconvention: {ties: up}")
    assert isinstance(comment, CommentQuestion)
    assert (comment.place.text, comment.convention.declared, len(comment.given)) == ("f_1", frozenset({"ties"}), 1)


DOCUMENTS = sorted([*ROOT.glob("tests/problems/*.md"), *ROOT.glob("reports/*/problem.md"), *ROOT.glob("symlstm/cells/*.md")])


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_documents_are_read(path: Path) -> None:
    source = Source(path.name, path.read_text(encoding="utf-8"))
    offset, text, body = frontmatter.split(source)
    assert frontmatter.read(text, source, offset).title.text
    blocks = re.finditer(r"^```question\n(.*?)^```$", source.text[body:], re.MULTILINE | re.DOTALL)
    for number, block in enumerate(blocks, 1):
        found = read_question(block[1], source, body + block.start(1), number)
        assert source.text[found.pos :].startswith(block[1][:3])


YAML_SIGNS = st.text(st.sampled_from(list("ab01 \n\n\t:-[]{},'\"|>#&*!%@`?$\\_^.~=é😀\x07\r\ufeff\x85")), max_size=40)


@settings(max_examples=400, deadline=None)
@given(YAML_SIGNS)
def test_any_text_is_read_or_refused_at_a_place(text: str) -> None:
    source = Source("p.md", "xyz\n" + text)
    tree: Mapping | None = None
    refused: DocumentError | None = None
    try:
        tree = compose(text, source, 4)
    except DocumentError as error:
        refused = error
    if refused is not None:
        assert 4 <= refused.offset <= len(source.text)
        assert "\n" not in refused.message
    for key, _ in tree.entries if tree is not None else ():
        if key.inner >= 0:
            assert source.text[key.inner :].startswith(key.text)


@settings(max_examples=200, deadline=None)
@given(st.integers(-(10**30), 10**30), st.integers(0, 30))
def test_decimals_are_exact(digits: int, places: int) -> None:
    text = f"find: h\npoints: 1\ngiven: {{b: {digits}e-{places}}}"
    assert plain(question(text).given[0][1]) == f"{digits}e-{places}"
    if digits >= 0:
        assert convention(f"saturate: {digits}e-{places}").saturates("h") == Fraction(digits, 10**places)
