"""Does a verdict stand? Under the other order of play, in either half of the histories, and when the three assumed
numbers that matter most are half as large again, or half."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.analysis.comparing.again import refuse_drawn, scenarios
from multivector.analysis.comparing.comparable import common
from multivector.analysis.comparing.comparison import SURVIVAL_MARGIN, Comparison
from multivector.analysis.reading import Histories
from multivector.analysis.statistics.paired import LEVEL, Array, paired, verdict
from multivector.analysis.statistics.shares import paired_shares
from multivector.experiment.histories.vary import Played, play
from multivector.results.tally import YEAR
from multivector.schema import Scenario
from multivector.schema.numbers import numbers

HALF = 0.5
INFLUENTIAL = 3
SCREEN = 8
"""Histories in which each assumed number is tried alone, to find those that matter most."""
MAX_LANES = 256
"""Histories played at a time."""
FIXED = "utility."
SURVIVAL = "survival"
TRIALS = ("the first half of the histories", "the second half", "the other order of play")
"""Trials besides those that move a number."""
UNCROSSED = "no red line crossed"
WORDS = (
    "Assumed numbers are moved by half within their ranges, in A, B and the benchmark alike; the three are those "
    "whose rise moves the difference in real income most, tried one by one in {screen} histories: {names}. Terminal "
    "values are those of the worlds as they stand."
)


@dataclass
class Worlds:
    """Two worlds and their benchmarks, ready to be played in variants."""

    a: Histories
    b: Histories
    seed: int
    arms: tuple[tuple[Scenario, Scenario | None], tuple[Scenario, Scenario | None]]
    _kept: dict[Any, Any] = field(default_factory=dict)

    def both(self, ids: Sequence[int], numbers: Mapping[str, Array] | None = None) -> tuple[Played, Played]:
        """Both worlds, and their benchmarks, on the same replicates and numbers."""
        made: list[Played] = []
        beside: list[tuple[Scenario, Array]] = []
        for scenario, benchmark in self.arms:
            rows = None
            if benchmark is not None:
                known = [row for world, row in beside if world == benchmark]
                rows = known[0] if known else play(benchmark, ids, seed=self.seed, numbers=numbers).ln_income
                beside.append((benchmark, rows))
            made.append(play(scenario, ids, seed=self.seed, numbers=numbers, benchmark=rows))
        return made[0], made[1]


def stability(a: Histories, b: Histories, told: Comparison, *, most: int = 256) -> dict[str, Any]:
    """Try the verdicts of a comparison; plain data: trials, and by outcome in how many of them the verdict stands.

    Parameters
    ----------
    a, b : the histories compared; told : their comparison.
    most : histories played for each trial; a trial with fewer histories than the comparison may fall for that alone,
        and is then listed as one that cannot tell.

    Raises
    ------
    BadInput
        The histories have uncertain numbers of their own.
    """
    for world in (a, b):
        refuse_drawn(world)
    ids = common(a, b)
    some = [int(i) for i in ids[:most]]
    worlds = Worlds(a, b, int(a.facts["seed"]), (scenarios(a), scenarios(b)))
    judged = [row.id for row in told.rows]
    trials = halves(a, b, told)
    trials[TRIALS[2]] = _judged(_other_order(worlds).both(some), judged, told)
    influential = screen(worlds, [int(i) for i in ids[:SCREEN]])
    for path, low, high in influential:
        for value in (low, high):
            found = worlds.both(some, {path: np.full(len(some), value)})
            trials[f"{path} = {value:.3g}"] = _judged(found, judged, told)
    answers = {row.id: (row.title, row.verdict) for row in told.rows}
    answers[SURVIVAL] = (UNCROSSED, told.survival.verdict)
    rows = [_row(id, title, answer, trials) for id, (title, answer) in answers.items()]
    names = ", ".join(path for path, _, _ in influential)
    return {"n": len(some), "trials": list(trials), "rows": rows, "words": WORDS.format(screen=SCREEN, names=names)}


def halves(a: Histories, b: Histories, told: Comparison) -> dict[str, dict[str, str]]:
    """The verdicts in either half of the histories alone, by outcome; nothing is played."""
    ids = common(a, b)
    half = len(ids) // 2
    parts = zip(TRIALS, (ids[:half], ids[half:]), strict=False)
    return {name: _stored(a.some(part), b.some(part), told) for name, part in parts}


def _row(id: str, title: str, answer: str, trials: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    known = {name: found[id] for name, found in trials.items() if id in found}
    falls = [{"trial": name, "verdict": found} for name, found in known.items() if found != answer]
    return {"id": id, "title": title, "verdict": answer, "stands": len(known) - len(falls), "falls": falls}


def _stored(a: Histories, b: Histories, told: Comparison) -> dict[str, str]:
    out = {row.id: _verdict(a.end(row.id), b.end(row.id), row.margin) for row in told.rows}
    return {**out, SURVIVAL: _survival(a.survived, b.survived)}


def _judged(played: tuple[Played, Played], judged: Sequence[str], told: Comparison) -> dict[str, str]:
    a, b = played
    sound = np.flatnonzero(~(a.failed | b.failed))
    out = {id: _verdict(a.end[id][sound], b.end[id][sound], told[id].margin) for id in judged}
    return {**out, SURVIVAL: _survival(a.survived[sound], b.survived[sound])}


def _verdict(a: Array, b: Array, margin: float) -> str:
    found = paired(a, b, level=LEVEL)
    return verdict(found.difference, found.low, found.high, margin, found.n)


def _survival(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> str:
    found = paired_shares(a, b)
    return verdict(found.difference, found.low, found.high, SURVIVAL_MARGIN, found.n)


def _other_order(worlds: Worlds) -> Worlds:
    arms = tuple((turned(world), None if beside is None else turned(beside)) for world, beside in worlds.arms)
    return Worlds(worlds.a, worlds.b, worlds.seed, (arms[0], arms[1]))


def turned(scenario: Scenario) -> Scenario:
    """The same world in the other order of play."""
    order = "simultaneous" if scenario.order == "sequential" else "sequential"
    return scenario.model_copy(update={"order": order})


def candidates(scenarios_: Sequence[Scenario]) -> list[tuple[str, float, float]]:
    """Assumed parameters that may be moved in all worlds: id, half as much less and more, within their ranges.

    Units of utility stay: what stocks are worth later is worked out once a world.
    """
    out = []
    movable = set(numbers(scenarios_[0])).intersection(*(numbers(s) for s in scenarios_[1:]))
    for id, quantity in sorted(scenarios_[0].parameters.items()):
        same = id in movable and all(s.parameters[id].value == quantity.value for s in scenarios_)
        if quantity.confidence != "assumed" or quantity.value == 0.0 or not same or id.startswith(FIXED):
            continue
        ends = sorted((quantity.value * (1.0 - HALF), quantity.value * (1.0 + HALF)))
        low = max(ends[0], quantity.low) if quantity.low is not None else ends[0]
        high = min(ends[1], quantity.high) if quantity.high is not None else ends[1]
        if low < high:
            out.append((id, low, high))
    return out


def screen(worlds: Worlds, ids: Sequence[int]) -> list[tuple[str, float, float]]:
    """The assumed numbers that move the difference in real income most when each is raised alone."""
    everything = [s for arms in worlds.arms for s in arms if s is not None]
    tried = candidates(everything)
    effects: list[float] = []
    width = max(1, MAX_LANES // len(ids) - 1)
    for start in range(0, len(tried), width):
        part = tried[start : start + width]
        effects += _effects(worlds, ids, part)
    order = np.argsort(-np.asarray(effects), kind="stable")[:INFLUENTIAL]
    return [tried[k] for k in order]


def _effects(worlds: Worlds, ids: Sequence[int], part: Sequence[tuple[str, float, float]]) -> list[float]:
    """Size of the mean change of the difference in real income by each number of a batch."""
    count = len(ids)
    every = [int(i) for i in ids] * (len(part) + 1)
    standard = worlds.arms[0][0].parameters
    given: dict[str, Array] = {}
    for k, (path, _, high) in enumerate(part, start=1):
        given[path] = np.full(len(every), standard[path].value)
        given[path][k * count : (k + 1) * count] = high
    made = [play(arms[0], every, seed=worlds.seed, numbers=given, outcomes=False) for arms in worlds.arms]
    income = [np.exp(each.ln_income[-YEAR:]).mean(axis=0) for each in made]
    gap = (income[1] - income[0]).reshape(-1, count)
    moved = np.abs(np.nan_to_num((gap[1:] - gap[0]).mean(axis=1)))
    return [float(x) for x in moved]
