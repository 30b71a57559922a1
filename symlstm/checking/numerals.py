"""What a number on paper stands for: itself where it is exact, an interval of half a unit of its last digit where it is rounded.

In come numbers as a student wrote them and the values of the derivation; out goes how well they agree. Nothing is derived here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from flint import arb, fmpq

from symlstm.arithmetic.decimals import terminating
from symlstm.arithmetic.real import Real, exact
from symlstm.notation.tree import Expr, Listing, Matrix, Negative, Numeral, Quotient, Transpose

Agreement: TypeAlias = Literal["right", "rounding", ""]
"""How a written number agrees with a value: `right`; right but for too few digits (`rounding`); or not at all."""

_OF_A_DOUBLE = 14
"""Significant digits from which on a number is what a program printed."""
_DOUBLE = fmpq(1, 10**12)
_LEAST_SIGNIFICANT = 2
"""Significant digits that are enough for an inexact value, whatever the convention shows."""


@dataclass(frozen=True, slots=True)
class Written:
    """A number as it stands on paper."""

    value: fmpq
    decimals: int | None
    """Digits behind the point; None for a fraction such as 1/3, which is exact."""
    significant: int
    text: str
    pos: int = -1

    @property
    def half_unit(self) -> fmpq:
        """Half a unit of the last digit; zero for a fraction."""
        return fmpq(0) if self.decimals is None else _half_unit(self.decimals)

    @property
    def telling(self) -> int:
        """Significant digits without the zeros at the end, which whoever rounds to fewer digits may write as well."""
        digits = self.text.lower().partition("e")[0].lstrip("+-").replace(".", "").lstrip("0")
        return len(digits.rstrip("0"))


@lru_cache(maxsize=256)
def _half_unit(decimals: int) -> fmpq:
    return fmpq(1, 2) / fmpq(10) ** decimals


@lru_cache(maxsize=4096)
def _digits(text: str) -> tuple[fmpq, int | None, int]:
    """What a numeral is worth, its decimals (None for a fraction) and its significant digits."""
    if "/" in text:
        return exact(text), None, 0
    mantissa, _, exponent = text.lower().partition("e")
    _, _, behind = mantissa.partition(".")
    return exact(text), len(behind) - int(exponent or 0), len(mantissa.lstrip("+-").replace(".", "").lstrip("0"))


def written(tree: Expr) -> Written | None:
    """The number that a tree writes: a numeral, a fraction of two, or minus one of these; None for anything else.

    >>> from fractions import Fraction
    >>> written(Numeral("-0.50", Fraction(-1, 2)))
    Written(value=-1/2, decimals=2, significant=2, text='-0.50', pos=-1)
    """
    match tree:
        case Numeral(text=text, pos=pos):
            value, decimals, significant = _digits(text)
            return Written(value, decimals, significant, text, pos)
        case Negative(operand=operand, pos=pos):
            inner = written(operand)
            return None if inner is None else Written(-inner.value, inner.decimals, inner.significant, "-" + inner.text, pos)
        case Quotient(numerator=above, denominator=below, pos=pos):
            top, bottom = written(above), written(below)
            if top is None or bottom is None or not bottom.value or top.decimals != 0 or bottom.decimals != 0:
                return None  # with decimals above or below it is arithmetic, not a number
            return Written(top.value / bottom.value, None, 0, f"{top.text}/{bottom.text}", pos)
        case Listing(items=(one,)) | Matrix(rows=((one,),)):
            return written(one)
        case _:
            return None


def literal(tree: Expr) -> tuple[Written, ...] | None:
    """The numbers of a tree that is nothing but numbers: one, a list, a column, a matrix row by row; None for anything else."""
    single = written(tree)
    if single is not None:
        return (single,)
    match tree:
        case Transpose(operand=operand):
            return literal(operand)
        case Listing(items=items):
            parts = [literal(item) for item in items]
        case Matrix(rows=rows):
            parts = [literal(item) for row in rows for item in row]
        case _:
            return None
    if any(part is None for part in parts):
        return None
    return tuple(number for part in parts if part is not None for number in part)


def agreement(number: Written, x: Real, show: int) -> Agreement:
    """How a number agrees with a value: an exact one must be equal, an inexact one needs `show` decimals or two significant digits.

    >>> from fractions import Fraction
    >>> sigmoid = fmpq(1) / (1 + (arb(-6)).exp())
    >>> [agreement(written(Numeral(text, Fraction(text))), sigmoid, 4) for text in ("0.9975", "1.0", "1", "0.9976")]
    ['right', 'right', 'rounding', '']
    """
    value = number.value
    if isinstance(x, fmpq):
        if x == value:
            return "right"
        if number.decimals is None:
            return ""
        ends = terminating(x)
        if ends is not None and ends <= max(show, number.decimals):
            return "rounding" if 0 < number.decimals < ends and abs(x - value) <= number.half_unit else ""
        return _rounded(number, abs(x - value) <= number.half_unit, abs(x - value) <= _half_unit(show), show)
    if number.decimals is None:
        return ""
    distance = abs(x - value)
    if number.significant >= _OF_A_DOUBLE and bool(distance < abs(value) * _DOUBLE + _DOUBLE):
        return "right"  # what a program prints of a double: its last digits are noise
    return _rounded(number, not distance > number.half_unit, bool(distance < _half_unit(show)), show)


def agreements(numbers: Sequence[Written], values: Sequence[Real], show: int) -> Agreement:
    """How well numbers agree with as many values: as the worst of them does; not at all where there are more or fewer."""
    if len(numbers) != len(values):
        return ""
    found = [agreement(number, x, show) for number, x in zip(numbers, values)]
    return "" if "" in found else "rounding" if "rounding" in found else "right"


def _rounded(number: Written, fits: bool, indistinct: bool, show: int) -> Agreement:
    if not fits:
        return ""
    assert number.decimals is not None
    enough = number.decimals >= show or number.significant >= _LEAST_SIGNIFICANT
    return "right" if enough or indistinct else "rounding"


def ball(number: Written) -> arb:
    """All values that round to a number."""
    return arb(number.value, number.half_unit)


def cut_ball(number: Written) -> arb:
    """All values that a cut or a rounding to either side turns into a number."""
    return arb(number.value, 2 * number.half_unit)
