"""What worlds say of facts at many points: the histories of a sweep, asked for measures and kept as arrays.

Points come from `sweep.plan` and differ in numbers only, so that all are lanes of batches of one world, on the same
draws. Finished blocks are kept in a folder; a stopped command goes on with them.
"""

from __future__ import annotations

import io
import os
import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from multivector.errors import RunFailed
from multivector.experiment.ensembles.crew import carry_out, local
from multivector.experiment.histories.arms import Arms
from multivector.experiment.histories.replicates import CHUNK, FAILURES, Tick, chunks, let_go
from multivector.experiment.shipped.facts import Fact
from multivector.experiment.studies.measures import shown
from multivector.hashing import digest
from multivector.results.recorded import Array
from multivector.world.model import DiplomacyModel
from multivector.world.setup import Setup
from multivector.world.watching.recorder import Recorder


@dataclass(frozen=True)
class Said:
    """A block of jobs and what they say, ``[fact, job]``; nan where a history failed."""

    ids: range
    values: Array


class Trials:
    """Every replicate of every point, as work for a crew.

    Parameters
    ----------
    arms : the world; a benchmark is not played.
    facts : what is asked, all of this world.
    lanes : canonical path to ``[point]``: the numbers in which points differ; none for one point.
    points, replicates, seed : how many points, histories of each, root of all draws.
    apart : point k meets the luck of replicate k; otherwise all points meet the same.
    """

    def __init__(
        self, arms: Arms, facts: Sequence[Fact], lanes: Mapping[str, Array], *, points: int, replicates: int,
        seed: int, apart: bool = False, tick: Tick | None = None,
    ) -> None:  # fmt: skip
        self.arms, self.facts, self.lanes = replace(arms, benchmark=None), tuple(facts), dict(lanes)
        self.points, self.replicates, self.seed, self.apart, self.tick = points, replicates, seed, apart, tick
        quarters = self.arms.scenario.quarters()
        until = max(fact.quarters[1] for fact in self.facts)
        self.turns = max(k + 1 for k, q in enumerate(quarters) if q <= until)
        self._setup: Setup | None = None

    def __getstate__(self) -> dict[str, object]:
        # Whoever unpacks it makes the set-up itself, and ticks for nobody.
        return {**self.__dict__, "_setup": None, "tick": None}

    @property
    def blocks(self) -> list[range]:
        """The jobs in blocks: point after point, of each all replicates."""
        return list(chunks(0, self.points * self.replicates, CHUNK))

    def digest(self) -> str:
        """What determines the values."""
        return digest({
            "of": self.arms.digest(seed=self.seed, replicates=self.replicates), "apart": self.apart,
            "facts": [[f.id, f.measure, f.date] for f in self.facts],
            "lanes": {path: values.tolist() for path, values in sorted(self.lanes.items())}, "points": self.points,
        })  # fmt: skip

    def play(self, ids: range) -> Said:
        """Play a block; a batch that fails is halved until the failing history stands alone."""
        let_go()
        return Said(ids, self._play(np.asarray(ids)))

    def _play(self, jobs: Array) -> Array:
        point, replicate = (
            jobs // self.replicates,
            jobs % self.replicates + (jobs // self.replicates if self.apart else 0),
        )
        try:
            return self._values(replicate, {path: values[point] for path, values in self.lanes.items()})
        except FAILURES:
            if len(jobs) == 1:
                return np.full((len(self.facts), 1), np.nan)
        half = len(jobs) // 2
        return np.concatenate([self._play(jobs[:half]), self._play(jobs[half:])], axis=1)

    def _values(self, replicate: Array, own: Mapping[str, Array]) -> Array:
        if self._setup is None:
            self._setup = Setup(self.arms.scenario)
        model = DiplomacyModel(self._setup, replicate.tolist(), seed=self.seed, overrides=own)
        recorder = Recorder(model, "full")
        model.observers.append(recorder)
        for _ in range(self.turns):
            model.step()
            if self.tick is not None:
                self.tick(model.count)
        record = recorder.record()
        return np.stack([shown(fact, model.engine, record) for fact in self.facts])

    def lost(self, ids: range, message: str) -> Said:  # noqa: ARG002 (the shape of a work)
        """A block that could not be played at all."""
        return Said(ids, np.full((len(self.facts), len(ids)), np.nan))

    def packed(self, ids: range) -> bytes:  # noqa: ARG002
        """All of it: there is one set-up."""
        return pickle.dumps(self)


def ask(trials: Trials, *, workers: int | None = 1, keep: Path | None = None) -> Array:
    """What every history says, ``[fact, point, replicate]``.

    Parameters
    ----------
    trials : what to play.
    workers : processes (None: as many as processors); no number depends on it.
    keep : folder for finished blocks, in which a stopped command goes on; None keeps nothing.

    Raises
    ------
    RunFailed
        The folder cannot be written.
    """
    blocks = trials.blocks
    out = np.full((len(trials.facts), trials.points * trials.replicates), np.nan)
    store = None if keep is None else _Store(keep / trials.digest()[:16])
    done = {ids for ids, values in (store.kept(blocks) if store else ()) if _put(out, ids, values)}
    tell = trials.tick or (lambda _: None)
    if done:
        tell(sum(map(len, done)) * trials.turns)
    todo = [ids for ids in blocks if ids not in done]
    if not todo:
        return out.reshape(len(trials.facts), trials.points, trials.replicates)
    crew = local(trials, workers, len(todo))
    try:
        for said in carry_out(crew, todo, lambda: tell(0)):
            _put(out, said.ids, said.values)
            if store is not None:
                store.add(said.ids, said.values)
            if not crew.ticking:
                tell(len(said.ids) * trials.turns)
    finally:
        crew.stop()
    return out.reshape(len(trials.facts), trials.points, trials.replicates)


def _put(out: Array, ids: range, values: Array) -> bool:
    out[:, ids.start : ids.stop] = values
    return True


@dataclass(frozen=True)
class _Store:
    """Finished blocks on disk: a file each, whole or absent."""

    folder: Path

    def kept(self, blocks: Sequence[range]) -> Iterator[tuple[range, Array]]:
        for ids in blocks:
            place = self._place(ids)
            if place.is_file():
                yield ids, np.load(place)

    def add(self, ids: range, values: Array) -> None:
        buffer = io.BytesIO()
        np.save(buffer, values)
        place = self._place(ids)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            beside = place.with_suffix(f".{os.getpid()}.new")
            beside.write_bytes(buffer.getvalue())
            os.replace(beside, place)
        except OSError as error:
            raise RunFailed(f"{self.folder}: finished work cannot be kept: {error.strerror}") from error

    def _place(self, ids: range) -> Path:
        return self.folder / f"{ids.start:09d}-{len(ids)}.npy"


def planned(worlds: Sequence[Trials]) -> int:
    """Turns that several trials take: what a progress bar counts to."""
    return sum(t.points * t.replicates * t.turns for t in worlds)


def by_world(facts: Sequence[Fact]) -> dict[str, tuple[Fact, ...]]:
    """Facts by the world that they are about, in the order of the table."""
    return {world: tuple(f for f in facts if f.world == world) for world in dict.fromkeys(f.world for f in facts)}
