"""What a sweep came to, read point by point from blocks on disk: memory holds a few of them, however many there are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from multivector.experiment.ensembles.jobs import END, as_files
from multivector.experiment.ensembles.sweep import Ends, Sweep
from multivector.outcomes import Outcome
from multivector.results.parts import block_facts, columns_of
from multivector.results.recorded import Array

HELD = 64
"""Blocks whose columns are in memory: points of one set-up follow each other, those of several take turns."""


class Kept:
    """A finished sweep on disk; as `experiment.sweep.Played`, but for the tables.

    Parameters
    ----------
    sweep : what was played.
    folders : its blocks, in order.
    wanted : outcomes that will be asked for.
    """

    def __init__(self, sweep: Sweep, folders: Sequence[Path], wanted: Sequence[str]) -> None:
        self._sweep, self._folders = sweep, folders
        jobs = sweep.jobs(as_files)
        blocks = jobs.blocks
        self._starts = [ids.start for ids in blocks]
        facts = [block_facts(folder) for folder in folders]
        self.failures: list[dict[str, object]] = [failure for each in facts for failure in each["failures"]]
        self.known = {name.removeprefix(END) for each in facts for name in each["columns"] if name.startswith(END)}
        sound = {jobs.group_of(ids) for ids, each in zip(blocks, facts, strict=True) if each["columns"]}
        self.dictionary: Mapping[str, Outcome] = sweep.dictionary(sound)
        names = ("point", "replicate", "survived", *(END + id for id in wanted if id in self.known))
        self._read = lru_cache(HELD)(lambda k: columns_of(folders[k], names))
        self._first = {
            point: start + at * sweep.replicates
            for group, start in zip(sweep.groups, jobs.starts, strict=False)
            for at, point in enumerate(group.points)
        }

    def of(self, point: int) -> Ends:
        """What one point came to."""
        count, start = self._sweep.replicates, self._first[point]
        last = bisect_right(self._starts, start + count - 1)
        out: dict[str, Array] = {}
        done = np.zeros(count, bool)
        for k in range(bisect_right(self._starts, start) - 1, last):
            found = self._read(k)
            mine = np.flatnonzero(found["point"] == point) if found else np.zeros(0, np.int64)
            for name, values in found.items():
                at = found["replicate"][mine].astype(np.int64)
                done[at] = True
                out.setdefault(name, np.full(count, np.nan))[at] = values[mine]
        survived = out.get("survived", np.zeros(count)) == 1.0
        return Ends(done, survived, {n.removeprefix(END): v for n, v in out.items() if n.startswith(END)})
