"""The scenario's numbers as lanes: every parameter is an array ``(lane,)``, so that replicates may differ in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from multivector.errors import BadInput, Problem
from multivector.mechanisms.common import Array
from multivector.schema import Scenario
from multivector.schema.numbers import canonical, numbers


class Params(Mapping[str, Array]):
    """Parameters by flat id, each ``(lane,)`` and contiguous; `read` collects the ids that code asked for.

    Parameters
    ----------
    scenario
        Resolved scenario.
    lanes
        Number of lanes (a multiple of eight).
    overrides
        Path (as in `schema.numbers`) to ``(lane,)`` or a scalar, for draws of uncertain numbers.

    Raises
    ------
    BadInput
        For a path of which replicates cannot differ: it would change nothing, in silence.
    """

    def __init__(self, scenario: Scenario, lanes: int, overrides: Mapping[str, Array] | None = None) -> None:
        self.lanes = lanes
        self._quantities = scenario.parameters
        self._overrides = _known(scenario, overrides) if overrides else {}
        self._cache: dict[str, Array] = {}

    def __getitem__(self, id: str) -> Array:
        if id not in self._cache:
            value = self._overrides[id] if id in self._overrides else self._quantities[id].value
            self._cache[id] = self._lanes(value)
        return self._cache[id]

    @property
    def read(self) -> frozenset[str]:
        """Ids and paths that code has asked for."""
        return frozenset(self._cache)

    @property
    def overridden(self) -> Mapping[str, Array]:
        """Values given for this batch instead of the scenario's, by path."""
        return self._overrides

    def at(self, path: str, value: float) -> Array:
        """A number of the scenario that is no parameter, ``(lane,)``: this batch's own, else the scenario's `value`.

        `path` is one of `schema.numbers`.
        """
        if path not in self._cache:
            self._cache[path] = self._lanes(self._overrides.get(path, value))
        return self._cache[path]

    def weight(self, path: str, value: float | str, *, words: str = "weights") -> Array:
        """A weight in words or as a number, ``(lane,)``; a word stands for a parameter (`words`)."""
        if isinstance(value, str) and path not in self._overrides:
            self._cache[path] = self[f"{words}.{value.replace(' ', '_')}"]
        return self.at(path, value if isinstance(value, float) else 0.0)

    def _lanes(self, value: Array | float) -> Array:
        return np.ascontiguousarray(np.broadcast_to(np.asarray(value, np.float64), (self.lanes,)))

    def __contains__(self, id: object) -> bool:
        return id in self._quantities

    def __iter__(self) -> Iterator[str]:
        return iter(self._quantities)

    def __len__(self) -> int:
        return len(self._quantities)


def _known(scenario: Scenario, overrides: Mapping[str, Array]) -> dict[str, Array]:
    """The overrides by canonical path."""
    known = numbers(scenario)
    given = {canonical(path, known): value for path, value in overrides.items()}
    unknown = [path for path in given if path not in known]
    if unknown:
        found = "found a number in which replicates cannot differ"
        raise BadInput(Problem(scenario.id, 0, 0, path, found, "one of `schema.numbers`") for path in unknown)
    return given
