"""Roll calls: probabilities, casting, cut points from a tally, norms, and what a vote costs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from multivector.mechanisms.votes import (
    ABSTAIN,
    NO,
    YES,
    cast,
    disappointment,
    expected_disappointment,
    norm_shift,
    pressure,
    solve_cut_points,
    utility,
    vote_probabilities,
)
from multivector.randomness import Streams

LANES = 8
number = st.floats(-6.0, 6.0)


def lanes(x: object, count: int = LANES) -> np.ndarray:
    return np.repeat(np.asarray(x, dtype=float)[..., None], count, axis=-1)


@settings(max_examples=100, deadline=None)
@given(
    u=arrays(float, LANES, elements=number),
    c=arrays(float, LANES, elements=number),
    d=arrays(float, LANES, elements=st.floats(0.1, 6.0)),
    absent=arrays(float, LANES, elements=st.floats(0.0, 0.3)),
    step=st.floats(0.01, 3.0),
)
def test_probabilities_sum_to_one_and_liking_a_text_means_yes(
    u: np.ndarray, c: np.ndarray, d: np.ndarray, absent: np.ndarray, step: float
) -> None:
    p = vote_probabilities(u, c, d, absent)
    more = vote_probabilities(u + step, c, d, absent)
    assert (p >= 0.0).all()
    assert p.sum(axis=0) == pytest.approx(np.ones(LANES))
    assert (more[YES] > p[YES]).all()
    assert (more[NO] < p[NO]).all()
    assert (p[3] == absent).all()


def test_asks_pull_toward_the_position_of_who_asks() -> None:
    weight, stake = lanes([0.8, 0.4]), lanes([1.0, 0.5])
    assert (pressure(weight, lanes([-1.0, 0.0]), stake) < 0.0).all()
    assert pressure(weight, lanes([-1.0, 1.0]), stake) == pytest.approx(lanes(-0.8 + 0.2))
    near = utility(lanes([1.0, 0.0]), lanes([2.0, -1.0]), lanes(0.3), lanes(-0.1))
    assert near == pytest.approx(lanes(2.2))


def test_votes_are_cast_as_often_as_they_are_likely() -> None:
    count = 12800
    p = vote_probabilities(lanes(-2.5, count), lanes(-4.0, count), lanes(4.0, count), lanes(0.05, count))
    votes = cast(Streams(5).uniforms("votes/cast/KAZ", 1, np.arange(count))[0], p)
    assert np.bincount(votes, minlength=4) / count == pytest.approx(p[:, 0], abs=0.015)


def test_the_last_sliver_of_a_uniform_never_makes_a_state_absent_that_cannot_be() -> None:
    p = np.array([[0.1] * 8, [0.7] * 8, [0.2 - 1e-16] * 8, [0.0] * 8])
    assert (cast(np.full(8, 1 - 2.0**-53), p) == YES).all()


@settings(max_examples=50, deadline=None)
@given(
    points=arrays(float, (40, 2), elements=st.floats(-2.0, 2.0)),
    no=st.integers(2, 15),
    abstain=st.integers(1, 15),
    b=arrays(float, 2, elements=st.floats(-3.0, 3.0)),
)
def test_cut_points_meet_the_tally(points: np.ndarray, no: int, abstain: int, b: np.ndarray) -> None:
    tally = np.array([no, abstain, 40 - no - abstain], dtype=float)
    c, d = solve_cut_points(points, lanes(b), lanes(tally), named=0)
    assert (d > 0.0).all()
    u = points[1:, :1] * b[0] + points[1:, 1:] * b[1]
    p = vote_probabilities(u, c[:1], d[:1], np.zeros((39, 1)))
    assert p[NO].sum() + 1.0 == pytest.approx(no, abs=1e-9)
    assert p[ABSTAIN].sum() == pytest.approx(abstain, abs=1e-9)


def test_an_empty_tally_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one vote"):
        solve_cut_points(np.zeros((3, 2)), np.zeros((2, 8)), np.zeros((3, 8)))


def shift_of(counts: list[float], sd: float = 1.5) -> float:
    one = np.ones((1, LANES))
    found = norm_shift(lanes([counts]), 0 * one, -2 * one, 4 * one, prior_sd=np.full(LANES, sd))
    assert (found == found[0]).all()
    return float(found[0])


def test_a_norm_leans_where_the_votes_lean() -> None:
    assert shift_of([0, 0, 0]) == pytest.approx(0.0, abs=1e-12)
    assert shift_of([5, 0, 0]) < shift_of([1, 0, 0]) < 0.0 < shift_of([0, 0, 1]) < shift_of([0, 0, 5])
    assert shift_of([3, 0, 3]) == pytest.approx(0.0, abs=1e-9)
    assert abs(shift_of([5, 0, 0], sd=0.5)) < abs(shift_of([5, 0, 0]))


def test_the_quadrature_agrees_with_a_fine_sum() -> None:
    s = np.linspace(-15, 15, 60001)
    f = lambda x: 1 / (1 + np.exp(-x))  # noqa: E731
    w = np.exp(-0.5 * (s / 1.5) ** 2) * f(-2 - s) ** 4 * (f(2 - s) - f(-2 - s)) ** 2
    assert shift_of([4, 2, 0]) == pytest.approx((w * s).sum() / w.sum(), abs=1e-6)


def test_a_vote_disappoints_by_distance_and_stake() -> None:
    scale, zero = np.full(LANES, 0.05), np.zeros(LANES)
    position, stake = lanes([-1.0, 1.0, 0.0]), lanes([1.0, 0.5, 0.0])
    yes = disappointment(np.full(LANES, YES), position, stake, scale=scale, absent_as=zero)
    no = disappointment(np.full(LANES, NO), position, stake, scale=scale, absent_as=zero)
    abstain = disappointment(np.full(LANES, ABSTAIN), position, stake, scale=scale, absent_as=zero)
    assert yes[:, 0] == pytest.approx([0.1, 0.0, 0.0])
    assert no[:, 0] == pytest.approx([0.0, 0.05, 0.0])
    assert abstain[:, 0] == pytest.approx([0.05, 0.025, 0.0])
    p = np.repeat([[0.2], [0.5], [0.3], [0.0]], LANES, axis=1)
    mean = expected_disappointment(p, position, stake, scale=scale, absent_as=zero)
    assert mean == pytest.approx(0.2 * no + 0.5 * abstain + 0.3 * yes)
