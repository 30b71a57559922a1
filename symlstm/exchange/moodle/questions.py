"""The questions that an exercise becomes in Moodle, as XML.

In comes an exercise, out go a cloze question for its values, a multichoice question for each list of statements, an essay for each
question in words. Each shows as much of the statement as it needs, so that a quiz may draw it by itself. Moodle XML as its importer
`qformat_xml` reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from typing import assert_never

from symlstm.document.blocks import Block, Heading, Text
from symlstm.exchange.amounts import decimal, whole_weights
from symlstm.exchange.exercise import Exercise, NumbersItem, OptionsItem, WordsItem
from symlstm.exchange.forms import NONE_HOLDS, printable
from symlstm.exchange.markup import inline
from symlstm.exchange.moodle.cloze import neutral
from symlstm.exchange.moodle.fractions import MOST_RIGHT, fractions
from symlstm.exchange.moodle.statement import shown, up_to, with_gaps

_MOST_NAME = 255
"""Characters of a question's or category's name in Moodle's tables."""


@dataclass(frozen=True, slots=True)
class Posed:
    """One question of Moodle's."""

    part: str
    """What of the exercise it asks: `Values`, `Question 4`; the same in every variant."""
    xml: str
    warnings: tuple[str, ...] = ()


def posed(exercise: Exercise, tag: str, none_holds: frozenset[int] = frozenset()) -> Iterator[Posed]:
    """The questions of an exercise in order; `none_holds` are the questions whose lists need an option that no statement holds."""
    numbers = [item for item in exercise.items if isinstance(item, NumbersItem) and item.entries]
    if numbers:
        yield _cloze(exercise, numbers, tag)
    elif not exercise.items:
        yield _description(exercise, tag)
    for item in exercise.items:
        match item:
            case OptionsItem():
                if item.options:
                    yield _multichoice(exercise, item, tag, item.question in none_holds)
            case WordsItem():
                yield _essay(exercise, item, tag)
            case NumbersItem():
                pass
            case _:
                assert_never(item)


def _cloze(exercise: Exercise, items: list[NumbersItem], tag: str) -> Posed:
    points = [entry.points for item in items for entry in item.entries]
    weights = whole_weights(points) if any(points) else (1,) * len(points)
    warnings = []
    if sum(weights) != sum(points):
        warnings.append(
            f"Moodle counts gaps in whole marks, so the values are marked out of {sum(weights)} and not of "
            f"{decimal(sum(points, Fraction()))}; set the question's mark in the quiz, the proportions are right")
    hints = [_hint(zip(items, level)) for level in zip_longest(*(item.hints for item in items), fillvalue=())]
    return Posed("Values", _question(
        "cloze", exercise, "values", tag, with_gaps(exercise, weights), *hints, grade=Fraction(sum(weights)),
        said=exercise.solution_of_values), tuple(warnings))


def _hint(level: Iterable[tuple[NumbersItem, tuple[Block, ...]]]) -> str:
    """What each question has to tell after so many tries; what several have to tell is told once."""
    said: list[tuple[list[str], tuple[Block, ...]]] = []
    for item, told in level:
        titles = next((titles for titles, known in said if known == told), None)
        if titles is not None:
            titles.append(item.title)
        elif told:
            said.append(([item.title], told))
    headings = [(Heading(4, (Text(", ".join(titles)),)),) if len(said) > 1 else () for titles, _ in said]
    return field("hint", shown([block for heading, (_, told) in zip(headings, said, strict=True) for block in (*heading, *told)]))


def _multichoice(exercise: Exercise, item: OptionsItem, tag: str, with_none: bool) -> Posed:
    held = [option.holds for option in item.options]
    options = [(f'<span class="nolink">{neutral(inline(option.text))}</span>', shown(option.why)) for option in item.options]
    if with_none:
        options, held = [*options, (NONE_HOLDS, "")], [*held, not any(held)]
    answers = [
        f'<answer fraction="{fraction}" format="html">{text(words)}{field("feedback", why)}</answer>'
        for (words, why), fraction in zip(options, fractions(held), strict=True)
    ]
    warnings = () if sum(held) <= MOST_RIGHT else (
        f"{item.title}: Moodle shares the mark among at most {MOST_RIGHT} statements that hold; the others earn nothing",)
    xml = _question(
        "multichoice", exercise, f"q{item.question}", tag, up_to(exercise, item),
        "<single>false</single>", "<shuffleanswers>false</shuffleanswers>", "<answernumbering>none</answernumbering>",
        *(field(name, "") for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")), "<shownumcorrect/>",
        *answers, grade=item.points, title=item.title, said=[block for option in item.options for block in option.why])
    return Posed(item.title, xml, warnings)


def _essay(exercise: Exercise, item: WordsItem, tag: str) -> Posed:
    xml = _question(
        "essay", exercise, f"q{item.question}", tag, up_to(exercise, item), "<responseformat>editor</responseformat>",
        field("graderinfo", shown(item.answer)), grade=item.points, title=item.title, said=item.answer)
    return Posed(item.title, xml, (f"{item.title} is answered in words: in Moodle it is an essay, which a person marks",))


def _description(exercise: Exercise, tag: str) -> Posed:
    xml = _question("description", exercise, "statement", tag, with_gaps(exercise, ()), grade=Fraction(0), said=exercise.solution)
    return Posed("Statement", xml)


def _question(
    kind: str, exercise: Exercise, part: str, tag: str, words: str, *own: str, grade: Fraction, said: Iterable[Block], title: str = "",
) -> str:
    """A question with what all kinds have; `said` is told to everybody afterwards. The importer takes a cloze question's mark from its
    expressions."""
    name = ": ".join(filter(None, (exercise.title, title))) + ("" if exercise.id == tag else f" ({exercise.id})")
    return "\n".join((
        f'<question type="{kind}">', f"<name>{text(name[-_MOST_NAME:])}</name>", field("questiontext", words),
        field("generalfeedback", shown(said)), f"<defaultgrade>{decimal(grade)}</defaultgrade>", "<hidden>0</hidden>",
        f"<idnumber>{exercise.id}-{part}</idnumber>", *own, f"<tags><tag>{text(tag)}</tag></tags>", "</question>\n"))


def category(path: tuple[str, ...], idnumber: str, info: str) -> str:
    """The category that the questions after it belong to; a `/` in a name is written twice.

    >>> "[$course$/top/and//or]" in category(("and/or",), "c", "")
    True
    """
    names = "/".join(name[:_MOST_NAME].replace("/", "//") for name in path)
    return "\n".join((
        '<question type="category">', f"<category>{text(f'$course$/top/{names}')}</category>", field("info", info),
        f"<idnumber>{idnumber}</idnumber>", "</question>\n"))


def field(tag: str, html: str) -> str:
    """A field of HTML.

    >>> field("info", "<p>a ]]> b</p>")
    '<info format="html"><text><![CDATA[<p>a ]]]]><![CDATA[> b</p>]]></text></info>'
    """
    return f'<{tag} format="html">{text(html)}</{tag}>'


def text(content: str) -> str:
    """The element that Moodle keeps HTML and names in, without what XML has no characters for.

    >>> text("a < b"), text("a\\x00b"), text("")
    ('<text><![CDATA[a < b]]></text>', '<text><![CDATA[a b]]></text>', '<text></text>')
    """
    safe = printable(content).replace("]]>", "]]]]><![CDATA[>")
    return f"<text><![CDATA[{safe}]]></text>" if content else "<text></text>"
