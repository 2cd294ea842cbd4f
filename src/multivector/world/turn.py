"""A turn, phase by phase, in the order of `schema.turn.PHASES`, which `describe` prints and a test pins.

news        dated events, what was delayed arrives, last quarter's records are published, beliefs follow
senders     the sanctioning powers choose
target      the sanctioned power chooses
others      every other power chooses
focus       the focus actor chooses
answers     offers are accepted or refused; every play takes effect
hazards     coercion, outages with their cause, cases of evasion, crises
routes      pipelines ration oil, the outside account
trade       the equilibrium with scarce routes
votes       scheduled texts
accounts    income, prices, opinion; stocks advance; red lines
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector.mechanisms import energy, evasion
from multivector.mechanisms.common import Array
from multivector.mechanisms.coordinates import Impulse
from multivector.mechanisms.shocks import ar1_step
from multivector.mechanisms.stock_table import StockView
from multivector.schema.turn import CHOOSING
from multivector.schema.turn import PHASES as TURN
from multivector.world.happened import Happened
from multivector.world.layout.layout import CAUSES
from multivector.world.quarter import contests, supply
from multivector.world.quarter.accounts import close_books, finance_now, growth
from multivector.world.quarter.audiences import plays_of, told_threshold
from multivector.world.quarter.currency import exchange_rates
from multivector.world.quarter.draws import Draws
from multivector.world.quarter.emergency import crisis
from multivector.world.quarter.hazards import COERCION
from multivector.world.quarter.impulses import add_by_chance, add_impulses, add_together
from multivector.world.quarter.lines import watch_lines
from multivector.world.quarter.savings import settle_fund
from multivector.world.quarter.voting import vote
from multivector.world.state import State

if TYPE_CHECKING:
    from multivector.world.engine import Engine

PHASES = tuple(phase.name for phase in TURN)
CHOICES = CHOOSING


# ---- before the decisions


def news(engine: Engine, state: State, draws: Draws, happened: Happened, *, dated: bool = True) -> None:
    """Dated events and rules, what was delayed arrives, records are published, beliefs follow (in place)."""
    happened.quarter = engine.layout.scenario.quarters()[state.turn]
    state.pending = np.concatenate((state.pending[:, 1:], np.zeros_like(state.pending[:, :1])), axis=1)
    stocks = state.stocks + 0.0
    stocks[[engine.table.index[key] for key in engine.layout.waiting]] += state.pending[:, 0]
    state.stocks = engine.table.clip(stocks)
    ones = np.ones(state.lanes)
    events = engine.layout.events.get(state.turn, ()) if dated else ()
    for _, impulses in events:
        add_by_chance(engine, state, draws, impulses, ones)
    happened.events = tuple(id for id, _ in events)
    if state.turn > 0:
        _beliefs(engine, state, draws)
    _rules(engine, state, draws, happened)


def _beliefs(engine: Engine, state: State, draws: Draws) -> None:
    """Sanctioners read the customs record of the quarter before last through noise, and against what they were told."""
    p, threshold = engine.p, told_threshold(engine, state)
    for watcher in engine.layout.watchers:
        d = engine.table.index[f"belief:{watcher}"]
        noise = p["evidence.noise"] * draws.normal(f"evasion/record/{watcher}", state.turn) * p["evidence.drawn"]
        state.stocks[d] = evasion.belief_next(
            state.stocks[d], state.record[1] + noise, prior=engine.table.base[d], memory=engine.table.persistence[d],
            threshold=threshold, half_gap=p["evidence.half_gap"],
            noise=p["evidence.caution"] * p["evidence.noise"],
        )  # fmt: skip


def _rules(engine: Engine, state: State, draws: Draws, happened: Happened) -> None:
    from multivector.decisions.catalogue import compile_effects

    view = StockView(engine.table, state.stocks)
    for id in sorted(engine.layout.scenario.alignment.rules):
        rule = engine.layout.scenario.alignment.rules[id]
        holds = engine.conditions.holds(rule.when, state, view)
        chance = engine.p.at(f"alignment.rules.{id}.chance", rule.chance)
        fires = holds & (draws.uniform(f"rules/fires/{id}", state.turn) < chance)
        path = f"alignment.rules.{id}.then"
        effects = compile_effects(rule.then, path, by=None, target=None, focus=engine.layout.focus)
        add_by_chance(engine, state, draws, effects, fires.astype(np.float64))
        happened.rules[id] = fires.astype(np.float64)


# ---- after the decisions: `advance`


def answers(engine: Engine, state: State, draws: Draws, happened: Happened) -> None:
    """Offers are accepted with the probability that the answering side gave them; every play takes effect."""
    entries = engine.layout.catalogue.entries
    accepted, refused = np.zeros_like(state.played), np.zeros_like(state.played)
    plays: list[tuple[tuple[Impulse, ...], Array]] = []
    crossed = sorted(range(len(entries)), key=lambda i: entries[i].id)
    before = {i: group[:k] for group in contests.rivals(engine.layout.catalogue) for k, i in enumerate(group)}
    for i in crossed:
        entry = entries[i]
        if not state.played[i].any():
            continue
        if entry.is_open:
            odds = contests.chance(state, before.get(i, ()), i, accepted)
            yes = draws.uniform(f"answers/accepts/{entry.id}", state.turn) < odds
            if engine.said is not None:
                yes = engine.said.answer(state.turn, entry.id, yes) & contests.free(before.get(i, ()), accepted)
            accepted[i] = state.played[i] * yes
            refused[i] = state.played[i] * ~yes
            # A refusal of loyalty displeases the more, the more is owed.
            debt = engine.table.index.get(f"obligation:{entry.actor}")
            owed = 1.0 if debt is None or not entry.move.loyalty else 1.0 + state.stocks[debt]
            plays.append((entry.refusal, refused[i] * owed))
        elif entry.is_sure:
            accepted[i] = state.played[i]
        else:
            accepted[i] = state.played[i] * (draws.uniform(f"answers/passes/{entry.id}", state.turn) < state.accept[i])
        plays += plays_of(engine, state, entry, accepted[i])
    add_together(engine, state, plays)
    loyal = [i for i, e in enumerate(entries) if e.move.loyalty]
    for i in loyal:
        state.drawn_in = np.maximum(state.drawn_in, accepted[i])
    happened.accepted, happened.refused = accepted, refused
    state.recent = (accepted, *state.recent[:-1])
    state.refused = (refused, *state.refused[:-1])
    rest = np.array([float(e.move.cooldown) for e in entries])[:, None]
    state.resting = np.where(state.played > 0.0, rest, np.maximum(state.resting - 1.0, 0.0))


def hazards(engine: Engine, state: State, draws: Draws, happened: Happened) -> None:
    """Coercion and outages with their causes, cases of evasion, crises and the alliance's help (in place)."""
    view = StockView(engine.table, state.stocks.copy())
    seen, rates = engine.seen(state), engine.hazard_rates
    by_name = dict(engine.layout.hazards)
    coercion = dict(zip(COERCION, rates.coercion(view, seen), strict=True))
    happened.gauges["restraint"] = rates.restraint(view, seen)
    for kind in COERCION:
        flag = (draws.uniform(f"coercion/{kind}/{rates.coercer}", state.turn) < coercion[kind]).astype(np.float64)
        part = supply.missing(engine.layout, engine.p, view, rates.coercer) if kind == supply.CUT else 1.0
        add_impulses(engine, state, by_name[kind], flag * part)
        happened.hazards[kind], happened.rates[kind] = flag, coercion[kind]
    outage = rates.outage(state.turn)
    for cause in CAUSES:
        flag = (draws.uniform(f"energy/outage-{cause}/CPC", state.turn) < outage[cause]).astype(np.float64)
        lost = Impulse("corridor-capacity:CPC", -1.0, False, turns=1)
        add_impulses(engine, state, (lost,), flag * engine.p[f"oil.severity.{cause}"])
        add_impulses(engine, state, engine.layout.suspected.get(cause, ()), flag)
        happened.hazards[cause] = flag
    evidence = rates.evidence(view, seen)
    for watcher in engine.layout.watchers:
        rate = evidence[watcher]
        flag = (draws.uniform(f"evasion/evidence/{watcher}", state.turn) < rate).astype(np.float64)
        add_impulses(engine, state, (Impulse(f"evidence:{watcher}", 1.0, False),), flag)
        happened.hazards[f"case:{watcher}"], happened.rates[f"case:{watcher}"] = flag, rate
    crisis(engine, state, draws, happened, view, rates.crisis(view, seen))


