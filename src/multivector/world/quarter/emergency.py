"""A crisis at home inside a turn: drawn or opened by an event; in a severe one up to three decisions in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector.mechanisms import emergency
from multivector.mechanisms.common import Array
from multivector.mechanisms.coordinates import Impulse, relation_key
from multivector.mechanisms.security import help_probability
from multivector.mechanisms.stock_table import StockView
from multivector.world.layout.layout import PROMISE
from multivector.world.quarter.draws import Draws
from multivector.world.quarter.impulses import add_impulses
from multivector.world.state import State

if TYPE_CHECKING:
    from multivector.world.engine import Engine
    from multivector.world.happened import Happened

CONCESSION = (Impulse("prices", -2.0, True), Impulse("fund", -2.0, True))
FALL = (Impulse("regime", -4.0, True), Impulse("legitimacy", -2.0, True))
HELP = (Impulse("regime", 2.0, True), Impulse("legitimacy", 2.0, True))
"""What a concession, help that came and a fall do, in steps of the stocks; a promise: `layout.PROMISE`."""


def crisis(engine: Engine, state: State, draws: Draws, happened: Happened, view: StockView, rate: Array) -> None:
    """A crisis of the quarter and what is done about it (in place)."""
    p, turn = engine.p, state.turn
    opened = float(turn in engine.layout.crises)
    flag = np.maximum(draws.uniform("security/crisis/home", turn) < rate, opened).astype(np.float64)
    severe = flag * np.maximum(draws.uniform("security/severity/home", turn) < p["crisis.severe"], opened)
    add_impulses(engine, state, dict(engine.layout.hazards)["crisis"], flag)
    add_impulses(engine, state, (Impulse("unrest", 1.0, False),), severe)
    happened.hazards["crisis"], happened.rates["crisis"] = flag, rate
    if engine.layout.switched("crisis-decisions"):
        _decisions(engine, state, draws, happened, view, severe)
    elif _allied(engine):
        chance = help_probability(view["csto-goodwill"], help_regime=p["security.help_regime"])
        _help(engine, state, happened, severe * (draws.uniform(_stream(engine, "help"), turn) < chance))


def _allied(engine: Engine) -> bool:
    return f"obligation:{engine.hazard_rates.coercer}" in engine.table.index and engine.layout.switched("alliance")


def _stream(engine: Engine, what: str) -> str:
    return f"security/{what}/{engine.hazard_rates.coercer}"


def _decisions(engine: Engine, state: State, draws: Draws, happened: Happened, view: StockView, severe: Array) -> None:
    """Concede, ask for help, promise reform: each weighed given the ones before (in place)."""
    p, focus, none = engine.p, engine.layout.focus, np.zeros(engine.p.lanes)
    mine = engine.objectives[focus]
    stake = mine.weights["regime"] * p["utility.crisis_cost"]
    slopes = {k: p[f"emergency.{k}"] for k in ("base", "concession", "help", "reform")}

    def takes(step: str, with_it: Array, without: Array, weight: Array) -> Array:
        rate = emergency.step_rate(
            with_it, without, stake=stake, price=p[f"emergency.price.{step}"] * weight, precision=mine.precision,
            scale=mine.scale,
        )  # fmt: skip
        happened.rates[step] = severe * rate
        return severe * (draws.uniform(f"security/{step}/{focus}", state.turn) < rate)

    def keeps(conceded: Array, helped: Array, promised: Array) -> Array:
        return emergency.keeps_rate(conceded, helped, promised, **slopes)

    conceded = takes("concession", keeps(severe, none, none), keeps(none, none, none), mine.weights["income"])
    helped = none
    if _allied(engine):
        chance = help_probability(view["csto-goodwill"], help_regime=p["security.help_regime"])
        expected = chance * keeps(conceded, severe, none) + (1.0 - chance) * keeps(conceded, none, none)
        asked = takes("asked", expected, keeps(conceded, none, none), mine.weights["autonomy"])
        helped = asked * (draws.uniform(_stream(engine, "help"), state.turn) < chance)
        happened.hazards["asked"] = asked
        _help(engine, state, happened, helped)
    promised = none
    if engine.layout.switched("reform"):
        kept, lost = keeps(conceded, helped, severe), keeps(conceded, helped, none)
        promised = takes("promised", kept, lost, mine.weights["rent"])
    rate = 1.0 - keeps(conceded, helped, promised)
    fallen = severe * (draws.uniform(f"security/falls/{focus}", state.turn) < rate)
    happened.hazards |= {"concession": conceded, "promised": promised, "falls": fallen}
    happened.rates["falls"] = severe * rate
    for impulses, taken in ((CONCESSION, conceded), (PROMISE, promised), (FALL, fallen)):
        add_impulses(engine, state, impulses, taken)


def _help(engine: Engine, state: State, happened: Happened, helped: Array) -> None:
    """Help that came: it saves, binds, and is read abroad and at home (in place)."""
    ally, focus = engine.hazard_rates.coercer, engine.layout.focus
    add_impulses(engine, state, HELP, helped)
    d = engine.table.index[f"obligation:{ally}"]
    owed = engine.table.size(Impulse(f"obligation:{ally}", 1.0, True)) * engine.p["crisis.obligation"]
    state.stocks[d] = engine.table.clip_one(f"obligation:{ally}", state.stocks[d] + owed * helped)
    if engine.layout.switched("crisis-decisions"):
        west = [relation_key(v, focus) for v in ("EU", "USA") if v in engine.layout.powers]
        read = (Impulse("approval:sovereignty-minded", -1.0, True), *(Impulse(k, -1.0, True) for k in west))
        add_impulses(engine, state, read, helped)
    state.helped = np.maximum(state.helped, helped)
    happened.hazards["help"] = helped
