"""Collections that no problem gave: exact numbers and texts made to break a format, for the tests of exporters."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from symlstm.document.blocks import Block, Code, Inlines, Paragraph, Text
from symlstm.exchange.exercise import (
    AlsoRight,
    AskedPlace,
    Collection,
    Entry,
    Exercise,
    Item,
    NumbersItem,
    Option,
    OptionsItem,
    Value,
    WordsItem,
    Wrong,
)

ACTING = (
    "}", "{", "~", "#", "\\", "\\}", "%100%", "=", "/", '"', "'", "&", "&amp;", "&#125;", "]]>", "<b>", "</text>", "<![CDATA[", "$$x$$", "$x$",
    "[[a]]", "\\(x\\)", "\\[x\\]", "{1:SA:=x}", "{#1}", "{2:NUMERICAL:=3:0.1}", "{{params}}", "{{{params}}}", "{{/params}}", "{{#params}}",
    "{{=<% %>=}}", "@@PLUGINFILE@@", "<pl-number-input answers-name='a'>", "<script>alert(1)</script>", "é", "∑", "\U0001d53c", "\x00", "\x0b", "\ud800", "\n",
    "'''", "%s", "{0}", "None", "  ",
)
"""What acts in Moodle XML, in cloze expressions, in filters, in Mustache, in HTML, in JSON or in Python."""

nasty = st.lists(st.sampled_from((*ACTING, "a", "the gate f", "1.5")), max_size=6).map("".join)


def said(text: str) -> Inlines:
    """A sentence."""
    return (Text(text),)


def para(text: str) -> tuple[Block, ...]:
    """A paragraph in which it also stands as code."""
    return (Paragraph((Text(text), Code(text))),)


def value(text: str, tolerance: str | Fraction = "0.0005") -> Value:
    return Value(text, Fraction(tolerance))


def entry(id: str, right: Value, also: tuple[tuple[Value, str], ...] = (), wrong: tuple[tuple[Value, str, str], ...] = (),
          points: Fraction = Fraction(1), name: str = "h_1") -> Entry:
    return Entry(id, name, said(name), right, tuple(AlsoRight(v, said(note)) for v, note in also),
                 tuple(Wrong(v, ("a-code",), said(words), said(hint)) for v, words, hint in wrong), points,
                 near=Value(right.text, Fraction(1, 2 * 10 ** len(right.text.partition(".")[2]))))


def numbers(question: int, *entries: Entry, shape: tuple[int, ...] = (), asked: str = "Compute.") -> NumbersItem:
    """A question for one place with these entries, or for as many scalars."""
    if shape:
        places: tuple[AskedPlace, ...] = (AskedPlace("c_2", said("c_2"), shape, entries),)
    else:
        places = tuple(AskedPlace(each.name, each.label, (), (each,)) for each in entries)
    hints = (para(f"Begin with {question}."), para("Put the numbers in."))
    return NumbersItem(question, f"Question {question}", said(asked), places, hints, sum((each.points for each in entries), Fraction()))


def options(question: int, *holds: bool, words: str = "Statement", points: Fraction = Fraction(1)) -> OptionsItem:
    given = tuple(Option(f"q{question}_{k}", said(f"{words} {k}"), holding, para(f"Because of {k}.")) for k, holding in enumerate(holds, 1))
    return OptionsItem(question, f"Question {question}", said("Which hold?"), given, points)


def words(question: int, answer: str = "The memory is kept.") -> WordsItem:
    return WordsItem(question, f"Question {question}", said("Say it in words."), para(answer), Fraction(0))


def exercise(*pieces: Block | Item, id: str = "a-unit", title: str = "A unit", solution: str = "Worked.") -> Exercise:
    return Exercise(id, title, pieces, para(solution), para(solution))


def alone(*pieces: Block | Item, title: str = "A unit") -> Collection:
    """A collection of one exercise."""
    return Collection("a-unit", title, (exercise(*pieces, title=title),))


def variants(*each: tuple[Block | Item, ...]) -> Collection:
    """A collection of variants."""
    return Collection("a-unit", "A unit", tuple(exercise(*pieces, id=f"a-unit-{k:02}") for k, pieces in enumerate(each, 1)))


@st.composite
def entries(draw: st.DrawFn, id: str) -> Entry:
    """An entry with texts that act, whose values are as far apart as gathering leaves them."""
    decimals = draw(st.integers(0, 6))
    unit = Fraction(1, 10**decimals)
    tolerance = unit * draw(st.sampled_from([Fraction(1, 2), Fraction(49, 100), Fraction(1, 10**6), Fraction(1, 3)]))
    steps = draw(st.lists(st.integers(-(10**7), 10**7), min_size=1, max_size=6, unique=True))
    # Two units apart, so that no number is within the bounds of two.
    values = [Value(f"{float(2 * step * unit):.{decimals}f}".replace("-0" if 2 * step * unit == 0 else "\0", "0"), tolerance) for step in steps]
    some = draw(st.integers(0, len(values) - 1))
    return entry(id, values[0], tuple((v, draw(nasty)) for v in values[1 : 1 + some]),
                 tuple((v, draw(nasty), draw(nasty)) for v in values[1 + some :]), draw(st.sampled_from([Fraction(1), Fraction(2), Fraction(1, 3), Fraction(0)])),
                 name=draw(nasty) or "h_1")


@st.composite
def made(draw: st.DrawFn) -> Collection:
    """A collection of one exercise with texts that act everywhere."""
    first = numbers(1, *(draw(entries(f"q1_h_{k}")) for k in range(draw(st.integers(1, 3)))), asked=draw(nasty))
    held = draw(st.lists(st.booleans(), min_size=1, max_size=5))
    return alone(*para(draw(nasty)), first, *para(draw(nasty)), options(2, *held, words=draw(nasty)), words(3, draw(nasty)), title=draw(nasty) or "A")
