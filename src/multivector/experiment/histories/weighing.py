"""Histories played again to see what the focus actor weighed: votes by who asks, the worth of moves, ladders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from multivector.results.recorded import Array
from multivector.schema import Scenario

if TYPE_CHECKING:
    from multivector.world.choosing.policies import Choice
    from multivector.world.happened import Happened
    from multivector.world.model import DiplomacyModel

OWN, PROMISED = "itself", "promises of the quarter"


@dataclass(frozen=True)
class Ballots:
    """One text: probabilities ``[no abstain yes absent, replicate]``; what moves the vote to yes, logits
    ``[replicate]`` by who asks, with the actor's own leaning and what it promised this quarter."""

    odds: Array
    asks: dict[str, Array]


@dataclass
class Weighing:
    """An observer of the focus actor.

    Attributes
    ----------
    votes : by text.
    worth : entry to ``[turn it was possible, replicate]``, the value of it in the first slot against doing nothing, nan
        where it was not possible. titles : of entries.
    highest : sender to the highest rung so far, ``[replicate]``.
    """

    votes: dict[str, Ballots] = field(default_factory=dict)
    worth: dict[str, list[Array]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    highest: dict[str, Array] = field(default_factory=dict)

    def __call__(self, model: DiplomacyModel, happened: Happened, choices: Sequence[Choice]) -> None:
        """Take in a quarter; changes nothing."""
        engine, n = model.engine, model.count
        focus = engine.layout.focus
        for watcher in engine.layout.watchers:
            rung = model.state.stocks[engine.table.index[f"rung:{watcher}"]][:n]
            self.highest[watcher] = np.maximum(self.highest.get(watcher, rung), rung)
        entries = engine.layout.catalogue.entries
        for choice in choices:
            if choice.actor != focus or choice.slot != 1:
                continue
            for k, i in enumerate(choice.menu):
                entry = entries[i]
                value = np.where(choice.feasible[k], choice.value[k] - choice.value[-1], np.nan)[:n]
                self.worth.setdefault(entry.id, []).append(value)
                self.titles[entry.id] = f"{entry.move.label} ({entry.target})" if entry.target else entry.move.label
        for ballot in engine.ballots:
            if ballot.id in happened.vote_odds:
                self.votes[ballot.id] = self._ballot(model, ballot.id, happened.vote_odds[ballot.id])

    @staticmethod
    def _ballot(model: DiplomacyModel, id: str, odds: Array) -> Ballots:
        engine, n = model.engine, model.count
        scenario, actors = engine.layout.scenario, engine.layout.actors
        ballot = next(each for each in engine.ballots if each.id == id)
        f = actors.index(engine.layout.focus)
        heeded = scenario.doctrines[scenario.actors[engine.layout.focus].doctrine or ""].pressure
        asks = {
            power: heeded[power] * (ballot.position[k] * ballot.stake[k])[:n]
            for k, power in enumerate(actors)
            if power in heeded and power in ballot.vote.positions
        }
        asked = sum(asks.values(), np.zeros(n))
        own = ballot.utility[f][:n] - asked
        # What was promised shows in the odds alone: P(yes) = logistic(u - c - d) of those present.
        yes = np.clip(odds[2] / np.maximum(1.0 - odds[3], 1e-12), 1e-12, 1.0 - 1e-12)[:n]
        utility = np.log(yes / (1.0 - yes)) + (ballot.c + ballot.d)[:n]
        return Ballots(np.asarray(odds[:, :n]).copy(), {OWN: own, **asks, PROMISED: utility - own - asked})


def weigh(scenario: Scenario, ids: Sequence[int], *, seed: int, order: str | None = None) -> Weighing:
    """Play replicates of a world again, in its own order of play or another, and watch the focus actor.

    Parameters
    ----------
    scenario : the world; its benchmark is not played. ids : replicates. seed : root of all draws.
    order : ``sequential`` or ``simultaneous``.
    """
    from multivector.world.model import DiplomacyModel
    from multivector.world.setup import Setup

    world = scenario if order in (None, scenario.order) else scenario.model_copy(update={"order": order})
    model, found = DiplomacyModel(Setup(world), ids, seed=seed), Weighing()
    model.observers.append(found)
    model.run()
    return found
