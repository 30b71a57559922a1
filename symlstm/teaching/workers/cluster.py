"""A Dask cluster as an executor: the address of its scheduler in, an executor out, or what is wrong with the cluster.

Dask itself does again elsewhere what a worker that died was doing; this module only says how much the cluster does at a time, and
speaks plainly where there is nobody to do it.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from symlstm import __version__
from symlstm.errors import UsageError

if TYPE_CHECKING:
    from distributed import Client

_P = ParamSpec("_P")
_T = TypeVar("_T")

CONNECT_SECONDS = 10.0
ALONE_SECONDS = 60.0
"""A cluster may be so long without a worker: one that died is started again by its nanny."""
_LOOK_SECONDS = 2.0


class Cluster(Executor):
    """A cluster's own executor, with how much it does at a time."""

    def __init__(self, address: str, client: Client) -> None:
        self._address, self._client = address, client
        self._executor: Executor = client.get_executor(pure=False)  # type: ignore[no-untyped-call]
        self._width, self._looked, self._seen = 0, 0.0, time.monotonic()

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """A future of `fn(*args, **kwargs)`, which any worker may call."""
        try:
            future: Future[_T] = self._executor.submit(fn, *args, **kwargs)
        except (OSError, RuntimeError, ValueError) as error:
            raise self._gone() from error
        return future

    @property
    def width(self) -> int:
        """Threads of all workers. `UsageError` where the scheduler is gone, or there has been no worker for long."""
        now = time.monotonic()
        if now - self._looked >= _LOOK_SECONDS:
            try:
                self._width = sum(self._client.nthreads().values())  # type: ignore[no-untyped-call]
            except (OSError, RuntimeError, ValueError) as error:
                raise self._gone() from error
            self._looked = now
            if self._width:
                self._seen = now
        if now - self._seen > ALONE_SECONDS:
            raise UsageError(f"the cluster at {self._address} has no workers; start some, and the same command goes on from there")
        return max(1, self._width)

    def _gone(self) -> UsageError:
        return UsageError(f"the scheduler at {self._address} doesn't answer any more; the same command goes on from there")


@contextmanager
def executor_of(scheduler: str | None) -> Iterator[Executor | None]:
    """The executor of the Dask cluster whose scheduler is at this address; None for this machine.

    Connect only to a cluster that you trust: what it sends back is unpickled. Raises `UsageError` where Dask isn't installed, nobody
    answers there, or a worker hasn't this version of symlstm.

    >>> with executor_of(None) as executor:
    ...     executor
    """
    if scheduler is None:
        yield None
        return
    try:
        import distributed  # noqa: F401 - whether it is there
    except ModuleNotFoundError:
        raise UsageError("--scheduler needs Dask, which isn't installed: pip install 'symlstm[dask]'") from None
    with _quiet():
        client = _client(scheduler)
        try:
            _check(scheduler, client)
            yield Cluster(scheduler, client)
        finally:
            client.close(timeout=CONNECT_SECONDS)  # type: ignore[no-untyped-call]


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's log off the terminal: what concerns the user is an error of ours, and a worker's death is none."""
    log = logging.getLogger("distributed")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sending large graph")
            yield
    finally:
        log.setLevel(level)


def _client(scheduler: str) -> Client:
    import gc

    from distributed import Client

    try:
        return Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False, name="symlstm")  # type: ignore[no-untyped-call]
    except (ValueError, TypeError) as error:
        why = f"{scheduler!r} is no address of a scheduler ({error}); write it as in tcp://192.168.0.5:8786"
    except OSError:
        why = f"no Dask scheduler answers at {scheduler}; start one (`dask scheduler`), or correct the address"
    # A client that isn't connected would otherwise be closed at the end of the program, which takes it long and makes it complain.
    gc.collect()
    raise UsageError(why)


def _check(scheduler: str, client: Client) -> None:
    """Whether there are workers, and each has this version of symlstm."""
    from distributed import TimeoutError as LateError

    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except LateError:
        raise UsageError(f"the cluster at {scheduler} has no workers; start some (`dask worker {scheduler}`)") from None

    # Inside, so that its code is sent: a name in symlstm would be of no use to a worker that hasn't got it.
    def version() -> str:
        try:
            import symlstm
        except ModuleNotFoundError:
            return ""
        return str(symlstm.__version__)

    for address, found in sorted(client.run(version, on_error="return").items()):
        if isinstance(found, Exception):
            raise UsageError(f"the worker at {address} can't be asked for its version of symlstm: {found}")
        if found != __version__:
            has = f"has symlstm {found}" if found else "hasn't got symlstm"
            raise UsageError(f"the worker at {address} {has}; install symlstm {__version__} on each worker")
