"""Frames over a pipe: each is its length and then its bytes. With a deadline where the system can wait for a pipe (not on Windows)."""

from __future__ import annotations

import os
import select
import time

TIMED = hasattr(select, "poll")
"""Whether deadlines are kept; where not, a reader waits until the other side answers or ends."""
_HEAD = 8
_AT_ONCE = 1 << 20
_LONGEST_WAIT = 3600.0


def send(fd: int, data: bytes, deadline: float | None = None) -> None:
    """Write a frame. `TimeoutError` after the deadline (by `time.monotonic`), `BrokenPipeError` where nobody reads any more.

    >>> read, write = os.pipe()
    >>> send(write, b"one"); send(write, b"")
    >>> receive(read), receive(read), os.close(write), receive(read)
    (b'one', b'', None, None)
    >>> os.close(read)
    """
    rest = memoryview(len(data).to_bytes(_HEAD, "big") + data)
    while rest:
        try:
            rest = rest[os.write(fd, rest[:_AT_ONCE]) :]
        except BlockingIOError:
            wait(fd, False, deadline)


def receive(fd: int, deadline: float | None = None) -> bytes | None:
    """The next frame, or None where the other side has ended. `TimeoutError` after the deadline."""
    head = _exactly(fd, _HEAD, deadline)
    return None if head is None else _exactly(fd, int.from_bytes(head, "big"), deadline)


def _exactly(fd: int, count: int, deadline: float | None) -> bytes | None:
    out = bytearray()
    while len(out) < count:
        try:
            read = os.read(fd, min(count - len(out), _AT_ONCE))
        except BlockingIOError:
            wait(fd, True, deadline)
            continue
        if not read:
            return None
        out += read
    return bytes(out)


def wait(fd: int, reading: bool, deadline: float | None) -> None:
    """Wait until something can be read (or written), or the other side has ended. `TimeoutError` after the deadline."""
    poll = select.poll()
    poll.register(fd, select.POLLIN if reading else select.POLLOUT)
    while True:
        left = _LONGEST_WAIT if deadline is None else min(deadline - time.monotonic(), _LONGEST_WAIT)
        if poll.poll(max(0.0, left) * 1000):
            return
        if left <= 0:
            raise TimeoutError
