"""From a text of mathematics to tokens with their places: LaTeX, Unicode and plain text through one table of signs.

In LaTeX every letter is a token of its own and words come from `\\text{...}` and its kin; in plain text a run of letters is
one word. Nothing is looked up here: what a letter means is the parser's business.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from string import ascii_letters
from typing import Literal, TypeAlias

from symlstm.errors import MistakeError, NotationError
from symlstm.notation.functions import WORDS
from symlstm.notation.typeset import GREEK

Kind: TypeAlias = Literal[
    "number", "letter", "word", "function", "op", "mark", "relation", "open", "close", "group", "ungroup", "sub", "sup", "amp",
    "row", "comma", "semicolon", "gap", "begin", "end", "frac", "remark", "transpose", "dots", "question", "angle", "unangle",
]


@dataclass(frozen=True, slots=True)
class Token:
    """A token: what it is, its text in one spelling, how LaTeX wrote it, where it starts and ends in the source."""

    kind: Kind
    text: str
    pos: int
    end: int
    latex: str = ""


LONGEST = 20_000
"""Characters of one piece of mathematics; more is an error, so that time and memory stay bounded."""
MOST_DIGITS = 400
LARGEST_EXPONENT = 4_000

_SIGNS: dict[str, tuple[Kind, str]] = {
    "+": ("op", "+"), "-": ("op", "-"), "−": ("op", "-"), "–": ("op", "-"), "/": ("op", "/"), "÷": ("op", "/"),
    "·": ("mark", "·"), "⋅": ("mark", "·"), "∙": ("mark", "·"), "×": ("mark", "×"), "*": ("mark", "*"), "⊙": ("mark", "⊙"),
    "∘": ("mark", "∘"), "◦": ("mark", "∘"), "⨀": ("mark", "⊙"), "∗": ("mark", "*"),
    "(": ("open", "("), ")": ("close", ")"), "[": ("open", "["), "]": ("close", "]"),
    "{": ("group", "{"), "}": ("ungroup", "}"), "_": ("sub", "_"), "^": ("sup", "^"), "&": ("amp", "&"),
    ",": ("comma", ","), ";": ("semicolon", ";"), "?": ("question", "?"), "…": ("dots", "…"), "⋯": ("dots", "…"),
    "=": ("relation", "="), "＝": ("relation", "="),
    "≈": ("relation", "≈"), "→": ("relation", "→"), "⟶": ("relation", "→"), "≤": ("relation", "≤"),
    "≥": ("relation", "≥"), "<": ("relation", "<"), ">": ("relation", ">"), "≠": ("relation", "≠"), "⇒": ("relation", "⇒"),
    "⇔": ("relation", "⇔"), "≡": ("relation", "≡"), "∈": ("relation", "∈"), "←": ("relation", "←"), "≅": ("relation", "≈"),
    "≃": ("relation", "≈"), "⟨": ("angle", "<"), "⟩": ("unangle", ">"), "⊤": ("transpose", "⊤"), "ᵀ": ("transpose", "⊤"),
}

_DIGRAPHS: dict[str, tuple[Kind, str]] = {
    ":=": ("relation", ":="), "->": ("relation", "→"), "=>": ("relation", "⇒"), "<=": ("relation", "≤"), ">=": ("relation", "≥"),
    "!=": ("relation", "≠"), "~=": ("relation", "≈"), "==": ("relation", "="), "...": ("dots", "…"),
}

_COMMANDS: dict[str, tuple[Kind, str]] = {
    "cdot": ("mark", "·"), "times": ("mark", "×"), "odot": ("mark", "⊙"), "circ": ("mark", "∘"), "ast": ("mark", "*"),
    "bullet": ("mark", "·"), "bigodot": ("mark", "⊙"), "div": ("op", "/"), "approx": ("relation", "≈"), "simeq": ("relation", "≈"),
    "to": ("relation", "→"), "rightarrow": ("relation", "→"), "longrightarrow": ("relation", "→"), "le": ("relation", "≤"),
    "leq": ("relation", "≤"), "ge": ("relation", "≥"), "geq": ("relation", "≥"), "lt": ("relation", "<"), "gt": ("relation", ">"),
    "ne": ("relation", "≠"), "neq": ("relation", "≠"), "Rightarrow": ("relation", "⇒"), "implies": ("relation", "⇒"),
    "iff": ("relation", "⇔"), "Leftrightarrow": ("relation", "⇔"), "equiv": ("relation", "≡"), "in": ("relation", "∈"),
    "leftarrow": ("relation", "←"), "gets": ("relation", "←"), "coloneqq": ("relation", ":="), "triangleq": ("relation", ":="),
    "doteq": ("relation", "="), "langle": ("angle", "<"), "rangle": ("unangle", ">"), "lbrack": ("open", "["),
    "rbrack": ("close", "]"), "lparen": ("open", "("), "rparen": ("close", ")"), "{": ("open", "("), "}": ("close", ")"),
    "lbrace": ("open", "("), "rbrace": ("close", ")"), "quad": ("gap", ""), "qquad": ("gap", ""), "hspace": ("gap", ""),
    "dots": ("dots", "…"), "ldots": ("dots", "…"), "cdots": ("dots", "…"), "vdots": ("dots", "…"), "frac": ("frac", ""),
    "dfrac": ("frac", ""), "tfrac": ("frac", ""), "top": ("transpose", "⊤"), "intercal": ("transpose", "⊤"),
    "cr": ("row", ""), "newline": ("row", ""),
}

_SKIPPED = frozenset(
    "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm displaystyle textstyle scriptstyle limits "
    "nonumber notag hline thinspace medspace thickspace negthinspace middle boxed underbrace overbrace strut ! , : ; > / ".split()
) | {" "}
_SKIPPED_WITH_ARGUMENT = frozenset(["label", "tag", "tag*", "color", "vspace", "phantom", "hphantom", "vphantom"])
_FACES = frozenset(
    "mathbf boldsymbol bm mathbfit mathit mathcal mathsf mathbb mathfrak vec pmb symbf textbf mathnormal vect".split()
)
_WORDS = frozenset("text mathrm operatorname operatorname* textrm textit textsf texttt textnormal mbox rm hbox".split())
_ACCENTS = {
    "tilde": "\u0303", "widetilde": "\u0303", "hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0304",
    "dot": "\u0307",
}

WORDS_BETWEEN = frozenset("where with and for if when so thus hence then let given here whereas".split())
"""Words that stand between two statements of one display and say nothing of either."""
_QUANTIFIED = re.compile(
    r"(?:[^:,;&$\\()\[\]]|\\\{[^{}$]{0,60}\\\}|\\(?!\\|\(|\)|\[|\]|q?quad\b|text\b|end\b|right\b|colon\b)){0,60}(?::(?!=)|\\colon\b)?"
)
"""What stands behind `\\forall`, up to the colon, comma, gap or end behind it."""

_DIGRAPH_STARTS = frozenset(digraph[0] for digraph in _DIGRAPHS)
_PLAIN_SIGNS = {
    sign: (kind, text) for sign, (kind, text) in _SIGNS.items() if sign not in _DIGRAPH_STARTS and kind not in ("open", "close")
}
"""Signs that are tokens whatever stands around them."""
_ASCII_LETTERS = frozenset(ascii_letters)
_SPACES = frozenset("~\u200b\u2061\u2062\ufe0f")
_GREEK_COMMANDS = {command[1:]: letter for letter, command in GREEK.items()}
_COMMAND = re.compile(r"\\([A-Za-z]+\*?|.|\n)")
_DIGRAPH = re.compile("|".join(map(re.escape, sorted(_DIGRAPHS, key=len, reverse=True))))
_LETTERED = re.compile(r"\\[A-Za-z]+")
_NUMBER = re.compile(r"(?:\d+(?:\.\d+|\.(?![\w.]))?|\.\d+)(?:[eE][+\-−]?\d+)?")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?![\d])(?:\.\d)?")
_GROUPED_IN_LIST = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+\.\d")
_DECIMAL_COMMA = re.compile(r"(\d+)\{,\}(\d+)")
_DECIMALS_LISTED = re.compile(r"[\[(](?=[^\[\]()]{0,400}\d,\d)((?:[-−]?\d+(?:,\d+)?, ){1,60}[-−]?\d+(?:,\d+)?)[\])]")
"""A list of numbers of which some have a comma without a space (`0,5, 1,5`), where a space stands behind all others."""
_LENGTH_OPTION = re.compile(r"\*?\[-?[\d.]+ ?(?:pt|em|ex|mm|cm|in|px)\]")
_IDENTIFIER = re.compile(r"[^\W\d_][\w\-]*\Z")
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789+-=()aehijklmnoprstuvx"))
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿᵗʰˣᶠᶜᵍ", "0123456789+-=()inthxfcg"))

_WORD = re.compile(rf"(?:(?![{''.join(SUBSCRIPTS)}{''.join(SUPERSCRIPTS)}ᵀ])[^\W\d_][\u0300-\u036f]*)+")


def lex(text: str, *, latex: bool = True) -> tuple[Token, ...]:
    r"""The tokens of a piece of mathematics.

    >>> [token.text for token in lex(r"h_{t-1} \odot .76")]
    ['h', '_', '{', 't', '-', '1', '}', '⊙', '.76']
    """
    if len(text) > LONGEST:
        raise MistakeError(f"{len(text):,} characters of mathematics in one piece; at most {LONGEST:,} are read")
    return tuple(_Lexer(text, latex).tokens(0, len(text)))


class _Lexer:
    def __init__(self, text: str, latex: bool) -> None:
        self.text = text
        self.latex = latex
        self.depth = 0
        self.nesting = 0

    def tokens(self, start: int, stop: int) -> list[Token]:
        self.nesting += 1
        if self.nesting > 40:
            raise MistakeError("commands nested deeper than 40 levels", offset=start)
        out: list[Token] = []
        at = start
        while at < stop:
            character = self.text[at]
            if character in _PLAIN_SIGNS:
                out.append(Token(*_PLAIN_SIGNS[character], at, at + 1))
                at += 1
            elif character in _ASCII_LETTERS:
                at = self._letters(at, stop, out)
            elif character.isspace() or character in _SPACES:
                at += 1
            elif character == "%" and self.latex:
                newline = self.text.find("\n", at, stop)
                at = stop if newline < 0 else newline
            elif character == "\\" and self.latex:
                at = self._command(at, stop, out)
            elif character in "0123456789." and (match := _NUMBER.match(self.text, at, stop)):
                at = self._number(at, match, out)
            else:
                at = self._sign(at, stop, out)
        self.nesting -= 1
        return out

    def _number(self, at: int, match: re.Match[str], out: list[Token]) -> int:
        text = match.group().replace("−", "-")
        following = self.text[match.end() : match.end() + 1]
        grouped = (_GROUPED_IN_LIST if self.depth else _GROUPED).match(self.text, at) if following == "," else None
        if grouped:
            spaced = grouped.group().replace(",", ", ")
            joined = grouped.group().replace(",", "")
            raise NotationError(
                f"{grouped.group()} can be read in two ways; write {joined} for one number or {spaced} for several", offset=at
            )
        if following == "{" and self.latex and (comma := _DECIMAL_COMMA.match(self.text, at)):
            raise NotationError(
                f"{comma.group()} has a comma in braces; write {comma[1]}.{comma[2]} if it stands before decimals"
                + (f", {comma[1]}{comma[2]} if it sets thousands apart" if len(comma[2]) == 3 else ""), offset=at,
            )
        mantissa, _, exponent = text.lower().partition("e")
        if len(mantissa) > MOST_DIGITS:
            raise NotationError(f"a number of {len(mantissa):,} digits; at most {MOST_DIGITS} are read", offset=at)
        if exponent and (len(exponent) > 6 or abs(int(exponent)) > LARGEST_EXPONENT):
            raise NotationError(f"the exponent of {text[:40]} is beyond ±{LARGEST_EXPONENT:,}", offset=at)
        out.append(Token("number", text.removesuffix("."), at, match.end()))
        return match.end()

    def _sign(self, at: int, stop: int, out: list[Token]) -> int:
        text = self.text
        if (digraph := _DIGRAPH.match(text, at, stop)) and not (digraph.group() == "~=" and self.latex):
            out.append(Token(*_DIGRAPHS[digraph.group()], at, digraph.end()))
            return digraph.end()
        character = text[at]
        if character in SUBSCRIPTS:
            return self._unicode_script(at, stop, SUBSCRIPTS, "sub", "_", out)
        if character in SUPERSCRIPTS:
            return self._unicode_script(at, stop, SUPERSCRIPTS, "sup", "^", out)
        if character in _SIGNS:
            kind, spelled = _SIGNS[character]
            self.depth += (kind == "open") - (kind == "close")
            if kind == "open" and (listed := _DECIMALS_LISTED.match(text, at, stop)):
                point = re.sub(r",(?=\d)", ".", listed[1])
                spaced = re.sub(r",\s*", ", ", listed[1])
                raise NotationError(
                    f"{listed[1]} can be read in two ways; write {point} for decimals or {spaced} for whole numbers", offset=at
                )
            out.append(Token(kind, spelled, at, at + 1))
            return at + 1
        if character in "'′":
            if out and out[-1].kind in ("letter", "word") and out[-1].end == at:
                last = out[-1]
                out[-1] = replace(last, text=last.text + "'", latex=(last.latex or last.text) + "'", end=at + 1)
                return at + 1
            raise NotationError("a prime without a letter before it", offset=at)
        if character == ".":
            return at + 1
        if character.isalpha() or unicodedata.category(character) == "Lm":
            return self._letters(at, stop, out)
        if character == "$":
            raise NotationError("a formula ends at this `$`; start the next formula in a line of its own", offset=at)
        named = unicodedata.name(character, "").lower() or f"U+{ord(character):04X}"
        shown = f"'{character}' ({named})" if character.isprintable() else named
        raise NotationError(f"{shown} has no meaning here", offset=at)

    def _letters(self, at: int, stop: int, out: list[Token]) -> int:
        if self.latex:
            end = at + 1
            while end < stop and unicodedata.combining(self.text[end]):
                end += 1
            letter = unicodedata.normalize("NFKD", self.text[at:end])
            out.append(_letter(letter, at, end))
            return end
        match = _WORD.match(self.text, at, stop)
        assert match is not None
        word = unicodedata.normalize("NFKD" if len(match.group()) == 1 else "NFKC", match.group())
        word = unicodedata.normalize("NFD", word)
        if len(word) == 1 or unicodedata.combining(word[1]):
            out.append(_letter(word, at, match.end()))
        else:
            out.append(_word(word, at, match.end()))
        return match.end()

    def _unicode_script(self, at: int, stop: int, table: dict[str, str], kind: Kind, sign: str, out: list[Token]) -> int:
        end = at
        while end < stop and self.text[end] in table:
            end += 1
        inner = "".join(table[character] for character in self.text[at:end])
        out += [Token(kind, sign, at, at), Token("group", "{", at, at)]
        for token in _Lexer(inner, True).tokens(0, len(inner)):
            out.append(replace(token, pos=at + token.pos, end=at + token.end))
        out.append(Token("ungroup", "}", end, end))
        return end

    def _command(self, at: int, stop: int, out: list[Token]) -> int:
        match = _COMMAND.match(self.text, at, stop)
        if match is None:
            raise NotationError("a lone backslash at the end", offset=at)
        name, end = match.group(1), match.end()
        if name == "\\":
            option = _LENGTH_OPTION.match(self.text, end, stop)
            out.append(Token("row", "", at, option.end() if option else end))
            return option.end() if option else end
        if name in ("begin", "end"):
            inner, _, end = self._argument(end, stop, name)
            if name == "begin" and inner.strip("*") in ("array", "alignedat", "alignat"):
                end = self._optional(end, stop)
                _, _, end = self._argument(end, stop, inner)
            elif name == "begin":
                end = self._optional(end, stop)
            self.depth += (inner.endswith("matrix") or inner == "array") * (1 if name == "begin" else -1)
            out.append(Token("begin" if name == "begin" else "end", inner.strip().strip("*"), at, end))
            return end
        if name in ("left", "right") and self.text[end : end + 1] == ".":
            return end + 1
        if name in _SKIPPED or name.isspace():
            return end
        if name in _SKIPPED_WITH_ARGUMENT:
            return self._argument(end, stop, name)[2]
        if name == "textcolor":
            return self._argument(end, stop, name)[2]
        if name == "hspace":
            end = self._argument(end, stop, name)[2]
            out.append(Token("gap", "", at, end))
            return end
        if name == "forall":
            match = _QUANTIFIED.match(self.text, end, stop)
            assert match is not None
            out.append(Token("gap", "for all", at, match.end()))
            return match.end()
        if name in _COMMANDS:
            kind, spelled = _COMMANDS[name]
            self.depth += (kind == "open") - (kind == "close")
            out.append(Token(kind, spelled, at, end))
            return end
        if name in WORDS and name != "sigma":
            out.append(Token("function", WORDS[name], at, end, match.group()))
            return end
        if name in _WORDS:
            return self._worded(at, end, stop, name, out)
        if name in _FACES or name in _ACCENTS:
            return self._faced(at, end, stop, name, out)
        if name in _GREEK_COMMANDS:
            out.append(_letter(_GREEK_COMMANDS[name], at, end))
            return end
        if name == "ell":
            out.append(Token("letter", "ℓ", at, end, r"\ell"))
            return end
        raise NotationError(f"\\{name} isn't a command that is read here", offset=at)

    def _optional(self, at: int, stop: int) -> int:
        if self.text[at : at + 1] == "[" and (close := self.text.find("]", at, min(stop, at + 6))) > 0:
            return close + 1
        return at

    def _argument(self, at: int, stop: int, command: str) -> tuple[str, int, int]:
        """The next argument: its text, where that starts, and where what follows it starts."""
        while at < stop and self.text[at].isspace():
            at += 1
        if at >= stop:
            raise NotationError(f"\\{command} lacks its argument", offset=max(0, at - 1))
        if self.text[at] == "\\" and (match := _LETTERED.match(self.text, at, stop)):
            end = match.end()
            if self.text[end : end + 1] == "{":
                end = self._argument(end, stop, command)[2]
            return self.text[at:end], at, end
        if self.text[at] != "{":
            return self.text[at], at, at + 1
        depth, end = 0, at
        while end < stop:
            if self.text[end] == "\\":
                end += 1
            elif self.text[end] == "{":
                depth += 1
            elif self.text[end] == "}":
                depth -= 1
                if depth == 0:
                    return self.text[at + 1 : end], at + 1, end + 1
            end += 1
        raise MistakeError(f"the brace after \\{command} isn't closed", offset=at)

    def _worded(self, at: int, end: int, stop: int, command: str, out: list[Token]) -> int:
        inner, _, end = self._argument(end, stop, command)
        word = inner.strip()
        written = "\\" + command + "{" + word + "}"
        if word in WORDS:
            out.append(Token("function", WORDS[word], at, end, written))
        elif word.strip(",.: ").lower() in WORDS_BETWEEN:
            out.append(Token("remark" if self.depth else "gap", word.strip(",.: ").lower(), at, end))
        elif len(word) == 1 and word in _SIGNS and not word.isspace():
            out.append(Token(*_SIGNS[word], at, end))
        elif len(word) == 1 and word.isalpha():
            out.append(replace(_letter(word, at, end), latex=written))
        elif _IDENTIFIER.match(word):
            out.append(replace(_word(word, at, end), latex=written))
        elif word:
            out.append(Token("remark", inner, at, end))
        return end

    def _faced(self, at: int, end: int, stop: int, command: str, out: list[Token]) -> int:
        inner, start, end = self._argument(end, stop, command)
        tokens = self.tokens(start, start + len(inner))
        accent = _ACCENTS.get(command, "")
        wrapped = not accent
        for k, token in enumerate(tokens):
            if token.kind in ("letter", "word") and (wrapped or accent):
                written = token.latex or GREEK.get(token.text, token.text)
                token = replace(token, text=token.text + accent, latex="\\" + command + "{" + written + "}")
                accent = ""
            if k == 0:
                token = replace(token, pos=at)
            out.append(replace(token, end=end) if k == len(tokens) - 1 else token)
        return end


def _letter(letter: str, at: int, end: int) -> Token:
    return Token("letter", letter, at, end, GREEK.get(letter, ""))


def _word(word: str, at: int, end: int) -> Token:
    if word in WORDS:
        return Token("function", WORDS[word], at, end, "")
    return Token("word", word, at, end)
