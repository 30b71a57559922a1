r"""From a piece of mathematics to its statements: rows, `&` columns, commas and gaps taken apart.

`W &= 0 & b &= 1, & c_{-1} &= 0 \\` is three statements; a row that begins with a sign or a relation goes on with the one above;
words at a statement's end are its role ("forget gate"). A statement that can't be read keeps its error, so that whoever asked
can tell prose from a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from symlstm.errors import MistakeError, NotationError
from symlstm.notation.lexer import Token, lex
from symlstm.notation.parser import Parser
from symlstm.notation.symbols import Vocabulary
from symlstm.notation.tree import Chain, Expr

_LAYOUTS = frozenset(
    ["aligned", "align", "gathered", "gather", "split", "equation", "multline", "alignedat", "alignat", "eqnarray", "flalign",
     "displaymath", "math", "array"]
)
_EQUALS = re.compile("[=＝]")
_DIVIDING = frozenset(["begin", "end", "row", "amp", "gap", "comma", "semicolon", "remark"])
"""Kinds of tokens without which all is one statement."""
_BEFORE_LEFT = ("\\\\", "&", ",", "\\quad", "}", "\n", "$")
_MOST_LEFTS = 100
_LONGEST_LEFT = 200


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: its chain, or the error that kept it from being read."""

    chain: Chain | None
    error: NotationError | None
    left: Expr | None
    """What stands before the first relation, where that much could be read."""
    role: str
    row: int
    mark: str
    """What separated it from the one before in its row: `,`, or nothing."""
    pos: int
    asks: bool = False
    """Whether it only asks (`h_3 = ?`)."""
    worded: bool = False
    """Whether words stand in its piece that no tree keeps (`\\text{where}`, `\\forall t`)."""


@dataclass(frozen=True, slots=True)
class _Piece:
    tokens: tuple[Token, ...]
    row: int
    mark: str


def statements(text: str, vocabulary: Vocabulary | None = None, *, latex: bool = True) -> tuple[Statement, ...]:
    r"""Read all statements of a piece of mathematics.

    >>> [str(s.role) for s in statements(r"\begin{aligned} f_t &= 1 && \text{forget gate} \\ b &= 0, & c &= 1 \end{aligned}")]
    ['forget gate', '', '']
    """
    vocabulary = vocabulary or Vocabulary()
    out: list[Statement] = []
    try:
        tokens = lex(text, latex=latex)
        pieces = _pieces(tokens)
    except NotationError as error:
        lefts = _lefts(text, vocabulary, latex) or [None]
        return tuple(Statement(None, error, left, "", 0, "", error.offset) for left in lefts)
    worded = any(token.kind == "gap" and token.text for token in tokens)
    for piece in pieces:
        stated, role = _role(piece.tokens)
        if not stated:
            if out and role and not out[-1].role:
                out[-1] = replace(out[-1], role=role)
            continue
        bare = _without_opening_words(stated)
        worded |= len(bare) < len(stated)
        out.append(_read(bare, role, piece, vocabulary, latex))
    return tuple(replace(statement, worded=True) for statement in out) if worded else tuple(out)


