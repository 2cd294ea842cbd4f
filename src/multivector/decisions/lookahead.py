"""Look-ahead: what each entry of a menu would be worth by the world's own functions, over futures common to all.

A row is the state as the actor perceives it, plus what was already done this turn, plus what the others are expected to
do (their mixed play of last turn), plus the entry. Futures are the outcomes of the hazards, one at a time, weighted by
their probabilities in the row; they never use a draw of the turn. What a hazard does to utility is taken once a turn,
at the state as it stands, and added to each row (with a cross term where a row changes what a stop of the oil would
cost): the deep evaluation does without that shortcut, and a benchmark compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from multivector.decisions.catalogue import Entry
from multivector.decisions.choice import hazard_value
from multivector.decisions.objective import Flow, Objective, flow_terms, total
from multivector.decisions.plan import Plan, Wants
from multivector.decisions.rows import HazardStocks, RowStocks
from multivector.decisions.step import Step
from multivector.mechanisms.common import Array, logistic
from multivector.mechanisms.stock_table import Spread

TRANSFERS = (0.0, 0.25, 0.5)
"""Shares of the proposer's gain that an offer may hand over."""


@dataclass
class Weighed:
    """A menu weighed: values and terms ``[entry, lane]`` (*stop* is last), acceptance and transfer of offers."""

    value: Array
    terms: dict[str, Array]
    accept: Array
    transfer: Array


