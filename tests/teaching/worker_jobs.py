"""Jobs for the tests of workers: what goes well, and all that can go wrong with a piece. The processes that do them import this; and who
these processes are.
"""

from __future__ import annotations

import ctypes
import os
import re
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from symlstm.errors import DocumentError, Source

EMPTY: dict[object, object] = {}
kept: list[bytearray] = []


@dataclass(frozen=True)
class Piece:
    """What a job is to do, and its number."""

    act: str
    number: int = 0


def add_square(shared: int, number: int) -> int:
    return shared + number * number


def slow_first(shared: bytes, number: int) -> bytes:
    """The first piece takes longer than the others."""
    time.sleep(0.0 if number else 0.4)
    return shared


def slow_square(shared: float, number: int) -> int:
    time.sleep(shared)
    return number * number


def _forever() -> None:
    while True:
        pass


def _in_c() -> object:
    return re.fullmatch("(a|a)*b", "a" * 60)  # holds the lock of the interpreter all the time


def _hoard(megabytes: int) -> None:
    """Keep so much memory for good."""
    kept.append(bytearray(megabytes << 20))


def _deep(depth: int = 0) -> int:
    return _deep(depth + 1) + 1


def _noise() -> None:
    print("to standard output")
    os.write(1, b"\x00\x00\x00\x00\x00\x00\x00\x05noise")
    sys.stdin.read()


def _wrong() -> None:
    raise DocumentError("this is wrong", Source("work.md", "one\ntwo"), 5)


ACTS: dict[str, Callable[[], object]] = {
    "hang": _forever,
    "hang in C": _in_c,
    "sleep": lambda: time.sleep(1000),
    "stop": lambda: os.kill(os.getpid(), signal.SIGSTOP),
    "hoard": lambda: _hoard(10_000),
    "segfault": lambda: ctypes.string_at(0),
    "leave": lambda: os._exit(3),
    "exit": lambda: sys.exit(4),
    "KeyError": lambda: EMPTY["x"],
    "deep": _deep,
    "unpicklable": lambda: lambda: 0,
    "address": lambda: EMPTY[object()],
    "noise": _noise,
    "wrong": _wrong,
    "keep": lambda: _hoard(150),
    "fine": lambda: None,
}


def act(shared: str, piece: Piece) -> object:
    """Do what a piece says; where that comes to an end, its number."""
    found = ACTS[piece.act]()
    return found if callable(found) else f"{shared} {piece.number}"


def process(shared: None, number: int) -> int:
    """Which process works on a piece."""
    time.sleep(0.01)
    return os.getpid()


def children(of: int) -> list[int]:
    """The processes that work for one, by the system's own list."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            if int(parent) == of and state != "Z" and b"symlstm.teaching.workers" in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
    return found
