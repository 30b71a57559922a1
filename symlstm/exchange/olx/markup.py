r"""Blocks and inlines as what capa, the part of Open edX that shows and marks problems, passes on to a browser unharmed.

In: blocks, inlines. Out: well-formed XML of HTML elements, with maths as LaTeX between `\(` and `\)` for the MathJax that Open edX
loads. MathML wouldn't do: capa takes `<math>` for a tag of its own and gives one with a namespace a prefix, which no browser knows.
Nothing a document says becomes markup, maths, or one of capa's variables.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from typing import assert_never

from symlstm.document.blocks import (
    Aside,
    Blank,
    Block,
    Break,
    Code,
    CodeBlock,
    Display,
    Emphasis,
    Figure,
    Fold,
    Heading,
    Image,
    Inline,
    Inlines,
    Items,
    Link,
    Maths,
    Paragraph,
    Quote,
    Room,
    Rule,
    SourceDisplay,
    SourceMaths,
    Table,
    Text,
)
from symlstm.document.writers import author_maths
from symlstm.document.writers.addresses import may_link, may_show
from symlstm.document.writers.html_text import escaped, unshown
from symlstm.document.writers.layout import Warn, gap, merged, runs
from symlstm.document.writers.markdown import aligned
from symlstm.document.writers.svg import write_svg
from symlstm.document.writers.text import words
from symlstm.notation.typeset import latex

_LINES_IN_A_DISPLAY = 40
_TOP = 2
"""How much smaller a heading is than in a document: a problem's title is an h3 on its page."""
_ACTING = re.compile(r"[\\`]|\[(?=/?mathjax)")
"""What begins maths for the MathJax of Open edX: TeX's delimiters and AsciiMath's."""
_IGNORED = '<span class="tex2jax_ignore asciimath2jax_ignore">{}</span>'
_VARIABLE = re.compile(r"\$(?=[A-Za-z_])|(?:start|end)outtext")
"""What capa puts something else for: a `$` before the name of a variable, and tags of old."""
_JOINER = "\N{WORD JOINER}"
_SOMEWHERE = re.compile(r"(?:https?|mailto|data):", re.IGNORECASE)
_DISPLAYED = r"\[", r"\]"
_SCROLLING = '<div style="overflow-x:auto">'
_SIDES = {"c": "center", "r": "right"}


def html(blocks: Iterable[Block], warn: Warn) -> str:
    """Blocks as they stand in a problem.

    >>> html([Paragraph((Text("a < b"),)), Rule()], print)
    '<p>a &lt; b</p>\\n<hr/>\\n'
    """
    return "".join(_block(block, warn) for block in blocks)


def inline(content: Inlines, warn: Warn) -> str:
    r"""Running text.

    >>> inline((Text("a < b "), Emphasis((Text("now"),))), print)
    'a &lt; b <em>now</em>'
    >>> inline((Text(r"\[ "),), print), inline((Text("$seed"),), print) == "$\u2060seed"
    ('<span class="tex2jax_ignore asciimath2jax_ignore">\\</span>[ ', True)
    """
    return "".join(_inline(each, warn) for each in merged(content))


def attribute(text: str) -> str:
    """Plain characters as the value of an attribute in double quotes.

    >>> attribute('a "b" & c')
    'a &quot;b&quot; &amp; c'
    """
    return _without_variables(escaped(text))


def leading(fragment: str) -> str:
    """A fragment that begins an element whose first text capa writes out unescaped: in an element of its own where that matters.

    >>> leading("a &lt; b <em>c</em>"), leading("c <em>&lt; d</em>")
    ('<span>a &lt; b <em>c</em></span>', 'c <em>&lt; d</em>')
    """
    text = fragment.partition("<")[0]
    return f"<span>{fragment}</span>" if "&lt;" in text or "&amp;" in text else fragment


def filled(tag: str, inner: str, attributes: str = "") -> str:
    """An element, or nothing: an empty one is written `<p/>` by capa, which a browser takes for a beginning.

    >>> filled("h4", "Question 1"), filled("p", "")
    ('<h4>Question 1</h4>\\n', '')
    """
    return f"<{tag}{attributes}>{inner}</{tag}>\n" if inner else ""


def _without_variables(text: str) -> str:
    return _VARIABLE.sub(lambda found: found[0] + _JOINER, text)


def plain(text: str) -> str:
    """Plain characters.

    >>> plain("a < b")
    'a &lt; b'
    """
    return _without_variables(_ACTING.sub(lambda found: _IGNORED.format(found[0]), _unquoted(escaped(text))))


def _unquoted(text: str) -> str:
    """Escaped characters as they may stand between tags, where quotes are themselves."""
    return text.replace("&#x27;", "'").replace("&quot;", '"')


def _tex(source: str, left: str = r"\(", right: str = r"\)") -> str:
    return left + _without_variables(escaped(source)) + right


def _unshown(source: str, place: str, reason: str, warn: Warn) -> str:
    return _without_variables(unshown(source, place, reason, warn))


