"""The rule of choice: value with risk aversion, logit best reply, a Gumbel draw per entry.

    V = (1 - rho) mean_k U_k + rho CVaR20_k U_k        over weighted futures common to all entries
    P(m) = exp(lambda V(m) / s) / sum exp(...)

The draw adds one Gumbel number per entry, keyed by its id, so that an entry which is never taken changes no other choice.

References: McKelvey and Palfrey 1995 (logit response); Rockafellar and Uryasev 2000 (CVaR).
"""

from __future__ import annotations

import numpy as np

from multivector.mechanisms.common import Array

TAIL = 0.2
TIE = 1e-9


def conditional_value_at_risk(values: Array, weights: Array, tail: float = TAIL) -> Array:
    """Mean of the worst `tail` of the probability mass along the first axis.

    Parameters
    ----------
    values, weights
        ``[future, ...]``, broadcast against each other; weights sum to one along the first axis.

    Examples
    --------
    >>> v = np.array([[0.0], [1.0]]); w = np.array([[0.1], [0.9]])
    >>> float(conditional_value_at_risk(v, w)[0])
    0.5
    """
    order = np.argsort(values, axis=0, kind="stable")
    sorted_values = np.take_along_axis(values, order, axis=0)
    total: Array | None = None
    left: Array | None = None
    shape = np.broadcast_shapes(values.shape, weights.shape)
    wide = np.broadcast_to(weights, shape)
    full = np.broadcast_to(order, shape)
    by_rank = np.take_along_axis(wide, full, axis=0)
    for k in range(shape[0]):
        part = by_rank[k] if left is None else np.minimum(left, by_rank[k])
        part = np.minimum(part, tail) if left is None else part
        total = part * sorted_values[k] if total is None else total + part * sorted_values[k]
        left = tail - part if left is None else left - part
    assert total is not None
    return np.asarray(total / tail)


def risk_adjusted(values: Array, weights: Array, risk: Array) -> Array:
    """Value of an entry over its futures: mean and tail mixed by the doctrine's risk aversion."""
    mean = (weights * values).sum(axis=0)
    return np.asarray((1.0 - risk) * mean + risk * conditional_value_at_risk(values, weights))


def probabilities(value: Array, feasible: Array, precision: Array, scale: Array) -> Array:
    """Logit probabilities over the menu, ``[entry, lane]``; infeasible entries get zero.

    Examples
    --------
    >>> p = probabilities(np.zeros((2, 1)), np.ones((2, 1), bool), np.ones(1), np.ones(1))
    >>> p[:, 0].tolist()
    [0.5, 0.5]
    """
    score = np.where(feasible, precision * value / scale, -np.inf)
    e = np.exp(np.ascontiguousarray(np.maximum(score - score.max(axis=0), -700.0)))
    e = np.where(feasible, e, 0.0)
    return np.asarray(e / e.sum(axis=0))


def draw(value: Array, feasible: Array, precision: Array, scale: Array, gumbel: Array) -> tuple[Array, Array]:
    """Chosen entry and whether the two best were tied, both ``[lane]``.

    `gumbel` is ``[entry, lane]``: standard Gumbel numbers, one per entry.
    """
    score = np.where(feasible, precision * value / scale + gumbel, -np.inf)
    chosen = score.argmax(axis=0)
    plain = np.where(feasible, value, -np.inf)
    if plain.shape[0] == 1:
        return chosen, np.zeros(plain.shape[1], bool)
    top = np.partition(plain, plain.shape[0] - 2, axis=0)[-2:]
    with np.errstate(invalid="ignore"):
        tied = (top[1] - top[0]) < TIE
    return chosen, tied
