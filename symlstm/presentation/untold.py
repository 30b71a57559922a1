"""What the statement doesn't say: equations and data that stand in the front matter alone, or were given in Python.

In comes a problem, out go blocks for a sheet, without which nobody could work it. What stands in the text isn't said again.
"""

from __future__ import annotations

from collections.abc import Iterator

from symlstm.document.blocks import Block, Display, Emphasis, Inline, Items, Line, Maths, Paragraph, Quote, Text
from symlstm.model.cell import Cell
from symlstm.model.frontmatter import split
from symlstm.model.given import GROUPS
from symlstm.model.problem import Problem, Run
from symlstm.model.values import Given
from symlstm.notation.tree import Chain, Expr, Fixed, Listing, Matrix, Name, Running, Symbol
from symlstm.notation.typeset import Formula, formula

_STEMS = {"weights": "weight", "biases": "bias", "parameters": "parameter"}
"""The word in which a text speaks of a group."""
_INLINE = 40
"""Characters of data that stand in a line; longer ones, and matrices, are displayed."""


def untold(problem: Problem) -> Iterator[Block]:
    """Blocks that say what the text leaves out.

    >>> import symlstm
    >>> text = "---\\ntitle: A unit\\ngiven: {w: 2, h_0: 1}\\n---\\nLet $h_t = w h_{t-1}$ with $w = 2$.\\n"
    >>> [block.content[1].text for block in untold(symlstm.read(text))]
    [' ']
    """
    text = problem.source.text
    start = split(problem.source)[2] if text.strip() else len(text) + 1
    if not any(_writes(block, problem.cell) for block in problem.body):
        letter = problem.vocabulary.running
        lines = (Line(formula(Symbol(e.left, Running(0, letter))), (("=", formula(e.right)),), (Text(e.role),) if e.role else ())
                 for e in problem.cell.equations)
        yield Display(tuple(lines), "the equations of the cell")
    told = text[start:].casefold()
    short: list[Inline] = []
    long: list[Line] = []
    for left, right in _data(problem.run, start, told):
        if isinstance(right, Matrix) or _size(right) > _INLINE:
            long.append(Line(formula(left), (("=", formula(right)),)))
        else:
            short += [Text(", " if short else " "), Maths(formula(Chain((left, right), ("=",))))]
    if short or long:
        yield Paragraph((Emphasis((Text("Given:"),), True), *short, Text("." if short and not long else "")))
    if long:
        yield Display(tuple(long), "the data")


def _writes(block: Block | int, cell: Cell) -> bool:
    """Whether a block writes an equation of the cell; what is only recalled doesn't count."""
    match block:
        case Display(lines=lines):
            formulas: list[Formula | None] = [line.left for line in lines]
        case Paragraph(content=content):
            formulas = [inline.formula for inline in content if isinstance(inline, Maths)]
        case Items(items=items):
            return any(_writes(inner, cell) for item in items for inner in item)
        case Quote():
            return False
        case _:
            return False
    return any(_defines(found.template.tree, cell) for found in formulas if found is not None)


def _defines(tree: object, cell: Cell) -> bool:
    if isinstance(tree, Chain):
        return _defines(tree.members[0], cell)
    if isinstance(tree, Matrix | Listing):
        rows = tree.rows if isinstance(tree, Matrix) else (tree.items,)
        return any(_defines(entry, cell) for row in rows for entry in row)
    return isinstance(tree, Symbol) and tree.name in cell.by_name and (tree.at is None or isinstance(tree.at, Running))


def _data(run: Run, start: int, told: str) -> Iterator[tuple[Symbol, Expr]]:
    """Each value that is given in front of the text, with its symbol; an input sequence as a list."""
    rows = {name for block in run.cell.blocks if block.whole in run.parameters for name in block.rows}
    groups = _told_groups(run, told)
    for name, given in run.parameters.items():
        if given.pos < start and name not in rows and name not in groups:
            yield Symbol(name), _as_matrix(given.tree)
    inputs: dict[Name, list[tuple[int, Given]]] = {}
    for (name, time), given in sorted(run.timed.items(), key=lambda item: item[0][1]):
        if given.pos >= start:
            continue
        if name in run.cell.inputs and time >= run.first:
            inputs.setdefault(name, []).append((time, given))
        else:
            yield Symbol(name, Fixed(time)), given.tree
    for name, items in inputs.items():
        if [time for time, _ in items] == list(run.steps):
            yield Symbol(name), Listing(tuple(given.tree for _, given in items), "[")
        else:
            yield from ((Symbol(name, Fixed(time)), given.tree) for time, given in items)


def _told_groups(run: Run, told: str) -> frozenset[Name]:
    """The parameters of a group of which the words of the text say all at once what they are, as in "every weight is 1"."""
    members = {"weights": run.cell.weights, "biases": run.cell.biases, "parameters": frozenset(run.cell.parameters)}
    assert set(members) == set(_STEMS) == set(GROUPS)
    places = [given.pos for given in run.parameters.values()]
    # A value that only one symbol has is its own, unless its group has no other.
    return frozenset(
        name for group, names in members.items() if _STEMS[group] in told
        for name in names if name in run.parameters and (places.count(run.parameters[name].pos) > 1 or len(names) == 1)
    )


def _as_matrix(tree: Expr) -> Expr:
    """A nested list of YAML as the matrix that it is."""
    if isinstance(tree, Listing) and tree.items and all(isinstance(item, Listing) for item in tree.items):
        return Matrix(tuple(item.items for item in tree.items if isinstance(item, Listing)))
    return tree


def _size(tree: Expr) -> int:
    if isinstance(tree, Listing):
        return sum(map(_size, tree.items)) + 2 * len(tree.items)
    return 6
