"""The accounts of a quarter: growth factors, security, prices, opinion, the stocks' next values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector.mechanisms import evasion, habit, investment, opinion, persuasion
from multivector.mechanisms.common import Array, bounded, relation_from_scale
from multivector.mechanisms.coordinates import relation_key
from multivector.mechanisms.routes import ln_stratum_factor
from multivector.mechanisms.security import alliance_worth, national_security
from multivector.mechanisms.stock_table import Reader, StockView
from multivector.mechanisms.trade_capacity import CapacitySolution
from multivector.schema.base import GROUPS
from multivector.world.layout.layout import Layout
from multivector.world.layout.params import Params
from multivector.world.quarter.audiences import settle_words
from multivector.world.quarter.currency import BANK_KEYS, BEYOND, consumer_prices, finance_lost
from multivector.world.quarter.isolation import adapt
from multivector.world.quarter.supply import SHORTAGE, income_lost
from multivector.world.state import State

if TYPE_CHECKING:
    from multivector.world.engine import Engine

BEYOND_COUNTING = 3.0
"""What `State.failed` says of a history whose stocks or incomes are no numbers any more."""
ACROSS_THE_CASPIAN = ("middle", "aktau-baku", "aktau-makhachkala")
"""Corridors whose ships load at Aktau and Kuryk."""


def growth(layout: Layout, p: Params, reader: Reader) -> Array:
    """Log income of the focus from what trade does not hold, against the base, ``[..., lane]``.

    Investment, finance and technology, newcomers, and energy that is missing at home.
    """
    out: Array = np.zeros(p.lanes)
    if layout.switched("newcomers"):
        out = p["growth.newcomers"] * (reader["newcomers"] - p["stocks.newcomers.base"])
    out = out - income_lost(layout, p, reader)
    if not layout.switched("investment"):
        return out
    return out + investment.productivity(
        investment_now(layout, p, reader), finance_now(layout, p, reader) - p["stocks.finance-access.base"],
        technology_now(layout, p, reader) - p["stocks.technology-access.base"], investment=p["growth.investment"],
        on_finance=p["growth.finance"], on_technology=p["growth.technology"],
    )  # fmt: skip


def investment_now(layout: Layout, p: Params, reader: Reader) -> Array:
    """Investment stocks above the base, weighted by their immediate sources' shares, ``[..., lane]``."""
    out: Array = np.zeros(p.lanes)
    for source in layout.powers:
        if f"growth.source.{source}" in p:
            stock = np.maximum(reader[f"investment:{source}"], 0.05)
            out = out + p[f"growth.source.{source}"] * (stock - p["stocks.investment.base"])
    return out


def worst_rung(layout: Layout, p: Params, reader: Reader) -> Array:
    """Highest rung that any watching sender stands on, ``[..., lane]``."""
    out: Array = np.zeros(p.lanes)
    for watcher in layout.watchers:
        out = np.maximum(out, reader[f"rung:{watcher}"])
    return out


def _felt_rung(layout: Layout, p: Params, reader: Reader, first: float) -> Array:
    """The same, where what a carve-out exempts of the rungs above `first` is not felt, ``[..., lane]``."""
    out: Array = np.zeros(p.lanes)
    for watcher in layout.watchers:
        rung = reader[f"rung:{watcher}"]
        out = np.maximum(out, rung - np.maximum(rung - first, 0.0) * reader[f"exemption:{watcher}"])
    return out


def finance_now(layout: Layout, p: Params, reader: Reader) -> Array:
    """Access to outside finance after the ladder and strained banks, ratio to the base, ``[..., lane]``."""
    return investment.access(
        reader["finance-access"], _felt_rung(layout, p, reader, 2.0), finance_lost(layout, p, reader), first=2.0,
        loss=p["ladder.finance_loss"],
    )  # fmt: skip


def technology_now(layout: Layout, p: Params, reader: Reader) -> Array:
    """Access to outside technology after the ladder, ratio to the base, ``[..., lane]``."""
    rung = _felt_rung(layout, p, reader, 3.0)
    return investment.access(
        reader["technology-access"], rung, np.zeros(p.lanes), first=3.0, loss=p["ladder.technology_loss"]
    )


