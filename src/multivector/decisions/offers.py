"""Offers: what the other side would gain, how likely it accepts, and what the proposer had best hand over with it.

An offer is worth ``P U(deal) + (1 - P) U(none)`` to who makes it, with ``P = logistic(lambda (their gain) / s)`` by the
other side's doctrine; of three transfers the best one is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from multivector.decisions.objective import Objective
from multivector.decisions.plan import Pairs, Plan
from multivector.mechanisms.common import Array, logistic

TRANSFERS = (0.0, 0.25, 0.5)
"""Shares of the proposer's gain that an offer may hand over."""


@dataclass(frozen=True)
class Offers:
    """The offers of one menu, and what their other sides go by.

    Attributes
    ----------
    at : [offer] position in the menu, which is the row in which it is accepted.
    refusal : [offer] row in which it is refused.
    places : by actor asked, which offers are to it.
    precision, scale, income : [offer, lane] the other side's precision, scale of choice and weight of income.
    ratio : [offer, lane] income of the proposer over that of the other side.
    cost : [offer, lane] what accepting costs the other side in attention.
    """

    at: NDArray[np.intp]
    refusal: NDArray[np.intp]
    places: Mapping[str, NDArray[np.intp]]
    precision: Array
    scale: Array
    income: Array
    ratio: Array
    cost: Array
    _parts: dict[str, tuple[NDArray[np.intp], Pairs, NDArray[np.intp]]] = field(default_factory=dict, init=False)

    def rows_to(self, partner: str) -> NDArray[np.intp]:
        """Rows that a partner has to weigh: each offer to it accepted, and refused."""
        mine = self.places[partner]
        return np.concatenate((self.at[mine], self.refusal[mine]))

    def part(self, plan: Plan, partner: str) -> tuple[NDArray[np.intp], Pairs, NDArray[np.intp]]:
        """The rows that a partner has to weigh, alone: which they are, in pairs, and which pairs of the plan's."""
        if partner not in self._parts:
            rows = self.rows_to(partner)
            self._parts[partner] = (rows, *plan.only(rows))
        return self._parts[partner]

    def bargain(
        self, deal: Array, none: Array, their_gain: Array, income: Array, cap: Array
    ) -> tuple[Array, Array, Array]:
        """Best of the transfers: value to the proposer, P(accepted), transfer (% of the other side's income).

        Parameters
        ----------
        deal, none : [offer, lane] value to the proposer if accepted, and if refused.
        their_gain : [offer, lane] what the other side gains without a transfer.
        income : [lane] the proposer's weight of income.
        cap : [lane] largest transfer, in per cent of the other side's income.
        """
        gain = np.maximum(deal - none, 0.0)
        value, accept, paid = self._with(0.0, gain, deal, none, their_gain, income, cap)
        for share in TRANSFERS[1:]:
            other = self._with(share, gain, deal, none, their_gain, income, cap)
            better = other[0] > value
            value, accept, paid = (
                np.where(better, new, old) for new, old in zip(other, (value, accept, paid), strict=True)
            )
        return value, accept, paid

    def _with(
        self, share: float, gain: Array, deal: Array, none: Array, their_gain: Array, income: Array, cap: Array
    ) -> tuple[Array, Array, Array]:
        paid = np.minimum(share * gain * self.ratio, cap)
        accept = logistic(self.precision * (their_gain + self.income * paid) / self.scale)
        return accept * (deal - income * paid / self.ratio) + (1.0 - accept) * none, accept, paid


def build_offers(plan: Plan, objectives: Mapping[str, Objective], income: Mapping[str, float]) -> Offers | None:
    """The offers of a plan, None if it has none.

    Parameters
    ----------
    plan : a menu.
    objectives : by actor.
    income : base income of the actors that trade; a transfer between others is at par.
    """
    at = [m for m, e in enumerate(plan.entries) if e.is_offer and e.target is not None]
    if not at:
        return None
    targets = [t for m in at if (t := plan.entries[m].target) is not None]
    sides = [objectives[t] for t in targets]
    lanes = plan.shift.shape[-1]
    known = plan.actor in income
    ratio = [income[plan.actor] / income[t] if known and t in income else 1.0 for t in targets]
    return Offers(
        at=np.array(at, np.intp),
        refusal=np.array([plan.refusal[m] for m in at], np.intp),
        places={
            t: np.array([k for k, other in enumerate(targets) if other == t], np.intp) for t in dict.fromkeys(targets)
        },
        precision=np.stack([o.precision for o in sides]),
        scale=np.stack([o.scale for o in sides]),
        income=np.stack([o.weights["income"] for o in sides]),
        ratio=np.repeat(np.array(ratio)[:, None], lanes, axis=1),
        cost=plan.answer_cost[at],
    )
