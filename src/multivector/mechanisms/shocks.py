"""Luck that lasts: the log process behind prices.

    x_t = rho x_{t-1} + sd z_t,      level_t = mean exp(x_t),      z_t = normal(u_t),

with uniforms from a stream of their own, so that the path of one quantity moves no other.
"""

from __future__ import annotations

import numpy as np

from multivector.mechanisms.common import Array
from multivector.randomness import normal


def ar1_step(x: Array, u: Array, *, persistence: Array, sd: Array) -> Array:
    """One quarter of the process from where it stands, ``[lane]``, log points.

    Parameters
    ----------
    x : deviation of the quarter before.
    u : uniforms of the quantity's own stream.
    persistence : carry-over from quarter to quarter, rho, inside (-1, 1).
    sd : standard deviation of a quarter's innovation, log points.

    Examples
    --------
    >>> ar1_step(np.array([0.1]), np.array([0.5]), persistence=np.array([0.9]), sd=np.array([0.2])).round(3).tolist()
    [0.09]
    """
    return np.asarray(persistence * x + sd * normal(u))
