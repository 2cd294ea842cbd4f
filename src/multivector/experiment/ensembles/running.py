"""From a request to numbers: one narrated history with silent companions, or an ensemble in blocks."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from multivector.experiment.ensembles.saving import scenario_texts, tables_of
from multivector.experiment.histories import replicates
from multivector.experiment.histories.arms import Arms
from multivector.experiment.histories.replicates import Block, Done, Experiment, Failure, Level, Tick, chunks, let_go
from multivector.experiment.telling import summary as told
from multivector.experiment.telling.telling import whole
from multivector.outcomes import OUTCOMES, Outcome
from multivector.results.tables import Table
from multivector.results.tally import Tally

COMPANIONS = 199
"""Silent histories beside a narrated one, for the headline."""
LONGER = 3.5
"""How many times longer than one history its companions take, set-up apart: a guess on the safe side."""


class Sink(Protocol):
    """Where tables go, block by block."""

    def add(self, table: str, content: Table | None) -> None:
        """Take one more block of a table."""
        ...


@dataclass
class Memory:
    """A sink that keeps the blocks."""

    tables: dict[str, list[Table]] = field(default_factory=dict)

    def add(self, table: str, content: Table | None) -> None:
        """Keep a block."""
        if content is not None:
            self.tables.setdefault(table, []).append(content)


class Nowhere:
    """A sink that keeps nothing: for those who need a sweep's ends alone."""

    def add(self, table: str, content: Table | None) -> None:
        """Let a block go."""


@dataclass(frozen=True)
class Request:
    """What to run.

    Attributes
    ----------
    arms : the scenario and its benchmark.
    seed : root of all draws.
    replicates : histories to keep.
    level : how much to keep.
    companions : seconds that the silent histories beside a single one may take (0 = none): they give the headline, and
        are not kept. If they would take longer, there are none.
    """

    arms: Arms
    seed: int
    replicates: int
    level: Level
    companions: float = 0.0

    @property
    def block_size(self) -> int:
        """Replicates computed at a time."""
        return replicates.block_size(self.replicates, self.arms.fast, alone=self.arms.benchmark is None)


class Run:
    """Carries out a request in this process (`alone`: and in no second one) and hands tables to a sink as they come."""

    def __init__(
        self, request: Request, sink: Sink, tick: Tick | None = None, *, alone: bool = False,
        compiling: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        self.request, self.sink = request, sink
        texts = partial(scenario_texts, request.arms) if request.replicates == 1 and not alone else None
        self.experiment = Experiment(
            request.arms, seed=request.seed, tick=tick, alone=alone, besides=texts, compiling=compiling
        )
        self.failures: list[Failure] = []
        self.dictionary: Mapping[str, Outcome] = OUTCOMES
        self.tally: Tally | None = None
        self.story: Block | None = None

    @property
    def planned(self) -> int:
        """Turns of histories that will be played at least: what a progress bar counts to."""
        return self.request.replicates * self.experiment.turns_per_history

    def perform(self) -> Done:
        """Run everything."""
        start = time.perf_counter()
        request = self.request
        alone = request.replicates == 1
        if alone and request.companions > 0.0:
            self._with_companions()
        else:
            size = request.block_size
            if request.replicates > size:
                self.experiment.prepare()
            for ids in chunks(0, request.replicates, size):
                self._block(ids, keep=None, story=alone)
                if ids.stop < request.replicates:
                    let_go()
        texts = (self.story and self.story.besides) or {}
        summary = summary_of(request, self.story, self.tally, self.dictionary, self.failures)
        return Done(summary, self.failures, self.dictionary, time.perf_counter() - start, self._told(summary), texts)

    def _told(self, summary: dict[str, Any]) -> list[dict[str, Any]]:
        """The narrated history whole, where everything is kept: a report need not play it again."""
        if self.story is None or self.request.level != "full" or self.failures:
            return []
        return [whole(self.experiment, self.story, 0, summary["history"])]

    def _with_companions(self) -> None:
        self._block(range(1), keep=[0], story=True)
        if self.story is not None and LONGER * self.story.seconds <= self.request.companions:
            self._block(range(1, 1 + COMPANIONS), keep=[], story=False)

    def _block(self, ids: range, *, keep: list[int] | None, story: bool) -> None:
        level: Level = "full" if story else "outcomes" if keep is not None else self.request.level
        for found in self.experiment.blocks(ids, level, story_of=0 if story else None):
            if isinstance(found, Failure):
                self._failed([found], keep)
                continue
            self.dictionary = found.dictionary
            self._failed(found.failures, keep)
            if self.tally is None:
                self.tally = told.tally_for(self.request.arms, found.dictionary)
            self.tally.add(found.record, found.room, found.benchmark)
            if found.story is not None:
                self.story = found
            if keep is None or set(keep) & set(found.record.replicate_ids.tolist()):
                focus = self.request.arms.scenario.focus
                for name, table in tables_of(found, self.request.level, focus, keep=keep).items():
                    self.sink.add(name, table)

    def _failed(self, failures: list[Failure], keep: list[int] | None) -> None:
        # A silent companion that fails is left out of the headline; it is not part of the result.
        self.failures += [f for f in failures if keep is None or f.replicate in keep]


def summary_of(
    request: Request, story: Block | None, tally: Tally | None, dictionary: Mapping[str, Outcome],
    failures: list[Failure],
) -> dict[str, Any]:  # fmt: skip
    """Every figure of the printout as plain data."""
    arms = request.arms
    digest = arms.digest(seed=request.seed, replicates=request.replicates)
    out = told.head(arms, seed=request.seed, replicates=request.replicates, model=arms.model, digest=digest)
    out["history"] = None if story is None else told.history(arms, story, 0)
    many = tally is not None and tally.count > 1
    out["ensemble"] = told.ensemble(tally, dictionary, failures) if tally and many else None
    out["failed"] = len(failures)
    return out
