"""Where the mathematics of a document says what a value is, and how: sayings.

In come pieces of mathematics and the symbols of the cell, out go sayings: symbols, the constants that they are said to be, where
each stands. Data and remarks are sayings alike; which value a saying is about is decided elsewhere. Numbers of which nothing is said
here come out as loose ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from symlstm.errors import NotationError
from symlstm.model.statement_values import Read, read_piece
from symlstm.model.values import is_constant
from symlstm.notation.parser import expression
from symlstm.notation.symbols import Vocabulary, symbols_in
from symlstm.notation.tree import Chain, Expr, Fixed, Listing, Matrix, Name, Numeral, Running, Symbol, children
from symlstm.teaching.variants.constants import Constant, Span, read_constant

_EQUALS = ("=", ":=", "≡")
_SAID = re.compile(
    r"(?<![\w\\^{])([^\W\d_][^\W_]*(?:[_^](?:\{[^{}\n]{0,40}\}|[-−]?\w{1,40})){0,2})(?:\s*:?=\s*)"
    r"(\[[^\[\]\n]{0,4000}\]|[-−]?(?:\d+(?:\.\d+)?|\.\d+)(?:/\d+)?(?![\w/]))"
)
_DIGITS = re.compile(r"(?<![\w.\\{_^])[-−]?(?:\d+(?:\.\d+)?|\.\d+)(?![\w}])")


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
class Loose:
    """A number in the prose that is said of no symbol."""

    value: Fraction
    span: Span
    scope: int


@dataclass(frozen=True, slots=True)
class Heard:
    """What a stretch of a document says."""

    sayings: tuple[Saying, ...]
    loose: tuple[Loose, ...]


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
    sayings: list[Saying] = []
    loose: list[Loose] = []
    pending: list[Target] = []
    taken: set[int] = set()
    for index, read in enumerate(reads):
        chain = read.statement.chain
        if chain is None or read.statement.asks:
            pending = []
            continue
        if read.statement.mark != ",":
            pending = []
        if not chain.relations:
            alone = _target(chain.members[0], chain.spans[0], offset, vocabulary)
            pending = [*pending, alone] if alone is not None else []
            if alone is None and index not in taken:
                loose += _loose(chain, offset, scope)
            continue
        found = _stacked(chain, latex, offset, scope, vocabulary) or _chained(
            chain, latex, offset, scope, vocabulary, pending, reads[index + 1 :])
        pending = []
        if found is None:
            if recalled or not _is_equation(chain, vocabulary):
                loose += _loose(chain, offset, scope)
            continue
        sayings.append(found)
        if found.paired:
            taken |= set(range(index + 1, index + len(found.constants)))
    return Heard(tuple(sayings), tuple(loose))


def _is_equation(chain: Chain, vocabulary: Vocabulary) -> bool:
    """Whether a chain is an equation of the cell: its numbers are the cell's."""
    left = tuple(symbols_in(chain.members[0]))
    return bool(left) and all(s.name in vocabulary.timed and not isinstance(s.at, Fixed) for s in left)


def _target(member: Expr, span: Span, offset: int, vocabulary: Vocabulary) -> Target | None:
    if not isinstance(member, Symbol) or isinstance(member.at, Running) or member.entry is not None:
        return None
    if vocabulary.name(member.name) is None:
        return None
    time = member.at.time if isinstance(member.at, Fixed) else None
    return Target(member.name, time, (offset + span[0], offset + span[1]))


def _constant(member: Expr, span: Span, latex: str, offset: int) -> Constant | None:
    if not is_constant(member):
        return None
    return read_constant(latex[span[0] : span[1]], offset + span[0], latex=True)


def _chained(
    chain: Chain, latex: str, offset: int, scope: int, vocabulary: Vocabulary, pending: Sequence[Target], following: Sequence[Read],
) -> Saying | None:
    if any(relation not in _EQUALS for relation in chain.relations):
        return None
    targets: list[Target] = []
    constants: list[Constant] = []
    for member, span in zip(chain.members, chain.spans):
        if (target := _target(member, span, offset, vocabulary)) is not None:
            targets.append(target)
        elif (constant := _constant(member, span, latex, offset)) is not None:
            constants.append(constant)
        else:
            return None
    if not targets or not constants:
        return None
    if not pending:
        return Saying(tuple(targets), tuple(constants), scope, chained=True)
    extra = _bare(following, latex, offset)
    if extra and len(extra) + 1 == len(pending) + len(targets):
        return Saying((*pending, *targets), (constants[0], *extra), scope, paired=True)
    return Saying((*pending, *targets), tuple(constants), scope)


