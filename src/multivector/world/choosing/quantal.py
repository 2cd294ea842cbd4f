"""`decision: qre`: an actor expects of the others not what they were likely to play last turn, but a fixed point.

Each actor that weighs its menu and has not moved yet replies to what is expected of all the others; the expectations
are iterated until they are the replies (`decisions.fixed_point`). The others' plays enter a row as everywhere else: the
impulses of an entry times the probability that it is played and comes about, added up. Within its turn an actor's
later slots reply to its own earlier ones in the same way:

    x(m) = sum_s r_s P_s(m) a_s(m)      r_s = P(not through before s),  a_s = P(accepted, passes)

P_s are logit odds among what earlier slots leave (`decisions.successive`).
Values in slot s are taken at what the actor is expected to have done before, not after each thing that it may have
done. An actor that holds, follows a script, draws at random or follows a policy of its own is no player: it is expected
to do what it was likely to do last turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from multivector.decisions.choice import Mask, probabilities
from multivector.decisions.fixed_point import Profile, fixed_point
from multivector.decisions.plan import Plan
from multivector.decisions.successive import Sets, Succession
from multivector.mechanisms.common import Array
from multivector.world.choosing.deciding import expected_of, feasible, slots, weighing
from multivector.world.state import State

if TYPE_CHECKING:
    from multivector.world.engine import Engine
    from multivector.world.step import StateStep

NO_FIXED_POINT = 2.0
"""What `State.failed` says of a history whose expectations did not settle."""
CLOSE = 1e-6
"""Largest distance, in expected plays, between what is expected of an actor and its reply."""


@dataclass(frozen=True)
class Player:
    """One actor's reply to what is expected of everybody, in one turn."""

    engine: Engine
    state: State
    step: StateStep
    actor: str
    may: Mask
    empty: Sets

    @cached_property
    def menu(self) -> list[int]:
        """Positions of the actor's entries in the catalogue."""
        return list(self.engine.layout.catalogue.menu[self.actor])

    def reply(self, others: Array) -> Array:
        """Expected plays of the actor's own entries in this turn, ``[entry, lane]``.

        Parameters
        ----------
        others : [entry, lane] plays expected of everybody, over the whole catalogue; the actor's own are zero.
        """
        engine, objective = self.engine, self.engine.objectives[self.actor]
        # One look-ahead for all slots, as in play: what the other sides of offers gain is taken before the first.
        look = weighing(engine, self.state, engine.plans[self.actor], self.step, self.step.add_plays(others))
        lanes = others.shape[-1]
        expected, still = np.zeros((len(self.menu), lanes)), np.ones(lanes)
        succession = Succession(self.empty, lanes)
        for _ in range(slots(engine, self.actor)):
            weighed = look.weigh()
            odds = succession.slot(probabilities(weighed.value, self.may, objective.precision, objective.scale))
            came = odds[:-1] * weighed.accept[:-1]
            expected = expected + still * came
            going = 1.0 - odds[-1]
            still = still * going
            own = np.zeros_like(others)
            own[self.menu] = came / np.where(going > 0.0, going, 1.0)
            look.made = look.made + self.step.add_plays(own)
        return expected


_SETS: WeakKeyDictionary[Plan, Sets] = WeakKeyDictionary()


def empty_set(engine: Engine, actor: str) -> Sets:
    """The empty set of an actor's menu, from which larger ones are built; built once."""
    plan = engine.plans[actor]
    if plan not in _SETS:
        excludes = engine.layout.catalogue.excludes
        rules_out = np.array([[j in excludes[i] for j in plan.menu] for i in plan.menu], bool)
        kinds = [entry.move.kind for entry in plan.entries]
        _SETS[plan] = Sets(0, rules_out.reshape(len(kinds), len(kinds)), kinds)
    return _SETS[plan]


def settle(
    engine: Engine, state: State, players: Sequence[str], moved: Sequence[str], step: StateStep
) -> tuple[Array, Mask]:
    """Plays that are expected of everybody who has not moved, ``[entry, lane]``, and where they settled, ``[lane]``.

    Parameters
    ----------
    engine, state, step : the batch, the state as decisions see it, and this turn's quarter.
    players : actors that weigh and have not moved.
    moved : actors that have moved this turn: what they did is known.
    """
    found = [Player(engine, state, step, a, feasible(engine, state, a), empty_set(engine, a)) for a in players]
    known = expected_of(engine, state, moved, state.mixed)
    out = state.mixed.copy()
    if len(found) < 2:
        # The last one to move replies to what is known: there is nothing to settle.
        return out, np.ones(state.lanes, bool)

    def reply(k: int, plays: Profile) -> Array:
        others = known.copy()
        for j, player in enumerate(found):
            others[player.menu] = plays[j] if j != k else 0.0
        return found[k].reply(others)

    replies = [partial(reply, k) for k in range(len(found))]
    start = [state.mixed[player.menu] for player in found]
    point = fixed_point(replies, start, asked=state.failed < 0.5, tolerance=CLOSE)
    for player, plays in zip(found, point.plays, strict=True):
        out[player.menu] = plays
    return out, point.found
