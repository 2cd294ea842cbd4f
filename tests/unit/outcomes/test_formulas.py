from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from multivector.outcomes import concentration, conduct, exposure
from multivector.outcomes.composite import FLOOR, composite, normalise
from multivector.outcomes.registry import GROUPS, OUTCOMES, SHIPPED, build

unit = st.floats(0.0, 1.0)
positive = st.floats(0.01, 100.0)
vectors = arrays(np.float64, (4, 8), elements=positive)
chances = arrays(np.float64, (4, 8), elements=unit)


@given(vectors, positive)
def test_concentration_lies_between_even_and_single_and_rises_when_the_largest_grows(
    value: np.ndarray, rest: float
) -> None:
    part = concentration.shares(value, rest)
    index = concentration.hirschman(part)
    assert (part.sum(axis=0) <= 1.0 + 1e-12).all()
    assert (index <= 1.0 + 1e-12).all()
    more = value.copy()
    top = value.argmax(axis=0)
    more[top, np.arange(8)] *= 3.0
    assert (concentration.hirschman(concentration.shares(more, rest)) > index - 1e-12).all()
    # What the dispersed rest takes lowers dependence on powers.
    assert (concentration.hirschman(concentration.shares(value, rest + 10.0)) < index).all()


def test_hirschman_of_a_single_partner_is_one_and_of_four_equal_is_a_half() -> None:
    assert concentration.hirschman(np.array([[1.0], [0.0], [0.0], [0.0]])).tolist() == [1.0]
    assert concentration.hirschman(np.full((4, 1), 0.25)).tolist() == [0.5]


@given(vectors)
def test_the_split_index_is_zero_for_equal_domains_and_positive_for_different_ones(value: np.ndarray) -> None:
    same = concentration.shares(value)
    assert np.abs(concentration.split_index([same, same, same])).max() < 1e-12
    assert (concentration.split_index([same, same[::-1]]) >= -1e-12).all()


def test_each_field_its_own_partner_is_the_largest_split() -> None:
    domains = [np.eye(4)[:, k : k + 1] for k in range(4)]
    assert concentration.split_index(domains).tolist() == [0.75]
    assert concentration.entropy(np.eye(4)[:, :1]).tolist() == [0.0]


@given(vectors, vectors)
def test_the_vector_balance_is_one_only_at_the_reference(value: np.ndarray, reference: np.ndarray) -> None:
    assert np.abs(concentration.vector_balance(reference, reference) - 1.0).max() < 1e-12
    balance = concentration.vector_balance(value, reference)
    assert ((balance >= -1e-12) & (balance <= 1.0 + 1e-12)).all()
    assert np.allclose(balance, concentration.vector_balance(7.0 * value, reference))


def test_gravity_predicts_more_trade_with_the_large_and_the_near() -> None:
    size, far = np.array([2.0, 1.0, 2.0]), np.array([1.0, 1.0, 3.0])
    want = concentration.gravity_reference(size, far, on_size=0.8, on_distance=-1.1)
    assert want[0] > want[1]
    assert want[0] > want[2]


@given(vectors, vectors)
def test_the_hedge_ratio_is_symmetric_and_highest_when_both_are_equal(e: np.ndarray, d: np.ndarray) -> None:
    ratio = conduct.hedge_ratio(e, d)
    assert ((ratio >= 0.0) & (ratio <= 1.0 + 1e-12)).all()
    assert np.array_equal(ratio, conduct.hedge_ratio(d, e))
    assert np.allclose(conduct.hedge_ratio(e, e), 1.0)
    smaller = np.minimum(e, d)
    assert (conduct.hedge_ratio(np.maximum(e, d), smaller + 0.5 * (np.maximum(e, d) - smaller)) >= ratio - 1e-12).all()


def test_pairing_counts_only_powers_that_were_displeased() -> None:
    hurt = np.array([[1.0, 0.0, 2.0], [1.0, 0.0, 0.0]])
    kind = np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0]])
    tries, hits = conduct.pairing_counts(hurt, kind)
    assert tries.tolist() == [2.0, 0.0, 1.0]
    assert hits.tolist() == [1.0, 0.0, 1.0]


def test_votes_against_a_power_are_support_below_zero() -> None:
    against, texts = np.array([[-1.0], [-1.0], [0.0]]), np.array([[1.0], [1.0], [np.nan]])
    assert conduct.support_votes(texts, against).tolist() == [-1.0]
    assert conduct.support_votes(-texts, against).tolist() == [1.0]
    assert np.isnan(conduct.support_votes(np.full((2, 1), np.nan), np.ones((2, 1)))).all()


@given(unit, unit, unit)
def test_profiles_of_support_stay_in_range_and_move_the_right_way(a: float, b: float, c: float) -> None:
    one = np.ones(1)
    assert conduct.support_compliance(a * one, b * one) >= conduct.support_compliance((a + 0.1) * one, b * one)
    assert conduct.support_compliance(a * one, b * one) < conduct.support_compliance(a * one, (b + 0.1) * one)
    assert -1.0 <= conduct.support_compliance(a * one, 50.0 * b * one)[0] <= 1.0
    low, high = (
        conduct.support_security(a * one, b * one, 0.0 * one),
        conduct.support_security((a + 0.1) * one, b * one, 0.0 * one),
    )
    assert low <= high
    assert conduct.support_security(a * one, b * one, one).tolist() == [1.0]
    leaning = np.array([[1.0], [-1.0], [0.0]])
    size = np.array([[0.3], [0.3], [0.4]])
    level = np.array([[a], [b], [c]])
    public = conduct.support_public(level, size, leaning)
    assert -1.0 <= public[0] <= 1.0
    assert conduct.support_public(level + np.array([[0.1], [0.0], [0.0]]), size, leaning)[0] >= public[0] - 1e-12


