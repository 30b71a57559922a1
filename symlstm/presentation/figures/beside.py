"""The pictures of a document that is written to a file: each in a file beside it, linked from where it belongs.

In: a document whose figures come as its blocks are read, and the path that it is written to. Out: the same document with links for
figures, and the files. Knows nothing of Markdown; any format that links to pictures will do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from symlstm.document.blocks import Block, Document, Emphasis, Figure, Image, Paragraph
from symlstm.document.writers.svg import write_svg
from symlstm.document.writers.text import words
from symlstm.model.files import write_whole


class Pictures:
    """The pictures of one document, as far as it has been read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._figures: dict[str, Figure] = {}

    def linked(self, document: Document) -> Document:
        """The document with a link to a file for each figure.

        >>> from symlstm.document.blocks import Text
        >>> from symlstm.document.drawing import Drawing
        >>> pictures = Pictures(Path("my sheet.md"))
        >>> figure = Figure(Drawing(1, 1, ()), (Text("One state"),), ("Start at A.",), "states")
        >>> [link, caption] = pictures.linked(Document("", [figure])).blocks
        >>> link.content[0].url, link.content[0].alternative
        ('my%20sheet-states.svg', 'One state. Start at A.')
        """
        return replace(document, blocks=self._linked(document.blocks), figures=False)

    def files(self) -> Iterator[tuple[str, str]]:
        """The name of each picture's file, and what stands in it, once the document has been read."""
        for name, figure in self._figures.items():
            yield name, write_svg(figure)

    def written(self, pieces: Iterable[str]) -> Iterator[str]:
        """The pieces of the document, and after the last of them its pictures in their files. Where one can't be written, those
        that weren't there before are taken away again."""
        yield from pieces
        new: list[Path] = []
        try:
            for name, text in self.files():
                path = self.path.with_name(name)
                fresh = not path.exists()
                write_whole(path, [text])
                new += [path] if fresh else []
        except BaseException:
            for path in new:
                path.unlink(missing_ok=True)
            raise

    def _linked(self, blocks: Iterable[Block]) -> Iterator[Block]:
        for block in blocks:
            if isinstance(block, Figure):
                name = self._file(block)
                said = ". ".join(filter(None, (words(block.caption), " ".join(block.description))))
                yield Paragraph((Image(quote(name), said),))
                if block.caption:
                    yield Paragraph((Emphasis(block.caption),))
            else:
                yield block

    def _file(self, figure: Figure) -> str:
        """A name of its own for a figure's file."""
        base = f"{self.path.stem}-{figure.name or 'figure'}"
        name, count = f"{base}.svg", 1
        while name in self._figures:
            count += 1
            name = f"{base}-{count}.svg"
        self._figures[name] = figure
        return name
