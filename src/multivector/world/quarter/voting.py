"""The votes phase: every actor casts its vote on a scheduled text, and powers take note of the focus actor's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector.mechanisms import votes
from multivector.mechanisms.common import Array, bounded
from multivector.mechanisms.coordinates import displeasure_key, relation_key
from multivector.mechanisms.stock_table import StockView
from multivector.world.quarter.draws import Draws
from multivector.world.quarter.standing import patience
from multivector.world.state import State

if TYPE_CHECKING:
    from multivector.world.engine import Engine
    from multivector.world.happened import Happened


def ballot_odds(engine: Engine, k: int, view: StockView) -> Array:
    """Probabilities no, abstain, yes, absent of every actor on text k of the calendar, ``[option, actor, lane]``.

    What the focus actor has promised a power this quarter weighs on its own vote.
    """
    ballot, p = engine.ballots[k], engine.p
    other = p["votes.absent.other"]
    absent = np.stack([p.get(f"votes.absent.{a}", other) for a in engine.layout.actors])
    utility = ballot.utility.copy()
    for a, power in enumerate(engine.layout.actors):
        if power != engine.layout.focus and power in ballot.vote.positions:
            f = engine.layout.actors.index(engine.layout.focus)
            utility[f] += p["votes.pledge"] * view[f"vote-pledge:{power}"] * ballot.position[a]
    odds = votes.vote_probabilities(utility, ballot.c, ballot.d, absent)
    named = ballot.vote.names
    if named in engine.layout.actors:
        a = engine.layout.actors.index(named)
        odds[:, a] = 0.0
        odds[votes.NO, a] = 1.0
    return odds


def vote(engine: Engine, state: State, draws: Draws, happened: Happened) -> None:
    """Scheduled texts: every actor votes; powers are disappointed by the focus actor's vote, or pleased (in place)."""
    p, layout = engine.p, engine.layout
    if not layout.switched("votes"):
        return
    f = layout.actors.index(layout.focus)
    view = StockView(engine.table, state.stocks)
    for k, ballot in enumerate(engine.ballots):
        if ballot.turn != state.turn:
            continue
        odds = ballot_odds(engine, k, view)
        cast = np.zeros((len(layout.actors), state.lanes), np.int64)
        for a, actor in enumerate(layout.actors):
            u = np.ascontiguousarray(draws.uniform(f"votes/cast/{ballot.id}/{actor}", state.turn))
            cast[a] = votes.cast(u, odds[:, a])
            if engine.said is not None:
                cast[a] = engine.said.vote(ballot.id, actor, cast[a])
            state.votes[engine.text[ballot.id], a] = votes.vote_value(cast[a], absent_as=np.zeros(state.lanes))
        happened.votes[ballot.id], happened.vote_odds[ballot.id] = cast.astype(np.float64), odds[:, f]
        hurt = patience(engine, view) * votes.disappointment(
            cast[f], ballot.position, ballot.stake, scale=p["votes.displeasure"], absent_as=p["votes.absent_as"]
        )
        for a, power in enumerate(layout.actors):
            if power == layout.focus or power not in ballot.vote.positions:
                continue
            explained = bounded(state.stocks[engine.table.index[f"vote-cost:{power}"]], 0.0, 1.0)
            relief = 1.0 - explained * layout.switched("declared-policy")
            _shift(engine, state, displeasure_key(power, layout.focus), hurt[a] * relief)
            _shift(engine, state, relation_key(power, layout.focus), -p["votes.relation"] * hurt[a] * relief)


def _shift(engine: Engine, state: State, key: str, size: Array) -> None:
    d = engine.table.index[key]
    state.stocks[d] = engine.table.clip_one(key, state.stocks[d] + size)
