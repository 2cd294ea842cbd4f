"""A store of oil creates and loses nothing, whatever its size and whatever stands still."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from multivector.mechanisms.stock_table import StockView
from multivector.world.economy.oil_trade import OilMarket, OilTrade
from multivector.world.engine import Engine
from multivector.world.layout.params import Params
from playing import layout_of

LANES, QUARTERS = 8, 6


@cache
def engine() -> Engine:
    return Engine(layout_of("after-2022"), LANES)


@settings(max_examples=50, deadline=None)
@given(
    size=arrays(float, LANES, elements=st.floats(0.0, 20.0)),
    outage=arrays(float, (QUARTERS, 6, LANES), elements=st.floats(0.0, 1.0)),
    contract=arrays(float, (6, LANES), elements=st.floats(0.0, 3.0)),
    price=arrays(float, (QUARTERS, LANES), elements=st.floats(20.0, 150.0)),
)
def test_what_is_produced_is_shipped_or_stored_or_lost_and_what_is_shipped_is_paid(
    size: np.ndarray, outage: np.ndarray, contract: np.ndarray, price: np.ndarray
) -> None:
    layout, table = engine().layout, engine().table
    p = Params(layout.scenario, LANES, {"oil.store.capacity": size})
    oil, none = OilTrade(layout, p), np.zeros(LANES)
    routes, stored = layout.oil_routes, none
    produced, barrels = 0.25 * oil.production, p["oil.barrels"]
    for t in range(QUARTERS):
        stocks = table.initial()
        for c, name in enumerate(routes):
            stocks[table.index[f"corridor-capacity:{name}"]] = 1.0 - outage[t, c]
            stocks[table.index[f"oil-contract:{name}"]] = contract[c]
        found = oil.ship(StockView(table, stocks), OilMarket(price[t], none, none, none, stored))
        room = (1.0 - outage[t]) * oil.capacity
        out, spare = 0.25 * found.flow.sum(axis=0), 0.25 * (room - found.flow).sum(axis=0)
        assert (found.flow >= 0.0).all()
        assert (found.flow <= room + 1e-9).all()
        # Lost is what is neither shipped nor added to the store: only where the store is full and no route has room.
        lost = stored + produced - out - found.stored
        assert (found.stored >= 0.0).all()
        assert (found.stored <= size + 1e-9).all()
        assert (lost >= -1e-9).all()
        assert np.minimum(lost, size - found.stored) == pytest.approx(none, abs=1e-9)
        # What stays in the store stays for want of room.
        assert np.minimum(found.stored, spare) == pytest.approx(none, abs=1e-9)
        # What is shipped is sold at the price of the quarter, and all that is paid is somebody's.
        sold = ((found.flow * (price[t] * barrels - oil.fee) - oil.base * (71.0 * barrels - oil.fee)) * 1e-3).sum(
            axis=0
        )
        assert found.earned == pytest.approx(sold, rel=1e-9, abs=1e-9)
        assert found.transfer.sum(axis=0) == pytest.approx(none, abs=1e-9)
        stored = found.stored
