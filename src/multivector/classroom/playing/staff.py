"""The staff: futures from here for candidate moves, histories of machines, one changed past move.

All of it is played by the engine in a process beside the server, which goes on answering. Nothing of it touches the
room's draws: nature and the others are drawn from streams of their own from this turn on, and what a delegation does
not know is replaced by what it believes.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from multivector.analysis.statistics.paired import paired, verdict
from multivector.classroom.lesson.narrowed import Parts, Slots
from multivector.classroom.playing.worlds import (
    GAUGES,
    OPEN,
    Ahead,
    LikeSetup,
    Played,
    SeatPolicy,
    Watch,
    by_parts,
    said_in,
    spread,
)
from multivector.experiment.histories.arms import Arms
from multivector.experiment.histories.replicates import Block, Experiment
from multivector.mechanisms.common import Array
from multivector.outcomes.entry import Outcome
from multivector.schema import Scenario
from multivector.world.choosing.deciding import perceived
from multivector.world.layout.memory import name_of, remembered
from multivector.world.model import DiplomacyModel, Snapshot
from multivector.world.quarter.draws import Draws
from multivector.world.setup import Setup
from multivector.world.state import State

FUTURES = 200
HORIZON = 4
"""Quarters that a forecast looks ahead, this one included."""
BOTS, CHUNK = 1000, 256
QUANTILES = (("low", 0.05), ("lower", 0.25), ("middle", 0.5), ("upper", 0.75), ("high", 0.95))
FORECAST, WHATIF = 7919, 104729
"""Added to the room's seed for the streams of forecasts and of changed pasts: two primes far from what people type."""


@dataclass(frozen=True)
class Place:
    """Where a world stood at the beginning of a turn: all that another process needs to go on from there.

    `opening` is the state ``[…, lane]`` before the turn's news, with the world in its first lane. `known` is what the
    asking delegation knows to be done in this turn already: the moves of its parts that are over. `only` are the lists
    of moves that a lesson has for its parts, by turn, actor and slot, from here on.
    """

    scenario: Scenario
    seed: int
    opening: State
    known: Played = field(default_factory=Played)
    only: Slots = field(default_factory=dict)


@cache
def _setup_of(canonical: str) -> Setup:
    import json

    return Setup(Scenario.model_validate(json.loads(canonical)))


def played_setup(scenario: Scenario) -> Setup:
    """The set-up of a scenario, remembered in this process.

    Scripts, answers and votes do not enter into a set-up, so that worlds that differ in them share one.
    """
    old = scenario.decision
    decision = old.model_copy(update={"script": {}, "answers": {}, "votes": {}, "actors": {
        a: r for a, r in old.actors.items() if r != "scripted"}})  # fmt: skip
    plain: dict[str, Any] = {"classroom": {}, "title": None, "question": None, "decision": decision}
    return LikeSetup(scenario, _setup_of(scenario.model_copy(update=plain).canonical()))


def warm(scenario: Scenario) -> float:
    """Load what a first forecast would wait for; seconds that it took."""
    start = time.perf_counter()
    played_setup(scenario)
    return time.perf_counter() - start


def place_of(
    scenario: Scenario, seed: int, opening: State, lane: int, known: Played | None = None, only: Slots | None = None
) -> Place:
    """A world's place, cut out of the room's state."""
    plain = scenario.model_copy(update={"classroom": {}})
    plain._trace = None
    return Place(plain, seed, opening.take(np.full(8, lane, np.intp)), known or Played(), only or {})


def _ahead(place: Place, ids: Sequence[int], plays: Sequence[Played], root: int) -> tuple[DiplomacyModel, Watch]:
    """A model that stands where the place is, on new luck, in whose first turn each lane does what `plays` says."""
    setup, turn = played_setup(place.scenario), place.opening.turn
    policies = {a: SeatPolicy() for a in setup.layout.actors}
    room = Draws(place.seed, [0], place.scenario.calendar.turns)
    draws = Ahead(room, ids, first=turn, root=root)
    model = DiplomacyModel(setup, ids, seed=place.seed, policies=policies, draws=draws)
    opening = place.opening.take(np.zeros(model.state.lanes, np.intp))
    model.restore(Snapshot(opening, opening, ("between", turn, 0)))
    for actor, policy in policies.items():
        policy.plays[turn] = spread([p.moves for p in plays], actor)
        policy.only = {t: lists[actor] for t, lists in place.only.items() if actor in lists}
    model.said = said_in(len(plays), model.state.lanes, turn, plays)
    return model, Watch(model, GAUGES)


