"""Keyed uniforms of one batch: a stream per mechanism, quantity and subject, filled turn by turn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from multivector.mechanisms.common import Array
from multivector.randomness import Streams, gumbel, normal

NEWS = ("evasion/record/", "rules/fires/")
"""Streams that are read before the decisions of a turn."""


class Draws:
    """Uniforms ``[turn, lane]`` by name, for the replicates of a batch (padding lanes repeat the last replicate).

    `surprise` replaces nature's draws after the decisions of a turn by those of another seed (choices keep theirs):
    used to show that look-ahead never sees the future. What nature draws before the decisions of a turn, the noise of
    published records and which rules fire, is news that actors may know, and is replaced from the next turn on.
    """

    def __init__(
        self,
        seed: int,
        replicate_ids: Sequence[int] | NDArray[np.int64],
        turns: int,
        *,
        surprise: tuple[int, int] | None = None,
    ) -> None:
        self.seed = seed
        self.ids = np.asarray(replicate_ids, np.int64)
        self.turns = turns
        self._streams = Streams(seed)
        self._surprise = surprise
        self._cache: dict[str, Array] = {}

    def uniform(self, name: str, turn: int) -> Array:
        """Uniforms of one stream in one turn, ``[lane]``."""
        if name not in self._cache:
            drawn = self._streams.uniforms(name, self.turns, self.ids)
            if self._surprise is not None and not name.startswith("choice/"):
                first, other = self._surprise
                drawn, first = drawn.copy(), first + name.startswith(NEWS)
                drawn[first:] = Streams(other).uniforms(name, self.turns, self.ids)[first:]
            self._cache[name] = drawn
        return np.asarray(self._cache[name][turn])

    def normal(self, name: str, turn: int) -> Array:
        """Standard normal numbers of one stream in one turn, ``[lane]``."""
        return normal(np.ascontiguousarray(self.uniform(name, turn)))

    def gumbel(self, names: Sequence[str], turn: int) -> Array:
        """Standard Gumbel numbers, ``[name, lane]``."""
        return gumbel(np.stack([self.uniform(n, turn) for n in names]))
