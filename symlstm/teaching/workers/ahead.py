"""Batches on their way through an executor: a bounded number at a time, out in the order in which they went in.

In come pieces, taken as they are needed, out go they with their packed outcomes. Executors may lose batches: these are sent again. It
doesn't know what the job is, nor who made the executor.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from dataclasses import dataclass, field
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar, assert_never

from symlstm import __version__
from symlstm.errors import UsageError
from symlstm.teaching.workers.batch import Refused, Report, Task, Unknown, Worked, run_batch
from symlstm.teaching.workers.outcome import Done, Outcome, Raised

_P = TypeVar("_P")

_BATCH_SECONDS = 0.25
"""What a batch should take: long against what an executor does for each, short against a person's patience."""
_LARGEST = 1_000
_BATCH_BYTES = 4 << 20
_MOST_BYTES = 32 << 20
"""Of pieces under way, and of outcomes whose turn hasn't come because a piece before them takes long."""
_BYTES_OF_ONE = 1_000
"""Counted for each, however little is in it."""
_MOST_FAILURES = 5
_MOST_UNKNOWN = 3
_LOOK_SECONDS = 2.0
GOES_ON = "the same command goes on from there"


@dataclass(eq=False, slots=True)
class _Batch(Generic[_P]):
    """Pieces that travel together."""

    pieces: list[_P]
    packed: tuple[bytes, ...]
    unknown: int = 0
    """How often it came to a process that didn't know the job."""
    failures: int = 0
    worked: Worked | None = None
    held: int = 0
    """Bytes of its pieces and outcomes."""


@dataclass(slots=True)
class _Size:
    """How many pieces make a batch: so many as are asked for, or what experience says."""

    asked: int | None
    now: int = 1

    def learn(self, pieces: int, seconds: float) -> None:
        """At most twice as many as a batch had that is done, so that a few short pieces don't make a very long batch of others."""
        wanted = int(pieces * _BATCH_SECONDS / max(seconds, 1e-6))
        self.now = max(1, min(wanted, 2 * pieces, _LARGEST))

    @property
    def next(self) -> int:
        """For the next batch."""
        return self.asked or self.now


@dataclass(slots=True)
class _Pieces(Generic[_P]):
    """Where the pieces come from."""

    source: Iterator[_P]
    size: _Size
    """Of the next batch."""
    ended: bool = False
    error: Exception | None = None
    """What the source raised: its turn comes after the pieces before it."""

    def take(self) -> _Batch[_P] | None:
        """The next batch, if there is one; large pieces make it a short one, unless its size is asked for."""
        taken: list[_P] = []
        packed: list[bytes] = []
        held = 0
        try:
            for piece in islice(self.source, self.size.next):
                packed.append(pickle.dumps(piece, pickle.HIGHEST_PROTOCOL))
                taken.append(piece)
                held += len(packed[-1]) + _BYTES_OF_ONE
                if held >= _BATCH_BYTES and self.size.asked is None:
                    break
            self.ended = not taken
        except Exception as error:  # noqa: BLE001 - it is raised when its turn comes
            self.ended, self.error = True, error
        return _Batch(taken, tuple(packed), held=held) if taken else None


def ahead(
    pieces: Iterator[_P], size: int | None, task: Task, executor: Executor, width: Callable[[], int]
) -> Iterator[tuple[list[_P], tuple[Outcome, ...]]]:
    """The pieces in batches of `size` (None: what takes a moment), in order, each batch with its outcomes.

    `width` says how many batches the executor works on at a time; it is asked again and again, as a cluster may grow and shrink. Raises
    `UsageError` where the executor can't be used or is broken.

    >>> from concurrent.futures import ThreadPoolExecutor
    >>> from symlstm.teaching.workers.batch import forget
    >>> from symlstm.teaching.workers.limits import USUAL
    >>> task = Task("an example", pickle.dumps((divmod, 7)), USUAL)
    >>> with ThreadPoolExecutor(1) as pool:
    ...     [(batch, len(outcomes)) for batch, outcomes in ahead(iter([2, 3, 4]), 2, task, pool, lambda: 1)]
    [([2, 3], 2), ([4], 1)]
    >>> forget("an example")
    """
    way = _Way(_Pieces(pieces, _Size(size)), task, executor, width)
    try:
        yield from way.through()
    finally:
        for future in way.flying.values():
            future.cancel()


