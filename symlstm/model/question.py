"""What is asked: a closed union of six kinds of question, read from the YAML of a `question` block.

In comes the text of one block, out goes a frozen question whose places, symbols and claims are still text with positions: what
they name is checked by those who know the cell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar, TypeAlias

from symlstm.errors import DocumentError, Source
from symlstm.model.convention import Convention, read_convention
from symlstm.model.fields import fields, number, text_of, texts_of
from symlstm.model.frontmatter import read_given, read_inputs
from symlstm.model.yaml_text import Node, Scalar, Sequence, compose, shown

KINDS = ("find", "simplify", "state", "claims", "carried", "comment")
COMMON = ("ask", "label", "points", "answer", "given", "inputs", "convention")
_KEYS = (*KINDS, "readout", *COMMON)
_KIND_WORDS = ", ".join(KINDS[:-1]) + " and " + KINDS[-1]
_MOST_POINTS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What every kind of question has."""

    number: int
    """Among the document's questions, from 1."""
    ask: str = ""
    """The author's own wording; empty for the generated sentence."""
    label: str = ""
    points: int | Fraction | None = None
    answer: Node | None = None
    """The author's key, to be verified."""
    given: tuple[tuple[Scalar, Node], ...] = ()
    """Data of this question alone, over the document's."""
    inputs: Node | None = None
    convention: Convention = field(default_factory=Convention)
    """Only its `declared` keys say something; `document.merged(question)` is what holds."""
    pos: int = field(default=0, compare=False)
    """Where the block's text starts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindQuestion(Asked):
    """The values of places or symbols."""

    kind: ClassVar[str] = "find"
    places: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifyQuestion(Asked):
    """The equations once the parameters are in; no symbols means all."""

    kind: ClassVar[str] = "simplify"
    symbols: tuple[Scalar, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StateQuestion(Asked):
    """Which of these symbols make up the state."""

    kind: ClassVar[str] = "state"
    symbols: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsQuestion(Asked):
    """Which of these statements hold."""

    kind: ClassVar[str] = "claims"
    claims: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedQuestion(Asked):
    """Which properties of the inputs so far the readout determines."""

    kind: ClassVar[str] = "carried"
    claims: tuple[Scalar, ...]
    readout: Scalar | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentQuestion(Asked):
    """What a value means in words."""

    kind: ClassVar[str] = "comment"
    place: Scalar


Question: TypeAlias = FindQuestion | SimplifyQuestion | StateQuestion | ClaimsQuestion | CarriedQuestion | CommentQuestion


def read_question(text: str, source: Source, offset: int, number: int) -> Question:
    """The question that a block's text writes, which starts at `offset` of the source.

    >>> block = "find: [f_1, h_1]\\npoints: 2\\n"
    >>> asked = read_question(block, Source("a.md", block), 0, 1)
    >>> asked.kind, asked.points, [place.text for place in asked.places]
    ('find', 2, ['f_1', 'h_1'])
    """
    mapping = compose(text, source, offset)
    given = fields(mapping, _KEYS, source)
    kinds = [key for key, _ in mapping.entries if key.text in KINDS]
    if not kinds:
        fence = source.text.rfind("\n", 0, max(0, offset - 1)) + 1
        raise DocumentError(f"this block asks nothing; write one of {_KIND_WORDS}", source, offset if text.strip() else fence)
    if len(kinds) > 1:
        raise DocumentError(
            f"`{kinds[0].text}` and `{kinds[1].text}` in one block; make two blocks, each with one of {_KIND_WORDS}",
            source, kinds[1].pos,
        )
    kind = kinds[0].text
    if "readout" in given and kind != "carried":
        at = next(key.pos for key, _ in mapping.entries if key.text == "readout")
        raise DocumentError("`readout` belongs to `carried`; leave it out here", source, at)
    common = _common(given, source) | {"number": number, "pos": mapping.pos}
    asked, what = given[kind], f"`{kind}`"
    match kind:
        case "find":
            return FindQuestion(places=texts_of(asked, what, source), **common)
        case "simplify":
            return SimplifyQuestion(symbols=_simplified(asked, source), **common)
        case "state":
            return StateQuestion(symbols=texts_of(asked, what, source), **common)
        case "claims":
            return ClaimsQuestion(claims=texts_of(asked, what, source), **common)
        case "carried":
            readout = text_of(given["readout"], "`readout`", source) if "readout" in given else None
            return CarriedQuestion(claims=texts_of(asked, what, source), readout=readout, **common)
        case _:
            return CommentQuestion(place=text_of(asked, what, source), **common)


def _common(given: dict[str, Node], source: Source) -> dict[str, Any]:
    return {
        "ask": text_of(given["ask"], "`ask`", source).text.strip() if "ask" in given else "",
        "label": text_of(given["label"], "`label`", source).text.strip() if "label" in given else "",
        "points": _points(given["points"], source) if "points" in given else None,
        "answer": given.get("answer"),
        "given": read_given(given.get("given"), source),
        "inputs": read_inputs(given.get("inputs"), source),
        "convention": read_convention(given["convention"], source) if "convention" in given else Convention(),
    }


def _simplified(node: Node, source: Source) -> tuple[Scalar, ...]:
    if isinstance(node, Sequence):
        return texts_of(node, "`simplify`", source)
    word = text_of(node, "`simplify`", source)
    if word.text != "all":
        raise DocumentError(f"`simplify` takes all or a list of symbols; write [{shown(word)[1:-1]}]", source, word.pos)
    return ()


def _points(node: Node, source: Source) -> int | Fraction:
    points = number(node, "`points`", source)
    if not 0 <= points <= _MOST_POINTS:
        raise DocumentError(f"`points` must be from 0 to {_MOST_POINTS:,}", source, node.pos)
    return points.numerator if points.denominator == 1 else points
