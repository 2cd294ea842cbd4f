"""Security of the nation, and the worth of an alliance.

    security = own capability - sum of threats + worth of the alliance
    worth    = sum over three contingencies P(c) P(help | c) stake_c  -  P(entrapment) cost  -  weight * obligation

The three contingencies are a regime crisis, an attack from outside and a quarrel with a member; help was given in one
of two, none of two and never, hence Jeffreys means near 0.5, 0.2 and 0.05. The security of the regime is another number
(omnibalancing).

References: Snyder 1984, The security dilemma in alliance politics; David 1991, Explaining Third World alignment.
"""

from __future__ import annotations

from multivector.mechanisms.common import Array, logistic


def alliance_worth(
    goodwill: Array,
    obligation: Array,
    crisis: Array,
    *,
    help_regime: Array,
    help_attack: Array,
    help_quarrel: Array,
    attack: Array,
    quarrel: Array,
    stake_regime: Array,
    stake_state: Array,
    entrapment: Array,
    entrapment_cost: Array,
    obligation_weight: Array,
) -> Array:
    """Worth of the alliance this quarter, in units of security, ``[..., lane]``.

    `goodwill` (0 to 1, 0.5 in the base) scales the odds of help; `crisis` is the probability of a regime crisis.
    """
    willing = 2.0 * goodwill / (0.5 + goodwill)
    expected = crisis * help_regime * stake_regime + (attack * help_attack + quarrel * help_quarrel) * stake_state
    return willing * expected - entrapment * (1.0 + obligation) * entrapment_cost - obligation_weight * obligation


def national_security(capability: Array, threats: Array, worth: Array) -> Array:
    """Own capability less threats plus the worth of the alliance, ``[..., lane]``; `threats` is already summed."""
    return capability - threats + worth


def help_probability(goodwill: Array, *, help_regime: Array) -> Array:
    """P(help in a regime crisis); one minus this is the risk of abandonment."""
    return help_regime * 2.0 * goodwill / (0.5 + goodwill)


def crisis_rate(
    legitimacy: Array,
    real_income_loss: Array,
    price_shock: Array,
    recent: Array,
    *,
    intercept: Array,
    on_income: Array,
    on_prices: Array,
    on_legitimacy: Array,
    on_recent: Array,
    floor: Array,
) -> Array:
    """Hazard of a regime crisis a quarter: prices of food and fuel and incomes ignite it, lost legitimacy feeds it.

    All inputs ``[..., lane]``; `real_income_loss` and `price_shock` as fractions (0.01 = one per cent).
    """
    return logistic(
        intercept
        + on_prices * price_shock
        + on_income * real_income_loss
        + on_legitimacy * (floor - legitimacy)
        + on_recent * recent
    )
