"""Routes with capacity inside the trade equilibrium.

A scarce route's premium zeta >= 0 is an unknown of the same system as the unit costs: it rises until what the route
carries equals its capacity, zeta (cap - V) = 0. The unknown is y = ln(1 + zeta), in which ln V is nearly linear, and
the condition is Fischer and Burmeister's y + g - sqrt(y^2 + g^2) = 0 with g = ln(cap / V) (Fischer 1992). V is the
value delivered through the route, US$ bn a year. The premium's part of it, 1 - 1 / ((1 + zeta)(1 + margin)), moves from
the exporter's account to the route's owner: it is a transfer, so transfers still sum to zero.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from multivector.mechanisms.routes import RouteCosts, RoutedCells
from multivector.mechanisms.trade_market import Market, pick
from multivector.mechanisms.trade_solver import Array, Index, eliminate, invert_lanes

_TINY = 1e-300
_IDLE = 1e-6


class SlotLayout:
    """Which slots of the routed cells are live (scarce, or charged by an owner), and who pays whom; one for all lanes.

    Parameters
    ----------
    cells, costs : the routed cells and their costs (margins say which slots are charged).
    scarce : number of capacities J; slots that name a higher one count as free.
    nodes : number of economies.
    """

    def __init__(self, cells: RoutedCells, costs: RouteCosts, scarce: int, nodes: int) -> None:
        slots = np.where(cells.capacity < scarce, cells.capacity, -1)
        self.slot_all = np.where(slots < 0, scarce, slots)
        count, depth = slots.shape
        owned = cells.owner.sum(axis=2)
        margin = np.broadcast_to(costs.margin, (count, depth, costs.margin.shape[-1]))
        live = (slots >= 0) | ((owned > 0.0) & margin.any(axis=2))
        width = max(live.sum(axis=1).tolist(), default=0)
        # Live slots first, in their order; a cell with fewer of them fills up with slots that count as free.
        self.live = np.argsort(~live, axis=1, kind="stable")[:, :width]
        rows = np.arange(count)[:, None]
        self.is_live = live[rows, self.live].astype(np.float64)[..., None]
        self.slot = self.slot_all[rows, self.live]
        self.named = np.where(live[rows, self.live], self.slot, scarce)
        self.users = [np.flatnonzero(self.named.ravel() == j) for j in range(scarce)]
        # Cell, slot and capacity of slots that have one; cell and slot of live ones; markets with cells; each cell's.
        self.charged = [(m, k, int(self.named[m, k])) for m, k in np.argwhere(self.named < scarce).tolist()]
        self.chosen = np.argwhere(live[rows, self.live]).tolist()
        markets = list(zip(cells.importer.tolist(), cells.sector.tolist(), strict=True))
        self.markets = sorted(set(markets))
        self.market_of = np.array([self.markets.index(each) for each in markets], dtype=np.intp)
        self._set_links(cells, cells.owner[rows, self.live] * self.is_live, nodes)

    def _set_links(self, cells: RoutedCells, owner: Array, nodes: int) -> None:
        """Index who pays and who receives, importer by importer: rents depend on the spending of importers only."""
        width = owner.shape[1]
        weight = owner.reshape(-1, nodes)
        owned = weight.sum(axis=1)
        importer, exporter = np.repeat(cells.importer, width), np.repeat(cells.exporter, width)
        buyers = sorted(set(importer[owned > 0.0].tolist()))
        self.links: list[tuple[int, int, slice]] = []
        rows: list[Index] = [np.empty(0, dtype=np.intp)]
        parts: list[Array] = [np.empty(0)]
        for column, n in enumerate(buyers):
            for node in range(nodes):
                share = np.where(importer == n, weight[:, node] - owned * (exporter == node), 0.0)
                if (index := np.flatnonzero(share)).size:
                    begin = sum(map(len, rows))
                    self.links.append((node, column, slice(begin, begin + len(index))))
                    rows.append(index)
                    parts.append(share[index])
        # All links are gathered at once and summed slice by slice.
        self.linked, self.link_share = np.concatenate(rows), np.concatenate(parts)[:, None]
        # The same slot by slot, for derivatives: whom each pays what share, its exporter among them.
        self.rented: dict[tuple[int, int, int], list[tuple[int, float]]] = {}
        for at in np.flatnonzero(owned > 0.0).tolist():
            m, k = divmod(at, width)
            shares = weight[at] - owned[at] * (np.arange(nodes) == exporter[at])
            self.rented[m, k, int(self.named[m, k])] = [(i, shares[i]) for i in np.flatnonzero(shares).tolist()]
        self.buyers = np.array(buyers, dtype=np.intp)
        self.circular = any(node in buyers for node, *_ in self.links)


class CapacityMarket:
    """A market whose routed cells choose among routes, some of them scarce.

    Parameters
    ----------
    market : the market; its phi at routed cells leaves the route factor out and is overwritten here.
    cells : the routed cells.
    costs : their costs, lanes as the market's (or one).
    caps : [J, lane] capacities, US$ bn a year; a capacity that is not positive is a closed route. J may be 0.
    theta_route : elasticity between routes, [lane] or [1].
    layout : as made for the same cells before; worked out if None.
    """

    def __init__(
        self,
        market: Market,
        cells: RoutedCells,
        costs: RouteCosts,
        caps: Array,
        theta_route: Array,
        layout: SlotLayout | None = None,
    ) -> None:
        self.market, self.cells, self.costs, self.caps, self.theta_route = market, cells, costs, caps, theta_route
        self.nodes = market.size
        self.size = market.size + caps.shape[0]
        self.lanes = market.phi.shape[-1]
        self.where = where = (cells.exporter, cells.importer, cells.sector)
        sectors = market.phi.shape[2]
        self.sold, self.bought = cells.exporter * sectors + cells.sector, cells.importer * sectors + cells.sector
        self.shifter = market.phi[where]
        self.rent = self.unit_flow = self.kept = np.empty(0)
        self.pay = np.empty((0, 0, 0))
        self.ratio = market.theta[cells.sector] / theta_route
        self.weight = np.stack([1.0 - costs.coverage, costs.coverage])
        self.wanted = market.beta[cells.importer, cells.sector]
        self.layout = layout or SlotLayout(cells, costs, caps.shape[0], self.nodes)
        self._set_routes()

    def _set_routes(self) -> None:
        """Compute what does not depend on premia: the pull of each route at its own cost."""
        costs, scarce, layout = self.costs, self.caps.shape[0], self.layout
        shape = (2, *self.cells.capacity.shape, self.lanes)
        ln_cost = np.empty(shape)
        ln_cost[0], ln_cost[1] = costs.uncovered, costs.covered
        ln_cost *= -self.theta_route
        pull = np.exp(ln_cost, out=ln_cost)
        pull *= self.cells.share
        self.is_open = self.caps > 0.0
        if not self.is_open.all():
            usable = np.concatenate([np.broadcast_to(self.is_open, (scarce, self.lanes)), np.ones((1, self.lanes))])
            pull *= usable[layout.slot_all]
        self.pull = pull
        rows = np.arange(layout.live.shape[0])[:, None]
        self.live_pull = np.ascontiguousarray(pull[:, rows, layout.live] * layout.is_live)
        self._pulled = np.empty_like(self.live_pull)
        idle = pull.copy()
        idle[:, rows, layout.live] *= 1.0 - layout.is_live
        self.free_pull = idle.sum(axis=2)
        margin = np.broadcast_to(costs.margin, (*self.cells.capacity.shape, costs.margin.shape[-1]))
        self.keep = 1.0 / (1.0 + margin[rows, layout.live])

    def take(self, lanes: Index) -> CapacityMarket:
        """Return the problem on some lanes."""
        costs = RouteCosts(*(pick(a, lanes) for a in vars(self.costs).values()))
        cells = self.cells
        if cells.share.shape[-1] > 1:
            cells = RoutedCells(**{**vars(cells), "share": pick(cells.share, lanes)})
        market = self.market.take(lanes)
        market.phi[self.where] = pick(self.shifter, lanes)
        return CapacityMarket(market, cells, costs, pick(self.caps, lanes), pick(self.theta_route, lanes), self.layout)

    def choose_routes(self, y: Array) -> None:
        """Set the route factors and what goes through each live slot per unit of shifter, at premia y [J, L]."""
        level = np.zeros((y.shape[0] + 1, self.lanes))
        np.multiply(y, -self.theta_route, out=level[:-1])
        pulled = np.multiply(self.live_pull, np.exp(level).take(self.layout.slot, axis=0), out=self._pulled)
        total = pulled.sum(axis=2)
        total += self.free_pull
        np.maximum(total, _TINY, out=total)
        strata = np.log(total)
        strata *= self.ratio
        np.exp(strata, out=strata)
        strata *= self.weight
        self.total, self.factor = total, strata[0] + strata[1]
        strata /= total
        self.per_pull = strata
        pulled *= strata[:, :, None]
        self.through = pulled[0] + pulled[1]
        self.market.phi[self.where] = self.shifter * self.factor

    def settle(self, y: Array) -> None:
        """Set spending with rents, and the flows of live slots [M, C, L]; prices must have been set."""
        market, cells = self.market, self.cells
        income = market.wage * market.gross + market.transfer
        unit = market.v.reshape(-1, self.lanes).take(self.sold, axis=0)
        unit *= self.shifter
        unit *= self.wanted
        unit /= market.b.reshape(-1, self.lanes).take(self.bought, axis=0)
        self.rent = np.zeros_like(income)
        if self.layout.links:
            income = self._spending(income, y, self.through * unit[:, None])
        market.spending = income
        unit *= income.take(cells.importer, axis=0)
        self.unit_flow = unit

    def _spending(self, income: Array, y: Array, rate: Array) -> Array:
        """Solve X = income + rents(X), linear in the spending of the few importers whose cells pay rents."""
        layout = self.layout
        level = np.zeros((y.shape[0] + 1, self.lanes))
        np.negative(y, out=level[:-1])
        self.kept = np.exp(level).take(layout.slot, axis=0)
        self.kept *= self.keep
        paid = 1.0 - self.kept
        paid *= rate
        linked = paid.reshape(-1, self.lanes).take(layout.linked, axis=0)
        linked *= layout.link_share
        pay = np.zeros((self.nodes, len(layout.buyers), self.lanes))
        for node, column, at in layout.links:
            linked[at].sum(axis=0, out=pay[node, column])
        self.pay = pay
        buying = income[layout.buyers]
        if layout.circular:
            buying = eliminate(self._circle(), buying[:, None])[:, 0]
        self.rent = (pay * buying).sum(axis=1)
        return np.asarray(income + self.rent)

    def _circle(self) -> Array:
        """An identity less what buyers pay to buyers, [buyer, buyer, lane]."""
        system = -self.pay[self.layout.buyers]
        for k in range(len(self.layout.buyers)):
            system[k, k] += 1.0
        return np.asarray(system)

    def volume(self) -> Array:
        """Return what goes through each capacity, [J, lane], US$ bn a year."""
        flat = (self.through * self.unit_flow[:, None]).reshape(-1, self.lanes)
        out = np.zeros((len(self.layout.users), self.lanes))
        for j, index in enumerate(self.layout.users):
            if index.size:
                flat.take(index, axis=0).sum(axis=0, out=out[j])
        return out

    def route_flows(self, y: Array) -> tuple[Array, Array]:
        """Return flows by route, [M, K, lane], on all lines and on covered lines, at the last evaluation's prices."""
        level = np.zeros((y.shape[0] + 1, self.lanes))
        np.multiply(y, -self.theta_route, out=level[:-1])
        by_stratum = self.pull * np.exp(level)[self.layout.slot_all]
        by_stratum *= self.per_pull[:, :, None]
        by_stratum *= self.unit_flow[:, None]
        return by_stratum[0] + by_stratum[1], by_stratum[1]

    def complementarity(self, y: Array) -> Array:
        """Return Fischer and Burmeister's function of y and ln(cap / V), [J, lane]."""
        slack = self._slack(self.volume())
        return np.asarray(y + slack - np.sqrt(y * y + slack * slack))

    def _slack(self, volume: Array) -> Array:
        """Return ln(cap / V), [J, lane]; one where a route is closed."""
        cap = np.where(self.is_open, self.caps, 1.0)
        return np.where(self.is_open, -np.log(np.maximum(volume / cap, _IDLE)), 1.0)

    def residual(self, unknown: Array) -> Array:
        """Return market residuals and complementarity, [N + J, lane], at (ln c, y)."""
        n, market = self.nodes, self.market
        y = unknown[n:]
        self.choose_routes(y)
        market.prices(unknown[:n])
        self.settle(y)
        out = np.empty_like(unknown)
        supply = market.wage * market.gross
        out[:n] = market.demand() / supply + ((market.wage * market.weight).sum(axis=0) - 2.0)
        if self.layout.users:
            out[n:] = self.complementarity(y)
        return out

    def jacobian(self, unknown: Array, *, at_root: bool = False) -> Array:
        """Return the exact derivatives of the residual, [N + J, N + J, lane].

        Changes are carried along: of the flows through live slots, of prices and wages, of spending with its rents.
        At a root it is clear on which side of its kink a premium's condition is: with a premium the slack stays nought,
        without one the premium does.
        """
        self.residual(unknown)
        n, market, layout, (exporter, importer, sector) = self.nodes, self.market, self.layout, self.where
        y, supply = unknown[n:], market.wage * market.gross
        flow = market.phi * market.v[:, None]
        flow *= market.g
        bought = flow.sum(axis=2)
        through, by_slot = self.route_changes()
        by_cell = through * (-market.theta[self.cells.sector] / self.factor)[:, None]
        sold = flow[:, importer, sector]
        spent = market.beta * market.spending[:, None]
        per_theta = market.theta / spent
        # What the logs of B change by with premia, in the markets that have cells.
        by_premium = np.zeros((len(layout.markets), y.shape[0], self.lanes))
        for m, place in enumerate(layout.market_of):
            by_premium[place] += (sold[exporter[m], m] / spent[importer[m], sector[m]]) * by_cell[m]
        wage = np.zeros((n, self.size, self.lanes))
        for k in range(n):
            np.divide(bought[k], -market.spending, out=wage[:, k])
        for place, (buyer, kind) in enumerate(layout.markets):
            wage[buyer, n:] += market.price_weight[buyer, kind] * by_premium[place]
        wage *= market.link[:, None]
        for k in range(n):
            wage[k, k] += market.inverse_va[k]
        # What a cell delivers for a dollar of its importer's.
        unit = np.empty((len(exporter), self.size, self.lanes))
        elastic = per_theta[importer, sector]
        for k in range(n):
            np.multiply(sold[k], elastic, out=unit[:, k])
        np.negative(by_premium[layout.market_of], out=unit[:, n:])
        for m, i in enumerate(exporter):
            unit[m, i] += market.minus_theta[sector[m]]
        spending = self._spending_changes(supply[:, None] * wage, unit, by_slot)
        spending /= market.spending[:, None]
        out = np.empty((self.size, self.size, self.lanes))
        out[:n] = np.einsum("in...,nd...->id...", bought, spending)
        # What buyers of one exporter spend more when another is dearer: alike both ways round.
        pull = flow * per_theta
        for i in range(n):
            for k in range(i + 1):
                both = np.einsum("ns...,ns...->...", pull[i], flow[k])
                out[i, k] += both
                if k < i:
                    out[k, i] += both
        own = (flow.sum(axis=1) * market.theta).sum(axis=1)
        for i in range(n):
            out[i, i] -= own[i]
        buyers, kinds = np.array(layout.markets, dtype=np.intp).reshape(-1, 2).T
        out[:n, n:] -= np.einsum("ip...,pj...->ij...", flow[:, buyers, kinds], by_premium)
        for m, i in enumerate(exporter):
            out[i, n:] += sold[i, m] * by_cell[m]
        out[:n] -= bought.sum(axis=1)[:, None] * wage
        out[:n] /= supply[:, None]
        out[:n] += np.einsum("n...,nd...->d...", market.wage * market.weight, wage)
        unit += spending[importer]
        out[n:] = self.complementarity_changes(y, unit, through, by_slot, at_root=at_root)
        return out

    def route_changes(self) -> tuple[Array, Array]:
        """What a premium of each capacity goes with and changes, per unit, at the last premia chosen.

        Returns
        -------
        [cell, J, lane] flows of cells through each capacity; [cell, slot, J, lane] derivatives of those of live slots.
        """
        layout, scarce = self.layout, self.caps.shape[0]
        through = np.zeros((2, *self.through.shape[:1], scarce, self.lanes))
        by_slot = np.zeros((*self.through.shape[:2], scarce, self.lanes))
        for m, k, j in layout.charged:
            through[:, m, j] += self._pulled[:, m, k]
            by_slot[m, k, j] -= self.theta_route * self.through[m, k]
        # Routes of a cell are substitutes, of sectors that together lose or gain.
        shared = through / np.maximum(self.per_pull * self.total, _TINY)[:, :, None]
        shared *= self.theta_route * (1.0 - self.ratio)[:, None]
        for m, k in layout.chosen:
            by_slot[m, k] += self._pulled[0, m, k] * shared[0, m] + self._pulled[1, m, k] * shared[1, m]
        return through[0] + through[1], by_slot

    def _spending_changes(self, earned: Array, unit: Array, by_slot: Array) -> Array:
        """What spending changes by, [N, N + J, lane], rents included.

        Parameters
        ----------
        earned : [N, N + J, lane] changes of incomes without rents; changed in place.
        unit : [cell, N + J, lane] changes of the log of deliveries per dollar; by_slot : as `route_changes` gives.
        """
        layout, n = self.layout, self.nodes
        if not layout.links:
            return earned
        kept = self.kept
        for (m, k, j), payments in layout.rented.items():
            paid = (1.0 - kept[m, k]) * self.unit_flow[m]
            change = (paid * self.through[m, k]) * unit[m]
            change[n:] += paid * by_slot[m, k]
            if j < self.caps.shape[0]:
                change[n + j] += kept[m, k] * self.through[m, k] * self.unit_flow[m]
            for node, share in payments:
                earned[node] += share * change
        buying = earned[layout.buyers]
        if layout.circular:
            buying = eliminate(self._circle(), buying)
        return np.asarray(earned + np.einsum("nb...,bd...->nd...", self.pay, buying))

    def complementarity_changes(
        self, y: Array, flow: Array, through: Array, by_slot: Array, *, at_root: bool = False
    ) -> Array:
        """Derivatives of Fischer and Burmeister's function, [J, N + J, lane].

        Parameters
        ----------
        y : [J, lane]; flow : [cell, N + J, lane] changes of the log of deliveries.
        through, by_slot : as `route_changes` gives; at_root : as in `jacobian`.
        """
        n, volume = self.nodes, self.volume()
        out: Array = np.einsum("mj...,md...->jd...", through * self.unit_flow[:, None], flow)
        for m, k, j in self.layout.charged:
            out[j, n:] += self.unit_flow[m] * by_slot[m, k]
        if at_root:
            by_slack = np.where(y > 0.0, 1.0, 0.0)
            by_premium = 1.0 - by_slack
        else:
            slack = self._slack(volume)
            away = np.maximum(np.sqrt(y * y + slack * slack), _TINY)
            by_slack, by_premium = 1.0 - slack / away, 1.0 - y / away
        moves = self.is_open & (volume > _IDLE * self.caps)
        out *= np.where(moves, -by_slack / np.maximum(volume, _TINY), 0.0)[:, None]
        for j in range(y.shape[0]):
            out[j, n + j] += by_premium[j]
        return out


