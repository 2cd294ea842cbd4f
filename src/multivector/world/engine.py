"""Everything that one batch needs to play turns: parameters, stocks, economy, hazards, objectives, ballots.

An engine holds no state of the world: `turn.advance` takes the state from quarter to quarter with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from multivector.decisions.objective import Objective
from multivector.decisions.offers import Offers, build_offers
from multivector.decisions.plan import Index, Plan, Wants, build_plan, build_wants
from multivector.decisions.terminal import TerminalValues
from multivector.mechanisms import isolation as isolation_mechanism
from multivector.mechanisms import unrest
from multivector.mechanisms.common import Array, relation_from_scale
from multivector.mechanisms.coordinates import Impulse, relation_key
from multivector.mechanisms.stock_table import StockView
from multivector.mechanisms.trade_capacity import CapacitySolution
from multivector.schema import Scenario
from multivector.schema.base import GROUPS
from multivector.schema.quantity import holding
from multivector.world.economy.economy import Economy
from multivector.world.economy.oil_trade import OilFlows, OilMarket
from multivector.world.economy.responses import TradeRows
from multivector.world.layout.layout import Layout, build_layout
from multivector.world.layout.params import Params
from multivector.world.layout.stock_base import build_table
from multivector.world.quarter import isolation, supply
from multivector.world.quarter.accounts import growth_keys, security_keys
from multivector.world.quarter.ballots import Ballot, prepare_ballots
from multivector.world.quarter.conditions import Conditions
from multivector.world.quarter.currency import share_from_russia
from multivector.world.quarter.gauges import measure_of
from multivector.world.quarter.hazards import CRISIS_KEYS, Hazards, Published
from multivector.world.said import Said
from multivector.world.start import base_state
from multivector.world.state import State
from multivector.world.step import StateStep
from multivector.world.want import build_objectives, doctrine_of, expected_help


class Rows(Protocol):
    """Log real income of the benchmark by turn, ``[lane]`` each: an array, or a benchmark still being played."""

    def __getitem__(self, turn: int, /) -> Array:
        """The row of one turn."""
        ...


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
        self.conditions = Conditions(layout, self.economy.routing.packages)
        self.objectives: dict[str, Objective] = build_objectives(layout, p, self.table)
        self.expected_help = expected_help(layout, p)
        self.terminal: dict[str, TerminalValues] = {a: TerminalValues({}, 1.0, 0) for a in layout.actors}
        self._adopt_gradient({})
        self.trade_rows = TradeRows(layout, self.table)
        self.hazard_table = self._hazard_table()
        self.plans, self.answers = self._plans()
        self.immediate = self._immediate()
        self.empty = {a: self._plan(a, ()) for a in layout.actors}
        self._wants: dict[tuple[str, Plan], Wants] = {}
        self._offers: dict[Plan, Offers | None] = {}
        self.ballots: tuple[Ballot, ...] = prepare_ballots(layout, p, self._pressure(), self._vote_shift())
        self.text = {id: k for k, id in enumerate(sorted(layout.scenario.alignment.votes))}
        self.home_keys = (*growth_keys(layout), *security_keys(layout), *CRISIS_KEYS)
        self.groups = np.stack([p[f"opinion.share.{g}"] for g in GROUPS])
        self.benchmark: Rows | None = None
        self.said: Said | None = None
        self.stakes = self._stakes()
        self.from_russia = share_from_russia(self)
        self.depth_steps = 2 if layout.scenario.decision.depth == "deep" else 1
        self._paths = self._path_rows()

    # ---- constants of the batch

    @property
    def hazards(self) -> Sequence[tuple[str, tuple[Impulse, ...]]]:
        """Hazards in the order of the futures of a look-ahead."""
        return self.layout.hazards

    def _plan(self, actor: str, menu: Sequence[int]) -> Plan:
        return build_plan(actor, menu, self.layout.catalogue.entries, self.table, self.p["utility.cost_factor"])

    def _plans(self) -> tuple[dict[str, Plan], dict[str, Plan]]:
        """Menus of all actors, and the offers that each may have to answer."""
        catalogue = self.layout.catalogue
        mine = {a: self._plan(a, catalogue.menu[a]) for a in self.layout.actors}
        asked = {}
        for a in self.layout.actors:
            offers = [i for i, e in enumerate(catalogue.entries) if e.is_offer and e.target == a]
            if offers:
                asked[a] = self._plan(a, offers)
        return mine, asked

    def _immediate(self) -> tuple[Index, Index, Index, Array]:
        """Impulses of entries that come at once: entry, coordinate (sorted), first of each coordinate, size by lane."""
        found = [
            (self.table.index[impulse.key], i, self.table.size(impulse))
            for i, e in enumerate(self.layout.catalogue.entries)
            for impulse in e.impulses
            if impulse.delay == 0
        ]
        found.sort(key=lambda pair: pair[:2])
        key, entry = (np.array([pair[k] for pair in found], np.intp) for k in (0, 1))
        starts = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1]))) if found else np.zeros(0, np.intp)
        size = np.stack([pair[2] for pair in found]) if found else np.zeros((0, self.p.lanes))
        return entry, key, starts, size

    def wants(self, plan: Plan) -> dict[str, Wants]:
        """Worth of stocks on a plan's rows to its actor and to the partners of its offers."""
        who = [plan.actor, *(e.target for e in plan.entries if e.is_offer and e.target is not None)]
        out = {}
        for actor in dict.fromkeys(who):
            key = (actor, plan)
            if key not in self._wants:
                self._wants[key] = build_wants(self.objectives[actor], self.terminal[actor], plan, self.table)
            out[actor] = self._wants[key]
        return out

    def offers(self, plan: Plan) -> Offers | None:
        """The offers of a plan and what their other sides go by; None if it has none."""
        if plan not in self._offers:
            gdp, node = self.layout.base.gdp, self.layout.node
            income = {a: float(gdp[node[a]]) for a in self.layout.actors if a in node}
            self._offers[plan] = build_offers(plan, self.objectives, income)
        return self._offers[plan]

    def adopt(
        self,
        terminal: Mapping[str, TerminalValues],
        scales: Mapping[str, float],
        gradient: Mapping[str, Sequence[float]] | None = None,
    ) -> None:
        """Take terminal values, scales of choice, and what one more of a stock adds to the loss of each power."""
        self.terminal = dict(terminal)
        self._adopt_gradient(gradient or {})
        self.objectives = {
            a: o.scaled(np.full(self.p.lanes, scales[a])) if a in scales else o for a, o in self.objectives.items()
        }
        self._wants, self._offers = {}, {}

    def _adopt_gradient(self, gradient: Mapping[str, Sequence[float]]) -> None:
        # [power, coordinate]; the coordinates that change any loss
        self.loss_gradient = np.zeros((len(self.layout.powers), len(self.table.keys)))
        for key, by_power in gradient.items():
            self.loss_gradient[:, self.table.index[key]] = by_power
        self.loss_keys = tuple(np.flatnonzero(np.any(self.loss_gradient != 0.0, axis=0)).tolist())

    def _hazard_table(self) -> dict[str, Array]:
        out: dict[str, Array] = {}
        for k, (_, impulses) in enumerate(self.layout.hazards):
            for impulse in impulses:
                if impulse.delay == 0:
                    row = out.setdefault(impulse.key, np.zeros((len(self.layout.hazards) + 1, self.p.lanes)))
                    row[k + 1] += self.table.size(impulse)
        return out

    def _pressure(self) -> dict[str, Array]:
        out = {}
        for a in self.layout.actors:
            doctrine = doctrine_of(self.layout, a)
            out[a] = np.zeros((len(self.layout.actors), self.p.lanes))
            for k, b in enumerate(self.layout.actors):
                if b in doctrine.pressure:
                    out[a][k] = self.p.at(f"doctrines.{doctrine.id}.pressure.{b}", doctrine.pressure[b])
        return out

    def _vote_shift(self) -> dict[str, tuple[Array, Array]]:
        out = {}
        for a in self.layout.actors:
            doctrine = doctrine_of(self.layout, a)
            x, y = (self.p.at(f"doctrines.{doctrine.id}.vote_shift.{k}", v) for k, v in enumerate(doctrine.vote_shift))
            out[a] = (x, y)
        return out

    def _path_rows(self) -> dict[str, list[Array]]:
        """Series from outside by quarter, ``[lane]`` each."""
        quarters, out = self.layout.scenario.quarters(), {}
        for name, path in self.layout.scenario.paths.items():
            known = {q: self.p.at(f"paths.{name}.values.{q}", value) for q, value in path.values.items()}
            out[name] = [known[q] for q in holding(known, quarters)]
        return out

    def path(self, name: str, turn: int, default: float = 1.0) -> Array:
        """Value of a scenario's path in a turn, ``[lane]``; the last value holds beyond the calendar."""
        values = self._paths.get(name)
        return np.full(self.p.lanes, default) if values is None else values[min(turn, len(values) - 1)]

    def oil_market(self, state: State, shock: Array) -> OilMarket:
        """The outside of this quarter's oil trade, at a log deviation of the price."""
        price = self.path("oil_price", state.turn) if "oil_price" in self._paths else self.p["oil.price"]
        return OilMarket(
            price=price * np.exp(np.ascontiguousarray(shock)),
            discount=self.path("embargo_discount", state.turn, 0.0),
            refused=self.path("embargo_refused", state.turn, 0.0),
            found=state.buyers_found,
            stored=state.oil_stored,
        )

    # ---- what a quarter publishes

    def store_losses(self, state: State) -> None:
        """Solve and write the losses of the focus and of each power that trades, as shares of income (in place)."""
        partners = [self.layout.node[v] for v in self.layout.powers if v in self.layout.node]
        losses, state.cut = self.economy.losses(state.solved, partners, state.cut)
        k = 0
        for v, power in enumerate(self.layout.powers):
            if power in self.layout.node:
                state.losses[v] = losses[k, 0] + supply.loss_since(self, state, power)
                state.reverse[v] = losses[k, 1]
                k += 1

    def measures(self, found: CapacitySolution, oil: OilFlows) -> Array:
        """Ratios and shares of a quarter, ``[measure, lane]``, in the order of `MEASURES`."""
        volume = self.economy.reexport(found.volume[0])
        rent = found.rent[self.economy.focus_node] / self.economy.focus_income
        return np.stack([volume, rent, oil.exported, oil.through_russia, oil.n_minus_one])

    def seen(self, state: State) -> Published:
        """What was last published."""
        p, layout = self.p, self.layout
        none = np.zeros(p.lanes)
        v = layout.powers.index(self.hazard_rates.coercer) if self.hazard_rates.present else 0
        yearly = np.expm1(np.ascontiguousarray(state.inflation.sum(axis=0)))
        usual = np.expm1(np.ascontiguousarray(4.0 * p["prices.trend"]))
        return Published(
            turn=state.turn,
            record=state.record[1],
            income_loss=self._loss_at_home(state),
            price_shock=np.maximum(yearly - usual, 0.0),
            restraint=np.maximum(state.reverse[v], 0.0) if layout.switched("reverse-leverage") else none,
            # What other corridors carry cannot be taken away: alternatives lower the leverage of a stop.
            oil_stake=self.stakes[0] * (1.0 - measure_of(state, "n-minus-one")),
            farm_stake=self.stakes[1],
            own_cost=self.stakes[2],
            company_anger=self._company_anger(state),
            temper=isolation_mechanism.temper(isolation.felt(self, state), press=p["isolation.press"]),
        )

    def _company_anger(self, state: State) -> Array:
        """What a stop of the pipeline costs the coercer with the home state of its owners, share of income."""
        pair = relation_key(self.hazard_rates.coercer, "USA")
        if pair not in self.table.index:
            return np.zeros(self.p.lanes)
        standing = 0.5 * (1.0 + relation_from_scale(state.stocks[self.table.index[pair]]))
        return np.asarray(self.p["coercion.company_anger"] * standing)

    def _loss_at_home(self, state: State) -> Array:
        """Real income lost by those who may take to the streets: the lower half, and the west that lives on oil."""
        p, layout = self.p, self.layout
        income = state.ln_income[layout.actors.index(layout.focus)]
        if not layout.switched("lower-half"):
            return np.asarray(np.maximum(-income, 0.0))
        ahead = self.path("world_food_prices", state.turn)
        behind = self.path("world_food_prices", state.turn - 4) if state.turn >= 4 else np.ones(p.lanes)
        fuel = StockView(self.table, state.stocks)["prices"] * 4.0
        loss = unrest.lower_half_loss(
            income, np.log(np.ascontiguousarray(ahead / behind)), fuel, food_extra=p["crisis.food_extra"],
            fuel_extra=p["crisis.fuel_extra"],
        )  # fmt: skip
        west = unrest.west_loss(
            measure_of(state, "oil-exported"), weight=p["crisis.west"], oil_share=p["crisis.west_oil"]
        )
        return np.asarray(loss + west)

    def _stakes(self) -> tuple[Array, Array, Array]:
        """Cost of a quarter's stop of oil and of a farm ban to the focus, and of the stop to Russia; of income."""
        p, layout, economy = self.p, self.layout, self.economy
        none, income, oil = np.zeros(p.lanes), economy.focus_income, economy.oil
        oil_value = oil.production * p["oil.price"] * p["oil.barrels"] * 1e-3
        lost = p["oil.severity.deliberate"] * 0.25 * oil_value / income
        if "RUS" not in layout.node:
            return lost, none, none
        farm = layout.base.flows[layout.node[layout.focus], layout.node["RUS"], 0]
        fees = oil.base[0] * oil.fee[0] * 1e-3 * 0.25 / layout.base.gdp[layout.node["RUS"]]
        return lost, farm / income * np.ones(p.lanes), fees

    # ---- states and steps

    def initial(self) -> State:
        """The state before the first turn, at the base world."""
        return base_state(self)

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
