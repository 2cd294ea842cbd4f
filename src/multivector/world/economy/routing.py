"""What the routes of trade cost in a quarter: around measures, and overland between corridors."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

import numpy as np

from multivector.mechanisms.common import Array, bounded
from multivector.mechanisms.routes import RouteCosts, RoutedCells
from multivector.mechanisms.stock_table import Reader, stacked
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
        self._coverage_keys = tuple(
            f"coverage:{layout.nodes[i]}:{layout.sectors[s]}"
            for i, s in zip(cells.exporter[:e], cells.sector[:e], strict=True)
        )
        senders = [layout.nodes[i] for i in cells.exporter[:e]]
        self._withdrawal_keys = tuple(f"withdrawal:{s}" for s in dict.fromkeys(senders))
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
        """Log costs of routes on uncovered and covered lines, coverage and margins, ``[cell, (route,) lane]``.

        Parameters
        ----------
        reader : stocks of the quarter, ``[lane]``.
        turn : quarter of dated packages; negative for the base year, before any package.
        """
        around, overland = self.around(reader, turn), self.overland(reader, turn)
        m, e, lanes = self.cells.count, self.layout.evasion_cells, self.p.lanes
        coverage, margin = np.zeros((m, lanes)), np.zeros((m, *around.margin.shape[1:]))
        coverage[:e], margin[:e] = around.coverage, around.margin
        uncovered, covered = (np.concatenate((a, overland)) for a in (around.uncovered, around.covered))
        return RouteCosts(uncovered, covered, coverage, margin)

    def around(self, reader: Reader, turn: int) -> RouteCosts:
        """Sanctioned trade: direct, by the focus actor's intermediaries, by others'.

        Coverage has the reader's axes, ``[cell, ..., lane]``; the rest depends on the turn alone.
        """
        p, packages = self.p, self.packages
        t, on = self._dated(turn)
        shape = (self.layout.evasion_cells, *self.cells.share.shape[1:])
        uncovered, covered, margin = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        uncovered[:, 0] = on * packages.ln_leaving[t]
        covered[:, 0] = packages.ln_wedge[t]
        active, ln_margin = self.layout.active[t] * on, np.log1p(p["evasion.margin"])
        for k, name in enumerate(INTERMEDIARIES, start=1):
            uncovered[:, k] = covered[:, k] = active * (p[f"evasion.cost_{name}"] + ln_margin)
            margin[:, k] = active * p["evasion.margin"]
        return RouteCosts(uncovered, covered, self._coverage(reader, t, on), margin)

    def _coverage(self, reader: Reader, t: int, on: float) -> Array:
        """Share of each sanctioned cell's lines that measures cover, dated and added ones, ``[cell, ..., lane]``."""
        if not self._coverage_keys:
            return np.zeros((0, self.p.lanes))
        added, withdrawn = (stacked(reader, keys) for keys in (self._coverage_keys, self._withdrawal_keys))
        tail = max(added.ndim, withdrawn.ndim) - 1
        added, withdrawn = lifted(added, 1, tail), lifted(withdrawn, 1, tail)[self._sender]
        covered = lifted(self.packages.covered[t], 1, tail)
        dated = bounded(on * covered * self.p["sanctions.coverage_scale"], 0.0, 1.0) * (1.0 - withdrawn)
        return np.asarray(1.0 - (1.0 - dated) * (1.0 - added))

    def _dated(self, turn: int) -> tuple[int, float]:
        """Turn of the packages, and 1 where any may be in force (0 in the base year)."""
        return min(max(turn, 0), self.layout.turns - 1), 1.0 if turn >= 0 else 0.0

    def overland(self, reader: Reader, turn: int) -> Array:
        """Log costs of trade by land and sea, on all lines alike, ``[cell, route, ..., lane]``.

        Wary shippers and closed capacity make the northern corridor dear.
        """
        p, northern = self.p, reader["corridor-capacity:northern"]
        t, on = self._dated(turn)
        (m, k), e = self.cells.capacity.shape, self.layout.evasion_cells
        out = np.zeros((m - e, k, *northern.shape))
        squeeze = p["routes.squeeze"] * np.maximum(1.0 - northern, 0.0)
        out[:, 0] = self.layout.active[t] * on * p["routes.wariness"] + squeeze
        for route, change in enumerate(self._dearer):
            out[:, route] += change
        return out
