"""A reader of Moodle XML and of cloze expressions, and a marker of gaps, written from Moodle's documentation and source and importing
nothing of ours.

Grammar: https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type and `qtype_multianswer_extract_question` in
public/question/type/multianswer/questiontype.php. Import: `qformat_xml` in public/question/format/xml/format.php. Marking:
`qtype_numerical_answer::get_tolerance_interval` and `get_matching_answer` in public/question/type/numerical/question.php, and
`qtype_multianswer_question::grade_response`. (Moodle is under GPL 3 or later; what stands here is told in our words.)
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.entities import name2codepoint
from html.parser import HTMLParser

_NUMBER = r"-?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][-+]?[0-9]+)?"
_OPENING = re.compile(r"\{([0-9]*):(NUMERICAL|NM|MULTICHOICE|MC|SHORTANSWER|SA|MW|MULTIRESPONSE|MR)(?:_[A-Z]+|[VHSC]{1,2})?:")
_FRACTION = re.compile(r"=|%(-?[0-9]+(?:[.,][0-9]*)?)%")
_VALUE = re.compile(rf"({_NUMBER})(?::({_NUMBER}))?\Z")
_PRECISION = 10.0**-14
"""PHP's setting `precision`, by which an interval is widened."""


@dataclass(frozen=True)
class Answer:
    fraction: float
    text: str
    feedback: str
    """HTML, as it goes to the browser."""

    @property
    def number(self) -> tuple[str, str]:
        """A number and its tolerance, as written."""
        found = _VALUE.match(self.text)
        assert found, self.text
        return found[1], found[2] or "0"

    def takes(self, response: float) -> bool:
        number, tolerance = (float(part) for part in self.number)
        width = tolerance + _PRECISION * max(1.0, abs(number))
        return number - width <= response <= number + width


@dataclass(frozen=True)
class Gap:
    kind: str
    weight: int
    answers: tuple[Answer, ...]

    def marked(self, response: float) -> tuple[float, str]:
        """The fraction and the feedback of the first answer that takes a response."""
        return next(((answer.fraction, answer.feedback) for answer in self.answers if answer.takes(response)), (0.0, ""))


@dataclass(frozen=True)
class Cloze:
    gaps: tuple[Gap, ...]
    fragments: tuple[str, ...]
    """The HTML between the gaps, one more than those."""

    def mark(self, responses: Sequence[float]) -> float:
        """What the question earns, from 0 to 1."""
        assert len(responses) == len(self.gaps)
        return sum(gap.weight * gap.marked(x)[0] for gap, x in zip(self.gaps, responses)) / sum(gap.weight for gap in self.gaps)


def read(text: str) -> Cloze:
    """A question's text: each expression becomes a place `{#k}`, and the text is then split at those, as Moodle does it."""
    gaps: list[Gap] = []
    while opening := _OPENING.search(text):
        answers, end = _alternatives(text, opening.end())
        gaps.append(Gap(opening[2], int(opening[1] or 1), answers))
        text = f"{text[: opening.start()]}{{#{len(gaps)}}}{text[end:]}"
    parts = re.split(r"\{#(\d+)\}", text)
    # Every place that it is split at is one of the expressions, in order.
    assert [int(place) for place in parts[1::2]] == list(range(1, len(gaps) + 1)), parts[1::2]
    return Cloze(tuple(gaps), tuple(parts[::2]))


def _alternatives(text: str, at: int) -> tuple[tuple[Answer, ...], int]:
    out = []
    while True:
        share, fraction = 0.0, _FRACTION.match(text, at)
        if fraction:
            share, at = float(fraction[1].replace(",", ".")) / 100 if fraction[1] else 1.0, fraction.end()
        end = _unescaped(text, at + 1, "~#}")
        answer, said, at = text[at:end], "", end
        if text[at] == "#":
            end = _unescaped(text, at + 1, "~}")
            said, at = text[at + 1 : end], end
        out.append(Answer(share, answer, _decoded(said)))
        if text[at] == "}":
            return tuple(out), at + 1
        at += 1


def _unescaped(text: str, at: int, ends: str) -> int:
    """Where one of some characters stands that has no backslash before it."""
    return next(k for k in range(at, len(text)) if text[k] in ends and text[k - 1] != "\\")


def _decoded(text: str) -> str:
    """`html_entity_decode` with the names of HTML 4.01, then the backslashes before `}` and `#` taken away."""
    def character(found: re.Match[str]) -> str:
        code = found[1]
        if code.startswith("#"):
            return chr(int(code[2:], 16) if code[1] in "xX" else int(code[1:]))
        return chr(name2codepoint[code]) if code in name2codepoint else found[0]

    return re.sub(r"&(#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z0-9]+);", character, text).replace("\\}", "}").replace("\\#", "#")


@dataclass(frozen=True)
class Choice:
    fraction: float
    text: str
    feedback: str


@dataclass(frozen=True)
class Question:
    """A question as the importer has it: fields of HTML by their names."""

    kind: str
    fields: dict[str, str]
    category: str
    grade: str
    idnumber: str
    tags: tuple[str, ...]
    hints: tuple[str, ...]
    choices: tuple[Choice, ...] = field(default=())
    single: bool = True


def imported(data: bytes) -> tuple[dict[str, str], list[Question]]:
    """The categories (path to idnumber) and the questions of a file, in order."""
    root = ET.fromstring(data)
    assert root.tag == "quiz"
    categories: dict[str, str] = {}
    questions, category = [], ""
    for node in root:
        assert node.tag == "question"
        if node.attrib["type"] == "category":
            category = _text(node, "category/text")
            categories[category] = _text(node, "idnumber")
            continue
        fields = {each.tag: _text(each, "text") for each in node if each.find("text") is not None}
        choices = tuple(Choice(float(each.attrib["fraction"]) / 100, _text(each, "text"), _text(each, "feedback/text")) for each in node.findall("answer"))
        questions.append(Question(
            node.attrib["type"], fields, category, _text(node, "defaultgrade"), _text(node, "idnumber"),
            tuple(each.text or "" for each in node.findall("tags/tag/text")), tuple(each.text or "" for each in node.findall("hint/text")),
            choices, _text(node, "single") != "false"))
    return categories, questions


def _text(node: ET.Element, path: str) -> str:
    return (node.findtext(path) or "").strip()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.tags: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.silent += tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag == "style"

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words.append(data)


def visible(html: str) -> str:
    """What a browser shows of HTML, white space made one."""
    parser = _Words()
    parser.feed(html)
    parser.close()
    return re.sub(r"\s+", " ", "".join(parser.words)).strip()


def tags(html: str) -> set[str]:
    """The elements of HTML."""
    parser = _Words()
    parser.feed(html)
    return set(parser.tags)
