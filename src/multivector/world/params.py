"""The scenario's numbers as lanes: every parameter is an array ``(lane,)``, so that replicates may differ in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from multivector.mechanisms.common import Array
from multivector.schema import Scenario


class Params(Mapping[str, Array]):
    """Parameters by flat id, each ``(lane,)`` and contiguous; `read` collects the ids that code asked for.

    Parameters
    ----------
    scenario
        Resolved scenario.
    lanes
        Number of lanes (a multiple of eight).
    overrides
        Parameter id to ``(lane,)`` or a scalar, for draws of uncertain numbers.
    """

    def __init__(self, scenario: Scenario, lanes: int, overrides: Mapping[str, Array] | None = None) -> None:
        self.lanes = lanes
        self._quantities = scenario.parameters
        self._overrides = overrides or {}
        self._cache: dict[str, Array] = {}

    def __getitem__(self, id: str) -> Array:
        if id not in self._cache:
            value = self._overrides[id] if id in self._overrides else self._quantities[id].value
            self._cache[id] = np.ascontiguousarray(np.broadcast_to(np.asarray(value, np.float64), (self.lanes,)))
        return self._cache[id]

    @property
    def read(self) -> frozenset[str]:
        """Ids that code has asked for."""
        return frozenset(self._cache)

    @property
    def overridden(self) -> Mapping[str, Array]:
        """Values given for this batch instead of the scenario's, by path."""
        return self._overrides

    def overridden_value(self, path: str) -> Array:
        """One overridden value as lanes."""
        return np.ascontiguousarray(np.broadcast_to(np.asarray(self._overrides[path], np.float64), (self.lanes,)))

    def __contains__(self, id: object) -> bool:
        return id in self._quantities

    def __iter__(self) -> Iterator[str]:
        return iter(self._quantities)

    def __len__(self) -> int:
        return len(self._quantities)
