"""Histories that are told by a second process while the first does what needs none of them."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from typing import Any, overload

from multivector.errors import RunFailed
from multivector.experiment.histories.beside import can_fork
from multivector.experiment.histories.replicates import Tick

Told = dict[str, Any]
Play = Callable[[Tick], list[Told]]
"""Plays and tells; is given what to call after every turn."""


class Ahead(Sequence[Told]):
    """Histories on their way: whoever asks for one waits for all. Where no process can be forked, they are told first.

    Parameters
    ----------
    play : plays and tells them.
    tick : called after every turn, as far as somebody waits.

    Raises
    ------
    RunFailed
        When one is asked for: a history has failed, or the process has ended before its time.

    Examples
    --------
    >>> ahead = Ahead(lambda tick: [{"replicate": 3}], None)
    >>> len(ahead), ahead[0]
    (1, {'replicate': 3})
    """

    def __init__(self, play: Play, tick: Tick | None) -> None:
        self._tick: Tick = tick or (lambda _count: None)
        self._found: list[Told] | None = None
        if not can_fork():
            self._found = play(self._tick)
            return
        context = multiprocessing.get_context("fork")
        self._receiver, sender = context.Pipe(duplex=False)
        # No daemon: those have no children, and this one plays the benchmark in a process of its own.
        self._process = context.Process(target=_child, args=(play, sender))
        self._process.start()
        sender.close()

    def _all(self) -> list[Told]:
        while self._found is None:
            try:
                kind, content = self._receiver.recv()
            except EOFError:
                raise RunFailed("the process that played histories again ended before its time") from None
            if kind == "tick":
                self._tick(content)
            elif kind == "told":
                self._found = content
                self._process.join()
            else:
                raise content
        return self._found

    def __len__(self) -> int:
        return len(self._all())

    @overload
    def __getitem__(self, k: int) -> Told: ...
    @overload
    def __getitem__(self, k: slice) -> list[Told]: ...
    def __getitem__(self, k: int | slice) -> Told | list[Told]:
        return self._all()[k]

    def __iter__(self) -> Iterator[Told]:
        return iter(self._all())


def _child(play: Play, sender: Connection) -> None:
    # The same key ends both.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    try:
        sender.send(("told", play(lambda count: sender.send(("tick", count)))))
    except BrokenPipeError:
        # Nobody listens any more.
        os._exit(1)
    except Exception as error:
        sender.send(("failed", error))
    finally:
        sender.close()
