"""What a turn brought about: filled phase by phase, read by all who watch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from multivector.mechanisms.common import Array

if TYPE_CHECKING:
    from multivector.world.economy.oil_trade import OilFlows, OilMarket


@dataclass
class Happened:
    """What a turn brought about, for the record; arrays ``[lane]`` unless said.

    `stocks` are those on which trade and incomes of the quarter rest, ``[coordinate, lane]``.
    """

    quarter: str
    events: tuple[str, ...] = ()
    accepted: Array = field(default_factory=lambda: np.zeros((0, 0)))
    refused: Array = field(default_factory=lambda: np.zeros((0, 0)))
    hazards: dict[str, Array] = field(default_factory=dict)
    rates: dict[str, Array] = field(default_factory=dict)
    votes: dict[str, Array] = field(default_factory=dict)
    vote_odds: dict[str, Array] = field(default_factory=dict)
    market: OilMarket | None = None
    oil: OilFlows | None = None
    coverage: Array | None = None
    price: Array | None = None
    rules: dict[str, Array] = field(default_factory=dict)
    gauges: dict[str, Array] = field(default_factory=dict)
    stocks: Array | None = None
