"""What comes out for one piece, as it travels between processes: its result or error still packed, or why it is lost.

Packed by the process that does the work, it is unpacked only where it is wanted: nobody in between looks inside.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from symlstm.errors import SymlstmError
from symlstm.teaching.workers.limits import Limits, Lost

_P = TypeVar("_P")
_R = TypeVar("_R")
_S = TypeVar("_S")

_LONGEST_MESSAGE = 200
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


@dataclass(frozen=True, slots=True)
class Done:
    """The result, pickled."""

    packed: bytes


@dataclass(frozen=True, slots=True)
class Raised:
    """The `SymlstmError` that the job raised, pickled."""

    packed: bytes


Outcome: TypeAlias = Done | Raised | Lost


def outcome(job: Callable[[_S, _P], _R], shared: _S, piece: bytes) -> Outcome:
    """Work on a packed piece. `MemoryError` is passed on: what is left of this process can't be relied on.

    >>> pickle.loads(outcome(divmod, 7, pickle.dumps(2)).packed)
    (3, 1)
    >>> outcome(divmod, 7, pickle.dumps(0)).why
    "an error of symlstm's own: ZeroDivisionError: integer division or modulo by zero; please report it"
    """
    try:
        return Done(pickle.dumps(job(shared, pickle.loads(piece)), pickle.HIGHEST_PROTOCOL))
    except SymlstmError as error:
        return Raised(pickle.dumps(error, pickle.HIGHEST_PROTOCOL))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a job raises costs that piece only, and is named
        return lost(error)


def lost(error: BaseException) -> Lost:
    """Why a piece is lost on which an error was raised that nobody expects; the same words whenever it happens again.

    >>> lost(KeyError("x")).why
    "an error of symlstm's own: KeyError: 'x'; please report it"
    """
    if isinstance(error, RecursionError):
        return Lost("is nested too deeply to be worked")
    said = " ".join(_ADDRESS.sub("", str(error)).split())
    short = said if len(said) <= _LONGEST_MESSAGE else said[:_LONGEST_MESSAGE] + "…"
    return Lost(f"an error of symlstm's own: {type(error).__name__}{': ' if short else ''}{short}; please report it")


def out_of_time(limits: Limits) -> Lost:
    """What is said of a piece that took too long.

    >>> out_of_time(Limits(seconds=2.5)).why
    'took more than 2.5 seconds'
    """
    return Lost(f"took more than {limits.seconds:g} second{'' if limits.seconds == 1 else 's'}")


def out_of_memory(limits: Limits) -> Lost:
    """What is said of a piece that needed too much memory.

    >>> out_of_memory(Limits()).why
    'needed more than 4,096 MB of memory'
    """
    return Lost(f"needed more than {limits.megabytes:,} MB of memory")


def deadly(code: int) -> Lost:
    """What is said of a piece that ended each process that worked on it, the last with this exit code (of a signal: negative).

    >>> deadly(-11).why
    'ended the process that worked on it (signal 11), three times'
    """
    return Lost(f"ended the process that worked on it ({f'signal {-code}' if code < 0 else f'exit code {code}'}), three times")
