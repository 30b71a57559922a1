"""A finite machine over an alphabet: states, what each shows, and where each input leads; and its smallest form.

Data and partition refinement only: where a machine comes from is decided in `cover`.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine that reads letters 0, 1, ... and shows something after each (Moore 1956).

    `moves[s][a]` is the state that letter a leads to from state s; `shows[s]` what state s shows, None for a start that no input
    leads back to, which shows nothing.
    """

    initial: int
    shows: tuple[Hashable, ...]
    moves: tuple[tuple[int, ...], ...]

    def after(self, letters: Sequence[int]) -> int:
        """The state after these letters.

        >>> Machine(0, ("even", "odd"), ((0, 1), (1, 0))).after([1, 0, 1, 1])
        1
        """
        state = self.initial
        for letter in letters:
            state = self.moves[state][letter]
        return state


@dataclass(frozen=True, slots=True)
class Merged:
    """The smallest machine that shows the same after every input, and the state that each original state became."""

    machine: Machine
    classes: tuple[int, ...]


def smallest(machine: Machine) -> Merged:
    """The smallest machine that shows the same after every non-empty input, by partition refinement (Hopcroft 1971).

    States are numbered in the order in which inputs, shortest first, reach them. A start that shows nothing becomes one with a state
    that its inputs lead on from in the same way, where there is one.

    >>> smallest(Machine(0, (None, 0, 1, 0), ((1, 2), (3, 2), (1, 2), (3, 2)))).machine
    Machine(initial=0, shows=(0, 1), moves=((0, 1), (0, 1)))
    """
    blocks = _refined(machine)
    if machine.shows[machine.initial] is None:
        onward = [blocks[s] for s in machine.moves[machine.initial]]
        alike = (
            s for s in range(len(machine.moves)) if s != machine.initial and [blocks[n] for n in machine.moves[s]] == onward
        )
        same = next(alike, None)
        if same is not None:
            blocks[machine.initial] = blocks[same]
    return _numbered(machine, blocks)


def _refined(machine: Machine) -> list[int]:
    """The block of each state, split until states of one block show the same and lead into the same blocks.

    Each round splits the blocks by which of their states lead into one block; of a block that was split, the smaller half is enough
    to split others by. So a state is looked at O(log n) times for each letter, and not in each of n rounds.
    """
    numbers: dict[Hashable, int] = {}
    blocks = [numbers.setdefault(show, len(numbers)) for show in machine.shows]
    members: list[set[int]] = [set() for _ in numbers]
    before: list[dict[int, list[int]]] = [{} for _ in machine.moves[0]]
    for state, row in enumerate(machine.moves):
        members[blocks[state]].add(state)
        for letter, to in enumerate(row):
            before[letter].setdefault(to, []).append(state)
    waiting = set(range(len(members)))
    while waiting:
        splitter = tuple(members[waiting.pop()])
        for sources in before:
            touched: dict[int, set[int]] = {}
            for to in splitter:
                for state in sources.get(to, ()):
                    touched.setdefault(blocks[state], set()).add(state)
            for block, part in touched.items():
                rest = len(members[block]) - len(part)
                if not rest:
                    continue
                if len(part) > rest:
                    part = members[block] - part
                members[block] -= part
                for state in part:
                    blocks[state] = len(members)
                # Where the block is still to be split by, both halves are; otherwise the smaller one, which is the new block.
                waiting.add(len(members))
                members.append(part)
    return blocks


def _numbered(machine: Machine, blocks: Sequence[int]) -> Merged:
    """The machine of the blocks, numbered as a breadth-first walk meets them."""
    sample: dict[int, int] = {}
    for state, block in enumerate(blocks):
        if block not in sample or machine.shows[sample[block]] is None:
            sample[block] = state
    order = {blocks[machine.initial]: 0}
    queue = [blocks[machine.initial]]
    for block in queue:
        for state in machine.moves[sample[block]]:
            if blocks[state] not in order:
                order[blocks[state]] = len(order)
                queue.append(blocks[state])
    moves = tuple(tuple(order[blocks[s]] for s in machine.moves[sample[block]]) for block in queue)
    merged = Machine(0, tuple(machine.shows[sample[block]] for block in queue), moves)
    return Merged(merged, tuple(order.get(block, -1) for block in blocks))
