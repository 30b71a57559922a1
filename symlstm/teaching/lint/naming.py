"""Rules about names: data that nothing uses, misconceptions and varied symbols that don't exist.

In comes a case; out come findings. Nothing is derived here.
"""

from __future__ import annotations

from collections.abc import Iterator

from symlstm.checking.misconceptions import MISCONCEPTIONS
from symlstm.errors import SymlstmError
from symlstm.model.fields import nearest
from symlstm.model.values import Given
from symlstm.notation.tree import Name
from symlstm.teaching.lint.case import Case
from symlstm.teaching.lint.finding import Finding, sentences

CODES = tuple(row.code for row in MISCONCEPTIONS)


def unknown_misconceptions(case: Case) -> Iterator[Finding]:
    """A code under `misconceptions:` that the table doesn't have."""
    for scalar in case.front.misconceptions:
        if scalar.text not in CODES:
            near = nearest(scalar.text, CODES)
            meant = near.removeprefix("; did you mean ").rstrip("?") if near else f"one of {', '.join(CODES)}"
            yield Finding(
                "unknown-misconception", scalar.pos, None, scalar.text, f"There is no misconception with the code {scalar.text}.",
                "Nothing is checked for it, and variants aren't told apart by it.", f"Write {meant}.",
            )


def unused_names(case: Case) -> Iterator[Finding]:
    """A value is given to a name that the cell doesn't have: misspelled where it is like one that has none, otherwise superfluous."""
    found: dict[Name, tuple[Given, Name | None]] = {}
    for run in (case.problem.run, *(posed.run for posed in case.problem.questions)):
        for name, given in run.strangers.items():
            # A lone letter is most often a remark.
            if name.sub or name.sup or len(name.base) > 1:
                found.setdefault(name, (given, run.misspelled.get(name)))
    for name, (given, meant) in found.items():
        hint = f"Write {meant} if that is meant, or" if meant else "Give it to a name of the cell, or"
        yield Finding(
            "unused-name", given.pos, None, str(name), f"{name} is given, but no equation uses it.",
            "Students look for the place where it belongs; and what it was meant for may have another value.",
            f"{hint} leave it out (or put it in a block quote, where maths is a remark).",
        )


def unfit_domains(case: Case) -> Iterator[Finding]:
    """A key under `vary:` that names nothing of the document, or a domain that doesn't fit it."""
    if case.front.vary is None:
        return
    from symlstm.teaching.variants.units import units_of

    try:
        units_of(case.problem, case.front)
    except SymlstmError as error:
        what, mend = sentences(error)
        yield Finding("vary", error.offset, None, "", what, "No variant can be drawn.", mend)