def _bare(following: Sequence[Read], latex: str, offset: int) -> list[Constant]:
    """The numbers that follow behind commas: `a, b = 1, 2`."""
    out = []
    for read in following:
        chain = read.statement.chain
        if read.statement.mark != "," or chain is None or chain.relations or not isinstance(chain.members[0], Numeral):
            break
        found = _constant(chain.members[0], chain.spans[0], latex, offset)
        assert found is not None
        out.append(found)
    return out


def _stacked(chain: Chain, latex: str, offset: int, scope: int, vocabulary: Vocabulary) -> Saying | None:
    """`[h_0; c_0] = [0; 1]`: a number for each symbol of a stack."""
    if len(chain.members) != 2 or chain.relations[0] not in _EQUALS:
        return None
    left, right = chain.members
    if not isinstance(left, Listing | Matrix):
        return None
    span = (offset + chain.spans[0][0], offset + chain.spans[0][1])
    parts = [_target(part, chain.spans[0], offset, vocabulary) for part in children(left)]
    found = _constant(right, chain.spans[1], latex, offset)
    if found is None or len(found.entries) != len(parts) or any(part is None for part in parts):
        return None
    targets = tuple(replace(part, span=span) for part in parts if part is not None)
    singles = tuple(Constant(entry, (value,), (entry,), (entry,), True) for entry, value in zip(found.entries, found.value))
    return Saying(targets, singles, scope, paired=True)


def _loose(chain: Chain, offset: int, scope: int) -> Iterator[Loose]:
    for member in chain.members:
        yield from _numerals(member, offset, scope)


def _numerals(tree: Expr, offset: int, scope: int) -> Iterator[Loose]:
    if isinstance(tree, Numeral):
        start = offset + max(0, tree.pos)
        yield Loose(tree.value, (start, start + len(tree.text)), scope)
    for child in children(tree):
        yield from _numerals(child, offset, scope)


def in_prose(text: str, span: Span, scope: int, vocabulary: Vocabulary) -> Heard:
    """What a stretch of plain text says (`x_2 = 1`, `x = [0, 1]`), and its other numbers.

    >>> x = Name("x")
    >>> heard = in_prose("so x_2 = 1 at step 3", (0, 20), 0, Vocabulary(timed={x: x}))
    >>> [saying.targets[0].time for saying in heard.sayings], [loose.value for loose in heard.loose]
    ([2], [Fraction(3, 1)])
    """
    stretch = text[span[0] : span[1]]
    sayings = tuple(_in_plain_text(stretch, span[0], scope, vocabulary))
    taken = [(s.pos, max(c.span[1] for c in s.constants)) for s in sayings]
    loose = tuple(
        Loose(Fraction(found.group().replace("−", "-")), (span[0] + found.start(), span[0] + found.end()), scope)
        for found in _DIGITS.finditer(stretch) if len(found.group()) < 40
        if not any(a <= span[0] + found.start() < b for a, b in taken)
    )
    return Heard(sayings, loose)


def _in_plain_text(stretch: str, start: int, scope: int, vocabulary: Vocabulary) -> Iterable[Saying]:
    below = Vocabulary(vocabulary.running, {name: replace(shown, index="sub") for name, shown in vocabulary.timed.items()},
                       vocabulary.plain, {}, True)
    for found in _SAID.finditer(stretch):
        try:
            symbol = expression(found[1], below, latex=False)
        except NotationError:
            continue
        target = _target(symbol, found.span(1), start, vocabulary)
        constant = read_constant(found[2], start + found.start(2), latex=False)
        if target is not None and constant is not None:
            name = vocabulary.name(target.name) or target.name
            yield Saying((replace(target, name=name),), (constant,), scope, chained=True)
