"""Numbers drawn by chance that are the same on every machine and in every version of Python: SHA-256 of what they are for.

In come a seed, a key (a student, the number of a variant) and the number of a draw; out goes a stream of whole numbers. Nothing
here knows of problems. `random` isn't used, as its methods may change.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field

_PURPOSE = "symlstm variant 1"


@dataclass
class Stream:
    """Chance for one purpose: equal `parts` give equal numbers.

    >>> [Stream(("seed", "anna", "0")).below(6) for _ in range(3)]
    [3, 3, 3]
    """

    parts: tuple[str, ...]
    _blocks: int = 0
    _pool: int = 0
    _bits: int = 0
    _prefix: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # Each part with its length in front, so that ("a", "bc") and ("ab", "c") are two purposes.
        coded = [part.encode("utf-8", "surrogatepass") for part in (_PURPOSE, *self.parts)]
        self._prefix = b"".join(len(part).to_bytes(8, "big") + part for part in coded)

    def below(self, count: int) -> int:
        """A number from 0 to count - 1, all equally likely: as many bits as that takes, drawn again where they give more.

        >>> stream = Stream(("a",))
        >>> sorted({stream.below(4) for _ in range(60)})
        [0, 1, 2, 3]
        """
        if count < 1:
            raise ValueError("nothing to draw from")
        bits = (count - 1).bit_length()
        while True:
            number = self._take(bits)
            if number < count:
                return number

    def _take(self, bits: int) -> int:
        while self._bits < bits:
            block = hashlib.sha256(self._prefix + self._blocks.to_bytes(8, "big")).digest()
            self._pool = self._pool << 256 | int.from_bytes(block, "big")
            self._bits += 256
            self._blocks += 1
        self._bits -= bits
        number = self._pool >> self._bits
        self._pool &= (1 << self._bits) - 1
        return number


def in_drawn_order(parts: tuple[str, ...], count: int, number: int) -> int:
    """The `number`th of `count` things in an order drawn for these parts; each stands in it once.

    >>> sorted(in_drawn_order(("a",), 10, k) for k in range(10)) == list(range(10))
    True
    """
    stream = Stream((*parts, "order"))
    start = stream.below(count)
    while math.gcd(stride := 1 + stream.below(count), count) != 1:
        pass
    return (start + number * stride) % count
