"""What Markdown and HTML put around a line of work, taken off: emphasis, code spans, headings, quotes, list marks, `<sub>`, `<sup>`.

In come the characters of a work or of one line, out go those without the marks, each still with its place in the original. Whether
what is left is work isn't known here; what stands between dollars is mathematics and is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from symlstm.checking.characters import Characters

_SCRIPT = re.compile(r"(?i)<(sub|sup)>([^<>\n]{1,60})</\1>")
_TAGGED = re.compile(r"(?i)<(b|strong|i|em|code|mark|u|kbd)>(?=[^<>\n]{1,500}</\1>)|(?<=[^<>\n])</(?:b|strong|i|em|code|mark|u|kbd)>")
_DOLLAR_CODE = re.compile(r"\$`[^`$\n]{1,2000}`\$")
"""Maths as GitHub and GitLab write it."""
_RUN = re.compile(r"\$[^$\n]*\$|\\[^\W_]|(?<!\\)(?:`+|\*+|(?<![^\W_])_+|_+(?![\w{]))")
"""Maths and commands, which are stepped over, and what may open or close emphasis or a code span."""
_LONGEST_LINE = 10_000
_BEFORE = "([{=≈→:,;–—>|\"'`*_"
_AFTER = ")]}=≈→:,;–—<|\"'`*_.!?"
_SIGN_BEFORE = re.compile(r"[^\w\s)\]}]\s*$")
_WORDS_BEFORE = re.compile(r"[^=≈→]*(?<![\w^{}\\])[^\W\d_]{2,}\s*")
_NESTED = 3
"""Emphasis inside emphasis that is taken off."""
_FRONT = re.compile(r"\s{0,20}(?:>\s*|#{1,6}\s+(?=\S))+")
_BACK = re.compile(r"\s+#{1,6}\s*$")
_ITEM = re.compile(
    r"\s*(?:>\s*|#{1,6}\s+|[-*•‣–]\s+\[[ xX]\]\s+|[-*•‣–]\s+(?=[^\d\s.])"
    r"|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)]\s+(?![-−]?\d+\.(?:\s|$)))"
)
_DEEPEST = 5
"""List marks and quotes one after another that are taken off."""


def unmarked(characters: Characters) -> Characters:
    """A work without the marks of emphasis and code, and with `_{..}` and `^{..}` for HTML's scripts.

    >>> from symlstm.checking.characters import normalised
    >>> unmarked(normalised("**u<sub>1</sub>** = `0.5 * 3`")).text
    'u_{1} = 0.5 * 3'
    """
    if "<" in characters.text:
        characters = characters.sub(_SCRIPT, lambda match: ("_{" if match.group(1).lower() == "sub" else "^{") + match.group(2) + "}")
        characters = characters.sub(_TAGGED, lambda match: "")
    if "$`" in characters.text:
        inside = [match.span() for match in _DOLLAR_CODE.finditer(characters.text)]
        characters = characters.without([span for start, end in inside for span in ((start + 1, start + 2), (end - 2, end - 1))])
    for _ in range(_NESTED):
        marks = [mark for start, end in _lines(characters.text) for mark in _emphasis(characters.text, start, end)]
        if not marks:
            break
        characters = characters.without(sorted(marks))
    return characters


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end - start <= _LONGEST_LINE:
            yield start, end
        start = end + 1


def _emphasis(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The marks of a line that open and close one another, as CommonMark pairs them, where they can't be times signs or subscripts."""
    opened: dict[str, tuple[int, int]] = {}
    for match in _RUN.finditer(text, start, end):
        mark = match.group()
        if mark[0] in "$\\":
            continue
        before = text[match.start() - 1] if match.start() > start else " "
        after = text[match.end()] if match.end() < end else " "
        code = mark[0] == "`"
        closes = code or (not before.isspace() and (after.isspace() or after in _AFTER))
        fronts = not after.isspace() and (before.isspace() or before in _BEFORE)
        opens = code or (fronts and _no_product(text, start, match.start(), mark))
        if closes and mark in opened:
            yield opened.pop(mark)
            yield match.span()
        elif opens:
            opened[mark] = match.span()


def _no_product(text: str, start: int, at: int, mark: str) -> bool:
    """Whether a star can't join what stands before it to what follows: a word or a sign stands before, or nothing."""
    before = text[max(start, at - 60) : at]
    return mark[0] != "*" or not before.strip() or bool(_SIGN_BEFORE.search(before) or _WORDS_BEFORE.fullmatch(before))


def without_front(characters: Characters) -> Characters:
    """A line without the marks of a quote or heading around it.

    >>> from symlstm.checking.characters import normalised
    >>> without_front(normalised("> ## h_1 = 0.5 ##")).text
    'h_1 = 0.5'
    """
    match = _FRONT.match(characters.text)
    if match is None:
        return characters
    back = _BACK.search(characters.text, match.end()) if "#" in match.group() else None
    return characters.part(match.end(), len(characters.text) if back is None else back.start())


def without_items(characters: Characters) -> Characters:
    """A line without the list marks in front of it: `-`, `1.`, `(a)`, `- [x]`, and quotes between them.

    >>> from symlstm.checking.characters import normalised
    >>> [without_items(normalised(line)).text for line in ("> 1. h = 1", "- [x] h = 1", "- 0.5", "0. 1. 0.")]
    ['h = 1', 'h = 1', '- 0.5', '0. 1. 0.']
    """
    for _ in range(_DEEPEST):
        match = _ITEM.match(characters.text)
        if match is None:
            break
        characters = characters.part(match.end(), len(characters.text))
    return characters
