"""Outcomes of a quarter, gathered from the state after it: what the recorder writes down. Nothing here changes the
state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from multivector.mechanisms.common import Array, relation_from_scale
from multivector.mechanisms.coordinates import displeasure_key, grievance_key, relation_key
from multivector.mechanisms.routes import ln_stratum_factor
from multivector.mechanisms.security import help_probability
from multivector.mechanisms.stock_table import StockView
from multivector.mechanisms.trade import loss_of, solve
from multivector.outcomes import concentration, conduct, exposure
from multivector.outcomes.composite import composite
from multivector.outcomes.registry import DOMAINS, Outcome, build
from multivector.schema.base import GROUPS
from multivector.world.economy.oil_trade import has_store
from multivector.world.layout.critical import critical_losses, goods_in
from multivector.world.layout.judged import judged
from multivector.world.layout.layout import Layout
from multivector.world.quarter.accounts import finance_now, groups_now, investment_now, security_now, technology_now
from multivector.world.quarter.audiences import word_gap
from multivector.world.quarter.gauges import approval_mean, measure_of, yearly_inflation
from multivector.world.quarter.isolation import felt
from multivector.world.quarter.supply import missing
from multivector.world.watching.observed_flows import FlowReader
from multivector.world.watching.observed_moves import MoveReader

if TYPE_CHECKING:
    from multivector.world.engine import Engine
    from multivector.world.happened import Happened
    from multivector.world.state import State

PRESSURE = ("halt", "farm-ban", "transit-delay", "energy-cut")
_LEANING = np.array([[1.0], [-1.0], [0.0]])


def labels_of(layout: Layout) -> dict[str, tuple[str, ...]]:
    """Labels with which the dictionary of outcomes is filled for a world."""
    trading = tuple(v for v in layout.powers if v in layout.node)
    target = layout.target or "RUS"
    return {
        "focus": (layout.focus,),
        "target": (target,),
        "power": layout.powers,
        "actor": tuple(a for a in layout.actors if a in layout.node),
        "corridor": layout.oil_routes,
        "store": ("stored",) if has_store(layout) else (),
        "group": GROUPS,
        "sender": layout.watchers,
        "flow": (*(f"{layout.focus}.{v}" for v in trading), *(f"{v}.{layout.focus}" for v in trading)),
        "need": tuple(f"{power}.{good}" for power, good in goods_in(layout.scenario.parameters) if power in trading),
        "outer": tuple(f"{v}.{target}" for v in trading if v != target and target in layout.node),
        "domain": DOMAINS,
        "act": PRESSURE,
    }


class Observer:
    """Turns states of one batch into outcomes by id, ``[lane]`` each."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        layout = engine.layout
        self.labels = labels_of(layout)
        self.dictionary: Mapping[str, Outcome] = judged(build(self.labels), layout.scenario)
        parts = [o for o in self.dictionary.values() if o.scale is not None]
        self.weights = {o.id: engine.p.at(f"outcomes.{o.id}.weight", o.weight) for o in parts}
        self.trade, self.moves = FlowReader(engine), MoveReader(layout)
        self.target = layout.target or "RUS"
        self.focus = layout.actors.index(layout.focus)
        self.powers = [layout.actors.index(v) for v in layout.powers]
        self.critical = critical_losses(layout, engine.p)

    def outcomes(self, state: State, happened: Happened) -> dict[str, Array]:
        """All outcomes of the quarter but those that look back over the whole run (pairing) or at the end (long-run
        losses)."""
        view = StockView(self.engine.table, state.stocks)
        out: dict[str, Array] = {}
        self._economy(out, state, view)
        out["customs_receipts"] = happened.gauges["receipts"]
        self._routes(out, state, happened)
        self._sanctions(out, state, happened, view)
        self._dependence(out, state, happened, view)
        self._conduct(out, state, view)
        self._relations(out, view)
        self._security(out, state, happened, view)
        self._home(out, state, happened, view)
        out["composite"] = composite(out, self.dictionary, self.weights)
        return out

    def _economy(self, out: dict[str, Array], state: State, view: StockView) -> None:
        layout = self.engine.layout
        income = np.exp(np.ascontiguousarray(state.ln_income))
        out["real_income"] = income[self.focus]
        for i, actor in enumerate(layout.actors):
            if actor in layout.node:
                out[f"real_income.{actor}"] = income[i]
        if self.engine.benchmark is not None:
            out["income_vs_benchmark"] = income[self.focus] / np.exp(
                np.ascontiguousarray(self.engine.benchmark[state.turn])
            )
        out["inflation"] = yearly_inflation(state)
        out["exchange_rate"] = np.exp(np.ascontiguousarray(state.tenge))
        out["rouble"] = np.exp(np.ascontiguousarray(state.rouble))
        p = self.engine.p
        out["investment"] = 1.0 + investment_now(layout, p, view)
        out["finance_access"], out["technology_access"] = finance_now(layout, p, view), technology_now(layout, p, view)
        out["fund"] = view["fund"]
        out["energy_missing"] = missing(layout, p, view, self.engine.hazard_rates.coercer)
        out["rent"] = 100.0 * measure_of(state, "rent-share")

    def _routes(self, out: dict[str, Array], state: State, happened: Happened) -> None:
        assert happened.oil is not None
        out["oil.exported"] = happened.oil.exported
        out["oil.through_russia"] = happened.oil.through_russia
        out["oil.n_minus_one"] = happened.oil.n_minus_one
        for c, name in enumerate(self.engine.layout.oil_routes):
            out[f"oil.{name}"] = happened.oil.flow[c]
        for name in self.labels["store"]:
            out[f"oil.{name}"] = happened.oil.stored
        out["middle.volume"] = state.solved.volume[2] / self.engine.economy.base_volume[2]

    def customs(self, state: State) -> tuple[Array, Array]:
        """Flows by origin and final buyer, and as customs record them, ``[exporter, importer, sector, lane]``."""
        flows = self.trade.flows(state.solved)
        return flows, self.trade.customs(flows, state.solved, state.turn)

    def _sanctions(self, out: dict[str, Array], state: State, happened: Happened, view: StockView) -> None:
        layout, reader = self.engine.layout, self.trade
        out["reexport"] = measure_of(state, "reexport")
        via, direct = reader.direct(state.solved)
        out["evasion_offset"] = exposure.evasion_offset(
            via, reader.base_route[:, 1].sum(axis=0), direct, reader.base_route[:, 0].sum(axis=0)
        )
        self._seen = seen = reader.sides(state.solved, state.turn)
        sold, bought, entered = (side[:, : reader.goods].sum(axis=1) for side in (seen.out, seen.into, seen.target))
        for flow in self.labels["flow"]:
            a, _, b = flow.partition(".")
            out[f"customs.{flow}"] = sold[layout.node[b]] if a == layout.focus else bought[layout.node[a]]
        for flow in self.labels["outer"]:
            out[f"trade.{flow}"] = entered[layout.node[flow.partition(".")[0]]]
        out["enforcement"] = np.minimum(view["enforcement"], view["border-capacity"])
        out["exposure"] = self._exposure(state, happened, view, sold + bought)
        for w in layout.watchers:
            out[f"belief.{w}"], out[f"rung.{w}"] = view[f"belief:{w}"], view[f"rung:{w}"]
            out[f"case.{w}"] = happened.rates[f"case:{w}"]

    def _exposure(self, state: State, happened: Happened, view: StockView, trade: Array) -> Array:
        """Expected cost of the ladders within four quarters, per cent of income; `trade` is goods sold and bought
        ``[node, lane]``."""
        p, layout, k = self.engine.p, self.engine.layout, self.trade.focus
        if not layout.watchers:
            return np.zeros(p.lanes)
        income = self.engine.economy.base.output[k] + self.engine.economy.base.deficit[k]
        at = [layout.node[w] for w in layout.watchers]
        step = np.stack([happened.rates[f"case:{w}"] for w in layout.watchers]) * p["ladder.act_probability"]
        reach = exposure.reach_rungs(step, np.stack([view[f"rung:{w}"] for w in layout.watchers]))
        added = np.zeros_like(reach)
        added[1] = np.maximum(measure_of(state, "rent-share"), 0.0) * (1.0 - np.exp(-p["evasion.listing"]))
        added[2] = p["ladder.payment_wedge"] * trade[at] / income + p["growth.finance"] * p["ladder.finance_loss"]
        added[3] = p["ladder.control_wedge"] * self._seen.into[at, layout.sectors.index("machinery")] / income
        return np.asarray(100.0 * exposure.sanction_exposure(reach, added).sum(axis=0))

    def _dependence(self, out: dict[str, Array], state: State, happened: Happened, view: StockView) -> None:
        layout, reader = self.engine.layout, self.trade
        chance = self.engine.hazard_rates.use(view)
        loss, reverse = 100.0 * state.losses, 100.0 * state.reverse
        lever = exposure.influence(loss, chance)
        for v, power in enumerate(layout.powers):
            out[f"loss.{power}"], out[f"reverse_loss.{power}"], out[f"influence.{power}"] = (
                loss[v],
                reverse[v],
                lever[v],
            )
        for (power, good), lost in self.critical.items():
            key = f"leverage:{power}"
            base = self.engine.table.base[self.engine.table.index[key]]
            out[f"critical.{power}.{good}"] = 100.0 * lost * view[key] / np.where(base > 0.0, base, 1.0)
        for v, power in enumerate(layout.powers):
            out[f"leverage.{power}"] = reverse[v] + 100.0 * view[f"leverage:{power}"]
        out["largest_loss"] = 100.0 * state.losses.max(axis=0)
        out["autonomy"] = exposure.autonomy(state.losses, chance)
        assert happened.oil is not None
        assert happened.price is not None
        parts = reader.trade_shares(self._seen, reader.oil_value(happened.oil, happened.price)) | reader.other_shares(
            view
        )
        for name in ("exports", "imports", "strategic"):
            out[f"concentration.{name}"] = concentration.hirschman(parts[name])
        domains = [parts[d] for d in DOMAINS]
        for name, part in zip(DOMAINS, domains, strict=True):
            out[f"hhi.{name}"] = concentration.herfindahl(part)
        out["split_index"] = concentration.split_index(domains)
        out["entropy"] = concentration.entropy(sum(domains[1:], domains[0]) / len(domains))
        out["vector_balance"] = concentration.vector_balance(parts["partners"][reader.known], reader.reference)

    def _conduct(self, out: dict[str, Array], state: State, view: StockView) -> None:
        layout = self.engine.layout
        year = self.moves.year(state.recent)
        engaging, insuring = self.moves.hedging(year)
        ratio = conduct.hedge_ratio(engaging, insuring)
        distance = conduct.voting_distance(state.votes[:, self.focus, None], state.votes[:, self.powers])
        for v, power in enumerate(layout.powers):
            out[f"hedge.{power}"], out[f"voting_distance.{power}"] = ratio[v], distance[v]
        if self.target in layout.powers:
            out["support.statements"] = conduct.support_statements(*self.moves.said(year, self.target))
            out["support.votes"] = conduct.support_votes(state.votes[:, self.focus], self._positions(state))
        out["word_gap"], out["credibility"] = word_gap(state.stocks, self.engine.table.index), view["credibility"]
        out["support.compliance"] = conduct.support_compliance(out["enforcement"], out["reexport"])
        out["support.security"] = conduct.support_security(
            view["csto-goodwill"], view["arms-dependence"], state.drawn_in
        )
        approval = np.stack([view[f"approval:{g}"] for g in GROUPS])
        out["support.public"] = conduct.support_public(approval, groups_now(self.engine, view), _LEANING)

    def _positions(self, state: State) -> Array:
        """Declared positions of the target on every text, ``[text, lane]``."""
        t = self.engine.layout.actors.index(self.target)
        out = np.zeros((state.votes.shape[0], state.lanes))
        for ballot in self.engine.ballots:
            out[self.engine.text[ballot.id]] = ballot.position[t]
        return out

    def _relations(self, out: dict[str, Array], view: StockView) -> None:
        layout = self.engine.layout
        pairs = [sorted((power, layout.focus)) for power in layout.powers]
        goodwill = relation_from_scale(np.stack([view[relation_key(one, other)] for one, other in pairs]))
        for v, power in enumerate(layout.powers):
            out[f"goodwill.{power}"], out[f"displeasure.{power}"] = (
                goodwill[v],
                view[displeasure_key(power, layout.focus)],
            )
            out[f"grievance.{power}"] = view[grievance_key(power, layout.focus)]
        out["goodwill_floor"] = goodwill.min(axis=0)
        out["threat"] = np.stack([view[f"threat:{v}"] for v in layout.powers]).sum(axis=0)
        out["obligation"] = np.stack([view[f"obligation:{v}"] for v in layout.powers]).max(axis=0)
        out["status"], out["neutrality"] = view["status"], view["neutrality"]

    def _security(self, out: dict[str, Array], state: State, happened: Happened, view: StockView) -> None:
        p = self.engine.p
        out["security"] = security_now(
            self.engine.layout, p, view, happened.rates["crisis"], help_regime=p["security.help_regime"]
        )
        risk = np.clip(p["security.entrapment"] * (1.0 + out["obligation"]), 0.0, 1.0)
        out["entrapment"] = np.where(state.drawn_in > 0.5, 1.0, risk)
        out["abandonment"] = 1.0 - help_probability(view["csto-goodwill"], help_regime=p["security.help_regime"])
        out["coercion.probability"] = exposure.any_of([happened.rates[kind] for kind in PRESSURE])
        out |= {f"coercion.{kind}": happened.rates[kind] for kind in PRESSURE}
        out["isolation"] = felt(self.engine, state)
        dated = float(len(self.engine.layout.ordered.intersection(happened.events)))
        out["coercion.count"] = np.stack([happened.hazards[kind] for kind in PRESSURE]).sum(axis=0) + dated

    def _home(self, out: dict[str, Array], state: State, happened: Happened, view: StockView) -> None:
        del state
        out["legitimacy"], out["unrest"], out["leaning"] = view["legitimacy"], view["unrest"], view["leaning"]
        out["approval"] = approval_mean(view, groups_now(self.engine, view))
        for g in GROUPS:
            out[f"approval.{g}"] = view[f"approval:{g}"]
        out["crisis"] = happened.rates["crisis"]

    def long_losses(self, state: State) -> dict[str, Array]:
        """Losses from losing each power once habits have adjusted, per cent of real income: exact solves at long-run
        elasticities."""
        engine, economy, layout = self.engine, self.engine.economy, self.engine.layout
        found, view = state.solved, StockView(engine.table, state.stocks)
        theta = np.repeat(engine.p["trade.theta_long"][None], len(layout.sectors), axis=0)
        phi = economy.lam.copy()
        for i, n, s, cost in economy.policy_costs(view):
            phi[i, n, s] *= np.exp(-theta[s] * cost)
        cells = economy.cells
        if cells.count:
            coverage = economy.routing.costs(view, state.turn).coverage
            ln = ln_stratum_factor(found.ln_uncovered, found.ln_covered, coverage, theta[cells.sector])
            phi[cells.exporter, cells.importer, cells.sector] *= np.exp(np.ascontiguousarray(ln))
        trading = [v for v in layout.powers if v in layout.node]
        pairs = [(economy.focus_node, layout.node[v]) for v in trading]
        transfer = found.trade.transfer
        settled = solve(economy.base, phi, transfer, theta, start=found.trade.ln_c, on_failure="mask")
        loss = loss_of(economy.base, pairs, theta, phi=phi, transfer=transfer, now=settled, on_failure="mask")
        return {
            f"loss_long.{v}": np.where(settled.converged, 100.0 * loss[k, 0], np.nan) for k, v in enumerate(trading)
        }