def routes(engine: Engine, state: State, draws: Draws, happened: Happened, *, ahead: bool = False) -> None:
    """The oil price of the quarter, buyers found, oil by corridor and through the store (in place).

    Who looks `ahead` books what is stored as `OilTrade.ship` says.
    """
    p = engine.p
    on = engine.layout.switched("oil-price-shocks")
    if on:
        state.oil_shock = ar1_step(
            state.oil_shock, np.ascontiguousarray(draws.uniform("energy/oil-price/world", state.turn)),
            persistence=p["oil.price_persistence"], sd=p["oil.price_sd"],
        )  # fmt: skip
    refused = engine.path("embargo_refused", state.turn, 0.0)
    if (refused > 0.0).any():
        more = energy.find_buyers(state.buyers_found, speed=p["oil.embargo.speed"], most=p["oil.embargo.found"])
        state.buyers_found = np.where(refused > 0.0, more, state.buyers_found)
    market = engine.oil_market(state, state.oil_shock)
    happened.market, happened.price = market, market.price
    happened.oil = engine.economy.oil.ship(StockView(engine.table, state.stocks), market, ahead=ahead)
    state.oil_stored = happened.oil.stored


def trade(engine: Engine, state: State, draws: Draws, happened: Happened) -> None:
    """The trade equilibrium; real incomes, measures, losses and the customs record (in place)."""
    del draws
    assert happened.oil is not None
    economy = engine.economy
    happened.stocks = state.stocks.copy()
    view = StockView(engine.table, state.stocks)
    transfer = economy.base.deficit + happened.oil.transfer + _paid(engine, state, happened)
    receipts = economy.union.transfer(state.solved)
    transfer = transfer + receipts
    happened.gauges["receipts"] = receipts[economy.focus_node]
    found, happened.coverage = economy.solve(
        view, state.turn, state.ln_habit, state.ln_capacity, transfer,
        start=state.ln_cost, premium=state.premium, jac_inv=state.jac_inv,
    )  # fmt: skip
    state.failed = np.maximum(state.failed, (~found.trade.converged).astype(np.float64))
    state.ln_cost, state.premium, state.jac_inv, state.solved = found.trade.ln_c, found.zeta, found.jac_inv, found
    state.measures = engine.measures(found, happened.oil)
    engine.store_losses(state)
    seen = np.log(np.ascontiguousarray(np.maximum(economy.reexport(found.volume[0]), 1e-6)))
    state.record = np.concatenate((seen[None], state.record[:-1]))


