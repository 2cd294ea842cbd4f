"""Standing: neutrality and status as assets that talks and summits spend and earn, and that buy something.

    P(party says yes) = logistic(k_party + k_n (neutrality - n0) + k_s (status - s0))
    P(venue)          = P(first) P(second)                        both parties answer
    P(mediation)      = P(first) P(second) logistic(m + m_n (neutrality - n0) + m_s (status - s0))
    P(summit)         = logistic(r + r_s (status - s0))           the neighbours answer
    reserve           = w (status - s0)                           what a power must offer beyond the gain of a deal
    patience          = exp(- v (neutrality - n0))                share of a vote's displeasure that is kept

A venue needs only consent; a mediator also has to bring something about, and a failure costs the neutrality that it
staked. Who speaks for a region is paid more for a yes and pressed less; who is known to be even-handed is resented less
for a vote.

References: Bercovitch and Houston 1996 (who mediates with success); Touval and Zartman 1985 (mediators have interests);
Tskhay and Costa Buranelli 2020 (balancing regionalism); Gnedina 2015 (bargaining between vectors).
"""

from __future__ import annotations

import numpy as np

from multivector.mechanisms.common import Array, logistic


def consent(neutrality: Array, status: Array, *, intercept: Array, on_neutrality: Array, on_status: Array) -> Array:
    """Probability that one side says yes, ``[lane]``; `neutrality` and `status` against their base."""
    return logistic(intercept + on_neutrality * neutrality + on_status * status)


def both(first: Array, second: Array) -> Array:
    """Probability that both parties say yes, ``[lane]``; their answers are independent given the host's standing.

    Examples
    --------
    >>> both(np.array([0.5]), np.array([0.5])).tolist()
    [0.25]
    """
    return np.asarray(first * second)


def reserve(status: Array, *, worth: Array) -> Array:
    """What the host asks beyond the gain of a deal, in utility, ``[lane]``; `status` against its base.

    Examples
    --------
    >>> reserve(np.array([0.1, -0.1]), worth=np.array([2.0, 2.0])).tolist()
    [0.2, -0.2]
    """
    return np.asarray(worth * status)


def patience(neutrality: Array, *, relief: Array) -> Array:
    """Share of a vote's displeasure that is kept, ``[lane]``: one at the base, less for who is seen as even-handed.

    Examples
    --------
    >>> patience(np.zeros(1), relief=np.ones(1)).tolist()
    [1.0]
    """
    return np.asarray(np.exp(-relief * neutrality))
