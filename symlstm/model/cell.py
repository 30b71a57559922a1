"""A cell: its update equations at time t, in the order in which they can be computed.

In come statements as the reader of mathematics gave them; out goes a frozen `Cell`. Forms in t+1 are shifted to t, stacked
equations (`[i; f; o; g] = [σ; σ; σ; tanh] W [h; x]`) become one equation a row, symbols without a time that the cell defines mean
time t. Nothing here knows a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from symlstm.errors import DocumentError, Source
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import (
    Apply,
    Expr,
    FunctionName,
    Hadamard,
    Listing,
    Matrix,
    Name,
    Negative,
    Product,
    Running,
    Sum,
    Symbol,
    children,
    rebuild,
)
from symlstm.notation.typeset import formula, plain


@dataclass(frozen=True, slots=True)
class Equation:
    """`left` at time t equals `right`; `role` is what the author calls it ("forget gate"); `pos` its place in the source."""

    left: Name
    right: Expr
    role: str = ""
    pos: int = 0


@dataclass(frozen=True, slots=True)
class Blocks:
    """A stacked parameter and the names of its blocks of rows, from top to bottom."""

    whole: Name
    rows: tuple[Name, ...]


@dataclass(frozen=True)
class Cell:
    """The equations of one time step, in dependency order."""

    equations: tuple[Equation, ...]
    blocks: tuple[Blocks, ...] = ()
    title: str = ""
    reference: str = ""
    """Where the cell is from (paper and equation numbers)."""

    @cached_property
    def by_name(self) -> Mapping[Name, Equation]:
        """Each defined symbol's equation."""
        return {equation.left: equation for equation in self.equations}

    @cached_property
    def lags(self) -> Mapping[Name, int]:
        """For each symbol that is read at an earlier time: how far back, in steps."""
        out: dict[Name, int] = {}
        for symbol in self._timed():
            assert isinstance(symbol.at, Running)
            if symbol.at.offset < 0:
                out[symbol.name] = max(out.get(symbol.name, 0), -symbol.at.offset)
        return out

    @cached_property
    def inputs(self) -> tuple[Name, ...]:
        """Symbols with a time that no equation defines, in reading order."""
        return tuple(dict.fromkeys(s.name for s in self._timed() if s.name not in self.by_name))

    @cached_property
    def parameters(self) -> tuple[Name, ...]:
        """Symbols without a time, in reading order."""
        found = (s.name for e in self.equations for s in symbols_in(e.right) if s.at is None)
        return tuple(dict.fromkeys(found))

    @cached_property
    def weights(self) -> frozenset[Name]:
        """Parameters that multiply a state or an input."""
        return frozenset(self.parameters) - self.biases

    @cached_property
    def biases(self) -> frozenset[Name]:
        """Parameters that stand alone as a term."""
        return frozenset(name for e in self.equations for name in _lone_terms(e.right))

    def with_equations(self, changed: Mapping[Name, Expr], source: Source) -> Cell:
        """The cell with other right sides for some symbols, in an order in which it can be computed; `DocumentError` for a cycle."""
        equations = [replace(e, right=changed[e.left]) if e.left in changed else e for e in self.equations]
        return replace(self, equations=tuple(_ordered(equations, source)))

    def _timed(self) -> Iterable[Symbol]:
        return (s for e in self.equations for s in symbols_in(e.right) if isinstance(s.at, Running))


