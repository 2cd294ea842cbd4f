"""Real incomes near an equilibrium, for changes that touch a few importers: the look-ahead's way through the market.

Shares answer exactly at the unit costs of the equilibrium, then unit costs, wages and prices answer linearly:

    b_ns    = sum_i phi_ins factor_ins v_is                          only where an importer's shifters change
    Q_i     = sum_n bought_in X_n ,   bought_in = sum_s phi_ins v_is beta_ns / b_ns
    dln c   = - H (Q_i / supply_i + sum wY / sum Y - 2)              H the inverse Jacobian of the equilibrium
    dln P_n = sum_i bought_in dln c_i                                Shephard's lemma

An importer that no change touches keeps its shares, so a row costs what its touched importers cost. The one that
evaluates every market once more is `trade.response`.

References: Baqaee and Farhi 2019 (first-order effects through shares); Boehm, Levchenko and Pandalai-Nayar 2023.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from multivector.mechanisms.trade import TradeBase, TradeSolution, chunks, cut, with_lanes
from multivector.mechanisms.trade_solver import Array, matvec, small_buffers

Change = tuple[int, int, int, NDArray[np.intp], Array]
"""A factor on the shifters of one exporter, importer and sector, in some rows: ``[row, lane]``."""
CHUNK = 256
"""Lanes worked on together; no result depends on it."""


@small_buffers()
def nearby_income(
    base: TradeBase, solution: TradeSolution, phi: Array, changes: Sequence[Change], transfer: Array, theta: Array
) -> Array:
    """Approximate ln What of rows of changes near a solution.

    Parameters
    ----------
    base : the base year.
    solution : the equilibrium to start from, L lanes.
    phi : [exporter, importer, sector, lane] its shifters.
    changes : factors on single shifters, by rows; several on the same shifter multiply.
    transfer : [node, row, lane] US$ bn in each row.
    theta : [sector] or [sector, lane].

    Returns
    -------
    [node, row, lane] ln What against the base year (subtract `solution.ln_income` for the effect of the row).

    Examples
    --------
    >>> from multivector.mechanisms.trade import solve
    >>> base = TradeBase.of(np.full((2, 2, 1), 0.5), np.ones((2, 1)), np.ones(2), np.full(2, 0.5), np.zeros(2))
    >>> theta = np.array([4.0])
    >>> found = solve(base, base.lam, None, theta)
    >>> dearer = [(0, 1, 0, np.array([1]), np.array([[0.9]]))]
    >>> income = nearby_income(base, found, base.lam, dearer, np.zeros((2, 2, 1)), theta)
    >>> np.abs(income[:, 0]).max() < 1e-9, bool(income[1, 1, 0] < 0.0)
    (np.True_, True)
    """
    rows, lanes = transfer.shape[1:]
    places = sorted({(n, r) for _, n, _, touched, _ in changes for r in touched.tolist()})
    place = {at: u for u, at in enumerate(places)}
    importer, row = np.array(places, np.intp).reshape(-1, 2).T
    factors = [(i, s, np.array([place[n, r] for r in touched], np.intp), f) for i, n, s, touched, f in changes]
    theta = with_lanes(theta, 1)
    out = np.empty((base.nodes, rows, lanes))
    for at in chunks(lanes, CHUNK):
        part = [(i, s, u, f[:, at]) for i, s, u, f in factors]
        out[..., at] = _income(base, solution, cut(phi, at), part, importer, row, transfer[..., at], theta, at)
    return out


def _income(
    base: TradeBase,
    solution: TradeSolution,
    phi: Array,
    factors: list[tuple[int, int, NDArray[np.intp], Array]],
    importer: NDArray[np.intp],
    row: NDArray[np.intp],
    transfer: Array,
    theta: Array,
    at: slice,
) -> Array:
    """The same for some lanes; `importer` and `row` say what the touched places are."""
    beta, output, va, deficit = (cut(a, at) for a in (base.beta, base.output, base.va, base.deficit))
    supply, demand = solution.supply[..., at], solution.demand[..., at]
    gross, link = (output / va)[:, None], ((1.0 - va) / va)[:, None]
    ln_c, ln_w = solution.ln_c[:, None, at], solution.ln_w[:, at]
    spent = np.exp(ln_w) * gross[:, 0] + solution.transfer[:, at]
    # What one dollar of an importer's spending buys of each exporter.
    offered = phi * supply[:, None]
    dollar = np.einsum("ins...,ns...->in...", offered, demand / spent[:, None])

    bought = np.repeat(dollar[:, :, None], transfer.shape[1], axis=2)
    minus_p = np.repeat(-solution.ln_p[:, None, at], transfer.shape[1], axis=1)
    wage = np.repeat(np.exp(ln_w)[:, None], transfer.shape[1], axis=1)
    if len(row):
        flow, stirred = offered[:, importer], np.zeros((len(row), transfer.shape[-1]), bool)
        for i, s, places, factor in factors:
            flow[i, places, s] *= factor
            stirred[places] |= factor != 1.0
        price = flow.sum(axis=0)
        weight = (beta / cut(theta, at))[importer]
        fallen = (weight * np.log(price)).sum(axis=1)
        # A place that only other lanes stir stays to the bit: no lane's numbers depend on what stands beside it.
        for all_of_it, at_places, new in (
            (bought, (slice(None), importer, row), np.einsum("ius...,us...->iu...", flow, beta[importer] / price)),
            (minus_p, (importer, row), fallen),
            (wage, (importer, row), np.exp(ln_c[importer, 0] / va[importer] + fallen * link[importer, 0])),
        ):
            all_of_it[at_places] = np.where(stirred, new, all_of_it[at_places])

    earned = wage * gross
    with np.errstate(all="ignore"):
        residual = np.einsum("inr...,nr...->ir...", bought, earned + transfer)
        residual /= earned
        residual += (wage * (output / output.sum(axis=0))[:, None]).sum(axis=0) - 2.0
        step = -matvec(solution.jac_inv[:, :, None, at], residual)
        minus_p -= np.einsum("inr...,ir...->nr...", bought, step)
        wage = np.exp((ln_c + step) / va[:, None] + minus_p * link)
        ratio = (wage * output[:, None] + transfer) / (output + deficit)[:, None]
        return np.asarray(np.log(np.where(ratio > 0.0, ratio, np.nan)) + minus_p)