@dataclass(slots=True)
class _Way(Generic[_P]):
    """The batches on their way."""

    pieces: _Pieces[_P]
    task: Task
    executor: Executor
    width: Callable[[], int]
    waiting: deque[_Batch[_P]] = field(default_factory=deque)
    """Those whose turn hasn't come, in order."""
    flying: dict[_Batch[_P], Future[Report]] = field(default_factory=dict)
    """Those of them that the executor has."""
    arrived: SimpleQueue[tuple[_Batch[_P], Future[Report]]] = field(default_factory=SimpleQueue)
    """Those that it has given back; other threads write here."""
    held: int = 0
    """Bytes of those that wait."""
    told: set[str] = field(default_factory=set)
    """Processes for which the job has been sent."""

    def through(self) -> Iterator[tuple[list[_P], tuple[Outcome, ...]]]:
        """The batches that are done, in order."""
        while self.waiting or not self.pieces.ended:
            while self._room() and (batch := self.pieces.take()) is not None:
                self.waiting.append(batch)
                self.held += batch.held
                self._send(batch, False)
            if self.waiting and (worked := self.waiting[0].worked) is not None:
                first = self.waiting.popleft()
                self.held -= first.held
                yield first.pieces, worked.outcomes
            for batch, future in self._arrivals():
                del self.flying[batch]
                self._settle(batch, future)
        if self.pieces.error is not None:
            raise self.pieces.error

    def _room(self) -> bool:
        """Whether another batch may be sent: enough are under way that nobody waits, and no more are held than memory should."""
        wide = self.width()
        return not self.pieces.ended and len(self.flying) <= 2 * wide and (self.held < _MOST_BYTES or len(self.waiting) < wide)

    def _arrivals(self) -> Iterator[tuple[_Batch[_P], Future[Report]]]:
        """The batches that have come back; where the first isn't done, at least one."""
        wanted = bool(self.waiting) and self.waiting[0].worked is None
        while wanted:
            try:
                yield self.arrived.get(timeout=_LOOK_SECONDS)
                wanted = False
            except Empty:
                self.width()  # says so where nobody is left who could do the work
        while not self.arrived.empty():
            yield self.arrived.get()

    def _send(self, batch: _Batch[_P], with_task: bool) -> None:
        try:
            future = self.executor.submit(run_batch, __version__, self.task.key, self.task if with_task else None, batch.packed)
        except BrokenExecutor:
            raise _died() from None
        self.flying[batch] = future
        future.add_done_callback(lambda done: self.arrived.put((batch, done)))

    def _settle(self, batch: _Batch[_P], future: Future[Report]) -> None:
        """Keep what a batch brings, or send it again."""
        error = CancelledError() if future.cancelled() else future.exception()
        if isinstance(error, BrokenExecutor):
            raise _died() from None
        if error is not None:
            # A cluster gives up a batch after some of its workers have ended over it, which needn't be the batch's doing.
            batch.failures += 1
            if batch.failures == _MOST_FAILURES:
                said = f"{type(error).__name__}: {error}".removesuffix(": ")
                raise UsageError(f"the workers can't do the work ({said}); {GOES_ON}")
            self._send(batch, False)
            return
        match future.result():
            case Refused(why):
                raise UsageError(f"a worker can't do the work: {why}")
            case Unknown(process):
                batch.unknown += 1
                new = process not in self.told
                self.told.add(process)
                # Another batch may be bringing the job to that process; one that keeps missing it brings its own.
                self._send(batch, new or batch.unknown >= _MOST_UNKNOWN)
            case Worked(outcomes, seconds) as worked:
                batch.worked, batch.packed = worked, ()
                more = sum(len(done.packed) for done in outcomes if isinstance(done, Done | Raised))
                batch.held += more
                self.held += more
                self.pieces.size.learn(len(batch.pieces), seconds)
            case never:
                assert_never(never)


def _died() -> UsageError:
    return UsageError(f"a process that the work was given to has died, perhaps for lack of memory; {GOES_ON}")
