"""Look-ahead: what each entry of a menu would be worth, by the world's own functions, over futures common to all entries.

A row is the state as the actor perceives it, plus what was already done this turn, plus what the others are expected to do
(their mixed play of last turn), plus the entry. Futures are the outcomes of the hazards (one at a time), weighted by their
probabilities in the row; they never use a draw of the turn. Axes are ``[future, row, lane]`` and a quantity has only those it
depends on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from multivector.decisions.catalogue import Catalogue, Entry
from multivector.decisions.choice import risk_adjusted
from multivector.decisions.objective import Flow, Objective, flow_terms, total
from multivector.mechanisms.common import Array, logistic
from multivector.mechanisms.coordinates import Impulse
from multivector.mechanisms.stock_table import Reader, Shifted, StockTable, StockView, add_impulses

TRANSFERS = (0.0, 0.25, 0.5)


class Step(Protocol):
    """What the look-ahead needs of the world: one quarter, seen from a given state."""

    hazards: Sequence[tuple[str, tuple[Impulse, ...]]]
    table: StockTable

    def rates(self, reader: Reader) -> Mapping[str, Array]:
        """Probabilities of the hazards."""
        ...

    def touches_income(self, keys: Sequence[str]) -> bool:
        """Whether an impulse on these keys needs a trade evaluation."""
        ...

    def income_response(self, view: Reader, shifts: Mapping[str, Array]) -> dict[str, Array]:
        """Change of log real income by actor, and of measures (keys starting with ``@``), ``[row, lane]``."""
        ...

    def flow(self, reader: Reader, response: Mapping[str, Array]) -> Flow:
        """The quarter's flow given the response of incomes."""
        ...

    def units(self) -> dict[str, Array]:
        """Units of utility: ``security_unit``, ``legitimacy_unit``, ``crisis_cost``."""
        ...

    def income_ratio(self, payer: str, payee: str) -> Array:
        """Income of the payer over that of the payee."""
        ...

    def transfer_cap(self) -> Array:
        """Largest transfer of an offer, in per cent of the payee's income."""
        ...


@dataclass(frozen=True)
class TerminalValues:
    """Worth of an impulse to one actor after this quarter: ``profile[key][q]`` is the utility of quarter q of one unit at q = 0."""

    profiles: Mapping[str, tuple[float, ...]]
    discount: float
    horizon: int

    def later(self, key: str) -> float:
        """Discounted worth of one unit now, from the next quarter to the horizon."""
        return self._from(key, 0, first=1)

    def delayed(self, key: str, delay: int) -> float:
        """Discounted worth of one unit that arrives after `delay` quarters (1 or more)."""
        return self._from(key, delay, first=0)

    def _from(self, key: str, delay: int, *, first: int) -> float:
        profile = self.profiles.get(key)
        if profile is None or delay > self.horizon:
            return 0.0
        return sum(math.pow(self.discount, q + delay) * profile[q] for q in range(first, self.horizon - delay + 1))

    def constant(self, impulse: Impulse, unit: Array) -> Array:
        """Worth of the delayed part of an impulse and of its undoing; `unit` is the impulse's size."""
        worth = 0.0 if impulse.delay == 0 else self.delayed(impulse.key, impulse.delay)
        if impulse.turns is not None:
            worth -= self.delayed(impulse.key, impulse.delay + impulse.turns)
        return unit * worth


@dataclass
class Weighed:
    """A menu weighed: values and terms ``[entry, lane]`` (the last entry is *stop*), acceptance and transfer of offers."""

    value: Array
    terms: dict[str, Array]
    accept: Array
    transfer: Array
    hazard: dict[str, Array]


@dataclass
class _Row:
    entry: int | None
    impulses: tuple[Impulse, ...]
    refusal: bool


