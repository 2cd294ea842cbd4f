"""The rouble, the tenge, the cost of imports, and banks with owners in Russia."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector.mechanisms.contagion import access_lost, import_cost, strain_inflow, tenge_rate

LANES = 8
rates, steps = st.floats(-0.5, 0.5), st.floats(0.01, 0.3)


def lanes(x: float) -> np.ndarray:
    return np.full(LANES, x)


def tenge(rouble: float, oil: float, own: float) -> np.ndarray:
    return tenge_rate(lanes(rouble), lanes(oil), lanes(own), on_rouble=lanes(0.4), on_oil=lanes(0.1))


@given(rouble=rates, oil=rates, own=rates, step=steps)
def test_a_weak_rouble_and_cheap_oil_weaken_the_tenge(rouble: float, oil: float, own: float, step: float) -> None:
    # Flips tried: on_rouble negated; on_oil negated; own subtracted; failed each time.
    here = tenge(rouble, oil, own)
    assert (tenge(rouble + step, oil, own) > here).all()
    assert (tenge(rouble, oil - step, own) > here).all()
    assert (tenge(rouble, oil, own + step) > here).all()
    assert tenge(0.0, 0.0, 0.0) == pytest.approx(0.0)


@given(rouble=steps, answer=st.floats(0.3, 0.5), weight=st.floats(0.0, 0.8))
def test_whether_a_weak_rouble_makes_imports_dear_depends_on_who_prices_in_it(
    rouble: float, answer: float, weight: float
) -> None:
    # Flip tried: the rouble's weight added; failed.
    zero = lanes(0.0)
    e = tenge_rate(lanes(rouble), zero, zero, on_rouble=lanes(answer), on_oil=zero)
    cost = import_cost(zero, e, lanes(rouble), rouble_weight=lanes(weight))
    assert cost == pytest.approx((answer - weight) * rouble)


@given(change=steps)
def test_only_a_fall_of_the_rouble_strains_banks(change: float) -> None:
    # Flips tried: the change negated; `frozen` negated; failed both times.
    numbers = {"persistence": lanes(0.7), "fragility": lanes(1.0), "frozen": lanes(0.5)}
    assert strain_inflow(lanes(change), 0.0, **numbers) == pytest.approx(change)
    assert strain_inflow(lanes(-change), 0.0, **numbers) == pytest.approx(0.0)
    strain = lanes(0.0)
    for _ in range(60):
        strain = 0.7 * strain + strain_inflow(lanes(0.0), 1.0, **numbers)
    assert strain == pytest.approx(0.5)
    assert (strain_inflow(lanes(change), 1.0, **numbers) > strain_inflow(lanes(change), 0.0, **numbers)).all()


def test_a_bank_sold_no_longer_carries_the_strain() -> None:
    assert access_lost(lanes(0.0), lanes(0.9)) == pytest.approx(0.0)
    assert (access_lost(lanes(0.14), lanes(0.5)) > access_lost(lanes(0.1), lanes(0.5))).all()
