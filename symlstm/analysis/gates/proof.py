"""A claim about the cell proved for all values and all shapes, with the steps of the proof.

In comes a `Supposed` claim with the parameters that are known, out go the lines of a proof, or None where none is found. Equality is
decided by SymPy on the expression of one entry; each line that is shown is confirmed in the same way against the one before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from symlstm.analysis.gates.entry_meaning import EVERY, Entry, Entrywise, NoMeaningError, Spot, later, spot
from symlstm.analysis.gates.premises import Supposed
from symlstm.analysis.gates.ranges import ALL, Range, both, holds_zero, range_of
from symlstm.analysis.gates.reading import Relation
from symlstm.analysis.simplify.numerals import every_entry
from symlstm.analysis.simplify.rewriting import folded, without_ones, without_zeros
from symlstm.errors import SymlstmError
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import (
    Apply,
    Expr,
    Hadamard,
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

if TYPE_CHECKING:
    import sympy

_TRIES = 12
"""How many symbols are unfolded into their equations, one after the other."""
_LARGEST = 4_000
"""Operations of a difference that SymPy is asked to simplify."""


@dataclass(frozen=True, slots=True)
class ProofStep:
    """One line: `left` (None where it goes on from the line above), what it is equal to or how it compares, and why."""

    left: Expr | None
    links: tuple[tuple[str, Expr], ...]
    reason: str


@dataclass(frozen=True)
class Prover:
    """Proves the conclusions of one claim; `numbers` are parameters that are one number each."""

    supposed: Supposed
    numbers: Mapping[Name, Expr] | None = None
    bounds: Mapping[Spot, Range] = field(default_factory=dict)
    """What else is known of symbols, such as an induction's hypothesis."""
    divides: bool = False
    """Whether it is taken for granted that no denominator is 0."""

    def proof(self, relation: Relation) -> tuple[ProofStep, ...] | None:
        """The lines that prove a conclusion, None where it isn't proved."""
        try:
            return self._equality(relation) if relation.sign == "=" else self._comparison(relation)
        except (NoMeaningError, RecursionError):
            return None

    # -- denominators ---

    def perhaps_zero(self, relation: Relation) -> Expr | None:
        """A denominator of which nothing says that it isn't 0, in a conclusion or in an equation that it depends on."""
        found = (self._zero_at(meant, unfolded, relation) for meant, unfolded in self._stages(relation))
        return next((below for below in found if below is not None), None)

    def _zero_at(self, meant: Entrywise, unfolded: Sequence[tuple[Name, int]], relation: Relation) -> Expr | None:
        if self.divides:
            return None
        equations = (later(self.supposed.cell.by_name[name].right, offset) for name, offset in unfolded)
        for tree in (relation.left, relation.right, *equations):
            for below in _denominators(tree):
                if not self._never_zero(meant, below):
                    return below
        return None

    def _never_zero(self, meant: Entrywise, tree: Expr) -> bool:
        try:
            value = meant.of(tree)
            apart = [meant.of(c.left) - meant.of(c.right) for c in self.supposed.conditions if c.sign == "≠"]
        except NoMeaningError:
            return False
        return any(value in (other, -other) for other in apart) or not holds_zero(range_of(value, self._ranges(meant)))

    # -- equalities ---

    def _equality(self, relation: Relation) -> tuple[ProofStep, ...] | None:
        for meant, unfolded in self._stages(relation):
            try:
                a, b = meant.of(relation.left), meant.of(relation.right)
            except NoMeaningError:
                continue
            if _is_zero(a - b) and self._zero_at(meant, unfolded, relation) is None:
                return tuple(_Lines(self, meant, unfolded, relation).lines())
        return None

    def _stages(self, relation: Relation) -> Iterator[tuple[Entrywise, tuple[tuple[Name, int], ...]]]:
        """With more and more symbols unfolded, those that are computed last first."""
        unfolded: tuple[tuple[Name, int], ...] = ()
        yield self._meaning(unfolded), unfolded
        needed = {spot(s)[:2] for side in (relation.left, relation.right) for s in symbols_in(side)}
        for where in self.supposed.derived:
            if len(unfolded) == _TRIES:
                return
            if (*where, None) in self.supposed.forced:
                value = self.supposed.forced[*where, None]
                needed |= {spot(s)[:2] for s in symbols_in(value)} if where in needed else set()
                continue
            if where not in needed:
                continue
            unfolded = (*unfolded, where)
            needed |= {spot(s)[:2] for s in symbols_in(later(self.supposed.cell.by_name[where[0]].right, where[1]))}
            yield self._meaning(unfolded), unfolded

    def _meaning(self, unfolded: Sequence[tuple[Name, int]]) -> Entrywise:
        return Entrywise(self.supposed.cell, self.supposed.forced, frozenset(unfolded), self.numbers)

    # -- inequalities ---

    def _comparison(self, relation: Relation) -> tuple[ProofStep, ...] | None:
        for condition in self.supposed.conditions:
            if relation in (condition, condition.turned):
                return (ProofStep(relation.left, ((relation.sign, relation.right),), "the premise"),)
        first, *others = self._stages(relation)
        # A proof says more once the symbol itself is unfolded.
        for meant, unfolded in (*others[:1], first, *others[1:]):
            try:
                difference = meant.of(relation.left) - meant.of(relation.right)
            except NoMeaningError:
                continue
            known = self._known(meant, difference)
            if _holds(range_of(difference, known), relation.sign) and self._zero_at(meant, unfolded, relation) is None:
                return tuple(self._bounding(relation, meant, unfolded))
        return None

    def _known(self, meant: Entrywise, expression: sympy.Expr) -> dict[sympy.Symbol, Range]:
        """The range of each unknown: what premises say of it, and where an equation computes it, the range of that."""
        out: dict[sympy.Symbol, Range] = {}
        for where, value in self._ranges(meant).items():
            out[where] = value
        return {symbol: out[symbol] for symbol in expression.free_symbols if symbol in out}

    def _ranges(self, meant: Entrywise) -> dict[sympy.Symbol, Range]:
        entries: tuple[Entry, ...] = (EVERY, *self.supposed.claim.entries)
        said = self._said()
        out: dict[sympy.Symbol, Range] = {}

        def take(name: Name, offset: int | None, own: Range | None) -> None:
            for entry in entries:
                found = said.get((name, offset, None), ALL)
                if entry != EVERY:
                    found = both(found, said.get((name, offset, entry), ALL))
                if own is not None:
                    found = both(found, own)
                if found != ALL:
                    out[meant.unknown(name, offset, entry)] = found

        for name, offset in {key[:2] for key in said}:
            take(name, offset, None)
        lone = Entrywise(self.supposed.cell, self.supposed.forced, frozenset(), self.numbers)
        for name, offset in reversed(self.supposed.derived):
            # The entries that a premise sets aren't what the equation gives.
            if not any(key[:2] == (name, offset) for key in self.supposed.forced):
                try:
                    right = lone.of(later(self.supposed.cell.by_name[name].right, offset))
                except NoMeaningError:
                    continue
                take(name, offset, range_of(right, out))
        return out

    def _said(self) -> dict[Spot, Range]:
        out = dict(self.bounds)
        for key, value in self.supposed.bounds().items():
            out[key] = both(out.get(key, ALL), value)
        return out

    def _bounding(self, relation: Relation, meant: Entrywise, unfolded: Sequence[tuple[Name, int]]) -> Iterator[ProofStep]:
        lines = _Lines(self, meant, unfolded, relation)
        shown = list(lines.of_side(relation.left)) + list(lines.of_side(relation.right))
        yield from shown
        reached = [lines.reached(relation.left), lines.reached(relation.right)]
        seen: set[str] = set()
        for tree in reached:
            for part in _bounded_parts(tree):
                try:
                    value = range_of(meant.of(part), self._ranges(meant))
                except NoMeaningError:
                    continue
                text = plain(formula(part))
                if text not in seen and (value.low is not None or value.high is not None) and value.point is None:
                    seen.add(text)
                    yield _between(part, value, self._why(part))
        yield ProofStep(relation.left, ((relation.sign, relation.right),), "follows from these bounds")

    def _why(self, part: Expr) -> str:
        if isinstance(part, Apply):
            return {"sigmoid": "a sigmoid lies strictly between 0 and 1", "tanh": "tanh lies strictly between −1 and 1"}.get(
                part.function, f"the range of {part.function}")
        if isinstance(part, Symbol):
            key = spot(part)
            if any(k[:2] == key[:2] for k in self.supposed.bounds()):
                return "the premise"
            if any(k[:2] == key[:2] for k in self.bounds):
                return "one step earlier it holds"
            if self.supposed.is_derived(part.name, key[1]):
                right = self.supposed.cell.by_name[part.name].right
                if isinstance(right, Apply):
                    return self._why(right)
                return f"the range of {plain(formula(right))}"
        return "its range"


