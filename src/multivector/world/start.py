"""The state before the first turn: the base world, with what was published of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector.mechanisms.common import Array
from multivector.mechanisms.stock_table import StockView
from multivector.world.economy.oil_trade import OilFlows, OilMarket
from multivector.world.layout.packages import CAPACITIES, INTERMEDIARIES
from multivector.world.state import State

if TYPE_CHECKING:
    from multivector.world.engine import Engine

RECENT, REFUSED = 8, 4
"""Quarters for which plays that took effect and refused offers are remembered."""


def base_state(engine: Engine) -> State:
    """The base world on all lanes, its quarter solved once: the first decisions see what was published of it."""
    layout, lanes = engine.layout, engine.p.lanes
    n, s, powers = len(layout.nodes), len(layout.sectors), len(layout.powers)
    entries, lines = len(layout.catalogue.entries), len(layout.scenario.red_lines)

    def zeros(*shape: int) -> Array:
        return np.zeros((*shape, lanes))

    ln_habit, ln_cost, premium, jac_inv = zeros(n, n, s), zeros(n), zeros(len(CAPACITIES)), _jac_inv(engine)
    ln_capacity = np.log(np.ascontiguousarray(engine.economy.base_capacity[: len(INTERMEDIARIES)]))
    view = StockView(engine.table, engine.table.initial())
    oil = _base_oil(engine, view)
    solved, _ = engine.economy.solve(
        view, -1, ln_habit, ln_capacity, engine.economy.base.deficit + oil.transfer,
        start=ln_cost, premium=premium, jac_inv=jac_inv,
    )  # fmt: skip
    state = State(
        turn=0, stocks=view.stocks, pending=zeros(len(layout.waiting), layout.depth), ln_habit=ln_habit,
        ln_cost=ln_cost, premium=premium, jac_inv=solved.jac_inv, ln_capacity=ln_capacity, oil_shock=zeros(),
        buyers_found=zeros(), oil_stored=zeros(), record=zeros(2), ln_income=zeros(len(layout.actors)),
        measures=engine.measures(solved, oil), losses=zeros(powers), reverse=zeros(powers), import_price=zeros(),
        rouble=zeros(), tenge=zeros(), passed=zeros(),
        inflation=zeros(4) + engine.p["prices.trend"], mixed=zeros(entries), played=zeros(entries),
        accept=zeros(entries), transfer=zeros(entries), recent=(zeros(entries),) * RECENT,
        refused=(zeros(entries),) * REFUSED, resting=zeros(entries),
        votes=np.full((len(engine.text), len(layout.actors), lanes), np.nan),
        line_run=zeros(lines), line_first=np.full((lines, lanes), -1.0),
        line_margin=np.full((lines, lanes), np.nan), drawn_in=zeros(), helped=zeros(), failed=zeros(), solved=solved,
    )  # fmt: skip
    engine.store_losses(state)
    return state


def _jac_inv(engine: Engine) -> Array:
    """Inverse Jacobian from which the first solve starts: the base's, and one for each scarce route."""
    n, scarce = len(engine.layout.nodes), len(CAPACITIES)
    out = np.zeros((n + scarce, n + scarce, engine.p.lanes))
    out[:n, :n] = engine.economy.jac_inv
    for j in range(n, n + scarce):
        out[j, j] = 1.0
    return out


def _base_oil(engine: Engine, view: StockView) -> OilFlows:
    none = np.zeros(engine.p.lanes)
    return engine.economy.oil.ship(view, OilMarket(engine.p["oil.price"], none, none, none, none))