def _inline(what: Inline, warn: Warn) -> str:
    match what:
        case Text(text=text):
            return plain(text)
        case Maths(formula=formula):
            return _tex(latex(formula))
        case SourceMaths(latex=source, place=place):
            text = author_maths.one_line(source)
            reason = author_maths.fault(text) if text else ""
            return _unshown(text, place, reason, warn) if reason else _tex(text) if text else ""
        case Emphasis(content=inner, strong=strong):
            tag = "strong" if strong else "em"
            return f"<{tag}>{inline(inner, warn)}</{tag}>" if inner else ""
        case Code(text=text):
            return f"<code>{_without_variables(escaped(text))}</code>" if text else ""
        case Link(url=url, content=inner):
            said = inline(inner, warn)
            if may_link(url) and _SOMEWHERE.match(url):
                return f'<a href="{attribute(url)}" target="_blank" rel="noopener">{said or attribute(url)}</a>'
            return said
        case Image(url=url, alternative=text):
            if may_show(url) and _SOMEWHERE.match(url):
                return f'<img src="{attribute(url)}" alt="{attribute(text)}"/>'
            warn(f"the picture {url} is no part of the export: its words stand in its place")
            return f"<em>{plain(text or url)}</em>"
        case Break(hard=hard):
            return "<br/>" if hard else "\n"
        case Blank(width=width, name=name):
            return f'<span role="img" aria-label="blank for {attribute(name)}">{gap(width)}</span>'
        case _:
            assert_never(what)


def _block(block: Block, warn: Warn) -> str:
    match block:
        case Paragraph(content=content):
            return filled("p", inline(content, warn))
        case Heading(level=level, content=content):
            return filled(f"h{min(max(2, level) + _TOP, 6)}", inline(content, warn))
        case Display(lines=lines):
            named = any(line.name for line in lines)
            return "".join(_shown(aligned(run, named)) for run in runs(lines, _LINES_IN_A_DISPLAY))
        case SourceDisplay():
            return _source(block, warn)
        case Items(items=items, start=start):
            tag, first = ("ul", "") if start is None else ("ol", f' start="{start}"')
            inner = "".join(f"<li>{html(item, warn) or gap(1)}</li>\n" for item in items)
            return f"<{tag}{first}>\n{inner}</{tag}>\n"
        case Quote(blocks=blocks):
            return filled("blockquote", html(blocks, warn))
        case Aside(kind=kind, blocks=blocks):
            label = "Warning" if kind == "warning" else "Note"
            return f'<div role="note" aria-label="{label}">\n<p><strong>{label}</strong></p>\n{html(blocks, warn)}</div>\n'
        case Fold(summary=summary, blocks=blocks, open=is_open):
            opened = ' open="open"' if is_open else ""
            return f"<details{opened}>\n<summary>{inline(summary, warn) or '…'}</summary>\n{html(blocks, warn)}</details>\n"
        case CodeBlock(text=text):
            # Without a <code> inside, since an import that indents its elements would indent that too.
            return filled("pre", _without_variables(escaped(text)))
        case Rule():
            return "<hr/>\n"
        case Figure():
            return _figure(block, warn)
        case Table():
            return _table(block, warn)
        case Room():
            return ""  # paper to work on
        case _:
            assert_never(block)


def _shown(source: str) -> str:
    return f"{_SCROLLING}{_tex(source, *_DISPLAYED)}</div>\n"


def _source(block: SourceDisplay, warn: Warn) -> str:
    text = author_maths.cleaned(block.latex)
    reason = author_maths.fault(text, display=True)
    if reason:
        return f"<p>{_unshown(author_maths.one_line(text), block.place, reason, warn)}</p>\n"
    if author_maths.fault(text):
        text = f"\\begin{{aligned}}\n{text}\n\\end{{aligned}}"
    return _shown(text) if text else ""


def _figure(block: Figure, warn: Warn) -> str:
    """A picture in its address: a library has no place for files, and capa would rename the elements of an SVG."""
    svg = base64.b64encode(write_svg(block).encode()).decode()
    said = " ".join(block.description) or words(block.caption)
    picture = f'<img src="data:image/svg+xml;base64,{svg}" alt="{attribute(said)}" style="max-width:100%"/>\n'
    return f"<figure>\n{picture}{filled('figcaption', inline(block.caption, warn))}</figure>\n"


def _table(block: Table, warn: Warn) -> str:
    sides = [f' style="text-align:{_SIDES[letter]}"' if letter in _SIDES else "" for letter in block.align]
    head = "".join(_cells("th", block.head, sides, warn))
    rows = "".join(f"<tr>{''.join(_cells('td', row, sides, warn))}</tr>\n" for row in block.rows)
    caption = filled("caption", plain(block.caption))
    return f"{_SCROLLING}<table>\n{caption}<thead>\n<tr>{head}</tr>\n</thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n"


def _cells(tag: str, row: Iterable[Inlines], sides: Iterable[str], warn: Warn) -> Iterator[str]:
    scope = ' scope="col"' if tag == "th" else ""
    for cell, side in zip(row, chain(sides, repeat(""))):
        yield f"<{tag}{scope}{side}>{inline(cell, warn) or chr(160)}</{tag}>"
