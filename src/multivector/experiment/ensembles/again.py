"""A stored result run again: the same arms from its own files, one history with reasons, or tables to compare."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from multivector.data.locate import shipped_root
from multivector.errors import BadInput, Problem, RunFailed
from multivector.experiment.ensembles.saving import BENCHMARK, SCENARIO, made_with, tables_of
from multivector.experiment.histories.arms import Arms
from multivector.experiment.histories.replicates import Experiment, Failure, chunks, let_go
from multivector.experiment.histories.story import Story
from multivector.experiment.telling.telling import whole
from multivector.results.difference import KEYS, Difference, first_difference
from multivector.results.manifest import model_version, same_bits_promised
from multivector.results.store import Stored, json_line
from multivector.scenario import load
from multivector.schema import Scenario

SAMPLE = 20
"""Replicates that are run again when not all are asked for."""


def arms_of(stored: Stored, scenario: Scenario | None = None) -> Arms:
    """The scenario (read already, if it is given) and the benchmark as the result keeps them.

    Raises
    ------
    BadInput
        The files are missing or damaged, or what they say can no longer be read.
    """
    other = stored.folder / BENCHMARK
    has_benchmark = stored.manifest.get("benchmark") is not None
    if has_benchmark and not other.is_file():
        raise BadInput([Problem(str(other), 0, 0, "", "found no such file", "the benchmark that the manifest names")])
    benchmark = _loaded(stored, BENCHMARK) if has_benchmark else None
    return Arms(
        scenario or scenario_of(stored), benchmark, stored.manifest.get("uncertainty"), "engine" in stored.manifest
    )


def scenario_of(stored: Stored) -> Scenario:
    """The scenario alone: what needs no playing needs no benchmark.

    Raises
    ------
    BadInput
        The file is damaged, or what it says can no longer be read.
    """
    return _loaded(stored, SCENARIO)


def _loaded(stored: Stored, name: str) -> Scenario:
    try:
        return load(stored.folder / name, stored=True)
    except BadInput as error:
        raise BadInput([*_older(stored), *error.problems]) from None


def _older(stored: Stored) -> list[Problem]:
    """What to say first where a result was made by another model: its numbers stand, but it cannot be played again."""
    made, now = stored.manifest["digests"]["model"], model_version(shipped_root() / "figures")
    if made == now:
        return []
    found = f"found a result of model {made[:8]}, which model {now[:8]} cannot play again"
    allowed = "its tables, summary and `multivector compare` with results of its model, which need no playing"
    return [Problem(str(stored.folder), 0, 0, "", found, allowed, "run its scenario again with this version")]


def replay(arms: Arms, *, seed: int, replicate: int, turn: int) -> Story:
    """One history with its reasons, played to the end of a turn (same bits as in any batch).

    Raises
    ------
    RunFailed
        The replicate fails before.
    """
    model = Experiment(arms, seed=seed).model([replicate])
    story = Story(0)
    model.observers.append(story)
    while model.state.turn <= turn:
        model.step()
        if model.state.failed[0] > 0.5:
            raise RunFailed(f"replicate {replicate} failed in {story.turns[-1].quarter}: no numbers from there on")
    return story


@dataclass(frozen=True)
class Check:
    """What verifying found.

    Attributes
    ----------
    exact : whether every bit was to agree (same NumPy, processor features, linear algebra), or 1e-9.
    replicates : ids run again.
    files : what is wrong with files.
    difference : the first disagreement, or None.
    model_changed : whether the model, or a package with a decision rule, is another version than the one that made the
        result.
    """

    exact: bool
    replicates: tuple[int, ...]
    files: tuple[str, ...]
    difference: Difference | None
    model_changed: bool

    @property
    def fine(self) -> bool:
        """Whether all is as it was."""
        return not self.files and self.difference is None


def sample(count: int, *, everything: bool = False) -> tuple[int, ...]:
    """Ids of the replicates to run again, spread over all.

    Examples
    --------
    >>> sample(3), len(sample(1000)), sample(1000)[-1], len(sample(1000, everything=True))
    ((0, 1, 2), 20, 999, 1000)
    """
    if everything or count <= SAMPLE:
        return tuple(range(count))
    return tuple(int(i) for i in np.unique(np.linspace(0, count - 1, SAMPLE).round().astype(int)))


def verify(stored: Stored, *, everything: bool = False) -> Check:
    """Check a result: its files by their digests, its numbers by running replicates again, by the engine that made it.

    Raises
    ------
    BadInput
        It was made by the compiled engine, and the extra `fast` is not installed.
    """
    facts = stored.manifest
    files = tuple(stored.changed_files())
    ids = sample(int(facts["replicates"]), everything=everything)
    experiment = Experiment(arms_of(stored), seed=int(facts["seed"]))
    exact = same_bits_promised(facts, made_with(experiment.arms))
    experiment.prepare()
    found: list[Difference] = []
    for part in chunks(0, len(ids)):
        some = [ids[i] for i in part]
        found += _compare(stored, experiment, some, exact)
        let_go()
    first = min(found, key=lambda d: (d.turn == "", d), default=None)
    changed = facts["digests"]["model"] != model_version(shipped_root() / "figures")
    changed = changed or facts.get("policies", {}) != experiment.arms.policies
    changed = changed or facts.get("engine") != experiment.arms.engine
    return Check(exact, ids, files, first, changed)


def _compare(stored: Stored, experiment: Experiment, ids: Sequence[int], exact: bool) -> Iterator[Difference]:
    level, focus = stored.manifest["level"], experiment.arms.scenario.focus
    failed = {f["replicate"] for f in stored.failures()}
    seen: set[int] = set()
    kept = {each["replicate"]: each for each in stored.told() if exact}
    for block in experiment.blocks(ids, level, story_of=tuple(kept) or None):
        if isinstance(block, Failure):
            seen.add(block.replicate)
            continue
        seen |= {f.replicate for f in block.failures}
        here = [int(i) for i in block.record.replicate_ids]
        old = {name: stored.table(name, here) for name in KEYS}
        difference = first_difference(old, tables_of(block, level, focus), exact=exact)
        if difference is not None:
            yield difference
        for id in sorted(kept.keys() & set(here)):
            yield from _retold(kept[id], json.loads(json_line(whole(experiment, block, id))))
    for one in sorted(seen ^ (failed & set(ids))):
        was, now = ("failed", "finished") if one in failed else ("finished", "failed")
        yield Difference("", 0, one, "the whole replicate", was, now)


def _retold(was: dict[str, Any], now: dict[str, Any]) -> Iterator[Difference]:
    """The first quarter in which a history is kept otherwise than it is told now, or what else differs."""
    for t, (old, new) in enumerate(zip(was["quarters"], now["quarters"], strict=False)):
        if old != new:
            part = next(key for key in {**old, **new} if old.get(key) != new.get(key))
            yield Difference(new["quarter"], t, now["replicate"], f"{part} (told.json)", "another text", "the run's")
            return
    if was != now:
        part = next(key for key in {**was, **now} if was.get(key) != now.get(key))
        yield Difference("", 0, now["replicate"], f"{part} (told.json)", "another text", "the run's")
