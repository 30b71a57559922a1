"""The values of a run as rows of a figure: a symbol or one entry of it, with its number at every step.

In: a run worked through. Out: numbers as the derivation prints them, and what those digits are worth. Nothing is rounded here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from symlstm.derivation.work import Work
from symlstm.notation.tree import Name, Symbol
from symlstm.notation.typeset import formula, plain
from symlstm.presentation.figures.set_text import entries

Part: TypeAlias = Literal["input", "gate", "state"]
"""What a symbol is in its cell: given from outside, used within a step only, or what the step ends with."""
MOST_ENTRIES = 12
"""Entries of one symbol that are shown; a symbol with more is left out."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of numbers. `texts` are as printed, None where there is no value."""

    name: Name
    part: Part
    label: str
    texts: tuple[str | None, ...]

    @property
    def worth(self) -> tuple[Fraction | None, ...]:
        """What the printed digits are worth."""
        return tuple(None if text is None else Fraction(text.replace("−", "-")) for text in self.texts)


@dataclass(frozen=True, slots=True)
class Shown:
    """The rows of a run, and the symbols that were left out since they have too many entries."""

    times: tuple[int, ...]
    rows: tuple[Row, ...]
    left_out: tuple[Name, ...]


def part_of(name: Name, work: Work) -> Part:
    """What a symbol is in its cell."""
    cell = work.run.cell
    if name in cell.inputs:
        return "input"
    operands = (operand for program in work.trace.programs.values() for operand in program.operands)
    read_now = any(operand.name == name and operand.offset == 0 for operand in operands)
    return "state" if name in cell.lags or not read_now else "gate"


def rows_of(work: Work, times: Sequence[int], most: int) -> Shown:
    """The rows of these steps, at most so many: states before gates before inputs, whole symbols only."""
    names = [*work.run.cell.inputs, *work.trace.programs]
    columns = list(work.ladders.displayed_rows(names, times)) if names else []
    found: dict[Name, tuple[Row, ...]] = {}
    for k, name in enumerate(names):
        shown = [None if column[k] is None else entries(column[k]) for column in columns]  # type: ignore[arg-type]
        count = max((len(values) for values in shown if values is not None), default=0)
        found[name] = tuple(_row(name, part_of(name, work), entry, count, shown) for entry in range(count))
    kept: set[Name] = set()
    room = most
    order: tuple[Part, ...] = ("state", "gate", "input")
    for name in sorted(names, key=lambda name: order.index(part_of(name, work))):
        if 0 < len(found[name]) <= min(room, MOST_ENTRIES):
            kept.add(name)
            room -= len(found[name])
    rows = tuple(row for name in names if name in kept for row in found[name])
    return Shown(tuple(times), rows, tuple(name for name in names if found[name] and name not in kept))


def _row(name: Name, part: Part, entry: int, count: int, shown: Sequence[tuple[str, ...] | None]) -> Row:
    label = plain(formula(Symbol(name, None, entry + 1 if count > 1 else None)))
    return Row(name, part, label, tuple(None if values is None or len(values) <= entry else values[entry] for values in shown))
