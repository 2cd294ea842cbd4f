"""Decisions in a crisis: what keeps the leadership, and when a step is taken."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from multivector.mechanisms.emergency import keeps_rate, step_rate

shares = st.floats(0.0, 1.0)
steps = st.floats(0.01, 0.5)


def lanes(x: float) -> np.ndarray:
    return np.full(8, x)


def keeps(conceded: float, helped: float, promised: float) -> np.ndarray:
    return keeps_rate(
        lanes(conceded), lanes(helped), lanes(promised), base=lanes(0.5), concession=lanes(0.7), help=lanes(1.2),
        reform=lanes(0.3),
    )  # fmt: skip


def rate(gain: float, price: float) -> np.ndarray:
    return step_rate(
        lanes(0.5 + gain), lanes(0.5), stake=lanes(10.0), price=lanes(price), precision=lanes(2.0), scale=lanes(1.0)
    )


@given(c=shares, h=shares, r=shares, step=steps)
def test_each_step_keeps_the_leadership_more_likely(c: float, h: float, r: float, step: float) -> None:
    # Flips tried: each sign in keeps_rate; failed each time.
    here = keeps(c, h, r)
    assert (keeps(c + step, h, r) > here).all()
    assert (keeps(c, h + step, r) > here).all()
    assert (keeps(c, h, r + step) > here).all()


@given(gain=st.floats(0.0, 0.3), price=st.floats(0.0, 2.0), step=st.floats(0.01, 0.2))
def test_a_step_is_taken_for_what_it_gains_and_left_for_what_it_costs(gain: float, price: float, step: float) -> None:
    # Flips tried: stake negative, price added; failed both times.
    assert (rate(gain + step, price) > rate(gain, price)).all()
    assert (rate(gain, price + step) < rate(gain, price)).all()