def _without_opening_words(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens behind the words that open a statement (`\\text{where now } z_t = ...`)."""
    start = next((k for k, token in enumerate(tokens) if token.kind != "remark"), 0)
    return tokens[start:] if any(token.kind == "relation" for token in tokens[start + 1 :]) else tokens


def _read(tokens: Sequence[Token], role: str, piece: _Piece, vocabulary: Vocabulary, latex: bool) -> Statement:
    pos = tokens[0].pos
    if len(tokens) > 2 and tokens[-1].kind == "question" and tokens[-2].kind == "relation":
        tokens = tokens[:-2]
        read = _read(tokens, role, piece, vocabulary, latex)
        return Statement(read.chain, read.error, read.left, role, piece.row, piece.mark, pos, True)
    if tokens[-1].kind == "semicolon":
        tokens = tokens[:-1]
    parser = Parser(tokens, vocabulary, latex=latex)
    left: Expr | None = None
    try:
        chain = parser.chain()
        left = chain.members[0]
        parser.finish()
    except NotationError as error:
        if left is None:
            left = _first_member(tokens, vocabulary, latex)
        return Statement(None, error, left, role, piece.row, piece.mark, pos)
    return Statement(chain, None, left, role, piece.row, piece.mark, pos)


def _first_member(tokens: Sequence[Token], vocabulary: Vocabulary, latex: bool) -> Expr | None:
    stop = next((k for k, token in enumerate(tokens) if token.kind == "relation"), None)
    if not stop:
        return None
    parser = Parser(tokens[:stop], vocabulary, latex=latex)
    try:
        tree = parser.sum()
        parser.finish()
    except NotationError:
        # The left side can't be read either: there is nothing to report on it but the first error.
        return None
    return tree


def _lefts(text: str, vocabulary: Vocabulary, latex: bool) -> list[Expr | None]:
    """What stands before each `=` of a text in which a sign couldn't be read, where that much can be."""
    found: list[Expr | None] = []
    for equals in [match.start() for match in _EQUALS.finditer(text)][:_MOST_LEFTS]:
        near = max(0, equals - _LONGEST_LEFT)
        before = text[near:equals].rstrip("& ")
        start = max(before.rfind(mark) + len(mark) if mark in before else 0 for mark in _BEFORE_LEFT)
        for begin in dict.fromkeys((start, 0)):
            try:
                left = _first_member(lex(before[begin:] + "=", latex=latex), vocabulary, latex)
            except NotationError:
                continue
            if left is not None:
                found.append(left)
                break
    return found


def _role(tokens: Sequence[Token]) -> tuple[Sequence[Token], str]:
    """The tokens without the words at their end, and those words."""
    words: list[str] = []
    while tokens and tokens[-1].kind == "remark":
        words.insert(0, " ".join(tokens[-1].text.split()))
        tokens = tokens[:-1]
    if tokens and all(token.kind in ("word", "remark", "function") for token in tokens) and not any(
        token.kind == "function" and not token.latex.startswith("\\text") for token in tokens
    ):
        words = [" ".join(_word(token).split()) for token in tokens] + words
        tokens = []
    text = " ".join(words).strip().strip("()").strip(" ,.:")
    return tokens, text


def _word(token: Token) -> str:
    if token.kind == "function" and "{" in token.latex:
        return token.latex[token.latex.index("{") + 1 : -1]
    return token.text


def _pieces(tokens: Sequence[Token]) -> list[_Piece]:
    """Statements as runs of tokens."""
    if not any(token.kind in _DIVIDING for token in tokens):
        return [_Piece(tuple(tokens), 0, "")] if tokens else []
    pieces: list[_Piece] = []
    current: list[Token] = []
    row, depth, arrays, mark = 0, 0, 0, ""
    fresh_row = continues = False
    layouts: list[Token] = []

    def flush(next_mark: str = "") -> None:
        nonlocal current, mark, continues, fresh_row
        if current:
            if continues and pieces:
                last = pieces.pop()
                pieces.append(_Piece((*last.tokens, *current), last.row, last.mark))
            else:
                pieces.append(_Piece(tuple(current), row, mark))
            mark = next_mark
            fresh_row = False
        current, continues = [], False

    for index, token in enumerate(tokens):
        layout = token.kind in ("begin", "end") and token.text in _LAYOUTS and depth == 0 and not arrays
        if token.kind == "begin" and not (layout and not (current and current[-1].kind == "open")):
            arrays += 1
        elif token.kind == "begin":
            layouts.append(token)
            continue
        elif token.kind == "end" and arrays:
            arrays -= 1
        elif token.kind == "end" and layouts and token.text == layouts[-1].text:
            layouts.pop()
            continue
        elif token.kind == "end":
            opened = f"; \\begin{{{layouts[-1].text}}} is open here" if layouts else ""
            raise MistakeError(f"\\end{{{token.text}}} closes nothing{opened}", offset=token.pos)
        if token.kind in ("open", "group"):
            depth += 1
        elif token.kind in ("close", "ungroup"):
            depth = max(0, depth - 1)
        top = depth == 0 and arrays == 0
        if top and token.kind == "row":
            flush()
            row += 1
            mark, fresh_row = "", True
        elif top and token.kind == "amp":
            before = tokens[index - 1] if index else None
            after = tokens[index + 1] if index + 1 < len(tokens) else None
            joins = (after is not None and after.kind == "relation") or (before is not None and before.kind == "relation")
            if not joins and current:
                flush()
        elif top and token.kind == "gap":
            following = tokens[index + 1] if index + 1 < len(tokens) else None
            if current and token.text:
                flush("," if token.text == "and" else "")
            elif current and not (following is not None and following.kind in ("op", "mark", "relation")):
                flush()
        elif top and token.kind in ("comma", "semicolon"):
            flush(",")
        elif top and token.kind == "remark" and current:
            current.append(token)
            flush()
        elif token.kind in ("amp", "gap") and not arrays:
            continue
        else:
            if fresh_row and not current and (token.kind == "relation" or (token.kind == "op" and token.text in "+-") or (
                token.kind == "mark"
            )):
                continues = True
            current.append(token)
    flush()
    if layouts:
        raise MistakeError(f"\\begin{{{layouts[-1].text}}} isn't closed", offset=layouts[-1].pos)
    return pieces
