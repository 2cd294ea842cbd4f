"""Helpers of the tests of equal bits: short histories, and a comparison of everything that a history holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

import numpy as np

from multivector.scenario import load
from multivector.schema import Scenario
from multivector.world.choosing.policies import Choice
from multivector.world.model import DiplomacyModel
from multivector.world.setup import Setup
from multivector.world.state import State

SEED = 1
TURNS = 4


def world(name: str = "after-2022", **overrides: str) -> Scenario:
    """A shipped or local world with a calendar of a few turns; a dot in a path is written as two underscores."""
    given = {"calendar.turns": str(TURNS)} | {k.replace("__", "."): v for k, v in overrides.items()}
    return load(name, overrides=given)


@cache
def setup(name: str = "after-2022", **overrides: str) -> Setup:
    """The world with its terminal values; made once."""
    return Setup(world(name, **overrides))


def played(
    ids: Sequence[int], turns: int = TURNS, *, on: Setup | None = None, seed: int = SEED, **given: Any
) -> Recorded:
    """Some turns of some replicates."""
    return Recorded(DiplomacyModel(on or setup(), ids, seed=seed, **given)).run(turns)


class Recorded:
    """A model with a copy of the state after every turn and of all choices."""

    def __init__(self, model: DiplomacyModel) -> None:
        self.model = model
        self.states: list[State] = [model.state.copy()]
        self.choices: list[list[Choice]] = []

    def run(self, turns: int) -> Recorded:
        """Play on."""
        for _ in range(turns):
            self.model.step()
            self.states.append(self.model.state.copy())
            self.choices.append(list(self.model.choices))
        return self


def arrays(value: Any, path: str = "") -> Iterator[tuple[str, np.ndarray]]:
    """All arrays inside dataclasses and mappings, by path."""
    if isinstance(value, np.ndarray):
        yield path, value
    elif isinstance(value, dict):
        for key in sorted(value):
            yield from arrays(value[key], f"{path}.{key}")
    elif isinstance(value, tuple) and all(isinstance(each, np.ndarray) for each in value):
        yield path, np.stack(value)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from arrays(getattr(value, field.name), f"{path}.{field.name}")


def bits(array: np.ndarray) -> bytes:
    """The bytes of an array, so that signs of zero and kinds of nan count too."""
    return np.ascontiguousarray(array).tobytes()


def differences(one: Any, other: Any, lane: int, other_lane: int) -> list[str]:
    """Paths at which two values differ in a lane each, to the bit."""
    mine, yours = dict(arrays(one)), dict(arrays(other))
    if mine.keys() != yours.keys():
        return sorted(mine.keys() ^ yours.keys())
    return [p for p in mine if bits(mine[p][..., lane]) != bits(yours[p][..., other_lane])]


def unlike(one: Recorded, other: Recorded, lane: int = 0, other_lane: int = 0) -> list[str]:
    """Where two histories differ: state after each turn, and what was weighed and chosen on the way."""
    found = [f"states {len(one.states)} and {len(other.states)}"] if len(one.states) != len(other.states) else []
    for t, (a, b) in enumerate(zip(one.states, other.states, strict=False)):
        found += [f"{t}: state{p}" for p in differences(a, b, lane, other_lane)]
    for t, (these, those) in enumerate(zip(one.choices, other.choices, strict=False)):
        found += unlike_choices(these, those, lane, other_lane, label=f"{t}: ")
    return found


def unlike_choices(
    these: Sequence[Choice], those: Sequence[Choice], lane: int = 0, other_lane: int = 0, *, label: str = ""
) -> list[str]:
    """Where two lists of choices differ in a lane each."""
    if [(c.actor, c.slot) for c in these] != [(c.actor, c.slot) for c in those]:
        return [f"{label}other decisions"]
    found = []
    for c, d in zip(these, those, strict=True):
        # A lane whose actor had stopped was not asked: of it only the choice means anything.
        named = {"chosen": (c.chosen, d.chosen), "asked": (c.asked, d.asked)}
        if c.asked[lane] and d.asked[other_lane]:
            named |= {"": (c, d), "terms": (c.terms, d.terms)}
        for name, (mine, yours) in named.items():
            found += [f"{label}{c.actor}/{c.slot}.{name}{p}" for p in differences(mine, yours, lane, other_lane)]
    return found
