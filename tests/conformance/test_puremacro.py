"""The trade block against an independent implementation of Caliendo and Parro (2015): puremacro."""

from __future__ import annotations

import numpy as np
import pytest

from multivector.mechanisms.trade import solve
from trade_economies import economy, elasticities


@pytest.mark.parametrize("seed", range(24))
def test_agrees_with_puremacro(seed: int) -> None:
    # Here, not above: to load it takes seconds, and every worker reads every file.
    puremacro = pytest.importorskip("puremacro.trade.caliendo_parro")
    nodes, sectors = 2 + seed % 5, 1 + seed % 4
    base = economy(seed, nodes, sectors, deficit=0.0 if seed % 3 == 0 else 0.03)
    theta = elasticities(seed, sectors) + 1.0
    rng = np.random.default_rng(seed)
    ln_cost = np.abs(rng.normal(0.0, 0.3, (nodes, nodes, sectors))) * (1.0 - np.eye(nodes))[:, :, None]
    va, beta = base.va[:, 0], base.beta[..., 0]
    other = puremacro.CaliendoParroModel(
        trade_shares=base.lam[..., 0].transpose(2, 1, 0),
        gamma_va=np.repeat(va[:, None], sectors, axis=1),
        gamma_io=np.repeat(((1 - va)[:, None] * beta)[:, None, :], sectors, axis=1),
        alpha=beta,
        theta=theta,
        labor_income=base.output[:, 0],
        deficits=base.deficit[:, 0],
    )
    d_hat = np.exp(ln_cost).transpose(2, 1, 0)
    theirs = other.solve_counterfactual(d_hat=d_hat, tol=1e-12, max_iter=20_000)
    assert theirs.converged
    ours = solve(base, base.lam * np.exp(-theta[:, None] * ln_cost[..., None]), None, theta)
    np.testing.assert_allclose(np.exp(ours.ln_w[:, 0]), theirs.w_hat, rtol=1e-9)
    np.testing.assert_allclose(np.exp(ours.ln_p_ns[..., 0]), theirs.P_hat, rtol=1e-9)
    np.testing.assert_allclose(np.exp(ours.ln_income[:, 0]), theirs.welfare_hat, rtol=1e-9)
