"""The National Fund: what of the oil income is saved goes in, what is drawn for a loss comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multivector.mechanisms.energy import QUARTER
from multivector.world.economy.oil_trade import OilFlows
from multivector.world.state import State

if TYPE_CHECKING:
    from multivector.world.engine import Engine


def settle_fund(engine: Engine, state: State, oil: OilFlows) -> None:
    """Oil income of the quarter beyond the base year's fills the fund, or empties it (in place).

    The base year's own inflow and use are taken to offset each other. What an empty fund could not pay is not taken
    back from spending: it is lent.
    """
    if not engine.layout.switched("savings"):
        return
    d = engine.table.index["fund"]
    state.stocks[d] = engine.table.clip_one("fund", state.stocks[d] + QUARTER * oil.saved / engine.p["oil.fund"])
