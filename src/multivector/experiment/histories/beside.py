"""The benchmark arm, played beside the scenario's on a second processor where there is one.

The scenario needs of its benchmark one row a turn, the real incomes on the same draws. A second process plays the
benchmark and sends them as they come; the scenario waits for a row only if it is ahead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from multivector.experiment.second import Second, Send
from multivector.results.recorded import Array, Recorded

Play = Callable[[Send], tuple[Recorded, Any]]
"""Plays the benchmark, sends a row of log real incomes ``[replicate]`` after each turn, and gives its record and what
was worked out besides."""


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
        self._second = Second(play, self._take, doing="played the benchmark", fork=fork)

    def _take(self, row: Array) -> None:
        self._rows.append(row)
        self._on_turn()

    def __getitem__(self, turn: int) -> Array:
        """Log real income of the benchmark in a turn, by lane: the last replicate fills the lanes that pad a batch."""
        while len(self._rows) <= turn:
            self._second.more()
        row = self._rows[turn]
        return np.concatenate([row, np.repeat(row[-1:], -len(row) % 8)])

    def record(self) -> Recorded:
        """What the benchmark's recorder kept; waits until it is over."""
        return self._second.result()[0]

    def besides(self) -> Any:
        """What else was worked out."""
        return self._second.result()[1]

    def stop(self) -> None:
        """End the process, if it is still at work."""
        self._second.stop()
