"""Crude oil: what the pipelines carry, what it earns, and how a windfall moves between economies.

Crude and gas are not differentiated goods, so they stand outside the trade equilibrium. A producer ships through
corridors ``k`` of limited capacity,

    sum_k q_k = min(production, sum_k cap_k),      earnings = sum_k q_k ((p - discount_k) b - fee_k) / 1000,

with ``q`` in Mt a year, ``p`` and discounts in $/bbl, ``b`` barrels a tonne, fees in $/t and earnings in US$ bn a year
at annual rates. Where there is a store, what finds no corridor in a quarter goes into it as far as it has room, and
leaves by the corridors, after the quarter's own oil, as soon as they have. Only the *change* of earnings from the base
year reaches the trade equilibrium, as a transfer that sums to zero over all economies; the saved part of a windfall is
lent back and moves no spending.

All arrays have the lane (replicate) last. Parameters are arrays that broadcast over lanes.

Sources: base flows, capacities and fees stand with theirs in the corridors of the base scenario. That an oil embargo
works as a discount and a detour rather than as lost volume: Babina et al. (2023), NBER working paper 31042. That
storage counts with N-1: Regulation (EU) 2017/1938, annex II (there for gas).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

QUARTER = 0.25
"""Of a year: flows of oil are at annual rates."""
_LAST_RESORT = 1e-9
_NEARLY_NOTHING = 1e-200


def allocate(
    production: Array, capacity: Array, weights: Array, *, contract: Array | None = None
) -> tuple[Array, Array]:
    """Share production out among corridors: contracts first, the rest by weight, never above a capacity.

    The rest is poured like water: ``q_k = min(cap_k, level w_k)`` with one level for all, found exactly by filling the
    corridors that overflow, in as many rounds as there are corridors and without branches between lanes. A corridor of
    no weight is used when all others are full.

    Parameters
    ----------
    production : array, shape (lane,)
        Oil to be shipped, Mt a year.
    capacity : array, shape (corridor, lane)
        What each corridor carries at most, Mt a year.
    weights : array, shape (corridor, lane)
        How oil is spread over corridors with room; they need not sum to one.
    contract : array, shape (corridor, lane), optional
        Volume promised to a corridor, Mt a year; met before the rest as far as capacity and production reach.

    Returns
    -------
    flow : array, shape (corridor, lane)
        Mt a year by corridor.
    unsold : array, shape (lane,)
        Production that no corridor can carry, Mt a year, zero or more.

    Examples
    --------
    >>> cap, w = np.array([[10.0], [4.0], [4.0]]), np.array([[0.8], [0.15], [0.05]])
    >>> [x.round(3).tolist() for x in allocate(np.array([12.0]), cap, w)]
    [[[9.6], [1.8], [0.6]], [0.0]]
    >>> [x.round(3).tolist() for x in allocate(np.array([20.0]), cap, w)]
    [[[10.0], [4.0], [4.0]], [2.0]]
    """
    capacity = np.asarray(capacity + np.zeros_like(production))
    promised = np.zeros_like(capacity) if contract is None else np.minimum(contract, capacity)
    total = promised.sum(axis=0)
    promised = promised * np.minimum(1.0, production / np.where(total > 0.0, total, 1.0))
    rest = np.maximum(production - promised.sum(axis=0), 0.0)
    room = np.maximum(capacity - promised, 0.0)
    flow = promised + _pour(rest, room, weights)
    return flow, np.maximum(production - flow.sum(axis=0), 0.0)


def _pour(rest: Array, room: Array, weights: Array) -> Array:
    """Water-filling; a corridor once full stays full, since the level only rises as others fill."""
    weights = np.maximum(weights, _LAST_RESORT * weights.max(axis=0) + _NEARLY_NOTHING)
    full = room <= 0.0
    level = np.zeros_like(rest)
    for _ in range(room.shape[0]):
        held = np.where(full, room, 0.0).sum(axis=0)
        open_weight = np.where(full, 0.0, weights).sum(axis=0)
        level = np.maximum(rest - held, 0.0) / np.maximum(open_weight, 1e-300)
        full = full | ((weights * level >= room) & (open_weight > 0.0))
    return np.where(full, room, weights * level)


def put_by(unsold: Array, stored: Array, *, store: Array) -> Array:
    """What of the unsold oil a store takes in during a quarter, Mt a year: all of it, as far as there is room.

    Parameters
    ----------
    unsold : array, shape (..., lane)
        Production that no corridor can carry, Mt a year.
    stored, store : array, shape (lane,)
        What is in the store as the quarter begins and what it holds at most, Mt.

    Examples
    --------
    >>> put_by(np.array([2.0, 2.0, 0.0]), np.array([0.5, 0.9, 0.9]), store=np.ones(3)).round(3).tolist()
    [2.0, 0.4, 0.0]
    """
    return np.asarray(np.minimum(unsold, np.maximum(store - stored, 0.0) / QUARTER))


def draw(flow: Array, stored: Array, capacity: Array, weights: Array) -> Array:
    """What leaves a store by the room that the quarter's own oil has left, Mt a year by corridor.

    Parameters
    ----------
    flow, capacity, weights : array, shape (corridor, lane)
        As in `allocate`: the quarter's own oil, what each corridor carries at most, how oil is spread.
    stored : array, shape (lane,)
        What is in the store as the quarter begins, Mt.

    Examples
    --------
    >>> cap, w = np.array([[10.0], [4.0]]), np.array([[0.8], [0.2]])
    >>> draw(np.array([[8.0], [2.0]]), np.array([0.5]), cap, w).round(3).tolist()
    [[1.6], [0.4]]
    >>> draw(np.array([[8.0], [2.0]]), np.array([5.0]), cap, w).round(3).tolist()
    [[2.0], [2.0]]
    """
    return _pour(stored / QUARTER, np.maximum(capacity - flow, 0.0), weights)


def earnings(flow: Array, price: Array, discount: Array, fee: Array, *, barrels: Array) -> Array:
    """What the exporter keeps: flow times price less discount and transport fee.

    Parameters
    ----------
    flow : array, shape (corridor or destination, ..., lane)
        Mt a year.
    price : array, shape (lane,)
        World price, $/bbl.
    discount, fee : array, broadcastable to `flow`
        Discount of the barrels sold there, $/bbl, and transport fee, $/t.
    barrels : array, shape (lane,)
        Barrels a tonne (7.33 for average crude; the light CPC blend about 7.8).

    Returns
    -------
    array, shape (..., lane)
        US$ bn a year at annual rates.

    Examples
    --------
    >>> one = np.ones(1)
    >>> earnings(10.0 * np.ones((1, 1)), 70.0 * one, 0.0 * one, 38.0 * one, barrels=7.33 * one).round(3).tolist()
    [4.751]
    """
    return np.asarray((flow * ((price - discount) * barrels - fee)).sum(axis=0) * 1e-3)


def payments(flow: Array, price: Array, discount: Array, *, barrels: Array) -> Array:
    """What buyers pay for the oil, fees included: the mirror of `earnings` plus `fees`. US$ bn a year, as there."""
    return earnings(flow, price, discount, np.zeros_like(discount), barrels=barrels)


def fees(flow: Array, fee: Array) -> Array:
    """What the carriers of each corridor receive, US$ bn a year.

    Examples
    --------
    >>> fees(np.array([[53.0]]), np.array([[38.0]])).round(3).tolist()
    [[2.014]]
    """
    return np.asarray(flow * fee * 1e-3)


def redirect(volume: Array, refused: Array, outlet: Array, *, found: Array) -> tuple[Array, Array]:
    """Send the barrels that some buyers refuse to others, as far as new buyers have been found.

    Parameters
    ----------
    volume : array, shape (destination, lane)
        What each destination would take without an embargo, Mt a year.
    refused : array, shape (destination, lane)
        Share that it refuses now, 0 to 1.
    outlet : array, shape (destination, lane)
        Where refused barrels go; weights of the refusing destinations are multiplied by what they do not refuse.
    found : array, shape (lane,)
        Share of the refused volume that has found a buyer, 0 to 1; see `find_buyers`.

    Returns
    -------
    sold : array, shape (destination, lane)
        Mt a year.
    lost : array, shape (lane,)
        Mt a year without a buyer.

    Examples
    --------
    >>> v, r = np.array([[50.0], [30.0], [20.0]]), np.array([[0.8], [0.0], [0.0]])
    >>> sold, lost = redirect(v, r, np.array([[0.0], [0.5], [0.5]]), found=np.array([0.9]))
    >>> sold[:, 0].round(3).tolist(), lost.round(3).tolist()
    ([10.0, 48.0, 38.0], [4.0])
    """
    turned_away = (volume * refused).sum(axis=0)
    weight = outlet * (1.0 - refused)
    total = weight.sum(axis=0)
    moved = np.where(total > 0.0, found * turned_away, 0.0)
    sold = volume * (1.0 - refused) + moved * weight / np.where(total > 0.0, total, 1.0)
    return sold, turned_away - moved


def find_buyers(found: Array, *, speed: Array, most: Array) -> Array:
    """One quarter of finding new buyers: the share found closes a part `speed` of its distance to `most`.

    Examples
    --------
    >>> find_buyers(np.zeros(1), speed=np.array([0.5]), most=np.array([0.95])).tolist()
    [0.475]
    """
    return np.asarray(found + speed * (most - found))


def transfers(
    paid_change: Array,
    fee_change: Array,
    *,
    seller: Array,
    payer: Array,
    carrier: Array,
    saved: Array,
    drawn: Array,
) -> tuple[Array, Array]:
    """Spend a change of oil income: each node's transfer from the base, summing to zero over the world.

    Buyers pay `paid_change` more, carriers of oil receive `fee_change` of it, the seller keeps the difference. A seller
    saves the share `saved` of a gain (and draws down savings for the share `drawn` of a loss). What is saved is lent
    back to the buyers, so that every leg of the transfer shrinks alike and the sum stays zero.

    Parameters
    ----------
    paid_change, fee_change : array, shape (exporter, lane)
        Change from the base year in what buyers pay and in what carriers receive, US$ bn a year.
    seller : array, shape (exporter, node, lane or 1)
        One at the exporter's own node, zero elsewhere.
    payer, carrier : array, shape (exporter, node, lane or 1)
        Shares of the nodes in paying an exporter and in receiving its fees; each exporter's sum to one.
    saved, drawn : array, shape (exporter, lane)
        Shares, 0 to 1.

    Returns
    -------
    transfer : array, shape (node, lane)
        US$ bn a year, to be added to spending.
    hoarded : array, shape (exporter, lane)
        What goes into the exporter's savings, negative when drawn down, US$ bn a year.

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> seller, payer = np.array([[[1.0], [0.0]]]), np.array([[[0.0], [1.0]]])
    >>> t, h = transfers(10 * one, 0 * one, seller=seller, payer=payer, carrier=payer, saved=0.4 * one, drawn=0 * one)
    >>> t.tolist(), h.tolist()
    ([[6.0], [-6.0]], [[4.0]])
    """
    kept = paid_change - fee_change
    rate = np.where(kept > 0.0, saved, drawn)
    spent = (1.0 - rate)[:, None, :]
    legs = kept[:, None, :] * seller + fee_change[:, None, :] * carrier - paid_change[:, None, :] * payer
    return np.asarray((spent * legs).sum(axis=0)), np.asarray(rate * kept)


def share_through(flow: Array, crosses: Array) -> Array:
    """Share of the oil that crosses a state; `crosses` is 1 or 0 by corridor, shape (corridor,) or (corridor, lane).

    Examples
    --------
    >>> share_through(np.array([[65.0], [2.6]]), np.array([1.0, 0.0])).round(3).tolist()
    [0.962]
    """
    mask = np.asarray(crosses, dtype=np.float64)
    mask = mask[:, None] if mask.ndim == 1 else mask
    return np.asarray((flow * mask).sum(axis=0) / np.maximum(flow.sum(axis=0), 1e-300))


def n_minus_one(production: Array, capacity: Array, room: Array | float = 0.0) -> Array:
    """Share of a quarter's production that can go on without the largest corridor (N-1), 0 to 1, shape (lane,).

    `room` is what a store could take in that quarter, Mt.

    Examples
    --------
    >>> n_minus_one(np.array([20.0]), np.array([[10.0], [4.0]])).tolist()
    [0.2]
    >>> n_minus_one(np.array([20.0]), np.array([[10.0], [4.0]]), np.array([1.0])).tolist()
    [0.4]
    """
    left = np.maximum(capacity.sum(axis=0) - capacity.max(axis=0), 0.0) + room / QUARTER
    return share_of(np.minimum(production, left), production)


def share_of(part: Array, production: Array) -> Array:
    """Share of production that a part is, shape (lane,); of nothing all gets out.

    Examples
    --------
    >>> share_of(np.array([15.0, 0.0]), np.array([20.0, 0.0])).tolist()
    [0.75, 1.0]
    """
    some = production > 0.0
    return np.where(some, part / np.where(some, production, 1.0), 1.0)
