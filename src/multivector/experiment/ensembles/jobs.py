"""The jobs of a sweep as blocks: each a point and a replicate, numbered in the order of play; the work of a crew."""

from __future__ import annotations

import pickle
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from multivector.experiment.ensembles.crew import Finished
from multivector.experiment.ensembles.histories import Played, facts
from multivector.experiment.histories import replicates
from multivector.experiment.histories.arms import Arms
from multivector.experiment.histories.replicates import FAILURES, Block, Experiment, Level, Tick, chunks, let_go
from multivector.experiment.histories.uncertain import Prior
from multivector.experiment.telling import summary as told
from multivector.results.parts import block_files
from multivector.results.recorded import Array
from multivector.results.tables import Table, lines_table, outcomes_table
from multivector.schema.numbers import numbers

Job = tuple[int, int]
"""A point and a replicate."""
END = "end/"
"""What the column of an outcome at the end is called, before its id."""


@dataclass(frozen=True)
class Group:
    """Points that share a set-up, and the numbers in which they differ: canonical path to ``[point of the group]``."""

    arms: Arms
    points: tuple[int, ...]
    lanes: Mapping[str, Array]


@dataclass
class Piece:
    """A finished block of jobs.

    Attributes
    ----------
    ids : which jobs.
    tables : pieces of each table, in order.
    columns : of each job that did not fail ``[job]``: `point`, `replicate`, `survived`, and ``end/ID``, the value of an
        outcome at the end (nan where it is not defined).
    failures : point, replicate, stage and message of the others.
    """

    ids: range
    tables: dict[str, list[Table]] = field(default_factory=dict)
    columns: dict[str, NDArray[Any]] = field(default_factory=dict)
    failures: list[dict[str, object]] = field(default_factory=list)


T = TypeVar("T", bound=Finished)


def as_it_is(piece: Piece) -> Piece:
    """A block for whoever is in the same memory."""
    return piece


def as_files(piece: Piece) -> Played:
    """A block for the disk."""
    return Played(piece.ids, block_files(piece.tables, piece.columns, facts(piece.failures)))


