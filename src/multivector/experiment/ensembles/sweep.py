"""Many points of one world on the same draws: points that differ in numbers only are lanes of one batch.

What stocks are worth later and the scales of choice are worked out once for each set-up: at the scenario's own numbers,
with what changes more than a number (a doctrine, a calendar, a rule) as the point has it. They stay fixed while numbers
vary. Each point meets the draws that a run with the same seed meets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from multivector.errors import BadInput, Problem
from multivector.experiment.ensembles.crew import carry_out, local
from multivector.experiment.ensembles.design import Point
from multivector.experiment.ensembles.jobs import END, Group, Jobs, Piece, T, as_it_is
from multivector.experiment.ensembles.running import Sink
from multivector.experiment.ensembles.shelf import Shelf, as_ends
from multivector.experiment.histories import replicates
from multivector.experiment.histories.arms import Arms, prepare
from multivector.experiment.histories.replicates import Experiment, Level, Tick
from multivector.hashing import digest
from multivector.outcomes import Outcome
from multivector.results.recorded import Array
from multivector.results.tables import Table, words
from multivector.schema.numbers import canonical, numbers

LISTED = 50
"""So many values of a number are tried one by one before anything is played."""


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

    def jobs(self, made: Callable[[Piece], T], tick: Tick | None = None, *, alone: bool = True) -> Jobs[T]:
        """Every replicate of every point, as work for a crew; finished blocks are what `made` makes of them."""
        return Jobs(self.groups, self.seed, self.replicates, self.level, made, tick, alone)

    def dictionary(self, groups: Iterable[int]) -> dict[str, Outcome]:
        """What each outcome is, of the scenario and of some groups: other doctrines may have other outcomes."""
        found = dict(Experiment(self.arms).dictionary)
        for k in sorted(groups):
            found = {**Experiment(self.groups[k].arms).dictionary, **found}
        return found

    @property
    def blocks(self) -> int:
        """Blocks in which it is played."""
        return len(self.jobs(as_it_is).blocks)

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

    @property
    def known(self) -> set[str]:
        """Outcomes that some point has."""
        return set(self.end)

    def of(self, point: int) -> Ends:
        """What one point came to."""
        end = {id: values[point] for id, values in self.end.items()}
        return Ends(self.done[point], self.survived[point], end)


@dataclass(frozen=True)
class Ends:
    """What one point came to: finished, no red line crossed, outcomes at the end (nan: none), each ``[replicate]``."""

    done: NDArray[np.bool_]
    survived: NDArray[np.bool_]
    end: Mapping[str, Array]


class Results(Protocol):
    """What a sweep came to, point by point: from memory or from blocks on disk."""

    dictionary: Mapping[str, Outcome]
    failures: list[dict[str, object]]

    @property
    def known(self) -> set[str]:
        """Outcomes that some point has."""
        ...

    def of(self, point: int) -> Ends:
        """What one point came to."""
        ...


class OfSweep:
    """What a study that plays one sweep has of it: what progress bars count, and what results are kept under."""

    sweep: Sweep

    @property
    def seed(self) -> int:
        """Root of all draws."""
        return self.sweep.seed

    @property
    def replicates(self) -> int:
        """Histories of each point."""
        return self.sweep.replicates

    @property
    def histories(self) -> int:
        """Histories that will be played."""
        return len(self.sweep.points) * self.sweep.replicates

    @property
    def turns(self) -> int:
        """Turns that will be played: what a progress bar counts to."""
        return self.sweep.turns

    @property
    def blocks(self) -> int:
        """Blocks that are played."""
        return self.sweep.blocks


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


def play(
    sweep: Sweep, sink: Sink, tick: Tick | None = None, *, workers: int | None = 1, shelf: Shelf | None = None
) -> Played:
    """Play all points; tables go to the sink in the order of play, whoever plays.

    Parameters
    ----------
    sweep : what to play.
    sink : where tables go.
    tick : called with the number of histories that played one more turn; 0 where only time passes.
    workers : processes that play at the same time (None: as many as processors); 1 is this process, with the benchmark
        beside it where that is faster. No number depends on it. More are spawned: a script that asks for them stands
        under ``if __name__ == "__main__"``.
    shelf : keeps finished blocks on the disk, and has those of an analysis that was interrupted; what goes to the sink
        is then the tables that it keeps (red lines alone if nothing else is said).
    """
    shape = (len(sweep.points), sweep.replicates)
    out = Played({}, np.zeros(shape, bool), np.zeros(shape, bool), [], Experiment(sweep.arms).dictionary)
    sink.add("points", points_table(sweep.points))
    jobs, sound = sweep.jobs(as_it_is, tick, alone=False), set[int]()
    tell = tick or (lambda _: None)
    if shelf is None:
        pieces = _played(jobs, workers, tell)
    else:
        kept = sweep.jobs(partial(as_ends, names=shelf.tables), tick, alone=False)
        pieces = shelf.played(kept, lambda blocks: local(kept, workers, blocks), tell)
    for piece in pieces:
        if piece.columns:
            sound.add(jobs.group_of(piece.ids))
        _take(out, piece, sink)
    out.dictionary = sweep.dictionary(sound)
    return out


def _played(jobs: Jobs[Piece], workers: int | None, tell: Tick) -> Iterator[Piece]:
    blocks = jobs.blocks
    crew = local(jobs, workers, len(blocks))
    try:
        found = carry_out(crew, blocks, lambda: tell(0))
        yield from _in_order(found, jobs, blocks, None if crew.ticking else tell)
    finally:
        crew.stop()


def _in_order(found: Iterator[Piece], jobs: Jobs[Piece], blocks: Sequence[range], tell: Tick | None) -> Iterator[Piece]:
    """Blocks in the order of play: one that is ready early waits for those before it."""
    early: dict[range, Piece] = {}
    left = iter(blocks)
    wanted = next(left, None)
    for piece in found:
        early[piece.ids] = piece
        if tell is not None:
            tell(jobs.turns(piece.ids))
        while wanted in early:
            yield early.pop(wanted)
            wanted = next(left, None)


def _take(out: Played, piece: Piece, sink: Sink) -> None:
    out.failures += piece.failures
    if piece.columns:
        at = piece.columns["point"], piece.columns["replicate"]
        out.done[at], out.survived[at] = True, piece.columns["survived"]
    for name, values in piece.columns.items():
        if name.startswith(END):
            # Worlds of other doctrines may have other outcomes: what a point does not have is not known.
            out.end.setdefault(name.removeprefix(END), np.full(out.done.shape, np.nan))[at] = values
    for name, tables in piece.tables.items():
        for table in tables:
            sink.add(name, table)


def points_table(points: Sequence[Point]) -> Table:
    """What each point is: point, path, value (as text, in the words of ``--set``), and as a number where it is one."""
    rows = [(k, path, value) for k, point in enumerate(points) for path, value in point.items()]
    return {
        "point": np.array([k for k, _, _ in rows], np.int32),
        "path": words([path for _, path, _ in rows]),
        "value": words([value for _, _, value in rows]),
        "number": np.array([float(value) if _is_number(value) else np.nan for _, _, value in rows]),
    }
