"""What could be lost: influence and autonomy, exposure to secondary measures, evasion, oil at risk.

References: Hirschman 1945 (power is the cost of interruption); Drezner 1999 and Early 2015 (secondary sanctions);
Chupilkin, Javorcik and Plekhanov 2025 (evasion offsets); Snyder 1984 (entrapment and abandonment).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import numpy as np

from multivector.mechanisms.common import Array

RUNGS = 4
WITHIN = 4


def influence(loss: Array, use: Array) -> Array:
    """Expected cost of a power's lever: loss from losing it times the probability that it uses it, ``[power,
    lane]``."""
    return np.asarray(loss * use)


def autonomy(loss: Array, use: Array) -> Array:
    """One minus the largest influence of any power, ``[lane]``; arguments ``[power, lane]`` as shares of income.

    Examples
    --------
    >>> autonomy(np.array([[0.2], [0.1]]), np.array([[0.1], [0.5]])).tolist()
    [0.95]
    """
    return np.asarray(1.0 - influence(loss, use).max(axis=0))


def any_of(rates: Sequence[Array]) -> Array:
    """Probability that at least one of several independent hazards happens, ``[lane]``.

    Examples
    --------
    >>> any_of([np.array([0.5]), np.array([0.5])]).tolist()
    [0.75]
    """
    calm = 1.0 - rates[0]
    for r in rates[1:]:
        calm = calm * (1.0 - r)
    return np.asarray(1.0 - calm)


def reach_rungs(step: Array, now: Array, *, quarters: int = WITHIN) -> Array:
    """Probability of standing on each rung or higher within some quarters, ``[rung 1..4, lane]``.

    An approximation: a step up comes with the same probability each quarter, at most one a quarter, and none goes down.

    Parameters
    ----------
    step : [lane] probability a quarter of one step up (a case is found and acted on).
    now : [lane] rung now, 0 to 4.

    Examples
    --------
    >>> reach_rungs(np.array([0.5]), np.array([1.0]), quarters=1)[:, 0].tolist()
    [1.0, 0.5, 0.0, 0.0]
    """
    tail = np.empty((RUNGS + 1, *step.shape))
    tail[0] = 1.0
    miss = 1.0 - step
    up, down = [np.ones_like(step)], [np.ones_like(step)]
    for _ in range(quarters):
        up.append(up[-1] * step)
        down.append(down[-1] * miss)
    below = np.zeros_like(step)
    for k in range(RUNGS):
        if k <= quarters:
            below = below + comb(quarters, k) * up[k] * down[quarters - k]
        tail[k + 1] = np.maximum(1.0 - below, 0.0)
    rungs = np.arange(1.0, RUNGS + 1.0).reshape(-1, *(1,) * step.ndim)
    needed = np.clip(np.ceil(rungs - now - 1e-9), 0.0, RUNGS).astype(np.intp)
    return np.take_along_axis(tail, needed, axis=0)


def sanction_exposure(reach: Array, added_loss: Array) -> Array:
    """Expected loss from one sanctioner's ladder: sum over rungs of P(rung or higher) times what the rung adds,
    ``[lane]``.

    Both ``[rung 1..4, lane]``; the loss is a share of income. Summing what each rung adds over "or higher" is the
    same as summing the whole loss of each rung over "exactly".

    Examples
    --------
    >>> reach = np.array([[1.0], [0.5], [0.1], [0.0]])
    >>> sanction_exposure(reach, np.array([[0.0], [0.01], [0.1], [0.2]])).round(6).tolist()
    [0.015]
    """
    return np.asarray((reach * added_loss).sum(axis=0))


def evasion_offset(via: Array, via_base: Array, direct: Array, direct_base: Array, *, least: float = 0.01) -> Array:
    """Share of the lost direct trade that came by the focus actor instead, ``[lane]``.

    nan where direct trade fell by less than `least` of its base: nothing was blocked that could have been offset.

    Examples
    --------
    >>> evasion_offset(np.array([3.0]), np.array([1.0]), np.array([90.0]), np.array([100.0])).tolist()
    [0.2]
    """
    lost = direct_base - direct
    blocked = lost > least * direct_base
    return np.asarray(np.where(blocked, (via - via_base) / np.where(blocked, lost, 1.0), np.nan))