def growth_keys(layout: Layout) -> tuple[str, ...]:
    """Stocks that `growth` reads."""
    own = (
        *(f"investment:{v}" for v in layout.powers),
        *(f"{s}:{w}" for s in ("rung", "exemption") for w in layout.watchers),
    )
    return (*own, *BANK_KEYS, SHORTAGE, "newcomers", "finance-access", "technology-access")


def security_keys(layout: Layout) -> tuple[str, ...]:
    """Stocks that `security_now` reads."""
    own = (*(f"threat:{v}" for v in layout.powers), *(f"obligation:{v}" for v in layout.powers))
    return (*own, "capability", "csto-goodwill")


def security_now(layout: Layout, p: Params, reader: Reader, crisis: Array, *, help_regime: Array) -> Array:
    """Security of the focus actor, ``[..., lane]``; `help_regime` is the probability of help in a crisis at home."""
    threats: Array = np.zeros(p.lanes)
    for power in threatening(layout):
        threats = threats + reader[f"threat:{power}"]
    ally = layout.target or "RUS"
    if ally not in layout.powers or not layout.switched("alliance"):
        return national_security(reader["capability"], threats, np.zeros(p.lanes))
    worth = alliance_worth(
        reader["csto-goodwill"], reader[f"obligation:{ally}"], crisis, help_regime=help_regime,
        help_attack=p["security.help_attack"], help_quarrel=p["security.help_quarrel"], attack=p["security.attack"],
        quarrel=p["security.quarrel"], stake_regime=p["security.stake_regime"], stake_state=p["security.stake_state"],
        entrapment=p["security.entrapment"], entrapment_cost=p["security.entrapment_cost"],
        obligation_weight=p["security.obligation_weight"],
    )  # fmt: skip
    return national_security(reader["capability"], threats, worth)


def import_price(engine: Engine, found: CapacitySolution) -> Array:
    """Log change of the price of what the focus actor imports, goods only, against the base, ``[lane]``."""
    economy, k = engine.economy, engine.economy.focus_node
    lam, phi, theta = economy.lam, found.phi, economy.theta
    beta = economy.base.beta[k]
    goods = len(engine.layout.sectors) - 1
    total: Array = np.zeros(engine.p.lanes)
    weight: Array = np.zeros(engine.p.lanes)
    for s in range(goods):
        now, before = np.zeros(engine.p.lanes), np.zeros(engine.p.lanes)
        for i in range(len(engine.layout.nodes)):
            if i != k:
                now = now + phi[i, k, s] * found.trade.supply[i, s]
                before = before + lam[i, k, s]
        part = beta[s] * before
        total = total - part * np.log(np.ascontiguousarray(now / before)) / theta[s]
        weight = weight + part
    return total / weight


def close_books(engine: Engine, state: State, coverage: Array, ln_income: Array, acts: Array) -> None:
    """Prices, opinion, intermediaries, habit and stocks move to the next quarter (in place).

    `coverage` is ``[cell, lane]``, share of trade covered by measures; `ln_income` ``[actor, lane]`` of this quarter,
    `acts` the coercive acts of the quarter, ``[lane]``.
    """
    found, view = state.solved, StockView(engine.table, state.stocks)
    consumer_prices(engine, state, view["prices"], import_price(engine, found))
    f = engine.layout.actors.index(engine.layout.focus)
    approval, legitimacy = _opinion(engine, state, view, ln_income[f] - state.ln_income[f])
    _intermediaries(engine, state, view, found)
    if engine.layout.switched("habit"):
        _habit(engine, state, found, coverage)
    stocks = engine.table.decay(state.stocks)
    _history(engine, state, stocks)
    _investment(engine, state, stocks, acts)
    _sea_level(engine, stocks)
    _persuasion(engine, view, stocks)
    adapt(engine, state, stocks)
    settle_words(engine, state.stocks, stocks)
    stocks[_approval_rows(engine)] = approval
    stocks[engine.table.index["legitimacy"]] = legitimacy
    state.stocks = stocks
    state.ln_income = ln_income
    # Absurd numbers of a scenario end as a failed history: nothing that follows from no number is a result.
    counts = np.isfinite(stocks).all(axis=0) & (np.abs(ln_income) < BEYOND).all(axis=0)
    state.failed = np.where(counts | (state.failed > 0.5), state.failed, BEYOND_COUNTING)


