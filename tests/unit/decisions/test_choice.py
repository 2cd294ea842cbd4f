"""The rule of choice against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from multivector.decisions.choice import (
    TAIL,
    Odds,
    conditional_value_at_risk,
    draw,
    hazard_value,
    probabilities,
    risk_adjusted,
)
from multivector.randomness import Streams, gumbel

ONE = np.ones(1)
ALL = np.ones((3, 1), bool)


def worst_fifth(values: list[float], weights: list[float], tail: float = TAIL) -> float:
    """CVaR the slow way: walk through the futures from the worst one until the tail is full."""
    left, total = tail, 0.0
    for value, weight in sorted(zip(values, weights, strict=True)):
        part = min(weight, left)
        total, left = total + part * value, left - part
    return total / tail


futures = st.integers(1, 12).flatmap(
    lambda k: st.tuples(
        st.lists(st.floats(-50, 50), min_size=k, max_size=k), st.lists(st.floats(0.001, 1.0), min_size=k, max_size=k)
    )
)


@given(futures)
def test_cvar_is_the_mean_of_the_worst_fifth(drawn: tuple[list[float], list[float]]) -> None:
    values, raw = np.array(drawn[0]), np.array(drawn[1])
    weights = raw / raw.sum()
    found = conditional_value_at_risk(values[:, None], weights[:, None])[0]
    assert found == pytest.approx(worst_fifth(values.tolist(), weights.tolist()), abs=1e-9)
    assert found <= (weights * values).sum() + 1e-9


@given(futures)
def test_without_risk_aversion_the_value_is_the_mean(drawn: tuple[list[float], list[float]]) -> None:
    values, raw = np.array(drawn[0]), np.array(drawn[1])
    weights = raw / raw.sum()
    assert risk_adjusted(values[:, None], weights[:, None], np.zeros(1))[0] == pytest.approx(
        float((weights * values).sum()), abs=1e-9
    )
    assert risk_adjusted(values[:, None], weights[:, None], ONE)[0] == pytest.approx(
        worst_fifth(values.tolist(), weights.tolist()), abs=1e-9
    )


@given(
    arrays(float, (4, 3), elements=st.floats(-9, 9)),
    arrays(float, (3, 5, 3), elements=st.floats(1e-6, 2.0)),
    arrays(float, 3, elements=st.sampled_from([0.0, 0.2, 0.5, 1.0])),
)
def test_the_fast_rule_over_hazards_is_the_slow_one(worth: np.ndarray, odds: np.ndarray, risk: np.ndarray) -> None:
    weights = np.concatenate((np.ones((1, 5, 3)), odds))
    weights = weights / weights.sum(axis=0)
    slow = [[_slow(worth[:, lane], weights[:, row, lane], risk[lane]) for lane in range(3)] for row in range(5)]
    found = np.broadcast_to(hazard_value(worth, Odds(odds), risk), (5, 3))
    assert found == pytest.approx(np.array(slow), abs=1e-8)


@given(
    arrays(float, (6, 3), elements=st.floats(-9, 9)),
    arrays(float, (5, 4, 3), elements=st.floats(1e-6, 2.0)),
    st.lists(st.integers(0, 3), min_size=5, max_size=5),
    arrays(float, 3, elements=st.floats(0.0, 1.0)),
)
def test_rows_may_share_a_class(worth: np.ndarray, odds: np.ndarray, of: list[int], risk: np.ndarray) -> None:
    by_row = np.broadcast_to(hazard_value(worth, Odds(odds[:, of]), risk), (5, 3))
    stacked = Odds(odds, np.array(of))
    assert hazard_value(worth, stacked, risk) == pytest.approx(by_row, abs=1e-9)
    full = np.repeat(worth[:, None], 5, axis=1)
    assert hazard_value(full, stacked, risk) == pytest.approx(by_row, abs=1e-9)


def _slow(values: np.ndarray, weights: np.ndarray, risk: float) -> float:
    return (1.0 - risk) * float((weights * values).sum()) + risk * worst_fifth(values.tolist(), weights.tolist())


@given(
    arrays(float, (4, 8), elements=st.floats(-9, 9)),
    arrays(float, (3, 5, 8), elements=st.floats(1e-6, 2.0)),
    st.integers(0, 7),
)
def test_a_lane_has_the_same_bits_whatever_stands_beside_it(worth: np.ndarray, odds: np.ndarray, lane: int) -> None:
    risk = np.array([0.0, 0.5] * 4)
    alone = [np.repeat(a[..., [lane]], 8, axis=-1) for a in (worth, odds, risk)]
    together = np.broadcast_to(hazard_value(worth, Odds(odds), risk), (5, 8))
    single = np.broadcast_to(hazard_value(alone[0], Odds(alone[1]), alone[2]), (5, 8))
    assert np.array_equal(together[:, lane], single[:, 0])


@given(st.floats(-5, 5), st.floats(-5, 5), st.floats(0.1, 5), st.floats(0.05, 5))
def test_odds_of_two_entries_are_logit(one: float, other: float, precision: float, scale: float) -> None:
    value = np.array([[one], [other]])
    p = probabilities(value, np.ones((2, 1), bool), np.full(1, precision), np.full(1, scale))[:, 0]
    assert p[0] == pytest.approx(1.0 / (1.0 + np.exp(-precision * (one - other) / scale)), abs=1e-12)
    assert p.sum() == pytest.approx(1.0)


def test_a_hopeless_entry_does_not_change_the_odds_of_the_best_two() -> None:
    two = probabilities(np.array([[1.0], [0.2]]), np.ones((2, 1), bool), 2.0 * ONE, 0.7 * ONE)[:, 0]
    three = probabilities(np.array([[1.0], [0.2], [-1e4]]), ALL, 2.0 * ONE, 0.7 * ONE)[:, 0]
    assert three[0] / three[1] == two[0] / two[1]
    assert three[2] < 1e-300


def test_an_entry_twice_on_the_menu_leaves_the_odds_among_the_others() -> None:
    value = np.array([[1.0], [0.2], [0.2]])
    p = probabilities(value, ALL, ONE, ONE)[:, 0]
    assert p[1] == p[2]
    assert p[0] / p[1] == pytest.approx(np.exp(0.8))


def test_what_is_not_feasible_has_no_chance() -> None:
    may = np.array([[True], [False], [True]])
    assert probabilities(np.array([[0.0], [99.0], [0.0]]), may, ONE, ONE)[:, 0].tolist() == [0.5, 0.0, 0.5]
    chosen, _ = draw(np.array([[0.0], [99.0], [-1.0]]), may, ONE, ONE, np.zeros((3, 1)))
    assert chosen[0] == 0


def numbers(names: list[str], lanes: int = 4000) -> np.ndarray:
    return gumbel(np.stack([Streams(3).uniforms(n, 1, np.arange(lanes))[0] for n in names]))


def test_draws_follow_the_logit_probabilities() -> None:
    value = np.repeat(np.array([[0.0], [0.5], [1.5]]), 4000, axis=1)
    may, ones = np.ones(value.shape, bool), np.ones(4000)
    chosen, _ = draw(value, may, ones, ones, numbers(["a", "b", "c"]))
    expected = probabilities(value, may, ones, ones)[:, 0]
    shares = np.bincount(chosen, minlength=3) / 4000
    assert np.abs(shares - expected).max() < 4.0 * np.sqrt(0.25 / 4000)


def test_an_entry_that_is_never_taken_changes_no_other_choice() -> None:
    lanes, ones = 4000, np.ones(4000)
    value = np.repeat(np.array([[0.0], [0.3]]), lanes, axis=1)
    two, _ = draw(value, np.ones((2, lanes), bool), ones, ones, numbers(["a", "c"]))
    wide = np.insert(value, 1, -60.0, axis=0)
    three, _ = draw(wide, np.ones((3, lanes), bool), ones, ones, numbers(["a", "b", "c"]))
    assert np.array_equal(np.where(two == 1, 2, 0), three)


def test_an_entry_that_is_hardly_taken_moves_hardly_any_other_choice() -> None:
    lanes, ones = 4000, np.ones(4000)
    value = np.repeat(np.array([[0.0], [0.3]]), lanes, axis=1)
    two, _ = draw(value, np.ones((2, lanes), bool), ones, ones, numbers(["a", "c"]))
    wide = np.insert(value, 1, -4.0, axis=0)
    three, _ = draw(wide, np.ones((3, lanes), bool), ones, ones, numbers(["a", "b", "c"]))
    rest = three != 1
    assert 0.0 < 1.0 - rest.mean() < 0.03
    assert np.array_equal(np.where(two == 1, 2, 0)[rest], three[rest])


def test_ties_are_flagged() -> None:
    may, two = np.ones((2, 2), bool), np.ones(2)
    _, tied = draw(np.array([[1.0, 1.0], [1.0, 1.1]]), may, two, two, np.zeros((2, 2)))
    assert tied.tolist() == [True, False]
    _, tied = draw(np.array([[1.0], [1.0]]), np.array([[True], [False]]), ONE, ONE, np.zeros((2, 1)))
    assert tied.tolist() == [False]
    _, tied = draw(np.array([[1.0]]), np.ones((1, 1), bool), ONE, ONE, np.zeros((1, 1)))
    assert tied.tolist() == [False]
