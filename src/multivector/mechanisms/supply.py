"""Energy at home beyond crude: how much of it goes missing when a power holds back gas, electricity and fuel.

    missing   = max(0, d - r w)
    stake     = s * missing                  income at risk, and income lost in a quarter of a cut
    pressure  = k * missing                  rise of administered prices while supply is short

`d` is the share of home energy that comes from the power, `w` the power made at home beyond the base year as a share of
home energy, of which the part `r` can stand in for what is held back: a reactor heats no house that burns gas and
drives no lorry. A plant by one power so makes the country safer from a cut by another, and ties it to its builder.

References: Hirschman 1945 (power is the cost of interruption); Stegen 2011, Energy Policy 39(10) (a supplier's weapon
needs its share in supply and no substitute at hand).
"""

from __future__ import annotations

import numpy as np

from multivector.mechanisms.common import Array


def missing(dependence: Array, own: Array, *, replaceable: Array) -> Array:
    """Share of home energy that is missing while a power holds back what it supplies, ``[..., lane]``.

    Parameters
    ----------
    dependence : share of home energy that comes from the power, 0 to 1.
    own : power made at home beyond the base year, share of home energy, 0 to 1.
    replaceable : part of it that can stand in for what is held back, 0 to 1.

    Examples
    --------
    >>> n = lambda x: np.array([x])
    >>> missing(n(0.1), n(0.0), replaceable=n(0.5)).tolist(), missing(n(0.1), n(0.3), replaceable=n(0.5)).tolist()
    ([0.1], [0.0])
    """
    return np.asarray(np.maximum(dependence - replaceable * own, 0.0))
