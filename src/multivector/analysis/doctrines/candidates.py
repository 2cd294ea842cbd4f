"""A search for weights of a doctrine, checked and ready: what is varied, where it begins, worlds with other weights."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from multivector.errors import BadInput, Problem
from multivector.experiment.histories import replicates as experiment
from multivector.experiment.histories.arms import Arms, prepare
from multivector.experiment.histories.replicates import Experiment
from multivector.hashing import digest
from multivector.scenario import load
from multivector.schema.base import GOALS
from multivector.schema.numbers import numbers

KIND = "search"
BUDGET, REPLICATES, FRESH, POPULATION, KEEP = 192, 64, 200, 32, 12
"""Evaluations, histories of each, the same on fresh futures, evaluations of a generation, most that are kept."""
NAME = "searched"

Weights = Mapping[str, float]
"""Number of a doctrine by its path inside it: ``weights.income``, ``risk``."""


@dataclass(frozen=True)
class Plan:
    """A search, checked and ready.

    Attributes
    ----------
    arms : the world, in which the focus actor follows a copy of the doctrine to begin with.
    start : that doctrine; own : its numbers that are varied.
    world, overrides, order : as asked, for the worlds of what is found.
    budget, population, replicates, fresh, keep, seed : as asked.
    """

    arms: Arms
    start: str
    own: Weights
    world: str
    overrides: Mapping[str, str]
    budget: int
    population: int
    replicates: int
    fresh: int
    keep: int
    seed: int

    @property
    def focus(self) -> str:
        """Whose doctrine."""
        return self.arms.scenario.focus

    @property
    def fresh_seed(self) -> int:
        """Root of the draws on which the front is played again."""
        return self.seed + 1

    @property
    def histories(self) -> int:
        """Histories that will be played at most."""
        return self.budget * self.replicates + (self.keep + 1) * self.fresh

    @property
    def turns(self) -> int:
        """Turns that will be played at most: what a progress bar counts to."""
        return self.histories * Experiment(self.arms).turns_per_history

    @property
    def blocks(self) -> int:
        """Blocks that are played at most."""
        rest = self.budget % self.population
        sizes = [self.population] * (self.budget // self.population) + ([rest] if rest else [])
        block = experiment.CHUNK
        found = sum(-(-size * self.replicates // block) for size in sizes)
        return found + (self.keep + 1) * -(-self.fresh // block)

    def digest(self) -> str:
        """Digest of everything that determines the numbers."""
        own = self.arms.digest(seed=self.seed, replicates=self.replicates)
        sizes = [self.budget, self.population, self.fresh, self.keep]
        return digest({"kind": KIND, "of": own, "start": self.start, "sizes": sizes})

    def name(self) -> str:
        """Name of the result."""
        return f"{self.arms.scenario.id.replace('/', '-')}-search-{self.digest()[:8]}"


def planned(
    world: str,
    *,
    doctrine: str | None = None,
    budget: int = BUDGET,
    population: int = POPULATION,
    replicates: int = REPLICATES,
    fresh: int = FRESH,
    keep: int = KEEP,
    seed: int = 0,
    overrides: Mapping[str, str] | None = None,
    order: str | None = None,
) -> Plan:
    """A search as the command line words it.

    Parameters
    ----------
    world : a file or the name of a shipped one.
    doctrine : whose weights are varied and whose other habits stay; that of the world if not said.
    budget, population : evaluations in all and in a generation.
    replicates, fresh : histories of each evaluation, and of each that is played again.
    keep : so many of the front are played again at most.
    seed, overrides, order : as for a run.

    Raises
    ------
    BadInput
        Something is wrong with the world, a value or the doctrine.
    """
    changed = {**(overrides or {}), **({} if order is None else {"order": order})}
    plain = prepare(world, overrides=changed)
    scenario = plain.scenario
    focus = scenario.focus
    start = doctrine or scenario.actors[focus].doctrine
    may = [name for name, each in scenario.doctrines.items() if focus in each.for_]
    if start not in may:
        raise BadInput([Problem("--doctrine", 0, 0, "", f'found "{start}"', f"a doctrine that {focus} may take")])
    if population > budget:
        raise BadInput([Problem("--population", 0, 0, "", f"found {population}", f"{budget} (--budget) at most")])
    assert start is not None
    entry, known = scenario.doctrines[start], numbers(scenario)
    goals = [goal for goal in GOALS if goal != "strategic" or entry.strategic]
    own = {f"weights.{goal}": known[f"doctrines.{start}.weights.{goal}"] for goal in goals}
    own["risk"] = known[f"doctrines.{start}.risk"]
    made = Plan(plain, start, own, world, changed, budget, population, replicates, fresh, keep, seed)
    return Plan(arms_of(made, NAME, own), start, own, world, changed, budget, population, replicates, fresh, keep, seed)


def arms_of(made: Plan, id: str, weights: Weights) -> Arms:
    """The world in which the focus actor follows a doctrine with these weights; its benchmark is left as it is."""
    block = json.dumps(entry(made, id, weights))
    changed = {**made.overrides, f"doctrines.{id}": block, f"actors.{made.focus}.doctrine": id}
    return Arms(load(made.world, overrides=changed), made.arms.benchmark)


def entry(made: Plan, id: str, weights: Weights) -> dict[str, Any]:
    """The entry of `doctrines` with these weights, all else as the doctrine that was begun with has it."""
    data: dict[str, Any] = made.arms.scenario.doctrines[made.start].model_dump(
        mode="json", by_alias=True, exclude_none=True, exclude_defaults=True
    )
    goals = {path.partition(".")[2]: value for path, value in weights.items() if path != "risk"}
    source = f"multivector search {made.world} --doctrine {made.start} --seed {made.seed}"
    return {
        **data, "id": id, "title": f"{id}, from {made.start}", "weights": {**data.get("weights", {}), **goals},
        "risk": weights["risk"], "source": source,
    }  # fmt: skip
