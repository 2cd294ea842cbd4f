"""Microseconds a trade solve: plain, with capacity, and one chord step of look-ahead, by batch size.

Run `python benchmarks/bench_trade.py [repeats]`. Six economies, six sectors, a synthetic base; one thread, NumPy alone.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from multivector.mechanisms.routes import RouteCosts, RoutedCells
from multivector.mechanisms.trade import TradeBase, response, solve
from multivector.mechanisms.trade_capacity import solve_with_capacity

NODES = SECTORS = 6
ROUTE = np.array([8.0])
THETA = np.full(SECTORS, 0.76)
SHARE = np.array([0.9, 0.06, 0.04])
BATCHES = (8, 64, 256, 1000)


def synthetic_base(seed: int = 1) -> TradeBase:
    """Flows drawn at random around gravity, scaled until output and spending add up."""
    rng = np.random.default_rng(seed)
    output = np.exp(rng.normal(0.0, 1.0, NODES))
    va = np.full(NODES, 0.48)
    deficit = 0.02 * rng.normal(size=NODES) * output
    deficit -= deficit.sum() * output / output.sum()
    spending = output / va + deficit
    flow = np.exp(rng.normal(0.0, 0.7, (NODES, NODES, SECTORS))) * (output[:, None] * output)[:, :, None]
    flow[np.arange(NODES), np.arange(NODES)] *= 20.0
    for _ in range(2000):
        flow *= (output / va / flow.sum(axis=(1, 2)))[:, None, None]
        flow *= (spending / flow.sum(axis=(0, 2)))[None, :, None]
    by_sector = flow.sum(axis=0)
    return TradeBase.of(flow / by_sector, by_sector / spending[:, None], output, va, deficit)


def moved_shifters(base: TradeBase, lanes: int, seed: int, size: float = 0.2, part: float = 1.0) -> np.ndarray:
    """Shifters after random changes of some trade costs."""
    rng = np.random.default_rng(seed)
    shape = (NODES, NODES, SECTORS, lanes)
    hit = (rng.random(shape) < part) * (1.0 - np.eye(NODES))[:, :, None, None]
    return base.lam * np.exp(-THETA[:, None] * rng.normal(0.0, size, shape) * hit)


def median_time(work: Callable[[], object], repeats: int) -> float:
    """Median seconds of a call, after one to warm up."""
    work()
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def plain(base: TradeBase, lanes: int, repeats: int) -> list[float]:
    """Cold; carried over a quarter in which a tenth of the costs move by 10%; one chord step for twelve entries."""
    phi = moved_shifters(base, lanes, 1)
    first = solve(base, phi, None, THETA)
    later = phi * moved_shifters(base, lanes, 2, 0.1, 0.1) / base.lam
    carry = {"start": first.ln_c, "jac_inv": first.jac_inv}
    entries = np.repeat(later[:, :, :, None], 12, axis=3)
    rows = [
        median_time(lambda: solve(base, later, None, THETA), repeats),
        median_time(lambda: solve(base, later, None, THETA, **carry), repeats),
        median_time(lambda: response(base, first, entries, None, THETA, steps=1), repeats) / 12,
    ]
    return [1e6 * t / lanes for t in rows]


def with_capacity(base: TradeBase, lanes: int, repeats: int) -> list[float]:
    """Twenty cells, three routes, two capacities with owners: ample, binding and carried, binding and cold."""
    index = [(i, 1, s) for i in (2, 3, 4, 5) for s in range(5)]
    cells = RoutedCells.of(index, np.tile(SHARE, (20, 1)), [[-1, 0, 1]] * 20, nodes=NODES, owner=[[-1, 0, 5]] * 20)
    rng = np.random.default_rng(3)
    covered = np.zeros((20, 3, lanes))
    covered[:, 0] = rng.uniform(0.3, 2.0, lanes)
    costs = RouteCosts.of(np.zeros((20, 3, lanes)), covered, np.broadcast_to(rng.uniform(0.3, 0.8, lanes), (20, lanes)))
    through = base.flows()[cells.exporter, cells.importer, cells.sector, 0].sum() * SHARE[1:, None]
    phi = moved_shifters(base, lanes, 1)
    later = phi * moved_shifters(base, lanes, 2, 0.1, 0.1) / base.lam
    out = []
    for room, carried in ((1e3, True), (1.3, True), (1.3, False)):
        caps = through * room * np.exp(rng.normal(0.0, 0.1, (2, lanes)))
        first = solve_with_capacity(base, cells, costs, caps, phi, None, THETA, theta_route=ROUTE)
        carry = {"start": first.trade.ln_c, "zeta": first.zeta, "jac_inv": first.jac_inv} if carried else {}

        def work(caps: np.ndarray = caps, carry: dict[str, np.ndarray] = carry) -> object:
            return solve_with_capacity(base, cells, costs, caps * 1.05, later, None, THETA, theta_route=ROUTE, **carry)

        out.append(1e6 * median_time(work, repeats) / lanes)
    return out


def response_errors(base: TradeBase, lanes: int = 256) -> list[float]:
    """Median relative error of 1, 2 and 3 chord steps in the mover's own income effect, for wedges of 25%."""
    now = moved_shifters(base, lanes, 1, 0.1)
    found = solve(base, now, None, THETA)
    entry = now.copy()
    entry[0, 1] *= np.exp(-THETA * np.log(1.25))[:, None]
    effect = (solve(base, entry, None, THETA, tol=1e-13).ln_income - found.ln_income)[0]
    errors = []
    for k in (1, 2, 3):
        close = response(base, found, entry[:, :, :, None], None, THETA, steps=k)[0, 0] - found.ln_income[0]
        errors.append(float(np.median(np.abs(close / effect - 1.0))))
    return errors


def main() -> None:
    """Print the table."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    base = synthetic_base()
    names = ("cold", "carried", "SL1 entry", "ample cap", "binding", "bind cold")
    print("microseconds a solve, medians\n" + f"{'batch':>6}" + "".join(f"{name:>11}" for name in names))
    for lanes in BATCHES:
        row = plain(base, lanes, repeats) + with_capacity(base, lanes, max(3, repeats // 3))
        print(f"{lanes:>6}" + "".join(f"{t:>11.1f}" for t in row))
    print("relative error of chord steps 1, 2, 3: " + ", ".join(f"{e:.1e}" for e in response_errors(base)))


if __name__ == "__main__":
    main()
