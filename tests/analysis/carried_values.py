"""What the tests of the simplified system share: its lines as text, and the values that it carries otherwise."""

from __future__ import annotations

from dataclasses import replace

from flint import arb, fmpq

from symlstm.analysis.simplify.system import System, simplify
from symlstm.arithmetic.value import entries
from symlstm.derivation.derive import derive
from symlstm.errors import Source
from symlstm.model.problem import Run
from symlstm.model.reader import read
from symlstm.notation.tree import Running, Symbol
from symlstm.notation.typeset import formula, plain


def system_of(text: str) -> System:
    return simplify(read(Source("a.md", text)).run)


def lines(system: System) -> list[str]:
    return [plain(formula(Symbol(e.name, Running(0)))) + f" {e.relation} " + plain(formula(e.tree)) for e in system.equations]


def differences(run: Run) -> list[str]:
    """The places that the simplified cell carries otherwise."""
    before = derive(run)
    after = derive(replace(run, cell=simplify(run).cell))
    out = []
    for place in before.places():
        assert place.time is not None
        one, other = entries(before.carried(place.name, place.time)), entries(after.carried(place.name, place.time))
        same = len(one) == len(other) and all(
            x == y if isinstance(x, fmpq) and isinstance(y, fmpq) else bool(arb(x).overlaps(arb(y))) for x, y in zip(one, other)
        )
        if not same:
            out.append(f"{place}: {one} became {other}")
    return out
