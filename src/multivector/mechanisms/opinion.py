"""Public opinion of three groups, legitimacy, consumer prices.

    approval_g' = a0_g + r (a_g - a0_g) + k_income * d ln(real income) - k_prices * excess inflation + effects of moves
    legitimacy' = L + s ( sum_g share_g approval_g + k_reform * reform - L )
    inflation   = trend + pass_through * d ln(import prices) + food_share * world food inflation + fuel pressure

Groups (Russia-friendly, sovereignty-minded, pragmatic) have sizes from polls, given as ranges.

References: Putnam 1988, Diplomacy and domestic politics; Burstein and Gopinath 2014 (pass-through).
"""

from __future__ import annotations

from multivector.mechanisms.common import Array, bounded


def approval_next(
    approval: Array,
    income_change: Array,
    excess_inflation: Array,
    *,
    base: Array,
    persistence: Array,
    on_income: Array,
    on_inflation: Array,
) -> Array:
    """Approval of the groups next quarter, ``[group, lane]``; changes as fractions, inflation a quarter."""
    drift = base + persistence * (approval - base)
    return bounded(drift + on_income * income_change - on_inflation * excess_inflation, 0.0, 1.0)


def bounded_share(approval: Array) -> Array:
    """Approval kept on [0, 1]."""
    return bounded(approval, 0.0, 1.0)


def legitimacy_next(
    legitimacy: Array, approval: Array, shares: Array, reform: Array, *, speed: Array, on_reform: Array
) -> Array:
    """Legitimacy follows the weighted approval of the groups and reform, ``[lane]``."""
    target = (shares * approval).sum(axis=0) / shares.sum(axis=0) + on_reform * reform
    return bounded(legitimacy + speed * (target - legitimacy), 0.0, 1.0)


def quarterly_inflation(
    import_price_change: Array,
    food_change: Array,
    currency_change: Array,
    pressure: Array,
    *,
    trend: Array,
    pass_through: Array,
    food_share: Array,
) -> Array:
    """Consumer price inflation of a quarter as a log change, ``[lane]``.

    `currency_change` is the log depreciation of the currency this quarter (positive = weaker).
    """
    return trend + pass_through * (import_price_change + currency_change) + food_share * food_change + pressure
