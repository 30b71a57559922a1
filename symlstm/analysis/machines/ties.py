"""Whether another rule for ties is felt at all: whether two units that differ in it come to round anything differently."""

from __future__ import annotations

from collections.abc import Sequence

from symlstm.analysis.machines.deciding import View, box, parts
from symlstm.analysis.machines.unit import Memory, Unit
from symlstm.analysis.statements.tree import Call, Statement, Term

MOST_STEPS = 500
"""Steps of each unit that are looked at, over all short inputs. A tie that is met only later isn't felt."""


def felt(one: Unit, other: Unit, items: Sequence[Statement | Term]) -> bool:
    """Whether any value of the two, or any `round` in the items, differs after a short input."""
    calls = [part for item in items for part in parts(item) if isinstance(part, Call) and part.function == "round"]
    seen: set[Memory] = set()
    layer = [one.start]
    steps = 0
    while layer and steps < MOST_STEPS:
        onward = []
        for memory in layer:
            for letter in range(len(one.letters)):
                a, b = one.step(memory, letter), other.step(memory, letter)
                steps += 1
                views = View(a.values, one.run.convention.ties), View(b.values, other.run.convention.ties)
                if a.values != b.values or any(box(call, views[0]) != box(call, views[1]) for call in calls):
                    return True
                if a.memory not in seen:
                    seen.add(a.memory)
                    onward.append(a.memory)
        layer = onward
    return False
