"""What a look-ahead needs of the world: the world passes it in, so that decisions know no world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from multivector.decisions.choice import Odds
from multivector.decisions.objective import Flow
from multivector.decisions.offers import Offers
from multivector.decisions.plan import Plan
from multivector.decisions.rows import RowStocks
from multivector.mechanisms.common import Array
from multivector.mechanisms.coordinates import Impulse
from multivector.mechanisms.stock_table import Reader, StockTable


class Step(Protocol):
    """What the look-ahead needs of the world: one quarter, seen from the state at the beginning of the turn."""

    table: StockTable
    hazards: Sequence[tuple[str, tuple[Impulse, ...]]]
    stocks: Array
    hazard_worth: dict[str, Array]

    def odds(self, rows: RowStocks) -> Odds:
        """Odds of the hazards against quiet."""
        ...

    def flow(self, reader: Reader, response: Mapping[str, Array]) -> Flow:
        """The quarter's flow given the response of incomes and measures."""
        ...

    def row_response(self, plan: Plan) -> Mapping[str, Array]:
        """Change of log real income by actor, and of measures (names starting with ``@``), ``[row, lane]``."""
        ...

    def hazard_shifts(self) -> Mapping[str, Array]:
        """What the hazards do to the stocks, ``[future, lane]``; the first future is quiet."""
        ...

    def hazard_response(self) -> Mapping[str, Array]:
        """Change of incomes and measures by hazard, ``[future, lane]``."""
        ...

    def cross_response(self, plan: Plan) -> tuple[NDArray[np.intp], Array] | None:
        """Rows in which a hazard costs more or less, and log income of the focus so saved, ``[future, row, lane]``."""
        ...

    def units(self) -> dict[str, Array]:
        """Units of utility: ``security_unit``, ``legitimacy_unit``, ``crisis_cost``."""
        ...

    def offers(self, plan: Plan) -> Offers | None:
        """The offers of a menu, None if there are none."""
        ...

    def chances(self, plan: Plan) -> Mapping[int, Array]:
        """Probability ``[lane]`` that a move succeeds which outsiders decide, by position in the menu."""
        ...

    def reserve(self, plan: Plan) -> Array:
        """What who answers each offer of a menu holds out for beyond its gain, in utility, ``[offer, lane]``."""
        ...

    def deal_worth(self, plan: Plan) -> Array:
        """What each offer of a menu adds for who makes it, by being a deal at all, in utility, ``[offer, lane]``."""
        ...

    def transfer_cap(self) -> Array:
        """Largest transfer of an offer, in per cent of the payee's income."""
        ...
