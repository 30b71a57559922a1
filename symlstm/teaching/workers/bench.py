"""What a process does that works on pieces: it is sent a job once, then piece after piece, and answers each before the next.

In come frames on standard input, out go frames on what was standard output; whatever the job prints goes to standard error. The process
ends when the one that started it does, also while a piece hangs: a watch that needs nothing of Python ends it. It knows nothing of
other processes, of order, or of what is done about a piece that it can't finish.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import select
import signal
import sys
import threading
import time
from dataclasses import dataclass
from typing import TypeAlias

from symlstm.teaching.workers import pipes
from symlstm.teaching.workers.limits import Limits
from symlstm.teaching.workers.outcome import Outcome, outcome

NO_MEMORY = 101
"""The exit code of a process that ran out of memory."""
IDLE_SECONDS = 120.0
"""After so long without a piece the process ends: whoever started it may live on, in an executor that isn't ours."""
GRACE_SECONDS = 5.0
"""So much later than the limit of a piece the watch ends the process, if the one that started it hasn't."""
_LULL_SECONDS = 0.5
_REARM_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Opening:
    """The first frame."""

    packed: bytes
    """The job and what is the same for all pieces, pickled."""
    limits: Limits


@dataclass(frozen=True, slots=True)
class Ready:
    """The answer to an opening."""


@dataclass(frozen=True, slots=True)
class Unready:
    """The answer to an opening that can't be used."""

    why: str


Answer: TypeAlias = Ready | Unready | Outcome


class _Watch:
    """Ends this process after a time, whatever it is doing then."""

    def __init__(self) -> None:
        self._devnull = open(os.devnull, "w")  # noqa: SIM115 - what the watch says at the end goes there
        self._armed, self._seconds = -_REARM_SECONDS, 0.0

    def allow(self, seconds: float) -> None:
        """Let the process live for about so long: setting the watch takes as long as a small piece, so it isn't set for each."""
        now = time.monotonic()
        if seconds != self._seconds or now - self._armed >= _REARM_SECONDS:
            faulthandler.dump_traceback_later(seconds, exit=True, file=self._devnull)
            self._armed, self._seconds = now, seconds


def _bound(limits: Limits) -> None:
    """Bound the memory of this process, where the system can; a process that is ended leaves no dump."""
    try:
        import resource
    except ImportError:  # Windows
        return
    most = limits.megabytes << 20
    for what, wanted in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, most)):
        _, hard = resource.getrlimit(what)
        try:
            resource.setrlimit(what, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
        except (ValueError, OSError):  # macOS has the name only
            continue


def _end_with(requests: int) -> None:
    """End this process when nobody can send it pieces any more, though it is busy. A piece that lets no other thread of Python run is
    left to the watch."""
    poll = select.poll()
    poll.register(requests, 0)  # nothing but that the other side has closed it
    poll.poll()
    os._exit(0)


def _next(requests: int, watch: _Watch) -> bytes | None:
    """The next frame; after a lull the watch is set for an idle process."""
    if pipes.TIMED:
        try:
            pipes.wait(requests, True, time.monotonic() + _LULL_SECONDS)
        except TimeoutError:
            watch.allow(IDLE_SECONDS)
    else:
        watch.allow(IDLE_SECONDS)
    return pipes.receive(requests)


def _work(requests: int, answers: int) -> None:
    watch = _Watch()
    watch.allow(IDLE_SECONDS)
    if pipes.TIMED:
        threading.Thread(target=_end_with, args=(requests,), daemon=True).start()
    first = pipes.receive(requests)
    if first is None:
        return
    opening: Opening = pickle.loads(first)
    try:
        job, shared = pickle.loads(opening.packed)
    except Exception as error:  # noqa: BLE001 - it is told to who sent it, where it is an error with a name
        pipes.send(answers, pickle.dumps(Unready(f"{type(error).__name__}: {error}")))
        return
    _bound(opening.limits)
    pipes.send(answers, pickle.dumps(Ready()))
    while (piece := _next(requests, watch)) is not None:
        watch.allow(opening.limits.seconds + GRACE_SECONDS)
        pipes.send(answers, pickle.dumps(outcome(job, shared, piece), pickle.HIGHEST_PROTOCOL))


def main() -> None:
    """Work until there are no more pieces, then end at once: nothing here needs tidying up."""
    # Ctrl-C is for the process that started this one; this one ends with it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, answers = os.dup(0), os.dup(1)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    try:
        _work(requests, answers)
    except MemoryError:
        os._exit(NO_MEMORY)
    except BrokenPipeError:
        os._exit(0)
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
