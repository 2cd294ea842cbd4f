"""Everything that one batch needs to play turns: parameters, stocks, economy, hazards, objectives, ballots.

`Engine.advance` is pure: the same state, plays and draws give the same next state, bit for bit. It runs the phases after the last
decision (answers, hazards, routes, trade, votes, accounts); the phases before it belong to the model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from multivector.decisions.objective import Flow, Objective
from multivector.decisions.plan import Plan, Wants, build_plan, build_wants
from multivector.decisions.terminal import TerminalValues
from multivector.mechanisms.common import Array
from multivector.mechanisms.coordinates import Impulse
from multivector.mechanisms.stock_table import Reader, Spread, StockView
from multivector.schema import Scenario
from multivector.schema.base import GROUPS
from multivector.world.accounts import growth, growth_keys, security_keys, security_now
from multivector.world.ballots import Ballot, prepare_ballots
from multivector.world.conditions import Conditions
from multivector.world.economy import MEASURES, Economy, OilMarket
from multivector.world.hazards import CRISIS_KEYS, Hazards, Published, grouped
from multivector.world.layout import Layout, build_layout
from multivector.world.params import Params
from multivector.world.state import State
from multivector.world.responses import TradeRows
from multivector.world.stock_base import build_table
from multivector.world.want import build_objectives, doctrine_of

RECENT, REFUSED = 8, 4


class Engine:
    """One batch's world without its state."""

    def __init__(
        self, scenario: Scenario | Layout, lanes: int, *, overrides: Mapping[str, Array] | None = None
    ) -> None:
        self.layout = scenario if isinstance(scenario, Layout) else build_layout(scenario)
        layout = self.layout
        self.p = p = Params(layout.scenario, lanes, overrides)
        self.table = build_table(layout, p)
        self.economy = Economy(layout, p, self.table)
        self.hazard_rates = Hazards(layout, p)
        self.conditions = Conditions(layout)
        self.objectives: dict[str, Objective] = build_objectives(layout, p, self.table, {})
        self.terminal: dict[str, TerminalValues] = {a: TerminalValues({}, 1.0, 0) for a in layout.actors}
        self.trade_rows = TradeRows(layout, self.table)
        self.hazard_table = self._hazard_table()
        self.plans, self.answers = self._plans()
        self.immediate = [
            [(self.table.index[i.key], self.table.size(i)) for i in e.impulses if i.delay == 0]
            for e in layout.catalogue.entries
        ]
        self.empty = {a: build_plan(a, (), layout.catalogue.entries, self.table) for a in layout.actors}
        self._wants: dict[tuple[str, int], Wants] = {}
        self.ballots: tuple[Ballot, ...] = prepare_ballots(layout, p, self._pressure(), self._vote_shift())
        self.text = {id: k for k, id in enumerate(sorted(layout.scenario.alignment.votes))}
        self.growth_keys = growth_keys(layout)
        self.security_keys = (*security_keys(layout), *CRISIS_KEYS)
        self.groups = np.stack([p[f"opinion.share.{g}"] for g in GROUPS])
        self.benchmark: Array | None = None
        self.depth_steps = 2 if layout.scenario.decision.depth == "deep" else 1
        self._paths = {k: v.at(layout.scenario.quarters()) for k, v in layout.scenario.paths.items()}

    # ---- constants of the batch

    @property
    def hazards(self) -> Sequence[tuple[str, tuple[Impulse, ...]]]:
        """Hazards in the order of the futures of a look-ahead."""
        return self.layout.hazards

    def _plans(self) -> tuple[dict[str, Plan], dict[str, Plan]]:
        """Menus of all actors, and the offers that each may have to answer."""
        catalogue = self.layout.catalogue
        mine = {a: build_plan(a, catalogue.menu[a], catalogue.entries, self.table) for a in self.layout.actors}
        asked = {}
        for a in self.layout.actors:
            offers = [i for i, e in enumerate(catalogue.entries) if e.is_offer and e.target == a]
            if offers:
                asked[a] = build_plan(a, offers, catalogue.entries, self.table)
        return mine, asked

    def wants(self, plan: Plan) -> dict[str, Wants]:
        """Worth of stocks on a plan's rows to its actor and to the partners of its offers."""
        who = [plan.actor, *(e.target for e in plan.entries if e.is_offer and e.target is not None)]
        out = {}
        for actor in dict.fromkeys(who):
            key = (actor, id(plan))
            if key not in self._wants:
                self._wants[key] = build_wants(self.objectives[actor], self.terminal[actor], plan, self.table)
            out[actor] = self._wants[key]
        return out

    def adopt(self, terminal: Mapping[str, TerminalValues], scales: Mapping[str, float]) -> None:
        """Take terminal values and scales of choice."""
        self.terminal = dict(terminal)
        self.objectives = {a: o.scaled(np.full(self.p.lanes, scales.get(a, 0.3))) for a, o in self.objectives.items()}
        self._wants = {}

    def _hazard_table(self) -> dict[str, Array]:
        out: dict[str, Array] = {}
        for k, (_, impulses) in enumerate(self.layout.hazards):
            for impulse in impulses:
                if impulse.delay == 0:
                    if impulse.key not in out:
                        out[impulse.key] = np.zeros((len(self.layout.hazards) + 1, self.p.lanes))
                    out[impulse.key][k + 1] += self.table.size(impulse)
        return out

    def _pressure(self) -> dict[str, Array]:
        out = {}
        for a in self.layout.actors:
            doctrine = doctrine_of(self.layout, a)
            out[a] = np.stack([np.full(self.p.lanes, doctrine.pressure.get(b, 0.0)) for b in self.layout.actors])
        return out

    def _vote_shift(self) -> dict[str, tuple[Array, Array]]:
        out = {}
        for a in self.layout.actors:
            x, y = doctrine_of(self.layout, a).vote_shift
            out[a] = (np.full(self.p.lanes, x), np.full(self.p.lanes, y))
        return out

    def path(self, name: str, turn: int, default: float = 1.0) -> float:
        """Value of a scenario's path in a turn; the last value holds beyond the calendar."""
        values = self._paths.get(name)
        return default if values is None else values[min(turn, len(values) - 1)]

    def oil_market(self, state: State, shock: Array) -> OilMarket:
        """The outside of this quarter's oil trade, at a log deviation of the price."""
        p, ones = self.p, np.ones(self.p.lanes)
        dated = "embargo_refused" in self._paths
        return OilMarket(
            price=self.path("oil_price", state.turn, 71.0) * np.exp(np.ascontiguousarray(shock)),
            discount=ones * self.path("embargo_discount", state.turn) if dated else p["oil.embargo.discount"],
            refused=ones * self.path("embargo_refused", state.turn) if dated else p["oil.embargo.refused.EU"],
            found=state.buyers_found,
        )

    # ---- the base state

    def initial(self) -> State:
        """The state before the first turn, at the base world."""
        layout, p, lanes = self.layout, self.p, self.p.lanes
        n, s = len(layout.nodes), len(layout.sectors)
        entries, powers = len(layout.catalogue.entries), len(layout.powers)
        caps = np.log(np.ascontiguousarray(self.economy.base_capacity[:2]))
        jac = np.zeros((n + 3, n + 3, lanes))
        jac[:n, :n] = self.economy.jac_inv
        for j in range(n, n + 3):
            jac[j, j] = 1.0
        zeros = lambda *shape: np.zeros((*shape, lanes))  # noqa: E731
        state = State(
            turn=0, stocks=self.table.initial(), pending=zeros(len(layout.keys), layout.depth), ln_habit=zeros(n, n, s),
            ln_cost=zeros(n), premium=zeros(3), jac_inv=jac, ln_capacity=caps, oil_shock=zeros(), buyers_found=zeros(),
            record=zeros(2), ln_income=zeros(len(layout.actors)), measures=zeros(len(MEASURES)), losses=zeros(powers), reverse=zeros(powers),
            import_price=zeros(), inflation=zeros(4) + p["prices.trend"], mixed=zeros(entries), played=zeros(entries),
            offered=zeros(entries), accept=zeros(entries), transfer=zeros(entries), recent=zeros(RECENT, entries),
            refused=zeros(REFUSED, entries), resting=zeros(entries), votes=np.full((len(self.text), len(layout.actors), lanes), np.nan),
            line_run=zeros(len(layout.scenario.red_lines)), line_first=np.full((len(layout.scenario.red_lines), lanes), -1.0),
            drawn_in=zeros(), helped=zeros(), failed=zeros(),
        )  # fmt: skip
        self.publish_base(state)
        return state

    def publish_base(self, state: State) -> None:
        """Solve the base quarter once, so that the first decisions see what was published before the first turn."""
        view = StockView(self.table, state.stocks)
        zero = np.zeros(self.p.lanes)
        market = OilMarket(self.p["oil.price"], zero, zero, zero)
        oil = self.economy.oil(view, market)
        transfer = self.economy.base.deficit + oil.transfer
        found, _ = self.economy.solve(
            view,
            -1,
            state.ln_habit,
            state.ln_capacity,
            transfer,
            start=state.ln_cost,
            premium=state.premium,
            jac_inv=state.jac_inv,
        )
        state.solved = found
        state.measures[:] = self.measures(found, oil)
        partners = [self.layout.node[v] for v in self.layout.powers if v in self.layout.node]
        self.store_losses(state, partners)

    def store_losses(self, state: State, partners: list[int]) -> None:
        """Solve and write the losses of the focus and of each power that trades, in per unit of real income."""
        losses, state.cut = self.economy.losses(state.solved, partners, state.cut)
        k = 0
        for v, power in enumerate(self.layout.powers):
            if power in self.layout.node:
                state.losses[v], state.reverse[v] = losses[k, 0], losses[k, 1]
                k += 1

    def measures(self, found: object, oil: object) -> Array:
        """Ratios and shares of a quarter, ``[measure, lane]``."""
        e = self.economy
        volume = e.reexport(found.volume[0])  # type: ignore[attr-defined]
        income = e.base.output[e.focus_node] + e.base.deficit[e.focus_node]
        rent = found.rent[e.focus_node] / income  # type: ignore[attr-defined]
        return np.stack([volume, rent, oil.exported, oil.through_russia, oil.n_minus_one])  # type: ignore[attr-defined]

    # ---- what the look-ahead asks (the Step protocol)

    def seen(self, state: State) -> Published:
        """What was last published."""
        p, layout = self.p, self.layout
        f = layout.actors.index(layout.focus)
        v = layout.powers.index(self.hazard_rates.coercer) if self.hazard_rates.present else 0
        income = self.economy.base.output[self.economy.focus_node] + self.economy.base.deficit[self.economy.focus_node]
        oil_value = self.economy.production * p["oil.price"] * p["oil.barrels"] * 1e-3
        farm = layout.base.flows[layout.node[layout.focus], layout.node["RUS"], 0] if "RUS" in layout.node else 0.0
        yearly = np.expm1(np.ascontiguousarray(state.inflation.sum(axis=0))) - np.expm1(
            np.ascontiguousarray(4.0 * p["prices.trend"])
        )
        return Published(
            turn=state.turn,
            record=state.record[1],
            income_loss=np.maximum(-state.ln_income[f], 0.0),
            price_shock=np.maximum(yearly, 0.0),
            restraint=np.maximum(state.reverse[v], 0.0)
            if self.layout.switched("reverse-leverage")
            else np.zeros(p.lanes),
            oil_stake=p["oil.severity.deliberate"] * 0.25 * oil_value / income,
            farm_stake=farm / income * np.ones(p.lanes),
            own_cost=self.economy.oil_base[0]
            * self.economy.oil_fee[0]
            * 1e-3
            * 0.25
            / layout.base.gdp[layout.node["RUS"]]
            if "RUS" in layout.node
            else np.zeros(p.lanes),
        )

    def step(self, state: State, *, hazards_only: bool = False) -> StateStep:
        """The quarter as a look-ahead sees it from this state; with `hazards_only`, for values without a menu."""
        return StateStep(self, state, hazards_only=hazards_only)

    def units(self) -> dict[str, Array]:
        """Units of utility for `flow_terms`."""
        p = self.p
        return {
            "security_unit": p["utility.per_step"] / (p["steps.threat"] * p["steps.factor"]),
            "legitimacy_unit": p["utility.per_step"] / (p["steps.legitimacy"] * p["steps.factor"]),
            "crisis_cost": p["utility.crisis_cost"],
        }


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
        self._growth = growth(engine.layout, engine.p, self.view)
        self._responses: dict[str, Array] | None = None
        self._by_plan: dict[int, dict[str, Array]] = {}
        self._hazard_responses: dict[str, Array] | None = None
        self._crosses: dict[int, tuple[NDArray[np.intp], Array] | None] = {}

    def rates(self, reader: Reader) -> Mapping[str, Spread]:
        """Probabilities of the hazards, by class of rows."""
        return self.engine.hazard_rates.spread_rates(reader, self.published)

    def flow(self, reader: Reader, response: Mapping[str, Array]) -> Flow:
        """The quarter's flow: last published numbers plus the response, plus growth factors of the focus."""
        engine, state, layout = self.engine, self.state, self.engine.layout
        income: dict[str, Array] = {}
        for i, actor in enumerate(layout.actors):
            income[actor] = state.ln_income[i] + response[actor] if actor in response else state.ln_income[i]
        part, of = grouped(reader, engine.growth_keys)
        grown = Spread(growth(layout, engine.p, part) - self._growth, of).full()
        income[layout.focus] = income[layout.focus] + grown
        measures = {
            m: state.measures[k] + response[f"@{m}"] if f"@{m}" in response else state.measures[k]
            for k, m in enumerate(MEASURES)
        }
        part, of = grouped(reader, engine.security_keys)
        crisis = engine.hazard_rates.crisis(part, self.published)
        security = security_now(layout, engine.p, part, crisis)
        use = {}
        for power in layout.powers:
            few, classes = grouped(reader, engine.hazard_rates.use_keys(power))
            use[power] = Spread(engine.hazard_rates.use_of(few, power), classes).full()
        return Flow(
            ln_income=income, measures=measures, losses={v: state.losses[k] for k, v in enumerate(layout.powers)},
            use=use, security=Spread(security, of).full(), crisis=Spread(crisis, of).full(),
        )  # fmt: skip

    # ---- responses: one evaluation a turn for all rows that touch trade or oil

    def _evaluate(self) -> dict[str, Array]:
        if self._responses is None:
            engine, state = self.engine, self.state
            shifts = engine.trade_rows.hazard_shifts() if self._hazards_only else engine.trade_rows.shifts
            self._responses = (
                engine.economy.respond(
                    self.view,
                    shifts,
                    state.solved,
                    state.turn,
                    self.market,
                    state.ln_capacity,
                    steps=engine.depth_steps,
                )
                if shifts
                else {}
            )
        return self._responses

    def row_response(self, plan: Plan) -> Mapping[str, Array]:
        """Change of log real income by actor and of measures, ``[row, lane]``."""
        if id(plan) not in self._by_plan:
            at, rows = self.engine.trade_rows.of(plan)
            out: dict[str, Array] = {}
            if rows:
                for name, value in self._evaluate().items():
                    full = np.zeros((plan.count, self.engine.p.lanes))
                    full[at] = value[rows]
                    out[name] = full
            self._by_plan[id(plan)] = out
        return self._by_plan[id(plan)]

    def hazard_shifts(self) -> Mapping[str, Array]:
        """What the hazards do to the stocks, ``[future, lane]``; the first future is quiet."""
        return self.engine.hazard_table

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
        if id(plan) not in self._crosses:
            self._crosses[id(plan)] = self.engine.trade_rows.cross(self, plan)
        return self._crosses[id(plan)]

    def units(self) -> dict[str, Array]:
        """Units of utility."""
        return self._units

    def income_ratio(self, payer: str, payee: str) -> Array:
        """Income of the payer over that of the payee."""
        gdp, node = self.engine.layout.base.gdp, self.engine.layout.node
        ratio = gdp[node[payer]] / gdp[node[payee]] if payer in node and payee in node else 1.0
        return np.full(self.engine.p.lanes, ratio)

    def transfer_cap(self) -> Array:
        """Largest transfer of an offer, in per cent of the payee's income."""
        return self.engine.p["offers.transfer_cap"]