def test_voting_distance_is_zero_to_oneself_and_one_to_the_opposite() -> None:
    mine = np.array([[1.0], [-1.0], [np.nan]])
    assert conduct.voting_distance(mine, mine).tolist() == [0.0]
    assert conduct.voting_distance(mine, -mine).tolist() == [1.0]


@given(chances, chances)
def test_autonomy_falls_with_the_worst_lever_only(loss: np.ndarray, use: np.ndarray) -> None:
    before = exposure.autonomy(loss, use)
    worst = exposure.influence(loss, use).argmax(axis=0)
    more = use.copy()
    more[worst, np.arange(8)] += 0.1
    assert (exposure.autonomy(loss, more) <= before).all()
    assert (before <= 1.0).all()


@given(arrays(np.float64, 8, elements=unit), arrays(np.float64, 8, elements=st.floats(0.0, 4.0)))
def test_higher_rungs_are_never_likelier_and_time_only_raises_them(step: np.ndarray, now: np.ndarray) -> None:
    reach = exposure.reach_rungs(step, now)
    assert ((reach >= 0.0) & (reach <= 1.0)).all()
    assert (np.diff(reach, axis=0) <= 1e-12).all()
    assert (exposure.reach_rungs(step, now, quarters=1) <= reach + 1e-12).all()
    assert (exposure.reach_rungs(step, np.minimum(now + 1.0, 4.0)) >= reach - 1e-12).all()


def test_reaching_a_rung_is_the_binomial_tail() -> None:
    reach = exposure.reach_rungs(np.array([0.3]), np.array([0.0]))[:, 0]
    want = [1 - 0.7**4, 1 - 0.7**4 - 4 * 0.3 * 0.7**3, 4 * 0.3**3 * 0.7 + 0.3**4, 0.3**4]
    assert np.allclose(reach, want, atol=1e-12)


def test_exposure_rises_with_the_chance_and_the_cost() -> None:
    cost = np.array([[0.0], [0.01], [0.05], [0.1]])
    low, high = (exposure.reach_rungs(np.array([p]), np.zeros(1)) for p in (0.1, 0.4))
    assert exposure.sanction_exposure(high, cost) > exposure.sanction_exposure(low, cost) > 0.0
    assert exposure.sanction_exposure(low, 2.0 * cost) > exposure.sanction_exposure(low, cost)


@given(st.lists(arrays(np.float64, 4, elements=unit), min_size=1, max_size=4))
def test_any_of_several_hazards_is_at_least_the_largest(rates: list[np.ndarray]) -> None:
    both = exposure.any_of(rates)
    assert (both >= np.max(rates, axis=0) - 1e-12).all()
    assert (both <= np.sum(rates, axis=0) + 1e-12).all()


def test_nothing_is_offset_where_nothing_was_blocked() -> None:
    one = np.ones(1)
    assert np.isnan(exposure.evasion_offset(2.0 * one, one, 100.0 * one, 100.0 * one)).all()
    assert exposure.evasion_offset(6.0 * one, one, 50.0 * one, 100.0 * one).tolist() == [0.1]


@given(unit, st.floats(-1.0, 2.0))
def test_the_composite_rises_with_each_part_in_its_own_direction(at: float, other: float) -> None:
    parts = {id: o for id, o in OUTCOMES.items() if o.scale is not None}
    middle = {id: np.array([0.5 * (o.scale[0] + o.scale[1])]) for id, o in parts.items() if o.scale}
    for id, o in parts.items():
        assert o.scale is not None
        worst, best = o.scale
        assert (best > worst) == (o.direction == "higher")
        value = np.array([worst + at * (best - worst)])
        better = np.array([worst + min(1.0, at + 0.1) * (best - worst)])
        assert composite({**middle, id: better}, OUTCOMES) >= composite({**middle, id: value}, OUTCOMES) - 1e-12
    assert 0.0 <= normalise(np.array([other]), 0.0, 1.0)[0] <= 1.0


def test_one_part_at_its_worst_pulls_the_composite_down_but_not_to_zero() -> None:
    best = {id: np.array([o.scale[1]]) for id, o in OUTCOMES.items() if o.scale is not None}
    worst = {**best, "legitimacy": np.array([0.0])}
    count = len(best)
    assert composite(worst, OUTCOMES)[0] == pytest.approx(FLOOR ** (1.0 / count))
    heavy = {id: 5.0 if id == "legitimacy" else 1.0 for id in best}
    assert composite(worst, OUTCOMES, heavy)[0] < composite(worst, OUTCOMES)[0]


def test_the_dictionary_says_unit_direction_source_and_definition_of_everything() -> None:
    for id, o in OUTCOMES.items():
        assert o.id == id
        assert o.direction in ("higher", "lower", "none")
        assert o.per in ("turn", "last")
        assert o.group in GROUPS
        assert o.margin > 0.0
        assert all((o.title, o.unit, o.source, o.definition))
        assert "{" not in "".join((id, o.title, o.unit, o.definition))


def test_a_world_with_another_power_gets_its_outcomes() -> None:
    more = build({**SHIPPED, "power": (*SHIPPED["power"], "TUR")})
    assert set(OUTCOMES) < set(more)
    assert {"loss.TUR", "hedge.TUR", "goodwill.TUR", "voting_distance.TUR"} <= set(more)
    assert not any(id.startswith("rung.") for id in build({**SHIPPED, "sender": ()}))
