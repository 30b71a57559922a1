"""What a unit with few states does in every case: what it carries and reads, and what its step makes of it; and in each sum that a
function is applied to, which term outweighs the others.

In come a run and its simplified cell, out goes a `CaseTable`, or None where the states aren't few, finite and exact, or a step can't
be taken. Every value is one that `derive` gives, and what is said of the terms holds in every row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from flint import fmpq

from symlstm.analysis.machines.unit import Memory, Unit, slots
from symlstm.analysis.simplify.numerals import joined, written
from symlstm.analysis.simplify.rewriting import applications
from symlstm.arithmetic.real import rational, working_precision
from symlstm.arithmetic.value import Value, entries, vector
from symlstm.derivation import printed
from symlstm.derivation.evaluate import compiled, component
from symlstm.derivation.work import Work
from symlstm.errors import SymlstmError
from symlstm.model.cell import Cell
from symlstm.model.problem import Run
from symlstm.model.values import Given
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import (
    Expr,
    Hadamard,
    Hole,
    Listing,
    Matrix,
    Name,
    Negative,
    Numeral,
    Product,
    Quotient,
    Running,
    Shown,
    Sum,
    Symbol,
    children,
    rebuild,
)

MOST_ROWS = 16
MOST_COLUMNS = 10
"""Beyond either, a table is harder to read than the equations."""
MOST_ENTRIES = 4
"""Entries of a vector that a cell of the table may hold."""


@dataclass(frozen=True, slots=True)
class Outweighing:
    """A term that decides the sign of a sum against all its other terms together, in every row in which they pull apart."""

    names: tuple[Name, ...]
    """The symbols in whose equations the sum stands."""
    term: Expr
    others: Expr
    everywhere: bool
    """Whether it is the larger wherever it isn't 0; otherwise only where the signs differ."""
    idle: Expr | None
    """What is 0 in just those rows in which the term is: its symbol, or all of it; None where no row is such."""
    deciding: Expr | None
    """What decides in those rows: the symbol of the only other term, or the others; None where they are 0 there too."""


@dataclass(frozen=True, slots=True)
class CaseTable:
    """A row for each state that can be reached and each letter, by the state's values and then in the alphabet's order."""

    given: tuple[Symbol, ...]
    """The first columns: what is carried from earlier steps, then the input."""
    made: tuple[Symbol | Sum, ...]
    """The columns that follow: the step's values, each sum in front of the symbol that it is made for."""
    rows: tuple[tuple[Shown, ...], ...]
    lying: tuple[bool, ...]
    """For each column whether its vectors are printed as rows."""
    outweighing: tuple[Outweighing, ...]


def case_table(run: Run, cell: Cell, symbols: Collection[Name] = (), letter: str = "t") -> CaseTable | None:
    """The table of a run whose equations simplify to `cell`, for the symbols named or for all; None where there is none.

    >>> from symlstm.errors import Source
    >>> from symlstm.model.reader import read
    >>> text = "---\\ntitle: a\\nalphabet: [0, 1]\\n---\\n$h_t = \\\\text{step}(2 h_{t-1} - x_t)$ with $h_0 = 1$."
    >>> run = read(Source("a.md", text)).run
    >>> table = case_table(run, run.cell)
    >>> [[digits.text for digits in row] for row in table.rows], table.outweighing[0].everywhere
    ([['1', '0', '2', '1'], ['1', '1', '1', '1']], True)
    """
    try:
        unit = Unit(replace(run, cell=cell)) if _is_small(run, cell) else None
        states = None if unit is None else _states(unit)
        return None if unit is None or states is None else _Cases(unit, states, symbols, letter).table()
    except SymlstmError:
        # The run doesn't say all that a step needs, or a value can't be had: derive tells where it is asked for.
        return None


def _is_small(run: Run, cell: Cell) -> bool:
    """Whether all that is given to a step has few entries, where it is given; a large cell would take long to be stepped."""
    given = [run.timed.get((name, run.first - lag)) for name, lag in slots(cell)]
    return all(each is None or len(entries(each.value)) <= MOST_ENTRIES for each in (*given, *run.alphabet))


def _states(unit: Unit) -> list[Memory] | None:
    """What the unit may carry when it reads an input, in order; None where that isn't few states, each known exactly."""
    found = [unit.start]
    for memory in found:
        if len(found) * len(unit.letters) > MOST_ROWS or not unit.is_state(memory):
            return None
        after = (unit.step(memory, letter).memory for letter in range(len(unit.letters)))
        found += [each for each in dict.fromkeys(after) if each not in found]
    return sorted(found, key=_numbers)


def _numbers(memory: Memory) -> list[fmpq]:
    return [number for box in memory for entry in box if (number := entry.point) is not None]


