"""Persistent processes and outages: exact moments, steps that agree with paths, causes that stay apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from multivector.mechanisms.shocks import (
    CAUSES,
    ar1_path,
    ar1_step,
    ar1_variance,
    belief_in_intent,
    capacity_left,
    expected_capacity,
    level,
    outage_draws,
    outage_hazards,
)
from multivector.randomness import Streams

LANES = 8
uniform = st.floats(1e-6, 1 - 1e-6)
share = st.floats(0.0, 1.0)


def lanes(x: object, count: int = LANES) -> np.ndarray:
    return np.repeat(np.asarray(x, dtype=float)[..., None], count, axis=-1)


@settings(max_examples=60, deadline=None)
@given(
    u=arrays(float, (6, LANES), elements=uniform),
    rho=arrays(float, LANES, elements=st.floats(-0.9, 0.99)),
    sd=arrays(float, LANES, elements=st.floats(0.0, 0.5)),
)
def test_a_path_is_its_steps(u: np.ndarray, rho: np.ndarray, sd: np.ndarray) -> None:
    path = ar1_path(u, persistence=rho, sd=sd)
    x = np.zeros(LANES)
    for turn in range(6):
        x = ar1_step(x, u[turn], persistence=rho, sd=sd)
        assert (path[turn] == x).all()
    assert (ar1_path(u[:3], persistence=rho, sd=sd) == path[:3]).all()


@pytest.mark.parametrize("start", ["zero", "stationary"])
def test_the_variance_is_exact(start: str) -> None:
    u = Streams(8).uniforms("shocks/test/x", 6, np.arange(6400))
    rho, sd = np.full(6400, 0.9), np.full(6400, 0.12)
    path = ar1_path(u, persistence=rho, sd=sd, start=start)  # type: ignore[arg-type]
    expected = ar1_variance(6, persistence=rho[:1], sd=sd[:1], start=start)[:, 0]  # type: ignore[arg-type]
    assert path.var(axis=1) == pytest.approx(expected, rel=0.08)
    if start == "stationary":
        assert expected == pytest.approx(np.full(6, 0.12**2 / (1 - 0.81)))
    prices = level(np.full((6, 6400), 70.0), path, expected[:, None])
    assert prices.mean(axis=1) == pytest.approx(np.full(6, 70.0), rel=0.02)


def test_the_process_forgets_at_its_rate() -> None:
    middle = np.full((4, LANES), 0.5)
    path = ar1_path(middle, persistence=lanes(0.5), sd=lanes(0.1), before=lanes(0.8))
    assert path[:, 0] == pytest.approx([0.4, 0.2, 0.1, 0.05])
    high = ar1_path(np.full((1, LANES), 0.9), persistence=lanes(0.5), sd=lanes(0.1))
    assert (high > 0.0).all()


@settings(max_examples=80, deadline=None)
@given(
    u=arrays(float, (4, 3, LANES), elements=uniform),
    hazard=arrays(float, (4, 3, LANES), elements=share),
    severity=arrays(float, (4, 1, LANES), elements=share),
    more=share,
)
def test_displeasure_moves_only_the_deliberate_outages(
    u: np.ndarray, hazard: np.ndarray, severity: np.ndarray, more: float
) -> None:
    calm = outage_draws(u, outage_hazards(*hazard))
    tense = outage_draws(u, outage_hazards(hazard[0], hazard[1], hazard[2], hazard[3] + more))
    assert (calm[:3] == tense[:3]).all()
    assert (tense[3] >= calm[3]).all()
    capacity = np.full((3, LANES), 50.0)
    left = capacity_left(capacity, calm, severity)
    assert (left >= capacity_left(capacity, tense, severity)).all()
    assert (left <= capacity).all()
    assert (left >= 0.0).all()
    assert CAUSES[3] == "deliberate"


def test_hazards_are_frequencies_and_the_expected_capacity_is_the_mean() -> None:
    count = 12800
    u = np.stack([Streams(3).uniforms(f"outage/{cause}/CPC", 1, np.arange(count)) for cause in CAUSES])
    hazards = lanes([[0.05], [0.01], [0.02], [0.1]], count)
    severity = lanes([[0.2], [0.15], [0.15], [0.3]], count)
    flags = outage_draws(u, hazards)
    assert flags[:, 0].mean(axis=1) == pytest.approx([0.05, 0.01, 0.02, 0.1], abs=0.008)
    left = capacity_left(np.full((1, count), 60.0), flags, severity)
    expected = expected_capacity(np.full((1, count), 60.0), hazards, severity)
    assert left.mean() == pytest.approx(expected[0, 0], rel=0.003)


@settings(max_examples=60, deadline=None)
@given(prior=st.floats(0.01, 0.99), clarity=st.floats(0.51, 0.99))
def test_belief_in_intent_is_bayes(prior: float, clarity: float) -> None:
    accused = belief_in_intent(np.array([prior]), np.array([1.0]), clarity=np.array([clarity]))[0]
    cleared = belief_in_intent(np.array([prior]), np.array([0.0]), clarity=np.array([clarity]))[0]
    assert cleared < prior < accused
    p_accused = prior * clarity + (1 - prior) * (1 - clarity)
    assert p_accused * accused + (1 - p_accused) * cleared == pytest.approx(prior)
