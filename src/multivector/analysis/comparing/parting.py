"""When two worlds part: the first quarter from which a difference is off zero."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from multivector.analysis.statistics.paired import LEVEL, Array, paired
from multivector.analysis.statistics.shares import paired_shares


def parts_at(a: Array, b: Array, *, level: float = LEVEL) -> int | None:
    """First turn whose mean difference is off zero; None if there is none.

    Parameters
    ----------
    a, b : ``[turn, replicate]``, the same replicates.
    level : of the intervals of all turns together (Bonferroni): sixteen looks at pure luck should not find a parting
        more often than one would.

    Examples
    --------
    >>> a = np.zeros((3, 40)) + np.sin(np.arange(40))
    >>> parts_at(a, a + np.array([[0.0], [0.0], [1.0]])), parts_at(a, a) is None
    (2, True)
    """
    turns = len(a)
    each = 1.0 - (1.0 - level) / max(turns, 1)
    for turn in range(turns):
        found = paired(a[turn], b[turn], level=each)
        if found.n >= 2 and math.isfinite(found.low) and (found.low > 0.0 or found.high < 0.0):
            return turn
    return None


def shares_part_at(a: NDArray[np.bool_], b: NDArray[np.bool_], *, level: float = LEVEL) -> int | None:
    """First turn from which the paired difference of two shares is off zero in every turn to the end; None without one.

    Parameters
    ----------
    a, b : flags ``[turn, replicate]``, the same replicates.
    level : of the intervals of all turns together, as in `parts_at`.

    Examples
    --------
    >>> a = np.ones((4, 60), bool)
    >>> b = a.copy(); b[0, 0] = b[2:, :30] = False
    >>> shares_part_at(a, b), shares_part_at(a, a) is None
    (2, True)
    """
    each = 1.0 - (1.0 - level) / max(len(a), 1)
    found: int | None = None
    for turn in reversed(range(len(a))):
        gap = paired_shares(a[turn], b[turn], level=each)
        if gap.n < 2 or gap.low <= 0.0 <= gap.high:
            break
        found = turn
    return found


def median_pair(a: Array, b: Array) -> int | None:
    """Position of the pair whose difference is the median one; None where nothing is known.

    Examples
    --------
    >>> median_pair(np.zeros(3), np.array([5.0, 1.0, 2.0]))
    2
    """
    gap = b - a
    known = np.flatnonzero(~np.isnan(gap))
    if not len(known):
        return None
    order = known[np.argsort(gap[known], kind="stable")]
    return int(order[(len(order) - 1) // 2])
