"""A crew: a job, what is the same for all pieces, and processes that work on piece after piece.

In come pieces, out they come in their order with what the job makes of them, or why one is lost. It is a pure function of the pieces:
neither the executor nor the number of workers changes it.
"""

from __future__ import annotations

import os
import pickle
import secrets
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import Generic, Protocol, TypeVar, assert_never, runtime_checkable

from symlstm.errors import SymlstmError, UsageError
from symlstm.teaching.workers import batch
from symlstm.teaching.workers.ahead import ahead
from symlstm.teaching.workers.batch import Task
from symlstm.teaching.workers.limits import USUAL, Limits, Lost
from symlstm.teaching.workers.outcome import Done, Outcome, Raised, lost, out_of_memory
from symlstm.teaching.workers.supervisor import Supervisor, UnstartedError

_P = TypeVar("_P")
_R = TypeVar("_R")
_S = TypeVar("_S")

FEW = 4
"""Fewer pieces aren't worth the start of a process."""


@runtime_checkable
class Wide(Protocol):
    """An executor that says how much it does at a time."""

    @property
    def width(self) -> int:
        """Batches that it works on at a time."""


class Crew(Generic[_P, _R]):
    """Who works on the pieces. A `SymlstmError` that the job raises is raised when the turn of its piece comes."""

    def batches(self, pieces: Iterable[_P], size: int | None = None) -> Iterator[list[tuple[_P, _R | Lost]]]:
        """The pieces in order, with what became of them, in batches of `size` (default: what takes a moment).

        Pieces are taken as they are needed, so that memory doesn't grow with their number.
        """
        raise NotImplementedError

    def each(self, pieces: Iterable[_P]) -> Iterator[tuple[_P, _R | Lost]]:
        """The same, one by one."""
        for done in self.batches(pieces):
            yield from done

    def one(self, piece: _P) -> _R | Lost:
        """What becomes of one piece, at once: it doesn't wait for those that are under way."""
        raise NotImplementedError


@contextmanager
def crew(
    job: Callable[[_S, _P], _R], shared: _S, *, executor: Executor | None = None, workers: int | None = None,
    limits: Limits = USUAL, here: bool = False,
) -> Iterator[Crew[_P, _R]]:
    """Processes that work on pieces: `job(shared, piece)`, for a `job` of a module. They end with the block.

    `executor` (default: this machine) runs the batches, each of which is worked on by a process of its own there, within `limits`;
    `workers` says how many at a time (default: as many as there are processors, or as the executor can). `here` does all in this
    process, without limits.

    >>> with crew(divmod, 7, here=True) as here:
    ...     list(here.each([2, 3])), here.one(0).why
    ([(2, (3, 1)), (3, (2, 1))], "an error of symlstm's own: ZeroDivisionError: integer division or modulo by zero; please report it")
    """
    if workers is not None and workers < 1:
        raise UsageError(f"{workers} workers; it takes at least one")
    if here:
        yield _Here(job, shared, limits)
        return
    task = Task(secrets.token_hex(16), pickle.dumps((job, shared), pickle.HIGHEST_PROTOCOL), limits)
    own = ThreadPoolExecutor(workers or processors(), "symlstm") if executor is None else None
    sent: _Sent[_P, _R] = _Sent(task, own or executor, workers)
    batch.learn(task)
    try:
        yield sent
    finally:
        sent.end()
        batch.forget(task.key)
        if own is not None:
            own.shutdown(cancel_futures=True)


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Here(Crew[_P, _R], Generic[_S, _P, _R]):
    """Works in this process."""

    def __init__(self, job: Callable[[_S, _P], _R], shared: _S, limits: Limits) -> None:
        self._job, self._shared, self._limits = job, shared, limits

    def batches(self, pieces: Iterable[_P], size: int | None = None) -> Iterator[list[tuple[_P, _R | Lost]]]:
        several = iter(pieces)
        while taken := list(islice(several, size or 1)):
            done: list[tuple[_P, _R | Lost]] = []
            for piece in taken:
                try:
                    done.append((piece, self.one(piece)))
                except SymlstmError:
                    if done:
                        yield done
                    raise
            yield done

    def one(self, piece: _P) -> _R | Lost:
        try:
            return self._job(self._shared, piece)
        except SymlstmError:
            raise
        except MemoryError:
            return out_of_memory(self._limits)
        except Exception as error:  # noqa: BLE001 - whatever a job raises costs that piece only, and is named
            return lost(error)


class _Sent(Crew[_P, _R]):
    """Sends batches to an executor."""

    def __init__(self, task: Task, executor: Executor | None, workers: int | None) -> None:
        assert executor is not None
        self._task, self._executor, self._workers = task, executor, workers
        self._own: Supervisor | None = None

    def _width(self) -> int:
        if isinstance(self._executor, Wide):
            return self._executor.width
        return self._workers or getattr(self._executor, "_max_workers", None) or processors()

    def batches(self, pieces: Iterable[_P], size: int | None = None) -> Iterator[list[tuple[_P, _R | Lost]]]:
        for taken, outcomes in ahead(iter(pieces), size, self._task, self._executor, self._width):
            done: list[tuple[_P, _R | Lost]] = []
            for piece, outcome in zip(taken, outcomes, strict=True):
                if isinstance(outcome, Raised) and done:
                    yield done
                done.append((piece, self._unpacked(outcome)))
            yield done

    def one(self, piece: _P) -> _R | Lost:
        if self._own is None:
            self._own = Supervisor(self._task.packed, self._task.limits)
        try:
            return self._unpacked(self._own.work(pickle.dumps(piece, pickle.HIGHEST_PROTOCOL)))
        except UnstartedError as error:
            raise UsageError(f"no process can be started for the work: {error}") from None

    def end(self) -> None:
        """End the process that `one` uses."""
        if self._own is not None:
            self._own.end()

    @staticmethod
    def _unpacked(outcome: Outcome) -> _R | Lost:
        match outcome:
            case Done(packed):
                result: _R = pickle.loads(packed)
                return result
            case Raised(packed):
                error: SymlstmError = pickle.loads(packed)
                raise error
            case Lost():
                return outcome
            case never:
                assert_never(never)
