"""What rows of impulses would change in a quarter's trade and oil, near the last solution: the look-ahead's shortcut.

Incomes answer by chord steps with the inverse Jacobian of the last solution (exact share response, one linear
correction); premia of scarce routes answer by the elasticity between routes. `Economy.solve` is the exact counterpart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from multivector.mechanisms.common import Array
from multivector.mechanisms.routes import ln_stratum_factor, soft_min
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
        before, after = (self.economy.oil.ship(r, market, ahead=True) for r in (self.view, self._few(oil, piped)))
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
        known: dict[int, tuple[NDArray[np.intp], Array]] = {}
        for (i, n, s, before), (_, _, _, after) in pairs:
            if after is not before and after.ndim > before.ndim:
                # One cost often stands for many sectors: the same array.
                if id(after) not in known:
                    touched = np.flatnonzero((after != before).any(axis=1))
                    known[id(after)] = (touched, after[touched] - before)
                touched, dearer = known[id(after)]
                if touched.size:
                    out.append((i, n, s, touched, np.exp(-economy.theta[s] * dearer)))
        return out

    def _route_changes(self) -> list[Change]:
        """Factors on the shifters by routes, around measures and overland."""
        e, m = self.layout.evasion_cells, self.economy.cells.count
        evading = {k: v for k, v in self.shifts.items() if k.partition(":")[0] in EVASION_KEYS}
        overland = {k: v for k, v in self.shifts.items() if k in OVERLAND}
        changes: list[Change] = []
        for some, shifts, find in (
            (e > 0, evading, self._around_changes),
            (m > e, overland, self._overland_changes),
        ):
            if not shifts or not some:
                continue
            touched = _touched([self.rows[k] != self.view[k] for k in shifts])
            if touched.size:
                changes += find(touched, self._few(shifts, touched))
        return changes

    def _around_changes(self, touched: NDArray[np.intp], rows: Shifted) -> list[Change]:
        """Routes around measures; notes what becomes of re-export."""
        economy, part = self.economy, slice(0, self.layout.evasion_cells)
        y0, y1, change = self._premia(len(touched), rows)
        theta = economy.theta[economy.cells.sector[part]]
        costs = economy.routing.around(self.view, self.turn)
        free, bound = (self._over_routes(a, y0, part) for a in (costs.uncovered, costs.covered))
        factor0 = ln_stratum_factor(free, bound, costs.coverage[:, None], theta[:, None])
        coverage = lifted(economy.routing.around(rows, self.turn).coverage, 1, 2)
        coverage = np.broadcast_to(coverage, (len(coverage), *y1.shape[1:]))
        factor1 = np.empty(coverage.shape)
        # Rows that leave the premia as they are leave the costs of both strata as they are.
        moved = (y1 != y0).any(axis=2).any(axis=0)
        still, stirred = np.flatnonzero(~moved), np.flatnonzero(moved)
        factor1[:, still] = ln_stratum_factor(free, bound, coverage[:, still], theta[:, None])
        free, bound = (self._over_routes(a, y1[:, stirred], part) for a in (costs.uncovered, costs.covered))
        factor1[:, stirred] = ln_stratum_factor(free, bound, coverage[:, stirred], theta[:, None])
        self._reexport(touched, y0[0, 0], y1[0], change[0])
        return self._by_cell(part, touched, np.exp(factor1 - factor0))

    def _overland_changes(self, touched: NDArray[np.intp], rows: Shifted) -> list[Change]:
        """Routes overland, where trade knows no ban: both strata take the same."""
        economy, part = self.economy, slice(self.layout.evasion_cells, self.economy.cells.count)
        y0, y1, _ = self._premia(len(touched), rows)
        now, then = (economy.routing.overland(reader, self.turn) for reader in (self.view, rows))
        theta = economy.theta[economy.cells.sector[part]][:, None]
        before, after = (-theta * self._over_routes(a, y, part) for a, y in ((now, y0), (then, y1)))
        return self._by_cell(part, touched, np.exp(after - before))

    def _premia(self, count: int, rows: Shifted) -> tuple[Array, Array, Array]:
        """Log premia before, ``[capacity, 1, lane]``, and in each row, and what a row changes of log capacities.

        Scarce routes' premia answer by the elasticity between routes.
        """
        economy, y0 = self.economy, np.log1p(self.last.zeta)[:, None]
        room = economy.ln_capacity_now(self.view, self.ln_capacity)[:, None]
        change = lifted(economy.ln_capacity_now(rows, self.ln_capacity), 1, 2) - room
        y1 = np.where(y0 > 0.0, np.maximum(y0 - change / economy.theta_route, 0.0), 0.0)
        wide = (len(y0), count, self.lanes)
        return y0, np.broadcast_to(y1, wide), np.broadcast_to(change, wide)

    def _by_cell(self, part: slice, touched: NDArray[np.intp], factor: Array) -> list[Change]:
        c = self.economy.cells
        where = zip(c.exporter[part].tolist(), c.importer[part].tolist(), c.sector[part].tolist(), strict=True)
        return [(*cell, touched, factor[k]) for k, cell in enumerate(where)]

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

    def _over_routes(self, ln_cost: Array, y: Array, part: slice) -> Array:
        """Log cost of some cells over their routes, ``[cell, row, lane]``.

        `ln_cost` is ``[cell, route, (row,) lane]`` without premia, `y` ``[capacity, row, lane]`` their logs.
        """
        economy = self.economy
        slots = economy.cells.capacity[part].T
        level = np.concatenate([y, np.zeros((1, *y.shape[1:]))])
        premium = level[np.where(slots < 0, len(y), slots)]
        cost, share = (np.moveaxis(lifted(a, 2, 2), 1, 0) for a in (ln_cost, economy.cells.share[part]))
        return soft_min(cost + premium, share, economy.theta_route)


def _touched(masks: list[NDArray[np.bool_]]) -> NDArray[np.intp]:
    """Rows in which any of the ``[row, lane]`` masks holds anywhere."""
    return np.flatnonzero(np.stack([m.any(axis=1) for m in masks]).any(axis=0))
