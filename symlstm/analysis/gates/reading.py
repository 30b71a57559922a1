r"""Reading a claim about the cell: `g_t^i = 0 \Rightarrow s_t^i = s_{t-1}^i`, `-1 < h_t < 1`, "if g_t = 0 then s_t = s_{t-1}".

In comes the text of a claim with the cell's vocabulary, out goes a `GateClaim`: premises and conclusions, each one relation between
two trees. A claim about the inputs so far (`h_t = 1 iff run(1) is odd`) is none, and is handed on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from symlstm.errors import NotationError
from symlstm.notation.lexer import lex
from symlstm.notation.statements import statements
from symlstm.notation.symbols import INDEX_LETTERS, Vocabulary, symbols_in
from symlstm.notation.tree import Chain, Expr, Listing, Power, Running, Symbol, rebuild

COMPARED = ("=", "≠", "<", "≤", ">", "≥")
_ALIKE = {"≡": "=", ":=": "="}
_TURNED = {"<": ">", "≤": "≥", ">": "<", "≥": "≤"}


@dataclass(frozen=True, slots=True)
class Relation:
    """Two trees in running time and the relation between them, one of `COMPARED`; a vector's holds for every entry."""

    left: Expr
    sign: str
    right: Expr

    @property
    def turned(self) -> Relation:
        """The same said from the other side."""
        return Relation(self.right, _TURNED.get(self.sign, self.sign), self.left)


@dataclass(frozen=True, slots=True)
class GateClaim:
    """What is supposed and what is said to follow, at any step and for any entries that letters name."""

    premises: tuple[Relation, ...]
    conclusions: tuple[Relation, ...]

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """Every symbol that the claim names."""
        relations = (*self.premises, *self.conclusions)
        return tuple(symbol for r in relations for side in (r.left, r.right) for symbol in symbols_in(side))

    @property
    def entries(self) -> tuple[int | str, ...]:
        """The entries that are named, by number or letter."""
        return tuple(dict.fromkeys(s.entry for s in self.symbols if s.entry is not None))


# Words are put into signs of the same length, so that every place in the claim stays where it is.
_WORDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\\text\{\s*(?:if|when|whenever)\s*\}"), " "),
    (re.compile(r"\\text\{\s*(?:then|implies)\s*\}"), "=>"),
    (re.compile(r"\\(?:land|wedge)(?![A-Za-z])|∧|\\text\{\s*and\s*\}"), ","),
    (re.compile(r"\\q?quad(?![A-Za-z])"), " "),
    (re.compile(r"(?:,\s*)?\b(?:then|implies)\b"), "=>"),
    (re.compile(r"^\s*(?:if|when|whenever)\b", re.IGNORECASE), " "),
    (re.compile(r"\band\b"), ","),
    (re.compile(r"[,;]?\s*for (?:all|every|each|any)(?: entry| entries)? \$?[a-z]\$?(?=\s*[.:]?\s*$)"), " "),
    (re.compile(r"\$"), " "),
    (re.compile(r"\.\s*$"), " "),
)
_OF_INPUTS = re.compile(r"\b(?:count|run|longest|last|first|seen|matches|mod|iff|odd|even|round|argmax|not|or)\b(?!\w)")
_MATHS = re.compile(r"\\(?:iff|text|operatorname|mathrm)\b")


def is_about_inputs(text: str) -> bool:
    r"""Whether a claim speaks of the inputs so far, or of what is read off the state.

    >>> is_about_inputs("$c_t$ = count(a) - count(b)"), is_about_inputs(r"$g_t = 0 \iff s_t = s_{t-1}$")
    (True, False)
    """
    return _OF_INPUTS.search(_MATHS.sub(lambda found: " " * len(found.group()), text)) is not None


