"""What ends the worker process that meets it; a module of its own, which a spawned process can import."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

from multivector.experiment.ensembles.jobs import Jobs
from multivector.experiment.histories.replicates import Experiment


class Poisoned(Experiment):
    """Kills the process that plays replicate 17."""

    def blocks(self, ids: Any, level: Any, *, story_of: int | None = None) -> Iterator[Any]:
        if 17 in ids:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().blocks(ids, level, story_of=story_of)


class Stillborn:
    """Kills the process that unpacks it."""

    def __reduce__(self) -> Any:
        return _end, ()


def _end() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class PoisonedJobs(Jobs[Any]):
    """Kills the process that plays replicate 3 of point 1."""

    def play(self, ids: range) -> Any:
        if (1, 3) in self.jobs(ids):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().play(ids)
