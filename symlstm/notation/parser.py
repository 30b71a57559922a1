"""The reader of mathematics: from tokens to the written tree, by operator precedence (Pratt 1973).

A closed grammar: what isn't in it is an error at its place, never a guess. From loosest to tightest: relations, `+ -`,
elementwise products, products and fractions, powers. A function takes what stands in brackets behind it, or one factor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from symlstm.errors import MistakeError, NotationError
from symlstm.notation.functions import FUNCTIONS, WORDS
from symlstm.notation.lexer import WORDS_BETWEEN, Token, lex
from symlstm.notation.symbols import INDEX_LETTERS, Script, Vocabulary, require, time_in
from symlstm.notation.tree import (
    Apply,
    Chain,
    Expr,
    Fixed,
    FunctionName,
    Hadamard,
    IndexStyle,
    Listing,
    Matrix,
    Negative,
    Numeral,
    Power,
    Product,
    Quotient,
    Running,
    Sum,
    Symbol,
    Transpose,
    children,
)

DEEPEST = 40
"""Levels of brackets, braces, functions and arrays in one another that are read."""
_HIGHEST = 60
"""Levels of a tree that is made without nesting: `1/1/1/...`, `w^{T^T...}`."""

_ELEMENTWISE = ("⊙", "∘", "*")
_CASES = (
    "write the cases as one formula, with step(z) for 1 where z ≥ 0 and 0 elsewhere, or sign, max, min, clip; "
    "or put it in a block quote (>)"
)
_CONNECTIVES = frozenset(word for word in WORDS_BETWEEN if len(word) > 3)
_STARTS = frozenset(["letter", "word", "function", "open", "group", "begin", "frac"])
_ARRAYS = frozenset(["matrix", "bmatrix", "pmatrix", "Bmatrix", "smallmatrix", "array", "bsmallmatrix", "psmallmatrix"])


def expression(text: str, vocabulary: Vocabulary | None = None, *, latex: bool = True) -> Expr:
    r"""Read one expression, the whole text of it.

    >>> expression(r"f_t \odot c_{t-1}").marks
    ('⊙',)
    """
    parser = Parser(lex(text, latex=latex), vocabulary or Vocabulary(), latex=latex)
    tree = parser.sum()
    parser.finish()
    return tree


def chain(text: str, vocabulary: Vocabulary | None = None, *, latex: bool = True) -> Chain:
    r"""Read a chain of relations, the whole text of it; a lone expression is a chain of one member.

    >>> chain(r"h_0 = 0.5 \approx 1").relations
    ('=', '≈')
    """
    parser = Parser(lex(text, latex=latex), vocabulary or Vocabulary(), latex=latex)
    tree = parser.chain()
    parser.finish()
    return tree


class Parser:
    """Reads a sequence of tokens once, left to right."""

    def __init__(self, tokens: Sequence[Token], vocabulary: Vocabulary, *, latex: bool = True) -> None:
        self.tokens = tokens
        self.vocabulary = vocabulary
        self.latex = latex
        self.at = 0
        self.depth = 0
        self.heightened = 0
        """How many fractions with a slash, powers and transposes have been made."""
        self.arrays: dict[int, tuple[Expr, int]] = {}
        self.listing = False
        """Whether we stand directly in square brackets, where a space may separate numbers (`[0. 1. -1.]`)."""

    # -- tokens ---

    def peek(self, ahead: int = 0) -> Token | None:
        """The token `ahead` places on, or None past the end."""
        try:
            return self.tokens[self.at + ahead]
        except IndexError:
            return None

    def kind(self) -> str:
        """The kind of the next token; empty at the end."""
        try:
            return self.tokens[self.at].kind
        except IndexError:
            return ""

    def next(self) -> Token:
        """Take the next token."""
        token = self.tokens[self.at]
        self.at += 1
        return token

    def error(self, message: str, token: Token | None = None) -> NotationError:
        """An error at a token, at the next one, or behind the last."""
        token = token or self.peek()
        if token is not None:
            return NotationError(message, offset=token.pos)
        return NotationError(message, offset=self.tokens[-1].end if self.tokens else 0)

    def mistake(self, message: str, token: Token) -> MistakeError:
        """An error at a token that no prose explains."""
        return MistakeError(message, offset=token.pos)

    def finish(self) -> None:
        """An error unless every token has been read."""
        token = self.peek()
        if token is None:
            return
        if token.kind == "ungroup":
            raise self.mistake("'}' closes nothing", token)
        if token.kind == "close":
            raise self.error(f"'{token.text}' closes nothing")
        if token.kind == "number":
            raise self.error(f"a sign is missing before {token.text}")
        raise self.error(f"'{token.text or token.latex}' can't stand here")

    # -- grammar ---

    def chain(self) -> Chain:
        """Members joined by relations."""
        members: list[Expr] = []
        relations: list[str] = []
        spans: list[tuple[int, int]] = []
        while True:
            start = self.peek()
            members.append(self.sum())
            spans.append((start.pos if start else -1, self.tokens[self.at - 1].end))
            if self.kind() != "relation":
                return Chain(tuple(members), tuple(relations), spans[0][0], tuple(spans))
            relations.append(self.next().text)

    def sum(self) -> Expr:
        """Terms joined by plus and minus."""
        start = self.peek()
        sign = self._sign()
        first = self._hadamard(sign)
        terms = [(1, first)]
        while (token := self.peek()) and token.kind == "op" and token.text in "+-" and not self._separates(token):
            self.next()
            inner = self._sign()
            terms.append((-1 if token.text == "-" else 1, self._hadamard(inner)))
        return Sum(tuple(terms), start.pos if start else -1) if len(terms) > 1 else first

    def _separates(self, sign: Token) -> bool:
        """In `[0. 1. -1.]` the minus belongs to the last number: a space before it, none behind."""
        following = self.peek(1)
        before = self.tokens[self.at - 1]
        return (
            self.listing and following is not None and following.kind == "number" and following.pos == sign.end
            and before.end < sign.pos
        )

    def _sign(self) -> bool:
        """Whether a minus stands here; it is taken, as is a plus."""
        token = self.peek()
        if token is None or token.kind != "op" or token.text not in "+-":
            return False
        self.next()
        return token.text == "-"

    def _hadamard(self, negative: bool) -> Expr:
        start = self.peek()
        factors = [self._product(negative)]
        marks = []
        while (token := self.peek()) and token.kind == "mark" and token.text in _ELEMENTWISE:
            self.next()
            marks.append(token.text)
            factors.append(self._product(self._sign()))
        return Hadamard(tuple(factors), tuple(marks), start.pos if start else -1) if marks else factors[0]

    def _product(self, negative: bool) -> Expr:
        start = self.peek()
        pos = start.pos if start else -1
        first = self._factor()
        negated = negative
        if negative and isinstance(first, Numeral) and not first.text.startswith("-"):
            first, negated = Numeral("-" + first.text, -first.value, first.pos), False
        factors, marks = [first], list[str]()

        def whole() -> Expr:
            return Product(tuple(factors), tuple(marks), pos) if marks else factors[0]

        while token := self.peek():
            if token.kind == "mark" and token.text not in _ELEMENTWISE:
                self.next()
                marks.append(token.text)
                if self._sign():
                    inner = self._factor()
                    factors.append(
                        Numeral("-" + inner.text, -inner.value, inner.pos) if isinstance(inner, Numeral) else Negative(inner)
                    )
                else:
                    factors.append(self._factor())
            elif token.kind == "op" and token.text == "/":
                self.next()
                below = self._factor()
                left = whole()
                if isinstance(left, Numeral) and isinstance(below, Numeral) and below.value and _plain(left, below):
                    joined = Numeral(f"{left.text}/{below.text}", left.value / below.value, left.pos)
                    factors, marks = [joined], []
                else:
                    factors, marks = [self._bounded(Quotient(left, below, False, pos))], []
            elif token.kind in _STARTS and not self._listed(token):
                marks.append("")
                factors.append(self._factor())
            else:
                break
        return Negative(whole(), pos) if negated else whole()

    def _listed(self, token: Token) -> bool:
        """In `[[1 2] [3 4]]` a space separates."""
        return self.listing and token.kind == "open" and self.tokens[self.at - 1].end < token.pos

    def _factor(self) -> Expr:
        self.depth += 1
        # What stands innermost is no level.
        if self.depth > DEEPEST + 1:
            raise self.mistake(f"nested deeper than {DEEPEST} levels", self.tokens[min(self.at, len(self.tokens) - 1)])
        tree = self._atom()
        while (token := self.peek()) and token.kind in ("sup", "transpose"):
            self.next()
            if token.kind == "transpose":
                tree = self._bounded(Transpose(tree, token.pos))
                continue
            tree = self._bounded(self._raised(tree, self._script(token)))
        self.depth -= 1
        return tree

    def _bounded(self, tree: Expr) -> Expr:
        """The tree; an error where repeated signs, not brackets, have made it too high for those who walk it."""
        self.heightened += 1
        if self.heightened > _HIGHEST and _height(tree) > _HIGHEST:
            raise self.mistake(f"more than {_HIGHEST} fractions, powers or transposes of one another", self.tokens[self.at - 1])
        return tree

    def _raised(self, tree: Expr, script: Script) -> Expr:
        if script.text in ("T", "⊤"):
            return Transpose(tree, script.pos)
        return Power(tree, self._inner(script.tokens), script.pos)

    def _inner(self, tokens: Sequence[Token]) -> Expr:
        parser = Parser(tokens, self.vocabulary, latex=self.latex)
        parser.depth = self.depth
        tree = parser.sum()
        parser.finish()
        return tree

    def _atom(self) -> Expr:
        token = self.peek()
        if token is None:
            raise self.error("something is missing at the end")
        match token.kind:
            case "number":
                return self._numeral()
            case "letter" | "word":
                return self._symbol()
            case "function":
                return self._function(self.next())
            case "open":
                return self._bracket()
            case "group":
                self.next()
                tree = self.sum()
                self._close("ungroup", "}", token)
                if self.kind() == "sub" and isinstance(tree, Symbol) and tree.at is None:
                    raise self.error("a subscript on braces; write it inside them")
                return tree
            case "begin":
                return self._array()
            case "frac":
                self.next()
                above = self._argument(token)
                below = self._argument(token)
                return Quotient(above, below, True, token.pos)
            case "dots":
                raise self.error("dots aren't read; write the values out")
            case "remark":
                raise self.error(f"words ('{token.text.strip()[:30]}') where a value is expected")
            case "mark" | "op" | "relation":
                raise self.error(f"nothing stands before '{token.text}' that it could join")
            case "sub" | "sup":
                raise self.error(f"'{token.text}' has nothing before it to belong to")
            case "close" | "ungroup":
                raise self.error(f"'{token.text}' closes too early; a value is missing before it")
            case _:
                raise self.error(f"'{token.text or token.kind}' can't stand here")

    def _numeral(self) -> Expr:
        token = self.next()
        tree: Expr = Numeral(token.text, _fraction(token.text), token.pos)
        if self.kind() == "number":
            if self.listing:
                return tree
            raise self.error("two numbers side by side; a sign or comma is missing between them")
        if self.kind() == "sub":
            raise self.error("a number has no subscript")
        return tree

    def _symbol(self) -> Expr:
        if (function := self._spelled_out()) is not None:
            return self._function(function)
        token = self.next()
        sub: Script | None = None
        sup: Script | None = None
        while (mark := self.peek()) and mark.kind in ("sub", "sup"):
            if (sub if mark.kind == "sub" else sup) is not None:
                if mark.kind == "sup":
                    break
                raise self.error("a second subscript on one symbol")
            self.next()
            script = self._script(mark)
            if mark.kind == "sub":
                sub = script
            else:
                sup = script
        read = self.vocabulary.remembered(token, sub, sup)
        symbol = read.symbol
        declared = self.vocabulary.functions.get(str(symbol.name))
        if declared is not None and symbol.at is None:
            spelled = token.latex or token.text
            if sub is not None:
                spelled += "_{" + sub.text + "}"
            return self._function(Token("function", declared, token.pos, token.end, spelled))
        symbol = self._called(symbol)
        if token.text == "e" and read.power and self.vocabulary.name(symbol.name) is None and symbol.at is None:
            return Apply("exp", (self._inner(read.power),), "", token.pos)
        if token.text == "σ" and symbol.at is None and self.vocabulary.name(symbol.name) is None:
            if sub is None and sup is None:
                return self._function(Token("function", "sigmoid", token.pos, token.end, token.latex))
            raise self.error(
                f"{symbol.name} isn't a function that is known; say which one it is, as in "
                f"${token.latex or 'σ'}_{{{symbol.name.sub}}} = \\text{{sigmoid}}$", token,
            )
        if token.kind == "word" and self.vocabulary.name(symbol.name) is None and self.kind() == "open":
            raise self.error(f"{token.text} isn't a function that is known{self.vocabulary.nearest(token.text, WORDS)}", token)
        if token.kind == "word" and not self.latex and self.vocabulary.name(symbol.name) is None and self.vocabulary.complete:
            raise self.error(
                f"{token.text} isn't a symbol of this problem{self.vocabulary.nearest(str(symbol.name), WORDS)}", token
            )
        require(symbol, self.vocabulary)
        tree: Expr = symbol
        if read.transposed:
            tree = Transpose(tree, token.pos)
        if read.power:
            tree = Power(tree, self._inner(read.power), token.pos)
        return tree

    def _called(self, symbol: Symbol) -> Symbol:
        """`h(t)`, `h[t-1]` and, where the cell writes times so, `h(0)`; `f_1[2]` is an entry."""
        token = self.peek()
        if token is None or token.kind != "open" or symbol.entry is not None:
            return symbol
        end = next((k for k in range(self.at, min(self.at + 6, len(self.tokens))) if self.tokens[k].kind == "close"), 0)
        inner = self.tokens[self.at : end + 1]
        if len(inner) < 3:
            return symbol
        adjacent = token.pos == self.tokens[self.at - 1].end
        letter = inner[1].text
        if symbol.at is not None and token.text == "[" and len(inner) == 3 and letter in INDEX_LETTERS and adjacent:
            self.at = end + 1
            return replace(symbol, entry=letter)
        found = time_in(inner, self.vocabulary)
        if found is None:
            return symbol
        time, brackets = found
        style: IndexStyle = "call" if brackets == "round" else "square"
        declared = self.vocabulary.timed.get(symbol.name)
        if symbol.at is None and (isinstance(time, Running) or (declared is not None and declared.index == style)):
            self.at = end + 1
            name = declared or replace(symbol.name, index=style)
            return Symbol(name, time, symbol.entry, symbol.pos)
        if isinstance(time, Fixed) and style == "square" and adjacent and time.time > 0:
            self.at = end + 1
            return Symbol(symbol.name, symbol.at, time.time, symbol.pos)
        return symbol

    def _spelled_out(self) -> Token | None:
        """A function's name typed letter by letter, as in `tanh(x)` without a backslash."""
        end = self.at
        while end < len(self.tokens) and self.tokens[end].kind == "letter" and (
            end == self.at or self.tokens[end].pos == self.tokens[end - 1].end
        ):
            end += 1
        if end - self.at < 3:
            return None
        word = "".join(token.text for token in self.tokens[self.at : end])
        if word in _CONNECTIVES:
            raise self.error(f"{word} is read as a product of letters here; write \\text{{{word}}}")
        if word not in WORDS:
            return None
        first, last = self.tokens[self.at], self.tokens[end - 1]
        self.at = end
        return Token("function", WORDS[word], first.pos, last.end, "")

    def _script(self, mark: Token) -> Script:
        token = self.peek()
        if token is None:
            raise self.error(f"nothing stands after '{mark.text}'", mark)
        if token.kind == "group":
            depth, start = 0, self.at
            while (inner := self.peek()) is not None:
                depth += (inner.kind == "group") - (inner.kind == "ungroup")
                self.next()
                if depth == 0:
                    return Script(tuple(self.tokens[start + 1 : self.at - 1]), token.pos)
            raise self.mistake("this brace isn't closed", token)
        if token.kind == "number" and self.latex and len(token.text) > 1:
            raise self.mistake(
                f"in LaTeX only the first digit of {mark.text}{token.text} is a script; write {mark.text}{{{token.text}}}", token
            )
        if token.kind == "op" and token.text == "-" and not self.latex and (number := self.peek(1)) and number.kind == "number":
            self.at += 2
            return Script((token, number), token.pos)
        plain_bracket = token.kind == "open" and mark.kind == "sup" and not self.latex
        if plain_bracket or token.kind in ("relation", "angle"):
            return self._unbraced(mark)
        if token.kind in ("letter", "word", "number", "function", "transpose"):
            self.next()
            following = self.peek()
            if (
                not self.latex and token.text == self.vocabulary.running and following is not None
                and following.kind == "op" and following.text in "+-" and following.pos == token.end
                and (number := self.peek(1)) is not None and number.kind == "number" and number.pos == following.end
            ):
                written = f"{token.text}{following.text}{number.text}"
                raise self.error(f"_{written} can be read in two ways; write _{{{written}}}, or spaces around the sign", token)
            return Script((token,), token.pos)
        raise self.error(f"'{token.text}' can't be a script; braces are missing", token)

    def _unbraced(self, mark: Token) -> Script:
        """`^(t)` and `^<t>` in plain text: up to the closing bracket."""
        opening = self.next()
        closer = {"(": ")", "[": "]", "<": ">"}.get(opening.text)
        start = self.at - 1
        while closer and (token := self.peek()) is not None and self.at - start < 8:
            self.next()
            if token.text == closer:
                return Script(tuple(self.tokens[start : self.at]), opening.pos)
        raise self.error(f"nothing that could be a script stands after '{mark.text}'", opening)

    def _function(self, token: Token) -> Expr:
        following = self.peek()
        if following is not None and following.kind in ("sub", "sup"):
            raise self.error(f"a script on the function {token.latex or token.text} isn't read")
        spelled = token.latex if token.latex not in ("", FUNCTIONS[token.text].latex) else ""
        if following is None or following.kind not in (*_STARTS, "number"):
            if following is not None and following.kind == "op" and following.text == "-":
                raise self.error(f"write brackets around the argument of {token.text}")
            return FunctionName(token.text, spelled, token.pos)
        bracketed = following.kind == "open"
        listing, self.listing = self.listing, False
        if bracketed and following.text == "(":
            arguments = self._arguments()
        else:
            arguments = (self._factor(),)
            after = self.peek()
            if after is not None and after.kind in ("letter", "word", "open", "begin") and following.kind not in ("open", "begin"):
                raise self.error(f"where does the argument of {token.text} end? Write brackets around it", token)
        self.listing = listing
        row = FUNCTIONS[token.text]
        if self.vocabulary.listed and row.arity == (1, 1) and len(arguments) > 1:
            arguments = (Listing(arguments, "(", token.pos),)
        if not row.arity[0] <= len(arguments) <= row.arity[1]:
            wanted = str(row.arity[0]) if row.arity[0] == row.arity[1] else f"{row.arity[0]} or more"
            raise self.error(f"{row.id} takes {wanted} arguments, not {len(arguments)}", token)
        return Apply(token.text, arguments, spelled, token.pos)

    def _arguments(self) -> tuple[Expr, ...]:
        opening = self.next()
        out = [self.sum()]
        while self.kind() == "comma":
            self.next()
            out.append(self.sum())
        if self.kind() == "semicolon":
            self.at = self.tokens.index(opening)
            return (self._bracket(),)
        self._close("close", ")", opening)
        return tuple(out)

    def _argument(self, command: Token) -> Expr:
        token = self.peek()
        if token is None:
            raise self.error("\\frac lacks its numerator or denominator", command)
        if token.kind == "group":
            self.next()
            tree = self.sum()
            self._close("ungroup", "}", token)
            return tree
        if token.kind == "number" and len(token.text) == 2 and token.text.isdigit():
            # TeX reads \frac12 digit by digit.
            first, second = token.text[0], token.text[1]
            self.tokens = [*self.tokens[: self.at], Token("number", first, token.pos, token.pos + 1),
                           Token("number", second, token.pos + 1, token.end), *self.tokens[self.at + 1 :]]
            token = self.tokens[self.at]
        if token.kind == "number":
            self.next()
            return Numeral(token.text, Fraction(token.text), token.pos)
        return self._factor()

    def _close(self, kind: str, text: str, opening: Token) -> None:
        token = self.peek()
        if token is None:
            message = f"'{opening.text}' isn't closed"
            raise self.mistake(message, opening) if kind == "ungroup" else self.error(message, opening)
        if token.kind == "comma" and kind == "ungroup":
            raise self.error("a comma inside braces; write a point for decimals, and brackets for a list")
        if token.kind != kind or token.text != text:
            raise self.error(f"'{token.text or token.latex}' where '{text}' is expected")
        self.next()

    def _bracket(self) -> Expr:
        opening = self.next()
        closer = {"(": ")", "[": "]"}[opening.text]
        if (inner := self.peek()) is not None and inner.kind == "begin" and inner.text in _ARRAYS:
            matrix = self._array()
            if isinstance(matrix, Matrix) and self.kind() == "close":
                self._close("close", closer, opening)
                return Matrix(matrix.rows, opening.text, False, opening.pos)
            self.at = self.tokens.index(opening) + 1
        listing, self.listing = self.listing, opening.text == "["
        if self.kind() == "close":
            raise self.error("an empty list")
        rows: list[list[Expr]] = [[self.sum()]]
        semicolons = False
        while (token := self.peek()) is not None and token.kind != "close":
            if token.kind == "comma":
                self.next()
            elif token.kind == "semicolon":
                self.next()
                semicolons = True
                rows.append([])
                if self.kind() == "close":
                    rows.pop()
                    break
            elif not self.listing or token.kind not in ("number", "op", "open"):
                break
            if self.kind() == "close":
                break
            rows[-1].append(self.sum())
            self.listing = opening.text == "["
        self.listing = listing
        self._close("close", closer, opening)
        if semicolons:
            return Matrix(tuple(map(tuple, rows)), opening.text, True, opening.pos)
        items = tuple(rows[0])
        if opening.text == "(" and len(items) == 1:
            return items[0]
        return Listing(items, opening.text, opening.pos)

    def _array(self) -> Expr:
        """An array, read once even where the bracket before it is tried in two ways."""
        start = self.at
        if start not in self.arrays:
            tree = self._fresh_array()
            self.arrays[start] = (tree, self.at)
        tree, self.at = self.arrays[start]
        return tree

    def _fresh_array(self) -> Expr:
        opening = self.next()
        if opening.text not in _ARRAYS:
            hint = f"; {_CASES}" if opening.text in ("cases", "dcases", "rcases") else ""
            raise self.error(f"\\begin{{{opening.text}}} can't stand inside an expression{hint}", opening)
        listing, self.listing = self.listing, False
        rows: list[list[Expr]] = [[]]
        while (token := self.peek()) is not None and token.kind != "end":
            if token.kind == "row":
                self.next()
                rows.append([])
            elif token.kind in ("amp", "gap"):
                self.next()
            elif token.kind == "comma":
                self.next()
            else:
                rows[-1].append(self.sum())
        self.listing = listing
        if token is None or token.text != opening.text:
            raise self.mistake(f"\\begin{{{opening.text}}} isn't closed", opening)
        self.next()
        rows = [row for row in rows if row]
        if not rows:
            raise self.error("an empty matrix", opening)
        if len({len(row) for row in rows}) > 1:
            raise self.error(f"rows of different lengths: {', '.join(str(len(row)) for row in rows)}", opening)
        return Matrix(tuple(map(tuple, rows)), "(" if opening.text.startswith("p") else "[", False, opening.pos)


@lru_cache(maxsize=4096)
def _fraction(text: str) -> Fraction:
    return Fraction(text)


def _height(tree: Expr) -> int:
    """Levels of a tree, counted without recursion."""
    level, height = [tree], 0
    while level and height <= 20 * _HIGHEST:
        level = [child for parent in level for child in children(parent)]
        height += 1
    return height


def _plain(above: Numeral, below: Numeral) -> bool:
    return all("/" not in n.text and "e" not in n.text.lower() and "." not in n.text for n in (above, below)) and below.value > 0

