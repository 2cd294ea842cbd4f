"""Parts of a turn that are compiled, each against NumPy on the same inputs: draws, choices, equilibria."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector.compiled import choosing, drawing, searching, trial
from multivector.compiled.machine_code import compiled
from multivector.compiled.playing import CompiledModel
from multivector.compiled.program import Program
from multivector.decisions import choice
from multivector.experiment.histories.arms import prepare
from multivector.experiment.histories.replicates import Experiment
from multivector.mechanisms import trade_market
from multivector.mechanisms.trade_scarcity import CapacityMarket, inverse_at
from multivector.mechanisms.trade_solver import TOLERANCE, find_root, quasi_newton
from multivector.world.quarter.draws import Draws

ENTRIES = 5


@cache
def drawer() -> Program:
    return Program(compiled(drawing.source()))


@given(
    ids=st.lists(st.integers(0, 300), min_size=1, max_size=12),
    asked=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 5)), min_size=1, max_size=12),
)
def test_draws_have_the_same_bits_whatever_is_asked_when(ids: list[int], asked: list[tuple[str, int]]) -> None:
    # Flip tried: rotated the other way, the state kept before its last step; both failed.
    fast, plain = drawing.CompiledDraws(7, np.array(ids), 6, drawer()), Draws(7, ids, 6)
    for name, turn in asked:
        np.testing.assert_array_equal(fast.uniform(name, turn), plain.uniform(name, turn))
        np.testing.assert_array_equal(fast.gumbel([name, "d"], turn), plain.gumbel([name, "d"], turn))
        np.testing.assert_array_equal(fast.normal(name, turn), plain.normal(name, turn))


@cache
def chooser() -> choosing.Programs:
    return choosing.programs([1, ENTRIES])


@given(seed=st.integers(0, 10**6), entries=st.sampled_from([1, ENTRIES]), even=st.booleans())
def test_choices_are_those_of_the_logit(seed: int, entries: int, even: bool) -> None:
    # Flip tried: the last of equals chosen, precision divided by; both failed.
    drawn = np.random.default_rng(seed)
    value, gumbel = drawn.normal(size=(2, entries, 8))
    if even:
        value = value.round(0)
        gumbel = np.zeros_like(value)
    may = drawn.random((entries, 8)) < 0.7
    may[-1] = True
    precision, scale = drawn.uniform(0.2, 30.0, (2, 8))
    odds, draw = chooser()[entries]
    wanted = choice.probabilities(value, may, precision, scale)
    np.testing.assert_allclose(choosing._filled(odds, entries, value, may, precision, scale), wanted, atol=1e-13)
    chosen, tied = choosing._filled(draw, 2, value, may, precision, scale, gumbel)
    expected, doubtful = choice.draw(value, may, precision, scale, gumbel)
    np.testing.assert_array_equal(chosen, expected)
    np.testing.assert_array_equal(tied > 0.0, doubtful)


@cache
def problems() -> tuple[dict[str, tuple[Any, Any, Any]], dict[str, tuple[Any, Any]]]:
    """Of each kind that a trial of two turns meets: a problem that was searched, with its start and inverse Jacobian,
    and one that had ended, with its root."""
    setup = Experiment(replace(prepare("after-2022", overrides={"calendar.turns": "2"}), benchmark=None), seed=1).setup
    noted = trial.Noted()
    CompiledModel(setup, range(trial.LANES), kernels=noted, seed=trial.SEED).run()
    searched, inverted = noted.equilibria.searched, noted.equilibria.inverted
    return (
        {kind[0]: asked[-1] for (kind, _), asked in searched.items()},
        {kind[0]: asked[-1] for kind, asked in inverted.items()},
    )


def search_of(name: str) -> searching.Search:
    problem, start, _ = problems()[0][name]
    lanes = start.shape[-1]
    return searching.traced(searching.kind_of(problem, lanes), TOLERANCE, problem, lanes)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Market", "CapacityMarket", "FixedPremia"])
def test_equilibria_are_those_of_the_reference(name: str) -> None:
    problem, start, inverse = problems()[0][name]
    found, wanted = search_of(name)(problem, start, inverse), quasi_newton(problem, start, inverse, tol=TOLERANCE)
    assert wanted.converged.any()
    np.testing.assert_array_equal(found.converged, wanted.converged)
    np.testing.assert_array_equal(found.iterations, wanted.iterations)
    np.testing.assert_allclose(found.unknown, wanted.unknown, rtol=0.0, atol=1e-12)
    np.testing.assert_allclose(found.jac_inv, wanted.jac_inv, rtol=0.0, atol=1e-3)
    assert (found.norm[found.converged] <= TOLERANCE).all()


@pytest.mark.slow
def test_a_lane_without_numbers_is_left_to_numpy_and_touches_no_other() -> None:
    problem, start, inverse = problems()[0]["Market"]
    search, wrong = search_of("Market"), start.copy()
    wrong[2, 5] = np.nan
    found, usual = search(problem, wrong, inverse), search(problem, start, inverse)
    assert not found.converged[5]
    others = np.arange(start.shape[1]) != 5
    np.testing.assert_array_equal(found.unknown[:, others], usual.unknown[:, others])
    # Newton's method starts where the search did: from nowhere it finds nothing, and from nought it does.
    wrong[:, 5] = 30.0
    root = find_root(problem, wrong, inverse, search=searching.Searching([search], []).search)
    assert root.converged.all()
    np.testing.assert_allclose(root.unknown[:, 5], usual.unknown[:, 5], atol=1e-8)


@pytest.mark.slow
def test_a_problem_of_another_kind_is_solved_by_numpy() -> None:
    problem, start, inverse = problems()[0]["Market"]
    asked = searching.Searching([search_of("Market")], [])
    some = np.arange(16)
    part = problem.take(some)
    asked.search(part, start[:, some], inverse[..., some], tol=TOLERANCE)
    assert (asked.given, asked.missed) == (1, 0)
    part.minus_theta = part.minus_theta[..., :1]
    found = asked.search(part, start[:, some], inverse[..., some], tol=TOLERANCE)
    assert (asked.given, asked.missed) == (1, 1)
    assert found.converged.all()


@pytest.mark.slow
def test_a_flipped_sign_in_the_market_is_flipped_in_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    problem, start, inverse = problems()[0]["Market"]
    usual = trade_market.Market.demand
    monkeypatch.setattr(trade_market.Market, "demand", lambda self: 2.0 * usual(self))
    found = search_of("Market")(problem, start, inverse)
    wanted = quasi_newton(problem, start, inverse, tol=TOLERANCE)
    assert not wanted.converged.any()
    assert not found.converged.any()
    np.testing.assert_allclose(found.norm, wanted.norm, rtol=1e-3)


def inversion_of(name: str) -> searching.Inversion:
    problem, unknown = problems()[1][name]
    lanes = unknown.shape[-1]
    return searching.inverted(searching.kind_of(problem, lanes), problem, lanes)


@pytest.mark.slow
def test_inverse_jacobians_are_those_of_the_reference_and_follow_it(monkeypatch: pytest.MonkeyPatch) -> None:
    problem, unknown = problems()[1]["CapacityMarket"]
    wanted = inverse_at(problem, unknown)
    assert (unknown[problem.nodes :] > 0.0).any(), "no capacity binds: nothing of premia is seen"
    asked = searching.Searching([], [inversion_of("CapacityMarket")])
    np.testing.assert_allclose(asked.invert(problem, unknown), wanted, rtol=1e-12, atol=1e-12)
    assert (asked.given, asked.missed) == (1, 0)
    some = np.arange(16)
    part = problem.take(some)
    part.theta_route = part.theta_route[:1]
    np.testing.assert_allclose(asked.invert(part, unknown[:, some]), wanted[..., some], rtol=1e-12, atol=1e-12)
    assert (asked.given, asked.missed) == (1, 1)
    usual = CapacityMarket.route_changes
    monkeypatch.setattr(CapacityMarket, "route_changes", lambda self: tuple(-x for x in usual(self)))
    flipped = inversion_of("CapacityMarket")(problem, unknown)
    np.testing.assert_allclose(flipped, inverse_at(problem, unknown), rtol=1e-10, atol=1e-10)
    assert np.abs(flipped - wanted).max() > 1e-3