def _lone_terms(tree: Expr) -> Iterable[Name]:
    if isinstance(tree, Sum):
        for _, term in tree.terms:
            if isinstance(term, Symbol) and term.at is None:
                yield term.name
    if isinstance(tree, Apply):
        for argument in tree.arguments:
            if isinstance(argument, Symbol) and argument.at is None:
                yield argument.name
    for child in children(tree):
        yield from _lone_terms(child)


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement that may be an equation of the cell: its two sides as written."""

    left: Expr
    right: Expr
    role: str
    pos: int


def build(drafts: Iterable[Draft], source: Source, title: str = "", reference: str = "") -> Cell:
    """The cell of these drafts: shifted, unstacked, ordered, and checked for names defined twice and for cycles."""
    shifted = [_shifted(draft, source) for draft in drafts]
    rows: list[Equation] = []
    blocks: dict[Name, Blocks] = {}
    for draft in shifted:
        for equation, found in _unstacked(draft, source):
            rows.append(equation)
            for block in found:
                blocks[block.whole] = block
    unique: dict[Name, Equation] = {}
    for equation in rows:
        before = unique.get(equation.left)
        if before is not None and before.right != equation.right:
            line = source.line_and_column(before.pos)[0]
            raise DocumentError(
                f"a second equation for {equation.left}; the first stands in line {line}. "
                "If one is only recalled, put it in a block quote (>)", source, equation.pos,
            )
        if before is None:
            unique[equation.left] = equation
    defined = set(unique)
    timed = [replace(e, right=_at_time_t(e.right, defined)) for e in unique.values()]
    return Cell(tuple(_ordered(timed, source)), tuple(blocks.values()), title, reference)


def _shifted(draft: Draft, source: Source) -> Draft:
    offsets = {s.at.offset for s in symbols_in(draft.left) if isinstance(s.at, Running)}
    if len(offsets) > 1:
        raise DocumentError("the symbols on this left side stand at different times", source, draft.pos)
    offset = offsets.pop() if offsets else 0
    latest = max((s.at.offset for s in symbols_in(draft.right) if isinstance(s.at, Running)), default=offset)
    if latest > offset:
        name = next(s.name for s in symbols_in(draft.right) if isinstance(s.at, Running) and s.at.offset == latest)
        raise DocumentError(f"this equation reads {name} at a later time than its own left side", source, draft.pos)

    def shift(tree: Expr) -> Expr:
        if isinstance(tree, Symbol) and isinstance(tree.at, Running):
            return replace(tree, at=replace(tree.at, offset=tree.at.offset - offset))
        return rebuild(tree, shift)

    return replace(draft, left=shift(draft.left), right=shift(draft.right)) if offset else draft


def _at_time_t(tree: Expr, defined: set[Name]) -> Expr:
    if isinstance(tree, Symbol) and tree.at is None and tree.name in defined:
        return replace(tree, at=Running(0))
    return rebuild(tree, lambda child: _at_time_t(child, defined))


def rows_of(left: Expr, right: Expr, source: Source) -> tuple[Expr, ...]:
    """The right sides of a stacked equation, row by row, with the names of the parameters' blocks; `DocumentError` where it can't
    be taken apart."""
    return tuple(equation.right for equation, _ in _unstacked(Draft(left, right, "", 0), source))


def _unstacked(draft: Draft, source: Source) -> Iterable[tuple[Equation, tuple[Blocks, ...]]]:
    left = draft.left
    names: list[Name]
    match left:
        case Symbol(name=name):
            yield Equation(name, draft.right, draft.role, draft.pos), ()
            return
        case Matrix(rows=rows) if all(len(row) == 1 and isinstance(row[0], Symbol) for row in rows):
            names = [row[0].name for row in rows if isinstance(row[0], Symbol)]
        case Listing(items=items) if all(isinstance(item, Symbol) for item in items):
            names = [item.name for item in items if isinstance(item, Symbol)]
        case _:
            raise DocumentError("the left side of an equation is a symbol, or a stack of symbols", source, draft.pos)
    if len(set(names)) < len(names):
        raise DocumentError("a symbol stands twice in this stack", source, draft.pos)
    yield from _rows(names, draft, source)


def _rows(names: list[Name], draft: Draft, source: Source) -> Iterable[tuple[Equation, tuple[Blocks, ...]]]:
    functions, inner = _functions_of(draft.right)
    if functions is None and isinstance(inner, Matrix | Listing):
        entries = [row[0] for row in inner.rows] if isinstance(inner, Matrix) else list(inner.items)
        _same_number(names, len(entries), draft, source)
        for name, entry in zip(names, entries):
            yield Equation(name, entry, draft.role, draft.pos), ()
        return
    if functions is not None and len(functions) > 1:
        _same_number(names, len(functions), draft, source)
    for k, name in enumerate(names):
        blocks: list[Blocks] = []
        body = _row(inner, names, k, blocks, draft, source)
        if functions is not None:
            function = functions[k if len(functions) > 1 else 0]
            body = Apply(function.function, (body,), function.spelled, function.pos)
        yield Equation(name, body, draft.role, draft.pos), tuple(blocks)


def _same_number(names: list[Name], found: int, draft: Draft, source: Source) -> None:
    if found != len(names):
        raise DocumentError(f"{len(names)} symbols on the left, {found} rows on the right", source, draft.pos)


def _functions_of(right: Expr) -> tuple[list[FunctionName] | None, Expr]:
    """The functions in front of a stacked right side, one a row or one for all, and what they are applied to."""
    match right:
        case Apply(function=function, arguments=(inner,), spelled=spelled, pos=pos):
            return [FunctionName(function, spelled, pos)], inner
        case Product(factors=(front, *rest), marks=(_, *marks)) if (found := _function_column(front)) is not None:
            return found, Product(tuple(rest), tuple(marks)) if marks else rest[0]
        case Hadamard(factors=(front, inner)) if (found := _function_column(front)) is not None:
            return found, inner
        case Sum(terms=((_, first), *others)):
            functions, inner = _functions_of(first) if isinstance(first, Product) else (None, first)
            if functions is not None:
                return functions, Sum(((1, inner), *others))
    return None, right


def _function_column(tree: Expr) -> list[FunctionName] | None:
    entries: list[Expr] = []
    match tree:
        case Matrix(rows=rows):
            entries = [row[0] for row in rows]
        case Listing(items=items):
            entries = list(items)
    functions = [entry for entry in entries if isinstance(entry, FunctionName)]
    return functions if functions and len(functions) == len(entries) else None


def _row(tree: Expr, names: list[Name], k: int, blocks: list[Blocks], draft: Draft, source: Source) -> Expr:
    """Row k of a stacked sum of products: the first parameter of each term gives way to its block."""
    match tree:
        case Sum(terms=terms):
            return Sum(tuple((sign, _row(term, names, k, blocks, draft, source)) for sign, term in terms), tree.pos)
        case Product(factors=factors):
            return replace(tree, factors=(_row(factors[0], names, k, blocks, draft, source), *factors[1:]))
        case Negative(operand=operand):
            return Negative(_row(operand, names, k, blocks, draft, source), tree.pos)
        case Symbol(name=name, at=None):
            block = Blocks(name, tuple(_block_name(name, row) for row in names))
            blocks.append(block)
            return replace(tree, name=block.rows[k])
        case _:
            raise DocumentError(
                f"can't take the rows of {plain(formula(tree))} apart; a stacked equation is made of terms such as W [h; x] and b",
                source, draft.pos,
            )


def _block_name(whole: Name, row: Name) -> Name:
    label = row.base + row.sub
    sub = f"{whole.sub},{label}" if whole.sub else label
    latex = whole.sub_latex
    if row.latex and not whole.sub:
        latex = row.latex
    return Name(whole.base, whole.sup, sub, whole.latex, whole.sup_latex, latex)


def _ordered(equations: list[Equation], source: Source) -> list[Equation]:
    """In dependency order within one time step, otherwise as written (Kahn 1962)."""
    waiting = {e.left: {s.name for s in symbols_in(e.right) if s.at == Running(0)} for e in equations}
    defined = set(waiting)
    done: list[Equation] = []
    left = list(equations)
    while left:
        ready = next((e for e in left if not (waiting[e.left] & defined)), None)
        if ready is None:
            first = left[0].left
            path = [first]
            while True:
                step = next(name for name in sorted(waiting[path[-1]] & defined, key=str))
                if step in path:
                    path = [*path[path.index(step) :], step]
                    break
                path.append(step)
            cycle = " → ".join(f"{name}_t" if not name.sub else str(name) for name in path)
            place = next(e for e in left if e.left == path[0])
            raise DocumentError(
                f"these equations need each other at the same time: {cycle}; one of them should read an earlier time, "
                f"such as {path[0]}_{{t-1}}", source, place.pos,
            )
        done.append(ready)
        left.remove(ready)
        defined.discard(ready.left)
    return done
