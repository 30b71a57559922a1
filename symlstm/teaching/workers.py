"""Processes that work on many students: each is sent once what is the same for all, and ends with the one that started it.

In come a function and its arguments, out comes a future. Any `concurrent.futures.Executor` will do; what runs in it is the caller's.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Concatenate, ParamSpec, TypeVar

from symlstm.errors import SymlstmError

_P = ParamSpec("_P")
_T = TypeVar("_T")
_S = TypeVar("_S")

_shared: object = None
"""What this worker was sent at its start."""
_POLL_SECONDS = 0.5


class _Here(Executor):
    """Does the work at once, in this process."""

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """A future that is done."""
        future: Future[_T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except SymlstmError as error:
            future.set_exception(error)
        return future


class _Processes(ProcessPoolExecutor):
    """Processes that know what is the same for all pieces of work."""


def workers(pieces: int, shared: object, most: int | None = None) -> Executor:
    """An executor for so many pieces of work, with as many processes as are of use: none for a few pieces.

    >>> with workers(1, 2) as here:
    ...     ask(here, 2, divmod, 1).result()
    (2, 0)
    """
    count = min(most or os.cpu_count() or 1, pieces // 2)
    if count < 2:
        _begin(shared, None)
        return _Here()
    # Begun afresh: a fork of a process in which typst has run would wait for threads that it doesn't have.
    return _Processes(count, get_context("spawn"), initializer=_begin, initargs=(shared, os.getpid()))


def ask(
    executor: Executor, shared: _S, function: Callable[Concatenate[_S, _P], _T], *args: _P.args, **kwargs: _P.kwargs
) -> Future[_T]:
    """Ask for `function(shared, *args, **kwargs)`. Where `executor` is from `workers`, `shared` isn't sent again."""
    if isinstance(executor, _Here | _Processes):
        return executor.submit(partial(_with_shared, function, *args, **kwargs))
    return executor.submit(function, shared, *args, **kwargs)


def _with_shared(function: Callable[..., _T], *args: object, **kwargs: object) -> _T:
    return function(_shared, *args, **kwargs)


def _begin(shared: object, parent: int | None) -> None:
    global _shared
    _shared = shared
    if parent is not None:
        import threading

        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """End this worker when the process that started it is gone: killed outright, it can't say so."""
    import time

    while os.getppid() == parent:
        time.sleep(_POLL_SECONDS)
    os._exit(1)
