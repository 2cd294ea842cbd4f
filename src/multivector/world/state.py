"""The state of the world between two phases: arrays with the lane last, and nothing else that changes."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.mechanisms.common import Array
from multivector.mechanisms.trade_capacity import CapacitySolution
from multivector.world.economy.economy import LossStart

REPLACED = ("pending", "ln_habit", "ln_cost", "premium", "jac_inv", "recent", "refused", "resting")
"""Arrays that nobody writes into: copies of a state share them (of `pending`, until something is queued)."""
SOLUTIONS = ("solved", "cut")
"""Where solves ended: replaced as a whole, every turn."""


@dataclass
class State:
    """Everything that one turn hands to the next.

    Attributes
    ----------
    turn : number of the turn, from 0.
    stocks : [coordinate, lane].
    pending : [coordinate, quarters from now, lane] impulses that will arrive; those at 0 have arrived. Coordinates are
        those for which some may wait (`Layout.waiting`).
    ln_habit : [exporter, importer, sector, lane].
    ln_cost, premium, jac_inv : where the last trade solve ended: [node, lane], [capacity, lane], [unknown, unknown,
        lane].
    ln_capacity : [intermediary route, lane] log US$ bn a year.
    oil_shock : [lane] log deviation of the oil price from its path.
    buyers_found : [lane] share of refused oil that has found other buyers.
    oil_stored : [lane] oil of the focus actor in its store, Mt.
    record : [quarter back, lane] log ratio to base of controlled goods seen crossing from the focus to the target.
    ln_income : [actor, lane] log real income against the base, last published.
    measures : [measure, lane] last published ratios and shares.
    losses, reverse : [power, lane] loss of the focus from losing a power, and the power's own.
    import_price : [lane] log import price index of the focus.
    rouble, tenge : [lane] log price of the dollar in roubles and in the focus actor's money, against the base.
    passed : [lane] log cost of imports in own money that consumer prices have taken over.
    inflation : [quarter back (4), lane].
    mixed : [entry, lane] expected plays of last turn.
    played, accept, transfer : [entry, lane] of this turn.
    recent : plays that took effect, [entry, lane] for each of the last eight quarters, the last one first.
    refused : offers refused, [entry, lane] for each of the last four quarters.
    resting : [entry, lane] quarters until the move may be played again.
    votes : [text, actor, lane] -1 no, 0 abstain, 1 yes, nan not yet held.
    line_run, line_first, line_margin : [red line, lane] quarters in a row beyond it; first turn crossed (-1 never);
        distance to the bound when the lines were last watched, in the line's unit, negative beyond (nan never).
    drawn_in, helped : [lane] flags.
    failed : [lane] 0, or 1 where a solve did not converge or prices went beyond counting, 2 where expectations found no
        fixed point, 3 where a stock or an income grew beyond counting: from then on no numbers.
    solved : the last trade solution, from which a look-ahead departs.
    cut : where the solves for the losses ended.
    """

    turn: int
    stocks: Array
    pending: Array
    ln_habit: Array
    ln_cost: Array
    premium: Array
    jac_inv: Array
    ln_capacity: Array
    oil_shock: Array
    buyers_found: Array
    oil_stored: Array
    record: Array
    ln_income: Array
    measures: Array
    losses: Array
    reverse: Array
    import_price: Array
    rouble: Array
    tenge: Array
    passed: Array
    inflation: Array
    mixed: Array
    played: Array
    accept: Array
    transfer: Array
    recent: tuple[Array, ...]
    refused: tuple[Array, ...]
    resting: Array
    votes: Array
    line_run: Array
    line_first: Array
    line_margin: Array
    drawn_in: Array
    helped: Array
    failed: Array
    solved: CapacitySolution
    cut: LossStart | None = None

    def copy(self) -> State:
        """An independent copy: what a snapshot is. What is only ever replaced as a whole is shared with it."""
        return State(**{f.name: _copied(f.name, getattr(self, f.name)) for f in fields(self)})

    def queue(self, row: int, quarters: int, size: Array) -> None:
        """Let a change of a coordinate arrive later (in place); after the last turn it never does."""
        if quarters >= self.pending.shape[1]:
            return
        if not self.pending.flags.writeable:
            self.pending = self.pending.copy()
        self.pending[row, quarters] += size

    def take(self, lanes: NDArray[np.intp]) -> State:
        """Some lanes, in the order given (repeats allowed)."""
        out = {f.name: getattr(self, f.name) for f in fields(self)}
        return State(**{k: _lanes(v, lanes) for k, v in out.items()})

    def spread(self, lanes: int) -> State:
        """The first lane, that many times."""
        return State(**{f.name: _spread(getattr(self, f.name), lanes) for f in fields(self)})

    @property
    def lanes(self) -> int:
        """Number of lanes."""
        return int(self.stocks.shape[-1])


def _copied(name: str, value: Any) -> Any:
    if name in SOLUTIONS:
        return value
    if name in REPLACED:
        # Shared from here on: who writes into it after all is told so.
        for each in value if isinstance(value, tuple) else (value,):
            each.flags.writeable = False
        return value
    return value.copy() if isinstance(value, np.ndarray) else deepcopy(value)


def _lanes(value: Any, lanes: NDArray[np.intp]) -> Any:
    if isinstance(value, np.ndarray):
        return np.ascontiguousarray(value[..., lanes])
    if isinstance(value, tuple):
        return tuple(_lanes(each, lanes) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return type(value)(**{f.name: _lanes(getattr(value, f.name), lanes) for f in fields(value)})
    return value


def _spread(value: Any, lanes: int) -> Any:
    if isinstance(value, np.ndarray):
        first = value[..., :1]
        # Memory that holds nothing but nought is not fetched before it is written to.
        empty = not first.any() and not np.signbit(first).any()
        return np.zeros((*value.shape[:-1], lanes)) if empty else np.repeat(first, lanes, axis=-1)
    if isinstance(value, tuple):
        return tuple(_spread(each, lanes) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return type(value)(**{f.name: _spread(getattr(value, f.name), lanes) for f in fields(value)})
    return value
