"""The writers: from a document to a format. A table with one row for each; adding a format is adding its module and a row.

In: `document.blocks`. Out: text in pieces. A writer knows nothing else of symlstm but how formulas are typeset.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from symlstm.document.blocks import Document
from symlstm.document.writers import html, latex, markdown, text
from symlstm.document.writers.layout import Warn


class Write(Protocol):
    """A document in, pieces of text out, asked for one by one."""

    def __call__(self, document: Document, *, fragment: bool = False, warn: Warn = ...) -> Iterator[str]:
        """Pieces of text."""
        ...


@dataclass(frozen=True, slots=True)
class Writer:
    """One row: the id that `--to` takes, the file's extension with its dot, and what writes."""

    id: str
    extension: str
    write: Write


WRITERS: dict[str, Writer] = {
    row.id: row
    for row in (
        Writer("md", ".md", markdown.write),
        Writer("tex", ".tex", latex.write),
        Writer("html", ".html", html.write),
        Writer("text", ".txt", text.write),
    )
}
"""From a format's id to its writer."""
