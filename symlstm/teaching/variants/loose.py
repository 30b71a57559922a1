"""Loose numbers: those of a text that are said of no symbol, which may yet speak of a value.

In come trees and stretches of text, out go numbers with their signs and places; a fraction or percentage is one number. Nothing here
knows symbols or what varies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from symlstm.notation.tree import Expr, Negative, Numeral, Quotient, children
from symlstm.teaching.variants.constants import Span

_DIGITS = re.compile(r"(?<![\w.\\{_^])[-−]?(?:\d+(?:\.\d+)?|\.\d+)(?:/\d+)?(?![\w}])(\s?\\?%)?")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{?\s*$")


@dataclass(frozen=True, slots=True)
class Loose:
    """A number in the prose that is said of no symbol."""

    value: Fraction
    span: Span
    scope: int


def numerals(tree: Expr, text: str, offset: int, scope: int) -> Iterator[Loose]:
    """The numbers of a tree, each with its sign, fractions as one."""
    sign = 1
    number = tree
    if isinstance(tree, Negative) and isinstance(tree.operand, Numeral | Quotient):
        sign, number = -1, tree.operand
    if isinstance(number, Quotient) and isinstance(number.numerator, Numeral) and isinstance(number.denominator, Numeral):
        above, below = number.numerator, number.denominator
        if below.value:
            frac = _FRACTION.search(text, 0, max(0, above.pos))
            end = below.pos + len(below.text)
            end += text[end : end + 1] == "}"
            start = _signed(text, frac.start() if frac else above.pos, sign)
            yield Loose(sign * above.value / below.value, (offset + start, offset + end), scope)
            return
    if isinstance(number, Numeral):
        # The reader counts a sign that it has taken in from the digits.
        bare = number.text.lstrip("-−")
        negative = sign if len(bare) == len(number.text) else -1
        start = max(0, number.pos)
        end = start + len(bare)
        yield Loose(sign * number.value, (offset + _signed(text, start, negative), offset + end), scope)
        return
    for child in children(tree):
        yield from numerals(child, text, offset, scope)


def _signed(text: str, start: int, sign: int) -> int:
    """Where a number starts, with the minus in front of it."""
    if sign > 0:
        return start
    before = text[:start].rstrip()
    return len(before) - 1 if before.endswith(("-", "−")) else start


def in_digits(stretch: str, start: int, scope: int) -> Iterator[Loose]:
    """The numbers of a plain text; a percentage is worth a hundredth of its digits."""
    for found in _DIGITS.finditer(stretch):
        written = found.group().removesuffix(found[1] or "").replace("−", "-")
        if len(written) < 40 and int(written.partition("/")[2] or 1):
            value = Fraction(written) / (100 if found[1] else 1)
            yield Loose(value, (start + found.start(), start + found.end()), scope)
