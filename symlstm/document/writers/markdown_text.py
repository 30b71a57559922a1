r"""Running text in Markdown: characters that would act are escaped, others are left so that the source reads well.

In: inlines. Out: GitHub-flavoured Markdown with `$...$`. Blocks are the business of `markdown`.
"""

from __future__ import annotations

import html
import re
from typing import Literal, TypeAlias, assert_never

from symlstm.document.blocks import Blank, Break, Code, Emphasis, Image, Inline, Inlines, Link, Maths, SourceMaths, Text
from symlstm.document.writers import author_maths
from symlstm.document.writers.addresses import may_link, may_show
from symlstm.document.writers.characters import in_maths
from symlstm.document.writers.layout import Warn, gap, merged
from symlstm.notation.typeset import latex, plain

_ACTING = re.compile(
    r"""
    \\(?=[!-/:-@\[-`{-~]|$)                  # a backslash before what it would escape
    | [`$~]
    | (?<!\s)\*|\*(?!\s|$)                   # a star with space on both sides is no emphasis
    | (?<![^\W_])_|_(?![^\W_])               # nor is an underscore inside a word
    | \[(?=[\^!@]|[ xX]\])|\](?=[(\[:{])     # footnotes, tasks, links
    | <(?=[A-Za-z/!?{])
    | &(?=\#?\w+;)
    """,
    re.VERBOSE,
)
_HARMLESS = re.compile(r"(?: ?[A-Za-z0-9,;:.=−])* ?")
"""Most short texts, in which nothing acts unless it begins a line."""
_ACTING_AT_START = re.compile(r"#{1,6}(?=\s|$)|[-+](?=[\s-]|$)|=+\s*$|>|:(?=[-:\s])|\|")
_NUMBER_AT_START = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_SPACES = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_DOLLAR = re.compile(r"(?<!\\)(?:\\\\)*\$")

Within: TypeAlias = Literal["paragraph", "heading", "cell"]
"""Where words stand: in a heading no line may end, in a cell no bar may stand either."""


def escaped(text: str, start: bool = False) -> str:
    r"""Plain characters as Markdown; `start` says that they begin a line.

    >>> escaped("[0, 1] costs $5 * 2 for h_t and _all_"), escaped("1. x", start=True)
    ('[0, 1] costs \\$5 * 2 for h_t and \\_all\\_', '1\\. x')
    """
    if _HARMLESS.fullmatch(text) and not start:
        return text
    text = _SPACES.sub(" ", text)
    if start:
        text = text.lstrip()
    out = _ACTING.sub(r"\\\g<0>", text)
    if start:
        if _ACTING_AT_START.match(out):
            return "\\" + out
        return _NUMBER_AT_START.sub(r"\1\\\2", out, count=1) if _NUMBER_AT_START.match(out) else out
    return out


def code(text: str) -> str:
    """Characters as typed, in as many backticks as they need.

    >>> code("a`b")
    '``a`b``'
    """
    text = _SPACES.sub(" ", text)
    if not text:
        return ""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def ends_itself(maths: str) -> bool:
    r"""True for maths that would end before its delimiter or swallow it.

    >>> ends_itself("a $ b"), ends_itself(r"\$ b"), ends_itself("a\\")
    (True, False, True)
    """
    return _DOLLAR.search(maths) is not None or (len(maths) - len(maths.rstrip("\\"))) % 2 == 1


def source(what: SourceMaths, warn: Warn) -> str:
    """The author's maths on one line, or as code where a `$` in it would end it."""
    text = _TAG.sub("< ", author_maths.one_line(what.latex))
    if not text:
        return ""
    if ends_itself(text):
        warn(f"{what.place or 'maths'}: Markdown can't show this formula, so its source stands there: {text}")
        return code(text)
    return f"${text}$"


def inlines(content: Inlines, warn: Warn, start: bool = True, within: Within = "paragraph", marks: str = "") -> str:
    """Running text; `start` where it begins a line, `marks` those of the emphasis around it."""
    if len(content) == 1 and isinstance(only := content[0], Maths):
        maths = f"${latex(only.formula)}$"
        return _barless(maths) if within == "cell" else maths
    out: list[str] = []
    content = merged(content)
    for k, inline in enumerate(content):
        last = out[-1] if out else ""
        following = content[k + 1] if k + 1 < len(content) else None
        if isinstance(inline, Break):
            if within == "paragraph":
                piece = ("\\\n" if inline.hard else "\n") if out and following is not None else ""
            else:
                piece = "<br>" if inline.hard else " "
        elif isinstance(inline, Text):
            piece = escaped(inline.text, last.endswith("\n") if last else start)
            piece = _bars(piece, within == "cell")
        elif isinstance(inline, Emphasis):
            piece = _emphasis(inline, last, following, warn, within, marks)
        else:
            piece = _shown(inline, warn, within, marks)
            if isinstance(inline, Link) and last.endswith("!"):
                out[-1] = last[:-1] + "\\!"
        if piece:
            # A dollar that touches a digit, a letter or another dollar is no delimiter.
            if last and ((piece[0] == "$" and _touches(last[-1])) or (last[-1] == "$" and _touches(piece[0]))):
                out.append("<!-- -->")
            out.append(piece)
    return "".join(out)


