"""The reader of statements: from text to the tree of `statements`, by recursive descent.

In come the text, the names of the cell and the letters of the alphabet. From tightest to loosest: `*` and `mod`, `+ -`,
comparisons and `is`, `not`, `and`, `or`, `iff`, `implies`. What isn't in the language is an error at its place, with what to write.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import cast

from symlstm.analysis.statements.letters import DEEPEST, Alphabet, read_regex
from symlstm.analysis.statements.quantities import quantities_in
from symlstm.analysis.statements.quantity_bounds import EXACT_FUNCTIONS
from symlstm.analysis.statements.symbols import CellSymbols
from symlstm.analysis.statements.tokens import LANGUAGE, Piece, pieces
from symlstm.analysis.statements.tree import (
    RELATIONS,
    Both,
    Call,
    CellValue,
    Comparison,
    Count,
    CurrentRun,
    Either,
    FirstInput,
    Iff,
    Implies,
    LastInput,
    Letter,
    LongestRun,
    Matches,
    Modulo,
    Not,
    Number,
    Parity,
    Relation,
    Seen,
    Statement,
    Term,
    Times,
    Total,
    Truth,
)
from symlstm.arithmetic.value import Value
from symlstm.errors import NotationError
from symlstm.notation.functions import FUNCTIONS
from symlstm.notation.lexer import Token
from symlstm.notation.symbols import Vocabulary, closest

LONGEST = 2_000
"""Characters of a statement."""
FARTHEST_BACK = 64
LARGEST_MODULUS = 1_000
MOST_SEEN = 16
LARGEST_NUMBER = 1_000_000
"""Size of a number and of its denominator."""

_WHOLE_CALLS = ("round", "sign", "argmax", "step")
_HINTS = {
    "consecutive": "run({a}) is the length of the current run, and `seen({a} {a})` says that two stood side by side",
    "length": "count(any) is the number of inputs, run({a}) the length of the current run, longest({a}) that of the longest",
    "number": "write count({a})", "ones": "write count(1)", "zeros": "write count(0)", "zeroes": "write count(0)",
    "parity": "write `count({a}) is odd`", "xor": "write `not (... iff ...)`", "if": "write iff, or implies (`p implies q`)",
    "then": "write `p implies q`", "when": "write iff", "only": "write iff", "exactly": "write iff", "divisible": "write `mod 3 = 0`",
    "equals": "write =", "equal": "write =", "contains": "write `seen({a} {a})` or `matches any* {a} any*`",
    "ends": "write `last = {a}`", "starts": "write `first = {a}`", "begins": "write `first = {a}`", "previous": "write last(2)",
    "modulo": "write mod", "but": "write and", "unless": "write or", "never": "write `count({a}) = 0`",
    "always": "write `count({a}) = count(any)`", "all": "write `count({a}) = count(any)`", "inputs": "count(any) is their number",
    "steps": "count(any) is their number", "len": "count(any) is the number of inputs", "sum": "write the terms with + between them",
}
"""Words that people write, with what the language says instead."""
_RELATION_HINTS = {
    "≈": "write = and round, as in `round(h) = 1`", "→": "write = for equal, or implies (⇒)", ":=": "write =",
    "≡": "write `count({a}) mod 2 = 1`", "∈": "write the cases with or", "←": "write =",
}


def read_statement(text: str, vocabulary: Vocabulary, letters: Sequence[str], values: Sequence[Value]) -> Statement:
    """A statement, the whole text of it; letters of the alphabet come by their names and their values.

    `NotationError` with an offset in the text where it isn't one.

    >>> read_statement("count(1) is odd", Vocabulary(), ["0", "1"], [])
    Parity(term=Count(letter=1), odd=True)
    """
    return _Reader(text, vocabulary, Alphabet(letters, values)).statement()


def read_term(text: str, vocabulary: Vocabulary, letters: Sequence[str], values: Sequence[Value]) -> Term | Statement:
    """A term or a statement, such as a readout or a property that may be carried.

    >>> read_term("run(1)", Vocabulary(), ["0", "1"], [])
    CurrentRun(letter=1)
    """
    return _Reader(text, vocabulary, Alphabet(letters, values)).whole()


_RISING = {"<": "<≤", "≤": "<≤", ">": ">≥", "≥": ">≥"}
"""Relations that may follow one another, as in `0 < h_t ≤ 1`."""


class _Reader:
    def __init__(self, text: str, vocabulary: Vocabulary, alphabet: Alphabet) -> None:
        if len(text) > LONGEST:
            raise NotationError(f"a statement of {len(text):,} characters; at most {LONGEST:,} are read")
        self.alphabet = alphabet
        self.pieces: tuple[Piece, ...] = pieces(text, alphabet.names)
        self.tokens: tuple[Token, ...] = tuple(piece.token for piece in self.pieces)
        self.symbols = CellSymbols(vocabulary, self.pieces, alphabet)
        self.text = text
        self.at = 0
        self.depth = 0

    # -- tokens ---

    def peek(self, ahead: int = 0) -> Token | None:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else None

    def word(self, ahead: int = 0) -> str:
        """The word that stands here; empty where none does."""
        token = self.peek(ahead)
        return token.text if token is not None and token.kind in ("word", "letter") else ""

    def sign(self, ahead: int = 0) -> str:
        """The sign that stands here; empty where none does."""
        token = self.peek(ahead)
        return "" if token is None or token.kind in ("word", "letter", "function", "number", "remark") else token.text

    def take(self) -> Token:
        if self.at >= len(self.tokens):
            raise self.error("something is missing at the end")
        self.at += 1
        return self.tokens[self.at - 1]

    def error(self, message: str, token: Token | None = None) -> NotationError:
        """An error at a token, at the next one, or behind the last; `{a}` in it becomes a letter."""
        token = token or self.peek()
        offset = token.pos if token else self.tokens[-1].end if self.tokens else 0
        return NotationError(message.replace("{a}", self.alphabet.example), offset=offset)

    def written(self, start: int, end: int | None = None) -> str:
        """The text from token `start` on, up to token `end` or to what is read, shortened."""
        text = self.text[self.tokens[start].pos : self.tokens[(self.at if end is None else end) - 1].end].replace("$", "")
        return text if len(text) <= 40 else text[:39] + "…"

    # -- statements, from the loosest ---

    def statement(self) -> Statement:
        read = self.whole()
        if not _is_statement(read):
            raise self.error(self.no_statement(read, 0), self.tokens[0])
        return cast(Statement, read)

    def whole(self) -> Term | Statement:
        if not self.tokens:
            raise self.error("an empty statement; write one such as `count({a}) is odd`")
        read = self.implies()
        if self.at < len(self.tokens):
            raise self.cant_stand(read)
        return read

    def cant_stand(self, before: Term | Statement) -> NotationError:
        """The error for what is left over behind a statement."""
        token = self.tokens[self.at]
        if self.word() in _HINTS:
            return self.unknown(token)
        if token.kind == "close":
            return self.error(f"'{token.text}' closes nothing")
        if self.relation() or self.word() == "is":
            return self.error("a second comparison on the same terms; join two comparisons by and")
        if token.kind == "relation":
            return self.error(f"'{token.text}' isn't part of the language; {_RELATION_HINTS.get(token.text, 'write =')}")
        if self.sign() in ("⊙", "∘"):
            return self.error("numbers are multiplied by *")
        if self.sign() == "/":
            return self.error("there is no division here; multiply the other side, or write mod for a remainder")
        if self.sign() == "^":
            return self.error("there are no powers here; write the product out")
        if token.kind in ("word", "letter", "number", "open", "function"):
            if token.text not in LANGUAGE and token.kind in ("word", "letter") and not self.symbols.knows(self.at):
                return self.unknown(token)
            join = "a relation, and or or" if _is_statement(before) else "a sign (write * for a product)"
            return self.error(f"{join} is missing before '{token.text}'")
        return self.error(f"'{token.text or token.latex}' can't stand here")

    def unknown(self, token: Token) -> NotationError:
        """The error for a word that isn't in the language."""
        word = token.text
        if (hint := _HINTS.get(word.lower())) is not None:
            return self.error(f"{word} isn't a word of the language; {hint}", token)
        if word in self.alphabet.names:
            write = f"write `last = {word}` or `count({word})`"
            return self.error(f"{word} is a letter of the alphabet, and a number belongs here; {write}", token)
        near = closest(word, (*self.symbols.names, *LANGUAGE, *FUNCTIONS), 0.5)
        return self.error(f"{word[:40]} is neither a symbol of this problem nor a word of the language"
                          + (f"; did you mean {near}?" if near else self.symbols.listed), token)

    def implies(self) -> Term | Statement:
        return self.joined(lambda: self.joined(self.either, "iff", "⇔", Iff), "implies", "⇒", Implies)

    def joined(self, part: Callable[[], Term | Statement], word: str, sign: str,
               make: Callable[[Statement, Statement], Statement]) -> Term | Statement:
        """Two statements with a word between them; three would have two meanings."""
        start = self.at
        left = part()
        if self.word() != word and self.sign() != sign:
            return left
        left = self.truth(left, start)
        self.take()
        start = self.at
        right = self.truth(part(), start)
        if self.word() == word or self.sign() == sign:
            raise self.error(f"a second {word}; write brackets to say which belongs together")
        return make(left, right)

    def either(self) -> Term | Statement:
        return self.several(lambda: self.several(self.negated, "and", Both), "or", Either)

    def several(self, part: Callable[[], Term | Statement], word: str,
                make: Callable[[tuple[Statement, ...]], Statement]) -> Term | Statement:
        """Statements with a word between them."""
        start = self.at
        first = part()
        if self.word() != word:
            return first
        parts = [self.truth(first, start)]
        while self.word() == word:
            self.take()
            start = self.at
            parts.append(self.truth(part(), start))
        return make(tuple(parts))

    def negated(self) -> Term | Statement:
        if self.word() != "not":
            return self.comparison()
        self.deeper(self.take())
        start = self.at
        operand = self.truth(self.negated(), start)
        self.depth -= 1
        return Not(operand)

    def deeper(self, token: Token) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(f"nested deeper than {DEEPEST} levels", token)

    def truth(self, read: Term | Statement, start: int) -> Statement:
        """What was read since a token, as a statement."""
        if not _is_statement(read):
            raise self.error(self.no_statement(read, start), self.tokens[start])
        return cast(Statement, read)

    def no_statement(self, read: Term | Statement, start: int) -> str:
        if _is_letter(read):
            return f"{self.written(start)} is a letter, not something that holds or doesn't; write `{self.written(start)} = {{a}}`"
        return (f"{self.written(start)} is a number, not something that holds or doesn't; "
                f"write `{self.written(start)} = 1`, or `is odd` behind it")

    # -- comparisons ---

    def relation(self) -> str:
        token = self.peek()
        return token.text if token is not None and token.kind in ("relation", "angle", "unangle") and token.text in RELATIONS else ""

    def comparison(self) -> Term | Statement:
        start = self.at
        left: Term | Statement = self.letter_before_relation() or self.sum()
        if self.word() == "is":
            if _is_letter(left):
                raise self.error(f"odd and even are said of numbers; for a letter write =, as in `{self.written(start)} = {{a}}`")
            return self.parity(self.number(left, start), start)
        relation = self.relation()
        if not relation:
            return left
        if _is_statement(left):
            raise self.error(f"{self.written(start)} holds or doesn't, so it can't be compared; write iff", self.tokens[self.at])
        mark = self.take()
        compared = Comparison(cast(Relation, relation), cast(Term, left), self.right_side(cast(Term, left), mark))
        following = self.relation()
        if following and relation in _RISING and following in _RISING[relation]:
            mark = self.take()
            return Both((compared, Comparison(cast(Relation, following), compared.right, self.right_side(compared.right, mark))))
        if following or self.word() == "is":
            raise self.error("a second comparison on the same terms; join two comparisons by and")
        return compared

    def letter_before_relation(self) -> Letter | None:
        """A letter that is compared with an input, as in `1 = last`."""
        found = self.alphabet.at(self.tokens[self.at :])
        if found is None:
            return None
        index, count = found
        relation = self.peek(count)
        if relation is None or relation.kind != "relation" or self.word(count + 1) not in ("last", "first"):
            return None
        self.at += count
        return Letter(index)

    def right_side(self, left: Term, relation: Token) -> Term:
        if _is_letter(left):
            if relation.text not in ("=", "≠"):
                raise self.error("letters are compared by = and ≠ only", relation)
            return self.letter_or_input()
        start = self.at
        right = self.sum()
        if _is_letter(right):
            raise self.error(f"{self.written(start)} is a letter, and a number stands on the other side", self.tokens[start])
        return self.number(right, start)

    def letter_or_input(self) -> Term:
        found = self.alphabet.at(self.tokens[self.at :])
        if found is not None:
            self.at += found[1]
            return Letter(found[0])
        if self.word() in ("last", "first"):
            return self.input()
        raise self.no_letter()

    def parity(self, term: Term, start: int) -> Statement:
        end = self.at
        self.take()
        negated = self.word() == "not"
        if negated:
            self.take()
        word = self.word()
        if word not in ("odd", "even"):
            instead = f"otherwise write =, as in `{self.written(start, end)} = 1`"
            raise self.error(f"odd, even, not odd or not even stands behind is; {instead}")
        parity = Parity(self.whole_number(term, start, end), word == "odd")
        self.take()
        if self.relation() or self.word() == "is":
            raise self.error("a second comparison on the same terms; join two comparisons by and")
        return Not(parity) if negated else parity

    # -- terms ---

    def number(self, read: Term | Statement, start: int) -> Term:
        """What was read since a token, as a number."""
        if _is_letter(read):
            raise self.error(f"{self.written(start)} is a letter; letters are compared by = and ≠ only", self.tokens[start])
        if _is_statement(read):
            raise self.error(f"{self.written(start)} holds or doesn't; a number belongs here", self.tokens[start])
        return cast(Term, read)

    def whole_number(self, term: Term, start: int, end: int) -> Term:
        if (culprit := _not_whole(term)) is not None:
            shown = self.written(start, end)
            why = "a value of the cell needn't be whole; write round(...) around it" if isinstance(culprit, CellValue) else \
                "only whole numbers are odd or even, or have a remainder"
            raise self.error(f"{shown}: {why}", self.tokens[start])
        return term

    def minus(self) -> bool:
        """Whether an odd number of minus signs stands here; signs are taken."""
        negative = False
        while self.sign() in ("+", "-"):
            negative ^= self.take().text == "-"
        return negative

    def sum(self) -> Term | Statement:
        start = self.at
        sign, first = self.signed_product()
        if self.sign() not in ("+", "-"):
            return first if sign > 0 else Total(((-1, self.number(first, start)),))
        terms = [(sign, self.number(first, start))]
        while self.sign() in ("+", "-"):
            outer = -1 if self.take().text == "-" else 1
            start = self.at
            sign, term = self.signed_product()
            terms.append((outer * sign, self.number(term, start)))
        return Total(tuple(terms))

    def signed_product(self) -> tuple[int, Term | Statement]:
        """A product with its sign; a number in front takes the sign into itself."""
        negative = self.minus()
        token = self.peek()
        literal = negative and token is not None and token.kind == "number"
        product = self.product(literal)
        return (-1 if negative and not literal else 1), product

    def product(self, negative: bool) -> Term | Statement:
        start = self.at
        left = self.factor(negative)
        while self.sign() in ("*", "·", "×") or self.word() == "mod":
            term = self.number(left, start)
            end = self.at
            if self.take().text == "mod":
                left = Modulo(self.whole_number(term, start, end), self.bounded("the number behind mod", 1, LARGEST_MODULUS))
            else:
                begin = self.at
                left = Times(term, self.number(self.factor(self.minus()), begin))
        return left

    def bounded(self, what: str, least: int, most: int) -> int:
        """A whole number in digits between two bounds."""
        token = self.peek()
        if token is None or token.kind != "number" or not token.text.isdecimal():
            raise self.error(f"{what} is a whole number in digits, from {least} to {most:,}")
        if len(token.text) > 20 or not least <= int(token.text) <= most:
            raise self.error(f"{what} must be from {least} to {most:,}")
        return int(self.take().text)

    def factor(self, negative: bool = False) -> Term | Statement:
        start = self.at
        token = self.peek()
        if token is None:
            raise self.error("something is missing at the end")
        read = self.numeral(negative) if token.kind == "number" else self.atom(token)
        if negative and token.kind != "number":
            return Total(((-1, self.number(read, start)),))
        return read

    def numeral(self, negative: bool) -> Number:
        token = self.take()
        below = self.peek(1)
        value = Fraction(token.text) if len(token.text) <= 40 and abs(Fraction(token.text)) <= LARGEST_NUMBER else None
        if self.sign() == "/" and below is not None and below.kind == "number":
            self.take()
            divisor = Fraction(self.take().text)
            if divisor == 0:
                raise self.error("a division by zero", below)
            value = value / divisor if value is not None else None
        if value is None or abs(value.numerator) > LARGEST_NUMBER * LARGEST_NUMBER or value.denominator > LARGEST_NUMBER:
            raise self.error(f"numbers here go up to {LARGEST_NUMBER:,}, with up to 6 decimals", token)
        return Number(-value if negative else value)

    def atom(self, token: Token) -> Term | Statement:
        if token.kind == "open" and token.text == "(":
            return self.bracket(token)
        if token.kind in ("word", "letter", "function", "group"):
            word = self.word()
            scripted = self.sign(1) in ("_", "^")
            if not scripted and word in _WORDS and not (word in ("first", "last") and self.symbols.prefers(self.at)):
                return _WORDS[word](self)
            if not scripted and (token.kind == "function" or word in ("round", "argmax", "abs")) and self.sign(1) == "(":
                return self.call()
            if word in ("odd", "even") and not scripted:
                raise self.error(f"{word} stands behind is, as in `count({{a}}) is {word}`")
            if self.symbols.knows(self.at):
                value, self.at = self.symbols.read(self.at)
                return value
            if token.kind == "function":
                raise self.error(f"write brackets behind {token.text}, as in `{token.text}(h)`")
            if word in LANGUAGE:
                raise self.error(f"{word} can't stand here; a statement or a number belongs here")
            if token.kind == "group":
                raise self.error("braces can't stand here; write round brackets")
            if word in _HINTS or scripted is False:
                raise self.unknown(token)
            value, self.at = self.symbols.read(self.at)
            return value
        if token.kind == "frac":
            number, self.at = self.symbols.fraction(self.at)
            return number
        if token.kind == "open":
            raise self.error("a list can't stand here; its letters and components are named one by one")
        if token.kind == "close":
            raise self.error(f"'{token.text}' closes too early; something is missing before it")
        if self.relation() == "=" and self.at and self.tokens[self.at - 1].text == "=":
            raise self.error("write one =")
        if token.kind in ("relation", "mark", "op"):
            raise self.error(f"something is missing before '{token.text}'")
        raise self.error(f"'{token.text or token.latex}' can't stand here")

    def bracket(self, opening: Token) -> Term | Statement:
        self.take()
        self.deeper(opening)
        read = self.implies()
        self.close(opening, read)
        self.depth -= 1
        return read

    def close(self, opening: Token, read: Term | Statement | None = None) -> None:
        if self.peek() is None:
            raise self.error(f"'{opening.text}' isn't closed", opening)
        if self.sign() != ")":
            token = self.tokens[self.at]
            if read is not None and (token.kind != "comma"):
                raise self.cant_stand(read)
            raise self.error(f"'{token.text or token.latex}' where ')' is expected")
        self.take()

    def call(self) -> Term:
        """A function of terms, `round`, `argmax` or `abs`."""
        token = self.take()
        opening = self.take()
        self.deeper(opening)
        arguments = []
        while True:
            start = self.at
            arguments.append(self.number(self.sum(), start))
            if self.sign() != ",":
                break
            self.take()
        self.close(opening, arguments[-1])
        self.depth -= 1
        least, most = FUNCTIONS[token.text].arity if token.kind == "function" else (1, 16 if token.text == "argmax" else 1)
        if not least <= len(arguments) <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            raise self.error(f"{token.text} takes {wanted} {'argument' if wanted == '1' else 'arguments'}, not {len(arguments)}", token)
        if token.text not in EXACT_FUNCTIONS and any(True for argument in arguments for _ in quantities_in(argument)):
            raise self.error(f"{token.text} is for values of the cell; how often or how long something is stands outside it", token)
        return Call(token.text, tuple(arguments))

    # -- quantities ---

    def no_letter(self) -> NotationError:
        """The error for what stands where a letter belongs."""
        token = self.peek()
        if token is None or token.kind in ("close", "relation", "comma"):
            return self.error(f"a letter of the alphabet ({self.alphabet.shown}) is missing here")
        sign, following = ("-", self.peek(1)) if token.text == "-" else ("", token)
        return self.error(self.alphabet.stranger(sign + (following or token).text))

    def letter(self) -> int:
        found = self.alphabet.at(self.tokens[self.at :])
        if found is None:
            raise self.no_letter()
        self.at += found[1]
        return found[0]

    def opened(self, word: Token) -> Token:
        """The bracket behind a word of the language."""
        if self.sign() != "(":
            inner = f"{self.alphabet.example} {self.alphabet.example}" if word.text == "seen" else self.alphabet.example
            raise self.error(f"{word.text} needs a letter in round brackets, as in {word.text}({inner})", word)
        return self.take()

    def counted(self, make: Callable[[int | None], Term]) -> Term:
        """`count(a)`, `count(any)` and their kin."""
        word = self.take()
        opening = self.opened(word)
        if self.word() == "any" and self.sign(1) == ")":
            self.alphabet.settle_any(self.tokens[self.at].pos)
            self.take()
            quantity = make(None)
        else:
            quantity = make(self.letter())
        if self.peek() is not None and self.sign() != ")":
            raise self.error(f"{word.text} takes one letter, or any; add several up, as in count(a) + count(b)")
        self.close(opening)
        return quantity

    def input(self) -> Term:
        word = self.take()
        if self.sign() != "(":
            return LastInput() if word.text == "last" else FirstInput()
        opening = self.take()
        if word.text == "first":
            raise self.error("first takes nothing in brackets; it is the first input", opening)
        token = self.peek()
        if token is not None and token.text == "0":
            raise self.error("last(1) is the last input, last(2) the one before it; there is no last(0)")
        back = self.bounded("the number in last(...), counted from the end,", 1, FARTHEST_BACK)
        self.close(opening)
        return LastInput(back)

    def seen(self) -> Statement:
        opening = self.opened(self.take())
        letters = [self.letter()]
        while self.peek() is not None and self.sign() != ")":
            if self.sign() == ",":
                raise self.error("write spaces, not commas, between the letters, as in seen({a} {a})")
            letters.append(self.letter())
            if len(letters) > MOST_SEEN:
                raise self.error(f"seen takes up to {MOST_SEEN} letters", opening)
        self.close(opening)
        return Seen(tuple(letters))

    def matches(self) -> Statement:
        self.take()
        regex = self.take()
        written = " ".join(regex.text.replace("$", "").split())
        return Matches(read_regex(regex.text, self.alphabet, regex.pos), written)


