r"""Running text in LaTeX that pdflatex sets with amsmath and graphicx alone; everything outside ASCII as a command.

In: inlines. Out: LaTeX source. What LaTeX can't set is shown by its number or as source, and said to `warn` once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import TypeAlias, assert_never

from symlstm.document.blocks import Blank, Break, Code, Emphasis, Image, Inlines, Link, Maths, SourceMaths, Text
from symlstm.document.writers import author_maths
from symlstm.document.writers.addresses import may_link
from symlstm.document.writers.characters import in_text, maths_in_ascii
from symlstm.document.writers.layout import Warn
from symlstm.notation.typeset import Formula, latex

Words: TypeAlias = Callable[[str], str]
"""Plain characters to LaTeX text."""

_PICTURE = re.compile(r"(?!/)(?!.*\.\.)[A-Za-z0-9_./-]+\.(?:png|jpe?g|pdf)")
_COMPARED = re.compile(r"\\([lg])t(?![A-Za-z])")


def words_saying_what_is_missing(warn: Warn) -> Words:
    """`in_text` that warns, once for each, about characters LaTeX has nothing for.

    >>> words_saying_what_is_missing(print)("a中中")
    U+4E2D CJK UNIFIED IDEOGRAPH-4E2D: LaTeX has no such character, so its number stands there
    'a[U+4E2D][U+4E2D]'
    """
    said: set[str] = set()

    def words(text: str) -> str:
        out, missing = in_text(text)
        for character in missing:
            if character not in said:
                said.add(character)
                name = unicodedata.name(character, "")
                warn(f"U+{ord(character):04X} {name}: LaTeX has no such character, so its number stands there")
        return out

    return words


def own_maths(formula: Formula) -> str:
    r"""A formula of ours, in ASCII."""
    text = latex(formula)
    return text if text.isascii() else maths_in_ascii(text)[0]


def authors_maths(source: str, place: str, warn: Warn, display: bool = False) -> str:
    """The author's maths cleaned and in ASCII; empty, with a warning, where it isn't safe to be set."""
    cleaned = author_maths.cleaned(source) if display else author_maths.one_line(source)
    wrong = author_maths.fault(cleaned, display)
    text, missing = maths_in_ascii(cleaned)
    if missing and not wrong:
        wrong = f"LaTeX has no character {missing[0]!r}"
    if wrong:
        warn(f"{place or 'maths'}: {wrong}, so the formula stands as its source: {author_maths.one_line(source)}")
        return ""
    return _COMPARED.sub(lambda found: "{}<" if found[1] == "l" else "{}>", text)


def inlines(content: Inlines, words: Words, warn: Warn, within: str = "") -> str:
    r"""Running text; `within` is "cell" or "maths" where a line can't end.

    >>> inlines((Text("50% of "), Code("h_t")), lambda text: in_text(text)[0], print)
    '50\\% of \\texttt{h\\_t}'
    """
    out = []
    for k, inline in enumerate(content):
        match inline:
            case Text(text=text):
                out.append(words(text))
            case Maths(formula=formula):
                out.append(f"${own_maths(formula)}$")
            case SourceMaths(latex=source, place=place):
                text = authors_maths(source, place, warn)
                out.append(f"${text}$" if text else rf"\texttt{{{words(author_maths.one_line(source))}}}")
            case Emphasis(content=inner, strong=strong):
                out.append(rf"\{'textbf' if strong else 'emph'}{{{inlines(inner, words, warn, within)}}}")
            case Code(text=text):
                out.append(rf"\texttt{{{words(text)}}}")
            case Link(url=url, content=inner):
                out.append(inlines(inner, words, warn, within))
                if not (may_link(url) and url.startswith("#")):
                    out.append(rf" ({_address(url, words)})")
            case Image(url=url, alternative=text):
                out.append(_picture(url, words(text)))
            case Break(hard=hard):
                ends = hard and not within and k and k + 1 < len(content)
                out.append("\\newline{}\n" if ends else " " if within else "\n")
            case Blank(width=width):
                out.append(rf"\rule[-0.2em]{{{width:g}em}}{{0.5pt}}")
            case _:
                assert_never(inline)
    return "".join(out)


def _address(url: str, words: Words) -> str:
    """An address in typewriter, which may break after a slash or a dot."""
    return r"\texttt{" + re.sub(r"([/.?&=-])(?=[A-Za-z0-9])", r"\1\\allowbreak{}", words(url)) + "}"


def _picture(url: str, alternative: str) -> str:
    """A picture beside the document, where it is one that pdflatex reads; otherwise its words."""
    if not _PICTURE.fullmatch(url):
        return f"[{alternative}]"
    shown = rf"\includegraphics[width=\linewidth,height=0.4\textheight,keepaspectratio]{{{url}}}"
    return rf"\IfFileExists{{{url}}}{{{shown}}}{{[{alternative}]}}"