def read_claim(text: str, vocabulary: Vocabulary) -> tuple[GateClaim, ...]:
    r"""The claims that a text writes: one, or two where it says `⇔`. Raises `NotationError` with its offset in the text.

    >>> from symlstm.notation.tree import Name
    >>> names = {name: name for name in (Name("g"), Name("s"))}
    >>> (claim,) = read_claim(r"$g_t^i = 0 \Rightarrow s_t^i = s_{t-1}^i$", Vocabulary(timed=names, complete=True))
    >>> len(claim.premises), claim.entries
    (1, ('i',))
    """
    written = text
    for pattern, sign in _WORDS:
        written = pattern.sub(partial(_centred, sign), written)
    latex = "$" in text or "\\" in text
    read = statements(written, vocabulary, latex=latex)
    sides: list[list[Relation]] = [[]]
    arrows: list[str] = []
    if not read:
        raise NotationError("no equation or inequality stands here; write one, such as g_t = 0 => s_t = s_{t-1}")
    for statement in read:
        if statement.error is not None:
            raise statement.error
        assert statement.chain is not None
        if statement.role:
            raise NotationError(f"the words '{statement.role}' aren't read in a claim; leave them out", offset=statement.pos)
        for arrow, part in _parts(statement.chain, written, latex):
            if arrow:
                arrows.append(arrow)
                sides.append([])
            sides[-1] += _relations(part, vocabulary)
    if len(arrows) > 1:
        raise NotationError("more than one ⇒ in a claim; make a claim of each", offset=_arrow_at(written, latex))
    shifted = _shifted(sides)
    if not arrows:
        return (GateClaim((), tuple(shifted[0])),)
    one, other = tuple(shifted[0]), tuple(shifted[1])
    return (GateClaim(one, other), GateClaim(other, one)) if arrows == ["⇔"] else (GateClaim(one, other),)


def _centred(sign: str, found: re.Match[str]) -> str:
    """A sign in the middle of as much room as what it stands for takes."""
    return sign.center(len(found.group()))


def _arrow_at(text: str, latex: bool) -> int:
    return [token.pos for token in lex(text, latex=latex) if token.text in ("⇒", "⇔")][1]


def _parts(chain: Chain, text: str, latex: bool) -> Iterator[tuple[str, Chain]]:
    """The chain taken apart at ⇒ and ⇔, each part with the arrow in front of it."""
    start, arrow = 0, ""
    for k, relation in enumerate((*chain.relations, "")):
        if relation not in ("⇒", "⇔", ""):
            continue
        part = Chain(chain.members[start : k + 1], chain.relations[start:k], chain.pos, chain.spans[start : k + 1])
        if not part.relations:
            raise NotationError("an equation or inequality is missing here, such as s_t = s_{t-1}", offset=part.spans[0][0])
        yield arrow, part
        start, arrow = k + 1, relation


def _relations(chain: Chain, vocabulary: Vocabulary) -> Iterator[Relation]:
    for k, written in enumerate(chain.relations):
        sign = _ALIKE.get(written, written)
        left, right = (_normal(member, vocabulary) for member in chain.members[k : k + 2])
        if sign == "∈" and isinstance(right, Listing) and len(right.items) == 2:
            within = "<" if right.bracket == "(" else "≤"
            yield Relation(right.items[0], within, left)
            yield Relation(left, within, right.items[1])
            continue
        if sign not in COMPARED:
            raise NotationError(f"{written} isn't read in a claim; write one of {' '.join(COMPARED)}", offset=chain.spans[k][1])
        yield Relation(left, sign, right)


def _normal(tree: Expr, vocabulary: Vocabulary) -> Expr:
    """Symbols of the cell without a time mean t; `(s_t)^i` is entry i."""
    match tree:
        case Symbol(at=None) if tree.name in vocabulary.timed:
            return replace(tree, at=Running(0, vocabulary.running))
        case Power(base=Symbol(at=Running(), entry=None) as base, exponent=Symbol(name=letter, at=None)) if (
            str(letter) in INDEX_LETTERS and letter not in vocabulary.plain
        ):
            return replace(base, entry=str(letter))
        case _:
            return rebuild(tree, lambda part: _normal(part, vocabulary))


def _shifted(sides: Sequence[Sequence[Relation]]) -> list[list[Relation]]:
    """The relations with their latest time as t, where they are written in t+1."""
    every = [s for side in sides for r in side for part in (r.left, r.right) for s in symbols_in(part)]
    latest = max((s.at.offset for s in every if isinstance(s.at, Running)), default=0)

    def back(tree: Expr) -> Expr:
        if isinstance(tree, Symbol) and isinstance(tree.at, Running):
            return replace(tree, at=replace(tree.at, offset=tree.at.offset - latest))
        return rebuild(tree, back)

    if latest <= 0:
        return [list(side) for side in sides]
    return [[Relation(back(r.left), r.sign, back(r.right)) for r in side] for side in sides]
