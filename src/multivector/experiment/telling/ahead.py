"""Histories that are told by a second process while the first does what needs none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, overload

from multivector.experiment.histories.replicates import Tick
from multivector.experiment.second import Second

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
        # It plays the benchmark in a process of its own.
        self._second = Second(play, tick or (lambda _count: None), doing="played histories again", parent=True)

    def __len__(self) -> int:
        return len(self._second.result())

    @overload
    def __getitem__(self, k: int) -> Told: ...
    @overload
    def __getitem__(self, k: slice) -> list[Told]: ...
    def __getitem__(self, k: int | slice) -> Told | list[Told]:
        return self._second.result()[k]

    def __iter__(self) -> Iterator[Told]:
        return iter(self._second.result())
