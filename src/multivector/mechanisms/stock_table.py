"""The table of stocks: base, persistence, range and step of every coordinate; how stocks are read and advanced.

A stock returns to its base, ``x' = base + persistence (x - base) + impulses``, within [low, high]. Relations are kept
on the atanh scale. Readers index by key: the world's stocks answer with ``[lane]``, those of a look-ahead with the axes
that they depend on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from multivector.mechanisms.common import Array, advance_stock, bounded
from multivector.mechanisms.coordinates import Impulse


class Reader(Protocol):
    """Anything that gives a stock by key."""

    def __getitem__(self, key: str) -> Array:
        """Value of the stock, ``[..., lane]``."""
        ...

    def block(self, keys: tuple[str, ...]) -> Array:
        """Several stocks at once, ``[key, ..., lane]``."""
        ...


@dataclass(frozen=True)
class Spread:
    """Values by class of rows, ``[class, lane]``, and the class `of` every row (None: the values are by row)."""

    values: Array
    of: NDArray[np.intp] | None = None

    def full(self) -> Array:
        """Values by row."""
        return self.values if self.of is None or self.values.ndim < 2 else np.asarray(self.values[self.of])

    def times(self, factor: Array) -> Array:
        """Values by row, times a factor ``[lane]``."""
        return Spread(factor * self.values, self.of).full()


@dataclass(frozen=True)
class StockTable:
    """Static description of the coordinates of a world, arrays ``[coordinate, lane]``.

    `scales` are parameters that multiply impulses; `given` are sizes of impulses that replicates differ in, by path.
    """

    keys: tuple[str, ...]
    index: dict[str, int]
    base: Array
    persistence: Array
    step: Array
    low: Array
    high: Array
    scales: Mapping[str, Array] = field(default_factory=dict)
    given: Mapping[str, Array] = field(default_factory=dict)

    @property
    def lanes(self) -> int:
        """Number of lanes."""
        return int(self.base.shape[-1])

    def initial(self) -> Array:
        """Stocks at their base, ``[coordinate, lane]``."""
        return self.base.copy()

    def size(self, impulse: Impulse) -> Array:
        """Size of an impulse in the stock's unit, ``[lane]``."""
        d = self.index[impulse.key]
        count = impulse.size if impulse.path is None else self.given.get(impulse.path, impulse.size)
        size = self.step[d] * count if impulse.in_steps else count * np.ones(self.lanes)
        return size if impulse.scale is None else size * self.scales[impulse.scale]

    def left(self, impulse: Impulse) -> Array:
        """Share of a temporary impulse not yet faded when it is taken back, ``[lane]``; 1 for a lasting one."""
        out: Array = np.ones(self.lanes)
        for _ in range(impulse.turns or 0):
            out = out * self.persistence[self.index[impulse.key]]
        return out

    def clip(self, stocks: Array) -> Array:
        """Stocks kept within their ranges."""
        # Lanes agree on the ranges.
        return bounded(stocks, self.low[:, :1], self.high[:, :1])

    def clip_one(self, key: str, value: Array) -> Array:
        """One stock kept within its range."""
        d = self.index[key]
        return bounded(value, self.low[d, 0], self.high[d, 0])

    def decay(self, stocks: Array) -> Array:
        """Stocks after one quarter without impulses."""
        return advance_stock(stocks, self.base, self.persistence, self.low, self.high)


@dataclass
class StockView:
    """The world's stocks read by key, with an actor's beliefs in place of what it cannot see."""

    table: StockTable
    stocks: Array
    beliefs: Mapping[str, Array] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Array:
        if key in self.beliefs:
            return self.beliefs[key]
        return np.asarray(self.stocks[self.table.index[key]])

    def block(self, keys: tuple[str, ...]) -> Array:
        """Several stocks at once, ``[key, lane]``."""
        return stacked(self, keys)


@dataclass
class Shifted:
    """Stocks of a look-ahead: a reader plus impulses that have further axes, clipped where they are shifted."""

    table: StockTable
    base: Reader
    shifts: Mapping[str, Array]
    cache: dict[str, Array] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Array:
        if key not in self.shifts:
            return self.base[key]
        if key not in self.cache:
            self.cache[key] = self.table.clip_one(key, self.base[key] + self.shifts[key])
        return self.cache[key]

    def block(self, keys: tuple[str, ...]) -> Array:
        """Several stocks at once, ``[key, ..., lane]``."""
        return stacked(self, keys)


def stacked(reader: Reader, keys: tuple[str, ...]) -> Array:
    """Several stocks of a reader on common axes, ``[key, ..., lane]``."""
    return np.stack(np.broadcast_arrays(*(reader[key] for key in keys)))
