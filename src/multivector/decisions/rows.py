"""Stocks as a look-ahead reads them: of the rows of a plan, and under each hazard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from multivector.decisions.plan import Pairs
from multivector.mechanisms.common import Array
from multivector.mechanisms.stock_table import Reader, StockTable, stacked


class RowStocks:
    """Stocks of the rows, ``[row, lane]`` where one of them changes the stock and ``[lane]`` where none does.

    Parameters
    ----------
    pairs : the rows.
    stocks : [coordinate, lane] before any of them.
    change : [pair + 1, lane] what the pairs change, and a last line of zeros.
    keys : with these, only the first row of each class that changes these coordinates alike.
    """

    def __init__(
        self, pairs: Pairs, table: StockTable, stocks: Array, change: Array, keys: tuple[int, ...] = ()
    ) -> None:
        self.pairs, self.table, self.stocks, self.change, self.keys = pairs, table, stocks, change, keys
        self._cache: dict[str, Array] = {}
        self._lines = pairs.lines(keys)

    def __getitem__(self, key: str) -> Array:
        if key not in self._cache:
            d = self.table.index[key]
            if d not in self._lines:
                self._lines[d] = self.pairs.places((d,), self.keys)[1][0]
            at, now = self._lines[d], np.asarray(self.stocks[d])
            self._cache[key] = now + self.change[at] if at.size else now
        return self._cache[key]

    def block(self, keys: tuple[str, ...]) -> Array:
        """Several stocks at once, ``[key, row, lane]``; ``[key, lane]`` where no row changes any of them."""
        wanted, at = self.pairs.places(tuple(self.table.index[k] for k in keys), self.keys)
        now = self.stocks[wanted]
        return now[:, None] + self.change[at] if at.size else now

    def grouped(self, keys: Sequence[str]) -> tuple[Reader, NDArray[np.intp] | None]:
        """A reader of one row of each class that changes `keys` alike, and the class of every row."""
        index = tuple(self.table.index[k] for k in keys if k in self.table.index)
        return RowStocks(self.pairs, self.table, self.stocks, self.change, index), self.pairs.alike(index)[1]


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

    def block(self, keys: tuple[str, ...]) -> Array:
        """Several stocks at once, ``[key, future, lane]``."""
        return stacked(self, keys)
