"""Routes with capacity inside the equilibrium: never exceeded, dear only when full, rents that somebody earns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector.errors import NonConvergence
from multivector.mechanisms.routes import RouteCosts, RoutedCells, ln_stratum_factor, soft_min
from multivector.mechanisms.trade import TradeBase, solve
from multivector.mechanisms.trade_capacity import CapacitySolution, solve_with_capacity
from multivector.mechanisms.trade_market import Market
from multivector.mechanisms.trade_scarcity import CapacityMarket
from trade_economies import economy, shocks

THETA, ROUTE = np.full(3, 0.76), np.array([8.0])
SHARE = np.array([0.9, 0.06, 0.04])
SEEDS = st.integers(0, 10**6)


def routed(base: TradeBase, *, owner: list[int] | None = None) -> RoutedCells:
    """Goods of nodes 1 and 2 for node 0 go direct, by node 3's firms (capacity 0) or by the last node (capacity 1)."""
    cells = [(i, 0, s) for i in (1, 2) for s in range(3)]
    owners = None if owner is None else [owner] * len(cells)
    return RoutedCells.of(cells, np.tile(SHARE, (6, 1)), [[-1, 0, 1]] * 6, nodes=base.nodes, owner=owners)


def carried(base: TradeBase, cells: RoutedCells) -> np.ndarray:
    """Base value through the two capacities."""
    flow = base.flows()[cells.exporter, cells.importer, cells.sector, 0].sum()
    return flow * SHARE[1:, None]


def ban(wedge: float, lanes: int = 8, coverage: float = 0.7, margin: np.ndarray | None = None) -> RouteCosts:
    covered = np.zeros((6, 3, lanes))
    covered[:, 0] = wedge
    extra = 0.0 if margin is None else np.log1p(margin)
    return RouteCosts.of(np.zeros((6, 3, lanes)) + extra, covered + extra, np.full((6, lanes), coverage), margin)


def run(base: TradeBase, cells: RoutedCells, costs: RouteCosts, caps: np.ndarray, **kw: object) -> CapacitySolution:
    phi = kw.pop("phi", np.repeat(base.lam, costs.covered.shape[-1], axis=-1))
    theta = kw.pop("theta", THETA)
    return solve_with_capacity(base, cells, costs, caps, phi, None, theta, theta_route=ROUTE, **kw)  # type: ignore[arg-type]


@given(SEEDS, st.floats(0.2, 4.0), st.floats(0.3, 3.0), st.booleans())
def test_capacity_is_kept_and_dear_only_when_full(seed: int, wedge: float, room: float, owned: bool) -> None:
    base = economy(seed, 5)
    cells = routed(base, owner=[-1, 3, 4] if owned else None)
    caps = carried(base, cells) * room * np.exp(np.random.default_rng(seed).normal(0, 0.3, (2, 8)))
    found = run(base, cells, ban(wedge), caps, phi=shocks(seed, base, THETA, 8, 0.1))
    assert found.trade.residual.max() <= 1e-10
    assert (found.volume <= caps * (1 + 1e-8)).all()
    assert (found.zeta >= 0).all()
    assert (np.abs(found.zeta * (caps - found.volume) / caps) <= 1e-8).all()
    np.testing.assert_allclose(found.rent.sum(axis=0), 0.0, atol=1e-12 * base.output.sum())
    np.testing.assert_allclose(found.trade.transfer.sum(axis=0), 0.0, atol=1e-9 * base.output.sum())


@given(SEEDS, st.floats(0.0, 3.0))
def test_ample_capacity_is_the_plain_solve(seed: int, wedge: float) -> None:
    base = economy(seed, 5)
    cells, costs = routed(base, owner=[-1, 3, 4]), ban(wedge)
    phi = shocks(seed, base, THETA, 8, 0.1)
    before = phi.copy()
    found = run(base, cells, costs, carried(base, cells) * 1e6, phi=phi)
    np.testing.assert_array_equal(phi, before)
    strata = [soft_min(np.moveaxis(c, 1, 0), SHARE[:, None, None], ROUTE) for c in (costs.uncovered, costs.covered)]
    plain = phi.copy()
    plain[cells.exporter, cells.importer, cells.sector] *= np.exp(
        ln_stratum_factor(*strata, costs.coverage, np.array([0.76]))
    )
    expected = solve(base, plain, None, THETA)
    np.testing.assert_allclose(found.trade.ln_income, expected.ln_income, atol=1e-12)
    np.testing.assert_allclose(found.trade.flows(found.phi), expected.flows(plain), rtol=1e-11)
    assert (found.zeta == 0).all()
    assert np.abs(found.rent).max() == 0


