"""The benchmark arm, played beside the scenario's on a second processor where there is one.

The scenario needs of its benchmark one row a turn, the real incomes on the same draws. A child process plays the
benchmark and sends them as they come; the scenario waits for a row only if it is ahead. Where a process cannot be
forked, the benchmark is played first. Either way the numbers are the same.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from multivector.errors import RunFailed
from multivector.results.recorded import Array, Recorded

Send = Callable[[Array], None]
Play = Callable[[Send], Recorded]
"""Plays the benchmark, sends a row of log real incomes ``[replicate]`` after each turn, and gives its record."""


def can_fork() -> bool:
    """Whether a second process is to be had, and worth having."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1 and not multiprocessing.current_process().daemon


class Beside:
    """A benchmark in progress: rows by turn, then the record.

    Parameters
    ----------
    play : plays the benchmark.
    on_turn : called for every row that arrives.
    fork : whether a second process may be used at all; workers of an ensemble keep to their own.
    """

    def __init__(self, play: Play, on_turn: Callable[[], None], *, fork: bool = True) -> None:
        self._on_turn = on_turn
        self._rows: list[Array] = []
        self._record: Recorded | None = None
        self._process: Any = None
        if fork and can_fork():
            context = multiprocessing.get_context("fork")
            self._receiver, sender = context.Pipe(duplex=False)
            self._process = context.Process(target=_child, args=(play, sender), daemon=True)
            self._process.start()
            sender.close()
        else:
            self._record = play(self._take)

    def _take(self, row: Array) -> None:
        self._rows.append(row)
        self._on_turn()

    def _next(self) -> None:
        try:
            kind, content = self._receiver.recv()
        except EOFError:
            raise RunFailed("the process that played the benchmark ended before its time") from None
        if kind == "row":
            self._take(content)
        elif kind == "record":
            self._record = content
        else:
            raise content

    def __getitem__(self, turn: int) -> Array:
        """Log real income of the benchmark in a turn, by lane: the last replicate fills the lanes that pad a batch."""
        while len(self._rows) <= turn:
            self._next()
        row = self._rows[turn]
        return np.concatenate([row, np.repeat(row[-1:], -len(row) % 8)])

    def record(self) -> Recorded:
        """What the benchmark's recorder kept; waits until it is over."""
        while self._record is None:
            self._next()
        if self._process is not None:
            self._process.join()
        return self._record

    def stop(self) -> None:
        """End the process, if it is still at work."""
        if self._process is not None and self._process.is_alive():
            self._process.kill()
            self._process.join()


def _child(play: Play, sender: Connection) -> None:
    # The parent is interrupted by the same key, says so and ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        record = play(lambda row: sender.send(("row", row)))
        sender.send(("record", record))
    except BrokenPipeError:
        # Nobody listens any more.
        os._exit(1)
    except Exception as error:
        sender.send(("failed", error))
    finally:
        sender.close()
