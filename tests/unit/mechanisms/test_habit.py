"""Habit: the way from the elasticity of a year to that of a decade."""

from __future__ import annotations

import numpy as np
import pytest

from multivector.mechanisms.habit import advance_habit, habit_target
from multivector.mechanisms.routes import ln_stratum_factor
from multivector.mechanisms.trade import TradeBase, TradeSolution, solve
from trade_economies import economy

SHORT, LONG, MU = np.full((3, 1), 0.76), np.array([[4.0], [3.0], [2.5]]), np.array([0.09])


def path(base: TradeBase, ln_u: np.ndarray, ln_c: np.ndarray, cover: np.ndarray, turns: int) -> list[TradeSolution]:
    """Quarters after a permanent shock with the given strata; the last flows are kept on the solution."""
    short, long = (ln_stratum_factor(ln_u, ln_c, cover, th) for th in (SHORT, LONG))
    ln_a, out = np.zeros_like(short), []
    for _ in range(turns):
        phi = base.lam * np.exp(ln_a + short)
        found = solve(base, phi, None, SHORT)
        out.append(found)
        found.last_flows = found.flows(phi)  # type: ignore[attr-defined]
        ln_a = advance_habit(ln_a, habit_target(long - short, LONG, SHORT, found.ln_c, found.ln_p_ns), mu=MU)
    return out


def strata(coverage: float, wedge: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A measure against imports of node 1 from node 0 on part of the lines."""
    zero = np.zeros((4, 4, 3, 8))
    covered, cover = zero.copy(), zero.copy()
    covered[0, 1], cover[0, 1] = wedge, coverage
    return zero, covered, cover


@pytest.mark.parametrize(("coverage", "wedge"), [(0.8, 0.3), (0.8, 3.0), (0.5, 1.0), (1.0, 0.25)])
def test_after_fifty_years_the_economy_is_the_long_run_one(coverage: float, wedge: float) -> None:
    base = economy(21)
    shock = strata(coverage, wedge)
    end = path(base, *shock, turns=200)[-1]
    phi = base.lam * np.exp(ln_stratum_factor(*shock, LONG))
    long = solve(base, phi, None, LONG)
    np.testing.assert_allclose(end.ln_income, long.ln_income, atol=1e-8)
    np.testing.assert_allclose(end.last_flows, long.flows(phi), rtol=1e-7, atol=1e-8)  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", range(5))
def test_the_loss_of_a_permanent_shock_never_grows(seed: int) -> None:
    """Le Chatelier: who pays more at once finds substitutes later."""
    base = economy(seed)
    shock = strata(0.8, 1.0)
    shock[1][1, 0], shock[2][1, 0] = 1.0, 0.8
    income = np.array([found.ln_income[:2, 0] for found in path(base, *shock, turns=60)])
    assert (income[0] < 0).all()
    world = income.min(axis=1)
    assert (np.diff(world) > -1e-9).all()
    assert world[-1] > world[0]


@pytest.mark.parametrize("turns", [1, 200])
def test_a_total_ban_on_four_fifths_leaves_about_a_fifth(turns: int) -> None:
    base = economy(22)
    end = path(base, *strata(0.8, 40.0), turns=turns)[-1]
    left = end.last_flows[0, 1] / base.flows()[0, 1]  # type: ignore[attr-defined]
    assert (left > 0.12).all()
    assert (left < 0.30).all()


def test_without_a_shock_habit_rests() -> None:
    end = path(economy(23), *strata(0.0, 0.0), turns=20)[-1]
    assert np.abs(end.ln_income).max() < 1e-9
