"""Blocks on the disk as they are played, then one result of them: stopped at any time, gone on with, the same bytes.

What a block holds follows from what is played alone, and the result is joined from the blocks in their order: whoever
played them, in whatever order, and however often it was stopped.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from multivector.errors import RunFailed
from multivector.experiment.ensembles.crew import Crew, Finished, carry_out
from multivector.experiment.ensembles.saving import timing
from multivector.results.parts import Parts


class Watcher(Protocol):
    """Is told how a run goes on."""

    def begin(self, planned: int, done: int, per_history: int) -> None:
        """So many turns are planned, so many were done before; a history has so many."""
        ...

    def __call__(self, count: int) -> None:
        """So many histories played one more turn; 0 to say that time passes."""
        ...

    def skip(self, turns: int) -> None:
        """So many of the turns that are planned were played before."""
        ...

    def compiling(self) -> None:
        """The turn is compiled, which takes some seconds and is remembered."""
        ...

    def stopped(self, kept: int, planned: int, what: str) -> None:
        """It ends before its time; so many of so many (``histories``, ``blocks``) are on the disk."""
        ...


class Unwatched:
    """Nobody is told how a run goes on."""

    def begin(self, planned: int, done: int, per_history: int) -> None:
        """Nothing."""

    def __call__(self, count: int) -> None:
        """Nothing."""

    def skip(self, turns: int) -> None:
        """Nothing."""

    def compiling(self) -> None:
        """Nothing."""

    def stopped(self, kept: int, planned: int, what: str) -> None:
        """Nothing."""


class OnDisk(Finished, Protocol):
    """A finished block as files by name."""

    @property
    def files(self) -> Mapping[str, bytes]:
        """Content by name of file."""
        ...


class Blockwise(ABC):
    """Something that is played in blocks and kept.

    Attributes
    ----------
    blocks : the blocks by number, in their order.
    parts : where finished blocks lie.
    watcher : is told how it goes on.
    resume, force : go on with the blocks of an unfinished run; throw them away.
    """

    blocks: Mapping[int, range]
    parts: Parts
    watcher: Watcher
    resume: bool
    force: bool

    @abstractmethod
    def _turns(self, ids: range) -> int:
        """Turns that the histories of a block take together: the unit of progress."""

    @abstractmethod
    def _begin(self) -> None:
        """The blocks are to be played: what must be said or kept before."""

    @abstractmethod
    def _crew(self, blocks: int) -> Crew[Any]:
        """Who plays so many blocks; what comes back has files."""

    @abstractmethod
    def _publish(self, spent: Mapping[str, Any]) -> Path:
        """Make the result of the blocks, which are all there; `spent` is the time that it took."""

    @property
    def kept(self) -> int:
        """Histories that are on the disk by now."""
        return sum(len(self.blocks[k]) for k in self.parts.blocks)

    @property
    def planned(self) -> int:
        """Histories that there are in the end."""
        return sum(map(len, self.blocks.values()))

    def perform(self) -> Path:
        """Play what is missing; give the folder of the result.

        Raises
        ------
        BadInput
            Blocks of an unfinished run are there and it was not said what to do with them.
        RunFailed
            The disk is full, the folder cannot be written, or workers cannot be had.
        """
        start = time.perf_counter()
        try:
            self.parts.open(resume=self.resume, fresh=self.force)
            before = self.kept
            workers = self._play()
            seconds = time.perf_counter() - start
            return self._publish({**timing(seconds, self.kept - before), "workers": workers, "before": before})
        except (KeyboardInterrupt, RunFailed):
            self.parts.look()
            if self.kept:
                self.watcher.stopped(self.kept, self.planned, "histories")
            raise
        finally:
            self.parts.close()

    def _play(self) -> int:
        todo = {k: ids for k, ids in self.blocks.items() if k not in self.parts.blocks}
        turns = sum(map(self._turns, self.blocks.values()))
        left = sum(map(self._turns, todo.values()))
        self.watcher.begin(turns, turns - left, max(1, turns // max(1, self.planned)))
        self._begin()
        if not todo:
            return 0
        number = {ids: k for k, ids in todo.items()}
        crew = self._crew(len(todo))
        try:
            for block in carry_out(crew, list(number), lambda: self.watcher(0)):
                made: OnDisk = block
                self.parts.add(number[made.ids], made.files)
                if not crew.ticking:
                    self.watcher(self._turns(made.ids))
        finally:
            crew.stop()
        return crew.size
