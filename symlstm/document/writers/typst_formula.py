r"""Formulas of ours as Typst maths and as words, as fast as they are typeset in LaTeX.

In: a formula, a written tree with the numbers printed in it. Out: Typst maths, its words, about how wide it is. A tree's LaTeX is
read once and kept as patterns; filling one is a walk over its numbers. Brackets stand where LaTeX has them, since they are those.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from symlstm.document.writers.typst_maths import quoted, typst_maths
from symlstm.document.writers.typst_nodes import Nodes
from symlstm.document.writers.typst_reader import UnsetMathsError, nodes
from symlstm.document.writers.typst_speech import speech
from symlstm.document.writers.typst_width import SLOT, width
from symlstm.notation.tree import Column, Digits, Grid, Shown
from symlstm.notation.typeset import LONGEST_COLUMN, STANDS, Formula, latex, pattern

_Stand: TypeAlias = Callable[[Shown], str]
_Slots: TypeAlias = tuple[tuple[int, _Stand], ...]
_AROUND = {"bare": 0.0, "time": 0.0, "factor": 0.8, "juxtaposed": 0.8, "signed": 1.2}
"""How much brackets or a sign add to a number's width, by how it stands."""
_MARK = re.compile("\0([0-9]+)\0")


class Written(NamedTuple):
    """A formula as Typst maths without its `$`, in words, and its width in ems, rather more than less."""

    maths: str
    said: str
    wide: float


@dataclass(frozen=True, slots=True)
class _Compiled:
    """Patterns for `%`, and for each of their slots the number's index and how it stands there."""

    maths: str
    maths_slots: _Slots
    said: str
    said_slots: _Slots
    wide: float


def written(formula: Formula) -> Written:
    r"""The formula for Typst. One whose own LaTeX can't be read stands as its source.

    >>> from symlstm.notation.tree import Hole, Numeral, Product
    >>> from symlstm.notation.typeset import formula
    >>> written(formula(Product((Numeral("-100", -100), Hole(0)), ("",)), Digits("-1")))[:2]
    ('− 100 (−1)', 'minus 100 times minus 1')
    """
    source, slots = pattern(formula)
    compiled = _compiled(source, slots)
    numbers = formula.numbers
    if compiled is None:
        text = latex(formula)
        return Written(f"#raw({quoted(text)})", text, 0.6 * len(text))
    wide = compiled.wide
    for index, stand in slots:
        shown = numbers[index]
        mode, as_row = STANDS[stand]
        wide += _AROUND[mode] + (_digits_width(shown.text) if isinstance(shown, Digits) else _grid_width(shown, as_row))
    return Written(
        compiled.maths % tuple([stand(numbers[index]) for index, stand in compiled.maths_slots]),
        (compiled.said % tuple([stand(numbers[index]) for index, stand in compiled.said_slots])).rstrip(","),
        wide,
    )


def source_nodes(formula: Formula) -> Nodes:
    """The nodes of the formula with its numbers; empty where they can't be read."""
    try:
        return nodes(latex(formula))
    except UnsetMathsError:
        return ()


def _digits_width(text: str) -> float:
    if "/" in text:
        return SLOT * max(map(len, text.split("/"))) + 1.0
    return SLOT * len(text) + (0.3 if text[0] == "-" else 0.0) + (1.5 if "e" in text else 0.0)


def _grid_width(shown: Column | Grid, as_row: bool) -> float:
    if isinstance(shown, Column):
        rows = [_texts(shown)] if as_row else [[text] for text in _texts(shown)]
    else:
        rows = [[entry.text for entry in row] for row in shown.rows]
    columns = [max(map(len, column)) for column in zip(*rows)]
    return SLOT * sum(columns) + 0.7 * len(columns) + 0.4