def _play(model: DiplomacyModel, watch: Watch, turns: int) -> dict[str, Array]:
    """Play on; outcomes by gauge, ``[turn, lane]``."""
    last = min(model.state.turn + turns, model.engine.layout.turns)
    while model.state.turn < last:
        model.step()
    return {g: np.stack([row[g] for row in watch.outcomes]) for g in GAUGES}


Part = Mapping[str, Array]
"""Outcomes by gauge of some of the futures, ``[turn, option, future]``."""
Registered = Mapping[str, Outcome]
ALL = range(FUTURES)


def futures(place: Place, actor: str, candidates: Sequence[str], ids: range = ALL) -> Part:
    """Futures for doing nothing more and for each candidate move alone this turn, all on the same luck.

    What is known to be done this turn is done in all of them; what others do after it is by doctrine.

    Parameters
    ----------
    place : where the world stands.
    actor : whose staff it is: it starts from what this actor perceives.
    candidates : entries of its menu.
    ids : which futures; those that one call plays do not touch those of another.
    """
    options: list[tuple[str, ...]] = [(), *((c,) for c in candidates)]
    done = place.known.moves
    others = {a: (*moves, OPEN) for a, moves in done.items() if a != actor}
    own = done.get(actor, ())
    plays = [Played({**others, actor: (*own, *option)}, place.known.answers) for option in options for _ in ids]
    model, watch = _ahead(place, [k for _ in options for k in ids], plays, place.seed + FORECAST)
    model.tick()
    model.state.stocks = perceived(model.engine, model.state, actor)
    return {g: v.reshape(len(v), len(options), len(ids)) for g, v in _play(model, watch, HORIZON).items()}


def joined(parts: Sequence[Part]) -> Part:
    """Parts that were played apart."""
    return {g: np.concatenate([p[g] for p in parts], axis=-1) for g in GAUGES}


def told_forecast(place: Place, candidates: Sequence[str], found: Part, outcomes: Registered) -> dict[str, Any]:
    """What is told of futures.

    Returns
    -------
    dict
        ``quarters``, ``candidates`` (quantiles by gauge and quarter), ``differences`` (at the last quarter).
    """
    out: list[dict[str, Any]] = []
    for k, entry in enumerate([None, *candidates]):
        fans = [{"id": g, "unit": outcomes[g].unit, **fan(found[g][:, k])} for g in GAUGES]
        out.append({"entry": entry, "gauges": fans})
    differences = []
    for k, entry in enumerate(candidates, 1):
        for g in GAUGES:
            told = difference(found[g][-1, k], found[g][-1, 0], outcomes[g].margin)
            differences.append({"entry": entry, "gauge": g, **told})
    turn = place.opening.turn
    quarters = place.scenario.quarters()[turn : turn + len(next(iter(found.values())))]
    return {"futures": FUTURES, "quarters": quarters, "candidates": out, "differences": differences}


def fan(values: Array) -> dict[str, list[float]]:
    """Quantiles over histories, ``[turn, history]`` to a list by turn for each name."""
    return {n: [round(float(x), 6) for x in np.quantile(values, q, axis=1)] for n, q in QUANTILES}


def difference(changed: Array, other: Array, margin: float) -> dict[str, Any]:
    """Mean of paired differences with its 95% interval, and the word for it: higher, lower, none, unclear.

    Examples
    --------
    >>> difference(np.array([1.0, 1.1, 1.3]), np.array([0.0, 0.1, 0.2]), 0.01)["words"]
    'higher'
    """
    found = paired(other, changed)
    told = verdict(found.difference, found.low, found.high, margin, len(other))
    return {"mean": found.difference, "low": found.low, "high": found.high, "words": told}


def pasts(place: Place, played: Played, actor: str, entries: Sequence[str], ids: range = ALL) -> Part:
    """One past turn as it was played and with other moves of one actor, over replicates of the rest.

    What everybody else did in that turn stands; what comes later is by doctrine, in both, on the same draws.
    """
    changed = Played({**played.moves, actor: tuple(entries)}, played.answers, played.votes)
    plays = [played] * len(ids) + [changed] * len(ids)
    model, watch = _ahead(place, [*ids, *ids], plays, place.seed + WHATIF)
    found = _play(model, watch, place.scenario.calendar.turns)
    return {g: v.reshape(len(v), 2, len(ids)) for g, v in found.items()}


