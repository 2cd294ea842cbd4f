"""Quantal response equilibria: published values, closed forms, replies worked out again, and lanes apart.

Flips tried, each fails: payoffs of one player with the other sign (published values); `going &= apart <= tolerance`;
a converged lane that is still updated; the halving of the step left out (swinging replies).
"""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multivector.decisions.fixed_point import FixedPoint, Profile, fixed_point, quantal_response
from multivector.mechanisms.common import Array


def payoffs(tables: list[np.ndarray]) -> list:
    """Expected payoffs of each player from its table over all players' entries, lane by lane."""

    def of(player: int):
        def value(plays: Profile) -> Array:
            out = np.zeros(plays[player].shape)
            for entries in product(*(range(n) for n in tables[player].shape)):
                chance = np.ones(out.shape[1])
                for other, entry in enumerate(entries):
                    if other != player:
                        chance = chance * plays[other][entry]
                out[entries[player]] += chance * tables[player][entries]
            return out

        return value

    return [of(k) for k in range(len(tables))]


def equilibrium(tables: list[np.ndarray], precision: float | list[float], start: Profile | None = None) -> FixedPoint:
    lam = np.atleast_1d(np.array(precision, float))
    feasible = [np.ones((n, lam.size), bool) for n in tables[0].shape]
    return quantal_response(payoffs(tables), feasible, lam, start=start)


def pennies(win: float) -> list[np.ndarray]:
    return [np.array([[win, 0.0], [0.0, 1.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])]


def test_the_published_values_of_asymmetric_matching_pennies() -> None:
    # Row payoff 9, lambda 1; pygambit's tutorial on the games of Ochs (1995) by McKelvey and Palfrey's logit.
    found = equilibrium(pennies(9.0), 1.0)
    assert found.found.all()
    assert found.plays[0][0, 0] == pytest.approx(0.893576, abs=5e-7)
    assert found.plays[1][0, 0] == pytest.approx(0.312780, abs=5e-7)


def test_closed_forms() -> None:
    even = equilibrium(pennies(1.0), [0.0, 1.0, 5.0])
    assert even.plays[0][0] == pytest.approx([0.5, 0.5, 0.5])
    assert equilibrium(pennies(9.0), 0.0).plays[0][0, 0] == 0.5
    # A dilemma whose gain from defecting is the same whatever the other does: a logit of that gain.
    dilemma = [np.array([[3.0, 0.0], [4.0, 1.0]]), np.array([[3.0, 4.0], [0.0, 1.0]])]
    assert equilibrium(dilemma, 2.0).plays[0][1, 0] == pytest.approx(1.0 / (1.0 + math.exp(-2.0)))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([(2, 3), (3, 3), (2, 2, 2), (3, 2, 2)]))
def test_each_play_is_the_logit_of_what_its_entries_are_worth(seed: int, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(seed)
    tables = [rng.normal(0.0, 1.0, shape) for _ in shape]
    lam = float(rng.uniform(0.0, 1.0))
    found = equilibrium(tables, lam)
    assert found.found.all()
    plays = [play[:, 0] for play in found.plays]
    for player, table in enumerate(tables):
        worth = np.zeros(shape[player])
        for entries in product(*(range(n) for n in shape)):
            others = math.prod(plays[k][e] for k, e in enumerate(entries) if k != player)
            worth[entries[player]] += others * table[entries]
        odds = [math.exp(lam * u) for u in worth]
        assert plays[player] == pytest.approx([x / sum(odds) for x in odds], abs=1e-8)


def swing(slope: float):
    """A reply that is `slope` times as far on the other side of one half."""
    return lambda plays: np.clip(0.5 - slope * (plays[0] - 0.5), 0.0, 1.0)


@pytest.mark.parametrize("slope", [-0.95, 0.0, 1.5, 3.0, 8.0])
def test_replies_that_swing_farther_than_what_they_reply_to_are_damped(slope: float) -> None:
    found = fixed_point([swing(slope)], [np.full((1, 1), 0.9)])
    assert found.found.all()
    assert found.plays[0][0, 0] == pytest.approx(0.5, abs=1e-7)


def test_a_lane_is_the_same_alone_and_beside_others_and_one_without_an_equilibrium_is_told() -> None:
    # Lane 1 has no fixed point: it replies 1 to less than a half, and 0 to a half and more. Lane 2 is no number.
    def reply(plays: Profile) -> Array:
        x = plays[0]
        out = 1.0 / (1.0 + np.exp(np.array([[3.0, 0.0, 1.0, 6.0]])[:, : x.shape[1]] * (x - 0.2)))
        if x.shape[1] > 1:
            out[:, 1] = np.where(x[:, 1] < 0.5, 1.0, 0.0)
            out[:, 2] = np.nan
        return out

    four, alone = fixed_point([reply], [np.full((1, 4), 0.1)]), fixed_point([reply], [np.full((1, 1), 0.1)])
    assert four.found.tolist() == [True, False, False, True]
    assert four.iterations[1] == four.iterations[2] == 200
    assert four.plays[0][0, 0].tobytes() == alone.plays[0][0, 0].tobytes()
    assert four.iterations[0] == alone.iterations[0] < 60
    assert not four.distance[1] < 0.1


def test_lanes_that_are_not_asked_stay_where_they_are() -> None:
    found = fixed_point([swing(0.0)], [np.full((1, 2), 0.9)], asked=np.array([True, False]))
    assert found.plays[0][0].tolist() == [pytest.approx(0.5), 0.9]
    assert found.found.all()
    assert found.iterations[1] == 0


def test_all_players_reply_at_once_so_their_order_does_not_matter() -> None:
    rng = np.random.default_rng(3)
    one, two = rng.normal(size=(3, 3)), rng.normal(size=(3, 3))
    found, turned = equilibrium([one, two], 2.0), equilibrium([two.T, one.T], 2.0)
    assert found.plays[0] == pytest.approx(turned.plays[1], abs=1e-12)
    assert found.iterations.tolist() == turned.iterations.tolist()


def test_the_start_decides_between_equilibria() -> None:
    meet = [np.eye(2) * 3.0, np.eye(2) * 3.0]
    near = [np.array([[0.9], [0.1]])] * 2
    assert equilibrium(meet, 3.0, near).plays[0][0, 0] > 0.99
    assert equilibrium(meet, 3.0, [p[::-1] for p in near]).plays[0][0, 0] < 0.01
    assert equilibrium(meet, 3.0).plays[0][0, 0] == 0.5


def test_there_is_a_reply_for_each_play() -> None:
    with pytest.raises(ValueError, match="found 1 and 0"):
        fixed_point([swing(0.0)], [])
