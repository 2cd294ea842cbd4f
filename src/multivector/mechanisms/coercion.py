"""Coercion: how likely a power is to press, and by which means.

    P(type c) = logistic(b0_c + b1 * displeasure + b2 * leverage_c - b3 * own_cost_c - b4 * restraint)

Displeasure is the power's episodic stock; leverage is what the means would cost Kazakhstan (a share of income); own
cost is what the power itself, and those it must not anger, would lose; restraint is what it would lose without
Kazakhstan (reverse leverage). The sign of `leverage` is disputed (a closing window invites preventive pressure), so its
range covers both.

References: Hirschman 1945; Drezner 1999, The Sanctions Paradox; Keohane and Nye 1977.
"""

from __future__ import annotations

from multivector.mechanisms.common import Array, logistic


def coercion_rate(
    displeasure: Array,
    leverage: Array,
    own_cost: Array,
    restraint: Array,
    *,
    intercept: Array,
    on_displeasure: Array,
    on_leverage: Array,
    on_own_cost: Array,
    on_restraint: Array,
) -> Array:
    """Probability a quarter that a power uses one coercive means.

    Parameters
    ----------
    displeasure, leverage, own_cost, restraint
        Arrays ``[..., lane]``; displeasure in its own unit (0.1 = one public condemnation), the others as shares of
        income.

    Returns
    -------
    Array
        Probability, ``[..., lane]``.
    """
    return logistic(
        intercept
        + on_displeasure * displeasure
        + on_leverage * leverage
        - on_own_cost * own_cost
        - on_restraint * restraint
    )


def use_probability(
    displeasure: Array,
    relation: Array,
    restraint: Array,
    *,
    intercept: Array,
    on_displeasure: Array,
    on_relation: Array,
    on_restraint: Array,
) -> Array:
    """Probability that a power would interrupt trade as such: the weight of its lever in Kazakhstan's autonomy.

    `restraint` is what the power would lose without Kazakhstan's goods, a share of its income, ``[..., lane]``.
    """
    return logistic(intercept + on_displeasure * displeasure - on_relation * relation - on_restraint * restraint)
