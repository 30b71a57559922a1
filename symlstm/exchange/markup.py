"""What formats that hold HTML are given: fragments with MathML, well-formed as XML, and words alone where they hold no markup.

In come blocks and inlines, out goes text. A formula that can't be shown stands as its source.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable

from symlstm.document.blocks import Block, Inlines
from symlstm.document.writers import html as writer
from symlstm.document.writers.html import style
from symlstm.document.writers.html_text import inlines
from symlstm.document.writers.layout import Warn
from symlstm.document.writers.text import words

__all__ = ["html", "inline", "plain", "style"]


def html(blocks: Iterable[Block], warn: Warn = warnings.warn) -> str:
    """Blocks as HTML, to stand inside an element of the class `symlstm`."""
    return "".join(writer.inside(blocks, warn))


def inline(content: Inlines, warn: Warn = warnings.warn) -> str:
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
