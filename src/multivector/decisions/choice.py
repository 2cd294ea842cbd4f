"""The rule of choice: value with risk aversion, logit best reply, a Gumbel draw per entry.

    V = (1 - rho) mean_k U_k + rho CVaR20_k U_k        over weighted futures common to all entries
    P(m) = exp(lambda V(m) / s) / sum exp(...)

The draw adds one Gumbel number per entry, keyed by its id, so that an entry which is never taken changes no other
choice.

References: McKelvey and Palfrey 1995 (logit response); Rockafellar and Uryasev 2000 (CVaR).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from multivector.mechanisms.common import Array

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


@dataclass(frozen=True)
class Odds:
    """Odds of the hazards against quiet, by class of rows.

    Attributes
    ----------
    values : [hazard, class, lane], the hazards in the order of the futures (of which the first is quiet).
    of : [row] class of every row; None if the classes are the rows.
    """

    values: Array
    of: NDArray[np.intp] | None = None

    def pick(self, rows: NDArray[np.intp]) -> Odds:
        """The odds of some rows."""
        return Odds(self.values, rows if self.of is None else self.of[rows])

    def by_row(self, parts: Array) -> Array:
        """What was worked out by class, by row: ``[class, lane]`` to ``[row, lane]``."""
        return parts if self.of is None else np.asarray(parts[self.of])

    def rows(self) -> Array:
        """Odds by row, ``[hazard, row, lane]``."""
        return self.values if self.of is None else np.asarray(self.values[:, self.of])


def hazard_value(worth: Array, odds: Odds, risk: Array) -> Array:
    """`risk_adjusted` over a quiet future (the first) and hazards given by their odds against it, row by row.

    At the quantile t of the tail, CVaR = t - E[(t - v)+] / tail, one weighted sum. The quantile is found at the last
    row (*stop*) and is the right one wherever it is also the row's own; the classes and lanes where it is not are
    sorted.

    Parameters
    ----------
    worth
        ``[future, lane]``, or ``[future, row, lane]``.
    odds
        Odds of every future but the first.
    risk
        ``[lane]``.

    Returns
    -------
    Array
        ``[row, lane]``.

    Examples
    --------
    >>> worth = np.array([[0.0], [-1.0]])
    >>> odds = Odds(np.full((1, 1, 1), 1.0 / 9.0))
    >>> float(hazard_value(worth, odds, np.ones(1))[0, 0].round(12))
    -0.5
    """
    if risk.all():
        return _mixed(worth, odds, risk)
    # Lanes that do not mind risk take the mean, to the bit, whatever the lanes beside them do.
    mean = _mean(worth, odds)
    return np.where(risk == 0.0, mean, _mixed(worth, odds, risk)) if risk.any() else mean


def _mixed(worth: Array, odds: Odds, risk: Array) -> Array:
    if worth.ndim > 2:
        weights = _weights(odds)
        return risk_adjusted(worth, weights / _added(weights), risk)
    quantile = _quantile(worth, odds)
    # Four sums over the futures at once: of the weights, of the mixed values, of the weight below, up to the quantile.
    summand = np.ones((4, *worth.shape))
    summand[1] = (1.0 - risk) * worth - risk * np.maximum(quantile - worth, 0.0) / TAIL
    summand[2], summand[3] = worth < quantile, worth <= quantile
    whole, total, under, reach = _sums(summand, odds)
    value = np.asarray(total / whole + risk * quantile)
    tail = TAIL * whole
    wrong = (under > tail) | (reach < tail)
    if wrong.any():
        row, lane = np.nonzero(wrong)
        weights = np.concatenate((np.ones((1, len(row))), odds.values[:, row, lane]))
        value[row, lane] = risk_adjusted(worth[:, lane], weights / _added(weights), risk[lane])
    return odds.by_row(value)


def _sums(summand: Array, odds: Odds) -> Array:
    """Sums over the futures weighted by their odds, ``[sum, future, lane]`` to ``[sum, class, lane]``."""
    return np.asarray(np.einsum("jk...,kc...->jc...", summand[:, 1:], odds.values) + summand[:, :1])


def _weights(odds: Odds) -> Array:
    """Odds of every future by row, ``[future, row, lane]``; the quiet one has 1."""
    rows = odds.rows()
    return np.concatenate((np.ones((1, *rows.shape[1:])), rows))


def _mean(worth: Array, odds: Odds) -> Array:
    """Mean over the futures, for who does not mind risk."""
    if worth.ndim > 2:
        weights = _weights(odds)
        return np.asarray(_added(weights * worth) / _added(weights))
    whole, total = _sums(np.stack((np.ones(worth.shape), worth)), odds)
    return odds.by_row(total / whole)


def _quantile(worth: Array, odds: Odds) -> Array:
    """The value at which the tail ends in the last row, ``[lane]``: the least one that the tail's mass reaches."""
    last = odds.values[:, -1 if odds.of is None else odds.of[-1]]
    mass = np.concatenate((np.ones((1, last.shape[-1])), last))
    reach = np.einsum("j...,jk...->k...", mass, (worth[:, None] <= worth).astype(np.float64))
    return np.asarray(np.where(reach >= TAIL * reach.max(axis=0), worth, np.inf).min(axis=0))


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
    best = plain.max(axis=0)
    at_best = plain == best
    second = np.where(at_best.sum(axis=0) > 1, best, np.where(at_best, -np.inf, plain).max(axis=0))
    with np.errstate(invalid="ignore"):
        tied = (best - second) < TIE
    return chosen, np.asarray(tied)
