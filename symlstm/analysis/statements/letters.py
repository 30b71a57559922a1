"""Letters of the alphabet as statements write them, and regular expressions over them.

A letter is known by its name; a number also by its value (`1.0` is the letter 1), and so is a vector.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction

from flint import fmpq

from symlstm.analysis.statements.regular import all_in_turn, one_of, repeated
from symlstm.analysis.statements.tokens import spelled
from symlstm.analysis.statements.tree import Empty, One, Regex
from symlstm.arithmetic.real import fraction
from symlstm.arithmetic.value import Value, Vector
from symlstm.errors import NotationError
from symlstm.notation.lexer import Token

MOST_SYMBOLS = 500
"""Letters and signs of a regular expression; also letters once each `+` is written out."""
DEEPEST = 40
_LONGEST_NAME = 60
"""Tokens that one letter's name may take."""

Numbers = tuple[Fraction, ...]


class Alphabet:
    """The letters 0, 1, ... by their names and values."""

    def __init__(self, names: Sequence[str], values: Sequence[Value]) -> None:
        self.names = tuple(names)
        self.by_name = {re.sub(r"\s", "", name): index for index, name in enumerate(names)}
        self.by_value: dict[Numbers, list[int]] = {}
        for index, value in enumerate(values):
            if (numbers := _numbers_of(value)) is not None:
                self.by_value.setdefault(numbers, []).append(index)
        # A name that is a number stands for that number however it is written, whatever the letter's value.
        for index, name in enumerate(names):
            if (number := _number(name)) is not None:
                self.by_value[(number,)] = [index]

    @property
    def shown(self) -> str:
        """The letters, for a message."""
        names = ", ".join(self.names[:12])
        return f"{names}, ..." if len(self.names) > 12 else names

    @property
    def example(self) -> str:
        """A letter for a message."""
        return self.names[-1] if self.names else "a"

    def stranger(self, word: str) -> str:
        """What to say of a letter that there isn't."""
        apart = len(word) > 1 and set(word) <= set(self.names)
        hint = f"; write {' '.join(word[:40])} for one after the other" if apart else ""
        return f"{word[:40]} isn't a letter of the alphabet ({self.shown}){hint}"

    def settle_any(self, offset: int) -> None:
        """An error where `any` is a letter's name too."""
        if "any" in self.by_name:
            raise NotationError("any means every letter here, and is a letter of the alphabet too; rename that letter", offset=offset)

    def named(self, text: str) -> int | None:
        """The letter of this name or number.

        >>> Alphabet(["0", "1"], []).named("1.0")
        1
        """
        known = self.by_name.get(re.sub(r"\s", "", text))
        if known is not None:
            return known
        number = _number(text)
        return None if number is None else self.valued((number,))

    def valued(self, numbers: Numbers) -> int | None:
        """The one letter of this value."""
        indices = self.by_value.get(numbers, [])
        return indices[0] if len(indices) == 1 else None

    def at(self, tokens: Sequence[Token]) -> tuple[int, int] | None:
        """The letter that tokens begin with, by the longest name that fits, and how many tokens it takes."""
        best: tuple[int, int] | None = None
        written = ""
        for k, token in enumerate(tokens[:_LONGEST_NAME]):
            written += token.text
            if written in self.by_name and _ends(tokens, k):
                best = self.by_name[written], k + 1
        return best or self._by_value(tokens)

    def _by_value(self, tokens: Sequence[Token]) -> tuple[int, int] | None:
        if tokens and tokens[0].kind == "open":
            end = next((k for k, token in enumerate(tokens[:_LONGEST_NAME]) if token.kind == "close"), 0)
            parts = "".join(token.text for token in tokens[1:end]).split(",")
            numbers = [_number(part) for part in parts]
            known = self.valued(tuple(n for n in numbers if n is not None))
            return (known, end + 1) if known is not None and end and None not in numbers else None
        for count in (4, 3, 2, 1):
            if len(tokens) >= count and (number := _number("".join(token.text for token in tokens[:count]))) is not None:
                known = self.valued((number,))
                return (known, count) if known is not None and _ends(tokens, count - 1) else None
        return None


def _ends(tokens: Sequence[Token], k: int) -> bool:
    """Whether a name can end with token k: nothing is written on to it."""
    following = tokens[k + 1] if k + 1 < len(tokens) else None
    goes_on = following is not None and (following.kind in ("letter", "word", "number", "sub", "sup") or following.text == "/")
    return following is None or following.pos > tokens[k].end or not goes_on


def _number(text: str) -> Fraction | None:
    if len(text) > 40 or not re.fullmatch(r"[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:/0*[1-9]\d*)?", text, re.ASCII):
        return None
    above, _, below = text.partition("/")
    return Fraction(above) / int(below or 1)


def _numbers_of(value: Value) -> Numbers | None:
    entries = value.entries if isinstance(value, Vector) else (value,)
    known = [fraction(entry) for entry in entries if isinstance(entry, fmpq)]
    return tuple(known) if len(known) == len(entries) else None


# -- regular expressions -------------------------------------------------------------------------------------------------------

