"""Documents as one self-contained HTML page with MathML, without scripts.

In: a document. Out: text in pieces, so that a long run is never held whole. What stands inside the page is well-formed XML too. The
look stands in `style.css` beside this module.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from itertools import chain, repeat
from typing import assert_never

from symlstm.document.blocks import (
    Aside,
    Block,
    CodeBlock,
    Display,
    Document,
    Figure,
    Fold,
    Heading,
    Items,
    Line,
    Paragraph,
    Quote,
    Room,
    Rule,
    SourceDisplay,
    Table,
)
from symlstm.document.writers import author_maths
from symlstm.document.writers.html_maths import mathml
from symlstm.document.writers.html_text import escaped, identifier, inlines, own_maths, unshown
from symlstm.document.writers.layout import Warn, titled
from symlstm.document.writers.mathml_mending import UnshownMathsError
from symlstm.document.writers.svg import inline_svg
from symlstm.document.writers.text import words

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src * data:; base-uri 'none'; form-action 'none'"
_LETTERS = {"l": "left", "c": "centre", "r": "right"}


def write(document: Document, *, fragment: bool = False, warn: Warn = warnings.warn) -> Iterator[str]:
    """The document as pieces of HTML; a fragment is an `<article>` with its style, without its title.

    >>> page = "".join(write(Document("A < B", [])))
    >>> page[:15], "<h1>A &lt; B</h1>" in page
    ('<!DOCTYPE html>', True)
    """
    title, blocks = titled(document)
    heading = inlines(title, warn) if title else ""
    if fragment:
        yield f'<article class="symlstm">\n<style>\n{style()}</style>\n'
        yield from inside(blocks, warn)
        yield "</article>\n"
        return
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escaped(document.title)}</title>\n<style>\n"
        ":root{color-scheme:light dark}\nbody{margin:0;background:#fff}\n"
        f"@media screen and (prefers-color-scheme:dark){{body{{background:#16181d}}}}\n{style()}</style>\n</head>\n"
        '<body>\n<main>\n<article class="symlstm page">\n'
    )
    if heading:
        yield f"<h1>{heading}</h1>\n"
    yield from inside(blocks, warn)
    yield "</article>\n</main>\n</body>\n</html>\n"


def inside(blocks: Iterable[Block], warn: Warn = warnings.warn) -> Iterator[str]:
    """Blocks as they stand inside a page, such as somebody else's: without the style, which `style()` gives; well-formed as XML.

    >>> from symlstm.document.blocks import Text
    >>> "".join(inside([Paragraph((Text("a < b"),)), Rule()]))
    '<p>a &lt; b</p>\\n<hr/>\\n'
    """
    for block in blocks:
        yield from _block(block, warn)


@cache
def style() -> str:
    """The look of what stands inside an element of the class `symlstm`, as CSS."""
    return files(__package__).joinpath("style.css").read_text(encoding="utf-8")


def _block(block: Block, warn: Warn) -> Iterator[str]:
    match block:
        case Display():
            yield _display(block, warn)
        case Paragraph(content=content):
            yield f"<p>{inlines(content, warn)}</p>\n"
        case Heading(level=level, content=content, anchor=anchor):
            # The page's one h1 is its title.
            tag = f"h{max(2, min(level, 6))}"
            here = f' id="{identifier(anchor)}"' if anchor else ""
            yield f"<{tag}{here}>{inlines(content, warn)}{_anchor(anchor, 'this heading')}</{tag}>\n"
        case Table():
            yield from _table(block, warn)
        case Items(items=items, start=start, tight=tight):
            yield "<ul" if start is None else f'<ol start="{start}"'
            yield ' class="tight">\n' if tight else ">\n"
            for item in items:
                yield "<li>"
                yield from inside(item, warn)
                yield "</li>\n"
            yield "</ul>\n" if start is None else "</ol>\n"
        case Quote(blocks=blocks):
            yield "<blockquote>\n"
            yield from inside(blocks, warn)
            yield "</blockquote>\n"
        case Aside(kind=kind, blocks=blocks):
            label = "Warning" if kind == "warning" else "Note"
            yield f'<div class="aside {kind}" role="note" aria-label="{label}">\n<p class="label">{label}</p>\n'
            yield from inside(blocks, warn)
            yield "</div>\n"
        case Fold(summary=summary, blocks=blocks, open=is_open):
            opened = ' open="open"' if is_open else ""
            yield f"<details{opened}>\n<summary>{inlines(summary, warn)}</summary>\n"
            yield from inside(blocks, warn)
            yield "</details>\n"
        case CodeBlock(text=text):
            yield f'<pre tabindex="0"><code>{escaped(text)}</code></pre>\n'
        case Rule():
            yield "<hr/>\n"
        case SourceDisplay():
            yield _source_display(block, warn)
        case Figure():
            yield _figure(block, warn)
        case Room(lines=lines):
            yield f'<div class="room" style="--lines:{lines}"></div>\n'
        case _:
            assert_never(block)


def _anchor(anchor: str, what: str) -> str:
    """The link that shows at a place when the pointer is over it, to be copied."""
    return f' <a class="here" href="#{identifier(anchor)}" aria-label="Link to {what}">#</a>' if anchor else ""


def _scrolling(kind: str, label: str, columns: str = "") -> str:
    """The start of a box that scrolls sideways by itself, reachable by keyboard."""
    inner = f'<div class="{columns}">\n' if columns else ""
    return f'<div class="{kind}" role="group" aria-label="{escaped(label)}" tabindex="0">{inner}'


def _display(block: Display, warn: Warn) -> str:
    names = any(line.name for line in block.lines)
    noted = any(line.note for line in block.lines)
    notes = noted or any(line.anchor for line in block.lines)
    # The links alone need little room.
    columns = "lines" + " named" * names + (" noted" if noted else " anchored" * notes)
    out = [_scrolling("display", block.caption or "Displayed maths", columns)]
    out += [_line(line, names, notes, warn) for line in block.lines]
    out.append("</div></div>\n")
    return "".join(out)


def _line(line: Line, names: bool, notes: bool, warn: Warn) -> str:
    here = f' id="{identifier(line.anchor)}"' if line.anchor else ""
    name = f'<span class="name">{inlines(line.name, warn)}</span>' if names else ""
    note = f'<span class="note">{inlines(line.note, warn)}{_anchor(line.anchor, "this line")}</span>' if notes else ""
    left = own_maths(line.left, "", True) if line.left is not None else ""
    if line.links:
        links = [f"<span>{own_maths(formula, relation, True)}</span> " for relation, formula in line.links]
        sides = f'<span class="left">{left}</span> <span class="right">{"".join(links)}</span>'
    else:
        sides = f'<span class="whole">{left}</span>'
    return f'<div class="line"{here}>{name}{sides}{note}</div>\n'


def _source_display(block: SourceDisplay, warn: Warn) -> str:
    text = author_maths.cleaned(block.latex)
    if not text:
        return ""
    reason = author_maths.fault(text, display=True)
    if not reason:
        try:
            return _grid(text)
        except UnshownMathsError as error:
            reason = str(error)
    source = unshown(author_maths.one_line(text), block.place, reason, warn)
    return f'{_scrolling("display", "Displayed maths as its source")}{source}</div>\n'


def _grid(text: str) -> str:
    """Each cell of the author's rows as a formula of its own."""
    rows = author_maths.grid(text)
    most = max(map(len, rows))
    out = [_scrolling("display", "Displayed maths"), f'<div class="authors" style="--columns:{most}">\n']
    for row in rows:
        cells = [mathml(cell, "", True) if cell else "" for cell in row]
        aligned = most > 1 and r"\begin{gathered}" not in text
        kinds = ["right" if k % 2 == 0 else "left" for k in range(most)] if aligned else ["centre"] * most
        cells += [""] * (most - len(cells))
        out += [f'<span class="{kind}">{cell}</span>' for kind, cell in zip(kinds, cells, strict=True)]
        out.append("\n")
    return "".join(out) + "</div></div>\n"


