"""Blocks as the Markdown that Jupyter shows.

In come blocks, out goes text. It is the Markdown of the other documents but for what Jupyter doesn't know or reads otherwise: a remark
set apart is a quote, and a dollar in the running text stands where MathJax doesn't take it for the beginning of maths.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from symlstm.document.blocks import Aside, Block, Document, Emphasis, Fold, Heading, Items, Paragraph, Quote, Text
from symlstm.document.writers import markdown as writer
from symlstm.document.writers.layout import Warn
from symlstm.exchange.notebook.cells import harmless

_DOLLAR = re.compile(
    r"""
    ^[ >]*(?P<fence>```+)[^`\n]*\n.*?^[ >]*(?P=fence)`*$     # code
    | (?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)
    | (?P<dollar>\\\$)
    | \\.
    """,
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)


def markdown(blocks: Iterable[Block], warn: Warn, title: str = "") -> str:
    r"""Blocks as the source of a Markdown cell, below a title where there is one.

    >>> markdown([Aside("note", (Paragraph((Text("It costs $5."),)),))], print)
    '> **Note.**\n>\n> It costs <span>\\$</span>5.'
    """
    text = "".join(writer.write(Document(title, tuple(_shown(blocks))), fragment=not title, warn=warn)).rstrip("\n")
    return harmless(_DOLLAR.sub(lambda found: r"<span>\$</span>" if found["dollar"] else found[0], text))


def _shown(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        match block:
            case Heading(level=1):
                yield replace(block, level=2)  # the title alone stands above
            case Aside(kind=kind, blocks=inner):
                yield Quote((Paragraph((Emphasis((Text(f"{kind.capitalize()}."),), True),)), *_shown(inner)))
            case Quote(blocks=inner) | Fold(blocks=inner):
                yield replace(block, blocks=tuple(_shown(inner)))
            case Items(items=items):
                yield replace(block, items=tuple(tuple(_shown(item)) for item in items))
            case _:
                yield block