_SIGNS = re.compile(r"\s+|\$|\\[,;: ]|(?P<or>\\?\||\\(?:mid|vert|lor)\b)|(?P<sign>[()]|\^?\{?(?:[*+?]|\\ast\b)\}?)")
_WORD = re.compile(r"[-+−]?[\w./]+|\\\w+|\[[^\]]*\]|.", re.DOTALL)


def read_regex(text: str, alphabet: Alphabet, offset: int) -> Regex:
    """The regular expression that a text writes: letters with spaces between them, `any`, `( ) | * + ?`.

    >>> read_regex("a b*", Alphabet(["a", "b"], []), 0)
    InTurn(first=One(letter=0), second=Repeated(inner=One(letter=1)))
    """
    return _RegexReader(text, alphabet, offset).whole()


class _RegexReader:
    def __init__(self, text: str, alphabet: Alphabet, offset: int) -> None:
        self.alphabet = alphabet
        self.symbols = list(_symbols(text, alphabet, offset))
        self.end = offset + len(text.rstrip(" $"))
        self.at = 0
        self.depth = 0
        if len(self.symbols) > MOST_SYMBOLS:
            symbols = f"{len(self.symbols):,} symbols in a regular expression"
            raise NotationError(f"{symbols}; at most {MOST_SYMBOLS} are read", offset=offset)

    def whole(self) -> Regex:
        if not self.symbols:
            raise NotationError(f"a regular expression is missing behind matches, as in `matches ({self.alphabet.example} any)*`",
                                offset=self.end)
        regex, _ = self._choice()
        if self.at < len(self.symbols):
            raise self._error("')' closes nothing")
        return regex

    def _error(self, message: str) -> NotationError:
        return NotationError(message, offset=self.symbols[self.at][1] if self.at < len(self.symbols) else self.end)

    def _peek(self) -> str | int | None:
        return self.symbols[self.at][0] if self.at < len(self.symbols) else ""

    def _choice(self) -> tuple[Regex, int]:
        """The expression up to a closing bracket or the end, with how many letters it has."""
        choices, letters = [], 0
        while True:
            regex, size = self._sequence()
            choices.append(regex)
            letters += size
            if self._peek() != "|":
                return one_of(choices), letters
            self.at += 1

    def _sequence(self) -> tuple[Regex, int]:
        parts, letters = [], 0
        while (symbol := self._peek()) not in ("", "|", ")"):
            if isinstance(symbol, str) and symbol in "*+?":
                raise self._error(f"nothing stands before '{symbol}' that could be repeated")
            regex, size = self._repeated()
            parts.append(regex)
            letters += size
            if letters > MOST_SYMBOLS:
                raise self._error(f"a regular expression of more than {MOST_SYMBOLS} letters, with each + written out")
        if not parts:
            raise self._error("nothing stands here that an input could match; for what may be absent write ?, as in (a b)?")
        return all_in_turn(parts), letters

    def _repeated(self) -> tuple[Regex, int]:
        regex, size = self._atom()
        while isinstance(sign := self._peek(), str) and sign in ("*", "+", "?"):
            self.at += 1
            many = repeated(regex)
            if sign == "+" and regex != many:
                regex, size = all_in_turn([regex, many]), 2 * size
            elif sign == "*":
                regex = many
            elif sign == "?":
                regex = one_of([Empty(), regex])
        return regex, size

    def _atom(self) -> tuple[Regex, int]:
        symbol = self._peek()
        opening = self.at
        self.at += 1
        if symbol != "(":
            assert not isinstance(symbol, str)
            return One(symbol), 1
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._error(f"brackets nested deeper than {DEEPEST} levels")
        read = self._choice()
        self.depth -= 1
        if self._peek() != ")":
            raise NotationError("'(' isn't closed", offset=self.symbols[opening][1])
        self.at += 1
        return read


def _symbols(text: str, alphabet: Alphabet, offset: int) -> list[tuple[str | int | None, int]]:
    """Letters by their index (None for any) and signs as they are, each with its place."""
    names = spelled(alphabet.names)
    out: list[tuple[str | int | None, int]] = []
    steps: tuple[Callable[[str, int], re.Match[str] | None], ...] = (names.match, _SIGNS.match, _WORD.match)
    at = 0
    while at < len(text):
        match = next(found for step in steps if (found := step(text, at)))
        here = offset + at
        at = match.end()
        word = match.group()
        if match.re is _SIGNS:
            if match.group("or"):
                out.append(("|", here))
            elif sign := match.group("sign"):
                out.append(("*" if "ast" in sign else sign.strip("^{}"), here))
            continue
        if word == "any":
            alphabet.settle_any(here)
        letter = alphabet.named(word.replace("−", "-"))
        if letter is None and word.startswith("["):
            numbers = [_number(part.strip()) for part in word[1:-1].split(",")]
            letter = alphabet.valued(tuple(n for n in numbers if n is not None)) if None not in numbers else None
        if letter is None and word not in ("any", "."):
            raise NotationError(alphabet.stranger(word), offset=here)
        out.append((letter, here))
    return out
