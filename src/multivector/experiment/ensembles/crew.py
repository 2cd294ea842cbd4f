"""Who plays blocks: this process, worker processes, or a cluster. What is played is said by a `Work`.

A block is the same whoever plays it. A worker that dies takes an unknown block with it: all that were under way are
tried once more, each with the workers to itself, and one that kills its worker again is recorded as failed.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from functools import lru_cache
from multiprocessing import connection
from typing import Any, Protocol, TypeVar

from multivector.errors import BadInput, Problem, RunFailed

PAUSE = 0.5
"""Seconds after which a waiting program looks up: for the progress bar, and for Ctrl-C."""
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class Finished(Protocol):
    """A block that was played; `ids` says which."""

    @property
    def ids(self) -> range:
        """Its histories, counted from the first of the whole."""
        ...


T = TypeVar("T", bound=Finished)
Made = TypeVar("Made", bound=Finished, covariant=True)


class Work(Protocol[Made]):
    """What is to be played, block by block."""

    def play(self, ids: range) -> Made:
        """Play a block in this process."""
        ...

    def lost(self, ids: range, message: str) -> Made:
        """A block that could not be played at all: every history of it is a failure."""
        ...

    def packed(self, ids: range) -> bytes:
        """Something with the same `play`, pickled: as much of the work as another process needs for this block."""
        ...


@lru_cache(maxsize=1)
def _unpacked(job: bytes) -> Any:
    return pickle.loads(job)


def play_packed(job: bytes, ids: range) -> Any:
    """Play a block in another process; what blocks share is unpacked there once."""
    return _unpacked(job).play(ids)


def ready(job: bytes) -> None:
    """Unpack the work and do nothing: whether a worker can begin at all."""
    _unpacked(job)


class Crew(Protocol[T]):
    """Plays the blocks of a work.

    Attributes
    ----------
    work : what it plays.
    size : how many play at the same time.
    room : how many blocks may be under way or wait their turn.
    ticking : whether it reports single turns by itself.
    broken, guilty : errors by which a worker's death shows: without and with certainty which block it was.
    """

    work: Work[T]
    size: int
    room: int
    ticking: bool
    broken: tuple[type[BaseException], ...]
    guilty: tuple[type[BaseException], ...]

    def submit(self, ids: range) -> Future[T]:
        """Have a block played."""
        ...

    def mend(self) -> None:
        """Replace dead workers."""
        ...

    def stop(self) -> None:
        """End all work at once."""
        ...


class Here(Crew[T]):
    """Plays in this process."""

    size, room, ticking = 1, 1, True
    broken: tuple[type[BaseException], ...] = ()
    guilty: tuple[type[BaseException], ...] = ()

    def __init__(self, work: Work[T]) -> None:
        self.work = work

    def submit(self, ids: range) -> Future[T]:
        """Play a block now."""
        future: Future[T] = Future()
        future.set_result(self.work.play(ids))
        return future

    def mend(self) -> None:
        """Nothing to do."""

    def stop(self) -> None:
        """Nothing to do."""


class Workers(Crew[T]):
    """Plays in worker processes of this machine, each with one thread."""

    ticking = False
    broken: tuple[type[BaseException], ...] = (BrokenExecutor,)
    guilty: tuple[type[BaseException], ...] = ()

    def __init__(self, work: Work[T], count: int) -> None:
        self.work, self.size, self.room = work, count, count + 2
        self._job = b""
        self._pool: ProcessPoolExecutor | None = None
        for name in THREADS:
            # Read by the libraries when a worker loads them.
            os.environ.setdefault(name, "1")

    def submit(self, ids: range) -> Future[T]:
        """Queue a block."""
        self._job = self.work.packed(ids)
        with _no_interrupt():
            return self._open().submit(play_packed, self._job, ids)

    def mend(self) -> None:
        """New workers; they must be able to begin at all."""
        self.stop()
        try:
            with _no_interrupt():
                begun = self._open().submit(ready, self._job)
            begun.result()
        except BrokenExecutor:
            raise RunFailed("worker processes end as soon as they begin; --workers 1 does without them") from None

    def _open(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.size, mp_context=context, initializer=_begin)
        return self._pool

    def stop(self) -> None:
        """End the processes, whatever they are doing."""
        if self._pool is not None:
            mine = list((self._pool._processes or {}).values())
            for process in mine:
                process.kill()
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def _begin() -> None:
    """In a new worker: Ctrl-C is the parent's business, and a worker does not outlive its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


