"""Balancing of tables: iterative proportional fitting (RAS) and shares with a floor or a cap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from multivector.errors import MultivectorError

Array = NDArray[np.float64]

TOLERANCE = 1e-13


class BalanceError(MultivectorError, ValueError):
    """The totals cannot be met by a positive table."""

    exit_code = 2


def ras(prior: Array, rows: Array, columns: Array, *, limit: int = 500) -> tuple[Array, int]:
    """Fit a table to row and column totals by iterative proportional fitting.

    The result has the form ``r_i prior_ij c_j``: the table nearest to the prior in relative entropy
    (Deming and Stephan 1940; Bacharach 1970). Structural zeros of the prior stay zero.

    Parameters
    ----------
    prior : array [row, column], not negative
    rows, columns : arrays [row], [column], positive, with the same sum
    limit : largest number of iterations

    Returns
    -------
    table : array [row, column]; its rows meet their totals exactly, its columns to 1e-12
    iterations : int

    Raises
    ------
    BalanceError
        The sums differ, or the iteration does not converge (the zeros forbid it).

    Examples
    --------
    >>> table, _ = ras(np.ones((2, 2)), np.array([1.0, 3.0]), np.array([2.0, 2.0]))
    >>> table.tolist()
    [[0.5, 0.5], [1.5, 1.5]]
    """
    if abs(rows.sum() - columns.sum()) > 1e-9 * rows.sum():
        raise BalanceError(f"rows sum to {rows.sum():.6g}, columns to {columns.sum():.6g}")
    table = prior * (rows / prior.sum(axis=1))[:, None]
    for step in range(limit):
        sums = table.sum(axis=0)
        if np.all(np.abs(sums - columns) <= TOLERANCE * columns):
            return table, step
        table = table * (columns / sums)
        table = table * (rows / table.sum(axis=1))[:, None]
    if np.all(np.abs(table.sum(axis=0) - columns) <= 1e-9 * columns):
        return table, limit
    raise BalanceError(f"no table with these zeros meets the totals ({limit} iterations)")


def fit_column(prior: Array, rows: Array, column: int, total: float, *, limit: int = 500) -> tuple[Array, int]:
    """Fit a table to all row totals and the total of one column.

    Parameters
    ----------
    prior : array [row, column], positive
    rows : array [row], positive
    column : index of the column with a known total
    total : that total, above zero and below the sum of `rows`
    limit : largest number of iterations

    Returns
    -------
    table : array [row, column], rows exact
    iterations : int

    Raises
    ------
    BalanceError
        The total is not between zero and the sum of the rows, or no convergence.

    Examples
    --------
    >>> table, _ = fit_column(np.ones((2, 2)), np.array([1.0, 3.0]), 0, 1.0)
    >>> table.sum(axis=1).tolist(), round(float(table[:, 0].sum()), 12)
    ([1.0, 3.0], 1.0)
    """
    if not 0.0 < total < rows.sum():
        raise BalanceError(f"a column total of {total:.6g} does not fit rows that sum to {rows.sum():.6g}")
    # Merging the other columns gives a two-column table: the same fit, and the classical one.
    other = np.delete(prior, column, axis=1)
    pair = np.stack([prior[:, column], other.sum(axis=1)], axis=1)
    fitted, steps = ras(pair, rows, np.array([total, rows.sum() - total]), limit=limit)
    table = prior * (fitted[:, 1] / other.sum(axis=1))[:, None]
    table[:, column] = fitted[:, 0]
    return table * (rows / table.sum(axis=1))[:, None], steps


def spread(total: float, weights: Array, caps: Array) -> Array:
    """Spread a total in proportion to weights, no part above its cap (what is cut goes to the rest).

    Parameters
    ----------
    total : the sum to reach
    weights : array [part], not negative
    caps : array [part]

    Returns
    -------
    array [part], summing to `total`

    Raises
    ------
    BalanceError
        The caps of the parts with weight leave no room.

    Examples
    --------
    >>> spread(10.0, np.array([8.0, 1.0, 1.0]), np.array([6.0, 9.0, 9.0])).tolist()
    [6.0, 2.0, 2.0]
    """
    capped = np.zeros(len(weights), dtype=bool)
    parts = np.zeros(len(weights))
    for _ in range(len(weights) + 1):
        left = total - caps[capped].sum()
        free = np.where(capped, 0.0, weights)
        if left > 0.0 and free.sum() == 0.0:
            break
        parts = np.where(capped, caps, free * (left / free.sum()) if free.sum() else 0.0)
        over = ~capped & (parts > caps)
        if not over.any():
            return parts
        capped |= over
    raise BalanceError(f"{total:.6g} does not fit under caps that sum to {caps[weights > 0].sum():.6g}")


def own_sales(spending: Array, imports: Array, total: Array, *, floor: float) -> Array:
    """Sales of each node to itself by sector: what its spending leaves over after imports.

    Where imports exceed the spending that the prior gives a sector, own sales are held at `floor` of that spending and
    all sectors of the node are rescaled, so that the node's total is exact.

    Parameters
    ----------
    spending : array [node, sector], prior spending, US$ bn/yr
    imports : array [node, sector], US$ bn/yr
    total : array [node], own sales over all sectors, US$ bn/yr, positive
    floor : smallest share of own sales in the spending on a sector

    Returns
    -------
    array [node, sector], positive

    Raises
    ------
    BalanceError
        A total is not positive: a node exports more than it makes.

    Examples
    --------
    >>> own_sales(np.array([[5.0, 5.0]]), np.array([[1.0, 2.0]]), np.array([7.0]), floor=0.05).tolist()
    [[4.0, 3.0]]
    """
    if not np.all(total > 0.0):
        raise BalanceError("a node exports more than its gross output")
    own: Array = np.maximum(spending - imports, floor * spending)
    own *= (total / own.sum(axis=1))[:, None]
    return own
