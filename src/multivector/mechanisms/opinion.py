"""Public opinion of three groups, and legitimacy.

    approval_g' = a0_g + r (a_g - a0_g) + k_income * d ln(real income) - k_prices * excess inflation + effects of moves
    legitimacy' = L + s ( sum_g share_g approval_g + k_reform * reform - L )

Groups (Russia-friendly, sovereignty-minded, pragmatic) have sizes from polls, given as ranges.

References: Putnam 1988, Diplomacy and domestic politics.
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
