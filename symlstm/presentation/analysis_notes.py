"""What a reader of an analysis must not miss: why nothing is read off, a rule that nobody declared, a name that may be misspelled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from symlstm.analysis.machines.findings import Unread
from symlstm.document.blocks import Code, Inlines, Maths, Text
from symlstm.notation.tree import Symbol
from symlstm.notation.typeset import formula

if TYPE_CHECKING:
    from symlstm.pipelines import Analysis


def analysis_notes(analysis: Analysis) -> Iterator[Inlines]:
    """A sentence for each."""
    found = analysis.findings
    if isinstance(found, Unread):
        yield (Text(f"There is no machine to speak of: {found.why}."),)
    if not isinstance(found, Unread) and found.tied:
        ties = found.analyst.run.convention.ties
        yield (Text("Nobody declared how ties are rounded, and it matters here: with "), Code(f"ties: {found.tied}"),
               Text(" in the place of the default, "), Code(f"ties: {ties}"), Text(", the unit would show something else."))
    run = analysis.problem.run if isinstance(found, Unread) else found.analyst.run
    for name, meant in run.misspelled.items():
        yield (Maths(formula(Symbol(name))), Text(" is given, but no equation uses it; did you mean "), Maths(formula(Symbol(meant))),
               Text("?"))
