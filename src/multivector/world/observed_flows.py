"""Goods as customs see them, and the shares of the powers in trade, oil, investment and arms, from the solution of a quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector.mechanisms.common import Array
from multivector.mechanisms.coordinates import GOODS
from multivector.mechanisms.stock_table import Reader
from multivector.outcomes.concentration import gravity_reference, shares
from multivector.world.layout import REST

if TYPE_CHECKING:
    from multivector.mechanisms.trade_capacity import CapacitySolution
    from multivector.world.economy import OilFlows
    from multivector.world.engine import Engine


class FlowReader:
    """Flows of one batch, and their base.

    Arrays are ``[exporter, importer, sector, lane]``, US$ bn a year in the numeraire (prices of the base year).
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        layout, economy = engine.layout, engine.economy
        self.goods = len(GOODS)
        self.evasion = layout.evasion_cells
        self.focus = economy.focus_node
        self.rest = layout.node[REST]
        self.trading = [v for v in layout.powers if v in layout.node]
        self.at = [layout.node[v] for v in self.trading]
        cells = economy.cells
        self.cell = [(int(cells.exporter[m]), int(cells.importer[m]), int(cells.sector[m])) for m in range(self.evasion)]
        base = np.ascontiguousarray(np.broadcast_to(economy.base.flows(), (*economy.base.flows().shape[:3], engine.p.lanes)))
        value = np.stack([base[c] for c in self.cell]) if self.cell else np.zeros((0, engine.p.lanes))
        self.base_route = value[:, None] * cells.share[: self.evasion]
        self.base_customs = self._recorded(base, self.base_route, np.zeros(engine.p.lanes), np.zeros(engine.p.lanes))
        self.base_flows = base
        energy = layout.base
        self.crude = (energy.crude + energy.gas)[self.focus]
        self.barrels = engine.p["oil.barrels"]
        self.reference = self._gravity()

    def _gravity(self) -> Array:
        """Trade with each trading power that size and distance predict, ``[power, 1]``; nan where a distance is not known."""
        layout, figures = self.engine.layout, self.engine.layout.figures
        g = lambda name: figures.value(f"elasticity.gravity_kaz.{name}")  # noqa: E731
        names = [f"distance.{layout.focus}.{v}" for v in self.trading]
        far = np.array([figures.value(n) if n in figures else np.nan for n in names])
        size = layout.base.gdp[self.at]
        out = np.zeros(len(self.at))
        trade = (layout.base.flows[self.focus, :, : self.goods].sum(), layout.base.flows[:, self.focus, : self.goods].sum())
        for side, total in zip(("exp", "imp"), trade, strict=True):
            want = gravity_reference(size, far, on_size=g(f"{side}_ln_gdp"), on_distance=g(f"{side}_ln_dist"))
            out += total * want / want.sum()
        return out[:, None]

    def flows(self, found: CapacitySolution) -> Array:
        """All flows of a solution, by origin and final buyer."""
        trade = found.trade
        return np.asarray(found.phi * trade.supply[:, None] * trade.demand[None])

    def customs(self, flows: Array, found: CapacitySolution, turn: int) -> Array:
        """Flows as customs record them: what goes by an intermediary enters its state before the margin and leaves it after."""
        coverage, p = self.engine.layout.coverage, self.engine.p
        margin = coverage.active[min(turn, len(coverage.active) - 1)] * np.log1p(p["evasion.margin"])
        ln = np.log1p(np.ascontiguousarray(found.zeta[:2])) + margin
        return self._recorded(flows, found.route_flow[: self.evasion], ln[0], ln[1])

    def _recorded(self, flows: Array, routes: Array, ln_focus: Array, ln_others: Array) -> Array:
        out = flows.copy()
        entering = np.exp(-ln_focus), np.exp(-ln_others)
        for m, (i, n, s) in enumerate(self.cell):
            for k, node in ((1, self.focus), (2, self.rest)):
                if node == i:
                    continue
                value = routes[m, k]
                out[i, n, s] -= value
                out[i, node, s] += value * entering[k - 1]
                out[node, n, s] += value
        return out

    def direct(self, found: CapacitySolution) -> tuple[Array, Array]:
        """Sanctioned pairs' trade by way of the focus and direct, US$ bn a year, ``[lane]`` each."""
        routes = found.route_flow[: self.evasion]
        return routes[:, 1].sum(axis=0), routes[:, 0].sum(axis=0)

    def oil_value(self, oil: OilFlows, price: Array) -> tuple[Array, Array]:
        """Value of oil exports by trading power whose ground it crosses or who buys it ``[power, lane]``, and the rest ``[lane]``."""
        layout = self.engine.layout
        value = np.zeros((len(self.at), price.shape[-1]))
        rest = np.zeros(price.shape[-1])
        buyers = np.array([layout.base.crude[self.focus, a] * float(v not in ("RUS", "CHN")) for v, a in zip(self.trading, self.at, strict=True)])
        others = layout.base.crude[self.focus, self.rest]
        free = buyers.sum() + others
        for c, name in enumerate(layout.oil_routes):
            worth = oil.flow[c] * self.barrels * price * 1e-3
            crossed = [v for v in layout.scenario.corridors[name].crosses if v in self.trading]
            if crossed:
                value[self.trading.index(crossed[0])] += worth
            elif free > 0.0:
                value += (buyers / free)[:, None] * worth
                rest = rest + others / free * worth
        return value, rest

    def trade_shares(self, customs: Array, oil: tuple[Array, Array]) -> dict[str, Array]:
        """Shares of the trading powers in exports, imports and strategic goods, and pooled trade by partner, ``[power, lane]``."""
        layout, k, g = self.engine.layout, self.focus, self.goods
        out, into = customs[k, :, :g], customs[:, k, :g]
        sold, bought = out.sum(axis=1), into.sum(axis=1)
        metals, energy, machinery = (layout.sectors.index(s) for s in ("metals", "energy", "machinery"))
        critical = out[:, metals] + into[:, energy] + into[:, machinery]
        crude = self.crude[:, None] / max(float(self.crude.sum()), 1e-12) * (oil[0].sum(axis=0) + oil[1])
        return {
            "exports": shares(sold[self.at] + oil[0], sold[self.rest] + oil[1]),
            "imports": shares(bought[self.at], bought[self.rest]),
            "oil": shares(oil[0], oil[1]),
            "strategic": shares(critical[self.at] + oil[0], critical[self.rest] + oil[1]),
            "partners": sold[self.at] + bought[self.at] + crude[self.at],
        }

    def other_shares(self, reader: Reader) -> dict[str, Array]:
        """Shares of the trading powers in investment and arms, ``[power, lane]``."""
        p, layout = self.engine.p, self.engine.layout
        stock, known = [], np.zeros(p.lanes)
        for v in self.trading:
            part = p[f"growth.source.{v}"] if f"growth.source.{v}" in p else np.zeros(p.lanes)
            stock.append(part * reader[f"investment:{v}"])
            known = known + part
        arms = np.zeros((len(self.trading), p.lanes))
        supplier = layout.target or "RUS"
        if supplier in self.trading:
            arms[self.trading.index(supplier)] = reader["arms-dependence"]
        return {"investment": shares(np.stack(stock), np.maximum(1.0 - known, 0.0)), "arms": arms}
