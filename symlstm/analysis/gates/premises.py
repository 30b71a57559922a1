"""What the premises of a claim come to: which symbols they put a value in the place of, and what bounds they leave.

In come a claim and a cell, out goes a `Supposed`. A premise `symbol = value` takes the place of the symbol's equation; any other
premise is a condition that a counterexample must meet and that a proof may use only as a bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from symlstm.analysis.gates.entry_meaning import EVERY, Spot, later, spot
from symlstm.analysis.gates.ranges import ALL, Range, both
from symlstm.analysis.gates.reading import GateClaim, Relation
from symlstm.model.cell import Cell
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import Expr, Name, Numeral, Running, Symbol


@dataclass(frozen=True)
class Supposed:
    """A claim with its premises sorted out."""

    claim: GateClaim
    cell: Cell
    forced: Mapping[Spot, Expr]
    conditions: tuple[Relation, ...]
    """Premises that put no value in a symbol's place."""

    @cached_property
    def steps(self) -> int:
        """How many steps the claim looks back over: at all of them the equations hold."""
        return max((_reach(s, self.cell) for s in self.claim.symbols if isinstance(s.at, Running)), default=1)

    @cached_property
    def derived(self) -> tuple[tuple[Name, int], ...]:
        """The symbols and offsets that equations compute, the last to be computed first."""
        names = [equation.left for equation in reversed(self.cell.equations)]
        return tuple((name, -back) for back in range(self.steps) for name in names)

    def is_derived(self, name: Name, offset: int | None) -> bool:
        """Whether an equation computes the symbol at that offset."""
        return offset is not None and name in self.cell.by_name and -self.steps < offset <= 0

    def circular(self) -> bool:
        """Whether a premise makes equations need each other."""
        return any(where in self._reads(value, frozenset()) for (*where, _), value in self._whole())

    def _whole(self) -> Iterable[tuple[tuple[Name, int | None, object], Expr]]:
        return (((*key[:2], None), value) for key, value in self.forced.items())

    def _reads(self, tree: Expr, seen: frozenset[tuple[Name, int | None]]) -> list[list[object]]:
        """Every symbol that the value of a tree depends on."""
        out: list[list[object]] = []
        for symbol in symbols_in(tree):
            name, offset, _ = spot(symbol)
            out.append([name, offset])
            if (name, offset) in seen:
                continue
            further = seen | {(name, offset)}
            for key, value in self.forced.items():
                if key[:2] == (name, offset):
                    out += self._reads(value, further)
            if self.is_derived(name, offset) and (name, offset, None) not in self.forced:
                assert offset is not None
                out += self._reads(later(self.cell.by_name[name].right, offset), further)
        return out

    def bounds(self) -> dict[Spot, Range]:
        """What the conditions say of single symbols, compared with numbers."""
        out: dict[Spot, Range] = {}
        for relation in self.conditions:
            for side in (relation, relation.turned):
                if isinstance(side.left, Symbol) and isinstance(side.right, Numeral):
                    key = spot(side.left)
                    out[key] = both(out.get(key, ALL), bounded_by(side))
        return out


def bounded_by(relation: Relation) -> Range:
    """The range of a relation's left side, where a number stands on its right."""
    assert isinstance(relation.right, Numeral)
    value = relation.right.value
    match relation.sign:
        case "<" | "≤":
            return Range(None, value, False, relation.sign == "≤")
        case ">" | "≥":
            return Range(value, None, relation.sign == "≥", False)
        case "=":
            return Range(value, value, True, True)
        case _:
            return ALL


def supposed(claim: GateClaim, cell: Cell) -> Supposed:
    """The claim with its premises sorted out; a symbol gets the first value that is put in its place, more of them are conditions."""
    forced: dict[Spot, Expr] = {}
    conditions: list[Relation] = []
    # A number first, so that in f_t = i_t = 0 both are.
    for relation in sorted(_settled(claim.premises), key=lambda r: not isinstance(r.right, Numeral)):
        key = spot(relation.left) if relation.sign == "=" and isinstance(relation.left, Symbol) else None
        if key is None or any((other[:2] == key[:2] and None in (other[2], key[2])) or other == key for other in forced):
            conditions.append(relation)
        else:
            forced[key] = relation.right
    return Supposed(claim, cell, forced, tuple(conditions))


def _settled(premises: tuple[Relation, ...]) -> list[Relation]:
    """The premises with a symbol on the left wherever there is one, and what is equal to a number said to be that number."""
    out = [p if isinstance(p.left, Symbol) or not isinstance(p.right, Symbol) else p.turned for p in premises]
    numbers = {spot(p.left): p.right for p in out if p.sign == "=" and isinstance(p.left, Symbol) and isinstance(p.right, Numeral)}
    for k, p in enumerate(out):
        if p.sign == "=" and isinstance(p.left, Symbol) and isinstance(p.right, Symbol):
            if spot(p.right) in numbers:
                out[k] = replace(p, right=numbers[spot(p.right)])
            elif spot(p.left) in numbers:
                out[k] = Relation(p.right, "=", numbers[spot(p.left)])
    return out


def _reach(symbol: Symbol, cell: Cell) -> int:
    assert isinstance(symbol.at, Running)
    return max(1, 1 - symbol.at.offset - cell.lags.get(symbol.name, 0))


__all__ = ["EVERY", "Supposed", "bounded_by", "supposed"]