_WORDS: dict[str, Callable[[_Reader], Term | Statement]] = {
    "count": lambda reader: reader.counted(Count), "run": lambda reader: reader.counted(CurrentRun),
    "longest": lambda reader: reader.counted(LongestRun), "last": _Reader.input, "first": _Reader.input, "seen": _Reader.seen,
    "matches": _Reader.matches,
}


def _is_statement(read: Term | Statement) -> bool:
    return isinstance(read, Truth | Comparison | Parity | Seen | Matches | Not | Both | Either | Iff | Implies)


def _is_letter(read: Term | Statement) -> bool:
    return isinstance(read, Letter | LastInput | FirstInput)


def _not_whole(term: Term) -> Term | None:
    """The part of a term for which it may not be whole."""
    match term:
        case Number():
            return None if term.value.denominator == 1 else term
        case Count() | CurrentRun() | LongestRun() | Modulo():
            return None
        case Total():
            parts: tuple[Term, ...] = tuple(part for _, part in term.terms)
        case Times():
            parts = (term.left, term.right)
        case Call() if term.function in _WHOLE_CALLS:
            return None
        case Call() if term.function in ("abs", "min", "max", "relu", "identity", "clip"):
            parts = term.arguments
        case _:
            return term
    return next((found for part in parts if (found := _not_whole(part)) is not None), None)
