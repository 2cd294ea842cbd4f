"""What is computed once per world and doctrine: terminal values of stocks, the scale of choice, the losses' gradient.

A terminal value is the difference of an actor's flow utility, quarter by quarter, when a stock stands one step higher
now and everybody holds: so it contains what the stock does to hazards, trade, oil and opinion later. In the first of
these quarters it is seen as well what a stock does to the loss from losing each power: the gradient by which a
look-ahead changes losses that are solved once a turn. All is computed at the world's own parameters and kept fixed in
sweeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from multivector.decisions.lookahead import Deliberation
from multivector.decisions.objective import Objective
from multivector.decisions.terminal import TerminalValues
from multivector.mechanisms.common import Array
from multivector.mechanisms.trade_solver import PADDING
from multivector.schema import Scenario
from multivector.world.choosing.deciding import deliberate, feasible
from multivector.world.engine import Engine
from multivector.world.happened import Happened
from multivector.world.layout.layout import Layout, build_layout
from multivector.world.layout.memory import Gradient, recall, remember
from multivector.world.quarter.draws import Draws
from multivector.world.state import State
from multivector.world.step import StateStep
from multivector.world.turn import advance, news

PASSES = 2


class Setup:
    """Layout, terminal values, scales and the losses' gradient of one scenario: shared by all its batches."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.layout: Layout = build_layout(scenario)
        self.terminal: dict[str, TerminalValues] = {}
        self.scales: dict[str, float] = {}
        self.gradient: Gradient = {}
        self._base: State | None = None
        # Who does nothing, or draws at random, does not ask what moves are worth.
        self.weighed = any(scenario.decision.rule_of(a) not in ("hold", "random") for a in self.layout.actors)
        if self.weighed:
            known = recall(scenario)
            if known is None:
                terminal, gradient = terminal_values(self.layout)
                known = terminal, choice_scales(self.layout, terminal, gradient), gradient
                remember(scenario, *known)
            self.terminal, self.scales, self.gradient = known
        else:
            self.terminal = {a: TerminalValues({}, 1.0, 0) for a in self.layout.actors}
            self.scales = dict.fromkeys(self.layout.actors, 1.0)

    def engine(self, lanes: int, *, overrides: Mapping[str, Array] | None = None) -> Engine:
        """An engine for a batch of this world."""
        engine = Engine(self.layout, lanes, overrides=overrides)
        engine.adopt(self.terminal, self.scales, self.gradient)
        return engine

    def initial(self, engine: Engine) -> State:
        """The state before the first turn, at the base world; worked out once where all lanes are alike."""
        if engine.p.overridden:
            return engine.initial()
        if self._base is None:
            self._base = self.engine(PADDING).initial()
        return self._base.spread(engine.p.lanes)


class Quiet(Draws):
    """Nature at rest: no hazard happens, normal numbers are zero."""

    def __init__(self, lanes: int) -> None:
        super().__init__(0, np.zeros(lanes, np.int64), 1)
        self._half = np.full(lanes, 0.5)

    def uniform(self, name: str, turn: int) -> Array:
        """One half for processes, almost one for hazards."""
        del turn
        return self._half if name.startswith(("energy/oil-price", "votes/")) else np.full_like(self._half, 1.0 - 1e-12)

    def normal(self, name: str, turn: int) -> Array:
        """Zero."""
        del name, turn
        return np.zeros_like(self._half)


