"""A cell as a graph of what is computed from what: sources, layers, and operations entry by entry.

In: the equations of a cell. Out: nodes in an order in which they can be computed, each with the nodes that it reads. A weighted
sum is part of the layer that it goes into, so weights and biases are no nodes. Knows nothing of where a node is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias, assert_never

from symlstm.model.cell import Cell
from symlstm.notation.functions import FUNCTIONS
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import (
    Apply,
    Expr,
    FunctionName,
    Hadamard,
    Hole,
    Listing,
    Matrix,
    Name,
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
    rebuild,
)
from symlstm.notation.typeset import formula, plain

Kind: TypeAlias = Literal["source", "layer", "entrywise", "product", "sum"]
"""What a node is: an input or an earlier value; a function of a weighted sum; a function of what it reads, entry by entry; a product
or a sum of all that it reads."""
_LINEAR = "linear"
_LONGEST_LABEL = 16


@dataclass(frozen=True, slots=True)
class Source:
    """An input, or the value of a symbol `offset` steps on (negative: back)."""

    name: Name
    offset: int


@dataclass(frozen=True, slots=True)
class Node:
    """One node. `reads` are positions of earlier nodes, in the order of the equation; `label` is what stands in it."""

    kind: Kind
    label: str
    reads: tuple[int, ...] = ()
    source: Source | None = None
    defines: Name | None = None
    """The symbol whose equation ends here."""


@dataclass(frozen=True)
class Dataflow:
    """All nodes of a cell."""

    nodes: tuple[Node, ...]
    states: tuple[Name, ...]
    """Symbols that are read at a later time, in the order of their equations."""
    outputs: tuple[Name, ...]
    """Symbols that nothing reads."""

    @cached_property
    def at(self) -> dict[Name, int]:
        """The node of each defined symbol."""
        return {node.defines: k for k, node in enumerate(self.nodes) if node.defines is not None}

    @cached_property
    def readers(self) -> tuple[tuple[int, ...], ...]:
        """For each node those that read it, once each."""
        return tuple(
            tuple(k for k, node in enumerate(self.nodes) if other in node.reads) for other in range(len(self.nodes))
        )


def dataflow(cell: Cell) -> Dataflow:
    """The graph of a cell.

    >>> from symlstm.model.reader import cell_named
    >>> for node in dataflow(cell_named("rnn")[0]).nodes:
    ...     print(node.kind, node.label, node.reads)
    source h_{t−1} ()
    source x_t ()
    layer tanh (0, 1)
    """
    builder = _Builder(cell)
    for equation in cell.equations:
        builder.define(equation.left, equation.right)
    read_now = {s.name for e in cell.equations for s in symbols_in(e.right) if s.at == Running(0)}
    names = [equation.left for equation in cell.equations]
    states = tuple(name for name in names if name in cell.lags)
    outputs = tuple(name for name in names if name not in cell.lags and name not in read_now)
    return Dataflow(tuple(builder.nodes), states, outputs)


class _Builder:
    """The nodes so far."""

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self.nodes: list[Node] = []
        self.sources: dict[Source, int] = {}
        self.defined: dict[Name, int] = {}

    def define(self, name: Name, tree: Expr) -> None:
        """Add the nodes of an equation. A value that stands for another has a node of its own."""
        before = len(self.nodes)
        node = self.node(tree)
        kept = self.nodes[node]
        if node < before or kept.kind == "source":
            node = self._add(Node("entrywise", "=", (node,)))
            kept = self.nodes[node]
        self.nodes[node] = Node(kept.kind, kept.label, kept.reads, kept.source, name)
        self.defined[name] = node

    def _add(self, node: Node) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    def node(self, tree: Expr) -> int:
        """The node of what a tree is worth."""
        timed = [part for part in children(tree) if _is_timed(part)]
        match tree:
            case Symbol(name=name, at=Running(offset=offset)):
                return self._symbol(name, offset, tree)
            case Apply():
                return self._applied(tree)
            case Product(factors=factors) | Hadamard(factors=factors) if len(timed) > 1:
                sign = "⊙" if isinstance(tree, Hadamard) else "×"
                front = "".join(f"{_short(part)} " for part in factors if not _is_timed(part))
                return self._add(Node("product", front + sign, tuple(map(self.node, timed))))
            case Product(factors=factors) if len(timed) == 1 and all(isinstance(p, Numeral) or _is_timed(p) for p in factors):
                return self._entrywise(tree, timed)
            case Product() | Hadamard() if len(timed) == 1:
                return self._linear((tree,))
            case Sum(terms=terms):
                return self._sum(terms)
            case Matrix() | Listing() if timed:
                return self._add(Node("entrywise", "[ ; ]", tuple(map(self.node, timed))))
            case Quotient() if len(timed) > 1:
                return self._add(Node("entrywise", "÷", tuple(map(self.node, timed))))
            case _:
                return self._entrywise(tree, timed)

    def _symbol(self, name: Name, offset: int, tree: Symbol) -> int:
        if offset == 0 and name in self.defined:
            node = self.defined[name]
        else:
            source = Source(name, offset)
            if source not in self.sources:
                label = plain(formula(Symbol(name, tree.at)))
                self.sources[source] = self._add(Node("source", label, (), source))
            node = self.sources[source]
        return node if tree.entry is None else self._add(Node("entrywise", f"·[{tree.entry}]", (node,)))

    def _entrywise(self, tree: Expr, timed: Sequence[Expr]) -> int:
        """What numbers make of the one part that has a time, which stands as a dot in the label; several operations are one node
        where their label is short."""
        if isinstance(tree, Negative):
            return self._add(Node("entrywise", "−", tuple(map(self.node, timed))))
        core, dotted = _peeled(tree) if timed else (None, tree)
        if core is not None and len(label := plain(formula(dotted))) <= _LONGEST_LABEL:
            return self._add(Node("entrywise", label, (self.node(core),)))
        return self._add(Node("entrywise", _short(_dotted(tree)), tuple(map(self.node, timed))))

    def _applied(self, tree: Apply) -> int:
        name = FUNCTIONS[tree.function].plain
        single = len(tree.arguments) == 1
        if any(map(_weighs, tree.arguments)):
            reads = tuple(dict.fromkeys(node for argument in tree.arguments for node in self.weighted(argument)))
            return self._add(Node("layer", name, reads))
        timed = [argument for argument in tree.arguments if _is_timed(argument)]
        told = name if single else _short(_dotted(tree))
        return self._add(Node("entrywise", told, tuple(map(self.node, timed))))

    def _sum(self, terms: Sequence[tuple[int, Expr]]) -> int:
        """Weighted terms make a layer without a function, numbers an operation on the rest, and what is left is added."""
        fixed = [(sign, term) for sign, term in terms if not _is_timed(term)]
        weighted = [(sign, term) for sign, term in terms if _is_timed(term) and _weighs(term)]
        others = [(sign, term) for sign, term in terms if _is_timed(term) and not _weighs(term)]
        numbers = all(isinstance(term, Numeral) for _, term in fixed)
        if weighted and not any(isinstance(term, Product | Hadamard | Sum | Apply) for _, term in others):
            return self._linear([term for _, term in terms])
        if len(others) == 1 and not weighted:
            if not numbers:
                return self._linear([term for _, term in terms])
            return self._entrywise(Sum(tuple(terms)), [others[0][1]])
        reads = []
        if weighted or not numbers:
            reads.append(self._linear([term for _, term in (*weighted, *fixed)]))
            fixed = []
        # Added in the order written.
        added = [self._signed(sign, term) for sign, term in others]
        reads = [*added, *reads]
        total = reads[0] if len(reads) == 1 else self._add(Node("sum", "+", tuple(reads)))
        for sign, term in fixed:
            total = self._add(Node("entrywise", f"· {'+' if sign > 0 else '−'} {_short(term)}", (total,)))
        return total

    def _signed(self, sign: int, term: Expr) -> int:
        node = self.node(term)
        return node if sign > 0 else self._add(Node("entrywise", "−", (node,)))

    def _linear(self, terms: Sequence[Expr]) -> int:
        reads = tuple(dict.fromkeys(node for term in terms for node in self.weighted(term)))
        return self._add(Node("layer", _LINEAR, reads))

    def weighted(self, tree: Expr) -> Iterator[int]:
        """The nodes that a weighted sum is made of."""
        match tree:
            case Sum(terms=terms):
                for _, term in terms:
                    yield from self.weighted(term)
            case Negative(operand=part) | Transpose(operand=part):
                yield from self.weighted(part)
            case Listing() | Matrix():
                for part in children(tree):
                    yield from self.weighted(part)
            case Product(factors=factors) | Hadamard(factors=factors):
                timed = [factor for factor in factors if _is_timed(factor)]
                if len(timed) == 1:
                    yield from self.weighted(timed[0])
                elif timed:
                    yield self.node(tree)
            case Quotient(numerator=above, denominator=below) if not _is_timed(below):
                yield from self.weighted(above)
            case Numeral() | FunctionName() | Hole():
                return
            case Symbol() | Apply() | Quotient() | Power():
                if _is_timed(tree):
                    yield self.node(tree)
            case _:
                assert_never(tree)


def _is_timed(tree: Expr) -> bool:
    return any(isinstance(symbol.at, Running) for symbol in symbols_in(tree))


def _weighs(tree: Expr) -> bool:
    """Whether a tree is a weighted sum, as a layer takes it: some part of it is a parameter, a factor or an offset."""
    match tree:
        case Symbol(at=at):
            return at is None
        case Numeral() | Listing() | Matrix():
            return not isinstance(tree, Numeral)
        case Sum(terms=terms):
            return any(_weighs(term) or not _is_timed(term) for _, term in terms)
        case Negative(operand=part) | Transpose(operand=part):
            return _weighs(part)
        case Product(factors=factors) | Hadamard(factors=factors):
            timed = [factor for factor in factors if _is_timed(factor)]
            return len(timed) < len(factors) if len(timed) < 2 else False
        case Quotient(denominator=below):
            return not _is_timed(below)
        case _:
            return False


_DOT = Symbol(Name("·"))


def _peeled(tree: Expr) -> tuple[Expr | None, Expr]:
    """The part that numbers act on, and the tree with a dot in its place; None where more than one part has a time."""
    timed = [part for part in children(tree) if _is_timed(part)]
    if not isinstance(tree, Sum | Product | Quotient | Power) or len(timed) != 1:
        return (None, tree) if len(timed) > 1 and isinstance(tree, Sum | Quotient) else (tree, _DOT)
    if any(not isinstance(part, Numeral) for part in children(tree) if part is not timed[0]):
        return tree, _DOT
    core, inner = _peeled(timed[0])
    return (timed[0], _dotted(tree)) if core is None else (core, rebuild(tree, lambda part: inner if part is timed[0] else part))


def _dotted(tree: Expr) -> Expr:
    """The tree with a dot for each part that has a time."""
    return rebuild(tree, lambda part: _DOT if _is_timed(part) else part)


def _short(tree: Expr) -> str:
    text = plain(formula(tree))
    return text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 1] + "…"
