"""The reasons for what is said of a claim about the cell, in words; numbers are printed as far as they are certain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flint import fmpq

from symlstm.analysis.gates.counterexample import Counterexample
from symlstm.arithmetic.decimals import decimals, exactly, terminating
from symlstm.arithmetic.real import Real, Undecided, rational, working_precision
from symlstm.arithmetic.value import Matrix, Value, entries
from symlstm.model.cell import Cell
from symlstm.notation.tree import Expr, Symbol
from symlstm.notation.typeset import formula, plain

_PLACES = 4
_MOST_PLACES = 40
_BUT = {"=": "but", "≠": "and also", "<": "which isn't less than", "≤": "which is more than", ">": "which isn't more than",
        "≥": "which is less than"}


def digits(x: Real, places: int = _PLACES) -> str:
    """A number as text: an exact decimal of few digits whole, otherwise so many decimals.

    >>> digits(fmpq(1, 2)), digits(fmpq(-1, 3))
    ('0.5', '-0.3333')
    """
    if isinstance(x, fmpq) and (count := terminating(x)) is not None and count <= 12:
        return exactly(x)
    return decimals(x, places)


def value_text(value: Value, bits: int, places: int = _PLACES) -> str | list[str] | list[list[str]]:
    """A value as JSON has it: a text, a list, a list of rows."""
    with working_precision(bits):
        if isinstance(value, Matrix):
            return [[digits(x, places) for x in row] for row in value.rows]
        every = [digits(x, places) for x in entries(value)]
    return every[0] if len(every) == 1 else every


def symbol_text(symbol: Symbol) -> str:
    """A symbol as JSON names it."""
    return plain(formula(symbol)).replace("−", "-")


def values_by_symbol(found: Counterexample) -> dict[str, str | list[str] | list[list[str]]]:
    """Every value of a counterexample by its symbol: chosen, set by a premise, computed."""
    places = _places(found)
    return {symbol_text(symbol): value_text(value, found.bits, places)
            for part in (found.chosen, found.forced, found.computed) for symbol, value in part.items()}


def refuted(found: Counterexample, cell: Cell, given: bool) -> str:
    """Why a claim doesn't hold: the numbers, and the two sides."""
    parameters = {s: v for s, v in found.chosen.items() if s.at is None}
    others = {s: v for s, v in found.chosen.items() if s.at is not None}
    assumed = [_equation(s, v, found) for s, v in others.items()]
    assumed += _grouped({s: v for s, v in parameters.items() if s.name not in cell.biases}, "weight", found)
    assumed += _grouped({s: v for s, v in parameters.items() if s.name in cell.biases}, "bias", found)
    assumed += ["the given parameters"] if given else []
    forced = [_equation(s, v, found) for s, v in found.forced.items()]
    if not assumed and not forced:
        return f"always {_sides(found)}"
    supposed = [f"{_joined(forced)} supposed"] if forced else []
    return f"with {_joined([*supposed, *assumed])}: {_sides(found)}"


def _grouped(parameters: Mapping[Symbol, Value], kind: str, found: Counterexample) -> list[str]:
    """`every weight 1`, where they are alike; otherwise each."""
    numbers = {str(x) for value in parameters.values() for x in entries(value)}
    if len(parameters) > 1 and len(numbers) == 1:
        return [f"every {kind} {digits(entries(next(iter(parameters.values())))[0])}".replace("-", "−")]
    return [_equation(symbol, value, found) for symbol, value in parameters.items()]


def _equation(symbol: Symbol, value: Value, found: Counterexample) -> str:
    return f"{plain(formula(symbol))} = {_written(value_text(value, found.bits))}"


def _written(value: str | list[str] | list[list[str]]) -> str:
    return (value if isinstance(value, str) else "[" + ", ".join(map(_written, value)) + "]").replace("-", "−")


def _sides(found: Counterexample) -> str:
    """`s_t = 0.9640 but s_{t−1} = 1`."""
    relation = found.relation
    places = _places(found)
    left, right = (_written(value_text(v, found.bits, places)) for v in (found.left, found.right))
    one, other = _is(relation.left, left), _is(relation.right, right)
    where = f" in entry {found.entry}" if found.entry is not None else ""
    return f"{one} {_BUT[relation.sign]} {other}{where}"


def _is(tree: Expr, value: str) -> str:
    text = plain(formula(tree))
    return value if text == value else f"{text} = {value}"


def _places(found: Counterexample) -> int:
    """So many decimals that the two sides differ on the page."""
    k = (found.entry or 1) - 1
    a, b = (entries(side)[k % len(entries(side))] for side in (found.left, found.right))
    with working_precision(found.bits):
        for places in range(_PLACES, _MOST_PLACES):
            try:
                if rational_text(a, places) != rational_text(b, places):
                    return places
            except Undecided:
                break
    return _PLACES


def rational_text(x: Real, places: int) -> str:
    """So many decimals of a number, also of one that ends before."""
    return decimals(rational(x) if isinstance(x, fmpq) else x, places)


def _joined(items: Iterable[str]) -> str:
    every = list(items)
    return " and ".join([", ".join(every[:-1]), every[-1]]) if len(every) > 1 else "".join(every)
