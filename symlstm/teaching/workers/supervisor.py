"""One process that works on pieces, and who looks after it: a piece that hangs or kills it is lost, and the next has a new process.

In come packed pieces one by one, out come their outcomes. It doesn't know what the job is, nor where the pieces come from.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
from contextlib import suppress

from symlstm.teaching.workers import pipes
from symlstm.teaching.workers.bench import NO_MEMORY, Answer, Opening, Ready, Unready
from symlstm.teaching.workers.limits import Limits
from symlstm.teaching.workers.outcome import Outcome, deadly, out_of_memory, out_of_time

MOST_DEATHS = 3
"""Processes that may end over a piece before it is lost; one or two may have been ended by somebody else."""
_MOST_STARTS = 50
"""Starts that may fail in a row because somebody ends the processes."""
_START_SECONDS = 120.0
_DYING_SECONDS = 5.0
"""What a process may take to be gone after it has closed its pipes."""
_FROM_OUTSIDE = (-9, -15)
"""Exit codes of what a process doesn't do to itself: it is killed or terminated."""
_COMMAND = "import sys; sys.path[:] = sys.argv[1:]; from symlstm.teaching.workers.bench import main; main()"


class StoppedError(Exception):
    """Somebody has said that the work isn't wanted any more."""


class UnstartedError(Exception):
    """No process can be started that does this work."""


class Supervisor:
    """Sends pieces to a process, one at a time, and starts another where it ends. For one thread; `stop` is for any.

    >>> with Supervisor(pickle.dumps((divmod, 7)), Limits()) as supervisor:
    ...     [pickle.loads(supervisor.work(pickle.dumps(k)).packed) for k in (2, 3)]
    [(3, 1), (2, 1)]
    """

    def __init__(self, packed: bytes, limits: Limits) -> None:
        self._opening = pickle.dumps(Opening(packed, limits), pickle.HIGHEST_PROTOCOL)
        self._limits = limits
        self._child: _Child | None = None
        self._stopped = False
        self._lock = threading.Lock()

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(self, *error: object) -> None:
        self.end()

    def work(self, piece: bytes) -> Outcome:
        """What comes out for a packed piece. Raises `UnstartedError`, or `StoppedError` after `stop`."""
        deaths = 0
        while True:
            child = self._ready()
            unused, child.used = not child.used, True
            try:
                answer = child.ask(piece, self._limits.seconds)
            except TimeoutError:
                self._drop(ended=False)
                return out_of_time(self._limits)
            if answer is not None:
                assert not isinstance(answer, Ready | Unready)
                return answer
            code = self._drop()
            if self._stopped:
                raise StoppedError
            if code != NO_MEMORY:
                deaths += 1
                if deaths == MOST_DEATHS:
                    return deadly(code)
            elif unused:
                # Memory that earlier pieces left behind isn't this one's: only a new process says what it needs.
                return out_of_memory(self._limits)

    def stop(self) -> None:
        """Kill the process, whatever it is doing; no other is started."""
        with self._lock:
            self._stopped = True
            if self._child is not None:
                self._child.process.kill()

    def end(self) -> None:
        """Stop, and leave nothing behind. Not while `work` is going on."""
        self.stop()
        if self._child is not None:
            self._drop()

    def _drop(self, ended: bool = True) -> int:
        """Forget the process, which is killed unless it has ended; its exit code."""
        assert self._child is not None
        child = self._child
        with self._lock:
            self._child = None
        return child.end(ended)

    def _ready(self) -> _Child:
        """A process that waits for a piece."""
        if self._child is not None and self._child.process.poll() is not None:
            self._drop()
        if self._child is not None:
            return self._child
        own = 0
        for _ in range(_MOST_STARTS):
            with self._lock:
                if self._stopped:
                    raise StoppedError
                child = self._child = _begun()
            try:
                answer = child.ask(self._opening, _START_SECONDS)
            except TimeoutError:
                self._drop(ended=False)
                raise UnstartedError(f"it isn't ready after {_START_SECONDS:g} seconds") from None
            if isinstance(answer, Ready):
                return child
            code = self._drop()
            if isinstance(answer, Unready):
                raise UnstartedError(answer.why)
            own += code not in _FROM_OUTSIDE
            if own == MOST_DEATHS:
                break
        with self._lock:
            if self._stopped:
                raise StoppedError
        raise UnstartedError(f"it ends at its start, with exit code {code}")


class _Child:
    """A process, with the pipes to it."""

    def __init__(self) -> None:
        # In a group of its own, so that Ctrl-C is for its parent alone. With -P and the path of this process, nothing is imported
        # from the folder in which it happens to run, where students' files may lie. It is begun afresh: a fork of a process in which
        # typst has run would wait for threads that it doesn't have.
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", _COMMAND, *_path()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
            process_group=0 if os.name == "posix" else None)
        assert self.process.stdin is not None and self.process.stdout is not None
        self._requests, self._answers = self.process.stdin.fileno(), self.process.stdout.fileno()
        if pipes.TIMED:
            os.set_blocking(self._requests, False)
            os.set_blocking(self._answers, False)
        self.used = False
        """Whether it has been sent a piece."""

    def ask(self, frame: bytes, seconds: float) -> Answer | None:
        """What it answers, or None where it ended. `TimeoutError` after so many seconds."""
        start = time.monotonic()
        try:
            pipes.send(self._requests, frame, start + seconds)
            answer = pipes.receive(self._answers, start + seconds)
        except (BrokenPipeError, ConnectionResetError):
            answer = None
        if answer is not None:
            told: Answer = pickle.loads(answer)
            return told
        if time.monotonic() - start >= seconds:
            # Its own watch has ended it: there are no deadlines here.
            raise TimeoutError
        return None

    def end(self, ended: bool) -> int:
        """Kill it, where it doesn't end by itself; its exit code."""
        process = self.process
        assert process.stdin is not None and process.stdout is not None
        process.stdin.close()
        process.stdout.close()
        with suppress(subprocess.TimeoutExpired):
            return process.wait(_DYING_SECONDS if ended else 0)
        process.kill()
        return process.wait()


def _begun() -> _Child:
    try:
        return _Child()
    except OSError as error:
        raise UnstartedError(str(error)) from None


def _path() -> list[str]:
    """Where this process looks for modules; relative names are made absolute, as the folder may be another one there."""
    return [os.path.abspath(entry) for entry in sys.path]

