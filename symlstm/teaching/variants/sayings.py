"""Where the mathematics of a document says what a value is, and how: sayings.

In come pieces of mathematics and the symbols of the cell, out go sayings: symbols, the constants that they are said to be, where
each stands. Data and what repeats them are sayings alike; which value a saying is about is decided elsewhere. Other chains come out as
remarks, numbers of which nothing is said as loose ones. Plain text is heard in `prose`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from symlstm.model.statement_values import read_piece
from symlstm.model.values import is_constant
from symlstm.notation.statements import Statement
from symlstm.notation.statements import statements as read_statements
from symlstm.notation.symbols import Vocabulary, symbols_in
from symlstm.notation.tree import (
    Chain,
    Expr,
    Fixed,
    Listing,
    Matrix,
    Name,
    Numeral,
    Running,
    Symbol,
    children,
)
from symlstm.teaching.variants.constants import Constant, Span, read_constant
from symlstm.teaching.variants.loose import Loose, in_digits, numerals
from symlstm.teaching.variants.remarks import EQUALS, Remark

_ABSOLUTE = re.compile(r"(?:\\left)?(?:\||\\[lr]?vert\b)([^|$\n]{1,80}?)(?:\\right)?(?:\||\\[lr]?vert\b)")


_RELATIONS = {"leqslant": r"\le ", "geqslant": r"\ge ", "leqq": r"\le ", "geqq": r"\ge ", "ll": "<", "gg": ">"}
"""Relations that the reader doesn't read, with those that they imply."""
_RELATION = re.compile(r"\\(leqslant|geqslant|leqq|geqq|ll|gg)(?![A-Za-z])")


