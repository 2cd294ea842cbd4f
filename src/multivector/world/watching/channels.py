"""Through what a quarter's real income of the focus actor differs from the base year: an exact account of one quarter.

Log real income is that of the trade equilibrium plus growth. Growth is a sum already. The equilibrium is a function of
demand shifters and transfers, and both are sums of parts (of log shifters, of US$ bn): trade costs, what the ladder
makes dearer, acts of pressure in force, oil and gas, rents, other payments. Each part gets its Shapley value: what it
adds to income on average over all orders in which the parts may be put in, with the equilibrium solved anew for every
set of them. So the parts add up to the whole, and none depends on an order. Premia of scarce routes are held at what
they were.

It is an account of the quarter, not of the past: what the ladder did to investment years ago counts as investment.

References: Shapley 1953, A value for n-person games; Shorrocks 2013, Decomposition procedures for distributional
analysis, Journal of Economic Inequality 11(1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import factorial
from types import MappingProxyType

import numpy as np

from multivector.mechanisms.common import Array
from multivector.mechanisms.stock_table import StockView
from multivector.mechanisms.trade import solve
from multivector.world.choosing.policies import Choice
from multivector.world.engine import Engine
from multivector.world.happened import Happened
from multivector.world.layout.shapes import repeated
from multivector.world.model import DiplomacyModel
from multivector.world.quarter.accounts import finance_now, growth, technology_now
from multivector.world.quarter.hazards import COERCION
from multivector.world.state import State

CHANNELS: Mapping[str, str] = MappingProxyType({
    "trade": "trade costs: measures, routes, duties, habits",
    "oil": "oil and gas",
    "rent": "rent from scarce routes",
    "ladder": "the ladder: payments, finance, technology",
    "finance": "finance and technology beyond the ladder",
    "coercion": "acts of pressure in force",
    "investment": "investment from abroad, newcomers",
    "rest": "side payments, pooled duties, and the rest",
})  # fmt: skip
"""Channels by id, in the order of a table."""

MOVED = ("corridor-capacity:", "trade-cost:")
"""Stocks by which an act of pressure reaches the income of its quarter."""


@dataclass
class Channels:
    """An observer of a model: log real income of the focus actor by channel, quarter by quarter.

    Parameters
    ----------
    first : turn from which the account is drawn up (acts are watched from the start).

    Attributes
    ----------
    turns : channel to ``[lane]``, one mapping a turn, in log points against the base year; they sum to ``total``.
    """

    first: int = 0
    turns: list[dict[str, Array]] = field(default_factory=list)
    _acts: list[Mapping[str, Array]] = field(default_factory=list)

    def __call__(self, model: DiplomacyModel, happened: Happened, choices: Sequence[Choice]) -> None:
        """Take in a quarter; changes nothing."""
        del choices
        self._acts.append({kind: happened.hazards[kind] for kind in COERCION if kind in happened.hazards})
        if model.state.turn >= self.first:
            found = account(model.engine, model.state, happened, self._in_force(model.engine))
            self.turns.append({name: value[: model.count] for name, value in found.items()})

    def _in_force(self, engine: Engine) -> dict[str, Array]:
        """What acts of this quarter and of earlier ones that last add to stocks now, by key, ``[lane]``."""
        out: dict[str, Array] = {}
        impulses = dict(engine.layout.hazards)
        for age, acts in enumerate(reversed(self._acts)):
            for kind, flag in acts.items():
                for impulse in impulses[kind]:
                    if age >= (impulse.turns or 1) or not impulse.key.startswith(MOVED):
                        continue
                    faded: Array = np.ones(engine.p.lanes)
                    for _ in range(age):
                        faded = faded * engine.table.persistence[engine.table.index[impulse.key]]
                    out[impulse.key] = out.get(impulse.key, 0.0) + engine.table.size(impulse) * flag * faded
        return {key: size for key, size in out.items() if size.any()}


def account(engine: Engine, state: State, happened: Happened, acts: Mapping[str, Array]) -> dict[str, Array]:
    """Log real income of the focus actor by channel, and ``total``, ``[lane]``: a quarter that has just been played.

    Parameters
    ----------
    state : after the quarter; happened : what the quarter brought about.
    acts : what acts of pressure add to stocks, by key.
    """
    assert happened.stocks is not None
    layout, p = engine.layout, engine.p
    view = StockView(engine.table, happened.stocks)
    free = StockView(engine.table, _without_rungs(engine, happened.stocks))
    found = state.solved.trade
    node = engine.economy.focus_node
    total = state.ln_income[layout.actors.index(layout.focus)]
    out = dict.fromkeys(CHANNELS, np.zeros(p.lanes))
    shifters, money = _parts(engine, state, happened, view, free, acts)
    out |= shapley(engine, state, shifters, money)
    out["rest"] = out.pop("other", np.zeros(p.lanes))
    before, after = growth(layout, p, free), growth(layout, p, view)
    access = _access(engine, free)
    out["ladder"] = out["ladder"] + after - before
    out["finance"] = access
    out["investment"] = before - access
    left = total - (found.ln_income[node] + after)
    out["rest"] = out["rest"] + left
    return {**{name: out[name] for name in CHANNELS}, "total": total}


def _access(engine: Engine, free: StockView) -> Array:
    """Growth from access to finance and technology when no rung takes any, ``[lane]``."""
    p, layout = engine.p, engine.layout
    if not layout.switched("investment"):
        return np.zeros(p.lanes)
    money = p["growth.finance"] * (finance_now(layout, p, free) - p["stocks.finance-access.base"])
    return np.asarray(
        money + p["growth.technology"] * (technology_now(layout, p, free) - p["stocks.technology-access.base"])
    )


def _without_rungs(engine: Engine, stocks: Array) -> Array:
    out = stocks.copy()
    for watcher in engine.layout.watchers:
        d = engine.table.index[f"rung:{watcher}"]
        out[d] = engine.table.base[d]
    return out


def _parts(
    engine: Engine, state: State, happened: Happened, view: StockView, free: StockView, acts: Mapping[str, Array]
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Parts of the log shifters ``[exporter, importer, sector, lane]`` and of the transfers ``[node, lane]``."""
    economy, found = engine.economy, state.solved
    assert happened.oil is not None
    theta = economy.theta
    none = np.zeros_like(found.phi)
    ladder, pressure = none.copy(), none.copy()
    dear, cheap = economy.policy_costs(view), economy.policy_costs(free)
    for (i, n, s, cost), (_, _, _, less) in zip(dear, cheap, strict=True):
        ladder[i, n, s] = ladder[i, n, s] - theta[s] * (cost - less)
    calm = view.stocks.copy()
    for key, size in acts.items():
        d = engine.table.index[key]
        calm[d] = engine.table.clip_one(key, calm[d] - size)
    freed = economy.policy_costs(StockView(engine.table, calm))
    for (i, n, s, cost), (_, _, _, less) in zip(dear, freed, strict=True):
        pressure[i, n, s] = pressure[i, n, s] - theta[s] * (cost - less)
    traded = (economy.lam > 0.0) & (found.phi > 0.0)
    whole = np.log(np.where(traded, found.phi, 1.0) / np.where(traded, economy.lam, 1.0))
    shifters = {"trade": np.where(traded, whole - ladder - pressure, 0.0), "ladder": ladder, "coercion": pressure}
    oil = happened.oil.transfer
    if any(key.startswith("corridor-capacity:") for key in acts):
        assert happened.market is not None
        oil = economy.oil.ship(StockView(engine.table, calm), happened.market).transfer
    money = {"oil": oil, "coercion": happened.oil.transfer - oil, "rent": found.rent}
    money["other"] = found.trade.transfer - economy.base.deficit - happened.oil.transfer - found.rent
    return shifters, money


