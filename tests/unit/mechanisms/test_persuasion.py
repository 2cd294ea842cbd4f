"""Slow persuasion: what people watch and what they are threatened with; shares always sum to the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector.mechanisms.persuasion import LEAST, leaning_next, shares_now

numbers = st.floats(-0.5, 0.5)


def lanes(x: float) -> np.ndarray:
    return np.full(8, x)


def after(leaning: float, exposure: float, threat: float) -> np.ndarray:
    return leaning_next(
        lanes(leaning), lanes(exposure), lanes(threat), persistence=lanes(0.99), on_exposure=lanes(0.03),
        on_threat=lanes(0.01),
    )  # fmt: skip


@given(leaning=numbers, exposure=numbers, threat=numbers, step=st.floats(0.01, 0.5))
def test_channels_hold_and_threats_move(leaning: float, exposure: float, threat: float, step: float) -> None:
    # Flips tried: both signs; failed both times.
    here = after(leaning, exposure, threat)
    assert (after(leaning, exposure + step, threat) < here).all()
    assert (after(leaning, exposure, threat + step) > here).all()


@given(leaning=st.floats(-2.0, 2.0), friendly=st.floats(0.1, 0.4), wary=st.floats(0.1, 0.4))
def test_nobody_is_lost_and_no_group_vanishes(leaning: float, friendly: float, wary: float) -> None:
    shares = np.stack((lanes(friendly), lanes(wary), lanes(1.0 - friendly - wary)))
    now = shares_now(shares, lanes(leaning))
    assert now.sum(axis=0) == pytest.approx(shares.sum(axis=0))
    assert (now >= LEAST - 1e-12).all()
    assert np.array_equal(now[2], shares[2])