def _figure(block: Figure, warn: Warn) -> str:
    caption = f"<figcaption>{inlines(block.caption, warn)}</figcaption>\n" if block.caption else ""
    return f"<figure>{_scrolling('figure', words(block.caption) or 'Figure')}\n{inline_svg(block)}</div>\n{caption}</figure>\n"


def _table(block: Table, warn: Warn) -> Iterator[str]:
    sides = [_LETTERS.get(letter, "left") for letter in block.align.ljust(len(block.head), "l")]
    yield f'{_scrolling("table", block.caption or "Table")}<table>\n'
    if block.caption:
        yield f"<caption>{escaped(block.caption)}</caption>\n"
    head = [f'<th scope="col" class="{side}">{inlines(cell, warn)}</th>' for side, cell in zip(sides, block.head, strict=False)]
    yield f"<thead>\n<tr>{''.join(head)}</tr>\n</thead>\n<tbody>\n"
    for row, anchor in zip(block.rows, chain(block.anchors, repeat(""))):
        cells = [f'<td class="{side}">{inlines(cell, warn)}</td>' for side, cell in zip(sides, row, strict=False)]
        here = f' id="{identifier(anchor)}"' if anchor else ""
        yield f"<tr{here}>{''.join(cells)}</tr>\n"
    yield "</tbody>\n</table></div>\n"
