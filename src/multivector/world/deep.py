"""The deep look-ahead: every entry in every future, solved by the world's own phases.

Futures are those of the quick look-ahead (quiet, and each hazard alone), each at two prices of oil, one standard
deviation of the quarter's shock up and down, weights one half. A row in a future is a lane of its own: the
stocks as the actor perceives them, with what was done, what is expected of the others and the entry added and kept
within the stocks' ranges, and then the hazard; then oil, trade and the losses from trade ended are what `turn.routes`
and `turn.trade` make of them. Nothing is linear in the entry or additive over hazards, and no draw of the turn is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from multivector.decisions.choice import risk_adjusted
from multivector.decisions.lookahead import Deliberation, Weighed
from multivector.decisions.objective import Flow, Home, flow_terms, total
from multivector.decisions.plan import Plan, Wants
from multivector.mechanisms.common import Array, logistic
from multivector.mechanisms.stock_table import Spread, StockTable
from multivector.world.economy.economy import MEASURES
from multivector.world.engine import Engine
from multivector.world.happened import Happened
from multivector.world.quarter.accounts import growth, security_now
from multivector.world.quarter.draws import Draws
from multivector.world.state import State
from multivector.world.step import StateStep
from multivector.world.turn import routes, trade

if TYPE_CHECKING:
    from multivector.decisions.objective import Objective

PRICES = (0.15865525393145707, 0.8413447460685429)
"""Probabilities of a standard normal shock below -1 and below 1."""
WIDE = 1024
"""Lanes of one solve: rows and futures are tiled up to this many."""

_TILED: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()


class Shock(Draws):
    """The shock of the oil price, given by its probability ``[lane]``; whatever else is asked for is an error."""

    def __init__(self, probability: Array) -> None:
        super().__init__(0, np.zeros(probability.size, np.int64), 1)
        self._probability = probability

    def uniform(self, name: str, turn: int) -> Array:
        """The probability of the price's shock."""
        del turn
        if not name.startswith("energy/oil-price"):
            raise KeyError(f"a look-ahead reads no draw of {name}")
        return self._probability


@dataclass(frozen=True)
class Prospects:
    """Stocks by key, ``[..., lane]``."""

    table: StockTable
    stocks: Array

    def __getitem__(self, key: str) -> Array:
        """One stock."""
        return np.ascontiguousarray(self.stocks[self.table.index[key]])

    def block(self, keys: tuple[str, ...]) -> Array:
        """Several stocks at once, ``[key, ..., lane]``."""
        return np.asarray(self.stocks[[self.table.index[key] for key in keys]])


@dataclass(frozen=True)
class Outlook:
    """All rows in all futures: `stocks` ``[coordinate, price, hazard, row, lane]`` from `start`, the solved `flow`."""

    start: Array
    stocks: Array
    flow: Flow
    weights: Array


