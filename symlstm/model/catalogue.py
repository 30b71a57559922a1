"""The catalogue of cells: each is a document in `symlstm/cells/`, read by the same reader as a problem."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from symlstm.errors import Source


@lru_cache
def names() -> tuple[str, ...]:
    """The names of the cells, sorted.

    >>> "lstm" in names()
    True
    """
    folder = resources.files("symlstm") / "cells"
    return tuple(sorted(entry.name.removesuffix(".md") for entry in folder.iterdir() if entry.name.endswith(".md")))


def source(name: str) -> Source:
    """The document of a cell."""
    text = (resources.files("symlstm") / "cells" / f"{name}.md").read_text(encoding="utf-8")
    return Source(f"{name}.md", text)
