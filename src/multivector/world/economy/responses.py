"""Rows of the look-ahead that touch trade or oil, over all menus: one evaluation a turn serves all actors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from multivector.decisions.plan import Plan
from multivector.mechanisms.common import Array
from multivector.mechanisms.coordinates import Impulse
from multivector.mechanisms.stock_table import Shifted, StockTable
from multivector.world.economy.nearby import OVERLAND, TRADE_KEYS, moves_oil
from multivector.world.economy.oil_trade import OIL_KEYS
from multivector.world.layout.layout import Layout

if TYPE_CHECKING:
    from multivector.world.step import StateStep


class TradeRows:
    """The rows, their shifts ``[row, lane]`` by stock, and where each menu finds its own.

    Rows with the same impulses on trade and oil share one evaluation.
    """

    def __init__(self, layout: Layout, table: StockTable) -> None:
        self.layout, self.table = layout, table
        self._known: dict[tuple[tuple[str, float, bool, str, str], ...], int] = {}
        self._impulses: list[list[Impulse]] = []
        self.entry: dict[tuple[int, bool], int] = {}
        for i, entry in enumerate(layout.catalogue.entries):
            for refusal, impulses in ((False, entry.impulses), (True, entry.refusal)):
                row = self._add(impulses)
                if row is not None:
                    self.entry[i, refusal] = row
        self.hazards: list[tuple[int, int]] = []
        for k, (_, impulses) in enumerate(layout.hazards):
            row = self._add(impulses)
            if row is not None:
                self.hazards.append((k + 1, row))
        self.shifts = self._shifts()
        self._at: dict[Plan, tuple[list[int], list[int]]] = {}
        self._oil: dict[Plan, list[int]] = {}
        self._both: dict[Plan, dict[str, Array]] = {}

    def touches(self, key: str) -> bool:
        """Whether an impulse on this stock changes trade or oil in the same quarter."""
        return key.partition(":")[0] in TRADE_KEYS or key in OVERLAND or self._is_oil(key)

    def _add(self, impulses: tuple[Impulse, ...]) -> int | None:
        own = [i for i in impulses if i.delay == 0 and self.touches(i.key)]
        if not own:
            return None
        name = tuple(sorted((i.key, i.size, i.in_steps, i.scale or "", self._own_path(i)) for i in own))
        if name not in self._known:
            self._known[name] = len(self._impulses)
            self._impulses.append(own)
        return self._known[name]

    def _own_path(self, impulse: Impulse) -> str:
        """Where an impulse's size stands, if replicates differ in it: then no other move shares its evaluation."""
        return impulse.path if impulse.path is not None and impulse.path in self.table.given else ""

    def _shifts(self) -> dict[str, Array]:
        out: dict[str, Array] = {}
        for r, impulses in enumerate(self._impulses):
            for impulse in impulses:
                if impulse.key not in out:
                    out[impulse.key] = np.zeros((len(self._impulses), self.table.lanes))
                out[impulse.key][r] += self.table.size(impulse)
        return out

    def hazard_shifts(self) -> dict[str, Array]:
        """Shifts of the hazards' rows only, in their order."""
        rows = [r for _, r in self.hazards]
        picked = {key: np.ascontiguousarray(value[rows]) for key, value in self.shifts.items()}
        return {key: value for key, value in picked.items() if value.any()}

    def of(self, plan: Plan) -> tuple[list[int], list[int]]:
        """Rows of a plan that touch trade or oil, and where their evaluation stands."""
        if plan not in self._at:
            at, rows = [], []
            for m, i in enumerate(plan.menu):
                for refusal, r in ((False, m), (True, plan.refusal[m])):
                    if r >= 0 and (i, refusal) in self.entry:
                        at.append(r)
                        rows.append(self.entry[i, refusal])
            self._at[plan] = (at, rows)
        return self._at[plan]

    def _oil_rows(self, plan: Plan) -> list[int]:
        """Rows of a plan that move oil between corridors."""
        if plan not in self._oil:
            oil = {f"{s}:{c}" for s in OIL_KEYS for c in self.layout.oil_routes}
            keys = np.array([k in oil for k in self.table.keys])
            self._oil[plan] = sorted({int(r) for r in plan.row[keys[plan.key]]})
        return self._oil[plan]

    def cross(self, step: StateStep, plan: Plan) -> tuple[NDArray[np.intp], Array] | None:
        """Log income of the focus actor that a hazard costs less in rows that move oil, ``[future, row, lane]``."""
        engine, rows = step.engine, self._oil_rows(plan)
        moved = {k for k in engine.hazard_table if self._is_oil(k)}
        hazards = [k + 1 for k, (_, imp) in enumerate(self.layout.hazards) if any(i.key in moved for i in imp)]
        if not rows or not hazards:
            return None
        cases = (len(hazards) + 1, len(rows) + 1)
        if plan not in self._both:
            self._both[plan] = self._crossed(engine.hazard_table, hazards, plan, rows)
        reader = Shifted(engine.table, step.view, self._both[plan])
        earned = engine.economy.oil.earned(reader, step.market).reshape(*cases, -1)
        extra = earned[1:, 1:] - earned[1:, :1] - earned[:1, 1:] + earned[:1, :1]
        out = np.zeros((len(self.layout.hazards) + 1, len(rows), engine.p.lanes))
        out[hazards] = extra * (1.0 - engine.p["oil.saved"]) / engine.economy.focus_income
        return np.array(rows, np.intp), out

    def _crossed(
        self, hazard_table: dict[str, Array], hazards: list[int], plan: Plan, rows: list[int]
    ) -> dict[str, Array]:
        """Shifts by stock for one evaluation of: nothing, each row, each hazard, each row under each hazard."""
        shifts: dict[str, Array] = {}
        for d, key in enumerate(self.table.keys):
            if not self._is_oil(key):
                continue
            part = np.zeros((len(hazards) + 1, len(rows) + 1, self.table.lanes))
            if key in hazard_table:
                part[1:] += hazard_table[key][hazards][:, None]
            for k, r in enumerate(rows):
                for pair in np.flatnonzero((plan.row == r) & (plan.key == d)):
                    part[:, k + 1] += plan.shift[pair]
            if part.any():
                shifts[key] = part.reshape(-1, self.table.lanes)
        return shifts

    def _is_oil(self, key: str) -> bool:
        return moves_oil(key, self.layout.oil_routes)
