"""From the statements of a document to its equations and values (section 2.1 of the design).

Each statement is one of: an equation of the cell, a value (of a parameter, an input, an initial or another given value), or prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from symlstm.errors import DocumentError, MistakeError, NotationError, Source, SymlstmError
from symlstm.model.cell import Cell, Draft
from symlstm.model.values import Given, Timeless, Values, as_vector, given, is_constant, steps
from symlstm.notation.functions import FUNCTIONS, WORDS
from symlstm.notation.parser import expression
from symlstm.notation.statements import Statement, statements
from symlstm.notation.symbols import Vocabulary, symbols_in
from symlstm.notation.tree import (
    Apply,
    Chain,
    Expr,
    Fixed,
    FunctionName,
    Listing,
    Matrix,
    Name,
    Numeral,
    Power,
    Product,
    Running,
    Symbol,
)
from symlstm.notation.typeset import formula, plain

_INDEX = re.compile(r"[_^{(<\[,]\s*(?:\\langle\s*)?([A-Za-zτ])\s*[-−–+]\s*\d+\s*(?:[})>\],]|\\rangle)")
_BARE_INDEX = re.compile(r"(?:_|\^)(?:\{\s*[(<]?|\\langle\s*|\()?\s*([A-Za-zτ])\b")
_Key = TypeVar("_Key", Name, tuple[Name, int])
_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")
_EQUALS = ("=", ":=", "≡")


def running_letter(texts: Sequence[str]) -> str:
    """The letter of the running index: the one that is written with an offset, as in `h_{k-1}`; `t` where none is.

    >>> running_letter([r"h_k = \\tanh(W h_{k-1})"])
    'k'
    """
    counts: dict[str, int] = {}
    for text in texts:
        for letter in _INDEX.findall(text):
            counts[letter] = counts.get(letter, 0) + 1
    bare = {letter for text in texts for letter in _BARE_INDEX.findall(text)}
    if not counts or "t" in counts:
        return "t"
    return max(counts, key=lambda letter: (letter in bare, counts[letter]))


_DEFINITIONS = {
    r"\frac{1}{1+e^{-z}}": "sigmoid", r"1/(1+e^{-z})": "sigmoid", r"\frac{e^z}{1+e^z}": "sigmoid",
    r"\frac{e^z}{e^z+1}": "sigmoid", r"\frac{1}{1+\exp(-z)}": "sigmoid", r"\frac{e^z-e^{-z}}{e^z+e^{-z}}": "tanh",
    r"\max(0,z)": "relu", r"\max(z,0)": "relu", "z": "identity",
}
# Lengths are bounded everywhere, so that time grows no faster than the text.
_ALIAS = re.compile(
    r"(?<![A-Za-z])(\\?[A-Za-z]{1,40}|[σφϕψ])\s{0,9}(?:_\s{0,9}(\{[^{}]{0,40}\}|[A-Za-z]))?\s{0,9}(\(\s{0,9}([a-z])\s{0,9}\))?\s{0,9}"
    r"(?::?=|\\equiv|\\coloneqq)\s{0,9}&?\s{0,9}"
)
_LONGEST_DEFINITION = 80


def aliases(texts: Iterable[str]) -> dict[str, str]:
    r"""Letters that these statements declare to be functions, by name.

    >>> aliases([r"\sigma_g = \text{sigmoid}", r"\phi(z) = \tanh(z)"])
    {'σ_g': 'sigmoid', 'ϕ': 'tanh'}
    """
    out: dict[str, str] = {}
    for text in texts:
        for match in _ALIAS.finditer(text):
            following = text[match.end() : match.end() + 2 * _LONGEST_DEFINITION]
            rest = _first_statement(following).strip(" .,")
            if len(rest) > _LONGEST_DEFINITION:
                continue
            function = _function_named(rest, match.group(4))
            if function is None:
                continue
            head = match.group(1) + ("_" + match.group(2) if match.group(2) else "")
            symbol = _as_name(head)
            if symbol is not None:
                out[symbol] = function
    return out


_DEFINITION_ENDS = re.compile(r"\\\\|,?\s*\\q?quad|,(?=\s|\\|$)|;|&|\\end|(?<=\S)\s*\\text\b|\\forall|\$|\.$")


def _first_statement(text: str) -> str:
    """The text up to where its first statement ends; a comma in brackets ends none.

    >>> _first_statement(r"\\max(0, z), b = 1")
    '\\\\max(0, z)'
    """
    for match in _DEFINITION_ENDS.finditer(text):
        before = text[: match.start()]
        if all(before.count(opening) <= before.count(closing) for opening, closing in ("()", "[]", "{}")):
            return before
    return text


def _as_name(head: str) -> str | None:
    letter = r"\phi" if head.startswith("\\sigma") else head.split("_")[0]
    try:
        tree = expression(letter + head[len(head.split("_")[0]) :])
    except NotationError:
        return None
    if not isinstance(tree, Symbol):
        return None
    return str(tree.name).replace("ϕ", "σ", 1) if head.startswith("\\sigma") else str(tree.name)


def _function_named(text: str, variable: str | None) -> str | None:
    try:
        tree = expression(text)
    except NotationError:
        return None
    if isinstance(tree, FunctionName) and variable is None:
        return tree.function
    if isinstance(tree, Symbol) and variable is None:
        return WORDS.get(tree.name.base)
    if variable is None:
        return None
    if isinstance(tree, Apply) and tree.arguments == (Symbol(Name(variable)),):
        return tree.function
    for definition, function in _DEFINITIONS.items():
        if tree == expression(definition.replace("z", variable)):
            return function
    return None


@dataclass(frozen=True, slots=True)
class Read:
    """A statement with the offset in the source of the piece it stands in."""

    statement: Statement
    offset: int
    display: bool

    @property
    def pos(self) -> int:
        """Where the statement starts in the source."""
        return self.offset + self.statement.pos


def drafts(reads: Iterable[Read], source: Source) -> Iterator[Draft]:
    """The statements that are equations of the cell."""
    waiting: list[tuple[Draft, Read]] = []
    entries: list[tuple[Symbol, Draft]] = []
    certain: list[Draft] = []
    defined: set[Name] = set()
    for read in reads:
        chain = read.statement.chain
        left = read.statement.left
        if chain is None:
            error = read.statement.error
            if error is not None and (isinstance(error, MistakeError) or (left is not None and _running(left))):
                raise error.within(source, read.offset)
            continue
        if not chain.relations or chain.relations[0] not in _EQUALS or read.statement.asks:
            continue
        draft = Draft(chain.members[0], chain.members[1], read.statement.role, read.pos)
        if len(chain.members) == 2 and (entry := _entry(draft.left)) is not None:
            entries.append((entry, draft))
        if _running(draft.left) and not _componentwise(draft.left):
            if len(chain.members) > 2 and not is_constant(draft.right) and not _running(chain.members[1]):
                raise DocumentError(
                    "an equation of the cell has two sides; put a longer chain in a block quote (>)", source, read.pos
                )
            if is_constant(draft.right) or len(chain.members) > 2:
                waiting.append((draft, read))
            else:
                certain.append(draft)
                defined |= {s.name for s in symbols_in(draft.left)}
        elif all(s.at is None for s in symbols_in(draft.left)) and _stack(draft.left):
            waiting.append((draft, read))
    changed = True
    while changed:
        changed = False
        for draft, read in list(waiting):
            names = {s.name for s in symbols_in(draft.left)}
            reads_cell = any(isinstance(s.at, Running) or (s.at is None and s.name in defined) for s in symbols_in(draft.right))
            if not _running(draft.left) and reads_cell:
                certain.append(draft)
                defined |= names
                waiting.remove((draft, read))
                changed = True
    for draft, read in waiting:
        names = {s.name for s in symbols_in(draft.left)}
        if _running(draft.left) and is_constant(draft.right) and read.display and not names & defined:
            certain.append(draft)
    for symbol, draft in entries:
        if symbol.name not in defined and not is_constant(draft.right):
            raise _of_an_entry(symbol, draft, source)
    yield from sorted(certain, key=lambda draft: draft.pos)


def _entry(left: Expr) -> Symbol | None:
    """The entry of a symbol that a left side names (`y_{1,t}`, `h_t^i`, `h^1_t`); None where it is something else."""
    match left:
        case Symbol(at=Running(), entry=entry) if entry is not None:
            return left
        case Power(base=Symbol(at=Running(), entry=None) as symbol, exponent=Numeral(value=number)) if number.denominator == 1:
            return replace(symbol, entry=int(number))
        case _:
            return None


def _of_an_entry(symbol: Symbol, draft: Draft, source: Source) -> DocumentError:
    """The error for an equation of one entry of a symbol that has no equation as a whole."""
    name = symbol.name.latex or symbol.name.base
    whole = f"write one equation for the whole vector {symbol.name}"
    if isinstance(symbol.entry, int) and isinstance(symbol.at, Running):
        apart = f"{name}^{{({symbol.entry})}}_{symbol.at.letter}"
        return DocumentError(
            f"this is an equation for entry {symbol.entry} of {symbol.name} alone: {whole}, or, where these are symbols of their "
            f"own, {apart}", source, draft.pos,
        )
    return DocumentError(
        f"this is an equation for entry {symbol.entry} of {symbol.name}, which has no equation as a whole: {whole}", source,
        draft.pos,
    )


def _running(tree: Expr) -> bool:
    return _stack(tree) and any(isinstance(s.at, Running) for s in symbols_in(tree))


def _stack(tree: Expr) -> bool:
    return isinstance(tree, Symbol) or (
        isinstance(tree, Matrix | Listing) and all(isinstance(s, Symbol) for s in
                                                    (tree.items if isinstance(tree, Listing) else [r[0] for r in tree.rows]))
    )


def _componentwise(tree: Expr) -> bool:
    return any(s.entry is not None for s in symbols_in(tree))


def values(reads: Sequence[Read], cell: Cell, vocabulary: Vocabulary, source: Source) -> Values:
    """The values that these statements give, in order; two that disagree are an error."""
    return _Collector(cell, vocabulary, source).collect(reads)


class _Collector:
    def __init__(self, cell: Cell, vocabulary: Vocabulary, source: Source) -> None:
        self.cell = cell
        self.vocabulary = vocabulary
        self.source = source
        self.parameters: dict[Name, Given] = {}
        self.timed: dict[tuple[Name, int], Given] = {}
        self.sequences: dict[Name, tuple[Given, ...]] = {}
        self.strangers: dict[Name, Given] = {}
        self.timeless: dict[Name, Timeless] = {}
        self.known = {*cell.parameters, *cell.inputs, *cell.by_name, *(block.whole for block in cell.blocks)}

    def collect(self, reads: Sequence[Read]) -> Values:
        pending: list[Symbol] = []
        for index, read in enumerate(reads):
            statement = read.statement
            if statement.chain is None:
                self._unread(read)
                pending = []
                continue
            chain = statement.chain
            if statement.mark != ",":
                pending = []
            if not chain.relations:
                only = chain.members[0]
                pending = [*pending, only] if isinstance(only, Symbol) and self._takes_value(only) else []
                continue
            self._chain(chain, read, pending, reads[index + 1 :])
            pending = []
        return Values(self.parameters, self.timed, self.sequences, strangers=self.strangers, timeless=self.timeless)

    def _takes_value(self, symbol: Symbol) -> bool:
        return symbol.name in self.known and not isinstance(symbol.at, Running) and symbol.entry is None

    def _unread(self, read: Read) -> None:
        statement = read.statement
        assert statement.error is not None
        left = statement.left
        if left is None or not _stack(left) or statement.asks:
            return
        if any(s.name in self.known for s in symbols_in(left)):
            raise statement.error.within(self.source, read.offset)

    def _chain(self, chain: Chain, read: Read, pending: list[Symbol], following: Sequence[Read]) -> None:
        if chain.relations[0] not in _EQUALS or any(relation not in _EQUALS for relation in chain.relations):
            return
        left = chain.members[0]
        if read.statement.asks:
            return
        if isinstance(left, Listing | Matrix) and _stack(left) and len(chain.members) == 2:
            self._stacked(left, chain.members[1], read)
            return
        targets = [member for member in chain.members if isinstance(member, Symbol)]
        constants = [member for member in chain.members if is_constant(member)]
        if not constants or len(targets) + len(constants) < len(chain.members) or not isinstance(left, Symbol):
            self._wanted(left, read)
            return
        strange = [symbol for symbol in targets if symbol.name not in self.known]
        if strange:
            self._strange(strange, constants[0], read)
            return
        for symbol in targets:
            if isinstance(symbol.at, Running) and symbol.name in self.cell.inputs:
                statement = Chain((symbol, constants[0]), ("=",))
                self.timeless[symbol.name] = Timeless(plain(formula(statement)), plain(formula(constants[0])), read.pos)
        targets = [symbol for symbol in targets if self._takes_value(symbol)]
        if not targets:
            return
        found = [given(member, self.source, read.offset) for member in constants]
        if any(other.value != found[0].value for other in found[1:]):
            raise DocumentError("the values of this chain disagree", self.source, read.pos)
        extra = self._bare_constants(following)
        if pending and targets:
            symbols = [*pending, *targets]
            if extra and len(extra) + 1 != len(symbols):
                raise DocumentError(f"{len(symbols)} symbols and {len(extra) + 1} values", self.source, read.pos)
            every = [found[0], *extra] if extra else [found[0]] * len(symbols)
            for symbol, value in zip(symbols, every):
                self._assign(symbol, value, read)
            return
        if extra and targets:
            listed = ", ".join(_digits(value) for value in (found[0], *extra))
            decimal = f"{_digits(found[0])}.{_digits(extra[0])}"
            if len(extra) == 1 and _DECIMAL.fullmatch(decimal):
                raise DocumentError(
                    f"{decimal.replace('.', ',')} can be read in two ways; write {decimal} for one number or [{listed}] for a list",
                    self.source, read.pos,
                )
            raise DocumentError(
                f"{targets[0].name} is followed by several numbers; write them as a list, [{listed}]", self.source, read.pos
            )
        for symbol in targets:
            self._assign(symbol, found[0], read)

    def _strange(self, symbols: Sequence[Symbol], constant: Expr, read: Read) -> None:
        """Keep the value of names that the cell doesn't have; an error where only the place of a label is another."""
        for symbol in symbols:
            same = next((name for name in self.known if _labels_of(name) == _labels_of(symbol.name)), None)
            if same is not None and symbol.entry is None:
                raise DocumentError(
                    f"{symbol.name} isn't a symbol of this problem; did you mean {same}? If this is only a remark, put it in a "
                    "block quote (>)", self.source, read.pos,
                )
        try:
            value = given(constant, self.source, read.offset)
        except SymlstmError:
            # A remark such as α = σ(3): no value that the problem could lack.
            return
        self.strangers |= {symbol.name: value for symbol in symbols if not isinstance(symbol.at, Running)}

    def _wanted(self, left: Expr, read: Read) -> None:
        """An error where a parameter or an input is said to equal what isn't a value; of computed symbols it is prose."""
        self._known_function(left, read)
        if not isinstance(left, Symbol) or not self._takes_value(left):
            return
        chain = read.statement.chain
        assert chain is not None
        alone = [s for s in chain.members[1:] if isinstance(s, Symbol) and s.at is None and s.name not in self.known]
        if left.name in self.cell.by_name and not alone:
            return
        raise DocumentError(
            f"the value of {left.name} is expected as a number, a list or a matrix; if this is only a remark, put it in a "
            "block quote (>)", self.source, read.pos,
        )

    def _known_function(self, left: Expr, read: Read) -> None:
        """An error where `ϕ(z) = ...` defines a function that an equation needs and that isn't one of those known."""
        match left:
            case Product(factors=(Symbol(name=name, at=None), Symbol(at=None) as variable)):
                chain = read.statement.chain
                assert chain is not None
                if name in self.cell.parameters and variable.name not in self.known and any(
                    variable.name == s.name for s in symbols_in(chain.members[1])
                ):
                    known = ", ".join(FUNCTIONS)
                    raise DocumentError(
                        f"{name}({variable.name}) isn't defined as a function that is known ({known}); write it out in the "
                        "equations", self.source, read.pos,
                    )

    def _bare_constants(self, following: Sequence[Read]) -> list[Given]:
        out = []
        for read in following:
            chain = read.statement.chain
            if read.statement.mark != "," or chain is None or chain.relations or not isinstance(chain.members[0], Numeral):
                break
            out.append(given(chain.members[0], self.source, read.offset))
        return out

    def _stacked(self, left: Listing | Matrix, right: Expr, read: Read) -> None:
        symbols = [s for s in symbols_in(left) if self._takes_value(s)]
        entries = list(right.items) if isinstance(right, Listing) else (
            [row[0] for row in right.rows] if isinstance(right, Matrix) else [])
        if not symbols or not entries or not all(map(is_constant, entries)):
            return
        if len(entries) != len(symbols):
            raise DocumentError(f"{len(symbols)} symbols and {len(entries)} values", self.source, read.pos)
        for symbol, entry in zip(symbols, entries):
            self._assign(symbol, given(entry, self.source, read.offset), read)

    def _assign(self, symbol: Symbol, value: Given, read: Read) -> None:
        name = symbol.name
        if isinstance(symbol.at, Fixed):
            self._once(self.timed, (name, symbol.at.time), as_vector(value), f"{name}_{symbol.at.time}")
        elif name in self.cell.inputs:
            sequence = steps(value, self.source)
            before = self.sequences.get(name)
            if before is not None and [item.value for item in before] != [item.value for item in sequence]:
                self._twice(str(name), value, before[0].pos)
            self.sequences[name] = sequence
        elif name in self.cell.by_name:
            raise DocumentError(
                f"{name} is computed by the cell; give it a time, as in {name}_0 = ..., or put this in a block quote (>)",
                self.source, read.pos,
            )
        else:
            self._once(self.parameters, name, value, str(name))

    def _once(self, table: dict[_Key, Given], key: _Key, value: Given, shown: str) -> None:
        before = table.get(key)
        if before is not None and before.value != value.value:
            self._twice(shown, value, before.pos)
        table.setdefault(key, value)

    def _twice(self, shown: str, value: Given, before: int) -> None:
        line = self.source.line_and_column(before)[0]
        raise DocumentError(
            f"{shown} is given a second time with another value; the first stands in line {line}", self.source, value.pos
        )


def _labels_of(name: Name) -> tuple[str, str]:
    """A name without saying where its labels stand: `W_{fh}` and `W^{f,h}` have the same."""
    return name.base, (name.sub + name.sup).replace(",", "")


def _digits(value: Given) -> str:
    return value.tree.text if isinstance(value.tree, Numeral) else "..."


def read_piece(latex: str, offset: int, display: bool, vocabulary: Vocabulary) -> list[Read]:
    """The statements of one piece of mathematics."""
    return [Read(statement, offset, display) for statement in statements(latex, vocabulary)]
