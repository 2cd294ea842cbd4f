"""Look-ahead: what each entry of a menu would be worth by the world's own functions, over futures common to all.

A row is the state as the actor perceives it, plus what was already done this turn, plus what the others are expected to
do (their mixed play of last turn), plus the entry. Futures are the outcomes of the hazards, one at a time, weighted by
their probabilities in the row; they never use a draw of the turn. What a hazard does to utility is taken once a turn,
at the state as it stands, and added to each row (with a cross term where a row changes what a stop of the oil would
cost): the deep evaluation does without that shortcut, and a benchmark compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from multivector.decisions.choice import Odds, hazard_value
from multivector.decisions.objective import Flow, Objective, flow_terms, total
from multivector.decisions.offers import Offers
from multivector.decisions.plan import Pairs, Plan, Wants
from multivector.decisions.rows import HazardStocks, RowStocks
from multivector.decisions.step import Step
from multivector.mechanisms.common import Array, bounded, logistic

FEW = 64
"""Lanes up to which what a menu was weighed by is kept for whoever asks for reasons."""


@dataclass
class Weighed:
    """A menu weighed, ``[entry, lane]`` (*stop* is last): value, acceptance and transfer of offers, terms of utility.

    `reasons` gives the terms; they are worked out when somebody asks.
    """

    value: Array
    reasons: Callable[[], dict[str, Array]]
    accept: Array
    transfer: Array

    @cached_property
    def terms(self) -> dict[str, Array]:
        """Utility by term, ``[entry, lane]``."""
        return self.reasons()


@dataclass(frozen=True)
class Rows:
    """Rows of a plan given what has been done.

    Attributes
    ----------
    pairs : what the rows change; `at` : which rows of the plan they are (None for all of them).
    before : [coordinate, lane] stocks before any of them.
    change : [pair + 1, lane] changes of stocks, and a last line of zeros.
    flow : the quarter in each row; odds : of the hazards.
    """

    pairs: Pairs
    at: NDArray[np.intp] | None
    before: Array
    change: Array
    flow: Flow
    odds: Odds


@dataclass(frozen=True)
class Picked(Mapping[str, Array]):
    """Some rows of numbers by name, ``[row, lane]``."""

    whole: Mapping[str, Array]
    rows: NDArray[np.intp]

    def __getitem__(self, name: str) -> Array:
        return np.asarray(self.whole[name][self.rows])

    def __contains__(self, name: object) -> bool:
        return name in self.whole

    def __iter__(self) -> Iterator[str]:
        return iter(self.whole)

    def __len__(self) -> int:
        return len(self.whole)


class Deliberation:
    """One actor weighing its menu in one turn, slot by slot.

    Parameters
    ----------
    plan : the menu in arrays.
    wants : by actor: the deciding one and every partner of an offer.
    view : [coordinate, lane] stocks as the actor perceives them at the beginning of the turn.
    made : [coordinate, lane] what was done this turn and what the others are expected to do.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        step: Step,
        objectives: Mapping[str, Objective],
        wants: Mapping[str, Wants],
        view: Array,
        made: Array,
    ) -> None:
        self.plan, self.step, self.objectives, self.wants = plan, step, objectives, wants
        self.actor = plan.actor
        self.menu, self.entries = plan.menu, plan.entries
        self.view, self.made = view, made
        self.response = step.row_response(plan)
        self._gains: Array | None = None

    # ---- values

    def _prepare(self, made: Array) -> Rows:
        table, plan = self.step.table, self.plan
        raw = self.view + made
        now = table.clip(raw)
        change = np.zeros((len(plan.key) + 1, now.shape[-1]))
        change[:-1] = bounded(raw[plan.key] + plan.shift, plan.low, plan.high) - now[plan.key]
        stocks = RowStocks(plan, table, now, change)
        return Rows(plan, None, now, change, self.step.flow(stocks, self.response), self.step.odds(stocks))

    def _some(self, offers: Offers, partner: str, rows: Rows) -> Rows:
        """The rows that concern a partner alone."""
        at, pairs, own = offers.part(self.plan, partner)
        change = rows.change[np.append(own, len(rows.change) - 1)]
        stocks = RowStocks(pairs, self.step.table, rows.before, change)
        return Rows(
            pairs, at, rows.before, change, self.step.flow(stocks, Picked(self.response, at)), rows.odds.pick(at)
        )

    def _terms(self, actor: str, rows: Rows) -> dict[str, Array]:
        """Utility by term of every row without a hazard, for one actor; what the stocks are worth is one term."""
        wants, pairs = self.wants[actor], rows.pairs
        terms = flow_terms(self.objectives[actor], rows.flow, **self.step.units())
        constant = wants.constant if rows.at is None else wants.constant[rows.at]
        terms["ahead"] = pairs.by_row(wants.both[pairs.key] * rows.change[:-1]) + constant
        return terms

    def _apart(self, rows: Rows, terms: Mapping[str, Array]) -> dict[str, Array]:
        """The deciding actor's terms with the worth of stocks told apart: interests, and which later gain is meant."""
        wants, plan = self.wants[self.actor], self.plan
        change = rows.change[:-1]
        out = {name: term for name, term in terms.items() if name != "ahead"}
        if self.objectives[self.actor].interests:
            stocks = plan.by_row(wants.strategic[plan.key] * change)
            out["strategic"] = out["strategic"] + stocks if "strategic" in out else stocks
        later = wants.later(plan, change)
        return out | (later or {"future": plan.by_row(wants.future[plan.key] * change) + wants.constant})

    def _hazard_worth(self, actor: str) -> Array:
        """What each hazard alone would add to the utility of an actor, ``[future, lane]``; once a turn."""
        known = self.step.hazard_worth
        if actor not in known:
            table, wants, objective = self.step.table, self.wants[actor], self.objectives[actor]
            shifts = self.step.hazard_shifts()
            now = self.step.stocks
            under = HazardStocks(table, now, shifts)
            terms = flow_terms(objective, self.step.flow(under, self.step.hazard_response()), **self.step.units())
            shape = (len(self.step.hazards) + 1, now.shape[-1])
            out = np.broadcast_to(total(terms), shape) if terms else np.zeros(shape)
            out = out - out[0]
            for key in shifts:
                d = table.index[key]
                out = out + wants.both[d] * (under[key] - now[d])
            known[actor] = out
        return known[actor]

    def _value(self, actor: str, terms: dict[str, Array], rows: Rows) -> Array:
        """Risk-adjusted value of every row."""
        objective, worth = self.objectives[actor], self._hazard_worth(actor)
        quiet = total(terms)
        value = quiet + hazard_value(worth, rows.odds, objective.risk)
        cross = self.step.cross_response(self.plan) if objective.is_focus else None
        if cross is not None:
            moved, extra = cross
            if rows.at is not None:
                mine, moved = np.nonzero(moved[:, None] == rows.at)
                extra = extra[:, mine]
            if moved.size:
                full = worth[:, None] + objective.weights["income"] * 100.0 * extra
                value[moved] = quiet[moved] + hazard_value(full, rows.odds.pick(moved), objective.risk)
        return value

    def weigh(self) -> Weighed:
        """Value of every entry given what has been chosen so far."""
        rows = self._prepare(self.made)
        terms = self._terms(self.actor, rows)
        value = self._value(self.actor, terms, rows)
        offers = self.step.offers(self.plan)
        if offers is not None and self._gains is None:
            self._gains = self._partners_gain(offers, rows)
        return self._weighed(value, self._told(rows, terms, value), offers, self._gains)

    def _told(self, rows: Rows, terms: dict[str, Array], value: Array) -> Callable[[], dict[str, Array]]:
        """What gives the terms later. Of many lanes they would fill the memory: they are worked out again there."""

        def told(rows: Rows, terms: dict[str, Array], value: Array) -> dict[str, Array]:
            return self._apart(rows, terms) | {"hazards": value - total(terms)}

        if value.shape[-1] <= FEW:
            return lambda: told(rows, terms, value)
        made = self.made

        def again() -> dict[str, Array]:
            rows = self._prepare(made)
            terms = self._terms(self.actor, rows)
            return told(rows, terms, self._value(self.actor, terms, rows))

        return again

    def _weighed(
        self,
        value: Array,
        terms: Callable[[], dict[str, Array]],
        offers: Offers | None,
        gains: Array | None,
    ) -> Weighed:
        """From values by row to values by entry, offers at their best transfer, effort paid.

        `terms` gives the value by term, hazards among them, by row.
        """
        mine = self.objectives[self.actor]
        n, lanes = len(self.entries), self.made.shape[-1]
        out = np.concatenate((value[:n], value[-1:]))
        accept, transfer = np.ones((n + 1, lanes)), np.zeros((n + 1, lanes))
        if offers is not None and gains is not None:
            at, cap = offers.at, self.step.transfer_cap()
            out[at], accept[at], transfer[at] = offers.bargain(
                value[at] + self.step.deal_worth(self.plan), value[offers.refusal], gains, mine.weights["income"], cap
            )
        if self.plan.vetoed.size:
            at, odds = self.plan.vetoed, self.plan.passes
            out[at], accept[at] = odds * value[at] + (1.0 - odds) * value[-1], odds
        for m, odds in self.step.chances(self.plan).items():
            out[m], accept[m] = odds * value[m] + (1.0 - odds) * value[self.plan.refusal[m]], odds
        cost = self.plan.cost + mine.effort * mine.scale
        out[:n] -= cost

        def reasons() -> dict[str, Array]:
            shown = {name: self._entry_rows(t, lanes) for name, t in terms().items()}
            shown["cost"] = np.concatenate((-cost, np.zeros((1, lanes))))
            return shown

        return Weighed(out, reasons, accept, transfer)

    def _partners_gain(self, offers: Offers, rows: Rows) -> Array:
        """What the other side gains by accepting, ``[offer, lane]``; once a turn, before the first choice."""
        out = np.empty(offers.cost.shape)
        for partner, mine in offers.places.items():
            part = self._some(offers, partner, rows)
            value = self._value(partner, self._terms(partner, part), part)
            out[mine] = value[: len(mine)] - value[len(mine) :] - offers.cost[mine]
        return out - self.step.reserve(self.plan)

    def _entry_rows(self, rows: Array, lanes: int) -> Array:
        full = np.broadcast_to(rows, (self.plan.count, lanes))
        return np.concatenate((full[: len(self.entries)], full[-1:]))

    def answer(self, transfer: Array) -> Array:
        """P(this actor accepts) for each offer made to it, ``[offer, lane]``; `transfer` in per cent of its income."""
        rows = self._prepare(self.made)
        value = self._value(self.actor, self._terms(self.actor, rows), rows)
        objective = self.objectives[self.actor]
        refused = np.array(self.plan.refusal)
        gain = (
            value[: len(self.entries)]
            - value[refused]
            - self.plan.answer_cost
            - self.step.reserve(self.plan)
            + objective.weights["income"] * transfer
        )
        return logistic(objective.precision * gain / objective.scale)

    # ---- going on

    def commit(self, chosen: NDArray[np.int64], weighed: Weighed) -> None:
        """Add the chosen entries to what has been done; an offer counts with its probability of acceptance."""
        plan = self.plan
        stop = len(self.entries)
        kept = weighed.accept[np.minimum(chosen, stop), np.arange(len(chosen))]
        lane = np.flatnonzero(chosen < stop)
        first, count = plan.starts[chosen[lane]], plan.lengths[chosen[lane]]
        # What was weighed is told from what had been done by then: that stays as it is.
        self.made = self.made.copy()
        for k in range(int(count.max(axis=0, initial=0))):
            # A row has one pair for a stock at most: no place is added to twice.
            some = lane[k < count]
            pair = first[k < count] + k
            self.made[plan.key[pair], some] += kept[some] * plan.shift[pair, some]
