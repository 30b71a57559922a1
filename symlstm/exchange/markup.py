"""What formats that hold HTML are given: fragments with MathML, well-formed as XML, and words alone where they hold no markup.

In come blocks and inlines, out goes text. A formula that can't be shown stands as its source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from symlstm.document.blocks import Block, Inlines
from symlstm.document.writers import html as writer
from symlstm.document.writers.html_text import inlines
from symlstm.document.writers.layout import Warn
from symlstm.document.writers.text import words

_DARK = re.compile(r"@media screen and \(prefers-color-scheme:dark\)\{\.symlstm\{[^{}]*\}\}\n?")


def style() -> str:
    """The look of what stands inside an element of the class `symlstm`, for somebody else's page: as light as that page is.

    >>> ".symlstm" in style(), "dark" in style()
    (True, False)
    """
    return _DARK.sub("", writer.style())


def untold(message: str) -> None:
    """Warns nobody: what can't be shown of a problem is told once, when it is gathered."""


def html(blocks: Iterable[Block], warn: Warn = untold) -> str:
    """Blocks as HTML, to stand inside an element of the class `symlstm`."""
    return "".join(writer.inside(blocks, warn))


def inline(content: Inlines, warn: Warn = untold) -> str:
    """Running text as HTML.

    >>> from symlstm.document.blocks import Text
    >>> inline((Text("a < b"),))
    'a &lt; b'
    """
    return inlines(content, warn)


def plain(content: Inlines) -> str:
    """Running text without any markup.

    >>> from symlstm.document.blocks import Text
    >>> plain((Text("a < b"),))
    'a < b'
    """
    return words(content)
