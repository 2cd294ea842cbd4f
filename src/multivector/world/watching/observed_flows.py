"""Goods as customs see them, and the shares of the powers in trade, oil, investment and arms, from the solution of a
quarter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from multivector.mechanisms.common import Array
from multivector.mechanisms.coordinates import GOODS
from multivector.mechanisms.stock_table import Reader
from multivector.outcomes.concentration import gravity_reference, shares
from multivector.world.layout.packages import REST

if TYPE_CHECKING:
    from multivector.mechanisms.trade_capacity import CapacitySolution
    from multivector.world.economy.oil_trade import OilFlows
    from multivector.world.engine import Engine


@dataclass(frozen=True)
class Sides:
    """Goods and services as customs see them: sold by the focus ``[importer, sector, lane]``, bought by it, and
    entering the target ``[exporter, sector, lane]``; US$ bn a year."""

    out: Array
    into: Array
    target: Array


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
        self.cell = [
            (int(cells.exporter[m]), int(cells.importer[m]), int(cells.sector[m])) for m in range(self.evasion)
        ]
        self.cell_at = [c[0] for c in self.cell], [c[2] for c in self.cell]
        self.abroad = np.array([[float(c[0] != self.rest)] for c in self.cell]).reshape(-1, 1)
        self.by_good = np.array([[m for m, c in enumerate(self.cell) if c[2] == s] for s in range(self.goods)], np.intp)
        base = np.ascontiguousarray(
            np.broadcast_to(economy.base.flows(), (*economy.base.flows().shape[:3], engine.p.lanes))
        )
        value = np.stack([base[c] for c in self.cell]) if self.cell else np.zeros((0, engine.p.lanes))
        self.base_route = value[:, None] * cells.share[: self.evasion]
        self.base_customs = self._recorded(base, self.base_route, np.zeros(engine.p.lanes), np.zeros(engine.p.lanes))
        energy = layout.base
        self.crude = (energy.crude + energy.gas)[self.focus]
        self.barrels = engine.p["oil.barrels"]
        self.reference = self._gravity()

    def _gravity(self) -> Array:
        """Trade with the powers whose distance is known (`known`) that size and distance predict, ``[power, 1]``."""
        layout, figures = self.engine.layout, self.engine.layout.figures
        names = [f"distance.{layout.focus}.{v}" for v in self.trading]
        self.known = [k for k, name in enumerate(names) if name in figures]
        far = np.array([figures.value(names[k]) for k in self.known])
        size = layout.base.gdp[[self.at[k] for k in self.known]]
        out = np.zeros(len(self.known))
        goods = layout.base.flows[..., : self.goods]
        for side, total in (("exp", goods[self.focus]), ("imp", goods[:, self.focus])):
            power = [figures.value(f"elasticity.gravity_kaz.{side}_ln_{x}") for x in ("gdp", "dist")]
            want = gravity_reference(size, far, on_size=power[0], on_distance=power[1])
            out += total.sum(axis=1).sum(axis=0) * want / want.sum(axis=0)
        return out[:, None]

    def flows(self, found: CapacitySolution) -> Array:
        """All flows of a solution, by origin and final buyer."""
        trade = found.trade
        return np.asarray(found.phi * trade.supply[:, None] * trade.demand[None])

    def customs(self, flows: Array, found: CapacitySolution, turn: int) -> Array:
        """Flows as customs record them: what goes by an intermediary enters its state before the margin and leaves it
        after."""
        ln = self._margins(found, turn)
        return self._recorded(flows, found.route_flow[: self.evasion], ln[0], ln[1])

    def _margins(self, found: CapacitySolution, turn: int) -> Array:
        """Log of price over cost of what goes by intermediaries of the focus and of others, ``[2, lane]``."""
        active = self.engine.layout.active
        margin = active[min(turn, len(active) - 1)] * np.log1p(self.engine.p["evasion.margin"])
        return np.asarray(np.log1p(np.ascontiguousarray(found.zeta[:2])) + margin)

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

    def sides(self, found: CapacitySolution, turn: int) -> Sides:
        """The part of `customs` that the outcomes need: what the focus sells and buys, and what enters the target."""
        trade, k, cells = found.trade, self.focus, self.cell
        n = self.engine.layout.node.get(self.engine.layout.target or "RUS", self.rest)
        out = found.phi[k] * trade.supply[k] * trade.demand
        into = found.phi[:, k] * trade.supply * trade.demand[k]
        target = found.phi[:, n] * trade.supply * trade.demand[n]
        if cells:
            ln = self._margins(found, turn)
            by_focus, by_others = found.route_flow[: self.evasion, 1], found.route_flow[: self.evasion, 2] * self.abroad
            into[self.cell_at] += by_focus * np.exp(-ln[0])
            target[self.cell_at] -= by_focus + by_others
            # Rows of `by_good` are the goods in their order, its columns the sanctioning states.
            sent = by_focus[self.by_good].sum(axis=1)
            out[n, : self.goods] += sent
            target[k, : self.goods] += sent
            target[self.rest, : self.goods] += by_others[self.by_good].sum(axis=1)
        return Sides(out, into, target)

    def direct(self, found: CapacitySolution) -> tuple[Array, Array]:
        """Sanctioned pairs' trade by way of the focus and direct, US$ bn a year, ``[lane]`` each."""
        routes = found.route_flow[: self.evasion]
        return routes[:, 1].sum(axis=0), routes[:, 0].sum(axis=0)

    def oil_value(self, oil: OilFlows, price: Array) -> tuple[Array, Array]:
        """Value of oil exports by trading power whose ground it crosses or who buys it ``[power, lane]``, and the
        rest ``[lane]``."""
        layout = self.engine.layout
        value = np.zeros((len(self.at), price.shape[-1]))
        rest = np.zeros(price.shape[-1])
        buyers = np.array(
            [
                layout.base.crude[self.focus, a] * float(v not in ("RUS", "CHN"))
                for v, a in zip(self.trading, self.at, strict=True)
            ]
        )
        others = layout.base.crude[self.focus, self.rest]
        free = buyers.sum(axis=0) + others
        for c, name in enumerate(layout.oil_routes):
            worth = oil.flow[c] * self.barrels * price * 1e-3
            crossed = [v for v in layout.scenario.corridors[name].crosses if v in self.trading]
            if crossed:
                value[self.trading.index(crossed[0])] += worth
            elif free > 0.0:
                value += (buyers / free)[:, None] * worth
                rest = rest + others / free * worth
        return value, rest

    def trade_shares(self, seen: Sides, oil: tuple[Array, Array]) -> dict[str, Array]:
        """Shares of the trading powers in exports, imports and strategic goods, and pooled trade by partner,
        ``[power, lane]``."""
        layout, g = self.engine.layout, self.goods
        out, into = seen.out[:, :g], seen.into[:, :g]
        sold, bought = out.sum(axis=1), into.sum(axis=1)
        metals, energy, machinery = (layout.sectors.index(s) for s in ("metals", "energy", "machinery"))
        critical = out[:, metals] + into[:, energy] + into[:, machinery]
        crude = self.crude[:, None] / max(float(self.crude.sum(axis=0)), 1e-12) * (oil[0].sum(axis=0) + oil[1])
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
            part = np.maximum(p[f"growth.source.{v}"], 0.0) if f"growth.source.{v}" in p else np.zeros(p.lanes)
            stock.append(part * reader[f"investment:{v}"])
            known = known + part
        arms = np.zeros((len(self.trading), p.lanes))
        supplier = layout.target or "RUS"
        if supplier in self.trading:
            arms[self.trading.index(supplier)] = reader["arms-dependence"]
        return {"investment": shares(np.stack(stock), np.maximum(1.0 - known, 0.0)), "arms": arms}
