"""The economy of a quarter: oil by corridor, routes, sanctions and the trade equilibrium with scarce routes.

`Economy` joins the mechanisms for one batch. `solve` is exact. `respond` approximates what a menu of impulses would change, from
the last solution, by chord steps with its inverse Jacobian (exact share response, one linear correction); premia of scarce routes
answer by the elasticity between routes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from multivector.mechanisms import energy
from multivector.mechanisms.common import Array
from multivector.mechanisms.coordinates import GOODS
from multivector.mechanisms.routes import RouteCosts, RoutedCells, ln_stratum_factor, soft_min
from multivector.mechanisms.stock_table import Reader, Shifted, StockTable
from multivector.mechanisms.trade import TradeBase, base_jac_inv, cut_pairs, response, solve
from multivector.mechanisms.trade_capacity import CapacitySolution, solve_with_capacity
from multivector.world.layout import CAPACITIES, GOODS_ROUTES, REST, Layout
from multivector.world.params import Params

TOLERANCE = 1e-10
"""Largest relative excess demand of a quarter's equilibrium."""
MEASURES = ("reexport", "rent-share", "oil-exported", "oil-through-russia", "n-minus-one")
OIL_KEYS = ("corridor-capacity", "oil-contract")
EVASION_KEYS = ("coverage", "enforcement", "rent-tolerance", "border-capacity")
OVERLAND = frozenset({"corridor-capacity:middle", "corridor-capacity:northern"})
TRADE_KEYS = ("trade-cost", "coverage", "enforcement", "payment-checks", "rung", "rent-tolerance", "border-capacity")


Change = tuple[int, int, int, NDArray[np.intp], Array]
"""A factor on the shifters of one exporter, importer and sector, for some rows of a look-ahead: ``[row, lane]``."""


@dataclass(frozen=True)
class OilMarket:
    """The outside of a quarter's oil trade: price and discount ($/bbl, ``[lane]``), share of Russian oil that the EU refuses."""

    price: Array
    discount: Array
    refused: Array
    found: Array


@dataclass
class LossStart:
    """Where the solves for the losses ended: ``[partner, node, lane]`` and ``[partner, node, node, lane]``."""

    ln_cost: Array
    jac_inv: Array


@dataclass(frozen=True)
class OilFlows:
    """Oil of the focus actor: Mt by corridor ``[corridor, lane]``, and transfers to the nodes, US$ bn a year ``[node, lane]``."""

    flow: Array
    exported: Array
    through_russia: Array
    n_minus_one: Array
    transfer: Array
    earned: Array


