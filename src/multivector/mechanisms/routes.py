"""Routes of the same good: soft minima over routes, strata of covered lines, cells whose flow has a choice of routes.

Routes of one good replace each other within weeks, goods do not: the elasticity between routes is about 8, between
origins within a year 0.76. A ban hits a share `coverage` of a sector's lines: covered lines lose the direct route (but
for licences and leakage), uncovered lines keep it, so trade under a total ban tends to the uncovered share and not to
zero. All costs are logs of changes from the base year; a route that carried nothing cannot be created, so every route
has a small base share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from multivector.mechanisms.trade_solver import Array

Slots = NDArray[np.intp]
Axis = NDArray[np.float64]


def soft_min(ln_cost: Array, share: Array, theta_route: Array) -> Array:
    """Return the log cost of a good that may take any of K routes: -ln(sum_k share_k cost_k^(-theta)) / theta.

    Parameters
    ----------
    ln_cost : [K, ..., lane] log change of each route's cost.
    share : [K, ..., lane] base share of each route; sums to one over K.
    theta_route : elasticity between routes, broadcastable to [..., lane].

    Returns
    -------
    [..., lane] log cost change of the good.

    >>> cost = np.log(np.array([[1e6], [1.0]]))
    >>> float(np.exp(soft_min(cost, np.array([[0.9], [0.1]]), np.array([8.0])))[0]).__round__(3)
    1.334
    """
    least = ln_cost.min(axis=0)
    total = (share * np.exp(np.ascontiguousarray(-theta_route * (ln_cost - least)))).sum(axis=0)
    return np.asarray(least - np.log(np.ascontiguousarray(total)) / theta_route)


def ln_stratum_factor(ln_uncovered: Array, ln_covered: Array, coverage: Array, theta: Array) -> Array:
    """Return ln Phi(theta), Phi = (1 - coverage) t_u^(-theta) + coverage t_c^(-theta).

    Parameters
    ----------
    ln_uncovered, ln_covered : log cost change of the two strata (soft minima over their routes).
    coverage : share of the lines that a measure covers, in [0, 1].
    theta : elasticity between origins, short- or long-run.

    Returns
    -------
    ln Phi, in the common shape of the arguments.

    >>> f = ln_stratum_factor(np.zeros(1), np.full(1, 40.0), np.array([0.8]), np.array([4.0]))
    >>> float(np.exp(f[0])).__round__(6)
    0.2
    """
    least = np.minimum(ln_uncovered, ln_covered)
    low, high = (np.exp(np.ascontiguousarray(-theta * (ln_cost - least))) for ln_cost in (ln_uncovered, ln_covered))
    total = (1.0 - coverage) * low + coverage * high
    # A stratum without weight must not set the reference alone: the sum may underflow only if its cost is infinite.
    return np.asarray(np.log(np.ascontiguousarray(np.maximum(total, np.finfo(np.float64).tiny))) - theta * least)


@dataclass(frozen=True)
class RoutedCells:
    """The flows that have a choice of routes: M cells, each with K slots for routes; the same for all lanes.

    Attributes
    ----------
    exporter, importer, sector : [M] node and sector numbers of the cell; a cell appears once.
    share : [M, K] or [M, K, lane] base shares of the routes; sum to one, zero in unused slots.
    capacity : [M, K] number of the capacity that the route uses, -1 for none.
    owner : [M, K, N] shares of the nodes in the route's rent; all zero if the premium is a resource cost.
    """

    exporter: Slots
    importer: Slots
    sector: Slots
    share: Axis
    capacity: Slots
    owner: Axis

    @classmethod
    def of(
        cls,
        cells: list[tuple[int, int, int]],
        share: Axis,
        capacity: list[list[int]],
        *,
        nodes: int,
        owner: list[list[int]] | Axis | None = None,
    ) -> RoutedCells:
        """Build the list from (exporter, importer, sector) tuples, checking sums and indices.

        Parameters
        ----------
        owner : [M, K] node numbers (-1: nobody), or shares [M, K, N]; None: nobody owns a rent.

        Raises
        ------
        ValueError
            If a cell is listed twice, shares do not sum to one, or owners' shares exceed one.

        >>> cells = RoutedCells.of([(0, 1, 0)], np.array([[0.9, 0.1]]), [[-1, 0]], nodes=3, owner=[[-1, 2]])
        >>> cells.owner[0, 1].tolist()
        [0.0, 0.0, 1.0]
        """
        index = np.asarray(cells, dtype=np.intp).reshape(-1, 3)
        if len({tuple(row) for row in index.tolist()}) != len(index):
            raise ValueError("a routed cell (exporter, importer, sector) may appear only once")
        share = np.asarray(share, dtype=np.float64)
        share = share[..., None] if share.ndim == 2 else share
        slots = np.asarray(capacity, dtype=np.intp).reshape(share.shape[:2])
        if (np.abs(share.sum(axis=1) - 1.0) > 1e-9).any() or (share < 0).any():
            raise ValueError("share: base shares of a cell's routes must be non-negative and sum to one")
        weights = _owner_shares(owner, slots, nodes)
        if (weights < 0).any() or (weights.sum(axis=2) > 1.0 + 1e-9).any():
            raise ValueError("owner: shares in a route's rent must be non-negative and sum to at most one")
        columns = [np.ascontiguousarray(index[:, k]) for k in range(3)]
        return cls(columns[0], columns[1], columns[2], share, slots, weights)

    @property
    def count(self) -> int:
        """Number of cells M."""
        return len(self.exporter)


def _owner_shares(owner: list[list[int]] | Axis | None, slots: Slots, nodes: int) -> Axis:
    weights = np.zeros((*slots.shape, nodes))
    if owner is None:
        return weights
    given = np.asarray(owner)
    if given.ndim == 3:
        return np.asarray(given, dtype=np.float64)
    for m, k in np.argwhere(given >= 0):
        weights[m, k, given[m, k]] = 1.0
    return weights


@dataclass(frozen=True)
class RouteCosts:
    """What the routes of the routed cells cost now; the last axis is the lane, of length 1 where lanes agree.

    Attributes
    ----------
    uncovered, covered : [M, K, lane] log cost changes on uncovered and covered lines, margins included, scarcity not.
        For a closed route give a large number such as 40.
    coverage : [M, lane] share of the cell's lines that measures cover.
    margin : [M, K, lane] margin above the base year's, a share of cost, that goes to the route's owner (its log is part
        of both costs); zero where nothing is charged.
    """

    uncovered: Array
    covered: Array
    coverage: Array
    margin: Array

    @classmethod
    def of(cls, uncovered: Array, covered: Array, coverage: Array, margin: Array | None = None) -> RouteCosts:
        """Build the costs from arrays with or without a lane axis.

        >>> RouteCosts.of(np.zeros((1, 2)), np.zeros((1, 2)), np.zeros(1)).margin.shape
        (1, 2, 1)
        """
        u, c = (np.asarray(a, dtype=np.float64) for a in (uncovered, covered))
        u, c = (a[..., None] if a.ndim == 2 else a for a in (u, c))
        k = np.asarray(coverage, dtype=np.float64)
        m = np.zeros((*u.shape[:2], 1)) if margin is None else np.asarray(margin, dtype=np.float64)
        return cls(u, c, k[..., None] if k.ndim == 1 else k, m[..., None] if m.ndim == 2 else m)
