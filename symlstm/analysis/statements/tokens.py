"""The tokens of a statement: `$...$` by the LaTeX lexer, the rest by the plain one, all with their places in the whole text.

A regular expression behind `matches` has signs of its own; it becomes one token of kind `remark` that holds it as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from symlstm.errors import NotationError
from symlstm.notation.functions import WORDS
from symlstm.notation.lexer import Kind, Token, lex

LANGUAGE = (
    "count", "run", "longest", "last", "first", "seen", "any", "mod", "is", "odd", "even", "and", "or", "not", "iff", "implies",
    "matches", "round", "argmax", "abs",
)
"""The words of the language beside the functions of `notation.functions`."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign that the lexer of formulas doesn't know: what it is read as, or what to write in its place."""

    pattern: str
    kind: Kind = "word"
    text: str = ""
    hint: str = ""


_SIGNS = (
    Sign(r"∧|\\(?:land|wedge)\b", "word", "and"),
    Sign(r"∨|\\(?:lor|vee)\b", "word", "or"),
    Sign(r"¬|\\(?:lnot|neg)\b", "word", "not"),
    Sign(r"\\(?:bmod|mod)\b", "word", "mod"),
    Sign(r"<=>|<->|⟺|↔|\\(?:Longleftrightarrow|leftrightarrow)\b", "relation", "⇔"),
    Sign(r"==>|⟹|\\Longrightarrow\b", "relation", "⇒"),
    Sign(r"\\pmod\b|\\?%", hint="for a remainder write mod, as in `{count} mod 2 = 1`"),
    Sign(r"&&?", hint="write and"),
    Sign(r"\|\|?", hint="write or"),
    Sign(r"!(?!=)", hint="write not"),
    Sign(r"\*\*", hint="there are no powers here; write the product out"),
)
_MATCHES = r"(?<![\w\\])matches(?!\w)|\\(?:text|mathrm|operatorname)\{\s*matches\s*\}"
_BREAK = re.compile("|".join([r"(?P<dollar>\$\$?|\\\(|\\\))", f"(?P<matches>{_MATCHES})", *(f"(?P<s{k}>{sign.pattern})" for k, sign in
                                                                                            enumerate(_SIGNS))]))