def _denominators(tree: Expr) -> Iterator[Expr]:
    """What a formula divides by: denominators, and what has a negative power."""
    match tree:
        case Quotient(denominator=below):
            yield below
        case Power(base=base, exponent=Numeral(value=power)) if power < 0:
            yield base
        case Power(base=base, exponent=Negative()):
            yield base
    for part in children(tree):
        yield from _denominators(part)


def _between(tree: Expr, value: Range, why: str) -> ProofStep:
    def number(end: Fraction) -> Numeral:
        return Numeral(str(end), end)

    links: list[tuple[str, Expr]] = []
    left = tree
    if value.low is not None:
        left = number(value.low)
        links.append(("≤" if value.reaches_low else "<", tree))
    if value.high is not None:
        links.append(("≤" if value.reaches_high else "<", number(value.high)))
    return ProofStep(left, tuple(links), why)


def _bounded_parts(tree: Expr) -> Iterator[Expr]:
    """The symbols and functions that a formula is made of, outermost first."""
    if isinstance(tree, Apply) or (isinstance(tree, Symbol) and tree.at is not None):
        yield tree
        return
    if isinstance(tree, Sum | Product | Hadamard | Negative | Quotient):
        for part in children(tree):
            yield from _bounded_parts(part)


def _holds(difference: Range, sign: str) -> bool:
    """Whether a difference left − right of this range makes the relation true."""
    low, high = difference.low, difference.high
    below = high is not None and (high < 0 or (high == 0 and not difference.reaches_high))
    above = low is not None and (low > 0 or (low == 0 and not difference.reaches_low))
    match sign:
        case "<":
            return below
        case "≤":
            return high is not None and high <= 0
        case ">":
            return above
        case "≥":
            return low is not None and low >= 0
        case _:
            return sign == "≠" and (below or above)


