"""Coercion: what raises the odds of pressure, what restrains it; the sign of `leverage` is a parameter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector.mechanisms.coercion import coercion_rate, use_probability
from multivector.mechanisms.common import logit

LANES = 8
shares = st.floats(0.0, 0.2)
displeasures = st.floats(0.0, 3.0)
steps = st.floats(0.01, 0.5)
slopes = st.floats(0.1, 60.0)


def lanes(x: float) -> np.ndarray:
    return np.full(LANES, x)


def rate(g: float, lever: float, own: float, restraint: float, **slope: float) -> np.ndarray:
    used = {
        "intercept": -4.0,
        "on_displeasure": 1.0,
        "on_leverage": 3.0,
        "on_own_cost": 5.0,
        "on_restraint": 5.0,
    } | slope
    return coercion_rate(lanes(g), lanes(lever), lanes(own), lanes(restraint), **{k: lanes(v) for k, v in used.items()})


@given(g=displeasures, lever=shares, own=shares, restraint=shares, step=steps)
def test_displeasure_and_leverage_raise_it_own_cost_and_restraint_lower_it(
    g: float, lever: float, own: float, restraint: float, step: float
) -> None:
    # Flips tried: each of the four signs in coercion_rate, one at a time; this test failed every time.
    here = rate(g, lever, own, restraint)
    assert (rate(g + step, lever, own, restraint) > here).all()
    assert (rate(g, lever + step, own, restraint) > here).all()
    assert (rate(g, lever, own + step, restraint) < here).all()
    assert (rate(g, lever, own, restraint + step) < here).all()


@given(lever=shares, step=steps, slope=slopes)
def test_a_closing_window_may_turn_the_sign_of_leverage(lever: float, step: float, slope: float) -> None:
    slope = min(slope, 8.0)
    assert (
        rate(0.2, lever + step, 0.0, 0.0, on_leverage=-slope) < rate(0.2, lever, 0.0, 0.0, on_leverage=-slope)
    ).all()


@given(g=displeasures, lever=shares, own=shares, restraint=shares)
def test_log_odds_are_the_sum_of_their_parts(g: float, lever: float, own: float, restraint: float) -> None:
    expected = -4.0 + 1.0 * g + 3.0 * lever - 5.0 * own - 5.0 * restraint
    assert logit(rate(g, lever, own, restraint)) == pytest.approx(lanes(expected), abs=1e-7)


def test_it_is_a_probability_at_both_ends() -> None:
    assert 0.0 < rate(0.0, 0.0, 10.0, 10.0)[0] < 1e-12
    assert 1.0 - 1e-12 < rate(99.0, 0.0, 0.0, 0.0)[0] <= 1.0


def test_lanes_do_not_mix() -> None:
    g = np.linspace(0.0, 2.0, LANES)
    one = {
        k: lanes(v)
        for k, v in {
            "intercept": -3.0,
            "on_displeasure": 4.0,
            "on_leverage": 3.0,
            "on_own_cost": 40.0,
            "on_restraint": 60.0,
        }.items()
    }
    zero = lanes(0.0)
    together = coercion_rate(g, zero, zero, zero, **one)
    alone = [coercion_rate(lanes(x), zero, zero, zero, **one)[0] for x in g]
    assert together.tolist() == alone


@given(g=displeasures, relation=st.floats(-1.5, 1.5), step=steps)
def test_a_power_would_cut_trade_sooner_when_displeased_and_later_when_close(
    g: float, relation: float, step: float
) -> None:
    # Flips tried: the sign of on_displeasure, of on_relation, of on_restraint; failed each time.
    def use(a: float, b: float, c: float = 0.0) -> np.ndarray:
        return use_probability(
            lanes(a), lanes(b), lanes(c), intercept=lanes(-3.0), on_displeasure=lanes(4.0), on_relation=lanes(1.0),
            on_restraint=lanes(60.0),
        )  # fmt: skip

    assert (use(g, relation, 0.01) < use(g, relation)).all()

    assert (use(g + step, relation) > use(g, relation)).all()
    assert (use(g, relation + step) < use(g, relation)).all()
    assert logit(use(g, relation)) == pytest.approx(lanes(-3.0 + 4.0 * g - relation), abs=1e-6)
