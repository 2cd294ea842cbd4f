"""What standing buys: odds of moves whose outcome is drawn, what a yes costs, how votes are resented."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector.decisions.catalogue import Entry
from multivector.mechanisms import mediation
from multivector.mechanisms.common import Array
from multivector.mechanisms.stock_table import Reader, StockTable
from multivector.world.layout.layout import Layout
from multivector.world.layout.params import Params

if TYPE_CHECKING:
    from multivector.world.engine import Engine


def above_base(table: StockTable, reader: Reader, key: str) -> Array:
    """A stock less its base, ``[..., lane]``."""
    return np.asarray(reader[key] - table.base[table.index[key]])


def chance(engine: Engine, reader: Reader, entry: Entry) -> Array:
    """Probability that a move whose outcome is drawn succeeds, ``[lane]``."""
    p, table = engine.p, engine.table
    on = float(engine.layout.switched("standing"))
    neutrality, status = (on * above_base(table, reader, k) for k in ("neutrality", "status"))

    def yes(who: str) -> Array:
        return mediation.consent(
            neutrality, status, intercept=p[f"mediation.{who}"], on_neutrality=p["mediation.on_neutrality"],
            on_status=p["mediation.on_status"],
        )  # fmt: skip

    if entry.move.drawn == "summit":
        return mediation.consent(
            neutrality, status, intercept=p["mediation.neighbours"], on_neutrality=np.zeros(p.lanes),
            on_status=p["mediation.on_status"],
        )  # fmt: skip
    parties = mediation.both(yes("first-party"), yes("second-party"))
    return parties if entry.move.drawn == "venue" else mediation.both(parties, yes("success"))


def reserve(engine: Engine, reader: Reader, entry: Entry) -> Array:
    """What the side that answers an offer holds out for beyond its gain, in utility, ``[lane]``.

    The focus actor's standing makes it ask for more, and others for less when it is the one who asks.
    """
    p, focus = engine.p, engine.layout.focus
    if not engine.layout.switched("standing") or focus not in (entry.actor, entry.target):
        return np.zeros(p.lanes)
    scale = engine.objectives[entry.target or focus].scale
    more = mediation.reserve(above_base(engine.table, reader, "status"), worth=p["mediation.bargaining"] * scale)
    return more if entry.target == focus else -more


def patience(engine: Engine, reader: Reader) -> Array:
    """Share of a vote's displeasure that is kept, ``[lane]``."""
    if not engine.layout.switched("standing"):
        return np.ones(engine.p.lanes)
    return mediation.patience(above_base(engine.table, reader, "neutrality"), relief=engine.p["mediation.patience"])


def deterrence(layout: Layout, p: Params, reader: Reader) -> Array:
    """What standing takes off the log odds of coercion, ``[..., lane]``: who speaks for a region is pressed less."""
    if not layout.switched("standing"):
        return np.zeros(p.lanes)
    return p["coercion.on_status"] * (reader["status"] - p["stocks.status.base"])
