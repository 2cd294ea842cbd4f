"""Isolation: what is felt falls with adaptation; it raises the weight of displeasure and the worth of a deal."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector.mechanisms.isolation import adaptation_next, deal_worth, felt, temper

shares = st.floats(0.0, 1.0)
steps = st.floats(0.01, 0.5)


def lanes(x: float) -> np.ndarray:
    return np.full(8, x)


@given(closed=st.floats(0.05, 1.0), adapted=st.floats(0.0, 0.5), step=st.floats(0.01, 0.4))
def test_what_is_felt_rises_with_what_is_closed_and_falls_with_what_is_replaced(
    closed: float, adapted: float, step: float
) -> None:
    # Flips tried: both signs in felt; failed both times.
    assert (felt(lanes(closed + step), lanes(adapted)) > felt(lanes(closed), lanes(adapted))).all()
    assert (felt(lanes(closed), lanes(adapted + step)) < felt(lanes(closed), lanes(adapted))).all()


@given(adapted=st.floats(0.0, 0.6), closed=st.floats(0.01, 1.0))
def test_adaptation_goes_to_its_ceiling_and_is_forgotten_without_measures(adapted: float, closed: float) -> None:
    named = {"speed": lanes(0.1), "most": lanes(0.6)}
    up = down = lanes(adapted)
    for _ in range(200):
        up, down = adaptation_next(up, lanes(closed), **named), adaptation_next(down, lanes(0.0), **named)
    assert up == pytest.approx(lanes(0.6), abs=1e-6)
    assert down == pytest.approx(lanes(0.0), abs=1e-6)


@given(isolation=shares, step=steps)
def test_it_presses_and_pays(isolation: float, step: float) -> None:
    # Flips tried: the sign of press, of pay; failed both times.
    assert (temper(lanes(isolation + step), press=lanes(2.0)) > temper(lanes(isolation), press=lanes(2.0))).all()
    assert temper(lanes(0.0), press=lanes(2.0)) == pytest.approx(lanes(1.0))
    assert (deal_worth(lanes(isolation + step), pay=lanes(2.0)) > deal_worth(lanes(isolation), pay=lanes(2.0))).all()
