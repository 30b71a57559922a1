"""Statements in English, and in their own language again.

`words` says what a statement means, `written` is what `reader` reads back to an equal tree. Letters go by their names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import assert_never

from symlstm.analysis.statements.regular import in_order
from symlstm.analysis.statements.tree import (
    Both,
    Call,
    CellValue,
    Comparison,
    Count,
    CurrentRun,
    Either,
    Empty,
    FirstInput,
    Iff,
    Implies,
    InTurn,
    LastInput,
    Letter,
    LongestRun,
    Matches,
    Modulo,
    Not,
    Nothing,
    Number,
    One,
    OneOf,
    Parity,
    Regex,
    Relation,
    Repeated,
    Seen,
    Statement,
    Term,
    Times,
    Total,
    Truth,
)
from symlstm.arithmetic.decimals import exactly, terminating
from symlstm.arithmetic.real import exact
from symlstm.notation.tree import Running, Symbol
from symlstm.notation.typeset import formula, plain

# -- English ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """How a counting quantity is said: by itself, and what of it is odd, even or compared."""

    kind: type
    noun: str
    """`{s}` is the letter's plural."""
    noun_of_any: str
    whole: str
    """What follows the noun where the quantity itself is odd: `is` or `has ... length`."""
    compared: str


_SAID = {
    row.kind: row
    for row in (
        Said(Count, "the number of {s}", "the number of inputs", "is {}", "is {}"),
        Said(CurrentRun, "the current run of {s}", "the current run", "has {} length", "has length {}"),
        Said(LongestRun, "the longest run of {s} so far", "the longest run so far", "has {} length", "has length {}"),
    )
}
_COMPARED = {"=": "{}", "≠": "other than {}", "<": "less than {}", "≤": "at most {}", ">": "more than {}", "≥": "at least {}"}
_COUNTED_APART = {
    "=": "there are as many {0} as {1}", "≠": "there aren't as many {0} as {1}", "<": "there are fewer {0} than {1}",
    "≤": "there are at most as many {0} as {1}", ">": "there are more {0} than {1}", "≥": "there are at least as many {0} as {1}",
}
_SIGNS = {"=": "is", "≠": "isn't", "<": "is less than", "≤": "is at most", ">": "is more than", "≥": "is at least"}
_FROM_THE_END = {1: "the last input", 2: "the input before the last", 3: "the third input from the end"}
_FIRST_WORDS = ("fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def words(statement: Statement, letters: Sequence[str], running: str = "t") -> str:
    """What a statement says, as a clause without a full stop.

    >>> words(Parity(CurrentRun(1), True), ["0", "1"]), words(Comparison("=", LastInput(2), Letter(0)), ["0", "1"])
    ('the current run of 1s has odd length', 'the input before the last is 0')
    """
    return _Words(letters, running).clause(statement)


def words_of_term(term: Term, letters: Sequence[str], running: str = "t") -> str:
    """What a term is, as a noun.

    >>> words_of_term(CurrentRun(1), ["0", "1"]), words_of_term(LastInput(), ["0", "1"])
    ('the length of the current run of 1s', 'the last input')
    """
    return _Words(letters, running).noun(term)


@dataclass(frozen=True, slots=True)
class _Words:
    letters: Sequence[str]
    running: str

    def clause(self, statement: Statement) -> str:
        match statement:
            case Truth():
                return "this always holds" if statement.value else "this never holds"
            case Comparison():
                return self.compared(statement)
            case Parity():
                return self.parity(statement)
            case Seen():
                return f"{' followed at once by '.join(self.letters[k] for k in statement.letters)} has been seen"
            case Matches():
                return f"the whole input matches {_Written(self.letters, self.running).regex(statement.regex)}"
            case Not():
                return f"it is not the case that {self.part(statement.operand)}"
            case Both():
                return " and ".join(map(self.part, statement.parts))
            case Either():
                return " or ".join(map(self.part, statement.parts))
            case Iff():
                return f"{self.part(statement.left)} exactly when {self.part(statement.right)}"
            case Implies():
                return f"whenever {self.part(statement.left)}, {self.part(statement.right)}"
            case _:
                assert_never(statement)

    def part(self, statement: Statement) -> str:
        """A clause inside another; in brackets where it is made of clauses itself."""
        said = self.clause(statement)
        return f"({said})" if isinstance(statement, Both | Either | Iff | Implies | Not) else said

    def parity(self, statement: Parity) -> str:
        word = "odd" if statement.odd else "even"
        said = _SAID.get(type(statement.term))
        if said is not None:
            return f"{self.counted(statement.term)} {said.whole.format(word)}"
        return f"{self.noun(statement.term)} is {word}"

    def compared(self, statement: Comparison) -> str:
        left, right, relation = statement.left, statement.right, statement.relation
        if isinstance(left, Number) and isinstance(right, Count | CurrentRun | LongestRun):
            left, right, relation = right, left, _MIRRORED[relation]
        if isinstance(left, Letter) and isinstance(right, LastInput | FirstInput):
            left, right = right, left
        if isinstance(left, Count) and isinstance(right, Count) and None not in (left.letter, right.letter):
            return _COUNTED_APART[relation].format(self.several(left.letter), self.several(right.letter))
        if isinstance(left, LastInput | FirstInput) and isinstance(right, LastInput | FirstInput):
            return f"{self.noun(left)} {_SAME[relation]} {self.noun(right)}"
        if isinstance(left, Modulo) and isinstance(right, Number) and relation == "=" and 0 <= right.value < left.by:
            more = "" if not right.value else f"{_number(right.value)} more than "
            return f"{self.noun(left.term)} is {more}a multiple of {left.by}"
        said = _SAID.get(type(left))
        if said is not None and isinstance(right, Number):
            number = _COMPARED[relation].format(_number(right.value))
            return f"{self.counted(left)} {said.compared.format(number)}"
        return f"{self.noun(left)} {_SIGNS[relation]} {self.noun(right)}"

    def several(self, letter: int | None) -> str:
        """A letter's plural: 1s, a's; other names in the singular with `inputs`."""
        if letter is None:
            return "inputs"
        name = self.letters[letter]
        if name.isdecimal():
            return name + "s"
        return f"{name}'s" if len(name) == 1 and name.isalpha() else f"inputs {name}"

    def counted(self, term: Term) -> str:
        """A counting quantity's noun, as it stands before `is odd` or `has odd length`."""
        said = _SAID[type(term)]
        assert isinstance(term, Count | CurrentRun | LongestRun)
        return said.noun_of_any if term.letter is None else said.noun.format(s=self.several(term.letter))

    def noun(self, term: Term) -> str:
        match term:
            case Count():
                return self.counted(term)
            case CurrentRun() | LongestRun():
                return f"the length of {self.counted(term)}"
            case Letter():
                return "no letter" if term.index is None else self.letters[term.index]
            case LastInput():
                return _from_the_end(term.back)
            case FirstInput():
                return "the first input"
            case Modulo():
                return f"the remainder of {self.operand(term.term)} divided by {term.by}"
            case Number():
                return _number(term.value)
            case CellValue():
                return _cell_value(term, self.running)
            case Call():
                return f"{term.function}({', '.join(map(self.operand, term.arguments))})"
            case Times():
                return f"{self.operand(term.left)}·{self.operand(term.right)}"
            case Total():
                out = ""
                for k, (sign, part) in enumerate(term.terms):
                    mark = ("−" if sign < 0 else "") if k == 0 else (" − " if sign < 0 else " + ")
                    out += mark + self.operand(part)
                return out
            case _:
                assert_never(term)

    def operand(self, term: Term) -> str:
        """A term in a formula: words in brackets, so that it's clear where they end."""
        said = self.noun(term)
        bare = isinstance(term, CellValue | Call) or (isinstance(term, Number) and term.value >= 0)
        return said if bare else f"({said})"


def _from_the_end(back: int) -> str:
    if back in _FROM_THE_END:
        return _FROM_THE_END[back]
    if back - 4 < len(_FIRST_WORDS):
        return f"the {_FIRST_WORDS[back - 4]} input from the end"
    ending = {1: "st", 2: "nd", 3: "rd"}.get(back % 10, "th") if back % 100 not in (11, 12, 13) else "th"
    return f"the {back}{ending} input from the end"


def _number(value: Fraction) -> str:
    number = exact(value)
    places = terminating(number)
    return (exactly(number) if places is not None and places <= _MOST_PLACES else str(value)).replace("-", "−")


_MOST_PLACES = 6


def _cell_value(term: CellValue, running: str) -> str:
    return plain(formula(Symbol(term.name, Running(-term.lag, running), term.entry)))


_SAME = {"=": "is the same as", "≠": "isn't the same as"}
_MIRRORED: dict[Relation, Relation] = {"=": "=", "≠": "≠", "<": ">", "≤": "≥", ">": "<", "≥": "≤"}


# -- the language itself ------------------------------------------------------------------------------------------------------

_LEVELS: dict[type, int] = {Implies: 0, Iff: 1, Either: 2, Both: 3, Not: 4}
"""From the loosest; all other statements bind tightest."""


def written(statement: Statement | Term, letters: Sequence[str], running: str = "t") -> str:
    """A statement or term in the language of statements.

    >>> written(Iff(Not(Seen((1, 1))), Comparison("≤", LongestRun(1), Number(Fraction(1)))), ["0", "1"])
    'not seen(1 1) iff longest(1) ≤ 1'
    """
    return _Written(letters, running).whole(statement)


@dataclass(frozen=True, slots=True)
class _Written:
    letters: Sequence[str]
    running: str

    def whole(self, statement: Statement | Term) -> str:
        match statement:
            case Truth():
                return "true" if statement.value else "false"
            case Comparison():
                return f"{self.term(statement.left)} {statement.relation} {self.term(statement.right)}"
            case Parity():
                return f"{self.term(statement.term)} is {'odd' if statement.odd else 'even'}"
            case Seen():
                return f"seen({' '.join(self.letters[k] for k in statement.letters)})"
            case Matches():
                return f"matches {self.regex(statement.regex)}"
            case Not():
                return f"not {self.part(statement.operand, 4)}"
            case Both():
                return " and ".join(self.part(part, 4) for part in statement.parts)
            case Either():
                return " or ".join(self.part(part, 3) for part in statement.parts)
            case Iff():
                return f"{self.part(statement.left, 2)} iff {self.part(statement.right, 2)}"
            case Implies():
                return f"{self.part(statement.left, 1)} implies {self.part(statement.right, 1)}"
            case _:
                return self.term(statement)

    def part(self, statement: Statement, least: int) -> str:
        """A statement inside another, in brackets where it binds looser than `least`."""
        out = self.whole(statement)
        return f"({out})" if _LEVELS.get(type(statement), 5) < least else out

    # -- terms ---

    def quantity(self, word: str, letter: int | None) -> str:
        return f"{word}({'any' if letter is None else self.letters[letter]})"

    def term(self, term: Term) -> str:
        match term:
            case Number():
                return str(term.value)
            case Letter():
                return "none" if term.index is None else self.letters[term.index]
            case Count():
                return self.quantity("count", term.letter)
            case CurrentRun():
                return self.quantity("run", term.letter)
            case LongestRun():
                return self.quantity("longest", term.letter)
            case LastInput():
                return "last" if term.back == 1 else f"last({term.back})"
            case FirstInput():
                return "first"
            case CellValue():
                return self.cell_value(term)
            case Call():
                return f"{term.function}({', '.join(map(self.term, term.arguments))})"
            case Times():
                right = isinstance(term.right, Times | Modulo) or _leads_negative(term.right)
                return f"{self.factor(term.left)} * {self.bracketed(term.right, right or isinstance(term.right, Total))}"
            case Modulo():
                return f"{self.factor(term.term)} mod {term.by}"
            case Total():
                return self.total(term)
            case _:
                assert_never(term)

    def bracketed(self, term: Term, needed: bool) -> str:
        return f"({self.term(term)})" if needed else self.term(term)

    def factor(self, term: Term) -> str:
        """What stands before `*` or `mod`."""
        return self.bracketed(term, isinstance(term, Total))

    def total(self, total: Total) -> str:
        (sign, first), *others = total.terms
        # A minus before a number in front belongs to the number.
        apart = isinstance(first, Total) or (sign < 0 and isinstance(_leading(first), Number))
        out = ("-" if sign < 0 else "") + self.bracketed(first, apart)
        if not others and sign > 0:
            return f"({out})"
        for sign, part in others:
            apart = isinstance(part, Total) or _leads_negative(part)
            out += (" - " if sign < 0 else " + ") + self.bracketed(part, apart)
        return out

    def cell_value(self, value: CellValue) -> str:
        """The symbol as a place is written, with t for its time."""
        time = self.running + (f"-{value.lag}" if value.lag else "")
        labels = f"{value.name.sub},{time}" if value.name.sub else time
        below = labels if len(labels) == 1 else f"{{{labels}}}"
        entry = f"[{value.entry}]" if value.entry is not None else ""
        return f"{replace(value.name, sub='')}_{below}{entry}"

    # -- regular expressions ---

    def regex(self, regex: Regex) -> str:
        match regex:
            case Nothing() | Empty():
                return "()"
            case One():
                return "any" if regex.letter is None else self.letters[regex.letter]
            case InTurn():
                return " ".join(self.inner(part, OneOf) for part in in_order(regex))
            case OneOf():
                choices = sorted(map(self.regex, regex.choices - {Empty()}))
                out = " | ".join(choices)
                if Empty() not in regex.choices:
                    return out
                (*several,) = regex.choices - {Empty()}
                return f"({out})?" if len(several) > 1 or not isinstance(several[0], One) else f"{out}?"
            case Repeated():
                return f"{self.inner(regex.inner, OneOf, InTurn)}*"
            case _:
                assert_never(regex)

    def inner(self, regex: Regex, *looser: type) -> str:
        out = self.regex(regex)
        optional = isinstance(regex, OneOf) and Empty() in regex.choices
        return f"({out})" if isinstance(regex, looser) and not (optional and InTurn not in looser) else out


def _leading(term: Term) -> Term:
    """What a product begins with."""
    while isinstance(term, Times | Modulo):
        term = term.left if isinstance(term, Times) else term.term
    return term


def _leads_negative(term: Term) -> bool:
    leading = _leading(term)
    return isinstance(leading, Number) and leading.value < 0