@dataclass
class Jobs(Generic[T]):
    """All jobs: group after group, in it point after point, of each all replicates. A block is of one group.

    Attributes
    ----------
    groups : points by set-up.
    seed, replicates : root of all draws; histories of each point.
    level : how much is kept.
    made : what a finished block becomes.
    tick : called after every turn with the number of histories that played it.
    alone : keep to one process, also for the benchmark.
    first : number of the first job.
    """

    groups: Sequence[Group]
    seed: int
    replicates: int
    level: Level
    made: Callable[[Piece], T]
    tick: Tick | None = None
    alone: bool = True
    first: int = 0

    def __post_init__(self) -> None:
        self._sent: tuple[int, bytes] = -1, b""
        self._playing: tuple[int, _Player] | None = None

    @cached_property
    def starts(self) -> list[int]:
        """The first job of each group, and where the last ends."""
        counts = [self.first, *(len(group.points) * self.replicates for group in self.groups)]
        return np.cumsum(counts).tolist()  # type: ignore[no-any-return]

    @property
    def blocks(self) -> list[range]:
        """The jobs in blocks."""
        both = zip(self.starts, self.starts[1:], strict=False)
        return [ids for start, stop in both for ids in chunks(start, stop - start, replicates.CHUNK)]

    def group_of(self, ids: range) -> int:
        """The group of a block, by its place."""
        return bisect_right(self.starts, ids.start) - 1

    def jobs(self, ids: range) -> list[Job]:
        """Point and replicate of each job of a block."""
        k = self.group_of(ids)
        points, start = self.groups[k].points, self.starts[k]
        return [(points[(n - start) // self.replicates], (n - start) % self.replicates) for n in ids]

    def turns(self, ids: range) -> int:
        """Turns that the histories of a block take together."""
        return len(ids) * Experiment(self.groups[self.group_of(ids)].arms).turns_per_history

    def play(self, ids: range) -> T:
        """Play a block; a set-up that fails is a failure of all its jobs."""
        let_go()
        piece, jobs, player = Piece(ids), self.jobs(ids), self._player(self.group_of(ids))
        columns: dict[str, list[NDArray[Any]]] = {}
        for some, found in [(jobs, player.problem)] if player.problem else player.play(jobs):
            if isinstance(found, str):
                piece.failures += _lost(some, "set-up" if player.problem else "run", found)
            else:
                _put(piece, columns, some, found, player.group.arms, self.level)
        piece.columns = {name: np.concatenate(parts) for name, parts in columns.items()}
        return self.made(piece)

    def lost(self, ids: range, message: str) -> T:
        """A block that could not be played at all."""
        return self.made(Piece(ids, failures=_lost(self.jobs(ids), "worker", message)))

    def packed(self, ids: range) -> bytes:
        """The jobs of one group: whoever gets them works out its set-up, once."""
        k = self.group_of(ids)
        if self._sent[0] != k:
            mine = replace(self, groups=[self.groups[k]], first=self.starts[k], tick=None, alone=True)
            self._sent = k, pickle.dumps(mine)
        return self._sent[1]

    def _player(self, k: int) -> _Player:
        """Who plays a group; the last one alone is kept, with its worlds."""
        if self._playing is None or self._playing[0] != k:
            self._playing = None
            experiment = Experiment(self.groups[k].arms, seed=self.seed, tick=self.tick, alone=self.alone)
            self._playing = k, _Player(self.groups[k], experiment)
        return self._playing[1]


class _Given(Prior):
    """Numbers that are not drawn but given, lane by lane."""

    def __init__(self, values: Mapping[str, Array]) -> None:
        super().__init__({}, {})
        self._given = dict(values)

    def draw(self, ids: Sequence[int], seed: int) -> dict[str, Array]:  # noqa: ARG002 (the shape of a prior)
        """Values by path, ``[lane]``."""
        return self._given


class _Player:
    """Plays the jobs of one group."""

    def __init__(self, group: Group, experiment: Experiment) -> None:
        self.group, self.experiment = group, experiment
        self._at = {point: k for k, point in enumerate(group.points)}
        self._here = numbers(group.arms.scenario)
        self._there = {} if group.arms.benchmark is None else numbers(group.arms.benchmark)

    @cached_property
    def problem(self) -> str:
        """Why the worlds cannot be set up; nothing if they can."""
        try:
            self.experiment.prepare()
        except FAILURES as error:
            return f"{type(error).__name__}: {error}"
        return ""

    def _given(self, jobs: Sequence[Job], known: Mapping[str, float], *, benchmark: bool) -> _Given:
        at = [self._at[point] for point, _ in jobs]
        # As with --set: what is changed about sanctions concerns the run alone.
        wanted = (
            path for path in self.group.lanes if path in known and not (benchmark and path.startswith("sanctions."))
        )
        return _Given({path: self.group.lanes[path][at] for path in wanted})

    def play(self, jobs: Sequence[Job]) -> Iterator[tuple[Sequence[Job], Block | str]]:
        """Blocks with their jobs, or why a job fails; a batch that fails is halved until that job stands alone."""
        self.experiment.priors = (
            self._given(jobs, self._here, benchmark=False), self._given(jobs, self._there, benchmark=True)
        )  # fmt: skip
        try:
            yield jobs, self.experiment._block([replicate for _, replicate in jobs], "outcomes", None)
            return
        except FAILURES as error:
            if len(jobs) == 1:
                yield jobs, f"{type(error).__name__}: {error}"
                return
        half = len(jobs) // 2
        yield from self.play(jobs[:half])
        yield from self.play(jobs[half:])


def _lost(jobs: Sequence[Job], stage: str, message: str) -> list[dict[str, object]]:
    return [{"point": p, "replicate": k, "stage": stage, "message": message} for p, k in jobs]


def _put(
    piece: Piece, columns: dict[str, list[NDArray[Any]]], jobs: Sequence[Job], block: Block, arms: Arms, level: Level
) -> None:
    """Take in what was played together."""
    record, (points, ids) = block.record, np.asarray(jobs, np.int64).T
    failed = np.asarray(record.failed, bool)
    for at_fault, failure in zip(np.flatnonzero(failed), block.failures, strict=True):
        piece.failures += _lost([jobs[int(at_fault)]], failure.stage, failure.message)
    tally, lost = told.tally_for(Arms(arms.scenario, None), block.dictionary), np.zeros(len(jobs), bool)
    for id in tally.lines:
        if id in record.lines:
            lost |= np.asarray(record.lines[id]["first"]) >= 0
    found = {"point": points, "replicate": ids, "survived": ~lost}
    found |= {f"{END}{id}": tally.end(id, np.asarray(values)) for id, values in record.outcomes.items()}
    for name, values in found.items():
        columns.setdefault(name, []).append(values[~failed])
    # A replicate stands beside itself, once for each point: tables count lanes here, which are told apart below.
    by_lane = replace(record, replicate_ids=np.arange(len(jobs)))  # type: ignore[type-var]
    tables = {"outcomes": outcomes_table(by_lane, arms.scenario.focus, last_only=level == "summary")}
    if record.lines:
        tables["lines"] = lines_table(by_lane)
    for name, table in tables.items():
        lane = np.asarray(table["replicate"])
        told_apart = {**table, "point": points[lane].astype(np.int32), "replicate": ids[lane]}
        piece.tables.setdefault(name, []).append(told_apart)
