"""The sanctioned power under isolation: what is closed to it, how far it has adapted, what partners are worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector.decisions.plan import Plan
from multivector.mechanisms import isolation
from multivector.mechanisms.common import Array
from multivector.mechanisms.coordinates import GOODS
from multivector.world.state import State

if TYPE_CHECKING:
    from multivector.world.engine import Engine


def closed(engine: Engine, stocks: Array, turn: int) -> Array:
    """Share of the target's purchases from the sanctioners that measures close, ``[lane]``: dated and added ones."""
    layout, p = engine.layout, engine.p
    covered = engine.economy.routing.packages.covered[min(turn, layout.turns - 1)]
    out = p["sanctions.coverage_scale"] * (covered.mean(axis=0) if len(covered) else np.zeros(p.lanes))
    keys = [f"coverage:{s}:{g}" for s in layout.senders for g in GOODS]
    for key in keys:
        out = out + stocks[engine.table.index[key]] / len(keys)
    return np.asarray(np.clip(out, 0.0, 1.0))


def felt(engine: Engine, state: State) -> Array:
    """Isolation that the target feels this quarter, ``[lane]``; zero where the mechanism is off."""
    key = f"adaptation:{engine.layout.target}"
    if not engine.layout.switched("isolation") or key not in engine.table.index:
        return np.zeros(engine.p.lanes)
    return isolation.felt(closed(engine, state.stocks, state.turn), state.stocks[engine.table.index[key]])


def adapt(engine: Engine, state: State, following: Array) -> None:
    """The target finds other routes while measures last (in place, on next quarter's stocks)."""
    key = f"adaptation:{engine.layout.target}"
    if not engine.layout.switched("isolation") or key not in engine.table.index:
        return
    d, p = engine.table.index[key], engine.p
    following[d] = isolation.adaptation_next(
        state.stocks[d], closed(engine, state.stocks, state.turn), speed=p["isolation.speed"], most=p["isolation.most"]
    )


def deal_worth(engine: Engine, felt_now: Array, plan: Plan) -> Array:
    """What each offer of a menu adds for who makes it, by being a deal at all, in utility, ``[offer, lane]``."""
    own = plan.actor == engine.layout.target
    worth = isolation.deal_worth(felt_now, pay=engine.p["isolation.pay"] * engine.objectives[plan.actor].scale)
    offers = [e for e in plan.entries if e.is_offer]
    return np.stack([worth if own and e.target == engine.layout.focus else np.zeros_like(worth) for e in offers])
