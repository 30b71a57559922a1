"""The words for bounds: a rational that is safely printed, and for which inputs something holds."""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq, fmpz

from symlstm.analysis.simplify.bounds import Bounds
from symlstm.analysis.simplify.possible import Possible
from symlstm.arithmetic.decimals import decimals, exactly, terminating
from symlstm.arithmetic.functions import greatest, least
from symlstm.arithmetic.value import entries
from symlstm.notation.symbols import symbols_in
from symlstm.notation.tree import Expr

_PLACES = 4


def bound_of(parts: Sequence[Bounds], *, below: bool) -> fmpq | None:
    """The number that no entry in any of the cases is below (or above); None where there is none.

    >>> bound_of([Bounds(fmpq(1), fmpq(2)), Bounds(fmpq(0), None)], below=True)
    0
    """
    ends = [part.low if below else part.high for part in parts]
    numbers = [x for end in ends if end is not None for x in entries(end)]
    if any(end is None for end in ends) or not numbers:
        return None
    found = least(*numbers) if below else greatest(*numbers)
    assert isinstance(found, fmpq)
    return found


def about(bound: fmpq) -> str:
    """A bound in a few digits, rounded toward zero so that what is at least (or at most) it stays so.

    >>> about(fmpq(100)), about(fmpq(-200, 3))
    ('100', '−66.6666')
    """
    count = terminating(bound)
    if count is not None and count <= _PLACES:
        return exactly(bound).replace("-", "−")
    units = abs(bound) * 10**_PLACES
    cut = fmpq(fmpz(units.floor()), fmpz(10) ** _PLACES)
    return ("−" if bound < 0 else "") + decimals(cut, _PLACES)


def when(tree: Expr, possible: Possible) -> str:
    """For what a statement about this tree holds, as the end of a phrase."""
    names = {symbol.name for symbol in symbols_in(tree) if symbol.at is not None}
    if not names:
        return ""
    return " for every input" if names <= set(possible.run.cell.inputs) else " at every step"
