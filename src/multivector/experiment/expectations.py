"""Does the model show what a scenario's author expects? Each expectation is judged on paired histories: both worlds see
the same draws, so that a difference is due to what differs between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from multivector.errors import BadInput, Problem
from multivector.scenario import load
from multivector.scenario.find import find, find_beside
from multivector.schema import Expectation, Scenario
from multivector.world.model import DiplomacyModel
from multivector.world.recorder import Recorder
from multivector.world.setup import Setup

Array = NDArray[np.float64]
CLEARLY = 3.0
"""Standard errors by which a paired mean must lie on the expected side."""


@dataclass(frozen=True)
class Readings:
    """What the histories of one world show.

    Attributes
    ----------
    quarters : the turns.
    outcomes : id -> [turn, replicate]; moves : (actor, move) -> [turn, replicate], how often each was made.
    margins : id -> smallest difference that matters.
    """

    quarters: tuple[str, ...]
    outcomes: Mapping[str, Array]
    moves: Mapping[tuple[str, str], Array]
    margins: Mapping[str, float]


@dataclass(frozen=True)
class Verdict:
    """How an expectation fares.

    Attributes
    ----------
    expectation : what was expected.
    here, there : means in this world and in the other one.
    gap, error : mean of the paired difference and its standard error.
    holds : the gap lies on the expected side by three standard errors; for ``same``, it is within the margin.
    """

    expectation: Expectation
    here: float
    there: float
    gap: float
    error: float
    holds: bool

    def __str__(self) -> str:
        e = self.expectation
        word = "as expected" if self.holds else "NOT as expected"
        number = f"{self.here:.4g} against {self.there:.4g}, difference {self.gap:+.3g} (s.e. {self.error:.2g})"
        return f"{e.what} {e.direction}: {word}; {number}"


@dataclass
class Trial:
    """Judges the expectations of one scenario; worlds that several of them need are played once.

    Parameters
    ----------
    name : a file or the name of a shipped scenario.
    replicates, seed : histories of each world, and the root of all draws.
    """

    name: str | Path
    replicates: int = 200
    seed: int = 0
    _played: dict[tuple[str, tuple[tuple[str, str], ...]], Readings] = field(default_factory=dict)

    def scenario(self) -> Scenario:
        """The scenario as its file has it."""
        return load(self.name)

    def verdicts(self) -> list[Verdict]:
        """Judge every expectation of the scenario, in the order of the file."""
        scenario = self.scenario()
        return [self.judge(scenario, each) for each in scenario.expect]

    def judge(self, scenario: Scenario, expected: Expectation) -> Verdict:
        """Judge one expectation.

        Raises
        ------
        BadInput
            There is no such outcome in one of the worlds, or nothing to compare with.
        """
        other = expected.against or scenario.benchmark
        if other is None:
            raise BadInput([Problem(str(self.name), 0, 0, "expect", "found nothing to compare with", "against")])
        file = find(self.name)
        place = find_beside(other, file) or file
        calendar = {"calendar.start": scenario.calendar.start, "calendar.turns": str(scenario.calendar.turns)}
        here = self._readings(file, {**expected.set_, **calendar})
        there = self._readings(place, {**expected.against_set, **calendar})
        one, two = (self._mean(r, expected) for r in (here, there))
        known = np.isfinite(one) & np.isfinite(two)
        if known.sum() < 2:
            raise BadInput([Problem(str(self.name), 0, 0, "expect", f"found no numbers of {expected.what}")])
        gaps = one[known] - two[known]
        gap, error = float(gaps.mean()), float(gaps.std(ddof=1) / np.sqrt(len(gaps)))
        holds = {
            "up": gap > CLEARLY * error and gap > 0.0,
            "down": -gap > CLEARLY * error and gap < 0.0,
            "same": abs(gap) <= here.margins.get(expected.outcome or "", 0.05),
        }[expected.direction]
        return Verdict(expected, float(one[known].mean()), float(two[known].mean()), gap, error, holds)

    def _mean(self, seen: Readings, expected: Expectation) -> Array:
        """Mean over the quarters that count, by replicate: of an outcome, or of how often the moves were made."""
        if expected.outcome is not None:
            if expected.outcome not in seen.outcomes:
                raise BadInput(
                    [Problem(str(self.name), 0, 0, "expect", f'found the unknown outcome "{expected.outcome}"')]
                )
            rows = seen.outcomes[expected.outcome]
        else:
            wanted = [m for (a, move), m in seen.moves.items() if move in expected.moves and a in (expected.by or (a,))]
            rows = np.zeros_like(next(iter(seen.outcomes.values()))) if not wanted else np.add.reduce(wanted)
        first, last = expected.from_ or seen.quarters[0], expected.until or seen.quarters[-1]
        rows = rows[[first <= q <= last for q in seen.quarters]]
        known = np.isfinite(rows)
        total, count = np.where(known, rows, 0.0).sum(axis=0), known.sum(axis=0)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)

    def _readings(self, file: Path, changed: Mapping[str, str]) -> Readings:
        key = (str(file), tuple(sorted(changed.items())))
        if key not in self._played:
            self._played[key] = readings(load(file, overrides=dict(changed)), range(self.replicates), seed=self.seed)
        return self._played[key]


def readings(scenario: Scenario, replicates: Sequence[int], *, seed: int = 0) -> Readings:
    """Play a world and read its outcomes and moves, every turn.

    Parameters
    ----------
    scenario : a resolved scenario; its benchmark is not run.
    replicates : ids of the histories.
    seed : root of all draws.
    """
    model = DiplomacyModel(Setup(scenario), list(replicates), seed=seed)
    recorder = Recorder(model, "outcomes")
    played: list[Array] = []
    model.observers.append(recorder)
    model.observers.append(lambda m, done, _choices: played.append((done.accepted + done.refused)[:, : m.count]))
    model.run()
    record = recorder.record()
    moves: dict[tuple[str, str], Array] = {}
    for i, entry in enumerate(model.engine.layout.catalogue.entries):
        key = (entry.actor, entry.move.id)
        moves[key] = moves.get(key, 0.0) + np.stack([turn[i] for turn in played])
    margins = {id: o.margin for id, o in recorder.observer.dictionary.items()}
    return Readings(tuple(record.quarters), record.outcomes, moves, margins)