@given(SEEDS, st.floats(0.5, 4.0), st.floats(0.8, 2.0))
def test_an_independent_bisection_finds_the_same_premium(seed: int, wedge: float, room: float) -> None:
    """One capacity: put the premium on its route by hand and bisect until it carries just its capacity."""
    base = economy(seed, 5)
    cells = RoutedCells.of([(1, 0, 0)], SHARE[None], [[-1, 0, -1]], nodes=5)
    cost = RouteCosts.of(np.zeros((1, 3)), np.array([[wedge, 0.0, 0.0]]), np.array([0.8]))
    caps = base.flows()[1, 0, 0, 0] * SHARE[1] * np.array([room])
    found = solve_with_capacity(base, cells, cost, caps, base.lam, None, THETA, theta_route=ROUTE)

    def through(y: float) -> float:
        ln_cost = [np.array([0.0, y, 0.0]), np.array([wedge, y, 0.0])]
        ln_t = [soft_min(c[:, None], SHARE[:, None], ROUTE) for c in ln_cost]
        phi = base.lam.copy()
        phi[1, 0, 0] *= np.exp(ln_stratum_factor(*ln_t, np.array([0.8]), THETA[:1]))
        flow = solve(base, phi, None, THETA).flows(phi)[1, 0, 0, 0]
        strata = [w * np.exp(-0.76 * t[0]) for w, t in zip((0.2, 0.8), ln_t, strict=True)]
        shares = [0.06 * np.exp(-8 * (y - t[0])) for t in ln_t]
        return float(flow * sum(a * b for a, b in zip(strata, shares, strict=True)) / sum(strata))

    if through(0.0) <= caps[0]:
        assert found.zeta[0, 0] == 0
        return
    low, high = 0.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if through(middle) > caps[0] else (low, middle)
    np.testing.assert_allclose(np.log1p(found.zeta[0, 0]), low, atol=1e-7)


@given(SEEDS)
def test_route_flows_add_up_and_carried_premia_change_nothing(seed: int) -> None:
    base = economy(seed, 5)
    cells, costs = routed(base, owner=[-1, 3, 4]), ban(2.0)
    caps = carried(base, cells) * np.array([[1.5], [50.0]])
    cold = run(base, cells, costs, caps)
    flow = cold.trade.flows(cold.phi)[cells.exporter, cells.importer, cells.sector]
    np.testing.assert_allclose(cold.route_flow.sum(axis=1), flow, rtol=1e-10)
    assert (cold.covered_flow <= cold.route_flow * (1 + 1e-12)).all()
    np.testing.assert_allclose(cold.route_flow[:, 1].sum(axis=0), cold.volume[0], rtol=1e-10)
    carry = {"start": cold.trade.ln_c, "zeta": cold.zeta, "jac_inv": cold.jac_inv}
    warm = run(base, cells, costs, caps * 1.1, **carry)
    fresh = run(base, cells, costs, caps * 1.1)
    np.testing.assert_allclose(warm.trade.ln_income, fresh.trade.ln_income, atol=1e-9)
    np.testing.assert_allclose(warm.zeta, fresh.zeta, atol=1e-7)
    free = run(base, cells, costs, caps * 1e6, **carry)
    assert (free.zeta == 0).all()
    np.testing.assert_allclose(free.trade.ln_income, run(base, cells, costs, caps * 1e6).trade.ln_income, atol=1e-9)


