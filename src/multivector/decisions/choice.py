"""The rule of choice: value with risk aversion, logit best reply, a Gumbel draw per entry.

    V = (1 - rho) mean_k U_k + rho CVaR20_k U_k        over weighted futures common to all entries
    P(m) = exp(lambda V(m) / s) / sum exp(...)

The draw adds one Gumbel number per entry, keyed by its id, so that an entry which is never taken changes no other
choice.

References: McKelvey and Palfrey 1995 (logit response); Rockafellar and Uryasev 2000 (CVaR).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from multivector.mechanisms.common import Array
from multivector.mechanisms.stock_table import Spread

Mask = NDArray[np.bool_]
TAIL = 0.2
"""Probability mass of the futures that risk aversion looks at."""
TIE = 1e-9
"""Difference of value below which the two best entries count as tied."""


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
    mean = _added(weights * values)
    return np.asarray((1.0 - risk) * mean + risk * conditional_value_at_risk(values, weights))


def _added(parts: Array) -> Array:
    """Sum along the first axis, one after the other: the order of NumPy's own sum depends on the shape."""
    out = parts[0]
    for part in parts[1:]:
        out = out + part
    return np.asarray(out)


def hazard_value(worth: Array, odds: Sequence[Spread], risk: Array) -> Array:
    """`risk_adjusted` over a quiet future (the first) and hazards given by their odds against it, row by row.

    At the quantile t of the tail, CVaR = t - E[(t - v)+] / tail, one weighted sum. The quantile is found at the last
    row (*stop*) and is the right one wherever it is also the row's own; the rows and lanes where it is not are sorted.

    Parameters
    ----------
    worth
        ``[future, lane]``, or ``[future, row, lane]``.
    odds
        For each future but the first its odds against quiet, by class of rows.
    risk
        ``[lane]``.

    Returns
    -------
    Array
        ``[row, lane]`` (or ``[lane]`` where nothing depends on the row).

    Examples
    --------
    >>> worth = np.array([[0.0], [-1.0]])
    >>> float(hazard_value(worth, [Spread(np.array([1.0 / 9.0]))], np.ones(1))[0].round(12))
    -0.5
    """
    if risk.all():
        return _mixed(worth, odds, risk)
    # Lanes that do not mind risk take the mean, to the bit, whatever the lanes beside them do.
    mean = _mean(worth, odds)
    return np.where(risk == 0.0, mean, _mixed(worth, odds, risk)) if risk.any() else mean


def _mixed(worth: Array, odds: Sequence[Spread], risk: Array) -> Array:
    if worth.ndim > 2:
        shape = worth.shape[1:]
        weights = np.stack([np.broadcast_to(o, shape) for o in (np.ones(1), *(o.full() for o in odds))])
        return risk_adjusted(worth, weights / _added(weights), risk)
    quantile = _quantile(worth, [_last(o) for o in odds])
    mixed = (1.0 - risk) * worth - risk * np.maximum(quantile - worth, 0.0) / TAIL
    below, upto = (worth < quantile) * 1.0, (worth <= quantile) * 1.0
    sums: list[Array] = [np.ones(1), mixed[0], below[0], upto[0]]
    for classes, members in _by_classes(odds):
        part = [np.zeros(1)] * 4
        for k in members:
            o = odds[k].values
            part = [part[0] + o, part[1] + o * mixed[k + 1], part[2] + o * below[k + 1], part[3] + o * upto[k + 1]]
        sums = [total + Spread(p, classes).full() for total, p in zip(sums, part, strict=True)]
    whole, total, under, reach = sums
    value = total / whole + risk * quantile
    wrong = (under > TAIL * whole) | (reach < TAIL * whole)
    if wrong.any():
        shape = value.shape
        at = np.nonzero(np.broadcast_to(wrong, shape))
        weights = np.stack([_at(o, shape, at) for o in (Spread(np.ones(1)), *odds)])
        value = value.copy()
        value[at] = risk_adjusted(
            worth[:, at[-1]], weights / _added(weights), np.broadcast_to(risk, shape[-1:])[at[-1]]
        )
    return np.asarray(value)


def _mean(worth: Array, odds: Sequence[Spread]) -> Array:
    """Mean over the futures, for who does not mind risk."""
    whole, total = np.ones(1), worth[0]
    for k, o in enumerate(odds):
        full = o.full()
        whole, total = whole + full, total + full * worth[k + 1]
    return np.asarray(total / whole)


def _last(odds: Spread) -> Array:
    """Odds in the last row, ``[lane]``."""
    if odds.values.ndim < 2:
        return odds.values
    return np.asarray(odds.values[-1 if odds.of is None else odds.of[-1]])


def _by_classes(odds: Sequence[Spread]) -> list[tuple[NDArray[np.intp] | None, list[int]]]:
    """Hazards that share their classes of rows, in order of first appearance."""
    groups: list[tuple[NDArray[np.intp] | None, list[int]]] = []
    for k, o in enumerate(odds):
        of = o.of if o.values.ndim > 1 else None
        for known, members in groups:
            if known is of:
                members.append(k)
                break
        else:
            groups.append((of, [k]))
    return groups


def _at(odds: Spread, shape: tuple[int, ...], at: tuple[NDArray[np.intp], ...]) -> Array:
    """Odds of single rows and lanes."""
    if odds.values.ndim < 2:
        return np.asarray(np.broadcast_to(odds.values, shape[-1:])[at[-1]])
    return np.asarray(odds.values[at[0] if odds.of is None else odds.of[at[0]], at[1]])


def _quantile(worth: Array, odds: Sequence[Array]) -> Array:
    """The value at which the tail ends, ``[lane]``."""
    weights = np.stack([np.broadcast_to(o, worth.shape[1:]) for o in (np.ones(1), *odds)])
    order = np.argsort(worth, axis=0, kind="stable")
    values = np.take_along_axis(worth, order, axis=0)
    mass = np.take_along_axis(weights, order, axis=0) / weights.sum(axis=0)
    reached = np.cumsum(mass, axis=0) >= TAIL
    return np.asarray(np.take_along_axis(values, reached.argmax(axis=0)[None], axis=0)[0])


def probabilities(value: Array, feasible: Mask, precision: Array, scale: Array) -> Array:
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


def draw(value: Array, feasible: Mask, precision: Array, scale: Array, gumbel: Array) -> tuple[NDArray[np.intp], Mask]:
    """Chosen entry and whether the two best were tied, both ``[lane]``.

    Parameters
    ----------
    value, feasible : [entry, lane].
    precision, scale : [lane].
    gumbel : [entry, lane] standard Gumbel numbers, one per entry.
    """
    score = np.where(feasible, precision * value / scale + gumbel, -np.inf)
    chosen = score.argmax(axis=0)
    plain = np.where(feasible, value, -np.inf)
    if plain.shape[0] == 1:
        return chosen, np.zeros(plain.shape[1], bool)
    top = np.partition(plain, plain.shape[0] - 2, axis=0)[-2:]
    with np.errstate(invalid="ignore"):
        tied = (top[1] - top[0]) < TIE
    return chosen, np.asarray(tied)
