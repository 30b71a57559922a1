"""How far a command is, and what it warns of: shown on a terminal, as far as there is one.

In come counts and messages, out goes what stands on standard error.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TypeAlias

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many are done, and how many there are."""


def unseen(done: int, of: int) -> None:
    """Shows nothing."""


def warn(messages: Iterable[str]) -> None:
    """Each message once, on standard error."""
    for message in dict.fromkeys(messages):
        print(f"warning: {message}", file=sys.stderr)


class Bar:
    """A progress bar on a terminal, with how many are done a second and the time left; nothing elsewhere."""

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._close: Callable[[], None] = lambda: None

    def __enter__(self) -> Progress:
        if not sys.stderr.isatty():
            return unseen
        from tqdm import tqdm

        tqdm.monitor_interval = 0  # no thread of its own for a bar that is told of every student
        form = f"{{percentage:3.0f}}% {{bar}} {{n_fmt}} of {{total_fmt}} {self._unit}, {{rate_noinv_fmt}}, {{remaining}} left"
        bar = tqdm(unit="", file=sys.stderr, leave=False, bar_format=form)
        self._close = bar.close

        def progress(done: int, of: int) -> None:
            if bar.total != of:
                bar.reset(total=of)
                bar.initial = bar.last_print_n = done  # what an earlier run did says nothing of the speed of this one
            bar.n = done
            bar.refresh() if done == of else bar.update(0)

        return progress

    def __exit__(self, *error: object) -> None:
        self._close()