@given(SEEDS, st.booleans(), st.floats(0.0, 0.3))
def test_derivatives_are_those_of_the_residual(seed: int, owned: bool, margin: float) -> None:
    """Central differences; premia nought in some lanes, a route closed in one, owners who buy as well."""
    # Flips tried: each of ten terms of `CapacityMarket.jacobian` and what it calls, one after the other; all failed.
    base, rng = economy(seed, 5), np.random.default_rng(seed)
    cells = routed(base, owner=[-1, 3, 0] if owned else None)
    caps = np.repeat(carried(base, cells), 8, axis=1) * np.exp(rng.normal(0.0, 0.5, (2, 8)))
    caps[0, 7] = 0.0
    costs = ban(2.0, margin=np.array([0.0, margin, 0.0])[None, :, None])
    parts = [np.repeat(a, 8, axis=-1) for a in (base.beta, base.output, base.va, base.deficit)]
    market = Market(shocks(seed, base, THETA, 8, 0.1), *parts, np.repeat(THETA[:, None], 8, axis=1))
    problem = CapacityMarket(market, cells, costs, caps, np.repeat(ROUTE, 8))
    point = np.concatenate([rng.normal(0.0, 0.2, (5, 8)), rng.uniform(0.05, 1.0, (2, 8))])
    point[5:, 0] = 0.0
    exact, far = problem.jacobian(point), 1e-5
    kink = np.hypot(point[5:], np.log(np.maximum(caps, 1e-12) / np.maximum(problem.volume(), 1e-12))).min(axis=0)
    exact = exact[..., clear := kink > 0.02]
    for k in range(7):
        step = np.zeros_like(point)
        step[k] = far
        slope = (problem.residual(point + step) - problem.residual(point - step)) / (2 * far)
        np.testing.assert_allclose(exact[:, k], slope[:, clear], atol=1e-6)
    assert clear.sum() > 4


@given(SEEDS)
def test_the_inverse_jacobian_depends_on_the_equilibrium_alone(seed: int) -> None:
    base = economy(seed, 5)
    cells, costs = routed(base, owner=[-1, 3, 4]), ban(2.0)
    caps = carried(base, cells) * np.array([[1.5], [50.0]])
    elsewhere = run(base, cells, costs, caps, phi=shocks(seed, base, THETA, 8, 0.2))
    carry = {"start": elsewhere.trade.ln_c, "zeta": elsewhere.zeta, "jac_inv": elsewhere.jac_inv}
    one, other = run(base, cells, costs, caps * 1.1, **carry), run(base, cells, costs, caps * 1.1)
    assert (one.trade.iterations != other.trade.iterations).any()
    np.testing.assert_allclose(one.jac_inv, other.jac_inv, rtol=1e-8, atol=1e-8)


@given(SEEDS, st.integers(1, 19))
def test_bits_do_not_depend_on_the_batch(seed: int, lanes: int) -> None:
    """Lanes with and without binding capacities in one batch, each equal to itself alone."""
    base = economy(seed, 5)
    cells = routed(base, owner=[-1, 3, 4])
    rng = np.random.default_rng(seed)
    caps = carried(base, cells) * np.exp(rng.normal(0.5, 0.8, (2, lanes)))
    costs = ban(1.5, lanes)
    phi = shocks(seed, base, THETA, lanes)
    together = run(base, cells, costs, caps, phi=phi)
    k = seed % lanes
    at = slice(k, k + 1)
    lists = [a[..., at] if a.shape[-1] > 1 else a for a in vars(costs).values()]
    alone = run(base, cells, RouteCosts(*lists), caps[:, at], phi=phi[..., at])
    for name in set(vars(alone)) - {"trade"}:
        assert np.array_equal(getattr(alone, name)[..., 0], getattr(together, name)[..., k]), name
    for name, value in vars(alone.trade).items():
        assert np.array_equal(value[..., 0], getattr(together.trade, name)[..., k]), name


def test_losing_a_route_loses_what_the_rest_cannot_carry() -> None:
    """All direct trade banned, both detours full: shutting one leaves the other's capacity and no more."""
    base = economy(31, 5)
    cells, costs = routed(base), ban(40.0, coverage=1.0)
    caps = carried(base, cells) * 1.2
    both = run(base, cells, costs, caps)
    one = run(base, cells, costs, caps * np.array([[1.0], [0.0]]))
    np.testing.assert_allclose(both.covered_flow.sum(axis=(0, 1)), caps.sum(), rtol=1e-7)
    np.testing.assert_allclose(one.covered_flow.sum(axis=(0, 1)), caps[0, 0], rtol=1e-7)
    assert (one.zeta[1] == 0).all()
    assert (one.volume[1] == 0).all()
    assert (one.zeta[0] > both.zeta[0]).all()


