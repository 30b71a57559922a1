"""The cases of a unit with few states as blocks: a table, and below it which term outweighs which, and when.

In comes a `CaseTable`, out go blocks. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symlstm.analysis.machines.case_table import CaseTable, Outweighing
from symlstm.document.blocks import Block, Inline, Inlines, Items, Maths, Paragraph, Table, Text
from symlstm.notation.tree import Expr, Hole, Name, Running, Symbol
from symlstm.notation.typeset import Formula, Template, formula

_COLUMN, _ROW = Template(Hole(0, True)), Template(Hole(0, True), (0,))


def case_blocks(table: CaseTable) -> Iterator[Block]:
    """The table, and a sentence for each sum in which a term outweighs the others."""
    heads: tuple[Expr, ...] = (*table.given, *table.made)
    templates = [_ROW if lies else _COLUMN for lies in table.lying]
    rows = (tuple((Maths(Formula(template, (shown,))),) for template, shown in zip(templates, row)) for row in table.rows)
    caption = "Every state that can be reached, with every input"
    yield Table(tuple(_maths(head) for head in heads), tuple(rows), "r" * len(heads), caption)
    letter = next((symbol.at.letter for symbol in table.given if isinstance(symbol.at, Running)), "t")
    sentences = [Paragraph(_sentence(found, letter)) for found in table.outweighing]
    if len(sentences) > 1:
        yield Items(tuple((sentence,) for sentence in sentences))
    else:
        yield from sentences


def _maths(tree: Expr) -> Inlines:
    return (Maths(formula(tree)),)


def _sentence(found: Outweighing, letter: str) -> Inlines:
    """`In c_t, −100 h_{t−1} outweighs 50 x_t whenever h_{t−1} isn't 0; where it is 0, x_t decides.`"""
    said: list[Inline] = [Text("In "), *_listed(found.names, letter), Text(", "), *_maths(found.term), Text(" outweighs "),
                          *_maths(found.others)]
    if not found.everywhere:
        said.append(Text(" wherever their signs differ"))
    elif found.idle is not None:
        said += [Text(" whenever "), *_maths(found.idle), Text(" isn't 0")]
    else:
        said.append(Text(" at every step"))
    if found.idle is not None and found.deciding is not None:
        named = [Text("it")] if found.everywhere else _maths(found.idle)
        said += [Text("; where "), *named, Text(" is 0, "), *_maths(found.deciding), Text(" decides")]
    return (*said, Text("."))


def _listed(names: Sequence[Name], letter: str) -> Iterator[Inline]:
    for k, name in enumerate(names):
        if k:
            yield Text(" and " if k == len(names) - 1 else ", ")
        yield from _maths(Symbol(name, Running(0, letter)))
