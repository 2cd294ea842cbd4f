"""Investment, finance and technology from abroad: what brings them, what drives them away, what they are worth.

    inflow of v  = k_r (relation_v - base) + k_f reform - risk
    risk         = k_t threats + k_u unrest + k_l rung + k_c coercive acts of the quarter
    stock of v'  = base + keep (stock_v - base) + inflow of v           (ratio to base)
    finance      = access - d_3 [banks listed] - lost by strained banks
    technology   = access - d_4 [country measure]
    ln A         = a sum_v share_v (stock_v - 1) + b (finance - 1) + c (technology - 1)

A source is the *immediate* one: holding companies count where they are registered, so that the Netherlands stand for
the owners behind them. The rung is the worst of the sanctioners' above warnings (listing of firms 1, banks 2, country
3); its two losses set in between rungs 2 and 3, and between 3 and 4.

References: Busse and Hefeker 2007, Political risk, institutions and foreign direct investment, EJPE 23(2); Borensztein,
De Gregorio and Lee 1998, How does foreign direct investment affect economic growth?, JIE 45(1); Besedes, Goldbach and
Nitsch 2017, You're banned! The effect of sanctions on German cross-border financial flows, Economic Policy 32(90).
"""

from __future__ import annotations

import numpy as np

from multivector.mechanisms.common import Array


def risk(
    threats: Array,
    unrest: Array,
    rung: Array,
    acts: Array,
    *,
    on_threat: Array,
    on_unrest: Array,
    on_rung: Array,
    on_coercion: Array,
) -> Array:
    """What keeps investors away, share of the stock a quarter, ``[lane]``.

    Parameters
    ----------
    threats : sum of threats perceived, above the base; unrest : grade; rung : worst rung above warnings, 0 to 3.
    acts : coercive acts of the quarter against the country.

    Examples
    --------
    >>> n = lambda x: np.array([x])
    >>> risk(
    ...     n(0.1), n(1.0), n(0.0), n(1.0), on_threat=n(0.05), on_unrest=n(0.01), on_rung=n(0.01), on_coercion=n(0.01)
    ... ).round(4).tolist()
    [0.025]
    """
    return np.asarray(on_threat * threats + on_unrest * unrest + on_rung * rung + on_coercion * acts)


def inflow(relation: Array, reform: Array, risks: Array, *, on_relation: Array, on_reform: Array) -> Array:
    """Inflow from one source beyond what keeps the stock, share of the base stock a quarter, ``[lane]``.

    `relation` is that with the source and `reform` progress at home, both above the base.

    Examples
    --------
    >>> n = lambda x: np.array([x])
    >>> inflow(n(0.2), n(0.0), n(0.01), on_relation=n(0.03), on_reform=n(0.02)).round(4).tolist()
    [-0.004]
    """
    return np.asarray(on_relation * relation + on_reform * reform - risks)


def access(own: Array, rung: Array, lost: Array, *, first: float, loss: Array) -> Array:
    """Access to finance or technology after the ladder and other losses, ratio to the base, ``[..., lane]``.

    The share `loss` goes as the rung rises from `first` to the next.

    Examples
    --------
    >>> n = lambda x: np.array([x])
    >>> access(n(1.0), n(2.5), n(0.0), first=2.0, loss=n(0.1)).round(4).tolist()
    [0.95]
    """
    return np.asarray(own - loss * np.clip(rung - first, 0.0, 1.0) - lost)


def productivity(
    stocks: Array, finance: Array, technology: Array, *, investment: Array, on_finance: Array, on_technology: Array
) -> Array:
    """Log productivity against the base, ``[..., lane]``; arguments are deviations from the base.

    `stocks` is the mean of the investment stocks by source, weighted by their shares in the inflow of the base year.

    Examples
    --------
    >>> n = lambda x: np.array([x])
    >>> productivity(
    ...     n(0.1), n(-0.1), n(0.0), investment=n(0.06), on_finance=n(0.04), on_technology=n(0.04)
    ... ).round(4).tolist()
    [0.002]
    """
    return np.asarray(investment * stocks + on_finance * finance + on_technology * technology)
