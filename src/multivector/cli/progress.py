"""A bar for what takes longer than a second: rate and time left, on the error stream of a terminal only."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any

Kind = type[BaseException] | None
PATIENCE = 1.0


class Progress:
    """Counts turns of histories; shows a bar once a second has passed.

    Parameters
    ----------
    on : whether a bar may be shown at all.
    """

    def __init__(self, on: bool) -> None:
        self.on, self.planned, self.per_history = on, 1, 1
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

    def begin(self, planned: int, done: int, per_history: int) -> None:
        """So many turns are planned, of which some were done before; a history has so many."""
        self.planned, self._done, self._before, self.per_history = planned, done, done, per_history
        self._start = time.perf_counter()

    def tick(self, histories: int) -> None:
        """So many histories played one more turn."""
        self._done += histories
        if not self.on:
            return
        if self._bar is None and time.perf_counter() - self._start > PATIENCE:
            self._open()
        if self._bar is not None:
            spent = time.perf_counter() - self._start
            rate = (self._done - self._before) / self.per_history / spent
            total = max(self.planned, self._done)
            self._bar.update(self._task, completed=self._done, total=total, rate=f"{rate:,.0f} histories/s")

    def _open(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            BarColumn(bar_width=30), TextColumn("{task.percentage:>3.0f}%  {task.fields[rate]}"), TimeRemainingColumn(),
            console=Console(stderr=True), transient=True,
        )  # fmt: skip
        self._task = self._bar.add_task("run", total=self.planned, completed=self._before, rate="")
        self._bar.start()
