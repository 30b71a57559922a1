"""What every writer lays out alike: the title in front of the blocks, the runs that a long display is cut into, a figure's words.

In: a document, lines of a display. Out: the same, in order and lazily; nothing here knows a format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import TypeAlias

from symlstm.document.blocks import Block, Document, Emphasis, Figure, Heading, Inline, Inlines, Items, Line, Paragraph, Text

Warn: TypeAlias = Callable[[str], None]
"""Called with `place: what can't be shown`; `warnings.warn` will do."""


def titled(document: Document) -> tuple[Inlines, Iterator[Block]]:
    """The document's title and its other blocks; a level 1 heading at the very start is the title.

    >>> title, blocks = titled(Document("LSTM", iter([Heading(2, (Text("Start"),))])))
    >>> title, len(list(blocks))
    ((Text(text='LSTM'),), 1)
    """
    blocks = iter(document.blocks)
    first = next(blocks, None)
    if isinstance(first, Heading) and first.level <= 1:
        return first.content, blocks
    title: Inlines = (Text(document.title),) if document.title else ()
    return title, blocks if first is None else chain((first,), blocks)


def in_words(figure: Figure) -> Iterator[Block]:
    """What a figure says, where it can't be drawn: its caption, and its description as a list.

    >>> from symlstm.document.drawing import Drawing
    >>> len(list(in_words(Figure(Drawing(0, 0, ()), (Text("One state"),), ("Start at A.",)))))
    2
    """
    if figure.caption:
        yield Paragraph((Emphasis(figure.caption),))
    if figure.description:
        yield Items(tuple((Paragraph((Text(sentence),)),) for sentence in figure.description))


def gap(width: float, mark: str = "_") -> str:
    """A blank as characters: two for each em, at least three.

    >>> gap(3.0)
    '______'
    """
    return mark * max(3, round(2 * width))


def runs(lines: Sequence[Line], most: int) -> Iterator[Sequence[Line]]:
    """The lines in runs of about `most`; a line that continues another stays with it unless the run grows by half.

    >>> from symlstm.notation.tree import Numeral
    >>> from symlstm.notation.typeset import formula
    >>> one = Line(formula(Numeral("1", 1)))
    >>> [len(run) for run in runs((one, one, Line(None), one), 2)]
    [3, 1]
    """
    start = 0
    while len(lines) - start > most:
        stop = start + most
        while stop < len(lines) and lines[stop].left is None and stop - start < most + most // 2:
            stop += 1
        yield lines[start:stop]
        start = stop
    if start < len(lines):
        yield lines[start:] if start else lines


def merged(content: Inlines) -> Inlines:
    """The inlines with neighbouring texts made one, so that what a character means shows from its neighbours.

    >>> merged((Text("[a]"), Text("(b)")))
    (Text(text='[a](b)'),)
    """
    before: Inline | None = None
    for inline in content:
        if isinstance(inline, Text) and isinstance(before, Text):
            break
        before = inline
    else:
        return content
    out: list[Inlines] = []
    for inline in content:
        last = out[-1][0] if out else None
        if isinstance(inline, Text) and isinstance(last, Text):
            out[-1] = (Text(last.text + inline.text),)
        else:
            out.append((inline,))
    return tuple(chain.from_iterable(out))
