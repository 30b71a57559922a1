"""Exports: a table of formats, and a problem written in one of them to a folder.

In comes a problem, out go files. What is in a format's files is decided in its folder, what is in the problem in `gathering`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from symlstm.errors import UsageError
from symlstm.exchange.exercise import Collection
from symlstm.exchange.gathering import gathered
from symlstm.exchange.package import Package, written
from symlstm.model.problem import Problem
from symlstm.teaching.progress import Progress, unseen

MODULES: Mapping[str, str] = {
    "olx": "symlstm.exchange.olx.export",
    "moodle": "symlstm.exchange.moodle.export",
    "notebook": "symlstm.exchange.notebook.export",
    "prairielearn": "symlstm.exchange.prairielearn.export",
}
"""From what `--to` takes to the module whose `export` makes a package of a collection. Adding a format is adding its folder and a
row."""


@dataclass(frozen=True)
class Exported:
    """What was written, by its path in the folder, and what the format couldn't carry."""

    files: tuple[str, ...]
    warnings: tuple[str, ...]


def export(
    problem: Problem, to: str, folder: Path, *, n: int | None = None, seed: str | None = None,
    progress: Progress = unseen,
) -> Exported:
    """Write a problem, or `n` variants of it drawn from `seed`, in the format of another system to a folder.

    Raises `SymlstmError` where the problem can't be solved or varied, or the folder can't be written or holds something else.
    """
    if to not in MODULES:
        raise UsageError(f"there is no format {to!r} for exports; there are {', '.join(MODULES)}")
    collection = gathered(problem, n, seed, progress=progress)
    package = packed(collection, to)
    written(package, folder, f"{to} {collection.id}")
    return Exported(tuple(package.files), tuple(dict.fromkeys((*collection.warnings, *package.warnings))))


def packed(collection: Collection, to: str) -> Package:
    """The files of a collection in a format."""
    make: Callable[[Collection], Package] = import_module(MODULES[to]).export
    return make(collection)
