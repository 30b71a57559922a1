"""symlstm: work gated recurrent networks by hand, and know that every printed digit is right.

>>> import symlstm
>>> problem = symlstm.Problem(cell="lstm", given={"weights": 1, "biases": 0}, initial={"h": 1, "c": 1}, inputs=[5],
...                           convention={"saturate": 0}, questions=["h"])
>>> str(symlstm.solve(problem)["h_0"])
'1'
"""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False
"""Read by type checkers as true; `typing` itself would cost a third of the start of `symlstm --help`."""

if TYPE_CHECKING:
    from symlstm.derivation.values import Value
    from symlstm.errors import DocumentError, NotationError, ShapeError, SymlstmError, UndecidedError, UsageError
    from symlstm.exchange.export import export
    from symlstm.model.python_problem import Problem
    from symlstm.pipelines import Analysis, Feedback, Solution, analyse, check, read, solve
    from symlstm.teaching.handouts.handout import handout
    from symlstm.teaching.handouts.roster import read_roster
    from symlstm.teaching.lint.report import lint
    from symlstm.teaching.marking.grade import grade
    from symlstm.teaching.variants.variants import vary

_WHERE = {
    "read": "symlstm.pipelines", "solve": "symlstm.pipelines", "Solution": "symlstm.pipelines",
    "check": "symlstm.pipelines", "Feedback": "symlstm.pipelines", "analyse": "symlstm.pipelines", "Analysis": "symlstm.pipelines",
    "lint": "symlstm.teaching.lint.report", "vary": "symlstm.teaching.variants.variants",
    "grade": "symlstm.teaching.marking.grade", "export": "symlstm.exchange.export",
    "handout": "symlstm.teaching.handouts.handout", "read_roster": "symlstm.teaching.handouts.roster",
    "Problem": "symlstm.model.python_problem", "Value": "symlstm.derivation.values",
    "SymlstmError": "symlstm.errors", "NotationError": "symlstm.errors", "DocumentError": "symlstm.errors",
    "ShapeError": "symlstm.errors", "UndecidedError": "symlstm.errors", "UsageError": "symlstm.errors",
}

__all__ = [
    "Analysis", "DocumentError", "Feedback", "NotationError", "Problem", "ShapeError", "Solution", "SymlstmError", "UndecidedError",
    "UsageError", "Value", "__version__", "analyse", "check", "export", "grade", "handout", "lint", "read", "read_roster", "solve",
    "vary",
]


def __getattr__(name: str) -> object:
    """Names are fetched when they are first used, so that `--version` needs none of them."""
    if name not in _WHERE:
        raise AttributeError(f"module 'symlstm' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