@dataclass(frozen=True, slots=True)
class Target:
    """A symbol of which something is said: its name, its time where it has one, where it stands."""

    name: Name
    time: int | None
    span: Span
    group: str = ""
    """`weights`, `biases` or `parameters`, in whose place no one symbol is named."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One statement about values. Each target has each of the constants, unless `paired`: then one each."""

    targets: tuple[Target, ...]
    constants: tuple[Constant, ...]
    scope: int
    """How many questions stand above it."""
    paired: bool = False
    chained: bool = False
    """Whether the targets are members of one chain (`h_{-1} = c_{-1} = 0`)."""
    own: bool = False
    """Whether it stands in a question's own block, the one that ends its scope."""
    front: bool = False
    """Whether it stands in the front matter."""

    @property
    def pos(self) -> int:
        """Where it starts."""
        return min(target.span[0] for target in self.targets)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a stretch of a document says."""

    sayings: tuple[Saying, ...]
    loose: tuple[Loose, ...]
    remarks: tuple[Remark, ...] = ()


def in_maths(
    latex: str, offset: int, scope: int, vocabulary: Vocabulary, *, display: bool = False, recalled: bool = False
) -> Heard:
    r"""What a piece of mathematics says, which starts at `offset` of the document.

    >>> h, c = Name("h"), Name("c")
    >>> heard = in_maths("h_{-1} = c_{-1} = 0", 5, 0, Vocabulary(timed={h: h, c: c}))
    >>> [(str(target.name), target.span) for target in heard.sayings[0].targets], heard.sayings[0].constants[0].span
    ([('h', (5, 11)), ('c', (14, 20))], (23, 24))
    """
    reads = read_piece(latex, offset, display, vocabulary)
    listener = Listener(latex, offset, scope, vocabulary)
    for index, read in enumerate(reads):
        listener.hear(read.statement, [later.statement for later in reads[index + 1 :]], recalled)
    if any(read.statement.chain is None for read in reads):
        listener.unread([read.statement for read in reads])
    return Heard(tuple(listener.sayings), tuple(listener.loose), tuple(listener.remarks))


class Listener:
    """What the statements of one text say, one after the other."""

    def __init__(self, text: str, offset: int, scope: int, vocabulary: Vocabulary, *, latex: bool = True) -> None:
        self.text, self.offset, self.scope, self.vocabulary, self.latex = text, offset, scope, vocabulary, latex
        self.sayings: list[Saying] = []
        self.loose: list[Loose] = []
        self.remarks: list[Remark] = []
        self._pending: list[Target] = []
        self._bare: list[Expr] = []
        """Members that stand alone in front of a statement: in `x_1, x_2 > 0` the first."""
        self._taken = 0
        """Statements that belong to a saying before them."""

    def hear(self, statement: Statement, following: Sequence[Statement], recalled: bool) -> None:
        """Take one statement in; `following` are those behind it."""
        chain = statement.chain
        self._taken -= 1
        if statement.mark != ",":
            self._pending, self._bare = [], []
        if chain is None or statement.asks:
            self._pending, self._bare = [], []
            return
        if not chain.relations:
            alone = target_of(chain.members[0], chain.spans[0], self.offset, self.vocabulary)
            self._pending = [*self._pending, alone] if alone is not None else []
            self._bare = [*self._bare, chain.members[0]] if alone is not None else []
            if alone is None and self._taken < 0:
                self.loose += self._numbers(chain)
            return
        found = self._stacked(chain) or self._chained(chain, following)
        if found is not None:
            self.sayings.append(found)
            if found.paired:
                self._taken = len(found.constants) - 1
        else:
            self._other(chain, recalled)
        self._pending, self._bare = [], []

    def _other(self, chain: Chain, recalled: bool) -> None:
        """A chain that isn't one saying: it may hold some, and is a remark where it isn't an equation."""
        parts = list(self._parts(chain))
        self.sayings += parts
        said = {constant.span for part in parts for constant in part.constants}
        if not recalled and _is_equation(chain, self.vocabulary):
            return
        self.loose += (number for number in self._numbers(chain) if not any(a <= number.span[0] < b for a, b in said))
        if any(True for member in chain.members for _ in symbols_in(member)):
            numbers = tuple(self._constant(member, span) for member, span in zip(chain.members, chain.spans))
            span = self.offset + chain.spans[0][0], self.offset + chain.spans[-1][1]
            self.remarks.append(Remark(chain, numbers, span, self.scope))
            none: tuple[None, ...] = (None,) * len(chain.members)
            self.remarks += (Remark(replace(chain, members=(member, *chain.members[1:])), none, span, self.scope)
                             for member in self._bare)

    def _parts(self, chain: Chain) -> Iterator[Saying]:
        """The sayings between other relations: `x_1 = 0.2` and `x_2 = 0.7` of `x_1 = 0.2 < x_2 = 0.7`."""
        first = 0
        for k, relation in enumerate((*chain.relations, ""), 1):
            if relation not in EQUALS:
                part = Chain(chain.members[first:k], chain.relations[first : k - 1], chain.pos, chain.spans[first:k])
                whole = first == 0 and k == len(chain.members)
                found = self._chained(part, (), alone=True) if part.relations and not whole else None
                if found is not None:
                    yield found
                first = k

    def unread(self, statements: Sequence[Statement]) -> None:
        r"""What isn't read: its numbers, as `25\%`, are loose; absolute values and rarer relations are read as what they mean."""
        changed = _RELATION.sub(lambda found: _RELATIONS[found[1]], _ABSOLUTE.sub(r"\\max(\1, -(\1))", self.text))
        if changed == self.text:
            whole = all(statement.chain is None for statement in statements)
            for k, statement in enumerate(statements if not whole else statements[:1]):
                if statement.chain is None:
                    start = 0 if whole else statement.pos
                    end = next((later.pos for later in statements[k + 1 :] if later.pos > start and not whole), len(self.text))
                    self.loose += in_digits(self.text[start:end], self.offset + start, self.scope)
            return
        known = {statement.chain for statement in statements}
        for statement in read_statements(changed, self.vocabulary):
            chain = statement.chain
            if chain is not None and chain.relations and chain not in known:
                none: tuple[None, ...] = (None,) * len(chain.members)
                self.remarks.append(Remark(chain, none, (self.offset, self.offset + len(self.text)), self.scope))

    def _constant(self, member: Expr, span: Span) -> Constant | None:
        if not is_constant(member):
            return None
        return read_constant(self.text[span[0] : span[1]], self.offset + span[0], latex=self.latex)

    def _chained(self, chain: Chain, following: Sequence[Statement], *, alone: bool = False) -> Saying | None:
        if any(relation not in EQUALS for relation in chain.relations):
            return None
        targets: list[Target] = []
        constants: list[Constant] = []
        for member, span in zip(chain.members, chain.spans):
            if (target := target_of(member, span, self.offset, self.vocabulary)) is not None:
                targets.append(target)
            elif (constant := self._constant(member, span)) is not None:
                constants.append(constant)
            else:
                return None
        if not targets or not constants:
            return None
        pending = self._pending if not alone else []
        if not pending:
            return Saying(tuple(targets), tuple(constants), self.scope, chained=True)
        extra = self._listed(following)
        if extra and len(extra) + 1 == len(pending) + len(targets):
            return Saying((*pending, *targets), (constants[0], *extra), self.scope, paired=True)
        return Saying((*pending, *targets), tuple(constants), self.scope)

    def _listed(self, following: Sequence[Statement]) -> list[Constant]:
        """The numbers that follow behind commas: `a, b = 1, 2`."""
        out = []
        for statement in following:
            chain = statement.chain
            if statement.mark != "," or chain is None or chain.relations or not isinstance(chain.members[0], Numeral):
                break
            found = self._constant(chain.members[0], chain.spans[0])
            assert found is not None
            out.append(found)
        return out

    def _stacked(self, chain: Chain) -> Saying | None:
        """`[h_0; c_0] = [0; 1]`: a number for each symbol of a stack."""
        if len(chain.members) != 2 or chain.relations[0] not in EQUALS:
            return None
        left, right = chain.members
        if not isinstance(left, Listing | Matrix):
            return None
        span = (self.offset + chain.spans[0][0], self.offset + chain.spans[0][1])
        parts = [target_of(part, chain.spans[0], self.offset, self.vocabulary) for part in children(left)]
        found = self._constant(right, chain.spans[1])
        if found is None or len(found.entries) != len(parts) or any(part is None for part in parts):
            return None
        targets = tuple(replace(part, span=span) for part in parts if part is not None)
        singles = tuple(Constant(entry, (value,), (entry,), (entry,), True) for entry, value in zip(found.entries, found.value))
        return Saying(targets, singles, self.scope, paired=True)

    def _numbers(self, chain: Chain) -> Iterator[Loose]:
        for member in chain.members:
            yield from numerals(member, self.text, self.offset, self.scope)


def _is_equation(chain: Chain, vocabulary: Vocabulary) -> bool:
    """Whether a chain is an equation of the cell: its numbers are the cell's."""
    left = tuple(symbols_in(chain.members[0]))
    return bool(left) and all(s.name in vocabulary.timed and not isinstance(s.at, Fixed) for s in left)


def target_of(member: Expr, span: Span, offset: int, vocabulary: Vocabulary) -> Target | None:
    """The symbol that a member is, where it is a known one without a running index."""
    if not isinstance(member, Symbol) or isinstance(member.at, Running) or member.entry is not None:
        return None
    if vocabulary.name(member.name) is None:
        return None
    time = member.at.time if isinstance(member.at, Fixed) else None
    return Target(member.name, time, (offset + span[0], offset + span[1]))