class Deliberation:
    """One actor weighing its menu in one turn, slot by slot."""

    def __init__(
        self,
        actor: str,
        *,
        step: Step,
        catalogue: Catalogue,
        objectives: Mapping[str, Objective],
        terminal: Mapping[str, TerminalValues],
        view: StockView,
        background: Mapping[str, Array],
        entries: Sequence[int] | None = None,
        answering: bool = False,
    ) -> None:
        self.actor = actor
        self.answering = answering
        self.step = step
        self.objectives = objectives
        self.terminal = terminal
        self.view = view
        self.lanes = step.table.lanes
        self.menu = tuple(catalogue.menu[actor] if entries is None else entries)
        self.entries: list[Entry] = [catalogue.entries[i] for i in self.menu]
        self.rows = self._rows()
        self.shifts = self._shifts([r.impulses for r in self.rows])
        self.response = self._respond(self.shifts, len(self.rows))
        self.hazard_shifts, self.hazard_response = self._hazards()
        self.made: dict[str, Array] = dict(background)
        self.made_response = self._respond_made(background)
        self.made_cost = np.zeros(self.lanes)

    def _rows(self) -> list[_Row]:
        if self.answering:
            # The offers count in the background with their expected acceptance: here they are taken out or put in whole.
            return [*(_Row(m, e.impulses, False) for m, e in enumerate(self.entries)), *(_Row(m, e.refusal, True) for m, e in enumerate(self.entries)), _Row(None, (), False)]
        rows = [_Row(m, e.impulses, False) for m, e in enumerate(self.entries)]
        rows += [_Row(m, e.refusal, True) for m, e in enumerate(self.entries) if e.is_offer]
        return [*rows, _Row(None, (), False)]

    def _shifts(self, rows: Sequence[tuple[Impulse, ...]]) -> dict[str, Array]:
        shifts: dict[str, Array] = {}
        ones = np.ones(self.lanes)
        for r, impulses in enumerate(rows):
            one: dict[str, Array] = {}
            add_impulses(self.step.table, impulses, ones, one)
            for key, size in one.items():
                if key not in shifts:
                    shifts[key] = np.zeros((len(rows), self.lanes))
                shifts[key][r] = size
        return shifts

    def _respond(self, shifts: Mapping[str, Array], rows: int) -> dict[str, Array]:
        """Income response of the rows whose impulses touch trade or oil; the others respond by zero."""
        keys = [k for k in shifts if self.step.touches_income([k])]
        if not keys:
            return {}
        touched = np.zeros(rows, bool)
        for k in keys:
            touched |= (shifts[k] != 0.0).any(axis=1)
        where = np.flatnonzero(touched)
        part = self.step.income_response(self.view, {k: np.ascontiguousarray(shifts[k][where]) for k in keys})
        out: dict[str, Array] = {}
        for name, value in part.items():
            full = np.zeros((rows, self.lanes))
            full[where] = value
            out[name] = full
        return out

    def _respond_made(self, background: Mapping[str, Array]) -> dict[str, Array]:
        shifts = {k: v[None] for k, v in background.items()}
        return {name: value[0] for name, value in self._respond(shifts, 1).items()}

    def _hazards(self) -> tuple[dict[str, Array], dict[str, Array]]:
        shifts = self._shifts([(), *(impulses for _, impulses in self.step.hazards)])
        response = self._respond(shifts, len(self.step.hazards) + 1)
        return {k: v[:, None] for k, v in shifts.items()}, {k: v[:, None] for k, v in response.items()}

    def weigh(self) -> Weighed:
        """Value of every entry given what has been chosen so far."""
        rows = Shifted(self.step.table, self.view, _merge(self.shifts, self.made))
        both = Shifted(self.step.table, self.view, _merge(rows.shifts, self.hazard_shifts))
        response = _merge(_merge(self.response, self.made_response), self.hazard_response)
        rates = self.step.rates(rows)
        weights = self._weights(rates)
        flow = self.step.flow(both, response)
        value, terms = self._value(self.objectives[self.actor], both, flow, weights)
        n = len(self.entries)
        deal = {name: t[:n] for name, t in terms.items()}
        out = np.concatenate((value[:n], value[-1:]))
        accept, transfer = np.ones((n + 1, self.lanes)), np.zeros((n + 1, self.lanes))
        partners: dict[str, Array] = {}
        r = n
        for m, entry in enumerate(self.entries):
            if not entry.is_offer or entry.target is None:
                continue
            if entry.target not in partners:
                partners[entry.target] = self._value(self.objectives[entry.target], both, flow, weights)[0]
            theirs = partners[entry.target]
            out[m], accept[m], transfer[m] = self._offer(entry, value[m], value[r], theirs[m] - theirs[r])
            r += 1
        terms_out = {name: np.concatenate((t, terms[name][-1:])) for name, t in deal.items()}
        cost = np.array([e.cost for e in self.entries] + [0.0])
        out = out - cost[:, None]
        terms_out["cost"] = -cost[:, None] * np.ones(self.lanes)
        return Weighed(out, terms_out, accept, transfer, {k: np.asarray(v) for k, v in rates.items()})

    def _weights(self, rates: Mapping[str, Array]) -> Array:
        """Weights of *quiet* and of each hazard alone; several at once are left to the rest, so that weights sum to one."""
        names = [name for name, _ in self.step.hazards]
        shape = np.broadcast_shapes((len(self.rows), self.lanes), *(np.shape(rates[n]) for n in names))
        odds = [rates[n] / (1.0 - rates[n]) for n in names]
        out = np.ones((len(names) + 1, *shape))
        for k, o in enumerate(odds):
            out[k + 1] = o
        return np.asarray(out / out.sum(axis=0))

    def _value(self, objective: Objective, both: Shifted, flow: Flow, weights: Array) -> tuple[Array, dict[str, Array]]:
        terms = flow_terms(objective, both, flow, **self.step.units())
        terms["future"] = self._future(objective.actor, both)
        utility = total(terms)
        shape = (len(self.step.hazards) + 1, len(self.rows), self.lanes)
        utility = np.broadcast_to(utility, shape)
        value = risk_adjusted(utility, weights, objective.risk)
        means = {k: (weights * np.broadcast_to(t, shape)).sum(axis=0) for k, t in terms.items()} if objective.actor == self.actor else {}
        return value, means

    def _future(self, actor: str, both: Shifted) -> Array:
        terminal = self.terminal[actor]
        out: Array = self._constants(terminal)[None]
        for key in both.shifts:
            worth = terminal.later(key)
            if worth != 0.0:
                out = out + worth * (both[key] - self.view[key])
        return out

    def _constants(self, terminal: TerminalValues) -> Array:
        out = np.zeros((len(self.rows), self.lanes))
        for r, row in enumerate(self.rows):
            for impulse in row.impulses:
                if impulse.delay or impulse.turns is not None:
                    out[r] += terminal.constant(impulse, self.step.table.size(impulse))
        return out

    def _offer(self, entry: Entry, deal: Array, none: Array, their_gain: Array) -> tuple[Array, Array, Array]:
        """Best of the transfers: value to the proposer, probability of acceptance and the transfer (% of the payee's income)."""
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
                best = (np.where(better, value, best[0]), np.where(better, accept, best[1]), np.where(better, paid, best[2]))
        assert best is not None
        return best

    def answer(self, transfer: Array) -> Array:
        """Probability that this actor accepts each offer made to it, ``[offer, lane]``; `transfer` in per cent of its income."""
        rows = Shifted(self.step.table, self.view, _merge(self.shifts, self.made))
        both = Shifted(self.step.table, self.view, _merge(rows.shifts, self.hazard_shifts))
        response = _merge(_merge(self.response, self.made_response), self.hazard_response)
        weights = self._weights(self.step.rates(rows))
        objective = self.objectives[self.actor]
        value, _ = self._value(objective, both, self.step.flow(both, response), weights)
        n = len(self.entries)
        gain = value[:n] - value[n : 2 * n] + objective.weights["income"] * transfer
        return logistic(objective.precision * gain / objective.scale)

    def commit(self, chosen: Array, weighed: Weighed) -> None:
        """Add the chosen entries to what has been done; an offer counts with its probability of acceptance."""
        n = len(self.entries)
        for m in range(n):
            weight = (chosen == m) * weighed.accept[m]
            if not weight.any():
                continue
            for key, shift in self.shifts.items():
                if (shift[m] != 0.0).any():
                    part = weight * shift[m]
                    self.made[key] = self.made[key] + part if key in self.made else part
            for name, value in self.response.items():
                part = weight * value[m]
                self.made_response[name] = self.made_response[name] + part if name in self.made_response else part


def _merge(one: Mapping[str, Array], other: Mapping[str, Array]) -> dict[str, Array]:
    """Sum of two mappings, key by key, in the order of first appearance."""
    out = dict(one)
    for key, value in other.items():
        out[key] = out[key] + value if key in out else value
    return out
