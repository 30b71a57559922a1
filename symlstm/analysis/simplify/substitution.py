"""What is known of one equation, and the rules that put values for symbols: parameters, and states that never change.

In comes a right side; out goes the same with numbers in it, and the words that say so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flint import fmpq

from symlstm.analysis.simplify.numerals import every_entry, number, written
from symlstm.analysis.simplify.possible import Possible
from symlstm.analysis.simplify.rewriting import numbers_first
from symlstm.arithmetic import value as values_of
from symlstm.arithmetic.real import fraction
from symlstm.arithmetic.value import Value, entries, is_single
from symlstm.derivation.evaluate import component
from symlstm.errors import SymlstmError
from symlstm.model.values import Given
from symlstm.notation.tree import Expr, Listing, Matrix, Name, Numeral, Product, Quotient, Sum, Symbol, rebuild
from symlstm.notation.typeset import formula, plain


@dataclass(frozen=True)
class Known:
    """What is known of one equation and of the symbols it reads."""

    name: Name
    possible: Possible
    constant: Callable[[Symbol], Value | None]
    """The value that a symbol of the cell carries at every step, where it is one."""
    threshold: fmpq | None
    places: int | None
    """Decimal places to which the value is rounded before it is carried on."""


Rewrite = tuple[Expr, Mapping[str, str]]
"""A tree and what fills the rule's sentence."""


def numbers(tree: Expr, known: Known) -> Rewrite | None:
    """Numbers for the parameters that are numbers, coefficients in front; a row of weights on a stack becomes a sum."""
    parameters = known.possible.run.parameters

    def put(part: Expr) -> Expr:
        match part:
            case Symbol(name=name, at=None, entry=entry) if name in parameters and not isinstance(entry, str):
                return _numeral(parameters[name], entry) or part
            case Product(factors=(Symbol(name=name, at=None) as row, *_), marks=("" | "·", *_)) if (
                known.possible.scalar and name in parameters and (spread := _spread(part, row, parameters[name])) is not None
            ):
                return rebuild(spread, put)
            case _:
                return rebuild(part, put)

    changed = put(tree)
    return (numbers_first(changed), {}) if changed != tree else None


def _numeral(given: Given, entry: int | None) -> Numeral | None:
    if entry is not None:
        try:
            value = component(given.value, entry)
        except SymlstmError:
            return None
        return number(value) if isinstance(value, fmpq) else None
    if not is_single(given.value):
        return None
    (value,) = entries(given.value)
    assert isinstance(value, fmpq)
    if isinstance(given.tree, Numeral) and value:
        return given.tree
    if isinstance(given.tree, Quotient):
        return Numeral(f"{value.p}/{value.q}", fraction(value))
    return number(value)


def _spread(tree: Product, row: Symbol, given: Given) -> Expr | None:
    """A row of weights on a stack of numbers, written as the sum that it is: [1, 2] [h; x] as 1 h + 2 x."""
    if len(tree.factors) != 2 or row.entry is not None:
        return None
    match tree.factors[1]:
        case Listing(items=parts):
            pass
        case Matrix(rows=rows) if len(rows) == 1:
            (parts,) = rows
        case Matrix(rows=rows) if all(len(line) == 1 for line in rows):
            parts = tuple(line[0] for line in rows)
        case _:
            return None
    weights = entries(given.value)
    if (isinstance(given.value, values_of.Matrix) and given.value.size[0] > 1) or len(weights) != len(parts) or len(parts) < 2:
        return None
    terms = [(number(weight), part) for weight, part in zip(weights, parts) if isinstance(weight, fmpq)]
    return Sum(tuple((1, Product((weight, part), ("",))) for weight, part in terms))


def constants(tree: Expr, known: Known) -> Rewrite | None:
    """The value for every symbol of the cell that carries the same one at every step."""
    found: dict[str, str] = {}

    def put(part: Expr) -> Expr:
        if not isinstance(part, Symbol) or part.at is None or (value := known.constant(part)) is None:
            return rebuild(part, put)
        shown = written(value)
        every = next((k for k in (0, 1) if every_entry(shown, k)), None)
        found[plain(formula(part))] = str(every) if every is not None else plain(formula(shown))
        return shown

    changed = put(tree)
    if changed == tree:
        return None
    equalities = [f"{name} = {value}" for name, value in found.items()]
    return changed, {"equalities": " and ".join(equalities)}