class Economy:
    """Mechanisms of trade, energy and evasion bound to one batch."""

    def __init__(self, layout: Layout, p: Params, table: StockTable) -> None:
        self.layout, self.p, self.table = layout, p, table
        base = layout.base
        self.base = TradeBase.of(base.lam, base.beta, base.Y, base.va, base.D)
        sectors = len(layout.sectors)
        self.theta = np.repeat(p["trade.theta_short"][None], sectors, axis=0)
        self.theta_route = p["trade.theta_route"]
        self.cells = self._shares()
        self.lam = np.ascontiguousarray(np.broadcast_to(self.base.lam, (*self.base.lam.shape[:-1], p.lanes)))
        self.jac_inv = np.ascontiguousarray(
            np.broadcast_to(base_jac_inv(self.base, self.theta), (len(layout.nodes),) * 2 + (p.lanes,))
        )
        self.base_volume = self._base_volume()
        self.base_capacity = self._base_capacity()
        self._oil_constants()

    # ---- constants

    def _shares(self) -> RoutedCells:
        cells, layout, p = self.layout.cells, self.layout, self.p
        share = np.zeros((cells.count, 3, p.lanes))
        e = layout.evasion_cells
        share[:e, 1], share[:e, 2] = p["evasion.share_focus"], p["evasion.share_others"]
        share[:e, 0] = 1.0 - p["evasion.share_focus"] - p["evasion.share_others"]
        for k, (a, b) in enumerate(layout.pairs):
            rows = slice(e + 3 * k, e + 3 * (k + 1))
            parts = [p[f"corridors.share.{a}-{b}.{r}"] for r in GOODS_ROUTES]
            whole = parts[0] + parts[1] + parts[2]
            for r in range(3):
                share[rows, r] = parts[r] / whole
        return RoutedCells(**{**vars(cells), "share": share})

    def _base_flows(self) -> Array:
        return np.asarray(self.base.flows()[self.cells.exporter, self.cells.importer, self.cells.sector])

    def _base_volume(self) -> Array:
        """Value through each capacity in the base year, ``[capacity, lane]``."""
        flows = self._base_flows()
        out = np.zeros((len(CAPACITIES), self.p.lanes))
        for m in range(self.cells.count):
            for k in range(3):
                j = self.cells.capacity[m, k]
                if j >= 0:
                    out[j] += flows[m] * self.cells.share[m, k]
        return out

    def reexport(self, volume: Array) -> Array:
        """Volume through the focus actor's intermediaries against the base year, ``[lane]``; 1 in a world without measures."""
        base = self.base_volume[0]
        return np.where(base > 0.0, volume / np.where(base > 0.0, base, 1.0), 1.0)

    def _base_capacity(self) -> Array:
        corridor = self.layout.scenario.corridors["middle"]
        assert corridor.capacity is not None and corridor.base_flow is not None
        slack = self.p["evasion.slack"]
        ratio = np.full(self.p.lanes, corridor.capacity.value / corridor.base_flow.value)
        return np.maximum(self.base_volume, 1e-6) * np.stack([slack, slack, ratio])

    def _oil_constants(self) -> None:
        layout, p = self.layout, self.p
        scenario, base = layout.scenario, layout.base
        corridors = [scenario.corridors[c] for c in layout.oil_routes]
        ones = np.ones(p.lanes)

        def column(name: str) -> Array:
            return np.stack([getattr(c, name).value * ones for c in corridors]) if corridors else np.zeros((0, p.lanes))

        self.oil_capacity, self.oil_base, self.oil_fee = column("capacity"), column("base_flow"), column("fee")
        self.crosses = np.array([float("RUS" in c.crosses) for c in corridors])
        self.production = (
            p[f"oil.production.{layout.focus}"] if f"oil.production.{layout.focus}" in p else self.oil_base.sum(axis=0)
        )
        self.rus = layout.node.get("RUS")
        self.focus_node = layout.node[layout.focus]
        n = len(layout.nodes)
        crude, gas = base.crude, base.gas
        exporters = [i for i in range(n) if i not in (self.rus, self.focus_node) and (crude[i] + gas[i]).sum() > 0.0]
        self.other_exporters = exporters
        self.other_value = np.array([(crude[i] + gas[i]).sum() for i in exporters])
        self.russian_gas = float(gas[self.rus].sum()) if self.rus is not None else 0.0
        count = 2 + (2 if self.rus is not None else 0) + len(exporters)
        seller, payer, carrier = np.zeros((count, n, 1)), np.zeros((count, n, p.lanes)), np.zeros((count, n, 1))
        seller[0, self.focus_node] = seller[1, self.focus_node] = 1.0
        shares = base.crude_shares
        payer[0] = payer[1] = shares[self.focus_node][:, None]
        carrier[0, self.rus if self.rus is not None else layout.node[REST]] = 1.0
        carrier[1:, layout.node[REST]] = 1.0
        row = 2
        if self.rus is not None:
            seller[2, self.rus] = seller[3, self.rus] = 1.0
            payer[2] = shares[self.rus][:, None]
            payer[3] = (gas[self.rus] / max(self.russian_gas, 1e-12))[:, None]
            row = 4
        for k, i in enumerate(exporters):
            seller[row + k, i] = 1.0
            payer[row + k] = ((crude[i] + gas[i]) / (crude[i] + gas[i]).sum())[:, None]
        self.seller, self.payer, self.carrier = seller, payer, carrier

    # ---- oil

    def oil(self, reader: Reader, market: OilMarket) -> OilFlows:
        """Ship and sell the oil of a quarter (annual rates); axes before the lane are allowed in the reader."""
        p = self.p
        share, added = self._stack("corridor-capacity", reader), self._stack("oil-contract", reader)
        tail = max(share.ndim, added.ndim) - 1
        capacity = lifted(share, 1, tail) * lifted(self.oil_capacity, 1, tail)
        added = lifted(added, 1, tail)
        shape = np.broadcast_shapes(capacity.shape, added.shape)
        flat = lambda a: np.ascontiguousarray(np.broadcast_to(a, shape)).reshape(shape[0], -1)  # noqa: E731
        lanes = lambda a: np.ascontiguousarray(np.broadcast_to(a, shape[1:])).reshape(-1)  # noqa: E731
        weights = self.oil_base / self.oil_base.sum(axis=0)
        production = lanes(self.production)
        contract = np.where(flat(added) > 0.0, flat(lifted(self.oil_base, 1, tail)) + flat(added), 0.0)
        flow, _ = energy.allocate(production, flat(capacity), flat(lifted(weights, 1, tail)), contract=contract)
        price, barrels = lanes(market.price), lanes(p["oil.barrels"])
        transfer, earned = self._oil_transfers(flow, price, barrels, market, shape)
        fix = lambda a: a.reshape(*a.shape[:-1], *shape[1:])  # noqa: E731
        through = energy.share_through(flow, self.crosses)
        return OilFlows(
            fix(flow), fix(flow.sum(axis=0) / production), fix(through),
            fix(energy.n_minus_one(production, flat(capacity))), fix(transfer), fix(earned),
        )  # fmt: skip

    def earned(self, reader: Reader, market: OilMarket) -> Array:
        """Oil earnings of the focus actor less the base year's, fees paid, US$ bn a year, ``[..., lane]``."""
        share, added = self._stack("corridor-capacity", reader), self._stack("oil-contract", reader)
        tail = max(share.ndim, added.ndim) - 1
        capacity = lifted(share, 1, tail) * lifted(self.oil_capacity, 1, tail)
        added, base, fee = lifted(added, 1, tail), lifted(self.oil_base, 1, tail), lifted(self.oil_fee, 1, tail)
        weights = lifted(self.oil_base / self.oil_base.sum(axis=0), 1, tail)
        production = np.broadcast_to(self.production, capacity.shape[1:])
        flow, _ = energy.allocate(production, capacity, weights, contract=np.where(added > 0.0, base + added, 0.0))
        barrels = self.p["oil.barrels"]
        none = np.zeros_like(fee)
        now = energy.earnings(flow, market.price, none, fee, barrels=barrels)
        return now - energy.earnings(base, self.p["oil.price"], none, fee, barrels=barrels)

    def _stack(self, stock: str, reader: Reader) -> Array:
        return np.stack(np.broadcast_arrays(*(reader[f"{stock}:{c}"] for c in self.layout.oil_routes)))

    def _oil_transfers(
        self, flow: Array, price: Array, barrels: Array, market: OilMarket, shape: tuple[int, ...]
    ) -> tuple[Array, Array]:
        p, layout = self.p, self.layout
        wide = flow.shape[1]
        times = wide // p.lanes
        lanes = (lambda a: np.concatenate([a] * times, axis=-1)) if times > 1 else (lambda a: a)
        p0, fee, base = lanes(p["oil.price"]), lanes(self.oil_fee), lanes(self.oil_base)
        none = np.zeros_like(price)
        paid, fees_changed = [], []
        for crossing in (1.0, 0.0):
            mask = (self.crosses == crossing).astype(np.float64)[:, None]
            paid.append(
                energy.payments(flow * mask, price, none, barrels=barrels)
                - energy.payments(base * mask, p0, none, barrels=barrels)
            )
            fees_changed.append((energy.fees(flow * mask, fee) - energy.fees(base * mask, fee)).sum(axis=0))
        ratio = price / p0
        payer = lanes(self.payer)
        if self.rus is not None:
            names = [d for d in ("EU", "CHN", REST) if d in layout.node]
            volume = lanes(np.stack([p["oil.production.RUS"] * p[f"oil.destination.RUS.{d}"] for d in names]))
            refused = np.zeros_like(volume)
            refused[0] = lanes(market.refused)
            outlet = lanes(
                np.stack([p[f"oil.outlet.RUS.{d}"] if f"oil.outlet.RUS.{d}" in p else none[: p.lanes] for d in names])
            )
            sold, _ = energy.redirect(volume, refused, outlet, found=lanes(market.found))
            discount = lanes(market.discount)
            value = energy.payments(sold, price, discount, barrels=barrels) - energy.payments(
                volume, p0, none, barrels=barrels
            )
            paid += [value, self.russian_gas * (ratio - 1.0)]
            fees_changed += [none, none]
            moved = sold * (price - discount) - volume * p0
            weight = moved / np.where(np.abs(moved.sum(axis=0)) > 1e-9, moved.sum(axis=0), 1.0)
            payer = payer.copy()
            payer[2] = 0.0
            for d, name in enumerate(names):
                payer[2, layout.node[name]] = weight[d]
            payer[2, layout.node[REST]] += 1.0 - weight.sum(axis=0)
        paid += [v * (ratio - 1.0) for v in self.other_value]
        fees_changed += [none] * len(self.other_value)
        rows = len(paid)
        transfer, _ = energy.transfers(
            np.stack(paid), np.stack(fees_changed), seller=self.seller, payer=payer, carrier=self.carrier,
            saved=np.stack([lanes(p["oil.saved"])] * rows), drawn=np.stack([lanes(p["oil.drawn"])] * rows),
        )  # fmt: skip
        return transfer, paid[0] + paid[1] - fees_changed[0] - fees_changed[1]

    # ---- trade inputs

    def ln_capacity_now(self, reader: Reader, ln_capacity: Array) -> Array:
        """Log capacities this quarter, ``[capacity, ..., lane]``: enforcement and tolerance act on the focus actor's at once."""
        p = self.p
        effort = np.minimum(reader["enforcement"], reader["border-capacity"]) - p["stocks.enforcement.base"]
        focus = (
            ln_capacity[0]
            - p["evasion.diversion"] * effort
            + p["evasion.on_tolerance"] * (reader["rent-tolerance"] - p["stocks.rent-tolerance.base"])
        )
        middle = np.log(
            np.ascontiguousarray(self.base_capacity[2] * np.maximum(reader["corridor-capacity:middle"], 1e-3))
        )
        return np.stack(np.broadcast_arrays(focus, ln_capacity[1] + 0.0 * focus, middle))

    def route_costs(self, reader: Reader, turn: int) -> tuple[Array, Array, Array, Array]:
        """Log costs of routes on uncovered and covered lines ``[cell, route, ..., lane]``, coverage, margins.

        A negative turn is the base year, before any package.
        """
        layout, p, cov = self.layout, self.p, self.layout.coverage
        e, m = layout.evasion_cells, self.cells.count
        t = min(max(turn, 0), cov.covered.shape[0] - 1)
        dated_now = float(turn >= 0)
        extra = self._extra_coverage(reader)
        tail = np.broadcast_shapes(extra.shape[1:] if e else (p.lanes,), reader["corridor-capacity:northern"].shape)
        extra = lifted(extra, 1, len(tail))
        active = cov.active[t] * dated_now
        uncovered, covered = np.zeros((m, 3, *tail)), np.zeros((m, 3, *tail))
        coverage, margin = np.zeros((m, *tail)), np.zeros((m, 3, *tail))
        shape = (e, *(1,) * len(tail))
        if e:
            dated = np.clip(dated_now * cov.covered[t, :e].reshape(shape) * p["sanctions.coverage_scale"], 0.0, 1.0)
            coverage[:e] = 1.0 - (1.0 - dated) * (1.0 - extra)
            uncovered[:e, 0] = dated_now * np.log1p(cov.leaving[t, :e]).reshape(shape)
            wedge = np.where(cov.wedge[t, :e] > 0.0, cov.wedge[t, :e], cov.wedge.max(initial=1.0))
            covered[:e, 0] = np.log1p(wedge).reshape(shape)
            ln_margin = np.log1p(p["evasion.margin"])
            for k, name in ((1, "focus"), (2, "others")):
                detour = active * (p[f"evasion.cost_{name}"] + ln_margin)
                uncovered[:e, k] = covered[:e, k] = detour
                margin[:e, k] = active * p["evasion.margin"]
        if m > e:
            squeeze = p["routes.squeeze"] * np.maximum(1.0 - reader["corridor-capacity:northern"], 0.0)
            uncovered[e:, 0] = covered[e:, 0] = active * p["routes.wariness"] + squeeze
        return uncovered, covered, coverage, margin

    def _extra_coverage(self, reader: Reader) -> Array:
        layout = self.layout
        rows = []
        for m in range(layout.evasion_cells):
            key = f"coverage:{layout.nodes[self.cells.exporter[m]]}:{layout.sectors[self.cells.sector[m]]}"
            rows.append(reader[key])
        return np.stack(np.broadcast_arrays(*rows)) if rows else np.zeros((0, self.p.lanes))

    def policy_costs(self, reader: Reader) -> list[tuple[int, int, int, Array]]:
        """Log trade costs of policy: (exporter, importer, sector, ``[..., lane]``)."""
        layout, p = self.layout, self.p
        out: list[tuple[int, int, int, Array]] = []
        for key in self._cost_keys():
            flow, _, sector = key[len("trade-cost:") :].rpartition(":")
            exporter, _, importer = flow.partition(">")
            if exporter in layout.node and importer in layout.node:
                out.append((layout.node[exporter], layout.node[importer], layout.sectors.index(sector), reader[key]))
        k = self.focus_node
        checks = reader["payment-checks"]
        friction = p["ladder.checks_cost"] * (checks - p["stocks.payment-checks.base"])
        if self.rus is not None:
            out += [(k, self.rus, s, friction) for s in range(len(GOODS))] + [
                (self.rus, k, s, friction) for s in range(len(GOODS))
            ]
        for w in layout.watchers:
            i, rung = layout.node[w], reader[f"rung:{w}"]
            payment = (
                p["ladder.payment_wedge"] * np.clip(rung - 2.0, 0.0, 1.0) * (1.0 - p["ladder.checks_relief"] * checks)
            )
            control = p["ladder.control_wedge"] * np.clip(rung - 3.0, 0.0, 1.0)
            out += [(k, i, s, payment) for s in range(len(GOODS))] + [(i, k, s, payment) for s in range(len(GOODS))]
            out.append((i, k, layout.sectors.index("machinery"), control))
        return out

    def _cost_keys(self) -> list[str]:
        return [key for key in self.table.keys if key.startswith("trade-cost:")]

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
    ) -> tuple[CapacitySolution, tuple[Array, Array, Array]]:
        """The exact equilibrium of a quarter; lanes that do not converge are marked in the solution."""
        uncovered, covered, coverage, margin = self.route_costs(reader, turn)
        costs = RouteCosts(uncovered, covered, coverage, margin)
        caps = np.exp(np.ascontiguousarray(self.ln_capacity_now(reader, ln_capacity)))
        found = solve_with_capacity(
            self.base, self.cells, costs, caps, self.phi(reader, ln_habit), transfer, self.theta, theta_route=self.theta_route,
            start=start, zeta=premium, jac_inv=jac_inv, tol=TOLERANCE, on_failure="mask",
        )  # fmt: skip
        return found, (uncovered, covered, coverage)

    def losses(
        self, found: CapacitySolution, partners: list[int], warm: LossStart | None = None
    ) -> tuple[Array, LossStart]:
        """Loss of the focus actor and of each partner if their trade ended now, ``[partner, side, lane]``.

        `warm` is where the same solves ended last turn.
        """
        pairs = [(self.focus_node, n) for n in partners]
        lanes, many = self.p.lanes, len(pairs)
        tile = lambda a: np.concatenate([a] * many, axis=-1)  # noqa: E731
        theta = tile(self.theta)
        phi = cut_pairs(found.phi, self.theta, pairs)
        start = tile(found.trade.ln_c) if warm is None else stacked(warm.ln_cost)
        inverse = tile(found.trade.jac_inv) if warm is None else stacked(warm.jac_inv)
        cut = solve(
            self.base,
            phi,
            tile(found.trade.transfer),
            theta,
            start=start,
            jac_inv=inverse,
            tol=TOLERANCE,
            on_failure="mask",
        )
        out = np.empty((many, 2, lanes))
        for k, pair in enumerate(pairs):
            at = slice(k * lanes, (k + 1) * lanes)
            for side, node in enumerate(pair):
                change = np.where(cut.converged[at], cut.ln_income[node, at] - found.trade.ln_income[node], 0.0)
                out[k, side] = -np.expm1(np.ascontiguousarray(change))
        return out, LossStart(unstacked(cut.ln_c, many), unstacked(cut.jac_inv, many))

    # ---- the look-ahead's response

    def respond(
        self,
        view: Reader,
        shifts: Mapping[str, Array],
        now: CapacitySolution,
        turn: int,
        oil_market: OilMarket,
        ln_capacity: Array,
        *,
        steps: int,
    ) -> dict[str, Array]:
        """Changes of ln real income by node and of measures, ``[row, lane]``, for rows of impulses near the last solution."""
        rows = Shifted(self.table, view, shifts)
        count = next(iter(shifts.values())).shape[0]
        out: dict[str, Array] = {}
        changes = self._cost_changes(view, rows) + self._route_changes(view, rows, now, turn, ln_capacity, out, count)
        transfer: Array | None = None
        # By lane: a row that moves nothing in a lane gives zero there, whatever it does in the lanes beside it.
        moved, moves = np.zeros(count, bool), np.zeros((count, self.p.lanes), bool)
        for *_, touched, factor in changes:
            moved[touched] = True
            moves[touched] |= factor != 1.0
        oil = {
            k: v
            for k, v in shifts.items()
            if k.partition(":")[0] in OIL_KEYS and k.partition(":")[2] in self.layout.oil_routes
        }
        if oil:
            piped = np.flatnonzero(np.stack([(v != 0.0).any(axis=1) for v in oil.values()]).any(axis=0))
            small = Shifted(self.table, view, {k: np.ascontiguousarray(v[piped]) for k, v in oil.items()})
            before, after = self.oil(view, oil_market), self.oil(small, oil_market)
            transfer = np.zeros((len(self.layout.nodes), count, self.p.lanes))
            transfer[:, piped] = after.transfer - before.transfer[:, None]
            moves |= (transfer != 0.0).any(axis=0)
            for name in ("exported", "through_russia", "n_minus_one"):
                wide = out["@oil-" + name.replace("_", "-") if name != "n_minus_one" else "@n-minus-one"] = np.zeros(
                    (count, self.p.lanes)
                )
                wide[piped] = getattr(after, name) - getattr(before, name)
        moved |= moves.any(axis=1)
        at = np.flatnonzero(moved)
        for name in self.layout.nodes:
            out[name] = np.zeros((count, self.p.lanes))
        if at.size:
            place = np.cumsum(moved) - 1
            phi = np.repeat(now.phi[..., None, :], len(at), axis=3)
            for i, n, s, touched, factor in changes:
                phi[i, n, s, place[touched]] *= factor
            money = now.trade.transfer[:, None] + (0.0 if transfer is None else transfer[:, at])
            money = np.ascontiguousarray(np.broadcast_to(money, (len(self.layout.nodes), len(at), self.p.lanes)))
            ln_income = response(self.base, now.trade, phi, money, self.theta, steps=steps)
            for node, name in enumerate(self.layout.nodes):
                out[name][at] = np.where(moves[at], ln_income[node] - now.trade.ln_income[node], 0.0)
        return out

    def _cost_changes(self, view: Reader, rows: Shifted) -> list[Change]:
        """Factors on the shifters by policy costs: (exporter, importer, sector, rows, ``[row, lane]``)."""
        out: list[Change] = []
        for (i, n, s, before), (_, _, _, after) in zip(self.policy_costs(view), self.policy_costs(rows), strict=True):
            if after is not before and after.ndim > before.ndim:
                touched = np.flatnonzero((after != before).any(axis=1))
                if touched.size:
                    out.append((i, n, s, touched, np.exp(-self.theta[s] * (after[touched] - before))))
        return out

    def _route_changes(
        self,
        view: Reader,
        rows: Shifted,
        now: CapacitySolution,
        turn: int,
        ln_capacity: Array,
        out: dict[str, Array],
        count: int,
    ) -> list[Change]:
        """Factors on the shifters by routes, evasion's and overland; notes in `out` what becomes of re-export."""
        changes: list[Change] = []
        e, m = self.layout.evasion_cells, self.cells.count
        for part, stocks in ((slice(0, e), EVASION_KEYS), (slice(e, m), ("corridor-capacity",))):
            shifts = {
                k: v
                for k, v in rows.shifts.items()
                if k.partition(":")[0] in stocks and (stocks is EVASION_KEYS or k in OVERLAND)
            }
            if not shifts or part.start == part.stop:
                continue
            touched = np.flatnonzero(np.stack([(rows[k] != view[k]).any(axis=1) for k in shifts]).any(axis=0))
            if touched.size:
                small = Shifted(self.table, view, {k: np.ascontiguousarray(v[touched]) for k, v in shifts.items()})
                changes += self._cell_changes(touched, part, view, small, now, turn, ln_capacity, out, count)
        return changes

    def _cell_changes(
        self,
        touched: NDArray[np.intp],
        part: slice,
        view: Reader,
        rows: Shifted,
        now: CapacitySolution,
        turn: int,
        ln_capacity: Array,
        out: dict[str, Array],
        count: int,
    ) -> list[Change]:
        """Routes of some cells in some rows: scarce routes' premia answer by the elasticity between routes."""
        p, c = self.p, self.cells
        y0 = np.log1p(now.zeta)
        change = (
            lifted(self.ln_capacity_now(rows, ln_capacity), 1, 2) - self.ln_capacity_now(view, ln_capacity)[:, None]
        )
        y1 = np.where(y0[:, None] > 0.0, np.maximum(y0[:, None] - change / self.theta_route, 0.0), 0.0)
        factor0 = self._factor(self.route_costs(view, turn), y0, part)
        factor1 = lifted(self._factor(self.route_costs(rows, turn), y1, part), 1, 2)
        moved = np.exp(np.ascontiguousarray(factor1 - factor0[:, None]))
        changes: list[Change] = [
            (int(c.exporter[m]), int(c.importer[m]), int(c.sector[m]), touched, moved[k])
            for k, m in enumerate(range(part.start, part.stop))
        ]
        if part.stop > self.layout.evasion_cells:
            return changes
        binding = y0[0] > 0.0
        y1 = np.broadcast_to(y1, (y0.shape[0], len(touched), p.lanes))
        change = np.broadcast_to(change, y1.shape)
        ratio = np.where(
            binding,
            np.exp(np.ascontiguousarray(change[0])),
            np.exp(-self.theta_route * np.ascontiguousarray(y1[0] - y0[0])),
        )
        fee = np.log1p(p["evasion.margin"])
        before = 1.0 - np.exp(-np.ascontiguousarray(y0[0] + fee))
        after = 1.0 - np.exp(-np.ascontiguousarray(y1[0] + fee))
        income = self.base.output[self.focus_node] + self.base.deficit[self.focus_node]
        for name, value in (
            ("@reexport", self.reexport(now.volume[0]) * (ratio - 1.0)),
            ("@rent-share", now.volume[0] * (ratio * after - before) / income),
        ):
            out[name] = np.zeros((count, p.lanes))
            out[name][touched] = value
        return changes

    def _factor(self, costs: tuple[Array, Array, Array, Array], y: Array, part: slice) -> Array:
        """ln of the route factor of some cells, ``[cell, ..., lane]``, at premia y."""
        uncovered, covered, coverage = (a[part] for a in costs[:3])
        slots = self.cells.capacity[part]
        tail = np.broadcast_shapes(uncovered.shape[2:], y.shape[1:])
        uncovered, covered, coverage = (
            lifted(uncovered, 2, len(tail)),
            lifted(covered, 2, len(tail)),
            lifted(coverage, 1, len(tail)),
        )
        level = np.concatenate([np.broadcast_to(y, (y.shape[0], *tail)), np.zeros((1, *tail))])
        premium = level[np.where(slots < 0, y.shape[0], slots)]
        share = np.moveaxis(lifted(self.cells.share[part], 2, len(tail)), 1, 0)
        u = soft_min(np.moveaxis(uncovered + premium, 1, 0), share, self.theta_route)
        theta = lifted(self.theta[self.cells.sector[part]], 1, len(tail))
        if part.start > 0:
            # Overland trade knows no ban: both strata take the same routes.
            return -theta * u
        c = soft_min(np.moveaxis(covered + premium, 1, 0), share, self.theta_route)
        return ln_stratum_factor(u, c, coverage, theta)


def stacked(array: Array) -> Array:
    """``[part, ..., lane]`` to ``[..., part * lane]``, part by part."""
    return np.ascontiguousarray(np.concatenate(list(array), axis=-1))


def unstacked(array: Array, parts: int) -> Array:
    """Inverse of `stacked`.

    Examples
    --------
    >>> a = np.arange(8.0).reshape(2, 1, 4)
    >>> bool((unstacked(stacked(a), 2) == a).all())
    True
    """
    return np.stack(np.split(array, parts, axis=-1))


def lifted(array: Array, lead: int, tail: int) -> Array:
    """The array with axes of length one put between its `lead` first axes and its lane, so that `tail` axes trail.

    Examples
    --------
    >>> lifted(np.zeros((2, 3, 8)), 2, 2).shape
    (2, 3, 1, 8)
    """
    missing = tail - (array.ndim - lead)
    return array.reshape(*array.shape[:lead], *(1,) * missing, *array.shape[lead:])