@dataclass(frozen=True)
class Rows:
    """The rows of a plan given what has been done: changes of stocks ``[pair, lane]``, stocks, flow, hazards' odds."""

    change: Array
    stocks: RowStocks
    flow: Flow
    odds: list[Spread]


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
        self.view, self.made = view, made.copy()
        self.response = step.row_response(plan)
        self._gains: dict[int, Array] | None = None

    # ---- values

    def _prepare(self) -> Rows:
        table, plan = self.step.table, self.plan
        raw = self.view + self.made
        now = table.clip(raw)
        change = np.clip(raw[plan.key] + plan.shift, table.low[plan.key], table.high[plan.key]) - now[plan.key]
        rows = RowStocks(plan, table, now, change)
        rates = self.step.rates(rows)
        return Rows(change, rows, self.step.flow(rows, self.response), self._odds(rates))

    def _odds(self, rates: Mapping[str, Spread]) -> list[Spread]:
        """Odds of each hazard alone against quiet, by class of rows; several at once are left to the rest."""
        spreads = [rates[name] for name, _ in self.step.hazards]
        return [Spread(s.values / (1.0 - s.values), s.of) for s in spreads]

    def _terms(self, actor: str, rows: Rows) -> dict[str, Array]:
        """Utility by term of every row without a hazard, for one actor."""
        wants, plan = self.wants[actor], self.plan
        terms = flow_terms(self.objectives[actor], rows.stocks, rows.flow, **self.step.units())
        if self.objectives[actor].interests:
            stocks = plan.by_row(wants.strategic[plan.key] * rows.change)
            terms["strategic"] = terms["strategic"] + stocks if "strategic" in terms else stocks
        terms["future"] = plan.by_row(wants.future[plan.key] * rows.change) + wants.constant
        return terms

    def _hazard_worth(self, actor: str) -> Array:
        """What each hazard alone would add to the utility of an actor, ``[future, lane]``; once a turn."""
        known = self.step.hazard_worth
        if actor not in known:
            table, wants, objective = self.step.table, self.wants[actor], self.objectives[actor]
            shifts = self.step.hazard_shifts()
            now = self.step.stocks
            under = HazardStocks(table, now, shifts)
            terms = flow_terms(
                objective, under, self.step.flow(under, self.step.hazard_response()), **self.step.units()
            )
            shape = (len(self.step.hazards) + 1, now.shape[-1])
            out = np.broadcast_to(total(terms), shape) if terms else np.zeros(shape)
            out = out - out[0]
            for key in shifts:
                d = table.index[key]
                out = out + (wants.future[d] + wants.strategic[d]) * (under[key] - now[d])
            known[actor] = out
        return known[actor]

    def _value(
        self, actor: str, terms: dict[str, Array], odds: list[Spread], rows: NDArray[np.intp] | None = None
    ) -> Array:
        """Risk-adjusted value of every row; of some `rows` only, the others left at zero, where no more is wanted."""
        objective, worth = self.objectives[actor], self._hazard_worth(actor)
        quiet = np.broadcast_to(total(terms), (self.plan.count, worth.shape[-1]))
        if rows is None:
            value = quiet + hazard_value(worth, odds, objective.risk)
        else:
            value = np.zeros(quiet.shape)
            value[rows] = quiet[rows] + hazard_value(
                worth, [Spread(o.values, None if o.of is None else o.of[rows]) for o in odds], objective.risk
            )
        cross = self.step.cross_response(self.plan) if objective.is_focus else None
        if cross is not None:
            moved, extra = cross
            full = worth[:, None] + objective.weights["income"] * 100.0 * extra
            part = [Spread(o.values, None if o.of is None else o.of[moved]) for o in odds]
            value[moved] = quiet[moved] + hazard_value(full, part, objective.risk)
        return value

    def _offered(self, partner: str) -> NDArray[np.intp]:
        """Rows that a partner has to weigh: each offer to it accepted, and refused."""
        mine = [m for m, e in enumerate(self.entries) if e.is_offer and e.target == partner]
        return np.array([*mine, *(self.plan.refusal[m] for m in mine)], np.intp)

    def weigh(self) -> Weighed:
        """Value of every entry given what has been chosen so far."""
        rows, mine = self._prepare(), self.objectives[self.actor]
        terms = self._terms(self.actor, rows)
        value = self._value(self.actor, terms, rows.odds)
        n, lanes = len(self.entries), self.made.shape[-1]
        out = np.concatenate((value[:n], value[-1:]))
        accept, transfer = np.ones((n + 1, lanes)), np.zeros((n + 1, lanes))
        if self._gains is None:
            self._gains = self._partners_gain(rows)
        for m, gain in self._gains.items():
            out[m], accept[m], transfer[m] = self._offer(self.entries[m], value[m], value[self.plan.refusal[m]], gain)
        cost = self.plan.cost[:, None] + mine.effort * mine.scale
        out[:n] -= cost
        shown = {name: self._entry_rows(t, lanes) for name, t in terms.items()}
        shown["hazards"] = self._entry_rows(value - total(terms), lanes)
        shown["cost"] = np.concatenate((-cost, np.zeros((1, lanes))))
        return Weighed(out, shown, accept, transfer)

    def _partners_gain(self, rows: Rows) -> dict[int, Array]:
        """Worth of each offer's acceptance to the other side, ``[lane]``; once a turn, before the first choice."""
        partners: dict[str, Array] = {}
        out: dict[int, Array] = {}
        for m, entry in enumerate(self.entries):
            if not entry.is_offer or entry.target is None:
                continue
            other = entry.target
            if other not in partners:
                theirs = self._terms(other, rows)
                partners[other] = self._value(other, theirs, rows.odds, self._offered(other))
            out[m] = partners[other][m] - partners[other][self.plan.refusal[m]] - entry.answer_cost
        return out

    def _entry_rows(self, rows: Array, lanes: int) -> Array:
        full = np.broadcast_to(rows, (self.plan.count, lanes))
        return np.concatenate((full[: len(self.entries)], full[-1:]))

    def _offer(self, entry: Entry, deal: Array, none: Array, their_gain: Array) -> tuple[Array, Array, Array]:
        """Best of the transfers: value to the proposer, P(accepted), transfer (% of the payee's income)."""
        assert entry.target is not None
        mine, other = self.objectives[entry.actor], self.objectives[entry.target]
        gain = np.maximum(deal - none, 0.0)
        ratio = self.step.income_ratio(entry.actor, entry.target)
        best: tuple[Array, Array, Array] | None = None
        for share in TRANSFERS:
            paid = np.minimum(share * gain * ratio, self.step.transfer_cap())
            accept = logistic(other.precision * (their_gain + other.weights["income"] * paid) / other.scale)
            value = accept * (deal - mine.weights["income"] * paid / ratio) + (1.0 - accept) * none
            if best is None:
                best = (value, accept, paid)
            else:
                better = value > best[0]
                best = (
                    np.where(better, value, best[0]),
                    np.where(better, accept, best[1]),
                    np.where(better, paid, best[2]),
                )
        assert best is not None
        return best

    def answer(self, transfer: Array) -> Array:
        """P(this actor accepts) for each offer made to it, ``[offer, lane]``; `transfer` in per cent of its income."""
        rows = self._prepare()
        value = self._value(self.actor, self._terms(self.actor, rows), rows.odds)
        objective = self.objectives[self.actor]
        refused = np.array(self.plan.refusal)
        gain = (
            value[: len(self.entries)]
            - value[refused]
            - self.plan.answer_cost[:, None]
            + objective.weights["income"] * transfer
        )
        return logistic(objective.precision * gain / objective.scale)

    # ---- going on

    def commit(self, chosen: NDArray[np.int64], weighed: Weighed) -> None:
        """Add the chosen entries to what has been done; an offer counts with its probability of acceptance."""
        plan = self.plan
        stop = len(self.entries)
        weight = np.where(
            chosen == plan.row[:, None], np.take_along_axis(weighed.accept, np.minimum(chosen, stop)[None], axis=0), 0.0
        )
        taken = np.flatnonzero((weight > 0.0).any(axis=1) & (plan.row < stop))
        for p in taken:
            self.made[plan.key[p]] += weight[p] * plan.shift[p]