@contextlib.contextmanager
def _no_interrupt() -> Iterator[None]:
    """Processes that begin here never see Ctrl-C; this one gets it a moment later."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    old = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, old)


class Cluster(Crew[T]):
    """Plays on a Dask cluster, through its interface of an executor. Its scheduler tries again when a worker dies.

    Parameters
    ----------
    address : of the scheduler, such as ``tcp://10.0.0.5:8786``.

    Raises
    ------
    BadInput
        Dask is not installed.
    RunFailed
        No scheduler answers, or it has no workers.
    """

    ticking = False
    broken: tuple[type[BaseException], ...] = ()

    def __init__(self, work: Work[T], address: str) -> None:
        try:
            dask = importlib.import_module("distributed")
        except ImportError:
            found = "found no Dask on this machine"
            hint = 'pip install "multivector[cluster]"'
            raise BadInput([Problem("--cluster", 0, 0, "", found, "an installed Dask", hint)]) from None
        try:
            self._client: Any = dask.Client(address, timeout=ANSWER)
        except (OSError, ValueError) as error:
            raise RunFailed(f"--cluster {address}: no scheduler answers: {error}") from error
        self.guilty: tuple[type[BaseException], ...] = (dask.KilledWorker,)
        self.size = sum(self._client.ncores().values())
        if self.size == 0:
            self._client.close()
            raise RunFailed(f"--cluster {address}: the scheduler has no workers yet")
        self.room = 2 * self.size
        self.work = work
        self._pool: Executor = self._client.get_executor(pure=False)

    def submit(self, ids: range) -> Future[T]:
        """Queue a block."""
        return self._pool.submit(play_packed, self.work.packed(ids), ids)

    def mend(self) -> None:
        """The cluster mends itself."""

    def stop(self) -> None:
        """Give back what is not begun; the cluster goes on for others."""
        # It may have gone; then there is nothing to give back.
        with contextlib.suppress(OSError, RuntimeError):
            self._pool.shutdown(wait=False)
        with contextlib.suppress(OSError, RuntimeError):
            self._client.close()


ANSWER = 10.0
"""Seconds in which a scheduler must answer."""


def cores() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def local(work: Work[T], workers: int | None, blocks: int) -> Crew[T]:
    """Worker processes on this machine (default: as many as processors, at most one a block); one is this process."""
    count = min(workers or cores(), blocks)
    return Here(work) if count <= 1 else Workers(work, count)


def carry_out(crew: Crew[T], todo: Sequence[range], pause: Callable[[], None]) -> Iterator[T]:
    """Have blocks played; each comes once, in the order in which they are ready.

    Parameters
    ----------
    crew : who plays.
    todo : the blocks.
    pause : called about twice a second while nothing is ready.

    Raises
    ------
    RunFailed
        Workers cannot be had any more.
    """
    waiting, suspects = deque(todo), deque[range]()
    flying: dict[Future[T], range] = {}
    on_trial = False
    while waiting or suspects or flying:
        gone: list[range] = []
        if not suspects:
            while waiting and len(flying) < crew.room and not gone:
                _send(crew, waiting.popleft(), flying, gone)
        elif not flying:
            on_trial = True
            _send(crew, suspects.popleft(), flying, gone)
        if not gone:
            ready, _ = wait(flying, timeout=PAUSE, return_when=FIRST_COMPLETED)
            pause()
            yield from _collect(crew, list(ready), flying, gone)
        if gone:
            # With one worker all go: what was under way has come to an end, too.
            yield from _collect(crew, list(flying), flying, gone)
            crew.mend()
            if on_trial:
                yield crew.work.lost(gone[0], KILLED)
            else:
                suspects.extend(sorted(gone, key=lambda ids: ids.start))
        if not flying:
            on_trial = False


KILLED = "the worker process ended, twice, while it played this block (out of memory, or killed)"


def _send(crew: Crew[T], ids: range, flying: dict[Future[T], range], gone: list[range]) -> None:
    try:
        flying[crew.submit(ids)] = ids
    except crew.broken:
        gone.append(ids)


def _collect(crew: Crew[T], ready: list[Future[T]], flying: dict[Future[T], range], gone: list[range]) -> Iterator[T]:
    for future in sorted(ready, key=lambda each: flying[each].start):
        ids = flying.pop(future)
        try:
            yield future.result()
        except crew.broken:
            gone.append(ids)
        except crew.guilty as error:
            yield crew.work.lost(ids, f"{KILLED}: {error}")
        except CancelledError:
            raise RunFailed("the cluster has gone; what was finished is kept, --resume goes on") from None
