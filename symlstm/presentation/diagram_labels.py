"""Labels of arrows put where they touch neither states nor each other, and lines as little as can be.

In: for each label its size and the places it may have, the best first. Out: a place for each, by descent: each label in turn takes
the place that costs least while the others stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from symlstm.document.drawing import Box, Point

_ROUNDS = 4
_CLEAR = 3.0
_ON_A_STATE, _ON_A_LABEL, _ON_A_LINE = 10000.0, 2000.0, 15.0

Placement: TypeAlias = tuple[list[Box], float]
"""A box for each label, and what they cost together."""


def placed(boxes: Sequence[Sequence[Box]], circles: Sequence[tuple[Point, float]], lines: Sequence[Sequence[Point]]) -> Placement:
    """One of each label's boxes. `lines` are points along each, close together.

    >>> left, right = Box(0j, 5, 5), Box(20 + 0j, 5, 5)
    >>> placed([[left], [left, right]], [], [])
    ([Box(centre=0j, half_width=5, half_height=5), Box(centre=(20+0j), half_width=5, half_height=5)], 1.0)
    """
    # A later place costs a little more in itself.
    fixed = [[float(k) + _fixed_cost(box, circles, lines) for k, box in enumerate(choice)] for choice in boxes]
    chosen = [costs.index(min(costs)) for costs in fixed]
    for _ in range(_ROUNDS):
        before = list(chosen)
        for label, choice in enumerate(boxes):
            others = [boxes[other][chosen[other]] for other in range(len(boxes)) if other != label]
            costs = [cost + _touched(box, others) for cost, box in zip(fixed[label], choice, strict=True)]
            chosen[label] = costs.index(min(costs))
        if chosen == before:
            break
    result = [choice[k] for choice, k in zip(boxes, chosen, strict=True)]
    cost = sum(fixed[label][k] for label, k in enumerate(chosen))
    return result, cost + sum(_touched(box, result[:k]) for k, box in enumerate(result))


def _fixed_cost(box: Box, circles: Sequence[tuple[Point, float]], lines: Sequence[Sequence[Point]]) -> float:
    on_states = sum(_ON_A_STATE for centre, radius in circles if box.distance(centre) < radius + _CLEAR)
    left, right = box.centre.real - box.half_width - _CLEAR, box.centre.real + box.half_width + _CLEAR
    top, bottom = box.centre.imag - box.half_height - _CLEAR, box.centre.imag + box.half_height + _CLEAR
    return on_states + sum(
        _ON_A_LINE for line in lines if any(left < point.real < right and top < point.imag < bottom for point in line)
    )


def _touched(box: Box, others: Sequence[Box]) -> float:
    roomy = Box(box.centre, box.half_width + _CLEAR, box.half_height)
    return sum(_ON_A_LABEL for other in others if roomy.overlaps(other))
