"""Small pieces that several mechanisms share: the logistic function, a stock's decay, the scale of relations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def bounded(x: Array, low: Array | float, high: Array | float) -> Array:
    """Numbers kept within [low, high]; as `np.clip`, without its overhead on small arrays.

    Examples
    --------
    >>> bounded(np.array([-1.0, 0.5, 2.0]), 0.0, 1.0).tolist()
    [0.0, 0.5, 1.0]
    """
    return np.asarray(np.minimum(np.maximum(x, low), high))


def logistic(x: Array) -> Array:
    """Logistic function, safe at both tails.

    Examples
    --------
    >>> logistic(np.array([0.0])).tolist()
    [0.5]
    """
    return np.asarray(1.0 / (1.0 + np.exp(-bounded(x, -40.0, 40.0))))


def logit(p: Array) -> Array:
    """Inverse of :func:`logistic`; `p` is kept a hair inside (0, 1)."""
    q = bounded(p, 1e-9, 1.0 - 1e-9)
    return np.asarray(np.log(q / (1.0 - q)))


def advance_stock(value: Array, base: Array, persistence: Array, low: Array | float, high: Array | float) -> Array:
    """One quarter of a stock that returns to its base: ``base + persistence (value - base)``, kept in range.

    Examples
    --------
    >>> advance_stock(np.array([1.0]), np.array([0.0]), np.array([0.8]), 0.0, 2.0).tolist()
    [0.8]
    """
    return bounded(base + persistence * (value - base), low, high)


def relation_to_scale(relation: Array) -> Array:
    """Relations live on the atanh scale, where a step near the end of [-1, 1] is as large as one in the middle."""
    inside = bounded(relation, -0.999, 0.999)
    return np.asarray(0.5 * np.log((1.0 + inside) / (1.0 - inside)))


def relation_from_scale(scaled: Array) -> Array:
    """Back from the atanh scale to [-1, 1].

    Examples
    --------
    >>> float(np.round(relation_from_scale(relation_to_scale(np.array([0.6])))[0], 12))
    0.6
    """
    e = np.exp(2.0 * bounded(scaled, -20.0, 20.0))
    return np.asarray((e - 1.0) / (e + 1.0))
