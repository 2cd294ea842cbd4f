"""What ignites unrest at home: the prices of fuel and food and the incomes of those who spend most on them.

    loss of the lower half = max(0, -(ln W - f food - g fuel)) + w max(0, 1 - oil exported) o
    hazard                 = logistic(b0 + b1 price shock + b2 loss + b3 (floor - L) + b4 recent)

`food` and `fuel` are log rises over a year; the lower half spends the shares f and g more of its income on them than
the mean household. The west lives on oil: where oil finds no way out, its incomes fall by the share o, and the west
weighs w. Foreign alignment is not in it: it modulates by way of prices, incomes and legitimacy, and does not ignite
(Zhanaozen 2011, land 2016, gas prices 2022).

References: Putnam 1988; Bellemare 2015 (food prices and unrest).
"""

from __future__ import annotations

import numpy as np

from multivector.mechanisms.common import Array


def lower_half_loss(ln_income: Array, food: Array, fuel: Array, *, food_extra: Array, fuel_extra: Array) -> Array:
    """Real income that the lower half has lost against the base, a fraction, ``[lane]``.

    Examples
    --------
    >>> one = np.ones(1)
    >>> lower_half_loss(-0.02 * one, 0.2 * one, 0.0 * one, food_extra=0.1 * one, fuel_extra=one).round(6).tolist()
    [0.04]
    """
    return np.asarray(np.maximum(food_extra * food + fuel_extra * fuel - ln_income, 0.0))


def west_loss(exported: Array, *, weight: Array, oil_share: Array) -> Array:
    """Loss of the oil regions in the west where oil finds no way out, weighted, a fraction, ``[lane]``."""
    return np.asarray(weight * oil_share * np.maximum(1.0 - exported, 0.0))
