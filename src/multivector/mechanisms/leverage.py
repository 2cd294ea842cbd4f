"""Reverse leverage: what a power would lose, good by good, if what comes from or through the focus actor stopped.

    short(q) = 0                          while stocks last (q < c)
               max(0, 1 - (q - c) / T)   after that: other sources replace it within T quarters
    loss     = worth * damage * mean over the horizon of short / income

`worth` is what the power buys, ships or earns in a year, `damage` what it loses for each dollar of it that is missing
(1 = its price; more where much hangs on little, such as power from uranium; less where another road costs a bit more).
The loss comes on top of the trade equilibrium, which knows sectors and no single good.

References: Hirschman 1945, National Power and the Structure of Foreign Trade (power is the cost of interruption);
Keohane and Nye 1977 (sensitivity and vulnerability: what remains once substitutes are found); Farrell and Newman 2019.
"""

from __future__ import annotations

import numpy as np

from multivector.mechanisms.common import Array


def shortfall(stocks: Array, substitution: Array, *, horizon: Array) -> Array:
    """Mean share of a good that is missing over a horizon after the cut, ``[lane]``.

    Parameters
    ----------
    stocks : quarters of use in store; substitution : quarters until other sources have replaced the good.
    horizon : quarters.

    Examples
    --------
    >>> n = lambda x: np.array([x])
    >>> shortfall(n(0.0), n(4.0), horizon=n(4.0)).tolist(), shortfall(n(4.0), n(4.0), horizon=n(4.0)).tolist()
    ([0.5], [0.0])
    """
    needed = np.maximum(substitution, 1e-9)
    horizon = np.maximum(horizon, 1e-9)
    without = np.clip(horizon - stocks, 0.0, needed)
    return np.asarray((without - without * without / (2.0 * needed)) / horizon)


def good_loss(
    worth: Array, damage: Array, stocks: Array, substitution: Array, *, horizon: Array, income: float
) -> Array:
    """Loss of one power without one good of the focus actor, share of its income, ``[lane]``.

    Parameters
    ----------
    worth : US$ bn a year; damage : US$ lost for a US$ missing; stocks, substitution : quarters.
    horizon : quarters over which the loss is averaged; income : US$ bn a year.

    Examples
    --------
    >>> n = lambda x: np.array([x])
    >>> good_loss(n(10.0), n(0.5), n(0.0), n(4.0), horizon=n(4.0), income=1000.0).tolist()
    [0.0025]
    """
    return np.asarray(worth * damage * shortfall(stocks, substitution, horizon=horizon) / income)
