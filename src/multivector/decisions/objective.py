"""What an actor wants: the flow utility of a quarter, term by term.

    U = w_income 100 ln W + w_security S + w_regime G + w_rent 100 rent/income + w_autonomy A + strategic interests

One unit is one per cent of the actor's base real income of a quarter. Stocks enter in their step sizes, each step worth
`utility.per_step`. A = - max over powers of (loss from losing that power x probability that it uses it), in per cent of
income. What a great power wants of the focus actor is its list of strategic interests; without it, it would be
indifferent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from multivector.mechanisms.common import Array
from multivector.mechanisms.stock_table import Spread

TERMS = ("income", "security", "regime", "rent", "autonomy", "strategic", "ahead")


@dataclass(frozen=True)
class Interest:
    """One strategic interest: a stock or a measure of the flows, and what one unit of it is worth to the actor."""

    name: str
    coefficient: Array
    is_measure: bool


@dataclass(frozen=True)
class Objective:
    """A doctrine resolved for a batch: weights ``[lane]`` by term, interests, risk aversion, precision, scale.

    `effort` is what any move costs in attention, in units of the scale: doing nothing is the easy choice. `fading` is,
    by stock, the log of the probability, a quarter, that what it stands for is still there, as the doctrine believes;
    `foresight` is the weight of all that is worth something later.
    """

    actor: str
    weights: Mapping[str, Array]
    interests: tuple[Interest, ...]
    risk: Array
    precision: Array
    scale: Array
    effort: Array
    horizon: int
    is_focus: bool
    foresight: Array
    fading: Mapping[str, Array] = field(default_factory=dict)

    def fading_of(self, key: str) -> Array | None:
        """The fading of a coordinate's stock; None where it is taken for certain to last."""
        return self.fading.get(key.partition(":")[0])

    def scaled(self, scale: Array) -> Objective:
        """The same objective with another scale of choice."""
        return replace(self, scale=scale)


@dataclass(frozen=True)
class Home:
    """What a quarter yields to the focus actor alone, by class of rows.

    growth: added to its log income; use: ``[power, class, lane]`` probability that each uses its lever; security;
    legitimacy; crisis: its probability.
    """

    growth: Spread
    use: Spread
    security: Spread
    legitimacy: Spread
    crisis: Spread


@dataclass(frozen=True)
class RowLosses:
    """Losses from losing each power in those of `count` rows that change them.

    `rows` are their numbers, ``[changed]``; `losses` are ``[power, changed, lane]``.
    """

    count: int
    rows: NDArray[np.intp]
    losses: Array


@dataclass
class Flow:
    """What a quarter yields, on whatever axes it depends on (``[..., lane]``).

    ln_income: by actor, the focus actor's before `growth`; measures: named ratios and shares; losses: of the focus from
    losing each power, ``[power, ..., lane]``; at_home: gives what only the focus actor's utility asks for; moved: gives
    the rows in which the losses are others, or None.
    """

    ln_income: Mapping[str, Array]
    measures: Mapping[str, Array]
    losses: Array
    at_home: Callable[[], Home]
    moved: Callable[[], RowLosses | None] = lambda: None

    @cached_property
    def home(self) -> Home:
        """What the quarter yields to the focus actor; worked out when it is first asked for."""
        return self.at_home()


def flow_terms(
    objective: Objective,
    flow: Flow,
    *,
    security_unit: Array,
    legitimacy_unit: Array,
    crisis_cost: Array,
) -> dict[str, Array]:
    """Flow utility by term, but for interests in stocks, which are linear and left to the caller.

    `security_unit` and `legitimacy_unit` turn the stocks into utility (worth of a step over the step); `crisis_cost` is
    the utility of a certain regime crisis.
    """
    w = objective.weights
    terms: dict[str, Array] = {}
    if objective.actor in flow.ln_income:
        ln_income = flow.ln_income[objective.actor]
        terms["income"] = (
            w["income"] * 100.0 * (ln_income + flow.home.growth.full() if objective.is_focus else ln_income)
        )
    if objective.is_focus:
        home = flow.home
        terms["security"] = home.security.times(w["security"] * security_unit)
        calm = legitimacy_unit * home.legitimacy.values - crisis_cost * home.crisis.values
        terms["regime"] = Spread(calm, home.crisis.of).times(w["regime"])
        terms["rent"] = w["rent"] * 100.0 * flow.measures["rent-share"]
        terms["autonomy"] = w["autonomy"] * _autonomy(flow)
    strategic = [i.coefficient * flow.measures[i.name] for i in objective.interests if i.is_measure]
    if strategic:
        total = strategic[0]
        for part in strategic[1:]:
            total = total + part
        terms["strategic"] = total
    return terms


def _autonomy(flow: Flow) -> Array:
    use = flow.home.use
    out = Spread(autonomy(flow.losses, use.values), use.of).full()
    moved = flow.moved()
    if moved is None:
        return out
    out = np.array(np.broadcast_to(out, (moved.count, out.shape[-1])))
    odds = use.values[:, None] if use.values.ndim == 2 else use.values
    if use.of is not None and use.values.ndim > 2:
        odds = odds[:, use.of[moved.rows]]
    out[moved.rows] = autonomy(moved.losses, odds)
    return out


def autonomy(losses: Array, use: Array) -> Array:
    """Minus the largest loss (a fraction) times its probability over the powers, in per cent of income.

    Both are ``[power, ..., lane]``; the losses may lack the axes in the middle.
    """
    if not len(losses):
        return np.zeros(use.shape[1:])
    wide = losses.reshape(len(losses), *(1,) * (use.ndim - losses.ndim), *losses.shape[1:])
    return np.asarray(-(100.0 * wide * use).max(axis=0))


def total(terms: Mapping[str, Array]) -> Array:
    """Sum of the terms in their fixed order (the order matters to the last bit)."""
    parts = [terms[name] for name in (*TERMS, "cost", "future") if name in terms]
    out = parts[0]
    for part in parts[1:]:
        out = out + part
    return out
