"""One quarter as a look-ahead sees it from the beginning of a turn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from multivector.decisions.choice import Odds
from multivector.decisions.lookahead import Deliberation
from multivector.decisions.objective import Flow, Home, RowLosses
from multivector.decisions.offers import Offers
from multivector.decisions.plan import Plan, Wants
from multivector.decisions.rows import RowStocks
from multivector.mechanisms.common import Array
from multivector.mechanisms.stock_table import Reader, Spread, StockView
from multivector.world.economy.economy import MEASURES
from multivector.world.economy.nearby import Nearby
from multivector.world.quarter import isolation, standing, supply
from multivector.world.quarter.accounts import growth, security_now
from multivector.world.quarter.hazards import grouped
from multivector.world.state import State

if TYPE_CHECKING:
    from multivector.world.engine import Engine


class AsAsked(Mapping[str, Array]):
    """Numbers by name, each worked out when it is first asked for."""

    def __init__(self, names: Collection[str], work: Callable[[str], Array]) -> None:
        self._names, self._work = names, work
        self._known: dict[str, Array] = {}

    def __getitem__(self, name: str) -> Array:
        if name not in self._known:
            if name not in self._names:
                raise KeyError(name)
            self._known[name] = self._work(name)
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class StateStep:
    """One quarter seen from the state at the beginning of a turn: implements the protocol of the look-ahead."""

    def __init__(self, engine: Engine, state: State, *, hazards_only: bool = False) -> None:
        self.engine, self.state = engine, state
        self._hazards_only = hazards_only
        self.table = engine.table
        self.hazards = engine.hazards
        self.published = engine.seen(state)
        self.market = engine.oil_market(state, state.oil_shock)
        self.stocks = state.stocks.copy()
        self.view = StockView(engine.table, self.stocks)
        self.hazard_worth: dict[str, Array] = {}
        self._units = engine.units()
        self._actor_rows = {actor: i for i, actor in enumerate(engine.layout.actors)}
        self._measure_rows = {m: k for k, m in enumerate(MEASURES)}
        self._isolation = isolation.felt(engine, state)
        self._growth = growth(engine.layout, engine.p, self.view)
        self._responses: dict[str, Array] | None = None
        self._by_plan: dict[Plan, Mapping[str, Array]] = {}
        self._hazard_responses: dict[str, Array] | None = None
        self._crosses: dict[Plan, tuple[NDArray[np.intp], Array] | None] = {}
        self._with_response: dict[int, tuple[Mapping[str, Array], Mapping[str, Array], Mapping[str, Array]]] = {}
        self._standing: dict[tuple[str, Plan], Array] = {}
        self._chances: dict[Plan, Mapping[int, Array]] = {}

    def deliberation(self, plan: Plan, *, wants: Mapping[str, Wants], view: Array, made: Array) -> Deliberation:
        """An actor's look-ahead from this quarter; arguments as in `Deliberation`."""
        return Deliberation(plan, step=self, objectives=self.engine.objectives, wants=wants, view=view, made=made)

    def add_plays(self, weights: Array) -> Array:
        """Immediate impulses of entries, times their weights ``[entry, lane]``, added up to ``[coordinate, lane]``."""
        entry, key, starts, size = self.engine.immediate
        out = np.zeros_like(self.engine.table.base)
        out[key[starts]] = np.add.reduceat(size * weights[entry], starts, axis=0)
        return out

    def odds(self, rows: RowStocks) -> Odds:
        """Odds of each hazard alone against quiet, by class of rows; several at once are left to the rest."""
        return self.engine.hazard_rates.odds(rows, self.published)

    def flow(self, reader: Reader, response: Mapping[str, Array]) -> Flow:
        """The quarter's flow: last published numbers plus the response."""
        income, measures = self._expected(response)
        return Flow(
            ln_income=income, measures=measures, losses=self.state.losses, at_home=lambda: self._at_home(reader),
            moved=lambda: self._moved(reader),
        )  # fmt: skip

    def _moved(self, reader: Reader) -> RowLosses | None:
        """Losses in the rows that change them, by the gradient that the set-up stored."""
        engine = self.engine
        if not engine.loss_keys or not isinstance(reader, RowStocks):
            return None
        pairs, rows, starts = reader.pairs.changing(engine.loss_keys)
        if not rows.size:
            return None
        change = engine.loss_gradient[:, reader.pairs.key[pairs], None] * reader.change[pairs]
        losses = self.state.losses[:, None] + np.add.reduceat(change, starts, axis=1)
        return RowLosses(reader.pairs.count, rows, np.maximum(losses, 0.0))

    def _expected(self, response: Mapping[str, Array]) -> tuple[Mapping[str, Array], Mapping[str, Array]]:
        """Log incomes and measures with a response; the same for every slot of a turn."""
        if id(response) not in self._with_response:
            state, actors, measured = self.state, self._actor_rows, self._measure_rows

            def joined(published: Array, name: str) -> Array:
                return published + response[name] if name in response else published

            income = AsAsked(actors, lambda actor: joined(state.ln_income[actors[actor]], actor))
            measures = AsAsked(measured, lambda m: joined(state.measures[measured[m]], f"@{m}"))
            self._with_response[id(response)] = (response, income, measures)
        return self._with_response[id(response)][1:]

    def _at_home(self, reader: Reader) -> Home:
        engine, layout, hazards = self.engine, self.engine.layout, self.engine.hazard_rates
        part, of = grouped(reader, engine.home_keys)
        crisis = hazards.crisis(part, self.published)
        security = security_now(layout, engine.p, part, crisis, help_regime=engine.expected_help)
        grown = growth(layout, engine.p, part) - self._growth
        levers, classes = grouped(reader, hazards.use_keys)
        return Home(
            Spread(grown, of), Spread(hazards.use(levers), classes), Spread(security, of),
            Spread(part["legitimacy"], of), Spread(crisis, of),
        )  # fmt: skip

    # ---- responses: one evaluation a turn for all rows that touch trade or oil

    def _evaluate(self) -> dict[str, Array]:
        if self._responses is None:
            rows = self.engine.trade_rows
            shifts = rows.hazard_shifts() if self._hazards_only else rows.shifts
            self._responses = self._respond(shifts) if shifts else {}
        return self._responses

    def _respond(self, shifts: Mapping[str, Array]) -> dict[str, Array]:
        engine, state = self.engine, self.state
        nearby = Nearby(
            engine.economy, self.view, shifts, last=state.solved, turn=state.turn, ln_capacity=state.ln_capacity
        )
        return nearby.respond(self.market, steps=engine.depth_steps)

    def row_response(self, plan: Plan) -> Mapping[str, Array]:
        """Change of log real income by actor and of measures, ``[row, lane]``."""
        if plan not in self._by_plan:
            at, rows = self.engine.trade_rows.of(plan)
            found, lanes = self._evaluate() if rows else {}, self.engine.p.lanes

            # Without the step itself, which would wait for the collector if it were in a circle.
            def by_row(name: str) -> Array:
                full = np.zeros((plan.count, lanes))
                full[at] = found[name][rows]
                return full

            self._by_plan[plan] = AsAsked(found, by_row)
        return self._by_plan[plan]

    def hazard_shifts(self) -> Mapping[str, Array]:
        """What the hazards do to the stocks, ``[future, lane]``; the first future is quiet."""
        return supply.felt(self.engine, self.view, self.engine.hazard_table)

    def hazard_response(self) -> Mapping[str, Array]:
        """Change of incomes and measures by hazard, ``[future, lane]``."""
        if self._hazard_responses is not None:
            return self._hazard_responses
        rows = self.engine.trade_rows.hazards
        out: dict[str, Array] = {}
        self._hazard_responses = out
        if self._hazards_only:
            # Nobody weighs a menu on this step (terminal values): the other rows are not worth their time.
            rows = [(k, n) for n, (k, _) in enumerate(rows)]
        for name, value in self._evaluate().items():
            full = np.zeros((len(self.hazards) + 1, self.engine.p.lanes))
            for k, r in rows:
                full[k] = value[r]
            out[name] = full
        return out

    def cross_response(self, plan: Plan) -> tuple[NDArray[np.intp], Array] | None:
        """Rows that move oil: how much less (or more) a stop of a pipeline costs the focus actor there."""
        if plan not in self._crosses:
            self._crosses[plan] = self.engine.trade_rows.cross(self, plan)
        return self._crosses[plan]

    def units(self) -> dict[str, Array]:
        """Units of utility."""
        return self._units

    def offers(self, plan: Plan) -> Offers | None:
        """The offers of a menu, None if there are none."""
        return self.engine.offers(plan)

    def chances(self, plan: Plan) -> Mapping[int, Array]:
        """Probability ``[lane]`` that a move succeeds which outsiders decide, by position in the menu."""
        if plan not in self._chances:
            self._chances[plan] = {
                m: standing.chance(self.engine, self.view, e)
                for m, e in enumerate(plan.entries)
                if e.move.drawn is not None
            }
        return self._chances[plan]

    def reserve(self, plan: Plan) -> Array:
        """What who answers each offer of a menu holds out for beyond its gain, in utility, ``[offer, lane]``."""
        if ("reserve", plan) not in self._standing:
            held = [standing.reserve(self.engine, self.view, e) for e in plan.entries if e.is_offer]
            self._standing["reserve", plan] = np.stack(held)
        return self._standing["reserve", plan]

    def deal_worth(self, plan: Plan) -> Array:
        """What each offer of a menu adds for who makes it, by being a deal at all, in utility, ``[offer, lane]``."""
        if ("deal", plan) not in self._standing:
            self._standing["deal", plan] = isolation.deal_worth(self.engine, self._isolation, plan)
        return self._standing["deal", plan]

    def transfer_cap(self) -> Array:
        """Largest transfer of an offer, in per cent of the payee's income."""
        return self.engine.p["offers.transfer_cap"]