class DeepDeliberation(Deliberation):
    """One actor weighing its menu by the world's own step; the same interface as the quick look-ahead.

    Parameters
    ----------
    engine, state : the batch, and the state at the beginning of the decisions.
    plan, step, objectives, wants, view, made : as for `Deliberation`.
    """

    def __init__(
        self, engine: Engine, state: State, plan: Plan, *, step: StateStep, objectives: Mapping[str, Objective],
        wants: Mapping[str, Wants], view: Array, made: Array,
    ) -> None:  # fmt: skip
        super().__init__(plan, step=step, objectives=objectives, wants=wants, view=view, made=made)
        self.engine, self.state, self.seen = engine, state, step.published

    # ---- rows in futures

    def look(self) -> Outlook:
        """Solve every row in every future, given what has been chosen so far."""
        engine, table, plan = self.engine, self.engine.table, self.plan
        raw = self.view + self.made
        now = table.clip(raw)
        stocks = np.repeat(np.repeat(now[:, None, None], len(self.step.hazards) + 1, axis=1), plan.count, axis=2)
        for pair, (r, d) in enumerate(zip(plan.row, plan.key, strict=True)):
            stocks[d, :, r] = np.clip(raw[d] + plan.shift[pair], table.low[d], table.high[d])
        rates = engine.hazard_rates.rates(Prospects(table, stocks[:, 0]), self.seen)
        for key, shifts in self.step.hazard_shifts().items():
            d = table.index[key]
            stocks[d] = table.clip_one(key, stocks[d] + shifts[:, None])
        stocks = np.repeat(stocks[:, None], len(PRICES), axis=1)
        return Outlook(now, stocks, self._flow(stocks), self._weights(rates))

    def _weights(self, rates: Mapping[str, Array]) -> Array:
        """Weights of the futures, ``[price, hazard, row, lane]``: quiet or one hazard alone; prices alike."""
        shape = (self.plan.count, self.made.shape[-1])
        odds = [np.broadcast_to(rates[name] / (1.0 - rates[name]), shape) for name, _ in self.step.hazards]
        whole = np.ones(shape)
        for part in odds:
            whole = whole + part
        single = np.stack([np.ones(shape), *odds]) / whole / len(PRICES)
        return np.repeat(single[None], len(PRICES), axis=0)

    def _flow(self, stocks: Array) -> Flow:
        """The quarter's flow on ``[price, hazard, row, lane]``: trade and oil solved, the rest read from the stocks."""
        engine, layout = self.engine, self.engine.layout
        income, measures, losses = self._solve(stocks)
        reader = Prospects(engine.table, stocks)
        crisis = engine.hazard_rates.crisis(reader, self.seen)
        by_actor = {a: income[layout.node[a]] for a in layout.actors if a in layout.node}
        security = security_now(layout, engine.p, reader, crisis, help_regime=engine.expected_help)
        home = Home(
            growth=Spread(growth(layout, engine.p, reader)),
            use=Spread(engine.hazard_rates.use(reader)),
            security=Spread(security),
            legitimacy=Spread(reader["legitimacy"]),
            crisis=Spread(crisis),
        )
        return Flow(
            ln_income=by_actor, measures=dict(zip(MEASURES, measures, strict=True)), losses=losses,
            at_home=lambda: home,
        )  # fmt: skip

    def _solve(self, stocks: Array) -> tuple[Array, Array, Array]:
        """Log real incomes ``[node, ...]``, measures ``[measure, ...]`` and losses ``[power, ...]`` of all cases."""
        lanes, shape = stocks.shape[-1], stocks.shape[1:]
        flat = stocks.reshape(stocks.shape[0], -1, lanes)
        price = np.repeat(np.array(PRICES), flat.shape[1] // len(PRICES))
        wide = tiled(self.engine)
        parts = [self._part(wide, flat[:, at], price[at]) for at in _chunks(flat.shape[1], wide.p.lanes // lanes)]
        joined = (np.concatenate(p, axis=1)[:, : flat.shape[1]] for p in zip(*parts, strict=True))
        income, measures, losses = (a.reshape(a.shape[0], *shape) for a in joined)
        return income, measures, losses

    def _part(self, wide: Engine, stocks: Array, price: Array) -> tuple[Array, Array, Array]:
        """Some rows and futures, ``[coordinate, case, lane]``, as lanes of one batch."""
        lanes, cases = self.engine.p.lanes, stocks.shape[1]
        state = _bare(self.state).take(np.tile(np.arange(lanes), cases))
        state.stocks = np.ascontiguousarray(stocks).reshape(stocks.shape[0], -1)
        happened = Happened("", accepted=np.zeros((len(wide.layout.catalogue.entries), wide.p.lanes)))
        draws = Shock(np.repeat(price, lanes))
        routes(wide, state, draws, happened, ahead=True)
        trade(wide, state, draws, happened)
        out = (state.solved.trade.ln_income, state.measures, state.losses)
        return tuple(a.reshape(a.shape[0], cases, lanes) for a in out)  # type: ignore[return-value]

    # ---- values

    def worth(self, actor: str, look: Outlook) -> tuple[dict[str, Array], Array]:
        """Utility by term (quiet future, mean over prices) and risk-adjusted value of every row, ``[row, lane]``."""
        objective, wants = self.objectives[actor], self.wants[actor]
        terms = flow_terms(objective, look.flow, **self.step.units())
        change = look.stocks - look.start[:, None, None, None]
        if objective.interests:
            aims = _weighted(wants.strategic, change)
            terms["strategic"] = terms["strategic"] + aims if "strategic" in terms else aims
        terms["future"] = _weighted(wants.future, change) + wants.constant
        full = np.broadcast_to(total(terms), look.weights.shape)
        cases = (len(PRICES) * (len(self.step.hazards) + 1), *full.shape[2:])
        value = risk_adjusted(full.reshape(cases), look.weights.reshape(cases), objective.risk)
        quiet = {name: _quiet(t, look.weights.shape) for name, t in terms.items()}
        return quiet, value

    def weigh(self) -> Weighed:
        """Value of every entry given what has been chosen so far."""
        look, offers = self.look(), self.step.offers(self.plan)
        terms, value = self.worth(self.actor, look)
        gains: Array | None = None
        if offers is not None:
            gains = np.empty(offers.cost.shape)
            for partner, mine in offers.places.items():
                theirs = self.worth(partner, look)[1]
                gains[mine] = theirs[offers.at[mine]] - theirs[offers.refusal[mine]] - offers.cost[mine]
            gains -= self.step.reserve(self.plan)
        change = look.stocks[self.plan.key, 0, 0, self.plan.row] - look.start[self.plan.key]

        def apart() -> dict[str, Array]:
            later = self.wants[self.actor].later(self.plan, change)
            shown = {name: t for name, t in terms.items() if name != "future" or not later} | later
            return shown | {"hazards": value - total(terms)}

        return self._weighed(value, apart, offers, gains)

    def answer(self, transfer: Array) -> Array:
        """P(this actor accepts) for each offer made to it, ``[offer, lane]``; `transfer` in per cent of its income."""
        objective = self.objectives[self.actor]
        _, value = self.worth(self.actor, self.look())
        gain = value[: len(self.entries)] - value[np.array(self.plan.refusal)] - self.plan.answer_cost
        gain = gain - self.step.reserve(self.plan)
        return logistic(objective.precision * (gain + objective.weights["income"] * transfer) / objective.scale)


def tiled(engine: Engine) -> Engine:
    """An engine of the same world on lanes tiled up to `WIDE`; made once per batch."""
    if engine not in _TILED:
        lanes = engine.p.lanes
        times = max(1, WIDE // lanes)
        given = {k: np.tile(np.broadcast_to(v, (lanes,)), times) for k, v in engine.p.overridden.items()}
        _TILED[engine] = Engine(engine.layout, lanes * times, overrides=given)
    return _TILED[engine]


def _chunks(count: int, size: int) -> Iterator[NDArray[np.intp]]:
    """Positions in chunks of one size; the last one is filled up with the last position."""
    for start in range(0, count, size):
        yield np.minimum(np.arange(start, start + size), count - 1)


def _bare(state: State) -> State:
    """The state without what a quarter's trade does not read."""
    lanes = state.lanes
    none = np.zeros((0, lanes))
    return replace(
        state, pending=none, mixed=none, played=none, accept=none, recent=(), refused=(),
        resting=none, votes=none, transfer=np.zeros_like(state.transfer), losses=state.losses.copy(),
        reverse=state.reverse.copy(),
    )  # fmt: skip


def _weighted(wants: Array, change: Array) -> Array:
    """Sum over the coordinates of worth times change, in their order."""
    out: Array = np.zeros(change.shape[1:])
    for d in np.flatnonzero((wants != 0.0).any(axis=-1)):
        out = out + wants[d] * change[d]
    return out


def _quiet(term: Array, shape: Sequence[int]) -> Array:
    """A term where no hazard strikes, mean over the prices, ``[row, lane]``."""
    full = np.broadcast_to(term, tuple(shape))
    return np.asarray(0.5 * (full[0, 0] + full[1, 0]))
