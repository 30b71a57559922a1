"""The programs of a run's equations, each compiled once: for every convention, and for every cell that shares the equation.

In come runs, which may differ in convention, data or a few equations (an alternative rule, a misconception); out go their programs.
Nothing here depends on time.
"""

from __future__ import annotations

from symlstm.arithmetic import value as values_of
from symlstm.derivation.program import Program, makes_vectors
from symlstm.model.cell import Equation
from symlstm.model.problem import Run
from symlstm.model.sizes import sizes
from symlstm.model.values import Given
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import Name

MOST_KEPT = 5_000
"""Compiled equations that are kept at a time."""


class Programs:
    """Compiled equations, kept for the runs that share them."""

    def __init__(self) -> None:
        # The objects whose ids make a key are kept with the program, so that no id is used again.
        self._made: dict[tuple[object, ...], tuple[Program, Equation, tuple[Given, ...]]] = {}
        self._reads: dict[int, tuple[Equation, tuple[Name, ...]]] = {}

    def of(self, run: Run, vectors: bool = False) -> dict[Name, Program]:
        """The program of each equation whose parameters are given; `vectors` says that vectors come in beside the run's own values."""
        scalar = not any(map(_wide, run.parameters.values())) and not any(map(_wide, run.timed.values()))
        unstacked = not vectors and not any(makes_vectors(e.right) for e in run.cell.equations)
        entries = {} if scalar else sizes(run.cell, run.parameters, run.timed)
        made = (self._program(e, run, scalar, unstacked, entries.get(e.left, 1)) for e in run.cell.equations)
        return {program.name: program for program in made if not program.missing}

    def _program(self, equation: Equation, run: Run, scalar: bool, unstacked: bool, entries: int) -> Program:
        given = tuple(run.parameters[name] for name in self._parameters(equation) if name in run.parameters)
        key = (id(equation), *map(id, given), scalar, unstacked, entries == 1)
        known = self._made.get(key)
        if known is None:
            if len(self._made) >= MOST_KEPT:
                self._made.clear()
            program = Program(equation, run.parameters, run.convention, scalar, unstacked, entries)
            self._made[key] = program, equation, given
            return program
        return known[0] if known[0].missing else known[0].under(run.convention)

    def _parameters(self, equation: Equation) -> tuple[Name, ...]:
        known = self._reads.get(id(equation))
        if known is None:
            names = tuple(dict.fromkeys(s.name for s in symbols_in(equation.right) if s.at is None))
            known = self._reads[id(equation)] = equation, names
        return known[1]


def _wide(given: Given) -> bool:
    return isinstance(given.value, values_of.Vector | values_of.Matrix)
