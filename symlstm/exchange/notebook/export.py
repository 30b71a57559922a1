"""The package of notebooks: an assignment for each exercise, its worked solution apart, and how staff use them.

In comes a collection, out go files: `source/ID/ID.ipynb` with its pictures, as nbgrader wants its assignments, `worked/ID.ipynb`,
which nbgrader doesn't see, and a page for staff.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from symlstm.document.blocks import Block, Document, Heading
from symlstm.document.writers.layout import Warn
from symlstm.exchange.exercise import Collection, Exercise, NumbersItem, OptionsItem, WordsItem
from symlstm.exchange.notebook.cells import Cell, Role, notebook
from symlstm.exchange.notebook.markdown import markdown
from symlstm.exchange.notebook.names import variables
from symlstm.exchange.notebook.questions import cells
from symlstm.exchange.notebook.staff import page
from symlstm.exchange.package import Package
from symlstm.presentation.figures.beside import Pictures


def export(collection: Collection) -> Package:
    """The notebooks of a collection.

    >>> sorted(export(Collection("a", "A unit", (Exercise("a", "A unit", (), ()),))).files)
    ['README-a.md', 'source/a/a.ipynb', 'worked/a.ipynb']
    """
    warnings: list[str] = []
    warn = warnings.append
    files = {f"README-{collection.id}.md": page(collection).encode()}
    for exercise in collection.exercises:
        files |= _beside(f"source/{exercise.id}", exercise, _assignment, warn)
        files |= _beside("worked", exercise, _worked, warn)
    return Package(files, tuple(dict.fromkeys(warnings)))


_Shown = Callable[[Iterable[Block]], str]
"""Makes the source of a Markdown cell of blocks."""


def _beside(folder: str, exercise: Exercise, made: Callable[[Exercise, _Shown, Warn], Iterator[Cell]], warn: Warn) -> dict[str, bytes]:
    """A notebook by its path, with the pictures that stand in it."""
    pictures = Pictures(Path(f"{exercise.id}.ipynb"))

    def shown(blocks: Iterable[Block]) -> str:
        return markdown(pictures.linked(Document("", blocks)).blocks, warn)

    files = {f"{folder}/{exercise.id}.ipynb": notebook(made(exercise, shown, warn))}
    return files | {f"{folder}/{name}": text.encode() for name, text in pictures.files()}


def _assignment(exercise: Exercise, shown: _Shown, warn: Warn) -> Iterator[Cell]:
    """What students get, with what nbgrader takes out of it first."""
    yield Cell("title", Role.GIVEN, markdown((), warn, exercise.title))
    named = variables(exercise.items)
    run: list[Block] = []
    parts = 0
    for piece in (*exercise.pieces, None):
        if piece is not None and not isinstance(piece, NumbersItem | OptionsItem | WordsItem):
            run.append(piece)
            continue
        if run:
            parts += 1
            yield Cell(f"statement-{parts}", Role.GIVEN, shown(run))
            run = []
        if piece is not None:
            yield from cells(piece, named, warn)


def _worked(exercise: Exercise, shown: _Shown, warn: Warn) -> Iterator[Cell]:
    """The worked solution, a cell for each of its sections."""
    yield Cell("title", Role.TEXT, markdown((), warn, f"{exercise.title}: worked solution"))
    sections: list[list[Block]] = [[]]
    for block in exercise.solution:
        if isinstance(block, Heading):
            sections.append([])
        sections[-1].append(block)
    for k, section in enumerate(filter(None, sections), 1):
        yield Cell(f"worked-{k}", Role.TEXT, shown(section))
