"""Symbols and numbers as they are set in a drawing: letters slanted, indices below and above.

In: written symbols and values as the derivation prints them. Out: runs of text, and plain words for those who can't see them.
"""

from __future__ import annotations

import re
from typing import Literal

from symlstm.document.drawing import Label, Point, Role, Run
from symlstm.notation.tree import Column, Digits, Grid, Name, Running, Shown, Symbol
from symlstm.notation.typeset import formula, plain

_PARTS = re.compile(r"([_^])(\{[^{}]*\}|.)|([^_^]+)")
_LETTERS = re.compile(r"([^\W\d_][^\W\d_\u0300-\u036f]*[\u0300-\u036f]*)|((?:(?![^\W\d_]).)+)", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]{2,}")
_LEVELS: dict[str, Literal["line", "sub", "sup"]] = {"": "line", "_": "sub", "^": "sup"}


def timed(name: Name, offset: int = 0, letter: str = "t") -> str:
    """A symbol at the running time, as plain text.

    >>> timed(Name("h"), -1)
    'h_{t−1}'
    """
    return plain(formula(Symbol(name, Running(offset, letter))))


def runs(text: str) -> tuple[Run, ...]:
    """The runs of symbols in plain text; a single letter is slanted, a word or number isn't.

    >>> [(run.text, run.level, run.italic) for run in runs("h_{t−1} = 0")]
    [('h', 'line', True), ('t', 'sub', True), ('−1', 'sub', False), (' = 0', 'line', False)]
    """
    out: list[Run] = []
    for mark, script, rest in _PARTS.findall(text):
        inner = script.removeprefix("{").removesuffix("}").replace("<", "⟨").replace(">", "⟩") if mark else rest
        for letters, others in _LETTERS.findall(inner):
            out.append(Run(letters or others, _LEVELS[mark], bool(letters) and not _WORD.search(letters)))
    return tuple(out)


def symbol_label(role: Role, at: Point, text: str) -> Label:
    """A label whose indices are set as such."""
    return Label(role, at, text, runs=runs(text))


def entries(shown: Shown) -> tuple[str, ...]:
    """The numbers of a printed value, each as text with a true minus; a matrix row by row.

    >>> entries(Column((Digits("0"), Digits("-0.5"))))
    ('0', '−0.5')
    """
    match shown:
        case Digits(text=text):
            return (text.replace("-", "−"),)
        case Column(entries=digits):
            return tuple(digit.text.replace("-", "−") for digit in digits)
        case Grid(rows=rows):
            return tuple(digit.text.replace("-", "−") for row in rows for digit in row)


def in_line(shown: Shown) -> str:
    """A printed value in one line: a number, or numbers in brackets.

    >>> in_line(Column((Digits("0"), Digits("1"))))
    '(0, 1)'
    """
    texts = entries(shown)
    return texts[0] if isinstance(shown, Digits) else f"({', '.join(texts)})"
