"""Running text in HTML: everything escaped, formulas as checked MathML.

In: inlines. Out: HTML in which nothing a document says becomes markup.
"""

from __future__ import annotations

import re
from html import escape
from typing import assert_never

from symlstm.document.blocks import Blank, Break, Code, Emphasis, Image, Inlines, Link, Maths, SourceMaths, Text
from symlstm.document.writers import author_maths
from symlstm.document.writers.addresses import may_link, may_show
from symlstm.document.writers.html_maths import mathml, numbered
from symlstm.document.writers.layout import Warn
from symlstm.document.writers.mathml_mending import UnshownMathsError
from symlstm.notation.typeset import Formula, latex

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def escaped(text: str) -> str:
    """Characters as HTML text or as an attribute's value in double quotes.

    >>> escaped('<b> & "c"')
    '&lt;b&gt; &amp; &quot;c&quot;'
    """
    return escape(_CONTROLS.sub(" ", text))


def identifier(anchor: str) -> str:
    """An anchor as an id and as the end of a link to it, escaped.

    >>> identifier('W^{f,h} "x"')
    'W^{f,h}-&quot;x&quot;'
    """
    return escape(re.sub(r"[\s\x00-\x1f]+", "-", anchor))


def own_maths(formula: Formula, relation: str = "", display: bool = False) -> str:
    """A formula of ours, or a student's that was read; as its source where MathML can't show it."""
    source = latex(formula)
    try:
        return numbered(source, relation, display)
    except UnshownMathsError:
        return f"<code>{escape(source)}</code>"


def authors_maths(source: str, place: str, warn: Warn, display: bool = False) -> str:
    """The author's formula; as its source, with a warning, where MathML can't show it right."""
    text = author_maths.one_line(source)
    if not text:
        return ""
    reason = author_maths.fault(text)
    if not reason:
        try:
            return mathml(text, "", display)
        except UnshownMathsError as error:
            reason = str(error)
    return unshown(text, place, reason, warn)


def unshown(source: str, place: str, reason: str, warn: Warn) -> str:
    """The source of a formula that can't be shown, and a warning that says why."""
    warn(f"{place or 'maths'}: {reason}, so the formula stands as its source: {source}")
    return f'<code class="source">{escaped(source)}</code>'


def inlines(content: Inlines, warn: Warn) -> str:
    """Running text.

    >>> inlines((Text("a < "), Emphasis((Text("b"),))), print)
    'a &lt; <em>b</em>'
    """
    out = []
    for inline in content:
        match inline:
            case Text(text=text):
                out.append(escaped(text))
            case Maths(formula=formula):
                out.append(own_maths(formula))
            case SourceMaths(latex=source, place=place):
                out.append(authors_maths(source, place, warn))
            case Emphasis(content=inner, strong=strong):
                tag = "strong" if strong else "em"
                out.append(f"<{tag}>{inlines(inner, warn)}</{tag}>")
            case Code(text=text):
                out.append(f"<code>{escaped(text)}</code>")
            case Link(url=url, content=inner):
                words = inlines(inner, warn)
                out.append(f'<a href="{escaped(url)}">{words}</a>' if may_link(url) else f"{words} ({escaped(url)})")
            case Image(url=url, alternative=text):
                words = escaped(text)
                out.append(f'<img src="{escaped(url)}" alt="{words}"/>' if may_show(url) else f"{words} ({escaped(url)})")
            case Break(hard=hard):
                out.append("<br/>" if hard else "\n")
            case Blank(width=width, name=name):
                out.append(f'<span class="blank" role="img" aria-label="blank for {escaped(name)}" style="--width:{width:g}em"></span>')
            case _:
                assert_never(inline)
    return "".join(out)