def _history(engine: Engine, state: State, stocks: Array) -> None:
    """Without shared history ties fade to indifference, not back to where history put them (in place)."""
    if engine.layout.switched("shared-history"):
        return
    table = engine.table
    for d, key in enumerate(table.keys):
        if key.startswith("relation:"):
            stocks[d] = table.persistence[d] * state.stocks[d]


def threatening(layout: Layout) -> tuple[str, ...]:
    """Powers whose threats to sovereignty count with security, investors and minds."""
    return layout.powers if layout.switched("threat") else ()


def _sea_level(engine: Engine, stocks: Array) -> None:
    """A falling Caspian takes draught from the ports of the corridors across it (in place)."""
    left = np.exp(-np.ascontiguousarray(engine.p["corridors.caspian_fall"]))
    for name in ACROSS_THE_CASPIAN:
        d = engine.table.index.get(f"corridor-capacity:{name}")
        if d is not None:
            stocks[d] = stocks[d] * left


def _leanings(engine: Engine, state: State) -> Array:
    """What the groups make of the company that the country keeps, ``[group, lane]``: approval a quarter."""
    layout, p, table = engine.layout, engine.p, engine.table
    out: Array = np.zeros((len(GROUPS), p.lanes))
    if not layout.switched("leanings"):
        return out
    for power in layout.powers:
        d = table.index[relation_key(power, layout.focus)]
        closer = relation_from_scale(state.stocks[d]) - relation_from_scale(table.base[d])
        for g, group in enumerate(GROUPS):
            if f"opinion.attitude.{group}.{power}" in p:
                out[g] += p["opinion.on_company"] * p[f"opinion.attitude.{group}.{power}"] * closer
    return out


def groups_now(engine: Engine, view: StockView) -> Array:
    """Sizes of the groups of the public, ``[group, lane]``, as slow persuasion has left them."""
    return persuasion.shares_now(engine.groups, view["leaning"])


def _persuasion(engine: Engine, view: StockView, stocks: Array) -> None:
    """People move between groups by what they watch and what they are threatened with (in place, next quarter)."""
    if not engine.layout.switched("persuasion"):
        return
    p, table = engine.p, engine.table
    threat: Array = np.zeros(p.lanes)
    for power in threatening(engine.layout):
        threat = threat + view[f"threat:{power}"] - table.base[table.index[f"threat:{power}"]]
    leaning = persuasion.leaning_next(
        view["leaning"], view["media-exposure"] - table.base[table.index["media-exposure"]], threat,
        persistence=p["stocks.leaning.persistence"], on_exposure=p["persuasion.on_exposure"],
        on_threat=p["persuasion.on_threat"],
    )  # fmt: skip
    stocks[table.index["leaning"]] = table.clip_one("leaning", leaning)


def _approval_rows(engine: Engine) -> list[int]:
    return [engine.table.index[f"approval:{g}"] for g in GROUPS]


def _opinion(engine: Engine, state: State, view: StockView, income_change: Array) -> tuple[Array, Array]:
    """Approval ``[group, lane]`` and legitimacy ``[lane]`` of the next quarter, from this one's inflation."""
    p, rows = engine.p, _approval_rows(engine)
    if not engine.layout.switched("opinion"):
        return engine.table.base[rows], engine.table.base[engine.table.index["legitimacy"]]
    approval = opinion.approval_next(
        state.stocks[rows], income_change, state.inflation[0] - p["prices.trend"], base=engine.table.base[rows],
        persistence=engine.table.persistence[rows], on_income=p["opinion.on_income"],
        on_inflation=p["opinion.on_inflation"],
    )  # fmt: skip
    approval = opinion.bounded_share(approval + _leanings(engine, state))
    legitimacy = opinion.legitimacy_next(
        view["legitimacy"], approval, groups_now(engine, view), view["reform"],
        speed=p["opinion.speed"], on_reform=p["opinion.on_reform"],
    )  # fmt: skip
    return approval, legitimacy


