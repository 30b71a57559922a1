r"""Running text in Typst: words as string literals, so that none of them acts, and formulas with their words.

In: inlines. Out: Typst markup that starts with a `#` wherever something shows. What can't be set as it stands is said to `warn`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import assert_never

from symlstm.document.blocks import Blank, Break, Code, Emphasis, Image, Inlines, Link, Maths, SourceMaths, Text
from symlstm.document.writers import author_maths
from symlstm.document.writers.addresses import may_link
from symlstm.document.writers.layout import Warn
from symlstm.document.writers.typst_formula import source_nodes, written
from symlstm.document.writers.typst_maths import quoted, typst_maths
from symlstm.document.writers.typst_nodes import Nodes
from symlstm.document.writers.typst_reader import UnsetMathsError, nodes
from symlstm.document.writers.typst_speech import speech
from symlstm.document.writers.typst_width import widest, width
from symlstm.notation.typeset import Formula

LOOSE = 2
"""How many brackets deep a formula may break where it doesn't fit its line."""
GUIDES = "\u200b\u2068\u2069"
"""What is put into words where they may break, and about words that run from right to left."""
_SPACES = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
# These would turn round the text about them, or show as nothing at all.
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe00-\ufe0f]")
_NO_CHARACTER = re.compile("[\ud800-\uf8ff\ufdd0-\ufdef\ufff0-\uffff\U0001fffe\U0001ffff\U000e0000-\U0010ffff]")
_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_TURNED = re.compile(f"[{_RIGHT_TO_LEFT}](?:[{_RIGHT_TO_LEFT}\\W\\d]*[{_RIGHT_TO_LEFT}])?")
_LONG_WORD = re.compile(r"\S{40,}")
_LONGEST_ADDRESS = 2000
_SHORT = 3.5
_ABROAD = re.compile(r"(?i)(?:https?|mailto):")
_PLAIN = re.compile(r"[\x21-\x7e]{1,39}(?: [\x21-\x7e]{1,39})*")


def cleaned(text: str) -> str:
    r"""Words as they are shown: on one line, right-to-left ones kept from turning what stands beside them.

    >>> cleaned("a\n b \ue000"), cleaned("\u05e9\u05dd 1") == "\u2068\u05e9\u05dd\u2069 1"
    ('a b [U+E000]', True)
    """
    if _PLAIN.fullmatch(text):
        return text
    text = _HIDDEN.sub("", unicodedata.normalize("NFC", _SPACES.sub(" ", text)))
    text = _NO_CHARACTER.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
    text = _LONG_WORD.sub(lambda word: "\u200b".join(word[0][k : k + 30] for k in range(0, len(word[0]), 30)), text)
    return _TURNED.sub(lambda found: f"\u2068{found[0]}\u2069", text)


@lru_cache(maxsize=4096)
def shown(text: str) -> str:
    """Words as Typst markup.

    >>> print(shown('# "a"'))
    #"# \\"a\\""
    """
    return "#" + quoted(cleaned(text)) if text else ""


def own_maths(formula: Formula, room: float) -> str:
    r"""A formula of ours in the running text, which may break where it is wide.

    >>> from symlstm.notation.tree import Fixed, Name, Symbol
    >>> from symlstm.notation.typeset import formula
    >>> own_maths(formula(Symbol(Name("h"), Fixed(3))), 40.0)
    '#m("h sub 3", $h_(3)$)'
    """
    maths, said, wide = written(formula)
    if wide > room / 2:
        read = source_nodes(formula)
        maths = fitting(read, room) if read else maths
    return _equation(said, maths)


def _equation(said: str, maths: str) -> str:
    return f"#m({quoted(said or 'formula')}, ${maths}$)" if maths else ""


def fitting(read: Nodes, room: float) -> str:
    """Maths that may break inside its brackets; smaller where a part of it is wider than the room all the same."""
    maths = typst_maths(read, LOOSE)
    part = widest(read, LOOSE)
    return maths if part <= room else f"#text(size: {max(0.3, room / part):.2f}em, ${maths}$)"


def authors_nodes(source: str, place: str, warn: Warn, display: bool = False) -> list[list[Nodes]]:
    """The rows and cells of the author's maths; none, with a warning, where it can't be read."""
    text = author_maths.cleaned(source) if display else author_maths.one_line(source)
    wrong = author_maths.fault(text, display)
    if not wrong:
        try:
            return [[nodes(cell) for cell in row] for row in (author_maths.grid(text) if display else [[text]])]
        except UnsetMathsError as error:
            wrong = error.message
    warn(f"{place or 'maths'}: {wrong}, so the formula stands as its source: {author_maths.one_line(source)}")
    return []


