"""Slow persuasion between groups of the public: what people watch, and what they are threatened with.

    x'     = m x + k (exposure0 - exposure) + d (threat - threat0)
    shares = (friendly - x, sovereignty-minded + x, pragmatic)

Exposure is the share of the public's news that comes from Russian channels; policy on language and identity moves it
slowly. A threat to sovereignty moves people towards the groups that mind it.

References: Laruelle, Royce and Beyssembayev 2019 ("Russia's influence" untangled); Peisakhin and Rozenas 2018
(television and votes in Ukraine).
"""

from __future__ import annotations

import numpy as np

from multivector.mechanisms.common import Array

LEAST = 0.02
"""Smallest share that a group keeps."""


def leaning_next(
    leaning: Array, exposure: Array, threat: Array, *, persistence: Array, on_exposure: Array, on_threat: Array
) -> Array:
    """Share of the public that has moved to the sovereignty-minded, next quarter, ``[lane]``.

    `exposure` and `threat` against their base.

    Examples
    --------
    >>> one = np.ones(1)
    >>> leaning_next(0.0 * one, -0.1 * one, 0.0 * one, persistence=one, on_exposure=0.05 * one, on_threat=one).tolist()
    [0.005000000000000001]
    """
    return persistence * leaning - on_exposure * exposure + on_threat * threat


def shares_now(shares: Array, leaning: Array) -> Array:
    """Sizes of the groups (friendly, sovereignty-minded, pragmatic), ``[group, lane]``, with their sum unchanged.

    Examples
    --------
    >>> shares_now(np.array([[0.3], [0.3], [0.4]]), np.array([0.1])).round(6).tolist()
    [[0.2], [0.4], [0.4]]
    """
    moved = np.clip(leaning, LEAST - shares[1], shares[0] - LEAST)
    return np.stack((shares[0] - moved, shares[1] + moved, shares[2]))