def _investment(engine: Engine, state: State, stocks: Array, acts: Array) -> None:
    """Inflows answer to risk, to relations with the source and to reform (in place, on next quarter's stocks)."""
    p, layout, table = engine.p, engine.layout, engine.table
    if not layout.switched("investment"):
        return
    view = StockView(table, state.stocks)

    def above(key: str) -> Array:
        d = table.index[key]
        return np.asarray(state.stocks[d] - table.base[d])

    threats: Array = np.zeros(p.lanes)
    for power in threatening(layout):
        threats = threats + above(f"threat:{power}")
    risks = investment.risk(
        threats, view["unrest"], np.clip(worst_rung(layout, p, view) - 1.0, 0.0, 3.0), acts,
        on_threat=p["growth.on_threat"], on_unrest=p["growth.on_unrest"], on_rung=p["growth.on_rung"],
        on_coercion=p["growth.on_coercion"],
    )  # fmt: skip
    for power in layout.powers:
        key = f"investment:{power}"
        added = investment.inflow(
            above(relation_key(power, layout.focus)), above("reform"), risks,
            on_relation=p["growth.on_relation"], on_reform=p["growth.on_reform"],
        )  # fmt: skip
        stocks[table.index[key]] = table.clip_one(key, stocks[table.index[key]] + added)


def _intermediaries(engine: Engine, state: State, view: StockView, found: CapacitySolution) -> None:
    p, base = engine.p, np.log(np.ascontiguousarray(engine.economy.base_capacity[:2]))
    effort = np.minimum(view["enforcement"], view["border-capacity"]) - p["stocks.enforcement.base"]
    listed: Array = np.zeros(p.lanes)
    for w in engine.layout.watchers:
        listed = np.maximum(listed, bounded(view[f"rung:{w}"] - 1.0, 0.0, 1.0))
    shared = {
        "entry": p["evasion.entry"],
        "premium_cap": p["evasion.premium_cap"],
        "exit_rate": p["evasion.exit"],
        "listing": p["evasion.listing"],
        "idle": p["evasion.idle"],
    }
    none = np.zeros(p.lanes)
    focus = evasion.capacity_next(
        state.ln_capacity[0], found.zeta[0], effort, listed, base=base[0], ceiling=p["evasion.ceiling_focus"], **shared
    )
    others = evasion.capacity_next(
        state.ln_capacity[1], found.zeta[1], none, none, base=base[1], ceiling=p["evasion.ceiling_others"], **shared
    )
    state.ln_capacity = np.stack([focus, others])


def _habit(engine: Engine, state: State, found: CapacitySolution, coverage: Array) -> None:
    """Trade's slow adjustment; cells with a choice of routes by strata, the rest by the policy cost alone."""
    p, economy = engine.p, engine.economy
    short, goods = economy.theta, len(engine.layout.sectors)
    long = np.repeat(p["trade.theta_long"][None], goods, axis=0)
    view = StockView(engine.table, state.stocks)
    gap: Array = np.zeros_like(state.ln_habit)
    for i, n, s, cost in economy.policy_costs(view):
        gap[i, n, s] = gap[i, n, s] - (long[s] - short[s]) * cost
    c = economy.cells
    if c.count:
        factors = [
            ln_stratum_factor(found.ln_uncovered, found.ln_covered, coverage, theta[c.sector])
            for theta in (long, short)
        ]
        where = (c.exporter, c.importer, c.sector)
        gap[where] = gap[where] + (factors[0] - factors[1])
    target = habit.habit_target(gap, long, short, found.trade.ln_c, found.trade.ln_p_ns)
    state.ln_habit = habit.advance_habit(state.ln_habit, target, mu=p["trade.adjustment"])
