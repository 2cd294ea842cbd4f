"""Work that a second process does while the first goes on.

Where no process can be forked, or there is no second processor, it is done at once. Either way what comes of it is the
same, and it is handed over in the same order.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

from multivector.errors import RunFailed

T = TypeVar("T")
Send = Callable[[Any], None]
"""Hands something over before the work is done."""


def can_fork() -> bool:
    """Whether a second process is to be had, and worth having."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1 and not multiprocessing.current_process().daemon


class Second(Generic[T]):
    """Work in progress.

    Parameters
    ----------
    work : does it, and gives its result; what it sends on the way comes first.
    take : called with each thing that was sent, when the first process asks for more or for the result.
    doing : what the process does, for the message if it ends before its time ("played the benchmark").
    fork : whether a second process may be used at all; workers of an ensemble keep to their own.
    parent : it has children of its own, and is ended by the same key as the first; else the first ends it (`stop`).

    Examples
    --------
    >>> sent = []
    >>> second = Second(lambda send: send(1) or 2, sent.append, doing="counted")
    >>> second.result(), sent
    (2, [1])
    """

    def __init__(
        self, work: Callable[[Send], T], take: Send, *, doing: str, fork: bool = True, parent: bool = False
    ) -> None:
        self._take, self._doing = take, doing
        self._found: list[T] = []
        self._process: Any = None
        if not (fork and can_fork()):
            self._found.append(work(take))
            return
        context = multiprocessing.get_context("fork")
        self._receiver, sender = context.Pipe(duplex=False)
        # A daemon has no children.
        self._process = context.Process(target=_child, args=(work, sender, parent), daemon=not parent)
        self._process.start()
        sender.close()

    def more(self) -> None:
        """Wait for the next thing that is handed over; the result is one.

        Raises
        ------
        RunFailed
            The process has ended before its time.
        """
        try:
            kind, content = self._receiver.recv()
        except EOFError:
            raise RunFailed(f"the process that {self._doing} ended before its time") from None
        if kind == "sent":
            self._take(content)
        elif kind == "result":
            self._found.append(content)
            self._process.join()
        else:
            raise content

    def result(self) -> T:
        """What came of it; waits until it is done."""
        while not self._found:
            self.more()
        return self._found[0]

    def stop(self) -> None:
        """End the process, if it is still at work."""
        if self._process is not None and self._process.is_alive():
            self._process.kill()
            self._process.join()


def _child(work: Callable[[Send], Any], sender: Connection, parent: bool) -> None:
    # The first process is interrupted by the same key, says so and ends this one, unless that has children to end.
    signal.signal(signal.SIGINT, signal.SIG_DFL if parent else signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        sender.send(("result", work(lambda thing: sender.send(("sent", thing)))))
    except BrokenPipeError:
        # Nobody listens any more.
        os._exit(1)
    except Exception as error:
        sender.send(("failed", error))
    finally:
        sender.close()
