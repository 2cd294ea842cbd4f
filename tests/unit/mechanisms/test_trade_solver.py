"""The lane-wise root finder, the market's derivatives, refusals of the base and behaviour at the edges."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from multivector.errors import NonConvergence
from multivector.mechanisms import trade_solver
from multivector.mechanisms.trade import TradeBase, cut_pairs, loss_of, solve
from multivector.mechanisms.trade_market import Market
from multivector.mechanisms.trade_solver import find_root, invert_lanes, newton
from trade_economies import economy, elasticities, shocks

SHORT = np.full(3, 0.76)


def market(seed: int, lanes: int, size: float = 0.3) -> Market:
    base, theta = economy(seed), elasticities(seed, 3)
    return Market(shocks(seed, base, theta, lanes, size), base.beta, base.output, base.va, base.deficit, theta[:, None])


def test_jacobian_is_the_derivative_of_the_residual() -> None:
    problem, ln_c = market(3, 8), np.random.default_rng(0).normal(0, 0.2, (4, 8))
    exact = problem.jacobian(ln_c)
    for k in range(4):
        step = np.zeros_like(ln_c)
        step[k] = 1e-6
        slope = (problem.residual(ln_c + step) - problem.residual(ln_c - step)) / 2e-6
        np.testing.assert_allclose(exact[:, k], slope, atol=1e-8)


def test_inverse_of_random_matrices() -> None:
    matrix = np.random.default_rng(1).normal(size=(7, 7, 64))
    expected = np.moveaxis(np.linalg.inv(np.moveaxis(matrix, -1, 0)), 0, -1)
    np.testing.assert_allclose(invert_lanes(matrix), expected, rtol=1e-8, atol=1e-8)


def test_newton_agrees_with_broyden() -> None:
    problem = market(4, 64)
    start = np.zeros((4, 64))
    fast = find_root(problem, start, invert_lanes(problem.jacobian(start)))
    slow = newton(problem, start, tol=1e-11)
    assert slow.converged.all()
    np.testing.assert_allclose(fast.unknown, slow.unknown, atol=1e-9)


def test_lanes_that_broyden_cannot_solve_fall_back_to_newton(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong inverse Jacobian in every third lane: quasi-Newton gets lost there, the answer is right all the same."""
    problem, start = market(5, 64), np.zeros((4, 64))
    good = invert_lanes(problem.jacobian(start))
    expected = find_root(problem, start, good)
    bad = np.where(np.arange(64) % 3 == 0, -3.0 * good, good)
    calls = []
    original = trade_solver.newton
    monkeypatch.setattr(trade_solver, "newton", lambda *a, **k: calls.append(a[1].shape[-1]) or original(*a, **k))
    found = find_root(problem, start, bad)
    assert found.converged.all()
    assert calls
    assert 22 <= calls[0] <= 24
    assert found.iterations[0] > trade_solver.QUASI_STEPS
    np.testing.assert_allclose(found.unknown, expected.unknown, atol=1e-9)


def test_no_solution_is_an_error_that_names_the_lanes() -> None:
    """A transfer larger than a country's output leaves no equilibrium; the lane beside it is unharmed."""
    base = economy(6)
    phi = np.repeat(base.lam, 8, axis=-1)
    transfer = np.repeat(base.deficit, 8, axis=-1)
    transfer[0, 5] -= 50 * base.output.sum()
    transfer[1, 5] += 50 * base.output.sum()
    with pytest.raises(NonConvergence, match=r"1 of 8 lanes \(5\)"):
        solve(base, phi, transfer, SHORT)
    masked = solve(base, phi, transfer, SHORT, on_failure="mask")
    assert masked.converged.tolist() == [k != 5 for k in range(8)]
    assert np.abs(masked.ln_income[:, :5]).max() < 1e-10