class _Cases:
    """The steps of a unit from each of its states with each letter."""

    def __init__(self, unit: Unit, states: Sequence[Memory], symbols: Collection[Name], letter: str) -> None:
        self.cell = unit.run.cell
        self.steps = [_step(unit, memory, given) for memory in states for given in unit.run.alphabet]
        self.now = unit.run.first
        now = Symbol(unit.input, Running(0, letter))
        self.given = (*(Symbol(name, Running(-lag, letter)) for name, lag in unit.slots), now)
        self.shown = [
            equation.left for equation in self.cell.equations
            if (equation.left in symbols or not symbols) and any(_timed(equation.right))
        ]
        self.letter = letter

    def table(self) -> CaseTable | None:
        """The table; None where it has nothing to show, or too much."""
        sums = self._sums()
        made: list[Symbol | Sum] = []
        for name in self.shown:
            made += [*(tree for tree, names in sums.items() if names[0] == name), Symbol(name, Running(0, self.letter))]
        if len(self.given) + len(made) > MOST_COLUMNS:
            made = [head for head in made if isinstance(head, Symbol)]
        heads = (*self.given, *made)
        if not made or len(heads) > MOST_COLUMNS or not self._narrow(heads):
            return None
        columns = [self._column(head) for head in heads]
        outweighing = tuple(found for tree, names in sums.items() if (found := self._outweighing(tree, tuple(names))) is not None)
        ladders = self.steps[0].ladders
        lying = tuple(isinstance(head, Symbol) and ladders.stands_as_row(head.name) for head in heads)
        return CaseTable(self.given, tuple(made), tuple(zip(*columns, strict=True)), lying, outweighing)

    def _narrow(self, heads: Sequence[Expr]) -> bool:
        values = (self.steps[0].trace.carried(head.name, self._time(head)) for head in heads if isinstance(head, Symbol))
        return all(len(entries(value)) <= MOST_ENTRIES for value in values)

    def _time(self, symbol: Symbol) -> int:
        assert isinstance(symbol.at, Running)
        return self.now + symbol.at.offset

    def _column(self, head: Expr) -> list[Shown]:
        if isinstance(head, Symbol):
            return [shown for step in self.steps for row in step.ladders.displayed_rows([head.name], [self._time(head)])
                    if (shown := row[0]) is not None]
        values = self._values(head)
        assert values is not None
        show = self.steps[0].run.convention.show
        return [printed.value(value, show, show).shown for value in values]

    # -- sums ---

    def _sums(self) -> dict[Sum, list[Name]]:
        """Each sum in a function that has two terms or more which change, and a number in every row; with whose equations it is in."""
        found: dict[Sum, list[Name]] = {}
        for name in self.shown:
            arguments = (tree for part in applications(self.cell.by_name[name].right) for tree in part.arguments)
            for tree in dict.fromkeys(tree for tree in arguments if isinstance(tree, Sum)):
                if sum(any(_timed(term)) for _, term in tree.terms) > 1 and self._values(tree) is not None:
                    found.setdefault(tree, []).append(name)
        return found

    def _values(self, tree: Expr) -> list[fmpq] | None:
        """What a part of an equation is worth in each row; None where it isn't one rational."""
        found = [self._value(tree, step) for step in self.steps]
        numbers = [value for value in found if value is not None]
        return numbers if len(numbers) == len(found) else None

    def _value(self, tree: Expr, step: Work) -> fmpq | None:
        holes: list[Value] = []

        def filled(part: Expr) -> Expr:
            if isinstance(part, Symbol) and isinstance(part.at, Running):
                value = step.trace.carried(part.name, self._time(part))
                holes.append(component(value, part.entry) if isinstance(part.entry, int) else value)
                return Hole(len(holes) - 1, True)
            return rebuild(part, filled)

        parameters = {name: given.value for name, given in step.run.parameters.items()}
        with working_precision(step.trace.bits):
            value = compiled(filled(tree), parameters)(holes)
        (number, *more) = entries(value)
        return number if isinstance(number, fmpq) and not more else None

    def _outweighing(self, tree: Sum, names: tuple[Name, ...]) -> Outweighing | None:
        """The term that outweighs the others of a sum; None where none does, or nothing has to be outweighed."""
        if not all(_is_plain(term) for _, term in tree.terms):
            return None
        worths = [self._values(term) for _, term in tree.terms]
        signed = [[sign * x for x in worth] for (sign, _), worth in zip(tree.terms, worths) if worth is not None]
        if len(signed) < len(tree.terms):
            return None
        for k, own in enumerate(signed):
            others = [sum(row, fmpq(0)) for row in zip(*(worth for j, worth in enumerate(signed) if j != k))]
            pairs = list(zip(own, others))
            apart = [(a, b) for a, b in pairs if a * b < 0]
            if apart and all(abs(a) > abs(b) for a, b in apart):
                term, rest = tree.terms[k], [term for j, term in enumerate(tree.terms) if j != k]
                return Outweighing(
                    names, joined([term]), joined(rest), all(abs(a) > abs(b) for a, b in pairs if a),
                    self._symbol_of([term]) if 0 in own else None,
                    self._symbol_of(rest) if any(b and not a for a, b in pairs) else None,
                )
        return None

    def _symbol_of(self, terms: Sequence[tuple[int, Expr]]) -> Expr:
        """The symbol of a lone term that is a number times it, since both are 0 together; otherwise the terms themselves."""
        found = list(_timed(terms[0][1]))
        return found[0] if len(terms) == len(found) == 1 and self._values(found[0]) is not None else joined(terms)


def _step(unit: Unit, memory: Memory, letter: Given) -> Work:
    """One step from a state with a letter."""
    run = unit.run
    timed = {(unit.input, run.first): letter}
    for (name, lag), box in zip(unit.slots, memory):
        value = vector([rational(number) for number in _numbers((box,))])
        timed[name, run.first - lag] = Given(value, written(value))
    return Work(replace(run, timed=timed, last=run.first))


def _timed(tree: Expr) -> Iterator[Symbol]:
    return (symbol for symbol in symbols_in(tree) if isinstance(symbol.at, Running))


def _is_plain(term: Expr) -> bool:
    """Whether a term is made of numbers and at most one symbol by multiplication."""
    return len(list(_timed(term))) < 2 and _multiplies(term)


def _multiplies(tree: Expr) -> bool:
    match tree:
        case Negative() | Product() | Hadamard() | Quotient() | Listing() | Matrix():
            return all(map(_multiplies, children(tree)))
        case _:
            return isinstance(tree, Numeral | Symbol)
