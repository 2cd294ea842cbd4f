"""Pareto fronts: what nothing else beats in everything at once, and how sure that is.

References: Deb, Pratap, Agarwal and Meyarivan 2002, IEEE Transactions on Evolutionary Computation 6(2) (crowding).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from multivector.results.recorded import Array


def beaten(values: Array) -> NDArray[np.bool_]:
    """Candidates that some other is at least as good as in every objective, and better in one.

    Parameters
    ----------
    values : ``[candidate, objective]``, more is better.

    Examples
    --------
    >>> beaten(np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [1.0, 0.0]])).tolist()
    [False, False, True, False]
    """
    one, other = values[:, None], values[None]
    no_worse: NDArray[np.bool_] = other >= one
    better: NDArray[np.bool_] = other > one
    return np.asarray(np.any(np.all(no_worse, axis=2) & np.any(better, axis=2), axis=1))


def crowding(values: Array) -> Array:
    """How much room each candidate of a front has around it; infinite at the ends of an objective.

    Examples
    --------
    >>> crowding(np.array([[0.0, 3.0], [1.0, 2.0], [3.0, 0.0]])).tolist()
    [inf, 2.0, inf]
    """
    out = np.zeros(len(values))
    for column in values.T:
        order = np.argsort(column, kind="stable")
        spread = column[order[-1]] - column[order[0]]
        out[order[[0, -1]]] = np.inf
        if spread > 0.0:
            out[order[1:-1]] += (column[order[2:]] - column[order[:-2]]) / spread
    return out


def spread_out(values: Array, most: int) -> list[int]:
    """At most so many candidates of a front, those with the most room first; one of each set of equal ones.

    Examples
    --------
    >>> spread_out(np.array([[0.0, 3.0], [1.0, 2.0], [1.1, 1.9], [3.0, 0.0], [3.0, 0.0]]), 3)
    [0, 2, 3]
    """
    _, first = np.unique(values, axis=0, return_index=True)
    at = np.sort(first)
    order = at[np.argsort(-crowding(values[at]), kind="stable")]
    return sorted(int(k) for k in order[:most])
