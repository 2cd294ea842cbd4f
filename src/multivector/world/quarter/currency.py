"""The quarter's exchange rates, banks and consumer prices, joined from `contagion` and `prices`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector.mechanisms import contagion, prices
from multivector.mechanisms.common import Array
from multivector.mechanisms.stock_table import Reader, StockView
from multivector.world.layout.layout import Layout
from multivector.world.layout.params import Params
from multivector.world.state import State

if TYPE_CHECKING:
    from multivector.world.engine import Engine
    from multivector.world.quarter.draws import Draws

BANK_KEYS = ("bank-exposure", "bank-strain")


def exchange_rates(engine: Engine, state: State, draws: Draws, oil_price: Array) -> None:
    """Shocks to both currencies, the rouble and the tenge of the quarter, and strain on banks (in place).

    `oil_price` is that of the quarter, US$ a barrel, ``[lane]``.
    """
    p, table = engine.p, engine.table
    if engine.layout.switched("currency-shocks"):
        for stock, stream, size in (
            ("rouble", "contagion/rouble/RUS", "contagion.rouble_sd"),
            ("exchange-rate", f"contagion/tenge/{engine.layout.focus}", "contagion.tenge_sd"),
        ):
            d = table.index[stock]
            state.stocks[d] = table.clip_one(stock, state.stocks[d] + p[size] * draws.normal(stream, state.turn))
    view = StockView(table, state.stocks)
    before, state.rouble = state.rouble, _rouble(engine, state, view)
    on = 1.0 if engine.layout.switched("rouble-contagion") else 0.0
    state.tenge = contagion.tenge_rate(
        state.rouble, np.log(np.ascontiguousarray(oil_price / p["oil.price"])),
        view["exchange-rate"] - p["stocks.exchange-rate.base"],
        on_rouble=on * p["contagion.on_rouble"], on_oil=p["contagion.on_oil"],
    )  # fmt: skip
    active = engine.layout.active
    measures = float(active[min(state.turn, len(active) - 1)])
    d = table.index["bank-strain"]
    added = contagion.strain_inflow(
        state.rouble - before, measures, persistence=table.persistence[d],
        fragility=on * p["contagion.fragility"], frozen=on * p["contagion.frozen"],
    )  # fmt: skip
    state.stocks[d] = table.clip_one("bank-strain", state.stocks[d] + added)


def _rouble(engine: Engine, state: State, view: StockView) -> Array:
    """Log price of the dollar in roubles against the base year: the scenario's path, and shocks."""
    given = engine.path("rouble", state.turn, 0.0)
    base = engine.p["contagion.rouble_base"]
    # A world without the path keeps the rouble of the base year.
    path = np.log(np.ascontiguousarray(np.where(given > 0.0, given, base) / base))
    return np.asarray(path + view["rouble"])


def finance_lost(layout: Layout, p: Params, reader: Reader) -> Array:
    """Access to finance that strained banks take away, ``[..., lane]``; nothing where contagion is off."""
    if not layout.switched("rouble-contagion"):
        return np.zeros(p.lanes)
    return contagion.access_lost(reader["bank-exposure"], reader["bank-strain"])


BEYOND = 50.0
"""Log points at which prices (in a quarter) and real incomes (against the base) cannot be counted any more."""


def consumer_prices(engine: Engine, state: State, pressure: Array, price: Array) -> None:
    """Inflation of the quarter (in place).

    `price` is the log price of imports from the trade solve against the base, `pressure` that of administered prices,
    both ``[lane]``.
    """
    p = engine.p
    on = 1.0 if engine.layout.switched("rouble-contagion") else 0.0
    world = np.log(np.ascontiguousarray(engine.path("world_goods_prices", state.turn)))
    cost = contagion.import_cost(
        price + world, state.tenge, state.rouble, rouble_weight=on * p["contagion.rouble_priced"] * engine.from_russia
    )
    passed = prices.passed_on(state.passed, cost, speed=p["prices.speed"])
    inflation = prices.quarterly_inflation(
        passed - state.passed, _food_change(engine, state.turn), pressure, trend=p["prices.trend"],
        pass_through=p["prices.pass_through"], food_share=p["prices.food_share"],
    )  # fmt: skip
    if not engine.layout.switched("price-pass-through"):
        inflation = p["prices.trend"] + pressure
    # Absurd numbers of a scenario end as a failed history and not as an infinite one.
    state.failed = np.maximum(state.failed, (~(np.abs(inflation) < BEYOND)).astype(np.float64))
    state.import_price, state.passed = price, passed
    state.inflation = np.concatenate((inflation[None], state.inflation[:-1]))


def _food_change(engine: Engine, turn: int) -> Array:
    """Log change of world food prices on the quarter before, ``[lane]``; on the base year in the first turn."""
    before = engine.path("world_food_prices", turn - 1) if turn else 1.0
    return np.log(np.ascontiguousarray(engine.path("world_food_prices", turn) / before))


def share_from_russia(engine: Engine) -> Array:
    """Russia's share in the focus actor's imports of goods in the base year, ``[lane]``; zero without Russia."""
    layout, base = engine.layout, engine.economy.base
    if "RUS" not in layout.node:
        return np.zeros(engine.p.lanes)
    k, goods = layout.node[layout.focus], len(layout.sectors) - 1
    foreign = [i for i in range(len(layout.nodes)) if i != k]
    bought = np.asarray(base.flows()[:, k, :goods]).reshape(len(layout.nodes), goods).sum(axis=1)
    return np.full(engine.p.lanes, bought[layout.node["RUS"]] / bought[foreign].sum(axis=0))
