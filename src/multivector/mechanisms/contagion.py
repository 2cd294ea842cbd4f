"""Contagion from the rouble: the tenge, the price of imports, banks with owners in Russia.

All exchange rates are log prices of the dollar against the base year (positive = weaker).

    tenge       e = a_R r - a_O ln(oil price / base) + policy and own shocks
    import cost m = p_import + p_world + e - w r                    w: weight of imports with prices fixed in roubles
    strain      s' = k s + f max(dr, 0) + (1 - k) z [measures stand]
    finance     access = own access - exposure * s                  exposure: share of bank assets with such owners

The rouble r follows the scenario's path and a persistent shock. A weaker rouble weakens the tenge, which makes imports
dearer, and cheapens what Russia sells at rouble prices: the first is the larger where a_R > w, the second where a_R < w
(as before the float of August 2015, when the tenge was held and Russian goods came in cheaply). Depositors leave banks
whose owners are hit: at once when the rouble falls, and for as long as measures against Russia stand.

References: Burstein and Gopinath 2014, International prices and exchange rates (pass-through); Gopinath et al. 2020,
Dominant currency paradigm, AER 110(3) (currency of invoicing); Kaminsky, Reinhart and Vegh 2003, The unholy trinity of
financial contagion, JEP 17(4) (common lenders).
"""

from __future__ import annotations

import numpy as np

from multivector.mechanisms.common import Array


def tenge_rate(rouble: Array, oil: Array, own: Array, *, on_rouble: Array, on_oil: Array) -> Array:
    """Log price of the dollar in own money against the base, ``[lane]``.

    Parameters
    ----------
    rouble, oil : log price of the dollar in roubles, and log price of oil, against the base.
    own : log depreciation from policy and shocks of its own.
    on_rouble, on_oil : answers within the quarter, shares.

    Examples
    --------
    >>> one = np.array([1.0])
    >>> tenge_rate(0.2 * one, 0.1 * one, 0.0 * one, on_rouble=0.4 * one, on_oil=0.1 * one).round(3).tolist()
    [0.07]
    """
    return np.asarray(on_rouble * rouble - on_oil * oil + own)


def import_cost(price: Array, tenge: Array, rouble: Array, *, rouble_weight: Array) -> Array:
    """Log cost of imports in own money against the base, ``[lane]``.

    Parameters
    ----------
    price : log price of imports in dollars.
    rouble_weight : share of imports whose price is fixed in roubles within the quarter.

    Examples
    --------
    >>> one = np.array([1.0])
    >>> import_cost(0.0 * one, 0.1 * one, 0.2 * one, rouble_weight=0.25 * one).tolist()
    [0.05]
    """
    return np.asarray(price + tenge - rouble_weight * rouble)


def strain_inflow(
    rouble_change: Array, measures: float, *, persistence: Array, fragility: Array, frozen: Array
) -> Array:
    """What a quarter adds to the strain of banks whose owners are in the country of the rouble, ``[lane]``.

    Parameters
    ----------
    rouble_change : log change of the dollar's price in roubles this quarter; only a fall of the rouble strains.
    measures : 1 where measures against the owners' country stand, else 0.
    persistence : share of strain kept a quarter, so that standing measures lead to the strain `frozen`.

    Examples
    --------
    >>> one = np.array([1.0])
    >>> strain_inflow(0.1 * one, 1.0, persistence=0.7 * one, fragility=one, frozen=0.5 * one).round(3).tolist()
    [0.25]
    """
    return np.asarray(fragility * np.maximum(rouble_change, 0.0) + (1.0 - persistence) * frozen * measures)


def access_lost(exposure: Array, strain: Array) -> Array:
    """Finance that banks with such owners do not give, as a share of access, ``[..., lane]``.

    Examples
    --------
    >>> access_lost(np.array([0.14]), np.array([0.5])).tolist()
    [0.07]
    """
    return np.asarray(exposure * strain)