def _is_zero(difference: sympy.Expr) -> bool:
    """Whether SymPy shows that an expression is zero for all values of its symbols."""
    import sympy

    if difference == 0 or sympy.expand(difference) == 0:
        return True
    if not _seems_zero(difference):
        return False
    if difference.count_ops() > _LARGEST:
        return False
    sigmoid = sympy.Function("sigmoid", real=True)
    opened = difference.replace(sigmoid, lambda z: 1 / (1 + sympy.exp(-z)))
    return any(sympy.simplify(each) == 0 for each in dict.fromkeys((difference, opened)))


def _seems_zero(difference: sympy.Expr) -> bool:
    """Whether an expression vanishes at a point, to twenty digits: what doesn't isn't worth simplifying."""
    import sympy

    sigmoid = sympy.Function("sigmoid", real=True)
    opened = difference.replace(sigmoid, lambda z: 1 / (1 + sympy.exp(-z)))
    symbols = sorted(opened.free_symbols, key=str)
    point = {symbol: sympy.Rational(7 * k * k + 3 * k + 11, 97) * (-1) ** k for k, symbol in enumerate(symbols)}
    value = opened.subs(point).evalf(30, maxn=60)
    return bool(value.is_number) and (not value.is_finite or abs(value) < sympy.Float(10) ** -20)


# -- the lines of a proof --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Lines:
    """The lines from one side of an equation to the other, in the written form."""

    prover: Prover
    meant: Entrywise
    unfolded: Sequence[tuple[Name, int]]
    relation: Relation

    def lines(self) -> Iterator[ProofStep]:
        """From the left side on, and from the right side back where it changes too."""
        left, right = list(self._steps(self.relation.left)), list(self._steps(self.relation.right))
        end = left[-1][0] if left else self.relation.left
        target = right[-1][0] if right else self.relation.right
        if not left and right:
            # Only the right side says something new.
            yield from self._told(self.relation.right, right)
            if target != end:
                yield ProofStep(None, (("=", end),), "the same")
            return
        yield from self._told(self.relation.left, left)
        if right:
            yield from self._told(self.relation.right, right)
            if end != target:
                yield ProofStep(end, (("=", target),), "the same formula, as SymPy confirms")
        elif not left:
            yield ProofStep(self.relation.left, (("=", self.relation.right),), "the same formula, as SymPy confirms"
                            if self.relation.left != self.relation.right else "the same on both sides")
        elif end != target:
            yield ProofStep(None, (("=", target),), "the same formula, as SymPy confirms")

    def of_side(self, tree: Expr) -> Iterator[ProofStep]:
        """The lines of one side alone."""
        yield from self._told(tree, list(self._steps(tree)))

    def reached(self, tree: Expr) -> Expr:
        """What one side comes to."""
        return ([tree] + [step for step, _ in self._steps(tree)])[-1]

    def _told(self, tree: Expr, steps: Sequence[tuple[Expr, str]]) -> Iterator[ProofStep]:
        for k, (step, why) in enumerate(steps):
            yield ProofStep(tree if k == 0 else None, (("=", step),), why)

    def _steps(self, tree: Expr) -> list[tuple[Expr, str]]:
        out: list[tuple[Expr, str]] = []
        now = tree
        meaning = self._value(tree)

        def move(changed: Expr, why: str) -> None:
            nonlocal now
            if changed != now and _same(self._value(changed), meaning):
                out.append((changed, why))
                now = changed

        def simplify() -> None:
            move(*self._supposed(now))
            move(_simplified(now), "a factor 0 gives 0, a factor 1 changes nothing")

        simplify()
        for name, offset in self.unfolded:
            entries = dict.fromkeys(s.entry for s in _entry_symbols(now) if spot(s)[:2] == (name, offset))
            for entry in entries:
                shown = Symbol(name, Running(offset), entry)
                where = f", entry {entry}" if entry is not None else ""
                right = later(self.prover.supposed.cell.by_name[name].right, offset)
                move(_put(now, shown, right if entry is None else entry_of(right, entry)),
                     f"the equation of {plain(formula(replace(shown, entry=None)))}{where}")
            simplify()
        return out

    def _value(self, tree: Expr) -> sympy.Expr | None:
        try:
            return self.meant.of(tree)
        except NoMeaningError:
            return None

    def _supposed(self, tree: Expr) -> tuple[Expr, str]:
        """The tree with the premises put in, and which were."""
        told: list[str] = []
        for (name, offset, entry), value in self.prover.supposed.forced.items():
            at = None if offset is None else Running(offset)
            for shown in dict.fromkeys(s for s in _entry_symbols(tree) if spot(s)[:2] == (name, offset)):
                if entry not in (None, shown.entry):
                    continue
                own = value if shown.entry is None or isinstance(value, Numeral) else entry_of(value, shown.entry)
                tree = _put(tree, shown, own)
                told.append(f"{plain(formula(Symbol(name, at, shown.entry)))} = {plain(formula(own))}")
        return tree, f"the premise: {', '.join(dict.fromkeys(told))}"


