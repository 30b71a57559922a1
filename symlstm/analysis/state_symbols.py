"""Which symbols make up the state: those that an equation reads one step later.

In come the options as an author writes them (`c_t`, `$c_t$`, `c`) and the cell; out goes each with whether it belongs to the state,
and why. A symbol that the cell doesn't have is an error at its place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from symlstm.errors import DocumentError, NotationError, Source
from symlstm.model.cell import Cell
from symlstm.model.yaml_text import Scalar
from symlstm.notation.parser import expression
from symlstm.notation.symbols import Vocabulary, symbols_in
from symlstm.notation.tree import Name, Running, Symbol
from symlstm.notation.typeset import formula, plain


@dataclass(frozen=True, slots=True)
class StateOption:
    """A symbol that is offered: as written, at time t, whether it belongs to the state, and the reason in words."""

    text: str
    symbol: Symbol
    holds: bool
    reason: str


def state_option(scalar: Scalar, cell: Cell, vocabulary: Vocabulary, source: Source) -> StateOption:
    """Whether an option belongs to the state. Raises `DocumentError` for what isn't a symbol of the cell."""
    complete = replace(vocabulary, complete=True)
    start = next((k for k, sign in enumerate(scalar.text) if sign not in "$ "), 0)
    text = scalar.text.strip("$ ")
    try:
        tree = expression(text, complete, latex="$" in scalar.text or "\\" in text)
    except NotationError as error:
        raise error.within(source, scalar.at(start)) from None
    if not isinstance(tree, Symbol) or tree.entry is not None or (isinstance(tree.at, Running) and tree.at.offset) or (
        tree.at is not None and not isinstance(tree.at, Running)
    ):
        raise DocumentError(f"`{scalar.text}` isn't a symbol at time {vocabulary.running}; write one such as "
                            f"{next(iter(cell.by_name))}_{vocabulary.running}", source, scalar.pos)
    timed = tree.name in cell.by_name or tree.name in cell.inputs
    symbol = replace(tree, at=Running(0, vocabulary.running)) if timed else tree
    holds, reason = _reason(symbol, cell, vocabulary.running)
    return StateOption(scalar.text, symbol, holds, reason)


def _reason(symbol: Symbol, cell: Cell, letter: str) -> tuple[bool, str]:
    """Whether a symbol is read one step later, and by which equations."""
    name = symbol.name
    own = _at(name, 0, letter)
    if symbol.at is None:
        return False, f"{name} is a parameter, the same at every step"
    lags = sorted({s.at.offset for e in cell.equations for s in symbols_in(e.right)
                   if s.name == name and isinstance(s.at, Running) and s.at.offset < 0}, reverse=True)
    if lags:
        readers = [e.left for e in cell.equations if any(
            s.name == name and s.at == Running(lags[0]) for s in symbols_in(e.right))]
        each = "equation" if len(readers) == 1 else "equations"
        return True, f"{_at(name, lags[0], letter)} is read by the {each} of {_listed([_at(r, 0, letter) for r in readers])}"
    if name in cell.inputs:
        return False, f"{own} is an input: it comes from outside at every step"
    readers = [e.left for e in cell.equations if any(s.name == name for s in symbols_in(e.right))]
    if not readers:
        return False, f"{own} is read by no equation: nothing carries it on"
    return False, (f"{own} is read only at its own step, by {_listed([_at(r, 0, letter) for r in readers])}: "
                   "nothing carries it on")


def _at(name: Name, offset: int, letter: str) -> str:
    return plain(formula(Symbol(name, Running(offset, letter))))


def _listed(items: list[str]) -> str:
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)
