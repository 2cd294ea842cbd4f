"""The economy of a quarter: routes, sanctions and the trade equilibrium with scarce routes.

`Economy` joins the mechanisms for one batch; its solves are exact. Oil stands in `oil_trade`, and the approximation for
menus of impulses near a solution in `nearby`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from multivector.mechanisms.common import Array, bounded
from multivector.mechanisms.coordinates import GOODS
from multivector.mechanisms.stock_table import Reader, StockTable
from multivector.mechanisms.trade import CHUNK, TradeBase, base_jac_inv, cut_pairs, solve
from multivector.mechanisms.trade_capacity import CapacitySolution, solve_with_capacity
from multivector.mechanisms.trade_scarcity import Invert, inverse_at
from multivector.mechanisms.trade_solver import Search, quasi_newton
from multivector.world.economy.oil_trade import OilTrade, corridor_number
from multivector.world.economy.routing import Routing
from multivector.world.economy.union import CustomsUnion
from multivector.world.layout.layout import Layout
from multivector.world.layout.packages import CAPACITIES
from multivector.world.layout.params import Params
from multivector.world.layout.shapes import repeated, stacked, unstacked

MEASURES = ("reexport", "rent-share", "oil-exported", "oil-through-russia", "n-minus-one")
"""Published ratios and shares of a quarter's flows, in the order of the state's array."""


@dataclass
class LossStart:
    """Where the solves for the losses ended: how far from the equilibrium with trade, and the inverse Jacobian.

    ``[partner, node, lane]`` and ``[partner, node, node, lane]``.
    """

    ln_cost: Array
    jac_inv: Array


NEXT_TO_NONE = 1e-12
"""Capacity of a closed corridor, US$ bn a year."""


class Economy:
    """Mechanisms of trade, energy and evasion bound to one batch.

    Attributes
    ----------
    base : the trade block's base; theta [sector, lane] and theta_route [lane] its elasticities.
    oil : the trade in fuels.
    routing : costs of routes; cells : the flows that choose between them, with base shares [cell, route, lane].
    lam : [exporter, importer, sector, lane] base shares; jac_inv [node, node, lane] at the base.
    base_volume, base_capacity : [capacity, lane] US$ bn a year.
    search, invert : who looks for equilibria first, and who inverts their derivatives.
    chunk : lanes that are solved together.
    focus_node : number of the focus actor among the nodes; focus_income [lane] its base income, US$ bn a year.
    """

    def __init__(self, layout: Layout, p: Params, table: StockTable) -> None:
        self.layout, self.p, self.table = layout, p, table
        base = layout.base
        self.base = TradeBase.of(base.lam, base.beta, base.Y, base.va, base.D)
        self.search: Search = quasi_newton
        self.invert: Invert = inverse_at
        self.chunk = CHUNK
        self.oil = OilTrade(layout, p)
        self.focus_node, self.rus = layout.node[layout.focus], layout.node.get("RUS")
        self.focus_income = self.base.output[self.focus_node] + self.base.deficit[self.focus_node]
        self.theta = np.repeat(p["trade.theta_short"][None], len(layout.sectors), axis=0)
        self.theta_route = p["trade.theta_route"]
        self.routing = Routing(layout, p)
        self.cells = self.routing.cells
        self.lam = np.ascontiguousarray(np.broadcast_to(self.base.lam, (*self.base.lam.shape[:-1], p.lanes)))
        self.jac_inv = np.ascontiguousarray(
            np.broadcast_to(base_jac_inv(self.base, self.theta), (len(layout.nodes),) * 2 + (p.lanes,))
        )
        self.base_volume = self._base_volume()
        self.base_capacity = self._base_capacity()
        self._taxed = self._cost_cells()
        self.union = CustomsUnion(layout, p, self.base)

    # ---- constants

    def _base_flows(self) -> Array:
        return np.asarray(self.base.flows()[self.cells.exporter, self.cells.importer, self.cells.sector])

    def _base_volume(self) -> Array:
        """Value through each capacity in the base year, ``[capacity, lane]``."""
        flows = self._base_flows()
        out = np.zeros((len(CAPACITIES), self.p.lanes))
        for m in range(self.cells.count):
            for k in range(self.cells.capacity.shape[1]):
                j = self.cells.capacity[m, k]
                if j >= 0:
                    out[j] += flows[m] * self.cells.share[m, k]
        return out

    def _base_capacity(self) -> Array:
        slack = self.p["evasion.slack"]
        capacity, flow = (corridor_number(self.layout, self.p, "middle", name) for name in ("capacity", "base_flow"))
        ratio = capacity / flow
        return np.asarray(np.maximum(self.base_volume, 1e-6) * np.stack([slack, slack, ratio]))

    def reexport(self, volume: Array) -> Array:
        """Volume through the focus actor's intermediaries against the base year, ``[lane]``; 1 without measures."""
        base = self.base_volume[0]
        return np.asarray(np.where(base > 0.0, volume / np.where(base > 0.0, base, 1.0), 1.0))

    # ---- trade inputs

    def ln_capacity_now(self, reader: Reader, ln_capacity: Array) -> Array:
        """Log capacities this quarter, ``[capacity, ..., lane]``: effort and tolerance act on the focus's at once."""
        p = self.p
        effort = np.minimum(reader["enforcement"], reader["border-capacity"]) - p["stocks.enforcement.base"]
        focus = (
            ln_capacity[0]
            - p["evasion.diversion"] * effort
            + p["evasion.on_tolerance"] * (reader["rent-tolerance"] - p["stocks.rent-tolerance.base"])
        )
        # A scenario may close the corridor by a capacity of nought: next to none is carried then.
        room = self.base_capacity[2] * np.maximum(reader["corridor-capacity:middle"], 1e-3)
        middle = np.log(np.ascontiguousarray(np.maximum(room, NEXT_TO_NONE)))
        return np.stack(np.broadcast_arrays(focus, ln_capacity[1] + 0.0 * focus, middle))

    def policy_costs(self, reader: Reader) -> list[tuple[int, int, int, Array]]:
        """Log trade costs of policy: (exporter, importer, sector, ``[..., lane]``)."""
        layout, p = self.layout, self.p
        out: list[tuple[int, int, int, Array]] = list(self.union.costs)
        for i, n, s, key in self._taxed:
            out.append((i, n, s, reader[key]))
        k = self.focus_node
        checks = reader["payment-checks"]
        friction = p["ladder.checks_cost"] * (checks - p["stocks.payment-checks.base"])
        if self.rus is not None:
            out += [(k, self.rus, s, friction) for s in range(len(GOODS))]
            out += [(self.rus, k, s, friction) for s in range(len(GOODS))]
        for w in layout.watchers:
            i, rung = layout.node[w], reader[f"rung:{w}"]
            relief, held = 1.0 - p["ladder.checks_relief"] * checks, 1.0 - reader[f"exemption:{w}"]
            payment = p["ladder.payment_wedge"] * bounded(rung - 2.0, 0.0, 1.0) * relief * held
            control = p["ladder.control_wedge"] * bounded(rung - 3.0, 0.0, 1.0) * held
            out += [(k, i, s, payment) for s in range(len(GOODS))] + [(i, k, s, payment) for s in range(len(GOODS))]
            out.append((i, k, layout.sectors.index("machinery"), control))
        return out

    def _cost_cells(self) -> list[tuple[int, int, int, str]]:
        """Exporter, importer and sector of every stock of trade costs between nodes, and its key."""
        layout, out = self.layout, []
        for key in self.table.keys:
            stock, _, rest = key.partition(":")
            flow, _, sector = rest.rpartition(":")
            exporter, _, importer = flow.partition(">")
            if stock == "trade-cost" and exporter in layout.node and importer in layout.node:
                out.append((layout.node[exporter], layout.node[importer], layout.sectors.index(sector), key))
        return out

    # ---- the equilibrium

    def phi(self, reader: Reader, ln_habit: Array) -> Array:
        """Demand shifters lam A tau^(-theta) without route factors, ``[exporter, importer, sector, lane]``."""
        out = self.lam * np.exp(ln_habit)
        for i, n, s, cost in self.policy_costs(reader):
            out[i, n, s] *= np.exp(-self.theta[s] * cost)
        return out

    def solve(
        self,
        reader: Reader,
        turn: int,
        ln_habit: Array,
        ln_capacity: Array,
        transfer: Array,
        *,
        start: Array,
        premium: Array,
        jac_inv: Array,
    ) -> tuple[CapacitySolution, Array]:
        """The exact equilibrium of a quarter, and the coverage of the routed cells ``[cell, lane]``.

        Parameters
        ----------
        reader : stocks of the quarter; `turn` is the quarter of dated packages (negative: the base year).
        ln_habit : [exporter, importer, sector, lane]; ln_capacity : [intermediary route, lane].
        transfer : [node, lane] US$ bn a year, sums to zero.
        start, premium, jac_inv : where the last solve ended.

        Returns
        -------
        Lanes that do not converge are marked in the solution.
        """
        costs = self.routing.costs(reader, turn)
        caps = np.exp(np.ascontiguousarray(self.ln_capacity_now(reader, ln_capacity)))
        found = solve_with_capacity(
            self.base, self.cells, costs, caps, self.phi(reader, ln_habit), transfer, self.theta,
            theta_route=self.theta_route, start=start, zeta=premium, jac_inv=jac_inv, on_failure="mask",
            chunk=self.chunk, search=self.search, invert=self.invert,
        )  # fmt: skip
        return found, costs.coverage

    def losses(
        self, found: CapacitySolution, partners: list[int], warm: LossStart | None = None
    ) -> tuple[Array, LossStart]:
        """Loss of the focus actor and of each partner if their trade ended now, ``[partner, side, lane]``.

        `warm` is where the same solves ended last turn.
        """
        pairs = [(self.focus_node, n) for n in partners]
        lanes, many = self.p.lanes, len(pairs)
        phi, theta = cut_pairs(found.phi, self.theta, pairs), repeated(self.theta, many)
        whole = repeated(found.trade.ln_c, many)
        start = whole if warm is None else whole + stacked(warm.ln_cost)
        inverse = repeated(found.trade.jac_inv, many) if warm is None else stacked(warm.jac_inv)
        money = repeated(found.trade.transfer, many)
        cut = solve(
            self.base, phi, money, theta, start=start, jac_inv=inverse, on_failure="mask",
            chunk=self.chunk, search=self.search,
        )  # fmt: skip
        out = np.empty((many, 2, lanes))
        for k, pair in enumerate(pairs):
            at = slice(k * lanes, (k + 1) * lanes)
            for side, node in enumerate(pair):
                change = np.where(cut.converged[at], cut.ln_income[node, at] - found.trade.ln_income[node], 0.0)
                out[k, side] = -np.expm1(np.ascontiguousarray(change))
        return out, LossStart(unstacked(cut.ln_c - whole, many), unstacked(cut.jac_inv, many))
