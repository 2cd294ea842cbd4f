"""Offers of which at most one is taken: rival bids for one contract.

Who is asked weighs each bid against none. Where several are open in a quarter, the odds of each share one whole with
none at all, the logit over all of them,

    P(i) = o_i / (1 + sum of o_j),      o = p / (1 - p),

and the answers are drawn one after the other, each given that none before was taken, from the stream of its own offer.
A bid alone is answered as any other offer. A bidder does not reckon with its rivals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector.decisions.catalogue import Catalogue
from multivector.decisions.choice import Mask
from multivector.mechanisms.common import Array
from multivector.world.state import State

if TYPE_CHECKING:
    from multivector.world.engine import Engine

ALMOST_SURE = 1.0 - 1e-9
"""What is taken for certain: odds of more than this have no number."""


def rivals(catalogue: Catalogue) -> tuple[tuple[int, ...], ...]:
    """Positions of the offers of each contest to one side, two or more, in the order of the catalogue."""
    found: dict[tuple[str, str], list[int]] = {}
    for i, entry in enumerate(catalogue.entries):
        if entry.move.contest is not None and entry.is_offer and entry.target is not None:
            found.setdefault((entry.move.contest, entry.target), []).append(i)
    return tuple(tuple(group) for group in found.values() if len(group) > 1)


def share_out(engine: Engine, state: State) -> None:
    """Let the odds of rival bids share one whole (in place, on the answers' probabilities)."""
    for group in rivals(engine.layout.catalogue):
        rows = list(group)
        if state.played[rows].any():
            state.accept[rows] = np.where(
                state.played[rows] > 0.5, shares(state.accept[rows], state.played[rows]), state.accept[rows]
            )


def shares(accept: Array, played: Array) -> Array:
    """P(taken) of each of several bids, ``[bid, lane]``, from P(taken against none); `played` is 1 where one is open.

    Examples
    --------
    >>> shares(np.array([[0.5], [0.5]]), np.ones((2, 1))).round(6).tolist()
    [[0.333333], [0.333333]]
    """
    sure = np.minimum(accept, ALMOST_SURE)
    odds = played * sure / (1.0 - sure)
    return np.asarray(odds / (1.0 + odds.sum(axis=0)))


def chance(state: State, earlier: tuple[int, ...], i: int, accepted: Array) -> Array:
    """P(an offer is taken) given what became of its rivals before it, ``[lane]``; `accepted` is ``[entry, lane]``."""
    if not earlier:
        return np.asarray(state.accept[i])
    rows = list(earlier)
    passed_on = 1.0 - (state.played[rows] * state.accept[rows]).sum(axis=0)
    return np.where(free(earlier, accepted), np.minimum(state.accept[i] / np.maximum(passed_on, 1e-9), 1.0), 0.0)


def free(earlier: tuple[int, ...], accepted: Array) -> Mask:
    """Whether none of an offer's rivals before it was taken, ``[lane]``; `accepted` is ``[entry, lane]``."""
    return np.asarray(accepted[list(earlier)].sum(axis=0) < 0.5)
