"""The numbers that are tried in search of a counterexample, in a fixed order: the simplest first, then by chance."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from flint import fmpq

from symlstm.arithmetic.real import Real

_POOL = [fmpq(n, 2) for n in (-4, -2, -1, 0, 1, 2, 4)]
_FAR = [fmpq(n) for n in (-1000, -10, -5, -2, 0, 1, 2, 5, 10, 1000)]
_TRIES = 60

Numbers: TypeAlias = "Callable[[str, int], Real]"
"""A number for the k-th entry of a kind of symbol: `weight`, `bias`, `state`, `input`."""


def choices(count: int) -> Iterator[Numbers]:
    """Numbers to try: ones, then a few that are as simple, then chance."""
    one, zero, two = fmpq(1), fmpq(0), fmpq(2)
    yield lambda kind, k: zero if kind == "bias" else one
    yield lambda kind, k: one
    yield lambda kind, k: (one if k == 0 else two) if kind == "state" else zero if kind == "bias" else one
    yield lambda kind, k: zero if kind in ("bias", "input") else one
    yield lambda kind, k: zero if kind in ("bias", "weight") else one
    yield lambda kind, k: zero
    yield lambda kind, k: two if kind == "state" else -one
    chance = random.Random(count)
    for k in range(_TRIES):
        yield _random(chance.randint(0, 10**9), _POOL if k % 3 else _FAR)


def _random(seed: int, pool: Sequence[fmpq]) -> Numbers:
    drawn: dict[tuple[str, int], fmpq] = {}
    chance = random.Random(seed)

    def number(kind: str, k: int) -> Real:
        # In the order asked, which is that of the cell: each parameter its own.
        if kind in ("weight", "bias"):
            return chance.choice(pool)
        return drawn.setdefault((kind, k), chance.choice(pool))

    return number
