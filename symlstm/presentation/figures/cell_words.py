"""The diagram of a cell in words: each value by what it is made of, the memory line, what comes in and goes out.

In: a cell with its graph and the seats of its nodes. Out: sentences that say all that the diagram says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symlstm.model.cell import Cell
from symlstm.presentation.figures.dataflow import Dataflow
from symlstm.presentation.figures.placement import BELOW, Placement
from symlstm.presentation.figures.set_text import timed


def described(cell: Cell, flow: Dataflow, seats: Placement, letter: str) -> tuple[str, ...]:
    """The diagram in sentences."""
    return tuple(_sentences(cell, flow, seats, letter))


def _sentences(cell: Cell, flow: Dataflow, seats: Placement, letter: str) -> Iterator[str]:
    if any(node.kind == "layer" for node in flow.nodes):
        yield "Square brackets stand for a weighted sum of what they hold."
    for equation in cell.equations:
        role = f" ({equation.role})" if equation.role else ""
        yield f"{timed(equation.left, 0, letter)}{role} = {_told(flow, flow.at[equation.left], letter)}."
    if len(seats.spine) > 1:
        through = [flow.nodes[k].label for k in seats.spine[1:]]
        name = flow.nodes[seats.spine[-1]].defines
        assert name is not None
        yield f"The memory line runs from {flow.nodes[seats.spine[0]].label} through {listed(through)} to {timed(name, 0, letter)}."
    sources = [(node.label, seat.lane) for node, seat in zip(flow.nodes, seats.seats) if node.source is not None]
    left, below = ([label for label, lane in sources if (lane == BELOW) == is_below] for is_below in (False, True))
    ways = [*([f"from the left {_verb(left, 'come')} {listed(left)}"] if left else []),
            *([f"from below {'' if left else _verb(below, 'come') + ' '}{listed(below)}"] if below else [])]
    out = [timed(exit.name, 0, letter) for exit in seats.exits]
    came = ", ".join(ways)
    yield f"{came[:1].upper()}{came[1:]}{'; ' if came else ''}{listed(out)} {_verb(out, 'go')} on to the right."


def listed(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _verb(items: Sequence[str], verb: str) -> str:
    return verb if len(items) > 1 else verb + ("es" if verb == "go" else "s")


def _told(flow: Dataflow, key: int, letter: str, inner: bool = False) -> str:
    """A node by what it is made of; one that has a name of its own, or comes from outside, by that."""
    node = flow.nodes[key]
    if node.source is not None:
        return node.label
    if inner and node.defines is not None:
        return timed(node.defines, 0, letter)
    parts = [_told(flow, other, letter, True) for other in node.reads]
    match node.kind:
        case "layer":
            return f"{node.label}[{', '.join(parts)}]"
        case "product" | "sum":
            grouped = [f"({part})" if node.kind == "product" and flow.nodes[other].kind in ("sum", "entrywise")
                       and flow.nodes[other].defines is None and " " in part else part for part, other in zip(parts, node.reads)]
            return f" {node.label} ".join(grouped)
        case _:
            return _entrywise(node.label, parts)


def _entrywise(label: str, parts: Sequence[str]) -> str:
    if label in ("−", "="):
        return f"{'−' if label == '−' else ''}{_bracketed(parts[0])}"
    if label == "÷":
        return f"{_bracketed(parts[0])} ÷ {_bracketed(parts[1])}"
    if "·" in label:
        for part in parts:
            label = label.replace("·", _bracketed(part), 1)
        return label
    return f"{label}({', '.join(parts)})" if parts else label


def _bracketed(part: str) -> str:
    return f"({part})" if " " in part and not part.endswith(("]", ")")) else part
