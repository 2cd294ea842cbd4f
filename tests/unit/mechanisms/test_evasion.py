"""Evasion: intermediaries enter for a premium and leave under control; evidence and belief follow the record."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector.mechanisms.common import logit
from multivector.mechanisms.evasion import belief_next, capacity_next, evidence_rate, perceived_enforcement

LANES = 8
premia, efforts, records = st.floats(0.0, 3.0), st.floats(-0.2, 0.6), st.floats(-2.0, 4.0)
beliefs, steps = st.floats(0.05, 0.95), st.floats(0.02, 0.5)
USUAL = {"base": 0.0, "entry": 0.5, "premium_cap": 1.0, "exit_rate": 0.5, "listing": 0.15, "idle": 0.1, "ceiling": 2.7}
FOUND = {"intercept": -3.0, "on_record": 0.8, "on_belief": 1.5, "on_enforcement": 2.0, "threshold": 1.5}
LEARN = {"memory": 0.9, "threshold": 1.5, "half_gap": 0.5, "noise": 2.4}


def lanes(x: float) -> np.ndarray:
    return np.full(LANES, x)


def capacity(ln: float, premium: float, effort: float, listed: float, **other: float) -> np.ndarray:
    return capacity_next(
        lanes(ln), lanes(premium), lanes(effort), lanes(listed), **{k: lanes(v) for k, v in (USUAL | other).items()}
    )


def evidence(record: float, belief: float, effort: float) -> np.ndarray:
    return evidence_rate(lanes(record), lanes(belief), lanes(effort), **{k: lanes(v) for k, v in FOUND.items()})


def learn(belief: float, record: float, **other: float) -> np.ndarray:
    return belief_next(
        lanes(belief),
        lanes(record),
        prior=lanes(other.pop("prior", 0.3)),
        **{k: lanes(v) for k, v in (LEARN | other).items()},
    )


@given(ln=st.floats(0.0, 2.0), premium=st.floats(0.0, 0.8), effort=efforts, step=steps)
def test_premium_draws_intermediaries_in_control_and_listing_drive_them_out(
    ln: float, premium: float, effort: float, step: float
) -> None:
    # Flips tried: the sign of entry, of exit_rate and of listing in capacity_next; failed each time.
    here = capacity(ln, premium, effort, 0.0)
    assert (capacity(ln, min(premium + step, 1.0), effort, 0.0) > here).all()
    assert (capacity(ln, premium, effort + step, 0.0) < here).all()
    assert (capacity(ln, premium, effort, 1.0) < here).all()


@given(ln=st.floats(-1.0, 2.5), premium=st.floats(1.0, 9.0))
def test_entry_has_a_largest_speed_and_capacity_a_ceiling(ln: float, premium: float) -> None:
    assert capacity(ln, premium, 0.0, 0.0).tolist() == capacity(ln, 1.0, 0.0, 0.0).tolist()
    assert (capacity(ln, premium, -5.0, 0.0) <= 2.7).all()
    assert (capacity(ln, 0.0, 9.0, 1.0) >= -2.0).all()


def test_unpaid_capacity_shrinks_to_the_base_at_the_idle_rate() -> None:
    ln, seen = 1.0, []
    for _ in range(40):
        ln = float(capacity(ln, 0.0, 0.0, 0.0)[0])
        seen.append(ln)
    assert seen[:3] == pytest.approx([0.9, 0.81, 0.729])
    assert abs(seen[-1]) < 0.02


def test_capacity_rests_where_entry_equals_what_idles_away() -> None:
    ln = 0.0
    for _ in range(300):
        ln = float(capacity(ln, 0.4, 0.0, 0.0)[0])
    assert ln == pytest.approx(0.5 * 0.4 / 0.1)


@given(record=records, belief=beliefs, effort=st.floats(0.0, 0.8), step=steps)
def test_cases_are_found_where_customs_see_much_and_control_is_weak(
    record: float, belief: float, effort: float, step: float
) -> None:
    # Flips tried: the sign of on_record, on_belief and on_enforcement in evidence_rate; failed each time.
    here = evidence(record, belief, effort)
    assert (evidence(record + step, belief, effort) > here).all()
    assert (evidence(record, belief + step, effort) > here).all()
    assert (evidence(record, belief, effort + step) < here).all()
    assert ((here > 0.0) & (here < 1.0)).all()


@given(belief=beliefs, record=records, step=steps)
def test_a_fuller_record_makes_a_sender_think_one_more_permissive(belief: float, record: float, step: float) -> None:
    # Flip tried: the sign of the evidence in belief_next; failed.
    lower, higher = learn(belief, record), learn(belief, record + step)
    inside = (lower > 0.02) & (higher < 0.98)
    assert (higher >= lower).all()
    assert (higher[inside] > lower[inside]).all()
    assert ((lower >= 0.02) & (higher <= 0.98)).all()


@given(belief=beliefs, gap=st.floats(-1.0, 1.0))
def test_one_record_is_bayes_on_two_normal_hypotheses(belief: float, gap: float) -> None:
    mean, half, sd = 1.5, 0.5, 1.2
    record = mean + gap
    permissive = np.exp(-0.5 * ((record - mean - half) / sd) ** 2)
    strict = np.exp(-0.5 * ((record - mean + half) / sd) ** 2)
    posterior = belief * permissive / (belief * permissive + (1.0 - belief) * strict)
    found = learn(belief, record, memory=1.0, noise=sd)
    assert found == pytest.approx(lanes(float(np.clip(posterior, 0.02, 0.98))), abs=1e-9)


@given(belief=beliefs)
def test_without_news_belief_returns_to_the_prior(belief: float) -> None:
    b = belief
    for _ in range(120):
        b = float(learn(b, 1.5, prior=0.3)[0])
    assert b == pytest.approx(0.3, abs=1e-4)
    assert (
        abs(logit(learn(belief, 1.5)) - logit(lanes(0.3))).max()
        <= abs(logit(lanes(belief)) - logit(lanes(0.3))).max() + 1e-9
    )


@given(belief=beliefs, step=st.floats(0.01, 0.04))
def test_the_more_permissive_one_is_thought_the_less_effort_is_seen(belief: float, step: float) -> None:
    # Flip tried: the two hypotheses exchanged in perceived_enforcement; failed.
    def seen(b: float) -> np.ndarray:
        return perceived_enforcement(lanes(b), permissive=lanes(0.1), strict=lanes(0.7))

    assert (seen(belief + step) < seen(belief)).all()
    assert seen(0.0)[0] == pytest.approx(0.7)
    assert seen(1.0)[0] == pytest.approx(0.1)