def told_whatif(place: Place, found: Part, outcomes: Registered) -> dict[str, Any]:
    """What is told of a changed past: paired differences by gauge and quarter."""
    gauges, series = [], []
    for g in GAUGES:
        was, now = found[g][:, 0], found[g][:, 1]
        outcome = outcomes[g]
        rows = [difference(now[t], was[t], outcome.margin) for t in range(len(now))]
        gauges.append({"id": g, "unit": outcome.unit, "played": float(was[-1].mean()),
                       "changed": float(now[-1].mean()),
                       "difference": rows[-1]["mean"], "low": rows[-1]["low"],
                       "high": rows[-1]["high"], "words": rows[-1]["words"]})  # fmt: skip
        series.append({"id": g, "difference": [r["mean"] for r in rows], "low": [r["low"] for r in rows],
                       "high": [r["high"] for r in rows]})  # fmt: skip
    first = place.opening.turn
    return {"replicates": FUTURES, "quarters": place.scenario.quarters()[first:], "gauges": gauges, "series": series}


class Listed(DiplomacyModel):
    """Histories of machines that keep to a lesson's lists, part by part, as the machines of a room do."""

    narrowed: Parts

    @classmethod
    def of(cls, narrowed: Parts, setup: Setup, ids: Sequence[int], **more: Any) -> Listed:
        """A model whose actors have such lists in some turns."""
        bound = sorted({actor for actors in narrowed.values() for actor in actors})
        out = cls(setup, ids, policies={actor: SeatPolicy() for actor in bound}, **more)
        out.narrowed = narrowed
        return out

    def tick(self) -> str | None:
        """Do the next piece of the turn; after its news, who has lists settles what it will do in each part."""
        tick = super().tick()
        if tick == "news":
            turn = self.state.turn
            made = by_parts(self, self.narrowed.get(turn, {}), self.count)
            for actor in self.narrowed.get(turn, ()):
                policy = self.actors[actor].policy
                assert isinstance(policy, SeatPolicy)
                policy.plays[turn] = [tuple(e for part in row[actor] for e in part) for row in made]
        return tick


class Machines(Experiment):
    """Histories of machines in a lesson's world."""

    narrowed: Parts

    def model(self, ids: Sequence[int]) -> DiplomacyModel:
        """The scenario's world with these replicates; with the lesson's lists where it has any."""
        if not self.narrowed:
            return super().model(ids)
        prior = self.priors[0]
        own = None if prior is None else prior.draw(ids, self.seed)
        return Listed.of(self.narrowed, self.setup, ids, seed=self.seed, overrides=own)


def bots(
    scenario: Scenario, seed: int, first: int, more: Sequence[str] = (), narrowed: Parts | None = None
) -> dict[str, Array]:
    """Histories of machines alone, from `first` on: outcomes by id, ``[turn, replicate]``; remembered.

    The gauges, and `more` outcomes: those by which the aims of the delegations are judged. `narrowed` are the lists of
    moves to which a class had to keep in the parts of its quarters: machines keep to them too.
    """
    names = tuple(dict.fromkeys((*GAUGES, *more)))
    on: dict[str, Any] = {"world": name_of(scenario), "seed": seed, "first": first, "outcomes": list(names)}
    if narrowed:
        on["lists"] = [
            [turn, actor, [[part.moves, None if part.only is None else sorted(part.only)] for part in parts]]
            for turn, actors in sorted(narrowed.items()) for actor, parts in sorted(actors.items())
        ]  # fmt: skip

    def work() -> dict[str, list[list[float]]]:
        return {g: v.tolist() for g, v in _bots(scenario, seed, first, names, narrowed).items()}

    return {g: np.array(v, float) for g, v in remembered("histories of machines", on, work).items()}


def _bots(
    scenario: Scenario, seed: int, first: int, names: Sequence[str], narrowed: Parts | None = None
) -> dict[str, Array]:
    ids = range(first, min(first + CHUNK, BOTS))
    experiment = Machines(Arms(scenario, None), seed=seed, alone=True)
    experiment.narrowed = narrowed or {}
    experiment.__dict__["setup"] = played_setup(scenario)
    rows: dict[str, list[Array]] = {g: [] for g in names}
    for found in experiment.blocks(ids, "outcomes"):
        if isinstance(found, Block):
            for g in found.record.outcomes.keys() & rows.keys():
                rows[g].append(np.asarray(found.record.outcomes[g], float))
    return {g: np.concatenate(parts, axis=1) for g, parts in rows.items() if parts}


def percentile(values: Array, value: float) -> float:
    """Share of histories below a value, ties by half, in per cent.

    Examples
    --------
    >>> percentile(np.array([1.0, 2.0, 3.0, 4.0]), 3.0)
    62.5
    """
    known = values[np.isfinite(values)]
    return round(100.0 * float((known < value).mean(axis=0) + 0.5 * (known == value).mean(axis=0)), 1)


def summary_of(parts: Sequence[Mapping[str, Array]], turns: int) -> dict[str, Array]:
    """Histories of machines joined, cut to the turns that were played, ``[turn, replicate]``."""
    return {g: np.concatenate([p[g] for p in parts], axis=1)[:turns] for g in parts[0]}
