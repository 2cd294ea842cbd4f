"""Security: the worth of an alliance, the risk of abandonment and of entrapment, and what ignites a crisis at home."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector.mechanisms.common import logit
from multivector.mechanisms.security import alliance_worth, crisis_rate, help_probability, national_security

LANES = 8
goodwills, odds, steps = st.floats(0.05, 0.9), st.floats(0.005, 0.3), st.floats(0.01, 0.1)
USUAL = {
    "help_regime": 0.5, "help_attack": 0.2, "help_quarrel": 0.05, "attack": 0.005, "quarrel": 0.01, "stake_regime": 1.0,
    "stake_state": 3.0, "entrapment": 0.02, "entrapment_cost": 0.5, "obligation_weight": 0.05,
}  # fmt: skip
CRISIS = {"intercept": -4.6, "on_income": 12.0, "on_prices": 8.0, "on_legitimacy": 8.0, "on_recent": 1.5, "floor": 0.45}


def lanes(x: float) -> np.ndarray:
    return np.full(LANES, x)


def worth(goodwill: float, obligation: float, crisis: float, **other: float) -> np.ndarray:
    return alliance_worth(
        lanes(goodwill), lanes(obligation), lanes(crisis), **{k: lanes(v) for k, v in (USUAL | other).items()}
    )


def crisis(legitimacy: float = 0.55, income: float = 0.0, prices: float = 0.0, recent: float = 0.0) -> np.ndarray:
    return crisis_rate(
        lanes(legitimacy), lanes(income), lanes(prices), lanes(recent), **{k: lanes(v) for k, v in CRISIS.items()}
    )


@given(goodwill=goodwills, obligation=st.floats(0.0, 1.0), home=odds, step=steps)
def test_an_alliance_is_worth_more_when_help_is_likely_and_less_when_it_binds(
    goodwill: float, obligation: float, home: float, step: float
) -> None:
    # Flips tried: `willing * expected` negated; entrapment added; obligation_weight added. Failed each time.
    here = worth(goodwill, obligation, home)
    assert (worth(goodwill + step, obligation, home) > here).all()
    assert (worth(goodwill, obligation, home + step) > here).all()
    assert (worth(goodwill, obligation + step, home) < here).all()
    assert (worth(goodwill, obligation, home, entrapment=0.03) < here).all()
    assert (
        worth(goodwill, obligation + step, home, entrapment=0.0) < worth(goodwill, obligation, home, entrapment=0.0)
    ).all()


def test_three_contingencies_add_up_at_the_base() -> None:
    expected = 0.0045 * 0.5 * 1.0 + (0.005 * 0.2 + 0.01 * 0.05) * 3.0 - 0.02 * 0.5
    assert worth(0.5, 0.0, 0.0045) == pytest.approx(lanes(expected))


def test_goodwill_half_is_neutral_and_none_means_abandonment() -> None:
    assert help_probability(lanes(0.5), help_regime=lanes(0.5)) == pytest.approx(lanes(0.5))
    assert help_probability(lanes(0.0), help_regime=lanes(0.5)).tolist() == [0.0] * LANES
    assert (worth(0.0, 0.0, 0.1) < 0.0).all()


@given(goodwill=goodwills, step=steps, regime=st.floats(0.1, 0.7))
def test_help_in_a_crisis_rises_with_goodwill_and_stays_a_probability(
    goodwill: float, step: float, regime: float
) -> None:
    # Flip tried: goodwill / (0.5 + goodwill) inverted; failed.
    low, high = (help_probability(lanes(g), help_regime=lanes(regime)) for g in (goodwill, goodwill + step))
    assert (high > low).all()
    assert ((low >= 0.0) & (high <= 1.0)).all()


@given(capability=st.floats(0.0, 2.0), threats=st.floats(0.0, 2.0), value=st.floats(-0.5, 0.5), step=steps)
def test_security_rises_with_capability_and_the_alliance_and_falls_with_threats(
    capability: float, threats: float, value: float, step: float
) -> None:
    # Flip tried: threats added; failed.
    here = national_security(lanes(capability), lanes(threats), lanes(value))
    assert here == pytest.approx(lanes(capability - threats + value))
    assert (national_security(lanes(capability), lanes(threats + step), lanes(value)) < here).all()


@given(
    legitimacy=st.floats(0.2, 0.8),
    income=st.floats(0.0, 0.1),
    prices=st.floats(0.0, 0.2),
    recent=st.floats(0.0, 2.0),
    step=steps,
)
def test_prices_and_incomes_ignite_a_crisis_and_legitimacy_prevents_it(
    legitimacy: float, income: float, prices: float, recent: float, step: float
) -> None:
    # Flips tried: each of the four terms of crisis_rate, one at a time; failed each time.
    here = crisis(legitimacy, income, prices, recent)
    assert (crisis(legitimacy, income + step, prices, recent) > here).all()
    assert (crisis(legitimacy, income, prices + step, recent) > here).all()
    assert (crisis(legitimacy, income, prices, recent + step) > here).all()
    assert (crisis(legitimacy + step, income, prices, recent) < here).all()


def test_at_the_floor_of_legitimacy_only_the_intercept_is_left() -> None:
    assert logit(crisis(legitimacy=0.45)) == pytest.approx(lanes(-4.6), abs=1e-6)
