"""Energy at home in the world: who could hold back how much of it, and what a cut takes away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from multivector.mechanisms import supply
from multivector.mechanisms.common import Array
from multivector.mechanisms.stock_table import Reader, StockView
from multivector.world.layout.layout import Layout
from multivector.world.layout.params import Params

if TYPE_CHECKING:
    from multivector.world.engine import Engine
    from multivector.world.state import State

CUT, OWN, SHORTAGE = "energy-cut", "own-power", "energy-shortage"
"""The hazard, and the focus actor's stocks."""


def supply_keys(power: str) -> tuple[str, ...]:
    """Stocks that a cut by a power depends on."""
    return f"energy-dependence:{power}", OWN


def missing(layout: Layout, p: Params, reader: Reader, power: str) -> Array:
    """Share of home energy that is missing while a power holds back what it supplies, ``[..., lane]``."""
    if not layout.switched("home-energy") or power not in layout.powers:
        return np.zeros(p.lanes)
    of, own = (reader[key] for key in supply_keys(power))
    return supply.missing(of, own, replaceable=p["coercion.energy-cut.replaceable"])


def at_stake(layout: Layout, p: Params, reader: Reader, power: str) -> Array:
    """Income that a cut by a power puts at risk, a share, ``[..., lane]``."""
    return np.asarray(p["coercion.energy-cut.stake"] * missing(layout, p, reader, power))


def income_lost(layout: Layout, p: Params, reader: Reader) -> Array:
    """Log income that the shortage of the quarter takes, ``[..., lane]``."""
    if not layout.switched("home-energy"):
        return np.zeros(p.lanes)
    return np.asarray(p["coercion.energy-cut.stake"] * reader[SHORTAGE])


def loss_since(engine: Engine, state: State, power: str) -> Array:
    """What deals since the base year add to the loss from losing a power, share of income, ``[lane]``.

    The trade solve has what the base year's flows hold; only the change comes on top.
    """
    now, base = (StockView(engine.table, stocks) for stocks in (state.stocks, engine.table.base))
    return at_stake(engine.layout, engine.p, now, power) - at_stake(engine.layout, engine.p, base, power)


def felt(engine: Engine, reader: Reader, shifts: Mapping[str, Array]) -> Mapping[str, Array]:
    """What hazards do to the stocks ``[future, lane]``, a cut by as much as would be missing now; future 0 is quiet."""
    share = missing(engine.layout, engine.p, reader, engine.hazard_rates.coercer)
    out = dict(shifts)
    for k, (name, impulses) in enumerate(engine.hazards):
        for impulse in impulses if name == CUT else ():
            out[impulse.key] = shifts[impulse.key].copy()
            out[impulse.key][k + 1] *= share
    return out
