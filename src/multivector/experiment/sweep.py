"""Many points of one world on the same draws: points that differ in numbers only are lanes of one batch.

What stocks are worth later and the scales of choice are worked out once for each set-up: at the scenario's own numbers,
with what changes more than a number (a doctrine, a calendar, a rule) as the point has it. They stay fixed while numbers
vary. Each point meets the draws that a run with the same seed meets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from multivector.errors import BadInput, Problem
from multivector.experiment import replicates
from multivector.experiment import summary as told
from multivector.experiment.arms import Arms, prepare
from multivector.experiment.design import Point
from multivector.experiment.replicates import FAILURES, Block, Experiment, Level, Tick, let_go
from multivector.experiment.running import Sink
from multivector.experiment.uncertain import Prior
from multivector.hashing import digest
from multivector.outcomes import Outcome
from multivector.results.recorded import Array
from multivector.results.tables import Table, lines_table, outcomes_table, words
from multivector.schema import Scenario
from multivector.schema.numbers import canonical, numbers

Job = tuple[int, int]
"""A point and a replicate."""
LISTED = 50
"""So many values of a number are tried one by one before anything is played."""


@dataclass(frozen=True)
class Group:
    """Points that share a set-up, and the numbers in which they differ: canonical path to ``[point of the group]``."""

    arms: Arms
    points: tuple[int, ...]
    lanes: Mapping[str, Array]


@dataclass(frozen=True)
class Sweep:
    """What to play: points, by group, and the scenario with what all points share."""

    arms: Arms
    points: tuple[Point, ...]
    groups: tuple[Group, ...]
    seed: int
    replicates: int

    @property
    def paths(self) -> tuple[str, ...]:
        """What is varied."""
        return tuple(self.points[0])

    @property
    def level(self) -> Level:
        """How much is kept: every quarter, or of very many histories the last."""
        return "summary" if len(self.points) * self.replicates > replicates.OUTCOMES_UP_TO else "outcomes"

    @property
    def turns(self) -> int:
        """Turns that will be played: what a progress bar counts to."""
        return sum(len(g.points) * self.replicates * Experiment(g.arms).turns_per_history for g in self.groups)

    def digest(self) -> str:
        """Digest of everything that determines the numbers."""
        own = self.arms.digest(seed=self.seed, replicates=self.replicates)
        return digest({"kind": "sweep", "of": own, "points": [dict(point) for point in self.points]})

    def name(self) -> str:
        """Name of the result."""
        return f"{self.arms.scenario.id.replace('/', '-')}-sweep-{self.digest()[:8]}"


@dataclass
class Played:
    """What a sweep came to.

    Attributes
    ----------
    end : outcome to ``[point, replicate]``: mean of the last year, or the last turn where only that has it; nan where a
        history failed or the outcome is not defined.
    survived, done : flags ``[point, replicate]``: no red line crossed; finished.
    failures : point, replicate, stage and message of each history without numbers.
    dictionary : what each outcome is.
    """

    end: dict[str, Array]
    survived: NDArray[np.bool_]
    done: NDArray[np.bool_]
    failures: list[dict[str, object]]
    dictionary: Mapping[str, Outcome]


def plan(
    scenario: str | Path,
    points: Sequence[Point],
    *,
    seed: int = 0,
    replicates: int,
    overrides: Mapping[str, str] | None = None,
    doctrines: Mapping[str, str] | None = None,
    order: str | None = None,
) -> Sweep:
    """Check all points and put those together that differ in numbers only.

    Parameters
    ----------
    scenario : a file or the name of a shipped one.
    points : path to YAML text, the same paths in each.
    seed, replicates : root of all draws; histories of each point.
    overrides, doctrines, order : what all points share, as for a run.

    Raises
    ------
    BadInput
        Something is wrong with the scenario, a path or a value: as a run with that value says it.
    """
    shared = dict(overrides or {})

    def load(more: Point) -> Arms:
        return prepare(scenario, overrides={**shared, **more}, doctrines=doctrines, order=order)

    base = load({})
    known = numbers(base.scenario)
    easy = [path for path in points[0] if canonical(path, known) in known and all(_is_number(p[path]) for p in points)]
    plain = [canonical(path, known) for path in points[0]]
    if len(set(plain)) < len(plain):
        raise BadInput([Problem("--vary", 0, 0, "", "found two names of one number", "each number once")])
    _check(load, points, easy)
    found: dict[tuple[str, ...], list[int]] = {}
    hard = [path for path in points[0] if path not in easy]
    for k, point in enumerate(points):
        found.setdefault(tuple(point[path] for path in hard), []).append(k)
    groups = []
    for values, members in found.items():
        arms = load(dict(zip(hard, values, strict=True))) if hard else base
        lanes = {canonical(path, known): np.array([float(points[k][path]) for k in members]) for path in easy}
        groups.append(Group(arms, tuple(members), lanes))
    return Sweep(base, tuple(points), tuple(groups), seed, replicates)


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


def _check(load: Callable[[Point], Arms], points: Sequence[Point], easy: Sequence[str]) -> None:
    """Load the world with every listed value, and with the ends of what has very many: what lies between is as good."""
    values = {path: sorted({point[path] for point in points}, key=float) for path in easy}
    for path, each in values.items():
        values[path] = each if len(each) <= LISTED else [each[0], each[-1]]
    for k in range(max(map(len, values.values()), default=0)):
        load({path: each[min(k, len(each) - 1)] for path, each in values.items()})


class Given(Prior):
    """Numbers that are not drawn but given, lane by lane."""

    def __init__(self, values: Mapping[str, Array]) -> None:
        super().__init__({}, {})
        self._given = dict(values)

    def draw(self, ids: Sequence[int], seed: int) -> dict[str, Array]:  # noqa: ARG002 (the shape of a prior)
        """Values by path, ``[lane]``."""
        return self._given


class _Group:
    """Plays the jobs of one group."""

    def __init__(self, group: Group, sweep: Sweep, tick: Tick | None) -> None:
        self.group, self.sweep = group, sweep
        self.experiment = Experiment(group.arms, seed=sweep.seed, tick=tick)
        self._at = {point: k for k, point in enumerate(group.points)}
        self._here = numbers(group.arms.scenario)
        self._there = {} if group.arms.benchmark is None else numbers(group.arms.benchmark)

    def _given(self, jobs: Sequence[Job], known: Mapping[str, float], *, benchmark: bool) -> Given:
        at = [self._at[point] for point, _ in jobs]
        # As with --set: what is changed about sanctions concerns the run alone.
        wanted = (
            path for path in self.group.lanes if path in known and not (benchmark and path.startswith("sanctions."))
        )
        return Given({path: self.group.lanes[path][at] for path in wanted})

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


def play(sweep: Sweep, sink: Sink, tick: Tick | None = None, *, workers: int | None = 1) -> Played:  # noqa: ARG001
    """Play all points; tables go to the sink in the order of play, whoever plays.

    Parameters
    ----------
    sweep : what to play.
    sink : where tables go.
    tick : called after every turn with the number of histories that played it.
    workers : processes that may play at the same time (None: as many as processors); no number depends on it. So far
        this process plays alone.
    """
    shape = (len(sweep.points), sweep.replicates)
    out = Played({}, np.zeros(shape, bool), np.zeros(shape, bool), [], Experiment(sweep.arms).dictionary)
    sink.add("points", points_table(sweep.points))
    size = replicates.CHUNK
    for group in sweep.groups:
        player = _Group(group, sweep, tick)
        jobs = [(point, k) for point in group.points for k in range(sweep.replicates)]
        try:
            player.experiment.prepare()
        except FAILURES as error:
            _lost(out, jobs, "set-up", f"{type(error).__name__}: {error}")
            continue
        for start in range(0, len(jobs), size):
            for some, found in player.play(jobs[start : start + size]):
                if isinstance(found, str):
                    _lost(out, some, "run", found)
                else:
                    _take(out, some, found, group.arms.scenario, sweep.level, sink)
            let_go()
    return out


def _lost(out: Played, jobs: Sequence[Job], stage: str, message: str) -> None:
    out.failures += [{"point": p, "replicate": k, "stage": stage, "message": message} for p, k in jobs]


def _take(out: Played, jobs: Sequence[Job], block: Block, scenario: Scenario, level: Level, sink: Sink) -> None:
    record = block.record
    at = tuple(np.asarray(jobs, np.int64).T)
    failed = np.asarray(record.failed, bool)
    for at_fault, failure in zip(np.flatnonzero(failed), block.failures, strict=True):
        _lost(out, [jobs[int(at_fault)]], failure.stage, failure.message)
    tally = told.tally_for(Arms(scenario, None), block.dictionary)
    for id, values in record.outcomes.items():
        # Worlds of other doctrines may have other outcomes: what a point does not have is not known.
        end = out.end.setdefault(id, np.full(out.done.shape, np.nan))
        end[at] = np.where(failed, np.nan, tally.end(id, np.asarray(values)))
    out.dictionary = {**block.dictionary, **out.dictionary}
    lost = np.zeros(len(jobs), bool)
    for id in tally.lines:
        if id in record.lines:
            lost |= np.asarray(record.lines[id]["first"]) >= 0
    out.done[at], out.survived[at] = ~failed, ~failed & ~lost
    # A replicate stands beside itself, once for each point: tables count lanes here, which are told apart below.
    by_lane = replace(record, replicate_ids=np.arange(len(jobs)))  # type: ignore[type-var]
    tables = {"outcomes": outcomes_table(by_lane, scenario.focus, last_only=level == "summary")}
    if record.lines:
        tables["lines"] = lines_table(by_lane)
    for name, table in tables.items():
        lane = np.asarray(table["replicate"])
        sink.add(name, {**table, "point": at[0][lane].astype(np.int32), "replicate": at[1][lane]})


def points_table(points: Sequence[Point]) -> Table:
    """What each point is: point, path, value (as text, in the words of ``--set``), and as a number where it is one."""
    rows = [(k, path, value) for k, point in enumerate(points) for path, value in point.items()]
    return {
        "point": np.array([k for k, _, _ in rows], np.int32),
        "path": words([path for _, path, _ in rows]),
        "value": words([value for _, _, value in rows]),
        "number": np.array([float(value) if _is_number(value) else np.nan for _, _, value in rows]),
    }
