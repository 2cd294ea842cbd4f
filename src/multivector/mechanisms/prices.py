"""Consumer prices: imports, world food and administered prices.

    passed'   = passed + k (import cost - passed)
    inflation = trend + b (passed' - passed) + f d ln(world food) + pressure of administered prices

Only a share b of a change of import costs ever reaches consumers (0.2 to 0.3), and it arrives over some quarters.

References: Burstein and Gopinath 2014, International prices and exchange rates, Handbook of International Economics 4;
Campa and Goldberg 2005, REStat 87(4).
"""

from __future__ import annotations

import numpy as np

from multivector.mechanisms.common import Array


def passed_on(passed: Array, cost: Array, *, speed: Array) -> Array:
    """Log import cost that shops have taken over after this quarter, ``[lane]``; `speed` is what closes of the gap.

    Examples
    --------
    >>> passed_on(np.array([0.0]), np.array([0.2]), speed=np.array([0.5])).tolist()
    [0.1]
    """
    return np.asarray(passed + speed * (cost - passed))


def quarterly_inflation(
    passed_change: Array, food_change: Array, pressure: Array, *, trend: Array, pass_through: Array, food_share: Array
) -> Array:
    """Consumer price inflation of a quarter as a log change, ``[lane]``.

    Parameters
    ----------
    passed_change : change of the import cost that shops have taken over, log points.
    food_change : log change of world food prices; `pressure` of administered prices, log points a quarter.

    Examples
    --------
    >>> n = lambda x: np.array([x])
    >>> quarterly_inflation(
    ...     n(0.1), n(0.0), n(0.0), trend=n(0.02), pass_through=n(0.25), food_share=n(0.2)
    ... ).tolist()
    [0.045]
    """
    return np.asarray(trend + pass_through * passed_change + food_share * food_change + pressure)
