"""What the tests of ensembles share: a light world in small blocks, made-up histories that cost nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from multivector.experiment.ensembles.crew import Crew, Work
from multivector.experiment.ensembles.ensemble import Ensemble, Hands
from multivector.experiment.ensembles.histories import Played, facts
from multivector.experiment.ensembles.running import Request
from multivector.experiment.histories.arms import Arms, prepare
from multivector.experiment.histories.replicates import Experiment, Level
from multivector.experiment.telling import summary as told
from multivector.results.parts import block_files
from multivector.results.tables import lines_table, outcomes_table

LIGHT = ("after-2022", "--set", "calendar.turns=2", "--set", "decision.rule=random")
CHANGES = {"calendar.turns": "2", "decision.rule": "random"}
SIZE = 8
"""Histories in a block here: the smallest batch there is."""


@cache
def light(uncertainty: str | None = None) -> Arms:
    """Two quarters in which everybody does anything; no terminal values to solve."""
    return prepare("after-2022", overrides=CHANGES, uncertainty=uncertainty)


class Silent:
    """A watcher that counts."""

    def __init__(self) -> None:
        self.begun: tuple[int, int, int] = (0, 0, 0)
        self.turns = 0

    def begin(self, planned: int, done: int, per_history: int) -> None:
        self.begun, self.turns = (planned, done, per_history), done

    def __call__(self, count: int) -> None:
        self.turns += count

    def skip(self, turns: int) -> None:
        self.turns += turns

    def compiling(self) -> None:
        pass

    def stopped(self, kept: int, planned: int, what: str) -> None:
        pass


def files(folder: Path, *, but: Sequence[str] = ("command", "timing")) -> dict[str, bytes]:
    """Every file of a result; of the manifest all but when and how it was made."""
    found = {p.name: p.read_bytes() for p in sorted(folder.iterdir())}
    manifest = json.loads(found["manifest.json"])
    found["manifest.json"] = json.dumps({k: v for k, v in manifest.items() if k not in but}).encode()
    return found


def made_up(ids: Sequence[int], failed: Sequence[int] = ()) -> Any:
    """Histories that follow from their number alone, of the shape that tables ask for."""
    at = np.asarray(ids, np.int64)
    grid = np.sin(at + 10.0 * np.arange(2)[:, None])
    line = next(iter(light().scenario.red_lines))
    return SimpleNamespace(
        quarters=("2022-Q1", "2022-Q2"), turns=(0, 1), replicate_ids=at, actors=("KAZ", "RUS"),
        outcomes={"real_income": grid, "inflation": 2.0 * grid},
        lines={line: {"first": np.where(grid[0] < -0.8, 0, -1), "margin": grid}},
        failed=np.isin(at, failed), votes={},
    )  # fmt: skip


def made_up_block(arms: Arms, ids: range, failed: Sequence[int] = ()) -> Played:
    """A block of made-up histories."""
    record = made_up(ids, failed)
    tally = told.tally_for(arms, dictionary())
    tally.add(record, {})
    tables = {"outcomes": [outcomes_table(record, "KAZ")], "lines": [lines_table(record)]}
    failures = [{"replicate": i, "stage": "run", "message": "made up"} for i in ids if i in failed]
    return Played(ids, block_files(tables, tally.columns(), facts(failures)))


@cache
def dictionary() -> Mapping[str, Any]:
    """What outcomes are in the light world."""
    return Experiment(light()).dictionary


class Pretend(Crew[Played]):
    """A crew of made-up histories that hands blocks back in an order of its own."""

    ticking = False
    broken: tuple[type[BaseException], ...] = ()
    guilty: tuple[type[BaseException], ...] = ()

    def __init__(self, arms: Arms, *, room: int = 3, failed: Sequence[int] = (), stop_after: int | None = None) -> None:
        self.size, self.room = room, room
        self._arms, self._failed, self._left = arms, failed, stop_after
        self.asked: list[int] = []

    def submit(self, ids: range) -> Future[Played]:
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                raise KeyboardInterrupt
        self.asked += ids
        future: Future[Played] = Future()
        future.set_result(made_up_block(self._arms, ids, self._failed))
        return future

    def mend(self) -> None:
        raise AssertionError("nobody died")

    def stop(self) -> None:
        pass


def pretending(arms: Arms, **how: Any) -> tuple[Hands, list[Pretend]]:
    """Hands that are a `Pretend`, and the crews that were made."""
    made: list[Pretend] = []

    def hands(_work: Work[Played], _blocks: int) -> Pretend:
        made.append(Pretend(arms, **how))
        return made[-1]

    return hands, made


def ensemble(out: Path, count: int, hands: Hands, *, level: Level = "outcomes", **how: Any) -> Ensemble:
    """A run in blocks of the light world."""
    arms = how.pop("arms", None) or light()
    watcher, form = how.pop("watcher", None) or Silent(), how.pop("form", "parquet")
    return Ensemble(Request(arms, 0, count, level), out, form, hands, watcher, "multivector run light", **how)
