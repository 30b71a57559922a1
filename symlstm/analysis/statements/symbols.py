"""Symbols of the cell in a statement: every notation of the document, always at the running time t or before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from symlstm.analysis.statements.letters import Alphabet
from symlstm.analysis.statements.tokens import Piece
from symlstm.analysis.statements.tree import CellValue, Number
from symlstm.errors import NotationError
from symlstm.notation.parser import Parser
from symlstm.notation.symbols import Vocabulary
from symlstm.notation.tree import Fixed, Name, Numeral, Power, Quotient, Running, Symbol

FARTHEST_LAG = 64


class CellSymbols:
    """Reads the symbols among a statement's pieces."""

    def __init__(self, vocabulary: Vocabulary, pieces: Sequence[Piece], alphabet: Alphabet) -> None:
        self.vocabulary = vocabulary
        self.pieces = pieces
        self.alphabet = alphabet
        # In plain text a time stands below, wherever the cell typesets it. An unknown name is reported here, not by the parser.
        below = {name: replace(shown, index="sub") for name, shown in vocabulary.timed.items()}
        self._in_latex = Vocabulary(vocabulary.running, vocabulary.timed, vocabulary.plain)
        self._in_plain = Vocabulary(vocabulary.running, below, vocabulary.plain)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that may stand in a statement."""
        return tuple(map(str, self.vocabulary.timed))

    @property
    def listed(self) -> str:
        """`; its symbols are ...`, where they are few."""
        names = ", ".join(self.names)
        return f"; its symbols are {names}" if names and len(names) < 80 else ""

    def knows(self, at: int) -> bool:
        """Whether the name at this piece is one of the problem, with whatever scripts."""
        token = self.pieces[at].token
        if token.kind not in ("letter", "word", "function", "group"):
            return False
        bases = {name.base for name in (*self.vocabulary.timed, *self.vocabulary.plain)}
        return token.text in bases or token.kind == "group"

    def prefers(self, at: int) -> bool:
        """Whether a word of the language is a symbol with an index here, as in `last[t-1]`."""
        following = self.pieces[at + 1].token if at + 1 < len(self.pieces) else None
        return self.knows(at) and following is not None and following.text == "["

    def _parser(self, at: int) -> Parser:
        piece = self.pieces[at]
        end = at
        while end < len(self.pieces) and (self.pieces[end].stretch, self.pieces[end].latex) == (piece.stretch, piece.latex):
            end += 1
        tokens = [each.token for each in self.pieces[at:end]]
        return Parser(tokens, self._in_latex if piece.latex else self._in_plain, latex=piece.latex)

    def fraction(self, at: int) -> tuple[Number, int]:
        """A fraction of two numbers, with where it ends."""
        parser = self._parser(at)
        tree = parser._atom()
        match tree:
            case Quotient(Numeral(value=above), Numeral(value=below)) if below and max(abs(above), abs(below)) <= 1_000_000:
                return Number(Fraction(above) / below), at + parser.at
            case _:
                raise NotationError("a fraction here has a number above and below, as in 1/2", offset=self.pieces[at].token.pos)

    def read(self, at: int) -> tuple[CellValue, int]:
        """The symbol at this piece, with where it ends."""
        token = self.pieces[at].token
        parser = self._parser(at)
        tree = parser._atom() if token.kind == "group" else parser._symbol()
        entry: int | None = None
        if isinstance(tree, Power) and isinstance(tree.base, Symbol):
            entry = self._component(tree, token.pos)
            tree = tree.base
        if not isinstance(tree, Symbol):
            raise NotationError("only symbols of the cell, numbers and quantities stand in a statement", offset=token.pos)
        end = at + parser.at
        following = self.pieces[end].token if end < len(self.pieces) else None
        if following is not None and following.text == "[":
            raise NotationError(f"components count from 1, as in {tree.name}[1]", offset=following.pos)
        if isinstance(tree.entry, str):
            raise NotationError(f"name the component by its number, as in {tree.name}[1]", offset=token.pos)
        if tree.entry is not None:
            entry = tree.entry
        if entry is not None and entry < 1:
            raise NotationError(f"components count from 1, as in {tree.name}[1]", offset=token.pos)
        return CellValue(self._name(tree), self._lag(tree), entry), end

    def _component(self, tree: Power, pos: int) -> int:
        exponent = tree.exponent
        if isinstance(exponent, Numeral) and exponent.value.denominator == 1:
            return int(exponent.value)
        raise NotationError("there are no powers here; write the product out, or [1] for a component", offset=pos)

    def _name(self, symbol: Symbol) -> Name:
        name = self.vocabulary.timed.get(symbol.name)
        if name is not None:
            return name
        if symbol.name in self.vocabulary.plain:
            raise NotationError(f"{symbol.name} is a parameter; only states, gates and inputs stand in a statement", offset=symbol.pos)
        known = self.vocabulary.nearest(str(symbol.name)) or self.listed
        raise NotationError(f"{symbol.name} isn't a symbol of this problem{known}", offset=symbol.pos)

    def _lag(self, symbol: Symbol) -> int:
        letter = self.vocabulary.running
        match symbol.at:
            case Running(offset=offset) if offset > 0:
                raise NotationError(f"a statement about the inputs so far can't look ahead; write {symbol.name}_{letter}",
                                    offset=symbol.pos)
            case Running(offset=offset) if offset < -FARTHEST_LAG:
                raise NotationError(f"at most {FARTHEST_LAG} steps back are read", offset=symbol.pos)
            case Running(offset=offset):
                return -offset
            case None:
                return 0
            case Fixed(time=time):
                name = symbol.name
                raise NotationError(
                    f"{name}_{time} is the value at one step, and a statement is about every step; write {name}_{letter}, "
                    f"{name}_{{{letter}-1}} for the step before, or {name}[{max(time, 1)}] for a component", offset=symbol.pos,
                )
            case _:
                raise NotationError("this time can't stand in a statement", offset=symbol.pos)
