"""Crude oil: rationing by capacity, earnings, redirection, transfers that close the world, measures of the routes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from multivector.mechanisms.energy import (
    allocate,
    earnings,
    fees,
    find_buyers,
    n_minus_one,
    payments,
    redirect,
    share_through,
    transfers,
)

LANES = 8
CORRIDORS = ("CPC", "atyrau-samara", "aktau-makhachkala", "aktau-baku", "atasu-alashankou", "oil-other")
# Mt a year, 2021: flows and capacities of the base scenario's corridors (sources there).
FLOW = np.array([53.0, 10.5, 1.3, 0.5, 1.0, 1.3])
CAPACITY = np.array([59.3, 17.5, 4.0, 3.0, 5.0, 3.0])
THROUGH_RUSSIA = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 1.0])
amounts = st.floats(0.0, 100.0)
weights = st.floats(1e-4, 1.0)


def lanes(x: object) -> np.ndarray:
    return np.repeat(np.asarray(x, dtype=float)[..., None], LANES, axis=-1)


@settings(max_examples=150, deadline=None)
@given(
    production=arrays(float, LANES, elements=amounts),
    capacity=arrays(float, (5, LANES), elements=amounts),
    weight=arrays(float, (5, LANES), elements=weights),
    contract=arrays(float, (5, LANES), elements=st.floats(0.0, 20.0)),
)
def test_rationing_is_exact(
    production: np.ndarray, capacity: np.ndarray, weight: np.ndarray, contract: np.ndarray
) -> None:
    flow, unsold = allocate(production, capacity, weight, contract=contract)
    assert (flow >= 0.0).all()
    assert (flow <= capacity * (1 + 1e-12)).all()
    assert flow.sum(axis=0) + unsold == pytest.approx(production, rel=1e-11, abs=1e-11)
    assert flow.sum(axis=0) == pytest.approx(np.minimum(production, capacity.sum(axis=0)), rel=1e-11, abs=1e-11)
    promised = np.minimum(contract, capacity)
    served = promised.sum(axis=0) <= production
    assert (flow >= np.where(served, promised, 0.0) * (1 - 1e-12)).all()


@settings(max_examples=80, deadline=None)
@given(
    production=st.floats(0.1, 200.0),
    capacity=arrays(float, 4, elements=st.floats(0.1, 80.0)),
    weight=arrays(float, 4, elements=weights),
)
def test_rationing_agrees_with_pouring_drop_by_drop(
    production: float, capacity: np.ndarray, weight: np.ndarray
) -> None:
    poured, left = np.zeros(4), min(production, capacity.sum())
    for _ in range(200):
        share = np.where(poured < capacity, weight, 0.0)
        add = np.minimum(left * share / max(share.sum(), 1e-300), capacity - poured)
        poured, left = poured + add, left - add.sum()
    flow, _ = allocate(lanes(production), lanes(capacity), lanes(weight))
    assert flow[:, 0] == pytest.approx(poured, rel=1e-9, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    production=arrays(float, LANES, elements=amounts),
    capacity=arrays(float, (4, LANES), elements=amounts),
    weight=arrays(float, (4, LANES), elements=weights),
    seed=st.integers(0, 1000),
)
def test_a_lane_does_not_depend_on_its_company(
    production: np.ndarray, capacity: np.ndarray, weight: np.ndarray, seed: int
) -> None:
    order = np.random.default_rng(seed).permutation(LANES)
    flow, unsold = allocate(production, capacity, weight)
    shuffled, rest = allocate(production[order], capacity[:, order], weight[:, order])
    alone, _ = allocate(lanes(production[0]), lanes(capacity[:, 0]), lanes(weight[:, 0]))
    assert (shuffled == flow[:, order]).all()
    assert (rest == unsold[order]).all()
    assert (alone[:, 3] == flow[:, 0]).all()


def test_the_base_year_is_reproduced_and_nothing_is_unsold() -> None:
    flow, unsold = allocate(lanes(67.6), lanes(CAPACITY), lanes(FLOW / FLOW.sum()))
    assert flow[:, 0] == pytest.approx(FLOW)
    assert unsold.max() == 0.0


def test_without_cpc_only_what_the_others_carry_is_sold() -> None:
    closed = CAPACITY.copy()
    closed[0] = 0.0
    flow, unsold = allocate(lanes(67.6), lanes(closed), lanes(FLOW))
    assert flow[:, 0] == pytest.approx(closed)
    assert unsold[0] == pytest.approx(67.6 - 32.5)


def test_a_corridor_of_no_weight_is_used_last() -> None:
    flow, unsold = allocate(lanes(12.0), lanes([10.0, 5.0]), lanes([1.0, 0.0]))
    assert flow[:, 0] == pytest.approx([10.0, 2.0])
    assert unsold[0] == 0.0


def test_kazakh_earnings_of_2021_are_near_the_customs_figure() -> None:
    fee = lanes([38.0, 45.0, 50.0, 65.0, 50.0, 75.0])
    zero = np.zeros_like(fee)
    kept = earnings(lanes(FLOW), lanes(71.0), zero, fee, barrels=lanes(7.33))
    paid = payments(lanes(FLOW), lanes(71.0), zero, barrels=lanes(7.33))
    # Customs value of crude exports in 2021: US$ 31.09 bn (Bureau of National Statistics).
    assert kept[0] == pytest.approx(31.09, rel=0.07)
    assert paid == pytest.approx(kept + fees(lanes(FLOW), fee).sum(axis=0))
    dearer = earnings(lanes(FLOW), lanes(71.0), zero + 5.0, fee, barrels=lanes(7.33))
    assert (dearer < kept).all()


@settings(max_examples=60, deadline=None)
@given(
    volume=arrays(float, (3, LANES), elements=amounts),
    refused=arrays(float, (3, LANES), elements=st.floats(0.0, 1.0)),
    found=arrays(float, LANES, elements=st.floats(0.0, 1.0)),
)
def test_redirected_oil_is_conserved(volume: np.ndarray, refused: np.ndarray, found: np.ndarray) -> None:
    sold, lost = redirect(volume, refused, lanes([0.0, 0.4, 0.6]), found=found)
    assert (sold >= 0.0).all()
    assert (lost >= -1e-12).all()
    assert sold.sum(axis=0) + lost == pytest.approx(volume.sum(axis=0), rel=1e-12, abs=1e-12)


def test_an_embargo_first_costs_volume_and_then_moves_it_east() -> None:
    volume = 230.0 * lanes([0.48, 0.31, 0.21])  # EU, China, others: public statistics of 2021
    found = np.zeros(LANES)
    lost_path, east = [], []
    for _ in range(6):
        found = find_buyers(found, speed=lanes(0.6), most=lanes(0.97))
        sold, lost = redirect(volume, lanes([0.8, 0.0, 0.0]), lanes([0.0, 0.35, 0.65]), found=found)
        lost_path.append(lost[0])
        east.append(sold[1, 0])
    assert all(later < earlier for earlier, later in pairwise(lost_path))
    assert all(later > earlier for earlier, later in pairwise(east))
    assert lost_path[-1] == pytest.approx(0.03 * 0.8 * 230 * 0.48, rel=0.2)


@settings(max_examples=80, deadline=None)
@given(
    paid=arrays(float, (3, LANES), elements=st.floats(-200.0, 200.0)),
    fee=arrays(float, (3, LANES), elements=st.floats(-5.0, 5.0)),
    payer=arrays(float, (3, 6), elements=st.floats(0.01, 1.0)),
    saved=arrays(float, (3, LANES), elements=st.floats(0.0, 1.0)),
)
def test_transfers_close_the_world(paid: np.ndarray, fee: np.ndarray, payer: np.ndarray, saved: np.ndarray) -> None:
    seller = np.zeros((3, 6))
    seller[[0, 1, 2], [2, 3, 5]] = 1.0
    share = (payer / payer.sum(axis=1, keepdims=True))[..., None]
    moved, hoarded = transfers(
        paid, fee, seller=seller[..., None], payer=share, carrier=share, saved=saved, drawn=0.5 * saved
    )
    assert np.abs(moved.sum(axis=0)).max() < 1e-10
    rate = np.where(paid - fee > 0, saved, 0.5 * saved)
    assert hoarded == pytest.approx(rate * (paid - fee))


def test_a_windfall_raises_the_sellers_spending_by_what_is_not_saved() -> None:
    seller = np.array([[[1.0], [0.0], [0.0]]])
    payer = np.array([[[0.0], [0.7], [0.3]]])
    gain = transfers(
        lanes([10.0]), lanes([0.0]), seller=seller, payer=payer, carrier=payer, saved=lanes([0.6]), drawn=lanes([0.25])
    )
    loss = transfers(
        lanes([-10.0]), lanes([0.0]), seller=seller, payer=payer, carrier=payer, saved=lanes([0.6]), drawn=lanes([0.25])
    )
    assert gain[0][:, 0] == pytest.approx([4.0, -2.8, -1.2])
    assert loss[0][:, 0] == pytest.approx([-7.5, 5.25, 2.25])
    assert (gain[1][0, 0], loss[1][0, 0]) == pytest.approx((6.0, -2.5))


def test_measures_of_the_routes_in_2021() -> None:
    # The ministry's totals give 96.7% through Russia; this split, with all rail oil through Russia, 97.8%.
    assert share_through(lanes(FLOW), THROUGH_RUSSIA)[0] == pytest.approx(0.967, abs=0.015)
    assert n_minus_one(lanes(67.6), lanes(CAPACITY))[0] == pytest.approx(32.5 / 67.6)
    more = CAPACITY + np.array([0, 0, 0, 5.0, 0, 0])
    assert n_minus_one(lanes(67.6), lanes(more))[0] > n_minus_one(lanes(67.6), lanes(CAPACITY))[0]
    assert n_minus_one(lanes(67.6), lanes(CAPACITY + np.array([20.0, 0, 0, 0, 0, 0])))[0] == pytest.approx(32.5 / 67.6)
