"""What rows of impulses would change in a quarter's trade and oil, near the last solution: the look-ahead's shortcut.

Incomes answer by chord steps with the inverse Jacobian of the last solution (exact share response, one linear
correction); premia of scarce routes answer by the elasticity between routes. `Economy.solve` is the exact counterpart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from multivector.mechanisms.common import Array
from multivector.mechanisms.routes import RouteCosts, ln_stratum_factor, soft_min
from multivector.mechanisms.stock_table import Reader, Shifted
from multivector.mechanisms.trade import response
from multivector.mechanisms.trade_capacity import CapacitySolution
from multivector.mechanisms.trade_nearby import Change, nearby_income
from multivector.world.economy.economy import Economy
from multivector.world.economy.oil_trade import OIL_KEYS, OilMarket
from multivector.world.layout.shapes import lifted

EVASION_KEYS = ("coverage", "withdrawal", "enforcement", "rent-tolerance", "border-capacity")
"""Stocks that move sanctioned trade between its routes."""
OVERLAND = frozenset({"corridor-capacity:middle", "corridor-capacity:northern"})
"""Stocks that move trade between overland routes."""
TRADE_KEYS = ("trade-cost", "payment-checks", "rung", "exemption", *EVASION_KEYS)
"""Stocks that change trade in the same quarter."""
_OIL_MEASURES = {"exported": "@oil-exported", "through_russia": "@oil-through-russia", "n_minus_one": "@n-minus-one"}


def moves_oil(key: str, routes: Iterable[str]) -> bool:
    """Whether a stock moves oil between the given corridors.

    Examples
    --------
    >>> moves_oil("oil-contract:BTC", ("BTC", "CPC")), moves_oil("corridor-capacity:middle", ("BTC", "CPC"))
    (True, False)
    """
    stock, _, rest = key.partition(":")
    return stock in OIL_KEYS and rest in routes


class Nearby:
    """One evaluation of rows of impulses.

    Parameters
    ----------
    economy : mechanisms of the batch.
    view : the stocks from which the rows depart.
    shifts : by stock, the rows' impulses, ``[row, lane]``.
    last : the last solution.
    turn : quarter of dated packages.
    ln_capacity : [intermediary route, lane] as in the state.
    """

    def __init__(
        self,
        economy: Economy,
        view: Reader,
        shifts: Mapping[str, Array],
        *,
        last: CapacitySolution,
        turn: int,
        ln_capacity: Array,
    ) -> None:
        self.economy, self.layout, self.view, self.shifts = economy, economy.layout, view, shifts
        self.last, self.turn, self.ln_capacity = last, turn, ln_capacity
        self.rows = Shifted(economy.table, view, shifts)
        self.count, self.lanes = next(iter(shifts.values())).shape
        self.measures: dict[str, Array] = {}

    def respond(self, market: OilMarket, *, steps: int) -> dict[str, Array]:
        """Changes of log real income by node and of measures (named ``@...``), ``[row, lane]``.

        Parameters
        ----------
        market : the outside of the quarter's oil trade.
        steps : chord steps (1; 2 for a deeper look).
        """
        changes = self._cost_changes() + self._route_changes()
        # By lane: a row that moves nothing in a lane gives zero there, whatever it does in the lanes beside it.
        moved, moves = np.zeros(self.count, bool), np.zeros((self.count, self.lanes), bool)
        for *_, touched, factor in changes:
            moved[touched] = True
            moves[touched] |= factor != 1.0
        transfer = self._oil(market)
        if transfer is not None:
            moves |= (transfer != 0.0).any(axis=0)
        moved |= moves.any(axis=1)
        incomes = {name: np.zeros((self.count, self.lanes)) for name in self.layout.nodes}
        if moved.any():
            at = np.flatnonzero(moved)
            ln_income = self._solve(changes, transfer, moved, steps)
            for node, name in enumerate(self.layout.nodes):
                change = ln_income[node] - self.last.trade.ln_income[node]
                incomes[name][at] = np.where(moves[at], change, 0.0)
        return {**self.measures, **incomes}

    def _solve(self, changes: list[Change], transfer: Array | None, moved: NDArray[np.bool_], steps: int) -> Array:
        """Log real income by node in the rows that move anything, ``[node, row, lane]``."""
        economy, last = self.economy, self.last
        at, place = np.flatnonzero(moved), np.cumsum(moved, axis=0) - 1
        changes = [(i, n, s, place[touched], factor) for i, n, s, touched, factor in changes]
        money = last.trade.transfer[:, None] + (0.0 if transfer is None else transfer[:, at])
        money = np.ascontiguousarray(np.broadcast_to(money, (len(self.layout.nodes), len(at), self.lanes)))
        if steps == 1:
            return nearby_income(economy.base, last.trade, last.phi, changes, money, economy.theta)
        phi = np.repeat(last.phi[..., None, :], len(at), axis=3)
        for i, n, s, rows, factor in changes:
            phi[i, n, s, rows] *= factor
        return response(economy.base, last.trade, phi, money, economy.theta, steps=steps)

    # ---- oil

    def _oil(self, market: OilMarket) -> Array | None:
        """Change of transfers by the rows that move oil, ``[node, row, lane]``; notes the measures of oil."""
        oil = {k: v for k, v in self.shifts.items() if moves_oil(k, self.layout.oil_routes)}
        if not oil:
            return None
        piped = _touched([v != 0.0 for v in oil.values()])
        before, after = (self.economy.oil.ship(r, market) for r in (self.view, self._few(oil, piped)))
        for attribute, name in _OIL_MEASURES.items():
            self._note(name, piped, getattr(after, attribute) - getattr(before, attribute))
        transfer = np.zeros((len(self.layout.nodes), self.count, self.lanes))
        transfer[:, piped] = after.transfer - before.transfer[:, None]
        return transfer

    def _few(self, shifts: Mapping[str, Array], rows: NDArray[np.intp]) -> Shifted:
        """A reader of some rows with some of their impulses."""
        picked = {k: np.ascontiguousarray(v[rows]) for k, v in shifts.items()}
        return Shifted(self.economy.table, self.view, picked)

    def _note(self, name: str, rows: NDArray[np.intp], value: Array) -> None:
        self.measures[name] = np.zeros((self.count, self.lanes))
        self.measures[name][rows] = value

    # ---- costs and routes

    def _cost_changes(self) -> list[Change]:
        """Factors on the shifters by policy costs."""
        out: list[Change] = []
        economy = self.economy
        pairs = zip(economy.policy_costs(self.view), economy.policy_costs(self.rows), strict=True)
        for (i, n, s, before), (_, _, _, after) in pairs:
            if after is not before and after.ndim > before.ndim:
                touched = np.flatnonzero((after != before).any(axis=1))
                if touched.size:
                    out.append((i, n, s, touched, np.exp(-economy.theta[s] * (after[touched] - before))))
        return out

    def _route_changes(self) -> list[Change]:
        """Factors on the shifters by routes, evasion's and overland; notes what becomes of re-export."""
        e, m = self.layout.evasion_cells, self.economy.cells.count
        evading = {k: v for k, v in self.shifts.items() if k.partition(":")[0] in EVASION_KEYS}
        overland = {k: v for k, v in self.shifts.items() if k in OVERLAND}
        changes: list[Change] = []
        for part, shifts in ((slice(0, e), evading), (slice(e, m), overland)):
            if not shifts or part.start == part.stop:
                continue
            touched = _touched([self.rows[k] != self.view[k] for k in shifts])
            if touched.size:
                changes += self._cell_changes(touched, part, self._few(shifts, touched))
        return changes

    def _cell_changes(self, touched: NDArray[np.intp], part: slice, rows: Shifted) -> list[Change]:
        """Routes of some cells in some rows: scarce routes' premia answer by the elasticity between routes."""
        economy, c = self.economy, self.economy.cells
        y0 = np.log1p(self.last.zeta)
        room = economy.ln_capacity_now(self.view, self.ln_capacity)[:, None]
        change = lifted(economy.ln_capacity_now(rows, self.ln_capacity), 1, 2) - room
        y1 = np.where(y0[:, None] > 0.0, np.maximum(y0[:, None] - change / economy.theta_route, 0.0), 0.0)
        factor0 = self._factor(economy.routing.costs(self.view, self.turn), y0, part)
        factor1 = lifted(self._factor(economy.routing.costs(rows, self.turn), y1, part), 1, 2)
        factor = np.exp(np.ascontiguousarray(factor1 - factor0[:, None]))
        if part.stop <= self.layout.evasion_cells:
            shape = (len(touched), self.lanes)
            self._reexport(touched, y0[0], np.broadcast_to(y1[0], shape), np.broadcast_to(change[0], shape))
        return [
            (int(c.exporter[m]), int(c.importer[m]), int(c.sector[m]), touched, factor[k])
            for k, m in enumerate(range(part.start, part.stop))
        ]

    def _reexport(self, touched: NDArray[np.intp], y0: Array, y1: Array, change: Array) -> None:
        """Note re-export and its rent at premia y0 ``[lane]`` before and y1 ``[row, lane]`` after."""
        economy, volume = self.economy, self.last.volume[0]
        ratio = np.where(
            y0 > 0.0,
            np.exp(np.ascontiguousarray(change)),
            np.exp(-economy.theta_route * np.ascontiguousarray(y1 - y0)),
        )
        fee = np.log1p(economy.p["evasion.margin"])
        before, after = (1.0 - np.exp(-np.ascontiguousarray(y + fee)) for y in (y0, y1))
        self._note("@reexport", touched, economy.reexport(volume) * (ratio - 1.0))
        self._note("@rent-share", touched, volume * (ratio * after - before) / economy.focus_income)

    def _factor(self, costs: RouteCosts, y: Array, part: slice) -> Array:
        """Log of the route factor of some cells, ``[cell, ..., lane]``, at log premia y."""
        economy = self.economy
        uncovered, covered, coverage = (a[part] for a in (costs.uncovered, costs.covered, costs.coverage))
        slots = economy.cells.capacity[part]
        tail = np.broadcast_shapes(uncovered.shape[2:], y.shape[1:])
        depth = len(tail)
        uncovered, covered = lifted(uncovered, 2, depth), lifted(covered, 2, depth)
        coverage = lifted(coverage, 1, depth)
        level = np.concatenate([np.broadcast_to(y, (y.shape[0], *tail)), np.zeros((1, *tail))])
        premium = level[np.where(slots < 0, y.shape[0], slots)]
        share = np.moveaxis(lifted(economy.cells.share[part], 2, depth), 1, 0)
        u = soft_min(np.moveaxis(uncovered + premium, 1, 0), share, economy.theta_route)
        theta = lifted(economy.theta[economy.cells.sector[part]], 1, depth)
        if part.start > 0:
            # Overland trade knows no ban: both strata take the same routes.
            return -theta * u
        c = soft_min(np.moveaxis(covered + premium, 1, 0), share, economy.theta_route)
        return ln_stratum_factor(u, c, coverage, theta)


def _touched(masks: list[NDArray[np.bool_]]) -> NDArray[np.intp]:
    """Rows in which any of the ``[row, lane]`` masks holds anywhere."""
    return np.flatnonzero(np.stack([m.any(axis=1) for m in masks]).any(axis=0))
