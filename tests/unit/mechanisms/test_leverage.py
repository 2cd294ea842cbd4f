"""What a power would lose without a good: stocks and substitutes shorten it, damage and value deepen it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector.mechanisms.leverage import good_loss, shortfall

LANES = 8
quarters, more = st.floats(0.0, 12.0), st.floats(0.5, 4.0)


def lanes(x: float) -> np.ndarray:
    return np.full(LANES, x)


def missing(stocks: float, substitution: float, horizon: float = 8.0) -> np.ndarray:
    return shortfall(lanes(stocks), lanes(substitution), horizon=lanes(horizon))


@given(stocks=quarters, substitution=st.floats(0.5, 16.0), step=more)
def test_stocks_help_and_slow_substitutes_hurt(stocks: float, substitution: float, step: float) -> None:
    # Flips tried: stocks added to the time since the cut; `1 - since` as `1 + since`; failed both times.
    here = missing(stocks, substitution)
    assert (missing(stocks + step, substitution) <= here).all()
    assert (missing(stocks, substitution + step) >= here).all()
    assert ((here >= 0.0) & (here <= 1.0)).all()
    if stocks < 6.0 and substitution > 1.0:
        assert (missing(stocks, substitution + 2.0) > here).all()
        # Stocks only put off what is over within the horizon; what is not over yet, they shorten.
        if stocks + substitution > 8.0:
            assert (missing(stocks + 2.0, substitution) < here).all()


def test_what_cannot_be_replaced_is_missing_all_the_time_and_stocks_for_the_horizon_cover_it() -> None:
    assert missing(0.0, 1e9) == pytest.approx(1.0)
    assert missing(8.0, 4.0) == pytest.approx(0.0)


@given(value=st.floats(0.1, 50.0), damage=st.floats(0.1, 10.0), income=st.floats(100.0, 20000.0))
def test_the_loss_is_a_share_of_income(value: float, damage: float, income: float) -> None:
    # Flip tried: divided by damage; failed.
    loss = good_loss(lanes(value), lanes(damage), lanes(0.0), lanes(4.0), horizon=lanes(4.0), income=income)
    assert loss == pytest.approx(0.5 * value * damage / income)
