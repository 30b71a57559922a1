"""Places name every value outside LaTeX: `h_10`, `h_-1`, `f_1[2]`, `f_1/pre-activation`, `W^{f,h}`."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from symlstm.errors import NotationError
from symlstm.notation.parser import expression
from symlstm.notation.symbols import Vocabulary
from symlstm.notation.tree import Fixed, Name, Running, Symbol

RUNGS = ("definition", "numbers", "pre-activation", "activation", "products", "sum", "rounded")
"""The rungs of a ladder, in order (section 4 of the design)."""


class Place(msgspec.Struct, frozen=True):
    """A name, at a time where it has one; one entry of it (from 1) or one rung of its ladder where that is meant."""

    name: Name
    time: int | None = None
    entry: int | None = None
    rung: str = ""

    @property
    def whole(self) -> Place:
        """The place without entry and rung."""
        return Place(self.name, self.time)

    def __str__(self) -> str:
        name = self.name
        if self.time is None:
            text = str(name)
        elif name.sub:
            text = f"{replace(name, sub='')}_{{{name.sub},{self.time}}}"
        else:
            text = f"{name}_{self.time}"
        text += f"[{self.entry}]" if self.entry is not None else ""
        return text + (f"/{self.rung}" if self.rung else "")


def place(text: str, vocabulary: Vocabulary) -> Place:
    r"""Read a place; the vocabulary says which names there are.

    >>> h = Name("h")
    >>> str(place("h_-1", Vocabulary(timed={h: h})))
    'h_-1'
    """
    written, slash, rung = text.partition("/")
    if slash and rung not in RUNGS:
        raise NotationError(f"{rung!r} is no rung of a ladder; they are {', '.join(RUNGS)}", offset=len(written) + 1)
    # In plain text a time stands below, wherever the cell typesets it.
    below = Vocabulary(vocabulary.running, {name: replace(shown, index="sub") for name, shown in vocabulary.timed.items()},
                       vocabulary.plain, {}, vocabulary.complete)
    tree = expression(written, below, latex="\\" in written)
    if not isinstance(tree, Symbol) or isinstance(tree.entry, str):
        hint = "components count from 1" if written.endswith("[0]") else "places are written like h_3, f_1[2] or W^{f,h}"
        raise NotationError(f"{written[:60]} isn't a place; {hint}")
    if isinstance(tree.at, Running) and tree.at.offset:
        raise NotationError(f"{written} needs a number for its time, as in {tree.name}_3")
    name = vocabulary.name(tree.name) or tree.name
    return Place(name, tree.at.time if isinstance(tree.at, Fixed) else None, tree.entry, rung)
