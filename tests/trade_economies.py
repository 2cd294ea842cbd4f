"""Random economies in equilibrium, and a textbook solver that shares no code with the package."""

from __future__ import annotations

import numpy as np

from multivector.mechanisms.trade import TradeBase


def economy(
    seed: int, nodes: int = 4, sectors: int = 3, *, va: float | None = None, deficit: float = 0.03, home: float = 2.0
) -> TradeBase:
    """A balanced base: random flows scaled until rows and columns are gross output and spending."""
    rng = np.random.default_rng(seed)
    output = np.exp(rng.normal(0.0, 0.8, nodes))
    share = rng.uniform(0.4, 0.9, nodes) if va is None else np.full(nodes, va)
    gap = deficit * rng.uniform(-1, 1, nodes) * output
    gap -= gap.sum() * output / output.sum()
    sales, spending = output / share, output / share + gap
    size = sales[:, None] * spending / sales.sum()
    flow = np.exp(rng.normal(0.0, 0.7, (nodes, nodes, sectors))) * size[:, :, None]
    flow[np.arange(nodes), np.arange(nodes)] *= np.exp(home)
    for _ in range(500):
        flow *= (sales / flow.sum(axis=(1, 2)))[:, None, None]
        flow *= (spending / flow.sum(axis=(0, 2)))[None, :, None]
    by_sector = flow.sum(axis=0)
    # Output is what the flows say, so that the base clears to the last digit.
    sales = flow.sum(axis=(1, 2))
    bought = by_sector.sum(axis=1)
    return TradeBase.of(flow / by_sector, by_sector / bought[:, None], sales * share, share, bought - sales)


def elasticities(seed: int, sectors: int) -> np.ndarray:
    return np.random.default_rng(seed + 7).uniform(0.6, 5.0, sectors)


def shocks(seed: int, base: TradeBase, theta: np.ndarray, lanes: int, size: float = 0.3) -> np.ndarray:
    """Shifters for random changes of trade costs between, not within, nodes."""
    rng = np.random.default_rng(seed + 11)
    n, s = base.nodes, base.sectors
    ln_cost = rng.normal(0.0, size, (n, n, s, lanes)) * (1.0 - np.eye(n))[:, :, None, None]
    return base.lam * np.exp(-theta[:, None] * ln_cost)


def textbook(
    base: TradeBase, phi: np.ndarray, transfer: np.ndarray, theta: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Damped fixed point on wages and prices of one lane; returns w [N] and P [N]."""
    beta, output, va = base.beta[..., 0], base.output[:, 0], base.va[:, 0]
    wage, price = np.ones(base.nodes), np.ones(base.nodes)
    for _ in range(20_000):
        for _ in range(200):
            cost = wage**va * price ** (1 - va)
            pull = phi * (cost[:, None] ** -theta)[:, None, :]
            total = pull.sum(axis=0)
            new_price = np.prod(total ** (-beta / theta), axis=1)
            done = np.abs(new_price / price - 1).max() < 1e-14
            price = new_price
            if done:
                break
        spending = wage * output / va + transfer
        demand = np.einsum("ins,ns,n->i", pull / total, beta, spending)
        excess = demand / (wage * output / va)
        wage = wage * excess**0.15
        wage *= output.sum() / (wage * output).sum()
        if np.abs(excess - 1).max() < 1e-12:
            return wage, price
    raise AssertionError("the textbook solver did not converge")
