"""The affine parts of an equation: which weights stand in front of which sources, and the bias, as in [W | b] beside [h; x; 1].

In come an equation's tree, its parameters and how many entries a source has; out come exact numbers. A part is what a gate's function
is taken of, or what a gate multiplies: a sum of weights times sources. Nothing here depends on time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flint import fmpq

from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import NumberError, Real
from symlstm.arithmetic.value import Value, Vector
from symlstm.derivation.evaluate import compiled
from symlstm.errors import SymlstmError
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import Apply, Expr, Hadamard, Hole, Listing, Matrix, Name, Negative, Product, Sum, children, rebuild

Entries: TypeAlias = Callable[[Expr], int]
"""How many entries a source has."""

_ONE, _ZERO = fmpq(1), fmpq(0)


@dataclass(frozen=True, slots=True)
class Affine:
    """A tree that is weights times sources plus a bias."""

    tree: Expr
    sources: tuple[Expr, ...]
    """What is multiplied, in reading order: a state, an input, or a product of such as in r ⊙ h."""
    weights: tuple[tuple[tuple[Real, ...], ...], ...]
    """For each row, for each source, the number in front of each of its entries."""
    bias: tuple[Real, ...]
    """The bias of each row."""


def affine_parts(tree: Expr, parameters: Mapping[Name, Value], entries: Entries) -> Iterator[Affine]:
    """The affine parts of a right side that have weights, the inner ones first.

    >>> from symlstm.notation.parser import expression
    >>> from symlstm.notation.symbols import Vocabulary
    >>> names = {name: Name(name) for name in "hx"}
    >>> tree = expression(r"\\tanh(w h_{t-1} - 2 x_t + b)", Vocabulary(timed=names))
    >>> part, = affine_parts(tree, {Name("w"): fmpq(3), Name("b"): fmpq(1, 2)}, lambda source: 1)
    >>> part.weights, part.bias
    ((((3,), (-2,)),), (1/2,))
    """
    # Weights of a function's value are read off beside that value: (1/2)·tanh(z) is no row of [W | b].
    if _weighted(tree) and (found := _affine(tree, parameters, entries)) is not None and not any(map(_applies, found.sources)):
        for source in found.sources:
            yield from affine_parts(source, parameters, entries)
        yield found
        return
    for part in children(tree):
        yield from affine_parts(part, parameters, entries)


def timed(tree: Expr) -> bool:
    """Whether a tree reads a symbol that has a time."""
    return any(symbol.at is not None for symbol in symbols_in(tree))


def _applies(tree: Expr) -> bool:
    """Whether a function stands somewhere in a tree."""
    return isinstance(tree, Apply) or any(map(_applies, children(tree)))


def _weighted(tree: Expr) -> bool:
    """Whether a tree is a sum or product in which something without a time multiplies something with one."""
    match tree:
        case Sum(terms=terms):
            # (1 − z) has no weights; a bias beside a symbol, as in b + h, is one of a sum that has them elsewhere or of none.
            return timed(tree) and (any(_weighted(term) for _, term in terms) or any(_bias(term) for _, term in terms))
        case Negative(operand=operand):
            return _weighted(operand)
        case Product(factors=factors) | Hadamard(factors=factors):
            return timed(tree) and not all(map(timed, factors))
        case _:
            return False


def _bias(tree: Expr) -> bool:
    return not timed(tree) and any(True for _ in symbols_in(tree))


def _terms(tree: Expr, sign: int = 1) -> Iterator[tuple[int, Expr]]:
    match tree:
        case Sum(terms=terms):
            for own, term in terms:
                yield from _terms(term, sign * own)
        case Negative(operand=operand):
            yield from _terms(operand, -sign)
        case _:
            yield sign, tree


def _sources(term: Expr) -> tuple[Expr, tuple[Expr, ...]]:
    """A term with a hole for each of its sources, and those: what its weights multiply; a stack is several."""
    if isinstance(term, Product | Hadamard) and not all(map(timed, term.factors)):
        with_time = [k for k, factor in enumerate(term.factors) if timed(factor)]
        if len(with_time) == 1:
            at = with_time[0]
            stack = _stacked(term.factors[at])
            factor, sources = stack if stack is not None else (Hole(0), (term.factors[at],))
            return _with(term, at, factor), sources
        first, last = with_time[0], with_time[-1]
        if last - first + 1 == len(with_time):
            inner = _with_factors(term, first, last + 1)
            outer = (*term.factors[:first], Hole(0), *term.factors[last + 1 :])
            marks = (*term.marks[:first], *term.marks[last:])
            return type(term)(outer, marks), (inner,)
    return Hole(0), (term,)


def _with(term: Product | Hadamard, at: int, factor: Expr) -> Expr:
    return type(term)((*term.factors[:at], factor, *term.factors[at + 1 :]), term.marks)


def _with_factors(term: Product | Hadamard, start: int, stop: int) -> Expr:
    return type(term)(term.factors[start:stop], term.marks[start : stop - 1])


def _stacked(factor: Expr) -> tuple[Expr, tuple[Expr, ...]] | None:
    """A stack such as [h; x] with holes for its items, and those."""
    if isinstance(factor, Listing):
        items: tuple[Expr, ...] = factor.items
    elif isinstance(factor, Matrix):
        items = tuple(entry for row in factor.rows for entry in row)
    else:
        return None
    holes = iter(range(len(items)))
    return rebuild(factor, lambda item: Hole(next(holes))), items


def _affine(tree: Expr, parameters: Mapping[Name, Value], entries: Entries) -> Affine | None:
    """The tree's weights, each the value at a unit vector; None where that can't be had."""
    columns: dict[Expr, list[list[Real]]] = {}
    biases: list[list[Real]] = []
    try:
        for sign, term in _terms(tree):
            if not timed(term):
                biases.append(_scaled(sign, compiled(term, parameters)(())))
                continue
            holed, sources = _sources(term)
            evaluate = compiled(holed, parameters)
            sizes = [entries(source) for source in sources]
            for k, source in enumerate(sources):
                found = [_scaled(sign, evaluate(_units(sizes, k, j))) for j in range(sizes[k])]
                known = columns.get(source)
                columns[source] = found if known is None else [_added(a, b) for a, b in zip(known, found, strict=True)]
    except (SymlstmError, NumberError, KeyError):
        return None  # a parameter that nobody gives, or shapes that don't fit: there is no matrix to show
    rows = max(len(column) for parts in [*columns.values(), [*biases]] for column in parts) if columns or biases else 0
    if any(len(column) not in (1, rows) for parts in [*columns.values(), biases] for column in parts):
        return None
    bias: list[Real] = [_ZERO] * rows
    for one in biases:
        bias = _added(bias, one)
    weights = tuple(
        tuple(tuple(column[r if len(column) > 1 else 0] for column in parts) for parts in columns.values()) for r in range(rows)
    )
    return Affine(tree, tuple(columns), weights, tuple(bias))


def _units(sizes: Sequence[int], k: int, j: int) -> list[Value]:
    """Zeros for every source but a one in entry j of source k."""
    return [
        (_ONE if i == k else _ZERO) if size == 1 else Vector(tuple(_ONE if (i, e) == (k, j) else _ZERO for e in range(size)))
        for i, size in enumerate(sizes)
    ]


def _scaled(sign: int, value: Value) -> list[Real]:
    return [sign * x for x in values_of.entries(value)]


def _added(a: Sequence[Real], b: Sequence[Real]) -> list[Real]:
    longer = max(len(a), len(b))
    first, second = (list(x) * longer if len(x) == 1 else list(x) for x in (a, b))
    return [x + y for x, y in zip(first, second, strict=True)]
