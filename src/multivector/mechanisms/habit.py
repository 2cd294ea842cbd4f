"""Habit: trade answers slowly, from the elasticity of a year to that of a decade.

Within a year trade answers a delivered price with an elasticity of about 0.76, in the long run with 2 to 4, over 7 to
10 years (Boehm, Levchenko, Pandalai-Nayar 2023, AER 113(4)). The stock ln A shifts demand towards what the long-run
elasticity would buy at present prices, stratum by stratum: its rest point is exactly the long-run economy.
"""

from __future__ import annotations

import numpy as np

from multivector.mechanisms.trade_solver import Array


def habit_target(ln_phi_gap: Array, theta_long: Array, theta_short: Array, ln_c: Array, ln_p_ns: Array) -> Array:
    """Return where ln A tends: ln Phi(long) - ln Phi(short) - (theta_long - theta_short) ln(c_i / P_ns).

    Parameters
    ----------
    ln_phi_gap : [exporter, importer, sector, lane] log stratum factors, long run less short run.
    theta_long, theta_short : [sector, lane] elasticities.
    ln_c : [node, lane] log unit costs of the present equilibrium.
    ln_p_ns : [importer, sector, lane] its log sector prices.

    Returns
    -------
    [exporter, importer, sector, lane]

    >>> zero, one = np.zeros((1, 1, 1, 1)), np.ones((1, 1))
    >>> target = habit_target(zero, 4.0 * one, one, one, np.zeros((1, 1, 1)))
    >>> float(target[0, 0, 0, 0])
    -3.0
    """
    gap = theta_long - theta_short
    return np.asarray(ln_phi_gap - gap * (ln_c[:, None, None] - ln_p_ns))


def advance_habit(ln_a: Array, target: Array, *, mu: Array) -> Array:
    """Return next quarter's habit, ln A + mu (target - ln A).

    Parameters
    ----------
    ln_a, target : [exporter, importer, sector, lane] habit stock and its target.
    mu : [lane] share of the gap closed in a quarter, about 0.09: nine tenths in 6 years and a half.

    Returns
    -------
    [exporter, importer, sector, lane]

    >>> float(advance_habit(np.zeros(1), np.ones(1), mu=np.array([0.09]))[0])
    0.09
    """
    return np.asarray(ln_a + mu * (target - ln_a))
