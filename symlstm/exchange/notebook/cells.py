"""Notebooks as cells, and their bytes (nbformat 4.5 with nbgrader's metadata of schema version 3).

In come cells, each with the role that it has for nbgrader; out go bytes, the same for the same cells. What a cell says is decided
elsewhere; here only what would act on nbgrader by chance is kept from it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

_ACTING = re.compile("(?P<first>BEGIN|END) (?P<second>SOLUTION|HIDDEN TESTS|MARK SCHEME)|(?P<auto>AUTO)TEST|[\ud800-\udfff]")
"""What nbgrader looks for in every line of every cell, and halves of characters, which no file can hold."""
_LONGEST_ID = 64


class Role(Enum):
    """What nbgrader does with a cell: whether it is code, and its `grade`, `locked` and `solution`."""

    TEXT = (False, False, False, False)
    """Nothing: words for staff."""
    GIVEN = (False, False, True, False)
    """Restores it: words that students can't change."""
    ANSWER = (True, False, False, True)
    """Takes the solution out of it: code that students write."""
    TEST = (True, True, True, False)
    """Restores and runs it, and takes its hidden tests out before students get it."""
    ESSAY = (False, True, False, True)
    """Leaves it to staff to mark: words that students write."""

    def __init__(self, code: bool, grade: bool, locked: bool, solution: bool) -> None:
        self.code, self.grade, self.locked, self.solution = code, grade, locked, solution


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a notebook."""

    id: str
    """Letters, digits, `_` and `-`; no other's in the notebook, the same in every variant."""
    role: Role
    source: str
    points: Fraction = Fraction(0)
    """For cells that are graded."""


def notebook(cells: Iterable[Cell]) -> bytes:
    """The file of a notebook.

    >>> b'"grade_id": "q1_h_1"' in notebook([Cell("q1_h_1", Role.TEST, "assert h_1 == 0", Fraction(1))])
    True
    """
    content = {
        "cells": [_cell(cell) for cell in cells],
        "metadata": {
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def harmless(text: str) -> str:
    """Words in which nbgrader finds none of its marks: they look the same.

    >>> harmless("BEGIN SOLUTION"), harmless("begin with the solution")
    ('BEGIN\\xa0SOLUTION', 'begin with the solution')
    """

    def mended(found: re.Match[str]) -> str:
        if found["first"]:
            return f"{found['first']}\u00a0{found['second']}"
        return "AUTO\u2060TEST" if found["auto"] else "\N{REPLACEMENT CHARACTER}"

    return _ACTING.sub(mended, text)


def _cell(cell: Cell) -> dict[str, object]:
    role, id = cell.role, _short(cell.id)
    metadata: dict[str, object] = {}
    if role is not Role.TEXT:
        metadata["nbgrader"] = {
            "grade": role.grade, "grade_id": id, "locked": role.locked, "schema_version": 3, "solution": role.solution, "task": False,
        } | ({"points": _number(cell.points)} if role.grade else {})
    if role is Role.TEST:
        metadata["jupyter"] = {"source_hidden": True}
    kind, lines = "code" if role.code else "markdown", cell.source.splitlines(keepends=True)
    found: dict[str, object] = {"cell_type": kind, "id": id, "metadata": metadata, "source": lines}
    return found | ({"execution_count": None, "outputs": []} if role.code else {})


def _number(points: Fraction) -> int | float:
    return int(points) if points.denominator == 1 else float(points)


def _short(id: str) -> str:
    """An id as long as the format allows, still no other's."""
    return id if len(id) <= _LONGEST_ID else f"{id[: _LONGEST_ID - 9]}-{hashlib.sha256(id.encode()).hexdigest()[:8]}"
