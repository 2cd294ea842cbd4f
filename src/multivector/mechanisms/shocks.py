"""Luck: persistent processes for prices, and outages of corridors by cause.

Prices and other quantities keyed by name follow a log process,

    x_t = rho x_{t-1} + sd z_t,      level_t = mean exp(x_t),      z_t = normal(u_t),

with uniforms from a stream of their own, so that the path of one quantity moves no other. An outage has a cause, since
only a deliberate one answers to displeasure: weather and wear (storms, repairs), legal (courts, regulators), a third
party's attack, and a deliberate stop. Each cause has a hazard a quarter and a severity, the share of a quarter's
capacity lost.

All arrays have the lane (replicate) last.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from multivector.randomness import normal

Array = NDArray[np.float64]

CAUSES = ("weather", "legal", "third-party", "deliberate")
"""Causes of an outage, in the order of the first axis of every hazard, uniform, flag and severity."""


def ar1_path(
    u: Array,
    *,
    persistence: Array,
    sd: Array,
    start: Literal["zero", "stationary"] = "zero",
    before: Array | None = None,
) -> Array:
    """Log deviations of a persistent process.

    Parameters
    ----------
    u : array, shape (turn, lane)
        Uniforms of the quantity's own stream.
    persistence : array, shape (lane,)
        Carry-over from quarter to quarter, rho, inside (-1, 1).
    sd : array, shape (lane,)
        Standard deviation of a quarter's innovation, log points.
    start
        ``"zero"``: the quarter before the first is known to be `before`. ``"stationary"``: the first quarter is drawn
        from the process's own long-run distribution, exactly.
    before : array, shape (lane,), optional
        Deviation before the first quarter; zero unless given.

    Returns
    -------
    array, shape (turn, lane)
        Deviations x, log points.

    Examples
    --------
    >>> u = np.array([[0.975], [0.5]])
    >>> ar1_path(u, persistence=np.array([0.9]), sd=np.array([0.1])).round(4).tolist()
    [[0.196], [0.1764]]
    """
    innovations = sd * normal(u)
    path = np.empty_like(innovations)
    last = np.zeros(u.shape[1:]) if before is None else before
    for turn in range(u.shape[0]):
        if turn == 0 and start == "stationary":
            last = innovations[0] / np.sqrt(1.0 - persistence * persistence)
        else:
            last = persistence * last + innovations[turn]
        path[turn] = last
    return path


def ar1_step(x: Array, u: Array, *, persistence: Array, sd: Array) -> Array:
    """One quarter of the process from where it stands: the same numbers as `ar1_path`, for states and for futures.

    Examples
    --------
    >>> ar1_step(np.array([0.1]), np.array([0.5]), persistence=np.array([0.9]), sd=np.array([0.2])).round(3).tolist()
    [0.09]
    """
    return np.asarray(persistence * x + sd * normal(u))


def ar1_variance(turns: int, *, persistence: Array, sd: Array, start: Literal["zero", "stationary"] = "zero") -> Array:
    """Variance of each quarter's deviation, shape (turn, lane), for a level whose *mean* is to be kept.

    Examples
    --------
    >>> ar1_variance(2, persistence=np.array([0.5]), sd=np.array([1.0])).tolist()
    [[1.0], [1.25]]
    """
    one = np.asarray(sd * sd + 0.0 * persistence)
    last = one / (1.0 - persistence * persistence) if start == "stationary" else one
    rows = []
    for _ in range(turns):
        rows.append(last)
        last = persistence * persistence * last + one
    return np.stack(rows) if rows else np.empty((0, *one.shape))


def level(mean: Array, x: Array, variance: Array) -> Array:
    """Level with the given mean: ``mean exp(x - variance / 2)``. With zero variance, `mean` is the median.

    Examples
    --------
    >>> level(np.array([70.0]), np.array([0.0]), np.array([0.0])).tolist()
    [70.0]
    """
    return np.asarray(mean * np.exp(np.ascontiguousarray(x - 0.5 * variance)))


def outage_hazards(weather: Array, legal: Array, third_party: Array, deliberate: Array) -> Array:
    """Stack hazards a quarter in the order of `CAUSES`: the first three are background, the last answers to politics.

    Parameters
    ----------
    weather, legal, third_party, deliberate : array, shape (corridor, lane) each
        Probability of an outage of that cause in a quarter.

    Returns
    -------
    array, shape (cause, corridor, lane)
        Probabilities, clipped to [0, 1].

    Examples
    --------
    >>> h = np.full((1, 1), 0.1)
    >>> outage_hazards(h, h, h, 12 * h)[:, 0, 0].tolist()
    [0.1, 0.1, 0.1, 1.0]
    """
    return np.asarray(np.clip(np.stack(np.broadcast_arrays(weather, legal, third_party, deliberate)), 0.0, 1.0))


def outage_draws(u: Array, hazards: Array) -> NDArray[np.bool_]:
    """Which outages happen: one uniform per cause, corridor and quarter, so that one cause moves no other.

    Parameters
    ----------
    u : array, shape (cause, corridor, lane)
        Uniforms, one stream per cause and corridor.
    hazards : array, shape (cause, corridor, lane)
        Probabilities a quarter.

    Returns
    -------
    array of bool, shape (cause, corridor, lane)

    Examples
    --------
    >>> outage_draws(np.array([[[0.04]], [[0.06]]]), np.full((2, 1, 1), 0.05))[:, 0, 0].tolist()
    [True, False]
    """
    return np.asarray(u < hazards)


def capacity_left(capacity: Array, flags: NDArray[np.bool_], severity: Array) -> Array:
    """Capacity of a quarter after its outages: each takes its share of what the others left.

    Parameters
    ----------
    capacity : array, shape (corridor, lane)
        Mt a year.
    flags : array of bool, shape (cause, corridor, lane)
        From `outage_draws`.
    severity : array, shape (cause, corridor, lane), or (cause, 1, lane)
        Share of a quarter's capacity lost, 0 to 1.

    Returns
    -------
    array, shape (corridor, lane)
        Mt a year.

    Examples
    --------
    >>> flags = np.array([[[True]], [[True]]])
    >>> capacity_left(np.array([[60.0]]), flags, np.array([[[0.5]], [[0.2]]])).tolist()
    [[24.0]]
    """
    left = np.asarray(capacity)
    for cause in range(flags.shape[0]):
        left = left * (1.0 - np.where(flags[cause], severity[cause], 0.0))
    return left


def expected_capacity(capacity: Array, hazards: Array, severity: Array) -> Array:
    """Mean of `capacity_left` over independent outages, for futures whose hazards are weighted rather than drawn.

    Examples
    --------
    >>> expected_capacity(np.array([[60.0]]), np.array([[[0.1]]]), np.array([[[0.5]]])).tolist()
    [[57.0]]
    """
    left = np.asarray(capacity)
    for cause in range(hazards.shape[0]):
        left = left * (1.0 - hazards[cause] * severity[cause])
    return left


def belief_in_intent(prior: Array, seen: Array, *, clarity: Array) -> Array:
    """Belief that an outage was deliberate, after a noisy report on its cause.

    Parameters
    ----------
    prior : array, shape (..., lane)
        Share of the deliberate hazard in the sum of all hazards of that corridor.
    seen : array of 0 or 1, shape (..., lane)
        Whether the report points to intent.
    clarity : array, shape (lane,)
        Probability that the report is right, 0.5 (says nothing) to 1.

    Returns
    -------
    array, shape (..., lane)
        Posterior probability by Bayes' rule.

    Examples
    --------
    >>> half = np.array([0.5])
    >>> belief_in_intent(np.array([0.3]), np.array([1.0]), clarity=half).tolist()
    [0.3]
    """
    if_meant = np.where(seen > 0.5, clarity, 1.0 - clarity)
    joint = prior * if_meant
    total = joint + (1.0 - prior) * (1.0 - if_meant)
    return np.asarray(joint / np.maximum(total, 1e-300))
