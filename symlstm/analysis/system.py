"""The simplified system: placeholder, being written."""

from __future__ import annotations

from dataclasses import dataclass

from symlstm.model.cell import Cell
from symlstm.model.problem import Run
from symlstm.notation.tree import Expr, Name


@dataclass(frozen=True, slots=True)
class SimplifyStep:
    """One step: the rule's id, the tree after it, and the reason in words."""

    rule: str
    tree: Expr
    reason: str


@dataclass(frozen=True, slots=True)
class SimplifiedEquation:
    """One equation of the simplified system: `name` at time t, `relation`, `tree`."""

    name: Name
    tree: Expr
    relation: str
    steps: tuple[SimplifyStep, ...]


@dataclass(frozen=True, slots=True)
class System:
    """The simplified equations, in dependency order, and the cell that they make."""

    equations: tuple[SimplifiedEquation, ...]
    cell: Cell
    changed: bool


def simplify(run: Run) -> System:
    """The simplified system of a run."""
    return System(tuple(SimplifiedEquation(e.left, e.right, "=", ()) for e in run.cell.equations), run.cell, False)