def terminal_values(layout: Layout) -> tuple[dict[str, TerminalValues], Gradient]:
    """Worth of one unit of every coordinate that moves or hazards touch, to every actor; and what it does to losses."""
    keys = sorted({*layout.catalogue.keys(), *(i.key for _, imp in layout.hazards for i in imp)})
    lanes = -(-(len(keys) + 1) // 8) * 8
    engine = Engine(layout, lanes)
    horizon = max(o.horizon for o in engine.objectives.values())
    discount = layout.scenario.value("utility.discount")
    quarters = _rollout(engine, keys, horizon)
    found = {a: TerminalValues({}, discount, 0) for a in layout.actors}
    for _ in range(PASSES):
        # What hazards leave behind is worth what the last pass found.
        engine.adopt(found, {})
        flows = {a: _flows([_utility(engine, step, a) for step in quarters]) for a in layout.actors}
        found = {a: _values(engine, a, keys, flows[a], discount) for a in layout.actors}
    return found, _gradient(engine, quarters[0].state.losses, keys)


LEAST_CHANGE = 1e-7
"""A step of a stock that changes no loss by more, as a share of income, is taken to change none."""


def _gradient(engine: Engine, losses: Array, keys: list[str]) -> Gradient:
    """Change of each loss ``[power, lane]`` for one unit more of a stock, in the quarter itself."""
    out = {}
    for k, key in enumerate(keys):
        change = losses[:, k] - losses[:, len(keys)]
        if np.abs(change).max(axis=0, initial=0.0) > LEAST_CHANGE:
            unit = float(engine.table.step[engine.table.index[key], k]) * _direction(engine, key, k)
            out[key] = tuple(float(x) for x in change / unit)
    return out


def _rollout(engine: Engine, keys: list[str], horizon: int) -> list[StateStep]:
    """The quarters ahead with everybody on hold: lane k starts one step higher in stock k, the last lanes in none.

    Nobody knows the dated course of the scenario: packages, prices and paths stay as they are in the first quarter, and
    no event comes.
    """
    state = engine.initial()
    draws = Quiet(state.lanes)
    out = []
    for q in range(horizon + 1):
        state.turn = 0
        news(engine, state, draws, Happened(""), dated=False)
        if q == 0:
            for k, key in enumerate(keys):
                d = engine.table.index[key]
                state.stocks[d, k] = engine.table.clip_one(
                    key, state.stocks[d, k] + _direction(engine, key, k) * engine.table.step[d, k]
                )
        state, _ = advance(engine, state, draws)
        out.append(engine.step(state, hazards_only=True))
    return out


def _direction(engine: Engine, key: str, lane: int) -> float:
    """A stock at the top of its range is moved down instead."""
    d = engine.table.index[key]
    at_top = engine.table.base[d, lane] + engine.table.step[d, lane] > engine.table.high[d, 0]
    return -1.0 if at_top else 1.0


WHOLE = "whole"


def _flows(quarters: list[dict[str, Array]]) -> dict[str, Array]:
    """Flow utility by term, ``[quarter, lane]``."""
    return {term: np.stack([quarter[term] for quarter in quarters]) for term in quarters[0]}


def _utility(engine: Engine, step: StateStep, actor: str) -> dict[str, Array]:
    """Mean over the hazards of an actor's flow utility in a quarter, ``[lane]``: the whole, and its terms."""
    plan = engine.empty[actor]
    neutral: Objective = replace(engine.objectives[actor], risk=np.zeros(engine.p.lanes))
    step.hazard_worth.pop(actor, None)
    weighing = Deliberation(
        plan, step=step, objectives={**engine.objectives, actor: neutral}, wants=engine.wants(plan), view=step.stocks,
        made=np.zeros_like(step.stocks),
    )  # fmt: skip
    level: Array = np.zeros(engine.p.lanes)
    for interest in neutral.interests:
        if not interest.is_measure:
            level = level + interest.coefficient * step.stocks[engine.table.index[interest.name]]
    weighed = weighing.weigh()
    terms = {name: term[-1] for name, term in weighed.terms.items() if name not in ("cost", "future")}
    terms["strategic"] = terms.get("strategic", np.zeros(engine.p.lanes)) + level
    return {WHOLE: np.asarray(weighed.value[-1] + level), **terms}


def _values(engine: Engine, actor: str, keys: list[str], flows: Mapping[str, Array], discount: float) -> TerminalValues:
    """Terminal values from flow utility by term, ``[quarter, lane]``; lane k has stock k one step off."""
    horizon = engine.objectives[actor].horizon
    found: dict[str, dict[str, tuple[float, ...]]] = {term: {} for term in flows}
    for term, flow in flows.items():
        base = flow[:, len(keys)]
        for k, key in enumerate(keys):
            unit = float(engine.table.step[engine.table.index[key], k]) * _direction(engine, key, k)
            if unit == 0.0:
                # A scenario may set a step to nought: nothing was tried of that stock.
                continue
            change = (flow[: horizon + 1, k] - base[: horizon + 1]) / unit
            if np.abs(change).max(axis=0) > 1e-12:
                found[term][key] = tuple(float(x) for x in change)
    whole = found.pop(WHOLE)
    return TerminalValues(whole, discount, horizon, {term: part for term, part in found.items() if part})


def choice_scales(layout: Layout, terminal: Mapping[str, TerminalValues], gradient: Gradient) -> dict[str, float]:
    """Standard deviation of the value over each actor's base menu in the base state, at least `utility.least_scale`."""
    engine = Engine(layout, 8)
    engine.adopt(terminal, {}, gradient)
    state = engine.initial()
    step = engine.step(state)
    least = layout.scenario.value("utility.least_scale")
    out = {}
    for actor in layout.actors:
        value = deliberate(engine, state, actor, (), step, alone=True).weigh().value[:, 0]
        may = feasible(engine, state, actor)[:, 0]
        out[actor] = max(least, float(np.std(value[may], axis=0)))
    return out