def _paid(engine: Engine, state: State, happened: Happened) -> Array:
    """Side payments of accepted offers, US$ bn a year by node; they sum to zero."""
    layout = engine.layout
    out = np.zeros((len(layout.nodes), state.lanes))
    for i, entry in enumerate(layout.catalogue.entries):
        if entry.is_offer and entry.target in layout.node and entry.actor in layout.node and happened.accepted[i].any():
            money = happened.accepted[i] * state.transfer[i] * 0.01 * layout.base.gdp[layout.node[entry.target]]
            out[layout.node[entry.target]] += money
            out[layout.node[entry.actor]] -= money
    return out


def accounts(engine: Engine, state: State, draws: Draws, happened: Happened) -> None:
    """Income, prices, opinion; stocks advance to the next quarter; red lines are watched (in place)."""
    layout, found = engine.layout, state.solved
    assert happened.price is not None
    view = StockView(engine.table, state.stocks)
    income = np.zeros_like(state.ln_income)
    for i, actor in enumerate(layout.actors):
        if actor in layout.node:
            income[i] = found.trade.ln_income[layout.node[actor]]
    f = layout.actors.index(layout.focus)
    income[f] = income[f] + growth(layout, engine.p, view)
    watch_lines(engine, state, income)
    # Strain on banks reaches incomes a quarter later: decisions see the strain that incomes will feel.
    exchange_rates(engine, state, draws, happened.price)
    happened.gauges |= {
        "dollar in tenge": np.exp(np.ascontiguousarray(state.tenge)),
        "dollar in roubles": np.exp(np.ascontiguousarray(state.rouble)),
        "finance access": finance_now(layout, engine.p, view),
    }
    assert happened.coverage is not None
    assert happened.oil is not None
    settle_fund(engine, state, happened.oil)
    acts = [happened.hazards[kind] for kind in COERCION if kind != "rhetoric" and kind in happened.hazards]
    close_books(engine, state, happened.coverage, income, sum(acts, np.zeros(state.lanes)))
    happened.gauges["national fund"] = state.stocks[engine.table.index["fund"]].copy()


AFTER = {"answers": answers, "hazards": hazards, "routes": routes, "trade": trade, "votes": vote, "accounts": accounts}


def advance(engine: Engine, state: State, draws: Draws) -> tuple[State, Happened]:
    """The quarter after the last decision: a new state and what happened; the given state is left as it was.

    The plays and the answers' probabilities stand in the state (`played`, `accept`, `transfer`).
    """
    out, happened = state.copy(), Happened(engine.layout.scenario.quarters()[state.turn])
    for phase in PHASES[PHASES.index("answers") :]:
        AFTER[phase](engine, out, draws, happened)
    return out, happened
