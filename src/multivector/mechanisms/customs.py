"""A customs union: no duty inside, one tariff outside, duties pooled and shared out.

The base year has the union in its costs. Without it a member pays duty in its partners and they in it, and its imports
from outside pay its own tariff:

    ln cost inside   = ln(1 + t)                           t: tariff of the importer
    ln cost outside  = (1 - x) ln((1 + own) / (1 + common))   x: share of lines already at own rates
    net receipts     = s sum_m T_m - T_own,   T_m = common * imports of m from outside

`s` is the member's share in the pool. What a member receives beyond what it collects is a transfer from the others: a
larger partner whose imports shrink takes the smaller one's receipts with it.

References: Viner 1950, The Customs Union Issue (creation and diversion); Isakova, Koczan and Plekhanov 2016, How much
do tariffs matter? Evidence from the customs union of Belarus, Kazakhstan and Russia, J. Economic Policy Reform 19(2);
Dragneva and Wolczuk 2017, The Eurasian Economic Union: deals, rules and the exercise of power.
"""

from __future__ import annotations

import numpy as np

from multivector.mechanisms.common import Array


def inside_cost(tariff: Array) -> Array:
    """Log cost that duty inside the former union adds, ``[lane]``.

    Examples
    --------
    >>> inside_cost(np.array([0.05])).round(4).tolist()
    [0.0488]
    """
    return np.asarray(np.log1p(np.ascontiguousarray(tariff)))


def outside_change(own: Array, common: Array, exempt: Array) -> Array:
    """Change of the log cost of imports from outside when the own tariff takes the place of the common, ``[lane]``.

    `exempt` is the share of lines that already has own rates.

    Examples
    --------
    >>> n = lambda x: np.array([x])
    >>> outside_change(n(0.04), n(0.06), n(0.5)).round(4).tolist()
    [-0.0095]
    """
    logs = np.log1p(np.ascontiguousarray(own)) - np.log1p(np.ascontiguousarray(common))
    return np.asarray((1.0 - exempt) * logs)


def net_receipts(imports: Array, share: float, member: int, common: Array) -> Array:
    """What one member gets from the pool beyond what it collects, US$ bn a year, ``[lane]``.

    Parameters
    ----------
    imports : [member, lane] imports from outside, US$ bn a year; `member` is the position of the one asked about.
    share : its share in the pool of the members counted; `common` the tariff.

    Examples
    --------
    >>> net_receipts(np.array([[20.0], [180.0]]), 0.08, 0, np.array([0.05])).round(3).tolist()
    [-0.2]
    """
    duties = common * imports
    return np.asarray(share * duties.sum(axis=0) - duties[member])