@lru_cache(maxsize=4096)
def _compiled(source: str, slots: _Slots) -> _Compiled | None:
    """The patterns of a tree from its LaTeX pattern; None where that can't be read."""
    try:
        read = nodes(source.replace("%s", "\0").replace("%%", "%"))
    except UnsetMathsError:
        return None
    maths, said = typst_maths(read), speech(read)
    return _Compiled(
        _MARK.sub("%s", maths.replace("%", "%%")), tuple(_stands(maths, slots, _MATHS)),
        _MARK.sub("%s", said.replace("%", "%%")), tuple(_stands(said, slots, _SAID)), width(read),
    )


def _stands(text: str, slots: _Slots, stands: dict[tuple[str, bool], _Stand]) -> Iterator[tuple[int, _Stand]]:
    for found in _MARK.finditer(text):
        index, stand = slots[int(found[1])]
        yield index, stands[STANDS[stand]]


def _texts(column: Column) -> list[str]:
    texts = [entry.text for entry in column.entries]
    return texts if len(texts) <= LONGEST_COLUMN else [*texts[:3], "…", texts[-1]]


def _digits(text: str) -> str:
    if "/" in text:
        above, below = text.removeprefix("-").split("/")
        return f"{'− ' if text.startswith('-') else ''}frac({above}, {below})"
    if "e" in text:
        mantissa, exponent = text.split("e")
        return f"{_digits(mantissa)} · 10^({_digits(exponent.removeprefix('+'))})"
    return text.replace("-", "−")


def _digits_said(text: str) -> str:
    if "/" in text:
        return _digits_said(text.replace("/", " over "))
    if "e" in text:
        mantissa, exponent = text.split("e")
        return f"{_digits_said(mantissa)} times 10 to the power {_digits_said(exponent.removeprefix('+'))}"
    return "and so on" if text == "…" else text.replace("-", "minus ")


def _matrix(rows: list[list[str]], omitted: str) -> str:
    cells = "; ".join(", ".join(omitted if text == "…" else _digits(text) for text in row) for row in rows)
    return f'display(mat(delim: "[", {cells}))'


def _maths(shown: Shown, as_row: bool) -> str:
    if isinstance(shown, Digits):
        return _digits(shown.text)
    if isinstance(shown, Grid):
        return _matrix([[entry.text for entry in row] for row in shown.rows], "…")
    texts = _texts(shown)
    return _matrix([texts], "⋯") if as_row else _matrix([[text] for text in texts], "⋮")


def _spoken(shown: Shown, as_row: bool) -> str:
    if isinstance(shown, Digits):
        return _digits_said(shown.text)
    if isinstance(shown, Column):
        return f"the {'row' if as_row else 'column'} {', '.join(map(_digits_said, _texts(shown)))},"
    rows = "; ".join(", ".join(_digits_said(entry.text) for entry in row) for row in shown.rows)
    return f"the {len(shown.rows)} by {len(shown.rows[0]) if shown.rows else 0} matrix {rows} end matrix,"


def _standing(mode: str, as_row: bool) -> tuple[_Stand, _Stand]:
    """How a number stands in a slot of one mode, as maths and in words. A column or matrix never needs brackets."""

    def maths(shown: Shown) -> str:
        text = _maths(shown, as_row)
        if not isinstance(shown, Digits):
            return f"+ {text}" if mode == "signed" else text
        negative = text.startswith("−")
        if mode == "signed":
            return text if negative else f"+ {text}"
        return f"({text})" if mode == "juxtaposed" or (mode == "factor" and negative) else text

    def said(shown: Shown) -> str:
        text = _spoken(shown, as_row)
        if mode == "signed":
            return text if text.startswith("minus") else f"plus {text}"
        return f"times {text}" if mode == "juxtaposed" else text

    return maths, said


_MATHS: dict[tuple[str, bool], _Stand] = {key: _standing(*key)[0] for key in STANDS.values()}
_SAID: dict[tuple[str, bool], _Stand] = {key: _standing(*key)[1] for key in STANDS.values()}