def _same(a: sympy.Expr | None, b: sympy.Expr | None) -> bool:
    return a is not None and b is not None and _is_zero(a - b)


def _entry_symbols(tree: Expr) -> Iterator[Symbol]:
    """The symbols of a formula that stand for the entry that it is of: those of a whole vector inside `(...)^i` don't."""
    if isinstance(tree, Symbol):
        yield tree
    if _marks_entry(tree):
        return
    for part in children(tree):
        yield from _entry_symbols(part)


def _marks_entry(tree: Expr) -> bool:
    return isinstance(tree, Power) and isinstance(tree.exponent, Symbol) and not isinstance(tree.base, Symbol)


def _put(tree: Expr, symbol: Symbol, by: Expr) -> Expr:
    if tree == symbol:
        return by
    return tree if _marks_entry(tree) else rebuild(tree, lambda part: _put(part, symbol, by))


def _simplified(tree: Expr) -> Expr:
    def is_zero(part: Expr) -> bool:
        return every_entry(part, 0)

    try:
        for _ in range(3):
            tree = folded(without_ones(without_zeros(tree, is_zero)), None)
    except SymlstmError:
        return tree
    return tree


def entry_of(tree: Expr, entry: Entry) -> Expr:
    """The formula of one entry in the written form; a part with a matrix in it gets the entry's letter as a superscript.

    >>> from symlstm.notation.parser import expression
    >>> from symlstm.notation.symbols import Vocabulary
    >>> names = {Name(letter): Name(letter) for letter in "gs"}
    >>> tree = expression(r"(1 - g_t) \\odot \\tanh(W s_{t-1})", Vocabulary(timed=names))
    >>> plain(formula(entry_of(tree, "i")))
    '(1 − g_t[i])·tanh(W s_{t−1})^i'
    """
    match tree:
        case Numeral():
            return tree
        case Symbol():
            return replace(tree, entry=entry) if tree.entry is None else tree
        case Hadamard(factors=factors):
            return Product(tuple(entry_of(factor, entry) for factor in factors), ("·",) * len(tree.marks))
        case Product() if _has_matrix(tree):
            return Power(tree, Symbol(Name(str(entry))))
        case Apply() if _has_matrix(tree) or tree.function == "softmax":
            return Power(tree, Symbol(Name(str(entry))))
        case Power() | Transpose() | Listing() | Matrix():
            return Power(tree, Symbol(Name(str(entry))))
        case _:
            return rebuild(tree, lambda part: entry_of(part, entry))


def _has_matrix(tree: Expr) -> bool:
    """Whether a parameter multiplies something that isn't taken entry by entry."""
    if isinstance(tree, Product) and any(isinstance(f, Symbol) and f.at is None for f in tree.factors):
        return True
    if isinstance(tree, Transpose | Listing | Matrix):
        return True
    return any(map(_has_matrix, children(tree)))