class Invert(Protocol):
    """Who inverts derivatives at an equilibrium: `inverse_at`, or the same compiled."""

    def __call__(self, problem: CapacityMarket, unknown: Array) -> Array:
        """Invert; arguments and result as in `inverse_at`."""


def inverse_at(problem: CapacityMarket, unknown: Array) -> Array:
    """Return the exact inverse Jacobian at an equilibrium, [N + J, N + J, lane]; not finite where there is none.

    Unlike the one that a search carries it depends on the equilibrium alone, not on the way there.
    """
    with np.errstate(all="ignore"):
        return invert_lanes(problem.jacobian(unknown, at_root=True))


class PremiaAlone:
    """The premia of scarce routes at given prices and spending: the first guess of the full system."""

    def __init__(self, problem: CapacityMarket) -> None:
        self.problem, self.size = problem, problem.size - problem.nodes

    def residual(self, unknown: Array) -> Array:
        """Return the complementarity function [J, lane]."""
        self.problem.choose_routes(unknown)
        return self.problem.complementarity(unknown)

    def jacobian(self, unknown: Array) -> Array:
        """Return the exact derivatives [J, J, lane]."""
        problem = self.problem
        problem.choose_routes(unknown)
        still = np.zeros((problem.cells.count, problem.size, problem.lanes))
        changes = problem.complementarity_changes(unknown, still, *problem.route_changes())
        return np.ascontiguousarray(changes[:, problem.nodes :])

    def take(self, lanes: Index) -> PremiaAlone:
        """Return the problem on some lanes."""
        part = self.problem.take(lanes)
        part.unit_flow = pick(self.problem.unit_flow, lanes)
        return PremiaAlone(part)