@pytest.mark.parametrize("lanes", [8, 64, 300, 1000])
def test_bits_do_not_depend_on_the_batch(lanes: int) -> None:
    """Every parameter differs between lanes; some lanes need Newton; chunks and positions change."""
    base = economy(7, 6, 6)
    rng = np.random.default_rng(0)
    theta = rng.uniform(0.5, 8.0, (6, lanes))
    wide = TradeBase(*(np.repeat(a, lanes, axis=-1) for a in dataclasses.astuple(base)))
    phi = wide.lam * np.exp(-theta * rng.normal(0.0, 0.8, (6, 6, 6, lanes)))
    together = solve(wide, phi, None, theta, on_failure="mask")
    for k in (0, lanes // 2 + 1, lanes - 1):
        one = TradeBase(*(a[..., k : k + 1] for a in dataclasses.astuple(wide)))
        alone = solve(one, phi[..., k : k + 1], None, theta[:, k : k + 1], on_failure="mask")
        for name, value in vars(alone).items():
            assert value[..., 0].tobytes() == np.ascontiguousarray(getattr(together, name)[..., k]).tobytes(), name


def test_carrying_the_last_solution_saves_evaluations_and_changes_nothing() -> None:
    base = economy(8, 6, 6)
    theta = np.full(6, 0.76)
    phi = shocks(8, base, theta, 64)
    first = solve(base, phi, None, theta)
    later = phi * np.exp(np.random.default_rng(2).normal(0, 0.01, phi.shape))
    cold = solve(base, later, None, theta)
    warm = solve(base, later, None, theta, start=first.ln_c, jac_inv=first.jac_inv)
    assert warm.iterations.sum() < 0.9 * cold.iterations.sum()
    np.testing.assert_allclose(warm.ln_income, cold.ln_income, atol=1e-9)


def test_higher_trade_cost_lowers_the_flow_and_hurts_both() -> None:
    base = economy(9)
    phi = np.repeat(base.lam, 8, axis=-1)
    phi[0, 1] *= np.exp(-SHORT * np.log(1.5))[:, None]
    phi[1, 0] *= np.exp(-SHORT * np.log(1.5))[:, None]
    found = solve(base, phi, None, SHORT)
    assert (found.flows(phi)[0, 1] < base.flows()[0, 1]).all()
    assert (found.ln_income[:2] < 0).all()
    assert (found.ln_p[:2] > found.ln_w[:2]).all()


def test_a_transfer_makes_its_receiver_richer() -> None:
    base = economy(10)
    gift = 0.02 * base.output[0]
    transfer = base.deficit.copy()
    transfer[0] -= gift
    transfer[1] += gift
    change = solve(base, base.lam, transfer, SHORT).ln_income[:, 0]
    assert change[0] < 0 < change[1]


def test_loss_of_a_partner() -> None:
    """Both lose; the short run costs more; stacked pairs equal pairs one by one; the loss is the exact solve's."""
    base = economy(11)
    pairs = [(0, 1), (0, 2), (0, 3)]
    short, long = loss_of(base, pairs, SHORT), loss_of(base, pairs, np.full(3, 4.0))
    assert short.shape == (3, 2, 1)
    assert (short > 0).all()
    assert (short > long).all()
    np.testing.assert_array_equal(loss_of(base, pairs[1:2], SHORT)[0], short[1])
    exact = solve(base, cut_pairs(base.lam, SHORT, pairs[:1]), None, SHORT).ln_income
    np.testing.assert_allclose(short[0, :, 0], 1 - np.exp(exact[:2, 0]), atol=1e-12)


def test_loss_counts_from_the_present_state() -> None:
    """A partner with whom trade is already cut is no longer worth anything."""
    base = economy(11)
    phi = cut_pairs(np.repeat(base.lam, 8, axis=-1), SHORT, [(0, 1)])
    now = solve(base, phi, None, SHORT)
    lost = loss_of(base, [(0, 1), (0, 2)], SHORT, phi=phi, now=now)
    assert np.abs(lost[0]).max() < 1e-4
    assert (lost[1] > 1e-3).all()


@pytest.mark.parametrize(
    ("field", "change", "word"),
    [
        ("lam", lambda a: a * 1.1, "lam"),
        ("beta", lambda a: -a, "beta"),
        ("va", lambda a: a + 1.0, "va"),
        ("output", lambda a: a[:-1], "output"),
        ("deficit", lambda a: a + 1.0, "deficit"),
    ],
)
def test_a_base_that_does_not_add_up_is_refused(field: str, change: object, word: str) -> None:
    parts = dataclasses.asdict(economy(12))
    parts[field] = change(parts[field])  # type: ignore[operator]
    with pytest.raises(ValueError, match=word):
        TradeBase.of(**parts)


def test_imbalance_shows_a_base_that_does_not_clear() -> None:
    base = economy(13)
    assert np.abs(base.imbalance()).max() < 1e-9
    off = TradeBase(base.lam, base.beta, base.output * np.array([[1.2], [1], [1], [1]]), base.va, base.deficit)
    assert np.abs(off.imbalance()).max() > 0.01