def shapley(
    engine: Engine, state: State, shifters: Mapping[str, Array], money: Mapping[str, Array]
) -> dict[str, Array]:
    """What each part adds to the log income of the trade equilibrium, ``[lane]``; they sum to it.

    Parameters
    ----------
    shifters : part to log shifters ``[exporter, importer, sector, lane]``; money : part to transfers ``[node, lane]``.
        A part may have both. Those without any effect in the whole batch are left out of the solving and get zero.
    """
    names = sorted({*shifters, *money})
    live = [n for n in names if any(n in side and side[n].any() for side in (shifters, money))]
    lanes = engine.p.lanes
    sets = 1 << len(live)
    income = np.zeros((sets, lanes))
    if live:
        income[1:] = _incomes(engine, state, live, shifters, money)
    out = {name: np.zeros(lanes) for name in names}
    for k, name in enumerate(live):
        for without in range(sets):
            if without >> k & 1:
                continue
            size = without.bit_count()
            weight = factorial(size) * factorial(len(live) - size - 1) / factorial(len(live))
            out[name] = out[name] + weight * (income[without | 1 << k] - income[without])
    return out


def _incomes(
    engine: Engine, state: State, live: list[str], shifters: Mapping[str, Array], money: Mapping[str, Array]
) -> Array:
    """Log income of the focus actor with every set of parts but the empty one, ``[set, lane]``; nan where unsolved."""
    economy, lanes = engine.economy, engine.p.lanes
    many = (1 << len(live)) - 1
    phi = repeated(economy.lam, many)
    ln = np.zeros_like(phi)
    transfer = repeated(economy.base.deficit * np.ones(lanes), many)
    for number in range(many):
        at = slice(number * lanes, (number + 1) * lanes)
        for k, name in enumerate(live):
            if (number + 1) >> k & 1:
                if name in shifters:
                    ln[..., at] += shifters[name]
                if name in money:
                    transfer[..., at] += money[name]
    found = solve(
        economy.base, phi * np.exp(ln), transfer, repeated(economy.theta, many),
        start=repeated(state.solved.trade.ln_c, many), jac_inv=repeated(state.solved.trade.jac_inv, many),
        on_failure="mask",
    )  # fmt: skip
    income = np.where(found.converged, found.ln_income[economy.focus_node], np.nan)
    return np.asarray(income.reshape(many, lanes))