_REGEX_ENDS = re.compile(
    r"(?<![\w\\])(?:and|or|iff|implies)(?!\w)|[⇔⇒∧∨⟺⟹↔]|<?=>|<->|&|\\(?:iff|implies|Rightarrow|Leftrightarrow|Longrightarrow|"
    r"Longleftrightarrow|leftrightarrow|land|wedge|lor|vee)\b|\\text\{\s*(?:and|or|iff|implies)\s*\}"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A token, with whether it stands in LaTeX and in which stretch of text without a change between LaTeX and plain."""

    token: Token
    latex: bool
    stretch: int


def pieces(text: str, letters: Sequence[str]) -> tuple[Piece, ...]:
    """All tokens of a statement.

    >>> [piece.token.text for piece in pieces("$h_t$ = 1 iff matches (a|b)*", ["a", "b"])]
    ['h', '_', 't', '=', '1', 'iff', 'matches', ' (a|b)*']
    """
    return tuple(_Scan(text, letters).pieces())


class _Scan:
    def __init__(self, text: str, letters: Sequence[str]) -> None:
        self.text = text
        self.names = spelled(letters)
        self.letters = letters
        self.unread = re.compile("|".join(re.escape(name) for name in letters if not _lexed(name)) or r"(?!)")
        self.opened: int | None = None
        """Where the LaTeX that we are in begins."""
        self.stretch = 0

    def pieces(self) -> Iterator[Piece]:
        at = 0
        while at < len(self.text):
            # A letter of the alphabet that isn't made of what the lexer knows stands for itself.
            found = min((m for m in (self.unread.search(self.text, at), _BREAK.search(self.text, at)) if m), key=re.Match.start,
                        default=None)
            yield from self._lexed(at, found.start() if found else len(self.text))
            if found is None:
                break
            at = found.end()
            if found.re is self.unread:
                yield self._piece(Token("word", found.group(), found.start(), at))
            elif found.group("dollar"):
                self._turn(found.group(), found.start())
            elif found.group("matches"):
                yield self._piece(Token("word", "matches", found.start(), at))
                start, at = at, self._regex_end(at)
                yield self._piece(Token("remark", self.text[start:at], start, at))
            else:
                yield self._piece(self._sign(found))
        if self.opened is not None:
            raise NotationError("this formula isn't closed; `$` is missing behind it", offset=self.opened)

    def _piece(self, token: Token, latex: bool | None = None) -> Piece:
        return Piece(token, self.opened is not None if latex is None else latex, self.stretch)

    def _turn(self, mark: str, at: int) -> None:
        if (mark == r"\(" and self.opened is not None) or (mark == r"\)" and self.opened is None):
            raise NotationError(f"'{mark}' doesn't fit here; formulas stand between two `$`", offset=at)
        self.opened = at if self.opened is None else None
        self.stretch += 1

    def _sign(self, found: re.Match[str]) -> Token:
        row = next(sign for k, sign in enumerate(_SIGNS) if found.group(f"s{k}") is not None)
        if row.hint:
            count = f"count({self.letters[-1] if self.letters else 'a'})"
            raise NotationError(f"'{found.group()}' isn't part of the language; {row.hint.format(count=count)}", offset=found.start())
        return Token(row.kind, row.text, found.start(), found.end())

    def _regex_end(self, at: int) -> int:
        """Where the regular expression ends: at the end, at a bracket that closes nothing, or before and, or, iff."""
        depth = 0
        while at < len(self.text):
            if name := self.names.match(self.text, at):
                at = name.end()
                continue
            if _REGEX_ENDS.match(self.text, at):
                break
            character = self.text[at]
            if character == "$":
                self._turn("$", at)
            depth += (character == "(") - (character == ")")
            if depth < 0:
                break
            at += 1
        return at

    def _lexed(self, start: int, stop: int) -> Iterator[Piece]:
        latex = self.opened is not None
        chunk = self.text[start:stop]
        if not latex:
            for sign, hint in (("\\", "LaTeX stands between two `$`"), ("~", "write not, or != for 'differs from'")):
                if (found := chunk.find(sign)) >= 0:
                    raise NotationError(f"'{sign}' can't stand in plain text; {hint}", offset=start + found)
        tokens = list(_shifted(chunk, start, latex))
        for token in _spelled_out(tokens, self.letters) if latex else tokens:
            match token.kind:
                case "remark":
                    inner = self.text.index(token.text, token.pos)
                    for word in _shifted(token.text, inner, False):
                        yield self._piece(word, False)
                case "gap" if token.text:
                    yield self._piece(replace(token, kind="word"), False)
                case "gap":
                    pass
                case _:
                    yield self._piece(token)


def spelled(letters: Sequence[str]) -> re.Pattern[str]:
    """A pattern of the letters' names as they may stand in a text, spaces inside them as one likes; group 1 is the name.

    >>> spelled(["a", "[1, 0]"]).match("[1,0] a").group(1)
    '[1,0]'
    """
    names = sorted((name for name in letters if name), key=len, reverse=True)
    alternatives = (r"\s*".join(map(re.escape, re.findall(r"\w+|\S", name))) for name in names)
    return re.compile(rf"(?<!\w)({'|'.join(alternatives)})(?!\w)" if names else r"(?!)")


def _lexed(name: str) -> bool:
    try:
        return _BREAK.search(name) is None and bool(lex(name, latex=False))
    except NotationError:
        return False


def _shifted(text: str, start: int, latex: bool) -> Iterator[Token]:
    try:
        tokens = lex(text, latex=latex)
    except NotationError as error:
        error.offset += start
        raise
    for token in tokens:
        yield replace(token, pos=token.pos + start, end=token.end + start)


def _spelled_out(tokens: Sequence[Token], letters: Sequence[str]) -> Iterator[Token]:
    """The tokens of LaTeX, in which letters that stand side by side and spell a word of the language are that word."""
    runs: list[list[Token]] = []
    for token in tokens:
        if runs and token.kind == runs[-1][-1].kind == "letter" and runs[-1][-1].end == token.pos:
            runs[-1].append(token)
        else:
            runs.append([token])
    for run in runs:
        word = "".join(token.text for token in run)
        if len(run) > 1 and word in WORDS:
            yield Token("function", WORDS[word], run[0].pos, run[-1].end)
        elif len(run) > 1 and (word in LANGUAGE or word in letters):
            yield Token("word", word, run[0].pos, run[-1].end)
        else:
            yield from run
