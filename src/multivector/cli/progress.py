"""A bar for what takes longer than a second: rate and time left, on the error stream of a terminal only."""

from __future__ import annotations

import time
from datetime import timedelta
from types import TracebackType
from typing import Any

import click

from multivector.language import Speaker, speaker

Kind = type[BaseException] | None
PATIENCE = 1.0


class Progress:
    """Counts turns of histories; shows a bar once a second has passed.

    Parameters
    ----------
    on : whether a bar may be shown at all.
    lang : in which language it speaks.
    silent : whether nothing at all is said besides.
    """

    def __init__(self, on: bool, lang: str = "en", *, silent: bool = True) -> None:
        self.say = speaker(lang)
        self.on, self.silent, self.planned, self.per_history = on, silent, 1, 1
        self._start, self._done, self._before = time.perf_counter(), 0, 0
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def note(self, text: str) -> None:
        """Say something on the error stream, unless silence was asked for."""
        if not self.silent:
            click.echo(text, err=True)

    def begin(self, planned: int, done: int, per_history: int) -> None:
        """So many turns are planned, of which some were done before; a history has so many."""
        self.planned, self._done, self._before, self.per_history = planned, done, done, per_history
        self._start = time.perf_counter()

    def skip(self, turns: int) -> None:
        """So many of the turns that are planned were played before: they say nothing of the rate."""
        self._done += turns
        self._before += turns

    def tick(self, histories: int) -> None:
        """So many histories played one more turn."""
        self._done += histories
        if not self.on:
            return
        if self._bar is None and time.perf_counter() - self._start > PATIENCE:
            self._open()
        if self._bar is not None:
            spent = time.perf_counter() - self._start
            new, total = self._done - self._before, max(self.planned, self._done)
            rate = self.say("histories a second: {n}", n=self.say.number(new / self.per_history / spent, 0))
            self._bar.update(
                self._task,
                completed=self._done,
                total=total,
                rate=rate,
                left=left(spent, new, total - self._done, self.say),
            )

    def _open(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        self._bar = Progress(
            BarColumn(bar_width=30), TextColumn("{task.percentage:>3.0f}%  {task.fields[rate]}{task.fields[left]}"),
            console=Console(stderr=True), transient=True,
        )  # fmt: skip
        self._task = self._bar.add_task("run", total=self.planned, completed=self._before, rate="", left="")
        self._bar.start()


def left(spent: float, done: int, open_: int, say: Speaker) -> str:
    """Time left, at the rate so far: blocks come several at once or not for a while, and the last few say little.

    Examples
    --------
    >>> say = speaker()
    >>> left(30.0, 100, 300, say), left(30.0, 0, 300, say), left(7200.0, 100, 50, say)
    (', 0:01:30 left', '', ', 1:00:00 left')
    """
    return say(", {time} left", time=timedelta(seconds=round(spent * open_ / done))) if done else ""
