"""Opinion: groups answer to incomes and prices; legitimacy follows them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from multivector.mechanisms.opinion import approval_next, legitimacy_next

LANES, GROUPS = 8, 3
changes, steps = st.floats(-0.1, 0.1), st.floats(0.005, 0.1)
groups = arrays(float, (GROUPS, LANES), elements=st.floats(0.2, 0.8))


def lanes(x: float) -> np.ndarray:
    return np.full(LANES, x)


def approval(now: np.ndarray, income: float, inflation: float) -> np.ndarray:
    base, keep = np.full((GROUPS, LANES), 0.55), np.full((GROUPS, LANES), 0.9)
    return approval_next(
        now, lanes(income), lanes(inflation), base=base, persistence=keep, on_income=lanes(0.5), on_inflation=lanes(0.5)
    )


def legitimacy(now: float, groups: np.ndarray, reform: float, shares: np.ndarray | None = None) -> np.ndarray:
    sizes = np.full((GROUPS, LANES), 1.0) if shares is None else shares
    return legitimacy_next(lanes(now), groups, sizes, lanes(reform), speed=lanes(0.2), on_reform=lanes(0.3))


@given(now=groups, income=changes, inflation=changes, step=steps)
def test_income_moves_approval_up_and_prices_move_it_down(
    now: np.ndarray, income: float, inflation: float, step: float
) -> None:
    # Flips tried: the sign of on_income, then of on_inflation; failed both times.
    here = approval(now, income, inflation)
    assert (approval(now, income + step, inflation) > here).all()
    assert (approval(now, income, inflation + step) < here).all()
    assert ((here >= 0.0) & (here <= 1.0)).all()


@given(now=groups)
def test_without_news_a_group_goes_a_tenth_of_the_way_home(now: np.ndarray) -> None:
    # Flip tried: persistence applied to the base instead of the gap; failed.
    assert approval(now, 0.0, 0.0) == pytest.approx(0.55 + 0.9 * (now - 0.55))


def test_approval_is_a_share_whatever_happens() -> None:
    now = np.full((GROUPS, LANES), 0.5)
    assert (approval(now, 9.0, 0.0) == 1.0).all()
    assert (approval(now, -9.0, 0.0) == 0.0).all()


@given(now=st.floats(0.2, 0.8), people=groups, reform=st.floats(0.0, 0.5), step=steps)
def test_legitimacy_follows_the_people_and_reform(now: float, people: np.ndarray, reform: float, step: float) -> None:
    # Flips tried: speed negated; on_reform negated; failed both times.
    here = legitimacy(now, people, reform)
    assert (legitimacy(now, np.minimum(people + step, 1.0), reform) > here).all()
    assert (legitimacy(now, people, reform + step) > here).all()
    target = people.mean(axis=0) + 0.3 * reform
    assert (np.abs(here - target) <= np.abs(now - target) + 1e-12).all()


def test_a_group_counts_by_its_size() -> None:
    people = np.stack([lanes(0.2), lanes(0.8), lanes(0.5)])
    sizes = np.stack([lanes(1.0), lanes(3.0), lanes(0.0)])
    assert legitimacy(0.5, people, 0.0, sizes) == pytest.approx(lanes(0.5 + 0.2 * (0.65 - 0.5)))
    assert legitimacy(0.5, people, 0.0, 7.0 * sizes) == pytest.approx(legitimacy(0.5, people, 0.0, sizes))