def _shown(inline: Maths | SourceMaths | Code | Link | Image | Blank, warn: Warn, within: Within, marks: str) -> str:
    """What is no plain text. In a cell a backslash stands before a bar; in maths that would be a norm, so it is spelled out."""
    cell = within == "cell"
    match inline:
        case Maths(formula=formula):
            return _barless(f"${latex(formula)}$") if cell else f"${latex(formula)}$"
        case SourceMaths():
            maths = source(inline, warn)
            return (_barless(maths) if maths[:1] == "$" else _bars(maths, True)) if cell else maths
        case Code(text=text):
            return _bars(code(text), cell)
        case Link(url=url, content=inner):
            words = inlines(inner, warn, False, "cell" if cell else "heading", marks)
            return f"[{_balanced(words)}]({_address(url)})" if may_link(url) else f"{words} ({_bars(escaped(url), cell)})"
        case Image(url=url, alternative=text):
            words = _bars(escaped(text), cell)
            return f"![{_balanced(words)}]({_address(url)})" if may_show(url) else f"{words} ({_bars(escaped(url), cell)})"
        case Blank(width=width):
            return gap(width, "\\_")
        case _:
            assert_never(inline)


def _barless(maths: str) -> str:
    if "|" not in maths:
        return maths

    def name(bar: re.Match[str]) -> str:
        return (r"\Vert" if bar[0] == r"\|" else r"\vert") + (" " if bar.string[bar.end()].isalpha() else "")

    return re.sub(r"\\?\|", name, maths)


def _bars(words: str, cell: bool) -> str:
    return words.replace("|", r"\|") if cell else words


def _touches(character: str) -> bool:
    return character.isalnum() or character == "$"


def _address(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")


def _balanced(words: str) -> str:
    """The words of a link, whose brackets may not end it."""
    if words.count("[") == words.count("]") or "$" in words or "`" in words:
        return words
    return re.sub(r"(?<!\\)[\[\]]", r"\\\g<0>", words)


def _emphasis(inline: Emphasis, before: str, after: Inline | None, warn: Warn, within: Within, marks: str) -> str:
    strong = inline.strong
    mark = "**" if strong else "*"
    words = inlines(inline.content, warn, False, within, marks + mark)
    bare = words.strip()
    if not bare:
        return words
    left, right = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
    follows = after.text[:1] if isinstance(after, Text) else "*" if isinstance(after, Emphasis) else ""
    alone = not (before[-1:].isalnum() or before[-1:] in ("*", "_")) and not (follows.isalnum() or follows == "*")
    if marks or not (alone or (bare[0].isalnum() and bare[-1].isalnum() and before[-1:] != "*" and follows != "*")):
        tag = "strong" if strong else "em"
        return f"{left}<{tag}>{bare}</{tag}>{right}"
    return f"{left}{mark}{bare}{mark}{right}"


def remark(content: Inlines, command: str = r"\text") -> str:
    r"""Words among maths, as at the end of a displayed line.

    >>> remark((Text("forget gate"),))
    '\\text{forget gate}'
    """
    if len(content) == 1 and isinstance(content[0], Text):
        return in_maths(content[0].text, command)
    out = []
    for inline in content:
        match inline:
            case Text(text=text):
                out.append(in_maths(text, command))
            case Code(text=text):
                out.append(in_maths(text, r"\texttt"))
            case Image(alternative=text):
                out.append(in_maths(text, command))
            case Emphasis(content=inner, strong=strong):
                out.append(remark(inner, r"\textbf" if strong else r"\textit"))
            case Link(content=inner):
                out.append(remark(inner, command))
            case Maths(formula=formula):
                out.append(latex(formula))
            case SourceMaths(latex=text):
                text = author_maths.one_line(text)
                out.append(in_maths(text, r"\texttt") if author_maths.fault(text) else _TAG.sub("< ", f"{{{text}}}"))
            case Break():
                out.append(r"\ ")
            case Blank(width=width):
                out.append(rf"\underline{{\hspace{{{width:g}em}}}}")
            case _:
                assert_never(inline)
    return "".join(out)


def as_html(content: Inlines) -> str:
    """Words in a line of HTML, where Markdown isn't read: the summary of a fold.

    >>> as_html((Text("a < b"), Emphasis((Text("c"),))))
    'a &lt; b<em>c</em>'
    """
    out = []
    for inline in content:
        match inline:
            case Text(text=text) | Image(alternative=text):
                out.append(_in_html(text))
            case Code(text=text) | SourceMaths(latex=text):
                out.append(f"<code>{_in_html(text)}</code>")
            case Emphasis(content=inner, strong=strong):
                tag = "strong" if strong else "em"
                out.append(f"<{tag}>{as_html(inner)}</{tag}>")
            case Link(content=inner):
                out.append(as_html(inner))
            case Maths(formula=formula):
                out.append(_in_html(plain(formula)))
            case Break():
                out.append(" ")
            case Blank(width=width):
                out.append(gap(width))
            case _:
                assert_never(inline)
    return "".join(out)


def _in_html(text: str) -> str:
    return html.escape(_SPACES.sub(" ", text)).replace("$", "&#36;").replace("`", "&#96;")
