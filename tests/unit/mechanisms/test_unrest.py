"""What ignites unrest: food, fuel, incomes of the lower half, and oil that finds no way out of the west."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector.mechanisms.unrest import lower_half_loss, west_loss

changes = st.floats(-0.3, 0.3)
steps = st.floats(0.01, 0.3)


def lanes(x: float) -> np.ndarray:
    return np.full(8, x)


def loss(income: float, food: float, fuel: float) -> np.ndarray:
    return lower_half_loss(lanes(income), lanes(food), lanes(fuel), food_extra=lanes(0.15), fuel_extra=lanes(0.5))


@given(income=changes, food=changes, fuel=changes, step=steps)
def test_dear_food_dear_fuel_and_lost_income_hurt(income: float, food: float, fuel: float, step: float) -> None:
    # Flips tried: each of the three signs; failed each time.
    here = loss(income, food, fuel)
    assert (here >= 0.0).all()
    for worse in (loss(income - step, food, fuel), loss(income, food + step, fuel), loss(income, food, fuel + step)):
        assert (worse >= here).all()
        if here[0] > 0.0:
            assert (worse > here).all()


def test_the_mean_household_is_the_case_without_extra_spending() -> None:
    assert loss(-0.05, 0.0, 0.0) == pytest.approx(lanes(0.05))
    assert loss(0.05, 0.0, 0.0) == pytest.approx(lanes(0.0))


@given(exported=st.floats(0.0, 1.2), step=st.floats(0.01, 0.5))
def test_the_west_loses_what_finds_no_way_out(exported: float, step: float) -> None:
    # Flip tried: the sign; failed.
    here, more = (west_loss(lanes(x), weight=lanes(0.3), oil_share=lanes(0.4)) for x in (exported, exported + step))
    assert (here >= more).all()
    assert west_loss(lanes(0.5), weight=lanes(0.3), oil_share=lanes(0.4)) == pytest.approx(lanes(0.06))
