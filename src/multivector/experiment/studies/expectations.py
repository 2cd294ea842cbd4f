"""Does the model show what a scenario's author expects? Each expectation is judged on paired histories: both worlds see
the same draws, so that a difference is due to what differs between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.errors import BadInput, Problem
from multivector.experiment.studies.climbs import Climbs
from multivector.scenario import load
from multivector.scenario.find import find, find_beside
from multivector.schema import Expectation, Scenario
from multivector.world.choosing.policies import Choice
from multivector.world.happened import Happened
from multivector.world.model import DiplomacyModel
from multivector.world.setup import Setup
from multivector.world.watching.recorder import Recorder

Array = NDArray[np.float64]
CLEARLY = 3.0
"""Standard errors by which a paired mean must lie on the expected side."""


@dataclass(frozen=True)
class Readings:
    """What the histories of one world show.

    Attributes
    ----------
    quarters : the turns.
    outcomes : id -> [turn, replicate]; moves, took : (actor, move) -> [turn, replicate], how often each was made, and
        took effect.
    margins : id -> smallest difference that matters.
    """

    quarters: tuple[str, ...]
    outcomes: Mapping[str, Array]
    moves: Mapping[tuple[str, str], Array]
    took: Mapping[tuple[str, str], Array]
    margins: Mapping[str, float]

    @property
    def count(self) -> int:
        """Number of histories."""
        return int(next(iter(self.outcomes.values())).shape[1])

    def first(self, count: int) -> Readings:
        """The first histories of these."""
        return self._each(lambda name, key: getattr(self, name)[key][:, :count])

    def with_more(self, more: Readings) -> Readings:
        """These histories, and then more of the same world."""
        return self._each(lambda name, key: np.concatenate([getattr(r, name)[key] for r in (self, more)], axis=1))

    def _each(self, made: Callable[[str, Any], Array]) -> Readings:
        names = ("outcomes", "moves", "took")
        outcomes, moves, took = ({key: made(name, key) for key in getattr(self, name)} for name in names)
        return Readings(self.quarters, outcomes, moves, took, self.margins)


@dataclass(frozen=True)
class Verdict:
    """How an expectation fares.

    Attributes
    ----------
    expectation : what was expected.
    here, there : means (or spreads, or leads) in this world and in the other one.
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
    """Judges the expectations of one scenario; histories that several of them need are played once.

    Parameters
    ----------
    name : a file or the name of a shipped scenario.
    replicates, seed : histories of each world, unless an expectation asks for more, and the root of all draws.
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
        places = (file, {**expected.set_, **calendar}), (place, {**expected.against_set, **calendar})
        first = self._readings(*places[0], expected.histories)
        one, two, gaps = self._compared(places, expected, _took(first, expected.given))
        gap, error = float(gaps.mean()), float(gaps.std(ddof=1) / np.sqrt(len(gaps)))
        holds = {
            "up": gap > CLEARLY * error and gap > 0.0,
            "down": -gap > CLEARLY * error and gap < 0.0,
            "same": abs(gap) <= first.margins.get(expected.outcome or "", 0.05),
        }[expected.direction]
        return Verdict(expected, float(one.mean()), float(two.mean()), gap, error, holds)

    def _compared(
        self,
        places: Sequence[tuple[Path, dict[str, str]]],
        expected: Expectation,
        counts: NDArray[np.bool_],
    ) -> tuple[Array, Array, Array]:
        """What each history adds to the statistic here and there, and the difference, ``[replicate that counts]``."""
        one, two = (self._value(place, changed, expected) for place, changed in places)
        known = np.isfinite(one) & np.isfinite(two) & counts
        if known.sum() < 2:
            raise BadInput([Problem(str(self.name), 0, 0, "expect", f"found no numbers of {expected.what}")])
        one, two = one[known], two[known]
        if expected.statistic == "spread":
            one, two = ((x - x.mean()) * (x - x.mean()) for x in (one, two))
        return one, two, one - two

    def _value(self, place: Path, changed: dict[str, str], expected: Expectation) -> Array:
        """Mean over the quarters that count, by replicate, less that of the world that it is compared with there."""
        value = self._mean(self._readings(place, changed, expected.histories), expected)
        if not expected.lead_over:
            return value
        other = self._readings(place, {**changed, **expected.lead_over}, expected.histories)
        return value - self._mean(other, expected)

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

    def _readings(self, file: Path, changed: Mapping[str, str], histories: int | None) -> Readings:
        """A world's readings, of as many histories as are asked for where that is more than the usual number."""
        count = max(self.replicates, histories or 0)
        key = (str(file), tuple(sorted(changed.items())))
        seen = self._played.get(key)
        there = 0 if seen is None else seen.count
        if seen is None or there < count:
            # A history is the same in every batch: those that are there need not be played again.
            more = readings(load(file, overrides=dict(changed)), range(there, count), seed=self.seed)
            seen = self._played[key] = more if seen is None else seen.with_more(more)
        return seen.first(count)


def _took(seen: Readings, moves: Sequence[str]) -> NDArray[np.bool_]:
    """Histories in which one of the moves took effect, ``[replicate]``; all of them without any."""
    if not moves:
        return np.ones(seen.count, bool)
    made = [took.sum(axis=0) for (_, move), took in seen.took.items() if move in moves]
    return np.asarray(np.add.reduce(made) > 0.5) if made else np.zeros(seen.count, bool)


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
    effective: list[Array] = []
    climbs = Climbs()

    def note(m: DiplomacyModel, done: Happened, choices: Sequence[Choice]) -> None:
        played.append((done.accepted + done.refused)[:, : m.count])
        effective.append(done.accepted[:, : m.count])
        climbs.note(m, choices)

    model.observers.append(recorder)
    model.observers.append(note)
    model.run()
    record = recorder.record()
    moves: dict[tuple[str, str], Array] = {}
    took: dict[tuple[str, str], Array] = {}
    for i, entry in enumerate(model.engine.layout.catalogue.entries):
        key = (entry.actor, entry.move.id)
        for counted, turns in ((moves, played), (took, effective)):
            counted[key] = counted.get(key, 0.0) + np.stack([turn[i] for turn in turns])
    margins = {id: o.margin for id, o in recorder.observer.dictionary.items()}
    return Readings(tuple(record.quarters), {**record.outcomes, **climbs.series()}, moves, took, margins)
