"""What the routes of trade cost in a quarter: around measures, and overland between corridors."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

import numpy as np

from multivector.mechanisms.common import Array, bounded
from multivector.mechanisms.routes import RouteCosts, RoutedCells
from multivector.mechanisms.stock_table import Reader
from multivector.world.layout.layout import Layout
from multivector.world.layout.packages import INTERMEDIARIES, dated_coverage
from multivector.world.layout.params import Params
from multivector.world.layout.shapes import lifted


class Routing:
    """Costs of routes bound to one batch; `cells` holds the base shares, ``[cell, route, lane]``."""

    def __init__(self, layout: Layout, p: Params) -> None:
        self.layout, self.p = layout, p
        self.cells = self._shares()
        cells, e = self.cells, layout.evasion_cells
        self._coverage_keys = [
            f"coverage:{layout.nodes[i]}:{layout.sectors[s]}"
            for i, s in zip(cells.exporter[:e], cells.sector[:e], strict=True)
        ]
        senders = [layout.nodes[i] for i in cells.exporter[:e]]
        self._withdrawal_keys = [f"withdrawal:{s}" for s in dict.fromkeys(senders)]
        self._sender = np.array([self._withdrawal_keys.index(f"withdrawal:{s}") for s in senders], np.intp)
        self.packages = dated_coverage(layout.scenario, p, cells, e, layout.nodes, layout.sectors)
        self._dearer = [self._change(name) for name in layout.carriers]

    def _shares(self) -> RoutedCells:
        cells, layout, p = self.layout.cells, self.layout, self.p
        share = np.zeros((cells.count, len(layout.carriers), p.lanes))
        e = layout.evasion_cells
        share[:e, 1], share[:e, 2] = p["evasion.share_focus"], p["evasion.share_others"]
        share[:e, 0] = 1.0 - p["evasion.share_focus"] - p["evasion.share_others"]
        for m, cell in enumerate(layout.overland, start=e):
            parts = {layout.carriers.index(c): p[cell.share(c)] for c in cell.carriers}
            whole = reduce(np.add, parts.values())
            for k, part in parts.items():
                share[m, k] = part / whole
        return replace(cells, share=share)

    def _change(self, name: str) -> Array:
        """Log cost of a goods corridor in this scenario against the base year: freight and time over value."""
        p, corridor = self.p, self.layout.scenario.corridors.get(name)
        if corridor is None or corridor.days is None or corridor.cost is None:
            return np.zeros(p.lanes)
        # A corridor that a scenario adds may have no base of its own: its share is that at the cost it states.
        base_cost = p.get(f"corridors.base_cost.{name}", corridor.cost.value)
        base_days = p.get(f"corridors.base_days.{name}", corridor.days.value)
        cost = p.at(f"corridors.{name}.cost", corridor.cost.value) - base_cost
        days = p.at(f"corridors.{name}.days", corridor.days.value) - base_days
        return cost / p["corridors.value_per_tonne"] + p["corridors.day_cost"] * days

    def costs(self, reader: Reader, turn: int) -> RouteCosts:
        """Log costs of routes on uncovered and covered lines, coverage and margins, with the reader's axes.

        Parameters
        ----------
        reader : stocks of the quarter, ``[..., lane]``.
        turn : quarter of dated packages; negative for the base year, before any package.
        """
        e, (m, k) = self.layout.evasion_cells, self.cells.capacity.shape
        extra = [reader[key] for key in self._coverage_keys]
        left = [reader[key] for key in self._withdrawal_keys]
        northern = reader["corridor-capacity:northern"]
        tail = np.broadcast_shapes((self.p.lanes,), *(a.shape for a in (*extra, *left)), northern.shape)
        costs = RouteCosts(
            np.zeros((m, k, *tail)), np.zeros((m, k, *tail)), np.zeros((m, *tail)), np.zeros((m, k, *tail))
        )
        if e:
            added, withdrawn = (lifted(np.stack(np.broadcast_arrays(*part)), 1, len(tail)) for part in (extra, left))
            self._around_measures(costs, added, withdrawn[self._sender], turn, len(tail))
        if m > e:
            self._overland(costs, northern, turn)
        return costs

    def _dated(self, turn: int) -> tuple[int, float]:
        """Turn of the packages, and 1 where any may be in force (0 in the base year)."""
        return min(max(turn, 0), self.layout.turns - 1), 1.0 if turn >= 0 else 0.0

    def _around_measures(self, costs: RouteCosts, added: Array, withdrawn: Array, turn: int, tail: int) -> None:
        """Sanctioned trade: direct, by the focus actor's intermediaries, by others' (in place)."""
        p, packages, e = self.p, self.packages, self.layout.evasion_cells
        t, on = self._dated(turn)
        covered, leaving, wedge = (
            lifted(a[t], 1, tail) for a in (packages.covered, packages.ln_leaving, packages.ln_wedge)
        )
        dated = bounded(on * covered * p["sanctions.coverage_scale"], 0.0, 1.0) * (1.0 - withdrawn)
        costs.coverage[:e] = 1.0 - (1.0 - dated) * (1.0 - added)
        costs.uncovered[:e, 0] = on * leaving
        costs.covered[:e, 0] = wedge
        active, ln_margin = self.layout.active[t] * on, np.log1p(p["evasion.margin"])
        for k, name in enumerate(INTERMEDIARIES, start=1):
            costs.uncovered[:e, k] = costs.covered[:e, k] = active * (p[f"evasion.cost_{name}"] + ln_margin)
            costs.margin[:e, k] = active * p["evasion.margin"]

    def _overland(self, costs: RouteCosts, northern: Array, turn: int) -> None:
        """Trade by land and sea: wary shippers and closed capacity make the northern corridor dear (in place)."""
        p, e = self.p, self.layout.evasion_cells
        t, on = self._dated(turn)
        squeeze = p["routes.squeeze"] * np.maximum(1.0 - northern, 0.0)
        wariness = self.layout.active[t] * on * p["routes.wariness"]
        costs.uncovered[e:, 0] = costs.covered[e:, 0] = wariness + squeeze
        for k, change in enumerate(self._dearer):
            costs.uncovered[e:, k] += change
            costs.covered[e:, k] += change