def test_the_owner_of_a_scarce_route_earns_what_exporters_lose() -> None:
    base = economy(32, 5)
    cells, costs = routed(base, owner=[-1, 3, 4]), ban(2.0)
    caps = carried(base, cells)
    found = run(base, cells, costs, caps)
    earned = (found.zeta / (1 + found.zeta) * found.volume)[:, 0]
    np.testing.assert_allclose(found.rent[[3, 4], 0], earned, rtol=1e-9)
    np.testing.assert_allclose(found.rent[[1, 2], 0].sum(), -earned.sum(), rtol=1e-9)
    without = run(base, routed(base), costs, caps)
    assert found.trade.ln_income[3, 0] > without.trade.ln_income[3, 0]
    assert found.trade.ln_income[1, 0] < without.trade.ln_income[1, 0]


def test_rents_of_a_buyer_who_is_also_an_owner_are_consistent() -> None:
    """Node 0 buys, owns one detour and shares the other: its spending feeds its own rent."""
    base = economy(33, 5)
    cells = routed(base)
    owner = np.zeros((6, 3, 5))
    owner[:, 1, 0], owner[:, 2, 0], owner[:, 2, 4] = 1.0, 0.25, 0.75
    cells = RoutedCells(**{**vars(cells), "owner": owner})
    margin = np.zeros((6, 3, 1))
    margin[:, 0] = 0.02
    found = run(base, cells, ban(2.0, margin=margin), carried(base, cells))
    premium = (found.zeta / (1 + found.zeta) * found.volume)[:, 0]
    np.testing.assert_allclose(found.rent[0, 0], premium[0] + 0.25 * premium[1], rtol=1e-9)
    np.testing.assert_allclose(found.rent[4, 0], 0.75 * premium[1], rtol=1e-9)
    wage = np.exp(found.trade.ln_w)
    spent = wage * base.output / base.va + base.deficit + found.rent
    np.testing.assert_allclose(found.trade.flows(found.phi).sum(axis=(0, 2)), spent, rtol=1e-9)


def test_a_margin_pays_the_owner_even_when_nothing_is_scarce() -> None:
    base = economy(34, 5)
    cells = routed(base, owner=[3, -1, -1])
    margin = np.zeros((6, 3, 1))
    margin[:, 0] = 0.05
    found = run(base, cells, ban(0.0, margin=margin), carried(base, cells) * 1e6)
    expected = 0.05 / 1.05 * found.route_flow[:, 0].sum(axis=0)
    np.testing.assert_allclose(found.rent[3], expected, rtol=1e-9)
    assert (found.zeta == 0).all()


def test_more_capacity_means_a_lower_premium() -> None:
    base = economy(35, 5)
    cells, costs = routed(base), ban(3.0)
    rooms = np.array([0.7, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 1e6])
    found = run(base, cells, costs, carried(base, cells) * rooms)
    assert (np.diff(found.zeta, axis=1) <= 0).all()
    assert found.zeta[0, 0] > found.zeta[0, -1] == 0
    assert (np.diff(found.trade.ln_income[0]) >= -1e-12).all()


def test_failures_are_errors_here_too() -> None:
    base = economy(36, 5)
    cells = routed(base)
    phi = np.repeat(base.lam, 8, axis=-1)
    phi[..., 2] = np.nan
    with pytest.raises(NonConvergence, match=r"\(2\)"):
        run(base, cells, ban(1.0), carried(base, cells), phi=phi)
    masked = run(base, cells, ban(1.0), carried(base, cells), phi=phi, on_failure="mask")
    assert masked.trade.converged.tolist() == [k != 2 for k in range(8)]


@pytest.mark.parametrize("bad", ["twice", "sum", "owner"])
def test_routed_cells_that_make_no_sense_are_refused(bad: str) -> None:
    cells = [(1, 0, 0), (1, 0, 0) if bad == "twice" else (2, 0, 0)]
    share = np.array([[0.5, 0.5], [0.5, 0.6 if bad == "sum" else 0.5]])
    owner = np.full((2, 2, 3), 0.5 if bad == "owner" else 0.0)
    with pytest.raises(ValueError, match={"twice": "only once", "sum": "sum to one", "owner": "at most one"}[bad]):
        RoutedCells.of(cells, share, [[-1, 0], [-1, 0]], nodes=3, owner=owner)
