"""Evasion through a third country: intermediaries, mirror statistics, belief, evidence.

An inspection game: what intermediaries can carry grows with the scarcity premium they earn and shrinks with enforcement
and listings; sanctioners see a noisy customs record, update a belief, and now and then find a case (an *evidence
token*). What they do with a token is a move of theirs, not a draw.

    ln K' = ln K + entry * min(zeta, cap) - exit * (e - e0) - listing * [rung >= 2] - idle * (ln K - ln K0)
    P(evidence) = logistic(a0 + a1 (y - y*) + a2 belief - a3 e)
    logit b' = m logit b + (1 - m) logit b0 + (y - y*) 2h / sd^2            two normal hypotheses with means y* +- h

References: Early 2015, Busted Sanctions; Chupilkin, Javorcik and Plekhanov 2025, CEPR DP20097; Avenhaus, von Stengel
and Zamir 2002 (inspection games).
"""

from __future__ import annotations

import numpy as np

from multivector.mechanisms.common import Array, bounded, logistic, logit


def capacity_next(
    ln_capacity: Array,
    premium: Array,
    enforcement: Array,
    listed: Array,
    *,
    base: Array,
    entry: Array,
    premium_cap: Array,
    exit_rate: Array,
    listing: Array,
    idle: Array,
    ceiling: Array,
) -> Array:
    """Log capacity of intermediaries next quarter (log US$ bn a year), ``[..., lane]``.

    Parameters
    ----------
    premium
        Scarcity premium zeta of the route this quarter (0 when capacity is slack).
    enforcement
        Effort above the customary level, on [0, 1].
    listed
        1 where firms are listed (rung 2 or higher), else 0.
    ceiling
        Largest log growth over the base that firms, banks and trucks allow.
    """
    growth = entry * np.minimum(premium, premium_cap) - exit_rate * enforcement - listing * listed
    reverted = ln_capacity + growth - idle * (ln_capacity - base)
    return bounded(reverted, base - 2.0, base + ceiling)


def evidence_rate(
    record: Array,
    belief: Array,
    enforcement: Array,
    *,
    intercept: Array,
    on_record: Array,
    on_belief: Array,
    on_enforcement: Array,
    threshold: Array,
) -> Array:
    """Probability a quarter that a case of evasion is found by one sanctioner, ``[..., lane]``.

    `record` is the log ratio to base of the controlled goods that customs saw cross into the sanctioned country, one or
    two quarters late.
    """
    return logistic(intercept + on_record * (record - threshold) + on_belief * belief - on_enforcement * enforcement)


def belief_next(
    belief: Array, record: Array, *, prior: Array, memory: Array, threshold: Array, half_gap: Array, noise: Array
) -> Array:
    """Belief that the third country is permissive after one customs record, by Bayes on two effort levels.

    Examples
    --------
    >>> one = np.ones(1)
    >>> b = belief_next(0.5 * one, 2.0 * one, prior=0.5 * one, memory=one, threshold=one, half_gap=0.5 * one, noise=one)
    >>> bool(b[0] > 0.5)
    True
    """
    evidence = (record - threshold) * 2.0 * half_gap / (noise * noise)
    odds = memory * logit(belief) + (1.0 - memory) * logit(prior) + evidence
    return bounded(logistic(odds), 0.02, 0.98)


def perceived_enforcement(belief: Array, *, permissive: Array, strict: Array) -> Array:
    """Effort as a sanctioner perceives it: the mean over its two hypotheses."""
    return np.asarray(belief * permissive + (1.0 - belief) * strict)
