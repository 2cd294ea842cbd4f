"""The few statistics of a printout: shares with their interval, quantiles, lines at tighter and looser bounds."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Z95 = 1.959963984540054
QUANTILES = (0.05, 0.5, 0.95)


def wilson(hits: int, n: int, z: float = Z95) -> tuple[float, float]:
    """Wilson's score interval of a share.

    Parameters
    ----------
    hits, n : how many of how many.
    z : normal quantile (default 95%).

    Returns
    -------
    tuple of float
        Lower and upper bound; (0, 1) when nothing was seen.

    References
    ----------
    Wilson 1927, Journal of the American Statistical Association 22(158).

    Examples
    --------
    >>> [round(x, 3) for x in wilson(8, 10)]
    [0.49, 0.943]
    >>> wilson(0, 0)
    (0.0, 1.0)
    """
    if n == 0:
        return 0.0, 1.0
    share = hits / n
    middle = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # Rounding may put the bounds of 0 of n and of n of n a last bit inside.
    return max(0.0, min(share, (middle - half) / scale)), min(1.0, max(share, (middle + half) / scale))


def share(flags: NDArray[np.bool_]) -> dict[str, float]:
    """Share of true flags with its interval and n."""
    hits, n = int(flags.sum()), len(flags)
    low, high = wilson(hits, n)
    return {"share": hits / n if n else float("nan"), "low": low, "high": high, "hits": hits, "n": n}


def quantiles(values: NDArray[np.float64], at: Sequence[float] = QUANTILES) -> list[float]:
    """Quantiles of the numbers that are there; nan if there are none.

    Examples
    --------
    >>> quantiles(np.array([1.0, 2.0, 3.0, np.nan]), (0.5,))
    [2.0]
    """
    known = values[~np.isnan(values)]
    return [float(q) for q in np.quantile(known, at)] if len(known) else [float("nan")] * len(at)


def crossed(margin: NDArray[np.float64], quarters: int, shift: NDArray[np.float64] | float = 0.0) -> NDArray[np.bool_]:
    """Whether a line would count as crossed if its bound stood `shift` closer.

    Parameters
    ----------
    margin : ``[turn, replicate]`` distance to the bound, negative beyond it.
    quarters : how many in a row it takes.
    shift : in the unit of the margin, ``[replicate]``; positive tightens.

    Returns
    -------
    ``[replicate]``

    Examples
    --------
    >>> m = np.array([[0.1], [-0.1], [-0.1], [0.2]])
    >>> crossed(m, 2).tolist(), crossed(m, 3).tolist(), crossed(m, 3, 0.15).tolist(), crossed(m, 2, -0.2).tolist()
    ([True], [False], [True], [False])
    """
    run = np.zeros(margin.shape[1])
    out = np.zeros(margin.shape[1], bool)
    for row in margin:
        # A margin that is not known (nan) is not beyond the bound.
        run = np.where(row < shift, run + 1.0, 0.0)
        out |= run >= quarters
    return out