def inlines(content: Inlines, room: float, warn: Warn) -> str:
    """Running text.

    >>> print(inlines((Text("50% of "), Emphasis((Text("*it*"),))), 40.0, print))
    #"50% of "#emph[#"*it*"]
    """
    out = []
    for inline in content:
        match inline:
            case Text(text=text):
                out.append(shown(text))
            case Maths(formula=formula):
                out.append(own_maths(formula, room))
            case SourceMaths(latex=source, place=place):
                out.append(_authors(source, place, room, warn))
            case Emphasis(content=inner, strong=strong):
                out.append(f"#{'strong' if strong else 'emph'}[{inlines(inner, room, warn)}]")
            case Code(text=text):
                out.append(f"#raw({quoted(cleaned(text))})" if text else "")
            case Link(url=url, content=inner):
                out.append(_link(url, inlines(inner, room, warn)))
            case Image(alternative=text):
                out.append(shown(f"[{text}]"))
            case Break(hard=hard):
                out.append("#linebreak()" if hard else '#" "')
            case Blank(width=wide, name=name):
                out.append(f"#blank({max(0.0, min(wide, room)):g}em, {quoted('blank for ' + cleaned(name))})")
            case _:
                assert_never(inline)
    return "".join(out)


def _authors(source: str, place: str, room: float, warn: Warn) -> str:
    text = author_maths.one_line(source)
    if not text:
        return ""
    rows = authors_nodes(source, place, warn)
    if not rows:
        return f"#raw({quoted(cleaned(text))})"
    read = rows[0][0]
    return _equation(speech(read), fitting(read, room) if width(read) > room / 2 else typst_maths(read))


def _link(url: str, words: str) -> str:
    """The words as a link, and on paper the address behind them; only the words for a place in the document itself."""
    if not may_link(url):
        return f"{words}{shown(f' ({url})')}"
    if url.startswith("#"):
        return words
    address = f'#" ("#raw({quoted(cleaned(url))})#")"'
    # A PDF lies anywhere: what is relative to the document is said and not linked to.
    abroad = _ABROAD.match(url) and len(url) <= _LONGEST_ADDRESS
    return f"#link({quoted(url)})[{words or shown(url)}]{address}" if abroad else words + address


def said(content: Inlines) -> str:
    """Running text as words to be heard.

    >>> said((Text("a "), Emphasis((Text("b "),)), Blank(3.0, "h_1")))
    'a b blank for h_1'
    """
    out = ""
    for inline in content:
        match inline:
            case Text(text=text) | Code(text=text) | Image(alternative=text):
                out += text
            case Maths(formula=formula):
                out += written(formula).said
            case SourceMaths(latex=source):
                try:
                    out += speech(nodes(author_maths.one_line(source)))
                except UnsetMathsError:
                    out += source
            case Emphasis(content=inner) | Link(content=inner):
                out += said(inner)
            case Break():
                out += " "
            case Blank(name=name):
                out += f"blank for {name}"
            case _:
                assert_never(inline)
    return _SPACES.sub(" ", _NO_CHARACTER.sub(" ", out))


def wide(content: Inlines) -> tuple[float, float]:
    """About how wide running text is in ems, and its widest part that can't break.

    >>> wide((Text("one three "), Blank(4.0, "h")))
    (10.2, 4.0)
    """
    total = most = 0.0
    for inline in content:
        match inline:
            case Text(text=text) | Image(alternative=text):
                # A few letters may be wide ones.
                one = 0.5 * len(text) + min(1.2, 0.15 * len(text))
                part = 0.65 * max(map(len, text.split()), default=0)
            case Code(text=text):
                one, part = 0.6 * len(text), 0.6 * max(map(len, text.split()), default=0)
            case Maths(formula=formula):
                one = part = written(formula).wide
            case SourceMaths(latex=source):
                try:
                    one = part = width(nodes(author_maths.one_line(source)))
                except UnsetMathsError:
                    one = part = 0.6 * len(source)
            case Emphasis(content=inner) | Link(content=inner):
                one, part = wide(inner)
            case Break():
                one = part = 0.3
            case Blank(width=gap):
                one = part = gap
            case _:
                assert_never(inline)
        # Few letters stay together.
        total, most = total + one, max(most, one if one <= _SHORT else part)
    return total, most
