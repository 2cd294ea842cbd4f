"""Terminal values: what a stock is worth to an actor beyond the quarter that is looked at."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from multivector.mechanisms.common import Array
from multivector.mechanisms.coordinates import Impulse


@dataclass(frozen=True)
class TerminalValues:
    """Worth of an impulse to one actor after this quarter.

    ``profiles[key][q]`` is the flow utility of quarter q from one unit of the stock at q = 0, everybody holding.
    ``parts[term][key][q]`` is what one term of utility has in it: for reasons only, choices rest on the whole.

    Examples
    --------
    >>> t = TerminalValues({"reform": (1.0, 1.0, 1.0)}, discount=0.5, horizon=2)
    >>> t.later("reform"), t.delayed("reform", 1)
    (0.75, 0.75)
    """

    profiles: Mapping[str, tuple[float, ...]]
    discount: float
    horizon: int
    parts: Mapping[str, Mapping[str, tuple[float, ...]]] = field(default_factory=dict)

    def part(self, term: str) -> TerminalValues:
        """The same for one term of utility alone."""
        return TerminalValues(self.parts[term], self.discount, self.horizon)

    def later(self, key: str, fading: Array | None = None) -> Array | float:
        """Discounted worth of one unit now, from the next quarter to the horizon.

        `fading` ``[lane]`` is the log of the probability, a quarter, that what the stock stands for is still there;
        None where that is certain.
        """
        return self._from(key, 0, fading, first=1)

    def delayed(self, key: str, delay: int, fading: Array | None = None) -> Array | float:
        """Discounted worth of one unit that arrives after `delay` quarters (1 or more)."""
        return self._from(key, delay, fading, first=0)

    def _from(self, key: str, delay: int, fading: Array | None, *, first: int) -> Array | float:
        profile = self.profiles.get(key)
        if profile is None or delay > self.horizon:
            return 0.0
        worth: Array | float = 0.0
        for q in range(first, self.horizon - delay + 1):
            there = 1.0 if fading is None else np.exp((q + delay) * fading)
            worth = worth + math.pow(self.discount, q + delay) * profile[q] * there
        return worth

    def constant(self, impulse: Impulse, unit: Array, left: Array, fading: Array | None = None) -> Array:
        """Worth of an impulse's delayed part and of its undoing; `unit` is its size, `left` the share taken back."""
        worth = unit * (0.0 if impulse.delay == 0 else self.delayed(impulse.key, impulse.delay, fading))
        if impulse.turns is not None:
            worth = worth - unit * left * self.delayed(impulse.key, impulse.delay + impulse.turns, fading)
        return worth
