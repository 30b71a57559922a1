r"""A text cut into what is read for itself: displayed maths, lines with maths in them, plain lines, tables.

Delimiters are found by their ends, each looked for once, so that a text of nothing but openings takes no longer than any other.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Literal, TypeAlias

from symlstm.checking.characters import Characters
from symlstm.checking.tables import RULE

_OPENING = re.compile(
    r"\\\$|\$\$|\$|\\\[|\\\(|\\begin\{(equation|align|aligned|alignat|gather|gathered|split|eqnarray|multline|displaymath|math)(\*?)\}"
)
_CLOSING = {"$$": "$$", "$": "$", "\\[": "\\]", "\\(": "\\)"}
_PREAMBLE = re.compile(r"\\documentclass")
_COMMENT = re.compile(r"(?<!\\)%.*")
_Span: TypeAlias = tuple[int, int, int, int, bool]
MOST_PIECES = 20_000
"""Pieces of maths of one text that are looked for."""
_QUOTED = re.compile(r'"[^"]*"|\[[^\[\]]*\]|\([^()]*\)')
_SEPARATING = re.compile(r",(?!\d)|(?<!\d),")
_NAMED = re.compile(r"\s*[^\W\d_][\w^{}()\[\]-]{0,20}\s*:\s*[-−–+\[(.\d]")
"""A line that states a value behind a colon is no row of a table."""
_FENCE = re.compile(r"\s*(?:```|~~~)")


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text: displayed `maths` without its delimiters, a `line`, a line `mixed` of words and maths, or a `table`."""

    kind: Literal["maths", "line", "mixed", "table"]
    characters: Characters
    pieces: tuple[Segment, ...] = ()
    """The maths in a mixed line."""
    between: tuple[str, ...] = ()
    """The words between these."""
    after: str = ""
    """The words behind the last."""
    separator: str = ""
    """What separates the cells of a table."""


def segments(characters: Characters) -> Iterator[Segment]:
    """The segments of a text, in order."""
    text = characters.text
    begin = 0
    if _PREAMBLE.search(text) and (body := text.find(r"\begin{document}")) >= 0:
        begin = body + len(r"\begin{document}")
        end = text.find(r"\end{document}", begin)
        characters = characters.part(begin, end if end >= 0 else len(text))
        text = characters.text
    at = 0
    inline: list[_Span] = []
    for span in islice(_maths(text), MOST_PIECES):
        start, inner, stop, end, display = span
        if not display:
            inline.append(span)
            continue
        yield from _lines(characters, at, start, inline)
        inline = []
        yield Segment("maths", characters.part(inner, stop))
        at = end
    yield from _lines(characters, at, len(text), inline)


def _maths(text: str) -> Iterator[_Span]:
    """Where maths starts and ends, outside and inside its delimiters, and whether it is displayed."""
    closed: dict[str, bool] = {}
    at = 0
    while match := _OPENING.search(text, at):
        opening = match.group()
        if opening == "\\$":
            at = match.end()
            continue
        environment = match.group(1)
        closing = f"\\end{{{environment}{match.group(2)}}}" if environment else _CLOSING[opening]
        if closed.get(closing) is False:
            at = match.end()
            continue
        limit = len(text)
        if opening in ("$", "\\("):
            blank = text.find("\n\n", match.end())
            limit = len(text) if blank < 0 else blank
        end = text.find(closing, match.end(), limit)
        if end < 0:
            if limit == len(text):
                closed[closing] = False
            at = match.end()
            continue
        if environment:
            yield match.start(), match.start(), end + len(closing), end + len(closing), True
        else:
            # An environment inside $$..$$ is part of it.
            yield match.start(), match.end(), end, end + len(closing), opening in ("$$", "\\[")
        at = end + len(closing)


def _lines(characters: Characters, start: int, end: int, spans: Sequence[_Span]) -> Iterator[Segment]:
    text = characters.text
    inline = deque(span for span in spans if start <= span[0] < end)
    at = start
    waiting: list[tuple[int, int]] = []
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        while inline and inline[0][0] < stop < inline[0][3]:
            # Maths that goes over the end of a line takes the next line along.
            following = text.find("\n", stop + 1, end)
            stop = end if following < 0 else following
        if _tabular(text, at, stop):
            waiting.append((at, stop))
            while inline and inline[0][0] < stop:
                inline.popleft()
        else:
            yield from _table(characters, waiting)
            waiting = []
            own = []
            while inline and inline[0][0] < stop:
                own.append(inline.popleft())
            yield from _line(characters, at, stop, own)
        at = stop + 1
    yield from _table(characters, waiting)


def _line(characters: Characters, start: int, stop: int, inline: list[_Span]) -> Iterator[Segment]:
    text = characters.text
    if _FENCE.match(text, start, stop):
        return
    if inline:
        pieces = tuple(Segment("maths", characters.part(inner, end)) for _, inner, end, _, _ in inline)
        between = tuple(text[a[3] : b[0]] for a, b in pairwise(inline))
        yield Segment("mixed", characters.part(start, stop), pieces, between, text[inline[-1][3] : stop])
        return
    if "\\" in text[start:stop] and (comment := _COMMENT.search(text, start, stop)):
        stop = comment.start()
    if text[start:stop].strip():
        yield Segment("line", characters.part(start, stop))


def _separator(line: str) -> str:
    if line.count("|") >= 2 or RULE.fullmatch(line):
        return "|"
    if "\t" in line.strip("\t "):
        return "\t"
    if _NAMED.match(line):
        return ""
    line = _QUOTED.sub("", line)
    # A comma inside a number is a decimal one where semicolons separate.
    marks = ";," if ";" in line and not _SEPARATING.search(line) else ",;"
    for mark in marks:
        if line.count(mark) >= 1 and not re.search(r"[\[({=≈→]", line):
            return mark
    return ""


def _tabular(text: str, start: int, stop: int) -> bool:
    return stop - start < 5_000 and bool(_separator(text[start:stop]))


def _table(characters: Characters, rows: list[tuple[int, int]]) -> Iterator[Segment]:
    """Lines that look like a table: one where there are several of the same separator and the first names a symbol."""
    text = characters.text
    at = 0
    while at < len(rows):
        mark = _separator(text[slice(*rows[at])])
        count = at
        while count < len(rows) and _separator(text[slice(*rows[count])]) == mark:
            count += 1
        head = text[slice(*rows[at])]
        if count - at >= 2 and (mark in "|\t" or re.search(r"[^\W\d_]", head)):
            yield Segment("table", characters.part(rows[at][0], rows[count - 1][1]), separator=mark)
        else:
            for start, stop in rows[at:count]:
                inline: list[_Span] = []
                if "$" in text[start:stop] or "\\(" in text[start:stop]:
                    inline = [(a + start, b + start, c + start, d + start, e)
                              for a, b, c, d, e in _maths(text[start:stop]) if not e]
                yield from _line(characters, start, stop, inline)
        at = count


__all__ = ["Segment", "segments"]
