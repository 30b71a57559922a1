"""The order of states around a circle: the fewest crossings of chords, then the shortest chords, then as numbered.

In: how many states, the first, and which are joined. Out: their order. Up to eight states it is the best there is (branch and bound);
beyond, one that no exchange of two states betters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import combinations
from math import pi, sin

MOST_EXACT = 8


def best_order(count: int, first: int, joined: Iterable[tuple[int, int]]) -> list[int]:
    """The states in their order around the circle, from the first on.

    >>> best_order(4, 0, [(0, 2), (2, 1), (1, 3), (3, 0)])
    [0, 2, 1, 3]
    """
    chords = sorted({(min(a, b), max(a, b)) for a, b in joined if a != b})
    return _exact(count, first, chords) if count <= MOST_EXACT else _exchanged(count, first, chords)


def _exact(count: int, first: int, chords: Collection[tuple[int, int]]) -> list[int]:
    beside = [{b for a, b in chords if a == s} | {a for a, b in chords if b == s} for s in range(count)]
    lengths = _lengths(count)
    best: list[int] = []
    least = (10**9, 0.0)

    def extend(order: list[int], crossings: int, length: float) -> None:
        nonlocal best, least
        if (crossings, length) >= least:
            return
        if len(order) == count:
            best, least = list(order), (crossings, length)
            return
        for state in range(count):
            if state in order:
                continue
            ends = [k for k, other in enumerate(order) if other in beside[state]]
            # A crossing is counted at the last of its four ends: a chord to k, and one from before k to after k.
            more = sum(len(beside[late].intersection(order[:k])) for k in ends for late in order[k + 1 :])
            extend([*order, state], crossings + more, length + sum(lengths[len(order) - k] for k in ends))

    extend([first], 0, 0.0)
    return best


def _exchanged(count: int, first: int, chords: Collection[tuple[int, int]]) -> list[int]:
    order = [first, *(state for state in range(count) if state != first)]
    least = _cost(order, chords)
    better = True
    while better:
        better = False
        for i, j in combinations(range(1, count), 2):
            order[i], order[j] = order[j], order[i]
            cost = _cost(order, chords)
            if cost < least:
                least, better = cost, True
            else:
                order[i], order[j] = order[j], order[i]
    return order


def _cost(order: list[int], chords: Collection[tuple[int, int]]) -> tuple[int, float]:
    """Crossings, and the length of all chords of a circle of diameter 1."""
    place = {state: k for k, state in enumerate(order)}
    ends = sorted((min(place[a], place[b]), max(place[a], place[b])) for a, b in chords)
    crossings = sum(a < c < b < d for (a, b), (c, d) in combinations(ends, 2))
    lengths = _lengths(len(order))
    return crossings, round(sum(lengths[b - a] for a, b in ends), 9)


def _lengths(count: int) -> list[float]:
    return [round(sin(pi * k / count), 9) for k in range(count + 1)]
