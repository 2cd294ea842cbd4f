"""Stocks as a look-ahead reads them: of the rows of a plan, and under each hazard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from multivector.decisions.plan import Plan
from multivector.mechanisms.common import Array
from multivector.mechanisms.stock_table import Reader, StockTable


class RowStocks:
    """Stocks of the rows, ``[row, lane]`` where one of them changes the stock and ``[lane]`` where none does.

    With `keys`, only the first row of each class that changes these coordinates alike.
    """

    def __init__(self, plan: Plan, table: StockTable, stocks: Array, change: Array, keys: tuple[int, ...] = ()) -> None:
        self.plan, self.table, self.stocks, self.change, self.keys = plan, table, stocks, change, keys
        self.count = len(plan.alike(keys)[0]) if keys else plan.count
        self._cache: dict[str, Array] = {}

    def __getitem__(self, key: str) -> Array:
        if key not in self._cache:
            d = self.table.index[key]
            pairs, rows = self.plan.pairs_on(d, self.keys)
            value = np.asarray(self.stocks[d])
            if pairs.size:
                value = np.repeat(value[None], self.count, axis=0)
                value[rows] += self.change[pairs]
            self._cache[key] = value
        return self._cache[key]

    def grouped(self, keys: Sequence[str]) -> tuple[Reader, NDArray[np.intp] | None]:
        """A reader of one row of each class that changes `keys` alike, and the class of every row."""
        index = tuple(self.table.index[k] for k in keys if k in self.table.index)
        return RowStocks(self.plan, self.table, self.stocks, self.change, index), self.plan.alike(index)[1]


class HazardStocks:
    """Stocks under each hazard, ``[future, lane]`` where some hazard changes them."""

    def __init__(self, table: StockTable, stocks: Array, shifts: Mapping[str, Array]) -> None:
        self.table, self.stocks, self.shifts = table, stocks, shifts
        self._cache: dict[str, Array] = {}

    def __getitem__(self, key: str) -> Array:
        if key not in self._cache:
            d = self.table.index[key]
            value = np.asarray(self.stocks[d])
            self._cache[key] = self.table.clip_one(key, value + self.shifts[key]) if key in self.shifts else value
        return self._cache[key]
