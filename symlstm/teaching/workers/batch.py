"""A batch of pieces as an executor works on it, wherever that is: in a thread here, in another process, on another machine.

In come the key of a job and packed pieces, out come their outcomes. The job itself travels once: a process that doesn't know it says
so, and is sent it with the batch. It doesn't know in what order batches come, nor what is done with the outcomes.
"""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TypeAlias

from symlstm import __version__
from symlstm.teaching.workers.limits import Limits
from symlstm.teaching.workers.outcome import Outcome
from symlstm.teaching.workers.supervisor import StoppedError, Supervisor, UnstartedError

_MOST_KNOWN = 4
"""Jobs that a process remembers, the latest."""


@dataclass(frozen=True, slots=True)
class Task:
    """A job with what is the same for all its pieces, under a key that no other has."""

    key: str
    packed: bytes
    limits: Limits


@dataclass(frozen=True, slots=True)
class Worked:
    """The batch is done."""

    outcomes: tuple[Outcome, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Unknown:
    """This process (by its name) doesn't know the job."""

    process: str


@dataclass(frozen=True, slots=True)
class Refused:
    """This process can't do the work."""

    why: str


Report: TypeAlias = Worked | Unknown | Refused


@dataclass(slots=True)
class _Known:
    """A job that this process knows, and the supervisors that work on it."""

    task: Task
    free: list[Supervisor] = field(default_factory=list)
    busy: set[Supervisor] = field(default_factory=set)
    forgotten: bool = False


class _Memory:
    """The jobs that this process knows; used by several threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._lock = threading.Lock()

    def learn(self, task: Task) -> None:
        with self._lock:
            if task.key not in self._known:
                self._known[task.key] = _Known(task)
            oldest = next(iter(self._known)) if len(self._known) > _MOST_KNOWN else None
        if oldest is not None:
            self.forget(oldest, stop=False)

    def forget(self, key: str, stop: bool) -> None:
        """Let go of a job; what works on it now is stopped, or else ends with its batch."""
        with self._lock:
            known = self._known.pop(key, None)
            if known is None:
                return
            known.forgotten = True
            free, known.free = known.free, []
            busy = list(known.busy)
        for supervisor in free:
            supervisor.end()
        for supervisor in busy if stop else ():
            supervisor.stop()

    def borrow(self, key: str) -> tuple[_Known, Supervisor] | None:
        """A job that this process knows, with a supervisor that nobody uses."""
        with self._lock:
            known = self._known.get(key)
            if known is None:
                return None
            self._known.move_to_end(key)
            supervisor = known.free.pop() if known.free else Supervisor(known.task.packed, known.task.limits)
            known.busy.add(supervisor)
            return known, supervisor

    def give_back(self, known: _Known, supervisor: Supervisor) -> None:
        with self._lock:
            known.busy.discard(supervisor)
            if not known.forgotten:
                known.free.append(supervisor)
                return
        supervisor.end()


_memory = _Memory()


def _begin_afresh() -> None:
    """In a forked process: the other one's supervisors are none of its."""
    global _memory
    _memory = _Memory()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_afresh)


def learn(task: Task) -> None:
    """Let this process know a job, so that it needn't be sent."""
    _memory.learn(task)


def forget(key: str) -> None:
    """End at once what this process does for a job."""
    _memory.forget(key, stop=True)


def run_batch(version: str, key: str, task: Task | None, pieces: tuple[bytes, ...]) -> Report:
    """Work on packed pieces, one after the other, by a process of their own.

    >>> import pickle
    >>> run_batch(__version__, "no job", None, ()).__class__.__name__
    'Unknown'
    >>> task = Task("a job", pickle.dumps((divmod, 7)), Limits())
    >>> [pickle.loads(done.packed) for done in run_batch(__version__, "a job", task, (pickle.dumps(2),)).outcomes]
    [(3, 1)]
    >>> forget("a job")
    """
    if version != __version__:
        return Refused(f"it has symlstm {__version__}, and {version} is needed")
    if task is not None:
        learn(task)
    lent = _memory.borrow(key)
    if lent is None:
        return Unknown(f"{os.uname().nodename if hasattr(os, 'uname') else ''} {os.getpid()}")
    known, supervisor = lent
    start = time.monotonic()
    try:
        return Worked(tuple(map(supervisor.work, pieces)), time.monotonic() - start)
    except UnstartedError as error:
        return Refused(f"no process can be started for the work: {error}")
    except StoppedError:
        return Refused("the work was stopped")
    finally:
        _memory.give_back(known, supervisor)
